/* dmn.c: any bytes as a DMN model: read, checked, shown, every element evaluated and explained. Nothing may crash,
 * hang or leave its memory's budget. */
#include "dmn/dmn.h"

enum { BYTES_MOST = 64 << 20, DECISIONS_MOST = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct trial {
    struct arena arena;
    struct dmn_source source;
};

static void evaluate(struct trial *t, const struct dmn_model *model, const struct dmn_element *element) {
    struct feel_environment env;
    struct dmn_explanation explanation;
    struct faults reasons;
    struct buf text;
    faults_init(&reasons, &t->arena);
    dmn_explanation_init(&explanation, &t->arena);
    feel_environment_init(&env, &t->arena, 0, NULL);
    env.reasons = &reasons;
    env.steps = 20000;
    env.depth = 300;
    dmn_evaluate(model, element, feel_context(&t->arena, 1), &env, &explanation);
    buf_init(&text, &t->arena, 1 << 20);
    dmn_explanation_put_text(&text, &explanation, LANGUAGE_ZH);
}

static void run(void *arg) {
    struct trial *t = arg;
    struct faults faults;
    struct buf text;
    faults_init(&faults, &t->arena);
    const struct dmn_model *model = dmn_load(&t->arena, &t->source, 1, &faults);
    if (!model) return;
    dmn_check(model, &t->arena, &faults);
    buf_init(&text, &t->arena, 1 << 20);
    dmn_show(&text, model, LANGUAGE_EN);
    for (size_t i = 0; i < dmn_element_count(model) && i < DECISIONS_MOST; i++)
        evaluate(t, model, dmn_element_at(model, i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct trial t = {.source = {STR("fuzz.dmn"), {(const char *)data, size}}};
    if (size > 1 << 20) return 0;
    arena_init(&t.arena, BYTES_MOST);
    arena_run(&t.arena, run, &t);
    arena_release(&t.arena);
    return 0;
}
