/* flow.c: tokens along sequence flows: what a node does with one that arrives, and how they leave.
 *
 * BPMN 13.3 (activities, gateways) and 13.4 (joins). The inclusive join follows table 13.3 of the standard: it waits
 * for a token elsewhere that could still reach an empty incoming flow, unless that token could as well reach a flow
 * that has one already. See run.h.
 */
#include "bpmn/run.h"

/* ---- leaving ------------------------------------------------------------------------------------------------------- */

/* Sends the token along `flow`; further ones get a token of their own. */
static void follow(struct run *r, struct row *token, bool first, int32_t flow) {
    int32_t target = r->model->flows[flow].target;
    struct row *moving = token;
    if (first) {
        token->token.element = target;
        token->token.flow = flow;
    } else {
        moving = step_new_token(r, scope_of(r, token), target, flow);
        moving->token.origin = token->token.origin;
    }
    moving->token.stage = 0;
    step_enqueue(r, moving);
}

static void no_flow(struct run *r, struct row *token) {
    incident(r, token, BPMN_TOKEN_STOPPED_LEAVING, "bpmn.no-flow", T("No way on from “{0}”: none of its conditions is true."),
             step_element_name(r, token->token.element));
}

static bool holds(struct run *r, struct row *token, const struct bpmn_flow *f, const struct extra *extra, bool *out) {
    struct str reason;
    *out = true;
    if (!f->condition.present) return true;
    if (step_evaluate_condition(r, &f->condition, scope_of(r, token), extra, out, &reason)) return true;
    incident(r, token, BPMN_TOKEN_STOPPED_LEAVING, "bpmn.condition", T("The condition “{0}” after “{1}” is neither true nor false: {2}"),
             f->condition.text, step_element_name(r, token->token.element), reason);
    return false;
}

/* The first flow whose condition is true, else the default. */
static void leave_exclusive(struct run *r, struct row *token, const struct bpmn_element *e) {
    int32_t chosen = e->default_flow;
    for (size_t i = 0; i < e->outgoing.count; i++) {
        int32_t flow = e->outgoing.items[i];
        bool yes;
        if (flow == e->default_flow) continue;
        if (!holds(r, token, &r->model->flows[flow], NULL, &yes)) return;
        if (!yes) continue;
        chosen = flow;
        break;
    }
    if (chosen < 0) no_flow(r, token);
    else follow(r, token, true, chosen);
}

/* Every flow whose condition is true, each `times` times. Flows without a condition are always taken; the default is
 * taken when no conditional one is (8.3.13), whatever else is unconditional. */
static void leave_inclusive(struct run *r, struct row *token, const struct bpmn_element *e, const struct extra *extra, int32_t times) {
    int32_t *chosen = arena_alloc_raw(r->arena, (e->outgoing.count + 1) * sizeof *chosen);
    size_t count = 0, conditional = 0;
    for (size_t i = 0; i < e->outgoing.count; i++) {
        int32_t flow = e->outgoing.items[i];
        bool yes;
        if (flow == e->default_flow) continue;
        if (!holds(r, token, &r->model->flows[flow], extra, &yes)) return;
        if (yes) chosen[count++] = flow;
        if (yes && r->model->flows[flow].condition.present) conditional++;
    }
    if (e->default_flow >= 0 && !conditional) chosen[count++] = e->default_flow;
    if (!count) {
        no_flow(r, token);
        return;
    }
    bool first = true;
    for (size_t i = 0; i < count; i++)
        for (int32_t k = 0; k < times; k++, first = false) follow(r, token, first, chosen[i]);
}

static void leave_parallel(struct run *r, struct row *token, const struct bpmn_element *e) {
    for (size_t i = 0; i < e->outgoing.count; i++) follow(r, token, i == 0, e->outgoing.items[i]);
}

void step_leave(struct run *r, struct row *token) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    if (!e->outgoing.count) {
        step_end_token(r, token);
        return;
    }
    int32_t times = e->completion_quantity > 1 ? e->completion_quantity : 1;
    switch (e->kind) {
    case BPMN_EXCLUSIVE_GATEWAY: leave_exclusive(r, token, e); break;
    case BPMN_PARALLEL_GATEWAY: leave_parallel(r, token, e); break;
    default: leave_inclusive(r, token, e, NULL, times); break;
    }
}

/* ---- ending -------------------------------------------------------------------------------------------------------- */

