/* program.h: the program itself as a bench starts it: `lingban demo`, `lingban serve`, single requests, its memory and CPU. */
#ifndef BENCH_PROGRAM_H
#define BENCH_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PROGRAM "build/lingban"

/* Runs it to its end; true when it says 0. Words without the program's name, NULL at the end. */
bool program_run(const char *const *words);

struct served {
    pid_t pid; /* 0: not running */
    int port;
    double start_seconds; /* from the start to the first answer */
};
/* False with a line on standard error when it does not answer within ten seconds. */
bool serve_begin(struct served *s, const char *data);
void serve_end(struct served *s);

/* One whole answer with its head, ended by a zero; its length, 0 when nobody answers. `cookie` may be "". */
size_t fetch(int port, const char *path, const char *cookie, char *out, size_t room);
/* The value of <input name="NAME" … value="…"> that comes last; false when there is none. */
bool field_value(const char *page, const char *name, char *out, size_t room);
/* The value of Set-Cookie: NAME=…; false when there is none. */
bool cookie_value(const char *page, const char *name, char *out, size_t room);

double resident_mib(pid_t pid);    /* VmRSS */
double private_mib(pid_t pid);     /* of that what belongs to no file: RssAnon */
double cpu_seconds_of(pid_t pid);  /* hundredths */

#endif
