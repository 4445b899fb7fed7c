/* decimal_test.c: reading, printing, rounding and arithmetic of decimal.h, at and beyond the edges of 34 digits. */
#include "base/arena.h"
#include "base/decimal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 64 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct decimal number(const char *text) {
    struct decimal v;
    if (!decimal_parse(str_from(text), &v)) fail_msg("“%s” is not read", text);
    return v;
}

static void is(struct decimal v, const char *expected) {
    struct buf out;
    buf_init(&out, &arena, 10000);
    decimal_put(&out, v);
    buf_byte(&out, 0);
    assert_string_equal(out.p, expected);
}

static void reads_and_prints(void **state) {
    (void)state;
    static const char *const same[] = {"0",
                                       "1",
                                       "-1",
                                       "0.1",
                                       "-12.5",
                                       "1234567890123456789012345678901234",
                                       "0.000001",
                                       "9223372036854775807",
                                       "18446744073709551616"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) is(number(same[i]), same[i]);
    static const char *const changed[][2] = {
        {"1.50", "1.5"},
        {"00012", "12"},
        {".5", "0.5"},
        {"5.", "5"},
        {"1e3", "1000"},
        {"1E-3", "0.001"},
        {"-0", "0"},
        {"100.00e-2", "1"},
        {"12345678901234567890123456789012345", "12345678901234567890123456789012340"}, /* 35 digits, a tie to even */
        {"12345678901234567890123456789012355", "12345678901234567890123456789012360"},
        {"123456789012345678901234567890123450000000000000000000001",
         "123456789012345678901234567890123500000000000000000000000"},
        {"1e6000", "1E+6000"},
        {"-1.25e-6000", "-1.25E-6000"},
        {"1e-9000", "0"},
        {"0e99999999999999999999", "0"}};
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) is(number(changed[i][0]), changed[i][1]);
}

static void refuses_what_is_no_number(void **state) {
    (void)state;
    static const char *const bad[] = {"",    "-",  ".",   "1x",  " 1",    "1 ",     "+1",   "1,5", "nan",
                                      "inf", "1e", "1e+", "--1", "1.2.3", "1e7000", "0x10", "٣"};
    struct decimal v;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (decimal_parse(str_from(bad[i]), &v)) fail_msg("“%s” was read", bad[i]);
}

