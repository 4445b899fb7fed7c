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

struct str fault_text(struct arena *a, enum language language, const struct fault *fault) {
    struct buf out;
    buf_init(&out, a, 1 << 20);
    if (fault->place.file.n) {
        buf_add(&out, fault->place.file);
        if (fault->place.line > 0) buf_printf(&out, ":%d", fault->place.line);
        if (fault->place.line > 0 && fault->place.column > 0) buf_printf(&out, ":%d", fault->place.column);
        buf_addz(&out, ": ");
    }
    if (fault->place.element.n) {
        buf_add(&out, fault->place.element);
        buf_addz(&out, ": ");
    }
    buf_add(&out, fault_sentence(a, language, fault));
    return buf_str(&out);
}
