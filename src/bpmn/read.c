/* read.c: from the XML tree to the model (model.h): numbers elements and flows, joins them.
 *
 * Three passes: number everything and remember ids; let every element read its details; join (flows at nodes,
 * children in containers, boundary events at activities). Read next: read_details.c.
 */
#include "bpmn/read.h"

static const struct {
    const char *name;
    enum bpmn_kind kind;
} kinds[] = {
    {"process", BPMN_PROCESS},
    {"startEvent", BPMN_START_EVENT},
    {"intermediateCatchEvent", BPMN_CATCH_EVENT},
    {"intermediateThrowEvent", BPMN_THROW_EVENT},
    {"boundaryEvent", BPMN_BOUNDARY_EVENT},
    {"endEvent", BPMN_END_EVENT},
    {"task", BPMN_TASK},
    {"userTask", BPMN_USER_TASK},
    {"serviceTask", BPMN_SERVICE_TASK},
    {"sendTask", BPMN_SEND_TASK},
    {"receiveTask", BPMN_RECEIVE_TASK},
    {"scriptTask", BPMN_SCRIPT_TASK},
    {"businessRuleTask", BPMN_RULE_TASK},
    {"manualTask", BPMN_MANUAL_TASK},
    {"subProcess", BPMN_SUB_PROCESS},
    {"transaction", BPMN_TRANSACTION},
    {"adHocSubProcess", BPMN_AD_HOC},
    {"callActivity", BPMN_CALL_ACTIVITY},
    {"exclusiveGateway", BPMN_EXCLUSIVE_GATEWAY},
    {"inclusiveGateway", BPMN_INCLUSIVE_GATEWAY},
    {"parallelGateway", BPMN_PARALLEL_GATEWAY},
    {"eventBasedGateway", BPMN_EVENT_GATEWAY},
    {"complexGateway", BPMN_COMPLEX_GATEWAY},
    {"dataObject", BPMN_DATA_OBJECT},
    {"property", BPMN_DATA_OBJECT},
    {"globalTask", BPMN_TASK},
    {"globalUserTask", BPMN_USER_TASK},
    {"globalScriptTask", BPMN_SCRIPT_TASK},
    {"globalBusinessRuleTask", BPMN_RULE_TASK},
    {"globalManualTask", BPMN_MANUAL_TASK},
};

enum { MAX_NESTING = 100, NONE = -1 };

const char *bpmn_kind_name(enum bpmn_kind kind) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == kind) return kinds[i].name;
    return "";
}

static bool kind_of(const struct xml_node *n, enum bpmn_kind *out) {
    if (n->kind != XML_ELEMENT || !str_eqz(n->ns, BPMN_NS)) return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!str_eqz(n->name, kinds[i].name)) continue;
        *out = kinds[i].kind;
        return true;
    }
    return false;
}

bool bpmn_is_activity(enum bpmn_kind kind) {
    return kind >= BPMN_TASK && kind <= BPMN_CALL_ACTIVITY;
}

bool bpmn_is_gateway(enum bpmn_kind kind) {
    return kind >= BPMN_EXCLUSIVE_GATEWAY && kind <= BPMN_COMPLEX_GATEWAY;
}

bool bpmn_is_event(enum bpmn_kind kind) {
    return kind >= BPMN_START_EVENT && kind <= BPMN_END_EVENT;
}

static bool is_container(enum bpmn_kind kind) {
    return kind == BPMN_PROCESS || kind == BPMN_SUB_PROCESS || kind == BPMN_TRANSACTION || kind == BPMN_AD_HOC;
}

/* ---- references -------------------------------------------------------------------------------------------------- */

static struct str without_prefix(struct str reference) {
    ptrdiff_t colon = str_find_byte(reference, ':');
    return colon < 0 ? reference : str_sub(reference, (size_t)colon + 1, reference.n);
}

