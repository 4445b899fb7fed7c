/* xlsform_reference.c: ${name} and ${last-saved#name} in the cells of an XLSForm, and the paths they stand for.
 *
 * A reference becomes the absolute path of the question with a space on either side. Between two places of one repeat
 * it becomes relative, so that it means the answer of the same round; inside a predicate on another instance the
 * relative path starts from current(). The arguments of indexed-repeat() that name nodesets stay absolute. All this is
 * how pyxform resolves them, and forms rely on it.
 */
#include "form/xlsform_parts.h"

#include <string.h>

struct element xlsform_ambiguous;

/* ---- finding them ---- */

bool reference_next(struct str s, size_t *at, struct reference *out) {
    static const struct str last_saved = {"last-saved#", 11};
    while (*at < s.n) {
        ptrdiff_t found = str_find(str_sub(s, *at, s.n), STR("${"));
        if (found < 0) break;
        size_t from = *at + (size_t)found, inner = from + 2;
        bool saved = str_starts(str_sub(s, inner, s.n), last_saved);
        if (saved) inner += last_saved.n;
        size_t n = ncname_length(s, inner);
        if (n && inner + n < s.n && s.p[inner + n] == '}') {
            *out = (struct reference){from, inner + n + 1, str_sub(s, inner, inner + n), saved};
            *at = out->to;
            return true;
        }
        *at = from + 2;
    }
    *at = s.n;
    return false;
}

/* Every ${ must be a reference. "${}" is left alone, as pyxform does. */
bool references_well_formed(struct str s) {
    size_t at = 0;
    while (at < s.n) {
        ptrdiff_t found = str_find(str_sub(s, at, s.n), STR("${"));
        if (found < 0) return true;
        size_t from = at + (size_t)found, seek = from;
        struct reference r;
        if (reference_next(s, &seek, &r) && r.from == from) {
            at = r.to;
            continue;
        }
        if (from + 2 < s.n && s.p[from + 2] == '}') {
            at = from + 3;
            continue;
        }
        return false;
    }
    return true;
}

bool has_reference(struct str s) {
    struct reference r;
    size_t at = 0;
    return s.n > 3 && reference_next(s, &at, &r);
}

bool is_reference(struct str s) {
    struct reference r;
    size_t at = 0;
    return reference_next(s, &at, &r) && r.from == 0 && r.to == s.n;
}

bool has_last_saved(struct str s) {
    struct reference r;
    for (size_t at = 0; reference_next(s, &at, &r);)
        if (r.last_saved) return true;
    return false;
}

/* ---- checking them ---- */

static void check_cell(struct xlsform *x, const struct table *t, const struct table_row *row, const struct table_cell *cell) {
    struct place place = xlsform_place(x, t->name, row->number, cell->column->number);
    if (str_find(cell->text, STR("${")) < 0) return;
    if (!references_well_formed(cell->text)) {
        fault_error(x->faults, "xlsform.reference-form", place,
                    T("A reference is not written well. It must be ${, the name of a question, and }: for example ${age}."));
        return;
    }
    struct reference r;
    for (size_t at = 0; reference_next(cell->text, &at, &r);) {
        const struct name_count *known = map_get(&x->name_counts, r.name);
        if (!known)
            fault_error(x->faults, "xlsform.reference-unknown", place,
                        T("There is no question named “{0}”. Correct the name in ${…}, or add the question to the sheet “survey”."), r.name);
        else if (known->count > 1)
            fault_error(x->faults, "xlsform.reference-ambiguous", place,
                        T("Several questions are named “{0}”, so ${…} does not say which. Give each its own name."), r.name);
    }
}

static bool is_checked(const struct table *t, const struct column *c) {
    static const char *const skipped[] = {"type", "name", "trigger"};
    if (strcmp(t->name, "survey") == 0) {
        for (size_t i = 0; i < 3; i++)
            if (c->group == COLUMN_PLAIN && str_eqz(c->key, skipped[i])) return false;
        return true;
    }
    if (strcmp(t->name, "entities") == 0) return !str_eqz(c->key, "dataset") && !str_eqz(c->key, "repeat");
    if (strcmp(t->name, "choices") == 0) return c->group == COLUMN_MEDIA || str_eqz(c->key, "label");
    return true;
}

