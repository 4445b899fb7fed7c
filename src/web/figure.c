/* figure.c: see figure.h. */
#include "web/figure.h"

#include "engine/queries.h"
#include "form/markdown.h"
#include "web/pages.h"

#include <stdlib.h>
#include <string.h>

enum { FIGURE_SECONDS = 2, ORGANISATIONS_SAID = 2000 };

/* ---- the house's own */

struct house_figure {
    const char *name;
    struct str title;
    const char *things; /* as "-- things:" of a report; "cases": where the service's cases are things */
    const char *sql;
};

/* Name of a row in both languages, as column_title reads it. */
#define ORGANISATION_NAMED(id) "coalesce((select o.name || '|' || coalesce(nullif(o.name_en, ''), o.name) from v_organisations o where o.id = " id "), '-')"

/* Column names are keys below. */
static const struct house_figure house[] = {
    {"months", T_STATIC("Received and closed, by month"), "cases",
     "with happened(month, received, closed) as ("
     " select strftime('%Y-%m', opened_at / 1000000, 'unixepoch', '+8 hours'), 1, 0 from v_cases where service = :service and opened_at > :now - 34000000000000"
     " union all select strftime('%Y-%m', closed_at / 1000000, 'unixepoch', '+8 hours'), 0, 1 from v_cases where service = :service and state = 'closed' and closed_at > :now - 34000000000000)"
     " select month, sum(received) as received, sum(closed) as closed from happened group by month order by month"},
    {"offices", T_STATIC("By office"), "cases",
     "select " ORGANISATION_NAMED("organisation") " as office, sum(state = 'open') as open, sum(state = 'closed') as closed, sum(state = 'open' and due_at < :now) as late from v_cases"
      " where service = :service group by organisation order by count(*) desc limit 40"},
    {"ratings", T_STATIC("What residents said"), "",
     "select rating || ' ★' as rating, count(*) as cases from v_cases where service = :service and rating > 0 group by rating order by rating desc"},
    /* Who helps is thanked by name on the wall; the tasks are theirs, not the residents'. No column of what was done: a claim may complete
     * its task (lingban:claimCompletes) long before anything is brought. What came of it is for the service's own report. */
    {"claims", T_STATIC("Who took on tasks"), "all",
     "select " ORGANISATION_NAMED("claimed_for") " as unit, count(*) as claimed from v_tasks where service = :service and claimable and claimed_for_name is not null group by claimed_for"
      " order by 2 desc limit 20"},
};

static const struct word column_words[] = {
    {"month", T_STATIC("Month")}, {"received", T_STATIC("Received")}, {"closed", T_STATIC("Closed")}, {"office", T_STATIC("Office")}, {"open", T_STATIC("Under way")},
    {"late", T_STATIC("Overdue")}, {"rating", T_STATIC("Rating")},    {"cases", T_STATIC("Cases")},   {"unit", T_STATIC("Unit")},     {"claimed", T_STATIC("Claimed")},
};

/* ---- words for codes */

struct choice_word {
    struct str value, label;
};

struct reading {
    struct http_request *rq;
    struct figure *figure;
    struct str things;
    bool thing[FIGURE_COLUMNS];
    bool protected;
    int64_t *counts; /* row by row: what small.h asks for */
    size_t count_count, count_capacity;
    struct choice_word *words; /* what values of choice questions are called */
    size_t word_count, word_capacity;
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
            for (size_t k = 0; k < count; k++) add_word(r, choices[k].value, markdown_plain(rq->arena, choices[k].label));
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
    return both ? column_title(rq, str_sub(text, 1, text.n)) : text;
}

/* ---- reading */

/* A share or an average: digits, with a point or a percent sign. */
static bool is_measure(struct str cell) {
    size_t digits = 0;
    bool measure = false;
    for (size_t i = 0; i < cell.n; i++) {
        char c = cell.p[i];
        if (c >= '0' && c <= '9') digits++;
        else if (c == '.' || (c == '%' && i + 1 == cell.n)) measure = true;
        else if (i || (c != '-' && c != '+')) return false;
    }
    return digits > 0 && measure;
}

