/* web_test.c: the embedded templates compile, and what charts, QR codes and assets look like. */
#include "web/chart.h"
#include "web/embedded.h"
#include "web/qr.h"
#include "web/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
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

static void templates_compile(void **state) {
    (void)state;
    struct faults f;
    faults_init(&f, &arena);
    struct web w = {.demo = true};
    bool good = web_open(&w, &f);
    for (size_t i = 0; i < f.count; i++) printf("%.*s\n", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &f.items[i])));
    web_close(&w);
    assert_true(good);
}

/* A first visit downloads page, style sheet, script and mark: issue 2 allows 60 KB on the wire. */
static void assets_are_small(void **state) {
    (void)state;
    assert_true(str_starts(web_asset("lingban.css"), STR("/static/lingban-")));
    assert_true(str_ends(web_asset("lingban.js"), STR(".js")));
    assert_true(web_asset("mark.svg").n > 0);
    assert_int_equal(web_asset("unknown.css").n, 0);
    size_t sum = 0;
    for (const struct http_asset *a = web_assets; a->path; a++) {
        size_t wire = a->gzip.n ? a->gzip.n : a->plain.n;
        if (str_ends(str_from(a->path), STR(".css"))) assert_in_range(wire, 1000, 12 * 1024);
        if (str_ends(str_from(a->path), STR(".js"))) assert_in_range(wire, 100, 3 * 1024);
        sum += wire;
    }
    assert_in_range(sum, 1, 20 * 1024);
}

static bool holds(struct str s, const char *piece) {
    return str_find(s, str_from(piece)) >= 0;
}

enum { LABELS = 3 };

static struct chart_value said(int64_t n) {
    return (struct chart_value){(double)n, arena_printf(&arena, "%lld", (long long)n), SMALL_SAID};
}

static size_t times(struct str s, const char *piece) {
    size_t count = 0;
    for (ptrdiff_t at; (at = str_find(s, str_from(piece))) >= 0; count++) s = str_sub(s, (size_t)at + 1, s.n);
    return count;
}

static void charts(void **state) {
    (void)state;
    const struct chart_value values[] = {said(3), said(0), said(12)}, others[] = {said(1), said(2), said(-5)};
    const struct str labels[] = {STR("<南湖>"), STR("b"), STR("c")};
    const struct chart_series series[] = {{STR("new"), values}, {STR("done & gone"), others}};
    struct chart c = {STR("Wishes \"a month\""), labels, LABELS, series, 2};
    struct str (*const kinds[])(struct arena *, const struct chart *) = {chart_bars, chart_stacked, chart_panels, chart_lines};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct str s = kinds[i](&arena, &c);
        assert_true(holds(s, "role=\"img\" aria-label=\"Wishes &quot;a month&quot;\""));
        assert_true(holds(s, "&lt;南湖&gt;") && holds(s, "done &amp; gone"));
        assert_false(holds(s, "nan") || holds(s, "inf") || holds(s, "width=\"-"));
        c.label_count = 0;
        assert_false(holds(kinds[i](&arena, &c), "nan"));
        c.label_count = LABELS;
    }
}

/* Each number stands beside its own bar; their sum is nowhere, unless they were said to be parts of one whole. */
static void bars_stand_side_by_side(void **state) {
    (void)state;
    const struct chart_value received[] = {said(28), said(10)}, closed[] = {said(17), said(4)};
    const struct str labels[] = {STR("a"), STR("b")};
    const struct chart_series series[] = {{STR("received"), received}, {STR("closed"), closed}};
    const struct chart c = {STR("t"), labels, 2, series, 2};
    struct str bars = chart_bars(&arena, &c), panels = chart_panels(&arena, &c), stacked = chart_stacked(&arena, &c);
    assert_true(holds(bars, ">28</text>") && holds(bars, ">17</text>") && holds(bars, ">10</text>") && holds(bars, ">4</text>"));
    assert_false(holds(bars, ">45</text>") || holds(bars, ">14</text>") || holds(panels, ">45</text>"));
    assert_true(holds(stacked, ">45</text>") && holds(stacked, ">14</text>"));
    assert_true(holds(bars, "class=\"s1\" x=\"0.0\"") && holds(bars, "class=\"s2\" x=\"0.0\"")); /* both begin at nought */
    /* On one scale the second series' longest bar is shorter than the first's; in panels each fills its own. */
    assert_int_equal(times(bars, "width=\"300.0\" height=\"12\" rx=\"3\"/>"), 4 + 1);
    assert_int_equal(times(panels, "width=\"300.0\" height=\"14\" rx=\"3\"/>"), 4 + 2);
    assert_true(holds(panels, "class=\"panel\">received</text>") && holds(panels, "class=\"panel\">closed</text>"));
}

/* What is not said is a mark with words, in its row: neither a gap nor a nought. */
static void unsaid_numbers_are_marks(void **state) {
    (void)state;
    const struct chart_value values[] = {said(11), {0, STR("< 5"), SMALL_FEW}, {0, STR("not shown"), SMALL_UNSAID}};
    const struct str labels[] = {STR("5"), STR("4"), STR("3")};
    const struct chart_series series[] = {{STR("cases"), values}};
    const struct chart c = {STR("t"), labels, LABELS, series, 1};
    struct str s = chart_bars(&arena, &c);
    assert_false(chart_complete(&c));
    assert_int_equal(times(s, "class=\"unsaid u1\""), 2);
    assert_true(holds(s, ">&lt; 5</text>") && holds(s, ">not shown</text>") && holds(s, ">3</text>"));
    assert_int_equal(times(s, "class=\"s1\""), 1);
}

static void qr_codes(void **state) {
    (void)state;
    struct str s = qr_svg(&arena, STR("https://example.org/s/abc"), STR("a \"code\""));
    assert_true(str_starts(s, STR("<svg")) && str_ends(s, STR("</svg>")));
    assert_true(holds(s, "aria-label=\"a &quot;code&quot;\""));
    char *large = arena_alloc(&arena, 4001);
    for (int i = 0; i < 4000; i++) large[i] = 'x';
    assert_int_equal(qr_svg(&arena, (struct str){large, 4000}, STR("t")).n, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(templates_compile, setup, teardown),
        cmocka_unit_test_setup_teardown(assets_are_small, setup, teardown),
        cmocka_unit_test_setup_teardown(charts, setup, teardown),
        cmocka_unit_test_setup_teardown(bars_stand_side_by_side, setup, teardown),
        cmocka_unit_test_setup_teardown(unsaid_numbers_are_marks, setup, teardown),
        cmocka_unit_test_setup_teardown(qr_codes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
