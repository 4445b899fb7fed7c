/* workbook_xlsx.c: reads .xlsx and .xlsm (ECMA-376 part 1, SpreadsheetML) into a workbook (workbook.h).
 *
 * The zip is opened in memory by libzip; the parts needed (relationships, workbook, styles, shared strings, the wanted
 * sheets) are unpacked within the limits below and read through xml.h. Formulas are not evaluated: the value saved with
 * them counts. Only what a form or a register needs is taken: text, no colours, no merged ranges.
 */
#include "base/time.h"
#include "base/xml.h"
#include "form/workbook.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum {
    PARTS_MAXIMUM = 4096,           /* a workbook with a hundred pictures has about 150 */
    PART_BYTES_MAXIMUM = 48 << 20,  /* unpacked */
    TOTAL_BYTES_MAXIMUM = 96 << 20, /* unpacked, all parts read */
    RATIO_MAXIMUM = 200,            /* unpacked / packed, for parts above a mebibyte; sheets reach 30 */
    RATIO_FREE = 1 << 20,
    CELLS_MAXIMUM = 2000000,
    ROWS_MAXIMUM = 1048576, /* of the format */
    COLUMNS_MAXIMUM = 16384
};

static const struct xml_limits part_limits = {.bytes = PART_BYTES_MAXIMUM, .depth = 64, .nodes = 6000000};

struct xlsx {
    struct arena *arena;
    struct faults *faults;
    struct str file;
    zip_t *zip;
    size_t unpacked;
    struct workbook *workbook;
    struct str *shared; /* the shared strings */
    size_t shared_count, shared_capacity;
    bool *date_styles; /* cell format number -> is a date */
    size_t style_count;
    bool epoch_1904;
    size_t cells;
    bool failed;
};

static void refuse(struct xlsx *x, const char *code, struct str sentence, struct str argument) {
    struct place place = {.file = x->file};
    if (!x->failed) fault_error(x->faults, code, place, sentence, argument);
    x->failed = true;
}

static void close_zip(void *zip) {
    zip_discard(zip);
}

static bool open_zip(struct xlsx *x, struct str bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
    x->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    zip_error_fini(&error);
    if (!x->zip) {
        if (source) zip_source_free(source);
        refuse(x, "workbook.damaged", T("The workbook is damaged and cannot be opened. Open it in a spreadsheet program and save it again as .xlsx."), STR_NONE);
        return false;
    }
    arena_on_release(x->arena, close_zip, x->zip);
    if (zip_get_num_entries(x->zip, 0) <= PARTS_MAXIMUM) return true;
    refuse(x, "workbook.bomb", T("The workbook has too many parts inside to be read safely."), STR_NONE);
    return false;
}

/* Unpacks one part; empty when there is none of that name or it passes a limit (then `failed`). */
static struct str unpack(struct xlsx *x, struct str name) {
    zip_stat_t status;
    zip_int64_t index = zip_name_locate(x->zip, arena_cstr(x->arena, name), ZIP_FL_NOCASE);
    if (index < 0 || zip_stat_index(x->zip, (zip_uint64_t)index, 0, &status) != 0) return STR_NONE;
    bool sized = (status.valid & ZIP_STAT_SIZE) && (status.valid & ZIP_STAT_COMP_SIZE);
    if (!sized || status.size > PART_BYTES_MAXIMUM || x->unpacked + status.size > TOTAL_BYTES_MAXIMUM ||
        (status.size > RATIO_FREE && status.size / RATIO_MAXIMUM > status.comp_size)) {
        refuse(x, "workbook.bomb", T("The part {0} of the workbook unpacks to too much data to be read safely."), name);
        return STR_NONE;
    }
    zip_file_t *part = zip_fopen_index(x->zip, (zip_uint64_t)index, 0);
    char *bytes = arena_alloc_raw(x->arena, (size_t)status.size + 1);
    zip_int64_t n = part ? zip_fread(part, bytes, status.size + 1) : -1;
    if (part) zip_fclose(part);
    if (n < 0 || (zip_uint64_t)n > status.size) {
        refuse(x, "workbook.damaged", T("The workbook is damaged and cannot be opened. Open it in a spreadsheet program and save it again as .xlsx."), STR_NONE);
        return STR_NONE;
    }
    x->unpacked += (size_t)n;
    return (struct str){bytes, (size_t)n};
}

