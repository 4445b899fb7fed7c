/* sqlite.c: connections and statements on SQLite (db.h, sqlite.h).
 *
 * Prepared statements are found by the address of their literal, which is cheaper than hashing the text and just as
 * unique; one that is in the middle of its rows when asked for again gets a twin. Statements in use hang in a list,
 * so that work which left through arena_escape can be tidied up behind.
 */
#include "store/sqlite.h"
#include "store/inside.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 512, BUSY_MILLISECONDS = 2000, LOG_MILLISECONDS = 200 };

struct db_statement {
    sqlite3_stmt *stmt;
    const char *literal; /* NULL: made for one use, finalised afterwards */
    struct db_statement *next_in_slot;
    struct db_statement *next_in_use, *previous_in_use;
    bool in_use;
};

struct db {
    sqlite3 *handle;
    struct db_statement *slots[SLOTS];
    struct db_statement *in_use;
    enum db_failure failure;
    char detail[240];
    int64_t steps;
    struct store *store;
};

void db_set_store(struct db *db, struct store *s) {
    db->store = s;
}

struct store *db_store(const struct db *db) {
    return db->store;
}

struct db_value DB_TEXT_OR_NULL(struct str s) {
    return s.p ? DB_TEXT(s) : DB_NULL;
}

struct db_value DB_INT_OR_NULL(int64_t v, int64_t null_value) {
    return v == null_value ? DB_NULL : DB_INT(v);
}

/* Failures. */

static enum db_failure failure_of(sqlite3 *handle, int status) {
    int cause = handle ? sqlite3_system_errno(handle) : 0;
    switch (status & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return DB_FINE;
    case SQLITE_CONSTRAINT: return DB_CONSTRAINT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return DB_BUSY;
    case SQLITE_FULL: return DB_FULL;
    case SQLITE_IOERR: return cause == ENOSPC || cause == EDQUOT ? DB_FULL : DB_IO;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_NOMEM: return DB_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return DB_DAMAGED;
    case SQLITE_INTERRUPT: return DB_INTERRUPTED;
    case SQLITE_AUTH: return DB_REFUSED;
    default: return DB_BUG;
    }
}

void db_fail(struct db *db, enum db_failure kind, const char *detail) {
    if (db->failure != DB_FINE || kind == DB_FINE) return;
    db->failure = kind;
    snprintf(db->detail, sizeof db->detail, "%s", detail);
}

void db_note(struct db *db, int status) {
    db_fail(db, failure_of(db->handle, status), sqlite3_errmsg(db->handle));
}

void db_forget_failure(struct db *db) {
    db->failure = DB_FINE;
    db->detail[0] = 0;
}

enum db_failure db_failure(const struct db *db) {
    return db->failure;
}

const char *db_failure_detail(const struct db *db) {
    return db->detail;
}

void db_failure_fault(const struct db *db, struct faults *faults) {
    const char *path = sqlite3_db_filename(db->handle, "main");
    struct place place = {.file = str_from(path)};
    switch (db->failure) {
    case DB_FINE: return;
    case DB_BUSY:
        fault_error(faults, "store.locked", place,
                    T("Another program holds the database. Stop it, then try again."));
        return;
    case DB_FULL:
        fault_error(faults, "store.full", place,
                    T("The disk is full. Nothing that was confirmed is lost; free some space, then try again."));
        return;
    case DB_DAMAGED:
        fault_error(faults, "store.damaged", place,
                    T("The database is damaged. Restore the last backup with “lingban restore”."));
        return;
    case DB_CONSTRAINT:
        fault_error(faults, "store.conflict", place, T("This contradicts what is already stored: {0}."),
                    str_from(db->detail));
        return;
    case DB_INTERRUPTED:
        fault_error(faults, "store.slow", place, T("This took too long and was stopped."));
        return;
    case DB_REFUSED:
        fault_error(faults, "store.refused", place, T("This may not be read here: {0}."), str_from(db->detail));
        return;
    default:
        fault_error(faults, "store.failed", place, T("The database could not be read or written: {0}."),
                    str_from(db->detail));
    }
}

/* Opening. */

/* Once, before the first connection. Without counting its memory SQLite takes no lock of the whole process for each
 * allocation. Refused when somebody (a test's shim) started SQLite before: then it counts. */
