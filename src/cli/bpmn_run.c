/* bpmn_run.c: lingban bpmn run FILE --input FILE|- [--trace]: plays a process on a virtual clock.
 *
 * The input is JSON. Plain variables start the process; or, with more to say:
 *
 *   { "process": "wish", "now": "2026-11-24T08:00:00Z", "variables": {…},
 *     "jobs":   { "ELEMENT": {"after": "PT5M", "variables": {…}, "error": "CODE"} },
 *     "events": [ {"complete": "ELEMENT", "variables": {…}}, {"advance": "P3D"}, {"message": "NAME", "key": "K"},
 *                 {"signal": "NAME"}, {"retry": "ELEMENT"}, {"move": "ELEMENT", "to": "ELEMENT"},
 *                 {"cancel": true} ] }
 *
 * Jobs that are not listed are done at once. The answer is one line of JSON: state, open elements, variables, clock;
 * --trace writes what happened before it, a line each.
 */
#include "cli/bpmn_run.h"

#include "bpmn/rules.h"
#include "bpmn/world.h"

#include <stdio.h>
#include <string.h>

enum { MEMORY = 256 << 20, FILE_BYTES = 8 << 20 };

struct player {
    struct arena arena;
    struct bpmn_world world;
    const struct json *input;
    bool trace;
    struct str end_state;
    struct feel_value variables; /* of the first case, when it has ended */
};

/* ---- the trace ------------------------------------------------------------------------------------------------------------ */

static void trace_line(struct player *p, size_t index, const char *what, int32_t element, struct str more) {
    if (!p->trace) return;
    struct arena a;
    struct buf when;
    arena_init(&a, 4096);
    buf_init(&when, &a, 64);
    instant_put(&when, p->world.now, 0);
    struct str id = bpmn_element_id(p->world.host.model, element);
    printf("%.*s #%zu %s%s%.*s%s%.*s\n", STR_ARGS(buf_str(&when)), index + 1, what, id.n ? " " : "", STR_ARGS(id), more.n ? " " : "", STR_ARGS(more));
    arena_release(&a);
}

static struct str value_text(struct arena *a, struct feel_value v) {
    struct buf out;
    struct json_out json;
    buf_init(&out, a, 1 << 20);
    json_begin(&json, &out);
    feel_put_json(&json, v);
    return buf_str(&out);
}

static const char *const end_names[] = {
    [BPMN_END_COMPLETED] = "completed", [BPMN_END_TERMINATED] = "terminated", [BPMN_END_ERROR] = "error", [BPMN_END_CANCELLED] = "cancelled"};

static void plan_job(struct player *p, size_t index, const struct bpmn_job *job) {
    struct bpmn_world *w = &p->world;
    struct str id = bpmn_element_id(w->host.model, job->element), after = STR("");
    const struct json *plan = json_member(json_member(p->input, "jobs"), arena_cstr(&p->arena, id));
    struct bpmn_event e = {.kind = BPMN_EVENT_JOB_COMPLETED, .token = job->token, .work = job->work,
                           .variables = feel_from_json(&p->arena, json_member(plan, "variables"))};
    if (json_string(plan, "error").n) {
        e.kind = BPMN_EVENT_ERROR;
        e.name = json_string(plan, "error");
        e.text = STR("");
    }
    after = json_string(plan, "after");
    struct feel_value duration = after.n ? feel_parse_temporal(&p->arena, after) : feel_null();
    bpmn_world_plan(w, w->now + (duration.kind == FEEL_DAYS_TIME ? duration.duration.seconds * MICROS_A_SECOND : 0), index, &e);
}

static void look(void *context, struct bpmn_world *w, size_t index, const struct bpmn_change *c) {
    struct player *p = context;
    (void)w;
    switch (c->kind) {
    case BPMN_ENTERED: trace_line(p, index, "entered", c->visit->element, STR("")); break;
    case BPMN_LEFT: trace_line(p, index, "left", c->visit->element, c->visit->reason == BPMN_CLOSE_COMPLETED ? STR("") : STR("(interrupted)")); break;
    case BPMN_PASSED: trace_line(p, index, "passed", c->visit->element, STR("")); break;
    case BPMN_OPEN_TASK: trace_line(p, index, "task", c->task->element, c->task->assignee); break;
    case BPMN_OPEN_JOB:
        trace_line(p, index, "job", c->job->element, c->job->type);
        plan_job(p, index, c->job);
        break;
    case BPMN_OPEN_CALL: trace_line(p, index, "call", c->call->element, c->call->process); break;
    case BPMN_OPEN_INCIDENT: trace_line(p, index, "incident", c->incident->element, str_from(c->incident->code)); break;
    case BPMN_PUT_VARIABLE:
        if (!str_starts(c->variable->name, STR("#")) && p->trace)
            trace_line(p, index, "set", -1, arena_printf(&p->arena, "%.*s = %.*s", STR_ARGS(c->variable->name), STR_ARGS(value_text(&p->arena, c->variable->value))));
        break;
    case BPMN_MESSAGE_THROWN: trace_line(p, index, "message", c->thrown->element, c->thrown->name); break;
    case BPMN_SIGNAL_THROWN: trace_line(p, index, "signal", c->thrown->element, c->thrown->name); break;
    case BPMN_CASE_ENDED:
        trace_line(p, index, "ended", c->end->element, str_from(end_names[c->end->kind]));
        if (index > 0) break;
        p->end_state = str_from(end_names[c->end->kind]);
        p->variables = feel_from_json(&p->arena, json_parse(&p->arena, value_text(&p->arena, c->end->variables), &json_default_limits, STR(""), NULL));
        break;
    default: break;
    }
}

