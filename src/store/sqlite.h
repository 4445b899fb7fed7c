/* sqlite.h: what only the store's own files ask of a connection (db.h is for everybody else).
 * SQL that is put together from names of our own schema (comparing tables, guards) goes through the _made functions.
 */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include "store/db.h"

#include <sqlite3.h>

enum db_open_mode { DB_OPEN_WRITE, DB_OPEN_READ, DB_OPEN_TEMPORARY };

/* NULL with a fault. The file must exist (an empty one is an empty database), unless temporary. */
struct db *db_open(const char *path, enum db_open_mode mode, const char *vfs, struct faults *faults);
void db_close(struct db *db);
sqlite3 *db_handle(struct db *db);
bool db_script(struct db *db, const char *sql); /* several statements: schemas and pragmas */
/* Moves the write-ahead log into the file and empties it, so that what was overwritten is gone from both. Waits a
 * moment for readers; false when one still needs the log (or on a failure, which is not kept): ask again later. */
bool db_empty_log(struct db *db);
struct query db_query_made(struct db *db, const char *sql);
/* The same for text that is not ours (report.c); *tail is what follows the first statement. */
struct query db_query_tail(struct db *db, const char *sql, const char **tail);
sqlite3_stmt *db_query_statement(const struct query *q);
bool db_run_made(struct db *db, const char *sql);
void db_finish_queries(struct db *db); /* ends queries that work which was left half-way had open */
void db_forget_failure(struct db *db);
bool db_in_transaction(const struct db *db);
/* Fault for a failed sqlite3_ call outside of a statement. */
void db_note(struct db *db, int status);
/* "name" in double quotes for SQL we make. */
struct str db_quoted(struct arena *a, struct str name);

#endif
