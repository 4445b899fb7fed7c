/* evaluate.c: the requirement graph at work (DMN 1.5, 10.4): what is asked for is worked out, each element once.
 *
 * Input data come from the caller and are checked against their types; decisions run their logic over a frame that
 * their requirements fill; knowledge and services are functions bound to this evaluation. A service call is an
 * evaluation of its own, which sees nothing but its arguments. Read next: boxed.c, table.c.
 */
#include "dmn/evaluate.h"

#include <string.h>

enum { UNKNOWN, RUNNING, KNOWN };

/* Levels of the environment's depth that one requirement costs: what it takes of the C stack, in FEEL's nodes. */
enum { REQUIREMENT_DEPTH = 16 };

struct dmn_run *dmn_run_new(const struct dmn_model *model, struct feel_environment *env, bool plainly) {
    struct dmn_run *run = arena_new(env->arena, struct dmn_run);
    run->home = run;
    run->model = model;
    run->env = env;
    run->plainly = plainly;
    run->values = arena_alloc_raw(env->arena, model->element_count * sizeof *run->values);
    run->states = arena_alloc(env->arena, model->element_count);
    return run;
}

static void set_value(struct dmn_run *run, const struct dmn_element *e, struct feel_value v) {
    run->values[e->number] = v;
    run->states[e->number] = KNOWN;
}

/* A copy of the run for a call that may come with another environment than the run began with. */
static struct dmn_run run_in(const struct dmn_run *run, struct feel_environment *env) {
    struct dmn_run copy = *run;
    copy.env = env;
    return copy;
}

/* ---- frames ---- */

static struct feel_value provided(struct dmn_run *run, const struct dmn_provider *provider) {
    if (provider->element) return dmn_value(run, provider->element);
    struct feel_value context = feel_context(run->env->arena, provider->member_count);
    for (size_t i = 0; i < provider->member_count; i++)
        feel_context_put(run->env->arena, context, provider->members[i]->variable.name,
                         dmn_value(run, provider->members[i]));
    return context;
}

static struct feel_value *new_frame(struct dmn_run *run, const struct dmn_element *e, size_t size) {
    struct feel_value *frame = arena_alloc(run->env->arena, (size ? size : 1) * sizeof *frame);
    for (size_t i = 0; i < e->provider_count; i++) frame[i] = provided(run, &e->providers[i]);
    return frame;
}

/* ---- functions of the model ---- */

static struct feel_value bound_function(struct dmn_run *run, const struct dmn_element *e) {
    if (!e->function.call)
        return feel_fail(run->env, "dmn.no-logic", e->place, T("“{0}” has no logic."), e->name);
    struct dmn_bound *bound = arena_new(run->env->arena, struct dmn_bound);
    bound->function = e->function;
    bound->function.data = bound;
    bound->run = run->home;
    bound->element = e;
    return feel_function_value(&bound->function);
}

static struct feel_value external(struct feel_environment *env, const struct dmn_expression *logic) {
    return feel_fail(env, "dmn.external", logic->place,
                     T("This function is written in {0}, which is not run here; calls of it are null."),
                     logic->function.kind == DMN_FUNCTION_JAVA ? STR("Java") : STR("PMML"));
}

struct feel_value dmn_call_knowledge(const struct feel_function *f, const struct feel_value *arguments,
                                     struct feel_environment *env) {
    const struct dmn_bound *bound = f->data;
    const struct dmn_element *e = bound->element;
    const struct dmn_function *logic = &e->logic->function;
    if (logic->kind != DMN_FUNCTION_FEEL) return external(env, e->logic);
    struct dmn_run run = run_in(bound->run, env);
    ptrdiff_t step = dmn_step_open(&run, DMN_STEP_CALL, e->name, &e->place);
    size_t size = logic->frame_size > logic->captured + logic->count ? logic->frame_size : logic->captured + logic->count;
    struct feel_value *frame = new_frame(&run, e, size);
    for (size_t i = 0; i < logic->count; i++) frame[logic->captured + i] = arguments[i];
    struct feel_value result = dmn_coerced(&run, dmn_boxed(&run, logic->body, frame), dmn_result_type(e->logic->type));
    dmn_step_close(&run, step, result);
    return result;
}

static struct feel_value service_result(struct dmn_run *run, const struct dmn_element *service) {
    const struct dmn_requirements *outputs = &service->outputs;
    if (outputs->count == 1 && outputs->items[0].element) return dmn_value(run, outputs->items[0].element);
    struct feel_value result = feel_context(run->env->arena, outputs->count);
    for (size_t i = 0; i < outputs->count; i++) {
        const struct dmn_element *decision = outputs->items[i].element;
        if (decision)
            feel_context_put(run->env->arena, result, decision->variable.name, dmn_value(run, decision));
    }
    return result;
}

struct feel_value dmn_call_service(const struct feel_function *f, const struct feel_value *arguments,
                                   struct feel_environment *env) {
    const struct dmn_bound *bound = f->data;
    const struct dmn_element *service = bound->element;
    struct dmn_run *run = dmn_run_new(bound->run->model, env, bound->run->plainly);
    run->explanation = bound->run->explanation;
    ptrdiff_t step = dmn_step_open(run, DMN_STEP_CALL, service->name, &service->place);
    const struct dmn_requirements *lists[] = {&service->input_data, &service->input_decisions};
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < lists[l]->count; i++, arguments++) {
            const struct dmn_element *input = lists[l]->items[i].element;
            if (input) set_value(run, input, dmn_coerced(run, *arguments, input->variable.type));
        }
    struct feel_value result = service_result(run, service);
    dmn_step_close(run, step, result);
    run->explanation = NULL;
    return result;
}

/* ---- elements ---- */

