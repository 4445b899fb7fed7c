/* xml.c: fuzzes the XML reader. What it takes, it writes and takes again, and the second writing equals the first. */
#include "base/xml.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct job {
    struct arena *arena;
    struct str bytes;
};

static struct str written(struct arena *a, const struct xml_node *e) {
    struct buf out;
    buf_init(&out, a, 32 << 20);
    xml_put_tree(&out, e);
    return buf_str(&out);
}

static void read_and_write(void *arg) {
    struct job *job = arg;
    struct faults faults;
    faults_init(&faults, job->arena);
    struct xml_node *root = xml_parse(job->arena, job->bytes, &xml_default_limits, STR("fuzz"), &faults);
    if (!root && faults.errors == 0) abort(); /* refused without a word */
    if (!root) return;
    struct str first = written(job->arena, root);
    struct xml_node *again = xml_parse(job->arena, first, &xml_default_limits, STR("again"), &faults);
    if (again && str_eq(first, written(job->arena, again))) return;
    fprintf(stderr, "%.*s\n", STR_ARGS(first));
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_init(&arena, 256u << 20);
    struct job job = {&arena, {(const char *)data, size}};
    arena_run(&arena, read_and_write, &job);
    arena_release(&arena);
    return 0;
}
