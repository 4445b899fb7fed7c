/* boxed_test.c: boxed expressions (DMN 1.5, 10.2.2) and the types at their boundaries (10.3.2.9.4). */
#include "build.h"

#define ENTRY(name, expression) "<contextEntry><variable name='" name "'/>" expression "</contextEntry>"
#define RESULT(expression) "<contextEntry>" expression "</contextEntry>"
#define FUNCTION(parameter, body) "<functionDefinition><formalParameter name='" parameter "'/>" body "</functionDefinition>"

static void contexts_see_their_entries(void **state) {
    (void)state;
    load(MODEL(DECISION("x", "<context>" ENTRY("net pay", LITERAL("10")) ENTRY("twice", LITERAL("net pay * 2")) "</context>")
               DECISION("y", "<context>" ENTRY("a", LITERAL("3")) ENTRY("b", "<context>" ENTRY("a", LITERAL("4")) RESULT(LITERAL("a"))
                        "</context>") RESULT(LITERAL("a + b")) "</context>")
               DECISION("z", NEEDS("x") LITERAL("x.net pay + 1"))));
    expect("x", "{}", "{net pay: 10, twice: 20}");
    expect("y", "{}", "7");
    expect("z", "{}", "11");
    assert_int_equal(w.faults.count, 0);
}

static void functions_close_over_their_frame(void **state) {
    (void)state;
    load(MODEL(DECISION("x", "<context>" ENTRY("a", LITERAL("5")) ENTRY("add", FUNCTION("n", LITERAL("n + a")))
                        ENTRY("a", LITERAL("100")) RESULT(LITERAL("add(1)")) "</context>")
               DECISION("make", FUNCTION("a", FUNCTION("b", LITERAL("a * b")))) DECISION("use", NEEDS("make") LITERAL("make(6)(7)"))
               DECISION("fact", "<context>" ENTRY("f", FUNCTION("n", LITERAL("if n &lt;= 1 then 1 else n * f(n - 1)")))
                        RESULT(LITERAL("f(10)")) "</context>")));
    expect("x", "{}", "6");
    expect("use", "{}", "42");
    expect("fact", "{}", "3628800");
}

static void endless_recursion_is_stopped(void **state) {
    (void)state;
    load(MODEL(DECISION("x", "<context>" ENTRY("f", FUNCTION("n", LITERAL("f(n + 1)"))) RESULT(LITERAL("f(1)")) "</context>")));
    expect("x", "{}", "null");
    assert_true(w.env.stopped);
    expect("x", "{}", "null"); /* and the next evaluation starts anew */
}

static void lists_and_relations(void **state) {
    (void)state;
    load(MODEL(DECISION("l", "<list>" LITERAL("1") LITERAL("\"b\"") LITERAL("null") "</list>")
               DECISION("r", "<relation><column name='name'/><column name='years of age' typeRef='number'/>"
                        "<row>" LITERAL("\"Li\"") LITERAL("70") "</row><row>" LITERAL("\"Wu\"") LITERAL("\"old\"") "</row></relation>")
               DECISION("f", NEEDS("r") LITERAL("r[years of age &gt; 60].name"))));
    expect("l", "{}", "[1, \"b\", null]");
    expect("r", "{}", "[{name: \"Li\", years of age: 70}, {name: \"Wu\", years of age: null}]");
    expect("f", "{}", "[\"Li\"]");
}

static void conditional_wants_a_boolean(void **state) {
    (void)state;
    load(MODEL(INPUT("c", "c", "Any") DECISION("x", NEEDS_INPUT("c") "<conditional><if>" LITERAL("c") "</if><then>" LITERAL("1")
               "</then><else>" LITERAL("2") "</else></conditional>")));
    expect("x", "{c: true}", "1");
    expect("x", "{c: false}", "2");
    expect("x", "{}", "2");
    expect("x", "{c: 5}", "null");
}

#define OVER(kind, in, part, body) "<" kind " iteratorVariable='v'><in>" LITERAL(in) "</in><" part ">" LITERAL(body) "</" part "></" kind ">"

static void iterations(void **state) {
    (void)state;
    load(MODEL(DECISION("for", OVER("for", "[1, 2, 3]", "return", "v * v")) DECISION("sums", OVER("for", "[1, 2, 3]", "return", "v + sum(partial)"))
               DECISION("range", OVER("for", "[1..4)", "return", "v")) DECISION("single", OVER("for", "7", "return", "v"))
               DECISION("some", OVER("some", "[1, 5]", "satisfies", "v &gt; 4")) DECISION("every", OVER("every", "[1, 5]", "satisfies", "v &gt; 4"))
               DECISION("unclear", OVER("some", "[1, null]", "satisfies", "v &gt; 4")) DECISION("none", OVER("for", "null", "return", "v"))));
    expect("for", "{}", "[1, 4, 9]");
    expect("range", "{}", "[1, 2, 3]");
    expect("single", "{}", "[7]");
    expect("some", "{}", "true");
    expect("every", "{}", "false");
    expect("unclear", "{}", "null");
    expect("none", "{}", "null");
}

