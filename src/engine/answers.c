/* answers.c: what somebody filled in: checked by the form, kept as one typed row an answer, handed to the process.
 *
 * In: the command's "answers", a JSON array of {"path": reference, "value": text}. Out: submission and answer events,
 * and the public and office answers as process variables. Personal and sensitive answers never become variables, so
 * no condition, title or list can show them by accident. */
#include "engine/attachment.h"
#include "engine/cases.h"

#include "base/zone.h"

static int offset_at(const void *zone, instant t) {
    int64_t seconds = t / MICROS_A_SECOND - (t % MICROS_A_SECOND < 0);
    return zone_offset_at(zone, seconds);
}

static const char *const classes[] = {"public", "office", "personal", "sensitive"};
static const char *const types[] = {"string",   "int",      "decimal",  "boolean", "date",   "time",  "dateTime",
                                    "geopoint", "geotrace", "geoshape", "binary",  "barcode", "group"};

/* The username preload: only whoever works in an office has one, so that a form can offer an office more than a resident. */
static struct str staff_login(struct decision *d) {
    struct db *db = store_writer(d->store);
    int64_t account = d->command->actor.account;
    if (!account || !(account_may(db, account, d->now) & MAY_STAFF)) return STR("");
    return db_text(db, d->arena, "select login from account where id = ?", DB_INT(account));
}

static struct form_session *open_session(struct decision *d, const struct form *form, int64_t of_case) {
    struct form_opening opening = {.now = d->now, .offset_at = offset_at, .zone = d->engine->zone};
    opening.seed = draw_below(&d->draw, UINT64_MAX);
    opening.lists = service_lists(d->engine, d->arena, store_writer(d->store), form, of_case, LANGUAGE_ZH);
    opening.username = staff_login(d);
    return form_open(form, d->arena, &opening);
}

static void add_problem(struct decision *d, struct str reference, struct str problem) {
    if (!d->refusal.fields) d->refusal.fields = json_new_array(d->arena);
    struct json item = {.kind = JSON_OBJECT};
    json_add_string(d->arena, &item, "path", reference);
    json_add_string(d->arena, &item, "problem", problem);
    json_add(d->arena, d->refusal.fields, STR_NONE, item);
}

static void collect_problems(struct decision *d, struct form_session *session, const struct form_node *node) {
    for (; node; node = form_node_next(node)) {
        if (!form_relevant(node)) continue;
        struct form_state state = form_state(session, node);
        if (!state.valid)
            add_problem(d, form_node_reference(d->arena, node), arena_str(d->arena, form_explain(session, node, LANGUAGE_ZH)));
        collect_problems(d, session, form_node_first(node));
    }
}

/* A reference may name a repeat instance that is not there yet: instances are added in order, up to the position. */
static struct form_node *find_or_add(struct form_session *session, struct str reference) {
    struct form_node *node = form_find(session, reference);
    if (node) return node;
    struct form_node *here = form_root(session);
    for (size_t i = 1; i < reference.n; i++) {
        if (reference.p[i] != ']') continue;
        struct str instance = str_sub(reference, 0, i + 1);
        if (form_find(session, instance)) {
            here = form_find(session, instance);
            continue;
        }
        size_t open = i;
        while (open > 0 && reference.p[open] != '[') open--;
        struct str before = str_sub(reference, 0, open);
        struct form_node *first = form_find(session, before);
        const struct form_field *repeat = NULL;
        size_t slash = open;
        while (slash > 0 && reference.p[slash] != '/') slash--;
        struct form_node *parent = slash ? form_find(session, str_sub(reference, 0, slash)) : here;
        if (first) repeat = form_node_field(first);
        for (size_t k = 0; !repeat && k < form_field_count(form_of(session)); k++) {
            const struct form_field *f = form_field_at(form_of(session), k);
            if (form_field_control(f) == FORM_REPEAT && str_eq(form_field_name(f), str_sub(reference, slash + 1, open)) &&
                parent && str_starts(form_field_path(f), form_field_path(form_node_field(parent))))
                repeat = f;
        }
        while (repeat && parent && !form_find(session, instance))
            if (!form_add(session, parent, repeat)) return NULL;
    }
    return form_find(session, reference);
}

struct form_session *answers_fill(struct decision *d, int64_t of_case, const struct service_form *form, const struct json *answers) {
    struct form_session *session = open_session(d, form->form, of_case);
    if (answers && answers->kind != JSON_ARRAY) {
        refuse(d, 400, "form.answers", T("The answers must be a list of path and value."));
        return NULL;
    }
    form_hold(session); /* in whatever order they stand */
    for (size_t i = 0; answers && i < answers->count; i++) {
        struct str path = json_string(&answers->items[i], "path"), value = json_string(&answers->items[i], "value");
        struct form_node *node = path.p && value.p ? find_or_add(session, path) : NULL;
        if (!node) {
            refuse(d, 400, "form.no-question", T("The form has no question “{0}”."), path.p ? path : STR(""));
            return NULL;
        }
        form_set(session, node, value);
    }
    form_release(session);
    return session;
}

struct form_session *answers_check(struct decision *d, int64_t of_case, const struct service_form *form, const struct json *answers) {
    struct form_session *session = answers_fill(d, of_case, form, answers);
    if (!session || form_finish(session) == 0) return session;
    collect_problems(d, session, form_root(session));
    size_t count = d->refusal.fields ? d->refusal.fields->count : 0;
    refuse(d, 422, "form.invalid", T("{0} of the answers need your attention."), arena_printf(d->arena, "%zu", count));
    return NULL;
}

