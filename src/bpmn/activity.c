/* activity.c: an activity from entering to leaving (BPMN 13.3.2): input mappings, boundary events, listeners, the
 * work itself, results and output mappings, and on.
 *
 * Listeners and the work form one sequence: start listeners, creating listeners, the work, completing listeners, end
 * listeners. token.stage counts how far it is. See run.h.
 */
#include "bpmn/run.h"

/* ---- scopes of an activity ------------------------------------------------------------------------------------------ */

struct row *step_child_of(struct run *r, const struct row *token) {
    return token->token.child ? step_scope_row(r, token->token.child) : NULL;
}

bool step_is_inner(struct run *r, const struct row *token) {
    struct row *scope = scope_of(r, token);
    return scope && scope->scope.element == token->token.element &&
           (scope->scope.kind == BPMN_SCOPE_LOOP || scope->scope.kind == BPMN_SCOPE_SIGNERS);
}

/* The process or global task of this file that a call activity calls; -1 when it is elsewhere. */
static int32_t called_element(struct run *r, struct row *token, const struct bpmn_element *e) {
    if (!e->called.feel) return e->called_element;
    int32_t found = bpmn_find(r->model, step_evaluate_text(r, &e->called, scope_of(r, token), NULL));
    return found >= 0 && element_of(r, found)->parent < 0 ? found : NONE;
}

static enum bpmn_scope_kind scope_kind(const struct bpmn_element *e, int32_t called) {
    if (e->kind == BPMN_SUB_PROCESS || e->kind == BPMN_TRANSACTION || e->kind == BPMN_AD_HOC) return BPMN_SCOPE_SUB;
    return called >= 0 ? BPMN_SCOPE_CALL : BPMN_SCOPE_LOCAL;
}

/* Data objects and properties are variables of their scope, null at first (10.3.1). */
void step_declare_data(struct run *r, struct row *scope) {
    const struct bpmn_element *e = element_of(r, scope->scope.element);
    for (size_t i = 0; i < e->data.count; i++)
        step_set_variable(r, scope, element_of(r, e->data.items[i])->name, feel_null());
}

struct row *step_local_scope(struct run *r, struct row *token, enum bpmn_scope_kind kind) {
    struct row *child = step_child_of(r, token);
    if (child) return child;
    int32_t element = token->token.element;
    if (kind == BPMN_SCOPE_CALL) element = called_element(r, token, element_of(r, element));
    child = step_new_scope(r, kind, element, scope_of(r, token), token);
    step_declare_data(r, child);
    return child;
}

/* A scope for what is local to the token, of the kind that its element needs. */
static struct row *open_scope(struct run *r, struct row *token) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    int32_t called = e->kind == BPMN_CALL_ACTIVITY ? called_element(r, token, e) : NONE;
    return step_local_scope(r, token, scope_kind(e, called));
}

enum { MAX_CALLS = 50 };

static bool too_deep(struct run *r, struct row *token) {
    int calls = 0;
    for (struct row *s = scope_of(r, token); s; s = s->scope.parent ? step_scope_row(r, s->scope.parent) : NULL)
        calls += s->scope.kind == BPMN_SCOPE_CALL;
    return calls >= MAX_CALLS;
}

/* ---- entering --------------------------------------------------------------------------------------------------------- */

static void map_input(struct run *r, struct row *token, struct row *child, const struct bpmn_mapping *m) {
    /* A called process sees nothing of its caller, but its inputs are computed on the caller's side. */
    struct extra own = {.context = feel_null()};
    bool call = child->scope.kind == BPMN_SCOPE_CALL;
    if (call) own.context = step_own_variables(r, child);
    struct row *from = call ? scope_of(r, token) : child;
    struct feel_value v = feel_null();
    if (m->source.feel) v = step_evaluate(r, &m->source, from, &own, NULL);
    else v = feel_string(m->source.text);
    step_assign(r, child, m->target, v, true);
}

/* Data associations without a transformation copy a variable, if there is one. */
static void map_data_input(struct run *r, struct row *token, struct row *child, const struct bpmn_mapping *m) {
    struct feel_value v;
    if (m->source.feel) map_input(r, token, child, m);
    else if (step_find_variable(r, scope_of(r, token), m->source.text, &v)) step_set_variable(r, child, m->target, v);
}

