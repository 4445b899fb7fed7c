/* view_page.c: a service's views, as its service.yaml describes them: the wall (cards that may be claimed), the table,
 * the board and the sheet to print. docs/service-folder.md has the contract.
 *
 * In: views: of service.yaml, list_public and list_office. Out: wall.html, table_view.html, sheet.html. */
#include "web/pages.h"

#include "form/markdown.h"

enum { CARDS_A_PAGE = 12 };

struct str pair_text(const struct json *pair, enum language language) {
    struct str zh = json_string(pair, "zh"), en = json_string(pair, "en");
    if (pair && pair->kind == JSON_STRING) return pair->text;
    return language == LANGUAGE_EN && en.n ? en : zh.p ? zh : STR("");
}

/* ---- filters: choice questions of the form with public answers */

static const struct form_field *filter_field(const struct service *s, const struct json *view) {
    struct str path = json_string(json_member(view, "filter"), "path");
    return path.n ? form_field_find(s->form, path) : NULL;
}

size_t field_choices(struct http_request *rq, struct db *db, const struct form *form, const struct form_field *field, const struct form_choice **out) {
    struct form_opening opening = {.now = rq->now, .language = form_language_for(form, rq->language)};
    opening.lists = service_lists(site_of(rq)->engine, rq->arena, db, form, 0, rq->language);
    struct form_session *session = form_open(form, rq->arena, &opening);
    struct form_node *node = form_find(session, form_field_path(field));
    const struct form_field *repeat = form_field_repeat(field);
    if (!node && repeat) {
        struct str above = form_field_path(repeat);
        ptrdiff_t slash = (ptrdiff_t)above.n;
        while (slash > 0 && above.p[slash - 1] != '/') slash--;
        struct form_node *parent = form_find(session, str_sub(above, 0, (size_t)slash - 1));
        if (parent) form_add(session, parent, repeat);
        node = form_find(session, form_field_path(field));
    }
    return node ? form_all_choices(session, node, out) : 0;
}

static struct str question_words(struct http_request *rq, const struct service *s, const struct form_field *field) {
    return form_field_text(rq->arena, s->form, field, FORM_LABEL, form_language_for(s->form, rq->language));
}

static void add_option(struct http_request *rq, struct data *options, const struct form_choice *choice, struct str chosen) {
    struct data *o = data_item(options);
    data_text(o, "value", choice->value);
    data_text(o, "text", markdown_plain(rq->arena, choice->label));
    data_flag(o, "chosen", str_eq(choice->value, chosen));
}

static bool has_public_cases(struct db *db, const struct service *s, struct str office) {
    int64_t id = 0;
    return str_to_int64(office, &id) && db_int(db, 0, "select 1 from cases where organisation = ? and service = ? and state in ('open', 'closed') and public = 1 limit 1", DB_INT(id), DB_TEXT(s->id));
}

/* By an answer, and by the office that the form asks for, each under the words of its question. Of the offices those that have
 * something on the wall; a list of more than 200 is no filter. */
static void add_filters(struct http_request *rq, struct db *db, const struct service *s, const struct json *view, struct data *page) {
    enum { MOST = 200 };
    const struct form_field *field = filter_field(s, view), *office = s->means.organisation.n ? form_field_find(s->form, s->means.organisation) : NULL;
    const struct form_choice *choices;
    struct data *options = data_list(page, "filter_options"), *offices = data_list(page, "offices");
    size_t n = field ? field_choices(rq, db, s->form, field, &choices) : 0;
    if (field) data_text(page, "filter_label", question_words(rq, s, field));
    for (size_t i = 0; i < n; i++) add_option(rq, options, &choices[i], http_query(rq, "f"));
    n = office ? field_choices(rq, db, s->form, office, &choices) : 0;
    if (office) data_text(page, "office_label", question_words(rq, s, office));
    for (size_t i = 0; i < n && i < MOST; i++)
        if (has_public_cases(db, s, choices[i].value)) add_option(rq, offices, &choices[i], http_query(rq, "o"));
}

/* ---- the wall */

/* What is asked for, item by item, with a button to claim each one that is open. */
static void add_items(struct http_request *rq, struct db *db, const struct service *s, const struct case_line *c, struct data *card) {
    struct data *items = data_list(card, "items");
    struct query q = db_query(db, "select t.id, t.item, t.state, coalesce(t.claimed_for, 0) from task t where t.case_id = ? and t.properties like '%\"lingban:claimable\":\"true\"%'"
                              " and t.state <> 'closed'" NEWEST_OF_ITEM " order by t.id",
                              DB_INT(c->id));
    while (query_next(&q)) {
        struct data *item = data_item(items);
        struct str words = item_words(rq, s, query_text(&q, 1));
        bool open = str_eqz(query_text(&q, 2), "open");
        data_text(item, "text", words.n ? words : c->title);
        data_flag(item, "alone", c->open_items + c->claimed_items + c->done_items == 1);
        data_number(item, "id", query_int(&q, 0));
        data_flag(item, "open", open);
        data_flag(item, "may_claim", open && is_signed_in(rq));
        data_text(item, "unit", organisation_name(db, rq->arena, rq->language, query_int(&q, 3)));
    }
}

