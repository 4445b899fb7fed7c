/* decisions.c: how fast decisions are: tables of 30, 1,000 and 100,000 rules, an expression, loading a model.
 *
 * The tables are made here from a seed: five inputs (two numbers, two texts, a boolean), hit policy FIRST, rules as
 * picky as there are many, so that the first match stands about in the middle and a few inputs match none. Every
 * table's answers are compared with those of the plain way before it is timed. All figures are CPU time of one thread.
 * With LINGBAN_BENCH_DUMP=DIR the tables, inputs and answers are also written there as JSON, which is what
 * bench/peers/decisions.mjs runs other engines on.
 */
#include "bench.h"

#include "cli/cli.h"
#include "dmn/dmn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 1024, COLUMNS = 5 };

static const char *const columns[COLUMNS] = {"age", "income", "region", "status", "member"};
static const char *const types[COLUMNS] = {"number", "number", "string", "string", "boolean"};

/* Steele's splitmix64: the same tables on every machine. */
static uint64_t draw(uint64_t *seed) {
    uint64_t z = (*seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static unsigned below(uint64_t *seed, unsigned n) {
    return (unsigned)(draw(seed) % n);
}

struct table {
    struct arena arena;
    size_t rules;
    unsigned regions;
    struct buf dmn, json; /* the model; the same for other engines */
    struct faults faults;
    const struct dmn_model *model;
    const struct dmn_element *decision;
    struct feel_value inputs[INPUTS];
};

/* ---- making a table ---- */

static void put_cell(struct table *t, const char *text, bool last) {
    buf_addz(&t->dmn, "<inputEntry><text>");
    for (const char *p = text; *p; p++) {
        if (*p == '<')
            buf_addz(&t->dmn, "&lt;");
        else if (*p == '>')
            buf_addz(&t->dmn, "&gt;");
        else
            buf_byte(&t->dmn, *p);
    }
    buf_addz(&t->dmn, "</text></inputEntry>");
    struct json_out j;
    json_begin(&j, &t->json);
    json_put_string(&j, str_from(text));
    if (!last) buf_byte(&t->json, ',');
}

static void put_rule(struct table *t, size_t number, uint64_t *seed) {
    static const char *const statuses[] = {"\"employed\"", "\"student\"", "\"retired\"", "\"none\",\"unknown\""};
    char cells[COLUMNS][64];
    unsigned age = below(seed, 90), income = below(seed, 90) * 1000;
    snprintf(cells[0], sizeof cells[0], age % 6 == 0 ? "-" : age % 3 == 0 ? ">= %u" : "[%u..%u]", age, age + 25);
    snprintf(cells[1], sizeof cells[1], income % 4000 == 0 ? "-" : income % 3000 == 0 ? "< %u" : "[%u..%u)", income + 5000,
             income + 60000);
    snprintf(cells[2], sizeof cells[2], "\"r%u\"", below(seed, t->regions));
    snprintf(cells[3], sizeof cells[3], "%s", below(seed, 3) ? statuses[below(seed, 4)] : "-");
    snprintf(cells[4], sizeof cells[4], "%s", below(seed, 2) ? "-" : below(seed, 2) ? "true" : "false");
    buf_addz(&t->dmn, "<rule>");
    buf_addz(&t->json, number ? ",[[" : "[[");
    for (size_t c = 0; c < COLUMNS; c++) put_cell(t, cells[c], c + 1 == COLUMNS);
    buf_printf(&t->dmn, "<outputEntry><text>%zu</text></outputEntry></rule>\n", number + 1);
    buf_printf(&t->json, "],%zu]", number + 1);
}

static void put_model_head(struct table *t) {
    buf_addz(&t->dmn, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"urn:bench\" "
                      "name=\"bench\">\n");
    for (size_t c = 0; c < COLUMNS; c++)
        buf_printf(&t->dmn, "<inputData id=\"i%zu\" name=\"%s\"><variable name=\"%s\" typeRef=\"%s\"/></inputData>\n", c,
                   columns[c], columns[c], types[c]);
    buf_addz(&t->dmn, "<decision id=\"d\" name=\"result\"><variable name=\"result\" typeRef=\"number\"/>\n");
    for (size_t c = 0; c < COLUMNS; c++)
        buf_printf(&t->dmn, "<informationRequirement><requiredInput href=\"#i%zu\"/></informationRequirement>\n", c);
    buf_addz(&t->dmn, "<decisionTable hitPolicy=\"FIRST\">\n");
    for (size_t c = 0; c < COLUMNS; c++)
        buf_printf(&t->dmn, "<input><inputExpression typeRef=\"%s\"><text>%s</text></inputExpression></input>\n", types[c],
                   columns[c]);
    buf_addz(&t->dmn, "<output typeRef=\"number\"/>\n");
}

static void make_model(struct table *t, size_t rules) {
    uint64_t seed = 7 + rules;
    t->rules = rules;
    t->regions = rules / 18 < 2 ? 2 : (unsigned)(rules / 18);
    buf_init(&t->dmn, &t->arena, 1u << 28);
    buf_init(&t->json, &t->arena, 1u << 28);
    put_model_head(t);
    buf_addz(&t->json, "{\"rules\":[");
    for (size_t i = 0; i < rules; i++) put_rule(t, i, &seed);
    buf_addz(&t->json, "]");
    buf_addz(&t->dmn, "</decisionTable></decision></definitions>\n");
}

static void make_inputs(struct table *t) {
    static const char *const statuses[] = {"employed", "student", "retired", "none", "unknown"};
    uint64_t seed = 11 + t->rules;
    for (size_t i = 0; i < INPUTS; i++) {
        struct arena *a = &t->arena;
        struct feel_value v = feel_context(a, COLUMNS);
        feel_context_put(a, v, STR("age"), feel_integer(below(&seed, 100)));
        feel_context_put(a, v, STR("income"), feel_integer(below(&seed, 100000)));
        feel_context_put(a, v, STR("region"), feel_string(arena_printf(a, "r%u", below(&seed, t->regions))));
        feel_context_put(a, v, STR("status"), feel_string(str_from(statuses[below(&seed, 5)])));
        feel_context_put(a, v, STR("member"), feel_boolean(below(&seed, 2)));
        t->inputs[i] = v;
    }
}

static bool load(struct table *t, struct arena *arena) {
    struct dmn_source source = {STR("bench.dmn"), buf_str(&t->dmn)};
    faults_init(&t->faults, arena);
    t->model = dmn_load(arena, &source, 1, &t->faults);
    t->decision = t->model ? dmn_find(t->model, STR("result")) : NULL;
    return t->decision && t->faults.errors == 0;
}

/* ---- measuring ---- */

static struct feel_value decide(const struct table *t, size_t input, struct arena *scratch) {
    struct feel_environment env;
    feel_environment_init(&env, scratch, 0, NULL);
    return dmn_evaluate(t->model, t->decision, t->inputs[input], &env, NULL);
}

/* Prints where the matches stand, and answers whether the index and the plain way agree. */
static bool verify(struct table *t, const char *name) {
    struct arena scratch;
    size_t checked = t->rules > 10000 ? 64 : INPUTS, none = 0, sum = 0;
    bool same = true;
    char line[100];
    arena_init(&scratch, 64 << 20);
    for (size_t i = 0; i < checked && same; i++) {
        struct feel_environment env;
        int64_t rule = 0;
        feel_environment_init(&env, &scratch, 0, NULL);
        struct feel_value plain = dmn_evaluate_plainly(t->model, t->decision, t->inputs[i], &env);
        struct feel_value quick = decide(t, i, &scratch);
        same = plain.kind == quick.kind && (plain.kind == FEEL_NULL || feel_equals(plain, quick));
        none += plain.kind == FEEL_NULL;
        if (plain.kind == FEEL_NUMBER && decimal_to_int(plain.number, &rule)) sum += (size_t)rule;
        arena_clear(&scratch);
    }
    snprintf(line, sizeof line, "decisions.%s.mean_match", name);
    bench_line(line, checked > none ? (double)sum / (double)(checked - none) : 0, "rule");
    snprintf(line, sizeof line, "decisions.%s.no_match", name);
    bench_line(line, 100.0 * (double)none / (double)checked, "%");
    arena_release(&scratch);
    return same;
}

static double microseconds_a_decision(const struct table *t) {
    struct arena scratch;
    arena_init(&scratch, 64 << 20);
    struct arena_mark mark = arena_mark(&scratch);
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        size_t count = 0;
        double start = bench_cpu_seconds(), spent;
        do {
            for (size_t i = 0; i < INPUTS; i++) {
                struct feel_value v = decide(t, i, &scratch);
                bench_use(&v);
                arena_rewind(&scratch, mark);
            }
            count += INPUTS;
            spent = bench_cpu_seconds() - start;
        } while (spent < 0.2);
        if (spent / (double)count < best) best = spent / (double)count;
    }
    arena_release(&scratch);
    return best * 1e6;
}

static double milliseconds_a_load(struct table *t) {
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        struct arena arena;
        arena_init(&arena, 1u << 30);
        double start = bench_cpu_seconds();
        if (!load(t, &arena)) return -1;
        double spent = bench_cpu_seconds() - start;
        if (spent < best) best = spent;
        arena_release(&arena);
    }
    t->model = NULL;
    return best * 1e3;
}

