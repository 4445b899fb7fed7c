/* read_details.c: what one element says about itself: event definitions, loops, data, Camunda's extension elements.
 * See read.h. */
#include "bpmn/read.h"

enum { NONE = -1, MAX_QUANTITY = 1000000 };

/* ---- small readers ------------------------------------------------------------------------------------------------ */

static const struct xml_node *child(const struct xml_node *n, const char *name) {
    return n ? xml_child(n, BPMN_NS, name) : NULL;
}

static struct str child_text(struct bpmn_reader *r, const struct xml_node *n, const char *name) {
    const struct xml_node *c = child(n, name);
    return c ? str_trim(xml_text(r->arena, c)) : STR_NONE;
}

/* A child that holds an expression: <condition>, <loopCardinality> … */
static struct bpmn_expression child_expression(struct bpmn_reader *r, const struct xml_node *n, const char *name,
                                               enum bpmn_text_rule rule) {
    const struct xml_node *c = child(n, name);
    return c ? bpmn_read_expression(r, c, xml_text(r->arena, c), rule) : (struct bpmn_expression){0};
}

static struct bpmn_expression attribute(struct bpmn_reader *r, const struct xml_node *n, const char *name) {
    return n ? bpmn_read_expression(r, n, xml_attr(n, name), BPMN_TEXT_CAMUNDA) : (struct bpmn_expression){0};
}

static struct bpmn_expression plain(struct str text) {
    return (struct bpmn_expression){.text = text, .present = text.p != NULL};
}

const struct xml_node *bpmn_read_extension(const struct xml_node *node, const char *name) {
    const struct xml_node *extensions = child(node, "extensionElements");
    return extensions ? xml_child(extensions, BPMN_ZEEBE_NS, name) : NULL;
}

static const struct xml_node *zeebe_next(const struct xml_node *n, const char *name) {
    return xml_next(n, BPMN_ZEEBE_NS, name);
}

static const struct xml_node *zeebe_child(const struct xml_node *n, const char *name) {
    return n ? xml_child(n, BPMN_ZEEBE_NS, name) : NULL;
}

static int32_t quantity(struct bpmn_reader *r, const struct xml_node *n, const char *name) {
    struct str text = str_trim(xml_attr(n, name));
    int64_t v = 1;
    if (!text.n) return 1;
    if (str_to_int64(text, &v) && v >= 1 && v <= MAX_QUANTITY) return (int32_t)v;
    fault_error(r->faults, "bpmn.quantity", xml_place(n, r->file), T("{0} must be a whole number of at least 1."), str_from(name));
    return 0;
}

/* ---- messages, signals, errors ------------------------------------------------------------------------------------ */

/* The first of these attributes that the node has; the id at last, so that what refers to the same element matches. */
static struct bpmn_expression name_of(struct bpmn_reader *r, const struct xml_node *n, const char *first, const char *second) {
    if (!n) return (struct bpmn_expression){0};
    if (xml_attr(n, first).n) return attribute(r, n, first);
    if (second && xml_attr(n, second).n) return plain(xml_attr(n, second));
    return plain(xml_attr(n, "id"));
}

/* The container's correlation subscription that may concern messages received in `e`; NULL. */
static const struct xml_node *correlation_subscription(const struct bpmn_reader *r, const struct bpmn_element *e) {
    return child(r->model->elements[e->process].node, "correlationSubscription");
}

static struct str property_path(struct bpmn_reader *r, const struct xml_node *subscription, const struct xml_node *property,
                                const struct xml_node *message, bool receiving) {
    if (receiving) {
        for (const struct xml_node *b = child(subscription, "correlationPropertyBinding"); b; b = xml_next(b, BPMN_NS, "correlationPropertyBinding"))
            if (bpmn_read_node(r, xml_attr(b, "correlationPropertyRef")) == property) return child_text(r, b, "dataPath");
        return STR_NONE;
    }
    for (const struct xml_node *x = child(property, "correlationPropertyRetrievalExpression"); x; x = xml_next(x, BPMN_NS, "correlationPropertyRetrievalExpression"))
        if (bpmn_read_node(r, xml_attr(x, "messageRef")) == message) return child_text(r, x, "messagePath");
    return STR_NONE;
}

