/* writer_test.c: what a sender may rely on: the same key gives the same answer, once; refusals are not remembered; event
 * time never runs backwards; what is personal stands in no journal entry; one refusal in a batch undoes nothing of the others. */
#include "../house.h"
#include "engine/session.h"
#include "store/journal.h"

#include <pthread.h>
#include <stdio.h>

static const struct store_schema schema[] = {{"store", schema_store}, {"engine", schema_engine}, {NULL, NULL}};

/* A command that has written before it refuses. */
static bool decide_late(struct decision *d) {
    struct json *e = event_new(d, "member.joined", STR_NONE);
    json_add_integer(d->arena, e, "id", next_id(d, "member"));
    json_add_integer(d->arena, e, "household", 1);
    json_add_integer(d->arena, e, "person", 1);
    json_add_string(d->arena, e, "relation", STR("other"));
    json_add_integer(d->arena, e, "from_at", d->now);
    event_emit(d, e);
    return refuse(d, 409, "test.late", T("Please sign in first."));
}

static const struct command_kind late_commands[] = {{"test.late", MAY_SYSTEM, {{NULL, ARGUMENT_TEXT, false, 0}}, decide_late, {NULL, 0}}, {NULL, 0, {{NULL, ARGUMENT_TEXT, false, 0}}, NULL, {NULL, 0}}};
static const struct engine_room late_room = {.name = "test", .commands = late_commands};
static const struct engine_room *const rooms[] = {&late_room, NULL};

static int open_house(void **state) {
    (void)state;
    return house_open(schema, rooms);
}

static struct answer add_party(const char *key, const char *name, const char *kind) {
    struct command *c = command_new(&house.arena, "party.add", (struct actor){.system = true}, "test");
    c->key = str_from(key);
    json_add_string(&house.arena, c->arguments, "kind", str_from(kind));
    json_add_string(&house.arena, c->arguments, "name", str_from(name));
    return engine_run(house.engine, &house.arena, c);
}

static int64_t count_entries(void) {
    struct db *db = store_read_begin(house.store);
    int64_t n = journal_count(db);
    assert_true(store_read_end(house.store, db, &house.faults));
    return n;
}

static void same_key_same_answer_once(void **state) {
    (void)state;
    struct answer first = add_party("form-1", "张三", "person");
    assert_true(first.done);
    int64_t entries = count_entries();
    struct answer again = add_party("form-1", "张三", "person");
    assert_true(again.done);
    assert_int_equal(json_integer(again.result, "party", 0), json_integer(first.result, "party", -1));
    assert_int_equal(again.entry, 0);
    assert_int_equal(count_entries(), entries);
}

static void same_key_other_body_is_refused(void **state) {
    (void)state;
    assert_true(add_party("form-2", "李四", "person").done);
    struct answer other = add_party("form-2", "王五", "person");
    assert_false(other.done);
    assert_int_equal(other.refusal.status, 422);
    assert_string_equal(other.refusal.code, "command.key-reused");
}

static void refusals_are_not_remembered(void **state) {
    (void)state;
    int64_t entries = count_entries();
    assert_false(add_party("form-3", "赵六", "no such kind").done);
    assert_int_equal(count_entries(), entries);
    assert_true(add_party("form-3", "赵六", "person").done);
}

static void keys_are_kept_for_thirty_days(void **state) {
    (void)state;
    struct answer first = add_party("form-4", "钱七", "person");
    env_clock_set(house_monday + 29 * MICROS_A_DAY);
    assert_int_equal(json_integer(add_party("form-4", "钱七", "person").result, "party", 0), json_integer(first.result, "party", -1));
    env_clock_set(house_monday + 31 * MICROS_A_DAY);
    struct answer later = add_party("form-4", "钱七", "person");
    assert_true(later.done);
    assert_int_not_equal(json_integer(later.result, "party", 0), json_integer(first.result, "party", -1));
}

static void time_never_runs_backwards(void **state) {
    (void)state;
    assert_true(add_party("", "甲", "person").done);
    env_clock_set(house_monday - 3600LL * MICROS_A_SECOND); /* an hour before the first entry of all */
    assert_true(add_party("", "乙", "person").done);
    struct db *db = store_read_begin(house.store);
    assert_int_equal(db_int(db, -1, "select count(*) from journal_entry a join journal_entry b on b.number = a.number + 1 where b.at < a.at"), 0);
    assert_true(store_read_end(house.store, db, &house.faults));
    env_clock_set(house_monday);
}

/* What looks the same is kept as the same bytes; the same retry, byte for byte, is still the same command; and the files
 * of a service stay as they are. */
