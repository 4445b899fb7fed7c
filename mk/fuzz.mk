# Fuzz targets: fuzz/NAME.c holds LLVMFuzzerTestOneInput, fuzz/corpus/NAME/ its seeds.
## make fuzz-NAME [RUNS=2000] [SEED=1]   seeded mutations of the seeds (use with SANITIZE=address,undefined and a BUILD of its own)
RUNS ?= 2000
SEED ?= 1
FUZZERS := $(patsubst fuzz/%.c,%,$(filter-out fuzz/driver.c,$(wildcard fuzz/*.c)))

$(BUILD)/fuzz/%: $(BUILD)/o/fuzz/%.o $(BUILD)/o/fuzz/driver.o $(LIBS)
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LINK_LIBS)

.PHONY: $(addprefix fuzz-,$(FUZZERS)) fuzz
$(addprefix fuzz-,$(FUZZERS)): fuzz-%: $(BUILD)/fuzz/%
	$< -runs=$(RUNS) -seed=$(SEED) $(wildcard fuzz/corpus/$*/*)

## make fuzz              all of them, one after another
fuzz: $(addprefix fuzz-,$(FUZZERS))
