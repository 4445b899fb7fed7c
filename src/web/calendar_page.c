/* calendar_page.c: the tenant's own days off and days worked, /admin/calendar: what differs from the State Council's table
 * that the program knows. A change counts open deadlines again (engine/calendar.c); the page says how many moved. */
#include "web/pages.h"

#include "base/working_days.h"
#include "base/zone.h"

static struct str with_year(struct http_request *rq, struct str day) {
    struct civil_date date;
    if (!civil_date_parse(day, &date)) return day;
    instant noon = (civil_to_days(date) * 86400 + 43200) * MICROS_A_SECOND;
    return say_day(rq, noon - zone_offset_at(engine_zone(site_of(rq)->engine), noon / MICROS_A_SECOND) * (instant)MICROS_A_SECOND);
}

static enum http_outcome show_calendar(struct http_request *rq) {
    struct page p = page_begin(rq, T("Working days"));
    page_crumb(&p, T("Administration"), STR("/admin"));
    page_form(&p);
    struct db *db = site_read(rq);
    struct data *list = data_list(p.data, "days");
    struct query q = db_query(db, "select day, kind, name from calendar_day order by day desc limit 400");
    while (query_next(&q)) {
        struct data *item = data_item(list);
        bool works = str_eqz(query_text(&q, 1), "work");
        data_text(item, "day", with_year(rq, arena_str(rq->arena, query_text(&q, 0))));
        data_say(item, "kind", works ? T("Worked") : T("Off"));
        data_text(item, "color", works ? STR("blue") : STR("green"));
        data_text(item, "note", arena_str(rq->arena, query_text(&q, 2)));
    }
    bool counting = db_int(db, 0, "select count(*) from recount") > 0;
    if (!site_done(rq, db)) return HTTP_DONE;
    /* A year's notice reaches back into the last days of December. */
    struct civil_date from = civil_from_days(working_days_table_from() + 31), to = civil_from_days(working_days_table_to());
    data_say(p.data, "known", T("The State Council's notices of {0} to {1} are built in. Enter here what is otherwise: a day off in this town, a year whose notice came later."),
             arena_printf(rq->arena, "%lld", (long long)from.year), arena_printf(rq->arena, "%lld", (long long)to.year));
    data_flag(p.data, "counting", counting);
    if (counting) http_set(rq, "Refresh", STR("3; url=/admin/calendar"));
    return page_show(&p, "admin_calendar", 200);
}

static struct str counted(struct http_request *rq, const char *what) {
    return arena_printf(rq->arena, "%lld", (long long)json_integer(site_answer(rq)->result, what, 0));
}

static enum http_outcome changed(struct http_request *rq) {
    if (!site_answer(rq)->done) return site_refused(rq);
    struct str said = text_say(rq->arena, rq->language, T("Saved. Deadlines moved: {0} cases, {1} tasks, {2} timers."), counted(rq, "cases"), counted(rq, "tasks"), counted(rq, "timers"));
    if (json_boolean(site_answer(rq)->result, "more", false)) said = text_in(rq->language, T("Saved. There are many open cases: their deadlines are being counted again."));
    return site_redirect(rq, STR("/admin/calendar"), said);
}

static enum http_outcome change_calendar(struct http_request *rq) {
    struct civil_date date;
    struct str day = str_trim(http_form(rq, "day"));
    if (!civil_date_parse(day, &date)) return http_refuse(rq, 422, T("Please enter the day as year-month-day, for example 2027-02-05."));
    struct command *c = site_command(rq, "calendar.put");
    json_add_string(rq->arena, c->arguments, "day", day);
    json_add_string(rq->arena, c->arguments, "kind", http_form(rq, "kind"));
    json_add_string(rq->arena, c->arguments, "name", str_trim(http_form(rq, "name")));
    return site_submit(rq, c, changed);
}

const struct http_route calendar_routes[] = {
    {"GET", "/admin/calendar", show_calendar, "admin", T_STATIC("The town's own days off and days worked"), 0, 0},
    {"POST", "/admin/calendar", change_calendar, "admin", T_STATIC("Says that a day is off or worked"), 0, 0},
    {0},
};
