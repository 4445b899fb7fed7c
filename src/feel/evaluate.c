/* evaluate.c: the nodes that are neither arithmetic nor loops nor calls, and the way in from outside.
 * Three-valued logic is that of 10.3.2.13, Table 50: what is no boolean counts as null. */
#include "feel/internal.h"

/* ---- null with a reason, and budgets ---- */

struct place feel_place(const struct feel_expression *e, uint32_t at) {
    if (!e) return (struct place){.line = 0};
    struct place p = e->place;
    if (p.line == 0) p.line = 1;
    if (p.column == 0) p.column = 1;
    uint32_t c;
    for (size_t next = 0; next < at && utf8_next(e->text, &next, &c);) {
        if (c == '\n') p.line++, p.column = 1;
        else p.column++;
    }
    return p;
}

struct feel_value feel_null_at(const struct feel_environment *env, const struct feel_expression *e, uint32_t at,
                               const char *code, const struct str *sentence, size_t count) {
    if (env->reasons && !env->stopped) faults_add(env->reasons, FAULT_ERROR, code, feel_place(e, at), sentence, count);
    return feel_null();
}

struct feel_value feel_fail_with(struct feel_environment *env, const char *code, struct place place,
                                 const struct str *sentence, size_t count) {
    if (env->reasons && !env->stopped) faults_add(env->reasons, FAULT_ERROR, code, place, sentence, count);
    return feel_null();
}

bool feel_spend(struct feel_environment *env, int64_t steps) {
    if (env->steps >= steps) {
        env->steps -= steps;
        return true;
    }
    if (!env->stopped) NULL_AT(env, NULL, 0, "feel.too-long", T("The calculation takes too long and was stopped."));
    env->steps = 0;
    env->stopped = true;
    return false;
}

/* ---- names ---- */

static struct feel_value evaluate_constant(const struct node *n, struct frame *f) {
    (void)f;
    return n->value;
}

static struct feel_value evaluate_variable(const struct node *n, struct frame *f) {
    return f->variables ? f->variables[n->slot] : feel_null();
}

static struct feel_value evaluate_local(const struct node *n, struct frame *f) {
    return f->locals[n->slot];
}

static struct feel_value evaluate_capture(const struct node *n, struct frame *f) {
    return f->captures[n->slot];
}

static struct feel_value evaluate_self(const struct node *n, struct frame *f) {
    (void)n;
    return f->self;
}

static struct feel_value evaluate_input(const struct node *n, struct frame *f) {
    (void)n;
    return f->input;
}

static struct feel_value evaluate_unknown(const struct node *n, struct frame *f) {
    return NULL_HERE(f, n, "feel.unknown-name", T("There is no name “{0}” here."), *n->name);
}

static struct feel_value evaluate_lookup(const struct node *n, struct frame *f) {
    struct feel_value v;
    if (f->env->lookup && f->env->lookup(f->env->lookup_arg, *n->name, &v)) return v;
    return evaluate_unknown(n, f);
}

/* A name inside a filter: a member of the item, else what it means outside; a name that is neither is null. */
static struct feel_value evaluate_item_name(const struct node *n, struct frame *f) {
    const struct feel_value *member = feel_member(evaluate(n->b, f), *n->name);
    if (member) return *member;
    if (n->a->kind == NODE_UNKNOWN) return feel_null();
    return evaluate(n->a, f);
}

/* ---- lists, contexts, ranges ---- */

static struct feel_value evaluate_list(const struct node *n, struct frame *f) {
    struct feel_value v = feel_list(f->env->arena, n->slot);
    for (uint32_t i = 0; i < n->slot; i++) v.list->items[i] = evaluate(n->items[i], f);
    return v;
}

static struct feel_value evaluate_context(const struct node *n, struct frame *f) {
    const struct context_code *code = n->extra;
    struct feel_value v = feel_context(f->env->arena, code->count);
    for (size_t i = 0; i < code->count; i++) {
        if (feel_member(v, code->names[i]))
            return NULL_HERE(f, n, "feel.duplicate-entry", T("The entry “{0}” stands twice in one context."),
                             code->names[i]);
        struct feel_value entry = evaluate(code->values[i], f);
        f->locals[code->slots[i]] = entry;
        feel_context_put(f->env->arena, v, code->names[i], entry);
    }
    return v;
}

