/* inside.h: what the files of this room share about an open store, and nobody else sees.
 * Read next: store.c (opening, transactions), keys.c (keys.db), journal.c (the tree in memory).
 */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include "store/journal.h"
#include "store/seal.h"
#include "store/sqlite.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

enum { READERS = 16, STORE_FORMAT = 1, STORE_APPLICATION = 0x4C424E47 /* "LBNG" */ };

/* The journal's end, kept in memory so that appending reads nothing. */
struct journal_end {
    struct merkle tree; /* of the current log */
    int64_t log, first; /* the log's number and that of its first entry */
    int64_t last;       /* number of the last entry */
    instant last_at;
    int64_t signed_size; /* of the latest checkpoint */
};

struct keys;

/* Connections handed out one at a time to a thread; the one given back last goes out first, its pages being warm. */
struct pool {
    pthread_mutex_t lock;
    pthread_cond_t given_back;
    struct db *idle[READERS];
    size_t idle_count, made, limit;
};

struct store {
    struct arena arena;    /* for what lives as long as the store */
    const char *folder;    /* NULL: temporary */
    const char *vfs;
    int lock;              /* of the folder; -1 when read only */
    bool read_only;
    struct store *keys_of; /* a replay reads that store's keys */
    struct keys *keys;

    struct db *writer;
    bool evolving;       /* evolve is at work: the guard lets state be written */
    bool batch_lost;     /* the transaction is gone though nobody ended it: a full disk */
    bool failure_told;   /* store_keep or store_undo has reported it */
    bool destroy_asked;  /* the running batch destroys keys once it has committed */
    atomic_bool backups_stopped; /* backup.h */
    bool removal_asked;  /* … and removes files (blob.h) */
    struct journal_end journal, journal_at_begin, journal_at_savepoint;

    /* The data key used last, for a command seals several values of one subject. Forgotten when a batch ends. */
    struct seal_subject key_subject;
    int64_t key_number; /* 0: none */
    uint8_t key_bytes[KEY_BYTES];

    struct pool readers, reports;
};

/* sqlite.c keeps a pointer to the store beside each connection. */
void db_set_store(struct db *db, struct store *s);
struct store *db_store(const struct db *db);

/* keys.c */
struct keys *keys_create(struct store *s, const struct store_options *options, struct faults *faults);
struct keys *keys_open(struct store *s, const struct store_options *options, struct faults *faults);
void keys_close(struct keys *k);
const char *keys_test_label(const struct keys *k);
/* Seed of a log's signing key, made when there is none. */
bool keys_log_seed(struct keys *k, int64_t log, uint8_t out[KEY_BYTES]);
/* The subject's data key and its number. 0 when it is destroyed or cannot be had. */
int64_t keys_data_key(struct keys *k, struct seal_subject subject, bool make, uint8_t out[KEY_BYTES]);
enum seal_result keys_by_number(struct keys *k, int64_t number, uint8_t out[KEY_BYTES]);
bool keys_is_destroyed(struct keys *k, struct seal_subject subject);
bool keys_commit(struct keys *k, struct faults *faults); /* what the batch has made; before the batch itself */
void keys_rollback(struct keys *k);
bool keys_destroy(struct keys *k, struct seal_subject subject, struct faults *faults); /* durable when it returns */
bool keys_check(struct keys *k, struct faults *faults, int64_t *out_keys);
struct db *keys_db(struct keys *k); /* only with keys_lock held */
void keys_lock(struct keys *k);
void keys_unlock(struct keys *k);

/* pool.c: NULL with a fault when no connection can be opened. `prepare` is called for a new one. */
void pool_init(struct pool *p, size_t limit);
void pool_release(struct pool *p);
struct db *pool_take(struct store *s, struct pool *p, void (*prepare)(struct db *), struct faults *faults);
void pool_give(struct pool *p, struct db *db);
struct db *store_connect_reader(struct store *s, struct faults *faults);

/* guard.c */
bool guard_install(struct store *s);

/* seal.c, journal.c: their parts of a commit. */
void seal_forget_key(struct store *s);
bool seal_after_commit(struct store *s, struct faults *faults);
bool journal_load(struct store *s);
bool journal_create(struct store *s, const char *origin);
bool journal_sign(struct store *s);

#endif
