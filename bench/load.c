/* load.c: see load.h. Answers must have a Content-Length; a connection that closes is opened again. */
#include "load.h"
#include "bench.h"

#include "base/env.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_ROOM = 65536, HEAD_ROOM = 16384, BUCKETS = 4096 };

struct client {
    int fd, number;
    long sent;                /* requests begun */
    int64_t begun;
    char *request;
    size_t request_size, request_done;
    char head[HEAD_ROOM];
    size_t head_size;
    bool in_body, blocked; /* blocked: not all of the request could be sent */
    long long body_left;
};

struct run {
    const struct load_plan *plan;
    struct load_result *result;
    int epoll;
    int64_t until;
    long buckets[BUCKETS];    /* of 1/64 octaves of microseconds */
};

/* Logarithmic buckets: below 128 one a microsecond, then 64 for each doubling: exact to about one percent. */
static int bucket_of(int64_t micros) {
    int octave = 0;
    while ((micros >> octave) >= 128) octave++;
    int64_t bucket = octave * 64 + (micros >> octave);
    return bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : (int)bucket;
}

static double micros_of(int bucket) {
    if (bucket < 128) return bucket;
    int octave = bucket / 64 - 1;
    return (double)((int64_t)(bucket - octave * 64) << octave);
}

static double percentile(const struct run *r, double share) {
    long total = 0, seen = 0;
    for (int i = 0; i < BUCKETS; i++) total += r->buckets[i];
    for (int i = 0; i < BUCKETS; i++)
        if ((seen += r->buckets[i]) >= (long)((double)total * share) && seen > 0) return micros_of(i);
    return 0;
}

static void send_more(struct run *r, struct client *c) {
    while (c->request_done < c->request_size) {
        ssize_t n = send(c->fd, c->request + c->request_done, c->request_size - c->request_done, MSG_NOSIGNAL);
        if (n < 0) break;
        c->request_done += (size_t)n;
    }
    bool blocked = c->request_done < c->request_size;
    if (blocked == c->blocked) return;
    struct epoll_event e = {.events = EPOLLIN | (blocked ? EPOLLOUT : 0u), .data.ptr = c};
    epoll_ctl(r->epoll, EPOLL_CTL_MOD, c->fd, &e);
    c->blocked = blocked;
}

static void begin_request(struct run *r, struct client *c) {
    const struct load_plan *p = r->plan;
    if (p->write) {
        c->request_size = p->write(p->arg, c->number, c->sent, c->request, REQUEST_ROOM);
    } else {
        c->request_size = p->request.n < REQUEST_ROOM ? p->request.n : REQUEST_ROOM;
        memcpy(c->request, p->request.p, c->request_size);
    }
    c->sent++;
    c->request_done = 0;
    c->head_size = 0;
    c->in_body = false;
    c->begun = env_monotonic();
    send_more(r, c);
}

static bool dial(struct run *r, struct client *c) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)r->plan->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    c->blocked = false;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0) return false;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    return epoll_ctl(r->epoll, EPOLL_CTL_ADD, c->fd, &e) == 0;
}

static void again(struct run *r, struct client *c) {
    close(c->fd);
    if (dial(r, c)) begin_request(r, c);
}

static void finish(struct run *r, struct client *c) {
    int64_t micros = env_monotonic() - c->begun;
    r->buckets[bucket_of(micros)]++;
    if ((double)micros > r->result->worst) r->result->worst = (double)micros;
    if (c->head_size > 9 && c->head[9] < '4') r->result->good++;
    else r->result->bad++;
    begin_request(r, c);
}

/* Looks for the end of the head in what came so far; afterwards only the body's length counts. */
static void read_head(struct client *c, const char *bytes, size_t n) {
    size_t room = HEAD_ROOM - 1 - c->head_size, copied = n < room ? n : room;
    memcpy(c->head + c->head_size, bytes, copied);
    c->head_size += copied;
    c->head[c->head_size] = 0;
    char *end = strstr(c->head, "\r\n\r\n"), *length = strcasestr(c->head, "\r\nContent-Length:");
    if (!end) return;
    c->in_body = true;
    c->body_left = length && length < end ? strtoll(length + 17, NULL, 10) : 0;
    c->body_left -= (long long)(c->head_size - (size_t)(end + 4 - c->head)) + (long long)(n - copied);
}

static void receive(struct run *r, struct client *c) {
    static char piece[65536];
    ssize_t n = recv(c->fd, piece, sizeof piece, 0);
    if (n <= 0) {
        r->result->bad++;
        again(r, c);
        return;
    }
    if (c->in_body) c->body_left -= n;
    else read_head(c, piece, (size_t)n);
    if (c->in_body && c->body_left <= 0) finish(r, c);
}

static double thread_cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void loop(struct run *r) {
    struct epoll_event events[256];
    while (env_monotonic() < r->until) {
        int n = epoll_wait(r->epoll, events, 256, 100);
        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) send_more(r, c);
            if (events[i].events & ~(uint32_t)EPOLLOUT) receive(r, c);
        }
    }
}

bool load_run(const struct load_plan *plan, struct load_result *out) {
    struct run r = {.plan = plan, .result = out, .epoll = epoll_create1(EPOLL_CLOEXEC)};
    struct client *clients = calloc((size_t)plan->connections, sizeof *clients);
    bool good = clients != NULL;
    *out = (struct load_result){0};
    double cpu = thread_cpu();
    int64_t begun = env_monotonic();
    r.until = begun + (int64_t)(plan->seconds * 1e6);
    for (int i = 0; i < plan->connections && good; i++) {
        clients[i].number = i;
        clients[i].request = malloc(REQUEST_ROOM);
        good = clients[i].request && dial(&r, &clients[i]);
        if (good) begin_request(&r, &clients[i]);
        else fprintf(stderr, "load: cannot connect to port %d: %s\n", plan->port, strerror(errno));
    }
    if (good) loop(&r);
    out->seconds = (double)(env_monotonic() - begun) / 1e6;
    out->client_cpu = thread_cpu() - cpu;
    out->p50 = percentile(&r, 0.5);
    out->p99 = percentile(&r, 0.99);
    for (int i = 0; clients && i < plan->connections; i++) {
        if (clients[i].fd > 0) close(clients[i].fd);
        free(clients[i].request);
    }
    free(clients);
    close(r.epoll);
    return good;
}
