/* activity_pages.c: activities: all of them, and one with its sessions and places; what its keepers do there: add, change,
 * close, put sessions, sign somebody up at the desk. Who came: attendance_pages.c.
 *
 * A resident signs up by the form of the activity's service (service.yaml, case: activity:), so that whatever that form
 * asks, a guardian's consent for one, comes before the place, and the case's number and link are theirs.
 * In: activity/view.h, which says who sees what. Out: activities.html, activity.html. */
#include "web/activity_pages.h"

#include "base/zone.h"

static struct str number_text(struct http_request *rq, int64_t n) {
    return arena_printf(rq->arena, "%lld", (long long)n);
}

struct str activity_href(struct http_request *rq, int64_t activity) {
    return arena_printf(rq->arena, "/activities/%lld", (long long)activity);
}

bool page_activity(struct http_request *rq, struct db *db, struct seen_activity *out) {
    int64_t id = 0;
    return str_to_int64(http_param(rq, "activity"), &id) && activity_seen(site_of(rq)->engine, db, rq->arena, viewer_of(rq), id, out);
}

enum http_outcome no_activity(struct http_request *rq, struct db *db) {
    if (!site_done(rq, db)) return HTTP_DONE;
    return http_refuse(rq, 404, T("There is no such activity."));
}

/* ---- words */

struct str say_session_day(struct http_request *rq, struct str day) {
    static const struct str names[] = {T_STATIC("Thursday"), T_STATIC("Friday"), T_STATIC("Saturday"), T_STATIC("Sunday"),
                                       T_STATIC("Monday"),   T_STATIC("Tuesday"), T_STATIC("Wednesday")}; /* 1970-01-01 was a Thursday */
    struct civil_date date;
    if (!civil_date_parse(day, &date)) return day;
    int64_t days = civil_to_days(date), noon = days * 86400 + 43200;
    instant at = (noon - zone_offset_local(engine_zone(site_of(rq)->engine), noon)) * MICROS_A_SECOND;
    return text_say(rq->arena, rq->language, T("{0}, {1}"), say_day(rq, at), text_in(rq->language, names[((days % 7) + 7) % 7]));
}

struct str say_hours(struct http_request *rq, const struct seen_session *s) {
    if (!s->begins.n || !s->ends.n) return s->begins;
    return arena_printf(rq->arena, "%.*s–%.*s", STR_ARGS(s->begins), STR_ARGS(s->ends));
}

struct str say_signup_state(struct http_request *rq, struct str state) {
    static const struct word states[] = {{"in", T_STATIC("Has a place")}, {"waiting", T_STATIC("On the waiting list")}, {"cancelled", T_STATIC("Cancelled")}};
    return say_word(rq, states, sizeof states / sizeof *states, state);
}

static void add_places(struct http_request *rq, const struct seen_activity *a, struct data *to) {
    int64_t left = a->capacity - a->taken;
    struct str n = number_text(rq, left > 0 ? left : 0);
    data_flag(to, "closed", a->closed);
    data_text(to, "color", str_from(a->closed ? "grey" : left > 0 ? "green" : "amber"));
    if (a->closed) data_say(to, "places", T("Closed"));
    else if (left > 0) data_say(to, "places", T("{0} places left"), n);
    else if (a->waiting) data_say(to, "places", T("Full, {0} waiting"), number_text(rq, a->waiting));
    else data_say(to, "places", T("Full"));
}

/* ---- all activities */

static void add_card(struct http_request *rq, const struct seen_activity *a, struct data *list) {
    struct data *card = data_item(list);
    data_text(card, "href", activity_href(rq, a->id));
    data_text(card, "name", a->name);
    data_text(card, "where", a->place);
    data_text(card, "service", text_pair_in(a->service->name, rq->language));
    data_text(card, "office", a->organisation_name);
    data_text(card, "next", a->next_day.n ? say_session_day(rq, a->next_day) : STR(""));
    add_places(rq, a, card);
}

static bool may_add(struct http_request *rq) {
    return (viewer_of(rq)->may & MAY_STAFF) != 0;
}

static void add_service_choices(struct http_request *rq, struct db *db, struct str chosen, struct data *page) {
    struct data *list = data_list(page, "services");
    const struct service_heading **all;
    size_t count = services_all(engine_services(site_of(rq)->engine), db, rq->arena, &all);
    for (size_t i = 0; i < count; i++) {
        if (!json_string(json_member(all[i]->yaml, "case"), "activity").n) continue;
        struct data *item = data_item(list);
        data_text(item, "value", all[i]->id);
        data_text(item, "text", text_pair_in(all[i]->name, rq->language));
        data_flag(item, "chosen", str_eq(all[i]->id, chosen));
    }
}

