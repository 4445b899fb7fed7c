# `make run`: from a bare machine to the demo town in the browser.
PORT ?= 8080
DATA ?= data

.PHONY: run packages-run
packages-run:
	@tools/install.sh tools/packages-run.txt

## make run               installs what is missing, builds, fills ./data with the demo town, serves it
##                        (make run PORT=8081 DATA=/path)
# The build starts in a make of its own: pkg-config is asked while a Makefile is read, and may just have been installed.
run: packages-run
	@$(MAKE) -s --no-print-directory -j$$(nproc) $(BUILD)/lingban
	@tools/run.sh $(BUILD)/lingban "$(DATA)" "$(PORT)"
