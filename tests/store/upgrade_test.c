/* upgrade_test.c: a folder with older tables is rebuilt from its journal; what is not state comes along; failures leave
 * the folder as it was. */
#include "support.h"
#include "store/journal.h"
#include "store/seal.h"
#include "store/upgrade.h"

/* The next version: pots have a colour, told by the journal all along; notes lose nothing; a table is gone. */
static const struct store_schema next_schema[] = {
    {"store", schema_store},
    {"test", "CREATE TABLE pot (id INTEGER PRIMARY KEY, colour TEXT NOT NULL, name TEXT NOT NULL) STRICT;"
             "CREATE TABLE local_note (id INTEGER PRIMARY KEY, text TEXT, read INTEGER NOT NULL DEFAULT 0) STRICT;"},
    {NULL, NULL},
};

static const struct seal_subject li = {SEAL_PARTY, 1};

static void make_pots(struct store *s) {
    assert_true(store_begin(s));
    for (int i = 1; i <= 3; i++) {
        struct sealed sealed;
        put_pot(s, i, "old name");
        assert_true(seal_value(s, &arena, li, STR("c"), STR("a name"), &sealed));
        journal_append(s, i, STR("pot.make"), arena_printf(&arena, "{\"colour\":\"red\",\"id\":%d,\"name\":\"%.*s\"}", i, STR_ARGS(sealed.token)));
        assert_true(store_keep(s));
    }
    store_savepoint(s);
    db_run(store_writer(s), "INSERT INTO local_note (id, text) VALUES (9, 'kept')");
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
}

struct playing {
    struct store *old, *fresh;
};

static bool play(void *context, const struct journal_entry *e) {
    struct playing *p = context;
    struct str name;
    struct json *body = json_parse(&arena, e->body, &json_default_limits, STR("journal"), &faults);
    if (seal_open(store_writer(p->fresh), &arena, json_string(body, "name"), STR("c"), &name, NULL) != SEAL_OPEN) return false;
    store_savepoint(p->fresh);
    db_run(store_writer(p->fresh), "INSERT INTO pot (id, colour, name) VALUES (?, ?, ?)", DB_INT(json_integer(body, "id", 0)),
           DB_TEXT(json_string(body, "colour")), DB_TEXT(name));
    return store_keep(p->fresh);
}

static bool replay(void *context, struct store *old, struct store *fresh, struct faults *f) {
    struct playing p = {old, fresh};
    bool *fails = context;
    return store_begin(fresh) && journal_walk(store_writer(old), 1, play, &p) && store_commit(fresh, f) && !*fails;
}

static struct upgrade_report report;

static bool upgrade(bool fails) {
    struct store_options options = {.folder = below("data"), .schema = next_schema};
    return store_upgrade(&options, below("before.zip"), replay, &fails, &arena, &report, &faults);
}

static void state_is_rebuilt_and_the_rest_comes_along(void **state) {
    (void)state;
    struct store *s = create();
    struct str out;
    make_pots(s);
    assert_false(upgrade(false)); /* the store is open */
    assert_string_equal(only_fault(), "file.locked");
    struct str checkpoint = journal_checkpoint(store_writer(s), &arena, 1, 3);
    store_close(s);

    assert_true(upgrade(false));
    assert_true(report.needed);
    assert_int_equal(report.backup.entries, 3);
    s = open_with((struct store_options){.schema = next_schema});
    assert_non_null(s);
    struct db *db = store_writer(s);
    assert_int_equal(db_int(db, 0, "SELECT count(*) FROM pot WHERE colour = 'red' AND name = 'a name'"), 3);
    assert_true(str_eqz(db_text(db, &arena, "SELECT text || read FROM local_note WHERE id = 9"), "kept0"));
    assert_int_equal(db_int(db, -1, "SELECT count(*) FROM sqlite_schema WHERE name = 'lid'"), 0);
    assert_true(journal_verify(db, &faults, NULL));
    assert_true(str_eq(journal_checkpoint(db, &arena, 1, 3), checkpoint));
    struct journal_entry e;
    assert_true(journal_get(db, &arena, 2, &e));
    struct json *body = json_parse(&arena, e.body, &json_default_limits, STR(""), &faults);
    assert_int_equal(seal_open(db, &arena, json_string(body, "name"), STR("c"), &out, NULL), SEAL_OPEN);
    assert_true(store_begin(s)); /* and the log goes on */
    store_savepoint(s);
    assert_int_equal(journal_append(s, 9, STR("x"), STR("{}")), 4);
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    assert_true(journal_verify(db, &faults, NULL));
    store_close(s);
    assert_false(file_exists(below("data.upgrading")));

    assert_true(upgrade(false));
    assert_false(report.needed);
    struct backup_report backup;
    assert_true(backup_check(below("before.zip"), &arena, &backup, &faults));
}

static void a_failure_leaves_everything_as_it_was(void **state) {
    (void)state;
    struct store *s = create();
    make_pots(s);
    store_close(s);
    assert_false(upgrade(true));
    assert_false(file_exists(below("data.upgrading")));
    assert_false(upgrade(true)); /* the first backup is never overwritten */
    assert_string_equal(only_fault(), "file.exists");
    s = reopen();
    assert_int_equal(db_int(store_writer(s), 0, "SELECT count(*) FROM pot WHERE name = 'old name'"), 3);
    assert_true(journal_verify(store_writer(s), &faults, NULL));
    store_close(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(state_is_rebuilt_and_the_rest_comes_along),
        TEST(a_failure_leaves_everything_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
