#!/usr/bin/env bash
# Small functions by ratchet: a new function has at most 60 lines and 15 branches (if, for, while, case, ?, && and ||);
# those that had more when the ratchet came stand in tools/ratchet.txt and may only shrink.
# Usage: tools/ratchet.sh           prints what is wrong, closes with "N passed, N failed"
#        tools/ratchet.sh --write   writes tools/ratchet.txt anew (for a look at the difference before committing it)
set -u
cd "$(dirname "$0")/.."
measured=$(mktemp)
trap 'rm -f "$measured"' EXIT

# FILE FUNCTION LINES BRANCHES of every function: a line at the margin that ends in "{", up to the next "}" at the margin.
perl -e '
for my $file (@ARGV) {
    open my $in, "<", $file or next;
    local $/;
    my $code = <$in>;
    $code =~ s{(/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\x27(?:\\.|[^\x27\\\n])+\x27)}{ my $n = $1 =~ tr/\n//; "\n" x $n }gse;
    my ($name, $head, $lines, $branches) = ("", "", 0, 0);
    for my $line (split /\n/, $code) {
        if ($name eq "") {
            $head = $line =~ /^\w/ ? $line : "$head $line";
            $head = "" if $line =~ /[;}]\s*$/;
            next unless $line =~ /\{\s*$/ && $head =~ /\b(\w+)\s*\([^;]*\)\s*\{\s*$/ && $head !~ /^(struct|enum|union|typedef)\b[^(]*\{/;
            ($name, $lines, $branches) = ($head =~ /(\w+)\s*\(/ ? $1 : $1, 1, 0);
            next;
        }
        $lines++;
        $branches++ while $line =~ /\b(?:if|for|while|case)\b|&&|\|\||\?/g;
        if ($line =~ /^\}/) {
            print "$file $name $lines $branches\n";
            ($name, $head) = ("", "");
        }
    }
}' $(git ls-files --cached --others --exclude-standard 'src/*.c' 'tools/*.c' 'fuzz/*.c' 'bench/*.c') >"$measured"

if [ "${1:-}" = --write ]; then
    { echo "# Functions past 60 lines or 15 branches: FILE FUNCTION LINES BRANCHES. They may only shrink (tools/ratchet.sh)."
      awk '$3 > 60 || $4 > 15' "$measured" | sort; } >tools/ratchet.txt
    exit
fi
awk '
FNR == NR { if ($1 !~ /^#/) { lines[$1 " " $2] = $3; branches[$1 " " $2] = $4 }; next }
{
    total++
    key = $1 " " $2
    if ($3 <= 60 && $4 <= 15) {
        if (key in lines) print key ": is small now; take it out of tools/ratchet.txt (tools/ratchet.sh --write)"
    } else if (!(key in lines)) {
        print key ": " $3 " lines, " $4 " branches; 60 and 15 are the most for a new function"; bad++
    } else if ($3 > lines[key] || $4 > branches[key]) {
        print key ": has grown from " lines[key] " lines, " branches[key] " branches to " $3 ", " $4; bad++
    }
    delete lines[key]
}
END {
    for (key in lines) print key ": is gone; take it out of tools/ratchet.txt"
    printf "%d passed, %d failed\n", total - bad, bad
    exit bad > 0
}' tools/ratchet.txt "$measured"
