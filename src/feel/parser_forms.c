/* parser_forms.c: the forms with words of their own: if, for, some, every, function, contexts, calls and types. */
#include "feel/parser.h"

static struct str kept(struct parser *p, struct str s) {
    return arena_str(p->arena, s);
}

struct node *parse_if(struct parser *p, uint32_t at) {
    struct node *n = new_node(p, NODE_IF, at);
    n->a = parse_expression(p);
    if (!accept_word(p, "then")) parse_failed(p, T("An “if” needs “then” and “else”."));
    n->b = parse_expression(p);
    if (!accept_word(p, "else")) parse_failed(p, T("An “if” needs “then” and “else”."));
    n->c = parse_expression(p);
    return finish_node(p, n);
}

/* ---- iterations ---- */

/* for a in …, b in … : each name is bound for what follows it. */
static void parse_iterators(struct parser *p, struct node *n, struct loop_code *loop, struct binding **bound) {
    size_t capacity = 0;
    do {
        struct iterator_code it = {.high = NULL};
        struct str name = lex_name_before(p, ",", "in");
        if (name.n == 0) parse_failed(p, T("A name is expected here."));
        if (!accept_word(p, "in")) parse_failed(p, STR_NONE);
        it.low = parse_expression(p);
        if (accept(p, "..")) it.high = parse_expression(p);
        measure(n, it.low);
        measure(n, it.high);
        struct binding *b = arena_new(p->arena, struct binding);
        it.slot = bind_local(p, b, name);
        *bound = b;
        VEC_PUSH(p->arena, loop->iterators, loop->count, capacity, it);
    } while (accept(p, ","));
}

static void unbind_all(struct parser *p, struct binding *last, size_t count) {
    for (size_t i = 0; i < count && last; i++) {
        struct binding *outer = last->outer;
        unbind(p, last);
        last = outer;
    }
}

struct node *parse_for(struct parser *p, uint32_t at) {
    struct node *n = new_node(p, NODE_FOR, at);
    struct loop_code *loop = arena_new(p->arena, struct loop_code);
    struct binding *last = NULL, partial;
    if (!enter(p)) return n;
    parse_iterators(p, n, loop, &last);
    if (!accept_word(p, "return")) parse_failed(p, T("A “for” needs “return”."));
    loop->partial_slot = bind_local(p, &partial, STR("partial"));
    partial.used = &loop->uses_partial;
    loop->body = parse_expression(p);
    unbind(p, &partial);
    unbind_all(p, last, loop->count);
    measure(n, loop->body);
    n->extra = loop;
    leave(p);
    return n;
}

struct node *parse_quantified(struct parser *p, enum node_kind kind, uint32_t at) {
    struct node *n = new_node(p, kind, at);
    struct loop_code *loop = arena_new(p->arena, struct loop_code);
    struct binding *last = NULL;
    if (!enter(p)) return n;
    parse_iterators(p, n, loop, &last);
    if (!accept_word(p, "satisfies")) parse_failed(p, T("A “some” or “every” needs “satisfies”."));
    loop->body = parse_expression(p);
    unbind_all(p, last, loop->count);
    measure(n, loop->body);
    n->extra = loop;
    leave(p);
    return n;
}

/* ---- functions ---- */

struct parameters {
    struct str *names;
    const struct feel_type **types;
    size_t count, name_capacity, type_capacity;
    bool typed;
};

static void parse_parameters(struct parser *p, struct parameters *out) {
    *out = (struct parameters){.count = 0};
    expect(p, "(");
    if (accept(p, ")")) return;
    do {
        struct str name = lex_name_before(p, ":,)", NULL);
        if (name.n == 0) parse_failed(p, T("A name is expected here."));
        const struct feel_type *type = accept(p, ":") ? parse_type(p) : NULL;
        size_t type_count = out->count;
        VEC_PUSH(p->arena, out->names, out->count, out->name_capacity, name);
        VEC_PUSH(p->arena, out->types, type_count, out->type_capacity, type);
        out->typed |= type != NULL;
    } while (accept(p, ","));
    expect(p, ")");
}

struct node *parse_function(struct parser *p, uint32_t at) {
    struct node *n = new_node(p, NODE_FUNCTION, at);
    struct function_code *code = arena_new(p->arena, struct function_code);
    struct function_scope scope = {.outer = p->function, .self_name = p->entry_name};
    struct parameters parameters;
    if (!enter(p)) return n;
    p->entry_name = STR_NONE;
    parse_parameters(p, &parameters);
    code->prototype = (struct feel_function){.name = scope.self_name,
                                             .parameter_count = parameters.count,
                                             .parameters = parameters.names,
                                             .parameter_types = parameters.typed ? parameters.types : NULL};
    bool external = accept_word(p, "external");
    p->function = &scope;
    struct binding *bindings = arena_array(p->arena, struct binding, parameters.count);
    for (size_t i = 0; i < parameters.count; i++) bind_local(p, &bindings[i], parameters.names[i]);
    struct node *body = parse_expression(p);
    p->function = scope.outer;
    code->body = external ? NULL : body;
    code->local_count = scope.local_count;
    code->capture_count = scope.capture_count;
    code->captures = scope.captures;
    code->expression = p->expression;
    n->extra = code;
    measure(n, body);
    leave(p);
    return n;
}

