/* explain.c: why a decision is what it is: the steps of an evaluation, as data, JSON and sentences.
 *
 * A step is opened before and closed after what it tells about, so steps stand in the order of their beginning.
 * For a table the cells are tested once more, rule by rule, to say which of them kept a rule from matching.
 */
#include "dmn/table.h"

#include <stdlib.h>

enum { STEPS_MOST = 1000, MISSES_MOST = 100, RULES_EXPLAINED_MOST = 20000 };

void dmn_explanation_init(struct dmn_explanation *e, struct arena *arena) {
    *e = (struct dmn_explanation){.arena = arena, .limit = STEPS_MOST};
}

ptrdiff_t dmn_explain_open(struct dmn_run *run, enum dmn_step_kind kind, struct str name, const struct place *place) {
    struct dmn_explanation *e = run->explanation;
    e->depth++;
    if (e->count >= e->limit) {
        e->cut = true;
        return -2;
    }
    struct dmn_step step = {.kind = kind, .depth = e->depth - 1, .name = name, .place = *place};
    VEC_PUSH(e->arena, e->steps, e->count, e->capacity, step);
    return (ptrdiff_t)e->count - 1;
}

struct dmn_step *dmn_step_at(struct dmn_run *run, ptrdiff_t step) {
    return step < 0 ? NULL : &run->explanation->steps[step];
}

void dmn_explain_close(struct dmn_run *run, ptrdiff_t step, struct feel_value value) {
    run->explanation->depth--;
    if (step >= 0) run->explanation->steps[step].value = value;
}

/* ---- tables ---- */

static struct feel_value output_of(const struct dmn_row *row, size_t rule) {
    const struct dmn_table *table = row->table;
    struct feel_value only = feel_null();
    struct feel_value context = feel_context(row->run->env->arena, table->output_count);
    for (size_t i = 0; i < table->output_count; i++) {
        const struct dmn_expression *cell = table->rules[rule].outputs[i];
        only = cell && cell->literal.feel ? feel_evaluate(cell->literal.feel, row->run->env, row->frame) : feel_null();
        feel_context_put(row->run->env->arena, context, table->outputs[i].variable.name, only);
    }
    return table->output_count == 1 ? only : context;
}

static void add_hit(const struct dmn_row *row, struct dmn_step *step, size_t rule, bool chosen) {
    const struct dmn_rule *r = &row->table->rules[rule];
    struct dmn_hit hit = {.rule = rule,
                          .id = r->id,
                          .description = r->description,
                          .chosen = chosen,
                          .note_count = row->table->note_count,
                          .note_names = row->table->note_names,
                          .notes = r->notes,
                          .output = output_of(row, rule)};
    VEC_PUSH(row->run->explanation->arena, step->hits, step->hit_count, step->hit_capacity, hit);
}

/* A rule that did not match, with how many of its cells did not. */
struct near_miss {
    struct dmn_miss miss;
    size_t failing;
};

static bool examine(const struct dmn_row *row, size_t rule, struct near_miss *out) {
    *out = (struct near_miss){.miss = {.rule = rule}};
    for (size_t c = 0; c < row->table->input_count; c++) {
        struct feel_value v = dmn_test_cell(row, rule, c);
        if (feel_is_true(v)) continue;
        if (out->failing++ > 0) continue;
        out->miss.column = c;
        out->miss.cell = row->table->rules[rule].cells[c]->text;
        out->miss.failed = v.kind != FEEL_BOOLEAN;
    }
    return out->failing > 0;
}

static int nearest_first(const void *a, const void *b) {
    const struct near_miss *x = a, *y = b;
    if (x->failing != y->failing) return x->failing < y->failing ? -1 : 1;
    return (x->miss.rule > y->miss.rule) - (x->miss.rule < y->miss.rule);
}

static void add_misses(const struct dmn_row *row, struct dmn_step *step) {
    struct arena *a = row->run->explanation->arena;
    size_t rules = row->table->rule_count < RULES_EXPLAINED_MOST ? row->table->rule_count : RULES_EXPLAINED_MOST;
    struct near_miss *all = arena_array(a, struct near_miss, rules + 1);
    size_t count = 0;
    for (size_t i = 0; i < rules; i++) count += examine(row, i, &all[count]);
    qsort(all, count, sizeof *all, nearest_first);
    for (size_t i = 0; i < count && i < MISSES_MOST; i++)
        VEC_PUSH(a, step->misses, step->miss_count, step->miss_capacity, all[i].miss);
}

