/* store.c: what the writer can do by itself, beside raw SQLite: commands of eight rows and one journal entry, 64 a
 * transaction, WAL, synchronous=FULL. The limit is the same statements and values on SQLite's own interface, without
 * journal hashes, signatures, savepoints or a statement cache. */
#include "bench.h"
#include "base/env.h"
#include "store/journal.h"
#include "store/seal.h"
#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 8, BATCH = 64, BATCHES = 300 };

static const char table[] = "CREATE TABLE item (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, name TEXT NOT NULL) STRICT;";
static const char insert[] = "INSERT INTO item (id, owner, name) VALUES (?, ?, ?)";
static const struct store_schema schema[] = {{"store", schema_store}, {"bench", table}, {NULL, NULL}};
static char body[600]; /* of a journal entry: a case opened with five answers is about this long */

static double raw_rows(const char *folder, struct arena *a) {
    sqlite3 *db;
    sqlite3_stmt *row, *entry;
    sqlite3_open(arena_printf(a, "%s/raw.db", folder).p, &db);
    sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;", NULL, NULL, NULL);
    sqlite3_exec(db, table, NULL, NULL, NULL);
    sqlite3_exec(db, "CREATE TABLE entry (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT", NULL, NULL, NULL);
    sqlite3_prepare_v2(db, insert, -1, &row, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO entry (number, body) VALUES (?, ?)", -1, &entry, NULL);
    double start = bench_wall_seconds();
    int id = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
        sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        for (int command = 0; command < BATCH; command++) {
            for (int i = 0; i < ROWS; i++) {
                sqlite3_bind_int64(row, 1, ++id);
                sqlite3_bind_int64(row, 2, id % 100);
                sqlite3_bind_text(row, 3, "a name of some length", -1, SQLITE_STATIC);
                sqlite3_step(row);
                sqlite3_reset(row);
            }
            sqlite3_bind_int64(entry, 1, batch * BATCH + command);
            sqlite3_bind_blob(entry, 2, body, sizeof body, SQLITE_STATIC);
            sqlite3_step(entry);
            sqlite3_reset(entry);
        }
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    double took = bench_wall_seconds() - start;
    sqlite3_finalize(row);
    sqlite3_finalize(entry);
    sqlite3_close(db);
    return BATCHES * BATCH / took;
}

/* `sealed`: each command also makes a data key and seals three values. */
static double our_commands(const char *folder, struct arena *a, bool sealed) {
    struct faults faults;
    faults_init(&faults, a);
    struct store_options options = {.folder = arena_printf(a, "%s/data-%d", folder, sealed).p, .schema = schema, .create = true};
    struct store *s = store_open(&options, &faults);
    if (!s) return 0;
    struct db *db = store_writer(s);
    double start = bench_wall_seconds();
    int64_t id = 0;
    bool good = true;
    for (int batch = 0; batch < BATCHES && good; batch++) {
        store_begin(s);
        for (int command = 0; command < BATCH; command++) {
            struct arena_mark mark = arena_mark(a);
            struct sealed value;
            struct seal_subject subject = {SEAL_CASE, batch * BATCH + command};
            store_savepoint(s);
            for (int i = 0; sealed && i < 3; i++) seal_value(s, a, subject, STR("case.answer"), STR("a personal value"), &value);
            for (int i = 0; i < ROWS; i++)
                id++, db_run(db, "INSERT INTO item (id, owner, name) VALUES (?, ?, ?)", DB_INT(id), DB_INT(id % 100),
                             DB_TEXT(STR("a name of some length")));
            journal_append(s, 1, STR("bench"), (struct str){body, sizeof body});
            store_keep(s);
            arena_rewind(a, mark);
        }
        good = store_commit(s, &faults);
    }
    double took = bench_wall_seconds() - start;
    store_close(s);
    return good ? BATCHES * BATCH / took : 0;
}

int bench_store(void) {
    struct arena a;
    char folder[] = "/var/tmp/lingban-bench-XXXXXX"; /* /tmp is memory on some machines: nothing would be synced */
    arena_init(&a, 64 << 20);
    if (!mkdtemp(folder)) return 1;
    for (size_t i = 0; i < sizeof body; i++) body[i] = (char)('a' + i % 26);
    double raw = raw_rows(folder, &a), ours = our_commands(folder, &a, false), sealed = our_commands(folder, &a, true);
    bench_line_against("store.commands", ours, "commands/s", raw, false);
    bench_line("store.rows", ours * ROWS, "rows/s");
    bench_line_against("store.sealed-commands", sealed, "commands/s", raw, false);
    folder_remove(folder, NULL);
    arena_release(&a);
    return ours > 0 && sealed > 0 ? 0 : 1;
}
