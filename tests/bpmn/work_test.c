/* What a step tells its keeper: tasks with everyone and everything on them, jobs, listeners, decisions, calls, messages
 * with their keys, timers; and processes that begin by events. */
#include "bpmn/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                                                       \
    "<definitions xmlns='" BPMN_NS "' xmlns:zeebe='" BPMN_ZEEBE_NS "' targetNamespace='urn:t'>"                     \
    "<signal id='S' name='S'/><signal id='T' name='T'/><message id='M' name='M'/>"
#define EXTENSIONS(body) "<extensionElements>" body "</extensionElements>"
#define FLOW(id, from, to) "<sequenceFlow id='" id "' sourceRef='" from "' targetRef='" to "'/>"
/* s -> t -> e, `node` being t. */
#define PROCESS(node) HEAD "<process id='p' isExecutable='true'><startEvent id='s'/>" node "<endEvent id='e'/>" FLOW("f1", "s", "t") FLOW("f2", "t", "e") "</process></definitions>"

struct fixture {
    struct arena a;
    struct bpmn_world w;
    struct bpmn_task task; /* the last of each, copied flat: strings live until the next step */
    struct bpmn_job job;
    struct bpmn_call call;
    struct bpmn_thrown thrown;
    struct bpmn_incident incident;
    int tasks, jobs, calls, messages, incidents, ended;
    char log[400]; /* job types and task elements, in order */
};

static void note(struct fixture *f, struct str s) {
    size_t n = strlen(f->log);
    snprintf(f->log + n, sizeof f->log - n, "%s%.*s", n ? " " : "", STR_ARGS(s));
}

static void copy_task(struct fixture *f, const struct bpmn_task *t) {
    struct arena *a = &f->a;
    f->task = *t;
    f->task.assignee = arena_str(a, t->assignee);
    f->task.form = arena_str(a, t->form);
    struct str *groups = arena_array(a, struct str, t->candidate_group_count);
    for (size_t i = 0; i < t->candidate_group_count; i++) groups[i] = arena_str(a, t->candidate_groups[i]);
    f->task.candidate_groups = groups;
    struct bpmn_property_value *properties = arena_array(a, struct bpmn_property_value, t->property_count);
    for (size_t i = 0; i < t->property_count; i++) {
        properties[i].name = arena_str(a, t->properties[i].name);
        properties[i].value = feel_string(arena_str(a, feel_text(a, t->properties[i].value)));
    }
    f->task.properties = properties;
}

static void watch(void *context, struct bpmn_world *w, size_t index, const struct bpmn_change *c) {
    struct fixture *f = context;
    (void)index;
    switch (c->kind) {
    case BPMN_OPEN_TASK:
        f->tasks++;
        note(f, bpmn_element_id(w->host.model, c->task->element));
        copy_task(f, c->task);
        break;
    case BPMN_OPEN_JOB:
        f->jobs++;
        note(f, c->job->type);
        f->job = *c->job;
        f->job.type = arena_str(&f->a, c->job->type);
        f->job.when = arena_str(&f->a, c->job->when);
        f->job.inputs = feel_null();
        break;
    case BPMN_OPEN_CALL:
        f->calls++;
        f->call = *c->call;
        f->call.process = arena_str(&f->a, c->call->process);
        break;
    case BPMN_MESSAGE_THROWN:
        f->messages++;
        f->thrown = *c->thrown;
        f->thrown.name = arena_str(&f->a, c->thrown->name);
        f->thrown.key = arena_str(&f->a, c->thrown->key);
        break;
    case BPMN_OPEN_INCIDENT:
        f->incidents++;
        f->incident = *c->incident;
        f->incident.sentence[0] = arena_str(&f->a, bpmn_sentence(&f->a, LANGUAGE_ZH, c->incident->sentence, c->incident->sentence_count));
        break;
    case BPMN_CASE_ENDED: f->ended++; break;
    default: break;
    }
}

