# Scenes: one line a step, each followed by a replay (tests/scenes/scenes.c).
$(BUILD)/scenes: $(BUILD)/o/tests/scenes/scenes.o $(LIBS)
	@$(CC) $(LDFLAGS_ALL) -o $@ $< $(LINK_LIBS)

## make scenes            plays every scene
scenes: $(BUILD)/scenes
	@$(BUILD)/scenes $(wildcard tests/scenes/*.scene)
.PHONY: scenes
