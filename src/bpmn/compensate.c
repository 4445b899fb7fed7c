/* compensate.c: undoing what is finished (BPMN 13.5.5), and transactions.
 *
 * A finished activity with a compensation handler leaves a row; a finished sub-process that holds such rows, or that
 * has a compensation event sub-process, keeps its scope. A loop counts its finished instances, or keeps their scopes,
 * and hands them to the scope around it when it ends or is cancelled. Whoever throws compensation waits (its token is
 * *compensating*, `work` names the scope to undo) while one handler after the other runs, last finished first; after
 * each, step_compensate_next() looks for the next. See run.h.
 */
#include "bpmn/run.h"

static bool has_handler(const struct run *r, const struct bpmn_element *e) {
    return e->compensation_boundary >= 0 && element_of(r, e->compensation_boundary)->compensation >= 0;
}

static bool can_be_undone(struct run *r, const struct row *token) {
    if (!r->model->has_compensation || token->token.waiter || element_of(r, token->token.element)->triggered_by_event) return false;
    return scope_of(r, token)->scope.kind != BPMN_SCOPE_SIGNERS; /* a signer signs; the task is what is finished */
}

/* A finished sub-process with something to undo inside stays, remembered in `scope`. */
static bool keep_finished(struct run *r, struct row *scope, struct row *child) {
    if (!child || (child->scope.kind != BPMN_SCOPE_SUB && child->scope.kind != BPMN_SCOPE_CALL)) return false;
    if (element_of(r, child->scope.element)->compensation_start < 0 && !step_compensations_of(r, child).count) return false;
    step_new_compensation(r, scope, child->scope.element, child->scope.id);
    step_cancel_waits(r, child);
    step_cancel_tokens(r, child, NULL, BPMN_CLOSE_COMPLETED);
    child->scope.state = BPMN_SCOPE_FINISHED;
    child->scope.token = 0;
    touch(child);
    return true;
}

void step_remember_compensation(struct run *r, struct row *token, struct row *child) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    if (e->loop || !can_be_undone(r, token)) return; /* a loop is remembered instance by instance */
    if (has_handler(r, e)) step_new_compensation(r, scope_of(r, token), token->token.element, 0);
    else keep_finished(r, scope_of(r, token), child);
}

void step_move_compensations(struct run *r, struct row *from, struct row *into) {
    struct row_list list = step_compensations_of(r, from);
    for (size_t i = 0; i < list.count; i++) {
        const struct bpmn_compensation *old = &list.items[i]->compensation;
        struct row *child = old->child ? step_scope_row(r, old->child) : NULL;
        step_new_compensation(r, into, old->element, old->child);
        step_delete_row(r, list.items[i]);
        if (!child) continue;
        child->scope.parent = into->scope.id;
        touch(child);
    }
}

/* ---- loops: each finished instance is compensated by itself ---------------------------------------------------------------- */

bool step_keep_instance(struct run *r, struct row *token, struct row *loop, struct row *child) {
    return can_be_undone(r, token) && !has_handler(r, element_of(r, token->token.element)) && keep_finished(r, loop, child);
}

void step_remember_instances(struct run *r, struct row *token, struct row *loop, struct row *into) {
    if (!can_be_undone(r, token)) return;
    step_move_compensations(r, loop, into);
    for (int32_t i = 0; has_handler(r, element_of(r, token->token.element)) && i < loop->scope.completed; i++)
        step_new_compensation(r, into, token->token.element, 0);
}

/* ---- choosing what to undo ----------------------------------------------------------------------------------------------- */

/* Thrown inside an event sub-process, compensation is meant for the scope around it. */
static struct row *target_scope(struct run *r, struct row *token, const struct bpmn_definition *d) {
    struct row *scope = scope_of(r, token);
    while (scope) {
        bool event_process = element_of(r, scope->scope.element)->triggered_by_event;
        bool holds = d->activity < 0 ? !event_process && scope->scope.kind <= BPMN_SCOPE_CALL
                                     : scope->scope.element == element_of(r, d->activity)->parent;
        if (holds) return scope;
        scope = scope->scope.parent ? step_scope_row(r, scope->scope.parent) : NULL;
    }
    return NULL;
}

