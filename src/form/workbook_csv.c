/* workbook_csv.c: workbooks written as text (workbook.h).
 *
 * CSV is read as RFC 4180 says, lines may also end in a bare LF. One file may hold a whole workbook: a row whose first
 * field is filled starts a sheet of that name, the others start with an empty field. Or each file is a sheet. In
 * Markdown a table line is | cell | cell |, \| being a bar inside a cell, with the same first column.
 */
#include "form/workbook.h"

#include <string.h>

enum { CELLS_MAXIMUM = 2000000, COLUMNS_MAXIMUM = 16384 };

struct csv {
    struct arena *arena;
    struct str rest;
    struct buf field;
    bool row_open; /* the next field belongs to the row that was begun */
};

/* A quoted field, its first quote being taken already; doubled quotes stand for one. */
static struct str quoted_field(struct csv *c) {
    buf_init(&c->field, c->arena, c->rest.n + 1);
    size_t i = 0;
    for (; i < c->rest.n; i++) {
        if (c->rest.p[i] != '"') {
            buf_byte(&c->field, c->rest.p[i]);
        } else if (i + 1 < c->rest.n && c->rest.p[i + 1] == '"') {
            buf_byte(&c->field, '"');
            i++;
        } else {
            i++;
            break;
        }
    }
    for (; i < c->rest.n && c->rest.p[i] != ',' && c->rest.p[i] != '\n' && c->rest.p[i] != '\r'; i++)
        buf_byte(&c->field, c->rest.p[i]); /* text after the closing quote, as spreadsheets read it */
    c->rest = str_sub(c->rest, i, c->rest.n);
    return c->field.p ? buf_str(&c->field) : STR("");
}

static struct str plain_field(struct csv *c) {
    size_t i = 0;
    while (i < c->rest.n && c->rest.p[i] != ',' && c->rest.p[i] != '\n' && c->rest.p[i] != '\r') i++;
    struct str field = str_sub(c->rest, 0, i);
    c->rest = str_sub(c->rest, i, c->rest.n);
    return field;
}

/* The next field of the row; false at its end. */
static bool next_field(struct csv *c, struct str *out) {
    if (!c->row_open) return false;
    if (c->rest.n && c->rest.p[0] == '"') {
        c->rest = str_sub(c->rest, 1, c->rest.n);
        *out = quoted_field(c);
    } else {
        *out = plain_field(c);
    }
    c->row_open = c->rest.n && c->rest.p[0] == ',';
    if (c->row_open) {
        c->rest = (struct str){c->rest.p + 1, c->rest.n - 1};
        return true;
    }
    if (c->rest.n && c->rest.p[0] == '\r') c->rest = str_sub(c->rest, 1, c->rest.n);
    if (c->rest.n && c->rest.p[0] == '\n') c->rest = str_sub(c->rest, 1, c->rest.n);
    return true;
}

static bool next_row(struct csv *c) {
    c->row_open = c->rest.n > 0;
    return c->row_open;
}

static bool too_large(struct faults *faults, struct str file, struct str sheet, int row) {
    struct place place = {.file = file, .element = sheet, .line = row, .sheet = true};
    fault_error(faults, "workbook.too-large", place, T("The workbook is too large: at most {0} filled cells and {1} columns are read."),
                STR("2,000,000"), STR("16,384"));
    return true;
}

/* The sheet a row of a one-file workbook belongs to; names may come back later in the file. */
static struct sheet *sheet_named(struct arena *a, struct workbook *w, struct str name) {
    for (size_t i = 0; i < w->count; i++)
        if (str_eq(w->sheets[i].name, name)) return &w->sheets[i];
    return workbook_add_sheet(a, w, name);
}

struct workbook *workbook_from_csv(struct arena *a, struct str bytes, struct str file, struct faults *faults) {
    struct workbook *w = arena_new(a, struct workbook);
    w->file = file;
    struct csv c = {.arena = a, .rest = bytes};
    struct sheet *sheet = NULL;
    size_t cells = 0;
    for (int number = 1; next_row(&c); number++) {
        struct str field;
        struct sheet_row *row = NULL;
        for (int column = 1; next_field(&c, &field); column++) {
            struct str text = workbook_clean(a, field);
            if (text.n == 0) continue;
            if (column == 1) {
                sheet = sheet_named(a, w, text);
                continue;
            }
            if (!sheet) continue;
            if ((++cells > CELLS_MAXIMUM || column > COLUMNS_MAXIMUM) && too_large(faults, file, sheet->name, number)) return NULL;
            if (!row) row = sheet_add_row(a, sheet, number);
            sheet_row_add(a, row, column, text);
        }
    }
    if (w->count == 0) {
        struct place place = {.file = file};
        fault_error(faults, "workbook.unknown", place, T("This is no workbook: an .xlsx file, or a CSV file in UTF-8, is expected."));
        return NULL;
    }
    return w;
}

