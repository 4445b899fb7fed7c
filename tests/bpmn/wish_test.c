/* The process of the first service, services/wish: passes both sets of rules, can be drawn, asks only for
 * what its folder promises (services/wish/README.md), and goes every way a wish can go, with its own
 * decision. Runs from the project's folder, as make does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bpmn/picture.h"
#include "bpmn/rules.h"
#include "bpmn/rules_lingban.h"
#include "bpmn/world.h"
#include "dmn/dmn.h"

#include <stdio.h>

static struct str read_whole(struct arena *a, const char *path) {
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *bytes = arena_alloc(a, 1 << 20);
    size_t n = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    return (struct str){bytes, n};
}

static void print_faults(struct arena *a, const struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        struct str line = fault_text(a, LANGUAGE_EN, &faults->items[i]);
        print_message("%s %.*s\n", faults->items[i].code, STR_ARGS(line));
    }
}

static void the_wish_obeys_both_sets(void **state) {
    (void)state;
    static const struct str variables[] = {
        T_STATIC("item"),   T_STATIC("settings"), T_STATIC("outcome"),     T_STATIC("reason"),
        T_STATIC("rating"), T_STATIC("consent"),  T_STATIC("completedBy"), T_STATIC("last_same_kind_days")};
    static const struct str roles[] = {T_STATIC("staff"), T_STATIC("member"), T_STATIC("partner"),
                                       T_STATIC("resident")};
    struct arena a;
    struct faults faults;
    arena_init(&a, 64 << 20);
    faults_init(&faults, &a);
    struct str bytes = read_whole(&a, "services/wish/process.bpmn");
    assert_true(bpmn_check_file(&a, bytes, STR("process.bpmn"), BPMN_LEVEL_NORMAL, &faults));
    struct xml_node *root = xml_parse(&a, bytes, &xml_default_limits, STR("process.bpmn"), &faults);
    const struct bpmn_model *model = bpmn_read(&a, root, STR("process.bpmn"), &faults);
    assert_non_null(model);
    struct bpmn_surroundings around = {variables, sizeof variables / sizeof *variables, roles,
                                       sizeof roles / sizeof *roles};
    bpmn_check_service(&a, model, &around, &faults);
    if (faults.errors) print_faults(&a, &faults);
    assert_int_equal(faults.errors, 0);
    arena_release(&a);
}

static void the_wish_is_wholly_drawn(void **state) {
    (void)state;
    struct arena a;
    struct buf out;
    arena_init(&a, 64 << 20);
    buf_init(&out, &a, 4 << 20);
    struct bpmn_tree *tree =
        bpmn_tree_read(&a, read_whole(&a, "services/wish/process.bpmn"), STR("process.bpmn"), NULL);
    assert_non_null(tree);
    for (size_t i = 0; i < tree->count; i++) {
        const struct bpmn_node *e = tree->elements[i];
        if ((bpmn_is(e, "flowNode") || bpmn_is(e, "sequenceFlow")) && !e->shape)
            fail_msg("%.*s is not drawn", STR_ARGS(e->id));
    }
    struct bpmn_picture how = {.language = LANGUAGE_ZH};
    assert_true(bpmn_picture_draw(&out, tree, &how));
    arena_release(&a);
}

/* ---- the ways of a wish ---- */

/* One case in a small world: who plays the house (jobs) and remembers what is open and how it ended. */
struct play {
    struct arena arena;
    struct bpmn_world world;
    const struct bpmn_model *model;
    const struct dmn_model *rules;
    struct str assignee; /* of the task opened last */
    struct str end;      /* id of the end event; empty while open */
    struct str last_end; /* the one passed last */
    bool eligible;
    int told; /* notices to the resident */
};

