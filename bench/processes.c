/* processes.c: `build/bench processes`: how fast cases run in memory on one core, how small a waiting one is, and a
 * million cases of a wish on the virtual clock.
 *
 * The limits: 500,000 instances a second and 1 KB a waiting instance for start -> user task -> exclusive -> parallel
 * -> two tasks -> join -> end. bench/peers/processes.mjs runs the same process on bpmn-elements for comparison.
 */
#include "bench.h"

#include "bpmn/world.h"

#include <stdio.h>
#include <stdlib.h>

enum { INSTANCES = 1000000, WAITING = 200000, WISHES = 1000000 };

#define HEAD                                                                                                       \
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='urn:bench' "               \
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'><process id='p' isExecutable='true'>"
#define TAIL "</process></definitions>"

static const char small_process[] =
    HEAD "<startEvent id='s'/><userTask id='enter'/><exclusiveGateway id='x' default='no'/><parallelGateway id='split'/>"
         "<userTask id='a'/><userTask id='b'/><parallelGateway id='join'/><endEvent id='e'/><endEvent id='refused'/>"
         "<sequenceFlow id='f1' sourceRef='s' targetRef='enter'/><sequenceFlow id='f2' sourceRef='enter' targetRef='x'/>"
         "<sequenceFlow id='yes' sourceRef='x' targetRef='split'><conditionExpression>=amount &gt; 3</conditionExpression></sequenceFlow>"
         "<sequenceFlow id='no' sourceRef='x' targetRef='refused'/><sequenceFlow id='f3' sourceRef='split' targetRef='a'/>"
         "<sequenceFlow id='f4' sourceRef='split' targetRef='b'/><sequenceFlow id='f5' sourceRef='a' targetRef='join'/>"
         "<sequenceFlow id='f6' sourceRef='b' targetRef='join'/><sequenceFlow id='f7' sourceRef='join' targetRef='e'/>" TAIL;

/* A wish: checked by the office, offered, claimed or lapsed after a week, delivered (in two parts now and then), confirmed
 * by the one who wished within three days, or taken as confirmed. */
static const char wish_process[] =
    HEAD "<startEvent id='s'/><userTask id='check'/><exclusiveGateway id='x' default='ok'/><endEvent id='returned'/>"
         "<userTask id='claim'><extensionElements><zeebe:taskSchedule dueDate='=now() + duration(\"P7D\")'/></extensionElements></userTask>"
         "<boundaryEvent id='lapse' attachedToRef='claim'><timerEventDefinition><timeDuration>P7D</timeDuration></timerEventDefinition></boundaryEvent>"
         "<userTask id='help'/><exclusiveGateway id='merge'/><userTask id='deliver'/>"
         "<intermediateThrowEvent id='tell'/><userTask id='confirm'/>"
         "<boundaryEvent id='silence' attachedToRef='confirm'><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></boundaryEvent>"
         "<exclusiveGateway id='good' default='done'/><endEvent id='e'/>"
         "<sequenceFlow id='f1' sourceRef='s' targetRef='check'/><sequenceFlow id='f2' sourceRef='check' targetRef='x'/>"
         "<sequenceFlow id='no' sourceRef='x' targetRef='returned'><conditionExpression>=accepted = false</conditionExpression></sequenceFlow>"
         "<sequenceFlow id='ok' sourceRef='x' targetRef='claim'/><sequenceFlow id='f3' sourceRef='claim' targetRef='merge'/>"
         "<sequenceFlow id='f4' sourceRef='lapse' targetRef='help'/><sequenceFlow id='f5' sourceRef='help' targetRef='merge'/>"
         "<sequenceFlow id='f6' sourceRef='merge' targetRef='deliver'/><sequenceFlow id='f7' sourceRef='deliver' targetRef='tell'/>"
         "<sequenceFlow id='f8' sourceRef='tell' targetRef='confirm'/><sequenceFlow id='f9' sourceRef='confirm' targetRef='good'/>"
         "<sequenceFlow id='f10' sourceRef='silence' targetRef='e'/>"
         "<sequenceFlow id='again' sourceRef='good' targetRef='merge'><conditionExpression>=solved = false</conditionExpression></sequenceFlow>"
         "<sequenceFlow id='done' sourceRef='good' targetRef='e'/>" TAIL;

static const struct bpmn_model *read_process(struct arena *a, const char *xml) {
    struct faults faults;
    faults_init(&faults, a);
    const struct xml_node *root = xml_parse(a, str_from(xml), &xml_default_limits, STR("bench"), &faults);
    const struct bpmn_model *m = root ? bpmn_read(a, root, STR("bench"), &faults) : NULL;
    if (m && !faults.errors) return m;
    fputs("bench: the process cannot be read\n", stderr);
    exit(1);
}

/* ---- one case at a time ------------------------------------------------------------------------------------------------ */

struct runner {
    struct bpmn_host host;
    struct bpmn_memory memory;
    struct arena step;
};

static void send(struct runner *r, struct bpmn_case *c, const struct bpmn_event *event) {
    struct bpmn_changes changes;
    r->host.lookup = bpmn_memory_lookup(c);
    bpmn_step(&r->host, event, c->next_id, 0, &r->step, &changes);
    bpmn_memory_apply(c, &changes);
    arena_clear(&r->step);
}