static void enter_data(struct run *r, struct row *token, const struct bpmn_element *e) {
    int32_t called = e->kind == BPMN_CALL_ACTIVITY ? called_element(r, token, e) : NONE;
    bool local = e->input_count || e->data_input_count || e->data.count;
    if (scope_kind(e, called) == BPMN_SCOPE_LOCAL && !local) return;
    struct row *child = step_local_scope(r, token, scope_kind(e, called));
    if (child->scope.kind == BPMN_SCOPE_CALL && e->propagate_all_parent_variables) {
        struct feel_value all = step_visible_variables(r, scope_of(r, token));
        for (size_t i = 0; i < all.context->count; i++)
            if (!step_own_variable(r, child, all.context->entries[i].name))
                step_set_variable(r, child, all.context->entries[i].name, all.context->entries[i].value);
    }
    for (size_t i = 0; i < e->data_input_count; i++) map_data_input(r, token, child, &e->data_inputs[i]);
    for (size_t i = 0; i < e->input_count; i++) map_input(r, token, child, &e->inputs[i]);
}

static void cannot_wait(struct run *r, struct row *token, struct str reason) {
    step_cancel_waits(r, token);
    incident(r, token, BPMN_TOKEN_STOPPED_ENTERING, "bpmn.wait", T("“{0}” cannot wait: {1}"),
             step_element_name(r, token->token.element), reason);
}

static void next_stage(struct run *r, struct row *token);

void step_start_activity(struct run *r, struct row *token) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    bool inner = step_is_inner(r, token);
    struct str reason;
    step_tell_entered(r, token);
    token->token.stage = 0;
    if (e->kind == BPMN_CALL_ACTIVITY && too_deep(r, token)) {
        incident(r, token, BPMN_TOKEN_STOPPED_ENTERING, "bpmn.too-deep", T("“{0}” calls processes within processes too deeply."),
                 step_element_name(r, token->token.element));
        return;
    }
    bool loop = e->loop && !inner;
    if (!loop) enter_data(r, token, e);
    if (!inner && !step_arm_boundaries(r, token, &reason)) {
        cannot_wait(r, token, reason);
        return;
    }
    if (r->model->has_conditions && token->token.has_waits) step_check_conditions(r, token);
    if (token->deleted) return;
    if (loop) step_loop_start(r, token);
    else next_stage(r, token);
}

/* ---- listeners -------------------------------------------------------------------------------------------------------- */

static const struct bpmn_listener *nth_listener(const struct bpmn_listener *list, size_t count, const char *when, size_t *n) {
    for (size_t i = 0; i < count; i++) {
        if (!str_eqz(list[i].when, when)) continue;
        if (*n == 0) return &list[i];
        (*n)--;
    }
    return NULL;
}

enum stage { STAGE_LISTENER, STAGE_WORK, STAGE_DONE };

static enum stage stage_of(const struct bpmn_element *e, size_t stage, const struct bpmn_listener **out, bool *out_task) {
    *out_task = false;
    *out = nth_listener(e->execution_listeners, e->execution_listener_count, "start", &stage);
    if (*out) return STAGE_LISTENER;
    *out_task = true;
    *out = nth_listener(e->task_listeners, e->task_listener_count, "creating", &stage);
    if (*out) return STAGE_LISTENER;
    if (stage-- == 0) return STAGE_WORK;
    *out = nth_listener(e->task_listeners, e->task_listener_count, "completing", &stage);
    if (*out) return STAGE_LISTENER;
    *out_task = false;
    *out = nth_listener(e->execution_listeners, e->execution_listener_count, "end", &stage);
    return *out ? STAGE_LISTENER : STAGE_DONE;
}

static struct bpmn_property_value *evaluate_properties(struct run *r, const struct bpmn_property *list, size_t count, struct row *scope) {
    struct bpmn_property_value *out = arena_array(r->arena, struct bpmn_property_value, count);
    for (size_t i = 0; i < count; i++)
        out[i] = (struct bpmn_property_value){.name = list[i].name, .value = step_evaluate(r, &list[i].value, scope, NULL, NULL)};
    return out;
}

