/* process_file.c: any bytes as a process file: checked by both sets of rules, drawn with and without its
 * coordinates, written back and read again. Nothing may crash, hang or leave its memory's budget; what is
 * drawn is XML. */
#include "bpmn/picture.h"
#include "bpmn/rules.h"
#include "bpmn/rules_lingban.h"
#include "bpmn/write.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct trial {
    struct arena arena;
    struct str bytes;
};

static void draw(struct trial *t, struct bpmn_tree *tree, bool relayout) {
    struct buf out;
    buf_init(&out, &t->arena, 32 << 20);
    struct bpmn_mark mark = {
        .element = STR("check"), .state = BPMN_MARK_OVERDUE, .tokens = 2, .note = t->bytes};
    struct bpmn_picture how = {
        .language = LANGUAGE_ZH, .relayout = relayout, .marks = &mark, .mark_count = 1};
    if (!bpmn_picture_draw(&out, tree, &how)) return;
    struct xml_limits limits = {.bytes = 64 << 20, .depth = 100, .nodes = 4000000};
    if (!xml_parse(&t->arena, buf_str(&out), &limits, STR("svg"), NULL)) abort();
}

static void run(void *arg) {
    struct trial *t = arg;
    struct faults faults;
    faults_init(&faults, &t->arena);
    struct bpmn_tree *tree = bpmn_tree_read(&t->arena, t->bytes, STR("fuzz"), &faults);
    if (!tree) return;
    struct bpmn_findings findings = bpmn_check(tree, BPMN_LEVEL_STRICT);
    bpmn_findings_report(tree, &findings, &faults);
    draw(t, tree, false);
    draw(t, tree, true);
    struct buf written;
    buf_init(&written, &t->arena, 64 << 20);
    bpmn_write(&written, tree);
    struct bpmn_tree *again = bpmn_tree_read(&t->arena, buf_str(&written), STR("again"), NULL);
    if (again && again->count != tree->count) abort();
    const struct bpmn_model *model = bpmn_read(&t->arena, tree->definitions->node, STR("fuzz"), &faults);
    struct bpmn_surroundings around = {0};
    if (model) bpmn_check_service(&t->arena, model, &around, &faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct trial t = {.bytes = {(const char *)data, size}};
    if (size > 1 << 20) return 0;
    arena_init(&t.arena, 512u << 20);
    arena_run(&t.arena, run, &t);
    arena_release(&t.arena);
    return 0;
}
