/* The static rules: each on a small process of its own, at both levels; and what the checker does with
 * rubbish. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bpmn/rules.h"

#include <string.h>

#define HEAD                                                                                                 \
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='urn:t' "              \
    "xmlns:t='urn:t' "                                                                                       \
    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "                                                 \
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'>"
#define TAIL "</definitions>"
/* start -> body -> end, the body being one node with id "x" whose flows are a (in) and b (out). */
#define PROCESS(body)                                                                                        \
    "<process id='p' isExecutable='true'><startEvent id='s'><outgoing>a</outgoing></startEvent>" body        \
    "<endEvent id='e'><incoming>b</incoming></endEvent>"                                                     \
    "<sequenceFlow id='a' sourceRef='s' targetRef='x'/><sequenceFlow id='b' sourceRef='x' "                  \
    "targetRef='e'/></process>"
#define OPERATION                                                                                            \
    "<itemDefinition id='i' structureRef='String'/><message id='m' itemRef='i'/><interface id='if' "         \
    "name='I'>"                                                                                              \
    "<operation id='o' name='O'><inMessageRef>m</inMessageRef></operation></interface>"
#define FLOWS "<incoming>a</incoming><outgoing>b</outgoing>"

struct seen {
    size_t errors, warnings;
    bool code; /* the code asked for is among them */
};

static struct seen check(const char *xml, enum bpmn_level level, const char *code) {
    struct arena a;
    struct faults faults;
    struct seen seen = {0};
    arena_init(&a, 64 << 20);
    faults_init(&faults, &a);
    bpmn_check_file(&a, str_from(xml), STR("test.bpmn"), level, &faults);
    for (size_t i = 0; i < faults.count; i++) {
        if (faults.items[i].level == FAULT_ERROR)
            seen.errors++;
        else
            seen.warnings++;
        if (code && strcmp(faults.items[i].code, code) == 0)
            seen.code = true;
        else if (code)
            print_message("  also %s\n", faults.items[i].code);
    }
    arena_release(&a);
    return seen;
}

static void good_processes_pass(void **state) {
    (void)state;
    static const char *const good[] = {
        HEAD PROCESS("<task id='x'>" FLOWS "</task>") TAIL,
        HEAD PROCESS("<subProcess id='x'>" FLOWS "<startEvent id='s2'><outgoing>c</outgoing></startEvent>"
                     "<endEvent id='e2'><incoming>c</incoming></endEvent>"
                     "<sequenceFlow id='c' sourceRef='s2' targetRef='e2'/></subProcess>") TAIL,
        HEAD PROCESS("<intermediateCatchEvent id='x'>" FLOWS "<timerEventDefinition><timeDuration "
                     "xsi:type='tFormalExpression'>P1DT2H</timeDuration></timerEventDefinition>"
                     "</intermediateCatchEvent>") TAIL,
        HEAD PROCESS("<intermediateCatchEvent id='x'>" FLOWS "<timerEventDefinition><timeCycle "
                     "xsi:type='tFormalExpression'>R3/2026-02-03T10:00:00+08:00/PT5M</timeCycle></"
                     "timerEventDefinition>"
                     "</intermediateCatchEvent>") TAIL,
        HEAD PROCESS("<intermediateCatchEvent id='x'>" FLOWS "<timerEventDefinition><timeCycle "
                     "xsi:type='tFormalExpression'>R3/P1D/2026-02-03</timeCycle></timerEventDefinition></intermediateCatchEvent>") TAIL,
        HEAD PROCESS("<intermediateCatchEvent id='x'>" FLOWS "<timerEventDefinition><timeCycle "
                     "xsi:type='tFormalExpression'>R/2026-02-03/2026-02-04</timeCycle></timerEventDefinition></intermediateCatchEvent>") TAIL,
        HEAD PROCESS("<userTask id='x'>" FLOWS "<multiInstanceLoopCharacteristics><extensionElements>"
                     "<zeebe:loopCharacteristics inputCollection='=items'/></extensionElements>"
                     "</multiInstanceLoopCharacteristics></userTask>") TAIL,
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct seen strict = check(good[i], BPMN_LEVEL_STRICT, "none");
        assert_int_equal(strict.errors, 0);
        assert_int_equal(strict.warnings, 0);
    }
}