/* BPMN 8.4.2: a key is the values of its properties; they are joined to one text, in the order of the key. */
static struct bpmn_expression standard_key(struct bpmn_reader *r, const struct bpmn_element *e, const struct xml_node *at,
                                           const struct xml_node *message) {
    bool receiving = e->kind == BPMN_RECEIVE_TASK || e->kind == BPMN_CATCH_EVENT || e->kind == BPMN_BOUNDARY_EVENT || e->kind == BPMN_START_EVENT;
    const struct xml_node *subscription = correlation_subscription(r, e);
    if (!message || (receiving && !subscription)) return (struct bpmn_expression){0};
    const struct xml_node *key = subscription ? bpmn_read_node(r, xml_attr(subscription, "correlationKeyRef")) : NULL;
    for (const struct xml_node *c = child(r->model->root, "collaboration"); c && !key; c = xml_next(c, BPMN_NS, "collaboration"))
        key = child(c, "correlationKey");
    struct buf text;
    buf_init(&text, r->arena, 1 << 16);
    for (const struct xml_node *p = child(key, "correlationPropertyRef"); p; p = xml_next(p, BPMN_NS, "correlationPropertyRef")) {
        const struct xml_node *property = bpmn_read_node(r, xml_text(r->arena, p));
        struct str path = property ? property_path(r, subscription, property, message, receiving) : STR_NONE;
        if (!path.n) continue;
        if (path.p[0] == '=') path = str_sub(path, 1, path.n);
        buf_printf(&text, "%sstring(%.*s)", text.n ? " + \"|\" + " : "", STR_ARGS(path));
    }
    return text.n ? bpmn_read_expression(r, at, buf_str(&text), BPMN_TEXT_FORMAL) : (struct bpmn_expression){0};
}

static void read_message(struct bpmn_reader *r, const struct bpmn_element *e, struct bpmn_definition *d, const struct xml_node *n) {
    const struct xml_node *message = bpmn_read_node(r, xml_attr(n, "messageRef"));
    if (!message) {
        const struct xml_node *operation = bpmn_read_node(r, xml_attr(n, "operationRef"));
        if (!operation) operation = bpmn_read_node(r, child_text(r, n, "operationRef"));
        message = operation ? bpmn_read_node(r, child_text(r, operation, "inMessageRef")) : NULL;
    }
    d->name = name_of(r, message, "name", NULL);
    const struct xml_node *subscription = message ? bpmn_read_extension(message, "subscription") : NULL;
    d->key = subscription ? attribute(r, subscription, "correlationKey") : standard_key(r, e, n, message);
}

