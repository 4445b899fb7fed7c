/* errand.h: a house of their own for tests of the engine that need cases: an open engine, the small service of
 * tests/services/errand, commands as the system. Used by variables_test.c, calendar_test.c, answers_test.c and queries_test.c. */
#ifndef TESTS_ENGINE_ERRAND_H
#define TESTS_ENGINE_ERRAND_H

#include "../house.h"

#include <string.h>

static const struct store_schema schema[] = {{"store", schema_store}, {"engine", schema_engine}, {NULL, NULL}};

static inline int open_house(void **state) {
    (void)state;
    if (house_open(schema, NULL) != 0) return -1;
    env_clock_set(1793581200LL * MICROS_A_SECOND); /* 2026-11-02 09:00 in Shanghai, a Monday */
    return 0;
}

static inline struct command *command(const char *name) {
    return command_new(&house.arena, name, (struct actor){.system = true}, "desk");
}

static inline struct json *done(struct command *c) {
    struct answer answer = engine_run(house.engine, &house.arena, c);
    if (!answer.done) fail_msg("%.*s: %.*s", STR_ARGS(c->name), STR_ARGS(text_format(&house.arena, LANGUAGE_EN, answer.refusal.sentence, answer.refusal.sentence_count)));
    return answer.result;
}

/* With another text of one of its files; `changed` may be NULL. */
static inline void deploy_with(const char *changed, struct str instead) {
    static const char *const names[] = {"service.yaml", "request.xml", "check.xml", "done.xml", "process.bpmn"};
    struct command *c = command("service.deploy");
    struct json *files = json_add_empty(&house.arena, c->arguments, "files", JSON_OBJECT);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str text;
        assert_true(file_read(&house.arena, arena_printf(&house.arena, "tests/services/errand/%s", names[i]).p, 1 << 20, &text, &house.faults));
        if (changed && strcmp(changed, names[i]) == 0) text = instead;
        json_add_string(&house.arena, json_add_empty(&house.arena, files, names[i], JSON_OBJECT), "text", text);
    }
    done(c);
}

static inline void deploy(void) {
    deploy_with(NULL, STR_NONE);
}

static inline void answer(struct command *c, const char *path, const char *value) {
    struct json *list = (struct json *)json_member(c->arguments, "answers");
    if (!list) list = json_add_empty(&house.arena, c->arguments, "answers", JSON_ARRAY);
    struct json *item = json_add(&house.arena, list, STR_NONE, (struct json){.kind = JSON_OBJECT});
    json_add_string(&house.arena, item, "path", str_from(path));
    json_add_string(&house.arena, item, "value", str_from(value));
}

#endif
