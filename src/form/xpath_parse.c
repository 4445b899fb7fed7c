/* xpath_parse.c: text into the tree of xpath_ast.h, by precedence climbing (Pratt).
 *
 * Names of functions are looked up here; what is unknown or has a wrong number of arguments becomes a complaint on
 * the call, which fails only when it is reached. Depth and length are limited. */
#include "form/xpath_ast.h"
#include "form/xpath_lex.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_LIMIT = 100, LENGTH_LIMIT = 20000 };

struct parser {
    struct xpath_lexer lexer;
    struct arena *arena;
    struct xpath *result;
    xpath_prefix *prefix;
    const void *prefix_context;
    struct xpath_fault *fault;
    bool failed;
    int depth;
};

static struct xpath_expr *parse_expr(struct parser *p, int floor);

static void fail(struct parser *p, struct str sentence, struct str argument) {
    if (p->failed) return;
    p->failed = true;
    if (p->fault) *p->fault = (struct xpath_fault){p->lexer.start, {sentence, argument}};
}

static bool accept(struct parser *p, enum xpath_token token) {
    if (p->lexer.token != token) return false;
    xpath_lexer_next(&p->lexer);
    return true;
}

static void expect(struct parser *p, enum xpath_token token, const char *sign) {
    if (accept(p, token)) return;
    if (p->lexer.token == TOKEN_END)
        fail(p, T("The expression ends where “{0}” was expected."), str_from(sign));
    else
        fail(p, T("“{0}” was expected here."), str_from(sign));
}

static struct xpath_expr *node(struct parser *p, enum xpath_op op) {
    struct xpath_expr *e = arena_new(p->arena, struct xpath_expr);
    e->op = op;
    e->offset = p->lexer.start;
    return e;
}

struct list {
    struct xpath_expr **items;
    size_t count, capacity;
};

static struct xpath_expr *binary(struct parser *p, enum xpath_op op, struct xpath_expr *left, struct xpath_expr *right) {
    struct xpath_expr *e = node(p, op);
    e->args = arena_array(p->arena, struct xpath_expr *, 2);
    e->args[0] = left;
    e->args[1] = right;
    e->arg_count = 2;
    return e;
}

/* ---- paths ---- */

static const char *const axis_names[AXIS_COUNT] = {
    [AXIS_ANCESTOR] = "ancestor", [AXIS_ANCESTOR_OR_SELF] = "ancestor-or-self", [AXIS_ATTRIBUTE] = "attribute",
    [AXIS_CHILD] = "child", [AXIS_DESCENDANT] = "descendant", [AXIS_DESCENDANT_OR_SELF] = "descendant-or-self",
    [AXIS_FOLLOWING] = "following", [AXIS_FOLLOWING_SIBLING] = "following-sibling", [AXIS_NAMESPACE] = "namespace",
    [AXIS_PARENT] = "parent", [AXIS_PRECEDING] = "preceding", [AXIS_PRECEDING_SIBLING] = "preceding-sibling",
    [AXIS_SELF] = "self",
};

static const struct {
    const char *name;
    enum xpath_test test;
} node_types[] = {{"node", TEST_NODE}, {"text", TEST_TEXT}, {"comment", TEST_COMMENT},
                  {"processing-instruction", TEST_INSTRUCTION}};

static bool node_type(struct str name, enum xpath_test *out) {
    for (size_t i = 0; i < sizeof node_types / sizeof *node_types; i++)
        if (str_eqz(name, node_types[i].name)) {
            *out = node_types[i].test;
            return true;
        }
    return false;
}

static struct str uri_of(struct parser *p, struct str prefix) {
    struct str uri = p->prefix ? p->prefix(p->prefix_context, prefix) : STR_NONE;
    if (!uri.p) fail(p, T("The prefix “{0}” is not declared."), prefix);
    return uri;
}

static void parse_name_test(struct parser *p, struct xpath_step *step) {
    struct str name = p->lexer.piece;
    step->test = TEST_NAME;
    step->name = name;
    ptrdiff_t colon = str_find_byte(name, ':');
    if (colon >= 0) {
        step->prefixed = true;
        step->ns = uri_of(p, str_sub(name, 0, (size_t)colon));
        step->name = str_sub(name, (size_t)colon + 1, name.n);
    }
    xpath_lexer_next(&p->lexer);
}

