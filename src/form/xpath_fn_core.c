/* xpath_fn_core.c: the function library of XPath 1.0, section 4, with ODK's departures (concat, position, id). */
#include "form/xpath_ast.h"

#include <math.h>
#include <string.h>

/* ---- nodes ---- */

static struct xpath_value fn_last(struct xpath_context *c, const struct xpath_expr *e) {
    (void)e;
    return xpath_of_number((double)c->size);
}

static struct xpath_value fn_position(struct xpath_context *c, const struct xpath_expr *e) {
    if (e->arg_count == 0) return xpath_of_number((double)c->position);
    struct xpath_nodes nodes;
    if (!xpath_arg_nodes(c, e, 0, &nodes) || nodes.count == 0) return xpath_of_number(NAN);
    double position = 1;
    for (struct form_node *n = nodes.items[0]->previous; n; n = n->previous)
        position += n->kind == DOM_ELEMENT && str_eq(n->name, nodes.items[0]->name);
    return xpath_of_number(position);
}

static struct xpath_value fn_count(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_nodes nodes;
    return xpath_of_number(xpath_arg_nodes(c, e, 0, &nodes) ? (double)nodes.count : NAN);
}

static void find_ids(struct xpath_context *c, struct form_node *n, struct str id, struct xpath_nodes *out) {
    if (!xpath_spend(c, 1)) return;
    const struct form_node *at = n->kind == DOM_ELEMENT ? dom_attribute(n, "id") : NULL;
    if (at && str_eq(at->text, id)) xpath_push(c, out, n);
    for (struct form_node *child = n->first; child; child = child->next) find_ids(c, child, id, out);
}

static bool next_word(struct str *rest, struct str *out) {
    size_t from = 0, to;
    while (from < rest->n && strchr(" \t\r\n", rest->p[from])) from++;
    for (to = from; to < rest->n && !strchr(" \t\r\n", rest->p[to]);) to++;
    *out = str_sub(*rest, from, to);
    *rest = str_sub(*rest, to, rest->n);
    return out->n > 0;
}

static void ids_in(struct xpath_context *c, struct str text, struct xpath_nodes *out) {
    struct str id;
    while (next_word(&text, &id)) find_ids(c, dom_root(c->env->root), id, out);
}

static struct xpath_value fn_id(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = xpath_arg(c, e, 0), out = {.kind = XPATH_NODES};
    if (v.kind != XPATH_NODES) ids_in(c, xpath_to_string(c->env, c->arena, &v), &out.nodes);
    for (size_t i = 0; v.kind == XPATH_NODES && i < v.nodes.count; i++)
        ids_in(c, dom_text(c->arena, v.nodes.items[i]), &out.nodes);
    xpath_sort(c, &out.nodes);
    return out;
}

/* The argument's first node, or the context node; NULL for an empty set. */
static struct form_node *named_node(struct xpath_context *c, const struct xpath_expr *e) {
    if (e->arg_count == 0) return c->node;
    struct xpath_nodes nodes;
    return xpath_arg_nodes(c, e, 0, &nodes) && nodes.count ? nodes.items[0] : NULL;
}

static struct xpath_value fn_local_name(struct xpath_context *c, const struct xpath_expr *e) {
    const struct form_node *n = named_node(c, e);
    return xpath_of_string(n ? n->name : STR(""));
}

static struct xpath_value fn_name(struct xpath_context *c, const struct xpath_expr *e) {
    const struct form_node *n = named_node(c, e);
    if (!n || n->prefix.n == 0) return xpath_of_string(n ? n->name : STR(""));
    return xpath_of_string(arena_printf(c->arena, "%.*s:%.*s", STR_ARGS(n->prefix), STR_ARGS(n->name)));
}

static struct xpath_value fn_namespace_uri(struct xpath_context *c, const struct xpath_expr *e) {
    const struct form_node *n = named_node(c, e);
    bool has = n && (n->kind == DOM_ELEMENT || n->kind == DOM_ATTRIBUTE);
    return xpath_of_string(has ? n->ns : STR(""));
}

