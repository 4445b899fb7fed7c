/* server.c: listening, the threads, their loops, deadlines, and a graceful stop.
 *
 * Every thread runs one library daemon without threads of its own and polls it from its own epoll set:
 *
 *     epoll_wait(library's epoll descriptor, our eventfd)  ->  MHD_run  ->  resume who was woken  ->  once a second: sweep
 *
 * The library's internal epoll thread of 0.9.75 stalls once 128 connections are ready at the same time: it asks again
 * with an endless time-out after a full batch of 128. MHD_run asks with none, so our loop does not. MHD_get_timeout
 * says when data is left that epoll will not report again (TLS records, resumed connections).
 *
 * Deadlines are absolute: whoever drips bytes is cut off at the same moment as one who sends none. Cutting means
 * shutdown() of the socket; the library then sees the end and cleans up by itself.
 */
#include "http/internal.h"
#include "base/env.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int64_t deadline_in(int64_t seconds) {
    return env_monotonic() + seconds * MICROS_A_SECOND;
}

int64_t idle_deadline(const struct http_server *s, int64_t seconds) {
    int64_t patience = s->config.patience;
    return deadline_in(patience > 0 && patience < seconds ? patience : seconds);
}

/* ---- connections ---- */

static void connection_notice(void *worker, struct MHD_Connection *c, void **context, enum MHD_ConnectionNotificationCode code) {
    struct worker *w = worker;
    struct connection *link = *context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        link = calloc(1, sizeof *link);
        if (!link) abort();
        link->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        link->idle_since = env_monotonic();
        link->deadline = idle_deadline(w->server, HTTP_SECONDS_HEAD);
        link->previous = &w->connections;
        link->next = w->connections.next;
        link->next->previous = w->connections.next = link;
        w->connection_count++;
        *context = link;
    } else if (link) {
        link->previous->next = link->next;
        link->next->previous = link->previous;
        w->connection_count--;
        free(link);
        *context = NULL;
    }
}

/* Whoever is late with a request is told so where no answer has begun. Under TLS the library alone may write. */
static void tell_late(const struct connection *link) {
    const struct http_exchange *x = link->exchange;
    char answer[2048];
    if (!x || x->stage > STAGE_BODY || x->worker->server->tls) return;
    size_t n = reply_late(x, answer, sizeof answer);
    if (send(link->fd, answer, n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {} /* gone already, or does not read either */
}

static void cut(struct connection *link) {
    tell_late(link);
    shutdown(link->fd, SHUT_RDWR);
    link->deadline = INT64_MAX; /* once is enough */
}

/* Cuts who is late; when three quarters of the places are taken, idle ones go after two seconds. */
static void sweep(struct worker *w) {
    int64_t now = env_monotonic();
    bool crowded = w->connection_count > w->server->connections_a_worker / 4 * 3;
    bool stopping = w->server->stopping;
    for (struct connection *c = w->connections.next; c != &w->connections; c = c->next) {
        if (c->deadline == INT64_MAX) continue;
        int64_t idle = c->idle_since ? now - c->idle_since : 0;
        bool leave = c->deadline < now || (crowded && idle > (int64_t)HTTP_SECONDS_CROWDED * MICROS_A_SECOND) ||
                     (stopping && c->idle_since);
        if (leave) cut(c);
    }
}

static void cut_all(struct worker *w) {
    for (struct connection *c = w->connections.next; c != &w->connections; c = c->next)
        if (c->deadline != INT64_MAX) cut(c); /* INT64_MAX: waits for a commit, which will come */
}

/* ---- the loop ---- */

static void resume_woken(struct worker *w) {
    pthread_mutex_lock(&w->woken_lock);
    struct http_exchange *x = w->woken;
    w->woken = NULL;
    pthread_mutex_unlock(&w->woken_lock);
    while (x) {
        struct http_exchange *next = x->next;
        x->woken = true;
        MHD_resume_connection(x->connection);
        x = next;
    }
}

static int wait_milliseconds(struct worker *w, int64_t next_sweep) {
    MHD_UNSIGNED_LONG_LONG library;
    int64_t mine = (next_sweep - env_monotonic()) / 1000 + 1;
    if (mine < 0) mine = 0;
    if (MHD_get_timeout(w->daemon, &library) == MHD_YES && (int64_t)library < mine) mine = (int64_t)library;
    return (int)mine;
}

static void turn(struct worker *w, int64_t *next_sweep) {
    struct epoll_event events[2];
    int n = epoll_wait(w->epoll, events, 2, wait_milliseconds(w, *next_sweep));
    for (int i = 0; i < n; i++) {
        uint64_t rings;
        if (events[i].data.fd == w->event && read(w->event, &rings, sizeof rings) < 0) continue;
    }
    resume_woken(w);
    MHD_run(w->daemon);
    if (env_monotonic() < *next_sweep) return;
    sweep(w);
    log_flush(w);
    *next_sweep = deadline_in(1);
}

static void *run(void *arg) {
    struct worker *w = arg;
    int64_t next_sweep = deadline_in(1);
    while (!w->server->stopping) turn(w, &next_sweep);
    MHD_socket listening = MHD_quiesce_daemon(w->daemon);
    if (listening != MHD_INVALID_SOCKET) close(listening);
    int64_t patience = deadline_in(HTTP_SECONDS_STOP);
    sweep(w);
    while (w->exchange_count) {
        if (env_monotonic() > patience) cut_all(w);
        int64_t soon = env_monotonic() + 50000;
        turn(w, &soon);
    }
    log_flush(w);
    return NULL;
}

/* ---- opening ---- */

/* The library would decode addresses its way; we decode the raw one strictly. */
static size_t no_unescape(void *cls, struct MHD_Connection *c, char *s) {
    (void)cls, (void)c;
    return strlen(s);
}

static void no_log(void *cls, const char *format, va_list args) {
    (void)cls, (void)format, (void)args;
}

struct files {
    char *certificate, *key;
};

static bool start_daemon(struct worker *w, int listen_fd, const struct files *tls) {
    struct http_server *s = w->server;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
    struct MHD_OptionItem options[16];
    int n = 0;
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, listen_fd, NULL};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_LIMIT, (intptr_t)s->connections_a_worker, NULL};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTP_LIMIT_CONNECTION_MEMORY, NULL};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)exchange_begin, w};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)exchange_completed, w};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)connection_notice, w};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)no_unescape, NULL};
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)no_log, NULL};
    if (!s->loopback && !s->config.behind_proxy)
        options[n++] = (struct MHD_OptionItem){MHD_OPTION_PER_IP_CONNECTION_LIMIT, HTTP_CONNECTIONS_AN_ADDRESS, NULL};
    if (s->tls) {
        flags |= MHD_USE_TLS;
        options[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, tls->certificate};
        options[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, tls->key};
    }
    options[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    w->daemon = MHD_start_daemon(flags, 0, NULL, NULL, exchange_access, w, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
    return w->daemon != NULL;
}

static bool start_loop(struct worker *w) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info) return false;
    struct epoll_event library = {.events = EPOLLIN, .data.fd = info->epoll_fd}, ours = {.events = EPOLLIN, .data.fd = w->event};
    if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, info->epoll_fd, &library) != 0) return false;
    if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->event, &ours) != 0) return false;
    return pthread_create(&w->thread, NULL, run, w) == 0;
}

