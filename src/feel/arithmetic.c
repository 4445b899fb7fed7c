/* arithmetic.c: + - * / ** and the minus sign (10.3.2.13, Tables 55 to 60), one small function a pair of kinds. */
#include "feel/internal.h"

static struct feel_value no_operation(const struct site *s, const char *symbol, struct feel_value a,
                                      struct feel_value b) {
    return NULL_SITE(s, "feel.no-operation", T("{0} does not work on {1} and {2}."), str_from(symbol),
                     feel_kind_name(a.kind), feel_kind_name(b.kind));
}

static struct feel_value out_of_range(const struct site *s) {
    return NULL_SITE(s, "feel.out-of-range", T("The result is too large."));
}

static struct feel_value number_or_null(const struct site *s, bool good, struct decimal v) {
    return good ? feel_number(v) : out_of_range(s);
}

static struct feel_value duration_value(struct feel_duration d) {
    return (struct feel_value){.kind = FEEL_DAYS_TIME, .duration = d};
}

static struct feel_value months_value(int64_t months) {
    return (struct feel_value){.kind = FEEL_YEARS_MONTHS, .months = months};
}

#define PAIR(a, b) ((a)*FEEL_KIND_COUNT + (b))

static struct feel_value add_months(const struct site *s, struct feel_value v, int64_t months) {
    struct feel_date d;
    if (!date_add_months(v.kind == FEEL_DATE ? v.date : v.clock->date, months, &d)) return out_of_range(s);
    if (v.kind == FEEL_DATE) return (struct feel_value){.kind = FEEL_DATE, .date = d};
    struct feel_clock c = *v.clock;
    c.date = d;
    return feel_clock_value(s->env->arena, FEEL_DATE_TIME, c);
}

/* A date is its midnight; what is left of the day after the sum is dropped again. */
static struct feel_value add_duration(const struct site *s, struct feel_value v, struct feel_duration d) {
    struct feel_clock from = v.kind == FEEL_DATE ? clock_midnight(v.date) : *v.clock, c;
    if (!clock_add(&from, d, v.kind != FEEL_TIME, &c)) return out_of_range(s);
    if (v.kind == FEEL_DATE) return (struct feel_value){.kind = FEEL_DATE, .date = c.date};
    return feel_clock_value(s->env->arena, v.kind, c);
}

static struct feel_value add_lengths(const struct site *s, struct feel_duration a, struct feel_duration b) {
    struct feel_duration d;
    return duration_add(a, b, &d) ? duration_value(d) : out_of_range(s);
}

static struct feel_value sum_months(const struct site *s, int64_t a, int64_t b) {
    int64_t v;
    return __builtin_add_overflow(a, b, &v) || v == INT64_MIN ? out_of_range(s) : months_value(v);
}

static struct feel_value join(const struct site *s, struct str a, struct str b) {
    if (a.n + b.n > FEEL_MAX_STRING) return NULL_SITE(s, "feel.too-large", T("The text is too long."));
    if (!feel_spend(s->env, (int64_t)(a.n + b.n) / 64)) return feel_null();
    return feel_string(arena_concat(s->env->arena, a, b));
}

static struct feel_value add(const struct site *s, struct feel_value a, struct feel_value b) {
    struct decimal v;
    switch (PAIR(a.kind, b.kind)) {
    case PAIR(FEEL_NUMBER, FEEL_NUMBER): return number_or_null(s, decimal_add(a.number, b.number, &v), v);
    case PAIR(FEEL_STRING, FEEL_STRING): return join(s, a.string, b.string);
    case PAIR(FEEL_DATE, FEEL_YEARS_MONTHS):
    case PAIR(FEEL_DATE_TIME, FEEL_YEARS_MONTHS): return add_months(s, a, b.months);
    case PAIR(FEEL_YEARS_MONTHS, FEEL_DATE):
    case PAIR(FEEL_YEARS_MONTHS, FEEL_DATE_TIME): return add_months(s, b, a.months);
    case PAIR(FEEL_DATE, FEEL_DAYS_TIME):
    case PAIR(FEEL_TIME, FEEL_DAYS_TIME):
    case PAIR(FEEL_DATE_TIME, FEEL_DAYS_TIME): return add_duration(s, a, b.duration);
    case PAIR(FEEL_DAYS_TIME, FEEL_DATE):
    case PAIR(FEEL_DAYS_TIME, FEEL_TIME):
    case PAIR(FEEL_DAYS_TIME, FEEL_DATE_TIME): return add_duration(s, b, a.duration);
    case PAIR(FEEL_DAYS_TIME, FEEL_DAYS_TIME): return add_lengths(s, a.duration, b.duration);
    case PAIR(FEEL_YEARS_MONTHS, FEEL_YEARS_MONTHS): return sum_months(s, a.months, b.months);
    default: return no_operation(s, "+", a, b);
    }
}