/* ---- the events ------------------------------------------------------------------------------------------------------------ */

/* The newest open work at that element, in any case. */
static bool find_open(struct player *p, struct str id, enum bpmn_open_kind kind, size_t *index, struct bpmn_open *out) {
    int32_t element = bpmn_find(p->world.host.model, id);
    for (size_t i = p->world.case_count; i-- > 0;) {
        const struct bpmn_case *c = p->world.cases[i];
        for (uint32_t k = 0; k < c->open.count; k++) {
            if (c->open.items[k].element != element || c->open.items[k].kind != kind) continue;
            *index = i;
            *out = c->open.items[k];
            return true;
        }
    }
    return false;
}

static bool send_work(struct player *p, const struct json *e, const char *name, enum bpmn_open_kind kind, enum bpmn_event_kind event_kind) {
    size_t index;
    struct bpmn_open open;
    if (!find_open(p, json_string(e, name), kind, &index, &open)) {
        cli_complain(T("Nothing is open at “{0}”."), json_string(e, name));
        return false;
    }
    struct bpmn_event event = {.kind = event_kind, .token = open.token, .work = open.work,
                               .variables = feel_from_json(&p->arena, json_member(e, "variables"))};
    return bpmn_world_send(&p->world, index, &event) == BPMN_STEP_DONE;
}

static bool send_move(struct player *p, const struct json *e) {
    int32_t from = bpmn_find(p->world.host.model, json_string(e, "move"));
    for (size_t i = 0; i < p->world.case_count; i++) {
        const struct bpmn_case *c = p->world.cases[i];
        for (uint32_t k = 0; k < c->tokens.count; k++) {
            if (c->tokens.items[k].element != from) continue;
            struct bpmn_event event = {.kind = BPMN_EVENT_MOVE, .token = c->tokens.items[k].id,
                                       .element = bpmn_find(p->world.host.model, json_string(e, "to"))};
            return bpmn_world_send(&p->world, i, &event) == BPMN_STEP_DONE;
        }
    }
    cli_complain(T("Nothing is open at “{0}”."), json_string(e, "move"));
    return false;
}

static bool advance(struct player *p, struct str text) {
    struct feel_value d = feel_parse_temporal(&p->arena, text);
    if (d.kind != FEEL_DAYS_TIME || d.duration.seconds < 0) {
        cli_complain(T("“{0}” is no duration such as PT1H or P3D."), text);
        return false;
    }
    bpmn_world_advance(&p->world, p->world.now + d.duration.seconds * MICROS_A_SECOND + d.duration.nano / 1000);
    return true;
}

static bool play_event(struct player *p, const struct json *e) {
    struct bpmn_world *w = &p->world;
    struct feel_value variables = feel_from_json(&p->arena, json_member(e, "variables"));
    if (json_member(e, "complete")) return send_work(p, e, "complete", BPMN_OPENED_TASK, BPMN_EVENT_TASK_COMPLETED);
    if (json_member(e, "retry")) return send_work(p, e, "retry", BPMN_OPENED_INCIDENT, BPMN_EVENT_RETRY);
    if (json_member(e, "move")) return send_move(p, e);
    if (json_member(e, "advance")) return advance(p, json_string(e, "advance"));
    if (json_member(e, "cancel"))
        return bpmn_world_send(w, 0, &(struct bpmn_event){.kind = BPMN_EVENT_CANCEL, .compensate = true}) == BPMN_STEP_DONE;
    if (json_member(e, "signal")) {
        bpmn_world_signal(w, json_string(e, "signal"), variables);
        return true;
    }
    struct str message = json_string(e, "message"), key = json_string(e, "key");
    if (message.n && bpmn_world_message(w, message, key, variables)) return true;
    cli_complain(message.n ? T("Nobody waits for the message “{0}”.") : T("An event is none of complete, advance, message, signal, retry, move, cancel. {0}"), message);
    return false;
}

static void complain_refusal(struct player *p) {
    if (p->world.outcome == BPMN_STEP_REFUSED && p->world.refusal.sentence_count) cli_say_error(p->world.refusal.sentence, p->world.refusal.sentence_count);
}