static bool start_worker(struct http_server *s, struct worker *w, const struct files *tls) {
    w->server = s;
    w->connections.next = w->connections.previous = &w->connections;
    pthread_mutex_init(&w->woken_lock, NULL);
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    w->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    int own = dup(s->listen_fd); /* the library closes it */
    if (w->epoll >= 0 && w->event >= 0 && own >= 0 && start_daemon(w, own, tls)) {
        if (start_loop(w)) return true;
        MHD_stop_daemon(w->daemon);
    }
    close(w->epoll);
    close(w->event);
    return false;
}

/* ---- the listening socket ---- */

/* "host:port", "[host]:port" -> its parts; false when it is neither. */
static bool split_address(struct arena *a, const char *listen_on, const char **host, const char **port) {
    struct str s = str_from(listen_on);
    size_t colon = s.n;
    while (colon > 0 && s.p[colon - 1] != ':') colon--;
    if (colon < 2) return false;
    struct str h = str_sub(s, 0, colon - 1);
    if (h.p[0] == '[' && h.p[h.n - 1] == ']') h = str_sub(h, 1, h.n - 1);
    int64_t number;
    if (!str_to_int64(str_sub(s, colon, s.n), &number) || number < 0 || number > 65535) return false;
    *host = arena_cstr(a, h);
    *port = arena_cstr(a, str_sub(s, colon, s.n));
    return true;
}

static bool is_loopback(const struct sockaddr *a) {
    if (a->sa_family == AF_INET) return (ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 24) == 127;
    return a->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)a)->sin6_addr);
}

static int bind_to(const struct addrinfo *where) {
    int fd = socket(where->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, where->ai_addr, where->ai_addrlen) == 0 && listen(fd, 4096) == 0) return fd;
    int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

static bool listen_on(struct http_server *s, struct faults *faults) {
    const char *host, *port;
    struct str given = str_from(s->config.listen);
    struct place place = {0};
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found = NULL;
    if (!split_address(&s->arena, s->config.listen, &host, &port) || getaddrinfo(host, port, &hints, &found) != 0) {
        fault_error(faults, "http.address", place, T("“{0}” is not an address to listen on; 127.0.0.1:8080 would be one."), given);
        return false;
    }
    s->loopback = is_loopback(found->ai_addr);
    if (!s->loopback && !s->tls && !s->config.behind_proxy) {
        fault_error(faults, "http.plain", place, T("Without TLS the server listens on loopback only. For {0} give --tls-cert and --tls-key, or --behind-proxy."), given);
    } else if ((s->listen_fd = bind_to(found)) < 0) {
        int cause = errno;
        if (cause == EADDRINUSE)
            fault_error(faults, "http.port-in-use", place, T("Another program already listens on {0}. Stop it, or choose another port."), given);
        else
            fault_error(faults, "http.listen", place, T("The server cannot listen on {0}: {1}."), given, str_from(strerror(cause)));
    }
    freeaddrinfo(found);
    if (s->listen_fd < 0) return false;
    struct sockaddr_storage bound;
    socklen_t n = sizeof bound;
    getsockname(s->listen_fd, (struct sockaddr *)&bound, &n);
    s->port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port : ((struct sockaddr_in *)&bound)->sin_port);
    s->address = arena_printf(&s->arena, strchr(host, ':') ? "%s://[%s]:%d" : "%s://%s:%d", s->tls ? "https" : "http", host, s->port);
    return true;
}

