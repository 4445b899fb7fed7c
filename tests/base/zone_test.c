/* zone_test.c: offsets of named zones in the past, today and in years no calendar library reaches. */
#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static int64_t seconds(int64_t year, int month, int day, int hour) {
    return civil_to_days((struct civil_date){year, month, day}) * 86400 + hour * 3600;
}

static const struct zone *zone(const char *name) {
    const struct zone *z = zone_find(str_from(name));
    if (!z) fail_msg("no zone %s", name);
    return z;
}

static void knows_names(void **state) {
    (void)state;
    assert_true(str_eqz(zone_name(zone("Asia/Shanghai")), "Asia/Shanghai"));
    assert_ptr_equal(zone("Europe/Paris"), zone("Europe/Paris"));
    static const char *const bad[] = {
        "", "xyz/abc", "GMT+25:99", "Europe", "Europe/Paris ", "../etc/passwd", "Europe/Päris"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_null(zone_find(str_from(bad[i])));
}

static void offsets_at_a_moment(void **state) {
    (void)state;
    assert_int_equal(zone_offset_at(zone("Asia/Shanghai"), seconds(2026, 11, 24, 0)), 8 * 3600);
    assert_int_equal(zone_offset_at(zone("Etc/UTC"), seconds(2026, 11, 24, 0)), 0);
    const struct zone *paris = zone("Europe/Paris");
    assert_int_equal(zone_offset_at(paris, seconds(2021, 1, 1, 0)), 3600);
    assert_int_equal(zone_offset_at(paris, seconds(2021, 7, 1, 0)), 7200);
    assert_int_equal(zone_offset_at(paris, seconds(2021, 3, 28, 1) - 1), 3600);
    assert_int_equal(zone_offset_at(paris, seconds(2021, 3, 28, 1)), 7200);
    /* 2050 is listed, 9999 and 999,999,999 follow the rule: last Sunday of March, 01:00 UTC */
    assert_int_equal(zone_offset_at(paris, seconds(2050, 7, 1, 0)), 7200);
    assert_int_equal(zone_offset_at(paris, seconds(9999, 3, 28, 1) - 1), 3600);
    assert_int_equal(zone_offset_at(paris, seconds(9999, 3, 28, 1)), 7200);
    assert_int_equal(zone_offset_at(paris, seconds(999999999, 12, 31, 23)), 3600);
    assert_int_equal(zone_offset_at(zone("Australia/Melbourne"), seconds(999999999, 12, 31, 10)), 11 * 3600);
    assert_int_equal(zone_offset_at(zone("Asia/Shanghai"), seconds(-2021, 1, 1, 0)),
                     8 * 3600 + 5 * 60 + 43); /* local mean time */
}

static void offsets_of_a_wall_clock(void **state) {
    (void)state;
    const struct zone *paris = zone("Europe/Paris");
    assert_int_equal(zone_offset_local(paris, seconds(2021, 3, 28, 1)), 3600);
    assert_int_equal(zone_offset_local(paris, seconds(2021, 3, 28, 3)), 7200);
    assert_int_equal(zone_offset_local(paris, seconds(2021, 3, 28, 2) + 1800), 3600);  /* jumped over */
    assert_int_equal(zone_offset_local(paris, seconds(2021, 10, 31, 2) + 1800), 7200); /* twice: the first */
    assert_int_equal(zone_offset_local(paris, seconds(2021, 10, 31, 3)), 3600);
    assert_int_equal(zone_offset_local(zone("Pacific/Auckland"), seconds(2021, 6, 1, 12)), 12 * 3600);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(knows_names), cmocka_unit_test(offsets_at_a_moment),
                                       cmocka_unit_test(offsets_of_a_wall_clock)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
