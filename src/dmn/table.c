/* table.c: decision tables (DMN 1.5, clause 8): inputs in, rules found, one of the hit policies applied.
 *
 * Rules are found through the index (table_index.c), or plainly when that is asked for. A table whose input is
 * outside its input values, or whose rules break the hit policy, is null with a reason. Where the standard is
 * silent: without a matching rule or default outputs, C is the empty list, C# is 0, all others are null (as Drools
 * does); an output outside its output values makes the result null.
 * Read next: table_index.c, explain.c.
 */
#include "dmn/table.h"

#include <string.h>

struct feel_value dmn_test_cell(const struct dmn_row *row, size_t rule, size_t column) {
    const struct dmn_tests *cell = row->table->rules[rule].cells[column];
    if (!cell->feel) return feel_boolean(true);
    return feel_test(cell->feel, row->run->env, row->frame, row->inputs[column]);
}

static bool rule_matches(const struct dmn_row *row, size_t rule) {
    for (size_t c = 0; c < row->table->input_count; c++)
        if (!feel_is_true(dmn_test_cell(row, rule, c))) return false;
    return true;
}

void dmn_match_plainly(const struct dmn_row *row, struct dmn_matches *out) {
    for (size_t i = 0; i < row->table->rule_count && !dmn_enough(out); i++)
        if (rule_matches(row, i)) dmn_add_match(row, out, i);
}

struct str dmn_policy_letters(const struct dmn_table *table) {
    static const char *const letters[] = {"U", "A", "P", "F", "C", "R", "O"};
    static const char *const aggregators[] = {"C", "C+", "C#", "C<", "C>"};
    return str_from(table->policy == DMN_COLLECT ? aggregators[table->aggregator] : letters[table->policy]);
}

/* ---- inputs ---- */

static void read_input(struct dmn_run *run, const struct dmn_input *input, struct feel_value *frame, struct feel_value *out) {
    const struct dmn_expression *x = input->expression;
    *out = x->literal.feel ? feel_evaluate(x->literal.feel, run->env, frame) : feel_null();
    if (x->type) *out = dmn_coerced(run, *out, x->type);
}

/* False, with a reason, when an input is outside the values its column allows. */
static bool inputs_allowed(const struct dmn_row *row) {
    for (size_t i = 0; i < row->table->input_count; i++) {
        const struct dmn_tests *values = row->table->inputs[i].values;
        if (!values || !values->feel) continue;
        if (feel_is_true(feel_test(values->feel, row->run->env, row->frame, row->inputs[i]))) continue;
        feel_fail(row->run->env, "dmn.input-value", values->place,
                  T("The input “{0}” is {1}, which is not one of its allowed values: {2}."),
                  str_trim(row->table->inputs[i].expression->literal.text), feel_text(row->run->env->arena, row->inputs[i]),
                  values->text);
        return false;
    }
    return true;
}

/* ---- outputs ---- */

/* The outputs of one rule (or of the defaults): one value, or a context of several. */
struct outputs {
    struct feel_value *values;
    bool broken; /* one of them is outside its output values */
};

static struct feel_value cell_value(const struct dmn_row *row, const struct dmn_expression *cell) {
    struct feel_value constant;
    if (!cell || !cell->literal.feel) return feel_null();
    if (feel_is_constant(cell->literal.feel, &constant)) return constant;
    return feel_evaluate(cell->literal.feel, row->run->env, row->frame);
}

static bool output_allowed(const struct dmn_row *row, const struct dmn_output *output, struct feel_value v) {
    if (!output->values || !output->values->feel || v.kind == FEEL_NULL) return true;
    if (feel_is_true(feel_test(output->values->feel, row->run->env, row->frame, v))) return true;
    feel_fail(row->run->env, "dmn.output-value", output->values->place,
              T("The output {0} is not one of the output values: {1}."), feel_text(row->run->env->arena, v),
              output->values->text);
    return false;
}

static struct outputs rule_outputs(const struct dmn_row *row, size_t rule) {
    const struct dmn_table *table = row->table;
    struct outputs o = {arena_array(row->run->env->arena, struct feel_value, table->output_count), false};
    for (size_t i = 0; i < table->output_count; i++) {
        struct feel_value v = cell_value(row, table->rules[rule].outputs[i]);
        o.values[i] = dmn_coerced(row->run, v, table->outputs[i].variable.type);
        o.broken = o.broken || !output_allowed(row, &table->outputs[i], o.values[i]);
    }
    return o;
}

static struct feel_value joined(const struct dmn_row *row, const struct feel_value *values) {
    const struct dmn_table *table = row->table;
    if (table->output_count == 1) return values[0];
    struct feel_value context = feel_context(row->run->env->arena, table->output_count);
    for (size_t i = 0; i < table->output_count; i++)
        feel_context_put(row->run->env->arena, context, table->outputs[i].variable.name, values[i]);
    return context;
}

