/* counts.c: see counts.h. Counting is numbers.h's: kept for a while, the same for everybody. */
#include "web/counts.h"

#include "web/figure.h"
#include "web/pages.h"

/* Without the cases that are kept to one role: one more would tell those who may not know that it is there. */
static void count_service(struct http_request *rq, struct db *db, struct str service, int64_t *counts) {
    int64_t now = viewer_of(rq)->now;
    struct query q = db_query(db,
        "select count(*) filter (where opened_at > ?2), count(*) filter (where state = 'open'), count(*) filter (where state = 'closed'),"
        " count(*) filter (where state = 'open' and due_at < ?3), 0,"
        " count(*) filter (where state = 'closed' and (due_at is null or closed_at <= due_at)) from cases where service = ?1 and restricted_role is null",
        DB_TEXT(service), DB_INT(now - 30 * MICROS_A_DAY), DB_INT(now));
    if (query_next(&q))
        for (int i = 0; i < COUNTS; i++) counts[i] = query_int(&q, i);
    query_done(&q);
}

/* Of all services at once: there is no index of tasks by service, but one of open tasks. */
static void count_late_tasks(struct http_request *rq, struct db *db, const struct service_heading **all, size_t services, int64_t *values) {
    struct query q = db_query(db, "select service, count(*) from task where state in ('open', 'claimed') and due_at is not null and due_at < ?"
                              " and not exists (select 1 from cases k indexed by cases_kept where k.id = task.case_id and k.restricted_role is not null) group by service", DB_INT(viewer_of(rq)->now));
    while (query_next(&q))
        for (size_t i = 0; i < services; i++)
            if (str_eq(all[i]->id, query_text(&q, 0))) values[i * COUNTS + COUNT_LATE_TASKS] = query_int(&q, 1);
}

static void count_services(struct http_request *rq, struct db *db, size_t count, int64_t *values) {
    const struct service_heading **all;
    size_t services = services_all(engine_services(site_of(rq)->engine), db, rq->arena, &all);
    if (services > count / COUNTS) services = count / COUNTS;
    for (size_t i = 0; i < services; i++) count_service(rq, db, all[i]->id, values + i * COUNTS);
    count_late_tasks(rq, db, all, services, values);
}

size_t counts_take(struct http_request *rq, struct db *db, struct service_counts **out) {
    const struct service_heading **all;
    size_t count = services_all(engine_services(site_of(rq)->engine), db, rq->arena, &all), shown = 0;
    int64_t *values = arena_array(rq->arena, int64_t, count * COUNTS);
    struct service_counts *list = arena_array(rq->arena, struct service_counts, count);
    numbers_take(&site_of(rq)->service_numbers, rq, db, count * COUNTS, count_services, values);
    for (size_t i = 0; i < count; i++) {
        if (!service_shown(rq, all[i]->for_office)) continue;
        struct service_counts *s = &list[shown++];
        s->service = all[i];
        s->things = str_eqz(json_string(json_member(all[i]->yaml, "case"), "about"), "things");
        for (int k = 0; k < COUNTS; k++) s->counts[k] = values[i * COUNTS + (size_t)k];
    }
    *out = list;
    return shown;
}

const struct service_counts *counts_of(const struct service_counts *all, size_t count, struct str service) {
    for (size_t i = 0; i < count; i++)
        if (str_eq(all[i].service->id, service)) return &all[i];
    return NULL;
}

static struct str digits(const struct http_request *rq, int64_t n) {
    return arena_printf(rq->arena, "%lld", (long long)n);
}

static enum small_said how_said(const struct http_request *rq, const struct service_counts *s, enum count_kind kind) {
    return s->things || !figures_protected(rq) ? SMALL_SAID : small_one(s->counts[kind]);
}

struct str count_said(const struct http_request *rq, const struct service_counts *s, enum count_kind kind) {
    enum small_said said = how_said(rq, s, kind);
    return said == SMALL_SAID ? digits(rq, s->counts[kind]) : figure_unsaid(rq, said);
}

static int64_t sum_of(const struct service_counts *all, size_t count, enum count_kind kind) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += all[i].counts[kind];
    return sum;
}

struct str counts_sum(const struct http_request *rq, const struct service_counts *all, size_t count, enum count_kind kind) {
    int64_t *people = arena_array(rq->arena, int64_t, count);
    for (size_t i = 0; i < count; i++) people[i] = all[i].things ? 0 : all[i].counts[kind];
    return !figures_protected(rq) || small_sum_said(people, count) ? digits(rq, sum_of(all, count, kind)) : STR("");
}

static struct str share(const struct http_request *rq, int64_t part, int64_t whole) {
    return whole ? arena_printf(rq->arena, "%lld%%", (long long)(part * 100 / whole)) : STR("–");
}

struct str count_in_time(const struct http_request *rq, const struct service_counts *s) {
    bool said = how_said(rq, s, COUNT_CLOSED) == SMALL_SAID;
    return said ? share(rq, s->counts[COUNT_IN_TIME], s->counts[COUNT_CLOSED]) : figure_unsaid(rq, SMALL_UNSAID);
}

struct str counts_in_time(const struct http_request *rq, const struct service_counts *all, size_t count) {
    bool said = counts_sum(rq, all, count, COUNT_CLOSED).n > 0;
    return said ? share(rq, sum_of(all, count, COUNT_IN_TIME), sum_of(all, count, COUNT_CLOSED)) : figure_unsaid(rq, SMALL_UNSAID);
}
