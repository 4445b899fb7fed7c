/* sign_in.c: signing in and out, the demo's one-click entry, a resident's own cases by telephone number and code, and
 * one's own account: sessions that can be ended, a new password. Read next: engine/session.h. */
#include "web/pages.h"

#include "base/ids.h"

/* The cookie of a new session, and on to that page. */
static enum http_outcome enter(struct http_request *rq, int64_t account, struct str phone, struct str location) {
    struct str agent = http_header(rq, "User-Agent");
    struct str token = session_begin(site_of(rq)->engine, rq->arena, account, phone, 0, agent.p ? agent : STR(""));
    if (!token.p) return site_not_written(rq);
    http_set_cookie(rq, "session", token, 0);
    return http_redirect(rq, location);
}

/* ---- sign in */

/* Where somebody wanted to go: an address of this house, nothing else. */
static struct str wanted_page(struct str to) {
    bool inside = to.n > 1 && to.n < 2000 && to.p[0] == '/' && to.p[1] != '/';
    for (size_t i = 0; inside && i < to.n; i++) inside = to.p[i] > ' ' && to.p[i] < 127 && to.p[i] != '\\';
    return inside ? to : STR("");
}

static struct page sign_in_page(struct http_request *rq, struct data **login) {
    struct page p = page_begin(rq, T("Sign in"));
    data_text(p.data, "to", wanted_page(rq->method == HTTP_POST ? http_form(rq, "to") : http_query(rq, "to")));
    struct data *fields = data_list(p.data, "fields");
    *login = field_add(fields, "text", "login", T("Login name"));
    data_text(*login, "autocomplete", STR("username"));
    struct data *password = field_add(fields, "password", "password", T("Password"));
    data_text(password, "autocomplete", STR("current-password"));
    page_form(&p);
    return p;
}

static enum http_outcome show_sign_in(struct http_request *rq) {
    struct data *login;
    struct page p = sign_in_page(rq, &login);
    return page_show(&p, "sign_in", 200);
}

static enum http_outcome take_sign_in(struct http_request *rq) {
    struct site *site = site_of(rq);
    struct str login = str_trim(http_form(rq, "login"));
    int64_t account = 0;
    enum sign_in result = sign_in(site->engine, login, http_form(rq, "password"), rq->peer, &account);
    if (result == SIGN_IN_GOOD) {
        struct db *db = site_read(rq);
        bool change = password_must_change(db, account);
        if (!site_done(rq, db)) return HTTP_DONE;
        struct str to = wanted_page(http_form(rq, "to"));
        return enter(rq, account, STR(""), change ? STR("/account?change=1") : to.n ? to : STR("/tasks"));
    }
    struct data *field;
    struct page p = sign_in_page(rq, &field);
    field_value(field, login);
    field_error(&p, field, result == SIGN_IN_LOCKED ? T("Too many wrong passwords. Please wait a quarter of an hour, or ask the administrator for a new one.")
                           : result == SIGN_IN_CLOSED ? T("This account is closed.") : T("Login name or password is wrong."));
    return page_show(&p, "sign_in", result == SIGN_IN_LOCKED ? 429 : 422);
}

static enum http_outcome sign_out(struct http_request *rq) {
    struct str token = http_cookie(rq, "session");
    bool ended = !token.n || session_end(site_of(rq)->engine, token);
    if (!ended) return site_not_written(rq);
    http_set_cookie(rq, "session", STR(""), -1);
    http_set_cookie(rq, "case", STR(""), -1);
    return site_redirect(rq, STR("/"), text_in(rq->language, T("You have signed out.")));
}

/* ---- the demo: one click */

static enum http_outcome show_demo(struct http_request *rq) {
    struct page p = page_begin(rq, T("Enter the demo town"));
    struct data *list = data_list(p.data, "people");
    struct db *db = site_read(rq);
    add_roles(rq, db, p.data);
    struct query q = db_query(db,
                              "select a.id, a.login, p.name, " ORGANISATION_SAID("o", "?1") ", group_concat(distinct g.role) from account a join party p on p.id = a.party"
                              " left join organisation o on o.id = a.organisation left join role_grant g on g.account = a.id and g.to_at is null"
                              " where a.closed_at is null group by a.id order by a.id",
                              IN_ENGLISH(rq));
    while (query_next(&q)) {
        struct data *item = data_item(list);
        data_number(item, "id", query_int(&q, 0));
        data_text(item, "name", arena_str(rq->arena, query_text(&q, 2)));
        data_text(item, "unit", arena_str(rq->arena, query_text(&q, 3)));
        data_text(item, "roles", say_roles(rq, p.data, query_text(&q, 4)));
    }
    struct data *outbox = data_list(p.data, "messages");
    q = db_query(db, "select recipient, body, at from (select recipient, body, at from local_message union all select recipient, body, at from outbox)"
                     " order by at desc limit 20");
    while (query_next(&q)) {
        struct data *item = data_item(outbox);
        data_text(item, "to", arena_str(rq->arena, query_text(&q, 0)));
        data_text(item, "text", arena_str(rq->arena, query_text(&q, 1)));
        data_text(item, "when", say_time(rq, query_int(&q, 2)));
    }
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "demo", 200);
}