static bool decide(void *context, struct str id, struct feel_value inputs, instant now, struct arena *a,
                   struct feel_value *out, struct str why[4], size_t *why_count) {
    struct play *p = context;
    struct feel_environment env;
    (void)why, (void)why_count;
    const struct dmn_element *decision = dmn_find(p->rules, id);
    if (!decision) return false;
    feel_environment_init(&env, a, now, NULL);
    *out = dmn_evaluate(p->rules, decision, inputs, &env, NULL);
    const struct feel_value *eligible = feel_member(*out, STR("eligible"));
    p->eligible = eligible && feel_is_true(*eligible);
    return true;
}

static void watch(void *context, struct bpmn_world *w, size_t index, const struct bpmn_change *change) {
    struct play *p = context;
    if (change->kind == BPMN_OPEN_TASK) p->assignee = arena_str(&p->arena, change->task->assignee);
    if (change->kind == BPMN_PASSED && p->model->elements[change->visit->element].kind == BPMN_END_EVENT)
        p->last_end = arena_str(&p->arena, bpmn_element_id(p->model, change->visit->element));
    if (change->kind == BPMN_CASE_ENDED) p->end = p->last_end;
    if (change->kind != BPMN_OPEN_JOB) return;
    p->told += str_eqz(change->job->type, "lingban:notify");
    struct bpmn_event done = {
        .kind = BPMN_EVENT_JOB_COMPLETED, .token = change->job->token, .work = change->job->work};
    bpmn_world_plan(w, w->now, index, &done);
}

static void settle(struct play *p) {
    bpmn_world_advance(&p->world, p->world.now);
}

static struct feel_value answers(struct play *p, const char *json) {
    struct json *parsed = json_parse(&p->world.kept, str_from(json), &json_default_limits, STR_NONE, NULL);
    assert_non_null(parsed);
    return feel_from_json(&p->world.kept, parsed);
}

static void begin(struct play *p, const char *variables) {
    struct faults faults;
    *p = (struct play){.end = STR(""), .last_end = STR("")};
    arena_init(&p->arena, 256 << 20);
    faults_init(&faults, &p->arena);
    struct xml_node *root = xml_parse(&p->arena, read_whole(&p->arena, "services/wish/process.bpmn"),
                                      &xml_default_limits, STR("process.bpmn"), &faults);
    p->model = bpmn_read(&p->arena, root, STR("process.bpmn"), &faults);
    struct dmn_source source = {STR("eligibility.dmn"),
                                read_whole(&p->arena, "services/wish/eligibility.dmn")};
    p->rules = dmn_load(&p->arena, &source, 1, &faults);
    if (faults.errors) print_faults(&p->arena, &faults);
    assert_int_equal(faults.errors, 0);
    bpmn_world_init(&p->world, p->model, (instant)1795478400 * MICROS_A_SECOND);
    p->world.host.evaluate_decision = decide;
    p->world.host.decision_context = p;
    p->world.watch = watch;
    p->world.watch_context = p;
    if (!variables) return;
    assert_int_equal(bpmn_world_start(&p->world, STR("wish"), answers(p, variables)), 0);
    settle(p);
}

static void finish(struct play *p) {
    bpmn_world_release(&p->world);
    arena_release(&p->arena);
}

static size_t open_at(struct play *p, const char *element) {
    const struct bpmn_case *c = p->world.cases[0];
    size_t n = 0;
    for (uint32_t i = 0; i < c->open.count; i++) {
        assert_int_not_equal(c->open.items[i].kind, BPMN_OPENED_INCIDENT);
        n += str_eqz(bpmn_element_id(p->model, c->open.items[i].element), element);
    }
    return n;
}

static void complete(struct play *p, const char *element, const char *json) {
    const struct bpmn_case *c = p->world.cases[0];
    for (uint32_t i = 0; i < c->open.count; i++) {
        if (!str_eqz(bpmn_element_id(p->model, c->open.items[i].element), element)) continue;
        struct bpmn_event event = {.kind = BPMN_EVENT_TASK_COMPLETED,
                                   .token = c->open.items[i].token,
                                   .work = c->open.items[i].work,
                                   .variables = answers(p, json)};
        assert_int_equal(bpmn_world_send(&p->world, 0, &event), BPMN_STEP_DONE);
        settle(p);
        return;
    }
    fail_msg("no open task %s", element);
}

