# The packages of the browser tests and of the editors that services are held against; npm runs only when a lock file changed.
$(BUILD)/npm-browser.done: tests/browser/package.json tests/browser/package-lock.json
	@mkdir -p $(@D)
	@echo "  npm ci (tests/browser)"
	@cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.PHONY: browser-packages
browser-packages: $(BUILD)/npm-browser.done

$(BUILD)/npm-imports.done: tests/imports/package.json tests/imports/package-lock.json
	@mkdir -p $(@D)
	@echo "  npm ci (tests/imports)"
	@cd tests/imports && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.PHONY: import-packages
import-packages: $(BUILD)/npm-imports.done
