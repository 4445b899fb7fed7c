/* attendance_pages.c: the register of a session: who came, ticked many at once on a phone or printed and ticked by hand;
 * and the attendance of a whole activity as a file.
 *
 * In: activity/view.h. Out: attendance.html; CSV and a workbook without nicknames: a file that lies about is not asked
 * who reads it (the number on the sheet says which line is whose). */
#include "web/activity_pages.h"
#include "web/table_file.h"

static bool session_of(struct http_request *rq, struct db *db, const struct seen_activity *a, struct seen_session *out) {
    struct seen_session *all;
    int64_t id = 0;
    size_t count = activity_sessions(db, rq->arena, viewer_of(rq), a->id, &all);
    str_to_int64(http_param(rq, "session"), &id);
    for (size_t i = 0; i < count; i++)
        if (all[i].id == id) return *out = all[i], true;
    return false;
}

static enum http_outcome show_register(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct seen_activity a;
    struct seen_session session;
    if (!page_activity(rq, db, &a) || a.sight != ACTIVITY_KEEPER || !session_of(rq, db, &a, &session)) return no_activity(rq, db);
    struct page p = page_begin_named(rq, say_session_day(rq, session.day));
    page_crumb(&p, T("Activities"), STR("/activities"));
    page_crumb_named(&p, a.name, activity_href(rq, a.id));
    data_text(p.data, "name", a.name);
    data_text(p.data, "where", a.place);
    data_text(p.data, "hours", say_hours(rq, &session));
    data_text(p.data, "topic", session.topic);
    data_text(p.data, "iso_day", session.day);
    data_text(p.data, "begins", session.begins);
    data_text(p.data, "ends", session.ends);
    data_number(p.data, "session", session.id);
    data_text(p.data, "activity_href", activity_href(rq, a.id));
    data_text(p.data, "here", rq->path);
    struct seen_signup *signups;
    size_t count = activity_signups(db, rq->arena, &a, session.id, &signups);
    struct data *list = data_list(p.data, "people");
    int64_t came = 0, listed = 0;
    for (size_t i = 0; i < count; i++) {
        if (!str_eqz(signups[i].state, "in")) continue;
        struct data *item = data_item(list);
        data_number(item, "id", signups[i].id);
        data_text(item, "who", signups[i].nickname.n ? signups[i].nickname : STR("—"));
        data_flag(item, "came", signups[i].present == 1);
        came += signups[i].present == 1;
        listed++;
    }
    if (session.noted) data_say(p.data, "total", T("{0} of {1} came"), arena_printf(rq->arena, "%lld", (long long)came), arena_printf(rq->arena, "%lld", (long long)listed));
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "attendance", 200);
}

/* ---- taking the register */

static void add_numbers(struct http_request *rq, struct command *c, const char *name) {
    struct json *list = json_add_empty(rq->arena, c->arguments, name, JSON_ARRAY);
    struct str value;
    for (size_t at = 0; http_next(&rq->form, name, &at, &value);) {
        struct json number = {.kind = JSON_NUMBER, .is_integer = true, .text = value};
        if (str_to_int64(value, &number.integer)) json_add(rq->arena, list, STR_NONE, number);
    }
}

static enum http_outcome taken(struct http_request *rq) {
    const struct answer *answer = site_answer(rq);
    if (!answer->done) return site_refused(rq);
    int64_t gone = json_integer(answer->result, "gone", 0);
    struct str came = arena_printf(rq->arena, "%lld", (long long)json_integer(answer->result, "present", 0));
    struct str left = arena_printf(rq->arena, "%lld", (long long)gone);
    struct str sentence = gone ? text_say(rq->arena, rq->language, T("Saved: {0} came. {1} had cancelled meanwhile."), came, left)
                               : text_say(rq->arena, rq->language, T("Saved: {0} came."), came);
    return site_redirect(rq, rq->path, sentence);
}

static enum http_outcome take_register(struct http_request *rq) {
    int64_t session = 0;
    str_to_int64(http_param(rq, "session"), &session);
    struct command *c = site_command(rq, "attendance.take");
    json_add_integer(rq->arena, c->arguments, "session", session);
    add_numbers(rq, c, "listed");
    add_numbers(rq, c, "present");
    return site_submit(rq, c, taken);
}

/* ---- to take away */

struct attendance_rows {
    struct http_request *rq;
    struct db *db;
    const struct seen_signup *signups;
    const struct seen_session *sessions;
    size_t count, session_count, at;
};

static bool next_row(void *arg, struct str *cells) {
    struct attendance_rows *r = arg;
    struct arena *a = r->rq->arena;
    if (r->at == r->count) return false;
    const struct seen_signup *u = &r->signups[r->at++];
    size_t n = 0;
    cells[n++] = arena_printf(a, "%lld", (long long)u->id);
    cells[n++] = say_signup_state(r->rq, u->state);
    cells[n++] = u->reference;
    for (size_t i = 0; i < r->session_count; i++) {
        int64_t present = db_int(r->db, -1, "select present from attendance where session = ? and signup = ?", DB_INT(r->sessions[i].id), DB_INT(u->id));
        cells[n++] = present < 0 ? STR("") : present ? STR("1") : STR("0");
    }
    cells[n] = arena_printf(a, "%lld", (long long)u->attended);
    return true;
}

enum http_outcome take_attendance(struct http_request *rq, struct db *db, const struct seen_activity *of) {
    struct seen_signup *signups;
    struct seen_session *sessions;
    struct attendance_rows rows = {.rq = rq, .db = db};
    rows.count = activity_signups(db, rq->arena, of, 0, &signups);
    rows.session_count = activity_sessions(db, rq->arena, viewer_of(rq), of->id, &sessions);
    rows.signups = signups;
    rows.sessions = sessions;
    struct table_column *columns = arena_array(rq->arena, struct table_column, rows.session_count + 4);
    size_t n = 0;
    columns[n++] = (struct table_column){text_in(rq->language, T("Number")), TABLE_NUMBER, 0};
    columns[n++] = (struct table_column){text_in(rq->language, T("State")), TABLE_TEXT, 12};
    columns[n++] = (struct table_column){text_in(rq->language, T("Case")), TABLE_TEXT, 16};
    for (size_t i = 0; i < rows.session_count; i++) columns[n++] = (struct table_column){sessions[i].day, TABLE_NUMBER, 12};
    columns[n++] = (struct table_column){text_in(rq->language, T("Sessions attended")), TABLE_NUMBER, 0};
    struct table_source table = {of->name, columns, n, next_row, &rows};
    struct table_file file;
    table_file_make(rq, &table, &file);
    if (!site_done(rq, db)) return HTTP_DONE;
    return table_file_send(rq, &file, arena_printf(rq->arena, "activity-%lld", (long long)of->id));
}

const struct http_route attendance_routes[] = {
    {"GET", "/activities/{activity}/sessions/{session}", show_register, "staff", T_STATIC("The register of a session, to tick or to print"), 0, 0},
    {"POST", "/activities/{activity}/sessions/{session}", take_register, "staff", T_STATIC("Notes who came to a session"), 0, 0},
    {0},
};