static struct bpmn_job *open_job(struct run *r, struct row *token, const struct bpmn_expression *type, const struct bpmn_expression *retries) {
    struct row *child = step_child_of(r, token), *seen = child && child->scope.kind != BPMN_SCOPE_CALL ? child : scope_of(r, token);
    struct bpmn_job *job = arena_new(r->arena, struct bpmn_job);
    int64_t count = 3; /* Camunda's default number of attempts */
    struct str text = step_evaluate_text(r, retries, seen, NULL);
    if (!str_to_int64(text, &count) || count < 0 || count > 1000) count = 3;
    token->token.work = step_new_id(r);
    token->token.state = BPMN_TOKEN_ACTIVE;
    touch(token);
    *job = (struct bpmn_job){.work = token->token.work, .token = token->token.id, .scope = token->token.scope, .visit = token->token.visit,
                             .element = token->token.element, .type = step_evaluate_text(r, type, seen, NULL), .retries = (int32_t)count,
                             .inputs = child ? step_own_variables(r, child) : feel_null()};
    step_change(r, BPMN_OPEN_JOB)->job = job;
    return job;
}

static void open_listener(struct run *r, struct row *token, const struct bpmn_listener *l, bool task) {
    struct bpmn_job *job = open_job(r, token, &l->type, &l->retries);
    job->kind = task ? BPMN_JOB_TASK_LISTENER : BPMN_JOB_EXECUTION_LISTENER;
    job->when = l->when;
    job->headers = evaluate_properties(r, l->headers, l->header_count, scope_of(r, token));
    job->header_count = l->header_count;
    token->token.in_listener = true;
}

static void next_stage(struct run *r, struct row *token) {
    const struct bpmn_listener *listener;
    bool task;
    switch (stage_of(element_of(r, token->token.element), token->token.stage, &listener, &task)) {
    case STAGE_LISTENER: open_listener(r, token, listener, task); break;
    case STAGE_WORK: step_perform(r, token); break;
    case STAGE_DONE: step_finish_activity(r, token); break;
    }
}

void step_listener_done(struct run *r, struct row *token, struct feel_value result) {
    struct row *child = step_child_of(r, token);
    step_propagate_all(r, child && child->scope.kind != BPMN_SCOPE_CALL ? child : scope_of(r, token), result);
    token->token.in_listener = false;
    token->token.stage++;
    touch(token);
    next_stage(r, token);
}

/* ---- user tasks ------------------------------------------------------------------------------------------------------- */

static struct str text_of(struct run *r, struct feel_value v) {
    return v.kind == FEEL_STRING ? v.string : v.kind == FEEL_NULL ? STR("") : feel_text(r->arena, v);
}

/* A list of texts, or one text with commas. */
static const struct str *names_of(struct run *r, const struct bpmn_expression *e, struct row *scope, size_t *out_count) {
    struct str *names = NULL;
    size_t capacity = 0;
    *out_count = 0;
    if (!e->present) return NULL;
    struct feel_value v = step_evaluate(r, e, scope, NULL, NULL);
    if (v.kind == FEEL_LIST) {
        for (size_t i = 0; i < v.list->count; i++) VEC_PUSH(r->arena, names, *out_count, capacity, text_of(r, v.list->items[i]));
        return names;
    }
    struct str rest = text_of(r, v), name;
    while (str_split(&rest, ',', &name))
        if (str_trim(name).n) VEC_PUSH(r->arena, names, *out_count, capacity, str_trim(name));
    return names;
}

/* A date and time, a date, a duration from now, or the text of one. */
static instant instant_of(struct run *r, const struct bpmn_expression *e, struct row *scope) {
    instant at = 0;
    if (!e->present) return 0;
    struct feel_value v = step_evaluate(r, e, scope, NULL, NULL);
    if (v.kind == FEEL_STRING) v = feel_parse_temporal(r->arena, v.string);
    if (v.kind == FEEL_DAYS_TIME) return r->now + v.duration.seconds * MICROS_A_SECOND;
    return feel_to_instant(v, r->host->zone, &at) ? at : 0;
}

static int32_t priority_of(struct run *r, const struct bpmn_expression *e, struct row *scope) {
    int64_t priority = 50;
    struct feel_value v = step_evaluate(r, e, scope, NULL, NULL);
    if (v.kind == FEEL_NUMBER && !decimal_to_int(v.number, &priority)) return 50;
    if (v.kind == FEEL_STRING && !str_to_int64(v.string, &priority)) return 50;
    return priority < 0 ? 0 : priority > 100 ? 100 : (int32_t)priority;
}

