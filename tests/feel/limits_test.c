/* limits_test.c: no text and no value makes an evaluation hang, overflow the stack or eat the memory. */
#include "check.h"

static void endless_work_is_stopped(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"for i in 1..1000000000 return i", "null feel.too-long"},
        {"for i in 1..100000, j in 1..100000 return i", "null feel.too-long"},
        {"count(for i in 1..9000000 return i)", "null feel.too-long"},
        {"some i in 1..1000000000 satisfies i < 0", "null feel.too-long"},
        {"{f: function(n) f(n), r: f(1)}.r", "null feel.too-deep"},
        {"{f: function(n) f(n - 1) + f(n - 2), r: f(60)}.r", "null feel.too-deep"},
        {"{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(60)}.r", "null feel.too-long"},
        {"(for i in 1..1000 return if i = 1 then \"x\" else partial[-1] + partial[-1])[1000]", "null feel.too-large"},
        {"(for i in 1..1000 return if i = 1 then [1] else concatenate(partial[-1], partial[-1]))[1000]",
         "null feel.too-long"},
        {"count(flatten((for i in 1..100 return if i = 1 then [1] else [partial[-1], partial[-1]])[100]))",
         "null feel.too-long"},
        {"matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"^(a+)+b$\")", "null feel.too-long"},
        {"sort(for i in 1..3000 return i, function(x, y) (every k in 1..1000 satisfies k > 0) and x < y)",
         "null feel.not-sortable"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str got = result_of(rows[i].expression, NULL, NULL);
        /* the first reason may be of what was worked out on the way to the end of the budget */
        bool stopped = str_eqz(got, "null feel.too-long") || str_eqz(got, "null feel.too-deep");
        if (!stopped && !str_eqz(got, rows[i].expected))
            fail_msg("%s\n  expected %s\n  got      %.*s", rows[i].expression, rows[i].expected, STR_ARGS(got));
        arena_clear(&arena);
    }
}

static struct str repeated(const char *before, const char *middle, const char *after, int times) {
    struct buf b;
    buf_init(&b, &arena, 10 << 20);
    for (int i = 0; i < times; i++) buf_addz(&b, before);
    buf_addz(&b, middle);
    for (int i = 0; i < times; i++) buf_addz(&b, after);
    return buf_str(&b);
}

static const char *first_code(struct str text) {
    struct faults faults;
    struct feel_environment env;
    faults_init(&faults, &arena);
    const struct feel_expression *e =
        feel_compile(&arena, text, NULL, FEEL_EXPRESSION, (struct place){.line = 0}, &faults);
    feel_environment_init(&env, &arena, TEST_NOW, NULL);
    env.reasons = &faults;
    feel_evaluate(e, &env, NULL);
    return faults.count ? faults.items[0].code : "";
}

static void deep_texts_are_refused(void **state) {
    (void)state;
    static const char *const pieces[][3] = {{"(", "1", ")"},
                                            {"[", "1", "]"},
                                            {"{a: ", "1", "}"},
                                            {"-", "1", ""},
                                            {"if true then ", "1", " else 1"},
                                            {"function(x) ", "1", ""},
                                            {"[1..2[", "1", ""},
                                            {"for i in ", "[1]", " return i"},
                                            {"abs(", "1", ")"},
                                            {"1 in (", "1", ")"},
                                            {"not(", "true", ")"},
                                            {"", "a", " + a * 2"},
                                            {"", "1", " instance of list<number>"},
                                            {"[1..a[[", "1", ""},
                                            {"1", "", ".a"},
                                            {"", "a", "[1]"},
                                            {"", "1", "(1)"}};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        const char *code = first_code(repeated(pieces[i][0], pieces[i][1], pieces[i][2], 50000));
        if (strcmp(code, "feel.syntax") != 0) fail_msg("%s…: %s", pieces[i][0], code);
        arena_clear(&arena);
    }
    assert_string_equal(first_code(repeated("1 + ", "1", "", 1500)), "");
    assert_string_equal(first_code(repeated("x instance of list<", "number", ">", 5000)), "feel.syntax");
}

/* A list in a list in a list …, as data can bring it. */
static struct feel_value nested(int depth) {
    struct feel_value v = feel_integer(1);
    for (int i = 0; i < depth; i++) {
        struct feel_value outer = feel_list(&arena, 2);
        outer.list->items[0] = outer.list->items[1] = v;
        v = outer;
    }
    return v;
}

static void deep_and_shared_values_have_an_end(void **state) {
    (void)state;
    struct feel_value a = nested(40), b = nested(40), deep = nested(100000); /* 40 levels of pairs: 2^40 leaves */
    struct buf out;
    struct json_out j;
    assert_false(feel_equals(a, b)); /* not found out: too much to compare */
    assert_true(feel_equals(a, a));
    feel_equals(deep, nested(100000));
    assert_true(feel_hash(a) == feel_hash(b));
    feel_hash(deep);
    assert_true(feel_text(&arena, a).n <= FEEL_MAX_STRING);
    feel_text(&arena, deep);
    buf_init(&out, &arena, 1 << 16);
    json_begin(&j, &out);
    feel_put_json(&j, a);
    feel_put_typed_json(&j, deep);
    assert_true(out.n <= 1 << 16);
    struct feel_environment env;
    feel_environment_init(&env, &arena, TEST_NOW, NULL);
    assert_false(feel_is_instance(
        deep, feel_type_parse(&arena, STR("list<list<list<number>>>"), NULL, (struct place){.line = 0}, NULL), &env));
}

static void budgets_are_those_given(void **state) {
    (void)state;
    struct faults faults;
    struct feel_environment env;
    faults_init(&faults, &arena);
    feel_environment_init(&env, &arena, TEST_NOW, NULL);
    env.steps = 50;
    env.reasons = &faults;
    const struct feel_expression *e = feel_compile(&arena, STR("count(for i in 1..100 return i)"), NULL,
                                                   FEEL_EXPRESSION, (struct place){.line = 0}, NULL);
    assert_int_equal(feel_evaluate(e, &env, NULL).kind, FEEL_NULL);
    assert_true(env.stopped);
    assert_string_equal(faults.items[0].code, "feel.too-long");
    feel_evaluate(e, &env, NULL); /* stays stopped, says so once */
    assert_int_equal(faults.count, 1);
    feel_environment_init(&env, &arena, TEST_NOW, NULL);
    assert_int_equal(feel_evaluate(e, &env, NULL).kind, FEEL_NUMBER);
    assert_int_equal(env.depth, FEEL_DEFAULT_DEPTH);
}

static void spend_memory(void *arg) {
    struct feel_environment env;
    feel_environment_init(&env, arg, TEST_NOW, NULL);
    const struct feel_expression *e = feel_compile(arg, STR("for i in 1..200000 return [i, i, i, i]"), NULL,
                                                   FEEL_EXPRESSION, (struct place){.line = 0}, NULL);
    feel_evaluate(e, &env, NULL);
}

static void memory_ends_with_the_arena(void **state) {
    (void)state;
    struct arena small;
    arena_init(&small, 1 << 20);
    assert_false(arena_run(&small, spend_memory, &small));
    arena_release(&small);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(endless_work_is_stopped), TEST(deep_texts_are_refused),
                                       TEST(deep_and_shared_values_have_an_end), TEST(budgets_are_those_given),
                                       TEST(memory_ends_with_the_arena)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
