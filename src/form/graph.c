/* graph.c: which rules look at which fields, in which order rules run, and paths made direct.
 *
 * A path is followed over the tree of fields instead of over nodes. While following it we note every field whose
 * value it takes, every field whose presence it counts on (repeats on the way, and the target of count() and
 * position()), and the *anchor*: the highest field the path climbs to. When a node changes, a rule runs at the nodes
 * of its field below the anchor's instance that holds the changed node: so `../x` stays inside one repeat instance.
 *
 * Three rewritings, all before the form is shared: an absolute path through a repeat that also surrounds the holder
 * means the holder's own instance (JavaRosa contextualises paths so; pyxform relies on it), except as the argument of
 * indexed-repeat; in a predicate it means the instance that is tested; and a path that can only name one place becomes
 * XPATH_OP_FIELD. */
#include "form/model.h"

/* ---- sets of fields ---- */

struct follow {
    struct form *form;
    struct form_field *holder; /* field of current() */
    struct form_rule *rule;    /* NULL: only look */
    bool found;                /* some field was touched */
};

static void add_to_set(struct form *f, struct form_field_set *set, struct form_field *field) {
    for (size_t i = set->count; i > 0 && i + 8 > set->count; i--)
        if (set->items[i - 1] == field) return;
    VEC_PUSH(f->arena, set->items, set->count, set->capacity, field);
}

static bool field_passes(const struct form_field *field, const struct xpath_step *s) {
    if (s->test == TEST_NODE) return true;
    if (s->test == TEST_ANY_NAME) return !s->prefixed || str_eq(field->ns, s->ns);
    if (s->test != TEST_NAME || !str_eq(field->name, s->name)) return false;
    return s->prefixed ? str_eq(field->ns, s->ns) : field->prefix.n == 0;
}

static void add_below(struct form *f, struct form_field_set *set, struct form_field *field, const struct xpath_step *s) {
    for (struct form_field *c = field->first; c; c = c->next) {
        if (field_passes(c, s)) add_to_set(f, set, c);
        add_below(f, set, c, s);
    }
}

/* Child by name, which is nearly every step: looked up by path instead of among the siblings. */
static struct form_field *named_child(struct form *f, struct form_field *parent, const struct xpath_step *s) {
    if (s->prefixed || parent->first == NULL) return NULL;
    struct arena_mark mark = arena_mark(f->arena);
    struct str path = arena_printf(f->arena, "%.*s/%.*s", STR_ARGS(parent->path), STR_ARGS(s->name));
    struct form_field *child = map_get(&f->by_path, path);
    arena_rewind(f->arena, mark);
    return child;
}

static void step_children(struct form *f, struct form_field_set *to, struct form_field *from, const struct xpath_step *s) {
    if (!from) { /* the document */
        if (field_passes(f->fields[0], s)) add_to_set(f, to, f->fields[0]);
        return;
    }
    if (s->test == TEST_NAME && !s->prefixed) {
        struct form_field *child = named_child(f, from, s);
        if (child) add_to_set(f, to, child);
        return;
    }
    for (struct form_field *c = from->first; c; c = c->next)
        if (field_passes(c, s)) add_to_set(f, to, c);
}

static void step_fields(struct form *f, struct form_field_set *to, struct form_field *from, const struct xpath_step *s) {
    switch (s->axis) {
    case AXIS_CHILD:
        if (s->test == TEST_TEXT) add_to_set(f, to, from ? from : f->fields[0]);
        else step_children(f, to, from, s);
        break;
    case AXIS_SELF:
        if (!from || field_passes(from, s)) add_to_set(f, to, from);
        break;
    case AXIS_ATTRIBUTE: case AXIS_NAMESPACE: add_to_set(f, to, from); break;
    case AXIS_PARENT:
        if (from && (!from->parent || field_passes(from->parent, s))) add_to_set(f, to, from->parent);
        break;
    case AXIS_DESCENDANT_OR_SELF:
        if (!from || field_passes(from, s)) add_to_set(f, to, from);
        /* fall through */
    case AXIS_DESCENDANT:
        if (!from) {
            if (field_passes(f->fields[0], s)) add_to_set(f, to, f->fields[0]);
            from = f->fields[0];
        }
        add_below(f, to, from, s);
        break;
    case AXIS_ANCESTOR: case AXIS_ANCESTOR_OR_SELF:
        for (struct form_field *p = !from || s->axis == AXIS_ANCESTOR_OR_SELF ? from : from->parent; p; p = p->parent)
            if (field_passes(p, s)) add_to_set(f, to, p);
        break;
    case AXIS_FOLLOWING_SIBLING: case AXIS_PRECEDING_SIBLING:
        if (from && from->parent) step_children(f, to, from->parent, s);
        break;
    default: /* following, preceding: anything */
        for (size_t i = 0; i < f->field_count; i++)
            if (field_passes(f->fields[i], s)) add_to_set(f, to, f->fields[i]);
    }
}

