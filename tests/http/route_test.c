/* route_test.c: from path to route, and the form token. */
#include "http/route.h"
#include "http/form_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static enum http_outcome nothing(struct http_request *rq) {
    (void)rq;
    return HTTP_DONE;
}

static const struct http_route routes[] = {
    {"GET", "/", nothing, "anyone", {NULL, 0}, 0, 0},
    {"GET", "/services/{service}", nothing, "anyone", {NULL, 0}, 0, 0},
    {"GET", "/services/{service}/new", nothing, "anyone", {NULL, 0}, 0, 0},
    {"POST", "/services/{service}/new", nothing, "anyone", {NULL, 0}, 0, 0},
    {"GET", "/services/{service}/{view}", nothing, "anyone", {NULL, 0}, 0, 0},
    {"GET", "/services/list", nothing, "anyone", {NULL, 0}, 0, 0},
    {"GET", "/files/{path*}", nothing, "anyone", {NULL, 0}, 0, 0},
    {"GET", "/demo", nothing, "anyone", {NULL, 0}, HTTP_DEMO_ONLY, 0},
    {0},
};
static const struct http_route *const tables[] = {routes, NULL};

static void finds(const char *method, const char *path, const char *pattern, const char *name, const char *value) {
    const struct route_node *root = routes_build(&arena, tables, false, NULL);
    struct http_fields params = {0};
    struct route_match m = routes_find(&arena, root, http_method_from(method), str_from(path), &params);
    if (!pattern) {
        assert_null(m.route);
        return;
    }
    assert_non_null(m.route);
    assert_string_equal(m.route->pattern, pattern);
    for (size_t i = 0; name && i < params.count; i++)
        if (str_eqz(params.items[i].name, name)) assert_true(str_eqz(params.items[i].value, value));
}

static void paths(void **state) {
    (void)state;
    finds("GET", "/", "/", NULL, NULL);
    finds("HEAD", "/services/wish", "/services/{service}", "service", "wish");
    finds("GET", "/services/list", "/services/list", NULL, NULL);
    finds("POST", "/services/wish/new", "/services/{service}/new", "service", "wish");
    finds("GET", "/services/list/wall", "/services/{service}/{view}", "view", "wall");
    finds("GET", "/files/a/b/c.txt", "/files/{path*}", "path", "a/b/c.txt");
    finds("GET", "/services", NULL, NULL, NULL);
    finds("GET", "/services/", NULL, NULL, NULL);
    finds("GET", "/services/wish/wall/more", NULL, NULL, NULL);
    finds("GET", "/demo", NULL, NULL, NULL);
    finds("GET", "//", NULL, NULL, NULL);
    finds("GET", "/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9", NULL, NULL, NULL);
}

static void methods(void **state) {
    (void)state;
    const struct route_node *root = routes_build(&arena, tables, true, NULL);
    struct http_fields params = {0};
    struct route_match m = routes_find(&arena, root, HTTP_DELETE, STR("/services/wish/new"), &params);
    assert_null(m.route);
    assert_true(m.path_exists);
    assert_true(str_eqz(m.allow, "GET, HEAD, POST"));
    assert_non_null(routes_find(&arena, root, HTTP_GET, STR("/demo"), &params).route);
    assert_false(routes_find(&arena, root, HTTP_UNKNOWN, STR("/x"), &params).path_exists);
}

static void faulty_tables(void **state) {
    (void)state;
    static const struct http_route twice[] = {
        {"GET", "/a/{x}", nothing, "anyone", {NULL, 0}, 0, 0}, {"GET", "/a/{y}", nothing, "anyone", {NULL, 0}, 0, 0}, {0}};
    static const struct http_route no_method[] = {{"FETCH", "/a", nothing, "anyone", {NULL, 0}, 0, 0}, {0}};
    static const struct http_route no_handler[] = {{"GET", "/a", NULL, "anyone", {NULL, 0}, 0, 0}, {0}};
    const struct http_route *const bad[] = {twice, no_method, no_handler};
    for (size_t i = 0; i < 3; i++) {
        const struct http_route *const one[] = {bad[i], NULL};
        struct faults f;
        faults_init(&f, &arena);
        assert_null(routes_build(&arena, one, false, &f));
        assert_int_equal(f.errors, 1);
    }
}

static void tokens(void **state) {
    (void)state;
    const uint8_t secret[32] = "a throw-away secret of this test", other[32] = "another one";
    instant now = 1764000000LL * MICROS_A_SECOND;
    struct str token = form_token_make(&arena, secret, STR("session-1"), now);
    assert_int_equal(token.n, FORM_TOKEN_LENGTH);
    assert_int_equal(form_token_check(&arena, secret, STR("session-1"), token, now + 60 * MICROS_A_SECOND, 3600), FORM_TOKEN_GOOD);
    assert_int_equal(form_token_check(&arena, secret, STR("session-1"), token, now + 3601LL * MICROS_A_SECOND, 3600), FORM_TOKEN_OLD);
    assert_int_equal(form_token_check(&arena, secret, STR("session-2"), token, now, 3600), FORM_TOKEN_FORGED);
    assert_int_equal(form_token_check(&arena, other, STR("session-1"), token, now, 3600), FORM_TOKEN_FORGED);
    assert_int_equal(form_token_check(&arena, secret, STR(""), token, now, 3600), FORM_TOKEN_FORGED);
    assert_int_equal(form_token_check(&arena, secret, STR("session-1"), STR_NONE, now, 3600), FORM_TOKEN_FORGED);
    for (size_t i = 0; i < token.n; i++) {
        char *forged = (char *)arena_str(&arena, token).p;
        forged[i] = forged[i] == '0' ? '1' : '0';
        assert_int_equal(form_token_check(&arena, secret, STR("session-1"), (struct str){forged, token.n}, now, 3600), FORM_TOKEN_FORGED);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(paths, setup, teardown),
        cmocka_unit_test_setup_teardown(methods, setup, teardown),
        cmocka_unit_test_setup_teardown(faulty_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(tokens, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