static enum http_outcome show_activities(struct http_request *rq) {
    struct page p = page_begin(rq, T("Activities"));
    struct db *db = site_read(rq);
    struct str service = http_query(rq, "service");
    bool closed = str_eqz(http_query(rq, "closed"), "yes") && may_add(rq);
    struct seen_activity *all;
    size_t count = activity_list(site_of(rq)->engine, db, rq->arena, viewer_of(rq), service, closed, &all);
    struct data *list = data_list(p.data, "activities");
    for (size_t i = 0; i < count; i++) add_card(rq, &all[i], list);
    data_flag(p.data, "shows_closed", closed);
    if (may_add(rq)) {
        data_flag(p.data, "staff", true);
        add_service_choices(rq, db, service, p.data);
        page_form(&p);
    }
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "activities", 200);
}

/* ---- one activity */

static void add_sessions(struct http_request *rq, struct db *db, const struct seen_activity *a, struct data *page) {
    struct seen_session *sessions;
    size_t count = activity_sessions(db, rq->arena, viewer_of(rq), a->id, &sessions);
    struct data *list = data_list(page, "sessions");
    bool keeper = a->sight == ACTIVITY_KEEPER;
    for (size_t i = 0; i < count; i++) {
        struct data *item = data_item(list);
        data_number(item, "id", sessions[i].id);
        data_text(item, "day", say_session_day(rq, sessions[i].day));
        data_text(item, "hours", say_hours(rq, &sessions[i]));
        data_text(item, "topic", sessions[i].topic);
        data_flag(item, "past", sessions[i].past);
        if (sessions[i].noted) data_say(item, "came", T("{0} came"), number_text(rq, sessions[i].present));
        if (keeper) data_text(item, "href", arena_printf(rq->arena, "%.*s/sessions/%lld", STR_ARGS(activity_href(rq, a->id)), (long long)sessions[i].id));
    }
    data_number(page, "session_count", (int64_t)count);
}

static void add_signups(struct http_request *rq, struct db *db, const struct seen_activity *a, struct data *page) {
    struct seen_signup *signups;
    size_t count = activity_signups(db, rq->arena, a, 0, &signups);
    struct data *list = data_list(page, "signups");
    for (size_t i = 0; i < count; i++) {
        struct data *item = data_item(list);
        data_number(item, "id", signups[i].id);
        data_text(item, "who", signups[i].nickname.n ? signups[i].nickname : STR("—"));
        data_text(item, "state", say_signup_state(rq, signups[i].state));
        data_text(item, "color", str_from(str_eqz(signups[i].state, "in") ? "green" : str_eqz(signups[i].state, "waiting") ? "amber" : "grey"));
        data_number(item, "attended", signups[i].attended);
        data_text(item, "when", say_day(rq, signups[i].at));
        if (signups[i].reference.n) data_text(item, "href", page_case_address(rq, signups[i].reference));
        data_flag(item, "may_cancel", !signups[i].reference.n && !str_eqz(signups[i].state, "cancelled"));
    }
}

static void add_keeping(struct http_request *rq, struct db *db, const struct seen_activity *a, struct page *p) {
    data_flag(p->data, "keeper", true);
    data_number(p->data, "capacity", a->capacity);
    add_signups(rq, db, a, p->data);
    page_form(p);
}

static enum http_outcome show_activity(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct seen_activity a;
    struct str as = http_query(rq, "as");
    if (!page_activity(rq, db, &a)) return no_activity(rq, db);
    if (as.n && a.sight == ACTIVITY_KEEPER) return take_attendance(rq, db, &a);
    struct page p = page_begin_named(rq, a.name);
    page_crumb(&p, T("Activities"), STR("/activities"));
    data_text(p.data, "name", a.name);
    data_text(p.data, "where", a.place);
    data_text(p.data, "office", a.organisation_name);
    data_text(p.data, "service", text_pair_in(a.service->name, rq->language));
    data_text(p.data, "service_href", arena_printf(rq->arena, "/services/%.*s", STR_ARGS(a.service->id)));
    data_text(p.data, "about", text_pair_in(a.service->summary, rq->language));
    data_text(p.data, "here", activity_href(rq, a.id));
    add_places(rq, &a, p.data);
    data_flag(p.data, "full", a.taken >= a.capacity);
    data_number(p.data, "ahead", a.waiting);
    if (a.service->means.activity.n && !a.closed)
        data_text(p.data, "sign_up", arena_printf(rq->arena, "/services/%.*s/new?activity=%lld", STR_ARGS(a.service->id), (long long)a.id));
    add_sessions(rq, db, &a, p.data);
    if (a.sight == ACTIVITY_KEEPER) add_keeping(rq, db, &a, &p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "activity", 200);
}