/* ---- watches ---- */

static const struct form_field *higher(const struct form_field *x, const struct form_field *y) {
    if (!x || !y) return NULL;
    return x->depth <= y->depth ? x : y;
}

static void watch(struct form *f, struct form_watches *w, struct form_rule *rule, const struct form_field *anchor) {
    /* rules are followed one after another, so an earlier entry of this one can only be the last */
    if (w->count && w->items[w->count - 1].rule == rule) {
        w->items[w->count - 1].anchor = higher(w->items[w->count - 1].anchor, anchor);
        return;
    }
    struct form_watch item = {rule, anchor};
    VEC_PUSH(f->arena, w->items, w->count, w->capacity, item);
}

/* Watches must name an anchor that encloses both ends. */
static const struct form_field *enclosing(const struct form_field *anchor, const struct form_field *field,
                                          const struct form_rule *rule) {
    for (const struct form_field *a = anchor; a; a = a->parent) {
        const struct form_field *x = field, *y = rule->field;
        while (x && x->depth > a->depth) x = x->parent;
        while (y && y->depth > a->depth) y = y->parent;
        if (x == a && y == a) return a;
    }
    return NULL;
}

static void note_presence(struct follow *w, struct form_field *field, const struct form_field *anchor) {
    if (!field) return;
    w->found = true;
    if (!w->rule) return;
    if (anchor == field) anchor = field->parent; /* siblings come and go one level up */
    watch(w->form, &field->presence_watches, w->rule, enclosing(anchor, field, w->rule));
}

static void note_value(struct follow *w, struct form_field *field, const struct form_field *anchor) {
    if (!field) return;
    w->found = true;
    if (!w->rule) return;
    anchor = enclosing(anchor, field, w->rule);
    watch(w->form, &field->value_watches, w->rule, anchor);
    for (struct form_field *c = field->first; c; c = c->next) note_value(w, c, anchor);
}

/* ---- following an expression ---- */

static void follow_expr(struct follow *w, const struct xpath_expr *e, struct form_field *context, bool structure,
                        struct form_field_set *out, const struct form_field **out_anchor);

static void follow_predicates(struct follow *w, struct xpath_expr **predicates, size_t count,
                              const struct form_field_set *set) {
    for (size_t i = 0; i < count; i++) {
        struct form_field *context = set->count ? set->items[0] : NULL;
        follow_expr(w, predicates[i], context, false, NULL, NULL);
        for (size_t k = 1; k < set->count; k++) follow_expr(w, predicates[i], set->items[k], false, NULL, NULL);
    }
}

static bool is_call(const struct xpath_expr *e, const char *name) {
    return e->op == XPATH_OP_CALL && str_eqz(e->text, name);
}

/* Where a path starts: fields in *set; false when it starts outside the primary instance. */
static bool follow_start(struct follow *w, const struct xpath_expr *e, struct form_field *context,
                         struct form_field_set *set, const struct form_field **anchor) {
    struct form_field *at = context;
    switch (e->start) {
    case START_ROOT: at = NULL; break;
    case START_CURRENT:
        at = w->holder;
        for (int i = 0; i < e->up && at; i++) at = at->parent;
        break;
    case START_EXPR:
        if (is_call(e->base, "instance") || is_call(e->base, "jr:itext")) {
            for (size_t i = 0; i < e->base->arg_count; i++) follow_expr(w, e->base->args[i], context, false, NULL, NULL);
            /* predicates there look back at answers through absolute paths and current() */
            struct form_field_set nowhere = {0};
            follow_predicates(w, e->predicates, e->predicate_count, &nowhere);
            return false;
        }
        follow_expr(w, e->base, context, false, set, anchor);
        follow_predicates(w, e->predicates, e->predicate_count, set);
        return true;
    case START_CONTEXT: break;
    }
    *anchor = at;
    VEC_PUSH(w->form->arena, set->items, set->count, set->capacity, at);
    return true;
}

