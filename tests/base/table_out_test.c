/* table_out_test.c: tables as CSV and as workbooks; the workbooks are unpacked again to see what is in the cells. */
#include "base/table_out.h"
#include "base/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include <zip.h>

static struct arena arena;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 256 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

struct rows {
    const char *const *cells; /* two a row */
    size_t count, next;
};

static bool next_row(void *arg, struct str *cells) {
    struct rows *r = arg;
    if (r->next == r->count) return false;
    cells[0] = str_from(r->cells[r->next * 2]);
    cells[1] = str_from(r->cells[r->next * 2 + 1]);
    r->next++;
    return true;
}

static const struct table_column columns[] = {{.title = {"姓名", 6}, .kind = TABLE_TEXT}, {.title = {"Sum", 3}, .kind = TABLE_NUMBER}};

static struct table_source table_of(struct rows *rows, const char *name) {
    return (struct table_source){.name = str_from(name), .columns = columns, .column_count = 2, .next_row = next_row, .arg = rows};
}

static const char *csv_of(const char *const *cells, size_t count) {
    struct rows rows = {cells, count, 0};
    struct table_source t = table_of(&rows, "x");
    struct buf out;
    buf_init(&out, &arena, 1 << 20);
    assert_true(table_put_csv(&t, &out));
    return arena_cstr(&arena, buf_str(&out));
}

static void writes_csv(void **state) {
    (void)state;
    const char *cells[] = {"李 \"雷\", 二", "12.5", "two\nlines", "", " space", "-3"};
    assert_string_equal(csv_of(cells, 3), "\xEF\xBB\xBF姓名,Sum\r\n\"李 \"\"雷\"\", 二\",12.5\r\n\"two\nlines\",\r\n\" space\",-3\r\n");
}

static void keeps_formulas_out_of_csv(void **state) {
    (void)state;
    static const char *const evil[] = {"=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠x"};
    for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
        const char *cells[] = {evil[i], evil[i]};
        const char *text = csv_of(cells, 1);
        bool number = strcmp(evil[i], "-1") == 0;
        const char *row = strstr(text, "\r\n") + 2;
        assert_true(strncmp(row, "\"'", 2) == 0);
        assert_true((strstr(row + 2, ",\"'") != NULL) == !number);
    }
}

static void says_when_csv_does_not_fit(void **state) {
    (void)state;
    const char *cells[] = {"long enough to pass the limit", "1"};
    struct rows rows = {cells, 1, 0};
    struct table_source t = table_of(&rows, "x");
    struct buf out;
    buf_init(&out, &arena, 20);
    assert_false(table_put_csv(&t, &out));
}

/* ---- workbooks ---- */

