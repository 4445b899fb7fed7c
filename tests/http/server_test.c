/* server_test.c: a real server on a free port, and clients that do not behave. */
#include "base/env.h"
#include "base/html.h"
#include "http/http.h"
#include "http/limits.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

/* ---- the application under test ---- */

static _Atomic uint64_t version = 1;
static _Atomic int renders, waits_begun;

static uint64_t read_version(void *app) {
    (void)app;
    return version;
}

static enum http_outcome public_page(struct http_request *rq) {
    struct buf *out = http_page(rq, 200);
    renders++;
    for (int i = 0; i < 100; i++) html_text(out, rq->language == LANGUAGE_ZH ? STR("微心愿墙 ") : STR("the wish wall "));
    return HTTP_DONE;
}

static enum http_outcome form_page(struct http_request *rq) {
    http_put_form_token(rq, http_page(rq, 200));
    return HTTP_DONE;
}

static enum http_outcome echo(struct http_request *rq) {
    struct buf *out = http_page(rq, 200);
    for (size_t i = 0; i < rq->form.count; i++)
        if (rq->form.items[i].name.p[0] != '_') buf_printf(out, "%.*s=%.*s;", STR_ARGS(rq->form.items[i].name), STR_ARGS(rq->form.items[i].value));
    for (size_t i = 0; i < rq->file_count; i++) {
        char start[9] = "";
        if (read(rq->files[i].fd, start, 8) < 0) return http_refuse(rq, 500, STR("unreadable"));
        buf_printf(out, "%.*s:%.*s:%lld:%s;", STR_ARGS(rq->files[i].field), STR_ARGS(rq->files[i].filename), (long long)rq->files[i].size, start);
    }
    buf_printf(out, "body=%zu key=%.*s", rq->body.n, STR_ARGS(rq->idempotency_key));
    return HTTP_DONE;
}

static enum http_outcome after_wait(struct http_request *rq) {
    return http_send(rq, 200, "text/plain", STR("committed"));
}

static void *commit(void *rq) {
    usleep(30000);
    http_wake(rq);
    return NULL;
}

static enum http_outcome waits(struct http_request *rq) {
    enum http_outcome outcome = http_wait(rq, after_wait);
    waits_begun++;
    pthread_t t;
    if (pthread_create(&t, NULL, commit, rq) != 0) abort();
    pthread_detach(t);
    return outcome;
}

static enum http_outcome greedy(struct http_request *rq) {
    for (int i = 0; i < 1000; i++) arena_alloc(rq->arena, 1 << 20);
    return HTTP_DONE;
}

static enum http_outcome silent(struct http_request *rq) {
    (void)rq;
    return HTTP_DONE;
}

static const struct http_route routes[] = {
    {"GET", "/public", public_page, "anyone", {NULL, 0}, HTTP_PUBLIC, 0},
    {"GET", "/form", form_page, "anyone", {NULL, 0}, 0, 0},
    {"POST", "/form", echo, "anyone", {NULL, 0}, 0, 0},
    {"POST", "/api/echo", echo, "anyone", {NULL, 0}, HTTP_API, 100000},
    {"GET", "/api/staff", echo, "staff", {NULL, 0}, HTTP_API, 0},
    {"GET", "/staff", echo, "staff", {NULL, 0}, 0, 0},
    {"GET", "/wait", waits, "anyone", {NULL, 0}, 0, 0},
    {"POST", "/api/wait", waits, "anyone", {NULL, 0}, HTTP_API, 0},
    {"GET", "/greedy", greedy, "anyone", {NULL, 0}, 0, 0},
    {"GET", "/silent", silent, "anyone", {NULL, 0}, 0, 0},
    {"GET", "/secret/{key}", public_page, "anyone", {NULL, 0}, HTTP_SECRET, 0},
    {0},
};
static const struct http_route *const tables[] = {routes, NULL};

static struct http_server *server;
static struct arena arena;

static struct http_config config_for(const char *listen_on) {
    return (struct http_config){.listen = listen_on, .threads = 2, .spool_folder = "/tmp", .secret = "a throw-away secret of this test",
                                .tables = tables, .hooks = {.version = read_version}, .patience = 1};
}

