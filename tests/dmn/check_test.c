/* check_test.c: what `lingban dmn check` finds before a table runs. */
#include "build.h"

#define TABLE(attributes, columns, rules) \
    MODEL(INPUT("a", "a", "number") INPUT("s", "s", "string") \
          DECISION("x", NEEDS_INPUT("a") NEEDS_INPUT("s") "<decisionTable " attributes ">" columns "<output/>" rules "</decisionTable>"))
#define NUMBERS "<input><inputExpression typeRef='number'><text>a</text></inputExpression></input>"
#define WORDS(values) "<input><inputExpression typeRef='string'><text>s</text></inputExpression><inputValues><text>" values \
    "</text></inputValues></input>"

/* The sentences of one code, joined by " | ". */
static const char *found(const char *xml, const char *code) {
    struct buf out;
    faults_init(&w.faults, &w.arena);
    load(xml);
    assert_int_equal(w.faults.errors, 0);
    dmn_check(w.model, &w.arena, &w.faults);
    buf_init(&out, &w.arena, 100000);
    for (size_t i = 0; i < w.faults.count; i++) {
        if (strcmp(w.faults.items[i].code, code) != 0) continue;
        if (out.n) buf_addz(&out, " | ");
        buf_add(&out, fault_sentence(&w.arena, LANGUAGE_EN, &w.faults.items[i]));
    }
    return arena_cstr(&w.arena, out.n ? buf_str(&out) : STR(""));
}

static void complete_tables_are_silent(void **state) {
    (void)state;
    load(TABLE("", NUMBERS WORDS("\"x\", \"y\""), RULE3("&lt; 5", "-", "1") RULE3("&gt;= 5", "\"x\"", "2") RULE3("&gt;= 5", "\"y\"", "3")));
    dmn_check(w.model, &w.arena, &w.faults);
    print_faults(&w.faults);
    assert_int_equal(w.faults.count, 0);
}

static void gaps_are_named(void **state) {
    (void)state;
    assert_string_equal(found(TABLE("", NUMBERS, RULE2("&lt; 5", "1") RULE2("&gt; 5", "2")), "dmn.gap"), "No rule covers the case a: 5.");
    assert_string_equal(found(TABLE("", NUMBERS, RULE2("[1..5)", "1") RULE2("[7..9]", "2")), "dmn.gap"),
                        "No rule covers the case a: < 1, [5..7), > 9.");
    assert_string_equal(found(TABLE("", NUMBERS WORDS("\"x\", \"y\", \"z\""), RULE3("&lt; 5", "\"x\"", "1") RULE3("&gt;= 5", "-", "2")),
                              "dmn.gap"), "No rule covers the case a: < 5; s: \"y\", \"z\".");
    assert_string_equal(found(TABLE("", COLUMN("s"), RULE2("\"x\"", "1")), "dmn.gap"), "No rule covers the case s: not(\"x\").");
    assert_string_equal(found(TABLE("hitPolicy='COLLECT'", NUMBERS, RULE2("&lt; 5", "1")), "dmn.gap"), "");
}

static void expressions_may_cover_anything(void **state) {
    (void)state;
    assert_string_equal(found(TABLE("", NUMBERS, RULE2("&lt; 5", "1") RULE2("even(?)", "2")), "dmn.gap"), "");
    assert_string_equal(found(TABLE("", NUMBERS, RULE2("&lt; 5", "1") RULE2("even(?)", "2")), "dmn.overlap"), "");
}

static void overlaps_are_named(void **state) {
    (void)state;
    assert_string_equal(found(TABLE("", NUMBERS, RULE2("&lt;= 5", "1") RULE2("&gt;= 5", "2")), "dmn.overlap"),
                        "Rules 1 and 2 both match the case a: 5, but give different outputs.");
    assert_int_equal(w.faults.errors, 1);
    assert_string_equal(found(TABLE("", NUMBERS, RULE2("&lt;= 5", "1") RULE2("&gt;= 5", "1")), "dmn.overlap"),
                        "Rules 1 and 2 both match the case a: 5; with hit policy UNIQUE there is no result then.");
    assert_string_equal(found(TABLE("hitPolicy='ANY'", NUMBERS, RULE2("&lt;= 5", "1") RULE2("&gt;= 5", "1")), "dmn.overlap"), "");
    assert_string_equal(found(TABLE("hitPolicy='FIRST'", NUMBERS, RULE2("&lt;= 5", "1") RULE2("&gt;= 5", "2")), "dmn.overlap"), "");
}

