/* main.c: the conformance runner's table of kinds, and what they share (conformance.h). */
#include "conformance.h"
#include "cli/cli.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The rooms' libraries refer to the command table for their usage; the runner has no commands. */
const struct cli_command cli_commands[] = {{NULL, NULL, {NULL, 0}, NULL}};

static const struct {
    const char *name;
    conformance_kind *run;
} kinds[] = {
    {"dmn", conformance_dmn},
    {"xforms", conformance_xforms},
    {"xpath", conformance_xpath},
    {"xlsform", conformance_xlsform},
    {"bpmn", conformance_bpmn},
    {"bpmn-rules", conformance_bpmn_rules},
    {"bpmn-miwg", conformance_bpmn_miwg},
    {NULL, NULL},
};

void tally_pass(struct tally *t) {
    t->passed++;
}

void tally_skip(struct tally *t) {
    t->skipped++;
}

void tally_fail(struct tally *t, const char *name, const char *format, ...) {
    va_list args;
    t->failed++;
    printf("FAIL %s: ", name);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

struct str read_file(struct arena *a, const char *path) {
    struct str bytes;
    if (!cli_read_file(a, path, 64u << 20, &bytes)) exit(2);
    return bytes;
}

static struct {
    char **paths;
    size_t count;
    const char *ending;
} found;

static int collect(const char *path, const struct stat *status, int type, struct FTW *at) {
    (void)status, (void)at;
    if (type != FTW_F || !str_ends(str_from(path), str_from(found.ending))) return 0;
    found.paths = realloc(found.paths, (found.count + 1) * sizeof *found.paths);
    found.paths[found.count++] = strdup(path);
    return 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void walk_files(const char *dir, const char *ending, void (*visit)(const char *, void *), void *arg) {
    found.paths = NULL;
    found.count = 0;
    found.ending = ending;
    nftw(dir, collect, 16, FTW_PHYS);
    char **paths = found.paths;
    size_t count = found.count;
    if (count) qsort(paths, count, sizeof *paths, by_name);
    for (size_t i = 0; i < count; i++) {
        visit(paths[i], arg);
        free(paths[i]);
    }
    free(paths);
}

int main(int argc, char **argv) {
    if (argc == 3) {
        for (size_t i = 0; kinds[i].name; i++) {
            if (strcmp(kinds[i].name, argv[1]) != 0) continue;
            struct tally tally = {0};
            kinds[i].run(argv[2], &tally);
            printf("%d passed, %d failed, %d skipped\n", tally.passed, tally.failed, tally.skipped);
            return tally.failed ? 1 : 0;
        }
    }
    fputs("conformance KIND DIR, where KIND is one of:", stderr);
    for (size_t i = 0; kinds[i].name; i++) fprintf(stderr, " %s", kinds[i].name);
    fputs("\n", stderr);
    return 2;
}
