/* inputs.c: inputs that come as plain JSON (process variables, form answers, files), where dates and durations are
 * text: what the input data declare to be one becomes one. Texts that are no date stay texts, and are then refused
 * by the type check with a reason. */
#include "dmn/model.h"

enum { DEPTH_MOST = 64 };

static struct feel_value typed(struct arena *a, struct feel_value v, const struct feel_type *type, int depth);

static bool is_temporal(enum feel_kind kind) {
    return kind >= FEEL_DATE && kind <= FEEL_DAYS_TIME;
}

static struct feel_value typed_text(struct arena *a, struct feel_value v, const struct feel_type *type) {
    if (type->kind != FEEL_TYPE_SIMPLE || !is_temporal(type->simple)) return v;
    struct feel_value parsed = feel_parse_temporal(a, str_trim(v.string));
    bool fits = parsed.kind == type->simple || (parsed.kind == FEEL_DATE && type->simple == FEEL_DATE_TIME);
    return fits ? parsed : v;
}

static struct feel_value typed_list(struct arena *a, struct feel_value v, const struct feel_type *type, int depth) {
    struct feel_value out = feel_list(a, v.list->count);
    for (size_t i = 0; i < v.list->count; i++) out.list->items[i] = typed(a, v.list->items[i], type, depth + 1);
    return out;
}

static const struct feel_type *member_type(const struct feel_type *type, struct str name) {
    for (size_t i = 0; i < type->member_count; i++)
        if (str_eq(type->member_names[i], name)) return type->member_types[i];
    return NULL;
}

static struct feel_value typed_context(struct arena *a, struct feel_value v, const struct feel_type *type, int depth) {
    struct feel_value out = feel_context(a, v.context->count);
    for (size_t i = 0; i < v.context->count; i++) {
        const struct feel_entry *entry = &v.context->entries[i];
        feel_context_put(a, out, entry->name, typed(a, entry->value, member_type(type, entry->name), depth + 1));
    }
    return out;
}

static struct feel_value typed(struct arena *a, struct feel_value v, const struct feel_type *type, int depth) {
    if (!type || depth > DEPTH_MOST) return v;
    if (v.kind == FEEL_LIST) return typed_list(a, v, type->kind == FEEL_TYPE_LIST ? type->element : type, depth);
    if (type->kind == FEEL_TYPE_LIST) return typed(a, v, type->element, depth + 1);
    if (v.kind == FEEL_STRING) return typed_text(a, v, type);
    if (v.kind == FEEL_CONTEXT && type->kind == FEEL_TYPE_CONTEXT) return typed_context(a, v, type, depth);
    return v;
}

struct feel_value dmn_inputs_from_json(const struct dmn_element *what, struct arena *arena, const struct json *json) {
    struct feel_value plain = feel_from_json(arena, json);
    size_t count;
    const struct dmn_element **inputs = dmn_inputs(what, arena, &count);
    if (plain.kind != FEEL_CONTEXT) return plain;
    struct feel_value out = feel_context(arena, plain.context->count);
    for (size_t i = 0; i < plain.context->count; i++) {
        const struct feel_entry *entry = &plain.context->entries[i];
        const struct feel_type *type = NULL;
        for (size_t k = 0; k < count && !type; k++)
            if (str_eq(inputs[k]->variable.name, entry->name)) type = inputs[k]->variable.type;
        feel_context_put(arena, out, entry->name, typed(arena, entry->value, type, 0));
    }
    return out;
}