/* ---- for the peers ---- */

static void write_dump(struct table *t, const char *name) {
    const char *dir = getenv("LINGBAN_BENCH_DUMP");
    if (!dir) return;
    struct json_out j;
    buf_addz(&t->json, ",\"inputs\":[");
    for (size_t i = 0; i < INPUTS; i++) {
        if (i) buf_byte(&t->json, ',');
        json_begin(&j, &t->json);
        feel_put_json(&j, t->inputs[i]);
    }
    buf_addz(&t->json, "],\"answers\":[");
    for (size_t i = 0; i < INPUTS; i++) {
        if (i) buf_byte(&t->json, ',');
        json_begin(&j, &t->json);
        feel_put_json(&j, decide(t, i, &t->arena));
    }
    buf_addz(&t->json, "]}");
    const char *path = arena_cstr(&t->arena, arena_printf(&t->arena, "%s/%s.json", dir, name));
    FILE *f = fopen(path, "wb");
    if (!f) return;
    fwrite(t->json.p, 1, t->json.n, f);
    fclose(f);
}

static int run_table(const char *name, size_t rules, double limit) {
    struct table *t = calloc(1, sizeof *t);
    char line[100];
    int status = 1;
    arena_init(&t->arena, (size_t)4 << 30);
    make_model(t, rules);
    make_inputs(t);
    if (!load(t, &t->arena)) {
        fprintf(stderr, "%s does not load\n", name);
        cli_print_faults(&t->faults);
    } else if (!verify(t, name)) {
        fprintf(stderr, "%s: the index and the plain way differ\n", name);
    } else {
        snprintf(line, sizeof line, "decisions.%s", name);
        bench_line_against(line, microseconds_a_decision(t), "us", limit, true);
        write_dump(t, name);
        if (rules == 1000) bench_line_against("decisions.load_1000", milliseconds_a_load(t), "ms", 20, true);
        status = 0;
    }
    arena_release(&t->arena);
    free(t);
    return status;
}

