/* keys.c: keys.db, the one file whose loss of a row is meant to be for good (seal.h, inside.h).
 *
 * Secrets of the house (the key for finding, the key for links, the seeds of the logs) and the data keys of parties
 * and cases are wrapped with the master key, AES-256-GCM under a context that names them. A destroyed key leaves its
 * row without the key: "erased" can be told from "missing". secure_delete overwrites what is freed, and the write-
 * ahead log, which may still hold the old page, is emptied after every destruction.
 * One connection, one lock: a key is read in a few microseconds and rarely.
 * A commit with new keys syncs one file more. When many come at once, keys for the next subjects are made with them.
 */
#include "store/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES,
    CROWD = 16, /* new keys in one batch from which on some are made ahead … */
    AHEAD = 4,  /* … enough for so many batches like it */
};

struct keys {
    struct db *db;
    pthread_mutex_t lock;
    bool in_batch;
    struct {
        int64_t count, largest; /* new keys of this batch, by kind of subject; ids are given out in order */
    } made[SEAL_CASE + 1];
    bool log_holds_keys; /* a destroyed key may still stand in the write-ahead log, which a reader held */
    char *test_label; /* NULL: real keys */
    int64_t log; /* the log that was signed last; 0: none yet */
    uint8_t master[KEY_BYTES], find[KEY_BYTES], link[KEY_BYTES], log_seed[KEY_BYTES];
};

static const char keys_schema[] =
    "CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE data_key ("
    "    number INTEGER PRIMARY KEY,"
    "    subject_kind INTEGER NOT NULL,"
    "    subject_id INTEGER NOT NULL,"
    "    wrapped BLOB," /* NULL once destroyed */
    "    UNIQUE (subject_kind, subject_id)"
    ") STRICT;";

static struct str key_str(const uint8_t key[KEY_BYTES]) {
    return (struct str){(const char *)key, KEY_BYTES};
}

/* A new key: random, or a function of the test label and what it is for. */
static void make_key(const struct keys *k, const char *what, uint8_t out[KEY_BYTES]) {
    if (!k->test_label) {
        env_random(out, KEY_BYTES);
        return;
    }
    struct hash h = sha256_pieces((const struct str[]){STR("lingban test key, never for real data: "),
                                                       str_from(k->test_label), STR("/"), str_from(what)}, 4);
    memcpy(out, h.bytes, KEY_BYTES);
}

static void wrap(const struct keys *k, const char *what, const uint8_t key[KEY_BYTES], uint8_t out[WRAPPED_BYTES]) {
    env_random(out, NONCE_BYTES);
    aead_seal(k->master, out, str_from(what), key_str(key), out + NONCE_BYTES);
}

static bool unwrap(const struct keys *k, const char *what, struct str wrapped, uint8_t out[KEY_BYTES]) {
    if (wrapped.n != WRAPPED_BYTES) return false;
    return aead_open(k->master, (const uint8_t *)wrapped.p, str_from(what),
                     str_sub(wrapped, NONCE_BYTES, WRAPPED_BYTES), out);
}

static bool begin(struct keys *k) {
    if (!k->in_batch) k->in_batch = db_run(k->db, "BEGIN IMMEDIATE");
    return k->in_batch;
}

static bool commit(struct keys *k) {
    if (!k->in_batch) return true;
    k->in_batch = false;
    return db_run(k->db, "COMMIT");
}

/* The failure of this connection becomes a fault; it starts afresh. */
static bool report(struct keys *k, struct faults *faults) {
    db_failure_fault(k->db, faults);
    if (db_in_transaction(k->db)) sqlite3_exec(db_handle(k->db), "ROLLBACK", NULL, NULL, NULL);
    k->in_batch = false;
    k->log = 0; /* its seed may have been of this batch */
    db_forget_failure(k->db);
    return false;
}

/* Secrets of the house. */

static bool secret_put(struct keys *k, const char *name, const uint8_t key[KEY_BYTES]) {
    uint8_t wrapped[WRAPPED_BYTES];
    wrap(k, name, key, wrapped);
    return db_run(k->db, "INSERT INTO secret (name, value) VALUES (?, ?)", DB_TEXT(str_from(name)),
                  DB_BLOB(((struct str){(const char *)wrapped, sizeof wrapped})));
}

static bool secret_get(struct keys *k, const char *name, uint8_t out[KEY_BYTES]) {
    struct query q = db_query(k->db, "SELECT value FROM secret WHERE name = ?", DB_TEXT(str_from(name)));
    bool good = query_next(&q) && unwrap(k, name, query_blob(&q, 0), out);
    query_done(&q);
    return good;
}

