/* bpmn.c: runs the feature tests of the BPMN suite: the cases of cases/ on the models of feel/, checked as they would
 * be at deployment (normal level), in a world with a virtual clock. The suite's README says how the outcome is compared. */
#include "conformance.h"

#include "bpmn/rules.h"
#include "bpmn/world.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_TRACE = 200, MAX_ACTIVE = 50 };
#define EPOCH ((instant)1767225600 * MICROS_A_SECOND) /* 2026-01-01T00:00:00Z: any instant does */

/* One test case while it runs. */
struct player {
    struct arena *arena;
    const struct json *test; /* the case file */
    const struct bpmn_model *model;
    struct str trace[MAX_TRACE];
    size_t trace_count;
    bool incident;
    struct str error_code;
    bool error_end;
    struct {
        size_t index;
        int64_t work;
        struct str element;
    } active[MAX_ACTIVE];
    size_t active_count;
    bool overlapped; /* every group of jobs that must overlap did */
};

/* ---- watching --------------------------------------------------------------------------------------------------------- */

static void note_trace(struct player *p, struct feel_value result) {
    const struct feel_value *token = feel_member(result, STR("trace"));
    if (token && token->kind == FEEL_STRING && p->trace_count < MAX_TRACE) p->trace[p->trace_count++] = arena_str(p->arena, token->string);
}

static bool is_active(const struct player *p, struct str element) {
    for (size_t i = 0; i < p->active_count; i++)
        if (str_eq(p->active[i].element, element)) return true;
    return false;
}

static const struct json *expectation(const struct json *c) {
    return json_member(c, "expect");
}

static void check_overlap(struct player *p, const struct json *c) {
    const struct json *groups = json_member(expectation(c), "overlap");
    if (!groups) return;
    for (size_t i = 0; i < groups->count; i++) {
        size_t n = 0;
        for (size_t k = 0; k < groups->items[i].count; k++) n += is_active(p, groups->items[i].items[k].text);
        if (n == groups->items[i].count) p->overlapped = true;
    }
}

struct watch {
    struct player *player;
    const struct json *c;
};

static void open_job(struct watch *watch, struct bpmn_world *w, size_t index, const struct bpmn_job *job) {
    struct player *p = watch->player;
    struct str id = bpmn_element_id(p->model, job->element);
    const struct json *plan = json_member(json_member(p->test, "jobs"), arena_cstr(p->arena, id));
    struct bpmn_event event = {.kind = BPMN_EVENT_JOB_COMPLETED, .token = job->token, .work = job->work};
    if (str_eqz(json_string(plan, "outcome"), "error")) {
        event.kind = BPMN_EVENT_ERROR;
        event.name = json_string(plan, "error_code");
        event.text = STR("");
    }
    bpmn_world_plan(w, w->now + json_integer(plan, "duration_ms", 0) * 1000, index, &event);
    if (p->active_count == MAX_ACTIVE) return;
    p->active[p->active_count].index = index;
    p->active[p->active_count].work = job->work;
    p->active[p->active_count++].element = id;
    check_overlap(p, watch->c);
}

static void close_job(struct player *p, size_t index, int64_t work) {
    for (size_t i = 0; i < p->active_count; i++)
        if (p->active[i].index == index && p->active[i].work == work) p->active[i--] = p->active[--p->active_count];
}

static void look(void *context, struct bpmn_world *w, size_t index, const struct bpmn_change *change) {
    struct watch *watch = context;
    struct player *p = watch->player;
    switch (change->kind) {
    case BPMN_RESULT: note_trace(p, change->thrown->variables); break;
    case BPMN_OPEN_JOB: open_job(watch, w, index, change->job); break;
    case BPMN_CLOSE_JOB: close_job(p, index, change->close->work); break;
    case BPMN_OPEN_INCIDENT: p->incident = true; break;
    case BPMN_CASE_ENDED:
        if (change->end->kind != BPMN_END_ERROR) break;
        p->error_end = true;
        p->error_code = arena_str(p->arena, change->end->code);
        break;
    default: break;
    }
}

