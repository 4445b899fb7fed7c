/* builtin_test.c: the built-in functions of 10.3.4, each with what it answers and what it refuses. */
#include "check.h"

static void conversions(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"string(1.10)", "string 1.1"},
        {"string(true)", "string true"},
        {"string(null)", "null"},
        {"string(@\"2020-01-01\")", "string 2020-01-01"},
        {"string([1, \"a\"])", "string [1, \"a\"]"},
        {"string({a: \"x\"})", "string {a: \"x\"}"},
        {"number(\"1.5\")", "number 1.5"},
        {"number(\"1,000.5\", \",\", \".\")", "number 1000.5"},
        {"number(\"1 000,5\", \" \", \",\")", "number 1000.5"},
        {"number(\"1000\", null, null)", "number 1000"},
        {"number(\"1.5\", \".\", \".\")", "null feel.bad-separator"},
        {"number(\"x\")", "null feel.not-a-number"},
        {"number(from: \"5\", grouping separator: \",\", decimal separator: \".\")", "number 5"},
        {"number(5)", "null feel.wrong-arguments"},
        {"is(1, 1.0)", "boolean true"},
        {"is(1, \"1\")", "boolean false"},
        {"is(null, null)", "boolean true"},
        {"is(@\"10:00:00Z\", @\"11:00:00+01:00\")", "boolean false"},
        {"is(@\"10:00:00Z\", @\"10:00:00+00:00\")", "boolean true"},
        {"is(value1: 1, value2: 2)", "boolean false"},
        {"not(negand: false)", "boolean true"}};
    CHECK(rows);
}

static void numbers(void **state) {
    (void)state;
    static const struct row rows[] = {{"decimal(1/3, 2)", "number 0.33"},
                                      {"decimal(2.5, 0)", "number 2"},
                                      {"decimal(1.5, 0.9)", "number 2"},
                                      {"floor(-1.5)", "number -2"},
                                      {"floor(1.56, 1)", "number 1.5"},
                                      {"ceiling(1.5)", "number 2"},
                                      {"ceiling(1.5, null)", "null feel.wrong-arguments"},
                                      {"round up(-5.1, 0)", "number -6"},
                                      {"round down(1.129, 2)", "number 1.12"},
                                      {"round half up(5.5, 0)", "number 6"},
                                      {"round half down(5.5, 0)", "number 5"},
                                      {"round up(5.5, 6176)", "number 5.5"},
                                      {"round up(5.5, 6177)", "null feel.bad-scale"},
                                      {"abs(-1)", "number 1"},
                                      {"abs(@\"-P1D\")", "days and time duration P1D"},
                                      {"abs(@\"-P1Y\")", "years and months duration P1Y"},
                                      {"abs([-1])", "number 1"},
                                      {"modulo(-12, 5)", "number 3"},
                                      {"modulo(1, 0)", "null feel.division-by-zero"},
                                      {"sqrt(16)", "number 4"},
                                      {"sqrt(-1)", "null feel.out-of-range"},
                                      {"log(0)", "null feel.out-of-range"},
                                      {"exp(0)", "number 1"},
                                      {"odd(5)", "boolean true"},
                                      {"odd(5.5)", "boolean false"},
                                      {"even(-2)", "boolean true"},
                                      {"exp(10000000)", "null feel.out-of-range"}};
    CHECK(rows);
}

