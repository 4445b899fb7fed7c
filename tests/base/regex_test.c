/* regex_test.c: patterns of XPath: what they match, what they refuse, and that a hostile one is stopped. */
#include "base/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 64 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static enum regex_result matches(struct str input, struct str pattern, struct str flags, bool *out) {
    int64_t steps = REGEX_STEPS;
    return regex_matches(&arena, input, pattern, flags, &steps, out);
}

static enum regex_result replace(struct buf *out, struct str input, struct str pattern, struct str replacement, struct str flags) {
    int64_t steps = REGEX_STEPS;
    return regex_replace(out, input, pattern, replacement, flags, &steps);
}

static enum regex_result split(struct str input, struct str pattern, struct str flags, struct str **out, size_t *count) {
    int64_t steps = REGEX_STEPS;
    return regex_split(&arena, input, pattern, flags, &steps, out, count);
}

static void matching(void **state) {
    (void)state;
    static const struct {
        const char *input, *pattern, *flags;
        bool expected;
    } table[] = {{"banana", "[a-z]{3}", "", true},
                 {"abc", "^b", "", false},
                 {"abc", "c$", "", true},
                 {"abc\n", "c$", "", false},
                 {"a\nb", "^b$", "m", true},
                 {"a\nb", "a.b", "", false},
                 {"a\nb", "a.b", "s", true},
                 {"a\rb", "a.b", "", false},
                 {"Abc", "aBC", "i", true},
                 {"\xE2\x84\xAA", "k", "i", true},
                 {"x", "[A-Z-[OI]]", "i", true},
                 {"i", "[A-Z-[OI]]", "i", false},
                 {"q", "[^Q]", "i", false},
                 {"hello world", "hello\\ sworld", "x", true},
                 {"hello world", "he ll o[ ]worl d", "x", true},
                 {"hello", "\\p{ IsBasic Latin}+", "x", true},
                 {"a+b", "a+b", "q", true},
                 {"aab", "a+b", "q", false},
                 {"abab", "^(ab)\\1$", "", true},
                 {"aA", "(a)\\1", "i", true},
                 {"aa", "^(a)\\1$", "", true},
                 {"ab", "^(a)\\1$", "", false},
                 {"中国", "^\\p{Lo}{2}$", "", true},
                 {"中", "\\p{IsCJKUnifiedIdeographs}", "", true},
                 {"α", "\\p{IsGreek}", "", true},
                 {"5", "\\P{Nd}", "", false},
                 {"٣", "^\\d$", "", true},
                 {"a_b", "^\\w\\S\\w$", "", true},
                 {"_a.b", "^\\i\\c*$", "", true},
                 {"-", "\\i", "", false},
                 {"xaay", "a{2}", "", true},
                 {"xay", "a{2,}", "", false},
                 {"aaaa", "^a{1,3}$", "", false},
                 {"", "^$", "", true},
                 {"", "", "", true},
                 {"b", "^(a|b|)$", "", true},
                 {"abc", "(?:b)c", "", true},
                 {"a-b", "[a\\-]-", "", true},
                 {"-", "[a-]", "", true},
                 {"aaab", "^(a*)*b$", "", true},
                 {"ab", "^(a?)*?b$", "", true},
                 {"\xF0\x9F\x98\x80", "^.$", "", true}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        bool found = false;
        enum regex_result r = matches(str_from(table[i].input), str_from(table[i].pattern),
                                            str_from(table[i].flags), &found);
        if (r != REGEX_DONE || found != table[i].expected)
            fail_msg("“%s” in “%s” (%s): result %d, found %d", table[i].pattern, table[i].input, table[i].flags, r,
                     found);
    }
}

