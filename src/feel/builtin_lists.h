/* builtin_lists.h: what the two files of list functions share. */
#ifndef FEEL_BUILTIN_LISTS_H
#define FEEL_BUILTIN_LISTS_H

#include "feel/internal.h"

struct feel_value feel_list_of(struct arena *a, struct feel_value *items, size_t count);
struct feel_list feel_items_of(const struct feel_value *a, size_t n);
bool feel_spend_list(const struct site *s, size_t count);
/* A sorted copy, stable; false when two items have no order or `precedes` (NULL: by value) does not answer. */
bool feel_sort_items(const struct site *s, const struct feel_list *list, const struct feel_value *precedes, struct feel_value **out);

builtin_fn feel_run_min, feel_run_max, feel_run_sum, feel_run_mean, feel_run_all, feel_run_any, feel_run_product, feel_run_median,
    feel_run_stddev, feel_run_mode;

#endif