void dmn_explain_table(const struct dmn_row *row, ptrdiff_t number, const struct dmn_matches *matches,
                       const uint32_t *chosen, size_t chosen_count, bool by_default) {
    const struct dmn_table *table = row->table;
    struct faults *reasons = row->run->env->reasons;
    row->run->env->reasons = NULL; /* testing again is no new failure */
    struct dmn_step *step = dmn_step_at(row->run, number);
    struct str *columns = arena_array(row->run->explanation->arena, struct str, table->input_count);
    for (size_t i = 0; i < table->input_count; i++) columns[i] = str_trim(table->inputs[i].expression->literal.text);
    step->policy = dmn_policy_letters(table);
    step->column_count = table->input_count;
    step->columns = columns;
    step->inputs = row->inputs;
    step->rule_count = table->rule_count;
    step->by_default = by_default;
    for (size_t i = 0; i < matches->count; i++) {
        bool is_chosen = false;
        for (size_t k = 0; k < chosen_count && !is_chosen; k++) is_chosen = chosen[k] == i;
        add_hit(row, dmn_step_at(row->run, number), matches->rules[i], is_chosen);
    }
    add_misses(row, dmn_step_at(row->run, number));
    row->run->env->reasons = reasons;
}

struct str *dmn_explanation_notes(const struct dmn_explanation *e, struct arena *arena, size_t *out_count) {
    struct str *notes = NULL;
    size_t count = 0, capacity = 0;
    for (size_t s = 0; s < e->count; s++)
        for (size_t h = 0; h < e->steps[s].hit_count; h++) {
            const struct dmn_hit *hit = &e->steps[s].hits[h];
            for (size_t n = 0; hit->chosen && n < hit->note_count; n++)
                if (hit->notes[n].n) VEC_PUSH(arena, notes, count, capacity, hit->notes[n]);
        }
    *out_count = count;
    return notes;
}

/* ---- as JSON ---- */

static void put_value(struct json_out *j, const char *name, struct feel_value v) {
    json_name(j, str_from(name));
    feel_put_json(j, v);
}

static void put_hit(struct json_out *j, const struct dmn_hit *hit) {
    json_object_open(j);
    json_member_integer(j, "rule", (int64_t)hit->rule + 1);
    if (hit->id.n) json_member_string(j, "id", hit->id);
    if (hit->description.n) json_member_string(j, "description", hit->description);
    json_member_boolean(j, "chosen", hit->chosen);
    put_value(j, "output", hit->output);
    json_name(j, STR("notes"));
    json_object_open(j);
    for (size_t i = 0; i < hit->note_count; i++) {
        struct str name = hit->note_names[i];
        json_name(j, name.n ? name : STR("note"));
        json_put_string(j, hit->notes[i]);
    }
    json_object_close(j);
    json_object_close(j);
}

static void put_miss(struct json_out *j, const struct dmn_step *step, const struct dmn_miss *miss) {
    json_object_open(j);
    json_member_integer(j, "rule", (int64_t)miss->rule + 1);
    json_member_string(j, "input", step->columns[miss->column]);
    json_member_string(j, "cell", miss->cell);
    json_member_boolean(j, "failed", miss->failed);
    json_object_close(j);
}

static void put_table(struct json_out *j, const struct dmn_step *step) {
    json_member_string(j, "policy", step->policy);
    json_member_boolean(j, "byDefault", step->by_default);
    json_name(j, STR("inputs"));
    json_array_open(j);
    for (size_t i = 0; i < step->column_count; i++) {
        json_object_open(j);
        json_member_string(j, "expression", step->columns[i]);
        put_value(j, "value", step->inputs[i]);
        json_object_close(j);
    }
    json_array_close(j);
    json_name(j, STR("matched"));
    json_array_open(j);
    for (size_t i = 0; i < step->hit_count; i++) put_hit(j, &step->hits[i]);
    json_array_close(j);
    json_name(j, STR("missed"));
    json_array_open(j);
    for (size_t i = 0; i < step->miss_count; i++) put_miss(j, step, &step->misses[i]);
    json_array_close(j);
}

