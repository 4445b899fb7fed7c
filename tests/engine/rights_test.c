/* rights_test.c: a role holds for its part of the organisation tree, and both are dated: what counts is how it was when
 * somebody acted. And which addresses the outbox counts as private. */
#include "../house.h"
#include "engine/engine_internal.h"
#include "engine/outbox.h"

static const struct store_schema schema[] = {{"store", schema_store}, {"engine", schema_engine}, {NULL, NULL}};

static int open_house(void **state) {
    (void)state;
    return house_open(schema, NULL);
}

static int64_t add_dated_staff(const char *login, int64_t organisation, int64_t *out_grant) {
    struct command *c = house_command("account.add", 0);
    json_add_string(&house.arena, c->arguments, "login", str_from(login));
    json_add_string(&house.arena, c->arguments, "name", str_from(login));
    int64_t account = house_run(c, "account");
    c = house_command("role.grant", 0);
    json_add_integer(&house.arena, c->arguments, "account", account);
    json_add_string(&house.arena, c->arguments, "role", STR("staff"));
    json_add_integer(&house.arena, c->arguments, "organisation", organisation);
    *out_grant = house_run(c, "grant");
    return account;
}

static bool holds(int64_t account, int64_t organisation, instant at) {
    struct db *db = store_read_begin(house.store);
    bool answer = account_holds(db, account, STR("staff"), STR("any"), organisation, at);
    assert_true(store_read_end(house.store, db, &house.faults));
    return answer;
}

static void rights_are_as_of_the_act(void **state) {
    (void)state;
    int64_t city = add_office("市", 0), east = add_office("东街", city), west = add_office("西街", city), nanhu = add_office("南湖", east);
    int64_t grant, wang = add_dated_staff("wang", east, &grant);
    assert_true(holds(wang, nanhu, house_monday));
    assert_true(holds(wang, east, house_monday));
    assert_false(holds(wang, city, house_monday)); /* never upwards */
    assert_false(holds(wang, west, house_monday));

    env_clock_set(house_monday + MICROS_A_DAY);
    struct command *c = house_command("organisation.move", 0);
    json_add_integer(&house.arena, c->arguments, "organisation", nanhu);
    json_add_integer(&house.arena, c->arguments, "parent", west);
    house_run(c, "");
    assert_false(holds(wang, nanhu, house_monday + MICROS_A_DAY));
    assert_true(holds(wang, nanhu, house_monday)); /* what was done on Monday was rightly done */

    env_clock_set(house_monday + 2 * MICROS_A_DAY);
    c = house_command("role.end", 0);
    json_add_integer(&house.arena, c->arguments, "grant", grant);
    house_run(c, "");
    assert_false(holds(wang, east, house_monday + 2 * MICROS_A_DAY));
    assert_true(holds(wang, east, house_monday + MICROS_A_DAY));
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
    return cmocka_run_group_tests(tests, open_house, house_close);
}
