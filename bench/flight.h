/* flight.h: a house of its own for a bench, commands with 64 in flight, and the limit: raw SQLite with the same rows. */
#ifndef BENCH_FLIGHT_H
#define BENCH_FLIGHT_H

#include "engine/engine.h"

#include <pthread.h>

enum { IN_FLIGHT = 64 };

struct bench {
    char folder[64]; /* below /tmp */
    struct store *store;
    struct engine *engine;
};

/* Opens a new data folder and plays these lines of a scene; run in the project's folder. */
bool bench_house_open(struct bench *b, const char *const *lines, size_t count);
void bench_house_close(struct bench *b);

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
/* Seconds for inserting the rows these tables have now, prepared once, as if `commands` commands had been 64 a
 * transaction (WAL, synchronous=FULL). The list ends with NULL. */
double raw_seconds(const struct bench *b, const char *const *tables, int commands);

#endif
