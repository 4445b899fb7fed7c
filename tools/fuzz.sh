#!/usr/bin/env bash
# Runs libFuzzer on each target for so many seconds; 1 when one of them broke.
# Usage: tools/fuzz.sh BUILD SECONDS NAME…
set -u
cd "$(dirname "$0")/.."
build=$1 seconds=$2 bad=0
shift 2
for name in "$@"; do
    mkdir -p "$build/corpus/$name" "$build/broken"
    echo "--- $name, $seconds s"
    "$build/libfuzzer/$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="$build/broken/$name-" "$build/corpus/$name" "fuzz/corpus/$name" 2>&1 |
        grep -E 'stat::number_of_executed|stat::new_units|ERROR|SUMMARY|Test unit|    #[0-9] ' || true
    [ "${PIPESTATUS[0]}" -eq 0 ] || bad=1
done
exit $bad
