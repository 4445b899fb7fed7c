/* xpath_axes.c: location paths — the thirteen axes, node tests, predicates (XPath 1.0, section 2).
 *
 * Nodes of each axis are collected in the axis's own order, so that positions in predicates count the way the
 * specification says; the result of a step is put back into document order when it may have left it. */
#include "form/xpath_ast.h"

#include <stdlib.h>

void xpath_push(struct xpath_context *c, struct xpath_nodes *set, struct form_node *node) {
    VEC_PUSH(c->arena, set->items, set->count, set->capacity, node);
}

static int by_order(const void *x, const void *y) {
    return dom_compare(*(struct form_node *const *)x, *(struct form_node *const *)y);
}

void xpath_sort(struct xpath_context *c, struct xpath_nodes *set) {
    size_t i = 1;
    while (i < set->count && dom_compare(set->items[i - 1], set->items[i]) < 0) i++;
    if (i >= set->count || !xpath_spend(c, set->count)) return;
    qsort(set->items, set->count, sizeof *set->items, by_order);
    size_t kept = 1;
    for (i = 1; i < set->count; i++)
        if (set->items[i] != set->items[kept - 1]) set->items[kept++] = set->items[i];
    set->count = kept;
}

/* ---- node tests ---- */

static bool same_name(const struct form_node *n, const struct xpath_step *s) {
    if (s->prefixed ? !str_eq(n->ns, s->ns) : n->prefix.n > 0) return false;
    return s->test == TEST_ANY_NAME || str_eq(n->name, s->name);
}

static bool passes(const struct form_node *n, const struct xpath_step *s) {
    switch (s->test) {
    case TEST_NAME: case TEST_ANY_NAME: {
        enum dom_kind principal = s->axis == AXIS_ATTRIBUTE ? DOM_ATTRIBUTE
                                  : s->axis == AXIS_NAMESPACE ? DOM_NAMESPACE : DOM_ELEMENT;
        if (n->kind != principal) return false;
        if (s->test == TEST_ANY_NAME && !s->prefixed) return true;
        return same_name(n, s);
    }
    case TEST_NODE: return true;
    case TEST_TEXT: return n->kind == DOM_TEXT;
    case TEST_COMMENT: return n->kind == DOM_COMMENT;
    case TEST_INSTRUCTION: return n->kind == DOM_INSTRUCTION && (s->name.n == 0 || str_eq(n->name, s->name));
    }
    return false;
}

/* ---- axes ---- */

struct walk {
    struct xpath_context *context;
    const struct xpath_step *step;
    struct xpath_nodes *out;
};

static bool visit(struct walk *w, struct form_node *n) {
    if (!xpath_spend(w->context, 1)) return false;
    if (passes(n, w->step)) xpath_push(w->context, w->out, n);
    return true;
}

static bool is_inner(const struct form_node *n) { /* attributes and namespaces have a parent but are no children */
    return n->kind != DOM_ATTRIBUTE && n->kind != DOM_NAMESPACE;
}

static void each_child(struct walk *w, struct form_node *n) {
    for (struct form_node *c = n->first; c && visit(w, c);) c = c->next;
}

static bool each_descendant(struct walk *w, struct form_node *n) {
    for (struct form_node *c = n->first; c; c = c->next)
        if (!visit(w, c) || !each_descendant(w, c)) return false;
    return true;
}

static bool each_descendant_reversed(struct walk *w, struct form_node *n) {
    for (struct form_node *c = n->last; c; c = c->previous)
        if (!each_descendant_reversed(w, c) || !visit(w, c)) return false;
    return true;
}

static void each_ancestor(struct walk *w, struct form_node *n) {
    for (struct form_node *p = n->parent; p && visit(w, p);) p = p->parent;
}

static void each_attribute(struct walk *w, struct form_node *n) {
    for (struct form_node *at = n->attributes; at && visit(w, at);) at = at->next;
}

/* Namespaces in scope, the nearest declaration of a prefix first; `xml` is always in scope and never declared. */
static void each_namespace(struct walk *w, struct form_node *n) {
    if (n->kind != DOM_ELEMENT) return;
    size_t before = w->out->count;
    for (struct form_node *e = n; e; e = e->parent)
        for (struct form_node *d = e->namespaces; d; d = d->next) {
            size_t i = before;
            while (i < w->out->count && !str_eq(w->out->items[i]->name, d->name)) i++;
            if (i == w->out->count && d->text.n && !visit(w, d)) return;
        }
}

static void each_following(struct walk *w, struct form_node *n) {
    if (!is_inner(n)) { /* what follows an attribute begins with its element's children */
        n = n->parent;
        if (!each_descendant(w, n)) return;
    }
    for (; n; n = n->parent)
        for (struct form_node *s = n->next; s; s = s->next)
            if (!visit(w, s) || !each_descendant(w, s)) return;
}

static void each_preceding(struct walk *w, struct form_node *n) {
    if (!is_inner(n)) n = n->parent;
    for (; n; n = n->parent)
        for (struct form_node *s = n->previous; s; s = s->previous)
            if (!each_descendant_reversed(w, s) || !visit(w, s)) return;
}

