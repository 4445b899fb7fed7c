/* workbook.c: what the readers of all kinds of workbook share; see workbook.h. */
#include "form/workbook.h"

#include <string.h>

/* Length of the white space that starts at p (0 when none does): ASCII, U+0085, U+00A0, U+1680, U+2000..200A,
 * U+2028, U+2029, U+202F, U+205F, U+3000. */
static size_t space_length(struct str s, size_t at) {
    unsigned char c = (unsigned char)s.p[at];
    if (c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F)) return 1;
    if (c < 0xC2) return 0;
    size_t end = at;
    uint32_t u = 0;
    utf8_next(s, &end, &u);
    bool space = u == 0x85 || u == 0xA0 || u == 0x1680 || (u >= 0x2000 && u <= 0x200A) || u == 0x2028 || u == 0x2029 ||
                 u == 0x202F || u == 0x205F || u == 0x3000;
    return space ? end - at : 0;
}

static struct str trim(struct str s) {
    size_t from = 0, n;
    while (from < s.n && (n = space_length(s, from)) > 0) from += n;
    size_t to = s.n;
    while (to > from) {
        size_t start = to - 1;
        while (start > from && ((unsigned char)s.p[start] & 0xC0) == 0x80) start--;
        if (space_length(s, start) != to - start) break;
        to = start;
    }
    return str_sub(s, from, to);
}

struct str workbook_clean(struct arena *a, struct str text) {
    struct str s = trim(text);
    if (str_find(s, STR("\xC2\xA0")) < 0) return s;
    char *out = arena_alloc_raw(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool no_break = s.p[i] == '\xC2' && i + 1 < s.n && s.p[i + 1] == '\xA0';
        out[n++] = no_break ? ' ' : s.p[i];
        if (no_break) i++;
    }
    return trim((struct str){out, n});
}

struct str workbook_stem(struct str file) {
    for (size_t i = file.n; i > 0; i--)
        if (file.p[i - 1] == '/' || file.p[i - 1] == '\\') {
            file = str_sub(file, i, file.n);
            break;
        }
    for (size_t i = file.n; i > 1; i--)
        if (file.p[i - 1] == '.') return str_sub(file, 0, i - 1);
    return file;
}

struct sheet *workbook_add_sheet(struct arena *a, struct workbook *w, struct str name) {
    struct sheet s = {.name = name};
    VEC_PUSH(a, w->sheets, w->count, w->capacity, s);
    return &w->sheets[w->count - 1];
}

struct sheet_row *sheet_add_row(struct arena *a, struct sheet *s, int number) {
    struct sheet_row r = {.number = number};
    VEC_PUSH(a, s->rows, s->count, s->capacity, r);
    return &s->rows[s->count - 1];
}

void sheet_row_add(struct arena *a, struct sheet_row *row, int column, struct str text) {
    struct sheet_cell c = {.column = column, .text = workbook_clean(a, text)};
    if (c.text.n) VEC_PUSH(a, row->cells, row->count, row->capacity, c);
}

const struct sheet *workbook_sheet(const struct workbook *w, const char *name) {
    for (size_t i = 0; i < w->count; i++)
        if (str_eq_nocase(w->sheets[i].name, str_from(name))) return &w->sheets[i];
    return NULL;
}

struct str sheet_row_at(const struct sheet_row *row, int column) {
    for (size_t i = 0; i < row->count && row->cells[i].column <= column; i++)
        if (row->cells[i].column == column) return row->cells[i].text;
    return STR_NONE;
}

static bool ends_nocase(struct str s, const char *ending) {
    size_t n = strlen(ending);
    return s.n >= n && str_eq_nocase(str_sub(s, s.n - n, s.n), str_from(ending));
}

/* A line that starts with | : a table in Markdown. */
static bool looks_like_markdown(struct str s) {
    struct str head = str_trim(str_sub(s, 0, 5000));
    size_t pipes = 0;
    for (size_t i = 0; i < head.n; i++) pipes += head.p[i] == '|';
    return head.n && head.p[0] == '|' && pipes >= 5;
}

struct workbook *workbook_read(struct arena *a, struct str bytes, struct str file, const char *const *wanted,
                               struct faults *faults) {
    struct place place = {.file = file};
    if (str_starts(bytes, STR("PK"))) return workbook_from_xlsx(a, bytes, file, wanted, faults);
    if (str_starts(bytes, STR("\xD0\xCF\x11\xE0"))) {
        fault_error(faults, "workbook.old-format", place,
                    T("This is a workbook in the old .xls format, or one with a password. Save it as .xlsx without a password and try again."));
        return NULL;
    }
    if (str_starts(bytes, STR("\xEF\xBB\xBF"))) bytes = str_sub(bytes, 3, bytes.n);
    if (bytes.n == 0 || memchr(bytes.p, 0, bytes.n)) {
        fault_error(faults, "workbook.unknown", place, T("This is no workbook: an .xlsx file, or a CSV file in UTF-8, is expected."));
        return NULL;
    }
    if (!utf8_valid(bytes)) {
        fault_error(faults, "workbook.encoding", place,
                    T("The text is not in UTF-8. In the spreadsheet program choose “CSV UTF-8” or .xlsx when you save."));
        return NULL;
    }
    if (ends_nocase(file, ".md") || (!ends_nocase(file, ".csv") && looks_like_markdown(bytes)))
        return workbook_from_markdown(a, bytes, file, faults);
    return workbook_from_csv(a, bytes, file, faults);
}