static void filters(void **state) {
    (void)state;
    load(MODEL("<inputData id='l' name='l'/>" DECISION("big", NEEDS_INPUT("l") "<filter><in>" LITERAL("l") "</in><match>" LITERAL("item &gt; 2")
               "</match></filter>") DECISION("old", NEEDS_INPUT("l") "<filter><in>" LITERAL("l") "</in><match>" LITERAL("age &gt; 2")
               "</match></filter>") DECISION("odd", NEEDS_INPUT("l") "<filter><in>" LITERAL("l") "</in><match>" LITERAL("\"x\"")
               "</match></filter>") DECISION("nested", NEEDS_INPUT("l") "<filter><in>" LITERAL("l") "</in><match><conditional><if>"
               LITERAL("item = 1") "</if><then>" LITERAL("true") "</then><else>" LITERAL("item &gt; 3") "</else></conditional></match></filter>")));
    expect("big", "{l: [1, 2, 3, 4]}", "[3, 4]");
    expect("big", "{l: [1]}", "[]");
    expect("old", "{l: [{age: 1}, {age: 3}]}", "[{age: 3}]");
    expect("odd", "{l: [1]}", "null");
    expect("nested", "{l: [1, 2, 3, 4]}", "[1, 4]");
}

#define TYPES                                                                                                             \
    "<itemDefinition name='tAge'><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues></itemDefinition>" \
    "<itemDefinition name='tAges' isCollection='true'><typeRef>tAge</typeRef></itemDefinition>"                           \
    "<itemDefinition name='tFew' isCollection='true'><typeRef>number</typeRef><typeConstraint><text>count(?) &lt; 3</text>"     \
    "</typeConstraint></itemDefinition>"                                                                                  \
    "<itemDefinition name='tNode'><itemComponent name='label'><typeRef>string</typeRef></itemComponent>"                  \
    "<itemComponent name='parts' isCollection='true'><typeRef>tNode</typeRef></itemComponent></itemDefinition>"           \
    "<itemDefinition name='tSelf'><typeRef>tSelf</typeRef></itemDefinition>"
#define TYPED(name, type, text) "<decision id='" name "' name='" name "'><variable name='" name "' typeRef='" type "'/>" LITERAL(text) "</decision>"

static void values_become_their_type_or_null(void **state) {
    (void)state;
    load(MODEL(TYPES TYPED("one", "number", "[5]") TYPED("list", "tAges", "5") TYPED("text", "number", "\"5\"")
               TYPED("old", "tAge", "151") TYPED("ages", "tAges", "[1, 200]") TYPED("few", "tFew", "[1, 2]")
               TYPED("many", "tFew", "[1, 2, 3]") TYPED("day", "date and time", "date(\"2026-11-24\")")
               TYPED("tree", "tNode", "{label: \"a\", parts: [{label: \"b\", parts: []}]}")
               TYPED("stump", "tNode", "{label: \"a\", parts: [{label: 1, parts: []}]}") TYPED("self", "tSelf", "1")));
    expect("one", "{}", "5");
    expect("list", "{}", "[5]");
    expect("text", "{}", "null");
    expect("old", "{}", "null");
    expect("ages", "{}", "null");
    expect("few", "{}", "[1, 2]");
    expect("many", "{}", "null");
    expect("day", "{}", "2026-11-24T00:00:00Z");
    expect("tree", "{}", "{label: \"a\", parts: [{label: \"b\", parts: []}]}");
    expect("stump", "{}", "null");
    assert_true(has_fault(&w.faults, "dmn.type-cycle"));
}

static void inputs_are_checked(void **state) {
    (void)state;
    load(MODEL(TYPES INPUT("i", "i", "tAge") DECISION("x", NEEDS_INPUT("i") LITERAL("i"))));
    expect("x", "{i: 10}", "10");
    expect("x", "{i: [10]}", "10");
    expect("x", "{i: \"10\"}", "null");
    expect("x", "{i: 500}", "null");
    assert_true(w.reasons.count > 0);
}

static void foreign_languages_are_refused(void **state) {
    (void)state;
    load(MODEL(DECISION("x", "<literalExpression expressionLanguage='http://example.org/python'><text>1</text></literalExpression>")
               DECISION("y", "<literalExpression><importedValues name='v' namespace='n' importType='t'><importedElement>e</importedElement>"
                        "</importedValues></literalExpression>")
               DECISION("z", "<context>" ENTRY("f", "<functionDefinition kind='Java'>" LITERAL("1") "</functionDefinition>")
                        RESULT(LITERAL("f()")) "</context>")));
    expect("x", "{}", "null");
    expect("y", "{}", "null");
    expect("z", "{}", "null");
    assert_true(has_fault(&w.faults, "dmn.language"));
    assert_true(has_fault(&w.faults, "dmn.imported-values"));
    assert_true(has_fault(&w.reasons, "dmn.external"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(contexts_see_their_entries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(functions_close_over_their_frame, set_up, tear_down),
        cmocka_unit_test_setup_teardown(endless_recursion_is_stopped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_and_relations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(conditional_wants_a_boolean, set_up, tear_down),
        cmocka_unit_test_setup_teardown(iterations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(filters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_become_their_type_or_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(inputs_are_checked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_languages_are_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
