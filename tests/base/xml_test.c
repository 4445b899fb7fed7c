/* xml_test.c: the XML door: what it lets in, what it refuses, and that written text reads back. */
#include "base/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

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

static struct xml_node *parse(const char *text, struct faults *faults) {
    faults_init(faults, &arena);
    return xml_parse(&arena, str_from(text), &xml_default_limits, STR("t.xml"), faults);
}

static void keeps_ampersands_of_attributes(void **state) {
    (void)state;
    struct faults f;
    struct xml_node *e = parse("<a k='x &amp; y &#38; z &lt;&amp;lt;'>p &amp; q</a>", &f);
    assert_non_null(e);
    assert_true(str_eqz(xml_attr(e, "k"), "x & y & z <&lt;"));
    assert_true(str_eqz(xml_text(&arena, e), "p & q"));
}

static void reads_tree(void **state) {
    (void)state;
    struct faults f;
    struct xml_node *e = parse("<?xml version=\"1.0\"?>\n<a xmlns=\"urn:x\" xmlns:y=\"urn:y\" k=\"1 &lt; 2\">\n t<y:b y:z='q'/><!--c--><![CDATA[<d>]]></a>", &f);
    assert_non_null(e);
    assert_true(str_eqz(e->ns, "urn:x"));
    assert_true(str_eqz(xml_attr(e, "k"), "1 < 2"));
    assert_null(xml_attr(e, "nothing").p);
    assert_int_equal(e->line, 2);
    struct xml_node *b = xml_child(e, "urn:y", "b");
    assert_non_null(b);
    assert_true(str_eqz(xml_attr_ns(b, "urn:y", "z"), "q"));
    assert_true(str_eqz(xml_text(&arena, e), "\n t<d>"));
    assert_true(str_eqz(xml_namespace_of(b, STR("y")), "urn:y"));
    struct buf out;
    buf_init(&out, &arena, 1 << 16);
    xml_put_tree(&out, e);
    assert_true(str_eqz(buf_str(&out), "<a xmlns=\"urn:x\" xmlns:y=\"urn:y\" k=\"1 &lt; 2\">\n t<y:b y:z=\"q\"/><!--c-->&lt;d&gt;</a>"));
}

static void refused(const char *text, const char *code) {
    struct faults f;
    assert_null(parse(text, &f));
    assert_true(f.errors > 0);
    assert_string_equal(f.items[0].code, code);
}

static void refuses_hostile(void **state) {
    (void)state;
    refused("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "xml.doctype");
    refused("<!DOCTYPE a SYSTEM \"file:///etc/hostname\"><a/>", "xml.doctype");
    refused("<a><b></a>", "xml.malformed");
    refused("", "xml.empty");
    refused("<a>\xff</a>", "xml.malformed");
    char deep[4096] = "";
    for (int i = 0; i < 300; i++) memcpy(deep + 3 * i, "<a>", 3);
    refused(deep, "xml.too-deep");
    struct faults f;
    faults_init(&f, &arena);
    struct xml_limits small = {.bytes = 100, .depth = 10, .nodes = 3};
    assert_null(xml_parse(&arena, STR("<a><b/><c/><d/></a>"), &small, STR("t.xml"), &f));
    assert_string_equal(f.items[0].code, "xml.too-large");
}

static void out_of_memory_returns_to_the_guard(void **state);

struct job {
    struct arena *arena;
    struct str text;
    bool parsed;
};

static void parse_job(void *arg) {
    struct job *job = arg;
    job->parsed = xml_parse(job->arena, job->text, &xml_default_limits, STR("t.xml"), NULL) != NULL;
}

static void out_of_memory_returns_to_the_guard(void **state) {
    (void)state;
    struct buf text;
    buf_init(&text, &arena, 1 << 20);
    buf_addz(&text, "<a>");
    for (int i = 0; i < 1000; i++) buf_addz(&text, "<b c=\"d\"/>");
    buf_addz(&text, "</a>");
    bool ever_failed = false, ever_parsed = false;
    for (size_t limit = 1000; limit < 2000000; limit *= 2) {
        struct arena small;
        arena_init(&small, limit);
        struct job job = {&small, buf_str(&text), false};
        if (arena_run(&small, parse_job, &job)) ever_parsed = job.parsed;
        else ever_failed = true;
        arena_release(&small);
    }
    assert_true(ever_failed);
    assert_true(ever_parsed);
}

/* Past libxml2's 10 MB of look-ahead, with texts and tags across the borders of the pieces it is given. */
static void reads_what_is_large(void **state) {
    (void)state;
    enum { ITEMS = 400000 };
    struct arena large;
    struct buf text;
    struct xml_limits limits = {.bytes = 64 << 20, .depth = 10, .nodes = 4 * ITEMS};
    arena_init(&large, (size_t)1 << 30);
    buf_init(&text, &large, 64 << 20);
    buf_addz(&text, "<a>");
    for (int i = 0; i < ITEMS; i++) buf_printf(&text, "<item n=\"%d\">里 %d &lt;</item>", i, i);
    buf_addz(&text, "</a>");
    assert_true(text.n > 11000000);
    struct xml_node *root = xml_parse(&large, buf_str(&text), &limits, STR("t.xml"), NULL);
    assert_non_null(root);
    int count = 0;
    char wanted[40];
    for (struct xml_node *e = xml_first_element(root); e; e = xml_next_element(e), count++) {
        snprintf(wanted, sizeof wanted, "里 %d <", count);
        if (!str_eqz(xml_text(&large, e), wanted)) fail_msg("item %d", count);
    }
    assert_int_equal(count, ITEMS);
    arena_release(&large);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_ampersands_of_attributes, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_tree, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_hostile, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_what_is_large, setup, teardown),
        cmocka_unit_test_setup_teardown(out_of_memory_returns_to_the_guard, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
