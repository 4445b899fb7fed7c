/* loops.c: for, some, every and filters (10.3.2.14, 10.3.2.5). Each pass costs as many steps as its body has nodes. */
#include "feel/internal.h"

/* What an iterator walks over: the items of a list, or whole numbers or days, up or down. */
struct domain {
    const struct feel_list *list;
    bool days;
    int64_t first, count;
    int step;
};

static bool whole_end(struct feel_value v, bool *days, int64_t *out) {
    *days = v.kind == FEEL_DATE;
    if (v.kind == FEEL_DATE) *out = date_days(v.date);
    else
        return v.kind == FEEL_NUMBER && decimal_to_int(v.number, out) && *out > -((int64_t)1 << 61) &&
               *out < (int64_t)1 << 61;
    return true;
}

static bool span_domain(struct feel_value low, struct feel_value high, struct domain *out) {
    int64_t from, to;
    bool days, days_too;
    if (!whole_end(low, &days, &from) || !whole_end(high, &days_too, &to) || days != days_too) return false;
    *out = (struct domain){
        .days = days, .first = from, .count = (from <= to ? to - from : from - to) + 1, .step = from <= to ? 1 : -1};
    return true;
}

/* A range as a value holds what lies between its ends, so it is walked upwards only. */
static bool range_domain(const struct feel_range *r, struct domain *out) {
    if (!r->has_low || !r->has_high || !span_domain(r->low, r->high, out) || out->step < 0) return false;
    if (r->low_open) out->first++, out->count--;
    if (r->high_open) out->count--;
    if (out->count < 0) out->count = 0;
    return true;
}

static bool find_domain(const struct node *n, const struct iterator_code *it, struct frame *f, struct domain *out) {
    struct feel_value low = evaluate(it->low, f);
    bool good;
    if (it->high) {
        struct feel_value high = evaluate(it->high, f);
        good = span_domain(low, high, out);
    } else if (low.kind == FEEL_RANGE) {
        good = range_domain(low.range, out);
    } else if (low.kind == FEEL_LIST) {
        *out = (struct domain){.list = low.list, .count = (int64_t)low.list->count};
        good = true;
    } else if (low.kind != FEEL_NULL) { /* one value is a list of one (10.3.2.9.4) */
        struct feel_value one = feel_list(f->env->arena, 1);
        one.list->items[0] = low;
        *out = (struct domain){.list = one.list, .count = 1};
        good = true;
    } else {
        good = false;
    }
    if (!good)
        NULL_HERE(f, n, "feel.no-iteration", T("This cannot be gone through one by one ({0})."),
                  feel_kind_name(low.kind));
    return good;
}

static struct feel_value domain_item(const struct domain *d, int64_t i) {
    if (d->list) return d->list->items[i];
    int64_t v = d->first + i * d->step;
    if (!d->days) return feel_integer(v);
    struct feel_value date = {.kind = FEEL_DATE};
    return date_from_days(v, &date.date) ? date : feel_null();
}

/* Calls `body` for every combination; false when a domain is none, or the body or a budget stopped it. */
struct walk {
    const struct node *n;
    struct frame *f;
    bool (*body)(struct walk *w);
    struct feel_value result;
    struct feel_value *items; /* of a `for` */
    size_t count, capacity;
};

static bool walk_iterators(struct walk *w, size_t level) {
    const struct loop_code *loop = w->n->extra;
    const struct iterator_code *it = &loop->iterators[level];
    struct domain d;
    if (!find_domain(w->n, it, w->f, &d)) return false;
    for (int64_t i = 0; i < d.count; i++) {
        if (!feel_spend(w->f->env, 1 + loop->body->weight)) return false;
        w->f->locals[it->slot] = domain_item(&d, i);
        if (level + 1 < loop->count ? !walk_iterators(w, level + 1) : !w->body(w)) return false;
    }
    return true;
}

