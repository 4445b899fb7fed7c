/* workbook_test.c: workbooks of every kind become the same rows; hostile ones are refused. */
#include "form/workbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include <zip.h>

static struct arena arena;
static struct faults faults;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 512 << 20);
    faults_init(&faults, &arena);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

/* ---- making workbooks ---- */

struct part {
    const char *name;
    struct str text;
};

/* A zip of the parts, in memory. */
static struct str zipped(const struct part *parts, size_t count) {
    zip_error_t error;
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(target);
    zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *s = zip_source_buffer(zip, parts[i].text.p, parts[i].text.n, 0);
        assert_true(zip_file_add(zip, parts[i].name, s, ZIP_FL_ENC_UTF_8) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_open(target), 0);
    zip_stat_t status;
    zip_source_stat(target, &status);
    char *bytes = arena_alloc(&arena, status.size + 1);
    zip_int64_t n = zip_source_read(target, bytes, status.size);
    zip_source_close(target);
    zip_source_free(target);
    return (struct str){bytes, (size_t)n};
}

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""

static const char relations[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"r1\" Type=\"" OFFICE "/worksheet\" Target=\"worksheets/one.xml\"/>"
    "<Relationship Id=\"r2\" Type=\"" OFFICE "/worksheet\" Target=\"/xl/worksheets/two.xml\"/>"
    "<Relationship Id=\"r3\" Type=\"" OFFICE "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
    "<Relationship Id=\"r4\" Type=\"" OFFICE "/styles\" Target=\"styles.xml\"/></Relationships>";

static const char shared[] = "<sst " MAIN "><si><t>plain</t></si><si><r><t>in </t></r><r><t xml:space=\"preserve\">runs </t></r>"
                             "<rPh sb=\"0\" eb=\"1\"><t>yomi</t></rPh></si></sst>";

static const char styles[] =
    "<styleSheet " MAIN "><numFmts count=\"2\"><numFmt numFmtId=\"170\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
    "<numFmt numFmtId=\"171\" formatCode=\"0.00&quot;days&quot;[Red]\"/></numFmts>"
    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/><xf numFmtId=\"171\"/><xf numFmtId=\"20\"/></cellXfs></styleSheet>";

/* A workbook with the sheet "One" of these rows and a sheet "Two". */
static struct str workbook_bytes(const char *properties, const char *rows) {
    struct str book = arena_printf(&arena,
                                   "<workbook " MAIN " xmlns:r=\"" OFFICE "\">%s<sheets><sheet name=\" One \" sheetId=\"1\" r:id=\"r1\"/>"
                                   "<sheet name=\"Two\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>", properties);
    struct str one = arena_printf(&arena, "<worksheet " MAIN "><sheetData>%s</sheetData></worksheet>", rows);
    struct part parts[] = {
        {"xl/workbook.xml", book},
        {"xl/_rels/workbook.xml.rels", str_from(relations)},
        {"xl/sharedStrings.xml", str_from(shared)},
        {"xl/styles.xml", str_from(styles)},
        {"xl/worksheets/one.xml", one},
        {"xl/worksheets/two.xml", str_from("<worksheet " MAIN "><sheetData><row r=\"1\"><c r=\"A1\"><v>2</v></c></row></sheetData></worksheet>")},
    };
    return zipped(parts, sizeof parts / sizeof *parts);
}

static struct workbook *read_rows(const char *properties, const char *rows) {
    return workbook_read(&arena, workbook_bytes(properties, rows), STR("t.xlsx"), NULL, &faults);
}

static void assert_at(const struct workbook *w, const char *sheet, int row, int column, const char *text) {
    const struct sheet *s = workbook_sheet(w, sheet);
    assert_non_null(s);
    for (size_t i = 0; i < s->count; i++) {
        if (s->rows[i].number != row) continue;
        struct str found = sheet_row_at(&s->rows[i], column);
        assert_string_equal(arena_cstr(&arena, found), text);
        return;
    }
    assert_string_equal("", text);
}

static void assert_refused(struct str bytes, const char *file, const char *code) {
    faults_init(&faults, &arena);
    assert_null(workbook_read(&arena, bytes, str_from(file), NULL, &faults));
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.items[0].code, code);
    if (strncmp(code, "workbook.", 9) != 0) return; /* the sentences of other rooms are theirs to translate */
    assert_false(str_eq(fault_sentence(&arena, LANGUAGE_ZH, &faults.items[0]), fault_sentence(&arena, LANGUAGE_EN, &faults.items[0])));
}

