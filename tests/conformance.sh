#!/usr/bin/env bash
# Holds the public conformance suites to their floor: tests/conformance.floor has lines of kind, folder below
# ../shared/conformance and the number that must pass; a number may only grow. Without the suites there is nothing to do.
# Usage: tests/conformance.sh BUILD
set -u
cd "$(dirname "$0")/.."
build=${1:-build} suites=../shared/conformance passed=0 failed=0
while read -r kind folder floor; do
    case $kind in '' | '#'*) continue ;; esac
    [ -d "$suites/$folder" ] || continue
    line=$(timeout 300 "$build/conformance" "$kind" "$suites/$folder" | tail -1)
    good=$(sed -nE 's/^([0-9]+) passed, .*/\1/p' <<<"$line")
    echo "$kind $folder: $line (floor $floor)"
    if [ -n "$good" ] && [ "$good" -ge "$floor" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done <tests/conformance.floor
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
