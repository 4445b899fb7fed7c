/* before.c: what a completed user task found, so that 撤回 can put it back.
 *
 * A step that completes a user task leaves one variable, "#before", under the number of the task's visit (numbers are
 * unique over all kinds of rows, so no scope has that one): what the step changed and how it was. It lives as long as
 * what the completion set going still rests where it first came to rest, that is, as long as it can be taken back; the
 * first of those tokens that moves takes it along. So a case holds as many of them as it has steps that can be taken back.
 *
 * One entry a change, a list:
 *     [scope, element, name, old, new]   a variable of a scope
 *     [scope, element, name]             a variable that was not there before
 *     [scope, element, name, old]        a variable of a scope that went with the step
 *     [scope, id]                        a compensation that the step remembered
 *     []                                 something was sent, or somebody else's work ended: never to be taken back
 * Put back is only what nobody has changed since. See step.h, run.h, office.c. */
#include "bpmn/run.h"

#define NAME STR("#before")

enum { SCOPE, ELEMENT, VARIABLE, OLD, NEW };

struct entries {
    struct feel_value *items;
    size_t count, capacity;
};

static struct feel_value entry_of(struct run *r, size_t count, const struct feel_value *parts) {
    struct feel_value list = feel_list(r->arena, count);
    for (size_t i = 0; i < count; i++) list.list->items[i] = parts[i];
    return list;
}

#define ENTRY(r, entries, ...)                                                                                     \
    VEC_PUSH((r)->arena, (entries)->items, (entries)->count, (entries)->capacity,                                   \
             entry_of((r), sizeof((const struct feel_value[]){__VA_ARGS__}) / sizeof(struct feel_value), (const struct feel_value[]){__VA_ARGS__}))

static int64_t whole(struct feel_value list, size_t i) {
    int64_t n = 0;
    if (list.kind == FEEL_LIST && i < list.list->count && list.list->items[i].kind == FEEL_NUMBER) decimal_to_int(list.list->items[i].number, &n);
    return n;
}

/* ---- keeping ---------------------------------------------------------------------------------------------------------- */

static struct feel_value name_of_element(struct run *r, const struct row *scope) {
    return feel_string(element_of(r, scope->scope.element)->id);
}

/* The variables of a scope that went with the step, as they were: a sub-process that is entered again gets them back. */
static void keep_scope(struct run *r, const struct row *scope, struct entries *out) {
    struct bpmn_variables found = r->host->lookup.variables_of(r->host->lookup.context, scope->scope.id, r->arena);
    for (size_t i = 0; i < found.count; i++)
        ENTRY(r, out, feel_integer(scope->scope.id), name_of_element(r, scope), feel_string(found.items[i].name), found.items[i].value);
}

static void keep_changes(struct run *r, const struct row *scope, struct entries *out) {
    const struct bpmn_lookup *l = &r->host->lookup;
    for (const struct variable *v = scope->variables; v; v = v->next_in_scope) {
        struct feel_value old;
        if (!v->dirty) continue;
        bool was = l->variable(l->context, scope->scope.id, v->row.name, r->arena, &old);
        if (was) ENTRY(r, out, feel_integer(scope->scope.id), name_of_element(r, scope), feel_string(v->row.name), old, v->row.value);
        else ENTRY(r, out, feel_integer(scope->scope.id), name_of_element(r, scope), feel_string(v->row.name));
    }
}

/* Something that the visit set going rests somewhere, or the visit itself still does (a listener after the work). */
static bool can_be_taken_back(struct run *r, int64_t visit) {
    for (size_t i = 0; i < r->row_count; i++) {
        const struct row *row = r->rows[i];
        if (step_is_leaf(r, row) && (row->token.origin == visit || row->token.visit == visit)) return true;
    }
    return false;
}

/* A message or signal has gone out, or work of others was ended: that cannot be called back. */
static bool reached_others(const struct run *r) {
    for (size_t i = 0; i < r->changes->count; i++) {
        const struct bpmn_change *c = &r->changes->items[i];
        bool closed = c->kind == BPMN_CLOSE_TASK || c->kind == BPMN_CLOSE_JOB || c->kind == BPMN_CLOSE_CALL;
        if (c->kind == BPMN_MESSAGE_THROWN || c->kind == BPMN_SIGNAL_THROWN || (closed && c->close->reason != BPMN_CLOSE_COMPLETED)) return true;
    }
    return false;
}

static void keep_row(struct run *r, const struct row *row, struct entries *out) {
    if (row->kind == ROW_COMPENSATION && row->fresh && !row->deleted)
        ENTRY(r, out, feel_integer(row->compensation.scope), feel_integer(row->compensation.id));
    if (row->kind != ROW_SCOPE || row->fresh) return;
    if (!row->deleted) keep_changes(r, row, out);
    else if (row->scope.kind == BPMN_SCOPE_SUB) keep_scope(r, row, out);
}

static struct feel_value found_before(struct run *r, int64_t visit) {
    struct feel_value kept;
    bool found = r->host->lookup.variable(r->host->lookup.context, visit, NAME, r->arena, &kept);
    return found && kept.kind == FEEL_LIST ? kept : feel_list(r->arena, 0);
}

