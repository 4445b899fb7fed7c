/* dmn.c: `lingban dmn check | eval | show`. */
#include "cli/cli.h"

#include "base/env.h"
#include "dmn/dmn.h"

#include <stdio.h>
#include <string.h>

enum { MODEL_BYTES_MOST = 2000u << 20, FILE_BYTES_MOST = 160 << 20, OUTPUT_BYTES_MOST = 64 << 20 };

/* One call of the command. */
struct call {
    struct arena arena;
    struct faults faults;
    struct dmn_source *sources;
    size_t source_count, source_capacity;
    const struct dmn_model *model;
    const char *decision, *input;
    bool explain;
    int status;
};

static bool add_file(struct call *c, const char *path) {
    struct dmn_source source = {.path = str_from(path)};
    if (!cli_read_file(&c->arena, path, FILE_BYTES_MOST, &source.bytes)) return false;
    VEC_PUSH(&c->arena, c->sources, c->source_count, c->source_capacity, source);
    return true;
}

/* "--decision NAME" and its like take the word that follows; other words are files. */
static bool read_words(struct call *c, int argc, char **argv) {
    for (int i = 0; i < argc; i++) {
        bool takes = strcmp(argv[i], "--decision") == 0 || strcmp(argv[i], "--input") == 0;
        if (strcmp(argv[i], "--explain") == 0)
            c->explain = true;
        else if (takes && i + 1 < argc && strcmp(argv[i], "--decision") == 0)
            c->decision = argv[++i];
        else if (takes && i + 1 < argc)
            c->input = argv[++i];
        else if (takes || (argv[i][0] == '-' && argv[i][1] == '-'))
            return false;
        else if (!add_file(c, argv[i])) {
            c->status = CLI_FAILED; /* the sentence has been said */
            return false;
        }
    }
    return c->source_count > 0;
}

static void print(const struct buf *out) {
    fwrite(out->p, 1, out->n, stdout);
}

static void check(struct call *c) {
    if (c->model) dmn_check(c->model, &c->arena, &c->faults);
    cli_print_faults(&c->faults);
    c->status = c->faults.errors ? CLI_FAILED : CLI_DONE;
}

static void show(struct call *c) {
    struct buf out;
    if (!c->model) {
        cli_print_faults(&c->faults);
        c->status = CLI_FAILED;
        return;
    }
    buf_init(&out, &c->arena, OUTPUT_BYTES_MOST);
    dmn_show(&out, c->model, cli_language());
    print(&out);
}

/* Plain JSON, or values in the typed form of `lingban feel`. */
static bool read_inputs(struct call *c, const struct dmn_element *what, struct feel_value *out) {
    struct str text = STR("{}");
    if (c->input && !cli_read_file(&c->arena, c->input, FILE_BYTES_MOST, &text)) return false;
    struct faults faults;
    faults_init(&faults, &c->arena);
    struct json *json = json_parse(&c->arena, text, &json_default_limits, str_from(c->input ? c->input : ""), &faults);
    if (!json) {
        cli_print_faults(&faults);
        return false;
    }
    if (!feel_from_typed_json(&c->arena, json, out)) *out = dmn_inputs_from_json(what, &c->arena, json);
    return true;
}

static void print_result(struct call *c, struct feel_value v, const struct dmn_explanation *explanation) {
    struct buf out;
    struct json_out json;
    buf_init(&out, &c->arena, OUTPUT_BYTES_MOST);
    json_begin(&json, &out);
    feel_put_typed_json(&json, v);
    buf_byte(&out, '\n');
    if (explanation) dmn_explanation_put_text(&out, explanation, cli_language());
    print(&out);
}

static void evaluate(struct call *c) {
    struct feel_value inputs;
    struct feel_environment env;
    struct dmn_explanation explanation;
    struct faults reasons;
    c->status = CLI_FAILED;
    if (!c->model) cli_print_faults(&c->faults);
    if (!c->model) return;
    const struct dmn_element *what = dmn_find(c->model, feel_name_normalise(&c->arena, str_from(c->decision)));
    if (!what) {
        cli_complain(T("The model has no decision “{0}”."), str_from(c->decision));
        return;
    }
    if (!read_inputs(c, what, &inputs)) return;
    faults_init(&reasons, &c->arena);
    dmn_explanation_init(&explanation, &c->arena);
    feel_environment_init(&env, &c->arena, env_now(), NULL);
    env.reasons = &reasons;
    struct feel_value v = dmn_evaluate(c->model, what, inputs, &env, c->explain ? &explanation : NULL);
    print_result(c, v, c->explain ? &explanation : NULL);
    if (v.kind == FEEL_NULL || c->explain) cli_print_faults(&reasons);
    c->status = CLI_DONE;
}

static const struct {
    const char *name;
    void (*run)(struct call *);
} actions[] = {{"check", check}, {"eval", evaluate}, {"show", show}};

struct work {
    struct call *call;
    void (*run)(struct call *);
};

static void load_and_run(void *arg) {
    struct work *w = arg;
    w->call->model = dmn_load(&w->call->arena, w->call->sources, w->call->source_count, &w->call->faults);
    w->run(w->call);
}

int cli_dmn(int argc, char **argv) {
    struct call c = {.status = CLI_DONE};
    struct work w = {.call = &c};
    for (size_t i = 0; i < sizeof actions / sizeof *actions && argc > 1; i++)
        if (strcmp(argv[1], actions[i].name) == 0) w.run = actions[i].run;
    arena_init(&c.arena, MODEL_BYTES_MOST);
    faults_init(&c.faults, &c.arena);
    bool good = w.run && read_words(&c, argc - 2, argv + 2) && (w.run != evaluate || c.decision);
    if (!good) {
        if (c.status != CLI_FAILED) c.status = cli_wrong_call("dmn", argc, argv);
    } else if (!arena_run(&c.arena, load_and_run, &w)) {
        cli_complain(T("The model is too large."));
        c.status = CLI_FAILED;
    }
    arena_release(&c.arena);
    return c.status;
}