static void follow_path(struct follow *w, const struct xpath_expr *e, struct form_field *context, bool structure,
                        struct form_field_set *out, const struct form_field **out_anchor) {
    struct form_field_set set = {0};
    const struct form_field *anchor = context;
    bool inside = follow_start(w, e, context, &set, &anchor) && set.count;
    for (size_t i = 0; i < e->step_count; i++) {
        struct form_field_set next = {0};
        for (size_t k = 0; inside && k < set.count; k++) step_fields(w->form, &next, set.items[k], &e->steps[i]);
        follow_predicates(w, e->steps[i].predicates, e->steps[i].predicate_count, &next);
        set = next;
        for (size_t k = 0; k < set.count; k++) {
            if (e->steps[i].axis != AXIS_CHILD && e->steps[i].axis != AXIS_SELF)
                anchor = higher(anchor, e->steps[i].axis == AXIS_PARENT || !set.items[k] ? set.items[k]
                                                                                         : set.items[k]->parent);
            if (set.items[k] && set.items[k]->is_repeat) note_presence(w, set.items[k], anchor);
        }
    }
    for (size_t k = 0; k < set.count; k++) {
        note_presence(w, set.items[k], anchor);
        if (!structure && !out) note_value(w, set.items[k], anchor);
    }
    if (out) *out = set;
    if (out_anchor) *out_anchor = anchor;
}

static void follow_field(struct follow *w, const struct xpath_expr *e, bool structure) {
    struct form_field *field = w->form->fields[e->field];
    note_presence(w, field, NULL);
    if (!structure) note_value(w, field, NULL);
}

static void follow_expr(struct follow *w, const struct xpath_expr *e, struct form_field *context, bool structure,
                        struct form_field_set *out, const struct form_field **out_anchor) {
    if (e->op == XPATH_OP_PATH) {
        follow_path(w, e, context, structure, out, out_anchor);
        return;
    }
    if (e->op == XPATH_OP_FIELD) {
        follow_field(w, e, structure);
        if (out) VEC_PUSH(w->form->arena, out->items, out->count, out->capacity, w->form->fields[e->field]);
        if (out_anchor) *out_anchor = NULL;
        return;
    }
    if (is_call(e, "current") && out) {
        VEC_PUSH(w->form->arena, out->items, out->count, out->capacity, w->holder);
        if (out_anchor) *out_anchor = w->holder;
        return;
    }
    bool inner = e->op == XPATH_OP_CALL && e->function && e->function->trait == TRAIT_STRUCTURE;
    /* once(x) and the functions that default to the context node look at the node itself */
    if (e->op == XPATH_OP_CALL && e->arg_count == 0 && e->function && e->function->most == 1 && context)
        note_value(w, context, context);
    for (size_t i = 0; i < e->arg_count; i++) follow_expr(w, e->args[i], context, inner, NULL, NULL);
}

void form_path_fields(struct form *f, const struct xpath *x, struct form_field *context, struct form_field_set *out) {
    struct follow w = {.form = f, .holder = context};
    const struct form_field *anchor;
    follow_expr(&w, x->top, context, true, out, &anchor);
}

bool form_depends_on_answers(struct form *f, const struct xpath *x, struct form_field *holder) {
    struct follow w = {.form = f, .holder = holder};
    follow_expr(&w, x->top, holder, false, NULL, NULL);
    return w.found;
}

/* ---- rewriting paths ---- */

static bool is_plain_step(const struct xpath_step *s) {
    if (s->predicate_count) return false;
    return (s->axis == AXIS_CHILD && s->test == TEST_NAME) || ((s->axis == AXIS_SELF || s->axis == AXIS_PARENT) && s->test == TEST_NODE);
}

