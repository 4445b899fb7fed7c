/* queries_test.c: what the head of a report may say, and what the check says of one that is wrong. */
#include "engine/queries.h"

#include "errand.h"

#include <string.h>

static struct faults found;

static const struct service_query *read_queries(const char *text, size_t *count) {
    faults_init(&found, &house.arena);
    return queries_read(&house.arena, str_from(text), STR("reports.sql"), engine_store(house.engine), count, &found);
}

static const char *only_code(void) {
    assert_int_equal(found.count, 1);
    return found.items[0].code;
}

static void a_head_says_how_a_report_is_read(void **state) {
    (void)state;
    size_t count;
    const struct service_query *q = read_queries("-- name: a\n-- zh: 甲\n-- en: A\n-- audience: office\n-- choices: /data/what outcome\n-- small: hidden\n-- chart: stacked\n"
                                                 "-- things: 件数, Days\nselect 1 as \"件数|Cases\", 2 as \"天数|Days\"\n-- name: b\n-- things: all\n-- a remark: of no meaning\nselect 3\n", &count);
    assert_int_equal(found.count, 0);
    assert_int_equal(count, 2);
    assert_true(q[0].office && q[0].confidential && q[0].chart == QUERY_CHART_STACKED && str_eqz(q[0].choices, "/data/what outcome"));
    assert_true(query_is_thing(q[0].things, STR("件数|Cases")) && query_is_thing(q[0].things, STR("天数|Days")));
    assert_false(query_is_thing(q[0].things, STR("户数|Families")) || query_is_thing(q[0].things, STR("all")) || query_is_thing(STR(""), STR("")));
    assert_true(!q[1].office && !q[1].confidential && q[1].chart == QUERY_CHART_PLAIN && query_is_thing(q[1].things, STR("anything")));
    assert_true(str_starts(q[1].sql, STR("-- a remark")));
}

/* A misspelt word would publish what should be hidden, or draw a sum that means nothing. */
static void a_wrong_word_is_an_error_with_its_line(void **state) {
    (void)state;
    size_t count;
    read_queries("-- name: a\n-- chart: pile\nselect 1 as n\n", &count);
    assert_string_equal(only_code(), "service.unknown-word");
    assert_int_equal(found.items[0].place.line, 2);
    read_queries("-- name: a\n-- zh: 甲\n-- small: hiden\nselect 1 as n\n", &count);
    assert_string_equal(only_code(), "service.unknown-word");
    assert_int_equal(found.items[0].place.line, 3);
    read_queries("-- name: a\n-- things: n, m\nselect 1 as n\n", &count);
    assert_string_equal(only_code(), "service.no-column");
    read_queries("-- name: a\n-- things: n\nselect 1 as n from nowhere\n", &count);
    assert_string_equal(only_code(), "report.wrong");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_says_how_a_report_is_read),
        cmocka_unit_test(a_wrong_word_is_an_error_with_its_line),
    };
    return cmocka_run_group_tests(tests, open_house, house_close);
}
