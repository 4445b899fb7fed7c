/* internal.h: what the files of this room share: the compiled form, the frame it is evaluated in, and helpers.
 *
 * A compiled expression is a tree of nodes; each has the function that evaluates it, so that evaluating is calling.
 * Names are resolved when the text is parsed: to a place in the caller's variables, a local of the function body the
 * name stands in, or a capture of that body. A function literal copies what it uses from outside when it is
 * evaluated (its captures), so that it may outlive the evaluation that made it.
 */
#ifndef FEEL_INTERNAL_H
#define FEEL_INTERNAL_H

#include "feel/feel.h"
#include "feel/temporal.h"

struct frame;
struct node;
typedef struct feel_value evaluate_fn(const struct node *n, struct frame *f);

enum node_kind {
    NODE_CONSTANT,
    NODE_VARIABLE, /* slot: the caller's variable */
    NODE_LOCAL,    /* slot */
    NODE_CAPTURE,  /* slot */
    NODE_SELF,     /* the function whose body this is */
    NODE_INPUT,    /* ? */
    NODE_LOOKUP,   /* name: asked for at run time */
    NODE_UNKNOWN,  /* name */
    NODE_ITEM_NAME, /* name: a member of the filtered item b, else a */
    NODE_LIST,     /* items */
    NODE_CONTEXT,  /* extra: struct context_code */
    NODE_RANGE,    /* a, b: ends; flags */
    NODE_NEGATE,
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_MULTIPLY,
    NODE_DIVIDE,
    NODE_POWER,
    NODE_AND,
    NODE_OR,
    NODE_COMPARE, /* a op b */
    NODE_BETWEEN, /* a between b and c */
    NODE_IN,      /* a in b */
    NODE_TESTS,   /* extra: struct tests_code */
    NODE_IF,
    NODE_PATH,   /* a.name */
    NODE_FILTER, /* a[b]; slot: the item's local */
    NODE_FOR,    /* extra: struct loop_code */
    NODE_SOME,
    NODE_EVERY,
    NODE_INSTANCE_OF, /* a; extra: type */
    NODE_FUNCTION,    /* extra: struct function_code */
    NODE_CALL,        /* extra: struct call_code */
    NODE_KIND_COUNT
};

enum compare_op { OP_EQUAL, OP_NOT_EQUAL, OP_LESS, OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL };

enum { RANGE_LOW_OPEN = 1, RANGE_HIGH_OPEN = 2, RANGE_NO_LOW = 4, RANGE_NO_HIGH = 8 };

/* 48 bytes: a table of 100,000 rules has some hundred thousands of them. */
struct node {
    evaluate_fn *evaluate;
    uint8_t kind;
    uint8_t op;      /* compare_op, or RANGE_ flags */
    uint16_t height; /* of the tree below */
    uint32_t at;     /* offset in the source, for messages */
    uint32_t weight; /* nodes of the tree: what one pass through it costs */
    uint32_t slot;   /* or the number of items */
    union {
        struct feel_value value;
        struct {
            struct node *a, *b;
            union {
                struct node *c;
                const struct str *name;
                const void *extra;
            };
        };
        struct node **items;
    };
};

struct context_code {
    size_t count;
    struct str *names;
    struct node **values;
    uint32_t *slots; /* the local that holds the entry for those after it */
};

/* One test of a list: `op value`, or with `plain` an expression whose value decides how it is meant. */
struct test_code {
    struct node *node;
    uint8_t op;
    bool plain, uses_input;
};

struct tests_code {
    struct node *input;
    size_t count;
    struct test_code *tests;
    bool negated;
    bool unary; /* an input entry; else the right side of `in` */
};

struct iterator_code {
    struct node *low, *high; /* high NULL: `in low` */
    uint32_t slot;
};

struct loop_code {
    size_t count;
    struct iterator_code *iterators;
    struct node *body;
    uint32_t partial_slot;
    bool uses_partial;
};

struct function_code {
    struct feel_function prototype; /* name, parameters, types */
    struct node *body;              /* NULL: external */
    uint32_t local_count;
    size_t capture_count;
    struct node **captures; /* evaluated where the function literal stands */
    struct feel_expression *expression;
};

struct call_code {
    struct node *callee; /* NULL: a built-in function and nothing else */
    const struct builtin *const *rows; /* the built-in's signatures that fit by number and names; NULL-ended */
    size_t count;
    struct node **arguments;
    const struct str *names; /* NULL: positional */
};

struct feel_expression {
    struct str text;
    struct node *root;
    struct place place;
    enum feel_mode mode;
    bool broken;
    uint32_t local_count;
    size_t name_count;
    struct feel_name_use *names;
    struct feel_test test; /* of unary tests: what an index needs */
};

struct frame {
    struct feel_environment *env;
    const struct feel_expression *expression;
    const struct feel_value *variables;
    struct feel_value *locals;
    const struct feel_value *captures;
    struct feel_value self;
    struct feel_value input;
};

static inline struct feel_value evaluate(const struct node *n, struct frame *f) {
    return n->evaluate(n, f);
}

/* ---- built-in functions ---- */

/* Where a call stands: for messages and budgets. */
struct site {
    struct feel_environment *env;
    const struct feel_expression *expression; /* NULL: called from another room */
    uint32_t at;
};

