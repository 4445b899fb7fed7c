/* figures.c: figures of each service with a chart, a table beside it and the same numbers to take away (CSV, workbook).
 *
 * Some are the house's own (below), the others come from the service's reports.sql. All are read through store_report,
 * which sees nothing but the views without personal columns, for two seconds at most. For people outside the offices
 * whole numbers from 1 to 4 are not said, and their rows are in no chart: few cases could be recognised. */
#include "web/pages.h"

#include "web/chart.h"
#include "web/table_file.h"

#include <string.h>

#define FEW "< 5" /* what outsiders read for 1 to 4 */

enum { FIGURE_ROWS = 200, FIGURE_COLUMNS = 8, FIGURE_SMALL = 5, FIGURE_SECONDS = 2, ORGANISATIONS_SAID = 2000 };

struct figure {
    struct str name, title, sql;
    struct str columns[FIGURE_COLUMNS];
    bool numeric[FIGURE_COLUMNS];
    size_t column_count, row_count;
    struct str cells[FIGURE_ROWS][FIGURE_COLUMNS];
    int64_t numbers[FIGURE_ROWS][FIGURE_COLUMNS];
    bool hidden, over_time; /* a small number was left out; the first column is a month or a day */
    bool unnamed; /* the first column counts too: nothing to write beside a bar */
};

struct house_figure {
    const char *name;
    struct str title;
    const char *sql;
};

/* Name of a row in both languages, as column_title reads it. */
#define ORGANISATION_NAMED(id) "coalesce((select o.name || '|' || coalesce(nullif(o.name_en, ''), o.name) from v_organisations o where o.id = " id "), '-')"

/* The first column names the row, the others count. Column names are keys below. */
static const struct house_figure house[] = {
    {"months", T_STATIC("Received and closed, by month"),
     "with happened(month, received, closed) as ("
     " select strftime('%Y-%m', opened_at / 1000000, 'unixepoch', '+8 hours'), 1, 0 from v_cases where service = :service and opened_at > :now - 34000000000000"
     " union all select strftime('%Y-%m', closed_at / 1000000, 'unixepoch', '+8 hours'), 0, 1 from v_cases where service = :service and state = 'closed' and closed_at > :now - 34000000000000)"
     " select month, sum(received) as received, sum(closed) as closed from happened group by month order by month"},
    {"offices", T_STATIC("By office"),
     "select " ORGANISATION_NAMED("organisation") " as office, sum(state = 'open') as open, sum(state = 'closed') as closed, sum(state = 'open' and due_at < :now) as late from v_cases"
      " where service = :service group by organisation order by count(*) desc limit 40"},
    {"ratings", T_STATIC("What residents said"), "select rating || ' ★' as rating, count(*) as cases from v_cases where service = :service and rating > 0 group by rating order by rating desc"},
    {"claims", T_STATIC("Who took on tasks"),
     "select " ORGANISATION_NAMED("claimed_for") " as unit, count(*) as claimed, sum(state = 'completed') as done from v_tasks where service = :service and claimable and claimed_for_name is not null group by claimed_for"
      " order by 2 desc limit 20"},
};

static const struct word column_words[] = {
    {"month", T_STATIC("Month")}, {"received", T_STATIC("Received")}, {"closed", T_STATIC("Closed")}, {"office", T_STATIC("Office")}, {"open", T_STATIC("Under way")},
    {"late", T_STATIC("Overdue")}, {"rating", T_STATIC("Rating")},    {"cases", T_STATIC("Cases")},   {"unit", T_STATIC("Unit")},     {"claimed", T_STATIC("Claimed")},
    {"done", T_STATIC("Done")},
};

/* ---- reading */

struct reading {
    struct http_request *rq;
    struct figure *figure;
    bool open_to_all; /* small numbers are left out */
    struct choice_word *words; /* what values of choice questions are called */
    size_t word_count, word_capacity;
};

struct choice_word {
    struct str value, label;
};

static void add_word(struct reading *r, struct str value, struct str label) {
    VEC_PUSH(r->rq->arena, r->words, r->word_count, r->word_capacity, ((struct choice_word){value, label}));
}

/* A case's outcome is the id of the end it reached. */
static void read_ends(struct http_request *rq, const struct service *s, struct reading *r) {
    for (size_t i = 0; i < s->process->element_count; i++)
        if (s->process->elements[i].kind == BPMN_END_EVENT && s->process->elements[i].name.n)
            add_word(r, bpmn_element_id(s->process, (int32_t)i), service_word(s, rq->language, s->process->elements[i].name));
}

