/* evaluate.c: expressions and variables inside a step.
 *
 * A name is looked for in what the caller adds (a result that is being mapped, activationCount …), then in the scope,
 * then outwards up to the process or called process, which sees nothing of its caller. See run.h.
 */
#include "bpmn/run.h"

struct seen {
    struct run *run;
    struct row *scope;
    const struct extra *extra;
};

/* The numbers of a multi-instance activity (BPMN 13.3.7, table 10.30): computed, not kept. */
static bool loop_number(const struct row *scope, struct str name, struct feel_value *out) {
    const struct bpmn_scope *s = &scope->scope;
    if (s->kind != BPMN_SCOPE_LOOP) return false;
    int64_t n;
    if (str_eqz(name, "numberOfInstances")) n = s->total >= 0 ? s->total : s->started;
    else if (str_eqz(name, "numberOfCompletedInstances")) n = s->completed;
    else if (str_eqz(name, "numberOfActiveInstances")) n = s->started - s->completed;
    else if (str_eqz(name, "numberOfTerminatedInstances")) n = 0;
    else return false;
    *out = feel_integer(n);
    return true;
}

/* The next scope outwards that is visible; NULL behind the process. */
static struct row *outwards(struct run *r, struct row *scope) {
    if (scope->scope.kind == BPMN_SCOPE_CALL || !scope->scope.parent) return NULL;
    return step_scope_row(r, scope->scope.parent);
}

bool step_find_variable(struct run *r, struct row *scope, struct str name, struct feel_value *out) {
    for (; scope; scope = outwards(r, scope)) {
        struct variable *v = step_own_variable(r, scope, name);
        if (v) {
            *out = v->row.value;
            return true;
        }
        if (loop_number(scope, name, out)) return true;
    }
    return false;
}

static bool look_up(void *arg, struct str name, struct feel_value *out) {
    const struct seen *seen = arg;
    for (const struct extra *x = seen->extra; x; x = x->outer) {
        if (x->name.n && str_eq(x->name, name)) {
            *out = x->value;
            return true;
        }
        const struct feel_value *member = feel_member(x->context, name);
        if (member) {
            *out = *member;
            return true;
        }
    }
    return seen->scope && step_find_variable(seen->run, seen->scope, name, out);
}

/* A sentence inside a sentence: see bpmn_sentence. */
static struct str packed(struct arena *a, const struct fault *reason) {
    struct buf out;
    buf_init(&out, a, 1 << 16);
    for (size_t i = 0; i < reason->sentence_count; i++) {
        if (i) buf_byte(&out, '\x1f');
        buf_add(&out, reason->sentence[i]);
    }
    return out.n ? buf_str(&out) : STR("");
}

struct feel_value step_evaluate(struct run *r, const struct bpmn_expression *e, struct row *scope, const struct extra *extra,
                           struct str *out_reason) {
    if (out_reason) *out_reason = STR("");
    if (!e->present) return feel_null();
    if (!e->feel) return feel_string(e->text);
    struct seen seen = {.run = r, .scope = scope, .extra = extra};
    struct feel_environment env;
    struct faults reasons;
    feel_environment_init(&env, r->arena, r->now, r->host->zone);
    env.lookup = look_up;
    env.lookup_arg = &seen;
    if (out_reason) {
        faults_init(&reasons, r->arena);
        env.reasons = &reasons;
    }
    struct feel_value *named = r->model->name_count ? arena_array(r->arena, struct feel_value, r->model->name_count) : NULL;
    for (size_t i = 0; i < r->model->name_count; i++)
        if (!look_up(&seen, r->model->names[i], &named[i])) named[i] = feel_null();
    struct feel_value v = feel_evaluate(e->feel, &env, named);
    if (out_reason && reasons.count) *out_reason = packed(r->arena, &reasons.items[0]);
    return v;
}

struct str step_evaluate_text(struct run *r, const struct bpmn_expression *e, struct row *scope, const struct extra *extra) {
    if (!e->present) return STR("");
    if (!e->feel) return e->text;
    struct feel_value v = step_evaluate(r, e, scope, extra, NULL);
    if (v.kind == FEEL_NULL) return STR("");
    return v.kind == FEEL_STRING ? v.string : feel_text(r->arena, v);
}

