/* task_page.c: the lists of tasks, one task with its form, and what is done with it: claim, give back, complete.
 *
 * A task that has a form is filled in like any form (fill.c); its last page sends task.complete. Several tasks of one
 * list may be claimed at once. Read next: view_page.c (the wall, where members claim). */
#include "web/pages.h"

#include "form/render.h"

enum { TASKS_A_PAGE = 20 };

static const struct {
    const char *name;
    enum task_list list;
    struct str title, empty;
} lists[] = {
    {"claim", TASKS_TO_CLAIM, T_STATIC("To claim"), T_STATIC("Nothing waits to be claimed.")},
    {"mine", TASKS_MINE, T_STATIC("Mine"), T_STATIC("You have no task.")},
    {"office", TASKS_OF_OFFICE, T_STATIC("Of the office"), T_STATIC("Your office has no open task.")},
    {"overdue", TASKS_OVERDUE, T_STATIC("Overdue"), T_STATIC("Nothing is late.")},
};

static size_t chosen_list(struct http_request *rq) {
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (str_eqz(http_query(rq, "list"), lists[i].name)) return i;
    return 0;
}

bool task_list_known(struct str name) {
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (str_eqz(name, lists[i].name)) return true;
    return false;
}

/* Members and partners see what they may claim and what they have; offices also theirs and what is late. */
static bool list_shown(struct http_request *rq, size_t i) {
    return lists[i].list == TASKS_TO_CLAIM || lists[i].list == TASKS_MINE || (viewer_of(rq)->may & MAY_STAFF);
}

struct str say_task_count(struct http_request *rq, struct db *db, enum task_list which) {
    size_t count = count_tasks(site_of(rq)->engine, db, rq->arena, viewer_of(rq), which);
    return arena_printf(rq->arena, "%zu%s", count, count >= TASKS_COUNTED ? "+" : "");
}

static void add_tabs(struct http_request *rq, struct db *db, struct data *page, size_t chosen) {
    struct data *tabs = data_list(page, "tabs");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (!list_shown(rq, i)) continue;
        struct data *tab = data_item(tabs);
        data_text(tab, "href", arena_printf(rq->arena, "/tasks?list=%s", lists[i].name));
        data_text(tab, "text", arena_printf(rq->arena, "%.*s (%.*s)", STR_ARGS(text_in(rq->language, lists[i].title)), STR_ARGS(say_task_count(rq, db, lists[i].list))));
        data_flag(tab, "current", i == chosen);
    }
}

/* Chosen before, and sent back to choose anew (together.c). */
static bool is_among(struct str ids, int64_t id) {
    int64_t one;
    for (struct str part; str_split(&ids, ',', &part);)
        if (str_to_int64(part, &one) && one == id) return true;
    return false;
}

static void add_task(struct http_request *rq, struct db *db, struct data *list, const struct task_line *t) {
    struct data *item = data_item(list);
    data_text(item, "href", arena_printf(rq->arena, "/tasks/%lld", (long long)t->id));
    data_number(item, "id", t->id);
    data_flag(item, "chosen", is_among(http_query(rq, "tasks"), t->id));
    struct str what = item_words(rq, services_current(engine_services(site_of(rq)->engine), db, t->service), t->item);
    data_say(item, "title", T("{0}: {1}"), t->name, what.n ? what : t->title);
    data_text(item, "note", arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(t->service_name), STR_ARGS(t->organisation_name)));
    data_text(item, "number", grouped_reference(rq->arena, t->reference));
    data_text(item, "due", say_due(rq, t->due_at));
    data_flag(item, "overdue", t->overdue);
    if (t->supervised) data_text(item, "tag", text_in(rq->language, T("Under supervision")));
    else if (t->urged) data_text(item, "tag", text_in(rq->language, T("Urged")));
    data_text(item, "color", STR("red"));
}

