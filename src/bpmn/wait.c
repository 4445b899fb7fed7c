/* wait.c: what comes from outside: arming timers, messages, signals and conditions, and what happens when one fires.
 * See run.h. */
#include "bpmn/run.h"

const struct bpmn_definition *step_definition_of(const struct run *r, int32_t element, int32_t definition) {
    const struct bpmn_element *e = element_of(r, element);
    if (e->kind == BPMN_RECEIVE_TASK || e->kind == BPMN_SEND_TASK) return e->message;
    return definition >= 0 && (size_t)definition < e->definition_count ? &e->definitions[definition] : NULL;
}

/* ---- arming ----------------------------------------------------------------------------------------------------------- */

static bool fill_wait(struct run *r, const struct bpmn_definition *d, struct row *scope, struct bpmn_wait *w, struct str *reason) {
    switch (d->type) {
    case BPMN_EVENT_TIMER_TYPE: return step_timer_first(r, d, scope, w, reason);
    case BPMN_EVENT_MESSAGE_TYPE:
        w->kind = BPMN_WAIT_MESSAGE;
        w->name = step_evaluate_text(r, &d->name, scope, NULL);
        w->key = step_evaluate_text(r, &d->key, scope, NULL);
        *reason = w->name.n ? STR("") : T("it names no message.");
        if (!reason->n && d->key.present && !w->key.n) *reason = T("its correlation key is empty.");
        return !reason->n;
    case BPMN_EVENT_SIGNAL_TYPE:
        w->kind = BPMN_WAIT_SIGNAL;
        w->name = step_evaluate_text(r, &d->name, scope, NULL);
        *reason = w->name.n ? STR("") : T("it names no signal.");
        return w->name.n > 0;
    default: w->kind = BPMN_WAIT_CONDITION; return true;
    }
}

static bool is_from_outside(enum bpmn_event_type type) {
    return type == BPMN_EVENT_TIMER_TYPE || type == BPMN_EVENT_MESSAGE_TYPE || type == BPMN_EVENT_SIGNAL_TYPE ||
           type == BPMN_EVENT_CONDITIONAL_TYPE;
}

bool step_arm(struct run *r, struct row *scope, struct row *token, int32_t element, struct str *out_reason) {
    const struct bpmn_element *e = element_of(r, element);
    size_t count = e->kind == BPMN_RECEIVE_TASK ? 1 : e->definition_count;
    struct row *child = token && e->kind == BPMN_RECEIVE_TASK ? step_child_of(r, token) : NULL;
    for (size_t i = 0; i < count; i++) {
        const struct bpmn_definition *d = step_definition_of(r, element, (int32_t)i);
        if (!d || !is_from_outside(d->type)) continue;
        struct bpmn_wait w = {.left = 1, .name = STR(""), .key = STR("")};
        if (!fill_wait(r, d, child ? child : scope, &w, out_reason)) return false;
        struct row *row = step_new_wait(r, scope, token);
        w.id = row->wait.id;
        w.scope = scope->scope.id;
        w.token = token ? token->token.id : 0;
        w.element = element;
        w.definition = (int32_t)i;
        row->wait = w;
        if (token) token->token.has_waits = true;
    }
    return true;
}

bool step_arm_boundaries(struct run *r, struct row *token, struct str *out_reason) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    for (size_t i = 0; i < e->boundaries.count; i++)
        if (!step_arm(r, scope_of(r, token), token, e->boundaries.items[i], out_reason)) return false;
    return true;
}

bool step_arm_event_processes(struct run *r, struct row *scope, struct str *out_reason) {
    const struct bpmn_element *e = element_of(r, scope->scope.element);
    for (size_t i = 0; i < e->event_processes.count; i++) {
        const struct bpmn_element *inner = element_of(r, e->event_processes.items[i]);
        for (size_t k = 0; k < inner->starts.count; k++)
            if (!step_arm(r, scope, NULL, inner->starts.items[k], out_reason)) return false;
    }
    if (r->model->has_conditions && e->event_processes.count) step_check_conditions(r, scope);
    return true;
}

/* ---- conditions ------------------------------------------------------------------------------------------------------- */

