/* http.h: what a page or an API needs to know of HTTP, and nothing of the library below it.
 *
 * Each room exports route tables; main joins them and opens the server. A request arrives complete: head checked,
 * body read (form fields decoded, files spooled to disk), language chosen, viewer identified, rights and form token
 * checked. The handler then runs on one of the server's threads: it reads, and either replies or submits a command
 * and waits without holding the thread. Everything it allocates from rq->arena lives until the reply is sent.
 *
 *     static enum http_outcome show_case(struct http_request *rq) {
 *         struct str ref = http_param(rq, "ref");
 *         if (!known(ref)) return http_refuse(rq, 404, T("There is no case with the number {0}."), ref);
 *         render(http_page(rq, 200), …);
 *         return HTTP_DONE;
 *     }
 *     const struct http_route case_routes[] = {
 *         {"GET", "/cases/{ref}", show_case, "anyone", T_STATIC("Shows one case")},
 *         {0},
 *     };
 *
 * Limits stand in limits.h with their reasons. Read next: server.c (the loop), exchange.c (one request's life).
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/fault.h"
#include "base/time.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS, HTTP_UNKNOWN };

enum http_outcome {
    HTTP_DONE,   /* the reply stands in the request; send it */
    HTTP_WAITING /* http_wait was called: the request goes on when it is woken */
};

struct http_request;
typedef enum http_outcome http_handler(struct http_request *rq);

enum {
    HTTP_API = 1,     /* faults are answered as RFC 9457 problem JSON; no form token, since no cookie counts here */
    HTTP_SECRET = 2,  /* the address holds a secret: no referrer, never cached */
    HTTP_PUBLIC = 4,  /* GET gives everybody the same bytes until the next commit: kept in memory. Asked anew for whoever
                         brings a cookie other than lang, text and visitor */
    HTTP_DEMO_ONLY = 8, /* exists only under serve --demo */
};

struct http_route {
    const char *method;    /* "GET" (HEAD comes with it), "POST", "PUT", "PATCH", "DELETE" */
    const char *pattern;   /* "/cases/{ref}"; a last "{rest*}" takes all remaining segments, joined by "/" */
    http_handler *handler;
    const char *who;       /* who may: "anyone" passes; anything else is put to the `may` hook */
    struct str summary;    /* T_STATIC("…"): one line for `lingban routes` and the API page */
    unsigned flags;
    size_t body_limit;     /* bytes; 0 = HTTP_LIMIT_FORM. A larger body is answered 413 */
};

struct http_field {
    struct str name, value;
};

struct http_fields {
    struct http_field *items; /* in the order sent */
    size_t count, capacity;
};

/* An uploaded file, spooled to a nameless file of the data folder that vanishes with the request. */
struct http_file {
    struct str field;    /* name of the form field */
    struct str filename; /* as the browser named it, without any directories; may be empty */
    struct str type;     /* what the browser says: look at the bytes before believing it */
    int64_t size;
    int fd;              /* at offset 0; owned by the request (dup it to keep it) */
};

/* What the handler answers. Filled through the functions below. */
struct http_reply {
    int status;              /* 0 = nothing answered yet */
    const char *type;        /* static: "text/html; charset=utf-8" */
    struct http_fields headers;
    struct buf body;
    int file;                /* -1, or a file to send in place of the body; the server closes it */
    int64_t file_size;
};

struct http_request {
    struct arena *arena;
    enum http_method method;
    struct str path;               /* decoded, valid UTF-8, starts with "/" */
    const struct http_route *route;
    struct http_fields params;     /* of the pattern */
    struct http_fields query, headers, cookies;
    struct http_fields form;       /* urlencoded or multipart fields, decoded, valid UTF-8 */
    struct http_file *files;
    size_t file_count, file_capacity;
    struct str body;               /* the whole body where it is no form (JSON, XML …) */
    struct str body_type;          /* media type of the body, lower case, without parameters */
    enum language language;        /* ?lang, else cookie, else Accept-Language, else Chinese */
    bool large_text;               /* cookie, set by ?text=large */
    instant now;                   /* the `now` hook's, read once a request */
    struct str idempotency_key;    /* Idempotency-Key, or the form's "_once"; empty when there is none */
    struct str peer;               /* address (of IPv6 its /64), for lock-out and limits only; never logged or stored as it is */
    void *app;                     /* as given in http_config */
    void *viewer;                  /* the `identify` hook's own; this room does not look at it */
    struct str session;            /* set by the `identify` hook for whoever is signed in: form tokens are bound to it,
                                      a refusal is 403 with and 401 without it */
    struct http_reply reply;
    struct http_exchange *exchange; /* the server's side of it */
};

/* ---- reading ---- */

/* First value of that name; STR_NONE (p == NULL) when absent. Header names in any case. */
struct str http_param(const struct http_request *rq, const char *name);
struct str http_query(const struct http_request *rq, const char *name);
struct str http_form(const struct http_request *rq, const char *name);
struct str http_header(const struct http_request *rq, const char *name);
struct str http_cookie(const struct http_request *rq, const char *name);
const struct http_file *http_upload(const struct http_request *rq, const char *field); /* NULL when absent */
/* Next value of a repeated field (checkboxes): *at starts at 0. */
bool http_next(const struct http_fields *fields, const char *name, size_t *at, struct str *out_value);
/* Path and query of this request, for links that come back here; without ?lang and ?text. In the arena. */
struct str http_here(struct http_request *rq);

