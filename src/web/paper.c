/* paper.c: what belongs to one case besides its page: photos, papers to print, and values that are masked.
 *
 * Each address asks viewer_case first, so nobody gets a picture, a paper or a value of a case they may not see.
 * A masked value is shown once, after the look itself stands in the journal (case.reveal). */
#include "web/pages.h"

#include "base/crypto.h"
#include "base/html.h"
#include "base/ids.h"
#include "engine/attachment.h"
#include "registry/registry.h"
#include "store/seal.h"
#include "web/qr.h"

/* ---- rows of a summary */

static struct str with_place(struct http_request *rq, const struct seen_case *c, const char *what, const struct seen_answer *a) {
    struct buf out;
    buf_init(&out, rq->arena, 4000);
    buf_printf(&out, "%.*s/%s?s=%lld&p=", STR_ARGS(page_case_address(rq, c->reference)), what, (long long)a->submission);
    url_part(&out, a->path);
    return buf_str(&out);
}

void add_answer(struct http_request *rq, const struct seen_case *c, const struct seen_answer *a, struct data *row) {
    /* A repeat without a label of its own leaves its number alone: " 2". */
    struct str group = str_starts(a->group, STR(" ")) ? text_say(rq->arena, rq->language, T("Item {0}"), str_trim(a->group)) : a->group;
    data_text(row, "name", group.n ? arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(group), STR_ARGS(a->label)) : a->label);
    if (a->is_photo && attachment_is(a->raw)) {
        data_text(row, "photo", with_place(rq, c, "photo", a));
        data_text(row, "photo_full", arena_concat(rq->arena, with_place(rq, c, "photo", a), STR("&full=1")));
        return;
    }
    data_text(row, "value", a->is_photo ? text_in(rq->language, T("Photo")) : a->value);
    if (!a->masked || c->relation < RELATION_HANDLER) return;
    data_text(row, "reveal", arena_concat(rq->arena, page_case_address(rq, c->reference), STR("/reveal")));
    data_number(row, "submission", a->submission);
    data_text(row, "path", a->path);
}

static const struct seen_answer *answer_at(const struct seen_case *c, struct str submission, struct str path) {
    int64_t id = 0;
    str_to_int64(submission, &id);
    for (size_t i = 0; i < c->submission_count; i++)
        for (size_t k = 0; k < c->submissions[i].count; k++)
            if (c->submissions[i].id == id && str_eq(c->submissions[i].answers[k].path, path)) return &c->submissions[i].answers[k];
    return NULL;
}

/* ---- photos */

/* A masked photo is shown to whoever has just looked (case.reveal), for a minute or two: the address of the picture on
 * that page holds a proof that no other account, case or photo has. */
static struct str proof_of_look(struct http_request *rq, int64_t case_id, const struct seen_answer *a, int64_t minute) {
    struct str what = arena_printf(rq->arena, "photo look|%lld|%lld|%lld|%lld|", (long long)viewer_of(rq)->account, (long long)case_id, (long long)a->submission, (long long)minute);
    const struct str pieces[] = {what, a->path};
    struct hash h = hmac_sha256(seal_link_key(engine_store(site_of(rq)->engine)), pieces, 2);
    return hex_encode(rq->arena, HASH_STR(h));
}

static bool has_looked(struct http_request *rq, int64_t case_id, const struct seen_answer *a) {
    int64_t minute = viewer_of(rq)->now / (60LL * MICROS_A_SECOND);
    struct str shown = http_query(rq, "look");
    for (int back = 0; shown.n && back < 2; back++)
        if (crypto_equal(shown, proof_of_look(rq, case_id, a, minute - back))) return true;
    return false;
}

static enum http_outcome show_photo(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct seen_case *c = page_case(rq, db);
    const struct seen_answer *a = c ? answer_at(c, http_query(rq, "s"), http_query(rq, "p")) : NULL;
    struct str bytes;
    if (!c) return no_case(rq, db);
    struct str raw = a && a->is_photo ? a->raw : STR("");
    if (a && a->is_photo && a->masked && has_looked(rq, c->id, a)) raw = viewer_reveal(site_of(rq)->engine, db, rq->arena, viewer_of(rq), c->id, a);
    bool names = attachment_is(raw);
    bool there = names && attachment_open(site_of(rq)->engine, db, rq->arena, c->id, raw, http_query(rq, "full").n > 0, &bytes);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!names) return http_refuse(rq, 404, T("There is no such photo."));
    if (!there) return http_refuse(rq, 404, T("This photo is no longer there."));
    return http_send(rq, 200, "image/jpeg", bytes);
}

/* ---- masked values */

struct revealing {
    const struct seen_case *of;
    const struct seen_answer *answer;
};

