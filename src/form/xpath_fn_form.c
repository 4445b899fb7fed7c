/* xpath_fn_form.c: functions that look at the form around an expression — other instances, repeats, translations,
 * choices. What the evaluator cannot know comes through the callbacks of struct xpath_environment. */
#include "base/digest.h"
#include "form/xpath_ast.h"

#include <math.h>
#include <string.h>

static struct xpath_value fn_current(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = {.kind = XPATH_NODES};
    (void)e;
    xpath_push(c, &v.nodes, c->current);
    return v;
}

static struct form_node *instance_of(struct xpath_context *c, struct str id) {
    struct form_node *root = c->env->instance ? c->env->instance(c->env->host, id) : NULL;
    if (!root) xpath_fail(c, T("There is no list or instance “{0}”."), id);
    return root;
}

/* The <instance> itself: instance('x')/root/item. */
static struct xpath_value fn_instance(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = {.kind = XPATH_NODES};
    struct form_node *root = instance_of(c, xpath_arg_string(c, e, 0));
    if (root) xpath_push(c, &v.nodes, root);
    return v;
}

/* A column of a list item: a child element, or with "@" an attribute. */
static const struct form_node *column(const struct form_node *item, struct str name) {
    if (!str_starts(name, STR("@"))) return dom_child(item, name);
    const struct form_node *at = item->attributes;
    while (at && !str_eq(at->name, str_sub(name, 1, name.n))) at = at->next;
    return at;
}

static struct str column_value(const struct form_node *cell) {
    return !cell ? STR("") : cell->kind == DOM_ATTRIBUTE ? cell->text : dom_value(cell);
}

/* pulldata('list', 'column wanted', 'column searched', value): the first match, empty without one. */
static struct xpath_value fn_pulldata(struct xpath_context *c, const struct xpath_expr *e) {
    struct form_node *instance = instance_of(c, xpath_arg_string(c, e, 0));
    struct str wanted = xpath_arg_string(c, e, 1), searched = xpath_arg_string(c, e, 2), key = xpath_arg_string(c, e, 3);
    const struct form_node *list = instance ? dom_first_element(instance) : NULL;
    for (const struct form_node *item = list ? dom_first_element(list) : NULL; item && xpath_spend(c, 1);
         item = dom_next_element(item)) {
        const struct form_node *cell = column(item, searched);
        if (cell && str_eq(column_value(cell), key)) return xpath_of_string(column_value(column(item, wanted)));
    }
    return xpath_of_string(STR(""));
}

static struct xpath_value fn_count_non_empty(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_nodes nodes;
    double count = 0;
    if (!xpath_arg_nodes(c, e, 0, &nodes)) return xpath_of_number(NAN);
    for (size_t i = 0; i < nodes.count; i++) count += dom_text(c->arena, nodes.items[i]).n > 0;
    return xpath_of_number(count);
}

/* ---- indexed-repeat ---- */

static bool is_inside(const struct form_node *n, const struct form_node *ancestor) {
    while (n && n != ancestor) n = n->parent;
    return n != NULL;
}

static double place_among_siblings(const struct form_node *n) {
    double place = 1;
    for (const struct form_node *s = n->previous; s; s = s->previous)
        place += s->kind == DOM_ELEMENT && str_eq(s->name, n->name);
    return place;
}

static bool inside_any(const struct form_node *n, const struct xpath_nodes *set) {
    for (size_t i = 0; i < set->count; i++)
        if (is_inside(n, set->items[i])) return true;
    return false;
}

static void keep_inside(struct xpath_context *c, struct xpath_nodes *set, const struct xpath_nodes *places) {
    size_t kept = 0;
    for (size_t i = 0; i < set->count && xpath_spend(c, places->count); i++)
        if (inside_any(set->items[i], places)) set->items[kept++] = set->items[i];
    set->count = kept;
}

static int shared_depth(struct form_node *x, struct form_node *y) {
    int depth = 0;
    for (struct form_node *p = x; p; p = p->parent)
        if (is_inside(y, p)) {
            for (; p; p = p->parent) depth++;
            return depth;
        }
    return 0;
}

/* Repeats around the target that the call does not index mean the instance we stand in. */
static void keep_nearest(struct xpath_context *c, struct xpath_nodes *set) {
    int best = 0;
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++) {
        int depth = shared_depth(set->items[i], c->current);
        if (depth > best) best = depth, kept = 0;
        if (depth == best) set->items[kept++] = set->items[i];
    }
    set->count = kept;
}

