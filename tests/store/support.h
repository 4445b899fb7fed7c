/* support.h: what the store's tests share: a folder of their own, a small schema, opening with sentences on failure. */
#ifndef TESTS_STORE_SUPPORT_H
#define TESTS_STORE_SUPPORT_H

#include "base/env.h"
#include "store/store.h"

#include <sqlite3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena arena;
static struct faults faults;
static char folder[64];

static const struct store_schema test_schema[] = {
    {"store", schema_store},
    {"test", "CREATE TABLE pot (id INTEGER PRIMARY KEY, name TEXT NOT NULL, owner TEXT) STRICT;"
             "CREATE TABLE lid (pot INTEGER NOT NULL REFERENCES pot(id), size INTEGER, PRIMARY KEY (pot, size)) STRICT, WITHOUT ROWID;"
             "CREATE TABLE local_note (id INTEGER PRIMARY KEY, text TEXT) STRICT;"
             "CREATE VIEW v_pot AS SELECT id, name FROM pot;"},
    {NULL, NULL},
};

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 256 << 20);
    faults_init(&faults, &arena);
    snprintf(folder, sizeof folder, "/tmp/lingban-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    bool gone = folder_remove(folder, NULL);
    env_random_seed(STR(""));
    env_clock_machine();
    arena_release(&arena);
    return gone ? 0 : -1;
}

static inline const char *below(const char *name) {
    return arena_printf(&arena, "%s/%s", folder, name).p;
}

static inline void print_faults(void) {
    for (size_t i = 0; i < faults.count; i++)
        fprintf(stderr, "%.*s\n", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[i])));
}

static inline struct store *open_with(struct store_options options) {
    if (!options.folder && !options.keys_of) options.folder = below("data");
    if (!options.schema) options.schema = test_schema;
    return store_open(&options, &faults);
}

static inline struct store *create(void) {
    struct store *s = open_with((struct store_options){.create = true});
    if (!s) print_faults();
    assert_non_null(s);
    return s;
}

static inline struct store *reopen(void) {
    struct store *s = open_with((struct store_options){0});
    if (!s) print_faults();
    assert_non_null(s);
    return s;
}

/* The code of the only fault so far; faults start afresh. */
static inline const char *only_fault(void) {
    const char *code = faults.count == 1 ? faults.items[0].code : faults.count ? "several" : "none";
    if (faults.count != 1) print_faults();
    faults_init(&faults, &arena);
    return code;
}

static inline void put_pot(struct store *s, int64_t id, const char *name) {
    store_savepoint(s);
    store_evolving(s, true);
    db_run(store_writer(s), "INSERT INTO pot (id, name) VALUES (?, ?)", DB_INT(id), DB_TEXT(str_from(name)));
}

/* As somebody with the sqlite3 tool would: past the store and its guard. */
static inline struct str read_sql(const char *path, const char *sql) {
    sqlite3 *db;
    sqlite3_stmt *stmt;
    struct str out = STR_NONE;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    if (sqlite3_step(stmt) == SQLITE_ROW)
        out = arena_str(&arena, (struct str){sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0)});
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    sqlite3_close(db);
    return out;
}

static inline void run_sql(const char *path, const char *sql) {
    (void)read_sql(path, sql);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
