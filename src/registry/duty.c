/* duty.c: who answers for an entry, from which day to which: assign and end.
 *
 * A duty belongs to a person (an account's person, a known party, or somebody who is only named here) or to a unit.
 * Somebody named is known again by name and telephone, so that two duties of one person count as one person. */
#include "registry/registry.h"

#include "engine/cases.h"

static void add_or_null(struct decision *d, struct json *e, const char *name, int64_t v) {
    if (v) json_add_integer(d->arena, e, name, v);
    else json_add_string(d->arena, e, name, STR_NONE);
}

static int64_t find_person(struct decision *d, struct str name, struct str phone) {
    if (phone.n) return person_known(d, name, phone);
    return db_int(store_writer(d->store), 0, "select p.id from party p join duty d on d.party = p.id where p.kind = 'person' and p.phone is null and p.name = ? order by p.id limit 1", DB_TEXT(name));
}

struct holder {
    int64_t party, organisation, account;
};

static bool exists(struct decision *d, int64_t party, int64_t organisation, int64_t account) {
    struct db *db = store_writer(d->store);
    if (account) return db_int(db, 0, "select count(*) from account where id = ? and closed_at is null", DB_INT(account));
    if (party) return db_int(db, 0, "select count(*) from party where id = ? and kind = 'person'", DB_INT(party));
    return db_int(db, 0, "select count(*) from organisation where id = ? and closed_at is null", DB_INT(organisation));
}

/* Exactly one of account, party, organisation and name says who. */
static bool read_holder(struct decision *d, const struct entity_row *row, struct holder *out) {
    const struct command *c = d->command;
    struct str name = str_trim(command_text(c, "name")), phone = fold_full_width(d->arena, str_trim(command_text(c, "phone")));
    *out = (struct holder){command_integer(c, "party"), command_integer(c, "organisation"), command_integer(c, "account")};
    int given = (out->party != 0) + (out->organisation != 0) + (out->account != 0) + (name.n != 0);
    if (given != 1) return refuse(d, 422, "duty.who", T("Say who has the duty: an account, a person or a unit, one of them."));
    if (name.n) {
        out->party = find_person(d, name, phone);
        if (!out->party) out->party = party_new(d, "person", name, phone, STR(""), row->organisation);
    } else if (!exists(d, out->party, out->organisation, out->account)) {
        return refuse(d, 422, "duty.unknown", T("There is no such person, account or unit."));
    }
    if (out->account) out->party = db_int(store_writer(d->store), 0, "select party from account where id = ?", DB_INT(out->account));
    if (out->party) d->subject = arena_printf(d->arena, "party:%lld", (long long)out->party);
    return true;
}

static bool known_duty(struct decision *d, const struct entity_row *row, struct str kind) {
    const struct register_definition *r = register_wanted(d, row->service, row->name);
    if (!r) return false;
    for (size_t i = 0; i < r->duty_count; i++)
        if (str_eq(r->duties[i].name, kind)) return true;
    return refuse(d, 422, "duty.kind", T("The register has no duty “{0}”."), kind);
}

bool decide_duty_assign(struct decision *d) {
    struct entity_row row;
    struct holder holder;
    struct str kind = command_text(d->command, "duty"), from = command_text(d->command, "from_day");
    if (!entity_load(d, command_integer(d->command, "entity"), &row) || !register_keeper(d, row.service, row.organisation)) return false;
    if (row.closed) return refuse(d, 409, "register.closed", T("The entry “{0}” is closed."), row.key);
    if (!known_duty(d, &row, kind) || !read_holder(d, &row, &holder)) return false;
    if (db_int(store_writer(d->store), 0, "select count(*) from duty where entity = ?1 and kind = ?2 and to_day is null and coalesce(party, 0) = ?3 and coalesce(organisation, 0) = ?4",
               DB_INT(row.id), DB_TEXT(kind), DB_INT(holder.party), DB_INT(holder.organisation)))
        return refuse(d, 409, "duty.twice", T("This person or unit has the duty already."));
    int64_t id = next_id(d, "duty");
    struct json *e = event_new(d, "duty.assigned", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "entity", row.id);
    json_add_string(d->arena, e, "kind", kind);
    add_or_null(d, e, "party", holder.party);
    add_or_null(d, e, "organisation", holder.organisation);
    add_or_null(d, e, "account", holder.account);
    json_add_string(d->arena, e, "post", command_text(d->command, "post"));
    json_add_string(d->arena, e, "from_day", from.n ? from : register_today(d->arena, engine_zone(d->engine), d->now));
    event_emit(d, e);
    entity_changed(d, row.id, STR("duty"), STR_NONE, kind);
    json_add_integer(d->arena, d->result, "duty", id);
    return true;
}

