/* rules_event.c: events and their triggers (chapter 10.5 of the standard). */
#include "bpmn/cron.h"
#include "bpmn/rules_local.h"
#include "bpmn/step.h"

/* --- expressions and dates a trigger holds --- */

static bool executable_formal(struct check *c, const struct bpmn_node *expression) {
    return bpmn_is(expression, "formalExpression") && bpmn_text(c->tree, expression).n > 0;
}

static bool ext123(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *condition = bpmn_child(e, "condition");
    return rules_executable(e) && (!condition || !executable_formal(c, condition));
}

static bool ext131(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_count(e, "timeDate") + bpmn_count(e, "timeCycle") + bpmn_count(e, "timeDuration") != 1;
}

static size_t digits(struct str s, size_t at) {
    size_t n = 0;
    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9') n++;
    return n;
}

/* "P3DT4H", "P2W", "PT1.5S": designators in their order, each at most once (ISO 8601-1, 5.5.2). */
static bool iso_duration(struct str s) {
    static const char date_part[] = "YMWD", time_part[] = "HMS";
    size_t at = 0, parts = 0, step = 0;
    bool time = false;
    if (at < s.n && s.p[at] == '-') at++;
    if (at >= s.n || s.p[at++] != 'P') return false;
    while (at < s.n) {
        if (s.p[at] == 'T') {
            if (time || at + 1 == s.n) return false;
            time = true;
            step = 0;
            at++;
            continue;
        }
        size_t n = digits(s, at), fraction = 0;
        if (!n) return false;
        at += n;
        if (at < s.n && (s.p[at] == '.' || s.p[at] == ',')) {
            fraction = digits(s, at + 1);
            if (!fraction) return false;
            at += 1 + fraction;
        }
        const char *designators = time ? time_part : date_part;
        while (designators[step] && (at >= s.n || designators[step] != s.p[at])) step++;
        if (!designators[step]) return false;
        step++, at++, parts++;
        if (fraction && at < s.n) return false; /* only the smallest part may have one */
    }
    return parts > 0;
}

static bool two_digits(struct str s, size_t *at, int from, int to) {
    if (digits(s, *at) < 2) return false;
    int v = (s.p[*at] - '0') * 10 + (s.p[*at + 1] - '0');
    *at += 2;
    return v >= from && v <= to;
}

static bool expect(struct str s, size_t *at, char wanted) {
    if (*at >= s.n || s.p[*at] != wanted) return false;
    ++*at;
    return true;
}

static bool iso_zone(struct str s, size_t *at) {
    if (*at == s.n) return true;
    if (expect(s, at, 'Z')) return *at == s.n;
    if (!expect(s, at, '+') && !expect(s, at, '-')) return false;
    if (!two_digits(s, at, 0, 14)) return false;
    if (*at == s.n) return true;
    expect(s, at, ':');
    return two_digits(s, at, 0, 59) && *at == s.n;
}

/* "2026-02-03", "2026-02-03T10:00:00+08:00" and shorter times (ISO 8601-1, 5.4). */
static bool iso_date(struct str s) {
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    size_t at = 0;
    if (at < s.n && s.p[at] == '-') at++;
    size_t year = digits(s, at);
    if (year < 4 || year > 9) return false;
    at += year;
    if (!expect(s, &at, '-') || !two_digits(s, &at, 1, 12)) return false;
    int month = (s.p[at - 2] - '0') * 10 + s.p[at - 1] - '0';
    if (!expect(s, &at, '-') || !two_digits(s, &at, 1, days[month - 1])) return false;
    if (at == s.n) return true;
    if (!expect(s, &at, 'T')) return iso_zone(s, &at);
    if (!two_digits(s, &at, 0, 24) || !expect(s, &at, ':') || !two_digits(s, &at, 0, 59)) return false;
    if (expect(s, &at, ':')) {
        if (!two_digits(s, &at, 0, 60)) return false;
        if (expect(s, &at, '.')) {
            size_t fraction = digits(s, at);
            if (!fraction) return false;
            at += fraction;
        }
    }
    return iso_zone(s, &at);
}