static void assign_task(struct run *r, struct bpmn_task *task, const struct bpmn_element *e, struct row *scope) {
    const struct bpmn_user_task *u = e->user;
    if (u) {
        if (!task->added_signer) {
            task->assignee = task->assignee.n ? task->assignee : step_evaluate_text(r, &u->assignee, scope, NULL);
            task->candidate_groups = names_of(r, &u->candidate_groups, scope, &task->candidate_group_count);
            task->candidate_users = names_of(r, &u->candidate_users, scope, &task->candidate_user_count);
        }
        task->due = instant_of(r, &u->due, scope);
        task->follow_up = instant_of(r, &u->follow_up, scope);
        task->priority = u->priority.present ? priority_of(r, &u->priority, scope) : 50;
        task->form = step_evaluate_text(r, &u->form, scope, NULL);
    }
    bool nobody = !task->assignee.n && !task->candidate_group_count && !task->candidate_user_count;
    if (nobody && e->lane >= 0 && !task->added_signer) {
        task->candidate_groups = &r->model->lanes[e->lane].role;
        task->candidate_group_count = 1;
    }
}

void step_open_task(struct run *r, struct row *token, struct str assignee, bool added) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    struct row *child = step_child_of(r, token), *scope = child ? child : scope_of(r, token);
    struct bpmn_task *task = arena_new(r->arena, struct bpmn_task);
    token->token.work = step_new_id(r);
    token->token.state = BPMN_TOKEN_ACTIVE;
    token->token.in_listener = false;
    touch(token);
    *task = (struct bpmn_task){.work = token->token.work, .token = token->token.id, .scope = token->token.scope, .visit = token->token.visit,
                               .element = token->token.element, .assignee = assignee, .priority = 50, .added_signer = added};
    assign_task(r, task, e, scope);
    if (e->property_count) {
        task->properties = evaluate_properties(r, e->properties, e->property_count, scope);
        task->property_count = e->property_count;
    }
    step_change(r, BPMN_OPEN_TASK)->task = task;
}

/* ---- the other kinds of work --------------------------------------------------------------------------------------------- */

static void tell_result(struct run *r, struct row *token, struct feel_value value) {
    struct bpmn_thrown *t = arena_new(r->arena, struct bpmn_thrown);
    *t = (struct bpmn_thrown){.scope = token->token.scope, .element = token->token.element, .variables = value};
    step_change(r, BPMN_RESULT)->thrown = t;
}

/* The value of a script or decision as the activity's result. */
static struct feel_value as_result(struct run *r, const struct bpmn_element *e, struct feel_value value) {
    if (!e->result_variable.n) return value;
    struct feel_value named = feel_context(r->arena, 1);
    feel_context_put(r->arena, named, e->result_variable, value);
    return named;
}

static void run_script(struct run *r, struct row *token, const struct bpmn_element *e) {
    struct row *child = step_child_of(r, token);
    struct str reason = STR("");
    if (!e->script.feel) {
        incident(r, token, BPMN_TOKEN_STOPPED_ACTIVE, "bpmn.script-language", T("The script of “{0}” is not in FEEL."),
                 step_element_name(r, token->token.element));
        return;
    }
    struct feel_value v = step_evaluate(r, &e->script, child ? child : scope_of(r, token), NULL, NULL);
    if (v.kind == FEEL_NULL) step_evaluate(r, &e->script, child ? child : scope_of(r, token), NULL, &reason);
    if (reason.n) {
        incident(r, token, BPMN_TOKEN_STOPPED_ACTIVE, "bpmn.script", T("The script of “{0}” failed: {1}"),
                 step_element_name(r, token->token.element), reason);
        return;
    }
    tell_result(r, token, v);
    step_work_done(r, token, as_result(r, e, v));
}

static void decide(struct run *r, struct row *token, const struct bpmn_element *e) {
    struct row *child = step_child_of(r, token), *scope = child ? child : scope_of(r, token);
    struct str id = step_evaluate_text(r, &e->decision, scope, NULL), why[4] = {T("There is no decision “{0}”."), id};
    struct feel_value v = feel_null();
    size_t why_count = 2;
    bool good = r->host->evaluate_decision && r->host->evaluate_decision(r->host->decision_context, id, step_visible_variables(r, scope), r->now,
                                                                        r->arena, &v, why, &why_count);
    if (!good) {
        step_incident_with(r, token, BPMN_TOKEN_STOPPED_ACTIVE, "bpmn.decision", why, why_count);
        return;
    }
    tell_result(r, token, v);
    step_work_done(r, token, as_result(r, e, v));
}

