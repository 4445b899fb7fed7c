/* office_pages.c: what an office works with every day: the intake desk, the search when somebody phones, the inbox.
 *
 * A look-up of a person is itself journalled (case.reveal on each case that came up). Read next: admin_pages.c. */
#include "web/pages.h"

#include "base/ids.h"
#include "base/nfc.h"

/* ---- search */

static void add_case_line(struct http_request *rq, struct data *list, const struct case_line *c) {
    struct data *item = data_item(list);
    data_text(item, "href", arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(c->reference)));
    data_text(item, "title", c->applicant.n ? arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(c->applicant), STR_ARGS(c->title)) : c->title);
    data_text(item, "note", arena_printf(rq->arena, "%.*s · %.*s · %.*s", STR_ARGS(c->service_name), STR_ARGS(c->organisation_name), STR_ARGS(say_day(rq, c->opened_at))));
    data_text(item, "number", grouped_reference(rq->arena, c->reference));
    data_text(item, "tag", say_state(rq, c->state));
    data_text(item, "color", str_from(state_color(c->state)));
    data_text(item, "due", str_eqz(c->state, "open") ? c->stage_name : STR(""));
    data_flag(item, "overdue", c->overdue); /* its own: the page counts its overdue tasks under the same name */
}

/* ---- services found: residents who type a number go to the case's page instead, which says how to open it */

static struct str small_letters(struct arena *a, struct str text) {
    struct str out = nfc(a, text);
    char *lower = arena_alloc(a, out.n + 1);
    for (size_t i = 0; i < out.n; i++) lower[i] = out.p[i] >= 'A' && out.p[i] <= 'Z' ? (char)(out.p[i] + 32) : out.p[i];
    return (struct str){lower, out.n};
}

/* Every word, wherever it stands. */
static bool has_words(struct str text, struct str words) {
    for (struct str word; str_split(&words, ' ', &word);)
        if (word.n && str_find(text, word) < 0) return false;
    return true;
}

/* By what it is called first, then by what is said of it; one that is the office's own is found by its staff only. */
static void add_services_found(struct http_request *rq, struct db *db, struct str words, struct data *page) {
    struct data *list = data_list(page, "services");
    const struct service_heading **all;
    size_t count = services_all(engine_services(site_of(rq)->engine), db, rq->arena, &all);
    struct str wanted = small_letters(rq->arena, fold_full_width(rq->arena, words));
    for (int by_summary = 0; by_summary < 2; by_summary++) {
        for (size_t i = 0; i < count; i++) {
            const struct service_heading *s = all[i];
            struct str name = small_letters(rq->arena, arena_printf(rq->arena, "%.*s %.*s %.*s", STR_ARGS(s->name.zh), STR_ARGS(s->name.en), STR_ARGS(s->id)));
            struct str said = small_letters(rq->arena, arena_printf(rq->arena, "%.*s %.*s %.*s", STR_ARGS(name), STR_ARGS(s->summary.zh), STR_ARGS(s->summary.en)));
            bool named = has_words(name, wanted);
            if (!service_shown(rq, s->for_office) || named == by_summary || !has_words(said, wanted)) continue;
            struct data *item = data_item(list);
            data_text(item, "href", arena_printf(rq->arena, "/services/%.*s", STR_ARGS(s->id)));
            data_text(item, "text", text_pair_in(s->name, rq->language));
            data_text(item, "note", text_pair_in(s->summary, rq->language));
        }
    }
}

/* ---- search */

struct looking {
    int64_t *cases;
    size_t count, at;
    struct page page;
};

static enum http_outcome note_next(struct http_request *rq) {
    struct looking *l = visit_of(rq)->state;
    if (l->at == l->count) return page_show(&l->page, "search", 200);
    struct command *c = site_command(rq, "case.reveal");
    json_add_integer(rq->arena, c->arguments, "case", l->cases[l->at++]);
    json_add_string(rq->arena, c->arguments, "reason", STR("search"));
    return site_submit(rq, c, note_next);
}

static enum http_outcome show_search(struct http_request *rq) {
    enum { HOTLINE = 5 }; /* digits of 12345: fewer may be words of a service */
    struct str words = http_query(rq, "q"), trimmed = str_trim(words);
    struct reference reference;
    enum reference_fault fault = reference_parse(trimmed, &reference);
    bool staff = (viewer_of(rq)->may & MAY_STAFF) != 0;
    if (fault == REFERENCE_GOOD) return http_redirect(rq, arena_printf(rq->arena, "/cases/%s", reference.digits));
    if (!staff && fault != REFERENCE_NOT_DIGITS && trimmed.n > HOTLINE) return show_no_case(rq, trimmed, 200);
    struct looking *l = arena_new(rq->arena, struct looking);
    l->page = page_begin(rq, T("Find"));
    struct case_line *lines;
    struct db *db = site_read(rq);
    size_t count = staff ? list_search(site_of(rq)->engine, db, rq->arena, viewer_of(rq), trimmed, &lines) : 0;
    struct data *list = data_list(l->page.data, "cases");
    l->cases = arena_array(rq->arena, int64_t, count);
    for (size_t i = 0; i < count; i++) {
        add_case_line(rq, list, &lines[i]);
        l->cases[l->count++] = lines[i].id;
    }
    if (trimmed.n) add_services_found(rq, db, trimmed, l->page.data);
    data_text(l->page.data, "words", words.p ? words : STR(""));
    data_flag(l->page.data, "asked", trimmed.n > 0);
    data_flag(l->page.data, "staff", staff);
    if (!site_done(rq, db)) return HTTP_DONE;
    visit_of(rq)->state = l;
    return note_next(rq);
}

