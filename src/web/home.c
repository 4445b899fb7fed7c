/* home.c: the town's home page, the list of services, one service's page.
 *
 * In: the deployed services and a few counts. Out: home.html, services.html, service.html. Read next: fill.c. */
#include "registry/view.h"
#include "web/counts.h"
#include "web/pages.h"

static void add_card(struct http_request *rq, struct data *list, const struct service_counts *counts) {
    const struct service_heading *s = counts->service;
    struct data *card = data_item(list);
    struct str icon = json_string(s->yaml, "icon");
    data_text(card, "href", arena_printf(rq->arena, "/services/%.*s", STR_ARGS(s->id)));
    data_text(card, "name", text_pair_in(s->name, rq->language));
    data_text(card, "note", text_pair_in(s->summary, rq->language));
    data_text(card, "icon", icon.n ? icon : STR("file"));
    if (counts->counts[COUNT_OPEN]) data_say(card, "figure", T("{0} under way"), count_said(rq, counts, COUNT_OPEN));
}

bool service_shown(const struct http_request *rq, bool for_office) {
    return !for_office || viewer_of(rq)->may & MAY_STAFF;
}

static size_t add_services(struct http_request *rq, struct db *db, struct data *page, struct service_counts **out) {
    struct data *list = data_list(page, "services");
    size_t count = counts_take(rq, db, out);
    for (size_t i = 0; i < count; i++) add_card(rq, list, &(*out)[i]);
    return count;
}

/* A number that is not said is left out. */
static void add_figure(struct data *figures, struct str name, struct str value) {
    if (!value.n) return;
    struct data *f = data_item(figures);
    data_text(f, "name", name);
    data_text(f, "value", value);
}

/* Tasks that anybody may see on a wall. */

static void count_to_claim(struct http_request *rq, struct db *db, size_t count, int64_t *values) {
    (void)rq, (void)count;
    *values = db_int(db, 0, "select count(distinct task) from task_offer where public = 1");
}

static enum http_outcome show_home(struct http_request *rq) {
    struct page p = page_begin(rq, T("Welcome"));
    struct db *db = site_read(rq);
    data_flag(p.data, "hero", true);
    struct service_counts *all;
    size_t count = add_services(rq, db, p.data, &all);
    int64_t to_claim;
    numbers_take(&site_of(rq)->town_numbers, rq, db, 1, count_to_claim, &to_claim);
    struct data *figures = data_list(p.data, "figures");
    add_figure(figures, text_in(rq->language, T("cases under way")), counts_sum(rq, all, count, COUNT_OPEN));
    add_figure(figures, text_in(rq->language, T("cases closed")), counts_sum(rq, all, count, COUNT_CLOSED));
    add_figure(figures, text_in(rq->language, T("things to take on, in all services")), arena_printf(rq->arena, "%lld", (long long)to_claim));
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "home", 200);
}

static enum http_outcome show_services(struct http_request *rq) {
    struct page p = page_begin(rq, T("All services"));
    page_crumb(&p, T("Home"), STR("/"));
    struct db *db = site_read(rq);
    struct service_counts *all;
    add_services(rq, db, p.data, &all);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "services", 200);
}

/* ---- one service */

const struct service *page_service(struct http_request *rq, struct db *db) {
    const struct service *s = services_current(engine_services(site_of(rq)->engine), db, http_param(rq, "service"));
    return s && service_shown(rq, service_for_office(s)) ? s : NULL;
}

enum http_outcome no_service(struct http_request *rq, struct db *db) {
    if (!site_done(rq, db)) return HTTP_DONE;
    return http_refuse(rq, 404, T("There is no service “{0}”."), http_param(rq, "service"));
}

static void add_link(struct data *list, struct str href, struct str text) {
    struct data *item = data_item(list);
    data_text(item, "href", href);
    data_text(item, "text", text);
}

/* What else a service has: its activities, the registers that the viewer may see, its views. */
static void add_views(struct http_request *rq, struct db *db, const struct service *s, struct data *page) {
    const struct json *views = json_member(s->yaml, "views");
    const struct register_definition *registers;
    struct data *list = data_list(page, "views");
    if (s->means.activity.n) add_link(list, arena_printf(rq->arena, "/activities?service=%.*s", STR_ARGS(s->id)), text_in(rq->language, T("Activities")));
    size_t count = register_all(rq->arena, s, &registers);
    for (size_t i = 0; i < count; i++)
        if (register_sight(db, viewer_of(rq), &registers[i], 0) != REGISTER_HIDDEN)
            add_link(list, arena_printf(rq->arena, "/registers/%.*s/%.*s", STR_ARGS(s->id), STR_ARGS(registers[i].name)), text_pair_in(registers[i].label, rq->language));
    for (size_t i = 0; views && i < views->count; i++) {
        const struct json *view = &views->items[i], *name = json_member(view, "name");
        struct str audience = json_string(view, "audience");
        if (audience.n && !str_eqz(audience, "public") && !(viewer_of(rq)->may & MAY_STAFF)) continue;
        struct str zh = json_string(name, "zh"), en = json_string(name, "en");
        add_link(list, arena_printf(rq->arena, "/services/%.*s/%.*s", STR_ARGS(s->id), STR_ARGS(view->name)), rq->language == LANGUAGE_EN && en.n ? en : zh.n ? zh : view->name);
    }
}

