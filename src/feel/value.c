/* value.c: making values, and what it means for two of them to be equal or ordered (10.3.2.13, Tables 53 and 54).
 * Read next: temporal.c for dates and durations. */
#include "feel/internal.h"

#include <string.h>

struct str feel_kind_name(enum feel_kind kind) {
    static const struct str names[FEEL_KIND_COUNT] = {[FEEL_NULL] = STR_STATIC("null"),
                                                      [FEEL_BOOLEAN] = STR_STATIC("boolean"),
                                                      [FEEL_NUMBER] = STR_STATIC("number"),
                                                      [FEEL_STRING] = STR_STATIC("string"),
                                                      [FEEL_DATE] = STR_STATIC("date"),
                                                      [FEEL_TIME] = STR_STATIC("time"),
                                                      [FEEL_DATE_TIME] = STR_STATIC("date and time"),
                                                      [FEEL_YEARS_MONTHS] = STR_STATIC("years and months duration"),
                                                      [FEEL_DAYS_TIME] = STR_STATIC("days and time duration"),
                                                      [FEEL_LIST] = STR_STATIC("list"),
                                                      [FEEL_CONTEXT] = STR_STATIC("context"),
                                                      [FEEL_RANGE] = STR_STATIC("range"),
                                                      [FEEL_FUNCTION] = STR_STATIC("function")};
    return kind < FEEL_KIND_COUNT ? names[kind] : STR("?");
}

struct feel_value feel_list(struct arena *a, size_t count) {
    struct feel_list *list = arena_new(a, struct feel_list);
    list->count = count;
    list->items = arena_array(a, struct feel_value, count);
    return (struct feel_value){.kind = FEEL_LIST, .list = list};
}

struct feel_value feel_context(struct arena *a, size_t capacity) {
    struct feel_context *c = arena_new(a, struct feel_context);
    c->capacity = capacity;
    c->entries = arena_array(a, struct feel_entry, capacity);
    return (struct feel_value){.kind = FEEL_CONTEXT, .context = c};
}

enum { LINEAR_SEARCH = 12 }; /* entries up to which a scan is quicker than hashing */

static size_t slot_of(const struct feel_context *c, struct str name) {
    size_t mask = c->slot_count - 1;
    size_t i = str_hash(name) & mask;
    while (c->slots[i] && !str_eq(c->entries[c->slots[i] - 1].name, name)) i = (i + 1) & mask;
    return i;
}

static struct feel_entry *find_entry(const struct feel_context *c, struct str name) {
    if (c->slots) {
        uint32_t at = c->slots[slot_of(c, name)];
        return at ? &c->entries[at - 1] : NULL;
    }
    for (size_t i = 0; i < c->count; i++)
        if (c->entries[i].name.n == name.n && (name.n == 0 || memcmp(c->entries[i].name.p, name.p, name.n) == 0))
            return &c->entries[i];
    return NULL;
}

static void index_entries(struct arena *a, struct feel_context *c) {
    c->slot_count = 32;
    while (c->slot_count < c->count * 4) c->slot_count *= 2;
    c->slots = arena_array(a, uint32_t, c->slot_count);
    for (size_t i = 0; i < c->count; i++) c->slots[slot_of(c, c->entries[i].name)] = (uint32_t)i + 1;
}

void feel_context_put(struct arena *a, struct feel_value context, struct str name, struct feel_value value) {
    struct feel_context *c = (struct feel_context *)context.context; /* the maker may write, see feel.h */
    struct feel_entry *known = find_entry(c, name);
    if (known) {
        known->value = value;
        return;
    }
    struct feel_entry entry = {name, value};
    VEC_PUSH(a, c->entries, c->count, c->capacity, entry);
    if (c->slots && c->count * 2 <= c->slot_count) c->slots[slot_of(c, name)] = (uint32_t)c->count;
    else if (c->count > LINEAR_SEARCH) index_entries(a, c);
}

const struct feel_value *feel_member(struct feel_value context, struct str name) {
    if (context.kind != FEEL_CONTEXT) return NULL;
    struct feel_entry *e = find_entry(context.context, name);
    return e ? &e->value : NULL;
}

struct str feel_name_normalise(struct arena *a, struct str name) {
    char *out = arena_alloc_raw(a, name.n + 1);
    size_t n = 0;
    bool gap = false;
    for (size_t at = 0, start = 0; start = at, at < name.n;) {
        uint32_t c;
        utf8_next(name, &at, &c);
        if (feel_is_space(c)) {
            gap = n > 0;
            continue;
        }
        if (gap) out[n++] = ' ';
        gap = false;
        memcpy(out + n, name.p + start, at - start);
        n += at - start;
    }
    out[n] = 0;
    return (struct str){out, n};
}

