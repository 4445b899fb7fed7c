/* Properties that hold whatever an office does: random block-structured processes meet random sequences of completed
 * tasks, timers, failures and office operations. After every event the tokens of the case must form one legal marking
 * of the picture (none lost, none doubled), an open case must have something open, and in the end it can be completed.
 * Everything comes from fixed seeds; every sequence is run twice and must give the same changes. */
#include "bpmn/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS = 10000, EVENTS = 60, MAX_BLOCKS = 120, MAX_CHILDREN = 3 };

/* ---- random numbers: xorshift64*, the same on every machine ------------------------------------------------------------ */

struct random {
    uint64_t state;
};

static uint32_t next(struct random *r, uint32_t below) {
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return (uint32_t)((r->state * UINT64_C(2685821657736338717)) >> 33) % below;
}

/* ---- random processes ---------------------------------------------------------------------------------------------------- */

enum block_kind { TASK, SEQUENCE, EXCLUSIVE, PARALLEL, INCLUSIVE, LOOP, SUB, MULTI, TIMER, BLOCK_KINDS };

struct block {
    enum block_kind kind;
    int id;
    int children[MAX_CHILDREN];
    int child_count;
};

struct process {
    struct block blocks[MAX_BLOCKS];
    int count, flows;
    struct buf xml;
};

static int make_block(struct process *p, struct random *r, int depth) {
    int id = p->count++;
    struct block *b = &p->blocks[id];
    static const enum block_kind leaves[] = {TASK, TASK, TASK, TASK, MULTI, TIMER};
    *b = (struct block){.id = id, .kind = TASK};
    if (depth == 0 || p->count > MAX_BLOCKS - 20) b->kind = leaves[next(r, 6)];
    else b->kind = (enum block_kind)(depth > 2 ? SEQUENCE + next(r, SUB) : next(r, BLOCK_KINDS));
    int children = b->kind == SEQUENCE || b->kind == EXCLUSIVE || b->kind == PARALLEL || b->kind == INCLUSIVE ? 2 + (int)next(r, 2)
                   : b->kind == LOOP || b->kind == SUB ? 1 : 0;
    for (int i = 0; i < children; i++) {
        int child = make_block(p, r, depth - 1);
        p->blocks[id].children[i] = child;
        p->blocks[id].child_count = i + 1;
    }
    return id;
}

static void flow(struct process *p, const char *from, const char *to, const char *condition) {
    buf_printf(&p->xml, "<sequenceFlow id='f%d' sourceRef='%s' targetRef='%s'>", p->flows++, from, to);
    if (condition) buf_printf(&p->xml, "<conditionExpression>=%s</conditionExpression>", condition);
    buf_addz(&p->xml, "</sequenceFlow>");
}

/* The first and last node of a block, as written. */
struct ends {
    char first[24], last[24];
};

static void both(struct ends *e, const char *prefix, int id) {
    snprintf(e->first, sizeof e->first, "%s%d", prefix, id);
    snprintf(e->last, sizeof e->last, "%s%d", prefix, id);
}

static struct ends write_block(struct process *p, int id);

static void write_inner(struct process *p, int id) {
    struct ends inner;
    buf_printf(&p->xml, "<startEvent id='s%d'/><endEvent id='e%d'/>", id, id);
    inner = write_block(p, id);
    char start[24], end[24];
    snprintf(start, sizeof start, "s%d", id);
    snprintf(end, sizeof end, "e%d", id);
    flow(p, start, inner.first, NULL);
    flow(p, inner.last, end, NULL);
}

static struct ends write_leaf(struct process *p, const struct block *b) {
    struct ends e;
    both(&e, "t", b->id);
    if (b->kind == TIMER) {
        buf_printf(&p->xml, "<intermediateCatchEvent id='t%d'><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
                            "</intermediateCatchEvent>", b->id);
    } else if (b->kind == MULTI) {
        buf_printf(&p->xml, "<userTask id='t%d'><multiInstanceLoopCharacteristics isSequential='%s'><loopCardinality>3</loopCardinality>"
                            "<completionCondition>=numberOfCompletedInstances &gt;= 2</completionCondition>"
                            "</multiInstanceLoopCharacteristics></userTask>", b->id, b->id % 2 ? "true" : "false");
    } else {
        /* Every third task lapses after a day and is passed by. */
        buf_printf(&p->xml, "<userTask id='t%d'/>", b->id);
        if (b->id % 3) return e;
        buf_printf(&p->xml, "<boundaryEvent id='b%d' attachedToRef='t%d'><timerEventDefinition><timeDuration>P1D</timeDuration>"
                            "</timerEventDefinition></boundaryEvent><exclusiveGateway id='m%d'/>", b->id, b->id, b->id);
        char boundary[24];
        snprintf(boundary, sizeof boundary, "b%d", b->id);
        snprintf(e.last, sizeof e.last, "m%d", b->id);
        flow(p, e.first, e.last, NULL);
        flow(p, boundary, e.last, NULL);
    }
    return e;
}

