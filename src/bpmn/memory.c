/* memory.c: see memory.h. Rows lie in arrays in order of id: new ones have the largest id, so putting one is an
 * append and finding one a binary search. */
#include "bpmn/memory.h"

#include <stdlib.h>
#include <string.h>

enum { SMALLEST_POOL = 32, MEMORY_LIMIT_GIB = 64 };

/* ---- pools ---------------------------------------------------------------------------------------------------------------- */

static size_t pool_of(size_t size, size_t *out_rounded) {
    size_t pool = 0, rounded = SMALLEST_POOL;
    while (rounded < size) rounded *= 2, pool++;
    *out_rounded = rounded;
    return pool;
}

static void *take(struct bpmn_memory *m, size_t size) {
    size_t rounded, pool = pool_of(size, &rounded);
    m->bytes += rounded;
    if (pool >= BPMN_POOLS) return arena_alloc_raw(&m->arena, rounded);
    void **first = m->free_lists[pool];
    if (!first) return arena_alloc_raw(&m->arena, rounded);
    m->free_lists[pool] = *first;
    return first;
}

/* The largest pieces are not given back: they belong to cases with ten thousands of tokens. */
static void give(struct bpmn_memory *m, void *p, size_t size) {
    if (!p || !size) return;
    size_t rounded, pool = pool_of(size, &rounded);
    m->bytes -= rounded;
    if (pool >= BPMN_POOLS) return;
    *(void **)p = m->free_lists[pool];
    m->free_lists[pool] = p;
}

void bpmn_memory_init(struct bpmn_memory *m) {
    *m = (struct bpmn_memory){0};
    arena_init(&m->arena, (size_t)MEMORY_LIMIT_GIB << 30);
    map_init(&m->names, &m->arena);
}

void bpmn_memory_release(struct bpmn_memory *m) {
    arena_release(&m->arena);
}

/* ---- arrays in order of id ------------------------------------------------------------------------------------------------- */

/* Every row begins with its id (variables: with their scope). */
static int64_t key_at(const void *items, size_t index, size_t size) {
    int64_t key;
    memcpy(&key, (const char *)items + index * size, sizeof key);
    return key;
}

/* The first index whose key is not below `key`. */
static uint32_t lower(const void *items, uint32_t count, size_t size, int64_t key) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (key_at(items, middle, size) < key) low = middle + 1;
        else high = middle;
    }
    return low;
}

static void *grow(struct bpmn_memory *m, void *items, uint32_t count, uint32_t *capacity, size_t size) {
    if (count < *capacity) return items;
    size_t rounded;
    pool_of((*capacity ? *capacity * 2 : 1) * size, &rounded);
    void *larger = take(m, rounded);
    if (count) memcpy(larger, items, count * size);
    give(m, items, *capacity * size);
    *capacity = (uint32_t)(rounded / size);
    return larger;
}

#define LOWER(list, key) lower((list).items, (list).count, sizeof *(list).items, (key))
#define FIND(list, key) find_in((list).items, (list).count, sizeof *(list).items, (key))
#define INSERT(m, list, at)                                                                                        \
    ((list).items = grow((m), (list).items, (list).count, &(list).capacity, sizeof *(list).items),                 \
     memmove((list).items + (at) + 1, (list).items + (at), ((list).count - (at)) * sizeof *(list).items), (list).count++)
#define REMOVE(list, at)                                                                                           \
    (memmove((list).items + (at), (list).items + (at) + 1, ((list).count - (at) - 1) * sizeof *(list).items), (list).count--)
#define PUT(m, list, row)                                                                                          \
    do {                                                                                                           \
        uint32_t at_ = LOWER((list), (row)->id);                                                                   \
        if (at_ == (list).count || (list).items[at_].id != (row)->id) INSERT((m), (list), at_);                    \
        (list).items[at_] = *(row);                                                                                \
    } while (0)