bool step_evaluate_condition(struct run *r, const struct bpmn_expression *e, struct row *scope, const struct extra *extra,
                        bool *out, struct str *out_reason) {
    struct feel_value v = step_evaluate(r, e, scope, extra, NULL);
    *out = feel_is_true(v);
    if (v.kind == FEEL_BOOLEAN) return true;
    /* Once more for the reason: conditions seldom fail, and collecting reasons costs. */
    step_evaluate(r, e, scope, extra, out_reason);
    if (!out_reason->n) *out_reason = feel_kind_name(v.kind);
    return false;
}

void step_propagate(struct run *r, struct row *scope, struct str name, struct feel_value value) {
    struct row *at = scope, *outermost = scope;
    for (; at; at = outwards(r, at)) {
        outermost = at;
        if (step_own_variable(r, at, name)) break;
    }
    step_set_variable(r, at ? at : outermost, name, value);
}

void step_propagate_all(struct run *r, struct row *scope, struct feel_value context) {
    if (context.kind != FEEL_CONTEXT) return;
    for (size_t i = 0; i < context.context->count; i++)
        step_propagate(r, scope, context.context->entries[i].name, context.context->entries[i].value);
}

/* `old` with old.path set: contexts on the way are copied, everything else is replaced. */
static struct feel_value with_member(struct run *r, struct feel_value old, struct str path, struct feel_value value) {
    struct str name;
    if (!str_split(&path, '.', &name)) return value;
    size_t count = old.kind == FEEL_CONTEXT ? old.context->count : 0;
    struct feel_value made = feel_context(r->arena, count + 1);
    for (size_t i = 0; i < count; i++)
        feel_context_put(r->arena, made, old.context->entries[i].name, old.context->entries[i].value);
    const struct feel_value *inner = feel_member(old, name);
    feel_context_put(r->arena, made, name, path.n ? with_member(r, inner ? *inner : feel_null(), path, value) : value);
    return made;
}

void step_assign(struct run *r, struct row *scope, struct str target, struct feel_value value, bool local) {
    ptrdiff_t dot = str_find_byte(target, '.');
    struct str name = dot < 0 ? target : str_sub(target, 0, (size_t)dot);
    if (dot >= 0 && dot < 200) {
        struct feel_value old = feel_null();
        struct variable *own = local ? step_own_variable(r, scope, name) : NULL;
        if (own) old = own->row.value;
        else if (!local) step_find_variable(r, scope, name, &old);
        value = with_member(r, old, str_sub(target, (size_t)dot + 1, target.n), value);
    }
    if (local) step_set_variable(r, scope, name, value);
    else step_propagate(r, scope, name, value);
}

/* Names that begin with "#" are the engine's own. */
static void add_variables(struct run *r, struct row *scope, struct feel_value context) {
    for (struct variable *v = step_variables_of(r, scope); v; v = v->next_in_scope)
        if (v->known && !str_starts(v->row.name, STR("#")) && !feel_member(context, v->row.name))
            feel_context_put(r->arena, context, v->row.name, v->row.value);
}

struct feel_value step_own_variables(struct run *r, struct row *scope) {
    struct feel_value context = feel_context(r->arena, 8);
    add_variables(r, scope, context);
    return context;
}

struct feel_value step_visible_variables(struct run *r, struct row *scope) {
    struct feel_value context = feel_context(r->arena, 8);
    for (; scope; scope = outwards(r, scope)) add_variables(r, scope, context);
    return context;
}

struct feel_value bpmn_visible_variables(const struct bpmn_lookup *lookup, int64_t scope, struct arena *arena) {
    static const struct bpmn_model nothing = {0};
    struct bpmn_host host = {.lookup = *lookup, .model = &nothing};
    struct bpmn_changes changes = {0};
    struct run r = {.host = &host, .model = &nothing, .arena = arena, .changes = &changes, .next_id = 1};
    step_rows_init(&r);
    struct row *row = step_scope_row(&r, scope);
    return row ? step_visible_variables(&r, row) : feel_context(arena, 0);
}
