/* processes.c: `build/bench processes`: how fast cases run in memory on one core, how small a waiting one is, and a
 * million cases of services/wish on the virtual clock, its decision table included.
 *
 * The limits: 500,000 instances a second and 1 KB a waiting instance for start -> user task -> exclusive -> parallel
 * -> two tasks -> join -> end. bench/peers/processes.mjs runs the same process on bpmn-elements for comparison.
 * processes.durable is the same process as a service (bench/small) through the writer: four commands an instance, 64 in
 * flight, nothing confirmed before it is on disk; beside raw SQLite group commit of the rows they left. Run it in the
 * project's folder.
 */
#include "bench.h"
#include "flight.h"
#include "raw.h"

#include "bpmn/world.h"
#include "cli/cli.h"
#include "dmn/dmn.h"

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

static const struct bpmn_model *read_process(struct arena *a, struct str xml) {
    struct faults faults;
    faults_init(&faults, a);
    const struct xml_node *root = xml_parse(a, xml, &xml_default_limits, STR("bench"), &faults);
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
    struct runner r = {.host = {.model = read_process(a, str_from(small_process))}};
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
    const struct dmn_model *rules;
    struct random random;
    struct arena arena;
    struct feel_value *outcomes; /* ready-made answers, in the order of `answers` */
    int32_t *elements;           /* of `answers` */
    size_t tasks, lapsed, ended;
};

/* What people answer at each task, and how often out of a hundred; the last row of a task takes the rest. */
static const struct {
    const char *task, *outcome;
    uint32_t percent;
} answers[] = {
    {"check", "correct", 6},       {"check", "refuse", 3},      {"check", "approve", 100},  {"arrange", "again", 60},
    {"arrange", "unmet", 100},     {"accept", "decline", 4},    {"accept", "accept", 100},  {"prepare", "give-back", 3},
    {"prepare", "ready", 100},     {"deliver", "give-back", 2}, {"deliver", "delivered", 100},
    {"confirm", "unsatisfied", 5}, {"confirm", "received", 100}, {"revisit", "unsatisfied", 5}, {"revisit", "received", 100},
    {"follow-up", "again", 40},    {"follow-up", "explained", 100},
};
enum { ANSWERS = sizeof answers / sizeof *answers };

static struct feel_value answer_at(struct town *t, int32_t element) {
    uint32_t dice = next(&t->random, 100);
    for (size_t i = 0; i < ANSWERS; i++)
        if (t->elements[i] == element && dice < answers[i].percent) return t->outcomes[i];
    return feel_null();
}

/* The service's own rule, by the same evaluator as in production. */
static bool decide(void *context, struct str id, struct feel_value inputs, instant now, struct arena *a, struct feel_value *out,
                   struct str why[4], size_t *why_count) {
    const struct town *t = context;
    const struct dmn_element *decision = dmn_find(t->rules, id);
    struct feel_environment env;
    (void)why, (void)why_count;
    feel_environment_init(&env, a, now, NULL);
    if (decision) *out = dmn_evaluate(t->rules, decision, inputs, &env, NULL);
    return decision != NULL;
}

/* How long people take: up to a month to claim, days for the rest. Service tasks are done at once. */
static void look(void *context, struct bpmn_world *w, size_t index, const struct bpmn_change *change) {
    struct town *t = context;
    if (change->kind == BPMN_CASE_ENDED) t->ended++;
    if (change->kind == BPMN_CLOSE_TASK) t->lapsed += change->close->reason == BPMN_CLOSE_INTERRUPTED;
    if (change->kind == BPMN_OPEN_JOB) {
        struct bpmn_event done = {.kind = BPMN_EVENT_JOB_COMPLETED, .token = change->job->token, .work = change->job->work};
        bpmn_world_plan(w, w->now, index, &done);
    }
    if (change->kind != BPMN_OPEN_TASK) return;
    t->tasks++;
    bool claim = str_eqz(bpmn_element_id(w->host.model, change->task->element), "claim");
    instant takes = (instant)next(&t->random, claim ? 30 * 24 : 5 * 24) * 3600 * MICROS_A_SECOND;
    struct bpmn_event done = {.kind = BPMN_EVENT_TASK_COMPLETED, .token = change->task->token, .work = change->task->work,
                              .variables = answer_at(t, change->task->element)};
    bpmn_world_plan(w, w->now + takes, index, &done);
}

static struct str read_service(struct arena *a, const char *path) {
    struct str bytes;
    if (!cli_read_file(a, path, 8 << 20, &bytes)) exit(1); /* build/bench is run from the top of the tree */
    return bytes;
}

static void prepare_town(struct town *t) {
    struct arena *a = &t->arena;
    struct faults faults;
    faults_init(&faults, a);
    const struct bpmn_model *m = read_process(a, read_service(a, "services/wish/process.bpmn"));
    struct dmn_source rules = {STR("eligibility.dmn"), read_service(a, "services/wish/eligibility.dmn")};
    t->rules = dmn_load(a, &rules, 1, &faults);
    t->outcomes = arena_array(a, struct feel_value, ANSWERS);
    t->elements = arena_array(a, int32_t, ANSWERS);
    for (size_t i = 0; i < ANSWERS; i++) {
        t->elements[i] = bpmn_find(m, str_from(answers[i].task));
        t->outcomes[i] = feel_context(a, 1);
        feel_context_put(a, t->outcomes[i], STR("outcome"), feel_string(str_from(answers[i].outcome)));
    }
    bpmn_world_init(&t->world, m, 0);
    t->world.watch = look;
    t->world.watch_context = t;
    t->world.host.evaluate_decision = decide;
    t->world.host.decision_context = t;
}