/* The time between two moments of one kind; both with an offset or both without. */
static struct feel_value time_between(const struct site *s, struct feel_clock a, struct feel_clock b, bool with_date) {
    if ((a.offset_kind == FEEL_LOCAL) != (b.offset_kind == FEEL_LOCAL))
        return NULL_SITE(s, "feel.no-offset", T("One of the times has an offset and the other has none."));
    struct feel_duration d = {clock_utc_seconds(&a, with_date), a.nano};
    struct feel_duration e = {clock_utc_seconds(&b, with_date), b.nano};
    return add_lengths(s, d, duration_negate(e));
}

static struct feel_clock as_clock(struct feel_value v) {
    return v.kind == FEEL_DATE ? clock_midnight(v.date) : *v.clock;
}

static struct feel_value subtract(const struct site *s, struct feel_value a, struct feel_value b) {
    struct decimal v;
    switch (PAIR(a.kind, b.kind)) {
    case PAIR(FEEL_NUMBER, FEEL_NUMBER): return number_or_null(s, decimal_subtract(a.number, b.number, &v), v);
    case PAIR(FEEL_DATE, FEEL_DATE):
    case PAIR(FEEL_DATE, FEEL_DATE_TIME):
    case PAIR(FEEL_DATE_TIME, FEEL_DATE):
    case PAIR(FEEL_DATE_TIME, FEEL_DATE_TIME): return time_between(s, as_clock(a), as_clock(b), true);
    case PAIR(FEEL_TIME, FEEL_TIME): return time_between(s, *a.clock, *b.clock, false);
    case PAIR(FEEL_DATE, FEEL_YEARS_MONTHS):
    case PAIR(FEEL_DATE_TIME, FEEL_YEARS_MONTHS): return add_months(s, a, -b.months);
    case PAIR(FEEL_DATE, FEEL_DAYS_TIME):
    case PAIR(FEEL_TIME, FEEL_DAYS_TIME):
    case PAIR(FEEL_DATE_TIME, FEEL_DAYS_TIME): return add_duration(s, a, duration_negate(b.duration));
    case PAIR(FEEL_DAYS_TIME, FEEL_DAYS_TIME): return add_lengths(s, a.duration, duration_negate(b.duration));
    case PAIR(FEEL_YEARS_MONTHS, FEEL_YEARS_MONTHS): return sum_months(s, a.months, -b.months);
    default: return no_operation(s, "-", a, b);
    }
}

/* Whole months: what is left is dropped (Table 57). */
static struct feel_value scale_months(const struct site *s, int64_t months, struct decimal by, bool divide) {
    struct decimal m = decimal_from_int(months);
    int64_t whole;
    if (!(divide ? decimal_divide(m, by, &m) : decimal_multiply(m, by, &m))) return out_of_range(s);
    if (!decimal_round(m, 0, DECIMAL_DOWN, &m) || !decimal_to_int(m, &whole) || whole == INT64_MIN)
        return out_of_range(s);
    return months_value(whole);
}

static struct feel_value scale_duration(const struct site *s, struct feel_duration d, struct decimal by, bool divide) {
    struct decimal seconds = duration_to_decimal(d);
    if (!(divide ? decimal_divide(seconds, by, &seconds) : decimal_multiply(seconds, by, &seconds)))
        return out_of_range(s);
    return duration_from_decimal(seconds, &d) ? duration_value(d) : out_of_range(s);
}