/* ---- event definitions -------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum bpmn_event_type type;
} event_types[] = {
    {"messageEventDefinition", BPMN_EVENT_MESSAGE_TYPE},
    {"timerEventDefinition", BPMN_EVENT_TIMER_TYPE},
    {"signalEventDefinition", BPMN_EVENT_SIGNAL_TYPE},
    {"errorEventDefinition", BPMN_EVENT_ERROR_TYPE},
    {"escalationEventDefinition", BPMN_EVENT_ESCALATION_TYPE},
    {"conditionalEventDefinition", BPMN_EVENT_CONDITIONAL_TYPE},
    {"linkEventDefinition", BPMN_EVENT_LINK_TYPE},
    {"compensateEventDefinition", BPMN_EVENT_COMPENSATE_TYPE},
    {"cancelEventDefinition", BPMN_EVENT_CANCEL_TYPE},
    {"terminateEventDefinition", BPMN_EVENT_TERMINATE_TYPE},
};

static void read_timer(struct bpmn_reader *r, struct bpmn_definition *d, const struct xml_node *n) {
    static const struct {
        const char *name;
        enum bpmn_timer_type type;
    } bodies[] = {{"timeDate", BPMN_TIMER_DATE}, {"timeDuration", BPMN_TIMER_DURATION}, {"timeCycle", BPMN_TIMER_CYCLE}};
    for (size_t i = 0; i < 3; i++) {
        if (!child(n, bodies[i].name)) continue;
        d->timer = bodies[i].type;
        d->expression = child_expression(r, n, bodies[i].name, BPMN_TEXT_TIMER);
    }
}

static bool read_definition(struct bpmn_reader *r, const struct bpmn_element *e, const struct xml_node *n, struct bpmn_definition *d) {
    if (!str_eqz(n->ns, BPMN_NS)) return false;
    size_t i = 0;
    while (i < sizeof event_types / sizeof *event_types && !str_eqz(n->name, event_types[i].name)) i++;
    if (i == sizeof event_types / sizeof *event_types) return false;
    *d = (struct bpmn_definition){.type = event_types[i].type, .activity = NONE, .node = n};
    switch (d->type) {
    case BPMN_EVENT_MESSAGE_TYPE: read_message(r, e, d, n); break;
    case BPMN_EVENT_TIMER_TYPE: read_timer(r, d, n); break;
    case BPMN_EVENT_SIGNAL_TYPE: d->name = name_of(r, bpmn_read_node(r, xml_attr(n, "signalRef")), "name", NULL); break;
    case BPMN_EVENT_ERROR_TYPE: d->name = name_of(r, bpmn_read_node(r, xml_attr(n, "errorRef")), "errorCode", "name"); break;
    case BPMN_EVENT_ESCALATION_TYPE:
        d->name = name_of(r, bpmn_read_node(r, xml_attr(n, "escalationRef")), "escalationCode", "name");
        break;
    case BPMN_EVENT_CONDITIONAL_TYPE: d->expression = child_expression(r, n, "condition", BPMN_TEXT_FORMAL); break;
    case BPMN_EVENT_LINK_TYPE: d->name = plain(xml_attr(n, "name")); break;
    case BPMN_EVENT_COMPENSATE_TYPE:
        d->activity = bpmn_read_reference(r, xml_attr(n, "activityRef"));
        d->wait_for_completion = bpmn_read_boolean(n, "waitForCompletion", true);
        break;
    case BPMN_EVENT_CANCEL_TYPE:
    case BPMN_EVENT_TERMINATE_TYPE: break;
    }
    return true;
}

/* Own definitions, and those at the root that eventDefinitionRef points to (BPMN 10.5.1), in document order. */
static void read_definitions(struct bpmn_reader *r, struct bpmn_element *e, const struct xml_node *node) {
    struct bpmn_definition *items = NULL, d;
    size_t count = 0, capacity = 0;
    for (const struct xml_node *n = xml_first_element(node); n; n = xml_next_element(n)) {
        const struct xml_node *from = n;
        if (str_eqz(n->name, "eventDefinitionRef")) from = bpmn_read_node(r, xml_text(r->arena, n));
        if (from && read_definition(r, e, from, &d)) VEC_PUSH(r->arena, items, count, capacity, d);
    }
    e->definitions = items;
    e->definition_count = count;
}

static const struct bpmn_definition *one_definition(struct bpmn_reader *r, const struct bpmn_element *e, const struct xml_node *n) {
    struct bpmn_definition *d = arena_new(r->arena, struct bpmn_definition);
    return n && read_definition(r, e, n, d) ? d : NULL;
}

/* ---- data --------------------------------------------------------------------------------------------------------- */

/* The variable that a data reference stands for: the name of the data object, property, input or output. */
static struct str data_name(struct bpmn_reader *r, struct str reference) {
    const struct xml_node *n = bpmn_read_node(r, reference);
    if (n && str_eqz(n->name, "dataObjectReference")) {
        const struct xml_node *object = bpmn_read_node(r, xml_attr(n, "dataObjectRef"));
        if (object) n = object;
    }
    if (!n) return STR_NONE;
    struct str name = xml_attr(n, "name");
    return name.n ? name : xml_attr(n, "id");
}

struct mappings {
    struct bpmn_mapping *items;
    size_t count, capacity;
};

static void read_association(struct bpmn_reader *r, const struct xml_node *n, struct mappings *out) {
    struct str target = data_name(r, child_text(r, n, "targetRef"));
    const struct xml_node *assignment = child(n, "assignment");
    for (; assignment; assignment = xml_next(assignment, BPMN_NS, "assignment")) {
        struct bpmn_mapping m = {.source = child_expression(r, assignment, "from", BPMN_TEXT_FORMAL), .target = target};
        if (target.n) VEC_PUSH(r->arena, out->items, out->count, out->capacity, m);
    }
    if (child(n, "assignment") || !target.n) return;
    struct bpmn_mapping m = {.source = child_expression(r, n, "transformation", BPMN_TEXT_FORMAL), .target = target};
    /* Without a transformation the source's variable is copied; it may not exist, and its name need be no FEEL name. */
    if (!m.source.present) m.source = plain(data_name(r, child_text(r, n, "sourceRef")));
    if (m.source.text.n && !(m.source.feel == NULL && str_eq(m.source.text, target)))
        VEC_PUSH(r->arena, out->items, out->count, out->capacity, m);
}

