# The pages' style sheet, script and pictures (web/) and templates (src/web/*.html), embedded in the program.
# npm runs only when the lock file changed; the style sheet is built only when a source changed.
WEB_SOURCES := $(wildcard web/*.mjs web/src/*.scss web/src/*.js web/src/*.svg web/src/*.webmanifest)

$(BUILD)/npm.done: web/package.json web/package-lock.json
	@mkdir -p $(@D)
	@echo "  npm ci (web)"
	@cd web && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(BUILD)/web/done: $(BUILD)/npm.done $(WEB_SOURCES)
	@echo "  web"
	@rm -rf $(BUILD)/web && mkdir -p $(BUILD)/web
	@cd web && node build.mjs "$(abspath $(BUILD))/web"
	@touch $@

$(BUILD)/embed: tools/embed.c
	@mkdir -p $(@D)
	@$(CC) -std=c11 -O1 -Wall -Wextra -Werror -o $@ $< -lz -lbrotlienc -lcrypto

$(BUILD)/gen/web_assets.c: $(BUILD)/embed $(BUILD)/web/done
	@mkdir -p $(@D)
	@$(BUILD)/embed assets $(BUILD)/web/*.* > $@.new && mv $@.new $@

$(BUILD)/gen/web_templates.c: $(BUILD)/embed $(wildcard src/web/*.html)
	@mkdir -p $(@D)
	@$(BUILD)/embed templates $(sort $(wildcard src/web/*.html)) > $@.new && mv $@.new $@

$(BUILD)/lib/web.a: $(BUILD)/gen/web_assets.o $(BUILD)/gen/web_templates.o
