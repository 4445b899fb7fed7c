## make look              every page as every role, at phone and desk width, in both languages: pictures in BUILD/look
.PHONY: look
look: $(BUILD)/lingban browser-packages
	@rm -rf $(BUILD)/look
	@LINGBAN=$(abspath $(BUILD))/lingban LINGBAN_PICTURES=$(abspath $(BUILD))/look node tests/browser/pages.test.mjs
	@echo "$(BUILD)/look: $$(ls $(BUILD)/look | wc -l) pictures"
