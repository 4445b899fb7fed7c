/* table_test.c: decision tables: every hit policy, inputs, defaults, several outputs (DMN 1.5, clause 8). */
#include "build.h"

#define TABLE(attributes, columns, rules) \
    MODEL(INPUT("a", "a", "number") INPUT("s", "s", "string") \
          DECISION("x", NEEDS_INPUT("a") NEEDS_INPUT("s") "<decisionTable " attributes ">" columns rules "</decisionTable>"))
#define OUT "<output/>"
#define OUT_VALUES(values) "<output><outputValues><text>" values "</text></outputValues></output>"

static void unique_takes_the_one_rule(void **state) {
    (void)state;
    load(TABLE("", COLUMN("a") OUT, RULE2("&lt; 10", "\"low\"") RULE2("[10..20]", "\"mid\"") RULE2("&gt;= 20", "\"high\"")));
    expect("x", "{a: 15}", "mid");
    expect("x", "{a: 21}", "high");
    expect("x", "{a: 20}", "null"); /* two rules */
    assert_true(has_fault(&w.reasons, "dmn.hit-policy"));
    expect("x", "{a: null}", "null"); /* none */
    assert_true(has_fault(&w.reasons, "dmn.no-rule"));
}

static void first_takes_the_first(void **state) {
    (void)state;
    load(TABLE("hitPolicy='FIRST'", COLUMN("a") COLUMN("s") OUT,
               RULE3("&gt; 5", "\"x\"", "1") RULE3("&gt; 5", "-", "2") RULE3("-", "\"x\",\"y\"", "3")));
    expect("x", "{a: 6, s: \"x\"}", "1");
    expect("x", "{a: 6, s: \"q\"}", "2");
    expect("x", "{a: 1, s: \"y\"}", "3");
    expect("x", "{a: 1, s: \"q\"}", "null");
}

static void any_wants_equal_outputs(void **state) {
    (void)state;
    load(TABLE("hitPolicy='ANY'", COLUMN("a") OUT, RULE2("&gt; 1", "5") RULE2("&gt; 2", "5.0") RULE2("&gt; 3", "6")));
    expect("x", "{a: 3}", "5");
    expect("x", "{a: 4}", "null");
    assert_true(has_fault(&w.reasons, "dmn.hit-policy"));
}

static void priority_follows_the_output_values(void **state) {
    (void)state;
    load(TABLE("hitPolicy='PRIORITY'", COLUMN("a") OUT_VALUES("\"no\", \"maybe\", \"yes\""),
               RULE2("&gt; 1", "\"yes\"") RULE2("&gt; 2", "\"no\"") RULE2("&gt; 2", "\"maybe\"")));
    expect("x", "{a: 2}", "yes");
    expect("x", "{a: 3}", "no");
}

static void priority_may_come_from_the_type(void **state) {
    (void)state;
    load(MODEL("<itemDefinition name='tRisk'><typeRef>string</typeRef><allowedValues><text>\"high\",\"low\"</text></allowedValues>"
               "</itemDefinition>" INPUT("a", "a", "number")
               DECISION("x", NEEDS_INPUT("a") "<decisionTable hitPolicy='OUTPUT ORDER'>" COLUMN("a") "<output typeRef='tRisk'/>"
                        RULE2("-", "\"low\"") RULE2("&gt; 1", "\"high\"") "</decisionTable>")));
    expect("x", "{a: 2}", "[\"high\", \"low\"]");
    expect("x", "{a: 1}", "[\"low\"]");
}

static void multiple_hits_keep_their_order(void **state) {
    (void)state;
    load(TABLE("hitPolicy='RULE ORDER'", COLUMN("a") OUT, RULE2("&gt; 1", "3") RULE2("&gt; 2", "1") RULE2("&gt; 3", "2")));
    expect("x", "{a: 4}", "[3, 1, 2]");
    load(TABLE("hitPolicy='OUTPUT ORDER'", COLUMN("a") OUT_VALUES("1, 2, 3"),
               RULE2("&gt; 1", "3") RULE2("&gt; 2", "1") RULE2("&gt; 3", "2")));
    expect("x", "{a: 4}", "[1, 2, 3]");
}

#define COLLECT(how) TABLE("hitPolicy='COLLECT'" how, COLUMN("a") OUT, RULE2("&gt; 1", "3") RULE2("&gt; 2", "1") RULE2("&gt; 3", "3"))

static void collect_aggregates(void **state) {
    (void)state;
    load(COLLECT(""));
    expect("x", "{a: 4}", "[3, 1, 3]");
    expect("x", "{a: 0}", "[]");
    load(COLLECT(" aggregation='SUM'"));
    expect("x", "{a: 4}", "7");
    expect("x", "{a: 0}", "null");
    load(COLLECT(" aggregation='COUNT'"));
    expect("x", "{a: 4}", "3");
    expect("x", "{a: 0}", "0");
    load(COLLECT(" aggregation='MIN'"));
    expect("x", "{a: 4}", "1");
    load(COLLECT(" aggregation='MAX'"));
    expect("x", "{a: 4}", "3");
}