/* What will happen: one way, or one a kind of case; what only some cases come by is named apart. */
static void add_ways(struct http_request *rq, const struct service *s, struct data *page) {
    struct data *ways = data_list(page, "ways");
    struct buf sometimes;
    buf_init(&sometimes, rq->arena, 4000);
    data_flag(page, "several_ways", s->way_count > 1);
    for (size_t i = 0; i < s->way_count; i++) {
        struct data *way = data_item(ways), *steps = data_list(way, "steps");
        data_text(way, "when", text_pair_in(s->ways[i].when, rq->language));
        for (size_t k = 0; k < s->ways[i].count; k++) {
            struct data *step = data_item(steps);
            data_text(step, "text", service_word(s, rq->language, s->process->elements[s->ways[i].steps[k]].name));
            data_text(step, "state", STR("next"));
        }
    }
    for (size_t i = 0; i < s->sometimes_count; i++) {
        if (i) buf_add(&sometimes, text_in(rq->language, T(", ")));
        buf_add(&sometimes, service_word(s, rq->language, s->process->elements[s->sometimes[i]].name));
    }
    data_text(page, "sometimes", s->sometimes_count ? buf_str(&sometimes) : STR(""));
}

/* deadline: words: say it in other words than the number of days, where days are no promise to anybody. */
static void add_deadline(struct http_request *rq, const struct service *s, struct data *page) {
    struct str words = text_pair_in(s->deadline_words, rq->language), days = arena_printf(rq->arena, "%d", s->deadline_days);
    if (words.n) data_text(page, "deadline", words);
    else if (s->deadline_days == 1) data_text(page, "deadline", text_in(rq->language, s->deadline_calendar ? T("Done within a day.") : T("Done within one working day.")));
    else if (s->deadline_calendar) data_say(page, "deadline", T("Done within {0} days."), days);
    else data_say(page, "deadline", T("Done within {0} working days."), days);
}

/* What residents should know before they begin: good_to_know:, else that writing it down is done for them. Of what the office
 * opens only good_to_know: whom to ask. */
static void add_good_to_know(struct http_request *rq, const struct service *s, struct data *page) {
    const struct json *own = json_member(s->yaml, "good_to_know");
    struct data *list = data_list(page, "good_to_know");
    bool by_office = service_opened_by_office(s);
    if (!by_office) data_text(data_item(list), "text", text_in(rq->language, T("You need no account. You get a number that you can read out on the telephone, and a link of your own.")));
    for (size_t i = 0; own && own->kind == JSON_ARRAY && i < own->count; i++) data_text(data_item(list), "text", pair_text(&own->items[i], rq->language));
    if (by_office) return;
    if (!own) data_text(data_item(list), "text", text_in(rq->language, T("If writing is hard, staff write it down for you.")));
    data_text(data_item(list), "text", text_in(rq->language, T("Your name, telephone number and address never stand on public pages.")));
}

bool service_opens_here(const struct http_request *rq, const struct service *s) {
    return !service_opened_by_office(s) || viewer_of(rq)->may & MAY_STAFF;
}

static enum http_outcome show_service(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct service *s = page_service(rq, db);
    if (!s) return no_service(rq, db);
    struct page p = page_begin_named(rq, text_pair_in(s->name, rq->language));
    page_crumb(&p, T("Home"), STR("/"));
    page_crumb(&p, T("All services"), STR("/services"));
    data_text(p.data, "summary_text", text_pair_in(s->summary, rq->language));
    if (service_opens_here(rq, s)) data_text(p.data, "start", arena_printf(rq->arena, "/services/%.*s/new", STR_ARGS(s->id)));
    add_deadline(rq, s, p.data);
    add_good_to_know(rq, s, p.data);
    add_views(rq, db, s, p.data);
    data_flag(p.data, "doors", service_opens_here(rq, s) || data_get(p.data, STR("views"))->count);
    add_ways(rq, s, p.data);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "service", 200);
}

static enum http_outcome show_about(struct http_request *rq) {
    struct page p = page_begin(rq, T("About this site"));
    return page_show(&p, "about", 200);
}

const struct http_route home_routes[] = {
    {"GET", "/", show_home, "anyone", T_STATIC("The town's home page"), HTTP_PUBLIC, 0},
    {"GET", "/services", show_services, "anyone", T_STATIC("All services"), HTTP_PUBLIC, 0},
    {"GET", "/services/{service}", show_service, "anyone", T_STATIC("One service's page"), HTTP_PUBLIC, 0},
    {"GET", "/about", show_about, "anyone", T_STATIC("What this is, privacy, accessibility"), HTTP_PUBLIC, 0},
    {0},
};
