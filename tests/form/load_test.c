/* load_test.c: what a form says about itself, and what is refused with which sentence. */
#include "form_kit.h"

static void first_fault_is(const char *instance, const char *model, const char *body, const char *code, int level) {
    faults_init(&faults, &arena);
    const struct form *form = form_load(&arena, xform(instance, model, body), NULL, STR("t.xml"), &faults);
    assert_true(faults.count > 0);
    assert_string_equal(faults.items[0].code, code);
    assert_int_equal(faults.items[0].level, level);
    assert_true((form != NULL) == (level == FAULT_WARNING));
    assert_true(fault_sentence(&arena, LANGUAGE_ZH, &faults.items[0]).n > 0);
}

static void questions_are_listed_with_class_kind_and_purpose(void **state) {
    (void)state;
    const struct form *form = load(
        "<who/><id/><n/><pic/><calc/>",
        "<bind nodeset='/data/who' type='string' lingban:purpose='To call you'/>"
        "<bind nodeset='/data/id' type='string' lingban:kind='cn-id' lingban:privacy='sensitive'/>"
        "<bind nodeset='/data/n' type='int'/><bind nodeset='/data/pic' type='binary'/><bind nodeset='/data/calc' calculate='1'/>",
        "<input ref='/data/who'><label>Who</label><hint>Name</hint></input><input ref='/data/id'/><input ref='/data/n'/>"
        "<upload ref='/data/pic' mediatype='image/*'/>");
    const struct form_field *who = form_field_find(form, STR("/data/who")), *id = form_field_find(form, STR("/data/id"));
    assert_true(str_eqz(form_id(form), "t") && str_eqz(form_version(form), "3") && str_eqz(form_title(form), "T"));
    assert_int_equal(form_field_privacy(who), FORM_PERSONAL);
    assert_int_equal(form_field_privacy(id), FORM_SENSITIVE);
    assert_int_equal(form_field_kind(id), FORM_CN_ID);
    assert_int_equal(form_field_privacy(form_field_find(form, STR("/data/n"))), FORM_OFFICE);
    assert_int_equal(form_field_privacy(form_field_find(form, STR("/data/pic"))), FORM_PERSONAL);
    assert_int_equal(form_field_privacy(form_field_find(form, STR("/data/calc"))), FORM_OFFICE);
    assert_true(str_eqz(form_field_text(&arena, form, who, FORM_LABEL, STR("")), "Who"));
    assert_true(str_eqz(form_field_text(&arena, form, who, FORM_HINT, STR("")), "Name"));
    assert_true(str_eqz(form_field_text(&arena, form, who, FORM_PURPOSE, STR("")), "To call you"));
    assert_true(str_eqz(form_field_attribute(form_field_find(form, STR("/data/pic")), "mediatype"), "image/*"));
    assert_non_null(form_field_find(form, STR("/data/orx:meta/orx:instanceID")));
}

static void languages_are_found_by_code_or_name(void **state) {
    static const char itext[] = "<itext><translation lang='English (en)'><text id='a'><value>Name</value></text></translation>"
                                "<translation lang='中文 (zh)'><text id='a'><value>姓名</value></text></translation></itext>";
    (void)state;
    const struct form *form = load("<a/>", itext, "<input ref='/data/a'><label ref=\"jr:itext('a')\"/></input>");
    assert_true(str_eqz(form_language_for(form, LANGUAGE_ZH), "中文 (zh)"));
    assert_true(str_eqz(form_language_for(form, LANGUAGE_EN), "English (en)"));
    const struct form_field *a = form_field_find(form, STR("/data/a"));
    assert_true(str_eqz(form_field_text(&arena, form, a, FORM_LABEL, STR("中文 (zh)")), "姓名"));
    assert_true(str_eqz(form_field_text(&arena, form, a, FORM_LABEL, STR("")), "Name"));
}