/* ---- contexts ---- */

static struct str parse_key(struct parser *p) {
    struct str key = STR_NONE;
    if (peek_char(p) == '"') {
        lex_string(p, &key);
        return key;
    }
    key = lex_name_before(p, ":", NULL);
    if (key.n == 0) parse_failed(p, T("A name is expected here."));
    return kept(p, key);
}

struct node *parse_context(struct parser *p, uint32_t at) {
    struct node *n = new_node(p, NODE_CONTEXT, at);
    struct context_code *code = arena_new(p->arena, struct context_code);
    size_t capacities[3] = {0}, counts[3] = {0};
    struct binding *last = NULL;
    bool before = p->closing_bracket_may_open;
    p->closing_bracket_may_open = false;
    accept(p, "{");
    bool more = enter(p) && !looking_at(p, "}");
    while (more && !p->failed) {
        struct str key = parse_key(p);
        expect(p, ":");
        p->entry_name = looking_at_word(p, "function") ? key : STR_NONE;
        struct node *value = parse_expression(p);
        p->entry_name = STR_NONE;
        struct binding *b = arena_new(p->arena, struct binding);
        uint32_t slot = bind_local(p, b, key);
        last = b;
        remember_member(p, key);
        measure(n, value);
        VEC_PUSH(p->arena, code->names, counts[0], capacities[0], key);
        VEC_PUSH(p->arena, code->values, counts[1], capacities[1], value);
        VEC_PUSH(p->arena, code->slots, counts[2], capacities[2], slot);
        more = accept(p, ",");
    }
    code->count = counts[0];
    unbind_all(p, last, code->count);
    p->closing_bracket_may_open = before;
    expect(p, "}");
    leave(p);
    n->extra = code;
    return n;
}

/* ---- calls ---- */

/* name : value? The name may be anything up to the colon, so look for one before anything a name cannot hold. */
static struct str argument_name(struct parser *p) {
    size_t start = p->at;
    struct str name = lex_name_before(p, ":,)", NULL);
    if (name.n && looking_at(p, ":")) {
        accept(p, ":");
        return name;
    }
    p->at = start;
    return STR_NONE;
}

static struct node *constant_call(struct parser *p, struct node *n, const struct call_code *code) {
    for (size_t i = 0; i < code->count; i++)
        if (code->arguments[i]->kind != NODE_CONSTANT) return n;
    for (size_t i = 0; code->rows[i]; i++)
        if (code->rows[i]->impure) return n;
    struct feel_environment env;
    feel_environment_init(&env, p->arena, 0, NULL);
    env.steps = 20000;
    struct frame f = {.env = &env, .expression = p->expression};
    struct feel_value v = n->evaluate(n, &f);
    return v.kind == FEEL_NULL || env.stopped ? n : constant_node(p, v, n->at);
}

/* Arguments into the order of the signature, once, here. */
static void bind_builtin(struct parser *p, struct call_code *code, const struct builtin *built_in) {
    size_t *order = arena_array(p->arena, size_t, code->count + 1);
    code->rows = feel_builtin_rows(p->arena, built_in, code->count, code->names, order);
    if (!code->names || code->callee || !code->rows) return;
    size_t count = 0;
    for (size_t i = 0; i < code->count; i++)
        if (order[i] + 1 > count) count = order[i] + 1;
    struct node **ordered = arena_array(p->arena, struct node *, count + 1);
    for (size_t i = 0; i < code->count; i++) ordered[order[i]] = code->arguments[i];
    for (size_t i = 0; i < count; i++)
        if (!ordered[i]) ordered[i] = constant_node(p, feel_null(), 0);
    code->arguments = ordered;
    code->count = count;
    code->names = NULL;
}

struct node *parse_call(struct parser *p, struct node *callee, struct str name, const struct builtin *built_in,
                        uint32_t at) {
    struct node *n = new_node(p, NODE_CALL, at);
    struct call_code *code = arena_new(p->arena, struct call_code);
    size_t capacity = 0, name_capacity = 0, name_count = 0;
    struct str *names = NULL;
    bool before = p->closing_bracket_may_open;
    p->closing_bracket_may_open = false;
    (void)name;
    accept(p, "(");
    bool more = !looking_at(p, ")");
    bool named = false;
    while (more && !p->failed) {
        struct str argument = argument_name(p);
        if (code->count && named != (argument.n > 0)) parse_failed(p, T("Either all arguments have names or none."));
        named = argument.n > 0;
        struct node *value = parse_expression(p);
        measure(n, value);
        VEC_PUSH(p->arena, code->arguments, code->count, capacity, value);
        VEC_PUSH(p->arena, names, name_count, name_capacity, argument);
        more = accept(p, ",");
    }
    expect(p, ")");
    p->closing_bracket_may_open = before;
    measure(n, callee);
    code->callee = callee;
    code->names = named ? names : NULL;
    n->extra = code;
    if (p->failed || !built_in) return n;
    bind_builtin(p, code, built_in);
    if (callee || !code->rows) return n;
    return constant_call(p, n, code);
}

