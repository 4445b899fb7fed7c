/* check_table.c: what is wrong with a decision table before it runs: gaps, overlaps, rules that can never fire.
 *
 * Columns are cut into ranks as for the index (table_ranks.h). Ranks of a column that the same rules hold form a
 * *class*; the table is walked class by class, column after column, with the set of rules that are still possible.
 * Where the set becomes empty there is a gap; where it arrives at the end, its first rule is one that can fire.
 * Cells that are no constant tests may match anything: they cover no gap for sure, hide no rule and overlap with
 * none. What an input can be: the values its column or its type allows, else the kinds its cells speak of.
 * The walk is bounded; a table that is too large says so.
 */
#include "dmn/check.h"

#include "dmn/table_ranks.h"

#include <stdlib.h>
#include <string.h>

enum {
    RULES_MOST = 5000,
    WORK_MOST = 300000000, /* sets of 64 rules looked at while walking: under a second */
    REPORTS_MOST = 10, /* of one kind for one table */
    CLASSES_MOST = 4096,
};

/* Ranks that the same rules hold. */
struct class {
    uint64_t *rules;
    uint32_t *ranks;
    size_t rank_count, rank_capacity;
};

struct side {
    struct dmn_ranks ranks;
    uint32_t *domain; /* the ranks an input can have, ascending */
    size_t domain_count;
    struct class *classes;
    size_t class_count;
    uint64_t *everywhere; /* rules whose cell holds the whole domain for sure */
};

struct table_check {
    const struct dmn_checker *checker;
    const struct dmn_table *table;
    struct side *sides;     /* one a column */
    struct dmn_span *cells; /* [rule][column] */
    size_t words;
    uint64_t *certain; /* rules without cells that have to be evaluated */
    uint64_t *fires;   /* FIRST: rules seen to fire */
    const uint32_t **path_ranks; /* the class chosen in each column of the walk */
    size_t *path_counts;
    size_t work, gaps;
};

static bool has(const uint64_t *set, size_t i) {
    return set[i / 64] >> (i % 64) & 1;
}

static void put(uint64_t *set, size_t i) {
    set[i / 64] |= 1ull << (i % 64);
}

static const struct feel_test anything = {.shape = FEEL_TEST_ANY};

static struct dmn_span cell(const struct table_check *t, size_t rule, size_t column) {
    return t->cells[rule * t->table->input_count + column];
}

static bool holds(const struct side *side, struct dmn_span s, uint32_t rank) {
    return s.low == DMN_EVALUATE || dmn_in_span(&side->ranks, s, rank);
}

/* ---- what an input can be ---- */

/* Allowed values of the column, or of the type its expression has. */
static const struct dmn_tests *domain_tests(const struct table_check *t, size_t column) {
    const struct dmn_input *input = &t->table->inputs[column];
    if (input->values && input->values->feel) return input->values;
    return dmn_allowed_values(dmn_column_type(t->checker, input));
}

static void add_both_booleans(const struct table_check *t, struct side *side) {
    struct feel_range both[] = {
        {.low = feel_boolean(false), .high = feel_boolean(false), .has_low = true, .has_high = true},
        {.low = feel_boolean(true), .high = feel_boolean(true), .has_low = true, .has_high = true}};
    struct feel_test test = {.shape = FEEL_TEST_INTERVALS, .count = 2, .intervals = both};
    dmn_ranks_add(t->checker->scratch, &side->ranks, &test);
}

/* Between two booleans, or beside null, there is nothing. */
static bool rank_is_possible(const struct dmn_ranks *ranks, enum feel_kind kind, uint32_t rank) {
    bool point = (rank - ranks->points[kind].base) % 2 == 1;
    return point || (kind != FEEL_BOOLEAN && kind != FEEL_NULL);
}

static void add_kind_to_domain(struct side *side, enum feel_kind kind) {
    const struct dmn_points *p = &side->ranks.points[kind];
    if (p->count == 0 || kind == FEEL_NULL) return;
    for (uint32_t r = p->base; r <= p->base + 2 * p->count; r++)
        if (rank_is_possible(&side->ranks, kind, r)) side->domain[side->domain_count++] = r;
}

static enum feel_kind kind_of_rank(const struct dmn_ranks *ranks, uint32_t rank) {
    for (enum feel_kind k = FEEL_NULL; k < FEEL_KIND_COUNT; k++) {
        const struct dmn_points *p = &ranks->points[k];
        if (p->count && rank >= p->base && rank <= p->base + 2 * p->count) return k;
    }
    return FEEL_NULL;
}

