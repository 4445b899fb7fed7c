/* temporal_test.c: dates, times and durations: reading, writing, calculating, comparing, properties. */
#include "check.h"

static void reading_and_writing(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"date(\"2020-02-29\")", "date 2020-02-29"},
        {"date(\"-2017-01-01\")", "date -2017-01-01"},
        {"date(\"999999999-12-31\")", "date 999999999-12-31"},
        {"date(2020, 2, 30)", "null feel.no-date"},
        {"date(\"02020-01-01\")", "null feel.bad-literal"},
        {"date(\"+2020-01-01\")", "null feel.bad-literal"},
        {"date(\"2020-1-01\")", "null feel.bad-literal"},
        {"date(1000000000, 1, 1)", "null feel.no-date"},
        {"date(date and time(\"2020-01-02T03:04:05Z\"))", "date 2020-01-02"},
        {"time(\"10:15:30.5+01:00:30\")", "time 10:15:30.5+01:00:30"},
        {"time(\"10:15:30@Asia/Shanghai\")", "time 10:15:30@Asia/Shanghai"},
        {"time(\"24:00:00\")", "time 00:00:00"},
        {"time(\"24:00:01\")", "null feel.bad-literal"},
        {"time(\"10:15\")", "null feel.bad-literal"},
        {"time(\"10:15:30+19:00\")", "null feel.bad-literal"},
        {"time(12, 59, 1.3, @\"-PT1H\")", "time 12:59:01.3-01:00"},
        {"time(25, 0, 0)", "null feel.no-time"},
        {"time(date(\"2020-01-01\"))", "time 00:00:00Z"},
        {"time(12, 0, 0, null)", "time 12:00:00"},
        {"date and time(\"2020-12-31T24:00:00\")", "date and time 2021-01-01T00:00:00"},
        {"date and time(\"2020-01-01\")", "date and time 2020-01-01T00:00:00"},
        {"date and time(\"2020-01-01T10:00:00+01:00@Europe/Paris\")", "null feel.bad-literal"},
        {"date and time(\"2020-01-01T10:00:00@No/Where\")", "null feel.bad-literal"},
        {"date and time(date(\"2020-01-01\"), time(\"10:00:00Z\"))", "date and time 2020-01-01T10:00:00Z"},
        {"date and time(2020, 1, 2, 3, 4, 5.5, @\"PT1H\")", "date and time 2020-01-02T03:04:05.5+01:00"},
        {"date and time(2020, 1, 2, 3, 4, 5, \"Asia/Shanghai\")", "date and time 2020-01-02T03:04:05@Asia/Shanghai"},
        {"duration(\"P26M\")", "years and months duration P2Y2M"},
        {"duration(\"-P0M\")", "years and months duration P0M"},
        {"duration(\"PT1000M0.999999999S\")", "days and time duration PT16H40M0.999999999S"},
        {"duration(\"-PT0.5S\")", "days and time duration -PT0.5S"},
        {"duration(\"P1DT\")", "null feel.bad-literal"},
        {"duration(\"P1Y1D\")", "null feel.bad-literal"},
        {"duration(\"P\")", "null feel.bad-literal"},
        {"duration(\"P9999999999999999999D\")", "null feel.bad-literal"},
        {"duration(\"PT400000000000000000S\") * 10", "days and time duration P46296296296296DT7H6M40S"},
        {"duration(\"PT400000000000000000S\") * 100", "null feel.out-of-range"}};
    CHECK(rows);
}

static void calculating(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"@\"2020-01-31\" + @\"P1M\"", "date 2020-02-29"},
        {"@\"2021-01-02\" - @\"PT1H\"", "date 2021-01-01"},
        {"@\"2021-01-01\" + @\"PT36H\"", "date 2021-01-02"},
        {"@\"2021-01-02\" - @\"2021-01-01\"", "days and time duration P1D"},
        {"@\"10:00:00\" + @\"P1DT15H\"", "time 01:00:00"},
        {"@\"10:00:00\" - @\"11:00:00+01:00\"", "null feel.no-offset"},
        {"@\"10:00:00Z\" - @\"11:00:00+01:00\"", "days and time duration PT0S"},
        {"@\"2021-01-02T10:10:10@Europe/Paris\" - @\"2021-01-01T10:10:10@Asia/Dhaka\"",
         "days and time duration P1DT5H"},
        {"@\"2021-01-02T00:00:00Z\" - @\"2021-01-02\"", "days and time duration PT0S"},
        {"@\"2021-01-01T00:00:00\" - @\"2021-01-01T00:00:00Z\"", "null feel.no-offset"},
        {"@\"2021-03-28T00:00:00@Europe/Paris\" - @\"2021-03-29T00:00:00@Europe/Paris\"",
         "days and time duration -PT23H"},
        {"@\"2021-03-28T01:30:00@Europe/Paris\" + @\"PT1H\"", "date and time 2021-03-28T03:30:00@Europe/Paris"},
        {"@\"2021-03-28T01:30:00@Europe/Paris\" + @\"P1M\"", "date and time 2021-04-28T01:30:00@Europe/Paris"},
        {"@\"P1Y\" - @\"P14M\"", "years and months duration -P2M"},
        {"@\"P1D\" + @\"P1Y\"", "null feel.no-operation"},
        {"@\"P10D\" / @\"P4D\"", "number 2.5"},
        {"@\"P1Y11M\" * -2.5", "years and months duration -P4Y9M"},
        {"1.5 * @\"P4DT1H\"", "days and time duration P6DT1H30M"},
        {"@\"PT1S\" / 3", "days and time duration PT0.333333333S"},
        {"@\"P1D\" / 0", "null feel.division-by-zero"},
        {"-@\"P1D\"", "days and time duration -P1D"},
        {"@\"999999999-12-31\" + @\"P1D\"", "null feel.out-of-range"},
        {"@\"-999999999-01-01\" - @\"P1M\"", "null feel.out-of-range"},
        {"@\"999999999-12-31T00:00:00Z\" - @\"-999999999-01-01T00:00:00Z\"", "days and time duration P730484999633D"},
        {"@\"2020-01-01\" + 1", "null feel.no-operation"},
        {"years and months duration(@\"2011-12-22\", @\"2013-08-24\")", "years and months duration P1Y8M"},
        {"years and months duration(@\"2013-08-24\", @\"2011-12-25\")", "years and months duration -P1Y7M"}};
    CHECK(rows);
}

