/* loop.c: standard loops and multi-instance activities (BPMN 13.3.6, 13.3.7).
 *
 * The activity's own token owns a loop scope; every pass or instance is an inner token at the same element in that
 * scope, with a scope of its own for loopCounter and the input element. What the instances put out is kept as one
 * variable each ("#1", "#2" …) and gathered once, at the end. See run.h.
 */
#include "bpmn/run.h"

enum { MAX_INSTANCES = 100000 };

static struct row *owner_of(struct run *r, struct row *loop) {
    return step_token_row(r, loop->scope.token);
}

static const struct bpmn_loop *loop_of(const struct run *r, const struct row *token) {
    return element_of(r, token->token.element)->loop;
}

static struct str numbered(struct run *r, int64_t index) {
    return arena_printf(r->arena, "#%lld", (long long)index);
}

static void cannot_loop(struct run *r, struct row *token, struct str reason) {
    incident(r, token, BPMN_TOKEN_STOPPED_ENTERING, "bpmn.loop", T("“{0}” cannot be repeated: {1}"),
             step_element_name(r, token->token.element), reason);
}

/* ---- beginning -------------------------------------------------------------------------------------------------------- */

static void start_instance(struct run *r, struct row *loop, const struct feel_value *item) {
    struct row *token = owner_of(r, loop);
    const struct bpmn_element *e = element_of(r, token->token.element);
    struct row *inner = step_new_token(r, loop, token->token.element, NONE);
    inner->token.origin = token->token.origin;
    inner->admitted = true;
    loop->scope.started++;
    touch(loop);
    bool container = e->kind == BPMN_SUB_PROCESS || e->kind == BPMN_TRANSACTION || e->kind == BPMN_AD_HOC;
    bool call = e->kind == BPMN_CALL_ACTIVITY && e->called_element >= 0 && !e->called.feel;
    struct row *scope = step_local_scope(r, inner, container ? BPMN_SCOPE_SUB : call ? BPMN_SCOPE_CALL : BPMN_SCOPE_LOCAL);
    step_set_variable(r, scope, STR("loopCounter"), feel_integer(loop->scope.started));
    if (item && e->loop->input_element.n) step_set_variable(r, scope, e->loop->input_element, *item);
    step_enqueue(r, inner);
}

static bool whole_number(struct run *r, const struct bpmn_expression *e, struct row *scope, int32_t *out, struct str *reason) {
    int64_t n;
    struct feel_value v = step_evaluate(r, e, scope, NULL, reason);
    if (v.kind != FEEL_NUMBER || !decimal_to_int(v.number, &n)) {
        *reason = T("the number of times is no whole number.");
        return false;
    }
    if (n < 0 || n > MAX_INSTANCES) {
        *reason = T("the number of times is below 0 or too large.");
        return false;
    }
    *out = (int32_t)n;
    return true;
}

static bool collection_of(struct run *r, const struct bpmn_loop *l, struct row *scope, struct feel_value *out, struct str *reason) {
    *out = feel_null();
    *reason = STR("");
    if (l->collection.feel) *out = step_evaluate(r, &l->collection, scope, NULL, reason);
    else step_find_variable(r, scope, l->collection.text, out);
    if (out->kind == FEEL_LIST && out->list->count <= MAX_INSTANCES) return true;
    *reason = T("its collection is no list, or too long a one.");
    return false;
}

static void loop_done(struct run *r, struct row *loop);

static void start_multi(struct run *r, struct row *token, const struct bpmn_loop *l) {
    struct feel_value list = feel_null();
    struct str reason = STR("");
    int32_t total = 0;
    bool good;
    if (l->cardinality.present) {
        good = whole_number(r, &l->cardinality, scope_of(r, token), &total, &reason);
    } else if (l->collection.present) {
        good = collection_of(r, l, scope_of(r, token), &list, &reason);
        if (good) total = (int32_t)list.list->count;
    } else {
        good = false;
        reason = T("the model says neither how often nor for which list.");
    }
    if (!good) {
        cannot_loop(r, token, reason);
        return;
    }
    struct row *loop = step_new_scope(r, BPMN_SCOPE_LOOP, token->token.element, scope_of(r, token), token);
    loop->scope.total = total;
    if (total == 0) {
        loop_done(r, loop);
        return;
    }
    if (l->sequential && list.kind == FEEL_LIST) step_set_variable(r, loop, STR("#collection"), list);
    int32_t at_once = l->sequential ? 1 : total;
    for (int32_t i = 0; i < at_once; i++) start_instance(r, loop, list.kind == FEEL_LIST ? &list.list->items[i] : NULL);
}

/* ---- standard loops ----------------------------------------------------------------------------------------------------- */

/* True to go on: the condition holds and the maximum is not reached. */
static bool goes_on(struct run *r, struct row *loop, bool *out) {
    struct row *token = owner_of(r, loop);
    const struct bpmn_loop *l = loop_of(r, token);
    struct extra counter = {.name = STR("loopCounter"), .value = feel_integer(loop->scope.completed)};
    struct str reason;
    *out = loop->scope.total < 0 || loop->scope.completed < loop->scope.total;
    if (!*out) return true;
    if (!l->condition.present) {
        *out = loop->scope.total >= 0;
        return true;
    }
    if (step_evaluate_condition(r, &l->condition, loop, &counter, out, &reason)) return true;
    cannot_loop(r, token, reason);
    return false;
}

static void next_pass(struct run *r, struct row *loop) {
    bool on;
    if (!goes_on(r, loop, &on)) return;
    if (on) start_instance(r, loop, NULL);
    else loop_done(r, loop);
}

