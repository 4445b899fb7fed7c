/* figures.c: the pages of figures: each with a chart, the whole table beside it, and the same to take away (CSV, workbook).
 *
 * In: figures as the viewer may know them (figure.h) and the services' counts (counts.h). Out: figures_all.html,
 * figures_service.html, files. Nothing is left out here, and nothing is added: what may be said was judged before. */
#include "web/chart.h"
#include "web/counts.h"
#include "web/figure.h"
#include "web/pages.h"
#include "web/table_file.h"

enum { CHART_LABELS = 40, ROWS_ON_PAGE = 100, NARROW_COLUMNS = 3, WIDE_COLUMNS = 4, PANELS_APART = 8, SHORT_NAME = 12 /* bytes: a day */ };

/* ---- drawing */

static bool drawable(const struct figure *f, size_t column) {
    bool any = false;
    for (size_t r = 0; r < f->row_count; r++) {
        const struct figure_cell *cell = &f->rows[r].cells[column];
        if (!cell->is_number && cell->text.n) return false;
        any |= cell->is_number;
    }
    return any;
}

static struct chart_series make_series(struct arena *a, const struct figure *f, size_t column) {
    struct chart_value *values = arena_array(a, struct chart_value, f->row_count);
    for (size_t r = 0; r < f->row_count; r++) {
        const struct figure_cell *cell = &f->rows[r].cells[column];
        values[r] = (struct chart_value){cell->number, cell->text, cell->said};
    }
    return (struct chart_series){f->columns[column], values};
}

static void measure(const struct figure *f, size_t column, double *largest, bool *whole) {
    for (size_t r = 0; r < f->row_count; r++) {
        const struct figure_cell *cell = &f->rows[r].cells[column];
        if (cell->number > *largest) *largest = cell->number;
        if (cell->is_number && cell->said == SMALL_SAID && cell->number != (double)(int64_t)cell->number) *whole = false;
    }
}

/* An average beside a count, or numbers of quite another size, share no scale: each gets a panel. */
static bool apart(const struct figure *f, const size_t *columns, size_t count) {
    double least = 0, most = 0;
    size_t whole = 0;
    for (size_t i = 0; i < count; i++) {
        double largest = 0;
        bool is_whole = true;
        measure(f, columns[i], &largest, &is_whole);
        if (largest > most) most = largest;
        if (largest > 0 && (least == 0 || largest < least)) least = largest;
        whole += is_whole;
    }
    return count > 1 && ((whole > 0 && whole < count) || (least > 0 && most / least > PANELS_APART));
}

static bool names_repeat(const struct figure *f) {
    for (size_t r = 1; r < f->row_count; r++)
        for (size_t k = 0; k < r; k++)
            if (str_eq(f->rows[r].cells[0].text, f->rows[k].cells[0].text)) return true;
    return false;
}

/* What stands beside a bar: the row's name; of rows by two things ("grade, book") both. */
static const struct str *name_bars(struct arena *a, const struct figure *f, bool repeated) {
    struct str *names = arena_array(a, struct str, f->row_count);
    bool both = repeated && f->column_count > 1 && !drawable(f, 1);
    for (size_t r = 0; r < f->row_count; r++) {
        const struct figure_cell *cells = f->rows[r].cells;
        names[r] = cells[0].text;
        if (both && cells[1].text.n) names[r] = arena_printf(a, "%.*s · %.*s", STR_ARGS(cells[0].text), STR_ARGS(cells[1].text));
    }
    return names;
}

struct drawing {
    struct str svg;
    bool whole; /* every row and every column is in it */
};

/* The columns that are drawn, at most CHART_SERIES of them. */
static size_t choose_columns(const struct figure *f, size_t *columns) {
    size_t count = 0;
    bool named = !f->own_name && !f->rows[0].cells[0].is_number; /* else there is nothing to write beside a bar */
    if (f->chart == QUERY_CHART_NONE || f->row_count > CHART_LABELS || !named) return 0;
    for (size_t c = 1; c < f->column_count && count < CHART_SERIES; c++)
        if (drawable(f, c)) columns[count++] = c;
    return count;
}

static struct str draw_chart(struct arena *a, const struct figure *f, const struct chart *chart, bool panels, bool over_time) {
    bool complete = chart_complete(chart);
    if (f->chart == QUERY_CHART_STACKED && complete && chart->series_count > 1) return chart_stacked(a, chart);
    if (panels) return chart_panels(a, chart);
    return over_time && f->row_count > 1 && complete ? chart_lines(a, chart) : chart_bars(a, chart);
}