/* Could have been computed from the counts beside it: it holds a digit and no letter ("+0.30 … +1.20", "2026-11-03"). */
static bool may_tell(struct str cell) {
    bool digit = false;
    cell = str_trim(cell);
    for (size_t i = 0; i < cell.n; i++) {
        char c = cell.p[i];
        if (str_starts(str_sub(cell, i, cell.n), STR("…"))) i += STR("…").n - 1;
        else if (c & 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return false;
        else digit |= c >= '0' && c <= '9';
    }
    return digit;
}

static void take_columns(struct reading *r, const struct query *row, size_t count) {
    struct figure *f = r->figure;
    f->column_count = count;
    for (size_t i = 0; i < count; i++) {
        struct str name = query_name(row, (int)i);
        f->columns[i] = column_title(r->rq, name);
        r->thing[i] = query_is_thing(r->things, name);
    }
}

static struct figure_cell take_cell(struct reading *r, const struct query *row, size_t column, int64_t *count) {
    struct arena *a = r->rq->arena;
    *count = SMALL_NO_COUNT;
    if (query_kind(row, (int)column) == DB_KIND_INTEGER) {
        int64_t n = query_int(row, (int)column);
        if (n >= 0 && !r->thing[column]) *count = n;
        return (struct figure_cell){.text = arena_printf(a, "%lld", (long long)n), .number = (double)n, .is_number = true};
    }
    struct str text = arena_str(a, query_text(row, (int)column));
    if (is_measure(text)) return (struct figure_cell){.text = text, .number = strtod(arena_cstr(a, text), NULL), .is_number = true};
    return (struct figure_cell){.text = cell_words(r, column ? later_words(r->rq, text) : column_title(r->rq, text))};
}

static bool take_row(void *context, const struct query *row) {
    struct reading *r = context;
    struct figure *f = r->figure;
    struct figure_row taken = {.key = arena_str(r->rq->arena, query_text(row, 0))};
    size_t columns = (size_t)query_columns(row);
    if (f->row_count == FIGURE_ROWS) return f->cut = true, false;
    if (f->row_count == 0) take_columns(r, row, columns > FIGURE_COLUMNS ? FIGURE_COLUMNS : columns);
    for (size_t i = 0; i < f->column_count; i++) {
        int64_t count;
        taken.cells[i] = take_cell(r, row, i, &count);
        VEC_PUSH(r->rq->arena, r->counts, r->count_count, r->count_capacity, count);
    }
    VEC_PUSH(r->rq->arena, f->rows, f->row_count, f->row_capacity, taken);
    return true;
}

/* ---- what is not said */

bool figures_protected(const struct http_request *rq) {
    return !(viewer_of(rq)->may & MAY_STAFF);
}

struct str figure_unsaid(const struct http_request *rq, enum small_said said) {
    return said == SMALL_FEW ? STR("< 5") : text_in(rq->language, T("not shown"));
}

static void leave_out(struct reading *r, struct figure_cell *cell, enum small_said said) {
    cell->said = said;
    cell->number = 0;
    cell->text = figure_unsaid(r->rq, said);
    r->figure->hidden = true;
}

/* What could have been computed from counts that are not said; a share without any count beside it. */
static void leave_out_measures(struct reading *r, struct figure_row *row, const int64_t *counts) {
    size_t said = 0, unsaid = 0;
    for (size_t c = 0; c < r->figure->column_count; c++) {
        said += counts[c] != SMALL_NO_COUNT;
        unsaid += row->cells[c].said != SMALL_SAID;
    }
    for (size_t c = 0; c < r->figure->column_count; c++) {
        struct figure_cell *cell = &row->cells[c];
        if (counts[c] != SMALL_NO_COUNT || r->thing[c]) continue;
        if (unsaid ? (c > 0 || cell->is_number) && may_tell(cell->text) : !said && is_measure(cell->text)) leave_out(r, cell, SMALL_UNSAID);
    }
}

static bool row_is_said(const struct figure *f, const struct figure_row *row) {
    for (size_t c = 0; c < f->column_count; c++)
        if (row->cells[c].said != SMALL_SAID) return false;
    return true;
}

static int by_key(const void *a, const void *b) {
    return str_cmp(((const struct figure_row *)a)->key, ((const struct figure_row *)b)->key);
}

static bool in_order_of_names(const struct figure *f) {
    size_t up = 0, down = 0;
    for (size_t r = 1; r < f->row_count; r++) {
        int way = by_key(&f->rows[r - 1], &f->rows[r]);
        up += way <= 0;
        down += way >= 0;
    }
    return up + 1 >= f->row_count || down + 1 >= f->row_count;
}

/* A report by size would tell which hidden number is the larger one: rows that are not wholly said go last, by name. */
static void hide_order(struct arena *a, struct figure *f) {
    struct figure_row *rows = arena_array(a, struct figure_row, f->row_count);
    size_t said = 0, unsaid = 0;
    if (in_order_of_names(f)) return;
    for (size_t r = 0; r < f->row_count; r++) said += row_is_said(f, &f->rows[r]);
    size_t at = 0;
    for (size_t r = 0; r < f->row_count; r++)
        if (row_is_said(f, &f->rows[r])) rows[at++] = f->rows[r];
        else rows[said + unsaid++] = f->rows[r];
    qsort(rows + said, unsaid, sizeof *rows, by_key);
    f->rows = rows;
}

static void protect(struct reading *r) {
    struct figure *f = r->figure;
    enum small_said *said = arena_array(r->rq->arena, enum small_said, f->row_count * f->column_count);
    small_hide(&(struct small_table){f->row_count, f->column_count, r->counts}, said);
    for (size_t i = 0; i < f->row_count * f->column_count; i++)
        if (said[i] != SMALL_SAID) leave_out(r, &f->rows[i / f->column_count].cells[i % f->column_count], said[i]);
    for (size_t i = 0; i < f->row_count; i++) leave_out_measures(r, &f->rows[i], r->counts + i * f->column_count);
    if (f->hidden) hide_order(r->rq->arena, f);
}

/* ---- one figure */

/* One row that begins with a number has no name, and its numbers are of different things. */
static void name_only_row(struct http_request *rq, struct figure *f) {
    struct figure_row *row = &f->rows[0];
    if (f->row_count != 1 || f->column_count == FIGURE_COLUMNS || !(row->cells[0].is_number || !row->cells[0].text.n)) return;
    memmove(f->columns + 1, f->columns, f->column_count * sizeof *f->columns);
    memmove(row->cells + 1, row->cells, f->column_count * sizeof *row->cells);
    f->column_count++;
    f->own_name = true;
    f->columns[0] = text_in(rq->language, T("Counted over"));
    row->cells[0] = (struct figure_cell){.text = text_in(rq->language, T("All of them"))};
}

static bool is_digits(struct str cell) {
    for (size_t i = 0; i < cell.n; i++)
        if (cell.p[i] < '0' || cell.p[i] > '9') return false;
    return cell.n > 0;
}

static void find_numeric(struct figure *f) {
    for (size_t c = 1; c < f->column_count; c++) {
        bool any = false, all = true;
        for (size_t r = 0; r < f->row_count; r++) {
            const struct figure_cell *cell = &f->rows[r].cells[c];
            bool number = cell->is_number || cell->said != SMALL_SAID || is_digits(cell->text);
            any |= number;
            all &= number || !cell->text.n;
        }
        f->numeric[c] = any && all;
    }
}

struct request_of_figure {
    struct str name, title, sql, choices, things;
    enum query_chart chart;
    bool confidential;
};

/* NULL with nothing to show; a report that cannot be read is left out, and the log says why at deployment. */
static struct figure *read_figure(struct http_request *rq, const struct service *s, const struct request_of_figure *asked) {
    struct figure *f = arena_new(rq->arena, struct figure);
    struct reading r = {.rq = rq, .figure = f, .things = asked->things, .protected = asked->confidential || figures_protected(rq)};
    read_choices(rq, s, asked->choices, &r);
    struct report_parameter parameters[] = {{":service", DB_TEXT(s->id)}, {":now", DB_INT(viewer_of(rq)->now)}};
    struct report_limits limits = {FIGURE_SECONDS * MICROS_A_SECOND, FIGURE_ROWS + 1};
    struct faults faults;
    faults_init(&faults, rq->arena);
    f->name = asked->name;
    f->title = asked->title;
    f->chart = asked->chart;
    if (!store_report(engine_store(site_of(rq)->engine), asked->sql, parameters, sizeof parameters / sizeof *parameters, limits, take_row, &r, &faults)) return NULL;
    bool blank = f->row_count == 1 && f->column_count == 1 && !f->rows[0].cells[0].text.n; /* an average of nothing */
    if (!f->row_count || blank) return NULL;
    struct str first = f->rows[0].cells[0].text;
    f->over_time = first.n == 7 && first.p[4] == '-';
    if (r.protected) protect(&r);
    name_only_row(rq, f);
    find_numeric(f);
    return f;
}

static struct figure *read_house(struct http_request *rq, const struct service *s, const struct house_figure *h) {
    const char *things = strcmp(h->things, "cases") != 0 ? h->things : s->means.about_things ? "all" : "";
    struct request_of_figure asked = {.name = str_from(h->name), .title = text_in(rq->language, h->title), .sql = str_from(h->sql), .things = str_from(things)};
    return read_figure(rq, s, &asked);
}

static struct figure *read_report(struct http_request *rq, const struct service *s, const struct service_query *q) {
    struct request_of_figure asked = {q->name, text_pair_in(q->title, rq->language), q->sql, q->choices, q->things, q->chart, q->confidential};
    return read_figure(rq, s, &asked);
}

static bool report_shown(struct http_request *rq, const struct service_query *q) {
    return !q->office || viewer_of(rq)->may & MAY_STAFF;
}

struct figure *figure_named(struct http_request *rq, const struct service *s, struct str name) {
    for (size_t i = 0; i < sizeof house / sizeof *house; i++)
        if (str_eqz(name, house[i].name)) return read_house(rq, s, &house[i]);
    for (size_t i = 0; i < s->report_count; i++)
        if (str_eq(s->reports[i].name, name) && report_shown(rq, &s->reports[i])) return read_report(rq, s, &s->reports[i]);
    return NULL;
}

size_t figures_of(struct http_request *rq, const struct service *s, struct figure ***out) {
    size_t count = 0, houses = sizeof house / sizeof *house;
    struct figure **all = arena_array(rq->arena, struct figure *, houses + s->report_count);
    for (size_t i = 0; i < houses + s->report_count; i++) {
        const struct service_query *q = i < houses ? NULL : &s->reports[i - houses];
        if (q && !report_shown(rq, q)) continue;
        struct figure *f = q ? read_report(rq, s, q) : read_house(rq, s, &house[i]);
        if (f) all[count++] = f;
    }
    *out = all;
    return count;
}
