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

# No service is C code: the program names none. A literal that is a service's id, an address or SQL word with it, or its
# Chinese name; "request" is an ordinary word, so of that one only the address counts.
perl -CSD -Mutf8 -e 'my (%id, @name);
    for my $yaml (glob "services/*/service.yaml") { open my $in, "<", $yaml or next; local $/; my $y = <$in>;
        $id{$1} = 1 if $y =~ /^id: ([\w-]+)/m; push @name, $1 if $y =~ /^name: \{zh: ([^,]+),/m }
    my $ids = join "|", map { quotemeta } keys %id; my $names = join "|", map { quotemeta } @name;
    for my $file (@ARGV) { open my $in, "<", $file or next; local $/; my $c = <$in>;
        $c =~ s{/\*.*?\*/}{ (my $n = $&) =~ tr/\n//cd; $n }gse;
        my $line = 0; for my $l (split /\n/, $c) { $line++;
            while ($l =~ /"((?:\\.|[^"\\])*)"/g) { my $s = $1;
                print "$file:$line: \"$s\"   <- names a service\n" if ($id{$s} && $s ne "request") || $s =~ m{services/($ids)\b} || ($s =~ /\x27($ids)\x27/ && $1 ne "request") || $s =~ /$names/ } } }
' $(git ls-files --cached --others --exclude-standard 'src/*.[ch]' 'src/*.html') >"${TMPDIR:-/tmp}/lint-services.$$"
while read -r line; do fault "$line"; done <"${TMPDIR:-/tmp}/lint-services.$$"
rm -f "${TMPDIR:-/tmp}/lint-services.$$"

# The pictures a service may name are those that the pages have.
named=$(sed -nE 's/^static const char icons\[\] = "(.*)";/\1/p' src/engine/service_keys.c | tr ' ' '\n' | sort)
drawn=$(grep '{{#part icon}}' src/web/parts.html | grep -oE 'name == "[a-z]+"' | grep -oE '"[a-z]+"' | tr -d '"' | sort)
[ "$named" = "$drawn" ] || fault "src/engine/service_keys.c: icons[] and part “icon” of src/web/parts.html differ"

# Raw HTML has one door; who uses it is listed here and looked at.
allowed=" $(sed 's/#.*//' tools/html-trusted.txt | tr '\n' ' ') "
for file in $(grep -lE '\bhtml_trusted\(' $sources /dev/null); do
    [[ "$allowed" == *" $file "* ]] || fault "$file: calls html_trusted; list it in tools/html-trusted.txt with the reason"
done

# Nothing of one machine, no registry's host, in what is shipped.
while read -r line; do fault "$line   <- an address or a path of one machine"; done < <(
    git grep -nIE 'registry\.(npmjs|npmmirror)|deb\.debian\.org|"resolved": *"http' -- . ':!tools/lint.sh' 2>/dev/null)
exit $bad
