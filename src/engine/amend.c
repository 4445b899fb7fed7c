/* amend.c: case.amend: a typo is mended, the old value stays (amendment), and whatever was made from the answer follows.
 *
 * In: a submission, the path of an answer, the new value and why. The whole submission is checked again, so that a
 * mended answer obeys the form. What follows an answer of the main form: the title, the person and the household, the
 * process's variables, and the entry of a list that a task is about. Emits amendment.made, answer.amended, case.titled,
 * party.changed, variable.put, task.about. */
#include "engine/cases.h"

#include "engine/commands.h"

static bool amend_cell(struct decision *d, struct case_row *c, int64_t submission, struct str path, struct str value) {
    struct db *db = store_writer(d->store);
    struct query q = db_query(db, "select class, value, personal from answer where submission = ? and path = ? and case_id = ?",
                              DB_INT(submission), DB_TEXT(path), DB_INT(c->id));
    if (!query_next(&q)) return refuse(d, 404, "case.no-answer", T("There is no such answer in this case."));
    struct str class = arena_str(d->arena, query_text(&q, 0));
    bool plain = str_eqz(class, "public") || str_eqz(class, "office"), sensitive = str_eqz(class, "sensitive");
    struct str old_value = query_is_null(&q, 1) ? STR_NONE : arena_str(d->arena, query_text(&q, 1));
    struct str old_personal = query_is_null(&q, 2) ? STR_NONE : arena_str(d->arena, query_text(&q, 2));
    query_done(&q);
    struct json *e = event_new(d, "amendment.made", c->of);
    json_add_integer(d->arena, e, "id", next_id(d, "amendment"));
    json_add_integer(d->arena, e, "case_id", c->id);
    json_add_integer(d->arena, e, "submission", submission);
    json_add_string(d->arena, e, "path", path);
    json_add_string(d->arena, e, "old_value", old_value);
    json_add_string(d->arena, e, "old_personal", old_personal);
    json_add_string(d->arena, e, "reason", command_text(d->command, "reason"));
    if (d->command->actor.account) json_add_integer(d->arena, e, "account", d->command->actor.account);
    else json_add_string(d->arena, e, "account", STR_NONE);
    json_add_integer(d->arena, e, "at", d->now);
    event_emit(d, e);
    struct json *a = event_new(d, "answer.amended", c->of);
    json_add_integer(d->arena, a, "submission", submission);
    json_add_string(d->arena, a, "path", path);
    json_add_string(d->arena, a, "value", plain ? value : STR_NONE);
    json_add_string(d->arena, a, "personal", !plain && !sensitive ? value : STR_NONE);
    json_add_string(d->arena, a, "sensitive", sensitive ? value : STR_NONE);
    event_emit(d, a);
    return true;
}

/* The submission with its answers; with one of them changed when `path` is set. NULL with a refusal. */
static struct form_session *submission_with(struct decision *d, const struct case_row *c, const struct service_form *form, int64_t submission,
                                            struct str path, struct str value) {
    struct json *answers = answers_stored(d, submission);
    for (size_t i = 0; i < answers->count; i++)
        if (str_eq(json_string(&answers->items[i], "path"), path)) answers->items[i].items[1].text = value;
    return answers_check(d, c->id, form, answers);
}

/* ---- what follows */

static void follow_title(struct decision *d, const struct case_row *c, struct form_session *session) {
    struct str title = case_title(d, c->of_service, session);
    if (str_eq(title, c->title)) return;
    struct json *e = event_new(d, "case.titled", STR_NONE);
    json_add_integer(d->arena, e, "id", c->id);
    json_add_string(d->arena, e, "title", title);
    event_emit(d, e);
}

static void add_party_cell(struct decision *d, struct json *e, const struct query *q, int column, const char *name) {
    json_add_string(d->arena, e, name, query_is_null(q, column) ? STR_NONE : arena_str(d->arena, query_text(q, column)));
}

/* A party with one thing about it said anew; empty: as it was. */
static void change_party(struct decision *d, int64_t id, struct str name, struct str phone, struct str address) {
    struct query q = db_query(store_writer(d->store), "select name, phone, address, mail, note, organisation from party where id = ? and erased_at is null", DB_INT(id));
    if (!id || !query_next(&q)) return;
    struct json *e = event_new(d, "party.changed", arena_printf(d->arena, "party:%lld", (long long)id));
    json_add_integer(d->arena, e, "id", id);
    if (name.n) json_add_string(d->arena, e, "name", name);
    else add_party_cell(d, e, &q, 0, "name");
    if (phone.n) json_add_string(d->arena, e, "phone", phone);
    else add_party_cell(d, e, &q, 1, "phone");
    add_party_cell(d, e, &q, 3, "mail");
    if (address.n) json_add_string(d->arena, e, "address", address);
    else add_party_cell(d, e, &q, 2, "address");
    add_party_cell(d, e, &q, 4, "note");
    if (query_is_null(&q, 5)) json_add_string(d->arena, e, "organisation", STR_NONE);
    else json_add_integer(d->arena, e, "organisation", query_int(&q, 5));
    query_done(&q);
    event_emit(d, e);
}

