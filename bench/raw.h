/* raw.h: the limit for commands: raw SQLite writing the very rows.
 *
 * The journal of a data folder says what each command wrote. Its statements and values are prepared first and then run,
 * 64 commands a transaction, WAL, synchronous=FULL, on a copy of the folder's database: no judging, no hashes, no sealing,
 * no signature, no savepoints, and no local rows (search, answers to be repeated), so the limit is on the high side.
 */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H

struct raw;
/* `data`: a data folder, which a server may be writing to; the copy is made at `copy`. NULL with a line on standard error. */
struct raw *raw_open(const char *data, const char *copy);
/* Writes what was journalled since the last call. Wall and CPU seconds of the writing alone. */
struct raw_result {
    long commands, rows;
    double seconds, cpu;
};
struct raw_result raw_catch_up(struct raw *r);
void raw_close(struct raw *r);

#endif
