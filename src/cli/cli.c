/* cli.c: what all commands share. */
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum language cli_language(void) {
    const char *wanted = getenv("LINGBAN_LANG");
    if (!wanted || !*wanted) wanted = getenv("LC_ALL");
    if (!wanted || !*wanted) wanted = getenv("LANG");
    return wanted && strncmp(wanted, "zh", 2) == 0 ? LANGUAGE_ZH : LANGUAGE_EN;
}

void cli_say_error(const struct str *pieces, size_t count) {
    struct arena a;
    arena_init(&a, 1 << 20);
    struct str s = text_format(&a, cli_language(), pieces, count);
    fprintf(stderr, "lingban: %.*s\n", STR_ARGS(s));
    arena_release(&a);
}

bool cli_read_file(struct arena *a, const char *path, size_t limit, struct str *out) {
    bool standard_input = strcmp(path, "-") == 0;
    FILE *f = standard_input ? stdin : fopen(path, "rb");
    if (!f) {
        cli_complain(T("The file {0} cannot be read: {1}."), str_from(path), str_from(strerror(errno)));
        return false;
    }
    struct buf bytes;
    buf_init(&bytes, a, limit);
    char piece[65536];
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;) buf_add(&bytes, (struct str){piece, n});
    bool good = !ferror(f);
    int cause = errno;
    if (!standard_input) fclose(f);
    if (!good) cli_complain(T("The file {0} cannot be read: {1}."), str_from(path), str_from(strerror(cause)));
    if (good && bytes.full) {
        cli_complain(T("The file {0} is too large."), str_from(path));
        good = false;
    }
    *out = bytes.p ? buf_str(&bytes) : STR("");
    return good;
}

void cli_print_faults(const struct faults *faults) {
    struct arena a;
    arena_init(&a, 8 << 20);
    for (size_t i = 0; i < faults->count; i++) {
        struct str line = fault_text(&a, cli_language(), &faults->items[i]);
        struct str level = text_in(cli_language(), faults->items[i].level == FAULT_ERROR ? T("error") : T("warning"));
        fprintf(stderr, "%.*s: %.*s\n", STR_ARGS(level), STR_ARGS(line));
    }
    arena_release(&a);
}
