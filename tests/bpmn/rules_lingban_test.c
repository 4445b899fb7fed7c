/* Lingban's own rules for a service's process, each on a process that breaks it alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bpmn/rules_lingban.h"

#include <string.h>

#define HEAD                                                                                                 \
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='urn:t' "              \
    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "                                                 \
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'>"                                                     \
    "<message id='m' name='m'/><process id='p' isExecutable='true'><startEvent id='s'/><endEvent id='e'/>"
#define FLOW(id, from, to) "<sequenceFlow id='" id "' sourceRef='" from "' targetRef='" to "'/>"
#define TAIL               "</process></definitions>"
#define THROUGH_X          FLOW("a", "s", "x") FLOW("b", "x", "e") TAIL
#define ZEEBE(content)     "<extensionElements>" content "</extensionElements>"
#define STAFF              "<zeebe:assignmentDefinition candidateGroups='staff'/>"
#define DAYS                                                                                                 \
    "<zeebe:properties><zeebe:property name='lingban:deadlineWorkingDays' value='2'/></zeebe:properties>"
#define TIMER                                                                                                \
    "<timerEventDefinition><timeDuration "                                                                   \
    "xsi:type='tFormalExpression'>P3D</timeDuration></timerEventDefinition>"

static const struct {
    const char *code; /* "" none */
    const char *xml;
} cases[] = {
    {"", HEAD "<userTask id='x'>" ZEEBE(STAFF DAYS) "</userTask>" THROUGH_X},
    {"", HEAD "<userTask id='x'>" ZEEBE(STAFF) "</userTask><boundaryEvent id='t' attachedToRef='x'>" TIMER
                                               "</boundaryEvent>" FLOW("c", "t", "e") THROUGH_X},
    {"", HEAD "<laneSet><lane id='l' name='staff'><flowNodeRef>x</flowNodeRef></lane></laneSet><userTask "
              "id='x'>" ZEEBE(DAYS) "</userTask>" THROUGH_X},
    {"lingban.nobody-responsible", HEAD "<userTask id='x'>" ZEEBE(DAYS) "</userTask>" THROUGH_X},
    {"lingban.no-deadline", HEAD "<userTask id='x'>" ZEEBE(STAFF) "</userTask>" THROUGH_X},
    {"lingban.unreachable", HEAD "<task id='x'/><task id='lost'/>" FLOW("c", "lost", "e") THROUGH_X},
    {"lingban.no-exit", HEAD "<task id='x'/><exclusiveGateway id='g'/><task id='r'/>" FLOW("c", "g", "r")
                            FLOW("d", "r", "g") FLOW("f", "s", "g") THROUGH_X},
    {"lingban.endless-wait", HEAD "<receiveTask id='x' messageRef='m'/>" THROUGH_X},
    {"lingban.endless-wait", HEAD "<intermediateCatchEvent id='x'><messageEventDefinition messageRef='m'/>"
                                  "</intermediateCatchEvent>" THROUGH_X},
    {"", HEAD
     "<eventBasedGateway id='g'/><intermediateCatchEvent id='x'><messageEventDefinition messageRef='m'/>"
     "</intermediateCatchEvent><intermediateCatchEvent id='t'>" TIMER "</intermediateCatchEvent>" FLOW(
         "a", "s", "g") FLOW("c", "g", "x") FLOW("d", "g", "t") FLOW("f", "t", "e") FLOW("b", "x", "e") TAIL},
    {"lingban.start-event", "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='urn:t' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>"
                            "<process id='p' isExecutable='true'><startEvent id='s'>" TIMER "</startEvent><endEvent id='e'/><task id='x'/>" THROUGH_X},
    {"lingban.start-unused", HEAD "<startEvent id='s2'>" TIMER "</startEvent><task id='x'/>" FLOW("c", "s2", "x") THROUGH_X},
    {"lingban.listener", HEAD "<userTask id='x'>" ZEEBE(STAFF DAYS "<zeebe:taskListeners><zeebe:taskListener eventType='assigning' type='lingban:notify'/>"
                              "</zeebe:taskListeners>") "</userTask>" THROUGH_X},
    {"lingban.unknown-role",
     HEAD "<userTask id='x'>" ZEEBE(
         "<zeebe:assignmentDefinition candidateGroups='staff, ghost'/>" DAYS) "</userTask>" THROUGH_X},
    {"lingban.four-eyes",
     HEAD "<userTask id='x'>" ZEEBE(STAFF "<zeebe:properties>"
                                          "<zeebe:property name='lingban:deadlineWorkingDays' value='2'/>"
                                          "<zeebe:property name='lingban:fourEyes' "
                                          "value='nowhere'/></zeebe:properties>") "</userTask>" THROUGH_X},
    {"lingban.days",
     HEAD "<userTask id='x'>" ZEEBE(STAFF "<zeebe:properties>"
                                          "<zeebe:property name='lingban:deadlineWorkingDays' "
                                          "value='soon'/></zeebe:properties>") "</userTask>" THROUGH_X},
    {"lingban.unknown-variable",
     HEAD "<exclusiveGateway id='x' default='b'/>" FLOW("a", "s", "x")
         FLOW("b", "x",
              "e") "<sequenceFlow id='c' sourceRef='x' targetRef='e'><conditionExpression "
                   "xsi:type='tFormalExpression'>=nobody &gt; 1 and outcome = \"yes\"</conditionExpression>"
                   "</sequenceFlow>" TAIL},
    {"", HEAD "<exclusiveGateway id='x' default='b'/>" FLOW("a", "s", "x")
             FLOW("b", "x", "e") "<sequenceFlow id='c' sourceRef='x' targetRef='e'><conditionExpression "
                                 "xsi:type='tFormalExpression'>"
                                 "=outcome = \"yes\" and count([1,2][item &gt; 1]) = "
                                 "1</conditionExpression></sequenceFlow>" TAIL},
    {"lingban.no-process",
     "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='urn:t'>"
     "<process id='p'><task id='x'/></process></definitions>"},
};

