/* builtin_lists.c: the functions on lists (10.3.4.4, 10.3.4.10). Figures of lists are in builtin_figures.c. */
#include "feel/builtin_lists.h"

#include <string.h>

struct feel_value feel_list_of(struct arena *a, struct feel_value *items, size_t count) {
    struct feel_list *list = arena_new(a, struct feel_list);
    *list = (struct feel_list){count, items};
    return (struct feel_value){.kind = FEEL_LIST, .list = list};
}

/* The items of the one list given, or the arguments themselves: sum([1, 2]) and sum(1, 2). */
struct feel_list feel_items_of(const struct feel_value *a, size_t n) {
    if (n == 1 && a[0].kind == FEEL_LIST) return *a[0].list;
    return (struct feel_list){n, (struct feel_value *)a};
}

bool feel_spend_list(const struct site *s, size_t count) {
    return feel_spend(s->env, (int64_t)count);
}

static struct feel_value no_position(const struct site *s) {
    return NULL_SITE(s, "feel.no-position", T("There is no such position in the list."));
}

/* Position from 1, or from the end with a minus; what follows the point does not count. */
static bool position_of(struct decimal v, size_t count, size_t *out) {
    int64_t i;
    if (!decimal_round(v, 0, DECIMAL_DOWN, &v) || !decimal_to_int(v, &i)) return false;
    if (i == 0 || i > (int64_t)count || i < -(int64_t)count) return false;
    *out = (size_t)(i > 0 ? i - 1 : (int64_t)count + i);
    return true;
}

static struct feel_value run_contains(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    if (!feel_spend_list(s, a[0].list->count)) return feel_null();
    for (size_t i = 0; i < a[0].list->count; i++)
        if (feel_equals_within(s->env, a[0].list->items[i], a[1])) return feel_boolean(true);
    return feel_boolean(false);
}

static struct feel_value run_count(const struct site *s, const struct feel_value *a, size_t n) {
    (void)s, (void)n;
    return feel_integer((int64_t)a[0].list->count);
}

static struct feel_value run_sublist(const struct site *s, const struct feel_value *a, size_t n) {
    size_t start, count = a[0].list->count;
    int64_t length;
    if (!position_of(a[1].number, count, &start)) return no_position(s);
    length = (int64_t)(count - start);
    if (n > 2 && a[2].kind == FEEL_NUMBER) {
        struct decimal whole;
        if (!decimal_round(a[2].number, 0, DECIMAL_DOWN, &whole) || !decimal_to_int(whole, &length))
            return no_position(s);
        if (length < 1 || length > (int64_t)(count - start)) return no_position(s);
    }
    return feel_list_of(s->env->arena, a[0].list->items + start, (size_t)length);
}

static struct feel_value run_append(const struct site *s, const struct feel_value *a, size_t n) {
    size_t count = a[0].list->count;
    if (!feel_spend_list(s, count)) return feel_null();
    struct feel_value v = feel_list(s->env->arena, count + n - 1);
    if (count) memcpy(v.list->items, a[0].list->items, count * sizeof *a);
    for (size_t i = 1; i < n; i++) v.list->items[count + i - 1] = a[i];
    return v;
}

static struct feel_value run_concatenate(const struct site *s, const struct feel_value *a, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += a[i].list->count;
    if (!feel_spend_list(s, count)) return feel_null();
    struct feel_value v = feel_list(s->env->arena, count);
    count = 0;
    for (size_t i = 0; i < n; i++) {
        if (a[i].list->count) memcpy(v.list->items + count, a[i].list->items, a[i].list->count * sizeof *a);
        count += a[i].list->count;
    }
    return v;
}

