/* kinds_test.c: identifiers by their standards. The valid ones are fictional (births in the 1800s), from the standards'
 * own examples or computed with their check digits. */
#include "form/kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void citizen_numbers_keep_gb_11643(void **state) {
    static const char *const good[] = {"11010519491231002X", "440524188001010014", "220302185001010010", "220302185001010029",
                                       "220303186002290019", "220322189912318888", "220323188808081237", "22038218770707456X"};
    static const char *const bad[] = {
        "110105194912310021", /* check character */
        "220302190002290019", /* 1900 was no leap year */
        "990302185001010010", /* no such province */
        "220302850101001",    /* the old form of 15 digits */
        "22030218500101001",  "2203021850010100100", "22030218500101001A", "", "11010519491331002X",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(form_is_cn_id(str_from(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(form_is_cn_id(str_from(bad[i])));
}

static void credit_codes_keep_gb_32100(void **state) {
    static const char *const good[] = {"91350100M000100Y43", "11220302MB00000190", "12220303MB00000276", "51220300MJ00000340",
                                       "91220322MA000004XM", "91220323MA00000584"};
    static const char *const bad[] = {"91350100M000100Y44", "91350100M000100Y4", "91350100I000100Y43", "91350100m000100Y43", ""};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(form_is_uscc(str_from(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(form_is_uscc(str_from(bad[i])));
}

static void phones_are_mobile_landline_or_service(void **state) {
    (void)state;
    assert_true(form_is_phone(STR("04343266888")));
    assert_true(form_is_phone(STR("12345")));
    assert_false(form_is_phone(STR("10000000001"))); /* 1, then 0 */
    assert_false(form_is_phone(STR("3266888")));     /* no area code */
    assert_false(form_is_phone(STR("1390000")));
    assert_false(form_is_phone(STR("")));
}

static void divisions_have_six_nine_or_twelve_digits(void **state) {
    (void)state;
    assert_true(form_is_division(STR("220302")));
    assert_true(form_is_division(STR("220302002")));
    assert_false(form_is_division(STR("2203")));
    assert_false(form_is_division(STR("990302")));
    assert_false(form_is_division(STR("22030x")));
}

static void people_type_identifiers_in_their_own_way(void **state) {
    struct arena a;
    (void)state;
    arena_init(&a, 1 << 16);
    assert_true(str_eqz(form_fold_identifier(&a, STR("１１０１０５ 1949-1231 002ｘ")), "11010519491231002X"));
    assert_true(form_kind_holds(&a, FORM_CN_ID, STR("１１０１０５ 1949-1231 002x")));
    assert_true(form_kind_holds(&a, FORM_PHONE, STR("0434-3266888")));
    assert_true(form_kind_holds(&a, FORM_PLAIN, STR("anything")));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(citizen_numbers_keep_gb_11643),
        cmocka_unit_test(credit_codes_keep_gb_32100),
        cmocka_unit_test(phones_are_mobile_landline_or_service),
        cmocka_unit_test(divisions_have_six_nine_or_twelve_digits),
        cmocka_unit_test(people_type_identifiers_in_their_own_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
