/* service_task.c: the closed list of what a process may ask of the house: job types that begin with "lingban:".
 *
 * Each runs inside the decision that reached it, and emits events like any deciding function. Headers and inputs come
 * from the model (taskHeaders, ioMapping). Rooms above bring more (engine_room.tasks); a type whose room is not built is
 * refused by `service check`. Read next: linked.c, lot.c. */
#include "engine/attachment.h"
#include "engine/cases.h"

#include "engine/queries.h"

static struct str header(struct decision *d, const struct bpmn_job *job, const char *name) {
    for (size_t i = 0; i < job->header_count; i++)
        if (str_eqz(job->headers[i].name, name)) return feel_text(d->arena, job->headers[i].value);
    return STR("");
}

struct str service_task_input(struct decision *d, const struct bpmn_job *job, const char *name) {
    const struct feel_value *v = feel_member(job->inputs, str_from(name));
    return v && v->kind != FEEL_NULL ? feel_text(d->arena, *v) : header(d, job, name);
}

/* lingban:notify — to: resident (default) or the login of an account; text: the sentence. */
static bool notify(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct str to = service_task_input(d, job, "to"), text = service_task_input(d, job, "text");
    (void)out;
    if (!text.n) return refuse(d, 422, "notify.no-text", T("The service task “{0}” has no text to send."), job->type);
    if (!to.n || str_eqz(to, "resident")) {
        const struct str sentence[] = {T("Case {0}: {1}"), c->reference, text};
        notice_resident(d, c, "notify", sentence, 3);
        notice_joined(d, c, "notify", sentence, 3);
        return true;
    }
    int64_t account = db_int(store_writer(d->store), 0, "select id from account where login = ?", DB_TEXT(to));
    if (!account) return refuse(d, 422, "notify.unknown", T("There is no account “{0}”."), to);
    notice_account(d, c->id, account, "notify", (const struct str[]){T("Case {0}: {1}"), c->reference, text}, 3);
    return true;
}

/* lingban:case.public — public: true or false: onto the public pages, or off them. */
static bool set_public(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    (void)out;
    c->is_public = str_eqz(service_task_input(d, job, "public"), "true");
    return true;
}

/* lingban:serial.allot — series: a name; the next number of that series within the service, from 1. */
static bool allot_serial(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct str series = service_task_input(d, job, "series");
    struct str name = arena_printf(d->arena, "serial:%.*s", STR_ARGS(series));
    int64_t last = db_int(store_writer(d->store), 0,
                          "select coalesce(max(cast(data as integer)), 0) from history h join cases c on c.id = h.case_id"
                          " where h.kind = ? and c.service = ?",
                          DB_TEXT(name), DB_TEXT(c->service));
    history_note(d, c, arena_cstr(d->arena, name), STR_NONE, 0, STR_NONE, arena_printf(d->arena, "%lld", (long long)last + 1));
    *out = feel_context(d->arena, 1);
    feel_context_put(d->arena, *out, STR("serial"), feel_integer(last + 1));
    return true;
}

/* lingban:case.restrict — role: a role; above: true for holders above the case's office only. From here on nobody else
 * among the accounts may know of the case: a lead about an office is not for that office. */
static bool restrict_case(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct str role = service_task_input(d, job, "role");
    (void)out;
    if (!role.n) return refuse(d, 422, "restrict.no-role", T("The service task “{0}” does not say to which role."), job->type);
    c->restricted_role = role;
    c->restricted_at = c->organisation;
    if (str_eqz(service_task_input(d, job, "above"), "true"))
        c->restricted_at = db_int(store_writer(d->store), 0, "select parent from organisation_edge where child = ? and to_at is null",
                                  DB_INT(c->organisation));
    c->is_public = false;
    struct json *e = event_new(d, "case.restricted", STR_NONE);
    json_add_integer(d->arena, e, "id", c->id);
    json_add_string(d->arena, e, "restricted_role", role);
    json_add_integer(d->arena, e, "restricted_at", c->restricted_at);
    event_emit(d, e);
    return true;
}

/* lingban:figure.note — name, value (or no name: every input is one, by its own name): a figure of the case (points, an amount, a date) is written into its history, where
 * it stays when a later one of the same name takes its place. Reports read them in v_figures. A value that is no text or
 * number is kept as JSON. */
