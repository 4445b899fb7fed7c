/* unary_test.c: unary tests: what matches, and what an index can learn of them; a filter's match. */
#include "check.h"

struct test_row {
    const char *tests, *input; /* input: an expression */
    int expected;              /* 1, 0, -1 for null */
};

static const struct str names[] = {T_STATIC("limit"), T_STATIC("flag")};

static const struct feel_expression *tests_of(const char *text) {
    const struct feel_scope scope = {.names = names, .name_count = 2};
    return feel_compile(&arena, str_from(text), &scope, FEEL_UNARY_TESTS, (struct place){.line = 0}, NULL);
}

static struct feel_value value_of(const char *text) {
    struct feel_environment env;
    feel_environment_init(&env, &arena, TEST_NOW, NULL);
    return feel_evaluate(feel_compile(&arena, str_from(text), NULL, FEEL_EXPRESSION, (struct place){.line = 0}, NULL),
                         &env, NULL);
}

static void matching(void **state) {
    (void)state;
    static const struct test_row rows[] = {{"-", "5", 1},
                                           {"", "null", 1},
                                           {" - ", "\"a\"", 1},
                                           {"5", "5.0", 1},
                                           {"5", "6", 0},
                                           {"5", "\"5\"", -1},
                                           {"5", "null", 0},
                                           {"null", "null", 1},
                                           {"null", "5", 0},
                                           {"\"a\", \"b\"", "\"b\"", 1},
                                           {"\"a\", \"b\"", "\"c\"", 0},
                                           {"< 5", "4", 1},
                                           {"< 5", "5", 0},
                                           {"<= 5, > 10", "11", 1},
                                           {"!= 5", "6", 1},
                                           {"= 5", "5", 1},
                                           {"[1..5)", "5", 0},
                                           {"(1..5]", "5", 1},
                                           {"]1..5[", "1", 0},
                                           {"not(5)", "6", 1},
                                           {"not(5)", "5", 0},
                                           {"not(\"a\", \"b\")", "\"c\"", 1},
                                           {"not(< 5)", "\"x\"", -1},
                                           {"limit", "10", 1},
                                           {"> limit", "11", 1},
                                           {"> limit + 1", "11", 0},
                                           {"? > limit", "11", 1},
                                           {"? * 2 = limit", "5", 1},
                                           {"true", "true", 1},
                                           {"true", "false", 0},
                                           {"true", "5", -1},
                                           {"flag", "true", 1},
                                           {"flag", "false", 0},
                                           {"not(flag)", "false", 1},
                                           {"[1, 2, 3]", "2", 1},
                                           {"[1, 2, 3]", "[1, 2, 3]", 1},
                                           {"[1, 2, 3]", "4", 0},
                                           {"[[1..2], [5..6]]", "5", 1},
                                           {"some x in ? satisfies x > 2", "[1, 3]", 1},
                                           {"count(?) > 1", "[1, 3]", 1},
                                           {"starts with(?, \"a\")", "\"abc\"", 1},
                                           {"not(starts with(?, \"a\"))", "\"abc\"", 0},
                                           {"list contains(?, 1)", "[1]", 1},
                                           {"date(\"2020-01-01\")", "@\"2020-01-01\"", 1},
                                           {"< date(\"2020-01-01\")", "@\"2019-01-01\"", 1},
                                           {"@\"P1D\"", "@\"PT24H\"", 1},
                                           {"not(null)", "5", 1},
                                           {"not(null)", "null", 0},
                                           {"-5", "-5", 1},
                                           {"- 5", "-5", 1},
                                           {"(< 5)", "4", 1},
                                           {"? in [1..5]", "3", 1},
                                           {"abs(?) = 5", "-5", 1},
                                           {"function(", "1", -1},
                                           {"1 2", "1", -1},
                                           {"nobody", "1", -1},
                                           {"not(5) ", "5", 0},
                                           {"limit > 5", "3", 1}};
    const struct feel_value variables[] = {feel_integer(10), feel_boolean(true)};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct feel_environment env;
        feel_environment_init(&env, &arena, TEST_NOW, NULL);
        struct feel_value v = feel_test(tests_of(rows[i].tests), &env, variables, value_of(rows[i].input));
        int got = v.kind == FEEL_NULL ? -1 : v.boolean;
        /* an unknown name is null, and no number equals null */
        int expected = strcmp(rows[i].tests, "nobody") == 0 ? 0 : rows[i].expected;
        if (got != expected) fail_msg("“%s” on %s: %d, not %d", rows[i].tests, rows[i].input, got, expected);
    }
}

