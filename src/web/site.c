/* site.c: see site.h. */
#include "web/site.h"

#include "base/crypto.h"
#include "base/dates.h"
#include "base/ids.h"
#include "base/zone.h"

#include <string.h>

struct site *site_of(const struct http_request *rq) {
    return rq->app;
}

struct visit *visit_of(const struct http_request *rq) {
    return rq->viewer;
}

struct viewer *viewer_of(const struct http_request *rq) {
    return &visit_of(rq)->viewer;
}

bool is_signed_in(const struct http_request *rq) {
    return viewer_of(rq)->account != 0;
}

/* ---- reading */

struct db *site_read(struct http_request *rq) {
    return store_read_begin(engine_store(site_of(rq)->engine));
}

bool site_done(struct http_request *rq, struct db *db) {
    struct faults faults;
    faults_init(&faults, rq->arena);
    if (store_read_end(engine_store(site_of(rq)->engine), db, &faults)) return true;
    http_refuse(rq, 503, T("The data could not be read just now. Please try again in a moment."));
    return false;
}

/* ---- who looks */

/* The cookie of a case's link is "REFERENCE.SECRET"; it is checked at every request, so no row is kept for it. */
static void identify_case(struct http_request *rq, struct visit *v, struct db *db) {
    struct str cookie = http_cookie(rq, "case");
    ptrdiff_t dot = str_find_byte(cookie, '.');
    if (dot < 1) return;
    struct str reference = str_sub(cookie, 0, (size_t)dot), secret = str_sub(cookie, (size_t)dot + 1, cookie.n);
    int64_t id = case_of_secret(site_of(rq)->engine, db, reference, secret);
    if (!id) return;
    v->viewer.resident_case = id;
    v->case_reference = reference;
    v->case_secret = secret;
}

/* Whoever has a first password still gets to choose an own one, and nowhere else: until then two people know it. */
static void lead_to_own_password(struct http_request *rq) {
    static const char *const open[] = {"/account", "/account/password", "/account/session", "/sign-in", "/sign-out", "/healthz"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (strcmp(rq->route->pattern, open[i]) == 0) return;
    http_redirect(rq, STR("/account?change=1"));
}

void site_identify(struct http_request *rq) {
    struct visit *v = arena_new(rq->arena, struct visit);
    struct engine *engine = site_of(rq)->engine;
    struct faults none;
    faults_init(&none, rq->arena);
    rq->viewer = v;
    struct db *db = store_read_begin(engine_store(engine));
    struct str token = http_cookie(rq, "session");
    struct viewer found = {0};
    if (token.n && session_find(engine, db, rq->arena, token, &found)) {
        v->viewer = found;
        rq->session = token;
    }
    identify_case(rq, v, db);
    v->viewer.language = rq->language;
    v->viewer.now = engine_now(engine);
    v->viewer.may |= MAY_ANYONE;
    store_read_end(engine_store(engine), db, &none);
    if (v->viewer.must_change) lead_to_own_password(rq);
}

bool site_may(struct http_request *rq, const char *who) {
    static const struct {
        const char *who;
        unsigned may;
    } table[] = {{"anyone", MAY_ANYONE}, {"account", MAY_ACCOUNT}, {"staff", MAY_STAFF}, {"supervisor", MAY_SUPERVISOR | MAY_ADMIN}, {"admin", MAY_ADMIN}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].who, who) == 0) return (viewer_of(rq)->may & table[i].may) != 0;
    return false;
}

/* ---- commands */

static struct command *new_command(struct http_request *rq, const char *name, struct actor actor) {
    struct command *c = command_new(rq->arena, name, actor, actor.account ? "desk" : "web");
    if (!rq->idempotency_key.n) return c;
    if (actor.account) c->key = arena_printf(rq->arena, "account:%lld %.*s", (long long)actor.account, STR_ARGS(rq->idempotency_key));
    else c->key = arena_printf(rq->arena, "form %.*s", STR_ARGS(rq->idempotency_key));
    return c;
}

struct command *site_command(struct http_request *rq, const char *name) {
    return new_command(rq, name, (struct actor){.account = viewer_of(rq)->account});
}

struct command *site_command_for_case(struct http_request *rq, const char *name, int64_t case_id) {
    return new_command(rq, name, (struct actor){.resident_case = case_id});
}

static void finished(struct work *w) {
    http_wake(w->owner);
}

