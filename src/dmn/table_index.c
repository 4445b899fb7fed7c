/* table_index.c: which rules of a decision table can match, without looking at each.
 *
 * Column by column the constants of the cells cut the values into *ranks* (table_ranks.h). A cell is then a span of
 * ranks, and an input is one rank, found by binary search. Neighbouring ranks share a *bucket*, and each
 * bucket has a bit set of the rules whose cell touches it. A query takes one bit set a column, ands them word by word
 * (a summary with one bit a word lets it skip what is empty), and checks the few survivors against their spans.
 *
 * Cells that are no constant tests are in every bucket and are evaluated when their rule survives. Inputs that are
 * no plain values (lists, times with offsets …) make their whole column evaluated, as null does where a cell negates. So the answer is always that of
 * dmn_match_plainly, at a cost that grows with the number of rules divided by 64, or by 4096 where rules are picky.
 */
#include "dmn/table.h"
#include "dmn/table_ranks.h"

#include <string.h>

enum {
    BUCKETS_MOST = 512,
    COLUMN_BYTES_MOST = 8 << 20, /* bit sets of one column; larger tables get fewer buckets */
    BUCKETS_LEAST = 16,
};

struct column {
    struct dmn_ranks ranks;
    uint32_t bucket_count;
    bool negates; /* has a cell not(…): whether such a cell takes null depends on how it is written */
    bool exact; /* a bucket a rank and no cell to evaluate: survivors need no check here */
    uint64_t *bits, *summary; /* [bucket][word], [bucket][word of words] */
};

struct dmn_table_index {
    size_t words, summary_words, column_count;
    struct column *columns;
    struct dmn_span *cells; /* [rule][column] */
};

static void build_cells(struct arena *a, struct dmn_table_index *index, const struct dmn_table *table, size_t column) {
    struct column *c = &index->columns[column];
    for (size_t i = 0; i < table->rule_count; i++) {
        const struct feel_test *shape = table->rules[i].cells[column]->shape;
        dmn_ranks_add(a, &c->ranks, shape);
        c->negates = c->negates || (shape->shape == FEEL_TEST_INTERVALS && shape->negated);
    }
    dmn_ranks_settle(&c->ranks);
    for (size_t i = 0; i < table->rule_count; i++)
        index->cells[i * index->column_count + column] = dmn_ranks_cell(a, &c->ranks, table->rules[i].cells[column]->shape);
}

/* ---- building: bit sets ---- */

static uint32_t bucket_of(const struct column *c, uint32_t rank) {
    if (c->bucket_count == c->ranks.count) return rank;
    return (uint32_t)((uint64_t)rank * c->bucket_count / c->ranks.count);
}

/* One word (64 rules) of every bucket. */
static void fill_span(const struct column *c, struct dmn_span s, uint64_t bit, uint64_t *words) {
    if (s.low > s.high) return;
    for (uint32_t b = bucket_of(c, s.low); b <= bucket_of(c, s.high); b++) words[b] |= bit;
}

static void fill_cell(const struct column *c, struct dmn_span s, uint64_t bit, uint64_t *words) {
    if (s.low == DMN_SEVERAL) {
        const struct dmn_several *several = &c->ranks.several[s.high];
        for (size_t i = 0; i < several->count; i++) fill_span(c, several->spans[i], bit, words);
    } else if (s.low == DMN_EVALUATE) {
        fill_span(c, (struct dmn_span){0, c->ranks.count - 1}, bit, words);
    } else {
        fill_span(c, s, bit, words);
    }
}

static void choose_buckets(struct column *c, size_t words) {
    size_t most = COLUMN_BYTES_MOST / (words * sizeof(uint64_t));
    if (most > BUCKETS_MOST) most = BUCKETS_MOST;
    if (most < BUCKETS_LEAST) most = BUCKETS_LEAST;
    c->bucket_count = c->ranks.count < most ? c->ranks.count : (uint32_t)most;
    c->exact = c->bucket_count == c->ranks.count;
}

static void build_bits(struct arena *a, struct dmn_table_index *index, size_t rule_count, size_t column) {
    struct column *c = &index->columns[column];
    uint64_t words[BUCKETS_MOST];
    choose_buckets(c, index->words);
    c->bits = arena_array(a, uint64_t, c->bucket_count * index->words);
    c->summary = arena_array(a, uint64_t, c->bucket_count * index->summary_words);
    for (size_t w = 0; w < index->words; w++) {
        memset(words, 0, sizeof words);
        for (size_t i = w * 64; i < rule_count && i < w * 64 + 64; i++) {
            struct dmn_span s = index->cells[i * index->column_count + column];
            c->exact = c->exact && s.low != DMN_EVALUATE;
            fill_cell(c, s, 1ull << (i % 64), words);
        }
        for (size_t b = 0; b < c->bucket_count; b++) {
            c->bits[b * index->words + w] = words[b];
            if (words[b]) c->summary[b * index->summary_words + w / 64] |= 1ull << (w % 64);
        }
    }
}