const struct xml_node *bpmn_read_node(const struct bpmn_reader *r, struct str reference) {
    reference = str_trim(reference);
    if (!reference.n) return NULL;
    const struct xml_node *n = map_get(&r->nodes, reference);
    return n ? n : map_get(&r->nodes, without_prefix(reference));
}

int32_t bpmn_find(const struct bpmn_model *m, struct str id) {
    const struct bpmn_element *e = map_get(&m->by_id, id);
    return e ? (int32_t)(e - m->elements) : NONE;
}

int32_t bpmn_read_reference(const struct bpmn_reader *r, struct str reference) {
    reference = str_trim(reference);
    if (!reference.n) return NONE;
    int32_t found = bpmn_find(r->model, reference);
    return found >= 0 ? found : bpmn_find(r->model, without_prefix(reference));
}

bool bpmn_read_boolean(const struct xml_node *node, const char *name, bool otherwise) {
    struct str v = str_trim(xml_attr(node, name));
    if (!v.n) return otherwise;
    return str_eqz(v, "true") || str_eqz(v, "1");
}

/* ---- expressions ------------------------------------------------------------------------------------------------- */

static bool names_feel(struct str language) {
    for (size_t i = 0; i + 4 <= language.n; i++)
        if (str_eq_nocase(str_sub(language, i, i + 4), STR("feel"))) return true;
    return false;
}

struct bpmn_expression bpmn_read_expression(struct bpmn_reader *r, const struct xml_node *node, struct str text,
                                            enum bpmn_text_rule rule) {
    struct bpmn_expression e = {0};
    if (!text.p) return e;
    text = str_trim(text);
    e.present = true;
    bool feel = rule == BPMN_TEXT_FORMAL;
    if (text.n && text.p[0] == '=') {
        feel = true;
        text = str_trim(str_sub(text, 1, text.n));
    } else if (rule == BPMN_TEXT_TIMER) {
        feel = names_feel(xml_attr(node, "language"));
    }
    e.text = text;
    struct feel_scope scope = {.open = true, .names = r->model->names, .name_count = r->model->name_count};
    if (feel) e.feel = feel_compile(r->arena, text, &scope, FEEL_EXPRESSION, xml_place(node, r->file), r->faults);
    return e;
}

/* ---- first pass: numbers ------------------------------------------------------------------------------------------ */

static int32_t add_element(struct bpmn_reader *r, const struct xml_node *node, enum bpmn_kind kind, int32_t parent) {
    struct bpmn_model *m = r->model;
    struct bpmn_element e = {
        .kind = kind, .id = xml_attr(node, "id"), .name = xml_attr(node, "name"), .parent = parent, .node = node,
        .default_flow = NONE, .lane = NONE, .attached_to = NONE, .compensation = NONE, .compensation_boundary = NONE,
        .compensation_start = NONE, .called_element = NONE, .interrupting = true, .start_quantity = 1,
        .completion_quantity = 1,
    };
    int32_t index = (int32_t)m->element_count;
    e.process = parent < 0 ? index : m->elements[parent].process;
    VEC_PUSH(r->arena, m->elements, m->element_count, r->element_capacity, e);
    return index;
}

static void add_flow(struct bpmn_reader *r, const struct xml_node *node) {
    struct bpmn_flow f = {.id = xml_attr(node, "id"), .name = xml_attr(node, "name"), .node = node,
                          .source = NONE, .target = NONE};
    VEC_PUSH(r->arena, r->model->flows, r->model->flow_count, r->flow_capacity, f);
}

static void number_children(struct bpmn_reader *r, const struct xml_node *node, int32_t parent, int depth) {
    if (depth > MAX_NESTING) {
        fault_error(r->faults, "bpmn.too-deep", xml_place(node, r->file), T("Sub-processes are nested too deeply."));
        return;
    }
    for (const struct xml_node *n = xml_first_element(node); n; n = xml_next_element(n)) {
        enum bpmn_kind kind;
        if (str_eqz(n->ns, BPMN_NS) && str_eqz(n->name, "sequenceFlow")) add_flow(r, n);
        if (!kind_of(n, &kind) || kind == BPMN_PROCESS) continue;
        int32_t index = add_element(r, n, kind, parent);
        /* Tasks and events may hold properties of their own. */
        if (kind != BPMN_DATA_OBJECT) number_children(r, n, index, depth + 1);
    }
}