static void strings(void **state) {
    (void)state;
    static const struct row rows[] = {{"substring(\"foobar\", 3, 3)", "string oba"},
                                      {"substring(\"foobar\", -2)", "string ar"},
                                      {"substring(\"f😀o\", 2, 1)", "string 😀"},
                                      {"substring(\"foobar\", 0)", "null feel.no-position"},
                                      {"substring(\"foobar\", 7)", "null feel.no-position"},
                                      {"string length(\"中国😀\")", "number 3"},
                                      {"upper case(\"straße\")", "string STRASSE"},
                                      {"lower case(\"ÄB\")", "string äb"},
                                      {"substring before(\"foobar\", \"bar\")", "string foo"},
                                      {"substring before(\"foobar\", \"x\")", "string "},
                                      {"substring after(\"foobar\", \"ob\")", "string ar"},
                                      {"substring after(\"abc\", \"\")", "string abc"},
                                      {"contains(\"abc\", \"bc\")", "boolean true"},
                                      {"contains(\"abc\", \"\")", "boolean true"},
                                      {"starts with(\"abc\", \"b\")", "boolean false"},
                                      {"ends with(\"abc\", \"c\")", "boolean true"},
                                      {"matches(\"abc\", \"B\", \"i\")", "boolean true"},
                                      {"matches(\"abc\", \"b\", null)", "boolean true"},
                                      {"matches(\"abc\", \"b\", \"p\")", "null feel.bad-pattern"},
                                      {"replace(\"abcd\", \"(ab)|(a)\", \"[1=$1][2=$2]\")", "string [1=ab][2=]cd"},
                                      {"replace(\"abc\", \"x*\", \"-\")", "null feel.bad-pattern"},
                                      {"split(\"a;b;;c\", \";\")", "list [\"a\", \"b\", \"\", \"c\"]"},
                                      {"split(\"John Doe\", \"\\s\")", "list [\"John\", \"Doe\"]"},
                                      {"string join([\"a\", null, \"b\"], \"-\")", "string a-b"},
                                      {"string join([])", "string "},
                                      {"string join([1])", "null feel.not-strings"},
                                      {"string length(5)", "null feel.wrong-arguments"},
                                      {"contains(null, \"a\")", "null feel.wrong-arguments"}};
    CHECK(rows);
}

static void lists(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"list contains([1, null], null)", "boolean true"},
        {"list contains([1, 2], 3)", "boolean false"},
        {"count([1, 2])", "number 2"},
        {"count(5)", "number 1"},
        {"count(null)", "null feel.wrong-arguments"},
        {"min([3, 1, 2])", "number 1"},
        {"min(3, 1)", "number 1"},
        {"max([\"a\", \"b\"])", "string b"},
        {"min([])", "null feel.empty-list"},
        {"min([1, \"a\"])", "null feel.incomparable"},
        {"max(@\"2020-01-01\", @\"2021-01-01\")", "date 2021-01-01"},
        {"sum([1, 2.5])", "number 3.5"},
        {"sum(1, 2, 3)", "number 6"},
        {"sum([])", "null feel.empty-list"},
        {"sum([1, null])", "null feel.not-numbers"},
        {"mean([1, 2])", "number 1.5"},
        {"all([true, null])", "null feel.not-boolean"},
        {"all([false, null])", "boolean false"},
        {"all([])", "boolean true"},
        {"any([])", "boolean false"},
        {"any([null, true])", "boolean true"},
        {"sublist([1, 2, 3], 2)", "list [2, 3]"},
        {"sublist([1, 2, 3], -2, 1)", "list [2]"},
        {"sublist([1], 2)", "null feel.no-position"},
        {"append([1], 2, 3)", "list [1, 2, 3]"},
        {"concatenate([1], [2, 3])", "list [1, 2, 3]"},
        {"insert before([1, 3], 2, 2)", "list [1, 2, 3]"},
        {"remove([1, 2, 3], 2)", "list [1, 3]"},
        {"remove([1], 2)", "null feel.no-position"},
        {"reverse([1, 2])", "list [2, 1]"},
        {"index of([1, 2, 1], 1)", "list [1, 3]"},
        {"union([1, 2], [2, 3])", "list [1, 2, 3]"},
        {"distinct values([1, 2, 1.0, \"1\"])", "list [1, 2, \"1\"]"},
        {"flatten([[1, [2]], 3])", "list [1, 2, 3]"},
        {"product([2, 3])", "number 6"},
        {"median([6, 1, 2, 3])", "number 2.5"},
        {"median([])", "null feel.empty-list"},
        {"stddev([2, 4, 7, 5])", "number 2.081665999466132735282297706979931"},
        {"stddev([1])", "null feel.empty-list"},
        {"mode([6, 1, 9, 6, 1])", "list [1, 6]"},
        {"mode([])", "list []"},
        {"list replace([1, 2, 3], -1, 4)", "list [1, 2, 4]"},
        {"list replace([2, 4, 7], function(item, newItem) item < newItem, 5)", "list [5, 5, 7]"},
        {"list replace([1], function(a, b) 1, 2)", "null feel.not-boolean"},
        {"sort([3, 1, 2], function(x, y) x < y)", "list [1, 2, 3]"},
        {"sort([\"b\", \"a\"])", "list [\"a\", \"b\"]"},
        {"sort([1, \"a\"])", "null feel.not-sortable"},
        {"sort([{a: 2}, {a: 1}], function(x, y) x.a < y.a).a", "list [1, 2]"}};
    CHECK(rows);
}