static enum http_outcome revealed(struct http_request *rq) {
    struct revealing *r = visit_of(rq)->state;
    if (!site_answer(rq)->done) return site_refused(rq);
    struct page p = page_begin_named(rq, r->answer->label);
    page_crumb_named(&p, r->of->title, page_case_address(rq, r->of->reference));
    struct db *db = site_read(rq);
    struct str value = viewer_reveal(site_of(rq)->engine, db, rq->arena, viewer_of(rq), r->of->id, r->answer);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (attachment_is(value)) {
        struct str proof = proof_of_look(rq, r->of->id, r->answer, viewer_of(rq)->now / (60LL * MICROS_A_SECOND));
        data_text(p.data, "photo", arena_printf(rq->arena, "%.*s&full=1&look=%.*s", STR_ARGS(with_place(rq, r->of, "photo", r->answer)), STR_ARGS(proof)));
    }
    data_text(p.data, "value", value);
    data_text(p.data, "address", page_case_address(rq, r->of->reference));
    return page_show(&p, "revealed", 200);
}

static enum http_outcome reveal(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct revealing *r = arena_new(rq->arena, struct revealing);
    r->of = page_case(rq, db);
    if (!r->of || r->of->relation < RELATION_HANDLER) return no_case(rq, db);
    r->answer = answer_at(r->of, http_form(rq, "s"), http_form(rq, "p"));
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!r->answer || !r->answer->masked) return http_refuse(rq, 404, T("There is no such answer in this case."));
    visit_of(rq)->state = r;
    struct command *c = site_command(rq, "case.reveal");
    c->key = STR(""); /* every look counts */
    json_add_integer(rq->arena, c->arguments, "case", r->of->id);
    json_add_string(rq->arena, c->arguments, "path", r->answer->path);
    return site_submit(rq, c, revealed);
}

/* ---- papers of the service folder */

static struct str paper_words(void *arg, enum language language, struct str key) {
    return service_word(arg, language, key);
}

/* ---- which papers there are */

/* A paper that shows one entry of a register is printed from there. */
static bool paper_of_a_register(struct http_request *rq, const struct seen_case *c, struct str name) {
    const struct register_definition *registers;
    size_t count = register_all(rq->arena, c->service, &registers);
    for (size_t i = 0; i < count; i++)
        if (str_eq(registers[i].paper, name)) return true;
    return false;
}

static bool form_filled(const struct seen_case *c, struct str name) {
    const struct service_form *form = service_form_named(c->service, name);
    for (size_t i = 0; form && i < c->submission_count; i++)
        if (service_form_named(c->service, c->submissions[i].form) == form) return true;
    return false;
}

/* Outside repeats. */
static bool is_answered(const struct seen_case *c, struct str name) {
    for (size_t i = 0; i < c->submission_count; i++)
        for (size_t k = 0; k < c->submissions[i].count; k++) {
            const struct seen_answer *a = &c->submissions[i].answers[k];
            if (!a->group.n && a->value.n && str_eq(answer_name(a->path), name)) return true;
        }
    return false;
}

/* once: [answer.reply, figure.ranking]: one of them is there. */
static bool one_is_there(struct db *db, const struct seen_case *c, const struct json *once) {
    if (!once) return true;
    for (size_t i = 0; i < once->count; i++) {
        struct str what = once->items[i].text;
        if (str_starts(what, STR("answer.")) && is_answered(c, str_sub(what, 7, what.n))) return true;
        if (str_starts(what, STR("figure.")) &&
            db_int(db, 0, "select count(*) from v_figures where case_id = ?1 and name = ?2 and value <> ''", DB_INT(c->id), DB_TEXT(str_sub(what, 7, what.n)))) return true;
    }
    return false;
}

/* papers: NAME: {…, when: closed, after: FORM, once: […]}: no paper says what is not so yet, nor what is never so for this kind of case. */
bool paper_offered(struct http_request *rq, struct db *db, const struct seen_case *c, struct str name) {
    const struct json *said = json_member(json_member(c->service->yaml, "papers"), arena_cstr(rq->arena, name));
    struct str after = json_string(said, "after");
    if (paper_of_a_register(rq, c, name)) return false;
    if (str_eqz(json_string(said, "when"), "closed") && !str_eqz(c->state, "closed")) return false; /* no thanks for what has not come yet */
    return (!after.n || form_filled(c, after)) && one_is_there(db, c, json_member(said, "once"));
}

/* ---- one paper */

/* "1. 二队 40；2. 一队 20" as rules join sentences: a list. */
static void add_parts_of(struct data *list, struct str text) {
    static const struct str mark = STR_STATIC("；");
    for (ptrdiff_t at; text.n > 0; text = str_sub(text, (size_t)at + mark.n, text.n)) {
        at = str_find(text, mark);
        if (at < 0) {
            data_item_text(list, text);
            return;
        }
        if (at > 0) data_item_text(list, str_sub(text, 0, (size_t)at));
    }
}

