/* journal_test.c: what was appended proves itself, follows undone work, and no change to it stays unseen. */
#include "support.h"
#include "store/journal.h"

static int64_t append(struct store *s, const char *body) {
    return journal_append(s, 1000, STR("test.do"), str_from(body));
}

/* n entries in batches of seven. */
static void fill(struct store *s, int n) {
    for (int i = 0; i < n; i++) {
        if (i % 7 == 0) assert_true(store_begin(s));
        store_savepoint(s);
        append(s, arena_printf(&arena, "{\"n\":%d}", i).p);
        assert_true(store_keep(s));
        if (i % 7 == 6 || i == n - 1) assert_true(store_commit(s, &faults));
    }
}

static void checkpoint_has_the_known_form(void **state) {
    (void)state;
    /* The example key of Go's sumdb/note: the same key id and the same text. */
    struct str key;
    assert_true(base64_decode(&arena, STR("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &key));
    assert_string_equal(checkpoint_vkey(&arena, STR("PeterNeumann"), (const uint8_t *)key.p + 1).p,
                        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    static const uint8_t seed[KEY_BYTES] = {9};
    uint8_t public_key[KEY_BYTES];
    ed25519_public(seed, public_key);
    struct checkpoint c = {.origin = STR("town.example/log"), .size = 42, .root = sha256(STR("x"))}, read;
    struct str note = checkpoint_sign(&arena, &c, public_key, seed);
    assert_true(str_starts(note, STR("town.example/log\n42\nLXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=\n\n"
                                     "\xE2\x80\x94 town.example/log ")));
    assert_true(checkpoint_open(&arena, note, public_key, &read));
    assert_int_equal(read.size, 42);
    assert_true(hash_eq(&read.root, &c.root) && str_eq(read.origin, c.origin));
    char *bytes = (char *)(uintptr_t)arena_cstr(&arena, note);
    for (size_t i = 0; i < note.n; i++) {
        bytes[i] ^= 1;
        if (checkpoint_open(&arena, (struct str){bytes, note.n}, public_key, &read)) fail_msg("byte %zu", i);
        bytes[i] ^= 1;
    }
    public_key[0] ^= 1;
    assert_false(checkpoint_open(&arena, note, public_key, &read));
    assert_false(checkpoint_open(&arena, STR(""), public_key, &read));
    assert_false(checkpoint_open(&arena, STR("a\n042\nAA==\n\n"), public_key, &read));
}

static void entries_prove_themselves(void **state) {
    (void)state;
    enum { N = 25 };
    struct store *s = open_with((struct store_options){.create = true, .origin = "town.example/log"});
    assert_non_null(s);
    fill(s, N);
    struct db *db = store_read_begin(s);
    struct journal_log log;
    assert_true(journal_log_get(db, &arena, 0, &log));
    assert_true(str_eqz(log.origin, "town.example/log"));
    assert_int_equal(log.size, N);
    assert_int_equal(journal_count(db), N);
    struct checkpoint c, earlier;
    assert_true(checkpoint_open(&arena, journal_checkpoint(db, &arena, 1, N), log.public_key, &c));
    assert_int_equal(c.size, N);
    for (int64_t number = 1; number <= N; number++) {
        struct journal_entry e;
        struct merkle_proof proof;
        assert_true(journal_get(db, &arena, number, &e));
        struct hash leaf = merkle_leaf(e.body);
        assert_true(hash_eq(&leaf, &e.leaf));
        assert_int_equal(e.index, number - 1);
        assert_true(journal_inclusion(db, 1, e.index, N, &proof));
        assert_true(merkle_verify_inclusion(leaf, (uint64_t)e.index, N, &proof, c.root));
    }
    struct str first = db_text(db, &arena, "SELECT note FROM journal_checkpoint ORDER BY size LIMIT 1");
    struct merkle_proof proof;
    assert_true(checkpoint_open(&arena, first, log.public_key, &earlier));
    assert_int_equal(earlier.size, 7);
    assert_true(journal_consistency(db, 1, earlier.size, N, &proof));
    assert_true(merkle_verify_consistency(7, earlier.root, N, c.root, &proof));
    assert_false(journal_inclusion(db, 1, N, N, &proof));
    assert_false(journal_inclusion(db, 1, 0, N + 1, &proof));
    assert_false(journal_inclusion(db, 2, 0, 1, &proof));
    assert_null(journal_checkpoint(db, &arena, 1, N + 1).p);
    assert_true(journal_verify(db, &faults, NULL));
    assert_true(store_read_end(s, db, &faults));
    store_close(s);
}

static void follows_undone_work(void **state) {
    (void)state;
    struct store *s = create();
    fill(s, 5);
    assert_true(store_begin(s));
    store_savepoint(s);
    assert_int_equal(append(s, "{\"kept\":1}"), 6);
    assert_true(store_keep(s));
    store_savepoint(s);
    assert_int_equal(append(s, "{\"undone\":1}"), 7);
    store_undo(s);
    store_savepoint(s);
    assert_int_equal(append(s, "{\"kept\":2}"), 7);
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    assert_true(store_begin(s));
    store_savepoint(s);
    append(s, "{\"dropped\":1}");
    assert_true(store_keep(s));
    store_rollback(s);
    store_close(s);
    s = reopen();
    fill(s, 3);
    int64_t entries;
    assert_true(journal_verify(store_writer(s), &faults, &entries));
    assert_int_equal(entries, 10);
    assert_int_equal(journal_last_at(store_writer(s)), 1000);
    store_close(s);
}

static void tamper(struct store *s, const char *sql) {
    assert_true(store_begin(s));
    store_savepoint(s);
    db_run_values(store_writer(s), sql, NULL, 0);
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
}

static void no_change_stays_unseen(void **state) {
    (void)state;
    static const struct {
        const char *sql, *code, *says;
    } rows[] = {
        {"UPDATE journal_entry SET body = x'7b7d' WHERE number = 9", "journal.entry-altered", "Entry 9 "},
        {"UPDATE journal_entry SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE number = 4", "journal.entry-altered", "Entry 4 "},
        {"UPDATE journal_entry SET hashes = CAST(substr(hashes, 1, 40) || zeroblob(56) AS BLOB) WHERE number = 4", "journal.node-altered", "entry 4 "},
        {"DELETE FROM journal_entry WHERE number = 5", "journal.gap", "Entry 5 "},
        {"DELETE FROM journal_entry WHERE number > 15", "journal.cut", "number 15 "},
        {"UPDATE journal_checkpoint SET note = replace(note, 'town', 'city') WHERE size = 14", "journal.checkpoint", "entry 14 "},
        {"UPDATE journal_checkpoint SET size = 13 WHERE size = 14", "journal.checkpoint", "entry 13 "},
        {"UPDATE journal_log SET public_key = zeroblob(32)", "journal.checkpoint", "entry 7 "},
        {"UPDATE journal_log SET first = 0", "journal.checkpoint", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct store *s = open_with((struct store_options){.create = true, .origin = "town.example/log"});
        assert_non_null(s);
        fill(s, 20);
        assert_true(journal_verify(store_writer(s), &faults, NULL));
        tamper(s, rows[i].sql);
        bool good = journal_verify(store_writer(s), &faults, NULL);
        if (i + 1 == sizeof rows / sizeof *rows) { /* a wrong index is no wrong hash: proofs and appending use it */
            store_close(s);
            assert_null(open_with((struct store_options){0}));
            assert_string_equal(only_fault(), "store.damaged");
        } else {
            assert_false(good);
            assert_int_equal(faults.count, 1);
            struct str text = fault_sentence(&arena, LANGUAGE_EN, &faults.items[0]);
            if (str_find(text, str_from(rows[i].says)) < 0) fail_msg("%.*s", STR_ARGS(text));
            assert_string_equal(only_fault(), rows[i].code);
            store_close(s);
        }
        assert_true(folder_remove(below("data"), &faults));
    }
}

static void a_new_log_states_the_old_root(void **state) {
    (void)state;
    struct store *s = open_with((struct store_options){.create = true, .origin = "town.example/log"});
    fill(s, 10);
    for (int round = 0; round < 2; round++) {
        assert_true(store_begin(s));
        store_savepoint(s);
        assert_true(journal_start_log(s, NULL, 2000) > 0);
        assert_true(store_keep(s));
        assert_true(store_commit(s, &faults));
        fill(s, 4);
    }
    struct db *db = store_writer(s);
    struct journal_log log;
    struct journal_entry e;
    struct merkle_proof proof;
    assert_true(journal_log_get(db, &arena, 0, &log));
    assert_true(str_starts(log.origin, STR("town.example/log-3-")));
    assert_int_equal(log.origin.n, sizeof "town.example/log-3-5f09" - 1);
    assert_int_equal(log.size, 5);
    assert_true(journal_log_get(db, &arena, 1, &log));
    assert_int_equal(log.size, 10);
    assert_true(journal_get(db, &arena, 11, &e));
    assert_int_equal(e.log, 2);
    assert_int_equal(e.index, 0);
    assert_true(str_find(e.body, STR("\"old_size\":10,\"origin\":\"town.example/log-2-")) > 0);
    assert_true(journal_inclusion(db, 2, 4, 5, &proof));
    assert_false(journal_inclusion(db, 1, 4, 11, &proof)); /* past the end of that log */
    assert_true(journal_verify(db, &faults, NULL));
    store_close(s);
    s = reopen();
    fill(s, 1);
    assert_true(journal_verify(store_writer(s), &faults, NULL));
    tamper(s, "UPDATE journal_entry SET body = CAST(replace(CAST(body AS TEXT), 'old_size\":10', 'old_size\":11') AS BLOB) WHERE number = 11");
    assert_false(journal_verify(store_writer(s), &faults, NULL));
    assert_int_equal(faults.count, 2); /* the entry, and the next log, which states the root it had */
    assert_string_equal(faults.items[0].code, "journal.entry-altered");
    assert_string_equal(faults.items[1].code, "journal.start");
    store_close(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(checkpoint_has_the_known_form), TEST(entries_prove_themselves),      TEST(follows_undone_work),
        TEST(no_change_stays_unseen),        TEST(a_new_log_states_the_old_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
