/* table_ranks.h: the values a column of a decision table can have, cut into ranks by the constants of its cells.
 *
 * Each constant is a rank, and so is each gap beside one; rank 0 is for values of kinds no cell mentions. Within a
 * kind ranks ascend with the values. A cell is a span of ranks, or several, or has to be evaluated.
 * Used by table_index.c (finding rules) and check_table.c (gaps and overlaps).
 */
#ifndef DMN_TABLE_RANKS_H
#define DMN_TABLE_RANKS_H

#include "feel/feel.h"

/* Two reserved values of `low` say that it is not one span. low above high: nothing matches. */
struct dmn_span {
    uint32_t low, high;
};
#define DMN_EVALUATE UINT32_MAX      /* no constant test */
#define DMN_SEVERAL (UINT32_MAX - 1) /* ranks->several[high] */

struct dmn_points {
    struct feel_value *values; /* sorted, different */
    size_t count, capacity;
    uint32_t base; /* rank of the gap below the first; value i has rank base + 2 i + 1 */
};

struct dmn_several {
    size_t count;
    struct dmn_span *spans;
};

struct dmn_ranks {
    struct dmn_points points[FEEL_KIND_COUNT];
    uint32_t count; /* of ranks */
    struct dmn_several *several;
    size_t several_count, several_capacity;
};

/* Kinds with a total order that is the same for all of their values. Times may have offsets or not. */
bool dmn_rankable(enum feel_kind kind);
/* First every test of the column is added, then the ranks are settled, then cells can be asked for. */
void dmn_ranks_add(struct arena *a, struct dmn_ranks *ranks, const struct feel_test *test);
void dmn_ranks_settle(struct dmn_ranks *ranks);
struct dmn_span dmn_ranks_cell(struct arena *a, struct dmn_ranks *ranks, const struct feel_test *test);
uint32_t dmn_rank_of(const struct dmn_ranks *ranks, const struct feel_value *v); /* of a rankable kind */
bool dmn_in_span(const struct dmn_ranks *ranks, struct dmn_span span, uint32_t rank); /* not for DMN_EVALUATE */

#endif
