/* photo.c: fuzzes the photo door: what comes out is a JPEG of ours, within the sizes asked for. */
#include "store/blob.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct job {
    struct arena *arena;
    struct str bytes;
};

static void encode(void *arg) {
    struct job *job = arg;
    struct faults faults;
    struct str out;
    int width, height;
    faults_init(&faults, job->arena);
    if (!photo_encode(job->arena, job->bytes, 100, 20000, &out, &width, &height, &faults)) {
        if (faults.errors != 1) abort();
        return;
    }
    if (!str_starts(out, STR("\xFF\xD8\xFF")) || str_find(out, STR("Exif")) >= 0) abort();
    if (width < 1 || height < 1 || width > 100 || height > 100) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_init(&arena, 256u << 20);
    struct job job = {&arena, {(const char *)data, size}};
    arena_run(&arena, encode, &job);
    arena_release(&arena);
    return 0;
}
