#!/usr/bin/env bash
# Rules of the house that a compiler does not know. One line a fault; silence is good.
set -u
cd "$(dirname "$0")/.."
bad=0
fault() { echo "$1"; bad=1; }

sources=$(git ls-files --cached --others --exclude-standard 'src/*.[ch]' 'tests/*.[ch]' 'bench/*.[ch]' 'fuzz/*.[ch]' 'tools/*.c')

# The code without comments and texts, as FILE:LINE:CODE.
code=$(perl -e 'for my $file (@ARGV) { open my $in, "<", $file or next; local $/; my $c = <$in>;
    $c =~ s{(/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*")}{ my $n = $1 =~ tr/\n//; "\n" x $n }gse;
    my $line = 0; for (split /\n/, $c) { $line++; print "$file:$line:$_\n" if /\(/ } }' $sources)

# Functions that overflow, or follow the machine's locale and zone.
while read -r line; do
    fault "$line   <- banned"
done < <(grep -v '^tools/' <<<"$code" |
    grep -E '\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|localtime|gmtime|mktime|strtok|setlocale|system|popen|tmpnam)\(')

# The machine's clock and its luck have one door (base/env.h). A condition variable's deadline, `&until`, is no time of ours.
while read -r line; do
    fault "$line   <- time and randomness come from base/env.h"
done < <(grep '^src/' <<<"$code" | grep -v '^src/base/env' | grep -v '&until)' | grep -E '[^_a-z](time|rand|random|srand|clock_gettime|gettimeofday|getrandom)\(')

# A file has one job; past 1,500 lines it has several.
for file in $sources; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 1500 ] || fault "$file: $lines lines; 1500 is the most"
    head -c 2 "$file" | grep -q '^/\*' || fault "$file: does not open with what it is for"
done

# Raw HTML has one door; who uses it is listed here and looked at.
allowed=" $(sed 's/#.*//' tools/html-trusted.txt | tr '\n' ' ') "
for file in $(grep -lE '\bhtml_trusted\(' $sources /dev/null); do
    [[ "$allowed" == *" $file "* ]] || fault "$file: calls html_trusted; list it in tools/html-trusted.txt with the reason"
done

# Nothing of one machine, no registry's host, in what is shipped.
while read -r line; do fault "$line   <- an address or a path of one machine"; done < <(
    git grep -nIE 'registry\.(npmjs|npmmirror)|deb\.debian\.org|"resolved": *"http' -- . ':!tools/lint.sh' 2>/dev/null)
exit $bad