static struct xml_node *read_part(struct xlsx *x, struct str name) {
    struct str bytes = unpack(x, name);
    if (bytes.n == 0) return NULL;
    size_t before = x->faults->errors;
    struct xml_node *root = xml_parse(x->arena, bytes, &part_limits, x->file, x->faults);
    if (!root && x->faults->errors > before) x->failed = true;
    return root;
}

/* ---- where the parts are ---- */

struct relation {
    struct str id, type, target;
};

struct relations {
    struct relation *items;
    size_t count, capacity;
};

/* The folder of a part, with its slash. */
static struct str folder_of(struct str part) {
    size_t n = part.n;
    while (n > 0 && part.p[n - 1] != '/') n--;
    return str_sub(part, 0, n);
}

/* A relationship's target against the folder of the part that names it; "../" is followed. */
static struct str resolve(struct arena *a, struct str folder, struct str target) {
    if (target.n && target.p[0] == '/') return str_sub(target, 1, target.n);
    while (str_starts(target, STR("../"))) {
        target = str_sub(target, 3, target.n);
        if (folder.n) folder = folder_of(str_sub(folder, 0, folder.n - 1));
    }
    return arena_concat(a, folder, target);
}

static struct relations read_relations(struct xlsx *x, struct str part) {
    struct relations list = {0};
    struct str folder = folder_of(part), base = str_sub(part, folder.n, part.n);
    struct str name = arena_printf(x->arena, "%.*s_rels/%.*s.rels", STR_ARGS(folder), STR_ARGS(base));
    struct xml_node *root = read_part(x, name);
    for (struct xml_node *e = root ? xml_child(root, NULL, "Relationship") : NULL; e; e = xml_next(e, NULL, "Relationship")) {
        struct relation r = {xml_attr(e, "Id"), xml_attr(e, "Type"), resolve(x->arena, folder, xml_attr(e, "Target"))};
        VEC_PUSH(x->arena, list.items, list.count, list.capacity, r);
    }
    return list;
}

/* Transitional and strict files differ in the first part of the type's address only. */
static struct str target_of_type(const struct relations *list, const char *ending) {
    for (size_t i = 0; i < list->count; i++)
        if (str_ends(list->items[i].type, str_from(ending))) return list->items[i].target;
    return STR_NONE;
}

static struct str target_of_id(const struct relations *list, struct str id) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i].id, id)) return list->items[i].target;
    return STR_NONE;
}

/* ---- shared strings and styles ---- */

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* _x000D_ stands for a character that XML would not keep (ECMA-376 part 1, 22.9.2.19 ST_Xstring). At `at`; 0 = none. */
static uint32_t escaped_character(struct str s, size_t at) {
    uint32_t c = 0;
    if (s.n - at < 7 || s.p[at] != '_' || s.p[at + 1] != 'x' || s.p[at + 6] != '_') return 0;
    for (size_t i = at + 2; i < at + 6; i++) {
        if (hex_digit(s.p[i]) < 0) return 0;
        c = c * 16 + (uint32_t)hex_digit(s.p[i]);
    }
    return c;
}

/* With those escapes undone; control characters go, for they mean nothing in a form. */
static struct str unescape(struct arena *a, struct str s) {
    if (str_find(s, STR("_x")) < 0) return s;
    struct buf out;
    buf_init(&out, a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        uint32_t c = escaped_character(s, i);
        if (!c) buf_byte(&out, s.p[i]);
        else if (c >= 0x20 || c == '\t' || c == '\n') buf_utf8(&out, c);
        if (c) i += 6;
    }
    return out.p ? buf_str(&out) : STR_NONE;
}

