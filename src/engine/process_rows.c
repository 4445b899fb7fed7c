/* process_rows.c: the rows of one case, as bpmn/step.h asks for them. Each lookup is one query by key. */
#include "engine/cases.h"

static bool read_scope(void *context, int64_t id, struct bpmn_scope *out) {
    struct process_rows *r = context;
    struct query q = db_query(r->db,
                              "select id, parent, token, element, kind, state, live, total, started, completed, suspended"
                              " from scope where case_id = ? and id = ?",
                              DB_INT(r->case_id), DB_INT(id));
    if (!query_next(&q)) return false;
    *out = (struct bpmn_scope){.id = query_int(&q, 0),
                               .parent = query_int(&q, 1),
                               .token = query_int(&q, 2),
                               .element = (int32_t)query_int(&q, 3),
                               .kind = (uint8_t)query_int(&q, 4),
                               .state = (uint8_t)query_int(&q, 5),
                               .live = (int32_t)query_int(&q, 6),
                               .total = (int32_t)query_int(&q, 7),
                               .started = (int32_t)query_int(&q, 8),
                               .completed = (int32_t)query_int(&q, 9),
                               .suspended = query_int(&q, 10) != 0};
    query_done(&q);
    return true;
}

#define TOKEN_COLUMNS "id, scope, element, flow, state, stage, together, child, work, visit, origin, waiter, in_listener, has_waits"

static struct bpmn_token token_of(const struct query *q) {
    return (struct bpmn_token){.id = query_int(q, 0),
                               .scope = query_int(q, 1),
                               .element = (int32_t)query_int(q, 2),
                               .flow = (int32_t)query_int(q, 3),
                               .state = (uint8_t)query_int(q, 4),
                               .stage = (uint8_t)query_int(q, 5),
                               .together = (int32_t)query_int(q, 6),
                               .child = query_int(q, 7),
                               .work = query_int(q, 8),
                               .visit = query_int(q, 9),
                               .origin = query_int(q, 10),
                               .waiter = query_int(q, 11),
                               .in_listener = query_int(q, 12) != 0,
                               .has_waits = query_int(q, 13) != 0};
}

static bool read_token(void *context, int64_t id, struct bpmn_token *out) {
    struct process_rows *r = context;
    struct query q = db_query(r->db, "select " TOKEN_COLUMNS " from token where case_id = ? and id = ?", DB_INT(r->case_id), DB_INT(id));
    if (!query_next(&q)) return false;
    *out = token_of(&q);
    query_done(&q);
    return true;
}

static struct bpmn_tokens tokens_of(void *context, int64_t scope, struct arena *a) {
    struct process_rows *r = context;
    struct bpmn_token *items = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(r->db, "select " TOKEN_COLUMNS " from token where case_id = ? and scope = ? order by id",
                              DB_INT(r->case_id), DB_INT(scope));
    while (query_next(&q)) VEC_PUSH(a, items, count, capacity, token_of(&q));
    return (struct bpmn_tokens){count, items};
}

#define WAIT_COLUMNS "id, scope, token, element, definition, kind, met, firings, due, name, key"

static struct bpmn_wait wait_of(const struct query *q, struct arena *a) {
    return (struct bpmn_wait){.id = query_int(q, 0),
                              .scope = query_int(q, 1),
                              .token = query_int(q, 2),
                              .element = (int32_t)query_int(q, 3),
                              .definition = (int32_t)query_int(q, 4),
                              .kind = (uint8_t)query_int(q, 5),
                              .met = query_int(q, 6) != 0,
                              .left = (int32_t)query_int(q, 7),
                              .due = query_int(q, 8),
                              .name = arena_str(a, query_text(q, 9)),
                              .key = arena_str(a, query_text(q, 10))};
}

static bool read_wait(void *context, int64_t id, struct bpmn_wait *out) {
    struct process_rows *r = context;
    struct query q = db_query(r->db, "select " WAIT_COLUMNS " from wait where case_id = ? and id = ?", DB_INT(r->case_id), DB_INT(id));
    if (!query_next(&q)) return false;
    *out = wait_of(&q, r->arena);
    query_done(&q);
    return true;
}

