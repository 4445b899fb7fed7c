/* types.c: item definitions (DMN 1.5, 7.3.3) become FEEL types, and every typeRef its type.
 *
 * A type name is looked for among the definitions of its own file, then as "import name.type", then among FEEL's own
 * types. Definitions may contain themselves (a tree of parts): a context type exists before its members are
 * resolved. Allowed values hold for the items of a collection, a type constraint for the collection itself.
 * Read next: compile.c.
 */
#include "dmn/model.h"

static const struct feel_type *resolve_item(struct dmn_model *m, struct dmn_item *item);

/* What stands behind a type with allowed values. */
struct restriction {
    const struct dmn_tests *tests;
    const struct feel_type *base;
};

static bool allowed(const struct feel_type *type, struct feel_value v, struct feel_environment *env) {
    const struct restriction *r = type->data;
    if (r->base->allows && !r->base->allows(r->base, v, env)) return false;
    return feel_is_true(feel_test(r->tests->feel, env, NULL, v));
}

const struct dmn_tests *dmn_allowed_values(const struct feel_type *type) {
    return type && type->allows == allowed ? ((const struct restriction *)type->data)->tests : NULL;
}

static const struct feel_type *restrict_type(struct dmn_model *m, const struct feel_type *base, struct dmn_tests *tests,
                                             const struct dmn_item *item) {
    if (!tests || tests->text.n == 0) return base;
    struct feel_scope nothing = {0};
    struct restriction *r = arena_new(m->arena, struct restriction);
    dmn_set_tests(m->arena, tests, feel_compile(m->arena, tests->text, &nothing, FEEL_UNARY_TESTS, tests->place, m->faults));
    r->tests = tests;
    r->base = base;
    struct feel_type *type = arena_new(m->arena, struct feel_type);
    *type = *base;
    type->name = item->variable.name;
    type->allows = allowed;
    type->data = r;
    return type;
}

static const struct feel_type *list_of(struct dmn_model *m, const struct feel_type *element, struct str name) {
    struct feel_type *type = arena_new(m->arena, struct feel_type);
    type->kind = FEEL_TYPE_LIST;
    type->name = name;
    type->element = element;
    return type;
}

static const struct feel_type any_type = {.kind = FEEL_TYPE_ANY};

/* ---- names ---- */

static struct dmn_item *find_item(const struct dmn_file *file, struct str name) {
    struct dmn_item *item = map_get(&file->items_by_name, name);
    for (size_t i = 0; i < file->import_count && !item; i++) {
        const struct dmn_import *import = &file->imports[i];
        if (!import->file) continue;
        if (import->name.n == 0) /* an import without a name puts its elements among the file's own */
            item = map_get(&import->file->items_by_name, name);
        else if (name.n > import->name.n && name.p[import->name.n] == '.' && str_starts(name, import->name))
            item = map_get(&import->file->items_by_name, str_sub(name, import->name.n + 1, name.n));
    }
    /* DMN 1.1 writes an imported type as a qualified name; its prefix was dropped by the reader. */
    for (size_t i = 0; i < file->import_count && !item && file->version == 11; i++)
        if (file->imports[i].file) item = map_get(&file->imports[i].file->items_by_name, name);
    return item;
}

const struct feel_type *dmn_find_type(const void *file, struct str name) {
    struct dmn_item *item = find_item(file, name);
    return item ? item->type : NULL;
}

static const struct feel_type *resolve_name(struct dmn_model *m, struct dmn_file *file, struct str name,
                                            struct place place) {
    if (name.n == 0) return NULL;
    struct dmn_item *item = find_item(file, name);
    if (item) return resolve_item(m, item);
    const struct feel_type *type = feel_type_named(name);
    if (type) return type;
    if (str_find_byte(name, '<') > 0) {
        struct feel_scope scope = {.find_type = dmn_find_type, .find_type_arg = file};
        return feel_type_parse(m->arena, name, &scope, place, m->faults);
    }
    fault_error(m->faults, "dmn.no-type", place, T("There is no type “{0}”; any value is taken."), name);
    return NULL;
}

/* ---- definitions ---- */

static struct feel_type *context_type(struct dmn_model *m, struct dmn_item *item, struct feel_type *type) {
    size_t n = item->component_count;
    struct str *names = arena_array(m->arena, struct str, n);
    const struct feel_type **types = arena_array(m->arena, const struct feel_type *, n);
    for (size_t i = 0; i < n; i++) {
        names[i] = item->components[i].variable.name;
        types[i] = resolve_item(m, &item->components[i]);
    }
    type->member_count = n;
    type->member_names = names;
    type->member_types = types;
    return type;
}