/* Text of <si> or <is>: plain or in runs, without the phonetic guide. */
static struct str rich_text(struct arena *a, const struct xml_node *e) {
    const struct xml_node *only = xml_first_element(e);
    if (only && str_eqz(only->name, "t") && !xml_next_element(only)) return unescape(a, xml_text(a, only));
    struct buf out;
    buf_init(&out, a, PART_BYTES_MAXIMUM);
    for (const struct xml_node *c = xml_first_element(e); c; c = xml_next_element(c)) {
        if (str_eqz(c->name, "t")) buf_add(&out, xml_text(a, c));
        const struct xml_node *t = str_eqz(c->name, "r") ? xml_child(c, NULL, "t") : NULL;
        if (t) buf_add(&out, xml_text(a, t));
    }
    return out.p ? unescape(a, buf_str(&out)) : STR_NONE;
}

static void read_shared_strings(struct xlsx *x, struct str part) {
    struct xml_node *root = part.n ? read_part(x, part) : NULL;
    for (struct xml_node *e = root ? xml_child(root, NULL, "si") : NULL; e; e = xml_next(e, NULL, "si"))
        VEC_PUSH(x->arena, x->shared, x->shared_count, x->shared_capacity, rich_text(x->arena, e));
}

/* A number format shows a date when its first section has d, m, y, h or s outside quotes and brackets. */
static bool format_is_date(struct str code) {
    for (size_t i = 0; i < code.n && code.p[i] != ';'; i++) {
        char c = code.p[i];
        if (c == '"' || c == '[') {
            char end = c == '"' ? '"' : ']';
            bool elapsed = c == '[' && i + 1 < code.n && strchr("hmsHMS", code.p[i + 1]);
            if (elapsed) return true;
            while (++i < code.n && code.p[i] != end) continue;
        } else if (c == '\\' || c == '_') {
            i++;
        } else if (strchr("dmyhsDMYHS", c)) {
            return true;
        }
    }
    return false;
}

/* Formats without a code in the file (ECMA-376 18.8.30; 27-36 and 50-58 are dates in Chinese spreadsheet programs). */
static bool builtin_is_date(int64_t id) {
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

static int64_t integer_attr(const struct xml_node *e, const char *name, int64_t otherwise) {
    int64_t v;
    struct str s = xml_attr(e, name);
    return s.p && str_to_int64(s, &v) ? v : otherwise;
}

static bool style_is_date(const struct xml_node *formats, int64_t id) {
    for (const struct xml_node *f = formats ? xml_child(formats, NULL, "numFmt") : NULL; f; f = xml_next(f, NULL, "numFmt"))
        if (integer_attr(f, "numFmtId", -1) == id) return format_is_date(xml_attr(f, "formatCode"));
    return builtin_is_date(id);
}

static void read_styles(struct xlsx *x, struct str part) {
    struct xml_node *root = part.n ? read_part(x, part) : NULL;
    struct xml_node *formats = root ? xml_child(root, NULL, "numFmts") : NULL;
    struct xml_node *list = root ? xml_child(root, NULL, "cellXfs") : NULL;
    size_t capacity = 0;
    for (struct xml_node *e = list ? xml_child(list, NULL, "xf") : NULL; e; e = xml_next(e, NULL, "xf"))
        VEC_PUSH(x->arena, x->date_styles, x->style_count, capacity, style_is_date(formats, integer_attr(e, "numFmtId", 0)));
}

/* ---- values ---- */

/* The shortest decimal that reads back as the same double; whole numbers without fraction. */
static struct str number_text(struct arena *a, double v) {
    char text[400];
    if (v == floor(v) && fabs(v) < 1e300) {
        snprintf(text, sizeof text, "%.0f", v);
    } else {
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, v);
            if (strtod(text, NULL) == v) break;
        }
    }
    return arena_str(a, str_from(strcmp(text, "-0") == 0 ? "0" : text));
}

