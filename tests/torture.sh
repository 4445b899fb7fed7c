#!/usr/bin/env bash
# The long versions of the tests that break things: each is played whatever became of those before it, and the sum closes
# with "N passed, N failed". What `make test` plays of them is a minute of this.
# Usage: tests/torture.sh BUILD
set -u
cd "$(dirname "$0")/.."
build=${1:-build} passed=0 failed=0 log=$(mktemp)
trap 'rm -f "$log"' EXIT

# part NAME COMMAND…   shows what the command says as it goes
part() {
    local name=$1 started=$SECONDS line good bad
    shift
    "$@" 2>&1 | tee "$log"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)
    good=${line%% *} bad=$(sed -nE 's/.* ([0-9]+) failed/\1/p' <<<"$line")
    [ -n "$line" ] || { good=0 bad=1; }
    echo "== $name: $good passed, $bad failed, $((SECONDS - started)) s"
    passed=$((passed + good)) failed=$((failed + bad))
}

export LINGBAN_UNIT_SECONDS=1800
part disk env LINGBAN_DISK_ROUNDS=100 tests/run-units.sh "$build/tests/engine/disk_test"
part crash env LINGBAN_CRASH_ROUNDS=100 tests/run-units.sh "$build/tests/store/crash_test"
part serve env LINGBAN_LONG=1 tests/parts/40-serve.sh "$build"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
