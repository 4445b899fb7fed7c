/* event_test.c: the kinds of events and the tables they write belong together: every column is there, of that type, and
 * what schema.sql marks as personal (P) or sensitive (S) is sealed by every kind that writes it. */
#include "engine/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

extern const char schema_engine[];
static const struct store_schema schema[] = {{"store", schema_store}, {"engine", schema_engine}, {NULL, NULL}};
static struct arena arena;
static struct faults faults;
static struct store *store;

static int open_store(void **state) {
    (void)state;
    arena_init(&arena, 64 << 20);
    faults_init(&faults, &arena);
    struct store_options options = {.schema = schema, .create = true};
    store = store_open(&options, &faults);
    return store ? 0 : -1;
}

static int close_store(void **state) {
    (void)state;
    store_close(store);
    arena_release(&arena);
    return 0;
}

static struct str type_of(const char *table, const char *column) {
    struct str type = db_text(store_writer(store), &arena, "select type from pragma_table_info(?) where name = ?", DB_TEXT(str_from(table)),
                              DB_TEXT(str_from(column)));
    return type.p ? type : STR("");
}

/* The letter after the column's comment in schema.sql: 'P', 'S', or 0. */
static char letter_of(const char *table, const char *column) {
    struct str text = arena_concat(&arena, str_from(schema_engine), str_from(schema_store)), line;
    struct str begin = arena_printf(&arena, "create table %s (", table), start = arena_printf(&arena, "%s ", column);
    bool inside = false;
    while (str_split(&text, '\n', &line)) {
        if (str_eq_nocase(str_sub(line, 0, begin.n), begin)) inside = true;
        else if (str_starts(line, STR(")"))) inside = false;
        struct str trimmed = str_trim(line);
        if (!inside || !str_starts(trimmed, start)) continue;
        ptrdiff_t comment = str_find(trimmed, STR("-- "));
        struct str said = comment < 0 ? STR("") : str_sub(trimmed, (size_t)comment + 3, trimmed.n);
        bool alone = said.n == 1 || (said.n > 1 && said.p[1] == ':');
        return alone && (said.p[0] == 'P' || said.p[0] == 'S') ? said.p[0] : 0;
    }
    return 0;
}

static void check_column(const struct event_kind *k, const struct event_column *c) {
    struct str type = type_of(k->table, c->name);
    char letter = letter_of(k->table, c->name);
    bool good = str_eqz(type, c->kind == COLUMN_INTEGER ? "INTEGER" : "TEXT") || str_eqz(type, c->kind == COLUMN_INTEGER ? "integer" : "text");
    good = good && (letter == 'P') == (c->kind == COLUMN_PERSONAL) && (letter == 'S') == (c->kind == COLUMN_SENSITIVE);
    if (!good) fail_msg("%s: column %s of %s is “%.*s”, letter “%c”", k->name, c->name, k->table, STR_ARGS(type), letter ? letter : '-');
}

static void every_column_is_in_the_schema(void **state) {
    (void)state;
    int kinds = 0;
    for (const struct event_kind *k = engine_event_kinds; k->name; k++, kinds++)
        for (int i = 0; i < EVENT_MAX_COLUMNS && k->columns[i].name; i++) check_column(k, &k->columns[i]);
    assert_true(kinds > 50);
}

/* Replay fills tables by events only, so a table that no kind inserts into could never be filled again. */
static void every_state_table_of_the_room_is_written_by_a_kind(void **state) {
    (void)state;
    struct query q = db_query(store_writer(store), "select name from sqlite_schema where type = 'table' and name not like 'local\\_%' escape '\\'"
                                                   " and name not like 'journal\\_%' escape '\\' and name not like 'sqlite\\_%' escape '\\'");
    int tables = 0;
    while (query_next(&q)) {
        struct str name = query_text(&q, 0);
        bool written = false;
        for (const struct event_kind *k = engine_event_kinds; k->name; k++)
            written = written || ((k->mode == EVENT_INSERT || k->mode == EVENT_REPLACE) && str_eqz(name, k->table));
        if (!written) fail_msg("no event writes the table %.*s", STR_ARGS(name));
        tables++;
    }
    query_done(&q);
    assert_true(tables > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_column_is_in_the_schema), cmocka_unit_test(every_state_table_of_the_room_is_written_by_a_kind)};
    return cmocka_run_group_tests(tests, open_store, close_store);
}