static void follow_parties(struct decision *d, const struct case_row *c, struct form_session *session, struct str path) {
    const struct service_meaning *m = &c->of_service->means;
    bool is_address = false;
    for (size_t i = 0; i < m->address_count; i++) is_address |= str_eq(path, m->address[i]);
    if (str_eq(path, m->name)) change_party(d, c->applicant, case_answer(d, session, m->name), STR(""), STR(""));
    if (str_eq(path, m->phone)) change_party(d, c->applicant, STR(""), fold_full_width(d->arena, case_answer(d, session, m->phone)), STR(""));
    if (is_address) change_party(d, c->household, STR(""), STR(""), case_address(d, c->of_service, session));
}

static struct str value_text(struct decision *d, struct feel_value v) {
    struct buf out;
    struct json_out j;
    buf_init(&out, d->arena, 1 << 20);
    json_begin(&j, &out);
    feel_put_json(&j, v);
    return buf_str(&out);
}

struct copy {
    int64_t scope; /* of a variable … */
    struct str name;
    int64_t task; /* … or a task */
};

static void follow_copy(struct decision *d, const struct case_row *c, const struct copy *copy, struct str is) {
    struct json *e = event_new(d, copy->task ? "task.about" : "variable.put", STR_NONE);
    if (copy->task) {
        json_add_integer(d->arena, e, "id", copy->task);
        json_add_string(d->arena, e, "item", is);
    } else {
        json_add_integer(d->arena, e, "case_id", c->id);
        json_add_integer(d->arena, e, "scope", copy->scope);
        json_add_string(d->arena, e, "name", copy->name);
        json_add_string(d->arena, e, "value", is);
    }
    event_emit(d, e);
}

/* Copies of one entry of a list, in inner scopes and in tasks, say what the entry says now. */
static void follow_entry(struct decision *d, const struct case_row *c, struct str was, struct str is) {
    struct copy *copies = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(store_writer(d->store),
                              "select scope, name, 0 from variable where case_id = ?1 and value = ?2 union all"
                              " select 0, '', id from task where case_id = ?1 and item = ?2 and state in ('open', 'claimed') order by 3, 1, 2",
                              DB_INT(c->id), DB_TEXT(was));
    while (query_next(&q)) {
        struct copy copy = {query_int(&q, 0), arena_str(d->arena, query_text(&q, 1)), query_int(&q, 2)};
        VEC_PUSH(d->arena, copies, count, capacity, copy);
    }
    query_done(&q);
    for (size_t i = 0; i < count; i++) follow_copy(d, c, &copies[i], is);
}

static void follow_entries(struct decision *d, const struct case_row *c, struct feel_value was, struct feel_value is) {
    for (size_t i = 0; is.kind == FEEL_CONTEXT && i < is.context->count; i++) {
        struct feel_value list = is.context->entries[i].value;
        const struct feel_value *old = feel_member(was, is.context->entries[i].name);
        if (!old || old->kind != FEEL_LIST || list.kind != FEEL_LIST) continue;
        for (size_t k = 0; k < list.list->count && k < old->list->count; k++) {
            struct str before = value_text(d, old->list->items[k]), after = value_text(d, list.list->items[k]);
            if (!str_eq(before, after)) follow_entry(d, c, before, after);
        }
    }
}

/* The process reads the answers as they are now: what it decides next goes by the mended value. */
static bool follow_process(struct decision *d, struct case_row *c, struct form_session *was, struct form_session *is) {
    if (!str_eqz(c->state, "open")) return true;
    struct feel_value old_variables = answers_variables(d, was), variables = answers_variables(d, is);
    follow_entries(d, c, old_variables, variables);
    struct bpmn_event event = {.kind = BPMN_EVENT_VARIABLES, .variables = variables, .element = -1};
    return process_event(d, c, &event);
}

bool decide_case_amend(struct decision *d) {
    struct case_row c;
    int64_t submission = command_integer(d->command, "submission");
    struct str path = command_text(d->command, "path"), value = command_text(d->command, "value");
    if (!case_load(d, command_integer(d->command, "case"), &c) || !case_handler_only(d, &c)) return false;
    struct db *db = store_writer(d->store);
    struct str file = db_text(db, d->arena, "select form from submission where id = ? and case_id = ?", DB_INT(submission), DB_INT(c.id));
    const struct service_form *form = service_form_named(c.of_service, file);
    if (!form) return refuse(d, 404, "case.no-answer", T("There is no such answer in this case."));
    bool main_form = str_eq(file, c.of_service->form_file);
    struct form_session *was = main_form ? submission_with(d, &c, form, submission, STR_NONE, STR_NONE) : NULL;
    struct form_session *is = submission_with(d, &c, form, submission, path, value);
    if (!is || (main_form && !was) || !amend_cell(d, &c, submission, path, value)) return false;
    history_note(d, &c, "amended", STR_NONE, 0, STR_NONE, path);
    if (main_form) {
        follow_title(d, &c, is);
        follow_parties(d, &c, is, path);
        if (!follow_process(d, &c, was, is)) return false;
    }
    case_save(d, &c);
    return true;
}
