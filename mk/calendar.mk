# The State Council's calendar is compiled in: src/base/holidays-cn.csv -> an array for src/base/working_days.c.
$(BUILD)/gen/holidays_cn.h: src/base/holidays-cn.csv
	@mkdir -p $(@D)
	@awk -F, '/^[0-9]/ { gsub("-", "", $$1); printf "{%s, %s},\n", $$1, ($$3 == "work") ? "true" : "false" }' $< > $@.new && mv $@.new $@
$(BUILD)/o/src/base/working_days.o: $(BUILD)/gen/holidays_cn.h
