/* cost_test.c: what a page costs does not grow with the number of cases: SQLite's steps for the wall, the lists of tasks,
 * an office's table, one case and a resident's own, at 1,000 and at 50,000 cases of several offices, within a fifth. Most
 * of all where little is looked for among much: a rare service, a rare answer, a small office. */
#include "base/env.h"
#include "crowd.h"
#include "engine/lists.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

extern const char schema_engine[];
static const struct store_schema schema[] = {{"store", schema_store}, {"engine", schema_engine}, {NULL, NULL}};
static struct arena arena;
static struct faults faults;
static char folder[] = "/tmp/lingban-test-XXXXXX";
static struct engine *engine;
static const struct actor owner = {.system = true};

enum { PATTERN = 10, SMALL = 1000 };
#ifdef __SANITIZE_ADDRESS__
enum { LARGE = 5000 }; /* filling takes its time there */
#else
enum { LARGE = 50000 };
#endif

static int64_t run(struct command *c, const char *result) {
    struct answer answer = engine_run(engine, &arena, c);
    if (!answer.done) print_message("%s: %s\n", c->name.p, answer.refusal.code);
    assert_true(answer.done);
    return result ? json_integer(answer.result, result, 0) : 0;
}

/* The errand's folder under another id, so that there is a service with few cases beside one with many. */
static void add_files(struct json *files, const char *id) {
    static const char *const names[] = {"service.yaml", "request.xml", "process.bpmn", "check.xml", "done.xml"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str text;
        assert_true(file_read(&arena, arena_printf(&arena, "tests/services/errand/%s", names[i]).p, 1 << 20, &text, &faults));
        ptrdiff_t at = i == 0 ? str_find(text, STR("id: errand")) : -1;
        if (at >= 0) text = arena_printf(&arena, "%.*sid: %s%.*s", (int)at, text.p, id, STR_ARGS(str_sub(text, (size_t)at + 10, text.n)));
        json_add_string(&arena, json_add_empty(&arena, files, names[i], JSON_OBJECT), "text", text);
    }
}

static int64_t account(const char *login, const char *role) {
    struct command *c = command_new(&arena, "account.add", owner, "test");
    json_add_string(&arena, c->arguments, "login", str_from(login));
    json_add_string(&arena, c->arguments, "name", str_from(login));
    json_add_integer(&arena, c->arguments, "organisation", 1);
    int64_t id = run(c, "account");
    c = command_new(&arena, "role.grant", owner, "test");
    json_add_integer(&arena, c->arguments, "account", id);
    json_add_string(&arena, c->arguments, "role", str_from(role));
    json_add_integer(&arena, c->arguments, "organisation", 1);
    run(c, NULL);
    return id;
}

static void answer(struct json *answers, const char *path, struct str value) {
    struct json item = {.kind = JSON_OBJECT};
    json_add_string(&arena, &item, "path", str_from(path));
    json_add_string(&arena, &item, "value", value);
    json_add(&arena, answers, STR_NONE, item);
}

static int64_t task_of(int64_t case_id) {
    struct db *db = store_read_begin(engine_store(engine));
    int64_t id = db_int(db, 0, "select max(id) from task where case_id = ? and state = 'open'", DB_INT(case_id));
    store_read_end(engine_store(engine), db, &faults);
    return id;
}

static int64_t staff, member, one_case;
enum { CITY = 1, NANHU, BEIHU, SMALL_OFFICE }; /* organisations, in the order in which they are added */

/* Opens a case; `approved`: it stands on the wall. */
static int64_t open_at(const char *service, int64_t office, const char *what, int i, bool approved) {
    struct command *c = command_new(&arena, "case.open", (struct actor){0}, "web");
    json_add_string(&arena, c->arguments, "service", str_from(service));
    json_add_integer(&arena, c->arguments, "organisation", office);
    struct json *answers = json_add_empty(&arena, c->arguments, "answers", JSON_ARRAY);
    answer(answers, "/data/name", arena_printf(&arena, "Resident %d", i));
    answer(answers, "/data/phone", arena_printf(&arena, "100%04d", i));
    answer(answers, "/data/address", STR("Building 1"));
    answer(answers, "/data/item[1]/what", str_from(what));
    answer(answers, "/data/item[1]/cost", STR("60"));
    answer(answers, "/data/consent", STR("yes"));
    int64_t id = run(c, "case");
    if (!approved) return id;
    c = command_new(&arena, "task.complete", (struct actor){.account = staff}, "desk");
    json_add_integer(&arena, c->arguments, "task", task_of(id));
    answer(json_add_empty(&arena, c->arguments, "answers", JSON_ARRAY), "/data/outcome", STR("approve"));
    run(c, NULL);
    return id;
}