static enum http_outcome show_tasks(struct http_request *rq) {
    size_t chosen = chosen_list(rq);
    struct page p = page_begin(rq, T("Tasks"));
    struct db *db = site_read(rq);
    struct task_line *lines;
    int64_t after = 0, next;
    str_to_int64(http_query(rq, "after"), &after);
    size_t count = list_tasks(site_of(rq)->engine, db, rq->arena, viewer_of(rq), lists[chosen].list, http_query(rq, "service").p ? http_query(rq, "service") : STR(""),
                              after, TASKS_A_PAGE, &lines, &next);
    struct data *list = data_list(p.data, "tasks");
    for (size_t i = 0; i < count; i++) add_task(rq, db, list, &lines[i]);
    add_tabs(rq, db, p.data, chosen);
    data_flag(p.data, "claims", lists[chosen].list == TASKS_TO_CLAIM);
    data_flag(p.data, "batch", lists[chosen].list == TASKS_TO_CLAIM || count > 1);
    data_text(p.data, "list", str_from(lists[chosen].name));
    data_number(p.data, "after", after);
    data_text(p.data, "empty_title", text_in(rq->language, lists[chosen].empty));
    if (next) {
        data_text(p.data, "page_text", STR(" "));
        data_text(p.data, "next", arena_printf(rq->arena, "/tasks?list=%s&after=%lld", lists[chosen].name, (long long)next));
    }
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "task_list", 200);
}

/* ---- one task */

struct one_task {
    struct seen_task task;
    struct seen_case of;
    const struct service_form *form;
    struct filling filling;
    struct str address;
};

/* False when an answer has been given. */
static bool read_task(struct http_request *rq, struct db *db, struct one_task *t) {
    int64_t id = 0;
    bool found = str_to_int64(http_param(rq, "id"), &id) && viewer_task(site_of(rq)->engine, db, rq->arena, viewer_of(rq), id, &t->task, &t->of);
    if (!found) {
        if (site_done(rq, db)) http_refuse(rq, 404, T("There is no such task, or it is not for you."));
        return false;
    }
    t->address = arena_printf(rq->arena, "/tasks/%lld", (long long)id);
    t->form = t->task.form.n ? service_form_named(t->of.service, t->task.form) : NULL;
    if (t->form && !filling_open(rq, db, t->form->form, t->address, http_param(rq, "draft"), t->of.id, &t->filling)) {
        if (site_done(rq, db)) http_redirect(rq, t->address);
        return false;
    }
    t->filling.service = t->of.service;
    return true;
}

/* What the step was about that this was filled in for; empty for the whole case. */
static struct str item_of(const struct seen_case *c, int64_t task) {
    for (size_t i = 0; task && i < c->task_count; i++)
        if (c->tasks[i].id == task) return c->tasks[i].item;
    return STR("");
}

/* What the case is about, and what was filled in on its way, the newest first and open: whoever approves a note has to read it. */
static void add_facts(struct http_request *rq, const struct one_task *t, struct data *page) {
    const struct seen_case *c = &t->of;
    if (c->submission_count) add_parts(rq, c, &c->submissions[0], false, page);
    struct data *list = data_list(page, "filled_in");
    for (size_t i = c->submission_count; i-- > 1;) {
        const struct seen_submission *s = &c->submissions[i];
        struct data *item = data_item(list);
        struct str what = item_words(rq, c->service, item_of(c, s->task));
        data_text(item, "title", what.n ? text_say(rq->arena, rq->language, T("{0}: {1}"), s->title, what) : s->title);
        data_text(item, "when", filled_in(rq, s));
        data_flag(item, "folded", i + 1 < c->submission_count);
        add_parts(rq, c, s, false, item);
    }
}

