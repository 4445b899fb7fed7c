/* scope.c: which names are known at a place in the text, and what they stand for there (10.3.1.2, 10.3.2.11).
 *
 * Innermost first: what the text binds itself (iterators, parameters, entries above), members of a filtered item, the
 * caller's variables, the built-in functions. The longest known name that the text spells wins. */
#include "feel/parser.h"

static void longer(struct str text, struct str name, size_t *best, struct str *out) {
    if (name.n <= *best || text.n == 0 || text.p[0] != name.p[0]) return;
    size_t n = match_known_name(text, name);
    if (n <= *best) return;
    *best = n;
    *out = name;
}

static bool match_bindings(struct parser *p, struct str text, size_t *best, struct str *out) {
    bool in_filter = false;
    longer(text, p->entry_name, best, out);
    for (const struct function_scope *f = p->function; f; f = f->outer) {
        for (const struct binding *b = f->bindings; b; b = b->outer) {
            if (b->filter) in_filter = true;
            else longer(text, b->name, best, out);
        }
        longer(text, f->self_name, best, out);
    }
    return in_filter;
}

static void match_members(struct parser *p, struct str text, size_t *best, struct str *out) {
    for (size_t i = 0; i < p->scope->member_count; i++) longer(text, p->scope->members[i], best, out);
    for (size_t i = 0; i < p->member_count; i++) longer(text, p->members[i], best, out);
}

bool lex_known_name(struct parser *p, struct str *out) {
    skip_space(p);
    struct str text = str_sub(p->text, p->at, p->text.n), name = STR_NONE;
    size_t best = 0;
    bool in_filter = match_bindings(p, text, &best, &name);
    for (size_t i = 0; i < p->scope->name_count; i++) longer(text, p->scope->names[i], &best, &name);
    if (in_filter) match_members(p, text, &best, &name);
    size_t built_in = feel_builtin_match(text);
    if (built_in > best) {
        best = built_in;
        name = feel_name_normalise(p->arena, str_sub(text, 0, built_in));
    }
    if (best == 0) return false;
    p->at += best;
    *out = name;
    return true;
}

struct str lex_member_name(struct parser *p) {
    static const struct str properties[] = {STR_STATIC("time offset"), STR_STATIC("start included"),
                                            STR_STATIC("end included")};
    skip_space(p);
    struct str text = str_sub(p->text, p->at, p->text.n), known = STR_NONE;
    size_t best = 0, start = p->at;
    match_members(p, text, &best, &known);
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) longer(text, properties[i], &best, &known);
    struct str words = word_length(text) ? lex_words(p) : STR_NONE;
    if (words.n && p->at - start > best) return words;
    p->at = start + best;
    if (best == 0) parse_failed(p, STR_NONE);
    return known;
}

void remember_member(struct parser *p, struct str name) {
    VEC_PUSH(p->arena, p->members, p->member_count, p->member_capacity, name);
}

uint32_t bind_local(struct parser *p, struct binding *b, struct str name) {
    struct function_scope *f = p->function;
    *b = (struct binding){.name = name, .slot = f->local_top++, .outer = f->bindings};
    if (f->local_top > f->local_count) f->local_count = f->local_top;
    if (f->local_count > LOCALS_MAX) parse_failed(p, T("The expression is too long."));
    f->bindings = b;
    return b->slot;
}

/* Slots are not used again while a binding made after this one is in force, so the order is that of a stack. */
void unbind(struct parser *p, struct binding *b) {
    p->function->bindings = b->outer;
    if (!b->filter) p->function->local_top = b->slot;
}

static const struct str *keep_name(struct parser *p, struct str name) {
    struct str *kept = arena_new(p->arena, struct str);
    *kept = arena_str(p->arena, name);
    return kept;
}

static struct node *slot_node(struct parser *p, enum node_kind kind, size_t slot, uint32_t at) {
    struct node *n = new_node(p, kind, at);
    n->slot = (uint32_t)slot;
    return n;
}

