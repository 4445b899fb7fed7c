/* words_test.c: what a service says in Chinese, on an English page: names, phrases with values, rows, sentences. */
#include "engine/service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena arena;
static const struct service *service;

static const char form[] =
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:jr=\"http://openrosa.org/javarosa\"><h:head><model><itext>"
    "<translation lang=\"zh\"><text id=\"a\"><value>坝顶裂缝</value></text><text id=\"b\"><value>其他</value></text><text id=\"c\"><value>您好<output value=\"/data/a\"/></value></text></translation>"
    "<translation lang=\"en\"><text id=\"a\"><value>Crack on the crest</value></text><text id=\"b\"><value>Something else</value></text><text id=\"c\"><value>Hello</value></text></translation></itext>"
    "<instance><data id=\"lamp\"><a/></data></instance></model></h:head><h:body><input ref=\"/data/a\"/></h:body></h:html>";

static const char po[] =
    "msgid \"其他\"\nmsgstr \"Other\"\n"
    "msgid \"涵管漏水\"\nmsgstr \"Leaking culvert\"\n"
    "msgid \"{0}处隐患：{1}\"\nmsgstr \"Hazards: {0} ({1})\"\n"
    "msgid \"{0}：户外{1}小时\"\nmsgstr \"{0}: {1} hours outdoors\"\n"
    "msgid \"第五条：甲。另定。\"\nmsgstr \"Article 5. To be set.\"\n"
    "msgid \"每月约领 {0} 元。\"\nmsgstr \"About {0} yuan a month.\"\n"
    "msgid \"仅供参考\"\nmsgstr \"An estimate only\"\n"
    "msgid \"未能受理。原因：{0}\"\nmsgstr \"Not accepted. Reason: {0}\"\n"
    "msgid \"{1}前报{0}\"\nmsgstr \"Report {0} by {1}\"\n";

static int load(void **state) {
    (void)state;
    static struct service_file files[3];
    struct faults faults;
    arena_init(&arena, 64 << 20);
    faults_init(&faults, &arena);
    files[0] = (struct service_file){STR("service.yaml"), STR("id: lamp\nname: {zh: 灯, en: Lamp}\nform: request.xml\n")};
    files[1] = (struct service_file){STR("request.xml"), str_from(form)};
    files[2] = (struct service_file){STR("i18n/en.po"), str_from(po)};
    struct service *s = arena_new(&arena, struct service);
    static struct service_form forms[1];
    struct form_attachments none = {0};
    forms[0] = (struct service_form){STR("request.xml"), form_load(&arena, files[1].content, &none, STR("request.xml"), &faults)};
    s->files = files, s->file_count = 3, s->forms = forms, s->form_count = 1;
    service_words_load(&arena, s);
    service = s;
    return 0;
}

static int unload(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static void says(const char *zh, const char *en) {
    assert_string_equal(arena_cstr(&arena, service_words(&arena, service, LANGUAGE_EN, str_from(zh))), en);
    assert_string_equal(arena_cstr(&arena, service_words(&arena, service, LANGUAGE_ZH, str_from(zh))), zh);
}

static void names_come_from_the_list_then_from_the_forms(void **state) {
    (void)state;
    says("其他", "Other");
    says("坝顶裂缝", "Crack on the crest");
    says("您好", "您好"); /* it goes on with an answer */
    says("没有这个词", "没有这个词");
    says("", "");
}

static void phrases_take_values(void **state) {
    (void)state;
    says("2处隐患：坝顶裂缝、涵管漏水", "Hazards: 2 (Crack on the crest, Leaking culvert)");
    says("5日前报其他", "Report Other by 5日");
    says("2处隐患：", "2处隐患："); /* nothing in the place of {1} */
    says("甲组：户外6小时；乙组：户外7小时", "甲组: 6 hours outdoors; 乙组: 7 hours outdoors");
    says("处隐患：涵管漏水", "处隐患：涵管漏水");
}

static void what_people_typed_stays(void **state) {
    (void)state;
    says("未能受理。原因：缺户口簿、其他", "Not accepted. Reason: 缺户口簿、其他");
}

static void sentences_and_parts_are_said_one_by_one(void **state) {
    (void)state;
    says("每月约领 1234.5 元。仅供参考。", "About 1234.5 yuan a month. An estimate only.");
    says("涵管漏水；另有一处", "Leaking culvert; 另有一处");
    says("涵管漏水\n1处隐患：其他", "Leaking culvert\nHazards: 1 (Other)");
    says("第五条：甲。另定。\n其他；第五条：甲。另定。", "Article 5. To be set.\nOther; Article 5. To be set."); /* lines, then “；”, then sentences */
    says("甲组：户外6小时。其他。乙组：户外7小时", "甲组: 6 hours outdoors. Other. 乙组: 7 hours outdoors"); /* no value goes on into the next sentence */
    says("甲。乙。", "甲。乙。");
    says("仅供参考。", "An estimate only.");
}

static void a_text_without_end_costs_little(void **state) {
    (void)state;
    for (int n = 600; n <= 20000; n *= 5) { /* below and above the longest that is looked at */
        struct buf out;
        buf_init(&out, &arena, 1 << 20);
        for (int i = 0; i < n; i++) buf_addz(&out, "未能受理。原因：");
        assert_true(service_words(&arena, service, LANGUAGE_EN, buf_str(&out)).n > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_come_from_the_list_then_from_the_forms), cmocka_unit_test(phrases_take_values), cmocka_unit_test(what_people_typed_stays),
        cmocka_unit_test(sentences_and_parts_are_said_one_by_one),      cmocka_unit_test(a_text_without_end_costs_little),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
