#!/usr/bin/env bash
# Every fuzz target through its seeds and some mutations, under AddressSanitizer and UBSan. Usage: tests/parts/60-fuzz.sh BUILD
set -eu
cd "$(dirname "$0")/../.."
exec make -s --no-print-directory -j"$(nproc)" BUILD="$1-asan" SANITIZE=address,undefined OPT=-O1 RUNS=300 fuzz-seeded