/* ---- replying ---- */

/* An HTML page: returns the buffer to write it into. */
struct buf *http_page(struct http_request *rq, int status);
/* `type` is static: "application/json", "image/svg+xml", "text/csv; charset=utf-8" … `body` lives as long as the arena. */
enum http_outcome http_send(struct http_request *rq, int status, const char *type, struct str body);
/* Sends an open file and closes it. */
enum http_outcome http_send_file(struct http_request *rq, const char *type, int fd, int64_t size);
/* 303 See Other: what a form's POST answers when it worked. `location` is a path of this site. A script that asks with the
 * header X-Follow gets 200 and X-Location, so that the browser itself goes there and nothing shown once is spent. */
enum http_outcome http_redirect(struct http_request *rq, struct str location);
/* One sentence in the page's language (an error page, or problem JSON under an API route), with the right headers.
 * http_refuse(rq, 404, T("There is no case with the number {0}."), ref) */
enum http_outcome http_refuse_with(struct http_request *rq, int status, const struct str *pieces, size_t count);
#define http_refuse(rq, status, ...)                                                                              \
    http_refuse_with((rq), (status), (const struct str[]){__VA_ARGS__},                                           \
                     sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
void http_set(struct http_request *rq, const char *name, struct str value); /* adds a header; no line breaks */
/* HttpOnly, SameSite=Lax, Path=/, Secure under TLS or a proxy. max_age in seconds; 0 = until the browser closes;
 * negative = forget it. */
void http_set_cookie(struct http_request *rq, const char *name, struct str value, int64_t max_age);
/* The short sentence for a status when the handler has none of its own: T("This page does not exist.") … */
struct str http_status_sentence(int status);

/* ---- forms ---- */

/* The two hidden fields every POST form needs: "_token" (signed, bound to the session or to a visitor's cookie;
 * the server refuses a POST without it) and "_once" (a fresh random key that makes sending twice harmless). */
void http_put_form_token(struct http_request *rq, struct buf *out);

/* ---- waiting for a commit ---- */

/* The handler gives the thread back; `then` runs with the same request after http_wake. Call it before the command
 * is submitted, and return HTTP_WAITING. */
enum http_outcome http_wait(struct http_request *rq, http_handler *then);
/* From any thread, exactly once for each http_wait, sooner or later: http_server_close waits for it. */
void http_wake(struct http_request *rq);

/* ---- the server ---- */

struct http_hooks {
    instant (*now)(void *app);                                  /* NULL: the machine's clock */
    void (*identify)(struct http_request *rq);                  /* sets viewer and session; NULL: nobody ever */
    bool (*may)(struct http_request *rq, const char *who);      /* NULL: only "anyone" passes */
    /* Number of the last commit that was applied: pages of HTTP_PUBLIC routes are kept while it stays the same. */
    uint64_t (*version)(void *app);
    /* Writes the error page for `status` into `out`; NULL: a plain page. */
    void (*error_page)(struct http_request *rq, struct buf *out, int status, struct str sentence);
};

/* A file embedded in the program: style sheet, script, picture. The address holds a hash of the bytes, so it is
 * cached for a year. */
struct http_asset {
    const char *path;                       /* "/static/lingban-3f2a91c0.css" */
    const char *type;
    struct str plain, gzip, brotli;         /* gzip, brotli: empty where they would not be smaller */
};

struct http_config {
    const char *listen;                     /* "127.0.0.1:8080", "[::1]:0", "0.0.0.0:443"; port 0 = any free one */
    int threads;                            /* 0 = one a core */
    const char *tls_certificate, *tls_key;  /* PEM files; both or neither */
    bool behind_proxy;                      /* TLS ends in front of us: believe X-Forwarded-For's last address */
    bool demo;
    bool log;                               /* one line a request on standard error */
    const char *spool_folder;               /* where uploads wait */
    uint8_t secret[32];                     /* signs form tokens; keep it across restarts so open forms stay valid */
    const struct http_route *const *tables; /* each ends with an empty route; the list ends with NULL */
    const struct http_asset *assets;        /* ends with path NULL; may be NULL */
    struct http_hooks hooks;
    void *app;
    int connection_limit;                   /* 0 = as many as file descriptors allow */
    int patience;                           /* seconds for head and idle time; 0 = as limits.h says (tests shorten it) */
};

struct http_server;
/* Listens and starts the threads. NULL with one fault: port in use, an address that cannot be bound, plain HTTP on
 * more than loopback, an unreadable certificate, two routes that mean the same. The config's tables are borrowed. */
struct http_server *http_server_open(const struct http_config *config, struct faults *faults);
int http_server_port(const struct http_server *s);
/* "http://127.0.0.1:8080", for people. */
struct str http_server_address(const struct http_server *s);
/* Stops listening, lets running requests finish (at most ten seconds for slow clients), joins the threads. */
void http_server_close(struct http_server *s);

#endif
