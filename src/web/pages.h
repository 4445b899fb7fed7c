/* pages.h: the route tables of the pages, one file a page, and the few helpers pages lend each other. */
#ifndef WEB_PAGES_H
#define WEB_PAGES_H

#include "web/field.h"
#include "web/site.h"

extern const struct http_route home_routes[];    /* home.c: /, /services, /services/{service} */
extern const struct http_route fill_routes[];    /* fill.c: /services/{service}/new */
extern const struct http_route case_routes[];    /* case_page.c: /cases/{ref} */
extern const struct http_route task_routes[];    /* task_page.c: /tasks */
extern const struct http_route together_routes[]; /* together.c: /tasks-together */
extern const struct http_route household_routes[]; /* household_page.c: /households/{household} */
extern const struct http_route view_routes[];    /* view_page.c: /services/{service}/{view} */
extern const struct http_route sign_in_routes[]; /* sign_in.c: /sign-in, /mine, /demo */
extern const struct http_route office_routes[];  /* office_pages.c: /desk, /search, /inbox */
extern const struct http_route figure_routes[];  /* figures.c: /figures */
extern const struct http_route paper_routes[];   /* paper.c: /cases/{ref}/photo, /cases/{ref}/print, /cases/{ref}/reveal */
extern const struct http_route admin_routes[];   /* admin_pages.c: /admin/… */
extern const struct http_route manage_routes[];  /* manage_page.c: /tasks/{id}/more, /cases/{ref}/manage */
extern const struct http_route admin_more_routes[]; /* admin_more.c: /admin/…: sessions, incidents */
extern const struct http_route erase_routes[];      /* erase_page.c */
extern const struct http_route media_routes[];         /* media.c: what forms show */
extern const struct http_route calendar_routes[]; /* calendar_page.c: /admin/calendar */
extern const struct http_route admin_service_routes[]; /* admin_services.c: /admin/services */
extern const struct http_route move_routes[]; /* move_page.c: /admin/services/{service}/move */

/* SQL: what an organisation is called in the page's language; `english` is the parameter that says so ("?2"). */
#define ORGANISATION_SAID(o, english) "case when " english " and " o ".name_en <> '' then " o ".name_en else " o ".name end"
#define IN_ENGLISH(rq) DB_INT((rq)->language == LANGUAGE_EN)

extern const struct engine_room web_room; /* paper_check.c: papers of a folder are compiled when it is checked */

/* The case of the address as this viewer may see it; NULL: none, then answer no_case (case_page.c). */
struct seen_case *page_case(struct http_request *rq, struct db *db);
enum http_outcome no_case(struct http_request *rq, struct db *db);
/* The page that says so of a number as it was typed, and what else can be done (case_page.c). */
enum http_outcome show_no_case(struct http_request *rq, struct str typed, int status);
/* When, who, and how it came in (case_page.c). */
struct str filled_in(struct http_request *rq, const struct seen_submission *s);
struct str page_case_address(struct http_request *rq, struct str reference);
/* Fills a summary row: a photo as its picture, a masked answer with the door to its reveal, any other as text (paper.c). */
void add_answer(struct http_request *rq, const struct seen_case *c, const struct seen_answer *a, struct data *row);
struct str answer_name(struct str path); /* paper_answers.c: an answer by the last part of its path, as {{ answer.NAME }} */
/* Everything filled in, as papers show it, into "submissions", "filled" and "answer" of `to` (paper_answers.c). */
void add_filled(struct http_request *rq, const struct seen_case *c, struct data *to);
bool paper_offered(struct http_request *rq, struct db *db, const struct seen_case *c, struct str name); /* paper.c: by when:, after: and once: of papers: */
/* Open cases that look like this one, side by side with it, into "beside"; nothing when there is none (alike.c). */
void add_beside(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page);
/* The answers of a submission into "parts" of `to`: one with the answers outside repeats, one an entry of a repeat ("head").
 * `actions`: each with its door to case.amend, for whoever handles the case. */
void add_parts(struct http_request *rq, const struct seen_case *c, const struct seen_submission *s, bool actions, struct data *to);
/* Parts of a case's page (case_parts.c): linked cases, what its resident was told, the steps of its process as a list. */
void add_links(struct http_request *rq, const struct seen_case *c, struct data *page);
void add_linkable(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page);
void add_messages(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page);
struct seen_place;
void add_way(struct http_request *rq, const struct seen_case *c, const struct seen_place *seat, struct data *page); /* seat: what came of a sign-up, or NULL */
struct page service_view_page(struct http_request *rq, const struct service *s, const struct json *view); /* view_page.c: "heading": service and view */
enum http_outcome show_sheet(struct http_request *rq, struct db *db, const struct service *s, const struct json *view); /* sheet_view.c */
/* Every choice of a question, in the viewer's language (view_page.c); 0 when it has none. */
size_t field_choices(struct http_request *rq, struct db *db, const struct form *form, const struct form_field *field, const struct form_choice **out);
struct str pair_text(const struct json *pair, enum language language); /* view_page.c: {zh: …, en: …} of a yaml */

