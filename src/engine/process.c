/* process.c: the bridge between a case and bpmn/: one event into the step, its changes into events of ours.
 *
 * The step judges; here each of its records becomes one event (event_kinds.c) or one thing told: a task offered, a job
 * of the house done on the spot, a message carried to another case. Jobs are run and answered until none is left, so
 * a command ends with everything that can be done without people or time. */
#include "engine/cases.h"

#include <string.h>

enum {
    MOST_ROUNDS = 10000, /* of steps within one command: a process that calls itself in circles ends here */
    MOST_DEPTH = 40,     /* cases that set each other going, one inside the other */
    MOST_HEARERS = 1000, /* other cases that hear one signal at once */
};

struct bridge {
    struct decision *d;
    struct case_row *c;
    const struct bpmn_model *model;
    const struct bpmn_job **jobs; /* opened and not yet run */
    size_t job_count, job_capacity;
    const struct bpmn_thrown **thrown, **signals; /* to other cases */
    size_t thrown_count, thrown_capacity, signal_count, signal_capacity;
    const struct bpmn_call **calls;
    size_t call_count, call_capacity;
    const struct bpmn_end *end;
    struct str last_end; /* id of the end event that was passed last */
};

static struct json *row(struct bridge *b, const char *kind, int64_t id) {
    struct json *e = event_new(b->d, kind, STR_NONE);
    json_add_integer(b->d->arena, e, "case_id", b->c->id);
    json_add_integer(b->d->arena, e, "id", id);
    return e;
}

#define ADD(e, name, v) json_add_integer(b->d->arena, (e), (name), (v))
#define ADD_TEXT(e, name, v) json_add_string(b->d->arena, (e), (name), (v).p ? (v) : STR(""))

/* ---- rows */

static void put_scope(struct bridge *b, const struct bpmn_scope *s) {
    struct json *e = row(b, "scope.put", s->id);
    ADD(e, "parent", s->parent);
    ADD(e, "token", s->token);
    ADD(e, "element", s->element);
    ADD(e, "kind", s->kind);
    ADD(e, "state", s->state);
    ADD(e, "suspended", s->suspended);
    ADD(e, "live", s->live);
    ADD(e, "total", s->total);
    ADD(e, "started", s->started);
    ADD(e, "completed", s->completed);
    event_emit(b->d, e);
}

static void delete_scope(struct bridge *b, int64_t id) {
    struct json *e = event_new(b->d, "variables.gone", STR_NONE);
    ADD(e, "case_id", b->c->id);
    ADD(e, "scope", id);
    event_emit(b->d, e);
    event_emit(b->d, row(b, "scope.gone", id));
}

static void put_token(struct bridge *b, const struct bpmn_token *t) {
    struct json *e = row(b, "token.put", t->id);
    ADD(e, "scope", t->scope);
    ADD(e, "element", t->element);
    ADD(e, "flow", t->flow);
    ADD(e, "state", t->state);
    ADD(e, "stage", t->stage);
    ADD(e, "in_listener", t->in_listener);
    ADD(e, "has_waits", t->has_waits);
    ADD(e, "together", t->together);
    ADD(e, "child", t->child);
    ADD(e, "work", t->work);
    ADD(e, "visit", t->visit);
    ADD(e, "origin", t->origin);
    ADD(e, "waiter", t->waiter);
    event_emit(b->d, e);
}

static struct str value_json(struct bridge *b, struct feel_value v) {
    struct buf out;
    struct json_out j;
    buf_init(&out, b->d->arena, 8 << 20);
    json_begin(&j, &out);
    feel_put_json(&j, v);
    return buf_str(&out);
}

static void put_variable(struct bridge *b, const struct bpmn_variable *v) {
    struct json *e = event_new(b->d, "variable.put", STR_NONE);
    ADD(e, "case_id", b->c->id);
    ADD(e, "scope", v->scope);
    ADD_TEXT(e, "name", v->name);
    ADD_TEXT(e, "value", value_json(b, v->value));
    event_emit(b->d, e);
}

static void delete_variable(struct bridge *b, const struct bpmn_variable *v) {
    struct json *e = event_new(b->d, "variable.gone", STR_NONE);
    ADD(e, "case_id", b->c->id);
    ADD(e, "scope", v->scope);
    ADD_TEXT(e, "name", v->name);
    event_emit(b->d, e);
}

