/* scene.c: plays the lines of a scene as commands, see scene.h. */
#include "cli/scene.h"
#include "cli/house.h"

#include "base/crypto.h"
#include "base/env.h"
#include "base/zone.h"
#include "engine/lists.h"
#include "engine/session.h"
#include "cli/scene_activity.h"
#include "cli/scene_photo.h"
#include "cli/scene_register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void scene_fail(struct scene *s, const char *format, ...) {
    va_list args;
    s->failed++;
    printf("FAIL %s:%d: ", s->path, s->line);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

/* ---- words and names */

static void add_word(struct scene *s, struct str word) {
    const struct scene_words *list = word.n > 1 && word.p[0] == '$' ? map_get(&s->lists, str_sub(word, 1, word.n)) : NULL;
    size_t count = list ? list->count : 1;
    for (size_t i = 0; i < count && s->word_count < SCENE_WORDS; i++) s->words[s->word_count++] = list ? list->items[i] : word;
}

static void split(struct scene *s, struct str line) {
    s->word_count = 0;
    size_t i = 0;
    while (i < line.n && s->word_count < SCENE_WORDS) {
        while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t')) i++;
        if (i >= line.n || line.p[i] == '#') break;
        struct buf word;
        bool quoted = false;
        buf_init(&word, &s->arena, 1 << 16);
        for (; i < line.n && (quoted || line.p[i] != ' '); i++) {
            if (line.p[i] == '"') quoted = !quoted;
            else buf_byte(&word, line.p[i]);
        }
        add_word(s, word.p ? buf_str(&word) : STR(""));
    }
}

static struct str word(const struct scene *s, size_t i) {
    return i < s->word_count ? s->words[i] : STR("");
}

/* The word after `key`, or empty. */
static struct str after(const struct scene *s, const char *key) {
    for (size_t i = 1; i + 1 < s->word_count; i++)
        if (str_eqz(s->words[i], key)) return s->words[i + 1];
    return STR("");
}

static int64_t named(struct scene *s, char kind, struct str text) {
    for (size_t i = 0; i < s->name_count; i++)
        if (s->names[i].kind == kind && str_eqz(text, s->names[i].text)) return s->names[i].id;
    return 0;
}

void scene_keep(struct scene *s, char kind, struct str text, int64_t id) {
    for (size_t i = 0; i < s->name_count; i++)
        if (s->names[i].kind == kind && str_eqz(text, s->names[i].text)) {
            s->names[i].id = id;
            return;
        }
    if (s->name_count == SCENE_NAMES) {
        scene_fail(s, "too many names");
        return;
    }
    struct scene_name *n = &s->names[s->name_count++];
    n->kind = kind;
    n->id = id;
    snprintf(n->text, sizeof n->text, "%.*s", STR_ARGS(text));
}

/* ---- commands */

static const struct actor system_actor = {.system = true};

static struct actor actor_named(struct scene *s, struct str who, int64_t case_id) {
    if (str_eqz(who, "resident")) return (struct actor){.resident_case = case_id};
    return (struct actor){.account = named(s, 'a', who)};
}

static bool run(struct scene *s, struct command *c) {
    s->answer = engine_run(s->engine, &s->arena, c);
    return s->answer.done;
}

static int64_t result(struct scene *s, const char *name) {
    return json_integer(s->answer.result, name, 0);
}

static void step_clock(struct scene *s) {
    struct str how = word(s, 1);
    instant now = engine_now(s->engine);
    int64_t n;
    if (str_starts(how, STR("now-")) && str_to_int64(str_sub(how, 4, how.n - 1), &n)) {
        now = s->now - n * (how.p[how.n - 1] == 'd' ? 86400 : 3600) * MICROS_A_SECOND;
    } else if (how.n > 2 && how.p[0] == '+' && str_to_int64(str_sub(how, 1, how.n - 1), &n)) {
        char unit = how.p[how.n - 1];
        now += n * MICROS_A_SECOND * (unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : 1);
    } else if (!instant_parse(how, &now)) {
        scene_fail(s, "no such time");
    }
    env_clock_set(now);
    engine_fire_due(s->engine);
    s->answer = (struct answer){.done = true};
}

static void step_words(struct scene *s) {
    struct scene_words *list = arena_new(&s->kept, struct scene_words);
    list->count = s->word_count > 2 ? s->word_count - 2 : 0;
    list->items = arena_array(&s->kept, struct str, list->count);
    for (size_t i = 0; i < list->count; i++) list->items[i] = arena_str(&s->kept, s->words[i + 2]);
    map_put(&s->lists, arena_str(&s->kept, word(s, 1)), list);
    s->answer = (struct answer){.done = true};
}

