/* body.c: the body of a request as it streams in: small ones to memory, files to disk, refused ones to nowhere.
 *
 * In: pieces of bytes. Out: rq->form, rq->files or rq->body. Nothing is kept beyond the route's limit.
 */
#include "http/internal.h"

#include "base/nfc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void close_spool(void *pointer) {
    close(*(int *)pointer);
}

/* A file without a name: it is gone when closed, whatever happens to the program. */
static int open_spool(const char *folder) {
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
    char name[4096];
    int n = snprintf(name, sizeof name, "%s/upload-XXXXXX", folder);
    if (n < 0 || (size_t)n >= sizeof name) return -1;
    fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0) unlink(name);
    return fd;
}

static bool begin_file(struct http_exchange *x, const struct multipart_part *part) {
    struct http_request *rq = &x->rq;
    if (rq->file_count >= HTTP_LIMIT_FILES) return false;
    struct http_file file = {.field = part->name, .filename = part->filename, .type = part->type};
    int *fd = arena_new(rq->arena, int); /* before opening: a spent budget must not leak the descriptor */
    VEC_PUSH(rq->arena, rq->files, rq->file_count, rq->file_capacity, file);
    rq->files[rq->file_count - 1].fd = *fd = open_spool(x->worker->server->config.spool_folder);
    if (*fd < 0) return false;
    arena_on_release(rq->arena, close_spool, fd);
    return true;
}

static bool begin_part(void *arg, const struct multipart_part *part) {
    struct http_exchange *x = arg;
    x->part_is_file = part->is_file;
    x->part_name = part->name;
    if (part->is_file) return begin_file(x, part);
    if (x->rq.form.count >= HTTP_LIMIT_FIELDS) return false;
    buf_init(&x->part_value, x->rq.arena, HTTP_LIMIT_FORM);
    return true;
}

static bool part_data(void *arg, struct str bytes) {
    struct http_exchange *x = arg;
    if (!x->part_is_file) {
        buf_add(&x->part_value, bytes);
        return !x->part_value.full;
    }
    struct http_file *file = &x->rq.files[x->rq.file_count - 1];
    while (bytes.n) {
        ssize_t n = write(file->fd, bytes.p, bytes.n);
        if (n < 0) return false;
        file->size += n;
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
    return true;
}

static bool end_part(void *arg) {
    struct http_exchange *x = arg;
    if (x->part_is_file) return lseek(x->rq.files[x->rq.file_count - 1].fd, 0, SEEK_SET) == 0;
    struct str value = buf_str(&x->part_value);
    if (!utf8_valid(value) || str_find_byte(value, 0) >= 0) return false;
    fields_add(x->rq.arena, &x->rq.form, x->part_name, nfc(x->rq.arena, value));
    return true;
}

static int begin_multipart(struct http_exchange *x, struct str content_type) {
    struct multipart_sink sink = {x, begin_part, part_data, end_part};
    x->multipart = multipart_new(x->rq.arena, header_parameter(x->rq.arena, content_type, "boundary"), sink);
    if (!x->multipart) return 400;
    x->body_kind = BODY_MULTIPART;
    return 0;
}

bool body_promised(const struct http_exchange *x) {
    struct str length = http_header(&x->rq, "Content-Length");
    return http_header(&x->rq, "Transfer-Encoding").p || (length.p && !str_eqz(length, "0"));
}

int body_begin(struct http_exchange *x) {
    struct http_request *rq = &x->rq;
    struct str length = http_header(rq, "Content-Length"), type = http_header(rq, "Content-Type");
    int64_t promised = 0;
    if (length.p && (!str_to_int64(length, &promised) || promised < 0)) return 400;
    if (!body_promised(x)) return 0;
    x->link->deadline = deadline_in(HTTP_SECONDS_BODY + promised / HTTP_SLOWEST);
    x->body_limit = rq->route && rq->route->body_limit ? rq->route->body_limit : HTTP_LIMIT_FORM;
    x->body_kind = BODY_SWALLOW;
    if (promised > (int64_t)x->body_limit) return 413;
    rq->body_type = utf8_valid(type) ? media_type(rq->arena, type) : STR("");
    if (str_eqz(rq->body_type, "multipart/form-data")) return begin_multipart(x, type);
    x->body_kind = str_eqz(rq->body_type, "application/x-www-form-urlencoded") ? BODY_URLENCODED : BODY_PLAIN;
    /* What is kept in memory is limited by the request's arena, whatever the route allows for files. */
    size_t limit = x->body_limit < HTTP_LIMIT_ARENA / 4 ? x->body_limit : HTTP_LIMIT_ARENA / 4;
    buf_init(&x->body, rq->arena, limit);
    return 0;
}

/* Why the sink stopped: the disk, or the request. */
static int stopped_status(const struct http_exchange *x) {
    if (x->part_is_file && x->rq.file_count < HTTP_LIMIT_FILES) return errno == ENOSPC || errno == EDQUOT ? 507 : 500;
    return x->part_is_file || x->part_value.full || x->rq.form.count >= HTTP_LIMIT_FIELDS ? 413 : 400;
}

int body_piece(struct http_exchange *x, struct str bytes) {
    x->received += bytes.n;
    if (x->body_kind == BODY_SWALLOW || x->body_kind == BODY_NONE) return 0;
    if (x->received > x->body_limit) return 413;
    if (x->body_kind == BODY_MULTIPART) {
        enum multipart_result r = multipart_feed(x->multipart, bytes);
        return r == MULTIPART_MORE ? 0 : r == MULTIPART_BROKEN ? 400 : stopped_status(x);
    }
    buf_add(&x->body, bytes);
    return x->body.full ? 413 : 0;
}

int body_end(struct http_exchange *x) {
    struct http_request *rq = &x->rq;
    if (x->body_kind == BODY_MULTIPART) return multipart_complete(x->multipart) ? 0 : 400;
    if (x->body_kind == BODY_PLAIN) rq->body = buf_str(&x->body);
    if (x->body_kind != BODY_URLENCODED) return 0;
    enum fields_result r = fields_urlencoded(rq->arena, buf_str(&x->body), &rq->form);
    return r == FIELDS_GOOD ? 0 : r == FIELDS_TOO_MANY ? 413 : 400;
}
