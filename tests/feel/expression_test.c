/* expression_test.c: literals, operators, names, forms and functions of the language itself. */
#include "check.h"

static void literals(void **state) {
    (void)state;
    static const struct row rows[] = {{"12", "number 12"},
                                      {"-1.50", "number -1.5"},
                                      {".5", "number 0.5"},
                                      {"1e3", "number 1000"},
                                      {"\"a\\\"b\\n\\u4e2d\\U01F600\\d\"", "string a\"b\n中😀\\d"},
                                      {"\"\\ud83d\\ude00\"", "string 😀"},
                                      {"\"\\ud83d\"", "string \xEF\xBF\xBD"},
                                      {"true", "boolean true"},
                                      {"null", "null"},
                                      {"[]", "list []"},
                                      {"[1, \"a\", null]", "list [1, \"a\", null]"},
                                      {"{}", "context {}"},
                                      {"{a: 1, \"b c\": {d: 2}}", "context {a: 1, b c: {d: 2}}"},
                                      {"{foo+bar: 1}", "context {\"foo+bar\": 1}"},
                                      {"{a: 1, b: a + 1}", "context {a: 1, b: 2}"},
                                      {"{a: 1, a: 2}", "null feel.duplicate-entry"},
                                      {"@\"2020-02-29\"", "date 2020-02-29"},
                                      {"@\"P1D\"", "days and time duration P1D"},
                                      {"@\"nonsense\"", "null feel.bad-literal"},
                                      {"[1..3)", "range [1..3)"},
                                      {"]1..3[", "range (1..3)"},
                                      {"(>= 5)", "range (>=5)"},
                                      {"[1..\"a\"]", "null feel.bad-range"},
                                      {"1 + /* two */ 2 // three", "number 3"},
                                      {"\"a", "null feel.syntax"},
                                      {"1 +", "null feel.syntax"},
                                      {"1 2", "null feel.syntax"},
                                      {"", "null feel.syntax"},
                                      {"(1", "null feel.syntax"},
                                      {"[1,", "null feel.syntax"},
                                      {"#", "null feel.syntax"},
                                      {"0x10", "null feel.syntax"},
                                      {"\xFF", "null feel.syntax"}};
    CHECK(rows);
}

static void arithmetic(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"0.1 + 0.2 = 0.3", "boolean true"},
        {"1 - 2 - 3", "number -4"},
        {"2 + 3 * 4", "number 14"},
        {"12 / 4 / 3", "number 1"},
        {"-2 ** 2", "number 4"},
        {"2 ** 3 ** 2", "number 64"},
        {"1 - - 1", "number 2"},
        {"1 / 3", "number 0.3333333333333333333333333333333333"},
        {"1 / 0", "null feel.division-by-zero"},
        {"10 ** 7000", "null feel.out-of-range"},
        {"\"a\" + \"b\"", "string ab"},
        {"1 + \"a\"", "null feel.no-operation"},
        {"\"a\" - \"b\"", "null feel.no-operation"},
        {"-\"a\"", "null feel.no-operation"},
        {"null + 1", "null feel.no-operation"},
        {"9999999999999999999999999999999999 + 1", "number 10000000000000000000000000000000000"}};
    CHECK(rows);
}

static void logic_and_comparison(void **state) {
    (void)state;
    static const struct row rows[] = {{"true and null", "null feel.not-boolean"},
                                      {"false and \"x\"", "boolean false"},
                                      {"null and false", "boolean false"},
                                      {"null or true", "boolean true"},
                                      {"false or null", "null feel.not-boolean"},
                                      {"not(true)", "boolean false"},
                                      {"not(1)", "null feel.not-boolean"},
                                      {"1 = 1.0", "boolean true"},
                                      {"1 = \"1\"", "null feel.incomparable"},
                                      {"null = null", "boolean true"},
                                      {"1 = null", "boolean false"},
                                      {"1 != null", "boolean true"},
                                      {"[1, 2] = [1, 2.0]", "boolean true"},
                                      {"[1] = [1, 2]", "boolean false"},
                                      {"{a: 1, b: 2} = {b: 2, a: 1}", "boolean true"},
                                      {"{a: 1} = {b: 1}", "boolean false"},
                                      {"(< 5) = (null..5)", "boolean true"},
                                      {"[1..2] = [1..2)", "boolean false"},
                                      {"(= 5) = [5..5]", "boolean true"},
                                      {"\"a\" < \"b\"", "boolean true"},
                                      {"true < false", "null feel.incomparable"},
                                      {"1 < \"a\"", "null feel.incomparable"},
                                      {"2 between 1 and 3 and true", "boolean true"},
                                      {"2 between null and 3", "null feel.incomparable"},
                                      {"2 in (1, 2, 3)", "boolean true"},
                                      {"5 in (< 3, > 4)", "boolean true"},
                                      {"3 in [1..3)", "boolean false"},
                                      {"3 in [[1..2], [3..4]]", "boolean true"},
                                      {"1 in [2, 3]", "boolean false"},
                                      {"5 in (null..10]", "null feel.incomparable"},
                                      {"5 in != 6", "boolean true"},
                                      {"[1] in (= [1])", "boolean true"},
                                      {"x in (1", "null feel.syntax"},
                                      {"if null then 1 else 2", "number 2"},
                                      {"if true then 1", "null feel.syntax"}};
    CHECK(rows);
}

