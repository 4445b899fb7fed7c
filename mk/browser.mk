# The browser tests' packages; npm runs only when the lock file changed.
$(BUILD)/npm-browser.done: tests/browser/package.json tests/browser/package-lock.json
	@mkdir -p $(@D)
	@echo "  npm ci (tests/browser)"
	@cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.PHONY: browser-packages
browser-packages: $(BUILD)/npm-browser.done