bool decide_duty_end(struct decision *d) {
    int64_t id = command_integer(d->command, "duty");
    struct str to = command_text(d->command, "to_day"), day = to.n ? to : register_today(d->arena, engine_zone(d->engine), d->now);
    struct entity_row row;
    struct query q = db_query(store_writer(d->store), "select entity, kind, from_day from duty where id = ? and to_day is null", DB_INT(id));
    if (!query_next(&q)) return refuse(d, 404, "duty.unknown", T("There is no such duty, or it has ended."));
    int64_t entity = query_int(&q, 0);
    struct str kind = arena_str(d->arena, query_text(&q, 1)), from = arena_str(d->arena, query_text(&q, 2));
    query_done(&q);
    if (!entity_load(d, entity, &row) || !register_keeper(d, row.service, row.organisation)) return false;
    if (str_cmp(day, from) < 0) return refuse(d, 422, "duty.days", T("A duty cannot end before the day it began, {0}."), from);
    struct json *e = event_new(d, "duty.ended", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "to_day", day);
    event_emit(d, e);
    entity_changed(d, entity, STR("duty"), kind, STR_NONE);
    return true;
}

/* ---- somebody leaves */

/* Every entry where this holder has an open duty is told about: it needs somebody else. */
static bool tell_of_leaving(struct decision *d, int64_t party, int64_t organisation) {
    int64_t *entities = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(store_writer(d->store), "select distinct entity from duty where to_day is null and (party = ?1 or organisation = ?2) order by entity limit 500",
                              DB_INT_OR_NULL(party, 0), DB_INT_OR_NULL(organisation, 0));
    while (query_next(&q)) VEC_PUSH(d->arena, entities, count, capacity, query_int(&q, 0));
    query_done(&q);
    for (size_t i = 0; i < count; i++) {
        struct entity_row row;
        if (!entity_load(d, entities[i], &row)) return false;
        const struct register_definition *r = register_wanted(d, row.service, row.name);
        if (!r) return false;
        register_tell(d, &row, "duty.vacant", (const struct str[]){T("{0} {1} needs somebody new to answer for it."), r->label.zh, row.key}, 3);
    }
    return true;
}

static bool known_reason(struct str reason) {
    return str_eqz(reason, "retired") || str_eqz(reason, "moved") || str_eqz(reason, "other");
}

bool decide_duty_leave(struct decision *d) {
    struct str reason = command_text(d->command, "reason"), day = command_text(d->command, "from_day");
    struct entity_row row;
    if (!known_reason(reason)) return refuse(d, 422, "duty.reason", T("The reason is retired, moved or other."));
    struct query q = db_query(store_writer(d->store), "select entity, coalesce(party, 0), coalesce(organisation, 0) from duty where id = ? and to_day is null",
                              DB_INT(command_integer(d->command, "duty")));
    if (!query_next(&q)) return refuse(d, 404, "duty.unknown", T("There is no such duty, or it has ended."));
    int64_t entity = query_int(&q, 0), party = query_int(&q, 1), organisation = query_int(&q, 2);
    query_done(&q);
    if (!entity_load(d, entity, &row) || !register_keeper(d, row.service, row.organisation)) return false;
    struct json *e = event_new(d, "holder.gone", STR_NONE);
    json_add_integer(d->arena, e, "id", next_id(d, "holder_gone"));
    add_or_null(d, e, "party", party);
    add_or_null(d, e, "organisation", organisation);
    json_add_string(d->arena, e, "from_day", day.n ? day : register_today(d->arena, engine_zone(d->engine), d->now));
    json_add_string(d->arena, e, "reason", reason);
    json_add_integer(d->arena, e, "at", d->now);
    event_emit(d, e);
    return tell_of_leaving(d, party, organisation);
}