static struct feel_value variables(struct fixture *f, const char *json) {
    return feel_from_json(&f->a, json_parse(&f->a, str_from(json), &json_default_limits, STR(""), NULL));
}

static void open_world(struct fixture *f, const char *xml) {
    struct faults faults;
    *f = (struct fixture){0};
    arena_init(&f->a, 32u << 20);
    faults_init(&faults, &f->a);
    const struct xml_node *root = xml_parse(&f->a, str_from(xml), &xml_default_limits, STR("test"), &faults);
    const struct bpmn_model *m = root ? bpmn_read(&f->a, root, STR("test"), &faults) : NULL;
    for (size_t i = 0; i < faults.count; i++) print_error("%.*s\n", STR_ARGS(fault_text(&f->a, LANGUAGE_EN, &faults.items[i])));
    assert_non_null(m);
    assert_int_equal(faults.errors, 0);
    bpmn_world_init(&f->w, m, (instant)1800000000 * MICROS_A_SECOND); /* 2027-01-15T08:00:00Z */
    f->w.watch = watch;
    f->w.watch_context = f;
}

static void begin(struct fixture *f, const char *xml, const char *json) {
    open_world(f, xml);
    assert_int_equal(bpmn_world_start(&f->w, STR("p"), variables(f, json)), 0);
}

static void end(struct fixture *f) {
    bpmn_world_release(&f->w);
    arena_release(&f->a);
}

static void answer(struct fixture *f, enum bpmn_event_kind kind, const char *json) {
    assert_true(f->w.cases[0]->open.count > 0);
    struct bpmn_open o = f->w.cases[0]->open.items[0];
    struct bpmn_event e = {.kind = kind, .token = o.token, .work = o.work, .text = STR("broken"), .variables = variables(f, json)};
    assert_int_equal(bpmn_world_send(&f->w, 0, &e), BPMN_STEP_DONE);
}

/* ---- tasks ----------------------------------------------------------------------------------------------------------------- */

static void test_a_task_says_who_what_until_when(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, PROCESS("<userTask id='t'>" EXTENSIONS(
              "<zeebe:assignmentDefinition assignee='=who' candidateGroups='staff, member' candidateUsers='=[\"li\", \"wang\"]'/>"
              "<zeebe:taskSchedule dueDate='=date and time(\"2027-01-20T00:00:00Z\")' followUpDate='2027-01-18T00:00:00Z'/>"
              "<zeebe:priorityDefinition priority='=40 + 41'/><zeebe:formDefinition formId='visit'/>"
              "<zeebe:properties><zeebe:property name='lingban:claimable' value='true'/><zeebe:property name='size' value='=1 + 1'/></zeebe:properties>")
              "</userTask>"), "{\"who\":\"chen\"}");
    assert_true(str_eqz(f.task.assignee, "chen"));
    assert_int_equal(f.task.candidate_group_count, 2);
    assert_true(str_eqz(f.task.candidate_groups[1], "member"));
    assert_int_equal(f.task.candidate_user_count, 2);
    assert_true(f.task.due == (instant)1800403200 * MICROS_A_SECOND);
    assert_true(f.task.follow_up == (instant)1800230400 * MICROS_A_SECOND);
    assert_int_equal(f.task.priority, 81);
    assert_true(str_eqz(f.task.form, "visit"));
    assert_int_equal(f.task.property_count, 2);
    assert_true(str_eqz(f.task.properties[0].name, "lingban:claimable"));
    assert_true(str_eqz(f.task.properties[1].value.string, "2"));
    end(&f);
}

static void test_a_lane_gives_its_role(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, PROCESS("<userTask id='t'/><laneSet id='ls'><lane id='l1' name='居委会'><flowNodeRef>s</flowNodeRef></lane><lane id='l2' name='志愿者'>" EXTENSIONS(
              "<zeebe:properties><zeebe:property name='lingban:role' value='volunteer'/></zeebe:properties>") "<flowNodeRef>t</flowNodeRef></lane></laneSet>"), "{}");
    assert_int_equal(f.task.candidate_group_count, 1);
    assert_true(str_eqz(f.task.candidate_groups[0], "volunteer"));
    assert_int_equal(f.task.priority, 50);
    assert_true(f.task.due == 0);
    end(&f);
}

