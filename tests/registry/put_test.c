/* put_test.c: entries put, imported and forgotten; a dry run; a fault a row; reminders and holders who leave; an entry in
 * FEEL (lingban:register.get), and a register as the list of a form. */
#include "../house.h"
#include "registry/view.h"

#include <string.h>

static const struct store_schema tables[] = {{"store", schema_store}, {"engine", schema_engine}, {"registry", schema_registry}, {NULL, NULL}};
static const struct engine_room *const rooms[] = {&registry_room, NULL};
static int64_t city, nanhu, beihu, wang, zhao;

static const char yaml[] =
    "id: keep\n"
    "name: {zh: 保管, en: Keeping}\n"
    "summary: {zh: 保管, en: Keeping}\n"
    "form: request.xml\n"
    "process: process.bpmn\n"
    "case: {title: [/data/thing], organisation: /data/office}\n"
    "deadline: {days: 30}\n"
    "registers:\n"
    "  things:\n"
    "    name: {zh: 物, en: Things}\n"
    "    audience: public\n"
    "    fields:\n"
    "      - {name: size, type: decimal, privacy: public, required: true, label: {zh: 大小, en: Size}}\n"
    "      - {name: kind, type: choice, privacy: office, label: {zh: 类, en: Kind}, choices: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}}\n"
    "      - {name: until, type: date, privacy: office, label: {zh: 到期, en: Until}, remind: {before: 10}}\n"
    "      - {name: owner, type: text, privacy: personal, label: {zh: 主人, en: Owner}}\n"
    "    duties: {patrol: {zh: 巡查, en: Patrol}}\n";
/* The form chooses from the register; what its public field says is a condition of the form. */
static const char form[] =
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:lingban=\"https://lingban.org/ns/form\"><h:head><h:title>保管</h:title><model>"
    "<instance><data id=\"keep\"><office/><thing/><heavy/></data></instance><instance id=\"keep_things\" src=\"jr://file-csv/keep_things.csv\"/>"
    "<bind nodeset=\"/data/office\" type=\"string\" lingban:privacy=\"office\"/><bind nodeset=\"/data/thing\" type=\"string\" required=\"true()\" lingban:privacy=\"office\"/>"
    "<bind nodeset=\"/data/heavy\" type=\"string\" required=\"true()\" relevant=\"instance('keep_things')/root/item[name = /data/thing]/size &gt; 5\" lingban:privacy=\"office\"/></model></h:head>"
    "<h:body><input ref=\"/data/office\"><label>单位</label></input>"
    "<select1 ref=\"/data/thing\"><label>物</label><itemset nodeset=\"instance('keep_things')/root/item\"><value ref=\"name\"/><label ref=\"label\"/></itemset></select1>"
    "<input ref=\"/data/heavy\"><label>谁来搬</label></input></h:body></h:html>";
/* The register's entry decides the way: what is large waits for a person of the office. */
static const char process[] =
    "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\""
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" id=\"d\" targetNamespace=\"https://lingban.org/test\">"
    "<bpmn:process id=\"keep\" name=\"保管\" isExecutable=\"true\"><bpmn:startEvent id=\"s\"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>"
    "<bpmn:serviceTask id=\"look\" name=\"查\"><bpmn:extensionElements><zeebe:taskDefinition type=\"lingban:register.get\"/><zeebe:ioMapping>"
    "<zeebe:input source=\"=&quot;things&quot;\" target=\"register\"/><zeebe:input source=\"=thing\" target=\"key\"/><zeebe:output source=\"=entry\" target=\"entry\"/></zeebe:ioMapping></bpmn:extensionElements>"
    "<bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:serviceTask>"
    "<bpmn:exclusiveGateway id=\"large\" name=\"大?\" default=\"f-small\"><bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f-large</bpmn:outgoing><bpmn:outgoing>f-small</bpmn:outgoing></bpmn:exclusiveGateway>"
    "<bpmn:userTask id=\"store\" name=\"收存\"><bpmn:extensionElements><zeebe:assignmentDefinition candidateGroups=\"staff\"/><zeebe:properties>"
    "<zeebe:property name=\"lingban:deadlineWorkingDays\" value=\"5\"/></zeebe:properties></bpmn:extensionElements><bpmn:incoming>f-large</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing></bpmn:userTask>"
    "<bpmn:endEvent id=\"stored\"><bpmn:incoming>f3</bpmn:incoming></bpmn:endEvent><bpmn:endEvent id=\"small\"><bpmn:incoming>f-small</bpmn:incoming></bpmn:endEvent>"
    "<bpmn:sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"look\"/><bpmn:sequenceFlow id=\"f2\" sourceRef=\"look\" targetRef=\"large\"/>"
    "<bpmn:sequenceFlow id=\"f-large\" sourceRef=\"large\" targetRef=\"store\"><bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\">=entry.size &gt; 5 and date(entry.until) &gt;"
    " date(&quot;2026-12-31&quot;) and list contains(entry.duties, &quot;patrol&quot;) and entry.owner = null</bpmn:conditionExpression></bpmn:sequenceFlow>"
    "<bpmn:sequenceFlow id=\"f-small\" sourceRef=\"large\" targetRef=\"small\"/><bpmn:sequenceFlow id=\"f3\" sourceRef=\"store\" targetRef=\"stored\"/></bpmn:process></bpmn:definitions>";