/* ---- comparing --------------------------------------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool same_multiset(struct player *p, const struct json *accepted) {
    struct str wanted[MAX_TRACE], got[MAX_TRACE];
    if (accepted->count != p->trace_count) return false;
    for (size_t i = 0; i < p->trace_count; i++) wanted[i] = accepted->items[i].text, got[i] = p->trace[i];
    qsort(wanted, p->trace_count, sizeof *wanted, by_bytes);
    qsort(got, p->trace_count, sizeof *got, by_bytes);
    for (size_t i = 0; i < p->trace_count; i++)
        if (!str_eq(wanted[i], got[i])) return false;
    return true;
}

static bool trace_accepted(struct player *p, const struct json *expect) {
    const struct json *accept = json_member(expect, "accept");
    for (size_t i = 0; accept && i < accept->count; i++)
        if (same_multiset(p, &accept->items[i])) return true;
    return !accept;
}

static ptrdiff_t first(const struct player *p, struct str token) {
    for (size_t i = 0; i < p->trace_count; i++)
        if (str_eq(p->trace[i], token)) return (ptrdiff_t)i;
    return -1;
}

static bool in_order(const struct player *p, const struct json *expect) {
    const struct json *order = json_member(expect, "order");
    for (size_t i = 0; order && i < order->count; i++) {
        ptrdiff_t x = first(p, order->items[i].items[0].text), y = first(p, order->items[i].items[1].text);
        if (x >= 0 && y >= 0 && x > y) return false;
    }
    return true;
}

static const char *state_of(const struct player *p, const struct bpmn_case *c) {
    if (p->incident) return "incident";
    if (p->error_end) return "error_end";
    return c && !c->ended ? "waiting" : "completed";
}

static const char *judge(struct player *p, const struct json *expect, const struct bpmn_case *last) {
    struct str outcome = json_string(expect, "outcome"), state = json_string(expect, "instance_state");
    if (!trace_accepted(p, expect)) return "another trace";
    if (!in_order(p, expect)) return "the trace is out of order";
    if (str_eqz(outcome, "incident") || str_eqz(outcome, "rejected_or_incident")) return p->incident ? NULL : "no incident";
    if (p->incident) return "an incident";
    if (str_eqz(outcome, "error_end") && (!p->error_end || !str_eq(p->error_code, json_string(expect, "error_code"))))
        return "not ended by that error";
    if (json_member(expect, "overlap") && !p->overlapped) return "the jobs did not overlap";
    if (state.n && !str_eqz(state, state_of(p, last))) return state_of(p, last);
    return NULL;
}

/* ---- running ------------------------------------------------------------------------------------------------------------ */

static void run_case(struct player *p, const struct json *c, const char *name, struct tally *tally) {
    struct watch watch = {.player = p, .c = c};
    struct bpmn_world w;
    bpmn_world_init(&w, p->model, EPOCH);
    w.watch = look;
    w.watch_context = &watch;
    const struct json *starts = json_member(c, "start");
    struct bpmn_case *last = NULL;
    for (size_t i = 0; starts && i < starts->count; i++) {
        struct feel_value variables = feel_from_json(p->arena, json_member(&starts->items[i], "variables"));
        ptrdiff_t index = bpmn_world_start(&w, json_string(&starts->items[i], "process"), variables);
        last = index >= 0 ? w.cases[index] : NULL;
        bpmn_world_advance(&w, w.now);
    }
    bpmn_world_advance(&w, EPOCH + json_integer(c, "advance_ms", 0) * 1000);
    const char *wrong = judge(p, expectation(c), last);
    struct buf trace;
    buf_init(&trace, p->arena, 1 << 16);
    for (size_t i = 0; i < p->trace_count; i++) buf_printf(&trace, " %.*s", STR_ARGS(p->trace[i]));
    if (wrong) tally_fail(tally, name, "%s; trace:%.*s", wrong, STR_ARGS(buf_str(&trace)));
    else tally_pass(tally);
    bpmn_world_release(&w);
}

static const struct bpmn_model *read_model(struct arena *a, const char *dir, const struct json *test, struct faults *faults) {
    struct str path = arena_printf(a, "%s/%.*s", dir, STR_ARGS(json_string(test, "model")));
    struct str bytes = read_file(a, arena_cstr(a, path));
    if (!bpmn_check_file(a, bytes, path, BPMN_LEVEL_NORMAL, faults)) return NULL;
    const struct xml_node *root = xml_parse(a, bytes, &xml_default_limits, path, faults);
    return root ? bpmn_read(a, root, path, faults) : NULL;
}

struct suite {
    const char *dir;
    struct tally *tally;
};

static void run_test(const char *path, void *arg) {
    struct suite *suite = arg;
    struct arena a;
    struct faults faults;
    arena_init(&a, 256u << 20);
    faults_init(&faults, &a);
    const struct json *test = json_parse(&a, read_file(&a, path), &json_default_limits, str_from(path), &faults);
    const struct json *cases = json_member(test, "cases");
    const struct bpmn_model *model = cases ? read_model(&a, suite->dir, test, &faults) : NULL;
    for (size_t i = 0; cases && i < cases->count; i++) {
        const struct json *c = &cases->items[i];
        const char *name = arena_cstr(&a, arena_printf(&a, "%.*s/%.*s %zu", STR_ARGS(json_string(test, "group")), STR_ARGS(json_string(test, "name")), i + 1));
        bool may_be_refused = str_eqz(json_string(expectation(c), "outcome"), "rejected_or_incident");
        if (faults.errors || !model) {
            struct str why = faults.count ? fault_text(&a, LANGUAGE_EN, &faults.items[0]) : STR("");
            if (may_be_refused) tally_pass(suite->tally);
            else tally_fail(suite->tally, name, "refused: %.*s", STR_ARGS(why));
            continue;
        }
        struct player player = {.arena = &a, .test = test, .model = model};
        run_case(&player, c, name, suite->tally);
    }
    if (!cases) tally_fail(suite->tally, path, "no case file");
    arena_release(&a);
}

void conformance_bpmn(const char *dir, struct tally *tally) {
    struct suite suite = {.dir = dir, .tally = tally};
    struct arena a;
    arena_init(&a, 1 << 20);
    struct str cases = arena_printf(&a, "%s/cases", dir);
    walk_files(arena_cstr(&a, cases), ".json", run_test, &suite);
    arena_release(&a);
}
