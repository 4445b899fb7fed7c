# Lingban. `make run` serves the demo town, `make test` runs every test; `make help` lists the rest.
#
# Every room of src/ becomes a library; main.c, the conformance runner, the benches, fuzzers and tests link them
# in floor order. BUILD may point elsewhere (make BUILD=build-asan SANITIZE=address,undefined …).

BUILD    ?= build
CC       = gcc
OPT      ?= -O2
SANITIZE ?=
WERROR   ?= -Werror

# Ground floor first; a room may use the rooms before it (tools/layers.sh proves it).
ROOMS := base feel dmn bpmn form store engine registry activity http api web cli

PACKAGES := libxml-2.0 icu-uc icu-i18n sqlite3 libcrypto libzip xlsxwriter libmicrohttpd yaml-0.1 libqrencode libcurl zlib libturbojpeg libargon2 libbrotlienc
CPPFLAGS_ALL := -Isrc -I$(BUILD)/gen -D_GNU_SOURCE $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null) $(CPPFLAGS)
CFLAGS_ALL := -std=c11 $(OPT) -g -fno-omit-frame-pointer -fstack-protector-strong -Wall -Wextra -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes -Wvla -Wundef -Wwrite-strings -Wformat=2 -Wimplicit-fallthrough $(WERROR) \
    $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all,-D_FORTIFY_SOURCE=2) -MMD -MP $(CFLAGS)
LDFLAGS_ALL := $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -Wl,--as-needed $(LDFLAGS)
LDLIBS_ALL := -lbidgcc000 $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm -lpthread $(LDLIBS)

room_sources = $(wildcard src/$(1)/*.c)
room_objects = $(patsubst %.c,$(BUILD)/o/%.o,$(call room_sources,$(1)))
LIBS := $(foreach room,$(ROOMS),$(if $(call room_sources,$(room)),$(BUILD)/lib/$(room).a))
# One group: a room's library may need one that stands before it on the line.
LINK_LIBS = -Wl,--start-group $(LIBS) -Wl,--end-group $(LDLIBS_ALL)
# Libraries of a room and of those below it: a room's tests link no more than that.
floors_up_to = $(if $(filter $(1),$(firstword $(2))),$(firstword $(2)),$(firstword $(2)) $(call floors_up_to,$(1),$(wordlist 2,99,$(2))))
libs_up_to = $(foreach room,$(call floors_up_to,$(1),$(ROOMS)),$(if $(call room_sources,$(room)),$(BUILD)/lib/$(room).a))

.PHONY: all help clean lib-% test-%
all: $(BUILD)/lingban

help:
	@grep -hE '^## ' Makefile mk/*.mk 2>/dev/null | sed 's/^## //'

## make                   builds build/lingban
# What debuggers and profilers read stays in it, compressed: 8 MB instead of 11, of which 5 are the program.
$(BUILD)/lingban: $(BUILD)/o/src/main.o $(LIBS)
	@$(CC) $(LDFLAGS_ALL) -Wl,--compress-debug-sections=zlib -o $@ $< $(LINK_LIBS)

## make build/conformance, make build/bench   the tools of those names
$(BUILD)/conformance: $(patsubst %.c,$(BUILD)/o/%.o,$(wildcard tests/conformance/*.c)) $(LIBS)
	@$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LINK_LIBS)

$(BUILD)/bench: $(patsubst %.c,$(BUILD)/o/%.o,$(wildcard bench/*.c)) $(LIBS)
	@$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LINK_LIBS)

$(BUILD)/o/%.o: %.c
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c -o $@ $<

# Sentences: po/zh/*.po -> one C table in base.
$(BUILD)/po2c: tools/po2c.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O1 -Wall -Wextra -Werror -o $@ $<

$(BUILD)/gen/catalogue_zh.c: $(BUILD)/po2c $(wildcard po/zh/*.po)
	@mkdir -p $(@D)
	$(BUILD)/po2c $(wildcard po/zh/*.po) > $@.new && mv $@.new $@

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c -o $@ $<

$(BUILD)/lib/base.a: $(call room_objects,base) $(BUILD)/gen/catalogue_zh.o
	@mkdir -p $(@D)
	@rm -f $@
	@ar rcs $@ $^

define room_rules
$(BUILD)/lib/$(1).a: $(call room_objects,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach room,$(filter-out base,$(ROOMS)),$(eval $(call room_rules,$(room))))

## make test-ROOM         the unit tests of one room (make test-base, make test-feel …)
# tests/ROOM/NAME_test.c is a program of its own (cmocka), linked with its room and the rooms below.
define room_tests
$(BUILD)/tests/$(1)/%_test: $(BUILD)/o/tests/$(1)/%_test.o $(call libs_up_to,$(1))
	@mkdir -p $$(@D)
	@$(CC) $(LDFLAGS_ALL) -o $$@ $$< -Wl,--start-group $(call libs_up_to,$(1)) -Wl,--end-group $(LDLIBS_ALL) -lcmocka
test-$(1): $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/$(1)/*_test.c))
	@tests/run-units.sh $$^
endef
$(foreach room,$(ROOMS),$(eval $(call room_tests,$(room))))
UNIT_TESTS := $(foreach room,$(ROOMS),$(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/$(room)/*_test.c)))
.SECONDARY:

clean:
	rm -rf $(BUILD)

-include $(wildcard mk/*.mk)
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
