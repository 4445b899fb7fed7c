# The service folders that ship (services/) are embedded in the program: `lingban demo` and `service deploy wish` need no
# folder on the disk. Files in the order of their paths: by service, then by path.
SERVICE_FILES := $(shell find services -type f | LC_ALL=C sort)

$(BUILD)/gen/shipped.c: $(BUILD)/embed $(SERVICE_FILES) services $(wildcard services/*)
	@mkdir -p $(@D)
	@$(BUILD)/embed services $(SERVICE_FILES) > $@.new && mv $@.new $@

$(BUILD)/lib/cli.a: $(BUILD)/gen/shipped.o

# The program without any service of ours: a test runs the documents' example on it.
$(BUILD)/gen/shipped_none.c: $(BUILD)/embed
	@mkdir -p $(@D)
	@$(BUILD)/embed services > $@.new && mv $@.new $@

$(BUILD)/lingban-bare: $(BUILD)/o/src/main.o $(BUILD)/gen/shipped_none.o $(LIBS)
	@$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LINK_LIBS)

$(BUILD)/scenes-bare: $(BUILD)/o/tests/scenes/scenes.o $(BUILD)/gen/shipped_none.o $(LIBS)
	@$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LINK_LIBS)