/* The view's columns: public answers, by path. */
static void add_columns(struct http_request *rq, struct db *db, const struct json *view, int64_t case_id, struct data *to) {
    struct data *list = data_list(to, "columns");
    struct seen_answer *answers;
    size_t count = viewer_public(site_of(rq)->engine, db, rq->arena, viewer_of(rq), case_id, json_member(view, "columns"), &answers);
    for (size_t i = 0; i < count; i++) {
        struct data *item = data_item(list);
        data_text(item, "name", answers[i].label);
        data_text(item, "value", answers[i].value);
    }
}

/* How a card stands: to claim, closed, or what the view calls all others. */
static void add_tag(struct http_request *rq, const struct json *view, const struct case_line *c, struct data *card) {
    struct str under_way = pair_text(json_member(json_member(view, "words"), "under_way"), rq->language);
    bool closed = str_eqz(c->state, "closed");
    struct str word = c->open_items ? text_in(rq->language, T("To claim")) : closed ? text_in(rq->language, T("Done")) : under_way.n ? under_way : text_in(rq->language, T("Under way"));
    data_text(card, "tag", word);
    data_text(card, "color", c->open_items ? STR("blue") : closed || under_way.n ? STR("green") : STR("yellow"));
}

static void add_card(struct http_request *rq, struct db *db, const struct service *s, const struct json *view, const struct case_line *c, struct data *cards) {
    struct data *card = data_item(cards);
    int64_t all = c->open_items + c->claimed_items + c->done_items;
    data_text(card, "href", arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(c->reference)));
    data_text(card, "title", c->title);
    data_text(card, "office", c->organisation_name);
    data_text(card, "day", say_day(rq, c->opened_at));
    add_tag(rq, view, c, card);
    if (all > 1) {
        data_number(card, "done", c->claimed_items + c->done_items);
        data_number(card, "all", all);
        data_say(card, "progress", T("{0} of {1} taken on"), arena_printf(rq->arena, "%lld", (long long)(c->claimed_items + c->done_items)), arena_printf(rq->arena, "%lld", (long long)all));
    }
    if (str_eqz(c->state, "open")) me_too_link(rq, s, c->reference, card);
    bool said = all == 1 && c->open_items && !is_signed_in(rq); /* title and tag say all there is */
    if (!said) add_items(rq, db, s, c, card);
    add_columns(rq, db, view, c->id, card);
}

static enum http_outcome show_wall(struct http_request *rq, struct db *db, const struct service *s, const struct json *view) {
    struct page p = page_begin_named(rq, pair_text(json_member(view, "name"), rq->language));
    page_crumb(&p, T("Home"), STR("/"));
    page_crumb_named(&p, text_pair_in(s->name, rq->language), arena_printf(rq->arena, "/services/%.*s", STR_ARGS(s->id)));
    struct case_line *lines;
    int64_t before = 0, next = 0, office = 0;
    bool closed = str_eqz(http_query(rq, "s"), "done");
    str_to_int64(http_query(rq, "before"), &before);
    str_to_int64(http_query(rq, "o"), &office);
    const struct form_field *field = filter_field(s, view);
    struct str value = http_query(rq, "f");
    bool filtered = field && value.n;
    size_t count = list_public(site_of(rq)->engine, db, rq->arena, viewer_of(rq), s->id, closed ? STR("closed") : STR("open"),
                               filtered ? form_field_path(field) : STR(""), filtered ? value : STR(""), office, before, CARDS_A_PAGE, &lines, &next);
    struct data *cards = data_list(p.data, "cards");
    for (size_t i = 0; i < count; i++) add_card(rq, db, s, view, &lines[i], cards);
    add_filters(rq, db, s, view, p.data);
    struct data *tabs = data_list(p.data, "tabs");
    for (int i = 0; i < 2; i++) {
        struct data *tab = data_item(tabs);
        data_text(tab, "href", arena_printf(rq->arena, "%.*s%s", STR_ARGS(rq->path), i ? "?s=done" : ""));
        struct str words = pair_text(json_member(json_member(view, "words"), i ? "closed" : "open"), rq->language);
        data_text(tab, "text", words.n ? words : i ? text_in(rq->language, T("Closed")) : text_in(rq->language, T("Under way")));
        data_flag(tab, "current", closed == (i == 1));
    }
    data_text(p.data, "here", rq->path);
    if (service_opens_here(rq, s)) data_text(p.data, "start", arena_printf(rq->arena, "/services/%.*s/new", STR_ARGS(s->id)));
    if (next) {
        data_text(p.data, "page_text", STR(" "));
        data_text(p.data, "next", arena_printf(rq->arena, "%.*s?before=%lld%s&f=%.*s&o=%lld", STR_ARGS(rq->path), (long long)next, closed ? "&s=done" : "", STR_ARGS(value), (long long)office));
    }
    if (is_signed_in(rq)) page_form(&p); /* who cannot claim needs no token, and gets the page that is kept for everybody */
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "wall", 200);
}

/* ---- the table of an office */

