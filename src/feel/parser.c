/* parser.c: text to nodes, by recursive descent in the order of grammar rule 2 (10.3.1.2): or, and, comparison, sums,
 * products, powers, minus, instance of, then paths, filters and calls, then literals. Forms with words of their own
 * are in parser_forms.c. Where the grammar is ambiguous (a bracket that may close a range or open a filter) the
 * parser tries and goes back; steps are counted, so that nesting such places cannot cost exponential time. */
#include "feel/parser.h"

#include <string.h>

static struct node *parse_unary(struct parser *p);

bool enter(struct parser *p) {
    if (++p->depth > NESTING_MAX || --p->steps < 0) {
        parse_failed(p, T("The expression is nested too deeply."));
        p->steps = -1; /* no other reading of the text is tried */
    }
    return !p->failed;
}

void leave(struct parser *p) {
    p->depth--;
}

/* ---- nodes ---- */

struct node *new_node(struct parser *p, enum node_kind kind, uint32_t at) {
    struct node *n = arena_new(p->arena, struct node);
    n->kind = (uint8_t)kind;
    n->evaluate = feel_evaluators[kind];
    n->at = at;
    n->height = 1;
    n->weight = 1;
    return n;
}

struct node *constant_node(struct parser *p, struct feel_value v, uint32_t at) {
    struct node *n = new_node(p, NODE_CONSTANT, at);
    n->value = v;
    return n;
}

void measure(struct node *n, const struct node *child) {
    if (!child) return;
    if (child->height >= n->height) n->height = (uint16_t)(child->height + 1);
    n->weight += child->weight;
}

/* How many of a, b, c a kind of node has when it can be worked out beforehand. */
static int operand_count(enum node_kind kind) {
    switch (kind) {
    case NODE_NEGATE:
    case NODE_PATH: return 1;
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
    case NODE_POWER:
    case NODE_AND:
    case NODE_OR:
    case NODE_COMPARE:
    case NODE_IN:
    case NODE_RANGE: return 2;
    case NODE_BETWEEN: return 3;
    default: return 0;
    }
}

static bool is_constant(const struct node *n) {
    return n && n->kind == NODE_CONSTANT;
}

static bool children_constant(const struct node *n, int operands) {
    if (n->kind == NODE_LIST) {
        for (uint32_t i = 0; i < n->slot; i++)
            if (!is_constant(n->items[i])) return false;
        return true;
    }
    if (n->kind == NODE_RANGE) return (!n->a || is_constant(n->a)) && (!n->b || is_constant(n->b));
    return operands > 0 && is_constant(n->a) && (operands < 2 || is_constant(n->b)) &&
           (operands < 3 || is_constant(n->c));
}

/* Null keeps its node, so that its reason is given each time it is evaluated. */
static void fold(struct parser *p, struct node *n) {
    struct feel_environment env;
    feel_environment_init(&env, p->arena, 0, NULL);
    env.steps = 20000;
    struct frame f = {.env = &env, .expression = p->expression};
    struct feel_value v = n->evaluate(n, &f);
    if (v.kind == FEEL_NULL || env.stopped) return;
    n->kind = NODE_CONSTANT;
    n->evaluate = feel_evaluators[NODE_CONSTANT];
    n->value = v;
    n->height = n->weight = 1;
}

struct node *finish_node(struct parser *p, struct node *n) {
    int operands = operand_count((enum node_kind)n->kind);
    if (n->kind == NODE_LIST) {
        for (uint32_t i = 0; i < n->slot; i++) measure(n, n->items[i]);
    } else {
        measure(n, n->a);
        if (operands >= 2 || n->kind == NODE_ITEM_NAME || n->kind == NODE_FILTER || n->kind == NODE_IF)
            measure(n, n->b);
        if (operands >= 3 || n->kind == NODE_IF) measure(n, n->c);
    }
    if (!p->failed && children_constant(n, operands)) fold(p, n);
    return n;
}

static struct node *binary(struct parser *p, enum node_kind kind, struct node *a, struct node *b, uint32_t at) {
    struct node *n = new_node(p, kind, at);
    n->a = a;
    n->b = b;
    return finish_node(p, n);
}

static struct node *broken(struct parser *p) {
    parse_failed(p, STR_NONE);
    return constant_node(p, feel_null(), (uint32_t)p->at);
}

