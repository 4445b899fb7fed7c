/* case.c: the commands of a case: open, withdraw, merge, reopen, note, renew the secret.
 *
 * Each function judges one command (decide.h) and emits events. What moves along the process is process.c's, what
 * people do with tasks task.c's. */
#include "engine/cases.h"

#include "engine/commands.h"
#include "store/seal.h"

#include <stdio.h>

/* ---- loading and saving */

bool case_load_any(struct decision *d, int64_t id, struct case_row *out) {
    struct db *db = store_writer(d->store);
    struct query q = db_query(db,
                              "select version, coalesce(organisation, 0), coalesce(applicant, 0), coalesce(household, 0),"
                              " coalesce(opened_by, 0), generation, next_row, reopened, opened_at, coalesce(due_at, 0),"
                              " reference, service, state, stage, title, public, coalesce(restricted_role, ''), coalesce(restricted_at, 0)"
                              " from cases where id = ?",
                              DB_INT(id));
    if (!query_next(&q)) return refuse(d, 404, "case.unknown", T("There is no such case."));
    *out = (struct case_row){.id = id,
                             .version = query_int(&q, 0),
                             .organisation = query_int(&q, 1),
                             .applicant = query_int(&q, 2),
                             .household = query_int(&q, 3),
                             .opened_by = query_int(&q, 4),
                             .generation = query_int(&q, 5),
                             .next_row = query_int(&q, 6),
                             .reopened = query_int(&q, 7),
                             .opened_at = query_int(&q, 8),
                             .due_at = query_int(&q, 9),
                             .reference = arena_str(d->arena, query_text(&q, 10)),
                             .service = arena_str(d->arena, query_text(&q, 11)),
                             .state = arena_str(d->arena, query_text(&q, 12)),
                             .stage = arena_str(d->arena, query_text(&q, 13)),
                             .title = arena_str(d->arena, query_text(&q, 14)),
                             .is_public = query_int(&q, 15) != 0,
                             .restricted_role = arena_str(d->arena, query_text(&q, 16)),
                             .restricted_at = query_int(&q, 17)};
    query_done(&q);
    out->of = arena_printf(d->arena, "case:%lld", (long long)id);
    d->subject = out->of;
    out->of_service = services_get(d->engine->services, db, out->version);
    if (!out->of_service) return refuse(d, 500, "service.broken", T("The service of this case cannot be read. Please tell the administrator."));
    return true;
}

bool case_load(struct decision *d, int64_t id, struct case_row *out) {
    if (!case_load_any(d, id, out)) return false;
    int64_t account = d->command->actor.account;
    if (!account || case_known_to(store_writer(d->store), account, id, d->now)) return true;
    return refuse(d, 404, "case.unknown", T("There is no such case."));
}

bool case_load_open(struct decision *d, int64_t id, struct case_row *out) {
    if (!case_load(d, id, out)) return false;
    if (str_eqz(out->state, "open")) return true;
    return refuse(d, 409, "case.not-open", T("The case {0} is no longer open."), out->reference);
}

void case_save(struct decision *d, struct case_row *c) {
    struct json *e = event_new(d, "case.advanced", STR_NONE);
    json_add_integer(d->arena, e, "id", c->id);
    json_add_string(d->arena, e, "stage", c->stage.p ? c->stage : STR(""));
    json_add_integer(d->arena, e, "public", c->is_public);
    json_add_integer(d->arena, e, "next_row", c->next_row);
    json_add_integer(d->arena, e, "changed_at", d->now);
    event_emit(d, e);
}

static void add_or_null(struct decision *d, struct json *e, const char *name, int64_t v) {
    if (v) json_add_integer(d->arena, e, name, v);
    else json_add_string(d->arena, e, name, STR_NONE);
}