void step_finish_if_empty(struct run *r, struct row *scope) {
    if (scope->deleted || scope->scope.live > 0 || r->ended) return;
    if (r->model->has_inclusive && scope->scope.kind != BPMN_SCOPE_LOOP) {
        /* Marks of complex gateways go with the last token. */
        step_check_inclusive_joins(r, scope);
        if (scope->deleted || scope->scope.live > 0) return;
    }
    step_scope_finished(r, scope);
}

void step_end_token(struct run *r, struct row *token) {
    struct row *scope = scope_of(r, token);
    int64_t origin = token->token.origin, waiter = token->token.waiter;
    if (waiter) {
        step_handler_done(r, token);
        return;
    }
    if (scope->scope.kind == BPMN_SCOPE_SUB && element_of(r, scope->scope.element)->kind == BPMN_AD_HOC) step_next_ad_hoc(r, scope);
    step_delete_row(r, token);
    if (scope->scope.live > 0) return;
    struct row *owner = scope->scope.token ? step_token_row(r, scope->scope.token) : NULL;
    if (owner) {
        owner->token.origin = origin;
        touch(owner);
    }
    step_finish_if_empty(r, scope);
}

/* ---- joins --------------------------------------------------------------------------------------------------------- */

static bool is_waiting_at(const struct row *token, int32_t element) {
    return !token->deleted && token->token.element == element && token->token.state == BPMN_TOKEN_ARRIVED;
}

static void rest_at_join(struct row *token) {
    token->token.state = BPMN_TOKEN_ARRIVED;
    touch(token);
}

/* The oldest token that waits at `element` having come by `flow`; NULL. */
static struct row *arrived_by(struct row_list tokens, int32_t element, int32_t flow) {
    for (size_t i = 0; i < tokens.count; i++)
        if (is_waiting_at(tokens.items[i], element) && tokens.items[i]->token.flow == flow) return tokens.items[i];
    return NULL;
}

/* `kept` goes on for itself and `other`. */
static void merge(struct run *r, struct row *kept, struct row *other) {
    if (kept->token.origin != other->token.origin) kept->token.origin = 0;
    if (!kept->token.waiter) kept->token.waiter = other->token.waiter;
    step_delete_row(r, other);
}

static void open_join(struct run *r, struct row *token) {
    step_tell_passed(r, token);
    step_leave(r, token);
}

static void arrive_parallel(struct run *r, struct row *token, const struct bpmn_element *e) {
    int32_t element = token->token.element;
    if (e->incoming.count < 2 || token->token.flow < 0) {
        open_join(r, token);
        return;
    }
    rest_at_join(token);
    struct row_list tokens = step_tokens_of(r, scope_of(r, token));
    for (size_t i = 0; i < e->incoming.count; i++)
        if (!arrived_by(tokens, element, e->incoming.items[i])) return;
    struct row *kept = NULL;
    for (size_t i = 0; i < e->incoming.count; i++) {
        struct row *one = arrived_by(tokens, element, e->incoming.items[i]);
        if (!kept) kept = one;
        else merge(r, kept, one);
    }
    open_join(r, kept);
}

/* Sets mark[n] for every node of `container` from which one of the given flows into `gateway` is reachable on a path
 * that does not visit the gateway. */
static void mark_backwards(struct run *r, int32_t gateway, const bool *has_token, bool wanted, bool *mark) {
    const struct bpmn_element *g = element_of(r, gateway);
    size_t n = r->model->element_count, head = 0, count = 0;
    int32_t *queue = arena_alloc_raw(r->arena, (n + 1) * sizeof *queue);
#define VISIT(node)                                                                                                \
    do {                                                                                                           \
        int32_t node_ = (node);                                                                                    \
        if (node_ != gateway && !mark[node_]) mark[node_] = true, queue[count++] = node_;                          \
    } while (0)
    for (size_t i = 0; i < g->incoming.count; i++)
        if (has_token[i] == wanted) VISIT(r->model->flows[g->incoming.items[i]].source);
    while (head < count) {
        const struct bpmn_element *e = element_of(r, queue[head++]);
        for (size_t i = 0; i < e->incoming.count; i++) VISIT(r->model->flows[e->incoming.items[i]].source);
        if (e->attached_to >= 0) VISIT(e->attached_to);
        bool link_target = e->kind == BPMN_CATCH_EVENT && e->definition_count && e->definitions[0].type == BPMN_EVENT_LINK_TYPE;
        if (!link_target || e->parent < 0) continue;
        const struct bpmn_element *container = element_of(r, e->parent);
        for (size_t i = 0; i < container->children.count; i++) {
            const struct bpmn_element *o = element_of(r, container->children.items[i]);
            if (o->kind == BPMN_THROW_EVENT && o->definition_count && o->definitions[0].type == BPMN_EVENT_LINK_TYPE &&
                str_eq(o->definitions[0].name.text, e->definitions[0].name.text))
                VISIT(container->children.items[i]);
        }
    }
#undef VISIT
}

