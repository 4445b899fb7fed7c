/* office.c: what an office does with a case beyond its picture: 退回 return, 撤回 take back, 加签 add a signer, 委托
 * delegate, 督办 supervise, jump, suspend and resume, mend an incident, move running cases to a new version.
 *
 * The step judges whether a move is legal (bpmn/office.c, migrate.c); here stands who may ask, and the reason and the
 * actor go into the history. 转办 hand over and 催办 urge are task.c's. */
#include "engine/cases.h"

#include "base/zone.h"
#include "engine/commands.h"

static bool task_and_case(struct decision *d, struct task_row *t, struct case_row *c) {
    return task_load(d, command_integer(d->command, "task"), t) && case_load_open(d, t->case_id, c);
}

static bool is_waiting(struct decision *d, const struct task_row *t) {
    if (str_eqz(t->state, "open") || str_eqz(t->state, "claimed")) return true;
    return refuse(d, 409, "task.done", T("This task has already been done, or is no longer needed."));
}

static bool supervises(struct decision *d, const struct case_row *c) {
    if (actor_holds(d, STR("supervisor"), c->service, c->organisation) || actor_holds(d, STR("admin"), c->service, c->organisation) || d->command->actor.system)
        return true;
    return refuse(d, 403, "case.supervisor", T("Only a supervisor may do this."));
}

static bool has_task(struct decision *d, const struct task_row *t, const struct case_row *c) {
    if (t->assignee && t->assignee == d->command->actor.account) return true;
    if (!t->assignee && actor_holds(d, STR("staff"), c->service, c->organisation)) return true;
    if (actor_holds(d, STR("supervisor"), c->service, c->organisation)) return true;
    return refuse(d, 403, "task.not-yours", T("Somebody else has this task."));
}

static bool find_element(struct decision *d, const struct case_row *c, struct str id, int32_t *out) {
    *out = bpmn_find(c->of_service->process, id);
    return *out >= 0 || refuse(d, 422, "case.no-step", T("The process has no step “{0}”."), id);
}

static bool noted(struct decision *d, struct case_row *c, const char *kind, const struct task_row *t, const struct bpmn_event *event) {
    history_note(d, c, kind, t ? t->element : STR_NONE, t ? t->id : 0, command_text(d->command, "reason"), command_text(d->command, "element"));
    return process_event(d, c, event);
}

/* ---- 退回: back to an earlier step, by whoever has the task */

bool decide_task_return(struct decision *d) {
    struct task_row t;
    struct case_row c;
    struct bpmn_event event = {.kind = BPMN_EVENT_MOVE};
    if (!task_and_case(d, &t, &c) || !is_waiting(d, &t) || !has_task(d, &t, &c)) return false;
    if (!find_element(d, &c, command_text(d->command, "element"), &event.element)) return false;
    if (!db_int(store_writer(d->store), 0, "select count(*) from task where case_id = ? and element = ? and state = 'completed'", DB_INT(c.id),
                DB_TEXT(command_text(d->command, "element"))) &&
        !supervises(d, &c))
        return refuse(d, 422, "task.not-earlier", T("A case can only be returned to a step that was done before."));
    event.token = t.token;
    return noted(d, &c, "returned", &t, &event);
}

/* ---- a supervisor's jump, to any step */

bool decide_case_jump(struct decision *d) {
    struct task_row t;
    struct case_row c;
    struct bpmn_event event = {.kind = BPMN_EVENT_MOVE};
    if (!task_and_case(d, &t, &c) || !is_waiting(d, &t) || !supervises(d, &c)) return false;
    if (!find_element(d, &c, command_text(d->command, "element"), &event.element)) return false;
    event.token = t.token;
    return noted(d, &c, "jumped", &t, &event);
}

/* ---- ad-hoc: whoever handles the case chooses which of the steps inside begins (again) */

bool decide_case_activate(struct decision *d) {
    struct case_row c;
    struct bpmn_event event = {.kind = BPMN_EVENT_ACTIVATE};
    if (!case_load_open(d, command_integer(d->command, "case"), &c) || !case_handler_only(d, &c)) return false;
    if (!find_element(d, &c, command_text(d->command, "element"), &event.element)) return false;
    event.token = db_int(store_writer(d->store), 0, "select token from scope where case_id = ? and element = ? and kind = ? and token <> 0 order by id desc limit 1", DB_INT(c.id),
                         DB_INT(c.of_service->process->elements[event.element].parent), DB_INT(BPMN_SCOPE_SUB));
    if (!event.token) return refuse(d, 409, "case.not-ad-hoc", T("The part of the process that holds “{0}” is not open now."), command_text(d->command, "element"));
    return noted(d, &c, "activated", NULL, &event);
}

