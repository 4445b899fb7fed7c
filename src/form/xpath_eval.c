/* xpath_eval.c: the value of an expression at a node.
 *
 * A plain walk over the tree of xpath_ast.h. Every node touched and every operation is paid for from the step
 * budget; once it is spent, or something fails, the rest evaluates to blanks and the environment says why. Axes are
 * in xpath_axes.c, conversions and comparisons in xpath_value.c, functions in xpath_fn_*.c. */
#include "form/xpath_ast.h"

#include <math.h>

enum { EVAL_DEPTH_LIMIT = 1200 };

struct xpath_value xpath_fail(struct xpath_context *c, struct str sentence, struct str argument) {
    if (!c->env->failed) {
        c->env->failed = true;
        c->env->why[0] = sentence;
        c->env->why[1] = argument;
    }
    return xpath_of_string(STR(""));
}

bool xpath_spend(struct xpath_context *c, size_t steps) {
    c->env->steps += steps;
    if (c->env->steps <= c->env->step_limit) return true;
    xpath_fail(c, T("The expression takes too long."), STR_NONE);
    return false;
}

static struct xpath_value logic(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value left = xpath_eval(c, e->args[0]);
    bool l = xpath_to_boolean(&left);
    if (l == (e->op == XPATH_OP_OR)) return xpath_of_boolean(l);
    struct xpath_value right = xpath_eval(c, e->args[1]);
    return xpath_of_boolean(xpath_to_boolean(&right));
}

static struct xpath_value compare(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value l = xpath_eval(c, e->args[0]), r = xpath_eval(c, e->args[1]);
    return xpath_of_boolean(xpath_compare(c, e->op, &l, &r));
}

static struct xpath_value arithmetic(struct xpath_context *c, const struct xpath_expr *e) {
    double l = xpath_arg_number(c, e, 0), r = xpath_arg_number(c, e, 1);
    switch (e->op) {
    case XPATH_OP_ADD: return xpath_of_number(l + r);
    case XPATH_OP_SUBTRACT: return xpath_of_number(l - r);
    case XPATH_OP_MULTIPLY: return xpath_of_number(l * r);
    case XPATH_OP_DIVIDE: return xpath_of_number(l / r);
    default: return xpath_of_number(fmod(l, r)); /* truncating, sign of the dividend: as the specification */
    }
}

static struct xpath_value both(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value out = {.kind = XPATH_NODES};
    for (size_t i = 0; i < 2; i++) {
        struct xpath_nodes part;
        if (!xpath_arg_nodes(c, e, i, &part)) return xpath_of_string(STR(""));
        for (size_t k = 0; k < part.count; k++) xpath_push(c, &out.nodes, part.items[k]);
    }
    xpath_sort(c, &out.nodes);
    return out;
}

static struct xpath_value call(struct xpath_context *c, const struct xpath_expr *e) {
    if (e->complaint) return xpath_fail(c, e->complaint->sentence[0], e->complaint->sentence[1]);
    return e->function->call(c, e);
}

static struct xpath_value field(struct xpath_context *c, const struct xpath_expr *e) {
    struct form_node **at = &c->env->single[e->field];
    return (struct xpath_value){.kind = XPATH_NODES, .nodes = {at, *at && !(*at)->hidden, 1}};
}

static struct xpath_value dispatch(struct xpath_context *c, const struct xpath_expr *e) {
    switch (e->op) {
    case XPATH_OP_NUMBER: return xpath_of_number(e->number);
    case XPATH_OP_STRING: return xpath_of_string(e->text);
    case XPATH_OP_NEGATE: return xpath_of_number(-xpath_arg_number(c, e, 0));
    case XPATH_OP_OR: case XPATH_OP_AND: return logic(c, e);
    case XPATH_OP_EQ: case XPATH_OP_NE: case XPATH_OP_LT: case XPATH_OP_LE: case XPATH_OP_GT: case XPATH_OP_GE:
        return compare(c, e);
    case XPATH_OP_ADD: case XPATH_OP_SUBTRACT: case XPATH_OP_MULTIPLY: case XPATH_OP_DIVIDE: case XPATH_OP_MODULO:
        return arithmetic(c, e);
    case XPATH_OP_UNION: return both(c, e);
    case XPATH_OP_CALL: return call(c, e);
    case XPATH_OP_PATH: return xpath_path(c, e);
    case XPATH_OP_FIELD: return field(c, e);
    }
    return xpath_of_string(STR(""));
}

struct xpath_value xpath_eval(struct xpath_context *c, const struct xpath_expr *e) {
    if (c->env->failed || !xpath_spend(c, 1)) return xpath_of_string(STR(""));
    if (c->depth >= EVAL_DEPTH_LIMIT) return xpath_fail(c, T("The expression is nested too deeply."), STR_NONE);
    c->depth++;
    struct xpath_value v = dispatch(c, e);
    c->depth--;
    return v;
}

struct xpath_value xpath_evaluate(const struct xpath *x, struct xpath_environment *environment, struct arena *a,
                                  struct form_node *context) {
    struct xpath_context c = {.env = environment, .arena = a, .node = context, .current = context,
                              .position = 1, .size = 1};
    environment->steps = 0;
    environment->failed = false;
    if (!environment->step_limit) environment->step_limit = XPATH_STEPS;
    struct xpath_value v = xpath_eval(&c, x->top);
    return environment->failed ? xpath_of_string(STR("")) : v;
}

/* ---- arguments ---- */

struct xpath_value xpath_arg(struct xpath_context *c, const struct xpath_expr *e, size_t i) {
    return xpath_eval(c, e->args[i]);
}

struct str xpath_arg_string(struct xpath_context *c, const struct xpath_expr *e, size_t i) {
    struct xpath_value v = xpath_arg(c, e, i);
    return xpath_to_string(c->env, c->arena, &v);
}

double xpath_arg_number(struct xpath_context *c, const struct xpath_expr *e, size_t i) {
    struct xpath_value v = xpath_arg(c, e, i);
    return xpath_to_number(c->env, c->arena, &v);
}

bool xpath_arg_boolean(struct xpath_context *c, const struct xpath_expr *e, size_t i) {
    struct xpath_value v = xpath_arg(c, e, i);
    return xpath_to_boolean(&v);
}

bool xpath_arg_nodes(struct xpath_context *c, const struct xpath_expr *e, size_t i, struct xpath_nodes *out) {
    struct xpath_value v = xpath_arg(c, e, i);
    *out = v.nodes;
    if (v.kind == XPATH_NODES) return true;
    *out = (struct xpath_nodes){0};
    xpath_fail(c, T("“{0}” needs a path to questions here, not a value."),
               e->op == XPATH_OP_CALL ? e->text : STR("|"));
    return false;
}
