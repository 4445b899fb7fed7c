/* rules_lingban.c: see rules_lingban.h. One pass a rule over the elements of the model. */
#include "bpmn/rules_lingban.h"

#include <string.h>

struct service_check {
    struct arena *arena;
    const struct bpmn_model *model;
    const struct bpmn_surroundings *around;
    struct faults *faults;
    struct map names;      /* variables that somebody sets */
    struct map first_link; /* name of a link -> the first catch event of that name, + 1 */
    int32_t *next_link;
    struct map drawn;      /* id -> its place in the drawing, as text */
    bool *reached;      /* a token can come here */
    bool *comes_to_end; /* an end can be reached from here */
};

static const struct bpmn_element *element(const struct service_check *c, int32_t i) {
    return &c->model->elements[i];
}

static struct str name_of(const struct bpmn_element *e) {
    return e->name.n ? e->name : e->id;
}

static struct place place_of(const struct service_check *c, const struct bpmn_element *e) {
    struct place place = xml_place(e->node, c->model->file);
    const struct str *drawn = map_get(&c->drawn, e->id);
    place.element = drawn ? *drawn : e->id;
    return place;
}

/* Ids with where they stand in the drawing: "pay (x 120 y 80)", as rules.h says it. */
static void collect_drawn(struct service_check *c, const struct xml_node *node) {
    for (const struct xml_node *n = xml_first_element(node); n; n = xml_next_element(n)) {
        const struct xml_node *bounds = str_eqz(n->name, "BPMNShape") ? xml_child(n, NULL, "Bounds") : NULL;
        struct str id = xml_attr(n, "bpmnElement"), x = bounds ? xml_attr(bounds, "x") : STR_NONE, y = bounds ? xml_attr(bounds, "y") : STR_NONE;
        if (x.n && y.n && id.n) {
            struct str *place = arena_new(c->arena, struct str);
            *place = arena_printf(c->arena, "%.*s (x %.*s y %.*s)", STR_ARGS(id), STR_ARGS(x), STR_ARGS(y));
            map_put(&c->drawn, id, place);
        }
        if (str_eqz(n->name, "BPMNDiagram") || str_eqz(n->name, "BPMNPlane")) collect_drawn(c, n);
    }
}

static bool runs(const struct service_check *c, const struct bpmn_element *e) {
    return e->process >= 0 && element(c, e->process)->kind == BPMN_PROCESS &&
           element(c, e->process)->executable;
}

static bool is_node(const struct bpmn_element *e) {
    return e->kind != BPMN_PROCESS && e->kind != BPMN_DATA_OBJECT;
}

/* --- reachability --- */

struct worklist {
    int32_t *items;
    size_t count;
};

static void reach(struct service_check *c, struct worklist *w, int32_t i) {
    if (i < 0 || c->reached[i]) return;
    c->reached[i] = true;
    w->items[w->count++] = i;
}

static void reach_all(struct service_check *c, struct worklist *w, struct bpmn_indexes list) {
    for (size_t i = 0; i < list.count; i++) reach(c, w, list.items[i]);
}

/* Link catch events by name, as chains of numbers + 1; 0 ends one. */
static void collect_links(struct service_check *c) {
    map_init(&c->first_link, c->arena);
    c->next_link = arena_array(c->arena, int32_t, c->model->element_count + 1);
    for (size_t i = 0; i < c->model->element_count; i++) {
        const struct bpmn_element *e = element(c, (int32_t)i);
        for (size_t d = 0; e->kind == BPMN_CATCH_EVENT && d < e->definition_count; d++) {
            if (e->definitions[d].type != BPMN_EVENT_LINK_TYPE) continue;
            c->next_link[i] = (int32_t)(intptr_t)map_get(&c->first_link, e->definitions[d].name.text);
            map_put(&c->first_link, e->definitions[d].name.text, (void *)(intptr_t)(i + 1));
            break;
        }
    }
}

/* The other end of a link: catch events of that name on the same level. */
static void follow_links(struct service_check *c, struct worklist *w, const struct bpmn_element *e) {
    for (size_t d = 0; e->kind == BPMN_THROW_EVENT && d < e->definition_count; d++) {
        if (e->definitions[d].type != BPMN_EVENT_LINK_TYPE) continue;
        int32_t i = (int32_t)(intptr_t)map_get(&c->first_link, e->definitions[d].name.text);
        for (; i > 0; i = c->next_link[i - 1])
            if (element(c, i - 1)->parent == e->parent) reach(c, w, i - 1);
    }
}

