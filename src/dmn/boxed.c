/* boxed.c: boxed expressions (DMN 1.5, 10.2.2) over a frame of values.
 *
 * Each kind is one small function. What an expression gives is coerced to the type written at it. A boxed function
 * keeps a copy of the frame it was made in, for iterators and context entries reuse their places.
 * Read next: table.c.
 */
#include "dmn/evaluate.h"

#include "base/time.h"

#include <string.h>

/* Levels of the environment's depth that one boxed expression costs: what it takes of the C stack, in FEEL's nodes. */
enum { BOXED_DEPTH = 4 };

static struct feel_value literal(struct dmn_run *run, const struct dmn_expression *x, struct feel_value *frame) {
    return x->literal.feel ? feel_evaluate(x->literal.feel, run->env, frame) : feel_null();
}

/* ---- functions ---- */

struct closure {
    struct feel_function function;
    struct dmn_run *run;
    const struct dmn_expression *expression;
    struct feel_value *captured;
};

static struct feel_value call_closure(const struct feel_function *f, const struct feel_value *arguments,
                                      struct feel_environment *env) {
    const struct closure *closure = f->data;
    const struct dmn_function *function = &closure->expression->function;
    struct dmn_run run = *closure->run;
    run.env = env;
    if (function->kind != DMN_FUNCTION_FEEL)
        return feel_fail(env, "dmn.external", closure->expression->place,
                         T("This function is written in {0}, which is not run here; calls of it are null."),
                         function->kind == DMN_FUNCTION_JAVA ? STR("Java") : STR("PMML"));
    size_t first = function->captured, size = first + function->count;
    if (function->frame_size > size) size = function->frame_size;
    struct feel_value *frame = arena_array(env->arena, struct feel_value, size + 1);
    if (first) memcpy(frame, closure->captured, first * sizeof *frame);
    for (size_t i = 0; i < function->count; i++) frame[first + i] = arguments[i];
    return dmn_boxed(&run, function->body, frame);
}

static struct closure *new_closure(struct dmn_run *run, const struct dmn_expression *x, const struct feel_value *frame) {
    struct arena *a = run->env->arena;
    const struct dmn_function *f = &x->function;
    struct closure *closure = arena_new(a, struct closure);
    closure->run = run->home;
    closure->expression = x;
    closure->captured = arena_alloc_raw(a, f->captured * sizeof *frame);
    if (f->captured) memcpy(closure->captured, frame, f->captured * sizeof *frame);
    closure->function = (struct feel_function){.parameter_count = f->count,
                                               .parameters = f->names,
                                               .parameter_types = f->types,
                                               .result = dmn_function_result(x),
                                               .call = call_closure,
                                               .data = closure};
    return closure;
}

static struct feel_value function(struct dmn_run *run, const struct dmn_expression *x, struct feel_value *frame) {
    return feel_function_value(&new_closure(run, x, frame)->function);
}

/* In a context, where its own name is one of those it captured. */
static struct feel_value named_function(struct dmn_run *run, const struct dmn_entry *entry, struct feel_value *frame) {
    frame[entry->slot] = feel_null();
    struct closure *closure = new_closure(run, entry->value, frame);
    closure->captured[entry->slot] = feel_function_value(&closure->function);
    return closure->captured[entry->slot];
}

/* ---- contexts, lists, relations ---- */

static struct feel_value entry_value(struct dmn_run *run, const struct dmn_entry *entry, struct feel_value *frame) {
    bool is_function = entry->value && entry->value->kind == DMN_FUNCTION;
    struct feel_value v = is_function ? named_function(run, entry, frame) : dmn_boxed(run, entry->value, frame);
    return dmn_coerced(run, v, entry->variable.type);
}

static struct feel_value context(struct dmn_run *run, const struct dmn_context *c, struct feel_value *frame) {
    struct feel_value result = feel_context(run->env->arena, c->count);
    for (size_t i = 0; i < c->count; i++) {
        const struct dmn_entry *entry = &c->entries[i];
        struct feel_value v = entry_value(run, entry, frame);
        if (entry->variable.name.n == 0) return v; /* the result of the context */
        frame[entry->slot] = v;
        feel_context_put(run->env->arena, result, entry->variable.name, v);
    }
    return result;
}

static struct feel_value list(struct dmn_run *run, const struct dmn_list *items, struct feel_value *frame) {
    struct feel_value result = feel_list(run->env->arena, items->count);
    for (size_t i = 0; i < items->count; i++) result.list->items[i] = dmn_boxed(run, items->items[i], frame);
    return result;
}

