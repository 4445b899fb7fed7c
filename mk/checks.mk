# Rules of the house that no compiler knows. `make test` runs them too (tests/run.sh, tests/parts).
.PHONY: check analyze
## make check             floors, banned calls, doors, function sizes, words in both languages: a minute
check:
	@tools/layers.sh && echo "layers: good"
	@tools/lint.sh && echo "lint: good"
	@tools/doors.sh && echo "doors: good"
	@tools/ratchet.sh
	@tools/words.sh

## make analyze           gcc -fanalyzer and cppcheck over src: some minutes
# The analyzer's reports are warnings here: on longjmp and arenas it is often wrong, and each is looked at.
analyze:
	@tools/analyze.sh "$(CPPFLAGS_ALL)"
