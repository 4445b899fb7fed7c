/* table.h: decision tables, between compile.c, table.c (hit policies) and table_index.c (finding rules quickly). */
#ifndef DMN_TABLE_H
#define DMN_TABLE_H

#include "dmn/evaluate.h"

/* The rules that match, in their order. */
struct dmn_matches {
    uint32_t *rules;
    size_t count, capacity;
    size_t wanted; /* stop when there are so many; 0: all */
};

/* What the cells of a table are tested with. */
struct dmn_row {
    struct dmn_run *run;
    const struct dmn_table *table;
    const struct feel_value *inputs; /* one a column */
    const struct feel_value *frame;
};

/* Never NULL. */
const struct dmn_table_index *dmn_table_index(struct arena *a, const struct dmn_table *table);
/* Both give the same rules. */
void dmn_match_plainly(const struct dmn_row *row, struct dmn_matches *out);
void dmn_match_by_index(const struct dmn_row *row, struct dmn_matches *out);

/* true, false, or null when the test failed. */
struct feel_value dmn_test_cell(const struct dmn_row *row, size_t rule, size_t column);
static inline void dmn_add_match(const struct dmn_row *row, struct dmn_matches *out, size_t rule) {
    VEC_PUSH(row->run->env->arena, out->rules, out->count, out->capacity, (uint32_t)rule);
}
static inline bool dmn_enough(const struct dmn_matches *m) {
    return m->wanted && m->count >= m->wanted;
}
/* explain.c: fills the step with hits and misses; `chosen` are positions in `matches`. */
void dmn_explain_table(const struct dmn_row *row, ptrdiff_t step, const struct dmn_matches *matches,
                       const uint32_t *chosen, size_t chosen_count, bool by_default);
struct str dmn_policy_letters(const struct dmn_table *table); /* "U", "C+" … */

#endif
