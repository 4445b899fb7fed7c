/* session_test.c: one filling — what follows from an answer, repeats, choices, limits, answers out and in again. */
#include "form_kit.h"

static void an_answer_reaches_what_depends_on_it(void **state) {
    (void)state;
    struct form_session *s = open_form(
        "<a/><g><b/><c/></g><sum/>",
        "<bind nodeset='/data/a' type='int'/><bind nodeset='/data/g' relevant='/data/a &gt; 1'/><bind nodeset='/data/g/b' type='int'/>"
        "<bind nodeset='/data/g/c' calculate='/data/g/b * 2'/><bind nodeset='/data/sum' calculate=\"concat(/data/a, '/', /data/g/c)\"/>",
        "<input ref='/data/a'/><group ref='/data/g'><input ref='/data/g/b'/></group>");
    assert_false(form_relevant(at(s, "/data/g/b")));
    set(s, "/data/a", "2");
    assert_true(form_relevant(at(s, "/data/g/b")));
    set(s, "/data/g/b", "21");
    value_is(s, "/data/g/c", "42");
    value_is(s, "/data/sum", "2/42");
    set(s, "/data/a", "1"); /* what is hidden counts as empty, and comes back with its value */
    value_is(s, "/data/sum", "1/");
    set(s, "/data/a", "3");
    value_is(s, "/data/sum", "3/42");
}

static const char people[] = "<p jr:template=''><n/><no/><same/></p><p><n/><no/><same/></p><all/>";
static const char people_binds[] = "<bind nodeset='/data/p/no' calculate='position(..)'/>"
                                   "<bind nodeset='/data/p/same' calculate=\"concat(/data/p/n, '!')\"/>"
                                   "<bind nodeset='/data/all' calculate=\"join(',', /data/p/n)\"/>";
static const char people_body[] = "<group ref='/data/p'><label>Person</label><repeat nodeset='/data/p'><input ref='/data/p/n'/></repeat></group>";

static void repeats_grow_shrink_and_count(void **state) {
    (void)state;
    struct form_session *s = open_form(people, people_binds, people_body);
    const struct form_field *p = form_field_find(form_of(s), STR("/data/p"));
    set(s, "/data/p[1]/n", "a");
    assert_non_null(form_add(s, form_root(s), p));
    assert_non_null(form_add(s, form_root(s), p));
    set(s, "/data/p[2]/n", "b");
    set(s, "/data/p[3]/n", "c");
    value_is(s, "/data/all", "a,b,c");
    value_is(s, "/data/p[3]/no", "3");
    value_is(s, "/data/p[2]/same", "b!"); /* an absolute path means the own instance */
    assert_true(form_remove(s, at(s, "/data/p[1]")));
    value_is(s, "/data/all", "b,c");
    value_is(s, "/data/p[2]/no", "2");
    assert_int_equal(form_count(s, form_root(s), p), 2);
    assert_null(form_add(s, at(s, "/data/p[1]"), p)); /* not there */
    assert_false(form_remove(s, at(s, "/data/all")));
}

static void repeats_have_an_end(void **state) {
    (void)state;
    struct form_session *s = open_form(people, "", people_body);
    const struct form_field *p = form_field_find(form_of(s), STR("/data/p"));
    int added = 0;
    while (added < 2000 && form_add(s, form_root(s), p)) added++;
    assert_int_equal(added, 999);
    s = open_form("<n/><r jr:template=''><x/></r>", "", "<input ref='/data/n'/><repeat nodeset='/data/r' jr:count='/data/n'><input ref='/data/r/x'/></repeat>");
    p = form_field_find(form_of(s), STR("/data/r"));
    set(s, "/data/n", "1000000000");
    assert_int_equal(form_count(s, form_root(s), p), 1000);
    set(s, "/data/n", "-4");
    assert_int_equal(form_count(s, form_root(s), p), 0);
    assert_null(form_add(s, form_root(s), p)); /* its count is computed */
}

