/* errand.h: a house of their own for tests of the engine that need cases: an open engine, the small service of
 * tests/services/errand, commands as the system. Used by variables_test.c, calendar_test.c and answers_test.c. */
#ifndef TESTS_ENGINE_ERRAND_H
#define TESTS_ENGINE_ERRAND_H

#include "base/env.h"
#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

extern const char schema_engine[];
static const struct store_schema schema[] = {{"store", schema_store}, {"engine", schema_engine}, {NULL, NULL}};
static struct arena arena;
static struct faults faults;
static char folder[] = "/tmp/lingban-test-XXXXXX";
static struct store *store;
static struct engine *engine;

static inline int open_house(void **state) {
    (void)state;
    arena_init(&arena, 256 << 20);
    faults_init(&faults, &arena);
    env_clock_set(1793581200LL * MICROS_A_SECOND); /* 2026-11-02 09:00 in Shanghai, a Monday */
    if (!mkdtemp(folder)) return -1;
    struct store_options options = {.folder = arena_printf(&arena, "%s/data", folder).p, .schema = schema, .create = true, .guard = true};
    store = store_open(&options, &faults);
    struct engine_options with = {.store = store};
    engine = store ? engine_open(&with, &faults) : NULL;
    return engine ? 0 : -1;
}

static inline int close_house(void **state) {
    (void)state;
    engine_close(engine);
    store_close(store);
    folder_remove(folder, NULL);
    env_clock_machine();
    arena_release(&arena);
    return 0;
}

static inline struct command *command(const char *name) {
    return command_new(&arena, name, (struct actor){.system = true}, "desk");
}

static inline struct json *done(struct command *c) {
    struct answer answer = engine_run(engine, &arena, c);
    if (!answer.done) fail_msg("%.*s: %.*s", STR_ARGS(c->name), STR_ARGS(text_format(&arena, LANGUAGE_EN, answer.refusal.sentence, answer.refusal.sentence_count)));
    return answer.result;
}

/* With another text of one of its files; `changed` may be NULL. */
static inline void deploy_with(const char *changed, struct str instead) {
    static const char *const names[] = {"service.yaml", "request.xml", "check.xml", "done.xml", "process.bpmn"};
    struct command *c = command("service.deploy");
    struct json *files = json_add_empty(&arena, c->arguments, "files", JSON_OBJECT);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str text;
        assert_true(file_read(&arena, arena_printf(&arena, "tests/services/errand/%s", names[i]).p, 1 << 20, &text, &faults));
        if (changed && strcmp(changed, names[i]) == 0) text = instead;
        json_add_string(&arena, json_add_empty(&arena, files, names[i], JSON_OBJECT), "text", text);
    }
    done(c);
}

static inline void deploy(void) {
    deploy_with(NULL, STR_NONE);
}

static inline void answer(struct command *c, const char *path, const char *value) {
    struct json *list = (struct json *)json_member(c->arguments, "answers");
    if (!list) list = json_add_empty(&arena, c->arguments, "answers", JSON_ARRAY);
    struct json *item = json_add(&arena, list, STR_NONE, (struct json){.kind = JSON_OBJECT});
    json_add_string(&arena, item, "path", str_from(path));
    json_add_string(&arena, item, "value", str_from(value));
}

#endif
