#!/usr/bin/env bash
# The printed page counted again; only where the page's figures are (../shared).
build=${1:-build}
[ -e ../shared/domain/page-figures.csv ] || { echo "0 passed, 0 failed"; exit 0; }
make -s BUILD="$build" page