void history_note(struct decision *d, struct case_row *c, const char *kind, struct str element, int64_t task,
                  struct str note, struct str data) {
    struct json *e = event_new(d, "history.noted", c->of);
    json_add_integer(d->arena, e, "case_id", c->id);
    json_add_integer(d->arena, e, "id", c->next_row++);
    json_add_integer(d->arena, e, "at", d->now);
    json_add_string(d->arena, e, "kind", str_from(kind));
    json_add_string(d->arena, e, "element", element.p ? element : STR(""));
    add_or_null(d, e, "task", task);
    add_or_null(d, e, "account", d->command->actor.account);
    json_add_integer(d->arena, e, "by_resident", d->command->actor.resident_case != 0);
    json_add_string(d->arena, e, "note", note.n ? note : STR_NONE);
    json_add_string(d->arena, e, "data", data.n ? data : STR_NONE);
    event_emit(d, e);
}

/* ---- who may touch a case */

/* Staff of the case's office or above, for its service. */
static bool is_handler(struct decision *d, const struct case_row *c) {
    static const char *const roles[] = {"staff", "supervisor", "admin"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (actor_holds(d, str_from(roles[i]), c->service, c->organisation)) return true;
    return d->command->actor.system;
}

bool case_handler_only(struct decision *d, const struct case_row *c) {
    return is_handler(d, c) || refuse(d, 403, "case.not-yours", T("This case belongs to another office."));
}

static bool handler_or_resident(struct decision *d, const struct case_row *c) {
    return d->command->actor.resident_case == c->id || case_handler_only(d, c);
}

/* ---- opening */

struct str case_answer(struct decision *d, struct form_session *session, struct str path) {
    struct form_node *node = path.n ? form_find(session, path) : NULL;
    return node && form_relevant(node) ? arena_str(d->arena, form_value(node)) : STR("");
}

/* "南湖小区 3 号楼 2 单元 301": the answers of the address, one after another. */
struct str case_address(struct decision *d, const struct service *s, struct form_session *session) {
    struct buf out;
    buf_init(&out, d->arena, 4000);
    for (size_t i = 0; i < s->means.address_count; i++) {
        struct str part = str_trim(case_answer(d, session, s->means.address[i]));
        if (out.n && part.n) buf_byte(&out, ' ');
        buf_add(&out, part);
    }
    return out.n ? buf_str(&out) : STR("");
}

int64_t party_new(struct decision *d, const char *kind, struct str name, struct str phone, struct str address, int64_t organisation) {
    int64_t id = next_id(d, "party");
    struct json *e = event_new(d, "party.added", arena_printf(d->arena, "party:%lld", (long long)id));
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "kind", str_from(kind));
    json_add_string(d->arena, e, "name", name.n ? name : STR_NONE);
    json_add_string(d->arena, e, "phone", phone.n ? phone : STR_NONE);
    json_add_string(d->arena, e, "mail", STR_NONE);
    json_add_string(d->arena, e, "address", address.n ? address : STR_NONE);
    json_add_string(d->arena, e, "note", STR_NONE);
    add_or_null(d, e, "organisation", organisation);
    json_add_integer(d->arena, e, "created_at", d->now);
    event_emit(d, e);
    return id;
}

int64_t person_known(struct decision *d, struct str name, struct str phone) {
    if (!name.n || !phone.n) return 0;
    return db_int(store_writer(d->store), 0, "select id from party where kind = 'person' and phone = ? and name = ? order by id limit 1", DB_TEXT(phone), DB_TEXT(name));
}

static void add_member(struct decision *d, int64_t household, int64_t person) {
    struct json *e = event_new(d, "member.joined", STR_NONE);
    json_add_integer(d->arena, e, "id", next_id(d, "member"));
    json_add_integer(d->arena, e, "household", household);
    json_add_integer(d->arena, e, "person", person);
    json_add_string(d->arena, e, "relation", STR("other"));
    json_add_integer(d->arena, e, "from_at", d->now);
    event_emit(d, e);
}

/* The person a case is for, known again by telephone and name; and the household, known again by its address. A
 * household is what "helped recently" is asked of. */
