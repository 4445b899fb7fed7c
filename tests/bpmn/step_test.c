/* What the step function does, construct by construct: small processes, a few events, the tasks that ran and the state
 * in the end. Section numbers are those of BPMN 2.0.2 (OMG formal/2013-12-09). */
#include "bpmn/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Nodes. A script task leaves its id in the trace. */
#define S(id) "<scriptTask id='" id "'><script>={}</script></scriptTask>"
#define SCRIPT(id, feel) "<scriptTask id='" id "'><script>=" feel "</script></scriptTask>"
#define U(id) "<userTask id='" id "'/>"
#define J(id) "<serviceTask id='" id "'/>"
#define START "<startEvent id='s'/>"
#define END "<endEvent id='e'/>"
#define NODE(kind, id) "<" kind " id='" id "'/>"
#define EVENT(kind, id, definition) "<" kind " id='" id "'>" definition "</" kind ">"
#define BOUNDARY(id, at, definition) "<boundaryEvent id='" id "' attachedToRef='" at "'>" definition "</boundaryEvent>"
#define BESIDE(id, at, definition) "<boundaryEvent id='" id "' attachedToRef='" at "' cancelActivity='false'>" definition "</boundaryEvent>"
#define TIMER(duration) "<timerEventDefinition><timeDuration>" duration "</timeDuration></timerEventDefinition>"
#define CYCLE(cycle) "<timerEventDefinition><timeCycle>" cycle "</timeCycle></timerEventDefinition>"
#define SIGNAL(id) "<signalEventDefinition signalRef='" id "'/>"
#define MESSAGE(id) "<messageEventDefinition messageRef='" id "'/>"
#define ERROR(id) "<errorEventDefinition errorRef='" id "'/>"
#define ESCALATION(id) "<escalationEventDefinition escalationRef='" id "'/>"
#define CONDITION(feel) "<conditionalEventDefinition><condition>" feel "</condition></conditionalEventDefinition>"
#define LINK(name) "<linkEventDefinition name='" name "'/>"
#define COMPENSATE "<compensateEventDefinition/>"
#define UNDO_A "<scriptTask id='ua' isForCompensation='true'><script>={}</script></scriptTask>" HANDLE("ba", "ua")
#define THREE "<multiInstanceLoopCharacteristics"
#define OF_THREE ">" CARDINALITY("3") "</multiInstanceLoopCharacteristics>"
#define SUB(id, body) "<subProcess id='" id "'>" body "</subProcess>"
#define HANDLE(boundary, handler) "<association id='as_" boundary "' associationDirection='One' sourceRef='" boundary "' targetRef='" handler "'/>"
#define EVENT_SUB(id, start, definition, interrupting, body)                                                       \
    "<subProcess id='" id "' triggeredByEvent='true'><startEvent id='" start "' isInterrupting='" interrupting "'>" \
    definition "</startEvent>" body "</subProcess>"
#define MULTI(id, attributes, body) "<scriptTask id='" id "'><multiInstanceLoopCharacteristics " attributes ">" body "</multiInstanceLoopCharacteristics><script>={}</script></scriptTask>"
#define CARDINALITY(n) "<loopCardinality>" n "</loopCardinality>"

struct example {
    const char *name;
    const char *body;
    const char *flows;  /* "a>b" with an optional [condition]; "a>b*" the default */
    const char *events; /* ! completes, + advances, signal:, message:name:key, error:at:code, move:from:to … */
    const char *trace;  /* script tasks in the order they ran */
    const char *state;
};

/* ---- reading an example --------------------------------------------------------------------------------------------------- */

static void put_flows(struct buf *xml, struct buf *body, const char *flows) {
    struct str rest = str_from(flows), one;
    for (int n = 0; str_split(&rest, ' ', &one); n++) {
        if (!one.n) continue;
        ptrdiff_t arrow = str_find_byte(one, '>'), bracket = str_find_byte(one, '[');
        struct str from = str_sub(one, 0, (size_t)arrow), to = str_sub(one, (size_t)arrow + 1, bracket < 0 ? one.n : (size_t)bracket);
        if (str_ends(to, STR("*"))) {
            to.n--;
            char old[64], changed[96];
            snprintf(old, sizeof old, " id='%.*s'", STR_ARGS(from));
            snprintf(changed, sizeof changed, " id='%.*s' default='f%d'", STR_ARGS(from), n);
            ptrdiff_t at = str_find(buf_str(body), str_from(old));
            assert_true(at >= 0);
            struct str tail = arena_str(body->arena, str_sub(buf_str(body), (size_t)at + strlen(old), body->n));
            body->n = (size_t)at;
            buf_addz(body, changed);
            buf_add(body, tail);
        }
        buf_printf(xml, "<sequenceFlow id='f%d' sourceRef='%.*s' targetRef='%.*s'>", n, STR_ARGS(from), STR_ARGS(to));
        if (bracket >= 0) {
            buf_addz(xml, "<conditionExpression>");
            struct str condition = str_sub(one, (size_t)bracket + 1, one.n - 1);
            for (size_t i = 0; i < condition.n; i++) { /* "_" stands for a blank */
                if (condition.p[i] == '<') buf_addz(xml, "&lt;");
                else buf_byte(xml, condition.p[i] == '_' ? ' ' : condition.p[i]);
            }
            buf_addz(xml, "</conditionExpression>");
        }
        buf_addz(xml, "</sequenceFlow>");
    }
}

static const struct bpmn_model *read_example(struct arena *a, const struct example *x) {
    struct buf xml, body, flows;
    buf_init(&xml, a, 1 << 20);
    buf_init(&body, a, 1 << 20);
    buf_init(&flows, a, 1 << 20);
    buf_addz(&body, x->body);
    put_flows(&flows, &body, x->flows);
    buf_addz(&xml, "<definitions xmlns='" BPMN_NS "' xmlns:zeebe='" BPMN_ZEEBE_NS "' targetNamespace='urn:t'>"
                   "<signal id='S' name='S'/><signal id='T' name='T'/><message id='M' name='M'/><message id='N' name='N'/>"
                   "<message id='K' name='K'><extensionElements><zeebe:subscription correlationKey='=order'/></extensionElements></message>"
                   "<error id='E1' errorCode='E1'/><error id='E2' errorCode='E2'/><escalation id='X' escalationCode='X'/>"
                   "<process id='p' isExecutable='true'>");
    buf_add(&xml, buf_str(&body));
    buf_add(&xml, buf_str(&flows));
    buf_addz(&xml, "</process><process id='other' isExecutable='true'><startEvent id='os'/><scriptTask id='called'>"
                   "<script>={ answer: question + 1 }</script></scriptTask><endEvent id='oe'/>"
                   "<sequenceFlow id='o1' sourceRef='os' targetRef='called'/><sequenceFlow id='o2' sourceRef='called' targetRef='oe'/></process>"
                   "<process id='failing' isExecutable='true'><startEvent id='fs'/><endEvent id='fe'>" ERROR("E1") "</endEvent>"
                   "<sequenceFlow id='o3' sourceRef='fs' targetRef='fe'/></process>"
                   "<process id='by_message' isExecutable='true'><startEvent id='ms'>" MESSAGE("N") "</startEvent><scriptTask id='came'>"
                   "<script>={}</script></scriptTask><sequenceFlow id='o4' sourceRef='ms' targetRef='came'/></process></definitions>");
    struct faults faults;
    faults_init(&faults, a);
    const struct xml_node *root = xml_parse(a, buf_str(&xml), &xml_default_limits, str_from(x->name), &faults);
    const struct bpmn_model *m = root ? bpmn_read(a, root, str_from(x->name), &faults) : NULL;
    for (size_t i = 0; i < faults.count; i++) print_error("%.*s\n", STR_ARGS(fault_text(a, LANGUAGE_EN, &faults.items[i])));
    assert_non_null(m);
    assert_int_equal(faults.errors, 0);
    return m;
}