static void step_include(struct scene *s) {
    struct str text;
    const char *path = arena_cstr(&s->kept, word(s, 1)), *here = s->path;
    int line_here = s->line;
    if (!file_read(&s->kept, path, 1 << 20, &text, NULL)) {
        scene_fail(s, "there is no file “%s”", path);
        return;
    }
    s->path = path;
    s->line = 0;
    for (struct str line; str_split(&text, '\n', &line);) {
        s->line++;
        scene_line(s, str_trim(line));
    }
    s->path = here;
    s->line = line_here;
    s->answer = (struct answer){.done = true};
}

static void step_deploy(struct scene *s) {
    struct command *c = command_new(&s->arena, "service.deploy", system_actor, "cli");
    struct json *files = json_add_empty(&s->arena, c->arguments, "files", JSON_OBJECT);
    bool found = s->find_folder ? s->find_folder(s, word(s, 1), files) : service_folder(&s->arena, arena_cstr(&s->arena, word(s, 1)), files, NULL);
    if (found) run(s, c);
    else scene_fail(s, "there is no folder “%.*s”", STR_ARGS(word(s, 1)));
}

static void step_organisation(struct scene *s) {
    struct command *c = command_new(&s->arena, "organisation.add", system_actor, "cli");
    json_add_string(&s->arena, c->arguments, "kind", word(s, 2));
    json_add_string(&s->arena, c->arguments, "name", word(s, 3));
    if (after(s, "en").n) json_add_string(&s->arena, c->arguments, "name_en", after(s, "en"));
    int64_t parent = named(s, 'o', after(s, "under"));
    if (parent) json_add_integer(&s->arena, c->arguments, "parent", parent);
    if (run(s, c)) scene_keep(s, 'o', word(s, 1), result(s, "organisation"));
}

static void step_partner(struct scene *s) {
    struct command *c = command_new(&s->arena, "partnership.begin", system_actor, "cli");
    json_add_integer(&s->arena, c->arguments, "unit", named(s, 'o', word(s, 1)));
    json_add_integer(&s->arena, c->arguments, "community", named(s, 'o', word(s, 2)));
    run(s, c);
}

static void step_role(struct scene *s) {
    struct command *c = command_new(&s->arena, "role.grant", system_actor, "cli");
    json_add_integer(&s->arena, c->arguments, "account", named(s, 'a', word(s, 1)));
    json_add_string(&s->arena, c->arguments, "role", word(s, 2));
    int64_t at = named(s, 'o', after(s, "at"));
    if (at) json_add_integer(&s->arena, c->arguments, "organisation", at);
    run(s, c);
}

static void step_account(struct scene *s) {
    struct str at = after(s, "at"), of = after(s, "of"), called = after(s, "called"), password = after(s, "password"), mail = after(s, "mail");
    struct command *c = command_new(&s->arena, "account.add", system_actor, "cli");
    json_add_string(&s->arena, c->arguments, "login", word(s, 1));
    json_add_string(&s->arena, c->arguments, "name", called.n ? called : word(s, 1));
    if (mail.n) json_add_string(&s->arena, c->arguments, "mail", mail);
    int64_t home = named(s, 'o', of.n ? of : at);
    if (home) json_add_integer(&s->arena, c->arguments, "organisation", home);
    if (!run(s, c)) return;
    int64_t account = result(s, "account");
    scene_keep(s, 'a', word(s, 1), account);
    if (password.n && !password_set(s->engine, account, password, false)) scene_fail(s, "the password is too short");
    step_role(s);
}

/* What a value @WORD stands for: the day of the clock (@today, @today+30), the number of a case, or the id of an
 * organisation. */
static struct str meant(struct scene *s, struct str name) {
    int64_t case_id = named(s, 'c', name), days = 0;
    if (case_id) {
        struct db *db = store_read_begin(engine_store(s->engine));
        struct str reference = db_text(db, &s->arena, "select reference from cases where id = ?", DB_INT(case_id));
        store_read_end(engine_store(s->engine), db, NULL);
        return reference;
    }
    bool later = str_starts(name, STR("today+")) && str_to_int64(str_sub(name, 6, name.n), &days);
    if (!later && !str_eqz(name, "today")) return arena_printf(&s->arena, "%lld", (long long)named(s, 'o', name));
    instant now = engine_now(s->engine) + days * MICROS_A_DAY;
    struct buf day;
    buf_init(&day, &s->arena, 20);
    civil_date_put(&day, civil_from_instant(now, zone_offset_at(engine_zone(s->engine), now / MICROS_A_SECOND)).date);
    return buf_str(&day);
}

