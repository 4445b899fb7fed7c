/* house.h: a data folder with an engine, for unit tests of rooms above it: opened once a program, with its own clock; the
 * store's guard makes any write that is no event fail. A test gives its tables and rooms and speaks in commands.
 *
 *     static const struct store_schema tables[] = {{"store", schema_store}, …, {NULL, NULL}};
 *     static const struct engine_room *const rooms[] = {&registry_room, NULL};
 *     static int open_house(void **state) { return house_open(tables, rooms); }
 */
#ifndef TESTS_HOUSE_H
#define TESTS_HOUSE_H

#include "base/env.h"
#include "engine/engine.h"
#include "engine/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

extern const char schema_engine[];

static struct house {
    struct arena arena;
    struct faults faults;
    struct store *store;
    struct engine *engine;
    const struct store_schema *tables;
    const struct engine_room *const *rooms;
} house;
static char house_folder[] = "/tmp/lingban-test-XXXXXX";
static const instant house_monday = 1790557200LL * MICROS_A_SECOND; /* 2026-09-28 09:00 in Shanghai */

static int house_open(const struct store_schema *tables, const struct engine_room *const *rooms) {
    arena_init(&house.arena, 256 << 20);
    faults_init(&house.faults, &house.arena);
    env_clock_set(house_monday);
    if (!mkdtemp(house_folder)) return -1;
    house.tables = tables;
    house.rooms = rooms;
    struct store_options options = {.folder = arena_printf(&house.arena, "%s/data", house_folder).p, .schema = tables, .create = true, .guard = true};
    house.store = store_open(&options, &house.faults);
    struct engine_options with = {.store = house.store, .rooms = rooms};
    house.engine = house.store ? engine_open(&with, &house.faults) : NULL;
    return house.engine ? 0 : -1;
}

static inline int house_close(void **state) {
    (void)state;
    engine_close(house.engine);
    store_close(house.store);
    folder_remove(house_folder, NULL);
    env_clock_machine();
    arena_release(&house.arena);
    return 0;
}

static inline struct command *house_command(const char *name, int64_t account) {
    return command_new(&house.arena, name, (struct actor){.account = account, .system = account == 0}, "test");
}

static inline void put_text(struct command *c, const char *name, const char *value) {
    json_add_string(&house.arena, c->arguments, name, str_from(value));
}

static inline void put_number(struct command *c, const char *name, int64_t value) {
    json_add_integer(&house.arena, c->arguments, name, value);
}

static inline void put_json(struct command *c, const char *name, const char *text) {
    struct json *v = json_parse(&house.arena, str_from(text), &json_default_limits, STR("test"), NULL);
    assert_non_null(v);
    json_add(&house.arena, c->arguments, str_from(name), *v);
}

/* Must be done; the number of that name in its result. */
static inline int64_t house_run(struct command *c, const char *result) {
    struct answer answer = engine_run(house.engine, &house.arena, c);
    if (!answer.done) fail_msg("%s: %s", c->name.p, answer.refusal.code);
    return json_integer(answer.result, result, 0);
}

/* Must be refused with that code. */
static inline struct answer house_refused(struct command *c, const char *code) {
    struct answer answer = engine_run(house.engine, &house.arena, c);
    assert_false(answer.done);
    assert_string_equal(answer.refusal.code, code);
    return answer;
}

#define house_number(sql, ...) house_number_of("" sql "", (const struct db_value[]){__VA_ARGS__}, sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value))
#define house_only(sql) house_number_of("" sql "", NULL, 0) /* without parameters */
static inline int64_t house_number_of(const char *sql, const struct db_value *values, size_t count) {
    struct db *db = store_read_begin(house.store);
    struct query q = db_query_values(db, sql, values, count);
    int64_t n = query_next(&q) ? query_int(&q, 0) : INT64_MIN;
    query_done(&q);
    assert_true(store_read_end(house.store, db, &house.faults));
    return n;
}

static inline int64_t add_office(const char *name, int64_t parent) {
    struct command *c = house_command("organisation.add", 0);
    put_text(c, "kind", "community");
    put_text(c, "name", name);
    if (parent) put_number(c, "parent", parent);
    return house_run(c, "organisation");
}

static inline int64_t add_staff(const char *login, int64_t organisation) {
    struct command *c = house_command("account.add", 0);
    put_text(c, "login", login);
    put_text(c, "name", login);
    put_number(c, "organisation", organisation);
    int64_t account = house_run(c, "account");
    c = house_command("role.grant", 0);
    put_number(c, "account", account);
    put_text(c, "role", "staff");
    put_number(c, "organisation", organisation);
    house_run(c, "grant");
    return account;
}

static inline int64_t add_person(const char *name, const char *phone) {
    struct command *c = house_command("party.add", 0);
    put_text(c, "kind", "person");
    put_text(c, "name", name);
    if (phone) put_text(c, "phone", phone);
    return house_run(c, "party");
}

static inline void erase_person(int64_t party) {
    struct command *c = house_command("party.erase", 0);
    put_number(c, "party", party);
    put_text(c, "reason", "test");
    house_run(c, "");
}

/* Files of a folder of the tree, deployed. */
static inline void deploy_folder(const char *folder, const char *const *names) {
    struct command *c = house_command("service.deploy", 0);
    struct json *list = json_add_empty(&house.arena, c->arguments, "files", JSON_OBJECT);
    for (; *names; names++) {
        struct str text;
        assert_true(file_read(&house.arena, arena_printf(&house.arena, "%s/%s", folder, *names).p, 1 << 20, &text, &house.faults));
        json_add_string(&house.arena, json_add_empty(&house.arena, list, *names, JSON_OBJECT), "text", text);
    }
    house_run(c, "version");
}

/* Files as service.deploy takes them: names and texts in pairs, ending with NULL. */
static inline void deploy_files(const char *const *files) {
    struct command *c = house_command("service.deploy", 0);
    struct json *list = json_add_empty(&house.arena, c->arguments, "files", JSON_OBJECT);
    for (; files[0]; files += 2) {
        struct json *f = json_add_empty(&house.arena, list, files[0], JSON_OBJECT);
        json_add_string(&house.arena, f, "text", str_from(files[1]));
    }
    house_run(c, "version");
}

/* The journal played again gives the same state, and decided anew the same events. */
static inline void house_replays(void **state) {
    struct replay_report report;
    (void)state;
    if (!replay_verify(house.store, house.tables, house.rooms, true, &report, &house.faults))
        fail_msg("%s", fault_text(&house.arena, LANGUAGE_EN, &house.faults.items[0]).p);
    assert_true(report.entries > 0);
}

#endif
