/* rows.c: the working set of a step: rows as they are now, laid over those that lookup has.
 *
 * A row is fetched when it is first asked for and stays for the rest of the step; new ones are *fresh*. At the end
 * step_flush_rows() writes what is dirty and alive, deletes what was there and is gone, and says nothing of rows that came
 * and went within the step. Lists (tokens of a scope …) are fetched once; fresh rows are linked in as they are made.
 * See run.h.
 */
#include "bpmn/run.h"

#include <string.h>

enum { USUAL_ROWS = 16, USUAL_QUEUE = 8, USUAL_CHANGES = 48 };

void step_rows_init(struct run *r) {
    r->slots = r->first_slots;
    r->slot_count = FIRST_SLOTS;
    r->variable_slots = r->first_variable_slots;
    r->variable_slot_count = FIRST_SLOTS;
    /* Room for what most steps need, so that nothing is moved while it grows. */
    r->row_capacity = USUAL_ROWS;
    r->rows = arena_alloc_raw(r->arena, USUAL_ROWS * sizeof *r->rows);
    r->queue_capacity = USUAL_QUEUE;
    r->queue = arena_alloc_raw(r->arena, USUAL_QUEUE * sizeof *r->queue);
    r->changes->capacity = USUAL_CHANGES;
    r->changes->items = arena_alloc_raw(r->arena, USUAL_CHANGES * sizeof *r->changes->items);
}

int64_t step_new_id(struct run *r) {
    return r->next_id++;
}

struct bpmn_change *step_change(struct run *r, enum bpmn_change_kind kind) {
    struct bpmn_changes *c = r->changes;
    VEC_PUSH(r->arena, c->items, c->count, c->capacity, ((struct bpmn_change){.kind = kind}));
    return &c->items[c->count - 1];
}

/* ---- rows by id --------------------------------------------------------------------------------------------------- */

static int64_t id_of(const struct row *row) {
    switch (row->kind) {
    case ROW_SCOPE: return row->scope.id;
    case ROW_TOKEN: return row->token.id;
    case ROW_WAIT: return row->wait.id;
    case ROW_COMPENSATION: return row->compensation.id;
    }
    return 0;
}

static struct row **slot_of(const struct run *r, int64_t id) {
    size_t mask = r->slot_count - 1;
    size_t i = (size_t)id & mask;
    while (r->slots[i] && id_of(r->slots[i]) != id) i = (i + 1) & mask;
    return &r->slots[i];
}

static void grow_slots(struct run *r) {
    r->slot_count *= 2;
    r->slots = arena_array(r->arena, struct row *, r->slot_count);
    for (size_t i = 0; i < r->row_count; i++) *slot_of(r, id_of(r->rows[i])) = r->rows[i];
}

/* The id must be in the row already. */
static void remember(struct run *r, struct row *row) {
    if ((r->row_count + 1) * 2 > r->slot_count) grow_slots(r);
    *slot_of(r, id_of(row)) = row;
    VEC_PUSH(r->arena, r->rows, r->row_count, r->row_capacity, row);
}

static struct row *make_row(struct run *r, enum row_kind kind) {
    struct row *row = arena_new(r->arena, struct row);
    row->kind = kind;
    row->tokens_end = &row->tokens;
    row->waits_end = &row->waits;
    row->compensations_end = &row->compensations;
    return row;
}

static void link_row(struct row *row, struct row ***end) {
    **end = row;
    *end = &row->next;
}

static struct row *known(const struct run *r, int64_t id, enum row_kind kind, bool *out_gone) {
    struct row *row = *slot_of(r, id);
    *out_gone = row && (row->deleted || row->kind != kind);
    return row;
}

struct row *step_scope_row(struct run *r, int64_t id) {
    bool gone;
    struct row *row = known(r, id, ROW_SCOPE, &gone);
    if (row) return gone ? NULL : row;
    struct bpmn_scope found;
    if (id <= 0 || !r->host->lookup.scope(r->host->lookup.context, id, &found)) return NULL;
    row = make_row(r, ROW_SCOPE);
    row->scope = found;
    remember(r, row);
    return row;
}

static struct row *take_token(struct run *r, const struct bpmn_token *found) {
    struct row *row = make_row(r, ROW_TOKEN);
    row->token = *found;
    row->was_origin = found->origin;
    row->was_visit = found->visit;
    remember(r, row);
    struct row *scope = step_scope_row(r, found->scope);
    if (scope) link_row(row, &scope->tokens_end);
    return row;
}

