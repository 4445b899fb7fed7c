/* html_test.c: nothing a user wrote can leave the place it was put into. */
#include "base/arena.h"
#include "base/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct str with(void (*fn)(struct buf *, struct str), struct str s) {
    struct buf out;
    buf_init(&out, &arena, 1 << 16);
    fn(&out, s);
    return buf_str(&out);
}

static void text_and_attributes(void **state) {
    (void)state;
    assert_true(str_eqz(with(html_text, STR("a<b>&\"'\n中")), "a&lt;b&gt;&amp;\"'\n中"));
    assert_true(str_eqz(with(html_attr_value, STR("\"'<&>")), "&quot;&#39;&lt;&amp;&gt;"));
    assert_true(str_eqz(with(html_text, STR("a\x01\x7f\x1b\rz")), "az"));
    assert_true(str_eqz(with(html_text, STR("<\xff>\xc0\xaf")), "&lt;\xEF\xBF\xBD&gt;\xEF\xBF\xBD\xEF\xBF\xBD"));
    assert_true(str_eqz(with(html_lines, STR("a<\nb\n")), "a&lt;<br>b<br>"));
    struct buf out;
    buf_init(&out, &arena, 100);
    html_attr(&out, "title", STR("x\" onclick=\"y"));
    assert_true(str_eqz(buf_str(&out), " title=\"x&quot; onclick=&quot;y\""));
}

static void addresses(void **state) {
    (void)state;
    assert_true(str_eqz(with(url_part, STR("a b/中?&~")), "a%20b%2F%E4%B8%AD%3F%26~"));
    static const char *const good[] = {"", "/", "/cases/1?x=1", "?lang=en", "#top", "https://example.org/", "HTTP://x", "tel:12345", "mailto:a@b"};
    static const char *const bad[] = {"javascript:alert(1)", "JaVaScript:x", "//evil.example", "/\\evil", "data:text/html,x", " https://x", "java\tscript:x",
                                      "vbscript:x", "evil", "https:", "\x01javascript:x"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(url_safe(str_from(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(url_safe(str_from(bad[i])));
    assert_true(str_eqz(with(html_url, STR("javascript:alert(1)")), "#"));
    assert_true(str_eqz(with(html_url, STR("/a?b=1&c=\"2")), "/a?b=1&amp;c=&quot;2"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_and_attributes, setup, teardown),
        cmocka_unit_test_setup_teardown(addresses, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