/* Half of the pattern wait to be checked, the others stand on the wall, every fifth of them claimed by the member; two
 * offices in turn. */
static int64_t open_one(int i) {
    int64_t id = open_at("errand", i % 4 < 2 ? NANHU : BEIHU, "rice", i, i % 2 == 0);
    if (i % 10) return id;
    struct command *c = command_new(&arena, "task.claim", (struct actor){.account = member}, "web");
    json_add_integer(&arena, c->arguments, "task", task_of(id));
    run(c, NULL);
    return id;
}

/* What is rare, before the crowd: three of another service, three with another answer, two of a small office. */
static void open_the_rare(void) {
    for (int i = 0; i < 3; i++) {
        open_at("rare", NANHU, "rice", 9000 + i, i > 0);
        open_at("errand", NANHU, "piano", 9100 + i, true);
        if (i < 2) open_at("errand", SMALL_OFFICE, "rice", 9200 + i, true);
    }
}

enum {
    WALL, WALL_COMMON, WALL_RARE, WALL_OFFICE, CLAIM, CLAIM_RARE, OFFICE, OFFICE_RARE, OVERDUE, MINE, TABLE, TABLE_RARE, OWN, PAGE, ENDING, MEASURED,
};
static const char *const names[MEASURED] = {
    [WALL] = "the wall", [WALL_COMMON] = "its common answer", [WALL_RARE] = "its rare answer", [WALL_OFFICE] = "a small office's wall", [CLAIM] = "tasks to claim",
    [CLAIM_RARE] = "of a rare service", [OFFICE] = "tasks of the office", [OFFICE_RARE] = "of a rare service", [OVERDUE] = "what is overdue", [MINE] = "my tasks",
    [TABLE] = "the office's table", [TABLE_RARE] = "of a rare service", [OWN] = "a resident's own", [PAGE] = "one case", [ENDING] = "the last digits",
};

static int64_t steps_of_tasks(struct db *db, int64_t who, enum task_list which, const char *service, size_t wanted) {
    struct viewer v = {.account = who, .may = MAY_STAFF, .language = LANGUAGE_ZH, .now = engine_now(engine)};
    if (which == TASKS_OVERDUE) v.now += (instant)60 * 86400 * MICROS_A_SECOND; /* when every task is late */
    struct task_line *lines;
    int64_t next, before = db_steps(db);
    assert_int_equal(list_tasks(engine, db, &arena, &v, which, str_from(service), 0, 20, &lines, &next), wanted);
    return db_steps(db) - before;
}

static int64_t steps_of_wall(struct db *db, const char *path, const char *value, int64_t office, size_t wanted) {
    struct viewer nobody = {.language = LANGUAGE_ZH, .now = engine_now(engine)};
    struct case_line *lines;
    int64_t next, before = db_steps(db);
    assert_int_equal(list_public(engine, db, &arena, &nobody, STR("errand"), STR("open"), str_from(path), str_from(value), office, 0, 12, &lines, &next), wanted);
    return db_steps(db) - before;
}

static int64_t steps_of_table(struct db *db, const char *service, size_t wanted) {
    struct viewer clerk = {.account = staff, .may = MAY_STAFF, .language = LANGUAGE_ZH, .now = engine_now(engine)};
    struct case_line *lines;
    int64_t next, before = db_steps(db);
    assert_int_equal(list_office(engine, db, &arena, &clerk, str_from(service), STR(""), 0, 50, &lines, &next), wanted);
    return db_steps(db) - before;
}

