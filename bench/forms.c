/* forms.c: `build/bench forms`: a 250-question workbook to an XForm.
 * The form is generated: text, whole numbers, choices, dates and calculations, with conditions and two languages, as
 * in the measurement of pyxform 4.5 on the same machine (35 ms, process warm). */
#include "bench.h"

#include "form/xlsform.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { QUESTIONS = 250, ROUNDS = 200 };

static void put(lxw_worksheet *sheet, int row, int column, const char *text) {
    if (*text) worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column, text, NULL);
}

static void put_row(lxw_worksheet *sheet, int row, const char *const *cells, int count) {
    for (int i = 0; i < count; i++) put(sheet, row, i, cells[i]);
}

static void put_question(lxw_worksheet *sheet, int i) {
    static const char *const types[] = {"text", "integer", "select_one yn", "date", "calculate"};
    char name[16], zh[64], en[64], relevant[64], constraint[64] = "", calculation[64] = "";
    int kind = i % 5;
    snprintf(name, sizeof name, "q%d", i);
    snprintf(zh, sizeof zh, "第%d题，请填写", i);
    snprintf(en, sizeof en, "Question %d, please answer", i);
    snprintf(relevant, sizeof relevant, i > 5 ? "${q%d} != ''" : "", i - 5);
    if (kind == 1) snprintf(constraint, sizeof constraint, ". >= 0 and . <= %d", 100 + i);
    if (kind == 4) snprintf(calculation, sizeof calculation, "concat(${q%d}, '-', ${q%d})", i - 3, i - 1);
    const char *cells[] = {types[kind], name, kind == 4 ? "" : zh, kind == 4 ? "" : en, relevant, constraint, calculation, i % 3 ? "" : "yes"};
    put_row(sheet, i + 1, cells, 8);
}

/* The workbook's bytes in `a`, through a file that lives in memory. */
static struct str make_workbook(struct arena *a) {
    static const char *const survey_header[] = {"type", "name", "label::中文 (zh)", "label::English (en)", "relevant", "constraint", "calculation", "required"};
    static const char *const choice_rows[][4] = {{"list_name", "name", "label::中文 (zh)", "label::English (en)"}, {"yn", "y", "是", "Yes"}, {"yn", "n", "否", "No"}};
    char path[64];
    int fd = memfd_create("bench-forms", 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *survey = workbook_add_worksheet(book, "survey"), *choices = workbook_add_worksheet(book, "choices");
    put_row(survey, 0, survey_header, 8);
    for (int i = 0; i < QUESTIONS; i++) put_question(survey, i);
    for (int i = 0; i < 3; i++) put_row(choices, i, choice_rows[i], 4);
    workbook_close(book);
    char *bytes = arena_alloc(a, 4 << 20);
    ssize_t n = pread(fd, bytes, 4 << 20, 0);
    close(fd);
    return (struct str){bytes, n < 0 ? 0 : (size_t)n};
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median milliseconds; negative when the workbook cannot be converted. */
static double time_conversion(struct str workbook) {
    static double times[ROUNDS];
    struct arena arena;
    struct faults faults;
    for (int i = 0; i < ROUNDS; i++) {
        double start = bench_cpu_seconds();
        arena_init(&arena, 64u << 20);
        faults_init(&faults, &arena);
        struct str xform = xlsform_convert_bytes(&arena, workbook, STR("bench.xlsx"), NULL, &faults);
        bench_use(xform.p);
        bool good = xform.p != NULL;
        arena_release(&arena);
        times[i] = (bench_cpu_seconds() - start) * 1000;
        if (!good) return -1;
    }
    qsort(times, ROUNDS, sizeof *times, by_size);
    return times[ROUNDS / 2];
}

int bench_forms(void) {
    struct arena arena;
    arena_init(&arena, 64u << 20);
    double ms = time_conversion(make_workbook(&arena));
    arena_release(&arena);
    if (ms < 0) {
        fputs("the workbook cannot be converted\n", stderr);
        return 1;
    }
    bench_line_against("forms.convert_250", ms, "ms", 10, true);
    return bench_filling();
}