static void number_roots(struct bpmn_reader *r, const struct xml_node *root) {
    for (const struct xml_node *n = xml_first_element(root); n; n = xml_next_element(n)) {
        enum bpmn_kind kind;
        if (!kind_of(n, &kind)) continue;
        if (kind == BPMN_PROCESS || str_starts(n->name, STR("global"))) number_children(r, n, add_element(r, n, kind, NONE), 0);
    }
}

/* Every node that has an id, at whatever depth; without recursion, since the tree is as deep as the file says. */
static void remember_ids(struct bpmn_reader *r, const struct xml_node *root) {
    const struct xml_node *n = root;
    while (n) {
        struct str id = n->kind == XML_ELEMENT ? xml_attr(n, "id") : STR_NONE;
        if (id.n && !map_has(&r->nodes, id)) map_put(&r->nodes, id, (void *)(uintptr_t)n);
        if (n->first) {
            n = n->first;
            continue;
        }
        while (n != root && !n->next) n = n->parent;
        n = n == root ? NULL : n->next;
    }
}

static void remember_elements(struct bpmn_reader *r) {
    struct bpmn_model *m = r->model;
    for (size_t i = 0; i < m->element_count; i++) {
        struct bpmn_element *e = &m->elements[i];
        if (!e->id.n) continue;
        if (map_has(&m->by_id, e->id))
            fault_error(r->faults, "bpmn.double-id", xml_place(e->node, r->file),
                        T("The id “{0}” is used more than once."), e->id);
        else
            map_put(&m->by_id, e->id, e);
    }
}

/* FEEL names may hold blanks and signs, but then the compiler must know them. */
static bool is_simple_name(struct str name) {
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
        if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
    }
    return name.n > 0;
}

static void collect_names(struct bpmn_reader *r) {
    struct bpmn_model *m = r->model;
    struct str *names = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < m->element_count; i++) {
        const struct bpmn_element *e = &m->elements[i];
        if (e->kind != BPMN_DATA_OBJECT || !e->name.n || is_simple_name(e->name)) continue;
        VEC_PUSH(r->arena, names, m->name_count, capacity, feel_name_normalise(r->arena, e->name));
    }
    m->names = names;
}

/* ---- last pass: lists --------------------------------------------------------------------------------------------- */

/* Lists of indexes that grow while joining. */
struct list {
    int32_t *items;
    size_t count, capacity;
};

static void push(struct bpmn_reader *r, struct list *l, int32_t index) {
    VEC_PUSH(r->arena, l->items, l->count, l->capacity, index);
}

static struct bpmn_indexes indexes(struct list l) {
    return (struct bpmn_indexes){.count = l.count, .items = l.items};
}

static int32_t flow_end(struct bpmn_reader *r, struct bpmn_flow *f, const char *name) {
    int32_t end = bpmn_read_reference(r, xml_attr(f->node, name));
    if (end < 0)
        fault_error(r->faults, "bpmn.flow-end", xml_place(f->node, r->file),
                    T("The {0} of this sequence flow is not in the file."), str_from(name));
    return end;
}

static void join_flows(struct bpmn_reader *r) {
    struct bpmn_model *m = r->model;
    struct list *in = arena_array(r->arena, struct list, m->element_count);
    struct list *out = arena_array(r->arena, struct list, m->element_count);
    for (size_t i = 0; i < m->flow_count; i++) {
        struct bpmn_flow *f = &m->flows[i];
        f->source = flow_end(r, f, "sourceRef");
        f->target = flow_end(r, f, "targetRef");
        const struct xml_node *condition = xml_child(f->node, BPMN_NS, "conditionExpression");
        if (condition)
            f->condition = bpmn_read_expression(r, condition, xml_text(r->arena, condition), BPMN_TEXT_FORMAL);
        if (f->source < 0 || f->target < 0) continue;
        push(r, &out[f->source], (int32_t)i);
        push(r, &in[f->target], (int32_t)i);
    }
    for (size_t i = 0; i < m->element_count; i++) {
        m->elements[i].incoming = indexes(in[i]);
        m->elements[i].outgoing = indexes(out[i]);
    }
}

