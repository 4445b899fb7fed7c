/* xpath.c: fuzzes XPath: any text as an expression, evaluated at an element of a small tree. It must come to an end
 * within its step budget, whatever it is. */
#include "form/xpath.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char tree[] =
    "<data xmlns:p='urn:p'><a>1</a><b>two words</b><p:c at='x'>2026-01-31</p:c>"
    "<rep><v>3</v><g><v>4</v></g></rep><rep><v/></rep><place>43.17 124.35 0 0;43.2 124.4 0 0;43.1 124.4 0 0</place></data>";

struct job {
    struct arena *arena, *scratch;
    struct str expression;
};

static struct str prefix_p(const void *context, struct str prefix) {
    (void)context;
    return str_eqz(prefix, "p") ? STR("urn:p") : STR_NONE;
}

static void evaluate(void *arg) {
    struct job *job = arg;
    struct xpath_fault fault;
    const struct xpath *x = xpath_compile(job->arena, job->expression, prefix_p, NULL, &fault);
    struct xml_node *top = xml_parse(job->arena, str_from(tree), &xml_default_limits, STR("tree"), NULL);
    if (!x || !top) return;
    struct form_node *document = dom_document(job->arena, top, 0);
    struct xpath_environment env = {.root = document, .now = 1795460400000000, .offset_seconds = 8 * 3600, .random = {7},
                                    .lasting = job->arena, .step_limit = 200000};
    job->scratch->escape = job->arena->escape;
    struct xpath_value v = xpath_evaluate(x, &env, job->scratch, dom_first_element(dom_first_element(document)));
    xpath_to_string(&env, job->scratch, &v);
    xpath_to_number(&env, job->scratch, &v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena, scratch;
    arena_init(&arena, 64u << 20);
    arena_init(&scratch, 64u << 20);
    struct job job = {&arena, &scratch, {(const char *)data, size}};
    arena_run(&arena, evaluate, &job);
    arena_release(&scratch);
    arena_release(&arena);
    return 0;
}