static void contexts(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"get value({a: 1}, \"a\")", "number 1"},
        {"get value({a: {b: 2}}, [\"a\", \"b\"])", "number 2"},
        {"get value({a: 1}, \"b\")", "null feel.no-member"},
        {"get entries({a: 1})", "list [{key: \"a\", value: 1}]"},
        {"context([{key: \"a\", value: 1}])", "context {a: 1}"},
        {"context([{key: \"a\"}])", "null feel.bad-entry"},
        {"context([{key: \"a\", value: 1}, {key: \"a\", value: 2}])", "null feel.duplicate-entry"},
        {"context put({a: 1}, \"a\", 2)", "context {a: 2}"},
        {"context put({x: 1, y: {a: 0}}, [\"y\", \"a\"], 2)", "context {x: 1, y: {a: 2}}"},
        {"context put({}, [], 1)", "null feel.bad-keys"},
        {"context put({}, \"a\", null)", "context {a: null}"},
        {"context merge([{a: 1}, {a: 2, b: 3}])", "context {a: 2, b: 3}"},
        {"context merge({a: 1})", "context {a: 1}"},
        {"context merge([1])", "null feel.not-contexts"}};
    CHECK(rows);
}

static void ranges(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"before(1, 10)", "boolean true"},
        {"before(1, (1..10])", "boolean true"},
        {"before([1..5], 5)", "boolean false"},
        {"before([1..5), [5..10])", "boolean true"},
        {"after(12, [2..11])", "boolean true"},
        {"after([5..10], [1..5))", "boolean true"},
        {"meets([1..5], [5..10])", "boolean true"},
        {"meets([1..5), [5..10])", "boolean false"},
        {"met by([5..10], [1..5])", "boolean true"},
        {"overlaps([1..5], [3..8])", "boolean true"},
        {"overlaps([1..5], (5..8])", "boolean false"},
        {"overlaps before([1..5], [3..8])", "boolean true"},
        {"overlaps before([3..8], [1..5])", "boolean false"},
        {"overlaps after([3..8], [1..5])", "boolean true"},
        {"finishes(10, [1..10])", "boolean true"},
        {"finishes([5..10], [1..10])", "boolean true"},
        {"finished by([1..10], 10)", "boolean true"},
        {"includes([1..10], 10)", "boolean true"},
        {"includes([1..10], [4..6])", "boolean true"},
        {"includes((1..10), [1..9])", "boolean false"},
        {"during(5, [1..10])", "boolean true"},
        {"during([4..6], [1..10))", "boolean true"},
        {"starts(1, [1..10])", "boolean true"},
        {"starts(1, (1..10])", "boolean false"},
        {"starts([1..5], [1..10])", "boolean true"},
        {"started by([1..10], [1..5])", "boolean true"},
        {"coincides(5, 5)", "boolean true"},
        {"coincides([1..5], [1..5))", "boolean false"},
        {"before((< 5), 6)", "boolean true"},
        {"includes((>= 5), 1000)", "boolean true"},
        {"before(1, \"a\")", "null feel.incomparable"},
        {"before(range: [1..2], point: 3)", "boolean true"},
        {"range(\"[1..3]\")", "range [1..3]"},
        {"range(\"[date(\\\"2020-01-01\\\")..@\\\"2020-02-01\\\"]\")", "range [@\"2020-01-01\"..@\"2020-02-01\"]"},
        {"range(\"[3..1]\")", "null feel.bad-range-text"},
        {"range(\"[1..x]\")", "null feel.bad-range-text"},
        {"range(\"[abs(1)..3]\")", "null feel.bad-range-text"},
        {"range(\">=1\")", "null feel.bad-range-text"},
        {"[1..5].start included", "boolean true"},
        {"(1..5).start", "number 1"},
        {"(< 5).start", "null"},
        {"(<= 5).end included", "boolean true"}};
    CHECK(rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(conversions), TEST(numbers),  TEST(strings),
                                       TEST(lists),       TEST(contexts), TEST(ranges)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