static bool secret_get_or_make(struct keys *k, const char *name, uint8_t out[KEY_BYTES]) {
    if (secret_get(k, name, out)) return true;
    if (db_int(k->db, 0, "SELECT count(*) FROM secret WHERE name = ?", DB_TEXT(str_from(name)))) return false;
    make_key(k, name, out);
    return begin(k) && secret_put(k, name, out);
}

static bool read_master_file(struct keys *k, struct arena *a, const char *path, struct faults *faults) {
    struct str bytes;
    if (!file_read(a, path, 4096, &bytes, NULL)) {
        fault_error(faults, "store.keys", (struct place){.file = str_from(path)}, T("The master key's file {0} cannot be read."), str_from(path));
        return false;
    }
    if (bytes.n != KEY_BYTES) {
        fault_error(faults, "store.keys", (struct place){.file = str_from(path)},
                    T("The master key must be a file of exactly 32 random bytes."));
        return false;
    }
    memcpy(k->master, bytes.p, KEY_BYTES);
    return true;
}

/* Without a file of its own the master key stands, unwrapped, in keys.db. */
static bool stored_master(struct keys *k) {
    struct query q = db_query(k->db, "SELECT value FROM secret WHERE name = 'master'");
    bool good = query_next(&q) && query_blob(&q, 0).n == KEY_BYTES;
    if (good) memcpy(k->master, query_blob(&q, 0).p, KEY_BYTES);
    query_done(&q);
    return good;
}

static bool has_stored_master(struct keys *k) {
    return db_int(k->db, 0, "SELECT count(*) FROM secret WHERE name = 'master'") > 0;
}

static void load_test_label(struct keys *k, struct arena *a) {
    struct query q = db_query(k->db, "SELECT value FROM secret WHERE name = 'test-keys-never-for-real-data'");
    if (query_next(&q)) k->test_label = (char *)(uintptr_t)arena_cstr(a, query_blob(&q, 0));
    query_done(&q);
}

static struct keys *keys_connect(struct store *s, const struct store_options *options, const char *path,
                                 struct faults *faults) {
    struct keys *k = arena_new(&s->arena, struct keys);
    pthread_mutex_init(&k->lock, NULL);
    k->db = db_open(path, DB_OPEN_WRITE, options->vfs, faults);
    if (!k->db) return NULL;
    db_script(k->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                     "PRAGMA cache_size = -512;");
    return k;
}

static bool fill_new(struct keys *k, const struct store_options *options) {
    if (!db_script(k->db, keys_schema)) return false;
    if (options->test_keys) {
        struct str label = str_from(options->test_keys);
        db_run(k->db, "INSERT INTO secret (name, value) VALUES ('test-keys-never-for-real-data', ?)", DB_BLOB(label));
    }
    if (!options->master_key_file) {
        make_key(k, "master", k->master);
        db_run(k->db, "INSERT INTO secret (name, value) VALUES ('master', ?)", DB_BLOB(key_str(k->master)));
    }
    make_key(k, "find", k->find);
    make_key(k, "link", k->link);
    return secret_put(k, "find", k->find) && secret_put(k, "link", k->link);
}

struct keys *keys_create(struct store *s, const struct store_options *options, struct faults *faults) {
    const char *path = arena_printf(&s->arena, "%s/keys.db", options->folder).p;
    /* The files are made here, so that SQLite's own masks never leave them readable to others for a moment. */
    if (!file_write(path, STR(""), 0600, faults)) return NULL;
    struct keys *k = keys_connect(s, options, path, faults);
    if (!k) return NULL;
    if (options->test_keys) k->test_label = (char *)(uintptr_t)arena_cstr(&s->arena, str_from(options->test_keys));
    bool good = !options->master_key_file || read_master_file(k, &s->arena, options->master_key_file, faults);
    good = good && begin(k) && fill_new(k, options) && commit(k) && db_script(k->db, "PRAGMA wal_checkpoint(TRUNCATE)");
    if (good) return k;
    report(k, faults);
    keys_close(k);
    return NULL;
}

static bool load_keys(struct keys *k, struct store *s, const struct store_options *options, const char *path,
                      struct faults *faults) {
    if (options->master_key_file ? !read_master_file(k, &s->arena, options->master_key_file, faults) : !stored_master(k)) {
        if (!options->master_key_file && db_failure(k->db) == DB_FINE)
            fault_error(faults, "store.keys", (struct place){.file = str_from(path)},
                        T("The master key is not in keys.db. Say where it is with --master-key FILE."));
        return false;
    }
    if (secret_get(k, "find", k->find) && secret_get(k, "link", k->link)) return true;
    if (db_failure(k->db) != DB_FINE) return false;
    struct str why = T("The keys in keys.db do not open with this master key. Restore keys.db from the last backup.");
    if (options->master_key_file) why = T("The keys in keys.db do not open with this master key. Name the file that the folder was made with.");
    if (options->master_key_file && has_stored_master(k)) why = T("The master key of this folder is in its keys.db. Leave --master-key away.");
    fault_error(faults, "store.keys", (struct place){.file = str_from(path)}, why);
    return false;
}

