/* builtin.c: finding a built-in function, choosing its signature and checking arguments. The functions themselves are
 * in builtin_*.c, one file a group of 10.3.4, each with its table. */
#include "feel/internal.h"

#include <string.h>

const struct builtin *const feel_builtin_tables[] = {
    feel_conversion_functions, feel_number_functions,   feel_string_functions, feel_list_functions,
    feel_context_functions,    feel_temporal_functions, feel_range_functions,  NULL};

const struct builtin *feel_builtin_find(struct str name) {
    for (size_t t = 0; feel_builtin_tables[t]; t++)
        for (const struct builtin *row = feel_builtin_tables[t]; row->run; row++)
            if (str_eq(row->function.name, name)) return row;
    return NULL;
}

/* Byte for byte as match_known_name does, kept here so that the table is walked once. */
static size_t spelled(struct str text, struct str name) {
    size_t at = 0;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == ' ') {
            size_t start = at;
            while (at < text.n && (text.p[at] == ' ' || (text.p[at] >= '\t' && text.p[at] <= '\r'))) at++;
            if (at == start) return 0;
        } else if (at >= text.n || text.p[at++] != name.p[i]) {
            return 0;
        }
    }
    size_t next = at;
    uint32_t c;
    return utf8_next(text, &next, &c) && feel_is_name_part(c) ? 0 : at;
}

size_t feel_builtin_match(struct str text) {
    size_t best = 0;
    if (text.n == 0 || text.p[0] < 'a' || text.p[0] > 'z') return 0;
    for (size_t t = 0; feel_builtin_tables[t]; t++) {
        for (const struct builtin *row = feel_builtin_tables[t]; row->run; row++) {
            if (row->function.name.p[0] != text.p[0] || row->function.name.n <= best) continue;
            size_t n = spelled(text, row->function.name);
            if (n > best) best = n;
        }
    }
    return best;
}

size_t feel_builtin_parameter_count(const struct builtin *row) {
    size_t n = 0;
    while (n < PARAMETERS_MAX && row->parameters[n].name.n) n++;
    return n;
}

static size_t required_count(const struct builtin *row) {
    size_t n = 0, count = feel_builtin_parameter_count(row);
    while (n < count && !(row->parameters[n].accepts & OPTIONAL)) n++;
    return n;
}

static bool fits_by_count(const struct builtin *row, size_t count) {
    return count >= required_count(row) && (row->variadic || count <= feel_builtin_parameter_count(row));
}

static bool fits_by_names(const struct builtin *row, size_t count, const struct str *names, size_t *order) {
    size_t parameters = feel_builtin_parameter_count(row), required = required_count(row), seen = 0;
    bool given[PARAMETERS_MAX] = {false};
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < parameters && !str_eq(row->parameters[k].name, names[i])) k++;
        if (k == parameters || given[k]) return false;
        given[k] = true;
        order[i] = k;
        if (k < required) seen++;
    }
    return seen == required;
}

static bool in_order(const size_t *order, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (order[i] != i) return false;
    return true;
}

/* By names one signature is meant: of before(point, range) and before(range, point) the one that is written. */
static const struct builtin *row_by_names(const struct builtin *first, size_t count, const struct str *names,
                                          size_t *order) {
    const struct builtin *found = NULL;
    size_t tried[PARAMETERS_MAX];
    for (const struct builtin *row = first; row->run && str_eq(row->function.name, first->function.name); row++) {
        if (!fits_by_names(row, count, names, tried) || (found && !in_order(tried, count))) continue;
        memcpy(order, tried, count * sizeof *order);
        if (in_order(tried, count)) return row;
        found = row;
    }
    return found;
}

const struct builtin *const *feel_builtin_rows(struct arena *a, const struct builtin *first, size_t count,
                                               const struct str *names, size_t *order) {
    const struct builtin **rows = NULL,
                         *named = names && count <= PARAMETERS_MAX ? row_by_names(first, count, names, order) : NULL;
    size_t found = 0, capacity = 0;
    for (const struct builtin *row = first; row->run && str_eq(row->function.name, first->function.name); row++)
        if (names ? row == named : fits_by_count(row, count)) VEC_PUSH(a, rows, found, capacity, row);
    if (!found) return NULL;
    VEC_PUSH(a, rows, found, capacity, NULL);
    return rows;
}

/* The argument as the parameter wants it, by the implicit conversions of 10.3.2.9.4. */
static bool accept(const struct site *s, unsigned accepts, struct feel_value v, struct feel_value *out) {
    *out = v;
    if (accepts & 1u << v.kind) return true;
    if (v.kind == FEEL_NULL) return accepts & NULLABLE;
    if (v.kind == FEEL_LIST && v.list->count == 1 && (accepts & 1u << v.list->items[0].kind)) {
        *out = v.list->items[0];
        return true;
    }
    if (accepts & KIND(LIST)) {
        *out = feel_list(s->env->arena, 1);
        out->list->items[0] = v;
        return true;
    }
    if (v.kind == FEEL_DATE && (accepts & KIND(DATE_TIME))) {
        *out = feel_clock_value(s->env->arena, FEEL_DATE_TIME, clock_midnight(v.date));
        return true;
    }
    return false;
}

static bool accept_all(const struct site *s, const struct builtin *row, const struct feel_value *arguments,
                       size_t count, struct feel_value *out) {
    size_t last = feel_builtin_parameter_count(row);
    for (size_t i = 0; i < count; i++)
        if (!accept(s, row->parameters[i < last ? i : last - 1].accepts, arguments[i], &out[i])) return false;
    return true;
}

static struct feel_value refuse(const struct site *s, const struct builtin *row, const struct feel_value *arguments,
                                size_t count) {
    struct buf kinds;
    if (!s->env->reasons) return feel_null();
    buf_init(&kinds, s->env->arena, 1000);
    for (size_t i = 0; i < count; i++) {
        if (i) buf_addz(&kinds, ", ");
        buf_add(&kinds, feel_kind_name(arguments[i].kind));
    }
    return NULL_SITE(s, "feel.wrong-arguments", T("The function “{0}” does not take these arguments: {1}."),
                     row->function.name, buf_str(&kinds));
}

struct feel_value feel_builtin_call(const struct site *s, const struct builtin *const *rows,
                                    const struct feel_value *arguments, size_t count) {
    struct feel_value few[PARAMETERS_MAX], *accepted = few;
    if (!feel_spend(s->env, 1 + (int64_t)count)) return feel_null();
    if (count > PARAMETERS_MAX) accepted = arena_array(s->env->arena, struct feel_value, count);
    for (size_t i = 0; rows[i]; i++)
        if (accept_all(s, rows[i], arguments, count, accepted)) return rows[i]->run(s, accepted, count);
    return refuse(s, rows[0], arguments, count);
}

struct feel_value feel_builtin(struct str name) {
    const struct builtin *row = feel_builtin_find(name);
    return row ? feel_function_value(&row->function) : feel_null();
}
