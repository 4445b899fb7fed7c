/* internal.h: what the files of this room share and nobody else sees. */
#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include "http/compress.h"
#include "http/fields.h"
#include "http/http.h"
#include "http/limits.h"
#include "http/multipart.h"
#include "http/route.h"
#include "http/form_token.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

/* ---- a connection: what the deadlines need (server.c) ---- */

struct connection {
    struct connection *previous, *next;
    int fd;
    int64_t deadline;     /* env_monotonic; INT64_MAX while a command commits */
    int64_t idle_since;   /* since when no request runs; 0 while one does */
    struct http_exchange *exchange; /* the request that runs; NULL while none does */
};

/* ---- one request from head to answer (exchange.c) ---- */

enum stage { STAGE_HEAD, STAGE_BODY, STAGE_WAITING, STAGE_SENT };
enum body_kind { BODY_NONE, BODY_PLAIN, BODY_URLENCODED, BODY_MULTIPART, BODY_SWALLOW };

struct http_exchange {
    struct http_request rq;
    struct arena arena;
    struct worker *worker;
    struct connection *link;
    struct MHD_Connection *connection;
    struct http_exchange *next; /* in the worker's list of woken or of spare ones */
    enum stage stage;
    struct str raw_url;         /* as sent, in the arena */
    struct str visitor;         /* the visitor's cookie, once it is known or made */
    bool holds_form_token;      /* the page is one person's: never kept for others */

    enum body_kind body_kind;
    size_t body_limit, received;
    bool cut;                   /* refused without reading the body that was promised */
    struct buf body;
    struct multipart *multipart;
    bool part_is_file;
    struct str part_name;
    struct buf part_value;

    http_handler *then;         /* after http_wait */
    bool woken;

    int64_t started;            /* env_monotonic */
    struct str encoded;         /* the body as it goes out */
    enum coding coding;
    struct cached_page *page;   /* just made, or found */
    int status;                 /* as queued, for the log */
    size_t sent_bytes;
};

/* ---- pages kept in memory (page_cache.c) ---- */

struct cached_page {
    uint64_t version;
    instant made;
    struct str key, etag;
    const struct http_route *route;
    struct MHD_Response *responses[CODING_COUNT];
    struct MHD_Response *not_modified;
    size_t sizes[CODING_COUNT];
};

enum { CACHE_PLACES = 512 };

/* ---- a thread with its own loop, library daemon and memory (server.c) ---- */

struct worker {
    struct http_server *server;
    pthread_t thread;
    struct MHD_Daemon *daemon;
    int epoll, event; /* our epoll set; eventfd that other threads ring */
    struct connection connections; /* ring, newest first */
    size_t connection_count, exchange_count;
    struct http_exchange *spare;
    size_t spare_count;
    pthread_mutex_t woken_lock;
    struct http_exchange *woken;
    struct cached_page *cache[CACHE_PLACES];
    char *log;
    size_t log_used;
    instant log_second;   /* the second whose text is kept */
    char log_time[32];
};

struct http_server {
    struct http_config config;
    struct arena arena;
    struct route_node *routes;
    struct worker *workers;
    int worker_count;
    int listen_fd;
    int port;
    bool loopback, tls;
    struct str address;
    size_t connections_a_worker;
    atomic_bool stopping;
};

/* exchange.c: the library's callbacks; `worker` is what the daemon was started with. */
void *exchange_begin(void *worker, const char *url, struct MHD_Connection *connection);
enum MHD_Result exchange_access(void *worker, struct MHD_Connection *connection, const char *url, const char *method,
                                const char *version, const char *data, size_t *data_size, void **exchange);
void exchange_completed(void *worker, struct MHD_Connection *connection, void **exchange,
                        enum MHD_RequestTerminationCode code);
void exchange_free(struct http_exchange *x);

/* request.c: fills the request from the head. 0, or the status to refuse it with. */
int request_read_head(struct http_exchange *x, const char *method);
/* body.c: gets ready for the body, takes a piece, closes. Each 0 or the status to refuse with. */
bool body_promised(const struct http_exchange *x);
int body_begin(struct http_exchange *x);
int body_piece(struct http_exchange *x, struct str bytes);
int body_end(struct http_exchange *x);

/* reply.c */
bool reply_from_cache(struct http_exchange *x, enum MHD_Result *out_result); /* false: not there */
enum MHD_Result reply_queue(struct http_exchange *x);
enum MHD_Result reply_asset(struct http_exchange *x, const struct http_asset *asset);
/* Forgets what was answered so far, headers too. */
void reply_reset(struct http_exchange *x);
/* A whole answer 408 as bytes, for a connection that is cut; the number of them. */
size_t reply_late(const struct http_exchange *x, char *out, size_t room);
/* The sentence for that status. */
enum http_outcome reply_status(struct http_request *rq, int status);
/* Is the answer one that anybody may get again? */
bool reply_is_public(const struct http_exchange *x);

/* page_cache.c: found entries are of the same commit and not older than HTTP_SECONDS_PUBLIC. */
struct cached_page *cache_find(struct worker *w, struct str key, uint64_t version, instant now);
/* Compresses `body` for all codings; `add_headers` writes the headers every response of it carries. */
struct cached_page *cache_put(struct http_exchange *x, struct str key, uint64_t version,
                              void (*add_headers)(struct http_exchange *, struct MHD_Response *));
void cache_clear(struct worker *w);
struct str cache_key(struct http_request *rq);

/* server.c */
int64_t deadline_in(int64_t seconds);
int64_t idle_deadline(const struct http_server *s, int64_t seconds); /* shortened by config.patience */
/* log.c: one line a request, with the route's pattern and never the address; written out once a second. */
void log_request(struct worker *w, const struct http_exchange *x);
void log_flush(struct worker *w);

#endif
