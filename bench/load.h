/* load.h: a load generator for benches: one thread, many connections kept alive, loopback only.
 *
 * Each connection sends a request, reads the whole answer, then sends the next. Whoever calls says what is sent; the
 * generator counts answers, statuses and microseconds. Used by bench http and bench service.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "base/str.h"

struct load_plan {
    int port;                 /* on 127.0.0.1 */
    int connections;
    double seconds;
    /* Writes the n-th request of a connection into `out`, with its head; NULL: `request` is sent every time. */
    size_t (*write)(void *arg, int connection, long n, char *out, size_t room);
    void *arg;
    struct str request;
};

struct load_result {
    long good, bad;           /* answers below 400, and others or none at all */
    double seconds;
    double p50, p99, worst;   /* microseconds from the request's first byte to the answer's last */
    double client_cpu;        /* seconds this thread spent: the load generator shares the machine */
};

/* False with a line on standard error when it cannot connect. */
bool load_run(const struct load_plan *plan, struct load_result *out);

#endif
