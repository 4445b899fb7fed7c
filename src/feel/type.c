/* type.c: types, whether a value is of one (instance of), and the implicit conversions (10.3.2.9).
 * Null is an instance of Null alone, but inside a list or context it stands for a missing value of any type. */
#include "feel/internal.h"

enum { TYPE_DEPTH = 200 };

#define SIMPLE(k)                                                                                                      \
    { .kind = FEEL_TYPE_SIMPLE, .simple = FEEL_##k }
static const struct feel_type any_type = {.kind = FEEL_TYPE_ANY}, list_type = {.kind = FEEL_TYPE_LIST},
                              range_type = {.kind = FEEL_TYPE_RANGE}, function_type = {.kind = FEEL_TYPE_FUNCTION},
                              context_type = {.kind = FEEL_TYPE_CONTEXT}, null_type = SIMPLE(NULL),
                              boolean_type = SIMPLE(BOOLEAN), number_type = SIMPLE(NUMBER),
                              string_type = SIMPLE(STRING), date_type = SIMPLE(DATE), time_type = SIMPLE(TIME),
                              date_time_type = SIMPLE(DATE_TIME), months_type = SIMPLE(YEARS_MONTHS),
                              duration_type = SIMPLE(DAYS_TIME);

const struct feel_type *feel_type_named(struct str name) {
    static const struct {
        const char *name;
        const struct feel_type *type;
    } table[] = {{"Any", &any_type},
                 {"Null", &null_type},
                 {"boolean", &boolean_type},
                 {"number", &number_type},
                 {"string", &string_type},
                 {"date", &date_type},
                 {"time", &time_type},
                 {"date and time", &date_time_type},
                 {"dateTime", &date_time_type},
                 {"days and time duration", &duration_type},
                 {"dayTimeDuration", &duration_type},
                 {"day-time-duration", &duration_type},
                 {"years and months duration", &months_type},
                 {"yearMonthDuration", &months_type},
                 {"year-month-duration", &months_type},
                 {"list", &list_type},
                 {"context", &context_type},
                 {"range", &range_type},
                 {"function", &function_type}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_eqz(name, table[i].name)) return table[i].type;
    return NULL;
}

static bool type_conforms(const struct feel_type *a, const struct feel_type *b, int depth);

/* Each member of b is one of a, of a type that conforms. */
static bool members_conform(const struct feel_type *a, const struct feel_type *b, int depth) {
    for (size_t i = 0; i < b->member_count; i++) {
        size_t k = 0;
        while (k < a->member_count && !str_eq(a->member_names[k], b->member_names[i])) k++;
        if (k == a->member_count || !type_conforms(a->member_types[k], b->member_types[i], depth + 1)) return false;
    }
    return true;
}

/* What it takes is wider, what it gives is narrower. */
static bool signature_conforms(const struct feel_type *a, const struct feel_type *b, int depth) {
    if (!b->member_types && !b->element) return true;
    if (a->member_count != b->member_count) return false;
    for (size_t i = 0; i < a->member_count; i++)
        if (!type_conforms(b->member_types[i], a->member_types[i], depth + 1)) return false;
    return type_conforms(a->element, b->element, depth + 1);
}

/* Whether every value of type a is one of type b (10.3.2.9.2). */
static bool type_conforms(const struct feel_type *a, const struct feel_type *b, int depth) {
    if (!b || b->kind == FEEL_TYPE_ANY || a == b) return true;
    if (!a || a->kind == FEEL_TYPE_ANY || depth > TYPE_DEPTH) return false;
    if (a->kind == FEEL_TYPE_SIMPLE && a->simple == FEEL_NULL) return true;
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case FEEL_TYPE_SIMPLE: return a->simple == b->simple;
    case FEEL_TYPE_CONTEXT: return members_conform(a, b, depth);
    case FEEL_TYPE_FUNCTION: return signature_conforms(a, b, depth);
    default: return type_conforms(a->element, b->element, depth + 1);
    }
}

/* A parameter without a type takes anything; a result without a type is not known until it is called. */
static bool function_conforms(const struct feel_function *f, const struct feel_type *type) {
    if (!type->member_types && !type->element && !type->member_count) return true;
    if (f->built_in) { /* by the number of parameters */
        const struct builtin *rows = (const struct builtin *)f;
        for (const struct builtin *row = rows; row->run && str_eq(row->function.name, f->name); row++)
            if (row->variadic || feel_builtin_parameter_count(row) == type->member_count) return true;
        return false;
    }
    if (f->parameter_count != type->member_count) return false;
    for (size_t i = 0; i < f->parameter_count; i++) {
        const struct feel_type *own = f->parameter_types ? f->parameter_types[i] : NULL;
        if (own && !type_conforms(type->member_types[i], own, 0)) return false;
    }
    return !f->result || type_conforms(f->result, type->element, 0);
}

static bool conforms(struct feel_value v, const struct feel_type *type, struct feel_environment *env, int depth);

/* Inside a value null is a value that is missing. */
static bool part_conforms(struct feel_value v, const struct feel_type *type, struct feel_environment *env, int depth) {
    return v.kind == FEEL_NULL || !type || conforms(v, type, env, depth + 1);
}

static bool list_conforms(const struct feel_list *list, const struct feel_type *type, struct feel_environment *env,
                          int depth) {
    if (!type->element || type->element->kind == FEEL_TYPE_ANY) return true;
    if (!feel_spend(env, (int64_t)list->count)) return false;
    for (size_t i = 0; i < list->count; i++)
        if (!part_conforms(list->items[i], type->element, env, depth)) return false;
    return true;
}