/* A timer whose event says lingban:workingDays is due that many working days from now, whatever its own text says:
 * FEEL knows no holidays. */
static instant wait_due(struct bridge *b, const struct bpmn_wait *w) {
    struct str days = bpmn_property(b->model, w->element, "lingban:workingDays");
    int64_t n;
    if (w->kind != BPMN_WAIT_TIMER || !days.p || !str_to_int64(days, &n) || n < 0 || n > 3660) return w->due;
    return due_after(b->d, b->d->now, (int)n, false);
}

static void put_wait(struct bridge *b, const struct bpmn_wait *w) {
    struct json *e = row(b, "wait.put", w->id);
    ADD(e, "scope", w->scope);
    ADD(e, "token", w->token);
    ADD(e, "element", w->element);
    ADD(e, "definition", w->definition);
    ADD(e, "kind", w->kind);
    ADD(e, "met", w->met);
    ADD(e, "firings", w->left);
    ADD(e, "due", wait_due(b, w));
    ADD_TEXT(e, "name", w->name);
    ADD_TEXT(e, "key", w->key);
    event_emit(b->d, e);
}

static void put_compensation(struct bridge *b, const struct bpmn_compensation *k) {
    struct json *e = row(b, "compensation.put", k->id);
    ADD(e, "scope", k->scope);
    ADD(e, "element", k->element);
    ADD(e, "child", k->child);
    event_emit(b->d, e);
}

/* ---- tasks */

static struct str roles_json(struct bridge *b, const struct bpmn_task *t) {
    struct json *roles = json_new_array(b->d->arena);
    for (size_t i = 0; i < t->candidate_group_count; i++) json_add_string(b->d->arena, roles, "", t->candidate_groups[i]);
    struct buf out;
    buf_init(&out, b->d->arena, 1 << 16);
    json_write(&out, roles);
    return buf_str(&out);
}

static struct str properties_json(struct bridge *b, const struct bpmn_task *t) {
    struct buf out;
    struct json_out j;
    buf_init(&out, b->d->arena, 1 << 16);
    json_begin(&j, &out);
    json_object_open(&j);
    for (size_t i = 0; i < t->property_count; i++) {
        json_name(&j, t->properties[i].name);
        feel_put_json(&j, t->properties[i].value);
    }
    json_object_close(&j);
    return buf_str(&out);
}

static struct str task_text_property(const struct bpmn_task *t, const char *name) {
    for (size_t i = 0; i < t->property_count; i++)
        if (str_eqz(t->properties[i].name, name) && t->properties[i].value.kind == FEEL_STRING) return t->properties[i].value.string;
    return STR("");
}

/* The element of the collection this instance of a multi-instance activity is about: what a claimable task shows. */
static struct str task_item(struct bridge *b, const struct bpmn_task *t) {
    struct process_rows rows = {store_writer(b->d->store), b->c->id, b->d->arena};
    struct bpmn_lookup lookup = process_lookup(&rows);
    for (int32_t at = t->element; at >= 0; at = b->model->elements[at].parent) {
        const struct bpmn_loop *loop = b->model->elements[at].loop;
        if (!loop || !loop->input_element.n) continue;
        struct feel_value visible = bpmn_visible_variables(&lookup, t->scope, b->d->arena);
        const struct feel_value *item = feel_member(visible, loop->input_element);
        return item ? value_json(b, *item) : STR("");
    }
    return STR("");
}

static instant task_due(struct bridge *b, const struct bpmn_task *t) {
    int64_t days;
    if (t->due) return t->due;
    if (str_to_int64(task_text_property(t, "lingban:deadlineWorkingDays"), &days) && days >= 0 && days <= 3660)
        return due_after(b->d, b->d->now, (int)days, false);
    return b->c->due_at;
}

/* The part of the tree whose accounts a task is for: the case's office, or that which a restricted case is kept to. */
static int64_t office_of(const struct bridge *b) {
    return b->c->restricted_role.n ? b->c->restricted_at : b->c->organisation;
}

/* A role named twice (by the model and by what a rule answered) is offered once. */
static bool named_before(const struct bpmn_task *t, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (str_eq(t->candidate_groups[i], t->candidate_groups[at])) return true;
    return false;
}