/* ---- equality ---- */

/* Lists and contexts may share parts, so that a small value is a huge tree, and may be nested deeply: a walk over
 * two of them has an end. What is beyond it counts as different. */
struct walk {
    int depth;
    int64_t left;
};
enum { WALK_DEPTH = 1000, WALK_ITEMS = 4000000 };

static bool same(struct feel_value a, struct feel_value b, struct walk *w);

static bool lists_equal(const struct feel_list *a, const struct feel_list *b, struct walk *w) {
    if (a == b) return true;
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same(a->items[i], b->items[i], w)) return false;
    return true;
}

static bool contexts_equal(const struct feel_context *a, const struct feel_context *b, struct walk *w) {
    if (a == b) return true;
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct feel_entry *other = find_entry(b, a->entries[i].name);
        if (!other || !same(a->entries[i].value, other->value, w)) return false;
    }
    return true;
}

static bool ranges_equal(const struct feel_range *a, const struct feel_range *b) {
    return a->low_open == b->low_open && a->high_open == b->high_open && feel_equals(a->low, b->low) &&
           feel_equals(a->high, b->high);
}

static bool same(struct feel_value a, struct feel_value b, struct walk *w) {
    if (a.kind != b.kind || --w->left < 0 || w->depth >= WALK_DEPTH) return false;
    if (a.kind != FEEL_LIST && a.kind != FEEL_CONTEXT) return feel_equals(a, b);
    w->depth++;
    bool equal = a.kind == FEEL_LIST ? lists_equal(a.list, b.list, w) : contexts_equal(a.context, b.context, w);
    w->depth--;
    return equal;
}

static struct feel_value walk_both(struct feel_environment *env, struct feel_value a, struct feel_value b) {
    int64_t given = env && env->steps < WALK_ITEMS ? env->steps : WALK_ITEMS;
    struct walk w = {.left = given};
    bool equal = same(a, b, &w);
    if (env && !feel_spend(env, given - (w.left < 0 ? 0 : w.left))) return feel_null();
    return feel_boolean(equal);
}

struct feel_value feel_equal(struct feel_value a, struct feel_value b) {
    return feel_equal_within(NULL, a, b);
}

struct feel_value feel_equal_within(struct feel_environment *env, struct feel_value a, struct feel_value b) {
    if (a.kind != b.kind) return a.kind == FEEL_NULL || b.kind == FEEL_NULL ? feel_boolean(false) : feel_null();
    switch (a.kind) {
    case FEEL_NULL: return feel_boolean(true);
    case FEEL_BOOLEAN: return feel_boolean(a.boolean == b.boolean);
    case FEEL_NUMBER: return feel_boolean(decimal_equal(a.number, b.number));
    case FEEL_STRING: return feel_boolean(str_eq(a.string, b.string));
    case FEEL_LIST:
    case FEEL_CONTEXT: return walk_both(env, a, b);
    case FEEL_RANGE: return feel_boolean(ranges_equal(a.range, b.range));
    case FEEL_FUNCTION: return feel_boolean(a.function == b.function);
    default: {
        int order;
        return feel_boolean(feel_compare(a, b, &order) && order == 0);
    }
    }
}

bool feel_equals(struct feel_value a, struct feel_value b) {
    return feel_is_true(feel_equal(a, b));
}

bool feel_equals_within(struct feel_environment *env, struct feel_value a, struct feel_value b) {
    return feel_is_true(feel_equal_within(env, a, b));
}

bool feel_compare(struct feel_value a, struct feel_value b, int *out) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case FEEL_NUMBER: *out = decimal_compare(a.number, b.number); return true;
    case FEEL_STRING: {
        int order = str_cmp(a.string, b.string);
        *out = (order > 0) - (order < 0);
        return true;
    }
    case FEEL_YEARS_MONTHS: *out = (a.months > b.months) - (a.months < b.months); return true;
    case FEEL_DAYS_TIME: *out = duration_compare(a.duration, b.duration); return true;
    case FEEL_DATE: *out = date_compare(a.date, b.date); return true;
    case FEEL_TIME: return clock_compare(a.clock, b.clock, false, out);
    case FEEL_DATE_TIME: return clock_compare(a.clock, b.clock, true, out);
    default: return false;
    }
}

