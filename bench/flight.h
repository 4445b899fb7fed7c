/* flight.h: a house of its own for a bench, and commands with 64 in flight. */
#ifndef BENCH_FLIGHT_H
#define BENCH_FLIGHT_H

#include "engine/engine.h"

#include <pthread.h>

enum { IN_FLIGHT = 64 };

struct bench {
    char folder[64]; /* below /var/tmp: /tmp is memory on some machines, and nothing would be synced */
    struct store *store;
    struct engine *engine;
    struct scene *scene; /* its names last as long as the house */
    int64_t first_task;  /* of a flight of claims */
};

/* Opens a new data folder and plays these lines of a scene; run in the project's folder. */
bool bench_house_open(struct bench *b, const char *const *lines, size_t count);
bool bench_house_play(struct bench *b, const char *const *lines, size_t count); /* more lines */
void bench_house_leave(struct bench *b); /* closes it; the folder stays, for a server */
void bench_house_close(struct bench *b); /* and removes the folder; also after bench_house_leave */

struct flight;
struct slot {
    struct work work;
    struct arena arena;
    struct flight *flight;
};

struct flight {
    struct bench *bench;
    struct slot slots[IN_FLIGHT];
    void (*fill)(struct flight *f, struct slot *s, int n);
    int next, done, failed, total;
    pthread_mutex_t lock;
    pthread_cond_t finished;
};

/* Seconds for `total` commands; `fill` makes the n-th in the slot's arena. */
double fly(struct bench *b, int total, void (*fill)(struct flight *, struct slot *, int), int *failed);

#endif
