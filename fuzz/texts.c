/* texts.c: fuzzes the small readers of what strangers send: references, secrets, base64, hex, times, checkpoints. Each
 * takes one text for one value: what is read and written again is what was read. */
#include "base/ids.h"
#include "base/time.h"
#include "store/journal.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct job {
    struct arena *arena;
    struct str bytes;
};

static void must(bool good) {
    if (!good) abort();
}

static void read_all(void *arg) {
    struct job *job = arg;
    struct arena *a = job->arena;
    struct str text = job->bytes, out;
    struct reference reference;
    struct checkpoint checkpoint;
    static const uint8_t key[KEY_BYTES] = {1};
    instant at;
    if (base64_decode(a, text, &out)) must(str_eq(base64_encode(a, out), text));
    if (base64url_decode(a, text, &out)) must(str_eq(base64url_encode(a, out), text));
    if (hex_decode(a, text, &out)) must(str_eq_nocase(hex_encode(a, out), text));
    if (reference_parse(text, &reference) == REFERENCE_GOOD) must(damm_digit(str_from(reference.digits)) == 0);
    must(!secret_plausible(text) || text.n == SECRET_CHARS);
    must(!checkpoint_open(a, text, key, &checkpoint)); /* nobody has signed it */
    must(utf8_valid(fold_full_width(a, text)));
    must(!password_verify(text, STR("x")) || str_starts(text, STR("$argon2id$")));
    if (instant_parse(text, &at)) {
        struct buf again;
        instant same;
        buf_init(&again, a, 64);
        instant_put(&again, at, 0);
        must(instant_parse(buf_str(&again), &same) && same == at);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_init(&arena, 64u << 20);
    struct job job = {&arena, {(const char *)data, size}};
    arena_run(&arena, read_all, &job);
    arena_release(&arena);
    return 0;
}