static void find_default(struct bpmn_reader *r, struct bpmn_element *e) {
    struct str wanted = xml_attr(e->node, "default");
    if (!wanted.n) return;
    for (size_t i = 0; i < e->outgoing.count; i++)
        if (str_eq(r->model->flows[e->outgoing.items[i]].id, str_trim(wanted))) e->default_flow = e->outgoing.items[i];
}

static bool is_entry(const struct bpmn_element *container, const struct bpmn_element *e) {
    if (e->kind == BPMN_START_EVENT)
        return container->triggered_by_event || e->definition_count == 0;
    if (e->incoming.count || e->for_compensation || e->triggered_by_event) return false;
    if (container->kind == BPMN_AD_HOC) return bpmn_is_activity(e->kind) || bpmn_is_gateway(e->kind) || e->kind == BPMN_CATCH_EVENT || e->kind == BPMN_THROW_EVENT;
    /* BPMN 10.2.1 and 10.5.2: without a start event, what has no incoming flow begins. Link targets do not. */
    if (e->kind == BPMN_CATCH_EVENT || e->kind == BPMN_THROW_EVENT)
        return !(e->definition_count && e->definitions[0].type == BPMN_EVENT_LINK_TYPE && e->kind == BPMN_CATCH_EVENT);
    if (e->instantiate) return false;
    return bpmn_is_activity(e->kind) || bpmn_is_gateway(e->kind) || e->kind == BPMN_END_EVENT;
}

static void find_entries(struct bpmn_reader *r, struct bpmn_element *container) {
    struct bpmn_model *m = r->model;
    struct list none_starts = {0}, others = {0};
    for (size_t i = 0; i < container->children.count; i++) {
        int32_t child = container->children.items[i];
        const struct bpmn_element *e = &m->elements[child];
        if (!is_entry(container, e)) continue;
        push(r, e->kind == BPMN_START_EVENT ? &none_starts : &others, child);
    }
    container->entries = indexes(none_starts.count || container->starts.count ? none_starts : others);
}

static void join_containers(struct bpmn_reader *r) {
    struct bpmn_model *m = r->model;
    size_t n = m->element_count;
    struct list *children = arena_array(r->arena, struct list, n), *starts = arena_array(r->arena, struct list, n);
    struct list *events = arena_array(r->arena, struct list, n), *data = arena_array(r->arena, struct list, n);
    struct list *boundaries = arena_array(r->arena, struct list, n), processes = {0};
    for (size_t i = 0; i < n; i++) {
        struct bpmn_element *e = &m->elements[i];
        int32_t index = (int32_t)i;
        if (e->kind == BPMN_PROCESS) push(r, &processes, index);
        if (e->attached_to >= 0) push(r, &boundaries[e->attached_to], index);
        if (e->parent < 0) continue;
        push(r, &children[e->parent], index);
        if (e->kind == BPMN_START_EVENT) push(r, &starts[e->parent], index);
        if (e->kind == BPMN_DATA_OBJECT) push(r, &data[e->parent], index);
        if (e->triggered_by_event) push(r, &events[e->parent], index);
    }
    for (size_t i = 0; i < n; i++) {
        struct bpmn_element *e = &m->elements[i];
        e->children = indexes(children[i]);
        e->starts = indexes(starts[i]);
        e->event_processes = indexes(events[i]);
        e->data = indexes(data[i]);
        e->boundaries = indexes(boundaries[i]);
        find_default(r, e);
    }
    for (size_t i = 0; i < n; i++)
        if (is_container(m->elements[i].kind)) find_entries(r, &m->elements[i]);
    m->processes = indexes(processes);
}

