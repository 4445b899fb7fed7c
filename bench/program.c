/* program.c: see program.h. */
#include "program.h"
#include "bench.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int free_port(void) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool bound = bind(fd, (struct sockaddr *)&at, size) == 0 && getsockname(fd, (struct sockaddr *)&at, &size) == 0;
    close(fd);
    return bound ? ntohs(at.sin_port) : 0;
}

static pid_t start(const char *const *words) {
    const char *all[16] = {PROGRAM};
    for (size_t i = 0; words[i] && i + 2 < sizeof all / sizeof *all; i++) all[i + 1] = words[i];
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr)) execv(PROGRAM, (char *const *)all);
        _exit(127);
    }
    return child;
}

bool program_run(const char *const *words) {
    int status = 1;
    pid_t child = start(words);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

bool serve_begin(struct served *s, const char *data) {
    char listen[40], answer[4096];
    double begun = bench_wall_seconds();
    *s = (struct served){.port = free_port()};
    snprintf(listen, sizeof listen, "127.0.0.1:%d", s->port);
    s->pid = start((const char *const[]){"serve", "--data", data, "--listen", listen, "--quiet", NULL});
    bool answered = false;
    while (!(answered = fetch(s->port, "/healthz", "", answer, sizeof answer) > 0) && bench_wall_seconds() < begun + 10) usleep(500);
    s->start_seconds = bench_wall_seconds() - begun;
    if (answered) return true;
    fprintf(stderr, "bench: %s serve does not answer\n", PROGRAM);
    serve_end(s);
    return false;
}

void serve_end(struct served *s) {
    if (s->pid > 0) kill(s->pid, SIGTERM), waitpid(s->pid, NULL, 0);
    s->pid = 0;
}

size_t fetch(int port, const char *path, const char *cookie, char *out, size_t room) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char request[1000];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t got = 0;
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0) {
        int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nConnection: close\r\n\r\n", path, cookie);
        if (write(fd, request, (size_t)n) == n)
            for (ssize_t m; got + 1 < room && (m = read(fd, out + got, room - 1 - got)) > 0;) got += (size_t)m;
    }
    close(fd);
    out[got] = 0;
    return got;
}

static bool copy_until(const char *from, const char *ends, char *out, size_t room) {
    size_t n = strcspn(from, ends);
    if (n + 1 > room) return false;
    memcpy(out, from, n);
    out[n] = 0;
    return true;
}

bool field_value(const char *page, const char *name, char *out, size_t room) {
    char wanted[80];
    const char *last = NULL;
    snprintf(wanted, sizeof wanted, "name=\"%s\" value=\"", name);
    for (const char *at = page; (at = strstr(at, wanted)); at++) last = at;
    return last && copy_until(last + strlen(wanted), "\"", out, room);
}

bool cookie_value(const char *page, const char *name, char *out, size_t room) {
    char wanted[80];
    snprintf(wanted, sizeof wanted, "Set-Cookie: %s=", name);
    const char *at = strstr(page, wanted);
    return at && copy_until(at + strlen(wanted), ";\r", out, room);
}

static double status_kib(pid_t pid, const char *line_start) {
    char path[64], line[200];
    double kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, line_start, strlen(line_start)) == 0) kib = strtod(line + strlen(line_start), NULL);
    if (f) fclose(f);
    return kib;
}

double resident_mib(pid_t pid) {
    return status_kib(pid, "VmRSS:") / 1024;
}

double private_mib(pid_t pid) {
    return status_kib(pid, "RssAnon:") / 1024;
}

double cpu_seconds_of(pid_t pid) {
    char path[64], line[1000];
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    char *rest = f && fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
    if (rest) {
        char *field = rest + 1;
        for (int i = 3; i < 14 && field; i++) field = strchr(field + 1, ' ');
        if (field) {
            user = strtoul(field, &field, 10);
            system = strtoul(field, NULL, 10);
        }
    }
    if (f) fclose(f);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}