static int start(void **state) {
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    arena_init(&arena, 256 << 20);
    struct http_config c = config_for("127.0.0.1:0");
    server = http_server_open(&c, NULL);
    return server ? 0 : -1;
}

static int stop(void **state) {
    (void)state;
    http_server_close(server);
    arena_release(&arena);
    return 0;
}

/* ---- a plain client ---- */

static int dial(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_server_port(server)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail_msg("cannot connect");
    return fd;
}

static void put(int fd, struct str s) {
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, 0);
        if (n <= 0) return; /* the server has closed: what it said before is read by the caller */
        s = str_sub(s, (size_t)n, s.n);
    }
}

static struct str read_all(int fd) {
    struct buf in;
    buf_init(&in, &arena, 16 << 20);
    char piece[65536];
    for (ssize_t n; (n = recv(fd, piece, sizeof piece, 0)) > 0;) buf_add(&in, (struct str){piece, (size_t)n});
    close(fd);
    return in.p ? buf_str(&in) : STR("");
}

/* Sends raw bytes on a connection of its own and answers everything that comes back until it closes. */
static struct str ask(struct str raw) {
    int fd = dial();
    put(fd, raw);
    return read_all(fd);
}

static int status_of(struct str answer) {
    int64_t status = 0;
    if (answer.n > 12) str_to_int64(str_sub(answer, 9, 12), &status);
    return (int)status;
}

static bool holds(struct str answer, const char *piece) {
    return str_find(answer, str_from(piece)) >= 0;
}

