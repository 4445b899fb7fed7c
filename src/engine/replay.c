/* replay.c: see replay.h. */
#include "engine/replay.h"

#include "engine/engine_internal.h"
#include "store/journal.h"

enum { ENTRY_BYTES = 128 << 20 };

struct replay {
    struct store *real, *copy;
    struct engine engine; /* without a writer: on the copy */
    bool recompute, failed;
    struct replay_report *report;
    struct faults *faults;
    /* the entry at hand */
    const struct journal_entry *entry;
    struct arena arena;
};

static void wrong_entry(struct replay *r, const char *code, struct str sentence, struct str detail) {
    struct place place = {.file = STR("journal"), .line = (int)r->entry->number, .element = r->entry->kind};
    fault_error(r->faults, code, place, sentence, arena_printf(&r->arena, "%lld", (long long)r->entry->number), detail);
    r->failed = true;
}

/* ---- the command as it was given */

static bool open_arguments(struct replay *r, struct json *arguments, struct str kind) {
    for (size_t i = 0; i < arguments->count; i++) {
        struct json *v = &arguments->items[i];
        if (!seal_is_json(v)) continue;
        struct str clear, name = v->name;
        struct str context = arena_printf(&r->arena, "command.%.*s.%.*s", STR_ARGS(kind), STR_ARGS(name));
        if (seal_open_json(store_writer(r->real), &r->arena, v, context, &clear) != SEAL_OPEN) return false;
        static const struct json_limits limits = {.bytes = 16 << 20, .depth = 64};
        struct json *opened = json_parse(&r->arena, clear, &limits, STR_NONE, NULL);
        if (!opened) return false;
        *v = *opened;
        v->name = name;
    }
    return true;
}

/* False when an argument is erased. */
static bool read_command(struct replay *r, const struct json *stored, struct command *out) {
    const struct json *actor = json_member(stored, "actor");
    struct json *arguments = (struct json *)json_member(stored, "arguments");
    if (!arguments) return false;
    *out = (struct command){.name = json_string(stored, "kind"), .arguments = arguments, .channel = json_string(stored, "channel")};
    out->occurred_at = json_integer(stored, "occurred_at", 0);
    out->device_at = json_integer(stored, "device_at", 0);
    out->actor.account = json_integer(actor, "account", 0);
    out->actor.resident_case = json_integer(actor, "resident", 0);
    out->actor.system = json_boolean(actor, "system", false);
    return open_arguments(r, arguments, out->name);
}

/* ---- comparing events */

/* A stored value against one decided anew; what is erased cannot differ. */
static bool same_value(struct replay *r, const struct event_kind *k, const struct json *stored, const struct json *anew) {
    if (!seal_is_json(stored)) return json_equal(stored, anew);
    struct str clear;
    struct str context = event_seal_context(&r->arena, k, arena_cstr(&r->arena, stored->name));
    if (seal_open_json(store_writer(r->real), &r->arena, stored, context, &clear) != SEAL_OPEN) return true;
    return anew->kind == JSON_STRING && str_eq(clear, anew->text);
}

static bool same_event(struct replay *r, const struct json *stored, const struct json *anew) {
    const struct event_plan *plan = map_get(&r->engine.events.plans, json_string(stored, "kind"));
    const struct json *row = json_member(stored, "row"), *row_anew = json_member(anew, "row");
    if (!plan || !row || !row_anew || row->count != row_anew->count) return false;
    if (!str_eq(json_string(stored, "kind"), json_string(anew, "kind")) || !str_eq(json_string(stored, "of"), json_string(anew, "of"))) return false;
    for (size_t i = 0; i < row->count; i++) {
        const struct json *other = json_member(row_anew, arena_cstr(&r->arena, row->items[i].name));
        if (!other || !same_value(r, plan->kind, &row->items[i], other)) return false;
    }
    return true;
}

/* A value of these events can no longer be opened: what was decided by it cannot be decided anew (a message to a phone
 * number that is gone is not queued a second time). Such an entry is replayed, not compared. */
static bool holds_erased(struct replay *r, const struct json *stored) {
    for (size_t i = 0; i < stored->count; i++) {
        const struct event_plan *plan = map_get(&r->engine.events.plans, json_string(&stored->items[i], "kind"));
        const struct json *row = json_member(&stored->items[i], "row");
        for (size_t k = 0; plan && row && k < row->count; k++) {
            if (!seal_is_json(&row->items[k])) continue;
            struct str clear, context = event_seal_context(&r->arena, plan->kind, arena_cstr(&r->arena, row->items[k].name));
            if (seal_open_json(store_writer(r->real), &r->arena, &row->items[k], context, &clear) == SEAL_ERASED) return true;
        }
    }
    return false;
}

static void compare_events(struct replay *r, const struct json *stored, const struct decision *d, bool decided) {
    size_t i = 0;
    if (decided)
        while (i < stored->count && i < d->events->count && same_event(r, &stored->items[i], &d->events->items[i])) i++;
    if (decided && i == stored->count && i == d->events->count) return;
    if (holds_erased(r, stored)) {
        r->report->recomputed--;
        return;
    }
    r->report->differing++;
    struct str what = !decided ? text_format(&r->arena, LANGUAGE_EN, d->refusal.sentence, d->refusal.sentence_count)
                      : i < stored->count ? json_string(&stored->items[i], "kind") : STR("…");
    wrong_entry(r, "replay.differs", T("Entry {0}: deciding anew gives other events, from “{1}” on."), what);
}

