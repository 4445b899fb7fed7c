/* step.c: events in, the loop until nothing moves, changes out. See step.h for the contract, run.h for the parts. */
#include "bpmn/run.h"

/* ---- telling ------------------------------------------------------------------------------------------------------ */

struct str step_element_name(const struct run *r, int32_t element) {
    if (element < 0) return STR("");
    const struct bpmn_element *e = element_of(r, element);
    return e->name.n ? e->name : e->id;
}

void step_refuse_with(struct run *r, const char *code, int32_t element, const struct str *sentence, size_t count) {
    if (r->refused) return;
    r->refused = true;
    struct fault *f = &r->changes->refusal;
    *f = (struct fault){.level = FAULT_ERROR, .code = code, .sentence_count = count > 4 ? 4 : count};
    f->place.element = bpmn_element_id(r->model, element);
    for (size_t i = 0; i < f->sentence_count; i++) f->sentence[i] = sentence[i];
    /* Faults are shown by text_format, which knows no sentence within a sentence. */
    for (size_t i = 1; i < f->sentence_count; i++)
        if (str_find_byte(sentence[i], '\x1f') >= 0)
            f->sentence[i] = bpmn_sentence(r->arena, LANGUAGE_ZH, (const struct str[]){STR("{0}"), sentence[i]}, 2);
}

static struct bpmn_visit *visit_record(struct run *r, struct row *token, enum bpmn_change_kind kind) {
    struct bpmn_visit *v = arena_new(r->arena, struct bpmn_visit);
    *v = (struct bpmn_visit){.id = token->token.visit, .scope = token->token.scope, .token = token->token.id,
                             .element = token->token.element, .flow = token->token.flow};
    step_change(r, kind)->visit = v;
    return v;
}

void step_tell_entered(struct run *r, struct row *token) {
    token->token.visit = step_new_id(r);
    touch(token);
    visit_record(r, token, BPMN_ENTERED);
}

void step_tell_left(struct run *r, struct row *token, enum bpmn_close_reason reason) {
    if (!token->token.visit) return;
    visit_record(r, token, BPMN_LEFT)->reason = reason;
    token->token.visit = 0;
    touch(token);
}

void step_tell_passed(struct run *r, struct row *token) {
    visit_record(r, token, BPMN_PASSED);
}

/* ---- incidents ---------------------------------------------------------------------------------------------------- */

static struct bpmn_incident *incident_record(struct run *r, struct row *token, enum bpmn_change_kind kind) {
    struct bpmn_incident *i = arena_new(r->arena, struct bpmn_incident);
    *i = (struct bpmn_incident){.id = token->token.work, .token = token->token.id, .scope = token->token.scope,
                                .element = token->token.element, .code = ""};
    step_change(r, kind)->incident = i;
    return i;
}

void step_incident_with(struct run *r, struct row *token, enum bpmn_token_state state, const char *code,
                   const struct str *sentence, size_t count) {
    if (is_stopped(token)) return;
    step_close_work(r, token, BPMN_CLOSE_FAILED);
    token->token.state = (uint8_t)state;
    token->token.work = step_new_id(r);
    touch(token);
    struct bpmn_incident *i = incident_record(r, token, BPMN_OPEN_INCIDENT);
    i->code = code;
    i->sentence_count = count > 4 ? 4 : count;
    for (size_t k = 0; k < i->sentence_count; k++) i->sentence[k] = arena_str(r->arena, sentence[k]);
}

struct str bpmn_sentence(struct arena *a, enum language language, const struct str *pieces, size_t count) {
    enum { MAX_PIECES = 8 };
    struct str outer[MAX_PIECES], inner[MAX_PIECES];
    if (count > MAX_PIECES) count = MAX_PIECES;
    for (size_t i = 0; i < count; i++) {
        struct str rest = pieces[i];
        size_t n = 0;
        while (n < MAX_PIECES && str_split(&rest, '\x1f', &inner[n])) n++;
        outer[i] = i == 0 ? pieces[i] : n > 1 ? text_format(a, language, inner, n) : text_in(language, pieces[i]);
    }
    return text_format(a, language, outer, count);
}

