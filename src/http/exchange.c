/* exchange.c: one request's life, driven by the library's callbacks on one thread.
 *
 *   begin       the address has arrived           -> memory for the request
 *   head        the head is complete              -> route, viewer, rights; refused early, before any body
 *   body        pieces of the body                -> body.c
 *   dispatch    the body is complete              -> form token, handler
 *   waiting     the handler waits for a commit    -> the thread serves others; http_wake brings it back
 *   completed   the answer is sent or lost        -> log line, memory back to the thread's store
 *
 * Whatever allocates from the request's arena runs inside arena_run, so a spent budget becomes an answer.
 */
#include "http/internal.h"
#include "base/env.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SPARE_EXCHANGES = 64, SPARE_ARENA = 256 * 1024 };

static struct connection *link_of(struct MHD_Connection *c) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* Clears everything but the arena, which may keep its memory. */
static void prepare(struct http_exchange *x, struct worker *w, struct MHD_Connection *c) {
    struct arena kept = x->arena;
    *x = (struct http_exchange){.arena = kept, .worker = w, .connection = c, .link = link_of(c)};
    x->started = env_monotonic();
    x->link->idle_since = 0;
    x->link->exchange = x;
    struct http_request *rq = &x->rq;
    rq->arena = &x->arena;
    rq->exchange = x;
    rq->reply.file = -1;
    rq->app = w->server->config.app;
    rq->now = w->server->config.hooks.now ? w->server->config.hooks.now(rq->app) : env_now();
}

struct begin {
    struct http_exchange *x;
    const char *url;
};

static void keep_url(void *arg) {
    struct begin *b = arg;
    b->x->raw_url = arena_str(&b->x->arena, str_from(b->url));
}

void *exchange_begin(void *worker, const char *url, struct MHD_Connection *connection) {
    struct worker *w = worker;
    struct http_exchange *x = w->spare;
    if (x) {
        w->spare = x->next;
        w->spare_count--;
    } else {
        x = calloc(1, sizeof *x);
        if (!x) return NULL;
        arena_init(&x->arena, HTTP_LIMIT_ARENA);
    }
    w->exchange_count++;
    prepare(x, w, connection);
    struct begin b = {x, url};
    if (!arena_run(&x->arena, keep_url, &b)) x->raw_url = STR("");
    return x;
}

void exchange_free(struct http_exchange *x) {
    arena_release(&x->arena);
    free(x);
}

void exchange_completed(void *worker, struct MHD_Connection *connection, void **exchange,
                        enum MHD_RequestTerminationCode code) {
    (void)connection, (void)code;
    struct worker *w = worker;
    struct http_exchange *x = *exchange;
    *exchange = NULL;
    if (!x) return;
    if (x->rq.reply.file >= 0) close(x->rq.reply.file); /* answered, but never handed to the library */
    log_request(w, x);
    x->link->idle_since = env_monotonic();
    x->link->exchange = NULL;
    x->link->deadline = idle_deadline(w->server, HTTP_SECONDS_IDLE);
    w->exchange_count--;
    if (w->spare_count >= SPARE_EXCHANGES) {
        exchange_free(x);
        return;
    }
    if (x->arena.used > SPARE_ARENA) arena_release(&x->arena);
    else arena_clear(&x->arena);
    x->arena.limit = HTTP_LIMIT_ARENA;
    x->next = w->spare;
    w->spare = x;
    w->spare_count++;
}

/* ---- guarded work ---- */

static void refuse_spent(void *arg) {
    struct http_exchange *x = arg;
    reply_reset(x);
    reply_status(&x->rq, 503);
}

/* Runs `work`; when it spends the request's memory, answers 503 with a little more. */
static void guarded(struct http_exchange *x, void (*work)(void *)) {
    if (arena_run(&x->arena, work, x)) return;
    x->stage = STAGE_BODY;
    x->arena.limit += 1 << 20;
    if (!arena_run(&x->arena, refuse_spent, x)) x->rq.reply.status = 503;
}

/* ---- head ---- */

static const struct http_asset *find_asset(const struct http_exchange *x) {
    const struct http_asset *a = x->worker->server->config.assets;
    if (x->rq.method != HTTP_GET && x->rq.method != HTTP_HEAD) return NULL;
    for (; a && a->path; a++)
        if (str_eqz(x->rq.path, a->path)) return a;
    return NULL;
}

static bool find_route(struct http_exchange *x) {
    struct http_request *rq = &x->rq;
    struct route_match m = routes_find(rq->arena, x->worker->server->routes, rq->method, rq->path, &rq->params);
    rq->route = m.route;
    if (m.route) return true;
    if (m.path_exists) http_set(rq, "Allow", m.allow);
    reply_status(rq, m.path_exists ? 405 : 404);
    return false;
}