static void cycles_come_to_an_end(void **state) {
    (void)state;
    struct form_session *s = open_form("<a/><b/><go/>", "<bind nodeset='/data/a' calculate='/data/b + 1'/><bind nodeset='/data/b' calculate='/data/a + /data/go'/>",
                                       "<input ref='/data/go'/>");
    set(s, "/data/go", "1");
    assert_true(form_value(at(s, "/data/go")).n == 1);
}

static void choices_are_filtered_and_answers_pruned(void **state) {
    static const char lists[] =
        "<instance id='city'><root><item><name>cc</name><label>长春</label><p>jl</p></item><item><name>sp</name><label>四平</label><p>jl</p></item>"
        "<item><name>sy</name><label>沈阳</label><p>ln</p></item></root></instance>";
    (void)state;
    struct form_session *s = open_form("<p/><city/><many/>", lists,
        "<input ref='/data/p'/><select1 ref='/data/city'><itemset nodeset=\"instance('city')/root/item[p = /data/p]\"><value ref='name'/><label ref='label'/></itemset></select1>"
        "<select ref='/data/many'><itemset nodeset=\"instance('city')/root/item[p = /data/p or /data/p = 'all']\"><value ref='name'/><label ref='label'/></itemset></select>");
    const struct form_choice *choices;
    set(s, "/data/p", "jl");
    assert_int_equal(form_choices(s, at(s, "/data/city"), &choices), 2);
    assert_true(str_eqz(choices[1].label, "四平"));
    set(s, "/data/city", "sp");
    set(s, "/data/p", "ln");
    value_is(s, "/data/city", "");
    set(s, "/data/p", "all");
    set(s, "/data/many", "sy cc");
    set(s, "/data/p", "jl");
    value_is(s, "/data/many", "cc");
    set(s, "/data/many", "cc bogus");
    assert_int_equal(form_state(s, at(s, "/data/many")).violation, FORM_NOT_A_CHOICE);
}

/* A filter over two later answers: in between it fits nothing. */
static void answers_come_in_any_order_while_held(void **state) {
    (void)state;
    static const char *const given[][2] = {{"/data/city", "b"}, {"/data/p", "y"}, {"/data/q", "z"}};
    struct form_session *s = open_form(
        "<city/><p/><q/>",
        "<instance id='city'><root><item><name>a</name><p>x</p><q>z</q></item><item><name>b</name><p>y</p><q>z</q></item></root></instance>"
        "<bind nodeset='/data/city' required='true()'/>",
        "<select1 ref='/data/city'><itemset nodeset=\"instance('city')/root/item[p = /data/p and q = /data/q]\"><value ref='name'/><label ref='name'/></itemset></select1>"
        "<input ref='/data/p'/><input ref='/data/q'/>");
    for (size_t i = 0; i < 3; i++) set(s, given[i][0], given[i][1]);
    value_is(s, "/data/city", ""); /* one by one, it is gone as soon as p is answered */
    form_hold(s);
    for (size_t i = 0; i < 3; i++) set(s, given[i][0], given[i][1]);
    form_release(s);
    value_is(s, "/data/city", "b");
    assert_int_equal(form_finish(s), 0);
    form_hold(s);
    set(s, "/data/p", "x");
    value_is(s, "/data/city", "b");
    form_release(s);
    value_is(s, "/data/city", ""); /* what no longer fits goes at the release */
    const struct form_pair pairs[] = {{STR("city"), STR("a")}, {STR("p"), STR("x")}, {STR("q"), STR("z")}};
    form_post(s, pairs, 3, &form_default_limits);
    const struct form_pair others[] = {{STR("city"), STR("b")}, {STR("p"), STR("y")}, {STR("q"), STR("z")}};
    form_post(s, others, 3, &form_default_limits);
    value_is(s, "/data/city", "b"); /* a page with new answers in all three */
    set(s, "/data/city", "nowhere");
    assert_int_equal(form_state(s, at(s, "/data/city")).violation, FORM_NOT_A_CHOICE);
}

