/* xlsx.c: fuzzes the workbook readers and the XLSForm converter behind them.
 *
 * An input that begins with PK is an .xlsx as it is; one that begins with < becomes the only sheet of a workbook (zip
 * checksums would stop a mutated file at the door); anything else is CSV or Markdown. What comes out must be XML. */
#include "form/xlsform.h"

#include "base/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static void add(zip_t *zip, const char *name, struct str text) {
    zip_source_t *s = zip_source_buffer(zip, text.p, text.n, 0);
    zip_int64_t index = zip_file_add(zip, name, s, ZIP_FL_ENC_UTF_8);
    zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0);
}

/* A workbook whose sheet "survey" is the input. */
static struct str wrap(struct arena *a, struct str sheet) {
    zip_error_t error;
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(target);
    zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    add(zip, "xl/workbook.xml", STR("<workbook xmlns:r=\"" OFFICE "\"><sheets><sheet name=\"survey\" r:id=\"a\"/></sheets></workbook>"));
    add(zip, "xl/_rels/workbook.xml.rels", STR("<R><Relationship Id=\"a\" Type=\"" OFFICE "/worksheet\" Target=\"s.xml\"/></R>"));
    add(zip, "xl/s.xml", sheet);
    zip_close(zip);
    zip_stat_t status;
    zip_source_open(target);
    zip_source_stat(target, &status);
    char *bytes = arena_alloc(a, status.size + 1);
    zip_int64_t n = zip_source_read(target, bytes, status.size);
    zip_source_close(target);
    zip_source_free(target);
    return (struct str){bytes, n < 0 ? 0 : (size_t)n};
}

struct job {
    struct arena *arena;
    struct str bytes;
};

static void complain(const struct job *job, const char *what, struct str xform) {
    fprintf(stderr, "%s\n--- in\n%.*s\n--- out\n%.*s\n", what, STR_ARGS(job->bytes), STR_ARGS(xform));
    abort();
}

static void convert(void *arg) {
    struct job *job = arg;
    struct faults faults;
    faults_init(&faults, job->arena);
    struct str bytes = job->bytes.n && job->bytes.p[0] == '<' ? wrap(job->arena, job->bytes) : job->bytes;
    struct str xform = xlsform_convert_bytes(job->arena, bytes, STR("fuzz"), NULL, &faults);
    if (!xform.p && faults.errors == 0) complain(job, "refused without a word", STR_NONE);
    if (xform.p && !xml_parse(job->arena, xform, &xml_default_limits, STR("out"), &faults))
        complain(job, arena_cstr(job->arena, fault_text(job->arena, LANGUAGE_EN, &faults.items[faults.count - 1])), xform);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_init(&arena, 256u << 20);
    struct job job = {&arena, {(const char *)data, size}};
    arena_run(&arena, convert, &job);
    arena_release(&arena);
    return 0;
}