/* Table 13.3: true when no token elsewhere in the scope is still to be waited for. */
static bool nothing_to_wait_for(struct run *r, struct row_list tokens, int32_t gateway, const bool *has_token) {
    bool *reaches_empty = arena_array(r->arena, bool, r->model->element_count);
    bool *reaches_full = arena_array(r->arena, bool, r->model->element_count);
    mark_backwards(r, gateway, has_token, false, reaches_empty);
    mark_backwards(r, gateway, has_token, true, reaches_full);
    for (size_t i = 0; i < tokens.count; i++) {
        const struct row *t = tokens.items[i];
        if (t->deleted || t->token.state == BPMN_TOKEN_SPENT || t->token.element == gateway) continue;
        if (reaches_empty[t->token.element] && !reaches_full[t->token.element]) return false;
    }
    return true;
}

static bool *flows_with_tokens(struct run *r, struct row_list tokens, int32_t gateway, bool spent_too) {
    const struct bpmn_element *g = element_of(r, gateway);
    bool *has = arena_array(r->arena, bool, g->incoming.count + 1);
    for (size_t i = 0; i < g->incoming.count; i++)
        for (size_t k = 0; k < tokens.count && !has[i]; k++) {
            const struct row *t = tokens.items[k];
            if (t->deleted || t->token.element != gateway || t->token.flow != g->incoming.items[i]) continue;
            has[i] = t->token.state == BPMN_TOKEN_ARRIVED || (spent_too && t->token.state == BPMN_TOKEN_SPENT);
        }
    return has;
}

static void try_inclusive(struct run *r, struct row_list tokens, int32_t gateway) {
    const struct bpmn_element *g = element_of(r, gateway);
    const bool *has = flows_with_tokens(r, tokens, gateway, false);
    if (!nothing_to_wait_for(r, tokens, gateway, has)) return;
    struct row *kept = NULL;
    for (size_t i = 0; i < g->incoming.count; i++) {
        struct row *one = arrived_by(tokens, gateway, g->incoming.items[i]);
        if (!one) continue;
        if (!kept) kept = one;
        else merge(r, kept, one);
    }
    if (kept) open_join(r, kept);
}

/* ---- the complex gateway (13.4.5) ----------------------------------------------------------------------------------- */

static struct extra activation_extra(int64_t count, bool waiting, struct extra *second) {
    *second = (struct extra){.name = STR("waitingForStart"), .value = feel_boolean(waiting)};
    return (struct extra){.name = STR("activationCount"), .value = feel_integer(count), .outer = second};
}

static int64_t count_waiting(struct row_list tokens, int32_t gateway, enum bpmn_token_state state) {
    int64_t n = 0;
    for (size_t i = 0; i < tokens.count; i++)
        n += !tokens.items[i]->deleted && tokens.items[i]->token.element == gateway && tokens.items[i]->token.state == state;
    return n;
}

/* First phase: enough tokens have come. They are used up; what is left of them marks the flows they came by. */
static void activate_complex(struct run *r, struct row *token, struct row_list tokens, const struct extra *extra) {
    const struct bpmn_element *g = element_of(r, token->token.element);
    struct row *scope = scope_of(r, token);
    struct row *out = step_new_token(r, scope, token->token.element, NONE);
    out->token.origin = token->token.origin;
    for (size_t i = 0; i < g->incoming.count; i++) {
        struct row *one = arrived_by(tokens, token->token.element, g->incoming.items[i]);
        if (!one) continue;
        one->token.state = BPMN_TOKEN_SPENT;
        one->token.origin = 0;
        touch(one);
        scope->scope.live--;
        touch(scope);
    }
    step_touch_joins(r, scope);
    step_tell_passed(r, out);
    leave_inclusive(r, out, g, extra, 1);
}

