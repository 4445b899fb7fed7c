/* feel.c: `lingban feel 'EXPR' [--context FILE|-]` evaluates one FEEL expression and prints the result as typed JSON.
 * The context is a JSON object; its members are the names the expression may use. */
#include "base/env.h"
#include "cli/cli.h"
#include "feel/feel.h"

#include <stdio.h>
#include <string.h>

enum { MEMORY_LIMIT = 512 << 20, CONTEXT_LIMIT = 16 << 20 };

struct job {
    struct arena *arena;
    const char *expression, *context_path;
    int status;
};

/* All names of members anywhere in the data may stand behind a dot. */
static void collect_members(struct arena *a, const struct json *json, struct feel_scope *scope, size_t *capacity) {
    for (size_t i = 0; i < json->count; i++) {
        if (json->kind == JSON_OBJECT) {
            struct str *members = (struct str *)scope->members; /* ours until it is given away */
            VEC_PUSH(a, members, scope->member_count, *capacity, feel_name_normalise(a, json->items[i].name));
            scope->members = members;
        }
        collect_members(a, &json->items[i], scope, capacity);
    }
}

static bool read_context(struct job *job, struct feel_scope *scope, const struct feel_value **variables,
                         struct faults *faults) {
    struct str text;
    struct json_limits limits = {.bytes = CONTEXT_LIMIT, .depth = 128};
    size_t capacity = 0;
    if (!job->context_path) return true;
    if (!cli_read_file(job->arena, job->context_path, CONTEXT_LIMIT, &text)) return false;
    struct json *json = json_parse(job->arena, text, &limits, str_from(job->context_path), faults);
    if (!json) return false;
    if (json->kind != JSON_OBJECT) {
        cli_complain(T("The context must be a JSON object."));
        return false;
    }
    struct feel_value context = feel_from_json(job->arena, json);
    struct str *names = arena_array(job->arena, struct str, context.context->count);
    struct feel_value *values = arena_array(job->arena, struct feel_value, context.context->count);
    for (size_t i = 0; i < context.context->count; i++) {
        names[i] = context.context->entries[i].name;
        values[i] = context.context->entries[i].value;
    }
    scope->names = names;
    scope->name_count = context.context->count;
    collect_members(job->arena, json, scope, &capacity);
    *variables = values;
    return true;
}

static void run(void *arg) {
    struct job *job = arg;
    struct faults faults;
    struct feel_scope scope = {.name_count = 0};
    const struct feel_value *variables = NULL;
    struct feel_environment env;
    faults_init(&faults, job->arena);
    job->status = CLI_FAILED;
    if (!read_context(job, &scope, &variables, &faults)) {
        cli_print_faults(&faults);
        return;
    }
    const struct feel_expression *e = feel_compile(job->arena, str_from(job->expression), &scope, FEEL_EXPRESSION,
                                                   (struct place){.line = 1}, &faults);
    feel_environment_init(&env, job->arena, env_now(), NULL);
    size_t before = faults.count;
    env.reasons = &faults;
    struct feel_value v = feel_evaluate(e, &env, variables);
    if (v.kind != FEEL_NULL) faults.count = before; /* reasons of nulls that did not matter */
    cli_print_faults(&faults);
    struct buf out;
    struct json_out j;
    buf_init(&out, job->arena, 256 << 20);
    json_begin(&j, &out);
    feel_put_typed_json(&j, v);
    fwrite(out.p, 1, out.n, stdout);
    putchar('\n');
    job->status = feel_is_broken(e) ? CLI_FAILED : CLI_DONE;
}

int cli_feel(int argc, char **argv) {
    struct arena arena;
    struct job job = {.arena = &arena};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--context") == 0 && i + 1 < argc) job.context_path = argv[++i];
        else if (!job.expression && !cli_is_option(argv[i])) job.expression = argv[i];
        else return cli_wrong_call("feel", argc, argv);
    }
    if (!job.expression) return cli_wrong_call("feel", argc, argv);
    arena_init(&arena, MEMORY_LIMIT);
    if (!arena_run(&arena, run, &job)) {
        cli_complain(T("The calculation needs too much memory and was stopped."));
        job.status = CLI_FAILED;
    }
    arena_release(&arena);
    return job.status;
}
