/* view.c: see view.h. */
#include "activity/view.h"

#include "base/zone.h"
#include "engine/cases.h"

struct str activity_today(struct arena *a, const struct viewer *v) {
    struct buf day;
    buf_init(&day, a, 20);
    civil_date_put(&day, civil_from_instant(v->now, zone_offset_at(zone_find(STR("Asia/Shanghai")), v->now / MICROS_A_SECOND)).date);
    return buf_str(&day);
}

static enum activity_sight sight_of(struct db *db, const struct viewer *v, const struct service *s, int64_t organisation) {
    static const char *const roles[] = {"staff", "supervisor", "admin"};
    for (size_t i = 0; v->account && i < sizeof roles / sizeof *roles; i++)
        if (account_holds(db, v->account, str_from(roles[i]), s->id, organisation, v->now)) return ACTIVITY_KEEPER;
    if (v->may & MAY_STAFF) return ACTIVITY_OFFICE;
    return service_for_office(s) ? ACTIVITY_HIDDEN : ACTIVITY_PUBLIC;
}

bool activity_seen(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t id, struct seen_activity *out) {
    struct query q = db_query(db, "select a.service, a.name, a.place, coalesce(a.organisation, 0), a.capacity, a.taken, a.waiting, a.closed_at is not null, o.name, o.name_en,"
                                  " (select min(day) from activity_session s where s.activity = a.id and s.day >= ?2) from v_activities a"
                                  " left join organisation o on o.id = a.organisation where a.id = ?1", DB_INT(id), DB_TEXT(activity_today(a, v)));
    if (!query_next(&q)) return false;
    struct str service = arena_str(a, query_text(&q, 0));
    *out = (struct seen_activity){.id = id,
                                  .name = arena_str(a, query_text(&q, 1)),
                                  .place = arena_str(a, query_text(&q, 2)),
                                  .organisation = query_int(&q, 3),
                                  .capacity = query_int(&q, 4),
                                  .taken = query_int(&q, 5),
                                  .waiting = query_int(&q, 6),
                                  .closed = query_int(&q, 7) != 0,
                                  .organisation_name = arena_str(a, query_text(&q, v->language == LANGUAGE_EN && query_text(&q, 9).n ? 9 : 8)),
                                  .next_day = arena_str(a, query_text(&q, 10))};
    query_done(&q);
    out->service = services_current(engine_services(e), db, service);
    out->sight = out->service ? sight_of(db, v, out->service, out->organisation) : ACTIVITY_HIDDEN;
    return out->sight != ACTIVITY_HIDDEN;
}

static size_t ids_of(struct db *db, struct arena *a, const struct viewer *v, struct str service, bool closed, int64_t *ids) {
    size_t n = 0;
    struct query q = db_query(db, "select id from activity a where (?1 = '' or service = ?1) and (closed_at is not null) = ?2 order by case when ?2 then -id end,"
                                  " coalesce((select min(day) from activity_session s where s.activity = a.id and s.day >= ?3), '9999'), id limit ?4",
                              DB_TEXT(service.n ? service : STR("")), DB_INT(closed), DB_TEXT(activity_today(a, v)), DB_INT(ACTIVITY_LIST_MOST));
    while (query_next(&q)) ids[n++] = query_int(&q, 0);
    query_done(&q);
    return n;
}

size_t activity_list(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct str service, bool closed, struct seen_activity **out) {
    int64_t *ids = arena_array(a, int64_t, ACTIVITY_LIST_MOST);
    size_t count = ids_of(db, a, v, service, closed, ids), n = 0;
    struct seen_activity *list = arena_array(a, struct seen_activity, count + 1);
    for (size_t i = 0; i < count; i++)
        if (activity_seen(e, db, a, v, ids[i], &list[n]) && (!closed || list[n].sight >= ACTIVITY_OFFICE)) n++;
    *out = list;
    return n;
}

size_t activity_sessions(struct db *db, struct arena *a, const struct viewer *v, int64_t activity, struct seen_session **out) {
    struct seen_session *list = NULL;
    size_t count = 0, capacity = 0;
    struct str today = activity_today(a, v);
    struct query q = db_query(db, "select s.id, s.day, s.begins, s.ends, s.topic, (select count(*) from attendance n where n.session = s.id and n.present = 1),"
                                  " (select count(*) from attendance n where n.session = s.id) from activity_session s where s.activity = ? order by s.day, s.begins, s.id limit 500", DB_INT(activity));
    while (query_next(&q)) {
        struct seen_session s = {.id = query_int(&q, 0),
                                 .day = arena_str(a, query_text(&q, 1)),
                                 .begins = arena_str(a, query_text(&q, 2)),
                                 .ends = arena_str(a, query_text(&q, 3)),
                                 .topic = arena_str(a, query_text(&q, 4)),
                                 .present = query_int(&q, 5),
                                 .noted = query_int(&q, 6)};
        s.past = str_cmp(s.day, today) < 0;
        VEC_PUSH(a, list, count, capacity, s);
    }
    query_done(&q);
    *out = list;
    return count;
}

size_t activity_signups(struct db *db, struct arena *a, const struct seen_activity *of, int64_t session, struct seen_signup **out) {
    struct seen_signup *list = NULL;
    size_t count = 0, capacity = 0;
    *out = NULL;
    if (of->sight != ACTIVITY_KEEPER) return 0;
    struct query q = db_query(db, "select u.id, u.nickname, u.state, c.reference, u.at, (select count(*) from attendance n where n.signup = u.id and n.present = 1),"
                                  " coalesce((select n.present from attendance n where n.signup = u.id and n.session = ?2), -1)"
                                  " from signup u left join cases c on c.id = u.case_id where u.activity = ?1"
                                  " order by case u.state when 'in' then 0 when 'waiting' then 1 else 2 end, u.id limit ?3", DB_INT(of->id), DB_INT(session), DB_INT(SIGNUP_LIST_MOST));
    while (query_next(&q)) {
        struct seen_signup u = {.id = query_int(&q, 0),
                                .nickname = arena_str(a, query_text(&q, 1)),
                                .state = arena_str(a, query_text(&q, 2)),
                                .reference = arena_str(a, query_text(&q, 3)),
                                .at = query_int(&q, 4),
                                .attended = query_int(&q, 5),
                                .present = (int)query_int(&q, 6)};
        VEC_PUSH(a, list, count, capacity, u);
    }
    query_done(&q);
    *out = list;
    return count;
}

bool signup_of_case(struct db *db, struct arena *a, int64_t case_id, struct seen_place *out) {
    struct query q = db_query(db, "select u.id, u.activity, v.name, u.state, (select count(*) from signup w where w.activity = u.activity and w.state = 'waiting' and w.id < u.id)"
                                  " from signup u join activity v on v.id = u.activity where u.case_id = ? order by u.id desc limit 1", DB_INT(case_id));
    if (!query_next(&q)) return false;
    *out = (struct seen_place){.signup = query_int(&q, 0), .activity = query_int(&q, 1), .ahead = query_int(&q, 4)};
    out->name = arena_str(a, query_text(&q, 2));
    out->state = arena_str(a, query_text(&q, 3));
    query_done(&q);
    return true;
}