/* "R4/PT5S", "R/2026-01-01T00:00:00/P1D", "R3/start/end", "R3/P1D/end" (ISO 8601-1, 5.6). */
static bool iso_cycle(struct str s) {
    struct str rest = s, repeat, first, second;
    if (!str_split(&rest, '/', &repeat) || !repeat.n || repeat.p[0] != 'R') return false;
    if (digits(repeat, 1) + 1 != repeat.n) return false;
    if (!str_split(&rest, '/', &first)) return false;
    if (!str_split(&rest, '/', &second)) return iso_duration(first);
    if (rest.n) return false;
    return (iso_date(first) && (iso_duration(second) || iso_date(second))) ||
           (iso_duration(first) && iso_date(second));
}

/* "=…" (Camunda 8) and expressions that name a language are computed later. */
static bool computed(const struct bpmn_node *expression, struct str text) {
    return str_starts(text, STR("=")) || bpmn_attr(expression, "language").n > 0;
}

static bool time_broken(struct check *c, const struct bpmn_node *e, const char *part,
                        bool (*good)(struct str)) {
    const struct bpmn_node *expression = bpmn_child(e, part);
    if (!expression) return false;
    c->detail = bpmn_text(c->tree, expression);
    return !computed(expression, c->detail) && !good(c->detail);
}

static bool iso_or_cron_cycle(struct str s) {
    struct cron cron;
    return iso_cycle(s) || cron_parse(s, &cron);
}

static bool ext132(struct check *c, const struct bpmn_node *e) {
    return time_broken(c, e, "timeDate", iso_date);
}

/* BPMN knows ISO 8601 alone; Camunda 8's cron expressions run too, so only the strict level refuses them. */
static bool ext133(struct check *c, const struct bpmn_node *e) {
    if (time_broken(c, e, "timeCycle", c->level == BPMN_LEVEL_STRICT ? iso_cycle : iso_or_cron_cycle)) return true;
    const struct bpmn_node *cycle = bpmn_child(e, "timeCycle");
    return cycle && !computed(cycle, c->detail) && !bpmn_cycle_runs(c->detail, c->arena);
}

static bool ext134(struct check *c, const struct bpmn_node *e) {
    return time_broken(c, e, "timeDuration", iso_duration);
}

/* --- thrown escalations, messages --- */

static bool ext011(struct check *c, const struct bpmn_node *e) {
    struct triggers t = rules_triggers(c, e);
    for (size_t i = 0; i < t.count; i++) {
        if (!bpmn_is(t.items[i], "escalationEventDefinition")) continue;
        const struct bpmn_node *escalation = bpmn_ref(c->tree, t.items[i], "escalationRef");
        if (!escalation || !bpmn_attr(escalation, "escalationCode").n) return rules_executable(e);
    }
    return false;
}

static bool message_lacks(struct check *c, const struct bpmn_node *e, bool operation) {
    if (!rules_executable(e)) return false;
    struct triggers t = rules_triggers(c, e);
    for (size_t i = 0; i < t.count; i++) {
        if (!bpmn_is(t.items[i], "messageEventDefinition")) continue;
        if (operation ? !bpmn_child(t.items[i], "operationRef") : !bpmn_attr(t.items[i], "messageRef").n)
            return true;
    }
    return false;
}

static bool ext127(struct check *c, const struct bpmn_node *e) {
    return message_lacks(c, e, false);
}

static bool ext128(struct check *c, const struct bpmn_node *e) {
    return message_lacks(c, e, true);
}

/* --- start events --- */

static bool at_process_level(const struct bpmn_node *e) {
    return bpmn_is(e->parent, "process");
}

