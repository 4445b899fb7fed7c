/* service_test.c: what `service check` says of a service.yaml alone: entries that nobody reads, words that there are not. */
#include "engine/engine.h"
#include "engine/service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static struct arena arena;
static struct faults faults;

static void check_yaml(const char *yaml) {
    static struct service_file file;
    file = (struct service_file){STR("service.yaml"), str_from(yaml)};
    faults_init(&faults, &arena);
    service_load(&arena, &file, 1, NULL, NULL, true, &faults);
}

/* Line of the first fault of this code about this entry; 0 when there is none. */
static int line_of(const char *code, const char *element) {
    for (size_t i = 0; i < faults.count; i++)
        if (strcmp(faults.items[i].code, code) == 0 && str_eqz(faults.items[i].place.element, element)) return faults.items[i].place.line;
    return 0;
}

static void names_entries_that_nobody_reads(void **state) {
    (void)state;
    check_yaml("id: lamp\nname: {zh: 灯, en: Lamp}\nsumary: {zh: 灯, en: Lamp}\n"
               "case:\n  tittle: [/data/what]\ndeadline: {workdays: 3}\n"
               "views:\n  wall:\n    kind: wall\n    colums: [/data/what]\n");
    assert_int_equal(line_of("service.unknown-entry", "sumary"), 3);
    assert_int_equal(line_of("service.unknown-entry", "tittle"), 5);
    assert_int_equal(line_of("service.unknown-entry", "workdays"), 6);
    assert_int_equal(line_of("service.unknown-entry", "colums"), 10);
    assert_int_equal(line_of("service.unknown-entry", "kind"), 0);
    check_yaml("id: lamp\nviews:\n  list:\n    kind: table\n    columns: [/data/what]\n  rows:\n    kind: sheet\n    columns: [/data/what]\n");
    assert_int_equal(line_of("service.unknown-entry", "columns"), 5);
}

static void refuses_kinds_and_audiences_that_there_are_not(void **state) {
    (void)state;
    check_yaml("id: lamp\naudience: everybody\nviews:\n  a: {kind: board}\n  b: {kind: wall, audience: staff}\n  c: {kind: table, audience: office}\n");
    assert_int_equal(line_of("service.unknown-word", "audience"), 2);
    assert_int_equal(line_of("service.unknown-word", "kind"), 4);
    size_t n = 0;
    for (size_t i = 0; i < faults.count; i++) n += strcmp(faults.items[i].code, "service.unknown-word") == 0;
    assert_int_equal(n, 3);
}

static void refuses_a_picture_that_there_is_not(void **state) {
    (void)state;
    check_yaml("id: lamp\nname: {zh: 灯, en: Lamp}\nicon: lantern\n");
    assert_int_equal(line_of("service.unknown-word", "icon"), 3);
    check_yaml("id: lamp\nname: {zh: 灯, en: Lamp}\nicon: sun\n");
    assert_int_equal(line_of("service.unknown-word", "icon"), 0);
    check_yaml("id: lamp\nname: {zh: 灯, en: Lamp}\n");
    assert_int_equal(line_of("service.unknown-word", "icon"), 0);
}

/* What a form shows must be in the folder: beside it, in media/ or in images/. service.yaml has faults of its own here: they
 * must not hide the form's. */
