/* rules_flow.c: sequence flows, gateways and the levels they live on (chapters 8.3, 10.2 and 10.6 of the
 * standard). */
#include "bpmn/rules_local.h"

/* --- what may be connected --- */

static bool is_artifact(const struct bpmn_node *e) {
    return bpmn_is(e, "artifact");
}

static bool ext006(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return is_artifact(e->to);
}

static bool ext007(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return is_artifact(e->from);
}

static bool connectable(const struct bpmn_node *e) {
    return !e || (bpmn_is(e, "flowNode") && !rules_event_sub_process(e));
}

static bool ext021(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return !connectable(e->from);
}

static bool ext022(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return !connectable(e->to);
}

static bool ext023(struct check *c, const struct bpmn_node *e) {
    bool out = bpmn_is(e->from, "flowNode") && !e->listed_out,
         in = bpmn_is(e->to, "flowNode") && !e->listed_in;
    if (out || in) c->detail = bpmn_name(out ? e->from : e->to);
    return out || in;
}

/* The other direction: what a node lists must really end or start there. */
static bool ext023_listed(struct check *c, const struct bpmn_node *e) {
    for (const struct bpmn_node *i = e->first; i; i = i->next) {
        bool in = str_eqz(i->node->name, "incoming"), out = str_eqz(i->node->name, "outgoing");
        if ((!in && !out) || !bpmn_is(i->target, "sequenceFlow")) continue;
        c->detail = i->target->id;
        if ((in ? i->target->to : i->target->from) != e) return true;
    }
    return false;
}

static bool ext024(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return rules_executable(e) && !bpmn_flag(e, "isImmediate", true);
}

static bool ext025(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_child(e, "conditionExpression") && bpmn_is(e->from, "activity") &&
           e->from->outgoing_count < 2;
}

static bool ext026(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *flow = bpmn_ref(c->tree, e, "default");
    return bpmn_is(flow, "sequenceFlow") && flow->from != e;
}

static bool ext028(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->from && e->to && bpmn_process_of(e->from) != bpmn_process_of(e->to);
}

static bool ext152(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->from && e->to && e->from->parent != e->to->parent &&
           bpmn_process_of(e->from) == bpmn_process_of(e->to);
}

/* --- levels: a process, a sub-process --- */

static bool starts_level(const struct bpmn_node *e) {
    return bpmn_is(e, "startEvent") || ((bpmn_is(e, "receiveTask") || bpmn_is(e, "eventBasedGateway")) &&
                                        bpmn_flag(e, "instantiate", false));
}

static bool level_starts(const struct bpmn_node *level) {
    for (const struct bpmn_node *i = level->first; i; i = i->next)
        if (starts_level(i)) return true;
    return false;
}

static bool ext097(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->ends && !level_starts(e);
}

static bool ext105(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->starts && !e->ends;
}

static bool outside_flow(const struct bpmn_node *e) {
    return rules_event_sub_process(e) || bpmn_flag(e, "isForCompensation", false) ||
           str_eqz(e->node->name, "event") /* the implicit throw event of a complex behaviour */;
}

static bool ext150(struct check *c, const struct bpmn_node *e) {
    if (e->incoming_count || outside_flow(e) || starts_level(e) || bpmn_is(e, "boundaryEvent")) return false;
    if (bpmn_is(e, "catchEvent") && rules_has_trigger(c, e, "linkEventDefinition")) return false;
    return e->parent && e->parent->starts;
}

static bool ext151(struct check *c, const struct bpmn_node *e) {
    if (e->outgoing_count || outside_flow(e) || bpmn_is(e, "endEvent")) return false;
    if (bpmn_is(e, "throwEvent") && rules_has_trigger(c, e, "linkEventDefinition")) return false;
    if (bpmn_is(e, "boundaryEvent") && rules_has_trigger(c, e, "compensateEventDefinition")) return false;
    return e->parent && e->parent->ends;
}

/* --- gateways --- */

static bool directed(const struct bpmn_node *e, const char *direction) {
    return str_eqz(bpmn_attr(e, "gatewayDirection"), direction);
}

static bool ext017(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return directed(e, "Converging") && e->outgoing_count > 1;
}

static bool ext018(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return directed(e, "Diverging") && e->incoming_count > 1;
}

static bool ext019(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return directed(e, "Mixed") && (e->incoming_count < 2 || e->outgoing_count < 2);
}

