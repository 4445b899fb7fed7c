/* region.c: which nodes lie between a split and the place where its ways meet, so that a token can be taken out of a
 * branch or put into one without losing or doubling another.
 *
 * The join of a split is its nearest post-dominator along sequence flows: every way from the split to an end passes
 * it. Boundary events do not count there (their ways may leave the block), but what lies behind them and not behind
 * the join belongs to the region. Only office operations look at this; models are small. See run.h.
 */
#include "bpmn/run.h"

struct walk {
    const struct run *run;
    bool boundaries;   /* follow boundary events too */
    bool interrupting; /* of those, only interrupting ones */
    int32_t blocked;   /* not entered; NONE */
    int32_t *queue;
    size_t head, count;
};

static void visit(struct walk *w, bool *mark, int32_t element) {
    if (element < 0 || element == w->blocked || mark[element]) return;
    mark[element] = true;
    w->queue[w->count++] = element;
}

static bool is_link(const struct bpmn_element *e, enum bpmn_kind kind) {
    return e->kind == kind && e->definition_count && e->definitions[0].type == BPMN_EVENT_LINK_TYPE;
}

static void visit_link_targets(struct walk *w, bool *mark, const struct bpmn_element *e) {
    const struct bpmn_element *container = element_of(w->run, e->parent);
    for (size_t i = 0; i < container->children.count; i++) {
        const struct bpmn_element *o = element_of(w->run, container->children.items[i]);
        if (is_link(o, BPMN_CATCH_EVENT) && str_eq(o->definitions[0].name.text, e->definitions[0].name.text))
            visit(w, mark, container->children.items[i]);
    }
}

/* Marks what is reachable from `from`, itself included. */
static void reach(struct walk *w, bool *mark, int32_t from) {
    w->head = w->count = 0;
    visit(w, mark, from);
    while (w->head < w->count) {
        const struct bpmn_element *e = element_of(w->run, w->queue[w->head++]);
        for (size_t i = 0; i < e->outgoing.count; i++) visit(w, mark, w->run->model->flows[e->outgoing.items[i]].target);
        for (size_t i = 0; i < e->boundaries.count && w->boundaries; i++)
            if (!w->interrupting || element_of(w->run, e->boundaries.items[i])->interrupting) visit(w, mark, e->boundaries.items[i]);
        if (is_link(e, BPMN_THROW_EVENT) && e->parent >= 0) visit_link_targets(w, mark, e);
    }
}

static struct walk start_walk(struct run *r) {
    return (struct walk){.run = r, .blocked = NONE, .queue = arena_alloc_raw(r->arena, (r->model->element_count + 1) * sizeof(int32_t))};
}

/* True when no way from `split` to an end avoids `join`. */
static bool all_ways_meet(struct run *r, int32_t split, int32_t join) {
    struct walk w = start_walk(r);
    bool *mark = arena_array(r->arena, bool, r->model->element_count);
    w.blocked = join;
    reach(&w, mark, split);
    for (size_t i = 0; i < w.count; i++) {
        const struct bpmn_element *e = element_of(r, w.queue[i]);
        if (!e->outgoing.count && !is_link(e, BPMN_THROW_EVENT)) return false;
    }
    return true;
}

/* Post-dominators lie one behind the other on every way, so the first that a breadth-first walk meets is the nearest. */
static int32_t find_join(struct run *r, int32_t split) {
    struct walk w = start_walk(r);
    bool *mark = arena_array(r->arena, bool, r->model->element_count);
    reach(&w, mark, split);
    for (size_t i = 1; i < w.count; i++)
        if (all_ways_meet(r, split, w.queue[i])) return w.queue[i];
    return NONE;
}

static void mark_branch(struct run *r, struct region *g, size_t k, int32_t flow, const bool *behind_join) {
    size_t n = r->model->element_count;
    bool *plain = g->branches[k] = arena_array(r->arena, bool, n), *wide = arena_array(r->arena, bool, n);
    int32_t target = r->model->flows[flow].target;
    struct walk w = start_walk(r);
    w.blocked = g->join;
    reach(&w, plain, target);
    w.boundaries = true;
    reach(&w, wide, target);
    for (size_t i = 0; i < n; i++) {
        plain[i] |= wide[i] && !behind_join[i];
        if ((int32_t)i == g->split) plain[i] = false;
        g->size += plain[i] && !g->inside[i];
        g->inside[i] |= plain[i];
    }
}

static bool sends_several(const struct bpmn_element *e) {
    if (e->outgoing.count < 2) return false;
    return e->kind != BPMN_EXCLUSIVE_GATEWAY && e->kind != BPMN_EVENT_GATEWAY;
}

static struct region make_region(struct run *r, int32_t split) {
    const struct bpmn_element *e = element_of(r, split);
    size_t n = r->model->element_count;
    struct region g = {.split = split, .join = find_join(r, split), .branch_count = e->outgoing.count,
                       .branches = arena_array(r->arena, bool *, e->outgoing.count), .inside = arena_array(r->arena, bool, n)};
    bool *behind_join = arena_array(r->arena, bool, n);
    struct walk w = start_walk(r);
    if (g.join >= 0) reach(&w, behind_join, g.join);
    for (size_t k = 0; k < e->outgoing.count; k++) mark_branch(r, &g, k, e->outgoing.items[k], behind_join);
    return g;
}

struct regions step_regions(struct run *r, int32_t container) {
    const struct bpmn_element *c = element_of(r, container);
    struct regions all = {0};
    size_t capacity = 0;
    for (size_t i = 0; i < c->children.count; i++)
        if (sends_several(element_of(r, c->children.items[i])))
            VEC_PUSH(r->arena, all.items, all.count, capacity, make_region(r, c->children.items[i]));
    return all;
}

ptrdiff_t step_branch_of_element(const struct region *g, int32_t element) {
    for (size_t k = 0; k < g->branch_count; k++)
        if (g->branches[k][element]) return (ptrdiff_t)k;
    return NONE;
}

ptrdiff_t step_branch_of(const struct run *r, const struct region *g, const struct row *token) {
    int32_t element = token->token.element, flow = token->token.flow;
    bool at_join = element == g->join && flow >= 0 &&
                   (token->token.state == BPMN_TOKEN_ARRIVED || token->token.state == BPMN_TOKEN_SPENT);
    if (!at_join) return step_branch_of_element(g, element);
    int32_t source = r->model->flows[flow].source;
    if (source != g->split) return step_branch_of_element(g, source);
    const struct bpmn_element *split = element_of(r, g->split);
    for (size_t k = 0; k < split->outgoing.count; k++)
        if (split->outgoing.items[k] == flow) return (ptrdiff_t)k;
    return NONE;
}

bool *step_beside(struct run *r, int32_t container) {
    const struct bpmn_element *c = element_of(r, container);
    size_t n = r->model->element_count;
    bool *main_flow = arena_array(r->arena, bool, n), *any = arena_array(r->arena, bool, n);
    struct walk w = start_walk(r);
    w.boundaries = w.interrupting = true;
    for (size_t i = 0; i < c->children.count; i++) {
        const struct bpmn_element *e = element_of(r, c->children.items[i]);
        bool begins = !e->incoming.count && e->attached_to < 0;
        if (begins) reach(&w, main_flow, c->children.items[i]);
    }
    w.interrupting = false;
    for (size_t i = 0; i < c->children.count; i++) reach(&w, any, c->children.items[i]);
    for (size_t i = 0; i < n; i++) any[i] = any[i] && !main_flow[i];
    return any;
}
