/* engine_internal.h: the engine's inside, for the files of this room only. */
#ifndef ENGINE_INTERNAL_H
#define ENGINE_INTERNAL_H

#include "engine/engine.h"

#include <pthread.h>
#include <stdatomic.h>

struct engine {
    struct store *store;
    const struct zone *zone;
    const struct engine_room *const *rooms; /* as given; may be NULL */
    struct arena arena; /* lives as long as the engine */
    struct event_book events;
    struct command_book commands;
    struct services *services;
    atomic_uint_fast64_t version;
    instant last_at; /* of the last entry; the writer's thread only */
    instant forget_next;  /* when retention.c looks again; the writer's thread only … */
    int64_t forgotten_to; /* … and the case it has come to */

    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct arena writer_arena; /* used by the writer's thread only */
    struct map id_queries;     /* table → its "next id" query */
    struct work *first, **last; /* the queue */
    size_t waiting;             /* how many stand in it */
    size_t batch;               /* how many the last batch had … */
    int64_t commit_micros;      /* … and how long its commit took */
    bool stopping, running, timers;
    bool fire_now;              /* engine_fire_due asks */
    size_t fired;               /* … and is answered here */
    bool fire_done;
    pthread_cond_t fire_finished;
};

#define ENGINE_VERSION "0.1.0"

bool writer_start(struct engine *e);
void writer_stop(struct engine *e);

/* The earliest due timer at or before `now` but for the first `skip`; false when there is none. */
bool timer_due(struct db *db, instant now, size_t skip, int64_t *out_case, int64_t *out_wait);

/* The next case whose personal answers have had their time: puts case.forget into *out; false: none (retention.c). */
bool retention_due(struct engine *e, struct db *db, struct arena *a, instant now, struct command **out);

/* Is a change of the calendar still being worked in (calendar.c)? */
bool recount_waits(struct db *db);

/* ---- rights (decide.c); `at` is the instant of the act */
bool organisation_covers(struct db *db, int64_t above, int64_t below, instant at); /* above 0: everything */
bool account_holds(struct db *db, int64_t account, struct str role, struct str service, int64_t organisation, instant at);
/* Four eyes (lingban:fourEyes): did this account do one of the steps (ids with commas between them, `opening` among them) of
 * the case? Then it may not do the task. A step may name itself: whoever was recused from it once does not get it again. */
bool barred_by_four_eyes(struct db *db, int64_t account, int64_t case_id, struct str steps);
/* May this account know of the case at all? Of a restricted one: holders of its role where it is kept, and whoever has
 * or had a task of it by name. Of any other: yes, as far as this goes. */
bool case_known_to(struct db *db, int64_t account, int64_t case_id, instant at);
unsigned account_may(struct db *db, int64_t account, instant at); /* bits of enum may */

#endif