static void find_reached(struct service_check *c) {
    struct worklist w = {.items = arena_array(c->arena, int32_t, c->model->element_count + 1)};
    reach_all(c, &w, c->model->processes);
    while (w.count) {
        const struct bpmn_element *e = element(c, w.items[--w.count]);
        for (size_t i = 0; i < e->outgoing.count; i++)
            reach(c, &w, c->model->flows[e->outgoing.items[i]].target);
        reach_all(c, &w, e->boundaries);
        reach_all(c, &w, e->starts);
        reach_all(c, &w, e->entries);
        reach_all(c, &w, e->event_processes);
        if (e->kind == BPMN_AD_HOC) reach_all(c, &w, e->children);
        reach(c, &w, e->compensation);
        for (size_t i = 0; i < e->children.count; i++) { /* what starts a process by itself */
            const struct bpmn_element *child = element(c, e->children.items[i]);
            if (child->instantiate) reach(c, &w, e->children.items[i]);
        }
        reach(c, &w, e->called_element);
        follow_links(c, &w, e);
    }
}

static bool leads_on(const struct service_check *c, const struct bpmn_element *e) {
    if (e->outgoing.count == 0) return true; /* an end, said or not; compensation and links included */
    for (size_t i = 0; i < e->outgoing.count; i++)
        if (c->comes_to_end[c->model->flows[e->outgoing.items[i]].target]) return true;
    for (size_t i = 0; i < e->boundaries.count; i++)
        if (c->comes_to_end[e->boundaries.items[i]]) return true;
    return false;
}

/* Backwards until nothing changes; a pass costs the number of elements, and few passes are needed. */
static void find_ends(struct service_check *c) {
    bool changed = true;
    for (int pass = 0; changed && pass < 200; pass++) {
        changed = false;
        for (size_t k = c->model->element_count; k-- > 0;) {
            const struct bpmn_element *e = element(c, (int32_t)k);
            if (c->comes_to_end[k] || !is_node(e) || !leads_on(c, e)) continue;
            c->comes_to_end[k] = changed = true;
        }
    }
}

static void check_reach(struct service_check *c) {
    for (size_t i = 0; i < c->model->element_count; i++) {
        const struct bpmn_element *e = element(c, (int32_t)i);
        if (!is_node(e) || !runs(c, e)) continue;
        if (!c->reached[i])
            fault_error(c->faults, "lingban.unreachable", place_of(c, e),
                        T("No way leads to “{0}”. Connect it, or take it out."), name_of(e));
        else if (!c->comes_to_end[i])
            fault_error(c->faults, "lingban.no-exit", place_of(c, e),
                        T("From “{0}” the case can never come to an end. Add a way out."), name_of(e));
    }
}

/* --- waits --- */

static bool has_timer(const struct service_check *c, const struct bpmn_element *e) {
    for (size_t b = 0; b < e->boundaries.count; b++) {
        const struct bpmn_element *event = element(c, e->boundaries.items[b]);
        for (size_t d = 0; d < event->definition_count; d++)
            if (event->definitions[d].type == BPMN_EVENT_TIMER_TYPE) return true;
    }
    return false;
}

/* A timer on the element or on a sub-process around it. */
static bool guarded_by_timer(const struct service_check *c, const struct bpmn_element *e) {
    for (; e->kind != BPMN_PROCESS; e = element(c, e->parent)) {
        if (has_timer(c, e)) return true;
        if (e->parent < 0) break;
    }
    return false;
}

/* Behind an event-based gateway another branch may be the timer. */
static bool timer_beside(const struct service_check *c, const struct bpmn_element *e) {
    for (size_t i = 0; i < e->incoming.count; i++) {
        const struct bpmn_element *gateway = element(c, c->model->flows[e->incoming.items[i]].source);
        if (gateway->kind != BPMN_EVENT_GATEWAY) continue;
        for (size_t o = 0; o < gateway->outgoing.count; o++) {
            const struct bpmn_element *other = element(c, c->model->flows[gateway->outgoing.items[o]].target);
            for (size_t d = 0; d < other->definition_count; d++)
                if (other->definitions[d].type == BPMN_EVENT_TIMER_TYPE) return true;
        }
    }
    return false;
}

