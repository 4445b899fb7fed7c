/* web.c: see web.h. In: a request and what a page says. Out: the rendered page in the reply. */
#include "web/web.h"
#include "base/html.h"
#include "web/embedded.h"

#include <string.h>

enum { TEMPLATES_MEMORY = 16 << 20 };

struct str web_asset(const char *file_name) {
    const char *dot = strrchr(file_name, '.');
    struct str stem = {file_name, dot ? (size_t)(dot - file_name) : strlen(file_name)};
    for (const struct http_asset *a = web_assets; a->path; a++) {
        struct str path = str_from(a->path), rest = str_sub(path, strlen("/static/") + stem.n, path.n);
        if (!str_starts(str_sub(path, strlen("/static/"), path.n), stem)) continue;
        /* "-" and eight digits of the hash stand between the name and its ending */
        if (rest.n > 9 && rest.p[0] == '-' && str_eqz(str_sub(rest, 9, rest.n), dot ? dot : "")) return path;
    }
    return STR("");
}

bool web_open(struct web *w, struct faults *faults) {
    size_t before = faults->errors;
    arena_init(&w->arena, TEMPLATES_MEMORY);
    w->templates = templates_new(&w->arena, NULL, NULL, NULL);
    for (const struct web_template *t = web_templates; t->name.p; t++) templates_add(w->templates, t->name, t->text, faults);
    templates_check(w->templates, faults);
    return faults->errors == before;
}

void web_close(struct web *w) {
    arena_release(&w->arena);
}

/* This page's address with one more query field. */
static struct str with_query(struct http_request *rq, const char *field) {
    struct str here = http_here(rq);
    return arena_printf(rq->arena, "%.*s%c%s", STR_ARGS(here), str_find_byte(here, '?') < 0 ? '?' : '&', field);
}

static void fill_frame(struct http_request *rq, struct data *d) {
    const struct web *w = rq->app;
    bool chinese = rq->language == LANGUAGE_ZH;
    data_text(d, "lang", chinese ? STR("zh-CN") : STR("en"));
    data_text(d, "other_lang", chinese ? STR("en") : STR("zh-CN"));
    data_text(d, "other_language", chinese ? STR("English") : STR("中文"));
    data_text(d, "link_language", with_query(rq, chinese ? "lang=en" : "lang=zh"));
    data_text(d, "link_text", with_query(rq, rq->large_text ? "text=normal" : "text=large"));
    data_flag(d, "large_text", rq->large_text);
    data_flag(d, "demo", w->demo);
    data_text(d, "place", w->place[rq->language]);
    data_text(d, "css", web_asset("lingban.css"));
    data_text(d, "script", web_asset("lingban.js"));
    data_text(d, "mark", web_asset("mark.svg"));
    if (w->frame) w->frame(rq, d);
}

struct page page_begin_named(struct http_request *rq, struct str title) {
    struct page p = {.rq = rq, .data = data_object(rq->arena, rq->language)};
    data_text(p.data, "title", title);
    fill_frame(rq, p.data);
    return p;
}

struct page page_begin(struct http_request *rq, struct str title_key) {
    return page_begin_named(rq, text_in(rq->language, title_key));
}

void page_crumb_named(struct page *p, struct str text, struct str href) {
    if (!p->crumbs) p->crumbs = data_list(p->data, "crumbs");
    struct data *crumb = data_item(p->crumbs);
    data_text(crumb, "text", text);
    data_text(crumb, "href", href);
}

void page_crumb(struct page *p, struct str text_key, struct str href) {
    page_crumb_named(p, text_in(p->rq->language, text_key), href);
}

void page_error(struct page *p, struct str id, struct str sentence) {
    if (!p->errors) p->errors = data_list(p->data, "errors");
    struct data *error = data_item(p->errors);
    data_text(error, "text", sentence);
    if (id.n) data_text(error, "href", arena_concat(p->rq->arena, STR("#"), id));
}

void page_form(struct page *p) {
    struct buf token;
    buf_init(&token, p->rq->arena, 4096);
    http_put_form_token(p->rq, &token);
    data_html(p->data, "token", buf_str(&token));
}

enum http_outcome page_show(struct page *p, const char *template_name, int status) {
    const struct web *w = p->rq->app;
    if (p->crumbs) page_crumb_named(p, data_get(p->data, STR("title"))->text, STR(""));
    struct buf *out = http_page(p->rq, status);
    if (!template_render(w->templates, template_name, p->data, out)) out->full = true; /* answered with 500 */
    return HTTP_DONE;
}

/* Whoever followed a link with an ended session comes back to that page after signing in. */
struct str web_sign_in_address(struct http_request *rq) {
    if (rq->method != HTTP_GET) return STR("/sign-in");
    struct buf out;
    buf_init(&out, rq->arena, 64 << 10);
    buf_addz(&out, "/sign-in?to=");
    url_part(&out, http_here(rq));
    return buf_str(&out);
}

void web_error_page(struct http_request *rq, struct buf *out, int status, struct str sentence) {
    const struct web *w = rq->app;
    static const struct {
        int status;
        struct str title;
    } titles[] = {{401, T_STATIC("Please sign in")}, {403, T_STATIC("Not open to this account")}, {404, T_STATIC("Page not found")}};
    struct str title = status >= 500 ? T("Something went wrong") : T("This did not work");
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (titles[i].status == status) title = titles[i].title;
    struct page p = page_begin(rq, title);
    bool unknown = !data_get(p.data, STR("account"));
    if (unknown && status == 403) data_text(p.data, "title", text_in(rq->language, T("This did not work"))); /* no account, or a page open too long */
    data_text(p.data, "sentence", sentence);
    data_text(p.data, "sign_in", unknown && (status == 401 || status == 403 || status == 404) ? web_sign_in_address(rq) : STR(""));
    data_flag(p.data, "must_sign_in", status == 401);
    if (!template_render(w->templates, "error", p.data, out)) buf_clear(out); /* the plain page is shown instead */
}
