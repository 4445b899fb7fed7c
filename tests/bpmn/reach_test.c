/* reach_test.c: where a token may still come to: branches, ways back, sub-processes, boundary events, links. */
#include "bpmn/reach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define FLOW(from, to) "<sequenceFlow id='" from "-" to "' sourceRef='" from "' targetRef='" to "'/>"

static const char file[] =
    "<definitions xmlns='" BPMN_NS "' targetNamespace='urn:t'><process id='p' isExecutable='true'>"
    "<startEvent id='s'/><exclusiveGateway id='or'/><userTask id='left'/><userTask id='right'/><endEvent id='left-end'/>"
    "<subProcess id='sub'><startEvent id='in'/><userTask id='inner'/><endEvent id='out'/>" FLOW("in", "inner") FLOW("inner", "out")
    "<subProcess id='when-asked' triggeredByEvent='true'><startEvent id='asked'><messageEventDefinition/></startEvent><userTask id='answer'/><endEvent id='answered'/>" FLOW("asked", "answer") FLOW("answer", "answered") "</subProcess></subProcess>"
    "<boundaryEvent id='late' attachedToRef='sub'><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
    "<userTask id='chase'/><intermediateThrowEvent id='jump'><linkEventDefinition name='L'/></intermediateThrowEvent>"
    "<intermediateCatchEvent id='land'><linkEventDefinition name='L'/></intermediateCatchEvent><userTask id='last'/><endEvent id='e'/>"
    FLOW("s", "or") FLOW("or", "left") FLOW("or", "right") FLOW("left", "left-end") FLOW("right", "sub") FLOW("sub", "jump") FLOW("late", "chase") FLOW("chase", "right") FLOW("land", "last") FLOW("last", "e")
    "</process></definitions>";

static struct arena arena;
static const struct bpmn_model *model;

static int load(void **state) {
    (void)state;
    struct faults faults;
    arena_init(&arena, 16 << 20);
    faults_init(&faults, &arena);
    model = bpmn_read(&arena, xml_parse(&arena, str_from(file), &xml_default_limits, STR("t.bpmn"), &faults), STR("t.bpmn"), &faults);
    assert_int_equal(faults.count, 0);
    return 0;
}

static int unload(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static bool leads(const char *from, const char *to) {
    int32_t a = bpmn_find(model, str_from(from)), b = bpmn_find(model, str_from(to));
    assert_true(a >= 0 && b >= 0);
    return bpmn_reach(&arena, model, a)[b];
}

static void a_branch_leads_to_no_other_branch(void **state) {
    (void)state;
    assert_true(leads("or", "left") && leads("or", "right"));
    assert_false(leads("left", "right") || leads("right", "left") || leads("left", "last"));
    assert_false(leads("right", "s") || leads("e", "last"));
}

static void sub_processes_are_entered_and_left(void **state) {
    (void)state;
    assert_true(leads("right", "inner") && leads("inner", "last") && leads("inner", "out"));
    assert_false(leads("left", "inner"));
    assert_false(leads("s", "answer")); /* nobody knows whether it is asked */
    assert_true(leads("answer", "answered"));
}

static void a_timer_around_a_step_may_fire(void **state) {
    (void)state;
    assert_true(leads("inner", "chase") && leads("chase", "inner") && leads("inner", "inner"));
    assert_false(leads("last", "chase") || leads("last", "last"));
}

static void a_link_lands(void **state) {
    (void)state;
    assert_true(leads("jump", "last"));
    assert_false(leads("land", "jump"));
}

static void nothing_is_reached_from_nowhere(void **state) {
    (void)state;
    const int32_t nowhere[] = {-1, (int32_t)model->element_count};
    for (size_t k = 0; k < 2; k++) {
        bool *reached = bpmn_reach(&arena, model, nowhere[k]);
        for (size_t i = 0; i < model->element_count; i++) assert_false(reached[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_branch_leads_to_no_other_branch), cmocka_unit_test(sub_processes_are_entered_and_left), cmocka_unit_test(a_timer_around_a_step_may_fire),
        cmocka_unit_test(a_link_lands),                      cmocka_unit_test(nothing_is_reached_from_nowhere),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