static void find_domain(const struct table_check *t, size_t column) {
    struct side *side = &t->sides[column];
    const struct feel_type *type = dmn_column_type(t->checker, &t->table->inputs[column]);
    const struct dmn_tests *allowed = domain_tests(t, column);
    struct dmn_span span = dmn_ranks_cell(t->checker->scratch, &side->ranks, allowed ? allowed->shape : &anything);
    side->domain = arena_array(t->checker->scratch, uint32_t, side->ranks.count);
    if (allowed && span.low != DMN_EVALUATE) {
        for (uint32_t r = 1; r < side->ranks.count; r++)
            if (dmn_in_span(&side->ranks, span, r) && rank_is_possible(&side->ranks, kind_of_rank(&side->ranks, r), r))
                side->domain[side->domain_count++] = r;
    } else {
        for (enum feel_kind k = FEEL_NULL; k < FEEL_KIND_COUNT; k++)
            if (!type || type->kind != FEEL_TYPE_SIMPLE || type->simple == k) add_kind_to_domain(side, k);
    }
    if (side->domain_count == 0) side->domain_count = 1; /* rank 0: a column that asks nothing */
}

/* ---- classes ---- */

static void rules_at(const struct table_check *t, size_t column, uint32_t rank, uint64_t *out) {
    memset(out, 0, t->words * sizeof *out);
    for (size_t i = 0; i < t->table->rule_count; i++)
        if (holds(&t->sides[column], cell(t, i, column), rank)) put(out, i);
}

static bool find_classes(const struct table_check *t, size_t column) {
    struct arena *a = t->checker->scratch;
    struct side *side = &t->sides[column];
    struct map by_rules;
    map_init(&by_rules, a);
    side->classes = arena_array(a, struct class, side->domain_count);
    for (size_t i = 0; i < side->domain_count; i++) {
        uint64_t *rules = arena_array(a, uint64_t, t->words);
        rules_at(t, column, side->domain[i], rules);
        struct str key = {(const char *)rules, t->words * sizeof *rules};
        struct class *class = map_get(&by_rules, key);
        if (!class) {
            if (side->class_count == CLASSES_MOST) return false;
            class = &side->classes[side->class_count++];
            class->rules = rules;
            map_put(&by_rules, key, class);
        }
        VEC_PUSH(a, class->ranks, class->rank_count, class->rank_capacity, side->domain[i]);
    }
    side->everywhere = arena_array(a, uint64_t, t->words);
    memset(side->everywhere, 0xff, t->words * sizeof *side->everywhere);
    for (size_t i = 0; i < side->class_count; i++)
        for (size_t w = 0; w < t->words; w++) side->everywhere[w] &= side->classes[i].rules[w];
    return true;
}

static void prepare_column(const struct table_check *t, size_t column) {
    struct arena *a = t->checker->scratch;
    struct side *side = &t->sides[column];
    const struct dmn_tests *allowed = domain_tests(t, column);
    if (allowed) dmn_ranks_add(a, &side->ranks, allowed->shape);
    for (size_t i = 0; i < t->table->rule_count; i++)
        dmn_ranks_add(a, &side->ranks, t->table->rules[i].cells[column]->shape);
    if (side->ranks.points[FEEL_BOOLEAN].count) add_both_booleans(t, side);
    dmn_ranks_settle(&side->ranks);
    for (size_t i = 0; i < t->table->rule_count; i++)
        t->cells[i * t->table->input_count + column] =
            dmn_ranks_cell(a, &side->ranks, t->table->rules[i].cells[column]->shape);
    find_domain(t, column);
}

/* ---- in words ---- */

static void put_literal(struct buf *out, struct feel_value v) {
    struct str text = feel_text(out->arena, v);
    if (v.kind == FEEL_STRING)
        buf_printf(out, "\"%.*s\"", STR_ARGS(text));
    else
        buf_add(out, text);
}

static const struct feel_value *point_at(const struct dmn_points *p, uint32_t rank) {
    return &p->values[(rank - p->base - 1) / 2];
}

/* Ranks first … last of one kind, as FEEL would write the test. */
static void put_run(struct buf *out, const struct dmn_points *p, uint32_t first, uint32_t last) {
    bool low = first > p->base, high = last < p->base + 2 * p->count;
    bool low_closed = (first - p->base) % 2 == 1, high_closed = (last - p->base) % 2 == 1;
    const struct feel_value *from = low ? point_at(p, low_closed ? first : first - 1) : NULL;
    const struct feel_value *to = high ? point_at(p, high_closed ? last : last + 1) : NULL;
    if (low && high && first == last && low_closed) {
        put_literal(out, *from);
    } else if (low && high) {
        buf_byte(out, low_closed ? '[' : '(');
        put_literal(out, *from);
        buf_addz(out, "..");
        put_literal(out, *to);
        buf_byte(out, high_closed ? ']' : ')');
    } else if (low) {
        buf_addz(out, low_closed ? ">= " : "> ");
        put_literal(out, *from);
    } else if (high) {
        buf_addz(out, high_closed ? "<= " : "< ");
        put_literal(out, *to);
    } else {
        buf_byte(out, '-');
    }
}