static void arrive_complex(struct run *r, struct row *token, const struct bpmn_element *e) {
    struct row *scope = scope_of(r, token);
    int32_t element = token->token.element;
    if (e->incoming.count < 2 || token->token.flow < 0) {
        open_join(r, token);
        return;
    }
    rest_at_join(token);
    step_touch_joins(r, scope);
    struct row_list tokens = step_tokens_of(r, scope);
    if (count_waiting(tokens, element, BPMN_TOKEN_SPENT)) return; /* second phase: waits for the reset */
    struct extra second, extra = activation_extra(count_waiting(tokens, element, BPMN_TOKEN_ARRIVED), true, &second);
    struct str reason;
    bool yes = (size_t)count_waiting(tokens, element, BPMN_TOKEN_ARRIVED) >= e->incoming.count;
    if (e->activation.present && !step_evaluate_condition(r, &e->activation, scope, &extra, &yes, &reason)) {
        incident(r, token, BPMN_TOKEN_STOPPED_ENTERING, "bpmn.activation", T("The activation condition of “{0}” is neither true nor false: {1}"),
                 step_element_name(r, element), reason);
        return;
    }
    if (yes) activate_complex(r, token, tokens, &extra);
}

/* Second phase: when no token can come any more by a flow that has had none, the gateway is as new. Outgoing flows
 * with a condition are asked again (waitingForStart is false then); those without one have had their token. */
static void reset_complex(struct run *r, struct row *scope, struct row_list tokens, int32_t gateway) {
    const struct bpmn_element *g = element_of(r, gateway);
    if (!count_waiting(tokens, gateway, BPMN_TOKEN_SPENT)) return;
    const bool *has = flows_with_tokens(r, tokens, gateway, true);
    if (!nothing_to_wait_for(r, tokens, gateway, has)) return;
    struct extra second, extra = activation_extra(count_waiting(tokens, gateway, BPMN_TOKEN_ARRIVED), false, &second);
    for (size_t i = 0; i < g->outgoing.count; i++) {
        int32_t flow = g->outgoing.items[i];
        bool yes = false;
        struct str reason;
        const struct bpmn_expression *condition = &r->model->flows[flow].condition;
        if (condition->present) step_evaluate_condition(r, condition, scope, &extra, &yes, &reason);
        if (yes) step_enqueue(r, step_new_token(r, scope, r->model->flows[flow].target, flow));
    }
    bool taken[64] = {false};
    for (size_t i = 0; i < tokens.count; i++) {
        struct row *t = tokens.items[i];
        if (t->deleted || t->token.element != gateway) continue;
        if (t->token.state == BPMN_TOKEN_SPENT) step_delete_row(r, t);
        /* One token of each flow belongs to this activation; a second one begins the next. */
        else if (is_waiting_at(t, gateway)) {
            size_t k = 0;
            while (k < g->incoming.count && g->incoming.items[k] != t->token.flow) k++;
            if (k >= 64 || taken[k]) continue;
            taken[k] = true;
            step_delete_row(r, t);
        }
    }
    step_finish_if_empty(r, scope);
}

void step_check_inclusive_joins(struct run *r, struct row *scope) {
    if (scope->scope.kind == BPMN_SCOPE_LOOP || scope->scope.kind == BPMN_SCOPE_LOCAL || scope->scope.kind == BPMN_SCOPE_SIGNERS) return;
    struct row_list tokens = step_tokens_of(r, scope);
    for (size_t i = 0; i < tokens.count && !scope->deleted; i++) {
        struct row *t = tokens.items[i];
        if (t->deleted || t->token.state == BPMN_TOKEN_MOVING) continue;
        enum bpmn_kind kind = element_of(r, t->token.element)->kind;
        if (kind == BPMN_INCLUSIVE_GATEWAY && t->token.state == BPMN_TOKEN_ARRIVED) try_inclusive(r, tokens, t->token.element);
        if (kind == BPMN_COMPLEX_GATEWAY && t->token.state == BPMN_TOKEN_SPENT) reset_complex(r, scope, tokens, t->token.element);
        if (r->queue_count == 0) continue;
        /* Something moves again: the other joins wait until it rests. */
        if (!scope->deleted) step_touch_joins(r, scope);
        return;
    }
}

/* ---- arriving ------------------------------------------------------------------------------------------------------ */

static void arrive_inclusive(struct run *r, struct row *token, const struct bpmn_element *e) {
    if (e->incoming.count < 2 || token->token.flow < 0) {
        open_join(r, token);
        return;
    }
    rest_at_join(token);
    step_touch_joins(r, scope_of(r, token));
}

static void arrive_event_gateway(struct run *r, struct row *token, const struct bpmn_element *e) {
    token->token.state = BPMN_TOKEN_ACTIVE;
    step_tell_entered(r, token);
    for (size_t i = 0; i < e->outgoing.count; i++) {
        struct str reason;
        int32_t target = r->model->flows[e->outgoing.items[i]].target;
        if (step_arm(r, scope_of(r, token), token, target, &reason)) continue;
        step_cancel_waits(r, token);
        incident(r, token, BPMN_TOKEN_STOPPED_ENTERING, "bpmn.wait", T("“{0}” cannot wait: {1}"), step_element_name(r, target), reason);
        return;
    }
    if (r->model->has_conditions) step_check_conditions(r, token);
}

