/* task.c: the commands of tasks: claim, give back, hand over, complete, urge; and the firing of timers.
 *
 * Claiming and handing over only touch the task's own row; completing brings the filled-in form to the process. A
 * claim is decided by the one writer, so two can never hold the same task: the second is told who has it. */
#include "engine/cases.h"

#include "engine/commands.h"

bool task_load(struct decision *d, int64_t id, struct task_row *out) {
    struct query q = db_query(store_writer(d->store),
                              "select case_id, work, token, coalesce(organisation, 0), coalesce(assignee, 0), coalesce(claimed_for, 0),"
                              " urged, coalesce(due_at, 0), element, name, state, roles, form, properties from task where id = ?",
                              DB_INT(id));
    if (!query_next(&q)) return refuse(d, 404, "task.unknown", T("There is no such task."));
    *out = (struct task_row){.id = id,
                             .case_id = query_int(&q, 0),
                             .work = query_int(&q, 1),
                             .token = query_int(&q, 2),
                             .organisation = query_int(&q, 3),
                             .assignee = query_int(&q, 4),
                             .claimed_for = query_int(&q, 5),
                             .urged = query_int(&q, 6),
                             .due_at = query_int(&q, 7),
                             .element = arena_str(d->arena, query_text(&q, 8)),
                             .name = arena_str(d->arena, query_text(&q, 9)),
                             .state = arena_str(d->arena, query_text(&q, 10)),
                             .roles = arena_str(d->arena, query_text(&q, 11)),
                             .form = arena_str(d->arena, query_text(&q, 12)),
                             .properties = arena_str(d->arena, query_text(&q, 13))};
    query_done(&q);
    return true;
}

struct str task_property(struct decision *d, const struct task_row *t, const char *name) {
    struct str v = json_string(json_parse(d->arena, t->properties, &json_default_limits, STR_NONE, NULL), name);
    return v.p ? v : STR("");
}

/* ---- who may do a task */

static bool holds_a_role(struct decision *d, const struct task_row *t, struct str service) {
    const struct json *roles = json_parse(d->arena, t->roles, &json_default_limits, STR_NONE, NULL);
    for (size_t i = 0; roles && i < roles->count; i++)
        if (actor_holds(d, roles->items[i].text, service, t->organisation)) return true;
    return false;
}

static bool supervises(struct decision *d, const struct task_row *t, struct str service) {
    return actor_holds(d, STR("supervisor"), service, t->organisation) || actor_holds(d, STR("admin"), service, t->organisation) ||
           d->command->actor.system;
}

static bool other_eyes(struct decision *d, const struct task_row *t) {
    struct str steps = task_property(d, t, "lingban:fourEyes");
    if (!barred_by_four_eyes(store_writer(d->store), d->command->actor.account, t->case_id, steps)) return true;
    return refuse(d, 403, "task.four-eyes", T("Somebody else has to do this step: you did an earlier one of this case."));
}

static bool task_and_case(struct decision *d, struct task_row *t, struct case_row *c) {
    return task_load(d, command_integer(d->command, "task"), t) && case_load(d, t->case_id, c);
}

static bool still_to_do(struct decision *d, const struct task_row *t) {
    if (str_eqz(t->state, "open") || str_eqz(t->state, "claimed")) return true;
    return refuse(d, 409, "task.done", T("This task has already been done, or is no longer needed."));
}

/* ---- claiming */

static void set_assignee(struct decision *d, const struct task_row *t, const char *state, int64_t account, int64_t unit) {
    struct json *e = event_new(d, "task.claimed", STR_NONE);
    struct json none = {.kind = JSON_NULL}, number = {.kind = JSON_NUMBER, .is_integer = true};
    json_add_integer(d->arena, e, "id", t->id);
    json_add_string(d->arena, e, "state", str_from(state));
    number.integer = account;
    json_add(d->arena, e, STR("assignee"), account ? number : none);
    number.integer = unit;
    json_add(d->arena, e, STR("claimed_for"), unit ? number : none);
    number.integer = d->now;
    json_add(d->arena, e, STR("claimed_at"), account ? number : none);
    event_emit(d, e);
}

