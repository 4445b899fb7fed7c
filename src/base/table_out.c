/* table_out.c: see table_out.h. */
#include "base/table_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { CELL_CHARACTERS_MOST = 32767, SHEET_NAME_MOST = 31, EXACT_DIGITS = 15, COLUMN_WIDTH_MOST = 60 };

/* A plain decimal (sign, digits, point, digits) that a double holds exactly enough. */
static bool is_plain_number(struct str s) {
    size_t digits = 0, i = s.n && s.p[0] == '-';
    bool point = false;
    for (; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9') digits++;
        else if (s.p[i] == '.' && !point && digits) point = true;
        else return false;
    }
    return digits > 0 && digits <= EXACT_DIGITS && s.p[s.n - 1] != '.';
}

/* ---- CSV ---- */

/* Characters with which a spreadsheet program begins a formula, also in the widths of Chinese input methods. */
static bool starts_formula(struct str s) {
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(s, str_from(starts[i]))) return true;
    return false;
}

static void put_field(struct buf *out, struct str s, enum table_column_kind kind) {
    bool number = kind == TABLE_NUMBER && is_plain_number(s);
    bool escaped = !number && starts_formula(s);
    bool quoted = escaped || (s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' '));
    for (size_t i = 0; i < s.n; i++) quoted = quoted || (s.p[i] && strchr("\",\r\n", s.p[i]));
    if (!quoted) {
        buf_add(out, s);
        return;
    }
    buf_byte(out, '"');
    if (escaped) buf_byte(out, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') buf_byte(out, '"');
        buf_byte(out, s.p[i]);
    }
    buf_byte(out, '"');
}

static void put_line(struct buf *out, const struct table_source *t, const struct str *cells) {
    for (size_t i = 0; i < t->column_count; i++) {
        if (i) buf_byte(out, ',');
        put_field(out, cells ? cells[i] : t->columns[i].title, cells ? t->columns[i].kind : TABLE_TEXT);
    }
    buf_addz(out, "\r\n");
}

void table_put_csv_cell(struct buf *out, struct str text) {
    buf_byte(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"') buf_byte(out, '"');
        buf_byte(out, text.p[i]);
    }
    buf_byte(out, '"');
}

bool table_put_csv(const struct table_source *t, struct buf *out) {
    struct str *cells = arena_array(out->arena, struct str, t->column_count);
    buf_addz(out, "\xEF\xBB\xBF");
    put_line(out, t, NULL);
    while (!out->full && t->next_row(t->arg, cells)) {
        put_line(out, t, cells);
        memset(cells, 0, t->column_count * sizeof *cells);
    }
    return !out->full;
}

/* ---- XLSX ---- */

/* Zero-ended UTF-8 without what XML cannot hold, at most so many characters; long texts end in "…". */
static char *clean_text(struct arena *a, struct str s, size_t most) {
    char *out = arena_alloc_raw(a, s.n * 3 + 4);
    size_t n = 0, at = 0, units = 0, last = 0;
    for (uint32_t c; utf8_next(s, &at, &c);) {
        bool bad = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF;
        units += c > 0xFFFF ? 2 : 1; /* the format counts UTF-16 units */
        if (units > most) {
            n = last + utf8_encode(0x2026, out + last);
            break;
        }
        if (units < most) last = n + (c < 0x80 ? 1u : c < 0x800 ? 2u : c < 0x10000 ? 3u : 4u);
        n += utf8_encode(bad ? 0xFFFD : c, out + n);
        if (bad && units < most) last = n;
    }
    out[n] = 0;
    return out;
}

static const char *sheet_name(struct arena *a, struct str name) {
    char *s = clean_text(a, name, SHEET_NAME_MOST);
    for (char *c = s; *c; c++)
        if (strchr("[]:*?/\\'", *c)) *c = ' ';
    return str_trim(str_from(s)).n ? s : "Sheet1";
}

static bool put_cell(lxw_worksheet *sheet, struct arena *a, lxw_row_t row, lxw_col_t column, struct str s, enum table_column_kind kind) {
    if (s.n == 0) return true;
    if (kind == TABLE_NUMBER && is_plain_number(s))
        return worksheet_write_number(sheet, row, column, strtod(arena_cstr(a, s), NULL), NULL) == LXW_NO_ERROR;
    return worksheet_write_string(sheet, row, column, clean_text(a, s, CELL_CHARACTERS_MOST), NULL) == LXW_NO_ERROR;
}

static void put_titles(lxw_workbook *book, lxw_worksheet *sheet, const struct table_source *t, struct arena *a) {
    lxw_format *bold = workbook_add_format(book);
    format_set_bold(bold);
    for (size_t i = 0; i < t->column_count; i++) {
        double width = t->columns[i].width > 0 ? t->columns[i].width : (double)t->columns[i].title.n + 2;
        if (width > COLUMN_WIDTH_MOST) width = COLUMN_WIDTH_MOST;
        worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, width, NULL);
        worksheet_write_string(sheet, 0, (lxw_col_t)i, clean_text(a, t->columns[i].title, CELL_CHARACTERS_MOST), bold);
    }
    worksheet_freeze_panes(sheet, 1, 0);
}

/* Row after row; the texts of a row are dropped before the next. */
static bool put_rows(lxw_worksheet *sheet, const struct table_source *t, struct arena *a) {
    struct str *cells = arena_array(a, struct str, t->column_count);
    for (lxw_row_t row = 1; t->next_row(t->arg, cells); row++) {
        if (row > TABLE_ROWS_MOST) return false;
        struct arena_mark mark = arena_mark(a);
        for (size_t i = 0; i < t->column_count; i++)
            if (!put_cell(sheet, a, row, (lxw_col_t)i, cells[i], t->columns[i].kind)) return false;
        arena_rewind(a, mark);
        memset(cells, 0, t->column_count * sizeof *cells);
    }
    return true;
}

static bool read_back(int fd, struct arena *a, size_t limit, struct str *out) {
    struct stat status;
    if (fstat(fd, &status) != 0 || status.st_size <= 0 || (size_t)status.st_size > limit) return false;
    char *bytes = arena_alloc_raw(a, (size_t)status.st_size);
    size_t n = 0;
    for (ssize_t got; n < (size_t)status.st_size; n += (size_t)got) {
        got = pread(fd, bytes + n, (size_t)status.st_size - n, (off_t)n);
        if (got <= 0) return false;
    }
    *out = (struct str){bytes, n};
    return true;
}

static bool put_sheet(lxw_workbook *book, const struct table_source *t, struct arena *a) {
    lxw_worksheet *sheet = workbook_add_worksheet(book, sheet_name(a, t->name));
    if (!sheet) return false;
    put_titles(book, sheet, t, a);
    return put_rows(sheet, t, a);
}

/* libxlsxwriter writes to a path: a file that lives in memory has one below /proc/self/fd. */
bool table_make_workbook(const struct table_source *tables, size_t count, struct arena *a, size_t limit, struct str *out_bytes) {
    char path[64];
    int fd = memfd_create("table", MFD_CLOEXEC);
    if (fd < 0) return false;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    lxw_workbook *book = workbook_new_opt(path, &options);
    bool good = book != NULL;
    for (size_t i = 0; good && i < count; i++) good = put_sheet(book, &tables[i], a);
    if (book && workbook_close(book) != LXW_NO_ERROR) good = false;
    good = good && read_back(fd, a, limit, out_bytes);
    close(fd);
    return good;
}

bool table_make_xlsx(const struct table_source *t, struct arena *a, size_t limit, struct str *out_bytes) {
    return table_make_workbook(t, 1, a, limit, out_bytes);
}
