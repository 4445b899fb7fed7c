/* lot_test.c: lingban:lot.draw: the draw anybody can check. The order of the entries below was made with sha256sum, not
 * with this program: printf '%s\n%s' "2026-09-01" "a/3" | sha256sum begins with 194bd21f, b/1 29e5f60b, c 3cba9a46, a/2
 * 43bd6736, b/2 60e531d5, a/1 945df719. */
#include "../house.h"

static const struct store_schema tables[] = {{"store", schema_store}, {"engine", schema_engine}, {NULL, NULL}};
static const struct engine_room *const rooms[] = {NULL};

static const char yaml[] =
    "id: draw\n"
    "name: {zh: 抽签, en: Draw}\n"
    "summary: {zh: 抽签, en: Draw}\n"
    "form: request.xml\n"
    "process: process.bpmn\n"
    "case: {title: [/data/seed]}\n"
    "deadline: {days: 30}\n";
static const char form[] =
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:lingban=\"https://lingban.org/ns/form\"><h:head><h:title>抽签</h:title><model>"
    "<instance><data id=\"draw\"><seed/><pool/><lots/><each/></data></instance>"
    "<bind nodeset=\"/data/seed\" type=\"string\" lingban:privacy=\"office\"/><bind nodeset=\"/data/pool\" type=\"string\" lingban:privacy=\"office\"/>"
    "<bind nodeset=\"/data/lots\" type=\"int\" lingban:privacy=\"office\"/><bind nodeset=\"/data/each\" type=\"int\" lingban:privacy=\"office\"/></model></h:head>"
    "<h:body><input ref=\"/data/seed\"><label>种子</label></input><input ref=\"/data/pool\"><label>名单</label></input>"
    "<input ref=\"/data/lots\"><label>份</label></input><input ref=\"/data/each\"><label>每组</label></input></h:body></h:html>";
/* `lots`: the task's id; %s: where the pool comes from: the text itself, or a FEEL list of its parts. */
#define PROCESS(lots)                                                                                                  \
    "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" id=\"d\" targetNamespace=\"https://lingban.org/test\">" \
    "<bpmn:process id=\"draw\" name=\"抽签\" isExecutable=\"true\"><bpmn:startEvent id=\"s\"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>" \
    "<bpmn:serviceTask id=\"" lots "\" name=\"抽签\"><bpmn:extensionElements><zeebe:taskDefinition type=\"lingban:lot.draw\"/><zeebe:ioMapping>" \
    "<zeebe:input source=\"=seed\" target=\"seed\"/><zeebe:input source=\"=%s\" target=\"pool\"/><zeebe:input source=\"=lots\" target=\"lots\"/>" \
    "<zeebe:input source=\"=each\" target=\"each\"/><zeebe:output source=\"=drawn\" target=\"drawn\"/></zeebe:ioMapping></bpmn:extensionElements>" \
    "<bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:serviceTask>" \
    "<bpmn:userTask id=\"look\" name=\"看\"><bpmn:extensionElements><zeebe:assignmentDefinition candidateGroups=\"staff\"/><zeebe:properties>" \
    "<zeebe:property name=\"lingban:deadlineWorkingDays\" value=\"5\"/></zeebe:properties></bpmn:extensionElements><bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing></bpmn:userTask>" \
    "<bpmn:endEvent id=\"e\"><bpmn:incoming>f3</bpmn:incoming></bpmn:endEvent><bpmn:sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"" lots "\"/>" \
    "<bpmn:sequenceFlow id=\"f2\" sourceRef=\"" lots "\" targetRef=\"look\"/><bpmn:sequenceFlow id=\"f3\" sourceRef=\"look\" targetRef=\"e\"/></bpmn:process></bpmn:definitions>"

static void deploy(const char *pool) {
    const char *const files[] = {"process.bpmn", arena_printf(&house.arena, PROCESS("lots"), pool).p, "request.xml", form, "service.yaml", yaml, NULL};
    deploy_files(files);
}

static int open_house(void **state) {
    (void)state;
    if (house_open(tables, rooms) != 0) return -1;
    deploy("pool");
    return 0;
}

static int64_t draw(const char *seed, const char *pool, const char *lots, const char *each) {
    const char *const values[] = {seed, pool, lots, each}, *const paths[] = {"/data/seed", "/data/pool", "/data/lots", "/data/each"};
    struct command *c = command_new(&house.arena, "case.open", (struct actor){0}, "web");
    put_text(c, "service", "draw");
    struct json *answers = json_add_empty(&house.arena, c->arguments, "answers", JSON_ARRAY);
    for (size_t i = 0; i < 4; i++) {
        struct json item = {.kind = JSON_OBJECT};
        if (!values[i]) continue;
        json_add_string(&house.arena, &item, "path", str_from(paths[i]));
        json_add_string(&house.arena, &item, "value", str_from(values[i]));
        json_add(&house.arena, answers, STR_NONE, item);
    }
    return house_run(c, "case");
}