/* ---- jobs ------------------------------------------------------------------------------------------------------------------- */

static void test_a_job_fails_until_it_is_an_incident(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, PROCESS("<serviceTask id='t'>" EXTENSIONS("<zeebe:taskDefinition type='lingban:notify' retries='2'/>"
              "<zeebe:taskHeaders><zeebe:header key='to' value='resident'/></zeebe:taskHeaders>"
              "<zeebe:ioMapping><zeebe:input source='=\"Dear \" + name' target='text'/></zeebe:ioMapping>") "</serviceTask>"), "{\"name\":\"Li\"}");
    assert_true(str_eqz(f.job.type, "lingban:notify"));
    assert_int_equal(f.job.retries, 2);
    assert_int_equal(f.job.header_count, 1);
    answer(&f, BPMN_EVENT_JOB_FAILED, "{}"); /* retries 0 */
    assert_int_equal(f.incidents, 1);
    assert_int_equal(f.w.cases[0]->open.count, 1); /* the job is gone, the incident is open */
    answer(&f, BPMN_EVENT_RETRY, "{}");
    assert_int_equal(f.jobs, 2);
    answer(&f, BPMN_EVENT_JOB_COMPLETED, "{}");
    assert_int_equal(f.ended, 1);
    end(&f);
}

static void test_listeners_come_before_and_after(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, PROCESS("<userTask id='t'>" EXTENSIONS(
              "<zeebe:executionListeners><zeebe:executionListener eventType='start' type='one'/><zeebe:executionListener eventType='end' type='four'/></zeebe:executionListeners>"
              "<zeebe:taskListeners><zeebe:taskListener eventType='creating' type='two'/><zeebe:taskListener eventType='completing' type='three'/>"
              "<zeebe:taskListener eventType='assigning' type='keeper'/></zeebe:taskListeners>") "</userTask>"), "{}");
    for (int i = 0; i < 2; i++) answer(&f, BPMN_EVENT_JOB_COMPLETED, "{}");
    answer(&f, BPMN_EVENT_TASK_COMPLETED, "{\"n\":1}");
    for (int i = 0; i < 2; i++) answer(&f, BPMN_EVENT_JOB_COMPLETED, "{}");
    assert_string_equal(f.log, "one two t three four");
    assert_int_equal(f.ended, 1);
    end(&f);
}

static void test_a_message_is_sent_with_its_key(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, HEAD "<message id='K' name='paid'>" EXTENSIONS("<zeebe:subscription correlationKey='=order'/>") "</message>"
              "<process id='p' isExecutable='true'><startEvent id='s'/><sendTask id='t' messageRef='K'>" EXTENSIONS(
              "<zeebe:ioMapping><zeebe:input source='=order + \"!\"' target='text'/></zeebe:ioMapping>") "</sendTask>" FLOW("f1", "s", "t") "</process></definitions>", "{\"order\":\"A1\"}");
    assert_int_equal(f.messages, 1);
    assert_true(str_eqz(f.thrown.name, "paid"));
    assert_true(str_eqz(f.thrown.key, "A1"));
    assert_int_equal(f.ended, 1);
    end(&f);
}

