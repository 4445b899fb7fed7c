/* Writing a process file back: what was read is what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bpmn/write.h"

static struct str rewrite(struct arena *a, struct str xml) {
    struct bpmn_tree *tree = bpmn_tree_read(a, xml, STR("t"), NULL);
    assert_non_null(tree);
    struct buf out;
    buf_init(&out, a, 1 << 20);
    bpmn_write(&out, tree);
    assert_false(out.full);
    return buf_str(&out);
}

static void text_extensions_and_comments_survive(void **state) {
    (void)state;
    static const char xml[] =
        "<?xml version='1.0'?><!-- before --><bpmn:definitions "
        "xmlns:bpmn='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:z='urn:z' targetNamespace='urn:t'>"
        "<bpmn:process id='p' name='心愿 &lt;1&gt; &quot;&amp;&quot;'><bpmn:extensionElements><z:x "
        "a='&#10;'><![CDATA[<b>]]></z:x>"
        "</bpmn:extensionElements><!-- in --><bpmn:task id='t'/></bpmn:process></bpmn:definitions>";
    struct arena a;
    arena_init(&a, 16 << 20);
    struct str once = rewrite(&a, str_from(xml)), twice = rewrite(&a, once);
    assert_true(str_eq(once, twice));
    assert_true(str_find(once, STR("<!-- before -->")) > 0);
    assert_true(str_find(once, STR("<!-- in -->")) > 0);
    struct bpmn_tree *tree = bpmn_tree_read(&a, once, STR("t"), NULL);
    struct bpmn_node *process = bpmn_child(tree->definitions, "process");
    assert_true(str_eqz(bpmn_name(process), "心愿 <1> \"&\""));
    const struct xml_node *extension = xml_first_element(bpmn_child(process, "extensionElements")->node);
    assert_true(str_eqz(xml_text(&a, extension), "<b>"));
    assert_true(str_eqz(xml_attr(extension, "a"), "\n"));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(text_extensions_and_comments_survive)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