/* The list of tasks sent those chosen to be done with one form: on to /tasks-together (together.c). */
enum http_outcome go_together(struct http_request *rq);
bool task_list_known(struct str name); /* claim, mine, office, overdue (task_page.c) */

/* The current version of the service in the address; NULL when there is none, then answer no_service. */
bool service_shown(const struct http_request *rq, bool for_office); /* to whoever asks: the offices' own only to staff */
bool service_opens_here(const struct http_request *rq, const struct service *s); /* whether whoever asks may open a case of it */
const struct service *page_service(struct http_request *rq, struct db *db);
enum http_outcome no_service(struct http_request *rq, struct db *db);

/* The process as SVG with where the case is and has been (process_picture.c); empty when it cannot be drawn. */
struct str process_picture(struct http_request *rq, const struct seen_case *c);
/* A step only the applicant takes, on a public page (case_page.c). */
bool page_hides_step(const struct seen_case *c, struct str element);
/* The process of a version, marked as the caller says; empty when it cannot be drawn. */
struct bpmn_mark;
struct str service_picture(struct http_request *rq, const struct service *s, const struct bpmn_mark *marks, size_t count);

/* What an item of a loop is called, from its JSON (words.c). */
struct str say_task_count(struct http_request *rq, struct db *db, enum task_list which); /* task_page.c: "12", "300+" */
struct str item_words(struct http_request *rq, const struct service *s, struct str item);
/* What a decision advises the office, into "advice" (words.c). */
void add_advice(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page);

void add_colleagues(struct http_request *rq, struct db *db, struct data *list); /* who may be given a task (manage_page.c) */
/* Parts of pages for what an office does beside its forms (office_parts.c). */
struct str say_stopped(struct http_request *rq, struct str sentence); /* an incident's, as stored, in the reader's language */
struct str say_step(struct http_request *rq, const struct service *s, struct str element); /* what a step is called */
void add_supervision(struct http_request *rq, struct db *db, int64_t case_id, struct data *page); /* 督办: since when and why, into "supervised" */
void add_take_back(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page); /* 撤回: what this account may take back */
void add_delegations(struct http_request *rq, struct db *db, struct data *page); /* 委托: of this account, and to whom it may be */
extern const struct http_route delegation_routes[]; /* office_parts.c: /account/delegate */

/* Every role there is into "roles" of the page: the house's and those that open services bring (value, name; text: with the
 * service). say_roles: "staff,member" in words, from there. (words.c) */
void add_roles(struct http_request *rq, struct db *db, struct data *page);
struct str say_roles(struct http_request *rq, const struct data *page, struct str roles);

/* ---- forms (fill.c) */

/* A filling that goes over several requests: a draft row keeps what was answered so far. */
struct filling {
    const struct form *form;
    const struct service *service; /* whose pictures the form shows; NULL: none */
    struct form_session *session;
    struct str address; /* of this filling, without the draft: "/services/wish/new" */
    struct str draft;   /* its key in the address; empty: nothing kept yet */
    struct str extra;   /* query fields that go along from page to page: "&channel=phone"; may be empty */
    struct str refused; /* why a file was not taken, a sentence; empty: none was refused */
    bool fresh;         /* nothing has been answered yet */
    bool sent;          /* what was written here was sent; there is nothing to open */
};
/* me_too.c: the link to join a public case; what that link fills in; cases to join, on the page that checks the answers. */
void me_too_link(struct http_request *rq, const struct service *s, struct str reference, struct data *to);
void me_too_preset(struct http_request *rq, struct db *db, const struct service *s, struct filling *f);
void me_too_offer(struct http_request *rq, struct db *db, const struct service *s, struct filling *f, struct data *page);
/* Opens the form with what the draft holds. */
bool filling_open(struct http_request *rq, struct db *db, const struct form *form, struct str address, struct str draft, int64_t of_case, struct filling *out); /* of_case: of a task's form; else 0 */
/* Takes the posted fields in, keeps the draft. What the person wants next is in the result. */
struct form_posted filling_post(struct http_request *rq, struct filling *f);
/* The page asked for with ?page=, or the check page, into "fields" of the data. `one_page`: all questions on one screen
 * with one button, unless ?page= says otherwise. */
void filling_show(struct http_request *rq, struct filling *f, struct page *p, bool with_errors, bool one_page);
/* The answers as the command's argument "answers". */
void filling_answers(struct http_request *rq, struct filling *f, struct command *c);
/* Nothing is missing or wrong: it may be sent. */
bool filling_is_good(struct http_request *rq, struct filling *f);
bool filling_keep(struct http_request *rq, struct filling *f); /* for coming back by link; waits for the commit; false: a full disk, say */
void filling_forget(struct http_request *rq, struct filling *f);
/* 303 to the page that follows, by what was posted. */
enum http_outcome filling_go(struct http_request *rq, struct filling *f, const struct form_posted *posted);

#endif
