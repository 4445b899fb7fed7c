/* backup_test.c: a backup taken under writing holds together, a damaged one is refused, a restored one starts a new log
 * and knows what was erased meanwhile. */
#include "support.h"
#include "store/backup.h"
#include "store/blob.h"
#include "store/journal.h"
#include "store/seal.h"

#include <pthread.h>

static const struct seal_subject li = {SEAL_PARTY, 1}, wang = {SEAL_PARTY, 2};

/* A pot, its journal entry and a value sealed for somebody. */
static struct str work(struct store *s, int64_t id, struct seal_subject subject) {
    struct sealed sealed = {0};
    assert_true(store_begin(s));
    put_pot(s, id, "pot");
    assert_true(seal_value(s, &arena, subject, STR("c"), STR("personal"), &sealed));
    journal_append(s, id, STR("pot.make"), arena_printf(&arena, "{\"sealed\":\"%.*s\"}", STR_ARGS(sealed.token)));
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    return sealed.token;
}

static struct backup_report report;

static bool back_up(struct store *s) {
    return backup_write(s, below("backup.zip"), &arena, &report, &faults);
}

static bool restore(void) {
    struct store_options options = {.folder = below("data"), .schema = test_schema};
    return backup_restore(below("backup.zip"), &options, &arena, &report, &faults);
}

static void what_was_saved_comes_back(void **state) {
    (void)state;
    struct store *s = create();
    struct blob blob;
    struct str out, token = work(s, 1, li);
    assert_true(blob_put_raw(s, STR("a paper"), &blob, &faults));
    assert_true(back_up(s));
    assert_int_equal(report.files, 3);
    assert_int_equal(report.entries, 1);
    struct str root = report.root;
    assert_false(file_exists(below("backup.zip.part")));
    assert_false(back_up(s));
    assert_string_equal(only_fault(), "file.exists");
    work(s, 2, wang); /* lost by the restore */
    assert_false(restore()); /* the store is open */
    assert_string_equal(only_fault(), "file.locked");
    store_close(s);

    assert_true(restore());
    assert_true(file_exists(arena_cstr(&arena, report.set_aside)));
    s = reopen();
    struct db *db = store_writer(s);
    assert_int_equal(db_int(db, -1, "SELECT count(*) FROM pot"), 1);
    assert_int_equal(seal_open(db, &arena, token, STR("c"), &out, NULL), SEAL_OPEN);
    assert_true(blob_get(s, &arena, str_from(blob.address), (struct str){(const char *)blob.key, KEY_BYTES}, &out, &faults));
    assert_true(str_eqz(out, "a paper"));
    struct journal_entry start;
    assert_true(journal_get(db, &arena, 2, &start));
    struct json *body = json_parse(&arena, start.body, &json_default_limits, STR(""), &faults);
    struct str stated = STR_NONE;
    assert_true(base64_decode(&arena, json_string(json_member(body, "command"), "old_root"), &stated));
    assert_true(str_eq(hex_encode(&arena, stated), root));
    assert_true(journal_verify(db, &faults, NULL));
    assert_true(seal_verify(db, &faults, NULL));
    work(s, 2, wang);
    assert_true(store_check(s, &faults));
    store_close(s);
}

static void into_nothing_and_twice(void **state) {
    (void)state;
    struct store *s = create();
    work(s, 1, li);
    assert_true(back_up(s));
    store_close(s);
    assert_true(folder_remove(below("data"), &faults));
    assert_true(restore());
    assert_null(report.set_aside.p);
    struct journal_log first, second;
    s = reopen();
    assert_true(journal_log_get(store_writer(s), &arena, 0, &first));
    store_close(s);
    assert_true(restore());
    s = reopen();
    assert_true(journal_log_get(store_writer(s), &arena, 0, &second));
    store_close(s);
    assert_false(str_eq(first.origin, second.origin)); /* two logs, two names */
    assert_int_equal(second.log, 2);
}

static void erasures_are_made_again(void **state) {
    (void)state;
    struct store *s = create();
    struct str out, gone = work(s, 1, li), stays = work(s, 2, wang);
    assert_true(back_up(s));
    assert_true(store_begin(s));
    store_savepoint(s);
    seal_destroy(s, li);
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    store_close(s);
    assert_true(restore());
    assert_int_equal(report.erasures, 1);
    s = reopen();
    struct db *db = store_writer(s);
    assert_int_equal(seal_open(db, &arena, gone, STR("c"), &out, NULL), SEAL_ERASED);
    assert_int_equal(seal_open(db, &arena, stays, STR("c"), &out, NULL), SEAL_OPEN);
    struct seal_subject *due;
    assert_int_equal(seal_erasures_due(db, &arena, &due), 1);
    assert_int_equal(due[0].id, 1);
    assert_true(store_begin(s));
    store_savepoint(s);
    seal_erasure_done(s, due[0]);
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    assert_int_equal(seal_erasures_due(db, &arena, &due), 0);
    store_close(s);
}

