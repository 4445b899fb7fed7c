/* memory.h: cases kept in memory: what step.h looks up and what it changes, without a database.
 *
 *     struct bpmn_memory memory;
 *     bpmn_memory_init(&memory);
 *     struct bpmn_case *c = bpmn_memory_open(&memory);
 *     host.lookup = bpmn_memory_lookup(c);
 *     bpmn_step(&host, &event, c->next_id, now, arena, &changes);
 *     bpmn_memory_apply(c, &changes);
 *
 * For tests, conformance runs, `lingban bpmn run`, benches and simulation. A waiting case takes a few hundred bytes:
 * small arrays in order of id, taken from pools that all cases share. Values are kept as production keeps them:
 * what is no null, boolean, number or string becomes JSON (a date its text). Not thread-safe.
 */
#ifndef BPMN_MEMORY_H
#define BPMN_MEMORY_H

#include "bpmn/step.h"

enum bpmn_open_kind { BPMN_OPENED_TASK, BPMN_OPENED_JOB, BPMN_OPENED_CALL, BPMN_OPENED_INCIDENT };

/* What a case waits for people, workers or menders to do. */
struct bpmn_open {
    int64_t work, token;
    int32_t element;
    uint8_t kind; /* enum bpmn_open_kind */
};

struct bpmn_kept_variable {
    int64_t scope;
    const char *name; /* shared by all cases, zero-terminated */
    uint32_t name_length;
    uint8_t kind; /* enum feel_kind; lists and contexts: JSON */
    union {
        bool boolean;
        struct decimal number;
        struct {
            char *p;
            uint32_t n, capacity;
        } text;
    };
};

#define BPMN_KEPT(type)                                                                                            \
    struct {                                                                                                       \
        type *items;                                                                                               \
        uint32_t count, capacity;                                                                                  \
    }

struct bpmn_case {
    struct bpmn_memory *memory;
    int64_t next_id;
    bool ended;
    uint8_t end_kind; /* enum bpmn_end_kind */
    BPMN_KEPT(struct bpmn_scope) scopes;
    BPMN_KEPT(struct bpmn_token) tokens;
    BPMN_KEPT(struct bpmn_wait) waits; /* name and key are owned */
    BPMN_KEPT(struct bpmn_kept_variable) variables;
    BPMN_KEPT(struct bpmn_compensation) compensations;
    BPMN_KEPT(struct bpmn_open) open;
};

enum { BPMN_POOLS = 12 };

struct bpmn_memory {
    struct arena arena; /* pools and names */
    struct map names;
    void *free_lists[BPMN_POOLS]; /* by powers of two from 32 bytes */
    size_t bytes;                 /* handed out and not given back */
};

void bpmn_memory_init(struct bpmn_memory *m);
void bpmn_memory_release(struct bpmn_memory *m); /* all cases too */
struct bpmn_case *bpmn_memory_open(struct bpmn_memory *m);
void bpmn_memory_close(struct bpmn_case *c);
struct bpmn_lookup bpmn_memory_lookup(struct bpmn_case *c);
/* Takes over the rows and next_id; nothing when the step was not done. */
void bpmn_memory_apply(struct bpmn_case *c, const struct bpmn_changes *changes);
/* What does not fit together in the rows of a case, in English, for tests; NULL when all does. */
const char *bpmn_memory_broken(const struct bpmn_case *c);

#endif
