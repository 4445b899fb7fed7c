/* pool.c: connections for readers (store.h): a snapshot each, taken by a thread and given back. */
#include "store/inside.h"

void pool_init(struct pool *p, size_t limit) {
    *p = (struct pool){.limit = limit};
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->given_back, NULL);
}

void pool_release(struct pool *p) {
    while (p->idle_count > 0) db_close(p->idle[--p->idle_count]);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->given_back);
}

/* A temporary store has no file to connect to again: its reports (checked when a service is deployed, also in replay)
 * meet the same tables and views, empty. */
static struct db *empty_copy(struct store *s, struct faults *faults) {
    struct db *db = db_open(NULL, DB_OPEN_TEMPORARY, NULL, faults);
    if (!db) return NULL;
    struct query q = db_query(s->writer, "select sql from sqlite_schema where type in ('table', 'view') and name not like 'sqlite_%' order by rowid");
    struct arena a;
    arena_init(&a, 1 << 20);
    while (query_next(&q)) db_script(db, arena_cstr(&a, query_text(&q, 0)));
    query_done(&q);
    arena_release(&a);
    return db;
}

struct db *store_connect_reader(struct store *s, struct faults *faults) {
    struct arena a;
    if (!s->folder) return empty_copy(s, faults);
    arena_init(&a, 1 << 16);
    struct db *db = db_open(arena_printf(&a, "%s/lingban.db", s->folder).p, DB_OPEN_READ, s->vfs, faults);
    arena_release(&a);
    if (!db) return NULL;
    db_set_store(db, s);
    db_script(db, "PRAGMA query_only = ON; PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY;");
    return db;
}

struct db *pool_take(struct store *s, struct pool *p, void (*prepare)(struct db *), struct faults *faults) {
    pthread_mutex_lock(&p->lock);
    while (p->idle_count == 0 && p->made == p->limit) pthread_cond_wait(&p->given_back, &p->lock);
    struct db *db = p->idle_count > 0 ? p->idle[--p->idle_count] : NULL;
    if (!db) p->made++;
    pthread_mutex_unlock(&p->lock);
    if (db) return db;
    db = store_connect_reader(s, faults);
    if (db && prepare) prepare(db);
    if (db) return db;
    pthread_mutex_lock(&p->lock);
    p->made--;
    pthread_cond_signal(&p->given_back);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

void pool_give(struct pool *p, struct db *db) {
    pthread_mutex_lock(&p->lock);
    p->idle[p->idle_count++] = db;
    pthread_cond_signal(&p->given_back);
    pthread_mutex_unlock(&p->lock);
}

struct db *store_read_begin(struct store *s) {
    if (!s->folder) return s->writer; /* a temporary store has but one connection */
    struct db *db = pool_take(s, &s->readers, NULL, NULL);
    if (db) db_run(db, "BEGIN");
    return db;
}

bool store_read_end(struct store *s, struct db *db, struct faults *faults) {
    if (!db) {
        fault_error(faults, "store.failed", (struct place){.file = str_from(s->folder)},
                    T("The database could not be opened. Please try again in a moment."));
        return false;
    }
    if (db == s->writer) return db_failure(db) == DB_FINE;
    db_finish_queries(db);
    bool good = db_failure(db) == DB_FINE;
    if (!good) db_failure_fault(db, faults);
    db_forget_failure(db);
    if (db_in_transaction(db)) db_run(db, "COMMIT");
    db_forget_failure(db);
    pool_give(&s->readers, db);
    return good;
}
