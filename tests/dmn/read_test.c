/* read_test.c: reading models: versions, vendors' elements, what is wrong with a file, imports, cycles. */
#include "build.h"

static void every_version_is_read(void **state) {
    (void)state;
    static const char *const namespaces[] = {
        "https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/", "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    };
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
        struct str xml = arena_printf(&w.arena, "<d:definitions xmlns:d='%s' namespace='n' name='n'><d:decision name='x'>"
                                      "<d:literalExpression><d:text>1 + 1</d:text></d:literalExpression></d:decision>"
                                      "</d:definitions>", namespaces[i]);
        load(arena_cstr(&w.arena, xml));
        expect("x", "{}", "2");
    }
    assert_int_equal(w.faults.count, 0);
}

static void feel_types_of_dmn_11_have_a_prefix(void **state) {
    (void)state;
    load("<definitions xmlns='http://www.omg.org/spec/DMN/20151101/dmn.xsd' xmlns:feel='http://www.omg.org/spec/FEEL/20140401'"
         " namespace='n' name='n'><decision name='x'><variable name='x' typeRef='feel:string'/>" LITERAL("1")
         "</decision></definitions>");
    assert_int_equal(w.faults.errors, 0);
    expect("x", "{}", "null");
}

static void vendors_elements_are_skipped(void **state) {
    (void)state;
    load("<definitions xmlns='" DMN15 "' xmlns:v='urn:vendor' namespace='n' name='n' v:extra='1'>"
         "<extensionElements><v:decision name='no'/></extensionElements>"
         "<decision name='x' v:colour='red'><extensionElements><literalExpression><text>9</text></literalExpression>"
         "</extensionElements><v:literalExpression><v:text>8</v:text></v:literalExpression>" LITERAL("7")
         "</decision></definitions>");
    assert_int_equal(dmn_element_count(w.model), 1);
    expect("x", "{}", "7");
}

static void names_are_normalised(void **state) {
    (void)state;
    load(MODEL("<inputData id='i' name='  Applicant \n  age '/>" DECISION("x", NEEDS_INPUT("i") LITERAL("Applicant  age + 1"))));
    expect("x", "{Applicant age: 41}", "42");
}

static void what_is_no_model_is_refused(void **state) {
    (void)state;
    static const char *const files[] = {"", "<a", "<definitions/>", "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>",
                                        "<!DOCTYPE x [<!ENTITY a 'b'>]><definitions xmlns='" DMN15 "'/>"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct dmn_source source = {STR("test.dmn"), str_from(files[i])};
        size_t before = w.faults.errors;
        assert_null(dmn_load(&w.arena, &source, 1, &w.faults));
        assert_true(w.faults.errors > before);
    }
}

static void a_fault_keeps_others_alive(void **state) {
    (void)state;
    load(MODEL(DECISION("bad", LITERAL("1 + + (")) DECISION("lost", NEEDS("nowhere") LITERAL("2"))
               "<decision/>" DECISION("odd", "<decisionTable hitPolicy='SOMETIMES'><output/></decisionTable>")
               DECISION("good", LITERAL("3"))));
    expect("bad", "{}", "null");
    expect("lost", "{}", "2");
    expect("odd", "{}", "null");
    expect("good", "{}", "3");
    assert_true(has_fault(&w.faults, "dmn.no-element"));
    assert_true(has_fault(&w.faults, "dmn.no-name"));
    assert_true(has_fault(&w.faults, "dmn.hit-policy"));
}

static void faults_have_a_place(void **state) {
    (void)state;
    load("<definitions xmlns='" DMN15 "' namespace='n' name='n'>\n<decision name='x'>\n<variable name='x' typeRef='tNone'/>"
         "</decision></definitions>");
    assert_int_equal(w.faults.count, 1);
    assert_int_equal(w.faults.items[0].place.line, 3);
    assert_true(str_eqz(w.faults.items[0].place.element, "x"));
    assert_true(str_eqz(w.faults.items[0].place.file, "test.dmn"));
}

static void cycles_are_cut(void **state) {
    (void)state;
    load(MODEL(DECISION("a", NEEDS("b") LITERAL("1")) DECISION("b", NEEDS("a") LITERAL("2")) DECISION("c", NEEDS("c") LITERAL("3"))));
    assert_true(has_fault(&w.faults, "dmn.cycle"));
    expect("a", "{}", "1");
    expect("b", "{}", "2");
    expect("c", "{}", "3");
}