static struct drawing draw(struct http_request *rq, const struct figure *f) {
    struct arena *a = rq->arena;
    size_t columns[FIGURE_COLUMNS], count = choose_columns(f, columns);
    struct chart_series series[FIGURE_COLUMNS];
    if (!count) return (struct drawing){.svg = STR("")};
    bool repeated = names_repeat(f), panels = f->chart == QUERY_CHART_PANELS || apart(f, columns, count);
    for (size_t i = 0; i < count; i++) series[i] = make_series(a, f, columns[i]);
    struct chart chart = {f->title, name_bars(a, f, repeated), f->row_count, series, count};
    return (struct drawing){draw_chart(a, f, &chart, panels, f->over_time && !repeated), count + 1 == f->column_count};
}

/* ---- the table beside */

static void add_rows(const struct figure *f, struct data *rows) {
    for (size_t r = 0; r < f->row_count && r < ROWS_ON_PAGE; r++) {
        struct data *cells = data_list(data_item(rows), "cells");
        for (size_t c = 0; c < f->column_count; c++) {
            struct data *cell = data_item(cells);
            data_text(cell, "text", f->rows[r].cells[c].text);
            data_text(cell, c ? "label" : "row_head", f->columns[c]);
            data_flag(cell, "number", f->numeric[c]);
            if (c == 0) data_flag(cell, "short", f->rows[r].cells[c].text.n <= SHORT_NAME);
        }
    }
}

static void add_table(const struct figure *f, struct data *item) {
    struct data *columns = data_list(item, "columns");
    data_text(item, "caption", f->title);
    for (size_t c = 0; c < f->column_count; c++) {
        struct data *column = data_item(columns);
        data_text(column, "text", f->columns[c]);
        data_flag(column, "number", f->numeric[c]);
    }
    add_rows(f, data_list(item, "rows"));
    data_flag(item, "narrow", f->column_count <= NARROW_COLUMNS);
    if (f->row_count > ROWS_ON_PAGE || f->cut)
        data_say(item, "more_rows", f->cut ? T("The first {0} of more than {1} rows. The files hold those {1}.") : T("The first {0} of {1} rows. The files hold all of them."),
                 arena_printf(item->arena, "%d", ROWS_ON_PAGE), arena_printf(item->arena, "%zu", f->row_count));
}

static void add_figure(struct http_request *rq, const struct service *s, const struct figure *f, struct data *list) {
    struct data *item = data_item(list);
    struct drawing drawn = draw(rq, f);
    add_table(f, item);
    if (drawn.svg.n) data_html(item, "chart", drawn.svg);
    data_flag(item, "open", !drawn.whole);
    data_flag(item, "wide", !drawn.svg.n && f->column_count > WIDE_COLUMNS);
    data_text(item, "title", f->title);
    data_flag(item, "hidden", f->hidden);
    data_text(item, "download", arena_printf(rq->arena, "/figures/%.*s/%.*s", STR_ARGS(s->id), STR_ARGS(f->name)));
}

/* ---- all services in one table: what a manager asks first */

static const struct str count_words[COUNTS] = {T_STATIC("Received in 30 days"), T_STATIC("Under way"), T_STATIC("Closed"), T_STATIC("Cases overdue"), T_STATIC("Tasks overdue"), T_STATIC("In time, of those closed")};

static void add_heads(struct http_request *rq, struct data *page) {
    struct data *columns = data_list(page, "columns");
    data_text(data_item(columns), "text", text_in(rq->language, T("Service")));
    for (size_t i = 0; i < COUNTS; i++) {
        struct data *column = data_item(columns);
        data_text(column, "text", text_in(rq->language, count_words[i]));
        data_flag(column, "number", true);
    }
}

static void add_count(struct http_request *rq, struct data *cells, enum count_kind kind, struct str text) {
    struct data *cell = data_item(cells);
    struct str said = text.n ? text : figure_unsaid(rq, SMALL_UNSAID);
    data_text(cell, "text", said);
    data_text(cell, "label", text_in(rq->language, count_words[kind]));
    data_flag(cell, "number", true);
    if ((kind != COUNT_LATE && kind != COUNT_LATE_TASKS) || !text.n || str_eqz(text, "0")) return;
    data_text(cell, "tag", said);
    data_text(cell, "color", STR("red"));
}

