/* bench.h: how the benches print.
 *
 * `build/bench NAME` prints lines of name, value, unit, ratio separated by tabs. The ratio is ours/limit (limit/ours
 * for times), so higher is better; "-" where there is no limit. One file here is one bench; main.c holds the table.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

double bench_wall_seconds(void);
double bench_cpu_seconds(void); /* of this process, all threads */
void bench_line(const char *name, double value, const char *unit);
/* Adds the ratio against `limit` and a line NAME.limit. `smaller_is_better` for times and sizes. */
void bench_line_against(const char *name, double value, const char *unit, double limit, bool smaller_is_better);
/* Short rounds of ours and of the limit in turn, so that noise of the machine meets both: the line has the medians, the
 * median of the rounds' ratios, and what is aimed at (a column more). Without limits (all 0) ratio is "-". */
enum { BENCH_ROUNDS = 15 };
struct bench_rounds {
    double value[BENCH_ROUNDS], limit[BENCH_ROUNDS];
    size_t count;
};
void bench_round(struct bench_rounds *r, double value, double limit);
void bench_rounds_line(const char *name, const struct bench_rounds *r, const char *unit, bool smaller_is_better, const char *aim);
double bench_median(const double *values, size_t count);
/* Keeps the compiler from dropping a computed value. */
void bench_use(const void *p);

typedef int bench_run(void); /* exit status */
bench_run bench_crowd;
bench_run bench_decisions;
bench_run bench_forms;
bench_run bench_http;
int bench_filling(void); /* the second half of "forms": filling.c */
bench_run bench_processes;
bench_run bench_store;
bench_run bench_service;

#endif
