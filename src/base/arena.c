/* arena.c: see arena.h. Blocks double in size up to 1 MiB; a larger request gets a block of its own. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20, ALIGNMENT = 16 };

struct arena_block {
    struct arena_block *older;
    size_t size, used;
    _Alignas(ALIGNMENT) char bytes[];
};

struct arena_cleanup {
    struct arena_cleanup *older;
    void (*fn)(void *);
    void *pointer;
};

struct arena_escape {
    jmp_buf target;
    struct arena_escape *outer;
};

void arena_init(struct arena *a, size_t limit_bytes) {
    *a = (struct arena){.limit = limit_bytes};
}

static void run_cleanups(struct arena *a) {
    while (a->cleanups) {
        struct arena_cleanup *c = a->cleanups;
        a->cleanups = c->older;
        c->fn(c->pointer);
    }
}

void arena_release(struct arena *a) {
    run_cleanups(a);
    while (a->blocks) {
        struct arena_block *b = a->blocks;
        a->blocks = b->older;
        free(b);
    }
    *a = (struct arena){.limit = a->limit, .escape = a->escape};
}

void arena_clear(struct arena *a) {
    run_cleanups(a);
    if (!a->blocks) return;
    while (a->blocks->older) {
        struct arena_block *b = a->blocks->older;
        a->blocks->older = b->older;
        free(b);
    }
    a->blocks->used = 0;
    a->used = 0;
}

_Noreturn void arena_escape(struct arena *a) {
    if (a->escape) longjmp(a->escape->target, 1);
    fputs("lingban: out of memory outside of any guarded work\n", stderr);
    abort();
}

bool arena_run(struct arena *a, void (*fn)(void *), void *arg) {
    struct arena_escape here = {.outer = a->escape};
    a->escape = &here;
    bool returned = setjmp(here.target) == 0;
    if (returned) fn(arg);
    a->escape = here.outer;
    return returned;
}

static void add_block(struct arena *a, size_t at_least) {
    size_t size = a->blocks ? a->blocks->size * 2 : FIRST_BLOCK;
    if (size > LARGEST_BLOCK) size = LARGEST_BLOCK;
    if (size < at_least) size = at_least;
    struct arena_block *b = malloc(sizeof *b + size);
    if (!b) arena_escape(a);
    b->older = a->blocks;
    b->size = size;
    b->used = 0;
    a->blocks = b;
}

void *arena_alloc_raw(struct arena *a, size_t size) {
    if (size > a->limit || a->used > a->limit - size) arena_escape(a);
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    struct arena_block *b = a->blocks;
    if (!b || b->size - b->used < rounded) {
        add_block(a, rounded);
        b = a->blocks;
    }
    void *p = b->bytes + b->used;
    b->used += rounded;
    a->used += rounded;
    return p;
}

void *arena_alloc(struct arena *a, size_t size) {
    void *p = arena_alloc_raw(a, size);
    memset(p, 0, size);
    return p;
}

void *arena_alloc_array(struct arena *a, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) arena_escape(a);
    return arena_alloc(a, total);
}

struct str arena_str(struct arena *a, struct str s) {
    char *p = arena_alloc_raw(a, s.n + 1);
    if (s.n) memcpy(p, s.p, s.n);
    p[s.n] = 0;
    return (struct str){p, s.n};
}

const char *arena_cstr(struct arena *a, struct str s) {
    return arena_str(a, s).p;
}

struct str arena_concat(struct arena *a, struct str x, struct str y) {
    char *p = arena_alloc_raw(a, x.n + y.n + 1);
    if (x.n) memcpy(p, x.p, x.n);
    if (y.n) memcpy(p + x.n, y.p, y.n);
    p[x.n + y.n] = 0;
    return (struct str){p, x.n + y.n};
}

struct str arena_printf(struct arena *a, const char *format, ...) {
    char piece[256]; /* short text is formatted once */
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(piece, sizeof piece, format, args);
    va_end(args);
    if (n < 0) piece[n = 0] = 0;
    char *p = arena_alloc_raw(a, (size_t)n + 1);
    if ((size_t)n < sizeof piece) memcpy(p, piece, (size_t)n + 1);
    else vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return (struct str){p, (size_t)n};
}

void *arena_grow(struct arena *a, void *vector, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) return vector;
    size_t larger = *capacity ? *capacity * 2 : 8;
    void *moved = arena_alloc_array(a, larger, size);
    if (count) memcpy(moved, vector, count * size);
    *capacity = larger;
    return moved;
}

void arena_on_release(struct arena *a, void (*fn)(void *), void *pointer) {
    struct arena_cleanup *c = arena_new(a, struct arena_cleanup);
    *c = (struct arena_cleanup){.older = a->cleanups, .fn = fn, .pointer = pointer};
    a->cleanups = c;
}

struct arena_mark arena_mark(const struct arena *a) {
    return (struct arena_mark){a->blocks, a->blocks ? a->blocks->used : 0, a->used};
}

void arena_rewind(struct arena *a, struct arena_mark mark) {
    while (a->blocks != mark.block) {
        struct arena_block *b = a->blocks;
        a->blocks = b->older;
        free(b);
    }
    if (a->blocks) a->blocks->used = mark.block_used;
    a->used = mark.used;
}
