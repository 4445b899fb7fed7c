# Tests that run the whole program: tests/serve/*.test.mjs, on data folders that build/town makes out of scenes.
$(BUILD)/town: $(BUILD)/o/tests/serve/town.o $(LIBS)
	@$(CC) $(LDFLAGS_ALL) -o $@ $< $(LINK_LIBS)

## make serve-NAME        one test of the whole program: tests/serve/NAME.test.mjs
serve-%: $(BUILD)/town $(BUILD)/lingban
	@LINGBAN_BUILD=$(abspath $(BUILD)) node tests/serve/$*.test.mjs

## make torture           the long versions of races, kill -9, leaks and bad input: some ten minutes
.PHONY: torture
torture: $(BUILD)/town $(BUILD)/lingban
	@LINGBAN_LONG=1 tests/parts/40-serve.sh $(BUILD)