static void offer_task(struct bridge *b, const struct bpmn_task *t, int64_t id) {
    for (size_t i = 0; i < t->candidate_group_count; i++) {
        if (named_before(t, i)) continue;
        struct json *e = event_new(b->d, "task.offered", STR_NONE);
        ADD_TEXT(e, "role", t->candidate_groups[i]);
        ADD(e, "organisation", office_of(b));
        ADD(e, "task", id);
        ADD_TEXT(e, "service", b->c->service);
        ADD(e, "public", b->c->is_public);
        event_emit(b->d, e);
    }
}

/* What the process gives to somebody by name counts for their unit, like a claim. */
static void give_to(struct decision *d, int64_t task, int64_t account) {
    struct json *e = event_new(d, "task.claimed", STR_NONE);
    json_add_integer(d->arena, e, "id", task);
    json_add_string(d->arena, e, "state", STR("claimed"));
    json_add_integer(d->arena, e, "assignee", account);
    int64_t unit = db_int(store_writer(d->store), 0, "select coalesce(organisation, 0) from account where id = ?", DB_INT(account));
    if (unit) json_add_integer(d->arena, e, "claimed_for", unit);
    else json_add_string(d->arena, e, "claimed_for", STR_NONE);
    json_add_integer(d->arena, e, "claimed_at", d->now);
    event_emit(d, e);
}

static void open_task(struct bridge *b, const struct bpmn_task *t) {
    struct decision *d = b->d;
    const struct bpmn_element *element = &b->model->elements[t->element];
    int64_t assignee = 0;
    if (t->assignee.n && !str_to_int64(t->assignee, &assignee))
        assignee = db_int(store_writer(d->store), 0, "select id from account where login = ?", DB_TEXT(t->assignee));
    if (assignee) assignee = delegate_of(d, assignee);
    int64_t id = next_id(d, "task");
    struct json *e = event_new(d, "task.opened", STR_NONE);
    ADD(e, "id", id);
    ADD(e, "case_id", b->c->id);
    ADD(e, "work", t->work);
    ADD(e, "token", t->token);
    ADD(e, "scope", t->scope);
    ADD(e, "visit", t->visit);
    ADD_TEXT(e, "service", b->c->service);
    ADD_TEXT(e, "element", element->id);
    ADD_TEXT(e, "name", element->name);
    ADD_TEXT(e, "state", assignee ? STR("claimed") : STR("open"));
    ADD_TEXT(e, "roles", roles_json(b, t));
    ADD_TEXT(e, "form", t->form);
    ADD_TEXT(e, "properties", properties_json(b, t));
    ADD_TEXT(e, "item", task_item(b, t));
    if (office_of(b)) ADD(e, "organisation", office_of(b));
    else json_add_string(d->arena, e, "organisation", STR_NONE);
    if (assignee) ADD(e, "assignee", assignee);
    else json_add_string(d->arena, e, "assignee", STR_NONE);
    ADD(e, "opened_at", d->now);
    instant due = task_due(b, t);
    if (due) ADD(e, "due_at", due);
    else json_add_string(d->arena, e, "due_at", STR_NONE);
    ADD(e, "priority", t->priority);
    ADD_TEXT(e, "outcome", STR(""));
    ADD(e, "urged", 0);
    event_emit(d, e);
    if (assignee) {
        give_to(d, id, assignee);
        notice_account(d, b->c->id, assignee, "task.assigned", (const struct str[]){T("You have a task: {0}"), element->name}, 2);
    } else {
        offer_task(b, t, id);
    }
    b->c->stage = element->id;
}

static const char *close_word(enum bpmn_close_reason reason) {
    static const char *const words[] = {"completed", "interrupted", "moved", "held", "cancelled", "failed"};
    return words[reason];
}

