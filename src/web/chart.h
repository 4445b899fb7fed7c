/* chart.h: bars and lines as SVG drawn on the server, each with a description for screen readers. None negative: what we
 * count or measure. The table beside is the page's part (figures.c): it may hold more than is drawn. For data_html.
 *
 * Several series stand side by side on one scale. They are stacked only when somebody said that they are parts of one
 * whole, and stand in panels of their own scale when they do not share a unit. A number that is not said (small.h) is an
 * outlined mark with its words, never a gap.
 */
#ifndef WEB_CHART_H
#define WEB_CHART_H

#include "base/text.h"
#include "web/small.h"

enum { CHART_SERIES = 5 }; /* colours that stay apart; more series are left to the table */

struct chart_value {
    double number; /* 0 when it is not said, or there is none */
    struct str text; /* written beside it: "12", "3.5", "< 5"; empty: there is none */
    enum small_said said;
};

struct chart_series {
    struct str name;
    const struct chart_value *values; /* one a label */
};

struct chart {
    struct str title; /* in the page's language */
    const struct str *labels;
    size_t label_count;
    const struct chart_series *series;
    size_t series_count;
};

/* Each a whole <figure class="chart">. */
struct str chart_bars(struct arena *a, const struct chart *c);    /* lying bars, side by side */
struct str chart_stacked(struct arena *a, const struct chart *c); /* parts of one whole, whose sum is written; every number said */
struct str chart_panels(struct arena *a, const struct chart *c);  /* bars, a scale each */
struct str chart_lines(struct arena *a, const struct chart *c);   /* labels from left to right; every number said */

/* Are all numbers there and said? What stacks and lines need. */
bool chart_complete(const struct chart *c);

#endif