#define DROP(list, key)                                                                                            \
    do {                                                                                                           \
        uint32_t at_ = LOWER((list), (key));                                                                       \
        if (at_ < (list).count && (list).items[at_].id == (key)) REMOVE((list), at_);                              \
    } while (0)

static const void *find_in(const void *items, uint32_t count, size_t size, int64_t key) {
    uint32_t at = lower(items, count, size, key);
    return at < count && key_at(items, at, size) == key ? (const char *)items + at * size : NULL;
}

/* ---- variables ---------------------------------------------------------------------------------------------------------------- */

static const char *shared_name(struct bpmn_memory *m, struct str name) {
    const char *known = map_get(&m->names, name);
    if (known) return known;
    struct str copy = arena_str(&m->arena, name);
    map_put(&m->names, copy, (void *)(uintptr_t)copy.p);
    return copy.p;
}

static bool is_text(uint8_t kind) {
    return kind != FEEL_NULL && kind != FEEL_BOOLEAN && kind != FEEL_NUMBER;
}

static void forget_value(struct bpmn_memory *m, struct bpmn_kept_variable *v) {
    if (is_text(v->kind)) give(m, v->text.p, v->text.capacity);
}

static void keep_text(struct bpmn_memory *m, struct bpmn_kept_variable *v, enum feel_kind kind, struct str text) {
    v->kind = (uint8_t)kind;
    v->text.n = (uint32_t)text.n;
    v->text.capacity = (uint32_t)text.n + 1;
    v->text.p = take(m, v->text.capacity);
    if (text.n) memcpy(v->text.p, text.p, text.n);
    v->text.p[text.n] = 0;
}

static void keep_value(struct bpmn_memory *m, struct bpmn_kept_variable *v, struct feel_value value) {
    struct arena scratch;
    struct buf out;
    struct json_out json;
    switch (value.kind) {
    case FEEL_NULL:
    case FEEL_FUNCTION: v->kind = FEEL_NULL; return;
    case FEEL_BOOLEAN:
        v->kind = FEEL_BOOLEAN;
        v->boolean = value.boolean;
        return;
    case FEEL_NUMBER:
        v->kind = FEEL_NUMBER;
        v->number = value.number;
        return;
    case FEEL_STRING: keep_text(m, v, FEEL_STRING, value.string); return;
    default:
        arena_init(&scratch, 256u << 20);
        buf_init(&out, &scratch, 64u << 20);
        json_begin(&json, &out);
        feel_put_json(&json, value);
        keep_text(m, v, FEEL_CONTEXT, buf_str(&out));
        arena_release(&scratch);
    }
}

static struct feel_value kept_value(const struct bpmn_kept_variable *v, struct arena *a) {
    switch (v->kind) {
    case FEEL_NULL: return feel_null();
    case FEEL_BOOLEAN: return feel_boolean(v->boolean);
    case FEEL_NUMBER: return feel_number(v->number);
    case FEEL_STRING: return feel_string((struct str){v->text.p, v->text.n});
    default: {
        struct json_limits limits = {.bytes = 64u << 20, .depth = 200};
        return feel_from_json(a, json_parse(a, (struct str){v->text.p, v->text.n}, &limits, STR(""), NULL));
    }
    }
}

static bool is_named(const struct bpmn_kept_variable *v, struct str name) {
    return v->name_length == name.n && memcmp(v->name, name.p, name.n) == 0;
}

static uint32_t variable_at(const struct bpmn_case *c, int64_t scope, struct str name) {
    uint32_t i = LOWER(c->variables, scope);
    for (; i < c->variables.count && c->variables.items[i].scope == scope; i++)
        if (is_named(&c->variables.items[i], name)) return i;
    return c->variables.count;
}

