/* signup_test.c: places, the waiting list, attendance, what goes with an erased person, and who sees what. */
#include "../house.h"
#include "activity/view.h"

static const struct store_schema tables[] = {{"store", schema_store}, {"engine", schema_engine}, {"activity", schema_activity}, {NULL, NULL}};
static const struct engine_room *const rooms[] = {&activity_room, NULL};
static const char *const club[] = {"service.yaml", "request.xml", "process.bpmn", NULL};
static const char *const errand[] = {"service.yaml", "request.xml", "process.bpmn", "check.xml", "done.xml", NULL};
static int64_t city, nanhu, beihu, wang, zhao;

static int open_house(void **state) {
    (void)state;
    if (house_open(tables, rooms) != 0) return -1;
    city = add_office("市", 0);
    nanhu = add_office("南湖", city);
    beihu = add_office("北湖", city);
    wang = add_staff("wang", nanhu);
    zhao = add_staff("zhao", beihu);
    deploy_folder("tests/services/errand", errand);
    deploy_folder("tests/services/club", club);
    return 0;
}

static int64_t add_activity(const char *service, const char *name, int64_t capacity) {
    struct command *c = house_command("activity.put", wang);
    put_text(c, "service", service);
    put_text(c, "name", name);
    put_number(c, "capacity", capacity);
    put_number(c, "organisation", nanhu);
    return house_run(c, "activity");
}

static void change_capacity(int64_t activity, int64_t capacity) {
    struct command *c = house_command("activity.put", wang);
    put_number(c, "activity", activity);
    put_text(c, "service", "errand");
    put_text(c, "name", "换个名字");
    put_number(c, "capacity", capacity);
    house_run(c, "activity");
}

static struct command *signing_up(int64_t activity, int64_t party, const char *nickname) {
    struct command *c = house_command("signup.make", wang);
    put_number(c, "activity", activity);
    if (party) put_number(c, "party", party);
    if (nickname) put_text(c, "nickname", nickname);
    return c;
}

static int64_t sign_up(int64_t activity, const char *name) {
    return house_run(signing_up(activity, add_person(name, NULL), name), "signup");
}

static void cancel(int64_t signup) {
    struct command *c = house_command("signup.cancel", wang);
    put_number(c, "signup", signup);
    house_run(c, "");
}

static void assert_state(int64_t signup, const char *state) {
    if (house_number("select count(*) from signup where id = ? and state = ?", DB_INT(signup), DB_TEXT(str_from(state))) != 1) fail_msg("%lld is not %s", (long long)signup, state);
}

static int64_t add_session(int64_t activity, const char *day) {
    struct command *c = house_command("session.put", wang);
    put_number(c, "activity", activity);
    put_text(c, "day", day);
    return house_run(c, "session");
}

static struct viewer as(int64_t account) {
    return (struct viewer){.account = account, .may = account ? MAY_ACCOUNT | MAY_STAFF : 0, .language = LANGUAGE_ZH, .now = house_monday};
}

static void capacity_has_bounds(void **state) {
    static const int64_t bad[] = {0, -1, 100001};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct command *c = house_command("activity.put", wang);
        put_text(c, "service", "errand");
        put_text(c, "name", "x");
        put_number(c, "capacity", bad[i]);
        put_number(c, "organisation", nanhu);
        house_refused(c, "activity.capacity");
    }
    struct command *c = house_command("activity.put", wang);
    put_text(c, "service", "nothing");
    put_text(c, "name", "x");
    put_number(c, "capacity", 1);
    put_number(c, "organisation", nanhu);
    house_refused(c, "service.unknown");
}

static void first_come_first_served(void **state) {
    (void)state;
    int64_t a = add_activity("errand", "读书", 2), s[5];
    static const char *const names[] = {"甲", "乙", "丙", "丁", "戊"};
    for (int i = 0; i < 5; i++) s[i] = sign_up(a, names[i]);
    assert_state(s[1], "in");
    assert_state(s[2], "waiting");
    cancel(s[3]); /* a waiting one goes: nobody moves up */
    assert_state(s[2], "waiting");
    cancel(s[0]);
    assert_state(s[2], "in");
    assert_state(s[4], "waiting");
    house_refused(({ struct command *c = house_command("signup.cancel", wang); put_number(c, "signup", s[0]); c; }), "activity.no-signup");
    change_capacity(a, 1); /* nobody loses a place … */
    assert_state(s[1], "in");
    assert_state(s[2], "in");
    cancel(s[1]);
    assert_state(s[4], "waiting"); /* … but none is free either */
    change_capacity(a, 3);
    assert_state(s[4], "in");
    assert_int_equal(house_number("select taken from v_activities where id = ?", DB_INT(a)), 2);
}

