/* journal.c: entries, their tree and its signed roots (journal.h). The end of the journal is kept in memory and
 * follows the transaction: store.c copies it at every begin and savepoint and puts it back when work is undone. */
#include "store/inside.h"

#include <stdio.h>
#include <string.h>

/* Appending. */

int64_t journal_append(struct store *s, instant at, struct str kind, struct str body) {
    struct journal_end *end = &s->journal;
    struct hash nodes[MERKLE_LEVELS + 1];
    size_t count = merkle_append(&end->tree, merkle_leaf(body), nodes);
    end->last++;
    end->last_at = at;
    db_run(s->writer, "INSERT INTO journal_entry (number, at, kind, hashes, body) VALUES (?, ?, ?, ?, ?)",
           DB_INT(end->last), DB_INT(at), DB_TEXT(kind),
           DB_BLOB(((struct str){(const char *)nodes, count * HASH_BYTES})), DB_BLOB(body));
    return end->last;
}

instant journal_last_at(struct db *db) {
    return db_int(db, 0, "SELECT at FROM journal_entry ORDER BY number DESC LIMIT 1");
}

int64_t journal_count(struct db *db) {
    return db_int(db, 0, "SELECT max(number) FROM journal_entry");
}

/* Reading. */

static void read_entry(const struct query *q, struct arena *a, struct journal_entry *out) {
    struct str hashes = query_blob(q, 3);
    *out = (struct journal_entry){.number = query_int(q, 0), .at = query_int(q, 1)};
    out->kind = a ? arena_str(a, query_text(q, 2)) : query_text(q, 2);
    out->body = a ? arena_str(a, query_blob(q, 4)) : query_blob(q, 4);
    if (hashes.n >= HASH_BYTES) memcpy(out->leaf.bytes, hashes.p, HASH_BYTES);
    out->log = query_int(q, 5);
    out->index = out->number - query_int(q, 6);
}

#define ENTRY_COLUMNS "SELECT e.number, e.at, e.kind, e.hashes, e.body, l.log, l.first"
/* The log an entry belongs to is the last that starts at or before it. */
#define ENTRY_LOG                                                                                                 \
    " JOIN journal_log l ON l.log = (SELECT max(log) FROM journal_log WHERE first <= e.number)"

bool journal_get(struct db *db, struct arena *a, int64_t number, struct journal_entry *out) {
    struct query q = db_query(db, ENTRY_COLUMNS " FROM journal_entry e" ENTRY_LOG " WHERE e.number = ?", DB_INT(number));
    bool found = query_next(&q);
    if (found) read_entry(&q, a, out);
    query_done(&q);
    return found;
}

bool journal_walk(struct db *db, int64_t from, journal_visit *fn, void *context) {
    struct query q = db_query(db, ENTRY_COLUMNS " FROM journal_entry e" ENTRY_LOG " WHERE e.number >= ? ORDER BY e.number",
                              DB_INT(from));
    while (query_next(&q)) {
        struct journal_entry entry;
        read_entry(&q, NULL, &entry);
        if (fn(context, &entry)) continue;
        query_done(&q);
        return false;
    }
    return db_failure(db) == DB_FINE;
}

bool journal_log_get(struct db *db, struct arena *a, int64_t log, struct journal_log *out) {
    struct query q = db_query(db,
                              "SELECT log, origin, first, public_key,"
                              " coalesce((SELECT min(n.first) FROM journal_log n WHERE n.log > l.log),"
                              "  (SELECT max(number) + 1 FROM journal_entry), 1) - first"
                              " FROM journal_log l WHERE log = CASE ?1 WHEN 0 THEN (SELECT max(log) FROM journal_log) ELSE ?1 END",
                              DB_INT(log));
    bool found = query_next(&q) && query_blob(&q, 3).n == KEY_BYTES;
    if (found) {
        *out = (struct journal_log){.log = query_int(&q, 0), .first = query_int(&q, 2), .size = query_int(&q, 4)};
        out->origin = arena_str(a, query_text(&q, 1));
        memcpy(out->public_key, query_blob(&q, 3).p, KEY_BYTES);
    }
    query_done(&q);
    return found;
}

