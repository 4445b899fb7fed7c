/* build.h: small DMN models for the tests of the room, written in a few lines of C. */
#ifndef TESTS_DMN_BUILD_H
#define TESTS_DMN_BUILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "dmn/dmn.h"

#define DMN15 "https://www.omg.org/spec/DMN/20230324/MODEL/"
/* A model around these elements. */
#define MODEL(elements) "<definitions xmlns='" DMN15 "' namespace='urn:test' name='test'>" elements "</definitions>"
#define DECISION(name, rest) "<decision id='" name "' name='" name "'><variable name='" name "'/>" rest "</decision>"
#define LITERAL(text) "<literalExpression><text>" text "</text></literalExpression>"
#define INPUT(id, name, type) "<inputData id='" id "' name='" name "'><variable name='" name "' typeRef='" type "'/></inputData>"
#define NEEDS_INPUT(id) "<informationRequirement><requiredInput href='#" id "'/></informationRequirement>"
#define NEEDS(id) "<informationRequirement><requiredDecision href='#" id "'/></informationRequirement>"
#define CALLS(id) "<knowledgeRequirement><requiredKnowledge href='#" id "'/></knowledgeRequirement>"
#define COLUMN(expression) "<input><inputExpression><text>" expression "</text></inputExpression></input>"
#define RULE2(cell, output) \
    "<rule><inputEntry><text>" cell "</text></inputEntry><outputEntry><text>" output "</text></outputEntry></rule>"
#define RULE3(a, b, output) \
    "<rule><inputEntry><text>" a "</text></inputEntry><inputEntry><text>" b "</text></inputEntry><outputEntry><text>" output \
    "</text></outputEntry></rule>"

struct world {
    struct arena arena;
    struct faults faults, reasons;
    const struct dmn_model *model;
    struct feel_environment env;
    struct dmn_explanation explanation;
};

static struct world w;

static int set_up(void **state) {
    (void)state;
    arena_init(&w.arena, 256 << 20);
    faults_init(&w.faults, &w.arena);
    faults_init(&w.reasons, &w.arena);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_release(&w.arena);
    return 0;
}

static inline void load(const char *xml) {
    struct dmn_source source = {STR("test.dmn"), str_from(xml)};
    w.model = dmn_load(&w.arena, &source, 1, &w.faults);
    if (!w.model) fail_msg("the model does not load");
}

/* A context from FEEL text, e.g. {a: 1}. */
static inline struct feel_value value_of(const char *text) {
    struct feel_scope scope = {0};
    const struct feel_expression *e = feel_compile(&w.arena, str_from(text), &scope, FEEL_EXPRESSION, (struct place){0}, NULL);
    feel_environment_init(&w.env, &w.arena, 0, NULL);
    return feel_evaluate(e, &w.env, NULL);
}

static inline struct feel_value decide(const char *name, const char *inputs) {
    const struct dmn_element *e = dmn_find(w.model, str_from(name));
    if (!e) fail_msg("no element %s", name);
    struct feel_value given = value_of(inputs);
    feel_environment_init(&w.env, &w.arena, 0, NULL);
    w.env.reasons = &w.reasons;
    dmn_explanation_init(&w.explanation, &w.arena);
    return dmn_evaluate(w.model, e, given, &w.env, &w.explanation);
}

static inline const char *text_of(struct feel_value v) {
    return v.kind == FEEL_NULL ? "null" : arena_cstr(&w.arena, feel_text(&w.arena, v));
}

/* The decision's value as FEEL writes it. */
static inline void expect(const char *name, const char *inputs, const char *value) {
    assert_string_equal(text_of(decide(name, inputs)), value);
}

static inline bool has_fault(const struct faults *faults, const char *code) {
    for (size_t i = 0; i < faults->count; i++)
        if (strcmp(faults->items[i].code, code) == 0) return true;
    return false;
}

static inline void print_faults(const struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++)
        print_message("%.*s\n", STR_ARGS(fault_text(&w.arena, LANGUAGE_EN, &faults->items[i])));
}

#endif
