/* index_test.c: the index of a decision table finds exactly the rules that testing each of them finds.
 *
 * Random tables (fixed seeds) of all kinds of cells, asked with random inputs of all kinds, near the constants of the
 * cells; sizes on both sides of 64 and 4,096 rules, where the bit sets change shape.
 */
#include "build.h"

static uint64_t seed;

static unsigned draw(unsigned n) {
    uint64_t z = (seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (unsigned)((z ^ (z >> 31)) % n);
}

static void put_number_cell(struct buf *out) {
    unsigned a = draw(12), b = a + draw(6);
    switch (draw(12)) {
    case 0: buf_printf(out, "%u", a); break;
    case 1: buf_printf(out, "%u.5", a); break;
    case 2: buf_printf(out, "&lt; %u", a); break;
    case 3: buf_printf(out, "&gt;= %u", a); break;
    case 4: buf_printf(out, "[%u..%u]", a, b); break;
    case 5: buf_printf(out, "(%u..%u)", a, b); break;
    case 6: buf_printf(out, "]%u..%u]", a, b); break;
    case 7: buf_printf(out, "%u, [%u..%u), &gt; %u", a, b, b + 2, b + 3); break;
    case 8: buf_printf(out, "not(%u, [%u..%u])", a, b, b + 1); break;
    case 9: buf_printf(out, "not(&gt; %u)", a); break;
    case 10: buf_printf(out, "[%u..%u]", b + 1, a); break; /* empty */
    default: buf_printf(out, "-%u, %u", a, a); break;
    }
}

static void put_other_cell(struct buf *out) {
    unsigned a = draw(6);
    switch (draw(19)) {
    case 14: buf_printf(out, "@\"1%u:00:00\"", a); break;
    case 15: buf_printf(out, "&gt; @\"1%u:00:00Z\"", a); break;
    case 16: buf_printf(out, "[@\"2026-01-0%uT10:00:00\"..@\"2026-02-01T10:00:00+08:00\"]", a + 1); break;
    case 17: buf_printf(out, "&lt;= @\"P%uM\"", a * 6); break;
    case 18: buf_printf(out, "[1, \"k%u\", %u]", a, a); break;
    case 0: buf_printf(out, "\"k%u\"", a); break;
    case 1: buf_printf(out, "\"k%u\", \"k%u\"", a, a + 1); break;
    case 2: buf_printf(out, "not(\"k%u\")", a); break;
    case 3: buf_printf(out, "[\"k%u\"..\"k%u\")", a, a + 2); break;
    case 4: buf_addz(out, a % 2 ? "true" : "false"); break;
    case 5: buf_addz(out, "null"); break;
    case 6: buf_addz(out, "not(null)"); break;
    case 7: buf_printf(out, "date(\"2026-01-0%u\")", a + 1); break;
    case 8: buf_printf(out, "&gt; date(\"2026-01-0%u\")", a + 1); break;
    case 9: buf_printf(out, "@\"P%uD\"", a); break;
    case 10: buf_printf(out, "? &gt; %u", a); break;
    case 11: buf_printf(out, "string length(?) = %u", a); break;
    case 12: buf_printf(out, "b"); break; /* another input */
    default: buf_printf(out, "\"k%u\", %u, null", a, a); break;
    }
}

static void put_cell(struct buf *out) {
    buf_addz(out, "<inputEntry><text>");
    unsigned kind = draw(10);
    if (kind < 3)
        buf_byte(out, '-');
    else if (kind < 7)
        put_number_cell(out);
    else
        put_other_cell(out);
    buf_addz(out, "</text></inputEntry>");
}

static const char *const inputs[] = {"a", "b", "c"};

static void make_table(size_t rules, const char *policy) {
    struct buf xml;
    buf_init(&xml, &w.arena, 1 << 24);
    buf_addz(&xml, "<definitions xmlns='" DMN15 "' namespace='n' name='n'>");
    for (size_t i = 0; i < 3; i++) buf_printf(&xml, "<inputData id='%s' name='%s'/>", inputs[i], inputs[i]);
    buf_addz(&xml, "<decision id='x' name='x'>" NEEDS_INPUT("a") NEEDS_INPUT("b") NEEDS_INPUT("c"));
    buf_printf(&xml, "<decisionTable hitPolicy='%s'>", policy);
    for (size_t i = 0; i < 3; i++)
        buf_printf(&xml, "<input><inputExpression><text>%s</text></inputExpression></input>", inputs[i]);
    buf_addz(&xml, "<output/>");
    for (size_t r = 0; r < rules; r++) {
        buf_addz(&xml, "<rule>");
        for (size_t i = 0; i < 3; i++) put_cell(&xml);
        buf_printf(&xml, "<outputEntry><text>%zu</text></outputEntry></rule>", r + 1);
    }
    buf_addz(&xml, "</decisionTable></decision></definitions>");
    load(arena_cstr(&w.arena, buf_str(&xml)));
    if (w.faults.errors) print_faults(&w.faults);
    assert_int_equal(w.faults.errors, 0);
}

static struct feel_value random_input(void) {
    unsigned a = draw(14);
    char text[64];
    switch (draw(13)) {
    case 9: snprintf(text, sizeof text, "@\"1%u:00:00%s\"", a % 8, a % 2 ? "Z" : ""); break;
    case 10: snprintf(text, sizeof text, "@\"2026-01-0%uT10:00:00%s\"", a % 8 + 1, a % 2 ? "+08:00" : ""); break;
    case 11: snprintf(text, sizeof text, "@\"P%uM\"", a * 3); break;
    case 12: snprintf(text, sizeof text, "{k: %u}", a); break;
    case 0: return feel_null();
    case 1: return feel_boolean(a % 2);
    case 2: snprintf(text, sizeof text, "\"k%u\"", a % 8); break;
    case 3: snprintf(text, sizeof text, "date(\"2026-01-0%u\")", a % 8 + 1); break;
    case 4: snprintf(text, sizeof text, "duration(\"P%uD\")", a % 7); break;
    case 5: snprintf(text, sizeof text, "[%u, \"k%u\"]", a, a % 7); break;
    case 6: snprintf(text, sizeof text, "%u.5", a); break;
    default: snprintf(text, sizeof text, "%d", (int)a - 2); break;
    }
    return value_of(text);
}

static void compare(size_t rules, const char *policy, size_t questions) {
    make_table(rules, policy);
    const struct dmn_element *x = dmn_find(w.model, STR("x"));
    for (size_t i = 0; i < questions; i++) {
        struct feel_value given = feel_context(&w.arena, 3);
        for (size_t k = 0; k < 3; k++) feel_context_put(&w.arena, given, str_from(inputs[k]), random_input());
        feel_environment_init(&w.env, &w.arena, 0, NULL);
        const char *plain = text_of(dmn_evaluate_plainly(w.model, x, given, &w.env));
        feel_environment_init(&w.env, &w.arena, 0, NULL);
        const char *quick = text_of(dmn_evaluate(w.model, x, given, &w.env, NULL));
        if (strcmp(plain, quick) != 0) print_message("inputs %s\n", text_of(given));
        assert_string_equal(quick, plain);
    }
}

static void small_tables_agree(void **state) {
    (void)state;
    static const char *const policies[] = {"RULE ORDER", "FIRST", "UNIQUE"};
    for (unsigned i = 0; i < 240; i++) {
        seed = 1000 + i;
        arena_clear(&w.arena);
        faults_init(&w.faults, &w.arena);
        compare(1 + draw(i % 4 == 0 ? 200 : 20), policies[i % 3], 60);
    }
}

static void large_tables_agree(void **state) {
    (void)state;
    static const size_t sizes[] = {63, 64, 65, 128, 1000, 4095, 4097, 6000};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        seed = 77 + i;
        arena_clear(&w.arena);
        faults_init(&w.faults, &w.arena);
        compare(sizes[i], i % 2 ? "RULE ORDER" : "COLLECT", 12);
    }
}

