/* xpath_test.c: what the suites leave out — limits, faults with their place, numbers as text, zones, chance, patterns.
 * The suites themselves run through build/conformance xpath. */
#include "form/xpath.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;
static struct form_node *document;
static struct xpath_environment env;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 64 << 20);
    struct xml_node *top = xml_parse(&arena, STR("<data><a>1</a><甲>七</甲><rep><v>3</v></rep><rep><v/></rep><rep><v>4</v></rep></data>"),
                                     &xml_default_limits, STR("t"), NULL);
    document = dom_document(&arena, top, 0);
    env = (struct xpath_environment){.root = document, .offset_seconds = 8 * 3600, .now = 1795460400000000, .lasting = &arena, .random = {9}};
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct xpath_value evaluate(const char *text) {
    const struct xpath *x = xpath_compile(&arena, str_from(text), NULL, NULL, NULL);
    assert_non_null(x);
    return xpath_evaluate(x, &env, &arena, document);
}

static void gives(const char *text, const char *expected) {
    struct xpath_value v = evaluate(text);
    struct str got = xpath_to_string(&env, &arena, &v);
    assert_false(env.failed);
    assert_string_equal(arena_cstr(&arena, got), expected);
}

static void fails_to_compile(const char *text, size_t offset) {
    struct xpath_fault fault = {0};
    assert_null(xpath_compile(&arena, str_from(text), NULL, NULL, &fault));
    assert_true(fault.sentence[0].n > 0);
    assert_int_equal(fault.offset, offset);
}

static void fails_to_run(const char *text) {
    evaluate(text);
    assert_true(env.failed);
    assert_true(env.why[0].n > 0);
}

static void numbers_print_without_exponent(void **state) {
    (void)state;
    gives("13900001111", "13900001111");
    gives("1000000 * 1000000", "1000000000000");
    gives("0.000001", "0.000001");
    gives("0.1 + 0.2", "0.30000000000000004");
    gives("123456789012345678", "123456789012345680");
    gives("-1 div 3", "-0.3333333333333333");
    gives("5 mod -3", "2");
    gives("number('1e3')", "NaN");
    gives("number('--1')", "NaN");
}

static void places_of_faults_are_told(void **state) {
    (void)state;
    fails_to_compile("1 +", 3);
    fails_to_compile("concat('a'", 10);
    fails_to_compile("/data/[1]", 6);
    fails_to_compile("'open", 0);
    fails_to_compile("a b", 2);
    fails_to_compile("x:y", 0);
    fails_to_compile("up::a", 0);
    fails_to_compile("concat(1, )", 10);
}

static void unknown_functions_fail_when_they_are_reached(void **state) {
    (void)state;
    const struct xpath *x = xpath_compile(&arena, STR("if(true(), 'fine', no-such(1))"), NULL, NULL, NULL);
    assert_non_null(xpath_complaint(x));
    gives("if(true(), 'fine', no-such(1))", "fine");
    fails_to_run("no-such(1)");
    fails_to_run("count('text')");
    fails_to_run("starts-with('a')");
    fails_to_run("(1)[1]");
}

static void depth_length_and_time_are_limited(void **state) {
    static char deep[4001], lengthy[30001], path[2000];
    (void)state;
    memset(deep, '(', 2000);
    fails_to_compile(deep, 100);
    memset(lengthy, '1', 30000);
    fails_to_compile(lengthy, 0);
    for (size_t i = 0; i + 3 < sizeof path; i += 2) memcpy(path + i, "/a", 2);
    assert_null(xpath_compile(&arena, str_from(path), NULL, NULL, NULL));
    env.step_limit = 1000;
    fails_to_run("count(//node()[count(//node()[count(//node()) > 0]) > 0])");
}

static void patterns_are_searched_and_limited(void **state) {
    (void)state;
    gives("regex('AB-123', '[A-Z]{2}-[0-9]+')", "true");
    gives("regex('x123x', '^[0-9]+$')", "false");
    gives("regex('七', '^[一-龥]$')", "true");
    gives("regex('a', '(')", "false"); /* no expression */
    gives("regex('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', '^(a+)+$')", "false"); /* would take for ever */
}

static int summer(const void *zone, instant t) {
    (void)zone;
    return t < (instant)1774148400 * MICROS_A_SECOND ? 3600 : 7200; /* 2026-03-22T03:00Z: one hour more from then on */
}

static void local_time_follows_its_zone(void **state) {
    (void)state;
    env.offset_at = summer;
    gives("string(date('2026-01-31') + 0)", "20483.958333333332");
    gives("date-time('2026-07-01T00:00:00Z')", "2026-07-01T02:00:00.000+02:00");
    gives("date('2026-07-01')", "2026-07-01");
    gives("date-time('2026-01-01T12:30:15.250+08:00')", "2026-01-01T05:30:15.250+01:00");
}

static void dates_that_do_not_exist_are_no_dates(void **state) {
    (void)state;
    gives("string(number('2026-02-29'))", "NaN");
    gives("format-date('2026-02-29', '%Y')", "");
    gives("date('1900-02-29')", "Invalid Date");
    gives("format-date('2024-02-29', '%Y年%n月%e日 %a %%')", "2024年2月29日 Thu %");
    env.chinese = true;
    gives("format-date('2024-02-29', '%b%e日 %a')", "2月29日 周四");
}

static void equal_seeds_give_equal_chance(void **state) {
    (void)state;
    env.random.state = 42;
    struct xpath_value first = evaluate("concat(uuid(), random())");
    struct str kept = arena_str(&arena, first.text);
    env.random.state = 42;
    struct xpath_value second = evaluate("concat(uuid(), random())");
    assert_true(str_eq(kept, second.text));
    struct xpath_value third = evaluate("concat(uuid(), random())");
    assert_false(str_eq(kept, third.text));
    gives("join(' ', randomize(//v, 7))", "4  3");
}

static void blanks_are_left_out_of_sums_when_asked(void **state) {
    (void)state;
    gives("sum(/data/rep/v)", "NaN");
    env.skip_blanks = true;
    gives("sum(/data/rep/v)", "7");
    gives("min(/data/rep/v)", "3");
    gives("string(max(/data/none))", "NaN");
}

static void names_may_be_chinese(void **state) {
    (void)state;
    gives("/data/甲", "七");
    gives("string-length(/data/甲)", "1");
    gives("substr('一二三四', 1, -1)", "二三");
    gives("translate('甲乙', '乙', '丙')", "甲丙");
    gives("substring('一二三', 2, 1)", "二");
}

static void hidden_nodes_stay_out(void **state) {
    (void)state;
    struct form_node *rep = dom_child(dom_first_element(document), STR("rep"));
    rep->hidden = true;
    dom_first_element(rep)->hidden = true;
    gives("count(/data/rep)", "2");
    gives("count(//v)", "2");
    gives("string(/data/rep[1]/v)", "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(numbers_print_without_exponent), TEST(places_of_faults_are_told),
        TEST(unknown_functions_fail_when_they_are_reached), TEST(depth_length_and_time_are_limited),
        TEST(patterns_are_searched_and_limited), TEST(local_time_follows_its_zone),
        TEST(dates_that_do_not_exist_are_no_dates), TEST(equal_seeds_give_equal_chance),
        TEST(blanks_are_left_out_of_sums_when_asked), TEST(names_may_be_chinese), TEST(hidden_nodes_stay_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
