/* builtin_contexts.c: the functions on contexts (10.3.4.8). */
#include "feel/internal.h"

static struct feel_value run_get_value(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    const struct feel_value *v = feel_member(a[0], a[1].string);
    return v ? *v : NULL_SITE(s, "feel.no-member", T("The context has no entry “{0}”."), a[1].string);
}

/* Along a path of keys. */
static struct feel_value run_get_value_along(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_value v = a[0];
    (void)n;
    for (size_t i = 0; i < a[1].list->count; i++) {
        struct feel_value key = a[1].list->items[i];
        const struct feel_value *member = key.kind == FEEL_STRING ? feel_member(v, key.string) : NULL;
        if (!member)
            return NULL_SITE(s, "feel.no-member", T("The context has no entry “{0}”."), feel_text(s->env->arena, key));
        v = *member;
    }
    return a[1].list->count ? v : feel_null();
}

static struct feel_value run_get_entries(const struct site *s, const struct feel_value *a, size_t n) {
    const struct feel_context *c = a[0].context;
    struct arena *arena = s->env->arena;
    (void)n;
    if (!feel_spend(s->env, (int64_t)c->count)) return feel_null();
    struct feel_value list = feel_list(arena, c->count);
    for (size_t i = 0; i < c->count; i++) {
        struct feel_value entry = feel_context(arena, 2);
        feel_context_put(arena, entry, STR("key"), feel_string(c->entries[i].name));
        feel_context_put(arena, entry, STR("value"), c->entries[i].value);
        list.list->items[i] = entry;
    }
    return list;
}

static struct feel_value run_context(const struct site *s, const struct feel_value *a, size_t n) {
    const struct feel_list *entries = a[0].list;
    (void)n;
    if (!feel_spend(s->env, (int64_t)entries->count)) return feel_null();
    struct feel_value v = feel_context(s->env->arena, entries->count);
    for (size_t i = 0; i < entries->count; i++) {
        const struct feel_value *key = feel_member(entries->items[i], STR("key")),
                                *value = feel_member(entries->items[i], STR("value"));
        if (!key || !value || key->kind != FEEL_STRING)
            return NULL_SITE(s, "feel.bad-entry",
                             T("Each entry of a context needs a “key” that is a string, and a “value”."));
        if (feel_member(v, key->string))
            return NULL_SITE(s, "feel.duplicate-entry", T("The entry “{0}” stands twice in one context."), key->string);
        feel_context_put(s->env->arena, v, key->string, *value);
    }
    return v;
}

static struct feel_value copy_of(const struct site *s, const struct feel_context *c) {
    struct feel_value v = feel_context(s->env->arena, c->count + 1);
    for (size_t i = 0; i < c->count; i++) feel_context_put(s->env->arena, v, c->entries[i].name, c->entries[i].value);
    return v;
}

static struct feel_value run_put(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    if (!feel_spend(s->env, (int64_t)a[0].context->count)) return feel_null();
    struct feel_value v = copy_of(s, a[0].context);
    feel_context_put(s->env->arena, v, a[1].string, a[2]);
    return v;
}

/* Copies the contexts along the path; all but the last key must be there. */
static struct feel_value put_along(const struct site *s, struct feel_value context, const struct feel_list *keys,
                                   size_t at, struct feel_value value) {
    struct feel_value key = keys->items[at];
    if (context.kind != FEEL_CONTEXT || key.kind != FEEL_STRING || !feel_spend(s->env, (int64_t)context.context->count))
        return feel_null();
    if (at + 1 < keys->count) {
        const struct feel_value *inner = feel_member(context, key.string);
        if (!inner || at > 100) return feel_null();
        value = put_along(s, *inner, keys, at + 1, value);
        if (value.kind == FEEL_NULL) return value;
    }
    struct feel_value v = copy_of(s, context.context);
    feel_context_put(s->env->arena, v, key.string, value);
    return v;
}

static struct feel_value run_put_along(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    struct feel_value v = a[1].list->count ? put_along(s, a[0], a[1].list, 0, a[2]) : feel_null();
    if (v.kind == FEEL_NULL) return NULL_SITE(s, "feel.bad-keys", T("The keys do not lead to a context."));
    return v;
}

static struct feel_value run_merge(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_value v = feel_context(s->env->arena, 8);
    (void)n;
    for (size_t i = 0; i < a[0].list->count; i++) {
        struct feel_value item = a[0].list->items[i];
        if (item.kind != FEEL_CONTEXT) return NULL_SITE(s, "feel.not-contexts", T("Only contexts can be merged."));
        if (!feel_spend(s->env, 1 + (int64_t)item.context->count)) return feel_null();
        for (size_t k = 0; k < item.context->count; k++)
            feel_context_put(s->env->arena, v, item.context->entries[k].name, item.context->entries[k].value);
    }
    return v;
}

/* clang-format off */
#define M {STR_STATIC("m"), KIND(CONTEXT)}
#define CONTEXT_ {STR_STATIC("context"), KIND(CONTEXT)}
#define VALUE {STR_STATIC("value"), ANY}

const struct builtin feel_context_functions[] = {
    {BUILTIN("get value"), run_get_value, {M, {STR_STATIC("key"), KIND(STRING)}}, false, false},
    {BUILTIN("get value"), run_get_value_along, {M, {STR_STATIC("keys"), KIND(LIST)}}, false, false},
    {BUILTIN("get entries"), run_get_entries, {M}, false, false},
    {BUILTIN("context"), run_context, {{STR_STATIC("entries"), KIND(LIST)}}, false, false},
    {BUILTIN("context put"), run_put, {CONTEXT_, {STR_STATIC("key"), KIND(STRING)}, VALUE}, false, false},
    {BUILTIN("context put"), run_put_along, {CONTEXT_, {STR_STATIC("keys"), KIND(LIST)}, VALUE}, false, false},
    {BUILTIN("context merge"), run_merge, {{STR_STATIC("contexts"), KIND(LIST)}}, false, false},
    {.run = NULL},
};
/* clang-format on */