/* The field that plain steps lead to, NULL when they do not name exactly one. */
static struct form_field *plain_target(struct form *f, const struct xpath_expr *e, struct form_field *at) {
    for (size_t i = 0; i < e->step_count; i++) {
        const struct xpath_step *s = &e->steps[i];
        if (!is_plain_step(s)) return NULL;
        struct form_field_set set = {0};
        step_fields(f, &set, at, s);
        if (set.count != 1 || !set.items[0]) return NULL;
        at = set.items[0];
    }
    return at;
}

static bool make_direct(struct form *f, struct xpath_expr *e, struct form_field *context) {
    if (e->start == START_EXPR || (e->start == START_CONTEXT && !context) || e->step_count == 0) return false;
    struct form_field *at = e->start == START_ROOT ? NULL : context;
    for (int i = 0; e->start == START_CURRENT && i < e->up && at; i++) at = at->parent;
    struct form_field *target = plain_target(f, e, at);
    if (!target || target->repeat || target->is_repeat) return false;
    e->op = XPATH_OP_FIELD;
    e->field = target->number;
    return true;
}

/* The innermost repeat around `inside` that an absolute path goes through and goes on from; how many steps lead to it. */
static struct form_field *shared_repeat(struct form *f, const struct xpath_expr *e, const struct form_field *inside, size_t *used) {
    struct form_field *at = NULL, *shared = NULL;
    for (size_t i = 0; i + 1 < e->step_count && is_plain_step(&e->steps[i]); i++) {
        struct form_field_set set = {0};
        step_fields(f, &set, at, &e->steps[i]);
        if (set.count != 1 || !(at = set.items[0])) break;
        const struct form_field *up = inside;
        while (up && up != at) up = up->parent;
        if (!up) break;
        if (at->is_repeat) shared = at, *used = i + 1;
    }
    return shared;
}

/* /data/rep/x held inside /data/rep means this instance: current()/…/x. */
static void make_own_instance(struct form *f, struct xpath_expr *e, struct form_field *holder) {
    size_t used = 0;
    struct form_field *shared = e->start == START_ROOT && holder ? shared_repeat(f, e, holder, &used) : NULL;
    if (!shared) return;
    e->start = START_CURRENT;
    e->up = holder->depth - shared->depth;
    e->steps += used;
    e->step_count -= used;
}

/* count(/data/rep[/data/rep/x = 1]) asks x of the instance that is tested: ./x; what pyxform makes of ${rep}[${x} = 1]. */
static void make_tested_instance(struct form *f, struct xpath_expr *e, const struct form_field *tested) {
    size_t used = 0;
    const struct form_field *shared = e->start == START_ROOT && tested ? shared_repeat(f, e, tested, &used) : NULL;
    if (!shared) return;
    size_t up = (size_t)(tested->depth - shared->depth), rest = e->step_count - used;
    struct xpath_step *steps = arena_array(f->arena, struct xpath_step, up + rest);
    for (size_t i = 0; i < up; i++) steps[i] = (struct xpath_step){.axis = AXIS_PARENT, .test = TEST_NODE};
    for (size_t i = 0; i < rest; i++) steps[up + i] = e->steps[used + i];
    e->start = START_CONTEXT;
    e->steps = steps;
    e->step_count = up + rest;
}

struct rewriting {
    struct form *form;
    struct form_field *context; /* NULL inside predicates */
    struct form_field *holder;
    const struct form_field *tested; /* what the predicate around tests, NULL when that is not one field */
};

static void rewrite(const struct rewriting *r, struct xpath_expr *e, bool keep_absolute);

static void rewrite_predicates(const struct rewriting *r, struct xpath_expr **list, size_t count, const struct form_field *tested) {
    struct rewriting inner = {.form = r->form, .holder = r->holder, .tested = tested};
    for (size_t i = 0; i < count; i++) rewrite(&inner, list[i], false);
}

