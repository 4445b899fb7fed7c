/* reach.c: see reach.h: a walk over the drawing, every element once. */
#include "bpmn/reach.h"

struct walk {
    const struct bpmn_model *m;
    bool *reached;
    int32_t *waiting; /* reached, and not yet gone on from */
    size_t count;
};

static void come_to(struct walk *w, int32_t i) {
    if (i < 0 || w->reached[i]) return;
    w->reached[i] = true;
    w->waiting[w->count++] = i;
}

static void come_to_all(struct walk *w, struct bpmn_indexes list) {
    for (size_t i = 0; i < list.count; i++) come_to(w, list.items[i]);
}

/* The other end of a link: catch events of that name on the same level. */
static void follow_link(struct walk *w, const struct bpmn_element *e, const struct bpmn_definition *link) {
    for (size_t i = 0; i < w->m->element_count; i++) {
        const struct bpmn_element *other = &w->m->elements[i];
        if (other->kind != BPMN_CATCH_EVENT || other->parent != e->parent) continue;
        for (size_t d = 0; d < other->definition_count; d++)
            if (other->definitions[d].type == BPMN_EVENT_LINK_TYPE && str_eq(other->definitions[d].name.text, link->name.text)) come_to(w, (int32_t)i);
    }
}

/* What comes after the element itself: not what lies in it. */
static void leave(struct walk *w, const struct bpmn_element *e) {
    for (size_t i = 0; i < e->outgoing.count; i++) come_to(w, w->m->flows[e->outgoing.items[i]].target);
    come_to_all(w, e->boundaries);
    for (size_t d = 0; e->kind == BPMN_THROW_EVENT && d < e->definition_count; d++)
        if (e->definitions[d].type == BPMN_EVENT_LINK_TYPE) follow_link(w, e, &e->definitions[d]);
}

static void go_on(struct walk *w, int32_t from) {
    const struct bpmn_element *e = &w->m->elements[from];
    leave(w, e);
    come_to_all(w, e->entries);
    if (e->kind == BPMN_AD_HOC) come_to_all(w, e->children);
    come_to(w, e->called_element);
    for (int32_t around = e->parent; around >= 0 && !w->m->elements[around].triggered_by_event; around = w->m->elements[around].parent)
        leave(w, &w->m->elements[around]);
}

bool *bpmn_reach(struct arena *a, const struct bpmn_model *m, int32_t from) {
    struct walk w = {.m = m, .reached = arena_array(a, bool, m->element_count + 1), .waiting = arena_array(a, int32_t, m->element_count + 1)};
    if (from < 0 || (size_t)from >= m->element_count) return w.reached;
    go_on(&w, from);
    while (w.count) go_on(&w, w.waiting[--w.count]);
    return w.reached;
}
