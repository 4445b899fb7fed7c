/* migrate.c: a running case goes on in another version of its process.
 *
 * The plan maps elements to elements of the new model (host->model). Every open scope and token must have a place of
 * the same kind, in the image of its scope; then all rows are written with their new numbers, waits for events that
 * are gone are dropped and those for new events are armed. Otherwise the whole case is refused: all or none. Work
 * that is open (tasks, jobs) stays as it is. See step.h, run.h.
 */
#include "bpmn/run.h"

struct migration {
    struct run *run;
    const struct bpmn_model *from, *to;
    const int32_t *elements;
};

static int32_t mapped(const struct migration *m, int32_t element) {
    if (element < 0 || (size_t)element >= m->from->element_count) return NONE;
    int32_t to = m->elements[element];
    return to >= 0 && (size_t)to < m->to->element_count ? to : NONE;
}

static bool no_place(struct migration *m, int32_t element, struct str why) {
    const struct bpmn_element *e = &m->from->elements[element];
    refuse(m->run, "bpmn.migration", NONE, T("“{0}” has no place in the new version: {1}"), e->name.n ? e->name : e->id, why);
    return false;
}

static bool same_shape(const struct bpmn_element *a, const struct bpmn_element *b) {
    if (a->kind != b->kind || !a->loop != !b->loop || a->triggered_by_event != b->triggered_by_event) return false;
    return !a->loop || (a->loop->multi == b->loop->multi && a->loop->sequential == b->loop->sequential);
}

static bool map_element(struct migration *m, int32_t element, int32_t *out) {
    *out = mapped(m, element);
    if (*out < 0) return no_place(m, element, T("the plan does not say where it goes."));
    if (!same_shape(&m->from->elements[element], &m->to->elements[*out])) return no_place(m, element, T("its counterpart is of another kind."));
    return true;
}

/* The flow of the same id into the mapped element, else the only one from the mapped source. */
static bool map_flow(struct migration *m, const struct bpmn_token *old, int32_t element, int32_t *out) {
    *out = NONE;
    if (old->flow < 0) return true;
    const struct bpmn_flow *f = &m->from->flows[old->flow];
    const struct bpmn_element *e = &m->to->elements[element];
    int32_t source = mapped(m, f->source);
    for (size_t i = 0; i < e->incoming.count; i++) {
        const struct bpmn_flow *g = &m->to->flows[e->incoming.items[i]];
        if (str_eq(g->id, f->id)) {
            *out = e->incoming.items[i];
            return true;
        }
        if (source >= 0 && g->source == source) *out = e->incoming.items[i];
    }
    if (*out >= 0 || old->state == BPMN_TOKEN_ACTIVE || old->state >= BPMN_TOKEN_STOPPED_ENTERING) return true;
    return no_place(m, old->element, T("the way by which it was reached is gone."));
}

/* ---- waits ------------------------------------------------------------------------------------------------------------------ */

static bool has_type(const struct bpmn_element *e, int32_t definition, enum bpmn_event_type type) {
    return definition >= 0 && (size_t)definition < e->definition_count && e->definitions[definition].type == type;
}

static void map_waits(struct migration *m, struct row *owner) {
    struct row_list waits = step_waits_of(m->run, owner);
    for (size_t i = 0; i < waits.count; i++) {
        struct row *w = waits.items[i];
        const struct bpmn_element *old = &m->from->elements[w->wait.element];
        int32_t to = mapped(m, w->wait.element);
        bool kept = to >= 0 && old->kind == m->to->elements[to].kind;
        if (kept && old->definition_count)
            kept = has_type(&m->to->elements[to], w->wait.definition, old->definitions[w->wait.definition].type);
        if (!kept) {
            step_delete_row(m->run, w);
            continue;
        }
        w->wait.element = to;
        touch(w);
    }
}

static bool is_waited_for(struct run *r, struct row *owner, int32_t element) {
    struct row_list waits = step_waits_of(r, owner);
    for (size_t i = 0; i < waits.count; i++)
        if (waits.items[i]->wait.element == element) return true;
    return false;
}

