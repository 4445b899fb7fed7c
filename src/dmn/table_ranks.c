/* table_ranks.c: constants of a column into ranks, cells into spans of ranks (table_ranks.h). */
#include "dmn/table_ranks.h"

#include <stdlib.h>

bool dmn_rankable(enum feel_kind kind) {
    return kind == FEEL_NULL || kind == FEEL_BOOLEAN || kind == FEEL_NUMBER || kind == FEEL_STRING ||
           kind == FEEL_DATE || kind == FEEL_YEARS_MONTHS || kind == FEEL_DAYS_TIME;
}

static int order(const struct feel_value *a, const struct feel_value *b) {
    int result = 0;
    if (a->kind == FEEL_NUMBER) return decimal_compare(a->number, b->number);
    if (a->kind == FEEL_STRING) return str_cmp(a->string, b->string);
    if (a->kind == FEEL_BOOLEAN) return (int)a->boolean - (int)b->boolean;
    if (a->kind == FEEL_NULL) return 0;
    feel_compare(*a, *b, &result);
    return result;
}

static int order_for_sort(const void *a, const void *b) {
    return order(a, b);
}

/* Number of points below v; *equal says whether v is the next one. */
static size_t search(const struct dmn_points *p, const struct feel_value *v, bool *equal) {
    size_t low = 0, high = p->count;
    *equal = false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int o = order(&p->values[middle], v);
        if (o == 0) {
            *equal = true;
            return middle;
        }
        if (o < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- which cells can be spans ---- */

/* An unbounded range has no kind of its own; the bounded end gives it. */
static enum feel_kind interval_kind(const struct feel_range *r) {
    return r->has_low ? r->low.kind : r->high.kind;
}

static bool is_span(const struct feel_range *r) {
    if (!r->has_low && !r->has_high) return false;
    if (r->has_low && r->has_high && r->low.kind != r->high.kind) return false;
    return dmn_rankable(interval_kind(r));
}

/* True when every interval of the test can be a span; negated ones must be of one kind that has an order. */
static bool can_index(const struct feel_test *test) {
    if (test->shape != FEEL_TEST_INTERVALS || test->count == 0) return false;
    for (size_t i = 0; i < test->count; i++) {
        if (!is_span(&test->intervals[i])) return false;
        if (test->negated && (interval_kind(&test->intervals[i]) == FEEL_NULL ||
                              interval_kind(&test->intervals[i]) != interval_kind(&test->intervals[0])))
            return false;
    }
    return true;
}

static void add_point(struct arena *a, struct dmn_ranks *c, struct feel_value v) {
    struct dmn_points *p = &c->points[v.kind];
    VEC_PUSH(a, p->values, p->count, p->capacity, v);
}

static void sort_points(struct dmn_points *p) {
    if (p->count == 0) return;
    qsort(p->values, p->count, sizeof *p->values, order_for_sort);
    size_t kept = 1;
    for (size_t i = 1; i < p->count; i++)
        if (order(&p->values[kept - 1], &p->values[i]) != 0) p->values[kept++] = p->values[i];
    p->count = kept;
}

void dmn_ranks_add(struct arena *a, struct dmn_ranks *c, const struct feel_test *test) {
    if (!can_index(test)) return;
    for (size_t i = 0; i < test->count; i++) {
        const struct feel_range *r = &test->intervals[i];
        if (r->has_low) add_point(a, c, r->low);
        if (r->has_high) add_point(a, c, r->high);
    }
}

void dmn_ranks_settle(struct dmn_ranks *c) {
    c->count = 1;
    for (size_t k = 0; k < FEEL_KIND_COUNT; k++) {
        sort_points(&c->points[k]);
        c->points[k].base = c->count;
        if (c->points[k].count) c->count += 2 * (uint32_t)c->points[k].count + 1;
    }
}

static struct dmn_span span_of(const struct dmn_ranks *c, const struct feel_range *r) {
    const struct dmn_points *p = &c->points[interval_kind(r)];
    struct dmn_span s = {p->base, p->base + 2 * (uint32_t)p->count};
    bool equal;
    if (r->has_low) s.low = p->base + 2 * (uint32_t)search(p, &r->low, &equal) + 1 + (r->low_open ? 1 : 0);
    if (r->has_high) s.high = p->base + 2 * (uint32_t)search(p, &r->high, &equal) + 1 - (r->high_open ? 1 : 0);
    return s; /* low above high: matches nothing */
}

static int order_spans(const void *a, const void *b) {
    const struct dmn_span *x = a, *y = b;
    return (x->low > y->low) - (x->low < y->low);
}

/* The ranks of the kind that none of the spans holds. */
static size_t complement(const struct dmn_points *p, struct dmn_span *spans, size_t count, struct dmn_span *out) {
    uint32_t next = p->base, last = p->base + 2 * (uint32_t)p->count;
    size_t n = 0;
    qsort(spans, count, sizeof *spans, order_spans);
    for (size_t i = 0; i < count; i++) {
        if (spans[i].low > spans[i].high) continue;
        if (spans[i].low > next) out[n++] = (struct dmn_span){next, spans[i].low - 1};
        if (spans[i].high + 1 > next) next = spans[i].high + 1;
    }
    if (next <= last) out[n++] = (struct dmn_span){next, last};
    return n;
}

static struct dmn_span keep_spans(struct arena *a, struct dmn_ranks *c, struct dmn_span *spans, size_t count) {
    if (count == 0) return (struct dmn_span){1, 0};
    if (count == 1) return spans[0];
    struct dmn_several several = {count, spans};
    VEC_PUSH(a, c->several, c->several_count, c->several_capacity, several);
    return (struct dmn_span){DMN_SEVERAL, (uint32_t)(c->several_count - 1)};
}

struct dmn_span dmn_ranks_cell(struct arena *a, struct dmn_ranks *c, const struct feel_test *test) {
    if (test->shape == FEEL_TEST_ANY) return (struct dmn_span){0, c->count - 1};
    if (!can_index(test)) return (struct dmn_span){DMN_EVALUATE, 0};
    struct dmn_span *spans = arena_array(a, struct dmn_span, test->count + 1);
    for (size_t i = 0; i < test->count; i++) spans[i] = span_of(c, &test->intervals[i]);
    if (!test->negated) return keep_spans(a, c, spans, test->count);
    struct dmn_span *others = arena_array(a, struct dmn_span, test->count + 2);
    return keep_spans(a, c, others, complement(&c->points[interval_kind(&test->intervals[0])], spans, test->count, others));
}

uint32_t dmn_rank_of(const struct dmn_ranks *ranks, const struct feel_value *v) {
    const struct dmn_points *points = &ranks->points[v->kind];
    bool equal;
    if (points->count == 0) return 0;
    uint32_t below = (uint32_t)search(points, v, &equal);
    return points->base + 2 * below + (equal ? 1 : 0);
}

bool dmn_in_span(const struct dmn_ranks *ranks, struct dmn_span s, uint32_t rank) {
    if (s.low != DMN_SEVERAL) return s.low <= rank && rank <= s.high;
    const struct dmn_several *several = &ranks->several[s.high];
    for (size_t i = 0; i < several->count; i++)
        if (several->spans[i].low <= rank && rank <= several->spans[i].high) return true;
    return false;
}
