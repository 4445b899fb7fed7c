/* variables_test.c: what is personal becomes no variable of the process, nor anything a process makes of its variables:
 * titles, items of loops, properties, history, notices. Marks are put into the answers and looked for in every column of
 * the state: they may stand only in columns that are kept as personal (event_kinds.c). */
#include "base/env.h"
#include "engine/engine.h"

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
    env_clock_set(1790557200LL * MICROS_A_SECOND);
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

static bool is_personal(struct str table, struct str column) {
    for (const struct event_kind *k = engine_event_kinds; k->name; k++)
        for (int i = 0; str_eqz(table, k->table) && i < EVENT_MAX_COLUMNS && k->columns[i].name; i++)
            if (str_eqz(column, k->columns[i].name) && k->columns[i].kind == COLUMN_PERSONAL) return true;
    return false;
}

/* How many columns hold the mark; fails when one of them is not kept as personal and `anywhere` is false. */
static int columns_with(const char *mark, bool anywhere) {
    struct str *tables;
    size_t count = store_state_tables(store, &arena, &tables);
    int found = 0;
    struct db *db = store_read_begin(store);
    for (size_t t = 0; t < count; t++) {
        struct query columns = db_query(db, "select name from pragma_table_info(?)", DB_TEXT(tables[t]));
        while (query_next(&columns)) {
            struct str column = arena_str(&arena, query_text(&columns, 0));
            const char *sql = arena_printf(&arena, "select count(*) from \"%.*s\" where instr(\"%.*s\", '%s') > 0", STR_ARGS(tables[t]), STR_ARGS(column), mark).p;
            if (!db_int_values(db, 0, sql, NULL, 0)) continue;
            found++;
            if (!anywhere && !is_personal(tables[t], column)) fail_msg("%s stands in %.*s.%.*s", mark, STR_ARGS(tables[t]), STR_ARGS(column));
        }
    }
    assert_true(store_read_end(store, db, &faults));
    return found;
}

static int64_t variables_with(const char *mark) {
    struct db *db = store_read_begin(store);
    int64_t n = db_int(db, -1, "select count(*) from variable where instr(value, ?) > 0", DB_TEXT(str_from(mark)));
    assert_true(store_read_end(store, db, &faults));
    return n;
}

static void personal_answers_become_no_variables(void **state) {
    (void)state;
    deploy();
    struct command *open = command("case.open");
    json_add_string(&arena, open->arguments, "service", STR("errand"));
    answer(open, "/data/name", "ZmNAME");
    answer(open, "/data/phone", "0434ZmPHONE");
    answer(open, "/data/address", "ZmADDRESS");
    answer(open, "/data/item[1]/what", "ZmPUBLIC");
    answer(open, "/data/item[1]/cost", "60");
    answer(open, "/data/consent", "yes");
    int64_t id = json_integer(done(open), "case", 0);
    struct command *check = command("task.complete");
    json_add_integer(&arena, check->arguments, "task", 1);
    answer(check, "/data/outcome", "approve");
    done(check);
    struct command *amend = command("case.amend");
    json_add_integer(&arena, amend->arguments, "case", id);
    json_add_integer(&arena, amend->arguments, "submission", 1);
    json_add_string(&arena, amend->arguments, "path", STR("/data/name"));
    json_add_string(&arena, amend->arguments, "value", STR("ZmMENDED"));
    json_add_string(&arena, amend->arguments, "reason", STR("a slip of the pen"));
    done(amend);
    static const char *const personal[] = {"ZmNAME", "ZmPHONE", "ZmADDRESS", "ZmMENDED"};
    for (size_t i = 0; i < sizeof personal / sizeof *personal; i++) {
        assert_true(columns_with(personal[i], false) > 0); /* it is kept, and where it belongs */
        assert_int_equal(variables_with(personal[i]), 0);
    }
    assert_true(variables_with("ZmPUBLIC") > 0); /* what is public is one */
    assert_true(columns_with("ZmPUBLIC", true) > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(personal_answers_become_no_variables)};
    return cmocka_run_group_tests(tests, open_house, close_house);
}
