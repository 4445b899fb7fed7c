/* manage_page.c: what an office does with a case beyond its form: 退回 return, 加签 add a signer, 转办 hand over, for
 * whoever has a task; 督办 supervise, jump, suspend, mend incidents, move to a new version, for supervisors.
 *
 * Moving to a new version shows the mapping on the new diagram and is tried before it is done (site_try). */
#include "web/pages.h"

#include "base/ids.h"

struct manage {
    struct str back;
    struct seen_case of;
    bool trial;
};

static bool read_by_reference(struct http_request *rq, struct db *db, struct seen_case *c) {
    struct reference reference;
    int64_t id = reference_parse(http_param(rq, "ref"), &reference) == REFERENCE_GOOD ? viewer_find_reference(db, str_from(reference.digits)) : 0;
    return id && viewer_case(site_of(rq)->engine, db, rq->arena, viewer_of(rq), id, c) && c->relation >= RELATION_HANDLER;
}

static enum http_outcome not_yours(struct http_request *rq, struct db *db) {
    if (!site_done(rq, db)) return HTTP_DONE;
    return http_refuse(rq, 404, T("There is no case with this number, or it belongs to another office."));
}

static enum http_outcome done(struct http_request *rq) {
    struct manage *m = visit_of(rq)->state;
    if (!site_answer(rq)->done) return site_refused(rq);
    return site_redirect(rq, m->back, m->trial ? text_in(rq->language, T("Tried: it would work. Nothing has been changed yet.")) : text_in(rq->language, T("Done. Thank you.")));
}

/* ---- choices */

static void add_steps(struct http_request *rq, const struct seen_case *c, const struct bpmn_model *model, bool only_done, struct data *list) {
    for (size_t i = 0; i < model->element_count; i++) {
        const struct bpmn_element *e = &model->elements[i];
        bool was_done = false;
        if (e->kind != BPMN_USER_TASK || !e->name.n) continue;
        for (size_t k = 0; k < c->task_count; k++) was_done |= str_eq(c->tasks[k].element, e->id) && str_eqz(c->tasks[k].state, "completed");
        if (only_done && !was_done) continue;
        struct data *o = data_item(list);
        data_text(o, "value", e->id);
        data_text(o, "text", service_word(c->service, rq->language, e->name));
    }
}

/* One's own office first. Offices may choose anybody; members and partners those of their own unit: names of others are not for them. */
void add_colleagues(struct http_request *rq, struct db *db, struct data *list) {
    struct query q = db_query(db,
                              "select a.id, p.name, " ORGANISATION_SAID("o", "?3") " from account a join party p on p.id = a.party left join organisation o on o.id = a.organisation"
                              " where a.closed_at is null and a.id <> ?1 and a.id in (select account from role_grant where to_at is null)"
                              " and (?2 or a.organisation = (select organisation from account where id = ?1)) "
                              " order by a.organisation is not (select organisation from account where id = ?1), a.organisation, a.id limit 300",
                              DB_INT(viewer_of(rq)->account), DB_INT((viewer_of(rq)->may & MAY_STAFF) != 0), IN_ENGLISH(rq));
    while (query_next(&q)) {
        struct data *o = data_item(list);
        data_text(o, "value", arena_printf(rq->arena, "%lld", (long long)query_int(&q, 0)));
        data_text(o, "text", arena_printf(rq->arena, "%.*s %.*s", STR_ARGS(query_text(&q, 1)), STR_ARGS(query_text(&q, 2))));
    }
}

/* ---- one task */

static enum http_outcome show_more(struct http_request *rq) {
    struct seen_task t;
    struct seen_case c;
    int64_t id = 0;
    struct db *db = site_read(rq);
    if (!str_to_int64(http_param(rq, "id"), &id) || !viewer_task(site_of(rq)->engine, db, rq->arena, viewer_of(rq), id, &t, &c)) return not_yours(rq, db);
    struct page p = page_begin(rq, T("More to do with this task"));
    page_crumb_named(&p, t.name, arena_printf(rq->arena, "/tasks/%lld", (long long)id));
    data_text(p.data, "address", arena_printf(rq->arena, "/tasks/%lld/more", (long long)id));
    add_steps(rq, &c, c.service->process, true, data_list(p.data, "steps_done"));
    add_colleagues(rq, db, data_list(p.data, "people"));
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "manage_task", 200);
}