static void read_data_associations(struct bpmn_reader *r, struct bpmn_element *e) {
    struct mappings in = {0}, out = {0};
    for (const struct xml_node *n = child(e->node, "dataInputAssociation"); n; n = xml_next(n, BPMN_NS, "dataInputAssociation"))
        read_association(r, n, &in);
    for (const struct xml_node *n = child(e->node, "dataOutputAssociation"); n; n = xml_next(n, BPMN_NS, "dataOutputAssociation"))
        read_association(r, n, &out);
    e->data_inputs = in.items;
    e->data_input_count = in.count;
    e->data_outputs = out.items;
    e->data_output_count = out.count;
}

static void read_io_mapping(struct bpmn_reader *r, struct bpmn_element *e) {
    struct mappings in = {0}, out = {0};
    const struct xml_node *io = bpmn_read_extension(e->node, "ioMapping");
    for (const struct xml_node *n = zeebe_child(io, "input"); n; n = zeebe_next(n, "input")) {
        struct bpmn_mapping m = {.source = attribute(r, n, "source"), .target = xml_attr(n, "target")};
        VEC_PUSH(r->arena, in.items, in.count, in.capacity, m);
    }
    for (const struct xml_node *n = zeebe_child(io, "output"); n; n = zeebe_next(n, "output")) {
        struct bpmn_mapping m = {.source = attribute(r, n, "source"), .target = xml_attr(n, "target")};
        VEC_PUSH(r->arena, out.items, out.count, out.capacity, m);
    }
    e->inputs = in.items;
    e->input_count = in.count;
    e->outputs = out.items;
    e->output_count = out.count;
}

/* ---- loops -------------------------------------------------------------------------------------------------------- */

/* loopDataInputRef names a data input; what fills it is the collection. */
static struct str loop_input_name(struct bpmn_reader *r, const struct bpmn_element *e, struct str reference) {
    const struct xml_node *wanted = bpmn_read_node(r, reference);
    for (const struct xml_node *n = child(e->node, "dataInputAssociation"); n; n = xml_next(n, BPMN_NS, "dataInputAssociation"))
        if (wanted && bpmn_read_node(r, child_text(r, n, "targetRef")) == wanted) return data_name(r, child_text(r, n, "sourceRef"));
    return data_name(r, reference);
}

static struct str loop_output_name(struct bpmn_reader *r, const struct bpmn_element *e, struct str reference) {
    const struct xml_node *wanted = bpmn_read_node(r, reference);
    for (const struct xml_node *n = child(e->node, "dataOutputAssociation"); n; n = xml_next(n, BPMN_NS, "dataOutputAssociation"))
        if (wanted && bpmn_read_node(r, child_text(r, n, "sourceRef")) == wanted) return data_name(r, child_text(r, n, "targetRef"));
    return data_name(r, reference);
}

static void read_standard_loop(struct bpmn_reader *r, struct bpmn_loop *l, const struct xml_node *n) {
    l->test_before = bpmn_read_boolean(n, "testBefore", false);
    struct str maximum = xml_attr(n, "loopMaximum");
    if (maximum.p) l->maximum = bpmn_read_expression(r, n, maximum, BPMN_TEXT_FORMAL);
    l->condition = child_expression(r, n, "loopCondition", BPMN_TEXT_FORMAL);
}

static void read_complex_behaviours(struct bpmn_reader *r, const struct bpmn_element *e, struct bpmn_loop *l, const struct xml_node *n) {
    struct bpmn_complex_behaviour *items = NULL;
    size_t count = 0, capacity = 0;
    for (const struct xml_node *b = child(n, "complexBehaviorDefinition"); b; b = xml_next(b, BPMN_NS, "complexBehaviorDefinition")) {
        struct bpmn_complex_behaviour c = {.condition = child_expression(r, b, "condition", BPMN_TEXT_FORMAL)};
        const struct xml_node *event = child(b, "event");
        for (const struct xml_node *x = event ? xml_first_element(event) : NULL; x && !c.throws; x = xml_next_element(x)) {
            const struct xml_node *from = str_eqz(x->name, "eventDefinitionRef") ? bpmn_read_node(r, xml_text(r->arena, x)) : x;
            c.throws = one_definition(r, e, from);
        }
        VEC_PUSH(r->arena, items, count, capacity, c);
    }
    l->complex = items;
    l->complex_count = count;
}