/* "1:a/3 1:b/1 …" */
static struct str drawn(int64_t case_id) {
    struct db *db = store_read_begin(house.store);
    struct str text = db_text(db, &house.arena, "select value from variable where case_id = ? and name = 'drawn'", DB_INT(case_id));
    assert_true(store_read_end(house.store, db, &house.faults));
    const struct json *list = json_parse(&house.arena, text, &json_default_limits, STR("test"), NULL);
    struct buf out;
    buf_init(&out, &house.arena, 1000);
    for (size_t i = 0; list && i < list->count; i++) {
        struct str entry = json_string(&list->items[i], "entry"), lot = json_member(&list->items[i], "lot")->text;
        buf_printf(&out, "%s%.*s:%.*s", i ? " " : "", STR_ARGS(lot), STR_ARGS(entry));
    }
    return out.p ? buf_str(&out) : STR("");
}

static int64_t incidents(int64_t case_id) {
    return house_number("select count(*) from incident where case_id = ?", DB_INT(case_id));
}

static const char pool[] = "a/1, a/2,a/3,b/1,b/2,c";

static void assert_drawn(const char *seed, const char *lots, const char *each, const char *wanted) {
    struct str have = drawn(draw(seed, pool, lots, each));
    if (!str_eqz(have, wanted)) fail_msg("have %.*s, want %s", STR_ARGS(have), wanted);
}

/* Going down the list, the first `each` of a group go to lot 1, the next to lot 2. */
static void the_rule_is_kept(void **state) {
    (void)state;
    assert_drawn("2026-09-01", "1", "1", "1:a/3 1:b/1 1:c");
    assert_drawn("2026-09-01", "1", "2", "1:a/3 1:b/1 1:c 1:a/2 1:b/2");
    assert_drawn("2026-09-01", "2", "1", "1:a/3 1:b/1 1:c 2:a/2 2:b/2");
    assert_drawn("2026-09-01", "3", "1", "1:a/3 1:b/1 1:c 2:a/2 2:b/2 3:a/1");
    assert_drawn("2026-09-01", NULL, NULL, "1:a/3 1:b/1 1:c"); /* one lot, one a group */
}

static void another_seed_another_draw(void **state) {
    (void)state;
    assert_drawn("other", "1", "1", "1:b/1 1:a/1 1:c");
    assert_drawn("2026-09-01", "1", "1", "1:a/3 1:b/1 1:c"); /* and the same one the same */
}

static void the_draw_stands_in_the_history(void **state) {
    (void)state;
    int64_t id = draw("2026-09-01", pool, "1", "1");
    assert_int_equal(house_number("select count(*) from history where case_id = ? and kind = 'figure:draw' and data like '%2026-09-01%' and data like '%194bd21f%'", DB_INT(id)), 1);
}

static void what_cannot_be_drawn_is_an_incident(void **state) {
    static const char *const bad[][4] = {{"", "a,b", "1", "1"},     {"s", "", "1", "1"},    {"s", " , ,", "1", "1"}, {"s", "a,b", "0", "1"},
                                         {"s", "a,b", "101", "1"}, {"s", "a,b", "1", "0"}, {"s", "a,b", "1", "5001"}};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t id = draw(bad[i][0], bad[i][1], bad[i][2], bad[i][3]);
        if (incidents(id) != 1) fail_msg("row %zu", i);
        assert_int_equal(house_number("select count(*) from history where case_id = ? and kind = 'figure:draw'", DB_INT(id)), 0);
    }
}

/* The task has another id in the next version of the service: the incident goes with it. */
static void an_incident_moves_with_its_step(void **state) {
    const char *const files[] = {"process.bpmn", arena_printf(&house.arena, PROCESS("bowl"), "pool").p, "request.xml", form, "service.yaml", yaml, NULL};
    (void)state;
    int64_t id = draw("s", "a,b", "0", "1");
    assert_int_equal(house_number("select count(*) from incident where case_id = ? and element = 'lots'", DB_INT(id)), 1);
    deploy_files(files);
    struct command *c = house_command("case.migrate", 0);
    put_number(c, "case", id);
    put_number(c, "version", house_only("select max(id) from service_version where service = 'draw'"));
    put_json(c, "plan", "{\"lots\":\"bowl\"}");
    house_run(c, "case");
    assert_int_equal(incidents(id), 1);
    assert_int_equal(house_number("select count(*) from incident where case_id = ? and element = 'bowl'", DB_INT(id)), 1);
    deploy("pool");
}

/* A list of FEEL is the same pool as a text with commas. */
static void a_list_is_a_pool(void **state) {
    (void)state;
    deploy("split(pool, &quot;,&quot;)");
    assert_drawn("2026-09-01", "2", "1", "1:a/3 1:b/1 1:c 2:a/2 2:b/2");
}

static void too_many_are_refused(void **state) {
    struct buf text;
    (void)state;
    buf_init(&text, &house.arena, 1 << 20);
    for (int i = 0; i <= 5000; i++) buf_printf(&text, "%d,", i);
    buf_byte(&text, 0);
    assert_int_equal(incidents(draw("s", text.p, "1", "1")), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rule_is_kept),
        cmocka_unit_test(another_seed_another_draw),
        cmocka_unit_test(the_draw_stands_in_the_history),
        cmocka_unit_test(what_cannot_be_drawn_is_an_incident),
        cmocka_unit_test(an_incident_moves_with_its_step),
        cmocka_unit_test(a_list_is_a_pool),
        cmocka_unit_test(too_many_are_refused),
        cmocka_unit_test(house_replays),
    };
    return cmocka_run_group_tests(tests, open_house, house_close);
}