static void add_answers(struct scene *s, struct command *c) {
    struct json *answers = json_add_empty(&s->arena, c->arguments, "answers", JSON_ARRAY);
    for (size_t i = 1; i < s->word_count; i++) {
        ptrdiff_t eq = str_find_byte(s->words[i], '=');
        if (eq < 1 || s->words[i].p[0] != '/') continue;
        struct json item = {.kind = JSON_OBJECT};
        json_add_string(&s->arena, &item, "path", str_sub(s->words[i], 0, (size_t)eq));
        struct str value = str_sub(s->words[i], (size_t)eq + 1, s->words[i].n);
        if (value.n > 1 && value.p[0] == '@') value = meant(s, str_sub(value, 1, value.n));
        json_add_string(&s->arena, &item, "value", value.p ? value : STR(""));
        json_add(&s->arena, answers, STR_NONE, item);
    }
}

static void step_open(struct scene *s) {
    struct str who = after(s, "by"), channel = after(s, "channel"), at = after(s, "at");
    bool resident = str_eqz(who, "resident");
    struct command *c = command_new(&s->arena, "case.open", (struct actor){.account = resident ? 0 : named(s, 'a', who)},
                                    channel.n ? arena_cstr(&s->arena, channel) : resident ? "web" : "desk");
    json_add_string(&s->arena, c->arguments, "service", word(s, 2));
    if (named(s, 'o', at)) json_add_integer(&s->arena, c->arguments, "organisation", named(s, 'o', at));
    struct str from = after(s, "from"), link = after(s, "link");
    if (from.n) json_add_integer(&s->arena, c->arguments, "linked_from", named(s, 'c', from));
    if (link.n) json_add_string(&s->arena, c->arguments, "link", link);
    add_answers(s, c);
    if (run(s, c)) scene_keep(s, 'c', word(s, 1), result(s, "case"));
}

/* "deliver#2": the second task of that element that is not finished. */
static int64_t find_task(struct scene *s, int64_t case_id, struct str text) {
    ptrdiff_t hash = str_find_byte(text, '#');
    int64_t n = 1;
    struct str element = text;
    if (hash > 0) {
        element = str_sub(text, 0, (size_t)hash);
        str_to_int64(str_sub(text, (size_t)hash + 1, text.n), &n);
    }
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t id = db_int(db, 0,
                        "select id from task where case_id = ? and element = ? and state in ('open', 'claimed') order by id limit 1 offset ?",
                        DB_INT(case_id), DB_TEXT(element), DB_INT(n - 1));
    if (!id) id = db_int(db, 0, "select max(id) from task where case_id = ? and element = ?", DB_INT(case_id), DB_TEXT(element));
    store_read_end(engine_store(s->engine), db, NULL);
    return id;
}

static void step_task(struct scene *s, const char *kind) {
    int64_t case_id = named(s, 'c', word(s, 1));
    struct str who = after(s, "by"), reason = after(s, "reason"), to = after(s, "to");
    struct command *c = command_new(&s->arena, kind, actor_named(s, who, case_id), str_eqz(who, "resident") ? "web" : "desk");
    json_add_integer(&s->arena, c->arguments, "task", find_task(s, case_id, word(s, 2)));
    if (to.n) json_add_integer(&s->arena, c->arguments, "to", named(s, 'a', to));
    if (reason.n) json_add_string(&s->arena, c->arguments, "reason", reason);
    struct str element = after(s, "step"), order = after(s, "order");
    if (element.n) json_add_string(&s->arena, c->arguments, "element", element);
    if (order.n) json_add_string(&s->arena, c->arguments, "order", order);
    if (strcmp(kind, "task.complete") == 0) add_answers(s, c);
    run(s, c);
}

