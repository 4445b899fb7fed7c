/* xpath_value.c: conversions between strings, numbers, booleans, dates and node-sets, and comparisons
 * (XPath 1.0, sections 3.4, 4.2 – 4.4; dates as ODK's engines treat them). */
#include "form/xpath_ast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct xpath_value xpath_of_number(double n) {
    return (struct xpath_value){.kind = XPATH_NUMBER, .number = n};
}

struct xpath_value xpath_of_string(struct str s) {
    return (struct xpath_value){.kind = XPATH_STRING, .text = s};
}

struct xpath_value xpath_of_boolean(bool b) {
    return (struct xpath_value){.kind = XPATH_BOOLEAN, .boolean = b};
}

struct xpath_value xpath_of_date(double days) {
    return (struct xpath_value){.kind = XPATH_DATE, .number = days};
}

/* ---- numbers ---- */

static struct str plain_digits(struct arena *a, const char *scientific) {
    /* "-d.ddde±xx" written out without exponent */
    struct buf out;
    buf_init(&out, a, 1000);
    if (*scientific == '-') buf_byte(&out, *scientific++);
    char digits[32];
    int count = 0;
    const char *s = scientific;
    for (; *s && *s != 'e'; s++)
        if (*s != '.') digits[count++] = *s;
    int exponent = *s == 'e' ? (int)strtol(s + 1, NULL, 10) : 0;
    while (count > 1 && digits[count - 1] == '0') count--;
    int point = exponent + 1; /* digits before the point */
    if (point <= 0) {
        buf_addz(&out, "0.");
        for (int i = point; i < 0; i++) buf_byte(&out, '0');
    }
    for (int i = 0; i < count || i < point; i++) {
        if (i == point && i > 0) buf_byte(&out, '.');
        buf_byte(&out, i < count ? digits[i] : '0');
    }
    return buf_str(&out);
}

struct str xpath_number_text(struct arena *a, double number) {
    if (isnan(number)) return STR("NaN");
    if (isinf(number)) return number > 0 ? STR("Infinity") : STR("-Infinity");
    if (number == 0) return STR("0");
    struct buf out;
    if (fabs(number) < 1e15 && number == floor(number)) {
        buf_init(&out, a, 32);
        buf_int(&out, (int64_t)number);
        return buf_str(&out);
    }
    char text[40];
    for (int precision = 14; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, number);
        if (strtod(text, NULL) == number) break;
    }
    return plain_digits(a, text);
}

static bool all_digits(struct str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    return true;
}

static bool plain_number(struct str s, double *out) {
    struct str digits = str_sub(s, s.n && s.p[0] == '-', s.n);
    ptrdiff_t point = str_find_byte(digits, '.');
    struct str whole = point < 0 ? digits : str_sub(digits, 0, (size_t)point);
    struct str rest = point < 0 ? STR("") : str_sub(digits, (size_t)point + 1, digits.n);
    if (whole.n + rest.n == 0 || !all_digits(whole) || !all_digits(rest)) return false;
    if (rest.n == 0 && whole.n < 16) {
        double n = 0;
        for (size_t i = 0; i < whole.n; i++) n = n * 10 + (whole.p[i] - '0');
        *out = digits.n == s.n ? n : -n;
        return true;
    }
    if (s.n > 350) return false; /* longer than any double */
    char text[360];
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    *out = strtod(text, NULL);
    return true;
}

double xpath_text_number(const struct xpath_environment *e, struct str text) {
    double n;
    text = str_trim(text);
    if (plain_number(text, &n) || xpath_parse_date(e, text, &n)) return n;
    return NAN;
}

/* ---- conversions ---- */

struct str xpath_to_string(struct xpath_environment *e, struct arena *a, const struct xpath_value *v) {
    switch (v->kind) {
    case XPATH_STRING: return v->text;
    case XPATH_NUMBER: return xpath_number_text(a, v->number);
    case XPATH_BOOLEAN: return v->boolean ? STR("true") : STR("false");
    case XPATH_DATE: return xpath_date_text(e, a, v->number);
    case XPATH_NODES: return v->nodes.count ? dom_text(a, v->nodes.items[0]) : STR("");
    }
    return STR("");
}

double xpath_to_number(struct xpath_environment *e, struct arena *a, const struct xpath_value *v) {
    switch (v->kind) {
    case XPATH_NUMBER: case XPATH_DATE: return v->number;
    case XPATH_BOOLEAN: return v->boolean;
    default: return xpath_text_number(e, xpath_to_string(e, a, v));
    }
}

bool xpath_to_boolean(const struct xpath_value *v) {
    switch (v->kind) {
    case XPATH_BOOLEAN: return v->boolean;
    case XPATH_NUMBER: case XPATH_DATE: return v->number != 0 && !isnan(v->number);
    case XPATH_STRING: return v->text.n > 0;
    case XPATH_NODES: return v->nodes.count > 0;
    }
    return false;
}

/* ---- comparisons ---- */

static bool numbers(enum xpath_op op, double l, double r) {
    switch (op) {
    case XPATH_OP_EQ: return l == r;
    case XPATH_OP_NE: return l != r;
    case XPATH_OP_LT: return l < r;
    case XPATH_OP_LE: return l <= r;
    case XPATH_OP_GT: return l > r;
    default: return l >= r;
    }
}

static bool is_order(enum xpath_op op) {
    return op != XPATH_OP_EQ && op != XPATH_OP_NE;
}

static bool atoms(struct xpath_context *c, enum xpath_op op, const struct xpath_value *l, const struct xpath_value *r) {
    if (!is_order(op)) {
        if (l->kind == XPATH_BOOLEAN || r->kind == XPATH_BOOLEAN)
            return numbers(op, xpath_to_boolean(l), xpath_to_boolean(r));
        if (l->kind == XPATH_STRING && r->kind == XPATH_STRING) return str_eq(l->text, r->text) == (op == XPATH_OP_EQ);
    }
    return numbers(op, xpath_to_number(c->env, c->arena, l), xpath_to_number(c->env, c->arena, r));
}

static struct xpath_value text_of(struct xpath_context *c, struct form_node *node) {
    return xpath_of_string(dom_text(c->arena, node));
}

static bool sets(struct xpath_context *c, enum xpath_op op, const struct xpath_nodes *l, const struct xpath_nodes *r) {
    for (size_t i = 0; i < l->count; i++) {
        struct xpath_value x = text_of(c, l->items[i]);
        if (!xpath_spend(c, r->count)) return false;
        for (size_t k = 0; k < r->count; k++) {
            struct xpath_value y = text_of(c, r->items[k]);
            if (atoms(c, op, &x, &y)) return true;
        }
    }
    return false;
}

bool xpath_compare(struct xpath_context *c, enum xpath_op op, const struct xpath_value *l, const struct xpath_value *r) {
    bool left = l->kind == XPATH_NODES, right = r->kind == XPATH_NODES;
    if (left && right) return sets(c, op, &l->nodes, &r->nodes);
    if (!left && !right) return atoms(c, op, l, r);
    const struct xpath_value *set = left ? l : r, *other = left ? r : l;
    /* For equality a boolean is compared with "is there a node"; for order both ODK engines look at each node. */
    if (other->kind == XPATH_BOOLEAN && !is_order(op)) return atoms(c, op, l, r);
    for (size_t i = 0; i < set->nodes.count; i++) {
        struct xpath_value x = text_of(c, set->nodes.items[i]);
        if (left ? atoms(c, op, &x, other) : atoms(c, op, other, &x)) return true;
    }
    return false;
}
