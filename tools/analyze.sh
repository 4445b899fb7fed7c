#!/usr/bin/env bash
# Static analysis of src: gcc -fanalyzer a file at a time, and cppcheck when it is installed. Prints what they find.
# Usage: tools/analyze.sh "PREPROCESSOR FLAGS" (make analyze gives them)
set -u
cd "$(dirname "$0")/.."
export flags=$1
found=0
analyzed=$(git ls-files 'src/*.c' | xargs -P "$(nproc)" -I{} sh -c 'gcc -std=c11 -O1 -fanalyzer -c -o /dev/null $flags "$1" 2>&1 | grep -E "warning:.*\[-Wanalyzer" || true' _ {})
[ -z "$analyzed" ] || { echo "$analyzed"; found=1; }
if command -v cppcheck >/dev/null; then
    checked=$(cppcheck -q -j "$(nproc)" --std=c11 --enable=warning,portability --inline-suppr --suppress=missingIncludeSystem \
        --suppress=nullPointerArithmetic --suppress=uninitMemberVar -Isrc -D_GNU_SOURCE src 2>&1)
    [ -z "$checked" ] || { echo "$checked"; found=1; }
fi
[ "$found" -eq 0 ] && echo "nothing found"
exit 0