static enum http_outcome submit(struct http_request *rq, struct command *c, http_handler *then, bool dry) {
    struct work *w = &visit_of(rq)->work;
    enum http_outcome waiting = http_wait(rq, then);
    *w = (struct work){.arena = rq->arena, .command = c, .dry = dry, .finished = finished, .owner = rq};
    engine_submit(site_of(rq)->engine, w);
    return waiting;
}

enum http_outcome site_submit(struct http_request *rq, struct command *c, http_handler *then) {
    return submit(rq, c, then, false);
}

enum http_outcome site_try(struct http_request *rq, struct command *c, http_handler *then) {
    c->key = STR(""); /* a trial's answer is not to be remembered */
    return submit(rq, c, then, true);
}

const struct answer *site_answer(const struct http_request *rq) {
    return &visit_of(rq)->work.answer;
}

enum http_outcome site_refused(struct http_request *rq) {
    const struct refusal *r = &site_answer(rq)->refusal;
    return http_refuse_with(rq, r->status, r->sentence, r->sentence_count);
}

enum http_outcome site_not_written(struct http_request *rq) {
    return http_refuse(rq, 503, T("The data could not be written. Nothing was changed. Please try again."));
}

enum http_outcome site_redirect(struct http_request *rq, struct str location, struct str notice) {
    if (notice.n) {
        struct buf coded;
        buf_init(&coded, rq->arena, 4000);
        for (size_t i = 0; i < notice.n; i++) buf_printf(&coded, "%%%02X", (unsigned char)notice.p[i]);
        http_set_cookie(rq, "notice", buf_str(&coded), 60);
    }
    return http_redirect(rq, location);
}

/* ---- the frame */

static struct str take_notice(struct http_request *rq) {
    struct str coded = http_cookie(rq, "notice");
    struct buf out;
    if (!coded.n || rq->method != HTTP_GET) return STR("");
    http_set_cookie(rq, "notice", STR(""), -1);
    buf_init(&out, rq->arena, 2000);
    for (size_t i = 0; i + 2 < coded.n && coded.p[i] == '%'; i += 3) {
        struct str byte;
        if (!hex_decode(rq->arena, str_sub(coded, i + 1, i + 3), &byte)) return STR("");
        buf_add(&out, byte);
    }
    return utf8_valid(buf_str(&out)) ? buf_str(&out) : STR("");
}

static void add_nav(struct http_request *rq, struct data *nav, const char *href, struct str text_key, size_t count) {
    struct data *item = data_item(nav);
    struct str address = str_from(href);
    data_text(item, "href", address);
    data_text(item, "text", text_in(rq->language, text_key));
    data_flag(item, "current", address.n > 1 ? str_starts(rq->path, address) : str_eqz(rq->path, "/"));
    if (count) data_number(item, "count", (int64_t)count);
}

void site_frame(struct http_request *rq, struct data *page) {
    struct site *site = site_of(rq);
    struct str notice = take_notice(rq);
    if (notice.n) data_text(page, "notice", notice);
    if (!rq->viewer) return;
    struct viewer *v = viewer_of(rq);
    struct data *nav = data_list(page, "nav");
    if (!v->account) {
        add_nav(rq, nav, "/services", T("Services"), 0);
        add_nav(rq, nav, "/activities", T("Activities"), 0);
        add_nav(rq, nav, "/mine", T("My cases"), 0);
        add_nav(rq, nav, "/figures", T("Figures"), 0);
        return;
    }
    struct faults none;
    faults_init(&none, rq->arena);
    struct db *db = store_read_begin(engine_store(site->engine));
    struct str name = db_text(db, rq->arena, "select p.name from account a join party p on p.id = a.party where a.id = ?", DB_INT(v->account));
    size_t unread = count_unread(db, v);
    store_read_end(engine_store(site->engine), db, &none);
    add_nav(rq, nav, "/tasks", T("Tasks"), 0);
    if (v->may & MAY_STAFF) add_nav(rq, nav, "/desk", T("Desk"), 0);
    if (v->may & MAY_STAFF) add_nav(rq, nav, "/search", T("Find"), 0);
    add_nav(rq, nav, "/services", T("Services"), 0);
    add_nav(rq, nav, "/activities", T("Activities"), 0);
    if (v->may & MAY_STAFF) add_nav(rq, nav, "/registers", T("Registers"), 0);
    add_nav(rq, nav, "/inbox", T("Inbox"), unread);
    add_nav(rq, nav, "/figures", T("Figures"), 0);
    if (v->may & MAY_ADMIN) add_nav(rq, nav, "/admin", T("Administration"), 0);
    data_flag(page, "long_nav", true);
    if (unread) data_number(page, "unread", (int64_t)unread);
    struct data *account = data_child(page, "account");
    data_text(account, "name", name.n ? name : STR("…"));
    data_number(account, "number", v->account);
}