static bool is_among(const uint32_t *items, size_t count, uint32_t rank) {
    for (size_t i = 0; i < count; i++)
        if (items[i] == rank) return true;
    return false;
}

/* Texts have no order a clerk would think of: what lies between two of them is any other text, not("a", "b"). */
static void put_other_texts(struct buf *out, const struct dmn_points *p, const uint32_t *items, size_t count) {
    bool any = false;
    buf_addz(out, "not(");
    for (size_t i = 0; i < p->count; i++) {
        if (is_among(items, count, p->base + 2 * (uint32_t)i + 1)) continue;
        if (any) buf_addz(out, ", ");
        put_literal(out, p->values[i]);
        any = true;
    }
    buf_byte(out, ')');
}

static bool has_other_texts(const struct dmn_ranks *ranks, const uint32_t *items, size_t count) {
    const struct dmn_points *p = &ranks->points[FEEL_STRING];
    for (size_t i = 0; i < count; i++)
        if (kind_of_rank(ranks, items[i]) == FEEL_STRING && (items[i] - p->base) % 2 == 0) return true;
    return false;
}

static void put_ranks(struct buf *out, const struct dmn_ranks *ranks, const uint32_t *items, size_t count) {
    bool other = has_other_texts(ranks, items, count), any = false;
    for (size_t i = 0, end; i < count; i = end) {
        enum feel_kind kind = kind_of_rank(ranks, items[i]);
        end = i + 1;
        if (kind == FEEL_STRING && other) continue;
        while (kind != FEEL_STRING && end < count && items[end] == items[end - 1] + 1 &&
               kind_of_rank(ranks, items[end]) == kind)
            end++;
        if (any) buf_addz(out, ", ");
        put_run(out, &ranks->points[kind], items[i], items[end - 1]);
        any = true;
    }
    if (other && any) buf_addz(out, ", ");
    if (other) put_other_texts(out, &ranks->points[FEEL_STRING], items, count);
}

/* `region[c]` are ranks of column c; columns that are left open are not mentioned. */
static struct str region_text(const struct table_check *t, const uint32_t *const *region, const size_t *counts) {
    struct buf out;
    buf_init(&out, t->checker->scratch, 600);
    for (size_t c = 0; c < t->table->input_count; c++) {
        const struct side *side = &t->sides[c];
        if (counts[c] == 0 || counts[c] == side->domain_count) continue;
        if (out.n) buf_addz(&out, "; ");
        buf_add(&out, str_trim(t->table->inputs[c].expression->literal.text));
        buf_addz(&out, ": ");
        put_ranks(&out, &side->ranks, region[c], counts[c]);
    }
    return out.n ? buf_str(&out) : STR("-");
}

/* ---- the walk ---- */

static void walk(struct table_check *t, size_t column, const uint64_t *possible);

static bool is_empty(const struct table_check *t, const uint64_t *set) {
    for (size_t w = 0; w < t->words; w++)
        if (set[w]) return false;
    return true;
}

