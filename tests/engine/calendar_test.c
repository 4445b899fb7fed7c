/* calendar_test.c: a day is changed in a town with more open cases than one command counts again: the rest follows by
 * itself, piece by piece, each an entry of the journal; meanwhile nobody changes another day. */
#include "base/env.h"
#include "engine/engine.h"
#include "engine/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

extern const char schema_engine[];
static const struct store_schema schema[] = {{"store", schema_store}, {"engine", schema_engine}, {NULL, NULL}};
static struct arena arena;
static struct faults faults;
static char folder[] = "/tmp/lingban-test-XXXXXX";
static struct store *store;
static struct engine *engine;

static int open_house(void **state) {
    (void)state;
    arena_init(&arena, 256 << 20);
    faults_init(&faults, &arena);
    env_clock_set(1793581200LL * MICROS_A_SECOND); /* 2026-11-02 09:00 in Shanghai, a Monday */
    if (!mkdtemp(folder)) return -1;
    struct store_options options = {.folder = arena_printf(&arena, "%s/data", folder).p, .schema = schema, .create = true, .guard = true};
    store = store_open(&options, &faults);
    struct engine_options with = {.store = store};
    engine = store ? engine_open(&with, &faults) : NULL;
    return engine ? 0 : -1;
}

static int close_house(void **state) {
    (void)state;
    engine_close(engine);
    store_close(store);
    folder_remove(folder, NULL);
    env_clock_machine();
    arena_release(&arena);
    return 0;
}

static struct command *command(const char *name) {
    return command_new(&arena, name, (struct actor){.system = true}, "desk");
}

static struct json *done(struct command *c) {
    struct answer answer = engine_run(engine, &arena, c);
    if (!answer.done) fail_msg("%.*s: %.*s", STR_ARGS(c->name), STR_ARGS(text_format(&arena, LANGUAGE_EN, answer.refusal.sentence, answer.refusal.sentence_count)));
    return answer.result;
}

static void deploy(void) {
    static const char *const names[] = {"service.yaml", "request.xml", "check.xml", "done.xml", "process.bpmn"};
    struct command *c = command("service.deploy");
    struct json *files = json_add_empty(&arena, c->arguments, "files", JSON_OBJECT);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str text;
        assert_true(file_read(&arena, arena_printf(&arena, "tests/services/errand/%s", names[i]).p, 1 << 20, &text, &faults));
        json_add_string(&arena, json_add_empty(&arena, files, names[i], JSON_OBJECT), "text", text);
    }
    done(c);
}

static void answer(struct command *c, const char *path, const char *value) {
    struct json *list = (struct json *)json_member(c->arguments, "answers");
    if (!list) list = json_add_empty(&arena, c->arguments, "answers", JSON_ARRAY);
    struct json *item = json_add(&arena, list, STR_NONE, (struct json){.kind = JSON_OBJECT});
    json_add_string(&arena, item, "path", str_from(path));
    json_add_string(&arena, item, "value", str_from(value));
}

static struct answer put(const char *day, const char *kind) {
    struct command *c = command("calendar.put");
    json_add_string(&arena, c->arguments, "day", str_from(day));
    json_add_string(&arena, c->arguments, "kind", str_from(kind));
    return engine_run(engine, &arena, c);
}

static int64_t count(const char *what, const char *day) {
    struct db *db = store_read_begin(store);
    int64_t n = strcmp(what, "cases") == 0
                    ? db_int(db, -1, "select count(*) from cases where date(due_at / 1000000 + 28800, 'unixepoch') = ?", DB_TEXT(str_from(day)))
                    : db_int(db, -1, "select count(*) from task where date(due_at / 1000000 + 28800, 'unixepoch') = ?", DB_TEXT(str_from(day)));
    assert_true(store_read_end(store, db, &faults));
    return n;
}

static bool waits(void) {
    struct db *db = store_read_begin(store);
    bool rest = db_int(db, 0, "select count(*) from recount") > 0;
    assert_true(store_read_end(store, db, &faults));
    return rest;
}

enum { CASES = 430 };

static void the_rest_follows(void **state) {
    (void)state;
    deploy();
    for (int i = 0; i < CASES; i++) {
        struct command *open = command("case.open");
        json_add_string(&arena, open->arguments, "service", STR("errand"));
        answer(open, "/data/name", "somebody");
        answer(open, "/data/item[1]/what", "rice");
        answer(open, "/data/consent", "yes");
        done(open);
    }
    assert_int_equal(count("cases", "2026-11-16"), CASES);
    assert_int_equal(count("tasks", "2026-11-04"), CASES);
    struct answer first = put("2026-11-04", "off");
    assert_true(first.done && json_boolean(first.result, "more", false));
    assert_int_equal(json_integer(first.result, "cases", 0), 200);
    assert_int_equal(json_integer(first.result, "tasks", 0), 200);
    assert_int_equal(count("cases", "2026-11-17"), 200);
    struct answer busy = put("2026-11-05", "off");
    assert_false(busy.done);
    assert_string_equal(busy.refusal.code, "calendar.busy");
    while (waits()) engine_fire_due(engine);
    assert_int_equal(count("cases", "2026-11-17"), CASES);
    assert_int_equal(count("tasks", "2026-11-05"), CASES);
    struct answer back = put("2026-11-04", "work");
    assert_true(back.done);
    while (waits()) engine_fire_due(engine);
    assert_int_equal(count("cases", "2026-11-16"), CASES);
    assert_int_equal(count("tasks", "2026-11-04"), CASES);
    struct replay_report report;
    bool same = replay_verify(store, schema, NULL, true, &report, &faults);
    for (size_t i = 0; i < faults.count; i++) fprintf(stderr, "%.*s\n", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[i])));
    assert_true(same);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_rest_follows)};
    return cmocka_run_group_tests(tests, open_house, close_house);
}
