/* put.c: entries of registers: put, import, close; and the service task that puts one from a process.
 *
 * A put says only what it names: fields that are not given stay. Each value that differs is one event and, unless it is
 * personal, one line of the entry's history. Personal values are sealed with the key of a party that is made for the
 * entry, so that erasing that party (party.erase) blanks them. */
#include "registry/registry.h"

#include "engine/cases.h"

/* ---- loading and rights */

bool entity_load(struct decision *d, int64_t id, struct entity_row *out) {
    struct query q = db_query(store_writer(d->store),
                              "select coalesce(organisation, 0), coalesce(party, 0), service, register, key, label, closed_at is not null from entity where id = ?", DB_INT(id));
    if (!query_next(&q)) return refuse(d, 404, "register.no-entry", T("There is no such entry."));
    *out = (struct entity_row){.id = id,
                               .organisation = query_int(&q, 0),
                               .party = query_int(&q, 1),
                               .service = arena_str(d->arena, query_text(&q, 2)),
                               .name = arena_str(d->arena, query_text(&q, 3)),
                               .key = arena_str(d->arena, query_text(&q, 4)),
                               .label = arena_str(d->arena, query_text(&q, 5)),
                               .closed = query_int(&q, 6) != 0};
    query_done(&q);
    return true;
}

bool register_keeper(struct decision *d, struct str service, int64_t organisation) {
    static const char *const roles[] = {"staff", "supervisor", "admin"};
    if (d->command->actor.system) return true;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (actor_holds(d, str_from(roles[i]), service, organisation)) return true;
    return refuse(d, 403, "register.not-yours", T("This register is kept by another office."));
}

const struct register_definition *register_wanted(struct decision *d, struct str service, struct str name) {
    const struct service *s = services_current(engine_services(d->engine), store_writer(d->store), service);
    const struct register_definition *r = s ? register_find(d->arena, s, name) : NULL;
    if (!r) refuse(d, 404, "register.unknown", T("There is no register “{0}”."), name);
    return r;
}

static void add_or_null(struct decision *d, struct json *e, const char *name, int64_t v) {
    if (v) json_add_integer(d->arena, e, name, v);
    else json_add_string(d->arena, e, name, STR_NONE);
}

void entity_changed(struct decision *d, int64_t entity, struct str field, struct str before, struct str after) {
    int64_t last = db_int(store_writer(d->store), 0, "select coalesce(max(number), 0) from entity_change where entity = ?", DB_INT(entity));
    struct json *e = event_new(d, "entity.noted", STR_NONE);
    json_add_integer(d->arena, e, "entity", entity);
    json_add_integer(d->arena, e, "number", last + 1);
    json_add_integer(d->arena, e, "at", d->now);
    add_or_null(d, e, "account", d->command->actor.account);
    json_add_string(d->arena, e, "field", field);
    json_add_string(d->arena, e, "before", before.n ? before : STR_NONE);
    json_add_string(d->arena, e, "after", after.n ? after : STR_NONE);
    event_emit(d, e);
}

/* ---- one entry */

struct put {
    struct decision *d;
    const struct register_definition *definition;
    struct str key, label;
    int64_t organisation; /* 0: stays, or the actor's own for a new entry */
    const struct json *fields, *personal; /* objects name → text; may be NULL */
    int64_t entity, party; /* found or made */
    bool imported; /* one of many rows: nobody is reminded of what is past */
    bool by_house; /* a process puts it: its steps were done by whoever may */
    bool added, changed;
};

/* Texts and numbers as text; null empties a field. */
static bool value_text(const struct json *v, struct str *out) {
    *out = STR("");
    if (v->kind == JSON_NULL) return true;
    *out = v->text;
    return v->kind == JSON_STRING || v->kind == JSON_NUMBER;
}

static bool check_values(struct put *p, const struct json *values, bool personal) {
    if (!values || values->kind == JSON_NULL) return true;
    if (values->kind != JSON_OBJECT) return refuse(p->d, 400, "register.fields", T("The fields must be an object: {name: value}."));
    for (size_t i = 0; i < values->count; i++) {
        const struct json *v = &values->items[i];
        const struct register_field *f = register_field_named(p->definition, v->name);
        struct str text, sentence;
        if (!f) return refuse(p->d, 422, "register.no-field", T("The register has no field “{0}”."), v->name);
        if ((f->privacy == FIELD_PERSONAL) != personal)
            return refuse(p->d, 422, "register.personal", T("“{0}” is in the wrong place: personal fields are given apart."), f->label.zh);
        if (!value_text(v, &text) || !field_value_good(f, text, &sentence)) return refuse(p->d, 422, "register.value", sentence, f->label.zh);
    }
    return true;
}