static void configure(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static struct db *open_failed(struct db *db, const char *path, int status, struct faults *faults) {
    int cause = db->handle ? sqlite3_system_errno(db->handle) : 0;
    if (cause && (status & 0xff) == SQLITE_CANTOPEN) {
        file_fault(faults, path, cause);
    } else {
        db_note(db, status);
        db_failure_fault(db, faults);
    }
    db_close(db);
    return NULL;
}

struct db *db_open(const char *path, enum db_open_mode mode, const char *vfs, struct faults *faults) {
    static pthread_once_t configured = PTHREAD_ONCE_INIT;
    pthread_once(&configured, configure);
    struct db *db = calloc(1, sizeof *db);
    if (!db) {
        fault_error(faults, "store.failed", (struct place){0}, T("There is not enough memory."));
        return NULL;
    }
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (mode == DB_OPEN_TEMPORARY) flags |= SQLITE_OPEN_CREATE;
    int status = sqlite3_open_v2(mode == DB_OPEN_TEMPORARY ? "" : path, &db->handle, flags, vfs);
    if (status != SQLITE_OK) return open_failed(db, path, status, faults);
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, BUSY_MILLISECONDS);
    /* Nothing of a hostile file may run: no functions in schemas, no writing of internal tables. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return db;
}

void db_close(struct db *db) {
    if (!db) return;
    db_finish_queries(db);
    for (size_t i = 0; i < SLOTS; i++)
        while (db->slots[i]) {
            struct db_statement *s = db->slots[i];
            db->slots[i] = s->next_in_slot;
            sqlite3_finalize(s->stmt);
            free(s);
        }
    sqlite3_close(db->handle);
    free(db);
}

sqlite3 *db_handle(struct db *db) {
    return db->handle;
}

bool db_in_transaction(const struct db *db) {
    return !sqlite3_get_autocommit(db->handle);
}

int64_t db_steps(struct db *db) {
    return db->steps;
}

/* Statements. */

static struct db_statement **slot_of(struct db *db, const char *literal) {
    uint64_t h = (uint64_t)(uintptr_t)literal * 0x9E3779B97F4A7C15u;
    return &db->slots[h >> 55]; /* the top nine bits: SLOTS is 512 */
}

static struct db_statement *prepare(struct db *db, const char *sql, bool keep, const char **tail) {
    struct db_statement *s = calloc(1, sizeof *s);
    if (!s) {
        db_fail(db, DB_IO, "out of memory");
        return NULL;
    }
    int status = sqlite3_prepare_v3(db->handle, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &s->stmt, tail);
    if (status != SQLITE_OK || !s->stmt) {
        if (status == SQLITE_OK) db_fail(db, DB_BUG, "an empty statement");
        db_note(db, status);
        free(s);
        return NULL;
    }
    if (keep) {
        struct db_statement **slot = slot_of(db, sql);
        s->literal = sql;
        s->next_in_slot = *slot;
        *slot = s;
    }
    return s;
}

static struct db_statement *take(struct db *db, const char *literal) {
    if (db->failure != DB_FINE) return NULL;
    struct db_statement *s = *slot_of(db, literal);
    /* The text is compared too: made SQL (a room's plans) may come to stand where another has been. */
    while (s && (s->literal != literal || s->in_use || strcmp(sqlite3_sql(s->stmt), literal) != 0)) s = s->next_in_slot;
    if (!s) s = prepare(db, literal, true, NULL);
    return s;
}

static void use(struct db *db, struct db_statement *s) {
    s->in_use = true;
    s->previous_in_use = NULL;
    s->next_in_use = db->in_use;
    if (db->in_use) db->in_use->previous_in_use = s;
    db->in_use = s;
}

static void put_back(struct db *db, struct db_statement *s) {
    db->steps += sqlite3_stmt_status(s->stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
    sqlite3_reset(s->stmt);
    if (s->previous_in_use) s->previous_in_use->next_in_use = s->next_in_use;
    else db->in_use = s->next_in_use;
    if (s->next_in_use) s->next_in_use->previous_in_use = s->previous_in_use;
    s->in_use = false;
    if (s->literal) return;
    sqlite3_finalize(s->stmt);
    free(s);
}

void db_finish_queries(struct db *db) {
    while (db->in_use) put_back(db, db->in_use);
}

static int bind_one(sqlite3_stmt *stmt, int place, const struct db_value *v) {
    switch (v->kind) {
    case DB_KIND_INTEGER: return sqlite3_bind_int64(stmt, place, v->integer);
    case DB_KIND_TEXT:
        return sqlite3_bind_text64(stmt, place, v->bytes.p ? v->bytes.p : "", v->bytes.n, SQLITE_STATIC, SQLITE_UTF8);
    case DB_KIND_BLOB:
        return sqlite3_bind_blob64(stmt, place, v->bytes.p ? v->bytes.p : "", v->bytes.n, SQLITE_STATIC);
    default: return sqlite3_bind_null(stmt, place);
    }
}

static bool bind_all(struct db *db, struct db_statement *s, const struct db_value *values, size_t count) {
    if ((size_t)sqlite3_bind_parameter_count(s->stmt) != count) {
        db_fail(db, DB_BUG, sqlite3_sql(s->stmt));
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int status = bind_one(s->stmt, (int)i + 1, &values[i]);
        if (status == SQLITE_OK) continue;
        db_note(db, status);
        return false;
    }
    return true;
}

static bool step_to_end(struct db *db, struct db_statement *s) {
    int status;
    while ((status = sqlite3_step(s->stmt)) == SQLITE_ROW) continue;
    if (status != SQLITE_DONE) db_note(db, status);
    return status == SQLITE_DONE;
}

bool db_run_values(struct db *db, const char *literal, const struct db_value *values, size_t count) {
    struct db_statement *s = take(db, literal);
    if (!s) return false;
    use(db, s);
    bool good = bind_all(db, s, values, count) && step_to_end(db, s);
    put_back(db, s);
    return good;
}

bool db_run_made(struct db *db, const char *sql) {
    struct db_statement *s = db->failure == DB_FINE ? prepare(db, sql, false, NULL) : NULL;
    if (!s) return false;
    use(db, s);
    bool good = step_to_end(db, s);
    put_back(db, s);
    return good;
}

bool db_script(struct db *db, const char *sql) {
    if (db->failure != DB_FINE) return false;
    int status = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    db_note(db, status);
    return status == SQLITE_OK;
}

bool db_empty_log(struct db *db) {
    sqlite3_busy_timeout(db->handle, LOG_MILLISECONDS);
    int status = sqlite3_wal_checkpoint_v2(db->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(db->handle, BUSY_MILLISECONDS);
    return status == SQLITE_OK;
}

int64_t db_last_id(const struct db *db) {
    return sqlite3_last_insert_rowid(db->handle);
}

struct query db_query_values(struct db *db, const char *literal, const struct db_value *values, size_t count) {
    struct query q = {.db = db, .statement = take(db, literal)};
    if (!q.statement) return q;
    use(db, q.statement);
    if (!bind_all(db, q.statement, values, count)) query_done(&q);
    return q;
}

struct query db_query_tail(struct db *db, const char *sql, const char **tail) {
    struct query q = {.db = db, .statement = db->failure == DB_FINE ? prepare(db, sql, false, tail) : NULL};
    if (q.statement) use(db, q.statement);
    return q;
}

struct query db_query_made(struct db *db, const char *sql) {
    return db_query_tail(db, sql, NULL);
}

sqlite3_stmt *db_query_statement(const struct query *q) {
    return q->statement->stmt;
}

bool query_next(struct query *q) {
    if (!q->statement) return false;
    int status = sqlite3_step(q->statement->stmt);
    if (status == SQLITE_ROW) return true;
    if (status != SQLITE_DONE) db_note(q->db, status);
    query_done(q);
    return false;
}

void query_done(struct query *q) {
    if (q->statement) put_back(q->db, q->statement);
    q->statement = NULL;
}

int64_t query_int(const struct query *q, int column) {
    return sqlite3_column_int64(q->statement->stmt, column);
}

bool query_is_null(const struct query *q, int column) {
    return sqlite3_column_type(q->statement->stmt, column) == SQLITE_NULL;
}

struct str query_text(const struct query *q, int column) {
    const char *p = (const char *)sqlite3_column_text(q->statement->stmt, column);
    if (!p) return STR_NONE;
    return (struct str){p, (size_t)sqlite3_column_bytes(q->statement->stmt, column)};
}

struct str query_blob(const struct query *q, int column) {
    if (query_is_null(q, column)) return STR_NONE;
    const char *p = sqlite3_column_blob(q->statement->stmt, column);
    return (struct str){p ? p : "", (size_t)sqlite3_column_bytes(q->statement->stmt, column)};
}

enum db_kind query_kind(const struct query *q, int column) {
    switch (sqlite3_column_type(q->statement->stmt, column)) {
    case SQLITE_NULL: return DB_KIND_NULL;
    case SQLITE_INTEGER: return DB_KIND_INTEGER;
    case SQLITE_BLOB: return DB_KIND_BLOB;
    default: return DB_KIND_TEXT;
    }
}

int query_columns(const struct query *q) {
    return q->statement ? sqlite3_column_count(q->statement->stmt) : 0;
}

struct str query_name(const struct query *q, int column) {
    return str_from(sqlite3_column_name(q->statement->stmt, column));
}

int64_t db_int_values(struct db *db, int64_t otherwise, const char *literal, const struct db_value *values,
                      size_t count) {
    struct query q = db_query_values(db, literal, values, count);
    int64_t v = query_next(&q) && !query_is_null(&q, 0) ? query_int(&q, 0) : otherwise;
    query_done(&q);
    return v;
}

struct str db_text_values(struct db *db, struct arena *a, const char *literal, const struct db_value *values,
                          size_t count) {
    struct query q = db_query_values(db, literal, values, count);
    struct str v = STR_NONE;
    if (query_next(&q) && !query_is_null(&q, 0)) v = arena_str(a, query_text(&q, 0));
    query_done(&q);
    return v;
}

struct str db_quoted(struct arena *a, struct str name) {
    struct buf out;
    buf_init(&out, a, name.n * 2 + 3);
    buf_byte(&out, '"');
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"') buf_byte(&out, '"');
        buf_byte(&out, name.p[i]);
    }
    buf_byte(&out, '"');
    buf_byte(&out, 0);
    return (struct str){out.p, out.n - 1};
}
