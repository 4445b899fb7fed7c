# Fuzz targets: fuzz/NAME.c holds LLVMFuzzerTestOneInput, fuzz/corpus/NAME/ its seeds and the inputs that once broke it.
RUNS ?= 2000
SEED ?= 1
FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst fuzz/%.c,%,$(filter-out fuzz/driver.c,$(wildcard fuzz/*.c)))

$(BUILD)/fuzz/%: $(BUILD)/o/fuzz/%.o $(BUILD)/o/fuzz/driver.o $(LIBS)
	@mkdir -p $(@D)
	@$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LINK_LIBS)

## make fuzz-NAME [RUNS=2000] [SEED=1]   seeded mutations of the seeds (use with SANITIZE=address,undefined and a BUILD of its own)
.PHONY: $(addprefix fuzz-,$(FUZZERS)) fuzz fuzz-seeded libfuzzer
$(addprefix fuzz-,$(FUZZERS)): fuzz-%: $(BUILD)/fuzz/%
	$< -runs=$(RUNS) -seed=$(SEED) $(wildcard fuzz/corpus/$*/*)

## make fuzz-seeded       that of all targets, as `make test` does; closes with "N passed, N failed"
fuzz-seeded: $(addprefix $(BUILD)/fuzz/,$(FUZZERS))
	@tools/fuzz-seeded.sh $(BUILD)/fuzz $(RUNS) $(SEED)

## make fuzz [FUZZ_SECONDS=60]           libFuzzer (clang) on every target, so many seconds each
# What it finds new stays in BUILD-fuzz/corpus; what breaks is written to BUILD-fuzz/broken and belongs into fuzz/corpus.
fuzz:
	@$(MAKE) -s --no-print-directory BUILD=$(BUILD)-fuzz CC=clang WERROR= OPT=-O1 SANITIZE=fuzzer-no-link,address,undefined libfuzzer

libfuzzer: $(addprefix $(BUILD)/libfuzzer/,$(FUZZERS))
	@tools/fuzz.sh $(BUILD) $(FUZZ_SECONDS) $(FUZZERS)

$(BUILD)/libfuzzer/%: $(BUILD)/o/fuzz/%.o $(LIBS)
	@mkdir -p $(@D)
	@$(CC) -fsanitize=fuzzer,address,undefined -o $@ $< $(LINK_LIBS)