/* ---- going back ---- */

struct saved {
    size_t at, name_count;
    struct function_scope *function, function_state;
    struct str entry_name;
    int depth;
    bool uses_input, closing_bracket_may_open;
};

static struct saved save(struct parser *p) {
    return (struct saved){p->at,         p->expression->name_count,  p->function, *p->function, p->entry_name, p->depth,
                          p->uses_input, p->closing_bracket_may_open};
}

static void go_back(struct parser *p, struct saved s) {
    if (p->steps < 0) return; /* too deep or too long: stay failed */
    p->at = s.at;
    p->expression->name_count = s.name_count;
    p->function = s.function;
    *p->function = s.function_state;
    p->entry_name = s.entry_name;
    p->depth = s.depth;
    p->uses_input = s.uses_input;
    p->closing_bracket_may_open = s.closing_bracket_may_open;
    p->failed = false;
    p->failure = STR_NONE;
}

/* ---- brackets: lists, ranges, parentheses ---- */

static struct node *range_node(struct parser *p, struct node *low, struct node *high, unsigned flags, uint32_t at) {
    struct node *n = new_node(p, NODE_RANGE, at);
    n->op = (uint8_t)flags;
    n->a = low;
    n->b = high;
    return finish_node(p, n);
}

/* After the two dots. "[" closes a range too, unless it opens a filter on the upper end. */
static struct node *parse_range_end(struct parser *p, struct node *low, bool low_open, uint32_t at) {
    bool before = p->closing_bracket_may_open;
    p->closing_bracket_may_open = true;
    struct node *high = parse_additive(p);
    p->closing_bracket_may_open = before;
    unsigned flags = low_open ? RANGE_LOW_OPEN : 0;
    if (accept(p, "]")) return range_node(p, low, high, flags, at);
    if (accept(p, ")") || accept(p, "[")) return range_node(p, low, high, flags | RANGE_HIGH_OPEN, at);
    return broken(p);
}

static struct node *parse_list(struct parser *p, struct node *first, uint32_t at) {
    struct node **items = NULL;
    size_t count = 0, capacity = 0;
    if (first) VEC_PUSH(p->arena, items, count, capacity, first);
    while (first && accept(p, ",")) {
        struct node *item = parse_expression(p);
        VEC_PUSH(p->arena, items, count, capacity, item);
    }
    expect(p, "]");
    struct node *n = new_node(p, NODE_LIST, at);
    n->items = items;
    n->slot = (uint32_t)count;
    return finish_node(p, n);
}

static struct node *parse_square(struct parser *p, uint32_t at) {
    accept(p, "[");
    if (looking_at(p, "]")) return parse_list(p, NULL, at);
    struct node *first = parse_expression(p);
    if (accept(p, "..")) return parse_range_end(p, first, false, at);
    return parse_list(p, first, at);
}

static bool accept_compare(struct parser *p, enum compare_op *op) {
    static const struct {
        const char *symbol;
        enum compare_op op;
    } table[] = {{"<=", OP_LESS_EQUAL}, {">=", OP_GREATER_EQUAL}, {"!=", OP_NOT_EQUAL},
                 {"<", OP_LESS},        {">", OP_GREATER},        {"=", OP_EQUAL}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (!accept(p, table[i].symbol)) continue;
        *op = table[i].op;
        return true;
    }
    return false;
}

/* (< 10), (>= x), (= 5): a range with one end, or one point. */
static struct node *parse_one_sided(struct parser *p, enum compare_op op, uint32_t at) {
    struct node *end = parse_additive(p);
    expect(p, ")");
    switch (op) {
    case OP_LESS: return range_node(p, NULL, end, RANGE_NO_LOW | RANGE_LOW_OPEN | RANGE_HIGH_OPEN, at);
    case OP_LESS_EQUAL: return range_node(p, NULL, end, RANGE_NO_LOW | RANGE_LOW_OPEN, at);
    case OP_GREATER: return range_node(p, end, NULL, RANGE_NO_HIGH | RANGE_LOW_OPEN | RANGE_HIGH_OPEN, at);
    case OP_GREATER_EQUAL: return range_node(p, end, NULL, RANGE_NO_HIGH | RANGE_HIGH_OPEN, at);
    case OP_EQUAL: return range_node(p, end, end, 0, at);
    default: return broken(p);
    }
}

