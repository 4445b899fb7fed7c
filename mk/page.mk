# The page that the programmes come from, counted again from the journal (tests/page/page.c).
$(BUILD)/page: $(BUILD)/o/tests/page/page.o $(LIBS)
	@$(CC) $(LDFLAGS_ALL) -o $@ $< $(LINK_LIBS)

## make page              the page's figures: equal, different, not yet, not countable; fails on a different one
PAGE_FIGURES ?= ../shared/domain/page-figures.csv
.PHONY: page
page: $(BUILD)/page
	@$(BUILD)/page tests/page/town.scene tests/page/figures.txt $(PAGE_FIGURES)
