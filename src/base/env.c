/* env.c: see env.h. */
#include "base/env.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t micros(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * MICROS_A_SECOND + t.tv_nsec / 1000;
}

instant env_now(void) {
    return micros(CLOCK_REALTIME);
}

int64_t env_monotonic(void) {
    return micros(CLOCK_MONOTONIC);
}

void env_random(void *bytes, size_t n) {
    for (char *at = bytes; n > 0;) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0) {
            fputs("lingban: the kernel gives no random bytes\n", stderr);
            abort();
        }
        at += got;
        n -= (size_t)got;
    }
}
