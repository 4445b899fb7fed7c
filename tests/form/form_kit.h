/* form_kit.h: what the tests of this room share — an arena a test, forms from a few lines, shorthands. */
#ifndef TESTS_FORM_KIT_H
#define TESTS_FORM_KIT_H

#include "form/form.h"
#include "form/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;
static struct faults faults;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 256 << 20);
    faults_init(&faults, &arena);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct form_opening opening = {.now = (instant)1795460400 * MICROS_A_SECOND, .offset_seconds = 8 * 3600, .seed = 5};

/* A form of an instance's content, binds and a body. */
static inline struct str xform(const char *instance, const char *model, const char *body) {
    return arena_printf(&arena, "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
                        "xmlns:jr='http://openrosa.org/javarosa' xmlns:lingban='https://lingban.org/ns/form'>"
                        "<h:head><h:title>T</h:title><model><instance><data id='t' version='3'>%s</data></instance>%s</model></h:head>"
                        "<h:body>%s</h:body></h:html>", instance, model, body);
}

static inline const struct form *load(const char *instance, const char *model, const char *body) {
    const struct form *form = form_load(&arena, xform(instance, model, body), NULL, STR("t.xml"), &faults);
    if (!form) fail_msg("%.*s", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[0])));
    return form;
}

static inline struct form_session *open_form(const char *instance, const char *model, const char *body) {
    return form_open(load(instance, model, body), &arena, &opening);
}

static inline struct form_node *at(struct form_session *s, const char *reference) {
    struct form_node *n = form_find(s, str_from(reference));
    if (!n) fail_msg("no place %s", reference);
    return n;
}

static inline void set(struct form_session *s, const char *reference, const char *value) {
    assert_true(form_set(s, at(s, reference), str_from(value)));
}

static inline void value_is(struct form_session *s, const char *reference, const char *value) {
    assert_string_equal(arena_cstr(&arena, form_value(at(s, reference))), value);
}

#endif
