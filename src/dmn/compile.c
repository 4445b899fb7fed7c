/* compile.c: every expression of a linked model into FEEL's compiled form, with a frame for its names.
 *
 * The logic of an element is evaluated over a frame, an array of values. Its first places are filled by providers
 * (the requirements of the element: input data, decisions, knowledge, imports); parameters, context entries and
 * iterators follow, each at the place this file gives it. A FEEL text is compiled against the names that stand in
 * the frame at that point. A name that hides another takes over; the hidden place keeps no name meanwhile.
 * Read next: evaluate.c, table.c.
 */
#include "dmn/evaluate.h"
#include "dmn/table.h"

struct compiler {
    struct dmn_model *model;
    struct dmn_file *file;
    const struct feel_type *type; /* of the element whose logic is compiled */
    struct str *names;  /* by place; a hidden name is HIDDEN */
    size_t *hides;      /* place + 1 of the name this one hides, or 0 */
    size_t count, capacity;
    size_t highest; /* frame size so far */
};

/* No FEEL text can contain it. */
static const struct str HIDDEN = {"\x01", 1};

static size_t push_name(struct compiler *c, struct str name) {
    if (c->count == c->capacity) {
        size_t capacity = c->capacity ? 2 * c->capacity : 32;
        struct str *names = arena_array(c->model->arena, struct str, capacity);
        size_t *hides = arena_array(c->model->arena, size_t, capacity);
        for (size_t i = 0; i < c->count; i++) names[i] = c->names[i], hides[i] = c->hides[i];
        c->names = names, c->hides = hides, c->capacity = capacity;
    }
    size_t slot = c->count++;
    c->hides[slot] = 0;
    c->names[slot] = name.n ? name : HIDDEN;
    for (size_t i = 0; i < slot && name.n; i++) {
        if (!str_eq(c->names[i], name)) continue;
        c->names[i] = HIDDEN;
        c->hides[slot] = i + 1;
    }
    if (c->count > c->highest) c->highest = c->count;
    return slot;
}

static void pop_to(struct compiler *c, size_t count) {
    while (c->count > count) {
        c->count--;
        if (c->hides[c->count]) c->names[c->hides[c->count] - 1] = c->names[c->count];
    }
}

static const struct feel_expression *compile_text(struct compiler *c, struct str text, enum feel_mode mode,
                                                  struct place place) {
    struct feel_scope scope = {.names = c->names,
                               .name_count = c->count,
                               .members = c->model->members,
                               .member_count = c->model->member_count,
                               .open = c->file->open,
                               .find_type = dmn_find_type,
                               .find_type_arg = c->file};
    return feel_compile(c->model->arena, text, &scope, mode, place, c->model->faults);
}

static bool is_feel(struct str language) {
    return language.n == 0 || str_find(language, STR("FEEL")) >= 0 || str_find(language, STR("feel")) >= 0;
}

static void compile_literal(struct compiler *c, struct dmn_expression *x, enum feel_mode mode) {
    struct str language = x->literal.language.n ? x->literal.language : c->file->language;
    if (x->literal.imported) {
        fault_error(c->model->faults, "dmn.imported-values", x->place,
                    T("Values imported from another file are not supported; this is null."));
    } else if (!is_feel(language)) {
        fault_error(c->model->faults, "dmn.language", x->place,
                    T("The expression language “{0}” is not supported; this is null."), language);
    } else if (str_trim(x->literal.text).n) {
        x->literal.feel = compile_text(c, x->literal.text, mode, x->place);
    }
}

static void compile_expression(struct compiler *c, struct dmn_expression *x);

static void compile_context(struct compiler *c, struct dmn_context *context) {
    size_t outer = c->count;
    for (size_t i = 0; i < context->count; i++) {
        struct dmn_entry *entry = &context->entries[i];
        /* A boxed function may call itself by the name of its entry. */
        bool function = entry->value && entry->value->kind == DMN_FUNCTION;
        if (function) entry->slot = push_name(c, entry->variable.name);
        compile_expression(c, entry->value);
        if (!function) entry->slot = push_name(c, entry->variable.name);
    }
    pop_to(c, outer);
}