static void add_services(struct http_request *rq, struct data *rows, const struct service_counts *all, size_t count) {
    struct data *cells = data_list(data_item(rows), "cells");
    data_text(data_item(cells), "text", text_in(rq->language, T("All services")));
    for (enum count_kind k = 0; k < COUNT_IN_TIME; k++) add_count(rq, cells, k, counts_sum(rq, all, count, k));
    add_count(rq, cells, COUNT_IN_TIME, counts_in_time(rq, all, count));
    for (size_t i = 0; i < count; i++) {
        struct data *first;
        cells = data_list(data_item(rows), "cells");
        first = data_item(cells);
        data_text(first, "text", text_pair_in(all[i].service->name, rq->language));
        data_text(first, "href", arena_printf(rq->arena, "/figures/%.*s", STR_ARGS(all[i].service->id)));
        for (enum count_kind k = 0; k < COUNT_IN_TIME; k++) add_count(rq, cells, k, count_said(rq, &all[i], k));
        add_count(rq, cells, COUNT_IN_TIME, count_in_time(rq, &all[i]));
    }
}

static enum http_outcome show_figures(struct http_request *rq) {
    struct page p = page_begin(rq, T("Figures"));
    struct db *db = site_read(rq);
    struct service_counts *all;
    size_t count = counts_take(rq, db, &all);
    if (!site_done(rq, db)) return HTTP_DONE;
    add_heads(rq, p.data);
    if (count) add_services(rq, data_list(p.data, "rows"), all, count);
    data_flag(p.data, "any", count > 0);
    data_flag(p.data, "hidden", figures_protected(rq));
    return page_show(&p, "figures_all", 200);
}

/* ---- one service */

static void add_numbers(struct http_request *rq, struct db *db, const struct service *s, struct data *to) {
    struct service_counts *all;
    const struct service_counts *own = counts_of(all, counts_take(rq, db, &all), s->id);
    struct data *list = data_list(to, "figures");
    for (enum count_kind k = COUNT_OPEN; own && k < COUNT_IN_TIME; k++) {
        struct data *f = data_item(list);
        data_text(f, "name", text_in(rq->language, count_words[k]));
        data_text(f, "value", count_said(rq, own, k));
    }
}

static enum http_outcome show_service_figures(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct service *s = page_service(rq, db);
    if (!s) return no_service(rq, db);
    struct page p = page_begin_named(rq, text_say(rq->arena, rq->language, T("Figures: {0}"), text_pair_in(s->name, rq->language)));
    page_crumb(&p, T("Figures"), STR("/figures"));
    add_numbers(rq, db, s, p.data);
    data_flag(p.data, "kept", service_calls(s, "lingban:case.restrict")); /* whether there is one just now would tell too much */
    if (!site_done(rq, db)) return HTTP_DONE;
    struct data *list = data_list(p.data, "reports");
    struct figure **all;
    size_t count = figures_of(rq, s, &all);
    for (size_t i = 0; i < count; i++) add_figure(rq, s, all[i], list);
    return page_show(&p, "figures_service", 200);
}

/* ---- to take away */

struct taking {
    const struct figure *figure;
    size_t at;
};

static bool next_row(void *arg, struct str *cells) {
    struct taking *t = arg;
    if (t->at == t->figure->row_count) return false;
    for (size_t i = 0; i < t->figure->column_count; i++) cells[i] = t->figure->rows[t->at].cells[i].text;
    t->at++;
    return true;
}

static enum http_outcome take_figure(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct service *s = page_service(rq, db);
    if (!s) return no_service(rq, db);
    if (!site_done(rq, db)) return HTTP_DONE;
    struct figure *f = figure_named(rq, s, http_param(rq, "report"));
    if (!f) return http_refuse(rq, 404, T("There is no such figure, or it has no numbers yet."));
    struct taking taking = {f, 0};
    struct table_column *columns = arena_array(rq->arena, struct table_column, f->column_count);
    for (size_t i = 0; i < f->column_count; i++) columns[i] = (struct table_column){f->columns[i], f->numeric[i] ? TABLE_NUMBER : TABLE_TEXT, 0};
    struct table_source table = {f->title, columns, f->column_count, next_row, &taking};
    struct table_file file;
    table_file_make(rq, &table, &file);
    return table_file_send(rq, &file, arena_printf(rq->arena, "%.*s-%.*s", STR_ARGS(s->id), STR_ARGS(f->name)));
}

const struct http_route figure_routes[] = {
    {"GET", "/figures", show_figures, "anyone", T_STATIC("Figures of all services"), 0, 0},
    {"GET", "/figures/{service}", show_service_figures, "anyone", T_STATIC("Figures of a service, with charts"), 0, 0},
    {"GET", "/figures/{service}/{report}", take_figure, "anyone", T_STATIC("One figure as CSV or workbook"), 0, 0},
    {0},
};