static struct node *parse_round(struct parser *p, uint32_t at) {
    enum compare_op op;
    accept(p, "(");
    if (accept_compare(p, &op)) return parse_one_sided(p, op, at);
    struct node *e = parse_expression(p);
    if (accept(p, "..")) return parse_range_end(p, e, true, at);
    expect(p, ")");
    return e;
}

static struct node *parse_bracketed(struct parser *p, char c, uint32_t at) {
    bool before = p->closing_bracket_may_open;
    p->closing_bracket_may_open = false;
    struct node *n;
    if (c == '[') {
        n = parse_square(p, at);
    } else if (c == '(') {
        n = parse_round(p, at);
    } else {
        accept(p, "]");
        struct node *low = parse_additive(p);
        n = expect(p, "..") ? parse_range_end(p, low, true, at) : low;
    }
    p->closing_bracket_may_open = before;
    return n;
}

/* ---- operands ---- */

static struct node *parse_at_literal(struct parser *p, uint32_t at) {
    struct str text;
    p->at++;
    if (peek_char(p) != '"') return broken(p);
    if (!lex_string(p, &text)) return broken(p);
    struct feel_value v = feel_parse_temporal(p->arena, text);
    if (v.kind == FEEL_NULL)
        fault_error(p->faults, "feel.bad-literal", feel_place(p->expression, at),
                    T("“{0}” is no date, time or duration."), text);
    return constant_node(p, v, at);
}

static bool name_is_bound(const struct parser *p, struct str name) {
    for (const struct function_scope *f = p->function; f; f = f->outer) {
        for (const struct binding *b = f->bindings; b; b = b->outer)
            if (!b->filter && str_eq(b->name, name)) return true;
        if (f->self_name.n && str_eq(f->self_name, name)) return true;
    }
    for (size_t i = 0; i < p->scope->name_count; i++)
        if (str_eq(p->scope->names[i], name)) return true;
    return false;
}

/* A variable of the name of a built-in function may be no function: then name(…) still means the built-in. */
static struct node *parse_named(struct parser *p, struct str name, uint32_t at) {
    if (!looking_at(p, "(")) return resolve_name(p, name, at, false);
    const struct builtin *built_in = feel_builtin_find(name);
    bool bound = name_is_bound(p, name);
    struct node *callee = built_in && !bound ? NULL : resolve_name(p, name, at, true);
    return parse_call(p, callee, name, built_in, at);
}

static struct node *parse_word(struct parser *p, uint32_t at) {
    struct str name, rest = str_sub(p->text, p->at, p->text.n);
    size_t word = word_length(rest), start = p->at;
    struct str first = str_sub(rest, 0, word);
    bool known = lex_known_name(p, &name);
    if (known && (p->at - start > word || !is_reserved(first))) return parse_named(p, name, at);
    p->at = start;
    if (accept_word(p, "true")) return constant_node(p, feel_boolean(true), at);
    if (accept_word(p, "false")) return constant_node(p, feel_boolean(false), at);
    if (accept_word(p, "null")) return constant_node(p, feel_null(), at);
    if (accept_word(p, "if")) return parse_if(p, at);
    if (accept_word(p, "for")) return parse_for(p, at);
    if (accept_word(p, "some")) return parse_quantified(p, NODE_SOME, at);
    if (accept_word(p, "every")) return parse_quantified(p, NODE_EVERY, at);
    if (accept_word(p, "function")) return parse_function(p, at);
    if (is_reserved(first)) return broken(p);
    return parse_named(p, lex_words(p), at);
}

static bool number_at(struct str text, size_t at) {
    if (at < text.n && text.p[at] == '.') at++;
    return at < text.n && text.p[at] >= '0' && text.p[at] <= '9';
}

