/* store_test.c: opening, transactions, snapshots, the guard, comparing, reports, and what is said when a folder is not
 * as it should be. */
#include "support.h"

#include <pthread.h>
#include <sys/stat.h>

static void keeps_what_was_committed(void **state) {
    (void)state;
    struct store *s = create();
    assert_true(store_begin(s));
    put_pot(s, 1, "iron");
    assert_true(store_keep(s));
    put_pot(s, 2, "clay");
    store_undo(s);
    put_pot(s, 1, "again"); /* the key is taken */
    assert_int_equal(db_failure(store_writer(s)), DB_CONSTRAINT);
    assert_false(store_keep(s));
    put_pot(s, 3, "tin");
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    store_close(s);
    s = reopen();
    struct db *db = store_read_begin(s);
    assert_int_equal(db_int(db, 0, "SELECT count(*) FROM pot"), 2);
    assert_true(str_eqz(db_text(db, &arena, "SELECT name FROM pot WHERE id = ?", DB_INT(3)), "tin"));
    assert_true(store_read_end(s, db, &faults));
    store_close(s);
}

static void failures_are_sticky_until_told(void **state) {
    (void)state;
    struct store *s = create();
    struct db *db = store_writer(s);
    assert_true(store_begin(s));
    store_savepoint(s);
    assert_false(db_run(db, "INSERT INTO pot (id, name) VALUES (?, ?)", DB_INT(1), DB_NULL));
    assert_int_equal(db_failure(db), DB_CONSTRAINT);
    assert_false(db_run(db, "INSERT INTO pot (id, name) VALUES (?, ?)", DB_INT(2), DB_TEXT(STR("x"))));
    assert_int_equal(db_int(db, -7, "SELECT count(*) FROM pot"), -7);
    assert_false(store_keep(s));
    assert_true(store_commit(s, &faults));
    db = store_read_begin(s);
    assert_int_equal(db_int(db, -1, "SELECT count(*) FROM pot"), 0);
    assert_int_equal(db_int(db, -7, "SELECT nothing FROM nowhere"), -7);
    assert_false(store_read_end(s, db, &faults));
    assert_string_equal(only_fault(), "store.failed");
    store_close(s);
}

static void rows_and_nesting(void **state) {
    (void)state;
    struct store *s = create();
    struct db *db = store_writer(s);
    assert_true(store_begin(s));
    for (int i = 1; i <= 3; i++) {
        put_pot(s, i, "p");
        assert_true(store_keep(s));
    }
    int pairs = 0;
    struct query outer = db_query(db, "SELECT id FROM pot ORDER BY id");
    while (query_next(&outer)) {
        struct query inner = db_query(db, "SELECT id FROM pot ORDER BY id");
        while (query_next(&inner)) pairs += query_int(&inner, 0) >= query_int(&outer, 0);
    }
    assert_int_equal(pairs, 6);
    struct query q = db_query(db, "SELECT NULL, '', x'00ff', 7");
    assert_true(query_next(&q));
    assert_true(query_is_null(&q, 0) && query_text(&q, 0).p == NULL);
    assert_true(!query_is_null(&q, 1) && query_text(&q, 1).p != NULL && query_text(&q, 1).n == 0);
    assert_int_equal(query_blob(&q, 2).n, 2);
    assert_int_equal(query_int(&q, 3), 7);
    query_done(&q);
    assert_true(db_steps(db) > 0);
    assert_true(store_commit(s, &faults));
    store_close(s);
}

static void readers_see_a_snapshot(void **state) {
    (void)state;
    struct store *s = create();
    struct db *before = store_read_begin(s);
    assert_int_equal(db_int(before, -1, "SELECT count(*) FROM pot"), 0);
    assert_true(store_begin(s));
    put_pot(s, 1, "iron");
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    struct db *after = store_read_begin(s);
    assert_int_equal(db_int(before, -1, "SELECT count(*) FROM pot"), 0);
    assert_int_equal(db_int(after, -1, "SELECT count(*) FROM pot"), 1);
    assert_false(db_run(after, "DELETE FROM pot"));
    assert_false(store_read_end(s, after, NULL));
    assert_true(store_read_end(s, before, &faults));
    store_close(s);
}