/* Under its own name, or inside a context of its import's name. */
static struct feel_value given_input(const struct dmn_run *run, const struct dmn_element *e) {
    const struct feel_value *found = feel_member(run->inputs, e->variable.name);
    const struct dmn_file *main = run->model->files[0];
    for (size_t i = 0; i < main->import_count && e->file != main; i++) {
        if (main->imports[i].file != e->file) continue;
        const struct feel_value *import = feel_member(run->inputs, main->imports[i].name);
        const struct feel_value *inside = import ? feel_member(*import, e->variable.name) : NULL;
        if (inside) found = inside;
    }
    return found ? *found : feel_null();
}

static struct feel_value input_value(struct dmn_run *run, const struct dmn_element *e) {
    struct feel_value v = dmn_coerced(run, given_input(run, e), e->variable.type);
    ptrdiff_t step = dmn_step_open(run, DMN_STEP_INPUT, e->name, &e->place);
    dmn_step_close(run, step, v);
    return v;
}

static struct feel_value decision_value(struct dmn_run *run, const struct dmn_element *e) {
    if (!e->logic) return feel_fail(run->env, "dmn.no-logic", e->place, T("“{0}” has no logic."), e->name);
    ptrdiff_t step = dmn_step_open(run, DMN_STEP_DECISION, e->name, &e->place);
    struct feel_value v = dmn_boxed(run, e->logic, new_frame(run, e, e->frame_size));
    v = dmn_coerced(run, v, e->variable.type);
    dmn_step_close(run, step, v);
    return v;
}

static struct feel_value work_out(struct dmn_run *run, const struct dmn_element *e) {
    switch (e->kind) {
    case DMN_INPUT_DATA: return input_value(run, e);
    case DMN_DECISION: return decision_value(run, e);
    case DMN_KNOWLEDGE:
    case DMN_SERVICE: return bound_function(run, e);
    }
    return feel_null();
}

struct feel_value dmn_value(struct dmn_run *run, const struct dmn_element *e) {
    if (run->states[e->number] == KNOWN) return run->values[e->number];
    struct feel_environment *env = run->env;
    if (run->states[e->number] == RUNNING || env->depth < REQUIREMENT_DEPTH) {
        env->stopped = env->stopped || env->depth < REQUIREMENT_DEPTH;
        return feel_fail(env, "dmn.too-deep", e->place, T("“{0}” needs itself, or too long a chain of others."), e->name);
    }
    run->states[e->number] = RUNNING;
    env->depth -= REQUIREMENT_DEPTH;
    struct feel_value v = work_out(run, e);
    env->depth += REQUIREMENT_DEPTH;
    set_value(run, e, v);
    return v;
}

/* ---- the door ---- */

/* A service or knowledge is called with the inputs of its parameters' names. */
static struct feel_value call_element(struct dmn_run *run, const struct dmn_element *e) {
    struct feel_value f = dmn_value(run, e);
    if (f.kind != FEEL_FUNCTION) return f;
    size_t n = f.function->parameter_count;
    struct feel_value *arguments = arena_array(run->env->arena, struct feel_value, n);
    for (size_t i = 0; i < n; i++) {
        const struct feel_value *given = feel_member(run->inputs, f.function->parameters[i]);
        arguments[i] = given ? *given : feel_null();
    }
    return feel_call(run->env, f, arguments, NULL, n);
}

/* Names of a model without input data (as Camunda's modeler draws them): among the inputs, else the caller's. */
struct open_names {
    struct feel_value inputs;
    bool (*lookup)(void *arg, struct str name, struct feel_value *out);
    void *lookup_arg;
};

static bool look_up(void *arg, struct str name, struct feel_value *out) {
    const struct open_names *names = arg;
    const struct feel_value *given = feel_member(names->inputs, name);
    if (!given) return names->lookup && names->lookup(names->lookup_arg, name, out);
    *out = *given;
    return true;
}

static struct feel_value answer(struct dmn_run *run, const struct dmn_element *what) {
    struct feel_environment *env = run->env;
    struct open_names names = {run->inputs, env->lookup, env->lookup_arg};
    bool callable = what->kind == DMN_KNOWLEDGE || what->kind == DMN_SERVICE;
    env->lookup = look_up;
    env->lookup_arg = &names;
    struct feel_value v = callable ? call_element(run, what) : dmn_value(run, what);
    env->lookup = names.lookup;
    env->lookup_arg = names.lookup_arg;
    run->explanation = NULL; /* functions that leave as values may be called later */
    return v;
}

struct feel_value dmn_evaluate(const struct dmn_model *model, const struct dmn_element *what, struct feel_value inputs,
                               struct feel_environment *env, struct dmn_explanation *explanation) {
    struct dmn_run *run = dmn_run_new(model, env, false);
    run->inputs = inputs;
    run->explanation = explanation;
    return answer(run, what);
}

struct feel_value dmn_evaluate_plainly(const struct dmn_model *model, const struct dmn_element *what,
                                       struct feel_value inputs, struct feel_environment *env) {
    struct dmn_run *run = dmn_run_new(model, env, true);
    run->inputs = inputs;
    return answer(run, what);
}

struct feel_value dmn_evaluate_given(const struct dmn_model *model, const struct dmn_element *what,
                                     const struct dmn_given *given, size_t count, struct feel_environment *env,
                                     struct dmn_explanation *explanation) {
    struct dmn_run *run = dmn_run_new(model, env, false);
    run->explanation = explanation;
    run->inputs = feel_context(env->arena, count);
    for (size_t i = 0; i < count; i++) {
        const struct dmn_element *e = given[i].element;
        feel_context_put(env->arena, run->inputs, e->variable.name, given[i].value);
        set_value(run, e, dmn_coerced(run, given[i].value, e->variable.type));
    }
    return answer(run, what);
}