static void step_case(struct scene *s, const char *kind) {
    int64_t case_id = named(s, 'c', word(s, 1));
    struct str who = after(s, "by"), reason = after(s, "reason"), into = after(s, "into");
    struct command *c = command_new(&s->arena, kind, actor_named(s, who, case_id), "web");
    json_add_integer(&s->arena, c->arguments, "case", case_id);
    if (into.n) json_add_integer(&s->arena, c->arguments, "into", named(s, 'c', into));
    if (reason.n) json_add_string(&s->arena, c->arguments, "reason", reason);
    if (after(s, "step").n) json_add_string(&s->arena, c->arguments, "element", after(s, "step"));
    int64_t version = 0;
    if (str_to_int64(after(s, "version"), &version)) json_add_integer(&s->arena, c->arguments, "version", version);
    if (strcmp(kind, "case.note") == 0) json_add_string(&s->arena, c->arguments, "note", word(s, s->word_count - 1));
    run(s, c);
}

static void step_amend(struct scene *s) {
    int64_t case_id = named(s, 'c', word(s, 1));
    struct command *c = command_new(&s->arena, "case.amend", actor_named(s, after(s, "by"), case_id), "desk");
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t submission = db_int(db, 0, "select min(submission) from answer where case_id = ? and path = ?", DB_INT(case_id), DB_TEXT(word(s, 2)));
    store_read_end(engine_store(s->engine), db, NULL);
    json_add_integer(&s->arena, c->arguments, "case", case_id);
    json_add_integer(&s->arena, c->arguments, "submission", submission);
    json_add_string(&s->arena, c->arguments, "path", word(s, 2));
    json_add_string(&s->arena, c->arguments, "value", word(s, 3));
    json_add_string(&s->arena, c->arguments, "reason", after(s, "reason"));
    run(s, c);
}

/* Gives a name to the case that a call activity of another one opened. */
static void step_called(struct scene *s) {
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t child = db_int(db, 0, "select child from call where case_id = ? order by work desc limit 1", DB_INT(named(s, 'c', after(s, "by"))));
    store_read_end(engine_store(s->engine), db, NULL);
    if (child) scene_keep(s, 'c', word(s, 1), child);
    s->answer = (struct answer){.done = child != 0};
}

/* Gives a name to the case that was opened last from another one and linked to it. */
static bool step_linked(struct scene *s) {
    if (!str_eqz(word(s, 0), "linked")) return false;
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t other = db_int(db, 0, "select other from case_link where case_id = ? order by id desc limit 1", DB_INT(named(s, 'c', after(s, "by"))));
    store_read_end(engine_store(s->engine), db, NULL);
    if (other) scene_keep(s, 'c', word(s, 1), other);
    s->answer = (struct answer){.done = other != 0};
    return true;
}

static void step_delegate(struct scene *s) {
    struct command *c = command_new(&s->arena, "account.delegate", system_actor, "cli");
    json_add_integer(&s->arena, c->arguments, "account", named(s, 'a', word(s, 1)));
    json_add_integer(&s->arena, c->arguments, "to", named(s, 'a', after(s, "to")));
    json_add_string(&s->arena, c->arguments, "from_day", after(s, "from"));
    json_add_string(&s->arena, c->arguments, "to_day", after(s, "until"));
    run(s, c);
}

static void step_calendar(struct scene *s) {
    struct command *c = command_new(&s->arena, "calendar.put", system_actor, "cli");
    json_add_string(&s->arena, c->arguments, "day", word(s, 1));
    json_add_string(&s->arena, c->arguments, "kind", word(s, 2));
    json_add_string(&s->arena, c->arguments, "name", word(s, 3));
    run(s, c);
}

static void step_erase(struct scene *s) {
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t party = db_int(db, 0, "select applicant from cases where id = ?", DB_INT(named(s, 'c', word(s, 1))));
    store_read_end(engine_store(s->engine), db, NULL);
    struct command *c = command_new(&s->arena, "party.erase", system_actor, "cli");
    json_add_integer(&s->arena, c->arguments, "party", party);
    json_add_string(&s->arena, c->arguments, "reason", STR("asked for"));
    run(s, c);
}

/* ---- expectations */

static void want(struct scene *s, struct str have, struct str wanted) {
    if (str_eq(have, wanted)) s->passed++;
    else scene_fail(s, "expected “%.*s”, have “%.*s”", STR_ARGS(wanted), STR_ARGS(have));
}

static void want_count(struct scene *s, int64_t have, struct str wanted) {
    want(s, arena_printf(&s->arena, "%lld", (long long)have), wanted);
}