static void a_long_chain_is_no_trouble(void **state) {
    (void)state;
    enum { LENGTH = 20000 };
    struct buf xml;
    buf_init(&xml, &w.arena, 1 << 24);
    buf_addz(&xml, "<definitions xmlns='" DMN15 "' namespace='n' name='n'>");
    for (int i = 0; i < LENGTH; i++)
        buf_printf(&xml, "<decision id='d%d' name='d%d'><informationRequirement><requiredDecision href='#d%d'/>"
                   "</informationRequirement>" LITERAL("1") "</decision>", i, i, i + 1 < LENGTH ? i + 1 : i);
    buf_addz(&xml, "</definitions>");
    load(arena_cstr(&w.arena, buf_str(&xml)));
    expect("d0", "{}", "null"); /* deeper than the limit */
    assert_true(w.env.stopped);
    expect("d19700", "{}", "1");
}

static void imports_are_found_by_namespace(void **state) {
    (void)state;
    struct dmn_source sources[] = {
        {STR("main.dmn"), str_from("<definitions xmlns='" DMN15 "' namespace='urn:main' name='main'>"
                                   "<import name='lib' namespace='urn:lib' importType='" DMN15 "'/>"
                                   "<import name='gone' namespace='urn:gone' importType='" DMN15 "'/>"
                                   "<inputData id='p' name='p'><variable name='p' typeRef='lib.tPerson'/></inputData>"
                                   "<decision id='x' name='x'>" NEEDS_INPUT("p")
                                   "<informationRequirement><requiredDecision href='urn:lib#d'/></informationRequirement>"
                                   "<knowledgeRequirement><requiredKnowledge href='urn:lib#f'/></knowledgeRequirement>"
                                   LITERAL("lib.Twice it(p.age) + lib.Base rate") "</decision></definitions>")},
        {STR("lib.dmn"), str_from("<definitions xmlns='" DMN15 "' namespace='urn:lib' name='lib'>"
                                  "<itemDefinition name='tPerson'><itemComponent name='age'><typeRef>number</typeRef>"
                                  "</itemComponent></itemDefinition><inputData id='i' name='rate'/>"
                                  "<decision id='d' name='Base rate'>" NEEDS_INPUT("i") LITERAL("rate * 100") "</decision>"
                                  "<businessKnowledgeModel id='f' name='Twice it'><encapsulatedLogic>"
                                  "<formalParameter name='n' typeRef='number'/>" LITERAL("2 * n")
                                  "</encapsulatedLogic></businessKnowledgeModel></definitions>")}};
    w.model = dmn_load(&w.arena, sources, 2, &w.faults);
    assert_non_null(w.model);
    expect("x", "{p: {age: 4}, rate: 3}", "308");
    expect("x", "{p: {age: 4}, lib: {rate: 5}}", "508");
    expect("lib.Base rate", "{rate: 1}", "100");
    assert_true(has_fault(&w.faults, "dmn.no-import"));
    assert_int_equal(w.faults.errors, 1);
}

static void a_model_tells_what_it_offers(void **state) {
    (void)state;
    size_t count;
    load(MODEL(INPUT("a", "a", "number") INPUT("b", "b", "string") DECISION("low", NEEDS_INPUT("a") LITERAL("a"))
               DECISION("high", NEEDS("low") NEEDS_INPUT("b") "<context><contextEntry><variable name='sum'/>" LITERAL("low")
                        "</contextEntry><contextEntry><variable name='word'/>" LITERAL("b") "</contextEntry></context>")));
    const struct dmn_element **inputs = dmn_inputs(dmn_find(w.model, STR("high")), &w.arena, &count);
    assert_int_equal(count, 2);
    assert_true(str_eqz(dmn_about(inputs[0], &w.arena).type, "string") || str_eqz(dmn_about(inputs[1], &w.arena).type, "string"));
    struct str *names = dmn_output_names(dmn_find(w.model, STR("high")), &w.arena, &count);
    assert_int_equal(count, 2);
    assert_true(str_eqz(names[0], "sum") && str_eqz(names[1], "word"));
    dmn_output_names(dmn_find(w.model, STR("low")), &w.arena, &count);
    assert_int_equal(count, 0);
    assert_null(dmn_find(w.model, STR("nothing")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_version_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(feel_types_of_dmn_11_have_a_prefix, set_up, tear_down),
        cmocka_unit_test_setup_teardown(vendors_elements_are_skipped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_are_normalised, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_model_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fault_keeps_others_alive, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_have_a_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cycles_are_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_chain_is_no_trouble, set_up, tear_down),
        cmocka_unit_test_setup_teardown(imports_are_found_by_namespace, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_model_tells_what_it_offers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
