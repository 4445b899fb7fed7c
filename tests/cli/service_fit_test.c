/* service_fit_test.c: a folder without a fault, and then one thing wrong at a time: `service check` says which, where and how. */
#include "cli/house.h"
#include "engine/engine.h"
#include "engine/service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static struct arena arena;

enum { YAML, REQUEST, DONE, PROCESS, REPORTS, PAPER, WORDS, FILES };
static const struct service_file good[FILES] = {
    [YAML] = {T_STATIC("service.yaml"), T_STATIC(
        "id: lamp\n"                                                                                   /* 1 */
        "name: {zh: 灯, en: Lamp}\n"
        "summary: {zh: 灯坏了, en: A lamp is out}\n"
        "icon: sun\n"
        "order: 3\n"                                                                                   /* 5 */
        "form: request.xml\n"
        "forms: [done.xml]\n"
        "case:\n"
        "  title: [/data/kind]\n"
        "  name: /data/who\n"                                                                          /* 10 */
        "  desk: {/data/kind: street}\n"
        "deadline: {working_days: 5}\n"
        "roles: {mender: {zh: 电工, en: Mender}}\n"
        "settings: {lamps: 3}\n"
        "before_opening: [{zh: 定好, en: Settle it}]\n"                                                /* 15 */
        "papers: {slip: {zh: 回单, en: Slip}}\n"
        "views:\n"
        "  wall: {kind: wall, name: {zh: 墙, en: Wall}, filter: {path: /data/kind}, columns: [/data/kind, /data/how], words: {open: {zh: 开, en: Open}}}\n"
        "  rounds: {kind: sheet, audience: office, name: {zh: 单, en: Sheet}, task: mend, group: /data/street, columns: [/data/who]}\n"
        "  table: {kind: table, audience: office, name: {zh: 表, en: Cases}}\n")},                   /* 20 */
    [REQUEST] = {T_STATIC("request.xml"), T_STATIC(
        "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:lingban=\"https://lingban.org/ns/form\"><h:head><h:title>x</h:title><model>"
        "<instance><data id=\"lamp\"><kind/><who/><street/><number/><more><word/></more></data></instance>"
        "<bind nodeset=\"/data/kind\" lingban:privacy=\"public\"/><bind nodeset=\"/data/street\" type=\"string\" lingban:privacy=\"office\"/><bind nodeset=\"/data/number\" lingban:privacy=\"sensitive\"/>"
        "<bind nodeset=\"/data/more/word\" lingban:privacy=\"public\"/></model></h:head><h:body>"
        "<select1 ref=\"/data/kind\"><label>Kind</label><item><label>Street</label><value>street</value></item></select1>"
        "<input ref=\"/data/who\"><label>Who</label></input><input ref=\"/data/street\"><label>Street</label></input><input ref=\"/data/number\"><label>Number</label></input>"
        "<group ref=\"/data/more\"><label>More</label><repeat nodeset=\"/data/more\"><input ref=\"/data/more/word\"><label>Word</label></input></repeat></group>"
        "</h:body></h:html>")},
    [DONE] = {T_STATIC("done.xml"), T_STATIC(
        "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:lingban=\"https://lingban.org/ns/form\"><h:head><h:title>y</h:title><model>"
        "<instance><data id=\"done\"><how/></data></instance><bind nodeset=\"/data/how\" lingban:privacy=\"public\"/></model></h:head>"
        "<h:body><input ref=\"/data/how\"><label>How</label></input></h:body></h:html>")},
    [PROCESS] = {T_STATIC("process.bpmn"), T_STATIC(
        "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" id=\"d\" targetNamespace=\"lamp\">\n"
        "<bpmn:process id=\"lamp\" isExecutable=\"true\"><bpmn:startEvent id=\"a\"><bpmn:outgoing>f</bpmn:outgoing></bpmn:startEvent>\n"
        "<bpmn:userTask id=\"mend\" name=\"Mend\"><bpmn:extensionElements><zeebe:assignmentDefinition candidateGroups=\"staff\"/><zeebe:formDefinition formId=\"done\"/>\n"
        "<zeebe:properties><zeebe:property name=\"lingban:deadlineWorkingDays\" value=\"3\"/></zeebe:properties></bpmn:extensionElements><bpmn:incoming>f</bpmn:incoming><bpmn:outgoing>g</bpmn:outgoing></bpmn:userTask>\n"
        "<bpmn:endEvent id=\"z\"><bpmn:incoming>g</bpmn:incoming></bpmn:endEvent>\n"
        "<bpmn:sequenceFlow id=\"f\" sourceRef=\"a\" targetRef=\"mend\"/><bpmn:sequenceFlow id=\"g\" sourceRef=\"mend\" targetRef=\"z\"/></bpmn:process></bpmn:definitions>\n")},
    [REPORTS] = {T_STATIC("reports.sql"), T_STATIC("-- name: all\nselect count(*) from v_cases;\n\n-- name: open\nselect count(*) from v_cases;\n")},
    [PAPER] = {T_STATIC("print/slip.html"), T_STATIC("<h1>{{service}}</h1>\n<p>{{reference}}</p>\n")},
    [WORDS] = {T_STATIC("i18n/en.po"), T_STATIC("msgid \"\"\nmsgstr \"\"\n\"Language: en\\n\"\n\nmsgid \"灯\"\nmsgstr \"Lamp\"\n")},
};