static bool ext059(struct check *c, const struct bpmn_node *e) {
    static const char interrupting[] =
        "messageEventDefinition|timerEventDefinition|escalationEventDefinition|"
        "errorEventDefinition|compensateEventDefinition|conditionalEventDefinition|"
        "signalEventDefinition";
    static const char beside[] = "messageEventDefinition|timerEventDefinition|escalationEventDefinition|"
                                 "conditionalEventDefinition|signalEventDefinition";
    if (!rules_event_sub_process(e->parent)) return false;
    bool interrupts = bpmn_flag(e, "isInterrupting", true);
    return rules_triggers(c, e).count == 0 ||
           !rules_only_triggers(c, e, str_from(interrupts ? interrupting : beside));
}

static bool ext096(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->incoming_count > 0 || bpmn_child(e, "incoming");
}

static bool ext098(struct check *c, const struct bpmn_node *e) {
    return at_process_level(e) &&
           !rules_only_triggers(c, e,
                                STR("messageEventDefinition|timerEventDefinition|conditionalEventDefinition|"
                                    "signalEventDefinition"));
}

static bool ext100(struct check *c, const struct bpmn_node *e) {
    return bpmn_is(e->parent, "subProcess") && !rules_event_sub_process(e->parent) &&
           rules_triggers(c, e).count > 0;
}

static bool ext101(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->outgoing_count == 0;
}

/* --- end events --- */

static bool ext104(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->outgoing_count > 0 || bpmn_child(e, "outgoing");
}

static bool ext106(struct check *c, const struct bpmn_node *e) {
    return rules_has_trigger(c, e, "cancelEventDefinition") && !bpmn_above(e, "transaction");
}

static bool ext107(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->incoming_count == 0;
}

static bool ext146(struct check *c, const struct bpmn_node *e) {
    return !rules_only_triggers(c, e,
                                STR("messageEventDefinition|errorEventDefinition|escalationEventDefinition|"
                                    "cancelEventDefinition|compensateEventDefinition|signalEventDefinition|"
                                    "terminateEventDefinition"));
}

/* --- boundary events --- */

static bool ext110(struct check *c, const struct bpmn_node *e) {
    static const char interrupting[] =
        "messageEventDefinition|timerEventDefinition|escalationEventDefinition|"
        "errorEventDefinition|cancelEventDefinition|compensateEventDefinition|"
        "conditionalEventDefinition|signalEventDefinition";
    static const char beside[] = "messageEventDefinition|timerEventDefinition|escalationEventDefinition|"
                                 "conditionalEventDefinition|signalEventDefinition";
    bool interrupts = bpmn_flag(e, "cancelActivity", true);
    return rules_triggers(c, e).count == 0 ||
           !rules_only_triggers(c, e, str_from(interrupts ? interrupting : beside));
}

static bool ext111(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *host = bpmn_ref(c->tree, e, "attachedToRef");
    return host && rules_has_trigger(c, e, "cancelEventDefinition") && !bpmn_is(host, "transaction");
}

static bool ext113(struct check *c, const struct bpmn_node *e) {
    return e->outgoing_count == 0 && !rules_has_trigger(c, e, "compensateEventDefinition");
}

static bool ext114(struct check *c, const struct bpmn_node *e) {
    return (e->outgoing_count > 0 || bpmn_child(e, "outgoing")) &&
           rules_has_trigger(c, e, "compensateEventDefinition");
}

/* The other end of the association that leaves or reaches a compensation boundary event. */
static const struct bpmn_node *compensation_activity(const struct bpmn_node *e) {
    for (size_t i = 0; i < e->association_count; i++) {
        const struct bpmn_node *a = e->associations[i], *end = a->from == e ? a->to : a->from;
        if (bpmn_is(end, "activity")) return end;
    }
    return NULL;
}

static bool ext143(struct check *c, const struct bpmn_node *e) {
    return rules_has_trigger(c, e, "compensateEventDefinition") && !compensation_activity(e);
}