static void send_message(struct run *r, struct row *token, const struct bpmn_element *e) {
    if (e->message) step_throw_definition(r, token, e->message, token->token.element);
    step_work_done(r, token, feel_null());
}

static void open_call(struct run *r, struct row *token, const struct bpmn_element *e) {
    struct row *child = step_child_of(r, token), *scope = scope_of(r, token);
    struct bpmn_call *call = arena_new(r->arena, struct bpmn_call);
    struct str process = step_evaluate_text(r, &e->called, child ? child : scope, NULL);
    if (!process.n) {
        incident(r, token, BPMN_TOKEN_STOPPED_ENTERING, "bpmn.no-call", T("“{0}” does not say which process it calls."),
                 step_element_name(r, token->token.element));
        return;
    }
    token->token.work = step_new_id(r);
    touch(token);
    *call = (struct bpmn_call){.work = token->token.work, .token = token->token.id, .scope = token->token.scope, .visit = token->token.visit,
                               .element = token->token.element, .process = process, .version_tag = e->called_version_tag, .binding = e->binding};
    if (e->propagate_all_parent_variables) call->variables = step_visible_variables(r, child ? child : scope);
    else call->variables = child ? step_own_variables(r, child) : feel_context(r->arena, 0);
    step_change(r, BPMN_OPEN_CALL)->call = call;
}

static void call(struct run *r, struct row *token, const struct bpmn_element *e) {
    int32_t called = called_element(r, token, e);
    if (called < 0) {
        open_call(r, token, e);
        return;
    }
    struct row *child = open_scope(r, token);
    const struct bpmn_element *target = element_of(r, called);
    if (target->kind != BPMN_PROCESS) step_enqueue(r, step_new_token(r, child, called, NONE));
    else step_open_container(r, token, true);
}

static void receive(struct run *r, struct row *token) {
    struct str reason;
    if (!step_arm(r, scope_of(r, token), token, token->token.element, &reason)) cannot_wait(r, token, reason);
}

void step_perform(struct run *r, struct row *token) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    switch (e->kind) {
    case BPMN_USER_TASK: step_open_task(r, token, STR(""), false); break;
    case BPMN_SUB_PROCESS:
    case BPMN_TRANSACTION:
    case BPMN_AD_HOC: step_open_container(r, token, true); break;
    case BPMN_CALL_ACTIVITY: call(r, token, e); break;
    case BPMN_RECEIVE_TASK: receive(r, token); break;
    case BPMN_TASK:
    case BPMN_MANUAL_TASK: step_work_done(r, token, feel_null()); break;
    case BPMN_SEND_TASK:
        if (!e->job_type.present) {
            send_message(r, token, e);
            break;
        }
        /* fall through */
    default: {
        if (e->kind == BPMN_RULE_TASK && e->decision.present) {
            decide(r, token, e);
        } else if (e->kind == BPMN_SCRIPT_TASK && !e->job_type.present) {
            run_script(r, token, e);
        } else {
            struct bpmn_job *job = open_job(r, token, &e->job_type, &e->job_retries);
            job->headers = evaluate_properties(r, e->headers, e->header_count, scope_of(r, token));
            job->header_count = e->header_count;
            job->when = STR("");
        }
    }
    }
}

/* ---- containers --------------------------------------------------------------------------------------------------------- */

static bool is_listed(struct run *r, struct feel_value list, int32_t element) {
    if (list.kind == FEEL_STRING) return str_eq(list.string, element_of(r, element)->id);
    for (size_t i = 0; list.kind == FEEL_LIST && i < list.list->count; i++)
        if (list.list->items[i].kind == FEEL_STRING && str_eq(list.list->items[i].string, element_of(r, element)->id)) return true;
    return false;
}

/* Ad-hoc: nobody has chosen, so every inner activity runs once, unless the model names those to begin with. */
void step_start_entries(struct run *r, struct row *scope, int32_t container) {
    const struct bpmn_element *c = element_of(r, container);
    struct feel_value listed = feel_null();
    bool begun = false;
    if (c->active_elements.present) listed = step_evaluate(r, &c->active_elements, scope, NULL, NULL);
    for (size_t i = 0; i < c->entries.count; i++) {
        int32_t entry = c->entries.items[i];
        if (c->active_elements.present && !is_listed(r, listed, entry)) continue;
        struct row *token = step_new_token(r, scope, entry, NONE);
        if (scope->scope.token) {
            struct row *owner = step_token_row(r, scope->scope.token);
            if (owner) token->token.origin = owner->token.origin;
        }
        if (c->kind == BPMN_AD_HOC && c->ad_hoc_sequential && begun) token->token.state = BPMN_TOKEN_QUEUED;
        else step_enqueue(r, token);
        begun = true;
    }
}

