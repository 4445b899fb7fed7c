/* flight.c: see flight.h. */
#include "flight.h"
#include "bench.h"

#include "base/env.h"
#include "cli/cli.h"
#include "cli/house.h"
#include "cli/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- 64 in flight */

static void start(struct flight *f, struct slot *s, int n) {
    arena_clear(&s->arena);
    f->fill(f, s, n);
    engine_submit(f->bench->engine, &s->work);
}

static void landed(struct work *w) {
    struct slot *s = w->owner;
    struct flight *f = s->flight;
    pthread_mutex_lock(&f->lock);
    f->done++;
    if (!w->answer.done) f->failed++;
    int n = f->next < f->total ? f->next++ : -1;
    if (f->done == f->total) pthread_cond_signal(&f->finished);
    pthread_mutex_unlock(&f->lock);
    if (n >= 0) start(f, s, n);
}

double fly(struct bench *b, int total, void (*fill)(struct flight *, struct slot *, int), int *failed) {
    struct flight *f = calloc(1, sizeof *f);
    f->bench = b;
    f->fill = fill;
    f->total = total;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->finished, NULL);
    double begun = bench_wall_seconds();
    f->next = IN_FLIGHT;
    for (int i = 0; i < IN_FLIGHT; i++) {
        f->slots[i].flight = f;
        arena_init(&f->slots[i].arena, 16 << 20);
        f->slots[i].work = (struct work){.arena = &f->slots[i].arena, .finished = landed, .owner = &f->slots[i]};
    }
    for (int i = 0; i < IN_FLIGHT; i++) start(f, &f->slots[i], i);
    pthread_mutex_lock(&f->lock);
    while (f->done < f->total) pthread_cond_wait(&f->finished, &f->lock);
    pthread_mutex_unlock(&f->lock);
    double seconds = bench_wall_seconds() - begun;
    *failed = f->failed;
    for (int i = 0; i < IN_FLIGHT; i++) arena_release(&f->slots[i].arena);
    free(f);
    return seconds;
}

/* ---- the house */

static bool open_engine(struct bench *b) {
    struct arena a;
    struct faults faults;
    arena_init(&a, 1 << 20);
    faults_init(&faults, &a);
    struct str folder = arena_printf(&a, "%s/data", b->folder);
    struct store_options options = {.folder = folder.p, .schema = cli_schema, .create = true, .origin = "bench/log", .test_keys = "bench"};
    b->store = store_open(&options, &faults);
    struct engine_options engine = {.store = b->store, .rooms = house_rooms};
    b->engine = b->store ? engine_open(&engine, &faults) : NULL;
    if (b->scene) b->scene->engine = b->engine;
    arena_release(&a);
    return b->engine != NULL;
}

bool bench_house_open(struct bench *b, const char *const *lines, size_t count) {
    snprintf(b->folder, sizeof b->folder, "/var/tmp/lingban-bench-XXXXXX");
    struct scene *s = b->scene = calloc(1, sizeof *s);
    s->now = env_now();
    s->path = "bench";
    arena_init(&s->arena, 64 << 20);
    arena_init(&s->kept, 64 << 20);
    scene_begin(s);
    return mkdtemp(b->folder) && open_engine(b) && bench_house_play(b, lines, count);
}

bool bench_house_play(struct bench *b, const char *const *lines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        scene_line(b->scene, str_from(lines[i]));
        arena_clear(&b->scene->arena);
    }
    return b->scene->failed == 0;
}

void bench_house_leave(struct bench *b) {
    if (b->engine) engine_close(b->engine);
    store_close(b->store);
    b->engine = NULL;
    b->store = NULL;
}

void bench_house_close(struct bench *b) {
    bench_house_leave(b);
    folder_remove(b->folder, NULL);
    arena_release(&b->scene->arena);
    arena_release(&b->scene->kept);
    free(b->scene);
    b->scene = NULL;
}