static void run_expression(void) {
    struct arena arena, scratch;
    struct feel_environment env;
    arena_init(&arena, 1 << 20);
    arena_init(&scratch, 1 << 20);
    struct str names[] = {STR("base"), STR("rate"), STR("household size")};
    struct feel_scope scope = {.names = names, .name_count = 3};
    struct str text = STR("base * (1 + rate / 100) - 120 * household size > 500 and household size >= 2");
    const struct feel_expression *e = feel_compile(&arena, text, &scope, FEEL_EXPRESSION, (struct place){0}, NULL);
    struct feel_value values[] = {feel_integer(1250), feel_integer(8), feel_integer(4)};
    struct arena_mark mark = arena_mark(&scratch);
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        double start = bench_cpu_seconds();
        for (int i = 0; i < 200000; i++) {
            feel_environment_init(&env, &scratch, 0, NULL);
            struct feel_value v = feel_evaluate(e, &env, values);
            bench_use(&v);
            arena_rewind(&scratch, mark);
        }
        double spent = (bench_cpu_seconds() - start) / 200000;
        if (spent < best) best = spent;
    }
    bench_line_against("decisions.expression", best * 1e6, "us", 0.3, true);
    arena_release(&arena);
    arena_release(&scratch);
}

int bench_decisions(void) {
    run_expression();
    int bad = run_table("table_30", 30, 1) + run_table("table_1000", 1000, 3) + run_table("table_100000", 100000, 10);
    return bad ? 1 : 0;
}