static enum http_outcome show_task(struct http_request *rq) {
    struct one_task *t = arena_new(rq->arena, struct one_task);
    struct db *db = site_read(rq);
    if (!read_task(rq, db, t)) return HTTP_DONE;
    struct page p = page_begin_named(rq, t->task.name);
    page_crumb(&p, T("Tasks"), STR("/tasks"));
    data_text(p.data, "case_title", t->of.title);
    data_text(p.data, "case_href", arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(t->of.reference)));
    data_text(p.data, "reference", grouped_reference(rq->arena, t->of.reference));
    data_text(p.data, "what", item_words(rq, t->of.service, t->task.item));
    data_text(p.data, "state", say_task_state(rq, t->task.state));
    data_text(p.data, "color", str_from(state_color(t->task.state)));
    data_text(p.data, "due", say_due(rq, t->task.due_at));
    data_flag(p.data, "overdue", t->task.overdue);
    data_text(p.data, "holder", t->task.holder);
    data_text(p.data, "address", t->address);
    data_flag(p.data, "may_claim", t->task.may_claim);
    bool opens = str_find(t->task.properties, STR("\"lingban:opensPersonal\":\"true\"")) >= 0;
    data_flag(p.data, "opens_more", opens && t->task.may_claim && t->task.may_complete && t->of.relation == RELATION_OFFERED);
    data_flag(p.data, "may_give_back", t->task.mine && str_eqz(t->task.state, "claimed"));
    data_flag(p.data, "may_complete", t->task.may_complete);
    data_flag(p.data, "staff", t->of.relation >= RELATION_HANDLER && (t->task.may_complete || t->of.relation == RELATION_SUPERVISOR));
    data_flag(p.data, "has_form", t->form != NULL);
    data_flag(p.data, "barred", t->task.barred);
    add_facts(rq, t, p.data);
    add_advice(rq, db, &t->of, p.data);
    if (t->of.relation >= RELATION_HANDLER) add_beside(rq, db, &t->of, p.data);
    if (t->form && t->task.may_complete) filling_show(rq, &t->filling, &p, http_query(rq, "errors").n > 0, true);
    else page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "task", 200);
}

/* ---- doing */

static enum http_outcome done(struct http_request *rq) {
    struct one_task *t = visit_of(rq)->state;
    const struct answer *answer = site_answer(rq);
    if (!answer->done && answer->refusal.fields && t->form) {
        if (!filling_keep(rq, &t->filling)) return site_not_written(rq);
        return http_redirect(rq, arena_printf(rq->arena, "%.*s/%.*s?errors=1", STR_ARGS(t->address), STR_ARGS(t->filling.draft)));
    }
    if (!answer->done) return site_refused(rq);
    if (t->form) filling_forget(rq, &t->filling);
    if (viewer_of(rq)->account) return site_redirect(rq, STR("/tasks?list=mine"), text_in(rq->language, T("Done. Thank you.")));
    return site_redirect(rq, arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(t->of.reference)), text_in(rq->language, T("Done. Thank you.")));
}

static struct command *task_command(struct http_request *rq, const struct one_task *t, const char *name) {
    bool resident = t->of.relation == RELATION_APPLICANT;
    struct command *c = resident ? site_command_for_case(rq, name, t->of.id) : site_command(rq, name);
    json_add_integer(rq->arena, c->arguments, "task", t->task.id);
    return c;
}

static enum http_outcome complete(struct http_request *rq) {
    struct one_task *t = arena_new(rq->arena, struct one_task);
    struct db *db = site_read(rq);
    if (!read_task(rq, db, t) || !site_done(rq, db)) return HTTP_DONE;
    visit_of(rq)->state = t;
    struct command *c = task_command(rq, t, "task.complete");
    if (t->form) {
        struct form_posted posted = filling_post(rq, &t->filling);
        if (posted.act != FORM_ACT_SEND || !filling_is_good(rq, &t->filling)) return filling_go(rq, &t->filling, &posted);
        filling_answers(rq, &t->filling, c);
    }
    return site_submit(rq, c, done);
}

static enum http_outcome claimed(struct http_request *rq) {
    if (!site_answer(rq)->done) return site_refused(rq);
    int64_t id = 0;
    str_to_int64(http_param(rq, "id"), &id);
    struct db *db = site_read(rq);
    struct str reference = db_text(db, rq->arena, "select reference from cases where id = (select case_id from task where id = ?)", DB_INT(id));
    bool theirs = db_int(db, 0, "select count(*) from task where id = ? and state = 'claimed' and assignee = ?", DB_INT(id), DB_INT(viewer_of(rq)->account)) > 0;
    if (!site_done(rq, db)) return HTTP_DONE;
    if (theirs) return site_redirect(rq, arena_printf(rq->arena, "/tasks/%lld", (long long)id), text_in(rq->language, T("You have it now. The next step is below.")));
    return site_redirect(rq, arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(reference)), text_in(rq->language, T("You have claimed it. The office will answer soon.")));
}

