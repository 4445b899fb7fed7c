/* xpath_fn_number.c: arithmetic, roundings, sums and extremes, trigonometry, chance. */
#include "form/xpath_ast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- over nodes ---- */

typedef void fold(void *into, double n);

/* Every number among the arguments. In a form a blank node is left out, as authors of repeats expect (JavaRosa);
 * plain XPath makes it NaN. */
static size_t each_number(struct xpath_context *c, const struct xpath_expr *e, fold *fn, void *into) {
    size_t count = 0;
    for (size_t i = 0; i < e->arg_count; i++) {
        struct xpath_value v = xpath_arg(c, e, i);
        if (v.kind != XPATH_NODES) {
            fn(into, xpath_to_number(c->env, c->arena, &v));
            count++;
        }
        for (size_t k = 0; v.kind == XPATH_NODES && k < v.nodes.count; k++) {
            struct str text = str_trim(dom_text(c->arena, v.nodes.items[k]));
            if (text.n == 0 && c->env->skip_blanks) continue;
            fn(into, xpath_text_number(c->env, text));
            count++;
        }
    }
    return count;
}

static void add(void *into, double n) {
    *(double *)into += n;
}

static void keep_least(void *into, double n) {
    double *least = into;
    if (isnan(n) || n < *least) *least = n;
}

static void keep_most(void *into, double n) {
    double *most = into;
    if (isnan(n) || n > *most) *most = n;
}

static struct xpath_value fn_sum(struct xpath_context *c, const struct xpath_expr *e) {
    double sum = 0;
    struct xpath_nodes nodes;
    if (!xpath_arg_nodes(c, e, 0, &nodes)) return xpath_of_number(NAN);
    each_number(c, e, add, &sum);
    return xpath_of_number(sum);
}

static struct xpath_value fn_min(struct xpath_context *c, const struct xpath_expr *e) {
    double least = INFINITY;
    return xpath_of_number(each_number(c, e, keep_least, &least) ? least : NAN);
}

static struct xpath_value fn_max(struct xpath_context *c, const struct xpath_expr *e) {
    double most = -INFINITY;
    return xpath_of_number(each_number(c, e, keep_most, &most) ? most : NAN);
}

static struct xpath_value fn_number(struct xpath_context *c, const struct xpath_expr *e) {
    if (e->arg_count) return xpath_of_number(xpath_arg_number(c, e, 0));
    return xpath_of_number(xpath_text_number(c->env, dom_text(c->arena, c->node)));
}

/* ---- rounding ---- */

static double shift_decimal(double n, int places) {
    char text[48];
    for (int precision = 14; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, n);
        if (strtod(text, NULL) == n) break;
    }
    char *exponent = text;
    while (*exponent && *exponent != 'e') exponent++;
    if (!*exponent) return n;
    int e = (int)strtol(exponent + 1, NULL, 10) + places;
    snprintf(exponent, sizeof text - (size_t)(exponent - text), "e%d", e);
    return strtod(text, NULL);
}

/* Halves go away from zero, as in both ODK engines' own suites (XPath 1.0 would give -1 for -1.5). The point is
 * moved in decimal, so that 1.475 to two places is 1.48 although its double lies below. */
static struct xpath_value fn_round(struct xpath_context *c, const struct xpath_expr *e) {
    double n = xpath_arg_number(c, e, 0), places = e->arg_count > 1 ? trunc(xpath_arg_number(c, e, 1)) : 0;
    if (!isfinite(n) || isnan(places)) return xpath_of_number(isnan(places) ? NAN : n);
    if (places > 30) return xpath_of_number(n);
    if (places < -310) return xpath_of_number(0);
    if (places == 0) return xpath_of_number(round(n));
    return xpath_of_number(shift_decimal(round(shift_decimal(n, (int)places)), -(int)places));
}

static struct xpath_value fn_int(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = xpath_arg(c, e, 0);
    struct str text = str_trim(xpath_to_string(c->env, c->arena, &v));
    double n = xpath_to_number(c->env, c->arena, &v);
    /* "7.9e-12" is what a double prints as in other programs: read it, since only the whole part counts */
    if (isnan(n) && text.n && text.n < 40) {
        char *end;
        const char *z = arena_cstr(c->arena, text);
        double parsed = strtod(z, &end);
        bool plain = (z[0] >= '0' && z[0] <= '9' && z[1] != 'x' && z[1] != 'X') || z[0] == '-' || z[0] == '.';
        if (plain && !*end && isfinite(parsed)) n = parsed;
    }
    return xpath_of_number(trunc(n));
}

