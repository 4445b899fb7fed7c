/* rights_test.c: a role holds for its part of the organisation tree, and both are dated: what counts is how it was when
 * somebody acted. And which addresses the outbox counts as private. */
#include "base/env.h"
#include "engine/engine_internal.h"
#include "engine/outbox.h"

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
static struct store *store;
static struct engine *engine;
static const instant monday = 1790557200LL * MICROS_A_SECOND;

static int open_house(void **state) {
    (void)state;
    arena_init(&arena, 256 << 20);
    faults_init(&faults, &arena);
    env_clock_set(monday);
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
    return command_new(&arena, name, (struct actor){.system = true}, "test");
}

static int64_t run(struct command *c, const char *result) {
    struct answer answer = engine_run(engine, &arena, c);
    if (!answer.done) fail_msg("%s", answer.refusal.code);
    return json_integer(answer.result, result, 0);
}

static int64_t add_organisation(const char *name, int64_t parent) {
    struct command *c = command("organisation.add");
    json_add_string(&arena, c->arguments, "kind", STR("community"));
    json_add_string(&arena, c->arguments, "name", str_from(name));
    if (parent) json_add_integer(&arena, c->arguments, "parent", parent);
    return run(c, "organisation");
}

static int64_t add_staff(const char *login, int64_t organisation, int64_t *out_grant) {
    struct command *c = command("account.add");
    json_add_string(&arena, c->arguments, "login", str_from(login));
    json_add_string(&arena, c->arguments, "name", str_from(login));
    int64_t account = run(c, "account");
    c = command("role.grant");
    json_add_integer(&arena, c->arguments, "account", account);
    json_add_string(&arena, c->arguments, "role", STR("staff"));
    json_add_integer(&arena, c->arguments, "organisation", organisation);
    *out_grant = run(c, "grant");
    return account;
}

static bool holds(int64_t account, int64_t organisation, instant at) {
    struct db *db = store_read_begin(store);
    bool answer = account_holds(db, account, STR("staff"), STR("any"), organisation, at);
    assert_true(store_read_end(store, db, &faults));
    return answer;
}

static void rights_are_as_of_the_act(void **state) {
    (void)state;
    int64_t city = add_organisation("市", 0), east = add_organisation("东街", city), west = add_organisation("西街", city), nanhu = add_organisation("南湖", east);
    int64_t grant, wang = add_staff("wang", east, &grant);
    assert_true(holds(wang, nanhu, monday));
    assert_true(holds(wang, east, monday));
    assert_false(holds(wang, city, monday)); /* never upwards */
    assert_false(holds(wang, west, monday));

    env_clock_set(monday + MICROS_A_DAY);
    struct command *c = command("organisation.move");
    json_add_integer(&arena, c->arguments, "organisation", nanhu);
    json_add_integer(&arena, c->arguments, "parent", west);
    run(c, "");
    assert_false(holds(wang, nanhu, monday + MICROS_A_DAY));
    assert_true(holds(wang, nanhu, monday)); /* what was done on Monday was rightly done */

    env_clock_set(monday + 2 * MICROS_A_DAY);
    c = command("role.end");
    json_add_integer(&arena, c->arguments, "grant", grant);
    run(c, "");
    assert_false(holds(wang, east, monday + 2 * MICROS_A_DAY));
    assert_true(holds(wang, east, monday + MICROS_A_DAY));
}

static void private_addresses_are_known(void **state) {
    (void)state;
    static const char *const inside[] = {"10.1.2.3", "127.0.0.1", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "::", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "no address"};
    static const char *const outside[] = {"8.8.8.8", "172.32.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8"};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        if (!outbox_is_private(inside[i])) fail_msg("%s", inside[i]);
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        if (outbox_is_private(outside[i])) fail_msg("%s", outside[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(rights_are_as_of_the_act), cmocka_unit_test(private_addresses_are_known)};
    return cmocka_run_group_tests(tests, open_house, close_house);
}