static void several_outputs_make_a_context(void **state) {
    (void)state;
    load(TABLE("hitPolicy='UNIQUE'", COLUMN("a") "<output name='grade'/><output name='fee' typeRef='number'/>",
               "<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>\"A\"</text></outputEntry>"
               "<outputEntry><text>a * 10</text></outputEntry></rule>"
               "<rule><inputEntry><text>2</text></inputEntry><outputEntry><text>\"B\"</text></outputEntry>"
               "<outputEntry><text>\"wrong type\"</text></outputEntry></rule>"));
    expect("x", "{a: 1}", "{grade: \"A\", fee: 10}");
    expect("x", "{a: 2}", "{grade: \"B\", fee: null}");
}

static void default_outputs_apply_without_a_match(void **state) {
    (void)state;
    load(TABLE("", COLUMN("a") "<output><defaultOutputEntry><text>\"none of them\"</text></defaultOutputEntry></output>",
               RULE2("1", "\"one\"")));
    expect("x", "{a: 1}", "one");
    expect("x", "{a: 2}", "none of them");
    assert_true(w.explanation.steps[w.explanation.count - 1].by_default || w.explanation.steps[1].by_default ||
                w.explanation.steps[w.explanation.count - 2].by_default);
}

static void inputs_outside_their_values_are_refused(void **state) {
    (void)state;
    load(TABLE("", "<input><inputExpression><text>a</text></inputExpression><inputValues><text>[0..120]</text></inputValues></input>" OUT,
               RULE2("-", "\"any\"")));
    expect("x", "{a: 120}", "any");
    expect("x", "{a: 121}", "null");
    assert_true(has_fault(&w.reasons, "dmn.input-value"));
    expect("x", "{}", "null");
}

static void outputs_outside_their_values_are_refused(void **state) {
    (void)state;
    load(TABLE("", COLUMN("a") OUT_VALUES("\"yes\", \"no\""), RULE2("1", "\"yes\"") RULE2("2", "\"perhaps\"")));
    expect("x", "{a: 1}", "yes");
    expect("x", "{a: 2}", "null");
    assert_true(has_fault(&w.reasons, "dmn.output-value"));
}

static void cells_may_be_expressions(void **state) {
    (void)state;
    load(TABLE("hitPolicy='RULE ORDER'", COLUMN("s") OUT,
               RULE2("starts with(?, \"ab\")", "1") RULE2("not(\"abc\")", "2") RULE2("string(a)", "3") RULE2("null", "4") RULE2("-", "5")));
    expect("x", "{s: \"abc\", a: 1}", "[1, 5]");
    expect("x", "{s: \"7\", a: 7}", "[2, 3, 5]");
    expect("x", "{a: 7}", "[2, 4, 5]"); /* null is not "abc" */
}

static void a_missing_answer_is_neither_true_nor_false(void **state) {
    (void)state;
    load(MODEL(INPUT("b", "b", "boolean") DECISION("x", NEEDS_INPUT("b") "<decisionTable hitPolicy='FIRST'>" COLUMN("b") "<output/>"
               RULE2("true", "\"yes\"") RULE2("false", "\"no\"") RULE2("-", "\"unknown\"") "</decisionTable>")));
    expect("x", "{b: true}", "yes");
    expect("x", "{b: false}", "no");
    expect("x", "{}", "unknown");
    struct feel_value plain = dmn_evaluate_plainly(w.model, dmn_find(w.model, STR("x")), value_of("{}"), &w.env);
    assert_string_equal(text_of(plain), "unknown");
}

static void a_broken_cell_never_matches(void **state) {
    (void)state;
    load(TABLE("hitPolicy='FIRST'", COLUMN("a") OUT, RULE2("&gt; &gt;", "1") RULE2("&gt; 1", "2")));
    assert_true(w.faults.errors > 0);
    expect("x", "{a: 2}", "2");
}

static void a_table_without_rules_or_inputs_works(void **state) {
    (void)state;
    load(TABLE("", COLUMN("a") OUT, ""));
    expect("x", "{a: 2}", "null");
    load(TABLE("", OUT, "<rule><outputEntry><text>8</text></outputEntry></rule>"));
    expect("x", "{a: 2}", "8");
}

static void rules_of_another_width_are_reported(void **state) {
    (void)state;
    load(TABLE("hitPolicy='FIRST'", COLUMN("a") COLUMN("s") OUT, RULE2("1", "\"short\"") RULE3("1", "-", "\"full\"")));
    assert_true(has_fault(&w.faults, "dmn.rule-width"));
    expect("x", "{a: 1}", "short");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unique_takes_the_one_rule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(first_takes_the_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(any_wants_equal_outputs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(priority_follows_the_output_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(priority_may_come_from_the_type, set_up, tear_down),
        cmocka_unit_test_setup_teardown(multiple_hits_keep_their_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(collect_aggregates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_outputs_make_a_context, set_up, tear_down),
        cmocka_unit_test_setup_teardown(default_outputs_apply_without_a_match, set_up, tear_down),
        cmocka_unit_test_setup_teardown(inputs_outside_their_values_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(outputs_outside_their_values_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cells_may_be_expressions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_answer_is_neither_true_nor_false, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_broken_cell_never_matches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_table_without_rules_or_inputs_works, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rules_of_another_width_are_reported, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