struct row *step_token_row(struct run *r, int64_t id) {
    bool gone;
    struct row *row = known(r, id, ROW_TOKEN, &gone);
    if (row) return gone ? NULL : row;
    struct bpmn_token found;
    if (id <= 0 || !r->host->lookup.token(r->host->lookup.context, id, &found)) return NULL;
    return take_token(r, &found);
}

static struct row *take_wait(struct run *r, const struct bpmn_wait *found) {
    struct row *row = make_row(r, ROW_WAIT);
    row->wait = *found;
    remember(r, row);
    struct row *owner = found->token ? step_token_row(r, found->token) : step_scope_row(r, found->scope);
    if (owner) link_row(row, &owner->waits_end);
    return row;
}

struct row *step_wait_row(struct run *r, int64_t id) {
    bool gone;
    struct row *row = known(r, id, ROW_WAIT, &gone);
    if (row) return gone ? NULL : row;
    struct bpmn_wait found;
    if (id <= 0 || !r->host->lookup.wait(r->host->lookup.context, id, &found)) return NULL;
    return take_wait(r, &found);
}

/* ---- new rows ----------------------------------------------------------------------------------------------------- */

struct row *step_new_scope(struct run *r, enum bpmn_scope_kind kind, int32_t element, const struct row *parent, struct row *token) {
    struct row *row = make_row(r, ROW_SCOPE);
    row->scope = (struct bpmn_scope){.id = step_new_id(r), .parent = parent ? parent->scope.id : 0,
                                     .token = token ? token->token.id : 0, .element = element, .kind = (uint8_t)kind};
    row->fresh = row->dirty = true;
    row->members_loaded = row->waits_loaded = row->compensations_loaded = row->variables_loaded = true;
    remember(r, row);
    if (token) {
        token->token.child = row->scope.id;
        touch(token);
    }
    return row;
}

struct row *step_new_token(struct run *r, struct row *scope, int32_t element, int32_t flow) {
    struct row *row = make_row(r, ROW_TOKEN);
    row->token = (struct bpmn_token){.id = step_new_id(r), .scope = scope->scope.id, .element = element, .flow = flow,
                                     .state = BPMN_TOKEN_MOVING};
    row->fresh = row->dirty = row->moved = true;
    row->waits_loaded = true;
    remember(r, row);
    link_row(row, &scope->tokens_end);
    scope->scope.live++;
    touch(scope);
    return row;
}

struct row *step_new_wait(struct run *r, struct row *scope, struct row *token) {
    struct row *row = make_row(r, ROW_WAIT);
    row->wait = (struct bpmn_wait){.id = step_new_id(r), .scope = scope->scope.id, .token = token ? token->token.id : 0};
    row->fresh = row->dirty = true;
    remember(r, row);
    link_row(row, token ? &token->waits_end : &scope->waits_end);
    return row;
}

struct row *step_new_compensation(struct run *r, struct row *scope, int32_t element, int64_t child) {
    struct row *row = make_row(r, ROW_COMPENSATION);
    row->compensation = (struct bpmn_compensation){.id = step_new_id(r), .scope = scope->scope.id, .element = element, .child = child};
    row->fresh = row->dirty = true;
    remember(r, row);
    link_row(row, &scope->compensations_end);
    return row;
}

void step_delete_row(struct run *r, struct row *row) {
    if (row->deleted) return;
    row->deleted = true;
    if (row->kind != ROW_TOKEN || row->token.state == BPMN_TOKEN_SPENT) return;
    struct row *scope = step_scope_row(r, row->token.scope);
    if (!scope) return;
    scope->scope.live--;
    touch(scope);
    step_touch_joins(r, scope);
}

/* ---- lists -------------------------------------------------------------------------------------------------------- */

/* The living rows of a chain, oldest id first (rows fetched one by one may stand before older ones). */
static struct row_list collect(struct run *r, struct row *first) {
    struct row_list list = {0};
    for (struct row *row = first; row; row = row->next) list.count += !row->deleted;
    list.items = arena_alloc_raw(r->arena, list.count * sizeof *list.items);
    size_t n = 0;
    for (struct row *row = first; row; row = row->next) {
        if (row->deleted) continue;
        size_t at = n++;
        for (; at > 0 && id_of(list.items[at - 1]) > id_of(row); at--) list.items[at] = list.items[at - 1];
        list.items[at] = row;
    }
    return list;
}

