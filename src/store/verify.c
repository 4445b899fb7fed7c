/* verify.c: hashing the whole journal again (journal.h, journal_verify). */
#include "store/inside.h"

#include <stdio.h>
#include <string.h>

struct check {
    struct db *db;
    struct arena *a;
    struct faults *faults;
    struct journal_log log; /* of the entries being walked; log 0 before the first */
    struct merkle tree;
    struct query checkpoints; /* of this log, by size */
    bool has_checkpoint, good, log_good;
    int64_t next_number, count;
};

static struct str number_text(struct arena *a, int64_t number) {
    return arena_printf(a, "%lld", (long long)number);
}

static void tell(struct check *c, const char *code, struct str sentence, int64_t number) {
    if (c->log_good) fault_error(c->faults, code, (struct place){.file = STR("lingban.db")}, sentence, number_text(c->a, number));
    c->good = c->log_good = false;
}

static void next_checkpoint(struct check *c) {
    c->has_checkpoint = query_next(&c->checkpoints);
}

/* Compares the checkpoints of the size the tree now has; one that a longer log must have had is caught at the end. */
static void check_checkpoint(struct check *c) {
    while (c->has_checkpoint && (uint64_t)query_int(&c->checkpoints, 0) == c->tree.size) {
        struct checkpoint stated;
        struct hash root = merkle_root(&c->tree);
        struct arena_mark mark = arena_mark(c->a);
        bool same = checkpoint_open(c->a, query_text(&c->checkpoints, 1), c->log.public_key, &stated) &&
                    str_eq(stated.origin, c->log.origin) && (uint64_t)stated.size == c->tree.size &&
                    hash_eq(&stated.root, &root);
        if (!same) tell(c, "journal.checkpoint", T("The signed root after entry {0} does not fit the journal."),
                        c->log.first + c->log.size - 1);
        if (same) arena_rewind(c->a, mark);
        next_checkpoint(c);
    }
}

static void end_log(struct check *c) {
    if (c->log.log == 0) return;
    if (c->has_checkpoint)
        tell(c, "journal.cut", T("Entries after number {0} are missing: a signed root counts more."), c->next_number - 1);
    query_done(&c->checkpoints);
}

/* The first entry of a later log states the root that the earlier one had. */
static void check_start(struct check *c, const struct journal_entry *entry, struct hash old_root) {
    struct arena_mark mark = arena_mark(c->a);
    struct str stated;
    struct json *body = json_parse(c->a, entry->body, &json_default_limits, STR("journal"), NULL);
    const struct json *command = body ? json_member(body, "command") : NULL;
    bool same = command && str_eqz(json_string(command, "kind"), "log.start") &&
                base64_decode(c->a, json_string(command, "old_root"), &stated) && crypto_equal(stated, HASH_STR(old_root));
    if (same) arena_rewind(c->a, mark);
    else tell(c, "journal.start", T("Entry {0} starts a new log but does not state the root of the old one."), entry->number);
}

static bool begin_log(struct check *c, const struct journal_entry *entry) {
    struct hash old_root = merkle_root(&c->tree);
    bool first = c->log.log == 0;
    end_log(c);
    c->log_good = true;
    c->tree.size = 0;
    if (!journal_log_get(c->db, c->a, entry->log, &c->log)) {
        tell(c, "journal.log", T("The log of entry {0} is not described."), entry->number);
        return false;
    }
    c->checkpoints = db_query(c->db, "SELECT size, note FROM journal_checkpoint WHERE log = ? ORDER BY size",
                              DB_INT(entry->log));
    next_checkpoint(c);
    if (!first) check_start(c, entry, old_root);
    return true;
}

static bool check_entry(void *context, const struct journal_entry *entry) {
    struct check *c = context;
    c->count++;
    if (entry->log != c->log.log && !begin_log(c, entry)) return false;
    if (entry->number != c->next_number) tell(c, "journal.gap", T("Entry {0} of the journal is missing."), c->next_number);
    c->next_number = entry->number + 1;
    struct hash nodes[MERKLE_LEVELS + 1], leaf = merkle_leaf(entry->body);
    size_t count = merkle_append(&c->tree, leaf, nodes);
    if (!hash_eq(&leaf, &entry->leaf)) tell(c, "journal.entry-altered", T("Entry {0} of the journal was altered."), entry->number);
    struct query q = db_query(c->db, "SELECT hashes FROM journal_entry WHERE number = ?", DB_INT(entry->number));
    if (query_next(&q) && !str_eq(query_blob(&q, 0), (struct str){(const char *)nodes, count * HASH_BYTES}))
        tell(c, "journal.node-altered", T("The hashes beside entry {0} of the journal were altered."), entry->number);
    query_done(&q);
    c->log.size = (int64_t)c->tree.size;
    check_checkpoint(c);
    return true;
}

bool journal_verify(struct db *db, struct faults *faults, int64_t *out_entries) {
    struct arena a;
    arena_init(&a, 256 << 20);
    struct check c = {.db = db, .a = &a, .faults = faults, .good = true, .log_good = true, .next_number = 1};
    bool walked = journal_walk(db, 1, check_entry, &c);
    end_log(&c);
    if (db_failure(db) != DB_FINE) {
        db_failure_fault(db, faults);
        db_forget_failure(db);
        walked = false;
    }
    if (out_entries) *out_entries = c.count;
    arena_release(&a);
    return walked && c.good;
}