static void calculates(void **state) {
    (void)state;
    static const struct {
        bool (*run)(struct decimal, struct decimal, struct decimal *);
        const char *a, *b, *expected; /* NULL: no value */
    } table[] = {{decimal_add, "0.1", "0.2", "0.3"},
                 {decimal_add, "1e33", "0.5", "1000000000000000000000000000000000"},
                 {decimal_add, "4611686018427387903", "4611686018427387903", "9223372036854775806"},
                 {decimal_add, "-5", "5", "0"},
                 {decimal_add, "9.999999999999999999999999999999999e6144", "1e6144", NULL},
                 {decimal_subtract, "1", "0.9", "0.1"},
                 {decimal_subtract, "-1", "-1", "0"},
                 {decimal_multiply, "1.1", "3.0", "3.3"},
                 {decimal_multiply, "4294967295", "4294967295", "18446744065119617025"},
                 {decimal_multiply, "-0.5", "0.5", "-0.25"},
                 {decimal_multiply, "1e4000", "1e4000", NULL},
                 {decimal_divide, "1", "3", "0.3333333333333333333333333333333333"},
                 {decimal_divide, "10", "4", "2.5"},
                 {decimal_divide, "1", "0", NULL},
                 {decimal_divide, "8", "100", "0.08"},
                 {decimal_divide, "-800", "100", "-8"},
                 {decimal_divide, "0", "-7", "0"},
                 {decimal_divide, "922337203685478", "0.00003", "30744573456182600000"},
                 {decimal_divide, "1e-6176", "10000", "0"},
                 {decimal_modulo, "10.1", "4.5", "1.1"},
                 {decimal_modulo, "-10.1", "4.5", "3.4"},
                 {decimal_modulo, "10.1", "-4.5", "-3.4"},
                 {decimal_modulo, "-12", "-5", "-2"},
                 {decimal_modulo, "12", "-4", "0"},
                 {decimal_modulo, "1", "0", NULL},
                 {decimal_power, "2", "10", "1024"},
                 {decimal_power, "10", "-5", "0.00001"},
                 {decimal_power, "4", "0.5", "2"},
                 {decimal_power, "-2", "3", "-8"},
                 /* 1.005^360 to 34 digits (Python's decimal at 60 digits: 6.02257521226321618405404680891614858…) */
                 {decimal_power, "1.005", "360", "6.022575212263216184054046808916149"},
                 {decimal_power, "3", "-7", "0.0004572473708276177411979881115683585"}, /* 1/2187 */
                 {decimal_power, "0", "-1", NULL},
                 {decimal_power, "-8", "0.5", NULL},
                 {decimal_power, "10", "7000", NULL},
                 {decimal_power, "0", "0", "1"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct decimal out;
        bool good = table[i].run(number(table[i].a), number(table[i].b), &out);
        if (good != (table[i].expected != NULL)) fail_msg("row %zu: %s %s", i, table[i].a, table[i].b);
        if (good) is(out, table[i].expected);
    }
}

static void rounds(void **state) {
    (void)state;
    static const struct {
        const char *v;
        int scale;
        enum decimal_rounding rounding;
        const char *expected;
    } table[] = {{"2.5", 0, DECIMAL_HALF_EVEN, "2"},
                 {"3.5", 0, DECIMAL_HALF_EVEN, "4"},
                 {"-2.5", 0, DECIMAL_HALF_EVEN, "-2"},
                 {"1.5", 0, DECIMAL_FLOOR, "1"},
                 {"-1.5", 0, DECIMAL_FLOOR, "-2"},
                 {"1.2", 0, DECIMAL_CEILING, "2"},
                 {"-1.5", 0, DECIMAL_CEILING, "-1"},
                 {"5.5", 0, DECIMAL_UP, "6"},
                 {"-5.1", 0, DECIMAL_UP, "-6"},
                 {"1.126", 2, DECIMAL_DOWN, "1.12"},
                 {"5.5", 0, DECIMAL_HALF_UP, "6"},
                 {"-5.5", 0, DECIMAL_HALF_UP, "-6"},
                 {"5.5", 0, DECIMAL_HALF_DOWN, "5"},
                 {"-1.126", 2, DECIMAL_HALF_DOWN, "-1.13"},
                 {"1250", -2, DECIMAL_HALF_EVEN, "1200"},
                 {"1234567890123456789012345678901234", -40, DECIMAL_UP, "10000000000000000000000000000000000000000"},
                 {"1234567890123456789012345678901234", -40, DECIMAL_HALF_UP, "0"},
                 {"-0.3333", 0, DECIMAL_CEILING, "0"},
                 {"5.5", 6176, DECIMAL_UP, "5.5"},
                 {"9.99", 1, DECIMAL_HALF_UP, "10"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct decimal out;
        assert_true(decimal_round(number(table[i].v), table[i].scale, table[i].rounding, &out));
        is(out, table[i].expected);
    }
    struct decimal out;
    assert_false(decimal_round(number("1"), 6177, DECIMAL_UP, &out));
    assert_false(decimal_round(number("1"), -6112, DECIMAL_UP, &out));
}

static void compares_and_converts(void **state) {
    (void)state;
    static const char *const rising[] = {"-1e100", "-2",  "-1.5", "0",    "1e-50", "0.1",
                                         "1",      "1.5", "10",   "1e34", "1.1e34"};
    size_t n = sizeof rising / sizeof *rising;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            assert_int_equal(decimal_compare(number(rising[i]), number(rising[k])), i < k ? -1 : i > k);
    assert_true(decimal_equal(number("1.0"), number("1")));
    assert_true(decimal_hash(number("100")) == decimal_hash(number("1e2")));
    assert_true(decimal_equal(number("-0"), number("0.00")));
    int64_t v;
    assert_true(decimal_to_int(number("-9223372036854775808"), &v) && v == INT64_MIN);
    assert_false(decimal_to_int(number("9223372036854775808"), &v));
    assert_true(decimal_to_int(number("1.20e1"), &v) && v == 12);
    assert_false(decimal_to_int(number("0.5"), &v));
    assert_false(decimal_to_int(number("1e19"), &v));
    is(decimal_from_int(INT64_MIN), "-9223372036854775808");
    assert_true(decimal_to_double(number("0.5")) == 0.5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_and_prints, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_number, setup, teardown),
        cmocka_unit_test_setup_teardown(calculates, setup, teardown),
        cmocka_unit_test_setup_teardown(rounds, setup, teardown),
        cmocka_unit_test_setup_teardown(compares_and_converts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
