/* service.c: `bench service`: the whole house, end to end.
 *
 *   service.open, service.claim    durable commands a second through the writer, 64 in flight (group commit), beside raw
 *                                  SQLite group commit of the very rows these commands wrote
 *   service.wall, service.case     the wish wall and one case page over HTTP, 64 connections; the wall beside nginx serving
 *                                  the same bytes
 *   service.start                  from the start of the program to its first answer
 *   service.memory…, service.size  resident memory idle and after the load; the executable
 * Run it in the project's folder; data below /tmp is removed at the end. */
#include "bench.h"
#include "flight.h"
#include "nginx.h"

#include "base/env.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMANDS = 4000, CONNECTIONS = 64, SECONDS = 4 };

static void add_answer(struct arena *a, struct json *list, const char *path, struct str value) {
    struct json item = {.kind = JSON_OBJECT};
    json_add_string(a, &item, "path", str_from(path));
    json_add_string(a, &item, "value", value);
    json_add(a, list, STR_NONE, item);
}

static void fill_open(struct flight *f, struct slot *s, int n) {
    (void)f;
    struct arena *a = &s->arena;
    struct command *c = command_new(a, "case.open", (struct actor){0}, "web");
    json_add_string(a, c->arguments, "service", STR("errand"));
    json_add_integer(a, c->arguments, "organisation", 1);
    struct json *answers = json_add_empty(a, c->arguments, "answers", JSON_ARRAY);
    add_answer(a, answers, "/data/name", arena_printf(a, "Resident %d", n));
    add_answer(a, answers, "/data/phone", arena_printf(a, "100%08d", n));
    add_answer(a, answers, "/data/address", arena_printf(a, "Building %d, room %d", n / 40, n % 40));
    add_answer(a, answers, "/data/item[1]/what", STR("ten kilograms of rice"));
    add_answer(a, answers, "/data/item[1]/cost", STR("60"));
    add_answer(a, answers, "/data/consent", STR("yes"));
    s->work.command = c;
}

/* The check tasks of the cases just opened: task ids 1 … COMMANDS, claimed by a member of the staff. */
static void fill_claim(struct flight *f, struct slot *s, int n) {
    (void)f;
    struct command *c = command_new(&s->arena, "task.claim", (struct actor){.account = 1}, "web");
    json_add_integer(&s->arena, c->arguments, "task", n + 1);
    s->work.command = c;
}

static bool writer_bench(void) {
    static const char *const lines[] = {"deploy tests/services/errand", "organisation nanhu community \"Nanhu\"", "account wang staff at nanhu"};
    static const char *const opened[] = {"cases", "party", "member", "submission", "answer", "scope", "token", "variable", "wait", "task", "task_offer", "history", "notice", "outbox", "journal_entry", "local_search", NULL};
    struct bench b = {0};
    int failed, failed_claims;
    if (!bench_house_open(&b, lines, sizeof lines / sizeof *lines)) return false;
    double cpu = bench_cpu_seconds(), opening = fly(&b, COMMANDS, fill_open, &failed);
    cpu = bench_cpu_seconds() - cpu;
    double raw = raw_seconds(&b, opened, COMMANDS);
    bench_line_against("service.open", COMMANDS / opening, "commands/s", COMMANDS / raw, false);
    bench_line("service.open.cpu", cpu / COMMANDS * 1e6, "us/command");
    double claiming = fly(&b, COMMANDS, fill_claim, &failed_claims);
    bench_line("service.claim", COMMANDS / claiming, "commands/s");
    bench_house_close(&b);
    if (failed || failed_claims) fprintf(stderr, "%d cases and %d claims were refused\n", failed, failed_claims);
    return !failed && !failed_claims;
}

/* ---- the program itself */

static int free_port(void) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool bound = bind(fd, (struct sockaddr *)&at, size) == 0 && getsockname(fd, (struct sockaddr *)&at, &size) == 0;
    close(fd);
    return bound ? ntohs(at.sin_port) : 0;
}

