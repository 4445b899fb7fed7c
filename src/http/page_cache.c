/* page_cache.c: public pages kept in memory, so the wall costs a look-up while nothing was committed.
 *
 * One store a thread, without locks. A place is found by the key's hash; a newer page takes it over. An entry holds
 * the library's ready responses: plain, gzip, brotli and 304. At most 512 places of at most HTTP_LIMIT_PAGE, in
 * practice pages of 10 to 60 KB.
 */
#include "http/internal.h"
#include "base/crypto.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

static struct cached_page **place_of(struct worker *w, struct str key) {
    return &w->cache[str_hash(key) % CACHE_PLACES];
}

static void page_free(struct cached_page *p) {
    if (!p) return;
    for (int c = 0; c < CODING_COUNT; c++)
        if (p->responses[c]) MHD_destroy_response(p->responses[c]);
    if (p->not_modified) MHD_destroy_response(p->not_modified);
    free((char *)p->key.p);
    free(p);
}

/* Everything the bytes of a public page depend on, beside the state's version. */
struct str cache_key(struct http_request *rq) {
    return arena_printf(rq->arena, "%d%d%.*s", rq->language, rq->large_text, STR_ARGS(rq->exchange->raw_url));
}

struct cached_page *cache_find(struct worker *w, struct str key, uint64_t version, instant now) {
    struct cached_page *p = *place_of(w, key);
    if (!p || p->version != version || !str_eq(p->key, key)) return NULL;
    bool fresh = now >= p->made && now - p->made < (instant)HTTP_SECONDS_PUBLIC * MICROS_A_SECOND;
    return fresh ? p : NULL;
}

static void make_etag(struct str body, char out[35]) {
    struct hash h = sha256(body);
    for (int i = 0; i < 16; i++) snprintf(out + 1 + 2 * i, 3, "%02x", h.bytes[i]);
    out[0] = out[33] = '"';
    out[34] = 0;
}

static struct MHD_Response *make_response(struct http_exchange *x, struct str bytes, enum coding coding, const char *etag,
                                          void (*add_headers)(struct http_exchange *, struct MHD_Response *)) {
    struct MHD_Response *r = MHD_create_response_from_buffer(bytes.n, (void *)bytes.p, MHD_RESPMEM_MUST_COPY);
    if (!r) return NULL;
    add_headers(x, r);
    if (coding_name(coding)) MHD_add_response_header(r, "Content-Encoding", coding_name(coding));
    MHD_add_response_header(r, "ETag", etag);
    return r;
}

struct cached_page *cache_put(struct http_exchange *x, struct str key, uint64_t version,
                              void (*add_headers)(struct http_exchange *, struct MHD_Response *)) {
    struct str body = buf_str(&x->rq.reply.body), bytes[CODING_COUNT] = {body};
    char etag[35];
    make_etag(body, etag);
    /* All arena work before the first malloc: a spent budget leaves from here. */
    for (int c = CODING_GZIP; c < CODING_COUNT && body.n >= HTTP_COMPRESS_FROM; c++)
        bytes[c] = coding_apply(x->rq.arena, (enum coding)c, body, false);
    struct cached_page *p = calloc(1, sizeof *p);
    char *copy = malloc(key.n + 36);
    if (!p || !copy) {
        free(p);
        free(copy);
        return NULL;
    }
    memcpy(copy, key.p, key.n);
    memcpy(copy + key.n, etag, sizeof etag);
    *p = (struct cached_page){.version = version, .made = x->rq.now, 
                               .key = {copy, key.n}, .route = x->rq.route, .etag = {copy + key.n, 34}};
    for (int c = 0; c < CODING_COUNT; c++) {
        if (!bytes[c].p) continue;
        p->responses[c] = make_response(x, bytes[c], (enum coding)c, etag, add_headers);
        p->sizes[c] = bytes[c].n;
    }
    p->not_modified = make_response(x, STR(""), CODING_NONE, etag, add_headers);
    if (!p->responses[CODING_NONE] || !p->not_modified) {
        page_free(p);
        return NULL;
    }
    struct cached_page **place = place_of(x->worker, key);
    page_free(*place);
    return *place = p;
}

void cache_clear(struct worker *w) {
    for (int i = 0; i < CACHE_PLACES; i++) {
        page_free(w->cache[i]);
        w->cache[i] = NULL;
    }
}
