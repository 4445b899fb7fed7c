/* get.c: lingban:register.get: one entry of a register as a FEEL context, for the conditions and rules of a process.
 *
 * In: register (one of the case's own service, or SERVICE_REGISTER), key. Out: entry, null when there is none, else
 * {key, label, closed, duties, and every field that is not personal}: numbers as numbers, everything else as text (write
 * date(entry.valid_until)). duties lists the kinds that somebody who is still there has today. */
#include "registry/registry.h"

#include "engine/cases.h"

static struct feel_value value_of(struct decision *d, const struct register_field *f, struct str text) {
    struct decimal number;
    bool is_number = f->type == FIELD_INTEGER || f->type == FIELD_DECIMAL;
    if (!text.n) return feel_null();
    if (is_number && decimal_parse(text, &number)) return feel_number(number);
    return feel_string(arena_str(d->arena, text));
}

static struct feel_value duties_of(struct decision *d, int64_t entity) {
    struct str *kinds = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(store_writer(d->store), "select distinct kind from v_duties where entity = ?1 and (to_day is null or to_day >= ?2) and (gone_from is null or gone_from > ?2)"
                                                      " order by kind limit 100", DB_INT(entity), DB_TEXT(register_today(d->arena, engine_zone(d->engine), d->now)));
    while (query_next(&q)) VEC_PUSH(d->arena, kinds, count, capacity, arena_str(d->arena, query_text(&q, 0)));
    query_done(&q);
    struct feel_value list = feel_list(d->arena, count);
    for (size_t i = 0; i < count; i++) list.list->items[i] = feel_string(kinds[i]);
    return list;
}

static struct feel_value entry_of(struct decision *d, const struct register_definition *r, int64_t entity) {
    struct entity_row row;
    if (!entity_load(d, entity, &row)) return feel_null();
    struct feel_value entry = feel_context(d->arena, r->field_count + 4);
    feel_context_put(d->arena, entry, STR("key"), feel_string(row.key));
    feel_context_put(d->arena, entry, STR("label"), feel_string(row.label));
    feel_context_put(d->arena, entry, STR("closed"), feel_boolean(row.closed));
    feel_context_put(d->arena, entry, STR("duties"), duties_of(d, entity));
    for (size_t i = 0; i < r->field_count; i++) {
        if (r->fields[i].privacy == FIELD_PERSONAL) continue;
        struct str text = db_text(store_writer(d->store), d->arena, "select value from entity_value where entity = ? and field = ?", DB_INT(entity), DB_TEXT(r->fields[i].name));
        feel_context_put(d->arena, entry, r->fields[i].name, value_of(d, &r->fields[i], text));
    }
    return entry;
}

/* The service's own register of that name goes first: its name may have "_" in it. */
static const struct register_definition *wanted(struct decision *d, struct case_row *c, struct str name) {
    const struct register_definition *own = register_find(d->arena, c->of_service, name);
    struct str service, other;
    if (own || !register_address(name, &service, &other)) return own ? own : register_wanted(d, c->service, name);
    return register_wanted(d, service, other);
}

bool register_get_task(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    const struct register_definition *r = wanted(d, c, service_task_input(d, job, "register"));
    if (!r) return false;
    int64_t entity = db_int(store_writer(d->store), 0, "select id from entity where service = ? and register = ? and key = ?", DB_TEXT(r->service), DB_TEXT(r->name),
                            DB_TEXT(str_trim(service_task_input(d, job, "key"))));
    *out = feel_context(d->arena, 1);
    feel_context_put(d->arena, *out, STR("entry"), entity ? entry_of(d, r, entity) : feel_null());
    return true;
}