static int open_house(void **state) {
    static const char *const files[] = {"service.yaml", yaml, "request.xml", form, "process.bpmn", process, NULL};
    (void)state;
    if (house_open(tables, rooms) != 0) return -1;
    city = add_office("市", 0);
    nanhu = add_office("南湖", city);
    beihu = add_office("北湖", city);
    wang = add_staff("wang", nanhu);
    zhao = add_staff("zhao", beihu);
    deploy_files(files);
    return 0;
}

static struct command *putting(const char *key, const char *label, const char *fields) {
    struct command *c = house_command("register.put", wang);
    put_text(c, "service", "keep");
    put_text(c, "register", "things");
    put_text(c, "key", key);
    if (label) put_text(c, "label", label);
    put_json(c, "fields", fields);
    return c;
}

static int64_t put(const char *key, const char *fields) {
    return house_run(putting(key, key, fields), "entity");
}

static int64_t entries(void) {
    return house_only("select count(*) from entity");
}

/* ---- what a folder may say */

static void a_reminder_needs_a_date_and_days(void **state) {
    static const char *const bad[][2] = {{"remind: {before: 10}", "remind: {before: -1}"}, {"remind: {before: 10}", "remind: {}"}, {"remind: {before: 10}", "remind: {after: 4000}"},
                                         {"privacy: public, required: true", "privacy: public, remind: {before: 1}"}};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *at = strstr(yaml, bad[i][0]);
        assert_non_null(at);
        struct str changed = arena_printf(&house.arena, "%.*s%s%s", (int)(at - yaml), yaml, bad[i][1], at + strlen(bad[i][0]));
        struct command *c = house_command("service.deploy", 0);
        struct json *list = json_add_empty(&house.arena, c->arguments, "files", JSON_OBJECT);
        json_add_string(&house.arena, json_add_empty(&house.arena, list, "process.bpmn", JSON_OBJECT), "text", str_from(process));
        json_add_string(&house.arena, json_add_empty(&house.arena, list, "request.xml", JSON_OBJECT), "text", str_from(form));
        json_add_string(&house.arena, json_add_empty(&house.arena, list, "service.yaml", JSON_OBJECT), "text", changed);
        struct answer answer = house_refused(c, "service.faults");
        assert_true(str_find(text_format(&house.arena, LANGUAGE_EN, answer.refusal.sentence, answer.refusal.sentence_count), STR("remind")) >= 0);
    }
}

/* ---- import */

static struct command *importing(const char *rows, bool dry) {
    struct command *c = house_command("register.import", wang);
    put_text(c, "service", "keep");
    put_text(c, "register", "things");
    put_json(c, "rows", rows);
    if (dry) json_add_boolean(&house.arena, c->arguments, "dry_run", true);
    return c;
}

static void a_dry_run_changes_nothing(void **state) {
    static const char rows[] = "[{\"row\":2,\"key\":\"I1\",\"label\":\"一\",\"fields\":{\"size\":\"1\"}},{\"row\":3,\"key\":\"I2\",\"label\":\"二\",\"fields\":{\"size\":\"2.5\",\"kind\":\"b\"}}]";
    (void)state;
    int64_t before = entries(), history = house_only("select count(*) from entity_change");
    struct answer dry = house_refused(importing(rows, true), "register.dry-run");
    assert_string_equal(text_format(&house.arena, LANGUAGE_EN, dry.refusal.sentence, dry.refusal.sentence_count).p, "Nothing is wrong: 2 new entries, 0 changed.");
    assert_int_equal(entries(), before);
    assert_int_equal(house_only("select count(*) from entity_change"), history);
    assert_int_equal(house_run(importing(rows, false), "added"), 2);
    assert_int_equal(entries(), before + 2);
    dry = house_refused(importing(rows, true), "register.dry-run"); /* again: nothing would change */
    assert_string_equal(text_format(&house.arena, LANGUAGE_EN, dry.refusal.sentence, dry.refusal.sentence_count).p, "Nothing is wrong: 0 new entries, 0 changed.");
    assert_int_equal(house_run(importing("[{\"row\":2,\"key\":\"I1\",\"fields\":{\"size\":\"9\"}}]", false), "changed"), 1);
    assert_int_equal(house_only("select count(*) from v_entity_values where key = 'I1' and field = 'size' and value = '9'"), 1);
}

