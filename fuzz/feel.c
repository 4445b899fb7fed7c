/* feel.c: any text as a FEEL expression, as unary tests and as a filter's match: compiled, evaluated with small
 * budgets, written as text and JSON. Where unary tests say what they are by intervals, evaluating them must say the
 * same. */
#include "feel/feel.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct job {
    struct arena *arena;
    struct str text;
};

static const struct str names[] = {T_STATIC("a"), T_STATIC("b c"), T_STATIC("d-e"), T_STATIC("list"), T_STATIC("date")};
enum { NAME_COUNT = sizeof names / sizeof *names, INPUT_COUNT = 9 };

static void fill(struct arena *a, struct feel_value v[NAME_COUNT]) {
    v[0] = feel_integer(5);
    v[1] = feel_string(STR("text"));
    v[2] = feel_context(a, 2);
    feel_context_put(a, v[2], STR("x"), feel_integer(1));
    v[3] = feel_list(a, 2);
    v[3].list->items[0] = v[2];
    v[3].list->items[1] = v[0];
    v[4] = feel_date(2026, 11, 24);
}

static void show(struct arena *a, struct feel_value v) {
    struct buf out;
    struct json_out j;
    feel_text(a, v);
    feel_hash(v);
    buf_init(&out, a, 1 << 20);
    json_begin(&j, &out);
    feel_put_typed_json(&j, v);
    feel_put_json(&j, v);
    if (!feel_equals(v, v) && v.kind != FEEL_LIST && v.kind != FEEL_CONTEXT && v.kind != FEEL_RANGE) abort();
}

/* The answer that the intervals give: 1, 0, or -1 for null. */
static int by_intervals(const struct feel_test *test, struct feel_value input) {
    int answer = 0;
    for (size_t i = 0; i < test->count; i++) {
        struct feel_range r = test->intervals[i];
        bool point = r.has_low && r.has_high && !r.low_open && !r.high_open && feel_equals(r.low, r.high);
        struct feel_value v =
            point ? feel_equal(input, r.low) : feel_in(input, (struct feel_value){.kind = FEEL_RANGE, .range = &r});
        if (feel_is_true(v)) return !test->negated;
        if (v.kind != FEEL_BOOLEAN) answer = -1;
    }
    return answer < 0 ? answer : test->negated;
}

static void check_tests(struct arena *a, const struct feel_expression *e, struct feel_environment *env,
                        const struct feel_value *variables) {
    struct feel_test test = feel_test_inspect(e);
    struct feel_value inputs[INPUT_COUNT] = {feel_null(),
                                             feel_boolean(true),
                                             feel_integer(5),
                                             feel_integer(-1),
                                             feel_string(STR("text")),
                                             feel_string(STR("")),
                                             feel_date(2026, 11, 24),
                                             feel_parse_temporal(a, STR("P1D")),
                                             feel_parse_temporal(a, STR("10:00:00Z"))};
    for (size_t i = 0; i < INPUT_COUNT; i++) {
        struct feel_value v = feel_test(e, env, variables, inputs[i]);
        if (env->stopped) return;
        if (v.kind != FEEL_NULL && v.kind != FEEL_BOOLEAN) abort();
        int evaluated = v.kind == FEEL_NULL ? -1 : v.boolean;
        if (test.shape == FEEL_TEST_ANY && evaluated != 1) abort();
        if (test.shape == FEEL_TEST_INTERVALS && evaluated != by_intervals(&test, inputs[i])) abort();
    }
}

static void run(void *arg) {
    struct job *job = arg;
    struct feel_value variables[NAME_COUNT];
    struct faults faults;
    fill(job->arena, variables);
    for (int mode = FEEL_EXPRESSION; mode <= FEEL_MATCH; mode++) {
        for (int open = 0; open < 2; open++) {
            struct feel_scope scope = {
                .names = names, .name_count = NAME_COUNT, .members = names, .member_count = 2, .open = open};
            struct feel_environment env;
            faults_init(&faults, job->arena);
            feel_environment_init(&env, job->arena, 0, NULL);
            env.steps = 20000;
            env.reasons = open ? NULL : &faults;
            const struct feel_expression *e =
                feel_compile(job->arena, job->text, &scope, (enum feel_mode)mode, (struct place){.line = 1}, &faults);
            if (mode == FEEL_UNARY_TESTS) check_tests(job->arena, e, &env, variables);
            show(job->arena, feel_test(e, &env, variables, variables[2]));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_init(&arena, 64 << 20);
    struct job job = {&arena, {(const char *)data, size}};
    arena_run(&arena, run, &job); /* a spent budget is a fine answer */
    arena_release(&arena);
    return 0;
}
