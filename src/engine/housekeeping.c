/* housekeeping.c: see housekeeping.h. */
#include "engine/housekeeping.h"

#include "engine/engine_internal.h"
#include "engine/session.h"
#include "store/blob.h"

#include <stdlib.h>
#include <time.h>

struct lapsing {
    struct engine *engine;
    instant before;
    struct housekeeping_report *report;
};

/* Their files go once this is durable (blob.h). */
static void lapse_uploads(struct db *db, const struct lapsing *l) {
    struct arena a;
    arena_init(&a, 64 << 20);
    struct str *addresses = NULL;
    size_t count = 0, capacity = 0;
    struct query q = db_query(db, "select address, coalesce(thumbnail, '') from local_upload where at < ?", DB_INT(l->before));
    while (query_next(&q))
        for (int i = 0; i < 2; i++) VEC_PUSH(&a, addresses, count, capacity, arena_str(&a, query_text(&q, i)));
    db_run(db, "delete from local_upload where at < ?", DB_INT(l->before));
    for (size_t i = 0; i < count; i++) blob_remove_later(l->engine->store, addresses[i]);
    l->report->uploads = (int64_t)count / 2;
    arena_release(&a);
}

/* Codes, the messages that brought them and counts of failures are of no use after a day; numbers stand in some. */
static void lapse_codes(struct db *db, instant before) {
    db_run(db, "delete from local_code where made_at < ?", DB_INT(before));
    db_run(db, "delete from local_message where at < ?", DB_INT(before));
    db_run(db, "delete from local_failure where last_at < ? and what not like 'known:%'", DB_INT(before));
    db_run(db, "delete from local_failure where last_at < ?", DB_INT(before - SIGN_IN_KNOWN_DAYS * MICROS_A_DAY));
    db_run(db, "delete from local_outbox_attempt where message < 0 and -message not in (select id from local_message)");
    db_run(db, "delete from local_session where seen_at < ?", DB_INT(before));
}

static bool lapse(struct db *db, void *argument) {
    struct lapsing *l = argument;
    l->report->drafts = db_int(db, 0, "select count(*) from local_draft where at < ?", DB_INT(l->before));
    db_run(db, "delete from local_draft where at < ?", DB_INT(l->before));
    lapse_uploads(db, l);
    lapse_codes(db, env_now() - MICROS_A_DAY);
    blob_settle_later(l->engine->store);
    return db_failure(db) == DB_FINE;
}

bool housekeeping_round(struct engine *e, struct housekeeping_report *out) {
    struct lapsing l = {.engine = e, .before = env_now() - DRAFT_DAYS * MICROS_A_DAY, .report = out};
    *out = (struct housekeeping_report){0};
    if (!engine_run_local(e, lapse, &l)) return false;
    struct db *db = store_read_begin(e->store);
    bool swept = blob_sweep(e->store, db, MICROS_A_DAY, &out->files, NULL);
    return store_read_end(e->store, db, NULL) && swept;
}

/* ---- the thread */

struct housekeeper {
    struct engine *engine;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
};

static void *keep_house(void *argument) {
    const instant hour = 3600LL * MICROS_A_SECOND;
    struct housekeeper *h = argument;
    struct housekeeping_report report;
    instant next = 0;
    pthread_mutex_lock(&h->lock);
    while (!h->stopping) {
        instant now = env_now();
        if (now >= next) {
            pthread_mutex_unlock(&h->lock);
            housekeeping_round(h->engine, &report);
            next = now + hour;
            pthread_mutex_lock(&h->lock);
            continue;
        }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&h->wake, &h->lock, &until);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

struct housekeeper *housekeeper_start(struct engine *e) {
    struct housekeeper *h = calloc(1, sizeof *h);
    if (!h) return NULL;
    h->engine = e;
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->wake, NULL);
    if (pthread_create(&h->thread, NULL, keep_house, h) == 0) return h;
    free(h);
    return NULL;
}

void housekeeper_stop(struct housekeeper *h) {
    if (!h) return;
    pthread_mutex_lock(&h->lock);
    h->stopping = true;
    pthread_cond_signal(&h->wake);
    pthread_mutex_unlock(&h->lock);
    pthread_join(h->thread, NULL);
    pthread_mutex_destroy(&h->lock);
    pthread_cond_destroy(&h->wake);
    free(h);
}
