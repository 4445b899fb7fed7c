#!/usr/bin/env bash
# The wish once more with everything in its folder renamed and one task added (tests/scenes/rename.pl): the same stories
# must come out on the unchanged program, since no service is C code.
# Usage: tests/parts/21-renamed-folder.sh BUILD
set -u
cd "$(dirname "$0")/../.."
build=${1:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make -s --no-print-directory BUILD="$build" "$build/scenes" "$build/lingban" || exit 1
perl tests/scenes/rename.pl . "$work" "$build/lingban" || exit 1
"$build/lingban" service check "$work/hope" || exit 1
"$build/scenes" "$work"/scenes/*.scene