static bool check_required(struct put *p) {
    for (size_t i = 0; i < p->definition->field_count; i++) {
        const struct register_field *f = &p->definition->fields[i];
        const struct json *in = f->privacy == FIELD_PERSONAL ? p->personal : p->fields;
        const struct json *v = in ? json_member(in, arena_cstr(p->d->arena, f->name)) : NULL;
        struct str text;
        if (f->required && !(v && value_text(v, &text) && text.n)) return refuse(p->d, 422, "register.value", T("“{0}” may not be empty."), f->label.zh);
    }
    return true;
}

static void put_value(struct put *p, const struct register_field *f, struct str text) {
    struct decision *d = p->d;
    bool personal = f->privacy == FIELD_PERSONAL;
    struct query q = db_query(store_writer(d->store), "select coalesce(value, personal) from entity_value where entity = ? and field = ?", DB_INT(p->entity), DB_TEXT(f->name));
    struct str before = query_next(&q) ? arena_str(d->arena, query_text(&q, 0)) : STR("");
    query_done(&q);
    if (str_eq(before, text)) return;
    struct json *e = event_new(d, "entity.value", personal ? arena_printf(d->arena, "party:%lld", (long long)p->party) : STR_NONE);
    json_add_integer(d->arena, e, "entity", p->entity);
    json_add_string(d->arena, e, "field", f->name);
    json_add_string(d->arena, e, "class", str_from(f->privacy == FIELD_PUBLIC ? "public" : personal ? "personal" : "office"));
    json_add_string(d->arena, e, "value", !personal && text.n ? text : STR_NONE);
    json_add_string(d->arena, e, "personal", personal && text.n ? text : STR_NONE);
    add_or_null(d, e, "party", personal ? p->party : 0);
    event_emit(d, e);
    if (f->reminds) register_remind_of(d, p->entity, f, text, p->imported);
    p->changed = true;
    if (!p->added) entity_changed(d, p->entity, f->name, personal ? STR_NONE : before, personal ? STR_NONE : text);
}

/* In the order of the definition: the journal keeps a command's members sorted, and deciding anew must not differ. */
static void put_values(struct put *p, const struct json *values) {
    for (size_t i = 0; values && i < p->definition->field_count; i++) {
        const struct register_field *f = &p->definition->fields[i];
        const struct json *v = json_member(values, arena_cstr(p->d->arena, f->name));
        struct str text;
        if (v && value_text(v, &text)) put_value(p, f, str_trim(text));
    }
}

/* A key that nobody gave: the next number of the register. */
static struct str next_key(struct put *p) {
    int64_t n = db_int(store_writer(p->d->store), 0, "select count(*) from entity where service = ? and register = ?", DB_TEXT(p->definition->service),
                       DB_TEXT(p->definition->name));
    for (;;) {
        struct str key = arena_printf(p->d->arena, "%lld", (long long)++n);
        if (!db_int(store_writer(p->d->store), 0, "select count(*) from entity where service = ? and register = ? and key = ?", DB_TEXT(p->definition->service),
                    DB_TEXT(p->definition->name), DB_TEXT(key)))
            return key;
    }
}

static void add_entity(struct put *p) {
    struct decision *d = p->d;
    p->entity = next_id(d, "entity");
    struct json *e = event_new(d, "entity.added", STR_NONE);
    json_add_integer(d->arena, e, "id", p->entity);
    json_add_string(d->arena, e, "service", p->definition->service);
    json_add_string(d->arena, e, "register", p->definition->name);
    json_add_string(d->arena, e, "key", p->key);
    json_add_string(d->arena, e, "label", p->label);
    add_or_null(d, e, "organisation", p->organisation);
    add_or_null(d, e, "party", p->party);
    json_add_integer(d->arena, e, "created_at", d->now);
    json_add_integer(d->arena, e, "changed_at", d->now);
    json_add_string(d->arena, e, "closed_reason", STR(""));
    event_emit(d, e);
    p->added = p->changed = true;
    entity_changed(d, p->entity, STR("opened"), STR_NONE, p->label);
}