static void comparing(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"@\"2020-01-01T10:00:00Z\" = @\"2020-01-01T11:00:00+01:00\"", "boolean true"},
        {"@\"2020-01-01T10:00:00Z\" = @\"2020-01-01T10:00:00\"", "boolean false"},
        {"@\"2020-01-01T10:00:00Z\" < @\"2020-01-01T10:00:00\"", "null feel.incomparable"},
        {"@\"2020-01-01\" < @\"2020-01-02\"", "boolean true"},
        {"@\"2020-01-01\" = @\"2020-01-01T00:00:00Z\"", "null feel.incomparable"},
        {"@\"10:00:00@Etc/UTC\" = @\"10:00:00Z\"", "boolean true"},
        {"@\"P1Y\" < @\"P13M\"", "boolean true"},
        {"@\"PT24H\" = @\"P1D\"", "boolean true"},
        {"@\"-PT0.5S\" < @\"PT0S\"", "boolean true"}};
    CHECK(rows);
}

static void properties_and_calendar(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"@\"2026-11-24\".weekday", "number 2"},
        {"@\"2020-02-29\".month", "number 2"},
        {"@\"10:30:01.25\".second", "number 1.25"},
        {"@\"2018-12-10T10:30:00+05:00\".time offset", "days and time duration PT5H"},
        {"@\"2018-07-10T10:30:00@Europe/Paris\".time offset", "days and time duration PT2H"},
        {"@\"2018-12-10T10:30:00\".time offset", "null"},
        {"@\"2018-12-10T10:30:00@Etc/UTC\".timezone", "string Etc/UTC"},
        {"@\"P1Y2M\".months", "number 2"},
        {"@\"-P1Y2M\".years", "number -1"},
        {"@\"P1DT2H3M4.5S\".seconds", "number 4.5"},
        {"@\"-P1DT2H\".hours", "number -2"},
        {"@\"P1D\".years", "null feel.no-property"},
        {"day of year(@\"2020-12-31\")", "number 366"},
        {"day of week(@\"2026-11-24\")", "string Tuesday"},
        {"month of year(@\"2026-11-24T00:00:00\")", "string November"},
        {"week of year(@\"2003-12-29\")", "number 1"},
        {"week of year(@\"2010-01-01\")", "number 53"},
        {"day of week(\"2020-01-01\")", "null feel.wrong-arguments"},
        {"now()", "date and time 2026-11-24T16:00:00@Asia/Shanghai"},
        {"today()", "date 2026-11-24"},
        {"now(1)", "null feel.wrong-arguments"}};
    CHECK(rows);
}

static void instants(void **state) {
    (void)state;
    instant t;
    struct feel_value v = feel_from_instant(&arena, -1, NULL);
    assert_true(str_eqz(feel_text(&arena, v), "1969-12-31T23:59:59.999999Z"));
    assert_true(feel_to_instant(v, NULL, &t) && t == -1);
    assert_true(
        feel_to_instant(feel_parse_temporal(&arena, STR("2026-11-24T16:00:00")), zone_find(STR("Asia/Shanghai")), &t) &&
        t == TEST_NOW);
    assert_true(feel_to_instant(feel_date(2026, 11, 24), NULL, &t) &&
                t == TEST_NOW - 8 * 3600 * (instant)MICROS_A_SECOND);
    assert_false(feel_to_instant(feel_date(999999999, 1, 1), NULL, &t));
    assert_false(feel_to_instant(feel_integer(1), NULL, &t));
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(reading_and_writing), TEST(calculating), TEST(comparing),
                                       TEST(properties_and_calendar), TEST(instants)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
