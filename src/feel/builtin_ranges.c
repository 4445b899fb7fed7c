/* builtin_ranges.c: how points and ranges lie to each other (10.3.4.6, Table 78), and range() from text.
 * A point is a range of one point here, so one function a relation is enough; the signatures say what may be which. */
#include "feel/internal.h"
#include "feel/parser.h"

struct pair {
    struct feel_range a, b;
    bool good; /* every comparison so far had an answer */
};

static struct feel_range as_range(struct feel_value v) {
    if (v.kind == FEEL_RANGE) return *v.range;
    return (struct feel_range){.low = v, .high = v, .has_low = true, .has_high = true};
}

/* An end with the side it is unbounded on: -1 below everything, 1 above everything, 0 a value. */
static int order_of(struct pair *p, struct feel_value x, int x_infinite, struct feel_value y, int y_infinite) {
    int order = 0;
    if (x_infinite || y_infinite) return (x_infinite > y_infinite) - (x_infinite < y_infinite);
    if (!feel_compare(x, y, &order)) p->good = false;
    return order;
}

static int low_low(struct pair *p) {
    return order_of(p, p->a.low, p->a.has_low ? 0 : -1, p->b.low, p->b.has_low ? 0 : -1);
}

static int high_high(struct pair *p) {
    return order_of(p, p->a.high, p->a.has_high ? 0 : 1, p->b.high, p->b.has_high ? 0 : 1);
}

static int high_low(struct pair *p) { /* a.high against b.low */
    return order_of(p, p->a.high, p->a.has_high ? 0 : 1, p->b.low, p->b.has_low ? 0 : -1);
}

static int low_high(struct pair *p) { /* a.low against b.high */
    return order_of(p, p->a.low, p->a.has_low ? 0 : -1, p->b.high, p->b.has_high ? 0 : 1);
}

static bool before(struct pair *p) {
    int o = high_low(p);
    return o < 0 || (o == 0 && (p->a.high_open || p->b.low_open));
}

static bool after(struct pair *p) {
    int o = low_high(p);
    return o > 0 || (o == 0 && (p->a.low_open || p->b.high_open));
}

static bool meets(struct pair *p) {
    return high_low(p) == 0 && !p->a.high_open && !p->b.low_open;
}

static bool met_by(struct pair *p) {
    return low_high(p) == 0 && !p->a.low_open && !p->b.high_open;
}

static bool overlaps(struct pair *p) {
    bool is_before = before(p), is_after = after(p);
    return !is_before && !is_after;
}

static bool starts_first(struct pair *p) { /* a begins before b does */
    int o = low_low(p);
    return o < 0 || (o == 0 && !p->a.low_open && p->b.low_open);
}

static bool ends_no_later(struct pair *p) {
    int o = high_high(p);
    return o < 0 || (o == 0 && (p->a.high_open || !p->b.high_open));
}

static bool starts_no_earlier(struct pair *p) {
    int o = low_low(p);
    return o > 0 || (o == 0 && (p->a.low_open || !p->b.low_open));
}

static bool overlaps_before(struct pair *p) {
    bool first = starts_first(p), touches = !before(p), inside = ends_no_later(p);
    return first && touches && inside;
}

static bool turned(struct pair *p, bool (*relation)(struct pair *)) {
    struct pair q = {p->b, p->a, p->good};
    bool v = relation(&q);
    p->good = q.good;
    return v;
}

static bool overlaps_after(struct pair *p) {
    return turned(p, overlaps_before);
}

static bool finishes(struct pair *p) {
    int o = high_high(p);
    bool inside = starts_no_earlier(p);
    return o == 0 && p->a.high_open == p->b.high_open && inside;
}

static bool finished_by(struct pair *p) {
    return turned(p, finishes);
}

static bool during(struct pair *p) {
    bool low = starts_no_earlier(p), high = ends_no_later(p);
    return low && high;
}

static bool includes(struct pair *p) {
    return turned(p, during);
}

static bool starts(struct pair *p) {
    int o = low_low(p);
    bool inside = ends_no_later(p);
    return o == 0 && p->a.low_open == p->b.low_open && inside;
}

static bool started_by(struct pair *p) {
    return turned(p, starts);
}

static bool coincides(struct pair *p) {
    int low = low_low(p), high = high_high(p);
    return low == 0 && high == 0 && p->a.low_open == p->b.low_open && p->a.high_open == p->b.high_open;
}

static struct feel_value relate(const struct site *s, const struct feel_value *a, bool (*relation)(struct pair *)) {
    struct pair p = {as_range(a[0]), as_range(a[1]), true};
    bool v = relation(&p);
    if (p.good) return feel_boolean(v);
    return NULL_SITE(s, "feel.incomparable", T("{0} and {1} cannot be compared."),
                     feel_kind_name(p.a.has_low ? p.a.low.kind : p.a.high.kind),
                     feel_kind_name(p.b.has_low ? p.b.low.kind : p.b.high.kind));
}

