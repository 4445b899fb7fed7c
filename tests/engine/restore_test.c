/* restore_test.c: who was erased after a backup stays erased when it is restored: keys, cells, and the replay agree. */
#include "base/env.h"
#include "engine/engine.h"
#include "engine/replay.h"
#include "store/backup.h"

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

static const char *below(const char *name) {
    return arena_printf(&arena, "%s/%s", folder, name).p;
}

static struct store *open_store(bool create) {
    struct store_options options = {.folder = below("data"), .schema = schema, .create = create, .guard = true};
    struct store *s = store_open(&options, &faults);
    assert_non_null(s);
    return s;
}

static struct engine *open_engine(struct store *s) {
    struct engine_options options = {.store = s};
    struct engine *e = engine_open(&options, &faults);
    assert_non_null(e);
    return e;
}

static int64_t add_party(struct engine *e, const char *name) {
    struct command *c = command_new(&arena, "party.add", (struct actor){.system = true}, "test");
    json_add_string(&arena, c->arguments, "kind", STR("person"));
    json_add_string(&arena, c->arguments, "name", str_from(name));
    struct answer answer = engine_run(e, &arena, c);
    assert_true(answer.done);
    return json_integer(answer.result, "party", 0);
}

static void erase_party(struct engine *e, int64_t id) {
    struct command *c = command_new(&arena, "party.erase", (struct actor){.system = true}, "test");
    json_add_integer(&arena, c->arguments, "party", id);
    json_add_string(&arena, c->arguments, "reason", STR("asked for it"));
    assert_true(engine_run(e, &arena, c).done);
}

static struct str name_of(struct store *s, int64_t id) {
    struct db *db = store_read_begin(s);
    struct str name = db_text(db, &arena, "SELECT coalesce(name, '') FROM party WHERE id = ?", DB_INT(id));
    assert_true(store_read_end(s, db, &faults));
    return name;
}

static void erased_stays_erased(void **state) {
    (void)state;
    struct backup_report report;
    arena_init(&arena, 256 << 20);
    faults_init(&faults, &arena);
    assert_non_null(mkdtemp(folder));
    struct store *s = open_store(true);
    struct engine *e = open_engine(s);
    int64_t li = add_party(e, "李奶奶"), wang = add_party(e, "王五");
    assert_true(backup_write(s, below("backup.zip"), &arena, &report, &faults));
    int64_t later = add_party(e, "赵六"); /* the backup does not know this one */
    erase_party(e, li);
    erase_party(e, later);
    engine_close(e);
    store_close(s);

    struct store_options options = {.folder = below("data"), .schema = schema};
    assert_true(backup_restore(below("backup.zip"), &options, &arena, &report, &faults));
    assert_int_equal(report.erasures, 2);
    s = open_store(false);
    assert_true(str_eqz(name_of(s, li), "李奶奶")); /* until the engine has heard of it */
    engine_close(open_engine(s));
    assert_true(str_eqz(name_of(s, li), ""));
    assert_true(str_eqz(name_of(s, wang), "王五"));
    struct seal_subject *due;
    assert_int_equal(seal_erasures_due(store_writer(s), &arena, &due), 0);
    struct replay_report replayed;
    bool same = replay_verify(s, schema, NULL, true, &replayed, &faults);
    for (size_t i = 0; i < faults.count; i++) fprintf(stderr, "%.*s\n", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[i])));
    assert_true(same);
    assert_int_equal(replayed.entries, 4); /* two parties, the new log, one erasure */
    assert_int_equal(replayed.unreadable, 1);
    store_close(s);
    assert_true(folder_remove(folder, &faults));
    arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(erased_stays_erased)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
