/* scene_activity.c: see scene_activity.h. */
#include "cli/scene_activity.h"

#include "cli/scene_register.h"

static struct command *command_of(struct scene *s, const char *name) {
    struct str who = scene_after(s, "by");
    struct actor actor = {.account = scene_named(s, 'a', who)};
    if (str_eqz(who, "house")) actor = (struct actor){.system = true};
    return command_new(&s->arena, name, actor, "desk");
}

static void add_number(struct scene *s, struct command *c, const char *name, int64_t value) {
    if (value) json_add_integer(&s->arena, c->arguments, name, value);
}

static int64_t number_of(struct str text) {
    int64_t n = 0;
    str_to_int64(text, &n);
    return n;
}

static int64_t signup_of(struct scene *s, struct db *db, struct str name) {
    int64_t at_the_desk = scene_named(s, 'u', name);
    if (at_the_desk) return at_the_desk;
    return db_int(db, 0, "select max(id) from signup where case_id = ?", DB_INT(scene_named(s, 'c', name)));
}

static int64_t signup_here(struct scene *s) {
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t id = signup_of(s, db, scene_word(s, 1));
    store_read_end(engine_store(s->engine), db, NULL);
    return id;
}

static void add_signup(struct scene *s, struct json *list, int64_t id) {
    json_add(&s->arena, list, STR_NONE, (struct json){.kind = JSON_NUMBER, .is_integer = true, .integer = id, .text = arena_printf(&s->arena, "%lld", (long long)id)});
}

static int64_t applicant_here(struct scene *s) {
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t id = db_int(db, 0, "select applicant from cases where id = ?", DB_INT(scene_named(s, 'c', scene_word(s, 1))));
    store_read_end(engine_store(s->engine), db, NULL);
    return id;
}

static void step_activity(struct scene *s) {
    struct command *c = command_of(s, "activity.put");
    json_add_string(&s->arena, c->arguments, "service", scene_word(s, 2));
    json_add_string(&s->arena, c->arguments, "name", scene_word(s, 3));
    json_add_string(&s->arena, c->arguments, "place", scene_after(s, "place"));
    json_add_integer(&s->arena, c->arguments, "capacity", number_of(scene_after(s, "places")));
    add_number(s, c, "organisation", scene_named(s, 'o', scene_after(s, "at")));
    if (scene_run(s, c)) scene_keep(s, 'v', scene_word(s, 1), json_integer(s->answer.result, "activity", 0));
}

static void step_places(struct scene *s) {
    struct command *c = command_of(s, "activity.put");
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t id = scene_named(s, 'v', scene_word(s, 1));
    json_add_integer(&s->arena, c->arguments, "activity", id);
    json_add_string(&s->arena, c->arguments, "service", db_text(db, &s->arena, "select service from activity where id = ?", DB_INT(id)));
    json_add_string(&s->arena, c->arguments, "name", db_text(db, &s->arena, "select name from activity where id = ?", DB_INT(id)));
    json_add_string(&s->arena, c->arguments, "place", db_text(db, &s->arena, "select place from activity where id = ?", DB_INT(id)));
    store_read_end(engine_store(s->engine), db, NULL);
    json_add_integer(&s->arena, c->arguments, "capacity", number_of(scene_word(s, 2)));
    scene_run(s, c);
}

static void step_session(struct scene *s) {
    struct command *c = command_of(s, "session.put");
    add_number(s, c, "activity", scene_named(s, 'v', scene_word(s, 2)));
    json_add_string(&s->arena, c->arguments, "day", scene_meant(s, scene_word(s, 3)));
    json_add_string(&s->arena, c->arguments, "begins", scene_after(s, "from"));
    json_add_string(&s->arena, c->arguments, "ends", scene_after(s, "until"));
    json_add_string(&s->arena, c->arguments, "topic", scene_after(s, "topic"));
    if (scene_run(s, c)) scene_keep(s, 's', scene_word(s, 1), json_integer(s->answer.result, "session", 0));
}

static void step_close(struct scene *s) {
    struct command *c = command_of(s, "activity.close");
    add_number(s, c, "activity", scene_named(s, 'v', scene_word(s, 1)));
    scene_run(s, c);
}

static void step_sign_up(struct scene *s) {
    struct command *c = command_of(s, "signup.make");
    add_number(s, c, "activity", scene_named(s, 'v', scene_word(s, 2)));
    add_number(s, c, "party", applicant_here(s));
    json_add_string(&s->arena, c->arguments, "nickname", scene_word(s, 3));
    scene_run(s, c);
}

/* Somebody who came to the desk, without a case. */
static void step_desk_sign_up(struct scene *s) {
    struct command *c = command_of(s, "signup.make");
    add_number(s, c, "activity", scene_named(s, 'v', scene_word(s, 2)));
    json_add_string(&s->arena, c->arguments, "name", scene_after(s, "named"));
    if (scene_after(s, "phone").n) json_add_string(&s->arena, c->arguments, "phone", scene_after(s, "phone"));
    if (scene_run(s, c)) scene_keep(s, 'u', scene_word(s, 1), json_integer(s->answer.result, "signup", 0));
}

