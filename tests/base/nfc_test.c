/* nfc_test.c: one form for what looks the same; what is in it already is not touched. Cases from UAX #15 and the
 * characters that Chinese, Korean and European names bring. */
#include "base/nfc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 16 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static void becomes(const char *from, const char *to) {
    struct str made = nfc(&arena, str_from(from));
    if (!str_eqz(made, to)) fail_msg("“%s” became “%.*s”, not “%s”", from, STR_ARGS(made), to);
    assert_true(nfc_is(made));
    assert_true(str_eq(nfc(&arena, made), made));
}

static void decomposed_is_composed(void **state) {
    (void)state;
    becomes("Jose\u0301", "Jos\u00e9");
    becomes("A\u030a", "\u00c5");
    becomes("\u212b", "\u00c5");                    /* the ångström sign is the letter */
    becomes("\u1112\u1161\u11ab", "\ud55c");         /* jamo of 한 */
    becomes("\u304b\u3099", "\u304c");               /* か and the voicing mark */
    becomes("\uf9dc", "\u9686");                     /* a compatibility ideograph: 隆 */
    becomes("\u1e9b\u0323", "\u1e9b\u0323");         /* stays in two */
    becomes("q\u0307\u0323", "q\u0323\u0307");       /* marks in their order */
    becomes("\u2126A\u0308 \u5f20\u4f1f", "\u03a9\u00c4 \u5f20\u4f1f");
    becomes("\U0001d15e", "\U0001d157\U0001d165");   /* one that NFC takes apart, beyond 16 bits */
}

static void composed_stays_the_very_same(void **state) {
    (void)state;
    static const char *const texts[] = {"", "plain", "南湖小区 3 号楼，2 单元", "Jos\u00e9", "１２３", "《领办》", "\U00020000\U0001f600", "한국어"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str in = str_from(texts[i]), out = nfc(&arena, in);
        assert_ptr_equal(out.p, in.p);
        assert_int_equal(out.n, in.n);
        assert_true(nfc_is(in));
    }
}

static void what_is_no_text_stays(void **state) {
    (void)state;
    static const char bytes[] = "e\xcc\x81 \xff\xfe e\xcc";
    struct str in = {bytes, sizeof bytes - 1};
    assert_true(str_eq(nfc(&arena, in), in));
    struct str with_zero = {"e\xcc\x81\0e\xcc\x81", 7}, out = nfc(&arena, with_zero);
    assert_int_equal(out.n, 5);
    assert_memory_equal(out.p, "\xc3\xa9\0\xc3\xa9", 5);
}

/* The worst growth, and a long text. */
static void long_texts_are_normalised_whole(void **state) {
    (void)state;
    enum { N = 20000 };
    char *text = arena_alloc(&arena, 4 * N + 1);
    for (int i = 0; i < N; i++) memcpy(text + 3 * i, "\xef\xac\xac", 3); /* U+FB2C becomes three characters */
    struct str out = nfc(&arena, (struct str){text, 3 * N});
    assert_int_equal(utf8_count(out), 3 * N);
    for (int i = 0; i < N; i++) memcpy(text + 3 * i, "e\xcc\x81", 3);
    out = nfc(&arena, (struct str){text, 3 * N});
    assert_int_equal(out.n, 2 * N);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(decomposed_is_composed), cmocka_unit_test(composed_stays_the_very_same),
                                       cmocka_unit_test(what_is_no_text_stays), cmocka_unit_test(long_texts_are_normalised_whole)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
