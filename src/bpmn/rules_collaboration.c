/* rules_collaboration.c: pools, message flows, conversations, choreographies (chapters 9 and 11). */
#include "bpmn/rules_local.h"

static bool ext008(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_is(e->to, "artifact");
}

static bool ext009(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_is(e->from, "artifact");
}

static bool ext027(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_child(e, "choreographyRef") != NULL;
}

static bool number_of(const struct bpmn_node *e, const char *name, int64_t otherwise, int64_t *out) {
    struct str written = str_trim(bpmn_attr(e, name));
    *out = otherwise;
    return !written.p || str_to_int64(written, out);
}

static bool ext029(struct check *c, const struct bpmn_node *e) {
    (void)c;
    int64_t minimum;
    return number_of(e, "minimum", 0, &minimum) && minimum < 0;
}

/* Table 9.4: the defaults are 0 and 1. */
static bool ext030(struct check *c, const struct bpmn_node *e) {
    (void)c;
    int64_t minimum, maximum;
    if (!number_of(e, "minimum", 0, &minimum) || !number_of(e, "maximum", 1, &maximum)) return false;
    return maximum < 1 || maximum < minimum;
}

static bool pool_of(struct check *c, const struct bpmn_node *end, const struct bpmn_node **out) {
    if (bpmn_is(end, "participant")) {
        const struct bpmn_node *process = bpmn_ref(c->tree, end, "processRef");
        *out = process ? process : end;
        return true;
    }
    *out = end ? bpmn_process_of(end) : NULL;
    return *out != NULL;
}

static bool ext031(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *from, *to;
    if (e->from && e->from == e->to) return true;
    return pool_of(c, e->from, &from) && pool_of(c, e->to, &to) && from == to;
}

static bool ext032(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_child_is(e, "conversationNode") || bpmn_child_is(e, "conversationAssociation") ||
           bpmn_child_is(e, "conversationLink") || bpmn_child_is(e, "artifact");
}

static bool ext033(struct check *c, const struct bpmn_node *e) {
    (void)c;
    for (const struct bpmn_node *i = bpmn_child(e, "choreographyRef"); i; i = bpmn_next(i, "choreographyRef"))
        if (i->target && bpmn_flag(i->target, "isClosed", false) != bpmn_flag(e, "isClosed", false))
            return true;
    return false;
}

static bool ext102(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_is(e->from, "startEvent");
}

static bool ext103(struct check *c, const struct bpmn_node *e) {
    return bpmn_is(e->to, "startEvent") && !rules_has_trigger(c, e->to, "messageEventDefinition");
}

static bool ext108(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_is(e->to, "endEvent");
}

static bool ext109(struct check *c, const struct bpmn_node *e) {
    return bpmn_is(e->from, "endEvent") && !rules_has_trigger(c, e->from, "messageEventDefinition");
}

static bool ext119(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_is(e->to, "intermediateThrowEvent") || bpmn_is(e->from, "intermediateCatchEvent") ||
           bpmn_is(e->from, "boundaryEvent");
}

const struct rule rules_collaboration[] = {
    {"bpmn.EXT008", "messageFlow", ext008, FAULT_ERROR,
     T_STATIC("The message flow “{0}” ends at a note, group or association.")},
    {"bpmn.EXT009", "messageFlow", ext009, FAULT_ERROR,
     T_STATIC("The message flow “{0}” starts at a note, group or association.")},
    {"bpmn.EXT027", "choreography", ext027, FAULT_WARNING,
     T_STATIC("A choreography cannot refer to a choreography: “{0}”.")},
    {"bpmn.EXT027", "globalConversation", ext027, FAULT_WARNING,
     T_STATIC("A global conversation cannot refer to a choreography: “{0}”.")},
    {"bpmn.EXT029", "participantMultiplicity", ext029, FAULT_WARNING,
     T_STATIC("The least number of participants cannot be negative: “{0}”.")},
    {"bpmn.EXT030", "participantMultiplicity", ext030, FAULT_WARNING,
     T_STATIC("The greatest number of participants must be at least one and not below the least: “{0}”.")},
    {"bpmn.EXT031", "messageFlow", ext031, FAULT_ERROR,
     T_STATIC("The message flow “{0}” must connect two different pools.")},
    {"bpmn.EXT032", "globalConversation", ext032, FAULT_WARNING,
     T_STATIC("The global conversation “{0}” must not hold conversations, their links or artifacts.")},
    {"bpmn.EXT033", "collaboration", ext033, FAULT_WARNING,
     T_STATIC("“{0}” and its choreography do not agree on whether they are closed.")},
    {"bpmn.EXT102", "messageFlow", ext102, FAULT_ERROR,
     T_STATIC("The message flow “{0}” cannot leave a start event.")},
    {"bpmn.EXT103", "messageFlow", ext103, FAULT_WARNING,
     T_STATIC("The message flow “{0}” reaches a start event that does not wait for a message.")},
    {"bpmn.EXT108", "messageFlow", ext108, FAULT_ERROR,
     T_STATIC("The message flow “{0}” cannot reach an end event.")},
    {"bpmn.EXT109", "messageFlow", ext109, FAULT_WARNING,
     T_STATIC("The message flow “{0}” leaves an end event that sends no message.")},
    {"bpmn.EXT119", "messageFlow", ext119, FAULT_ERROR,
     T_STATIC("The message flow “{0}” runs the wrong way: a throw event sends, a catch event receives.")},
    {NULL, NULL, NULL, FAULT_ERROR, {NULL, 0}},
};
