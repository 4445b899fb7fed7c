/* fault.h: what is wrong with something, where, and how to mend it.
 *
 * Every reader and checker collects faults instead of stopping: the clerk who wrote a folder sees all of them at
 * once. A fault has a stable code for programs ("feel.unknown-name"), a place, and a sentence for people in both
 * languages (text.h). Commands and requests that fail return one fault.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/text.h"

enum fault_level { FAULT_ERROR, FAULT_WARNING };

struct place {
    struct str file;    /* as the user named it; empty when there is none */
    int line, column;   /* from 1; 0 = unknown */
    struct str element; /* id or name of the element, sheet, table … the fault is in */
    bool sheet;         /* `element` is a worksheet: line and column are its row and column */
};

struct fault {
    enum fault_level level;
    const char *code; /* static: "room.what" */
    struct place place;
    struct str sentence[4]; /* the key and up to three arguments, for text_format */
    size_t sentence_count;
};

struct faults {
    struct arena *arena;
    struct fault *items;
    size_t count, capacity;
    size_t errors; /* how many of them are FAULT_ERROR */
    size_t limit;  /* further ones are counted in `errors` but not kept */
};

void faults_init(struct faults *f, struct arena *arena);
/* Copies place and arguments into the arena. `f` may be NULL: then nothing is kept. */
void faults_add(struct faults *f, enum fault_level level, const char *code, struct place place,
                const struct str *sentence, size_t count);
/* fault_error(faults, "feel.unknown-name", place, T("There is no name “{0}” here."), name) */
#define fault_error(f, code, place, ...)                                                                          \
    faults_add((f), FAULT_ERROR, (code), (place), (const struct str[]){__VA_ARGS__},                              \
               sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
#define fault_warning(f, code, place, ...)                                                                        \
    faults_add((f), FAULT_WARNING, (code), (place), (const struct str[]){__VA_ARGS__},                            \
               sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* "file:line:column: element: sentence", or "file, sheet survey, row 4, column J: sentence", without the parts that are unknown. */
struct str fault_text(struct arena *a, enum language language, const struct fault *fault);
/* Puts the faults from `first` on in the order of their places: file, sheet, row, column. */
void faults_sort(struct faults *f, size_t first);
struct str fault_sentence(struct arena *a, enum language language, const struct fault *fault);

#endif
