/* fault.c: see fault.h. */
#include "base/fault.h"

enum { KEPT_FAULTS = 500 }; /* a clerk reads no further, and a hostile file must not fill the memory */

void faults_init(struct faults *f, struct arena *arena) {
    *f = (struct faults){.arena = arena, .limit = KEPT_FAULTS};
}

void faults_add(struct faults *f, enum fault_level level, const char *code, struct place place,
                const struct str *sentence, size_t count) {
    if (!f) return;
    if (level == FAULT_ERROR) f->errors++;
    if (f->count >= f->limit) return;
    struct fault fault = {.level = level, .code = code, .place = place};
    fault.place.file = arena_str(f->arena, place.file);
    fault.place.element = arena_str(f->arena, place.element);
    for (size_t i = 0; i < count && i < 4; i++) fault.sentence[i] = arena_str(f->arena, sentence[i]);
    fault.sentence_count = count < 4 ? count : 4;
    VEC_PUSH(f->arena, f->items, f->count, f->capacity, fault);
}

struct str fault_sentence(struct arena *a, enum language language, const struct fault *fault) {
    return text_format(a, language, fault->sentence, fault->sentence_count);
}

/* 1 -> A, 27 -> AA: as spreadsheet programs name columns. */
static struct str column_letters(struct arena *a, int column) {
    char letters[8];
    size_t n = sizeof letters;
    for (int rest = column; rest > 0 && n > 0; rest = (rest - 1) / 26) letters[--n] = (char)('A' + (rest - 1) % 26);
    return arena_str(a, (struct str){letters + n, sizeof letters - n});
}

static struct str cell_text(struct arena *a, enum language language, const struct place *place) {
    struct str row = arena_printf(a, "%d", place->line);
    if (place->line <= 0) return text_say(a, language, T("sheet {0}"), place->element);
    if (place->column <= 0) return text_say(a, language, T("sheet {0}, row {1}"), place->element, row);
    return text_say(a, language, T("sheet {0}, row {1}, column {2}"), place->element, row, column_letters(a, place->column));
}

static void put_sheet_place(struct arena *a, enum language language, const struct place *place, struct buf *out) {
    bool zh = language == LANGUAGE_ZH;
    buf_add(out, place->file);
    if (place->file.n) buf_addz(out, zh ? "，" : ", ");
    buf_add(out, cell_text(a, language, place));
    buf_addz(out, zh ? "：" : ": ");
}

static void put_place(const struct place *place, struct buf *out) {
    if (place->file.n) {
        buf_add(out, place->file);
        if (place->line > 0) buf_printf(out, ":%d", place->line);
        if (place->line > 0 && place->column > 0) buf_printf(out, ":%d", place->column);
        buf_addz(out, ": ");
    }
    if (place->element.n) {
        buf_add(out, place->element);
        buf_addz(out, ": ");
    }
}

struct str fault_text(struct arena *a, enum language language, const struct fault *fault) {
    struct buf out;
    buf_init(&out, a, 1 << 20);
    if (fault->place.sheet) put_sheet_place(a, language, &fault->place, &out);
    else put_place(&fault->place, &out);
    buf_add(&out, fault_sentence(a, language, fault));
    return buf_str(&out);
}

static int compare_places(const struct place *x, const struct place *y) {
    int order = str_cmp(x->file, y->file);
    if (!order) order = str_cmp(y->element, x->element); /* backwards: survey, settings, choices, as workbooks are written */
    if (!order) order = x->line - y->line;
    return order ? order : x->column - y->column;
}

/* By insertion: stable, and there are at most KEPT_FAULTS. */
void faults_sort(struct faults *f, size_t first) {
    for (size_t i = first + 1; i < f->count; i++) {
        struct fault moved = f->items[i];
        size_t at = i;
        for (; at > first && compare_places(&f->items[at - 1].place, &moved.place) > 0; at--) f->items[at] = f->items[at - 1];
        f->items[at] = moved;
    }
}