#define KIND(k) (1u << FEEL_##k)
enum {
    ANY = (1u << FEEL_KIND_COUNT) - 1,
    DURATIONS = 1u << FEEL_YEARS_MONTHS | 1u << FEEL_DAYS_TIME,
    POINTS = 1u << FEEL_NUMBER | 1u << FEEL_STRING | 1u << FEEL_DATE | 1u << FEEL_TIME | 1u << FEEL_DATE_TIME | DURATIONS,
    OPTIONAL = 1u << 30, /* may be left out */
    NULLABLE = 1u << 29, /* null means left out */
};

enum { PARAMETERS_MAX = 8 };

struct builtin_parameter {
    struct str name;
    unsigned accepts; /* KIND bits and flags */
};

typedef struct feel_value builtin_fn(const struct site *site, const struct feel_value *arguments, size_t count);

/* One signature; a function with several has several rows, one after the other. The first row is also the function
 * as a value (`function` comes first, so that one can be made of the other). */
struct builtin {
    struct feel_function function;
    builtin_fn *run;
    struct builtin_parameter parameters[PARAMETERS_MAX];
    bool variadic; /* the last parameter may be repeated */
    bool impure;   /* depends on more than its arguments: now, today; or calls back */
};

extern const struct builtin *const feel_builtin_tables[]; /* each ends with a NULL run; NULL-ended */
extern const struct builtin feel_conversion_functions[], feel_number_functions[], feel_string_functions[], feel_list_functions[],
    feel_context_functions[], feel_temporal_functions[], feel_range_functions[];
const struct builtin *feel_builtin_find(struct str name); /* the first row of that name */
size_t feel_builtin_parameter_count(const struct builtin *row);
/* The rows (NULL-ended, in the arena) a call can mean, by number of arguments or by names. NULL: none. With names,
 * order[i] is the position of argument i. */
const struct builtin *const *feel_builtin_rows(struct arena *a, const struct builtin *first, size_t count, const struct str *names,
                                               size_t *order);
struct feel_value feel_builtin_call(const struct site *site, const struct builtin *const *rows, const struct feel_value *arguments,
                                    size_t count);
#define BUILTIN(text) {.name = STR_STATIC(text), .built_in = true}

/* Length of the longest known name of the built-in functions that `text` begins with; 0 when none does. */
size_t feel_builtin_match(struct str text);

/* ---- null with a reason, and budgets ---- */

struct place feel_place(const struct feel_expression *e, uint32_t at);
struct feel_value feel_null_at(const struct feel_environment *env, const struct feel_expression *e, uint32_t at, const char *code,
                               const struct str *sentence, size_t count);
/* NULL_AT(env, expression, at, "feel.code", T("…"), …) */
#define NULL_AT(env, e, at, code, ...)                                                                            \
    ((env)->reasons ? feel_null_at((env), (e), (at), (code), (const struct str[]){__VA_ARGS__},                    \
                                   sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))                \
                    : feel_null())
#define NULL_HERE(f, n, code, ...) NULL_AT((f)->env, (f)->expression, (n)->at, code, __VA_ARGS__)
#define NULL_SITE(site, code, ...) NULL_AT((site)->env, (site)->expression, (site)->at, code, __VA_ARGS__)
/* False when the budget is spent. */
bool feel_spend(struct feel_environment *env, int64_t steps);

/* ---- pieces the parts use of each other ---- */

extern evaluate_fn *const feel_evaluators[NODE_KIND_COUNT];
evaluate_fn evaluate_arithmetic, evaluate_negate, evaluate_path, evaluate_filter, evaluate_for, evaluate_quantified, evaluate_call,
    evaluate_function, evaluate_tests;

struct feel_value feel_arithmetic(const struct site *site, enum node_kind op, struct feel_value a, struct feel_value b);
struct feel_value feel_compare_op(struct feel_environment *env, enum compare_op op, struct feel_value a, struct feel_value b);
/* feel_equal and feel_in, paid for with steps: lists and contexts may be large. */
struct feel_value feel_equal_within(struct feel_environment *env, struct feel_value a, struct feel_value b);
bool feel_equals_within(struct feel_environment *env, struct feel_value a, struct feel_value b);
struct feel_value feel_in_within(struct feel_environment *env, struct feel_value value, struct feel_value test);
struct feel_value feel_property(const struct site *site, struct feel_value v, struct str name);
struct feel_value feel_call_at(const struct site *site, struct feel_value f, const struct feel_value *arguments, const struct str *names,
                               size_t count);
/* The low and high ends of what a range of whole numbers or dates holds; false for other kinds. */
struct feel_value feel_clock_value(struct arena *a, enum feel_kind kind, struct feel_clock clock);
struct feel_value feel_make_range(struct arena *a, struct feel_value low, struct feel_value high, unsigned flags);
struct feel_value feel_parse_range(struct arena *a, struct str text); /* as range("[1..3]"): literal ends only */
void feel_prepare_test(struct arena *a, struct feel_expression *e);
void feel_put_quoted(struct buf *out, struct str s);
/* A buffer for the text an evaluation makes. */
void feel_text_begin(struct buf *out, struct arena *a);
struct feel_value feel_text_end(const struct site *site, const struct buf *out);

bool feel_is_space(uint32_t c);
bool feel_is_name_start(uint32_t c);
bool feel_is_name_part(uint32_t c);

#endif
