/* events.c: the kinds of event of this room, and what joins it to the engine. Columns in the order of the statement. */
#include "registry/registry.h"

#define I(name) {name, COLUMN_INTEGER}
#define X(name) {name, COLUMN_TEXT}
#define P(name) {name, COLUMN_PERSONAL}

const struct event_kind registry_event_kinds[] = {
    {"entity.added", 1, EVENT_INSERT, "entity", 1,
     {I("id"), X("service"), X("register"), X("key"), X("label"), I("organisation"), I("party"), I("created_at"), I("changed_at"), X("closed_reason")}},
    {"entity.changed", 1, EVENT_UPDATE, "entity", 1, {I("id"), X("label"), I("organisation"), I("party"), I("changed_at")}},
    {"entity.closed", 1, EVENT_UPDATE, "entity", 1, {I("id"), I("closed_at"), X("closed_reason"), I("changed_at")}},
    {"entity.value", 1, EVENT_REPLACE, "entity_value", 2,
     {I("entity"), X("field"), X("class"), X("value"), P("personal"), I("party")}},
    {"entity.values-erased", 1, EVENT_UPDATE, "entity_value", 1, {I("party"), P("personal")}},
    {"entity.noted", 1, EVENT_INSERT, "entity_change", 2,
     {I("entity"), I("number"), I("at"), I("account"), X("field"), X("before"), X("after")}},
    {"duty.assigned", 1, EVENT_INSERT, "duty", 1,
     {I("id"), I("entity"), X("kind"), I("party"), I("organisation"), I("account"), X("post"), X("from_day")}},
    {"duty.ended", 1, EVENT_UPDATE, "duty", 1, {I("id"), X("to_day")}},
    {"entity.reminder", 1, EVENT_REPLACE, "entity_reminder", 2, {I("entity"), X("field"), X("day"), I("told_at")}},
    {"entity.no-reminder", 1, EVENT_DELETE, "entity_reminder", 2, {I("entity"), X("field")}},
    {"holder.gone", 1, EVENT_INSERT, "holder_gone", 1, {I("id"), I("party"), I("organisation"), X("from_day"), X("reason"), I("at")}},
    {.name = NULL},
};

static const struct command_kind commands[] = {
    {"register.put", MAY_STAFF | MAY_SYSTEM,
     {{"service", ARGUMENT_TEXT, true, 40}, {"register", ARGUMENT_TEXT, true, 40}, {"key", ARGUMENT_TEXT, false, 60},
      {"label", ARGUMENT_TEXT, false, 200}, {"organisation", ARGUMENT_INTEGER, false, 0}, {"fields", ARGUMENT_JSON, false, 0},
      {"personal", ARGUMENT_PERSONAL_JSON, false, 0}},
     decide_register_put, T_STATIC("Adds an entry to a register, or changes the one with that key.")},
    {"register.import", MAY_STAFF | MAY_SYSTEM,
     {{"service", ARGUMENT_TEXT, true, 40}, {"register", ARGUMENT_TEXT, true, 40}, {"organisation", ARGUMENT_INTEGER, false, 0},
      {"rows", ARGUMENT_JSON, true, 0}, {"dry_run", ARGUMENT_BOOLEAN, false, 0}},
     decide_register_import, T_STATIC("Puts many entries at once, or only says what that would do.")},
    {"register.close", MAY_STAFF | MAY_SYSTEM, {{"entity", ARGUMENT_INTEGER, true, 0}, {"reason", ARGUMENT_TEXT, true, 400}}, decide_register_close,
     T_STATIC("Closes an entry; it stays in the history, and is no longer offered.")},
    {"duty.assign", MAY_STAFF | MAY_SYSTEM,
     {{"entity", ARGUMENT_INTEGER, true, 0}, {"duty", ARGUMENT_TEXT, true, 40}, {"account", ARGUMENT_INTEGER, false, 0},
      {"party", ARGUMENT_INTEGER, false, 0}, {"organisation", ARGUMENT_INTEGER, false, 0}, {"name", ARGUMENT_PERSONAL, false, 100},
      {"phone", ARGUMENT_PERSONAL, false, 40}, {"post", ARGUMENT_TEXT, false, 100}, {"from_day", ARGUMENT_DAY, false, 0}},
     decide_duty_assign, T_STATIC("Says who answers for an entry, and from which day.")},
    {"duty.end", MAY_STAFF | MAY_SYSTEM, {{"duty", ARGUMENT_INTEGER, true, 0}, {"to_day", ARGUMENT_DAY, false, 0}}, decide_duty_end,
     T_STATIC("Ends a duty.")},
    {"duty.leave", MAY_STAFF | MAY_SYSTEM,
     {{"duty", ARGUMENT_INTEGER, true, 0}, {"reason", ARGUMENT_TEXT, true, 20}, {"from_day", ARGUMENT_DAY, false, 0}},
     decide_duty_leave, T_STATIC("Says that who has this duty has retired or moved away: all their duties turn red.")},
    {"register.remind", MAY_SYSTEM, {{"entity", ARGUMENT_INTEGER, true, 0}, {"field", ARGUMENT_TEXT, true, 40}}, decide_register_remind,
     T_STATIC("Reminds whoever answers for an entry of a date.")},
    {.name = NULL},
};

