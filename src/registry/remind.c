/* remind.c: dates of registers that somebody has to see to: a plan that ends, a point that has to be looked at again.
 *
 * A date field with `remind:` in service.yaml leaves one row of entity_reminder when it is put. When the clock passes its
 * day, register.remind tells whoever answers for the entry, once; a new date arms it again. */
#include "registry/registry.h"

#include "base/zone.h"
#include "engine/cases.h"

enum { MOST_TOLD = 50 };

struct str register_today(struct arena *a, const struct zone *z, instant now) {
    struct buf day;
    buf_init(&day, a, 20);
    civil_date_put(&day, civil_from_instant(now, zone_offset_at(z, now / MICROS_A_SECOND)).date);
    return buf_str(&day);
}

/* ---- arming */

static void put_reminder(struct decision *d, int64_t entity, struct str field, struct str day, instant told_at) {
    struct json *e = event_new(d, "entity.reminder", STR_NONE);
    json_add_integer(d->arena, e, "entity", entity);
    json_add_string(d->arena, e, "field", field);
    json_add_string(d->arena, e, "day", day);
    if (told_at) json_add_integer(d->arena, e, "told_at", told_at);
    else json_add_string(d->arena, e, "told_at", STR_NONE);
    event_emit(d, e);
}

void register_remind_of(struct decision *d, int64_t entity, const struct register_field *f, struct str value, bool quiet) {
    struct civil_date date;
    struct buf day;
    if (!civil_date_parse(value, &date)) {
        struct json *e = event_new(d, "entity.no-reminder", STR_NONE);
        json_add_integer(d->arena, e, "entity", entity);
        json_add_string(d->arena, e, "field", f->name);
        event_emit(d, e);
        return;
    }
    buf_init(&day, d->arena, 20);
    civil_date_put(&day, civil_from_days(civil_to_days(date) + f->remind_days));
    bool has_come = str_cmp(buf_str(&day), register_today(d->arena, engine_zone(d->engine), d->now)) <= 0;
    put_reminder(d, entity, f->name, buf_str(&day), quiet && has_come ? d->now : 0);
}

/* ---- telling */

static void tell_staff(struct decision *d, struct str service, int64_t organisation, const char *kind, const struct str *sentence, size_t count) {
    int64_t *accounts = NULL;
    size_t n = 0, capacity = 0;
    struct query q = db_query(store_writer(d->store), "select distinct g.account from role_grant g join account a on a.id = g.account and a.closed_at is null"
                                                      " where g.role = 'staff' and g.organisation = ? and g.service in ('', ?) and g.to_at is null order by g.account limit ?",
                              DB_INT(organisation), DB_TEXT(service), DB_INT(MOST_TOLD));
    while (query_next(&q)) VEC_PUSH(d->arena, accounts, n, capacity, query_int(&q, 0));
    query_done(&q);
    for (size_t i = 0; i < n; i++) notice_account(d, 0, accounts[i], kind, sentence, count);
}

struct duty_holder {
    int64_t party, organisation, account;
};

static size_t holders_of(struct decision *d, int64_t entity, struct duty_holder **out) {
    struct str today = register_today(d->arena, engine_zone(d->engine), d->now);
    struct duty_holder *list = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(store_writer(d->store), "select distinct coalesce(d.party, 0), coalesce(d.organisation, 0), coalesce(d.account, 0) from duty d join v_duties v on v.id = d.id"
                                                      " where d.entity = ?1 and (d.to_day is null or d.to_day >= ?2) and (v.gone_from is null or v.gone_from > ?2) order by 1, 2, 3 limit ?3",
                              DB_INT(entity), DB_TEXT(today), DB_INT(MOST_TOLD));
    while (query_next(&q)) {
        struct duty_holder h = {query_int(&q, 0), query_int(&q, 1), query_int(&q, 2)};
        VEC_PUSH(d->arena, list, count, capacity, h);
    }
    query_done(&q);
    *out = list;
    return count;
}

void register_tell(struct decision *d, const struct entity_row *row, const char *kind, const struct str *sentence, size_t count) {
    struct duty_holder *holders;
    size_t n = holders_of(d, row->id, &holders);
    for (size_t i = 0; i < n; i++) {
        if (holders[i].account) notice_account(d, 0, holders[i].account, kind, sentence, count);
        else if (holders[i].organisation) tell_staff(d, row->service, holders[i].organisation, kind, sentence, count);
        else notice_party(d, holders[i].party, kind, sentence, count);
    }
    if (!n && row->organisation) tell_staff(d, row->service, row->organisation, kind, sentence, count);
}

/* ---- the clock */

bool register_due(struct engine *e, struct db *db, struct arena *a, instant now, size_t skip, struct command **out) {
    struct query q = db_query(db, "select entity, field from entity_reminder where told_at is null and day <= ? order by day, entity, field limit 1 offset ?",
                              DB_TEXT(register_today(a, engine_zone(e), now)), DB_INT((int64_t)skip));
    if (!query_next(&q)) return false;
    *out = command_new(a, "register.remind", (struct actor){.system = true}, "timer");
    json_add_integer(a, (*out)->arguments, "entity", query_int(&q, 0));
    json_add_string(a, (*out)->arguments, "field", arena_str(a, query_text(&q, 1)));
    query_done(&q);
    return true;
}

/* The field as the folder has it today; NULL when the register or the field is gone from it. */
static const struct register_field *field_today(struct decision *d, const struct entity_row *row, struct str name, struct str *label) {
    const struct service *s = services_current(engine_services(d->engine), store_writer(d->store), row->service);
    const struct register_definition *r = s ? register_find(d->arena, s, row->name) : NULL;
    if (r) *label = r->label.zh;
    return r ? register_field_named(r, name) : NULL;
}

/* An entry that has been closed meanwhile is settled without a word. The sentence names register, key, field and day. */
bool decide_register_remind(struct decision *d) {
    int64_t entity = command_integer(d->command, "entity");
    struct str name = command_text(d->command, "field"), label;
    struct entity_row row;
    struct db *db = store_writer(d->store);
    struct str day = db_text(db, d->arena, "select day from entity_reminder where entity = ? and field = ? and told_at is null", DB_INT(entity), DB_TEXT(name));
    if (!day.n || str_cmp(day, register_today(d->arena, engine_zone(d->engine), d->now)) > 0) return refuse(d, 409, "register.not-due", T("Nobody has to be reminded of this yet."));
    if (!entity_load(d, entity, &row)) return false;
    put_reminder(d, entity, name, day, d->now);
    const struct register_field *f = field_today(d, &row, name, &label);
    if (row.closed || !f) return true;
    struct str value = db_text(db, d->arena, "select coalesce(value, '') from entity_value where entity = ? and field = ?", DB_INT(entity), DB_TEXT(name));
    register_tell(d, &row, "register.remind", (const struct str[]){T("{0} {1}: {2} {3}. Please see to it."), label, row.key, f->label.zh, value}, 5);
    return true;
}