static void compile_invocation(struct compiler *c, struct dmn_invocation *invocation) {
    compile_expression(c, invocation->callee);
    for (size_t i = 0; i < invocation->count; i++) compile_expression(c, invocation->bindings[i].value);
}

static void function_header(struct compiler *c, struct dmn_function *f) {
    struct str *names = arena_array(c->model->arena, struct str, f->count);
    const struct feel_type **types = arena_array(c->model->arena, const struct feel_type *, f->count);
    for (size_t i = 0; i < f->count; i++) {
        names[i] = f->parameters[i].name;
        types[i] = f->parameters[i].type;
    }
    f->names = names;
    f->types = types;
}

static void compile_function(struct compiler *c, struct dmn_expression *x) {
    struct dmn_function *f = &x->function;
    size_t outer = c->count, highest = c->highest;
    function_header(c, f);
    f->captured = c->count;
    c->highest = c->count;
    for (size_t i = 0; i < f->count; i++) push_name(c, f->names[i]);
    if (f->kind == DMN_FUNCTION_FEEL)
        compile_expression(c, f->body);
    else
        fault_warning(c->model->faults, "dmn.external", x->place,
                      T("This function is written in {0}, which is not run here; calls of it are null."),
                      f->kind == DMN_FUNCTION_JAVA ? STR("Java") : STR("PMML"));
    f->frame_size = c->highest;
    c->highest = highest;
    pop_to(c, outer);
}

static void compile_iteration(struct compiler *c, struct dmn_expression *x) {
    struct dmn_iteration *iteration = &x->iteration;
    size_t outer = c->count;
    compile_expression(c, iteration->in);
    if (x->kind == DMN_FILTER && iteration->body && iteration->body->kind == DMN_LITERAL) {
        compile_literal(c, iteration->body, FEEL_MATCH);
        return;
    }
    iteration->slot = push_name(c, iteration->variable);
    if (x->kind == DMN_FOR) push_name(c, STR("partial"));
    compile_expression(c, iteration->body);
    pop_to(c, outer);
}

static void compile_rows(struct compiler *c, struct dmn_relation *relation) {
    for (size_t i = 0; i < relation->row_count; i++) compile_expression(c, relation->rows[i]);
}

/* ---- decision tables ---- */

static bool is_dash(struct str text) {
    return text.n == 0 || str_eqz(text, "-");
}

static const struct feel_test anything = {.shape = FEEL_TEST_ANY};

void dmn_set_tests(struct arena *a, struct dmn_tests *tests, const struct feel_expression *feel) {
    tests->feel = feel;
    tests->shape = &anything;
    if (!feel) return;
    struct feel_test *shape = arena_new(a, struct feel_test);
    *shape = feel_test_inspect(feel);
    tests->shape = shape;
}

static void compile_tests(struct compiler *c, struct dmn_tests *tests) {
    if (!tests) return;
    bool dash = is_dash(tests->text);
    dmn_set_tests(c->model->arena, tests,
                  dash ? NULL : compile_text(c, tests->text, FEEL_UNARY_TESTS, tests->place));
}

/* Cells of a column often repeat: the same text is compiled once. */
static void compile_column(struct compiler *c, struct dmn_table *table, size_t column) {
    struct map compiled;
    map_init(&compiled, c->model->arena);
    for (size_t i = 0; i < table->rule_count; i++) {
        struct dmn_tests *cell = table->rules[i].cells[column];
        if (!cell) {
            cell = table->rules[i].cells[column] = arena_new(c->model->arena, struct dmn_tests);
            cell->place = table->rules[i].place;
        }
        struct dmn_tests *same = map_get(&compiled, cell->text);
        if (same) {
            cell->feel = same->feel;
            cell->shape = same->shape;
            continue;
        }
        compile_tests(c, cell);
        map_put(&compiled, cell->text, cell);
    }
}