/* ---- xlsx ---- */

static void reads_every_kind_of_cell(void **state) {
    (void)state;
    struct workbook *w = read_rows("", "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
                                       "<c r=\"C1\" t=\"inlineStr\"><is><t> a&#160;b </t></is></c><c r=\"D1\" t=\"b\"><v>1</v></c>"
                                       "<c r=\"E1\" t=\"b\"><v>0</v></c><c r=\"F1\" t=\"str\"><f>A1</f><v>worked out</v></c>"
                                       "<c r=\"G1\"><f>1+1</f><v>2.0</v></c><c r=\"H1\" t=\"e\"><v>#N/A</v></c><c r=\"I1\" t=\"s\"><v>9</v></c>"
                                       "<c r=\"J1\" t=\"inlineStr\"><is><t>a_x000D_\nb_x005F_x000D__xZZ</t></is></c></row>"
                                       "<row r=\"2\"><c r=\"A2\"><v>0.1</v></c><c r=\"B2\"><v>13900001111</v></c><c r=\"C2\"><v>1E3</v></c>"
                                       "<c r=\"D2\"><v>2.5000000000000001E-3</v></c><c r=\"E2\"><v>0.30000000000000004</v></c><c r=\"F2\"><v>-0</v></c></row>");
    assert_non_null(w);
    static const char *const first[] = {"plain", "in runs", "a b", "TRUE", "FALSE", "worked out", "2", "#N/A", "", "a\nb_x000D__xZZ"};
    static const char *const second[] = {"0.1", "13900001111", "1000", "0.0025", "0.30000000000000004", "0"};
    for (int i = 0; i < 10; i++) assert_at(w, "one", 1, i + 1, first[i]);
    for (int i = 0; i < 6; i++) assert_at(w, "one", 2, i + 1, second[i]);
    assert_at(w, "TWO", 1, 1, "2");
}

static void keeps_places(void **state) {
    (void)state;
    struct workbook *w = read_rows("", "<row r=\"3\"><c r=\"AB3\"><v>1</v></c></row><row><c><v>4</v></c><c><v>5</v></c></row>"
                                       "<row r=\"9\"><c r=\"A9\"/><c r=\"XFD9\"><v>7</v></c></row><row r=\"2\"><c><v>8</v></c></row>");
    assert_non_null(w);
    const struct sheet *s = workbook_sheet(w, "one");
    assert_int_equal(s->count, 3); /* the empty cell and the row out of order are left out */
    assert_at(w, "one", 3, 28, "1");
    assert_at(w, "one", 4, 2, "5");
    assert_at(w, "one", 9, 16384, "7");
}

static void turns_serials_into_dates(void **state) {
    (void)state;
    const char *rows = "<row r=\"1\"><c r=\"A1\" s=\"1\"><v>46350</v></c><c r=\"B1\" s=\"2\"><v>46350.354166666664</v></c>"
                       "<c r=\"C1\" s=\"3\"><v>46350</v></c><c r=\"D1\" s=\"4\"><v>0.5</v></c><c r=\"E1\" s=\"1\"><v>1</v></c>"
                       "<c r=\"F1\" s=\"1\"><v>61</v></c><c r=\"G1\" s=\"1\"><v>-3</v></c><c r=\"H1\" s=\"1\" t=\"d\"><v>2026-01-01</v></c></row>";
    struct workbook *w = read_rows("", rows);
    static const char *const modern[] = {"2026-11-24", "2026-11-24T08:30:00", "46350", "12:00:00", "1900-01-01", "1900-03-01", "-3", "2026-01-01"};
    for (int i = 0; i < 8; i++) assert_at(w, "one", 1, i + 1, modern[i]);
    w = read_rows("<workbookPr date1904=\"1\"/>", rows);
    assert_at(w, "one", 1, 5, "1904-01-02");
}