static void arrive_catch(struct run *r, struct row *token, const struct bpmn_element *e) {
    struct str reason;
    if (!e->definition_count || e->definitions[0].type == BPMN_EVENT_LINK_TYPE) {
        step_pass(r, token);
        return;
    }
    token->token.state = BPMN_TOKEN_ACTIVE;
    step_tell_entered(r, token);
    if (!step_arm(r, scope_of(r, token), token, token->token.element, &reason)) {
        step_cancel_waits(r, token);
        incident(r, token, BPMN_TOKEN_STOPPED_ENTERING, "bpmn.wait", T("“{0}” cannot wait: {1}"),
                 step_element_name(r, token->token.element), reason);
        return;
    }
    if (r->model->has_conditions) step_check_conditions(r, token);
}

static bool follow_link(struct run *r, struct row *token, const struct bpmn_element *e) {
    if (e->definition_count != 1 || e->definitions[0].type != BPMN_EVENT_LINK_TYPE || e->parent < 0) return false;
    const struct bpmn_element *container = element_of(r, e->parent);
    step_tell_passed(r, token);
    for (size_t i = 0; i < container->children.count; i++) {
        const struct bpmn_element *o = element_of(r, container->children.items[i]);
        if (o->kind != BPMN_CATCH_EVENT || !o->definition_count || o->definitions[0].type != BPMN_EVENT_LINK_TYPE) continue;
        if (!str_eq(o->definitions[0].name.text, e->definitions[0].name.text)) continue;
        token->token.element = container->children.items[i];
        token->token.flow = NONE;
        step_enqueue(r, token);
        return true;
    }
    incident(r, token, BPMN_TOKEN_STOPPED_LEAVING, "bpmn.link", T("There is no link target “{0}” here."), e->definitions[0].name.text);
    return true;
}

static void arrive_throw(struct run *r, struct row *token, const struct bpmn_element *e) {
    if (follow_link(r, token, e)) return;
    if (e->job_type.present) { /* Camunda: a message is sent by a job */
        step_start_activity(r, token);
        return;
    }
    step_tell_passed(r, token);
    if (step_throw_event(r, token) && !token->deleted && !is_stopped(token)) step_leave(r, token);
}

void step_pass(struct run *r, struct row *token) {
    step_tell_passed(r, token);
    step_leave(r, token);
}

/* Activities need startQuantity tokens, whichever flows they come by (13.3.2). */
static void arrive_activity(struct run *r, struct row *token, const struct bpmn_element *e) {
    if (e->start_quantity > 1 && !token->admitted) {
        int32_t element = token->token.element, missing = e->start_quantity;
        rest_at_join(token);
        struct row_list tokens = step_tokens_of(r, scope_of(r, token));
        for (size_t i = 0; i < tokens.count; i++) missing -= is_waiting_at(tokens.items[i], element);
        if (missing > 0) return;
        int32_t others = e->start_quantity - 1;
        for (size_t i = 0; i < tokens.count && others > 0; i++)
            if (tokens.items[i] != token && is_waiting_at(tokens.items[i], element)) {
                merge(r, token, tokens.items[i]);
                others--;
            }
    }
    token->token.state = BPMN_TOKEN_ACTIVE;
    step_start_activity(r, token);
}

void step_arrive(struct run *r, struct row *token) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    token->token.state = BPMN_TOKEN_ACTIVE;
    touch(token);
    switch (e->kind) {
    case BPMN_START_EVENT:
    case BPMN_BOUNDARY_EVENT:
    case BPMN_EXCLUSIVE_GATEWAY: step_pass(r, token); break;
    case BPMN_PARALLEL_GATEWAY: arrive_parallel(r, token, e); break;
    case BPMN_INCLUSIVE_GATEWAY: arrive_inclusive(r, token, e); break;
    case BPMN_COMPLEX_GATEWAY: arrive_complex(r, token, e); break;
    case BPMN_EVENT_GATEWAY: arrive_event_gateway(r, token, e); break;
    case BPMN_CATCH_EVENT: arrive_catch(r, token, e); break;
    case BPMN_THROW_EVENT:
    case BPMN_END_EVENT: arrive_throw(r, token, e); break;
    default:
        if (bpmn_is_activity(e->kind)) arrive_activity(r, token, e);
        else step_end_token(r, token);
    }
}