struct keys *keys_open(struct store *s, const struct store_options *options, struct faults *faults) {
    const char *path = arena_printf(&s->arena, "%s/keys.db", options->folder).p;
    if (!file_exists(path)) {
        fault_error(faults, "store.keys", (struct place){.file = str_from(path)},
                    T("keys.db is missing. Without it no personal value can be read: restore it from the last backup."));
        return NULL;
    }
    struct keys *k = keys_connect(s, options, path, faults);
    if (!k) return NULL;
    load_test_label(k, &s->arena);
    if (load_keys(k, s, options, path, faults)) return k;
    report(k, faults);
    keys_close(k);
    return NULL;
}

void keys_close(struct keys *k) {
    if (!k) return;
    db_close(k->db);
    pthread_mutex_destroy(&k->lock);
    crypto_wipe(k->master, sizeof k->master);
    crypto_wipe(k->find, sizeof k->find);
    crypto_wipe(k->link, sizeof k->link);
    crypto_wipe(k->log_seed, sizeof k->log_seed);
}

const char *keys_test_label(const struct keys *k) {
    return k->test_label;
}

void keys_lock(struct keys *k) {
    pthread_mutex_lock(&k->lock);
}

void keys_unlock(struct keys *k) {
    pthread_mutex_unlock(&k->lock);
}

struct db *keys_db(struct keys *k) {
    return k->db;
}

bool keys_log_seed(struct keys *k, int64_t log, uint8_t out[KEY_BYTES]) {
    char name[40];
    snprintf(name, sizeof name, "log-%lld", (long long)log);
    keys_lock(k);
    bool good = k->log == log || secret_get_or_make(k, name, k->log_seed);
    k->log = good ? log : 0;
    memcpy(out, k->log_seed, KEY_BYTES);
    keys_unlock(k);
    return good;
}

/* Data keys. */

static void key_name(struct seal_subject subject, char out[64]) {
    snprintf(out, 64, "data-key-%d-%lld", (int)subject.kind, (long long)subject.id);
}

static int64_t insert_data_key(struct keys *k, struct seal_subject subject, uint8_t out[KEY_BYTES]) {
    char name[64];
    uint8_t wrapped[WRAPPED_BYTES];
    key_name(subject, name);
    make_key(k, name, out);
    wrap(k, name, out, wrapped);
    if (!begin(k)) return 0;
    k->made[subject.kind].count++;
    if (subject.id > k->made[subject.kind].largest) k->made[subject.kind].largest = subject.id;
    bool good = db_run(k->db, "INSERT INTO data_key (subject_kind, subject_id, wrapped) VALUES (?, ?, ?)",
                       DB_INT(subject.kind), DB_INT(subject.id),
                       DB_BLOB(((struct str){(const char *)wrapped, sizeof wrapped})));
    return good ? db_last_id(k->db) : 0;
}

static bool has_row(struct keys *k, struct seal_subject subject) {
    return db_int(k->db, 0, "SELECT count(*) FROM data_key WHERE subject_kind = ? AND subject_id = ?", DB_INT(subject.kind), DB_INT(subject.id)) > 0;
}

static void make_ahead(struct keys *k) {
    int64_t all = 0;
    for (int kind = SEAL_PARTY; kind <= SEAL_CASE; kind++) all += k->made[kind].count;
    for (int kind = SEAL_PARTY; kind <= SEAL_CASE && all >= CROWD; kind++) {
        int64_t last = k->made[kind].largest, more = k->made[kind].count * AHEAD;
        for (int64_t id = last + 1; id <= last + more; id++) {
            struct seal_subject subject = {.kind = kind, .id = id};
            uint8_t key[KEY_BYTES];
            if (!has_row(k, subject)) insert_data_key(k, subject, key);
            crypto_wipe(key, sizeof key);
        }
    }
    memset(k->made, 0, sizeof k->made);
}

