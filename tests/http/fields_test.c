/* fields_test.c: names and values as strangers write them. */
#include "http/fields.h"
#include "http/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 16 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static void urlencoded(void **state) {
    (void)state;
    struct http_fields f = {0};
    assert_int_equal(fields_urlencoded(&arena, STR("a=1&b=%E4%B8%AD+x&&c&a=2&=v"), &f), FIELDS_GOOD);
    assert_int_equal(f.count, 5);
    assert_true(str_eqz(fields_get(&f, "a"), "1"));
    assert_true(str_eqz(fields_get(&f, "b"), "中 x"));
    assert_true(str_eqz(fields_get(&f, "c"), ""));
    assert_null(fields_get(&f, "d").p);
    size_t at = 0;
    struct str v;
    assert_true(http_next(&f, "a", &at, &v) && http_next(&f, "a", &at, &v));
    assert_true(str_eqz(v, "2"));
    assert_false(http_next(&f, "a", &at, &v));
}

/* Values come in one form whatever the device sends; names are the form's own and stay. */
static void values_are_composed(void **state) {
    (void)state;
    struct http_fields f = {0};
    assert_int_equal(fields_urlencoded(&arena, STR("name=Jose%CC%81&e%CC%81=x&q=%E1%84%92%E1%85%A1%E1%86%AB"), &f), FIELDS_GOOD);
    assert_true(str_eqz(fields_get(&f, "name"), "Jos\u00e9"));
    assert_true(str_eqz(fields_get(&f, "e\u0301"), "x"));
    assert_true(str_eqz(fields_get(&f, "q"), "\ud55c"));
}

static void urlencoded_refuses(void **state) {
    (void)state;
    static const char *const bad[] = {"a=%", "a=%4", "a=%zz", "a=%ff", "%c0%af=1", "a=%00", "a=\xff", "a=%ed%a0%80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct http_fields f = {0};
        assert_int_equal(fields_urlencoded(&arena, str_from(bad[i]), &f), FIELDS_MALFORMED);
    }
    struct buf many;
    buf_init(&many, &arena, 1 << 20);
    for (int i = 0; i <= HTTP_LIMIT_FIELDS; i++) buf_add(&many, STR("a&"));
    struct http_fields f = {0};
    assert_int_equal(fields_urlencoded(&arena, buf_str(&many), &f), FIELDS_TOO_MANY);
}

static void cookies(void **state) {
    (void)state;
    struct http_fields f = {0};
    fields_cookies(&arena, STR("lang=en; broken;=x; session=\"abc\" ;t=a=b"), &f);
    assert_int_equal(f.count, 3);
    assert_true(str_eqz(fields_get(&f, "lang"), "en"));
    assert_true(str_eqz(fields_get(&f, "session"), "abc"));
    assert_true(str_eqz(fields_get(&f, "t"), "a=b"));
}

static void negotiation(void **state) {
    (void)state;
    assert_int_equal(accept_language(STR("en-GB,en;q=0.9,zh;q=0.8"), LANGUAGE_ZH), LANGUAGE_EN);
    assert_int_equal(accept_language(STR("fr, en;q=0.3, zh-CN;q=0.5"), LANGUAGE_EN), LANGUAGE_ZH);
    assert_int_equal(accept_language(STR("de"), LANGUAGE_ZH), LANGUAGE_ZH);
    assert_int_equal(accept_language(STR("en;q=0"), LANGUAGE_ZH), LANGUAGE_ZH);
    assert_int_equal(accept_language(STR(""), LANGUAGE_ZH), LANGUAGE_ZH);
    assert_int_equal(accept_language(STR("english"), LANGUAGE_ZH), LANGUAGE_ZH);
    assert_true(accepts_encoding(STR("gzip, deflate, br"), "br"));
    assert_false(accepts_encoding(STR("gzip;q=0, br;q=0.0"), "gzip"));
    assert_false(accepts_encoding(STR("gzip;q=0, br;q=0.0"), "br"));
    assert_true(etag_matches(STR("\"a\", W/\"b\""), STR("\"b\"")));
    assert_true(etag_matches(STR("*"), STR("\"b\"")));
    assert_false(etag_matches(STR("\"bb\""), STR("\"b\"")));
}

static void parameters(void **state) {
    (void)state;
    assert_true(str_eqz(header_parameter(&arena, STR("form-data; name=\"a\\\"b;c\"; filename=x"), "name"), "a\"b;c"));
    assert_true(str_eqz(header_parameter(&arena, STR("form-data; name=\"a;filename=y\"; filename=x"), "filename"), "x"));
    assert_true(str_eqz(header_parameter(&arena, STR("text/plain; CharSet=utf-8"), "charset"), "utf-8"));
    assert_null(header_parameter(&arena, STR("text/plain; xcharset=utf-8"), "charset").p);
    assert_true(str_eqz(media_type(&arena, STR("Text/HTML ; charset=x")), "text/html"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(urlencoded, setup, teardown),
        cmocka_unit_test_setup_teardown(values_are_composed, setup, teardown),
        cmocka_unit_test_setup_teardown(urlencoded_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(cookies, setup, teardown),
        cmocka_unit_test_setup_teardown(negotiation, setup, teardown),
        cmocka_unit_test_setup_teardown(parameters, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
