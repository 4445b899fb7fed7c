/* nginx.c: see nginx.h. */
#include "nginx.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t start_nginx(const char *folder, int port) {
    char path[200];
    snprintf(path, sizeof path, "%s/nginx.conf", folder);
    FILE *f = fopen(path, "w");
    if (!f) return -1;
    fprintf(f, "worker_processes 2;\ndaemon off;\npid %s/pid;\nerror_log /dev/null;\nevents { worker_connections 1024; }\n"
               "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; default_type text/html;\n"
               "server { listen 127.0.0.1:%d; root %s; } }\n", folder, port, folder);
    fclose(f);
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr)) execlp("nginx", "nginx", "-p", folder, "-c", path, (char *)NULL);
        _exit(127);
    }
    usleep(500000);
    return waitpid(child, NULL, WNOHANG) == 0 ? child : -1;
}

struct load_result load_page(int port, const char *request, int connections, double seconds) {
    struct load_plan plan = {.port = port, .connections = connections, .seconds = seconds, .request = str_from(request)};
    struct load_result r;
    if (!load_run(&plan, &r) || r.bad) fprintf(stderr, "bench: %ld answers were wrong\n", r.bad);
    return r;
}

double load_rate(struct load_result r) {
    return r.seconds > 0 ? (double)r.good / r.seconds : 0;
}

bool nginx_begin(struct nginx *n, struct str page) {
    char path[200];
    *n = (struct nginx){.port = 20000 + (int)(getpid() % 20000), .folder = "/tmp/lingban-bench-XXXXXX"};
    if (!mkdtemp(n->folder) || chmod(n->folder, 0755) != 0) return false;
    snprintf(path, sizeof path, "%s/page", n->folder);
    FILE *f = fopen(path, "w");
    if (f) fwrite(page.p, 1, page.n, f), fclose(f);
    n->pid = start_nginx(n->folder, n->port);
    if (n->pid > 0) return true;
    n->pid = 0;
    nginx_end(n);
    return false;
}

void nginx_end(struct nginx *n) {
    char path[200];
    if (n->pid > 0) kill(n->pid, SIGTERM), waitpid(n->pid, NULL, 0);
    for (const char *const *name = (const char *const[]){"page", "nginx.conf", "pid", NULL}; *name; name++) {
        snprintf(path, sizeof path, "%s/%s", n->folder, *name);
        unlink(path);
    }
    rmdir(n->folder);
}

struct load_result nginx_limit(struct str page, int connections, double seconds) {
    struct load_result r = {0};
    struct nginx n;
    if (!nginx_begin(&n, page)) return r;
    r = load_page(n.port, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n", connections, seconds);
    nginx_end(&n);
    return r;
}