static struct str part_of(struct str workbook, const char *name) {
    zip_error_t error;
    zip_source_t *source = zip_source_buffer_create(workbook.p, workbook.n, 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    assert_non_null(zip);
    zip_stat_t status;
    assert_int_equal(zip_stat(zip, name, 0, &status), 0);
    char *bytes = arena_alloc(&arena, status.size + 1);
    zip_file_t *file = zip_fopen(zip, name, 0);
    assert_int_equal(zip_fread(file, bytes, status.size), status.size);
    zip_fclose(file);
    zip_discard(zip);
    return (struct str){bytes, status.size};
}

static struct str make(const char *const *cells, size_t count, const char *name) {
    struct rows rows = {cells, count, 0};
    struct table_source t = table_of(&rows, name);
    struct str bytes;
    assert_true(table_make_xlsx(&t, &arena, 16 << 20, &bytes));
    return bytes;
}

static struct xml_node *cell_of(struct str sheet, const char *place) {
    struct faults faults;
    faults_init(&faults, &arena);
    struct xml_node *root = xml_parse(&arena, sheet, &xml_default_limits, STR("sheet"), &faults);
    assert_non_null(root);
    for (struct xml_node *r = xml_child(xml_child(root, NULL, "sheetData"), NULL, "row"); r; r = xml_next(r, NULL, "row"))
        for (struct xml_node *c = xml_child(r, NULL, "c"); c; c = xml_next(c, NULL, "c"))
            if (str_eqz(xml_attr(c, "r"), place)) return c;
    return NULL;
}

static void assert_cell(struct str sheet, const char *place, bool text, const char *value) {
    struct xml_node *c = cell_of(sheet, place);
    assert_non_null(c);
    assert_null(xml_child(c, NULL, "f"));
    assert_int_equal(str_eqz(xml_attr(c, "t"), "inlineStr"), text);
    assert_string_equal(arena_cstr(&arena, xml_text(&arena, c)), value);
}

static void writes_workbooks(void **state) {
    (void)state;
    const char *cells[] = {"=1+1", "-12.50", "110101199001011237", "110101199001011237", "http://x <&>\x01", "1e5", "{=1}", ""};
    struct str sheet = part_of(make(cells, 4, "名[单]/2026"), "xl/worksheets/sheet1.xml");
    assert_cell(sheet, "A1", true, "姓名");
    assert_cell(sheet, "A2", true, "=1+1");
    assert_cell(sheet, "B2", false, "-12.5");
    assert_cell(sheet, "A3", true, "110101199001011237");
    assert_cell(sheet, "B3", true, "110101199001011237"); /* a spreadsheet would round it */
    assert_cell(sheet, "A4", true, "http://x <&>\xEF\xBF\xBD");
    assert_cell(sheet, "B4", true, "1e5");
    assert_cell(sheet, "A5", true, "{=1}");
    assert_null(cell_of(sheet, "B5"));
}

static void bears_odd_names_and_long_texts(void **state) {
    (void)state;
    char *text = arena_alloc(&arena, 40001);
    memset(text, 'x', 40000);
    const char *cells[] = {text, "1"};
    struct str bytes = make(cells, 1, "");
    struct xml_node *c = cell_of(part_of(bytes, "xl/worksheets/sheet1.xml"), "A2");
    struct str kept = xml_text(&arena, c);
    assert_int_equal(utf8_count(kept), 32767);
    assert_true(str_ends(kept, STR("…")));
    make(cells, 1, "'''");
    make(cells, 1, "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十");
    make(NULL, 0, "empty");
}

static void says_when_a_workbook_does_not_fit(void **state) {
    (void)state;
    const char *cells[] = {"a", "1"};
    struct rows rows = {cells, 1, 0};
    struct table_source t = table_of(&rows, "x");
    struct str bytes;
    assert_false(table_make_xlsx(&t, &arena, 100, &bytes));
}

static bool many_rows(void *arg, struct str *cells) {
    size_t *left = arg;
    if ((*left)-- == 0) return false;
    cells[0] = STR("居民甲");
    cells[1] = STR("3.5");
    return true;
}

static void needs_no_more_memory_for_more_rows(void **state) {
    (void)state;
    size_t left = 20000;
    struct table_source t = {.name = STR("x"), .columns = columns, .column_count = 2, .next_row = many_rows, .arg = &left};
    struct arena small;
    struct str bytes;
    arena_init(&small, 1 << 20); /* the finished file is 300 KB; the rows alone would be far more */
    assert_true(table_make_xlsx(&t, &small, 1 << 20, &bytes));
    assert_cell(part_of(bytes, "xl/worksheets/sheet1.xml"), "A20001", true, "居民甲");
    arena_release(&small);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_csv, setup, teardown),
        cmocka_unit_test_setup_teardown(keeps_formulas_out_of_csv, setup, teardown),
        cmocka_unit_test_setup_teardown(says_when_csv_does_not_fit, setup, teardown),
        cmocka_unit_test_setup_teardown(writes_workbooks, setup, teardown),
        cmocka_unit_test_setup_teardown(bears_odd_names_and_long_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(says_when_a_workbook_does_not_fit, setup, teardown),
        cmocka_unit_test_setup_teardown(needs_no_more_memory_for_more_rows, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