/* ---- playing it ------------------------------------------------------------------------------------------------------------- */

struct play {
    struct arena *a;
    struct bpmn_world w;
    struct buf trace;
    const char *ended;
    struct str error;
    int tasks_opened;
    int64_t visits[200]; /* by element: the last that was completed there */
    struct feel_value variables;
};

static void watch(void *context, struct bpmn_world *w, size_t index, const struct bpmn_change *c) {
    struct play *p = context;
    static const char *const ends[] = {"completed", "terminated", "error", "cancelled"};
    const struct bpmn_model *m = w->host.model;
    if (c->kind == BPMN_RESULT || (c->kind == BPMN_ENTERED && m->elements[c->visit->element].kind == BPMN_SCRIPT_TASK &&
                                   !m->elements[c->visit->element].script.present))
        buf_printf(&p->trace, "%s%.*s", p->trace.n ? " " : "", STR_ARGS(bpmn_element_id(m, c->kind == BPMN_RESULT ? c->thrown->element : c->visit->element)));
    if (c->kind == BPMN_OPEN_TASK) p->tasks_opened++;
    if (c->kind == BPMN_LEFT && c->visit->reason == BPMN_CLOSE_COMPLETED && c->visit->element < 200) p->visits[c->visit->element] = c->visit->id;
    if (c->kind != BPMN_CASE_ENDED || index) return;
    p->ended = ends[c->end->kind];
    p->error = arena_str(p->a, c->end->code);
    struct buf json;
    struct json_out out;
    buf_init(&json, p->a, 1 << 16);
    json_begin(&out, &json);
    feel_put_json(&out, c->end->variables);
    p->variables = feel_from_json(p->a, json_parse(p->a, buf_str(&json), &json_default_limits, STR(""), NULL));
}

static struct bpmn_open *open_at(struct play *p, struct str id) {
    int32_t element = bpmn_find(p->w.host.model, id);
    for (uint32_t i = 0; i < p->w.cases[0]->open.count; i++)
        if (p->w.cases[0]->open.items[i].element == element) return &p->w.cases[0]->open.items[i];
    print_error("nothing is open at %.*s\n", STR_ARGS(id));
    fail();
    return NULL;
}

static struct feel_value parse_variables(struct play *p, struct str json) {
    if (!json.n) return feel_null();
    return feel_from_json(p->a, json_parse(p->a, json, &json_default_limits, STR(""), NULL));
}

static struct str piece(struct str *rest) {
    struct str s = STR("");
    str_split(rest, ':', &s);
    return s;
}

/* Expected outcome: done, unless the event begins with "?" (refused) or "~" (stale). */
static void send(struct play *p, const struct bpmn_event *e, enum bpmn_outcome expected) {
    enum bpmn_outcome got = bpmn_world_send(&p->w, 0, e);
    if (got != expected) print_error("event %d: outcome %d %s\n", e->kind, got, got == BPMN_STEP_REFUSED ? p->w.refusal.code : "");
    assert_int_equal(got, expected);
}

static int64_t token_at(struct play *p, struct str id) {
    int32_t element = bpmn_find(p->w.host.model, id);
    for (uint32_t i = 0; i < p->w.cases[0]->tokens.count; i++)
        if (p->w.cases[0]->tokens.items[i].element == element) return p->w.cases[0]->tokens.items[i].id;
    return 0;
}

static void play_work(struct play *p, struct str at, enum bpmn_event_kind kind, struct str name, struct str json, enum bpmn_outcome expected) {
    struct bpmn_open *o = open_at(p, at);
    struct bpmn_event e = {.kind = kind, .token = o->token, .work = o->work, .name = name, .text = STR(""), .variables = parse_variables(p, json)};
    if (o->kind == BPMN_OPENED_INCIDENT) e.kind = BPMN_EVENT_RETRY;
    send(p, &e, expected);
}

static void play_signer(struct play *p, struct str rest) {
    struct str at = piece(&rest), order = piece(&rest);
    struct bpmn_open *o = open_at(p, at);
    struct bpmn_event e = {.kind = BPMN_EVENT_ADD_SIGNER, .token = o->token, .work = o->work, .assignee = STR("wang"), .holder = STR("li"),
                           .order = str_eqz(order, "before") ? BPMN_SIGN_BEFORE : str_eqz(order, "after") ? BPMN_SIGN_AFTER : BPMN_SIGN_PARALLEL};
    send(p, &e, BPMN_STEP_DONE);
}

static void play_named(struct play *p, struct str verb, struct str rest, enum bpmn_outcome expected) {
    const struct bpmn_model *m = p->w.host.model;
    if (str_eqz(verb, "signal")) bpmn_world_signal(&p->w, rest, feel_null());
    else if (str_eqz(verb, "message")) {
        struct str name = piece(&rest), key = piece(&rest);
        assert_int_equal(bpmn_world_message(&p->w, name, key, parse_variables(p, rest)), expected == BPMN_STEP_DONE);
    } else if (str_eqz(verb, "error") || str_eqz(verb, "escalate")) {
        struct str at = piece(&rest);
        play_work(p, at, str_eqz(verb, "error") ? BPMN_EVENT_ERROR : BPMN_EVENT_ESCALATION, rest, STR(""), expected);
    } else if (str_eqz(verb, "move")) {
        struct str from = piece(&rest);
        send(p, &(struct bpmn_event){.kind = BPMN_EVENT_MOVE, .token = token_at(p, from), .element = bpmn_find(m, rest)}, expected);
    } else if (str_eqz(verb, "withdraw"))
        send(p, &(struct bpmn_event){.kind = BPMN_EVENT_WITHDRAW, .visit = p->visits[bpmn_find(m, rest)], .element = bpmn_find(m, rest)}, expected);
    else if (str_eqz(verb, "signer")) play_signer(p, rest);
    else if (str_eqz(verb, "activate")) {
        struct str sub = piece(&rest);
        send(p, &(struct bpmn_event){.kind = BPMN_EVENT_ACTIVATE, .token = token_at(p, sub), .element = bpmn_find(m, rest)}, expected);
    } else if (str_eqz(verb, "set")) send(p, &(struct bpmn_event){.kind = BPMN_EVENT_VARIABLES, .variables = parse_variables(p, rest)}, expected);
    else if (str_eqz(verb, "cancel"))
        send(p, &(struct bpmn_event){.kind = BPMN_EVENT_CANCEL, .compensate = str_eqz(rest, "compensate")}, expected);
    else if (str_eqz(verb, "failed")) play_work(p, rest, BPMN_EVENT_JOB_FAILED, STR(""), STR(""), expected);
    else fail_msg("unknown event %.*s", STR_ARGS(verb));
}