static bool context_conforms(struct feel_value v, const struct feel_type *type, struct feel_environment *env,
                             int depth) {
    if (!feel_spend(env, (int64_t)type->member_count)) return false;
    for (size_t i = 0; i < type->member_count; i++) {
        const struct feel_value *member = feel_member(v, type->member_names[i]);
        if (!member || !part_conforms(*member, type->member_types[i], env, depth)) return false;
    }
    return true;
}

static bool shape_conforms(struct feel_value v, const struct feel_type *type, struct feel_environment *env, int depth) {
    switch (type->kind) {
    case FEEL_TYPE_ANY: return v.kind != FEEL_NULL;
    case FEEL_TYPE_SIMPLE: return v.kind == type->simple;
    case FEEL_TYPE_LIST: return v.kind == FEEL_LIST && list_conforms(v.list, type, env, depth);
    case FEEL_TYPE_CONTEXT: return v.kind == FEEL_CONTEXT && context_conforms(v, type, env, depth);
    case FEEL_TYPE_RANGE:
        return v.kind == FEEL_RANGE && part_conforms(v.range->low, type->element, env, depth) &&
               part_conforms(v.range->high, type->element, env, depth);
    case FEEL_TYPE_FUNCTION: return v.kind == FEEL_FUNCTION && function_conforms(v.function, type);
    }
    return false;
}

static bool conforms(struct feel_value v, const struct feel_type *type, struct feel_environment *env, int depth) {
    if (depth > TYPE_DEPTH || !shape_conforms(v, type, env, depth)) return false;
    return !type->allows || v.kind == FEEL_NULL || type->allows(type, v, env);
}

bool feel_is_instance(struct feel_value v, const struct feel_type *type, struct feel_environment *env) {
    return conforms(v, type, env, 0);
}

static bool convert(struct feel_value v, const struct feel_type *type, struct feel_environment *env,
                    struct feel_value *out) {
    if (type->kind == FEEL_TYPE_ANY || conforms(v, type, env, 0)) {
        *out = v;
        return true;
    }
    if (type->kind == FEEL_TYPE_LIST && v.kind != FEEL_LIST) {
        struct feel_value list = feel_list(env->arena, 1);
        list.list->items[0] = v;
        *out = list;
        return conforms(list, type, env, 0);
    }
    if (type->kind != FEEL_TYPE_LIST && v.kind == FEEL_LIST && v.list->count == 1) {
        *out = v.list->items[0];
        return out->kind == FEEL_NULL || conforms(*out, type, env, 0);
    }
    if (type->kind == FEEL_TYPE_SIMPLE && type->simple == FEEL_DATE_TIME && v.kind == FEEL_DATE) {
        *out = feel_clock_value(env->arena, FEEL_DATE_TIME, clock_midnight(v.date));
        return !type->allows || type->allows(type, *out, env);
    }
    return false;
}

struct feel_value feel_coerce(struct feel_value v, const struct feel_type *type, struct feel_environment *env) {
    struct feel_value out;
    if (!type || v.kind == FEEL_NULL) return v;
    if (convert(v, type, env, &out)) return out;
    if (!env->reasons) return feel_null();
    return NULL_AT(env, NULL, 0, "feel.wrong-type", T("A value of type {0} was given where {1} is wanted."),
                   feel_kind_name(v.kind), feel_type_text(env->arena, type));
}

/* ---- text of a type ---- */

static void put_type(struct buf *out, const struct feel_type *type, int depth);

static void put_element(struct buf *out, const char *name, const struct feel_type *element, int depth) {
    buf_addz(out, name);
    if (!element) return;
    buf_byte(out, '<');
    put_type(out, element, depth + 1);
    buf_byte(out, '>');
}

static void put_members(struct buf *out, const struct feel_type *type, int depth) {
    buf_byte(out, '<');
    for (size_t i = 0; i < type->member_count; i++) {
        if (i) buf_addz(out, ", ");
        if (type->kind == FEEL_TYPE_CONTEXT) {
            buf_add(out, type->member_names[i]);
            buf_addz(out, ": ");
        }
        put_type(out, type->member_types[i], depth + 1);
    }
    buf_byte(out, '>');
}

static void put_type(struct buf *out, const struct feel_type *type, int depth) {
    if (!type || type->kind == FEEL_TYPE_ANY) {
        buf_addz(out, "Any");
    } else if (type->name.n) {
        buf_add(out, type->name);
    } else if (depth > 8) {
        buf_addz(out, "…");
    } else if (type->kind == FEEL_TYPE_SIMPLE) {
        buf_add(out, feel_kind_name(type->simple));
    } else if (type->kind == FEEL_TYPE_LIST || type->kind == FEEL_TYPE_RANGE) {
        put_element(out, type->kind == FEEL_TYPE_LIST ? "list" : "range", type->element, depth);
    } else {
        buf_addz(out, type->kind == FEEL_TYPE_CONTEXT ? "context" : "function");
        if (type->member_count || type->element) put_members(out, type, depth);
        if (type->kind == FEEL_TYPE_FUNCTION && type->element) {
            buf_addz(out, " -> ");
            put_type(out, type->element, depth + 1);
        }
    }
}

struct str feel_type_text(struct arena *a, const struct feel_type *type) {
    struct buf out;
    buf_init(&out, a, 1 << 16);
    put_type(&out, type, 0);
    return buf_str(&out);
}