static void rewrite_steps(const struct rewriting *r, struct xpath_expr *e) {
    struct form_field *at = e->start == START_ROOT ? NULL : r->context;
    bool known = e->start == START_ROOT || (e->start == START_CONTEXT && r->context);
    for (size_t i = 0; i < e->step_count; i++) {
        struct form_field_set set = {0};
        if (known) step_fields(r->form, &set, at, &e->steps[i]);
        known = set.count == 1 && set.items[0];
        at = known ? set.items[0] : NULL;
        rewrite_predicates(r, e->steps[i].predicates, e->steps[i].predicate_count, at);
    }
}

static void rewrite_path(const struct rewriting *r, struct xpath_expr *e, bool keep_absolute) {
    if (e->base) rewrite(r, e->base, false);
    rewrite_predicates(r, e->predicates, e->predicate_count, NULL);
    rewrite_steps(r, e);
    if (keep_absolute) return;
    make_own_instance(r->form, e, r->holder);
    make_tested_instance(r->form, e, r->tested);
    make_direct(r->form, e, e->start == START_CURRENT ? r->holder : r->context);
}

static void rewrite(const struct rewriting *r, struct xpath_expr *e, bool keep_absolute) {
    if (e->op == XPATH_OP_PATH) {
        rewrite_path(r, e, keep_absolute);
        return;
    }
    bool indexed = is_call(e, "indexed-repeat");
    for (size_t i = 0; i < e->arg_count; i++) rewrite(r, e->args[i], indexed && (i == 0 || i % 2 == 1));
}

void form_bind_paths(struct form *f, const struct xpath *x, struct form_field *holder) {
    struct rewriting r = {.form = f, .context = holder, .holder = holder};
    rewrite(&r, x->top, false);
}

/* ---- order ---- */

static void rank_rule(struct form *f, struct form_rule *rule, uint32_t *next, int depth);

static void rank_watchers(struct form *f, const struct form_watches *w, struct form_rule *self, uint32_t *next, int depth) {
    for (size_t i = 0; i < w->count; i++)
        if (w->items[i].rule != self) rank_rule(f, w->items[i].rule, next, depth);
}

static void rank_below(struct form *f, struct form_field *field, struct form_rule *self, uint32_t *next, int depth) {
    rank_watchers(f, &field->value_watches, self, next, depth);
    rank_watchers(f, &field->presence_watches, self, next, depth);
    bool spreads = self->kind == RULE_RELEVANT || self->kind == RULE_COUNT;
    for (struct form_field *c = spreads ? field->first : NULL; c; c = c->next) {
        for (int kind = 0; kind < RULE_KINDS; kind++)
            if (c->rules[kind]) rank_rule(f, c->rules[kind], next, depth);
        rank_below(f, c, self, next, depth);
    }
}

/* Depth first over "what must run after": a rule gets its rank once everything after it has one, counting down.
 * Chains deeper than the limit keep their order of writing; settling then takes more rounds, no wrong result. */
static void rank_rule(struct form *f, struct form_rule *rule, uint32_t *next, int depth) {
    if (rule->waits) {
        if (rule->rank == 0) rule->in_cycle = true;
        return;
    }
    rule->waits = true;
    if (depth < 3000) {
        rank_below(f, rule->field, rule, next, depth + 1);
        if (rule->kind == RULE_RELEVANT && rule->field->rules[RULE_CALCULATE])
            rank_rule(f, rule->field->rules[RULE_CALCULATE], next, depth + 1);
    }
    rule->rank = (*next)--;
}

static void warn_of_cycles(struct form *f) {
    for (size_t i = 0; i < f->rule_count; i++)
        if (f->rules[i]->in_cycle) {
            form_warn(f, "form.cycle", NULL, T("“{0}” depends on itself by way of other questions."), f->rules[i]->field->path);
            return;
        }
}

void form_build_graph(struct form *f) {
    uint32_t next = (uint32_t)f->rule_count;
    for (size_t i = 0; i < f->rule_count; i++) {
        struct form_rule *rule = f->rules[i];
        struct follow w = {.form = f, .holder = rule->field, .rule = rule};
        follow_expr(&w, rule->expression->top, rule->field, false, NULL, NULL);
    }
    for (size_t i = f->rule_count; i > 0; i--) rank_rule(f, f->rules[i - 1], &next, 0);
    warn_of_cycles(f);
}
