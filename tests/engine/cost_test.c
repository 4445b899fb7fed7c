/* cost_test.c: what a page costs does not grow with the number of cases: SQLite's steps for the wall, the lists of tasks,
 * an office's table and one case, at 1,000 and at 50,000 cases, within a fifth. */
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

static void add_files(struct json *files) {
    static const char *const names[] = {"service.yaml", "request.xml", "process.bpmn", "check.xml", "done.xml"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str text;
        assert_true(file_read(&arena, arena_printf(&arena, "tests/services/errand/%s", names[i]).p, 1 << 20, &text, &faults));
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

/* Half of the pattern wait to be checked, the others stand on the wall, every fifth of them claimed by the member. */
static int64_t open_one(int i, int64_t staff, int64_t member) {
    struct command *c = command_new(&arena, "case.open", (struct actor){0}, "web");
    json_add_string(&arena, c->arguments, "service", STR("errand"));
    json_add_integer(&arena, c->arguments, "organisation", 1);
    struct json *answers = json_add_empty(&arena, c->arguments, "answers", JSON_ARRAY);
    answer(answers, "/data/name", arena_printf(&arena, "Resident %d", i));
    answer(answers, "/data/phone", arena_printf(&arena, "100%04d", i));
    answer(answers, "/data/address", STR("Building 1"));
    answer(answers, "/data/item[1]/what", STR("rice"));
    answer(answers, "/data/item[1]/cost", STR("60"));
    answer(answers, "/data/consent", STR("yes"));
    int64_t id = run(c, "case");
    if (i % 2) return id;
    c = command_new(&arena, "task.complete", (struct actor){.account = staff}, "desk");
    json_add_integer(&arena, c->arguments, "task", task_of(id));
    answer(json_add_empty(&arena, c->arguments, "answers", JSON_ARRAY), "/data/outcome", STR("approve"));
    run(c, NULL);
    if (i % 10) return id;
    c = command_new(&arena, "task.claim", (struct actor){.account = member}, "web");
    json_add_integer(&arena, c->arguments, "task", task_of(id));
    run(c, NULL);
    return id;
}

struct costs {
    int64_t wall, claim, office, overdue, mine, table, page;
};

static int64_t staff, member, one_case;

static int64_t steps_of_tasks(struct db *db, int64_t who, enum task_list which) {
    struct viewer v = {.account = who, .may = MAY_STAFF, .language = LANGUAGE_ZH, .now = engine_now(engine)};
    if (which == TASKS_OVERDUE) v.now += (instant)60 * 86400 * MICROS_A_SECOND; /* when every task is late */
    struct task_line *lines;
    int64_t next, before = db_steps(db);
    list_tasks(engine, db, &arena, &v, which, STR(""), 0, 20, &lines, &next);
    return db_steps(db) - before;
}

static struct costs measure(void) {
    struct costs c;
    struct viewer nobody = {.language = LANGUAGE_ZH, .now = engine_now(engine)};
    struct viewer clerk = {.account = staff, .may = MAY_STAFF, .language = LANGUAGE_ZH, .now = engine_now(engine)};
    struct case_line *lines;
    struct seen_case seen;
    int64_t next;
    struct db *db = store_read_begin(engine_store(engine));
    int64_t before = db_steps(db);
    assert_int_equal(list_public(engine, db, &arena, &nobody, STR("errand"), STR("open"), STR(""), STR(""), 0, 0, 12, &lines, &next), 12);
    c.wall = db_steps(db) - before;
    c.claim = steps_of_tasks(db, member, TASKS_TO_CLAIM);
    c.office = steps_of_tasks(db, staff, TASKS_OF_OFFICE);
    c.overdue = steps_of_tasks(db, staff, TASKS_OVERDUE);
    c.mine = steps_of_tasks(db, member, TASKS_MINE);
    before = db_steps(db);
    assert_int_equal(list_office(engine, db, &arena, &clerk, STR("errand"), STR(""), 0, 50, &lines, &next), 50);
    c.table = db_steps(db) - before;
    before = db_steps(db);
    assert_true(viewer_case(engine, db, &arena, &clerk, one_case, &seen));
    list_alike(engine, db, &arena, &clerk, one_case, &lines);
    c.page = db_steps(db) - before;
    assert_true(store_read_end(engine_store(engine), db, &faults));
    return c;
}

static void same(const char *what, int64_t small, int64_t large) {
    print_message("%-22s %6lld steps at %d cases, %6lld at %d\n", what, (long long)small, SMALL, (long long)large, LARGE);
    assert_true(small > 0);
    assert_true(large * 10 <= small * 12 && large * 10 >= small * 8);
}

static void a_page_costs_the_same_at_any_size(void **state) {
    (void)state;
    struct crowd *crowd = malloc(sizeof *crowd);
    struct store_options options = {.folder = arena_printf(&arena, "%s/data", folder).p, .schema = schema, .create = true};
    struct store *store = store_open(&options, &faults);
    assert_non_null(store);
    engine = engine_open(&(struct engine_options){.store = store}, &faults);
    assert_non_null(engine);
    struct command *c = command_new(&arena, "organisation.add", owner, "test");
    json_add_string(&arena, c->arguments, "kind", STR("community"));
    json_add_string(&arena, c->arguments, "name", STR("Nanhu"));
    run(c, NULL);
    c = command_new(&arena, "service.deploy", owner, "test");
    add_files(json_add_empty(&arena, c->arguments, "files", JSON_OBJECT));
    run(c, NULL);
    staff = account("staff", "staff");
    member = account("member", "member");
    crowd_begin(crowd, engine);
    for (int i = 0; i < PATTERN; i++) one_case = open_one(i, staff, member);
    crowd_learn(crowd);
    assert_true(crowd_copy(crowd, SMALL / PATTERN - 1));
    struct costs small = measure();
    assert_true(crowd_copy(crowd, (LARGE - SMALL) / PATTERN));
    struct costs large = measure();
    same("the wall", small.wall, large.wall);
    same("tasks to claim", small.claim, large.claim);
    same("tasks of the office", small.office, large.office);
    same("what is overdue", small.overdue, large.overdue);
    same("my tasks", small.mine, large.mine);
    same("the office's table", small.table, large.table);
    same("one case", small.page, large.page);
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