struct row *step_open_container(struct run *r, struct row *token, bool entries) {
    struct row *scope = open_scope(r, token);
    struct str reason;
    token->token.state = BPMN_TOKEN_ACTIVE;
    touch(token);
    if (!step_arm_event_processes(r, scope, &reason)) {
        cannot_wait(r, token, reason);
        return scope;
    }
    if (!entries || scope->deleted || scope->scope.state == BPMN_SCOPE_INTERRUPTED) return scope;
    step_start_entries(r, scope, scope->scope.element);
    step_finish_if_empty(r, scope);
    return scope;
}

struct row *step_enter_container(struct run *r, struct row *token) {
    struct str reason;
    step_tell_entered(r, token);
    token->token.state = BPMN_TOKEN_ACTIVE;
    enter_data(r, token, element_of(r, token->token.element));
    if (!step_arm_boundaries(r, token, &reason)) {
        cannot_wait(r, token, reason);
        return NULL;
    }
    if (r->model->has_conditions && token->token.has_waits) step_check_conditions(r, token);
    if (token->deleted) return NULL;
    /* The listeners before the work count as done. */
    const struct bpmn_listener *listener;
    bool task;
    while (stage_of(element_of(r, token->token.element), token->token.stage, &listener, &task) == STAGE_LISTENER) token->token.stage++;
    struct row *scope = step_open_container(r, token, false);
    return is_stopped(token) || scope->deleted || scope->scope.state != BPMN_SCOPE_OPEN ? NULL : scope;
}

bool step_check_ad_hoc(struct run *r, struct row *scope, struct row *token) {
    const struct bpmn_element *c = element_of(r, scope->scope.element);
    bool yes;
    struct str reason;
    if (scope->scope.kind != BPMN_SCOPE_SUB || c->kind != BPMN_AD_HOC || !c->completion.present) return false;
    if (!step_evaluate_condition(r, &c->completion, scope, NULL, &yes, &reason)) {
        incident(r, token, BPMN_TOKEN_STOPPED_LEAVING, "bpmn.completion", T("The completion condition of “{0}” is neither true nor false: {1}"),
                 step_element_name(r, scope->scope.element), reason);
        return true;
    }
    if (!yes) return false;
    struct row_list tokens = step_tokens_of(r, scope);
    for (size_t i = 0; i < tokens.count; i++) {
        bool waiting = tokens.items[i]->token.state == BPMN_TOKEN_QUEUED;
        if (tokens.items[i] != token && (c->cancel_remaining || waiting)) step_cancel_token(r, tokens.items[i], BPMN_CLOSE_INTERRUPTED);
    }
    scope->scope.completed = 1; /* the condition has been true */
    step_end_token(r, token);
    return true;
}

void step_next_ad_hoc(struct run *r, struct row *scope) {
    if (!element_of(r, scope->scope.element)->ad_hoc_sequential) return;
    struct row_list tokens = step_tokens_of(r, scope);
    for (size_t i = 0; i < tokens.count; i++) {
        if (tokens.items[i]->token.state != BPMN_TOKEN_QUEUED) continue;
        step_enqueue(r, tokens.items[i]);
        return;
    }
}

/* ---- results ------------------------------------------------------------------------------------------------------------ */

/* A loop's own variables stay inside. */
static bool stays_inside(struct run *r, struct row *token, struct str name) {
    if (!step_is_inner(r, token)) return false;
    const struct bpmn_loop *loop = element_of(r, token->token.element)->loop;
    return str_eqz(name, "loopCounter") || (loop && loop->input_element.n && str_eq(name, loop->input_element));
}

static void map_data_output(struct run *r, struct row *token, struct row *from, const struct bpmn_mapping *m, const struct extra *extra) {
    struct feel_value v;
    if (m->source.feel) {
        step_propagate(r, scope_of(r, token), m->target, step_evaluate(r, &m->source, from, extra, NULL));
        return;
    }
    const struct feel_value *member = feel_member(extra->context, m->source.text);
    struct variable *own = from == scope_of(r, token) ? NULL : step_own_variable(r, from, m->source.text);
    if (member) v = *member;
    else if (own) v = own->row.value;
    else return;
    step_propagate(r, scope_of(r, token), m->target, v);
}