struct workbook *workbook_from_csv_files(struct arena *a, const struct workbook_part *parts, size_t count,
                                         struct str folder, struct faults *faults) {
    struct workbook *w = arena_new(a, struct workbook);
    w->file = folder;
    size_t cells = 0;
    for (size_t i = 0; i < count; i++) {
        struct csv c = {.arena = a, .rest = parts[i].bytes};
        if (str_starts(c.rest, STR("\xEF\xBB\xBF"))) c.rest = str_sub(c.rest, 3, c.rest.n);
        if (!utf8_valid(c.rest)) {
            struct place place = {.file = parts[i].name};
            fault_error(faults, "workbook.encoding", place,
                        T("The text is not in UTF-8. In the spreadsheet program choose “CSV UTF-8” or .xlsx when you save."));
            return NULL;
        }
        struct sheet *sheet = workbook_add_sheet(a, w, workbook_stem(parts[i].name));
        for (int number = 1; next_row(&c); number++) {
            struct str field;
            struct sheet_row *row = NULL;
            for (int column = 1; next_field(&c, &field); column++) {
                if (workbook_clean(a, field).n == 0) continue;
                if ((++cells > CELLS_MAXIMUM || column > COLUMNS_MAXIMUM) && too_large(faults, folder, sheet->name, number))
                    return NULL;
                if (!row) row = sheet_add_row(a, sheet, number);
                sheet_row_add(a, row, column, field);
            }
        }
    }
    return w;
}

/* Cuts the next cell off a table line, up to a bar that is not escaped. */
static bool next_bar_cell(struct arena *a, struct str *rest, struct str *out) {
    if (!rest->p) return false;
    size_t i = 0;
    bool escaped = false;
    for (; i < rest->n && rest->p[i] != '|'; i++)
        if (rest->p[i] == '\\' && i + 1 < rest->n && rest->p[i + 1] == '|') escaped = true, i++;
    struct str cell = str_sub(*rest, 0, i);
    *rest = i < rest->n ? (struct str){rest->p + i + 1, rest->n - i - 1} : STR_NONE;
    if (escaped) {
        char *plain = arena_alloc_raw(a, cell.n + 1);
        size_t n = 0;
        for (size_t k = 0; k < cell.n; k++)
            if (!(cell.p[k] == '\\' && k + 1 < cell.n && cell.p[k + 1] == '|')) plain[n++] = cell.p[k];
        cell = (struct str){plain, n};
    }
    *out = workbook_clean(a, cell);
    return true;
}

static bool only_rules(struct str line) {
    for (size_t i = 0; i < line.n; i++)
        if (!strchr("|-: \t\r", line.p[i])) return false;
    return str_find_byte(line, '-') >= 0;
}

struct workbook *workbook_from_markdown(struct arena *a, struct str bytes, struct str file, struct faults *faults) {
    struct workbook *w = arena_new(a, struct workbook);
    w->file = file;
    struct sheet *sheet = NULL;
    struct str line;
    size_t cells = 0;
    for (int number = 1; str_split(&bytes, '\n', &line); number++) {
        line = str_trim(line);
        if (line.n < 2 || line.p[0] != '|' || only_rules(line)) continue;
        for (size_t end = line.n; end > 1; end--) /* a remark after the last bar */
            if (line.p[end - 1] == '|') {
                line.n = end;
                break;
            }
        struct str rest = str_sub(line, 1, line.p[line.n - 1] == '|' ? line.n - 1 : line.n), cell;
        struct sheet_row *row = NULL;
        for (int column = 1; next_bar_cell(a, &rest, &cell); column++) {
            if (cell.n == 0) continue;
            if (column == 1) {
                sheet = workbook_add_sheet(a, w, cell);
                continue;
            }
            if (!sheet) continue;
            if ((++cells > CELLS_MAXIMUM || column > COLUMNS_MAXIMUM) && too_large(faults, file, sheet->name, number)) return NULL;
            if (!row) row = sheet_add_row(a, sheet, number);
            sheet_row_add(a, row, column, cell);
        }
    }
    if (w->count == 0) {
        struct place place = {.file = file};
        fault_error(faults, "workbook.unknown", place, T("This is no workbook: an .xlsx file, or a CSV file in UTF-8, is expected."));
        return NULL;
    }
    return w;
}
