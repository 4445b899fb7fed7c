#!/usr/bin/env bash
# Every process, rule and form of services/, and a form with every question type, opens in bpmn-js, dmn-js and ODK's form engine without a warning (tests/imports).
# Usage: tests/parts/51-imports.sh BUILD
set -u
cd "$(dirname "$0")/../.."
build=${1:-build}
make -s --no-print-directory BUILD="$build" "$build/lingban" browser-packages import-packages || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$build/lingban" form convert tests/form/every-question.md "$work/every-question.xml" 2>/dev/null || exit 1 # its lists are not there
LINGBAN=$PWD/$build/lingban timeout 300 node tests/imports/imports.mjs services/*/ "$work"
