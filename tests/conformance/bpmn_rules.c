/* bpmn_rules.c: conformance kind "bpmn-rules": models that break a static rule must be refused at the strict
 * level.
 *
 * DIR holds constraints.json (list of name, file, expect.outcome; files relative to DIR). An entry whose
 * outcome is not "rejected" must be accepted. Without the list every .bpmn below DIR counts as one that must
 * be refused, save those whose path says "valid" or "success".
 */
#include "conformance.h"

#include "base/json.h"
#include "bpmn/rules.h"

#include <string.h>
#include <unistd.h>

static bool refused(struct arena *a, const char *path, struct faults *faults) {
    faults_init(faults, a);
    return !bpmn_check_file(a, read_file(a, path), str_from(path), BPMN_LEVEL_STRICT, faults);
}

static void judge(struct tally *tally, const char *name, const char *path, bool must_refuse) {
    struct arena a;
    struct faults faults;
    arena_init(&a, 256u << 20);
    bool is_refused = refused(&a, path, &faults);
    if (is_refused == must_refuse)
        tally_pass(tally);
    else if (must_refuse)
        tally_fail(tally, name, "accepted, but it breaks a rule");
    else {
        struct str why = fault_text(&a, LANGUAGE_EN, &faults.items[0]);
        tally_fail(tally, name, "refused: %s %.*s", faults.items[0].code, STR_ARGS(why));
    }
    arena_release(&a);
}

static void visit(const char *path, void *arg) {
    bool valid = strcasestr(path, "valid") || strcasestr(path, "success");
    judge(arg, path, path, !valid);
}

static void judge_listed(struct arena *a, const char *dir, const struct json *list, struct tally *tally) {
    for (size_t i = 0; i < list->count; i++) {
        const struct json *entry = &list->items[i];
        struct str file = json_string(entry, "file"), name = json_string(entry, "name");
        struct str outcome = json_string(json_member(entry, "expect"), "outcome");
        struct str path = arena_printf(a, "%s/%.*s", dir, STR_ARGS(file));
        judge(tally, arena_cstr(a, name), path.p, str_eqz(outcome, "rejected"));
    }
}

void conformance_bpmn_rules(const char *dir, struct tally *tally) {
    struct arena a;
    arena_init(&a, 64u << 20);
    struct str list_path = arena_printf(&a, "%s/constraints.json", dir);
    if (access(list_path.p, R_OK) == 0) {
        struct json_limits limits = {.bytes = 16u << 20, .depth = 16};
        struct json *list = json_parse(&a, read_file(&a, list_path.p), &limits, list_path, NULL);
        if (list && list->kind == JSON_ARRAY)
            judge_listed(&a, dir, list, tally);
        else
            tally_fail(tally, list_path.p, "is not a list");
    } else {
        walk_files(dir, ".bpmn", visit, tally);
    }
    arena_release(&a);
}