static void add_texts(struct http_request *rq, struct command *c) {
    static const char *const texts[] = {"element", "order", "reason"}, *const numbers[] = {"to", "incident", "version"};
    for (size_t i = 0; i < 3; i++) {
        struct str text = str_trim(http_form(rq, texts[i]));
        int64_t n;
        if (text.n) json_add_string(rq->arena, c->arguments, texts[i], text);
        if (str_to_int64(http_form(rq, numbers[i]), &n) && n) json_add_integer(rq->arena, c->arguments, numbers[i], n);
    }
}

/* What an incident needs before it is tried again: one variable, a number, true or false, or a text. */
static void add_variable(struct http_request *rq, struct command *c) {
    struct str name = str_trim(http_form(rq, "variable")), value = str_trim(http_form(rq, "value"));
    if (!name.n) return;
    struct json *variables = json_add_empty(rq->arena, c->arguments, "variables", JSON_OBJECT);
    const struct json *read = json_parse(rq->arena, value, &json_default_limits, STR_NONE, NULL);
    if (read) json_add(rq->arena, variables, name, *read);
    else json_add_string(rq->arena, variables, arena_cstr(rq->arena, name), value);
}

static const struct {
    const char *act, *command;
    bool of_task;
} acts[] = {{"return", "task.return", true},        {"hand-over", "task.hand-over", true}, {"add-signer", "task.add-signer", true}, {"take-back", "task.take-back", true},
            {"jump", "case.jump", true},            {"supervise", "case.supervise", false}, {"supervise-end", "case.supervise-end", false}, {"suspend", "case.suspend", false},     {"resume", "case.resume", false},
            {"activate", "case.activate", false},   {"retry", "incident.retry", false},     {"migrate", "case.migrate", false}};

static enum http_outcome do_act(struct http_request *rq, int64_t case_id, int64_t task, struct str back) {
    struct manage *m = arena_new(rq->arena, struct manage);
    m->back = back;
    m->trial = str_eqz(http_form(rq, "how"), "try");
    visit_of(rq)->state = m;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (!str_eqz(http_form(rq, "act"), acts[i].act)) continue;
        struct command *c = site_command(rq, acts[i].command);
        json_add_integer(rq->arena, c->arguments, acts[i].of_task ? "task" : "case", acts[i].of_task ? task : case_id);
        add_texts(rq, c);
        if (str_eqz(http_form(rq, "act"), "retry")) add_variable(rq, c);
        return m->trial ? site_try(rq, c, done) : site_submit(rq, c, done);
    }
    return http_refuse(rq, 404, T("This page does not exist."));
}

static enum http_outcome do_with_task(struct http_request *rq) {
    int64_t id = 0;
    if (!str_to_int64(http_param(rq, "id"), &id)) return http_refuse(rq, 404, T("There is no such task, or it is not for you."));
    return do_act(rq, 0, id, STR("/tasks?list=mine"));
}

/* ---- a whole case */

static void add_versions(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *list) {
    struct query q = db_query(db, "select id, number, deployed_at from service_version where service = ? and id <> ? order by id desc limit 20", DB_TEXT(c->service->id), DB_INT(c->version));
    while (query_next(&q)) {
        struct data *o = data_item(list);
        data_text(o, "value", arena_printf(rq->arena, "%lld", (long long)query_int(&q, 0)));
        data_say(o, "text", T("Version {0} of {1}"), arena_printf(rq->arena, "%lld", (long long)query_int(&q, 1)), say_day(rq, query_int(&q, 2)));
    }
}

/* Steps that may be begun inside ad-hoc parts that are open now. */
static void add_choices(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *list) {
    const struct bpmn_model *m = c->service->process;
    struct query q = db_query(db, "select distinct element from scope where case_id = ? and kind = 1 and state = 0 order by element", DB_INT(c->id));
    while (query_next(&q)) {
        int64_t at = query_int(&q, 0);
        if (at < 0 || (size_t)at >= m->element_count || m->elements[at].kind != BPMN_AD_HOC) continue;
        for (size_t i = 0; i < m->elements[at].children.count; i++) {
            const struct bpmn_element *e = &m->elements[m->elements[at].children.items[i]];
            if (!bpmn_is_activity(e->kind) || e->for_compensation || e->triggered_by_event) continue;
            struct data *o = data_item(list);
            data_text(o, "value", e->id);
            data_text(o, "text", say_step(rq, c->service, e->id));
        }
    }
}