static void put_variable(struct bpmn_case *c, const struct bpmn_variable *v) {
    uint32_t at = variable_at(c, v->scope, v->name);
    if (at < c->variables.count) {
        forget_value(c->memory, &c->variables.items[at]);
    } else {
        at = LOWER(c->variables, v->scope + 1);
        INSERT(c->memory, c->variables, at);
        c->variables.items[at] = (struct bpmn_kept_variable){.scope = v->scope, .name = shared_name(c->memory, v->name),
                                                             .name_length = (uint32_t)v->name.n};
    }
    keep_value(c->memory, &c->variables.items[at], v->value);
}

static void drop_variable(struct bpmn_case *c, const struct bpmn_variable *v) {
    uint32_t at = variable_at(c, v->scope, v->name);
    if (at == c->variables.count) return;
    forget_value(c->memory, &c->variables.items[at]);
    REMOVE(c->variables, at);
}

static void drop_variables(struct bpmn_case *c, int64_t scope) {
    uint32_t from = LOWER(c->variables, scope), to = from;
    for (; to < c->variables.count && c->variables.items[to].scope == scope; to++) forget_value(c->memory, &c->variables.items[to]);
    if (to > from) memmove(c->variables.items + from, c->variables.items + to, (c->variables.count - to) * sizeof *c->variables.items);
    c->variables.count -= to - from;
}

/* ---- waits ------------------------------------------------------------------------------------------------------------------ */

static struct str keep_str(struct bpmn_memory *m, struct str s) {
    char *p = s.n ? take(m, s.n) : NULL;
    if (s.n) memcpy(p, s.p, s.n);
    return (struct str){p, s.n};
}

static void drop_texts(struct bpmn_memory *m, const struct bpmn_wait *w) {
    give(m, (void *)(uintptr_t)w->name.p, w->name.n);
    give(m, (void *)(uintptr_t)w->key.p, w->key.n);
}

static void put_wait(struct bpmn_case *c, const struct bpmn_wait *wait) {
    struct bpmn_wait w = *wait;
    w.name = keep_str(c->memory, w.name);
    w.key = keep_str(c->memory, w.key);
    const struct bpmn_wait *old = FIND(c->waits, w.id);
    if (old) drop_texts(c->memory, old);
    PUT(c->memory, c->waits, &w);
}

static void drop_wait(struct bpmn_case *c, int64_t id) {
    const struct bpmn_wait *old = FIND(c->waits, id);
    if (old) drop_texts(c->memory, old);
    DROP(c->waits, id);
}

/* ---- lookup ------------------------------------------------------------------------------------------------------------------ */

static bool find_scope(void *context, int64_t id, struct bpmn_scope *out) {
    struct bpmn_case *c = context;
    const struct bpmn_scope *found = FIND(c->scopes, id);
    if (found) *out = *found;
    return found != NULL;
}

static bool find_token(void *context, int64_t id, struct bpmn_token *out) {
    struct bpmn_case *c = context;
    const struct bpmn_token *found = FIND(c->tokens, id);
    if (found) *out = *found;
    return found != NULL;
}

static bool find_wait(void *context, int64_t id, struct bpmn_wait *out) {
    struct bpmn_case *c = context;
    const struct bpmn_wait *found = FIND(c->waits, id);
    if (found) *out = *found;
    return found != NULL;
}

static bool find_variable_of(void *context, int64_t scope, struct str name, struct arena *a, struct feel_value *out) {
    struct bpmn_case *c = context;
    uint32_t at = variable_at(c, scope, name);
    if (at == c->variables.count) return false;
    *out = kept_value(&c->variables.items[at], a);
    return true;
}

