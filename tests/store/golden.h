/* golden.h: a journal kept as text in tests/golden/, so that every later build can prove that it still reads it.
 *
 * Line 1: {"checkpoint":…,"keys":[[kind,id],…],"origin":…,"test_keys":…}: the signed root, the subjects in the order
 * their data keys were made, and the label all keys are a function of (throw-away keys, named so).
 * Then a line an entry: {"at":…,"body":"…","kind":"…"}, the body being the very bytes that were hashed.
 * golden_save writes it from a store with test keys; golden_load makes a store that holds the same journal and keys.
 */
#ifndef TESTS_STORE_GOLDEN_H
#define TESTS_STORE_GOLDEN_H

#include "support.h"
#include "store/journal.h"
#include "store/seal.h"

enum { GOLDEN_BYTES = 64 << 20 };

static inline bool golden_add_entry(void *context, const struct journal_entry *entry) {
    struct json_out *j = context;
    json_object_open(j);
    json_member_integer(j, "at", entry->at);
    json_member_string(j, "body", entry->body);
    json_member_string(j, "kind", entry->kind);
    json_object_close(j);
    buf_byte(j->out, '\n');
    j->comma = false;
    return true;
}

static inline void golden_save(struct store *s, const char *path) {
    struct buf out;
    struct json_out j;
    struct journal_log log;
    struct db *db = store_writer(s);
    assert_non_null(store_test_keys(s));
    assert_true(journal_log_get(db, &arena, 0, &log));
    assert_int_equal(log.log, 1);
    buf_init(&out, &arena, GOLDEN_BYTES);
    json_begin(&j, &out);
    json_object_open(&j);
    json_member_string(&j, "checkpoint", journal_checkpoint(db, &arena, 1, log.size));
    json_name(&j, STR("keys"));
    json_put_raw(&j, read_sql(arena_printf(&arena, "%s/keys.db", store_folder(s)).p,
                              "SELECT json_group_array(json_array(subject_kind, subject_id)) FROM (SELECT * FROM data_key ORDER BY number)"));
    json_member_string(&j, "origin", log.origin);
    json_member_string(&j, "test_keys", str_from(store_test_keys(s)));
    json_object_close(&j);
    buf_byte(&out, '\n');
    j.comma = false;
    assert_true(journal_walk(db, 1, golden_add_entry, &j));
    assert_false(out.full);
    assert_true(file_write(path, buf_str(&out), 0644, &faults));
}

/* Into below("golden"). *out_checkpoint is the root that was signed when the file was made. */
static inline struct store *golden_load(const char *path, const struct store_schema *schema, struct str *out_checkpoint) {
    static const struct json_limits limits = {.bytes = GOLDEN_BYTES, .depth = 64};
    struct str text, line;
    struct sealed made;
    assert_true(file_read(&arena, path, GOLDEN_BYTES, &text, &faults));
    assert_true(str_split(&text, '\n', &line));
    struct json *head = json_parse(&arena, line, &limits, STR("golden"), &faults);
    assert_non_null(head);
    struct store *s = open_with((struct store_options){.folder = below("golden"), .schema = schema, .create = true,
                                                       .origin = arena_cstr(&arena, json_string(head, "origin")),
                                                       .test_keys = arena_cstr(&arena, json_string(head, "test_keys"))});
    assert_non_null(s);
    const struct json *keys = json_member(head, "keys");
    assert_true(store_begin(s));
    store_savepoint(s);
    for (size_t i = 0; i < keys->count; i++) { /* sealing anything makes the key */
        struct seal_subject subject = {.kind = (int)keys->items[i].items[0].integer, .id = keys->items[i].items[1].integer};
        assert_true(seal_value(s, &arena, subject, STR(""), STR(""), &made));
    }
    while (str_split(&text, '\n', &line)) {
        if (line.n == 0) continue;
        struct json *entry = json_parse(&arena, line, &limits, STR("golden"), &faults);
        assert_non_null(entry);
        journal_append(s, json_integer(entry, "at", 0), json_string(entry, "kind"), json_string(entry, "body"));
    }
    assert_true(store_keep(s));
    assert_true(store_commit(s, &faults));
    *out_checkpoint = json_string(head, "checkpoint");
    return s;
}

#endif
