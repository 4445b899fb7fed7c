/* dmn.c: any bytes as a DMN model: read, checked, shown, every element evaluated and explained. Nothing may crash,
 * hang or leave its memory's budget, and a table's index must find what testing its cells finds.
 *
 * Most changed bytes are no XML any more. So the bytes are also read as lines, which become the cells of a decision
 * table and the texts of boxed expressions.
 */
#include "base/xml.h"
#include "dmn/dmn.h"

#include <stdio.h>
#include <stdlib.h>

enum { BYTES_MOST = 96 << 20, DECISIONS_MOST = 20, LINES_MOST = 60 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct trial {
    struct arena arena;
    struct str bytes;
    bool as_lines;
};

static struct feel_environment environment(struct trial *t, struct faults *reasons) {
    struct feel_environment env;
    faults_init(reasons, &t->arena);
    feel_environment_init(&env, &t->arena, 0, NULL);
    env.reasons = reasons;
    env.steps = 20000;
    env.depth = 300;
    return env;
}

static void evaluate(struct trial *t, const struct dmn_model *model, const struct dmn_element *element) {
    struct dmn_explanation explanation;
    struct faults reasons;
    struct buf text;
    struct feel_value inputs = feel_context(&t->arena, 2);
    feel_context_put(&t->arena, inputs, STR("a"), feel_integer(3));
    feel_context_put(&t->arena, inputs, STR("s"), feel_string(STR("x")));
    struct feel_environment env = environment(t, &reasons);
    dmn_explanation_init(&explanation, &t->arena);
    dmn_evaluate(model, element, inputs, &env, &explanation);
    buf_init(&text, &t->arena, 1 << 20);
    dmn_explanation_put_text(&text, &explanation, LANGUAGE_ZH);
    struct feel_environment plain = environment(t, &reasons), quick = environment(t, &reasons);
    struct feel_value p = dmn_evaluate_plainly(model, element, inputs, &plain);
    struct feel_value q = dmn_evaluate(model, element, inputs, &quick, NULL);
    if (plain.stopped || quick.stopped || str_eq(feel_text(&t->arena, p), feel_text(&t->arena, q))) return;
    fputs("the index and the plain way differ\n", stderr);
    abort();
}

/* ---- lines as cells ---- */

static void put_text(struct buf *out, const char *open, struct str *lines, const char *close) {
    struct str line = STR("-");
    str_split(lines, '\n', &line);
    buf_addz(out, open);
    xml_put_text(out, line);
    buf_addz(out, close);
}

static struct str model_of_lines(struct arena *a, struct str lines) {
    static const char *const policies[] = {"UNIQUE", "FIRST", "ANY", "RULE ORDER", "PRIORITY", "OUTPUT ORDER", "COLLECT"};
    struct buf out;
    buf_init(&out, a, 4 << 20);
    buf_addz(&out, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' namespace='n' name='n'>"
                   "<inputData id='a' name='a'/><inputData id='s' name='s'/><decision id='d' name='d'>"
                   "<informationRequirement><requiredInput href='#a'/></informationRequirement>"
                   "<informationRequirement><requiredInput href='#s'/></informationRequirement>");
    buf_printf(&out, "<decisionTable hitPolicy='%s'>", policies[lines.n % (sizeof policies / sizeof *policies)]);
    put_text(&out, "<input><inputExpression><text>", &lines, "</text></inputExpression></input>");
    buf_addz(&out, "<input><inputExpression><text>a</text></inputExpression></input>");
    put_text(&out, "<output><outputValues><text>", &lines, "</text></outputValues></output>");
    for (int i = 0; i < LINES_MOST && lines.n; i++) {
        put_text(&out, "<rule><inputEntry><text>", &lines, "</text></inputEntry>");
        put_text(&out, "<inputEntry><text>", &lines, "</text></inputEntry>");
        put_text(&out, "<outputEntry><text>", &lines, "</text></outputEntry></rule>");
    }
    buf_addz(&out, "</decisionTable></decision></definitions>");
    return buf_str(&out);
}

static void run(void *arg) {
    struct trial *t = arg;
    struct faults faults;
    struct buf text;
    struct dmn_source source = {STR("fuzz.dmn"), t->as_lines ? model_of_lines(&t->arena, t->bytes) : t->bytes};
    faults_init(&faults, &t->arena);
    const struct dmn_model *model = dmn_load(&t->arena, &source, 1, &faults);
    if (!model) return;
    dmn_check(model, &t->arena, &faults);
    buf_init(&text, &t->arena, 1 << 20);
    dmn_show(&text, model, LANGUAGE_EN);
    for (size_t i = 0; i < dmn_element_count(model) && i < DECISIONS_MOST; i++)
        evaluate(t, model, dmn_element_at(model, i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 20) return 0;
    for (int i = 0; i < 2; i++) {
        struct trial t = {.bytes = {(const char *)data, size}, .as_lines = i == 1};
        arena_init(&t.arena, BYTES_MOST);
        arena_run(&t.arena, run, &t);
        arena_release(&t.arena);
    }
    return 0;
}