static void test_the_standards_correlation_keys(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, HEAD "<message id='O' name='order'/><correlationProperty id='number'><correlationPropertyRetrievalExpression messageRef='O'>"
              "<messagePath>order number</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
              "<collaboration id='c'><correlationKey id='key'><correlationPropertyRef>number</correlationPropertyRef></correlationKey></collaboration>"
              "<process id='p' isExecutable='true'><correlationSubscription id='cs' correlationKeyRef='key'>"
              "<correlationPropertyBinding correlationPropertyRef='number'><dataPath>mine</dataPath></correlationPropertyBinding></correlationSubscription>"
              "<startEvent id='s'/><receiveTask id='t' messageRef='O'/>" FLOW("f1", "s", "t") "</process></definitions>", "{\"mine\":17}");
    assert_false(bpmn_world_message(&f.w, STR("order"), STR("18"), feel_null()));
    assert_true(bpmn_world_message(&f.w, STR("order"), STR("17"), feel_null()));
    assert_int_equal(f.ended, 1);
    end(&f);
}

/* ---- decisions and calls ----------------------------------------------------------------------------------------------------- */

static bool decide(void *context, struct str id, struct feel_value inputs, instant now, struct arena *a, struct feel_value *out,
                   struct str why[4], size_t *why_count) {
    (void)context, (void)now, (void)a;
    const struct feel_value *amount = feel_member(inputs, STR("amount"));
    if (!str_eqz(id, "level") || !amount) {
        why[0] = T("There is no decision “{0}”.");
        why[1] = id;
        *why_count = 2;
        return false;
    }
    *out = *amount;
    return true;
}

static void test_a_decision_is_asked(void **state) {
    (void)state;
    struct fixture f;
    open_world(&f, PROCESS("<businessRuleTask id='t'>" EXTENSIONS("<zeebe:calledDecision decisionId='=which' resultVariable='result'/>") "</businessRuleTask>"));
    f.w.host.evaluate_decision = decide;
    assert_int_equal(bpmn_world_start(&f.w, STR("p"), variables(&f, "{\"amount\":5,\"which\":\"nothing\"}")), 0);
    assert_int_equal(f.incidents, 1);
    assert_true(str_eqz(f.incident.sentence[0], "没有决策“nothing”。"));
    answer(&f, BPMN_EVENT_RETRY, "{\"which\":\"level\"}");
    assert_int_equal(f.ended, 1);
    end(&f);
}

static void test_a_call_names_its_process(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, PROCESS("<callActivity id='t'>" EXTENSIONS("<zeebe:calledElement processId='=\"far-\" + kind' bindingType='versionTag' versionTag='v2'/>") "</callActivity>"),
          "{\"kind\":\"away\"}");
    assert_int_equal(f.calls, 1);
    assert_true(str_eqz(f.call.process, "far-away"));
    assert_int_equal(f.call.binding, BPMN_BINDING_VERSION_TAG);
    answer(&f, BPMN_EVENT_CALL_COMPLETED, "{\"back\":1}");
    assert_int_equal(f.ended, 1);
    end(&f);
}

/* ---- timers -------------------------------------------------------------------------------------------------------------------- */

struct timer_example {
    const char *body;
    bool good;
    int64_t first, second; /* seconds after the start; second 0: fires once */
};

