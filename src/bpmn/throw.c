/* throw.c: what happens when an event is thrown inside a case: who catches it, boundary events, event sub-processes.
 *
 * Signals reach every wait of the case at once (and are told to the outside for other cases). Errors and escalations
 * go from the inside outwards: event sub-processes of the scope, boundary events of the activity around it, and so on
 * (BPMN 10.5.5, 10.5.7). Messages leave the case; the keeper finds who takes them. See run.h.
 */
#include "bpmn/run.h"

/* ---- catching ----------------------------------------------------------------------------------------------------------- */

void step_trigger_boundary(struct run *r, struct row *token, int32_t boundary, struct feel_value variables) {
    const struct bpmn_element *b = element_of(r, boundary);
    struct row *out = step_new_token(r, scope_of(r, token), boundary, NONE);
    out->token.origin = token->token.visit;
    if (b->interrupting) {
        out->token.waiter = token->token.waiter; /* whoever waits for a compensation handler waits for this path now */
        step_cancel_token(r, token, BPMN_CLOSE_INTERRUPTED);
    }
    if (step_apply_result(r, out, b, variables)) step_enqueue(r, out);
}

void step_trigger_event_process(struct run *r, struct row *scope, int32_t start, struct feel_value variables, int64_t waiter) {
    const struct bpmn_element *s = element_of(r, start);
    struct row *token = step_new_token(r, scope, s->parent, NONE);
    struct str reason;
    token->token.waiter = waiter;
    token->token.state = BPMN_TOKEN_ACTIVE;
    if (s->interrupting && !waiter) {
        step_cancel_tokens(r, scope, token, BPMN_CLOSE_INTERRUPTED);
        step_cancel_waits(r, scope);
        scope->scope.state = BPMN_SCOPE_INTERRUPTED;
        touch(scope);
    }
    step_tell_entered(r, token);
    struct row *inner = step_new_scope(r, BPMN_SCOPE_SUB, s->parent, scope, token);
    step_declare_data(r, inner);
    struct row *first = step_new_token(r, inner, start, NONE);
    if (!step_arm_event_processes(r, inner, &reason))
        incident(r, token, BPMN_TOKEN_STOPPED_ENTERING, "bpmn.wait", T("“{0}” cannot wait: {1}"), step_element_name(r, s->parent), reason);
    else if (step_apply_result(r, first, s, variables) && inner->scope.state == BPMN_SCOPE_OPEN) step_enqueue(r, first);
}

/* How well an event matches: 2 by its code, 1 because it takes any, 0 not at all. */
static int match(struct run *r, const struct bpmn_element *e, enum bpmn_event_type type, struct str code) {
    int best = 0;
    for (size_t i = 0; i < e->definition_count; i++) {
        const struct bpmn_definition *d = &e->definitions[i];
        if (d->type != type) continue;
        int m = !d->name.present ? 1 : str_eq(step_evaluate_text(r, &d->name, NULL, NULL), code) ? 2 : 0;
        if (m > best) best = m;
    }
    return best;
}

static int32_t best_boundary(struct run *r, const struct row *token, enum bpmn_event_type type, struct str code) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    int32_t found = NONE;
    int best = 0;
    for (size_t i = 0; i < e->boundaries.count; i++) {
        int m = match(r, element_of(r, e->boundaries.items[i]), type, code);
        if (m > best) best = m, found = e->boundaries.items[i];
    }
    return found;
}

static int32_t best_event_process(struct run *r, const struct row *scope, enum bpmn_event_type type, struct str code) {
    const struct bpmn_element *e = element_of(r, scope->scope.element);
    int32_t found = NONE;
    int best = 0;
    if (scope->scope.kind > BPMN_SCOPE_CALL) return NONE;
    for (size_t i = 0; i < e->event_processes.count; i++) {
        const struct bpmn_element *inner = element_of(r, e->event_processes.items[i]);
        for (size_t k = 0; k < inner->starts.count; k++) {
            int m = match(r, element_of(r, inner->starts.items[k]), type, code);
            if (m > best) best = m, found = inner->starts.items[k];
        }
    }
    return found;
}

/* From the inside outwards. What is thrown inside an event sub-process is not caught by its siblings. */
static bool catch_outwards(struct run *r, struct row *scope, struct row *token, enum bpmn_event_type type, struct str code,
                           struct feel_value variables) {
    bool from_event_process = false;
    while (true) {
        int32_t found = token && !step_is_inner(r, token) ? best_boundary(r, token, type, code) : NONE;
        if (found >= 0) {
            step_trigger_boundary(r, token, found, variables);
            return true;
        }
        if (token) {
            from_event_process = element_of(r, token->token.element)->triggered_by_event;
            scope = scope_of(r, token);
        }
        found = from_event_process ? NONE : best_event_process(r, scope, type, code);
        if (found >= 0) {
            step_trigger_event_process(r, scope, found, variables, 0);
            return true;
        }
        token = scope->scope.token ? step_token_row(r, scope->scope.token) : NULL;
        if (!token) return false;
    }
}