static void violations_say_what_to_do(void **state) {
    (void)state;
    struct form_session *s = open_form("<a/><b/><tel/><when/><r/>",
        "<bind nodeset='/data/a' type='int' required='true()' constraint='. &lt; 10' jr:constraintMsg='Under ten'/><bind nodeset='/data/b' readonly='true()'/>"
        "<bind nodeset='/data/tel' lingban:kind='phone'/><bind nodeset='/data/when' type='date'/><bind nodeset='/data/r' type='int'/>",
        "<input ref='/data/a'/><input ref='/data/b'/><input ref='/data/tel'/><input ref='/data/when'/><range ref='/data/r' start='1' end='5' step='1'/>");
    assert_int_equal(form_state(s, at(s, "/data/a")).violation, FORM_REQUIRED);
    set(s, "/data/a", "x");
    assert_int_equal(form_state(s, at(s, "/data/a")).violation, FORM_NOT_OF_TYPE);
    set(s, "/data/a", "12");
    assert_true(str_eqz(form_explain(s, at(s, "/data/a"), LANGUAGE_ZH), "Under ten"));
    assert_false(form_set(s, at(s, "/data/b"), STR("no")));
    set(s, "/data/tel", "123");
    assert_true(str_find(form_explain(s, at(s, "/data/tel"), LANGUAGE_ZH), STR("电话")) >= 0);
    set(s, "/data/when", "2026-02-30");
    assert_int_equal(form_state(s, at(s, "/data/when")).violation, FORM_NOT_OF_TYPE);
    set(s, "/data/r", "6");
    assert_int_equal(form_state(s, at(s, "/data/r")).violation, FORM_CONSTRAINT);
    assert_int_equal(form_finish(s), 4);
}

static void answers_go_out_and_come_back(void **state) {
    (void)state;
    struct form_session *s = open_form(people, people_binds, people_body);
    const struct form_field *p = form_field_find(form_of(s), STR("/data/p"));
    set(s, "/data/p[1]/n", "a");
    form_add(s, form_root(s), p);
    form_add(s, form_root(s), p);
    set(s, "/data/p[3]/n", "c");
    form_remove(s, at(s, "/data/p[1]"));
    struct str kept = form_wire_name(&arena, at(s, "/data/p[2]/n"));
    const struct form_answer *rows;
    size_t count = form_answers(s, &arena, &rows);
    struct form_session *again = form_open(form_of(s), &arena, &opening);
    form_restore(again, rows, count, &faults);
    assert_int_equal(faults.count, 0);
    assert_int_equal(form_count(again, form_root(again), p), 2);
    value_is(again, "/data/all", ",c");
    assert_ptr_equal(form_find_wire(again, kept), at(again, "/data/p[2]/n"));

    struct buf xml;
    buf_init(&xml, &arena, 1 << 20);
    form_put_xml(s, &xml, true);
    struct form_session *third = form_open(form_of(s), &arena, &opening);
    assert_true(form_restore_xml(third, buf_str(&xml), STR("answer"), &faults));
    value_is(third, "/data/all", ",c");
    assert_false(form_restore_xml(third, STR("<other/>"), STR("answer"), &faults));
}

/* What a clerk writes as count(${p}[${eats} = 'yes']): pyxform makes absolute paths of it. */
static void a_predicate_asks_the_instance_it_tests(void **state) {
    (void)state;
    struct form_session *s = open_form("<p jr:template=''><eats/><age/></p><p><eats/><age/></p><n/><old/><first/>",
        "<bind nodeset='/data/p/age' type='int'/><bind nodeset='/data/n' calculate=\"1 + count( /data/p [ /data/p/eats  = 'yes'])\"/>"
        "<bind nodeset='/data/old' calculate=\"sum( /data/p/age [ /data/p/eats = 'yes'])\"/>"
        "<bind nodeset='/data/first' calculate=\"/data/p[position() = 1 and string-length(/data/p/age) &gt; 0]/age\"/>",
        "<group ref='/data/p'><repeat nodeset='/data/p'><input ref='/data/p/eats'/><input ref='/data/p/age'/></repeat></group>");
    form_add(s, form_root(s), form_field_find(form_of(s), STR("/data/p")));
    set(s, "/data/p[1]/eats", "yes");
    set(s, "/data/p[2]/eats", "no");
    set(s, "/data/p[1]/age", "81");
    set(s, "/data/p[2]/age", "30");
    value_is(s, "/data/n", "2");
    value_is(s, "/data/old", "81");
    value_is(s, "/data/first", "81");
    set(s, "/data/p[2]/eats", "yes");
    value_is(s, "/data/n", "3");
    value_is(s, "/data/old", "111");
    set(s, "/data/p[1]/eats", "");
    value_is(s, "/data/n", "2");
}