static void test_timers_of_every_form(void **state) {
    (void)state;
    static const struct timer_example examples[] = {
        {"<timeDuration>PT90S</timeDuration>", true, 90, 0},
        {"<timeDuration>P1DT2H</timeDuration>", true, 93600, 0},
        {"<timeDuration>P2W</timeDuration>", true, 1209600, 0},
        {"<timeDuration>P1M</timeDuration>", true, 31 * 86400, 0},
        {"<timeDuration>=duration(\"PT1H\") + duration(\"PT1M\")</timeDuration>", true, 3660, 0},
        {"<timeDate>2027-01-15T08:01:00Z</timeDate>", true, 60, 0},
        {"<timeDate>=now() + duration(\"PT5M\")</timeDate>", true, 300, 0},
        {"<timeCycle>R2/PT10S</timeCycle>", true, 10, 20},
        {"<timeCycle>R/2027-01-15T09:00:00Z/PT1H</timeCycle>", true, 3600, 7200},
        {"<timeCycle>R3/2027-01-15T09:00:00Z/2027-01-15T11:00:00Z</timeCycle>", true, 3600, 10800},
        {"<timeCycle>R3/PT1H/2027-01-15T12:00:00Z</timeCycle>", true, 7200, 10800},
        {"<timeCycle>R/PT1H/2027-01-15T12:00:00Z</timeCycle>", true, 3600, 7200},
        {"<timeCycle>R9/PT1H/2027-01-15T09:30:00+00:00</timeCycle>", true, 1800, 5400},
        {"<timeCycle>R1/PT1H/2027-01-15T12:00:00Z</timeCycle>", true, 14400, 0},
        {"<timeCycle>R3/PT1H/2027-01-15T07:00:00Z</timeCycle>", true, -3600, 0}, /* over: at once, as a date that is over */
        {"<timeCycle>R3/2027-01-15T09:00:00Z/2027-01-15T09:00:00Z</timeCycle>", false, 0, 0},
        {"<timeCycle>R3/2027-01-15T09:00:00Z/2027-01-15T08:00:00Z</timeCycle>", false, 0, 0},
        {"<timeCycle>R3/PT1H/PT1H</timeCycle>", false, 0, 0},
        {"<timeCycle>R3/PT0S/2027-01-15T12:00:00Z</timeCycle>", false, 0, 0},
        {"<timeCycle>R3/PT1H/2027-01-15T12:00:00Z/PT1H</timeCycle>", false, 0, 0},
        {"<timeCycle>R3/PT1H/soon</timeCycle>", false, 0, 0},
        {"<timeCycle>0 30 * * * *</timeCycle>", true, 1800, 5400},
        {"<timeCycle>@hourly</timeCycle>", true, 3600, 7200},
        {"<timeCycle>0 0 0 30 2 *</timeCycle>", false, 0, 0},
        {"<timeCycle>every day</timeCycle>", false, 0, 0},
        {"<timeDuration>soon</timeDuration>", false, 0, 0},
        {"<timeDuration>P</timeDuration>", false, 0, 0},
        {"<timeDuration>PT99999999999999999999S</timeDuration>", false, 0, 0},
        {"<timeCycle>R0/PT1S</timeCycle>", false, 0, 0},
        {"<timeCycle>R3/PT0S</timeCycle>", false, 0, 0},
        {"<timeDate>2027-13-45</timeDate>", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct timer_example *x = &examples[i];
        struct fixture f;
        char xml[2000];
        snprintf(xml, sizeof xml, PROCESS("<userTask id='t'/><boundaryEvent id='b' attachedToRef='t' cancelActivity='false'><timerEventDefinition>%s</timerEventDefinition></boundaryEvent>"),
                 x->body);
        begin(&f, xml, "{}");
        assert_int_equal(f.incidents, x->good ? 0 : 1);
        if (x->good) {
            instant start = f.w.now;
            const struct bpmn_wait *w = &f.w.cases[0]->waits.items[0];
            assert_int_equal((w->due - start) / MICROS_A_SECOND, x->first);
            bpmn_world_advance(&f.w, w->due);
            assert_int_equal(f.w.cases[0]->waits.count, x->second ? 1 : 0);
            if (x->second) assert_int_equal((f.w.cases[0]->waits.items[0].due - start) / MICROS_A_SECOND, x->second);
        }
        end(&f);
    }
}

static void test_a_cycle_that_was_slept_through_fires_once(void **state) {
    (void)state;
    struct bpmn_wait w = {.due = 100 * MICROS_A_SECOND, .left = -1, .name = STR("PT10S")};
    assert_true(bpmn_timer_next(&w, 1000 * MICROS_A_SECOND + 1, NULL, NULL));
    assert_true(w.due == 1010 * MICROS_A_SECOND);
    w = (struct bpmn_wait){.due = 0, .left = 2, .name = STR("P1M")};
    assert_true(bpmn_timer_next(&w, 0, NULL, NULL));
    assert_true(w.due == 31 * MICROS_A_DAY);
    assert_false(bpmn_timer_next(&w, w.due, NULL, NULL));
    w = (struct bpmn_wait){.due = 70 * MICROS_A_SECOND, .left = 4, .name = STR("PT10S/100000000")}; /* the last at 100 s */
    assert_true(bpmn_timer_next(&w, 85 * MICROS_A_SECOND, NULL, NULL));
    assert_true(w.due == 90 * MICROS_A_SECOND && w.left == 2);
    struct bpmn_wait later = w;
    assert_false(bpmn_timer_next(&later, 100 * MICROS_A_SECOND, NULL, NULL)); /* all are over */
    assert_true(bpmn_timer_next(&w, w.due, NULL, NULL));
    assert_true(w.due == 100 * MICROS_A_SECOND && w.left == 1);
    assert_false(bpmn_timer_next(&w, w.due, NULL, NULL));
    w = (struct bpmn_wait){.due = MICROS_A_DAY, .left = -1, .name = STR("0 0 0 * * *")};
    assert_true(bpmn_timer_next(&w, 5 * MICROS_A_DAY + 1, NULL, NULL));
    assert_true(w.due == 6 * MICROS_A_DAY);
}

/* Months are counted back from the end: 31 March, 28 February, 31 January. */
static void test_a_cycle_with_an_end_keeps_it(void **state) {
    (void)state;
    struct fixture f;
    static const int days[] = {16, 44, 75}; /* after 15 January */
    begin(&f, PROCESS("<userTask id='t'/><boundaryEvent id='b' attachedToRef='t' cancelActivity='false'><timerEventDefinition>"
                      "<timeCycle>R/P1M/2027-03-31T08:00:00Z</timeCycle></timerEventDefinition></boundaryEvent>"), "{}");
    instant start = f.w.now;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        assert_int_equal(f.w.cases[0]->waits.count, 1);
        assert_int_equal(f.w.cases[0]->waits.items[0].due - start, days[i] * MICROS_A_DAY);
        bpmn_world_advance(&f.w, f.w.cases[0]->waits.items[0].due);
    }
    assert_int_equal(f.w.cases[0]->waits.count, 0);
    end(&f);
}

