/* decide.h: what a deciding function is given, and the two things it can do: emit and refuse.
 *
 *     decide(state, command, now, seed) → events
 *
 * All judgement is in deciding functions: rights, checks, the process step, the rules. They read the state through
 * `store` and change it only by emitting events, each of which is evolved at once inside the command's savepoint, so
 * that the next line of the same decision sees it. A refusal rolls the savepoint back. Everything a decision depends
 * on is its arguments: state, command, now, and `draw`, a stream from the seed stored in the journal entry. Deciding
 * anew from the stored command therefore gives the same events (replay.h).
 */
#ifndef ENGINE_DECIDE_H
#define ENGINE_DECIDE_H

#include "base/ids.h"
#include "engine/command.h"
#include "engine/event.h"

struct engine;

/* Why a command is not done: a status for the web, a stable code, a sentence to act on, and what is wrong with
 * single answers of a form. */
struct refusal {
    int status;       /* HTTP: 400 403 404 409 410 413 422 429 500 503 */
    const char *code; /* static: "task.taken" */
    struct str sentence[4];
    size_t sentence_count;
    struct json *fields; /* array of {"path","problem"} for forms, or NULL */
};

struct decision {
    struct engine *engine;
    struct store *store; /* the writer's connection */
    struct arena *arena;
    const struct command *command;
    instant now; /* event time: max(last, clock) */
    struct draw draw;     /* from the seed in the journal entry: the only source of references and lots */
    struct str subject;   /* whose key seals the command's personal arguments: "case:12"; set by the decision */
    struct json *events;  /* array, sealed (in a trial: in the clear), in order */
    bool trial;           /* deciding anew (replay.h): nothing is sealed and no key is touched */
    struct json *result;  /* object: the answer to whoever asked */
    struct refusal refusal;
    int depth;            /* cases that set each other going within this command */
};

/* ---- emitting */

/* The row of a new event of that kind, to be filled with json_add_… in the order of the kind's columns. `of` is the
 * subject whose key seals its personal columns (STR_NONE when it has none). */
struct json *event_new(struct decision *d, const char *kind, struct str of);
/* Seals, evolves and keeps it. Only for what event_new gave. */
void event_emit(struct decision *d, struct json *row);

/* ---- refusing: return refuse(d, 409, "task.taken", T("…"), …); */
bool refuse_with(struct decision *d, int status, const char *code, const struct str *sentence, size_t count);
#define refuse(d, status, code, ...)                                                                              \
    refuse_with((d), (status), (code), (const struct str[]){__VA_ARGS__},                                         \
                sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* ---- what many deciding functions need */

int64_t next_id(struct decision *d, const char *table); /* 1 + the largest id; for tables whose rows stay */
/* Does the actor hold `role` for this service at this organisation (itself or above it), now? Organisation 0: anywhere. */
bool actor_holds(struct decision *d, struct str role, struct str service, int64_t organisation);

#endif