static void days_pass(struct play *p, int days) {
    bpmn_world_advance(&p->world, p->world.now + days * MICROS_A_DAY);
    settle(p);
}

#define REQUEST                                                                                              \
    "{\"consent\":\"yes\",\"item\":[{\"category\":\"food\",\"value_fen\":8000},{\"category\":\"lamp\","      \
    "\"value_fen\":4000}]}"

static void to_the_wall(struct play *p) {
    begin(p, REQUEST);
    assert_true(p->eligible);
    complete(p, "check", "{\"outcome\":\"approve\"}");
    assert_int_equal(open_at(p, "claim"), 2);
}

static void item_delivered(struct play *p, const char *who) {
    complete(p, "claim", who);
    complete(p, "accept", "{}");
    complete(p, "prepare", "{\"outcome\":\"ready\"}");
    complete(p, "deliver", "{\"outcome\":\"delivered\"}");
}

static void from_request_to_thanks(void **state) {
    (void)state;
    struct play p;
    to_the_wall(&p);
    complete(&p, "claim", "{\"completedBy\":\"7\"}");
    complete(&p, "claim", "{\"completedBy\":\"9\"}");
    complete(&p, "accept", "{}");
    assert_true(str_eqz(p.assignee, "7")); /* whoever claimed prepares */
    complete(&p, "accept", "{}");
    assert_true(str_eqz(p.assignee, "9"));
    for (int i = 0; i < 2; i++) complete(&p, "prepare", "{}");
    complete(&p, "deliver", "{}");
    assert_int_equal(open_at(&p, "confirm"), 0); /* the other item is not there yet */
    complete(&p, "deliver", "{}");
    complete(&p, "confirm", "{\"outcome\":\"received\"}");
    complete(&p, "rate", "{\"rating\":5}");
    assert_true(str_eqz(p.end, "closed"));
    assert_int_equal(p.told, 1);
    finish(&p);
}

static void a_rating_with_the_confirmation_is_enough(void **state) {
    (void)state;
    struct play p;
    to_the_wall(&p);
    item_delivered(&p, "{\"completedBy\":\"7\"}");
    item_delivered(&p, "{\"completedBy\":\"8\"}");
    complete(&p, "confirm", "{\"outcome\":\"received\",\"rating\":4}");
    assert_true(str_eqz(p.end, "closed"));
    finish(&p);
}

static void refused_and_corrected(void **state) {
    (void)state;
    struct play p;
    begin(&p, "{\"consent\":\"yes\",\"item\":[{\"category\":\"cash\",\"value_fen\":100}]}");
    assert_false(p.eligible);
    complete(&p, "check", "{\"outcome\":\"correct\"}");
    complete(&p, "correct", "{\"item\":[{\"category\":\"food\",\"value_fen\":100}]}");
    assert_true(p.eligible);
    complete(&p, "check", "{\"outcome\":\"refuse\",\"reason\":\"重复\"}");
    assert_true(str_eqz(p.end, "refused"));
    assert_int_equal(p.told, 1);
    finish(&p);
}

static void a_correction_that_never_comes_lapses(void **state) {
    (void)state;
    struct play p;
    begin(&p, REQUEST);
    complete(&p, "check", "{\"outcome\":\"correct\"}");
    days_pass(&p, 15);
    assert_true(str_eqz(p.end, "lapsed"));
    finish(&p);
}

