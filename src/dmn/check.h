/* check.h: the halves of dmn_check (check.c: names, types, services; check_table.c: gaps, overlaps, dead rules). */
#ifndef DMN_CHECK_H
#define DMN_CHECK_H

#include "dmn/table.h"

struct dmn_checker {
    struct arena *scratch;
    struct faults *faults;
    const struct dmn_model *model;
    const struct dmn_element *element; /* whose logic is being checked */
};

/* The type of a column's input: as declared, else that of the name or path (loan.amount) it is; NULL when unknown. */
const struct feel_type *dmn_column_type(const struct dmn_checker *c, const struct dmn_input *input);
void dmn_check_table(const struct dmn_checker *c, const struct dmn_table *table);

#endif
