/* calendar_test.c: a day is changed in a town with more open cases than one command counts again: the rest follows by
 * itself, piece by piece, each an entry of the journal; meanwhile nobody changes another day. */
#include "errand.h"

#include <stdio.h>

static struct answer put(const char *day, const char *kind) {
    struct command *c = command("calendar.put");
    json_add_string(&house.arena, c->arguments, "day", str_from(day));
    json_add_string(&house.arena, c->arguments, "kind", str_from(kind));
    return engine_run(house.engine, &house.arena, c);
}

static int64_t count(const char *what, const char *day) {
    struct db *db = store_read_begin(house.store);
    int64_t n = strcmp(what, "cases") == 0
                    ? db_int(db, -1, "select count(*) from cases where date(due_at / 1000000 + 28800, 'unixepoch') = ?", DB_TEXT(str_from(day)))
                    : db_int(db, -1, "select count(*) from task where date(due_at / 1000000 + 28800, 'unixepoch') = ?", DB_TEXT(str_from(day)));
    assert_true(store_read_end(house.store, db, &house.faults));
    return n;
}

static bool waits(void) {
    struct db *db = store_read_begin(house.store);
    bool rest = db_int(db, 0, "select count(*) from recount") > 0;
    assert_true(store_read_end(house.store, db, &house.faults));
    return rest;
}

enum { CASES = 430 };

static void the_rest_follows(void **state) {
    (void)state;
    deploy();
    for (int i = 0; i < CASES; i++) {
        struct command *open = command("case.open");
        json_add_string(&house.arena, open->arguments, "service", STR("errand"));
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
    while (waits()) engine_fire_due(house.engine);
    assert_int_equal(count("cases", "2026-11-17"), CASES);
    assert_int_equal(count("tasks", "2026-11-05"), CASES);
    struct answer back = put("2026-11-04", "work");
    assert_true(back.done);
    while (waits()) engine_fire_due(house.engine);
    assert_int_equal(count("cases", "2026-11-16"), CASES);
    assert_int_equal(count("tasks", "2026-11-04"), CASES);
    struct replay_report report;
    bool same = replay_verify(house.store, schema, NULL, true, &report, &house.faults);
    for (size_t i = 0; i < house.faults.count; i++) fprintf(stderr, "%.*s\n", STR_ARGS(fault_text(&house.arena, LANGUAGE_EN, &house.faults.items[i])));
    assert_true(same);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_rest_follows)};
    return cmocka_run_group_tests(tests, open_house, house_close);
}
