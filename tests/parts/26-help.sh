#!/usr/bin/env bash
# Every command says how it is called, in both languages, and explains each option it names.
# Usage: tests/parts/26-help.sh BUILD
set -u
cd "$(dirname "$0")/../.."
build=${1:-build} passed=0 failed=0
make -s --no-print-directory -j"$(nproc)" BUILD="$build" "$build/lingban" || exit 1
check() { if [ "$1" = 1 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi; }
commands=$("$build/lingban" help | sed -nE 's/^  ([a-z]+) .*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 15 ]; check $((! $?)) "help lists the commands"
for command in $commands; do
    for language in en zh; do
        said=$(LINGBAN_LANG=$language "$build/lingban" "$command" --help 2>&1)
        status=$?
        grep -q "^lingban $command" <<<"$said" && [ "$status" -eq 0 ]; check $((! $?)) "$command --help ($language)"
        for option in $(grep '^lingban' <<<"$said" | grep -oE '(^|[^a-z-])--[a-z-]+' | grep -oE -e '--[a-z-]+' | sort -u); do
            grep -qE -- "^  $option +[^ ]" <<<"$said"; check $((! $?)) "$command: $option is not explained ($language)"
        done
        [ "$language" = en ] || ! LC_ALL=C grep -qE '^  --[a-z-]+ +[ -~]*$' <<<"$said"; check $((! $?)) "$command: not all of it is Chinese"
    done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