static enum bpmn_behaviour behaviour(struct str name) {
    if (str_eqz(name, "None")) return BPMN_BEHAVE_NONE;
    if (str_eqz(name, "One")) return BPMN_BEHAVE_ONE;
    if (str_eqz(name, "Complex")) return BPMN_BEHAVE_COMPLEX;
    return BPMN_BEHAVE_ALL;
}

static void read_multi_instance(struct bpmn_reader *r, const struct bpmn_element *e, struct bpmn_loop *l, const struct xml_node *n) {
    l->multi = true;
    l->sequential = bpmn_read_boolean(n, "isSequential", false);
    l->cardinality = child_expression(r, n, "loopCardinality", BPMN_TEXT_FORMAL);
    l->completion = child_expression(r, n, "completionCondition", BPMN_TEXT_FORMAL);
    l->behaviour = behaviour(xml_attr(n, "behavior"));
    l->one_throws = one_definition(r, e, bpmn_read_node(r, xml_attr(n, "oneBehaviorEventRef")));
    l->none_throws = one_definition(r, e, bpmn_read_node(r, xml_attr(n, "noneBehaviorEventRef")));
    read_complex_behaviours(r, e, l, n);
    struct str input = child_text(r, n, "loopDataInputRef"), output = child_text(r, n, "loopDataOutputRef");
    if (input.n) l->collection = plain(loop_input_name(r, e, input));
    const struct xml_node *item = child(n, "inputDataItem");
    if (item) l->input_element = xml_attr(item, "name").n ? xml_attr(item, "name") : xml_attr(item, "id");
    if (output.n) l->output_collection = loop_output_name(r, e, output);
    item = child(n, "outputDataItem");
    if (item) l->output_element = plain(xml_attr(item, "name").n ? xml_attr(item, "name") : xml_attr(item, "id"));
    const struct xml_node *zeebe = bpmn_read_extension(n, "loopCharacteristics");
    if (!zeebe) return;
    l->collection = attribute(r, zeebe, "inputCollection");
    l->input_element = xml_attr(zeebe, "inputElement");
    l->output_collection = xml_attr(zeebe, "outputCollection");
    l->output_element = attribute(r, zeebe, "outputElement");
}

static void read_loop(struct bpmn_reader *r, struct bpmn_element *e) {
    const struct xml_node *multi = child(e->node, "multiInstanceLoopCharacteristics");
    const struct xml_node *standard = child(e->node, "standardLoopCharacteristics");
    if (!multi && !standard) return;
    struct bpmn_loop *l = arena_new(r->arena, struct bpmn_loop);
    if (multi) read_multi_instance(r, e, l, multi);
    else read_standard_loop(r, l, standard);
    e->loop = l;
}

/* ---- Camunda's extension elements ---------------------------------------------------------------------------------- */

struct properties {
    struct bpmn_property *items;
    size_t count, capacity;
};

static struct properties read_pairs(struct bpmn_reader *r, const struct xml_node *list, const char *item, const char *key) {
    struct properties out = {0};
    for (const struct xml_node *n = zeebe_child(list, item); n; n = zeebe_next(n, item)) {
        struct bpmn_property p = {.name = xml_attr(n, key), .value = attribute(r, n, "value")};
        if (p.name.n) VEC_PUSH(r->arena, out.items, out.count, out.capacity, p);
    }
    return out;
}

static const struct bpmn_listener *read_listeners(struct bpmn_reader *r, const struct xml_node *node, const char *list,
                                                  const char *item, size_t *out_count) {
    struct bpmn_listener *items = NULL;
    size_t capacity = 0;
    *out_count = 0;
    for (const struct xml_node *n = zeebe_child(bpmn_read_extension(node, list), item); n; n = zeebe_next(n, item)) {
        struct bpmn_listener l = {.when = xml_attr(n, "eventType"), .type = attribute(r, n, "type"), .retries = attribute(r, n, "retries")};
        struct properties headers = read_pairs(r, zeebe_child(n, "taskHeaders"), "header", "key");
        l.headers = headers.items;
        l.header_count = headers.count;
        VEC_PUSH(r->arena, items, *out_count, capacity, l);
    }
    return items;
}

