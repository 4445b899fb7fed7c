#!/usr/bin/env bash
# Browser tests: every tests/browser/*.test.mjs in Debian's Chromium. Each starts what it needs and closes with
# "N passed, N failed". Pictures go to BUILD/pictures.
# Usage: tests/parts/50-browser.sh BUILD
set -u
cd "$(dirname "$0")/../.."
build=${1:-build} passed=0 failed=0
make -s --no-print-directory BUILD="$build" browser-packages || exit 1
for test in tests/browser/*.test.mjs; do
    [ -e "$test" ] || continue
    log=$build/log/$(basename "$test" .mjs).log
    mkdir -p "$build/log"
    LINGBAN=$PWD/$build/lingban LINGBAN_PICTURES=$PWD/$build/pictures LINGBAN_LOOK=$PWD/$build/look timeout 900 node "$test" >"$log" 2>&1
    status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)
    good=${line%% *} bad=$(sed -nE 's/.* ([0-9]+) failed/\1/p' <<<"$line")
    [ -n "$line" ] || { good=0 bad=1; }
    [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    if [ "$bad" -gt 0 ]; then echo "--- $test"; tail -30 "$log"; fi
    passed=$((passed + good)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