static void check_table(struct xlsform *x, const struct table *t, size_t rows) {
    for (size_t i = 0; i < t->count && i < rows; i++)
        for (size_t k = 0; k < t->rows[i].count; k++)
            if (is_checked(t, t->rows[i].cells[k].column)) check_cell(x, t, &t->rows[i], &t->rows[i].cells[k]);
}

void xlsform_check_references(struct xlsform *x) {
    check_table(x, &x->settings, 1);
    check_table(x, &x->entities, SIZE_MAX);
    check_table(x, &x->survey, SIZE_MAX);
    check_table(x, &x->choices, SIZE_MAX);
}

/* ---- where elements are ---- */

void xlsform_index_elements(struct xlsform *x) {
    map_init(&x->elements, x->arena);
    for (struct element *e = x->root; e; e = element_after(e, x->root)) {
        if (e->kind == ELEMENT_INSTANCE || e->kind == ELEMENT_ATTRIBUTE || e->kind == ELEMENT_ENTITY_LABEL) continue;
        map_put(&x->elements, e->name, map_has(&x->elements, e->name) ? &xlsform_ambiguous : e);
    }
}

struct element *element_named(struct xlsform *x, struct str name) {
    struct element *e = map_get(&x->elements, name);
    return e == &xlsform_ambiguous ? NULL : e;
}

static void put_path(struct buf *out, const struct element *e, const struct element *above) {
    if (e->parent && e->parent != above) put_path(out, e->parent, above);
    if (e->flat && e->kind != ELEMENT_SURVEY) return; /* a flattened group has no node of its own */
    buf_byte(out, '/');
    if (e->kind == ELEMENT_ATTRIBUTE) buf_byte(out, '@');
    buf_add(out, e->name);
}

/* Path below an ancestor (NULL: from the root). */
static struct str path_below(struct xlsform *x, const struct element *e, const struct element *above) {
    struct buf out;
    buf_init(&out, x->arena, 1 << 16);
    put_path(&out, e, above);
    return out.p ? buf_str(&out) : STR("/");
}

struct str element_path(struct xlsform *x, struct element *e) {
    if (!e->path.p) e->path = path_below(x, e, NULL);
    return e->path;
}

struct element *element_repeat_above(const struct element *e) {
    for (struct element *p = e->parent; p; p = p->parent)
        if (p->kind == ELEMENT_REPEAT) return p;
    return NULL;
}

static bool is_above(const struct element *maybe, const struct element *e) {
    for (const struct element *p = e->parent; p; p = p->parent)
        if (p == maybe) return true;
    return false;
}

/* The nearest group or repeat (or only repeat) above both; *steps counts from a. */
static struct element *nearest_common(const struct element *a, const struct element *b, bool repeats_only, size_t *steps) {
    *steps = 1;
    for (struct element *p = a->parent; p; p = p->parent, ++*steps) {
        bool counts = p->kind == ELEMENT_REPEAT || (!repeats_only && p->kind == ELEMENT_GROUP);
        if (counts && is_above(p, b)) return p;
    }
    return NULL;
}

/* Steps up from `source` and the path down from there; false when the two share no repeat. */
static bool relative_path(struct xlsform *x, const struct element *source, const struct element *target, bool from_parent,
                          size_t *steps, struct str *down) {
    struct element *repeat = nearest_common(source, target, true, steps);
    if (!repeat) return false;
    if (from_parent) {
        bool outermost = !element_repeat_above(repeat);
        bool source_nested = element_repeat_above(source) != repeat;
        if (element_repeat_above(target) == repeat && (outermost || source_nested)) {
            ++*steps;
            *down = path_below(x, target, repeat->parent);
            return true;
        }
    }
    struct element *common = nearest_common(source, target, false, steps);
    *down = path_below(x, target, common);
    return true;
}

/* ---- replacing ---- */

/* Whether the reference stands in [ ] of an expression that speaks of an instance(). */
static bool in_instance_predicate(struct str s, const struct reference *r) {
    ptrdiff_t call = str_find(s, STR("instance("));
    if (call < 0) return false;
    size_t from = 0;
    while (from < s.n) {
        ptrdiff_t open = str_find_byte(str_sub(s, from, s.n), '[');
        if (open < 0) return false;
        size_t start = from + (size_t)open;
        ptrdiff_t close = str_find_byte(str_sub(s, start, s.n), ']');
        if (close < 0) return false;
        size_t end = start + (size_t)close + 1;
        if (r->from >= start && r->to <= end) return true;
        from = end;
    }
    return false;
}