static void read_extensions(struct bpmn_reader *r, struct bpmn_element *e) {
    struct properties p = read_pairs(r, bpmn_read_extension(e->node, "properties"), "property", "name");
    e->properties = p.items;
    e->property_count = p.count;
    p = read_pairs(r, bpmn_read_extension(e->node, "taskHeaders"), "header", "key");
    e->headers = p.items;
    e->header_count = p.count;
    e->execution_listeners = read_listeners(r, e->node, "executionListeners", "executionListener", &e->execution_listener_count);
    e->task_listeners = read_listeners(r, e->node, "taskListeners", "taskListener", &e->task_listener_count);
    const struct xml_node *job = bpmn_read_extension(e->node, "taskDefinition");
    e->job_type = attribute(r, job, "type");
    e->job_retries = attribute(r, job, "retries");
    const struct xml_node *tag = bpmn_read_extension(e->node, "versionTag");
    if (tag) e->version_tag = xml_attr(tag, "value");
    read_io_mapping(r, e);
}

static void read_user_task(struct bpmn_reader *r, struct bpmn_element *e) {
    struct bpmn_user_task *u = arena_new(r->arena, struct bpmn_user_task);
    const struct xml_node *who = bpmn_read_extension(e->node, "assignmentDefinition");
    u->assignee = attribute(r, who, "assignee");
    u->candidate_groups = attribute(r, who, "candidateGroups");
    u->candidate_users = attribute(r, who, "candidateUsers");
    const struct xml_node *schedule = bpmn_read_extension(e->node, "taskSchedule");
    u->due = attribute(r, schedule, "dueDate");
    u->follow_up = attribute(r, schedule, "followUpDate");
    u->priority = attribute(r, bpmn_read_extension(e->node, "priorityDefinition"), "priority");
    const struct xml_node *form = bpmn_read_extension(e->node, "formDefinition");
    static const char *const names[] = {"formId", "formKey", "externalReference"};
    for (size_t i = 0; form && i < 3 && !u->form.present; i++)
        if (xml_attr(form, names[i]).n) u->form = attribute(r, form, names[i]);
    e->user = u;
}

static bool is_feel_format(struct str format) {
    for (size_t i = 0; i + 4 <= format.n; i++)
        if (str_eq_nocase(str_sub(format, i, i + 4), STR("feel"))) return true;
    return false;
}

static void read_script(struct bpmn_reader *r, struct bpmn_element *e) {
    const struct xml_node *zeebe = bpmn_read_extension(e->node, "script");
    e->script_format = xml_attr(e->node, "scriptFormat");
    if (!e->script_format.n) e->script_format = xml_attr(e->node, "scriptLanguage");
    if (zeebe) {
        e->script = bpmn_read_expression(r, zeebe, xml_attr(zeebe, "expression"), BPMN_TEXT_FORMAL);
        e->result_variable = xml_attr(zeebe, "resultVariable");
        return;
    }
    const struct xml_node *script = child(e->node, "script");
    if (!script) return;
    struct str text = str_trim(xml_text(r->arena, script));
    bool feel = is_feel_format(e->script_format) || (text.n && text.p[0] == '=');
    e->script = feel ? bpmn_read_expression(r, script, text, BPMN_TEXT_FORMAL) : plain(text);
}

static void read_decision(struct bpmn_reader *r, struct bpmn_element *e) {
    const struct xml_node *n = bpmn_read_extension(e->node, "calledDecision");
    if (!n) return;
    e->decision = attribute(r, n, "decisionId");
    e->result_variable = xml_attr(n, "resultVariable");
}

