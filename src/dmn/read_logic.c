/* read_logic.c: boxed expressions and decision tables, from XML to model.h.
 *
 * One row of a table an element name; an expression it cannot read leaves NULL behind and a fault, so that the
 * rest of the file loads. Nesting is bounded by the XML reader's depth. Read next: compile.c.
 */
#include "dmn/read.h"

static struct dmn_expression *read_expression(const struct dmn_reader *r, const struct xml_node *e);

static struct dmn_expression *new_expression(const struct dmn_reader *r, const struct xml_node *e,
                                             enum dmn_expression_kind kind) {
    struct dmn_expression *x = arena_new(r->model->arena, struct dmn_expression);
    x->kind = kind;
    x->id = dmn_attribute(r, e, "id");
    x->type_name = dmn_type_name(r, e, "typeRef");
    x->place = dmn_place(r, e);
    return x;
}

/* <in><literalExpression/></in>, <then>…: a child element that wraps one expression. */
static struct dmn_expression *read_wrapped(const struct dmn_reader *r, const struct xml_node *e, const char *name) {
    const struct xml_node *wrapper = dmn_child(r, e, name);
    struct dmn_expression *x = wrapper ? dmn_read_expression_in(r, wrapper) : NULL;
    if (!x)
        fault_error(r->model->faults, "dmn.part-missing", dmn_place(r, wrapper ? wrapper : e),
                    T("The part “{0}” of this expression is missing."), str_from(name));
    return x;
}

static void read_literal(const struct dmn_reader *r, const struct xml_node *e, struct dmn_expression *x) {
    x->literal.text = dmn_child_text(r, e, "text");
    x->literal.language = dmn_attribute(r, e, "expressionLanguage");
    x->literal.imported = dmn_child(r, e, "importedValues") != NULL;
}

static void read_context(const struct dmn_reader *r, const struct xml_node *e, struct dmn_expression *x) {
    for (const struct xml_node *c = dmn_child(r, e, "contextEntry"); c; c = dmn_next(r, c, "contextEntry")) {
        struct dmn_entry entry = {0};
        const struct xml_node *variable = dmn_child(r, c, "variable");
        if (variable) dmn_read_variable(r, variable, &entry.variable);
        entry.value = dmn_read_expression_in(r, c);
        VEC_PUSH(r->model->arena, x->context.entries, x->context.count, x->context.capacity, entry);
    }
}

static void read_invocation(const struct dmn_reader *r, const struct xml_node *e, struct dmn_expression *x) {
    x->invocation.callee = dmn_read_expression_in(r, e);
    for (const struct xml_node *c = dmn_child(r, e, "binding"); c; c = dmn_next(r, c, "binding")) {
        struct dmn_entry binding = {0};
        const struct xml_node *parameter = dmn_child(r, c, "parameter");
        if (parameter) dmn_read_variable(r, parameter, &binding.variable);
        binding.value = dmn_read_expression_in(r, c);
        VEC_PUSH(r->model->arena, x->invocation.bindings, x->invocation.count, x->invocation.capacity, binding);
    }
}

static void read_function(const struct dmn_reader *r, const struct xml_node *e, struct dmn_expression *x) {
    struct str kind = dmn_attribute(r, e, "kind");
    x->function.kind = str_eq_nocase(kind, STR("Java"))   ? DMN_FUNCTION_JAVA
                       : str_eq_nocase(kind, STR("PMML")) ? DMN_FUNCTION_PMML
                                                          : DMN_FUNCTION_FEEL;
    for (const struct xml_node *c = dmn_child(r, e, "formalParameter"); c; c = dmn_next(r, c, "formalParameter")) {
        struct dmn_variable parameter;
        dmn_read_variable(r, c, &parameter);
        VEC_PUSH(r->model->arena, x->function.parameters, x->function.count, x->function.capacity, parameter);
    }
    x->function.body = dmn_read_expression_in(r, e);
}

static void read_list(const struct dmn_reader *r, const struct xml_node *e, struct dmn_expression *x) {
    for (const struct xml_node *c = dmn_child(r, e, NULL); c; c = dmn_next(r, c, NULL)) {
        if (str_eqz(c->name, "description") || str_eqz(c->name, "extensionElements")) continue;
        struct dmn_expression *item = read_expression(r, c);
        VEC_PUSH(r->model->arena, x->list.items, x->list.count, x->list.capacity, item);
    }
}

