/* engine.c: opening and closing one engine. See engine.h. */
#include "engine/engine_internal.h"

#include "base/zone.h"

#include <stdlib.h>

enum { ENGINE_BYTES = 64 << 20 };

static void add_room(struct engine *e, const struct engine_room *room, const struct command_kind **lists, size_t *count) {
    if (room->events) event_book_add(&e->events, room->events);
    if (room->commands) lists[(*count)++] = room->commands;
}

/* ---- what a restored backup has yet to forget (store/backup.h) */

struct erasing {
    struct store *store;
    struct seal_subject subject;
};

static bool erasure_done(struct db *db, void *argument) {
    const struct erasing *e = argument;
    seal_erasure_done(e->store, e->subject);
    return db_failure(db) == DB_FINE;
}

/* The keys are gone already; the cells are blanked by the ordinary command. A case goes with its applicant; a person
 * the backup does not know is refused, and there is nothing to blank. What fails is tried again at the next start. */
static void erase_again(struct engine *e, struct arena *a, struct seal_subject subject) {
    struct erasing done = {e->store, subject};
    if (subject.kind == SEAL_PARTY) {
        struct command *c = command_new(a, "party.erase", (struct actor){.system = true}, "restore");
        json_add_integer(a, c->arguments, "party", subject.id);
        json_add_string(a, c->arguments, "reason", STR("restored from a backup"));
        struct answer answer = engine_run(e, a, c);
        if (!answer.done && answer.refusal.status >= 500) return;
    }
    engine_run_local(e, erasure_done, &done);
}

static void erase_what_is_due(struct engine *e) {
    struct arena a;
    struct seal_subject *due;
    arena_init(&a, ENGINE_BYTES);
    struct db *db = store_read_begin(e->store);
    size_t count = db ? seal_erasures_due(db, &a, &due) : 0;
    if (!store_read_end(e->store, db, NULL)) count = 0;
    for (size_t i = 0; i < count; i++) erase_again(e, &a, due[i]);
    arena_release(&a);
}

struct engine *engine_open(const struct engine_options *options, struct faults *faults) {
    struct engine *e = calloc(1, sizeof *e);
    if (!e) return NULL;
    arena_init(&e->arena, ENGINE_BYTES);
    arena_init(&e->writer_arena, ENGINE_BYTES);
    map_init(&e->id_queries, &e->writer_arena);
    e->store = options->store;
    e->zone = options->zone ? options->zone : zone_find(STR("Asia/Shanghai"));
    e->timers = options->timers;
    e->rooms = options->rooms;
    e->services = services_open(&e->arena);
    event_book_init(&e->events, &e->arena);
    size_t rooms = 1, count = 0;
    for (size_t i = 0; options->rooms && options->rooms[i]; i++) rooms++;
    const struct command_kind **lists = arena_array(&e->arena, const struct command_kind *, rooms);
    add_room(e, &engine_core, lists, &count);
    for (size_t i = 0; options->rooms && options->rooms[i]; i++) add_room(e, options->rooms[i], lists, &count);
    e->commands = (struct command_book){lists, count};
    if (writer_start(e)) {
        erase_what_is_due(e);
        return e;
    }
    fault_error(faults, "engine.thread", (struct place){0}, T("The machine has no room for another thread."));
    engine_close(e);
    return NULL;
}

void engine_close(struct engine *e) {
    writer_stop(e);
    services_close(e->services);
    arena_release(&e->writer_arena);
    arena_release(&e->arena);
    free(e);
}

struct store *engine_store(struct engine *e) {
    return e->store;
}

const struct zone *engine_zone(struct engine *e) {
    return e->zone;
}

const struct command_book *engine_commands(const struct engine *e) {
    return &e->commands;
}

const struct event_book *engine_events(const struct engine *e) {
    return &e->events;
}

struct services *engine_services(struct engine *e) {
    return e->services;
}

uint64_t engine_version(struct engine *e) {
    return atomic_load(&e->version);
}

instant engine_now(struct engine *e) {
    (void)e;
    return env_now();
}