/* In this file these words become those, and this is told, at this line (0: any) about this element (NULL: any). */
static const struct {
    int file;
    const char *from, *to, *code;
    int line;
    const char *element;
} wrong[] = {
    /* shapes */
    {YAML, "order: 3", "order: first", "service.shape", 5, "order"},
    {YAML, "order: 3", "order: 0", "service.shape", 5, "order"},
    {YAML, "icon: sun", "icon: 7", "service.unknown-word", 4, "icon"},
    {YAML, "forms: [done.xml]", "forms: done.xml", "service.shape", 7, "forms"},
    {YAML, "  name: /data/who", "  name: [/data/who]", "service.shape", 10, "name"},
    {YAML, "  title: [/data/kind]", "  title: {a: /data/kind}", "service.shape", 9, "title"},
    {YAML, "  desk: {/data/kind: street}", "  desk: street", "service.shape", 11, "desk"},
    {YAML, "{working_days: 5}", "{working_days: five}", "service.shape", 12, "working_days"},
    {YAML, "roles: {mender: {zh: 电工, en: Mender}}", "roles: mender", "service.shape", 13, "roles"},
    {YAML, "settings: {lamps: 3}", "settings: [3]", "service.shape", 14, "settings"},
    {YAML, "[{zh: 定好, en: Settle it}]", "[{zh: 定好}]", "service.shape", 15, "before_opening"},
    {YAML, "{zh: 回单, en: Slip}", "{zh: 回单, english: Slip}", "service.shape", 16, "slip"},
    {YAML, "{zh: 回单, en: Slip}", "{zh: 回单, en: Slip, when: open}", "service.unknown-word", 16, "when"},
    {YAML, "order: 3", "order: 3\nway: mend", "service.shape", 6, "way"},
    {YAML, "name: {zh: 墙, en: Wall}", "name: 3", "service.shape", 18, "name"},
    {YAML, "columns: [/data/kind, /data/how]", "columns: /data/kind", "service.shape", 18, "columns"},
    {YAML, "words: {open: {", "words: {opne: {", "service.unknown-entry", 18, "opne"},
    {YAML, "filter: {path: /data/kind}", "filter: {paht: /data/kind}", "service.unknown-entry", 18, "paht"},
    {YAML, "{kind: table, audience: office, name", "{kind: table, audience: office, columns: [/data/kind], name", "service.unknown-entry", 20, "columns"},
    {YAML, "{kind: table, audience: office, name: {zh: 表, en: Cases}}", "{kind: table, audience: office}", "service.words", 20, "table"},
    {YAML, "{kind: table, audience", "{audience", "service.unknown-word", 20, "table"},
    {YAML, "{kind: table, audience: office, name: {zh: 表, en: Cases}}", "all", "service.shape", 20, "table"},
    /* what fits together */
    {YAML, "  desk: {/data/kind: street}", "  desk: {/data/kind: road}", "service.desk", 11, "/data/kind"},
    {YAML, "  desk: {/data/kind: street}", "  desk: {/data/who: street}", "service.desk", 11, "/data/who"},
    {YAML, "filter: {path: /data/kind}", "filter: {path: /data/knid}", "service.no-question", 18, "path"},
    {YAML, "filter: {path: /data/kind}", "filter: {path: /data/how}", "service.filter", 18, "path"},
    {YAML, "columns: [/data/kind, /data/how]", "columns: [/data/kind, /data/hwo]", "service.no-question", 18, "/data/hwo"},
    {YAML, "columns: [/data/kind, /data/how]", "columns: [/data/street]", "service.unseen", 18, "/data/street"},
    {YAML, "columns: [/data/kind, /data/how]", "columns: [/data/who]", "service.unseen", 18, "/data/who"},
    {YAML, "columns: [/data/kind, /data/how]", "columns: [/data/more/word]", "service.unseen", 18, "/data/more/word"},
    {YAML, "columns: [/data/kind, /data/how]", "columns: [/data/more]", "service.no-question", 18, "/data/more"},
    {YAML, "columns: [/data/who]}", "columns: [/data/number]}", "service.unseen", 19, "/data/number"},
    {YAML, "group: /data/street", "group: /data/road", "service.no-question", 19, "group"},
    {YAML, "task: mend", "task: repair", "service.no-step", 19, "task"},
    {YAML, "task: mend, ", "", "service.no-step", 19, "rounds"},
    {YAML, "kind: sheet, audience: office", "kind: sheet", "service.unseen", 19, "rounds"},
    {YAML, "kind: table, audience: office", "kind: table, audience: public", "service.unseen", 20, "table"},
    {YAML, "  wall: {", "  new: {", "service.view-name", 18, "new"},
    {YAML, "papers: {slip", "papers: {note", "service.no-file", 16, "note"},
    {YAML, "papers: {slip: {", "papers: {slip: {after: nothing, ", "service.no-form", 16, "after"},
    {YAML, "papers: {slip: {", "papers: {slip: {once: [answer.nothing], ", "service.no-question", 16, "once"},
    {YAML, "papers: {slip: {", "papers: {slip: {once: [answer.ow], ", "service.no-question", 16, "once"},
    {YAML, "papers: {slip: {", "papers: {slip: {once: [how], ", "service.no-question", 16, "once"},
    {YAML, "papers: {slip: {", "papers: {slip: {once: answer.how, ", "service.shape", 16, "once"},
    {PROCESS, " formId=\"done\"", " formId=\"request\"", "service.unseen", 0, "done.xml"},
    {REQUEST, "<kind/>", "<kind/><knid/>", "service.unseen", 0, "/data/knid"},
    {REPORTS, "-- name: all\n", "", "service.no-query", 0, NULL},
    {REPORTS, "-- name: open", "-- name: all", "service.query-name", 4, "all"},
    {PAPER, "{{reference}}", "{{#if reference}}", "", 2, NULL},
    {PAPER, "{{reference}}", "{{> nothing}}", "", 2, NULL},
    {WORDS, "msgstr \"Lamp\"", "msgstr \"Lamp", "service.po", 6, NULL},
    {WORDS, "msgstr \"Lamp\"", "msgstr \"Lamp\"\nmsgid \"灯\"", "service.po", 7, NULL},
    /* the process */
    {PROCESS, "\"staff\"", "\"stuff\"", "lingban.unknown-role", 3, "mend"},
    {PROCESS, "\"staff\"", "'=\"stuff\"'", "lingban.unknown-role", 3, "mend"},
    {PROCESS, "\"staff\"", "'=[\"staff\", \"stuff\"]'", "lingban.unknown-role", 3, "mend"},
    {PROCESS, "<zeebe:properties>", "<zeebe:properties><zeebe:property name=\"lingban:evidense\" value=\"required\"/>", "lingban.unknown-property", 3, "mend"},
};

