#!/usr/bin/env bash
# Runs every fuzz target of a folder through its seeds and a fixed number of seeded mutations (fuzz/driver.c).
# Usage: tools/fuzz-seeded.sh BUILD/fuzz RUNS SEED
set -u
cd "$(dirname "$0")/.."
passed=0 failed=0
for program in "$1"/*; do
    name=$(basename "$program")
    [ -x "$program" ] && [ -f "fuzz/$name.c" ] || continue
    if output=$(timeout 300 "$program" -runs="$2" -seed="$3" "fuzz/corpus/$name"/* 2>&1); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "--- $name"
        tail -40 <<<"$output"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
