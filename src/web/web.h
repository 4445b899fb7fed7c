/* web.h: what all pages share: the compiled templates, and a page under construction.
 *
 *     static enum http_outcome show_wall(struct http_request *rq) {
 *         struct page p = page_begin(rq, T("Wish wall"));
 *         page_crumb(&p, T("Home"), STR("/"));
 *         data_list(p.data, "wishes") …
 *         return page_show(&p, "wall", 200);        // src/web/wall.html
 *     }
 *
 * http_config.app is the struct web. Read next: data.h, template.h, field.h.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "http/http.h"
#include "web/data.h"
#include "web/template.h"

struct web {
    struct arena arena;
    struct templates *templates;
    bool demo;
    struct str place[2];   /* name of the town or office by language; empty: none is shown */
    /* Fills "nav" (href, text, current, count) and "account" (name) of every page from the viewer; may be NULL. */
    void (*frame)(struct http_request *rq, struct data *page);
};

/* Compiles the embedded templates; faults name file and line (a test sees that there are none). */
bool web_open(struct web *w, struct faults *faults);
void web_close(struct web *w);

struct page {
    struct http_request *rq;
    struct data *data;     /* what the template reads */
    struct data *crumbs, *errors;
};

struct page page_begin(struct http_request *rq, struct str title_key); /* T("…") */
/* With a title that is already in the page's language, such as a service's own name. */
struct page page_begin_named(struct http_request *rq, struct str title);
void page_crumb(struct page *p, struct str text_key, struct str href);
void page_crumb_named(struct page *p, struct str text, struct str href);
/* One line of the error summary, leading to the field `id`; id empty: no link. */
void page_error(struct page *p, struct str id, struct str sentence);
/* Puts the two hidden fields of a POST form into "token". */
void page_form(struct page *p);
/* Renders src/web/NAME.html. The title becomes the last breadcrumb where there are breadcrumbs. */
enum http_outcome page_show(struct page *p, const char *template_name, int status);

/* For http_hooks.error_page: a page with one sentence and a way on. */
struct str web_sign_in_address(struct http_request *rq); /* and back to this page after it */
void web_error_page(struct http_request *rq, struct buf *out, int status, struct str sentence);

/* The style guide under /dev/components (serve --demo). */
extern const struct http_route web_dev_routes[];

#endif