static void each_sibling(struct walk *w, struct form_node *n, bool forward) {
    if (!is_inner(n)) return;
    n = forward ? n->next : n->previous;
    while (n && visit(w, n)) n = forward ? n->next : n->previous;
}

static void collect(struct walk *w, struct form_node *n) {
    switch (w->step->axis) {
    case AXIS_SELF: visit(w, n); break;
    case AXIS_CHILD: each_child(w, n); break;
    case AXIS_PARENT: if (n->parent) visit(w, n->parent); break;
    case AXIS_ATTRIBUTE: each_attribute(w, n); break;
    case AXIS_NAMESPACE: each_namespace(w, n); break;
    case AXIS_DESCENDANT_OR_SELF: if (!visit(w, n)) break; /* fall through */
    case AXIS_DESCENDANT: each_descendant(w, n); break;
    case AXIS_ANCESTOR_OR_SELF: if (!visit(w, n)) break; /* fall through */
    case AXIS_ANCESTOR: each_ancestor(w, n); break;
    case AXIS_FOLLOWING: each_following(w, n); break;
    case AXIS_PRECEDING: each_preceding(w, n); break;
    case AXIS_FOLLOWING_SIBLING: each_sibling(w, n, true); break;
    case AXIS_PRECEDING_SIBLING: each_sibling(w, n, false); break;
    case AXIS_COUNT: break;
    }
}

static bool is_reverse(enum xpath_axis axis) {
    return axis == AXIS_ANCESTOR || axis == AXIS_ANCESTOR_OR_SELF || axis == AXIS_PRECEDING ||
           axis == AXIS_PRECEDING_SIBLING;
}

/* ---- predicates ---- */

/* Keeps of items[from ..] those for which the predicate holds; positions count from `from`. */
static void filter(struct xpath_context *c, struct xpath_nodes *set, size_t from, const struct xpath_expr *predicate) {
    struct xpath_context inner = *c;
    size_t kept = from;
    inner.size = set->count - from;
    for (size_t i = from; i < set->count && !c->env->failed; i++) {
        inner.node = set->items[i];
        inner.position = i - from + 1;
        struct arena_mark mark = arena_mark(c->arena);
        struct xpath_value v = xpath_eval(&inner, predicate);
        bool keep = v.kind == XPATH_NUMBER ? v.number == (double)inner.position : xpath_to_boolean(&v);
        arena_rewind(c->arena, mark);
        if (keep) set->items[kept++] = set->items[i];
    }
    set->count = c->env->failed ? from : kept;
}

static void step_from(struct xpath_context *c, const struct xpath_step *step, struct form_node *node,
                      struct xpath_nodes *out) {
    size_t before = out->count;
    struct walk walk = {c, step, out};
    collect(&walk, node);
    for (size_t i = 0; i < step->predicate_count; i++) filter(c, out, before, step->predicates[i]);
}

static struct xpath_nodes take_step(struct xpath_context *c, const struct xpath_step *step,
                                    const struct xpath_nodes *from) {
    struct xpath_nodes out = {0};
    for (size_t i = 0; i < from->count && !c->env->failed; i++) step_from(c, step, from->items[i], &out);
    if (from->count > 1 || is_reverse(step->axis) || step->axis == AXIS_NAMESPACE) xpath_sort(c, &out);
    return out;
}

/* ---- paths ---- */

static bool is_hidden(const struct form_node *n) {
    return n->kind == DOM_ELEMENT ? n->hidden : n->parent && n->parent->hidden;
}

static void leave_out_hidden(struct xpath_nodes *set) {
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++)
        if (!is_hidden(set->items[i])) set->items[kept++] = set->items[i];
    set->count = kept;
}

static bool start_of(struct xpath_context *c, const struct xpath_expr *e, struct xpath_nodes *out) {
    struct form_node *n = c->node;
    switch (e->start) {
    case START_EXPR: {
        struct xpath_value v = xpath_eval(c, e->base);
        if (v.kind != XPATH_NODES) {
            xpath_fail(c, T("Only nodes can be followed by a path or a condition in brackets."), STR_NONE);
            return false;
        }
        for (size_t i = 0; i < v.nodes.count; i++) xpath_push(c, out, v.nodes.items[i]);
        for (size_t i = 0; i < e->predicate_count; i++) filter(c, out, 0, e->predicates[i]);
        return true;
    }
    case START_ROOT: n = c->env->root; break;
    case START_CURRENT:
        n = c->current;
        for (int i = 0; i < e->up && n; i++) n = n->parent;
        break;
    case START_CONTEXT: break;
    }
    if (n) xpath_push(c, out, n);
    return true;
}

struct xpath_value xpath_path(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = {.kind = XPATH_NODES};
    if (!start_of(c, e, &v.nodes)) return xpath_of_string(STR(""));
    for (size_t i = 0; i < e->step_count && v.nodes.count; i++) v.nodes = take_step(c, &e->steps[i], &v.nodes);
    leave_out_hidden(&v.nodes);
    return v;
}