static struct str shape_text(struct feel_test test) {
    struct buf out;
    buf_init(&out, &arena, 1000);
    if (test.shape == FEEL_TEST_ANY) return STR("any");
    if (test.shape == FEEL_TEST_OTHER) return STR("other");
    if (test.negated) buf_addz(&out, "not ");
    for (size_t i = 0; i < test.count; i++) {
        if (i) buf_addz(&out, " ");
        buf_add(&out, feel_text(&arena, (struct feel_value){.kind = FEEL_RANGE, .range = &test.intervals[i]}));
    }
    return buf_str(&out);
}

static void inspecting(void **state) {
    (void)state;
    static const struct row rows[] = {{"-", "any"},
                                      {"", "any"},
                                      {"\"a\"", "[\"a\"..\"a\"]"},
                                      {"1, 2", "[1..1] [2..2]"},
                                      {"< 5", "(<5)"},
                                      {">= 2 * 3", "(>=6)"},
                                      {"[1..3)", "[1..3)"},
                                      {"not(\"a\")", "not [\"a\"..\"a\"]"},
                                      {"null", "[null..null]"},
                                      {"true", "[true..true]"},
                                      {"date(\"2020-01-01\")", "[@\"2020-01-01\"..@\"2020-01-01\"]"},
                                      {"(< 5)", "(<5)"},
                                      {"[2..2]", "other"},
        {"limit", "other"},
                                      {"? > 5", "other"},
                                      {"!= 5", "other"},
                                      {"[1, 2]", "other"},
                                      {"< true", "other"},
                                      {"[null..5]", "other"},
                                      {"1, limit", "other"},
                                      {"1 2", "other"},
                                      {"-1", "[-1..-1]"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str got = shape_text(feel_test_inspect(tests_of(rows[i].expression)));
        if (!str_eqz(got, rows[i].expected))
            fail_msg("“%s”: %.*s, not %s", rows[i].expression, STR_ARGS(got), rows[i].expected);
    }
}

static void matches_of_a_filter(void **state) {
    (void)state;
    const struct feel_scope scope = {.names = names, .name_count = 1};
    const struct feel_value variables[] = {feel_integer(10)};
    const struct feel_expression *e = feel_compile(&arena, STR("item.price > limit and price < 20"), &scope, FEEL_MATCH,
                                                   (struct place){.line = 0}, NULL);
    struct feel_environment env;
    feel_environment_init(&env, &arena, TEST_NOW, NULL);
    assert_true(feel_is_true(feel_test(e, &env, variables, value_of("{price: 15}"))));
    assert_false(feel_is_true(feel_test(e, &env, variables, value_of("{price: 25}"))));
    struct feel_value other =
        feel_test(e, &env, variables, value_of("{limit: 1, price: 5}")); /* the item's own limit is nearer */
    assert_true(feel_is_true(other));
}

static void inspecting_expressions(void **state) {
    (void)state;
    struct feel_value v;
    enum feel_kind kind;
    const struct feel_scope scope = {.names = names, .name_count = 2};
    const struct feel_expression *e =
        feel_compile(&arena, STR("1 + 2"), &scope, FEEL_EXPRESSION, (struct place){.line = 0}, NULL);
    assert_true(feel_is_constant(e, &v) && feel_equals(v, feel_integer(3)));
    e = feel_compile(&arena, STR("limit > 3 and f(flag)"), &scope, FEEL_EXPRESSION, (struct place){.line = 0}, NULL);
    assert_false(feel_is_constant(e, &v));
    assert_true(feel_result_kind(e, &kind) && kind == FEEL_BOOLEAN);
    size_t count;
    const struct feel_name_use *used = feel_names_used(e, &count);
    assert_int_equal(count, 3);
    assert_true(used[0].variable == 0 && used[1].variable == -1 && used[1].called && used[2].variable == 1);
    assert_int_equal(used[1].column, 15);
    e = feel_compile(&arena, STR("now()"), &scope, FEEL_EXPRESSION, (struct place){.line = 0}, NULL);
    assert_false(feel_is_constant(e, &v));
    assert_true(str_eqz(feel_source(e), "now()"));
    assert_true(
        feel_is_broken(feel_compile(&arena, STR("("), &scope, FEEL_EXPRESSION, (struct place){.line = 0}, NULL)));
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(matching), TEST(inspecting), TEST(matches_of_a_filter),
                                       TEST(inspecting_expressions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