void step_close_incident(struct run *r, struct row *token) {
    incident_record(r, token, BPMN_CLOSE_INCIDENT);
    token->token.work = 0;
    touch(token);
}

/* ---- closing and cancelling --------------------------------------------------------------------------------------- */

static enum bpmn_change_kind close_kind(const struct run *r, const struct row *token) {
    switch (element_of(r, token->token.element)->kind) {
    case BPMN_USER_TASK: return BPMN_CLOSE_TASK;
    case BPMN_CALL_ACTIVITY: return BPMN_CLOSE_CALL;
    default: return BPMN_CLOSE_JOB;
    }
}

void step_close_work(struct run *r, struct row *token, enum bpmn_close_reason reason) {
    if (token->token.state == BPMN_TOKEN_COMPENSATING || !token->token.work) return;
    if (is_stopped(token)) {
        step_close_incident(r, token);
        return;
    }
    struct bpmn_close *c = arena_new(r->arena, struct bpmn_close);
    *c = (struct bpmn_close){.work = token->token.work, .token = token->token.id, .element = token->token.element, .reason = reason};
    bool listener = token->token.in_listener;
    step_change(r, listener ? BPMN_CLOSE_JOB : close_kind(r, token))->close = c;
    token->token.work = 0;
    touch(token);
}

void step_cancel_waits(struct run *r, struct row *owner) {
    if (owner->kind == ROW_TOKEN && !owner->token.has_waits) return;
    struct row_list waits = step_waits_of(r, owner);
    for (size_t i = 0; i < waits.count; i++) step_delete_row(r, waits.items[i]);
    if (owner->kind == ROW_TOKEN) owner->token.has_waits = false;
}

static void delete_kept_scopes(struct run *r, struct row *scope, enum bpmn_close_reason reason) {
    if (!r->model->has_compensation) return;
    struct row_list kept = step_compensations_of(r, scope);
    for (size_t i = 0; i < kept.count; i++) {
        struct row *child = kept.items[i]->compensation.child ? step_scope_row(r, kept.items[i]->compensation.child) : NULL;
        if (child) step_delete_scope(r, child, reason);
        step_delete_row(r, kept.items[i]);
    }
}

void step_cancel_tokens(struct run *r, struct row *scope, struct row *but, enum bpmn_close_reason reason) {
    struct row_list tokens = step_tokens_of(r, scope);
    for (size_t i = 0; i < tokens.count; i++)
        if (tokens.items[i] != but && !tokens.items[i]->deleted) step_cancel_token(r, tokens.items[i], reason);
}

void step_delete_scope(struct run *r, struct row *scope, enum bpmn_close_reason reason) {
    if (scope->scope.kind != BPMN_SCOPE_LOCAL) {
        if (scope->scope.live > 0 || r->model->has_inclusive) step_cancel_tokens(r, scope, NULL, reason);
        if (element_of(r, scope->scope.element)->event_processes.count) step_cancel_waits(r, scope);
        delete_kept_scopes(r, scope, reason);
    }
    step_delete_row(r, scope);
}

void step_cancel_token(struct run *r, struct row *token, enum bpmn_close_reason reason) {
    step_close_work(r, token, reason);
    step_cancel_waits(r, token);
    struct row *child = step_child_of(r, token);
    if (child) step_delete_scope(r, child, reason);
    token->token.child = 0;
    step_tell_left(r, token, reason);
    step_delete_row(r, token);
}

void step_end_case(struct run *r, enum bpmn_end_kind kind, struct str code, int32_t element) {
    if (r->ended) return;
    r->ended = true;
    struct row *root = NULL;
    for (size_t i = 0; i < r->row_count && !root; i++)
        if (r->rows[i]->kind == ROW_SCOPE && r->rows[i]->scope.kind == BPMN_SCOPE_PROCESS) root = r->rows[i];
    struct bpmn_end *end = arena_new(r->arena, struct bpmn_end);
    *end = (struct bpmn_end){.kind = kind, .code = code, .element = element};
    if (root) {
        end->variables = step_own_variables(r, root);
        step_delete_scope(r, root, kind == BPMN_END_COMPLETED ? BPMN_CLOSE_COMPLETED : BPMN_CLOSE_CANCELLED);
    }
    step_change(r, BPMN_CASE_ENDED)->end = end;
}

