/* xpath_ast.h: a compiled expression, and what the evaluator's files share.
 *
 * The tree is immutable once the form is loaded; graph.c rewrites paths that name one place of the form into
 * XPATH_OP_FIELD, and absolute paths into the same repeat instance, before that.
 */
#ifndef FORM_XPATH_AST_H
#define FORM_XPATH_AST_H

#include "form/xpath.h"

enum xpath_op {
    XPATH_OP_NUMBER, XPATH_OP_STRING, XPATH_OP_NEGATE,
    XPATH_OP_OR, XPATH_OP_AND, XPATH_OP_EQ, XPATH_OP_NE, XPATH_OP_LT, XPATH_OP_LE, XPATH_OP_GT, XPATH_OP_GE,
    XPATH_OP_ADD, XPATH_OP_SUBTRACT, XPATH_OP_MULTIPLY, XPATH_OP_DIVIDE, XPATH_OP_MODULO, XPATH_OP_UNION,
    XPATH_OP_CALL, XPATH_OP_PATH,
    XPATH_OP_FIELD /* the node of a field that stands outside repeats */
};

enum xpath_axis {
    AXIS_ANCESTOR, AXIS_ANCESTOR_OR_SELF, AXIS_ATTRIBUTE, AXIS_CHILD, AXIS_DESCENDANT, AXIS_DESCENDANT_OR_SELF,
    AXIS_FOLLOWING, AXIS_FOLLOWING_SIBLING, AXIS_NAMESPACE, AXIS_PARENT, AXIS_PRECEDING, AXIS_PRECEDING_SIBLING,
    AXIS_SELF, AXIS_COUNT
};

enum xpath_test { TEST_NAME, TEST_ANY_NAME, TEST_NODE, TEST_TEXT, TEST_COMMENT, TEST_INSTRUCTION };

struct xpath_step {
    enum xpath_axis axis;
    enum xpath_test test;
    bool prefixed;       /* compare `ns`; otherwise the node must have no prefix */
    struct str ns, name; /* of TEST_NAME; TEST_ANY_NAME with `prefixed` is p:*; name of TEST_INSTRUCTION's target */
    struct xpath_expr **predicates;
    size_t predicate_count;
};

enum xpath_start {
    START_CONTEXT,  /* relative */
    START_ROOT,     /* absolute */
    START_EXPR,     /* a filter: (expr)[predicates]/steps */
    START_CURRENT   /* the node that holds the expression, `up` levels higher: made by graph.c */
};

struct xpath_expr {
    enum xpath_op op;
    size_t offset;
    double number;
    struct str text;
    const struct xpath_function *function;
    struct xpath_expr **args; /* operands, or arguments */
    size_t arg_count;
    const struct xpath_fault *complaint;
    /* paths */
    enum xpath_start start;
    int up;
    struct xpath_expr *base; /* START_EXPR */
    struct xpath_expr **predicates;
    size_t predicate_count;
    struct xpath_step *steps;
    size_t step_count;
    uint32_t field; /* XPATH_OP_FIELD */
};

struct xpath {
    struct str text;
    struct xpath_expr *top;
    const struct xpath_fault *complaint;
};

struct xpath_context {
    struct xpath_environment *env;
    struct arena *arena;
    struct form_node *node, *current;
    size_t position, size;
    int depth;
};

enum { XPATH_ANY_COUNT = 255 };
/* What the dependency graph must know of a function. */
enum xpath_trait { TRAIT_NONE, TRAIT_STRUCTURE /* looks at which nodes there are, not at their values */ };

struct xpath_function {
    const char *name;
    unsigned char least, most; /* arguments; XPATH_ANY_COUNT = no maximum */
    enum xpath_trait trait;
    struct xpath_value (*call)(struct xpath_context *c, const struct xpath_expr *e);
};

const struct xpath_function *xpath_function_find(struct str name);
extern const struct xpath_function xpath_functions_core[], xpath_functions_logic[], xpath_functions_text[],
    xpath_functions_number[], xpath_functions_time[], xpath_functions_form[], xpath_functions_geo[];

/* xpath_eval.c */
struct xpath_value xpath_eval(struct xpath_context *c, const struct xpath_expr *e);
struct xpath_value xpath_fail(struct xpath_context *c, struct str sentence, struct str argument);
bool xpath_spend(struct xpath_context *c, size_t steps); /* false once the budget is gone */
/* Arguments of a call, converted. */
struct str xpath_arg_string(struct xpath_context *c, const struct xpath_expr *e, size_t i);
double xpath_arg_number(struct xpath_context *c, const struct xpath_expr *e, size_t i);
bool xpath_arg_boolean(struct xpath_context *c, const struct xpath_expr *e, size_t i);
struct xpath_value xpath_arg(struct xpath_context *c, const struct xpath_expr *e, size_t i);
/* False (and failed) when it is no node-set. */
bool xpath_arg_nodes(struct xpath_context *c, const struct xpath_expr *e, size_t i, struct xpath_nodes *out);

/* xpath_value.c */
struct xpath_value xpath_of_number(double n);
struct xpath_value xpath_of_string(struct str s);
struct xpath_value xpath_of_boolean(bool b);
struct xpath_value xpath_of_date(double days);
bool xpath_compare(struct xpath_context *c, enum xpath_op op, const struct xpath_value *l, const struct xpath_value *r);

/* xpath_axes.c */
struct xpath_value xpath_path(struct xpath_context *c, const struct xpath_expr *e);
void xpath_sort(struct xpath_context *c, struct xpath_nodes *set); /* into document order, each node once */
void xpath_push(struct xpath_context *c, struct xpath_nodes *set, struct form_node *node);

/* Local offset from UTC in seconds at an instant. */
int xpath_offset(const struct xpath_environment *e, instant t);

#endif