static void expect_column(struct scene *s, struct db *db, int64_t id, struct str what, struct str wanted) {
    struct str have = STR_NONE;
    if (str_eqz(what, "state")) have = db_text(db, &s->arena, "select state from cases where id = ?", DB_INT(id));
    else if (str_eqz(what, "stage")) have = db_text(db, &s->arena, "select stage from cases where id = ?", DB_INT(id));
    else if (str_eqz(what, "title")) have = db_text(db, &s->arena, "select title from cases where id = ?", DB_INT(id));
    else if (str_eqz(what, "outcome")) have = db_text(db, &s->arena, "select outcome from cases where id = ?", DB_INT(id));
    else if (str_eqz(what, "channel")) have = db_text(db, &s->arena, "select channel from cases where id = ?", DB_INT(id));
    else if (str_eqz(what, "public")) have = db_int(db, 0, "select public from cases where id = ?", DB_INT(id)) ? STR("yes") : STR("no");
    else if (str_eqz(what, "rating")) have = arena_printf(&s->arena, "%lld", (long long)db_int(db, 0, "select rating from cases where id = ?", DB_INT(id)));
    else if (str_eqz(what, "organisation"))
        have = db_text(db, &s->arena, "select o.name from cases c join organisation o on o.id = c.organisation where c.id = ?", DB_INT(id));
    else {
        scene_fail(s, "there is nothing to expect that is called “%.*s”", STR_ARGS(what));
        return;
    }
    want(s, have, wanted);
    if (s->failed == 0 || str_eq(have, wanted)) return;
    struct str stopped = db_text(db, &s->arena, "select element || ' ' || sentence from incident where case_id = ? order by id desc limit 1", DB_INT(id));
    if (stopped.n) printf("     stopped at %.*s\n", STR_ARGS(stopped));
}

static void expect_seen(struct scene *s, struct db *db, int64_t id) {
    struct viewer v = {.language = LANGUAGE_ZH, .now = engine_now(s->engine)};
    struct str who = word(s, 3), path = word(s, 4), value = STR("-");
    if (str_eqz(who, "resident")) v.resident_case = id;
    else v.account = named(s, 'a', who);
    struct seen_case c;
    if (viewer_case(s->engine, db, &s->arena, &v, id, &c))
        for (size_t i = 0; i < c.submission_count; i++)
            for (size_t k = 0; k < c.submissions[i].count; k++)
                if (str_eq(c.submissions[i].answers[k].path, path)) value = c.submissions[i].answers[k].value;
    want(s, value, word(s, 5));
}

/* How many links of the case WHO sees. */
static void expect_links(struct scene *s, struct db *db, int64_t id) {
    struct viewer v = {.language = LANGUAGE_ZH, .now = engine_now(s->engine)};
    struct str who = word(s, 3);
    if (str_eqz(who, "resident")) v.resident_case = id;
    else v.account = named(s, 'a', who);
    struct seen_case c = {.link_count = 0};
    viewer_case(s->engine, db, &s->arena, &v, id, &c);
    want_count(s, (int64_t)c.link_count, word(s, 4));
}

/* A decision's result is a variable with "eligible" and "text". */
/* The result of the rule task that was entered last, of those whose result has a text; {} when there is none. */
static struct json *newest_advice(struct scene *s, struct db *db, int64_t id) {
    const struct service *of = services_get(engine_services(s->engine), db, db_int(db, 0, "select version from cases where id = ?", DB_INT(id)));
    struct json *found = NULL;
    struct query q = db_query(db, "select element from history where case_id = ? and kind = 'entered' order by id desc", DB_INT(id));
    while (!found && query_next(&q)) {
        int32_t at = of ? bpmn_find(of->process, query_text(&q, 0)) : -1;
        if (at < 0 || of->process->elements[at].kind != BPMN_RULE_TASK) continue;
        struct str text = db_text(db, &s->arena, "select value from variable where case_id = ? and name = ? order by scope limit 1", DB_INT(id),
                                  DB_TEXT(of->process->elements[at].result_variable));
        struct json *v = text.n ? json_parse(&s->arena, text, &json_default_limits, STR_NONE, NULL) : NULL;
        if (json_string(v, "text").n) found = v;
    }
    query_done(&q);
    return found ? found : json_parse(&s->arena, STR("{}"), &json_default_limits, STR_NONE, NULL);
}

static void expect_advice(struct scene *s, struct db *db, int64_t id) {
    struct json *v = newest_advice(s, db, id);
    struct str have = json_string(v, "text");
    want(s, json_boolean(v, "eligible", false) ? STR("yes") : STR("no"), word(s, 3));
    want(s, have.p ? have : STR(""), word(s, 4));
}