#define CYCLE(text)                                                                                                    \
    HEAD PROCESS("<intermediateCatchEvent id='x'>" FLOWS "<timerEventDefinition><timeCycle xsi:type='tFormalExpression'>" text \
                 "</timeCycle></timerEventDefinition></intermediateCatchEvent>") TAIL

static const struct {
    const char *code, *xml;
    bool normally; /* an error at the normal level too */
} broken[] = {
    {"bpmn.EXT002", HEAD PROCESS("<task id='x'>" FLOWS "<documentation id='s'/></task>") TAIL, true},
    {"bpmn.EXT004", HEAD PROCESS("<task id='x'><documentation textFormat='plain'/>" FLOWS "</task>") TAIL,
     false},
    {"bpmn.EXT023", HEAD PROCESS("<task id='x'><incoming>a</incoming></task>") TAIL, false},
    {"bpmn.EXT026", HEAD PROCESS("<task id='x' default='a'>" FLOWS "</task>") TAIL, true},
    {"bpmn.EXT037", HEAD PROCESS("<task id='x' startQuantity='0'>" FLOWS "</task>") TAIL, true},
    {"bpmn.EXT038", HEAD PROCESS("<task id='x' completionQuantity='-1'>" FLOWS "</task>") TAIL, true},
    {"bpmn.EXT041",
     HEAD PROCESS("<task id='x'>" FLOWS "<standardLoopCharacteristics/><standardLoopCharacteristics/></task>")
         TAIL,
     true},
    {"bpmn.EXT049", HEAD PROCESS("<receiveTask id='x' instantiate='true'>" FLOWS "</receiveTask>") TAIL,
     true},
    {"bpmn.EXT053", HEAD PROCESS("<scriptTask id='x'>" FLOWS "<script>1</script></scriptTask>") TAIL, false},
    {"bpmn.EXT060", HEAD PROCESS("<transaction id='x' method='my way'>" FLOWS "</transaction>") TAIL, false},
    {"bpmn.EXT061", HEAD PROCESS("<adHocSubProcess id='x'>" FLOWS "</adHocSubProcess>") TAIL, true},
    {"bpmn.EXT067", HEAD PROCESS("<task id='x'>" FLOWS "<multiInstanceLoopCharacteristics/></task>") TAIL,
     true},
    {"bpmn.EXT128",
     HEAD "<message id='m'/>" PROCESS("<intermediateThrowEvent id='x'>" FLOWS
                                      "<messageEventDefinition messageRef='m'/></intermediateThrowEvent>")
         TAIL,
     false},
    {"bpmn.EXT133", CYCLE("R0/PT1H"), true},
    {"bpmn.EXT133", CYCLE("R3/P0D/2026-02-03"), true},
    {"bpmn.EXT133", CYCLE("R3/2026-02-04/2026-02-03"), true},
    {"bpmn.EXT131",
     HEAD PROCESS("<intermediateCatchEvent id='x'>" FLOWS "<timerEventDefinition/></intermediateCatchEvent>")
         TAIL,
     true},
    {"bpmn.EXT134",
     HEAD PROCESS("<intermediateCatchEvent id='x'>" FLOWS "<timerEventDefinition><timeDuration "
                  "xsi:type='tFormalExpression'>3 days</timeDuration></timerEventDefinition>"
                  "</intermediateCatchEvent>") TAIL,
     true},
    {"bpmn.EXT135", HEAD PROCESS("<exclusiveGateway id='x'>" FLOWS "</exclusiveGateway>") TAIL, false},
    {"bpmn.EXT136", HEAD PROCESS("<eventBasedGateway id='x'>" FLOWS "</eventBasedGateway>") TAIL, true},
    {"bpmn.EXT148", HEAD PROCESS("<intermediateCatchEvent id='x'>" FLOWS "</intermediateCatchEvent>") TAIL,
     true},
    {"bpmn.REF", HEAD PROCESS("<task id='x' default='nowhere'>" FLOWS "</task>") TAIL, true},
    {"bpmn.REF", HEAD PROCESS("<task id='x' default='s'>" FLOWS "</task>") TAIL, true},
    {"bpmn.XSD", HEAD PROCESS("<task id='x' colour='red'>" FLOWS "</task>") TAIL, false},
    {"bpmn.XSD", HEAD PROCESS("<task id='x' isForCompensation='perhaps'>" FLOWS "</task>") TAIL, true},
    {"bpmn.XSD", HEAD PROCESS("<task id='x'>" FLOWS "<lane/></task>") TAIL, true},
    {"bpmn.XSD", HEAD PROCESS("<task id='x'>" FLOWS "words</task>") TAIL, false},
    {"bpmn.XSD", HEAD PROCESS("<task id='x'>" FLOWS "<zeebe:taskDefinition/></task>") TAIL, false},
    /* Rules without a model in the public suite. */
    {"bpmn.EXT014",
     HEAD PROCESS("<scriptTask id='x' scriptFormat='application/feel'>" FLOWS
                  "<standardLoopCharacteristics><loopCondition "
                  "xsi:type='tFormalExpression' language='not a "
                  "uri'>true</loopCondition></standardLoopCharacteristics></scriptTask>") TAIL,
     false},
    {"bpmn.EXT024",
     HEAD "<process id='p' isExecutable='true'><startEvent "
          "id='s'><outgoing>a</outgoing></startEvent><endEvent id='e'>"
          "<incoming>a</incoming></endEvent><sequenceFlow id='a' sourceRef='s' targetRef='e' "
          "isImmediate='false'/></process>" TAIL,
     false},
    {"bpmn.EXT039",
     HEAD "<resource id='r' name='R'/>" PROCESS(
         "<userTask id='x'>" FLOWS "<potentialOwner><resourceRef>r</resourceRef>"
         "<resourceAssignmentExpression><formalExpression>x</formalExpression></resourceAssignmentExpression>"
         "</potentialOwner></userTask>") TAIL,
     false},
    {"bpmn.EXT040",
     HEAD "<resource id='r' name='R'><resourceParameter id='rp'/></resource>" PROCESS(
         "<userTask id='x'>" FLOWS
         "<performer><resourceParameterBinding parameterRef='rp'><formalExpression>1"
         "</formalExpression></resourceParameterBinding></performer></userTask>") TAIL,
     false},
    {"bpmn.EXT043",
     HEAD OPERATION PROCESS("<serviceTask id='x' operationRef='o'>" FLOWS
                            "<ioSpecification><inputSet/><outputSet/><outputSet/>"
                            "</ioSpecification></serviceTask>") TAIL,
     false},
    {"bpmn.EXT047",
     HEAD OPERATION PROCESS(
         "<sendTask id='x' messageRef='m'>" FLOWS "<ioSpecification><dataInput id='d1' itemSubjectRef='i'/>"
         "<dataInput id='d2' itemSubjectRef='i'/><inputSet><dataInputRefs>d1</dataInputRefs><dataInputRefs>d2"
         "</dataInputRefs></inputSet><outputSet/></ioSpecification></sendTask>") TAIL,
     false},
    {"bpmn.EXT051",
     HEAD OPERATION PROCESS(
         "<receiveTask id='x' messageRef='m'>" FLOWS
         "<ioSpecification><dataOutput id='d1' itemSubjectRef='i'/>"
         "<dataOutput id='d2' itemSubjectRef='i'/><inputSet/><outputSet><dataOutputRefs>d1</dataOutputRefs>"
         "<dataOutputRefs>d2</dataOutputRefs></outputSet></ioSpecification></receiveTask>") TAIL,
     false},
    {"bpmn.EXT054",
     HEAD PROCESS("<subProcess id='x'>" FLOWS
                  "<standardLoopCharacteristics/><multiInstanceLoopCharacteristics>"
                  "<loopCardinality "
                  "xsi:type='tFormalExpression'>2</loopCardinality></multiInstanceLoopCharacteristics>"
                  "</subProcess>") TAIL,
     true},
    {"bpmn.EXT072",
     HEAD "<signalEventDefinition id='sig'/>" PROCESS(
         "<task id='x'>" FLOWS "<multiInstanceLoopCharacteristics behavior='Complex'>"
         "<loopCardinality "
         "xsi:type='tFormalExpression'>2</loopCardinality><complexBehaviorDefinition><condition>23</"
         "condition>"
         "</complexBehaviorDefinition></multiInstanceLoopCharacteristics></task>") TAIL,
     true},
    {"bpmn.EXT080",
     HEAD "<process id='p' isExecutable='true'><ioSpecification><dataInput "
          "id='din'/><inputSet><dataInputRefs>din</dataInputRefs>"
          "</inputSet><outputSet/></ioSpecification><startEvent id='s'><outgoing>a</outgoing></startEvent>"
          "<task id='x'>" FLOWS
          "<ioSpecification><dataOutput id='o1'/><inputSet/><outputSet><dataOutputRefs>o1</dataOutputRefs>"
          "</outputSet></ioSpecification><dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>din</"
          "targetRef>"
          "</dataOutputAssociation></task><endEvent id='e'><incoming>b</incoming></endEvent>"
          "<sequenceFlow id='a' sourceRef='s' targetRef='x'/><sequenceFlow id='b' sourceRef='x' "
          "targetRef='e'/></process>" TAIL,
     false},
    {"bpmn.EXT020", /* listed for data outputs as EXT083 */
     HEAD "<itemDefinition id='i' isCollection='true'/>" PROCESS(
         "<task id='x'>" FLOWS
         "<ioSpecification><dataOutput id='o1' itemSubjectRef='i'/><inputSet/><outputSet>"
         "<dataOutputRefs>o1</dataOutputRefs></outputSet></ioSpecification></task>") TAIL,
     false},
    {"bpmn.EXT084",
     HEAD PROCESS("<task id='x'>" FLOWS
                  "<ioSpecification><dataInput id='d1'/><inputSet/><outputSet/></ioSpecification></task>")
         TAIL,
     false},
    {"bpmn.EXT103",
     HEAD "<collaboration id='c'><participant id='outside' name='A'/><participant id='pool' processRef='p'/>"
          "<messageFlow id='mf' sourceRef='outside' targetRef='s'/></collaboration>" PROCESS(
              "<task id='x'>" FLOWS "</task>") TAIL,
     false},
    {"bpmn.EXT108",
     HEAD "<collaboration id='c'><participant id='outside' name='A'/><participant id='pool' processRef='p'/>"
          "<messageFlow id='mf' sourceRef='outside' targetRef='e'/></collaboration>" PROCESS(
              "<task id='x'>" FLOWS "</task>") TAIL,
     true},
    {"bpmn.EXT104",
     HEAD "<process id='p' isExecutable='true'><startEvent "
          "id='s'><outgoing>a</outgoing></startEvent><endEvent id='e'>"
          "<incoming>a</incoming><outgoing>b</outgoing></endEvent><task id='x'><incoming>b</incoming></task>"
          "<sequenceFlow id='a' sourceRef='s' targetRef='e'/><sequenceFlow id='b' sourceRef='e' "
          "targetRef='x'/></process>" TAIL,
     true},
    {"bpmn.EXT116",
     HEAD "<process id='p' isExecutable='true'><startEvent "
          "id='s'><outgoing>a</outgoing></startEvent><intermediateThrowEvent id='x'>"
          "<incoming>a</incoming></intermediateThrowEvent><sequenceFlow id='a' sourceRef='s' "
          "targetRef='x'/></process>" TAIL,
     false},
    {"bpmn.EXT122",
     HEAD PROCESS("<intermediateCatchEvent id='x'>" FLOWS
                  "<compensateEventDefinition/></intermediateCatchEvent>") TAIL,
     true},
    {"bpmn.EXT125",
     HEAD "<process id='p' isExecutable='true'><startEvent "
          "id='s'><outgoing>a</outgoing></startEvent><intermediateThrowEvent id='x'>"
          "<incoming>a</incoming><linkEventDefinition name='l'/></intermediateThrowEvent>"
          "<sequenceFlow id='a' sourceRef='s' targetRef='x'/></process>" TAIL,
     false},
    {"bpmn.EXT126",
     HEAD PROCESS("<subProcess id='x'>" FLOWS
                  "<intermediateThrowEvent id='t'><linkEventDefinition id='l1' name='l'>"
                  "<target>l2</target></linkEventDefinition></intermediateThrowEvent></subProcess>"
                  "<intermediateCatchEvent id='c'><linkEventDefinition id='l2' name='l'><source>l1</source>"
                  "</linkEventDefinition></intermediateCatchEvent>") TAIL,
     true},
    {"bpmn.EXT110", /* listed again as EXT130 */
     HEAD PROCESS("<task id='x'>" FLOWS "</task><boundaryEvent id='b1' attachedToRef='x'/>") TAIL, true},
    {"bpmn.EXT132",
     HEAD PROCESS("<intermediateCatchEvent id='x'>" FLOWS
                  "<timerEventDefinition><timeDate xsi:type='tFormalExpression'>2026-02-30"
                  "</timeDate></timerEventDefinition></intermediateCatchEvent>") TAIL,
     true},
    {"bpmn.EXT141",
     HEAD "<message id='m'/>" PROCESS(
         "<eventBasedGateway id='x'><incoming>a</incoming><outgoing>b</outgoing><outgoing>c</outgoing>"
         "<outgoing>d</outgoing></eventBasedGateway><receiveTask id='r1' "
         "messageRef='m'><incoming>c</incoming><incoming>f</incoming>"
         "</receiveTask><receiveTask id='r2' "
         "messageRef='m'><incoming>d</incoming><outgoing>f</outgoing></receiveTask>"
         "<sequenceFlow id='c' sourceRef='x' targetRef='r1'/><sequenceFlow id='d' sourceRef='x' "
         "targetRef='r2'/>"
         "<sequenceFlow id='f' sourceRef='r2' targetRef='r1'/>") TAIL,
     true},
    {"bpmn.EXT142",
     HEAD PROCESS("<eventBasedGateway id='x' instantiate='true'>" FLOWS "</eventBasedGateway>") TAIL, true},
    {"bpmn.no-definitions", "<process xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>", true},
};