static void dead_rules_are_named(void **state) {
    (void)state;
    assert_string_equal(found(TABLE("hitPolicy='FIRST'", NUMBERS, RULE2("&lt; 5", "1") RULE2("&gt;= 5", "2") RULE2("[3..9]", "3")), "dmn.dead-rule"),
                        "Rule 3 can never fire: the rules before it take all its cases.");
    assert_string_equal(found(TABLE("hitPolicy='FIRST'", NUMBERS, RULE2("[9..3]", "1") RULE2("-", "2")), "dmn.dead-rule"),
                        "Rule 1 can never fire: no allowed input is “[9..3]”.");
    assert_string_equal(found(TABLE("", WORDS("\"x\", \"y\""), RULE2("\"z\"", "1") RULE2("\"x\",\"y\"", "2")), "dmn.dead-rule"),
                        "Rule 1 can never fire: no allowed input is “\"z\"”.");
    assert_string_equal(found(TABLE("hitPolicy='FIRST'", NUMBERS, RULE2("even(?)", "1") RULE2("&lt; 5", "2") RULE2("-", "3")), "dmn.dead-rule"), "");
}

static void types_that_do_not_meet_are_named(void **state) {
    (void)state;
    assert_string_equal(found(TABLE("", NUMBERS, RULE2("\"five\"", "1") RULE2("-", "2")), "dmn.type"),
                        "The cell “\"five\"” tests for a string, but its input is a number.");
    assert_string_equal(found(MODEL("<decision name='x'><variable name='x' typeRef='number'/>" LITERAL("\"a\" + \"b\"") "</decision>"), "dmn.type"),
                        "This gives a string, but number is declared; it will be null.");
}

static void inputs_nobody_provides_are_named(void **state) {
    (void)state;
    load(MODEL(INPUT("a", "a", "number") DECISION("d", NEEDS_INPUT("a") LITERAL("a")) DECISION("e", LITERAL("a"))
               "<decisionService id='s' name='s'><outputDecision href='#d'/></decisionService>" INPUT("b", "b", "number")));
    dmn_check(w.model, &w.arena, &w.faults);
    assert_true(has_fault(&w.faults, "dmn.not-provided"));
    assert_true(has_fault(&w.faults, "dmn.not-required"));
    assert_true(has_fault(&w.faults, "dmn.unused"));
}

static void a_large_table_is_checked_in_bounded_time(void **state) {
    (void)state;
    struct buf xml;
    buf_init(&xml, &w.arena, 1 << 24);
    buf_addz(&xml, "<definitions xmlns='" DMN15 "' namespace='n' name='n'>");
    for (int i = 0; i < 8; i++) buf_printf(&xml, "<inputData id='i%d' name='i%d'/>", i, i);
    buf_addz(&xml, "<decision id='x' name='x'>");
    for (int i = 0; i < 8; i++) buf_printf(&xml, "<informationRequirement><requiredInput href='#i%d'/></informationRequirement>", i);
    buf_addz(&xml, "<decisionTable hitPolicy='FIRST'>");
    for (int i = 0; i < 8; i++) buf_printf(&xml, "<input><inputExpression typeRef='number'><text>i%d</text></inputExpression></input>", i);
    buf_addz(&xml, "<output/>");
    for (int r = 0; r < 400; r++) {
        buf_addz(&xml, "<rule>");
        for (int i = 0; i < 8; i++) buf_printf(&xml, "<inputEntry><text>[%d..%d]</text></inputEntry>", (r * 7 + i * 13) % 90, (r * 7 + i * 13) % 90 + 20);
        buf_printf(&xml, "<outputEntry><text>%d</text></outputEntry></rule>", r);
    }
    buf_addz(&xml, "</decisionTable></decision></definitions>");
    load(arena_cstr(&w.arena, buf_str(&xml)));
    struct arena scratch;
    arena_init(&scratch, (size_t)1 << 30);
    dmn_check(w.model, &scratch, &w.faults);
    assert_true(has_fault(&w.faults, "dmn.gap"));
    arena_release(&scratch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(complete_tables_are_silent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(gaps_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(expressions_may_cover_anything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(overlaps_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dead_rules_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(types_that_do_not_meet_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(inputs_nobody_provides_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_large_table_is_checked_in_bounded_time, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
