/* markdown_test.c: what is styled, what stays as it stands, and that nothing a form or a person writes becomes markup. */
#include "form_kit.h"

#include "form/markdown.h"

static const char *html_of(const char *text, enum markdown_links links) {
    struct buf out;
    buf_init(&out, &arena, 1 << 20);
    markdown_html(&out, str_from(text), links);
    return arena_cstr(&arena, buf_str(&out));
}

static const struct {
    const char *text, *html, *plain;
} cases[] = {
    {"plain", "plain", "plain"},
    {"*em* and _em_", "<em>em</em> and <em>em</em>", "em and em"},
    {"**strong** __strong__", "<strong>strong</strong> <strong>strong</strong>", "strong strong"},
    {"只在需要**补贴**时填写。", "只在需要<strong>补贴</strong>时填写。", "只在需要补贴时填写。"},
    {"**a *b* c**", "<strong>a <em>b</em> c</strong>", "a b c"},
    {"*a **b** c*", "<em>a <strong>b</strong> c</em>", "a b c"},
    {"snake_case_name", "snake_case_name", "snake_case_name"},
    {"2 * 3 * 4", "2 * 3 * 4", "2 * 3 * 4"},
    {"**open", "**open", "**open"},
    {"\\*no\\* \\_no\\_ \\\\", "*no* _no_ \\", "*no* _no_ \\"},
    {"C:\\dir", "C:\\dir", "C:\\dir"},
    {"a\nb", "a<br>b", "a\nb"},
    {"a<br>b<br/>c", "a<br>b<br>c", "a\nb\nc"},
    {"# One", "<span class=\"styled styled--h1\">One</span>", "One"},
    {"before\n### Three *x*\nafter", "before<span class=\"styled styled--h3\">Three <em>x</em></span>after", "before\nThree x\nafter"},
    {"#no space, ####### seven", "#no space, ####### seven", "#no space, ####### seven"},
    {"[law](https://a.example/x?a=1&b=2)", "<a class=\"govuk-link\" rel=\"noreferrer\" href=\"https://a.example/x?a=1&amp;b=2\">law</a>", "law"},
    {"[law](javascript:alert(1))", "law)", "law)"},
    {"[call](tel:12345)", "<a class=\"govuk-link\" rel=\"noreferrer\" href=\"tel:12345\">call</a>", "call"},
    {"[a] (b)", "[a] (b)", "[a] (b)"},
    {"<span style=\"color:red\">hot</span>", "<span class=\"styled styled--red\">hot</span>", "hot"},
    {"<span style=\"font-family:x;background:url(y)\">z</span>", "<span class=\"styled\">z</span>", "z"},
    {"<p style=\"text-align:center\">m</p>", "<span class=\"styled styled--block styled--center\">m</span>", "m\n"},
    {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"},
    {"<span onclick=x>a", "&lt;span onclick=x&gt;a", "<span onclick=x>a"},
    {"<span onclick=\"x\">a</span>", "<span class=\"styled\">a</span>", "a"},
    {"a < b & c > d", "a &lt; b &amp; c &gt; d", "a < b & c > d"},
    {"[x](https://a.example/\"onmouseover=\"y)", "<a class=\"govuk-link\" rel=\"noreferrer\" href=\"https://a.example/&quot;onmouseover=&quot;y\">x</a>", "x"},
};

static void marks_become_elements_and_nothing_else_does(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(html_of(cases[i].text, MARKDOWN_LINKS), cases[i].html);
        assert_string_equal(arena_cstr(&arena, markdown_plain(&arena, str_from(cases[i].text))), cases[i].plain);
    }
}

static void a_choice_holds_no_link(void **state) {
    (void)state;
    assert_string_equal(html_of("**[law](https://a.example)**", MARKDOWN_NO_LINKS), "<strong>law</strong>");
}

static void what_is_escaped_comes_back_as_typed(void **state) {
    static const char typed[] = "*a* _b_ [c](https://d) <br> # \\ **";
    struct buf out;
    (void)state;
    buf_init(&out, &arena, 1000);
    markdown_escape(&out, str_from(typed));
    assert_string_equal(arena_cstr(&arena, markdown_plain(&arena, buf_str(&out))), typed);
    assert_string_equal(html_of(arena_cstr(&arena, buf_str(&out)), MARKDOWN_LINKS), "*a* _b_ [c](https://d) &lt;br&gt; # \\ **");
}

/* A label of nothing but marks nobody closes must not take long: it is bounded, not quadratic. */
static void open_marks_end(void **state) {
    (void)state;
    char *many = arena_alloc_raw(&arena, 100001);
    for (size_t i = 0; i < 100000; i++) many[i] = "*[_<"[i % 4];
    many[100000] = 0;
    struct buf out;
    buf_init(&out, &arena, 4 << 20);
    markdown_html(&out, str_from(many), MARKDOWN_LINKS);
    assert_true(out.n >= 100000 && !out.full);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(marks_become_elements_and_nothing_else_does), TEST(a_choice_holds_no_link), TEST(what_is_escaped_comes_back_as_typed), TEST(open_marks_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