static void broken_processes_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct seen strict = check(broken[i].xml, BPMN_LEVEL_STRICT, broken[i].code);
        struct seen normal = check(broken[i].xml, BPMN_LEVEL_NORMAL, broken[i].code);
        if (!strict.code || !normal.code) print_error("%s is not found in case %zu\n", broken[i].code, i);
        assert_true(strict.code && strict.errors > 0);
        assert_true(normal.code);
        if (broken[i].normally)
            assert_true(normal.errors > 0);
        else if (normal.errors)
            fail_msg("case %zu, %s: refused at the normal level", i, broken[i].code);
    }
}

static void a_drawn_process_that_never_runs_gets_warnings(void **state) {
    (void)state;
    static const char xml[] = HEAD "<process id='p'><startEvent id='s'><outgoing>a</outgoing></startEvent>"
                                   "<endEvent id='e'><incoming>a</incoming><timerEventDefinition/></endEvent>"
                                   "<sequenceFlow id='a' sourceRef='s' targetRef='e'/></process>" TAIL;
    assert_int_equal(check(xml, BPMN_LEVEL_NORMAL, "bpmn.EXT146").errors, 0);
    assert_true(check(xml, BPMN_LEVEL_STRICT, "bpmn.EXT146").errors > 0);
}

static void a_finding_knows_its_place(void **state) {
    (void)state;
    static const char xml[] = HEAD
        "\n<process id='p' isExecutable='true'>\n<task id='x' name='办理' startQuantity='0'/>\n</process>"
        "<bpmndi:BPMNDiagram xmlns:bpmndi='http://www.omg.org/spec/BPMN/20100524/DI' "
        "xmlns:dc='http://www.omg.org/spec/DD/20100524/DC'><bpmndi:BPMNPlane bpmnElement='p'>"
        "<bpmndi:BPMNShape bpmnElement='x'><dc:Bounds x='100' y='80' width='90' "
        "height='70'/></bpmndi:BPMNShape>"
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>" TAIL;
    struct arena a;
    struct faults faults;
    arena_init(&a, 16 << 20);
    faults_init(&faults, &a);
    assert_false(bpmn_check_file(&a, str_from(xml), STR("w.bpmn"), BPMN_LEVEL_NORMAL, &faults));
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.items[0].place.line, 3);
    struct str text = fault_text(&a, LANGUAGE_ZH, &faults.items[0]);
    assert_true(str_find(text, STR("x (x 100 y 80)")) > 0);
    assert_true(str_find(text, STR("办理")) > 0);
    arena_release(&a);
}

