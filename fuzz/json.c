/* json.c: fuzzes the JSON reader. What it takes, it writes canonically (RFC 8785) and takes again, with the same bytes. */
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct job {
    struct arena *arena;
    struct str bytes;
};

static void read_and_write(void *arg) {
    struct job *job = arg;
    struct faults faults;
    struct buf first, second;
    faults_init(&faults, job->arena);
    struct json *value = json_parse(job->arena, job->bytes, &json_default_limits, STR("fuzz"), &faults);
    if (!value && faults.errors == 0) abort(); /* refused without a word */
    buf_init(&first, job->arena, 16 << 20);
    buf_init(&second, job->arena, 16 << 20);
    if (!value || !json_write_canonical(&first, value)) return; /* numbers that are no integers have no canonical form */
    struct json *again = json_parse(job->arena, buf_str(&first), &json_default_limits, STR("again"), NULL);
    if (!again || !json_write_canonical(&second, again) || !str_eq(buf_str(&first), buf_str(&second))) {
        fprintf(stderr, "%.*s\n", STR_ARGS(buf_str(&first)));
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_init(&arena, 256u << 20);
    struct job job = {&arena, {(const char *)data, size}};
    arena_run(&arena, read_and_write, &job);
    arena_release(&arena);
    return 0;
}