#define RELATION(name)                                                                                                 \
    static struct feel_value run_##name(const struct site *s, const struct feel_value *a, size_t n) {                  \
        (void)n;                                                                                                       \
        return relate(s, a, name);                                                                                     \
    }
RELATION(before)
RELATION(after)
RELATION(meets)
RELATION(met_by)
RELATION(overlaps)
RELATION(overlaps_before)
RELATION(overlaps_after)
RELATION(finishes)
RELATION(finished_by)
RELATION(includes)
RELATION(during)
RELATION(starts)
RELATION(started_by)
RELATION(coincides)

/* range("[1..3]"): ends are literals or the constructors of dates and durations from literals, and in order. */
static bool literal_text(struct arena *a, struct str text) {
    struct str rest = str_trim(text), piece = STR_NONE;
    struct faults none;
    faults_init(&none, a);
    static const char *const allowed[] = {"date and time", "date", "time", "duration"};
    for (size_t i = 0; i < rest.n;) { /* words outside of quotes must be those constructors */
        if (rest.p[i] == '"') {
            for (i++; i < rest.n && rest.p[i] != '"'; i++)
                if (rest.p[i] == '\\') i++;
            i++;
            continue;
        }
        piece = str_sub(rest, i, rest.n);
        size_t known = 0;
        for (size_t k = 0; !known && k < sizeof allowed / sizeof *allowed; k++)
            known = match_known_name(piece, str_from(allowed[k]));
        if (!known && word_length(piece)) return false;
        i += known ? known : 1;
    }
    return true;
}

struct feel_value feel_parse_range(struct arena *a, struct str text) {
    struct feel_value v;
    int order;
    if (text.n > 4096 || !literal_text(a, text)) return feel_null();
    const struct feel_expression *e = feel_compile(a, text, NULL, FEEL_EXPRESSION, (struct place){.line = 0}, NULL);
    if (!feel_is_constant(e, &v) || v.kind != FEEL_RANGE || !v.range->has_low || !v.range->has_high) return feel_null();
    if (!feel_compare(v.range->low, v.range->high, &order) || order > 0) return feel_null();
    return v;
}

static struct feel_value run_range(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    if (!feel_spend(s->env, 50 + (int64_t)a[0].string.n)) return feel_null();
    struct feel_value v = feel_parse_range(s->env->arena, a[0].string);
    return v.kind == FEEL_RANGE
               ? v
               : NULL_SITE(s, "feel.bad-range-text", T("“{0}” is not a range of two literals in order."), a[0].string);
}

/* clang-format off */
#define POINT(text) {STR_STATIC(text), POINTS}
#define RANGE_(text) {STR_STATIC(text), KIND(RANGE)}
#define TWO_POINTS(text, run) {BUILTIN(text), run, {POINT("point1"), POINT("point2")}, false, false}
#define POINT_RANGE(text, run) {BUILTIN(text), run, {POINT("point"), RANGE_("range")}, false, false}
#define RANGE_POINT(text, run) {BUILTIN(text), run, {RANGE_("range"), POINT("point")}, false, false}
#define TWO_RANGES(text, run) {BUILTIN(text), run, {RANGE_("range1"), RANGE_("range2")}, false, false}

const struct builtin feel_range_functions[] = {
    {BUILTIN("range"), run_range, {{STR_STATIC("from"), KIND(STRING)}}, false, false},
    TWO_POINTS("before", run_before), POINT_RANGE("before", run_before), RANGE_POINT("before", run_before),
     TWO_RANGES("before", run_before),
    TWO_POINTS("after", run_after), POINT_RANGE("after", run_after), RANGE_POINT("after", run_after),
     TWO_RANGES("after", run_after),
    TWO_RANGES("meets", run_meets), TWO_RANGES("met by", run_met_by), TWO_RANGES("overlaps", run_overlaps),
    TWO_RANGES("overlaps before", run_overlaps_before), TWO_RANGES("overlaps after", run_overlaps_after),
    POINT_RANGE("finishes", run_finishes), TWO_RANGES("finishes", run_finishes),
    RANGE_POINT("finished by", run_finished_by), TWO_RANGES("finished by", run_finished_by),
    RANGE_POINT("includes", run_includes), TWO_RANGES("includes", run_includes), POINT_RANGE("during", run_during),
     TWO_RANGES("during", run_during),
    POINT_RANGE("starts", run_starts), TWO_RANGES("starts", run_starts),
    RANGE_POINT("started by", run_started_by), TWO_RANGES("started by", run_started_by),
    TWO_POINTS("coincides", run_coincides), TWO_RANGES("coincides", run_coincides),
    {.run = NULL},
};
/* clang-format on */
