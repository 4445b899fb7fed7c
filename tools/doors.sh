#!/usr/bin/env bash
# Files have one door: src/base/file.c (env.h). Whoever else opens, lists or removes one stands in tools/doors.txt.
# SQLite's and libzip's own files, opened by src/store, do not count: they are asked by path.
# (The door of clock and randomness is watched by tools/lint.sh.)
set -u
cd "$(dirname "$0")/.."
bad=0
allowed=" src/base/env.c src/base/file.c $(sed 's/#.*//' tools/doors.txt | tr '\n' ' ') "
calls='(^|[^A-Za-z0-9_.>])(fopen|freopen|fdopen|tmpfile|openat|creat|opendir|scandir|mkdir|mkdirat|rename|renameat|unlink|unlinkat|rmdir|mkstemp|mkostemp|mkdtemp|lstat|stat|truncate|ftruncate|flock)\('
opens='[^A-Za-z0-9_.>]open\([a-z_>.-]+, *O_'
for file in $(git ls-files --cached --others --exclude-standard 'src/*.[ch]'); do
    [[ "$allowed" == *" $file "* ]] && continue
    while read -r line; do
        echo "$file:$line   <- files are opened by base/file.c; or list the file in tools/doors.txt with the reason"
        bad=1
    done < <(perl -0pe 's{(/\*.*?\*/|"(?:\\.|[^"\\\n])*")}{ my $n = $1 =~ tr/\n//; "\n" x $n }gse' "$file" | grep -nE "$calls|$opens")
done
exit $bad