static void close_task(struct bridge *b, const struct bpmn_close *close) {
    struct decision *d = b->d;
    struct query q = db_query(store_writer(d->store), "select id, state, coalesce(assignee, 0), name from task where case_id = ? and work = ?",
                              DB_INT(b->c->id), DB_INT(close->work));
    if (!query_next(&q)) return;
    int64_t id = query_int(&q, 0), assignee = query_int(&q, 2);
    bool was_open = str_eqz(query_text(&q, 1), "open");
    struct str name = arena_str(d->arena, query_text(&q, 3));
    query_done(&q);
    struct json *e = event_new(d, "task.closed", STR_NONE);
    ADD(e, "id", id);
    ADD_TEXT(e, "state", close->reason == BPMN_CLOSE_COMPLETED ? STR("completed") : STR("closed"));
    ADD(e, "closed_at", d->now);
    if (d->command->actor.account) ADD(e, "closed_by", d->command->actor.account);
    else json_add_string(d->arena, e, "closed_by", STR_NONE);
    ADD_TEXT(e, "outcome", str_from(close_word(close->reason)));
    event_emit(d, e);
    if (was_open) {
        struct json *gone = event_new(d, "task.offer-ended", STR_NONE);
        ADD(gone, "task", id);
        event_emit(d, gone);
    } else if (close->reason != BPMN_CLOSE_COMPLETED && assignee && assignee != d->command->actor.account) {
        bool late = str_eqz(d->command->name, "timer.fire");
        struct str sentence = late ? T("The time for “{0}” is over. You need not do it any more; others may take it on.") : T("Your task “{0}” has ended without you.");
        notice_account(d, b->c->id, assignee, "task.closed", (const struct str[]){sentence, name}, 2);
    }
}

/* ---- told */

static void entered(struct bridge *b, const struct bpmn_visit *v) {
    struct str id = bpmn_element_id(b->model, v->element);
    struct str is_public = bpmn_property(b->model, v->element, "lingban:public");
    if (is_public.p) b->c->is_public = str_eqz(is_public, "true");
    if (b->model->elements[v->element].kind == BPMN_END_EVENT) b->last_end = id;
    history_note(b->d, b->c, "entered", id, 0, STR_NONE, STR_NONE);
}

static void open_incident(struct bridge *b, const struct bpmn_incident *i) {
    struct json *e = row(b, "incident.raised", i->id);
    struct json *sentence = json_new_array(b->d->arena);
    struct buf text;
    for (size_t k = 0; k < i->sentence_count; k++) json_add_string(b->d->arena, sentence, "", i->sentence[k]);
    buf_init(&text, b->d->arena, 1 << 16);
    json_write(&text, sentence);
    ADD(e, "token", i->token);
    ADD(e, "scope", i->scope);
    ADD_TEXT(e, "element", bpmn_element_id(b->model, i->element));
    ADD_TEXT(e, "code", str_from(i->code));
    ADD_TEXT(e, "sentence", buf_str(&text));
    ADD(e, "at", b->d->now);
    event_emit(b->d, e);
}

static void close_call(struct bridge *b, const struct bpmn_close *close) {
    struct json *e = event_new(b->d, "call.ended", STR_NONE);
    ADD(e, "case_id", b->c->id);
    ADD(e, "work", close->work);
    event_emit(b->d, e);
}

static bool apply_row(struct bridge *b, const struct bpmn_change *change) {
    switch (change->kind) {
    case BPMN_PUT_SCOPE: put_scope(b, change->scope); return true;
    case BPMN_DELETE_SCOPE: delete_scope(b, change->scope->id); return true;
    case BPMN_PUT_TOKEN: put_token(b, change->token); return true;
    case BPMN_DELETE_TOKEN: event_emit(b->d, row(b, "token.gone", change->token->id)); return true;
    case BPMN_PUT_VARIABLE: put_variable(b, change->variable); return true;
    case BPMN_DELETE_VARIABLE: delete_variable(b, change->variable); return true;
    case BPMN_PUT_WAIT: put_wait(b, change->wait); return true;
    case BPMN_DELETE_WAIT: event_emit(b->d, row(b, "wait.gone", change->wait->id)); return true;
    case BPMN_PUT_COMPENSATION: put_compensation(b, change->compensation); return true;
    case BPMN_DELETE_COMPENSATION: event_emit(b->d, row(b, "compensation.gone", change->compensation->id)); return true;
    default: return false;
    }
}

