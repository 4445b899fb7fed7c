#!/usr/bin/env bash
# Every fuzz target over its seeds and a few hundred seeded mutations, under AddressSanitizer and UBSan: the short run
# that finds what broke lately. `make fuzz` runs longer.
# Usage: tests/parts/40-fuzz.sh BUILD
set -u
cd "$(dirname "$0")/../.."
build=${1:-build} passed=0 failed=0
for source in fuzz/*.c; do
    name=$(basename "$source" .c)
    [ "$name" = driver ] && continue
    if timeout 300 make -s --no-print-directory -j"$(nproc)" BUILD="$build-asan" SANITIZE=address,undefined OPT=-O1 RUNS=200 "fuzz-$name" >"$build/log/fuzz-$name.log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "--- fuzz $name"
        tail -30 "$build/log/fuzz-$name.log"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