static void compile_output_column(struct compiler *c, struct dmn_table *table, size_t column) {
    struct map compiled;
    map_init(&compiled, c->model->arena);
    for (size_t i = 0; i < table->rule_count; i++) {
        struct dmn_expression *cell = table->rules[i].outputs[column];
        struct dmn_expression *same = cell ? map_get(&compiled, cell->literal.text) : NULL;
        if (!cell) continue;
        if (same) {
            cell->literal.feel = same->literal.feel;
            continue;
        }
        compile_literal(c, cell, FEEL_EXPRESSION);
        map_put(&compiled, cell->literal.text, cell);
    }
}

/* The constants of "a", "b", [1..3] in their order, as a list; null when there is something else in it. */
static struct feel_value values_in_order(struct compiler *c, const struct dmn_tests *tests) {
    struct feel_scope nothing = {0};
    struct feel_value list = feel_null();
    struct str text = arena_printf(c->model->arena, "[%.*s]", STR_ARGS(tests->text));
    const struct feel_expression *e = feel_compile(c->model->arena, text, &nothing, FEEL_EXPRESSION, tests->place, NULL);
    if (feel_is_broken(e) || !feel_is_constant(e, &list)) return feel_null();
    return list;
}

/* Where a column lists no output values itself, the allowed values of its type are meant. */
static void compile_output(struct compiler *c, const struct dmn_table *table, struct dmn_output *output,
                           const struct feel_type *table_type) {
    compile_tests(c, output->values);
    if (output->fallback) compile_literal(c, output->fallback, FEEL_EXPRESSION);
    output->domain = output->values && output->values->feel ? output->values : dmn_allowed_values(output->variable.type);
    if (!output->domain && table->output_count == 1) output->domain = dmn_allowed_values(table_type);
    if (!output->domain && table_type && table_type->kind == FEEL_TYPE_LIST)
        output->domain = dmn_allowed_values(table_type->element);
    output->priorities = output->domain ? values_in_order(c, output->domain) : feel_null();
    bool ordered = table->policy == DMN_PRIORITY || table->policy == DMN_OUTPUT_ORDER;
    if (ordered && feel_is_null(output->priorities) && table->output_count == 1)
        fault_warning(c->model->faults, "dmn.no-priorities", output->place,
                      T("This table orders its outputs, but does not list the output values in their order."));
}

static void compile_table(struct compiler *c, struct dmn_expression *x) {
    struct dmn_table *table = x->table;
    for (size_t i = 0; i < table->input_count; i++) {
        compile_literal(c, table->inputs[i].expression, FEEL_EXPRESSION);
        compile_tests(c, table->inputs[i].values);
        compile_column(c, table, i);
    }
    for (size_t i = 0; i < table->output_count; i++) {
        compile_output(c, table, &table->outputs[i], x->type ? x->type : c->type);
        compile_output_column(c, table, i);
    }
    table->index = dmn_table_index(c->model->arena, table);
}

static void compile_expression(struct compiler *c, struct dmn_expression *x) {
    if (!x) return;
    switch (x->kind) {
    case DMN_LITERAL: compile_literal(c, x, FEEL_EXPRESSION); break;
    case DMN_CONTEXT: compile_context(c, &x->context); break;
    case DMN_INVOCATION: compile_invocation(c, &x->invocation); break;
    case DMN_FUNCTION: compile_function(c, x); break;
    case DMN_RELATION: compile_rows(c, &x->relation); break;
    case DMN_LIST:
        for (size_t i = 0; i < x->list.count; i++) compile_expression(c, x->list.items[i]);
        break;
    case DMN_TABLE: compile_table(c, x); break;
    case DMN_CONDITIONAL:
        compile_expression(c, x->conditional.condition);
        compile_expression(c, x->conditional.then);
        compile_expression(c, x->conditional.otherwise);
        break;
    case DMN_FILTER:
    case DMN_FOR:
    case DMN_SOME:
    case DMN_EVERY: compile_iteration(c, x); break;
    }
}

