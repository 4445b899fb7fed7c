/* graph_test.c: requirements, business knowledge, decision services (DMN 1.5, clauses 6 and 10.4), explanations. */
#include "build.h"

#define KNOWLEDGE(name, parameters, body, rest) \
    "<businessKnowledgeModel id='" name "' name='" name "'><variable name='" name "'/><encapsulatedLogic>" parameters body \
    "</encapsulatedLogic>" rest "</businessKnowledgeModel>"
#define PARAMETER(name, type) "<formalParameter name='" name "' typeRef='" type "'/>"
#define SERVICE(name, rest) "<decisionService id='" name "' name='" name "'><variable name='" name "'/>" rest "</decisionService>"

static void only_what_is_required_is_seen(void **state) {
    (void)state;
    load(MODEL(INPUT("a", "a", "number") DECISION("x", LITERAL("a")) DECISION("y", NEEDS_INPUT("a") LITERAL("a"))));
    assert_true(has_fault(&w.faults, "feel.unknown-name"));
    expect("x", "{a: 1}", "null");
    expect("y", "{a: 1}", "1");
}

static void knowledge_is_called(void **state) {
    (void)state;
    load(MODEL(KNOWLEDGE("double it", PARAMETER("n", "number"), LITERAL("n * 2"), "")
               KNOWLEDGE("quadruple", PARAMETER("n", "number"), LITERAL("double it(double it(n))"), CALLS("double it"))
               KNOWLEDGE("fib", PARAMETER("n", "number"), LITERAL("if n &lt; 2 then n else fib(n - 1) + fib(n - 2)"), "")
               DECISION("x", CALLS("quadruple") LITERAL("quadruple(5)")) DECISION("named", CALLS("quadruple") LITERAL("quadruple(n: 5)"))
               DECISION("typed", CALLS("double it") LITERAL("double it(\"5\")")) DECISION("rec", CALLS("fib") LITERAL("fib(15)"))
               DECISION("boxed", CALLS("double it") "<invocation>" LITERAL("double it") "<binding><parameter name='n'/>" LITERAL("8")
                        "</binding></invocation>")
               DECISION("wrong", CALLS("double it") "<invocation>" LITERAL("double it") "<binding><parameter name='m'/>" LITERAL("8")
                        "</binding></invocation>")));
    expect("x", "{}", "20");
    expect("named", "{}", "20");
    expect("typed", "{}", "null");
    expect("rec", "{}", "610");
    expect("boxed", "{}", "16");
    expect("wrong", "{}", "null");
    expect("double it", "{n: 4}", "8"); /* called with the inputs of its parameters' names */
}

#define SERVED                                                                                                    \
    INPUT("a", "a", "number") INPUT("b", "b", "string")                                                           \
    DECISION("given", LITERAL("\"from its logic\""))                                                              \
    DECISION("inner", NEEDS_INPUT("a") LITERAL("a + 1"))                                                          \
    DECISION("outer", NEEDS("inner") NEEDS("given") LITERAL("string(inner) + given"))                             \
    DECISION("other", NEEDS_INPUT("b") LITERAL("b"))                                                              \
    SERVICE("one", "<outputDecision href='#outer'/><encapsulatedDecision href='#inner'/><inputDecision href='#given'/>" \
                   "<inputData href='#a'/>")                                                                      \
    SERVICE("two", "<outputDecision href='#inner'/><outputDecision href='#other'/><inputData href='#a'/><inputData href='#b'/>")

static void services_see_nothing_but_their_inputs(void **state) {
    (void)state;
    load(MODEL(SERVED DECISION("call", CALLS("one") LITERAL("one(4, \"!\")")) DECISION("both", CALLS("two") LITERAL("two(4, \"z\")"))
               DECISION("path", CALLS("two") LITERAL("two(b: \"z\", a: 1).other")) DECISION("bad", CALLS("two") LITERAL("two(\"x\", \"z\")"))
               DECISION("few", CALLS("two") LITERAL("two(1)")) DECISION("pass", CALLS("one") NEEDS_INPUT("a") LITERAL("one(a, \"?\")"))));
    expect("call", "{}", "5!");
    expect("both", "{}", "{inner: 5, other: \"z\"}");
    expect("path", "{}", "z");
    expect("bad", "{}", "{inner: null, other: \"z\"}"); /* the input is null, the service still runs */
    expect("few", "{}", "null");
    expect("pass", "{a: 9}", "10?");
    expect("outer", "{a: 4}", "5from its logic");
    expect("two", "{a: 4, b: \"q\"}", "{inner: 5, other: \"q\"}");
}

