/* template_test.c: what templates write, where they refuse values, and that hostile ones end. */
#include "web/template.h"

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

static struct data *sample(void) {
    struct data *d = data_object(&arena, LANGUAGE_EN);
    data_text(d, "name", STR("<Rice> & \"salt\""));
    data_text(d, "link", STR("/cases/1?a=b&c=d"));
    data_text(d, "evil", STR("javascript:alert(1)"));
    data_number(d, "count", 3);
    data_flag(d, "yes", true);
    data_flag(d, "no", false);
    data_text(d, "status", STR("open"));
    data_html(d, "chart", STR("<svg></svg>"));
    struct data *items = data_list(d, "items");
    data_text(data_item(items), "title", STR("one"));
    data_text(data_item(items), "title", STR("two"));
    data_list(d, "none");
    struct data *words = data_list(d, "words");
    data_item_text(words, STR("a"));
    data_item_text(words, STR("b<"));
    data_text(data_child(d, "case"), "ref", STR("12/3 4"));
    return d;
}

static struct templates *load(const char *text, struct faults *f) {
    struct templates *t = templates_new(&arena, NULL, NULL, NULL);
    faults_init(f, &arena);
    templates_add(t, STR("parts"), STR("{{#part tag}}<b class=\"tag tag--{{color}}\">{{text}}</b>{{/part}}"
                                       "{{#part box}}<div>{{title}}: {{> @content}}</div>{{/part}}"
                                       "{{#part endless}}{{> endless}}{{> endless}}{{/part}}"), f);
    templates_add(t, STR("page"), str_from(text), f);
    templates_check(t, f);
    return t;
}

static void shows(const char *text, const char *expected) {
    struct faults f;
    struct templates *t = load(text, &f);
    for (size_t i = 0; i < f.count; i++) printf("%.*s\n", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &f.items[i])));
    assert_int_equal(f.errors, 0);
    struct buf out;
    buf_init(&out, &arena, 1 << 20);
    assert_true(template_render(t, "page", sample(), &out));
    struct str got = out.p ? buf_str(&out) : STR("");
    if (!str_eqz(got, expected)) fail_msg("%s\n -> %.*s\n not %s", text, STR_ARGS(got), expected);
}

static void values(void **state) {
    (void)state;
    shows("<p>{{ name }}</p>", "<p>&lt;Rice&gt; &amp; \"salt\"</p>");
    shows("<p title=\"{{name}}\">", "<p title=\"&lt;Rice&gt; &amp; &quot;salt&quot;\">");
    shows("<a href=\"{{link}}\">", "<a href=\"/cases/1?a=b&amp;c=d\">");
    shows("<a href=\"{{evil}}\">", "<a href=\"#\">");
    shows("<a href=\"/x/{{case.ref}}?q={{name}}\">", "<a href=\"/x/12%2F3%204?q=%3CRice%3E%20%26%20%22salt%22\">");
    shows("<a href=\"{{link}}{{evil}}\">", "<a href=\"/cases/1?a=b&amp;c=djavascript%3Aalert%281%29\">");
    shows("{{chart}}<i title=\"{{chart}}\">", "<svg></svg><i title=\"&lt;svg&gt;&lt;/svg&gt;\">");
    shows("{{count}} {{yes}}{{no}}{{unknown}}{{case.unknown.x}}", "3 true");
    shows("a{{! nobody sees this }}b{{!-- nor {{this}} --}}<!-- c -->", "ab<!-- c -->");
}

static void blocks(void **state) {
    (void)state;
    shows("{{#each items}}{{@number}}{{title}}{{#if not @last}},{{/if}}{{/each}}", "1one,2two");
    shows("{{#each none}}x{{else}}nothing{{/each}}", "nothing");
    shows("{{#each words}}[{{ . }}]{{/each}}", "[a][b&lt;]");
    shows("{{#each items}}{{title}}{{count}}{{/each}}", "one3two3");
    shows("{{#if yes}}a{{else}}b{{/if}}{{#if no}}a{{else if status == \"open\"}}b{{else}}c{{/if}}{{#if status != \"open\"}}x{{/if}}", "ab");
    shows("{{#if not none}}empty{{/if}}{{#if items}}full{{/if}}", "emptyfull");
    shows("<input{{#if yes}} checked{{/if}} class=\"a{{#if yes}} b{{/if}}\">", "<input checked class=\"a b\">");
    shows("<a href=\"{{#if no}}/x{{else}}{{link}}{{/if}}\">", "<a href=\"/cases/1?a=b&amp;c=d\">");
}