/* ---- the loop ----------------------------------------------------------------------------------------------------- */

void step_enqueue(struct run *r, struct row *token) {
    token->token.state = BPMN_TOKEN_MOVING;
    token->moved = true;
    touch(token);
    VEC_PUSH(r->arena, r->queue, r->queue_count, r->queue_capacity, token);
}

void step_touch_joins(struct run *r, struct row *scope) {
    if (!r->model->has_inclusive || scope->check_joins) return;
    scope->check_joins = true;
    VEC_PUSH(r->arena, r->touched, r->touched_count, r->touched_capacity, scope);
}

static bool move_all(struct run *r) {
    bool moved = false;
    while (r->queue_head < r->queue_count && !r->refused) {
        struct row *token = r->queue[r->queue_head++];
        if (token->deleted || token->token.state != BPMN_TOKEN_MOVING) continue;
        moved = true;
        if (r->moves++ >= BPMN_MOVES) {
            incident(r, token, BPMN_TOKEN_STOPPED_ENTERING, "bpmn.endless",
                     T("The process does not come to rest here: “{0}” is passed again and again."), step_element_name(r, token->token.element));
            continue;
        }
        step_arrive(r, token);
    }
    r->queue_head = r->queue_count = 0;
    return moved;
}

/* Looks at joins, one scope after the other, until one of them sets something moving. */
static void check_touched(struct run *r) {
    while (r->touched_count && r->queue_count == 0) {
        struct row *scope = r->touched[--r->touched_count];
        scope->check_joins = false;
        if (!scope->deleted) step_check_inclusive_joins(r, scope);
    }
}

/* Until nothing moves, no condition comes true and no join opens. Joins wait for all other movement to end. */
static void run_to_rest(struct run *r) {
    do {
        while (move_all(r)) {}
        if (r->variables_changed && r->model->has_conditions && !r->ended) {
            r->variables_changed = false;
            step_check_conditions(r, NULL);
            if (r->queue_count) continue;
        }
        if (r->touched_count && !r->ended) check_touched(r);
    } while (r->queue_count && !r->refused);
}

/* ---- events ------------------------------------------------------------------------------------------------------- */

static bool stale(struct run *r) {
    r->changes->outcome = BPMN_STEP_STALE;
    return false;
}

/* An instantiating event-based gateway: the event that came goes on; a parallel one still waits for the others. */
static void start_behind_gateway(struct run *r, struct row *scope, int32_t element) {
    const struct bpmn_element *e = element_of(r, element);
    if (!e->incoming.count) return;
    int32_t gateway = r->model->flows[e->incoming.items[0]].source;
    const struct bpmn_element *g = element_of(r, gateway);
    if (g->kind != BPMN_EVENT_GATEWAY || !g->instantiate) return;
    for (size_t i = 0; i < g->outgoing.count && g->event_gateway_parallel; i++) {
        int32_t flow = g->outgoing.items[i], other = r->model->flows[flow].target;
        if (other != element) step_enqueue(r, step_new_token(r, scope, other, flow));
    }
}

/* A parallel multiple start event: the others of its definitions must come as well. */
static void wait_for_others(struct run *r, struct row *scope, struct row *token, int64_t came) {
    struct str reason;
    token->token.state = BPMN_TOKEN_ACTIVE;
    step_tell_entered(r, token);
    if (!step_arm(r, scope, token, token->token.element, &reason)) {
        refuse(r, "bpmn.wait", token->token.element, T("“{0}” cannot wait: {1}"), step_element_name(r, token->token.element), reason);
        return;
    }
    struct row_list waits = step_waits_of(r, token);
    for (size_t i = 0; i < waits.count; i++) waits.items[i]->wait.met = waits.items[i]->wait.definition == came;
}

/* A process that begins by a condition begins only when that holds. */
static bool may_start(struct run *r, struct row *scope, const struct bpmn_element *e, struct feel_value variables) {
    struct extra extra = {.context = variables.kind == FEEL_CONTEXT ? variables : feel_null()};
    for (size_t i = 0; i < e->definition_count; i++) {
        const struct bpmn_definition *d = &e->definitions[i];
        if (d->type != BPMN_EVENT_CONDITIONAL_TYPE || e->definition_count > 1) continue;
        if (feel_is_true(step_evaluate(r, &d->expression, scope, &extra, NULL))) continue;
        refuse(r, "bpmn.start-condition", NONE, T("The condition by which “{0}” begins does not hold."), e->name.n ? e->name : e->id);
        return false;
    }
    return true;
}

