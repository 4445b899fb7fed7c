#!/usr/bin/env bash
# Every story of tests/scenes, each followed by replay --verify --recompute; once more under AddressSanitizer and UBSan.
# Usage: tests/parts/20-scenes.sh BUILD
set -u
cd "$(dirname "$0")/../.."
build=${1:-build}
make -s --no-print-directory -j"$(nproc)" BUILD="$build" "$build/scenes" || exit 1
"$build/scenes" tests/scenes/*.scene | tee "$build/log/scenes.txt"
status=${PIPESTATUS[0]}
make -s --no-print-directory -j"$(nproc)" BUILD="$build-asan" SANITIZE=address,undefined OPT=-O1 "$build-asan/scenes" || exit 1
"$build-asan/scenes" tests/scenes/*.scene >"$build/log/scenes-asan.txt" 2>&1 || { tail -40 "$build/log/scenes-asan.txt"; exit 1; }
exit "$status"
