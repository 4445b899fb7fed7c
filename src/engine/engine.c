/* engine.c: opening and closing one engine. See engine.h. */
#include "engine/engine_internal.h"

#include "base/zone.h"

#include <stdlib.h>

enum { ENGINE_BYTES = 64 << 20 };

static void add_room(struct engine *e, const struct engine_room *room, const struct command_kind **lists, size_t *count) {
    if (room->events) event_book_add(&e->events, room->events);
    if (room->commands) lists[(*count)++] = room->commands;
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
    e->services = services_open(&e->arena);
    event_book_init(&e->events, &e->arena);
    size_t rooms = 1, count = 0;
    for (size_t i = 0; options->rooms && options->rooms[i]; i++) rooms++;
    const struct command_kind **lists = arena_array(&e->arena, const struct command_kind *, rooms);
    add_room(e, &engine_core, lists, &count);
    for (size_t i = 0; options->rooms && options->rooms[i]; i++) add_room(e, options->rooms[i], lists, &count);
    e->commands = (struct command_book){lists, count};
    if (writer_start(e)) return e;
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