static bool start_at(struct run *r, struct row *scope, const struct bpmn_event *event) {
    int32_t element = event->element;
    const struct bpmn_element *e = element_of(r, element);
    if (!may_start(r, scope, e, event->variables)) return false;
    start_behind_gateway(r, scope, element);
    struct row *token = step_new_token(r, scope, element, NONE);
    if (!step_apply_result(r, token, e, event->variables)) return true;
    if (e->kind == BPMN_START_EVENT && e->parallel_multiple && e->definition_count > 1) {
        wait_for_others(r, scope, token, event->wait);
        return true;
    }
    bool event_came = e->kind == BPMN_START_EVENT || e->kind == BPMN_CATCH_EVENT;
    if (event_came) step_pass(r, token);
    else if (e->kind == BPMN_RECEIVE_TASK) { /* its message is what started the case */
        step_tell_entered(r, token);
        step_finish_activity(r, token);
    } else { /* somewhere in the middle, as an operator may ask for */
        token->admitted = true;
        step_enqueue(r, token);
    }
    return true;
}

static bool can_start_at(const struct run *r, int32_t process, int32_t element) {
    const struct bpmn_element *e = element_of(r, element);
    if (e->parent != process || e->kind == BPMN_BOUNDARY_EVENT || e->kind == BPMN_DATA_OBJECT) return false;
    return !e->triggered_by_event && !e->for_compensation;
}

static bool handle_start(struct run *r, const struct bpmn_event *event) {
    int32_t element = event->element;
    int32_t process = element >= 0 && (size_t)element < r->model->element_count ? element_of(r, element)->process
                                                                                : bpmn_find_process(r->model, event->name);
    if (process < 0 || element_of(r, process)->kind != BPMN_PROCESS) {
        refuse(r, "bpmn.no-process", NONE, T("There is no process “{0}” in this file."), event->name);
        return false;
    }
    struct row *root = step_new_scope(r, BPMN_SCOPE_PROCESS, process, NULL, NULL);
    bool at_element = element >= 0 && element != process;
    if (at_element && !can_start_at(r, process, element)) {
        refuse(r, "bpmn.start-element", element, T("A case cannot be led to that element."));
        return false;
    }
    if (!at_element) step_propagate_all(r, root, event->variables);
    struct str reason;
    if (!step_arm_event_processes(r, root, &reason)) {
        refuse(r, "bpmn.event-process", process, T("An event sub-process of “{0}” cannot wait: {1}"), step_element_name(r, process), reason);
        return false;
    }
    if (root->scope.state == BPMN_SCOPE_INTERRUPTED) return true;
    if (at_element) return start_at(r, root, event);
    if (!element_of(r, process)->entries.count && element_of(r, process)->starts.count) {
        refuse(r, "bpmn.no-start", process, T("“{0}” starts by an event only."), step_element_name(r, process));
        return false;
    }
    step_start_entries(r, root, process);
    step_finish_if_empty(r, root);
    return true;
}

/* The token whose open work the event answers; NULL when it has gone on meanwhile. */
static struct row *working_token(struct run *r, const struct bpmn_event *event) {
    struct row *token = step_token_row(r, event->token);
    if (!token || !event->work || token->token.work != event->work) return NULL;
    if (is_stopped(token) != (event->kind == BPMN_EVENT_RETRY)) return NULL;
    return token->token.state == BPMN_TOKEN_COMPENSATING ? NULL : token;
}

static bool handle_done(struct run *r, const struct bpmn_event *event) {
    struct row *token = working_token(r, event);
    if (!token) return stale(r);
    const struct bpmn_element *e = element_of(r, token->token.element);
    bool listener = token->token.in_listener;
    if (e->kind == BPMN_USER_TASK && !e->loop && !token->token.waiter) r->completed_visit = token->token.visit;
    token->token.origin = token->token.visit;
    step_close_work(r, token, BPMN_CLOSE_COMPLETED);
    if (listener) step_listener_done(r, token, event->variables);
    else step_work_done(r, token, event->variables);
    return true;
}

