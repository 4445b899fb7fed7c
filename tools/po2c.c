/* po2c: compiles gettext .po files into the table that src/base/text.c searches.
 * Usage: po2c FILE.po … > catalogue.c. Untranslated and fuzzy entries are left out; a key that stands in two files
 * with two translations is an error. The build uses it; it is not part of the program. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char *key, *text;
};

static struct entry *entries;
static size_t count, capacity;

static char *add(char *to, const char *from, size_t n) {
    size_t have = to ? strlen(to) : 0;
    to = realloc(to, have + n + 1);
    if (!to) exit(1);
    memcpy(to + have, from, n);
    to[have + n] = 0;
    return to;
}

/* Appends what stands between the quotes; the escapes of .po are those of C and are kept as they are. */
static char *quoted(char *to, const char *line) {
    const char *start = strchr(line, '"'), *end = strrchr(line, '"');
    if (!start || end == start) return to;
    return add(to, start + 1, (size_t)(end - start - 1));
}

static void keep(char *key, char *text, bool fuzzy) {
    if (!key || !*key || !text || !*text || fuzzy) return;
    if (count == capacity) {
        capacity = capacity ? capacity * 2 : 256;
        entries = realloc(entries, capacity * sizeof *entries);
        if (!entries) exit(1);
    }
    entries[count++] = (struct entry){key, text};
}

static void read_po(const char *path) {
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        exit(1);
    }
    char line[8192];
    char *key = NULL, *text = NULL;
    bool in_text = false, fuzzy = false, next_fuzzy = false;
    while (fgets(line, sizeof line, f)) {
        if (strncmp(line, "#, ", 3) == 0 && strstr(line, "fuzzy")) next_fuzzy = true;
        if (strncmp(line, "msgid ", 6) == 0) {
            keep(key, text, fuzzy);
            key = quoted(add(NULL, "", 0), line);
            text = NULL;
            in_text = false;
            fuzzy = next_fuzzy;
            next_fuzzy = false;
        } else if (strncmp(line, "msgstr ", 7) == 0) {
            text = quoted(add(NULL, "", 0), line);
            in_text = true;
        } else if (line[0] == '"') {
            if (in_text) text = quoted(text, line);
            else key = quoted(key, line);
        }
    }
    keep(key, text, fuzzy);
    fclose(f);
}

/* Order of the bytes the C literal stands for; \" and \\ and \n are the only escapes our sentences use. */
static int unescaped(const char **p) {
    if (**p != '\\') return (unsigned char)*(*p)++;
    char c = (*p)[1];
    *p += 2;
    return c == 'n' ? '\n' : c == 't' ? '\t' : (unsigned char)c;
}

static int compare(const void *x, const void *y) {
    const char *a = ((const struct entry *)x)->key, *b = ((const struct entry *)y)->key;
    while (*a && *b) {
        int p = unescaped(&a), q = unescaped(&b);
        if (p != q) return p - q;
    }
    return *a ? 1 : *b ? -1 : 0;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) read_po(argv[i]);
    if (count) qsort(entries, count, sizeof *entries, compare);
    size_t kept = 0;
    puts("/* Made by tools/po2c from po/zh. Do not edit. */\n#include \"base/text.h\"\n");
    puts("const struct text_entry text_catalogue_zh[] = {");
    for (size_t i = 0; i < count; i++) {
        if (i && compare(&entries[i - 1], &entries[i]) == 0) {
            if (strcmp(entries[i - 1].text, entries[i].text) == 0) continue;
            fprintf(stderr, "po2c: two translations of \"%s\": \"%s\" and \"%s\"\n", entries[i].key,
                    entries[i - 1].text, entries[i].text);
            return 1;
        }
        const char *key = entries[i].key, *text = entries[i].text;
        printf("    {{\"%s\", sizeof \"%s\" - 1}, {\"%s\", sizeof \"%s\" - 1}},\n", key, key, text, text);
        kept++;
    }
    printf("    {{NULL, 0}, {NULL, 0}},\n};\nconst size_t text_catalogue_zh_count = %zu;\n", kept);
    return 0;
}