static void parse_type_test(struct parser *p, struct xpath_step *step) {
    xpath_lexer_next(&p->lexer);
    expect(p, TOKEN_OPEN, "(");
    if (step->test == TEST_INSTRUCTION && p->lexer.token == TOKEN_LITERAL) {
        step->name = p->lexer.piece;
        xpath_lexer_next(&p->lexer);
    }
    expect(p, TOKEN_CLOSE, ")");
}

static void parse_node_test(struct parser *p, struct xpath_step *step) {
    switch (p->lexer.token) {
    case TOKEN_STAR:
        step->test = TEST_ANY_NAME;
        xpath_lexer_next(&p->lexer);
        break;
    case TOKEN_PREFIX_STAR:
        step->test = TEST_ANY_NAME;
        step->prefixed = true;
        step->ns = uri_of(p, p->lexer.piece);
        xpath_lexer_next(&p->lexer);
        break;
    case TOKEN_NAME:
        if (xpath_lexer_peek(&p->lexer) == '(' && node_type(p->lexer.piece, &step->test))
            parse_type_test(p, step);
        else
            parse_name_test(p, step);
        break;
    case TOKEN_END:
        fail(p, T("The expression ends where a name was expected."), STR_NONE);
        break;
    default:
        fail(p, T("A name was expected here."), STR_NONE);
    }
}

static void parse_predicates(struct parser *p, struct xpath_expr ***out, size_t *out_count) {
    struct list list = {0};
    while (!p->failed && accept(p, TOKEN_OPEN_SQUARE)) {
        struct xpath_expr *e = parse_expr(p, 0);
        VEC_PUSH(p->arena, list.items, list.count, list.capacity, e);
        expect(p, TOKEN_CLOSE_SQUARE, "]");
    }
    *out = list.items;
    *out_count = list.count;
}

static void parse_axis(struct parser *p, struct xpath_step *step) {
    step->axis = AXIS_CHILD;
    if (accept(p, TOKEN_AT)) {
        step->axis = AXIS_ATTRIBUTE;
    } else if (p->lexer.token == TOKEN_AXIS) {
        int i = 0;
        while (i < AXIS_COUNT && !str_eqz(p->lexer.piece, axis_names[i])) i++;
        if (i == AXIS_COUNT) fail(p, T("There is no axis “{0}”."), p->lexer.piece);
        else step->axis = (enum xpath_axis)i;
        xpath_lexer_next(&p->lexer);
    }
}

static struct xpath_step parse_step(struct parser *p) {
    struct xpath_step step = {.test = TEST_NODE};
    if (accept(p, TOKEN_DOT)) {
        step.axis = AXIS_SELF;
    } else if (accept(p, TOKEN_DOT_DOT)) {
        step.axis = AXIS_PARENT;
    } else {
        parse_axis(p, &step);
        parse_node_test(p, &step);
    }
    parse_predicates(p, &step.predicates, &step.predicate_count);
    return step;
}

static const struct xpath_step any_depth = {.axis = AXIS_DESCENDANT_OR_SELF, .test = TEST_NODE};

static bool starts_step(const struct parser *p) {
    switch (p->lexer.token) {
    case TOKEN_NAME: case TOKEN_STAR: case TOKEN_PREFIX_STAR: case TOKEN_AXIS: case TOKEN_AT: case TOKEN_DOT:
    case TOKEN_DOT_DOT: return true;
    default: return false;
    }
}

enum { STEP_LIMIT = 64 };

/* Steps from here on; `slash` is the separator that was just read, TOKEN_END when there was none. They are gathered
 * on the stack: forms hold thousands of short paths. */
static void parse_steps(struct parser *p, struct xpath_expr *path, enum xpath_token slash) {
    struct xpath_step steps[STEP_LIMIT];
    size_t count = 0;
    for (bool more = true; more && !p->failed;) {
        if (count + 2 > STEP_LIMIT) {
            fail(p, T("The path is too long."), STR_NONE);
            return;
        }
        if (slash == TOKEN_SLASH_SLASH) steps[count++] = any_depth;
        steps[count++] = parse_step(p);
        slash = p->lexer.token;
        more = slash == TOKEN_SLASH || slash == TOKEN_SLASH_SLASH;
        if (more) xpath_lexer_next(&p->lexer);
    }
    path->steps = arena_array(p->arena, struct xpath_step, count);
    path->step_count = count;
    memcpy(path->steps, steps, count * sizeof *steps);
}