/* A copy with `take` items at `at` replaced by the `put` given ones. */
static struct feel_value spliced(const struct site *s, const struct feel_list *list, size_t at, size_t take,
                                 const struct feel_value *put, size_t put_count) {
    if (!feel_spend_list(s, list->count)) return feel_null();
    struct feel_value v = feel_list(s->env->arena, list->count - take + put_count);
    struct feel_value *to = v.list->items;
    for (size_t i = 0; i < at; i++) *to++ = list->items[i];
    for (size_t i = 0; i < put_count; i++) *to++ = put[i];
    for (size_t i = at + take; i < list->count; i++) *to++ = list->items[i];
    return v;
}

static struct feel_value run_insert(const struct site *s, const struct feel_value *a, size_t n) {
    size_t at;
    (void)n;
    return position_of(a[1].number, a[0].list->count, &at) ? spliced(s, a[0].list, at, 0, &a[2], 1) : no_position(s);
}

static struct feel_value run_remove(const struct site *s, const struct feel_value *a, size_t n) {
    size_t at;
    (void)n;
    return position_of(a[1].number, a[0].list->count, &at) ? spliced(s, a[0].list, at, 1, NULL, 0) : no_position(s);
}

static struct feel_value run_replace_at(const struct site *s, const struct feel_value *a, size_t n) {
    size_t at;
    (void)n;
    return position_of(a[1].number, a[0].list->count, &at) ? spliced(s, a[0].list, at, 1, &a[2], 1) : no_position(s);
}

static struct feel_value run_replace_matching(const struct site *s, const struct feel_value *a, size_t n) {
    const struct feel_list *list = a[0].list;
    (void)n;
    if (!feel_spend_list(s, list->count)) return feel_null();
    struct feel_value v = feel_list(s->env->arena, list->count);
    for (size_t i = 0; i < list->count; i++) {
        struct feel_value arguments[2] = {list->items[i], a[2]};
        struct feel_value match = feel_call_at(s, a[1], arguments, NULL, 2);
        if (match.kind != FEEL_BOOLEAN || s->env->stopped)
            return NULL_SITE(s, "feel.not-boolean", T("The function given to “{0}” must answer true or false."),
                             STR("list replace"));
        v.list->items[i] = match.boolean ? a[2] : list->items[i];
    }
    return v;
}

static struct feel_value run_reverse(const struct site *s, const struct feel_value *a, size_t n) {
    size_t count = a[0].list->count;
    (void)n;
    if (!feel_spend_list(s, count)) return feel_null();
    struct feel_value v = feel_list(s->env->arena, count);
    for (size_t i = 0; i < count; i++) v.list->items[i] = a[0].list->items[count - 1 - i];
    return v;
}

static struct feel_value run_index_of(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_value *items = NULL;
    size_t count = 0, capacity = 0;
    (void)n;
    if (!feel_spend_list(s, a[0].list->count)) return feel_null();
    for (size_t i = 0; i < a[0].list->count; i++)
        if (feel_equals_within(s->env, a[0].list->items[i], a[1]))
            VEC_PUSH(s->env->arena, items, count, capacity, feel_integer((int64_t)i + 1));
    return feel_list_of(s->env->arena, items, count);
}

/* Values seen so far, found again by their hash. */
struct seen {
    struct feel_value *items;
    size_t count, slot_count;
    uint32_t *slots;
};

static bool already_seen(const struct site *s, struct seen *seen, struct feel_value v) {
    size_t mask = seen->slot_count - 1, i = feel_hash(v) & mask;
    for (; seen->slots[i]; i = (i + 1) & mask)
        if (!feel_spend_list(s, 1) || feel_equals_within(s->env, seen->items[seen->slots[i] - 1], v)) return true;
    seen->items[seen->count++] = v;
    seen->slots[i] = (uint32_t)seen->count;
    return false;
}

static struct feel_value run_union(const struct site *s, const struct feel_value *a, size_t n) {
    size_t total = 0;
    for (size_t i = 0; i < n; i++) total += a[i].list->count;
    if (!feel_spend_list(s, total)) return feel_null();
    struct seen seen = {.slot_count = 16};
    while (seen.slot_count < total * 2) seen.slot_count *= 2;
    seen.items = arena_array(s->env->arena, struct feel_value, total);
    seen.slots = arena_array(s->env->arena, uint32_t, seen.slot_count);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < a[i].list->count; k++) already_seen(s, &seen, a[i].list->items[k]);
    return feel_list_of(s->env->arena, seen.items, seen.count);
}

