/* small_test.c: no published table gives a small number away.
 *
 * Not by example: every table of a few rows is published, and a reader who knows the rules, all that is said and the sums
 * that may be said then lists every table that would look the same. Each hidden number from 1 to 4 must differ among
 * them. Larger tables, drawn by chance, are held to the parts of that which can be computed. */
#include "web/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { CELLS = 16, VIEW = CELLS + 4 };

/* What the reader sees: numbers (or -1 "< 5", -2 "not shown"), then the columns' sums (or -1). */
struct seen {
    int16_t view[VIEW];
    int8_t truth[CELLS];
};

struct trial {
    size_t rows, columns, free_columns; /* further columns are made by `make` */
    int most;
    bool with_total;
    struct seen *all;
    size_t count;
};

static void publish(const struct trial *t, const int64_t *cells, size_t rows, struct seen *out) {
    enum small_said said[CELLS];
    struct small_table table = {rows, t->columns, cells};
    small_hide(&table, said);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < rows * t->columns; i++) {
        out->view[i] = said[i] == SMALL_FEW ? -1 : said[i] == SMALL_UNSAID ? -2 : (int16_t)cells[i];
        out->truth[i] = (int8_t)cells[i];
        assert_true(said[i] != SMALL_FEW || (cells[i] > 0 && cells[i] < SMALL_LEAST)); /* what is said is true */
        assert_true(said[i] != SMALL_SAID || cells[i] <= 0 || cells[i] >= SMALL_LEAST);
    }
    for (size_t c = 0; c < t->columns && rows > 1; c++) {
        int64_t sum = 0;
        for (size_t r = 0; r < t->rows; r++) sum += cells[r * t->columns + c];
        out->view[CELLS + c] = sum >= SMALL_LEAST ? (int16_t)sum : -1;
    }
}

static int by_view(const void *a, const void *b) {
    return memcmp(((const struct seen *)a)->view, ((const struct seen *)b)->view, sizeof ((const struct seen *)a)->view);
}

static void show(const struct trial *t, const struct seen *s, size_t rows) {
    for (size_t i = 0; i < rows * t->columns; i++) printf("%d(%d)%s", s->view[i], s->truth[i], (i + 1) % t->columns ? " " : "; ");
    printf("\n");
}

/* Tables that look the same stand together: each hidden small cell needs two values among them. */
static void nothing_is_told(const struct trial *t, size_t rows) {
    size_t told = 0;
    qsort(t->all, t->count, sizeof *t->all, by_view);
    for (size_t from = 0, to; from < t->count; from = to) {
        for (to = from + 1; to < t->count && by_view(&t->all[from], &t->all[to]) == 0;) to++;
        for (size_t i = 0; i < rows * t->columns; i++) {
            if (t->all[from].view[i] >= 0) continue;
            bool differs = false, small = false;
            for (size_t k = from; k < to; k++) {
                differs |= t->all[k].truth[i] != t->all[from].truth[i];
                small |= t->all[k].truth[i] > 0 && t->all[k].truth[i] < SMALL_LEAST;
            }
            if (small && !differs && told++ < 5) show(t, &t->all[from], rows);
        }
    }
    assert_int_equal(told, 0);
}

static void every_table(struct trial t, void (*make)(int64_t *row)) {
    size_t digits = t.rows * t.free_columns, tables = 1, rows = t.rows + t.with_total;
    for (size_t i = 0; i < digits; i++) tables *= (size_t)t.most + 1;
    t.all = calloc(tables, sizeof *t.all);
    for (size_t number = 0; number < tables; number++) {
        int64_t cells[CELLS] = {0};
        size_t rest = number;
        for (size_t r = 0; r < t.rows; r++) {
            for (size_t c = 0; c < t.free_columns; c++, rest /= (size_t)t.most + 1) cells[r * t.columns + c] = (int64_t)(rest % ((size_t)t.most + 1));
            if (make) make(&cells[r * t.columns]);
            for (size_t c = 0; c < t.columns && t.with_total; c++) cells[t.rows * t.columns + c] += cells[r * t.columns + c];
        }
        publish(&t, cells, rows, &t.all[t.count++]);
    }
    nothing_is_told(&t, make ? t.rows : rows); /* sums of columns that add up follow from each other: the reader has them from elsewhere */
    free(t.all);
}

static void add_up(int64_t *row) {
    row[2] = row[0] + row[1];
}

static void one_column(void **state) {
    (void)state;
    for (size_t rows = 1; rows <= 4; rows++) every_table((struct trial){.rows = rows, .columns = 1, .free_columns = 1, .most = 14}, NULL);
    every_table((struct trial){.rows = 5, .columns = 1, .free_columns = 1, .most = 9}, NULL);
}

static void with_a_total_row(void **state) {
    (void)state;
    for (size_t rows = 2; rows <= 4; rows++) every_table((struct trial){.rows = rows, .columns = 1, .free_columns = 1, .most = 12, .with_total = true}, NULL);
    every_table((struct trial){.rows = 2, .columns = 2, .free_columns = 2, .most = 9, .with_total = true}, NULL);
}

static void columns_side_by_side(void **state) {
    (void)state;
    every_table((struct trial){.rows = 2, .columns = 2, .free_columns = 2, .most = 14}, NULL);
    every_table((struct trial){.rows = 3, .columns = 2, .free_columns = 2, .most = 9}, NULL);
}

