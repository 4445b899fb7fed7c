/* evaluate.h: one evaluation, as the files of the room share it (evaluate.c, boxed.c, table.c, explain.c). */
#ifndef DMN_EVALUATE_H
#define DMN_EVALUATE_H

#include "dmn/model.h"

/* What one evaluation of the requirement graph knows. Lives in the environment's arena, since functions of the model
 * that leave as values refer to it. */
struct dmn_run {
    struct dmn_run *home; /* the one in the arena: calls work on copies with the environment they came with */
    const struct dmn_model *model;
    struct feel_environment *env;
    struct feel_value *values; /* by element number */
    unsigned char *states;     /* by element number: nothing known, being worked out, known */
    struct feel_value inputs;  /* a context with the input data by name; null inside a decision service */
    struct dmn_explanation *explanation;
    bool plainly; /* without table indexes */
};

struct dmn_run *dmn_run_new(const struct dmn_model *model, struct feel_environment *env, bool plainly);
/* The value of an element for this evaluation, worked out once. Knowledge and services: a function. */
struct feel_value dmn_value(struct dmn_run *run, const struct dmn_element *element);
/* A boxed expression over the frame. `x` may be NULL: null. */
struct feel_value dmn_boxed(struct dmn_run *run, const struct dmn_expression *x, struct feel_value *frame);
struct feel_value dmn_table_value(struct dmn_run *run, const struct dmn_expression *x, struct feel_value *frame);

/* Calls of the model's functions (feel_function.call). `data` is a struct dmn_bound or, for boxed functions, a
 * closure of boxed.c. */
struct dmn_bound {
    struct feel_function function;
    struct dmn_run *run;
    const struct dmn_element *element;
};
struct feel_value dmn_call_knowledge(const struct feel_function *f, const struct feel_value *arguments,
                                     struct feel_environment *env);
struct feel_value dmn_call_service(const struct feel_function *f, const struct feel_value *arguments,
                                   struct feel_environment *env);

/* The type an invocable or a boxed function declares is that of the function; models of DMN 1.1 give its result's. */
static inline const struct feel_type *dmn_result_type(const struct feel_type *type) {
    return type && type->kind == FEEL_TYPE_FUNCTION ? type->element : type;
}

/* What a boxed function gives: by its own declaration, else by that of its body. NULL: anything. */
static inline const struct feel_type *dmn_function_result(const struct dmn_expression *x) {
    const struct feel_type *own = dmn_result_type(x->type);
    return own || !x->function.body ? own : x->function.body->type;
}

/* Steps of the explanation. Opening one answers its number, or -1 when nothing is explained. */
ptrdiff_t dmn_explain_open(struct dmn_run *run, enum dmn_step_kind kind, struct str name, const struct place *place);
void dmn_explain_close(struct dmn_run *run, ptrdiff_t step, struct feel_value value);
struct dmn_step *dmn_step_at(struct dmn_run *run, ptrdiff_t step); /* NULL for -1; valid until the next opening */
static inline ptrdiff_t dmn_step_open(struct dmn_run *run, enum dmn_step_kind kind, struct str name,
                                      const struct place *place) {
    return run->explanation ? dmn_explain_open(run, kind, name, place) : -1;
}
static inline void dmn_step_close(struct dmn_run *run, ptrdiff_t step, struct feel_value value) {
    if (step != -1) dmn_explain_close(run, step, value);
}

/* Most values already are what they should be. */
static inline struct feel_value dmn_coerced(struct dmn_run *run, struct feel_value v, const struct feel_type *type) {
    if (!type || v.kind == FEEL_NULL) return v;
    if (type->kind == FEEL_TYPE_SIMPLE && type->simple == v.kind && !type->allows) return v;
    return feel_coerce(v, type, run->env);
}

#endif
