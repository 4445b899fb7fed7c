/* decide.c: one command: who may, then its deciding function; and what all deciding functions share (decide.h). */
#include "engine/engine_internal.h"
#include "engine/lists.h"

#include <stddef.h>

/* ---- emitting and refusing */

/* The envelope and the row that is being filled, side by side: the caller holds the row. */
struct draft {
    struct json envelope, row;
};

struct json *event_new(struct decision *d, const char *kind, struct str of) {
    struct draft *draft = arena_new(d->arena, struct draft);
    draft->envelope.kind = draft->row.kind = JSON_OBJECT;
    json_add_string(d->arena, &draft->envelope, "kind", str_from(kind));
    json_add_integer(d->arena, &draft->envelope, "v", 1);
    if (of.n) json_add_string(d->arena, &draft->envelope, "of", of);
    return &draft->row;
}

void event_emit(struct decision *d, struct json *row) {
    struct draft *draft = (struct draft *)((char *)row - offsetof(struct draft, row));
    struct json *event = &draft->envelope;
    json_add(d->arena, event, STR("row"), *row);
    if (!d->trial) event_seal(&d->engine->events, d->store, d->arena, event);
    if (!event_evolve(&d->engine->events, d->store, d->arena, event))
        db_fail(store_writer(d->store), DB_BUG, "an event of an unknown kind");
    json_add(d->arena, d->events, STR_NONE, *event);
    if (!d->trial && str_starts(json_string(event, "kind"), STR("party.")))
        search_index_party(store_writer(d->store), d->arena, json_integer(row, "id", 0));
}

bool refuse_with(struct decision *d, int status, const char *code, const struct str *sentence, size_t count) {
    d->refusal = (struct refusal){.status = status, .code = code, .fields = d->refusal.fields};
    for (size_t i = 0; i < count && i < 4; i++) d->refusal.sentence[i] = arena_str(d->arena, sentence[i]);
    d->refusal.sentence_count = count < 4 ? count : 4;
    return false;
}

/* Table names are this program's own. */
int64_t next_id(struct decision *d, const char *table) {
    struct buf sql;
    buf_init(&sql, d->arena, 200);
    buf_printf(&sql, "select coalesce(max(id), 0) + 1 from %s", table);
    struct str *known = map_get(&d->engine->id_queries, str_from(table));
    if (!known) {
        known = arena_new(&d->engine->writer_arena, struct str);
        *known = arena_str(&d->engine->writer_arena, buf_str(&sql));
        map_put(&d->engine->id_queries, str_from(table), known);
    }
    return db_int_values(store_writer(d->store), 1, known->p, NULL, 0);
}

/* ---- rights */

bool organisation_covers(struct db *db, int64_t above, int64_t below, instant at) {
    if (above == 0 || above == below) return true;
    return db_int(db, 0,
                  "with recursive up(id) as (select ?1 union select parent from organisation_edge, up"
                  " where child = up.id and from_at <= ?3 and (to_at is null or to_at > ?3))"
                  " select count(*) from up where id = ?2",
                  DB_INT(below), DB_INT(above), DB_INT(at)) > 0;
}

bool account_holds(struct db *db, int64_t account, struct str role, struct str service, int64_t organisation, instant at) {
    struct query q = db_query(db,
                              "select coalesce(organisation, 0) from role_grant where account = ?1 and role = ?2"
                              " and (service = '' or service = ?3) and from_at <= ?4 and (to_at is null or to_at > ?4)",
                              DB_INT(account), DB_TEXT(role), DB_TEXT(service), DB_INT(at));
    bool holds = false;
    while (!holds && query_next(&q))
        holds = organisation == 0 || organisation_covers(db, query_int(&q, 0), organisation, at);
    query_done(&q);
    return holds;
}

bool case_known_to(struct db *db, int64_t account, int64_t case_id, instant at) {
    struct query q = db_query(db, "select restricted_role, restricted_at, service from cases where id = ?", DB_INT(case_id));
    if (!query_next(&q)) return false;
    bool known = query_is_null(&q, 0) || account_holds(db, account, query_text(&q, 0), query_text(&q, 2), query_int(&q, 1), at);
    query_done(&q);
    return known || db_int(db, 0, "select count(*) from task where case_id = ? and assignee = ?", DB_INT(case_id), DB_INT(account)) > 0;
}

bool actor_holds(struct decision *d, struct str role, struct str service, int64_t organisation) {
    int64_t account = d->command->actor.account;
    return account && account_holds(store_writer(d->store), account, role, service, organisation, d->now);
}

unsigned account_may(struct db *db, int64_t account, instant at) {
    unsigned may = MAY_ANYONE;
    if (account == 0) return may;
    int64_t closed = db_int(db, 1, "select closed_at is not null and closed_at <= ?2 from account where id = ?1", DB_INT(account), DB_INT(at));
    if (closed) return may;
    may |= MAY_ACCOUNT;
    struct query q = db_query(db,
                              "select role from role_grant where account = ?1 and from_at <= ?2"
                              " and (to_at is null or to_at > ?2)",
                              DB_INT(account), DB_INT(at));
    while (query_next(&q)) {
        struct str role = query_text(&q, 0);
        if (str_eqz(role, "admin")) may |= MAY_ADMIN | MAY_STAFF;
        else if (str_eqz(role, "supervisor")) may |= MAY_SUPERVISOR | MAY_STAFF;
        else if (str_eqz(role, "staff")) may |= MAY_STAFF; /* a role that a service names opens its tasks and nothing else */
    }
    return may;
}

static unsigned actor_may(struct decision *d) {
    const struct actor *actor = &d->command->actor;
    if (actor->system) return MAY_ANYONE | MAY_SYSTEM | MAY_ADMIN | MAY_STAFF;
    if (actor->resident_case) return MAY_ANYONE | MAY_RESIDENT;
    return account_may(store_writer(d->store), actor->account, d->now);
}

bool engine_decide(struct engine *e, struct decision *d) {
    d->events = json_new_array(d->arena);
    d->result = json_new_object(d->arena);
    const struct command_kind *kind = command_find(&e->commands, d->command->name);
    if (!kind) return refuse(d, 404, "command.unknown", T("There is no command “{0}”."), d->command->name);
    if (!(actor_may(d) & kind->may)) {
        if (!d->command->actor.account && !d->command->actor.resident_case)
            return refuse(d, 401, "command.sign-in", T("Please sign in first."));
        return refuse(d, 403, "command.not-allowed", T("Your account may not do this. Ask an administrator if it should."));
    }
    if (!command_check(kind, d->command, &d->refusal)) return false;
    return kind->decide(d);
}