/* Who is it, and may they? A hook may answer by itself (say, lead to the sign-in page). */
static void check_rights(struct http_exchange *x) {
    struct http_request *rq = &x->rq;
    const struct http_hooks *hooks = &x->worker->server->config.hooks;
    if (hooks->identify) hooks->identify(rq);
    if (rq->reply.status || strcmp(rq->route->who, "anyone") == 0) return;
    if (hooks->may && hooks->may(rq, rq->route->who)) return;
    if (!rq->reply.status) reply_status(rq, rq->session.n ? 403 : 401);
}

static void read_head(void *arg) {
    struct http_exchange *x = arg;
    struct http_request *rq = &x->rq;
    if (rq->reply.status) { /* request_read_head refused it before */
        reply_status(rq, rq->reply.status);
        return;
    }
    if (find_route(x)) check_rights(x);
}

static bool only_reads(const struct http_request *rq) {
    return rq->method == HTTP_GET || rq->method == HTTP_HEAD;
}

/* The body's limit is the route's, so it is prepared last; a refused request's body is swallowed. */
static void read_head_and_body(void *arg) {
    struct http_exchange *x = arg;
    read_head(x);
    int status = x->rq.reply.status ? 0 : body_begin(x);
    if (status) reply_status(&x->rq, status);
}

struct head {
    struct http_exchange *x;
    const char *method;
};

static void read_fields(void *arg) {
    struct head *h = arg;
    int status = request_read_head(h->x, h->method);
    if (!status && only_reads(&h->x->rq) && body_promised(h->x)) status = 400;
    h->x->rq.reply.status = status;
}

static bool swallows(const struct http_exchange *x) {
    int64_t promised = 0;
    return !str_to_int64(http_header(&x->rq, "Content-Length"), &promised) || promised <= HTTP_LIMIT_SWALLOW;
}

static enum MHD_Result dispatch(struct http_exchange *x, void (*work)(void *));
static void run_handler(void *arg);

/* 0.9.75 closes the connection after an answer that is queued at this first call, so answers wait for the second one,
 * which comes at once where no body is promised. Only a client that promises more than we swallow is answered here. */
static enum MHD_Result at_head(struct http_exchange *x, const char *method) {
    struct http_request *rq = &x->rq;
    struct head h = {x, method};
    x->link->deadline = deadline_in(HTTP_SECONDS_BODY);
    if (!arena_run(&x->arena, read_fields, &h)) return MHD_NO;
    x->stage = STAGE_BODY;
    if (!rq->reply.status && only_reads(rq)) return MHD_YES;
    guarded(x, read_head_and_body);
    if (!rq->reply.status) return MHD_YES;
    x->body_kind = BODY_SWALLOW;
    x->cut = body_promised(x) && (only_reads(rq) || !swallows(x));
    return x->cut ? reply_queue(x) : MHD_YES;
}

static enum MHD_Result answer_read(struct http_exchange *x) {
    enum MHD_Result result;
    if (reply_from_cache(x, &result)) return result;
    const struct http_asset *asset = find_asset(x);
    if (asset) return reply_asset(x, asset);
    guarded(x, read_head);
    return x->rq.reply.status ? reply_queue(x) : dispatch(x, run_handler);
}

/* ---- body ---- */

struct piece {
    struct http_exchange *x;
    struct str bytes;
    bool last;
};

static void take_piece(void *arg) {
    struct piece *p = arg;
    struct http_exchange *x = p->x;
    int status = p->last ? body_end(x) : body_piece(x, p->bytes);
    if (!status) return;
    x->body_kind = BODY_SWALLOW;
    reply_status(&x->rq, status);
}

static void read_piece(struct http_exchange *x, struct str bytes, bool last) {
    struct piece p = {x, bytes, last};
    if (arena_run(&x->arena, take_piece, &p)) return;
    x->body_kind = BODY_SWALLOW;
    guarded(x, refuse_spent);
}

static enum MHD_Result at_body(struct http_exchange *x, struct str bytes) {
    if (bytes.n) {
        read_piece(x, bytes, false);
        return x->received > HTTP_LIMIT_SWALLOW && x->body_kind == BODY_SWALLOW ? MHD_NO : MHD_YES;
    }
    if (x->rq.reply.status) return reply_queue(x);
    if (only_reads(&x->rq)) return answer_read(x);
    read_piece(x, bytes, true);
    return x->rq.reply.status ? reply_queue(x) : dispatch(x, run_handler);
}

/* ---- dispatch ---- */

