/* nginx.h: the limit for pages: the same bytes from a file by nginx with two workers, where it is installed. */
#ifndef BENCH_NGINX_H
#define BENCH_NGINX_H

#include "load.h"

struct nginx {
    int pid, port; /* pid 0: not running */
    char folder[40];
};
bool nginx_begin(struct nginx *n, struct str page); /* at /page; false where nginx is not installed */
void nginx_end(struct nginx *n);
/* All zero where nginx is not installed. */
struct load_result nginx_limit(struct str page, int connections, double seconds);
/* GETs of one address on 127.0.0.1. */
struct load_result load_page(int port, const char *request, int connections, double seconds);
double load_rate(struct load_result r);

#endif
