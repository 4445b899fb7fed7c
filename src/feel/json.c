/* json.c: values as JSON and JSON as values: the typed form of `lingban feel`, and the plain one of process
 * variables. What is nested beyond the limit is written as null. */
#include "feel/internal.h"

enum { JSON_DEPTH = 200 };

static const char *const type_names[FEEL_KIND_COUNT] = {[FEEL_NULL] = "null",
                                                        [FEEL_BOOLEAN] = "boolean",
                                                        [FEEL_NUMBER] = "number",
                                                        [FEEL_STRING] = "string",
                                                        [FEEL_DATE] = "date",
                                                        [FEEL_TIME] = "time",
                                                        [FEEL_DATE_TIME] = "date and time",
                                                        [FEEL_YEARS_MONTHS] = "years and months duration",
                                                        [FEEL_DAYS_TIME] = "days and time duration",
                                                        [FEEL_LIST] = "list",
                                                        [FEEL_CONTEXT] = "context",
                                                        [FEEL_RANGE] = "range",
                                                        [FEEL_FUNCTION] = "function"};

static void put_text(struct json_out *j, struct feel_value v) {
    json_put_string(j, feel_text(j->out->arena, v));
}

static void put_typed(struct json_out *j, struct feel_value v, int depth);

static void put_typed_items(struct json_out *j, struct feel_value v, int depth) {
    if (v.kind == FEEL_LIST) {
        json_array_open(j);
        for (size_t i = 0; i < v.list->count && !j->out->full; i++) put_typed(j, v.list->items[i], depth + 1);
        json_array_close(j);
        return;
    }
    json_object_open(j);
    for (size_t i = 0; i < v.context->count && !j->out->full; i++) {
        json_name(j, v.context->entries[i].name);
        put_typed(j, v.context->entries[i].value, depth + 1);
    }
    json_object_close(j);
}

static void put_typed(struct json_out *j, struct feel_value v, int depth) {
    if (depth > JSON_DEPTH) v = feel_null();
    json_object_open(j);
    json_member_string(j, "type", str_from(type_names[v.kind]));
    json_name(j, STR("value"));
    switch (v.kind) {
    case FEEL_NULL: json_put_null(j); break;
    case FEEL_BOOLEAN: json_put_boolean(j, v.boolean); break;
    case FEEL_LIST:
    case FEEL_CONTEXT: put_typed_items(j, v, depth); break;
    default: put_text(j, v); break;
    }
    json_object_close(j);
}

void feel_put_typed_json(struct json_out *j, struct feel_value v) {
    put_typed(j, v, 0);
}

/* "1E+6000" is a JSON number too, so a decimal's text is one always. */
static void put_number(struct json_out *j, struct decimal v) {
    struct buf digits;
    buf_init(&digits, j->out->arena, 128);
    decimal_put(&digits, v);
    json_put_raw(j, buf_str(&digits));
}

static void put_plain(struct json_out *j, struct feel_value v, int depth) {
    if (depth > JSON_DEPTH) v = feel_null();
    switch (v.kind) {
    case FEEL_NULL:
    case FEEL_FUNCTION: json_put_null(j); return;
    case FEEL_BOOLEAN: json_put_boolean(j, v.boolean); return;
    case FEEL_NUMBER: put_number(j, v.number); return;
    case FEEL_LIST:
        json_array_open(j);
        for (size_t i = 0; i < v.list->count && !j->out->full; i++) put_plain(j, v.list->items[i], depth + 1);
        json_array_close(j);
        return;
    case FEEL_CONTEXT:
        json_object_open(j);
        for (size_t i = 0; i < v.context->count && !j->out->full; i++) {
            json_name(j, v.context->entries[i].name);
            put_plain(j, v.context->entries[i].value, depth + 1);
        }
        json_object_close(j);
        return;
    default: put_text(j, v); return;
    }
}

void feel_put_json(struct json_out *j, struct feel_value v) {
    put_plain(j, v, 0);
}

struct feel_value feel_from_json(struct arena *a, const struct json *json) {
    if (!json) return feel_null();
    switch (json->kind) {
    case JSON_BOOLEAN: return feel_boolean(json->boolean);
    case JSON_STRING: return feel_string(json->text);
    case JSON_NUMBER: {
        struct decimal v;
        if (json->is_integer && !json->text.n) return feel_integer(json->integer); /* made here, never written */
        return decimal_parse(json->text, &v) ? feel_number(v) : feel_null();
    }
    case JSON_ARRAY: {
        struct feel_value list = feel_list(a, json->count);
        for (size_t i = 0; i < json->count; i++) list.list->items[i] = feel_from_json(a, &json->items[i]);
        return list;
    }
    case JSON_OBJECT: {
        struct feel_value context = feel_context(a, json->count);
        for (size_t i = 0; i < json->count; i++)
            feel_context_put(a, context, feel_name_normalise(a, json->items[i].name),
                             feel_from_json(a, &json->items[i]));
        return context;
    }
    default: return feel_null();
    }
}

static bool typed_list(struct arena *a, const struct json *value, struct feel_value *out) {
    if (!value || value->kind != JSON_ARRAY) return false;
    *out = feel_list(a, value->count);
    for (size_t i = 0; i < value->count; i++)
        if (!feel_from_typed_json(a, &value->items[i], &out->list->items[i])) return false;
    return true;
}

static bool typed_context(struct arena *a, const struct json *value, struct feel_value *out) {
    if (!value || value->kind != JSON_OBJECT) return false;
    *out = feel_context(a, value->count);
    for (size_t i = 0; i < value->count; i++) {
        struct feel_value item;
        if (!feel_from_typed_json(a, &value->items[i], &item)) return false;
        feel_context_put(a, *out, feel_name_normalise(a, value->items[i].name), item);
    }
    return true;
}

/* Those whose value is text. */
static bool typed_text(struct arena *a, enum feel_kind kind, struct str text, struct feel_value *out) {
    switch (kind) {
    case FEEL_STRING: *out = feel_string(text); return true;
    case FEEL_NUMBER: out->kind = FEEL_NUMBER; return decimal_parse(text, &out->number);
    case FEEL_RANGE: *out = feel_parse_range(a, text); return out->kind == FEEL_RANGE;
    default: *out = feel_parse_temporal(a, text); return out->kind == kind;
    }
}

bool feel_from_typed_json(struct arena *a, const struct json *json, struct feel_value *out) {
    struct str type = json_string(json, "type");
    const struct json *value = json_member(json, "value");
    for (int kind = 0; kind < FEEL_FUNCTION; kind++) {
        if (!str_eqz(type, type_names[kind])) continue;
        if (kind == FEEL_LIST) return typed_list(a, value, out);
        if (kind == FEEL_CONTEXT) return typed_context(a, value, out);
        if (kind == FEEL_NULL || kind == FEEL_BOOLEAN) {
            *out = kind == FEEL_NULL ? feel_null() : feel_boolean(value && value->boolean);
            return kind == FEEL_NULL || (value && value->kind == JSON_BOOLEAN);
        }
        return value && value->kind == JSON_STRING && typed_text(a, (enum feel_kind)kind, value->text, out);
    }
    return false;
}
