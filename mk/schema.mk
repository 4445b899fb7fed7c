# src/ROOM/schema.sql becomes `const char schema_ROOM[]` in the room's library.
SCHEMA_ROOMS := $(foreach room,$(ROOMS),$(if $(wildcard src/$(room)/schema.sql),$(room)))

$(BUILD)/gen/schema_%.c: src/%/schema.sql
	@mkdir -p $(@D)
	@{ echo '/* Made from $<. Do not edit. */'; echo 'extern const char schema_$*[];'; echo 'const char schema_$*[] ='; \
	  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$$/\\n"/' $<; echo '    "";'; } > $@.new && mv $@.new $@

$(foreach room,$(SCHEMA_ROOMS),$(eval $(BUILD)/lib/$(room).a: $(BUILD)/gen/schema_$(room).o))
