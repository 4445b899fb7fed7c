/* retention_test.c: a service says how long its cases keep who they were about; the clock forgets them, all of them, also
 * where there are more than one look takes in, none a day early, and none of a service that says nothing. */
#include "crowd.h"
#include "errand.h"

enum { COPIES = 2500, DAYS = 30 }; /* one look takes in 2,000 cases */

static int64_t open_and_withdraw(void) {
    struct command *c = command("case.open");
    json_add_string(&house.arena, c->arguments, "service", STR("errand"));
    answer(c, "/data/name", "somebody");
    answer(c, "/data/item[1]/what", "rice");
    answer(c, "/data/consent", "yes");
    int64_t id = json_integer(done(c), "case", 0);
    c = command("case.withdraw");
    json_add_integer(&house.arena, c->arguments, "case", id);
    json_add_string(&house.arena, c->arguments, "reason", STR("test"));
    done(c);
    return id;
}

static int64_t forgotten(void) { return house_only("select count(*) from history where kind = 'forgotten'"); }

static void pass_days(int days) {
    env_clock_set(env_now() + days * MICROS_A_DAY);
    for (int i = 0; i < 3; i++) engine_fire_due(house.engine);
}

static void the_clock_forgets_every_case(void **state) {
    (void)state;
    deploy();
    open_and_withdraw(); /* of the version that says nothing: stays */
    struct str yaml;
    assert_true(file_read(&house.arena, "tests/services/errand/service.yaml", 1 << 16, &yaml, &house.faults));
    deploy_with("service.yaml", arena_printf(&house.arena, "%.*s\nretention: {days: %d}\n", STR_ARGS(yaml), DAYS));
    static struct crowd crowd;
    crowd_begin(&crowd, house.engine);
    open_and_withdraw();
    crowd_learn(&crowd);
    assert_true(crowd_copy(&crowd, COPIES));
    crowd_end(&crowd);
    assert_int_equal(house_only("select count(*) from cases where state = 'withdrawn'"), COPIES + 2);
    pass_days(DAYS - 1);
    assert_int_equal(forgotten(), 0);
    pass_days(2);
    assert_int_equal(forgotten(), COPIES + 1);
    assert_int_equal(house_only("select count(*) from history where kind = 'forgotten' and case_id = (select min(id) from cases)"), 0);
    assert_int_equal(house_only("select count(*) from answer where personal is not null and case_id > (select min(id) from cases)"), 0);
    assert_true(house_only("select count(*) from answer where personal is not null") > 0);
    pass_days(1);
    assert_int_equal(forgotten(), COPIES + 1); /* once */
}

static void one_that_comes_late_is_found_again(void **state) {
    (void)state;
    open_and_withdraw();
    pass_days(DAYS + 1);
    assert_int_equal(forgotten(), COPIES + 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_clock_forgets_every_case), cmocka_unit_test(one_that_comes_late_is_found_again)};
    return cmocka_run_group_tests_name("retention", tests, open_house, house_close);
}