struct feel_value feel_make_range(struct arena *a, struct feel_value low, struct feel_value high, unsigned flags) {
    struct feel_range *r = arena_new(a, struct feel_range);
    *r = (struct feel_range){.low = low,
                             .high = high,
                             .has_low = !(flags & RANGE_NO_LOW),
                             .has_high = !(flags & RANGE_NO_HIGH),
                             .low_open = flags & RANGE_LOW_OPEN,
                             .high_open = flags & RANGE_HIGH_OPEN};
    return (struct feel_value){.kind = FEEL_RANGE, .range = r};
}

static struct feel_value evaluate_range(const struct node *n, struct frame *f) {
    struct feel_value low = n->a ? evaluate(n->a, f) : feel_null(), high = n->b ? evaluate(n->b, f) : feel_null();
    bool both = low.kind != FEEL_NULL && high.kind != FEEL_NULL;
    if (both && low.kind != high.kind)
        return NULL_HERE(f, n, "feel.bad-range", T("A range from {0} to {1} makes no sense."), feel_kind_name(low.kind),
                         feel_kind_name(high.kind));
    return feel_make_range(f->env->arena, low, high, n->op);
}

/* ---- logic and comparison ---- */

static struct feel_value evaluate_and(const struct node *n, struct frame *f) {
    struct feel_value a = evaluate(n->a, f);
    if (a.kind == FEEL_BOOLEAN && !a.boolean) return a;
    struct feel_value b = evaluate(n->b, f);
    if (b.kind == FEEL_BOOLEAN && !b.boolean) return b;
    if (a.kind == FEEL_BOOLEAN && b.kind == FEEL_BOOLEAN) return b;
    return NULL_HERE(f, n, "feel.not-boolean", T("“and” needs true or false on both sides."));
}

static struct feel_value evaluate_or(const struct node *n, struct frame *f) {
    struct feel_value a = evaluate(n->a, f);
    if (feel_is_true(a)) return a;
    struct feel_value b = evaluate(n->b, f);
    if (feel_is_true(b)) return b;
    if (a.kind == FEEL_BOOLEAN && b.kind == FEEL_BOOLEAN) return b;
    return NULL_HERE(f, n, "feel.not-boolean", T("“or” needs true or false on both sides."));
}

static bool holds(enum compare_op op, int order) {
    switch (op) {
    case OP_EQUAL: return order == 0;
    case OP_NOT_EQUAL: return order != 0;
    case OP_LESS: return order < 0;
    case OP_LESS_EQUAL: return order <= 0;
    case OP_GREATER: return order > 0;
    default: return order >= 0;
    }
}

struct feel_value feel_compare_op(struct feel_environment *env, enum compare_op op, struct feel_value a,
                                  struct feel_value b) {
    int order;
    if (op == OP_EQUAL || op == OP_NOT_EQUAL) {
        struct feel_value equal = feel_equal_within(env, a, b);
        if (equal.kind == FEEL_BOOLEAN && op == OP_NOT_EQUAL) equal.boolean = !equal.boolean;
        return equal;
    }
    return feel_compare(a, b, &order) ? feel_boolean(holds(op, order)) : feel_null();
}

static struct feel_value incomparable(const struct node *n, struct frame *f, struct feel_value a, struct feel_value b) {
    return NULL_HERE(f, n, "feel.incomparable", T("{0} and {1} cannot be compared."), feel_kind_name(a.kind),
                     feel_kind_name(b.kind));
}

static struct feel_value evaluate_compare(const struct node *n, struct frame *f) {
    struct feel_value a = evaluate(n->a, f), b = evaluate(n->b, f);
    if (a.kind == FEEL_NUMBER && b.kind == FEEL_NUMBER)
        return feel_boolean(holds((enum compare_op)n->op, decimal_compare(a.number, b.number)));
    struct feel_value v = feel_compare_op(f->env, (enum compare_op)n->op, a, b);
    return v.kind == FEEL_NULL ? incomparable(n, f, a, b) : v;
}

