#!/usr/bin/env bash
# docs/service-folder.md keeps its word: its example is taken out of the page, checked, and played.
# Usage: tests/parts/25-lost-and-found.sh BUILD
set -u
cd "$(dirname "$0")/../.."
build=${1:-build}
make -s --no-print-directory -j"$(nproc)" BUILD="$build" "$build/lingban" "$build/scenes" || exit 1
build=$(realpath "$build")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# "File `NAME`:" is followed by the block that holds it.
perl -CSD -e 'my ($file, $out); while (<STDIN>) {
    if ($out) { if (/^```/) { close $out; undef $out } else { print $out $_ } }
    elsif (/^```/ && $file) {
        my $folder = "$ARGV[0]/$file"; $folder =~ s{/[^/]*$}{}; system "mkdir", "-p", $folder;
        open $out, ">:utf8", "$ARGV[0]/$file" or die; undef $file
    } elsif (/File `([a-z0-9.\/-]+)`:/) { $file = $1 }
}' "$work" <docs/service-folder.md
cd "$work" || exit 1
files=$(find lost-and-found -type f | wc -l)
[ "$files" -ge 8 ] || { echo "the page has only $files files of the example"; exit 1; }
said=$(LINGBAN_LANG=en "$build/lingban" service check lost-and-found 2>&1)
[ "$said" = "0 errors in lost-and-found." ] || { echo "$said"; echo "0 passed, 1 failed"; exit 1; }
"$build/scenes" lost-and-found.scene
