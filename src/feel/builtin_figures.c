/* builtin_figures.c: one value out of a list: min, max, sum, mean, median … (10.3.4.4). Each takes a list or the items
 * as arguments; an item of the wrong kind makes the result null. */
#include "feel/builtin_lists.h"

static struct feel_value not_numbers(const struct site *s) {
    return NULL_SITE(s, "feel.not-numbers", T("The list holds something that is not a number."));
}

static struct feel_value number_or_null(const struct site *s, bool good, struct decimal v) {
    return good ? feel_number(v) : NULL_SITE(s, "feel.out-of-range", T("The result is too large."));
}

static struct feel_value empty(const struct site *s) {
    return NULL_SITE(s, "feel.empty-list", T("The list is empty."));
}

static bool all_numbers(const struct site *s, const struct feel_list *list) {
    if (!feel_spend_list(s, list->count)) return false;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind != FEEL_NUMBER) return false;
    return true;
}

/* The first item that no other is below (side -1) or above (side 1). */
static struct feel_value extreme(const struct site *s, const struct feel_value *a, size_t n, int side) {
    struct feel_list list = feel_items_of(a, n);
    if (list.count == 0) return empty(s);
    if (!feel_spend_list(s, list.count)) return feel_null();
    struct feel_value best = list.items[0];
    int order;
    if (!feel_compare(best, best, &order))
        return NULL_SITE(s, "feel.incomparable", T("{0} and {1} cannot be compared."), feel_kind_name(best.kind),
                         feel_kind_name(best.kind));
    for (size_t i = 1; i < list.count; i++) {
        if (!feel_compare(list.items[i], best, &order))
            return NULL_SITE(s, "feel.incomparable", T("{0} and {1} cannot be compared."), feel_kind_name(best.kind),
                             feel_kind_name(list.items[i].kind));
        if (order == side) best = list.items[i];
    }
    return best;
}

struct feel_value feel_run_min(const struct site *s, const struct feel_value *a, size_t n) {
    return extreme(s, a, n, -1);
}

struct feel_value feel_run_max(const struct site *s, const struct feel_value *a, size_t n) {
    return extreme(s, a, n, 1);
}

struct feel_value feel_run_sum(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_list list = feel_items_of(a, n);
    if (list.count == 0) return empty(s);
    if (!all_numbers(s, &list)) return not_numbers(s);
    struct decimal total = list.items[0].number;
    for (size_t i = 1; i < list.count; i++)
        if (!decimal_add(total, list.items[i].number, &total)) return number_or_null(s, false, total);
    return feel_number(total);
}

struct feel_value feel_run_mean(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_list list = feel_items_of(a, n);
    struct feel_value total = feel_run_sum(s, a, n);
    if (total.kind == FEEL_NULL) return total;
    return feel_arithmetic(s, NODE_DIVIDE, total, feel_integer((int64_t)list.count));
}

struct feel_value feel_run_product(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_list list = feel_items_of(a, n);
    if (list.count == 0) return empty(s);
    if (!all_numbers(s, &list)) return not_numbers(s);
    struct decimal total = list.items[0].number;
    for (size_t i = 1; i < list.count; i++)
        if (!decimal_multiply(total, list.items[i].number, &total)) return number_or_null(s, false, total);
    return feel_number(total);
}

/* Conjunction (decisive false) or disjunction (decisive true) in three-valued logic. */
static struct feel_value junction(const struct site *s, const struct feel_value *a, size_t n, bool decisive) {
    struct feel_list list = feel_items_of(a, n);
    bool unknown = false;
    if (!feel_spend_list(s, list.count)) return feel_null();
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].kind != FEEL_BOOLEAN) unknown = true;
        else if (list.items[i].boolean == decisive) return feel_boolean(decisive);
    }
    return unknown ? NULL_SITE(s, "feel.not-boolean", T("The list holds something that is neither true nor false."))
                   : feel_boolean(!decisive);
}

struct feel_value feel_run_all(const struct site *s, const struct feel_value *a, size_t n) {
    return junction(s, a, n, false);
}

struct feel_value feel_run_any(const struct site *s, const struct feel_value *a, size_t n) {
    return junction(s, a, n, true);
}

struct feel_value feel_run_median(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_list list = feel_items_of(a, n);
    struct feel_value *sorted;
    struct decimal v;
    if (list.count == 0) return empty(s);
    if (!all_numbers(s, &list) || !feel_sort_items(s, &list, NULL, &sorted)) return not_numbers(s);
    size_t middle = list.count / 2;
    if (list.count % 2) return sorted[middle];
    bool good =
        decimal_add(sorted[middle - 1].number, sorted[middle].number, &v) && decimal_divide(v, decimal_from_int(2), &v);
    return number_or_null(s, good, v);
}

/* Of a sample: the squares are divided by one less than their number. */
struct feel_value feel_run_stddev(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_list list = feel_items_of(a, n);
    if (list.count < 2) return empty(s);
    if (!all_numbers(s, &list)) return not_numbers(s);
    struct feel_value mean = feel_run_mean(s, a, n);
    struct decimal total = decimal_from_int(0), d;
    bool good = mean.kind == FEEL_NUMBER;
    for (size_t i = 0; good && i < list.count; i++)
        good = decimal_subtract(list.items[i].number, mean.number, &d) && decimal_multiply(d, d, &d) &&
               decimal_add(total, d, &total);
    good =
        good && decimal_divide(total, decimal_from_int((int64_t)list.count - 1), &total) && decimal_sqrt(total, &total);
    return number_or_null(s, good, total);
}

static size_t run_length(const struct feel_value *sorted, size_t at, size_t count) {
    size_t end = at;
    while (end < count && decimal_equal(sorted[end].number, sorted[at].number)) end++;
    return end - at;
}

/* All that are most frequent, from the smallest on. */
struct feel_value feel_run_mode(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_list list = feel_items_of(a, n);
    struct feel_value *sorted;
    if (!all_numbers(s, &list) || !feel_sort_items(s, &list, NULL, &sorted)) return not_numbers(s);
    size_t most = 0, count = 0, capacity = 0;
    struct feel_value *items = NULL;
    for (size_t i = 0, run; i < list.count; i += run) {
        run = run_length(sorted, i, list.count);
        if (run > most) most = run, count = 0;
        if (run == most) VEC_PUSH(s->env->arena, items, count, capacity, sorted[i]);
    }
    return feel_list_of(s->env->arena, items, count);
}