static void change_entity(struct put *p, const struct entity_row *old) {
    struct decision *d = p->d;
    if (!p->label.n) p->label = old->label;
    if (!str_eq(p->label, old->label)) entity_changed(d, p->entity, STR("label"), old->label, p->label);
    struct json *e = event_new(d, "entity.changed", STR_NONE);
    json_add_integer(d->arena, e, "id", p->entity);
    json_add_string(d->arena, e, "label", p->label);
    add_or_null(d, e, "organisation", p->organisation);
    add_or_null(d, e, "party", p->party);
    json_add_integer(d->arena, e, "changed_at", d->now);
    event_emit(d, e);
}

/* The office that will keep it; who asks must be of the old and of the new one. */
static bool find_keeper(struct put *p, const struct entity_row *old) {
    struct decision *d = p->d;
    struct db *db = store_writer(d->store);
    if (p->organisation && !db_int(db, 0, "select count(*) from organisation where id = ? and closed_at is null", DB_INT(p->organisation)))
        return refuse(d, 422, "case.no-office", T("There is no such office. Please choose one from the list."));
    if (!p->organisation) p->organisation = old->organisation;
    if (!p->organisation && d->command->actor.account)
        p->organisation = db_int(db, 0, "select coalesce(organisation, 0) from account where id = ?", DB_INT(d->command->actor.account));
    if (p->by_house) return true;
    if (p->entity && !register_keeper(d, p->definition->service, old->organisation)) return false;
    return register_keeper(d, p->definition->service, p->organisation);
}

static bool find_entity(struct put *p, struct entity_row *old) {
    struct decision *d = p->d;
    *old = (struct entity_row){.id = 0};
    if (p->key.n)
        p->entity = db_int(store_writer(d->store), 0, "select id from entity where service = ? and register = ? and key = ?", DB_TEXT(p->definition->service),
                           DB_TEXT(p->definition->name), DB_TEXT(p->key));
    if (p->entity && !entity_load(d, p->entity, old)) return false;
    if (old->closed) return refuse(d, 409, "register.closed", T("The entry “{0}” is closed."), old->key);
    return find_keeper(p, old);
}

static bool check_put(struct put *p) {
    if (!check_values(p, p->fields, false) || !check_values(p, p->personal, true)) return false;
    if (p->entity) return true;
    if (!p->label.n) return refuse(p->d, 422, "register.no-label", T("An entry needs a name."));
    return check_required(p);
}

static bool put_entry(struct put *p) {
    struct entity_row old;
    if (!find_entity(p, &old) || !check_put(p)) return false;
    p->party = old.party;
    /* The party whose key seals the entry's personal values. Its name stays empty: the values are the entry's. */
    if (p->personal && p->personal->count && !p->party) p->party = party_new(p->d, "person", STR(""), STR(""), STR(""), p->organisation);
    if (!p->key.n) p->key = next_key(p);
    if (p->party) p->d->subject = arena_printf(p->d->arena, "party:%lld", (long long)p->party);
    if (p->entity) change_entity(p, &old);
    else add_entity(p);
    put_values(p, p->fields);
    put_values(p, p->personal);
    return true;
}

bool decide_register_put(struct decision *d) {
    const struct command *c = d->command;
    struct put p = {.d = d, .key = str_trim(command_text(c, "key")), .label = str_trim(command_text(c, "label")), .organisation = command_integer(c, "organisation")};
    p.fields = command_json(c, "fields");
    p.personal = command_json(c, "personal");
    p.definition = register_wanted(d, command_text(c, "service"), command_text(c, "register"));
    if (!p.definition || !put_entry(&p)) return false;
    json_add_integer(d->arena, d->result, "entity", p.entity);
    json_add_string(d->arena, d->result, "key", p.key);
    json_add_boolean(d->arena, d->result, "added", p.added);
    return true;
}

/* ---- import */

enum { IMPORT_ROWS = 5000 };

/* What is wrong with one row, in both languages: whoever asked is not known here. */
static void add_row_problem(struct decision *d, struct json *problems, const struct json *row) {
    struct json item = {.kind = JSON_OBJECT};
    json_add_integer(d->arena, &item, "row", json_integer(row, "row", 0));
    json_add_string(d->arena, &item, "problem", text_format(d->arena, LANGUAGE_ZH, d->refusal.sentence, d->refusal.sentence_count));
    json_add_string(d->arena, &item, "problem_en", text_format(d->arena, LANGUAGE_EN, d->refusal.sentence, d->refusal.sentence_count));
    json_add(d->arena, problems, STR_NONE, item);
}

/* All rows or none: the first command's savepoint takes everything back. A dry run refuses nothing and keeps nothing:
 * it says how many entries are new, how many change, and what is wrong with which row. */