static void find_parties(struct decision *d, const struct service *s, struct form_session *session, struct case_row *c) {
    struct db *db = store_writer(d->store);
    struct str name = case_answer(d, session, s->means.name), phone = fold_full_width(d->arena, case_answer(d, session, s->means.phone));
    struct str address = case_address(d, s, session);
    int64_t chosen = 0;
    if (str_to_int64(case_answer(d, session, s->means.household), &chosen)) c->household = chosen;
    c->applicant = person_known(d, name, phone);
    if (!c->household && address.n)
        c->household = db_int(db, 0, "select id from party where kind = 'household' and address = ? and organisation is ? order by id limit 1",
                              DB_TEXT(address), DB_INT_OR_NULL(c->organisation, 0));
    bool new_person = !c->applicant && name.n;
    if (new_person) c->applicant = party_new(d, "person", name, phone, STR_NONE, c->organisation);
    if (!c->household && address.n) c->household = party_new(d, "household", name, STR_NONE, address, c->organisation);
    if (c->applicant && !c->household)
        c->household = db_int(db, 0, "select household from member where person = ? and to_at is null order by id limit 1", DB_INT(c->applicant));
    if (c->applicant && c->household &&
        !db_int(db, 0, "select count(*) from member where household = ? and person = ? and to_at is null", DB_INT(c->household),
                DB_INT(c->applicant)))
        add_member(d, c->household, c->applicant);
}

struct str case_draw_reference(struct decision *d) {
    for (;;) {
        struct reference r = reference_draw(&d->draw);
        struct str digits = arena_str(d->arena, str_from(r.digits));
        if (!db_int(store_writer(d->store), 0, "select count(*) from cases where reference = ?", DB_TEXT(digits))) return digits;
    }
}

struct fact_row {
    struct decision *d;
    struct feel_value value;
};

/* SQLite has as many parameters as the highest of ?1, ?2, ?3 that the query names; binding more is an error. */
static size_t parameters_of(struct str sql) {
    size_t most = 0;
    for (size_t i = 0; i + 1 < sql.n; i++)
        if (sql.p[i] == '?' && sql.p[i + 1] >= '1' && sql.p[i + 1] <= '3' && (size_t)(sql.p[i + 1] - '0') > most) most = (size_t)(sql.p[i + 1] - '0');
    return most;
}

/* Facts are asked of the writer's own connection, so that a case opened a moment ago in the same batch counts. The
 * query was checked against the report rules when its folder was deployed. */
static struct feel_value fact(struct decision *d, const struct case_row *c, const struct service_query *f) {
    struct db_value household = DB_INT_OR_NULL(c->household, 0);
    struct feel_value v = feel_null();
    struct query q = db_query_values(store_writer(d->store), f->sql.p, (const struct db_value[]){household, DB_INT(c->id), DB_INT(d->now)}, parameters_of(f->sql));
    if (query_next(&q)) {
        if (query_kind(&q, 0) == DB_KIND_INTEGER) v = feel_integer(query_int(&q, 0));
        else if (query_kind(&q, 0) == DB_KIND_TEXT) v = feel_string(arena_str(d->arena, query_text(&q, 0)));
    }
    query_done(&q);
    return v;
}

struct feel_value case_start_variables(struct decision *d, const struct case_row *c, struct form_session *session) {
    const struct service *s = c->of_service;
    struct feel_value variables = session ? answers_variables(d, session) : feel_context(d->arena, 4);
    feel_context_put(d->arena, variables, STR("settings"), feel_from_json(d->arena, s->settings));
    feel_context_put(d->arena, variables, STR("channel"), feel_string(d->command->channel));
    feel_context_put(d->arena, variables, STR("reopened"), feel_integer(c->reopened));
    for (size_t i = 0; i < s->fact_count; i++)
        feel_context_put(d->arena, variables, s->facts[i].name, fact(d, c, &s->facts[i]));
    return variables;
}