/* ---- 撤回: whoever completed a step takes it back while what followed has not been done */

bool decide_task_take_back(struct decision *d) {
    struct task_row t;
    struct case_row c;
    if (!task_and_case(d, &t, &c)) return false;
    int64_t by = db_int(store_writer(d->store), 0, "select coalesce(closed_by, 0) from task where id = ? and state = 'completed'", DB_INT(t.id));
    if (!by) return refuse(d, 409, "task.not-done", T("Only a step that was completed can be taken back."));
    if (by != d->command->actor.account && !actor_holds(d, STR("supervisor"), c.service, c.organisation))
        return refuse(d, 403, "task.not-yours", T("Only whoever completed the step can take it back."));
    struct bpmn_event event = {.kind = BPMN_EVENT_WITHDRAW};
    event.visit = db_int(store_writer(d->store), 0, "select visit from task where id = ?", DB_INT(t.id));
    if (!find_element(d, &c, t.element, &event.element)) return false;
    return noted(d, &c, "taken-back", &t, &event);
}

/* ---- 加签: one more signer before, after or beside the one who has the task */

bool decide_task_add_signer(struct decision *d) {
    struct task_row t;
    struct case_row c;
    static const struct {
        const char *word;
        enum bpmn_signer_order order;
    } orders[] = {{"before", BPMN_SIGN_BEFORE}, {"after", BPMN_SIGN_AFTER}, {"parallel", BPMN_SIGN_PARALLEL}};
    struct bpmn_event event = {.kind = BPMN_EVENT_ADD_SIGNER};
    int64_t to = command_integer(d->command, "to");
    if (!task_and_case(d, &t, &c) || !is_waiting(d, &t) || !has_task(d, &t, &c)) return false;
    if (!db_int(store_writer(d->store), 0, "select count(*) from account where id = ? and closed_at is null", DB_INT(to)))
        return refuse(d, 422, "task.no-account", T("There is no such account."));
    size_t i = 0;
    while (i < 3 && !str_eqz(command_text(d->command, "order"), orders[i].word)) i++;
    if (i == 3) return refuse(d, 422, "task.order", T("A signer is added “before”, “after” or “parallel”."));
    event.order = orders[i].order;
    event.token = t.token;
    event.work = t.work;
    event.assignee = arena_printf(d->arena, "%lld", (long long)to);
    event.holder = t.assignee ? arena_printf(d->arena, "%lld", (long long)t.assignee) : STR("");
    if (!noted(d, &c, "signer-added", &t, &event)) return false;
    notice_account(d, c.id, to, "task.assigned", (const struct str[]){T("You are asked to sign: {0}"), t.name}, 2);
    return true;
}

/* ---- 委托: for a period, somebody else gets what would come to this account */

bool decide_account_delegate(struct decision *d) {
    int64_t from = command_integer(d->command, "account"), to = command_integer(d->command, "to");
    struct civil_date first, last;
    bool own = from == d->command->actor.account, admin = (account_may(store_writer(d->store), d->command->actor.account, d->now) & MAY_ADMIN) != 0;
    if (!own && !admin && !d->command->actor.system) return refuse(d, 403, "account.not-yours", T("Only an administrator may delegate for somebody else."));
    if (from == to) return refuse(d, 422, "account.self", T("You cannot delegate to yourself."));
    if (!db_int(store_writer(d->store), 0, "select count(*) from account where id = ? and closed_at is null", DB_INT(to)))
        return refuse(d, 422, "task.no-account", T("There is no such account."));
    civil_date_parse(command_text(d->command, "from_day"), &first);
    civil_date_parse(command_text(d->command, "to_day"), &last);
    if (civil_to_days(last) < civil_to_days(first)) return refuse(d, 422, "account.period", T("The last day stands before the first."));
    struct json *e = event_new(d, "delegation.begun", STR_NONE);
    int64_t id = next_id(d, "delegation");
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "account", from);
    json_add_integer(d->arena, e, "to_account", to);
    json_add_string(d->arena, e, "from_day", command_text(d->command, "from_day"));
    json_add_string(d->arena, e, "to_day", command_text(d->command, "to_day"));
    event_emit(d, e);
    json_add_integer(d->arena, d->result, "delegation", id);
    return true;
}