static void faults_have_a_code_and_a_sentence(void **state) {
    (void)state;
    first_fault_is("<a/>", "<bind nodeset='/data/a' relevant='1 +'/>", "", "form.expression", FAULT_ERROR);
    first_fault_is("<a/>", "<bind nodeset='/data/a' relevant='nope(1)'/>", "", "form.function", FAULT_ERROR);
    first_fault_is("<a/>", "<bind nodeset='/data/b'/>", "", "form.bind-nowhere", FAULT_WARNING);
    first_fault_is("<a/>", "", "<input ref='/data/b'/>", "form.question-nowhere", FAULT_ERROR);
    first_fault_is("<a/>", "<bind nodeset='/data/a' lingban:privacy='secret'/>", "", "form.privacy", FAULT_ERROR);
    first_fault_is("<a/>", "<bind nodeset='/data/a' lingban:kind='passport'/>", "", "form.kind", FAULT_ERROR);
    first_fault_is("<a/>", "", "<select1 ref='/data/a'><itemset nodeset=\"instance('x')/root/item\"/></select1>", "form.itemset", FAULT_ERROR);
    first_fault_is("<a/>", "<instance id='l' src='jr://file-csv/l.csv'/>", "", "form.attachment-missing", FAULT_WARNING);
    first_fault_is("<a/>", "<setvalue event='odk-instance-first-load' ref='/data/z' value='1'/>", "", "form.action-nowhere", FAULT_ERROR);
    first_fault_is("<a/><b/>", "<bind nodeset='/data/a' calculate='/data/b'/><bind nodeset='/data/b' calculate='/data/a'/>", "", "form.cycle", FAULT_WARNING);
}

static void what_is_no_form_is_refused(void **state) {
    static const char *const texts[] = {"", "text", "<html/>", "<h:html xmlns:h='x'><h:head/></h:html>",
                                        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
                                        "<html><head><model><instance/></model></head></html>"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        faults_init(&faults, &arena);
        assert_null(form_load(&arena, str_from(texts[i]), NULL, STR("t.xml"), &faults));
        assert_true(faults.errors > 0);
    }
}

static void too_many_questions_are_refused(void **state) {
    struct buf b;
    (void)state;
    buf_init(&b, &arena, 4 << 20);
    for (int i = 0; i < 20001; i++) buf_printf(&b, "<q%d/>", i);
    buf_byte(&b, 0);
    assert_null(form_load(&arena, xform(b.p, "", ""), NULL, STR("t.xml"), &faults));
    assert_string_equal(faults.items[0].code, "form.too-large");
}

static void attached_lists_are_read(void **state) {
    static const struct form_attachment files[] = {
        {STR("jr://file-csv/a.csv"), STR(""), STR("\xEF\xBB\xBFname;label\r\nx;\"one; \"\"two\"\"\"\r\n\r\ny;three\r\n")},
        {STR("jr://file/b.geojson"), STR(""), STR("{\"features\":[{\"id\":7,\"geometry\":{\"type\":\"Point\",\"coordinates\":[124.35,43.17]},\"properties\":{\"name\":\"p\"}}]}")},
        {STR("jr://file/c.xml"), STR(""), STR("<root><item><name>z</name></item></root>")},
    };
    const struct form_attachments attachments = {files, 3};
    (void)state;
    struct str text = xform("<a/><g/><c/>", "<instance id='a' src='jr://file-csv/a.csv'/><instance id='b' src='jr://file/b.geojson'/>"
                            "<instance id='c' src='jr://file/c.xml'/>"
                            "<bind nodeset='/data/a' calculate=\"instance('a')/root/item[name='x']/label\"/>"
                            "<bind nodeset='/data/g' calculate=\"instance('b')/root/item[id=7]/geometry\"/>"
                            "<bind nodeset='/data/c' calculate=\"concat(count(instance('a')/root/item), instance('c')/root/item/name)\"/>", "");
    const struct form *form = form_load(&arena, text, &attachments, STR("t.xml"), &faults);
    assert_non_null(form);
    struct form_session *s = form_open(form, &arena, &opening);
    value_is(s, "/data/a", "one; \"two\"");
    value_is(s, "/data/g", "43.17 124.35 0 0");
    value_is(s, "/data/c", "2z");
    struct form_opening today = opening; /* the list of the moment takes the place of the one it was loaded with */
    const struct form_attachment offices[] = {{STR("jr://file-csv/a.csv"), STR(""), STR("name,label\nx,new\n")}};
    today.lists = (struct form_attachments){offices, 1};
    s = form_open(form, &arena, &today);
    value_is(s, "/data/a", "new");
    value_is(s, "/data/c", "1z");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(questions_are_listed_with_class_kind_and_purpose), TEST(languages_are_found_by_code_or_name),
        TEST(faults_have_a_code_and_a_sentence), TEST(what_is_no_form_is_refused), TEST(too_many_questions_are_refused),
        TEST(attached_lists_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
