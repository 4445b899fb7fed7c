#!/usr/bin/env bash
# The whole program under attack: every tests/serve/*.test.mjs. Each starts what it needs and closes with
# "N passed, N failed". LINGBAN_LONG=1 plays the long versions (make torture).
# Usage: tests/parts/40-serve.sh BUILD
set -u
cd "$(dirname "$0")/../.."
build=${1:-build} passed=0 failed=0
make -s --no-print-directory -j"$(nproc)" BUILD="$build" "$build/lingban" "$build/town" || exit 1
# The sanitized build has the name that tests/run.sh gives it: with two names for one folder, make would know the headers of one only.
asan=$build-asan
build=$(realpath "$build")
mkdir -p "$build/log"

# play NAME BUILD [ROUNDS]
play() {
    local name=$1 started=$SECONDS status line good bad log
    log=$build/log/serve-$name$(basename "$2").log
    LINGBAN_BUILD=$2 LINGBAN_ROUNDS=${3:-} timeout 1800 node "tests/serve/$name.test.mjs" >"$log" 2>&1
    status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)
    good=${line%% *} bad=$(sed -nE 's/.* ([0-9]+) failed/\1/p' <<<"$line")
    [ -n "$line" ] || { good=0 bad=1; }
    [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    echo "$name ($(basename "$2")): $good passed, $bad failed, $((SECONDS - started)) s"
    if [ "$bad" -gt 0 ]; then tail -30 "$log"; fi
    passed=$((passed + good)) failed=$((failed + bad))
}

for test in tests/serve/*.test.mjs; do play "$(basename "$test" .test.mjs)" "$build"; done
make -s --no-print-directory -j"$(nproc)" BUILD="$asan" SANITIZE=address,undefined OPT=-O1 "$asan/lingban" "$asan/town" || exit 1
play races "$build-asan" 2
play kill "$build-asan" 5
if [ -n "${LINGBAN_LONG:-}" ]; then for walk in leak bad-input commands; do LINGBAN_LONG= play "$walk" "$build-asan"; done; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