static void lists_and_paths(void **state) {
    (void)state;
    static const struct row rows[] = {{"[1, 2, 3][2]", "number 2"},
                                      {"[1, 2, 3][-1]", "number 3"},
                                      {"[1, 2, 3][4]", "null feel.no-item"},
                                      {"[1, 2, 3][0]", "null feel.no-item"},
                                      {"[1, 2, 3][item > 1]", "list [2, 3]"},
                                      {"[1, 2, 3][item > 1][1]", "number 2"},
                                      {"\"a\"[1]", "string a"},
                                      {"5[item > 9]", "list []"},
                                      {"[{x: 1}, {x: 2}][x > 1].x", "list [2]"},
                                      {"[{first name: \"a\"}][first name = \"a\"].first name", "list [\"a\"]"},
                                      {"{x: 5, r: [{x: 1}, {y: 2}][x = 5]}.r", "list [{y: 2}]"},
                                      {"[{item: 1}, {item: 2}][item >= 2]", "list [{item: 2}]"},
                                      {"[{x: 1}].y", "list [null]"},
                                      {"{a: {b: 1}}.a.b", "number 1"},
                                      {"{a: 1}.b", "null feel.no-member"},
                                      {"null.b", "null feel.no-property"},
                                      {"null[1]", "null feel.null-filtered"},
                                      {"[1..nobody[", "range [1..null)"},
                                      {"{a: [5, 6], r: [1..a[2]]}.r", "range [1..6]"},
                                      {"{a: 2, r: [1..a[}.r", "range [1..2)"},
                                      {"[1, 2, 3][1.5]", "null feel.no-item"}};
    CHECK(rows);
}

static void loops(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"for i in [1, 2], j in [10, 20] return i + j", "list [11, 21, 12, 22]"},
        {"for i in 3..1 return i", "list [3, 2, 1]"},
        {"for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "list [1, 1, 2, 6, 24]"},
        {"for i in (1..4) return i", "list [2, 3]"},
        {"for x in [[1, 2], [3]], y in x return y", "list [1, 2, 3]"},
        {"for d in @\"2020-02-28\"..@\"2020-03-01\" return d.day", "list [28, 29, 1]"},
        {"for i in \"a\"..\"c\" return i", "null feel.no-iteration"},
        {"for i in null return i", "null feel.no-iteration"},
        {"for i in [2..1] return i", "null feel.no-iteration"},
        {"for i in 5 return i", "list [5]"},
        {"some x in [1, 2] satisfies x > 1", "boolean true"},
        {"some x in [1, null] satisfies x > 1", "null feel.incomparable"},
        {"every x in [2, 3] satisfies x > 1", "boolean true"},
        {"every x in [] satisfies false", "boolean true"},
        {"some x in [] satisfies true", "boolean false"},
        {"every x in [0, null] satisfies x > 1", "boolean false"},
        {"for i in [1] retrun i", "null feel.syntax"}};
    CHECK(rows);
}

static void functions(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"(function(x, y) x - y)(5, 3)", "number 2"},
        {"(function(x, y) x - y)(y: 5, x: 3)", "number -2"},
        {"(function(x) x)(1, 2)", "null feel.wrong-arguments"},
        {"(function(x) x)(z: 1)", "null feel.wrong-arguments"},
        {"(function(x: number) x)(\"a\")", "null feel.wrong-type"},
        {"(function(x: number) x)([1])", "number 1"},
        {"(function(x: list<number>) x)(1)", "list [1]"},
        {"{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(20)}.r", "number 2432902008176640000"},
        {"{a: 10, f: function(x) x + a, r: f(1)}.r", "number 11"},
        {"{f: function(a) function(b) function(c) a * b * c, r: f(2)(3)(4)}.r", "number 24"},
        {"(for i in [1, 2, 3] return function() i)[2]()", "number 2"},
        {"{f: abs, r: f(-3)}.r", "number 3"},
        {"sort([3, 1, 2], function(x, y) x > y)", "list [3, 2, 1]"},
        {"null()", "null feel.not-a-function"},
        {"1(2)", "null feel.not-a-function"},
        {"nothing()", "null feel.unknown-name"},
        {"function(a, b) a", "function function(a, b)"},
        {"(function(x) external {java: {class: \"c\", method signature: \"m\"}})(1)", "null feel.external"},
        {"abs(1, n: 2)", "null feel.syntax"},
        {"count(list: [1, 2])", "number 2"},
        {"count(lst: [1, 2])", "null feel.wrong-arguments"},
        {"substring(length: 2, start position: 2, string: \"abcd\")", "string bc"}};
    CHECK(rows);
}