/* One bad row: none is taken, and every bad one is told with its number in the file. */
static void a_fault_a_row(void **state) {
    static const char rows[] = "[{\"row\":2,\"key\":\"G1\",\"label\":\"好\",\"fields\":{\"size\":\"1\"}},{\"row\":3,\"key\":\"G2\",\"label\":\"\",\"fields\":{\"size\":\"1\"}},"
                               "{\"row\":5,\"key\":\"G3\",\"label\":\"三\",\"fields\":{\"size\":\"x\"}},{\"row\":6,\"key\":\"G4\",\"label\":\"四\",\"fields\":{}},"
                               "{\"row\":7,\"key\":\"G5\",\"label\":\"五\",\"fields\":{\"size\":\"1\",\"kind\":\"c\"}},{\"row\":8,\"key\":\"G6\",\"label\":\"六\",\"fields\":{\"size\":\"1\",\"until\":\"2026-02-30\"}},"
                               "{\"row\":9,\"key\":\"G7\",\"label\":\"七\",\"fields\":{\"size\":\"1\",\"owner\":\"某人\"}},{\"row\":10,\"key\":\"G8\",\"label\":\"八\",\"fields\":{\"weight\":\"1\"}}]";
    static const int64_t bad[] = {3, 5, 6, 7, 8, 9, 10};
    (void)state;
    for (int dry = 0; dry < 2; dry++) {
        int64_t before = entries();
        struct answer answer = house_refused(importing(rows, dry), "register.import");
        assert_int_equal(answer.refusal.fields->count, sizeof bad / sizeof *bad);
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            assert_int_equal(json_integer(&answer.refusal.fields->items[i], "row", 0), bad[i]);
            assert_true(json_string(&answer.refusal.fields->items[i], "problem").n > 0);
        }
        assert_int_equal(entries(), before);
    }
    house_refused(importing("[]", false), "register.rows");
    house_refused(importing("{}", false), "register.rows");
    struct command *c = importing("[{\"row\":2,\"key\":\"H1\",\"label\":\"一\",\"fields\":{\"size\":\"1\"}}]", false);
    c->actor.account = zhao; /* a new entry belongs to whoever enters it */
    c->actor.system = false;
    house_run(c, "added");
    house_refused(importing("[{\"row\":2,\"key\":\"H1\",\"fields\":{\"size\":\"2\"}}]", false), "register.not-yours");
}

/* ---- forgetting */

static void personal_values_go_with_their_key(void **state) {
    (void)state;
    struct command *c = putting("P1", "有主", "{\"size\":\"1\"}");
    put_json(c, "personal", "{\"owner\":\"孙某\"}");
    int64_t id = house_run(c, "entity"), party = house_number("select party from entity where id = ?", DB_INT(id));
    assert_true(party > 0);
    assert_int_equal(house_number("select count(*) from entity_value where entity = ? and personal = '孙某' and value is null", DB_INT(id)), 1);
    c = putting("P1", NULL, "{}");
    put_json(c, "personal", "{\"owner\":\"钱某\"}");
    house_run(c, "entity");
    assert_int_equal(house_number("select count(*) from entity_change where entity = ? and field = 'owner' and before is null and after is null", DB_INT(id)), 1); /* that it changed, not what */
    assert_int_equal(house_number("select count(*) from v_entity_values where entity = ? and field = 'owner'", DB_INT(id)), 0);
    erase_person(party);
    assert_int_equal(house_number("select count(*) from entity_value where entity = ? and field = 'owner' and personal is null", DB_INT(id)), 1);
    assert_int_equal(house_number("select count(*) from entity_value where entity = ? and field = 'size' and value = '1'", DB_INT(id)), 1); /* the rest stays */
    assert_int_equal(house_number("select count(*) from entity where id = ? and closed_at is null", DB_INT(id)), 1);
}

/* ---- reminders, holders */