static const struct feel_type *function_type(struct dmn_model *m, struct dmn_item *item) {
    struct feel_type *type = arena_new(m->arena, struct feel_type);
    size_t n = item->parameter_count;
    struct str *names = arena_array(m->arena, struct str, n);
    const struct feel_type **types = arena_array(m->arena, const struct feel_type *, n);
    type->kind = FEEL_TYPE_FUNCTION;
    type->name = item->variable.name;
    for (size_t i = 0; i < n; i++) {
        names[i] = item->parameters[i].name;
        types[i] = resolve_name(m, item->file, item->parameters[i].type_name, item->parameters[i].place);
        item->parameters[i].type = types[i];
    }
    type->member_count = n;
    type->member_names = names;
    type->member_types = types;
    type->element = resolve_name(m, item->file, item->output_type_name, item->place);
    return type;
}

/* A context type that is not restricted exists before its members do, so that they may refer to it. */
static const struct feel_type *resolve_context(struct dmn_model *m, struct dmn_item *item) {
    struct feel_type *type = arena_new(m->arena, struct feel_type);
    type->kind = FEEL_TYPE_CONTEXT;
    type->name = item->variable.name;
    item->type = item->collection ? list_of(m, type, item->variable.name) : type;
    return context_type(m, item, type);
}

static const struct feel_type *resolve_base(struct dmn_model *m, struct dmn_item *item) {
    if (item->has_components) return resolve_context(m, item);
    if (item->is_function) return function_type(m, item);
    const struct feel_type *type = resolve_name(m, item->file, item->variable.type_name, item->place);
    return type ? type : &any_type;
}

static const struct feel_type *resolve_item(struct dmn_model *m, struct dmn_item *item) {
    if (item->type) return item->type;
    if (item->resolving) {
        fault_error(m->faults, "dmn.type-cycle", item->place, T("The type “{0}” is defined by itself."),
                    item->variable.name);
        return &any_type;
    }
    item->resolving = true;
    const struct feel_type *type = restrict_type(m, resolve_base(m, item), item->allowed, item);
    if (item->collection) type = list_of(m, type, item->variable.name);
    type = restrict_type(m, type, item->constraint, item);
    item->resolving = false;
    item->type = type;
    return type;
}

/* ---- every typeRef ---- */

struct resolver {
    struct dmn_model *model;
    struct dmn_file *file;
};

static void resolve_expression(const struct resolver *r, struct dmn_expression *x);

static void resolve_variable(const struct resolver *r, struct dmn_variable *v) {
    v->type = resolve_name(r->model, r->file, v->type_name, v->place);
}

static void resolve_table(const struct resolver *r, struct dmn_table *table) {
    for (size_t i = 0; i < table->input_count; i++) resolve_expression(r, table->inputs[i].expression);
    for (size_t i = 0; i < table->output_count; i++) resolve_variable(r, &table->outputs[i].variable);
}

static void resolve_entries(const struct resolver *r, struct dmn_entry *entries, size_t count) {
    for (size_t i = 0; i < count; i++) {
        resolve_variable(r, &entries[i].variable);
        resolve_expression(r, entries[i].value);
    }
}

static void resolve_parts(const struct resolver *r, struct dmn_expression *x) {
    switch (x->kind) {
    case DMN_LITERAL: break;
    case DMN_CONTEXT: resolve_entries(r, x->context.entries, x->context.count); break;
    case DMN_INVOCATION:
        resolve_expression(r, x->invocation.callee);
        resolve_entries(r, x->invocation.bindings, x->invocation.count);
        break;
    case DMN_FUNCTION:
        for (size_t i = 0; i < x->function.count; i++) resolve_variable(r, &x->function.parameters[i]);
        resolve_expression(r, x->function.body);
        break;
    case DMN_RELATION:
        for (size_t i = 0; i < x->relation.column_count; i++) resolve_variable(r, &x->relation.columns[i]);
        for (size_t i = 0; i < x->relation.row_count; i++) resolve_expression(r, x->relation.rows[i]);
        break;
    case DMN_LIST:
        for (size_t i = 0; i < x->list.count; i++) resolve_expression(r, x->list.items[i]);
        break;
    case DMN_TABLE: resolve_table(r, x->table); break;
    case DMN_CONDITIONAL:
        resolve_expression(r, x->conditional.condition);
        resolve_expression(r, x->conditional.then);
        resolve_expression(r, x->conditional.otherwise);
        break;
    case DMN_FILTER:
    case DMN_FOR:
    case DMN_SOME:
    case DMN_EVERY:
        x->iteration.in_type = resolve_name(r->model, r->file, x->iteration.in_type_name, x->place);
        resolve_expression(r, x->iteration.in);
        resolve_expression(r, x->iteration.body);
        break;
    }
}

static void resolve_expression(const struct resolver *r, struct dmn_expression *x) {
    if (!x) return;
    x->type = resolve_name(r->model, r->file, x->type_name, x->place);
    resolve_parts(r, x);
}

void dmn_resolve_types(struct dmn_model *model) {
    for (size_t i = 0; i < model->file_count; i++)
        for (size_t k = 0; k < model->files[i]->item_count; k++) resolve_item(model, model->files[i]->items[k]);
    for (size_t i = 0; i < model->element_count; i++) {
        struct dmn_element *e = model->elements[i];
        struct resolver r = {model, e->file};
        resolve_variable(&r, &e->variable);
        resolve_expression(&r, e->logic);
    }
}
