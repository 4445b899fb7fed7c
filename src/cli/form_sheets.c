/* form_sheets.c: see form_sheets.h. */
#include "cli/form_sheets.h"

#include "base/table_out.h"

enum { WIDTH_LEAST = 8, WIDTH_MOST = 40 };

/* The columns of a sheet that hold anything: one that came as Markdown or CSV has its name in the first column. */
struct span {
    int first, count;
};

static struct span columns_of(const struct sheet *s) {
    int first = 0, last = 0;
    for (size_t r = 0; r < s->count; r++) {
        const struct sheet_row *row = &s->rows[r];
        if (!row->count) continue;
        if (!first || row->cells[0].column < first) first = row->cells[0].column;
        if (row->cells[row->count - 1].column > last) last = row->cells[row->count - 1].column;
    }
    return (struct span){first, first ? last - first + 1 : 0};
}

/* Characters of a text as a spreadsheet shows them: a Chinese one takes the room of two. */
static int shown_width(struct str text) {
    int width = 0;
    size_t at = 0;
    for (uint32_t c; utf8_next(text, &at, &c);) width += c < 0x1100 ? 1 : 2;
    return width;
}

static int column_width(const struct sheet *s, int column) {
    int width = WIDTH_LEAST;
    for (size_t r = 0; r < s->count; r++) {
        int cell = shown_width(sheet_row_at(&s->rows[r], column)) + 2;
        if (cell > width) width = cell;
    }
    return width > WIDTH_MOST ? WIDTH_MOST : width;
}

struct reading {
    const struct sheet *sheet;
    struct span columns;
    size_t row;
};

static bool next_row(void *arg, struct str *cells) {
    struct reading *r = arg;
    if (r->row >= r->sheet->count) return false;
    for (int c = 0; c < r->columns.count; c++) cells[c] = sheet_row_at(&r->sheet->rows[r->row], r->columns.first + c);
    r->row++;
    return true;
}

/* The first row of a sheet is its titles. */
static void describe(struct arena *a, const struct sheet *s, struct table_source *out) {
    struct reading *r = arena_new(a, struct reading);
    *r = (struct reading){.sheet = s, .columns = columns_of(s), .row = 1};
    int count = r->columns.count;
    struct table_column *columns = arena_array(a, struct table_column, (size_t)count + 1);
    for (int c = 0; c < count; c++) {
        int column = r->columns.first + c;
        columns[c] = (struct table_column){.title = sheet_row_at(&s->rows[0], column), .width = column_width(s, column)};
    }
    *out = (struct table_source){.name = s->name, .columns = columns, .column_count = (size_t)count, .next_row = next_row, .arg = r};
}

struct str cli_form_workbook(struct arena *a, const struct workbook *w, size_t limit) {
    struct table_source *tables = arena_array(a, struct table_source, w->count + 1);
    for (size_t i = 0; i < w->count; i++) describe(a, &w->sheets[i], &tables[i]);
    struct str bytes;
    return table_make_workbook(tables, w->count, a, limit, &bytes) ? bytes : STR_NONE;
}

/* One cell; a bar is escaped and a line end inside becomes a space, for a table has one line a row. */
static void put_cell(struct buf *out, struct str text) {
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '|') buf_byte(out, '\\');
        buf_byte(out, text.p[i] == '\n' || text.p[i] == '\r' ? ' ' : text.p[i]);
    }
    buf_addz(out, " | ");
}

struct str cli_form_markdown(struct arena *a, const struct workbook *w, size_t limit) {
    struct buf out;
    buf_init(&out, a, limit);
    for (size_t i = 0; i < w->count; i++) {
        const struct sheet *s = &w->sheets[i];
        struct span columns = columns_of(s);
        buf_addz(&out, i ? "\n| " : "| ");
        put_cell(&out, s->name);
        for (size_t r = 0; r < s->count; r++) {
            buf_addz(&out, "\n|  | ");
            for (int c = 0; c < columns.count; c++) put_cell(&out, sheet_row_at(&s->rows[r], columns.first + c));
        }
        buf_byte(&out, '\n');
    }
    return out.full ? STR_NONE : buf_str(&out);
}
