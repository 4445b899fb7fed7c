/* flight.c: see flight.h. */
#include "flight.h"
#include "bench.h"

#include "base/env.h"
#include "cli/cli.h"
#include "cli/house.h"
#include "cli/scene.h"

#include <sqlite3.h>
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

/* ---- the limit: the same rows, prepared once, 64 "commands" a transaction */

/* Every row of every table but the journal's own local ones, as insert statements, shared evenly among the commands. */
double raw_seconds(const struct bench *b, const char *const *tables, int commands) {
    char path[128], copy[160];
    sqlite3 *from, *to;
    snprintf(path, sizeof path, "%s/data/lingban.db", b->folder);
    snprintf(copy, sizeof copy, "%s/raw.db", b->folder);
    if (sqlite3_open(path, &from) != SQLITE_OK || sqlite3_open(copy, &to) != SQLITE_OK) return 0;
    sqlite3_exec(to, "pragma journal_mode=wal; pragma synchronous=full", NULL, NULL, NULL);
    sqlite3_stmt *define;
    sqlite3_prepare_v2(from, "select sql from sqlite_master where sql is not null and type in ('table','index') order by type desc", -1, &define, NULL);
    while (sqlite3_step(define) == SQLITE_ROW) sqlite3_exec(to, (const char *)sqlite3_column_text(define, 0), NULL, NULL, NULL);
    sqlite3_finalize(define);
    double total = 0;
    for (; *tables; tables++) {
        char sql[4096];
        sqlite3_stmt *read, *write;
        snprintf(sql, sizeof sql, "select * from %s", *tables);
        if (sqlite3_prepare_v2(from, sql, -1, &read, NULL) != SQLITE_OK) continue;
        int columns = sqlite3_column_count(read), rows = 0, per;
        int n = snprintf(sql, sizeof sql, "insert into %s values (?", *tables);
        for (int i = 1; i < columns; i++) n += snprintf(sql + n, sizeof sql - (size_t)n, ",?");
        snprintf(sql + n, sizeof sql - (size_t)n, ")");
        if (sqlite3_prepare_v2(to, sql, -1, &write, NULL) != SQLITE_OK) continue;
        while (sqlite3_step(read) == SQLITE_ROW) rows++;
        sqlite3_reset(read);
        per = rows * 64 / commands + 1; /* rows of this table in one transaction of 64 commands */
        double begun = bench_wall_seconds();
        for (int i = 0; sqlite3_step(read) == SQLITE_ROW; i++) {
            if (i % per == 0) sqlite3_exec(to, i ? "commit; begin immediate" : "begin immediate", NULL, NULL, NULL);
            for (int k = 0; k < columns; k++) sqlite3_bind_value(write, k + 1, sqlite3_column_value(read, k));
            sqlite3_step(write);
            sqlite3_reset(write);
        }
        sqlite3_exec(to, "commit", NULL, NULL, NULL);
        total += bench_wall_seconds() - begun;
        sqlite3_finalize(read);
        sqlite3_finalize(write);
    }
    sqlite3_close(from);
    sqlite3_close(to);
    return total;
}

/* ---- the house */

bool bench_house_open(struct bench *b, const char *const *lines, size_t count) {
    struct arena a;
    struct faults faults;
    arena_init(&a, 64 << 20);
    faults_init(&faults, &a);
    snprintf(b->folder, sizeof b->folder, "/tmp/lingban-bench-XXXXXX");
    if (!mkdtemp(b->folder)) return false;
    struct str folder = arena_printf(&a, "%s/data", b->folder);
    struct store_options options = {.folder = folder.p, .schema = cli_schema, .create = true, .origin = "bench/log", .test_keys = "bench"};
    b->store = store_open(&options, &faults);
    struct engine_options engine = {.store = b->store, .rooms = house_rooms};
    b->engine = b->store ? engine_open(&engine, &faults) : NULL;
    struct scene *s = calloc(1, sizeof *s);
    s->now = env_now();
    arena_init(&s->arena, 64 << 20);
    s->path = "bench";
    s->engine = b->engine;
    for (size_t i = 0; b->engine && i < count; i++) {
        scene_line(s, str_from(lines[i]));
        arena_clear(&s->arena);
    }
    bool good = b->engine && s->failed == 0;
    arena_release(&s->arena);
    free(s);
    arena_release(&a);
    return good;
}

void bench_house_close(struct bench *b) {
    engine_close(b->engine);
    store_close(b->store);
    folder_remove(b->folder, NULL);
}
