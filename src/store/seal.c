/* seal.c: sealing and opening single values (seal.h). Keys come from keys.c. */
#include "store/inside.h"

#include <string.h>

enum { SALT_BYTES = 16 };
#define ALGORITHM "A256GCM"

static struct keys *keys_for(struct store *s) {
    return s->keys_of ? s->keys_of->keys : s->keys;
}

struct hash seal_commitment(const uint8_t salt[16], struct str value) {
    return sha256_pieces((const struct str[]){STR("lingban.commit.v1"), {(const char *)salt, SALT_BYTES}, value}, 3);
}

/* What the seal is bound to besides the key: the form itself and the place it stands in. */
static struct str bound_to(struct arena *a, int64_t key, struct str context) {
    return arena_printf(a, ALGORITHM ".%lld|%.*s", (long long)key, STR_ARGS(context));
}

void seal_forget_key(struct store *s) {
    s->key_number = 0;
    crypto_wipe(s->key_bytes, sizeof s->key_bytes);
}

static bool is_to_be_destroyed(struct db *db, struct seal_subject subject) {
    return db_int(db, 0, "SELECT count(*) FROM local_key_destroy WHERE subject_kind = ? AND subject_id = ?",
                  DB_INT(subject.kind), DB_INT(subject.id)) > 0;
}

/* Number of the subject's key, whose bytes are then in the store; 0 when it is erased. */
static int64_t key_to_seal_with(struct store *s, struct seal_subject subject) {
    if (s->key_number && s->key_subject.kind == subject.kind && s->key_subject.id == subject.id) return s->key_number;
    seal_forget_key(s);
    if (is_to_be_destroyed(s->writer, subject)) return 0;
    s->key_subject = subject;
    s->key_number = keys_data_key(keys_for(s), subject, true, s->key_bytes);
    if (s->key_number == 0 && !keys_is_destroyed(keys_for(s), subject)) db_fail(s->writer, DB_IO, "no data key could be made");
    return s->key_number;
}

bool seal_value(struct store *s, struct arena *a, struct seal_subject subject, struct str context, struct str value,
                struct sealed *out) {
    uint8_t luck[SALT_BYTES + NONCE_BYTES], *nonce = luck + SALT_BYTES;
    int64_t number = key_to_seal_with(s, subject);
    if (number == 0) return false;
    char *plain = arena_alloc_raw(a, SALT_BYTES + value.n);
    env_random(luck, sizeof luck);
    memcpy(plain, luck, SALT_BYTES);
    if (value.n) memcpy(plain + SALT_BYTES, value.p, value.n);
    size_t sealed_n = SALT_BYTES + value.n + TAG_BYTES;
    uint8_t *sealed = arena_alloc_raw(a, sealed_n);
    aead_seal(s->key_bytes, nonce, bound_to(a, number, context), (struct str){plain, SALT_BYTES + value.n}, sealed);
    out->commitment = seal_commitment((const uint8_t *)plain, value);
    struct str nonce_text = base64url_encode(a, (struct str){(const char *)nonce, NONCE_BYTES});
    struct str sealed_text = base64url_encode(a, (struct str){(const char *)sealed, sealed_n});
    out->token = arena_printf(a, ALGORITHM ".%lld.%.*s.%.*s", (long long)number, STR_ARGS(nonce_text),
                              STR_ARGS(sealed_text));
    return true;
}

struct token {
    int64_t key;
    struct str nonce, sealed;
};

static bool token_parse(struct arena *a, struct str text, struct token *out) {
    struct str algorithm, key, nonce, sealed;
    if (!str_split(&text, '.', &algorithm) || !str_split(&text, '.', &key) || !str_split(&text, '.', &nonce) ||
        !str_split(&text, '.', &sealed) || text.n)
        return false;
    return str_eq(algorithm, STR(ALGORITHM)) && str_to_int64(key, &out->key) && base64url_decode(a, nonce, &out->nonce) &&
           out->nonce.n == NONCE_BYTES && base64url_decode(a, sealed, &out->sealed) &&
           out->sealed.n >= SALT_BYTES + TAG_BYTES;
}

enum seal_result seal_open(struct db *db, struct arena *a, struct str token, struct str context, struct str *out_value,
                           uint8_t *out_salt) {
    struct token t;
    uint8_t key[KEY_BYTES];
    *out_value = STR_NONE;
    if (!token_parse(a, token, &t)) return SEAL_DAMAGED;
    enum seal_result result = keys_by_number(keys_for(db_store(db)), t.key, key);
    if (result != SEAL_OPEN) return result;
    char *plain = arena_alloc_raw(a, t.sealed.n);
    bool good = aead_open(key, (const uint8_t *)t.nonce.p, bound_to(a, t.key, context), t.sealed, (uint8_t *)plain);
    crypto_wipe(key, sizeof key);
    if (!good) return SEAL_DAMAGED;
    if (out_salt) memcpy(out_salt, plain, SALT_BYTES);
    *out_value = (struct str){plain + SALT_BYTES, t.sealed.n - TAG_BYTES - SALT_BYTES};
    return SEAL_OPEN;
}

void seal_put_json(struct json_out *j, struct arena *a, const struct sealed *sealed) {
    json_object_open(j);
    json_member_string(j, "commitment", base64url_encode(a, HASH_STR(sealed->commitment)));
    json_member_string(j, "sealed", sealed->token);
    json_object_close(j);
}