/* Reports say an organisation by its Chinese name; whoever reads English gets the other one where there is one. */
static void read_organisations(struct http_request *rq, struct db *db, struct reading *r) {
    struct query q = db_query(db, "select name, name_en from organisation where name_en <> '' order by id limit ?", DB_INT(ORGANISATIONS_SAID));
    while (query_next(&q)) add_word(r, arena_str(rq->arena, query_text(&q, 0)), arena_str(rq->arena, query_text(&q, 1)));
}

/* Labels of the questions that a report names under choices:, in whichever of the service's forms they are. */
static void read_choices(struct http_request *rq, const struct service *s, struct str paths, struct reading *r) {
    struct db *db = paths.n || rq->language == LANGUAGE_EN ? site_read(rq) : NULL;
    for (struct str path; db && str_split(&paths, ' ', &path);) {
        if (str_eqz(path, "outcome")) read_ends(rq, s, r);
        for (size_t i = 0; i < s->form_count; i++) {
            const struct form_field *field = form_field_find(s->forms[i].form, path);
            const struct form_choice *choices;
            size_t count = field ? field_choices(rq, db, s->forms[i].form, field, &choices) : 0;
            for (size_t k = 0; k < count; k++) add_word(r, choices[k].value, choices[k].label);
        }
    }
    if (db && rq->language == LANGUAGE_EN) read_organisations(rq, db, r);
    if (db) site_done(rq, db);
}

static struct str cell_words(const struct reading *r, struct str cell) {
    for (size_t i = 0; i < r->word_count; i++)
        if (str_eq(r->words[i].value, cell)) return r->words[i].label;
    return cell;
}

/* A column of a report, or the name of a row, may be said in both languages: as "件数|Cases". */
static struct str column_title(struct http_request *rq, struct str name) {
    ptrdiff_t bar = str_find_byte(name, '|');
    if (bar < 0) return arena_str(rq->arena, say_word(rq, column_words, sizeof column_words / sizeof *column_words, name));
    return arena_str(rq->arena, rq->language == LANGUAGE_ZH ? str_sub(name, 0, (size_t)bar) : str_sub(name, (size_t)bar + 1, name.n));
}

/* A text of a later column may be what somebody wrote, so that one in both languages says so by a bar before it: "|全班|The whole crew". */
static struct str later_words(struct http_request *rq, struct str text) {
    bool both = text.n > 1 && text.p[0] == '|' && str_find_byte(str_sub(text, 1, text.n), '|') >= 0;
    return both ? column_title(rq, str_sub(text, 1, text.n)) : arena_str(rq->arena, text);
}

static bool take_row(void *context, const struct query *row) {
    struct reading *r = context;
    struct figure *f = r->figure;
    size_t columns = (size_t)query_columns(row);
    if (columns > FIGURE_COLUMNS) columns = FIGURE_COLUMNS;
    for (size_t i = 0; f->row_count == 0 && i < columns; i++) {
        f->columns[i] = column_title(r->rq, query_name(row, (int)i));
        f->numeric[i] = i > 0 && query_kind(row, (int)i) == DB_KIND_INTEGER;
    }
    f->column_count = columns;
    f->unnamed |= columns > 0 && query_kind(row, 0) == DB_KIND_INTEGER;
    for (size_t i = 0; i < columns; i++) {
        f->cells[f->row_count][i] = cell_words(r, i == 0 ? column_title(r->rq, query_text(row, 0)) : later_words(r->rq, query_text(row, (int)i)));
        if (query_kind(row, (int)i) != DB_KIND_INTEGER) continue;
        int64_t n = query_int(row, (int)i);
        f->numbers[f->row_count][i] = n < 0 ? 0 : n;
        f->cells[f->row_count][i] = arena_printf(r->rq->arena, "%lld", (long long)n);
        if (!r->open_to_all || n < 1 || n >= FIGURE_SMALL) continue;
        f->cells[f->row_count][i] = STR(FEW);
        f->hidden = true;
    }
    return ++f->row_count < FIGURE_ROWS;
}