static int64_t waiting(int64_t id) {
    return house_number("select count(*) from entity_reminder where entity = ? and told_at is null", DB_INT(id));
}

static int64_t told(int64_t account) {
    return house_number("select count(*) from notice where account = ? and kind = 'register.remind'", DB_INT(account));
}

static void a_date_reminds_once(void **state) {
    (void)state;
    int64_t id = put("R1", "{\"size\":\"1\",\"until\":\"2026-10-20\"}");
    assert_int_equal(waiting(id), 1);
    struct command *early = house_command("register.remind", 0);
    put_number(early, "entity", id);
    put_text(early, "field", "until");
    house_refused(early, "register.not-due");
    env_clock_set(house_monday + 11 * MICROS_A_DAY); /* 9 October: eleven days before */
    engine_fire_due(house.engine);
    assert_int_equal(told(wang), 0);
    env_clock_set(house_monday + 12 * MICROS_A_DAY);
    assert_int_equal(engine_fire_due(house.engine), 1);
    assert_int_equal(engine_fire_due(house.engine), 0);
    assert_int_equal(told(wang), 1);
    assert_int_equal(told(zhao), 0);
    assert_int_equal(waiting(id), 0);
    put("R1", "{\"until\":\"2027-10-20\"}"); /* a new date arms it again, none disarms it */
    assert_int_equal(waiting(id), 1);
    put("R1", "{\"until\":null}");
    assert_int_equal(house_number("select count(*) from entity_reminder where entity = ?", DB_INT(id)), 0);
    put("R1", "{\"until\":\"2026-10-01\"}"); /* a day that has passed: at once */
    /* An imported list of old entries wakes nobody; what is still to come does. */
    house_run(importing("[{\"row\":2,\"key\":\"R2\",\"label\":\"旧\",\"fields\":{\"size\":\"1\",\"until\":\"2026-01-01\"}},{\"row\":3,\"key\":\"R3\",\"label\":\"新\",\"fields\":{\"size\":\"1\",\"until\":\"2028-01-01\"}}]", false), "added");
    assert_int_equal(house_only("select count(*) from entity_reminder m join entity e on e.id = m.entity where e.key = 'R2' and m.told_at is not null"), 1);
    assert_int_equal(house_only("select count(*) from entity_reminder m join entity e on e.id = m.entity where e.key = 'R3' and m.told_at is null"), 1);
    struct command *c = house_command("register.close", wang);
    put_number(c, "entity", id);
    put_text(c, "reason", "没有了");
    house_run(c, "");
    assert_int_equal(engine_fire_due(house.engine), 1); /* a closed entry is settled without a word */
    assert_int_equal(told(wang), 1);
}

static int64_t assign(int64_t entity, int64_t account, const char *name) {
    struct command *c = house_command("duty.assign", wang);
    put_number(c, "entity", entity);
    put_text(c, "duty", "patrol");
    if (account) put_number(c, "account", account);
    else put_text(c, "name", name);
    return house_run(c, "duty");
}

/* The count beside a register agrees with the list it leads to. */
static int64_t register_needing_now(const struct viewer *v) {
    struct register_search search = {.text = STR(""), .needing = true, .most = 1000};
    int64_t *ids;
    struct db *db = store_read_begin(house.store);
    const struct register_definition *r = register_find(&house.arena, services_current(engine_services(house.engine), db, STR("keep")), STR("things"));
    int64_t counted = register_needing(db, &house.arena, v, r), listed = (int64_t)register_page(db, &house.arena, v, r, &search, &ids);
    assert_true(store_read_end(house.store, db, &house.faults));
    assert_int_equal(counted, listed);
    return counted;
}

static int64_t red(int64_t entity) {
    struct viewer v = {.account = zhao, .may = MAY_ACCOUNT | MAY_STAFF, .language = LANGUAGE_ZH, .now = house_monday + 13 * MICROS_A_DAY};
    struct seen_entity seen;
    struct db *db = store_read_begin(house.store);
    const struct service *s = services_current(engine_services(house.engine), db, STR("keep"));
    assert_true(register_entity(db, &house.arena, &v, register_find(&house.arena, s, STR("things")), entity, true, &seen));
    assert_true(store_read_end(house.store, db, &house.faults));
    int64_t marked = 0;
    for (size_t i = 0; i < seen.duty_count; i++) marked += seen.duties[i].gone;
    assert_int_equal(marked, seen.red);
    assert_true(register_needing_now(&v) >= (seen.red > 0));
    return seen.red;
}