static void one_place_a_person(void **state) {
    (void)state;
    int64_t a = add_activity("errand", "书法", 5), party = add_person("己", "04340000311");
    house_run(signing_up(a, party, "小己"), "signup");
    house_refused(signing_up(a, party, "小己"), "activity.twice");
    struct command *c = signing_up(a, 0, NULL); /* the same name and number is the same person */
    put_text(c, "name", "己");
    put_text(c, "phone", "０４３４００００３１１");
    house_refused(c, "activity.twice");
    c = signing_up(a, 0, NULL);
    put_text(c, "name", "己");
    put_text(c, "phone", "04340000312");
    int64_t other = house_run(c, "signup");
    assert_int_not_equal(house_number("select party from signup where id = ?", DB_INT(other)), party);
    house_refused(signing_up(a, 0, NULL), "activity.who");
    house_refused(signing_up(a, 99999, "x"), "party.unknown");
}

static void a_sheet_is_noted_once(void **state) {
    (void)state;
    int64_t a = add_activity("errand", "合唱", 2), x = sign_up(a, "庚"), y = sign_up(a, "辛"), w = sign_up(a, "壬"), session = add_session(a, "2026-10-09");
    struct command *c = house_command("attendance.take", wang);
    put_number(c, "session", session);
    json_add(&house.arena, c->arguments, STR("listed"), *json_parse(&house.arena, arena_printf(&house.arena, "[%lld,%lld,%lld]", (long long)x, (long long)y, (long long)w), &json_default_limits, STR("test"), NULL));
    json_add(&house.arena, c->arguments, STR("present"), *json_parse(&house.arena, arena_printf(&house.arena, "[%lld,%lld]", (long long)x, (long long)w), &json_default_limits, STR("test"), NULL));
    struct answer first = engine_run(house.engine, &house.arena, c);
    assert_true(first.done);
    assert_int_equal(json_integer(first.result, "present", -1), 1); /* who waits has no place to come to */
    assert_int_equal(json_integer(first.result, "noted", -1), 2);
    assert_int_equal(json_integer(first.result, "gone", -1), 1);
    struct answer again = engine_run(house.engine, &house.arena, c);
    assert_true(again.done);
    assert_int_equal(json_integer(again.result, "noted", -1), 0);
    assert_int_equal(house_number("select count(*) from attendance where session = ?", DB_INT(session)), 2);
    static const char *const bad[][2] = {{"1", "[]"}, {"[]", "{}"}, {"[\"1\"]", "[]"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        c = house_command("attendance.take", wang);
        put_number(c, "session", session);
        put_json(c, "listed", bad[i][0]);
        put_json(c, "present", bad[i][1]);
        house_refused(c, "activity.register");
    }
    c = house_command("attendance.take", zhao);
    put_number(c, "session", session);
    put_json(c, "listed", "[]");
    put_json(c, "present", "[]");
    house_refused(c, "activity.not-yours");
}

static void a_nickname_goes_with_its_person(void **state) {
    (void)state;
    int64_t a = add_activity("errand", "围棋", 5), party = add_person("癸", NULL), signup = house_run(signing_up(a, party, "小癸"), "signup");
    assert_int_equal(house_number("select count(*) from signup where id = ? and nickname = '小癸'", DB_INT(signup)), 1);
    erase_person(party);
    assert_int_equal(house_number("select count(*) from signup where id = ? and nickname is null and state = 'in'", DB_INT(signup)), 1);
    house_refused(signing_up(a, party, "小癸"), "party.unknown");
}

static void forms_are_offered_open_ones(void **state) {
    (void)state;
    int64_t a = add_activity("errand", "门，\"球\"", 1), b = add_activity("errand", "关了的", 1);
    sign_up(a, "子");
    sign_up(a, "丑");
    struct command *c = house_command("activity.close", wang);
    put_number(c, "activity", b);
    house_run(c, "");
    house_refused(signing_up(b, 0, "x"), "activity.who");
    house_refused(signing_up(b, add_person("寅", NULL), "x"), "activity.closed");
    struct db *db = store_read_begin(house.store);
    struct str csv = activity_room.list(&house.arena, db, STR("activities"), LANGUAGE_ZH);
    assert_true(store_read_end(house.store, db, &house.faults));
    assert_true(str_starts(csv, STR("name,label,service,free,office\n")));
    assert_true(str_find(csv, arena_printf(&house.arena, "%lld,\"门，\"\"球\"\"\",\"errand\",0,%lld\n", (long long)a, (long long)nanhu)) >= 0);
    assert_true(str_find(csv, STR("关了的")) < 0);
    assert_null(activity_room.list(&house.arena, NULL, STR("others"), LANGUAGE_ZH).p);
}

static void sight_depends_on_who_looks(void **state) {
    (void)state;
    int64_t open = add_activity("errand", "看得见", 3), inside = add_activity("club", "内部", 3);
    sign_up(open, "卯");
    const struct {
        int64_t account, activity;
        enum activity_sight sight;
    } rows[] = {{0, open, ACTIVITY_PUBLIC},    {zhao, open, ACTIVITY_OFFICE},  {wang, open, ACTIVITY_KEEPER},
                {0, inside, ACTIVITY_HIDDEN}, {zhao, inside, ACTIVITY_OFFICE}, {wang, inside, ACTIVITY_KEEPER}};
    struct db *db = store_read_begin(house.store);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct viewer v = as(rows[i].account);
        struct seen_activity seen;
        struct seen_signup *who;
        assert_int_equal(activity_seen(house.engine, db, &house.arena, &v, rows[i].activity, &seen), rows[i].sight != ACTIVITY_HIDDEN);
        assert_int_equal(seen.sight, rows[i].sight);
        size_t count = activity_signups(db, &house.arena, &seen, 0, &who);
        assert_int_equal(count, rows[i].sight == ACTIVITY_KEEPER && rows[i].activity == open ? 1 : 0);
    }
    struct viewer nobody = as(0);
    struct seen_activity none;
    assert_false(activity_seen(house.engine, db, &house.arena, &nobody, 99999, &none));
    assert_true(store_read_end(house.store, db, &house.faults));
}

