/* blocks.h: random block-structured processes, and what a legal marking of one is: for every block the tokens in it are
 * those of one way through it. For property_test.c (the step alone) and engine/office_property_test.c (commands).
 *
 * Include cmocka.h and bpmn/memory.h first. Conditions ask for the numbers `choice` (0 to 3) and `again` (0 or 1). */
#ifndef TESTS_BPMN_BLOCKS_H
#define TESTS_BPMN_BLOCKS_H

#ifndef BLOCK_TASK
#define BLOCK_TASK "" /* what stands inside every user task */
#endif
#ifndef BLOCK_TIMERS
#define BLOCK_TIMERS 1 /* 0: no timers in the flow itself, only at tasks */
#endif

#ifndef BLOCK_COMPENSATION
#define BLOCK_COMPENSATION 0 /* 1: some tasks have a handler that undoes them */
#endif

enum { MAX_BLOCKS = 120, MAX_CHILDREN = 3 };

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
    if (b->kind == TIMER && !BLOCK_TIMERS) b->kind = TASK;
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
        buf_printf(&p->xml, "<userTask id='t%d'>" BLOCK_TASK "<multiInstanceLoopCharacteristics isSequential='%s'><loopCardinality>3</loopCardinality>"
                            "<completionCondition>=numberOfCompletedInstances &gt;= 2</completionCondition>"
                            "</multiInstanceLoopCharacteristics></userTask>", b->id, b->id % 2 ? "true" : "false");
    } else {
        if (BLOCK_COMPENSATION && b->id % 4 == 1)
            buf_printf(&p->xml, "<boundaryEvent id='c%d' attachedToRef='t%d'><compensateEventDefinition/></boundaryEvent><userTask id='h%d' isForCompensation='true'/>"
                                "<association id='a%d' associationDirection='One' sourceRef='c%d' targetRef='h%d'/>", b->id, b->id, b->id, b->id, b->id, b->id);
        /* Every third task lapses after a day and is passed by. */
        buf_printf(&p->xml, "<userTask id='t%d'>" BLOCK_TASK "</userTask>", b->id);
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
    flow(p, e.last, back, "again = 1");
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
    buf_addz(&p->xml, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' targetNamespace='urn:p'><process id='p' isExecutable='true'>");
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

#endif