/* Today in the tenant's zone, or so many days from it. */
static struct str day_text(struct decision *d, int days) {
    int offset = zone_offset_at(d->engine->zone, d->now / MICROS_A_SECOND);
    struct buf day;
    buf_init(&day, d->arena, 20);
    civil_date_put(&day, civil_from_instant(d->now + days * MICROS_A_DAY, offset).date);
    return buf_str(&day);
}

/* From now on; what the other has got already stays with them until it is handed over. */
bool decide_account_delegate_end(struct decision *d) {
    int64_t id = command_integer(d->command, "delegation");
    int64_t account = db_int(store_writer(d->store), 0, "select account from delegation where id = ? and to_day >= ?", DB_INT(id), DB_TEXT(day_text(d, 0)));
    bool admin = (account_may(store_writer(d->store), d->command->actor.account, d->now) & MAY_ADMIN) != 0;
    if (!account) return refuse(d, 404, "account.no-delegation", T("There is no such delegation, or it is over."));
    if (account != d->command->actor.account && !admin && !d->command->actor.system)
        return refuse(d, 403, "account.not-yours", T("Only an administrator may delegate for somebody else."));
    struct json *e = event_new(d, "delegation.ended", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "to_day", day_text(d, -1));
    event_emit(d, e);
    return true;
}

int64_t delegate_of(struct decision *d, int64_t account) {
    return db_int(store_writer(d->store), account,
                  "select to_account from delegation where account = ?1 and from_day <= ?2 and to_day >= ?2 order by id desc limit 1", DB_INT(account),
                  DB_TEXT(day_text(d, 0)));
}

/* ---- 督办: a supervisor watches: everybody who has a task of the case is told, and the case carries the mark */

bool decide_case_supervise(struct decision *d) {
    struct case_row c;
    if (!case_load_open(d, command_integer(d->command, "case"), &c) || !supervises(d, &c)) return false;
    history_note(d, &c, "supervised", STR_NONE, 0, command_text(d->command, "reason"), STR_NONE);
    struct query q = db_query(store_writer(d->store), "select distinct assignee from task where case_id = ? and state = 'claimed' and assignee is not null order by assignee", DB_INT(c.id));
    while (query_next(&q))
        notice_account(d, c.id, query_int(&q, 0), "case.supervised", (const struct str[]){T("Case {0} is under supervision."), c.reference}, 2);
    case_save(d, &c);
    return true;
}

static bool is_supervised(struct decision *d, const struct case_row *c) {
    return db_int(store_writer(d->store), 0,
                  "select coalesce((select kind = 'supervised' from history where case_id = ? and kind in ('supervised', 'supervision-ended') order by id desc limit 1), 0)",
                  DB_INT(c->id)) != 0;
}

bool decide_case_supervise_end(struct decision *d) {
    struct case_row c;
    if (!case_load_open(d, command_integer(d->command, "case"), &c) || !supervises(d, &c)) return false;
    if (!is_supervised(d, &c)) return refuse(d, 409, "case.not-supervised", T("This case is not under supervision."));
    history_note(d, &c, "supervision-ended", STR_NONE, 0, command_text(d->command, "reason"), STR_NONE);
    case_save(d, &c);
    return true;
}

/* ---- suspending */

static bool suspend_or_resume(struct decision *d, enum bpmn_event_kind kind, const char *word) {
    struct case_row c;
    struct bpmn_event event = {.kind = kind, .element = -1};
    return case_load_open(d, command_integer(d->command, "case"), &c) && supervises(d, &c) && noted(d, &c, word, NULL, &event);
}

bool decide_case_suspend(struct decision *d) {
    return suspend_or_resume(d, BPMN_EVENT_SUSPEND, "suspended");
}

bool decide_case_resume(struct decision *d) {
    return suspend_or_resume(d, BPMN_EVENT_RESUME, "resumed");
}

/* ---- incidents */

bool decide_incident_retry(struct decision *d) {
    struct case_row c;
    int64_t id = command_integer(d->command, "incident");
    struct bpmn_event event = {.kind = BPMN_EVENT_RETRY, .work = id};
    if (!case_load_open(d, command_integer(d->command, "case"), &c) || !supervises(d, &c)) return false;
    event.token = db_int(store_writer(d->store), 0, "select token from incident where case_id = ? and id = ?", DB_INT(c.id), DB_INT(id));
    if (!event.token) return refuse(d, 404, "incident.unknown", T("There is no such incident."));
    const struct json *variables = command_json(d->command, "variables");
    if (variables && variables->kind == JSON_OBJECT) event.variables = feel_from_json(d->arena, variables);
    return noted(d, &c, "retried", NULL, &event);
}

