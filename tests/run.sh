#!/usr/bin/env bash
# Runs every part of the tests, prints a line with its seconds for each, and closes with "N passed, N failed".
#
# A part is a command. When its last line of that form says how many passed and failed, these numbers count; otherwise
# its exit status does, as one test. What a part prints is shown when it failed; all of it stays in BUILD/log.
# Usage: tests/run.sh BUILD          LINGBAN_PARTS="units browser" runs only those parts.
set -u
cd "$(dirname "$0")/.."
build=${1:-build}
logs=$build/log
passed=0 failed=0 skipped=0
mkdir -p "$logs"
jobs=$(nproc)

part() {
    local name=$1 started=$SECONDS log=$logs/$1.log status=0 line good bad
    shift
    if [ -n "${LINGBAN_PARTS:-}" ] && [[ " $LINGBAN_PARTS " != *" $name "* ]]; then return; fi
    "$@" >"$log" 2>&1 </dev/null || status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -1)
    if [ -n "$line" ]; then
        good=${line%% *}
        bad=$(sed -E 's/.* ([0-9]+) failed.*/\1/' <<<"$line")
        [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    elif [ "$status" -eq 0 ]; then
        good=1 bad=0
    else
        good=0 bad=1
    fi
    passed=$((passed + good)) failed=$((failed + bad))
    printf '%-22s %6d passed %4d failed %5d s\n' "$name" "$good" "$bad" $((SECONDS - started))
    if [ "$bad" -gt 0 ]; then
        tail -n 60 "$log" | sed 's/^/    /'
    fi
}

make_part() { make -s --no-print-directory BUILD="$build" "$@"; }

part build         make_part -j"$jobs" all "$build/conformance" "$build/bench"
part layers        tools/layers.sh
part lint          tools/lint.sh
part words         tools/words.sh
part units         make_part -j"$jobs" test-units
part conformance   tests/conformance.sh "$build"
# Each further part is a script of its own in tests/parts: scenes, races, kill rounds, browser …
for script in tests/parts/*.sh; do
    [ -e "$script" ] && part "$(basename "$script" .sh | sed 's/^[0-9]*-//')" "$script" "$build"
done
part units-sanitized   make -s --no-print-directory -j"$jobs" BUILD="$build-asan" SANITIZE=address,undefined OPT=-O1 test-units

echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