/* ---- processes that begin by events ------------------------------------------------------------------------------------------- */

static void test_a_parallel_multiple_start_needs_both(void **state) {
    (void)state;
    struct fixture f;
    open_world(&f, HEAD "<process id='p' isExecutable='true'><startEvent id='s' parallelMultiple='true'><signalEventDefinition signalRef='S'/>"
                   "<signalEventDefinition signalRef='T'/></startEvent><userTask id='t'/>" FLOW("f1", "s", "t") "</process></definitions>");
    bpmn_world_signal(&f.w, STR("S"), feel_null());
    assert_int_equal(f.w.case_count, 1);
    bpmn_world_signal(&f.w, STR("S"), feel_null());
    assert_int_equal(f.tasks, 0);
    bpmn_world_signal(&f.w, STR("T"), feel_null());
    assert_int_equal(f.w.case_count, 1);
    assert_int_equal(f.tasks, 1);
    end(&f);
}

static void test_a_condition_must_hold_to_begin(void **state) {
    (void)state;
    struct fixture f;
    open_world(&f, HEAD "<process id='p' isExecutable='true'><startEvent id='s'><conditionalEventDefinition><condition>level &gt; 3</condition>"
                   "</conditionalEventDefinition></startEvent><userTask id='t'/>" FLOW("f1", "s", "t") "</process></definitions>");
    bpmn_world_start(&f.w, STR("p"), variables(&f, "{\"level\":2}"));
    assert_int_equal(f.tasks, 0);
    bpmn_world_start(&f.w, STR("p"), variables(&f, "{\"level\":4}"));
    assert_int_equal(f.tasks, 1);
    end(&f);
}