bool step_throw_error(struct run *r, struct row *scope, struct row *token, struct str code, struct feel_value variables) {
    return catch_outwards(r, scope, token, BPMN_EVENT_ERROR_TYPE, code, variables);
}

bool step_throw_escalation(struct run *r, struct row *scope, struct row *token, struct str code, struct feel_value variables) {
    if (catch_outwards(r, scope, token, BPMN_EVENT_ESCALATION_TYPE, code, variables)) return true;
    struct bpmn_thrown *t = arena_new(r->arena, struct bpmn_thrown);
    *t = (struct bpmn_thrown){.scope = scope->scope.id, .element = token ? token->token.element : NONE, .name = code, .variables = variables};
    step_change(r, BPMN_ESCALATED)->thrown = t;
    return false;
}

void step_throw_signal(struct run *r, struct str name, struct feel_value variables) {
    struct row_list waits = step_waits_for(r, BPMN_WAIT_SIGNAL, name);
    for (size_t i = 0; i < waits.count; i++)
        if (!waits.items[i]->deleted) step_fire(r, waits.items[i], variables);
}

/* ---- throwing ------------------------------------------------------------------------------------------------------------ */

/* What a throwing element sends along: its input mappings, else nothing. */
static struct feel_value payload(struct run *r, struct row *token, const struct bpmn_element *e) {
    struct row *scope = scope_of(r, token), *child = step_child_of(r, token);
    if (bpmn_is_activity(e->kind)) return child ? step_own_variables(r, child) : feel_null();
    if (!e->input_count && !e->data_input_count) return feel_null();
    struct feel_value sent = feel_context(r->arena, e->input_count + e->data_input_count), v;
    for (size_t i = 0; i < e->data_input_count; i++) {
        const struct bpmn_mapping *m = &e->data_inputs[i];
        if (m->source.feel) v = step_evaluate(r, &m->source, scope, NULL, NULL);
        else if (!step_find_variable(r, scope, m->source.text, &v)) continue;
        feel_context_put(r->arena, sent, m->target, v);
    }
    for (size_t i = 0; i < e->input_count; i++) {
        const struct bpmn_mapping *m = &e->inputs[i];
        feel_context_put(r->arena, sent, m->target, step_evaluate(r, &m->source, scope, NULL, NULL));
    }
    return sent;
}

static void tell_thrown(struct run *r, struct row *from, enum bpmn_change_kind kind, int32_t element, struct str name, struct str key,
                        struct feel_value variables) {
    struct bpmn_thrown *t = arena_new(r->arena, struct bpmn_thrown);
    *t = (struct bpmn_thrown){.scope = from->token.scope, .element = element, .name = name, .key = key, .variables = variables};
    step_change(r, kind)->thrown = t;
}

void step_throw_definition(struct run *r, struct row *from, const struct bpmn_definition *d, int32_t element) {
    struct row *scope = scope_of(r, from);
    const struct bpmn_element *e = element_of(r, element);
    struct str name = step_evaluate_text(r, &d->name, scope, NULL);
    struct feel_value variables;
    switch (d->type) {
    case BPMN_EVENT_MESSAGE_TYPE:
        variables = payload(r, from, e);
        tell_thrown(r, from, BPMN_MESSAGE_THROWN, element, name, step_evaluate_text(r, &d->key, scope, NULL), variables);
        break;
    case BPMN_EVENT_SIGNAL_TYPE:
        variables = payload(r, from, e);
        tell_thrown(r, from, BPMN_SIGNAL_THROWN, element, name, STR(""), variables);
        step_throw_signal(r, name, variables);
        break;
    case BPMN_EVENT_ESCALATION_TYPE: step_throw_escalation(r, scope, from, name, payload(r, from, e)); break;
    case BPMN_EVENT_ERROR_TYPE:
        if (!step_throw_error(r, scope, from, name, payload(r, from, e))) step_end_case(r, BPMN_END_ERROR, name, element);
        break;
    default: break;
    }
}

/* Ends everything in the enclosing process or sub-process (10.5.3); a sub-process is finished thereby. */
static void terminate(struct run *r, struct row *token) {
    struct row *scope = scope_of(r, token);
    if (scope->scope.kind == BPMN_SCOPE_PROCESS) {
        step_end_case(r, BPMN_END_TERMINATED, STR(""), token->token.element);
        return;
    }
    step_cancel_tokens(r, scope, token, BPMN_CLOSE_CANCELLED);
}

bool step_throw_event(struct run *r, struct row *token) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    const struct bpmn_definition *compensation = NULL;
    for (size_t i = 0; i < e->definition_count && !token->deleted && !r->ended; i++) {
        const struct bpmn_definition *d = &e->definitions[i];
        switch (d->type) {
        case BPMN_EVENT_COMPENSATE_TYPE: compensation = d; break;
        case BPMN_EVENT_CANCEL_TYPE: step_cancel_transaction(r, token); return false;
        case BPMN_EVENT_TERMINATE_TYPE: terminate(r, token); break;
        default: step_throw_definition(r, token, d, token->token.element);
        }
    }
    if (!compensation || token->deleted || r->ended) return true;
    step_compensate(r, token, compensation);
    return false;
}
