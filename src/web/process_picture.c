/* process_picture.c: a case's process with where the case is and has been, for its page. */
#include "web/pages.h"

#include "bpmn/picture.h"
#include "engine/queries.h"

struct marks {
    struct bpmn_mark *items;
    size_t count, capacity;
};

static void mark(struct arena *a, struct marks *m, struct str element, enum bpmn_mark_state state, struct str note) {
    for (size_t i = 0; i < m->count; i++) {
        if (!str_eq(m->items[i].element, element)) continue;
        if (state > m->items[i].state || m->items[i].state == state) {
            m->items[i].tokens = state == m->items[i].state ? m->items[i].tokens + 1 : 1;
            m->items[i].state = state;
            if (note.n) m->items[i].note = note;
        }
        return;
    }
    struct bpmn_mark one = {.element = element, .state = state, .tokens = 1, .note = note};
    VEC_PUSH(a, m->items, m->count, m->capacity, one);
}

/* How long the step entered with that event took: "2 days", "3 h"; empty while it lasts, and for what took no time. */
static struct str took(struct http_request *rq, const struct seen_case *c, size_t entered) {
    const struct seen_event *e = &c->events[entered];
    for (size_t i = entered + 1; i < c->event_count; i++) {
        if (!str_eqz(c->events[i].kind, "left") || !str_eq(c->events[i].element, e->element)) continue;
        int64_t minutes = (c->events[i].at - e->at) / (60 * (int64_t)MICROS_A_SECOND);
        if (minutes < 60) return STR("");
        if (minutes < 48 * 60) return text_say(rq->arena, rq->language, T("{0} h"), arena_printf(rq->arena, "%lld", (long long)(minutes / 60)));
        return text_say(rq->arena, rq->language, T("{0} days"), arena_printf(rq->arena, "%lld", (long long)(minutes / 1440)));
    }
    return STR("");
}

struct str service_picture(struct http_request *rq, const struct service *s, const struct bpmn_mark *marks, size_t count) {
    const struct bpmn_plan *plan = s->picture[rq->language];
    if (!plan) return STR("");
    struct bpmn_picture how = {.language = rq->language, .marks = marks, .mark_count = count};
    struct buf out;
    buf_init(&out, rq->arena, 1 << 20);
    return bpmn_picture_draw_plan(&out, rq->arena, plan, &how) ? buf_str(&out) : STR("");
}

struct str process_picture(struct http_request *rq, const struct seen_case *c) {
    struct arena *a = rq->arena;
    struct marks marks = {0};
    for (size_t i = 0; i < c->event_count; i++)
        if (str_eqz(c->events[i].kind, "entered") && c->events[i].element.n && !page_hides_step(c, c->events[i].element)) mark(a, &marks, c->events[i].element, BPMN_MARK_DONE, took(rq, c, i));
    for (size_t i = 0; i < c->task_count; i++) {
        const struct seen_task *t = &c->tasks[i];
        if (!str_eqz(t->state, "open") && !str_eqz(t->state, "claimed")) continue;
        if (page_hides_step(c, t->element)) continue;
        mark(a, &marks, t->element, t->overdue ? BPMN_MARK_OVERDUE : BPMN_MARK_HERE, say_due(rq, t->due_at));
    }
    return service_picture(rq, c->service, marks.items, marks.count);
}