static struct feel_value relation_row(struct dmn_run *run, const struct dmn_relation *relation,
                                      const struct dmn_list *row, struct feel_value *frame) {
    struct feel_value result = feel_context(run->env->arena, relation->column_count);
    for (size_t i = 0; i < relation->column_count; i++) {
        struct feel_value v = i < row->count ? dmn_boxed(run, row->items[i], frame) : feel_null();
        feel_context_put(run->env->arena, result, relation->columns[i].name,
                         dmn_coerced(run, v, relation->columns[i].type));
    }
    return result;
}

static struct feel_value relation(struct dmn_run *run, const struct dmn_relation *r, struct feel_value *frame) {
    struct feel_value result = feel_list(run->env->arena, r->row_count);
    for (size_t i = 0; i < r->row_count; i++)
        result.list->items[i] = relation_row(run, r, &r->rows[i]->list, frame);
    return result;
}

/* ---- invocation ---- */

static struct feel_value invocation(struct dmn_run *run, const struct dmn_expression *x, struct feel_value *frame) {
    const struct dmn_invocation *call = &x->invocation;
    struct feel_value f = dmn_boxed(run, call->callee, frame);
    if (f.kind != FEEL_FUNCTION)
        return feel_fail(run->env, "dmn.no-function", x->place, T("What is called here is not a function."));
    struct feel_value *arguments = arena_array(run->env->arena, struct feel_value, call->count);
    struct str *names = arena_array(run->env->arena, struct str, call->count);
    for (size_t i = 0; i < call->count; i++) {
        const struct dmn_entry *binding = &call->bindings[i];
        names[i] = binding->variable.name;
        arguments[i] = dmn_coerced(run, dmn_boxed(run, binding->value, frame), binding->variable.type);
    }
    return feel_call(run->env, f, arguments, names, call->count);
}

/* ---- conditional, iterations ---- */

static struct feel_value conditional(struct dmn_run *run, const struct dmn_expression *x, struct feel_value *frame) {
    struct feel_value condition = dmn_boxed(run, x->conditional.condition, frame);
    if (condition.kind != FEEL_BOOLEAN && condition.kind != FEEL_NULL)
        return feel_fail(run->env, "dmn.condition", x->place, T("The condition is neither true nor false."));
    return dmn_boxed(run, feel_is_true(condition) ? x->conditional.then : x->conditional.otherwise, frame);
}

/* First and last of a range as whole numbers or days; false for other ranges. */
static bool range_ends(const struct feel_range *r, int64_t *first, int64_t *last) {
    if (!r->has_low || !r->has_high || r->low.kind != r->high.kind) return false;
    if (r->low.kind == FEEL_NUMBER) {
        if (!decimal_to_int(r->low.number, first) || !decimal_to_int(r->high.number, last)) return false;
    } else if (r->low.kind == FEEL_DATE) {
        *first = civil_to_days((struct civil_date){r->low.date.year, r->low.date.month, r->low.date.day});
        *last = civil_to_days((struct civil_date){r->high.date.year, r->high.date.month, r->high.date.day});
    } else {
        return false;
    }
    *first += r->low_open;
    *last -= r->high_open;
    return true;
}

static struct feel_value range_item(enum feel_kind kind, int64_t i) {
    if (kind == FEEL_NUMBER) return feel_integer(i);
    struct civil_date d = civil_from_days(i);
    return feel_date(d.year, d.month, d.day);
}

/* What an iteration runs over: a list, a range of whole numbers or dates, or a single value as a list of one. */
static struct feel_value items_of(struct dmn_run *run, const struct dmn_expression *x, struct feel_value v) {
    int64_t first, last;
    if (v.kind == FEEL_LIST) return v;
    if (v.kind == FEEL_NULL) return feel_fail(run->env, "dmn.no-list", x->place, T("There is no list to go through."));
    if (v.kind != FEEL_RANGE) {
        struct feel_value one = feel_list(run->env->arena, 1);
        one.list->items[0] = v;
        return one;
    }
    if (!range_ends(v.range, &first, &last) || (last >= first && last - first >= run->env->steps))
        return feel_fail(run->env, "dmn.no-list", x->place, T("This range cannot be gone through item by item."));
    struct feel_value items = feel_list(run->env->arena, last < first ? 0 : (size_t)(last - first + 1));
    for (size_t i = 0; i < items.list->count; i++)
        items.list->items[i] = range_item(v.range->low.kind, first + (int64_t)i);
    return items;
}