/* Every prefix and many one-byte changes of a good file: no crash, no hang, an answer. */
static void rubbish_is_answered(void **state) {
    (void)state;
    static const char xml[] = HEAD PROCESS("<task id='x'>" FLOWS "</task>") TAIL;
    char copy[sizeof xml];
    for (size_t n = 0; n < sizeof xml - 1; n += 7) {
        memcpy(copy, xml, sizeof xml);
        copy[n] = 0;
        check(copy, BPMN_LEVEL_STRICT, NULL);
        memcpy(copy, xml, sizeof xml);
        copy[n] = (char)("<>&'\"x0 "[n % 8]);
        check(copy, BPMN_LEVEL_STRICT, NULL);
    }
    assert_true(check("", BPMN_LEVEL_STRICT, NULL).errors > 0);
}

static void long_lists_are_refused_in_time(void **state) {
    (void)state;
    struct arena a;
    struct buf xml;
    arena_init(&a, 64 << 20);
    buf_init(&xml, &a, 8 << 20);
    buf_addz(&xml, HEAD "<process id='p' isExecutable='true'><ioSpecification>");
    for (int i = 0; i < 8000; i++) buf_printf(&xml, "<dataInput id='d%d'/>", i);
    buf_addz(&xml, "<inputSet>");
    for (int i = 0; i < 8000; i++) buf_printf(&xml, "<dataInputRefs>d%d</dataInputRefs>", i);
    for (int i = 8000; i-- > 0;) buf_printf(&xml, "<optionalInputRefs>d%d</optionalInputRefs>", i);
    buf_addz(&xml, "</inputSet><outputSet/></ioSpecification></process>" TAIL);
    buf_byte(&xml, 0);
    assert_true(check(xml.p, BPMN_LEVEL_STRICT, "bpmn.too-large").code);
    arena_release(&a);
}

static void every_rule_speaks_chinese(void **state) {
    (void)state;
    struct bpmn_rule_line line;
    size_t n = 0;
    for (; bpmn_rule_at(n, &line); n++)
        assert_false(str_eq(text_in(LANGUAGE_ZH, line.sentence), line.sentence));
    assert_true(n > 120);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_processes_pass),
        cmocka_unit_test(broken_processes_are_refused),
        cmocka_unit_test(a_drawn_process_that_never_runs_gets_warnings),
        cmocka_unit_test(a_finding_knows_its_place),
        cmocka_unit_test(rubbish_is_answered),
        cmocka_unit_test(long_lists_are_refused_in_time),
        cmocka_unit_test(every_rule_speaks_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
