/* move_page.c: running cases of a service move to another version of it, step by step: which versions; where each step
 * goes, beside both diagrams; a trial that lists every case that could not move and why; then the moving itself, case by
 * case, each wholly or not at all.
 *
 * In: tokens of the open cases and both models; out: move.html. Every move is a command case.migrate with the same plan. */
#include "web/pages.h"

#include "bpmn/picture.h"

enum { MOST_CASES = 200 }; /* in one go; the page says how many are left */

struct one_case {
    int64_t id;
    struct str reference;
    bool tried, good;
    struct str why;
};

/* What one request is about; kept from command to command. */
struct move {
    const struct service *from, *to;
    struct one_case *cases;
    size_t count, next;
    int64_t running; /* all open cases of the old version */
    struct json *plan;
    struct str reason;
    bool trial;
};

static struct str number_text(struct http_request *rq, int64_t n) {
    return arena_printf(rq->arena, "%lld", (long long)n);
}

/* ---- reading what is asked */

static const struct service *version_of(struct http_request *rq, struct db *db, struct str number) {
    int64_t version = 0;
    const struct service *s = str_to_int64(number, &version) ? services_get(engine_services(site_of(rq)->engine), db, version) : NULL;
    return s && str_eq(s->id, http_param(rq, "service")) ? s : NULL;
}

static void read_move(struct http_request *rq, struct db *db, struct move *m, struct str from, struct str to) {
    m->from = version_of(rq, db, from);
    m->to = version_of(rq, db, to);
    if (!m->from || !m->to || m->from == m->to) return;
    size_t capacity = 0;
    m->running = db_int(db, 0, "select count(*) from cases where version = ? and state = 'open'", DB_INT(m->from->version));
    struct query q = db_query(db, "select id, reference from cases where version = ? and state = 'open' order by id limit ?", DB_INT(m->from->version), DB_INT(MOST_CASES));
    while (query_next(&q)) {
        struct one_case one = {.id = query_int(&q, 0), .reference = arena_str(rq->arena, query_text(&q, 1))};
        VEC_PUSH(rq->arena, m->cases, m->count, capacity, one);
    }
}

/* ---- the steps and where they may go */

static bool fits(const struct bpmn_element *a, const struct bpmn_element *b) {
    return a->kind == b->kind && !a->loop == !b->loop && a->triggered_by_event == b->triggered_by_event;
}

/* The step of the same id, else the only one of that kind and name; -1. */
static int32_t proposed(const struct bpmn_model *from, int32_t element, const struct bpmn_model *to) {
    const struct bpmn_element *e = &from->elements[element];
    int32_t same = bpmn_find(to, e->id), found = -1;
    if (same >= 0 && fits(e, &to->elements[same])) return same;
    for (size_t i = 0; i < to->element_count; i++) {
        if (!e->name.n || !fits(e, &to->elements[i]) || !str_eq(e->name, to->elements[i].name)) continue;
        if (found >= 0) return -1;
        found = (int32_t)i;
    }
    return found;
}

static struct str chosen_name(struct http_request *rq, const struct bpmn_element *e) {
    return arena_printf(rq->arena, "step-%.*s", STR_ARGS(e->id));
}

static struct str step_name(struct http_request *rq, const struct service *s, const struct bpmn_element *e) {
    return e->name.n ? service_word(s, rq->language, e->name) : e->id;
}

static void add_targets(struct http_request *rq, const struct move *m, int32_t element, struct data *row) {
    const struct bpmn_model *from = m->from->process, *to = m->to->process;
    struct str posted = http_form(rq, arena_cstr(rq->arena, chosen_name(rq, &from->elements[element])));
    int32_t chosen = posted.n ? bpmn_find(to, posted) : proposed(from, element, to);
    struct data *list = data_list(row, "targets");
    for (size_t i = 0; i < to->element_count; i++) {
        const struct bpmn_element *e = &to->elements[i];
        if (!fits(&from->elements[element], e)) continue;
        struct data *o = data_item(list);
        data_text(o, "value", e->id);
        data_text(o, "text", step_name(rq, m->to, e));
        data_flag(o, "chosen", (int32_t)i == chosen);
    }
    data_flag(row, "nowhere", chosen < 0);
}