static int ascending(const void *a, const void *b) {
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void report_gap(struct table_check *t, size_t column, uint32_t *ranks, size_t count) {
    if (t->gaps++ >= REPORTS_MOST) return;
    qsort(ranks, count, sizeof *ranks, ascending);
    t->path_ranks[column] = ranks;
    t->path_counts[column] = count;
    for (size_t c = column + 1; c < t->table->input_count; c++) t->path_counts[c] = 0;
    fault_warning(t->checker->faults, "dmn.gap", t->table->place, T("No rule covers the case {0}."),
                  region_text(t, t->path_ranks, t->path_counts));
}

/* The rules of a set that can fire when the first that surely matches is taken. */
static void mark_firing(struct table_check *t, const uint64_t *set) {
    for (size_t i = 0; i < t->table->rule_count; i++) {
        if (!has(set, i)) continue;
        put(t->fires, i);
        if (has(t->certain, i)) return;
    }
}

/* A rule that matches whatever the remaining inputs are leaves nothing to find, unless rules before it (FIRST) have
 * not been seen to fire. */
static bool is_settled(const struct table_check *t, size_t column, const uint64_t *possible) {
    for (size_t i = 0; i < t->table->rule_count; i++) {
        if (!has(possible, i)) continue;
        bool sure = has(t->certain, i);
        for (size_t c = column; c < t->table->input_count && sure; c++) sure = has(t->sides[c].everywhere, i);
        if (t->table->policy == DMN_FIRST && !has(t->fires, i)) return false;
        if (sure) return true;
    }
    return false;
}

static void walk_classes(struct table_check *t, size_t column, const uint64_t *possible) {
    const struct side *side = &t->sides[column];
    uint64_t *next = arena_array(t->checker->scratch, uint64_t, t->words);
    uint32_t *missing = arena_array(t->checker->scratch, uint32_t, side->domain_count);
    size_t missing_count = 0;
    for (size_t k = 0; k < side->class_count && t->work < WORK_MOST; k++) {
        t->work += t->words;
        const struct class *class = &side->classes[k];
        for (size_t w = 0; w < t->words; w++) next[w] = possible[w] & class->rules[w];
        if (is_empty(t, next)) {
            for (size_t i = 0; i < class->rank_count; i++) missing[missing_count++] = class->ranks[i];
            continue;
        }
        t->path_ranks[column] = class->ranks;
        t->path_counts[column] = class->rank_count;
        walk(t, column + 1, next);
    }
    if (missing_count) report_gap(t, column, missing, missing_count);
}

static void walk(struct table_check *t, size_t column, const uint64_t *possible) {
    t->work += t->table->rule_count;
    if (column == t->table->input_count) {
        if (t->table->policy == DMN_FIRST) mark_firing(t, possible);
        return;
    }
    if (is_settled(t, column, possible)) return;
    struct arena_mark mark = arena_mark(t->checker->scratch);
    size_t reported = t->gaps;
    walk_classes(t, column, possible);
    if (t->gaps == reported) arena_rewind(t->checker->scratch, mark);
}

static void say_too_large(const struct dmn_checker *c, const struct dmn_table *table) {
    fault_warning(c->faults, "dmn.unchecked", table->place,
                  T("The table is too large to be searched for gaps completely."));
}

static void look_for_gaps(struct table_check *t) {
    uint64_t *all = arena_array(t->checker->scratch, uint64_t, t->words);
    for (size_t i = 0; i < t->table->rule_count; i++) put(all, i);
    walk(t, 0, all);
    if (t->gaps > REPORTS_MOST)
        fault_warning(t->checker->faults, "dmn.gap", t->table->place, T("The table has more gaps than are listed here."));
    if (t->work >= WORK_MOST) say_too_large(t->checker, t->table);
}

/* ---- rules that never fire ---- */

static bool can_match(const struct table_check *t, size_t rule, size_t column) {
    const struct side *side = &t->sides[column];
    for (size_t i = 0; i < side->domain_count; i++)
        if (holds(side, cell(t, rule, column), side->domain[i])) return true;
    return false;
}

static struct str rule_number(const struct table_check *t, size_t rule) {
    return arena_printf(t->checker->scratch, "%zu", rule + 1);
}

static void look_for_dead_rules(struct table_check *t) {
    bool walked = t->table->policy == DMN_FIRST && t->work < WORK_MOST;
    for (size_t i = 0; i < t->table->rule_count; i++) {
        size_t column = 0;
        while (column < t->table->input_count && can_match(t, i, column)) column++;
        if (column < t->table->input_count)
            fault_warning(t->checker->faults, "dmn.dead-rule", t->table->rules[i].cells[column]->place,
                          T("Rule {0} can never fire: no allowed input is “{1}”."), rule_number(t, i),
                          t->table->rules[i].cells[column]->text);
        else if (walked && !has(t->fires, i))
            fault_warning(t->checker->faults, "dmn.dead-rule", t->table->rules[i].place,
                          T("Rule {0} can never fire: the rules before it take all its cases."), rule_number(t, i));
    }
}

/* ---- overlaps ---- */

/* Ranks of the domain that both rules hold for sure, into `out`. */
static size_t common(const struct table_check *t, size_t a, size_t b, size_t column, uint32_t *out) {
    const struct side *side = &t->sides[column];
    struct dmn_span x = cell(t, a, column), y = cell(t, b, column);
    size_t n = 0;
    for (size_t i = 0; i < side->domain_count; i++) {
        uint32_t rank = side->domain[i];
        if (dmn_in_span(&side->ranks, x, rank) && dmn_in_span(&side->ranks, y, rank)) out[n++] = rank;
    }
    return n;
}

static bool spans_are_apart(struct dmn_span x, struct dmn_span y) {
    bool plain = x.low < DMN_SEVERAL && y.low < DMN_SEVERAL;
    return plain && (x.high < y.low || y.high < x.low);
}

static bool overlap(const struct table_check *t, size_t a, size_t b, uint32_t **region, size_t *counts) {
    for (size_t c = 0; c < t->table->input_count; c++)
        if (spans_are_apart(cell(t, a, c), cell(t, b, c))) return false;
    for (size_t c = 0; c < t->table->input_count; c++)
        if ((counts[c] = common(t, a, b, c, region[c])) == 0) return false;
    return true;
}

static bool same_outputs(const struct dmn_table *table, size_t a, size_t b) {
    for (size_t i = 0; i < table->output_count; i++) {
        const struct dmn_expression *x = table->rules[a].outputs[i], *y = table->rules[b].outputs[i];
        if (!x || !y || !str_eq(str_trim(x->literal.text), str_trim(y->literal.text))) return false;
    }
    return true;
}

static void report_overlap(const struct table_check *t, size_t a, size_t b, struct str region, bool same) {
    struct place place = t->table->rules[b].place;
    struct str first = rule_number(t, a), second = rule_number(t, b);
    if (same)
        fault_warning(t->checker->faults, "dmn.overlap", place,
                      T("Rules {0} and {1} both match the case {2}; with hit policy UNIQUE there is no result then."),
                      first, second, region);
    else
        fault_error(t->checker->faults, "dmn.overlap", place,
                    T("Rules {0} and {1} both match the case {2}, but give different outputs."), first, second, region);
}

static void look_for_overlaps(const struct table_check *t) {
    size_t columns = t->table->input_count, reports = 0;
    uint32_t **region = arena_array(t->checker->scratch, uint32_t *, columns);
    size_t *counts = arena_array(t->checker->scratch, size_t, columns);
    for (size_t c = 0; c < columns; c++) region[c] = arena_array(t->checker->scratch, uint32_t, t->sides[c].domain_count);
    for (size_t a = 0; a < t->table->rule_count; a++)
        for (size_t b = a + 1; b < t->table->rule_count && reports < REPORTS_MOST && has(t->certain, a); b++) {
            if (!has(t->certain, b) || !overlap(t, a, b, region, counts)) continue;
            bool same = same_outputs(t->table, a, b);
            if (same && t->table->policy == DMN_ANY) continue;
            report_overlap(t, a, b, region_text(t, (const uint32_t *const *)region, counts), same);
            reports++;
        }
}

/* ---- the table ---- */

static void find_certain(struct table_check *t) {
    for (size_t i = 0; i < t->table->rule_count; i++) {
        bool certain = true;
        for (size_t c = 0; c < t->table->input_count; c++) certain = certain && cell(t, i, c).low != DMN_EVALUATE;
        if (certain) put(t->certain, i);
    }
}

static bool needs_complete(const struct dmn_table *table) {
    for (size_t i = 0; i < table->output_count; i++)
        if (table->outputs[i].fallback) return false;
    return table->policy != DMN_COLLECT && table->policy != DMN_RULE_ORDER && table->policy != DMN_OUTPUT_ORDER;
}

void dmn_check_table(const struct dmn_checker *checker, const struct dmn_table *table) {
    struct arena *a = checker->scratch;
    struct table_check t = {.checker = checker, .table = table, .words = (table->rule_count + 63) / 64};
    if (table->rule_count == 0 || table->input_count == 0) return;
    if (table->rule_count > RULES_MOST) {
        say_too_large(checker, table);
        return;
    }
    t.sides = arena_array(a, struct side, table->input_count);
    t.cells = arena_array(a, struct dmn_span, table->input_count * table->rule_count);
    t.certain = arena_array(a, uint64_t, t.words);
    t.fires = arena_array(a, uint64_t, t.words);
    t.path_ranks = arena_array(a, const uint32_t *, table->input_count);
    t.path_counts = arena_array(a, size_t, table->input_count);
    bool classed = true;
    for (size_t c = 0; c < table->input_count; c++) {
        prepare_column(&t, c);
        classed = classed && find_classes(&t, c);
    }
    find_certain(&t);
    bool wanted = needs_complete(table) || table->policy == DMN_FIRST;
    if (wanted && classed) look_for_gaps(&t);
    if (wanted && !classed) {
        t.work = WORK_MOST; /* nothing was walked: no rule is called dead for it */
        say_too_large(checker, table);
    }
    look_for_dead_rules(&t);
    if (table->policy == DMN_UNIQUE || table->policy == DMN_ANY) look_for_overlaps(&t);
}