static void reads_only_wanted_sheets(void **state) {
    (void)state;
    static const char *const wanted[] = {"one", NULL};
    struct str bytes = workbook_bytes("", "<row><c><v>1</v></c></row>");
    struct workbook *w = workbook_read(&arena, bytes, STR("t.xlsx"), wanted, &faults);
    assert_int_equal(w->count, 2);
    assert_int_equal(workbook_sheet(w, "one")->count, 1);
    assert_int_equal(workbook_sheet(w, "two")->count, 0);
    assert_null(workbook_sheet(w, "three"));
}

/* What another program wrote, through the file system. */
static void reads_what_libxlsxwriter_writes(void **state) {
    (void)state;
    char path[] = "/tmp/workbook-test-XXXXXX";
    close(mkstemp(path));
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *sheet = workbook_add_worksheet(book, "survey");
    lxw_format *date = workbook_add_format(book);
    format_set_num_format(date, "yyyy-mm-dd");
    worksheet_write_string(sheet, 0, 0, "姓名 <&>", NULL);
    worksheet_write_number(sheet, 1, 1, 46350, date);
    worksheet_write_boolean(sheet, 2, 2, 1, NULL);
    worksheet_write_formula_num(sheet, 3, 3, "=1+2", NULL, 3);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    FILE *f = fopen(path, "rb");
    char *bytes = arena_alloc(&arena, 1 << 20);
    size_t n = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    unlink(path);
    struct workbook *w = workbook_read(&arena, (struct str){bytes, n}, STR("t.xlsx"), NULL, &faults);
    assert_non_null(w);
    assert_at(w, "survey", 1, 1, "姓名 <&>");
    assert_at(w, "survey", 2, 2, "2026-11-24");
    assert_at(w, "survey", 3, 3, "TRUE");
    assert_at(w, "survey", 4, 4, "3");
}

static void refuses_hostile_workbooks(void **state) {
    (void)state;
    size_t zeros = 40 << 20;
    char *blank = malloc(zeros);
    memset(blank, ' ', zeros);
    struct part bomb[] = {{"xl/workbook.xml", {blank, zeros}}};
    struct str bytes = zipped(bomb, 1);
    assert_true(bytes.n < 200000);
    assert_refused(bytes, "t.xlsx", "workbook.bomb");
    free(blank);

    struct part *many = arena_array(&arena, struct part, 5000);
    for (int i = 0; i < 5000; i++) many[i] = (struct part){arena_cstr(&arena, arena_printf(&arena, "p%d", i)), STR("x")};
    assert_refused(zipped(many, 5000), "t.xlsx", "workbook.bomb");

    assert_refused(workbook_bytes("", "<row r=\"1\"><c r=\"XFE1\"><v>1</v></c></row>"), "t.xlsx", "workbook.too-large");
    assert_refused(workbook_bytes("", "<row r=\"1048577\"><c><v>1</v></c></row>"), "t.xlsx", "workbook.too-large");
    struct part nothing[] = {{"readme.txt", STR("hello")}};
    assert_refused(zipped(nothing, 1), "t.xlsx", "workbook.unknown");
    struct part entity[] = {{"xl/workbook.xml", STR("<!DOCTYPE w [<!ENTITY e \"x\">]><workbook>&e;</workbook>")}};
    assert_refused(zipped(entity, 1), "t.xlsx", "xml.doctype");
}