static struct str token_binding(const struct http_request *rq) {
    if (rq->session.n) return rq->session;
    struct str visitor = http_cookie(rq, "visitor");
    return visitor.n == 32 ? visitor : STR("");
}

/* A form of another site cannot hold our token; a browser that says so itself is believed at once. */
static bool check_token(struct http_request *rq) {
    bool changes = rq->method != HTTP_GET && rq->method != HTTP_HEAD && rq->method != HTTP_OPTIONS;
    if (!changes || (rq->route->flags & HTTP_API)) return true;
    struct str token = http_form(rq, "_token");
    if (!token.p) token = http_header(rq, "X-Form-Token");
    const uint8_t *secret = rq->exchange->worker->server->config.secret;
    enum form_token_state state = form_token_check(rq->arena, secret, token_binding(rq), token, rq->now, HTTP_SECONDS_TOKEN);
    if (str_eqz(http_header(rq, "Sec-Fetch-Site"), "cross-site")) state = FORM_TOKEN_FORGED;
    if (state == FORM_TOKEN_GOOD) return true;
    if (state == FORM_TOKEN_OLD)
        http_refuse(rq, 403, T("This page has been open for too long. Please open it again and send the form once more."));
    else
        http_refuse(rq, 403, T("The form was not sent from this site’s page, or cookies are switched off. Please open the page again and send it once more."));
    return false;
}

void http_put_form_token(struct http_request *rq, struct buf *out) {
    struct http_exchange *x = rq->exchange;
    x->holds_form_token = true;
    struct str binding = x->visitor.n ? x->visitor : token_binding(rq);
    if (!binding.n) {
        binding = x->visitor = random_hex(rq->arena, 16);
        http_set_cookie(rq, "visitor", binding, 0);
    }
    struct str token = form_token_make(rq->arena, x->worker->server->config.secret, binding, rq->now);
    struct str once = random_hex(rq->arena, 16);
    buf_printf(out, "<input type=\"hidden\" name=\"_token\" value=\"%.*s\"><input type=\"hidden\" name=\"_once\" value=\"%.*s\">",
               STR_ARGS(token), STR_ARGS(once));
}

static void settle(struct http_exchange *x, enum http_outcome outcome) {
    if (outcome == HTTP_WAITING) {
        x->stage = STAGE_WAITING;
        return;
    }
    x->stage = STAGE_BODY;
    if (!x->rq.reply.status || x->rq.reply.body.full) {
        reply_reset(x);
        reply_status(&x->rq, 500);
    }
}

static void run_handler(void *arg) {
    struct http_exchange *x = arg;
    struct http_request *rq = &x->rq;
    struct str once = http_form(rq, "_once");
    if (!rq->idempotency_key.n && once.n && once.n <= 255) rq->idempotency_key = once;
    if (check_token(rq)) settle(x, rq->route->handler(rq));
}

static void run_then(void *arg) {
    struct http_exchange *x = arg;
    settle(x, x->then(&x->rq));
}

static enum MHD_Result dispatch(struct http_exchange *x, void (*work)(void *)) {
    guarded(x, work);
    if (x->stage != STAGE_WAITING) return reply_queue(x);
    x->link->deadline = INT64_MAX;
    MHD_suspend_connection(x->connection);
    return MHD_YES;
}

enum http_outcome http_wait(struct http_request *rq, http_handler *then) {
    rq->exchange->then = then;
    rq->exchange->woken = false;
    return HTTP_WAITING;
}

void http_wake(struct http_request *rq) {
    struct http_exchange *x = rq->exchange;
    struct worker *w = x->worker;
    pthread_mutex_lock(&w->woken_lock);
    bool first = !w->woken; /* whoever comes later is taken along: a batch of answers costs one call */
    x->next = w->woken;
    w->woken = x;
    pthread_mutex_unlock(&w->woken_lock);
    uint64_t one = 1;
    if (first && write(w->event, &one, sizeof one) < 0) {} /* full: the loop is about to look anyway */
}

enum MHD_Result exchange_access(void *worker, struct MHD_Connection *connection, const char *url, const char *method,
                                const char *version, const char *data, size_t *data_size, void **exchange) {
    (void)worker, (void)connection, (void)url, (void)version;
    struct http_exchange *x = *exchange;
    if (!x) return MHD_NO;
    switch (x->stage) {
    case STAGE_HEAD: return at_head(x, method);
    case STAGE_BODY: {
        struct str bytes = {data, *data_size};
        *data_size = 0;
        return at_body(x, bytes);
    }
    case STAGE_WAITING: return x->woken ? dispatch(x, run_then) : MHD_YES;
    case STAGE_SENT: return MHD_YES;
    }
    return MHD_NO;
}