static struct ends write_split(struct process *p, const struct block *b) {
    static const char *const gateways[] = {[EXCLUSIVE] = "exclusiveGateway", [PARALLEL] = "parallelGateway", [INCLUSIVE] = "inclusiveGateway"};
    static const char *const exclusive[] = {"choice = 1", NULL, "choice = 2"}, *const inclusive[] = {"choice &gt;= 1", NULL, "choice &gt;= 2"};
    struct ends e;
    snprintf(e.first, sizeof e.first, "x%d", b->id);
    snprintf(e.last, sizeof e.last, "j%d", b->id);
    struct ends inner[MAX_CHILDREN];
    for (int i = 0; i < b->child_count; i++) inner[i] = write_block(p, b->children[i]);
    /* The second way is the default. */
    buf_printf(&p->xml, "<%s id='%s'", gateways[b->kind], e.first);
    if (b->kind != PARALLEL) buf_printf(&p->xml, " default='f%d'", p->flows + 1);
    buf_printf(&p->xml, "/><%s id='%s'/>", gateways[b->kind], e.last);
    for (int i = 0; i < b->child_count; i++)
        flow(p, e.first, inner[i].first, b->kind == EXCLUSIVE ? exclusive[i] : b->kind == INCLUSIVE ? inclusive[i] : NULL);
    for (int i = 0; i < b->child_count; i++) flow(p, inner[i].last, e.last, NULL);
    return e;
}

static struct ends write_loop(struct process *p, const struct block *b) {
    struct ends e, inner = write_block(p, b->children[0]);
    snprintf(e.first, sizeof e.first, "l%d", b->id);
    snprintf(e.last, sizeof e.last, "r%d", b->id);
    buf_printf(&p->xml, "<exclusiveGateway id='%s'/>", e.first);
    flow(p, e.first, inner.first, NULL);
    flow(p, inner.last, e.last, NULL);
    char back[24];
    snprintf(back, sizeof back, "k%d", b->id); /* an empty task on the way back, so that the default is known */
    buf_printf(&p->xml, "<task id='%s'/>", back);
    flow(p, e.last, back, "again");
    flow(p, back, e.first, NULL);
    /* The way on is the gateway's default: an extra node, for the same reason. */
    buf_printf(&p->xml, "<task id='o%d'/><exclusiveGateway id='%s' default='f%d'/>", b->id, e.last, p->flows);
    snprintf(back, sizeof back, "o%d", b->id);
    flow(p, e.last, back, NULL);
    snprintf(e.last, sizeof e.last, "o%d", b->id);
    return e;
}

static struct ends write_block(struct process *p, int id) {
    const struct block *b = &p->blocks[id];
    struct ends e, inner;
    switch (b->kind) {
    case SEQUENCE:
        e = write_block(p, b->children[0]);
        for (int i = 1; i < b->child_count; i++) {
            inner = write_block(p, b->children[i]);
            flow(p, e.last, inner.first, NULL);
            memcpy(e.last, inner.last, sizeof e.last);
        }
        return e;
    case EXCLUSIVE:
    case PARALLEL:
    case INCLUSIVE: return write_split(p, b);
    case LOOP: return write_loop(p, b);
    case SUB:
        both(&e, "u", id);
        buf_printf(&p->xml, "<subProcess id='u%d'>", id);
        write_inner(p, b->children[0]);
        buf_addz(&p->xml, "</subProcess>");
        return e;
    default: return write_leaf(p, b);
    }
}

static const struct bpmn_model *read_process(struct arena *a, struct str xml) {
    struct faults faults;
    faults_init(&faults, a);
    const struct xml_node *root = xml_parse(a, xml, &xml_default_limits, STR("random"), &faults);
    assert_non_null(root);
    const struct bpmn_model *m = bpmn_read(a, root, STR("random"), &faults);
    assert_non_null(m);
    assert_int_equal(faults.errors, 0);
    return m;
}

