/* household.c: see household.h. */
#include "engine/household.h"

#include "engine/engine_internal.h"

/* Whom a restricted case alone has brought here is known to those only who know of that case. */
static bool known_by_cases(struct db *db, int64_t account, int64_t party, instant at) {
    struct query q = db_query(db, "select id from cases where applicant = ?1 or household = ?1 order by restricted_role is not null limit 100", DB_INT(party));
    bool any = false, known = false;
    while (!known && query_next(&q)) {
        any = true;
        known = case_known_to(db, account, query_int(&q, 0), at);
    }
    query_done(&q);
    return known || !any;
}

bool party_kept_by(struct db *db, int64_t account, int64_t party, instant at) {
    int64_t organisation = db_int(db, 0, "select coalesce(organisation, 0) from party where id = ?", DB_INT(party));
    struct query q = db_query(db,
                              "select coalesce(organisation, 0) from role_grant where account = ?1 and role in ('staff', 'supervisor', 'admin')"
                              " and from_at <= ?2 and (to_at is null or to_at > ?2)",
                              DB_INT(account), DB_INT(at));
    bool kept = false;
    while (account && !kept && query_next(&q)) kept = query_int(&q, 0) == 0 || organisation_covers(db, query_int(&q, 0), organisation, at);
    query_done(&q);
    return kept && known_by_cases(db, account, party, at);
}

size_t households_alone(struct db *db, struct arena *a, int64_t person, int64_t **out) {
    struct query q = db_query(db,
                              "select distinct m.household from member m join party h on h.id = m.household and h.erased_at is null where m.person = ?1"
                              " and not exists (select 1 from member o join party p on p.id = o.person and p.erased_at is null where o.household = m.household and o.person <> ?1)"
                              " order by 1",
                              DB_INT(person));
    size_t count = 0, capacity = 0;
    *out = NULL;
    while (query_next(&q)) VEC_PUSH(a, *out, count, capacity, query_int(&q, 0));
    query_done(&q);
    return count;
}

static void read_members(struct db *db, struct arena *a, const struct viewer *v, struct seen_household *h) {
    struct query q = db_query(db,
                              "select m.id, m.person, coalesce(p.name, ''), coalesce(p.phone, ''), m.relation, m.from_at, coalesce(m.to_at, 0) from member m"
                              " join party p on p.id = m.person where m.household = ? order by m.to_at is not null, m.id limit 100",
                              DB_INT(h->id));
    while (query_next(&q)) {
        struct seen_member m = {.id = query_int(&q, 0), .person = query_int(&q, 1), .name = arena_str(a, query_text(&q, 2))};
        if (!known_by_cases(db, v->account, m.person, v->now)) continue;
        m.phone = arena_str(a, query_text(&q, 3));
        m.relation = arena_str(a, query_text(&q, 4));
        m.from_at = query_int(&q, 5);
        m.to_at = query_int(&q, 6);
        VEC_PUSH(a, h->members, h->member_count, h->member_capacity, m);
    }
}

bool viewer_household(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t id, struct seen_household *out) {
    struct query q = db_query(db,
                              "select coalesce(p.name, ''), coalesce(p.phone, ''), coalesce(p.mail, ''), coalesce(p.address, ''), coalesce(p.note, ''),"
                              " coalesce(p.organisation, 0), coalesce(o.name, ''), coalesce(o.name_en, '') from party p left join organisation o on o.id = p.organisation"
                              " where p.id = ? and p.kind = 'household'",
                              DB_INT(id));
    if (!query_next(&q)) return false;
    *out = (struct seen_household){.id = id, .organisation = query_int(&q, 5)};
    struct str *const texts[] = {&out->name, &out->phone, &out->mail, &out->address, &out->note};
    for (int i = 0; i < 5; i++) *texts[i] = arena_str(a, query_text(&q, i));
    bool english = v->language == LANGUAGE_EN && query_text(&q, 7).n;
    out->organisation_name = arena_str(a, query_text(&q, english ? 7 : 6));
    query_done(&q);
    if (!party_kept_by(db, v->account, id, v->now)) return false;
    read_members(db, a, v, out);
    out->case_count = list_household(e, db, a, v, id, &out->cases);
    return true;
}
