/* site.h: what every page shares: who looks, reading a snapshot, submitting a command and answering after its commit.
 *
 * A page handler reads (site_read … site_done), fills a data tree (data.h) and renders a template; a POST handler builds
 * a command and hands it to site_submit, which gives the thread back and calls `then` when the commit is durable.
 * Read next: fill.c (forms), case_page.c.
 */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "engine/lists.h"
#include "engine/session.h"
#include "http/http.h"
#include "web/numbers.h"
#include "web/web.h"

struct shipped_name {
    const char *id;
    struct text_pair name, summary;
};

/* http_config.app: web.h's struct first, so that both rooms' helpers find theirs. */
struct site {
    struct web web;
    struct engine *engine;
    struct backup_job *backup; /* backup_page.h; NULL: none can be made */
    struct str address; /* public address for links in QR codes and messages: "https://town.example" */
    /* services/ in the program: name and files of each, for the administrator's page. */
    bool (*shipped)(struct arena *a, struct str service, struct json *files);
    const struct shipped_name *shipped_names; /* ends with a NULL id */
    struct numbers town_numbers, service_numbers; /* numbers_init first */
};

/* One request's own: put there by the identify hook. */
struct visit {
    struct viewer viewer;
    struct str case_reference, case_secret; /* from the cookie of a case's link */
    struct work work;                       /* the command under way */
    void *state;                            /* what the handler keeps until `then` */
};

struct site *site_of(const struct http_request *rq);
struct visit *visit_of(const struct http_request *rq);
struct viewer *viewer_of(const struct http_request *rq);
bool is_signed_in(const struct http_request *rq);

/* A snapshot until site_done. What was read may be shown only when site_done says so; else an error is answered. */
struct db *site_read(struct http_request *rq);
bool site_done(struct http_request *rq, struct db *db);

/* An empty command of this viewer, through the right channel and with the form's once-key. */
struct command *site_command(struct http_request *rq, const char *name);
/* The same as the resident of one case. */
struct command *site_command_for_case(struct http_request *rq, const char *name, int64_t case_id);
/* Submits and waits without holding the thread; `then` runs after the commit and looks at site_answer. */
enum http_outcome site_submit(struct http_request *rq, struct command *c, http_handler *then);
/* The same as a trial: everything is decided and taken back. */
enum http_outcome site_try(struct http_request *rq, struct command *c, http_handler *then);
const struct answer *site_answer(const struct http_request *rq);
/* An error page with the refusal's own sentence and status. */
enum http_outcome site_refused(struct http_request *rq);
enum http_outcome site_not_written(struct http_request *rq); /* 503: local rows (a draft, a session) could not be kept */

/* 303 to `location` with a sentence to show there (a cookie that the next page takes). */
enum http_outcome site_redirect(struct http_request *rq, struct str location, struct str notice);

/* Routes' `who`: anyone, account, staff, supervisor, admin. */
bool site_may(struct http_request *rq, const char *who);
void site_identify(struct http_request *rq);
/* web.frame: navigation by what the viewer may do, their name, the notice left by site_redirect. */
void site_frame(struct http_request *rq, struct data *page);

/* Words for times in the tenant's zone, for channels and states. */
struct str say_time(struct http_request *rq, instant t);
struct str say_day(struct http_request *rq, instant t); /* 24 November; the year where it is not this one */
struct str say_paper_day(struct http_request *rq, instant t); /* 24 November 2026: what is printed is kept */
struct str say_paper_time(struct http_request *rq, instant t);
struct str say_due(struct http_request *rq, instant due); /* "due in 3 days", "2 days late" */
struct str say_channel(struct http_request *rq, struct str channel);
struct str say_state(struct http_request *rq, struct str state); /* of a case */
struct str say_task_state(struct http_request *rq, struct str state);
/* A closed list of words: the key as stored, and how people say it. A key that is not in the list stays as it is. */
struct word {
    const char *key;
    struct str sentence; /* T_STATIC("…") */
};
struct str say_word(struct http_request *rq, const struct word *table, size_t count, struct str key);
const char *state_color(struct str state);
struct str grouped_reference(struct arena *a, struct str digits);

#endif