static void read_call(struct bpmn_reader *r, struct bpmn_element *e) {
    const struct xml_node *n = bpmn_read_extension(e->node, "calledElement");
    e->propagate_all_parent_variables = e->propagate_all_child_variables = true;
    struct str reference = xml_attr(e->node, "calledElement");
    if (n) {
        e->called = attribute(r, n, "processId");
        e->propagate_all_parent_variables = bpmn_read_boolean(n, "propagateAllParentVariables", true);
        /* Camunda: without output mappings everything comes back unless the model says no. */
        e->propagate_all_child_variables = bpmn_read_boolean(n, "propagateAllChildVariables", true);
        struct str binding = xml_attr(n, "bindingType");
        if (str_eqz(binding, "deployment")) e->binding = BPMN_BINDING_DEPLOYMENT;
        if (str_eqz(binding, "versionTag")) e->binding = BPMN_BINDING_VERSION_TAG;
        e->called_version_tag = xml_attr(n, "versionTag");
    }
    if (!e->called.present && reference.p) e->called = plain(reference);
    if (!e->called.present || e->called.feel) return;
    int32_t found = bpmn_read_reference(r, e->called.text);
    if (found >= 0 && r->model->elements[found].parent < 0) e->called_element = found;
}

static void read_ad_hoc(struct bpmn_reader *r, struct bpmn_element *e) {
    e->ad_hoc_sequential = str_eqz(xml_attr(e->node, "ordering"), "Sequential");
    e->cancel_remaining = bpmn_read_boolean(e->node, "cancelRemainingInstances", true);
    e->completion = child_expression(r, e->node, "completionCondition", BPMN_TEXT_FORMAL);
    e->active_elements = attribute(r, bpmn_read_extension(e->node, "adHoc"), "activeElementsCollection");
}

/* ---- kinds -------------------------------------------------------------------------------------------------------- */

static void read_message_task(struct bpmn_reader *r, struct bpmn_element *e) {
    struct bpmn_definition *d = arena_new(r->arena, struct bpmn_definition);
    *d = (struct bpmn_definition){.type = BPMN_EVENT_MESSAGE_TYPE, .activity = NONE, .node = e->node};
    read_message(r, e, d, e->node);
    e->message = d;
    e->instantiate = bpmn_read_boolean(e->node, "instantiate", false);
}

static void read_by_kind(struct bpmn_reader *r, struct bpmn_element *e) {
    switch (e->kind) {
    case BPMN_PROCESS: e->executable = bpmn_read_boolean(e->node, "isExecutable", false); break;
    case BPMN_SUB_PROCESS: e->triggered_by_event = bpmn_read_boolean(e->node, "triggeredByEvent", false); break;
    case BPMN_AD_HOC: read_ad_hoc(r, e); break;
    case BPMN_USER_TASK: read_user_task(r, e); break;
    case BPMN_SCRIPT_TASK: read_script(r, e); break;
    case BPMN_RULE_TASK: read_decision(r, e); break;
    case BPMN_CALL_ACTIVITY: read_call(r, e); break;
    case BPMN_SEND_TASK:
    case BPMN_RECEIVE_TASK: read_message_task(r, e); break;
    case BPMN_EVENT_GATEWAY:
        e->instantiate = bpmn_read_boolean(e->node, "instantiate", false);
        e->event_gateway_parallel = str_eqz(xml_attr(e->node, "eventGatewayType"), "Parallel");
        break;
    case BPMN_COMPLEX_GATEWAY: e->activation = child_expression(r, e->node, "activationCondition", BPMN_TEXT_FORMAL); break;
    case BPMN_BOUNDARY_EVENT:
        e->attached_to = bpmn_read_reference(r, xml_attr(e->node, "attachedToRef"));
        e->interrupting = bpmn_read_boolean(e->node, "cancelActivity", true);
        break;
    case BPMN_START_EVENT: e->interrupting = bpmn_read_boolean(e->node, "isInterrupting", true); break;
    default: break;
    }
}

static void read_name_of_data(struct bpmn_element *e) {
    if (!e->name.n) e->name = e->id;
}

void bpmn_read_details(struct bpmn_reader *r, struct bpmn_element *e) {
    if (e->kind == BPMN_DATA_OBJECT) {
        read_name_of_data(e);
        return;
    }
    if (bpmn_is_event(e->kind)) {
        e->parallel_multiple = bpmn_read_boolean(e->node, "parallelMultiple", false);
        read_definitions(r, e, e->node);
    }
    if (bpmn_is_activity(e->kind)) {
        e->for_compensation = bpmn_read_boolean(e->node, "isForCompensation", false);
        e->start_quantity = quantity(r, e->node, "startQuantity");
        e->completion_quantity = quantity(r, e->node, "completionQuantity");
        read_loop(r, e);
    }
    read_data_associations(r, e);
    read_extensions(r, e);
    read_by_kind(r, e);
}