/* xml:lang of the nearest ancestor; "en" matches "EN-us". */
static struct xpath_value fn_lang(struct xpath_context *c, const struct xpath_expr *e) {
    struct str wanted = xpath_arg_string(c, e, 0);
    for (const struct form_node *n = c->node; n; n = n->parent)
        for (const struct form_node *at = n->kind == DOM_ELEMENT ? n->attributes : NULL; at; at = at->next) {
            if (!str_eqz(at->prefix, "xml") || !str_eqz(at->name, "lang")) continue;
            bool longer = at->text.n > wanted.n && at->text.p[wanted.n] == '-';
            return xpath_of_boolean((longer || at->text.n == wanted.n) &&
                                    str_eq_nocase(str_sub(at->text, 0, wanted.n), wanted));
        }
    return xpath_of_boolean(false);
}

/* ---- strings ---- */

static struct str own_text(struct xpath_context *c, const struct xpath_expr *e) {
    return e->arg_count ? xpath_arg_string(c, e, 0) : dom_text(c->arena, c->node);
}

static struct xpath_value fn_string(struct xpath_context *c, const struct xpath_expr *e) {
    return xpath_of_string(own_text(c, e));
}

/* ODK: any number of arguments, every node of a node-set. */
static struct xpath_value fn_concat(struct xpath_context *c, const struct xpath_expr *e) {
    struct buf out;
    buf_init(&out, c->arena, 1u << 20);
    for (size_t i = 0; i < e->arg_count; i++) {
        struct xpath_value v = xpath_arg(c, e, i);
        if (v.kind != XPATH_NODES) buf_add(&out, xpath_to_string(c->env, c->arena, &v));
        for (size_t k = 0; v.kind == XPATH_NODES && k < v.nodes.count; k++)
            buf_add(&out, dom_text(c->arena, v.nodes.items[k]));
    }
    return xpath_of_string(buf_str(&out));
}

static struct xpath_value fn_starts_with(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0);
    return xpath_of_boolean(str_starts(s, xpath_arg_string(c, e, 1)));
}

static struct xpath_value fn_ends_with(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0);
    return xpath_of_boolean(str_ends(s, xpath_arg_string(c, e, 1)));
}

static struct xpath_value fn_contains(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0);
    return xpath_of_boolean(str_find(s, xpath_arg_string(c, e, 1)) >= 0);
}

static struct xpath_value fn_substring_before(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0);
    ptrdiff_t at = str_find(s, xpath_arg_string(c, e, 1));
    return xpath_of_string(at < 0 ? STR("") : str_sub(s, 0, (size_t)at));
}

static struct xpath_value fn_substring_after(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0), piece = xpath_arg_string(c, e, 1);
    ptrdiff_t at = str_find(s, piece);
    return xpath_of_string(at < 0 ? STR("") : str_sub(s, (size_t)at + piece.n, s.n));
}

/* Section 4.2: characters whose position p has round(start) <= p < round(start) + round(length). */
static struct xpath_value fn_substring(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0);
    double first = floor(xpath_arg_number(c, e, 1) + 0.5);
    double end = e->arg_count > 2 ? first + floor(xpath_arg_number(c, e, 2) + 0.5) : INFINITY;
    size_t at = 0, from = s.n, to = s.n;
    uint32_t ignored;
    bool inside = false;
    for (double p = 1;; p++) {
        bool wanted = p >= first && p < end;
        if (wanted && !inside) from = at;
        if (!wanted && inside) {
            to = at;
            break;
        }
        inside = wanted;
        if (!utf8_next(s, &at, &ignored)) break;
    }
    return xpath_of_string(str_sub(s, from, to));
}

static struct xpath_value fn_string_length(struct xpath_context *c, const struct xpath_expr *e) {
    return xpath_of_number((double)utf8_count(own_text(c, e)));
}

static struct xpath_value fn_normalize_space(struct xpath_context *c, const struct xpath_expr *e) {
    struct str rest = own_text(c, e), word;
    struct buf out;
    buf_init(&out, c->arena, rest.n + 1);
    while (next_word(&rest, &word)) {
        if (out.n) buf_byte(&out, ' ');
        buf_add(&out, word);
    }
    return xpath_of_string(buf_str(&out));
}

