#!/usr/bin/env bash
# FEEL against feelin (npm, tests only) on random expressions with a fixed seed; differences.mjs explains the known ones.
# Usage: tests/parts/30-feelin.sh BUILD
set -u
cd "$(dirname "$0")/../.."
build=${1:-build}
if [ ! -e tests/feel/node_modules ] || [ tests/feel/package-lock.json -nt tests/feel/node_modules ]; then
    (cd tests/feel && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules) || exit 1
fi
line=$(node tests/feel/differential.mjs "$build/lingban" 1500 77 | tee "$build/log/feelin.txt" | tail -1)
grep -A2 '^DIFFERS' "$build/log/feelin.txt"
good=$(sed -nE 's/^([0-9]+) agree, ([0-9]+) differ as explained.*/\1 \2/p' <<<"$line" | { read -r a b && echo $((a + b)); })
echo "${good:-0} passed, $(sed -nE 's/.*, ([0-9]+) differ$/\1/p' <<<"$line" | grep . || echo 1) failed"
