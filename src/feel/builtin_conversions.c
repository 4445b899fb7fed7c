/* builtin_conversions.c: string, number, not and is (10.3.4.1, 10.3.4.2, 10.3.4.9). Conversions to dates and times are
 * in builtin_temporal.c, to ranges in builtin_ranges.c, to contexts in builtin_contexts.c. */
#include "feel/internal.h"

static struct feel_value run_string(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    if (a[0].kind == FEEL_NULL) return feel_null();
    struct buf out;
    struct str text = feel_text(s->env->arena, a[0]);
    feel_text_begin(&out, s->env->arena);
    out.p = (char *)text.p;
    out.n = text.n;
    return feel_text_end(s, &out);
}

static struct feel_value not_a_number(const struct site *s, struct str text) {
    return NULL_SITE(s, "feel.not-a-number", T("“{0}” is not a number."), text);
}

static struct feel_value parse_number(const struct site *s, struct str text) {
    struct decimal v;
    return decimal_parse(text, &v) ? feel_number(v) : not_a_number(s, text);
}

static struct feel_value run_number(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    return parse_number(s, a[0].string);
}

/* Blank, comma or point groups (or nothing does); point or comma divides; not the same one. */
static bool good_separators(struct str grouping, struct str point) {
    bool groups = grouping.n == 0 || str_eqz(grouping, " ") || str_eqz(grouping, ",") || str_eqz(grouping, ".");
    return groups && (str_eqz(point, ".") || str_eqz(point, ",")) && !str_eq(grouping, point);
}

static struct str separator(const struct feel_value *a, size_t n, size_t at, struct str otherwise) {
    return at < n && a[at].kind == FEEL_STRING ? a[at].string : otherwise;
}

/* number(from, grouping separator, decimal separator) */
static struct feel_value run_number_separated(const struct site *s, const struct feel_value *a, size_t n) {
    struct str from = a[0].string, grouping = separator(a, n, 1, STR_NONE), point = separator(a, n, 2, STR("."));
    if (!good_separators(grouping, point) || (a[1].kind == FEEL_STRING && grouping.n == 0))
        return NULL_SITE(s, "feel.bad-separator", T("These separators cannot be used to read a number."));
    struct buf plain;
    buf_init(&plain, s->env->arena, FEEL_MAX_STRING);
    for (size_t i = 0; i < from.n; i++) {
        if (grouping.n && from.p[i] == grouping.p[0]) continue;
        if (from.p[i] == '.' && point.p[0] != '.') return not_a_number(s, from);
        buf_byte(&plain, from.p[i] == point.p[0] ? '.' : from.p[i]);
    }
    return parse_number(s, buf_str(&plain));
}

static struct feel_value run_not(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    if (a[0].kind == FEEL_BOOLEAN) return feel_boolean(!a[0].boolean);
    return NULL_SITE(s, "feel.not-boolean", T("“not” needs true or false."));
}

/* The same element of the same domain: times of one instant but different offsets are not the same. */
static bool is_same(const struct site *s, struct feel_value a, struct feel_value b) {
    if (a.kind != b.kind) return false;
    if (a.kind == FEEL_TIME || a.kind == FEEL_DATE_TIME) return clock_same(a.clock, b.clock, a.kind == FEEL_DATE_TIME);
    if (a.kind == FEEL_LIST) {
        if (a.list->count != b.list->count) return false;
        for (size_t i = 0; i < a.list->count; i++) {
            struct feel_value x = a.list->items[i], y = b.list->items[i];
            if (x.kind == FEEL_TIME || x.kind == FEEL_DATE_TIME ? !is_same(s, x, y) : !feel_equals_within(s->env, x, y)) return false;
        }
        return true;
    }
    return feel_equals_within(s->env, a, b);
}

static struct feel_value run_is(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    return feel_boolean(is_same(s, a[0], a[1]));
}

/* clang-format off */
const struct builtin feel_conversion_functions[] = {
    {BUILTIN("string"), run_string, {{STR_STATIC("from"), ANY}}, false, false},
    {BUILTIN("number"), run_number, {{STR_STATIC("from"), KIND(STRING)}}, false, false},
    {BUILTIN("number"), run_number_separated,
     {{STR_STATIC("from"), KIND(STRING)}, {STR_STATIC("grouping separator"), KIND(STRING) | NULLABLE},
     {STR_STATIC("decimal separator"), KIND(STRING) | NULLABLE | OPTIONAL}},
     false, false},
    {BUILTIN("not"), run_not, {{STR_STATIC("negand"), ANY}}, false, false},
    {BUILTIN("is"), run_is, {{STR_STATIC("value1"), ANY}, {STR_STATIC("value2"), ANY}}, false, false},
    {.run = NULL},
};
/* clang-format on */