static struct xpath_expr *parse_location_path(struct parser *p) {
    struct xpath_expr *path = node(p, XPATH_OP_PATH);
    enum xpath_token token = p->lexer.token;
    if (token != TOKEN_SLASH && token != TOKEN_SLASH_SLASH) {
        parse_steps(p, path, TOKEN_END);
        return path;
    }
    path->start = START_ROOT;
    xpath_lexer_next(&p->lexer);
    if (token == TOKEN_SLASH && !starts_step(p)) {
        p->lexer.operand = true; /* "/ = x": the lone slash is an operand */
        return path;
    }
    parse_steps(p, path, token);
    return path;
}

/* ---- calls and other primaries ---- */

static void complain(struct parser *p, struct xpath_expr *call, struct str sentence, struct str argument) {
    struct xpath_fault *fault = arena_new(p->arena, struct xpath_fault);
    *fault = (struct xpath_fault){call->offset, {sentence, argument}};
    call->complaint = fault;
    if (!p->result->complaint) p->result->complaint = fault;
}

/* The only functions with a prefix are JavaRosa's: jr: must not be bound to something else. */
static bool is_ours(struct parser *p, struct str name) {
    ptrdiff_t colon = str_find_byte(name, ':');
    if (colon < 0 || !p->prefix) return true;
    struct str uri = p->prefix(p->prefix_context, str_sub(name, 0, (size_t)colon));
    return !uri.p || str_eqz(uri, "http://openrosa.org/javarosa");
}

static struct xpath_expr *parse_call(struct parser *p) {
    struct xpath_expr *call = node(p, XPATH_OP_CALL);
    struct list args = {0};
    call->text = p->lexer.piece;
    xpath_lexer_next(&p->lexer);
    expect(p, TOKEN_OPEN, "(");
    while (!p->failed && p->lexer.token != TOKEN_CLOSE) {
        struct xpath_expr *arg = parse_expr(p, 0);
        VEC_PUSH(p->arena, args.items, args.count, args.capacity, arg);
        if (!accept(p, TOKEN_COMMA)) break;
        if (p->lexer.token == TOKEN_CLOSE) fail(p, T("A value was expected after the comma."), STR_NONE);
    }
    expect(p, TOKEN_CLOSE, ")");
    call->args = args.items;
    call->arg_count = args.count;
    call->function = is_ours(p, call->text) ? xpath_function_find(call->text) : NULL;
    if (!call->function)
        complain(p, call, T("There is no function “{0}”."), call->text);
    else if (args.count < call->function->least ||
             (call->function->most != XPATH_ANY_COUNT && args.count > call->function->most))
        complain(p, call, T("The function “{0}” is called with a wrong number of values."), call->text);
    return call;
}

static struct xpath_expr *parse_primary(struct parser *p) {
    struct xpath_expr *e;
    switch (p->lexer.token) {
    case TOKEN_NUMBER:
        e = node(p, XPATH_OP_NUMBER);
        e->number = strtod(arena_cstr(p->arena, p->lexer.piece), NULL);
        xpath_lexer_next(&p->lexer);
        return e;
    case TOKEN_LITERAL:
        e = node(p, XPATH_OP_STRING);
        e->text = p->lexer.piece;
        xpath_lexer_next(&p->lexer);
        return e;
    case TOKEN_OPEN:
        xpath_lexer_next(&p->lexer);
        e = parse_expr(p, 0);
        expect(p, TOKEN_CLOSE, ")");
        return e;
    default: return parse_call(p);
    }
}

static bool starts_primary(const struct parser *p) {
    enum xpath_test ignored;
    switch (p->lexer.token) {
    case TOKEN_NUMBER: case TOKEN_LITERAL: case TOKEN_OPEN: return true;
    case TOKEN_NAME: return xpath_lexer_peek(&p->lexer) == '(' && !node_type(p->lexer.piece, &ignored);
    default: return false;
    }
}

