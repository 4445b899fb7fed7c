/* crowd.h: many cases quickly, for what must not cost more when there are many: the rows of a few cases that commands
 * opened are copied with new ids, each row as an event through evolve (nothing else writes state).
 *
 * In: an engine whose cases after `crowd_begin` are the pattern. Out: `crowd_copy(…, n)` adds n copies of the whole
 * pattern; personal values get the copy's number, so that no two people are the same. The journal knows nothing of
 * them: such a store is for reading only, a replay would say so. Used by tests/engine/cost_test.c and bench/crowd.c.
 */
#ifndef TESTS_ENGINE_CROWD_H
#define TESTS_ENGINE_CROWD_H

#include "engine/engine.h"

#include <stdio.h>
#include <string.h>

/* In this order; the later kinds of one table set columns that the first leaves out. */
static const char *const crowd_kinds[] = {
    "party.added",  "member.joined", "case.opened", "case.ended",   "submission.made", "answer.given", "history.noted", "scope.put",
    "token.put",    "variable.put",  "wait.put",    "task.opened",  "task.claimed",    "task.closed",  "task.offered",  "notice.sent",
};
enum { CROWD_KINDS = sizeof crowd_kinds / sizeof *crowd_kinds, CROWD_ROWS = 4000 };

/* Which column holds ids of which table. */
static const char *const crowd_ids[][2] = {
    {"case_id", "cases"}, {"submission", "submission"}, {"task", "task"},      {"applicant", "party"},
    {"household", "party"}, {"person", "party"},        {"linked_from", "cases"},
};
static const char *const crowd_tables[] = {"party", "member", "cases", "submission", "task", "notice"};
enum { CROWD_TABLES = sizeof crowd_tables / sizeof *crowd_tables };

struct crowd_row {
    const struct event_kind *kind;
    struct json event;
};

struct crowd {
    struct engine *engine;
    struct arena arena;
    int64_t base[CROWD_TABLES], step[CROWD_TABLES]; /* ids up to base stay; a copy adds step */
    struct crowd_row rows[CROWD_ROWS];
    size_t count, done;
    size_t wanted; /* copies in this piece of work */
};

static int64_t crowd_largest(struct db *db, size_t table) {
    struct str name = str_from(crowd_tables[table]);
    if (str_eqz(name, "party")) return db_int(db, 0, "select max(id) from party");
    if (str_eqz(name, "member")) return db_int(db, 0, "select max(id) from member");
    if (str_eqz(name, "cases")) return db_int(db, 0, "select max(id) from cases");
    if (str_eqz(name, "submission")) return db_int(db, 0, "select max(id) from submission");
    if (str_eqz(name, "task")) return db_int(db, 0, "select max(id) from task");
    return db_int(db, 0, "select max(id) from notice");
}

/* Call before the pattern's commands. */
static inline void crowd_begin(struct crowd *c, struct engine *e) {
    struct faults none;
    memset(c, 0, sizeof *c);
    c->engine = e;
    arena_init(&c->arena, 512 << 20);
    faults_init(&none, &c->arena);
    struct db *db = store_read_begin(engine_store(e));
    for (size_t i = 0; i < CROWD_TABLES; i++) c->base[i] = crowd_largest(db, i);
    store_read_end(engine_store(e), db, &none);
}

static int crowd_table(const char *name) {
    for (int i = 0; i < CROWD_TABLES; i++)
        if (strcmp(crowd_tables[i], name) == 0) return i;
    return -1;
}

static int crowd_table_of(const struct event_kind *k, struct str column) {
    if (str_eqz(column, "id")) return crowd_table(k->table);
    for (size_t i = 0; i < sizeof crowd_ids / sizeof *crowd_ids; i++)
        if (str_eqz(column, crowd_ids[i][0])) return crowd_table(crowd_ids[i][1]);
    return -1;
}

static const struct event_kind *crowd_kind(const char *name) {
    for (const struct event_kind *k = engine_event_kinds; k->name; k++)
        if (strcmp(k->name, name) == 0) return k;
    return NULL;
}

