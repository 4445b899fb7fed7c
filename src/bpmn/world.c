/* world.c: see world.h. */
#include "bpmn/world.h"

enum { NOBODY = -1 };
#define NO_PLAN UINT32_MAX

void bpmn_world_init(struct bpmn_world *w, const struct bpmn_model *model, instant now) {
    *w = (struct bpmn_world){.host = {.model = model}, .now = now, .free_plan = NO_PLAN};
    bpmn_memory_init(&w->memory);
    arena_init(&w->kept, (size_t)1 << 32);
    arena_init(&w->step, (size_t)512 << 20);
}

void bpmn_world_release(struct bpmn_world *w) {
    bpmn_memory_release(&w->memory);
    arena_release(&w->kept);
    arena_release(&w->step);
}

/* ---- the calendar ------------------------------------------------------------------------------------------------------------ */

static bool before(const struct bpmn_alarm *a, const struct bpmn_alarm *b) {
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void push_alarm(struct bpmn_world *w, struct bpmn_alarm alarm) {
    alarm.order = w->next_order++;
    VEC_PUSH(&w->kept, w->alarms, w->alarm_count, w->alarm_capacity, alarm);
    size_t i = w->alarm_count - 1;
    for (; i > 0 && before(&alarm, &w->alarms[(i - 1) / 2]); i = (i - 1) / 2) w->alarms[i] = w->alarms[(i - 1) / 2];
    w->alarms[i] = alarm;
}

static struct bpmn_alarm take_alarm(struct bpmn_world *w) {
    struct bpmn_alarm first = w->alarms[0], last = w->alarms[--w->alarm_count];
    size_t i = 0;
    for (size_t least = 1; least < w->alarm_count; i = least, least = 2 * i + 1) {
        if (least + 1 < w->alarm_count && before(&w->alarms[least + 1], &w->alarms[least])) least++;
        if (!before(&w->alarms[least], &last)) break;
        w->alarms[i] = w->alarms[least];
    }
    w->alarms[i] = last;
    return first;
}

void bpmn_world_plan(struct bpmn_world *w, instant due, size_t index, const struct bpmn_event *event) {
    uint32_t place = w->free_plan;
    if (place == NO_PLAN) {
        place = (uint32_t)w->planned_count;
        VEC_PUSH(&w->kept, w->planned, w->planned_count, w->planned_capacity, *event);
    } else {
        w->free_plan = (uint32_t)w->planned[place].retries;
        w->planned[place] = *event;
    }
    push_alarm(w, (struct bpmn_alarm){.due = due, .case_index = (uint32_t)index, .planned = place});
}

/* The alarm's event; its place is free again. */
static struct bpmn_event event_of(struct bpmn_world *w, const struct bpmn_alarm *alarm) {
    if (alarm->planned == NO_PLAN) return (struct bpmn_event){.kind = BPMN_EVENT_TIMER, .wait = alarm->wait};
    struct bpmn_event event = w->planned[alarm->planned];
    w->planned[alarm->planned].retries = (int32_t)w->free_plan;
    w->free_plan = alarm->planned;
    return event;
}

bool bpmn_world_next_due(const struct bpmn_world *w, instant *out) {
    if (!w->alarm_count) return false;
    *out = w->alarms[0].due;
    return true;
}

/* ---- one step ------------------------------------------------------------------------------------------------------------------ */

/* Values of thrown events outlive the step: they are copied as JSON, as a database would. */
static struct feel_value keep_value(struct bpmn_world *w, struct feel_value v) {
    if (v.kind == FEEL_NULL) return v;
    struct buf out;
    struct json_out json;
    struct json_limits limits = {.bytes = 64u << 20, .depth = 200};
    buf_init(&out, &w->kept, 64u << 20);
    json_begin(&json, &out);
    feel_put_json(&json, v);
    return feel_from_json(&w->kept, json_parse(&w->kept, buf_str(&out), &limits, STR(""), NULL));
}

static void note_thrown(struct bpmn_world *w, size_t index, const struct bpmn_thrown *t, bool signal) {
    struct bpmn_thrown_outside out = {.signal = signal, .from = index, .name = arena_str(&w->kept, t->name),
                                      .key = arena_str(&w->kept, t->key), .variables = keep_value(w, t->variables)};
    VEC_PUSH(&w->kept, w->thrown, w->thrown_count, w->thrown_capacity, out);
}

static void look_at(struct bpmn_world *w, size_t index, const struct bpmn_change *c) {
    if (w->watch) w->watch(w->watch_context, w, index, c);
    if (c->kind == BPMN_PUT_WAIT && c->wait->kind == BPMN_WAIT_TIMER)
        push_alarm(w, (struct bpmn_alarm){.due = c->wait->due, .case_index = (uint32_t)index, .planned = NO_PLAN, .wait = c->wait->id});
    if (c->kind == BPMN_MESSAGE_THROWN || c->kind == BPMN_SIGNAL_THROWN) note_thrown(w, index, c->thrown, c->kind == BPMN_SIGNAL_THROWN);
}

struct stepping {
    struct bpmn_world *w;
    size_t index;
    const struct bpmn_event *event;
};

static void step(void *arg) {
    struct stepping *s = arg;
    struct bpmn_world *w = s->w;
    struct bpmn_case *c = w->cases[s->index];
    struct bpmn_changes changes;
    w->host.lookup = bpmn_memory_lookup(c);
    bpmn_step(&w->host, s->event, c->next_id, w->now, &w->step, &changes);
    w->steps++;
    w->outcome = changes.outcome;
    w->refusal = changes.refusal;
    if (changes.outcome != BPMN_STEP_DONE) return;
    for (size_t i = 0; i < changes.count; i++) look_at(w, s->index, &changes.items[i]);
    bpmn_memory_apply(c, &changes);
}

/* False when the timer that fires was set anew meanwhile and is not due yet. */
static bool is_due(const struct bpmn_world *w, size_t index, const struct bpmn_event *event) {
    struct bpmn_wait wait;
    if (event->kind != BPMN_EVENT_TIMER) return true;
    struct bpmn_lookup lookup = bpmn_memory_lookup(w->cases[index]);
    return lookup.wait(lookup.context, event->wait, &wait) && wait.due <= w->now;
}

static enum bpmn_outcome send_one(struct bpmn_world *w, size_t index, const struct bpmn_event *event) {
    struct stepping s = {.w = w, .index = index, .event = event};
    if (w->cases[index]->ended || !is_due(w, index, event)) return w->outcome = BPMN_STEP_STALE;
    if (!arena_run(&w->step, step, &s)) {
        w->exhausted = true;
        w->outcome = BPMN_STEP_REFUSED;
    }
    arena_clear(&w->step);
    return w->outcome;
}

/* ---- between cases -------------------------------------------------------------------------------------------------------------- */

static size_t open_case(struct bpmn_world *w) {
    VEC_PUSH(&w->kept, w->cases, w->case_count, w->case_capacity, bpmn_memory_open(&w->memory));
    return w->case_count - 1;
}

static ptrdiff_t start_at(struct bpmn_world *w, struct str process, int32_t element, int32_t definition, struct feel_value variables) {
    size_t index = open_case(w);
    struct bpmn_event event = {.kind = BPMN_EVENT_START, .name = process, .element = element, .wait = definition, .variables = variables};
    if (send_one(w, index, &event) == BPMN_STEP_DONE) return (ptrdiff_t)index;
    w->case_count--;
    return NOBODY;
}

/* The event-based gateway before it begins a process, or it does so itself. */
static bool begins(const struct bpmn_model *m, const struct bpmn_element *e) {
    if (e->parent < 0 || m->elements[e->parent].kind != BPMN_PROCESS) return false;
    if (e->kind == BPMN_START_EVENT) return true;
    if (e->kind == BPMN_RECEIVE_TASK && e->instantiate) return true;
    if ((e->kind != BPMN_CATCH_EVENT && e->kind != BPMN_RECEIVE_TASK) || !e->incoming.count) return false;
    const struct bpmn_element *g = &m->elements[m->flows[e->incoming.items[0]].source];
    return g->kind == BPMN_EVENT_GATEWAY && g->instantiate;
}

static bool is_named(const struct bpmn_definition *d, enum bpmn_event_type type, struct str name) {
    return d && d->type == type && str_eq(d->name.text, name);
}

/* Which of its definitions it is that begins a process; NOBODY. */
static int32_t starts_by(const struct bpmn_model *m, const struct bpmn_element *e, enum bpmn_event_type type, struct str name) {
    if (!begins(m, e)) return NOBODY;
    if (e->kind == BPMN_RECEIVE_TASK) return is_named(e->message, type, name) ? 0 : NOBODY;
    for (size_t i = 0; i < e->definition_count; i++)
        if (is_named(&e->definitions[i], type, name)) return (int32_t)i;
    return NOBODY;
}

/* A case that waits at this very start event (parallel multiple) has taken what came. */
static bool has_begun(const struct bpmn_world *w, int32_t element) {
    for (size_t i = 0; i < w->case_count; i++)
        for (uint32_t k = 0; k < w->cases[i]->waits.count; k++)
            if (w->cases[i]->waits.items[k].element == element) return true;
    return false;
}

/* Starts by a message: the first process that takes it; by a signal: all that do. */
static bool start_by(struct bpmn_world *w, enum bpmn_event_type type, struct str name, struct feel_value variables) {
    const struct bpmn_model *m = w->host.model;
    bool any = false;
    for (size_t i = 0; i < m->element_count && !(any && type == BPMN_EVENT_MESSAGE_TYPE); i++) {
        int32_t definition = starts_by(m, &m->elements[i], type, name);
        bool waits = m->elements[i].parallel_multiple && has_begun(w, (int32_t)i);
        if (definition >= 0 && !waits) any |= start_at(w, STR(""), (int32_t)i, definition, variables) >= 0;
    }
    return any;
}

static bool deliver_message(struct bpmn_world *w, struct str name, struct str key, struct feel_value variables) {
    for (size_t i = 0; i < w->case_count; i++) {
        struct bpmn_case *c = w->cases[i];
        for (uint32_t k = 0; k < c->waits.count && !c->ended; k++) {
            const struct bpmn_wait *wait = &c->waits.items[k];
            if (wait->kind != BPMN_WAIT_MESSAGE || !str_eq(wait->name, name) || !str_eq(wait->key, key)) continue;
            struct bpmn_event event = {.kind = BPMN_EVENT_MESSAGE, .wait = wait->id, .variables = variables};
            return send_one(w, i, &event) == BPMN_STEP_DONE;
        }
    }
    return start_by(w, BPMN_EVENT_MESSAGE_TYPE, name, variables);
}

static void deliver_signal(struct bpmn_world *w, ptrdiff_t from, struct str name, struct feel_value variables) {
    size_t known = w->case_count;
    /* New cases first: a parallel multiple start event that has begun already takes no part in it. */
    start_by(w, BPMN_EVENT_SIGNAL_TYPE, name, variables);
    struct bpmn_event event = {.kind = BPMN_EVENT_SIGNAL, .name = name, .variables = variables};
    for (size_t i = 0; i < known; i++)
        if ((ptrdiff_t)i != from) send_one(w, i, &event);
}

static void deliver_all(struct bpmn_world *w) {
    enum bpmn_outcome outcome = w->outcome;
    struct fault refusal = w->refusal;
    while (w->thrown_head < w->thrown_count && !w->exhausted) {
        struct bpmn_thrown_outside t = w->thrown[w->thrown_head++];
        if (t.signal) deliver_signal(w, (ptrdiff_t)t.from, t.name, t.variables);
        else deliver_message(w, t.name, t.key, t.variables);
    }
    w->thrown_head = w->thrown_count = 0;
    w->outcome = outcome;
    w->refusal = refusal;
}

/* ---- public ---------------------------------------------------------------------------------------------------------------------- */

/* A process without a none start event: by its timers when they are due, by its conditions when they hold. */
static void plan_starts(struct bpmn_world *w, const struct bpmn_element *process, struct feel_value variables) {
    for (size_t i = 0; i < process->starts.count; i++) {
        int32_t start = process->starts.items[i];
        const struct bpmn_element *s = &w->host.model->elements[start];
        for (size_t k = 0; k < s->definition_count; k++) {
            struct bpmn_wait wait;
            if (s->definitions[k].type == BPMN_EVENT_CONDITIONAL_TYPE) {
                start_at(w, STR(""), start, (int32_t)k, variables);
                continue;
            }
            if (s->definitions[k].type != BPMN_EVENT_TIMER_TYPE) continue;
            if (!bpmn_timer_first(&w->host, &s->definitions[k], w->now, &w->kept, &wait, NULL)) continue;
            struct bpmn_event event = {.kind = BPMN_EVENT_START, .element = start, .name = STR(""), .variables = variables};
            bpmn_world_plan(w, wait.due, open_case(w), &event);
        }
    }
}

ptrdiff_t bpmn_world_start(struct bpmn_world *w, struct str process, struct feel_value variables) {
    int32_t found = bpmn_find_process(w->host.model, process);
    const struct bpmn_element *p = found >= 0 ? &w->host.model->elements[found] : NULL;
    if (p && p->starts.count && !p->entries.count) {
        plan_starts(w, p, variables);
        deliver_all(w);
        return NOBODY;
    }
    ptrdiff_t index = start_at(w, process, NOBODY, 0, variables);
    deliver_all(w);
    return index;
}

enum bpmn_outcome bpmn_world_send(struct bpmn_world *w, size_t index, const struct bpmn_event *event) {
    send_one(w, index, event);
    deliver_all(w);
    return w->outcome;
}

bool bpmn_world_message(struct bpmn_world *w, struct str name, struct str key, struct feel_value variables) {
    bool taken = deliver_message(w, name, key, variables);
    deliver_all(w);
    return taken;
}

void bpmn_world_signal(struct bpmn_world *w, struct str name, struct feel_value variables) {
    deliver_signal(w, NOBODY, name, variables);
    deliver_all(w);
}

void bpmn_world_advance(struct bpmn_world *w, instant until) {
    while (w->alarm_count && w->alarms[0].due <= until && !w->exhausted) {
        struct bpmn_alarm alarm = take_alarm(w);
        if (alarm.due > w->now) w->now = alarm.due;
        struct bpmn_event event = event_of(w, &alarm);
        bpmn_world_send(w, alarm.case_index, &event);
    }
    if (until > w->now) w->now = until;
}
