/* check.c: what is wrong with a model that loads (dmn_check): names used but not required, inputs nobody provides,
 * types that do not meet. The tables themselves: check_table.c. */
#include "dmn/check.h"

/* ---- names ---- */

static const struct dmn_element *element_named(const struct dmn_model *m, struct str name) {
    for (size_t i = 0; i < m->element_count; i++)
        if (str_eq(m->elements[i]->variable.name, name)) return m->elements[i];
    return NULL;
}

/* A name that is unknown to the text, though the model has an element of it, was most likely forgotten among the
 * requirements. (That it is unknown was reported when the text was compiled.) */
static void check_names(void *arg, const struct feel_expression *text, struct place place) {
    const struct dmn_checker *c = arg;
    size_t count;
    const struct feel_name_use *uses = feel_names_used(text, &count);
    for (size_t i = 0; i < count; i++) {
        if (uses[i].variable >= 0 || uses[i].in_filter) continue;
        if (!element_named(c->model, uses[i].name)) continue;
        fault_error(c->faults, "dmn.not-required", place,
                    T("“{0}” uses “{1}”, but does not require it. Draw the arrow between them."), c->element->name,
                    uses[i].name);
    }
}

/* ---- types ---- */

/* `text` goes on with `name`, which ends it or is followed by a dot; *rest is what follows the dot. */
static bool begins_with_name(struct str text, struct str name, struct str *rest) {
    if (name.n == 0 || !str_starts(text, name) || (text.n > name.n && text.p[name.n] != '.')) return false;
    *rest = text.n > name.n ? str_sub(text, name.n + 1, text.n) : STR_NONE;
    return true;
}

static const struct feel_type *type_at(const struct feel_type *type, struct str path) {
    while (type && path.n) {
        const struct feel_type *member = NULL;
        struct str rest = STR_NONE;
        for (size_t i = 0; type->kind == FEEL_TYPE_CONTEXT && i < type->member_count && !member; i++)
            if (begins_with_name(path, type->member_names[i], &rest)) member = type->member_types[i];
        type = member;
        path = rest;
    }
    return type;
}

const struct feel_type *dmn_column_type(const struct dmn_checker *c, const struct dmn_input *input) {
    const struct dmn_element *e = c->element;
    struct str text = str_trim(input->expression->literal.text), rest;
    if (input->expression->type) return input->expression->type;
    if (e->kind == DMN_KNOWLEDGE && e->logic)
        for (size_t i = 0; i < e->logic->function.count; i++)
            if (begins_with_name(text, e->logic->function.names[i], &rest)) return type_at(e->logic->function.types[i], rest);
    for (size_t i = 0; i < e->provider_count; i++)
        if (e->providers[i].element && begins_with_name(text, e->providers[i].name, &rest))
            return type_at(e->providers[i].element->variable.type, rest);
    return NULL;
}

static bool kinds_meet(enum feel_kind actual, const struct feel_type *type) {
    if (!type || type->kind == FEEL_TYPE_ANY) return true;
    if (actual == FEEL_LIST || actual == FEEL_NULL) return true; /* a list of one may become its item */
    if (type->kind == FEEL_TYPE_LIST) return kinds_meet(actual, type->element);
    if (type->kind == FEEL_TYPE_CONTEXT) return actual == FEEL_CONTEXT;
    if (type->kind == FEEL_TYPE_RANGE) return actual == FEEL_RANGE;
    if (type->kind == FEEL_TYPE_FUNCTION) return actual == FEEL_FUNCTION;
    return actual == type->simple || (actual == FEEL_DATE && type->simple == FEEL_DATE_TIME);
}

static void check_result(const struct dmn_checker *c, const struct feel_expression *e, const struct feel_type *type,
                         struct place place) {
    enum feel_kind kind;
    if (!e || !feel_result_kind(e, &kind) || kinds_meet(kind, type)) return;
    fault_error(c->faults, "dmn.type", place, T("This gives a {0}, but {1} is declared; it will be null."),
                feel_kind_name(kind), feel_type_text(c->scratch, type));
}

