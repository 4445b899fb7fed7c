/* seal_test.c: values open where they belong and nowhere else, erasing is for good, keys survive or are missed. */
#include "support.h"
#include "store/journal.h"
#include "store/seal.h"

static const struct seal_subject li = {SEAL_PARTY, 7}, wang = {SEAL_PARTY, 8}, a_case = {SEAL_CASE, 7};

static struct sealed seal(struct store *s, struct seal_subject subject, const char *context, const char *value) {
    struct sealed out = {0};
    assert_true(store_begin(s));
    store_savepoint(s);
    assert_true(seal_value(s, &arena, subject, str_from(context), str_from(value), &out));
    struct buf body;
    struct json_out j;
    buf_init(&body, &arena, 1 << 16);
    json_begin(&j, &body);
    json_object_open(&j);
    json_name(&j, STR("value"));
    seal_put_json(&j, &arena, &out);
    json_object_close(&j);
    journal_append(s, 1, STR("test.seal"), buf_str(&body));
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    return out;
}

static enum seal_result opened(struct store *s, struct str token, const char *context, struct str *out) {
    return seal_open(store_writer(s), &arena, token, str_from(context), out, NULL);
}

static void opens_where_it_belongs(void **state) {
    (void)state;
    struct store *s = create();
    struct str text;
    uint8_t salt[16];
    struct sealed one = seal(s, li, "party.name/7", "李奶奶"), two = seal(s, li, "party.name/7", "李奶奶");
    struct sealed other = seal(s, wang, "party.name/8", ""), case_value = seal(s, a_case, "case.note/7", "x");
    assert_false(str_eq(one.token, two.token));
    assert_false(hash_eq(&one.commitment, &two.commitment));
    assert_int_equal(seal_open(store_writer(s), &arena, one.token, STR("party.name/7"), &text, salt), SEAL_OPEN);
    assert_true(str_eqz(text, "李奶奶"));
    struct hash commitment = seal_commitment(salt, text);
    assert_true(hash_eq(&commitment, &one.commitment));
    assert_int_equal(opened(s, other.token, "party.name/8", &text), SEAL_OPEN);
    assert_int_equal(text.n, 0);
    assert_int_equal(opened(s, case_value.token, "case.note/7", &text), SEAL_OPEN);
    assert_int_equal(opened(s, one.token, "party.name/8", &text), SEAL_DAMAGED);
    assert_null(text.p);
    store_close(s);
    s = reopen();
    struct db *db = store_read_begin(s);
    assert_int_equal(seal_open(db, &arena, one.token, STR("party.name/7"), &text, NULL), SEAL_OPEN);
    assert_true(store_read_end(s, db, &faults));
    char *bytes = (char *)(uintptr_t)arena_cstr(&arena, one.token);
    for (size_t i = 0; i < one.token.n; i++) {
        bytes[i] ^= 1;
        enum seal_result result = opened(s, (struct str){bytes, one.token.n}, "party.name/7", &text);
        if (result == SEAL_OPEN) fail_msg("byte %zu", i);
        bytes[i] ^= 1;
    }
    static const char *const bad[] = {"", "A256GCM", "A256GCM.1", "A256GCM.1.AAAA.AAAA", "SM4GCM.1.AAAA.AAAA", "....", "A256GCM.1.....AAAA"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_int_equal(opened(s, str_from(bad[i]), "", &text), SEAL_DAMAGED);
    store_close(s);
}

static void json_form_reads_back(void **state) {
    (void)state;
    struct store *s = create();
    struct str text;
    seal(s, li, "c", "value");
    struct journal_entry e;
    assert_true(journal_get(store_writer(s), &arena, 1, &e));
    struct json *body = json_parse(&arena, e.body, &json_default_limits, STR(""), &faults);
    const struct json *value = json_member(body, "value");
    assert_true(seal_is_json(value));
    assert_int_equal(seal_open_json(store_writer(s), &arena, value, STR("c"), &text), SEAL_OPEN);
    assert_true(str_eqz(text, "value"));
    struct json *forged = json_parse(&arena, arena_printf(&arena, "{\"commitment\":\"AAAA\",\"sealed\":\"%.*s\"}",
                                                          STR_ARGS(json_string(value, "sealed"))),
                                     &json_default_limits, STR(""), &faults);
    assert_int_equal(seal_open_json(store_writer(s), &arena, forged, STR("c"), &text), SEAL_DAMAGED);
    assert_int_equal(seal_open_json(store_writer(s), &arena, NULL, STR("c"), &text), SEAL_DAMAGED);
    store_close(s);
}

static bool file_holds(const char *name, struct str bytes) {
    struct str all;
    if (!file_exists(below(name))) return false;
    assert_true(file_read(&arena, below(name), 64 << 20, &all, &faults));
    return str_find(all, bytes) >= 0;
}

static void erased_is_for_good(void **state) {
    (void)state;
    struct store *s = create();
    struct str text;
    struct sealed gone = seal(s, li, "c", "secret"), stays = seal(s, wang, "c", "stays");
    assert_true(store_begin(s));
    store_savepoint(s);
    seal_destroy(s, li);
    assert_true(seal_destroyed(store_writer(s), li));
    struct sealed refused;
    assert_false(seal_value(s, &arena, li, STR("c"), STR("again"), &refused));
    store_undo(s);
    store_savepoint(s);
    assert_false(seal_destroyed(store_writer(s), li));
    store_undo(s);
    assert_true(store_commit(s, &faults));
    assert_int_equal(opened(s, gone.token, "c", &text), SEAL_OPEN);

    assert_true(store_begin(s));
    store_savepoint(s);
    seal_destroy(s, li);
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    assert_int_equal(opened(s, gone.token, "c", &text), SEAL_ERASED);
    assert_int_equal(opened(s, stays.token, "c", &text), SEAL_OPEN);
    assert_true(seal_destroyed(store_writer(s), li));
    assert_true(seal_verify(store_writer(s), &faults, NULL));
    assert_int_equal(db_int(store_writer(s), -1, "SELECT count(*) FROM local_key_destroy"), 0);
    store_close(s);
    s = reopen();
    assert_int_equal(opened(s, gone.token, "c", &text), SEAL_ERASED);
    store_close(s);
}

static void no_bytes_of_a_destroyed_key_remain(void **state) {
    (void)state;
    store_close(create());
    struct store *s = reopen();
    seal(s, li, "c", "secret");
    struct seal_subject many = {SEAL_PARTY, 100};
    for (int i = 0; i < 50; i++, many.id++) seal(s, many, "c", "x");
    store_close(s);
    struct str wrapped = read_sql(below("data/keys.db"), "SELECT wrapped FROM data_key WHERE subject_id = 7");
    assert_int_equal(wrapped.n, 60);
    assert_true(file_holds("data/keys.db", wrapped));
    s = reopen();
    assert_true(store_begin(s));
    store_savepoint(s);
    seal_destroy(s, li);
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    assert_false(file_holds("data/keys.db", wrapped));
    assert_false(file_holds("data/keys.db-wal", wrapped));
    store_close(s);
}

static void no_bytes_of_blanked_cells_remain(void **state) {
    (void)state;
    struct store *s = create();
    assert_true(store_begin(s));
    put_pot(s, 1, "a name like no other, Ouyang");
    put_pot(s, 2, "somebody else");
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    assert_true(file_holds("data/lingban.db-wal", STR("like no other, Ouyang")));
    assert_true(store_begin(s));
    store_savepoint(s);
    db_run(store_writer(s), "UPDATE pot SET name = '' WHERE id = 1");
    seal_destroy(s, li);
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    assert_false(file_holds("data/lingban.db", STR("like no other, Ouyang")));
    assert_false(file_holds("data/lingban.db-wal", STR("like no other, Ouyang")));
    assert_true(file_holds("data/lingban.db", STR("somebody else")));
    store_close(s);
}

/* A reader holds the log while a key goes; the bytes go with the next batch. */
static void a_reader_only_delays_it(void **state) {
    (void)state;
    struct store *s = create();
    seal(s, li, "c", "secret");
    struct str wrapped = read_sql(below("data/keys.db"), "SELECT wrapped FROM data_key WHERE subject_id = 7");
    sqlite3 *other;
    assert_int_equal(sqlite3_open_v2(below("data/keys.db"), &other, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN; SELECT count(*) FROM data_key", NULL, NULL, NULL), SQLITE_OK);
    assert_true(store_begin(s));
    store_savepoint(s);
    seal_destroy(s, li);
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    assert_true(seal_destroyed(store_writer(s), li));
    assert_true(file_holds("data/keys.db-wal", wrapped) || file_holds("data/keys.db", wrapped));
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    seal(s, wang, "c", "something else");
    assert_false(file_holds("data/keys.db", wrapped));
    assert_false(file_holds("data/keys.db-wal", wrapped));
    store_close(s);
}

/* A crash after the erasing batch and before the key went: the next start finishes it. */
static void erasing_is_finished_at_the_next_start(void **state) {
    (void)state;
    struct store *s = create();
    struct str text;
    struct sealed gone = seal(s, li, "c", "secret");
    assert_true(store_begin(s));
    store_savepoint(s);
    db_run(store_writer(s), "INSERT INTO local_key_destroy (subject_kind, subject_id) VALUES (1, 7)");
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    assert_int_equal(opened(s, gone.token, "c", &text), SEAL_OPEN);
    store_close(s);
    s = reopen();
    assert_int_equal(opened(s, gone.token, "c", &text), SEAL_ERASED);
    assert_true(seal_destroyed(store_writer(s), li));
    store_close(s);
}

static void missing_keys_are_named(void **state) {
    (void)state;
    struct store *s = create();
    seal(s, li, "c", "one");
    seal(s, wang, "c", "two");
    int64_t keys;
    assert_true(seal_verify(store_writer(s), &faults, &keys));
    assert_int_equal(keys, 2);
    store_close(s);
    run_sql(below("data/keys.db"), "UPDATE data_key SET wrapped = zeroblob(60) WHERE number = 2");
    s = reopen();
    assert_false(seal_verify(store_writer(s), &faults, &keys));
    assert_string_equal(only_fault(), "key.altered");
    store_close(s);
    run_sql(below("data/keys.db"), "DELETE FROM data_key WHERE number = 2");
    s = reopen();
    assert_false(seal_verify(store_writer(s), &faults, &keys));
    assert_string_equal(only_fault(), "key.missing");
    store_close(s);
}

static void secrets_stay_and_differ(void **state) {
    (void)state;
    struct store *s = create();
    struct hash find = seal_find_hash(s, STR("id-card"), STR("110101")), other = seal_find_hash(s, STR("phone"), STR("110101"));
    struct hash shifted = seal_find_hash(s, STR("id-car"), STR("d110101"));
    struct str link = arena_str(&arena, seal_link_key(s));
    assert_false(hash_eq(&find, &other) || hash_eq(&find, &shifted));
    assert_null(store_test_keys(s));
    store_close(s);
    s = reopen();
    struct hash again = seal_find_hash(s, STR("id-card"), STR("110101"));
    assert_true(hash_eq(&find, &again));
    assert_true(str_eq(link, seal_link_key(s)));
    store_close(s);
}

static void test_keys_repeat_and_say_so(void **state) {
    (void)state;
    struct str tokens[2];
    for (int i = 0; i < 2; i++) {
        env_random_seed(STR("golden"));
        struct store *s = open_with((struct store_options){.create = true, .test_keys = "throw-away keys of a test"});
        assert_non_null(s);
        assert_string_equal(store_test_keys(s), "throw-away keys of a test");
        tokens[i] = seal(s, li, "c", "same").token;
        store_close(s);
        s = reopen();
        assert_string_equal(store_test_keys(s), "throw-away keys of a test");
        store_close(s);
        assert_true(folder_remove(below("data"), &faults));
    }
    assert_true(str_eq(tokens[0], tokens[1]));
}

static void master_key_may_live_elsewhere(void **state) {
    (void)state;
    const char *key_file = below("master");
    char key[33] = "0123456789abcdef0123456789abcdef";
    struct store_options options = {.create = true, .master_key_file = key_file};
    assert_true(file_write(key_file, STR("short"), 0600, &faults));
    assert_null(open_with(options));
    assert_string_equal(only_fault(), "store.keys");
    assert_true(file_write(key_file, str_from(key), 0600, &faults));
    struct store *s = open_with(options);
    assert_non_null(s);
    store_close(s);
    assert_false(file_holds("data/keys.db", str_from(key)));
    assert_null(open_with((struct store_options){0}));
    assert_string_equal(only_fault(), "store.keys");
    key[0] = 'x';
    assert_true(file_write(key_file, str_from(key), 0600, &faults));
    options.create = false;
    assert_null(open_with(options));
    assert_string_equal(only_fault(), "store.keys");
    assert_true(file_remove(key_file, &faults));
    assert_null(open_with(options));
    assert_string_equal(only_fault(), "store.keys");
}

/* A file is named though the folder has its own key: nothing is opened with the wrong one, and the reason is said. */
static void a_needless_master_key_is_told(void **state) {
    (void)state;
    const char *key_file = below("master");
    store_close(create());
    assert_true(file_write(key_file, STR("0123456789abcdef0123456789abcdef"), 0600, &faults));
    assert_null(open_with((struct store_options){.master_key_file = key_file}));
    assert_int_equal(faults.count, 1);
    assert_true(str_find(faults.items[0].sentence[0], STR("Leave --master-key away")) > 0);
    faults_init(&faults, &arena);
    store_close(reopen());
}

static void replay_opens_with_the_keys_of_the_original(void **state) {
    (void)state;
    struct store *s = create();
    struct str text;
    struct sealed value = seal(s, li, "c", "secret");
    struct store *t = open_with((struct store_options){.keys_of = s});
    assert_int_equal(opened(t, value.token, "c", &text), SEAL_OPEN);
    assert_true(store_begin(t));
    store_savepoint(t);
    seal_destroy(t, li); /* replaying the erasure destroys nothing */
    assert_true(store_keep(t));
    assert_true(store_commit(t, &faults));
    assert_int_equal(opened(t, value.token, "c", &text), SEAL_OPEN);
    store_close(t);
    store_close(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(opens_where_it_belongs),
        TEST(json_form_reads_back),
        TEST(erased_is_for_good),
        TEST(no_bytes_of_a_destroyed_key_remain),
        TEST(no_bytes_of_blanked_cells_remain),
        TEST(a_reader_only_delays_it),
        TEST(erasing_is_finished_at_the_next_start),
        TEST(missing_keys_are_named),
        TEST(secrets_stay_and_differ),
        TEST(test_keys_repeat_and_say_so),
        TEST(master_key_may_live_elsewhere),
        TEST(a_needless_master_key_is_told),
        TEST(replay_opens_with_the_keys_of_the_original),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