static void decisions_can_be_given(void **state) {
    (void)state;
    load(MODEL(SERVED));
    struct dmn_given given[] = {{dmn_find(w.model, STR("given")), feel_string(STR("G"))},
                                {dmn_find(w.model, STR("a")), feel_integer(1)}};
    feel_environment_init(&w.env, &w.arena, 0, NULL);
    struct feel_value v = dmn_evaluate_given(w.model, dmn_find(w.model, STR("outer")), given, 2, &w.env, NULL);
    assert_string_equal(text_of(v), "2G");
    v = dmn_evaluate_given(w.model, dmn_find(w.model, STR("one")), given, 2, &w.env, NULL);
    assert_string_equal(text_of(v), "2G");
}

static void a_decision_is_worked_out_once(void **state) {
    (void)state;
    load(MODEL(INPUT("a", "a", "number") DECISION("d", NEEDS_INPUT("a") LITERAL("a")) DECISION("l", NEEDS("d") LITERAL("d"))
               DECISION("r", NEEDS("d") LITERAL("d")) DECISION("x", NEEDS("l") NEEDS("r") LITERAL("l + r"))));
    expect("x", "{a: 2}", "4");
    size_t times = 0;
    for (size_t i = 0; i < w.explanation.count; i++)
        times += w.explanation.steps[i].kind == DMN_STEP_DECISION && str_eqz(w.explanation.steps[i].name, "d");
    assert_int_equal(times, 1);
}

static void functions_may_leave_as_values(void **state) {
    (void)state;
    load(MODEL(KNOWLEDGE("inc", PARAMETER("n", "number"), LITERAL("n + 1"), "") DECISION("f", CALLS("inc") LITERAL("inc"))));
    struct feel_value f = decide("f", "{}"), seven = feel_integer(7);
    assert_int_equal(f.kind, FEEL_FUNCTION);
    struct feel_environment later;
    feel_environment_init(&later, &w.arena, 0, NULL);
    assert_string_equal(text_of(feel_call(&later, f, &seven, NULL, 1)), "8");
}

static void a_decision_without_logic_is_null(void **state) {
    (void)state;
    load(MODEL(DECISION("x", "") DECISION("y", NEEDS("x") LITERAL("x = null"))));
    expect("x", "{}", "null");
    assert_true(has_fault(&w.reasons, "dmn.no-logic"));
    expect("y", "{}", "true");
}

static void explanations_use_the_offices_words(void **state) {
    (void)state;
    load(MODEL(INPUT("age", "age", "number") DECISION("x", NEEDS_INPUT("age") "<decisionTable hitPolicy='FIRST'>" COLUMN("age") "<output/>"
               "<annotation name='why'/><rule id='r1'><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>\"no\"</text></outputEntry>"
               "<annotationEntry><text>declined because under age</text></annotationEntry></rule>"
               "<rule><inputEntry><text>&gt;= 65</text></inputEntry><outputEntry><text>\"yes\"</text></outputEntry></rule></decisionTable>")));
    expect("x", "{age: 12}", "no");
    size_t count;
    struct str *notes = dmn_explanation_notes(&w.explanation, &w.arena, &count);
    assert_int_equal(count, 1);
    assert_true(str_eqz(notes[0], "declined because under age"));
    const struct dmn_step *table = NULL;
    for (size_t i = 0; i < w.explanation.count; i++)
        if (w.explanation.steps[i].kind == DMN_STEP_TABLE) table = &w.explanation.steps[i];
    assert_non_null(table);
    assert_int_equal(table->hit_count, 1);
    assert_true(table->hits[0].chosen && table->hits[0].rule == 0 && str_eqz(table->hits[0].id, "r1"));
    assert_int_equal(table->miss_count, 1);
    assert_true(table->misses[0].rule == 1 && table->misses[0].column == 0 && str_eqz(table->misses[0].cell, ">= 65"));
    struct buf out;
    buf_init(&out, &w.arena, 100000);
    dmn_explanation_put_text(&out, &w.explanation, LANGUAGE_EN);
    assert_true(str_find(buf_str(&out), STR("rule 1 matches: no")) >= 0);
    assert_true(str_find(buf_str(&out), STR("why: declined because under age")) >= 0);
    assert_true(str_find(buf_str(&out), STR("rule 2 does not match: age = 12, not >= 65")) >= 0);
    struct buf json;
    struct json_out j;
    buf_init(&json, &w.arena, 100000);
    json_begin(&j, &json);
    dmn_explanation_put_json(&j, &w.explanation);
    struct json *parsed = json_parse(&w.arena, buf_str(&json), &json_default_limits, STR("explanation"), &w.faults);
    assert_non_null(parsed);
    assert_int_equal(parsed->kind, JSON_ARRAY);
    assert_int_equal(parsed->count, w.explanation.count);
}