static struct feel_value iterate_for(struct dmn_run *run, const struct dmn_iteration *it, const struct feel_list *items,
                                     struct feel_value *frame) {
    struct feel_value result = feel_list(run->env->arena, items->count);
    for (size_t i = 0; i < items->count && !run->env->stopped; i++) {
        struct feel_list *partial = arena_new(run->env->arena, struct feel_list);
        *partial = (struct feel_list){.count = i, .items = result.list->items};
        frame[it->slot] = items->items[i];
        frame[it->slot + 1] = (struct feel_value){.kind = FEEL_LIST, .list = partial};
        result.list->items[i] = dmn_boxed(run, it->body, frame);
    }
    return result;
}

/* some: true when one is; every: false when one is. Otherwise null when one was neither, else the contrary. */
static struct feel_value quantify(struct dmn_run *run, const struct dmn_expression *x, const struct feel_list *items,
                                  struct feel_value *frame) {
    bool decisive = x->kind == DMN_SOME, unclear = false;
    for (size_t i = 0; i < items->count && !run->env->stopped; i++) {
        frame[x->iteration.slot] = items->items[i];
        struct feel_value v = dmn_boxed(run, x->iteration.body, frame);
        if (v.kind == FEEL_BOOLEAN && v.boolean == decisive) return v;
        unclear = unclear || v.kind != FEEL_BOOLEAN;
    }
    return unclear ? feel_null() : feel_boolean(!decisive);
}

static struct feel_value match_of(struct dmn_run *run, const struct dmn_iteration *it, struct feel_value item,
                                  struct feel_value *frame) {
    if (it->body && it->body->kind == DMN_LITERAL)
        return it->body->literal.feel ? feel_test(it->body->literal.feel, run->env, frame, item) : feel_null();
    frame[it->slot] = item;
    return dmn_boxed(run, it->body, frame);
}

static struct feel_value filter(struct dmn_run *run, const struct dmn_expression *x, const struct feel_list *items,
                                struct feel_value *frame) {
    struct feel_value result = feel_list(run->env->arena, items->count);
    size_t kept = 0;
    for (size_t i = 0; i < items->count && !run->env->stopped; i++) {
        struct feel_value match = match_of(run, &x->iteration, items->items[i], frame);
        if (match.kind != FEEL_BOOLEAN)
            return feel_fail(run->env, "dmn.condition", x->place, T("The condition is neither true nor false."));
        if (match.boolean) result.list->items[kept++] = items->items[i];
    }
    struct feel_value cut = feel_list(run->env->arena, kept);
    if (kept) memcpy(cut.list->items, result.list->items, kept * sizeof *cut.list->items);
    return cut;
}

static struct feel_value iteration(struct dmn_run *run, const struct dmn_expression *x, struct feel_value *frame) {
    struct feel_value in = dmn_coerced(run, dmn_boxed(run, x->iteration.in, frame), x->iteration.in_type);
    struct feel_value items = items_of(run, x, in);
    if (items.kind != FEEL_LIST) return feel_null();
    run->env->steps -= (int64_t)items.list->count;
    if (x->kind == DMN_FOR) return iterate_for(run, &x->iteration, items.list, frame);
    if (x->kind == DMN_FILTER) return filter(run, x, items.list, frame);
    return quantify(run, x, items.list, frame);
}

/* ---- all of them ---- */

static struct feel_value boxed(struct dmn_run *run, const struct dmn_expression *x, struct feel_value *frame) {
    switch (x->kind) {
    case DMN_LITERAL: return literal(run, x, frame);
    case DMN_CONTEXT: return context(run, &x->context, frame);
    case DMN_INVOCATION: return invocation(run, x, frame);
    case DMN_FUNCTION: return function(run, x, frame);
    case DMN_RELATION: return relation(run, &x->relation, frame);
    case DMN_LIST: return list(run, &x->list, frame);
    case DMN_TABLE: return dmn_table_value(run, x, frame);
    case DMN_CONDITIONAL: return conditional(run, x, frame);
    case DMN_FILTER:
    case DMN_FOR:
    case DMN_SOME:
    case DMN_EVERY: return iteration(run, x, frame);
    }
    return feel_null();
}

struct feel_value dmn_boxed(struct dmn_run *run, const struct dmn_expression *x, struct feel_value *frame) {
    if (!x) return feel_null();
    struct feel_environment *env = run->env;
    if (env->stopped || --env->steps <= 0 || env->depth < BOXED_DEPTH) {
        env->stopped = true;
        return feel_fail(env, "feel.too-long", x->place, T("The calculation takes too long or goes too deep; it was stopped."));
    }
    env->depth -= BOXED_DEPTH;
    struct feel_value v = boxed(run, x, frame);
    env->depth += BOXED_DEPTH;
    return x->kind == DMN_FUNCTION ? v : dmn_coerced(run, v, x->type); /* a function's type may be its result's */
}