static void play_one(struct play *p, struct str one) {
    enum bpmn_outcome expected = one.p[0] == '?' ? BPMN_STEP_REFUSED : BPMN_STEP_DONE;
    if (one.p[0] == '?') one = str_sub(one, 1, one.n);
    if (one.p[0] == '!') {
        struct str rest = str_sub(one, 1, one.n), at = piece(&rest);
        play_work(p, at, BPMN_EVENT_TASK_COMPLETED, STR(""), rest, expected);
    } else if (one.p[0] == '+') {
        struct feel_value d = feel_parse_temporal(p->a, str_sub(one, 1, one.n));
        assert_int_equal(d.kind, FEEL_DAYS_TIME);
        bpmn_world_advance(&p->w, p->w.now + d.duration.seconds * MICROS_A_SECOND);
    } else {
        struct str rest = one, verb = piece(&rest);
        play_named(p, verb, rest, expected);
    }
}

static const char *state_of(struct play *p) {
    if (p->ended) return p->ended;
    struct bpmn_case *c = p->w.cases[0];
    for (uint32_t i = 0; i < c->open.count; i++)
        if (c->open.items[i].kind == BPMN_OPENED_INCIDENT) return "incident";
    return "waiting";
}

static void start(struct play *p, struct arena *a, const struct bpmn_model *m) {
    *p = (struct play){.a = a};
    buf_init(&p->trace, a, 1 << 16);
    bpmn_world_init(&p->w, m, 0);
    p->w.watch = watch;
    p->w.watch_context = p;
    bpmn_world_start(&p->w, STR("p"), parse_variables(p, STR("{\"n\":0,\"question\":41,\"order\":\"A1\",\"list\":[3,5,8]}")));
}

static int run_example(const struct example *x) {
    struct arena a;
    struct play p;
    arena_init(&a, 64u << 20);
    start(&p, &a, read_example(&a, x));
    struct str events = str_from(x->events), one;
    while (str_split(&events, ' ', &one))
        if (one.n) play_one(&p, one);
    const char *broken = NULL;
    for (size_t i = 0; i < p.w.case_count && !broken; i++) broken = bpmn_memory_broken(p.w.cases[i]);
    if (broken) print_error("%s: %s\n", x->name, broken);
    bool good = !broken && str_eqz(buf_str(&p.trace), x->trace) && strcmp(state_of(&p), x->state) == 0;
    if (!good) print_error("%s: trace \"%.*s\", state %s; expected \"%s\", %s\n", x->name, STR_ARGS(buf_str(&p.trace)), state_of(&p), x->trace, x->state);
    bpmn_world_release(&p.w);
    arena_release(&a);
    return good ? 0 : 1;
}

/* ---- the examples ------------------------------------------------------------------------------------------------------------ */