/* More constants than there are buckets: neighbours share one and survivors are told apart by their spans. */
static void many_constants_share_buckets(void **state) {
    (void)state;
    enum { RULES = 3000 };
    struct buf xml;
    buf_init(&xml, &w.arena, 1 << 24);
    buf_addz(&xml, "<definitions xmlns='" DMN15 "' namespace='n' name='n'><inputData id='a' name='a'/>"
                   "<decision id='x' name='x'>" NEEDS_INPUT("a") "<decisionTable>" COLUMN("a") "<output/>");
    for (int r = 0; r < RULES; r++)
        buf_printf(&xml, "<rule><inputEntry><text>%d</text></inputEntry><outputEntry><text>%d</text></outputEntry></rule>", 2 * r, r);
    buf_addz(&xml, "</decisionTable></decision></definitions>");
    load(arena_cstr(&w.arena, buf_str(&xml)));
    for (int i = -1; i < 2 * RULES; i += 7) {
        char given[40], wanted[40];
        snprintf(given, sizeof given, "{a: %d}", i);
        snprintf(wanted, sizeof wanted, i < 0 || i % 2 ? "null" : "%d", i / 2);
        struct feel_value v = value_of(given);
        feel_environment_init(&w.env, &w.arena, 0, NULL);
        assert_string_equal(text_of(dmn_evaluate(w.model, dmn_find(w.model, STR("x")), v, &w.env, NULL)), wanted);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(small_tables_agree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_tables_agree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_constants_share_buckets, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