static void start_standard(struct run *r, struct row *token, const struct bpmn_loop *l) {
    int32_t maximum = NONE;
    struct str reason;
    if (l->maximum.present && !whole_number(r, &l->maximum, scope_of(r, token), &maximum, &reason)) {
        cannot_loop(r, token, reason);
        return;
    }
    struct row *loop = step_new_scope(r, BPMN_SCOPE_LOOP, token->token.element, scope_of(r, token), token);
    loop->scope.total = maximum;
    if (l->test_before || maximum == 0) next_pass(r, loop);
    else start_instance(r, loop, NULL);
}

void step_loop_start(struct run *r, struct row *token) {
    const struct bpmn_loop *l = loop_of(r, token);
    if (l->multi) start_multi(r, token, l);
    else start_standard(r, token, l);
}

/* ---- one instance is done -------------------------------------------------------------------------------------------- */

static void keep_output(struct run *r, struct row *loop, struct row *inner, const struct bpmn_loop *l) {
    struct row *child = step_child_of(r, inner);
    struct feel_value v = feel_null(), index = feel_null();
    int64_t n = 0;
    if (!l->multi || !l->output_collection.n) return;
    if (child) step_find_variable(r, child, STR("loopCounter"), &index);
    if (index.kind == FEEL_NUMBER) decimal_to_int(index.number, &n);
    if (l->output_element.feel) v = step_evaluate(r, &l->output_element, child ? child : loop, NULL, NULL);
    else step_find_variable(r, child ? child : loop, l->output_element.text, &v);
    step_set_variable(r, loop, numbered(r, n), v);
}

static void gather_output(struct run *r, struct row *token, struct row *loop, const struct bpmn_loop *l) {
    if (!l->multi || !l->output_collection.n) return;
    size_t count = loop->scope.total > 0 ? (size_t)loop->scope.total : 0;
    struct feel_value list = feel_list(r->arena, count);
    step_variables_of(r, loop);
    for (size_t i = 0; i < count; i++) {
        struct variable *v = step_own_variable(r, loop, numbered(r, (int64_t)i + 1));
        if (v) list.list->items[i] = v->row.value;
    }
    step_propagate(r, scope_of(r, token), l->output_collection, list);
}

static void loop_done(struct run *r, struct row *loop) {
    struct row *token = owner_of(r, loop);
    step_remember_instances(r, token, loop, scope_of(r, token));
    gather_output(r, token, loop, loop_of(r, token));
    step_cancel_tokens(r, loop, NULL, BPMN_CLOSE_INTERRUPTED);
    step_delete_row(r, loop);
    token->token.child = 0;
    step_finish_activity(r, token);
}

/* The implicit events of a multi-instance activity (table 10.29). False when one of them ended it. */
static bool throw_behaviour(struct run *r, struct row *token, struct row *loop, const struct bpmn_loop *l, const struct extra *extra) {
    if (l->behaviour == BPMN_BEHAVE_NONE && l->none_throws) step_throw_definition(r, token, l->none_throws, token->token.element);
    if (l->behaviour == BPMN_BEHAVE_ONE && l->one_throws && loop->scope.completed == 1)
        step_throw_definition(r, token, l->one_throws, token->token.element);
    for (size_t i = 0; i < l->complex_count && l->behaviour == BPMN_BEHAVE_COMPLEX && !token->deleted; i++) {
        bool yes = true;
        struct str reason;
        if (l->complex[i].condition.present && !step_evaluate_condition(r, &l->complex[i].condition, loop, extra, &yes, &reason)) {
            cannot_loop(r, token, reason);
            return false;
        }
        if (yes && l->complex[i].throws) step_throw_definition(r, token, l->complex[i].throws, token->token.element);
    }
    return !token->deleted;
}

static void multi_instance_done(struct run *r, struct row *token, struct row *loop, const struct bpmn_loop *l, const struct extra *extra) {
    bool enough = false;
    struct str reason;
    if (!throw_behaviour(r, token, loop, l, extra)) return;
    if (l->completion.present && !step_evaluate_condition(r, &l->completion, loop, extra, &enough, &reason)) {
        cannot_loop(r, token, reason);
        return;
    }
    if (enough || loop->scope.completed >= loop->scope.total) {
        loop_done(r, loop);
        return;
    }
    if (!l->sequential) return;
    struct variable *list = step_own_variable(r, loop, STR("#collection"));
    const struct feel_value *item = NULL;
    if (list && list->row.value.kind == FEEL_LIST && (size_t)loop->scope.started < list->row.value.list->count)
        item = &list->row.value.list->items[loop->scope.started];
    start_instance(r, loop, item);
}

void step_loop_instance_done(struct run *r, struct row *inner) {
    struct row *loop = scope_of(r, inner), *token = owner_of(r, loop), *child = step_child_of(r, inner);
    const struct bpmn_loop *l = loop_of(r, token);
    struct extra extra = {.context = feel_null()};
    if (child && (l->completion.present || l->complex_count)) extra.context = step_own_variables(r, child);
    keep_output(r, loop, inner, l);
    if (child && !step_keep_instance(r, token, loop, child)) step_delete_scope(r, child, BPMN_CLOSE_COMPLETED);
    inner->token.child = 0;
    step_tell_left(r, inner, BPMN_CLOSE_COMPLETED);
    token->token.origin = inner->token.origin;
    touch(token);
    step_delete_row(r, inner);
    loop->scope.completed++;
    touch(loop);
    if (is_stopped(token)) return;
    if (l->multi) multi_instance_done(r, token, loop, l, &extra);
    else next_pass(r, loop);
}
