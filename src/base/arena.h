/* arena.h: memory that lives and dies together.
 *
 * One arena for a request, one for a command, one for a loaded model; whoever made it frees it whole, so nothing
 * inside is freed singly. Every arena has a budget. arena_alloc never returns NULL: when the budget is spent (or
 * the machine has no memory) control returns to the innermost arena_run() of that arena, which answers false.
 * This is the only non-local exit in the program (compare Lua's protected calls); what must be undone on the way
 * out is registered with arena_on_release, never remembered by hand.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;
struct arena_cleanup;
struct arena_escape;

struct arena {
    struct arena_block *blocks; /* newest first */
    struct arena_cleanup *cleanups;
    struct arena_escape *escape;
    size_t used, limit; /* bytes asked for, and the budget */
};

void arena_init(struct arena *a, size_t limit_bytes);
void arena_release(struct arena *a); /* frees everything; the arena may be initialised again */
void arena_clear(struct arena *a);   /* frees everything but the newest block, keeps the budget */

/* Zeroed memory, aligned for any type. Size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);
/* Without the zeroing: for bytes that are written at once. */
void *arena_alloc_raw(struct arena *a, size_t size);
void *arena_alloc_array(struct arena *a, size_t count, size_t size); /* overflow counts as a spent budget */
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, count) ((type *)arena_alloc_array((a), (count), sizeof(type)))

struct str arena_str(struct arena *a, struct str s); /* copy; one zero byte follows the bytes */
const char *arena_cstr(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str arena_concat(struct arena *a, struct str x, struct str y);

/* Room for one more element in a vector kept as pointer, count and capacity: returns the (moved) vector with at
 * least count + 1 places. Use through VEC_PUSH. */
void *arena_grow(struct arena *a, void *vector, size_t count, size_t *capacity, size_t size);
/* VEC_PUSH(arena, model->tasks, model->task_count, model->task_capacity, task) */
#define VEC_PUSH(a, items, count, capacity, item)                                                                 \
    ((items) = arena_grow((a), (items), (count), &(capacity), sizeof *(items)), (items)[(count)++] = (item))

/* Runs `fn(pointer)` when the arena is released or cleared, last registered first: for memory of other libraries. */
void arena_on_release(struct arena *a, void (*fn)(void *), void *pointer);

/* Runs fn(arg); true when it returned, false when the arena's budget ran out inside. May be nested. After false
 * what was allocated is still there: clear or release the arena. */
bool arena_run(struct arena *a, void (*fn)(void *), void *arg);
/* Leaves to the innermost arena_run as a spent budget does. For evaluators whose own step budget is spent. */
_Noreturn void arena_escape(struct arena *a);

/* A mark to which an arena can be wound back while no cleanup was registered since: scratch in a loop. */
struct arena_mark {
    struct arena_block *block;
    size_t block_used, used;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

#endif