static bool somebody_responsible(const struct bpmn_element *e) {
    const struct bpmn_user_task *u = e->user;
    return e->lane >= 0 ||
           (u && (u->assignee.present || u->candidate_groups.present || u->candidate_users.present));
}

static void check_task(struct service_check *c, int32_t i) {
    const struct bpmn_element *e = element(c, i);
    if (!somebody_responsible(e))
        fault_error(c->faults, "lingban.nobody-responsible", place_of(c, e),
                    T("Nobody is responsible for “{0}”. Name a role (candidate groups), a person, or draw it "
                      "in a lane."),
                    name_of(e));
    bool deadline =
        (e->user && e->user->due.present) || bpmn_property(c->model, i, "lingban:deadlineWorkingDays").n;
    if (!deadline && !guarded_by_timer(c, e))
        fault_error(c->faults, "lingban.no-deadline", place_of(c, e),
                    T("“{0}” has no deadline. Add lingban:deadlineWorkingDays, a due date, or a timer on its "
                      "border."),
                    name_of(e));
}

static bool waits_outside(const struct bpmn_element *e) {
    if (e->kind == BPMN_RECEIVE_TASK) return !e->instantiate;
    if (e->kind != BPMN_CATCH_EVENT) return false;
    for (size_t d = 0; d < e->definition_count; d++)
        if (e->definitions[d].type == BPMN_EVENT_TIMER_TYPE || e->definitions[d].type == BPMN_EVENT_LINK_TYPE)
            return false;
    return true;
}

static void check_waits(struct service_check *c) {
    for (size_t i = 0; i < c->model->element_count; i++) {
        const struct bpmn_element *e = element(c, (int32_t)i);
        if (!is_node(e) || !runs(c, e)) continue;
        if (e->kind == BPMN_USER_TASK || e->kind == BPMN_MANUAL_TASK) check_task(c, (int32_t)i);
        if (waits_outside(e) && !guarded_by_timer(c, e) && !timer_beside(c, e))
            fault_error(c->faults, "lingban.endless-wait", place_of(c, e),
                        T("“{0}” may wait for ever. Put a timer beside it (event-based gateway) or on a "
                          "sub-process around it."),
                        name_of(e));
    }
}

/* --- roles --- */

static bool listed(const struct str *list, size_t count, struct str wanted) {
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i], wanted)) return true;
    return false;
}

static void check_role(struct service_check *c, const struct bpmn_element *e, struct str role) {
    if (role.n && !listed(c->around->roles, c->around->role_count, role))
        fault_error(c->faults, "lingban.unknown-role", place_of(c, e),
                    T("“{0}” is given to the role “{1}”, which nobody can hold here."), name_of(e), role);
}

static void check_role_list(struct service_check *c, const struct bpmn_element *e, struct str list) {
    struct str role;
    while (str_split(&list, ',', &role)) check_role(c, e, str_trim(role));
}

/* An expression whose value is known now: ="staff", or =["staff", "member"]. */
static void check_constant_roles(struct service_check *c, const struct bpmn_element *e, const struct feel_expression *groups) {
    struct feel_value v;
    if (!feel_is_constant(groups, &v)) return;
    if (v.kind == FEEL_STRING) check_role_list(c, e, v.string);
    for (size_t i = 0; v.kind == FEEL_LIST && i < v.list->count; i++)
        if (v.list->items[i].kind == FEEL_STRING) check_role(c, e, v.list->items[i].string);
}

static void check_roles(struct service_check *c) {
    for (size_t i = 0; c->around->role_count && i < c->model->element_count; i++) {
        const struct bpmn_element *e = element(c, (int32_t)i);
        if (!runs(c, e) || !e->user) continue;
        const struct bpmn_expression *groups = &e->user->candidate_groups;
        if (groups->present && groups->feel) check_constant_roles(c, e, groups->feel);
        else if (groups->present) check_role_list(c, e, groups->text);
        else if (e->lane >= 0 && !e->user->assignee.present && !e->user->candidate_users.present)
            check_role(c, e, c->model->lanes[e->lane].role);
    }
}

/* --- four eyes, and numbers of days --- */