static const struct example examples[] = {
    /* sequence flows */
    {"conditional, default and normal flow: none true", START S("a") S("b") S("c") S("d"), "s>a a>b[n=1] a>c* a>d", "", "a d c", "completed"},
    {"conditional, default and normal flow: one true", START S("a") S("b") S("c") S("d"), "s>a a>b[n=0] a>c* a>d", "", "a b d", "completed"},
    {"a process without start event begins at what has no incoming flow", S("a") S("b") S("c"), "a>b", "", "a c b", "completed"},
    {"an undefined and a manual task are passed", START NODE("task", "t") NODE("manualTask", "m") S("a") END, "s>t t>m m>a a>e", "", "a", "completed"},
    /* gateways */
    {"no flow is true: an incident, mended and retried", START NODE("exclusiveGateway", "x") S("a") END, "s>x x>a[n=1] a>e",
     "set:{\"n\":1} !x", "a", "completed"},
    {"a condition that is neither true nor false", START NODE("exclusiveGateway", "x") S("a"), "s>x x>a[missing]", "", "", "incident"},
    {"multi-merge: an exclusive join passes each token", START NODE("parallelGateway", "x") S("a") S("b") NODE("exclusiveGateway", "j") S("c") END,
     "s>x x>a x>b a>j b>j j>c c>e", "", "a b c c", "completed"},
    {"an arbitrary cycle", START NODE("exclusiveGateway", "m") SCRIPT("a", "{ n: n + 1 }") NODE("exclusiveGateway", "x") S("b"),
     "s>m m>a a>x x>m[n<3] x>b*", "", "a a a b", "completed"},
    {"an inclusive join waits for a token that can still come", START NODE("inclusiveGateway", "x") S("a") U("b") NODE("inclusiveGateway", "j") S("c"),
     "s>x x>a[true] x>b[true] a>j b>j j>c", "!b", "a c", "completed"},
    {"an inclusive join does not wait for a token that cannot come", START NODE("parallelGateway", "x") NODE("inclusiveGateway", "y") S("a") S("b") U("c")
     NODE("inclusiveGateway", "j") S("d"), "s>x x>y x>c y>a[true] y>b[false] a>j b>j j>d", "", "a d", "waiting"},
    {"two inclusive joins behind each other", START NODE("parallelGateway", "x") S("a") S("b") U("u") NODE("inclusiveGateway", "j") NODE("inclusiveGateway", "k") S("c"),
     "s>x x>a x>b x>u a>j b>j j>k u>k k>c", "!u", "a b c", "completed"},
    {"a complex gateway fires at two of three and swallows the third", START NODE("parallelGateway", "x") S("a") S("b") U("u")
     "<complexGateway id='g'><activationCondition>activationCount &gt;= 2</activationCondition></complexGateway>" S("c"),
     "s>x x>a x>b x>u a>g b>g u>g g>c", "!u", "a b c", "completed"},
    {"an event-based gateway takes the first message", START NODE("eventBasedGateway", "g") EVENT("intermediateCatchEvent", "m", MESSAGE("M"))
     "<receiveTask id='r' messageRef='N'/>" EVENT("intermediateCatchEvent", "t", TIMER("PT1H")) S("a") S("b") S("c"), "s>g g>m g>r g>t m>a r>b t>c",
     "message:N: +PT2H", "b", "completed"},
    {"a signal with two catchers in one case", START NODE("parallelGateway", "x") EVENT("intermediateCatchEvent", "c1", SIGNAL("S"))
     EVENT("intermediateCatchEvent", "c2", SIGNAL("S")) S("a") S("b"), "s>x x>c1 x>c2 c1>a c2>b", "signal:T signal:S", "a b", "completed"},
    /* messages */
    {"a message finds its case by the correlation key", START EVENT("intermediateCatchEvent", "m", MESSAGE("K")) S("a"), "s>m m>a",
     "?message:K:B2 message:K:A1", "a", "completed"},
    {"a message start event in another process", START EVENT("intermediateThrowEvent", "m", MESSAGE("N")) S("a"), "s>m m>a", "", "a came", "completed"},
    /* boundary events */
    {"an interrupting timer", START U("u") BOUNDARY("b", "u", TIMER("P1D")) S("a") S("c"), "s>u u>a b>c", "+P2D", "c", "completed"},
    {"a timer on a task that was done in time", START U("u") BOUNDARY("b", "u", TIMER("P1D")) S("a") S("c"), "s>u u>a b>c", "+PT1H !u +P2D", "a", "completed"},
    {"a cycle beside a task: three reminders at most", START U("u") BESIDE("b", "u", CYCLE("R3/PT1H")) S("a") S("c"), "s>u u>a b>c", "+PT9H !u", "c c c a", "completed"},
    {"a message beside a task may come again", START U("u") BESIDE("b", "u", MESSAGE("M")) S("a") S("c"), "s>u u>a b>c", "message:M: message:M: !u", "c c a", "completed"},
    {"an error of a job goes to the boundary event with its code", START J("j") BOUNDARY("b1", "j", ERROR("E1")) BOUNDARY("b2", "j", ERROR("E2")) S("a") S("c") S("d"),
     "s>j j>a b1>c b2>d", "error:j:E2", "d", "completed"},
    {"a boundary event without a code takes any error", START J("j") BOUNDARY("b", "j", "<errorEventDefinition/>") S("a") S("c"), "s>j j>a b>c", "error:j:whatever", "c", "completed"},
    {"an error that nobody handles is an incident", START J("j") S("a"), "s>j j>a", "error:j:E1", "", "incident"},
    {"a job without retries left is an incident", START J("j") S("a"), "s>j j>a", "failed:j !j !j", "a", "completed"},
    {"an escalation of a task beside it", START U("u") BESIDE("b", "u", ESCALATION("X")) S("a") S("c"), "s>u u>a b>c", "escalate:u:X !u", "c a", "completed"},
    {"multiple: any of two", START U("u") BOUNDARY("b", "u", SIGNAL("S") MESSAGE("M")) S("a") S("c"), "s>u u>a b>c", "message:M:", "c", "completed"},
    {"parallel multiple: both of two",
     START U("u") "<boundaryEvent id='b' attachedToRef='u' parallelMultiple='true'>" SIGNAL("S") MESSAGE("M") "</boundaryEvent>" S("a") S("c"), "s>u u>a b>c",
     "signal:S signal:S message:M:", "c", "completed"},
    {"a condition that comes true later", START U("u") BOUNDARY("b", "u", CONDITION("n &gt; 2")) S("a") S("c"), "s>u u>a b>c", "set:{\"n\":2} set:{\"n\":3}", "c", "completed"},
    {"a condition beside a task fires each time it comes true", START U("u") BESIDE("b", "u", CONDITION("n &gt; 2")) S("a") S("c"), "s>u u>a b>c",
     "set:{\"n\":3} set:{\"n\":4} set:{\"n\":1} set:{\"n\":5} !u", "c c a", "completed"},
    {"a conditional catch event", START EVENT("intermediateCatchEvent", "c", CONDITION("n = 7")) S("a"), "s>c c>a", "set:{\"n\":7}", "a", "completed"},
    /* event sub-processes */
    {"an error inside starts the event sub-process of the scope", START SUB("u", "<startEvent id='us'/>" EVENT("endEvent", "ue", ERROR("E1"))
     EVENT_SUB("h", "hs", ERROR("E1"), "true", S("c"))) S("a"), "s>u u>a us>ue hs>c", "", "c a", "completed"},
    {"an error inside an event sub-process goes outwards", START SUB("u", "<startEvent id='us'/>" EVENT("endEvent", "ue", ERROR("E1"))
     EVENT_SUB("h", "hs", ERROR("E1"), "true", EVENT("endEvent", "he", ERROR("E1")))) BOUNDARY("b", "u", ERROR("E1")) S("a") S("c"), "s>u u>a us>ue hs>he b>c", "", "c", "completed"},
    {"an interrupting signal replaces the process", START U("u") S("a") EVENT_SUB("h", "hs", SIGNAL("S"), "true", S("c")), "s>u u>a hs>c", "signal:S", "c", "completed"},
    {"a message beside the process, twice", START U("u") S("a") EVENT_SUB("h", "hs", MESSAGE("M"), "false", S("c")), "s>u u>a hs>c", "message:M: message:M: !u", "c c a", "completed"},
    {"the process waits for an event sub-process that still runs", START U("u") S("a") EVENT_SUB("h", "hs", MESSAGE("M"), "false", U("v") S("c")), "s>u u>a hs>v v>c",
     "message:M: !u !v", "a c", "completed"},
    /* links, terminate */
    {"a link", START EVENT("intermediateThrowEvent", "l1", LINK("L")) EVENT("intermediateCatchEvent", "l2", LINK("L")) S("a"), "s>l1 l2>a", "", "a", "completed"},
    {"terminate ends all of a process", START NODE("parallelGateway", "x") U("u") EVENT("endEvent", "t", "<terminateEventDefinition/>") S("a"), "s>x x>u x>t u>a", "", "", "terminated"},
    {"terminate in a sub-process finishes that only", START SUB("u", "<startEvent id='us'/>" NODE("parallelGateway", "x") U("v")
     EVENT("endEvent", "t", "<terminateEventDefinition/>")) S("a"), "s>u u>a us>x x>v x>t", "", "a", "completed"},
    /* loops */
    {"a loop that tests before", START "<scriptTask id='a'><standardLoopCharacteristics testBefore='true'><loopCondition>n &lt; 0</loopCondition>"
     "</standardLoopCharacteristics><script>={}</script></scriptTask>" S("b"), "s>a a>b", "", "b", "completed"},
    {"a loop over user tasks", START "<userTask id='u'><standardLoopCharacteristics><loopCondition>again</loopCondition></standardLoopCharacteristics></userTask>" S("a"),
     "s>u u>a", "!u:{\"again\":true} !u:{\"again\":false}", "a", "completed"},
    {"multi-instance, sequential", START "<userTask id='u'><multiInstanceLoopCharacteristics isSequential='true'>" CARDINALITY("2")
     "</multiInstanceLoopCharacteristics></userTask>" S("a"), "s>u u>a", "!u !u", "a", "completed"},
    {"joint signing: two of three are enough", START "<userTask id='u'><multiInstanceLoopCharacteristics>" CARDINALITY("3")
     "<completionCondition>numberOfCompletedInstances &gt;= 2</completionCondition></multiInstanceLoopCharacteristics></userTask>" S("a"), "s>u u>a", "!u !u", "a", "completed"},
    {"behaviour One throws once", START MULTI("m", "behavior='One' oneBehaviorEventRef='d'", CARDINALITY("3")) BESIDE("b", "m", SIGNAL("S")) S("a") S("c")
     "<extensionElements/>" EVENT("intermediateThrowEvent", "unused", "<signalEventDefinition id='d' signalRef='S'/>"), "s>m m>a b>c", "", "m m m a c", "completed"},
    {"no instances at all", START MULTI("m", "", CARDINALITY("0")) S("a"), "s>m m>a", "", "a", "completed"},
    {"multi-instance around a sub-process", START "<subProcess id='u'><multiInstanceLoopCharacteristics>" CARDINALITY("2")
     "</multiInstanceLoopCharacteristics><startEvent id='us'/>" S("b") "</subProcess>" S("a"), "s>u u>a us>b", "", "b b a", "completed"},
    /* calls */
    {"a called process", START "<callActivity id='c' calledElement='other'/>" S("a"), "s>c c>a", "", "called a", "completed"},
    {"an error of a called process", START "<callActivity id='c' calledElement='failing'/>" BOUNDARY("b", "c", ERROR("E1")) S("a") S("d"), "s>c c>a b>d", "", "d", "completed"},
    {"a process that is called elsewhere", START "<callActivity id='c' calledElement='far_away'/>" S("a"), "s>c c>a", "!c", "a", "completed"},
    /* boundary events belong to the whole of what is repeated */
    {"a timer at joint signing runs once for all and ends all", START "<userTask id='u'><multiInstanceLoopCharacteristics>" CARDINALITY("3") "</multiInstanceLoopCharacteristics></userTask>"
     BOUNDARY("b", "u", TIMER("PT1H")) S("c") S("d"), "s>u u>c b>d", "+PT30M !u +PT40M", "d", "completed"},
    {"an error of one instance ends all", START "<serviceTask id='u'><multiInstanceLoopCharacteristics>" CARDINALITY("3") "</multiInstanceLoopCharacteristics></serviceTask>"
     BOUNDARY("b", "u", ERROR("E1")) S("c") S("d"), "s>u u>c b>d", "!u error:u:E1", "d", "completed"},
    {"a reminder beside joint signing comes once, not once an instance", START "<userTask id='u'><multiInstanceLoopCharacteristics>" CARDINALITY("2") "</multiInstanceLoopCharacteristics></userTask>"
     BESIDE("b", "u", TIMER("PT1H")) S("c") S("d"), "s>u u>c b>d", "+PT2H !u !u", "d c", "completed"},
    {"an error inside one instance of a repeated sub-process", START "<subProcess id='u'><multiInstanceLoopCharacteristics isSequential='true'>" CARDINALITY("3")
     "</multiInstanceLoopCharacteristics><startEvent id='us'/>" S("a") EVENT("endEvent", "ue", ERROR("E1")) "</subProcess>" BOUNDARY("b", "u", ERROR("E1")) S("c") S("d"),
     "s>u u>c us>a a>ue b>d", "", "a d", "completed"},
    /* compensation */
    {"compensation runs backwards", START S("a") BOUNDARY("ba", "a", COMPENSATE) "<scriptTask id='ua' isForCompensation='true'><script>={}</script></scriptTask>" HANDLE("ba", "ua")
     S("b") BOUNDARY("bb", "b", COMPENSATE) "<scriptTask id='ub' isForCompensation='true'><script>={}</script></scriptTask>" HANDLE("bb", "ub")
     EVENT("intermediateThrowEvent", "t", COMPENSATE) S("c"), "s>a a>b b>t t>c", "", "a b ub ua c", "completed"},
    {"each instance is compensated", START MULTI("m", "", CARDINALITY("3")) BOUNDARY("bm", "m", COMPENSATE) "<scriptTask id='um' isForCompensation='true'><script>={}</script></scriptTask>"
     HANDLE("bm", "um") EVENT("endEvent", "t", COMPENSATE), "s>m m>t", "", "m m m um um um", "completed"},
    {"a data object with blanks in its name", START "<dataObject id='d' name='my order'/>" SCRIPT("a", "{ \"my order\": 3 }") S("b") S("c"), "s>a a>b[my_order=3] a>c*", "", "a b", "completed"},
    {"what is not finished is not compensated", START U("a") BOUNDARY("ba", "a", COMPENSATE) "<scriptTask id='ua' isForCompensation='true'><script>={}</script></scriptTask>"
     HANDLE("ba", "ua") NODE("parallelGateway", "x") EVENT("intermediateThrowEvent", "t", COMPENSATE) S("c"), "s>x x>a x>t t>c", "", "c", "waiting"},
    {"a finished sub-process is compensated from inside", START SUB("u", "<startEvent id='us'/>" S("a") BOUNDARY("ba", "a", COMPENSATE)
     "<scriptTask id='ua' isForCompensation='true'><script>={}</script></scriptTask>" HANDLE("ba", "ua")) EVENT("endEvent", "t", COMPENSATE), "s>u u>t us>a", "", "a ua", "completed"},
    {"a cancelled transaction compensates, then goes on", START "<transaction id='u'><startEvent id='us'/>" S("a") BOUNDARY("ba", "a", COMPENSATE)
     "<userTask id='ua' isForCompensation='true'/>" HANDLE("ba", "ua") EVENT("endEvent", "t", "<cancelEventDefinition/>") "</transaction>"
     BOUNDARY("b", "u", "<cancelEventDefinition/>") S("c") S("d"), "s>u u>c us>a a>t b>d", "!ua", "a d", "completed"},
    {"a cancelled transaction without a cancel event stops, also when retried; a supervisor leads it on", START "<transaction id='u'><startEvent id='us'/>" S("a")
     EVENT("endEvent", "t", "<cancelEventDefinition/>") "</transaction>" S("c") S("d"), "s>u u>c us>a a>t c>d", "!u !u move:u:d", "a d", "completed"},
    {"a cancelled instance ends the whole repeated transaction", START "<transaction id='u'><multiInstanceLoopCharacteristics>" CARDINALITY("3")
     "</multiInstanceLoopCharacteristics><startEvent id='us'/>" U("a") EVENT("endEvent", "t", "<cancelEventDefinition/>") "</transaction>"
     BOUNDARY("b", "u", "<cancelEventDefinition/>") S("c") S("d"), "s>u u>c us>a a>t b>d", "!a", "d", "completed"},
    {"an ad-hoc condition that is mended is asked again", START "<adHocSubProcess id='u'><completionCondition>ready</completionCondition>" U("a") U("b") "</adHocSubProcess>" S("c"), "s>u u>c",
     "!a set:{\"ready\":true} !a", "c", "completed"},
    {"a case is cancelled with compensation", START S("a") BOUNDARY("ba", "a", COMPENSATE) "<scriptTask id='ua' isForCompensation='true'><script>={}</script></scriptTask>"
     HANDLE("ba", "ua") U("u"), "s>a a>u", "cancel:compensate", "a ua", "cancelled"},
    {"what is finished inside an open sub-process is undone when the case is cancelled", START SUB("q", "<startEvent id='us'/>" S("a") BOUNDARY("ba", "a", COMPENSATE)
     "<scriptTask id='ua' isForCompensation='true'><script>={}</script></scriptTask>" HANDLE("ba", "ua") U("b")), "s>q us>a a>b", "cancel:compensate", "a ua", "cancelled"},
    {"and when its transaction is", START "<transaction id='x'><startEvent id='xs'/>" NODE("parallelGateway", "g") SUB("q", "<startEvent id='us'/>" S("a") BOUNDARY("ba", "a", COMPENSATE)
     "<scriptTask id='ua' isForCompensation='true'><script>={}</script></scriptTask>" HANDLE("ba", "ua") U("b")) U("n") EVENT("endEvent", "t", "<cancelEventDefinition/>") "</transaction>"
     BOUNDARY("bx", "x", "<cancelEventDefinition/>") S("d"), "s>x xs>g g>q g>n n>t us>a a>b bx>d", "!n", "a ua d", "completed"},
    {"finished instances of joint signing that is still open are undone when the case is cancelled", START "<userTask id='m'>" THREE " isSequential='true'" OF_THREE "</userTask>"
     BOUNDARY("bm", "m", COMPENSATE) "<scriptTask id='um' isForCompensation='true'><script>={}</script></scriptTask>" HANDLE("bm", "um"), "s>m", "!m !m cancel:compensate", "um um", "cancelled"},
    {"and when its transaction is", START "<transaction id='x'><startEvent id='xs'/>" NODE("parallelGateway", "g") "<userTask id='m'>" THREE OF_THREE "</userTask>"
     BOUNDARY("bm", "m", COMPENSATE) "<scriptTask id='um' isForCompensation='true'><script>={}</script></scriptTask>" HANDLE("bm", "um") U("n")
     EVENT("endEvent", "t", "<cancelEventDefinition/>") "</transaction>" BOUNDARY("bx", "x", "<cancelEventDefinition/>") S("d"), "s>x xs>g g>m g>n n>t bx>d", "!m !n", "um d", "completed"},
    {"what is finished inside finished instances is compensated", START SUB("q", THREE OF_THREE "<startEvent id='us'/>" S("a") BOUNDARY("ba", "a", COMPENSATE) UNDO_A S("b"))
     U("n") EVENT("endEvent", "t", COMPENSATE), "s>q q>n n>t us>a a>b", "!n", "a a a b b b ua ua ua", "completed"},
    {"also by name", START SUB("q", THREE OF_THREE "<startEvent id='us'/>" S("a") BOUNDARY("ba", "a", COMPENSATE) UNDO_A) EVENT("intermediateThrowEvent", "t",
     "<compensateEventDefinition activityRef='q'/>") S("c"), "s>q q>t t>c us>a", "", "a a a ua ua ua c", "completed"},
    {"by the event sub-process of each", START SUB("q", THREE OF_THREE "<startEvent id='us'/>" S("a") EVENT_SUB("h", "hs", COMPENSATE, "true", S("ua")))
     EVENT("endEvent", "t", COMPENSATE), "s>q q>t us>a hs>ua", "", "a a a ua ua ua", "completed"},
    {"finished and open instances of a sub-process are undone when the case is cancelled", START SUB("q", THREE " isSequential='true'" OF_THREE "<startEvent id='us'/>" S("a")
     BOUNDARY("ba", "a", COMPENSATE) UNDO_A U("b")), "s>q us>a a>b", "!b cancel:compensate", "a a ua ua", "cancelled"},
    {"an interrupted round is forgotten", START SUB("q", THREE " isSequential='true'" OF_THREE "<startEvent id='us'/>" S("a") BOUNDARY("ba", "a", COMPENSATE) UNDO_A U("b"))
     BOUNDARY("bq", "q", TIMER("P1D")) EVENT("endEvent", "t", COMPENSATE), "s>q us>a a>b bq>t", "!b +P2D", "a a", "completed"},
    {"a case is cancelled", START U("u"), "s>u", "cancel:", "", "cancelled"},
    /* ad-hoc */
    {"ad-hoc until its condition holds", START "<adHocSubProcess id='u'><completionCondition>n &gt; 0</completionCondition>" U("a") U("b") "</adHocSubProcess>" S("c"), "s>u u>c",
     "!a !b activate:u:a !a:{\"n\":1}", "c", "completed"},
    /* instantiating receive task and gateway are in the conformance suite and world_test */
    /* office operations */
    {"return to an earlier step", START U("a") U("b") S("c"), "s>a a>b b>c", "!a move:b:a !a !b", "c", "completed"},
    {"return out of a parallel block takes the siblings along", START U("a") NODE("parallelGateway", "x") U("b") U("c") NODE("parallelGateway", "j") S("d"),
     "s>a a>x x>b x>c b>j c>j j>d", "!a !b move:c:a !a !b !c", "d", "completed"},
    {"return into a branch: the others count as done", START NODE("parallelGateway", "x") U("b") U("c") NODE("parallelGateway", "j") U("d") S("f"),
     "s>x x>b x>c b>j c>j j>d d>f", "!b !c move:d:b !b !d", "f", "completed"},
    {"return from one branch to another: both go on", START NODE("parallelGateway", "x") U("b") U("c") NODE("parallelGateway", "j") S("f"),
     "s>x x>b x>c b>j c>j j>f", "!b move:c:b !b !c", "f", "completed"},
    {"return out of a sub-process", START U("a") SUB("u", "<startEvent id='us'/>" U("b")) S("c"), "s>a a>u us>b u>c", "!a move:b:a !a !b", "c", "completed"},
    {"jump into a sub-process", START U("a") SUB("u", "<startEvent id='us'/>" U("b") U("d")) S("c"), "s>a a>u us>b b>d u>c", "move:a:d !d", "c", "completed"},
    {"return out of joint signing", START U("a") "<userTask id='u'><multiInstanceLoopCharacteristics>" CARDINALITY("3") "</multiInstanceLoopCharacteristics></userTask>" S("c"),
     "s>a a>u u>c", "!a !u move:u:a !a !u !u !u", "c", "completed"},
    {"what runs beside the main flow is not led into it", START U("a") BESIDE("b", "a", MESSAGE("M")) U("d") S("c"), "s>a a>c b>d", "message:M: ?move:d:a !d !a", "c", "completed"},
    {"take back the last step", START U("a") U("b") S("c"), "s>a a>b b>c", "!a withdraw:a !a !b", "c", "completed"},
    {"take back what has split", START U("a") NODE("parallelGateway", "x") U("b") U("c") NODE("parallelGateway", "j") S("d"), "s>a a>x x>b x>c b>j c>j j>d",
     "!a withdraw:a !a !b !c", "d", "completed"},
    {"one of several signers takes nothing back", START "<userTask id='u'><multiInstanceLoopCharacteristics>" CARDINALITY("2") "</multiInstanceLoopCharacteristics></userTask>"
     U("b") S("c"), "s>u u>b b>c", "!u ?withdraw:u !u ?withdraw:u !b", "c", "completed"},
    {"what a withdrawn step would have undone is not undone twice", START U("a") BOUNDARY("ba", "a", COMPENSATE)
     "<scriptTask id='ua' isForCompensation='true'><script>={}</script></scriptTask>" HANDLE("ba", "ua") U("b") EVENT("endEvent", "t", COMPENSATE), "s>a a>b b>t",
     "!a withdraw:a !a !b", "ua", "completed"},
    {"a finished sub-process that is entered again still knows what to undo", START SUB("u", "<startEvent id='us'/>" S("a") BOUNDARY("ba", "a", COMPENSATE)
     "<scriptTask id='ua' isForCompensation='true'><script>={}</script></scriptTask>" HANDLE("ba", "ua") U("b")) U("d") EVENT("endEvent", "t", COMPENSATE),
     "s>u u>d d>t us>a a>b", "!b withdraw:b !b !d", "a ua", "completed"},
    {"too late to take back", START U("a") U("b") U("d") S("c"), "s>a a>b b>d d>c", "!a !b ?withdraw:a !d", "c", "completed"},
    {"a signer before", START U("a") S("c"), "s>a a>c", "signer:a:before !a !a", "c", "completed"},
    {"a signer after", START U("a") S("c"), "s>a a>c", "signer:a:after !a !a", "c", "completed"},
    {"a signer in parallel", START U("a") S("c"), "s>a a>c", "signer:a:parallel !a !a", "c", "completed"},
    {"a signer of a signer", START U("a") S("c"), "s>a a>c", "signer:a:before signer:a:before !a !a !a", "c", "completed"},
};