static void expect_item(struct scene *s, struct db *db, int64_t id) {
    struct str item = db_text(db, &s->arena, "select item from task where case_id = ? and element = ? order by id desc limit 1", DB_INT(id), DB_TEXT(word(s, 3)));
    struct str quoted = arena_printf(&s->arena, "\"%.*s\"", STR_ARGS(word(s, 4)));
    want(s, item.p && str_find(item, quoted) >= 0 ? word(s, 4) : item, word(s, 4));
}

static void expect_wall(struct scene *s, struct db *db) {
    struct viewer v = {.language = LANGUAGE_ZH, .now = engine_now(s->engine)};
    struct case_line *lines;
    int64_t next;
    size_t count = list_public(s->engine, db, &s->arena, &v, word(s, 2), STR("open"), word(s, 3), word(s, 4), 0, 0, 100, &lines, &next);
    want_count(s, (int64_t)count, word(s, 5));
}

/* The day, in Shanghai, by which the case, or its newest task of an element, should be done. */
static void expect_due(struct scene *s, struct db *db, int64_t id) {
    bool task = s->word_count > 4;
    struct str day = task ? db_text(db, &s->arena, "select date(due_at / 1000000 + 28800, 'unixepoch') from task where case_id = ? and element = ? order by id desc limit 1", DB_INT(id),
                                    DB_TEXT(word(s, 3)))
                          : db_text(db, &s->arena, "select date(due_at / 1000000 + 28800, 'unixepoch') from cases where id = ?", DB_INT(id));
    want(s, day, word(s, task ? 4 : 3));
}

/* Does the office's own list, and its list of tasks, show the case to that account? */
static void expect_listed(struct scene *s, struct db *db, int64_t id) {
    struct viewer v = {.language = LANGUAGE_ZH, .now = engine_now(s->engine), .account = named(s, 'a', word(s, 3))};
    struct case_line *cases;
    struct task_line *tasks;
    int64_t next;
    bool listed = false;
    size_t n = list_office(s->engine, db, &s->arena, &v, STR(""), STR(""), 0, 500, &cases, &next);
    for (size_t i = 0; i < n; i++) listed |= cases[i].id == id;
    static const enum task_list lists[] = {TASKS_MINE, TASKS_TO_CLAIM, TASKS_OF_OFFICE};
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        n = list_tasks(s->engine, db, &s->arena, &v, lists[k], STR(""), 0, 500, &tasks, &next);
        for (size_t i = 0; i < n; i++) listed |= tasks[i].case_id == id;
    }
    want(s, listed ? STR("yes") : STR("no"), word(s, 4));
}

/* Does the list of what may be claimed show that account a task of the element? */
static void expect_offered(struct scene *s, struct db *db, int64_t id) {
    struct viewer v = {.language = LANGUAGE_ZH, .now = engine_now(s->engine), .account = named(s, 'a', word(s, 3))};
    struct task_line *tasks;
    int64_t next;
    bool offered = false;
    size_t n = list_tasks(s->engine, db, &s->arena, &v, TASKS_TO_CLAIM, STR(""), 0, 500, &tasks, &next);
    for (size_t i = 0; i < n; i++) offered |= tasks[i].case_id == id && str_eq(tasks[i].element, word(s, 4));
    want(s, offered ? STR("yes") : STR("no"), word(s, 5));
}

/* What was written last to the resident of the case, or to that account about it, in Chinese: how it ends, since it begins with
 * the case's number. */
static void expect_said(struct scene *s, struct db *db, int64_t id) {
    bool resident = str_eqz(word(s, 3), "resident");
    struct str sentence = db_text(db, &s->arena, "select sentence from notice where case_id = ?1 and coalesce(account, 0) = ?2 order by id desc limit 1", DB_INT(id),
                                  DB_INT(resident ? 0 : named(s, 'a', word(s, 3))));
    struct json *pieces = json_parse(&s->arena, sentence.p ? sentence : STR("[]"), &json_default_limits, STR_NONE, NULL);
    struct str *texts = arena_array(&s->arena, struct str, pieces->count + 1);
    for (size_t i = 0; i < pieces->count; i++) texts[i] = pieces->items[i].text;
    struct str said = pieces->count ? text_format(&s->arena, LANGUAGE_ZH, texts, pieces->count) : STR("");
    want(s, word(s, 4).n && str_ends(said, word(s, 4)) ? word(s, 4) : said, word(s, 4));
}

