/* xpath_fn_logic.c: choosing and checking — if, coalesce, once, selected, checklists. */
#include "form/xpath_ast.h"

#include <math.h>
#include <string.h>

/* The branch's own type comes back, a node-set too. */
static struct xpath_value fn_if(struct xpath_context *c, const struct xpath_expr *e) {
    return xpath_arg(c, e, xpath_arg_boolean(c, e, 0) ? 1 : 2);
}

/* NaN counts as no value: what an empty number multiplies to. */
static bool is_blank(struct xpath_context *c, const struct xpath_value *v) {
    if (v->kind == XPATH_NUMBER || v->kind == XPATH_DATE) return isnan(v->number);
    return xpath_to_string(c->env, c->arena, v).n == 0;
}

static struct xpath_value fn_coalesce(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = xpath_arg(c, e, 0);
    return is_blank(c, &v) ? xpath_arg(c, e, 1) : v;
}

/* The node's own value when it has one; so a random number is drawn once. */
static struct xpath_value fn_once(struct xpath_context *c, const struct xpath_expr *e) {
    struct str value = dom_text(c->arena, c->node);
    if (value.n) return xpath_of_string(value);
    struct xpath_value v = xpath_arg(c, e, 0);
    return v.kind == XPATH_NUMBER && isnan(v.number) ? xpath_of_string(STR("")) : v;
}

static struct xpath_value fn_boolean_from_string(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0);
    return xpath_of_boolean(str_eqz(s, "1") || str_eqz(s, "true"));
}

/* Choices are separated by white space. */
static bool next_choice(struct str *rest, struct str *out) {
    struct str s = str_trim(*rest);
    size_t n = 0;
    while (n < s.n && !strchr(" \t\r\n", s.p[n])) n++;
    *out = str_sub(s, 0, n);
    *rest = str_sub(s, n, s.n);
    return n > 0;
}

static struct xpath_value fn_selected(struct xpath_context *c, const struct xpath_expr *e) {
    struct str rest = xpath_arg_string(c, e, 0), wanted = str_trim(xpath_arg_string(c, e, 1)), choice;
    while (next_choice(&rest, &choice))
        if (str_eq(choice, wanted)) return xpath_of_boolean(true);
    return xpath_of_boolean(false);
}

static struct xpath_value fn_selected_at(struct xpath_context *c, const struct xpath_expr *e) {
    struct str rest = xpath_arg_string(c, e, 0), choice;
    double wanted = xpath_arg_number(c, e, 1);
    for (double i = 0; next_choice(&rest, &choice); i++)
        if (i == wanted) return xpath_of_string(choice);
    return xpath_of_string(STR(""));
}

static struct xpath_value fn_count_selected(struct xpath_context *c, const struct xpath_expr *e) {
    struct str rest = xpath_arg_string(c, e, 0), choice;
    double n = 0;
    while (next_choice(&rest, &choice)) n++;
    return xpath_of_number(n);
}

static struct xpath_value within(struct xpath_context *c, const struct xpath_expr *e, double n) {
    double least = xpath_arg_number(c, e, 0), most = xpath_arg_number(c, e, 1);
    return xpath_of_boolean((least < 0 || n >= least) && (most < 0 || n <= most));
}

/* checklist(min, max, answers…): a negative bound means none; every node of a node-set is an answer. */
static struct xpath_value fn_checklist(struct xpath_context *c, const struct xpath_expr *e) {
    double n = 0;
    for (size_t i = 2; i < e->arg_count; i++) {
        struct xpath_value v = xpath_arg(c, e, i);
        if (v.kind != XPATH_NODES) n += xpath_to_boolean(&v);
        for (size_t k = 0; v.kind == XPATH_NODES && k < v.nodes.count; k++)
            n += str_trim(dom_text(c->arena, v.nodes.items[k])).n > 0;
    }
    return within(c, e, n);
}

static double node_number(struct xpath_context *c, const struct xpath_nodes *nodes, size_t i) {
    return i < nodes->count ? xpath_text_number(c->env, dom_text(c->arena, nodes->items[i])) : 0;
}

static double weight_of_pair(struct xpath_context *c, const struct xpath_value *answer, const struct xpath_value *weight) {
    if (answer->kind != XPATH_NODES)
        return xpath_to_boolean(answer) ? xpath_to_number(c->env, c->arena, weight) : 0;
    double sum = 0;
    for (size_t k = 0; k < answer->nodes.count; k++) {
        if (str_trim(dom_text(c->arena, answer->nodes.items[k])).n == 0) continue;
        sum += weight->kind == XPATH_NODES ? node_number(c, &weight->nodes, k) : xpath_to_number(c->env, c->arena, weight);
    }
    return sum;
}

static struct xpath_value fn_weighted_checklist(struct xpath_context *c, const struct xpath_expr *e) {
    double sum = 0;
    for (size_t i = 2; i + 1 < e->arg_count; i += 2) {
        struct xpath_value answer = xpath_arg(c, e, i), weight = xpath_arg(c, e, i + 1);
        sum += weight_of_pair(c, &answer, &weight);
    }
    return within(c, e, sum);
}

const struct xpath_function xpath_functions_logic[] = {
    {"if", 3, 3, TRAIT_NONE, fn_if},
    {"coalesce", 2, 2, TRAIT_NONE, fn_coalesce},
    {"once", 1, 1, TRAIT_NONE, fn_once},
    {"boolean-from-string", 1, 1, TRAIT_NONE, fn_boolean_from_string},
    {"selected", 2, 2, TRAIT_NONE, fn_selected},
    {"selected-at", 2, 2, TRAIT_NONE, fn_selected_at},
    {"count-selected", 1, 1, TRAIT_NONE, fn_count_selected},
    {"checklist", 2, XPATH_ANY_COUNT, TRAIT_NONE, fn_checklist},
    {"weighted-checklist", 4, XPATH_ANY_COUNT, TRAIT_NONE, fn_weighted_checklist},
    {0},
};
