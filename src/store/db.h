/* db.h: one connection to the database and its statements.
 *
 * SQL is written as literals and values are bound, never pasted: the macros below compile with nothing else.
 * Statements are prepared once a connection and kept. Failures are sticky: the first one is remembered, later
 * statements do nothing and queries give no rows, and whoever ends the work (store_keep, store_commit,
 * store_read_end) is told. So evolve and the pages need no check after each statement; nobody may act on what was
 * read before that end. A `struct db` is used by one thread at a time.
 * Behind it: sqlite.c, later postgres.c. Read next: store.h (who hands out connections).
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/fault.h"

struct db;

enum db_kind { DB_KIND_NULL, DB_KIND_INTEGER, DB_KIND_TEXT, DB_KIND_BLOB };

struct db_value {
    enum db_kind kind;
    int64_t integer;
    struct str bytes; /* borrowed until the statement is done */
};
#define DB_INT(v) ((struct db_value){.kind = DB_KIND_INTEGER, .integer = (v)})
#define DB_TEXT(s) ((struct db_value){.kind = DB_KIND_TEXT, .bytes = (s)})
#define DB_BLOB(s) ((struct db_value){.kind = DB_KIND_BLOB, .bytes = (s)})
#define DB_NULL ((struct db_value){.kind = DB_KIND_NULL})
struct db_value DB_TEXT_OR_NULL(struct str s);               /* NULL when s.p is NULL (STR_NONE) */
struct db_value DB_INT_OR_NULL(int64_t v, int64_t null_value); /* NULL when v == null_value */

enum db_failure {
    DB_FINE,
    DB_CONSTRAINT, /* a UNIQUE, CHECK, NOT NULL or foreign key said no, or the evolve guard did */
    DB_BUSY,
    DB_FULL,        /* the disk */
    DB_IO,          /* reading or writing failed, or is not allowed */
    DB_DAMAGED,     /* the file is not what it was */
    DB_INTERRUPTED, /* a report took too long */
    DB_REFUSED,     /* the authorizer of reports said no */
    DB_BUG          /* wrong SQL or use: ours */
};
enum db_failure db_failure(const struct db *db);
const char *db_failure_detail(const struct db *db); /* the engine's own English words, for logs; "" when fine */
void db_failure_fault(const struct db *db, struct faults *faults); /* the sentence for people: code store.… */
void db_fail(struct db *db, enum db_failure kind, const char *detail); /* makes the work end as a failure */

/* db_run(db, "INSERT INTO task (id, name) VALUES (?, ?)", DB_INT(id), DB_TEXT(name)): false when db has failed. */
#define db_run(db, sql, ...)                                                                                      \
    db_run_values((db), "" sql "", (const struct db_value[]){__VA_ARGS__},                                        \
                  sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value))
bool db_run_values(struct db *db, const char *literal, const struct db_value *values, size_t count);
int64_t db_last_id(const struct db *db); /* rowid of the last INSERT */

/* struct query q = db_query(db, "SELECT …", …); while (query_next(&q)) …; query_done(&q);
 * query_done may be left out after query_next has said false. Queries may nest, also of the same literal. */
struct db_statement;
struct query {
    struct db *db;
    struct db_statement *statement; /* NULL when done or failed */
};
#define db_query(db, sql, ...)                                                                                    \
    db_query_values((db), "" sql "", (const struct db_value[]){__VA_ARGS__},                                      \
                    sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value))
struct query db_query_values(struct db *db, const char *literal, const struct db_value *values, size_t count);
bool query_next(struct query *q);
void query_done(struct query *q);
/* Columns from 0. Text and blobs are borrowed until the next query_next; copy with arena_str. NULL reads as 0 and
 * as STR_NONE, which query_is_null tells from empty. */
int64_t query_int(const struct query *q, int column);
struct str query_text(const struct query *q, int column);
struct str query_blob(const struct query *q, int column);
bool query_is_null(const struct query *q, int column);
enum db_kind query_kind(const struct query *q, int column); /* a REAL (we store none) counts as text */
int query_columns(const struct query *q);
struct str query_name(const struct query *q, int column); /* borrowed until query_done */

/* First column of the first row. */
#define db_int(db, otherwise, sql, ...)                                                                           \
    db_int_values((db), (otherwise), "" sql "", (const struct db_value[]){__VA_ARGS__},                           \
                  sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value))
int64_t db_int_values(struct db *db, int64_t otherwise, const char *literal, const struct db_value *values,
                      size_t count);
#define db_text(db, arena, sql, ...)                                                                              \
    db_text_values((db), (arena), "" sql "", (const struct db_value[]){__VA_ARGS__},                              \
                   sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value))
struct str db_text_values(struct db *db, struct arena *a, const char *literal, const struct db_value *values,
                          size_t count); /* STR_NONE when there is no row or it is NULL */

/* Steps of the engine's virtual machine since the connection was opened: what a page costs, without a clock. */
int64_t db_steps(struct db *db);

#endif