static bool ext135(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->incoming_count < 2 && e->outgoing_count < 2;
}

static bool ext136(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->outgoing_count < 2;
}

static bool ext137(struct check *c, const struct bpmn_node *e) {
    for (size_t i = 0; i < e->outgoing_count; i++) {
        c->detail = e->outgoing[i]->id;
        if (bpmn_child(e->outgoing[i], "conditionExpression")) return true;
    }
    return false;
}

static const char awaited[] =
    "messageEventDefinition|signalEventDefinition|timerEventDefinition|conditionalEventDefinition";

static bool ext138(struct check *c, const struct bpmn_node *e) {
    for (size_t i = 0; i < e->outgoing_count; i++) {
        const struct bpmn_node *to = e->outgoing[i]->to;
        if (!to || bpmn_is(to, "receiveTask")) continue;
        bool waits = bpmn_is(to, "intermediateCatchEvent") && rules_triggers(c, to).count > 0 &&
                     rules_only_triggers(c, to, str_from(awaited));
        c->detail = bpmn_name(to);
        if (!waits) return true;
    }
    return false;
}

static bool ext139(struct check *c, const struct bpmn_node *e) {
    bool tasks = false, messages = false;
    for (size_t i = 0; i < e->outgoing_count; i++) {
        const struct bpmn_node *to = e->outgoing[i]->to;
        tasks |= bpmn_is(to, "receiveTask");
        messages |= bpmn_is(to, "catchEvent") && rules_has_trigger(c, to, "messageEventDefinition");
    }
    return tasks && messages;
}

static bool ext140(struct check *c, const struct bpmn_node *e) {
    for (size_t i = 0; i < e->outgoing_count; i++) {
        const struct bpmn_node *to = e->outgoing[i]->to;
        if (!bpmn_is(to, "receiveTask")) continue;
        c->detail = bpmn_name(to);
        if (to->attached_count) return true;
    }
    return false;
}

static bool ext141(struct check *c, const struct bpmn_node *e) {
    for (size_t i = 0; i < e->outgoing_count; i++) {
        const struct bpmn_node *to = e->outgoing[i]->to;
        if (!to) continue;
        c->detail = bpmn_name(to);
        if (to->incoming_count > 1) return true;
    }
    return false;
}

static bool ext142(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_flag(e, "instantiate", false) && (e->incoming_count || bpmn_child(e, "incoming"));
}

/* --- ids --- */

static bool ext003(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return !e->id.n && !str_eqz(e->node->name, "event") && !str_eqz(e->node->name, "inputDataItem") &&
           !str_eqz(e->node->name, "outputDataItem");
}

#define NEEDS_ID T_STATIC("This element has no id, so nothing can refer to it: {0}. Give it one.")