/* How many cases that account is shown as similar. */
static void expect_alike(struct scene *s, struct db *db, int64_t id) {
    struct viewer v = {.language = LANGUAGE_ZH, .now = engine_now(s->engine), .account = named(s, 'a', word(s, 3))};
    struct case_line *cases;
    want_count(s, (int64_t)list_alike(s->engine, db, &s->arena, &v, id, &cases), word(s, 4));
}

static bool expect_of_rooms(struct scene *s, struct db *db) {
    if (str_eqz(word(s, 2), "incidents")) {
        want_count(s, db_int(db, 0, "select count(*) from incident where case_id = ?", DB_INT(named(s, 'c', word(s, 1)))), word(s, 3));
        return true;
    }
    if (str_eqz(word(s, 2), "variable")) { /* of the process itself; "" when there is none */
        struct str value = db_text(db, &s->arena, "select v.value from variable v join scope r on r.case_id = v.case_id and r.id = v.scope and r.parent = 0"
                                   " where v.case_id = ? and v.name = ?", DB_INT(named(s, 'c', word(s, 1))), DB_TEXT(word(s, 3)));
        want(s, value.p ? value : STR(""), word(s, 4));
        return true;
    }
    return scene_expect_register(s, db) || scene_expect_activity(s, db) || scene_expect_photo(s, db);
}

static const struct {
    const char *word;
    void (*does)(struct scene *s, struct db *db, int64_t case_id);
} case_expectations[] = {{"listed-to", expect_listed},
                     {"offered-to", expect_offered},
                     {"said", expect_said},
                     {"alike", expect_alike},
                     {"advice", expect_advice},
                     {"item", expect_item},
                     {"seen-by", expect_seen},
                     {"due", expect_due},
                     {"links", expect_links}};

static bool expect_of_case(struct scene *s, struct db *db, int64_t id) {
    for (size_t i = 0; i < sizeof case_expectations / sizeof *case_expectations; i++)
        if (str_eqz(word(s, 2), case_expectations[i].word)) return case_expectations[i].does(s, db, id), true;
    return false;
}

static void step_expect(struct scene *s) {
    struct db *db = store_read_begin(engine_store(s->engine));
    int64_t id = named(s, 'c', word(s, 1));
    struct str what = word(s, 2);
    if (expect_of_rooms(s, db)) {
        store_read_end(engine_store(s->engine), db, NULL);
        return;
    }
    if (str_eqz(word(s, 1), "wall")) expect_wall(s, db);
    else if (str_eqz(word(s, 1), "outbox"))
        want_count(s, db_int(db, 0, "select count(*) from outbox where channel = ?", DB_TEXT(what)), word(s, 3));
    else if (str_eqz(what, "figure"))
        want(s, db_text(db, &s->arena, "select data from history where case_id = ? and kind = 'figure:' || ? order by id desc limit 1", DB_INT(id), DB_TEXT(word(s, 3))), word(s, 4));
    else if (str_eqz(what, "tasks"))
        want_count(s, db_int(db, 0, "select count(*) from task where case_id = ? and element = ? and state = ?", DB_INT(id), DB_TEXT(word(s, 3)), DB_TEXT(word(s, 4))),
                   word(s, 5));
    else if (str_eqz(what, "history"))
        want_count(s, db_int(db, 0, "select count(*) from history where case_id = ? and kind = ?", DB_INT(id), DB_TEXT(word(s, 3))), word(s, 4));
    else if (str_eqz(what, "notices"))
        want_count(s, db_int(db, 0, "select count(*) from notice where case_id = ? and kind = ?", DB_INT(id), DB_TEXT(word(s, 3))), word(s, 4));
    else if (str_eqz(what, "holder"))
        want(s, db_text(db, &s->arena, "select a.login from task t join account a on a.id = t.assignee where t.case_id = ? and t.element = ? and t.state = 'claimed' order by t.id limit 1", DB_INT(id), DB_TEXT(word(s, 3))),
             word(s, 4));
    else if (str_eqz(what, "amended"))
        want(s, db_text(db, &s->arena, "select coalesce(old_value, old_personal) from amendment where case_id = ? and path = ? order by id limit 1", DB_INT(id), DB_TEXT(word(s, 3))),
             word(s, 4));
    else if (!expect_of_case(s, db, id)) expect_column(s, db, id, what, word(s, 3));
    store_read_end(engine_store(s->engine), db, NULL);
}

/* ---- for scene_register.c */

struct str scene_word(const struct scene *s, size_t i) {
    return word(s, i);
}