int64_t keys_data_key(struct keys *k, struct seal_subject subject, bool make, uint8_t out[KEY_BYTES]) {
    char name[64];
    key_name(subject, name);
    keys_lock(k);
    if (make) begin(k); /* the batch reads many: file locks are taken once */
    struct query q = db_query(k->db, "SELECT number, wrapped FROM data_key WHERE subject_kind = ? AND subject_id = ?",
                              DB_INT(subject.kind), DB_INT(subject.id));
    int64_t number = 0;
    bool there = query_next(&q);
    if (there && unwrap(k, name, query_blob(&q, 1), out)) number = query_int(&q, 0);
    query_done(&q);
    if (!there && make) number = insert_data_key(k, subject, out);
    keys_unlock(k);
    return number;
}

enum seal_result keys_by_number(struct keys *k, int64_t number, uint8_t out[KEY_BYTES]) {
    keys_lock(k);
    struct query q =
        db_query(k->db, "SELECT subject_kind, subject_id, wrapped FROM data_key WHERE number = ?", DB_INT(number));
    enum seal_result result = SEAL_DAMAGED;
    if (query_next(&q)) {
        char name[64];
        struct seal_subject subject = {.kind = (int)query_int(&q, 0), .id = query_int(&q, 1)};
        key_name(subject, name);
        if (query_is_null(&q, 2)) result = SEAL_ERASED;
        else if (unwrap(k, name, query_blob(&q, 2), out)) result = SEAL_OPEN;
    }
    query_done(&q);
    keys_unlock(k);
    return result;
}

bool keys_is_destroyed(struct keys *k, struct seal_subject subject) {
    keys_lock(k);
    bool destroyed = db_int(k->db, 0, "SELECT wrapped IS NULL FROM data_key WHERE subject_kind = ? AND subject_id = ?",
                            DB_INT(subject.kind), DB_INT(subject.id)) != 0;
    keys_unlock(k);
    return destroyed;
}

bool keys_commit(struct keys *k, struct faults *faults) {
    keys_lock(k);
    make_ahead(k);
    bool good = commit(k) && db_failure(k->db) == DB_FINE;
    if (!good) report(k, faults);
    if (k->log_holds_keys) k->log_holds_keys = !db_empty_log(k->db);
    keys_unlock(k);
    return good;
}

void keys_rollback(struct keys *k) {
    keys_lock(k);
    memset(k->made, 0, sizeof k->made);
    report(k, NULL);
    keys_unlock(k);
}

/* A subject that never had a key gets the empty row too: nothing can be sealed for it any more. */
static bool destroy(struct keys *k, struct seal_subject subject) {
    return begin(k) &&
           db_run(k->db,
                  "INSERT INTO data_key (subject_kind, subject_id, wrapped) VALUES (?, ?, NULL)"
                  " ON CONFLICT (subject_kind, subject_id) DO UPDATE SET wrapped = NULL",
                  DB_INT(subject.kind), DB_INT(subject.id)) &&
           commit(k);
}

bool keys_destroy(struct keys *k, struct seal_subject subject, struct faults *faults) {
    keys_lock(k);
    bool good = destroy(k, subject) || report(k, faults);
    if (good) k->log_holds_keys = !db_empty_log(k->db);
    keys_unlock(k);
    return good;
}

bool keys_check(struct keys *k, struct faults *faults, int64_t *out_keys) {
    int64_t count = 0;
    bool good = true;
    keys_lock(k);
    struct query q = db_query(k->db, "SELECT number, subject_kind, subject_id, wrapped FROM data_key ORDER BY number");
    while (query_next(&q)) {
        char name[64], number[24];
        uint8_t key[KEY_BYTES];
        struct seal_subject subject = {.kind = (int)query_int(&q, 1), .id = query_int(&q, 2)};
        count++;
        key_name(subject, name);
        if (query_is_null(&q, 3) || unwrap(k, name, query_blob(&q, 3), key)) continue;
        snprintf(number, sizeof number, "%lld", (long long)query_int(&q, 0));
        fault_error(faults, "key.altered", (struct place){.file = STR("keys.db")},
                    T("Key {0} is altered: what was sealed with it cannot be read."), str_from(number));
        good = false;
    }
    if (db_failure(k->db) != DB_FINE) good = report(k, faults);
    keys_unlock(k);
    if (out_keys) *out_keys = count;
    return good;
}

struct hash seal_find_hash(struct store *s, struct str field, struct str value) {
    const struct keys *k = s->keys_of ? s->keys_of->keys : s->keys;
    const struct str pieces[] = {STR("lingban.find.v1/"), field, {"\0", 1}, value};
    return hmac_sha256(key_str(k->find), pieces, 4);
}

struct str seal_link_key(struct store *s) {
    const struct keys *k = s->keys_of ? s->keys_of->keys : s->keys;
    return key_str(k->link);
}