/* a >= b and a <= c, but null as soon as one of them is (10.3.2.13, Table 51). */
static struct feel_value evaluate_between(const struct node *n, struct frame *f) {
    struct feel_value v = evaluate(n->a, f), low = evaluate(n->b, f), high = evaluate(n->c, f);
    int from_low, from_high;
    if (!feel_compare(v, low, &from_low)) return incomparable(n, f, v, low);
    if (!feel_compare(v, high, &from_high)) return incomparable(n, f, v, high);
    return feel_boolean(from_low >= 0 && from_high <= 0);
}

static struct feel_value evaluate_in(const struct node *n, struct frame *f) {
    struct feel_value v = evaluate(n->a, f), test = evaluate(n->b, f);
    struct feel_value result = feel_in_within(f->env, v, test);
    return result.kind == FEEL_NULL ? incomparable(n, f, v, test) : result;
}

static struct feel_value evaluate_if(const struct node *n, struct frame *f) {
    return evaluate(feel_is_true(evaluate(n->a, f)) ? n->b : n->c, f);
}

static struct feel_value evaluate_instance(const struct node *n, struct frame *f) {
    if (!n->extra) return feel_null();
    return feel_boolean(feel_is_instance(evaluate(n->a, f), n->extra, f->env));
}

/* ---- unary tests ---- */

/* An expression as a test: a boolean that speaks of the input is the answer; else the value says what is wanted, by
 * equality, membership or range (7.3.3 and 10.3.2.8). A boolean is compared only with a boolean; one that is written
 * out (the cell `true`) never matches an input that is missing. */
static struct feel_value plain_test(const struct tests_code *code, const struct test_code *t, struct feel_value input,
                                    struct frame *f) {
    struct feel_value v = evaluate(t->node, f);
    bool speaks = t->uses_input || (input.kind != FEEL_BOOLEAN && t->node->kind != NODE_CONSTANT);
    if (code->unary && v.kind == FEEL_BOOLEAN && speaks) return v;
    if (code->unary && t->uses_input && v.kind == FEEL_NULL) return v;
    return feel_in_within(f->env, input, v);
}

struct feel_value evaluate_tests(const struct node *n, struct frame *f) {
    const struct tests_code *code = n->extra;
    if (code->count == 0) return feel_boolean(true);
    struct feel_value input = evaluate(code->input, f), result = feel_boolean(false);
    for (size_t i = 0; i < code->count; i++) {
        const struct test_code *t = &code->tests[i];
        struct feel_value v = t->plain ? plain_test(code, t, input, f)
                                       : feel_compare_op(f->env, (enum compare_op)t->op, input, evaluate(t->node, f));
        if (feel_is_true(v)) return feel_boolean(!code->negated);
        if (v.kind != FEEL_BOOLEAN) result = feel_null();
    }
    if (result.kind == FEEL_NULL)
        return NULL_HERE(f, n, "feel.incomparable-input", T("The input ({0}) cannot be compared with this test."),
                         feel_kind_name(input.kind));
    return feel_boolean(code->negated);
}

/* ---- paths ---- */

static struct feel_value member_of_each(const struct site *s, const struct feel_list *list, struct str name, int depth);

static struct feel_value member_of(const struct site *s, struct feel_value v, struct str name, int depth) {
    if (v.kind == FEEL_LIST) return member_of_each(s, v.list, name, depth);
    if (v.kind != FEEL_CONTEXT) return feel_property(s, v, name);
    const struct feel_value *member = feel_member(v, name);
    return member ? *member : NULL_SITE(s, "feel.no-member", T("The context has no entry “{0}”."), name);
}

static struct feel_value member_of_each(const struct site *s, const struct feel_list *list, struct str name,
                                        int depth) {
    if (depth > 100 || !feel_spend(s->env, (int64_t)list->count)) return feel_null();
    struct feel_value v = feel_list(s->env->arena, list->count);
    for (size_t i = 0; i < list->count; i++) v.list->items[i] = member_of(s, list->items[i], name, depth + 1);
    return v;
}