/* Three-valued `low <= value` or the like: whether `value` is on the right side of one end. */
static struct feel_value beyond_end(struct feel_value value, struct feel_value end, bool open, int side) {
    int order;
    if (!feel_compare(value, end, &order)) return feel_null();
    return feel_boolean(order == side || (order == 0 && !open));
}

static struct feel_value in_range(struct feel_value v, const struct feel_range *r) {
    struct feel_value above = r->has_low ? beyond_end(v, r->low, r->low_open, 1) : feel_boolean(true);
    struct feel_value below = r->has_high ? beyond_end(v, r->high, r->high_open, -1) : feel_boolean(true);
    /* [c .. c] is how `= c` is written, also for values without an order */
    if (above.kind == FEEL_NULL && r->has_low && r->has_high && !r->low_open && !r->high_open &&
        v.kind == FEEL_BOOLEAN && feel_equals(r->low, r->high))
        return feel_equal(v, r->low);
    if (above.kind == FEEL_NULL || below.kind == FEEL_NULL) return feel_null();
    return feel_boolean(above.boolean && below.boolean);
}

/* Membership of a list: an item that equals the value, or is a range around it, or a list that contains it. */
static struct feel_value in_list(struct feel_environment *env, struct feel_value v, const struct feel_list *list) {
    if (env && !feel_spend(env, (int64_t)list->count)) return feel_null();
    for (size_t i = 0; i < list->count; i++) {
        struct feel_value item = list->items[i];
        if (feel_equals_within(env, v, item)) return feel_boolean(true);
        if (item.kind == FEEL_RANGE && v.kind != FEEL_RANGE && feel_is_true(in_range(v, item.range)))
            return feel_boolean(true);
    }
    return feel_boolean(false);
}

struct feel_value feel_in_within(struct feel_environment *env, struct feel_value v, struct feel_value test) {
    if (test.kind == FEEL_RANGE && v.kind != FEEL_RANGE) return in_range(v, test.range);
    if (test.kind != FEEL_LIST) return feel_equal_within(env, v, test);
    if (v.kind == FEEL_LIST && feel_equals_within(env, v, test)) return feel_boolean(true);
    return in_list(env, v, test.list);
}

struct feel_value feel_in(struct feel_value v, struct feel_value test) {
    return feel_in_within(NULL, v, test);
}

/* ---- hashing ---- */

static uint64_t mix(uint64_t h, uint64_t v) {
    h = (h ^ v) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 31;
}

static uint64_t hash_scalar(uint64_t h, struct feel_value v) {
    switch (v.kind) {
    case FEEL_BOOLEAN: return mix(h, v.boolean);
    case FEEL_NUMBER: return mix(h, decimal_hash(v.number));
    case FEEL_STRING: return mix(h, str_hash(v.string));
    case FEEL_DATE: return mix(h, (uint64_t)date_days(v.date));
    case FEEL_TIME:
    case FEEL_DATE_TIME: return mix(h, clock_hash(v.clock, v.kind == FEEL_DATE_TIME));
    case FEEL_YEARS_MONTHS: return mix(h, (uint64_t)v.months);
    case FEEL_DAYS_TIME: return mix(mix(h, (uint64_t)v.duration.seconds), (uint64_t)v.duration.nano);
    case FEEL_RANGE: return mix(h, (uint64_t)v.range->low.kind);
    case FEEL_FUNCTION: return mix(h, (uint64_t)(uintptr_t)v.function);
    default: return h;
    }
}

/* A few levels and items are enough to tell most values apart. A context is hashed in any order, so all its entries
 * count or, for a large one inside another value, none. */
static uint64_t hash_at(struct feel_value v, int depth) {
    uint64_t h = mix(17, v.kind);
    if (v.kind == FEEL_LIST) {
        h = mix(h, v.list->count);
        for (size_t i = 0; depth < 4 && i < v.list->count && i < 16; i++) h = mix(h, hash_at(v.list->items[i], depth + 1));
        return h;
    }
    if (v.kind == FEEL_CONTEXT) {
        uint64_t sum = v.context->count;
        for (size_t i = 0; depth < 3 && (depth == 0 || v.context->count <= 16) && i < v.context->count; i++)
            sum += mix(str_hash(v.context->entries[i].name), hash_at(v.context->entries[i].value, depth + 1));
        return mix(h, sum);
    }
    return hash_scalar(h, v);
}

uint64_t feel_hash(struct feel_value v) {
    return hash_at(v, 0);
}