void case_emit_opened(struct decision *d, struct case_row *c, int64_t linked_from) {
    struct json *e = event_new(d, "case.opened", STR_NONE);
    json_add_integer(d->arena, e, "id", c->id);
    json_add_string(d->arena, e, "reference", c->reference);
    json_add_string(d->arena, e, "service", c->service);
    json_add_integer(d->arena, e, "version", c->version);
    json_add_string(d->arena, e, "state", STR("open"));
    json_add_string(d->arena, e, "stage", STR(""));
    json_add_string(d->arena, e, "outcome", STR(""));
    json_add_string(d->arena, e, "title", c->title);
    json_add_string(d->arena, e, "channel", d->command->channel);
    add_or_null(d, e, "organisation", c->organisation);
    add_or_null(d, e, "applicant", c->applicant);
    add_or_null(d, e, "household", c->household);
    add_or_null(d, e, "opened_by", d->command->actor.account);
    json_add_integer(d->arena, e, "opened_at", d->now);
    add_or_null(d, e, "due_at", c->due_at);
    add_or_null(d, e, "linked_from", linked_from);
    json_add_integer(d->arena, e, "public", 0);
    json_add_integer(d->arena, e, "generation", 1);
    json_add_integer(d->arena, e, "next_row", 1);
    json_add_integer(d->arena, e, "reopened", 0);
    json_add_integer(d->arena, e, "changed_at", d->now);
    event_emit(d, e);
}

/* audience: office — what an office keeps for itself (minutes, visits) is not there for others; opened_by: office — everybody
 * may read it, staff open its cases. */
static bool offered_to_actor(struct decision *d, const struct service *s) {
    if (!service_opened_by_office(s) || d->command->actor.system) return true;
    if (account_may(store_writer(d->store), d->command->actor.account, d->now) & MAY_STAFF) return true;
    if (service_for_office(s)) return refuse(d, 404, "service.unknown", T("There is no service “{0}”."), s->id);
    return refuse(d, 403, "service.opened-by-office", T("Cases of this service are opened by the office."));
}

static bool find_organisation(struct decision *d, const struct service *s, struct form_session *session, struct case_row *c) {
    int64_t given = command_integer(d->command, "organisation");
    if (!given) str_to_int64(case_answer(d, session, s->means.organisation), &given);
    struct db *db = store_writer(d->store);
    if (given && !db_int(db, 0, "select count(*) from organisation where id = ? and closed_at is null", DB_INT(given)))
        return refuse(d, 422, "case.no-office", T("There is no such office. Please choose one from the list."));
    if (!given && d->command->actor.account)
        given = db_int(db, 0, "select coalesce(organisation, 0) from account where id = ?", DB_INT(d->command->actor.account));
    c->organisation = given;
    return true;
}

static bool start_process(struct decision *d, struct case_row *c, struct form_session *session) {
    struct bpmn_event event = {.kind = BPMN_EVENT_START, .element = -1, .variables = case_start_variables(d, c, session)};
    return process_event(d, c, &event);
}

/* ---- ending by hand */

static void emit_ended(struct decision *d, struct case_row *c, const char *state, struct str outcome) {
    struct json *e = event_new(d, "case.ended", STR_NONE);
    json_add_integer(d->arena, e, "id", c->id);
    json_add_string(d->arena, e, "state", str_from(state));
    json_add_string(d->arena, e, "outcome", outcome);
    json_add_integer(d->arena, e, "closed_at", d->now);
    json_add_integer(d->arena, e, "public", 0);
    json_add_integer(d->arena, e, "changed_at", d->now);
    event_emit(d, e);
}

/* The process is cancelled with its compensations; public pages lose the case in the same transaction. */
static bool end_by_hand(struct decision *d, struct case_row *c, const char *state, struct str outcome) {
    c->state = str_from(state);
    c->is_public = false;
    struct bpmn_event event = {.kind = BPMN_EVENT_CANCEL, .element = -1, .compensate = true};
    if (!process_event(d, c, &event)) return false;
    emit_ended(d, c, state, outcome);
    return true;
}