/* How many tokens rest at each step of the old version, in the cases that are open. */
static int64_t *standing(struct http_request *rq, struct db *db, const struct move *m) {
    int64_t *counts = arena_array(rq->arena, int64_t, m->from->process->element_count);
    struct query q = db_query(db, "select t.element, count(*) from token t join cases c on c.id = t.case_id where c.version = ? and c.state = 'open' group by t.element",
                              DB_INT(m->from->version));
    while (query_next(&q))
        if (query_int(&q, 0) >= 0 && (size_t)query_int(&q, 0) < m->from->process->element_count) counts[query_int(&q, 0)] = query_int(&q, 1);
    return counts;
}

static void add_steps(struct http_request *rq, const struct move *m, const int64_t *counts, struct data *page) {
    const struct bpmn_model *from = m->from->process;
    struct data *list = data_list(page, "steps");
    for (size_t i = 0; i < from->element_count; i++) {
        if (!counts[i]) continue;
        struct data *row = data_item(list);
        data_text(row, "field", chosen_name(rq, &from->elements[i]));
        data_say(row, "label", T("“{0}”, where {1} stand, becomes"), step_name(rq, m->from, &from->elements[i]), number_text(rq, counts[i]));
        add_targets(rq, m, (int32_t)i, row);
    }
}

/* ---- the diagrams */

static void add_pictures(struct http_request *rq, const struct move *m, const int64_t *counts, struct data *page) {
    const struct bpmn_model *from = m->from->process, *to = m->to->process;
    struct bpmn_mark *here = arena_array(rq->arena, struct bpmn_mark, from->element_count), *there = arena_array(rq->arena, struct bpmn_mark, to->element_count);
    size_t n = 0, k = 0;
    for (size_t i = 0; i < from->element_count; i++) {
        if (!counts[i]) continue;
        struct str posted = http_form(rq, arena_cstr(rq->arena, chosen_name(rq, &from->elements[i])));
        int32_t target = posted.n ? bpmn_find(to, posted) : proposed(from, (int32_t)i, to);
        here[n++] = (struct bpmn_mark){.element = from->elements[i].id, .state = target < 0 ? BPMN_MARK_FAILED : BPMN_MARK_HERE, .tokens = counts[i]};
        if (target < 0) continue;
        size_t at = 0;
        while (at < k && !str_eq(there[at].element, to->elements[target].id)) at++;
        if (at == k) there[k++] = (struct bpmn_mark){.element = to->elements[target].id, .state = BPMN_MARK_HERE};
        there[at].tokens += counts[i];
    }
    data_html(page, "picture_from", service_picture(rq, m->from, here, n));
    data_html(page, "picture_to", service_picture(rq, m->to, there, k));
}

/* ---- the page */

static void add_versions(struct http_request *rq, struct db *db, const struct move *m, struct data *page) {
    struct data *list = data_list(page, "versions");
    struct query q = db_query(db, "select v.id, v.number, v.deployed_at, (select count(*) from cases c where c.version = v.id and c.state = 'open') from service_version v"
                                  " where v.service = ? order by v.id desc limit 50", DB_TEXT(http_param(rq, "service")));
    while (query_next(&q)) {
        struct data *o = data_item(list);
        data_number(o, "value", query_int(&q, 0));
        data_say(o, "text", T("Version {0} of {1}, {2} running"), number_text(rq, query_int(&q, 1)), say_day(rq, query_int(&q, 2)),
                 number_text(rq, query_int(&q, 3)));
        data_flag(o, "is_from", m->from && m->from->version == query_int(&q, 0));
        data_flag(o, "is_to", m->to ? m->to->version == query_int(&q, 0) : list->count == 1);
    }
}

static void add_results(struct http_request *rq, const struct move *m, struct data *page) {
    struct data *failed = data_list(page, "failed"), *moved = data_list(page, "moved");
    for (size_t i = 0; i < m->count; i++) {
        const struct one_case *c = &m->cases[i];
        struct data *o = data_item(c->good ? moved : failed);
        data_text(o, "href", arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(c->reference)));
        data_text(o, "reference", grouped_reference(rq->arena, c->reference));
        data_text(o, "why", c->why);
    }
    data_flag(page, "was_tried", m->trial);
    data_flag(page, "was_moved", !m->trial);
    if (m->running > (int64_t)m->count)
        data_say(page, "left", T("{0} more are left for the next time: two hundred go at once."), number_text(rq, m->running - (int64_t)m->count));
}

