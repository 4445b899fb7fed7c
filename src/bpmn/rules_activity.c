/* rules_activity.c: tasks, sub-processes, loops, call activities, roles and expressions (chapters 10.3
 * and 8.4). */
#include "bpmn/rules_local.h"

/* --- expressions --- */

static bool ext012(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return str_eqz(e->type->name, "expression") && rules_executable(e);
}

static bool ext013(struct check *c, const struct bpmn_node *e) {
    return bpmn_text(c->tree, e).n == 0;
}

static bool ext014(struct check *c, const struct bpmn_node *e) {
    c->detail = bpmn_attr(e, "language");
    return c->detail.p && !rules_uri(str_trim(c->detail));
}

static bool ext004(struct check *c, const struct bpmn_node *e) {
    c->detail = bpmn_attr(e, "textFormat");
    return c->detail.p && !rules_mime_type(c->detail);
}

/* --- process and activity --- */

static bool ext035(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return str_eqz(bpmn_attr(e, "processType"), "Public") && bpmn_flag(e, "isExecutable", false);
}

static bool ext036(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_child_is(e, "choreographyActivity") != NULL;
}

static bool below_one(const struct bpmn_node *e, const char *attribute) {
    int64_t number;
    struct str written = str_trim(bpmn_attr(e, attribute));
    return written.p && str_to_int64(written, &number) && number < 1;
}

static bool ext037(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return below_one(e, "startQuantity");
}

static bool ext038(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return below_one(e, "completionQuantity");
}

static bool ext039(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_child(e, "resourceRef") && bpmn_child(e, "resourceAssignmentExpression");
}

static bool ext040(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_child(e, "resourceParameterBinding") && !bpmn_child(e, "resourceRef");
}

static bool two_loops(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_count_is(e, "loopCharacteristics") > 1;
}

static bool ext053(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *script = bpmn_child(e, "script");
    return script && bpmn_text(c->tree, script).n > 0 && !str_trim(bpmn_attr(e, "scriptFormat")).n;
}

static bool ext145(struct check *c, const struct bpmn_node *e) {
    c->detail = str_trim(bpmn_attr(e, "scriptFormat"));
    return c->detail.n > 0 && !rules_mime_type(c->detail);
}

static bool ext049(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_flag(e, "instantiate", false) && (e->incoming_count || bpmn_child(e, "incoming"));
}

/* --- sub-processes --- */

static bool ext057(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return rules_event_sub_process(e) &&
           (e->incoming_count || e->outgoing_count || bpmn_child(e, "incoming") || bpmn_child(e, "outgoing"));
}

static bool ext058(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return rules_event_sub_process(e) && bpmn_count(e, "startEvent") != 1;
}

static bool ext060(struct check *c, const struct bpmn_node *e) {
    struct str method = c->detail = bpmn_attr(e, "method");
    return method.p && !rules_uri(method) && !str_eqz(method, "##Compensate") &&
           !str_eqz(method, "##Image") && !str_eqz(method, "##Store");
}

static bool ext061(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return !bpmn_child_is(e, "activity");
}

static bool ext062(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return e->starts || e->ends || bpmn_child_is(e, "choreographyActivity");
}

static bool ext099(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *called = bpmn_ref(c->tree, e, "calledElement");
    if (!bpmn_is(called, "process")) return false;
    c->detail = bpmn_name(called);
    bool any = false;
    for (const struct bpmn_node *i = called->first; i; i = i->next) {
        if (!bpmn_is(i, "startEvent")) continue;
        any = true;
        if (rules_triggers(c, i).count == 0) return false;
    }
    return any;
}

/* --- multi-instance --- */

/* Camunda 8 names the collection in an extension element. */
static bool zeebe_collection(const struct bpmn_node *loop) {
    const struct bpmn_node *extensions = bpmn_child(loop, "extensionElements");
    const struct xml_node *zeebe =
        extensions ? xml_child(extensions->node, BPMN_ZEEBE_NS, "loopCharacteristics") : NULL;
    return zeebe && xml_attr(zeebe, "inputCollection").n > 0;
}

static bool ext067(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return rules_executable(e) && !bpmn_child(e, "loopCardinality") && !bpmn_child(e, "loopDataInputRef") &&
           !zeebe_collection(e);
}

/* A literal that is plainly no truth value: a number or a text. */
static bool plainly_no_boolean(struct check *c, const struct bpmn_node *expression) {
    double number;
    const struct bpmn_node *type = bpmn_ref(c->tree, expression, "evaluatesToTypeRef");
    struct str structure = type ? bpmn_attr(type, "structureRef") : STR("");
    if (structure.n && !str_ends(structure, STR("oolean")) && !str_ends(structure, STR(":bool"))) return true;
    struct str text = c->detail = bpmn_text(c->tree, expression);
    if (bpmn_number(text, &number)) return true;
    return text.n > 1 && (text.p[0] == '"' || text.p[0] == '\'') &&
           str_find_byte(str_sub(text, 1, text.n), text.p[0]) == (ptrdiff_t)text.n - 2;
}

