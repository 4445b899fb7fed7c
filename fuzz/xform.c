/* xform.c: fuzzes the XForm reader and all that follows: open, answer every question twice, add and remove, render each
 * page, write and read the answer, read posted fields made of the input itself. */
#include "form/form.h"
#include "form/render.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct job {
    struct arena *arena;
    struct str bytes;
};

static struct form_node *next_node(struct form_node *n) {
    struct form_node *next = form_node_first(n);
    while (!next && n) {
        next = form_node_next(n);
        if (!next) n = form_node_parent(n);
    }
    return next;
}

static void answer(struct form_session *s, struct str value) {
    int budget = 200;
    for (struct form_node *n = form_root(s); n && budget-- > 0; n = next_node(n)) {
        const struct form_field *field = form_node_field(n);
        if (form_field_control(field) == FORM_REPEAT && budget % 3 == 0) form_add(s, form_node_parent(n), field);
        form_set(s, n, value);
        form_state(s, n);
    }
}

static void render(struct form_session *s, struct arena *a) {
    const struct form_page *pages;
    struct form_view view = {.language = LANGUAGE_ZH, .show_errors = true, .show_purpose = true, .page_address = STR("/f")};
    size_t count = form_pages(s, a, &pages);
    struct buf out;
    buf_init(&out, a, 8u << 20);
    for (size_t i = 0; i < count && i < 20; i++) form_render_page(s, pages, count, i, &view, &out);
    form_render_check(s, pages, count, &view, &out);
}

static void post(struct form_session *s, struct str bytes) {
    struct form_pair pairs[64];
    size_t count = 0;
    struct str line;
    while (count < 64 && str_split(&bytes, '\n', &line)) {
        ptrdiff_t at = str_find_byte(line, '=');
        pairs[count++] = (struct form_pair){str_sub(line, 0, at < 0 ? line.n : (size_t)at), str_sub(line, (size_t)(at + 1), line.n)};
    }
    form_post(s, pairs, count, &form_default_limits);
}

static void play(void *arg) {
    struct job *job = arg;
    struct arena *a = job->arena;
    struct form_opening opening = {.now = 1795460400000000, .offset_seconds = 8 * 3600, .seed = 1};
    const struct form *form = form_load(a, job->bytes, NULL, STR("fuzz"), NULL);
    if (!form) return;
    struct form_session *s = form_open(form, a, &opening);
    answer(s, STR("12"));
    answer(s, STR("a b"));
    render(s, a);
    post(s, job->bytes);
    struct buf xml;
    buf_init(&xml, a, 8u << 20);
    form_put_xml(s, &xml, false);
    struct form_session *again = form_open(form, a, &opening);
    form_restore_xml(again, buf_str(&xml), STR("answer"), NULL);
    const struct form_answer *rows;
    size_t count = form_answers(s, a, &rows);
    form_restore(form_open(form, a, &opening), rows, count, NULL);
    form_finish(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_init(&arena, 256u << 20);
    struct job job = {&arena, {(const char *)data, size}};
    arena_run(&arena, play, &job);
    arena_release(&arena);
    return 0;
}