static void make_process(struct arena *a, struct process *p, struct random *r) {
    p->count = p->flows = 0;
    buf_init(&p->xml, a, 1 << 22);
    buf_addz(&p->xml, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='urn:p'><process id='p' isExecutable='true'>");
    make_block(p, r, 1 + (int)next(r, 5));
    write_inner(p, 0);
    buf_addz(&p->xml, "</process></definitions>");
}

/* ---- is the marking legal? ----------------------------------------------------------------------------------------------- */

struct marking {
    const struct bpmn_model *model;
    const struct process *process;
    const struct bpmn_case *c;
};

static const struct bpmn_scope *scope_of(const struct bpmn_case *c, int64_t id) {
    for (uint32_t i = 0; i < c->scopes.count; i++)
        if (c->scopes.items[i].id == id) return &c->scopes.items[i];
    return NULL;
}

/* Tokens at that node, not counting instances of a loop and added signers; at a join only those that came so far. */
static int tokens_at(const struct marking *m, const char *prefix, int id) {
    char name[24];
    snprintf(name, sizeof name, "%s%d", prefix, id);
    int32_t element = bpmn_find(m->model, str_from(name));
    int n = 0;
    for (uint32_t i = 0; i < m->c->tokens.count; i++) {
        const struct bpmn_token *t = &m->c->tokens.items[i];
        const struct bpmn_scope *s = scope_of(m->c, t->scope);
        assert_non_null(s);
        bool inner = s->kind == BPMN_SCOPE_LOOP || s->kind == BPMN_SCOPE_SIGNERS;
        n += t->element == element && !inner;
    }
    return n;
}

enum state { NOTHING, LEGAL, ILLEGAL };

static enum state state_of(const struct marking *m, int id);

static enum state leaf_state(int tokens) {
    return tokens == 0 ? NOTHING : tokens == 1 ? LEGAL : ILLEGAL;
}

/* At most one of these is going on. */
static enum state one_of(enum state a, enum state b) {
    if (a == ILLEGAL || b == ILLEGAL || (a == LEGAL && b == LEGAL)) return ILLEGAL;
    return a == LEGAL || b == LEGAL ? LEGAL : NOTHING;
}

/* Tokens that wait at the join having come out of that child: they came by the flow whose source is its last node. */
static int arrived_from(const struct marking *m, const struct block *b, int child) {
    char join[24];
    snprintf(join, sizeof join, "j%d", b->id);
    const struct bpmn_element *e = &m->model->elements[bpmn_find(m->model, str_from(join))];
    int n = 0;
    for (uint32_t i = 0; i < m->c->tokens.count; i++) {
        const struct bpmn_token *t = &m->c->tokens.items[i];
        if (t->state == BPMN_TOKEN_ARRIVED && t->flow == e->incoming.items[child]) n++;
    }
    return n;
}

static enum state split_state(const struct marking *m, const struct block *b) {
    int units = 0, going = 0;
    for (int i = 0; i < b->child_count; i++) {
        enum state s = state_of(m, b->children[i]);
        int here = (s == LEGAL) + (b->kind == EXCLUSIVE ? 0 : arrived_from(m, b, i));
        if (s == ILLEGAL || here > 1) return ILLEGAL;
        units += here;
        going += s == LEGAL;
    }
    enum state at_split = leaf_state(tokens_at(m, "x", b->id)), inside;
    if (units == 0) inside = NOTHING;
    else if (going == 0) inside = ILLEGAL; /* all have arrived: the join should have opened */
    else if (b->kind == PARALLEL) inside = units == b->child_count ? LEGAL : ILLEGAL;
    else inside = b->kind == INCLUSIVE || units == 1 ? LEGAL : ILLEGAL;
    return one_of(at_split, inside);
}

static enum state state_of(const struct marking *m, int id) {
    const struct block *b = &m->process->blocks[id];
    enum state s = NOTHING, inner;
    switch (b->kind) {
    case SEQUENCE:
        for (int i = 0; i < b->child_count; i++) s = one_of(s, state_of(m, b->children[i]));
        return s;
    case EXCLUSIVE:
    case PARALLEL:
    case INCLUSIVE: return split_state(m, b);
    case LOOP: return one_of(leaf_state(tokens_at(m, "r", id)), state_of(m, b->children[0]));
    case SUB:
        s = leaf_state(tokens_at(m, "u", id));
        inner = state_of(m, b->children[0]);
        return s == inner ? s : ILLEGAL;
    default: return leaf_state(tokens_at(m, "t", id));
    }
}

static void check_case(const struct bpmn_model *model, const struct process *p, const struct bpmn_case *c) {
    const char *broken = bpmn_memory_broken(c);
    if (broken) fail_msg("%s", broken);
    if (c->ended) return;
    struct marking m = {.model = model, .process = p, .c = c};
    assert_int_equal(state_of(&m, 0), LEGAL);
    assert_true(c->open.count > 0 || c->waits.count > 0);
}

/* ---- random events --------------------------------------------------------------------------------------------------------- */

enum { MAX_VISITS = 64 };

struct run_state {
    struct bpmn_world world;
    const struct bpmn_model *model;
    struct arena *a;
    struct str xml;
    struct random random;
    uint64_t digest; /* of all changes */
    struct {
        int64_t id;
        int32_t element;
    } visits[MAX_VISITS]; /* tasks that were completed, newest last */
    int visit_count;
    int done, refused, taken_back;
};

static void mix(struct run_state *s, int64_t v) {
    s->digest = (s->digest ^ (uint64_t)v) * UINT64_C(1099511628211);
}

static void watch(void *context, struct bpmn_world *w, size_t index, const struct bpmn_change *c) {
    struct run_state *s = context;
    (void)w, (void)index;
    mix(s, c->kind);
    switch (c->kind) {
    case BPMN_PUT_TOKEN:
        mix(s, c->token->id * 31 + c->token->element);
        mix(s, c->token->origin * 31 + c->token->state);
        break;
    case BPMN_PUT_SCOPE: mix(s, c->scope->id * 31 + c->scope->live); break;
    case BPMN_OPEN_TASK: mix(s, c->task->work); break;
    case BPMN_LEFT:
        mix(s, c->visit->id);
        if (c->visit->reason != BPMN_CLOSE_COMPLETED || s->model->elements[c->visit->element].kind != BPMN_USER_TASK) break;
        if (s->visit_count == MAX_VISITS) memmove(s->visits, s->visits + 1, sizeof s->visits[0] * (size_t)--s->visit_count);
        s->visits[s->visit_count].id = c->visit->id;
        s->visits[s->visit_count++].element = c->visit->element;
        break;
    default: break;
    }
}

static struct feel_value answers(struct run_state *s, bool tame) {
    struct arena *a = &s->world.kept;
    struct feel_value v = feel_context(a, 2);
    /* Now and then a form leaves out what a condition needs: an incident, to be mended. */
    bool incomplete = !tame && next(&s->random, 12) == 0;
    feel_context_put(a, v, STR("choice"), incomplete ? feel_null() : feel_integer(next(&s->random, 4)));
    feel_context_put(a, v, STR("again"), feel_boolean(!tame && next(&s->random, 4) == 0));
    return v;
}

/* What happened, when one seed is looked at (BPMN_SEED=n). */
static void tell(const struct run_state *s, const struct bpmn_event *e, enum bpmn_outcome outcome) {
    const struct bpmn_case *c = s->world.cases[0];
    if (!getenv("BPMN_SEED")) return;
    fprintf(stderr, "event %d token %lld visit %lld to %.*s: outcome %d %s\n ", e->kind, (long long)e->token, (long long)e->visit,
                  STR_ARGS(e->kind >= BPMN_EVENT_MOVE ? bpmn_element_id(s->model, e->element) : STR("-")), outcome,
                  outcome == BPMN_STEP_REFUSED ? s->world.refusal.code : "");
    for (uint32_t i = 0; i < c->tokens.count; i++) {
        const struct bpmn_token *t = &c->tokens.items[i];
        fprintf(stderr, " %lld@%.*s/%d(%lld)", (long long)t->id, STR_ARGS(bpmn_element_id(s->model, t->element)), t->state, (long long)t->scope);
    }
    fprintf(stderr, "\n");
}

static void send(struct run_state *s, const struct bpmn_event *e) {
    enum bpmn_outcome outcome = bpmn_world_send(&s->world, 0, e);
    tell(s, e, outcome);
    s->done += outcome == BPMN_STEP_DONE;
    s->refused += outcome == BPMN_STEP_REFUSED;
    mix(s, outcome);
}

/* Does one piece of open work: completes the task, mends the incident. */
static void work(struct run_state *s, uint32_t which, bool tame) {
    struct bpmn_open o = s->world.cases[0]->open.items[which];
    struct bpmn_event e = {.kind = o.kind == BPMN_OPENED_INCIDENT ? BPMN_EVENT_RETRY : BPMN_EVENT_TASK_COMPLETED,
                           .token = o.token, .work = o.work, .variables = answers(s, tame || o.kind == BPMN_OPENED_INCIDENT)};
    send(s, &e);
}

/* All variables of the case's scopes, as one number. */
static uint64_t variables_digest(const struct bpmn_case *c, struct arena *a) {
    uint64_t digest = 0;
    struct bpmn_lookup l = bpmn_memory_lookup((struct bpmn_case *)(uintptr_t)c);
    struct feel_value root = bpmn_visible_variables(&l, 1, a);
    for (size_t i = 0; root.kind == FEEL_CONTEXT && i < root.context->count; i++)
        digest += str_hash(root.context->entries[i].name) * (1 + str_hash(feel_text(a, root.context->entries[i].value)));
    return digest;
}

/* Completes a task and takes it back at once, where that is legal: then nothing of it may remain. */
static void complete_and_take_back(struct run_state *s, struct bpmn_open o) {
    const struct bpmn_case *c = s->world.cases[0];
    uint64_t before = variables_digest(c, s->a);
    int64_t visit = 0;
    for (uint32_t i = 0; i < c->tokens.count; i++)
        if (c->tokens.items[i].id == o.token) visit = c->tokens.items[i].visit;
    send(s, &(struct bpmn_event){.kind = BPMN_EVENT_TASK_COMPLETED, .token = o.token, .work = o.work, .variables = answers(s, false)});
    if (c->ended || s->visit_count == 0 || s->visits[s->visit_count - 1].id != visit) return; /* signers are still to come */
    struct bpmn_event back = {.kind = BPMN_EVENT_WITHDRAW, .visit = s->visits[s->visit_count - 1].id, .element = s->visits[s->visit_count - 1].element};
    int done = s->done;
    send(s, &back);
    if (s->done == done) return;
    s->taken_back++;
    assert_true(variables_digest(c, s->a) == before);
}

static void office_event(struct run_state *s) {
    struct bpmn_case *c = s->world.cases[0];
    struct bpmn_event e = {.kind = BPMN_EVENT_MOVE, .token = c->tokens.items[next(&s->random, c->tokens.count)].id};
    uint32_t kind = next(&s->random, 4);
    if (kind == 0 && c->open.count) {
        struct bpmn_open o = c->open.items[next(&s->random, c->open.count)];
        e = (struct bpmn_event){.kind = BPMN_EVENT_ADD_SIGNER, .token = o.token, .work = o.work, .order = (enum bpmn_signer_order)next(&s->random, 3),
                                .assignee = STR("wang"), .holder = STR("li")};
    } else if (kind == 1 && s->visit_count) {
        int v = s->visit_count - 1 - (int)next(&s->random, s->visit_count > 2 ? 2 : 1);
        e = (struct bpmn_event){.kind = BPMN_EVENT_WITHDRAW, .visit = s->visits[v].id, .element = s->visits[v].element};
    } else {
        /* Only where a person would send a case: tasks, sub-processes, waits. */
        do e.element = (int32_t)next(&s->random, (uint32_t)s->model->element_count);
        while (!bpmn_is_activity(s->model->elements[e.element].kind) && s->model->elements[e.element].kind != BPMN_CATCH_EVENT);
        char first = s->model->elements[e.element].id.p[0];
        if (first == 'k' || first == 'o') return; /* the helpers of a loop: nothing rests there */
    }
    send(s, &e);
}

/* Into another reading of the same file, and on in that one. */
static void migrate(struct run_state *s) {
    const struct bpmn_model *old = s->model;
    int32_t *elements = arena_array(s->a, int32_t, old->element_count);
    s->model = read_process(s->a, s->xml);
    for (size_t i = 0; i < old->element_count; i++) elements[i] = bpmn_find(s->model, old->elements[i].id);
    struct bpmn_migration plan = {.from = old, .elements = elements};
    s->world.host.model = s->model;
    uint32_t waits = s->world.cases[0]->waits.count, tokens = s->world.cases[0]->tokens.count;
    assert_int_equal(bpmn_world_send(&s->world, 0, &(struct bpmn_event){.kind = BPMN_EVENT_MIGRATE, .migration = &plan}), BPMN_STEP_DONE);
    assert_int_equal(s->world.cases[0]->waits.count, waits);
    assert_int_equal(s->world.cases[0]->tokens.count, tokens);
}

static void random_event(struct run_state *s) {
    struct bpmn_case *c = s->world.cases[0];
    uint32_t kind = next(&s->random, 12);
    if (kind == 10) migrate(s);
    else if (kind == 11 && c->open.count && c->open.items[0].kind == BPMN_OPENED_TASK) complete_and_take_back(s, c->open.items[0]);
    else if (kind == 0) bpmn_world_advance(&s->world, s->world.now + (instant)next(&s->random, 30) * 3600 * MICROS_A_SECOND);
    else if (kind == 1) {
        send(s, &(struct bpmn_event){.kind = BPMN_EVENT_SUSPEND});
        if (c->open.count) {
            assert_int_equal(bpmn_world_send(&s->world, 0, &(struct bpmn_event){.kind = BPMN_EVENT_TASK_COMPLETED, .token = c->open.items[0].token,
                                                                                .work = c->open.items[0].work}), BPMN_STEP_SUSPENDED);
        }
        send(s, &(struct bpmn_event){.kind = BPMN_EVENT_RESUME});
    } else if (kind < 5) office_event(s);
    else if (c->open.count) work(s, next(&s->random, c->open.count), false);
    else bpmn_world_advance(&s->world, s->world.now + (instant)3600 * MICROS_A_SECOND);
}

static void finish(struct run_state *s, const struct process *p) {
    struct bpmn_case *c = s->world.cases[0];
    /* A loop around a timer asks nobody: the last answer must not be “again”. */
    send(s, &(struct bpmn_event){.kind = BPMN_EVENT_VARIABLES, .variables = answers(s, true)});
    for (int i = 0; i < 2000 && !c->ended; i++) {
        if (c->open.count) work(s, c->open.count - 1, true);
        else bpmn_world_advance(&s->world, s->world.now + (instant)3600 * MICROS_A_SECOND);
        check_case(s->model, p, c);
    }
    assert_true(c->ended);
}

struct tally {
    int sequences, events, refused, taken_back;
};

static uint64_t run_seed(uint64_t seed, struct tally *tally) {
    struct arena a;
    arena_init(&a, 256u << 20);
    static struct process p;
    struct run_state s = {.random = {seed * UINT64_C(0x9E3779B97F4A7C15) + 1}, .digest = 14695981039346656037u};
    make_process(&a, &p, &s.random);
    s.a = &a;
    s.xml = buf_str(&p.xml);
    s.model = read_process(&a, s.xml);
    bpmn_world_init(&s.world, s.model, 0);
    if (getenv("BPMN_SEED")) fprintf(stderr, "%.*s\n", STR_ARGS(buf_str(&p.xml)));
    s.world.watch = watch;
    s.world.watch_context = &s;
    struct feel_value first = answers(&s, true);
    assert_int_equal(bpmn_world_start(&s.world, STR("p"), first), 0);
    check_case(s.model, &p, s.world.cases[0]);
    for (int i = 0; i < EVENTS && !s.world.cases[0]->ended; i++) {
        random_event(&s);
        check_case(s.model, &p, s.world.cases[0]);
    }
    finish(&s, &p);
    tally->sequences++;
    tally->events += s.done;
    tally->refused += s.refused;
    tally->taken_back += s.taken_back;
    bpmn_world_release(&s.world);
    arena_release(&a);
    return s.digest;
}

static void test_no_token_is_lost_or_doubled(void **state) {
    (void)state;
    struct tally tally = {0};
    const char *only = getenv("BPMN_SEED"); /* to look at one seed */
    for (uint64_t seed = only ? strtoull(only, NULL, 10) : 1; seed <= (only ? strtoull(only, NULL, 10) : SEEDS); seed++) {
        uint64_t once = run_seed(seed, &tally), twice = run_seed(seed, &tally);
        if (once != twice) print_error("seed %llu\n", (unsigned long long)seed);
        assert_true(once == twice);
    }
    print_message("%d sequences, %d events taken, %d refused, %d steps taken back at once\n", tally.sequences, tally.events, tally.refused, tally.taken_back);
    if (!only) assert_true(tally.events > tally.refused && tally.taken_back > tally.sequences / 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_no_token_is_lost_or_doubled)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
