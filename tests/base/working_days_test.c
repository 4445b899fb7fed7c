/* working_days_test.c: totals, months and counts worked out by hand from the State Council's notices of 2023-2026, and
 * what happens beyond them. */
#include "base/working_days.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static int64_t date(int64_t year, int month, int day) {
    return civil_to_days((struct civil_date){year, month, day});
}

static int64_t parse(const char *text) {
    struct civil_date d;
    assert_true(civil_date_parse(str_from(text), &d));
    return civil_to_days(d);
}

static void months_have_the_days_of_the_notices(void **state) {
    (void)state;
    static const int months[4][12] = {{18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21},
                                      {22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22},
                                      {19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23},
                                      {21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23}};
    static const int totals[4] = {249, 251, 248, 248};
    for (int y = 0; y < 4; y++) {
        bool provisional = true;
        assert_int_equal(working_days_between(NULL, date(2022 + y, 12, 31), date(2023 + y, 12, 31), &provisional), totals[y]);
        assert_false(provisional);
        for (int m = 0; m < 12; m++) {
            int64_t first = date(2023 + y, m + 1, 1), last = first + civil_days_in_month(2023 + y, m + 1) - 1;
            assert_int_equal(working_days_between(NULL, first - 1, last, NULL), months[y][m]);
        }
    }
}

static const struct {
    const char *from;
    int n;
    const char *to;
} counts[] = {
    {"2023-06-20", 5, "2023-06-28"},  {"2023-09-25", 10, "2023-10-13"}, {"2024-02-08", 3, "2024-02-19"}, {"2024-09-30", 1, "2024-10-08"},
    {"2025-01-24", 5, "2025-02-07"},  {"2025-09-26", 10, "2025-10-16"}, {"2026-02-11", 5, "2026-02-25"}, {"2026-04-30", 3, "2026-05-08"},
    {"2026-09-18", 5, "2026-09-24"},  {"2026-09-30", 15, "2026-10-27"}, {"2026-11-27", 1, "2026-11-30"},
};

static void counts_over_holidays(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        int64_t from = parse(counts[i].from), to = parse(counts[i].to);
        bool provisional = true;
        assert_int_equal(working_days_add(NULL, from, counts[i].n, &provisional), to);
        assert_false(provisional);
        assert_int_equal(working_days_between(NULL, from, to, NULL), counts[i].n);
        assert_int_equal(working_days_between(NULL, to, from, NULL), -counts[i].n + (working_day_at(NULL, to).working ? 1 : 0) - (working_day_at(NULL, from).working ? 1 : 0));
    }
}

static void make_up_days_are_working_days(void **state) {
    (void)state;
    assert_true(working_day_at(NULL, date(2026, 2, 14)).working);  /* Saturday before Spring Festival */
    assert_true(working_day_at(NULL, date(2024, 2, 9)).working);   /* 除夕 of 2024 was an ordinary Friday */
    assert_false(working_day_at(NULL, date(2025, 1, 28)).working); /* 除夕 of 2025 is a statutory day */
    assert_false(working_day_at(NULL, date(2026, 11, 28)).working);
}

static void zero_moves_to_a_working_day(void **state) {
    (void)state;
    assert_int_equal(working_days_add(NULL, date(2026, 10, 1), 0, NULL), date(2026, 10, 8));
    assert_int_equal(working_days_add(NULL, date(2026, 10, 9), 0, NULL), date(2026, 10, 9));
    assert_int_equal(working_days_add(NULL, date(2026, 10, 8), -1, NULL), date(2026, 9, 30));
}

static void is_provisional_beyond_the_table(void **state) {
    (void)state;
    bool provisional = false;
    assert_int_equal(working_days_table_from(), date(2022, 12, 31));
    assert_int_equal(working_days_table_to(), date(2026, 12, 31));
    assert_false(working_day_at(NULL, date(2026, 12, 31)).provisional);
    assert_true(working_day_at(NULL, date(2027, 1, 4)).provisional);
    assert_false(working_day_at(NULL, date(2027, 1, 1)).working);
    assert_false(working_day_at(NULL, date(2030, 5, 2)).working);
    assert_true(working_day_at(NULL, date(2030, 5, 3)).working);
    assert_false(working_day_at(NULL, date(2031, 10, 3)).working);
    assert_true(working_day_at(NULL, date(2019, 3, 4)).provisional);
    assert_int_equal(working_days_add(NULL, date(2026, 12, 30), 2, &provisional), date(2027, 1, 4));
    assert_true(provisional);
}

static void own_rules_win(void **state) {
    (void)state;
    const struct working_day_rule rules[] = {{date(2026, 11, 24), false}, {date(2027, 2, 5), false}, {date(2027, 2, 6), true}};
    struct working_calendar own = {rules, 3, date(2027, 1, 1), date(2027, 12, 31)};
    bool provisional = true;
    assert_false(working_day_at(&own, date(2026, 11, 24)).working); /* a flood: the office is closed */
    assert_true(working_day_at(&own, date(2027, 2, 6)).working);
    assert_true(working_day_at(&own, date(2027, 1, 1)).working); /* the tenant's table knows better than the fixed days */
    assert_false(working_day_at(&own, date(2027, 3, 3)).provisional);
    assert_true(working_day_at(&own, date(2028, 3, 3)).provisional);
    assert_int_equal(working_days_add(&own, date(2027, 2, 4), 1, &provisional), date(2027, 2, 6));
    assert_false(provisional);
    struct working_calendar nothing = {0};
    assert_true(working_day_at(&nothing, date(2027, 1, 4)).provisional);
}

static void counts_are_bounded(void **state) {
    (void)state;
    assert_int_equal(working_days_between(NULL, 0, INT64_C(1000000000), NULL), WORKING_DAYS_MOST);
    assert_true(working_days_add(NULL, date(2026, 1, 1), 2000000000, NULL) < date(2070, 1, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_have_the_days_of_the_notices), cmocka_unit_test(counts_over_holidays),
        cmocka_unit_test(make_up_days_are_working_days),       cmocka_unit_test(zero_moves_to_a_working_day),
        cmocka_unit_test(is_provisional_beyond_the_table),     cmocka_unit_test(own_rules_win),
        cmocka_unit_test(counts_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
