/* json_test.c: reading keeps what was written, hostile text is refused, canonical output is RFC 8785's. */
#include "base/json.h"

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

static struct json *parse(const char *text) {
    return json_parse(&arena, str_from(text), &json_default_limits, STR("t"), NULL);
}

static void canonical_is(const char *text, const char *expected) {
    struct json *v = parse(text);
    assert_non_null(v);
    struct buf out;
    buf_init(&out, &arena, 1 << 16);
    assert_true(json_write_canonical(&out, v));
    struct json sorted = json_sorted(&arena, v);
    struct buf again;
    buf_init(&again, &arena, 1 << 16);
    json_write(&again, &sorted); /* as it stands */
    assert_true(str_eq(buf_str(&again), buf_str(&out)));
    assert_true(str_eqz(buf_str(&out), expected));
}

static void reads_values(void **state) {
    (void)state;
    struct json *v = parse(" {\"a\": [1, -2.50, \"x\\u4e2d\\ud83d\\ude00\\n\"], \"b\": true, \"c\": null} ");
    assert_non_null(v);
    const struct json *a = json_member(v, "a");
    assert_int_equal(a->count, 3);
    assert_int_equal(a->items[0].integer, 1);
    assert_false(a->items[1].is_integer);
    assert_true(str_eqz(a->items[1].text, "-2.50"));
    assert_true(str_eqz(a->items[2].text, "x中😀\n"));
    assert_true(json_boolean(v, "b", false));
    assert_int_equal(json_member(v, "c")->kind, JSON_NULL);
}

static void refuses_what_is_not_json(void **state) {
    (void)state;
    static const char *const bad[] = {"", "{", "[1,]", "{\"a\":1,}", "01", "1.", "1e", "\"\\x\"", "\"\\u00\"", "\"\\ud800\"", "\"\\u0000\"",
                                      "nul", "[1] 2", "{\"a\":1,\"a\":2}", "\"\t\"", "\"\xff\"", "+1", ".5", "{a:1}", "\"abc"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct faults f;
        faults_init(&f, &arena);
        assert_null(json_parse(&arena, str_from(bad[i]), &json_default_limits, STR("t"), &f));
        assert_int_equal(f.errors, 1);
    }
    char deep[201];
    for (int i = 0; i < 200; i++) deep[i] = '[';
    deep[200] = 0;
    assert_null(parse(deep));
}

static void canonical(void **state) {
    (void)state;
    canonical_is("{\"b\": 1, \"a\": {\"z\":[ ], \"y\":\"\\u00e9\\u0007\\/\"}}", "{\"a\":{\"y\":\"é\\u0007/\",\"z\":[]},\"b\":1}");
    /* RFC 8785, 3.2.3: UTF-16 order puts U+1F600 (D83D…) before U+FB33. */
    canonical_is("{\"\\ufb33\":1,\"\\ud83d\\ude00\":2,\"\\u20ac\":3,\"1\":4}", "{\"1\":4,\"€\":3,\"😀\":2,\"\xEF\xAC\xB3" "\":1}");
    struct buf out;
    buf_init(&out, &arena, 100);
    assert_false(json_write_canonical(&out, parse("1.5")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_values, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_what_is_not_json, setup, teardown),
        cmocka_unit_test_setup_teardown(canonical, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