static void step_cancel(struct scene *s) {
    struct command *c = command_of(s, "signup.cancel");
    add_number(s, c, "signup", signup_here(s));
    scene_run(s, c);
}

static void step_attend(struct scene *s) {
    struct command *c = command_of(s, "attendance.note");
    add_number(s, c, "session", scene_named(s, 's', scene_word(s, 2)));
    add_number(s, c, "signup", signup_here(s));
    json_add_boolean(&s->arena, c->arguments, "present", str_eqz(scene_word(s, 3), "yes"));
    scene_run(s, c);
}

/* Names for what a process made: the activity of a case, the n-th session of an activity. */
static void step_activity_of(struct scene *s) {
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t id = db_int(db, 0, "select cast(v.value as integer) from variable v where v.case_id = ? and v.name = 'activity'", DB_INT(scene_named(s, 'c', scene_word(s, 2))));
    store_read_end(engine_store(s->engine), db, NULL);
    s->answer = (struct answer){.done = id != 0};
    scene_keep(s, 'v', scene_word(s, 1), id);
}

static void step_session_of(struct scene *s) {
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t id = db_int(db, 0, "select id from activity_session where activity = ? order by day, id limit 1 offset ?", DB_INT(scene_named(s, 'v', scene_word(s, 2))),
                        DB_INT(number_of(scene_word(s, 3)) - 1));
    store_read_end(engine_store(s->engine), db, NULL);
    s->answer = (struct answer){.done = id != 0};
    scene_keep(s, 's', scene_word(s, 1), id);
}

/* Everybody who is in stands on the sheet; those named came. */
static void step_register(struct scene *s) {
    struct command *c = command_of(s, "attendance.take");
    int64_t session = scene_named(s, 's', scene_word(s, 1));
    add_number(s, c, "session", session);
    struct json *listed = json_add_empty(&s->arena, c->arguments, "listed", JSON_ARRAY), *present = json_add_empty(&s->arena, c->arguments, "present", JSON_ARRAY);
    struct db *db = store_read_begin(engine_store(s->engine));
    struct query q = db_query(db, "select u.id from signup u join activity_session s on s.activity = u.activity where s.id = ? and u.state = 'in' order by u.id", DB_INT(session));
    while (query_next(&q)) add_signup(s, listed, query_int(&q, 0));
    for (size_t i = 2; i < s->word_count && !str_eqz(s->words[i], "by"); i++) add_signup(s, present, signup_of(s, db, s->words[i]));
    store_read_end(engine_store(s->engine), db, NULL);
    scene_run(s, c);
}

bool scene_activity_step(struct scene *s) {
    static const struct {
        const char *word;
        void (*step)(struct scene *s);
    } steps[] = {{"activity", step_activity}, {"places", step_places}, {"session", step_session}, {"close-activity", step_close},
                 {"sign-up", step_sign_up},   {"cancel-sign-up", step_cancel}, {"attend", step_attend},
                 {"desk-sign-up", step_desk_sign_up}, {"register", step_register}, {"activity-of", step_activity_of}, {"session-of", step_session_of}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (str_eqz(scene_word(s, 0), steps[i].word)) return steps[i].step(s), true;
    return false;
}

bool scene_expect_activity(struct scene *s, struct db *db) {
    if (str_eqz(scene_word(s, 1), "sign-up")) {
        struct str state = db_text(db, &s->arena, "select state from signup where id = ?", DB_INT(signup_of(s, db, scene_word(s, 2))));
        scene_want(s, state.p ? state : STR("none"), scene_word(s, 3));
    } else if (str_eqz(scene_word(s, 1), "activities")) {
        int64_t n = db_int(db, 0, "select count(*) from activity where service = ?", DB_TEXT(scene_word(s, 2)));
        scene_want(s, arena_printf(&s->arena, "%lld", (long long)n), scene_word(s, 3));
    } else if (str_eqz(scene_word(s, 1), "came")) {
        int64_t n = db_int(db, 0, "select present from v_sessions where id = ?", DB_INT(scene_named(s, 's', scene_word(s, 2))));
        scene_want(s, arena_printf(&s->arena, "%lld", (long long)n), scene_word(s, 3));
    } else if (str_eqz(scene_word(s, 1), "places")) {
        int64_t id = scene_named(s, 'v', scene_word(s, 2));
        scene_want(s, db_text(db, &s->arena, "select taken || ' ' || waiting from v_activities where id = ?", DB_INT(id)),
                   arena_printf(&s->arena, "%.*s %.*s", STR_ARGS(scene_word(s, 3)), STR_ARGS(scene_word(s, 4))));
    } else {
        return false;
    }
    return true;
}