static void add_incidents(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *list) {
    struct query q = db_query(db, "select id, sentence, at from incident where case_id = ? order by id", DB_INT(c->id));
    while (query_next(&q)) {
        struct data *o = data_item(list);
        data_number(o, "id", query_int(&q, 0));
        data_text(o, "text", say_stopped(rq, query_text(&q, 1)));
        data_text(o, "variable_id", arena_printf(rq->arena, "variable-%lld", (long long)query_int(&q, 0)));
        data_text(o, "value_id", arena_printf(rq->arena, "value-%lld", (long long)query_int(&q, 0)));
        data_text(o, "when", say_time(rq, query_int(&q, 2)));
    }
}

/* The new version's diagram with the steps the case is at and has been at, by their ids: what has no step of that id
 * there is listed, since it needs a line in the plan (`lingban` commands take one). */
static void add_mapping(struct http_request *rq, struct db *db, const struct seen_case *c, struct page *p) {
    int64_t version = 0;
    if (!str_to_int64(http_query(rq, "version"), &version)) return;
    const struct service *to = services_get(engine_services(site_of(rq)->engine), db, version);
    if (!to || !str_eq(to->id, c->service->id)) return;
    struct seen_case moved = *c;
    moved.service = to;
    data_html(p->data, "picture", process_picture(rq, &moved));
    data_number(p->data, "version", version);
    struct data *missing = data_list(p->data, "missing");
    for (size_t i = 0; i < c->task_count; i++) {
        bool waits = str_eqz(c->tasks[i].state, "open") || str_eqz(c->tasks[i].state, "claimed");
        if (waits && bpmn_find(to->process, c->tasks[i].element) < 0) data_item_text(missing, c->tasks[i].name);
    }
}

static enum http_outcome show_manage(struct http_request *rq) {
    struct seen_case c;
    struct db *db = site_read(rq);
    if (!read_by_reference(rq, db, &c)) return not_yours(rq, db);
    struct page p = page_begin(rq, T("Manage this case"));
    page_crumb_named(&p, grouped_reference(rq->arena, c.reference), arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(c.reference)));
    data_text(p.data, "case_title", c.title);
    data_text(p.data, "address", arena_printf(rq->arena, "/cases/%.*s/manage", STR_ARGS(c.reference)));
    struct data *tasks = data_list(p.data, "open_tasks");
    for (size_t i = 0; i < c.task_count; i++) {
        if (!str_eqz(c.tasks[i].state, "open") && !str_eqz(c.tasks[i].state, "claimed")) continue;
        struct data *o = data_item(tasks);
        data_text(o, "value", arena_printf(rq->arena, "%lld", (long long)c.tasks[i].id));
        data_text(o, "text", c.tasks[i].name);
    }
    add_steps(rq, &c, c.service->process, false, data_list(p.data, "all_steps"));
    data_flag(p.data, "suspended", db_int(db, 0, "select suspended from scope where case_id = ? and parent = 0", DB_INT(c.id)) != 0);
    add_versions(rq, db, &c, data_list(p.data, "versions"));
    add_supervision(rq, db, c.id, p.data);
    add_choices(rq, db, &c, data_list(p.data, "choices"));
    add_incidents(rq, db, &c, data_list(p.data, "incidents"));
    add_mapping(rq, db, &c, &p);
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "manage_case", 200);
}

static enum http_outcome do_with_case(struct http_request *rq) {
    struct seen_case c;
    int64_t task = 0;
    struct db *db = site_read(rq);
    if (!read_by_reference(rq, db, &c)) return not_yours(rq, db);
    if (!site_done(rq, db)) return HTTP_DONE;
    str_to_int64(http_form(rq, "task"), &task);
    return do_act(rq, c.id, task, arena_printf(rq->arena, "/cases/%.*s/manage", STR_ARGS(c.reference)));
}

const struct http_route manage_routes[] = {
    {"GET", "/tasks/{id}/more", show_more, "staff", T_STATIC("Returns, hands over, adds a signer"), 0, 0},
    {"POST", "/tasks/{id}/more", do_with_task, "staff", T_STATIC("Returns, hands over, adds a signer"), 0, 0},
    {"GET", "/cases/{ref}/manage", show_manage, "supervisor", T_STATIC("A supervisor's page of a case: watch, jump, suspend, mend, migrate"), 0, 0},
    {"POST", "/cases/{ref}/manage", do_with_case, "supervisor", T_STATIC("Watches, jumps, suspends, mends, migrates"), 0, 0},
    {0},
};
