/* main.c: the table of benches, and how they print (bench.h). */
#include "bench.h"
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const struct cli_command cli_commands[] = {{NULL, NULL, {NULL, 0}, NULL}};

static const struct {
    const char *name;
    bench_run *run;
} benches[] = {
    {"crowd", bench_crowd},
    {"decisions", bench_decisions},
    {"forms", bench_forms},
    {"http", bench_http},
    {"processes", bench_processes},
    {"service", bench_service},
    {"store", bench_store},
    {NULL, NULL},
};

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bench_wall_seconds(void) {
    return seconds(CLOCK_MONOTONIC);
}

double bench_cpu_seconds(void) {
    return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

void bench_line(const char *name, double value, const char *unit) {
    printf("%s\t%.6g\t%s\t-\n", name, value, unit);
    fflush(stdout);
}

void bench_line_against(const char *name, double value, const char *unit, double limit, bool smaller_is_better) {
    printf("%s\t%.6g\t%s\t%.3f\n", name, value, unit, smaller_is_better ? limit / value : value / limit);
    printf("%s.limit\t%.6g\t%s\t-\n", name, limit, unit);
    fflush(stdout);
}

void bench_round(struct bench_rounds *r, double value, double limit) {
    if (r->count == BENCH_ROUNDS) return;
    r->value[r->count] = value;
    r->limit[r->count++] = limit;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(const double *values, size_t count) {
    double sorted[BENCH_ROUNDS];
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_size);
    return count ? sorted[count / 2] : 0;
}

void bench_rounds_line(const char *name, const struct bench_rounds *r, const char *unit, bool smaller_is_better, const char *aim) {
    double ratios[BENCH_ROUNDS], limit = bench_median(r->limit, r->count);
    for (size_t i = 0; i < r->count; i++) ratios[i] = smaller_is_better ? r->limit[i] / r->value[i] : r->value[i] / r->limit[i];
    printf("%s\t%.6g\t%s\t", name, bench_median(r->value, r->count), unit);
    if (limit > 0) printf("%.3f\t%s\n%s.limit\t%.6g\t%s\t-\n", bench_median(ratios, r->count), aim, name, limit, unit);
    else printf("-\t%s\n", aim);
    fflush(stdout);
}

void bench_use(const void *p) {
    __asm__ volatile("" : : "g"(p) : "memory");
}

int main(int argc, char **argv) {
    if (argc == 2)
        for (size_t i = 0; benches[i].name; i++)
            if (strcmp(benches[i].name, argv[1]) == 0) return benches[i].run();
    fputs("bench NAME, where NAME is one of:", stderr);
    for (size_t i = 0; benches[i].name; i++) fprintf(stderr, " %s", benches[i].name);
    fputs("\n", stderr);
    return 2;
}
