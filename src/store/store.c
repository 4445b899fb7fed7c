/* store.c: opening a data folder, and the writer's transactions (store.h).
 * Read next: pool.c (readers), journal.c, keys.c. */
#include "store/blob.h"
#include "store/inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { STORE_ARENA = 16 << 20 };

static struct place at_path(const char *path) {
    return (struct place){.file = str_from(path)};
}

static const char *inside(struct store *s, const char *name) {
    return arena_printf(&s->arena, "%s/%s", s->folder, name).p;
}

/* Opening. */

static const char writer_pragmas[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                                     "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4000;"
                                     "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;";
static const char temporary_pragmas[] = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;"
                                        "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;";

static struct str piece_hash(struct arena *a, const struct store_schema *piece) {
    struct hash h = sha256(str_from(piece->sql));
    return hex_encode(a, HASH_STR(h));
}

static bool create_schema(struct store *s, const struct store_schema *schema) {
    db_run(s->writer, "BEGIN IMMEDIATE");
    for (const struct store_schema *piece = schema; piece->name; piece++) {
        db_script(s->writer, piece->sql);
        db_run(s->writer, "INSERT INTO local_schema (name, hash) VALUES (?, ?)", DB_TEXT(str_from(piece->name)),
               DB_TEXT(piece_hash(&s->arena, piece)));
    }
    struct str marks = arena_printf(&s->arena, "PRAGMA application_id = %d; PRAGMA user_version = %d;", STORE_APPLICATION,
                                    STORE_FORMAT);
    return db_script(s->writer, marks.p);
}

/* What an interrupted creation may have left behind. */
static bool remove_leftovers(struct store *s, struct faults *faults) {
    static const char *const names[] = {"lingban.db-wal", "lingban.db-shm", "keys.db", "keys.db-wal", "keys.db-shm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!file_remove(inside(s, names[i]), faults)) return false;
    return true;
}

/* Tables, and for a store with keys of its own the first log. The keys are committed before. */
static bool fill_new(struct store *s, const struct store_options *options, struct faults *faults) {
    if (!db_script(s->writer, writer_pragmas) || !create_schema(s, options->schema)) return false;
    if (!s->keys_of && (!journal_create(s, options->origin) || !keys_commit(s->keys, faults))) return false;
    return db_run(s->writer, "COMMIT") && db_script(s->writer, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/* Made in an order that leaves nothing half-made: a lingban.db without content means "not created yet". */
static bool create_files(struct store *s, const struct store_options *options, struct faults *faults) {
    const char *path = inside(s, "lingban.db");
    if (file_size(path) > 0) {
        fault_error(faults, "store.exists", at_path(s->folder), T("There is already a data folder here."));
        return false;
    }
    if (!remove_leftovers(s, faults) || !folder_make(inside(s, "media"), 0700, faults) ||
        !file_write(path, STR(""), 0600, faults))
        return false;
    if (!s->keys_of) s->keys = keys_create(s, options, faults);
    if (!s->keys && !s->keys_of) return false;
    s->writer = db_open(path, DB_OPEN_WRITE, options->vfs, faults);
    if (!s->writer) return false;
    db_set_store(s->writer, s);
    if (fill_new(s, options, faults)) return true;
    db_failure_fault(s->writer, faults);
    return false;
}

/* The first page tells what the file is, before SQLite is asked to believe it. */
static bool check_header(struct store *s, struct faults *faults) {
    const char *path = inside(s, "lingban.db");
    int64_t application = db_int(s->writer, -1, "PRAGMA application_id");
    int64_t format = db_int(s->writer, -1, "PRAGMA user_version");
    if (db_failure(s->writer) != DB_FINE) {
        db_failure_fault(s->writer, faults);
        return false;
    }
    if (application != STORE_APPLICATION) {
        fault_error(faults, "store.not-ours", at_path(path), T("This database was not made by Lingban."));
        return false;
    }
    if (format <= STORE_FORMAT) return true;
    fault_error(faults, "store.newer", at_path(path),
                T("This database was made by a newer version of Lingban. Use that version, or restore an older backup."));
    return false;
}

bool store_schema_current(struct store *s, const struct store_schema *schema) {
    for (const struct store_schema *piece = schema; piece->name; piece++) {
        struct str made = db_text(s->writer, &s->arena, "SELECT hash FROM local_schema WHERE name = ?",
                                  DB_TEXT(str_from(piece->name)));
        if (!str_eq(made, piece_hash(&s->arena, piece))) return false;
    }
    return true;
}

static bool check_schema(struct store *s, const struct store_schema *schema, struct faults *faults) {
    if (store_schema_current(s, schema)) return true;
    if (db_failure(s->writer) == DB_FINE)
        fault_error(faults, "store.other-schema", at_path(s->folder),
                    T("The tables of this data folder are those of another version. Run “lingban upgrade” first."));
    else db_failure_fault(s->writer, faults);
    return false;
}

static bool open_files(struct store *s, const struct store_options *options, struct faults *faults) {
    const char *path = inside(s, "lingban.db");
    if (file_size(path) <= 0) {
        fault_error(faults, "store.missing", at_path(s->folder),
                    T("There is no data folder here. “lingban init” makes one."));
        return false;
    }
    s->writer = db_open(path, s->read_only ? DB_OPEN_READ : DB_OPEN_WRITE, options->vfs, faults);
    if (!s->writer) return false;
    db_set_store(s->writer, s);
    if (!check_header(s, faults)) return false;
    db_script(s->writer, s->read_only ? "PRAGMA query_only = ON;" : writer_pragmas);
    if (!options->any_schema && !check_schema(s, options->schema, faults)) return false;
    s->keys = keys_open(s, options, faults);
    return s->keys != NULL;
}

static bool open_folder(struct store *s, const struct store_options *options, struct faults *faults) {
    s->folder = arena_cstr(&s->arena, str_from(options->folder));
    if (options->create && !folder_make(s->folder, 0700, faults)) return false;
    if (!file_exists(s->folder)) {
        fault_error(faults, "store.missing", at_path(s->folder),
                    T("There is no data folder here. “lingban init” makes one."));
        return false;
    }
    if (!s->read_only) {
        s->lock = folder_lock(s->folder, faults);
        if (s->lock < 0) return false;
    }
    if (options->create ? !create_files(s, options, faults) : !open_files(s, options, faults)) return false;
    if (!journal_load(s)) {
        if (db_failure(s->writer) == DB_FINE)
            fault_error(faults, "store.damaged", at_path(s->folder),
                        T("The journal is damaged. Restore the last backup with “lingban restore”."));
        db_failure_fault(s->writer, faults);
        return false;
    }
    if (s->read_only) return true;
    if (options->guard && !guard_install(s)) {
        db_failure_fault(s->writer, faults);
        return false;
    }
    return s->keys_of || (seal_settle(s, faults) && (options->any_schema || blob_settle(s, faults)));
}

/* Replay fills this one; it has no files that outlive it and no keys of its own. */
static bool open_temporary(struct store *s, const struct store_options *options, struct faults *faults) {
    s->writer = db_open(NULL, DB_OPEN_TEMPORARY, NULL, faults);
    if (!s->writer) return false;
    db_set_store(s->writer, s);
    bool good = db_script(s->writer, temporary_pragmas) && create_schema(s, options->schema) && db_run(s->writer, "COMMIT") &&
                journal_load(s) && (!options->guard || guard_install(s));
    if (!good) db_failure_fault(s->writer, faults);
    return good;
}

struct opening {
    struct store *s;
    const struct store_options *options;
    struct faults *faults;
    bool good;
};

static void do_open(void *arg) {
    struct opening *o = arg;
    o->good = o->options->folder ? open_folder(o->s, o->options, o->faults) : open_temporary(o->s, o->options, o->faults);
}

struct store *store_open(const struct store_options *options, struct faults *faults) {
    struct store *s = calloc(1, sizeof *s);
    if (!s) {
        fault_error(faults, "store.failed", (struct place){0}, T("There is not enough memory."));
        return NULL;
    }
    arena_init(&s->arena, STORE_ARENA);
    pool_init(&s->readers, READERS);
    pool_init(&s->reports, 4);
    s->lock = -1;
    s->read_only = options->read_only;
    s->keys_of = options->keys_of;
    s->vfs = options->vfs;
    struct opening o = {s, options, faults, false};
    if (arena_run(&s->arena, do_open, &o) && o.good) return s;
    store_close(s);
    return NULL;
}

void store_close(struct store *s) {
    if (!s) return;
    if (s->writer && db_in_transaction(s->writer)) store_rollback(s);
    pool_release(&s->readers);
    pool_release(&s->reports);
    db_close(s->writer);
    keys_close(s->keys);
    folder_unlock(s->lock);
    arena_release(&s->arena);
    free(s);
}

const char *store_folder(const struct store *s) {
    return s->folder;
}

const char *store_test_keys(const struct store *s) {
    return s->keys ? keys_test_label(s->keys) : NULL;
}

/* The writer. */

struct db *store_writer(struct store *s) {
    return s->writer;
}

void store_evolving(struct store *s, bool yes) {
    s->evolving = yes;
}

bool store_begin(struct store *s) {
    db_forget_failure(s->writer);
    s->batch_lost = false;
    s->failure_told = false;
    s->journal_at_begin = s->journal;
    if (s->read_only) db_fail(s->writer, DB_IO, "opened for reading only");
    return db_run(s->writer, "BEGIN IMMEDIATE");
}

void store_savepoint(struct store *s) {
    if (s->failure_told && !s->batch_lost) db_forget_failure(s->writer);
    s->failure_told = false;
    s->journal_at_savepoint = s->journal;
    db_run(s->writer, "SAVEPOINT command");
}

/* After some failures (a full disk, a broken read) SQLite has ended the whole transaction itself. Then the failure
 * stays, so that nothing runs outside of a transaction, and store_commit says that the batch is lost. */
void store_undo(struct store *s) {
    struct db *db = s->writer;
    db_finish_queries(db);
    s->evolving = false;
    s->journal = s->journal_at_savepoint;
    if (!db_in_transaction(db)) {
        s->batch_lost = true;
        db_fail(db, DB_IO, "the transaction was ended by a failure");
        return;
    }
    enum db_failure failure = db_failure(db);
    struct arena a;
    arena_init(&a, 4096);
    const char *detail = arena_cstr(&a, str_from(db_failure_detail(db)));
    db_forget_failure(db);
    if (db_run(db, "ROLLBACK TO command") && db_run(db, "RELEASE command")) {
        db_fail(db, failure, detail);
        s->failure_told = true;
    } else {
        s->batch_lost = true;
    }
    arena_release(&a);
}

bool store_keep(struct store *s) {
    db_finish_queries(s->writer);
    s->evolving = false;
    if (db_run(s->writer, "RELEASE command")) return true;
    store_undo(s);
    return false;
}

int64_t store_changes(struct store *s) {
    return sqlite3_total_changes64(db_handle(s->writer));
}

bool store_step(struct store *s, bool kept, int64_t changes) {
    db_finish_queries(s->writer);
    s->evolving = false;
    return db_failure(s->writer) == DB_FINE && db_in_transaction(s->writer) && (kept || store_changes(s) == changes);
}

void store_rollback(struct store *s) {
    db_finish_queries(s->writer);
    db_forget_failure(s->writer);
    if (db_in_transaction(s->writer)) db_run(s->writer, "ROLLBACK");
    s->journal = s->journal_at_begin;
    s->evolving = s->batch_lost = s->failure_told = s->destroy_asked = s->removal_asked = false;
    seal_forget_key(s); /* it may have been made in this batch */
    if (s->keys) keys_rollback(s->keys);
    db_forget_failure(s->writer);
}

bool store_commit(struct store *s, struct faults *faults) {
    struct db *db = s->writer;
    db_finish_queries(db);
    seal_forget_key(s);
    if (s->failure_told && !s->batch_lost) db_forget_failure(db);
    bool good = journal_sign(s);
    /* Keys first: a value must never be there without its key. A key without a value does no harm. */
    if (good && s->keys && !keys_commit(s->keys, faults)) {
        store_rollback(s);
        return false;
    }
    if (good && db_run(db, "COMMIT")) {
        /* What fails here is done again at the next start: the batch is durable and its answers are true. */
        seal_after_commit(s, NULL);
        if (s->removal_asked) blob_settle(s, NULL);
        db_forget_failure(db);
        return true;
    }
    db_failure_fault(db, faults);
    store_rollback(s);
    return false;
}