void step_keep_before(struct run *r) {
    struct entries entries = {0};
    if (!r->completed_visit || r->ended || !can_be_taken_back(r, r->completed_visit)) return;
    struct feel_value earlier = found_before(r, r->completed_visit); /* a listener's work follows the task's */
    for (size_t i = 0; i < earlier.list->count; i++) VEC_PUSH(r->arena, entries.items, entries.count, entries.capacity, earlier.list->items[i]);
    for (size_t i = 0; i < r->row_count; i++) keep_row(r, r->rows[i], &entries);
    if (reached_others(r)) VEC_PUSH(r->arena, entries.items, entries.count, entries.capacity, feel_list(r->arena, 0));
    if (!entries.count) return;
    struct bpmn_variable *kept = arena_new(r->arena, struct bpmn_variable);
    *kept = (struct bpmn_variable){.scope = r->completed_visit, .name = NAME, .value = entry_of(r, entries.count, entries.items)};
    step_change(r, BPMN_PUT_VARIABLE)->variable = kept;
}

/* ---- forgetting ------------------------------------------------------------------------------------------------------- */

static void forget(struct run *r, int64_t visit) {
    struct feel_value old;
    for (size_t i = 0; i < r->changes->count; i++) {
        const struct bpmn_change *c = &r->changes->items[i];
        if (c->kind == BPMN_DELETE_VARIABLE && c->variable->scope == visit) return;
    }
    if (!r->host->lookup.variable(r->host->lookup.context, visit, NAME, r->arena, &old)) return;
    struct bpmn_variable *gone = arena_new(r->arena, struct bpmn_variable);
    *gone = (struct bpmn_variable){.scope = visit, .name = NAME};
    step_change(r, BPMN_DELETE_VARIABLE)->variable = gone;
}

void step_forget_before(struct run *r) {
    for (size_t i = 0; i < r->row_count; i++) {
        const struct row *row = r->rows[i];
        if (row->kind != ROW_TOKEN || row->fresh) continue;
        bool stays = !row->deleted && !row->moved && row->token.origin == row->was_origin;
        if (row->was_origin && !stays) forget(r, row->was_origin);
        if (row->was_visit && row->was_visit != row->token.visit && !can_be_taken_back(r, row->was_visit)) forget(r, row->was_visit);
    }
}

/* ---- putting back ----------------------------------------------------------------------------------------------------- */

static struct row *entered_again(struct run *r, struct str element) {
    for (size_t i = 0; i < r->row_count; i++) {
        struct row *row = r->rows[i];
        if (row->kind == ROW_SCOPE && row->fresh && !row->deleted && str_eq(element_of(r, row->scope.element)->id, element)) return row;
    }
    return NULL;
}

static bool is_variable(struct feel_value entry) {
    return entry.kind == FEEL_LIST && entry.list->count > VARIABLE && entry.list->items[ELEMENT].kind == FEEL_STRING &&
           entry.list->items[VARIABLE].kind == FEEL_STRING;
}

static void put_variable_back(struct run *r, struct feel_value entry) {
    const struct feel_value *parts = entry.list->items;
    struct row *scope = step_scope_row(r, whole(entry, SCOPE));
    struct str name = parts[VARIABLE].string;
    const struct variable *now = scope ? step_own_variable(r, scope, name) : NULL;
    if (!now) return;
    if (entry.list->count == OLD) step_remove_variable(r, scope, name);
    else if (entry.list->count > NEW && feel_equals(now->row.value, parts[NEW])) step_set_variable(r, scope, name, parts[OLD]);
}

static void put_scope_back(struct run *r, struct feel_value entry) {
    const struct feel_value *parts = entry.list->items;
    struct row *again = entry.list->count == NEW && !step_scope_row(r, whole(entry, SCOPE)) ? entered_again(r, parts[ELEMENT].string) : NULL;
    if (again) step_set_variable(r, again, parts[VARIABLE].string, parts[OLD]);
}

/* A sub-process that had finished is entered again: what in it was finished can be compensated from there. */
static void adopt(struct run *r, struct row *kept) {
    struct row *again = entered_again(r, element_of(r, kept->scope.element)->id);
    if (again) {
        for (struct variable *v = step_variables_of(r, kept); v; v = v->next_in_scope)
            if (v->known) step_set_variable(r, again, v->row.name, v->row.value);
        step_move_compensations(r, kept, again);
    }
    step_delete_scope(r, kept, BPMN_CLOSE_MOVED);
}

static void drop_compensation(struct run *r, struct row *scope, int64_t id) {
    struct row_list list = step_compensations_of(r, scope);
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i]->compensation.id != id) continue;
        struct row *kept = list.items[i]->compensation.child ? step_scope_row(r, list.items[i]->compensation.child) : NULL;
        if (kept) adopt(r, kept);
        step_delete_row(r, list.items[i]);
    }
}

bool step_is_final(struct run *r, int64_t visit) {
    struct feel_value kept = found_before(r, visit);
    for (size_t i = 0; i < kept.list->count; i++)
        if (kept.list->items[i].kind == FEEL_LIST && kept.list->items[i].list->count == 0) return true;
    return false;
}

void step_put_variables_back(struct run *r, int64_t visit) {
    struct feel_value kept = found_before(r, visit);
    for (size_t i = 0; i < kept.list->count; i++)
        if (is_variable(kept.list->items[i])) put_variable_back(r, kept.list->items[i]);
}

void step_put_scopes_back(struct run *r, int64_t visit) {
    struct feel_value kept = found_before(r, visit);
    for (size_t i = 0; i < kept.list->count; i++) {
        struct feel_value entry = kept.list->items[i];
        struct row *scope = is_variable(entry) ? NULL : step_scope_row(r, whole(entry, SCOPE));
        if (is_variable(entry)) put_scope_back(r, entry);
        else if (scope) drop_compensation(r, scope, whole(entry, ELEMENT));
    }
}