/* indexed-repeat(target, repeat, index[, repeat, index …]); a blank index gives nothing. */
static struct xpath_value fn_indexed_repeat(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = {.kind = XPATH_NODES}, none = {.kind = XPATH_NODES};
    struct xpath_nodes target;
    if (e->arg_count % 2 == 0) return xpath_fail(c, T("“indexed-repeat” needs a repeat and a number in turn."), STR_NONE);
    if (!xpath_arg_nodes(c, e, 0, &target)) return none;
    for (size_t i = 0; i < target.count; i++) xpath_push(c, &v.nodes, target.items[i]);
    for (size_t i = 1; i + 1 < e->arg_count; i += 2) {
        struct xpath_nodes places, chosen = {0};
        if (!xpath_arg_nodes(c, e, i, &places)) return none;
        double index = xpath_arg_number(c, e, i + 1);
        for (size_t k = 0; k < places.count; k++)
            if (place_among_siblings(places.items[k]) == index) xpath_push(c, &chosen, places.items[k]);
        keep_inside(c, &v.nodes, &chosen);
    }
    if (v.nodes.count > 1) keep_nearest(c, &v.nodes);
    return c->env->failed ? none : v;
}

/* ---- randomize ---- */

/* Park and Miller's minimal standard generator, so that a seed gives ODK's order. */
static double next_fraction(int64_t *seed) {
    *seed = *seed * 16807 % 2147483647;
    return (double)(*seed - 1) / 2147483646.0;
}

static int64_t seed_of(struct xpath_context *c, const struct xpath_expr *e) {
    int64_t seed;
    if (e->arg_count < 2) {
        seed = (int64_t)(xpath_random_bits(&c->env->random) >> 33);
    } else {
        struct xpath_value v = xpath_arg(c, e, 1);
        double n = xpath_to_number(c->env, c->arena, &v);
        if (isnan(n)) { /* a text as seed: the first eight bytes of its SHA-256, as both engines take */
            struct str raw = STR_NONE;
            uint64_t bits = 0;
            digest_by_name(c->arena, STR("SHA-256"), xpath_to_string(c->env, c->arena, &v), &raw);
            for (size_t i = 0; i < 8 && i < raw.n; i++) bits = bits << 8 | (unsigned char)raw.p[i];
            memcpy(&seed, &bits, sizeof seed);
        } else {
            seed = fabs(n) < 9e18 ? (int64_t)n : 0;
        }
    }
    seed %= 2147483647;
    return seed <= 0 ? seed + 2147483646 : seed;
}

static struct xpath_value fn_randomize(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_nodes nodes;
    struct xpath_value v = {.kind = XPATH_NODES};
    if (!xpath_arg_nodes(c, e, 0, &nodes)) return v;
    int64_t seed = seed_of(c, e);
    for (size_t i = 0; i < nodes.count; i++) {
        size_t k = (size_t)floor(next_fraction(&seed) * (double)(i + 1));
        xpath_push(c, &v.nodes, nodes.items[i]);
        if (k >= i) continue;
        v.nodes.items[i] = v.nodes.items[k];
        v.nodes.items[k] = nodes.items[i];
    }
    return v;
}

/* ---- words ---- */

static struct xpath_value fn_itext(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = {.kind = XPATH_NODES};
    struct str id = xpath_arg_string(c, e, 0);
    if (!c->env->itext || !c->env->itext(c->env->host, c->arena, id, &v.nodes))
        return xpath_fail(c, T("There is no text “{0}” in this language."), id);
    return v;
}

static struct xpath_value fn_choice_name(struct xpath_context *c, const struct xpath_expr *e) {
    struct str value = xpath_arg_string(c, e, 0), reference = xpath_arg_string(c, e, 1), name;
    if (!c->env->choice_name || !c->env->choice_name(c->env->host, c->arena, value, reference, c->node, &name))
        return xpath_of_string(STR(""));
    return xpath_of_string(name);
}

const struct xpath_function xpath_functions_form[] = {
    {"current", 0, 0, TRAIT_NONE, fn_current},
    {"instance", 1, 1, TRAIT_NONE, fn_instance},
    {"pulldata", 4, 4, TRAIT_NONE, fn_pulldata},
    {"count-non-empty", 1, 1, TRAIT_NONE, fn_count_non_empty},
    {"indexed-repeat", 3, XPATH_ANY_COUNT, TRAIT_NONE, fn_indexed_repeat},
    {"randomize", 1, 2, TRAIT_NONE, fn_randomize},
    {"jr:itext", 1, 1, TRAIT_NONE, fn_itext},
    {"jr:choice-name", 2, 2, TRAIT_NONE, fn_choice_name},
    {0},
};
