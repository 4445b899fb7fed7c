/* What a form's workbook is written out as reads back to the same cells, whichever way it came in. */
#include "cli/form_sheets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena arena;
static struct faults faults;

static int set_up(void **state) {
    (void)state;
    arena_init(&arena, 16 << 20);
    faults_init(&faults, &arena);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static const char table[] = "| survey |\n"
                            "| | type | name | label::中文 (zh) | constraint |\n"
                            "| | integer | count | 数量 | . > 0 \\| . = 5 |\n"
                            "| | text | =1+1 | | |\n"
                            "| settings |\n"
                            "| | form_title | version |\n"
                            "| | 登记 | 1.0 |\n";

/* The sheet's cell by its place among the columns that hold anything: Markdown has the sheet's name before them. */
static void expect_cell(const struct workbook *w, const char *sheet, size_t row, size_t cell, const char *text) {
    const struct sheet *s = workbook_sheet(w, sheet);
    assert_non_null(s);
    assert_true(row < s->count && cell < s->rows[row].count);
    assert_true(str_eq(s->rows[row].cells[cell].text, str_from(text)));
}

static void expect_table(const struct workbook *w) {
    assert_non_null(w);
    assert_int_equal(w->count, 2);
    expect_cell(w, "survey", 0, 3, "constraint");
    expect_cell(w, "survey", 1, 2, "数量");
    expect_cell(w, "survey", 1, 3, ". > 0 | . = 5");
    expect_cell(w, "survey", 2, 1, "=1+1");
    expect_cell(w, "settings", 1, 1, "1.0");
}

static void markdown_and_workbook_hold_the_same(void **state) {
    (void)state;
    struct workbook *w = workbook_read(&arena, str_from(table), STR("a.md"), NULL, &faults);
    expect_table(w);
    struct str xlsx = cli_form_workbook(&arena, w, 1 << 20);
    assert_non_null(xlsx.p);
    struct workbook *again = workbook_read(&arena, xlsx, STR("a.xlsx"), NULL, &faults);
    expect_table(again);
    assert_int_equal(again->sheets[0].rows[0].cells[0].column, 1); /* the first column of the sheet holds the types */
    struct str first = cli_form_markdown(&arena, w, 1 << 20), second = cli_form_markdown(&arena, again, 1 << 20);
    assert_true(first.n > 0 && str_eq(first, second));
    expect_table(workbook_read(&arena, second, STR("b.md"), NULL, &faults));
}

static void too_large_is_none(void **state) {
    (void)state;
    struct workbook *w = workbook_read(&arena, str_from(table), STR("a.md"), NULL, &faults);
    assert_null(cli_form_workbook(&arena, w, 100).p);
    assert_null(cli_form_markdown(&arena, w, 20).p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(markdown_and_workbook_hold_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_large_is_none, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