/* Stored answers are read one by one: a filter that looks at another answer must not hide the label. */
static void a_label_is_found_without_the_other_answers(void **state) {
    (void)state;
    struct form_session *s = open_form("<a/><b/>",
        "<instance id='c'><root><item><name>x1</name><of>x</of><label>**One**</label></item><item><name>y1</name><of>y</of><label>Two</label></item></root></instance>",
        "<select1 ref='/data/b'><itemset nodeset=\"randomize(instance('c')/root/item[of = /data/a], 3)\"><value ref='name'/><label ref='label'/></itemset></select1>");
    assert_true(str_eqz(form_value_label(s, at(s, "/data/b"), STR("x1")), "One"));
    assert_true(str_eqz(form_value_label(s, at(s, "/data/b"), STR("y1")), "Two"));
    assert_true(str_eqz(form_value_label(s, at(s, "/data/b"), STR("z")), ""));
    const struct form_choice *all, *open;
    size_t all_count = form_all_choices(s, at(s, "/data/b"), &all);
    assert_true(all_count > form_choices(s, at(s, "/data/b"), &open)); /* whatever the filter leaves out now */
    assert_int_equal(form_all_choices(s, at(s, "/data/a"), &all), form_choices(s, at(s, "/data/a"), &open));
    assert_true(str_eqz(form_value_label(s, at(s, "/data/a"), STR("z")), ""));
    const struct form_choice *choices;
    assert_int_equal(form_choices(s, at(s, "/data/b"), &choices), 0);
    assert_int_equal(form_all_choices(s, at(s, "/data/b"), &choices), 2);
    assert_int_equal(form_all_choices(s, at(s, "/data/a"), &choices), 0);
}

static struct form_session *kept_and_opened_again(struct form_session *s) {
    const struct form_answer *rows;
    size_t count = form_answers(s, &arena, &rows);
    struct form_session *again = form_open(form_of(s), &arena, &opening);
    form_restore(again, rows, count, &faults);
    assert_int_equal(faults.count, 0);
    return again;
}

/* A draft is kept between two pages: a repeat that is asked only later must still open with its first instance. */
static void a_hidden_repeat_survives_a_draft(void **state) {
    (void)state;
    struct form_session *s = open_form("<with/><p jr:template=''><n/></p><p><n/></p><count/>",
        "<bind nodeset='/data/p' relevant=\"/data/with = 'yes'\"/><bind nodeset='/data/count' calculate='count(/data/p)'/>",
        "<input ref='/data/with'/><group ref='/data/p'><repeat nodeset='/data/p'><input ref='/data/p/n'/></repeat></group>");
    const struct form_field *p = form_field_find(form_of(s), STR("/data/p"));
    s = kept_and_opened_again(s);
    value_is(s, "/data/count", "0");
    set(s, "/data/with", "yes");
    assert_int_equal(form_count(s, form_root(s), p), 1);
    value_is(s, "/data/count", "1");
    assert_true(form_remove(s, at(s, "/data/p[1]"))); /* taken out by whoever writes: it does not come back */
    s = kept_and_opened_again(s);
    assert_int_equal(form_count(s, form_root(s), p), 0);
    value_is(s, "/data/count", "0");
}

