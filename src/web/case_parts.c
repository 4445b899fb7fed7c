/* case_parts.c: parts of a case's page: linked cases, the messages its resident was sent, and the steps of its process as
 * a list beside the picture. Read next: case_page.c. */
#include "activity/view.h"
#include "web/pages.h"

#include "base/ids.h"
#include "bpmn/reach.h"

static void add_amend(struct http_request *rq, const struct seen_case *c, const struct seen_answer *a, struct data *row) {
    if (c->relation < RELATION_HANDLER || a->masked || a->is_photo) return;
    data_text(row, "href", arena_printf(rq->arena, "%.*s/amend?s=%lld&p=%.*s", STR_ARGS(page_case_address(rq, c->reference)), (long long)a->submission, STR_ARGS(a->path)));
    data_text(row, "action", text_in(rq->language, T("Change")));
}

void add_parts(struct http_request *rq, const struct seen_case *c, const struct seen_submission *s, bool actions, struct data *to) {
    struct data *parts = data_list(to, "parts"), *rows = NULL;
    struct str head = STR("");
    for (size_t k = 0; k < s->count; k++) {
        const struct seen_answer *a = &s->answers[k];
        if (!rows || !str_eq(head, a->group.p ? a->group : STR(""))) {
            struct data *part = data_item(parts);
            head = a->group.p ? a->group : STR("");
            data_text(part, "head", str_starts(head, STR(" ")) ? text_say(rq->arena, rq->language, T("Item {0}"), str_trim(head)) : head);
            rows = data_list(part, "rows");
        }
        struct data *row = data_item(rows);
        add_answer(rq, c, a, row);
        data_text(row, "name", a->label); /* the head says which entry of a repeat it is */
        if (actions) add_amend(rq, c, a, row);
    }
}

void add_links(struct http_request *rq, const struct seen_case *c, struct data *page) {
    struct data *list = data_list(page, "links");
    for (size_t i = 0; i < c->link_count; i++) {
        const struct seen_link *l = &c->links[i];
        struct data *item = data_item(list);
        struct str kind = l->kind.n ? l->kind : text_in(rq->language, l->from_here ? T("Opened from this case") : T("Where it came from"));
        struct str number = grouped_reference(rq->arena, l->reference);
        data_text(item, "title", l->title.n ? l->title : l->subject.n ? l->subject : l->service);
        if (l->may_open) data_text(item, "href", page_case_address(rq, l->reference));
        data_text(item, "note", arena_printf(rq->arena, "%.*s · %.*s · %.*s · %.*s", STR_ARGS(kind), STR_ARGS(l->service), STR_ARGS(number), STR_ARGS(say_day(rq, l->at))));
        data_text(item, "state", say_state(rq, l->state));
        data_text(item, "color", str_from(state_color(l->state)));
    }
}

/* What an office may open from a case it handles: any service that is open. */
void add_linkable(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page) {
    struct data *list = data_list(page, "linkable");
    struct query q = db_query(db, "select id from service_version where current = 1 order by service");
    while (query_next(&q)) {
        const struct service *s = services_get(engine_services(site_of(rq)->engine), db, query_int(&q, 0));
        if (!s) continue;
        struct data *item = data_item(list);
        data_text(item, "href", arena_printf(rq->arena, "/services/%.*s/new?from=%.*s", STR_ARGS(s->id), STR_ARGS(c->reference)));
        data_text(item, "text", text_pair_in(s->name, rq->language));
    }
}

/* Newest first; the three newest stand open, older ones are folded away. */
void add_messages(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page) {
    enum { OPEN = 3 };
    struct notice_line *lines;
    size_t count = list_case_notices(site_of(rq)->engine, db, rq->arena, viewer_of(rq), c->id, &lines);
    struct data *shown = data_list(page, "messages"), *older = NULL;
    for (size_t i = 0; i < count; i++) {
        if (i == OPEN) older = data_list(page, "older_messages");
        struct data *item = data_item(older ? older : shown);
        data_text(item, "text", lines[i].sentence);
        data_text(item, "when", say_time(rq, lines[i].at));
    }
}

/* ---- the steps people take, in the order of the file: what was done, what waits, and what may still come */