static struct node *parse_primary(struct parser *p) {
    char c = peek_char(p);
    uint32_t at = (uint32_t)p->at;
    if (p->failed) return broken(p);
    if (c == '[' || c == '(' || c == ']') return parse_bracketed(p, c, at);
    if (c == '{') return parse_context(p, at);
    if (c == '@') return parse_at_literal(p, at);
    if (c == '"') {
        struct str text;
        return lex_string(p, &text) ? constant_node(p, feel_string(text), at) : broken(p);
    }
    if (c == '?') {
        p->at++;
        return resolve_input(p, at);
    }
    if (number_at(p->text, p->at + (c == '-'))) {
        struct decimal v;
        p->at += c == '-';
        if (!lex_number(p, &v)) return broken(p);
        return constant_node(p, feel_number(c == '-' ? decimal_negate(v) : v), at);
    }
    if (word_length(str_sub(p->text, p->at, p->text.n))) return parse_word(p, at);
    struct str name;
    if (c && lex_known_name(p, &name))
        return parse_named(p, name, at); /* a name of the caller's that FEEL would not write */
    return broken(p);
}

static struct node *parse_filter(struct parser *p, struct node *list, uint32_t at) {
    bool before = p->closing_bracket_may_open;
    struct binding item, members;
    accept(p, "[");
    p->closing_bracket_may_open = false;
    struct node *n = new_node(p, NODE_FILTER, at);
    n->a = list;
    n->slot = bind_local(p, &item, STR("item"));
    members = (struct binding){.slot = item.slot, .filter = true, .outer = p->function->bindings};
    p->function->bindings = &members;
    n->b = parse_expression(p);
    unbind(p, &members);
    unbind(p, &item);
    p->closing_bracket_may_open = before;
    expect(p, "]");
    return finish_node(p, n);
}

static struct node *parse_path(struct parser *p, struct node *from, uint32_t at) {
    accept(p, ".");
    struct str *name = arena_new(p->arena, struct str);
    *name = arena_str(p->arena, lex_member_name(p));
    struct node *n = new_node(p, NODE_PATH, at);
    n->a = from;
    n->name = name;
    return finish_node(p, n);
}

static struct node *parse_postfix(struct parser *p) {
    struct node *n = parse_primary(p);
    while (!p->failed) {
        skip_space(p);
        uint32_t at = (uint32_t)p->at;
        if (n->height >= NESTING_MAX * 4) parse_failed(p, T("The expression is nested too deeply."));
        if (looking_at(p, ".") && !looking_at(p, "..")) {
            n = parse_path(p, n, at);
        } else if (looking_at(p, "(")) {
            n = parse_call(p, n, STR_NONE, NULL, at);
        } else if (looking_at(p, "[") && p->closing_bracket_may_open) {
            struct saved s = save(p);
            struct node *filtered = parse_filter(p, n, at);
            if (p->failed) {
                go_back(p, s);
                return n;
            }
            n = filtered;
        } else if (looking_at(p, "[")) {
            n = parse_filter(p, n, at);
        } else {
            return n;
        }
    }
    return n;
}

static struct node *parse_instance(struct parser *p) {
    struct node *n = parse_postfix(p);
    while (!p->failed && looking_at_word(p, "instance")) {
        struct node *test = new_node(p, NODE_INSTANCE_OF, (uint32_t)p->at);
        accept_word(p, "instance");
        if (!accept_word(p, "of")) return broken(p);
        test->a = n;
        test->extra = parse_type(p);
        n = finish_node(p, test);
    }
    return n;
}

static struct node *parse_unary(struct parser *p) {
    if (!enter(p)) return broken(p);
    struct node *n;
    skip_space(p);
    uint32_t at = (uint32_t)p->at;
    if (!number_at(p->text, p->at + 1) && accept(p, "-")) { /* a minus before digits belongs to the number (rule 37) */
        n = new_node(p, NODE_NEGATE, at);
        n->a = parse_unary(p);
        n = finish_node(p, n);
    } else {
        n = parse_instance(p);
    }
    leave(p);
    return n;
}

/* A long chain of operators is a deep tree to the left. */
static bool deep(struct parser *p, const struct node *n) {
    if (n->height < NESTING_MAX * 10) return false;
    parse_failed(p, T("The expression is too long."));
    return true;
}

static struct node *parse_power(struct parser *p) {
    struct node *n = parse_unary(p);
    for (uint32_t at = (uint32_t)p->at; accept(p, "**"); at = (uint32_t)p->at) {
        n = binary(p, NODE_POWER, n, parse_unary(p), at);
        if (deep(p, n)) break;
    }
    return n;
}

