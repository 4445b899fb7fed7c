/* engine.h: commands in, journal entries out: one engine for one data folder.
 *
 * The engine owns the writer thread. Whoever wants a change builds a command (command.h) and submits it; the answer
 * comes when the transaction it was part of is durable. Commands that arrive together share one transaction and one
 * sync (group commit), each under a savepoint of its own, so that a refusal takes nothing else with it. The writer
 * also fires due timers, between batches, as commands of the system.
 *
 * Writes that are no history (sessions, password hashes, one-time codes: tables local_…) go through the same thread
 * as local work, without a journal entry.
 *
 * Reading order of this room: command.h, event.h, decide.h, this, writer.c (one batch), case.c, task.c, process.c (the
 * bridge to bpmn/), service.h (a deployed folder), viewer.h (what may be seen by whom), replay.h.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/decide.h"
#include "engine/service.h"
#include "store/store.h"

struct case_row;
struct bpmn_job;

/* What a process may ask of the house: a job type that begins with "lingban:". It runs inside the decision that reached
 * it and emits events like any deciding function; *out becomes the job's result. False: refused, which is an incident
 * of the case (cases.h has what such functions use). */
struct service_task {
    const char *type;
    bool (*run)(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out);
};

/* What a room of the engine's floor or above brings; main.c joins them. */
struct engine_room {
    const char *name;
    const struct command_kind *commands; /* ends with a NULL name */
    const struct event_kind *events;     /* likewise */
    const struct service_task *tasks;    /* ends with a NULL type; may be NULL */
    /* CSV of the list that a form attaches as jr://file-csv/NAME.csv; STR_NONE when it is not this room's. May be NULL. */
    struct str (*list)(struct arena *a, struct db *db, struct str name, enum language language);
    /* Those of its lists that every service may attach; `list` gives their header when db is NULL. Ends with NULL; may be NULL. */
    const char *const *lists;
    /* What service.yaml says to this room, and is wrong. May be NULL. */
    void (*check)(struct arena *a, const struct service *s, struct faults *faults);
    /* What time alone brings: puts the name and the arguments of the next command due at `now` into *out, passing over the
     * first `skip`; false: none. Asked twice a second, so it must be cheap; the command settles what it is about, or is
     * asked for again. May be NULL. */
    bool (*due)(struct engine *e, struct db *db, struct arena *a, instant now, size_t skip, struct command **out);
    /* A party is erased: blanks what this room has sealed with its key ("party:3"). May be NULL. */
    void (*forget)(struct decision *d, int64_t party);
};
extern const struct engine_room engine_core; /* this room's own */

struct engine_options {
    struct store *store;
    const struct engine_room *const *rooms; /* ends with NULL; engine_core is always there */
    const struct zone *zone;                /* the tenant's; NULL: Asia/Shanghai */
    bool timers;                            /* fire due timers (serve); replay and tools do not */
};

struct engine;
struct engine *engine_open(const struct engine_options *options, struct faults *faults);
/* Finishes what was submitted, stops the writer. The store stays open. */
void engine_close(struct engine *e);

struct store *engine_store(struct engine *e);
const struct zone *engine_zone(struct engine *e);
const struct command_book *engine_commands(const struct engine *e);
const struct event_book *engine_events(const struct engine *e);
struct services *engine_services(struct engine *e);
/* Commits so far: pages that everybody sees the same are kept while it stands still. */
uint64_t engine_version(struct engine *e);
/* The clock. The writer makes event time of it: max(last entry, clock). */
instant engine_now(struct engine *e);

/* Would service.deploy take this folder, {path: {"text": …} or {"base64": …}}? Every fault and warning comes back. Any thread. */
bool engine_check_service(struct engine *e, struct arena *a, const struct json *files, struct faults *faults);
/* The hash that a folder in the same form has once deployed; false when the form is wrong. Any thread. */
bool engine_folder_hash(struct arena *a, const struct json *files, struct str *hash);

/* ---- submitting */

struct answer {
    bool done;              /* false: refused */
    struct refusal refusal;
    struct json *result;    /* object; in the work's arena */
    int64_t entry;          /* number of the journal entry; 0 when refused or answered from memory */
};

/* One piece of work in the writer's queue. Its maker owns it and its arena until `finished` was called, which happens
 * on the writer's thread exactly once. Set command or local, not both. */
struct work {
    struct arena *arena;            /* used by nobody else meanwhile */
    const struct command *command;
    bool (*local)(struct db *db, void *argument); /* writes local_ tables only; false: undo */
    void *argument;
    bool dry;                       /* decides the command and takes everything back: what would happen? */
    void (*finished)(struct work *w);
    void *owner;
    struct answer answer;
    /* the engine's own */
    struct work *next;
};
void engine_submit(struct engine *e, struct work *w);
/* The same, waiting. Never from the writer's thread. */
struct answer engine_run(struct engine *e, struct arena *a, const struct command *c);
bool engine_run_local(struct engine *e, bool (*local)(struct db *db, void *argument), void *argument);
/* Fires what is due now and waits for it; answers how many timers fired. For tools and tests with their own clock. */
size_t engine_fire_due(struct engine *e);

/* ---- deciding without a queue: replay.c and the writer use it */

/* Decides one command inside an open savepoint. The answer goes to d->result or d->refusal. */
bool engine_decide(struct engine *e, struct decision *d);

#endif
