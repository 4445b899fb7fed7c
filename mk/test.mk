# `make test`: everything, one line a part with its seconds, and the sum at the end.
.PHONY: test packages-test
packages-test:
	@tools/install.sh tools/packages-run.txt tools/packages-test.txt

## make test              installs what tests need, runs every test, closes with "N passed, N failed"
test: packages-test
	@tests/run.sh "$(BUILD)"

## make test-units        the unit tests of all rooms
.PHONY: test-units
test-units: $(UNIT_TESTS)
	@tests/run-units.sh $^