static bool has_definition(const struct bpmn_element *e, enum bpmn_event_type type) {
    for (size_t i = 0; i < e->definition_count; i++)
        if (e->definitions[i].type == type) return true;
    return false;
}

/* Where compensation goes: boundary event to handler (by association), sub-process to its event sub-process. */
static void join_compensation(struct bpmn_reader *r) {
    struct bpmn_model *m = r->model;
    for (size_t i = 0; i < m->element_count; i++) {
        struct bpmn_element *e = &m->elements[i];
        if (has_definition(e, BPMN_EVENT_CONDITIONAL_TYPE)) m->has_conditions = true;
        if (e->kind == BPMN_INCLUSIVE_GATEWAY || e->kind == BPMN_COMPLEX_GATEWAY) m->has_inclusive = true;
        if (!has_definition(e, BPMN_EVENT_COMPENSATE_TYPE)) continue;
        m->has_compensation = true;
        if (e->kind == BPMN_BOUNDARY_EVENT && e->attached_to >= 0)
            m->elements[e->attached_to].compensation_boundary = (int32_t)i;
        if (e->kind == BPMN_START_EVENT && e->parent >= 0 && m->elements[e->parent].parent >= 0)
            m->elements[m->elements[e->parent].parent].compensation_start = e->parent;
    }
}

static void read_association(struct bpmn_reader *r, const struct xml_node *n) {
    int32_t source = bpmn_read_reference(r, xml_attr(n, "sourceRef"));
    int32_t target = bpmn_read_reference(r, xml_attr(n, "targetRef"));
    if (source < 0 || target < 0) return;
    struct bpmn_element *from = &r->model->elements[source], *to = &r->model->elements[target];
    if (from->kind == BPMN_BOUNDARY_EVENT && bpmn_is_activity(to->kind)) from->compensation = target;
    if (to->kind == BPMN_BOUNDARY_EVENT && bpmn_is_activity(from->kind) && from->for_compensation) to->compensation = source;
}

/* ---- lanes -------------------------------------------------------------------------------------------------------- */

struct lanes {
    struct bpmn_lane *items;
    size_t count, capacity;
};

static struct str lane_role(const struct xml_node *n) {
    const struct xml_node *list = bpmn_read_extension(n, "properties");
    for (const struct xml_node *p = list ? xml_child(list, NULL, "property") : NULL; p; p = xml_next(p, NULL, "property"))
        if (str_eqz(xml_attr(p, "name"), "lingban:role")) return xml_attr(p, "value");
    struct str name = xml_attr(n, "name");
    return name.n ? name : xml_attr(n, "id");
}

/* Inner lanes come after the outer one, so that the innermost wins. */
static void read_lane_set(struct bpmn_reader *r, const struct xml_node *set, int32_t process, struct lanes *lanes, int depth) {
    if (depth > MAX_NESTING) return;
    for (const struct xml_node *n = xml_child(set, BPMN_NS, "lane"); n; n = xml_next(n, BPMN_NS, "lane")) {
        struct bpmn_lane lane = {.id = xml_attr(n, "id"), .name = xml_attr(n, "name"), .role = lane_role(n), .process = process};
        int32_t index = (int32_t)lanes->count;
        VEC_PUSH(r->arena, lanes->items, lanes->count, lanes->capacity, lane);
        for (const struct xml_node *f = xml_child(n, BPMN_NS, "flowNodeRef"); f; f = xml_next(f, BPMN_NS, "flowNodeRef")) {
            int32_t e = bpmn_read_reference(r, xml_text(r->arena, f));
            if (e >= 0) r->model->elements[e].lane = index;
        }
        const struct xml_node *inner = xml_child(n, BPMN_NS, "childLaneSet");
        if (inner) read_lane_set(r, inner, process, lanes, depth + 1);
    }
}