static void read_relation(const struct dmn_reader *r, const struct xml_node *e, struct dmn_expression *x) {
    struct dmn_relation *relation = &x->relation;
    for (const struct xml_node *c = dmn_child(r, e, "column"); c; c = dmn_next(r, c, "column")) {
        struct dmn_variable column;
        dmn_read_variable(r, c, &column);
        VEC_PUSH(r->model->arena, relation->columns, relation->column_count, relation->column_capacity, column);
    }
    for (const struct xml_node *c = dmn_child(r, e, "row"); c; c = dmn_next(r, c, "row")) {
        struct dmn_expression *row = new_expression(r, c, DMN_LIST);
        read_list(r, c, row);
        VEC_PUSH(r->model->arena, relation->rows, relation->row_count, relation->row_capacity, row);
        if (row->list.count != relation->column_count)
            fault_error(r->model->faults, "dmn.relation-width", row->place,
                        T("This row of the relation has not as many cells as there are columns."));
    }
}

static void read_conditional(const struct dmn_reader *r, const struct xml_node *e, struct dmn_expression *x) {
    x->conditional.condition = read_wrapped(r, e, "if");
    x->conditional.then = read_wrapped(r, e, "then");
    x->conditional.otherwise = read_wrapped(r, e, "else");
}

static void read_iteration(const struct dmn_reader *r, const struct xml_node *e, struct dmn_expression *x) {
    const char *body = x->kind == DMN_FILTER ? "match" : x->kind == DMN_FOR ? "return" : "satisfies";
    x->iteration.variable = x->kind == DMN_FILTER ? STR("item") : dmn_name(r->model->arena, xml_attr(e, "iteratorVariable"));
    x->iteration.in = read_wrapped(r, e, "in");
    x->iteration.body = read_wrapped(r, e, body);
    const struct xml_node *in = dmn_child(r, e, "in");
    if (in) x->iteration.in_type_name = dmn_type_name(r, in, "typeRef");
    if (x->iteration.variable.n == 0)
        fault_error(r->model->faults, "dmn.no-iterator", x->place, T("This iteration has no iterator variable."));
}

/* ---- decision tables ---- */

static void read_policy(const struct dmn_reader *r, const struct xml_node *e, struct dmn_table *table) {
    static const char *const policies[] = {"UNIQUE",  "ANY",        "PRIORITY",    "FIRST",
                                           "COLLECT", "RULE ORDER", "OUTPUT ORDER"};
    static const char *const aggregators[] = {"", "SUM", "COUNT", "MIN", "MAX"};
    struct str policy = dmn_attribute(r, e, "hitPolicy"), aggregator = dmn_attribute(r, e, "aggregation");
    bool known = policy.n == 0, counted = aggregator.n == 0;
    for (size_t i = 0; i < sizeof policies / sizeof *policies && !known; i++)
        if ((known = str_eqz(policy, policies[i]))) table->policy = (enum dmn_hit_policy)i;
    for (size_t i = 1; i < sizeof aggregators / sizeof *aggregators && !counted; i++)
        if ((counted = str_eqz(aggregator, aggregators[i]))) table->aggregator = (enum dmn_aggregator)i;
    if (!known)
        fault_error(r->model->faults, "dmn.hit-policy", table->place, T("There is no hit policy “{0}”."), policy);
    if (!counted)
        fault_error(r->model->faults, "dmn.aggregator", table->place, T("There is no aggregation “{0}”."), aggregator);
}

static void read_inputs(const struct dmn_reader *r, const struct xml_node *e, struct dmn_table *table) {
    for (const struct xml_node *c = dmn_child(r, e, "input"); c; c = dmn_next(r, c, "input")) {
        struct dmn_input input = {.place = dmn_place(r, c), .label = dmn_attribute(r, c, "label")};
        const struct xml_node *expression = dmn_child(r, c, "inputExpression");
        input.expression = new_expression(r, expression ? expression : c, DMN_LITERAL);
        if (expression)
            read_literal(r, expression, input.expression);
        else
            fault_error(r->model->faults, "dmn.part-missing", input.place,
                        T("The part “{0}” of this expression is missing."), STR("inputExpression"));
        input.values = dmn_read_tests(r, dmn_child(r, c, "inputValues"));
        if (input.values && input.values->text.n == 0) input.values = NULL;
        VEC_PUSH(r->model->arena, table->inputs, table->input_count, table->input_capacity, input);
    }
}

static void read_outputs(const struct dmn_reader *r, const struct xml_node *e, struct dmn_table *table) {
    for (const struct xml_node *c = dmn_child(r, e, "output"); c; c = dmn_next(r, c, "output")) {
        struct dmn_output output = {.place = dmn_place(r, c)};
        dmn_read_variable(r, c, &output.variable);
        output.values = dmn_read_tests(r, dmn_child(r, c, "outputValues"));
        if (output.values && output.values->text.n == 0) output.values = NULL;
        const struct xml_node *fallback = dmn_child(r, c, "defaultOutputEntry");
        if (fallback) {
            output.fallback = new_expression(r, fallback, DMN_LITERAL);
            read_literal(r, fallback, output.fallback);
            if (str_trim(output.fallback->literal.text).n == 0) output.fallback = NULL;
        }
        VEC_PUSH(r->model->arena, table->outputs, table->output_count, table->output_capacity, output);
    }
    for (const struct xml_node *c = dmn_child(r, e, "annotation"); c; c = dmn_next(r, c, "annotation")) {
        struct str name = dmn_attribute(r, c, "name");
        VEC_PUSH(r->model->arena, table->note_names, table->note_count, table->note_capacity, name);
    }
}