/* The rows for which `condition` holds, copied: the arrays move when changes are applied. */
#define SELECT(type, list, condition)                                                                              \
    do {                                                                                                           \
        size_t count_ = 0;                                                                                         \
        for (uint32_t i = 0; i < (list).count; i++) {                                                              \
            const type *row = &(list).items[i];                                                                    \
            count_ += (condition);                                                                                 \
        }                                                                                                          \
        type *out_ = arena_alloc_raw(a, count_ * sizeof(type));                                                    \
        size_t n_ = 0;                                                                                             \
        for (uint32_t i = 0; i < (list).count; i++) {                                                              \
            const type *row = &(list).items[i];                                                                    \
            if (condition) out_[n_++] = *row;                                                                      \
        }                                                                                                          \
        result.count = n_;                                                                                         \
        result.items = out_;                                                                                       \
    } while (0)

static struct bpmn_tokens find_tokens(void *context, int64_t scope, struct arena *a) {
    struct bpmn_case *c = context;
    struct bpmn_tokens result;
    SELECT(struct bpmn_token, c->tokens, row->scope == scope);
    return result;
}

static struct bpmn_waits find_waits_of(void *context, int64_t scope, int64_t token, struct arena *a) {
    struct bpmn_case *c = context;
    struct bpmn_waits result;
    SELECT(struct bpmn_wait, c->waits, row->scope == scope && row->token == token);
    return result;
}

static struct bpmn_waits find_waits_for(void *context, enum bpmn_wait_kind kind, struct str name, struct arena *a) {
    struct bpmn_case *c = context;
    struct bpmn_waits result;
    SELECT(struct bpmn_wait, c->waits, row->kind == kind && (kind == BPMN_WAIT_CONDITION || str_eq(row->name, name)));
    return result;
}

static struct bpmn_compensations find_compensations(void *context, int64_t scope, struct arena *a) {
    struct bpmn_case *c = context;
    struct bpmn_compensations result;
    SELECT(struct bpmn_compensation, c->compensations, row->scope == scope);
    return result;
}

static int by_name(const void *x, const void *y) {
    return str_cmp(((const struct bpmn_variable *)x)->name, ((const struct bpmn_variable *)y)->name);
}

static struct bpmn_variables find_variables(void *context, int64_t scope, struct arena *a) {
    struct bpmn_case *c = context;
    uint32_t from = LOWER(c->variables, scope), to = LOWER(c->variables, scope + 1);
    struct bpmn_variable *out = arena_array(a, struct bpmn_variable, to - from);
    for (uint32_t i = from; i < to; i++) {
        const struct bpmn_kept_variable *v = &c->variables.items[i];
        out[i - from] = (struct bpmn_variable){.scope = scope, .name = {v->name, v->name_length}, .value = kept_value(v, a)};
    }
    if (to > from) qsort(out, to - from, sizeof *out, by_name);
    return (struct bpmn_variables){.count = to - from, .items = out};
}

struct bpmn_lookup bpmn_memory_lookup(struct bpmn_case *c) {
    return (struct bpmn_lookup){.context = c, .scope = find_scope, .token = find_token, .wait = find_wait,
                                .variable = find_variable_of, .tokens_of = find_tokens, .waits_of = find_waits_of,
                                .waits_for = find_waits_for, .variables_of = find_variables, .compensations_of = find_compensations};
}

/* ---- changes ------------------------------------------------------------------------------------------------------------------ */

static void open_work(struct bpmn_case *c, enum bpmn_open_kind kind, int64_t work, int64_t token, int32_t element) {
    struct bpmn_open o = {.work = work, .token = token, .element = element, .kind = (uint8_t)kind};
    uint32_t at = c->open.count;
    INSERT(c->memory, c->open, at);
    c->open.items[at] = o;
}

static void close_opened(struct bpmn_case *c, int64_t work) {
    uint32_t at = LOWER(c->open, work); /* opened in order of number */
    if (at < c->open.count && c->open.items[at].work == work) REMOVE(c->open, at);
}