static bool merge_into(struct decision *d, struct case_row *from, struct case_row *into, struct str reason) {
    history_note(d, from, "merged", STR_NONE, 0, reason, into->reference);
    if (!end_by_hand(d, from, "merged", STR("merged"))) return false;
    struct json *e = event_new(d, "case.merged", STR_NONE);
    json_add_integer(d->arena, e, "id", from->id);
    json_add_integer(d->arena, e, "merged_into", into->id);
    event_emit(d, e);
    history_note(d, into, "took-in", STR_NONE, 0, STR_NONE, from->reference);
    case_save(d, into);
    notice_resident(d, from, "case.merged", (const struct str[]){T("Your case {0} goes on together with case {1}."), from->reference, into->reference}, 3);
    return true;
}

/* "Me too": the answer under joins: names a public case of the service that is still open; the new case goes on with it,
 * and its resident is told as theirs is. */
static bool join_named(struct decision *d, const struct service *s, struct form_session *session, struct case_row *c) {
    struct str given = str_trim(case_answer(d, session, s->means.joins));
    struct reference reference;
    struct case_row into;
    if (!given.n) return true;
    int64_t id = reference_parse(given, &reference) != REFERENCE_GOOD
                     ? 0
                     : db_int(store_writer(d->store), 0, "select id from cases where reference = ? and service = ? and state = 'open' and public = 1",
                              DB_TEXT(str_from(reference.digits)), DB_TEXT(s->id));
    if (!id) return refuse(d, 422, "case.no-such-public", T("There is no open case {0} on the public board. Leave the number empty to make a case of your own."), given);
    return case_load_any(d, id, &into) && merge_into(d, c, &into, STR_NONE);
}

bool decide_case_open(struct decision *d) {
    struct str service = command_text(d->command, "service");
    const struct service *s = services_current(d->engine->services, store_writer(d->store), service);
    if (!s) return refuse(d, 404, "service.unknown", T("There is no service “{0}”."), service);
    if (!offered_to_actor(d, s)) return false;
    struct case_row c = {.id = next_id(d, "cases"), .version = s->version, .service = s->id, .of_service = s, .next_row = 1, .state = STR("open")};
    c.generation = 1;
    c.stage = STR(""); /* a case may end before anybody has to do anything */
    c.of = arena_printf(d->arena, "case:%lld", (long long)c.id);
    d->subject = c.of;
    struct form_session *session = answers_check(d, 0, &s->forms[0], command_json(d->command, "answers"));
    if (!session || !find_organisation(d, s, session, &c)) return false;
    find_parties(d, s, session, &c);
    c.reference = case_draw_reference(d);
    c.title = case_title(d, s, session);
    c.due_at = s->deadline_days ? due_after(d, d->now, s->deadline_days, s->deadline_calendar) : 0;
    case_emit_opened(d, &c, command_integer(d->command, "linked_from"));
    answers_store(d, &c, session, s->form_file, 0);
    history_note(d, &c, "opened", STR_NONE, 0, STR_NONE, STR_NONE);
    if (!link_from_command(d, &c)) return false;
    if (!start_process(d, &c, session) || !join_named(d, s, session, &c)) return false;
    json_add_integer(d->arena, d->result, "case", c.id);
    json_add_string(d->arena, d->result, "reference", c.reference);
    return true;
}

bool decide_case_withdraw(struct decision *d) {
    struct case_row c;
    if (!case_load_open(d, command_integer(d->command, "case"), &c) || !handler_or_resident(d, &c)) return false;
    history_note(d, &c, "withdrawn", STR_NONE, 0, command_text(d->command, "reason"), STR_NONE);
    return end_by_hand(d, &c, "withdrawn", STR("withdrawn"));
}

bool decide_case_merge(struct decision *d) {
    struct case_row from, into;
    if (!case_load_open(d, command_integer(d->command, "into"), &into)) return false;
    if (!case_load_open(d, command_integer(d->command, "case"), &from) || !case_handler_only(d, &from)) return false;
    if (from.id == into.id || !str_eq(from.service, into.service))
        return refuse(d, 422, "case.merge", T("Only two cases of the same service can be merged."));
    return merge_into(d, &from, &into, command_text(d->command, "reason"));
}

