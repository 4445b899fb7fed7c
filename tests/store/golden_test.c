/* golden_test.c: the journal of the first version still hashes, signs, opens. A change that fails here changes a
 * format that is decided for twenty years: it needs a new version beside the old, not a new golden file.
 * LINGBAN_GOLDEN=write makes the file anew (for a new one only). */
#include "golden.h"

#define PATH "tests/golden/journal-v1.jsonl"

static const char *const values[] = {"李奶奶", "", "13800000000", "a longer value, with \"quotes\" and\na line"};

static void write_golden(void) {
    env_random_seed(STR("golden journal"));
    struct store *s = open_with((struct store_options){.create = true, .origin = "golden.invalid/log",
                                                       .test_keys = "golden: throw-away keys, never for real data"});
    assert_non_null(s);
    for (int64_t i = 0; i < 11; i++) {
        struct sealed sealed;
        struct seal_subject subject = {i % 2 ? SEAL_CASE : SEAL_PARTY, 1 + i % 3};
        struct buf body;
        struct json_out j;
        buf_init(&body, &arena, 1 << 16);
        json_begin(&j, &body);
        assert_true(store_begin(s));
        store_savepoint(s);
        assert_true(seal_value(s, &arena, subject, STR("golden.value"), str_from(values[i % 4]), &sealed));
        json_object_open(&j);
        json_member_integer(&j, "at", 1700000000000000 + i);
        json_name(&j, STR("value"));
        seal_put_json(&j, &arena, &sealed);
        json_object_close(&j);
        journal_append(s, 1700000000000000 + i, STR("golden.put"), buf_str(&body));
        assert_true(store_keep(s));
        assert_true(store_commit(s, &faults));
    }
    golden_save(s, PATH);
    store_close(s);
}

static void the_first_journal_still_holds(void **state) {
    (void)state;
    if (getenv("LINGBAN_GOLDEN") && strcmp(getenv("LINGBAN_GOLDEN"), "write") == 0) write_golden();
    struct str checkpoint, value;
    struct store *s = golden_load(PATH, test_schema, &checkpoint);
    struct db *db = store_writer(s);
    int64_t entries;
    assert_true(journal_verify(db, &faults, &entries));
    assert_int_equal(entries, 11);
    struct str now = journal_checkpoint(db, &arena, 1, entries);
    assert_string_equal(now.p, arena_cstr(&arena, checkpoint)); /* same root, same key, same signature */
    for (int64_t i = 0; i < entries; i++) {
        struct journal_entry e;
        assert_true(journal_get(db, &arena, i + 1, &e));
        struct json *body = json_parse(&arena, e.body, &json_default_limits, STR("golden"), &faults);
        assert_int_equal(seal_open_json(db, &arena, json_member(body, "value"), STR("golden.value"), &value), SEAL_OPEN);
        assert_true(str_eqz(value, values[i % 4]));
    }
    store_close(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(the_first_journal_still_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