/* ---- the certificate ---- */

static char *read_small_file(struct arena *a, const char *path, struct faults *faults) {
    FILE *f = fopen(path, "rb");
    char *p = arena_alloc(a, (1 << 16) + 1);
    size_t n = f ? fread(p, 1, 1 << 16, f) : 0;
    if (f) fclose(f);
    if (n > 0) return p;
    fault_error(faults, "http.tls-file", ((struct place){.file = str_from(path)}), T("The file cannot be read, or it is empty."));
    return NULL;
}

static bool read_tls(struct http_server *s, struct files *tls, struct faults *faults) {
    const struct http_config *c = &s->config;
    if (!c->tls_certificate != !c->tls_key) {
        fault_error(faults, "http.tls", (struct place){0}, T("TLS needs both --tls-cert and --tls-key."));
        return false;
    }
    s->tls = c->tls_certificate != NULL;
    if (!s->tls) return true;
    tls->certificate = read_small_file(&s->arena, c->tls_certificate, faults);
    tls->key = read_small_file(&s->arena, c->tls_key, faults);
    return tls->certificate && tls->key;
}

/* Half a dozen descriptors a thread, the store's and the spool's stay free. */
static size_t connection_limit(const struct http_server *s) {
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) != 0) return 512;
    if (r.rlim_cur < r.rlim_max) {
        r.rlim_cur = r.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &r) != 0) getrlimit(RLIMIT_NOFILE, &r);
    }
    size_t files = r.rlim_cur > 1000000 ? 1000000 : (size_t)r.rlim_cur, spare = files / 8 > 64 ? files / 8 : 64;
    size_t limit = files > spare + 16 ? files - spare : 16;
    if (s->config.connection_limit > 0 && (size_t)s->config.connection_limit < limit) limit = (size_t)s->config.connection_limit;
    return limit;
}

static void server_free(struct http_server *s) {
    if (s->listen_fd >= 0) close(s->listen_fd);
    free(s->workers);
    arena_release(&s->arena);
    free(s);
}

static bool start_workers(struct http_server *s, const struct files *tls) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int wanted = s->config.threads > 0 ? s->config.threads : cores > 0 ? (int)cores : 1;
    s->connections_a_worker = connection_limit(s) / (size_t)wanted;
    s->workers = calloc((size_t)wanted, sizeof *s->workers);
    if (!s->workers) return false;
    for (; s->worker_count < wanted; s->worker_count++)
        if (!start_worker(s, &s->workers[s->worker_count], tls)) return false;
    return true;
}

struct http_server *http_server_open(const struct http_config *config, struct faults *faults) {
    struct http_server *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->config = *config;
    s->listen_fd = -1;
    arena_init(&s->arena, 16 << 20);
    struct files tls = {NULL, NULL};
    s->routes = routes_build(&s->arena, config->tables, config->demo, faults);
    if (!s->routes || !read_tls(s, &tls, faults) || !listen_on(s, faults)) {
        server_free(s);
        return NULL;
    }
    if (!start_workers(s, &tls)) {
        fault_error(faults, "http.start", (struct place){0}, s->tls ? T("The server cannot start: the certificate and the key do not fit, or memory is short.")
                                                                     : T("The server cannot start: memory or file descriptors are short."));
        http_server_close(s);
        return NULL;
    }
    return s;
}

int http_server_port(const struct http_server *s) {
    return s->port;
}

struct str http_server_address(const struct http_server *s) {
    return s->address;
}

/* ---- closing ---- */

static void stop_worker(struct worker *w) {
    pthread_join(w->thread, NULL);
    MHD_stop_daemon(w->daemon);
    close(w->epoll);
    close(w->event);
    pthread_mutex_destroy(&w->woken_lock);
    while (w->spare) {
        struct http_exchange *x = w->spare;
        w->spare = x->next;
        exchange_free(x);
    }
    cache_clear(w);
    free(w->log);
}

void http_server_close(struct http_server *s) {
    if (!s) return;
    s->stopping = true;
    for (int i = 0; i < s->worker_count; i++) {
        uint64_t one = 1;
        if (write(s->workers[i].event, &one, sizeof one) < 0) {}
    }
    for (int i = 0; i < s->worker_count; i++) stop_worker(&s->workers[i]);
    server_free(s);
}