static bool ext071(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *condition = bpmn_child(e, "completionCondition");
    return condition && plainly_no_boolean(c, condition);
}

static bool ext072(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *condition = bpmn_child(e, "condition");
    return condition && plainly_no_boolean(c, condition);
}

const struct rule rules_activity[] = {
    {"bpmn.EXT004", "documentation", ext004, FAULT_WARNING,
     T_STATIC("The text format of a documentation must be a MIME type such as text/plain, not “{1}”.")},
    {"bpmn.EXT010", "textAnnotation", ext004, FAULT_WARNING,
     T_STATIC("The text format of the note “{0}” must be a MIME type such as text/plain, not “{1}”.")},
    {"bpmn.EXT012", "expression", ext012, FAULT_WARNING,
     T_STATIC("An expression of an executable process must be a formal expression: “{0}”.")},
    {"bpmn.EXT013", "formalExpression", ext013, FAULT_ERROR, T_STATIC("The expression “{0}” is empty.")},
    {"bpmn.EXT014", "formalExpression", ext014, FAULT_WARNING,
     T_STATIC("The language of an expression must be a URI, not “{1}”.")},
    {"bpmn.EXT035", "process", ext035, FAULT_WARNING,
     T_STATIC("The process “{0}” is public, so it cannot be executable as well.")},
    {"bpmn.EXT036", "process", ext036, FAULT_ERROR,
     T_STATIC("The process “{0}” holds choreography activities, which belong into a choreography.")},
    {"bpmn.EXT037", "activity", ext037, FAULT_ERROR, T_STATIC("“{0}” must start with at least one token.")},
    {"bpmn.EXT038", "activity", ext038, FAULT_ERROR, T_STATIC("“{0}” must give off at least one token.")},
    {"bpmn.EXT039", "resourceRole", ext039, FAULT_WARNING,
     T_STATIC("“{0}” names a resource and computes one as well; only one of the two is allowed.")},
    {"bpmn.EXT040", "resourceRole", ext040, FAULT_WARNING,
     T_STATIC("“{0}” binds parameters without naming a resource.")},
    {"bpmn.EXT041", "task", two_loops, FAULT_ERROR, T_STATIC("“{0}” has more than one loop marker.")},
    {"bpmn.EXT049", "receiveTask", ext049, FAULT_ERROR,
     T_STATIC("The receive task “{0}” starts the process, so it must not have an incoming flow.")},
    {"bpmn.EXT053", "scriptTask", ext053, FAULT_WARNING,
     T_STATIC("The script task “{0}” does not name the format of its script.")},
    {"bpmn.EXT145", "scriptTask", ext145, FAULT_WARNING,
     T_STATIC("The script format of “{0}” must be a MIME type such as application/feel, not “{1}”.")},
    {"bpmn.EXT054", "subProcess", two_loops, FAULT_ERROR, T_STATIC("“{0}” has more than one loop marker.")},
    {"bpmn.EXT055", "callActivity", two_loops, FAULT_ERROR, T_STATIC("“{0}” has more than one loop marker.")},
    {"bpmn.EXT056", "subProcess", ext036, FAULT_ERROR,
     T_STATIC("The sub-process “{0}” holds choreography activities, which belong into a choreography.")},
    {"bpmn.EXT057", "subProcess", ext057, FAULT_ERROR,
     T_STATIC("The event sub-process “{0}” must have no incoming and no outgoing flow.")},
    {"bpmn.EXT058", "subProcess", ext058, FAULT_ERROR,
     T_STATIC("The event sub-process “{0}” needs exactly one start event.")},
    {"bpmn.EXT060", "transaction", ext060, FAULT_WARNING,
     T_STATIC(
         "The method of the transaction “{0}” must be a URI, ##Compensate, ##Image or ##Store, not “{1}”.")},
    {"bpmn.EXT061", "adHocSubProcess", ext061, FAULT_ERROR,
     T_STATIC("The ad-hoc sub-process “{0}” needs at least one activity.")},
    {"bpmn.EXT062", "adHocSubProcess", ext062, FAULT_ERROR,
     T_STATIC("The ad-hoc sub-process “{0}” must have no start event and no end event.")},
    {"bpmn.EXT067", "multiInstanceLoopCharacteristics", ext067, FAULT_ERROR,
     T_STATIC("A multiple activity needs a number of instances or a collection: “{0}”.")},
    {"bpmn.EXT071", "multiInstanceLoopCharacteristics", ext071, FAULT_ERROR,
     T_STATIC("The completion condition must be true or false, not “{1}”.")},
    {"bpmn.EXT072", "complexBehaviorDefinition", ext072, FAULT_ERROR,
     T_STATIC("The condition of a complex behaviour must be true or false, not “{1}”.")},
    {"bpmn.EXT099", "callActivity", ext099, FAULT_ERROR,
     T_STATIC("“{0}” calls the process “{1}”, which has no start event without a trigger.")},
    {NULL, NULL, NULL, FAULT_ERROR, {NULL, 0}},
};
