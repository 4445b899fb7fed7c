/* The process of the first service, services/wish: passes both sets of rules, can be drawn, asks only for what its
 * folder promises (services/wish/README.md). Runs from the project's folder, as make does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bpmn/picture.h"
#include "bpmn/rules.h"
#include "bpmn/rules_lingban.h"

#include <stdio.h>

static struct str read_whole(struct arena *a, const char *path) {
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *bytes = arena_alloc(a, 1 << 20);
    size_t n = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    return (struct str){bytes, n};
}

static void print_faults(struct arena *a, const struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        struct str line = fault_text(a, LANGUAGE_EN, &faults->items[i]);
        print_message("%s %.*s\n", faults->items[i].code, STR_ARGS(line));
    }
}

static void the_wish_obeys_both_sets(void **state) {
    (void)state;
    static const struct str variables[] = {T_STATIC("item"),   T_STATIC("settings"), T_STATIC("outcome"),     T_STATIC("reason"),
                                           T_STATIC("rating"), T_STATIC("consent"),  T_STATIC("completedBy"), T_STATIC("last_same_kind_days")};
    static const struct str roles[] = {T_STATIC("staff"), T_STATIC("member"), T_STATIC("partner"), T_STATIC("resident")};
    struct arena a;
    struct faults faults;
    arena_init(&a, 64 << 20);
    faults_init(&faults, &a);
    struct str bytes = read_whole(&a, "services/wish/process.bpmn");
    assert_true(bpmn_check_file(&a, bytes, STR("process.bpmn"), BPMN_LEVEL_NORMAL, &faults));
    struct xml_node *root = xml_parse(&a, bytes, &xml_default_limits, STR("process.bpmn"), &faults);
    const struct bpmn_model *model = bpmn_read(&a, root, STR("process.bpmn"), &faults);
    assert_non_null(model);
    struct bpmn_surroundings around = {variables, sizeof variables / sizeof *variables, roles, sizeof roles / sizeof *roles};
    bpmn_check_service(&a, model, &around, &faults);
    if (faults.errors) print_faults(&a, &faults);
    assert_int_equal(faults.errors, 0);
    arena_release(&a);
}

static void the_wish_is_wholly_drawn(void **state) {
    (void)state;
    struct arena a;
    struct buf out;
    arena_init(&a, 64 << 20);
    buf_init(&out, &a, 4 << 20);
    struct bpmn_tree *tree = bpmn_tree_read(&a, read_whole(&a, "services/wish/process.bpmn"), STR("process.bpmn"), NULL);
    assert_non_null(tree);
    for (size_t i = 0; i < tree->count; i++) {
        const struct bpmn_node *e = tree->elements[i];
        if ((bpmn_is(e, "flowNode") || bpmn_is(e, "sequenceFlow")) && !e->shape) fail_msg("%.*s is not drawn", STR_ARGS(e->id));
    }
    struct bpmn_picture how = {.language = LANGUAGE_ZH};
    assert_true(bpmn_picture_draw(&out, tree, &how));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_wish_obeys_both_sets), cmocka_unit_test(the_wish_is_wholly_drawn)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