static void survives_cut_and_bent_files(void **state) {
    (void)state;
    struct str bytes = workbook_bytes("", "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>");
    char *copy = malloc(bytes.n);
    for (size_t n = 0; n < bytes.n; n += 7) {
        struct arena one;
        arena_init(&one, 64 << 20);
        faults_init(&faults, &one);
        memcpy(copy, bytes.p, bytes.n);
        assert_null(workbook_read(&one, (struct str){copy, n}, STR("t.xlsx"), NULL, &faults)); /* cut short */
        assert_true(faults.errors > 0);
        copy[n] = (char)(copy[n] ^ 0x55); /* one byte bent */
        faults_init(&faults, &one);
        struct workbook *w = workbook_read(&one, (struct str){copy, bytes.n}, STR("t.xlsx"), NULL, &faults);
        assert_true(w != NULL || faults.errors > 0);
        arena_release(&one);
    }
    free(copy);
}

static void says_what_is_wrong_with_other_files(void **state) {
    (void)state;
    assert_refused(STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "old.xls", "workbook.old-format");
    assert_refused(STR("survey\n,\xC0\xE0\xD0\xCD\n"), "gbk.csv", "workbook.encoding");
    assert_refused(STR(""), "empty.csv", "workbook.unknown");
    assert_refused(STR("a\0b"), "binary.csv", "workbook.unknown");
    assert_refused(STR("PK\3\4 nothing more"), "t.xlsx", "workbook.damaged");
    assert_refused(STR(",no,sheet\n"), "t.csv", "workbook.unknown");
}

/* ---- text ---- */

static void reads_one_csv_file(void **state) {
    (void)state;
    struct workbook *w = workbook_read(&arena, STR("\xEF\xBB\xBF" "survey,,\r\n,type,\"la\"\"bel\"\r\n,text,\"two\nlines\" \r\n\r\n,,　全角　\r\nchoices,\n,name\n"),
                                       STR("t.csv"), NULL, &faults);
    assert_non_null(w);
    assert_int_equal(w->count, 2);
    assert_at(w, "survey", 2, 2, "type");
    assert_at(w, "survey", 2, 3, "la\"bel");
    assert_at(w, "survey", 3, 3, "two\nlines");
    assert_at(w, "survey", 5, 3, "全角");
    assert_at(w, "choices", 7, 2, "name");
}

static void reads_a_folder_of_csv_files(void **state) {
    (void)state;
    struct workbook_part parts[] = {{STR("dir/Survey.csv"), STR("type,name\ntext,a\n")}, {STR("choices.csv"), STR("\xEF\xBB\xBFlist_name\nx")}};
    struct workbook *w = workbook_from_csv_files(&arena, parts, 2, STR("dir"), &faults);
    assert_at(w, "survey", 2, 2, "a");
    assert_at(w, "choices", 2, 1, "x");
}

static void reads_markdown_tables(void **state) {
    (void)state;
    struct workbook *w = workbook_read(&arena, STR("| survey |\n| | type | label |\n| |---|---|\n| | text | a \\| b | # remark\n\n| choices |\n| | name |\n"),
                                       STR("form"), NULL, &faults);
    assert_non_null(w);
    assert_at(w, "survey", 2, 3, "label");
    assert_at(w, "survey", 4, 3, "a | b");
    assert_at(w, "choices", 7, 2, "name");
    assert_int_equal(workbook_sheet(w, "survey")->count, 2);
}

static void names_without_folder_and_ending(void **state) {
    (void)state;
    assert_true(str_eqz(workbook_stem(STR("/a/b.c/wish.v2.xlsx")), "wish.v2"));
    assert_true(str_eqz(workbook_stem(STR("C:\\forms\\wish")), "wish"));
    assert_true(str_eqz(workbook_stem(STR(".hidden")), ".hidden"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_every_kind_of_cell, setup, teardown),
        cmocka_unit_test_setup_teardown(keeps_places, setup, teardown),
        cmocka_unit_test_setup_teardown(turns_serials_into_dates, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_only_wanted_sheets, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_what_libxlsxwriter_writes, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_hostile_workbooks, setup, teardown),
        cmocka_unit_test_setup_teardown(survives_cut_and_bent_files, setup, teardown),
        cmocka_unit_test_setup_teardown(says_what_is_wrong_with_other_files, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_one_csv_file, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_a_folder_of_csv_files, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_markdown_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(names_without_folder_and_ending, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