static bool arm_new(struct migration *m, struct row *scope, struct row *token, int32_t element) {
    struct str reason;
    if (is_waited_for(m->run, token ? token : scope, element)) return true;
    if (step_arm(m->run, scope, token, element, &reason)) return true;
    refuse(m->run, "bpmn.migration", element, T("“{0}” cannot wait: {1}"), step_element_name(m->run, element), reason);
    return false;
}

static bool arm_new_boundaries(struct migration *m, struct row *scope, struct row *token) {
    const struct bpmn_element *e = element_of(m->run, token->token.element);
    if (step_is_inner(m->run, token)) return true;
    for (size_t i = 0; i < e->boundaries.count; i++)
        if (!arm_new(m, scope, token, e->boundaries.items[i])) return false;
    return true;
}

static bool arm_new_starts(struct migration *m, struct row *scope) {
    const struct bpmn_element *e = element_of(m->run, scope->scope.element);
    if (scope->scope.kind > BPMN_SCOPE_CALL || scope->scope.state != BPMN_SCOPE_OPEN) return true;
    for (size_t i = 0; i < e->event_processes.count; i++) {
        const struct bpmn_element *inner = element_of(m->run, e->event_processes.items[i]);
        for (size_t k = 0; k < inner->starts.count; k++)
            if (!arm_new(m, scope, NULL, inner->starts.items[k])) return false;
    }
    return true;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------- */

static bool map_scope(struct migration *m, struct row *scope);

static bool map_token(struct migration *m, struct row *scope, struct row *token) {
    int32_t element, flow;
    bool whole_case = token->token.element >= 0 && m->from->elements[token->token.element].kind == BPMN_PROCESS;
    if (!map_element(m, token->token.element, &element) || !map_flow(m, &token->token, element, &flow)) return false;
    const struct bpmn_element *e = &m->to->elements[element];
    bool inside = scope->scope.kind <= BPMN_SCOPE_CALL && !whole_case && e->parent >= 0;
    if (inside && e->parent != scope->scope.element) return no_place(m, token->token.element, T("its counterpart lies in another sub-process."));
    struct row *child = step_child_of(m->run, token);
    if (token->token.has_waits) map_waits(m, token);
    token->token.element = element;
    token->token.flow = flow;
    touch(token);
    if (child && !map_scope(m, child)) return false;
    bool at_work = token->token.state == BPMN_TOKEN_ACTIVE && bpmn_is_activity(e->kind);
    return !at_work || arm_new_boundaries(m, scope, token);
}

static bool map_compensations(struct migration *m, struct row *scope) {
    struct row_list list = step_compensations_of(m->run, scope);
    for (size_t i = 0; i < list.count; i++) {
        struct row *c = list.items[i];
        int32_t to;
        if (!map_element(m, c->compensation.element, &to)) return false;
        struct row *child = c->compensation.child ? step_scope_row(m->run, c->compensation.child) : NULL;
        c->compensation.element = to;
        touch(c);
        if (child && !map_scope(m, child)) return false;
    }
    return true;
}

static bool map_scope(struct migration *m, struct row *scope) {
    int32_t element;
    if (!map_element(m, scope->scope.element, &element)) return false;
    struct row_list tokens = step_tokens_of(m->run, scope);
    map_waits(m, scope);
    scope->scope.element = element;
    touch(scope);
    for (size_t i = 0; i < tokens.count; i++)
        if (!map_token(m, scope, tokens.items[i])) return false;
    return map_compensations(m, scope) && arm_new_starts(m, scope);
}

void step_migrate(struct run *r, const struct bpmn_event *event) {
    if (!event->migration || !event->migration->from || !event->migration->elements) {
        refuse(r, "bpmn.migration", NONE, T("There is no plan for the migration."));
        return;
    }
    struct migration m = {.run = r, .from = event->migration->from, .to = r->model, .elements = event->migration->elements};
    if (!map_scope(&m, step_root(r))) return;
    /* Conditions that have become true, joins that have become complete. */
    r->variables_changed = true;
    for (size_t i = 0; i < r->row_count; i++)
        if (r->rows[i]->kind == ROW_SCOPE && !r->rows[i]->deleted) step_touch_joins(r, r->rows[i]);
}
