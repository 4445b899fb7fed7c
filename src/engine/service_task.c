/* service_task.c: the closed list of what a process may ask of the house: job types that begin with "lingban:".
 *
 * Each runs inside the decision that reached it, and emits events like any deciding function. Headers and inputs come
 * from the model (taskHeaders, ioMapping). A type whose room is not built is refused by `service check`. */
#include "engine/cases.h"

#include "engine/queries.h"

static struct str header(struct decision *d, const struct bpmn_job *job, const char *name) {
    for (size_t i = 0; i < job->header_count; i++)
        if (str_eqz(job->headers[i].name, name)) return feel_text(d->arena, job->headers[i].value);
    return STR("");
}

static struct str input(struct decision *d, const struct bpmn_job *job, const char *name) {
    const struct feel_value *v = feel_member(job->inputs, str_from(name));
    return v && v->kind != FEEL_NULL ? feel_text(d->arena, *v) : header(d, job, name);
}

/* lingban:notify — to: resident (default) or the login of an account; text: the sentence. */
static bool notify(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct str to = input(d, job, "to"), text = input(d, job, "text");
    (void)out;
    if (!text.n) return refuse(d, 422, "notify.no-text", T("The service task “{0}” has no text to send."), job->type);
    if (!to.n || str_eqz(to, "resident")) {
        notice_resident(d, c, "notify", (const struct str[]){T("Case {0}: {1}"), c->reference, text}, 3);
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
    c->is_public = str_eqz(input(d, job, "public"), "true");
    return true;
}

/* lingban:serial.allot — series: a name; the next number of that series within the service, from 1. */
static bool allot_serial(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    struct str series = input(d, job, "series");
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

static const struct {
    const char *type;
    bool (*run)(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out);
} tasks[] = {
    {"lingban:notify", notify},
    {"lingban:case.public", set_public},
    {"lingban:serial.allot", allot_serial},
};

bool service_task_known(struct str type) {
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++)
        if (str_eqz(type, tasks[i].type)) return true;
    return false;
}

bool service_task_run(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out) {
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++)
        if (str_eqz(job->type, tasks[i].type)) return tasks[i].run(d, c, job, out);
    return refuse(d, 422, "service.no-such-task", T("“{0}” is not a service task that this version knows."), job->type);
}