/* The name of a view is often no more than "Cases": the heading says of which service. */
struct page service_view_page(struct http_request *rq, const struct service *s, const struct json *view) {
    struct str service = text_pair_in(s->name, rq->language), name = pair_text(json_member(view, "name"), rq->language);
    struct page p = page_begin_named(rq, name);
    data_say(p.data, "heading", T("{0}: {1}"), service, name);
    page_crumb(&p, T("Home"), STR("/"));
    page_crumb_named(&p, service, arena_printf(rq->arena, "/services/%.*s", STR_ARGS(s->id)));
    return p;
}

static const struct {
    const char *state;
    struct str title;
} tabs_of_table[] = {{"", T_STATIC("All")}, {"open", T_STATIC("Under way")}, {"closed", T_STATIC("Closed")}};

static struct str chosen_state(struct http_request *rq) {
    for (size_t i = 0; i < sizeof tabs_of_table / sizeof *tabs_of_table; i++)
        if (str_eqz(http_query(rq, "s"), tabs_of_table[i].state)) return str_from(tabs_of_table[i].state);
    return STR("");
}

static void add_table_tabs(struct http_request *rq, struct data *page, struct str state) {
    struct data *tabs = data_list(page, "tabs");
    for (size_t i = 0; i < sizeof tabs_of_table / sizeof *tabs_of_table; i++) {
        struct data *tab = data_item(tabs);
        const char *of = tabs_of_table[i].state;
        data_text(tab, "href", arena_printf(rq->arena, "%.*s%s%s", STR_ARGS(rq->path), *of ? "?s=" : "", of));
        data_text(tab, "text", text_in(rq->language, tabs_of_table[i].title));
        data_flag(tab, "current", str_eqz(state, of));
    }
}

/* A column in which nothing stands is left out; an office that all cases share is said once, above. */
static void choose_columns(const struct case_line *lines, size_t count, struct data *page) {
    bool who = false, due = false, offices = false;
    for (size_t i = 0; i < count; i++) {
        who |= lines[i].applicant.n > 0;
        due |= lines[i].due_at && str_eqz(lines[i].state, "open");
        offices |= !str_eq(lines[i].organisation_name, lines[0].organisation_name);
    }
    data_flag(page, "has_who", who);
    data_flag(page, "has_due", due);
    data_flag(page, "has_offices", offices);
    if (count && !offices) data_text(page, "of_all", lines[0].organisation_name);
}

static enum http_outcome show_table(struct http_request *rq, struct db *db, const struct service *s, const struct json *view) {
    struct page p = service_view_page(rq, s, view);
    struct case_line *lines;
    int64_t before = 0, next = 0;
    str_to_int64(http_query(rq, "before"), &before);
    struct str state = chosen_state(rq);
    size_t count = list_office(site_of(rq)->engine, db, rq->arena, viewer_of(rq), s->id, state, before, 50, &lines, &next);
    add_table_tabs(rq, p.data, state);
    choose_columns(lines, count, p.data);
    struct data *list = data_list(p.data, "cases");
    for (size_t i = 0; i < count; i++) {
        struct data *item = data_item(list);
        data_text(item, "href", arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(lines[i].reference)));
        data_text(item, "reference", grouped_reference(rq->arena, lines[i].reference));
        data_text(item, "title", lines[i].title_alone);
        data_text(item, "who", lines[i].applicant);
        data_text(item, "office", lines[i].organisation_name);
        data_text(item, "stage", lines[i].stage_name);
        data_text(item, "state", say_state(rq, lines[i].state));
        data_text(item, "color", str_from(state_color(lines[i].state)));
        data_text(item, "day", say_day(rq, lines[i].opened_at));
        data_text(item, "due", str_eqz(lines[i].state, "open") ? say_due(rq, lines[i].due_at) : STR(""));
        data_flag(item, "overdue", lines[i].overdue);
    }
    if (next) {
        data_text(p.data, "page_text", STR(" "));
        data_text(p.data, "next", arena_printf(rq->arena, "%.*s?before=%lld&s=%.*s", STR_ARGS(rq->path), (long long)next, STR_ARGS(state)));
    }
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "table_view", 200);
}

static enum http_outcome show_view(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct service *s = page_service(rq, db);
    if (!s) return no_service(rq, db);
    const struct json *view = json_member(json_member(s->yaml, "views"), arena_cstr(rq->arena, http_param(rq, "view")));
    struct str kind = json_string(view, "kind"), audience = json_string(view, "audience");
    bool open_to_all = !audience.n || str_eqz(audience, "public");
    if (!view || (!open_to_all && !(viewer_of(rq)->may & MAY_STAFF))) {
        if (!site_done(rq, db)) return HTTP_DONE;
        return http_refuse(rq, 404, T("This page does not exist."));
    }
    if (str_eqz(kind, "sheet")) return show_sheet(rq, db, s, view);
    return str_eqz(kind, "wall") ? show_wall(rq, db, s, view) : show_table(rq, db, s, view);
}

const struct http_route view_routes[] = {
    {"GET", "/services/{service}/{view}", show_view, "anyone", T_STATIC("A view of a service: wall, table"), HTTP_PUBLIC, 0},
    {0},
};