static void guard_lets_only_evolve_write(void **state) {
    (void)state;
    store_close(create());
    struct store *s = open_with((struct store_options){.guard = true});
    struct db *db = store_writer(s);
    assert_true(store_begin(s));
    put_pot(s, 1, "iron");
    assert_true(store_keep(s));
    static const char *const writes[] = {"INSERT INTO pot (id, name) VALUES (2, 'x')", "UPDATE pot SET name = 'x'",
                                         "DELETE FROM pot", "REPLACE INTO pot (id, name) VALUES (1, 'x')"};
    for (size_t i = 0; i < 4; i++) {
        store_savepoint(s);
        assert_false(db_run_values(db, writes[i], NULL, 0));
        assert_int_equal(db_failure(db), DB_CONSTRAINT);
        assert_false(store_keep(s));
    }
    store_savepoint(s);
    assert_true(db_run(db, "INSERT INTO local_note (text) VALUES ('free')"));
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    store_close(s);
}

static void copy_pots(struct store *from, struct store *to) {
    assert_true(store_begin(to));
    store_savepoint(to);
    struct query q = db_query(store_writer(from), "SELECT id, name, owner FROM pot");
    while (query_next(&q))
        db_run(store_writer(to), "INSERT INTO pot (id, name, owner) VALUES (?, ?, ?)", DB_INT(query_int(&q, 0)),
               DB_TEXT(query_text(&q, 1)), DB_TEXT_OR_NULL(query_text(&q, 2)));
    assert_true(store_keep(to));
    assert_true(store_commit(to, &faults));
}

static void change(struct store *s, const char *sql) {
    assert_true(store_begin(s));
    store_savepoint(s);
    db_run_values(store_writer(s), sql, NULL, 0);
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
}

static bool fault_says(const char *part) {
    for (size_t i = 0; i < faults.count; i++)
        if (str_find(fault_text(&arena, LANGUAGE_EN, &faults.items[i]), str_from(part)) >= 0) return true;
    print_faults();
    return false;
}