/* NULL with nothing to show; a report that cannot be read is left out, and the log says why at deployment. */
static struct figure *read_figure(struct http_request *rq, const struct service *s, struct str name, struct str title, struct str sql, struct str choices) {
    struct figure *f = arena_new(rq->arena, struct figure);
    struct reading r = {.rq = rq, .figure = f, .open_to_all = !(viewer_of(rq)->may & MAY_STAFF)};
    read_choices(rq, s, choices, &r);
    struct report_parameter parameters[] = {{":service", DB_TEXT(s->id)}, {":now", DB_INT(viewer_of(rq)->now)}};
    struct report_limits limits = {FIGURE_SECONDS * MICROS_A_SECOND, FIGURE_ROWS + 1};
    struct faults faults;
    faults_init(&faults, rq->arena);
    f->name = name;
    f->title = title;
    f->sql = sql;
    store_report(engine_store(site_of(rq)->engine), sql, parameters, sizeof parameters / sizeof *parameters, limits, take_row, &r, &faults);
    bool blank = f->row_count == 1 && f->column_count == 1 && !f->cells[0][0].n; /* an average of nothing */
    if (!f->row_count || blank) return NULL;
    struct str first = f->cells[0][0];
    f->over_time = first.n == 7 && first.p[4] == '-';
    return f;
}

static const struct house_figure *house_named(struct str name) {
    for (size_t i = 0; i < sizeof house / sizeof *house; i++)
        if (str_eqz(name, house[i].name)) return &house[i];
    return NULL;
}

static struct figure *read_report(struct http_request *rq, const struct service *s, const struct service_query *q) {
    return read_figure(rq, s, q->name, text_pair_in(q->title, rq->language), q->sql, q->choices);
}

static bool report_shown(struct http_request *rq, const struct service_query *q) {
    return !q->office || viewer_of(rq)->may & MAY_STAFF;
}

static struct figure *figure_named(struct http_request *rq, const struct service *s, struct str name) {
    const struct house_figure *h = house_named(name);
    if (h) return read_figure(rq, s, name, text_in(rq->language, h->title), str_from(h->sql), STR(""));
    for (size_t i = 0; i < s->report_count; i++)
        if (str_eq(s->reports[i].name, name) && report_shown(rq, &s->reports[i])) return read_report(rq, s, &s->reports[i]);
    return NULL;
}

/* ---- showing */

static struct str draw(struct http_request *rq, const struct figure *f) {
    struct chart chart = {.title = f->title, .label_name = f->columns[0], .label_count = f->row_count};
    struct str *labels = arena_array(rq->arena, struct str, f->row_count);
    struct chart_series *series = arena_array(rq->arena, struct chart_series, f->column_count);
    for (size_t r = 0; r < f->row_count; r++) labels[r] = f->cells[r][0];
    for (size_t c = 1; c < f->column_count && chart.series_count < CHART_SERIES; c++) {
        if (!f->numeric[c]) continue;
        int64_t *values = arena_array(rq->arena, int64_t, f->row_count);
        for (size_t r = 0; r < f->row_count; r++) values[r] = f->numbers[r][c];
        series[chart.series_count++] = (struct chart_series){f->columns[c], values};
    }
    chart.labels = labels;
    chart.series = series;
    if (!chart.series_count || f->unnamed || f->row_count > 40) return STR("");
    if (f->over_time && f->row_count > 1) return chart_lines(rq->arena, rq->language, &chart);
    return chart.series_count > 1 ? chart_stacked(rq->arena, rq->language, &chart) : chart_bars(rq->arena, rq->language, &chart);
}

static bool row_is_small(const struct figure *f, size_t r) {
    for (size_t c = 1; c < f->column_count; c++)
        if (f->numeric[c] && str_eqz(f->cells[r][c], FEW)) return true;
    return false;
}

/* What outsiders may see of it as a picture: the rows whose numbers are all said. A line of months with gaps would tell
 * something false, so there is none. */
static struct str draw_said(struct http_request *rq, const struct figure *f) {
    struct figure *said = arena_new(rq->arena, struct figure);
    if (!f->hidden) return draw(rq, f);
    if (f->over_time) return STR("");
    *said = *f;
    said->row_count = 0;
    for (size_t r = 0; r < f->row_count; r++) {
        if (row_is_small(f, r)) continue;
        memcpy(said->cells[said->row_count], f->cells[r], sizeof f->cells[r]);
        memcpy(said->numbers[said->row_count++], f->numbers[r], sizeof f->numbers[r]);
    }
    return said->row_count > 1 ? draw(rq, said) : STR("");
}