/* ---- functions of one or two numbers ---- */

#define ONE_NUMBER(name, expression)                                                                                \
    static struct xpath_value name(struct xpath_context *c, const struct xpath_expr *e) {                           \
        double x = xpath_arg_number(c, e, 0);                                                                       \
        return xpath_of_number(expression);                                                                         \
    }
#define TWO_NUMBERS(name, expression)                                                                               \
    static struct xpath_value name(struct xpath_context *c, const struct xpath_expr *e) {                           \
        double x = xpath_arg_number(c, e, 0), y = xpath_arg_number(c, e, 1);                                        \
        return xpath_of_number(expression);                                                                         \
    }

ONE_NUMBER(fn_floor, floor(x))
ONE_NUMBER(fn_ceiling, ceil(x))
ONE_NUMBER(fn_abs, fabs(x))
ONE_NUMBER(fn_sqrt, sqrt(x))
ONE_NUMBER(fn_exp, exp(x))
ONE_NUMBER(fn_exp10, pow(10, x))
ONE_NUMBER(fn_log, log(x))
ONE_NUMBER(fn_log10, log10(x))
ONE_NUMBER(fn_sin, sin(x))
ONE_NUMBER(fn_cos, cos(x))
ONE_NUMBER(fn_tan, tan(x))
ONE_NUMBER(fn_asin, asin(x))
ONE_NUMBER(fn_acos, acos(x))
ONE_NUMBER(fn_atan, atan(x))
TWO_NUMBERS(fn_atan2, atan2(x, y))
TWO_NUMBERS(fn_pow, pow(x, y))

static struct xpath_value fn_pi(struct xpath_context *c, const struct xpath_expr *e) {
    (void)c, (void)e;
    return xpath_of_number(M_PI);
}

static struct xpath_value fn_random(struct xpath_context *c, const struct xpath_expr *e) {
    (void)e;
    return xpath_of_number((double)(xpath_random_bits(&c->env->random) >> 11) * 0x1.0p-53);
}

const struct xpath_function xpath_functions_number[] = {
    {"number", 0, 1, TRAIT_NONE, fn_number},
    {"sum", 1, 1, TRAIT_NONE, fn_sum},
    {"min", 1, XPATH_ANY_COUNT, TRAIT_NONE, fn_min},
    {"max", 1, XPATH_ANY_COUNT, TRAIT_NONE, fn_max},
    {"floor", 1, 1, TRAIT_NONE, fn_floor},
    {"ceiling", 1, 1, TRAIT_NONE, fn_ceiling},
    {"round", 1, 2, TRAIT_NONE, fn_round},
    {"int", 1, 1, TRAIT_NONE, fn_int},
    {"abs", 1, 1, TRAIT_NONE, fn_abs},
    {"pow", 2, 2, TRAIT_NONE, fn_pow},
    {"sqrt", 1, 1, TRAIT_NONE, fn_sqrt},
    {"exp", 1, 1, TRAIT_NONE, fn_exp},
    {"exp10", 1, 1, TRAIT_NONE, fn_exp10},
    {"log", 1, 1, TRAIT_NONE, fn_log},
    {"log10", 1, 1, TRAIT_NONE, fn_log10},
    {"pi", 0, 0, TRAIT_NONE, fn_pi},
    {"sin", 1, 1, TRAIT_NONE, fn_sin},
    {"cos", 1, 1, TRAIT_NONE, fn_cos},
    {"tan", 1, 1, TRAIT_NONE, fn_tan},
    {"asin", 1, 1, TRAIT_NONE, fn_asin},
    {"acos", 1, 1, TRAIT_NONE, fn_acos},
    {"atan", 1, 1, TRAIT_NONE, fn_atan},
    {"atan2", 2, 2, TRAIT_NONE, fn_atan2},
    {"random", 0, 0, TRAIT_NONE, fn_random},
    {0},
};