struct row_list step_tokens_of(struct run *r, struct row *scope) {
    if (!scope->members_loaded) {
        scope->members_loaded = true;
        struct bpmn_tokens found = r->host->lookup.tokens_of(r->host->lookup.context, scope->scope.id, r->arena);
        for (size_t i = 0; i < found.count; i++)
            if (!*slot_of(r, found.items[i].id)) take_token(r, &found.items[i]);
    }
    return collect(r, scope->tokens);
}

struct row_list step_waits_of(struct run *r, struct row *owner) {
    if (!owner->waits_loaded) {
        owner->waits_loaded = true;
        bool token = owner->kind == ROW_TOKEN;
        struct bpmn_waits found = r->host->lookup.waits_of(r->host->lookup.context, token ? owner->token.scope : owner->scope.id,
                                                           token ? owner->token.id : 0, r->arena);
        for (size_t i = 0; i < found.count; i++)
            if (!*slot_of(r, found.items[i].id)) take_wait(r, &found.items[i]);
    }
    if (!owner->waits) return (struct row_list){0};
    return collect(r, owner->waits);
}

static bool waits_so(const struct row *row, enum bpmn_wait_kind kind, struct str name) {
    return row->kind == ROW_WAIT && !row->deleted && row->wait.kind == kind &&
           (kind == BPMN_WAIT_CONDITION || str_eq(row->wait.name, name));
}

struct row_list step_waits_for(struct run *r, enum bpmn_wait_kind kind, struct str name) {
    struct bpmn_waits found = r->host->lookup.waits_for(r->host->lookup.context, kind, name, r->arena);
    for (size_t i = 0; i < found.count; i++)
        if (!*slot_of(r, found.items[i].id)) take_wait(r, &found.items[i]);
    struct row_list list = {0};
    for (size_t i = 0; i < r->row_count; i++) list.count += waits_so(r->rows[i], kind, name);
    list.items = arena_alloc_raw(r->arena, list.count * sizeof *list.items);
    list.count = 0;
    for (size_t i = 0; i < r->row_count; i++) {
        if (!waits_so(r->rows[i], kind, name)) continue;
        size_t at = list.count++;
        for (; at > 0 && id_of(list.items[at - 1]) > id_of(r->rows[i]); at--) list.items[at] = list.items[at - 1];
        list.items[at] = r->rows[i];
    }
    return list;
}

struct row_list step_compensations_of(struct run *r, struct row *scope) {
    if (!scope->compensations_loaded) {
        scope->compensations_loaded = true;
        struct bpmn_compensations found = r->host->lookup.compensations_of(r->host->lookup.context, scope->scope.id, r->arena);
        for (size_t i = 0; i < found.count; i++) {
            if (*slot_of(r, found.items[i].id)) continue;
            struct row *row = make_row(r, ROW_COMPENSATION);
            row->compensation = found.items[i];
            remember(r, row);
            link_row(row, &scope->compensations_end);
        }
    }
    if (!scope->compensations) return (struct row_list){0};
    return collect(r, scope->compensations);
}

/* ---- variables ---------------------------------------------------------------------------------------------------- */

static uint64_t variable_hash(int64_t scope, struct str name) {
    return str_hash(name) ^ ((uint64_t)scope * UINT64_C(0x9E3779B97F4A7C15));
}

static struct variable **variable_slot(const struct run *r, int64_t scope, struct str name) {
    return &r->variable_slots[variable_hash(scope, name) & (r->variable_slot_count - 1)];
}

static struct variable *cached_variable(const struct run *r, int64_t scope, struct str name) {
    struct variable *v = *variable_slot(r, scope, name);
    while (v && !(v->row.scope == scope && str_eq(v->row.name, name))) v = v->next_in_slot;
    return v;
}

static void grow_variable_slots(struct run *r) {
    struct variable **old = r->variable_slots;
    size_t old_count = r->variable_slot_count;
    r->variable_slot_count *= 4;
    r->variable_slots = arena_array(r->arena, struct variable *, r->variable_slot_count);
    for (size_t i = 0; i < old_count; i++) {
        for (struct variable *v = old[i], *next; v; v = next) {
            next = v->next_in_slot;
            struct variable **slot = variable_slot(r, v->row.scope, v->row.name);
            v->next_in_slot = *slot;
            *slot = v;
        }
    }
}