static void add_table(const struct figure *f, struct data *item) {
    struct data *columns = data_list(item, "columns"), *rows = data_list(item, "rows");
    data_text(item, "caption", f->title);
    for (size_t c = 0; c < f->column_count; c++) {
        struct data *column = data_item(columns);
        data_text(column, "text", f->columns[c]);
        data_flag(column, "number", f->numeric[c]);
    }
    for (size_t r = 0; r < f->row_count; r++) {
        struct data *cells = data_list(data_item(rows), "cells");
        for (size_t c = 0; c < f->column_count; c++) {
            struct data *cell = data_item(cells);
            data_text(cell, "text", f->cells[r][c]);
            data_text(cell, "label", f->columns[c]);
            data_flag(cell, "number", f->numeric[c]);
        }
    }
}

static bool is_number(struct str cell) {
    size_t digits = 0;
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] >= '0' && cell.p[i] <= '9') digits++;
        else if (cell.p[i] != '.') return false;
    }
    return digits > 0;
}

/* One row that begins with a number has no name, and its numbers are of different things: a table calls it "All". */
static const struct figure *named_row(struct http_request *rq, const struct figure *f) {
    if (f->row_count != 1 || f->column_count == FIGURE_COLUMNS || !(is_number(f->cells[0][0]) || str_eqz(f->cells[0][0], FEW))) return f;
    struct figure *named = arena_new(rq->arena, struct figure);
    *named = (struct figure){.name = f->name, .title = f->title, .column_count = f->column_count + 1, .row_count = 1, .hidden = f->hidden};
    named->columns[0] = text_in(rq->language, T("Counted over"));
    named->cells[0][0] = text_in(rq->language, T("All of them"));
    for (size_t c = 0; c < f->column_count; c++) {
        named->columns[c + 1] = f->columns[c];
        named->cells[0][c + 1] = f->cells[0][c];
        named->numeric[c + 1] = true;
    }
    return named;
}

static void add_figure(struct http_request *rq, const struct service *s, const struct figure *f, struct data *list) {
    if (!f) return;
    struct data *item = data_item(list);
    const struct figure *named = named_row(rq, f);
    struct str chart = named == f ? draw_said(rq, f) : STR("");
    bool table = f->hidden || !chart.n; /* a chart brings its own table, of what it shows */
    if (chart.n) data_html(item, "chart", chart);
    if (table) add_table(named, item);
    data_flag(item, "table", table);
    data_flag(item, "wide", !chart.n && f->column_count > 4);
    data_text(item, "title", f->title);
    data_flag(item, "hidden", f->hidden);
    data_text(item, "download", arena_printf(rq->arena, "/figures/%.*s/%.*s", STR_ARGS(s->id), STR_ARGS(f->name)));
}

static void add_numbers(struct http_request *rq, struct db *db, const struct service *s, struct data *to) {
    static const struct {
        struct str text;
        const char *state;
    } shown[] = {{T_STATIC("Under way"), "open"}, {T_STATIC("Closed"), "closed"}};
    struct data *list = data_list(to, "figures");
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        struct data *f = data_item(list);
        data_text(f, "name", text_in(rq->language, shown[i].text));
        data_number(f, "value", db_int(db, 0, "select count(*) from cases where service = ? and state = ?", DB_TEXT(s->id), DB_TEXT(str_from(shown[i].state))));
    }
    struct data *late = data_item(list);
    data_text(late, "name", text_in(rq->language, T("Overdue")));
    data_number(late, "value", db_int(db, 0, "select count(*) from cases where service = ? and state = 'open' and due_at < ?", DB_TEXT(s->id), DB_INT(viewer_of(rq)->now)));
}

/* ---- all services in one table: what a manager asks first */

enum { RECEIVED, OPEN, CLOSED, LATE, IN_TIME, COUNTS };

static const struct str count_words[COUNTS] = {T_STATIC("Received in 30 days"), T_STATIC("Under way"), T_STATIC("Closed"), T_STATIC("Overdue"), T_STATIC("Closed in time")};

static void add_heads(struct http_request *rq, struct data *page) {
    struct data *columns = data_list(page, "columns");
    data_text(data_item(columns), "text", text_in(rq->language, T("Service")));
    for (size_t i = 0; i < COUNTS; i++) {
        struct data *column = data_item(columns);
        data_text(column, "text", text_in(rq->language, count_words[i]));
        data_flag(column, "number", true);
    }
}

static struct data *add_count(struct http_request *rq, struct data *cells, size_t which, struct str text) {
    struct data *cell = data_item(cells);
    data_text(cell, "text", text);
    data_text(cell, "label", text_in(rq->language, count_words[which]));
    data_flag(cell, "number", true);
    return cell;
}