void step_compensate(struct run *r, struct row *token, const struct bpmn_definition *d) {
    struct row *scope = target_scope(r, token, d);
    if (!scope) {
        step_leave(r, token);
        return;
    }
    step_compensate_scope(r, token, scope);
}

void step_compensate_scope(struct run *r, struct row *token, struct row *scope) {
    token->token.state = BPMN_TOKEN_COMPENSATING;
    token->token.work = scope->scope.id;
    touch(token);
    step_compensate_next(r, token);
}

/* The activity that the thrower names; -1 all. */
static int32_t wanted_activity(struct run *r, struct row *token) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    for (size_t i = 0; i < e->definition_count && bpmn_is_event(e->kind); i++)
        if (e->definitions[i].type == BPMN_EVENT_COMPENSATE_TYPE) return e->definitions[i].activity;
    return NONE;
}

static void run_handler(struct run *r, struct row *scope, struct row *entry, int64_t waiter) {
    int32_t boundary = element_of(r, entry->compensation.element)->compensation_boundary;
    struct row *handler = step_new_token(r, scope, element_of(r, boundary)->compensation, NONE);
    handler->token.waiter = waiter;
    handler->admitted = true;
    step_delete_row(r, entry);
    step_enqueue(r, handler);
}

/* Begins the newest handler below `scope`; false when there is none left. */
static bool undo_newest(struct run *r, struct row *scope, int32_t activity, int64_t waiter) {
    struct row_list list = step_compensations_of(r, scope);
    for (size_t i = list.count; i-- > 0;) {
        struct row *entry = list.items[i];
        if (entry->deleted || (activity >= 0 && entry->compensation.element != activity)) continue;
        struct row *child = entry->compensation.child ? step_scope_row(r, entry->compensation.child) : NULL;
        if (!child) {
            run_handler(r, scope, entry, waiter);
            return true;
        }
        int32_t handler = element_of(r, entry->compensation.element)->compensation_start;
        if (handler >= 0 && child->scope.state == BPMN_SCOPE_FINISHED) {
            child->scope.state = BPMN_SCOPE_COMPENSATING;
            touch(child);
            step_trigger_event_process(r, child, element_of(r, handler)->starts.items[0], feel_null(), waiter);
            return true;
        }
        bool by_itself = handler < 0 || child->scope.state == BPMN_SCOPE_INTERRUPTED; /* never finished: its own event sub-process is not for that */
        if (by_itself && undo_newest(r, child, NONE, waiter)) return true;
        step_delete_scope(r, child, BPMN_CLOSE_COMPLETED);
        step_delete_row(r, entry);
    }
    return false;
}

/* ---- going on behind it --------------------------------------------------------------------------------------------------- */

/* The transaction's token still owns the undone scope: a retry (or a move) finds where it stands. Boundary events belong
 * to the whole activity, so one cancelled instance of a repeated transaction ends the others. */
void step_transaction_cancelled(struct run *r, struct row *token) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    for (size_t i = 0; i < e->boundaries.count; i++) {
        const struct bpmn_element *b = element_of(r, e->boundaries.items[i]);
        for (size_t k = 0; k < b->definition_count; k++) {
            if (b->definitions[k].type != BPMN_EVENT_CANCEL_TYPE) continue;
            struct row *whole = step_is_inner(r, token) ? step_token_row(r, scope_of(r, token)->scope.token) : token;
            step_trigger_boundary(r, whole, e->boundaries.items[i], feel_null());
            return;
        }
    }
    /* Nothing says how it goes on after a cancelled transaction. */
    incident(r, token, BPMN_TOKEN_STOPPED_LEAVING, "bpmn.no-cancel", T("“{0}” was cancelled, and no cancel event says how to go on."),
             step_element_name(r, token->token.element));
}

static void compensated(struct run *r, struct row *token) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    token->token.work = 0;
    token->token.state = BPMN_TOKEN_ACTIVE;
    touch(token);
    if (e->kind == BPMN_PROCESS) step_end_case(r, BPMN_END_CANCELLED, STR(""), NONE);
    else if (e->kind == BPMN_TRANSACTION) step_transaction_cancelled(r, token);
    else step_leave(r, token);
}