/* Index of a code point in `s`, -1 when it is not there; its bytes in *out. */
static ptrdiff_t index_of(struct str s, uint32_t wanted) {
    size_t at = 0;
    uint32_t cp;
    for (ptrdiff_t i = 0; utf8_next(s, &at, &cp); i++)
        if (cp == wanted) return i;
    return -1;
}

static struct str piece_at(struct str s, ptrdiff_t index) {
    size_t at = 0, before = 0;
    uint32_t cp;
    while (index >= 0 && utf8_next(s, &at, &cp)) {
        if (index-- == 0) return str_sub(s, before, at);
        before = at;
    }
    return STR("");
}

static struct xpath_value fn_translate(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0), from = xpath_arg_string(c, e, 1), to = xpath_arg_string(c, e, 2);
    struct buf out;
    size_t at = 0, before = 0;
    uint32_t cp;
    buf_init(&out, c->arena, 1u << 20);
    while (utf8_next(s, &at, &cp) && xpath_spend(c, 1)) {
        ptrdiff_t i = index_of(from, cp);
        buf_add(&out, i < 0 ? str_sub(s, before, at) : piece_at(to, i));
        before = at;
    }
    return xpath_of_string(buf_str(&out));
}

/* ---- booleans ---- */

static struct xpath_value fn_boolean(struct xpath_context *c, const struct xpath_expr *e) {
    return xpath_of_boolean(xpath_arg_boolean(c, e, 0));
}

static struct xpath_value fn_not(struct xpath_context *c, const struct xpath_expr *e) {
    return xpath_of_boolean(!xpath_arg_boolean(c, e, 0));
}

static struct xpath_value fn_true(struct xpath_context *c, const struct xpath_expr *e) {
    (void)c, (void)e;
    return xpath_of_boolean(true);
}

static struct xpath_value fn_false(struct xpath_context *c, const struct xpath_expr *e) {
    (void)c, (void)e;
    return xpath_of_boolean(false);
}

const struct xpath_function xpath_functions_core[] = {
    {"last", 0, 0, TRAIT_NONE, fn_last},
    {"position", 0, 1, TRAIT_STRUCTURE, fn_position},
    {"count", 1, 1, TRAIT_STRUCTURE, fn_count},
    {"id", 1, 1, TRAIT_NONE, fn_id},
    {"local-name", 0, 1, TRAIT_STRUCTURE, fn_local_name},
    {"name", 0, 1, TRAIT_STRUCTURE, fn_name},
    {"namespace-uri", 0, 1, TRAIT_STRUCTURE, fn_namespace_uri},
    {"lang", 1, 1, TRAIT_NONE, fn_lang},
    {"string", 0, 1, TRAIT_NONE, fn_string},
    {"concat", 0, XPATH_ANY_COUNT, TRAIT_NONE, fn_concat},
    {"starts-with", 2, 2, TRAIT_NONE, fn_starts_with},
    {"ends-with", 2, 2, TRAIT_NONE, fn_ends_with},
    {"contains", 2, 2, TRAIT_NONE, fn_contains},
    {"substring-before", 2, 2, TRAIT_NONE, fn_substring_before},
    {"substring-after", 2, 2, TRAIT_NONE, fn_substring_after},
    {"substring", 2, 3, TRAIT_NONE, fn_substring},
    {"string-length", 0, 1, TRAIT_NONE, fn_string_length},
    {"normalize-space", 0, 1, TRAIT_NONE, fn_normalize_space},
    {"translate", 3, 3, TRAIT_NONE, fn_translate},
    {"boolean", 1, 1, TRAIT_NONE, fn_boolean},
    {"not", 1, 1, TRAIT_NONE, fn_not},
    {"true", 0, 0, TRAIT_NONE, fn_true},
    {"false", 0, 0, TRAIT_NONE, fn_false},
    {0},
};