/* An element without a lane of its own lies in its sub-process's. Parents come before children. */
static void inherit_lanes(struct bpmn_model *m) {
    for (size_t i = 0; i < m->element_count; i++) {
        struct bpmn_element *e = &m->elements[i];
        if (e->lane < 0 && e->parent >= 0) e->lane = m->elements[e->parent].lane;
    }
}

static void read_lanes_and_associations(struct bpmn_reader *r) {
    struct bpmn_model *m = r->model;
    struct lanes lanes = {0};
    for (size_t i = 0; i < m->element_count; i++) {
        const struct bpmn_element *e = &m->elements[i];
        if (!is_container(e->kind)) continue;
        for (const struct xml_node *n = xml_child(e->node, BPMN_NS, "laneSet"); n; n = xml_next(n, BPMN_NS, "laneSet"))
            read_lane_set(r, n, e->process, &lanes, 0);
        for (const struct xml_node *n = xml_child(e->node, BPMN_NS, "association"); n; n = xml_next(n, BPMN_NS, "association"))
            read_association(r, n);
    }
    for (const struct xml_node *c = xml_child(m->root, BPMN_NS, "collaboration"); c; c = xml_next(c, BPMN_NS, "collaboration"))
        for (const struct xml_node *n = xml_child(c, BPMN_NS, "association"); n; n = xml_next(n, BPMN_NS, "association"))
            read_association(r, n);
    m->lanes = lanes.items;
    m->lane_count = lanes.count;
    inherit_lanes(m);
}

/* ---- public ------------------------------------------------------------------------------------------------------- */

const struct bpmn_model *bpmn_read(struct arena *a, const struct xml_node *root, struct str file, struct faults *faults) {
    if (!root || !str_eqz(root->ns, BPMN_NS) || !str_eqz(root->name, "definitions")) {
        fault_error(faults, "bpmn.not-bpmn", root ? xml_place(root, file) : (struct place){.file = file},
                    T("This is no BPMN 2.0 file: its first element is not “definitions”."));
        return NULL;
    }
    struct bpmn_model *m = arena_new(a, struct bpmn_model);
    struct bpmn_reader r = {.arena = a, .file = file, .faults = faults, .model = m,
                            .feel_by_default = names_feel(xml_attr(root, "expressionLanguage"))};
    m->file = arena_str(a, file);
    m->root = root;
    map_init(&m->by_id, a);
    map_init(&r.nodes, a);
    remember_ids(&r, root);
    number_roots(&r, root);
    remember_elements(&r);
    collect_names(&r);
    for (size_t i = 0; i < m->element_count; i++) bpmn_read_details(&r, &m->elements[i]);
    join_flows(&r);
    join_containers(&r);
    join_compensation(&r);
    read_lanes_and_associations(&r);
    return m;
}

int32_t bpmn_find_process(const struct bpmn_model *m, struct str id) {
    int32_t first = NONE, first_executable = NONE;
    for (size_t i = 0; i < m->processes.count; i++) {
        int32_t p = m->processes.items[i];
        if (id.n && str_eq(m->elements[p].id, id)) return p;
        if (first < 0) first = p;
        if (first_executable < 0 && m->elements[p].executable) first_executable = p;
    }
    if (id.n) return NONE;
    return first_executable >= 0 ? first_executable : first;
}

struct str bpmn_element_id(const struct bpmn_model *m, int32_t element) {
    return element >= 0 && (size_t)element < m->element_count ? m->elements[element].id : STR("");
}

bool bpmn_is_inside(const struct bpmn_model *m, int32_t inner, int32_t outer) {
    for (int32_t e = inner >= 0 ? m->elements[inner].parent : NONE; e >= 0; e = m->elements[e].parent)
        if (e == outer) return true;
    return false;
}

struct str bpmn_property(const struct bpmn_model *m, int32_t element, const char *name) {
    const struct bpmn_element *e = &m->elements[element];
    for (size_t i = 0; i < e->property_count; i++)
        if (str_eqz(e->properties[i].name, name)) return e->properties[i].value.text;
    return STR_NONE;
}
