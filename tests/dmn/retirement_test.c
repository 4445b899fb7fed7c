/* retirement_test.c: the decisions of the social-insurance folder against published figures.
 *
 * Every birth month of the transition (../shared/domain/retirement.csv, where it is there), vectors of our own from
 * the published annex, and the worked pension examples, which reproduce anonymised rulings to the cent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/env.h"
#include "base/fault.h"
#include "dmn/dmn.h"

static struct arena all, one;
static const struct dmn_model *retirement_rules, *pension_rules;

static const struct dmn_model *load(const char *path) {
    struct faults faults;
    struct str bytes;
    faults_init(&faults, &all);
    if (!file_read(&all, path, 1 << 20, &bytes, NULL)) fail_msg("%s cannot be read", path);
    struct dmn_source source = {str_from(path), bytes};
    const struct dmn_model *model = dmn_load(&all, &source, 1, &faults);
    assert_int_equal(faults.count, 0);
    return model;
}

static int set_up(void **state) {
    (void)state;
    arena_init(&all, 64 << 20);
    arena_init(&one, 64 << 20);
    retirement_rules = load("services/social/retirement.dmn");
    pension_rules = load("services/social/pension.dmn");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_release(&all);
    arena_release(&one);
    return 0;
}

static struct feel_value decide(const struct dmn_model *model, const char *decision, struct feel_value inputs) {
    struct feel_environment env;
    feel_environment_init(&env, &one, 0, NULL);
    return dmn_evaluate(model, dmn_find(model, str_from(decision)), inputs, &env, NULL);
}

/* What a member of the result reads as; "" for null. */
static struct str member(struct feel_value v, const char *name) {
    const struct feel_value *m = feel_member(v, str_from(name));
    return m && m->kind != FEEL_NULL ? feel_text(&one, *m) : STR("");
}

static void want(struct feel_value v, const char *name, struct str wanted, struct str who) {
    struct str have = member(v, name);
    struct decimal a, b;
    if (decimal_parse(have, &a) && decimal_parse(wanted, &b) && decimal_compare(a, b) == 0) return; /* 123 and 123.0 */
    if (!str_eq(have, wanted)) fail_msg("%.*s: %s is %.*s, not %.*s", STR_ARGS(who), name, STR_ARGS(have), STR_ARGS(wanted));
}

static struct feel_value retire(struct str group, struct str birth) {
    struct feel_value inputs = feel_context(&one, 2);
    feel_context_put(&one, inputs, STR("retirement_group"), feel_string(group));
    feel_context_put(&one, inputs, STR("birth_month"), feel_string(birth));
    return decide(retirement_rules, "retirement", inputs);
}

/* ---- the whole transition */

static void every_birth_month_of_the_transition(void **state) {
    (void)state;
    /* Columns of the table after group, its Chinese name and the birth month. */
    static const char *const columns[] = {NULL, "original", "delay", "age_years", "age_months", "statutory",
                                          "earliest", "latest", "least_months", "least_months_earliest", "divisor"};
    struct str text, line, cell;
    if (!file_read(&all, "../shared/domain/retirement.csv", 1 << 20, &text, NULL)) skip();
    size_t rows = 0;
    str_split(&text, '\n', &line); /* the heading */
    while (str_split(&text, '\n', &line)) {
        struct str rest = str_trim(line), group, birth;
        if (!str_split(&rest, ',', &group) || !str_split(&rest, ',', &cell) || !str_split(&rest, ',', &birth)) continue;
        struct feel_value v = retire(group, birth);
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
            cell = STR("");
            str_split(&rest, ',', &cell);
            if (columns[i]) want(v, columns[i], cell, line);
        }
        rows++;
        arena_clear(&one);
    }
    assert_true(rows > 400);
}

static void published_vectors(void **state) {
    (void)state;
    static const struct {
        const char *group, *birth, *statutory, *years, *months, *delay;
    } vectors[] = {
        {"female_55", "1971-04", "2026-08", "55", "4", "4"},  {"female_50", "1995-12", "2050-12", "55", "0", "60"},
        {"male_60", "1995-12", "2058-12", "63", "0", "36"},   {"female_55", "2000-12", "2058-12", "58", "0", "36"},
        {"male_60", "2000-12", "2063-12", "63", "0", "36"},   {"male_60", "1965-12", "2026-03", "60", "3", "3"},
        {"male_60", "1963-12", "2023-12", "60", "0", "0"},    {"female_55", "1963-04", "2018-04", "55", "0", "0"},
        {"male_60", "1964-02", "2024-02", "60", "0", "0"},    {"male_60", "1965-01", "2025-02", "60", "1", "1"},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct str who = str_from(vectors[i].birth);
        struct feel_value v = retire(str_from(vectors[i].group), who);
        want(v, "statutory", str_from(vectors[i].statutory), who);
        want(v, "age_years", str_from(vectors[i].years), who);
        want(v, "age_months", str_from(vectors[i].months), who);
        want(v, "delay", str_from(vectors[i].delay), who);
    }
}

