/* scene_register.c: see scene_register.h. */
#include "cli/scene_register.h"

#include "registry/registry.h"

static struct command *command_of(struct scene *s, const char *name) {
    struct str who = scene_after(s, "by");
    struct actor actor = {.account = scene_named(s, 'a', who)};
    if (str_eqz(who, "house")) actor = (struct actor){.system = true};
    return command_new(&s->arena, name, actor, "desk");
}

static int64_t entity_id(struct scene *s, struct db *db, struct str list, struct str key) {
    struct str service, name;
    if (!register_address(list, &service, &name)) return 0;
    (void)s;
    return db_int(db, 0, "select id from entity where service = ? and register = ? and key = ?", DB_TEXT(service), DB_TEXT(name), DB_TEXT(key));
}

static int64_t entity_here(struct scene *s) {
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t id = entity_id(s, db, scene_word(s, 1), scene_word(s, 2));
    store_read_end(engine_store(s->engine), db, NULL);
    return id;
}

static void step_entity(struct scene *s) {
    struct command *c = command_of(s, "register.put");
    struct str service = STR(""), name = STR(""), personal = STR("personal.");
    register_address(scene_word(s, 1), &service, &name);
    json_add_string(&s->arena, c->arguments, "service", service);
    json_add_string(&s->arena, c->arguments, "register", name);
    json_add_string(&s->arena, c->arguments, "key", scene_word(s, 2));
    json_add_string(&s->arena, c->arguments, "label", scene_word(s, 3));
    int64_t at = scene_named(s, 'o', scene_after(s, "at"));
    if (at) json_add_integer(&s->arena, c->arguments, "organisation", at);
    struct json plain = {.kind = JSON_OBJECT}, closed = {.kind = JSON_OBJECT};
    for (size_t i = 4; i < s->word_count; i++) {
        ptrdiff_t eq = str_find_byte(s->words[i], '=');
        if (eq < 1) continue;
        bool is_personal = str_starts(s->words[i], personal);
        struct str field = str_sub(s->words[i], is_personal ? personal.n : 0, (size_t)eq), value = str_sub(s->words[i], (size_t)eq + 1, s->words[i].n);
        json_add_string(&s->arena, is_personal ? &closed : &plain, arena_cstr(&s->arena, field), value.n ? scene_meant(s, value) : STR(""));
    }
    json_add(&s->arena, c->arguments, STR("fields"), plain);
    if (closed.count) json_add(&s->arena, c->arguments, STR("personal"), closed);
    scene_run(s, c);
}

static void step_close(struct scene *s) {
    struct command *c = command_of(s, "register.close");
    json_add_integer(&s->arena, c->arguments, "entity", entity_here(s));
    json_add_string(&s->arena, c->arguments, "reason", scene_after(s, "reason"));
    scene_run(s, c);
}

static void step_duty(struct scene *s) {
    struct command *c = command_of(s, "duty.assign");
    int64_t account = scene_named(s, 'a', scene_after(s, "to")), unit = scene_named(s, 'o', scene_after(s, "of"));
    struct str name = scene_after(s, "named"), phone = scene_after(s, "phone"), post = scene_after(s, "post"), from = scene_after(s, "from");
    json_add_integer(&s->arena, c->arguments, "entity", entity_here(s));
    json_add_string(&s->arena, c->arguments, "duty", scene_word(s, 3));
    if (account) json_add_integer(&s->arena, c->arguments, "account", account);
    if (unit) json_add_integer(&s->arena, c->arguments, "organisation", unit);
    if (name.n) json_add_string(&s->arena, c->arguments, "name", name);
    if (phone.n) json_add_string(&s->arena, c->arguments, "phone", phone);
    if (post.n) json_add_string(&s->arena, c->arguments, "post", post);
    if (from.n) json_add_string(&s->arena, c->arguments, "from_day", scene_meant(s, from));
    scene_run(s, c);
}

static void step_duty_end(struct scene *s) {
    struct command *c = command_of(s, "duty.end");
    struct str until = scene_after(s, "until");
    int64_t entity = entity_here(s);
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t duty = db_int(db, 0, "select id from duty where entity = ? and kind = ? and to_day is null order by id limit 1", DB_INT(entity), DB_TEXT(scene_word(s, 3)));
    store_read_end(engine_store(s->engine), db, NULL);
    json_add_integer(&s->arena, c->arguments, "duty", duty);
    if (until.n) json_add_string(&s->arena, c->arguments, "to_day", scene_meant(s, until));
    scene_run(s, c);
}

/* Who has that duty has retired: all their duties turn red. */
static void step_leave(struct scene *s) {
    struct command *c = command_of(s, "duty.leave");
    int64_t entity = entity_here(s);
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t duty = db_int(db, 0, "select id from duty where entity = ? and kind = ? and to_day is null order by id limit 1", DB_INT(entity), DB_TEXT(scene_word(s, 3)));
    store_read_end(engine_store(s->engine), db, NULL);
    json_add_integer(&s->arena, c->arguments, "duty", duty);
    json_add_string(&s->arena, c->arguments, "reason", scene_after(s, "reason"));
    scene_run(s, c);
}

