#!/usr/bin/env bash
# Runs cmocka programs one after another, each with a time limit, and closes with "N passed, N failed".
# A program that crashes or hangs counts as one failure more. LINGBAN_UNIT_SECONDS: the limit, 300.
set -u
passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for program in "$@"; do
    timeout "${LINGBAN_UNIT_SECONDS:-300}" "$program" >"$log" 2>&1
    status=$?
    good=$(grep -c '^\[       OK \]' "$log")
    bad=$(sort -u "$log" | grep -cE '^\[  FAILED  \] [A-Za-z_]')
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$bad" -gt 0 ]; then
        echo "--- $program (exit $status)"
        grep -vE '^\[( RUN      |       OK )\]' "$log" | tail -60
    fi
    passed=$((passed + good)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
