/* xpath_fn_time.c: dates and times. A date is a value of its own: a number in arithmetic, ISO 8601 as text. */
#include "form/xpath_ast.h"

#include <math.h>

static struct xpath_value fn_today(struct xpath_context *c, const struct xpath_expr *e) {
    (void)e;
    return xpath_of_date(xpath_today(c->env));
}

static struct xpath_value fn_now(struct xpath_context *c, const struct xpath_expr *e) {
    (void)e;
    return xpath_of_date(xpath_now(c->env));
}

/* Days of whatever an argument is: a date, a number of days, text. NaN for what is none. */
static double days_of(struct xpath_context *c, const struct xpath_value *v) {
    switch (v->kind) {
    case XPATH_DATE: case XPATH_NUMBER: return v->number;
    case XPATH_BOOLEAN: return NAN;
    default: return xpath_text_number(c->env, xpath_to_string(c->env, c->arena, v));
    }
}

static bool is_blank(struct xpath_context *c, const struct xpath_value *v) {
    return (v->kind == XPATH_STRING || v->kind == XPATH_NODES) && xpath_to_string(c->env, c->arena, v).n == 0;
}

static struct xpath_value fn_date(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = xpath_arg(c, e, 0);
    if (is_blank(c, &v)) return xpath_of_string(STR(""));
    return xpath_of_date(days_of(c, &v));
}

static struct xpath_value fn_decimal_date_time(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = xpath_arg(c, e, 0);
    return xpath_of_number(days_of(c, &v));
}

static struct xpath_value fn_decimal_time(struct xpath_context *c, const struct xpath_expr *e) {
    double fraction;
    struct str text = str_trim(xpath_arg_string(c, e, 0));
    return xpath_of_number(xpath_parse_time(c->env, text, &fraction) ? fraction : NAN);
}

/* ---- format-date ---- */

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char *const days_zh[] = {"周一", "周二", "周三", "周四", "周五", "周六", "周日"};

static void put_letter(struct buf *out, char letter, const struct civil_time *t, bool chinese) {
    int weekday = civil_weekday(civil_to_days(t->date)) - 1;
    switch (letter) {
    case 'Y': buf_printf(out, "%04d", (int)t->date.year); break;
    case 'y': buf_printf(out, "%02d", (int)(t->date.year % 100)); break;
    case 'm': buf_printf(out, "%02d", t->date.month); break;
    case 'n': buf_int(out, t->date.month); break;
    case 'b':
        if (chinese) buf_printf(out, "%d月", t->date.month);
        else buf_addz(out, months[t->date.month - 1]);
        break;
    case 'd': buf_printf(out, "%02d", t->date.day); break;
    case 'e': buf_int(out, t->date.day); break;
    case 'H': buf_printf(out, "%02d", t->hour); break;
    case 'h': buf_int(out, t->hour); break;
    case 'M': buf_printf(out, "%02d", t->minute); break;
    case 'S': buf_printf(out, "%02d", t->second); break;
    case '3': buf_printf(out, "%03d", t->micro / 1000); break;
    case 'a': buf_addz(out, (chinese ? days_zh : days)[weekday]); break;
    case '%': buf_byte(out, '%'); break;
    default: buf_byte(out, '%'), buf_byte(out, letter);
    }
}

static struct xpath_value fn_format_date(struct xpath_context *c, const struct xpath_expr *e) {
    struct xpath_value v = xpath_arg(c, e, 0);
    struct str pattern = xpath_arg_string(c, e, 1);
    struct civil_time t;
    int offset;
    if (is_blank(c, &v) || !xpath_days_to_civil(c->env, days_of(c, &v), &t, &offset)) return xpath_of_string(STR(""));
    struct buf out;
    buf_init(&out, c->arena, 100000);
    for (size_t i = 0; i < pattern.n; i++) {
        if (pattern.p[i] == '%' && i + 1 < pattern.n)
            put_letter(&out, pattern.p[++i], &t, c->env->chinese);
        else
            buf_byte(&out, pattern.p[i]);
    }
    return xpath_of_string(buf_str(&out));
}

const struct xpath_function xpath_functions_time[] = {
    {"today", 0, 0, TRAIT_NONE, fn_today},
    {"now", 0, 0, TRAIT_NONE, fn_now},
    {"date", 1, 1, TRAIT_NONE, fn_date},
    {"date-time", 1, 1, TRAIT_NONE, fn_date},
    {"decimal-date-time", 1, 1, TRAIT_NONE, fn_decimal_date_time},
    {"decimal-time", 1, 1, TRAIT_NONE, fn_decimal_time},
    {"format-date", 2, 2, TRAIT_NONE, fn_format_date},
    {"format-date-time", 2, 2, TRAIT_NONE, fn_format_date},
    {0},
};
