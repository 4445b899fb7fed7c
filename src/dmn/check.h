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

void dmn_check_table(const struct dmn_checker *c, const struct dmn_table *table);

#endif