/* ---- changes */

static enum http_outcome changed(struct http_request *rq) {
    const struct answer *answer = site_answer(rq);
    if (!answer->done) return site_refused(rq);
    struct str *back = visit_of(rq)->state;
    int64_t added = json_integer(answer->result, "activity", 0);
    return site_redirect(rq, added ? activity_href(rq, added) : *back, text_in(rq->language, T("Saved.")));
}

static enum http_outcome submit(struct http_request *rq, struct command *c, struct str back) {
    struct str *kept = arena_new(rq->arena, struct str);
    *kept = back;
    visit_of(rq)->state = kept;
    return site_submit(rq, c, changed);
}

/* Fields of the form that are not empty, as arguments: `numbers` as integers (0 when they are none, and then refused). */
static void add_arguments(struct http_request *rq, struct command *c, const char *const *texts, const char *const *numbers) {
    for (; texts && *texts; texts++) {
        struct str v = str_trim(http_form(rq, *texts));
        if (v.n) json_add_string(rq->arena, c->arguments, *texts, v);
    }
    for (; numbers && *numbers; numbers++) {
        int64_t n = 0;
        struct str v = fold_full_width(rq->arena, str_trim(http_form(rq, *numbers)));
        if (!v.n) continue;
        str_to_int64(v, &n);
        json_add_integer(rq->arena, c->arguments, *numbers, n);
    }
}

static enum http_outcome add_activity(struct http_request *rq) {
    static const char *const texts[] = {"service", "name", "place", NULL}, *const numbers[] = {"capacity", NULL};
    struct db *db = site_read(rq);
    int64_t own = db_int(db, 0, "select coalesce(organisation, 0) from account where id = ?", DB_INT(viewer_of(rq)->account));
    if (!site_done(rq, db)) return HTTP_DONE;
    struct command *c = site_command(rq, "activity.put");
    add_arguments(rq, c, texts, numbers);
    if (own) json_add_integer(rq->arena, c->arguments, "organisation", own);
    return submit(rq, c, STR("/activities"));
}

/* What may be done from the page of an activity: its form's act, the command, the fields it takes. */
static const struct {
    const char *act, *command;
    const char *texts[6], *numbers[3];
    bool whole; /* the activity's own row goes along: service and number */
} acts[] = {
    {"put", "activity.put", {"name", "place", NULL}, {"capacity", NULL}, true},
    {"close", "activity.close", {NULL}, {NULL}, false},
    {"session", "session.put", {"day", "begins", "ends", "topic", NULL}, {"session", NULL}, false},
    {"sign-up", "signup.make", {"name", "phone", NULL}, {NULL}, false},
    {"cancel", "signup.cancel", {NULL}, {"signup", NULL}, false},
};

static enum http_outcome change_activity(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct seen_activity a;
    struct str act = http_form(rq, "act");
    if (!page_activity(rq, db, &a)) return no_activity(rq, db);
    if (!site_done(rq, db)) return HTTP_DONE;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (!str_eqz(act, acts[i].act)) continue;
        struct command *c = site_command(rq, acts[i].command);
        if (!str_eqz(act, "cancel")) json_add_integer(rq->arena, c->arguments, "activity", a.id);
        if (acts[i].whole) json_add_string(rq->arena, c->arguments, "service", a.service->id);
        add_arguments(rq, c, acts[i].texts, acts[i].numbers);
        return submit(rq, c, activity_href(rq, a.id));
    }
    return http_refuse(rq, 400, T("This page does not know what was asked of it. Please go back and try again."));
}

const struct http_route activity_routes[] = {
    {"GET", "/activities", show_activities, "anyone", T_STATIC("Activities that the viewer may see"), 0, 0},
    {"POST", "/activities", add_activity, "staff", T_STATIC("Adds an activity"), 0, 0},
    {"GET", "/activities/{activity}", show_activity, "anyone", T_STATIC("One activity: sessions, places, signing up"), 0, 0},
    {"POST", "/activities/{activity}", change_activity, "staff", T_STATIC("Changes or closes an activity, puts a session, signs somebody up"), 0, 0},
    {0},
};
