/* office_parts.c: parts of pages for what an office does beside its forms: what stopped a case, 督办 the mark of
 * supervision, 撤回 what somebody may take back, 委托 who stands in for whom.
 *
 * In: the case as seen, plain tables; out: into the pages' data (case.html, manage_case.html, account.html). */
#include "web/pages.h"

#include "base/zone.h"
#include "bpmn/step.h"

struct str say_stopped(struct http_request *rq, struct str sentence) {
    const struct json *pieces = json_parse(rq->arena, sentence, &json_default_limits, STR_NONE, NULL);
    struct str texts[4];
    size_t n = 0;
    for (; pieces && n < pieces->count && n < 4; n++) texts[n] = pieces->items[n].text;
    return n ? bpmn_sentence(rq->arena, rq->language, texts, n) : STR("");
}

struct str say_step(struct http_request *rq, const struct service *s, struct str element) {
    int32_t at = s ? bpmn_find(s->process, element) : -1;
    struct str name = at >= 0 ? s->process->elements[at].name : STR("");
    return name.n ? service_word(s, rq->language, name) : element;
}

/* ---- 督办 */

void add_supervision(struct http_request *rq, struct db *db, int64_t case_id, struct data *page) {
    struct query q = db_query(db, "select h.kind, h.at, coalesce(p.name, ''), coalesce(h.note, '') from history h left join account a on a.id = h.account left join party p on p.id = a.party"
                                  " where h.case_id = ? and h.kind in ('supervised', 'supervision-ended') order by h.id desc limit 1", DB_INT(case_id));
    if (query_next(&q) && str_eqz(query_text(&q, 0), "supervised"))
        data_say(page, "supervised", T("{0}, {1}: {2}"), say_time(rq, query_int(&q, 1)), arena_str(rq->arena, query_text(&q, 2)), arena_str(rq->arena, query_text(&q, 3)));
    query_done(&q);
}

/* ---- 撤回 */

/* Steps that this account completed and from which something still rests where it came to rest. The process judges. */
void add_take_back(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page) {
    int64_t account = viewer_of(rq)->account;
    if (!account || !str_eqz(c->state, "open")) return;
    struct data *list = data_list(page, "taken_back");
    struct query q = db_query(db, "select id, name from task t where case_id = ?1 and state = 'completed' and closed_by = ?2 and exists"
                                  " (select 1 from token k where k.case_id = ?1 and k.origin = t.visit) order by id desc limit 3", DB_INT(c->id), DB_INT(account));
    while (query_next(&q)) {
        struct data *item = data_item(list);
        data_text(item, "action", arena_printf(rq->arena, "/tasks/%lld/more", (long long)query_int(&q, 0)));
        data_text(item, "field", arena_printf(rq->arena, "take-back-%lld", (long long)query_int(&q, 0)));
        data_text(item, "name", service_word(c->service, rq->language, arena_str(rq->arena, query_text(&q, 1))));
    }
}

/* ---- 委托 */

static struct str today(struct http_request *rq) {
    const struct zone *zone = engine_zone(site_of(rq)->engine);
    struct buf day;
    buf_init(&day, rq->arena, 20);
    civil_date_put(&day, civil_from_instant(viewer_of(rq)->now, zone ? zone_offset_at(zone, viewer_of(rq)->now / MICROS_A_SECOND) : 0).date);
    return buf_str(&day);
}

void add_delegations(struct http_request *rq, struct db *db, struct data *page) {
    struct data *list = data_list(page, "delegations"), *people = data_list(page, "people");
    struct query q = db_query(db, "select d.id, p.name, d.from_day, d.to_day from delegation d join account a on a.id = d.to_account join party p on p.id = a.party"
                                  " where d.account = ? and d.to_day >= ? order by d.id", DB_INT(viewer_of(rq)->account), DB_TEXT(today(rq)));
    while (query_next(&q)) {
        struct data *item = data_item(list);
        data_number(item, "id", query_int(&q, 0));
        data_say(item, "text", T("{0}, from {1} until {2}"), arena_str(rq->arena, query_text(&q, 1)), arena_str(rq->arena, query_text(&q, 2)), arena_str(rq->arena, query_text(&q, 3)));
    }
    add_colleagues(rq, db, people);
}

static enum http_outcome delegated(struct http_request *rq) {
    if (!site_answer(rq)->done) return site_refused(rq);
    return site_redirect(rq, STR("/account"), text_in(rq->language, T("Saved.")));
}

static enum http_outcome delegate(struct http_request *rq) {
    int64_t delegation = 0, to = 0;
    bool end = str_to_int64(http_form(rq, "delegation"), &delegation) && delegation;
    struct command *c = site_command(rq, end ? "account.delegate-end" : "account.delegate");
    if (end) {
        json_add_integer(rq->arena, c->arguments, "delegation", delegation);
        return site_submit(rq, c, delegated);
    }
    str_to_int64(http_form(rq, "to"), &to);
    json_add_integer(rq->arena, c->arguments, "account", viewer_of(rq)->account);
    json_add_integer(rq->arena, c->arguments, "to", to);
    json_add_string(rq->arena, c->arguments, "from_day", str_trim(http_form(rq, "from_day")));
    json_add_string(rq->arena, c->arguments, "to_day", str_trim(http_form(rq, "to_day")));
    return site_submit(rq, c, delegated);
}

const struct http_route delegation_routes[] = {
    {"POST", "/account/delegate", delegate, "account", T_STATIC("Delegates one's tasks for some days, or ends that"), 0, 0},
    {0},
};