static void apply(struct bridge *b, const struct bpmn_change *change) {
    if (apply_row(b, change)) return;
    switch (change->kind) {
    case BPMN_OPEN_TASK: open_task(b, change->task); break;
    case BPMN_CLOSE_TASK: close_task(b, change->close); break;
    case BPMN_OPEN_JOB: VEC_PUSH(b->d->arena, b->jobs, b->job_count, b->job_capacity, change->job); break;
    case BPMN_OPEN_INCIDENT: open_incident(b, change->incident); break;
    case BPMN_CLOSE_INCIDENT: event_emit(b->d, row(b, "incident.resolved", change->incident->id)); break;
    case BPMN_ENTERED:
    case BPMN_PASSED: entered(b, change->visit); break;
    case BPMN_LEFT: history_note(b->d, b->c, "left", bpmn_element_id(b->model, change->visit->element), 0, STR_NONE, STR_NONE); break;
    case BPMN_MESSAGE_THROWN: VEC_PUSH(b->d->arena, b->thrown, b->thrown_count, b->thrown_capacity, change->thrown); break;
    case BPMN_CASE_ENDED: b->end = change->end; break;
    case BPMN_SIGNAL_THROWN: VEC_PUSH(b->d->arena, b->signals, b->signal_count, b->signal_capacity, change->thrown); break;
    case BPMN_OPEN_CALL: VEC_PUSH(b->d->arena, b->calls, b->call_count, b->call_capacity, change->call); break;
    case BPMN_CLOSE_CALL: close_call(b, change->close); break;
    default: break; /* BPMN_CLOSE_JOB, BPMN_RESULT, BPMN_ESCALATED: nothing of ours */
    }
}

/* ---- decisions */

/* The case's timeline says why, in the words of the tables' annotation columns; the same words once. */
static void note_why(struct bridge *b, struct str decision, const struct dmn_explanation *explanation, struct arena *a) {
    size_t count;
    struct str *notes = dmn_explanation_notes(explanation, a, &count);
    struct buf text;
    buf_init(&text, a, 4096);
    for (size_t i = 0; i < count; i++) {
        if (str_find(buf_str(&text), notes[i]) >= 0) continue;
        if (buf_str(&text).n) buf_addz(&text, "\n");
        buf_add(&text, notes[i]);
    }
    if (buf_str(&text).n) history_note(b->d, b->c, "decided", decision, 0, STR_NONE, buf_str(&text));
}

static bool evaluate_decision(void *context, struct str id, struct feel_value inputs, instant now, struct arena *a,
                              struct feel_value *out, struct str why[4], size_t *why_count) {
    struct bridge *b = context;
    const struct dmn_model *rules = b->c->of_service->rules;
    const struct dmn_element *decision = rules ? dmn_find(rules, id) : NULL;
    *why_count = 2;
    why[1] = id;
    if (!decision) {
        why[0] = T("There is no decision “{0}” in the files under decisions:.");
        return false;
    }
    struct feel_environment env;
    struct faults reasons;
    faults_init(&reasons, a);
    feel_environment_init(&env, a, now, b->d->engine->zone);
    env.reasons = &reasons;
    struct dmn_explanation explanation;
    dmn_explanation_init(&explanation, a);
    *out = dmn_evaluate(rules, decision, inputs, &env, &explanation);
    if (out->kind == FEEL_NULL && reasons.errors) {
        why[0] = T("The decision “{0}” gave no answer: {1}");
        why[2] = fault_sentence(a, LANGUAGE_ZH, &reasons.items[0]);
        *why_count = 3;
        return false;
    }
    note_why(b, id, &explanation, a);
    return true;
}

/* ---- ends */

static void end_case(struct bridge *b) {
    struct decision *d = b->d;
    static const char *const outcomes[] = {"completed", "terminated", "error", "cancelled"};
    struct str outcome = bpmn_element_id(b->model, b->end->element);
    if (b->end->kind == BPMN_END_ERROR && b->end->code.n) outcome = b->end->code;
    if (!outcome.n) outcome = b->last_end.n ? b->last_end : str_from(outcomes[b->end->kind]);
    if (!str_eqz(b->c->state, "open")) return; /* withdrawn or merged: its command says so */
    b->c->state = STR("closed");
    struct json *e = event_new(d, "case.ended", STR_NONE);
    ADD(e, "id", b->c->id);
    ADD_TEXT(e, "state", b->c->state);
    ADD_TEXT(e, "outcome", outcome);
    ADD(e, "closed_at", d->now);
    ADD(e, "public", b->c->is_public);
    ADD(e, "changed_at", d->now);
    event_emit(d, e);
    const struct feel_value *rating = feel_member(b->end->variables, b->c->of_service->means.rating);
    int64_t stars;
    if (rating && rating->kind != FEEL_NULL && str_to_int64(feel_text(d->arena, *rating), &stars) && stars >= 1 && stars <= 5) {
        struct json *rated = event_new(d, "case.rated", STR_NONE);
        ADD(rated, "id", b->c->id);
        ADD(rated, "rating", stars);
        event_emit(d, rated);
    }
    history_note(d, b->c, "closed", outcome, 0, STR_NONE, STR_NONE);
    const struct str sentence[] = {T("Your case {0} is closed."), b->c->reference};
    notice_resident(d, b->c, "case.closed", sentence, 2);
    notice_joined(d, b->c, "case.closed", sentence, 2);
}

