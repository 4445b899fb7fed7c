/* pinyin_test.c: names as they are typed by somebody who has a caller on the line. */
#include "base/pinyin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void reads_names(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    assert_true(str_eqz(pinyin_letters(&a, STR("张伟")), "zhangwei"));
    assert_true(str_eqz(pinyin_initials(&a, STR("张伟")), "zw"));
    assert_true(str_eqz(pinyin_initials(&a, STR("吕布")), "lb"));
    assert_true(str_eqz(pinyin_letters(&a, STR("Anna")), "anna"));
    assert_true(str_eqz(pinyin_letters(&a, STR("")), ""));
    arena_release(&a);
}

static void assert_readings(const char *name, const char *const *wanted, size_t count) {
    struct arena a;
    struct str found[PINYIN_READINGS_MOST];
    arena_init(&a, 1 << 20);
    assert_int_equal(pinyin_readings(&a, str_from(name), found), count);
    for (size_t i = 0; i < count; i++) assert_string_equal(arena_cstr(&a, found[i]), wanted[i]);
    arena_release(&a);
}

static void gives_all_that_may_be_typed(void **state) {
    (void)state;
    assert_readings("张伟", (const char *[]){"zhangwei", "zw"}, 2);
    assert_readings("曾国藩", (const char *[]){"cengguofan", "cgf", "zengguofan", "zgf"}, 4);
    assert_readings("吕布", (const char *[]){"lubu", "lb", "lvbu"}, 3);
    assert_readings("单田芳", (const char *[]){"dantianfang", "dtf", "shantianfang", "stf"}, 4);
    assert_readings("José Li", (const char *[]){"joseli", "jl"}, 2);
    assert_readings("", NULL, 0);
}

static void bears_long_and_broken_names(void **state) {
    (void)state;
    struct arena a;
    struct str found[PINYIN_READINGS_MOST];
    struct buf b;
    arena_init(&a, 4 << 20);
    buf_init(&b, &a, 1 << 20);
    for (int i = 0; i < 1000; i++) buf_addz(&b, "庄");
    assert_true(pinyin_readings(&a, buf_str(&b), found) >= 2);
    assert_true(found[0].n < 1000);
    pinyin_readings(&a, STR("\xE5\xBC\xFF\xC0"), found);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_names), cmocka_unit_test(gives_all_that_may_be_typed),
                                       cmocka_unit_test(bears_long_and_broken_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
