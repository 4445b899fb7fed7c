/* definition_test.c: registers of service.yaml, addresses of lists, and what a value of a field may be. */
#include "base/yaml.h"
#include "registry/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char yaml[] =
    "id: x\n"
    "registers:\n"
    "  things:\n"
    "    name: {zh: 物, en: Things}\n"
    "    audience: public\n"
    "    fields:\n"
    "      - {name: n, type: integer, privacy: public, required: true, label: {zh: 数, en: Number}}\n"
    "      - {name: d, type: date, privacy: office, label: {zh: 日, en: Day}}\n"
    "      - {name: c, type: choice, privacy: office, label: {zh: 类, en: Kind}, choices: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}}\n"
    "      - {name: m, type: decimal, privacy: personal, label: {zh: 量, en: Measure}}\n"
    "      - {name: t, type: text, label: {zh: 文, en: Text}}\n"
    "    duties: {patrol: {zh: 巡查, en: Patrol}}\n";

static const struct register_definition *things(struct arena *a, struct service *s) {
    struct faults faults;
    faults_init(&faults, a);
    *s = (struct service){.id = STR("x"), .yaml = yaml_parse(a, str_from(yaml), &json_default_limits, STR("service.yaml"), &faults)};
    assert_int_equal(faults.count, 0);
    return register_find(a, s, STR("things"));
}

static void reads_a_definition(void **state) {
    struct arena a;
    struct service s;
    (void)state;
    arena_init(&a, 1 << 20);
    const struct register_definition *r = things(&a, &s);
    assert_non_null(r);
    assert_true(r->is_public);
    assert_int_equal(r->field_count, 5);
    assert_int_equal(r->duty_count, 1);
    assert_null(register_find(&a, &s, STR("others")));
    assert_true(str_eqz(register_word_in(r->duties, r->duty_count, STR("patrol"), LANGUAGE_ZH), "巡查"));
    assert_true(str_eqz(register_word_in(r->duties, r->duty_count, STR("cook"), LANGUAGE_ZH), "cook"));
    /* A field without a privacy is seen by nobody outside. */
    assert_int_equal(register_field_named(r, STR("t"))->privacy, FIELD_PERSONAL);
    arena_release(&a);
}

static void judges_values(void **state) {
    static const struct {
        const char *field, *value;
        bool good;
    } cases[] = {{"n", "12", true},           {"n", "-3", true},         {"n", "1.5", false},       {"n", "", false},          {"n", "12 ", false},
                 {"d", "2024-02-29", true},   {"d", "2023-02-29", false}, {"d", "1.6.2023", false}, {"d", "", true},           {"c", "a", true},
                 {"c", "c", false},           {"c", "甲", false},         {"m", "0.25", true},      {"m", "1,5", false},       {"t", "随便", true}};
    struct arena a;
    struct service s;
    struct str sentence;
    (void)state;
    arena_init(&a, 1 << 20);
    const struct register_definition *r = things(&a, &s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(field_value_good(register_field_named(r, str_from(cases[i].field)), str_from(cases[i].value), &sentence), cases[i].good);
    arena_release(&a);
}

static void takes_addresses_apart(void **state) {
    static const char *const bad[] = {"", "_", "flood", "flood_", "_works"};
    struct str service, name;
    (void)state;
    assert_true(register_address(STR("flood_works_old"), &service, &name));
    assert_true(str_eqz(service, "flood") && str_eqz(name, "works_old"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(register_address(str_from(bad[i]), &service, &name));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_a_definition), cmocka_unit_test(judges_values), cmocka_unit_test(takes_addresses_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