static struct node *parse_multiplicative(struct parser *p) {
    struct node *n = parse_power(p);
    for (;;) {
        uint32_t at = (uint32_t)p->at;
        if (looking_at(p, "**") || deep(p, n)) return n;
        if (accept(p, "*")) n = binary(p, NODE_MULTIPLY, n, parse_power(p), at);
        else if (accept(p, "/")) n = binary(p, NODE_DIVIDE, n, parse_power(p), at);
        else return n;
    }
}

struct node *parse_additive(struct parser *p) {
    struct node *n = parse_multiplicative(p);
    for (;;) {
        uint32_t at = (uint32_t)p->at;
        if (deep(p, n)) return n;
        if (accept(p, "+")) n = binary(p, NODE_ADD, n, parse_multiplicative(p), at);
        else if (accept(p, "-")) n = binary(p, NODE_SUBTRACT, n, parse_multiplicative(p), at);
        else return n;
    }
}

/* ---- comparisons and tests ---- */

static struct test_code parse_test(struct parser *p) {
    struct test_code t = {.plain = true};
    enum compare_op op = OP_EQUAL;
    bool before = p->uses_input;
    p->uses_input = false;
    if (accept_compare(p, &op)) {
        t.plain = false;
        t.op = (uint8_t)op;
        t.node = parse_additive(p);
    } else {
        t.node = parse_expression(p);
    }
    t.uses_input = p->uses_input;
    p->uses_input |= before;
    return t;
}

/* Tests up to `close` (NULL: the end of the text). */
struct node *parse_tests(struct parser *p, bool unary, struct node *input, const char *close) {
    struct tests_code *code = arena_new(p->arena, struct tests_code);
    struct node *n = new_node(p, NODE_TESTS, (uint32_t)p->at);
    size_t capacity = 0;
    code->unary = unary;
    code->input = input;
    do {
        struct test_code t = parse_test(p);
        VEC_PUSH(p->arena, code->tests, code->count, capacity, t);
        measure(n, t.node);
    } while (accept(p, ","));
    measure(n, input);
    if (close) expect(p, close);
    else if (!at_end(p)) parse_failed(p, STR_NONE);
    n->extra = code;
    return n;
}

/* The right side of `in`: a value, or tests in parentheses. "(1..3)" is a value, "(1, < 3)" is not. */
static struct node *parse_in(struct parser *p, struct node *left, uint32_t at) {
    struct saved s = save(p);
    enum compare_op op;
    if (accept_compare(p, &op)) {
        struct node *n = new_node(p, NODE_COMPARE, at);
        n->op = (uint8_t)op;
        n->a = left;
        n->b = parse_additive(p);
        return finish_node(p, n);
    }
    bool round = accept(p, "("),
         equality = round && looking_at(p, "="); /* (= x): any x, also one that no range can have as an end */
    go_back(p, s);
    if (!equality) {
        struct node *value = parse_additive(p);
        if (!p->failed || !round) return binary(p, NODE_IN, left, value, at);
        go_back(p, s);
    }
    accept(p, "(");
    return parse_tests(p, false, left, ")");
}

static struct node *parse_between(struct parser *p, struct node *left, uint32_t at) {
    struct node *n = new_node(p, NODE_BETWEEN, at);
    n->a = left;
    n->b = parse_additive(p);
    if (!accept_word(p, "and")) return broken(p);
    n->c = parse_additive(p);
    return finish_node(p, n);
}

static struct node *parse_comparison(struct parser *p) {
    struct node *n = parse_additive(p);
    for (;;) {
        enum compare_op op;
        skip_space(p);
        uint32_t at = (uint32_t)p->at;
        if (p->failed || deep(p, n)) return n;
        if (accept_word(p, "between")) {
            n = parse_between(p, n, at);
        } else if (accept_word(p, "in")) {
            n = parse_in(p, n, at);
        } else if (accept_compare(p, &op)) {
            struct node *compare = new_node(p, NODE_COMPARE, at);
            compare->op = (uint8_t)op;
            compare->a = n;
            compare->b = parse_additive(p);
            n = finish_node(p, compare);
        } else {
            return n;
        }
    }
}

static struct node *parse_and(struct parser *p) {
    struct node *n = parse_comparison(p);
    for (uint32_t at = (uint32_t)p->at; accept_word(p, "and") && !deep(p, n); at = (uint32_t)p->at)
        n = binary(p, NODE_AND, n, parse_comparison(p), at);
    return n;
}

