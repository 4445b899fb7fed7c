/* small.h: which numbers are not said to the public, so that nobody can be recognised. The one door: charts, tables, CSV,
 * workbooks, tiles and the home page all ask here. Pure.
 *
 * Not said is a count of people (or of their cases) from 1 to 4, and whatever would give one away to a reader who knows
 * this table, these rules, and from elsewhere the sum of every column that is 5 or more (a smaller one is said nowhere):
 *  - one count alone, or several whose sum leaves them hardly a choice (all 1, all but one, or all 4): the next larger
 *    ones of the column go, too, all that are equal at once; when none is left, the whole column with its zeros;
 *  - columns of which one adds up from others: whatever goes in one of them goes in all, row by row.
 * A row that adds up all others (a total) is no line of its own. That the rows' order does not tell which hidden number
 * is larger is the caller's part (figure.c). Not looked at: what two tables about the same people say together, and what
 * yesterday's table said. Why so: docs/decisions.md. tests/web/small_test.c looks at every small table. */
#ifndef WEB_SMALL_H
#define WEB_SMALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SMALL_LEAST = 5, SMALL_COLUMNS = 8 };
#define SMALL_NO_COUNT INT64_MIN /* a cell with nothing to protect: a text, a thing, a day */

enum small_said {
    SMALL_SAID,
    SMALL_FEW,   /* 1 to 4, and the reader may know that much: "< 5" */
    SMALL_UNSAID /* may be any number: "not shown" */
};

struct small_table {
    size_t rows, columns;   /* at most SMALL_COLUMNS; further ones are never said */
    const int64_t *counts;  /* row by row */
};

/* Fills rows × columns. */
void small_hide(const struct small_table *t, enum small_said *said);
/* A number that stands alone, as on a tile. */
enum small_said small_one(int64_t count);
/* May the sum of these be said, too, where each stands alone (small_one)? */
bool small_sum_said(const int64_t *counts, size_t count);

#endif