static void years_of_contribution(void **state) {
    (void)state;
    struct feel_value man = retire(STR("male_60"), STR("1970-01")), woman = retire(STR("female_50"), STR("1980-11-01"));
    want(man, "least_months", STR("192"), STR("a man born 1970-01"));
    want(man, "least_months_earliest", STR("186"), STR("the same, 16 months early"));
    want(woman, "least_months", STR("204"), STR("a woman born 1980-11"));
}

static void no_guess_without_a_group(void **state) {
    (void)state;
    want(retire(STR(""), STR("1980-01")), "statutory", STR(""), STR("no group"));
    want(retire(STR("male_60"), STR("soon")), "statutory", STR(""), STR("no month"));
}

/* ---- pensions to the cent */

static void put_number(struct feel_value context, const char *name, const char *number) {
    struct decimal n;
    if (!number[0]) return;
    assert_true(decimal_parse(str_from(number), &n));
    feel_context_put(&one, context, str_from(name), feel_number(n));
}

struct pension {
    const char *base, *index, *months, *early_months, *account, *divisor; /* in */
    const char *basic, *from_account, *transitional;                      /* out */
};

static void rulings(void **state) {
    (void)state;
    static const struct pension examples[] = {
        {"8079", "0.84", "208", "", "91147.87", "195", "1288.08", "467.42", "0"},
        {"8462", "0.872", "517", "157", "111640.05", "138.4", "3412.12", "806.65", "1346.79"},
        {"8321", "0.935", "382", "40", "150397.22", "195", "2562.5", "771.27", "348.51"},
        {"8079", "0.726", "445", "106", "88960.59", "170", "2585.28", "523.3", "800.34"},
        {"12049", "1", "240", "", "139000", "139", "2409.8", "1000", "0"},
        {"", "0.6", "240", "", "86400", "138.4", "1171.52", "624.28", "0"},
        {"", "1", "366", "", "86400", "138.4", "2233.21", "624.28", "0"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct pension *p = &examples[i];
        struct feel_value in = feel_context(&one, 8), settings = feel_context(&one, 4);
        put_number(settings, "pension_base", "7322");
        put_number(settings, "transitional_percent", "1.3");
        feel_context_put(&one, settings, STR("transitional"), feel_string(STR("mean")));
        feel_context_put(&one, in, STR("settings"), settings);
        feel_context_put(&one, in, STR("scheme"), feel_string(STR("employee")));
        put_number(in, "base", p->base);
        put_number(in, "wage_index", p->index);
        put_number(in, "paid_months", p->months);
        put_number(in, "early_months_paid", p->early_months);
        put_number(in, "account", p->account);
        put_number(in, "divisor_months", p->divisor);
        struct feel_value v = decide(pension_rules, "pension", in);
        struct str who = arena_printf(&one, "example %zu", i + 1);
        want(v, "basic", str_from(p->basic), who);
        want(v, "account", str_from(p->from_account), who);
        want(v, "transitional", str_from(p->transitional), who);
    }
}

static void residents(void **state) {
    (void)state;
    static const struct {
        const char *account, *tier, *years, *base, *monthly;
    } examples[] = {
        {"50000", "", "", "123", "482.71"},    {"", "500", "15", "143", "203.43"},
        {"", "500", "15", "163", "223.43"},    {"", "2000", "15", "163", "385.3"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct feel_value in = feel_context(&one, 8), settings = feel_context(&one, 4);
        put_number(settings, "resident_base", examples[i].base);
        put_number(settings, "subsidy_low", "30");
        put_number(settings, "subsidy_high", "60");
        feel_context_put(&one, in, STR("settings"), settings);
        feel_context_put(&one, in, STR("scheme"), feel_string(STR("resident")));
        put_number(in, "account", examples[i].account);
        put_number(in, "tier", examples[i].tier);
        put_number(in, "tier_years", examples[i].years);
        want(decide(pension_rules, "pension", in), "monthly", str_from(examples[i].monthly), arena_printf(&one, "resident %zu", i + 1));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_birth_month_of_the_transition),
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(years_of_contribution),
        cmocka_unit_test(no_guess_without_a_group),
        cmocka_unit_test(rulings),
        cmocka_unit_test(residents),
    };
    return cmocka_run_group_tests_name("retirement", tests, set_up, tear_down);
}
