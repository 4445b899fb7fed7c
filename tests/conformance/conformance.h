/* conformance.h: what the runners of the public suites share.
 *
 * `build/conformance KIND DIR` walks DIR, prints a line a failed case, exits 1 on any failure and prints last
 * exactly "N passed, N failed, N skipped". One file here is one kind; main.c holds the table.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include "base/fault.h"

struct tally {
    int passed, failed, skipped;
};

void tally_pass(struct tally *t);
/* Prints "FAIL name: why". */
void tally_fail(struct tally *t, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));
void tally_skip(struct tally *t);

/* Calls `visit` for every regular file below `dir` whose name ends so, in order of the path. */
void walk_files(const char *dir, const char *ending, void (*visit)(const char *path, void *arg), void *arg);
/* The whole file in the arena; exits with a sentence when it cannot be read. */
struct str read_file(struct arena *a, const char *path);

/* One function a kind; each is in the file of its name and stands in main.c's table. */
typedef void conformance_kind(const char *dir, struct tally *tally);
conformance_kind conformance_dmn;
conformance_kind conformance_xforms, conformance_xpath;
conformance_kind conformance_xlsform;
conformance_kind conformance_bpmn, conformance_bpmn_rules, conformance_bpmn_miwg;

#endif
