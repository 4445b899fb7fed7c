# Tests that run the whole program: tests/serve/*.test.mjs, on data folders that build/town makes out of scenes.
$(BUILD)/town: $(BUILD)/o/tests/serve/town.o $(LIBS)
	@$(CC) $(LDFLAGS_ALL) -o $@ $< $(LINK_LIBS)

## make serve-NAME        one test of the whole program: tests/serve/NAME.test.mjs
serve-%: $(BUILD)/town $(BUILD)/lingban
	@LINGBAN_BUILD=$(abspath $(BUILD)) node tests/serve/$*.test.mjs

## make torture           the long versions: failing disks, races, kill -9, leaks, bad input: a quarter of an hour
.PHONY: torture
torture: $(BUILD)/town $(BUILD)/lingban $(BUILD)/tests/engine/disk_test $(BUILD)/tests/store/crash_test
	@tests/torture.sh $(BUILD)