static bool ext144(struct check *c, const struct bpmn_node *e) {
    if (!rules_has_trigger(c, e, "compensateEventDefinition")) return false;
    const struct bpmn_node *activity = compensation_activity(e);
    if (!activity) return false;
    c->detail = bpmn_name(activity);
    return !bpmn_flag(activity, "isForCompensation", false);
}

/* --- intermediate events and links --- */

static bool is_link(struct check *c, const struct bpmn_node *e) {
    return rules_has_trigger(c, e, "linkEventDefinition");
}

static bool ext115(struct check *c, const struct bpmn_node *e) {
    return e->incoming_count == 0 && !(bpmn_is(e, "catchEvent") && is_link(c, e));
}

static bool ext116(struct check *c, const struct bpmn_node *e) {
    return e->outgoing_count == 0 && !(bpmn_is(e, "throwEvent") && is_link(c, e));
}

static bool ext117_catch(struct check *c, const struct bpmn_node *e) {
    return e->incoming_count > 0 && is_link(c, e);
}

static bool ext117_throw(struct check *c, const struct bpmn_node *e) {
    return e->outgoing_count > 0 && is_link(c, e);
}

static bool names(const struct bpmn_node *link, const char *end, const struct bpmn_node *wanted) {
    for (const struct bpmn_node *i = bpmn_child(link, end); i; i = bpmn_next(i, end))
        if (i->target == wanted) return true;
    return false;
}

static bool ext118(struct check *c, const struct bpmn_node *e) {
    (void)c;
    for (const struct bpmn_node *i = e->first; i; i = i->next) {
        if (!bpmn_is(i->target, "linkEventDefinition")) continue;
        bool source = str_eqz(i->node->name, "source"), target = str_eqz(i->node->name, "target");
        if (source && !names(i->target, "target", e)) return true;
        if (target && !names(i->target, "source", e)) return true;
    }
    return false;
}

static bool ext122(struct check *c, const struct bpmn_node *e) {
    return rules_has_trigger(c, e, "compensateEventDefinition");
}

static const struct bpmn_node *link_of(struct check *c, const struct bpmn_node *e) {
    struct triggers t = rules_triggers(c, e);
    for (size_t i = 0; i < t.count; i++)
        if (bpmn_is(t.items[i], "linkEventDefinition")) return t.items[i];
    return NULL;
}

static bool ext124(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *link = link_of(c, e);
    return link && !bpmn_child(link, "source");
}

static bool ext125(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *link = link_of(c, e);
    return link && bpmn_count(link, "target") != 1;
}

/* A link definition may stand at the root and be referred to: then its level is that of the event. */
static const struct bpmn_node *level_of_link(const struct bpmn_node *link) {
    if (bpmn_is(link->parent, "event")) return link->parent->parent;
    const struct bpmn_node *event = link->referrer ? link->referrer->parent : NULL;
    return bpmn_is(event, "event") ? event->parent : NULL;
}

static bool ext126(struct check *c, const struct bpmn_node *e) {
    (void)c;
    const struct bpmn_node *level = level_of_link(e);
    for (const struct bpmn_node *i = e->first; level && i; i = i->next) {
        if (!bpmn_is(i->target, "linkEventDefinition")) continue;
        const struct bpmn_node *other = level_of_link(i->target);
        if (other && other != level) return true;
    }
    return false;
}

static bool ext148(struct check *c, const struct bpmn_node *e) {
    return rules_triggers(c, e).count == 0 ||
           !rules_only_triggers(c, e,
                                STR("messageEventDefinition|timerEventDefinition|conditionalEventDefinition|"
                                    "linkEventDefinition|signalEventDefinition"));
}

static bool ext149(struct check *c, const struct bpmn_node *e) {
    return !rules_only_triggers(
        c, e,
        STR("messageEventDefinition|escalationEventDefinition|compensateEventDefinition|"
            "linkEventDefinition|signalEventDefinition"));
}

