/* journal.h: the append-only log: every command with its events, hashed into a Merkle tree, its roots signed.
 *
 * An entry is canonical JSON (RFC 8785) kept and hashed as the very bytes. The engine decides its members; the
 * journal itself writes only {"at":…,"command":{"kind":"log.start",…},"events":[],"v":1}, the first entry of the log
 * that a restored backup starts, which states the root of the old one.
 * A row holds the entry, its leaf hash and the inner nodes the entry completes (merkle.h), so that appending writes
 * one row and a proof reads a row a level.
 * Roots are signed as C2SP checkpoints (c2sp.org/tlog-checkpoint, c2sp.org/signed-note) once a commit.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/merkle.h"
#include "store/store.h"

/* Appends inside the writer's transaction; answers the entry's number (from 1, over all logs of the folder). The
 * entry is kept only by store_keep and durable only after store_commit. `at` is the event time, `kind` the
 * command's, both also inside `body`; here they are for looking up. */
int64_t journal_append(struct store *s, instant at, struct str kind, struct str body);
/* Time of the last entry, 0 when there is none: event time = max(last, now). */
instant journal_last_at(struct db *db);
int64_t journal_count(struct db *db);

struct journal_entry {
    int64_t number;
    instant at;
    struct str kind, body; /* in the arena, or borrowed until the next entry in journal_walk */
    int64_t log;           /* number of its log, from 1 */
    int64_t index;         /* from 0 within that log: the leaf's index */
    struct hash leaf;
};
bool journal_get(struct db *db, struct arena *a, int64_t number, struct journal_entry *out);
/* Entries from number `from` on, in order; false from `fn` stops the walk (the answer is then false). */
typedef bool journal_visit(void *context, const struct journal_entry *entry);
bool journal_walk(struct db *db, int64_t from, journal_visit *fn, void *context);

struct journal_log {
    int64_t log;
    struct str origin;   /* first line of its checkpoints */
    int64_t first;       /* number of its first entry */
    int64_t size;        /* entries so far */
    uint8_t public_key[KEY_BYTES];
};
bool journal_log_get(struct db *db, struct arena *a, int64_t log, struct journal_log *out); /* log 0: the current */

/* Latest signed checkpoint of a log (0: the current) that covers at least `size` entries; STR_NONE when there is none. */
struct str journal_checkpoint(struct db *db, struct arena *a, int64_t log, int64_t size);
/* Proofs within one log: `index` and sizes count that log's entries. */
bool journal_inclusion(struct db *db, int64_t log, int64_t index, int64_t size, struct merkle_proof *out);
bool journal_consistency(struct db *db, int64_t log, int64_t from, int64_t to, struct merkle_proof *out);
bool journal_root_at(struct db *db, int64_t log, int64_t size, struct hash *out);

/* Checkpoint text, pure. The key's name is the origin; "vkey" is the C2SP verifier key: name+hash+key. */
struct checkpoint {
    struct str origin;
    int64_t size;
    struct hash root;
};
struct str checkpoint_sign(struct arena *a, const struct checkpoint *c, const uint8_t public_key[KEY_BYTES], const uint8_t seed[KEY_BYTES]); /* the pair of one log */
/* False when the text is not a checkpoint of that form or no line is a good signature of this key. */
bool checkpoint_open(struct arena *a, struct str note, const uint8_t public_key[KEY_BYTES], struct checkpoint *out);
struct str checkpoint_vkey(struct arena *a, struct str origin, const uint8_t public_key[KEY_BYTES]);

/* Starts a new log in this folder (after a restore): own origin and key; its first entry states the old root. Inside
 * the writer's transaction. origin NULL: the old one with the next number and four drawn letters. */
int64_t journal_start_log(struct store *s, const char *origin, instant at);

/* Hashes every entry again, compares every inner node and every checkpoint's root and signature. False with one
 * fault for the first bad entry (journal.entry-altered, journal.node-altered, journal.gap, journal.checkpoint) of
 * each log. Counts go to out_entries when not NULL. */
bool journal_verify(struct db *db, struct faults *faults, int64_t *out_entries);

#endif