static bool handle_failed(struct run *r, const struct bpmn_event *event) {
    struct row *token = working_token(r, event);
    if (!token) return stale(r);
    if (event->retries > 0) return true;
    incident(r, token, BPMN_TOKEN_STOPPED_ACTIVE, "bpmn.job-failed", T("“{0}” failed: {1}"),
             step_element_name(r, token->token.element), event->text);
    return true;
}

static bool handle_error(struct run *r, const struct bpmn_event *event) {
    struct row *token = working_token(r, event);
    if (!token) return stale(r);
    if (step_throw_error(r, scope_of(r, token), token, event->name, event->variables)) return true;
    incident(r, token, BPMN_TOKEN_STOPPED_ACTIVE, "bpmn.error-not-caught", T("“{0}” reported the error “{1}”, and nothing in the process handles it. {2}"),
             step_element_name(r, token->token.element), event->name, event->text);
    return true;
}

static bool handle_escalation(struct run *r, const struct bpmn_event *event) {
    struct row *token = working_token(r, event);
    if (!token) return stale(r);
    step_throw_escalation(r, scope_of(r, token), token, event->name, event->variables);
    return true;
}

static bool handle_wait(struct run *r, const struct bpmn_event *event) {
    struct row *wait = step_wait_row(r, event->wait);
    enum bpmn_wait_kind wanted = event->kind == BPMN_EVENT_TIMER ? BPMN_WAIT_TIMER : BPMN_WAIT_MESSAGE;
    if (!wait || wait->wait.kind != wanted) return stale(r);
    step_fire(r, wait, event->variables);
    return true;
}

static bool handle_signal(struct run *r, const struct bpmn_event *event) {
    step_throw_signal(r, event->name, event->variables);
    return true;
}

struct row *step_root(struct run *r) {
    return step_scope_row(r, r->host->root ? r->host->root : 1);
}

static bool handle_variables(struct run *r, const struct bpmn_event *event) {
    struct row *scope = step_root(r);
    if (event->token) {
        struct row *token = step_token_row(r, event->token);
        struct row *child = token ? step_child_of(r, token) : NULL;
        scope = child ? child : token ? scope_of(r, token) : NULL;
    }
    if (!scope) return stale(r);
    if (event->token) step_propagate_all(r, scope, event->variables);
    else if (event->variables.kind == FEEL_CONTEXT)
        for (size_t i = 0; i < event->variables.context->count; i++)
            step_set_variable(r, scope, event->variables.context->entries[i].name, event->variables.context->entries[i].value);
    r->variables_changed = true;
    return true;
}

/* What stopped it is asked again: how a cancelled transaction goes on, whether an ad-hoc sub-process is complete, the
 * conditions of the flows. */
static void leave_again(struct run *r, struct row *token) {
    const struct row *child = step_child_of(r, token);
    if (child && child->scope.state == BPMN_SCOPE_COMPENSATING) step_transaction_cancelled(r, token);
    else if (!step_check_ad_hoc(r, scope_of(r, token), token)) step_leave(r, token);
}

static bool handle_retry(struct run *r, const struct bpmn_event *event) {
    struct row *token = working_token(r, event);
    if (!token) return stale(r);
    if (event->variables.kind == FEEL_CONTEXT) step_propagate_all(r, scope_of(r, token), event->variables);
    enum bpmn_token_state state = token->token.state;
    token->token.origin = token->token.visit; /* mended by somebody else: what stood before cannot be taken back any more */
    step_close_incident(r, token);
    token->token.state = BPMN_TOKEN_ACTIVE;
    switch (state) {
    case BPMN_TOKEN_STOPPED_ACTIVE: step_perform(r, token); break;
    case BPMN_TOKEN_STOPPED_RESULT: step_work_done(r, token, feel_null()); break;
    case BPMN_TOKEN_STOPPED_LEAVING: leave_again(r, token); break;
    default:
        step_cancel_waits(r, token);
        if (step_child_of(r, token)) step_delete_scope(r, step_child_of(r, token), BPMN_CLOSE_FAILED);
        token->token.child = 0;
        step_tell_left(r, token, BPMN_CLOSE_FAILED);
        token->admitted = true; /* the tokens that startQuantity asks for have come already */
        step_enqueue(r, token);
    }
    return true;
}

