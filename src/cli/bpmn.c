/* bpmn.c: lingban bpmn check | svg | run: look at a process file without a data folder. */
#include "cli/cli.h"

#include "bpmn/rules.h"

#include <stdio.h>
#include <string.h>

enum { MEMORY = 256 << 20, FILE_BYTES = 8 << 20 };

/* As cli_print_faults, with the rule's code behind the sentence: "… [EXT023]". */
static void print_findings(struct arena *a, const struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *f = &faults->items[i];
        struct str level = text_in(cli_language(), f->level == FAULT_ERROR ? T("error") : T("warning"));
        struct str line = fault_text(a, cli_language(), f);
        const char *code = strncmp(f->code, "bpmn.", 5) == 0 ? f->code + 5 : f->code;
        fprintf(stderr, "%.*s: %.*s [%s]\n", STR_ARGS(level), STR_ARGS(line), code);
    }
}

/* check [--strict] FILE: every broken rule on standard error, 1 when the file must be refused. */
static int run_check(int argc, char **argv) {
    bool strict = argc > 1 && strcmp(argv[1], "--strict") == 0;
    if (argc != (strict ? 3 : 2)) return cli_usage("bpmn", false);
    struct arena a;
    struct faults faults;
    struct str bytes;
    const char *path = argv[argc - 1];
    arena_init(&a, MEMORY);
    faults_init(&faults, &a);
    bool good = cli_read_file(&a, path, FILE_BYTES, &bytes) &&
                bpmn_check_file(&a, bytes, str_from(path), strict ? BPMN_LEVEL_STRICT : BPMN_LEVEL_NORMAL, &faults);
    print_findings(&a, &faults);
    arena_release(&a);
    return good ? CLI_DONE : CLI_FAILED;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the name */
} groups[] = {
    {"check", run_check},
};

int cli_bpmn(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < sizeof groups / sizeof groups[0]; i++)
        if (strcmp(groups[i].name, argv[1]) == 0) return groups[i].run(argc - 1, argv + 1);
    return cli_usage("bpmn", false);
}
