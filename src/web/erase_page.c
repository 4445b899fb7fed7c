/* erase_page.c: a person is erased for good (PIPL article 47), found by a case of theirs.
 *
 * Erasing is a person's own right: it reaches what is known of them, and a household of which nobody else is left. The
 * page shows every case it will reach before it is done. One person may have been entered twice (another telephone, the
 * name alone): entries of the same name in the household are offered to go along; other people of the household are shown
 * with their cases, which stay. In: a case's number; out: admin_erase.html, a command party.erase for each entry.
 * Read next: engine/actors.c (party_erase). */
#include "web/pages.h"

#include "base/ids.h"
#include "engine/household.h"

enum { CASES_SHOWN = 100, OTHERS_SHOWN = 50 };

static void add_case(struct http_request *rq, struct db *db, struct data *list, int64_t id) {
    struct case_line c = case_line_of(site_of(rq)->engine, db, rq->arena, viewer_of(rq), id, false);
    bool known = viewer_relation(site_of(rq)->engine, db, viewer_of(rq), id) != RELATION_NONE;
    struct data *item = data_item(list);
    data_text(item, "number", grouped_reference(rq->arena, c.reference));
    data_text(item, "title", known ? c.title : text_in(rq->language, T("A case that only a few may know of")));
    data_text(item, "service", known ? c.service_name : STR(""));
    data_text(item, "when", say_paper_day(rq, c.opened_at));
    data_text(item, "state", say_state(rq, c.state));
}

static void add_cases(struct http_request *rq, struct db *db, struct data *list, struct query q) {
    int64_t *ids = arena_array(rq->arena, int64_t, CASES_SHOWN);
    size_t count = 0;
    while (count < CASES_SHOWN && query_next(&q)) ids[count++] = query_int(&q, 0);
    query_done(&q);
    for (size_t i = 0; i < count; i++) add_case(rq, db, list, ids[i]);
}

#define CASES_OF "select id from cases where applicant = ? order by id desc limit 100"
#define CASES_THERE "select id from cases where household = ?1 and applicant is not ?2 order by id desc limit 100"

/* What goes: the person's own cases, and those of a household in which nobody else is left. */
static void add_reached(struct http_request *rq, struct db *db, int64_t party, struct data *page) {
    struct data *list = data_list(page, "reached");
    int64_t *alone;
    add_cases(rq, db, list, db_query(db, CASES_OF, DB_INT(party)));
    size_t count = households_alone(db, rq->arena, party, &alone);
    for (size_t i = 0; i < count; i++) add_cases(rq, db, list, db_query(db, CASES_THERE, DB_INT(alone[i]), DB_INT(party)));
    data_flag(page, "household_goes", count > 0);
}

/* Who else belongs to a household of theirs, or has asked from there, or asked what was merged into theirs. */
static size_t others(struct db *db, int64_t party, int64_t *out) {
    struct query q = db_query(db,
                              "select id from party where kind = 'person' and erased_at is null and id <> ?1 and id in ("
                              " select b.person from member a join member b on b.household = a.household where a.person = ?1"
                              " union select b.applicant from cases a join cases b on b.household = a.household where a.applicant = ?1"
                              " union select b.applicant from cases a join cases b on b.id = a.merged_into where a.applicant = ?1) order by id limit 50",
                              DB_INT(party));
    size_t count = 0;
    while (count < OTHERS_SHOWN && query_next(&q)) out[count++] = query_int(&q, 0);
    query_done(&q);
    return count;
}

static void add_others(struct http_request *rq, struct db *db, int64_t party, struct str name, struct data *page) {
    struct data *same = data_list(page, "same"), *stay = data_list(page, "stay");
    int64_t ids[OTHERS_SHOWN];
    size_t count = others(db, party, ids);
    for (size_t i = 0; i < count; i++) {
        struct str theirs = db_text(db, rq->arena, "select coalesce(name, '') from party where id = ?", DB_INT(ids[i]));
        struct data *item = data_item(name.n && str_eq(theirs, name) ? same : stay);
        data_number(item, "id", ids[i]);
        data_text(item, "field", arena_printf(rq->arena, "also-%lld", (long long)ids[i]));
        data_text(item, "name", mask_name(rq->arena, theirs));
        data_text(item, "phone", mask_value(rq->arena, db_text(db, rq->arena, "select coalesce(phone, '') from party where id = ?", DB_INT(ids[i]))));
        add_cases(rq, db, data_list(item, "cases"), db_query(db, CASES_OF, DB_INT(ids[i])));
    }
}