void step_check_conditions(struct run *r, struct row *only) {
    struct row_list waits = only ? step_waits_of(r, only) : step_waits_for(r, BPMN_WAIT_CONDITION, STR(""));
    for (size_t i = 0; i < waits.count; i++) {
        struct row *w = waits.items[i];
        if (w->deleted || w->wait.kind != BPMN_WAIT_CONDITION) continue;
        struct row *scope = step_scope_row(r, w->wait.scope);
        const struct bpmn_definition *d = step_definition_of(r, w->wait.element, w->wait.definition);
        if (!scope || !d) continue;
        bool now = feel_is_true(step_evaluate(r, &d->expression, scope, NULL, NULL));
        if (now == w->wait.met) continue;
        if (!now && element_of(r, w->wait.element)->parallel_multiple) continue; /* has come once: that is enough */
        w->wait.met = now;
        touch(w);
        if (now) step_fire(r, w, feel_null());
    }
}

/* ---- firing ------------------------------------------------------------------------------------------------------------- */

/* Parallel multiple: true when every definition of the event has come. */
static bool all_met(struct run *r, struct row *owner, struct row *wait) {
    wait->wait.met = true;
    touch(wait);
    struct row_list waits = step_waits_of(r, owner);
    for (size_t i = 0; i < waits.count; i++)
        if (waits.items[i]->wait.element == wait->wait.element && !waits.items[i]->wait.met) return false;
    for (size_t i = 0; i < waits.count; i++) {
        struct row *w = waits.items[i];
        if (w->wait.element != wait->wait.element) continue;
        w->wait.met = false; /* as new, where the event may come again */
        touch(w);
    }
    return true;
}

/* A timer is used up by firing; a cycle that does not interrupt goes on. */
static void use_timer(struct run *r, struct row *wait, bool again) {
    if (wait->wait.kind != BPMN_WAIT_TIMER) return;
    if (again && bpmn_timer_next(&wait->wait, r->now, r->host->zone, r->arena)) touch(wait);
    else step_delete_row(r, wait);
}

static void fire_own(struct run *r, struct row *token, const struct bpmn_element *e, struct row *wait, struct feel_value variables) {
    if (e->kind == BPMN_RECEIVE_TASK) {
        step_delete_row(r, wait);
        step_work_done(r, token, variables);
        return;
    }
    step_cancel_waits(r, token);
    if (!step_apply_result(r, token, e, variables)) return;
    step_tell_left(r, token, BPMN_CLOSE_COMPLETED);
    step_leave(r, token);
}

/* The token waits at an event-based gateway and goes on behind the event that came first. */
static void fire_behind_gateway(struct run *r, struct row *token, int32_t target, struct feel_value variables) {
    const struct bpmn_element *gateway = element_of(r, token->token.element), *e = element_of(r, target);
    step_cancel_waits(r, token);
    step_tell_left(r, token, BPMN_CLOSE_COMPLETED);
    for (size_t i = 0; i < gateway->outgoing.count; i++)
        if (r->model->flows[gateway->outgoing.items[i]].target == target) token->token.flow = gateway->outgoing.items[i];
    token->token.element = target;
    touch(token);
    if (e->kind == BPMN_RECEIVE_TASK) {
        step_tell_entered(r, token);
        step_work_done(r, token, variables);
        return;
    }
    if (step_apply_result(r, token, e, variables)) step_pass(r, token);
}

void step_fire(struct run *r, struct row *wait, struct feel_value variables) {
    struct row *token = wait->wait.token ? step_token_row(r, wait->wait.token) : NULL, *scope = step_scope_row(r, wait->wait.scope);
    int32_t element = wait->wait.element;
    const struct bpmn_element *e = element_of(r, element);
    if (wait->wait.token ? !token : !scope) return;
    if (e->parallel_multiple && e->definition_count > 1 && !all_met(r, token ? token : scope, wait)) {
        step_propagate_all(r, scope, variables);
        return;
    }
    use_timer(r, wait, !e->interrupting);
    if (token && e->kind != BPMN_BOUNDARY_EVENT) token->token.origin = token->token.visit;
    if (!token) step_trigger_event_process(r, scope, element, variables, 0);
    else if (e->kind == BPMN_BOUNDARY_EVENT) step_trigger_boundary(r, token, element, variables);
    else if (token->token.element == element) fire_own(r, token, e, wait, variables);
    else fire_behind_gateway(r, token, element, variables);
}