struct flat {
    const struct site *site;
    struct feel_value *items;
    size_t count, capacity;
};

static bool flatten_into(struct flat *flat, const struct feel_list *list, int depth) {
    if (depth > 500 || !feel_spend_list(flat->site, list->count + 1)) return false;
    for (size_t i = 0; i < list->count; i++) {
        struct feel_value v = list->items[i];
        if (v.kind != FEEL_LIST) VEC_PUSH(flat->site->env->arena, flat->items, flat->count, flat->capacity, v);
        else if (!flatten_into(flat, v.list, depth + 1)) return false;
    }
    return true;
}

static struct feel_value run_flatten(const struct site *s, const struct feel_value *a, size_t n) {
    struct flat flat = {.site = s};
    (void)n;
    if (!flatten_into(&flat, a[0].list, 0))
        return NULL_SITE(s, "feel.too-deep", T("The calculation is nested too deeply and was stopped."));
    return feel_list_of(s->env->arena, flat.items, flat.count);
}

/* ---- sorting ---- */

struct sorting {
    const struct site *site;
    const struct feel_value *precedes; /* NULL: by natural order */
    bool failed;
};

/* Whether y must come before x. */
static bool out_of_order(struct sorting *o, struct feel_value x, struct feel_value y) {
    int order;
    if (!o->precedes) {
        if (!feel_compare(x, y, &order)) o->failed = true;
        return !o->failed && order > 0;
    }
    struct feel_value arguments[2] = {y, x};
    struct feel_value v = feel_call_at(o->site, *o->precedes, arguments, NULL, 2);
    if (v.kind != FEEL_BOOLEAN || o->site->env->stopped) o->failed = true;
    return !o->failed && v.boolean;
}

static void merge_sort(struct sorting *o, struct feel_value *items, struct feel_value *spare, size_t n) {
    if (n < 2 || o->failed) return;
    size_t half = n / 2, a = 0, b = half;
    merge_sort(o, items, spare, half);
    merge_sort(o, items + half, spare, n - half);
    memcpy(spare, items, n * sizeof *items);
    for (size_t i = 0; i < n; i++) {
        bool right = a == half || (b < n && !o->failed && out_of_order(o, spare[a], spare[b]));
        items[i] = right ? spare[b++] : spare[a++];
    }
}

bool feel_sort_items(const struct site *s, const struct feel_list *list, const struct feel_value *precedes,
                     struct feel_value **out) {
    struct sorting o = {.site = s, .precedes = precedes};
    size_t n = list->count, levels = 1;
    while ((size_t)1 << levels < n) levels++;
    if (!feel_spend_list(s, n * levels)) return false;
    struct feel_value *items = arena_array(s->env->arena, struct feel_value, n * 2);
    if (n) memcpy(items, list->items, n * sizeof *items);
    merge_sort(&o, items, items + n, n);
    *out = items;
    return !o.failed;
}

static struct feel_value run_sort(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_value *items;
    if (!feel_sort_items(s, a[0].list, n > 1 ? &a[1] : NULL, &items))
        return NULL_SITE(s, "feel.not-sortable",
                         T("The list cannot be sorted: two of its items cannot be put in order."));
    return feel_list_of(s->env->arena, items, a[0].list->count);
}

/* clang-format off */
#define LIST_ {STR_STATIC("list"), KIND(LIST)}
#define POSITION {STR_STATIC("position"), KIND(NUMBER)}
#define NEW_ITEM {STR_STATIC("newItem"), ANY}