bool seal_is_json(const struct json *value) {
    return value && value->kind == JSON_OBJECT && value->count == 2 && json_string(value, "sealed").p &&
           json_string(value, "commitment").p;
}

enum seal_result seal_open_json(struct db *db, struct arena *a, const struct json *value, struct str context,
                                struct str *out_value) {
    uint8_t salt[SALT_BYTES];
    struct str stated;
    *out_value = STR_NONE;
    if (!seal_is_json(value)) return SEAL_DAMAGED;
    enum seal_result result = seal_open(db, a, json_string(value, "sealed"), context, out_value, salt);
    if (result != SEAL_OPEN) return result;
    struct hash commitment = seal_commitment(salt, *out_value);
    if (base64url_decode(a, json_string(value, "commitment"), &stated) && crypto_equal(stated, HASH_STR(commitment)))
        return SEAL_OPEN;
    *out_value = STR_NONE;
    return SEAL_DAMAGED;
}

/* Erasing. */

void seal_destroy(struct store *s, struct seal_subject subject) {
    seal_forget_key(s);
    if (s->keys_of) return; /* replay: the key is gone, or will be, in the store it came from */
    db_run(s->writer, "INSERT OR IGNORE INTO local_key_destroy (subject_kind, subject_id) VALUES (?, ?)",
           DB_INT(subject.kind), DB_INT(subject.id));
    s->destroy_asked = true;
}

bool seal_destroyed(struct db *db, struct seal_subject subject) {
    return is_to_be_destroyed(db, subject) || keys_is_destroyed(keys_for(db_store(db)), subject);
}

static size_t subjects_in(struct query *q, struct arena *a, struct seal_subject **out) {
    size_t count = 0, capacity = 0;
    *out = NULL;
    while (query_next(q)) {
        struct seal_subject subject = {.kind = (int)query_int(q, 0), .id = query_int(q, 1)};
        VEC_PUSH(a, *out, count, capacity, subject);
    }
    return count;
}

bool seal_settle(struct store *s, struct faults *faults) {
    struct arena a;
    struct seal_subject *subjects;
    arena_init(&a, 64 << 20);
    struct query q = db_query(s->writer, "SELECT subject_kind, subject_id FROM local_key_destroy");
    size_t count = subjects_in(&q, &a, &subjects);
    bool good = true;
    for (size_t i = 0; i < count && good; i++) good = keys_destroy(s->keys, subjects[i], faults);
    arena_release(&a);
    if (count == 0 || !good) return good;
    good = db_run(s->writer, "DELETE FROM local_key_destroy");
    if (!good) db_failure_fault(s->writer, faults);
    return good;
}

/* The erasing batch is durable now; the key may go. Whatever fails here is done again at the next start. */
bool seal_after_commit(struct store *s, struct faults *faults) {
    if (!s->destroy_asked) return true;
    s->destroy_asked = false;
    bool good = seal_settle(s, faults);
    db_forget_failure(s->writer);
    /* The blanked cells, too, should not live on in the log. A long reader may hold it; the next erasure tries again,
     * and closing empties it in any case. */
    db_empty_log(s->writer);
    return good;
}

size_t seal_erasures_due(struct db *db, struct arena *a, struct seal_subject **out) {
    struct query q = db_query(db, "SELECT subject_kind, subject_id FROM local_erasure_due");
    return subjects_in(&q, a, out);
}

void seal_erasure_done(struct store *s, struct seal_subject subject) {
    db_run(s->writer, "DELETE FROM local_erasure_due WHERE subject_kind = ? AND subject_id = ?", DB_INT(subject.kind),
           DB_INT(subject.id));
}

/* Verifying: every key number that stands in a sealed value of the journal must have its row. */

struct key_check {
    struct store *store;
    struct faults *faults;
    bool good;
};

static bool key_of_entry(void *context, const struct journal_entry *entry) {
    struct key_check *c = context;
    struct str rest = entry->body, mark = STR("\"" ALGORITHM ".");
    for (ptrdiff_t at; (at = str_find(rest, mark)) >= 0;) {
        rest = str_sub(rest, (size_t)at + mark.n, rest.n);
        struct str digits = str_sub(rest, 0, (size_t)(str_find_byte(rest, '.') > 0 ? str_find_byte(rest, '.') : 0));
        uint8_t key[KEY_BYTES];
        int64_t number;
        if (!str_to_int64(digits, &number)) continue;
        if (keys_by_number(keys_for(c->store), number, key) != SEAL_DAMAGED) continue;
        fault_error(c->faults, "key.missing", (struct place){.file = STR("keys.db")},
                    T("Key {0} is missing: what was sealed with it cannot be read."), digits);
        c->good = false;
        return false;
    }
    return true;
}

bool seal_verify(struct db *db, struct faults *faults, int64_t *out_keys) {
    struct key_check c = {.store = db_store(db), .faults = faults, .good = true};
    bool keys_good = keys_check(keys_for(c.store), faults, out_keys);
    if (!keys_good) return false; /* an altered key would be told again for every entry */
    journal_walk(db, 1, key_of_entry, &c);
    return c.good;
}
