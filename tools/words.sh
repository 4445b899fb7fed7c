#!/usr/bin/env bash
# Every sentence has its Chinese: T("…") and T_STATIC("…") in C, T{…} in templates, against po/zh/*.po; and every word of the
# service folders its English.
# Prints each sentence without one and each translation nobody uses, and closes with "N passed, N failed".
set -u
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

xgettext --from-code=UTF-8 --language=C --keyword= --keyword=T --keyword=T_STATIC --no-location -o "$work/c.po" \
    $(git ls-files --cached --others --exclude-standard 'src/*.[ch]') 2>/dev/null
# Template sentences: braces in them are {0} … only; arguments follow after " | ".
perl -CSD -0777 -ne 'while (/T\{((?:[^{}|]|\{\d\})*)(?:\|[^{}]*)?\}/g) { my $s = $1; $s =~ s/\s+/ /g; $s =~ s/^ | $//g;
    $s =~ s/(["\\])/\\$1/g; print "msgid \"$s\"\nmsgstr \"\"\n\n" }' src/web/*.html 2>/dev/null >"$work/html.po"

# One sentence a line, with .po's own escapes.
sentences() { msgcat --no-wrap --use-first "$@" 2>/dev/null | perl -ne 'print "$1\n" if /^msgid "(.+)"$/'; }
{ printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'; cat "$work/html.po"; } >"$work/html2.po"
{ sed 's/charset=CHARSET/charset=UTF-8/' "$work/c.po" >"$work/c2.po"; sentences "$work/c2.po"; msguniq "$work/html2.po" 2>/dev/null >"$work/html3.po"; sentences "$work/html3.po"; } | sort -u >"$work/used"
for po in po/zh/*.po; do
    msgfmt -o /dev/null "$po" || echo "$po is no .po file"
    msgattrib --translated --no-fuzzy --no-wrap "$po" 2>/dev/null | perl -ne 'print "$1\n" if /^msgid "(.+)"$/'
done | sort -u >"$work/known"
comm -23 "$work/used" "$work/known" | sed 's/^/no Chinese: /'
comm -13 "$work/used" "$work/known" | sed 's/^/nobody says: /'
# The folders that ship: what their process, rules and papers say in Chinese has its English in i18n/en.po. Rules speak by
# their annotations and by the texts of their cells; names of elements nobody sees (gateways, flows) need none.
for folder in services/*/; do
    [ -e "$folder/service.yaml" ] || continue
    perl -CSD -Mutf8 -0777 -e 'my ($folder) = @ARGV; my %know, my @say;
        sub read_in { open my $in, "<:utf8", $_[0] or return ""; local $/; my $t = <$in>; $t }
        my $english = read_in("$folder/i18n/en.po");
        $know{$1} = 1 while $english =~ /^msgid "(.+)"$/mg;
        for my $f (glob "$folder/*.bpmn") { my $t = read_in($f); push @say, $1 while $t =~ /<bpmn:(?:userTask|serviceTask|businessRuleTask|startEvent|endEvent|subProcess|callActivity|boundaryEvent|intermediateCatchEvent)\b[^>]* name="([^"]+)"/g }
        # What messages and calculated texts are put together from: each literal within an entry, mostly one with {0} in it.
        my $said = join "\n", keys %know;
        my $piece = sub { my $cell = shift; $cell =~ s/&quot;/"/g;
            while ($cell =~ /"([^"]*\p{Han}[^"]*)"/g) { my $l = $1; (my $core = $l) =~ s/^[；。]|[；。]$//g; print "$folder: no English: $l\n" unless index($said, $core) >= 0 } };
        for my $f (glob "$folder/*.bpmn") { my $t = read_in($f); $piece->($1) while $t =~ /<zeebe:input source="([^"]*)" target="text"/g }
        for my $f (glob "$folder/*.dmn") { my $t = read_in($f); $piece->($1) while $t =~ m{<literalExpression[^>]*>\s*<text>([^<]*)</text>}g }
        for my $f (glob "$folder/*.dmn") { my $t = read_in($f); push @say, $1 while $t =~ m{<annotationEntry[^>]*><text>([^<]+)</text>}g;
            for my $cell ($t =~ m{<outputEntry[^>]*><text>([^<]*)</text>}g) { $cell =~ s/&quot;/"/g; push @say, $cell =~ /"([^"]*)"/g } }
        # Residents read annotations in the timeline: what the makers note about a rule stands in its description.
        for my $f (glob "$folder/*.dmn") { my $t = read_in($f); while ($t =~ m{<annotationEntry[^>]*><text>([^<]+)</text>}g) { my $n = $1;
            print "$folder: a maker’s note for residents, put it into the rule’s description: $n\n" if $n =~ /本项目|各地可|可由.*另定|公开实现|主办方可改|不得知道|〔\d{4}〕/ } }
        for my $f (glob "$folder/print/*.html") { my $t = read_in($f); push @say, $1 while $t =~ /T\{([^{}|]+)\}/g }
        my %seen; for my $w (@say) { print "$folder: no English: $w\n" if $w =~ /\p{Han}/ && !$know{$w} && !$seen{$w}++ }' "${folder%/}"
done >"$work/folders"
cat "$work/folders"

missing=$(comm -23 "$work/used" "$work/known" | wc -l) total=$(wc -l <"$work/used")
missing=$((missing + $(wc -l <"$work/folders")))
echo "$((total - missing)) passed, $missing failed"
[ "$missing" -eq 0 ]