static void comparing_names_table_and_row(void **state) {
    (void)state;
    struct store *s = create();
    change(s, "INSERT INTO pot (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    change(s, "INSERT INTO local_note (text) VALUES ('not compared')");
    struct store *t = open_with((struct store_options){.keys_of = s});
    assert_non_null(t);
    copy_pots(s, t);
    assert_true(store_compare(s, t, &faults));
    change(s, "UPDATE pot SET name = 'B' WHERE id = 2");
    assert_false(store_compare(s, t, &faults));
    assert_true(fault_says("Table pot, row 2, column name"));
    assert_string_equal(only_fault(), "store.differs");
    change(s, "UPDATE pot SET name = 'b', owner = '' WHERE id = 2"); /* empty is not NULL */
    assert_false(store_compare(s, t, &faults));
    assert_true(fault_says("row 2, column owner"));
    change(s, "DELETE FROM pot WHERE id = 2");
    faults_init(&faults, &arena);
    assert_false(store_compare(s, t, &faults));
    assert_true(fault_says("Table pot, row 3: it is in one store and not in the other") || fault_says("row 2"));
    change(s, "INSERT INTO pot (id, name) VALUES (2, 'b')");
    change(s, "INSERT INTO lid (pot, size) VALUES (2, 9)");
    faults_init(&faults, &arena);
    assert_false(store_compare(s, t, &faults));
    assert_true(fault_says("Table lid, row 2, 9"));
    assert_int_equal(faults.count, 1);
    store_close(t);
    store_close(s);
}

struct rows {
    size_t count;
    char last[64];
};

static bool count_row(void *context, const struct query *row) {
    struct rows *r = context;
    struct str name = query_text(row, 0);
    r->count++;
    snprintf(r->last, sizeof r->last, "%.*s", STR_ARGS(name));
    return true;
}

static const struct report_limits limits = {.micros = 300000, .rows = 1000};

static bool report(struct store *s, const char *sql, struct rows *rows) {
    const struct report_parameter parameter = {":id", DB_INT(2)};
    *rows = (struct rows){0};
    return store_report(s, str_from(sql), &parameter, 1, limits, count_row, rows, &faults);
}

static void reports_read_views_only(void **state) {
    (void)state;
    struct store *s = create();
    struct rows rows;
    change(s, "INSERT INTO pot (id, name, owner) VALUES (1, 'a', 'secret'), (2, 'b', 'secret')");
    assert_true(report(s, "SELECT name, count(*) FROM v_pot WHERE id = :id", &rows));
    assert_int_equal(rows.count, 1);
    assert_string_equal(rows.last, "b");
    assert_true(report(s, "WITH x AS (SELECT upper(name) AS n FROM v_pot) SELECT n FROM x ORDER BY n -- end\n;", &rows));
    assert_int_equal(rows.count, 2);
    static const char *const refused[] = {
        "SELECT owner FROM pot", "SELECT count(owner) FROM pot", "SELECT count(*) FROM local_note", "SELECT * FROM sqlite_schema",
        "SELECT name FROM v_pot WHERE id IN (SELECT id FROM pot)",
        "WITH v_x AS (SELECT * FROM pot) SELECT owner FROM v_x", "with v_pot(a) as not materialized(select owner from pot) select a from v_pot",
        "WITH \"v_x\" AS (SELECT owner FROM pot) SELECT * FROM v_x", "WITH [v_x] /* */ AS (SELECT owner FROM pot) SELECT * FROM v_x",
        "WITH 'v_x' AS (SELECT owner FROM pot) SELECT * FROM v_x", "WITH \"V_x\" AS (SELECT owner FROM pot) SELECT * FROM V_x",
        "SELECT owner FROM (SELECT owner FROM pot) AS v_pot", "SELECT v_p.owner FROM pot AS v_p",
        "DELETE FROM pot", "PRAGMA user_version", "ATTACH 'x' AS y",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "SELECT randomblob(100)", "SELECT load_extension('x')", "SELECT * FROM pragma_table_info('pot')", "CREATE TEMP VIEW v_z AS SELECT * FROM pot",
        "SELECT name FROM v_pot UNION SELECT note FROM journal_checkpoint",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        bool good = report(s, refused[i], &rows);
        const char *code = only_fault();
        if (good || strcmp(code, "report.refused") != 0) fail_msg("%s: %s", refused[i], code);
        assert_int_equal(rows.count, 0);
    }
    assert_false(report(s, "SELEKT 1", &rows));
    assert_string_equal(only_fault(), "report.wrong");
    assert_false(report(s, "SELECT name FROM v_pot; SELECT name FROM v_pot", &rows));
    assert_string_equal(only_fault(), "report.wrong");
    struct str *columns;
    size_t count;
    struct arena names;
    arena_init(&names, 1 << 20);
    assert_true(store_report_check(s, STR("SELECT name, id as \"号|Number\" FROM v_pot WHERE id > :from"), &names, &columns, &count, &faults));
    assert_true(count == 2 && str_eqz(columns[0], "name") && str_eqz(columns[1], "号|Number"));
    assert_false(store_report_check(s, STR("SELECT pot FROM v_pot"), &names, &columns, &count, &faults));
    faults.count = 0;
    arena_release(&names);
    store_close(s);
}

static void reports_have_limits(void **state) {
    (void)state;
    struct store *s = create();
    struct rows rows;
    assert_true(store_begin(s));
    for (int i = 1; i <= 2000; i++) {
        put_pot(s, i, "p");
        assert_true(store_keep(s));
    }
    assert_true(store_commit(s, &faults));
    assert_false(report(s, "SELECT name FROM v_pot", &rows));
    assert_string_equal(only_fault(), "report.long");
    assert_int_equal(rows.count, 1000);
    assert_false(report(s, "SELECT count(*) FROM v_pot a, v_pot b, v_pot c", &rows));
    assert_string_equal(only_fault(), "report.slow");
    assert_true(report(s, "SELECT count(*) FROM v_pot", &rows)); /* the connection is as good as before */
    assert_string_equal(rows.last, "2000");
    store_close(s);
}

static void damage(const char *name, int64_t at, const char *bytes) {
    FILE *f = fopen(below(name), "r+b");
    assert_non_null(f);
    fseek(f, at, SEEK_SET);
    fwrite(bytes, 1, strlen(bytes), f);
    fclose(f);
}

static void says_what_is_wrong_with_a_folder(void **state) {
    (void)state;
    assert_null(open_with((struct store_options){0}));
    assert_string_equal(only_fault(), "store.missing");
    struct store *s = create();
    assert_null(open_with((struct store_options){0}));
    assert_string_equal(only_fault(), "file.locked");
    struct store *reader = open_with((struct store_options){.read_only = true});
    assert_non_null(reader);
    assert_false(store_begin(reader));
    store_rollback(reader);
    store_close(reader);
    assert_true(store_check(s, &faults));
    store_close(s);
    assert_null(open_with((struct store_options){.create = true}));
    assert_string_equal(only_fault(), "store.exists");

    static const struct store_schema other[] = {{"store", schema_store}, {"test", "CREATE TABLE pot (id)"}, {NULL, NULL}};
    assert_null(open_with((struct store_options){.schema = other}));
    assert_string_equal(only_fault(), "store.other-schema");

    damage("data/lingban.db", 60, "\1\1\1\1"); /* user_version, big-endian at 60 */
    assert_null(open_with((struct store_options){0}));
    assert_string_equal(only_fault(), "store.newer");
    damage("data/lingban.db", 68, "XXXX"); /* application_id */
    assert_null(open_with((struct store_options){0}));
    assert_string_equal(only_fault(), "store.not-ours");
    damage("data/lingban.db", 0, "this is no database");
    assert_null(open_with((struct store_options){0}));
    assert_string_equal(only_fault(), "store.damaged");
}

/* Somebody opened the file with another tool and holds it. */
static void says_when_another_program_holds_the_file(void **state) {
    (void)state;
    struct store *s = create();
    sqlite3 *other;
    assert_int_equal(sqlite3_open_v2(below("data/lingban.db"), &other, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_false(store_begin(s));
    db_failure_fault(store_writer(s), &faults);
    assert_string_equal(only_fault(), "store.locked");
    store_rollback(s);
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    change(s, "INSERT INTO pot (id, name) VALUES (1, 'a')");
    store_close(s);
}

struct reading {
    struct store *s;
    _Atomic int rounds, wrong;
    _Atomic bool stop;
};

/* Both counts come from one snapshot: a row in pot and its row in lid are written by one command. */
static void *keep_reading(void *arg) {
    struct reading *r = arg;
    while (!r->stop) {
        struct db *db = store_read_begin(r->s);
        int64_t pots = db_int(db, -1, "SELECT count(*) FROM pot"), lids = db_int(db, -2, "SELECT count(*) FROM lid");
        if (!store_read_end(r->s, db, NULL) || pots != lids) r->wrong++;
        r->rounds++;
    }
    return NULL;
}

static void more_readers_than_connections(void **state) {
    (void)state;
    enum { THREADS = 24, PAIRS = 200 };
    struct reading r = {.s = create()};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, keep_reading, &r), 0);
    for (int i = 1; i <= PAIRS; i++) {
        assert_true(store_begin(r.s));
        put_pot(r.s, i, "p");
        db_run(store_writer(r.s), "INSERT INTO lid (pot, size) VALUES (?, 1)", DB_INT(i));
        assert_true(store_keep(r.s));
        assert_true(store_commit(r.s, &faults));
    }
    r.stop = true;
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(r.wrong, 0);
    assert_true(r.rounds >= THREADS);
    store_close(r.s);
}

static void says_when_keys_are_gone(void **state) {
    (void)state;
    store_close(create());
    assert_true(file_rename(below("data/keys.db"), below("data/away"), &faults));
    assert_null(open_with((struct store_options){0}));
    assert_string_equal(only_fault(), "store.keys");
    assert_true(file_write(below("data/keys.db"), STR("no keys at all, but something"), 0600, &faults));
    assert_null(open_with((struct store_options){0}));
    assert_string_equal(only_fault(), "store.damaged");
}

static void an_unfinished_creation_is_begun_again(void **state) {
    (void)state;
    assert_true(folder_make(below("data/media"), 0700, &faults));
    assert_true(file_write(below("data/lingban.db"), STR(""), 0600, &faults));
    assert_true(file_write(below("data/keys.db"), STR("half"), 0600, &faults));
    store_close(create());
    store_close(reopen());
}

static void files_are_for_the_owner_alone(void **state) {
    (void)state;
    struct store *s = create();
    change(s, "INSERT INTO pot (id, name) VALUES (1, 'a')");
    static const char *const names[] = {"data/lingban.db", "data/lingban.db-wal", "data/keys.db"};
    for (size_t i = 0; i < 3; i++) {
        struct stat about;
        assert_int_equal(stat(below(names[i]), &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);
    }
    store_close(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(keeps_what_was_committed),
        TEST(failures_are_sticky_until_told),
        TEST(rows_and_nesting),
        TEST(readers_see_a_snapshot),
        TEST(guard_lets_only_evolve_write),
        TEST(comparing_names_table_and_row),
        TEST(reports_read_views_only),
        TEST(reports_have_limits),
        TEST(says_what_is_wrong_with_a_folder),
        TEST(says_when_another_program_holds_the_file),
        TEST(more_readers_than_connections),
        TEST(says_when_keys_are_gone),
        TEST(an_unfinished_creation_is_begun_again),
        TEST(files_are_for_the_owner_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