static bool ext095(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return str_eqz(e->node->name, "eventDefinitionRef") && bpmn_is(e->target, "eventDefinition") &&
           bpmn_is(e->target->parent, "throwEvent");
}

static bool ext095_event(struct check *c, const struct bpmn_node *e) {
    for (const struct bpmn_node *i = e->first; i; i = i->next)
        if (ext095(c, i)) return true;
    return false;
}

const struct rule rules_event[] = {
    {"bpmn.EXT011", "throwEvent", ext011, FAULT_WARNING,
     T_STATIC("“{0}” throws an escalation, so it must name one that has an escalation code.")},
    {"bpmn.EXT059", "startEvent", ext059, FAULT_ERROR,
     T_STATIC("The start event “{0}” of an event sub-process needs a trigger that is allowed there: message, "
              "timer, "
              "signal, conditional or escalation, and error or compensation when it interrupts.")},
    {"bpmn.EXT095", "event", ext095_event, FAULT_WARNING,
     T_STATIC("“{0}” refers to an event definition that belongs to a throw event. Move that definition to "
              "the top of the file.")},
    {"bpmn.EXT096", "startEvent", ext096, FAULT_ERROR,
     T_STATIC("The start event “{0}” must not have an incoming flow.")},
    {"bpmn.EXT098", "startEvent", ext098, FAULT_ERROR,
     T_STATIC("The start event “{0}” of a process can be none, message, timer, conditional or signal, but "
              "not {1}.")},
    {"bpmn.EXT100", "startEvent", ext100, FAULT_ERROR,
     T_STATIC("The start event “{0}” of a sub-process must not have a trigger.")},
    {"bpmn.EXT101", "startEvent", ext101, FAULT_ERROR,
     T_STATIC("The start event “{0}” leads nowhere: it has no outgoing flow.")},
    {"bpmn.EXT104", "endEvent", ext104, FAULT_ERROR,
     T_STATIC("The end event “{0}” must not have an outgoing flow.")},
    {"bpmn.EXT106", "endEvent", ext106, FAULT_ERROR,
     T_STATIC("The cancel end event “{0}” may stand only inside a transaction.")},
    {"bpmn.EXT107", "endEvent", ext107, FAULT_WARNING, T_STATIC("Nothing leads to the end event “{0}”.")},
    {"bpmn.EXT110", "boundaryEvent", ext110, FAULT_ERROR,
     T_STATIC("The boundary event “{0}” has no trigger, or one that is not allowed on a border: {1}.")},
    {"bpmn.EXT111", "boundaryEvent", ext111, FAULT_ERROR,
     T_STATIC("The cancel event “{0}” may be attached only to a transaction.")},
    {"bpmn.EXT112", "boundaryEvent", ext096, FAULT_ERROR,
     T_STATIC("The boundary event “{0}” must not have an incoming flow.")},
    {"bpmn.EXT113", "boundaryEvent", ext113, FAULT_WARNING,
     T_STATIC("The boundary event “{0}” leads nowhere: it has no outgoing flow.")},
    {"bpmn.EXT114", "boundaryEvent", ext114, FAULT_ERROR,
     T_STATIC("The compensation event “{0}” must not have an outgoing flow; connect it by an association.")},
    {"bpmn.EXT143", "boundaryEvent", ext143, FAULT_ERROR,
     T_STATIC("The compensation event “{0}” is not associated with an activity that compensates.")},
    {"bpmn.EXT144", "boundaryEvent", ext144, FAULT_WARNING,
     T_STATIC("The activity “{1}” compensates for “{0}” and must be marked isForCompensation.")},
    {"bpmn.EXT115", "intermediateCatchEvent", ext115, FAULT_WARNING,
     T_STATIC("Nothing leads to the event “{0}”: it has no incoming flow.")},
    {"bpmn.EXT115", "intermediateThrowEvent", ext115, FAULT_WARNING,
     T_STATIC("Nothing leads to the event “{0}”: it has no incoming flow.")},
    {"bpmn.EXT116", "intermediateCatchEvent", ext116, FAULT_WARNING,
     T_STATIC("Nothing follows the event “{0}”: it has no outgoing flow.")},
    {"bpmn.EXT116", "intermediateThrowEvent", ext116, FAULT_WARNING,
     T_STATIC("Nothing follows the event “{0}”: it has no outgoing flow.")},
    {"bpmn.EXT117", "intermediateCatchEvent", ext117_catch, FAULT_ERROR,
     T_STATIC("“{0}” is where a link arrives, so it must not have an incoming flow.")},
    {"bpmn.EXT117", "intermediateThrowEvent", ext117_throw, FAULT_ERROR,
     T_STATIC("“{0}” is where a link leaves, so it must not have an outgoing flow.")},
    {"bpmn.EXT118", "linkEventDefinition", ext118, FAULT_WARNING,
     T_STATIC("The two ends of the link “{0}” do not refer to each other.")},
    {"bpmn.EXT122", "intermediateCatchEvent", ext122, FAULT_ERROR,
     T_STATIC("The catch event “{0}” in the normal flow cannot wait for a compensation.")},
    {"bpmn.EXT123", "conditionalEventDefinition", ext123, FAULT_ERROR,
     T_STATIC(
         "The conditional event of an executable process needs a condition that can be computed: “{0}”.")},
    {"bpmn.EXT124", "intermediateCatchEvent", ext124, FAULT_WARNING,
     T_STATIC("The link event “{0}” does not name where the link comes from.")},
    {"bpmn.EXT125", "intermediateThrowEvent", ext125, FAULT_WARNING,
     T_STATIC("The link event “{0}” must name exactly one target.")},
    {"bpmn.EXT126", "linkEventDefinition", ext126, FAULT_ERROR,
     T_STATIC("The two ends of the link “{0}” must lie on the same level of the process.")},
    {"bpmn.EXT127", "catchEvent", ext127, FAULT_ERROR,
     T_STATIC("The message event “{0}” does not say which message.")},
    {"bpmn.EXT127", "throwEvent", ext127, FAULT_WARNING, /* Camunda 8 lets a job send it */
     T_STATIC("The message event “{0}” does not say which message.")},
    {"bpmn.EXT128", "event", ext128, FAULT_WARNING,
     T_STATIC("The message event “{0}” names no operation (operationRef). The engine does not need one.")},
    {"bpmn.EXT131", "timerEventDefinition", ext131, FAULT_ERROR,
     T_STATIC("A timer needs exactly one of date, cycle and duration: “{0}”.")},
    {"bpmn.EXT132", "timerEventDefinition", ext132, FAULT_ERROR,
     T_STATIC("“{1}” is no date that a timer understands. Write it like 2026-02-03T10:00:00+08:00.")},
    {"bpmn.EXT133", "timerEventDefinition", ext133, FAULT_ERROR,
     T_STATIC("“{1}” is no cycle that a timer understands. Write it like R3/PT10H or 0 0 9 * * MON-FRI.")},
    {"bpmn.EXT134", "timerEventDefinition", ext134, FAULT_ERROR,
     T_STATIC("“{1}” is no duration that a timer understands. Write it like P3D or PT4H.")},
    {"bpmn.EXT146", "endEvent", ext146, FAULT_ERROR,
     T_STATIC("The end event “{0}” cannot be a link, a condition or a timer.")},
    {"bpmn.EXT148", "intermediateCatchEvent", ext148, FAULT_ERROR,
     T_STATIC("The catch event “{0}” can wait for a message, timer, condition, link or signal only.")},
    {"bpmn.EXT149", "intermediateThrowEvent", ext149, FAULT_ERROR,
     T_STATIC("The throw event “{0}” can throw a message, escalation, compensation, link or signal only.")},
    {NULL, NULL, NULL, FAULT_ERROR, {NULL, 0}},
};