static int64_t organisation_of(struct decision *d, int64_t account) {
    return db_int(store_writer(d->store), 0, "select coalesce(organisation, 0) from account where id = ?", DB_INT(account));
}

/* Somebody has it, or had it where claiming was all there was to do. */
static bool taken(struct decision *d, const struct task_row *t) {
    if (str_eqz(t->state, "claimed")) return true;
    return str_eqz(t->state, "completed") && t->assignee && str_eqz(task_property(d, t, "lingban:claimCompletes"), "true");
}

/* The unit that has it may be named, the person may not; and what of the same case is still open. */
static bool refuse_taken(struct decision *d, const struct task_row *t) {
    struct db *db = store_writer(d->store);
    int64_t unit = t->claimed_for ? t->claimed_for : organisation_of(d, t->assignee);
    struct str name = db_text(db, d->arena, "select name from organisation where id = ?", DB_INT(unit));
    int64_t open = db_int(db, 0, "select count(*) from task where case_id = ? and element = ? and state = 'open'", DB_INT(t->case_id),
                          DB_TEXT(t->element));
    struct str left = arena_printf(d->arena, "%lld", (long long)open);
    if (!name.p) return refuse(d, 409, "task.taken", T("Somebody else has already claimed this. Still open in this case: {0}."), left);
    return refuse(d, 409, "task.taken", T("{0} has already claimed this. Still open in this case: {1}."), name, left);
}

/* `completedBy`: the account that had the task, for processes that give a later step to the same person; "" when the
 * resident or a timer did it. */
static void name_doer(struct decision *d, const struct task_row *t, struct feel_value *variables) {
    int64_t account = t->assignee ? t->assignee : d->command->actor.account;
    struct str text = account ? arena_printf(d->arena, "%lld", (long long)account) : STR("");
    if (variables->kind != FEEL_CONTEXT) *variables = feel_context(d->arena, 1);
    feel_context_put(d->arena, *variables, STR("completedBy"), feel_string(text));
}

/* lingban:claimCompletes: claiming is all there is to do; the process goes on at once. */
static bool complete_by_claim(struct decision *d, struct task_row *t, struct case_row *c) {
    struct bpmn_event event = {.kind = BPMN_EVENT_TASK_COMPLETED, .token = t->token, .work = t->work};
    t->assignee = d->command->actor.account;
    name_doer(d, t, &event.variables);
    return process_event(d, c, &event);
}

bool decide_task_claim(struct decision *d) {
    struct task_row t;
    struct case_row c;
    if (!task_and_case(d, &t, &c)) return false;
    if (t.assignee && t.assignee == d->command->actor.account) return true; /* claiming twice changes nothing */
    if (!holds_a_role(d, &t, c.service)) return refuse(d, 403, "task.not-offered", T("This task is not offered to your role."));
    if (taken(d, &t)) return refuse_taken(d, &t);
    if (!still_to_do(d, &t)) return false;
    if (!other_eyes(d, &t)) return false;
    set_assignee(d, &t, "claimed", d->command->actor.account, organisation_of(d, d->command->actor.account));
    struct json *gone = event_new(d, "task.offer-ended", STR_NONE);
    json_add_integer(d->arena, gone, "task", t.id);
    event_emit(d, gone);
    history_note(d, &c, "claimed", t.element, t.id, STR_NONE, STR_NONE);
    if (str_eqz(task_property(d, &t, "lingban:claimCompletes"), "true")) return complete_by_claim(d, &t, &c);
    case_save(d, &c);
    return true;
}

static void offer_again(struct decision *d, const struct task_row *t, const struct case_row *c) {
    const struct json *roles = json_parse(d->arena, t->roles, &json_default_limits, STR_NONE, NULL);
    for (size_t i = 0; roles && i < roles->count; i++) {
        struct json *e = event_new(d, "task.offered", STR_NONE);
        json_add_string(d->arena, e, "role", roles->items[i].text);
        json_add_integer(d->arena, e, "organisation", t->organisation);
        json_add_integer(d->arena, e, "task", t->id);
        json_add_string(d->arena, e, "service", c->service);
        json_add_integer(d->arena, e, "public", c->is_public);
        event_emit(d, e);
    }
}

