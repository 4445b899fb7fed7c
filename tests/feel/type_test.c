/* type_test.c: instance of, types of other rooms, coercion, and values as JSON in both forms. */
#include "check.h"

static void instance_of(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"1 instance of number", "boolean true"},
        {"1 instance of string", "boolean false"},
        {"1 instance of Any", "boolean true"},
        {"-1 instance of number", "boolean true"},
        {"null instance of Any", "boolean false"},
        {"null instance of Null", "boolean true"},
        {"null instance of number", "boolean false"},
        {"@\"P1D\" instance of days and time duration", "boolean true"},
        {"@\"P1Y\" instance of years and months duration", "boolean true"},
        {"@\"2020-01-01\" instance of date and time", "boolean false"},
        {"date and time(\"2020-01-01\") instance of date and time and true", "boolean true"},
        {"[1, 2] instance of list<number>", "boolean true"},
        {"[1, \"a\"] instance of list<number>", "boolean false"},
        {"[1, null] instance of list<number>", "boolean true"},
        {"[] instance of list<string>", "boolean true"},
        {"[1] instance of list", "boolean true"},
        {"1 instance of list<number>", "boolean false"},
        {"{a: 1, b: 2} instance of context<a: number>", "boolean true"},
        {"{a: 1} instance of context<a: number, b: string>", "boolean false"},
        {"{a: \"x\"} instance of context<a: number>", "boolean false"},
        {"{} instance of context", "boolean true"},
        {"[1..2] instance of range<number>", "boolean true"},
        {"[1..2] instance of range<string>", "boolean false"},
        {"(< 5) instance of range<number>", "boolean true"},
        {"(function(a: number, b: string) a) instance of function<number, string> -> Any", "boolean true"},
        {"(function(a: number) a) instance of function<string> -> Any", "boolean false"},
        {"(function(a) a) instance of function<number> -> number", "boolean true"},
        {"(function(a) a) instance of function", "boolean true"},
        {"abs instance of function<number> -> number", "boolean true"},
        {"5 instance of function", "boolean false"},
        {"1 instance of nothing", "null feel.syntax"},
        {"[{a: [1]}] instance of list<context<a: list<number>>>", "boolean true"}};
    CHECK(rows);
}

static bool at_least_three(const struct feel_type *type, struct feel_value v, struct feel_environment *env) {
    int order;
    (void)type, (void)env;
    return feel_compare(v, feel_integer(3), &order) && order >= 0;
}

static const struct feel_type *find_type(const void *arg, struct str name) {
    return str_eqz(name, "t Grade") ? arg : NULL;
}

static void types_of_other_rooms(void **state) {
    (void)state;
    const struct feel_type grade = {
        .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_NUMBER, .name = STR("t Grade"), .allows = at_least_three};
    const struct feel_scope scope = {.find_type = find_type, .find_type_arg = &grade};
    static const struct row rows[] = {{"3 instance of t Grade and true", "boolean true"},
                                      {"2 instance of t Grade", "boolean false"},
                                      {"[3, 4] instance of list<t Grade>", "boolean true"},
                                      {"(function(g: t Grade) g)(5)", "number 5"},
                                      {"(function(g: t Grade) g)(1)", "null feel.wrong-type"}};
    check_scoped(rows, sizeof rows / sizeof *rows, &scope, NULL);
    const struct feel_type *list =
        feel_type_parse(&arena, STR("list<t Grade>"), &scope, (struct place){.line = 0}, NULL);
    assert_non_null(list);
    assert_true(str_eqz(feel_type_text(&arena, list), "list<t Grade>"));
    struct faults faults;
    faults_init(&faults, &arena);
    assert_null(feel_type_parse(&arena, STR("list<nothing>"), &scope, (struct place){.line = 0}, &faults));
    assert_string_equal(faults.items[0].code, "feel.bad-type");
}

static void coercion(void **state) {
    (void)state;
    struct feel_environment env;
    feel_environment_init(&env, &arena, TEST_NOW, NULL);
    struct feel_value one = feel_integer(1), list = feel_list(&arena, 1), two = feel_list(&arena, 2);
    list.list->items[0] = one;
    const struct feel_type *number = feel_type_named(STR("number")),
                           *numbers =
                               feel_type_parse(&arena, STR("list<number>"), NULL, (struct place){.line = 0}, NULL);
    assert_true(feel_equals(feel_coerce(list, number, &env), one));
    assert_true(feel_equals(feel_coerce(one, numbers, &env), list));
    assert_true(feel_is_null(feel_coerce(two, number, &env)));
    assert_true(feel_is_null(feel_coerce(feel_string(STR("x")), numbers, &env)));
    assert_true(feel_is_null(feel_coerce(feel_null(), number, &env)));
    assert_true(feel_equals(feel_coerce(one, NULL, &env), one));
    struct feel_value midnight = feel_coerce(feel_date(2020, 1, 1), feel_type_named(STR("date and time")), &env);
    assert_true(str_eqz(feel_text(&arena, midnight), "2020-01-01T00:00:00Z"));
}