const struct dmn_table_index *dmn_table_index(struct arena *a, const struct dmn_table *table) {
    struct dmn_table_index *index = arena_new(a, struct dmn_table_index);
    index->column_count = table->input_count;
    index->words = (table->rule_count + 63) / 64;
    index->summary_words = (index->words + 63) / 64;
    index->columns = arena_array(a, struct column, table->input_count);
    index->cells = arena_array(a, struct dmn_span, table->input_count * table->rule_count);
    if (table->rule_count == 0) return index;
    for (size_t c = 0; c < table->input_count; c++) {
        build_cells(a, index, table, c);
        build_bits(a, index, table->rule_count, c);
    }
    return index;
}

/* ---- asking ---- */

/* One column of a query. `bits` NULL: the input is no plain value, every cell is evaluated. */
struct probe {
    const uint64_t *bits, *summary;
    uint32_t rank;
    bool check; /* survivors must be compared with their span */
};

static struct probe probe_column(const struct dmn_table_index *index, const struct column *c, const struct feel_value *v) {
    struct probe p = {.check = true};
    if (!dmn_rankable(v->kind) || (v->kind == FEEL_NULL && c->negates)) return p;
    p.rank = dmn_rank_of(&c->ranks, v);
    uint32_t bucket = bucket_of(c, p.rank);
    p.bits = c->bits + bucket * index->words;
    p.summary = c->summary + bucket * index->summary_words;
    p.check = !c->exact;
    return p;
}

/* The columns of a surviving rule that its bits do not decide. Cheap comparisons first, FEEL last. */
static bool survives(const struct dmn_row *row, const struct probe *probes, size_t rule) {
    const struct dmn_table_index *index = row->table->index;
    const struct dmn_span *cells = index->cells + rule * index->column_count;
    bool evaluate = false;
    for (size_t c = 0; c < index->column_count; c++) {
        if (!probes[c].check) continue;
        if (!probes[c].bits || cells[c].low == DMN_EVALUATE)
            evaluate = true;
        else if (!dmn_in_span(&index->columns[c].ranks, cells[c], probes[c].rank))
            return false;
    }
    for (size_t c = 0; c < index->column_count && evaluate; c++) {
        if (!probes[c].check || (probes[c].bits && cells[c].low != DMN_EVALUATE)) continue;
        if (!feel_is_true(dmn_test_cell(row, rule, c))) return false;
    }
    return true;
}

static void take_word(const struct dmn_row *row, const struct probe *probes, size_t word, struct dmn_matches *out) {
    size_t columns = row->table->index->column_count, rules = row->table->rule_count;
    uint64_t bits = word + 1 < row->table->index->words || rules % 64 == 0 ? ~0ull : (1ull << (rules % 64)) - 1;
    for (size_t c = 0; c < columns && bits; c++)
        if (probes[c].bits) bits &= probes[c].bits[word];
    while (bits && !dmn_enough(out)) {
        size_t rule = word * 64 + (size_t)__builtin_ctzll(bits);
        bits &= bits - 1;
        if (survives(row, probes, rule)) dmn_add_match(row, out, rule);
    }
}

void dmn_match_by_index(const struct dmn_row *row, struct dmn_matches *out) {
    const struct dmn_table_index *index = row->table->index;
    size_t columns = index->column_count;
    struct probe few[16];
    struct probe *probes = columns <= 16 ? few : arena_array(row->run->env->arena, struct probe, columns);
    for (size_t c = 0; c < columns && index->words; c++)
        probes[c] = probe_column(index, &index->columns[c], &row->inputs[c]);
    for (size_t s = 0; s < index->summary_words && !dmn_enough(out); s++) {
        uint64_t words = ~0ull;
        for (size_t c = 0; c < columns && words; c++)
            if (probes[c].bits) words &= probes[c].summary[s];
        for (; words && !dmn_enough(out); words &= words - 1) {
            size_t word = s * 64 + (size_t)__builtin_ctzll(words);
            if (word >= index->words) break;
            take_word(row, probes, word, out);
        }
    }
}