static struct variable *cache_variable(struct run *r, struct row *scope, struct str name) {
    if (++r->variable_count > r->variable_slot_count * 2) grow_variable_slots(r);
    struct variable *v = arena_new(r->arena, struct variable);
    v->row.scope = scope->scope.id;
    v->row.name = name;
    struct variable **slot = variable_slot(r, scope->scope.id, name);
    v->next_in_slot = *slot;
    *slot = v;
    v->next_in_scope = scope->variables;
    scope->variables = v;
    return v;
}

struct variable *step_own_variable(struct run *r, struct row *scope, struct str name) {
    struct variable *v = cached_variable(r, scope->scope.id, name);
    if (v) return v->known ? v : NULL;
    if (scope->variables_loaded) return NULL;
    v = cache_variable(r, scope, name);
    v->known = r->host->lookup.variable(r->host->lookup.context, scope->scope.id, name, r->arena, &v->row.value);
    return v->known ? v : NULL;
}

void step_set_variable(struct run *r, struct row *scope, struct str name, struct feel_value value) {
    struct variable *v = cached_variable(r, scope->scope.id, name);
    if (!v) v = cache_variable(r, scope, name);
    v->row.value = value;
    v->known = v->dirty = true;
    r->variables_changed = true;
}

void step_remove_variable(struct run *r, struct row *scope, struct str name) {
    struct variable *v = step_own_variable(r, scope, name);
    if (!v) return;
    v->known = false;
    v->dirty = true;
    r->variables_changed = true;
}

struct variable *step_variables_of(struct run *r, struct row *scope) {
    if (!scope->variables_loaded) {
        scope->variables_loaded = true;
        struct bpmn_variables found = r->host->lookup.variables_of(r->host->lookup.context, scope->scope.id, r->arena);
        for (size_t i = 0; i < found.count; i++) {
            if (cached_variable(r, scope->scope.id, found.items[i].name)) continue;
            struct variable *v = cache_variable(r, scope, found.items[i].name);
            v->row.value = found.items[i].value;
            v->known = true;
        }
    }
    return scope->variables;
}

/* ---- what is written ---------------------------------------------------------------------------------------------- */

bool step_is_leaf(struct run *r, const struct row *row) {
    if (row->kind != ROW_TOKEN || row->deleted || row->token.state == BPMN_TOKEN_SPENT) return false;
    struct row *child = row->token.child ? step_scope_row(r, row->token.child) : NULL;
    return !child || child->scope.kind == BPMN_SCOPE_LOCAL || child->scope.kind == BPMN_SCOPE_SIGNERS;
}

/* token.together: how many tokens of one origin came to rest. A step has few origins, mostly one. */
static void count_together(struct run *r) {
    struct group {
        int64_t origin;
        int32_t count;
    } *groups = NULL;
    size_t count = 0, capacity = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < r->row_count; i++) {
            struct row *row = r->rows[i];
            if (row->kind != ROW_TOKEN || !row->moved || row->token.origin == 0 || !step_is_leaf(r, row)) continue;
            size_t g = 0;
            while (g < count && groups[g].origin != row->token.origin) g++;
            if (g == count) VEC_PUSH(r->arena, groups, count, capacity, ((struct group){.origin = row->token.origin}));
            if (pass == 0) groups[g].count++;
            else row->token.together = groups[g].count;
        }
    }
}

static void flush_variables(struct run *r, struct row *scope) {
    for (struct variable *v = scope->variables; v; v = v->next_in_scope) {
        if (!v->dirty) continue;
        step_change(r, v->known ? BPMN_PUT_VARIABLE : BPMN_DELETE_VARIABLE)->variable = &v->row;
    }
}

static void flush_row(struct run *r, struct row *row) {
    static const enum bpmn_change_kind put[] = {BPMN_PUT_SCOPE, BPMN_PUT_TOKEN, BPMN_PUT_WAIT, BPMN_PUT_COMPENSATION};
    static const enum bpmn_change_kind gone[] = {BPMN_DELETE_SCOPE, BPMN_DELETE_TOKEN, BPMN_DELETE_WAIT, BPMN_DELETE_COMPENSATION};
    if (row->deleted && row->fresh) return;
    if (row->deleted || row->dirty) {
        struct bpmn_change *c = step_change(r, row->deleted ? gone[row->kind] : put[row->kind]);
        c->scope = &row->scope; /* every member of the union starts at the same place */
    }
    if (row->kind == ROW_SCOPE && !row->deleted) flush_variables(r, row);
}

void step_flush_rows(struct run *r) {
    count_together(r);
    step_forget_before(r);
    step_keep_before(r);
    for (size_t i = 0; i < r->row_count; i++) flush_row(r, r->rows[i]);
}