/* ---- types ---- */

static const struct feel_type *keep_type(struct parser *p, struct feel_type type) {
    struct feel_type *t = arena_new(p->arena, struct feel_type);
    *t = type;
    return t;
}

static const struct feel_type *parse_element(struct parser *p, enum feel_type_kind kind) {
    const struct feel_type *element = parse_type(p);
    expect(p, ">");
    return keep_type(p, (struct feel_type){.kind = kind, .element = element});
}

static const struct feel_type *parse_context_type(struct parser *p) {
    struct str *names = NULL;
    const struct feel_type **types = NULL;
    size_t count = 0, capacity = 0, type_count = 0, type_capacity = 0;
    while (!p->failed && !looking_at(p, ">")) {
        struct str name = lex_name_before(p, ":", NULL);
        if (name.n == 0) parse_failed(p, T("A name is expected here."));
        expect(p, ":");
        const struct feel_type *type = parse_type(p);
        VEC_PUSH(p->arena, names, count, capacity, name);
        VEC_PUSH(p->arena, types, type_count, type_capacity, type);
        if (!accept(p, ",")) break;
    }
    expect(p, ">");
    return keep_type(
        p, (struct feel_type){
               .kind = FEEL_TYPE_CONTEXT, .member_count = count, .member_names = names, .member_types = types});
}

static const struct feel_type *parse_function_type(struct parser *p) {
    const struct feel_type **types = NULL, *result = NULL;
    size_t count = 0, capacity = 0;
    while (!p->failed && !looking_at(p, ">")) {
        const struct feel_type *type = parse_type(p);
        VEC_PUSH(p->arena, types, count, capacity, type);
        if (!accept(p, ",")) break;
    }
    expect(p, ">");
    if (accept(p, "->")) result = parse_type(p);
    return keep_type(p,
                     (struct feel_type){
                         .kind = FEEL_TYPE_FUNCTION, .member_count = count, .member_types = types, .element = result});
}

/* The longest run of words and dots from here that is the name of a type. */
static const struct feel_type *parse_type_name(struct parser *p) {
    size_t start = p->at, end = start, ends[12], count = 0;
    while (count < 12) {
        p->at = end;
        if (count) accept(p, ".");
        skip_space(p);
        size_t n = word_length(str_sub(p->text, p->at, p->text.n));
        while (n == 0 && count && p->at + n < p->text.n && p->text.p[p->at + n] >= '0' && p->text.p[p->at + n] <= '9')
            n++;
        if (n == 0) break;
        end = ends[count++] = p->at + n;
    }
    for (size_t i = count; i-- > 0;) {
        struct str name = feel_name_normalise(p->arena, str_sub(p->text, start, ends[i]));
        const struct feel_type *type = feel_type_named(name);
        if (!type && p->scope->find_type) type = p->scope->find_type(p->scope->find_type_arg, name);
        if (!type) continue;
        p->at = ends[i];
        return type;
    }
    p->at = start;
    parse_failed(p, T("There is no type of this name."));
    return NULL;
}

const struct feel_type *parse_type(struct parser *p) {
    const struct feel_type *type = NULL;
    if (!enter(p)) return NULL;
    skip_space(p);
    size_t start = p->at;
    if (accept_word(p, "list") && accept(p, "<")) type = parse_element(p, FEEL_TYPE_LIST);
    else if ((p->at = start, accept_word(p, "range")) && accept(p, "<")) type = parse_element(p, FEEL_TYPE_RANGE);
    else if ((p->at = start, accept_word(p, "context")) && accept(p, "<")) type = parse_context_type(p);
    else if ((p->at = start, accept_word(p, "function")) && accept(p, "<")) type = parse_function_type(p);
    else p->at = start, type = parse_type_name(p);
    leave(p);
    return type;
}

const struct feel_type *feel_type_parse(struct arena *a, struct str text, const struct feel_scope *scope,
                                        struct place place, struct faults *faults) {
    static const struct feel_scope no_scope = {.name_count = 0};
    struct feel_expression e = {.text = arena_str(a, text), .place = place};
    struct function_scope function = {.local_count = 0};
    struct parser p = {.arena = a,
                       .text = e.text,
                       .scope = scope ? scope : &no_scope,
                       .expression = &e,
                       .function = &function,
                       .steps = PARSE_STEPS_LEAST};
    const struct feel_type *type = parse_type(&p);
    if (!p.failed && at_end(&p)) return type;
    fault_error(faults, "feel.bad-type", feel_place(&e, (uint32_t)p.at), T("“{0}” is not a type."), text);
    return NULL;
}