/* ---- moving a running case to another version of its service */

static bool read_mapping(struct decision *d, const struct bpmn_model *from, const struct bpmn_model *to, int32_t *elements) {
    const struct json *plan = command_json(d->command, "plan"); /* {"old step": "new step"}; same ids need no line */
    for (size_t i = 0; i < from->element_count; i++) elements[i] = bpmn_find(to, from->elements[i].id);
    for (size_t i = 0; plan && plan->kind == JSON_OBJECT && i < plan->count; i++) {
        int32_t old = bpmn_find(from, plan->items[i].name), new = plan->items[i].kind == JSON_STRING ? bpmn_find(to, plan->items[i].text) : -1;
        if (old < 0 || new < 0) return refuse(d, 422, "case.plan", T("The plan names a step that does not exist: “{0}”."), old < 0 ? plan->items[i].name : plan->items[i].text);
        elements[old] = new;
    }
    return true;
}

/* The step's number in the new model, -1 when it has none or the plan moves it nowhere. */
static int32_t moved_to(const struct bpmn_migration *m, struct str element) {
    int32_t old = bpmn_find(m->from, element);
    return old < 0 ? -1 : m->elements[old];
}

/* Open work stays with whoever has it, under the step's new id and name. */
static void rename_tasks(struct decision *d, const struct case_row *c, const struct bpmn_migration *m) {
    struct query q = db_query(store_writer(d->store), "select id, element from task where case_id = ? and state in ('open', 'claimed') order by id", DB_INT(c->id));
    while (query_next(&q)) {
        int32_t new = moved_to(m, query_text(&q, 1));
        if (new < 0) continue;
        const struct bpmn_element *e = &c->of_service->process->elements[new];
        if (str_eq(e->id, query_text(&q, 1)) && str_eq(e->name, m->from->elements[bpmn_find(m->from, query_text(&q, 1))].name)) continue;
        struct json *event = event_new(d, "task.moved", STR_NONE);
        json_add_integer(d->arena, event, "id", query_int(&q, 0));
        json_add_string(d->arena, event, "element", e->id);
        json_add_string(d->arena, event, "name", e->name.n ? e->name : e->id);
        event_emit(d, event);
    }
}

/* What is stuck is stuck at the step's new id. */
static void rename_incidents(struct decision *d, const struct case_row *c, const struct bpmn_migration *m) {
    struct query q = db_query(store_writer(d->store), "select id, element from incident where case_id = ? order by id", DB_INT(c->id));
    while (query_next(&q)) {
        int32_t new = moved_to(m, query_text(&q, 1));
        struct str id = new < 0 ? STR_NONE : c->of_service->process->elements[new].id;
        if (new < 0 || str_eq(id, query_text(&q, 1))) continue;
        struct json *event = event_new(d, "incident.moved", STR_NONE);
        json_add_integer(d->arena, event, "case_id", c->id);
        json_add_integer(d->arena, event, "id", query_int(&q, 0));
        json_add_string(d->arena, event, "element", id);
        event_emit(d, event);
    }
}

bool decide_case_migrate(struct decision *d) {
    struct case_row c;
    if (!case_load_open(d, command_integer(d->command, "case"), &c) || !supervises(d, &c)) return false;
    const struct service *to = services_get(d->engine->services, store_writer(d->store), command_integer(d->command, "version"));
    if (!to || !str_eq(to->id, c.service)) return refuse(d, 422, "case.no-version", T("There is no such version of this service."));
    const struct bpmn_model *from = c.of_service->process;
    int32_t *elements = arena_array(d->arena, int32_t, from->element_count);
    if (!read_mapping(d, from, to->process, elements)) return false;
    struct bpmn_migration migration = {.from = from, .elements = elements};
    struct bpmn_event event = {.kind = BPMN_EVENT_MIGRATE, .element = -1, .migration = &migration};
    c.of_service = to;
    c.version = to->version;
    struct json *e = event_new(d, "case.migrated", STR_NONE);
    json_add_integer(d->arena, e, "id", c.id);
    json_add_integer(d->arena, e, "version", to->version);
    event_emit(d, e);
    rename_tasks(d, &c, &migration);
    rename_incidents(d, &c, &migration);
    return noted(d, &c, "migrated", NULL, &event);
}