static void explanations_are_bounded(void **state) {
    (void)state;
    load(MODEL(KNOWLEDGE("f", PARAMETER("n", "number"), LITERAL("n"), "") DECISION("x", CALLS("f") LITERAL("count(for i in 1..3000 return f(i))"))));
    expect("x", "{}", "3000");
    assert_true(w.explanation.cut);
    assert_int_equal(w.explanation.count, w.explanation.limit);
    assert_int_equal(w.explanation.depth, 0);
}

static void models_are_shown(void **state) {
    (void)state;
    struct buf out;
    load(MODEL(INPUT("age", "年龄", "number") DECISION("结果", NEEDS_INPUT("age") "<decisionTable>" COLUMN("年龄") "<output name='资格'/>"
               RULE2("&gt;= 60", "\"可申请\"") RULE2("&lt; 60", "\"no\"") "</decisionTable>")));
    buf_init(&out, &w.arena, 100000);
    dmn_show(&out, w.model, LANGUAGE_EN);
    assert_true(str_find(buf_str(&out), STR("│ U │ 年龄  ║ 资格     │")) >= 0);
    assert_true(str_find(buf_str(&out), STR("│ 1 │ >= 60 ║ \"可申请\" │")) >= 0);
    assert_true(str_find(buf_str(&out), STR("│ 2 │ < 60  ║ \"no\"     │")) >= 0);
}

static void models_without_input_data_ask_for_their_names(void **state) {
    (void)state;
    load(MODEL(DECISION("base", LITERAL("income * 2")) DECISION("x", NEEDS("base") "<decisionTable>" COLUMN("age") "<output/>"
               RULE2("&gt;= 60", "base + bonus") "</decisionTable>")));
    assert_int_equal(w.faults.count, 0);
    expect("x", "{age: 61, income: 5, bonus: 1}", "11");
    expect("x", "{age: 61, income: 5}", "null");
    size_t count;
    struct str *names = dmn_open_names(dmn_find(w.model, STR("x")), &w.arena, &count);
    assert_int_equal(count, 3);
    assert_true(str_eqz(names[0], "age") && str_eqz(names[1], "bonus") && str_eqz(names[2], "income"));
    dmn_check(w.model, &w.arena, &w.faults);
    assert_int_equal(w.faults.errors, 0);
}

static void json_texts_become_dates_where_declared(void **state) {
    (void)state;
    load(MODEL("<itemDefinition name='tCase'><itemComponent name='on'><typeRef>date</typeRef></itemComponent>"
               "<itemComponent name='waits' isCollection='true'><typeRef>days and time duration</typeRef></itemComponent></itemDefinition>"
               INPUT("c", "case", "tCase") INPUT("d", "day", "date") INPUT("s", "word", "string")
               DECISION("x", NEEDS_INPUT("c") NEEDS_INPUT("d") NEEDS_INPUT("s")
                        LITERAL("[case.on.year, case.waits[2] + case.waits[1], day + duration(\"P1D\"), word]"))));
    struct json *json = json_parse(&w.arena, STR("{\"case\":{\"on\":\"2026-11-24\",\"waits\":[\"PT1H\",\"PT2H\"]},"
                                                 "\"day\":\"2026-12-31\",\"word\":\"2026-11-24\"}"),
                                   &json_default_limits, STR("in.json"), &w.faults);
    const struct dmn_element *x = dmn_find(w.model, STR("x"));
    feel_environment_init(&w.env, &w.arena, 0, NULL);
    struct feel_value v = dmn_evaluate(w.model, x, dmn_inputs_from_json(x, &w.arena, json), &w.env, NULL);
    assert_int_equal(v.kind, FEEL_LIST);
    assert_string_equal(text_of(v.list->items[0]), "2026");
    assert_string_equal(text_of(v.list->items[1]), "PT3H");
    assert_string_equal(text_of(v.list->items[2]), "2027-01-01");
    assert_int_equal(v.list->items[3].kind, FEEL_STRING);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_what_is_required_is_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knowledge_is_called, set_up, tear_down),
        cmocka_unit_test_setup_teardown(services_see_nothing_but_their_inputs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(decisions_can_be_given, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_decision_is_worked_out_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(functions_may_leave_as_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_decision_without_logic_is_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(explanations_use_the_offices_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(explanations_are_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(models_without_input_data_ask_for_their_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_texts_become_dates_where_declared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(models_are_shown, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