/* Steps with commas between them. */
static void check_four_eyes(struct service_check *c, const struct bpmn_element *e, struct str steps) {
    struct str other;
    while (str_split(&steps, ',', &other)) {
        other = str_trim(other);
        if (other.n && !str_eqz(other, "opening") && bpmn_find(c->model, other) < 0)
            fault_error(c->faults, "lingban.four-eyes", place_of(c, e),
                        T("“{0}” wants other eyes than the step “{1}”, which does not exist."), name_of(e),
                        other);
    }
}

/* A property that begins with "=" is an expression: its value is known when the step is reached. */
static bool calculated(const struct bpmn_element *e, const char *name) {
    for (size_t i = 0; i < e->property_count; i++)
        if (str_eqz(e->properties[i].name, name)) return e->properties[i].value.feel;
    return false;
}

/* Every property of ours that something reads (docs/service-folder.md). */
static const char *const known_properties[] = {"advice", "claimable", "claimCompletes", "deadlineWorkingDays", "evidence", "fourEyes", "giveBack",
                                               "opensPersonal", "public", "role", "sometimes", "workingDays"};

static void check_property_names(struct service_check *c, const struct bpmn_element *e) {
    struct str ours = STR("lingban:");
    for (size_t i = 0; i < e->property_count; i++) {
        struct str name = e->properties[i].name;
        bool known = !str_starts(name, ours);
        for (size_t k = 0; !known && k < sizeof known_properties / sizeof *known_properties; k++)
            known = str_eqz(str_sub(name, ours.n, name.n), known_properties[k]);
        if (!known)
            fault_error(c->faults, "lingban.unknown-property", place_of(c, e), T("“{0}”: nothing reads the property “{1}”. Is it misspelt?"), name_of(e), name);
    }
}

static void check_properties(struct service_check *c) {
    static const char *const days[] = {"lingban:deadlineWorkingDays", "lingban:workingDays"};
    for (size_t i = 0; i < c->model->element_count; i++) {
        const struct bpmn_element *e = element(c, (int32_t)i);
        if (!runs(c, e)) continue;
        check_property_names(c, e);
        check_four_eyes(c, e, bpmn_property(c->model, (int32_t)i, "lingban:fourEyes"));
        for (size_t k = 0; k < 2; k++) {
            struct str written = bpmn_property(c->model, (int32_t)i, days[k]);
            int64_t n;
            if (written.n && !calculated(e, days[k]) && (!str_to_int64(written, &n) || n < 1 || n > 3660))
                fault_error(c->faults, "lingban.days", place_of(c, e),
                            T("“{0}”: {1} must be 1 to 3,660 working days."), name_of(e), str_from(days[k]));
        }
    }
}

/* --- variables --- */

static void set_name(struct service_check *c, struct str name) {
    ptrdiff_t dot = str_find_byte(name, '.');
    if (dot > 0) name = str_sub(name, 0, (size_t)dot);
    if (name.n) map_put(&c->names, name, c);
}

static void set_mappings(struct service_check *c, const struct bpmn_mapping *m, size_t count) {
    for (size_t i = 0; i < count; i++) set_name(c, m[i].target);
}

static void collect_names(struct service_check *c) {
    map_init(&c->names, c->arena);
    for (size_t i = 0; i < c->around->variable_count; i++) set_name(c, c->around->variables[i]);
    static const char *const counters[] = {"loopCounter", "numberOfInstances", "numberOfActiveInstances",
                                           "numberOfCompletedInstances", "numberOfTerminatedInstances"};
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) set_name(c, str_from(counters[i]));
    set_name(c, STR("activationCount"));
    for (size_t i = 0; i < c->model->element_count; i++) {
        const struct bpmn_element *e = element(c, (int32_t)i);
        if (e->kind == BPMN_DATA_OBJECT) set_name(c, e->name.n ? e->name : e->id);
        set_name(c, e->result_variable);
        set_mappings(c, e->inputs, e->input_count);
        set_mappings(c, e->outputs, e->output_count);
        set_mappings(c, e->data_inputs, e->data_input_count);
        set_mappings(c, e->data_outputs, e->data_output_count);
        if (!e->loop) continue;
        set_name(c, e->loop->input_element);
        set_name(c, e->loop->output_collection);
    }
}

