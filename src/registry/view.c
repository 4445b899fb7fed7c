/* view.c: see view.h. */
#include "registry/view.h"

#include "base/zone.h"
#include "engine/cases.h"

enum { MOST_CHANGES = 100 };

enum register_sight register_sight(struct db *db, const struct viewer *v, const struct register_definition *r, int64_t organisation) {
    static const char *const roles[] = {"staff", "supervisor", "admin"};
    for (size_t i = 0; v->account && i < sizeof roles / sizeof *roles; i++)
        if (account_holds(db, v->account, str_from(roles[i]), r->service, organisation, v->now)) return REGISTER_KEEPER;
    if (v->may & MAY_STAFF) return REGISTER_OFFICE;
    return r->is_public ? REGISTER_PUBLIC : REGISTER_HIDDEN;
}

bool register_field_seen(const struct register_field *f, enum register_sight sight) {
    if (f->privacy == FIELD_PERSONAL) return sight == REGISTER_KEEPER;
    return f->privacy == FIELD_OFFICE ? sight >= REGISTER_OFFICE : sight >= REGISTER_PUBLIC;
}

static void read_values(struct db *db, struct arena *a, const struct viewer *v, const struct register_definition *r, struct seen_entity *e) {
    e->values = arena_array(a, struct seen_value, r->field_count + 1);
    for (size_t i = 0; i < r->field_count; i++) {
        const struct register_field *f = &r->fields[i];
        if (!register_field_seen(f, e->sight)) continue;
        struct str raw = db_text(db, a, "select coalesce(value, personal) from entity_value where entity = ? and field = ?", DB_INT(e->id), DB_TEXT(f->name));
        struct seen_value *value = &e->values[e->value_count++];
        *value = (struct seen_value){f, raw.p ? raw : STR(""), raw.p ? raw : STR("")};
        if (f->type == FIELD_CHOICE) value->text = register_word_in(f->choices, f->choice_count, value->raw, v->language);
    }
}

static struct str today(struct arena *a, const struct viewer *v) {
    return register_today(a, zone_find(STR("Asia/Shanghai")), v->now);
}

static void read_duties(struct db *db, struct arena *a, const struct viewer *v, const struct register_definition *r, struct seen_entity *e) {
    struct str day = today(a, v);
    struct query q = db_query(db, "select d.id, d.kind, p.name, p.phone, o.name, o.name_en, d.post, d.from_day, d.to_day, (select v.gone_from from v_duties v where v.id = d.id) from duty d left join party p on p.id = d.party"
                                  " left join organisation o on o.id = d.organisation where d.entity = ? order by d.to_day is not null, d.id limit 200", DB_INT(e->id));
    while (query_next(&q)) {
        bool keeper = e->sight == REGISTER_KEEPER;
        struct str unit = arena_str(a, query_text(&q, v->language == LANGUAGE_EN && query_text(&q, 5).n ? 5 : 4)), name = arena_str(a, query_text(&q, 2));
        struct seen_duty duty = {.id = query_int(&q, 0), .post = arena_str(a, query_text(&q, 6)), .from_day = arena_str(a, query_text(&q, 7)), .to_day = arena_str(a, query_text(&q, 8))};
        duty.kind = register_word_in(r->duties, r->duty_count, arena_str(a, query_text(&q, 1)), v->language);
        duty.unit = unit.n > 0;
        duty.who = unit.n ? unit : keeper ? name : mask_name(a, name);
        duty.phone = keeper ? arena_str(a, query_text(&q, 3)) : STR("");
        duty.current = !duty.to_day.n || str_cmp(duty.to_day, day) >= 0;
        duty.gone = !duty.to_day.n && query_text(&q, 9).n && str_cmp(query_text(&q, 9), day) <= 0;
        if (duty.gone && e->sight < REGISTER_OFFICE) continue; /* a public board names nobody who is not there */
        VEC_PUSH(a, e->duties, e->duty_count, e->duty_capacity, duty);
    }
    query_done(&q);
}

/* What a field of the history may show: values only of fields that the viewer sees. */
static bool change_seen(const struct register_definition *r, const struct seen_entity *e, struct str field) {
    const struct register_field *f = register_field_named(r, field);
    return f ? register_field_seen(f, e->sight) : e->sight >= REGISTER_OFFICE || !str_eqz(field, "closed");
}

static void read_changes(struct db *db, struct arena *a, const struct viewer *v, const struct register_definition *r, struct seen_entity *e) {
    struct query q = db_query(db, "select c.at, c.field, c.before, c.after, p.name from entity_change c left join account a on a.id = c.account"
                                  " left join party p on p.id = a.party where c.entity = ?"
                                  " order by c.number desc limit ?", DB_INT(e->id), DB_INT(MOST_CHANGES));
    while (query_next(&q)) {
        struct seen_change c = {.at = query_int(&q, 0), .field = arena_str(a, query_text(&q, 1)), .before = arena_str(a, query_text(&q, 2)), .after = arena_str(a, query_text(&q, 3))};
        const struct register_field *f = register_field_named(r, c.field);
        if (!change_seen(r, e, c.field)) continue;
        if (f && f->type == FIELD_CHOICE) {
            c.before = register_word_in(f->choices, f->choice_count, c.before, v->language);
            c.after = register_word_in(f->choices, f->choice_count, c.after, v->language);
        } else if (str_eqz(c.field, "duty")) {
            c.before = register_word_in(r->duties, r->duty_count, c.before, v->language);
            c.after = register_word_in(r->duties, r->duty_count, c.after, v->language);
        }
        if (f) c.field = text_pair_in(f->label, v->language);
        c.who = e->sight >= REGISTER_OFFICE ? arena_str(a, query_text(&q, 4)) : STR("");
        VEC_PUSH(a, e->changes, e->change_count, e->change_capacity, c);
    }
    query_done(&q);
}