static struct xpath_expr *parse_path(struct parser *p) {
    if (!starts_primary(p)) {
        if (starts_step(p) || p->lexer.token == TOKEN_SLASH || p->lexer.token == TOKEN_SLASH_SLASH)
            return parse_location_path(p);
        if (p->lexer.token == TOKEN_END) fail(p, T("The expression ends where a value was expected."), STR_NONE);
        else if (p->lexer.token == TOKEN_BAD) fail(p, T("This cannot be read: {0}"), p->lexer.piece);
        else fail(p, T("A value was expected before “{0}”."), p->lexer.piece);
        return node(p, XPATH_OP_STRING);
    }
    struct xpath_expr *base = parse_primary(p);
    enum xpath_token token = p->lexer.token;
    if (token != TOKEN_OPEN_SQUARE && token != TOKEN_SLASH && token != TOKEN_SLASH_SLASH) return base;
    struct xpath_expr *path = node(p, XPATH_OP_PATH);
    path->start = START_EXPR;
    path->base = base;
    parse_predicates(p, &path->predicates, &path->predicate_count);
    token = p->lexer.token;
    if (token == TOKEN_SLASH || token == TOKEN_SLASH_SLASH) {
        xpath_lexer_next(&p->lexer);
        parse_steps(p, path, token);
    }
    return path;
}

/* ---- operators ---- */

static const struct {
    enum xpath_token token;
    enum xpath_op op;
    int strength;
} operators[] = {
    {TOKEN_OR, XPATH_OP_OR, 1}, {TOKEN_AND, XPATH_OP_AND, 2}, {TOKEN_EQ, XPATH_OP_EQ, 3}, {TOKEN_NE, XPATH_OP_NE, 3},
    {TOKEN_LT, XPATH_OP_LT, 4}, {TOKEN_LE, XPATH_OP_LE, 4}, {TOKEN_GT, XPATH_OP_GT, 4}, {TOKEN_GE, XPATH_OP_GE, 4},
    {TOKEN_PLUS, XPATH_OP_ADD, 5}, {TOKEN_MINUS, XPATH_OP_SUBTRACT, 5}, {TOKEN_MULTIPLY, XPATH_OP_MULTIPLY, 6},
    {TOKEN_DIV, XPATH_OP_DIVIDE, 6}, {TOKEN_MOD, XPATH_OP_MODULO, 6}, {TOKEN_PIPE, XPATH_OP_UNION, 8},
};
enum { STRENGTH_OF_MINUS = 7 };

static struct xpath_expr *parse_unary(struct parser *p) {
    if (!accept(p, TOKEN_MINUS)) return parse_path(p);
    struct xpath_expr *e = node(p, XPATH_OP_NEGATE);
    e->args = arena_array(p->arena, struct xpath_expr *, 1);
    e->args[0] = parse_expr(p, STRENGTH_OF_MINUS);
    e->arg_count = 1;
    return e;
}

static size_t operator_at(const struct parser *p) {
    size_t i = 0;
    while (i < sizeof operators / sizeof *operators && operators[i].token != p->lexer.token) i++;
    return i;
}

static struct xpath_expr *parse_expr(struct parser *p, int floor) {
    if (++p->depth > DEPTH_LIMIT) fail(p, T("The expression is nested too deeply."), STR_NONE);
    struct xpath_expr *left = p->failed ? node(p, XPATH_OP_STRING) : parse_unary(p);
    for (size_t levels = 0; !p->failed; levels++) {
        size_t i = operator_at(p);
        if (i == sizeof operators / sizeof *operators || operators[i].strength < floor + 1) break;
        xpath_lexer_next(&p->lexer);
        struct xpath_expr *right = parse_expr(p, operators[i].strength);
        left = binary(p, operators[i].op, left, right);
        if (levels > 900) fail(p, T("The expression is too long."), STR_NONE);
    }
    p->depth--;
    return left;
}

const struct xpath *xpath_compile(struct arena *a, struct str text, xpath_prefix *prefix, const void *prefix_context,
                                  struct xpath_fault *fault) {
    struct parser p = {.arena = a, .prefix = prefix, .prefix_context = prefix_context, .fault = fault};
    p.result = arena_new(a, struct xpath);
    p.result->text = text;
    if (text.n > LENGTH_LIMIT) {
        fail(&p, T("The expression is too long."), STR_NONE);
        return NULL;
    }
    xpath_lexer_start(&p.lexer, text);
    p.result->top = parse_expr(&p, 0);
    if (!p.failed && p.lexer.token != TOKEN_END) fail(&p, T("This was not expected here: {0}"), p.lexer.piece);
    return p.failed ? NULL : p.result;
}

const struct xpath_fault *xpath_complaint(const struct xpath *x) {
    return x->complaint;
}