/* Figures that the process noted, the latest of each name: {{ figure.monthly }}, and in its parts: {{#each parts.ranking}}. */
static void add_figures(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *to) {
    struct data *figures = data_child(to, "figure"), *parts = data_child(to, "parts");
    struct query q = db_query(db, "select name, value from v_figures where case_id = ?1 and id in (select max(id) from v_figures where case_id = ?1 group by name)", DB_INT(c->id));
    while (query_next(&q)) {
        const char *name = arena_cstr(rq->arena, query_text(&q, 0));
        struct str value = arena_str(rq->arena, query_text(&q, 1));
        data_text(figures, name, value);
        add_parts_of(data_list(parts, name), value);
    }
    query_done(&q);
}

/* papers: NAME: {…, form: SERVICE}: a QR code that opens the form of that service, with the office of this case filled in. */
static void add_form_link(struct http_request *rq, const struct seen_case *c, struct str name, struct data *to) {
    struct str service = json_string(json_member(json_member(c->service->yaml, "papers"), arena_cstr(rq->arena, name)), "form");
    if (!service.n) return;
    struct str link = arena_printf(rq->arena, "%.*s/services/%.*s/new?office=%lld", STR_ARGS(site_of(rq)->address), STR_ARGS(service), (long long)c->organisation);
    data_text(to, "form_address", link);
    data_html(to, "form_qr", qr_svg(rq->arena, link, text_in(rq->language, T("QR code of the form"))));
}

static void add_case(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *to) {
    data_text(to, "reference", grouped_reference(rq->arena, c->reference));
    data_text(to, "service", text_pair_in(c->service->name, rq->language));
    data_text(to, "case_title", c->title);
    data_text(to, "office", c->organisation_name);
    data_text(to, "state", say_state(rq, c->state));
    data_text(to, "stage", c->stage_name);
    data_text(to, "opened", say_paper_time(rq, c->opened_at));
    data_text(to, "closed", say_paper_time(rq, c->closed_at));
    data_text(to, "due", say_paper_day(rq, c->due_at));
    data_text(to, "today", say_paper_day(rq, viewer_of(rq)->now));
    struct secret secret = case_secret(site_of(rq)->engine, db, c->id);
    struct str link = arena_printf(rq->arena, "%.*s/c/%.*s/%s", STR_ARGS(site_of(rq)->address), STR_ARGS(c->reference), secret.text);
    data_html(to, "qr", qr_svg(rq->arena, link, text_in(rq->language, T("QR code of the link to this case"))));
    add_figures(rq, db, c, to);
    add_filled(rq, c, to);
}

static enum http_outcome show_paper(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct seen_case *c = page_case(rq, db);
    if (!c || (c->relation != RELATION_APPLICANT && c->relation < RELATION_HANDLER)) return no_case(rq, db);
    struct str name = http_param(rq, "paper");
    const struct service_file *file = service_file_named(c->service, arena_printf(rq->arena, "print/%.*s.html", STR_ARGS(name)));
    struct str heading = text_pair_in(text_pair_of(json_member(c->service->yaml, "papers"), arena_cstr(rq->arena, name)), rq->language);
    struct page p = page_begin_named(rq, heading.n ? heading : c->title);
    page_crumb_named(&p, c->title, page_case_address(rq, c->reference));
    struct data *paper = data_object(rq->arena, rq->language);
    add_case(rq, db, c, paper);
    add_form_link(rq, c, name, paper);
    bool offered = paper_offered(rq, db, c, name);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!file) return http_refuse(rq, 404, T("This service has no such paper."));
    if (!offered) return http_refuse(rq, 404, T("There is nothing to print on this paper yet, or it is for cases of another kind."));
    struct faults faults;
    struct buf out;
    faults_init(&faults, rq->arena);
    buf_init(&out, rq->arena, 1 << 20);
    struct templates *set = templates_new(rq->arena, site_of(rq)->web.templates, paper_words, (void *)c->service);
    templates_add(set, name, file->content, &faults);
    templates_check(set, &faults);
    if (faults.errors || !template_render(set, arena_cstr(rq->arena, name), paper, &out))
        return http_refuse(rq, 422, T("The paper “{0}” of this service has a fault. Please tell the administrator."), name);
    data_html(p.data, "paper", buf_str(&out));
    return page_show(&p, "paper", 200);
}

const struct http_route paper_routes[] = {
    {"GET", "/cases/{ref}/photo", show_photo, "anyone", T_STATIC("A photo of a case, for whoever may see it"), 0, 0},
    {"POST", "/cases/{ref}/reveal", reveal, "staff", T_STATIC("Shows what is masked, once, and notes it"), 0, 0},
    {"GET", "/cases/{ref}/print/{paper}", show_paper, "anyone", T_STATIC("A paper of the service, filled in, to print"), 0, 0},
    {0},
};
