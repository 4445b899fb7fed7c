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

static void charts(void **state) {
    (void)state;
    static const int64_t values[] = {3, 0, 12}, others[] = {1, 2, -5};
    const struct str labels[] = {STR("<南湖>"), STR("b"), STR("c")};
    const struct chart_series series[] = {{STR("new"), values}, {STR("done & gone"), others}};
    struct chart c = {STR("Wishes \"a month\""), STR("Month"), labels, 3, series, 2};
    struct str (*const kinds[])(struct arena *, enum language, const struct chart *) = {chart_bars, chart_stacked, chart_lines};
    for (size_t i = 0; i < 3; i++) {
        struct str s = kinds[i](&arena, LANGUAGE_EN, &c);
        assert_true(holds(s, "role=\"img\" aria-label=\"Wishes &quot;a month&quot;\""));
        assert_true(holds(s, "&lt;南湖&gt;") && holds(s, "done &amp; gone"));
        assert_true(holds(s, "<td class=\"right\">12</td>") && holds(s, "<td class=\"right\">-5</td>")); /* the table tells all */
        assert_false(holds(s, "nan") || holds(s, "inf") || holds(s, "width=\"-"));
        c.label_count = 0;
        assert_false(holds(kinds[i](&arena, LANGUAGE_ZH, &c), "nan"));
        c.label_count = 3;
    }
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
        cmocka_unit_test_setup_teardown(qr_codes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