void step_compensate_next(struct run *r, struct row *token) {
    struct row *scope = step_scope_row(r, token->token.work);
    if (scope && undo_newest(r, scope, wanted_activity(r, token), token->token.id)) return;
    compensated(r, token);
}

void step_handler_done(struct run *r, struct row *handler) {
    struct row *waiter = step_token_row(r, handler->token.waiter), *scope = scope_of(r, handler);
    struct row *child = step_child_of(r, handler);
    if (child) step_delete_scope(r, child, BPMN_CLOSE_COMPLETED);
    handler->token.child = 0;
    step_cancel_waits(r, handler);
    step_delete_row(r, handler);
    if (waiter && waiter->token.state == BPMN_TOKEN_COMPENSATING) {
        /* Another branch of the same handler may still run. */
        struct row_list others = scope ? step_tokens_of(r, scope) : (struct row_list){0};
        for (size_t i = 0; i < others.count; i++)
            if (others.items[i]->token.waiter == waiter->token.id) return;
        step_compensate_next(r, waiter);
    } else if (scope) {
        step_finish_if_empty(r, scope);
    }
}

/* What is finished inside something that is still open is undone too: before the tokens go, open scopes that hold such
 * are kept as if they had finished. */
static void keep_open_scopes(struct run *r, struct row *scope, struct row *into) {
    struct row_list tokens = step_tokens_of(r, scope);
    for (size_t i = 0; i < tokens.count; i++) {
        struct row *token = tokens.items[i], *child = step_child_of(r, token);
        if (!child || child->scope.kind == BPMN_SCOPE_LOCAL || child->scope.kind == BPMN_SCOPE_SIGNERS) continue;
        bool loop = child->scope.kind == BPMN_SCOPE_LOOP;
        if (loop) step_remember_instances(r, token, child, into);
        keep_open_scopes(r, child, loop ? into : child);
        if (loop || !step_compensations_of(r, child).count) continue;
        step_cancel_tokens(r, child, NULL, BPMN_CLOSE_CANCELLED);
        step_cancel_waits(r, child);
        step_new_compensation(r, into, token->token.element, child->scope.id);
        child->scope.state = BPMN_SCOPE_INTERRUPTED;
        child->scope.token = 0;
        child->scope.parent = into->scope.id;
        touch(child);
        token->token.child = 0;
        touch(token);
    }
}

/* ---- cancelling --------------------------------------------------------------------------------------------------------- */

/* A cancel end event: everything in the transaction stops, is compensated, and the cancel boundary event goes on. */
void step_cancel_transaction(struct run *r, struct row *token) {
    struct row *scope = scope_of(r, token);
    while (scope && element_of(r, scope->scope.element)->kind != BPMN_TRANSACTION)
        scope = scope->scope.parent ? step_scope_row(r, scope->scope.parent) : NULL;
    struct row *owner = scope ? step_token_row(r, scope->scope.token) : NULL;
    if (!owner) {
        incident(r, token, BPMN_TOKEN_STOPPED_LEAVING, "bpmn.no-transaction", T("“{0}” cancels, but lies in no transaction."),
                 step_element_name(r, token->token.element));
        return;
    }
    scope->scope.state = BPMN_SCOPE_COMPENSATING;
    touch(scope);
    keep_open_scopes(r, scope, scope);
    step_cancel_tokens(r, scope, NULL, BPMN_CLOSE_CANCELLED);
    step_cancel_waits(r, scope);
    step_cancel_waits(r, owner);
    step_compensate_scope(r, owner, scope);
}

void step_cancel_case(struct run *r, bool compensating) {
    struct row *root = step_root(r);
    if (!compensating || !r->model->has_compensation) {
        step_end_case(r, BPMN_END_CANCELLED, STR(""), NONE);
        return;
    }
    root->scope.state = BPMN_SCOPE_COMPENSATING;
    root->scope.suspended = false;
    touch(root);
    keep_open_scopes(r, root, root);
    struct row *driver = step_new_token(r, root, root->scope.element, NONE);
    step_cancel_tokens(r, root, driver, BPMN_CLOSE_CANCELLED);
    step_cancel_waits(r, root);
    step_compensate_scope(r, driver, root);
}