static struct bpmn_case *begin(struct runner *r, struct feel_value variables) {
    struct bpmn_case *c = bpmn_memory_open(&r->memory);
    send(r, c, &(struct bpmn_event){.kind = BPMN_EVENT_START, .element = -1, .name = STR(""), .variables = variables});
    return c;
}

static void complete_first(struct runner *r, struct bpmn_case *c) {
    struct bpmn_open o = c->open.items[0];
    send(r, c, &(struct bpmn_event){.kind = BPMN_EVENT_TASK_COMPLETED, .token = o.token, .work = o.work});
}

static void bench_small(struct arena *a) {
    struct runner r = {.host = {.model = read_process(a, small_process)}};
    struct feel_value variables = feel_context(a, 1);
    size_t finished = 0;
    feel_context_put(a, variables, STR("amount"), feel_integer(5));
    bpmn_memory_init(&r.memory);
    arena_init(&r.step, 64u << 20);
    double cpu = bench_cpu_seconds();
    for (int i = 0; i < INSTANCES; i++) {
        struct bpmn_case *c = begin(&r, variables);
        while (c->open.count) complete_first(&r, c);
        finished += c->ended;
        bpmn_memory_close(c);
    }
    cpu = bench_cpu_seconds() - cpu;
    if (finished != INSTANCES) fputs("bench: not every instance finished\n", stderr);
    bench_line_against("processes.instances", INSTANCES / cpu, "instances/s", 500000, false);
    bench_line("processes.instance", cpu / INSTANCES * 1e9, "ns");

    size_t before = r.memory.arena.used;
    for (int i = 0; i < WAITING; i++) bench_use(begin(&r, variables));
    bench_line_against("processes.waiting", (double)(r.memory.arena.used - before) / WAITING, "bytes", 1024, true);
    bpmn_memory_release(&r.memory);
    arena_release(&r.step);
}

/* ---- a million wishes ---------------------------------------------------------------------------------------------------- */

struct random {
    uint64_t state;
};

static uint32_t next(struct random *r, uint32_t below) {
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return (uint32_t)((r->state * UINT64_C(2685821657736338717)) >> 33) % below;
}

struct town {
    struct bpmn_world world;
    struct random random;
    struct feel_value good, bad;
    size_t tasks, lapsed, ended;
};

/* How long people take, and what they say. */
static void look(void *context, struct bpmn_world *w, size_t index, const struct bpmn_change *change) {
    struct town *t = context;
    if (change->kind == BPMN_CASE_ENDED) t->ended++;
    if (change->kind == BPMN_CLOSE_TASK) t->lapsed += change->close->reason == BPMN_CLOSE_INTERRUPTED;
    if (change->kind != BPMN_OPEN_TASK) return;
    t->tasks++;
    instant takes = (instant)next(&t->random, 9 * 24) * 3600 * MICROS_A_SECOND;
    struct bpmn_event done = {.kind = BPMN_EVENT_TASK_COMPLETED, .token = change->task->token, .work = change->task->work,
                              .variables = next(&t->random, 20) ? t->good : t->bad};
    bpmn_world_plan(w, w->now + takes / 2, index, &done);
}

static void bench_wishes(struct arena *a) {
    struct town t = {.random = {20261124}};
    bpmn_world_init(&t.world, read_process(a, wish_process), 0);
    t.world.watch = look;
    t.world.watch_context = &t;
    t.good = feel_context(a, 2);
    t.bad = feel_context(a, 2);
    feel_context_put(a, t.good, STR("accepted"), feel_boolean(true));
    feel_context_put(a, t.good, STR("solved"), feel_boolean(true));
    feel_context_put(a, t.bad, STR("accepted"), feel_boolean(false));
    feel_context_put(a, t.bad, STR("solved"), feel_boolean(false));
    double wall = bench_wall_seconds(), cpu = bench_cpu_seconds();
    /* A year of 1,000,000 wishes, one every half minute. */
    for (int i = 0; i < WISHES; i++) {
        bpmn_world_advance(&t.world, (instant)i * 31 * MICROS_A_SECOND);
        bpmn_world_start(&t.world, STR("p"), t.good);
    }
    while (t.world.alarm_count) {
        instant due;
        bpmn_world_next_due(&t.world, &due);
        bpmn_world_advance(&t.world, due);
    }
    cpu = bench_cpu_seconds() - cpu;
    if (t.ended != WISHES) fputs("bench: not every wish came to its end\n", stderr);
    bench_line("processes.wishes", bench_wall_seconds() - wall, "s");
    bench_line("processes.wishes.cpu", cpu, "s");
    bench_line("processes.wishes.steps", (double)t.world.steps / cpu, "steps/s");
    bench_line("processes.wishes.tasks", (double)t.tasks, "tasks");
    bench_line("processes.wishes.lapsed", (double)t.lapsed, "tasks");
    bench_line("processes.wishes.memory", (double)(t.world.memory.arena.used + t.world.kept.used) / (1 << 20), "MiB");
    bpmn_world_release(&t.world);
}

int bench_processes(void) {
    struct arena a;
    arena_init(&a, 64u << 20);
    bench_small(&a);
    bench_wishes(&a);
    arena_release(&a);
    return 0;
}