static void an_old_folder_in_ruins_is_put_aside_with_a_warning(void **state) {
    (void)state;
    struct store *s = create();
    work(s, 1, li);
    assert_true(back_up(s));
    store_close(s);
    assert_true(file_write(below("data/keys.db"), STR("ruins, and more than a header of them, so that it is no empty file"), 0600, &faults));
    assert_true(file_write(below("data/lingban.db"), STR("ruins"), 0600, &faults));
    assert_true(restore());
    assert_int_equal(faults.errors, 0);
    assert_string_equal(only_fault(), "backup.erasures-unknown");
    store_close(reopen());
}

static void damage_is_found_and_changes_nothing(void **state) {
    (void)state;
    struct store *s = create();
    struct blob blob;
    struct str whole;
    work(s, 1, li);
    assert_true(blob_put_raw(s, STR("a paper"), &blob, &faults));
    assert_true(back_up(s));
    store_close(s);
    assert_true(file_read(&arena, below("backup.zip"), 64 << 20, &whole, &faults));
    char *bytes = (char *)(uintptr_t)arena_cstr(&arena, whole);
    int refused = 0;
    struct backup_report undamaged = report;
    for (size_t i = 0; i < whole.n; i += whole.n / 60) {
        bytes[i] ^= 0x10;
        assert_true(file_write(below("backup.zip"), (struct str){bytes, whole.n}, 0600, &faults));
        bytes[i] ^= 0x10;
        bool good = backup_check(below("backup.zip"), &arena, &report, &faults);
        if (!good) refused++;
        else assert_true(report.files == undamaged.files && report.bytes == undamaged.bytes && report.entries == undamaged.entries && str_eq(report.root, undamaged.root));
        faults_init(&faults, &arena);
        if (!good) assert_false(restore());
        faults_init(&faults, &arena);
        if (good) continue;
        assert_false(file_exists(below("data.restoring")));
        assert_true(file_exists(below("data/lingban.db")));
    }
    /* A third of so small a zip is headers, many of whose bytes (times, systems) mean nothing to us. */
    assert_true(refused > 30);
    assert_true(file_write(below("backup.zip"), str_sub(whole, 0, whole.n / 2), 0600, &faults));
    assert_false(restore());
    assert_string_equal(only_fault(), "backup.not-ours");
    assert_true(file_write(below("backup.zip"), STR("no zip"), 0600, &faults));
    assert_false(backup_check(below("backup.zip"), &arena, &report, &faults));
    assert_string_equal(only_fault(), "backup.not-ours");
    assert_true(file_remove(below("backup.zip"), &faults));
    assert_false(restore());
    assert_string_equal(only_fault(), "file.missing");
    s = reopen();
    assert_true(journal_verify(store_writer(s), &faults, NULL));
    store_close(s);
}

struct writer {
    struct store *s;
    _Atomic bool stop;
    _Atomic int written;
};

static void *keep_writing(void *arg) {
    struct writer *w = arg;
    for (int64_t id = 1000; !w->stop; id++) {
        store_begin(w->s);
        store_savepoint(w->s);
        store_evolving(w->s, true);
        db_run(store_writer(w->s), "INSERT INTO pot (id, name) VALUES (?, 'under way')", DB_INT(id));
        journal_append(w->s, id, STR("pot.make"), STR("{}"));
        if (store_keep(w->s) && store_commit(w->s, NULL)) w->written++;
    }
    return NULL;
}

static void backups_are_taken_while_writing(void **state) {
    (void)state;
    struct writer w = {.s = create()};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, keep_writing, &w), 0);
    for (int round = 0; round < 3; round++) {
        int before = w.written;
        while (w.written == before) usleep(1000);
        assert_true(back_up(w.s));
        assert_true(backup_check(below("backup.zip"), &arena, &report, &faults));
        assert_true(report.entries > before);
        assert_true(file_remove(below("backup.zip"), &faults));
    }
    assert_true(back_up(w.s));
    w.stop = true;
    pthread_join(thread, NULL);
    store_close(w.s);
    assert_true(restore());
    struct store *s = reopen();
    assert_true(journal_verify(store_writer(s), &faults, NULL));
    assert_int_equal(db_int(store_writer(s), 0, "SELECT count(*) FROM pot"), report.entries);
    store_close(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_was_saved_comes_back),
        TEST(into_nothing_and_twice),
        TEST(erasures_are_made_again),
        TEST(an_old_folder_in_ruins_is_put_aside_with_a_warning),
        TEST(damage_is_found_and_changes_nothing),
        TEST(backups_are_taken_while_writing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