static void check_literal(const struct dmn_checker *c, const struct dmn_expression *x, const struct feel_type *type) {
    if (!x || x->kind != DMN_LITERAL || !x->literal.feel) return;
    check_result(c, x->literal.feel, x->type, x->place);
    if (type != x->type) check_result(c, x->literal.feel, type, x->place);
}

/* A cell whose constants are of another kind than its input can never match. */
static void check_cell(const struct dmn_checker *c, const struct dmn_tests *cell, const struct feel_type *type) {
    if (cell->shape->shape != FEEL_TEST_INTERVALS) return;
    for (size_t i = 0; i < cell->shape->count; i++) {
        const struct feel_range *r = &cell->shape->intervals[i];
        enum feel_kind kind = r->has_low ? r->low.kind : r->high.kind;
        if (kinds_meet(kind, type)) continue;
        fault_error(c->faults, "dmn.type", cell->place, T("The cell “{0}” tests for a {1}, but its input is a {2}."),
                    cell->text, feel_kind_name(kind), feel_type_text(c->scratch, type));
        return;
    }
}

static void check_output(const struct dmn_checker *c, const struct dmn_output *output, const struct dmn_expression *cell) {
    struct feel_environment env;
    struct feel_value v;
    if (!cell || !cell->literal.feel) return;
    check_literal(c, cell, output->variable.type);
    if (!output->values || !output->values->feel || !feel_is_constant(cell->literal.feel, &v)) return;
    feel_environment_init(&env, c->scratch, 0, NULL);
    if (v.kind == FEEL_NULL || feel_is_true(feel_test(output->values->feel, &env, NULL, v))) return;
    fault_error(c->faults, "dmn.output-value", cell->place, T("The output {0} is not one of the output values: {1}."),
                str_trim(cell->literal.text), output->values->text);
}

static void check_table_types(const struct dmn_checker *c, const struct dmn_table *table) {
    for (size_t i = 0; i < table->input_count; i++) {
        const struct feel_type *type = dmn_column_type(c, &table->inputs[i]);
        check_literal(c, table->inputs[i].expression, NULL);
        for (size_t r = 0; r < table->rule_count; r++) {
            const struct dmn_tests *cell = table->rules[r].cells[i];
            if (!cell->feel) continue;
            check_cell(c, cell, type);
        }
    }
    for (size_t i = 0; i < table->output_count; i++) {
        check_literal(c, table->outputs[i].fallback, table->outputs[i].variable.type);
        for (size_t r = 0; r < table->rule_count; r++) check_output(c, &table->outputs[i], table->rules[r].outputs[i]);
    }
}

/* ---- expressions ---- */

static void check_expression(const struct dmn_checker *c, const struct dmn_expression *x, const struct feel_type *type);

static void check_entries(const struct dmn_checker *c, const struct dmn_entry *entries, size_t count) {
    for (size_t i = 0; i < count; i++) check_expression(c, entries[i].value, entries[i].variable.type);
}

static void check_expression(const struct dmn_checker *c, const struct dmn_expression *x, const struct feel_type *type) {
    if (!x) return;
    switch (x->kind) {
    case DMN_LITERAL: check_literal(c, x, type); break;
    case DMN_CONTEXT: check_entries(c, x->context.entries, x->context.count); break;
    case DMN_INVOCATION:
        check_expression(c, x->invocation.callee, NULL);
        check_entries(c, x->invocation.bindings, x->invocation.count);
        break;
    case DMN_FUNCTION: check_expression(c, x->function.body, dmn_result_type(x->type)); break;
    case DMN_RELATION:
        for (size_t i = 0; i < x->relation.row_count; i++) check_expression(c, x->relation.rows[i], NULL);
        break;
    case DMN_LIST:
        for (size_t i = 0; i < x->list.count; i++) check_expression(c, x->list.items[i], NULL);
        break;
    case DMN_TABLE:
        check_table_types(c, x->table);
        dmn_check_table(c, x->table);
        break;
    case DMN_CONDITIONAL:
        check_expression(c, x->conditional.condition, NULL);
        check_expression(c, x->conditional.then, type);
        check_expression(c, x->conditional.otherwise, type);
        break;
    case DMN_FILTER:
    case DMN_FOR:
    case DMN_SOME:
    case DMN_EVERY:
        check_expression(c, x->iteration.in, NULL);
        check_expression(c, x->iteration.body, NULL);
        break;
    }
}

