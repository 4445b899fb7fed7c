/* threads_test.c: a loaded model is shared between threads; a spent memory budget comes back to its guard. */
#include "build.h"

#include <pthread.h>

#define SHARED                                                                                                    \
    MODEL(INPUT("a", "a", "number") "<businessKnowledgeModel id='f' name='twice'><encapsulatedLogic>"             \
          "<formalParameter name='n' typeRef='number'/>" LITERAL("n * 2") "</encapsulatedLogic></businessKnowledgeModel>" \
          DECISION("t", NEEDS_INPUT("a") "<decisionTable hitPolicy='COLLECT' aggregation='SUM'>" COLUMN("a") "<output/>"  \
                   RULE2("&gt; 3", "a") RULE2("not(5)", "10") RULE2("even(?)", "100") "</decisionTable>")         \
          DECISION("x", NEEDS("t") CALLS("f") LITERAL("sum(for i in [1..5] return twice(t + i))")))

enum { THREADS = 4, ROUNDS = 400 };

static void *evaluate_often(void *failures) {
    struct arena arena;
    arena_init(&arena, 64 << 20);
    const struct dmn_element *x = dmn_find(w.model, STR("x"));
    for (int i = 0; i < ROUNDS; i++) {
        struct feel_environment env;
        int64_t result = 0, a = i % 9, t = (a > 3 ? a : 0) + (a != 5 ? 10 : 0) + (a % 2 == 0 ? 100 : 0);
        struct feel_value inputs = feel_context(&arena, 1);
        feel_context_put(&arena, inputs, STR("a"), feel_integer(a));
        feel_environment_init(&env, &arena, 0, NULL);
        struct feel_value v = dmn_evaluate(w.model, x, inputs, &env, NULL);
        bool right = t == 0 ? v.kind == FEEL_NULL : v.kind == FEEL_NUMBER && decimal_to_int(v.number, &result) && result == 10 * t + 30;
        if (!right) ++*(int *)failures;
        arena_clear(&arena);
    }
    arena_release(&arena);
    return NULL;
}

static void threads_share_a_model(void **state) {
    (void)state;
    pthread_t threads[THREADS];
    int failures[THREADS] = {0};
    load(SHARED);
    assert_int_equal(w.faults.errors, 0);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, evaluate_often, &failures[i]), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) assert_int_equal(failures[i], 0);
}

struct attempt {
    struct arena *arena;
    bool worked;
};

static void load_and_decide(void *arg) {
    struct attempt *attempt = arg;
    struct arena *a = attempt->arena;
    struct faults faults;
    struct feel_environment env;
    struct dmn_explanation explanation;
    struct dmn_source source = {STR("test.dmn"), str_from(SHARED)};
    faults_init(&faults, a);
    const struct dmn_model *model = dmn_load(a, &source, 1, &faults);
    feel_environment_init(&env, a, 0, NULL);
    dmn_explanation_init(&explanation, a);
    dmn_check(model, a, &faults);
    dmn_evaluate(model, dmn_find(model, STR("x")), feel_context(a, 1), &env, &explanation);
    attempt->worked = true;
}

static void a_spent_budget_returns_to_its_guard(void **state) {
    (void)state;
    int failed = 0, worked = 0;
    for (size_t limit = 500; limit < 8 << 20; limit += limit / 7) {
        struct arena arena;
        arena_init(&arena, limit);
        struct attempt attempt = {&arena, false};
        if (arena_run(&arena, load_and_decide, &attempt))
            worked += attempt.worked;
        else
            failed++;
        arena_release(&arena);
    }
    assert_true(failed > 10);
    assert_true(worked > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(threads_share_a_model, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_spent_budget_returns_to_its_guard, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