static void test_examples(void **state) {
    (void)state;
    int failed = 0;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) failed += run_example(&examples[i]);
    assert_int_equal(failed, 0);
}

/* ---- data ------------------------------------------------------------------------------------------------------------------- */

static int64_t number(const struct play *p, const char *name) {
    int64_t n = -1;
    const struct feel_value *v = feel_member(p->variables, str_from(name));
    if (v && v->kind == FEEL_NUMBER) decimal_to_int(v->number, &n);
    return n;
}

#define IO(body) "<extensionElements><zeebe:ioMapping>" body "</zeebe:ioMapping></extensionElements>"

static void play_data(const struct example *x, struct play *p, struct arena *a) {
    arena_init(a, 64u << 20);
    start(p, a, read_example(a, x));
    struct str events = str_from(x->events), one;
    while (str_split(&events, ' ', &one))
        if (one.n) play_one(p, one);
    assert_string_equal(state_of(p), x->state);
}

static void drop(struct play *p, struct arena *a) {
    bpmn_world_release(&p->w);
    arena_release(a);
}

static void test_mappings_keep_the_rest_local(void **state) {
    (void)state;
    struct play p;
    struct arena a;
    struct example x = {"mappings", START "<userTask id='u'>" IO("<zeebe:input source='=n + 5' target='inside'/><zeebe:output source='=inside + filled' target='result.sum'/>") "</userTask>"
                        SCRIPT("t", "{ sum: result.sum }"), "s>u u>t", "!u:{\"filled\":10}", "", "completed"};
    play_data(&x, &p, &a);
    assert_int_equal(number(&p, "sum"), 15);
    assert_null(feel_member(p.variables, STR("inside")));
    assert_null(feel_member(p.variables, STR("filled")));
    drop(&p, &a);
}