static enum http_outcome move_page(struct http_request *rq, struct move *m, bool with_results) {
    struct db *db = site_read(rq);
    const struct service *current = page_service(rq, db);
    if (!current) return no_service(rq, db);
    struct page p = page_begin(rq, T("Move running cases to another version"));
    page_crumb(&p, T("Administration"), STR("/admin"));
    page_crumb(&p, T("Services"), STR("/admin/services"));
    if (!with_results) read_move(rq, db, m, http_query(rq, "from"), http_query(rq, "to"));
    data_text(p.data, "service_name", text_pair_in(current->name, rq->language));
    data_text(p.data, "address", arena_printf(rq->arena, "/admin/services/%.*s/move", STR_ARGS(current->id)));
    data_text(p.data, "reason", m->reason);
    add_versions(rq, db, m, p.data);
    bool both = m->from && m->to && m->from != m->to;
    data_flag(p.data, "same", m->from && m->from == m->to);
    if (both) {
        const int64_t *counts = standing(rq, db, m);
        data_number(p.data, "from", m->from->version);
        data_number(p.data, "to", m->to->version);
        int64_t running = db_int(db, 0, "select count(*) from cases where version = ? and state = 'open'", DB_INT(m->from->version));
        if (running) data_say(p.data, "running", T("{0} cases are running in the old version. The number at a step says how many stand there."), number_text(rq, running));
        add_steps(rq, m, counts, p.data);
        add_pictures(rq, m, counts, p.data);
    }
    if (with_results) add_results(rq, m, p.data);
    data_flag(p.data, "chosen_both", both);
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "move", 200);
}

static enum http_outcome show_move(struct http_request *rq) {
    struct move m = {.reason = STR("")};
    return move_page(rq, &m, false);
}

/* ---- trying and moving */

static struct json *read_plan(struct http_request *rq, const struct move *m) {
    struct json *plan = arena_new(rq->arena, struct json);
    *plan = (struct json){.kind = JSON_OBJECT};
    for (size_t i = 0; i < m->from->process->element_count; i++) {
        const struct bpmn_element *e = &m->from->process->elements[i];
        struct str target = http_form(rq, arena_cstr(rq->arena, chosen_name(rq, e)));
        if (target.n && !str_eq(target, e->id)) json_add_string(rq->arena, plan, arena_cstr(rq->arena, e->id), target);
    }
    return plan;
}

static enum http_outcome next_case(struct http_request *rq);

static enum http_outcome case_answered(struct http_request *rq) {
    struct move *m = visit_of(rq)->state;
    const struct answer *a = site_answer(rq);
    struct one_case *c = &m->cases[m->next++];
    c->tried = true;
    c->good = a->done;
    c->why = a->done ? STR("") : text_format(rq->arena, rq->language, a->refusal.sentence, a->refusal.sentence_count);
    return next_case(rq);
}

static enum http_outcome next_case(struct http_request *rq) {
    struct move *m = visit_of(rq)->state;
    if (m->next == m->count) return move_page(rq, m, true);
    struct command *c = site_command(rq, "case.migrate");
    c->key = STR(""); /* the form's key would be the same for every case; moving twice is refused anyway */
    json_add_integer(rq->arena, c->arguments, "case", m->cases[m->next].id);
    json_add_integer(rq->arena, c->arguments, "version", m->to->version);
    struct json plan = *m->plan;
    json_add(rq->arena, c->arguments, STR("plan"), plan);
    if (m->reason.n) json_add_string(rq->arena, c->arguments, "reason", m->reason);
    return m->trial ? site_try(rq, c, case_answered) : site_submit(rq, c, case_answered);
}

static enum http_outcome do_move(struct http_request *rq) {
    struct move *m = arena_new(rq->arena, struct move);
    struct db *db = site_read(rq);
    read_move(rq, db, m, http_form(rq, "from"), http_form(rq, "to"));
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!m->from || !m->to || m->from == m->to) return http_refuse(rq, 422, T("Choose two versions of this service."));
    m->plan = read_plan(rq, m);
    m->reason = str_trim(http_form(rq, "reason"));
    m->trial = !str_eqz(http_form(rq, "how"), "do");
    visit_of(rq)->state = m;
    return next_case(rq);
}

const struct http_route move_routes[] = {
    {"GET", "/admin/services/{service}/move", show_move, "admin", T_STATIC("Moves running cases to another version: plan and diagrams"), 0, 0},
    {"POST", "/admin/services/{service}/move", do_move, "admin", T_STATIC("Tries the plan on every running case, or moves them"), 0, 0},
    {0},
};