/* Retired by word, by a closed account, by erasure: each turns all their duties red. */
static void who_is_gone_is_red_everywhere(void **state) {
    (void)state;
    env_clock_set(house_monday + 13 * MICROS_A_DAY);
    int64_t a = put("D1", "{\"size\":\"1\"}"), b = put("D2", "{\"size\":\"1\"}"), chen = add_staff("chen", nanhu);
    int64_t first = assign(a, 0, "李某");
    assign(b, 0, "李某");
    assert_int_equal(red(a) + red(b), 0);
    struct command *c = house_command("duty.leave", wang);
    put_number(c, "duty", first);
    put_text(c, "reason", "retired");
    house_run(c, "");
    assert_int_equal(red(a), 1);
    assert_int_equal(red(b), 1);
    assign(a, chen, NULL);
    assert_int_equal(red(a), 1);
    c = house_command("account.close", 0);
    put_number(c, "account", chen);
    house_run(c, "");
    assert_int_equal(red(a), 2);
    int64_t e = put("D3", "{\"size\":\"1\"}");
    assign(e, 0, "周某");
    assert_int_equal(red(e), 0);
    erase_person(house_number("select party from duty where entity = ?", DB_INT(e)));
    assert_int_equal(red(e), 1);
}

/* ---- forms and FEEL */

static struct answer keep(const char *thing, const char *heavy) {
    struct command *c = command_new(&house.arena, "case.open", (struct actor){0}, "web");
    put_text(c, "service", "keep");
    struct json *answers = json_add_empty(&house.arena, c->arguments, "answers", JSON_ARRAY);
    const char *const given[][2] = {{"/data/thing", thing}, {"/data/heavy", heavy}};
    for (size_t i = 0; i < 2; i++) {
        struct json item = {.kind = JSON_OBJECT};
        if (!given[i][1]) continue;
        json_add_string(&house.arena, &item, "path", str_from(given[i][0]));
        json_add_string(&house.arena, &item, "value", str_from(given[i][1]));
        json_add(&house.arena, answers, STR_NONE, item);
    }
    return engine_run(house.engine, &house.arena, c);
}

static int64_t open_tasks(const struct answer *opened) {
    return house_number("select count(*) from task where case_id = ? and element = 'store' and state = 'open'", DB_INT(json_integer(opened->result, "case", 0)));
}

static void a_form_chooses_from_the_register(void **state) {
    (void)state;
    put("F1", "{\"size\":\"2\"}");
    put("F2", "{\"size\":\"8\"}");
    assert_true(keep("F1", NULL).done);
    struct answer none = keep("F9", NULL), heavy = keep("F2", NULL); /* not offered; a condition on the entry's own field */
    assert_false(none.done);
    assert_string_equal(none.refusal.code, "form.invalid");
    assert_false(heavy.done);
    assert_string_equal(heavy.refusal.code, "form.invalid");
    assert_true(keep("F2", "张师傅").done);
    struct command *c = house_command("register.close", wang);
    put_number(c, "entity", house_only("select id from entity where key = 'F1'"));
    put_text(c, "reason", "没有了");
    house_run(c, "");
    assert_false(keep("F1", NULL).done); /* a closed entry is no longer offered */
}

static void an_entry_is_a_context_of_feel(void **state) {
    (void)state;
    int64_t id = put("E1", "{\"size\":\"8.5\",\"until\":\"2027-06-01\"}");
    struct answer without = keep("E1", "张师傅");
    assert_true(without.done);
    assert_int_equal(open_tasks(&without), 0); /* nobody patrols it */
    assign(id, wang, NULL);
    struct answer with = keep("E1", "张师傅");
    assert_true(with.done);
    assert_int_equal(open_tasks(&with), 1); /* number, date and duties of the entry, as the condition reads them */
    assert_int_equal(house_number("select count(*) from incident where case_id in (?, ?)", DB_INT(json_integer(with.result, "case", 0)), DB_INT(json_integer(without.result, "case", 0))), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reminder_needs_a_date_and_days),
        cmocka_unit_test(a_dry_run_changes_nothing),
        cmocka_unit_test(a_fault_a_row),
        cmocka_unit_test(personal_values_go_with_their_key),
        cmocka_unit_test(a_date_reminds_once),
        cmocka_unit_test(who_is_gone_is_red_everywhere),
        cmocka_unit_test(a_form_chooses_from_the_register),
        cmocka_unit_test(an_entry_is_a_context_of_feel),
        cmocka_unit_test(house_replays),
    };
    return cmocka_run_group_tests(tests, open_house, house_close);
}
