/* svg_test.c: what the SVG writer escapes, and how text breaks into lines. */
#include "base/svg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static bool near(double x, double y) {
    return x - y < 0.01 && y - x < 0.01;
}

static void writes_escaped_and_closed(void **state) {
    (void)state;
    struct arena a;
    struct buf out;
    struct svg s;
    arena_init(&a, 1 << 20);
    buf_init(&out, &a, 4096);
    svg_begin(&s, &out);
    svg_open(&s, "g");
    svg_attr(&s, "data-id", STR("a\"><script>"));
    svg_number(&s, "x", -12.504);
    svg_number(&s, "y", 3);
    svg_open(&s, "text");
    svg_text(&s, STR("<b>&"));
    svg_close(&s);
    svg_open(&s, "path");
    svg_close(&s);
    svg_close(&s);
    assert_true(str_eqz(buf_str(&out),
                        "<g data-id=\"a&quot;&gt;&lt;script&gt;\" x=\"-12.5\" y=\"3\"><text>&lt;b&gt;&amp;"
                        "</text><path/></g>"));
    arena_release(&a);
}

static void deep_nesting_is_refused(void **state) {
    (void)state;
    struct arena a;
    struct buf out;
    struct svg s;
    arena_init(&a, 1 << 20);
    buf_init(&out, &a, 4096);
    svg_begin(&s, &out);
    for (int i = 0; i < SVG_DEPTH + 1; i++) svg_open(&s, "g");
    assert_true(out.full);
    for (int i = 0; i < SVG_DEPTH + 5; i++) svg_close(&s);
    arena_release(&a);
}

static void lines_break_where_they_may(void **state) {
    (void)state;
    struct arena a;
    struct str lines[8];
    arena_init(&a, 1 << 20);
    size_t n = svg_wrap(&a, STR("社区核实心愿，确认受助条件"), 10, 60, 8, lines);
    assert_int_equal(n, 3);
    assert_true(str_eqz(lines[0], "社区核实心")); /* the comma may not begin a line */
    assert_true(str_eqz(lines[1], "愿，确认受助"));
    n = svg_wrap(&a, STR("Check the wish again"), 10, 60, 8, lines);
    assert_int_equal(n, 2);
    assert_true(str_eqz(lines[0], "Check the"));
    n = svg_wrap(&a, STR("one two three four five six"), 10, 50, 2, lines);
    assert_int_equal(n, 2);
    assert_true(str_ends(lines[1], STR("…")));
    assert_int_equal(svg_wrap(&a, STR("  "), 10, 50, 2, lines), 0);
    assert_true(near(svg_word_width(STR("Return for correction"), 10), svg_text_width(STR("correction"), 10))); /* a word is not cut */
    assert_true(near(svg_word_width(STR("退回补正"), 10), 10) && near(svg_word_width(STR(""), 10), 0));
    n = svg_wrap(&a, STR("字"), 10, 1, 2, lines); /* narrower than a character: still ends */
    assert_int_equal(n, 1);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_escaped_and_closed),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(lines_break_where_they_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