/* ---- no rule matched ---- */

static struct feel_value without_match(const struct dmn_row *row, bool *by_default) {
    const struct dmn_table *table = row->table;
    struct feel_value *values = arena_array(row->run->env->arena, struct feel_value, table->output_count);
    for (size_t i = 0; i < table->output_count; i++) {
        *by_default = *by_default || table->outputs[i].fallback;
        values[i] = dmn_coerced(row->run, cell_value(row, table->outputs[i].fallback), table->outputs[i].variable.type);
    }
    if (*by_default) return joined(row, values);
    if (table->policy == DMN_COLLECT && table->aggregator == DMN_NO_AGGREGATOR)
        return feel_list(row->run->env->arena, 0);
    if (table->policy == DMN_COLLECT && table->aggregator == DMN_COUNT) return feel_integer(0);
    return feel_fail(row->run->env, "dmn.no-rule", table->place, T("No rule of the table matches."));
}

/* ---- hit policies ---- */

struct hits {
    const struct dmn_row *row;
    const struct dmn_matches *matches;
    struct outputs *outputs; /* one a match */
    uint32_t *chosen;        /* positions in matches, in the order of the result */
    size_t chosen_count;
    uint32_t only; /* 0: the choice where one rule matches */
};

static void choose(struct hits *h, size_t position) {
    h->chosen[h->chosen_count++] = (uint32_t)position;
}

static struct feel_value broken_policy(const struct hits *h, struct str sentence) {
    struct buf rules;
    buf_init(&rules, h->row->run->env->arena, 200);
    for (size_t i = 0; i < h->matches->count; i++) {
        if (i) buf_addz(&rules, ", ");
        buf_int(&rules, (int64_t)h->matches->rules[i] + 1);
    }
    return feel_fail(h->row->run->env, "dmn.hit-policy", h->row->table->place, sentence, buf_str(&rules));
}

static struct feel_value chosen_value(const struct hits *h, size_t i) {
    return joined(h->row, h->outputs[h->chosen[i]].values);
}

static struct feel_value chosen_list(const struct hits *h) {
    struct feel_value list = feel_list(h->row->run->env->arena, h->chosen_count);
    for (size_t i = 0; i < h->chosen_count; i++) list.list->items[i] = chosen_value(h, i);
    return list;
}

static void choose_all(struct hits *h) {
    for (size_t i = 0; i < h->matches->count; i++) choose(h, i);
}

static struct feel_value unique(struct hits *h) {
    if (h->matches->count > 1) return broken_policy(h, T("More than one rule matches ({0}), but only one may."));
    choose(h, 0);
    return chosen_value(h, 0);
}

static struct feel_value first(struct hits *h) {
    choose(h, 0);
    return chosen_value(h, 0);
}

static bool same(struct feel_value a, struct feel_value b) {
    return (a.kind == FEEL_NULL && b.kind == FEEL_NULL) || feel_equals(a, b);
}

static struct feel_value any(struct hits *h) {
    choose_all(h);
    struct feel_value v = chosen_value(h, 0);
    for (size_t i = 1; i < h->chosen_count; i++)
        if (!same(v, chosen_value(h, i)))
            return broken_policy(h, T("The rules that match ({0}) give different outputs, but must give the same."));
    return v;
}

/* Place of a value in the list of output values; behind the last when it is not there. */
static size_t priority_of(const struct dmn_output *output, struct feel_value v) {
    const struct feel_list *list = output->priorities.list;
    size_t i = 0;
    while (i < list->count && !feel_is_true(feel_in(v, list->items[i]))) i++;
    return i;
}

/* Below zero when match a comes before match b. Outputs without a list of values do not decide. */
static int compare_priority(const struct hits *h, uint32_t a, uint32_t b) {
    for (size_t i = 0; i < h->row->table->output_count; i++) {
        const struct dmn_output *output = &h->row->table->outputs[i];
        if (output->priorities.kind != FEEL_LIST) continue;
        size_t x = priority_of(output, h->outputs[a].values[i]), y = priority_of(output, h->outputs[b].values[i]);
        if (x != y) return x < y ? -1 : 1;
    }
    return 0;
}

/* Merge sort, since equal ones keep their order and a table may have many. */
static void sort_chosen(struct hits *h, uint32_t *items, uint32_t *scratch, size_t count) {
    if (count < 2) return;
    size_t half = count / 2, i = 0, k = half, n = 0;
    sort_chosen(h, items, scratch, half);
    sort_chosen(h, items + half, scratch, count - half);
    while (i < half && k < count)
        scratch[n++] = compare_priority(h, items[k], items[i]) < 0 ? items[k++] : items[i++];
    while (i < half) scratch[n++] = items[i++];
    memcpy(items, scratch, n * sizeof *items);
}