bool decide_register_import(struct decision *d) {
    const struct command *c = d->command;
    const struct json *rows = command_json(c, "rows");
    const struct register_definition *r = register_wanted(d, command_text(c, "service"), command_text(c, "register"));
    if (!r) return false;
    if (rows->kind != JSON_ARRAY || rows->count == 0 || rows->count > IMPORT_ROWS)
        return refuse(d, 422, "register.rows", T("An import has 1 to 5,000 rows."));
    struct json *problems = json_new_array(d->arena);
    int64_t added = 0, changed = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct str key = json_string(&rows->items[i], "key"), label = json_string(&rows->items[i], "label");
        struct put p = {.d = d, .definition = r, .key = key.p ? str_trim(key) : STR(""), .label = label.p ? str_trim(label) : STR("")};
        p.organisation = command_integer(c, "organisation");
        p.imported = true;
        p.fields = json_member(&rows->items[i], "fields");
        if (put_entry(&p)) {
            if (p.added) added++;
            else if (p.changed) changed++;
            continue;
        }
        if (d->refusal.status == 403) return false;
        add_row_problem(d, problems, &rows->items[i]);
        d->refusal = (struct refusal){0};
    }
    if (problems->count) {
        refuse(d, 422, "register.import", T("{0} of {1} rows cannot be taken."), arena_printf(d->arena, "%zu", problems->count), arena_printf(d->arena, "%zu", rows->count));
        d->refusal.fields = problems;
        return false;
    }
    if (json_boolean(c->arguments, "dry_run", false)) {
        struct str n = arena_printf(d->arena, "%lld", (long long)added), m = arena_printf(d->arena, "%lld", (long long)changed);
        return refuse(d, 409, "register.dry-run", T("Nothing is wrong: {0} new entries, {1} changed."), n, m);
    }
    json_add_integer(d->arena, d->result, "added", added);
    json_add_integer(d->arena, d->result, "changed", changed);
    return true;
}

/* ---- closing, forgetting */

bool decide_register_close(struct decision *d) {
    struct entity_row row;
    if (!entity_load(d, command_integer(d->command, "entity"), &row) || !register_keeper(d, row.service, row.organisation)) return false;
    if (row.closed) return refuse(d, 409, "register.closed", T("The entry “{0}” is closed."), row.key);
    struct json *e = event_new(d, "entity.closed", STR_NONE);
    json_add_integer(d->arena, e, "id", row.id);
    json_add_integer(d->arena, e, "closed_at", d->now);
    json_add_string(d->arena, e, "closed_reason", command_text(d->command, "reason"));
    json_add_integer(d->arena, e, "changed_at", d->now);
    event_emit(d, e);
    entity_changed(d, row.id, STR("closed"), STR_NONE, command_text(d->command, "reason"));
    return true;
}

void registry_forget(struct decision *d, int64_t party) {
    struct json *e = event_new(d, "entity.values-erased", STR_NONE);
    json_add_integer(d->arena, e, "party", party);
    json_add_string(d->arena, e, "personal", STR_NONE);
    event_emit(d, e);
}

/* ---- lingban:register.put */

/* Inputs: register, label, key (empty: the next number), fields (a context; null values are left out). The register is
 * one of the case's own service. Gives back entity and key. */
bool register_put_task(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct put p = {.d = d, .organisation = c->organisation, .by_house = true};
    p.definition = register_wanted(d, c->service, service_task_input(d, job, "register"));
    p.key = str_trim(service_task_input(d, job, "key"));
    p.label = str_trim(service_task_input(d, job, "label"));
    struct json *fields = json_new_object(d->arena);
    const struct feel_value *given = feel_member(job->inputs, STR("fields"));
    for (size_t i = 0; given && given->kind == FEEL_CONTEXT && i < given->context->count; i++) {
        const struct feel_entry *one = &given->context->entries[i];
        if (one->value.kind != FEEL_NULL) json_add_string(d->arena, fields, arena_cstr(d->arena, one->name), feel_text(d->arena, one->value));
    }
    p.fields = fields;
    struct str subject = d->subject; /* the case's: it seals what the person typed */
    if (!p.definition || !put_entry(&p)) return false;
    d->subject = subject;
    *out = feel_context(d->arena, 2);
    feel_context_put(d->arena, *out, STR("entity"), feel_integer(p.entity));
    feel_context_put(d->arena, *out, STR("key"), feel_string(p.key));
    return true;
}