struct node *parse_expression(struct parser *p) {
    if (!enter(p)) return broken(p);
    struct node *n = parse_and(p);
    for (uint32_t at = (uint32_t)p->at; accept_word(p, "or") && !deep(p, n); at = (uint32_t)p->at)
        n = binary(p, NODE_OR, n, parse_and(p), at);
    leave(p);
    return n;
}

/* ---- the whole text ---- */

/* not(…) around all tests negates them; not(…) inside an expression is the function. */
static struct node *parse_unary_tests(struct parser *p) {
    struct node *input = new_node(p, NODE_INPUT, 0);
    if (at_end(p) || (p->text.p[p->at] == '-' && str_trim(str_sub(p->text, p->at, p->text.n)).n == 1)) {
        struct node *any = new_node(p, NODE_TESTS, 0);
        any->extra = arena_new(p->arena, struct tests_code);
        p->at = p->text.n;
        return any;
    }
    struct saved s = save(p);
    if (accept_word(p, "not") && accept(p, "(")) {
        struct node *n = parse_tests(p, true, input, ")");
        if (!p->failed && at_end(p)) {
            ((struct tests_code *)n->extra)->negated = true;
            return n;
        }
    }
    go_back(p, s);
    return parse_tests(p, true, input, NULL);
}

static void report(struct parser *p) {
    struct feel_expression *e = p->expression;
    if (p->failed) {
        struct str rest = str_trim(str_sub(p->text, p->failed_at, p->text.n));
        size_t shown = 0;
        uint32_t c;
        for (size_t next = 0; next < 24 && utf8_next(rest, &next, &c) && c != '\n';) shown = next;
        struct place place = feel_place(e, (uint32_t)p->failed_at);
        if (p->failure.n) fault_error(p->faults, "feel.syntax", place, p->failure);
        else if (rest.n == 0) fault_error(p->faults, "feel.syntax", place, T("The expression ends too early."));
        else fault_error(p->faults, "feel.syntax", place, T("“{0}” is not expected here."), str_sub(rest, 0, shown));
        return;
    }
    for (size_t i = 0; i < e->name_count; i++) {
        const struct feel_name_use *use = &e->names[i];
        if (use->variable >= 0 || use->in_filter || p->scope->open) continue;
        struct place place = e->place;
        place.line = use->line;
        place.column = use->column;
        fault_error(p->faults, "feel.unknown-name", place, T("There is no name “{0}” here."), use->name);
    }
}

static void parse_text(struct parser *p) {
    struct feel_expression *e = p->expression;
    struct binding item = {.name = STR("item"), .slot = UINT32_MAX},
                   members = {.slot = UINT32_MAX, .filter = true, .outer = &item};
    if (p->mode == FEEL_MATCH) p->function->bindings = &members;
    if (!utf8_valid(p->text)) {
        parse_failed(p, T("The expression is not valid UTF-8 text."));
    } else {
        e->root = p->mode == FEEL_UNARY_TESTS ? parse_unary_tests(p) : parse_expression(p);
        if (!at_end(p)) parse_failed(p, STR_NONE);
    }
    e->local_count = p->function->local_count;
    report(p);
    e->broken = p->failed;
    if (p->failed) e->root = constant_node(p, feel_null(), 0);
}

const struct feel_expression *feel_compile(struct arena *a, struct str text, const struct feel_scope *scope,
                                           enum feel_mode mode, struct place place, struct faults *faults) {
    static const struct feel_scope no_scope = {.name_count = 0};
    struct feel_expression *e = arena_new(a, struct feel_expression);
    struct function_scope function = {.local_count = 0};
    *e = (struct feel_expression){.text = arena_str(a, text), .mode = mode, .place = place};
    struct parser p = {.arena = a,
                       .text = e->text,
                       .scope = scope ? scope : &no_scope,
                       .expression = e,
                       .faults = faults,
                       .mode = mode,
                       .function = &function,
                       .steps = PARSE_STEPS_LEAST + (int64_t)text.n * PARSE_STEPS_PER_BYTE};
    parse_text(&p);
    feel_prepare_test(a, e);
    return e;
}
