/* reply.c: what a handler may answer, and how it goes out: security headers, compression, memory of public pages.
 *
 * In: the reply in struct http_request. Out: a response queued at the library.
 */
#include "http/internal.h"
#include "base/html.h"
#include "base/json.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- what handlers call ---- */

void http_set(struct http_request *rq, const char *name, struct str value) {
    struct buf clean;
    buf_init(&clean, rq->arena, HTTP_LIMIT_HEAD);
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] >= 0x20 && value.p[i] != 0x7f) buf_byte(&clean, value.p[i]);
    fields_add(rq->arena, &rq->reply.headers, str_from(name), arena_str(rq->arena, buf_str(&clean)));
}

void http_set_cookie(struct http_request *rq, const char *name, struct str value, int64_t max_age) {
    const struct http_server *s = rq->exchange->worker->server;
    struct buf out;
    buf_init(&out, rq->arena, 4096);
    buf_printf(&out, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax", name, STR_ARGS(value));
    if (s->tls || s->config.behind_proxy) buf_add(&out, STR("; Secure"));
    if (max_age > 0) buf_printf(&out, "; Max-Age=%lld", (long long)max_age);
    if (max_age < 0) buf_add(&out, STR("; Max-Age=0"));
    http_set(rq, "Set-Cookie", buf_str(&out));
}

void reply_reset(struct http_exchange *x) {
    struct http_reply *r = &x->rq.reply;
    if (r->file >= 0) close(r->file);
    *r = (struct http_reply){.file = -1};
}

struct buf *http_page(struct http_request *rq, int status) {
    rq->reply.status = status;
    rq->reply.type = "text/html; charset=utf-8";
    buf_init(&rq->reply.body, rq->arena, HTTP_LIMIT_PAGE);
    return &rq->reply.body;
}

enum http_outcome http_send(struct http_request *rq, int status, const char *type, struct str body) {
    rq->reply.status = status;
    rq->reply.type = type;
    rq->reply.body = (struct buf){.p = (char *)body.p, .n = body.n, .arena = rq->arena};
    return HTTP_DONE;
}

enum http_outcome http_send_file(struct http_request *rq, const char *type, int fd, int64_t size) {
    rq->reply.status = 200;
    rq->reply.type = type;
    rq->reply.file = fd;
    rq->reply.file_size = size;
    return HTTP_DONE;
}

enum http_outcome http_redirect(struct http_request *rq, struct str location) {
    bool ours = url_safe(location) && (str_starts(location, STR("/")) || str_starts(location, STR("?")));
    bool script = http_header(rq, "X-Follow").n > 0;
    http_set(rq, script ? "X-Location" : "Location", ours ? location : STR("/"));
    return http_send(rq, script ? 200 : 303, "text/plain; charset=utf-8", STR(""));
}

/* ---- refusals ---- */

static const struct {
    int status;
    const char *title; /* RFC 9110's reason phrase, for problem JSON */
    struct str sentence;
} statuses[] = {
    {400, "Bad Request", T_STATIC("The request could not be understood. Please go back and try again.")},
    {401, "Unauthorized", T_STATIC("Please sign in first.")},
    {403, "Forbidden", T_STATIC("You may not open this page. Ask your administrator if you need it for your work.")},
    {404, "Not Found", T_STATIC("This page does not exist. Please check the address, or start from the home page.")},
    {405, "Method Not Allowed", T_STATIC("This address cannot be used in this way.")},
    {408, "Request Timeout", T_STATIC("Sending took too long. Please try again.")},
    {409, "Conflict", T_STATIC("Somebody else changed this in the meantime. Please look at it again.")},
    {410, "Gone", T_STATIC("This is no longer here.")},
    {413, "Content Too Large", T_STATIC("What you sent is too large. Please send smaller files, or fewer at once.")},
    {414, "URI Too Long", T_STATIC("The address is too long.")},
    {415, "Unsupported Media Type", T_STATIC("This kind of content is not accepted here.")},
    {422, "Unprocessable Content", T_STATIC("Something in what you sent needs to be corrected.")},
    {429, "Too Many Requests", T_STATIC("That was too often in a short time. Please wait a little and try again.")},
    {431, "Request Header Fields Too Large", T_STATIC("Your browser sent too many or too large cookies. Please clear the cookies of this site and try again.")},
    {500, "Internal Server Error", T_STATIC("Something went wrong on our side. Nothing of yours was lost; please try again.")},
    {501, "Not Implemented", T_STATIC("This address cannot be used in this way.")},
    {503, "Service Unavailable", T_STATIC("The service is very busy at the moment. Please try again in a minute.")},
    {507, "Insufficient Storage", T_STATIC("There is no room left to store this. Please tell the administrator.")},
};

static size_t status_index(int status) {
    size_t n = sizeof statuses / sizeof *statuses, internal = 0;
    for (size_t i = 0; i < n; i++) {
        if (statuses[i].status == status) return i;
        if (statuses[i].status == (status < 500 ? 400 : 500)) internal = i;
    }
    return internal;
}

struct str http_status_sentence(int status) {
    return statuses[status_index(status)].sentence;
}

size_t reply_late(const struct http_exchange *x, char *out, size_t room) {
    struct str sentence = text_in(x->rq.language, http_status_sentence(408));
    int n = snprintf(out, room,
                     "HTTP/1.1 408 Request Timeout\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n<!doctype html><html lang=\"%s\">"
                     "<head><title>408</title></head><body><main><h1>%.*s</h1></main></body></html>",
                     x->rq.language == LANGUAGE_ZH ? "zh-CN" : "en", STR_ARGS(sentence));
    return n > 0 && (size_t)n < room ? (size_t)n : 0;
}

static void write_problem(struct http_request *rq, int status, struct str sentence) {
    struct buf out;
    buf_init(&out, rq->arena, 1 << 16);
    struct json_out j;
    json_begin(&j, &out);
    json_object_open(&j);
    json_member_string(&j, "type", STR("about:blank"));
    json_member_string(&j, "title", str_from(statuses[status_index(status)].title));
    json_member_integer(&j, "status", status);
    json_member_string(&j, "detail", sentence);
    json_object_close(&j);
    http_send(rq, status, "application/problem+json", buf_str(&out));
}

static void write_plain_page(struct buf *out, enum language language, struct str sentence) {
    buf_printf(out, "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>",
               language == LANGUAGE_ZH ? "zh-CN" : "en");
    html_text(out, sentence);
    buf_add(out, STR("</title></head><body><main><h1>"));
    html_text(out, sentence);
    buf_add(out, STR("</h1></main></body></html>"));
}

enum http_outcome http_refuse_with(struct http_request *rq, int status, const struct str *pieces, size_t count) {
    struct str sentence = text_format(rq->arena, rq->language, pieces, count);
    bool api = rq->route ? (rq->route->flags & HTTP_API) : str_starts(rq->path, STR("/api/"));
    if (status == 401 && api) http_set(rq, "WWW-Authenticate", STR("Bearer"));
    if (api) {
        write_problem(rq, status, sentence);
        return HTTP_DONE;
    }
    struct buf *out = http_page(rq, status);
    const struct http_hooks *hooks = &rq->exchange->worker->server->config.hooks;
    if (hooks->error_page) hooks->error_page(rq, out, status, sentence);
    if (!out->n) write_plain_page(out, rq->language, sentence);
    return HTTP_DONE;
}

enum http_outcome reply_status(struct http_request *rq, int status) {
    return http_refuse(rq, status, http_status_sentence(status));
}

/* ---- headers ---- */

/* Nothing inline, nothing from elsewhere, no frames (design, section 6). */
#define CONTENT_SECURITY_POLICY                                                                                   \
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; " \
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

static const struct {
    const char *name, *value;
} security_headers[] = {
    {"Content-Security-Policy", CONTENT_SECURITY_POLICY},
    {"X-Content-Type-Options", "nosniff"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(self), geolocation=(self), microphone=()"},
};

/* A session, a case's link, a message left by the page before: any cookie but those of taste makes a page one's own. */
static bool is_personal(const struct http_request *rq) {
    static const char *const harmless[] = {"lang", "text", "visitor"};
    for (size_t i = 0; i < rq->cookies.count; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof harmless / sizeof *harmless; k++) known |= str_eqz(rq->cookies.items[i].name, harmless[k]);
        if (!known) return true;
    }
    return rq->session.n > 0;
}

static const char *cache_policy(const struct http_exchange *x) {
    const struct http_request *rq = &x->rq;
    bool secret = rq->route && (rq->route->flags & HTTP_SECRET);
    if (is_personal(rq) || secret || rq->reply.status >= 400) return "no-store";
    return "no-cache";
}

static bool handler_set(const struct http_request *rq, const char *name) {
    return fields_get_nocase(&rq->reply.headers, name).p != NULL;
}

/* Allocates nothing of ours: called where nothing may escape. */
static void add_headers(struct http_exchange *x, struct MHD_Response *r) {
    const struct http_request *rq = &x->rq;
    const struct http_server *s = x->worker->server;
    if (rq->reply.type && rq->reply.status != 303) MHD_add_response_header(r, "Content-Type", rq->reply.type);
    for (size_t i = 0; i < sizeof security_headers / sizeof *security_headers; i++)
        MHD_add_response_header(r, security_headers[i].name, security_headers[i].value);
    bool secret = rq->route && (rq->route->flags & HTTP_SECRET);
    MHD_add_response_header(r, "Referrer-Policy", secret ? "no-referrer" : "same-origin");
    if (!handler_set(rq, "Cache-Control")) MHD_add_response_header(r, "Cache-Control", cache_policy(x));
    MHD_add_response_header(r, "Vary", "Accept-Encoding, Accept-Language, Cookie");
    if (s->tls || s->config.behind_proxy) MHD_add_response_header(r, "Strict-Transport-Security", "max-age=31536000");
    for (size_t i = 0; i < rq->reply.headers.count; i++)
        MHD_add_response_header(r, rq->reply.headers.items[i].name.p, rq->reply.headers.items[i].value.p);
}

/* ---- sending ---- */

static enum MHD_Result queue(struct http_exchange *x, int status, struct MHD_Response *r, size_t bytes) {
    x->stage = STAGE_SENT;
    x->status = status;
    x->sent_bytes = bytes;
    x->link->deadline = deadline_in(HTTP_SECONDS_REPLY + (int64_t)(bytes / HTTP_SLOWEST));
    return MHD_queue_response(x->connection, (unsigned)status, r);
}

static enum MHD_Result queue_page(struct http_exchange *x, const struct cached_page *p) {
    struct str seen = http_header(&x->rq, "If-None-Match");
    if (seen.n && etag_matches(seen, p->etag)) return queue(x, 304, p->not_modified, 0);
    enum coding c = coding_choose(http_header(&x->rq, "Accept-Encoding"));
    if (!p->responses[c]) c = CODING_NONE;
    return queue(x, 200, p->responses[c], p->sizes[c]);
}

static bool may_be_public(const struct http_exchange *x) {
    const struct http_request *rq = &x->rq;
    return x->worker->server->config.hooks.version && !rq->reply.headers.count && rq->reply.status <= 200 && !is_personal(rq);
}

bool reply_is_public(const struct http_exchange *x) {
    const struct http_request *rq = &x->rq;
    return may_be_public(x) && rq->route && (rq->route->flags & HTTP_PUBLIC) && rq->reply.status == 200 &&
           !x->holds_form_token && rq->reply.file < 0 && (rq->method == HTTP_GET || rq->method == HTTP_HEAD);
}

struct look {
    struct http_exchange *x;
    struct cached_page *found;
};

static void look_up(void *arg) {
    struct look *l = arg;
    struct http_request *rq = &l->x->rq;
    struct worker *w = l->x->worker;
    l->found = cache_find(w, cache_key(rq), w->server->config.hooks.version(rq->app), rq->now);
}

bool reply_from_cache(struct http_exchange *x, enum MHD_Result *out_result) {
    struct look l = {x, NULL};
    if (!may_be_public(x) || !arena_run(&x->arena, look_up, &l) || !l.found) return false;
    x->rq.route = l.found->route; /* for the log */
    x->page = l.found;
    *out_result = queue_page(x, l.found);
    return true;
}

static void encode(void *arg) {
    struct http_exchange *x = arg;
    struct http_request *rq = &x->rq;
    struct worker *w = x->worker;
    if (reply_is_public(x)) {
        x->page = cache_put(x, cache_key(rq), w->server->config.hooks.version(rq->app), add_headers);
        if (x->page) return;
    }
    if (x->encoded.n < HTTP_COMPRESS_FROM || !coding_helps(rq->reply.type)) return;
    enum coding c = coding_choose(http_header(rq, "Accept-Encoding"));
    struct str smaller = coding_apply(rq->arena, c, x->encoded, false);
    if (!smaller.p) return;
    x->encoded = smaller;
    x->coding = c;
}

/* A client whose body we did not read to its end would take the rest for its next request. */
static bool must_close(const struct http_exchange *x) {
    return x->worker->server->stopping || x->cut || x->rq.reply.status == 431 || x->rq.reply.status == 414;
}

enum MHD_Result reply_queue(struct http_exchange *x) {
    struct http_request *rq = &x->rq;
    struct MHD_Response *r;
    if (!rq->reply.type) rq->reply.type = "text/plain; charset=utf-8";
    x->encoded = buf_str(&rq->reply.body);
    x->page = NULL;
    x->coding = CODING_NONE;
    if (rq->reply.file >= 0) {
        r = MHD_create_response_from_fd64((uint64_t)rq->reply.file_size, rq->reply.file);
        if (r) rq->reply.file = -1; /* the library closes it */
        x->encoded.n = (size_t)rq->reply.file_size;
    } else {
        if (!arena_run(&x->arena, encode, x)) x->coding = CODING_NONE;
        if (x->page) return queue_page(x, x->page);
        r = MHD_create_response_from_buffer(x->encoded.n, (void *)x->encoded.p, MHD_RESPMEM_PERSISTENT);
    }
    if (!r) return MHD_NO;
    add_headers(x, r);
    if (x->coding) MHD_add_response_header(r, "Content-Encoding", coding_name(x->coding));
    if (must_close(x)) MHD_add_response_header(r, "Connection", "close");
    enum MHD_Result result = queue(x, rq->reply.status, r, x->encoded.n);
    MHD_destroy_response(r);
    return result;
}

enum MHD_Result reply_asset(struct http_exchange *x, const struct http_asset *asset) {
    struct http_request *rq = &x->rq;
    enum coding c = coding_choose(http_header(rq, "Accept-Encoding"));
    struct str bytes = c == CODING_BROTLI && asset->brotli.n ? asset->brotli : STR_NONE;
    if (!bytes.p && c != CODING_NONE && asset->gzip.n) {
        bytes = asset->gzip;
        c = CODING_GZIP;
    }
    if (!bytes.p) {
        bytes = asset->plain;
        c = CODING_NONE;
    }
    /* The address holds a hash of the bytes, so it is its own entity tag. */
    char etag[160];
    snprintf(etag, sizeof etag, "\"%s%s\"", asset->path, coding_name(c) ? coding_name(c) : "");
    bool same = etag_matches(http_header(rq, "If-None-Match"), str_from(etag));
    struct MHD_Response *r = MHD_create_response_from_buffer(same ? 0 : bytes.n, (void *)bytes.p, MHD_RESPMEM_PERSISTENT);
    if (!r) return MHD_NO;
    MHD_add_response_header(r, "Content-Type", asset->type);
    MHD_add_response_header(r, "Cache-Control", "public, max-age=31536000, immutable");
    MHD_add_response_header(r, "ETag", etag);
    MHD_add_response_header(r, "Vary", "Accept-Encoding");
    MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(r, "Cross-Origin-Resource-Policy", "same-origin");
    if (coding_name(c)) MHD_add_response_header(r, "Content-Encoding", coding_name(c));
    enum MHD_Result result = queue(x, same ? 304 : 200, r, same ? 0 : bytes.n);
    MHD_destroy_response(r);
    return result;
}