static void test_multi_instance_collects(void **state) {
    (void)state;
    struct play p;
    struct arena a;
    struct example x = {"collection", START "<scriptTask id='m'><multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection='=list' "
                        "inputElement='item' outputCollection='doubled' outputElement='=item * 2'/></extensionElements></multiInstanceLoopCharacteristics>"
                        "<script>={}</script></scriptTask>" SCRIPT("t", "{ sum: sum(doubled) }"), "s>m m>t", "", "", "completed"};
    play_data(&x, &p, &a);
    assert_int_equal(number(&p, "sum"), 32);
    assert_null(feel_member(p.variables, STR("item")));
    assert_null(feel_member(p.variables, STR("loopCounter")));
    drop(&p, &a);
}

static void test_called_process_sees_only_what_it_is_given(void **state) {
    (void)state;
    struct play p;
    struct arena a;
    struct example x = {"call", START "<callActivity id='c'><extensionElements><zeebe:calledElement processId='other' propagateAllParentVariables='false' "
                        "propagateAllChildVariables='false'/><zeebe:ioMapping><zeebe:input source='=n + 1' target='question'/>"
                        "<zeebe:output source='=answer' target='found'/></zeebe:ioMapping></extensionElements></callActivity>" S("t"), "s>c c>t", "", "", "completed"};
    play_data(&x, &p, &a);
    assert_int_equal(number(&p, "found"), 2);
    assert_int_equal(number(&p, "question"), 41);
    assert_null(feel_member(p.variables, STR("answer")));
    drop(&p, &a);
}