/* lingban:giveBack: what was given to one person by name is not simply open to others: the process says where it goes
 * from here, by a business error of that code. */
static bool give_back_by_process(struct decision *d, const struct task_row *t, struct case_row *c, struct str code) {
    struct bpmn_event event = {.kind = BPMN_EVENT_ERROR, .token = t->token, .work = t->work, .name = code};
    history_note(d, c, "given-back", t->element, t->id, command_text(d->command, "reason"), STR_NONE);
    return process_event(d, c, &event);
}

bool decide_task_give_back(struct decision *d) {
    struct task_row t;
    struct case_row c;
    if (!task_and_case(d, &t, &c) || !still_to_do(d, &t)) return false;
    if (t.assignee != d->command->actor.account && !supervises(d, &t, c.service))
        return refuse(d, 403, "task.not-yours", T("Only the person who has the task can give it back."));
    if (!t.assignee) return refuse(d, 409, "task.not-claimed", T("Nobody has this task."));
    struct str code = task_property(d, &t, "lingban:giveBack");
    if (code.n) return give_back_by_process(d, &t, &c, code);
    set_assignee(d, &t, "open", 0, 0);
    offer_again(d, &t, &c);
    history_note(d, &c, "given-back", t.element, t.id, command_text(d->command, "reason"), STR_NONE);
    case_save(d, &c);
    return true;
}

/* Only to somebody the task could have been offered to; and where it opens an address, only by the office, which
 * accepts the new person by doing so. */
static bool may_be_handed(struct decision *d, const struct task_row *t, const struct case_row *c, int64_t to) {
    const struct json *roles = json_parse(d->arena, t->roles, &json_default_limits, STR_NONE, NULL);
    bool holds = false;
    for (size_t i = 0; roles && !holds && i < roles->count; i++)
        holds = account_holds(store_writer(d->store), to, roles->items[i].text, c->service, t->organisation, d->now);
    if (!holds) return refuse(d, 422, "task.wrong-role", T("This task is not for the role of that account."));
    bool opens = str_eqz(task_property(d, t, "lingban:opensPersonal"), "true");
    if (opens && !supervises(d, t, c->service) && !actor_holds(d, STR("staff"), c->service, t->organisation))
        return refuse(d, 403, "task.office-hands-over", T("This task opens a name and an address: only the office can hand it over. You can give it back."));
    return true;
}

/* 转办: to another account, by the holder or a supervisor. */
bool decide_task_hand_over(struct decision *d) {
    struct task_row t;
    struct case_row c;
    int64_t to = command_integer(d->command, "to");
    if (!task_and_case(d, &t, &c) || !still_to_do(d, &t)) return false;
    if (t.assignee != d->command->actor.account && !supervises(d, &t, c.service))
        return refuse(d, 403, "task.not-yours", T("Only the person who has the task, or a supervisor, can hand it over."));
    if (!db_int(store_writer(d->store), 0, "select count(*) from account where id = ? and closed_at is null", DB_INT(to)))
        return refuse(d, 422, "task.no-account", T("There is no such account."));
    if (!may_be_handed(d, &t, &c, to)) return false;
    set_assignee(d, &t, "claimed", to, organisation_of(d, to));
    struct json *gone = event_new(d, "task.offer-ended", STR_NONE);
    json_add_integer(d->arena, gone, "task", t.id);
    event_emit(d, gone);
    history_note(d, &c, "handed-over", t.element, t.id, command_text(d->command, "reason"), STR_NONE);
    notice_account(d, c.id, to, "task.assigned", (const struct str[]){T("You have a task: {0}"), t.name}, 2);
    case_save(d, &c);
    return true;
}

/* ---- completing */

