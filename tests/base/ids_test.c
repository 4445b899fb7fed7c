/* ids_test.c: references survive what people do to numbers, secrets are stable and bound to their case. */
#include "base/env.h"
#include "base/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static const uint8_t seed[32] = {1, 2, 3};

static void damm_knows_its_example(void **state) {
    (void)state;
    assert_int_equal(damm_digit(STR("572")), 4); /* the worked example of the literature */
    assert_int_equal(damm_digit(STR("5724")), 0);
    assert_int_equal(damm_digit(STR("57a")), -1);
}

static void every_slip_is_found(void **state) {
    (void)state;
    struct draw d;
    draw_init(&d, seed);
    for (int n = 0; n < 200; n++) {
        struct reference r = reference_draw(&d), read;
        assert_true(r.digits[0] != '0');
        assert_int_equal(reference_parse(str_from(r.digits), &read), REFERENCE_GOOD);
        for (int i = 0; i < REFERENCE_DIGITS; i++) {
            struct reference wrong = r;
            for (int by = 1; by < 10; by++) {
                wrong.digits[i] = (char)('0' + (r.digits[i] - '0' + by) % 10);
                assert_int_equal(reference_parse(str_from(wrong.digits), &read), REFERENCE_CHECK);
            }
            if (i + 1 == REFERENCE_DIGITS || r.digits[i] == r.digits[i + 1]) continue;
            wrong = r;
            wrong.digits[i] = r.digits[i + 1];
            wrong.digits[i + 1] = r.digits[i];
            assert_int_equal(reference_parse(str_from(wrong.digits), &read), REFERENCE_CHECK);
        }
    }
}

static void reads_what_people_type(void **state) {
    (void)state;
    struct draw d;
    struct arena a;
    struct buf out;
    draw_init(&d, seed);
    arena_init(&a, 1 << 20);
    struct reference r = reference_draw(&d), read;
    buf_init(&out, &a, 64);
    reference_put(&out, str_from(r.digits));
    assert_int_equal(out.n, 14);
    assert_int_equal(reference_parse(buf_str(&out), &read), REFERENCE_GOOD);
    assert_string_equal(read.digits, r.digits);
    struct buf wide;
    buf_init(&wide, &a, 256);
    for (int i = 0; i < REFERENCE_DIGITS; i++) {
        buf_utf8(&wide, 0xFF10 + (uint32_t)(r.digits[i] - '0'));
        if (i == 3) buf_addz(&wide, "—");
        if (i == 7) buf_addz(&wide, "　－ ");
    }
    assert_int_equal(reference_parse(buf_str(&wide), &read), REFERENCE_GOOD);
    assert_string_equal(read.digits, r.digits);
    assert_int_equal(reference_parse(STR("12a4"), &read), REFERENCE_NOT_DIGITS);
    assert_int_equal(reference_parse(STR("\xff\xfe"), &read), REFERENCE_NOT_DIGITS);
    assert_int_equal(reference_parse(STR("1234"), &read), REFERENCE_LENGTH);
    assert_int_equal(reference_parse(STR(""), &read), REFERENCE_LENGTH);
    assert_int_equal(reference_parse(STR("1234567890123"), &read), REFERENCE_LENGTH);
    assert_true(str_eqz(fold_full_width(&a, STR("１３Ａ　x中")), "13A x中"));
    assert_true(str_eqz(fold_full_width(&a, STR("\xff\xff")), "\xEF\xBF\xBD\xEF\xBF\xBD"));
    arena_release(&a);
}

static void draws_repeat_and_are_even(void **state) {
    (void)state;
    struct draw x, y;
    uint8_t a[100], b[100];
    draw_init(&x, seed);
    draw_init(&y, seed);
    draw_bytes(&x, a, sizeof a);
    draw_bytes(&y, b, sizeof b);
    assert_memory_equal(a, b, sizeof a);
    int counts[7] = {0};
    for (int i = 0; i < 7000; i++) counts[draw_below(&x, 7)]++;
    for (int i = 0; i < 7; i++) assert_in_range(counts[i], 850, 1150); /* five standard deviations */
}

static void secrets_belong_to_case_and_generation(void **state) {
    (void)state;
    struct str key = STR("key"), other = STR("other");
    struct secret s = secret_for_case(key, 7, 1);
    assert_int_equal(strlen(s.text), SECRET_CHARS);
    assert_true(secret_plausible(str_from(s.text)));
    struct secret same = secret_for_case(key, 7, 1), next = secret_for_case(key, 7, 2), neighbour = secret_for_case(key, 8, 1),
                  elsewhere = secret_for_case(other, 7, 1);
    assert_string_equal(s.text, same.text);
    struct hash stored = secret_hash(str_from(s.text));
    assert_true(secret_matches(str_from(s.text), HASH_STR(stored)));
    assert_false(secret_matches(str_from(next.text), HASH_STR(stored)));
    assert_false(secret_matches(str_from(neighbour.text), HASH_STR(stored)));
    assert_false(secret_matches(str_from(elsewhere.text), HASH_STR(stored)));
    assert_false(secret_plausible(STR("AAAAAAAAAAAAAAAAAAAAA/")));
    struct arena a;
    struct str bytes;
    arena_init(&a, 1 << 16);
    assert_true(base64url_decode(&a, str_from(s.text), &bytes)); /* canonical: no bits left over */
    assert_int_equal(bytes.n, 16);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damm_knows_its_example),      cmocka_unit_test(every_slip_is_found),
        cmocka_unit_test(reads_what_people_type),      cmocka_unit_test(draws_repeat_and_are_even),
        cmocka_unit_test(secrets_belong_to_case_and_generation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