struct str scene_after(const struct scene *s, const char *key) {
    return after(s, key);
}

int64_t scene_named(struct scene *s, char kind, struct str text) {
    return named(s, kind, text);
}

bool scene_run(struct scene *s, struct command *c) {
    return run(s, c);
}

void scene_want(struct scene *s, struct str have, struct str wanted) {
    want(s, have, wanted);
}

struct str scene_meant(struct scene *s, struct str value) {
    return value.n > 1 && value.p[0] == '@' ? meant(s, str_sub(value, 1, value.n)) : value;
}

/* ---- playing */

static const struct {
    const char *word, *command;
} task_steps[] = {{"claim", "task.claim"},         {"complete", "task.complete"}, {"give-back", "task.give-back"},
                  {"hand-over", "task.hand-over"}, {"urge", "task.urge"},     {"return", "task.return"},
                  {"take-back", "task.take-back"}, {"add-signer", "task.add-signer"}, {"jump", "case.jump"}},
  case_steps[] = {{"withdraw", "case.withdraw"}, {"reopen", "case.reopen"}, {"merge", "case.merge"}, {"note", "case.note"},
                  {"suspend", "case.suspend"}, {"resume", "case.resume"}, {"supervise", "case.supervise"}, {"supervise-end", "case.supervise-end"}, {"activate", "case.activate"}, {"migrate", "case.migrate"}};

static const struct {
    const char *word;
    void (*does)(struct scene *s);
} plain_steps[] = {{"clock", step_clock},
                   {"words", step_words},
                   {"include", step_include},
                   {"deploy", step_deploy},
                   {"organisation", step_organisation},
                   {"account", step_account},
                   {"partner", step_partner},
                   {"role", step_role},
                   {"open", step_open},
                   {"amend", step_amend},
                   {"erase", step_erase},
                   {"delegate", step_delegate},
                   {"calendar", step_calendar},
                   {"called", step_called}};

static bool step_of_rooms(struct scene *s) {
    return step_linked(s) || scene_register_step(s) || scene_activity_step(s) || scene_photo_step(s);
}

/* False: not a command (an expectation, or no known word). */
static bool do_step(struct scene *s) {
    struct str first = word(s, 0);
    for (size_t i = 0; i < sizeof task_steps / sizeof *task_steps; i++)
        if (str_eqz(first, task_steps[i].word)) return step_task(s, task_steps[i].command), true;
    for (size_t i = 0; i < sizeof case_steps / sizeof *case_steps; i++)
        if (str_eqz(first, case_steps[i].word)) return step_case(s, case_steps[i].command), true;
    for (size_t i = 0; i < sizeof plain_steps / sizeof *plain_steps; i++)
        if (str_eqz(first, plain_steps[i].word)) return plain_steps[i].does(s), true;
    return step_of_rooms(s);
}

void scene_begin(struct scene *s) {
    map_init(&s->lists, &s->kept);
}

void scene_line(struct scene *s, struct str line) {
    struct str wanted_code = STR_NONE;
    if (str_starts(line, STR("refused "))) {
        ptrdiff_t colon = str_find(line, STR(": "));
        wanted_code = str_sub(line, 8, (size_t)(colon < 0 ? 8 : colon));
        line = str_sub(line, (size_t)(colon < 0 ? 0 : colon + 2), line.n);
    }
    split(s, line);
    if (s->word_count == 0) return;
    if (str_eqz(word(s, 0), "expect")) {
        step_expect(s);
        return;
    }
    s->answer = (struct answer){.done = false};
    if (!do_step(s)) {
        scene_fail(s, "there is no step “%.*s”", STR_ARGS(word(s, 0)));
    } else if (wanted_code.p) {
        want(s, s->answer.done ? STR("done") : str_from(s->answer.refusal.code ? s->answer.refusal.code : ""), wanted_code);
    } else if (s->answer.done) {
        s->passed++;
    } else {
        struct str why = text_format(&s->arena, LANGUAGE_EN, s->answer.refusal.sentence, s->answer.refusal.sentence_count);
        scene_fail(s, "refused (%s): %.*s", s->answer.refusal.code, STR_ARGS(why));
        for (size_t i = 0; s->answer.refusal.fields && i < s->answer.refusal.fields->count; i++)
            printf("     %.*s: %.*s\n", STR_ARGS(json_string(&s->answer.refusal.fields->items[i], "path")),
                   STR_ARGS(json_string(&s->answer.refusal.fields->items[i], "problem")));
    }
}