/* ---- what the logic of an element may refer to ---- */

struct provider_list {
    struct dmn_provider *items;
    size_t count, capacity;
};

static void add_provider(struct dmn_model *m, struct provider_list *list, struct dmn_provider provider) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i].name, provider.name) && list->items[i].element == provider.element) return;
    VEC_PUSH(m->arena, list->items, list->count, list->capacity, provider);
}

static struct dmn_provider *import_provider(struct dmn_model *m, struct provider_list *list, struct str name) {
    for (size_t i = 0; i < list->count; i++)
        if (!list->items[i].element && str_eq(list->items[i].name, name)) return &list->items[i];
    struct dmn_provider provider = {.name = name};
    VEC_PUSH(m->arena, list->items, list->count, list->capacity, provider);
    return &list->items[list->count - 1];
}

/* The name by which `from` knows what `file` holds: the import's; empty for its own. */
static struct str import_name(const struct dmn_file *from, const struct dmn_file *file) {
    for (size_t i = 0; i < from->import_count; i++)
        if (from->imports[i].file == file && from != file) return from->imports[i].name;
    return STR_NONE;
}

static void provide(struct dmn_model *m, const struct dmn_element *for_element, struct provider_list *list,
                    const struct dmn_element *element) {
    struct str import = import_name(for_element->file, element->file);
    if (import.n == 0) {
        add_provider(m, list, (struct dmn_provider){.name = element->variable.name, .element = element});
        return;
    }
    struct dmn_provider *provider = import_provider(m, list, import);
    VEC_PUSH(m->arena, provider->members, provider->member_count, provider->member_capacity, element);
}

static void provide_all(struct dmn_model *m, const struct dmn_element *e, struct provider_list *list,
                        const struct dmn_requirements *requirements) {
    for (size_t i = 0; i < requirements->count; i++)
        if (requirements->items[i].element) provide(m, e, list, requirements->items[i].element);
}

static void begin_element(struct compiler *c, struct dmn_element *e) {
    struct provider_list list = {0};
    provide_all(c->model, e, &list, &e->knowledge);
    provide_all(c->model, e, &list, &e->information);
    if (e->kind == DMN_KNOWLEDGE) provide(c->model, e, &list, e); /* it may call itself */
    c->file = e->file;
    c->type = e->variable.type;
    c->count = c->highest = 0;
    for (size_t i = 0; i < list.count; i++) push_name(c, list.items[i].name);
    e->providers = list.items;
    e->provider_count = list.count;
}

/* ---- elements as functions ---- */

static void knowledge_function(struct dmn_element *e) {
    if (!e->logic) return;
    const struct dmn_function *f = &e->logic->function;
    const struct feel_type *declared = dmn_result_type(e->variable.type);
    e->function = (struct feel_function){.name = e->name,
                                         .parameter_count = f->count,
                                         .parameters = f->names,
                                         .parameter_types = f->types,
                                         .result = declared ? declared : dmn_function_result(e->logic),
                                         .call = dmn_call_knowledge};
}

/* Input data first, then input decisions. Their types are not the parameters': an input that does not conform is
 * null for the service, while the service itself still runs. */
static void service_function(struct dmn_model *m, struct dmn_element *e) {
    size_t n = 0;
    struct str *names = arena_array(m->arena, struct str, e->input_data.count + e->input_decisions.count);
    const struct dmn_requirements *lists[] = {&e->input_data, &e->input_decisions};
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            names[n++] = lists[l]->items[i].element ? lists[l]->items[i].element->variable.name : HIDDEN;
    const struct dmn_element *only = e->outputs.count == 1 ? e->outputs.items[0].element : NULL;
    const struct feel_type *declared = dmn_result_type(e->variable.type);
    e->function = (struct feel_function){.name = e->name,
                                         .parameter_count = n,
                                         .parameters = names,
                                         .result = declared || !only ? declared : only->variable.type,
                                         .call = dmn_call_service};
}