/* The holder; or, where nobody claims first, whoever it is offered to; the resident for steps of role "resident". */
static bool may_complete(struct decision *d, const struct task_row *t, const struct case_row *c) {
    bool for_resident = str_find(t->roles, STR("\"resident\"")) >= 0;
    if (d->command->actor.resident_case == c->id && for_resident) return true;
    if (d->command->actor.system) return true;
    if (!d->command->actor.account) return refuse(d, 403, "task.not-yours", T("This step is not for you."));
    if (t->assignee && t->assignee != d->command->actor.account) {
        if (supervises(d, t, c->service)) return true;
        return refuse(d, 409, "task.not-yours", T("Somebody else has this task."));
    }
    if (!t->assignee && str_eqz(task_property(d, t, "lingban:claimable"), "true"))
        return refuse(d, 409, "task.claim-first", T("Please claim the task first."));
    /* What a resident says on the telephone or at the door is entered by staff. */
    if (for_resident && actor_holds(d, STR("staff"), c->service, t->organisation)) return true;
    if (t->assignee || holds_a_role(d, t, c->service) || supervises(d, t, c->service)) return true;
    return refuse(d, 403, "task.not-offered", T("This task is not offered to your role."));
}

static bool evidence_given(struct decision *d, const struct task_row *t, struct form_session *session) {
    if (!str_eqz(task_property(d, t, "lingban:evidence"), "required")) return true;
    const struct form_answer *answers;
    size_t count = session ? form_answers(session, d->arena, &answers) : 0;
    for (size_t i = 0; i < count; i++)
        if (answers[i].type == FORM_BINARY || answers[i].type == FORM_GEOPOINT ||
            (answers[i].type == FORM_STRING && form_field_control(answers[i].field) == FORM_INPUT))
            return true; /* a choice alone is no evidence */
    return refuse(d, 422, "task.evidence", T("Please say when and where it was done, or add a photo."));
}

bool decide_task_complete(struct decision *d) {
    struct task_row t;
    struct case_row c;
    if (!task_and_case(d, &t, &c) || !still_to_do(d, &t)) return false;
    if (!may_complete(d, &t, &c) || !other_eyes(d, &t)) return false;
    struct bpmn_event event = {.kind = BPMN_EVENT_TASK_COMPLETED, .token = t.token, .work = t.work};
    const struct service_form *form = t.form.n ? service_form_named(c.of_service, t.form) : NULL;
    struct form_session *session = NULL;
    if (form) {
        session = answers_check(d, c.id, form, command_json(d->command, "answers"));
        if (!session) return false;
        event.variables = answers_variables(d, session);
        answers_store(d, &c, session, form->file, t.id);
    }
    if (!evidence_given(d, &t, session)) return false;
    name_doer(d, &t, &event.variables);
    history_note(d, &c, "completed", t.element, t.id, command_text(d->command, "note"), STR_NONE);
    return process_event(d, &c, &event);
}

/* ---- urging and supervising */

/* 催办: the resident or an office asks for speed; whoever has the task is told, else those who answer for it. */
bool decide_task_urge(struct decision *d) {
    struct task_row t;
    struct case_row c;
    if (!task_and_case(d, &t, &c) || !still_to_do(d, &t)) return false;
    if (d->command->actor.resident_case && d->command->actor.resident_case != c.id)
        return refuse(d, 403, "case.not-yours", T("This case belongs to another office."));
    struct json *e = event_new(d, "task.urged", STR_NONE);
    json_add_integer(d->arena, e, "id", t.id);
    json_add_integer(d->arena, e, "urged", t.urged + 1);
    event_emit(d, e);
    history_note(d, &c, "urged", t.element, t.id, command_text(d->command, "reason"), STR_NONE);
    if (t.assignee)
        notice_account(d, c.id, t.assignee, "task.urged", (const struct str[]){T("Case {0} is urged: {1}"), c.reference, t.name}, 3);
    case_save(d, &c);
    return true;
}

/* ---- timers */

bool decide_timer_fire(struct decision *d) {
    struct case_row c;
    if (!case_load(d, command_integer(d->command, "case"), &c)) return false;
    struct bpmn_event event = {.kind = BPMN_EVENT_TIMER, .wait = command_integer(d->command, "wait"), .element = -1};
    history_note(d, &c, "timer", STR_NONE, 0, STR_NONE, STR_NONE);
    return process_event(d, &c, &event);
}
