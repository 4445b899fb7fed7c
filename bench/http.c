/* http.c: `bench http`: the HTTP room alone, beside nginx serving the same bytes from a file.
 *
 * A page of 12 KB, 64 connections, from a child process with two threads: kept in memory (what the wall is between two
 * commits), rendered anew, rendered and compressed, and answered after a wait (what a command costs beside its commit).
 * nginx, where it is installed, gets two workers. The load generator shares the cores, so its CPU seconds are reported.
 */
#include "bench.h"
#include "nginx.h"

#include "base/env.h"
#include "http/http.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONNECTIONS = 64, SECONDS = 3, PAGE_ROWS = 175 };

static uint64_t version(void *app) {
    (void)app;
    return 1;
}

static void write_page(struct buf *out) {
    buf_add(out, STR("<!doctype html><html lang=\"zh-CN\"><head><title>心愿墙</title></head><body><main>\n"));
    for (int i = 0; i < PAGE_ROWS; i++) buf_printf(out, "<li class=\"card card--%d\">微心愿 %d: 大米 %d 公斤, 南湖社区</li>\n", i % 7, i * 37, i * 7919 % 50);
    buf_add(out, STR("</main></body></html>\n"));
}

static enum http_outcome page(struct http_request *rq) {
    write_page(http_page(rq, 200));
    return HTTP_DONE;
}

/* A writer that answers what has collected, as the engine's does, without a disk. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ring = PTHREAD_COND_INITIALIZER;
static struct http_request *queue[4096];
static size_t queued;

static void *writer(void *arg) {
    (void)arg;
    for (;;) {
        struct http_request *batch[4096];
        pthread_mutex_lock(&lock);
        while (!queued) pthread_cond_wait(&ring, &lock);
        size_t n = queued;
        memcpy(batch, queue, n * sizeof *batch);
        queued = 0;
        pthread_mutex_unlock(&lock);
        for (size_t i = 0; i < n; i++) http_wake(batch[i]);
    }
    return NULL;
}

static enum http_outcome committed(struct http_request *rq) {
    return http_send(rq, 200, "text/plain", STR("committed"));
}

static enum http_outcome command(struct http_request *rq) {
    enum http_outcome outcome = http_wait(rq, committed);
    pthread_mutex_lock(&lock);
    queue[queued++] = rq;
    pthread_cond_signal(&ring);
    pthread_mutex_unlock(&lock);
    return outcome;
}

static const struct http_route routes[] = {
    {"GET", "/kept", page, "anyone", {NULL, 0}, HTTP_PUBLIC, 0},
    {"GET", "/fresh", page, "anyone", {NULL, 0}, 0, 0},
    {"POST", "/api/command", command, "anyone", {NULL, 0}, HTTP_API, 0},
    {0},
};
static const struct http_route *const tables[] = {routes, NULL};

/* In the child: serves until killed; writes its port into the pipe. */
static void serve(int pipe_end) {
    struct http_config c = {.listen = "127.0.0.1:0", .threads = 2, .tables = tables, .spool_folder = "/tmp", .hooks = {.version = version}};
    struct http_server *s = http_server_open(&c, NULL);
    pthread_t t;
    int port = s ? http_server_port(s) : 0;
    if (!s || pthread_create(&t, NULL, writer, NULL) != 0 || write(pipe_end, &port, sizeof port) < 0) _exit(1);
    for (;;) pause();
}

static pid_t start_ours(int *port) {
    int ends[2];
    if (pipe(ends) != 0) return -1;
    pid_t child = fork();
    if (child == 0) serve(ends[1]);
    if (child < 0 || read(ends[0], port, sizeof *port) != sizeof *port) return -1;
    close(ends[0]);
    close(ends[1]);
    return child;
}

static struct load_result ask(int port, const char *request) {
    return load_page(port, request, CONNECTIONS, SECONDS);
}

static struct load_result limit_of_page(void) {
    struct arena a;
    struct buf text;
    arena_init(&a, 1 << 20);
    buf_init(&text, &a, 1 << 20);
    write_page(&text);
    struct load_result r = nginx_limit(buf_str(&text), CONNECTIONS, SECONDS);
    arena_release(&a);
    return r;
}

int bench_http(void) {
    signal(SIGPIPE, SIG_IGN);
    int port;
    struct load_result limit = limit_of_page();
    pid_t child = start_ours(&port);
    if (child < 0) return 1;
    struct load_result kept = ask(port, "GET /kept HTTP/1.1\r\nHost: x\r\n\r\n");
    struct load_result fresh = ask(port, "GET /fresh HTTP/1.1\r\nHost: x\r\n\r\n");
    struct load_result packed = ask(port, "GET /fresh HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
    struct load_result waited = ask(port, "POST /api/command HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=1");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    if (limit.good) bench_line_against("http.kept", load_rate(kept), "requests/s", load_rate(limit), false);
    else bench_line("http.kept", load_rate(kept), "requests/s");
    if (limit.good) bench_line_against("http.kept.p99", kept.p99, "us", limit.p99, true);
    else bench_line("http.kept.p99", kept.p99, "us");
    bench_line("http.fresh", load_rate(fresh), "requests/s");
    bench_line("http.fresh.p99", fresh.p99, "us");
    bench_line("http.fresh.gzip", load_rate(packed), "requests/s");
    bench_line("http.waited", load_rate(waited), "requests/s");
    bench_line("http.waited.p99", waited.p99, "us");
    bench_line("http.client_cpu", kept.client_cpu + fresh.client_cpu + packed.client_cpu + waited.client_cpu, "s");
    return kept.bad || fresh.bad || packed.bad || waited.bad;
}
