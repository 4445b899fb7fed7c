/* raw.c: see raw.h. In: journal entries. Out: seconds. Read next: engine/event.h, where a statement comes from. */
#include "raw.h"
#include "bench.h"

#include "cli/cli.h"
#include "cli/house.h"
#include "engine/event.h"
#include "store/journal.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 64, MOST_STATEMENTS = 200, ARENA_BYTES = 1 << 30 };

struct write {
    const char *sql;
    struct db_value *values;
    size_t count;
    bool last; /* of its command */
};

struct raw {
    struct store *store; /* for reading the journal and opening what is sealed in it */
    sqlite3 *copy;
    int64_t last;
    struct event_book book;
    struct arena kept, arena;
    struct write *writes;
    size_t count, capacity;
    struct {
        const char *sql;
        sqlite3_stmt *stmt;
    } statements[MOST_STATEMENTS];
    size_t statement_count;
};

static bool copy_database(const char *data, const char *copy, sqlite3 **out) {
    char path[300];
    sqlite3 *from;
    snprintf(path, sizeof path, "%s/lingban.db", data);
    if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK || sqlite3_open(copy, out) != SQLITE_OK) return false;
    sqlite3_backup *b = sqlite3_backup_init(*out, "main", from, "main");
    bool good = b && sqlite3_backup_step(b, -1) == SQLITE_DONE;
    sqlite3_backup_finish(b);
    sqlite3_close(from);
    return good && sqlite3_exec(*out, "pragma journal_mode=wal; pragma synchronous=full; pragma cache_size=-8192; pragma wal_autocheckpoint=4000", NULL, NULL, NULL) == SQLITE_OK;
}

struct raw *raw_open(const char *data, const char *copy) {
    struct raw *r = calloc(1, sizeof *r);
    struct faults faults;
    arena_init(&r->kept, ARENA_BYTES);
    arena_init(&r->arena, ARENA_BYTES);
    faults_init(&faults, &r->kept);
    struct store_options options = {.folder = data, .schema = cli_schema, .read_only = true};
    r->store = store_open(&options, &faults);
    if (!r->store || !copy_database(data, copy, &r->copy)) {
        fprintf(stderr, "bench: %s cannot be copied\n", data);
        raw_close(r);
        return NULL;
    }
    event_book_init(&r->book, &r->kept);
    event_book_add(&r->book, engine_event_kinds);
    for (size_t i = 0; house_rooms[i]; i++)
        if (house_rooms[i]->events) event_book_add(&r->book, house_rooms[i]->events);
    r->last = journal_count(store_writer(r->store));
    return r;
}

void raw_close(struct raw *r) {
    if (!r) return;
    for (size_t i = 0; i < r->statement_count; i++) sqlite3_finalize(r->statements[i].stmt);
    sqlite3_close(r->copy);
    store_close(r->store);
    arena_release(&r->arena);
    arena_release(&r->kept);
    free(r);
}

static void add_write(struct raw *r, const char *sql, const struct db_value *values, size_t count, bool last) {
    struct write w = {sql, arena_array(&r->arena, struct db_value, count), count, last};
    memcpy(w.values, values, count * sizeof *values);
    VEC_PUSH(&r->arena, r->writes, r->count, r->capacity, w);
}

static bool prepare_entry(void *context, const struct journal_entry *entry) {
    static const struct json_limits limits = {.bytes = 32 << 20, .depth = 64};
    struct raw *r = context;
    struct str body = arena_str(&r->arena, entry->body), kind = arena_str(&r->arena, entry->kind);
    const struct json *events = json_member(json_parse(&r->arena, body, &limits, STR_NONE, NULL), "events");
    for (size_t i = 0; events && i < events->count; i++) {
        struct db_value values[EVENT_MAX_COLUMNS];
        size_t count;
        const char *sql = event_statement(&r->book, r->store, &r->arena, &events->items[i], values, &count);
        if (sql) add_write(r, sql, values, count, false);
    }
    struct hash *leaf = arena_new(&r->arena, struct hash);
    *leaf = entry->leaf;
    const struct db_value row[] = {DB_INT(entry->number), DB_INT(entry->at), DB_TEXT(kind), DB_BLOB(HASH_STR(*leaf)), DB_BLOB(body)};
    add_write(r, "insert into journal_entry (number, at, kind, hashes, body) values (?, ?, ?, ?, ?)", row, 5, true);
    r->last = entry->number;
    return true;
}

static sqlite3_stmt *statement(struct raw *r, const char *sql) {
    for (size_t i = 0; i < r->statement_count; i++)
        if (r->statements[i].sql == sql) return r->statements[i].stmt;
    if (r->statement_count == MOST_STATEMENTS) return NULL;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v3(r->copy, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) fprintf(stderr, "bench: %s: %s\n", sql, sqlite3_errmsg(r->copy));
    r->statements[r->statement_count].sql = sql;
    r->statements[r->statement_count++].stmt = stmt;
    return stmt;
}

static void run(struct raw *r, const struct write *w) {
    sqlite3_stmt *s = statement(r, w->sql);
    for (size_t i = 0; i < w->count; i++) {
        const struct db_value *v = &w->values[i];
        int place = (int)i + 1;
        if (v->kind == DB_KIND_INTEGER) sqlite3_bind_int64(s, place, v->integer);
        else if (v->kind == DB_KIND_TEXT) sqlite3_bind_text64(s, place, v->bytes.p ? v->bytes.p : "", v->bytes.n, SQLITE_STATIC, SQLITE_UTF8);
        else if (v->kind == DB_KIND_BLOB) sqlite3_bind_blob64(s, place, v->bytes.p, v->bytes.n, SQLITE_STATIC);
        else sqlite3_bind_null(s, place);
    }
    if (sqlite3_step(s) != SQLITE_DONE) fprintf(stderr, "bench: %s: %s\n", w->sql, sqlite3_errmsg(r->copy));
    sqlite3_reset(s);
}

struct raw_result raw_catch_up(struct raw *r) {
    struct raw_result result = {0};
    arena_clear(&r->arena);
    r->writes = NULL;
    r->count = r->capacity = 0;
    journal_walk(store_writer(r->store), r->last + 1, prepare_entry, r);
    double wall = bench_wall_seconds(), cpu = bench_cpu_seconds();
    bool open = false;
    for (size_t i = 0; i < r->count; i++) {
        if (!open) open = sqlite3_exec(r->copy, "begin immediate", NULL, NULL, NULL) == SQLITE_OK;
        run(r, &r->writes[i]);
        result.rows++;
        if (!r->writes[i].last || (++result.commands % BATCH && i + 1 < r->count)) continue;
        sqlite3_exec(r->copy, "commit", NULL, NULL, NULL);
        open = false;
    }
    result.seconds = bench_wall_seconds() - wall;
    result.cpu = bench_cpu_seconds() - cpu;
    return result;
}