static void each_rule_finds_its_process(void **state) {
    (void)state;
    static const struct str variables[] = {T_STATIC("outcome")},
                            roles[] = {T_STATIC("staff"), T_STATIC("member")};
    struct bpmn_surroundings around = {variables, 1, roles, 2};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a;
        struct faults faults, quiet;
        arena_init(&a, 64 << 20);
        faults_init(&faults, &a);
        faults_init(&quiet, &a);
        struct xml_node *root =
            xml_parse(&a, str_from(cases[i].xml), &xml_default_limits, STR("t.bpmn"), &quiet);
        assert_non_null(root);
        const struct bpmn_model *model = bpmn_read(&a, root, STR("t.bpmn"), &quiet);
        assert_non_null(model);
        bpmn_check_service(&a, model, &around, &faults);
        bool wanted = cases[i].code[0] != 0, found = false;
        for (size_t k = 0; k < faults.count; k++) {
            found |= strcmp(faults.items[k].code, cases[i].code) == 0;
            if (strcmp(faults.items[k].code, cases[i].code) != 0)
                print_message("case %zu: also %s\n", i, faults.items[k].code);
            struct str zh = text_in(LANGUAGE_ZH, faults.items[k].sentence[0]);
            assert_false(str_eq(zh, faults.items[k].sentence[0]));
        }
        if (found != wanted) fail_msg("case %zu: %s", i, wanted ? "not found" : "should pass");
        if (!wanted) assert_int_equal(faults.count, 0);
        arena_release(&a);
    }
}

static void a_finding_says_where_it_is_drawn(void **state) {
    (void)state;
    struct arena a;
    struct faults faults;
    arena_init(&a, 16 << 20);
    faults_init(&faults, &a);
    struct str xml = STR(HEAD "<userTask id='x'>" ZEEBE(DAYS) "</userTask>" FLOW("a", "s", "x") FLOW("b", "x", "e") "</process>"
                         "<d:BPMNDiagram xmlns:d='http://www.omg.org/spec/BPMN/20100524/DI' xmlns:c='http://www.omg.org/spec/DD/20100524/DC'><d:BPMNPlane bpmnElement='p'>"
                         "<d:BPMNShape id='k' bpmnElement='x'><c:Bounds x='120' y='80' width='100' height='80'/></d:BPMNShape></d:BPMNPlane></d:BPMNDiagram></definitions>");
    const struct xml_node *root = xml_parse(&a, xml, &xml_default_limits, STR("f.bpmn"), &faults);
    const struct bpmn_model *model = bpmn_read(&a, root, STR("f.bpmn"), &faults);
    struct bpmn_surroundings around = {0};
    bpmn_check_service(&a, model, &around, &faults);
    assert_int_equal(faults.count, 1);
    assert_true(str_eqz(faults.items[0].place.element, "x (x 120 y 80)"));
    assert_true(str_eqz(faults.items[0].place.file, "f.bpmn") && faults.items[0].place.line > 0);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_rule_finds_its_process), cmocka_unit_test(a_finding_says_where_it_is_drawn)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