static void columns_that_add_up(void **state) {
    (void)state;
    every_table((struct trial){.rows = 2, .columns = 3, .free_columns = 2, .most = 14}, add_up);
    every_table((struct trial){.rows = 3, .columns = 3, .free_columns = 2, .most = 9}, add_up);
    every_table((struct trial){.rows = 2, .columns = 3, .free_columns = 2, .most = 9, .with_total = true}, add_up);
}

/* Tiles: each number by itself, and their sum where it may be said. */
static void tiles_and_their_sum(void **state) {
    (void)state;
    enum { MOST = 9, TILES = 4, ALL = (MOST + 1) * (MOST + 1) * (MOST + 1) * (MOST + 1) };
    struct trial t = {.rows = TILES, .columns = 1, .all = calloc(ALL, sizeof(struct seen))};
    size_t said = 0;
    for (int number = 0; number < ALL; number++) {
        struct seen *s = &t.all[t.count++];
        int64_t counts[TILES], sum = 0;
        for (int i = 0, rest = number; i < TILES; i++, rest /= MOST + 1) {
            sum += counts[i] = rest % (MOST + 1);
            s->truth[i] = (int8_t)counts[i];
            s->view[i] = small_one(counts[i]) == SMALL_SAID ? (int16_t)counts[i] : -1;
        }
        s->view[CELLS] = small_sum_said(counts, TILES) ? (int16_t)sum : -1;
        said += s->view[CELLS] >= 0;
    }
    assert_in_range(said, ALL / 4, ALL - 1);
    nothing_is_told(&t, TILES);
    free(t.all);
}

/* ---- larger tables, by chance */

static uint64_t next_random(uint64_t *seed) { /* xorshift64, Marsaglia 2003 */
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    return *seed ^= *seed << 17;
}

enum { ROWS = 12 };

static void draw_table(uint64_t *seed, size_t rows, size_t columns, int64_t *cells) {
    for (size_t i = 0; i < rows * columns; i++) {
        uint64_t drawn = next_random(seed);
        cells[i] = drawn % 11 == 0 ? SMALL_NO_COUNT : drawn % 3 ? (int64_t)(drawn >> 8 & 7) : (int64_t)(drawn >> 8 & 127);
    }
}

/* The rows in another order are hidden in that order: so any hidden row could be any other. A total is found wherever it
 * stands, unless two rows could be it. */
static void held_in_any_order(uint64_t *seed, size_t rows, size_t columns, const int64_t *cells, const enum small_said *said) {
    int64_t moved[ROWS * SMALL_COLUMNS];
    enum small_said again[ROWS * SMALL_COLUMNS];
    size_t order[ROWS];
    for (size_t r = 0; r < rows; r++) order[r] = r;
    for (size_t r = rows; r > 1; r--) {
        size_t other = next_random(seed) % r, kept = order[r - 1];
        order[r - 1] = order[other];
        order[other] = kept;
    }
    for (size_t r = 0; r < rows; r++) memcpy(&moved[r * columns], &cells[order[r] * columns], columns * sizeof *cells);
    small_hide(&(struct small_table){rows, columns, moved}, again);
    for (size_t r = 0; r < rows; r++) assert_memory_equal(&again[r * columns], &said[order[r] * columns], columns * sizeof *said);
}

static void large_tables_keep_the_rules(void **state) {
    (void)state;
    uint64_t seed = 20261124;
    for (int round = 0; round < 20000; round++) {
        size_t rows = 4 + next_random(&seed) % (ROWS - 3), columns = 1 + next_random(&seed) % 5;
        int64_t cells[ROWS * SMALL_COLUMNS];
        enum small_said said[ROWS * SMALL_COLUMNS];
        draw_table(&seed, rows, columns, cells);
        small_hide(&(struct small_table){rows, columns, cells}, said);
        for (size_t c = 0; c < columns; c++) {
            size_t hidden = 0, small = 0;
            int64_t sum = 0;
            for (size_t r = 0; r < rows; r++) {
                int64_t n = cells[r * columns + c];
                bool is_small = n > 0 && n < SMALL_LEAST, is_hidden = said[r * columns + c] != SMALL_SAID;
                assert_false(n == SMALL_NO_COUNT && is_hidden);
                assert_true(is_hidden || !is_small);
                hidden += is_hidden, small += is_small;
                sum += n == SMALL_NO_COUNT ? 0 : n;
            }
            if (small && sum >= SMALL_LEAST) assert_true(hidden > 1); /* what is left of the sum is not one number */
        }
        held_in_any_order(&seed, rows, columns, cells, said);
    }
}

static void too_wide_a_table_says_nothing(void **state) {
    (void)state;
    int64_t cells[SMALL_COLUMNS + 1] = {9, 9, 9, 9, 9, 9, 9, 9, 9};
    enum small_said said[SMALL_COLUMNS + 1];
    small_hide(&(struct small_table){1, SMALL_COLUMNS + 1, cells}, said);
    for (size_t i = 0; i <= SMALL_COLUMNS; i++) assert_int_equal(said[i], SMALL_UNSAID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_column),          cmocka_unit_test(with_a_total_row),   cmocka_unit_test(columns_side_by_side),        cmocka_unit_test(columns_that_add_up),
        cmocka_unit_test(tiles_and_their_sum), cmocka_unit_test(large_tables_keep_the_rules), cmocka_unit_test(too_wide_a_table_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