static void read_cells(const struct dmn_reader *r, const struct xml_node *e, const struct dmn_table *table,
                       struct dmn_rule *rule) {
    size_t inputs = 0, outputs = 0, notes = 0;
    for (const struct xml_node *c = dmn_child(r, e, NULL); c; c = dmn_next(r, c, NULL)) {
        if (str_eqz(c->name, "inputEntry")) {
            if (inputs < table->input_count) rule->cells[inputs] = dmn_read_tests(r, c);
            inputs++;
        } else if (str_eqz(c->name, "outputEntry")) {
            if (outputs < table->output_count) {
                rule->outputs[outputs] = new_expression(r, c, DMN_LITERAL);
                read_literal(r, c, rule->outputs[outputs]);
            }
            outputs++;
        } else if (str_eqz(c->name, "annotationEntry")) {
            if (notes < table->note_count) rule->notes[notes] = str_trim(dmn_child_text(r, c, "text"));
            notes++;
        }
    }
    if (inputs != table->input_count || outputs != table->output_count)
        fault_error(r->model->faults, "dmn.rule-width", rule->place,
                    T("This rule has not as many entries as the table has columns."));
}

static void read_rules(const struct dmn_reader *r, const struct xml_node *e, struct dmn_table *table) {
    struct arena *a = r->model->arena;
    for (const struct xml_node *c = dmn_child(r, e, "rule"); c; c = dmn_next(r, c, "rule")) {
        struct dmn_rule rule = {.id = dmn_attribute(r, c, "id"), .place = dmn_place(r, c)};
        rule.description = str_trim(dmn_child_text(r, c, "description"));
        rule.cells = arena_array(a, struct dmn_tests *, table->input_count);
        rule.outputs = arena_array(a, struct dmn_expression *, table->output_count);
        rule.notes = arena_array(a, struct str, table->note_count);
        read_cells(r, c, table, &rule);
        VEC_PUSH(a, table->rules, table->rule_count, table->rule_capacity, rule);
    }
}

static void read_table(const struct dmn_reader *r, const struct xml_node *e, struct dmn_expression *x) {
    struct dmn_table *table = arena_new(r->model->arena, struct dmn_table);
    table->place = x->place;
    table->output_label = dmn_attribute(r, e, "outputLabel");
    read_policy(r, e, table);
    read_inputs(r, e, table);
    read_outputs(r, e, table);
    read_rules(r, e, table);
    if (table->output_count == 0)
        fault_error(r->model->faults, "dmn.no-output", table->place, T("This decision table has no output column."));
    x->table = table;
}

/* ---- which is which ---- */

typedef void expression_reader(const struct dmn_reader *r, const struct xml_node *e, struct dmn_expression *x);

static const struct {
    const char *name;
    enum dmn_expression_kind kind;
    expression_reader *read;
} kinds[] = {
    {"literalExpression", DMN_LITERAL, read_literal},
    {"decisionTable", DMN_TABLE, read_table},
    {"context", DMN_CONTEXT, read_context},
    {"invocation", DMN_INVOCATION, read_invocation},
    {"functionDefinition", DMN_FUNCTION, read_function},
    {"relation", DMN_RELATION, read_relation},
    {"list", DMN_LIST, read_list},
    {"conditional", DMN_CONDITIONAL, read_conditional},
    {"filter", DMN_FILTER, read_iteration},
    {"for", DMN_FOR, read_iteration},
    {"some", DMN_SOME, read_iteration},
    {"every", DMN_EVERY, read_iteration},
};

static struct dmn_expression *read_expression(const struct dmn_reader *r, const struct xml_node *e) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!str_eqz(e->name, kinds[i].name)) continue;
        struct dmn_expression *x = new_expression(r, e, kinds[i].kind);
        kinds[i].read(r, e, x);
        return x;
    }
    return NULL;
}

struct dmn_expression *dmn_read_expression_in(const struct dmn_reader *r, const struct xml_node *e) {
    struct dmn_expression *x = NULL;
    for (const struct xml_node *c = dmn_child(r, e, NULL); c && !x; c = dmn_next(r, c, NULL)) x = read_expression(r, c);
    return x;
}

struct dmn_expression *dmn_read_function(const struct dmn_reader *r, const struct xml_node *e) {
    struct dmn_expression *x = new_expression(r, e, DMN_FUNCTION);
    read_function(r, e, x);
    return x;
}