static void names_in_scope(void **state) {
    (void)state;
    static const struct str names[] = {T_STATIC("a"),          T_STATIC("a b"),         T_STATIC("a-b"),
                                       T_STATIC("b"),          T_STATIC("申请人 年龄"), T_STATIC("date"),
                                       T_STATIC("is x and y"), T_STATIC("loan"),        T_STATIC("Student's name")};
    static const struct str members[] = {T_STATIC("credit score"), T_STATIC("a/b")};
    const struct feel_scope scope = {
        .names = names, .name_count = sizeof names / sizeof *names, .members = members, .member_count = 2};
    struct feel_value loan = feel_context(&arena, 2);
    feel_context_put(&arena, loan, members[0], feel_integer(600));
    feel_context_put(&arena, loan, members[1], feel_integer(7));
    const struct feel_value values[] = {feel_integer(1), feel_integer(2), feel_integer(3), feel_integer(4),
                                        feel_integer(5), feel_integer(6), feel_integer(7), loan,
                                        feel_integer(8)};
    static const struct row rows[] = {{"a", "number 1"},
                                      {"a b", "number 2"},
                                      {"a  \n b + 1", "number 3"},
                                      {"a-b", "number 3"},
                                      {"a - b", "number -3"},
                                      {"申请人 年龄 * 2", "number 10"},
                                      {"date", "number 6"},
                                      {"date(\"2020-01-01\")", "date 2020-01-01"},
                                      {"is x and y", "number 7"},
                                      {"loan.credit score + 1", "number 601"},
                                      {"loan.a/b", "number 7"},
                                      {"[loan][credit score > 500].a/b", "list [7]"},
                                      {"Student's name", "number 8"},
                                      {"for a in [9] return a + b", "list [13]"},
                                      {"a c", "null feel.syntax"},
                                      {"unknown thing", "null feel.unknown-name"},
                                      {"ab", "null feel.unknown-name"},
                                      {"loan.credit", "null feel.no-member"}};
    check_scoped(rows, sizeof rows / sizeof *rows, &scope, values);
}

static bool find_variable(void *arg, struct str name, struct feel_value *out) {
    (void)arg;
    *out = feel_integer((int64_t)name.n);
    return str_eqz(name, "order total") || str_eqz(name, "x");
}

static void names_asked_for_at_run_time(void **state) {
    (void)state;
    const struct feel_scope scope = {.open = true};
    struct faults faults;
    struct feel_environment env;
    faults_init(&faults, &arena);
    const struct feel_expression *e = feel_compile(&arena, STR("order total + x + (function(y) y + x)(1)"), &scope,
                                                   FEEL_EXPRESSION, (struct place){.line = 0}, &faults);
    assert_int_equal(faults.count, 0);
    size_t count;
    const struct feel_name_use *used = feel_names_used(e, &count);
    assert_int_equal(count, 2);
    assert_true(str_eqz(used[0].name, "order total") && used[0].variable == -1 && !used[0].called);
    assert_true(str_eqz(used[1].name, "x"));
    feel_environment_init(&env, &arena, TEST_NOW, NULL);
    env.lookup = find_variable;
    assert_true(str_eqz(describe(feel_evaluate(e, &env, NULL), &faults), "number 14"));
    const struct feel_expression *missing =
        feel_compile(&arena, STR("nobody"), &scope, FEEL_EXPRESSION, (struct place){.line = 0}, &faults);
    env.reasons = &faults;
    assert_true(str_eqz(describe(feel_evaluate(missing, &env, NULL), &faults), "null feel.unknown-name"));
}

/* A closure outlives the variables of the evaluation that made it. */
static void closures_keep_what_they_use(void **state) {
    (void)state;
    static const struct str names[] = {T_STATIC("rate")};
    const struct feel_scope scope = {.names = names, .name_count = 1};
    struct feel_environment env;
    feel_environment_init(&env, &arena, TEST_NOW, NULL);
    const struct feel_expression *e =
        feel_compile(&arena, STR("function(x) x * rate"), &scope, FEEL_EXPRESSION, (struct place){.line = 0}, NULL);
    struct feel_value variables[1] = {feel_integer(3)};
    struct feel_value f = feel_evaluate(e, &env, variables), four = feel_integer(4);
    variables[0] = feel_null();
    assert_true(feel_equals(feel_call(&env, f, &four, NULL, 1), feel_integer(12)));
}

static void faults_say_where(void **state) {
    (void)state;
    struct faults faults;
    faults_init(&faults, &arena);
    feel_compile(&arena, STR("1 +\n  nobody"), NULL, FEEL_EXPRESSION,
                 (struct place){.file = STR("f.dmn"), .line = 10, .column = 5}, &faults);
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.items[0].code, "feel.unknown-name");
    assert_int_equal(faults.items[0].place.line, 11);
    assert_int_equal(faults.items[0].place.column, 3);
    assert_true(str_eqz(fault_text(&arena, LANGUAGE_ZH, &faults.items[0]), "f.dmn:11:3: 这里没有名为“nobody”的名称。"));
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(literals),
                                       TEST(arithmetic),
                                       TEST(logic_and_comparison),
                                       TEST(lists_and_paths),
                                       TEST(loops),
                                       TEST(functions),
                                       TEST(names_in_scope),
                                       TEST(names_asked_for_at_run_time),
                                       TEST(closures_keep_what_they_use),
                                       TEST(faults_say_where)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