static void test_taking_back_restores_variables(void **state) {
    (void)state;
    struct play p;
    struct arena a;
    struct example x = {"taken back", START U("u") SCRIPT("t", "{ twice: n * 2 }") U("v"), "s>u u>t t>v", "!u:{\"n\":5,\"made\":1} withdraw:u", "", "waiting"};
    play_data(&x, &p, &a);
    struct bpmn_lookup l = bpmn_memory_lookup(p.w.cases[0]);
    struct feel_value v;
    assert_true(l.variable(l.context, 1, STR("n"), &a, &v));
    assert_true(feel_equals(v, feel_integer(0)));
    assert_false(l.variable(l.context, 1, STR("made"), &a, &v)); /* what the step made, and what followed from it */
    assert_false(l.variable(l.context, 1, STR("twice"), &a, &v));
    play_one(&p, STR("!u:{\"n\":7}"));
    play_one(&p, STR("!v"));
    assert_int_equal(number(&p, "twice"), 14);
    assert_null(feel_member(p.variables, STR("made")));
    drop(&p, &a);
}

static void test_taking_back_leaves_what_others_wrote(void **state) {
    (void)state;
    struct play p;
    struct arena a;
    struct example x = {"beside", START NODE("parallelGateway", "x") U("u") U("w") U("v"), "s>x x>u x>w u>v", "!u:{\"n\":5,\"k\":1} !w:{\"n\":6} withdraw:u !u !v", "", "completed"};
    play_data(&x, &p, &a);
    assert_int_equal(number(&p, "n"), 6);
    assert_int_equal(number(&p, "k"), -1);
    drop(&p, &a);
}