static void note_one(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct str name, const struct feel_value *value) {
    struct buf text;
    struct json_out j;
    buf_init(&text, d->arena, 1 << 16);
    json_begin(&j, &text);
    if (value && (value->kind == FEEL_CONTEXT || value->kind == FEEL_LIST)) feel_put_json(&j, *value);
    else if (value && value->kind != FEEL_NULL) buf_add(&text, feel_text(d->arena, *value));
    history_note(d, c, arena_printf(d->arena, "figure:%.*s", STR_ARGS(name)).p, bpmn_element_id(c->of_service->process, job->element), 0, STR_NONE,
                 text.n ? buf_str(&text) : STR_NONE);
}

static bool note_figure(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct str name = service_task_input(d, job, "name");
    (void)out;
    if (name.n > 100) return refuse(d, 422, "figure.no-name", T("The service task “{0}” needs a name of 1 to 100 bytes."), job->type);
    if (name.n) {
        struct feel_value written = feel_string(service_task_input(d, job, "value"));
        const struct feel_value *value = feel_member(job->inputs, STR("value"));
        note_one(d, c, job, name, value ? value : &written);
        return true;
    }
    size_t count = job->inputs.kind == FEEL_CONTEXT ? job->inputs.context->count : 0;
    if (!count) return refuse(d, 422, "figure.no-name", T("The service task “{0}” needs a name of 1 to 100 bytes."), job->type);
    for (size_t i = 0; i < count; i++) {
        const struct feel_entry *figure = &job->inputs.context->entries[i];
        if (figure->value.kind != FEEL_NULL) note_one(d, c, job, figure->name, &figure->value); /* what is unknown is no figure */
    }
    return true;
}

/* lingban:answers.clear — path: all answers at that path of this case's forms become empty, as their giver wished. What
 * was there is not kept, unlike when an answer is amended. */
static bool clear_answers(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct str path = service_task_input(d, job, "path");
    int64_t submissions[100];
    size_t count = 0;
    (void)out;
    struct query q = db_query(store_writer(d->store), "select submission from answer where case_id = ? and path = ? order by submission limit 100",
                              DB_INT(c->id), DB_TEXT(path));
    while (count < 100 && query_next(&q)) submissions[count++] = query_int(&q, 0);
    query_done(&q);
    for (size_t i = 0; i < count; i++) {
        attachment_clear(d, c, submissions[i], path);
        struct json *e = event_new(d, "answer.amended", c->of);
        json_add_integer(d->arena, e, "submission", submissions[i]);
        json_add_string(d->arena, e, "path", path);
        json_add_string(d->arena, e, "value", STR_NONE);
        json_add_string(d->arena, e, "personal", STR_NONE);
        json_add_string(d->arena, e, "sensitive", STR_NONE);
        event_emit(d, e);
    }
    history_note(d, c, "cleared", STR_NONE, 0, STR_NONE, path);
    return true;
}

static const struct service_task own[] = {
    {"lingban:notify", notify},
    {"lingban:case.public", set_public},
    {"lingban:case.restrict", restrict_case},
    {"lingban:case.open", service_task_open_case},
    {"lingban:serial.allot", allot_serial},
    {"lingban:figure.note", note_figure},
    {"lingban:lot.draw", service_task_draw_lots},
    {"lingban:answers.clear", clear_answers},
    {NULL, NULL},
};

static const struct service_task *find(const struct engine_room *const *rooms, struct str type) {
    for (const struct service_task *t = own; t->type; t++)
        if (str_eqz(type, t->type)) return t;
    for (size_t i = 0; rooms && rooms[i]; i++)
        for (const struct service_task *t = rooms[i]->tasks; t && t->type; t++)
            if (str_eqz(type, t->type)) return t;
    return NULL;
}

bool service_task_known(const struct engine_room *const *rooms, struct str type) {
    return find(rooms, type) != NULL;
}

bool service_task_run(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    const struct service_task *t = find(d->engine->rooms, job->type);
    if (t) return t->run(d, c, job, out);
    return refuse(d, 422, "service.no-such-task", T("“{0}” is not a service task that this version knows."), job->type);
}