/* ---- requirements and services ---- */

struct use {
    int variable;
    bool found;
};

static void look_for_use(void *arg, const struct feel_expression *text, struct place place) {
    (void)place;
    struct use *use = arg;
    size_t count;
    const struct feel_name_use *uses = feel_names_used(text, &count);
    for (size_t i = 0; i < count; i++) use->found = use->found || uses[i].variable == use->variable;
}

static bool uses_provider(const struct dmn_element *e, size_t provider) {
    struct use use = {.variable = (int)provider};
    dmn_walk_texts(e->logic, look_for_use, &use);
    return use.found;
}

static void check_unused(const struct dmn_checker *c) {
    const struct dmn_element *e = c->element;
    for (size_t i = 0; i < e->provider_count && e->logic; i++) {
        if (e->providers[i].element == e || uses_provider(e, i)) continue;
        fault_warning(c->faults, "dmn.unused", e->place, T("“{0}” requires “{1}”, but does not use it."), e->name,
                      e->providers[i].name);
    }
}

static bool is_listed(const struct dmn_requirements *list, const struct dmn_element *e) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].element == e) return true;
    return false;
}

/* Input data that the decisions inside a service need, but the service is not given. */
static void check_service(const struct dmn_checker *c) {
    const struct dmn_element *service = c->element;
    struct dmn_requirements open = {0};
    for (size_t i = 0; i < service->outputs.count; i++)
        VEC_PUSH(c->scratch, open.items, open.count, open.capacity, service->outputs.items[i]);
    for (size_t i = 0; i < open.count; i++) {
        const struct dmn_element *e = open.items[i].element;
        if (!e || is_listed(&service->input_decisions, e) || is_listed(&service->input_data, e)) continue;
        if (e->kind == DMN_INPUT_DATA)
            fault_error(c->faults, "dmn.not-provided", service->place,
                        T("The service “{0}” needs the input “{1}”, which is not among its inputs."), service->name, e->name);
        for (size_t k = 0; k < e->information.count; k++) {
            struct dmn_requirement requirement = e->information.items[k];
            if (requirement.element && !is_listed(&open, requirement.element))
                VEC_PUSH(c->scratch, open.items, open.count, open.capacity, requirement);
        }
    }
    if (service->outputs.count == 0)
        fault_error(c->faults, "dmn.no-output", service->place, T("The service “{0}” has no output decision."), service->name);
}

static void check_input(const struct dmn_checker *c) {
    for (size_t i = 0; i < c->model->element_count; i++) {
        const struct dmn_element *e = c->model->elements[i];
        if (is_listed(&e->information, c->element) || is_listed(&e->input_data, c->element)) return;
    }
    fault_warning(c->faults, "dmn.unused", c->element->place, T("The input “{0}” is used by nothing."), c->element->name);
}

static void check_element(const struct dmn_checker *c) {
    const struct dmn_element *e = c->element;
    if (e->kind == DMN_INPUT_DATA) check_input(c);
    if (e->kind == DMN_SERVICE) check_service(c);
    if (e->kind == DMN_DECISION && !e->logic)
        fault_warning(c->faults, "dmn.no-logic", e->place, T("“{0}” has no logic."), e->name);
    struct dmn_checker copy = *c;
    dmn_walk_texts(e->logic, check_names, &copy);
    check_expression(c, e->logic, e->kind == DMN_DECISION ? e->variable.type : NULL);
    check_unused(c);
}

void dmn_check(const struct dmn_model *model, struct arena *scratch, struct faults *faults) {
    for (size_t i = 0; i < model->element_count; i++) {
        struct dmn_checker c = {.scratch = scratch, .faults = faults, .model = model, .element = model->elements[i]};
        check_element(&c);
    }
}
