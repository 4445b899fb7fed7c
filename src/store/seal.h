/* seal.h: personal values that can be made unreadable for good.
 *
 * Every party and every case has a data key in keys.db, wrapped by the master key. A sealed value is the text
 * "A256GCM.KEY.NONCE.CIPHERTEXT" (algorithm, key number, base64url twice; SM4 later has another first word); what is
 * encrypted is a random salt and the value, and the commitment SHA-256("lingban.commit.v1" ‖ salt ‖ value) stands
 * beside it in the event. So a receipt can prove a value to its owner, and once the key is destroyed neither text nor
 * commitment tells anything. Opening needs the same `context` as sealing (which field of what: "case.answer/name"), so
 * that a value cannot be moved to another place.
 * Keys are committed before the events that use them and destroyed after the event that says so: a crash between
 * leaves an unused key or an erasure that seal_settle finishes, never a value without its key.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "base/crypto.h"
#include "base/json.h"
#include "store/store.h"

struct seal_subject {
    enum { SEAL_PARTY = 1, SEAL_CASE = 2 } kind;
    int64_t id;
};

enum seal_result { SEAL_OPEN, SEAL_ERASED, SEAL_DAMAGED };

struct sealed {
    struct str token;       /* "A256GCM.…" */
    struct hash commitment;
};

/* Seals with the subject's key, made when there is none. Writer thread, inside store_begin … store_commit. Salts,
 * nonces and keys come from env_random. False when the subject is already erased. */
bool seal_value(struct store *s, struct arena *a, struct seal_subject subject, struct str context, struct str value,
                struct sealed *out);
/* Any connection. The salt goes to out_salt (16 bytes) when not NULL. */
enum seal_result seal_open(struct db *db, struct arena *a, struct str token, struct str context, struct str *out_value,
                           uint8_t *out_salt);
struct hash seal_commitment(const uint8_t salt[16], struct str value);

/* The form inside events: {"commitment":"base64url","sealed":"A256GCM.…"}. */
void seal_put_json(struct json_out *j, struct arena *a, const struct sealed *sealed);
bool seal_is_json(const struct json *value);
enum seal_result seal_open_json(struct db *db, struct arena *a, const struct json *value, struct str context,
                                struct str *out_value);

/* Destroys the subject's key when the running batch commits (not if it is undone). Also for a subject without one. */
void seal_destroy(struct store *s, struct seal_subject subject);
bool seal_destroyed(struct db *db, struct seal_subject subject);
/* At start: destroys the keys that committed erasures had asked for when the process ended. */
bool seal_settle(struct store *s, struct faults *faults);
/* Erasures that a restored backup has yet to learn of (backup.h): the engine erases each and then calls
 * seal_erasure_done. */
size_t seal_erasures_due(struct db *db, struct arena *a, struct seal_subject **out);
void seal_erasure_done(struct store *s, struct seal_subject subject);

/* For finding a sensitive value exactly: HMAC with a key of keys.db; `field` keeps fields apart. Normalise first. */
struct hash seal_find_hash(struct store *s, struct str field, struct str value);
/* Key for secrets in links (ids.h, secret_for_case). */
struct str seal_link_key(struct store *s);

/* False with a fault for every key a live subject should have and that is missing or cannot be unwrapped. */
bool seal_verify(struct db *db, struct faults *faults, int64_t *out_keys);

#endif