/* ---- the rounds */

static bool step(struct bridge *b, const struct bpmn_event *event) {
    struct decision *d = b->d;
    struct process_rows rows = {store_writer(d->store), b->c->id, d->arena};
    struct bpmn_host host = {.model = b->model,
                             .lookup = process_lookup(&rows),
                             .root = db_int(rows.db, 0, "select id from scope where case_id = ? and parent = 0", DB_INT(b->c->id)),
                             .zone = d->engine->zone,
                             .evaluate_decision = evaluate_decision,
                             .decision_context = b};
    struct bpmn_changes changes;
    bpmn_step(&host, event, b->c->next_row, d->now, d->arena, &changes);
    switch (changes.outcome) {
    case BPMN_STEP_STALE: return refuse(d, 409, "task.gone", T("This step has already been done, or is no longer there."));
    case BPMN_STEP_SUSPENDED: return refuse(d, 409, "case.suspended", T("The case is suspended. It has to be resumed first."));
    case BPMN_STEP_REFUSED:
        return refuse_with(d, 409, changes.refusal.code, changes.refusal.sentence, changes.refusal.sentence_count);
    case BPMN_STEP_DONE: break;
    }
    b->c->next_row = changes.next_id;
    /* Variables first: what a task is about is looked up when it opens, and the step tells of the task before the
     * variables it was opened with. */
    for (size_t i = 0; i < changes.count; i++)
        if (changes.items[i].kind == BPMN_PUT_SCOPE || changes.items[i].kind == BPMN_PUT_VARIABLE) apply(b, &changes.items[i]);
    for (size_t i = 0; i < changes.count; i++)
        if (changes.items[i].kind != BPMN_PUT_SCOPE && changes.items[i].kind != BPMN_PUT_VARIABLE) apply(b, &changes.items[i]);
    return true;
}

static bool waiting_for(struct decision *d, struct str name, struct str key, int64_t *case_id, int64_t *wait) {
    struct query q = db_query(store_writer(d->store), "select case_id, id from wait where name = ? and key = ? and kind = 1 order by case_id, id limit 1",
                              DB_TEXT(name), DB_TEXT(key));
    bool found = query_next(&q);
    if (found) *case_id = query_int(&q, 0), *wait = query_int(&q, 1);
    query_done(&q);
    return found;
}

static bool run_job(struct bridge *b, const struct bpmn_job *job) {
    struct feel_value result = feel_null();
    struct bpmn_event event = {.kind = BPMN_EVENT_JOB_COMPLETED, .token = job->token, .work = job->work};
    if (service_task_run(b->d, b->c, job, &result)) {
        event.variables = result;
    } else if (b->d->refusal.status >= 500) {
        return false; /* not something to be mended in this case: the whole command is taken back */
    } else {
        event.kind = BPMN_EVENT_JOB_FAILED;
        event.text = b->d->refusal.sentence_count ? text_format(b->d->arena, LANGUAGE_ZH, b->d->refusal.sentence, b->d->refusal.sentence_count) : STR("");
        b->d->refusal = (struct refusal){0};
    }
    return step(b, &event);
}

/* ---- from case to case. Before another case is touched this one is written back, and read anew after: what the other
 * sets going may come back to this one. */

bool process_deeper(struct decision *d) {
    if (d->depth >= MOST_DEPTH) return refuse(d, 500, "process.endless", T("The process goes round in circles. Please tell the administrator."));
    d->depth++;
    return true;
}

static bool touch_other(struct bridge *b, int64_t other_id, const struct bpmn_event *event) {
    struct decision *d = b->d;
    struct case_row other;
    struct str subject = d->subject;
    if (!process_deeper(d)) return false;
    case_save(d, b->c);
    bool good = case_load_any(d, other_id, &other) && process_event(d, &other, event) && case_load_any(d, b->c->id, b->c);
    d->depth--;
    d->subject = subject;
    return good;
}

