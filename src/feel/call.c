/* call.c: functions as values and calling them: function literals with their captures, functions of other rooms, and
 * the built-in ones, by position or by name (10.3.2.13.2). */
#include "feel/internal.h"

enum { ARGUMENTS_ON_STACK = 8, CALL_DEPTH = 8 /* levels a call itself takes, besides its body's */ };

/* ---- function literals ---- */

struct closure {
    struct feel_function function;
    const struct function_code *code;
    struct feel_value *captures;
};

static struct feel_value run_closure(const struct feel_function *function, const struct feel_value *arguments,
                                     struct feel_environment *env) {
    const struct closure *c = (const struct closure *)function;
    const struct function_code *code = c->code;
    struct feel_value few[16];
    struct frame f = {.env = env,
                      .expression = code->expression,
                      .captures = c->captures,
                      .self = feel_function_value(function),
                      .locals = few};
    if (code->local_count > 16) f.locals = arena_array(env->arena, struct feel_value, code->local_count);
    for (size_t i = 0; i < function->parameter_count; i++) f.locals[i] = arguments[i];
    int32_t height = code->body->height;
    if (env->depth < height || !feel_spend(env, code->body->weight)) {
        if (!env->stopped)
            NULL_AT(env, code->expression, code->body->at, "feel.too-deep",
                    T("The calculation is nested too deeply and was stopped."));
        env->stopped = true;
        return feel_null();
    }
    env->depth -= height;
    struct feel_value v = evaluate(code->body, &f);
    env->depth += height;
    return v;
}

static struct feel_value run_external(const struct feel_function *function, const struct feel_value *arguments,
                                      struct feel_environment *env) {
    (void)arguments;
    return NULL_AT(env, ((const struct closure *)function)->code->expression, 0, "feel.external",
                   T("External functions (Java, PMML) are not run here. Write the function in FEEL or as a table."));
}

struct feel_value evaluate_function(const struct node *n, struct frame *f) {
    const struct function_code *code = n->extra;
    struct closure *c = arena_new(f->env->arena, struct closure);
    c->function = code->prototype;
    c->function.call = code->body ? run_closure : run_external;
    c->code = code;
    c->captures = arena_array(f->env->arena, struct feel_value, code->capture_count);
    for (size_t i = 0; i < code->capture_count; i++) c->captures[i] = evaluate(code->captures[i], f);
    return feel_function_value(&c->function);
}

/* ---- calling a value ---- */

static struct feel_value wrong_arguments(const struct site *s, struct str name) {
    return NULL_SITE(s, "feel.wrong-arguments", T("The function “{0}” cannot be called with these arguments."), name);
}

/* Positions of named arguments among the parameters; false unless each parameter has exactly one. */
static bool order_by_name(const struct feel_function *f, const struct feel_value *arguments, const struct str *names,
                          struct feel_value *ordered) {
    for (size_t k = 0; k < f->parameter_count; k++) {
        size_t i = 0;
        while (i < f->parameter_count && !str_eq(names[i], f->parameters[k])) i++;
        if (i == f->parameter_count) return false;
        ordered[k] = arguments[i];
    }
    return true;
}

static struct feel_value call_function(const struct site *s, const struct feel_function *f,
                                       const struct feel_value *arguments, const struct str *names, size_t count) {
    struct feel_environment *env = s->env;
    struct feel_value few[ARGUMENTS_ON_STACK], *ordered = few;
    if (count != f->parameter_count) return wrong_arguments(s, f->name);
    if (count > ARGUMENTS_ON_STACK) ordered = arena_array(env->arena, struct feel_value, count);
    if (names && !order_by_name(f, arguments, names, ordered)) return wrong_arguments(s, f->name);
    for (size_t i = 0; i < count; i++) {
        struct feel_value v = names ? ordered[i] : arguments[i];
        ordered[i] = f->parameter_types ? feel_coerce(v, f->parameter_types[i], env) : v;
        if (ordered[i].kind == FEEL_NULL && v.kind != FEEL_NULL) return wrong_arguments(s, f->name);
    }
    if (env->depth < CALL_DEPTH || !feel_spend(env, 1 + (int64_t)count)) {
        if (!env->stopped) NULL_SITE(s, "feel.too-deep", T("The calculation is nested too deeply and was stopped."));
        env->stopped = true;
        return feel_null();
    }
    env->depth -= CALL_DEPTH;
    struct feel_value v = f->call(f, ordered, env);
    env->depth += CALL_DEPTH;
    return f->result ? feel_coerce(v, f->result, env) : v;
}

static struct feel_value call_builtin_by_name(const struct site *s, const struct builtin *first,
                                              const struct feel_value *arguments, const struct str *names,
                                              size_t count) {
    size_t order[PARAMETERS_MAX], last = 0;
    struct feel_value ordered[PARAMETERS_MAX] = {{0}};
    if (names && count > PARAMETERS_MAX) return wrong_arguments(s, first->function.name);
    const struct builtin *const *rows = feel_builtin_rows(s->env->arena, first, count, names, order);
    if (!rows) return wrong_arguments(s, first->function.name);
    if (!names) return feel_builtin_call(s, rows, arguments, count);
    for (size_t i = 0; i < count; i++) {
        ordered[order[i]] = arguments[i];
        if (order[i] + 1 > last) last = order[i] + 1;
    }
    return feel_builtin_call(s, rows, ordered, last);
}

struct feel_value feel_call_at(const struct site *s, struct feel_value f, const struct feel_value *arguments,
                               const struct str *names, size_t count) {
    if (f.kind != FEEL_FUNCTION)
        return NULL_SITE(s, "feel.not-a-function", T("A {0} is no function and cannot be called."),
                         feel_kind_name(f.kind));
    if (f.function->built_in)
        return call_builtin_by_name(s, (const struct builtin *)f.function, arguments, names, count);
    return call_function(s, f.function, arguments, names, count);
}

struct feel_value feel_call(struct feel_environment *env, struct feel_value f, const struct feel_value *arguments,
                            const struct str *names, size_t count) {
    struct site s = {env, NULL, 0};
    return feel_call_at(&s, f, arguments, names, count);
}

struct feel_value evaluate_call(const struct node *n, struct frame *f) {
    const struct call_code *code = n->extra;
    struct feel_value few[ARGUMENTS_ON_STACK], *arguments = few;
    struct site s = {f->env, f->expression, n->at};
    if (f->env->stopped) return feel_null();
    if (code->count > ARGUMENTS_ON_STACK) arguments = arena_array(f->env->arena, struct feel_value, code->count);
    struct feel_value callee = code->callee ? evaluate(code->callee, f) : feel_null();
    for (size_t i = 0; i < code->count; i++) arguments[i] = evaluate(code->arguments[i], f);
    if (!code->callee) {
        if (!code->rows)
            return NULL_HERE(f, n, "feel.wrong-arguments", T("This built-in function does not take these arguments."));
        return feel_builtin_call(&s, code->rows, arguments, code->count);
    }
    if (callee.kind != FEEL_FUNCTION && code->rows)
        return feel_call_at(&s, feel_function_value(&code->rows[0]->function), arguments, code->names, code->count);
    return feel_call_at(&s, callee, arguments, code->names, code->count);
}
