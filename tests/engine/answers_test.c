/* answers_test.c: the answers of a command are one whole: the order they stand in makes no difference to what the form says of them; and they are read in the order of the form. */
#include "errand.h"

#include "engine/viewer.h"

/* `text` with `new` before `mark`. */
static struct str inserted(struct str text, const char *mark, const char *new) {
    ptrdiff_t at = str_find(text, str_from(mark));
    assert_true(at >= 0);
    return arena_printf(&house.arena, "%.*s%s%.*s", (int)at, text.p, new, STR_ARGS(str_sub(text, (size_t)at, text.n)));
}

/* The errand's form with a place whose list looks at two questions behind it. */
static struct str form_with_filter(void) {
    struct str text;
    assert_true(file_read(&house.arena, "tests/services/errand/request.xml", 1 << 20, &text, &house.faults));
    text = inserted(text, "<consent/>", "<place/><town/><side/>");
    text = inserted(text, "<bind nodeset=\"/data/name\"",
                    "<instance id=\"places\"><root><item><name>mill</name><town>lishu</town><side>north</side></item>"
                    "<item><name>ford</name><town>lishu</town><side>south</side></item></root></instance>"
                    "<bind nodeset=\"/data/place\" required=\"true()\" lingban:privacy=\"office\"/><bind nodeset=\"/data/town\" lingban:privacy=\"office\"/>"
                    "<bind nodeset=\"/data/side\" lingban:privacy=\"office\"/>");
    return inserted(text, "<upload ",
                    "<select1 ref=\"/data/place\"><label>Place</label><itemset nodeset=\"instance('places')/root/item[town = /data/town and side = /data/side]\">"
                    "<value ref=\"name\"/><label ref=\"name\"/></itemset></select1>"
                    "<input ref=\"/data/town\"><label>Town</label></input><input ref=\"/data/side\"><label>Side</label></input>");
}

static struct command *request(const char *place) {
    struct command *open = command("case.open");
    json_add_string(&house.arena, open->arguments, "service", STR("errand"));
    answer(open, "/data/place", place); /* before what its list looks at */
    answer(open, "/data/town", "lishu");
    answer(open, "/data/side", "south");
    answer(open, "/data/name", "Li");
    answer(open, "/data/item[1]/what", "bread");
    answer(open, "/data/consent", "yes");
    return open;
}

static void a_filter_may_look_at_later_answers(void **state) {
    (void)state;
    deploy_with("request.xml", form_with_filter());
    done(request("ford"));
    struct db *db = store_read_begin(house.store);
    int64_t n = db_int(db, -1, "select count(*) from answer where path = '/data/place' and value = 'ford'");
    assert_true(store_read_end(house.store, db, &house.faults));
    assert_int_equal(n, 1);
    struct answer refused = engine_run(house.engine, &house.arena, request("mill")); /* on the other side of the river */
    assert_false(refused.done);
    assert_string_equal(refused.refusal.code, "form.invalid");
}

/* The errand's form with a second list behind the first, of which each entry holds what there is of it. */
static struct str form_with_two_lists(void) {
    struct str text;
    assert_true(file_read(&house.arena, "tests/services/errand/request.xml", 1 << 20, &text, &house.faults));
    text = inserted(text, "<photo/>", "<helper jr:template=\"\"><who/><hours/></helper>");
    text = inserted(text, "<bind nodeset=\"/data/photo\"", "<bind nodeset=\"/data/helper/who\" lingban:privacy=\"public\"/><bind nodeset=\"/data/helper/hours\" lingban:privacy=\"public\"/>");
    return inserted(text, "<upload ", "<group ref=\"/data/helper\"><label>Helper</label><repeat nodeset=\"/data/helper\">"
                                      "<input ref=\"/data/helper/who\"><label>Who</label></input><input ref=\"/data/helper/hours\"><label>Hours</label></input></repeat></group>");
}

/* Entry by entry, and one list after the other: neither all first entries together, nor all answers to one question. */
static void lists_beside_each_other_are_read_one_after_the_other(void **state) {
    static const char *const order[] = {"/data/name", "/data/item[1]/what", "/data/item[1]/cost", "/data/item[2]/what", "/data/item[2]/cost", "/data/helper[1]/who",
                                        "/data/helper[1]/hours", "/data/helper[2]/who", "/data/helper[2]/hours", "/data/consent"};
    static const char *const values[] = {"Li", "bread", "5", "milk", "3", "Wang", "1", "Zhao", "2", "yes"};
    enum { COUNT = sizeof order / sizeof *order };
    (void)state;
    deploy_with("request.xml", form_with_two_lists());
    struct command *open = command("case.open");
    json_add_string(&house.arena, open->arguments, "service", STR("errand"));
    for (size_t i = COUNT; i-- > 0;) answer(open, order[i], values[i]); /* sent in whatever order */
    int64_t id = json_integer(done(open), "case", 0);
    struct db *db = store_read_begin(house.store);
    struct viewer resident = {.resident_case = id, .language = LANGUAGE_ZH, .now = env_now()};
    struct seen_case seen;
    assert_true(viewer_case(house.engine, db, &house.arena, &resident, id, &seen));
    assert_true(store_read_end(house.store, db, &house.faults));
    assert_int_equal(seen.submission_count, 1);
    assert_int_equal(seen.submissions[0].count, COUNT);
    for (size_t i = 0; i < COUNT; i++) assert_string_equal(arena_cstr(&house.arena, seen.submissions[0].answers[i].path), order[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_filter_may_look_at_later_answers), cmocka_unit_test(lists_beside_each_other_are_read_one_after_the_other)};
    return cmocka_run_group_tests(tests, open_house, house_close);
}