static void check_names(struct service_check *c, const struct bpmn_expression *x, struct place place,
                        struct str owner) {
    if (!x->feel) return;
    size_t count;
    const struct feel_name_use *names = feel_names_used(x->feel, &count);
    for (size_t i = 0; i < count; i++)
        if (!names[i].in_filter && !map_has(&c->names, names[i].name))
            fault_error(c->faults, "lingban.unknown-variable", place,
                        T("“{0}” asks for “{1}”, which no form, decision or step sets."), owner,
                        names[i].name);
}

static void check_expressions(struct service_check *c) {
    for (size_t i = 0; i < c->model->flow_count; i++) {
        const struct bpmn_flow *f = &c->model->flows[i];
        if (f->source < 0 || !runs(c, element(c, f->source))) continue;
        struct place place = xml_place(f->node, c->model->file);
        place.element = f->id;
        check_names(c, &f->condition, place, f->name.n ? f->name : f->id);
    }
    for (size_t i = 0; i < c->model->element_count; i++) {
        const struct bpmn_element *e = element(c, (int32_t)i);
        if (!runs(c, e)) continue;
        struct place place = place_of(c, e);
        for (size_t d = 0; d < e->definition_count; d++)
            check_names(c, &e->definitions[d].expression, place, name_of(e));
        check_names(c, &e->completion, place, name_of(e));
        check_names(c, &e->activation, place, name_of(e));
        if (!e->loop) continue;
        check_names(c, &e->loop->condition, place, name_of(e));
        check_names(c, &e->loop->collection, place, name_of(e));
        check_names(c, &e->loop->cardinality, place, name_of(e));
        check_names(c, &e->loop->completion, place, name_of(e));
    }
}

/* --- what the house does not do --- */

/* The house opens a case by its form, and opens a closed one again by the message “reopened”. Nothing here brings
 * another event that a process may begin by. */
static void check_starts(struct service_check *c) {
    for (size_t i = 0; i < c->model->element_count; i++) {
        const struct bpmn_element *e = element(c, (int32_t)i);
        if (!runs(c, e) || e->kind != BPMN_START_EVENT || !e->definition_count || element(c, e->parent)->kind != BPMN_PROCESS) continue;
        const struct bpmn_definition *d = &e->definitions[0];
        if (d->type == BPMN_EVENT_MESSAGE_TYPE && str_eqz(d->name.text, "reopened")) continue;
        if (element(c, e->parent)->entries.count)
            fault_warning(c->faults, "lingban.start-unused", place_of(c, e), T("Nothing here brings the event by which “{0}” begins; cases begin by their form."), name_of(e));
        else
            fault_error(c->faults, "lingban.start-event", place_of(c, e),
                        T("“{0}” begins by an event that nothing here brings. Cases begin by their form: use a start event without a definition."), name_of(e));
    }
}

static void check_listeners(struct service_check *c) {
    for (size_t i = 0; i < c->model->element_count; i++) {
        const struct bpmn_element *e = element(c, (int32_t)i);
        for (size_t k = 0; k < e->task_listener_count && runs(c, e); k++) {
            struct str when = e->task_listeners[k].when;
            if (str_eqz(when, "creating") || str_eqz(when, "completing")) continue;
            fault_warning(c->faults, "lingban.listener", place_of(c, e), T("“{0}”: a task listener for “{1}” is not run here; “creating” and “completing” are."), name_of(e), when);
        }
    }
}

void bpmn_check_service(struct arena *a, const struct bpmn_model *model,
                        const struct bpmn_surroundings *around, struct faults *faults) {
    struct service_check c = {.arena = a, .model = model, .around = around, .faults = faults};
    c.reached = arena_array(a, bool, model->element_count + 1);
    c.comes_to_end = arena_array(a, bool, model->element_count + 1);
    int32_t process = bpmn_find_process(model, STR(""));
    if (process < 0 || !element(&c, process)->executable)
        fault_error(faults, "lingban.no-process", (struct place){.file = model->file},
                    T("The file has no executable process (isExecutable=\"true\")."));
    map_init(&c.drawn, a);
    collect_drawn(&c, model->root);
    check_starts(&c);
    check_listeners(&c);
    collect_links(&c);
    find_reached(&c);
    find_ends(&c);
    collect_names(&c);
    check_reach(&c);
    check_waits(&c);
    check_roles(&c);
    check_properties(&c);
    check_expressions(&c);
}