struct feel_value evaluate_path(const struct node *n, struct frame *f) {
    struct feel_value v = evaluate(n->a, f);
    const struct feel_value *member = feel_member(v, *n->name);
    if (member) return *member;
    struct site s = {f->env, f->expression, n->at};
    return member_of(&s, v, *n->name, 0);
}

evaluate_fn *const feel_evaluators[NODE_KIND_COUNT] = {[NODE_CONSTANT] = evaluate_constant,
                                                       [NODE_VARIABLE] = evaluate_variable,
                                                       [NODE_LOCAL] = evaluate_local,
                                                       [NODE_CAPTURE] = evaluate_capture,
                                                       [NODE_SELF] = evaluate_self,
                                                       [NODE_INPUT] = evaluate_input,
                                                       [NODE_LOOKUP] = evaluate_lookup,
                                                       [NODE_UNKNOWN] = evaluate_unknown,
                                                       [NODE_ITEM_NAME] = evaluate_item_name,
                                                       [NODE_LIST] = evaluate_list,
                                                       [NODE_CONTEXT] = evaluate_context,
                                                       [NODE_RANGE] = evaluate_range,
                                                       [NODE_NEGATE] = evaluate_negate,
                                                       [NODE_ADD] = evaluate_arithmetic,
                                                       [NODE_SUBTRACT] = evaluate_arithmetic,
                                                       [NODE_MULTIPLY] = evaluate_arithmetic,
                                                       [NODE_DIVIDE] = evaluate_arithmetic,
                                                       [NODE_POWER] = evaluate_arithmetic,
                                                       [NODE_AND] = evaluate_and,
                                                       [NODE_OR] = evaluate_or,
                                                       [NODE_COMPARE] = evaluate_compare,
                                                       [NODE_BETWEEN] = evaluate_between,
                                                       [NODE_IN] = evaluate_in,
                                                       [NODE_TESTS] = evaluate_tests,
                                                       [NODE_IF] = evaluate_if,
                                                       [NODE_PATH] = evaluate_path,
                                                       [NODE_FILTER] = evaluate_filter,
                                                       [NODE_FOR] = evaluate_for,
                                                       [NODE_SOME] = evaluate_quantified,
                                                       [NODE_EVERY] = evaluate_quantified,
                                                       [NODE_INSTANCE_OF] = evaluate_instance,
                                                       [NODE_FUNCTION] = evaluate_function,
                                                       [NODE_CALL] = evaluate_call};

/* ---- the way in ---- */

void feel_environment_init(struct feel_environment *env, struct arena *arena, instant now, const struct zone *zone) {
    *env = (struct feel_environment){
        .arena = arena, .now = now, .zone = zone, .steps = FEEL_DEFAULT_STEPS, .depth = FEEL_DEFAULT_DEPTH};
}

enum { LOCALS_ON_STACK = 16 };

struct feel_value feel_test(const struct feel_expression *e, struct feel_environment *env,
                            const struct feel_value *variables, struct feel_value input) {
    struct feel_value few[LOCALS_ON_STACK];
    struct frame f = {.env = env, .expression = e, .variables = variables, .input = input, .locals = few};
    if (env->stopped || !feel_spend(env, 1)) return feel_null();
    if (e->root->height > env->depth) {
        NULL_AT(env, e, 0, "feel.too-deep", T("The calculation is nested too deeply and was stopped."));
        env->stopped = true;
        return feel_null();
    }
    if (e->local_count > LOCALS_ON_STACK) f.locals = arena_array(env->arena, struct feel_value, e->local_count);
    env->depth -= e->root->height;
    struct feel_value v = e->root->evaluate(e->root, &f);
    env->depth += e->root->height;
    if (env->stopped) return feel_null();
    return e->mode == FEEL_EXPRESSION || v.kind == FEEL_BOOLEAN || e->mode == FEEL_MATCH ? v : feel_null();
}

struct feel_value feel_evaluate(const struct feel_expression *e, struct feel_environment *env,
                                const struct feel_value *variables) {
    return feel_test(e, env, variables, feel_null());
}
