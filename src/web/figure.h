/* figure.h: one figure of a service as this viewer may know it: what a report says, with words of people for codes, and
 * without the small numbers that would tell somebody (small.h). Charts, tables and files show it as it is here.
 *
 *     struct figure *f = figure_named(rq, service, name);     NULL: there is none, or it has nothing to show
 *     size_t count = figures_of(rq, service, &all);
 *
 * A report's first column names the row, the others count or measure. Its whole numbers count people, or people's cases,
 * unless the report says which ones are things; a share or an average (a number with a point or %) is said where the
 * counts beside it are, and never without one. What is left out is left out for people outside the offices; for the
 * offices, too, where the report says so. Read next: figures.c. */
#ifndef WEB_FIGURE_H
#define WEB_FIGURE_H

#include "engine/service.h"
#include "http/http.h"
#include "web/small.h"

enum { FIGURE_ROWS = 2000, FIGURE_COLUMNS = SMALL_COLUMNS };

struct figure_cell {
    struct str text;      /* as people read it: "12", "3.5", "< 5", "not shown" */
    double number;        /* when it is one, and said */
    bool is_number;
    enum small_said said;
};

struct figure_row {
    struct str key; /* what the report calls the row, before it was put into words */
    struct figure_cell cells[FIGURE_COLUMNS];
};

struct figure {
    struct str name, title;
    enum query_chart chart;
    struct str columns[FIGURE_COLUMNS];
    bool numeric[FIGURE_COLUMNS]; /* all its cells are numbers: written to the right */
    size_t column_count, row_count, row_capacity;
    struct figure_row *rows;
    bool hidden;    /* something is not said */
    bool over_time; /* the rows are months */
    bool own_name;  /* a single row of numbers, which was given a name here */
    bool cut;       /* the report has more rows than FIGURE_ROWS */
};

/* In the request's arena. The house's own, then those of reports.sql; office reports for the offices alone. */
size_t figures_of(struct http_request *rq, const struct service *s, struct figure ***out);
struct figure *figure_named(struct http_request *rq, const struct service *s, struct str name);

/* Are small numbers kept from this viewer? */
bool figures_protected(const struct http_request *rq);
/* A number that is not said, in words. */
struct str figure_unsaid(const struct http_request *rq, enum small_said said);

#endif