bool register_entity(struct db *db, struct arena *a, const struct viewer *v, const struct register_definition *r, int64_t id, bool whole, struct seen_entity *out) {
    struct query q = db_query(db, "select e.key, e.label, coalesce(e.organisation, 0), o.name, o.name_en, e.changed_at, e.closed_at, e.closed_reason from entity e"
                                  " left join organisation o on o.id = e.organisation where e.id = ? and e.service = ? and e.register = ?", DB_INT(id), DB_TEXT(r->service), DB_TEXT(r->name));
    if (!query_next(&q)) return false;
    *out = (struct seen_entity){.id = id,
                                .key = arena_str(a, query_text(&q, 0)),
                                .label = arena_str(a, query_text(&q, 1)),
                                .organisation = query_int(&q, 2),
                                .organisation_name = arena_str(a, query_text(&q, v->language == LANGUAGE_EN && query_text(&q, 4).n ? 4 : 3)),
                                .changed_at = query_int(&q, 5),
                                .closed_at = query_int(&q, 6),
                                .closed_reason = arena_str(a, query_text(&q, 7))};
    query_done(&q);
    out->sight = register_sight(db, v, r, out->organisation);
    if (out->sight == REGISTER_HIDDEN) return false;
    read_values(db, a, v, r, out);
    if (out->sight >= REGISTER_OFFICE && !out->closed_at) {
        struct str day = today(a, v);
        out->red = db_int(db, 0, "select count(*) from v_duties where entity = ?1 and to_day is null and gone_from <= ?2", DB_INT(id), DB_TEXT(day));
        out->due = db_int(db, 0, "select count(*) from entity_reminder where entity = ? and day <= ?", DB_INT(id), DB_TEXT(day)) > 0;
    }
    if (whole) {
        read_duties(db, a, v, r, out);
        read_changes(db, a, v, r, out);
        out->change_number = db_int(db, 0, "select max(number) from entity_change where entity = ?", DB_INT(id));
    }
    return true;
}

/* "%text%" with the signs of LIKE taken literally. */
static struct str pattern(struct arena *a, struct str text) {
    struct buf out;
    buf_init(&out, a, 1000);
    buf_byte(&out, '%');
    for (size_t i = 0; i < text.n && i < 200; i++) {
        if (text.p[i] == '%' || text.p[i] == '_' || text.p[i] == '\\') buf_byte(&out, '\\');
        buf_byte(&out, text.p[i]);
    }
    buf_byte(&out, '%');
    return buf_str(&out);
}

size_t register_page(struct db *db, struct arena *a, const struct viewer *v, const struct register_definition *r, const struct register_search *s, int64_t **out) {
    int64_t *ids = arena_array(a, int64_t, s->most + 1);
    size_t n = 0;
    struct query q = db_query(db, "select id from entity e where service = ?1 and register = ?2 and id > ?3 and (closed_at is null or ?4) and (?5 = '%%' or key like ?5 escape '\\'"
                                  " or label like ?5 escape '\\' or exists (select 1 from entity_value v where v.entity = e.id and v.class = 'public' and v.value like ?5 escape '\\'))"
                                  " and (not ?7 or (closed_at is null and (exists (select 1 from entity_reminder m where m.entity = e.id and m.day <= ?8)"
                                  " or exists (select 1 from v_duties d where d.entity = e.id and d.to_day is null and d.gone_from <= ?8))))"
                                  " order by id limit ?6",
                              DB_TEXT(r->service), DB_TEXT(r->name), DB_INT(s->after), DB_INT(s->closed), DB_TEXT(pattern(a, s->text)), DB_INT((int64_t)s->most), DB_INT(s->needing),
                              DB_TEXT(today(a, v)));
    while (n < s->most && query_next(&q)) ids[n++] = query_int(&q, 0);
    query_done(&q);
    *out = ids;
    return n;
}

/* From the few rows that can make an entry need somebody, not from all entries. */
int64_t register_needing(struct db *db, struct arena *a, const struct viewer *v, const struct register_definition *r) {
    return db_int(db, 0, "select count(*) from (select m.entity from v_reminders m where m.service = ?1 and m.register = ?2 and m.day <= ?3"
                         " union select d.entity from v_duties d join entity e on e.id = d.entity and e.closed_at is null"
                         " where d.service = ?1 and d.register = ?2 and d.to_day is null and d.gone_from <= ?3)",
                  DB_TEXT(r->service), DB_TEXT(r->name), DB_TEXT(today(a, v)));
}
