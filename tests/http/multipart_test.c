/* multipart_test.c: the same body in every way of cutting it, and bodies that are none. */
#include "http/limits.h"
#include "http/multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 256 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

/* The sink writes down what it is told: "[name|filename|type]bytes;". */
static bool note_begin(void *arg, const struct multipart_part *p) {
    buf_printf(arg, "[%.*s|%.*s|%.*s]", STR_ARGS(p->name), STR_ARGS(p->is_file ? p->filename : STR("-")), STR_ARGS(p->type));
    return true;
}

static bool note_data(void *arg, struct str bytes) {
    buf_add(arg, bytes);
    return true;
}

static bool note_end(void *arg) {
    buf_byte(arg, ';');
    return true;
}

/* What the sink heard when the body came in pieces of `step` bytes; "(…)" names how it ended. */
static struct str heard(struct str body, size_t step) {
    struct buf *out = arena_new(&arena, struct buf);
    buf_init(out, &arena, 1 << 22);
    struct multipart *m = multipart_new(&arena, STR("XyZ"), (struct multipart_sink){out, note_begin, note_data, note_end});
    enum multipart_result r = MULTIPART_MORE;
    for (size_t at = 0; at < body.n && r == MULTIPART_MORE; at += step) r = multipart_feed(m, str_sub(body, at, at + step));
    buf_addz(out, r == MULTIPART_BROKEN ? "(broken)" : multipart_complete(m) ? "(complete)" : "(cut short)");
    return buf_str(out);
}

static void every_cut(void **state) {
    (void)state;
    struct str body = STR("preamble\r\n--XyZ  \r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nfirst\r\n--Xy \r\n-\r\n--XyZ\r\n"
                          "content-disposition: form-data; name=\"f%22\"; filename=\"C:\\dir\\photo.jpg\"\r\nContent-Type: image/JPEG\r\n\r\n"
                          "\r\n\r\n--X\r\n--XyZ\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--XyZ--\r\nepilogue --XyZ");
    for (size_t step = 1; step <= body.n; step++)
        assert_true(str_eqz(heard(body, step), "[a|-|text/plain]first\r\n--Xy \r\n-;[f\"|photo.jpg|image/jpeg]\r\n\r\n--X;[empty|-|text/plain];(complete)"));
}

static void large_part(void **state) {
    (void)state;
    struct buf body;
    buf_init(&body, &arena, 1 << 22);
    buf_add(&body, STR("--XyZ\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n"));
    size_t before = body.n;
    for (int i = 0; i < 1000000; i++) buf_byte(&body, "\r\n-X"[i % 7 % 4]);
    struct str content = str_sub(buf_str(&body), before, body.n);
    buf_add(&body, STR("\r\n--XyZ--"));
    struct str got = heard(buf_str(&body), 4093);
    assert_true(str_starts(got, STR("[f||text/plain]")));
    assert_true(str_eq(str_sub(got, 15, 15 + content.n), content));
    assert_true(str_ends(got, STR(";(complete)")));
}

static void broken(void **state) {
    (void)state;
    struct str head = STR("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx");
    assert_true(str_ends(heard(head, 7), STR("(cut short)")));
    assert_true(str_ends(heard(STR(""), 1), STR("(cut short)")));
    static const char *const bad[] = {
        "--XyZ\r\nContent-Type: text/plain\r\n\r\nno name\r\n--XyZ--",
        "--XyZ\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\nno colon\r\n\r\nx\r\n--XyZ--",
        "--XyZoops\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--XyZ--",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_true(str_eqz(heard(str_from(bad[i]), 5), "(broken)"));
    struct buf long_head;
    buf_init(&long_head, &arena, 1 << 20);
    buf_add(&long_head, STR("--XyZ\r\nX: "));
    for (int i = 0; i < 2 * HTTP_LIMIT_PART_HEAD; i++) buf_byte(&long_head, 'x');
    assert_true(str_eqz(heard(buf_str(&long_head), 100), "(broken)"));
}

static bool refuse(void *arg, const struct multipart_part *p) {
    (void)arg, (void)p;
    return false;
}

static void boundaries_and_stopping(void **state) {
    (void)state;
    struct multipart_sink sink = {NULL, refuse, note_data, note_end};
    assert_null(multipart_new(&arena, STR(""), sink));
    assert_null(multipart_new(&arena, STR("a\"b"), sink));
    assert_null(multipart_new(&arena, STR("ends with blank "), sink));
    assert_null(multipart_new(&arena, STR("0123456789012345678901234567890123456789012345678901234567890123456789x"), sink));
    struct multipart *m = multipart_new(&arena, STR("XyZ"), sink);
    struct str body = STR("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx");
    assert_int_equal(multipart_feed(m, body), MULTIPART_STOPPED);
    assert_int_equal(multipart_feed(m, body), MULTIPART_STOPPED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(large_part, setup, teardown),
        cmocka_unit_test_setup_teardown(broken, setup, teardown),
        cmocka_unit_test_setup_teardown(boundaries_and_stopping, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
