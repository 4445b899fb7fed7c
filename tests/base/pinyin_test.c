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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
