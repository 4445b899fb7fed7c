/* env.c: clock and randomness (env.h); files are in file.c. */
#include "base/env.h"
#include "base/crypto.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum clock_kind { CLOCK_MACHINE, CLOCK_STILL, CLOCK_OF_FILE };

/* The process's one clock and one source of randomness: whoever starts the program chooses them. */
static struct {
    pthread_mutex_t lock;
    _Atomic enum clock_kind kind;
    _Atomic int64_t still;   /* the time of a clock that stands still; the last time read from the file */
    const char *path;        /* of the clock file */
    int64_t next_look;       /* monotonic time after which the file is read again */
    _Atomic bool seeded;
    uint8_t seed[KEY_BYTES];
    uint64_t drawn;          /* blocks drawn from the seed so far */
} env = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t micros(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * MICROS_A_SECOND + t.tv_nsec / 1000;
}

int64_t env_monotonic(void) {
    return micros(CLOCK_MONOTONIC);
}

instant env_machine_now(void) {
    return micros(CLOCK_REALTIME);
}

/* Reads without an arena: it happens inside env_now, which must not fail. */
static bool read_clock_file(const char *path, instant *out) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    char line[64];
    ssize_t n = read(fd, line, sizeof line);
    close(fd);
    if (n <= 0) return false;
    struct str text = {line, (size_t)n}, first;
    return str_split(&text, '\n', &first) && instant_parse(str_trim(first), out);
}

/* A file that is gone or being rewritten keeps the last time: the clock of a test must not jump to the machine's. */
static instant now_of_file(void) {
    pthread_mutex_lock(&env.lock);
    instant now;
    if (env_monotonic() >= env.next_look) {
        env.next_look = env_monotonic() + MICROS_A_SECOND;
        if (read_clock_file(env.path, &now)) env.still = now;
    }
    pthread_mutex_unlock(&env.lock);
    return env.still;
}

instant env_now(void) {
    enum clock_kind kind = env.kind;
    switch (kind) {
    case CLOCK_STILL: return env.still;
    case CLOCK_OF_FILE: return now_of_file();
    default: return env_machine_now();
    }
}

bool env_clock_at(struct str rfc3339, struct faults *faults) {
    instant at;
    if (!instant_parse(rfc3339, &at)) {
        fault_error(faults, "env.clock", (struct place){0},
                    T("“{0}” is no time. Write it like 2026-11-24T08:00:00+08:00."), rfc3339);
        return false;
    }
    env_clock_set(at);
    return true;
}

void env_clock_set(instant now) {
    env.still = now;
    env.kind = CLOCK_STILL;
}

bool env_clock_file(const char *path, struct faults *faults) {
    instant at;
    if (!read_clock_file(path, &at)) {
        fault_error(faults, "env.clock", (struct place){.file = str_from(path)},
                    T("The first line of the clock file must be a time like 2026-11-24T08:00:00+08:00."));
        return false;
    }
    pthread_mutex_lock(&env.lock);
    env.path = path;
    env.still = at;
    env.next_look = env_monotonic() + MICROS_A_SECOND;
    env.kind = CLOCK_OF_FILE;
    pthread_mutex_unlock(&env.lock);
    return true;
}

void env_clock_machine(void) {
    env.kind = CLOCK_MACHINE;
}

void env_random_seed(struct str seed) {
    pthread_mutex_lock(&env.lock);
    struct hash h = sha256(seed);
    memcpy(env.seed, h.bytes, sizeof env.seed);
    env.drawn = 0;
    env.seeded = seed.n > 0;
    pthread_mutex_unlock(&env.lock);
}

static void draw_from_seed(char *at, size_t n) {
    pthread_mutex_lock(&env.lock);
    while (n > 0) {
        struct str counter = {(const char *)&env.drawn, sizeof env.drawn};
        struct hash block = hmac_sha256((struct str){(const char *)env.seed, sizeof env.seed}, &counter, 1);
        size_t piece = n < sizeof block.bytes ? n : sizeof block.bytes;
        memcpy(at, block.bytes, piece);
        at += piece;
        n -= piece;
        env.drawn++;
    }
    pthread_mutex_unlock(&env.lock);
}

static void ask_kernel(char *at, size_t n) {
    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0) {
            fputs("lingban: the kernel gives no random bytes\n", stderr);
            abort();
        }
        at += got;
        n -= (size_t)got;
    }
}

/* A seal takes 28 bytes and a case a dozen of them: a thread asks for several at once. None is given twice, none is kept. */
void env_random(void *bytes, size_t n) {
    static _Thread_local struct {
        char bytes[256];
        size_t left;
    } drawn;
    if (env.seeded) draw_from_seed(bytes, n);
    else if (n > sizeof drawn.bytes) ask_kernel(bytes, n);
    else {
        if (drawn.left < n) ask_kernel(drawn.bytes, drawn.left = sizeof drawn.bytes);
        drawn.left -= n;
        memcpy(bytes, drawn.bytes + drawn.left, n);
        explicit_bzero(drawn.bytes + drawn.left, n);
    }
}
