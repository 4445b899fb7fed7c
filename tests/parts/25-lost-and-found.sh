#!/usr/bin/env bash
# docs/service-folder.md keeps its word: its example is taken out of the page, checked, and played: by the program, and by
# one that was built without any of the services that ship, which serves it too.
# Usage: tests/parts/25-lost-and-found.sh BUILD
set -u
cd "$(dirname "$0")/../.."
build=${1:-build}
make -s --no-print-directory -j"$(nproc)" BUILD="$build" "$build/lingban" "$build/scenes" "$build/lingban-bare" "$build/scenes-bare" || exit 1
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
passed=0 failed=0
check() { if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi; }

# Both programs tell the same story.
for program in scenes scenes-bare; do
    "$build/$program" lost-and-found.scene >"$program.txt" 2>&1; check $? "$program: $(tail -3 "$program.txt")"
    line=$(grep -E '^[0-9]+ passed' "$program.txt" | tail -1)
    passed=$((passed + ${line%% *}))
done
! grep -aq 'services/wish\|微心愿\|eligibility.dmn' "$build/lingban-bare"; check $? "the program without services still holds one"

# And the bare one serves it.
bare=$build/lingban-bare
printf 'correct horse battery staple' >word
"$bare" init --data house --admin admin --name 管理员 --organisation 四平市 --password-file word >init.txt 2>&1; check $? "init: $(cat init.txt)"
"$bare" service deploy lost-and-found --data house >deploy.txt 2>&1; check $? "deploy: $(cat deploy.txt)"
"$bare" serve --data house --listen 127.0.0.1:0 >serve.txt 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do address=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' serve.txt | head -1); [ -n "$address" ] && break; sleep 0.1; done
curl -s "$address/?lang=zh" | grep -q 失物招领; check $? "the home page of the bare program does not offer the service"
curl -s "$address/services/lost-and-found?lang=en" | grep -q 'Lost and found'; check $? "the service has no page"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