static const char *step_state(const struct seen_case *c, struct str element) {
    const char *state = "";
    for (size_t i = 0; i < c->event_count; i++)
        if (str_eqz(c->events[i].kind, "entered") && str_eq(c->events[i].element, element)) state = "done";
    for (size_t i = 0; i < c->task_count; i++)
        if (str_eq(c->tasks[i].element, element) && (str_eqz(c->tasks[i].state, "open") || str_eqz(c->tasks[i].state, "claimed"))) state = "now";
    return state;
}

/* A token waits there: entered more often than left, which is kept of what waits only. */
static bool waits_at(const struct seen_case *c, int32_t at) {
    static const bool waits[BPMN_KIND_COUNT] = {[BPMN_USER_TASK] = true, [BPMN_RECEIVE_TASK] = true, [BPMN_CALL_ACTIVITY] = true, [BPMN_CATCH_EVENT] = true, [BPMN_EVENT_GATEWAY] = true};
    const struct bpmn_model *m = c->service->process;
    struct bpmn_indexes in = m->elements[at].incoming;
    struct str element = bpmn_element_id(m, at);
    int64_t times = 0;
    bool behind = in.count && m->elements[m->flows[in.items[0]].source].kind == BPMN_EVENT_GATEWAY; /* the gateway waits for it */
    if (!waits[m->elements[at].kind] || behind) return false;
    for (size_t i = 0; i < c->event_count; i++) {
        if (!str_eq(c->events[i].element, element)) continue;
        times += str_eqz(c->events[i].kind, "entered") ? 1 : str_eqz(c->events[i].kind, "left") ? -1 : 0;
    }
    return times > 0;
}

/* Of an open case: a flag an element that a token may still come to. A branch that was not taken is none of its way. */
static const bool *still_ahead(struct http_request *rq, const struct seen_case *c) {
    const struct bpmn_model *m = c->service->process;
    bool *ahead = arena_array(rq->arena, bool, m->element_count + 1);
    for (size_t i = 0; i < m->element_count && str_eqz(c->state, "open"); i++) {
        if (!waits_at(c, (int32_t)i)) continue;
        const bool *reached = bpmn_reach(rq->arena, m, (int32_t)i);
        for (size_t k = 0; k < m->element_count; k++) ahead[k] |= reached[k];
    }
    return ahead;
}

/* The service's page promised it, though no person does it. */
static bool is_promised(const struct service *s, int32_t at) {
    for (size_t w = 0; w < s->way_count; w++)
        for (size_t i = 0; i < s->ways[w].count; i++)
            if (s->ways[w].steps[i] == at) return true;
    return false;
}

static void add_step(struct http_request *rq, struct str text, const char *state, struct data *list) {
    struct data *item = data_item(list);
    data_text(item, "text", text);
    data_text(item, "state", str_from(state));
    data_text(item, "said", !*state ? STR("") : text_in(rq->language, *state == 'n' ? T("(now)") : T("(done)")));
}

/* A step of people's; of a sign-up also what the service's page promised: its place. */
static bool is_of_way(const struct seen_case *c, int32_t at, bool signed_up) {
    const struct bpmn_element *e = &c->service->process->elements[at];
    bool shown = e->kind == BPMN_USER_TASK || (signed_up && is_promised(c->service, at));
    return shown && e->name.n && !page_hides_step(c, bpmn_element_id(c->service->process, at));
}

void add_way(struct http_request *rq, const struct seen_case *c, const struct seen_place *seat, struct data *page) {
    const struct bpmn_model *m = c->service->process;
    struct data *list = data_list(page, "way");
    const bool *ahead = still_ahead(rq, c);
    bool waiting = seat && str_eqz(seat->state, "waiting") && str_eqz(c->state, "open");
    for (size_t i = 0; i < m->element_count; i++) {
        if (!is_of_way(c, (int32_t)i, waiting || (seat && str_eqz(seat->state, "in")))) continue;
        const char *state = step_state(c, bpmn_element_id(m, (int32_t)i));
        if (!*state && (!ahead[i] || str_eqz(bpmn_property(m, (int32_t)i, "lingban:sometimes"), "true"))) continue;
        struct str name = service_word(c->service, rq->language, m->elements[i].name);
        bool place = waiting && *state && m->elements[i].kind != BPMN_USER_TASK; /* entered, and not got yet */
        add_step(rq, place ? text_say(rq->arena, rq->language, T("{0}: on the waiting list"), name) : name, place ? "now" : state, list);
    }
}