static struct str replaced(struct str text, const char *from, const char *to) {
    ptrdiff_t at = str_find(text, str_from(from));
    if (at < 0) fail_msg("“%s” is not in the file", from);
    return arena_printf(&arena, "%.*s%s%s", (int)at, text.p, to, text.p + at + strlen(from));
}

static struct faults check(const struct service_file *files) {
    struct faults faults;
    faults_init(&faults, &arena);
    service_load(&arena, files, FILES, NULL, house_rooms, true, &faults);
    return faults;
}

static bool is_told(const struct faults *faults, size_t i, size_t k) {
    const struct fault *f = &faults->items[k];
    return (!wrong[i].code[0] || strcmp(f->code, wrong[i].code) == 0) && (!wrong[i].line || f->place.line == wrong[i].line) &&
           (!wrong[i].element || str_eqz(f->place.element, wrong[i].element)) && str_eq(f->place.file, good[wrong[i].file == PROCESS && strcmp(wrong[i].code, "service.unseen") == 0 ? YAML : wrong[i].file].path);
}

static void the_folder_is_good(void **state) {
    (void)state;
    struct faults faults = check(good);
    for (size_t k = 0; k < faults.count; k++) print_message("%.*s\n", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[k])));
    assert_int_equal(faults.count, 0);
}

static void each_fault_is_told_with_its_place(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct service_file files[FILES];
        memcpy(files, good, sizeof good);
        files[wrong[i].file].content = replaced(good[wrong[i].file].content, wrong[i].from, wrong[i].to);
        struct faults faults = check(files);
        size_t found = 0;
        for (size_t k = 0; k < faults.count; k++) found += is_told(&faults, i, k);
        if (found == 1) continue;
        for (size_t k = 0; k < faults.count; k++) print_message("%s: %.*s\n", faults.items[k].code, STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[k])));
        fail_msg("row %zu (“%s”, %s) is told %zu times", i, wrong[i].to, wrong[i].code, found);
    }
}

static void a_fault_is_told_once(void **state) {
    (void)state;
    struct service_file files[FILES];
    memcpy(files, good, sizeof good);
    files[PROCESS].content = str_sub(good[PROCESS].content, 0, 400);
    struct faults faults = check(files);
    assert_true(faults.count > 0);
    for (size_t i = 0; i < faults.count; i++)
        for (size_t k = i + 1; k < faults.count; k++)
            assert_false(str_eq(fault_text(&arena, LANGUAGE_EN, &faults.items[i]), fault_text(&arena, LANGUAGE_EN, &faults.items[k])));
}

const struct cli_command cli_commands[] = {{NULL, NULL, {NULL, 0}, NULL}};

int main(void) {
    arena_init(&arena, 512 << 20);
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_folder_is_good), cmocka_unit_test(each_fault_is_told_with_its_place), cmocka_unit_test(a_fault_is_told_once)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