static enum http_outcome enter_demo(struct http_request *rq) {
    int64_t account = 0;
    if (!str_to_int64(http_form(rq, "account"), &account) || account < 1) return http_redirect(rq, STR("/demo"));
    return enter(rq, account, STR(""), STR("/tasks"));
}

/* ---- a resident's cases: number, code */

static struct str own_phone(struct http_request *rq) {
    struct buf digits;
    struct str s = fold_full_width(rq->arena, http_form(rq, "phone"));
    buf_init(&digits, rq->arena, 100);
    for (size_t i = 0; i < s.n && i < 40; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9') buf_byte(&digits, s.p[i]);
    return digits.p ? buf_str(&digits) : STR("");
}

static struct page mine_page(struct http_request *rq, struct str phone, bool code_sent, struct data **first) {
    struct page p = page_begin(rq, T("My cases"));
    struct data *fields = data_list(p.data, "fields");
    *first = field_add(fields, "tel", "phone", T("Telephone number"));
    field_hint(*first, T("The one you gave when you wrote to us."));
    field_value(*first, phone);
    if (code_sent) {
        *first = field_add(fields, "text", "code", T("Code"));
        field_hint(*first, T("Six digits, sent to this number just now if we know it. Good for ten minutes."));
        data_text(*first, "inputmode", STR("numeric"));
        data_text(*first, "autocomplete", STR("one-time-code"));
    }
    data_flag(p.data, "code_sent", code_sent);
    page_form(&p);
    return p;
}

static enum http_outcome show_mine(struct http_request *rq) {
    struct data *field;
    struct page p = mine_page(rq, STR(""), false, &field);
    struct case_line *lines;
    struct db *db = site_read(rq);
    size_t count = list_own(site_of(rq)->engine, db, rq->arena, viewer_of(rq), &lines);
    struct data *list = data_list(p.data, "cases");
    for (size_t i = 0; i < count; i++) {
        struct data *item = data_item(list);
        data_text(item, "href", arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(lines[i].reference)));
        data_text(item, "title", lines[i].title);
        data_text(item, "note", lines[i].service_name);
        data_text(item, "number", grouped_reference(rq->arena, lines[i].reference));
        data_text(item, "tag", say_state(rq, lines[i].state));
        data_text(item, "color", str_from(state_color(lines[i].state)));
    }
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "mine", 200);
}

static enum http_outcome take_mine(struct http_request *rq) {
    struct engine *e = site_of(rq)->engine;
    struct str phone = own_phone(rq), code = str_trim(fold_full_width(rq->arena, http_form(rq, "code")));
    struct data *field;
    if (phone.n < 7) {
        struct page p = mine_page(rq, phone, false, &field);
        field_error(&p, field, T("Please write the whole number, with the area code for a landline."));
        return page_show(&p, "mine", 422);
    }
    if (code.n && code_check(e, phone, code)) return enter(rq, 0, phone, STR("/mine"));
    bool sent = code.n == 0 && code_send(e, phone);
    struct page p = mine_page(rq, phone, true, &field);
    if (code.n) field_error(&p, field, T("This code is wrong or too old. Leave it empty to get a new one."));
    else if (!sent) field_error(&p, field, T("A code was sent less than a minute ago, or ten of them today. Please use the last one, or ask your community office."));
    return page_show(&p, "mine", code.n || !sent ? 422 : 200);
}

/* ---- one's own account */