static void measure(int64_t steps[MEASURED]) {
    struct viewer clerk = {.account = staff, .may = MAY_STAFF, .language = LANGUAGE_ZH, .now = engine_now(engine)};
    struct viewer resident = {.phone = STR("1009000"), .language = LANGUAGE_ZH, .now = engine_now(engine)};
    struct case_line *lines;
    struct seen_case seen;
    struct db *db = store_read_begin(engine_store(engine));
    steps[WALL] = steps_of_wall(db, "", "", 0, 12);
    steps[WALL_COMMON] = steps_of_wall(db, "/data/item/what", "rice", 0, 12);
    steps[WALL_RARE] = steps_of_wall(db, "/data/item/what", "piano", 0, 3);
    steps[WALL_OFFICE] = steps_of_wall(db, "", "", SMALL_OFFICE, 2);
    steps[CLAIM] = steps_of_tasks(db, member, TASKS_TO_CLAIM, "", 20);
    steps[CLAIM_RARE] = steps_of_tasks(db, member, TASKS_TO_CLAIM, "rare", 2);
    steps[OFFICE] = steps_of_tasks(db, staff, TASKS_OF_OFFICE, "", 20);
    steps[OFFICE_RARE] = steps_of_tasks(db, staff, TASKS_OF_OFFICE, "rare", 3);
    steps[OVERDUE] = steps_of_tasks(db, staff, TASKS_OVERDUE, "", 20);
    steps[MINE] = steps_of_tasks(db, member, TASKS_MINE, "", 20);
    steps[TABLE] = steps_of_table(db, "errand", 50);
    steps[TABLE_RARE] = steps_of_table(db, "rare", 3);
    int64_t before = db_steps(db);
    assert_int_equal(list_own(engine, db, &arena, &resident, &lines), 1);
    steps[OWN] = db_steps(db) - before;
    before = db_steps(db);
    assert_true(viewer_case(engine, db, &arena, &clerk, one_case, &seen));
    list_alike(engine, db, &arena, &clerk, one_case, &lines);
    steps[PAGE] = db_steps(db) - before;
    struct str reference = db_text(db, &arena, "select reference from cases where id = ?", DB_INT(one_case));
    before = db_steps(db);
    assert_true(list_search(engine, db, &arena, &clerk, str_sub(reference, reference.n - 8, reference.n), &lines) >= 1);
    steps[ENDING] = db_steps(db) - before;
    assert_true(store_read_end(engine_store(engine), db, &faults));
}

static bool same(const char *what, int64_t small, int64_t large) {
    bool good = small > 0 && large * 10 <= small * 12 && large * 10 >= small * 8;
    print_message("%-22s %6lld steps at %d cases, %6lld at %d%s\n", what, (long long)small, SMALL, (long long)large, LARGE, good ? "" : "   GROWS");
    return good;
}

static void a_page_costs_the_same_at_any_size(void **state) {
    (void)state;
    struct crowd *crowd = malloc(sizeof *crowd);
    struct store_options options = {.folder = arena_printf(&arena, "%s/data", folder).p, .schema = schema, .create = true};
    struct store *store = store_open(&options, &faults);
    assert_non_null(store);
    engine = engine_open(&(struct engine_options){.store = store}, &faults);
    assert_non_null(engine);
    for (int i = CITY; i <= SMALL_OFFICE; i++) {
        struct command *c = command_new(&arena, "organisation.add", owner, "test");
        json_add_string(&arena, c->arguments, "kind", i == CITY ? STR("city") : STR("community"));
        json_add_string(&arena, c->arguments, "name", arena_printf(&arena, "Office %d", i));
        if (i > CITY) json_add_integer(&arena, c->arguments, "parent", CITY);
        assert_int_equal(run(c, "organisation"), i);
    }
    for (int i = 0; i < 2; i++) {
        struct command *c = command_new(&arena, "service.deploy", owner, "test");
        add_files(json_add_empty(&arena, c->arguments, "files", JSON_OBJECT), i ? "rare" : "errand");
        run(c, NULL);
    }
    staff = account("staff", "staff");
    member = account("member", "member");
    open_the_rare();
    crowd_begin(crowd, engine);
    for (int i = 0; i < PATTERN; i++) one_case = open_one(i);
    crowd_learn(crowd);
    assert_true(crowd_copy(crowd, SMALL / PATTERN - 1));
    int64_t small[MEASURED], large[MEASURED];
    measure(small);
    assert_true(crowd_copy(crowd, (LARGE - SMALL) / PATTERN));
    measure(large);
    bool all = true;
    for (int i = 0; i < MEASURED; i++) all = same(names[i], small[i], large[i]) && all;
    assert_true(all);
    crowd_end(crowd);
    free(crowd);
    engine_close(engine);
    store_close(store);
}

int main(void) {
    arena_init(&arena, 256 << 20);
    faults_init(&faults, &arena);
    if (!mkdtemp(folder)) return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_page_costs_the_same_at_any_size)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    folder_remove(folder, NULL);
    arena_release(&arena);
    return failed;
}