/* Is there a household in which everybody else has this name, too? With all of them ticked nobody is left in it. */
static bool goes_with_same(struct db *db, int64_t party, struct str name) {
    return db_int(db, 0,
                  "select count(*) from member m join party h on h.id = m.household and h.erased_at is null where m.person = ?1 and not exists"
                  " (select 1 from member o join party p on p.id = o.person and p.erased_at is null where o.household = m.household and o.person <> ?1 and p.name is not ?2)",
                  DB_INT(party), DB_TEXT(name)) > 0;
}

static enum http_outcome show_erase(struct http_request *rq) {
    struct page p = page_begin(rq, T("Erase a person"));
    page_crumb(&p, T("Administration"), STR("/admin"));
    struct str words = http_query(rq, "q");
    struct reference reference;
    struct db *db = site_read(rq);
    data_text(p.data, "words", words.p ? words : STR(""));
    data_flag(p.data, "asked", words.n > 0);
    bool number = words.n && reference_parse(words, &reference) == REFERENCE_GOOD;
    int64_t party = number ? db_int(db, 0, "select applicant from cases where reference = ?", DB_TEXT(str_from(reference.digits))) : 0;
    if (party) {
        struct str name = db_text(db, rq->arena, "select coalesce(name, '') from party where id = ?", DB_INT(party));
        data_number(p.data, "party", party);
        data_text(p.data, "person", name.n ? mask_name(rq->arena, name) : text_in(rq->language, T("(erased)")));
        add_reached(rq, db, party, p.data);
        add_others(rq, db, party, name, p.data);
        data_flag(p.data, "household_may_go", goes_with_same(db, party, name));
    }
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "admin_erase", 200);
}

/* ---- doing: one command an entry; what was refused ends it, and what is done stays done */

struct erasing {
    int64_t parties[OTHERS_SHOWN + 1];
    size_t count, at;
    struct str reason;
};

static enum http_outcome erase_next(struct http_request *rq) {
    struct erasing *e = visit_of(rq)->state;
    if (e->at && !site_answer(rq)->done) return site_refused(rq);
    if (e->at == e->count) return site_redirect(rq, STR("/admin"), text_in(rq->language, T("Everything personal of this person is erased.")));
    struct command *c = site_command(rq, "party.erase");
    if (e->at) c->key = STR(""); /* one key for several commands would answer the second with the first's result; twice is harmless */
    json_add_integer(rq->arena, c->arguments, "party", e->parties[e->at++]);
    json_add_string(rq->arena, c->arguments, "reason", e->reason);
    return site_submit(rq, c, erase_next);
}

static enum http_outcome erase(struct http_request *rq) {
    struct erasing *e = arena_new(rq->arena, struct erasing);
    struct str value;
    e->reason = str_trim(http_form(rq, "reason"));
    if (!http_form(rq, "sure").n || !e->reason.n) return http_refuse(rq, 422, T("Please say why, and tick that you are sure. Nothing was erased."));
    str_to_int64(http_form(rq, "party"), &e->parties[e->count++]);
    for (size_t at = 0; e->count <= OTHERS_SHOWN && http_next(&rq->form, "also", &at, &value);)
        if (str_to_int64(value, &e->parties[e->count])) e->count++;
    visit_of(rq)->state = e;
    return erase_next(rq);
}

const struct http_route erase_routes[] = {
    {"GET", "/admin/erase", show_erase, "admin", T_STATIC("Erases a person: finds them"), 0, 0},
    {"POST", "/admin/erase", erase, "admin", T_STATIC("Erases a person for good"), 0, 0},
    {0},
};
