/* multipart.c: bodies of strangers. The first byte of the input says into how small pieces the rest is cut; the same body
 * in one piece must be understood the same way. Also feeds the urlencoded, cookie and header readers. */
#include "http/fields.h"
#include "http/multipart.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool note_begin(void *arg, const struct multipart_part *p) {
    buf_printf(arg, "[%.*s|%.*s|%.*s]", STR_ARGS(p->name), STR_ARGS(p->filename), STR_ARGS(p->type));
    return utf8_valid(p->name) && utf8_valid(p->filename);
}

static bool note_data(void *arg, struct str bytes) {
    buf_add(arg, bytes);
    return true;
}

static bool note_end(void *arg) {
    buf_byte(arg, ';');
    return true;
}

static struct str heard(struct arena *a, struct str body, size_t step) {
    struct buf *out = arena_new(a, struct buf);
    buf_init(out, a, 4 << 20);
    struct multipart *m = multipart_new(a, STR("XyZ"), (struct multipart_sink){out, note_begin, note_data, note_end});
    enum multipart_result r = MULTIPART_MORE;
    for (size_t at = 0; at < body.n && r == MULTIPART_MORE; at += step) r = multipart_feed(m, str_sub(body, at, at + step));
    buf_printf(out, "(%d %d)", r, multipart_complete(m));
    return buf_str(out);
}

struct input {
    struct arena *arena;
    struct str text;
    size_t step;
};

static void read_all(void *arg) {
    struct input *in = arg;
    if (!str_eq(heard(in->arena, in->text, in->step), heard(in->arena, in->text, in->text.n))) abort();
    struct http_fields fields = {0}, cookies = {0};
    if (fields_urlencoded(in->arena, in->text, &fields) == FIELDS_GOOD)
        for (size_t i = 0; i < fields.count; i++)
            if (!utf8_valid(fields.items[i].name) || !utf8_valid(fields.items[i].value)) abort();
    fields_cookies(in->arena, in->text, &cookies);
    accept_language(in->text, LANGUAGE_ZH);
    accepts_encoding(in->text, "br");
    header_parameter(in->arena, in->text, "boundary");
    media_type(in->arena, in->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    struct arena arena;
    arena_init(&arena, 64 << 20);
    struct input in = {&arena, {(const char *)data + 1, size - 1}, (size_t)data[0] + 1};
    arena_run(&arena, read_all, &in);
    arena_release(&arena);
    return 0;
}
