/* inspect.c: what can be known of a compiled expression without evaluating it. */
#include "feel/internal.h"

bool feel_is_broken(const struct feel_expression *e) {
    return e->broken;
}

struct str feel_source(const struct feel_expression *e) {
    return e->text;
}

const struct feel_name_use *feel_names_used(const struct feel_expression *e, size_t *out_count) {
    *out_count = e->name_count;
    return e->names;
}

bool feel_is_constant(const struct feel_expression *e, struct feel_value *out) {
    if (e->broken || e->root->kind != NODE_CONSTANT) return false;
    *out = e->root->value;
    return true;
}

bool feel_result_kind(const struct feel_expression *e, enum feel_kind *out) {
    static const uint8_t kinds[NODE_KIND_COUNT] = {
        [NODE_AND] = FEEL_BOOLEAN,  [NODE_OR] = FEEL_BOOLEAN,          [NODE_COMPARE] = FEEL_BOOLEAN,
        [NODE_IN] = FEEL_BOOLEAN,   [NODE_BETWEEN] = FEEL_BOOLEAN,     [NODE_TESTS] = FEEL_BOOLEAN,
        [NODE_SOME] = FEEL_BOOLEAN, [NODE_EVERY] = FEEL_BOOLEAN,       [NODE_INSTANCE_OF] = FEEL_BOOLEAN,
        [NODE_LIST] = FEEL_LIST,    [NODE_FOR] = FEEL_LIST,            [NODE_CONTEXT] = FEEL_CONTEXT,
        [NODE_RANGE] = FEEL_RANGE,  [NODE_FUNCTION] = FEEL_FUNCTION,   [NODE_POWER] = FEEL_NUMBER,
    };
    *out = e->root->kind == NODE_CONSTANT ? e->root->value.kind : (enum feel_kind)kinds[e->root->kind];
    return *out != FEEL_NULL; /* 0: not known from the text */
}

/* Values that have an order and do not depend on the place they are read in. Lists and contexts are left to evaluation:
 * a list among tests also means its items. */
static bool is_point(struct feel_value v) {
    return v.kind <= FEEL_DAYS_TIME;
}

/* The range [c..c] is left to evaluation: for an input that is missing it is null, where equality with c is false. */
static bool constant_range(struct feel_value v, struct feel_range *out) {
    *out = *v.range;
    bool low = !out->has_low || (is_point(out->low) && out->low.kind != FEEL_NULL);
    bool high = !out->has_high || (is_point(out->high) && out->high.kind != FEEL_NULL);
    bool point = out->has_low && out->has_high && feel_equals(out->low, out->high);
    return low && high && !point;
}

static bool compared(enum compare_op op, struct feel_value v, struct feel_range *out) {
    bool low = op == OP_GREATER || op == OP_GREATER_EQUAL || op == OP_EQUAL,
         high = op == OP_LESS || op == OP_LESS_EQUAL || op == OP_EQUAL;
    if (op == OP_NOT_EQUAL || !is_point(v) || (op != OP_EQUAL && (v.kind == FEEL_NULL || v.kind == FEEL_BOOLEAN)))
        return false;
    *out = (struct feel_range){
        .has_low = low, .has_high = high, .low_open = op == OP_GREATER || !low, .high_open = op == OP_LESS || !high};
    if (low) out->low = v;
    if (high) out->high = v;
    return true;
}

static bool as_interval(const struct test_code *t, struct feel_range *out) {
    if (t->node->kind != NODE_CONSTANT) return false;
    struct feel_value v = t->node->value;
    if (!t->plain) return compared((enum compare_op)t->op, v, out);
    return v.kind == FEEL_RANGE ? constant_range(v, out) : compared(OP_EQUAL, v, out);
}

static struct feel_test inspect(const struct tests_code *code, struct feel_range *ranges) {
    struct feel_test test = {
        .shape = FEEL_TEST_INTERVALS, .negated = code->negated, .count = code->count, .intervals = ranges};
    for (size_t i = 0; i < code->count; i++)
        if (!as_interval(&code->tests[i], &ranges[i])) return (struct feel_test){.shape = FEEL_TEST_OTHER};
    return test;
}

struct feel_test feel_test_inspect(const struct feel_expression *e) {
    return e->test;
}

void feel_prepare_test(struct arena *a, struct feel_expression *e) {
    e->test = (struct feel_test){.shape = FEEL_TEST_OTHER};
    if (e->broken || e->mode != FEEL_UNARY_TESTS || e->root->kind != NODE_TESTS) return;
    const struct tests_code *code = e->root->extra;
    if (code->count == 0) e->test = (struct feel_test){.shape = FEEL_TEST_ANY};
    else e->test = inspect(code, arena_array(a, struct feel_range, code->count));
}
