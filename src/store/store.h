/* store.h: a data folder: lingban.db (everything), keys.db (keys, erasable), media/ (sealed attachments).
 *
 * One process writes (it holds the folder's lock), any number read. Inside the writing process exactly one connection
 * writes, used by one thread; readers take a snapshot connection from a pool.
 *
 *     store_begin                         many commands share one transaction and one sync (group commit)
 *       store_savepoint, db_run …, store_keep or store_undo        one command each
 *     store_commit                        signs the journal's root; only now may answers go out
 *
 * Tables are of three kinds, told by their name: journal_… is the log; local_… is neither journalled nor compared;
 * every other table is *state*, which evolve alone writes and replay must reproduce row for row. Views for reports
 * are named v_….
 * Read next: db.h (statements), journal.h, seal.h, blob.h, backup.h.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/env.h"
#include "store/db.h"

struct store;

/* One room's piece of the schema: src/ROOM/schema.sql, embedded by mk/schema.mk as `const char schema_ROOM[]`. */
struct store_schema {
    const char *name;
    const char *sql;
};
extern const char schema_store[];

struct store_options {
    const char *folder;                /* NULL: a temporary store for replay, gone when closed */
    const struct store_schema *schema; /* ends with name NULL; "store" first */
    bool create;                       /* makes the folder when there is none; an existing store is a fault */
    bool read_only;                    /* takes no lock; store_begin is refused */
    bool guard;                        /* any write to a state table outside store_evolving is a failure */
    const char *vfs;                   /* NULL; tests name a SQLite VFS that loses writes */
    const char *origin;                /* for create: the log's name, "town.example/log"; NULL: a random one */
    const char *master_key_file;       /* 32 bytes kept apart from the folder; NULL: the master key is in keys.db */
    const char *test_keys;             /* for create: all secrets are a function of this label. Never with real data */
    bool any_schema;                   /* also one with the tables of another version: for upgrading and verifying */
    struct store *keys_of;             /* no keys of its own: personal values are opened with that store's. For a
                                          temporary store, or one that is being upgraded (upgrade.h) */
};

/* NULL with one fault: store.missing, store.exists, store.not-ours, store.damaged, store.newer, store.other-schema,
 * store.locked, store.full, store.denied, store.failed. */
struct store *store_open(const struct store_options *options, struct faults *faults);
void store_close(struct store *s);
bool store_schema_current(struct store *s, const struct store_schema *schema); /* made by these very pieces */
const char *store_folder(const struct store *s); /* NULL for a temporary one */
const char *store_test_keys(const struct store *s); /* the label; NULL when the keys are real */

/* The writer. */
struct db *store_writer(struct store *s);
bool store_begin(struct store *s);
void store_savepoint(struct store *s);
/* Ends the savepoint and keeps what was done; when a statement had failed everything since is undone and it says
 * false (db_failure tells why, until the next savepoint). */
bool store_keep(struct store *s);
void store_undo(struct store *s);
/* A command without a savepoint costs a tenth less, but cannot be undone alone. store_step says whether nothing stands
 * half-done after it: no failure, and, where it was not kept, no row written since `changes` (what store_changes said
 * before it). After false only store_rollback helps. */
int64_t store_changes(struct store *s);
bool store_step(struct store *s, bool kept, int64_t changes);
/* False: nothing of the whole batch was kept (after a full disk, say). It adds the fault. */
bool store_commit(struct store *s, struct faults *faults);
void store_rollback(struct store *s); /* drops the batch */
void store_evolving(struct store *s, bool yes); /* evolve says so before and after; counted by the guard */

/* Readers: a snapshot from begin to end. Waits when all connections are taken (16). */
struct db *store_read_begin(struct store *s);
/* False when a statement had failed in between: what was read must not be shown. */
bool store_read_end(struct store *s, struct db *db, struct faults *faults);

/* Reports: text written in a service folder, run by a connection that may read nothing but views named v_… and call
 * harmless functions, with limits. Parameters are named (:from). */
struct report_parameter {
    const char *name; /* ":from" */
    struct db_value value;
};
struct report_limits {
    int64_t micros;
    size_t rows;
};
/* Called a row, with the columns' names; false stops. */
typedef bool report_row(void *context, const struct query *row);
/* Codes: report.refused, report.slow, report.long, report.wrong (SQL that does not compile; its words are an
 * argument). Two faults are never added. */
bool store_report(struct store *s, struct str sql, const struct report_parameter *parameters, size_t count,
                  struct report_limits limits, report_row *row, void *context, struct faults *faults);
/* Only compiles it: what `service check` asks. Names of its columns, in the arena. */
bool store_report_check(struct store *s, struct str sql, struct arena *a, struct str **out_columns, size_t *out_count, struct faults *faults);

/* State tables row for row. False with faults (code store.differs: table, key of the row, column) at the first
 * difference of each table. */
bool store_compare(struct store *a, struct store *b, struct faults *faults);
/* Names of the state tables, sorted. */
size_t store_state_tables(struct store *s, struct arena *a, struct str **out_names);
/* PRAGMA integrity_check and foreign_key_check of both databases. */
bool store_check(struct store *s, struct faults *faults);

#endif