/* The list so far is a view of the items; they are never changed, only added to. */
static void set_partial(struct walk *w) {
    const struct loop_code *loop = w->n->extra;
    struct feel_list *list = arena_new(w->f->env->arena, struct feel_list);
    *list = (struct feel_list){w->count, w->items};
    w->f->locals[loop->partial_slot] = (struct feel_value){.kind = FEEL_LIST, .list = list};
}

static bool for_body(struct walk *w) {
    const struct loop_code *loop = w->n->extra;
    if (loop->uses_partial) set_partial(w);
    struct feel_value item = evaluate(loop->body, w->f);
    VEC_PUSH(w->f->env->arena, w->items, w->count, w->capacity, item);
    return true;
}

struct feel_value evaluate_for(const struct node *n, struct frame *f) {
    struct walk w = {.n = n, .f = f, .body = for_body};
    if (!walk_iterators(&w, 0)) return feel_null();
    struct feel_list *list = arena_new(f->env->arena, struct feel_list);
    *list = (struct feel_list){w.count, w.items};
    return (struct feel_value){.kind = FEEL_LIST, .list = list};
}

static bool quantified_body(struct walk *w) {
    const struct loop_code *loop = w->n->extra;
    struct feel_value v = evaluate(loop->body, w->f);
    bool decisive = w->n->kind == NODE_SOME;
    if (v.kind != FEEL_BOOLEAN) w->result = feel_null();
    if (v.kind != FEEL_BOOLEAN || v.boolean != decisive) return true;
    w->result = feel_boolean(decisive);
    return false;
}

struct feel_value evaluate_quantified(const struct node *n, struct frame *f) {
    bool decisive = n->kind == NODE_SOME;
    struct walk w = {.n = n, .f = f, .body = quantified_body, .result = feel_boolean(!decisive)};
    if (walk_iterators(&w, 0)) return w.result;
    return w.result.kind == FEEL_BOOLEAN && w.result.boolean == decisive && !f->env->stopped ? w.result : feel_null();
}

/* ---- filters ---- */

static struct feel_value item_at(const struct node *n, struct frame *f, struct feel_value list,
                                 struct feel_value position) {
    int64_t i, count = list.kind == FEEL_LIST ? (int64_t)list.list->count : 1;
    if (!decimal_to_int(position.number, &i) || i == 0 || i > count || i < -count)
        return NULL_HERE(f, n, "feel.no-item", T("The list has no item {0}."), feel_text(f->env->arena, position));
    if (list.kind != FEEL_LIST) return list;
    return list.list->items[i > 0 ? i - 1 : count + i];
}

static struct feel_value matching_items(const struct node *n, struct frame *f, const struct feel_list *list,
                                        struct feel_value first) {
    struct feel_value *items = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!feel_spend(f->env, 1 + n->b->weight)) return feel_null();
        f->locals[n->slot] = list->items[i];
        if (feel_is_true(i == 0 ? first : evaluate(n->b, f)))
            VEC_PUSH(f->env->arena, items, count, capacity, list->items[i]);
    }
    struct feel_value v = feel_list(f->env->arena, 0);
    *(struct feel_list *)v.list = (struct feel_list){count, items};
    return v;
}

/* Whether a filter is a position or a condition is seen on the first item: a number is a position. */
struct feel_value evaluate_filter(const struct node *n, struct frame *f) {
    struct feel_value source = evaluate(n->a, f);
    if (source.kind == FEEL_NULL)
        return NULL_HERE(f, n, "feel.null-filtered", T("There is nothing to filter: the list is null."));
    if (n->b->kind == NODE_CONSTANT && n->b->value.kind == FEEL_NUMBER) return item_at(n, f, source, n->b->value);
    struct feel_list one = {1, &source};
    const struct feel_list *list = source.kind == FEEL_LIST ? source.list : &one;
    f->locals[n->slot] = list->count ? list->items[0] : feel_null();
    struct feel_value first = evaluate(n->b, f);
    if (first.kind == FEEL_NUMBER) return item_at(n, f, source, first);
    return matching_items(n, f, list, first);
}