/* A message goes to the first case that waits for it, this one included. */
static bool carry_message(struct bridge *b, const struct bpmn_thrown *thrown) {
    struct str key = thrown->key.p ? thrown->key : STR("");
    int64_t case_id, wait;
    if (!waiting_for(b->d, thrown->name, key, &case_id, &wait)) return true;
    struct bpmn_event event = {.kind = BPMN_EVENT_MESSAGE, .wait = wait, .variables = thrown->variables};
    return case_id == b->c->id ? step(b, &event) : touch_other(b, case_id, &event);
}

/* A signal goes to every other case that waits for it; this one has reacted within its step. */
static bool carry_signal(struct bridge *b, const struct bpmn_thrown *thrown) {
    int64_t *cases = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(store_writer(b->d->store), "select distinct case_id from wait where name = ? and kind = 2 and case_id <> ? order by case_id limit ?",
                              DB_TEXT(thrown->name), DB_INT(b->c->id), DB_INT(MOST_HEARERS));
    while (query_next(&q)) VEC_PUSH(b->d->arena, cases, count, capacity, query_int(&q, 0));
    for (size_t i = 0; i < count; i++) {
        struct bpmn_event event = {.kind = BPMN_EVENT_SIGNAL, .name = thrown->name, .variables = thrown->variables, .element = -1};
        if (!touch_other(b, cases[i], &event)) return false;
    }
    return true;
}

/* A call activity whose process is another service opens a case of it; one that cannot is an incident of this case. */
static bool run_call(struct bridge *b, const struct bpmn_call *call) {
    struct decision *d = b->d;
    struct str subject = d->subject;
    if (!process_deeper(d)) return false;
    /* The row comes first: the called case may end at once. */
    int64_t child = next_id(d, "cases");
    struct json *e = event_new(d, "call.opened", STR_NONE);
    ADD(e, "case_id", b->c->id);
    ADD(e, "work", call->work);
    ADD(e, "token", call->token);
    ADD(e, "child", child);
    event_emit(d, e);
    case_save(d, b->c);
    bool opened = case_open_called(d, b->c, call->process, call->variables) != 0;
    d->depth--;
    d->subject = subject;
    if (opened) return case_load_any(d, b->c->id, b->c);
    if (d->refusal.status != 422) return false;
    struct bpmn_event event = {.kind = BPMN_EVENT_JOB_FAILED, .token = call->token, .work = call->work};
    event.text = text_format(d->arena, LANGUAGE_ZH, d->refusal.sentence, d->refusal.sentence_count);
    d->refusal = (struct refusal){0};
    return step(b, &event);
}

/* The case that called this one goes on. */
static bool tell_caller(struct bridge *b) {
    struct query q = db_query(store_writer(b->d->store), "select case_id, work, token from call where child = ?", DB_INT(b->c->id));
    if (!query_next(&q)) return true;
    int64_t caller = query_int(&q, 0);
    struct bpmn_event event = {.kind = BPMN_EVENT_CALL_COMPLETED, .work = query_int(&q, 1), .token = query_int(&q, 2)};
    query_done(&q);
    event.variables = b->end->variables;
    return touch_other(b, caller, &event);
}

bool process_message(struct decision *d, struct str name, struct str key, struct feel_value variables) {
    struct case_row c;
    int64_t case_id, wait;
    if (!waiting_for(d, name, key, &case_id, &wait)) return true;
    struct bpmn_event event = {.kind = BPMN_EVENT_MESSAGE, .wait = wait, .variables = variables};
    return case_load_any(d, case_id, &c) && process_event(d, &c, &event);
}

bool process_event(struct decision *d, struct case_row *c, const struct bpmn_event *event) {
    struct bridge b = {.d = d, .c = c, .model = c->of_service->process};
    if (!step(&b, event)) return false;
    size_t job = 0, message = 0, signal = 0, call = 0;
    for (int rounds = 0;; rounds++) {
        bool good = true;
        if (rounds >= MOST_ROUNDS) return refuse(d, 500, "process.endless", T("The process goes round in circles. Please tell the administrator."));
        if (job < b.job_count) good = run_job(&b, b.jobs[job++]);
        else if (call < b.call_count) good = run_call(&b, b.calls[call++]);
        else if (message < b.thrown_count) good = carry_message(&b, b.thrown[message++]);
        else if (signal < b.signal_count) good = carry_signal(&b, b.signals[signal++]);
        else break;
        if (!good) return false;
    }
    if (b.end) end_case(&b);
    case_save(d, c);
    return !b.end || tell_caller(&b);
}