static void nested_repeats_survive_a_draft(void **state) {
    (void)state;
    struct form_session *s = open_form("<p jr:template=''><n/><q jr:template=''><m/></q><q><m/></q></p><p><n/><q><m/></q></p>", "",
        "<group ref='/data/p'><repeat nodeset='/data/p'><input ref='/data/p/n'/>"
        "<group ref='/data/p/q'><repeat nodeset='/data/p/q'><input ref='/data/p/q/m'/></repeat></group></repeat></group>");
    const struct form_field *p = form_field_find(form_of(s), STR("/data/p")), *q = form_field_find(form_of(s), STR("/data/p/q"));
    struct form_node *second = form_add(s, form_root(s), p);
    form_add(s, second, q);
    size_t before = form_count(s, at(s, "/data/p[2]"), q);
    set(s, "/data/p[2]/q[1]/m", "x");
    s = kept_and_opened_again(s);
    assert_int_equal(form_count(s, form_root(s), p), 2);
    assert_int_equal(form_count(s, at(s, "/data/p[1]"), q), 1);
    assert_int_equal(form_count(s, at(s, "/data/p[2]"), q), before);
    value_is(s, "/data/p[2]/q[1]/m", "x");
}

static void rows_that_fit_nowhere_are_told(void **state) {
    const struct form_answer rows[] = {{.path = STR("/data/gone"), .value = STR("x")}, {.path = STR("/data/p/n"), .value = STR("y")},
                                       {.path = STR("/data/p/n"), .position = STR("1"), .value = STR("z")}};
    (void)state;
    struct form_session *s = open_form(people, people_binds, people_body);
    form_restore(s, rows, 3, &faults);
    assert_int_equal(faults.count, 2);
    value_is(s, "/data/all", "z");
}

static void words_follow_the_language(void **state) {
    static const char itext[] =
        "<itext><translation lang='zh'><text id='a'><value>你好，<output value='/data/n'/></value></text></translation>"
        "<translation lang='en'><text id='a'><value>Hello <output value='/data/n'/></value></text></translation></itext>";
    (void)state;
    struct form_session *s = open_form("<n/>", itext, "<input ref='/data/n'><label ref=\"jr:itext('a')\"/></input>");
    set(s, "/data/n", "Li");
    assert_true(str_eqz(form_state(s, at(s, "/data/n")).label, "你好，Li"));
    assert_true(form_set_language(s, STR("en")));
    assert_true(str_eqz(form_state(s, at(s, "/data/n")).label, "Hello Li"));
    assert_false(form_set_language(s, STR("fr")));
}

static void fill_up(void *arg) {
    struct form_session *s = arg;
    char value[5000];
    memset(value, 'x', sizeof value);
    for (int i = 0;; i++) {
        value[0] = (char)('a' + i % 26);
        form_set(s, form_find(s, STR("/data/a")), (struct str){value, sizeof value});
    }
}

static void a_spent_budget_ends_the_filling_not_the_program(void **state) {
    struct arena small;
    (void)state;
    const struct form *form = load("<a/><b/>", "<bind nodeset='/data/b' calculate=\"concat(/data/a, /data/a)\"/>", "<input ref='/data/a'/>");
    arena_init(&small, 1 << 20);
    assert_false(arena_run(&small, fill_up, form_open(form, &small, &opening)));
    arena_release(&small);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_answer_reaches_what_depends_on_it), TEST(repeats_grow_shrink_and_count), TEST(repeats_have_an_end),
        TEST(cycles_come_to_an_end), TEST(choices_are_filtered_and_answers_pruned), TEST(answers_come_in_any_order_while_held), TEST(violations_say_what_to_do),
        TEST(answers_go_out_and_come_back), TEST(a_predicate_asks_the_instance_it_tests), TEST(a_label_is_found_without_the_other_answers), TEST(a_hidden_repeat_survives_a_draft), TEST(nested_repeats_survive_a_draft), TEST(rows_that_fit_nowhere_are_told), TEST(words_follow_the_language),
        TEST(a_spent_budget_ends_the_filling_not_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
