/* variables_test.c: what is personal becomes no variable of the process, nor anything a process makes of its variables:
 * titles, items of loops, properties, history, notices. Marks are put into the answers and looked for in every column of
 * the state: they may stand only in columns that are kept as personal (event_kinds.c). */
#include "errand.h"

static bool is_personal(struct str table, struct str column) {
    for (const struct event_kind *k = engine_event_kinds; k->name; k++)
        for (int i = 0; str_eqz(table, k->table) && i < EVENT_MAX_COLUMNS && k->columns[i].name; i++)
            if (str_eqz(column, k->columns[i].name) && k->columns[i].kind == COLUMN_PERSONAL) return true;
    return false;
}

/* How many columns hold the mark; fails when one of them is not kept as personal and `anywhere` is false. */
static int columns_with(const char *mark, bool anywhere) {
    struct str *tables;
    size_t count = store_state_tables(house.store, &house.arena, &tables);
    int found = 0;
    struct db *db = store_read_begin(house.store);
    for (size_t t = 0; t < count; t++) {
        struct query columns = db_query(db, "select name from pragma_table_info(?)", DB_TEXT(tables[t]));
        while (query_next(&columns)) {
            struct str column = arena_str(&house.arena, query_text(&columns, 0));
            const char *sql = arena_printf(&house.arena, "select count(*) from \"%.*s\" where instr(\"%.*s\", '%s') > 0", STR_ARGS(tables[t]), STR_ARGS(column), mark).p;
            if (!db_int_values(db, 0, sql, NULL, 0)) continue;
            found++;
            if (!anywhere && !is_personal(tables[t], column)) fail_msg("%s stands in %.*s.%.*s", mark, STR_ARGS(tables[t]), STR_ARGS(column));
        }
    }
    assert_true(store_read_end(house.store, db, &house.faults));
    return found;
}

static int64_t variables_with(const char *mark) {
    struct db *db = store_read_begin(house.store);
    int64_t n = db_int(db, -1, "select count(*) from variable where instr(value, ?) > 0", DB_TEXT(str_from(mark)));
    assert_true(store_read_end(house.store, db, &house.faults));
    return n;
}

static void personal_answers_become_no_variables(void **state) {
    (void)state;
    deploy();
    struct command *open = command("case.open");
    json_add_string(&house.arena, open->arguments, "service", STR("errand"));
    answer(open, "/data/name", "ZmNAME");
    answer(open, "/data/phone", "0434ZmPHONE");
    answer(open, "/data/address", "ZmADDRESS");
    answer(open, "/data/item[1]/what", "ZmPUBLIC");
    answer(open, "/data/item[1]/cost", "60");
    answer(open, "/data/consent", "yes");
    int64_t id = json_integer(done(open), "case", 0);
    struct command *check = command("task.complete");
    json_add_integer(&house.arena, check->arguments, "task", 1);
    answer(check, "/data/outcome", "approve");
    done(check);
    struct command *amend = command("case.amend");
    json_add_integer(&house.arena, amend->arguments, "case", id);
    json_add_integer(&house.arena, amend->arguments, "submission", 1);
    json_add_string(&house.arena, amend->arguments, "path", STR("/data/name"));
    json_add_string(&house.arena, amend->arguments, "value", STR("ZmMENDED"));
    json_add_string(&house.arena, amend->arguments, "reason", STR("a slip of the pen"));
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
    return cmocka_run_group_tests(tests, open_house, house_close);
}