/* ---- the desk */

static enum http_outcome show_desk(struct http_request *rq) {
    struct page p = page_begin(rq, T("Desk"));
    struct case_line *lines;
    int64_t next;
    struct db *db = site_read(rq);
    struct data *services = data_list(p.data, "services");
    const struct service_heading **all;
    size_t service_count = services_all(engine_services(site_of(rq)->engine), db, rq->arena, &all);
    for (size_t i = 0; i < service_count; i++) {
        struct data *item = data_item(services);
        data_text(item, "href", arena_printf(rq->arena, "/services/%.*s/new", STR_ARGS(all[i]->id)));
        data_text(item, "text", text_pair_in(all[i]->name, rq->language));
        data_text(item, "table", arena_printf(rq->arena, "/services/%.*s/table", STR_ARGS(all[i]->id)));
    }
    size_t count = list_office(site_of(rq)->engine, db, rq->arena, viewer_of(rq), STR(""), STR("open"), 0, 12, &lines, &next);
    struct data *list = data_list(p.data, "cases");
    for (size_t i = 0; i < count; i++) add_case_line(rq, list, &lines[i]);
    data_text(p.data, "late", say_task_count(rq, db, TASKS_OVERDUE));
    data_text(p.data, "mine", say_task_count(rq, db, TASKS_MINE));
    data_text(p.data, "office", say_task_count(rq, db, TASKS_OF_OFFICE));
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "desk", 200);
}

/* ---- the inbox */

static enum http_outcome show_inbox(struct http_request *rq) {
    struct page p = page_begin(rq, T("Inbox"));
    struct notice_line *lines;
    int64_t before = 0;
    str_to_int64(http_query(rq, "before"), &before);
    struct db *db = site_read(rq);
    size_t count = list_notices(site_of(rq)->engine, db, rq->arena, viewer_of(rq), before, 30, &lines);
    struct data *list = data_list(p.data, "notices");
    for (size_t i = 0; i < count; i++) {
        struct data *item = data_item(list);
        data_text(item, "text", lines[i].sentence);
        data_text(item, "when", say_time(rq, lines[i].at));
        data_text(item, "service", lines[i].service_name);
        data_text(item, "number", lines[i].reference.n ? grouped_reference(rq->arena, lines[i].reference) : STR(""));
        data_flag(item, "unread", lines[i].read_at == 0 && !lines[i].over);
        data_flag(item, "over", lines[i].over);
        data_number(item, "id", lines[i].id);
        /* a donor is told of a case that they may not open */
        bool known = lines[i].case_id && viewer_relation(site_of(rq)->engine, db, viewer_of(rq), lines[i].case_id) != RELATION_NONE;
        if (!lines[i].reference.n || !known) continue;
        data_text(item, "href", arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(lines[i].reference)));
        data_text(item, "about", case_line_of(site_of(rq)->engine, db, rq->arena, viewer_of(rq), lines[i].case_id, false).title_alone);
    }
    data_flag(p.data, "some_unread", count_unread(db, viewer_of(rq)) > 1);
    if (count == 30) {
        data_text(p.data, "page_text", STR(" "));
        data_text(p.data, "next", arena_printf(rq->arena, "/inbox?before=%lld", (long long)lines[count - 1].id));
    }
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "inbox", 200);
}

/* Notices to mark as read, one command each. */
struct reading {
    int64_t *notices;
    size_t count, at;
};

static enum http_outcome read_next(struct http_request *rq) {
    struct reading *r = visit_of(rq)->state;
    if (r->at && !site_answer(rq)->done) return site_refused(rq);
    if (r->at == r->count) return http_redirect(rq, STR("/inbox"));
    struct command *c = site_command(rq, "notice.read");
    json_add_integer(rq->arena, c->arguments, "notice", r->notices[r->at++]);
    c->key = STR(""); /* one key for several commands would answer the second with the first's result; reading twice is harmless */
    return site_submit(rq, c, read_next);
}

static enum http_outcome read_notices(struct http_request *rq) {
    enum { AT_ONCE = 100 };
    struct reading *r = arena_new(rq->arena, struct reading);
    r->notices = arena_array(rq->arena, int64_t, AT_ONCE);
    if (http_form(rq, "all").n) {
        struct db *db = site_read(rq);
        struct query q = db_query(db, "select id from notice where account = ? and read_at is null order by id desc limit ?", DB_INT(viewer_of(rq)->account), DB_INT(AT_ONCE));
        while (query_next(&q)) r->notices[r->count++] = query_int(&q, 0);
        if (!site_done(rq, db)) return HTTP_DONE;
    } else {
        str_to_int64(http_form(rq, "notice"), &r->notices[r->count++]);
    }
    visit_of(rq)->state = r;
    return read_next(rq);
}

const struct http_route office_routes[] = {
    {"GET", "/search", show_search, "anyone", T_STATIC("Finds services; staff find people by number, name, pinyin, telephone"), 0, 0},
    {"GET", "/desk", show_desk, "staff", T_STATIC("The intake desk"), 0, 0},
    {"GET", "/inbox", show_inbox, "account", T_STATIC("Notices to oneself"), 0, 0},
    {"POST", "/inbox", read_notices, "account", T_STATIC("Marks a notice, or all, as read"), 0, 0},
    {0},
};