/* ---- storing */

static void store_answer(struct decision *d, struct case_row *c, int64_t submission, const struct form_answer *answer) {
    struct json *e = event_new(d, "answer.given", c->of);
    bool plain = answer->privacy <= FORM_OFFICE;
    json_add_integer(d->arena, e, "submission", submission);
    json_add_string(d->arena, e, "path", answer->path);
    json_add_integer(d->arena, e, "case_id", c->id);
    json_add_string(d->arena, e, "class", str_from(classes[answer->privacy]));
    json_add_string(d->arena, e, "type", str_from(types[answer->type]));
    json_add_string(d->arena, e, "value", plain ? answer->value : STR_NONE);
    json_add_string(d->arena, e, "personal", answer->privacy == FORM_PERSONAL ? answer->value : STR_NONE);
    json_add_string(d->arena, e, "sensitive", answer->privacy == FORM_SENSITIVE ? answer->value : STR_NONE);
    event_emit(d, e);
    if (answer->type == FORM_BINARY || form_field_control(answer->field) == FORM_UPLOAD) attachment_store(d, c, answer->value);
}

int64_t answers_store(struct decision *d, struct case_row *c, struct form_session *session, struct str form_file,
                      int64_t task) {
    int64_t id = next_id(d, "submission");
    struct json *e = event_new(d, "submission.made", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_integer(d->arena, e, "case_id", c->id);
    json_add_string(d->arena, e, "form", form_file);
    struct json none = {.kind = JSON_NULL}, number = {.kind = JSON_NUMBER, .is_integer = true};
    number.integer = task;
    json_add(d->arena, e, STR("task"), task ? number : none);
    number.integer = d->command->actor.account;
    json_add(d->arena, e, STR("account"), number.integer ? number : none);
    json_add_string(d->arena, e, "channel", d->command->channel);
    json_add_integer(d->arena, e, "at", d->now);
    number.integer = d->command->occurred_at;
    json_add(d->arena, e, STR("occurred_at"), number.integer ? number : none);
    number.integer = d->command->device_at;
    json_add(d->arena, e, STR("device_at"), number.integer ? number : none);
    event_emit(d, e);
    const struct form_answer *answers;
    size_t count = form_answers(session, d->arena, &answers);
    for (size_t i = 0; i < count; i++) {
        struct form_answer answer = answers[i];
        answer.path = form_answer_reference(d->arena, &answers[i]);
        store_answer(d, c, id, &answer);
    }
    return id;
}

struct json *answers_stored(struct decision *d, int64_t submission) {
    struct json *answers = json_new_array(d->arena);
    struct query q = db_query(store_writer(d->store),
                              "select path, coalesce(value, personal) from answer where submission = ? and type <> 'group' order by path",
                              DB_INT(submission));
    while (query_next(&q)) {
        if (query_is_null(&q, 1)) continue;
        struct json item = {.kind = JSON_OBJECT};
        json_add_string(d->arena, &item, "path", arena_str(d->arena, query_text(&q, 0)));
        json_add_string(d->arena, &item, "value", arena_str(d->arena, query_text(&q, 1)));
        json_add(d->arena, answers, STR_NONE, item);
    }
    return answers;
}

/* ---- variables */

static struct feel_value typed_value(struct decision *d, const struct form_answer *answer) {
    struct str s = answer->value;
    struct decimal number;
    switch (answer->type) {
    case FORM_INT:
    case FORM_DECIMAL: return decimal_parse(s, &number) ? feel_number(number) : feel_null();
    case FORM_BOOLEAN: return feel_boolean(str_eqz(s, "true") || str_eqz(s, "1"));
    default: return feel_string(arena_str(d->arena, s));
    }
}

/* The context an answer belongs to: the root, or the entry of its (one level of) repeat. */
static struct json *variable_home(struct decision *d, struct json *root, const struct form_answer *answer) {
    const struct form_field *repeat = form_field_repeat(answer->field);
    if (!repeat) return root;
    struct str name = form_field_name(repeat);
    struct json *list = NULL;
    for (size_t i = 0; i < root->count; i++)
        if (str_eq(root->items[i].name, name)) list = &root->items[i];
    if (!list) list = json_add(d->arena, root, name, (struct json){.kind = JSON_ARRAY});
    int64_t position = 1;
    struct str rest = answer->position, first;
    if (str_split(&rest, '.', &first)) str_to_int64(first, &position);
    while ((int64_t)list->count < position) {
        struct json entry = {.kind = JSON_OBJECT};
        struct json *added = json_add(d->arena, list, STR_NONE, entry);
        json_add_integer(d->arena, added, "position", (int64_t)list->count);
    }
    return &list->items[position - 1];
}

struct feel_value answers_variables(struct decision *d, struct form_session *session) {
    const struct form_answer *answers;
    size_t count = form_answers(session, d->arena, &answers);
    struct json *root = json_new_object(d->arena);
    for (size_t i = 0; i < count; i++) {
        if (answers[i].privacy > FORM_OFFICE || answers[i].type == FORM_GROUP) continue;
        struct buf text;
        struct json_out j;
        buf_init(&text, d->arena, 1 << 20);
        json_begin(&j, &text);
        feel_put_json(&j, typed_value(d, &answers[i]));
        struct json *value = json_parse(d->arena, buf_str(&text), &json_default_limits, STR_NONE, NULL);
        if (value) json_add(d->arena, variable_home(d, root, &answers[i]), form_field_name(answers[i].field), *value);
    }
    return feel_from_json(d->arena, root);
}