/* Nodes: the one of level l and index i stands beside the leaf that completed it (merkle.h). */

struct node_reader {
    struct db *db;
    int64_t first; /* number of the log's first entry */
};

static bool read_node(void *context, unsigned level, uint64_t index, struct hash *out) {
    const struct node_reader *r = context;
    int64_t number = r->first + (int64_t)(((index + 1) << level) - 1);
    struct query q = db_query(r->db, "SELECT hashes FROM journal_entry WHERE number = ?", DB_INT(number));
    bool found = query_next(&q);
    struct str hashes = found ? query_blob(&q, 0) : STR_NONE;
    found = hashes.n >= (level + 1) * HASH_BYTES;
    if (found) memcpy(out->bytes, hashes.p + level * HASH_BYTES, HASH_BYTES);
    query_done(&q);
    return found;
}

static bool node_reader_for(struct db *db, int64_t log, int64_t size, struct node_reader *out) {
    *out = (struct node_reader){.db = db, .first = db_int(db, -1, "SELECT first FROM journal_log WHERE log = ?", DB_INT(log))};
    int64_t next = db_int(db, 0, "SELECT min(first) FROM journal_log WHERE log > ?", DB_INT(log));
    return out->first >= 0 && size >= 0 && (next == 0 || out->first + size <= next);
}

bool journal_inclusion(struct db *db, int64_t log, int64_t index, int64_t size, struct merkle_proof *out) {
    struct node_reader r;
    return index >= 0 && node_reader_for(db, log, size, &r) &&
           merkle_inclusion(read_node, &r, (uint64_t)index, (uint64_t)size, out);
}

bool journal_consistency(struct db *db, int64_t log, int64_t from, int64_t to, struct merkle_proof *out) {
    struct node_reader r;
    return from > 0 && node_reader_for(db, log, to, &r) &&
           merkle_consistency(read_node, &r, (uint64_t)from, (uint64_t)to, out);
}

bool journal_root_at(struct db *db, int64_t log, int64_t size, struct hash *out) {
    struct node_reader r;
    return node_reader_for(db, log, size, &r) && merkle_root_at(read_node, &r, (uint64_t)size, out);
}

struct str journal_checkpoint(struct db *db, struct arena *a, int64_t log, int64_t size) {
    return db_text(db, a,
                   "SELECT note FROM journal_checkpoint WHERE log = coalesce(nullif(?1, 0), (SELECT max(log) FROM journal_log)) AND size >= ?2"
                   " ORDER BY size DESC LIMIT 1",
                   DB_INT(log), DB_INT(size));
}

/* The end in memory. */

bool journal_load(struct store *s) {
    struct db *db = s->writer;
    struct journal_end *end = &s->journal;
    *end = (struct journal_end){.log = db_int(db, 0, "SELECT max(log) FROM journal_log")};
    end->first = db_int(db, 1, "SELECT first FROM journal_log WHERE log = ?", DB_INT(end->log));
    end->last = journal_count(db);
    end->last_at = journal_last_at(db);
    end->tree.size = (uint64_t)(end->last - end->first + 1);
    struct node_reader r = {.db = db, .first = end->first};
    uint64_t start = 0;
    for (int level = MERKLE_LEVELS - 1; level >= 0; level--) {
        if (!(end->tree.size >> level & 1)) continue;
        if (!read_node(&r, (unsigned)level, start >> level, &end->tree.frontier[level])) return false;
        start += (uint64_t)1 << level;
    }
    end->signed_size = db_int(db, 0, "SELECT max(size) FROM journal_checkpoint WHERE log = ?", DB_INT(end->log));
    return db_failure(db) == DB_FINE;
}

static bool add_log(struct store *s, int64_t log, struct str origin) {
    uint8_t seed[KEY_BYTES], public_key[KEY_BYTES];
    if (!keys_log_seed(s->keys, log, seed)) {
        db_fail(s->writer, DB_IO, "no signing key could be made");
        return false;
    }
    ed25519_public(seed, public_key);
    crypto_wipe(seed, sizeof seed);
    s->journal = (struct journal_end){.log = log, .first = s->journal.last + 1, .last = s->journal.last,
                                      .last_at = s->journal.last_at};
    return db_run(s->writer, "INSERT INTO journal_log (log, origin, first, public_key) VALUES (?, ?, ?, ?)", DB_INT(log),
                  DB_TEXT(origin), DB_INT(s->journal.first),
                  DB_BLOB(((struct str){(const char *)public_key, sizeof public_key})));
}

