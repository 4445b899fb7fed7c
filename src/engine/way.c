/* way.c: the way of a case as a service's page shows it before there is a case.
 *
 * In: way: of service.yaml, or else the user tasks of the process in the order of the file. Out: the steps, for each kind of
 * case its own, and what only some cases come by (lingban:sometimes). What the folder promises is held against its
 * process: a step that no way leads to from the one before it cannot come after it. Read next: web/home.c, which shows it. */
#include "engine/service.h"

#include "bpmn/reach.h"

struct reading {
    struct arena *arena;
    struct service *s;
    struct faults *faults;
    bool *said; /* of each element: it stands in a way */
    const struct json *at;
};

static struct place place_at(const struct json *v, struct str element) {
    return (struct place){.file = STR("service.yaml"), .line = v ? v->line : 0, .column = v ? v->column : 0, .element = element};
}

static bool within_event_process(const struct bpmn_model *m, int32_t i) {
    for (; i >= 0; i = m->elements[i].parent)
        if (m->elements[i].triggered_by_event) return true;
    return false;
}

static bool is_sometimes(const struct bpmn_model *m, int32_t i) {
    return str_eqz(bpmn_property(m, i, "lingban:sometimes"), "true");
}

/* A person's step that everybody comes by, as far as the process says. */
static bool is_usual(const struct bpmn_model *m, int32_t i) {
    const struct bpmn_element *e = &m->elements[i];
    return e->kind == BPMN_USER_TASK && e->name.n && !is_sometimes(m, i) && !within_event_process(m, i);
}

static void add_step(struct reading *r, int32_t *steps, size_t *count, const struct json *v) {
    const struct bpmn_model *m = r->s->process;
    int32_t i = v->kind == JSON_STRING ? bpmn_find(m, v->text) : -1;
    if (i < 0 || !m->elements[i].name.n) {
        fault_error(r->faults, "service.way", place_at(v, v->text), T("The process has no step “{0}” that has a name."), v->text);
        return;
    }
    steps[(*count)++] = i;
    r->said[i] = true;
}

static struct service_way read_way(struct reading *r, const struct json *v) {
    const struct json *list = v->kind == JSON_OBJECT ? json_member(v, "steps") : v;
    struct service_way way = {.when = text_pair_of(v, "when")};
    int32_t *steps = arena_array(r->arena, int32_t, list ? list->count : 0);
    for (size_t i = 0; list && list->kind == JSON_ARRAY && i < list->count; i++) add_step(r, steps, &way.count, &list->items[i]);
    way.steps = steps;
    if (!way.count) fault_error(r->faults, "service.way", place_at(v, STR("way")), T("A way under “way:” is a list of steps, or {when: {zh: …, en: …}, steps: […]}."));
    return way;
}

static void read_ways(struct reading *r, const struct json *v) {
    bool many = v->kind == JSON_ARRAY && v->count && v->items[0].kind == JSON_OBJECT;
    size_t n = many ? v->count : 1;
    struct service_way *ways = arena_array(r->arena, struct service_way, n);
    for (size_t i = 0; i < n; i++) {
        ways[i] = read_way(r, many ? &v->items[i] : v);
        if (n > 1 && (!ways[i].when.zh.n || !ways[i].when.en.n))
            fault_error(r->faults, "service.words", place_at(&v->items[i], STR("when")), T("“{0}” needs words in both languages: {zh: …, en: …}."), STR("when"));
    }
    r->s->ways = ways;
    r->s->way_count = n;
}

/* Nothing is said under way: the usual steps, one after the other. */
static void derive_way(struct reading *r) {
    const struct bpmn_model *m = r->s->process;
    struct service_way *way = arena_new(r->arena, struct service_way);
    int32_t *steps = arena_array(r->arena, int32_t, m->element_count);
    for (size_t i = 0; i < m->element_count; i++) {
        if (!is_usual(m, (int32_t)i)) continue;
        steps[way->count++] = (int32_t)i;
        r->said[i] = true;
    }
    way->steps = steps;
    r->s->ways = way;
    r->s->way_count = way->count ? 1 : 0;
}

static void find_sometimes(struct reading *r) {
    const struct bpmn_model *m = r->s->process;
    int32_t *list = arena_array(r->arena, int32_t, m->element_count);
    for (size_t i = 0; i < m->element_count; i++)
        if (m->elements[i].name.n && is_sometimes(m, (int32_t)i) && !r->said[i]) list[r->s->sometimes_count++] = (int32_t)i;
    r->s->sometimes = list;
}

static void check_order(struct reading *r, const struct service_way *way, enum fault_level level) {
    const struct bpmn_model *m = r->s->process;
    for (size_t i = 1; i < way->count; i++) {
        if (bpmn_reach(r->arena, m, way->steps[i - 1])[way->steps[i]]) continue;
        struct str step = m->elements[way->steps[i]].name, before = m->elements[way->steps[i - 1]].name;
        faults_add(r->faults, level, "service.way-order", place_at(r->at, bpmn_element_id(m, way->steps[i])),
                   (const struct str[]){T("The service's page shows “{0}” after “{1}”, but no way leads there. Say under “way:” which steps belong together."), step, before}, 3);
    }
}

static void check_left_out(struct reading *r) {
    const struct bpmn_model *m = r->s->process;
    for (size_t i = 0; i < m->element_count; i++)
        if (is_usual(m, (int32_t)i) && !r->said[i])
            fault_error(r->faults, "service.way-left-out", place_at(r->at, bpmn_element_id(m, (int32_t)i)),
                        T("“{0}” stands in no way under “way:”. Name it there, or give it the property lingban:sometimes."), m->elements[i].name);
}

void service_ways_load(struct arena *a, struct service *s, bool check, struct faults *faults) {
    if (!s->process) return;
    struct reading r = {a, s, faults, arena_array(a, bool, s->process->element_count + 1), json_member(s->yaml, "way")};
    if (r.at) read_ways(&r, r.at);
    else derive_way(&r);
    find_sometimes(&r);
    for (size_t i = 0; check && i < s->way_count; i++) check_order(&r, &s->ways[i], r.at ? FAULT_ERROR : FAULT_WARNING);
    if (check) check_left_out(&r);
}