static pid_t run_program(const char *program, const char *const *words) {
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr)) execv(program, (char *const *)words);
        _exit(127);
    }
    return child;
}

/* One whole answer; its length with the head, 0 when nobody answers. */
static size_t fetch(int port, const char *path, char *out, size_t room) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t got = 0;
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0) {
        int n = snprintf(out, room, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
        if (write(fd, out, (size_t)n) == n)
            for (ssize_t m; got < room && (m = read(fd, out + got, room - got)) > 0;) got += (size_t)m;
    }
    close(fd);
    return got;
}

static double resident_mib(pid_t pid) {
    char path[64], line[200];
    double kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "VmRSS:", 6) == 0) kib = strtod(line + 6, NULL);
    if (f) fclose(f);
    return kib / 1024;
}

static void wall_bench(int port, pid_t child) {
    static char page[1 << 20];
    size_t n = fetch(port, "/services/wish/wall", page, sizeof page - 1);
    page[n] = 0;
    const char *body = strstr(page, "\r\n\r\n");
    if (!body) return;
    struct str bytes = str_from(body + 4);
    struct load_result limit = nginx_limit(bytes, CONNECTIONS, SECONDS);
    struct load_result wall = load_page(port, "GET /services/wish/wall HTTP/1.1\r\nHost: x\r\n\r\n", CONNECTIONS, SECONDS);
    bench_line("service.wall.bytes", (double)bytes.n, "bytes");
    if (limit.good) bench_line_against("service.wall", load_rate(wall), "requests/s", load_rate(limit), false);
    else bench_line("service.wall", load_rate(wall), "requests/s");
    if (limit.good) bench_line_against("service.wall.p99", wall.p99, "us", limit.p99, true);
    const char *link = strstr(body, "href=\"/cases/");
    if (link) {
        char request[200];
        snprintf(request, sizeof request, "GET /cases/%.12s HTTP/1.1\r\nHost: x\r\nCookie: session=nobody\r\n\r\n", link + strlen("href=\"/cases/"));
        struct load_result one = load_page(port, request, CONNECTIONS, SECONDS);
        bench_line("service.case", load_rate(one), "requests/s");
        bench_line("service.case.p99", one.p99, "us");
    }
    bench_line("service.memory.loaded", resident_mib(child), "MiB");
}

static bool program_bench(void) {
    char folder[] = "/tmp/lingban-bench-XXXXXX", data[64], listen[40];
    const char *program = "build/lingban";
    static char answer[1 << 16];
    struct stat size;
    if (!mkdtemp(folder)) return false;
    snprintf(data, sizeof data, "%s/data", folder);
    pid_t demo = run_program(program, (const char *const[]){program, "demo", "--data", data, NULL});
    int status = 1, port = free_port();
    waitpid(demo, &status, 0);
    snprintf(listen, sizeof listen, "127.0.0.1:%d", port);
    double begun = bench_wall_seconds(), took = 0;
    pid_t child = status == 0 ? run_program(program, (const char *const[]){program, "serve", "--data", data, "--listen", listen, "--quiet", NULL}) : -1;
    while (child > 0 && took < 10 && !fetch(port, "/healthz", answer, sizeof answer)) {
        usleep(1000);
        took = bench_wall_seconds() - begun;
    }
    took = bench_wall_seconds() - begun;
    bool good = child > 0 && took < 10;
    if (good) {
        bench_line_against("service.start", took * 1000, "ms", 100, true);
        bench_line_against("service.memory.idle", resident_mib(child), "MiB", 20, true);
        wall_bench(port, child);
    }
    if (child > 0) kill(child, SIGTERM), waitpid(child, NULL, 0);
    if (stat(program, &size) == 0) bench_line("service.size.with_debug", (double)size.st_size / 1e6, "MB");
    folder_remove(folder, NULL);
    return good;
}

int bench_service(void) {
    signal(SIGPIPE, SIG_IGN);
    bool good = writer_bench();
    if (!program_bench()) good = false;
    if (!good) fputs("bench service: run it in the project's folder, with build/lingban made\n", stderr);
    return good ? 0 : 1;
}