static void choose_in_output_order(struct hits *h) {
    choose_all(h);
    sort_chosen(h, h->chosen, arena_array(h->row->run->env->arena, uint32_t, h->chosen_count), h->chosen_count);
}

static struct feel_value priority(struct hits *h) {
    choose_in_output_order(h);
    h->chosen_count = 1;
    return chosen_value(h, 0);
}

static struct feel_value aggregate(struct hits *h, size_t output) {
    static const char *const builtins[] = {"", "sum", "count", "min", "max"};
    struct feel_value list = feel_list(h->row->run->env->arena, h->chosen_count);
    for (size_t i = 0; i < h->chosen_count; i++) list.list->items[i] = h->outputs[h->chosen[i]].values[output];
    struct feel_value f = feel_builtin(str_from(builtins[h->row->table->aggregator]));
    return feel_call(h->row->run->env, f, &list, NULL, 1);
}

static struct feel_value collect(struct hits *h) {
    const struct dmn_table *table = h->row->table;
    choose_all(h);
    if (table->aggregator == DMN_NO_AGGREGATOR) return chosen_list(h);
    struct feel_value *values = arena_array(h->row->run->env->arena, struct feel_value, table->output_count);
    for (size_t i = 0; i < table->output_count; i++) values[i] = aggregate(h, i);
    return joined(h->row, values);
}

static struct feel_value apply_policy(struct hits *h) {
    switch (h->row->table->policy) {
    case DMN_UNIQUE: return unique(h);
    case DMN_ANY: return any(h);
    case DMN_PRIORITY: return priority(h);
    case DMN_FIRST: return first(h);
    case DMN_COLLECT: return collect(h);
    case DMN_RULE_ORDER: choose_all(h); return chosen_list(h);
    case DMN_OUTPUT_ORDER: choose_in_output_order(h); return chosen_list(h);
    }
    return feel_null();
}

static bool chosen_are_broken(const struct hits *h) {
    for (size_t i = 0; i < h->chosen_count; i++)
        if (h->outputs[h->chosen[i]].broken) return true;
    return false;
}

/* One rule decides in most tables, and most cells are constants: no lists are made for it. */
static struct feel_value only_one(const struct dmn_row *row, size_t rule) {
    struct outputs o = rule_outputs(row, rule);
    return o.broken ? feel_null() : joined(row, o.values);
}

static struct feel_value result_of(const struct dmn_row *row, const struct dmn_matches *matches, struct hits *h) {
    struct arena *a = row->run->env->arena;
    *h = (struct hits){.row = row, .matches = matches};
    if (matches->count == 1 && row->table->policy <= DMN_FIRST) {
        h->chosen = &h->only;
        h->chosen_count = 1;
        return only_one(row, matches->rules[0]);
    }
    h->outputs = arena_array(a, struct outputs, matches->count);
    h->chosen = arena_array(a, uint32_t, matches->count);
    for (size_t i = 0; i < matches->count; i++) h->outputs[i] = rule_outputs(row, matches->rules[i]);
    struct feel_value v = apply_policy(h);
    return chosen_are_broken(h) ? feel_null() : v;
}

/* ---- the table ---- */

static size_t wanted(const struct dmn_table *table) {
    return table->policy == DMN_FIRST ? 1 : table->policy == DMN_UNIQUE ? 2 : 0;
}

static struct feel_value decide(const struct dmn_row *row, ptrdiff_t step) {
    struct dmn_matches matches = {.wanted = wanted(row->table)};
    struct hits hits = {0};
    bool by_default = false;
    if (row->run->plainly)
        dmn_match_plainly(row, &matches);
    else
        dmn_match_by_index(row, &matches);
    struct feel_value v = matches.count ? result_of(row, &matches, &hits) : without_match(row, &by_default);
    if (step >= 0) dmn_explain_table(row, step, &matches, hits.chosen, hits.chosen_count, by_default);
    return v;
}

struct feel_value dmn_table_value(struct dmn_run *run, const struct dmn_expression *x, struct feel_value *frame) {
    const struct dmn_table *table = x->table;
    struct feel_value few[16];
    struct feel_value *inputs = few;
    ptrdiff_t step = dmn_step_open(run, DMN_STEP_TABLE, x->place.element, &x->place);
    if (table->input_count > 16 || step >= 0)
        inputs = arena_array(run->env->arena, struct feel_value, table->input_count);
    for (size_t i = 0; i < table->input_count; i++) read_input(run, &table->inputs[i], frame, &inputs[i]);
    struct dmn_row row = {run, table, inputs, frame};
    bool sound = table->output_count > 0 && inputs_allowed(&row);
    struct feel_value v = sound ? decide(&row, step) : feel_null();
    dmn_step_close(run, step, v);
    return v;
}
