/* walk.c: every FEEL text inside a boxed expression, one after the other (model.h: dmn_walk_texts). */
#include "dmn/model.h"

struct walk {
    dmn_visit_text *visit;
    void *arg;
};

static void walk(const struct walk *w, const struct dmn_expression *x);

static void walk_tests(const struct walk *w, const struct dmn_tests *tests) {
    if (tests && tests->feel) w->visit(w->arg, tests->feel, tests->place);
}

static void walk_entries(const struct walk *w, const struct dmn_entry *entries, size_t count) {
    for (size_t i = 0; i < count; i++) walk(w, entries[i].value);
}

static void walk_list(const struct walk *w, struct dmn_expression *const *items, size_t count) {
    for (size_t i = 0; i < count; i++) walk(w, items[i]);
}

static void walk_table(const struct walk *w, const struct dmn_table *table) {
    for (size_t i = 0; i < table->input_count; i++) {
        walk(w, table->inputs[i].expression);
        walk_tests(w, table->inputs[i].values);
        for (size_t r = 0; r < table->rule_count; r++) walk_tests(w, table->rules[r].cells[i]);
    }
    for (size_t i = 0; i < table->output_count; i++) {
        walk(w, table->outputs[i].fallback);
        walk_tests(w, table->outputs[i].values);
        for (size_t r = 0; r < table->rule_count; r++) walk(w, table->rules[r].outputs[i]);
    }
}

static void walk(const struct walk *w, const struct dmn_expression *x) {
    if (!x) return;
    switch (x->kind) {
    case DMN_LITERAL:
        if (x->literal.feel) w->visit(w->arg, x->literal.feel, x->place);
        break;
    case DMN_CONTEXT: walk_entries(w, x->context.entries, x->context.count); break;
    case DMN_INVOCATION:
        walk(w, x->invocation.callee);
        walk_entries(w, x->invocation.bindings, x->invocation.count);
        break;
    case DMN_FUNCTION: walk(w, x->function.body); break;
    case DMN_RELATION: walk_list(w, x->relation.rows, x->relation.row_count); break;
    case DMN_LIST: walk_list(w, x->list.items, x->list.count); break;
    case DMN_TABLE: walk_table(w, x->table); break;
    case DMN_CONDITIONAL:
        walk(w, x->conditional.condition);
        walk(w, x->conditional.then);
        walk(w, x->conditional.otherwise);
        break;
    case DMN_FILTER:
    case DMN_FOR:
    case DMN_SOME:
    case DMN_EVERY:
        walk(w, x->iteration.in);
        walk(w, x->iteration.body);
        break;
    }
}

void dmn_walk_texts(const struct dmn_expression *x, dmn_visit_text *visit, void *arg) {
    struct walk w = {visit, arg};
    walk(&w, x);
}