/* The next indexed-repeat(…) up to its first closing bracket. */
static bool next_indexed_repeat(struct str s, size_t *at, struct span *out) {
    static const struct str word = {"indexed-repeat(", 15};
    ptrdiff_t found = str_find(str_sub(s, *at, s.n), word);
    if (found < 0) return false;
    size_t from = *at + (size_t)found;
    ptrdiff_t close = str_find_byte(str_sub(s, from, s.n), ')');
    if (close < 0 || (size_t)close == word.n) return false;
    *out = (struct span){from, from + (size_t)close + 1};
    *at = out->to;
    return true;
}

/* Which argument of the call names the reference last; -1 when none does. Those that are nodesets (1st, 2nd, 4th, 6th)
 * stay absolute. */
static bool is_index_argument(struct str s, const struct span *call, struct str name) {
    struct str arguments = str_sub(s, call->from + strlen("indexed-repeat("), call->to - 1), one;
    int index = 0, found = -1;
    for (; str_split(&arguments, ',', &one); index++) {
        struct reference r;
        for (size_t at = 0; reference_next(one, &at, &r);)
            if (str_eq(r.name, name)) found = index;
    }
    return found >= 0 && found != 0 && found != 1 && found != 3 && found != 5;
}

static bool may_be_relative(struct str s, const struct reference *r) {
    if (str_find(s, STR("indexed-repeat(")) < 0) return true;
    size_t at = 0;
    struct span call;
    while (next_indexed_repeat(s, &at, &call)) {
        if (r->to > call.to) {
            if (!next_indexed_repeat(s, &at, &call)) return true;
            continue; /* pyxform skips the second call here, so what stands in it stays absolute */
        }
        if (r->to < call.from || r->from > call.to) return true;
        return is_index_argument(s, &call, r->name);
    }
    return false;
}

static bool ends_with_name(struct str path, struct str name) {
    return str_ends(path, name);
}

/* Names that xlsform_check_references could not judge: a place that has no answer of its own, or one made several
 * times by a loop. */
static struct str unresolved(struct xlsform *x, struct str text, const struct reference *r, const struct element *context) {
    const struct name_count *known = map_get(&x->name_counts, r->name);
    struct place place = xlsform_place(x, "survey", context ? context->row : 0, 0);
    if (known && known->count == 1)
        fault_error(x->faults, "xlsform.reference-ambiguous", place,
                    T("“{0}” has no single answer that ${…} could stand for."), r->name);
    return str_sub(text, r->from, r->to);
}

struct str xlsform_path_of(struct xlsform *x, struct str text, const struct reference *r, struct element *context,
                           enum path_mode mode) {
    struct element *target = element_named(x, r->name);
    if (!target) return unresolved(x, text, r, context);
    size_t steps;
    struct str down;
    bool relative = !r->last_saved && context && may_be_relative(text, r) &&
                    relative_path(x, context, target, (mode & PATH_PARENT) != 0, &steps, &down);
    struct buf out;
    buf_init(&out, x->arena, 1 << 16);
    if (relative) {
        bool current = (mode & PATH_CURRENT) || in_instance_predicate(text, r);
        buf_addz(&out, current ? " current()/" : " ");
        for (size_t i = 0; i < steps; i++) buf_addz(&out, i ? "/.." : "..");
        if (ends_with_name(down, r->name)) buf_add(&out, down);
        else buf_printf(&out, "/%.*s", STR_ARGS(r->name));
    } else {
        buf_addz(&out, r->last_saved ? " instance('__last-saved')" : " ");
        buf_add(&out, element_path(x, target));
    }
    buf_byte(&out, ' ');
    return buf_str(&out);
}

struct str xlsform_paths(struct xlsform *x, struct str text, struct element *context, enum path_mode mode) {
    struct reference r;
    size_t at = 0, done = 0;
    if (!has_reference(text)) return text;
    struct buf out;
    buf_init(&out, x->arena, 1 << 20);
    while (reference_next(text, &at, &r)) {
        buf_add(&out, str_sub(text, done, r.from));
        buf_add(&out, xlsform_path_of(x, text, &r, context, mode));
        done = r.to;
    }
    buf_add(&out, str_sub(text, done, text.n));
    return buf_str(&out);
}