static void claims_come_back_to_the_wall(void **state) {
    (void)state;
    struct play p;
    to_the_wall(&p);
    complete(&p, "claim", "{\"completedBy\":\"7\"}");
    complete(&p, "accept", "{\"outcome\":\"decline\"}"); /* not accepted */
    assert_int_equal(open_at(&p, "claim"), 2);
    complete(&p, "claim", "{\"completedBy\":\"7\"}");
    complete(&p, "accept", "{}");
    complete(&p, "prepare", "{\"outcome\":\"give-back\"}"); /* given back before … */
    assert_int_equal(open_at(&p, "claim"), 2);
    complete(&p, "claim", "{\"completedBy\":\"7\"}");
    complete(&p, "accept", "{}");
    complete(&p, "prepare", "{}");
    complete(&p, "deliver", "{\"outcome\":\"give-back\"}"); /* … and at the door */
    assert_int_equal(open_at(&p, "claim"), 2);
    complete(&p, "claim", "{\"completedBy\":\"7\"}");
    complete(&p, "accept", "{}");
    days_pass(&p, 15); /* lapsed */
    assert_int_equal(open_at(&p, "prepare"), 0);
    assert_int_equal(open_at(&p, "claim"), 2);
    item_delivered(&p, "{\"completedBy\":\"8\"}");
    assert_int_equal(open_at(&p, "claim"), 1); /* the other item went its own way */
    finish(&p);
}

static void a_wish_nobody_claims_is_arranged(void **state) {
    (void)state;
    struct play p;
    to_the_wall(&p);
    days_pass(&p, 29);
    assert_int_equal(open_at(&p, "arrange"), 2);
    complete(&p, "arrange", "{\"outcome\":\"again\"}");
    assert_int_equal(open_at(&p, "claim"), 1);
    complete(&p, "arrange", "{\"outcome\":\"unmet\"}");
    item_delivered(&p, "{\"completedBy\":\"7\"}");
    assert_int_equal(open_at(&p, "confirm"), 1);
    finish(&p);
}

static void the_resident_has_the_last_word(void **state) {
    (void)state;
    struct play p;
    to_the_wall(&p);
    item_delivered(&p, "{\"completedBy\":\"7\"}");
    item_delivered(&p, "{\"completedBy\":\"7\"}");
    days_pass(&p, 8); /* no answer: staff call */
    complete(&p, "revisit", "{\"outcome\":\"unsatisfied\"}");
    complete(&p, "follow-up", "{\"outcome\":\"explained\"}");
    complete(&p, "confirm", "{\"outcome\":\"unsatisfied\"}");
    complete(&p, "follow-up", "{\"outcome\":\"again\"}");
    assert_int_equal(open_at(&p, "claim"), 2);
    item_delivered(&p, "{\"completedBy\":\"7\"}");
    item_delivered(&p, "{\"completedBy\":\"7\"}");
    complete(&p, "confirm", "{\"outcome\":\"received\"}");
    days_pass(&p, 6); /* no rating */
    assert_true(str_eqz(p.end, "closed"));
    finish(&p);
}

static void withdrawing_ends_everything(void **state) {
    (void)state;
    struct play p;
    to_the_wall(&p);
    complete(&p, "claim", "{\"completedBy\":\"7\"}");
    assert_true(bpmn_world_message(&p.world, STR("withdrawn"), STR(""), feel_null()));
    settle(&p);
    assert_true(str_eqz(p.end, "withdrawn"));
    assert_int_equal(p.world.cases[0]->open.count, 0);
    finish(&p);
}

static void a_closed_wish_is_reopened(void **state) {
    (void)state;
    struct play p;
    begin(&p, NULL);
    assert_true(bpmn_world_message(&p.world, STR("reopened"), STR(""), answers(&p, REQUEST)));
    settle(&p);
    complete(&p, "follow-up", "{\"outcome\":\"again\"}");
    assert_int_equal(open_at(&p, "claim"), 2);
    finish(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wish_obeys_both_sets),
        cmocka_unit_test(the_wish_is_wholly_drawn),
        cmocka_unit_test(from_request_to_thanks),
        cmocka_unit_test(a_rating_with_the_confirmation_is_enough),
        cmocka_unit_test(refused_and_corrected),
        cmocka_unit_test(a_correction_that_never_comes_lapses),
        cmocka_unit_test(claims_come_back_to_the_wall),
        cmocka_unit_test(a_wish_nobody_claims_is_arranged),
        cmocka_unit_test(the_resident_has_the_last_word),
        cmocka_unit_test(withdrawing_ends_everything),
        cmocka_unit_test(a_closed_wish_is_reopened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