static void test_taking_back_into_a_sub_process(void **state) {
    (void)state;
    struct play p;
    struct arena a;
    struct example x = {"inside", START "<subProcess id='q'><dataObject id='d' name='inner'/><startEvent id='qs'/>" U("u") U("w") "</subProcess>" U("v"),
                        "s>q q>v qs>u u>w", "!u:{\"inner\":3} !w:{\"inner\":4} withdraw:w", "", "waiting"};
    play_data(&x, &p, &a);
    struct bpmn_lookup l = bpmn_memory_lookup(p.w.cases[0]);
    struct bpmn_token t;
    assert_true(l.token(l.context, token_at(&p, STR("w")), &t));
    struct feel_value visible = bpmn_visible_variables(&l, t.scope, &a);
    const struct feel_value *inner = feel_member(visible, STR("inner"));
    assert_non_null(inner);
    assert_true(feel_equals(*inner, feel_integer(3)));
    drop(&p, &a);
}

/* ---- being asked for what is no longer there ---------------------------------------------------------------------------------- */

static void test_late_answers_change_nothing(void **state) {
    (void)state;
    struct play p;
    struct arena a;
    struct example x = {"late", START U("u") U("v") S("a"), "s>u u>v v>a", "", "", "waiting"};
    play_data(&x, &p, &a);
    struct bpmn_open was = *open_at(&p, STR("u"));
    struct bpmn_event done = {.kind = BPMN_EVENT_TASK_COMPLETED, .token = was.token, .work = was.work};
    send(&p, &done, BPMN_STEP_DONE);
    send(&p, &done, BPMN_STEP_STALE);
    send(&p, &(struct bpmn_event){.kind = BPMN_EVENT_TIMER, .wait = 4711}, BPMN_STEP_STALE);
    send(&p, &(struct bpmn_event){.kind = BPMN_EVENT_MOVE, .token = 4711, .element = 0}, BPMN_STEP_STALE);
    send(&p, &(struct bpmn_event){.kind = BPMN_EVENT_RESUME}, BPMN_STEP_STALE);
    play_one(&p, STR("!v"));
    assert_string_equal(p.ended, "completed");
    drop(&p, &a);
}

static void test_a_process_without_rest_is_stopped(void **state) {
    (void)state;
    struct play p;
    struct arena a;
    struct example x = {"endless", START NODE("exclusiveGateway", "x") NODE("task", "t"), "s>x x>t t>x", "", "", "incident"};
    play_data(&x, &p, &a);
    drop(&p, &a);
    struct example calls = {"calls itself", START "<callActivity id='c' calledElement='p'/>", "s>c", "", "", "incident"};
    play_data(&calls, &p, &a);
    drop(&p, &a);
}

/* ---- another version ------------------------------------------------------------------------------------------------------------ */

static int32_t *plan_by_id(struct arena *a, const struct bpmn_model *from, const struct bpmn_model *to) {
    int32_t *elements = arena_array(a, int32_t, from->element_count);
    for (size_t i = 0; i < from->element_count; i++) elements[i] = bpmn_find(to, from->elements[i].id);
    return elements;
}

static enum bpmn_outcome migrate(struct play *p, const struct bpmn_model *to) {
    struct bpmn_migration plan = {.from = p->w.host.model, .elements = plan_by_id(p->a, p->w.host.model, to)};
    p->w.host.model = to;
    enum bpmn_outcome outcome = bpmn_world_send(&p->w, 0, &(struct bpmn_event){.kind = BPMN_EVENT_MIGRATE, .migration = &plan});
    if (outcome != BPMN_STEP_DONE) p->w.host.model = plan.from;
    return outcome;
}

static void test_a_case_goes_on_in_another_version(void **state) {
    (void)state;
    struct play p;
    struct arena a;
    struct example old = {"old", START NODE("parallelGateway", "x") U("u") U("v") NODE("parallelGateway", "j") S("a"), "s>x x>u x>v u>j v>j j>a", "!u", "", "waiting"};
    struct example later = {"later", START S("before") NODE("parallelGateway", "x") U("v") U("u") NODE("parallelGateway", "j") U("check") S("a")
                            BOUNDARY("b", "v", TIMER("P1D")) S("late"), "s>before before>x x>u x>v u>j v>j j>check check>a b>late", "", "", "waiting"};
    struct example without = {"without", START U("u"), "s>u", "", "", "waiting"};
    play_data(&old, &p, &a);
    assert_int_equal(migrate(&p, read_example(&a, &without)), BPMN_STEP_REFUSED);
    assert_int_equal(migrate(&p, read_example(&a, &later)), BPMN_STEP_DONE);
    assert_int_equal(p.w.cases[0]->waits.count, 1); /* the new timer runs */
    play_one(&p, STR("!v"));
    play_one(&p, STR("!check"));
    assert_string_equal(p.ended, "completed");
    assert_true(str_eqz(buf_str(&p.trace), "a"));
    drop(&p, &a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_mappings_keep_the_rest_local),
        cmocka_unit_test(test_multi_instance_collects),
        cmocka_unit_test(test_called_process_sees_only_what_it_is_given),
        cmocka_unit_test(test_taking_back_restores_variables),
        cmocka_unit_test(test_taking_back_leaves_what_others_wrote),
        cmocka_unit_test(test_taking_back_into_a_sub_process),
        cmocka_unit_test(test_late_answers_change_nothing),
        cmocka_unit_test(test_a_process_without_rest_is_stopped),
        cmocka_unit_test(test_a_case_goes_on_in_another_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