static struct str get(const char *path, const char *headers) {
    return ask(arena_printf(&arena, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", path, headers));
}

static struct str post(const char *path, const char *headers, struct str body) {
    struct str head = arena_printf(&arena, "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n", path, body.n, headers);
    return ask(arena_concat(&arena, head, body));
}

#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded\r\n"

/* ---- tests ---- */

static void answers_and_headers(void **state) {
    (void)state;
    struct str page = get("/public", "");
    assert_int_equal(status_of(page), 200);
    assert_true(holds(page, "微心愿墙"));
    static const char *const expected[] = {"Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff",
                                           "Referrer-Policy: same-origin", "Content-Type: text/html; charset=utf-8", "ETag: \""};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) assert_true(holds(page, expected[i]));
    struct str secret = get("/secret/abc", "");
    assert_true(holds(secret, "Referrer-Policy: no-referrer"));
    assert_true(holds(secret, "Cache-Control: no-store"));
    struct str head = ask(STR("HEAD /public HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    assert_int_equal(status_of(head), 200);
    assert_true(holds(head, "Content-Length: "));
    assert_true(str_ends(head, STR("\r\n\r\n")));
}

static void language_and_errors(void **state) {
    (void)state;
    assert_true(holds(get("/public", "Accept-Language: en\r\n"), "the wish wall"));
    struct str chosen = get("/public?lang=en", "");
    assert_true(holds(chosen, "the wish wall"));
    assert_true(holds(chosen, "Set-Cookie: lang=en; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"));
    assert_true(holds(get("/public", "Cookie: lang=en\r\nAccept-Language: zh\r\n"), "the wish wall"));
    struct str missing = get("/nothing", "Accept-Language: en\r\n");
    assert_int_equal(status_of(missing), 404);
    assert_true(holds(missing, "lang=\"en\"") && holds(missing, "This page does not exist."));
    assert_true(holds(get("/nothing", ""), "没有这个页面"));
    struct str api = get("/api/nothing", "");
    assert_int_equal(status_of(api), 404);
    assert_true(holds(api, "application/problem+json") && holds(api, "\"status\":404"));
    assert_int_equal(status_of(get("/staff", "")), 401);
    assert_true(holds(get("/api/staff", ""), "WWW-Authenticate: Bearer"));
    struct str wrong = ask(STR("DELETE /form HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    assert_int_equal(status_of(wrong), 405);
    assert_true(holds(wrong, "Allow: GET, HEAD, POST"));
    assert_int_equal(status_of(get("/silent", "")), 500);
    assert_int_equal(status_of(get("/greedy", "")), 503);
}

static void kept_pages(void **state) {
    (void)state;
    version++;
    int before = renders;
    struct str first = get("/public?kept", ""), etag;
    ptrdiff_t at = str_find(first, STR("ETag: "));
    assert_true(at > 0);
    etag = str_sub(first, (size_t)at + 6, (size_t)at + 6 + 34);
    for (int i = 0; i < 20; i++) assert_int_equal(status_of(get("/public?kept", "")), 200);
    assert_in_range(renders - before, 1, 2); /* once a thread */
    struct str same = get("/public?kept", arena_printf(&arena, "If-None-Match: %.*s\r\n", STR_ARGS(etag)).p);
    assert_int_equal(status_of(same), 304);
    before = renders;
    version++;
    get("/public?kept", "");
    assert_int_equal(renders - before, 1);
    before = renders;
    get("/public?kept", "Cookie: session=abc\r\n"); /* whoever may be signed in is asked each time */
    get("/public?kept", "Cookie: session=abc\r\n");
    assert_int_equal(renders - before, 2);
    assert_true(holds(get("/public?kept", "Accept-Encoding: gzip\r\n"), "Content-Encoding: gzip"));
    assert_true(holds(get("/public?kept", "Accept-Encoding: br, gzip\r\n"), "Content-Encoding: br"));
    assert_false(holds(get("/public?kept", "Accept-Encoding: gzip;q=0\r\n"), "Content-Encoding"));
}

static void bad_heads(void **state) {
    (void)state;
    static const struct {
        const char *raw;
        int status;
    } table[] = {
        {"GET /public HTTP/1.1\r\nConnection: close\r\n\r\n", 400},                                    /* no Host */
        {"GET /%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400},
        {"GET /%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400},
        {"GET /a%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400},
        {"GET /../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400},
        {"GET /%2e%2e/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400},
        {"GET http://x/public HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400},
        {"GET /public?a=%c0%af HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400},
        {"GET /public HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n", 400},
        {"POST /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"POST /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400},
        {"POST /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: -3\r\n\r\nabc", 400},
        {"GET /public HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc", 400},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct str answer = ask(str_from(table[i].raw));
        if (status_of(answer) != table[i].status) fail_msg("%s -> %d", table[i].raw, status_of(answer));
    }
    char *path = arena_alloc(&arena, 12001);
    memset(path, 'x', 12000);
    path[0] = '/';
    assert_int_equal(status_of(get(path, "")), 414);
    char *large = arena_alloc(&arena, 20001);
    memset(large, 'y', 20000);
    assert_int_equal(status_of(get("/public", arena_printf(&arena, "X-Large: %s\r\n", large).p)), 431);
    assert_int_equal(status_of(get("/public", "")), 200);
}

static void bodies(void **state) {
    (void)state;
    assert_true(holds(post("/api/echo", FORM_TYPE, STR("a=1&b=%E4%B8%AD")), "a=1;b=中;body=0"));
    assert_true(holds(post("/api/echo", "Content-Type: application/json\r\nIdempotency-Key: k1\r\n", STR("{}")), "body=2 key=k1"));
    assert_int_equal(status_of(post("/api/echo", FORM_TYPE, STR("a=%ff"))), 400);
    assert_int_equal(status_of(post("/api/echo", FORM_TYPE, STR("a=\xff"))), 400);
    char *large = arena_alloc_raw(&arena, 3 << 20);
    memset(large, 'z', 3 << 20);
    struct str too_large = post("/api/echo", "", (struct str){large, 3 << 20});
    assert_int_equal(status_of(too_large), 413);
    assert_true(holds(too_large, "太大"));
    struct str chunked = STR("POST /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    struct buf raw;
    buf_init(&raw, &arena, 1 << 20);
    buf_add(&raw, chunked);
    for (int i = 0; i < 30; i++) {
        buf_add(&raw, STR("1000\r\n"));
        buf_add(&raw, (struct str){large, 0x1000});
        buf_add(&raw, STR("\r\n"));
    }
    buf_add(&raw, STR("0\r\n\r\n"));
    assert_int_equal(status_of(ask(buf_str(&raw))), 413);
    /* Promises more than we would ever swallow: answered without waiting for it. */
    assert_int_equal(status_of(ask(STR("POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"))), 413);
    assert_int_equal(status_of(post("/nothing", FORM_TYPE, STR("a=1"))), 404);
}

#define MULTIPART "Content-Type: multipart/form-data; boundary=XyZ\r\n"
#define PART(name) "--XyZ\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"

static void uploads(void **state) {
    (void)state;
    struct str good = STR(PART("note") "两袋米\r\n--XyZ\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a/b.jpg\"\r\n"
                                       "Content-Type: image/jpeg\r\n\r\n12345678 and more\r\n--XyZ--\r\n");
    assert_true(holds(post("/api/echo", MULTIPART, good), "note=两袋米;photo:b.jpg:17:12345678;"));
    static const char *const broken[] = {PART("a") "never closed", PART("a") "\xff\r\n--XyZ--\r\n", "no boundary at all", ""};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        if (*broken[i]) assert_int_equal(status_of(post("/api/echo", MULTIPART, str_from(broken[i]))), 400);
    assert_int_equal(status_of(post("/api/echo", "Content-Type: multipart/form-data\r\n", good)), 400);
    struct buf many;
    buf_init(&many, &arena, 1 << 20);
    for (int i = 0; i <= HTTP_LIMIT_FILES; i++)
        buf_add(&many, STR("--XyZ\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nx\r\n"));
    buf_add(&many, STR("--XyZ--\r\n"));
    assert_int_equal(status_of(post("/api/echo", MULTIPART, buf_str(&many))), 413);
}

static struct str between(struct str s, const char *before, char end) {
    ptrdiff_t at = str_find(s, str_from(before));
    assert_true(at >= 0);
    s = str_sub(s, (size_t)at + strlen(before), s.n);
    return str_sub(s, 0, (size_t)str_find_byte(s, end));
}

static void form_tokens(void **state) {
    (void)state;
    struct str page = get("/form", "");
    struct str visitor = between(page, "Set-Cookie: visitor=", ';'), token = between(page, "name=\"_token\" value=\"", '"');
    struct str once = between(page, "name=\"_once\" value=\"", '"');
    const char *cookie = arena_printf(&arena, FORM_TYPE "Cookie: visitor=%.*s\r\n", STR_ARGS(visitor)).p;
    struct str body = arena_printf(&arena, "a=1&_token=%.*s&_once=%.*s", STR_ARGS(token), STR_ARGS(once));
    struct str good = post("/form", cookie, body);
    assert_int_equal(status_of(good), 200);
    assert_true(holds(good, arena_printf(&arena, "a=1;body=0 key=%.*s", STR_ARGS(once)).p));
    assert_int_equal(status_of(post("/form", cookie, STR("a=1"))), 403);                  /* missing */
    assert_int_equal(status_of(post("/form", FORM_TYPE, body)), 403);                     /* without its cookie */
    assert_int_equal(status_of(post("/form", arena_printf(&arena, "%sSec-Fetch-Site: cross-site\r\n", cookie).p, body)), 403);
    const char *other = FORM_TYPE "Cookie: visitor=00000000000000000000000000000000\r\n";
    assert_int_equal(status_of(post("/form", other, body)), 403);                         /* of somebody else */
    ((char *)token.p)[20] ^= 1;
    assert_int_equal(status_of(post("/form", cookie, arena_printf(&arena, "a=1&_token=%.*s", STR_ARGS(token)))), 403);
    assert_false(holds(get("/form", arena_printf(&arena, "Cookie: visitor=%.*s\r\n", STR_ARGS(visitor)).p), "Set-Cookie"));
}

static void waiting(void **state) {
    (void)state;
    int fds[60];
    for (int i = 0; i < 60; i++) put(fds[i] = dial(), STR("GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    for (int i = 0; i < 60; i++) assert_true(str_ends(read_all(fds[i]), STR("committed")));
    /* Two requests sent at once on one connection are answered in order. */
    struct str two = ask(STR("POST /api/wait HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\nGET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    ptrdiff_t first = str_find(two, STR("committed"));
    assert_true(first > 0 && str_ends(two, STR("committed")) && (size_t)first + 9 < two.n);
}

static void gone_while_waiting(void **state) {
    (void)state;
    for (int i = 0; i < 40; i++) {
        int fd = dial();
        put(fd, STR("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
        struct linger at_once = {1, 0}; /* a reset, not a goodbye */
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        usleep(500);
        close(fd);
    }
    usleep(100000);
    assert_int_equal(status_of(get("/public", "")), 200);
}

/* patience is one second here: a client that sends a byte now and then is cut off as one that sends none. */
static void dripping(void **state) {
    (void)state;
    struct str head = STR("GET /public HTTP/1.1\r\nHost: x\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    int fd = dial();
    int64_t begun = env_monotonic();
    bool cut = false;
    for (size_t i = 0; i < head.n && !cut; i++) {
        put(fd, str_sub(head, i, i + 1));
        usleep(100000);
        char byte;
        ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);
        cut = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
    }
    close(fd);
    assert_true(cut);
    assert_in_range(env_monotonic() - begun, 900000, 6000000);
}

/* Idle connections up to a third of the descriptors this process may hold (both ends are in it), at most 10,000. */
static void idle_crowd(void **state) {
    (void)state;
    struct rlimit r;
    getrlimit(RLIMIT_NOFILE, &r);
    int count = r.rlim_cur / 3 > 10000 ? 10000 : (int)(r.rlim_cur / 3);
    int *fds = calloc((size_t)count, sizeof *fds);
    for (int i = 0; i < count; i++) fds[i] = dial();
    printf("          %d idle connections (%llu descriptors allowed)\n", count, (unsigned long long)r.rlim_cur);
    assert_int_equal(status_of(get("/public", "")), 200);
    for (int i = 0; i < count; i++) close(fds[i]);
    free(fds);
    assert_int_equal(status_of(get("/public", "")), 200);
}

static struct fault *fault_of(struct http_config c) {
    struct faults *f = arena_new(&arena, struct faults);
    faults_init(f, &arena);
    assert_null(http_server_open(&c, f));
    assert_int_equal(f->count, 1);
    return &f->items[0];
}

static void will_not_open(void **state) {
    (void)state;
    const char *taken = arena_printf(&arena, "127.0.0.1:%d", http_server_port(server)).p;
    assert_string_equal(fault_of(config_for(taken))->code, "http.port-in-use");
    assert_string_equal(fault_of(config_for("0.0.0.0:0"))->code, "http.plain");
    assert_string_equal(fault_of(config_for("nonsense"))->code, "http.address");
    assert_string_equal(fault_of(config_for("127.0.0.1:99999"))->code, "http.address");
    struct http_config c = config_for("127.0.0.1:0");
    c.tls_certificate = "/nonexistent/cert.pem";
    assert_string_equal(fault_of(c)->code, "http.tls");
    c.tls_key = "/dev/null";
    struct faults f;
    faults_init(&f, &arena);
    assert_null(http_server_open(&c, &f));
    assert_string_equal(f.items[0].code, "http.tls-file");
}

/* A stop lets a waiting request finish, and does not wait for idle clients. */
static void graceful_stop(void **state) {
    (void)state;
    int idle = dial(), busy = dial(), before = waits_begun;
    put(busy, STR("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
    while (waits_begun == before) usleep(1000);
    int64_t begun = env_monotonic();
    http_server_close(server);
    server = NULL;
    assert_true(env_monotonic() - begun < (int64_t)HTTP_SECONDS_STOP * MICROS_A_SECOND);
    assert_true(str_ends(read_all(busy), STR("committed")));
    close(idle);
    struct http_config c = config_for("127.0.0.1:0");
    server = http_server_open(&c, NULL);
    assert_non_null(server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_and_headers), cmocka_unit_test(language_and_errors), cmocka_unit_test(kept_pages),
        cmocka_unit_test(bad_heads),           cmocka_unit_test(bodies),              cmocka_unit_test(uploads),
        cmocka_unit_test(form_tokens),         cmocka_unit_test(waiting),             cmocka_unit_test(gone_while_waiting),
        cmocka_unit_test(dripping),            cmocka_unit_test(idle_crowd),          cmocka_unit_test(will_not_open),
        cmocka_unit_test(graceful_stop),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