static void refuses_a_form_whose_picture_is_not_there(void **state) {
    (void)state;
    static const char form[] =
        "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:jr=\"http://openrosa.org/javarosa\"><h:head><model>"
        "<itext><translation lang=\"zh\"><text id=\"a\"><value>A</value><value form=\"image\">jr://images/map.png</value></text></translation></itext>"
        "<instance><data id=\"lamp\"><a/></data></instance></model></h:head><h:body><input ref=\"/data/a\"><label ref=\"jr:itext('a')\"/></input></h:body></h:html>";
    struct service_file files[] = {
        {STR("service.yaml"), STR("id: lamp\nname: {zh: 灯, en: Lamp}\nform: request.xml\n")}, {STR("request.xml"), str_from(form)}, {STR("media/map.jpg"), STR("x")}};
    static const struct {
        const char *path;
        size_t faults;
    } cases[] = {{"media/map.jpg", 1}, {"map.png", 0}, {"media/map.png", 0}, {"images/map.png", 0}, {"other/map.png", 1}, {"xmap.png", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t found = 0;
        files[2].path = str_from(cases[i].path);
        faults_init(&faults, &arena);
        service_load(&arena, files, 3, NULL, NULL, false, &faults);
        for (size_t k = 0; k < faults.count; k++) found += strcmp(faults.items[k].code, "service.no-media") == 0;
        assert_int_equal(found, cases[i].faults);
    }
}

/* Rooms of later years: a process that asks for one is told so, in one sentence, where it asks. */
static void refuses_a_task_whose_room_is_not_built(void **state) {
    (void)state;
    static const char process[] =
        "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" id=\"d\" targetNamespace=\"lamp\">\n"
        "<bpmn:process id=\"lamp\" isExecutable=\"true\">\n"
        "<bpmn:startEvent id=\"a\"></bpmn:startEvent>\n"
        "<bpmn:serviceTask id=\"issue\"><bpmn:extensionElements><zeebe:taskDefinition type=\"lingban:credential.issue\"/></bpmn:extensionElements></bpmn:serviceTask>\n"
        "<bpmn:endEvent id=\"z\"/>\n"
        "<bpmn:sequenceFlow id=\"f\" sourceRef=\"a\" targetRef=\"issue\"/><bpmn:sequenceFlow id=\"g\" sourceRef=\"issue\" targetRef=\"z\"/>\n"
        "</bpmn:process></bpmn:definitions>\n";
    struct service_file files[] = {
        {STR("service.yaml"), STR("id: lamp\nname: {zh: 灯, en: Lamp}\nform: request.xml\n")}, {STR("process.bpmn"), str_from(process)}};
    faults_init(&faults, &arena);
    service_load(&arena, files, 2, NULL, NULL, true, &faults);
    assert_int_equal(line_of("service.no-such-task", "issue"), 4);
}

/* What English pages would show in Chinese is counted; gateways are not, nor names that i18n/en.po has. */
static void counts_names_without_english(void **state) {
    (void)state;
    static const char process[] =
        "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" id=\"d\" targetNamespace=\"lamp\">\n"
        "<bpmn:process id=\"lamp\" name=\"灯\" isExecutable=\"true\">\n"
        "<bpmn:startEvent id=\"a\" name=\"开始\"/><bpmn:exclusiveGateway id=\"x\" name=\"路口\"/>\n"
        "<bpmn:endEvent id=\"z\" name=\"结束\"/><bpmn:endEvent id=\"y\" name=\"End\"/>\n"
        "<bpmn:sequenceFlow id=\"f\" sourceRef=\"a\" targetRef=\"x\"/><bpmn:sequenceFlow id=\"g\" sourceRef=\"x\" targetRef=\"z\"/>\n"
        "</bpmn:process></bpmn:definitions>\n";
    struct service_file files[] = {{STR("service.yaml"), STR("id: lamp\nname: {zh: 灯, en: Lamp}\n")},
                                   {STR("process.bpmn"), str_from(process)},
                                   {STR("i18n/en.po"), STR("msgid \"开始\"\nmsgstr \"Begin\"\n")}};
    faults_init(&faults, &arena);
    service_load(&arena, files, 3, NULL, NULL, true, &faults);
    assert_int_equal(line_of("service.no-english", "z"), 4);
    assert_int_equal(line_of("service.no-english", "a"), 0);
    files[2].content = STR("msgid \"开始\"\nmsgstr \"Begin\"\n\nmsgid \"结束\"\nmsgstr \"End\"\n");
    faults_init(&faults, &arena);
    service_load(&arena, files, 3, NULL, NULL, true, &faults);
    assert_int_equal(line_of("service.no-english", "z"), 0);
}

/* Names of staff are not for residents: neither in a form that anybody opens, nor in one that the resident of a case fills in. */
static void keeps_people_out_of_forms_that_residents_see(void **state) {
    (void)state;
    static const char form[] =
        "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:head><model>"
        "<instance><data id=\"lamp\"><who/></data></instance><instance id=\"people\" src=\"jr://file-csv/people.csv\"/></model></h:head>"
        "<h:body><select1 ref=\"/data/who\"><label>Who</label><itemset nodeset=\"instance('people')/root/item\"><value ref=\"name\"/><label ref=\"label\"/></itemset></select1></h:body></h:html>";
    static const char plain[] =
        "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:head><model>"
        "<instance><data id=\"lamp\"><a/></data></instance></model></h:head><h:body><input ref=\"/data/a\"><label>A</label></input></h:body></h:html>";
    static const struct {
        const char *audience, *request, *task, *role;
        size_t faults;
    } cases[] = {{"", form, plain, "staff", 1}, {"audience: office\n", form, plain, "staff", 0}, {"", plain, form, "staff", 0}, {"", plain, form, "resident", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct service_file files[] = {
            {STR("service.yaml"), arena_printf(&arena, "id: lamp\nname: {zh: 灯, en: Lamp}\n%sform: request.xml\nforms: [task.xml]\ncase: {title: [/data/a]}\ndeadline: {days: 3}\n", cases[i].audience)},
            {STR("request.xml"), str_from(cases[i].request)},
            {STR("task.xml"), str_from(cases[i].task)},
            {STR("process.bpmn"), arena_printf(&arena,
                "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" id=\"d\" targetNamespace=\"lamp\">"
                "<bpmn:process id=\"lamp\" isExecutable=\"true\"><bpmn:startEvent id=\"a\"/><bpmn:userTask id=\"t\"><bpmn:extensionElements>"
                "<zeebe:assignmentDefinition candidateGroups=\"%s\"/><zeebe:formDefinition formId=\"task\"/></bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id=\"z\"/>"
                "<bpmn:sequenceFlow id=\"f\" sourceRef=\"a\" targetRef=\"t\"/><bpmn:sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"z\"/></bpmn:process></bpmn:definitions>", cases[i].role)}};
        size_t found = 0;
        faults_init(&faults, &arena);
        service_load(&arena, files, 4, NULL, NULL, true, &faults);
        for (size_t k = 0; k < faults.count; k++) found += strcmp(faults.items[k].code, "service.people") == 0;
        assert_int_equal(found, cases[i].faults);
    }
}

/* A lamp is either mended or replaced: two branches, and a step that only some come by. */
static void check_way(const char *way) {
    static const char process[] =
        "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" id=\"d\" targetNamespace=\"lamp\">"
        "<bpmn:process id=\"lamp\" isExecutable=\"true\"><bpmn:startEvent id=\"a\"/><bpmn:userTask id=\"look\" name=\"看\"/><bpmn:exclusiveGateway id=\"or\"/>"
        "<bpmn:userTask id=\"mend\" name=\"修\"/><bpmn:userTask id=\"replace\" name=\"换\"/><bpmn:userTask id=\"ask\" name=\"问\"><bpmn:extensionElements><zeebe:properties>"
        "<zeebe:property name=\"lingban:sometimes\" value=\"true\"/></zeebe:properties></bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id=\"z\"/>"
        "<bpmn:sequenceFlow id=\"f1\" sourceRef=\"a\" targetRef=\"look\"/><bpmn:sequenceFlow id=\"f2\" sourceRef=\"look\" targetRef=\"or\"/>"
        "<bpmn:sequenceFlow id=\"f3\" sourceRef=\"or\" targetRef=\"mend\"/><bpmn:sequenceFlow id=\"f4\" sourceRef=\"or\" targetRef=\"replace\"/><bpmn:sequenceFlow id=\"f5\" sourceRef=\"or\" targetRef=\"ask\"/>"
        "<bpmn:sequenceFlow id=\"f6\" sourceRef=\"mend\" targetRef=\"z\"/><bpmn:sequenceFlow id=\"f7\" sourceRef=\"replace\" targetRef=\"z\"/><bpmn:sequenceFlow id=\"f8\" sourceRef=\"ask\" targetRef=\"z\"/>"
        "</bpmn:process></bpmn:definitions>";
    static struct service_file files[2];
    files[0] = (struct service_file){STR("service.yaml"), arena_printf(&arena, "id: lamp\nname: {zh: 灯, en: Lamp}\nform: request.xml\n%s", way)};
    files[1] = (struct service_file){STR("process.bpmn"), str_from(process)};
    faults_init(&faults, &arena);
    service_load(&arena, files, 2, NULL, NULL, true, &faults);
}

static enum fault_level level_of(const char *code) {
    for (size_t i = 0; i < faults.count; i++)
        if (strcmp(faults.items[i].code, code) == 0) return faults.items[i].level;
    return (enum fault_level)-1;
}

static void holds_the_way_against_the_process(void **state) {
    (void)state;
    const enum fault_level none = (enum fault_level)-1;
    check_way(""); /* nothing is said: the branches would stand one after the other */
    assert_int_equal(level_of("service.way-order"), FAULT_WARNING);
    check_way("way: [look, mend, replace]\n");
    assert_int_equal(level_of("service.way-order"), FAULT_ERROR);
    check_way("way: [mend, look]\n"); /* the wrong way round, and one left out */
    assert_int_equal(level_of("service.way-order"), FAULT_ERROR);
    assert_int_equal(level_of("service.way-left-out"), FAULT_ERROR);
    check_way("way: [look, or, mend]\n"); /* a gateway has no name to show */
    assert_int_equal(line_of("service.way", "or"), 4);
    check_way("way: [look, {steps: 3}]\n");
    assert_int_equal(level_of("service.way"), FAULT_ERROR);
    check_way("way:\n  - {when: {zh: 修, en: Mend}, steps: [look, mend]}\n  - {when: {zh: 换}, steps: [look, replace]}\n");
    assert_int_equal(line_of("service.words", "when"), 6);
    check_way("way:\n  - {when: {zh: 修, en: Mend}, steps: [look, mend]}\n  - {when: {zh: 换, en: Replace}, steps: [look, replace]}\n");
    assert_int_equal(level_of("service.way"), none);
    assert_int_equal(level_of("service.way-order"), none);
    assert_int_equal(level_of("service.way-left-out"), none);
    assert_int_equal(line_of("service.words", "when"), 0);
}

static void refuses_openers_that_there_are_not(void **state) {
    (void)state;
    check_yaml("id: lamp\nname: {zh: 灯, en: Lamp}\nopened_by: staff\n");
    assert_int_equal(line_of("service.unknown-word", "opened_by"), 3);
    check_yaml("id: lamp\nname: {zh: 灯, en: Lamp}\nopened_by: office\n");
    assert_int_equal(line_of("service.unknown-word", "opened_by"), 0);
}

int main(void) {
    arena_init(&arena, 64 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_entries_that_nobody_reads),
        cmocka_unit_test(refuses_kinds_and_audiences_that_there_are_not),
        cmocka_unit_test(refuses_a_picture_that_there_is_not),
        cmocka_unit_test(refuses_a_form_whose_picture_is_not_there),
        cmocka_unit_test(refuses_a_task_whose_room_is_not_built),
        cmocka_unit_test(holds_the_way_against_the_process),
        cmocka_unit_test(refuses_openers_that_there_are_not),
        cmocka_unit_test(counts_names_without_english),
        cmocka_unit_test(keeps_people_out_of_forms_that_residents_see),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
