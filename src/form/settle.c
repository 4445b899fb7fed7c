/* settle.c: after a change, runs the rules that look at what changed, in rank order, until nothing is due.
 *
 * A heap of (rank, node) pairs; a rule waits at most once at a node. A rule that writes puts those who look at its
 * field into the heap. Cycles end: a rule runs at a node no more than RUN_LIMIT times in one round, and a round has a
 * budget of steps. */
#include "form/model.h"

#include <math.h>

enum { RUN_LIMIT = 60 };

/* ---- the heap ---- */

static bool before(const struct form_due *x, const struct form_due *y) {
    return x->rank != y->rank ? x->rank < y->rank : x->order < y->order;
}

static void swap(struct form_due *x, struct form_due *y) {
    struct form_due t = *x;
    *x = *y;
    *y = t;
}

void form_due_push(struct form_session *s, struct form_rule *rule, struct form_node *node) {
    if (node->place->waiting[rule->kind]) return;
    node->place->waiting[rule->kind] = true;
    struct form_due due = {rule->rank, s->order++, rule, node};
    VEC_PUSH(s->arena, s->due, s->due_count, s->due_capacity, due);
    for (size_t i = s->due_count - 1; i > 0 && before(&s->due[i], &s->due[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&s->due[i], &s->due[(i - 1) / 2]);
}

static struct form_due due_pop(struct form_session *s) {
    struct form_due top = s->due[0];
    s->due[0] = s->due[--s->due_count];
    for (size_t i = 0;;) {
        size_t least = i, left = 2 * i + 1;
        for (size_t c = left; c < left + 2 && c < s->due_count; c++)
            if (before(&s->due[c], &s->due[least])) least = c;
        if (least == i) return top;
        swap(&s->due[i], &s->due[least]);
        i = least;
    }
}

/* ---- who looks at what changed ---- */

/* Count rules run at the instance that holds the repeat. */
static const struct form_field *stands_at(const struct form_rule *rule) {
    return rule->kind == RULE_COUNT ? rule->field->parent : rule->field;
}

static void each_below(struct form_session *s, struct form_node *from, const struct form_field *field,
                       void (*visit)(struct form_session *, struct form_node *, void *), void *arg) {
    if (from->field == field) {
        visit(s, from, arg);
        return;
    }
    const struct form_field *step = field;
    while (step->parent != from->field) {
        step = step->parent;
        if (!step) return;
    }
    for (struct form_node *c = dom_first_element(from), *next; c; c = next) {
        next = dom_next_element(c);
        if (c->field == step) each_below(s, c, field, visit, arg);
        if (c->field == step && !step->is_repeat) return;
    }
}

void form_each_node(struct form_session *s, struct form_node *from, const struct form_field *field,
                    void (*visit)(struct form_session *, struct form_node *, void *), void *arg) {
    struct form_node *single = s->env.single[field->number];
    if (single) visit(s, single, arg);
    else if (from) each_below(s, from, field, visit, arg);
}

static void push_visitor(struct form_session *s, struct form_node *node, void *rule) {
    form_due_push(s, rule, node);
}

static void wake(struct form_session *s, const struct form_watches *watches, struct form_node *node) {
    for (size_t i = 0; i < watches->count; i++) {
        const struct form_watch *w = &watches->items[i];
        struct form_node *from = node;
        while (w->anchor && from && from->field != w->anchor) from = from->parent;
        if (!w->anchor || !from) from = s->root;
        form_each_node(s, from, stands_at(w->rule), push_visitor, w->rule);
    }
}

void form_value_changed(struct form_session *s, struct form_node *node) {
    wake(s, &node->field->value_watches, node);
}

void form_presence_changed(struct form_session *s, struct form_node *parent, const struct form_field *field) {
    wake(s, &field->presence_watches, parent);
}

/* Every rule of a node and of all below it: new instances, and nodes that became relevant. */
void form_due_subtree(struct form_session *s, struct form_node *node) {
    for (int kind = 0; kind < RULE_KINDS; kind++)
        if (kind != RULE_COUNT && node->field->rules[kind]) form_due_push(s, node->field->rules[kind], node);
    for (struct form_field *c = node->field->first; c; c = c->next)
        if (c->rules[RULE_COUNT]) form_due_push(s, c->rules[RULE_COUNT], node);
    for (struct form_node *c = dom_first_element(node); c; c = dom_next_element(c)) form_due_subtree(s, c);
}

/* ---- running rules ---- */

static void set_hidden(struct form_session *s, struct form_node *node, bool hidden_above) {
    bool hidden = hidden_above || !node->place->relevant;
    if (hidden == node->hidden) return;
    node->hidden = hidden;
    wake(s, &node->field->value_watches, node);
    wake(s, &node->field->presence_watches, node);
    for (int kind = 0; kind < RULE_KINDS; kind++)
        if (!hidden && kind != RULE_COUNT && node->field->rules[kind]) form_due_push(s, node->field->rules[kind], node);
    for (struct form_field *c = node->field->first; c && !hidden; c = c->next)
        if (c->rules[RULE_COUNT]) form_due_push(s, c->rules[RULE_COUNT], node);
    for (struct form_node *c = dom_first_element(node); c; c = dom_next_element(c)) set_hidden(s, c, hidden);
}

static void run_relevant(struct form_session *s, const struct form_rule *rule, struct form_node *node) {
    bool relevant = form_test(s, rule->expression, node, true);
    if (relevant == node->place->relevant) return;
    node->place->relevant = relevant;
    s->change++;
    set_hidden(s, node, node->parent && node->parent->hidden);
}

static void run_calculate(struct form_session *s, const struct form_rule *rule, struct form_node *node) {
    if (node->hidden) return; /* runs when it is shown again */
    struct arena_mark mark = arena_mark(&s->scratch);
    struct xpath_value v = form_evaluate(s, rule->expression, node);
    form_store(s, node, form_typed(s, node->field, &v));
    arena_rewind(&s->scratch, mark);
}

static void run(struct form_session *s, struct form_due *due) {
    struct form_place *place = due->node->place;
    switch (due->rule->kind) {
    case RULE_RELEVANT: run_relevant(s, due->rule, due->node); break;
    case RULE_CALCULATE: run_calculate(s, due->rule, due->node); break;
    case RULE_COUNT: form_adjust_count(s, due->node, due->rule); break;
    case RULE_CHOICES:
        if (s->holding) place->held = true;
        else if (!due->node->hidden && !s->restoring) form_prune_choices(s, due->node);
        break;
    case RULE_KINDS: break;
    }
    if (place->round != s->round) place->round = s->round, place->runs = 0;
    place->runs++;
}

static bool is_attached(const struct form_session *s, const struct form_node *node) {
    while (node->parent) node = node->parent;
    return node == s->document;
}

void form_settle(struct form_session *s) {
    if (s->settling || s->restoring) return;
    s->settling = true;
    s->round++;
    s->spent = 0;
    while (s->due_count) {
        struct form_due due = due_pop(s);
        struct form_place *place = due.node->place;
        place->waiting[due.rule->kind] = false;
        bool tired = place->round == s->round && place->runs >= RUN_LIMIT;
        if (!tired && s->spent < FORM_STEPS && is_attached(s, due.node)) run(s, &due);
    }
    s->settling = false;
}