static void test_a_timer_begins_a_process(void **state) {
    (void)state;
    struct fixture f;
    open_world(&f, HEAD "<process id='p' isExecutable='true'><startEvent id='s'><timerEventDefinition><timeDuration>PT1H</timeDuration>"
                   "</timerEventDefinition></startEvent><userTask id='t'/>" FLOW("f1", "s", "t") "</process></definitions>");
    bpmn_world_start(&f.w, STR("p"), feel_null());
    assert_int_equal(f.tasks, 0);
    bpmn_world_advance(&f.w, f.w.now + (instant)3600 * MICROS_A_SECOND);
    assert_int_equal(f.tasks, 1);
    end(&f);
}

static void test_an_instantiating_gateway(void **state) {
    (void)state;
    struct fixture f;
    open_world(&f, HEAD "<process id='p' isExecutable='true'><eventBasedGateway id='g' instantiate='true' eventGatewayType='Parallel'/>"
                   "<intermediateCatchEvent id='c1'><messageEventDefinition messageRef='M'/></intermediateCatchEvent>"
                   "<intermediateCatchEvent id='c2'><signalEventDefinition signalRef='S'/></intermediateCatchEvent><userTask id='t'/>"
                   FLOW("f1", "g", "c1") FLOW("f2", "g", "c2") FLOW("f3", "c1", "t") "</process></definitions>");
    assert_true(bpmn_world_message(&f.w, STR("M"), STR(""), feel_null()));
    assert_int_equal(f.tasks, 1);
    answer(&f, BPMN_EVENT_TASK_COMPLETED, "{}");
    assert_int_equal(f.ended, 0); /* the signal is still to come */
    bpmn_world_signal(&f.w, STR("S"), feel_null());
    assert_int_equal(f.ended, 1);
    end(&f);
}

/* ---- reading -------------------------------------------------------------------------------------------------------------------- */

static size_t faults_of(const char *xml, const char *code) {
    struct arena a;
    struct faults faults;
    size_t found = 0;
    arena_init(&a, 32u << 20);
    faults_init(&faults, &a);
    const struct xml_node *root = xml_parse(&a, str_from(xml), &xml_default_limits, STR("test"), &faults);
    if (root) bpmn_read(&a, root, STR("test"), &faults);
    for (size_t i = 0; i < faults.count; i++) found += strcmp(faults.items[i].code, code) == 0;
    arena_release(&a);
    return found;
}

static void test_what_cannot_be_read_is_said(void **state) {
    (void)state;
    assert_int_equal(faults_of("<html/>", "bpmn.not-bpmn"), 1);
    assert_int_equal(faults_of(PROCESS("<task id='t'/><task id='t'/>"), "bpmn.double-id"), 1);
    assert_int_equal(faults_of(PROCESS("<task id='u'/>"), "bpmn.flow-end"), 2);
    assert_int_equal(faults_of(PROCESS("<task id='t' startQuantity='0'/>"), "bpmn.quantity"), 1);
    assert_int_equal(faults_of(PROCESS("<task id='t'/>"), "bpmn.flow-end"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_task_says_who_what_until_when),
        cmocka_unit_test(test_a_lane_gives_its_role),
        cmocka_unit_test(test_a_job_fails_until_it_is_an_incident),
        cmocka_unit_test(test_listeners_come_before_and_after),
        cmocka_unit_test(test_a_message_is_sent_with_its_key),
        cmocka_unit_test(test_the_standards_correlation_keys),
        cmocka_unit_test(test_a_decision_is_asked),
        cmocka_unit_test(test_a_call_names_its_process),
        cmocka_unit_test(test_timers_of_every_form),
        cmocka_unit_test(test_a_cycle_that_was_slept_through_fires_once),
        cmocka_unit_test(test_a_cycle_with_an_end_keeps_it),
        cmocka_unit_test(test_a_parallel_multiple_start_needs_both),
        cmocka_unit_test(test_a_condition_must_hold_to_begin),
        cmocka_unit_test(test_a_timer_begins_a_process),
        cmocka_unit_test(test_an_instantiating_gateway),
        cmocka_unit_test(test_what_cannot_be_read_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