/* ---- words */

static struct civil_time local_time(struct http_request *rq, instant t) {
    return civil_from_instant(t, zone_offset_at(engine_zone(site_of(rq)->engine), t / MICROS_A_SECOND));
}

/* The year is said where it is not this one. */
struct str say_day(struct http_request *rq, instant t) {
    if (!t) return STR("");
    struct civil_date day = local_time(rq, t).date;
    return date_say(rq->arena, rq->language, day, day.year == local_time(rq, rq->now).date.year ? DATE_SHORT_DAY : DATE_DAY);
}

/* Paper is kept: it always bears the year. */
struct str say_paper_day(struct http_request *rq, instant t) {
    return t ? date_say(rq->arena, rq->language, local_time(rq, t).date, DATE_DAY) : STR("");
}

static struct str with_hour(struct http_request *rq, struct str day, instant t) {
    struct civil_time c = local_time(rq, t);
    return day.n ? arena_printf(rq->arena, "%.*s %02d:%02d", STR_ARGS(day), c.hour, c.minute) : STR("");
}

struct str say_time(struct http_request *rq, instant t) {
    return with_hour(rq, say_day(rq, t), t);
}

struct str say_paper_time(struct http_request *rq, instant t) {
    return with_hour(rq, say_paper_day(rq, t), t);
}

struct str say_due(struct http_request *rq, instant due) {
    if (!due) return STR("");
    int64_t days = civil_to_days(local_time(rq, due).date) - civil_to_days(local_time(rq, rq->now).date);
    struct str n = arena_printf(rq->arena, "%lld", (long long)(days < 0 ? -days : days));
    if (due < rq->now && days == 0) return text_in(rq->language, T("late since today"));
    if (days == -1) return text_in(rq->language, T("1 day late"));
    if (days < 0) return text_say(rq->arena, rq->language, T("{0} days late"), n);
    if (days == 0) return text_in(rq->language, T("due today"));
    if (days == 1) return text_in(rq->language, T("due tomorrow"));
    return text_say(rq->arena, rq->language, T("due in {0} days"), n);
}

struct str say_word(struct http_request *rq, const struct word *table, size_t count, struct str key) {
    for (size_t i = 0; i < count; i++)
        if (str_eqz(key, table[i].key)) return text_in(rq->language, table[i].sentence);
    return key;
}

struct str say_channel(struct http_request *rq, struct str channel) {
    static const struct word table[] = {{"web", T_STATIC("on the web")},     {"desk", T_STATIC("at the desk")},
                                          {"phone", T_STATIC("by telephone")}, {"doorstep", T_STATIC("at the door")},
                                          {"mail", T_STATIC("by mail")},       {"agent", T_STATIC("through somebody else")},
                                          {"cli", T_STATIC("by the administrator")}};
    return say_word(rq, table, sizeof table / sizeof *table, channel);
}

struct str say_state(struct http_request *rq, struct str state) {
    static const struct word table[] = {{"open", T_STATIC("Under way")}, {"closed", T_STATIC("Closed")}, {"withdrawn", T_STATIC("Withdrawn")}, {"merged", T_STATIC("Merged")}};
    return say_word(rq, table, sizeof table / sizeof *table, state);
}

struct str say_task_state(struct http_request *rq, struct str state) {
    static const struct word table[] = {{"open", T_STATIC("Waiting")}, {"claimed", T_STATIC("Claimed")}, {"completed", T_STATIC("Done")}, {"closed", T_STATIC("Closed")}};
    return say_word(rq, table, sizeof table / sizeof *table, state);
}

const char *state_color(struct str state) {
    static const struct {
        const char *state, *color;
    } table[] = {{"open", "blue"}, {"claimed", "yellow"}, {"completed", "green"}, {"closed", "green"}, {"withdrawn", "grey"}, {"merged", "grey"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_eqz(state, table[i].state)) return table[i].color;
    return "grey";
}

struct str grouped_reference(struct arena *a, struct str digits) {
    struct buf out;
    buf_init(&out, a, 100);
    reference_put(&out, digits);
    return buf_str(&out);
}