const struct rule rules_flow[] = {
    {"bpmn.EXT003", "flowNode", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "sequenceFlow", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "dataObject", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "dataInput", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "dataOutput", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "messageFlow", ext003, FAULT_WARNING, NEEDS_ID},
    {"bpmn.EXT003", "participant", ext003, FAULT_WARNING, NEEDS_ID},
    {"bpmn.EXT003", "process", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "globalTask", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "message", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "signal", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "error", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "escalation", ext003, FAULT_ERROR, NEEDS_ID},
    {"bpmn.EXT003", "itemDefinition", ext003, FAULT_WARNING, NEEDS_ID},
    {"bpmn.EXT006", "sequenceFlow", ext006, FAULT_ERROR,
     T_STATIC("The sequence flow “{0}” ends at a note, group or association. It must end at a step.")},
    {"bpmn.EXT007", "sequenceFlow", ext007, FAULT_ERROR,
     T_STATIC("The sequence flow “{0}” starts at a note, group or association. It must start at a step.")},
    {"bpmn.EXT017", "gateway", ext017, FAULT_WARNING,
     T_STATIC("The gateway “{0}” is marked as converging but has several outgoing flows.")},
    {"bpmn.EXT018", "gateway", ext018, FAULT_WARNING,
     T_STATIC("The gateway “{0}” is marked as diverging but has several incoming flows.")},
    {"bpmn.EXT019", "gateway", ext019, FAULT_WARNING,
     T_STATIC("The gateway “{0}” is marked as mixed but has not several flows on both sides.")},
    {"bpmn.EXT021", "sequenceFlow", ext021, FAULT_ERROR,
     T_STATIC("The sequence flow “{0}” must start at an activity, a gateway or an event, and not at an event "
              "sub-process.")},
    {"bpmn.EXT022", "sequenceFlow", ext022, FAULT_ERROR,
     T_STATIC("The sequence flow “{0}” must end at an activity, a gateway or an event, and not at an event "
              "sub-process.")},
    {"bpmn.EXT023", "sequenceFlow", ext023, FAULT_WARNING,
     T_STATIC("The sequence flow “{0}” is not listed as incoming or outgoing in “{1}”.")},
    {"bpmn.EXT023", "flowNode", ext023_listed, FAULT_WARNING,
     T_STATIC("“{0}” lists the flow {1}, which does not start or end there.")},
    {"bpmn.EXT024", "sequenceFlow", ext024, FAULT_WARNING,
     T_STATIC("The sequence flow “{0}” of an executable process must not say isImmediate=\"false\".")},
    {"bpmn.EXT025", "sequenceFlow", ext025, FAULT_ERROR,
     T_STATIC("The conditional flow “{0}” is the only way out of its activity. Add another flow or drop the "
              "condition.")},
    {"bpmn.EXT026", "activity", ext026, FAULT_ERROR,
     T_STATIC("The default flow of “{0}” starts at another element.")},
    {"bpmn.EXT026", "gateway", ext026, FAULT_ERROR,
     T_STATIC("The default flow of “{0}” starts at another element.")},
    {"bpmn.EXT028", "sequenceFlow", ext028, FAULT_ERROR,
     T_STATIC("The sequence flow “{0}” crosses the border of a pool. Use a message flow there.")},
    {"bpmn.EXT097", "process", ext097, FAULT_WARNING, T_STATIC("“{0}” has an end event but no start event.")},
    {"bpmn.EXT097", "subProcess", ext097, FAULT_WARNING,
     T_STATIC("“{0}” has an end event but no start event.")},
    {"bpmn.EXT105", "process", ext105, FAULT_WARNING, T_STATIC("“{0}” has a start event but no end event.")},
    {"bpmn.EXT105", "subProcess", ext105, FAULT_WARNING,
     T_STATIC("“{0}” has a start event but no end event.")},
    {"bpmn.EXT135", "gateway", ext135, FAULT_WARNING,
     T_STATIC("The gateway “{0}” neither splits nor joins: it has at most one flow on either side.")},
    {"bpmn.EXT136", "eventBasedGateway", ext136, FAULT_ERROR,
     T_STATIC("The event-based gateway “{0}” needs at least two outgoing flows.")},
    {"bpmn.EXT137", "eventBasedGateway", ext137, FAULT_ERROR,
     T_STATIC("The flow {1} behind the event-based gateway “{0}” must not have a condition.")},
    {"bpmn.EXT138", "eventBasedGateway", ext138, FAULT_ERROR,
     T_STATIC(
         "Behind the event-based gateway “{0}” only receive tasks and message, signal, timer or conditional "
         "catch events may stand; “{1}” is another kind.")},
    {"bpmn.EXT139", "eventBasedGateway", ext139, FAULT_ERROR,
     T_STATIC("Behind the event-based gateway “{0}” receive tasks and message events must not be mixed.")},
    {"bpmn.EXT140", "eventBasedGateway", ext140, FAULT_ERROR,
     T_STATIC("The receive task “{1}” behind the event-based gateway “{0}” must not have boundary events.")},
    {"bpmn.EXT141", "eventBasedGateway", ext141, FAULT_ERROR,
     T_STATIC(
         "“{1}”, which stands behind the event-based gateway “{0}”, must not have further incoming flows.")},
    {"bpmn.EXT142", "eventBasedGateway", ext142, FAULT_ERROR,
     T_STATIC("The event-based gateway “{0}” starts the process, so it must not have incoming flows.")},
    {"bpmn.EXT150", "flowNode", ext150, FAULT_WARNING,
     T_STATIC("Nothing leads to “{0}”: it has no incoming flow.")},
    {"bpmn.EXT151", "flowNode", ext151, FAULT_WARNING,
     T_STATIC("Nothing follows “{0}”: it has no outgoing flow.")},
    {"bpmn.EXT152", "sequenceFlow", ext152, FAULT_ERROR,
     T_STATIC("The sequence flow “{0}” crosses the border of a sub-process.")},
    {NULL, NULL, NULL, FAULT_ERROR, {NULL, 0}},
};
