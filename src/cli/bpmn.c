/* bpmn.c: lingban bpmn check | svg | run: look at a process file without a data folder. */
#include "cli/bpmn_run.h"

#include "bpmn/picture.h"
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
    if (argc != (strict ? 3 : 2)) return cli_wrong_call("bpmn", argc, argv);
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

enum { MARKS = 200 };

/* "overdue:check:3 days" -> a mark; false when it is none. */
static bool read_mark(const char *written, struct bpmn_mark *out) {
    static const char *const states[] = {"done", "here", "overdue", "failed"};
    struct str rest = str_from(written), state;
    if (!str_split(&rest, ':', &state) || !str_split(&rest, ':', &out->element)) return false;
    out->note = rest;
    out->tokens = 1;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        out->state = (enum bpmn_mark_state)i;
        if (str_eqz(state, states[i])) return true;
    }
    return false;
}

struct svg_options {
    struct bpmn_picture how;
    struct bpmn_mark marks[MARKS];
    const char *path;
};

static bool read_svg_options(int argc, char **argv, struct svg_options *o) {
    o->how = (struct bpmn_picture){.language = cli_language(), .standalone = true, .marks = o->marks};
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        int64_t number;
        if (strcmp(argv[i], "--relayout") == 0) o->how.relayout = true;
        else if (strcmp(argv[i], "--mark") == 0 && more && o->how.mark_count < MARKS) {
            if (!read_mark(argv[++i], &o->marks[o->how.mark_count++])) return false;
        } else if (strcmp(argv[i], "--diagram") == 0 && more) {
            if (!str_to_int64(str_from(argv[++i]), &number) || number < 1) return false;
            o->how.diagram = (size_t)number - 1;
        } else if (argv[i][0] == '-' && argv[i][1]) return false;
        else if (o->path) return false;
        else o->path = argv[i];
    }
    return o->path != NULL;
}

/* svg FILE: the picture on standard output. */
static int run_svg(int argc, char **argv) {
    struct svg_options o = {0};
    if (!read_svg_options(argc, argv, &o)) return cli_wrong_call("bpmn", argc, argv);
    struct arena a;
    struct faults faults;
    struct str bytes;
    struct buf out;
    arena_init(&a, MEMORY);
    faults_init(&faults, &a);
    buf_init(&out, &a, 64 << 20);
    struct bpmn_tree *tree =
        cli_read_file(&a, o.path, FILE_BYTES, &bytes) ? bpmn_tree_read(&a, bytes, str_from(o.path), &faults) : NULL;
    cli_print_faults(&faults);
    bool drawn = tree && bpmn_picture_draw(&out, tree, &o.how);
    if (tree && !drawn) cli_complain(T("There is nothing to draw in {0}."), str_from(o.path));
    if (drawn) fwrite(out.p, 1, out.n, stdout);
    arena_release(&a);
    return drawn ? CLI_DONE : CLI_FAILED;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the name */
} groups[] = {
    {"check", run_check},
    {"svg", run_svg},
    {"run", cli_bpmn_run},
};

int cli_bpmn(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < sizeof groups / sizeof groups[0]; i++)
        if (strcmp(groups[i].name, argv[1]) == 0) return groups[i].run(argc - 1, argv + 1);
    return cli_wrong_call("bpmn", argc, argv);
}