static void add_counts(struct http_request *rq, struct data *rows, struct str name, struct str href, const int64_t *counts) {
    struct data *cells = data_list(data_item(rows), "cells"), *first = data_item(cells);
    data_text(first, "text", name);
    if (href.n) data_text(first, "href", href);
    for (size_t i = 0; i < IN_TIME; i++) {
        struct str number = arena_printf(rq->arena, "%lld", (long long)counts[i]);
        struct data *cell = add_count(rq, cells, i, number);
        if (i != LATE || !counts[i]) continue;
        data_text(cell, "tag", number);
        data_text(cell, "color", STR("red"));
    }
    int64_t closed = counts[CLOSED];
    add_count(rq, cells, IN_TIME, closed ? arena_printf(rq->arena, "%lld%%", (long long)(counts[IN_TIME] * 100 / closed)) : STR("–"));
}

static void count_service(struct http_request *rq, struct db *db, struct str service, int64_t *counts) {
    int64_t now = viewer_of(rq)->now;
    struct query q = db_query(db,
        "select count(*) filter (where opened_at > ?2), count(*) filter (where state = 'open'), count(*) filter (where state = 'closed'),"
        " count(*) filter (where state = 'open' and due_at < ?3), count(*) filter (where state = 'closed' and (due_at is null or closed_at <= due_at)) from cases where service = ?1",
        DB_TEXT(service), DB_INT(now - 30 * MICROS_A_DAY), DB_INT(now));
    if (query_next(&q))
        for (int i = 0; i < COUNTS; i++) counts[i] = query_int(&q, i);
    query_done(&q);
}

static void count_services(struct http_request *rq, struct db *db, size_t count, int64_t *values) {
    const struct service_heading **all;
    size_t services = services_all(engine_services(site_of(rq)->engine), db, rq->arena, &all);
    for (size_t i = 0; i < services && (i + 1) * COUNTS <= count; i++) count_service(rq, db, all[i]->id, values + i * COUNTS);
}

static enum http_outcome show_figures(struct http_request *rq) {
    struct page p = page_begin(rq, T("Figures"));
    struct db *db = site_read(rq);
    const struct service_heading **all;
    size_t count = services_all(engine_services(site_of(rq)->engine), db, rq->arena, &all);
    struct data *rows = data_list(p.data, "rows");
    int64_t *counts = arena_array(rq->arena, int64_t, count * COUNTS), total[COUNTS] = {0};
    numbers_take(&site_of(rq)->service_numbers, rq, db, count * COUNTS, count_services, counts);
    add_heads(rq, p.data);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < COUNTS && service_shown(rq, all[i]->for_office); k++) total[k] += counts[i * COUNTS + k];
    }
    if (count) add_counts(rq, rows, text_in(rq->language, T("All services")), STR(""), total);
    for (size_t i = 0; i < count; i++)
        if (service_shown(rq, all[i]->for_office)) add_counts(rq, rows, text_pair_in(all[i]->name, rq->language), arena_printf(rq->arena, "/figures/%.*s", STR_ARGS(all[i]->id)), counts + i * COUNTS);
    if (!site_done(rq, db)) return HTTP_DONE;
    data_flag(p.data, "any", count > 0);
    return page_show(&p, "figures_all", 200);
}

static enum http_outcome show_service_figures(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct service *s = page_service(rq, db);
    if (!s) return no_service(rq, db);
    struct page p = page_begin_named(rq, text_say(rq->arena, rq->language, T("Figures: {0}"), text_pair_in(s->name, rq->language)));
    page_crumb(&p, T("Figures"), STR("/figures"));
    add_numbers(rq, db, s, p.data);
    if (!site_done(rq, db)) return HTTP_DONE;
    struct data *list = data_list(p.data, "reports");
    for (size_t i = 0; i < sizeof house / sizeof *house; i++)
        add_figure(rq, s, read_figure(rq, s, str_from(house[i].name), text_in(rq->language, house[i].title), str_from(house[i].sql), STR("")), list);
    for (size_t i = 0; i < s->report_count; i++)
        if (report_shown(rq, &s->reports[i])) add_figure(rq, s, read_report(rq, s, &s->reports[i]), list);
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
    for (size_t i = 0; i < t->figure->column_count; i++) cells[i] = t->figure->cells[t->at][i];
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