static bool play(struct player *p) {
    const struct json *events = json_member(p->input, "events"), *variables = json_member(p->input, "variables");
    bool plain = !events && !variables && !json_member(p->input, "process");
    struct feel_value start = feel_from_json(&p->arena, plain ? p->input : variables);
    instant now;
    if (instant_parse(json_string(p->input, "now"), &now)) p->world.now = now;
    bpmn_world_start(&p->world, json_string(p->input, "process"), start);
    if (p->world.outcome == BPMN_STEP_REFUSED) {
        complain_refusal(p);
        return false;
    }
    bpmn_world_advance(&p->world, p->world.now);
    for (size_t i = 0; events && i < events->count; i++) {
        if (!play_event(p, &events->items[i])) {
            complain_refusal(p);
            return false;
        }
        bpmn_world_advance(&p->world, p->world.now);
    }
    return true;
}

/* ---- the answer ------------------------------------------------------------------------------------------------------------ */

static struct str state_now(const struct player *p) {
    if (p->end_state.n) return p->end_state;
    for (size_t i = 0; i < p->world.case_count; i++)
        for (uint32_t k = 0; k < p->world.cases[i]->open.count; k++)
            if (p->world.cases[i]->open.items[k].kind == BPMN_OPENED_INCIDENT) return STR("incident");
    return STR("waiting");
}

static void put_open(struct player *p, struct json_out *j) {
    json_name(j, STR("open"));
    json_array_open(j);
    for (size_t i = 0; i < p->world.case_count; i++) {
        const struct bpmn_case *c = p->world.cases[i];
        for (uint32_t k = 0; k < c->open.count; k++) json_put_string(j, bpmn_element_id(p->world.host.model, c->open.items[k].element));
        for (uint32_t k = 0; k < c->waits.count; k++) json_put_string(j, bpmn_element_id(p->world.host.model, c->waits.items[k].element));
    }
    json_array_close(j);
}

static void answer(struct player *p) {
    struct buf out, now;
    struct json_out j;
    buf_init(&out, &p->arena, 16 << 20);
    buf_init(&now, &p->arena, 64);
    instant_put(&now, p->world.now, 0);
    if (p->world.case_count && !p->world.cases[0]->ended) {
        struct bpmn_lookup lookup = bpmn_memory_lookup(p->world.cases[0]);
        p->variables = bpmn_visible_variables(&lookup, 1, &p->arena);
    }
    json_begin(&j, &out);
    json_object_open(&j);
    json_member_string(&j, "state", state_now(p));
    put_open(p, &j);
    json_name(&j, STR("variables"));
    feel_put_json(&j, p->variables);
    json_member_string(&j, "now", buf_str(&now));
    json_object_close(&j);
    printf("%.*s\n", STR_ARGS(buf_str(&out)));
}

static bool read_model(struct player *p, const char *path, const struct bpmn_model **out) {
    struct faults faults;
    struct str bytes;
    faults_init(&faults, &p->arena);
    bool good = cli_read_file(&p->arena, path, FILE_BYTES, &bytes) &&
                bpmn_check_file(&p->arena, bytes, str_from(path), BPMN_LEVEL_NORMAL, &faults);
    const struct xml_node *root = good ? xml_parse(&p->arena, bytes, &xml_default_limits, str_from(path), &faults) : NULL;
    *out = root ? bpmn_read(&p->arena, root, str_from(path), &faults) : NULL;
    if (faults.errors) cli_print_faults(&faults);
    return *out && !faults.errors;
}

static bool read_input(struct player *p, const char *path) {
    struct faults faults;
    struct str bytes;
    faults_init(&faults, &p->arena);
    if (!cli_read_file(&p->arena, path, FILE_BYTES, &bytes)) return false;
    p->input = json_parse(&p->arena, bytes, &json_default_limits, str_from(path), &faults);
    cli_print_faults(&faults);
    return p->input != NULL;
}

int cli_bpmn_run(int argc, char **argv) {
    const char *file = NULL, *input = NULL;
    struct player p = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--trace") == 0) p.trace = true;
        else if (strcmp(argv[i], "--input") == 0 && i + 1 < argc) input = argv[++i];
        else if (!file && argv[i][0] != '-') file = argv[i];
        else return cli_wrong_call("bpmn", argc, argv);
    }
    if (!file || !input) return cli_wrong_call("bpmn", argc, argv);
    const struct bpmn_model *model;
    arena_init(&p.arena, MEMORY);
    bool good = read_model(&p, file, &model) && read_input(&p, input);
    if (good) {
        bpmn_world_init(&p.world, model, 0);
        p.world.watch = look;
        p.world.watch_context = &p;
        good = play(&p);
        answer(&p);
        bpmn_world_release(&p.world);
    }
    arena_release(&p.arena);
    return good ? CLI_DONE : CLI_FAILED;
}
