/* check.h: what the tests of this room share: a table of expressions and what they give, as "kind text", or
 * "null code" with the code of the first reason. */
#ifndef TESTS_FEEL_CHECK_H
#define TESTS_FEEL_CHECK_H

#include "feel/feel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;

static inline int setup(void **state) {
    (void)state;
    arena_init(&arena, 256 << 20);
    return 0;
}

static inline int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

struct row {
    const char *expression, *expected;
};

/* 2026-11-24T08:00:00Z */
#define TEST_NOW ((instant)1795507200 * MICROS_A_SECOND)

static inline struct str describe(struct feel_value v, const struct faults *reasons) {
    if (v.kind != FEEL_NULL)
        return arena_printf(&arena, "%.*s %.*s", STR_ARGS(feel_kind_name(v.kind)), STR_ARGS(feel_text(&arena, v)));
    return reasons->count ? arena_printf(&arena, "null %s", reasons->items[0].code) : STR("null");
}

static inline struct str result_of(const char *expression, const struct feel_scope *scope,
                                   const struct feel_value *variables) {
    struct faults faults;
    struct feel_environment env;
    faults_init(&faults, &arena);
    feel_environment_init(&env, &arena, TEST_NOW, zone_find(STR("Asia/Shanghai")));
    const struct feel_expression *e =
        feel_compile(&arena, str_from(expression), scope, FEEL_EXPRESSION, (struct place){.line = 0}, &faults);
    env.reasons = &faults;
    return describe(feel_evaluate(e, &env, variables), &faults);
}

static inline void check_scoped(const struct row *rows, size_t count, const struct feel_scope *scope,
                                const struct feel_value *variables) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct str got = result_of(rows[i].expression, scope, variables);
        if (str_eqz(got, rows[i].expected)) continue;
        print_error("%s\n  expected %s\n  got      %.*s\n", rows[i].expression, rows[i].expected, STR_ARGS(got));
        wrong++;
    }
    if (wrong) fail_msg("%zu of %zu rows are wrong", wrong, count);
}

#define CHECK(rows) check_scoped((rows), sizeof(rows) / sizeof *(rows), NULL, NULL)
#define TEST(name)  cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
