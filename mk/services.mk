# The service folders that ship (services/) are embedded in the program: `lingban demo` and `service deploy wish` need no
# folder on the disk. Files in the order of their paths: by service, then by path.
SERVICE_FILES := $(shell find services -type f | LC_ALL=C sort)

$(BUILD)/gen/shipped.c: $(BUILD)/embed $(SERVICE_FILES) services $(wildcard services/*)
	@mkdir -p $(@D)
	@$(BUILD)/embed services $(SERVICE_FILES) > $@.new && mv $@.new $@

$(BUILD)/lib/cli.a: $(BUILD)/gen/shipped.o
