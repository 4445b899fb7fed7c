/* yaml_test.c: the YAML that a service folder may use, and what is refused with its line. */
#include "base/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 16 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct json *parse(const char *text, struct faults *f) {
    faults_init(f, &arena);
    return yaml_parse(&arena, str_from(text), &json_default_limits, STR("service.yaml"), f);
}

static void reads(void **state) {
    (void)state;
    struct faults f;
    struct json *v = parse("id: wish\nname: {zh: 微心愿, en: \"Micro-wishes\"}\nroles:\n  - staff\n  - 12\n  - '12'\n  - 007\non: true\nnone:\n", &f);
    assert_non_null(v);
    assert_true(str_eqz(json_string(v, "id"), "wish"));
    assert_true(str_eqz(json_string(json_member(v, "name"), "zh"), "微心愿"));
    const struct json *roles = json_member(v, "roles");
    assert_int_equal(roles->count, 4);
    assert_int_equal(roles->items[1].integer, 12);
    assert_int_equal(roles->items[2].kind, JSON_STRING);
    assert_int_equal(roles->items[3].kind, JSON_STRING);
    assert_int_equal(roles->items[1].line, 5);
    assert_true(json_boolean(v, "on", false));
    assert_int_equal(json_member(v, "none")->kind, JSON_NULL);
}

static void refuses(void **state) {
    (void)state;
    static const struct {
        const char *text, *code;
        int line;
    } bad[] = {
        {"a: &x 1\nb: *x\n", "yaml.anchor", 1},     {"a: 1\nb: *x\n", "yaml.anchor", 2},
        {"a: !!int 3\n", "yaml.anchor", 1},         {"a: 1\na: 2\n", "yaml.duplicate", 2},
        {"a: [1\n", "yaml.malformed", 2},           {"", "yaml.empty", 1},
        {"a: 1\n---\nb: 2\n", "yaml.documents", 2}, {"a: \"\xff\"", "yaml.not-text", 0},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct faults f;
        assert_null(parse(bad[i].text, &f));
        assert_int_equal(f.errors, 1);
        assert_string_equal(f.items[0].code, bad[i].code);
        assert_int_equal(f.items[0].place.line, bad[i].line);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