static void compile_element(struct compiler *c, struct dmn_element *e) {
    if (e->kind == DMN_INPUT_DATA) return;
    if (e->kind == DMN_SERVICE) {
        service_function(c->model, e);
        return;
    }
    begin_element(c, e);
    compile_expression(c, e->logic);
    e->frame_size = c->highest;
    if (e->kind == DMN_KNOWLEDGE) knowledge_function(e);
}

/* ---- names that may follow a dot ---- */

static bool is_simple(struct str name) {
    bool simple = true;
    for (size_t i = 0; i < name.n && simple; i++) {
        unsigned char b = (unsigned char)name.p[i];
        simple = b >= 0x80 || b == '_' || (b >= '0' && b <= '9') || ((b | 32) >= 'a' && (b | 32) <= 'z');
    }
    return simple;
}

static void add_member(struct dmn_model *m, struct map *seen, struct str name) {
    if (is_simple(name) || map_has(seen, name)) return;
    map_put(seen, name, m);
    VEC_PUSH(m->arena, m->members, m->member_count, m->member_capacity, name);
}

static void item_members(struct dmn_model *m, struct map *seen, const struct dmn_item *item) {
    for (size_t i = 0; i < item->component_count; i++) {
        add_member(m, seen, item->components[i].variable.name);
        item_members(m, seen, &item->components[i]);
    }
}

static void expression_members(struct dmn_model *m, struct map *seen, const struct dmn_expression *x) {
    if (!x) return;
    if (x->kind == DMN_CONTEXT)
        for (size_t i = 0; i < x->context.count; i++) {
            add_member(m, seen, x->context.entries[i].variable.name);
            expression_members(m, seen, x->context.entries[i].value);
        }
    if (x->kind == DMN_FUNCTION) expression_members(m, seen, x->function.body);
    if (x->kind == DMN_RELATION)
        for (size_t i = 0; i < x->relation.column_count; i++) add_member(m, seen, x->relation.columns[i].name);
    if (x->kind == DMN_TABLE)
        for (size_t i = 0; i < x->table->output_count; i++) add_member(m, seen, x->table->outputs[i].variable.name);
    if (x->kind == DMN_LIST)
        for (size_t i = 0; i < x->list.count; i++) expression_members(m, seen, x->list.items[i]);
    if (x->kind == DMN_CONDITIONAL) {
        expression_members(m, seen, x->conditional.then);
        expression_members(m, seen, x->conditional.otherwise);
    }
    if (x->kind >= DMN_FILTER) {
        expression_members(m, seen, x->iteration.in);
        expression_members(m, seen, x->iteration.body);
    }
}

static void collect_members(struct dmn_model *m) {
    struct map seen;
    map_init(&seen, m->arena);
    for (size_t i = 0; i < m->file_count; i++)
        for (size_t k = 0; k < m->files[i]->item_count; k++) item_members(m, &seen, m->files[i]->items[k]);
    for (size_t i = 0; i < m->element_count; i++) {
        const struct dmn_element *e = m->elements[i];
        expression_members(m, &seen, e->logic);
        if (m->file_count > 1) add_member(m, &seen, e->variable.name);
        for (size_t k = 0; k < e->outputs.count && e->outputs.count > 1; k++)
            if (e->outputs.items[k].element) add_member(m, &seen, e->outputs.items[k].element->variable.name);
    }
}

void dmn_compile(struct dmn_model *model) {
    struct compiler c = {.model = model};
    collect_members(model);
    for (size_t i = 0; i < model->element_count; i++) compile_element(&c, model->elements[i]);
}