static void refusing(void **state) {
    (void)state;
    static const char *const bad[] = {"[",
                                      "]",
                                      "[]",
                                      "(",
                                      ")",
                                      "a**",
                                      "*a",
                                      "a{2,1}",
                                      "a{",
                                      "}",
                                      "{2}",
                                      "\\",
                                      "\\q",
                                      "(?=a)",
                                      "\\1",
                                      "(a)\\2",
                                      "(a\\1)",
                                      "(a)[\\1]",
                                      "[z-a]",
                                      "[\\0]",
                                      "\\p{Xx}",
                                      "\\p{IsNothing}",
                                      "\\p{ IsBasicLatin}",
                                      "\\p",
                                      "a{99999}",
                                      "[a-z-[aeiou]b]",
                                      "\\u0041",
                                      "(?i)a",
                                      "a{,2}"};
    bool found;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (matches(STR("a"), str_from(bad[i]), STR_NONE, &found) != REGEX_INVALID)
            fail_msg("“%s” was taken", bad[i]);
    assert_int_equal(matches(STR("a"), STR("a"), STR("p"), &found), REGEX_INVALID);
    assert_int_equal(matches(STR("a"), STR("a"), STR(" "), &found), REGEX_INVALID);
}

static void replacing(void **state) {
    (void)state;
    static const struct {
        const char *input, *pattern, *replacement, *flags, *expected; /* NULL: refused */
    } table[] = {{"abracadabra", "bra", "*", "", "a*cada*"},
                 {"abracadabra", "a.*?a", "*", "", "*c*bra"},
                 {"abcd", "(ab)|(a)", "[1=$1][2=$2]", "", "[1=ab][2=]cd"},
                 {"darted", "^(.*?)d(.*)$", "$1c$2", "", "carted"},
                 {"abc", "b", "\\$\\\\", "", "a$\\c"},
                 {"abc", "(b)", "$12", "", "ab2c"},
                 {"facetious", "[iou]", "[$0]", "", "facet[i][o][u]s"},
                 {"a.b", ".", "$", "q", "a$b"},
                 {"abc", "b", "$", "", NULL},
                 {"abc", "b", "$x", "", NULL},
                 {"abc", "b", "\\n", "", NULL},
                 {"abc", "x*", "-", "", NULL},
                 {"abc", "x", "-", "", "abc"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct buf out;
        buf_init(&out, &arena, 1000);
        enum regex_result r = replace(&out, str_from(table[i].input), str_from(table[i].pattern),
                                            str_from(table[i].replacement), str_from(table[i].flags));
        assert_int_equal(r, table[i].expected ? REGEX_DONE : REGEX_INVALID);
        if (table[i].expected && !str_eqz(buf_str(&out), table[i].expected))
            fail_msg("%s: %.*s", table[i].expected, STR_ARGS(buf_str(&out)));
    }
}

static void splitting(void **state) {
    (void)state;
    struct str *pieces;
    size_t count;
    assert_int_equal(split(STR("a1b22;c"), STR("\\d+|;"), STR_NONE, &pieces, &count), REGEX_DONE);
    assert_int_equal(count, 4);
    assert_true(str_eqz(pieces[0], "a") && str_eqz(pieces[1], "b") && str_eqz(pieces[2], "") &&
                str_eqz(pieces[3], "c"));
    assert_int_equal(split(STR(""), STR(","), STR_NONE, &pieces, &count), REGEX_DONE);
    assert_int_equal(count, 1);
    assert_int_equal(split(STR("abc"), STR(""), STR_NONE, &pieces, &count), REGEX_INVALID);
}

static void hostile_patterns_are_stopped(void **state) {
    (void)state;
    char text[60];
    bool found;
    memset(text, 'a', sizeof text);
    assert_int_equal(matches((struct str){text, sizeof text}, STR("^(a+)+b$"), STR_NONE, &found),
                     REGEX_TOO_LONG);
    assert_int_equal(matches((struct str){text, sizeof text}, STR("^(a|aa)+$b"), STR_NONE, &found),
                     REGEX_TOO_LONG);
    assert_int_equal(matches(STR("a"), STR("((((a{1000}){1000}){1000}){1000})"), STR_NONE, &found),
                     REGEX_INVALID);
    struct buf deep;
    buf_init(&deep, &arena, 100000);
    for (int i = 0; i < 5000; i++) buf_byte(&deep, '(');
    assert_int_equal(matches(STR("a"), buf_str(&deep), STR_NONE, &found), REGEX_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(matching, setup, teardown),
        cmocka_unit_test_setup_teardown(refusing, setup, teardown),
        cmocka_unit_test_setup_teardown(replacing, setup, teardown),
        cmocka_unit_test_setup_teardown(splitting, setup, teardown),
        cmocka_unit_test_setup_teardown(hostile_patterns_are_stopped, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