/* One wish in ten has two things in it. */
static struct feel_value wish(struct town *t, int items) {
    static const char *const texts[] = {
        "{\"consent\":\"yes\",\"item\":[{\"category\":\"daily\",\"value_fen\":12000}]}",
        "{\"consent\":\"yes\",\"item\":[{\"category\":\"daily\",\"value_fen\":9000},{\"category\":\"study\",\"value_fen\":8000}]}"};
    return feel_from_json(&t->arena, json_parse(&t->arena, str_from(texts[items - 1]), &json_default_limits, STR(""), NULL));
}

static void bench_wishes(void) {
    struct town t = {.random = {20261124}};
    arena_init(&t.arena, 64u << 20);
    prepare_town(&t);
    struct feel_value one = wish(&t, 1), two = wish(&t, 2);
    double wall = bench_wall_seconds(), cpu = bench_cpu_seconds();
    /* A year: a wish every half minute. */
    for (int i = 0; i < WISHES; i++) {
        bpmn_world_advance(&t.world, (instant)i * 31 * MICROS_A_SECOND);
        bpmn_world_start(&t.world, STR("wish"), i % 10 ? one : two);
    }
    for (instant due; bpmn_world_next_due(&t.world, &due);) bpmn_world_advance(&t.world, due);
    cpu = bench_cpu_seconds() - cpu;
    if (t.ended != WISHES) fprintf(stderr, "bench: %zu of %d wishes came to their end\n", t.ended, WISHES);
    bench_line("processes.wishes", bench_wall_seconds() - wall, "s");
    bench_line("processes.wishes.cpu", cpu, "s");
    bench_line("processes.wishes.steps", (double)t.world.steps / cpu, "steps/s");
    bench_line("processes.wishes.tasks", (double)t.tasks, "tasks");
    bench_line("processes.wishes.lapsed", (double)t.lapsed, "tasks");
    bench_line("processes.wishes.memory", (double)(t.world.memory.arena.used + t.world.kept.used) / (1 << 20), "MiB");
    bpmn_world_release(&t.world);
    arena_release(&t.arena);
}

/* ---- the same process, durable ------------------------------------------------------------------------------------------- */

enum { DURABLE = 2000 };

static void fill_open(struct flight *f, struct slot *s, int n) {
    (void)f, (void)n;
    struct command *c = command_new(&s->arena, "case.open", (struct actor){.account = 1}, "web");
    json_add_string(&s->arena, c->arguments, "service", STR("small"));
    json_add_integer(&s->arena, c->arguments, "organisation", 1);
    struct json *list = json_add_empty(&s->arena, c->arguments, "answers", JSON_ARRAY), answer = {.kind = JSON_OBJECT};
    json_add_string(&s->arena, &answer, "path", STR("/data/amount"));
    json_add_string(&s->arena, &answer, "value", STR("5"));
    json_add(&s->arena, list, STR_NONE, answer);
    s->work.command = c;
}

static void fill_complete(struct slot *s, int task) {
    struct command *c = command_new(&s->arena, "task.complete", (struct actor){.account = 1}, "web");
    json_add_integer(&s->arena, c->arguments, "task", task);
    json_add_empty(&s->arena, c->arguments, "answers", JSON_ARRAY);
    s->work.command = c;
}

/* Tasks are numbered as they open: the first of every case, then the two behind the split. */
static void fill_first(struct flight *f, struct slot *s, int n) {
    (void)f;
    fill_complete(s, n + 1);
}

static void fill_second(struct flight *f, struct slot *s, int n) {
    (void)f;
    fill_complete(s, DURABLE + n + 1);
}

static bool bench_durable(void) {
    static const char *const lines[] = {"deploy bench/small", "organisation nanhu community \"Nanhu\"", "account wang staff at nanhu"};
    char data[100], copy[100];
    struct bench b = {0};
    int refused[3] = {0};
    if (!bench_house_open(&b, lines, sizeof lines / sizeof *lines)) return false;
    snprintf(data, sizeof data, "%s/data", b.folder);
    snprintf(copy, sizeof copy, "%s/raw.db", b.folder);
    struct raw *raw = raw_open(data, copy);
    double cpu = bench_cpu_seconds(), seconds = fly(&b, DURABLE, fill_open, &refused[0]);
    seconds += fly(&b, DURABLE, fill_first, &refused[1]) + fly(&b, 2 * DURABLE, fill_second, &refused[2]);
    cpu = bench_cpu_seconds() - cpu;
    struct db *db = store_read_begin(b.store);
    int64_t closed = db_int(db, 0, "select count(*) from cases where state = 'closed'");
    store_read_end(b.store, db, NULL);
    double limit = raw ? raw_catch_up(raw).seconds : 0;
    raw_close(raw);
    bench_line_against("processes.durable", DURABLE / seconds, "instances/s", limit > 0 ? DURABLE / limit : 0, false);
    bench_line("processes.durable.cpu", cpu / DURABLE * 1e6, "us/instance");
    bench_house_close(&b);
    if (closed != DURABLE) fprintf(stderr, "bench: %d of %d durable instances ended (%d, %d, %d refused)\n", (int)closed, DURABLE, refused[0], refused[1], refused[2]);
    return closed == DURABLE;
}

int bench_processes(void) {
    struct arena a;
    arena_init(&a, 64u << 20);
    bench_small(&a);
    bool good = bench_durable();
    bench_wishes();
    arena_release(&a);
    return good ? 0 : 1;
}