/* Decides on the copy as it was before this entry, compares, and takes it back. */
static void decide_anew(struct replay *r, const struct json *entry, const struct json *events) {
    struct command command;
    const struct json *stored = json_member(entry, "command");
    if (!command_find(&r->engine.commands, json_string(stored, "kind"))) return; /* the journal's own: log.start */
    if (!read_command(r, stored, &command)) {
        r->report->unreadable++;
        return;
    }
    struct str seed;
    if (!hex_decode(&r->arena, json_string(entry, "seed"), &seed) || seed.n != 32) return;
    struct decision d = {.engine = &r->engine, .store = r->copy, .arena = &r->arena, .command = &command, .now = r->entry->at, .trial = true};
    draw_init(&d.draw, (const unsigned char *)seed.p);
    store_savepoint(r->copy);
    bool decided = engine_decide(&r->engine, &d);
    store_undo(r->copy);
    r->report->recomputed++;
    compare_events(r, events, &d, decided);
}

/* ---- one entry */

static void play_entry(void *argument) {
    struct replay *r = argument;
    static const struct json_limits limits = {.bytes = 64 << 20, .depth = 70};
    struct json *entry = json_parse(&r->arena, r->entry->body, &limits, STR_NONE, NULL);
    const struct json *events = json_member(entry, "events");
    if (!events) {
        wrong_entry(r, "replay.unreadable", T("Entry {0} cannot be read."), STR_NONE);
        return;
    }
    if (r->recompute) decide_anew(r, entry, events);
    store_savepoint(r->copy);
    for (size_t i = 0; i < events->count; i++) {
        if (!event_evolve(&r->engine.events, r->copy, &r->arena, &events->items[i]))
            wrong_entry(r, "replay.unknown-event", T("Entry {0} holds an event that this version does not know: {1}."),
                        json_string(&events->items[i], "kind"));
        r->report->events++;
    }
    if (!store_keep(r->copy)) {
        db_failure_fault(store_writer(r->copy), r->faults);
        wrong_entry(r, "replay.failed", T("Entry {0} cannot be applied: {1}."), str_from(db_failure_detail(store_writer(r->copy))));
    }
    r->report->entries++;
}

static bool visit(void *context, const struct journal_entry *entry) {
    struct replay *r = context;
    r->entry = entry;
    arena_init(&r->arena, ENTRY_BYTES);
    if (!arena_run(&r->arena, play_entry, r)) {
        struct place place = {.file = STR("journal"), .line = (int)entry->number};
        fault_error(r->faults, "replay.too-large", place, T("An entry of the journal is too large to be read."));
        r->failed = true;
    }
    arena_release(&r->arena);
    return r->faults->count < 20;
}

/* ---- the whole */

static void open_copy_engine(struct replay *r, const struct engine_room *const *rooms) {
    struct engine *e = &r->engine;
    enum { COPY_BYTES = 64 << 20 };
    arena_init(&e->arena, COPY_BYTES);
    arena_init(&e->writer_arena, COPY_BYTES);
    map_init(&e->id_queries, &e->writer_arena);
    e->store = r->copy;
    e->rooms = rooms;
    e->zone = zone_find(STR("Asia/Shanghai"));
    e->services = services_open(&e->arena);
    event_book_init(&e->events, &e->arena);
    size_t n = 1;
    for (size_t i = 0; rooms && rooms[i]; i++) n++;
    const struct command_kind **lists = arena_array(&e->arena, const struct command_kind *, n);
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct engine_room *room = i ? rooms[i - 1] : &engine_core;
        if (room->events) event_book_add(&e->events, room->events);
        if (room->commands) lists[count++] = room->commands;
    }
    e->commands = (struct command_book){lists, count};
}

static bool replay_all(struct store *store, struct store *copy, const struct engine_room *const *rooms, bool recompute,
                       struct replay_report *out, struct faults *faults) {
    struct replay r = {.real = store, .copy = copy, .recompute = recompute, .report = out, .faults = faults};
    *out = (struct replay_report){0};
    open_copy_engine(&r, rooms);
    bool good = store_begin(copy) && journal_walk(store_writer(store), 1, visit, &r) && !r.failed;
    good = store_commit(copy, faults) && good;
    services_close(r.engine.services);
    arena_release(&r.engine.writer_arena);
    arena_release(&r.engine.arena);
    return good && !r.failed;
}

bool replay_into(struct store *store, struct store *copy, const struct engine_room *const *rooms, struct faults *faults) {
    struct replay_report report;
    return replay_all(store, copy, rooms, false, &report, faults);
}

bool replay_verify(struct store *store, const struct store_schema *schema, const struct engine_room *const *rooms,
                   bool recompute, struct replay_report *out, struct faults *faults) {
    struct store_options options = {.schema = schema, .create = true, .keys_of = store};
    struct store *copy = store_open(&options, faults);
    if (!copy) return false;
    bool good = replay_all(store, copy, rooms, recompute, out, faults);
    good = store_compare(store, copy, faults) && good;
    store_close(copy);
    return good;
}