static void texts_are_kept_in_one_form(void **state) {
    (void)state;
    struct answer first = add_party("form-nfc", "Jose\u0301 \u1112\u1161\u11ab", "person");
    assert_true(first.done);
    int64_t party = json_integer(first.result, "party", 0);
    assert_int_equal(json_integer(add_party("form-nfc", "Jose\u0301 \u1112\u1161\u11ab", "person").result, "party", 0), party);
    struct command *deploy = command_new(&house.arena, "service.deploy", (struct actor){.system = true}, "test");
    json_add_string(&house.arena, json_add_empty(&house.arena, json_add_empty(&house.arena, deploy->arguments, "files", JSON_OBJECT), "a.txt", JSON_OBJECT), "text", STR("e\u0301"));
    const struct command_kind *kind = command_find(engine_commands(house.engine), STR("service.deploy"));
    assert_ptr_equal(command_normalised(&house.arena, kind, deploy->arguments), deploy->arguments);
    struct db *db = store_read_begin(house.store);
    struct str name = db_text(db, &house.arena, "select name from party where id = ?", DB_INT(party));
    assert_true(store_read_end(house.store, db, &house.faults));
    assert_true(str_eqz(name, "Jos\u00e9 \ud55c"));
}

static void personal_words_are_in_no_entry(void **state) {
    (void)state;
    assert_true(add_party("", "欧阳独一无二", "person").done);
    struct db *db = store_read_begin(house.store);
    assert_int_equal(db_int(db, -1, "select count(*) from journal_entry where instr(body, cast(? as blob)) > 0", DB_TEXT(STR("欧阳独一无二"))), 0);
    assert_int_equal(db_int(db, -1, "select count(*) from party where name = ?", DB_TEXT(STR("欧阳独一无二"))), 1);
    assert_true(db_int(db, -1, "select count(*) from journal_entry where instr(body, cast('party.added' as blob)) > 0") > 0);
    assert_true(store_read_end(house.store, db, &house.faults));
}

/* ---- one batch */

enum { CROWD = 7, LATE = 3 };

struct turn {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool holding, may_go;
    int done;
};

/* Holds the writer until all others stand in the queue, so that they come in one batch. */
static bool hold(struct db *db, void *argument) {
    struct turn *t = argument;
    (void)db;
    pthread_mutex_lock(&t->lock);
    t->holding = true;
    pthread_cond_broadcast(&t->changed);
    while (!t->may_go) pthread_cond_wait(&t->changed, &t->lock);
    pthread_mutex_unlock(&t->lock);
    return true;
}

static void one_finished(struct work *w) {
    struct turn *t = w->owner;
    pthread_mutex_lock(&t->lock);
    t->done++;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
}

static void wait_until(struct turn *t, const bool *flag, int done) {
    pthread_mutex_lock(&t->lock);
    while ((flag && !*flag) || t->done < done) pthread_cond_wait(&t->changed, &t->lock);
    pthread_mutex_unlock(&t->lock);
}

static void a_late_refusal_undoes_itself_alone(void **state) {
    (void)state;
    struct turn t = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    struct arena arenas[CROWD + 1];
    struct work works[CROWD + 1];
    int64_t entries = count_entries();
    for (int i = 0; i <= CROWD; i++) {
        arena_init(&arenas[i], 16 << 20);
        works[i] = (struct work){.arena = &arenas[i], .finished = one_finished, .owner = &t};
        struct command *c = command_new(&arenas[i], i == LATE ? "test.late" : "party.add", (struct actor){.system = true}, "test");
        if (i != LATE) {
            json_add_string(&arenas[i], c->arguments, "kind", STR("person"));
            json_add_string(&arenas[i], c->arguments, "name", arena_printf(&arenas[i], "排队 %d", i));
        }
        works[i].command = c;
    }
    works[CROWD] = (struct work){.arena = &arenas[CROWD], .local = hold, .argument = &t, .finished = one_finished, .owner = &t};
    engine_submit(house.engine, &works[CROWD]);
    wait_until(&t, &t.holding, 0);
    for (int i = 0; i < CROWD; i++) engine_submit(house.engine, &works[i]);
    pthread_mutex_lock(&t.lock);
    t.may_go = true;
    pthread_cond_broadcast(&t.changed);
    pthread_mutex_unlock(&t.lock);
    wait_until(&t, NULL, CROWD + 1);
    for (int i = 0; i < CROWD; i++) assert_int_equal(works[i].answer.done, i != LATE);
    assert_string_equal(works[LATE].answer.refusal.code, "test.late");
    assert_int_equal(count_entries(), entries + CROWD - 1);
    struct db *db = store_read_begin(house.store);
    assert_int_equal(db_int(db, -1, "select count(*) from member"), 0);
    assert_int_equal(db_int(db, -1, "select count(*) from party where name like '排队 %'"), CROWD - 1);
    assert_int_equal(db_int(db, -1, "select count(*) from journal_entry where instr(body, cast('member.joined' as blob)) > 0"), 0);
    assert_true(journal_verify(db, &house.faults, NULL));
    assert_true(store_read_end(house.store, db, &house.faults));
    for (int i = 0; i <= CROWD; i++) arena_release(&arenas[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_key_same_answer_once),   cmocka_unit_test(same_key_other_body_is_refused), cmocka_unit_test(refusals_are_not_remembered),
        cmocka_unit_test(keys_are_kept_for_thirty_days),
        cmocka_unit_test(time_never_runs_backwards), cmocka_unit_test(texts_are_kept_in_one_form), cmocka_unit_test(personal_words_are_in_no_entry),
        cmocka_unit_test(a_late_refusal_undoes_itself_alone),
    };
    return cmocka_run_group_tests(tests, open_house, house_close);
}
