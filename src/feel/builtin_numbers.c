/* builtin_numbers.c: the numeric functions (10.3.4.5). */
#include "feel/internal.h"

static struct feel_value out_of_range(const struct site *s) {
    return NULL_SITE(s, "feel.out-of-range", T("The result is too large."));
}

static struct feel_value number_or_null(const struct site *s, bool good, struct decimal v) {
    return good ? feel_number(v) : out_of_range(s);
}

/* The scale is a whole number from -6111 to 6176; what follows its point does not count. */
static struct feel_value rounded(const struct site *s, const struct feel_value *a, size_t count,
                                 enum decimal_rounding rounding) {
    struct decimal v, scale = decimal_from_int(0);
    int64_t digits;
    if (count > 1 && !decimal_round(a[1].number, 0, DECIMAL_DOWN, &scale)) return out_of_range(s);
    if (!decimal_to_int(scale, &digits) || digits < -6111 || digits > 6176)
        return NULL_SITE(s, "feel.bad-scale", T("The scale must be between -6111 and 6176."));
    return number_or_null(s, decimal_round(a[0].number, (int)digits, rounding, &v), v);
}

static struct feel_value run_decimal(const struct site *s, const struct feel_value *a, size_t n) {
    return rounded(s, a, n, DECIMAL_HALF_EVEN);
}

static struct feel_value run_floor(const struct site *s, const struct feel_value *a, size_t n) {
    return rounded(s, a, n, DECIMAL_FLOOR);
}

static struct feel_value run_ceiling(const struct site *s, const struct feel_value *a, size_t n) {
    return rounded(s, a, n, DECIMAL_CEILING);
}

static struct feel_value run_round_up(const struct site *s, const struct feel_value *a, size_t n) {
    return rounded(s, a, n, DECIMAL_UP);
}

static struct feel_value run_round_down(const struct site *s, const struct feel_value *a, size_t n) {
    return rounded(s, a, n, DECIMAL_DOWN);
}

static struct feel_value run_round_half_up(const struct site *s, const struct feel_value *a, size_t n) {
    return rounded(s, a, n, DECIMAL_HALF_UP);
}

static struct feel_value run_round_half_down(const struct site *s, const struct feel_value *a, size_t n) {
    return rounded(s, a, n, DECIMAL_HALF_DOWN);
}

static struct feel_value run_abs(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_value v = a[0];
    (void)s, (void)n;
    if (v.kind == FEEL_NUMBER) v.number = decimal_abs(v.number);
    if (v.kind == FEEL_YEARS_MONTHS && v.months < 0) v.months = -v.months;
    if (v.kind == FEEL_DAYS_TIME && duration_is_negative(v.duration)) v.duration = duration_negate(v.duration);
    return v;
}

static struct feel_value run_modulo(const struct site *s, const struct feel_value *a, size_t n) {
    struct decimal v;
    (void)n;
    if (decimal_is_zero(a[1].number))
        return NULL_SITE(s, "feel.division-by-zero", T("Nothing can be divided by zero."));
    return number_or_null(s, decimal_modulo(a[0].number, a[1].number, &v), v);
}

static struct feel_value run_sqrt(const struct site *s, const struct feel_value *a, size_t n) {
    struct decimal v;
    (void)n;
    return number_or_null(s, decimal_sqrt(a[0].number, &v), v);
}

static struct feel_value run_log(const struct site *s, const struct feel_value *a, size_t n) {
    struct decimal v;
    (void)n;
    return number_or_null(s, decimal_log(a[0].number, &v), v);
}

static struct feel_value run_exp(const struct site *s, const struct feel_value *a, size_t n) {
    struct decimal v;
    (void)n;
    return number_or_null(s, decimal_exp(a[0].number, &v), v);
}

static struct feel_value remainder_of_two(const struct site *s, struct decimal v, int wanted) {
    struct decimal rest;
    if (!decimal_modulo(v, decimal_from_int(2), &rest)) return out_of_range(s);
    return feel_boolean(decimal_equal(rest, decimal_from_int(wanted)));
}

static struct feel_value run_odd(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    return remainder_of_two(s, a[0].number, 1);
}

static struct feel_value run_even(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    return remainder_of_two(s, a[0].number, 0);
}

/* clang-format off */
#define N {STR_STATIC("n"), KIND(NUMBER)}
#define NUMBER_ {STR_STATIC("number"), KIND(NUMBER)}
#define SCALE {STR_STATIC("scale"), KIND(NUMBER)}
#define OPTIONAL_SCALE {STR_STATIC("scale"), KIND(NUMBER) | OPTIONAL}

const struct builtin feel_number_functions[] = {
    {BUILTIN("decimal"), run_decimal, {N, SCALE}, false, false},
    {BUILTIN("floor"), run_floor, {N, OPTIONAL_SCALE}, false, false},
    {BUILTIN("ceiling"), run_ceiling, {N, OPTIONAL_SCALE}, false, false},
    {BUILTIN("round up"), run_round_up, {N, SCALE}, false, false},
    {BUILTIN("round down"), run_round_down, {N, SCALE}, false, false},
    {BUILTIN("round half up"), run_round_half_up, {N, SCALE}, false, false},
    {BUILTIN("round half down"), run_round_half_down, {N, SCALE}, false, false},
    {BUILTIN("abs"), run_abs, {{STR_STATIC("n"), KIND(NUMBER) | DURATIONS}}, false, false},
    {BUILTIN("modulo"), run_modulo, {{STR_STATIC("dividend"), KIND(NUMBER)}, {STR_STATIC("divisor"), KIND(NUMBER)}},
     false, false},
    {BUILTIN("sqrt"), run_sqrt, {NUMBER_}, false, false},
    {BUILTIN("log"), run_log, {NUMBER_}, false, false},
    {BUILTIN("exp"), run_exp, {NUMBER_}, false, false},
    {BUILTIN("odd"), run_odd, {NUMBER_}, false, false},
    {BUILTIN("even"), run_even, {NUMBER_}, false, false},
    {.run = NULL},
};
/* clang-format on */