bool journal_create(struct store *s, const char *origin) {
    char made[64];
    if (!origin) {
        uint8_t luck[8];
        env_random(luck, sizeof luck);
        snprintf(made, sizeof made, "lingban.invalid/%02x%02x%02x%02x%02x%02x%02x%02x", luck[0], luck[1], luck[2], luck[3],
                 luck[4], luck[5], luck[6], luck[7]);
        origin = made;
    }
    return add_log(s, 1, str_from(origin));
}

/* What the first entry of a log after a restore states. */
static struct str start_entry(struct arena *a, instant at, const struct journal_log *old, struct hash old_root,
                              struct str origin) {
    struct buf out;
    struct json_out j;
    buf_init(&out, a, 8192);
    json_begin(&j, &out);
    json_object_open(&j);
    json_member_integer(&j, "at", at);
    json_name(&j, STR("command"));
    json_object_open(&j);
    json_member_string(&j, "kind", STR("log.start"));
    json_member_string(&j, "old_origin", old->origin);
    json_member_string(&j, "old_root", base64_encode(a, HASH_STR(old_root)));
    json_member_integer(&j, "old_size", old->size);
    json_member_string(&j, "origin", origin);
    json_object_close(&j);
    json_name(&j, STR("events"));
    json_array_open(&j);
    json_array_close(&j);
    json_member_integer(&j, "v", 1);
    json_object_close(&j);
    return buf_str(&out);
}

/* "town.example/log" is followed by "town.example/log-2-5f09". The last four are drawn: a backup may be restored
 * twice, and two logs must never go by one name. */
static struct str next_origin(struct arena *a, const struct journal_log *old) {
    struct str base = old->origin, number = arena_printf(a, "-%lld-", (long long)old->log);
    uint8_t luck[2];
    if (old->log > 1 && base.n > number.n + 4 && str_eq(str_sub(base, base.n - number.n - 4, base.n - 4), number))
        base = str_sub(base, 0, base.n - number.n - 4);
    env_random(luck, sizeof luck);
    return arena_printf(a, "%.*s-%lld-%02x%02x", STR_ARGS(base), (long long)old->log + 1, luck[0], luck[1]);
}

int64_t journal_start_log(struct store *s, const char *origin, instant at) {
    struct arena a;
    struct journal_log old;
    int64_t number = 0;
    arena_init(&a, 1 << 20);
    if (journal_log_get(s->writer, &a, 0, &old)) {
        struct hash root = merkle_root(&s->journal.tree);
        struct str name = origin ? str_from(origin) : next_origin(&a, &old);
        if (at < s->journal.last_at) at = s->journal.last_at;
        if (add_log(s, old.log + 1, name))
            number = journal_append(s, at, STR("log.start"), start_entry(&a, at, &old, root, name));
    }
    arena_release(&a);
    return number;
}

bool journal_sign(struct store *s) {
    struct journal_end *end = &s->journal;
    if ((uint64_t)end->signed_size == end->tree.size || s->keys_of) return true;
    struct arena a;
    struct journal_log log;
    uint8_t seed[KEY_BYTES];
    arena_init(&a, 1 << 20);
    bool good = journal_log_get(s->writer, &a, end->log, &log) && keys_log_seed(s->keys, end->log, seed);
    if (good) {
        struct checkpoint c = {.origin = log.origin, .size = (int64_t)end->tree.size, .root = merkle_root(&end->tree)};
        struct str note = checkpoint_sign(&a, &c, log.public_key, seed);
        crypto_wipe(seed, sizeof seed);
        good = db_run(s->writer, "INSERT INTO journal_checkpoint (log, size, note) VALUES (?, ?, ?)", DB_INT(end->log),
                      DB_INT(c.size), DB_TEXT(note));
        end->signed_size = c.size;
    }
    arena_release(&a);
    return good;
}
