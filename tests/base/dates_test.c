/* dates_test.c: days and times as people read them, in both languages; what is no date stays as it is. */
#include "base/dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena arena;

static void same(struct str got, const char *wanted) {
    assert_string_equal(arena_cstr(&arena, got), wanted);
}

static void a_day_in_each_length(void **state) {
    (void)state;
    struct civil_date day = {2026, 2, 5};
    same(date_say(&arena, LANGUAGE_EN, day, DATE_DAY), "5 February 2026");
    same(date_say(&arena, LANGUAGE_EN, day, DATE_SHORT_DAY), "5 February");
    same(date_say(&arena, LANGUAGE_EN, day, DATE_MONTH), "February 2026");
    same(date_say(&arena, LANGUAGE_EN, day, DATE_YEAR), "2026");
    same(date_say(&arena, LANGUAGE_ZH, day, DATE_DAY), "2026年2月5日");
    same(date_say(&arena, LANGUAGE_ZH, day, DATE_SHORT_DAY), "2月5日");
    same(date_say(&arena, LANGUAGE_ZH, day, DATE_MONTH), "2026年2月");
    same(date_say(&arena, LANGUAGE_ZH, day, DATE_YEAR), "2026年");
}

static void a_text_that_is_a_date(void **state) {
    (void)state;
    same(date_say_text(&arena, LANGUAGE_EN, STR("2026-11-24"), DATE_DAY), "24 November 2026");
    same(date_say_text(&arena, LANGUAGE_ZH, STR("2026-11-24T08:30:00.000+08:00"), DATE_DAY), "2026年11月24日 08:30");
    same(date_say_text(&arena, LANGUAGE_EN, STR("2026-11-24T08:30"), DATE_DAY), "24 November 2026 08:30");
}

static void any_other_text_stays(void **state) {
    (void)state;
    static const char *const texts[] = {"", "2026-02-30", "2026-11", "2026-11-24 08:30", "2026-11-24T", "next week", "2026-11-24, about noon"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) same(date_say_text(&arena, LANGUAGE_ZH, str_from(texts[i]), DATE_DAY), texts[i]);
}

int main(void) {
    arena_init(&arena, 1 << 20);
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_day_in_each_length), cmocka_unit_test(a_text_that_is_a_date), cmocka_unit_test(any_other_text_stays)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
