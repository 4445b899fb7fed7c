/* dmn_test.c: `lingban dmn check | eval | show` as somebody types them: what is printed where, and the exit status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

const struct cli_command cli_commands[] = {{"dmn", "dmn check FILE…", T_STATIC("Checks, evaluates and shows decision models."), cli_dmn},
                                           {NULL, NULL, {NULL, 0}, NULL}};

#define TABLE(second)                                                                                             \
    "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' namespace='n' name='n'>"                   \
    "<inputData id='a' name='age'><variable name='age' typeRef='number'/></inputData>"                            \
    "<decision id='d' name='fee'><informationRequirement><requiredInput href='#a'/></informationRequirement>"     \
    "<decisionTable><input><inputExpression><text>age</text></inputExpression></input><output/><annotation name='why'/>" \
    "<rule><inputEntry><text>&lt; 60</text></inputEntry><outputEntry><text>10</text></outputEntry></rule>"        \
    "<rule><inputEntry><text>" second "</text></inputEntry><outputEntry><text>0</text></outputEntry>"             \
    "<annotationEntry><text>free for the old</text></annotationEntry></rule></decisionTable></decision></definitions>"

static char folder[] = P_tmpdir "/lingban-dmn-test-XXXXXX";
static char printed[20000], complained[20000];

static const char *path_of(const char *name) {
    static char paths[4][200];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void put_file(const char *name, const char *text) {
    FILE *f = fopen(path_of(name), "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void slurp(const char *name, char *out, size_t size) {
    FILE *f = fopen(path_of(name), "rb");
    assert_non_null(f);
    out[fread(out, 1, size - 1, f)] = 0;
    fclose(f);
}

/* Runs the command with standard output and error in files; words end with NULL. */
static int run(const char *word, ...) {
    char name[] = "dmn", *argv[16] = {name};
    int argc = 1, status, saved[2] = {dup(1), dup(2)};
    va_list words;
    va_start(words, word);
    for (const char *w = word; w; w = va_arg(words, const char *)) argv[argc++] = (char *)w;
    va_end(words);
    fflush(NULL);
    assert_non_null(freopen(path_of("out"), "wb", stdout));
    assert_non_null(freopen(path_of("err"), "wb", stderr));
    status = cli_dmn(argc, argv);
    fflush(NULL);
    dup2(saved[0], 1), dup2(saved[1], 2);
    close(saved[0]), close(saved[1]);
    slurp("out", printed, sizeof printed);
    slurp("err", complained, sizeof complained);
    return status;
}

static void a_sound_model_passes_the_check(void **state) {
    (void)state;
    put_file("m.dmn", TABLE("&gt;= 60"));
    assert_int_equal(run("check", path_of("m.dmn"), NULL), CLI_DONE);
    assert_string_equal(complained, "");
}

static void faults_are_told_with_their_place(void **state) {
    (void)state;
    put_file("m.dmn", TABLE("&gt;= 50"));
    assert_int_equal(run("check", path_of("m.dmn"), NULL), CLI_FAILED);
    assert_non_null(strstr(complained, "m.dmn:1:"));
    assert_non_null(strstr(complained, "Rules 1 and 2 both match the case age: [50..60), but give different outputs."));
}

static void a_decision_is_evaluated_and_explained(void **state) {
    (void)state;
    put_file("m.dmn", TABLE("&gt;= 60"));
    put_file("in.json", "{\"age\": 61}");
    assert_int_equal(run("eval", path_of("m.dmn"), "--decision", "fee", "--input", path_of("in.json"), NULL), CLI_DONE);
    assert_string_equal(printed, "{\"type\":\"number\",\"value\":\"0\"}\n");
    assert_int_equal(run("eval", path_of("m.dmn"), "--decision", "fee", "--input", path_of("in.json"), "--explain", NULL), CLI_DONE);
    assert_non_null(strstr(printed, "rule 2 matches: 0"));
    assert_non_null(strstr(printed, "why: free for the old"));
    assert_int_equal(run("eval", path_of("m.dmn"), "--decision", "fee", NULL), CLI_DONE);
    assert_string_equal(printed, "{\"type\":\"null\",\"value\":null}\n");
    assert_non_null(strstr(complained, "No rule of the table matches."));
}

static void a_table_is_drawn(void **state) {
    (void)state;
    put_file("m.dmn", TABLE("&gt;= 60"));
    assert_int_equal(run("show", path_of("m.dmn"), NULL), CLI_DONE);
    assert_non_null(strstr(printed, "│ 2 │ >= 60 ║ 0   │ free for the old │"));
}

static void wrong_calls_are_refused(void **state) {
    (void)state;
    put_file("m.dmn", TABLE("&gt;= 60"));
    put_file("bad.json", "{");
    assert_int_equal(run("eval", path_of("m.dmn"), NULL), CLI_USAGE);
    assert_int_equal(run("eval", path_of("m.dmn"), "--decision", NULL), CLI_USAGE);
    assert_int_equal(run("draw", path_of("m.dmn"), NULL), CLI_USAGE);
    assert_int_equal(run("check", NULL), CLI_USAGE);
    assert_int_equal(run("check", "--all", path_of("m.dmn"), NULL), CLI_USAGE);
    assert_int_equal(run("check", path_of("nowhere.dmn"), NULL), CLI_FAILED);
    assert_non_null(strstr(complained, "nowhere.dmn"));
    assert_int_equal(run("eval", path_of("m.dmn"), "--decision", "tax", NULL), CLI_FAILED);
    assert_non_null(strstr(complained, "The model has no decision “tax”."));
    assert_int_equal(run("eval", path_of("m.dmn"), "--decision", "fee", "--input", path_of("bad.json"), NULL), CLI_FAILED);
    put_file("m.dmn", "<a/>");
    assert_int_equal(run("show", path_of("m.dmn"), NULL), CLI_FAILED);
    assert_int_equal(run("eval", path_of("m.dmn"), "--decision", "fee", NULL), CLI_FAILED);
}

static int make_folder(void **state) {
    (void)state;
    setenv("LINGBAN_LANG", "en", 1);
    return mkdtemp(folder) ? 0 : 1;
}

static int remove_folder(void **state) {
    (void)state;
    static const char *const names[] = {"m.dmn", "in.json", "bad.json", "out", "err"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) remove(path_of(names[i]));
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_model_passes_the_check), cmocka_unit_test(faults_are_told_with_their_place),
        cmocka_unit_test(a_decision_is_evaluated_and_explained), cmocka_unit_test(a_table_is_drawn),
        cmocka_unit_test(wrong_calls_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