/* ---- reopening: closed is not solved */

/* The start event that waits for that message, whatever its id; -1: the ordinary start. */
static int32_t start_of_message(const struct bpmn_model *m, struct str name) {
    for (size_t i = 0; i < m->element_count; i++) {
        const struct bpmn_element *e = &m->elements[i];
        bool of_process = e->parent >= 0 && m->elements[e->parent].kind == BPMN_PROCESS;
        if (e->kind != BPMN_START_EVENT || !of_process) continue;
        for (size_t k = 0; k < e->definition_count; k++)
            if (e->definitions[k].type == BPMN_EVENT_MESSAGE_TYPE && str_eq(e->definitions[k].name.text, name)) return (int32_t)i;
    }
    return -1;
}

bool decide_case_reopen(struct decision *d) {
    struct case_row c;
    if (!case_load(d, command_integer(d->command, "case"), &c) || !handler_or_resident(d, &c)) return false;
    if (!str_eqz(c.state, "closed")) return refuse(d, 409, "case.not-closed", T("Only a closed case can be reopened."));
    if (db_int(store_writer(d->store), 0, "select count(*) from history where case_id = ? and kind = 'forgotten'", DB_INT(c.id)))
        return refuse(d, 409, "case.forgotten", T("Who this case was about has been erased after its time. Please hand it in anew."));
    int32_t start = start_of_message(c.of_service->process, STR("reopened"));
    c.state = STR("open");
    c.reopened++;
    struct json *e = event_new(d, "case.reopened", STR_NONE);
    json_add_integer(d->arena, e, "id", c.id);
    json_add_string(d->arena, e, "state", c.state);
    json_add_string(d->arena, e, "outcome", STR(""));
    json_add_string(d->arena, e, "closed_at", STR_NONE);
    json_add_integer(d->arena, e, "reopened", c.reopened);
    event_emit(d, e);
    history_note(d, &c, "reopened", STR_NONE, 0, command_text(d->command, "reason"), STR_NONE);
    int64_t submission = db_int(store_writer(d->store), 0, "select min(id) from submission where case_id = ?", DB_INT(c.id));
    struct form_session *session = answers_fill(d, c.id, &c.of_service->forms[0], answers_stored(d, submission)); /* a choice may have gone since */
    if (!session) return false;
    struct bpmn_event event = {.kind = BPMN_EVENT_START, .element = start, .variables = case_start_variables(d, &c, session)};
    return process_event(d, &c, &event);
}

/* ---- small ones */

bool decide_case_note(struct decision *d) {
    struct case_row c;
    if (!case_load(d, command_integer(d->command, "case"), &c) || !handler_or_resident(d, &c)) return false;
    history_note(d, &c, d->command->actor.resident_case ? "resident-wrote" : "noted", STR_NONE, 0, command_text(d->command, "note"), STR_NONE);
    case_save(d, &c);
    return true;
}

bool decide_case_renew_secret(struct decision *d) {
    struct case_row c;
    if (!case_load(d, command_integer(d->command, "case"), &c) || !case_handler_only(d, &c)) return false;
    struct json *e = event_new(d, "case.secret-renewed", STR_NONE);
    json_add_integer(d->arena, e, "id", c.id);
    json_add_integer(d->arena, e, "generation", c.generation + 1);
    event_emit(d, e);
    history_note(d, &c, "secret-renewed", STR_NONE, 0, STR_NONE, STR_NONE);
    case_save(d, &c);
    return true;
}

/* Somebody looked at what is masked, or looked a person up: that itself is kept. */
bool decide_case_reveal(struct decision *d) {
    struct case_row c;
    if (!case_load(d, command_integer(d->command, "case"), &c) || !case_handler_only(d, &c)) return false;
    history_note(d, &c, "revealed", STR_NONE, 0, command_text(d->command, "reason"), command_text(d->command, "path"));
    case_save(d, &c);
    return true;
}