/* A serial counts days from 1899-12-30 (which makes up for Excel's 29 February 1900) or from 1904-01-01. */
static struct str date_text(const struct xlsx *x, double serial) {
    int64_t days = (int64_t)floor(serial);
    int64_t seconds = (int64_t)llround((serial - (double)days) * 86400.0);
    if (seconds >= 86400) {
        days++;
        seconds -= 86400;
    }
    char clock[16];
    snprintf(clock, sizeof clock, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
    if (days == 0 && !x->epoch_1904) return arena_str(x->arena, str_from(clock));
    if (!x->epoch_1904 && days < 60) days++; /* before the day that never was */
    struct civil_date epoch = x->epoch_1904 ? (struct civil_date){1904, 1, 1} : (struct civil_date){1899, 12, 30};
    struct buf out;
    buf_init(&out, x->arena, 64);
    civil_date_put(&out, civil_from_days(civil_to_days(epoch) + days));
    if (seconds) buf_printf(&out, "T%s", clock);
    return buf_str(&out);
}

static struct str numeric_text(const struct xlsx *x, const struct xml_node *cell, struct str raw) {
    char text[64];
    if (raw.n == 0 || raw.n >= sizeof text) return raw;
    memcpy(text, raw.p, raw.n);
    text[raw.n] = 0;
    char *end;
    double v = strtod(text, &end);
    if (*end || !isfinite(v)) return raw;
    int64_t style = integer_attr(cell, "s", 0);
    bool date = style >= 0 && (size_t)style < x->style_count && x->date_styles[style];
    if (date && v >= 0 && v < 2958466) return date_text(x, v); /* up to 9999-12-31 */
    int64_t whole;
    return str_to_int64(raw, &whole) && whole ? raw : number_text(x->arena, v);
}

static struct str cell_text(const struct xlsx *x, const struct xml_node *cell) {
    struct str type = xml_attr(cell, "t");
    if (str_eqz(type, "inlineStr")) {
        const struct xml_node *is = xml_child(cell, NULL, "is");
        return is ? rich_text(x->arena, is) : STR_NONE;
    }
    const struct xml_node *value = xml_child(cell, NULL, "v");
    if (!value) return STR_NONE;
    struct str raw = xml_text(x->arena, value);
    if (str_eqz(type, "s")) {
        int64_t index;
        bool known = str_to_int64(str_trim(raw), &index) && index >= 0 && (size_t)index < x->shared_count;
        return known ? x->shared[index] : STR_NONE;
    }
    if (str_eqz(type, "b")) return str_eqz(raw, "1") || str_eqz(raw, "true") ? STR("TRUE") : STR("FALSE");
    if (str_eqz(type, "str") || str_eqz(type, "e") || str_eqz(type, "d")) return raw;
    return numeric_text(x, cell, str_trim(raw));
}

/* ---- sheets ---- */

/* "AB12" -> column 28; 0 when there is no letter. */
static int column_of(struct str reference) {
    int column = 0;
    for (size_t i = 0; i < reference.n && column <= COLUMNS_MAXIMUM; i++) {
        char c = reference.p[i];
        if (c >= 'a' && c <= 'z') c = (char)(c - 32);
        if (c < 'A' || c > 'Z') break;
        column = column * 26 + (c - 'A' + 1);
    }
    return column;
}

/* One row; false when it passes a limit. Cells that come out of order (no program writes them so) are left out. */
static bool read_row(struct xlsx *x, struct sheet *sheet, const struct xml_node *e, int number) {
    struct sheet_row row = {.number = number};
    int column = 0;
    for (const struct xml_node *c = xml_child(e, NULL, "c"); c; c = xml_next(c, NULL, "c")) {
        int at = column_of(xml_attr(c, "r"));
        if (at == 0) at = column + 1;
        if (at > COLUMNS_MAXIMUM) return false;
        if (at <= column) continue;
        column = at;
        struct str text = cell_text(x, c);
        if (text.n == 0) continue;
        if (++x->cells > CELLS_MAXIMUM) return false;
        sheet_row_add(x->arena, &row, column, text);
    }
    if (row.count) VEC_PUSH(x->arena, sheet->rows, sheet->count, sheet->capacity, row);
    return true;
}

static void read_sheet(struct xlsx *x, struct sheet *sheet, struct str part) {
    struct xml_node *root = read_part(x, part);
    struct xml_node *data = root ? xml_child(root, NULL, "sheetData") : NULL;
    int number = 0;
    for (struct xml_node *e = data ? xml_child(data, NULL, "row") : NULL; e; e = xml_next(e, NULL, "row")) {
        int64_t at = integer_attr(e, "r", number + 1);
        if (at <= number) continue;
        bool fits = at <= ROWS_MAXIMUM;
        if (fits) number = (int)at;
        if (!fits || !read_row(x, sheet, e, number)) {
            struct place place = {.file = x->file, .element = sheet->name, .line = number, .sheet = true};
            fault_error(x->faults, "workbook.too-large", place,
                        T("The workbook is too large: at most {0} filled cells and {1} columns are read."), STR("2,000,000"), STR("16,384"));
            x->failed = true;
            return;
        }
    }
}

static bool is_wanted(const char *const *wanted, struct str name) {
    if (!wanted) return true;
    for (; *wanted; wanted++)
        if (str_eq_nocase(name, str_from(*wanted))) return true;
    return false;
}

static void read_sheets(struct xlsx *x, struct str workbook_part, const char *const *wanted) {
    struct relations relations = read_relations(x, workbook_part);
    struct xml_node *root = x->failed ? NULL : read_part(x, workbook_part);
    if (!root) {
        refuse(x, "workbook.unknown", T("This is no workbook: an .xlsx file, or a CSV file in UTF-8, is expected."), STR_NONE);
        return;
    }
    struct xml_node *properties = xml_child(root, NULL, "workbookPr");
    struct str epoch = properties ? xml_attr(properties, "date1904") : STR_NONE;
    x->epoch_1904 = str_eqz(epoch, "1") || str_eqz(epoch, "true");
    read_shared_strings(x, target_of_type(&relations, "/sharedStrings"));
    read_styles(x, target_of_type(&relations, "/styles"));
    struct xml_node *list = xml_child(root, NULL, "sheets");
    struct xml_node *first = list ? xml_child(list, NULL, "sheet") : NULL;
    bool single = first && !xml_next(first, NULL, "sheet");
    for (struct xml_node *e = first; e && !x->failed; e = xml_next(e, NULL, "sheet")) {
        struct str name = workbook_clean(x->arena, xml_attr(e, "name")), id = STR_NONE;
        for (size_t i = 0; i < e->attribute_count; i++)
            if (str_eqz(e->attributes[i].name, "id") && e->attributes[i].ns.n) id = e->attributes[i].value;
        struct sheet *sheet = workbook_add_sheet(x->arena, x->workbook, name);
        struct str part = target_of_id(&relations, id);
        if (part.n && (single || is_wanted(wanted, name))) read_sheet(x, sheet, part);
    }
}

struct workbook *workbook_from_xlsx(struct arena *a, struct str bytes, struct str file, const char *const *wanted,
                                    struct faults *faults) {
    struct faults own;
    faults_init(&own, a);
    struct xlsx x = {.arena = a, .faults = faults ? faults : &own, .file = file, .workbook = arena_new(a, struct workbook)};
    x.workbook->file = file;
    if (!open_zip(&x, bytes)) return NULL;
    struct relations top = read_relations(&x, STR(""));
    struct str part = target_of_type(&top, "/officeDocument");
    if (!x.failed) read_sheets(&x, part.n ? part : STR("xl/workbook.xml"), wanted);
    return x.failed ? NULL : x.workbook;
}
