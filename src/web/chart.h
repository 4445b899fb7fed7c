/* chart.h: bars, lines and stacks as SVG drawn on the server, each with a description for screen readers and the same
 * numbers in a table beside it. Whole numbers only, none negative: what we count. For data_html.
 */
#ifndef WEB_CHART_H
#define WEB_CHART_H

#include "base/text.h"

enum { CHART_SERIES = 5 }; /* colours that stay apart; more series are left to the table */

struct chart_series {
    struct str name;
    const int64_t *values; /* one a label */
};

struct chart {
    struct str title;      /* in the page's language */
    struct str label_name; /* heading of the table's first column: "Month" */
    const struct str *labels;
    size_t label_count;
    const struct chart_series *series;
    size_t series_count;
};

/* Each a whole <figure class="chart">. */
struct str chart_bars(struct arena *a, enum language language, const struct chart *c);    /* lying bars, the first series */
struct str chart_stacked(struct arena *a, enum language language, const struct chart *c); /* lying bars of all series */
struct str chart_lines(struct arena *a, enum language language, const struct chart *c);   /* labels from left to right */

#endif