bool step_apply_result(struct run *r, struct row *token, const struct bpmn_element *e, struct feel_value result) {
    struct row *scope = scope_of(r, token), *child = step_child_of(r, token);
    struct row *from = child && child->scope.kind != BPMN_SCOPE_CALL ? child : scope;
    struct extra extra = {.context = result};
    if (result.kind != FEEL_CONTEXT) extra.context = feel_null();
    for (size_t i = 0; i < e->output_count; i++) {
        const struct bpmn_mapping *m = &e->outputs[i];
        struct feel_value v = m->source.feel ? step_evaluate(r, &m->source, from, &extra, NULL) : feel_string(m->source.text);
        step_assign(r, scope, m->target, v, false);
    }
    if (!e->output_count && result.kind == FEEL_CONTEXT)
        for (size_t i = 0; i < result.context->count; i++)
            if (!stays_inside(r, token, result.context->entries[i].name))
                step_propagate(r, from, result.context->entries[i].name, result.context->entries[i].value);
    for (size_t i = 0; i < e->data_output_count; i++) map_data_output(r, token, from, &e->data_outputs[i], &extra);
    return true;
}

void step_work_done(struct run *r, struct row *token, struct feel_value result) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    struct row *child = step_child_of(r, token);
    if (!step_apply_result(r, token, e, result)) return;
    if (child && child->scope.kind == BPMN_SCOPE_SIGNERS && child->scope.live > 0) step_signers_changed(r, token);
    else step_after_work(r, token);
}

void step_after_work(struct run *r, struct row *token) {
    const struct bpmn_element *e = element_of(r, token->token.element);
    if (!e->execution_listener_count && !e->task_listener_count) {
        step_finish_activity(r, token);
        return;
    }
    const struct bpmn_listener *listener;
    bool task;
    while (stage_of(e, token->token.stage, &listener, &task) == STAGE_LISTENER) token->token.stage++;
    token->token.stage++;
    touch(token);
    next_stage(r, token);
}

void step_finish_activity(struct run *r, struct row *token) {
    struct row *scope = scope_of(r, token);
    bool inner = step_is_inner(r, token);
    step_cancel_waits(r, token);
    struct row *child = step_child_of(r, token);
    if (inner && scope->scope.kind == BPMN_SCOPE_LOOP) {
        step_loop_instance_done(r, token);
        return;
    }
    step_remember_compensation(r, token, child);
    if (child && child->scope.state != BPMN_SCOPE_FINISHED) step_delete_scope(r, child, BPMN_CLOSE_COMPLETED);
    token->token.child = 0;
    step_tell_left(r, token, BPMN_CLOSE_COMPLETED);
    if (token->token.waiter) {
        step_handler_done(r, token);
        return;
    }
    if (inner) { /* an added signer */
        struct row *owner = step_token_row(r, scope->scope.token);
        step_delete_row(r, token);
        if (owner) step_signers_changed(r, owner);
        return;
    }
    if (step_check_ad_hoc(r, scope, token)) return;
    step_leave(r, token);
}

/* The last token of a scope is gone. */
void step_scope_finished(struct run *r, struct row *scope) {
    const struct bpmn_element *e = element_of(r, scope->scope.element);
    if (scope->scope.state == BPMN_SCOPE_FINISHED || scope->scope.state == BPMN_SCOPE_COMPENSATING) return;
    if (scope->scope.kind == BPMN_SCOPE_PROCESS) {
        step_end_case(r, BPMN_END_COMPLETED, STR(""), NONE);
        return;
    }
    struct row *token = step_token_row(r, scope->scope.token);
    if (!token || token->token.state == BPMN_TOKEN_COMPENSATING || is_stopped(token)) return;
    switch (scope->scope.kind) {
    case BPMN_SCOPE_SUB:
        /* An ad-hoc sub-process whose condition is not yet true stays open for more (10.3.5). */
        if (e->kind == BPMN_AD_HOC && e->completion.present && !scope->scope.completed && scope->scope.state == BPMN_SCOPE_OPEN) return;
        step_work_done(r, token, feel_null());
        break;
    case BPMN_SCOPE_CALL:
        step_work_done(r, token, element_of(r, token->token.element)->propagate_all_child_variables || element_of(r, token->token.element)->output_count
                                ? step_own_variables(r, scope) : feel_null());
        break;
    default: break;
    }
}