bool scene_register_step(struct scene *s) {
    static const struct {
        const char *word;
        void (*step)(struct scene *s);
    } steps[] = {{"entity", step_entity}, {"entity-close", step_close}, {"duty", step_duty}, {"duty-end", step_duty_end}, {"duty-leave", step_leave}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (str_eqz(scene_word(s, 0), steps[i].word)) return steps[i].step(s), true;
    return false;
}

/* ---- expectations */

static void want_number(struct scene *s, int64_t have, size_t word) {
    scene_want(s, arena_printf(&s->arena, "%lld", (long long)have), scene_word(s, word));
}

static void expect_entities(struct scene *s, struct db *db) {
    struct str service = STR(""), name = STR("");
    register_address(scene_word(s, 2), &service, &name);
    want_number(s, db_int(db, 0, "select count(*) from entity where service = ? and register = ? and closed_at is null", DB_TEXT(service), DB_TEXT(name)), 3);
}

/* FIELD may also be label, closed, changes (how many lines its history has). */
static void expect_entity(struct scene *s, struct db *db) {
    int64_t id = entity_id(s, db, scene_word(s, 2), scene_word(s, 3));
    struct str field = scene_word(s, 4), have;
    if (str_eqz(field, "label")) have = db_text(db, &s->arena, "select label from entity where id = ?", DB_INT(id));
    else if (str_eqz(field, "closed")) have = db_text(db, &s->arena, "select closed_reason from entity where id = ?", DB_INT(id));
    else if (str_eqz(field, "changes")) have = db_text(db, &s->arena, "select cast(count(*) as text) from entity_change where entity = ?", DB_INT(id));
    else have = db_text(db, &s->arena, "select coalesce(value, personal) from entity_value where entity = ? and field = ?", DB_INT(id), DB_TEXT(field));
    scene_want(s, have.p ? have : STR(""), scene_word(s, 5));
}

struct report_text {
    struct buf out;
    size_t rows;
};

static bool add_row(void *context, const struct query *row) {
    struct report_text *text = context;
    if (text->rows++) buf_addz(&text->out, ", ");
    for (int i = 0; i < query_columns(row); i++) {
        if (i) buf_byte(&text->out, ' ');
        if (query_kind(row, i) == DB_KIND_INTEGER) buf_int(&text->out, query_int(row, i));
        else buf_add(&text->out, query_text(row, i));
    }
    return true;
}

static void expect_report(struct scene *s, struct db *db) {
    const struct service *service = services_current(engine_services(s->engine), db, scene_word(s, 2));
    const struct service_query *found = NULL;
    for (size_t i = 0; service && i < service->report_count; i++)
        if (str_eq(service->reports[i].name, scene_word(s, 3))) found = &service->reports[i];
    if (!found) {
        scene_fail(s, "there is no such report");
        return;
    }
    struct report_text text = {.rows = 0};
    struct report_limits limits = {10 * MICROS_A_SECOND, 1000};
    struct report_parameter parameters[] = {{":service", DB_TEXT(scene_word(s, 2))}, {":now", DB_INT(engine_now(s->engine))}};
    struct faults faults;
    faults_init(&faults, &s->arena);
    buf_init(&text.out, &s->arena, 1 << 20);
    if (store_report(engine_store(s->engine), found->sql, parameters, 2, limits, add_row, &text, &faults)) {
        scene_want(s, text.rows ? buf_str(&text.out) : STR(""), scene_word(s, 4));
    } else {
        struct str why = fault_text(&s->arena, LANGUAGE_EN, &faults.items[0]);
        scene_fail(s, "%.*s", STR_ARGS(why));
    }
}

/* Duties of the entry whose holder is no longer there. */
static void expect_red(struct scene *s, struct db *db) {
    struct str today = register_today(&s->arena, engine_zone(s->engine), engine_now(s->engine));
    int64_t entity = entity_id(s, db, scene_word(s, 2), scene_word(s, 3));
    want_number(s, db_int(db, 0, "select count(*) from v_duties where entity = ?1 and to_day is null and gone_from <= ?2", DB_INT(entity), DB_TEXT(today)), 4);
}

bool scene_expect_register(struct scene *s, struct db *db) {
    struct str what = scene_word(s, 1);
    if (str_eqz(what, "entities")) expect_entities(s, db);
    else if (str_eqz(what, "entity")) expect_entity(s, db);
    else if (str_eqz(what, "duties"))
        want_number(s, db_int(db, 0, "select count(*) from duty where entity = ? and to_day is null", DB_INT(entity_id(s, db, scene_word(s, 2), scene_word(s, 3)))), 4);
    else if (str_eqz(what, "report")) expect_report(s, db);
    else if (str_eqz(what, "red")) expect_red(s, db);
    else if (str_eqz(what, "told"))
        want_number(s, db_int(db, 0, "select count(*) from notice where account = ? and kind = ?", DB_INT(scene_named(s, 'a', scene_word(s, 2))), DB_TEXT(scene_word(s, 3))), 4);
    else return false;
    return true;
}