static struct feel_value multiply(const struct site *s, struct feel_value a, struct feel_value b) {
    struct decimal v;
    switch (PAIR(a.kind, b.kind)) {
    case PAIR(FEEL_NUMBER, FEEL_NUMBER): return number_or_null(s, decimal_multiply(a.number, b.number, &v), v);
    case PAIR(FEEL_YEARS_MONTHS, FEEL_NUMBER): return scale_months(s, a.months, b.number, false);
    case PAIR(FEEL_NUMBER, FEEL_YEARS_MONTHS): return scale_months(s, b.months, a.number, false);
    case PAIR(FEEL_DAYS_TIME, FEEL_NUMBER): return scale_duration(s, a.duration, b.number, false);
    case PAIR(FEEL_NUMBER, FEEL_DAYS_TIME): return scale_duration(s, b.duration, a.number, false);
    default: return no_operation(s, "*", a, b);
    }
}

static struct feel_value divide(const struct site *s, struct feel_value a, struct feel_value b) {
    struct decimal x, y, v;
    switch (PAIR(a.kind, b.kind)) {
    case PAIR(FEEL_NUMBER, FEEL_NUMBER): x = a.number, y = b.number; break;
    case PAIR(FEEL_YEARS_MONTHS, FEEL_YEARS_MONTHS):
        x = decimal_from_int(a.months), y = decimal_from_int(b.months);
        break;
    case PAIR(FEEL_DAYS_TIME, FEEL_DAYS_TIME):
        x = duration_to_decimal(a.duration), y = duration_to_decimal(b.duration);
        break;
    case PAIR(FEEL_YEARS_MONTHS, FEEL_NUMBER):
    case PAIR(FEEL_DAYS_TIME, FEEL_NUMBER): y = b.number, x = y; break;
    default: return no_operation(s, "/", a, b);
    }
    if (decimal_is_zero(y)) return NULL_SITE(s, "feel.division-by-zero", T("Nothing can be divided by zero."));
    if (b.kind == FEEL_NUMBER && a.kind == FEEL_YEARS_MONTHS) return scale_months(s, a.months, y, true);
    if (b.kind == FEEL_NUMBER && a.kind == FEEL_DAYS_TIME) return scale_duration(s, a.duration, y, true);
    return number_or_null(s, decimal_divide(x, y, &v), v);
}

struct feel_value feel_arithmetic(const struct site *s, enum node_kind op, struct feel_value a, struct feel_value b) {
    struct decimal v;
    switch (op) {
    case NODE_ADD: return add(s, a, b);
    case NODE_SUBTRACT: return subtract(s, a, b);
    case NODE_MULTIPLY: return multiply(s, a, b);
    case NODE_DIVIDE: return divide(s, a, b);
    default:
        if (a.kind != FEEL_NUMBER || b.kind != FEEL_NUMBER) return no_operation(s, "**", a, b);
        return number_or_null(s, decimal_power(a.number, b.number, &v), v);
    }
}

struct feel_value evaluate_arithmetic(const struct node *n, struct frame *f) {
    struct feel_value a = evaluate(n->a, f), b = evaluate(n->b, f);
    if (a.kind == FEEL_NUMBER && b.kind == FEEL_NUMBER) { /* the common case, without the table */
        struct decimal v;
        if (n->kind == NODE_ADD && decimal_add(a.number, b.number, &v)) return feel_number(v);
        if (n->kind == NODE_SUBTRACT && decimal_subtract(a.number, b.number, &v)) return feel_number(v);
        if (n->kind == NODE_MULTIPLY && decimal_multiply(a.number, b.number, &v)) return feel_number(v);
    }
    struct site s = {f->env, f->expression, n->at};
    return feel_arithmetic(&s, (enum node_kind)n->kind, a, b);
}

struct feel_value evaluate_negate(const struct node *n, struct frame *f) {
    struct feel_value v = evaluate(n->a, f);
    if (v.kind == FEEL_NUMBER) return feel_number(decimal_negate(v.number));
    if (v.kind == FEEL_YEARS_MONTHS) return months_value(-v.months);
    if (v.kind == FEEL_DAYS_TIME) return duration_value(duration_negate(v.duration));
    return NULL_HERE(f, n, "feel.no-operation", T("A minus sign does not work on {0}."), feel_kind_name(v.kind));
}