static const struct service_task tasks[] = {{"lingban:register.put", register_put_task}, {"lingban:register.get", register_get_task}, {NULL, NULL}};

/* ---- service check */

static struct place place_of(const struct json *v, struct str element) {
    return (struct place){.file = STR("service.yaml"), .line = v ? v->line : 0, .column = v ? v->column : 0, .element = element};
}

static void check_words(struct faults *faults, const struct register_word *words, size_t count, const struct json *at) {
    for (size_t i = 0; i < count; i++)
        if (!words[i].label.zh.n || !words[i].label.en.n)
            fault_error(faults, "service.words", place_of(at, words[i].name), T("“{0}” needs words in both languages: {zh: …, en: …}."), words[i].name);
}

static bool among(struct str word, const char *const *names) {
    for (; *names; names++)
        if (str_eqz(word, *names)) return true;
    return false;
}

static void check_field(struct faults *faults, const struct register_field *f, const struct json *in) {
    static const char *const types[] = {"text", "integer", "decimal", "date", "choice", NULL}, *const privacy[] = {"public", "office", "personal", NULL};
    if (!f->name.n) fault_error(faults, "register.no-name", place_of(in, STR("name")), T("A field needs a “name:”."));
    if (!among(json_string(in, "type"), types))
        fault_error(faults, "register.type", place_of(in, f->name), T("The field “{0}” needs a type: text, integer, decimal, date or choice."), f->name);
    if (!among(json_string(in, "privacy"), privacy))
        fault_error(faults, "register.privacy", place_of(in, f->name), T("The field “{0}” needs a privacy: public, office or personal."), f->name);
    const struct json *remind = json_member(in, "remind");
    int64_t before = json_integer(remind, "before", -1), days = before >= 0 ? before : json_integer(remind, "after", -1);
    if (remind && (f->type != FIELD_DATE || days < 0 || days > 3660))
        fault_error(faults, "register.remind", place_of(in, f->name), T("“remind:” of the field “{0}” needs a date, and before: or after: with 0 to 3,660 days."), f->name);
    if (f->type == FIELD_CHOICE && f->choice_count == 0)
        fault_error(faults, "register.choices", place_of(in, f->name), T("The field “{0}” needs “choices:”."), f->name);
    const struct register_word label = {f->name, f->label};
    check_words(faults, &label, 1, in);
    check_words(faults, f->choices, f->choice_count, in);
}

static void check(struct arena *a, const struct service *s, struct faults *faults) {
    const struct register_definition *list;
    const struct json *in = json_member(s->yaml, "registers");
    size_t count = register_all(a, s, &list);
    for (size_t i = 0; i < count; i++) {
        const struct json *fields = json_member(&in->items[i], "fields");
        const struct register_word label = {list[i].name, list[i].label};
        check_words(faults, &label, 1, &in->items[i]);
        check_words(faults, list[i].duties, list[i].duty_count, &in->items[i]);
        for (size_t k = 0; k < list[i].field_count; k++) check_field(faults, &list[i].fields[k], &fields->items[k]);
        if (list[i].paper.n && !service_file_named(s, arena_printf(a, "print/%.*s.html", STR_ARGS(list[i].paper))))
            fault_error(faults, "service.no-file", place_of(&in->items[i], list[i].paper), T("The folder has no file “{0}”."),
                        arena_printf(a, "print/%.*s.html", STR_ARGS(list[i].paper)));
    }
}

const struct engine_room registry_room = {
    .name = "registry", .commands = commands, .events = registry_event_kinds, .tasks = tasks, .list = register_csv, .check = check, .due = register_due, .forget = registry_forget,
};