static bool apply_row(struct bpmn_case *c, const struct bpmn_change *change) {
    switch (change->kind) {
    case BPMN_PUT_SCOPE: PUT(c->memory, c->scopes, change->scope); return true;
    case BPMN_DELETE_SCOPE:
        drop_variables(c, change->scope->id);
        DROP(c->scopes, change->scope->id);
        return true;
    case BPMN_PUT_TOKEN: PUT(c->memory, c->tokens, change->token); return true;
    case BPMN_DELETE_TOKEN: DROP(c->tokens, change->token->id); return true;
    case BPMN_PUT_VARIABLE: put_variable(c, change->variable); return true;
    case BPMN_DELETE_VARIABLE: drop_variable(c, change->variable); return true;
    case BPMN_PUT_WAIT: put_wait(c, change->wait); return true;
    case BPMN_DELETE_WAIT: drop_wait(c, change->wait->id); return true;
    case BPMN_PUT_COMPENSATION: PUT(c->memory, c->compensations, change->compensation); return true;
    case BPMN_DELETE_COMPENSATION: DROP(c->compensations, change->compensation->id); return true;
    default: return false;
    }
}

static void apply_one(struct bpmn_case *c, const struct bpmn_change *change) {
    if (apply_row(c, change)) return;
    switch (change->kind) {
    case BPMN_OPEN_TASK: open_work(c, BPMN_OPENED_TASK, change->task->work, change->task->token, change->task->element); break;
    case BPMN_OPEN_JOB: open_work(c, BPMN_OPENED_JOB, change->job->work, change->job->token, change->job->element); break;
    case BPMN_OPEN_CALL: open_work(c, BPMN_OPENED_CALL, change->call->work, change->call->token, change->call->element); break;
    case BPMN_OPEN_INCIDENT:
        open_work(c, BPMN_OPENED_INCIDENT, change->incident->id, change->incident->token, change->incident->element);
        break;
    case BPMN_CLOSE_TASK:
    case BPMN_CLOSE_JOB:
    case BPMN_CLOSE_CALL: close_opened(c, change->close->work); break;
    case BPMN_CLOSE_INCIDENT: close_opened(c, change->incident->id); break;
    case BPMN_CASE_ENDED:
        c->ended = true;
        c->end_kind = (uint8_t)change->end->kind;
        break;
    default: break; /* to tell, not to keep */
    }
}

struct bpmn_case *bpmn_memory_open(struct bpmn_memory *m) {
    struct bpmn_case *c = take(m, sizeof *c);
    *c = (struct bpmn_case){.memory = m, .next_id = 1};
    return c;
}

#define GIVE_LIST(m, list) give((m), (list).items, (list).capacity * sizeof *(list).items)

static void give_rows(struct bpmn_case *c) {
    struct bpmn_memory *m = c->memory;
    for (uint32_t i = 0; i < c->variables.count; i++) forget_value(m, &c->variables.items[i]);
    for (uint32_t i = 0; i < c->waits.count; i++) drop_texts(m, &c->waits.items[i]);
    GIVE_LIST(m, c->scopes);
    GIVE_LIST(m, c->tokens);
    GIVE_LIST(m, c->waits);
    GIVE_LIST(m, c->variables);
    GIVE_LIST(m, c->compensations);
    GIVE_LIST(m, c->open);
    *c = (struct bpmn_case){.memory = m, .next_id = c->next_id, .ended = c->ended, .end_kind = c->end_kind};
}

void bpmn_memory_close(struct bpmn_case *c) {
    struct bpmn_memory *m = c->memory;
    give_rows(c);
    give(m, c, sizeof *c);
}

void bpmn_memory_apply(struct bpmn_case *c, const struct bpmn_changes *changes) {
    if (changes->outcome != BPMN_STEP_DONE) return;
    for (size_t i = 0; i < changes->count; i++) apply_one(c, &changes->items[i]);
    c->next_id = changes->next_id;
    /* The last step has deleted every row (a test counts them); only the empty lists remain. */
    if (c->ended && !c->tokens.count && !c->scopes.count && !c->waits.count && !c->variables.count && !c->open.count) give_rows(c);
}