static void parts_and_sentences(void **state) {
    (void)state;
    shows("{{> tag text=status color=\"green\"}}", "<b class=\"tag tag--green\">open</b>");
    shows("{{> tag text=T{Hello {0} | name}}}", "<b class=\"tag tag--\">Hello &lt;Rice&gt; &amp; \"salt\"</b>");
    shows("{{#> box title=\"A\"}}<i>{{count}}</i>{{#> box title=status}}in{{/>}}{{/>}}", "<div>A: <i>3</i><div>open: in</div></div>");
    shows("{{> box title=\"A\"}}", "<div>A: </div>");
    shows("<p>T{ {0} of\n   {1} done | count | \"9\" }</p>", "<p>3 of 9 done</p>");
    shows("<p title=\"T{Say {0} | name}\">NOT{x}</p>", "<p title=\"Say &lt;Rice&gt; &amp; &quot;salt&quot;\">NOT{x}</p>");
    shows("<p>\n   a  b\n\n  </p>  <pre> x\n  y</pre>", "<p>\na b\n</p> <pre> x\n  y</pre>");
}

static void faults_have_lines(void **state) {
    (void)state;
    static const struct {
        const char *text, *code;
    } table[] = {
        {"<p class={{name}}>", "template.html"},
        {"<p {{name}}=\"x\">", "template.place"},
        {"<{{name}}>", "template.html"},
        {"<p style=\"{{name}}\">", "template.place"},
        {"<p onclick=\"{{name}}\">", "template.place"},
        {"<script>var x = {{name}};</script>", "template.place"},
        {"<!-- {{name}} -->", "template.place"},
        {"<p class='{{name}}'>", "template.html"},
        {"<p class=\"{{> tag}}\">", "template.part-place"},
        {"{{> nowhere}}", "template.unknown-part"},
        {"{{#if yes}}", "template.open"},
        {"{{#each items}}{{/if}}", "template.open"},
        {"{{/if}}", "template.open"},
        {"<p class=\"{{#if yes}}\"{{/if}}>", "template.unbalanced"},
        {"<p title=\"x", "template.unfinished"},
        {"{{#part tag}}{{/part}}", "template.twice"},
        {"{{ a b }}", "template.braces"},
        {"{{ }}", "template.name"},
        {"T{no end", "template.sentence"},
        {"{{#if a == b}}{{/if}}", "template.compare"},
        {"{{> tag text}}", "template.argument"},
        {"\xff", "template.utf8"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct faults f;
        load(table[i].text, &f);
        bool found = false;
        for (size_t k = 0; k < f.count; k++) found |= str_eqz(str_from(f.items[k].code), table[i].code);
        if (!found) fail_msg("%s: %s expected, %zu faults, first %s", table[i].text, table[i].code, f.count, f.count ? f.items[0].code : "-");
    }
    struct faults f;
    load("<p>\n\n{{ a b }}", &f);
    assert_int_equal(f.items[0].place.line, 3);
}

static void hostile_templates_end(void **state) {
    (void)state;
    struct faults f;
    struct buf deep, out;
    buf_init(&out, &arena, 1 << 20);
    assert_false(template_render(load("{{> endless}}", &f), "page", sample(), &out));
    assert_false(template_render(load("x", &f), "unknown", sample(), &out));
    buf_init(&deep, &arena, 1 << 20);
    for (int i = 0; i < 10000; i++) buf_add(&deep, STR("{{#if yes}}"));
    buf_byte(&deep, 0);
    load(deep.p, &f);
    assert_true(f.errors > 0);
    buf_init(&out, &arena, 10);
    assert_false(template_render(load("<p>far too long for the buffer</p>", &f), "page", sample(), &out));
    /* Every beginning of a real template is refused or compiled, never worse. */
    struct str whole = STR("<a href=\"/x/{{case.ref}}\">{{#each items}}{{#if title == \"one\"}}T{A {0} | title}{{else}}{{> tag text=title color=\"red\"}}{{/if}}{{/each}}</a>");
    for (size_t n = 0; n <= whole.n; n++) load(arena_cstr(&arena, str_sub(whole, 0, n)), &f);
    assert_int_equal(f.errors, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values, setup, teardown),
        cmocka_unit_test_setup_teardown(blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(parts_and_sentences, setup, teardown),
        cmocka_unit_test_setup_teardown(faults_have_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(hostile_templates_end, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