/* Without a look before: whoever comes second may no longer see the task, and is told who has it. */
static enum http_outcome claim(struct http_request *rq) {
    int64_t id = 0;
    if (!str_to_int64(http_param(rq, "id"), &id)) return http_refuse(rq, 404, T("There is no such task, or it is not for you."));
    struct command *c = site_command(rq, "task.claim");
    json_add_integer(rq->arena, c->arguments, "task", id);
    return site_submit(rq, c, claimed);
}

static enum http_outcome given_back(struct http_request *rq) {
    if (!site_answer(rq)->done) return site_refused(rq);
    return site_redirect(rq, STR("/tasks"), text_in(rq->language, T("It is given back and open for others.")));
}

static enum http_outcome give_back(struct http_request *rq) {
    struct one_task *t = arena_new(rq->arena, struct one_task);
    struct db *db = site_read(rq);
    if (!read_task(rq, db, t) || !site_done(rq, db)) return HTTP_DONE;
    struct command *c = task_command(rq, t, "task.give-back");
    json_add_string(rq->arena, c->arguments, "reason", str_trim(http_form(rq, "reason")));
    return site_submit(rq, c, given_back);
}

/* ---- several at once */

struct batch {
    int64_t *ids;
    size_t count, at, claimed;
};

static enum http_outcome claim_next(struct http_request *rq) {
    struct batch *b = visit_of(rq)->state;
    if (b->at > 0 && site_answer(rq)->done) b->claimed++;
    if (b->at == b->count) {
        struct str n = arena_printf(rq->arena, "%zu", b->claimed), all = arena_printf(rq->arena, "%zu", b->count);
        return site_redirect(rq, STR("/tasks?list=mine"), text_say(rq->arena, rq->language, T("{0} of {1} claimed."), n, all));
    }
    struct command *c = site_command(rq, "task.claim");
    c->key = STR(""); /* one key for several commands would answer the second with the first's result */
    json_add_integer(rq->arena, c->arguments, "task", b->ids[b->at++]);
    return site_submit(rq, c, claim_next);
}

static enum http_outcome claim_several(struct http_request *rq) {
    if (str_eqz(http_form(rq, "do"), "together")) return go_together(rq);
    struct batch *b = arena_new(rq->arena, struct batch);
    struct str value;
    size_t capacity = 0;
    for (size_t at = 0; http_next(&rq->form, "task", &at, &value);) {
        int64_t id;
        if (str_to_int64(value, &id) && b->count < TASKS_A_PAGE) VEC_PUSH(rq->arena, b->ids, b->count, capacity, id);
    }
    if (!b->count) return site_redirect(rq, STR("/tasks"), text_in(rq->language, T("Choose at least one task first.")));
    visit_of(rq)->state = b;
    return claim_next(rq);
}

const struct http_route task_routes[] = {
    {"GET", "/tasks", show_tasks, "account", T_STATIC("Tasks: to claim, mine, of the office, overdue"), 0, 0},
    {"POST", "/tasks", claim_several, "account", T_STATIC("Claims several tasks, or goes on to one form for them"), 0, 0},
    {"GET", "/tasks/{id}", show_task, "anyone", T_STATIC("One task with its form"), 0, 0},
    {"POST", "/tasks/{id}", complete, "anyone", T_STATIC("Takes a page of the task's form, or completes it"), 0, 24u << 20},
    {"POST", "/tasks/{id}/claim", claim, "account", T_STATIC("Claims a task"), 0, 0},
    {"POST", "/tasks/{id}/give-back", give_back, "account", T_STATIC("Gives a task back"), 0, 0},
    {"GET", "/tasks/{id}/{draft}", show_task, "anyone", T_STATIC("A task's form, half filled in"), HTTP_SECRET, 0},
    {"POST", "/tasks/{id}/{draft}", complete, "anyone", T_STATIC("Takes a page of the task's form, or completes it"), HTTP_SECRET, 24u << 20},
    {0},
};