static bool handle_suspend(struct run *r, const struct bpmn_event *event) {
    struct row *root = step_root(r);
    if (!root) return stale(r);
    bool suspend = event->kind == BPMN_EVENT_SUSPEND;
    if ((root->scope.suspended != 0) == suspend) return stale(r);
    root->scope.suspended = suspend;
    touch(root);
    return true;
}

static bool handle_cancel(struct run *r, const struct bpmn_event *event) {
    if (!step_root(r)) return stale(r);
    step_cancel_case(r, event->compensate);
    return true;
}

static bool handle_office(struct run *r, const struct bpmn_event *event) {
    if (!step_root(r)) return stale(r);
    switch (event->kind) {
    case BPMN_EVENT_MOVE: step_office_move(r, event); break;
    case BPMN_EVENT_WITHDRAW: step_office_withdraw(r, event); break;
    case BPMN_EVENT_ADD_SIGNER: step_office_add_signer(r, event); break;
    case BPMN_EVENT_ACTIVATE: step_office_activate(r, event); break;
    default: step_migrate(r, event); break;
    }
    return r->changes->outcome == BPMN_STEP_DONE;
}

static bool (*const handlers[])(struct run *, const struct bpmn_event *) = {
    [BPMN_EVENT_START] = handle_start,
    [BPMN_EVENT_TASK_COMPLETED] = handle_done,
    [BPMN_EVENT_JOB_COMPLETED] = handle_done,
    [BPMN_EVENT_JOB_FAILED] = handle_failed,
    [BPMN_EVENT_ERROR] = handle_error,
    [BPMN_EVENT_ESCALATION] = handle_escalation,
    [BPMN_EVENT_CALL_COMPLETED] = handle_done,
    [BPMN_EVENT_TIMER] = handle_wait,
    [BPMN_EVENT_MESSAGE] = handle_wait,
    [BPMN_EVENT_SIGNAL] = handle_signal,
    [BPMN_EVENT_VARIABLES] = handle_variables,
    [BPMN_EVENT_RETRY] = handle_retry,
    [BPMN_EVENT_SUSPEND] = handle_suspend,
    [BPMN_EVENT_RESUME] = handle_suspend,
    [BPMN_EVENT_CANCEL] = handle_cancel,
    [BPMN_EVENT_MOVE] = handle_office,
    [BPMN_EVENT_WITHDRAW] = handle_office,
    [BPMN_EVENT_ADD_SIGNER] = handle_office,
    [BPMN_EVENT_ACTIVATE] = handle_office,
    [BPMN_EVENT_MIGRATE] = handle_office,
};

/* What a suspended case still takes. */
static bool works_suspended(enum bpmn_event_kind kind) {
    return kind == BPMN_EVENT_START || kind == BPMN_EVENT_SUSPEND || kind == BPMN_EVENT_RESUME || kind == BPMN_EVENT_CANCEL ||
           kind == BPMN_EVENT_MIGRATE;
}

void bpmn_step(const struct bpmn_host *host, const struct bpmn_event *event, int64_t next_id, instant now,
               struct arena *arena, struct bpmn_changes *changes) {
    *changes = (struct bpmn_changes){.next_id = next_id};
    struct run *r = arena_new(arena, struct run);
    r->host = host;
    r->model = host->model;
    r->arena = arena;
    r->changes = changes;
    r->now = now;
    r->next_id = next_id;
    step_rows_init(r);
    if (!works_suspended(event->kind)) {
        struct row *root = step_root(r);
        if (root && root->scope.suspended) {
            changes->outcome = BPMN_STEP_SUSPENDED;
            return;
        }
    }
    if (handlers[event->kind](r, event) && !r->refused) run_to_rest(r);
    if (r->refused) changes->outcome = BPMN_STEP_REFUSED;
    if (changes->outcome != BPMN_STEP_DONE) {
        changes->count = 0;
        return;
    }
    step_flush_rows(r);
    changes->next_id = r->next_id;
}
