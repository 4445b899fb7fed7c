/* answers_test.c: the answers of a command are one whole: the order they stand in makes no difference to what the form says of them. */
#include "errand.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_filter_may_look_at_later_answers)};
    return cmocka_run_group_tests(tests, open_house, house_close);
}