static void the_next_session_comes_first(void **state) {
    (void)state;
    int64_t late = add_activity("club", "晚", 3), soon = add_activity("club", "早", 3), past = add_activity("club", "过", 3);
    add_session(late, "2026-12-01");
    add_session(soon, "2026-09-28"); /* today counts */
    add_session(past, "2026-09-27");
    struct viewer keeper = as(wang);
    struct seen_activity *list;
    struct seen_session *sessions;
    struct db *db = store_read_begin(house.store);
    size_t count = activity_list(house.engine, db, &house.arena, &keeper, STR("club"), false, &list);
    assert_true(count >= 3);
    assert_int_equal(list[0].id, soon);
    assert_int_equal(list[1].id, late);
    assert_string_equal(list[0].next_day.p, "2026-09-28");
    assert_int_equal(activity_sessions(db, &house.arena, &keeper, past, &sessions), 1);
    assert_true(sessions[0].past);
    assert_int_equal(activity_list(house.engine, db, &house.arena, &keeper, STR("nothing"), false, &list), 0);
    assert_true(store_read_end(house.store, db, &house.faults));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capacity_has_bounds),
        cmocka_unit_test(first_come_first_served),
        cmocka_unit_test(one_place_a_person),
        cmocka_unit_test(a_sheet_is_noted_once),
        cmocka_unit_test(a_nickname_goes_with_its_person),
        cmocka_unit_test(forms_are_offered_open_ones),
        cmocka_unit_test(sight_depends_on_who_looks),
        cmocka_unit_test(the_next_session_comes_first),
        cmocka_unit_test(house_replays),
    };
    return cmocka_run_group_tests(tests, open_house, house_close);
}
