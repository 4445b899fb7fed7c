/* world.h: a small world in which processes run: cases in memory, a clock that only moves when told, messages and
 * signals carried between cases, timers fired in order.
 *
 * This is what stands around bpmn_step() in conformance runs, `lingban bpmn run`, property tests and simulation; in
 * production the engine does the same with a database. Nothing here reads a clock or a file.
 *
 *     struct bpmn_world w;
 *     bpmn_world_init(&w, model, now);
 *     w.watch = print_change; w.watch_context = …;       // sees every change before it is applied
 *     bpmn_world_start(&w, STR("wish"), variables);
 *     bpmn_world_advance(&w, now + 3600 * MICROS_A_SECOND);
 *     bpmn_world_release(&w);
 */
#ifndef BPMN_WORLD_H
#define BPMN_WORLD_H

#include "bpmn/memory.h"

struct bpmn_alarm { /* an event that comes at its time: a timer, or what the caller planned */
    instant due;
    uint64_t order; /* of two due at once, the one planned first */
    uint32_t case_index;
    uint32_t planned; /* index in `planned`; NO_PLAN: the timer `wait` */
    int64_t wait;
};

struct bpmn_world;
/* `change` belongs to case `index`. May plan further events; must not run any. */
typedef void bpmn_watch(void *context, struct bpmn_world *w, size_t index, const struct bpmn_change *change);

struct bpmn_thrown_outside { /* a message or signal on its way to other cases */
    bool signal;
    size_t from;
    struct str name, key;
    struct feel_value variables;
};

struct bpmn_world {
    struct bpmn_host host; /* lookup is set for each step; zone and decisions are the caller's to set */
    struct bpmn_memory memory;
    struct arena kept, step; /* what outlives a step; what does not */
    instant now;
    struct bpmn_case **cases;
    size_t case_count, case_capacity;
    struct bpmn_alarm *alarms; /* heap by due and order */
    size_t alarm_count, alarm_capacity;
    struct bpmn_event *planned;
    size_t planned_count, planned_capacity;
    uint32_t free_plan; /* the first place given back; its `retries` names the next */
    uint64_t next_order;
    struct bpmn_thrown_outside *thrown; /* first in, first out */
    size_t thrown_head, thrown_count, thrown_capacity;
    bpmn_watch *watch;
    void *watch_context;
    size_t steps;
    enum bpmn_outcome outcome; /* of the last step asked for */
    struct fault refusal;
    bool exhausted; /* a step spent its memory; the world should be given up */
};

void bpmn_world_init(struct bpmn_world *w, const struct bpmn_model *model, instant now);
void bpmn_world_release(struct bpmn_world *w);
/* A case of that process ("" the only one); its index, or -1 (refused). A process that begins with a timer or a
 * condition is started when that comes: then 0 cases may have been opened, and -1 is the answer too. */
ptrdiff_t bpmn_world_start(struct bpmn_world *w, struct str process, struct feel_value variables);
/* One event into one case, and all that follows from it in others at this instant. */
enum bpmn_outcome bpmn_world_send(struct bpmn_world *w, size_t index, const struct bpmn_event *event);
/* Plans an event for later. Texts and variables must live as long as the world (w->kept). */
void bpmn_world_plan(struct bpmn_world *w, instant due, size_t index, const struct bpmn_event *event);
/* A message or signal from outside: to a waiting case, else to a start event. False when nobody took it. */
bool bpmn_world_message(struct bpmn_world *w, struct str name, struct str key, struct feel_value variables);
void bpmn_world_signal(struct bpmn_world *w, struct str name, struct feel_value variables);
/* Moves the clock to `until`, bringing what is due on the way, in order. */
void bpmn_world_advance(struct bpmn_world *w, instant until);
/* When the next planned event is due; false when there is none. */
bool bpmn_world_next_due(const struct bpmn_world *w, instant *out);

#endif
