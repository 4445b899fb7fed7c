/* bpmn.c: any bytes as a process file, and any sequence of events into it. The file ends at the first zero byte; what
 * follows steers the events. Nothing may crash, hang or leave its memory's budget, and rows must stay consistent. */
#include "bpmn/world.h"

#include <stdlib.h>
#include <string.h>

enum { MODEL_BYTES = 32 << 20, EVENTS_MOST = 60 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct trial {
    struct arena arena;
    struct str xml, steering;
    struct bpmn_world world;
    bool begun;
};

static uint8_t next(struct trial *t) {
    if (!t->steering.n) return 0;
    uint8_t b = (uint8_t)t->steering.p[0];
    t->steering = str_sub(t->steering, 1, t->steering.n);
    return b;
}

static struct feel_value some_variables(struct trial *t) {
    struct feel_value v = feel_context(&t->arena, 2);
    uint8_t b = next(t);
    feel_context_put(&t->arena, v, STR("amount"), b % 5 ? feel_integer(b) : feel_null());
    feel_context_put(&t->arena, v, STR("yes"), feel_boolean(b & 1));
    return v;
}

static void work(struct trial *t, struct bpmn_case *c, size_t index) {
    struct bpmn_open o = c->open.items[next(t) % c->open.count];
    static const enum bpmn_event_kind kinds[] = {BPMN_EVENT_TASK_COMPLETED, BPMN_EVENT_TASK_COMPLETED, BPMN_EVENT_JOB_FAILED, BPMN_EVENT_ERROR,
                                                 BPMN_EVENT_ESCALATION, BPMN_EVENT_RETRY, BPMN_EVENT_ADD_SIGNER, BPMN_EVENT_CALL_COMPLETED};
    struct bpmn_event e = {.kind = o.kind == BPMN_OPENED_INCIDENT ? BPMN_EVENT_RETRY : kinds[next(t) % 8], .token = o.token, .work = o.work,
                           .name = STR("E"), .text = STR(""), .assignee = STR("a"), .holder = STR("h"), .variables = some_variables(t),
                           .order = (enum bpmn_signer_order)(next(t) % 3)};
    bpmn_world_send(&t->world, index, &e);
}

static void move(struct trial *t, struct bpmn_case *c, size_t index) {
    const struct bpmn_token token = c->tokens.items[next(t) % c->tokens.count];
    uint8_t how = next(t) % 3;
    struct bpmn_event e = {.kind = how == 0 ? BPMN_EVENT_WITHDRAW : how == 1 ? BPMN_EVENT_ACTIVATE : BPMN_EVENT_MOVE, .token = token.id,
                           .visit = token.origin, .element = (int32_t)(next(t) % (t->world.host.model->element_count + 1)) - 1};
    bpmn_world_send(&t->world, index, &e);
}

static void one_event(struct trial *t) {
    struct bpmn_world *w = &t->world;
    size_t index = next(t) % w->case_count;
    struct bpmn_case *c = w->cases[index];
    switch (next(t) % 8) {
    case 0: bpmn_world_advance(w, w->now + (instant)next(t) * 3600 * MICROS_A_SECOND); break;
    case 1: bpmn_world_signal(w, next(t) % 2 ? STR("S") : STR("signal"), some_variables(t)); break;
    case 2: bpmn_world_message(w, next(t) % 2 ? STR("M") : STR("message"), STR(""), some_variables(t)); break;
    case 3: bpmn_world_send(w, index, &(struct bpmn_event){.kind = BPMN_EVENT_VARIABLES, .variables = some_variables(t)}); break;
    case 4:
        if (next(t) % 8 == 0) bpmn_world_send(w, index, &(struct bpmn_event){.kind = BPMN_EVENT_CANCEL, .compensate = true});
        break;
    case 5:
        if (c->tokens.count) move(t, c, index);
        break;
    default:
        if (c->open.count) work(t, c, index);
    }
    for (size_t i = 0; i < w->case_count && !w->exhausted; i++)
        if (bpmn_memory_broken(w->cases[i])) abort();
}

static void run(void *arg) {
    struct trial *t = arg;
    struct faults faults;
    faults_init(&faults, &t->arena);
    const struct xml_node *root = xml_parse(&t->arena, t->xml, &xml_default_limits, STR("fuzz.bpmn"), &faults);
    const struct bpmn_model *m = root ? bpmn_read(&t->arena, root, STR("fuzz.bpmn"), &faults) : NULL;
    if (!m) return;
    bpmn_world_init(&t->world, m, 0);
    t->begun = true;
    t->world.step.limit = 64u << 20;
    bpmn_world_start(&t->world, STR(""), some_variables(t));
    for (int i = 0; i < EVENTS_MOST && t->world.case_count && !t->world.exhausted && t->world.case_count < 50; i++) one_event(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct trial t = {.xml = {(const char *)data, size}};
    if (size > 1 << 18) return 0;
    const char *zero = size ? memchr(data, 0, size) : NULL;
    if (zero) {
        t.xml.n = (size_t)(zero - (const char *)data);
        t.steering = (struct str){zero + 1, size - t.xml.n - 1};
    } else {
        t.steering = t.xml; /* no events given: the file itself will do */
    }
    arena_init(&t.arena, MODEL_BYTES);
    arena_run(&t.arena, run, &t);
    if (t.begun) bpmn_world_release(&t.world);
    arena_release(&t.arena);
    return 0;
}