static struct str written(struct feel_value v, bool typed) {
    struct buf out;
    struct json_out j;
    buf_init(&out, &arena, 10000);
    json_begin(&j, &out);
    if (typed) feel_put_typed_json(&j, v);
    else feel_put_json(&j, v);
    return buf_str(&out);
}

static struct json *parsed(struct str text) {
    struct json *j = json_parse(&arena, text, &json_default_limits, STR("t"), NULL);
    assert_non_null(j);
    return j;
}

static struct feel_value value_of(const char *text) {
    struct feel_environment env;
    feel_environment_init(&env, &arena, TEST_NOW, NULL);
    return feel_evaluate(feel_compile(&arena, str_from(text), NULL, FEEL_EXPRESSION, (struct place){.line = 0}, NULL),
                         &env, NULL);
}

static void json(void **state) {
    (void)state;
    struct feel_value v =
        value_of("{n: 1.50, t: \"a\\\"\", d: @\"2020-01-01\", l: [null, true, @\"PT1H\"], r: [1..2), f: abs}");
    struct str plain = written(v, false), typed = written(v, true);
    assert_true(str_eqz(
        plain,
        "{\"n\":1.5,\"t\":\"a\\\"\",\"d\":\"2020-01-01\",\"l\":[null,true,\"PT1H\"],\"r\":\"[1..2)\",\"f\":null}"));
    assert_true(str_eqz(
        typed,
        "{\"type\":\"context\",\"value\":{\"n\":{\"type\":\"number\",\"value\":\"1.5\"},\"t\":{\"type\":\"string\","
        "\"value\":\"a\\\"\"},\"d\":{\"type\":\"date\",\"value\":\"2020-01-01\"},"
        "\"l\":{\"type\":\"list\",\"value\":[{\"type\":\"null\",\"value\":null},{\"type\":\"boolean\",\"value\":true},{"
        "\"type\":\"days and time duration\",\"value\":\"PT1H\"}]},"
        "\"r\":{\"type\":\"range\",\"value\":\"[1..2)\"},\"f\":{\"type\":\"function\",\"value\":\"function()\"}}}"));
    struct feel_value same,
        whole = value_of(
            "[1, \"x\", @\"2020-01-01T00:00:00@Asia/Shanghai\", {a: [@\"P1Y\", [1..2)]}, false, null, @\"10:00:00Z\"]");
    assert_true(feel_from_typed_json(&arena, parsed(written(whole, true)), &same));
    assert_true(feel_equals(whole, same));
    assert_false(feel_from_typed_json(&arena, parsed(STR("{\"type\":\"date\",\"value\":\"P1D\"}")), &same));
    assert_false(feel_from_typed_json(&arena, parsed(STR("{\"type\":\"number\"}")), &same));
    assert_false(feel_from_typed_json(&arena, parsed(STR("5")), &same));
    struct feel_value exact = feel_from_json(
        &arena, parsed(STR("{\"a  b\": 0.1234567890123456789012345678901234, \"c\": [1e3, true, null]}")));
    assert_true(
        str_eqz(feel_text(&arena, exact), "{a b: 0.1234567890123456789012345678901234, c: [1000, true, null]}"));
    assert_true(feel_is_null(feel_from_json(&arena, NULL)));
}

static void contexts_of_any_size(void **state) {
    (void)state;
    struct feel_value c = feel_context(&arena, 0);
    for (int i = 0; i < 5000; i++)
        feel_context_put(&arena, c, arena_printf(&arena, "name %d", i % 2500), feel_integer(i));
    assert_int_equal(c.context->count, 2500);
    for (int i = 0; i < 2500; i++)
        assert_true(feel_equals(*feel_member(c, arena_printf(&arena, "name %d", i)), feel_integer(i + 2500)));
    assert_null(feel_member(c, STR("name 2500")));
    assert_null(feel_member(feel_integer(1), STR("x")));
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(instance_of), TEST(types_of_other_rooms), TEST(coercion), TEST(json),
                                       TEST(contexts_of_any_size)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