const struct builtin feel_list_functions[] = {
    {BUILTIN("list contains"), run_contains, {LIST_, {STR_STATIC("element"), ANY}}, false, false},
    {BUILTIN("count"), run_count, {LIST_}, false, false},
    {BUILTIN("min"), feel_run_min, {LIST_}, false, false},
    {BUILTIN("min"), feel_run_min, {{STR_STATIC("c1"), ANY}, {STR_STATIC("c2"), ANY}}, true, false},
    {BUILTIN("max"), feel_run_max, {LIST_}, false, false},
    {BUILTIN("max"), feel_run_max, {{STR_STATIC("c1"), ANY}, {STR_STATIC("c2"), ANY}}, true, false},
    {BUILTIN("sum"), feel_run_sum, {LIST_}, false, false},
    {BUILTIN("sum"), feel_run_sum, {{STR_STATIC("n1"), ANY}, {STR_STATIC("n2"), ANY}}, true, false},
    {BUILTIN("mean"), feel_run_mean, {LIST_}, false, false},
    {BUILTIN("mean"), feel_run_mean, {{STR_STATIC("n1"), ANY}, {STR_STATIC("n2"), ANY}}, true, false},
    {BUILTIN("all"), feel_run_all, {LIST_}, false, false},
    {BUILTIN("all"), feel_run_all, {{STR_STATIC("b1"), ANY}, {STR_STATIC("b2"), ANY}}, true, false},
    {BUILTIN("any"), feel_run_any, {LIST_}, false, false},
    {BUILTIN("any"), feel_run_any, {{STR_STATIC("b1"), ANY}, {STR_STATIC("b2"), ANY}}, true, false},
    {BUILTIN("product"), feel_run_product, {LIST_}, false, false},
    {BUILTIN("product"), feel_run_product, {{STR_STATIC("n1"), ANY}, {STR_STATIC("n2"), ANY}}, true, false},
    {BUILTIN("median"), feel_run_median, {LIST_}, false, false},
    {BUILTIN("median"), feel_run_median, {{STR_STATIC("n1"), ANY}, {STR_STATIC("n2"), ANY}}, true, false},
    {BUILTIN("stddev"), feel_run_stddev, {LIST_}, false, false},
    {BUILTIN("stddev"), feel_run_stddev, {{STR_STATIC("n1"), ANY}, {STR_STATIC("n2"), ANY}}, true, false},
    {BUILTIN("mode"), feel_run_mode, {LIST_}, false, false},
    {BUILTIN("mode"), feel_run_mode, {{STR_STATIC("n1"), ANY}, {STR_STATIC("n2"), ANY}}, true, false},
    {BUILTIN("sublist"), run_sublist, {LIST_, {STR_STATIC("start position"), KIND(NUMBER)}, {STR_STATIC("length"),
     KIND(NUMBER) | OPTIONAL | NULLABLE}}, false, false},
    {BUILTIN("append"), run_append, {LIST_, {STR_STATIC("item"), ANY}}, true, false},
    {BUILTIN("concatenate"), run_concatenate, {LIST_}, true, false},
    {BUILTIN("insert before"), run_insert, {LIST_, POSITION, NEW_ITEM}, false, false},
    {BUILTIN("remove"), run_remove, {LIST_, POSITION}, false, false},
    {BUILTIN("list replace"), run_replace_at, {LIST_, POSITION, NEW_ITEM}, false, false},
    {BUILTIN("list replace"), run_replace_matching, {LIST_, {STR_STATIC("match"), KIND(FUNCTION)}, NEW_ITEM}, false,
     true},
    {BUILTIN("reverse"), run_reverse, {LIST_}, false, false},
    {BUILTIN("index of"), run_index_of, {LIST_, {STR_STATIC("match"), ANY}}, false, false},
    {BUILTIN("union"), run_union, {LIST_}, true, false},
    {BUILTIN("distinct values"), run_union, {LIST_}, false, false},
    {BUILTIN("flatten"), run_flatten, {LIST_}, false, false},
    {BUILTIN("sort"), run_sort, {LIST_, {STR_STATIC("precedes"), KIND(FUNCTION) | OPTIONAL}}, false, true},
    {.run = NULL},
};
/* clang-format on */