void dmn_explanation_put_json(struct json_out *j, const struct dmn_explanation *e) {
    static const char *const kinds[] = {"input", "decision", "table", "call"};
    json_array_open(j);
    for (size_t i = 0; i < e->count; i++) {
        const struct dmn_step *step = &e->steps[i];
        json_object_open(j);
        json_member_string(j, "step", str_from(kinds[step->kind]));
        json_member_integer(j, "depth", step->depth);
        json_member_string(j, "name", step->name);
        put_value(j, "value", step->value);
        if (step->kind == DMN_STEP_TABLE && step->rule_count) put_table(j, step);
        json_object_close(j);
    }
    json_array_close(j);
}

/* ---- as sentences ---- */

struct teller {
    struct buf *out;
    struct arena *arena;
    enum language language;
};

static void tell(const struct teller *t, int depth, const struct str *pieces, size_t count) {
    for (int i = 0; i < depth && i < 20; i++) buf_addz(t->out, "  ");
    buf_add(t->out, text_format(t->arena, t->language, pieces, count));
    buf_byte(t->out, '\n');
}
#define TELL(t, depth, ...)                                                                                       \
    tell((t), (depth), (const struct str[]){__VA_ARGS__}, sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

static struct str number(const struct teller *t, size_t n) {
    return arena_printf(t->arena, "%zu", n);
}

static void tell_hit(const struct teller *t, const struct dmn_step *step, const struct dmn_hit *hit) {
    struct str output = feel_text(t->arena, hit->output);
    if (hit->chosen)
        TELL(t, step->depth + 1, T("rule {0} matches: {1}"), number(t, hit->rule + 1), output);
    else
        TELL(t, step->depth + 1, T("rule {0} matches too, without effect: {1}"), number(t, hit->rule + 1), output);
    for (size_t i = 0; i < hit->note_count; i++)
        if (hit->notes[i].n) TELL(t, step->depth + 2, STR("{0}: {1}"), hit->note_names[i], hit->notes[i]);
    if (hit->description.n) TELL(t, step->depth + 2, STR("{0}"), hit->description);
}

static void tell_miss(const struct teller *t, const struct dmn_step *step, const struct dmn_miss *miss) {
    struct str value = feel_text(t->arena, step->inputs[miss->column]);
    struct str what = arena_printf(t->arena, "%.*s = %.*s", STR_ARGS(step->columns[miss->column]), STR_ARGS(value));
    if (miss->failed)
        TELL(t, step->depth + 1, T("rule {0} does not match: {1} cannot be compared with {2}"), number(t, miss->rule + 1),
             what, miss->cell);
    else
        TELL(t, step->depth + 1, T("rule {0} does not match: {1}, not {2}"), number(t, miss->rule + 1), what, miss->cell);
}

static void tell_table(const struct teller *t, const struct dmn_step *step) {
    enum { MISSES_TOLD = 10 };
    for (size_t i = 0; i < step->hit_count; i++) tell_hit(t, step, &step->hits[i]);
    if (step->by_default) TELL(t, step->depth + 1, T("no rule matches; the default applies"));
    for (size_t i = 0; i < step->miss_count && i < MISSES_TOLD; i++) tell_miss(t, step, &step->misses[i]);
    if (step->miss_count > MISSES_TOLD)
        TELL(t, step->depth + 1, T("{0} more rules do not match"), number(t, step->rule_count - step->hit_count - MISSES_TOLD));
}

static void tell_step(const struct teller *t, const struct dmn_step *step) {
    struct str value = feel_text(t->arena, step->value);
    switch (step->kind) {
    case DMN_STEP_INPUT: TELL(t, step->depth, T("given: {0} = {1}"), step->name, value); break;
    case DMN_STEP_DECISION: TELL(t, step->depth, T("decision: {0} = {1}"), step->name, value); break;
    case DMN_STEP_CALL: TELL(t, step->depth, T("call of {0} = {1}"), step->name, value); break;
    case DMN_STEP_TABLE:
        TELL(t, step->depth, T("table ({0}) = {1}"), step->policy, value);
        tell_table(t, step);
        break;
    }
}

void dmn_explanation_put_text(struct buf *out, const struct dmn_explanation *e, enum language language) {
    struct teller t = {out, out->arena, language};
    for (size_t i = 0; i < e->count; i++) tell_step(&t, &e->steps[i]);
    if (e->cut) TELL(&t, 0, T("(further steps are left out)"));
}