/* "Chrome, Android": enough to know one's own devices by. */
static struct str say_agent(struct http_request *rq, struct str agent) {
    static const char *const browsers[][2] = {{"MicroMessenger", "微信"}, {"Edg", "Edge"}, {"Firefox", "Firefox"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}};
    static const char *const systems[][2] = {{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}};
    const char *browser = NULL, *system = NULL;
    for (size_t i = 0; !browser && i < sizeof browsers / sizeof *browsers; i++)
        if (str_find(agent, str_from(browsers[i][0])) >= 0) browser = browsers[i][1];
    for (size_t i = 0; !system && i < sizeof systems / sizeof *systems; i++)
        if (str_find(agent, str_from(systems[i][0])) >= 0) system = systems[i][1];
    if (browser && system) return arena_printf(rq->arena, "%s · %s", browser, system);
    return browser ? str_from(browser) : text_in(rq->language, T("Unknown device"));
}

static struct page account_page(struct http_request *rq, struct data **field) {
    struct page p = page_begin(rq, T("Your account"));
    struct session_row *rows;
    struct db *db = site_read(rq);
    size_t count = session_list(db, rq->arena, viewer_of(rq)->account, &rows);
    data_text(p.data, "login", db_text(db, rq->arena, "select login from account where id = ?", DB_INT(viewer_of(rq)->account)));
    add_delegations(rq, db, p.data);
    site_done(rq, db);
    struct data *list = data_list(p.data, "sessions");
    for (size_t i = 0; i < count; i++) {
        struct data *item = data_item(list);
        data_text(item, "hash", rows[i].hash);
        data_text(item, "agent", say_agent(rq, rows[i].agent));
        data_say(item, "when", T("since {0}, last seen {1}"), say_time(rq, rows[i].created_at), say_time(rq, rows[i].seen_at));
    }
    struct data *fields = data_list(p.data, "fields");
    *field = field_add(fields, "password", "password", T("New password"));
    field_hint(*field, T("At least eight characters. Several words are easier to remember than signs."));
    data_text(*field, "autocomplete", STR("new-password"));
    data_flag(p.data, "must_change", http_query(rq, "change").n > 0);
    page_form(&p);
    return p;
}

static enum http_outcome show_account(struct http_request *rq) {
    struct data *field;
    struct page p = account_page(rq, &field);
    return page_show(&p, "account", 200);
}

static enum http_outcome take_password(struct http_request *rq) {
    bool fits = utf8_count(http_form(rq, "password")) >= PASSWORD_LEAST;
    struct engine *e = site_of(rq)->engine;
    int64_t account = viewer_of(rq)->account;
    if (fits && !(password_set(e, account, http_form(rq, "password"), false) && session_end_others(e, account, http_cookie(rq, "session")))) return site_not_written(rq);
    if (fits) return site_redirect(rq, STR("/tasks"), text_in(rq->language, T("Your password is changed. Whoever was signed in with the old one elsewhere no longer is.")));
    struct data *field;
    struct page p = account_page(rq, &field);
    field_error(&p, field, T("The password must have at least 8 characters."));
    return page_show(&p, "account", 422);
}

static enum http_outcome end_one_session(struct http_request *rq) {
    if (!session_end_by_hash(site_of(rq)->engine, viewer_of(rq)->account, http_form(rq, "session"))) return site_not_written(rq);
    return site_redirect(rq, STR("/account"), text_in(rq->language, T("That session has ended.")));
}

const struct http_route sign_in_routes[] = {
    {"GET", "/sign-in", show_sign_in, "anyone", T_STATIC("Sign in"), 0, 0},
    {"POST", "/sign-in", take_sign_in, "anyone", T_STATIC("Sign in"), 0, 0},
    {"POST", "/sign-out", sign_out, "anyone", T_STATIC("Sign out"), 0, 0},
    {"GET", "/demo", show_demo, "anyone", T_STATIC("The demo town's people and messages"), HTTP_DEMO_ONLY, 0},
    {"POST", "/demo", enter_demo, "anyone", T_STATIC("Enters as one of the demo town's people"), HTTP_DEMO_ONLY, 0},
    {"GET", "/mine", show_mine, "anyone", T_STATIC("A resident's own cases"), 0, 0},
    {"POST", "/mine", take_mine, "anyone", T_STATIC("Telephone number, then code"), 0, 0},
    {"GET", "/account", show_account, "account", T_STATIC("One's own account: sessions, password"), 0, 0},
    {"POST", "/account/password", take_password, "account", T_STATIC("A new password"), 0, 0},
    {"POST", "/account/session", end_one_session, "account", T_STATIC("Ends one of one's sessions"), 0, 0},
    {0},
};
