/* guard.c: nothing but evolve writes state (store.h, option `guard`): triggers of the writing connection that make
 * any other write to a state table fail. They live in the connection, not in the file. Also the list of state tables. */
#include "store/inside.h"

size_t store_state_tables(struct store *s, struct arena *a, struct str **out_names) {
    size_t count = 0, capacity = 0;
    *out_names = NULL;
    struct query q = db_query(s->writer,
                              "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                              " AND name NOT LIKE 'journal\\_%' ESCAPE '\\' AND name NOT LIKE 'local\\_%' ESCAPE '\\' ORDER BY name");
    while (query_next(&q)) VEC_PUSH(a, *out_names, count, capacity, arena_str(a, query_text(&q, 0)));
    return count;
}

static void evolving(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count, (void)values;
    const struct store *s = sqlite3_user_data(context);
    sqlite3_result_int(context, s->evolving);
}

bool guard_install(struct store *s) {
    static const char *const acts[] = {"INSERT", "UPDATE", "DELETE"};
    struct arena a;
    struct str *tables;
    arena_init(&a, 4 << 20);
    int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS;
    sqlite3_create_function(db_handle(s->writer), "lingban_evolving", 0, flags, s, evolving, NULL, NULL);
    size_t count = store_state_tables(s, &a, &tables);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < 3; k++) {
            struct str name = db_quoted(&a, arena_printf(&a, "guard %.*s %s", STR_ARGS(tables[i]), acts[k]));
            struct str table = db_quoted(&a, tables[i]);
            struct str sql = arena_printf(&a,
                                          "CREATE TEMP TRIGGER %.*s BEFORE %s ON main.%.*s WHEN NOT lingban_evolving()"
                                          " BEGIN SELECT RAISE(ABORT, 'state is written by evolve alone'); END",
                                          STR_ARGS(name), acts[k], STR_ARGS(table));
            db_run_made(s->writer, sql.p);
        }
    arena_release(&a);
    return db_failure(s->writer) == DB_FINE;
}