static struct bpmn_waits collect_waits(struct query q, struct arena *a) {
    struct bpmn_wait *items = NULL;
    size_t count = 0, capacity = 0;
    while (query_next(&q)) VEC_PUSH(a, items, count, capacity, wait_of(&q, a));
    return (struct bpmn_waits){count, items};
}

static struct bpmn_waits waits_of(void *context, int64_t scope, int64_t token, struct arena *a) {
    struct process_rows *r = context;
    return collect_waits(db_query(r->db, "select " WAIT_COLUMNS " from wait where case_id = ? and scope = ? and token = ? order by id",
                                  DB_INT(r->case_id), DB_INT(scope), DB_INT(token)),
                         a);
}

static struct bpmn_waits waits_for(void *context, enum bpmn_wait_kind kind, struct str name, struct arena *a) {
    struct process_rows *r = context;
    return collect_waits(db_query(r->db, "select " WAIT_COLUMNS " from wait where case_id = ? and kind = ? and (name = ?3 or ?3 = '') order by id",
                                  DB_INT(r->case_id), DB_INT(kind), DB_TEXT(name)),
                         a);
}

static struct feel_value value_of(struct arena *a, struct str json) {
    static const struct json_limits limits = {.bytes = 8 << 20, .depth = 64};
    return feel_from_json(a, json_parse(a, json, &limits, STR_NONE, NULL));
}

static bool read_variable(void *context, int64_t scope, struct str name, struct arena *a, struct feel_value *out) {
    struct process_rows *r = context;
    struct query q = db_query(r->db, "select value from variable where case_id = ? and scope = ? and name = ?", DB_INT(r->case_id),
                              DB_INT(scope), DB_TEXT(name));
    if (!query_next(&q)) return false;
    *out = value_of(a, query_text(&q, 0));
    query_done(&q);
    return true;
}

static struct bpmn_variables variables_of(void *context, int64_t scope, struct arena *a) {
    struct process_rows *r = context;
    struct bpmn_variable *items = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(r->db, "select name, value from variable where case_id = ? and scope = ? order by name", DB_INT(r->case_id),
                              DB_INT(scope));
    while (query_next(&q)) {
        struct bpmn_variable v = {.scope = scope, .name = arena_str(a, query_text(&q, 0)), .value = value_of(a, query_text(&q, 1))};
        VEC_PUSH(a, items, count, capacity, v);
    }
    return (struct bpmn_variables){count, items};
}

static struct bpmn_compensations compensations_of(void *context, int64_t scope, struct arena *a) {
    struct process_rows *r = context;
    struct bpmn_compensation *items = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(r->db, "select id, element, child from compensation where case_id = ? and scope = ? order by id",
                              DB_INT(r->case_id), DB_INT(scope));
    while (query_next(&q)) {
        struct bpmn_compensation c = {.id = query_int(&q, 0), .scope = scope, .element = (int32_t)query_int(&q, 1), .child = query_int(&q, 2)};
        VEC_PUSH(a, items, count, capacity, c);
    }
    return (struct bpmn_compensations){count, items};
}

struct bpmn_lookup process_lookup(struct process_rows *rows) {
    return (struct bpmn_lookup){.context = rows,
                                .scope = read_scope,
                                .token = read_token,
                                .wait = read_wait,
                                .variable = read_variable,
                                .tokens_of = tokens_of,
                                .waits_of = waits_of,
                                .waits_for = waits_for,
                                .variables_of = variables_of,
                                .compensations_of = compensations_of};
}

bool timer_due(struct db *db, instant now, size_t skip, int64_t *out_case, int64_t *out_wait) {
    struct query q = db_query(db, "select case_id, id from wait where kind = 0 and due <= ? order by due, case_id, id limit 1 offset ?", DB_INT(now), DB_INT((int64_t)skip));
    if (!query_next(&q)) return false;
    *out_case = query_int(&q, 0);
    *out_wait = query_int(&q, 1);
    query_done(&q);
    return true;
}
