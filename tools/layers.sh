#!/usr/bin/env bash
# Proves that no room reaches upward: every #include "room/…" in src/ names the room itself or one below it.
# The floors are the ROOMS line of the Makefile.
set -u
cd "$(dirname "$0")/.."
rooms=$(sed -n 's/^ROOMS := //p' Makefile)
bad=0
below=""
for room in $rooms; do
    below="$below $room"
    for file in src/"$room"/*.[ch]; do
        [ -e "$file" ] || continue
        for used in $(sed -n 's/^#include "\([a-z0-9_]*\)\/.*/\1/p' "$file" | sort -u); do
            case " $below " in
            *" $used "*) ;;
            *) echo "$file: the room $room may not use $used, which is above it"; bad=1 ;;
            esac
        done
    done
done
exit $bad