static void crowd_keep(struct crowd *c, const struct event_kind *k, const struct query *q) {
    struct crowd_row *r = &c->rows[c->count];
    struct json row = {.kind = JSON_OBJECT}, null = {.kind = JSON_NULL};
    bool ours = true;
    for (int i = 0; i < EVENT_MAX_COLUMNS && k->columns[i].name; i++) {
        const char *name = k->columns[i].name;
        int table = crowd_table_of(k, str_from(name));
        if (query_is_null(q, i)) json_add(&c->arena, &row, str_from(name), null);
        else if (k->columns[i].kind == COLUMN_INTEGER) json_add_integer(&c->arena, &row, name, query_int(q, i));
        else json_add_string(&c->arena, &row, name, query_text(q, i).n ? arena_str(&c->arena, query_text(q, i)) : STR(""));
        bool key = strcmp(name, "id") == 0 || strcmp(name, "case_id") == 0 || (strcmp(name, "task") == 0 && strcmp(k->table, "task_offer") == 0);
        if (key && table >= 0 && query_int(q, i) <= c->base[table]) ours = false;
    }
    bool empty_update = k->mode == EVENT_UPDATE && ((strcmp(k->name, "case.ended") == 0 && json_member(&row, "closed_at")->kind == JSON_NULL) ||
                                                    (strcmp(k->name, "task.claimed") == 0 && json_member(&row, "claimed_at")->kind == JSON_NULL) ||
                                                    (strcmp(k->name, "task.closed") == 0 && json_member(&row, "closed_at")->kind == JSON_NULL));
    if (!ours || empty_update || c->count == CROWD_ROWS) return;
    r->kind = k;
    r->event = (struct json){.kind = JSON_OBJECT};
    json_add_string(&c->arena, &r->event, "kind", str_from(k->name));
    json_add(&c->arena, &r->event, STR("row"), row);
    c->count++;
}

/* Call after the pattern's commands. */
static inline void crowd_learn(struct crowd *c) {
    struct faults none;
    faults_init(&none, &c->arena);
    struct db *db = store_read_begin(engine_store(c->engine));
    for (size_t i = 0; i < CROWD_TABLES; i++) c->step[i] = crowd_largest(db, i) - c->base[i];
    for (size_t i = 0; i < CROWD_KINDS; i++) {
        const struct event_kind *k = crowd_kind(crowd_kinds[i]);
        struct buf sql;
        buf_init(&sql, &c->arena, 4096);
        buf_addz(&sql, "select ");
        for (int n = 0; n < EVENT_MAX_COLUMNS && k->columns[n].name; n++) buf_printf(&sql, "%s%s", n ? ", " : "", k->columns[n].name);
        buf_printf(&sql, " from %s", k->table);
        struct query q = db_query_values(db, arena_cstr(&c->arena, buf_str(&sql)), NULL, 0);
        while (query_next(&q)) crowd_keep(c, k, &q);
    }
    store_read_end(engine_store(c->engine), db, &none);
}

/* The row's event with the ids and the words of copy n. */
static struct json crowd_event(struct crowd *c, struct arena *a, const struct crowd_row *r, int64_t n) {
    struct json event = {.kind = JSON_OBJECT}, row = {.kind = JSON_OBJECT};
    const struct json *from = json_member(&r->event, "row");
    for (size_t i = 0; i < from->count; i++) {
        struct json v = from->items[i];
        int table = crowd_table_of(r->kind, v.name);
        if (table >= 0 && v.kind == JSON_NUMBER && v.integer > c->base[table]) v.integer += n * c->step[table];
        bool personal = r->kind->columns[i].kind == COLUMN_PERSONAL;
        if (str_eqz(v.name, "reference")) v.text = arena_printf(a, "%lld-%.*s", (long long)n, STR_ARGS(v.text));
        else if (personal && v.kind == JSON_STRING && v.text.n) v.text = arena_printf(a, "%.*s%lld", STR_ARGS(v.text), (long long)n);
        json_add(a, &row, v.name, v);
    }
    json_add_string(a, &event, "kind", str_from(r->kind->name));
    json_add(a, &event, STR("row"), row);
    return event;
}

static bool crowd_work(struct db *db, void *argument) {
    struct crowd *c = argument;
    struct arena a;
    arena_init(&a, 64 << 20);
    for (size_t n = 0; n < c->wanted; n++) {
        c->done++;
        for (size_t i = 0; i < c->count; i++) {
            struct json event = crowd_event(c, &a, &c->rows[i], (int64_t)c->done);
            event_evolve(engine_events(c->engine), engine_store(c->engine), &a, &event);
        }
        arena_clear(&a);
    }
    arena_release(&a);
    if (db_failure(db) != DB_FINE) fprintf(stderr, "crowd: %s\n", db_failure_detail(db));
    return db_failure(db) == DB_FINE;
}

/* False when a row could not be written. */
static inline bool crowd_copy(struct crowd *c, size_t copies) {
    enum { A_PIECE = 500 };
    for (bool good = true; copies > 0; copies -= c->wanted) {
        c->wanted = copies < A_PIECE ? copies : A_PIECE;
        good = engine_run_local(c->engine, crowd_work, c);
        if (!good) return false;
    }
    return true;
}

static inline void crowd_end(struct crowd *c) {
    arena_release(&c->arena);
}

#endif