static struct feel_name_use *note_use(struct parser *p, struct str name, int variable, uint32_t at, bool called,
                                      bool in_filter) {
    struct feel_expression *e = p->expression;
    for (size_t i = 0; i < e->name_count; i++) {
        if (!str_eq(e->names[i].name, name)) continue;
        e->names[i].called |= called;
        e->names[i].in_filter &= in_filter;
        return &e->names[i];
    }
    struct place place = feel_place(e, at);
    struct feel_name_use use = {arena_str(p->arena, name), variable, place.line, place.column, called, in_filter};
    VEC_PUSH(p->arena, e->names, e->name_count, p->name_capacity, use);
    return &e->names[e->name_count - 1];
}

static struct node *resolve_global(struct parser *p, struct str name, uint32_t at, bool called, bool in_filter) {
    for (size_t i = 0; i < p->scope->name_count; i++) {
        if (!str_eq(p->scope->names[i], name)) continue;
        note_use(p, name, (int)i, at, called, in_filter);
        return slot_node(p, NODE_VARIABLE, i, at);
    }
    const struct builtin *built_in = feel_builtin_find(name);
    if (built_in) return constant_node(p, feel_function_value(&built_in->function), at);
    struct feel_name_use *use = note_use(p, name, -1, at, called, in_filter);
    struct node *n = new_node(p, p->scope->open ? NODE_LOOKUP : NODE_UNKNOWN, at);
    n->name = keep_name(p, use->name);
    return n;
}

static struct node *resolve_from(struct parser *p, struct function_scope *f, struct binding *b, struct str name,
                                 uint32_t at, bool called, bool in_filter);

/* From outside the body: the value is copied into the closure when the function literal is evaluated. */
static struct node *capture(struct parser *p, struct function_scope *f, struct str name, uint32_t at, bool called,
                            bool in_filter) {
    for (size_t i = 0; i < f->capture_count; i++)
        if (str_eq(f->capture_names[i], name)) return slot_node(p, NODE_CAPTURE, i, at);
    struct node *outside = resolve_from(p, f->outer, f->outer->bindings, name, at, called, in_filter);
    if (outside->kind == NODE_CONSTANT || outside->kind == NODE_UNKNOWN) return outside;
    if (f->capture_count == f->capture_capacity) {
        size_t larger = f->capture_capacity ? f->capture_capacity * 2 : 8;
        struct node **nodes = arena_array(p->arena, struct node *, larger);
        struct str *names = arena_array(p->arena, struct str, larger);
        for (size_t i = 0; i < f->capture_count; i++) nodes[i] = f->captures[i], names[i] = f->capture_names[i];
        f->captures = nodes, f->capture_names = names, f->capture_capacity = larger;
    }
    f->captures[f->capture_count] = outside;
    f->capture_names[f->capture_count] = name;
    return slot_node(p, NODE_CAPTURE, f->capture_count++, at);
}

static struct node *resolve_from(struct parser *p, struct function_scope *f, struct binding *b, struct str name,
                                 uint32_t at, bool called, bool in_filter) {
    for (; b; b = b->outer) {
        if (b->filter) {
            struct node *n = new_node(p, NODE_ITEM_NAME, at);
            n->b = b->slot == UINT32_MAX ? new_node(p, NODE_INPUT, at) : slot_node(p, NODE_LOCAL, b->slot, at);
            n->name = keep_name(p, name);
            n->a = resolve_from(p, f, b->outer, name, at, called, true);
            return finish_node(p, n);
        }
        if (!str_eq(b->name, name)) continue;
        if (b->used) *b->used = true;
        return b->slot == UINT32_MAX ? new_node(p, NODE_INPUT, at) : slot_node(p, NODE_LOCAL, b->slot, at);
    }
    if (!f->outer && str_eqz(name, "?")) return new_node(p, NODE_INPUT, at);
    if (!f->outer) return resolve_global(p, name, at, called, in_filter);
    if (f->self_name.n && str_eq(f->self_name, name)) return new_node(p, NODE_SELF, at);
    return capture(p, f, name, at, called, in_filter);
}

struct node *resolve_name(struct parser *p, struct str name, uint32_t at, bool called) {
    return resolve_from(p, p->function, p->function->bindings, name, at, called, false);
}

struct node *resolve_input(struct parser *p, uint32_t at) {
    p->uses_input = true;
    if (!p->function->outer) return new_node(p, NODE_INPUT, at);
    return resolve_from(p, p->function, NULL, STR("?"), at, false, false);
}
