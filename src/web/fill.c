/* fill.c: filling in a form over several requests, with or without JavaScript; and the start of a case with it.
 *
 * The first post makes a draft (a local row under the hash of a random key); the key stands in the address, so that
 * "save and return later" is simply this address. Every request opens the form anew, puts the draft's answers back,
 * takes what was posted, keeps the draft and goes on (post, redirect, get). Read next: form/render.h. */
#include "web/pages.h"

#include "base/crypto.h"
#include "base/html.h"
#include "base/ids.h"
#include "base/zone.h"
#include "engine/attachment.h"
#include "engine/housekeeping.h"
#include "form/render.h"
#include "store/blob.h"

#include <string.h>
#include <unistd.h>

enum { DRAFT_BYTES = 4 << 20 };

/* ---- drafts */

/* With the address: the key of one draft opens it where it was begun and nowhere else, or its words could be carried
 * over to a case of other people. */
static struct str hashed(struct arena *a, struct str text) {
    struct hash h = sha256(text);
    return hex_encode(a, HASH_STR(h));
}

static struct str draft_hash(struct arena *a, const struct filling *f) {
    return hashed(a, arena_printf(a, "%.*s\n%.*s", STR_ARGS(f->address), STR_ARGS(f->draft)));
}

struct draft_row {
    struct str hash, answers;
    instant now;
};

static bool keep_draft(struct db *db, void *argument) {
    struct draft_row *d = argument;
    db_run(db, "delete from local_draft where at < ?", DB_INT(d->now - DRAFT_DAYS * MICROS_A_DAY));
    attachments_renew(db, d->answers, d->now);
    if (!d->answers.n) return db_run(db, "delete from local_draft where key = ?", DB_TEXT(d->hash));
    return db_run(db, "insert or replace into local_draft (key, answers, at) values (?, ?, ?)", DB_TEXT(d->hash), DB_TEXT(d->answers), DB_INT(d->now));
}

static struct str answers_json(struct arena *a, struct form_session *session) {
    const struct form_answer *answers;
    size_t count = form_answers(session, a, &answers);
    struct buf out;
    struct json_out j;
    buf_init(&out, a, DRAFT_BYTES);
    json_begin(&j, &out);
    json_array_open(&j);
    for (size_t i = 0; i < count; i++) {
        json_object_open(&j);
        json_member_string(&j, "path", answers[i].path);
        json_member_string(&j, "key", answers[i].key);
        json_member_string(&j, "position", answers[i].position);
        json_member_string(&j, "value", answers[i].value);
        json_object_close(&j);
    }
    json_array_close(&j);
    return buf_str(&out);
}

bool filling_keep(struct http_request *rq, struct filling *f) {
    if (!f->draft.n) f->draft = token_make(rq->arena);
    struct draft_row row = {draft_hash(rq->arena, f), answers_json(rq->arena, f->session), rq->now};
    return engine_run_local(site_of(rq)->engine, keep_draft, &row);
}

void filling_forget(struct http_request *rq, struct filling *f) {
    if (!f->draft.n) return;
    struct draft_row row = {draft_hash(rq->arena, f), STR(""), rq->now};
    engine_run_local(site_of(rq)->engine, keep_draft, &row);
}

/* What is left of a draft that was sent: of which case, and by which post. Should the answer get lost on its way, the same post
 * comes again and is led to the same receipt; an address found in a history leads nowhere. */
static void keep_sent(struct http_request *rq, struct filling *f, struct str reference) {
    if (!f->draft.n) return;
    struct json mark = {.kind = JSON_OBJECT};
    struct buf out;
    buf_init(&out, rq->arena, 1000);
    json_add_string(rq->arena, &mark, "sent", reference);
    json_add_string(rq->arena, &mark, "once", hashed(rq->arena, rq->idempotency_key));
    json_write(&out, &mark);
    struct draft_row row = {draft_hash(rq->arena, f), buf_str(&out), rq->now};
    engine_run_local(site_of(rq)->engine, keep_draft, &row);
}

static struct json *sent_mark(struct http_request *rq, struct str kept) {
    static const struct json_limits limits = {.bytes = 1000, .depth = 4};
    return str_starts(kept, STR("{")) ? json_parse(rq->arena, kept, &limits, STR_NONE, NULL) : NULL;
}

/* The case that this very post opened before, 0 when there is none. */
static int64_t sent_before(struct http_request *rq, struct db *db, struct str address) {
    struct filling f = {.address = address, .draft = http_param(rq, "draft")};
    if (!f.draft.n) return 0;
    struct str kept = db_text(db, rq->arena, "select answers from local_draft where key = ?", DB_TEXT(draft_hash(rq->arena, &f)));
    struct json *mark = rq->idempotency_key.n ? sent_mark(rq, kept) : NULL;
    if (!mark || !str_eq(json_string(mark, "once"), hashed(rq->arena, rq->idempotency_key))) return 0;
    return db_int(db, 0, "select id from cases where reference = ?", DB_TEXT(json_string(mark, "sent")));
}

static int offset_at(const void *zone, instant t) {
    return zone_offset_at(zone, t / MICROS_A_SECOND);
}

static void restore(struct http_request *rq, struct str answers, struct form_session *session) {
    static const struct json_limits limits = {.bytes = DRAFT_BYTES, .depth = 8};
    struct json *list = json_parse(rq->arena, answers, &limits, STR_NONE, NULL);
    if (!list) return;
    struct form_answer *rows = arena_array(rq->arena, struct form_answer, list->count);
    for (size_t i = 0; i < list->count; i++) {
        rows[i].path = json_string(&list->items[i], "path");
        rows[i].key = json_string(&list->items[i], "key");
        rows[i].position = json_string(&list->items[i], "position");
        rows[i].value = json_string(&list->items[i], "value");
    }
    form_restore(session, rows, list->count, NULL);
}

/* Preloads of a form: login, telephone and mail of whoever is signed in. */
static void say_who(struct http_request *rq, struct db *db, struct form_opening *opening) {
    int64_t account = viewer_of(rq)->account;
    struct query q = db_query(db, "select a.login, coalesce(p.phone, ''), coalesce(p.mail, '') from account a join party p on p.id = a.party where a.id = ?", DB_INT(account));
    while (query_next(&q)) {
        opening->username = arena_str(rq->arena, query_text(&q, 0));
        opening->phone = arena_str(rq->arena, query_text(&q, 1));
        opening->email = arena_str(rq->arena, query_text(&q, 2));
    }
}

bool filling_open(struct http_request *rq, struct db *db, const struct form *form, struct str address, struct str draft, int64_t of_case, struct filling *out) {
    struct form_opening opening = {.now = rq->now, .offset_at = offset_at, .zone = engine_zone(site_of(rq)->engine)};
    opening.language = form_language_for(form, rq->language);
    opening.seed = str_hash(draft);
    say_who(rq, db, &opening);
    opening.lists = service_lists(site_of(rq)->engine, rq->arena, db, form, of_case, rq->language);
    *out = (struct filling){.form = form, .address = address, .draft = draft};
    struct str kept = STR_NONE;
    if (draft.n) kept = db_text(db, rq->arena, "select answers from local_draft where key = ?", DB_TEXT(draft_hash(rq->arena, out)));
    out->sent = str_starts(kept, STR("{"));
    if (draft.n && (!kept.p || out->sent)) return false;
    out->session = form_open(form, rq->arena, &opening);
    out->fresh = !kept.p;
    if (kept.p) restore(rq, kept, out->session);
    return true;
}

/* ---- posting */

/* An uploaded photo is stored at once; its answer names it (engine/attachment.h). */
static struct str store_upload(struct http_request *rq, const struct http_file *file, struct filling *f) {
    struct faults faults;
    faults_init(&faults, rq->arena);
    if (file->size <= 0) return STR("");
    if (file->size > BLOB_LARGEST) {
        f->refused = text_in(rq->language, T("The photo is larger than 20 MB. Please choose a smaller one."));
        return STR("");
    }
    char *bytes = arena_alloc_raw(rq->arena, (size_t)file->size);
    ssize_t n = pread(file->fd, bytes, (size_t)file->size, 0);
    if (n != (ssize_t)file->size) return STR("");
    struct str answer = attachment_upload(site_of(rq)->engine, rq->arena, (struct str){bytes, (size_t)n}, &faults);
    if (answer.p) return answer;
    f->refused = text_format(rq->arena, rq->language, faults.items[0].sentence, faults.items[0].sentence_count);
    return STR("");
}

struct form_posted filling_post(struct http_request *rq, struct filling *f) {
    size_t n = 0;
    struct form_pair *pairs = arena_array(rq->arena, struct form_pair, rq->form.count + rq->file_count);
    for (size_t i = 0; i < rq->form.count; i++) pairs[n++] = (struct form_pair){rq->form.items[i].name, rq->form.items[i].value};
    for (size_t i = 0; i < rq->file_count; i++) {
        struct str value = store_upload(rq, &rq->files[i], f);
        if (value.n) pairs[n++] = (struct form_pair){rq->files[i].field, value};
    }
    struct form_posted posted = form_post(f->session, pairs, n, &form_default_limits);
    return posted;
}

/* Of the values nobody is asked for. Without a draft the form is opened by each post anew, and a post that comes twice must
 * say the same: what was only just preloaded stays behind. */
static bool goes_along(const struct filling *f, const struct form_field *field) {
    return form_field_kept(field) && (f->draft.n || form_field_type(field) == FORM_GEOPOINT);
}

void filling_answers(struct http_request *rq, struct filling *f, struct command *c) {
    const struct form_answer *answers;
    size_t count = form_answers(f->session, rq->arena, &answers);
    struct json *list = json_add_empty(rq->arena, c->arguments, "answers", JSON_ARRAY);
    for (size_t i = 0; i < count; i++) {
        const struct form_field *field = answers[i].field;
        if (answers[i].type == FORM_GROUP || (form_field_control(field) == FORM_NO_CONTROL && !goes_along(f, field))) continue;
        struct json item = {.kind = JSON_OBJECT};
        json_add_string(rq->arena, &item, "path", form_answer_reference(rq->arena, &answers[i]));
        json_add_string(rq->arena, &item, "value", answers[i].value);
        json_add(rq->arena, list, STR_NONE, item);
    }
}

/* ---- showing */

static struct str base_address(struct http_request *rq, const struct filling *f) {
    if (!f->draft.n) return f->address;
    return arena_printf(rq->arena, "%.*s/%.*s", STR_ARGS(f->address), STR_ARGS(f->draft));
}

/* "jr://images/map.png" of a form: a picture of its service's folder. */
struct showing {
    struct http_request *rq;
    const struct service *service;
};

static struct str media_address(void *context, struct str uri) {
    struct showing *s = context;
    struct buf out;
    struct str name = uri;
    if (!s->service || !service_media(s->service, uri)) return STR("");
    for (ptrdiff_t slash = str_find_byte(name, '/'); slash >= 0; slash = str_find_byte(name, '/')) name = str_sub(name, (size_t)slash + 1, name.n);
    buf_init(&out, s->rq->arena, 4000);
    buf_printf(&out, "/services/%.*s/media/", STR_ARGS(s->service->id));
    url_part(&out, name);
    buf_printf(&out, "?v=%lld", (long long)s->service->version);
    return buf_str(&out);
}

/* On a page that was opened from the answers to check, to change one of them. */
static bool is_correcting(struct http_request *rq) {
    return str_eqz(http_query(rq, "back"), "check");
}

/* The first page that still lacks something, else the answers to check. */
static struct str where_it_goes_on(struct filling *f, const struct form_page *pages, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (form_page_violations(f->session, &pages[i])) return pages[i].id;
    return STR("check");
}

void filling_show(struct http_request *rq, struct filling *f, struct page *p, bool with_errors, bool one_page) {
    const struct form_page *pages;
    size_t count = form_pages(f->session, rq->arena, &pages);
    struct str wanted = http_query(rq, "page");
    struct buf out;
    buf_init(&out, rq->arena, 2 << 20);
    struct form_view view = {.language = rq->language, .show_errors = with_errors, .show_purpose = true, .heading_level = 2, .page_address = base_address(rq, f)};
    struct showing showing = {rq, f->service};
    view.media_address = media_address;
    view.context = &showing;
    if (one_page && !wanted.n) wanted = STR("all");
    if (!wanted.p && !f->fresh) wanted = where_it_goes_on(f, pages, count); /* whoever comes back by the bare link */
    if (str_eqz(wanted, "all")) {
        view.show_purpose = false; /* whoever writes for others has read it often enough */
        form_render_all(f->session, pages, count, &view, &out);
        data_flag(p->data, "whole", true);
    } else if (str_eqz(wanted, "check")) {
        form_render_check(f->session, pages, count, &view, &out);
        data_say(p->data, "step", T("Check your answers"));
    } else if (count) {
        size_t index = form_page_index(pages, count, wanted);
        form_render_page(f->session, pages, count, index, &view, &out);
        data_text(p->data, "step", form_say_progress(rq->arena, rq->language, pages, count, index));
        data_number(p->data, "done", (int64_t)index + 1);
        if (!pages[index].open) data_number(p->data, "all", (int64_t)count);
    }
    data_html(p->data, "fields", buf_str(&out));
    const char *back = is_correcting(rq) && !str_eqz(wanted, "check") ? "&back=check" : "";
    data_text(p->data, "action", arena_printf(rq->arena, "%.*s?page=%.*s%s%.*s", STR_ARGS(view.page_address), STR_ARGS(wanted), back, STR_ARGS(f->extra)));
    if (f->draft.n) data_text(p->data, "later", view.page_address);
    page_form(p);
}

static bool page_is_good(struct filling *f, const struct form_page *pages, size_t count, struct str id) {
    return !count || form_page_violations(f->session, &pages[form_page_index(pages, count, id)]) == 0;
}

bool filling_is_good(struct http_request *rq, struct filling *f) {
    const struct form_page *pages;
    size_t count = form_pages(f->session, rq->arena, &pages), wrong = 0;
    for (size_t i = 0; i < count; i++) wrong += form_page_violations(f->session, &pages[i]);
    return wrong == 0 && !f->refused.n;
}

/* After a page that is good. */
static struct str page_after(struct http_request *rq, struct filling *f, const struct form_page *pages, size_t count, size_t index) {
    if (is_correcting(rq)) return where_it_goes_on(f, pages, count);
    return index + 1 < count ? pages[index + 1].id : STR("check");
}

static struct str page_before(struct http_request *rq, const struct form_page *pages, size_t count, size_t index, struct str here) {
    if (is_correcting(rq)) return STR("check");
    return str_eqz(here, "check") ? pages[count - 1].id : pages[index ? index - 1 : 0].id;
}

enum http_outcome filling_go(struct http_request *rq, struct filling *f, const struct form_posted *posted) {
    const struct form_page *pages;
    size_t count = form_pages(f->session, rq->arena, &pages);
    struct str here = http_query(rq, "page");
    if (!here.n) here = posted->page; /* the first page's address names none; without a name the next lookup goes on by itself */
    struct str next = here;
    size_t index = form_page_index(pages, count, here);
    const char *errors = "";
    switch (posted->act) {
    case FORM_ACT_NEXT:
    case FORM_ACT_CHECK:
        if (!page_is_good(f, pages, count, here)) errors = "&errors=1";
        else next = page_after(rq, f, pages, count, index);
        break;
    case FORM_ACT_BACK: next = page_before(rq, pages, count, index, here); break;
    case FORM_ACT_GO: next = posted->page; break;
    case FORM_ACT_SEND: errors = "&errors=1"; break;
    case FORM_ACT_STAY:
    case FORM_ACT_NONE: break;
    }
    struct buf address;
    /* What is sent at once needs no draft, and does not wait for one. */
    if (!filling_keep(rq, f)) return site_not_written(rq);
    buf_init(&address, rq->arena, 4000);
    buf_add(&address, base_address(rq, f));
    buf_addz(&address, "?page=");
    url_part(&address, next);
    buf_addz(&address, errors);
    if (is_correcting(rq) && !str_eqz(next, "check")) buf_addz(&address, "&back=check");
    buf_add(&address, f->extra);
    if (posted->added.n) {
        buf_addz(&address, "#");
        url_part(&address, posted->added);
    }
    return site_redirect(rq, buf_str(&address), f->refused);
}

/* ---- a new case */

struct new_case {
    struct filling filling;
    const struct service *service;
    struct str channel; /* staff write down what was said at the desk, on the telephone, at the door */
    struct str from;    /* number of the case this one is opened from; empty: none */
};

static bool at_the_desk(struct http_request *rq) {
    return (viewer_of(rq)->may & MAY_STAFF) != 0;
}

static const char *const channels[] = {"desk", "phone", "doorstep"};

static struct str chosen_channel(struct str value) {
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        if (str_eqz(value, channels[i])) return str_from(channels[i]);
    return str_from(channels[0]);
}

/* An answer that is known before the form is opened for the first time, where it is among the question's choices. */
static void preset(struct new_case *n, struct str path, struct str value) {
    struct form_node *node = path.n && value.n && n->filling.fresh ? form_find(n->filling.session, path) : NULL;
    if (!node || form_value(node).n) return;
    const struct form_choice *choices;
    size_t count = form_choices(n->filling.session, node, &choices);
    for (size_t i = 0; i < count; i++)
        if (str_eq(choices[i].value, value)) {
            form_set(n->filling.session, node, value);
            return;
        }
}

/* Whoever sits in an office writes for that office, unless they choose another. */
static void preset_office(struct http_request *rq, struct db *db, struct new_case *n) {
    preset(n, n->service->means.organisation, db_text(db, rq->arena, "select cast(organisation as text) from account where id = ?", DB_INT(viewer_of(rq)->account)));
}

/* From the page of an activity: /services/reading/new?activity=7 has that answer, and the office that holds it, already. */
static void preset_activity(struct http_request *rq, struct db *db, struct new_case *n) {
    int64_t id = 0;
    if (!n->service->means.activity.n || !str_to_int64(http_query(rq, "activity"), &id)) return;
    n->filling.extra = arena_printf(rq->arena, "&activity=%lld", (long long)id);
    preset(n, n->service->means.activity, arena_printf(rq->arena, "%lld", (long long)id));
    preset(n, n->service->means.organisation, db_text(db, rq->arena, "select cast(organisation as text) from activity where id = ?", DB_INT(id)));
}

/* From a printed sheet: /services/enforce/new?office=7 is about that office. */
static void preset_asked_office(struct http_request *rq, struct new_case *n) {
    int64_t id = 0;
    if (!n->service->means.organisation.n || !str_to_int64(http_query(rq, "office"), &id)) return;
    n->filling.extra = arena_printf(rq->arena, "%.*s&office=%lld", STR_ARGS(n->filling.extra), (long long)id);
    preset(n, n->service->means.organisation, arena_printf(rq->arena, "%lld", (long long)id));
}

/* Only a number goes on into addresses. Whether it may be linked is the command's to judge. */
static struct str linked_from(struct str given) {
    for (size_t i = 0; i < given.n; i++)
        if (given.p[i] < '0' || given.p[i] > '9') return STR("");
    return given.n <= 20 ? given : STR("");
}

static struct str new_address(struct http_request *rq, struct str service) {
    return arena_printf(rq->arena, "/services/%.*s/new", STR_ARGS(service));
}

static bool open_new(struct http_request *rq, struct db *db, struct new_case *n) {
    n->service = page_service(rq, db);
    if (!n->service || !service_opens_here(rq, n->service)) return false;
    struct str address = new_address(rq, n->service->id);
    if (!filling_open(rq, db, n->service->form, address, http_param(rq, "draft"), 0, &n->filling)) return false;
    preset_activity(rq, db, n);
    preset_asked_office(rq, n);
    n->filling.service = n->service;
    me_too_preset(rq, db, n->service, &n->filling);
    if (!at_the_desk(rq)) return true;
    struct str posted = http_form(rq, "_channel");
    n->channel = chosen_channel(posted.n ? posted : http_query(rq, "channel"));
    n->from = linked_from(http_query(rq, "from"));
    n->filling.extra = arena_printf(rq->arena, "&channel=%.*s%s%.*s%.*s", STR_ARGS(n->channel), n->from.n ? "&from=" : "", STR_ARGS(n->from), STR_ARGS(n->filling.extra));
    preset_office(rq, db, n);
    const struct json *desk = json_member(json_member(n->service->yaml, "case"), "desk");
    for (size_t i = 0; desk && desk->kind == JSON_OBJECT && i < desk->count; i++) preset(n, desk->items[i].name, desk->items[i].text);
    return true;
}

static enum http_outcome not_there(struct http_request *rq, struct db *db, const struct new_case *n) {
    if (!n->service) return no_service(rq, db);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!service_opens_here(rq, n->service)) return http_refuse(rq, 403, T("Cases of this service are opened by the office."));
    if (n->filling.sent) return http_refuse(rq, 410, T("This form has been sent. What became of it stands under “My cases” on the device it was sent from."));
    return http_refuse(rq, 410, T("What was written here was sent already, or is older than seven days. Please begin again."));
}

static void add_channels(struct http_request *rq, const struct new_case *n, struct data *page) {
    struct data *list = data_list(page, "channels");
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        struct data *item = data_item(list);
        data_text(item, "value", str_from(channels[i]));
        data_text(item, "text", say_channel(rq, str_from(channels[i])));
        data_flag(item, "chosen", str_eqz(n->channel, channels[i]));
    }
}

/* Open cases of the same telephone number and service, into "alike"; how many. `page` may be NULL. */
static size_t find_alike(struct http_request *rq, struct db *db, const struct new_case *n, struct data *page) {
    struct str path = n->service->means.phone;
    struct form_node *node = path.n ? form_find(n->filling.session, path) : NULL;
    struct str phone = node && form_relevant(node) ? str_trim(form_value(node)) : STR("");
    struct case_line *lines;
    if (phone.n < 7) return 0;
    size_t count = list_search(site_of(rq)->engine, db, rq->arena, viewer_of(rq), phone, &lines), found = 0;
    struct data *list = page ? data_list(page, "alike") : NULL;
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(lines[i].service, n->service->id) || !str_eqz(lines[i].state, "open")) continue;
        found++;
        if (!list) continue;
        struct data *item = data_item(list);
        data_text(item, "href", arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(lines[i].reference)));
        data_text(item, "title", arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(lines[i].applicant), STR_ARGS(lines[i].title)));
        data_text(item, "note", arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(grouped_reference(rq->arena, lines[i].reference)), STR_ARGS(say_day(rq, lines[i].opened_at))));
        data_text(item, "tag", lines[i].stage_name.n ? lines[i].stage_name : say_state(rq, lines[i].state));
        data_text(item, "color", STR("blue"));
    }
    return found;
}

/* Nobody came to the desk, or rang, with what the office writes for itself: its meetings, a question for a contest. */
static bool comes_from_somebody(const struct service *s) {
    return !service_for_office(s) && !(s->means.about_things && service_opened_by_office(s));
}

static enum http_outcome show_new(struct http_request *rq) {
    struct new_case n = {0};
    struct db *db = site_read(rq);
    if (!open_new(rq, db, &n)) return not_there(rq, db, &n);
    struct str name = text_pair_in(n.service->name, rq->language);
    struct page p = page_begin_named(rq, text_say(rq->arena, rq->language, T("Fill in: {0}"), name));
    page_crumb(&p, T("Home"), STR("/"));
    page_crumb_named(&p, name, arena_printf(rq->arena, "/services/%.*s", STR_ARGS(n.service->id)));
    bool desk = at_the_desk(rq);
    if (desk && comes_from_somebody(n.service)) add_channels(rq, &n, p.data);
    if (n.from.n) data_text(p.data, "from", grouped_reference(rq->arena, n.from));
    if (desk && http_query(rq, "alike").n) find_alike(rq, db, &n, p.data);
    filling_show(rq, &n.filling, &p, http_query(rq, "errors").n > 0, desk);
    me_too_offer(rq, db, n.service, &n.filling, p.data);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "fill", 200);
}

/* The link's cookie, so that the resident sees the case at once; the address stays without the secret. */
static enum http_outcome to_receipt(struct http_request *rq, int64_t id, struct str reference) {
    struct db *db = site_read(rq);
    struct secret secret = case_secret(site_of(rq)->engine, db, id);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!is_signed_in(rq)) http_set_cookie(rq, "case", arena_printf(rq->arena, "%.*s.%s", STR_ARGS(reference), secret.text), 7 * 86400);
    return http_redirect(rq, arena_printf(rq->arena, "/cases/%.*s/receipt", STR_ARGS(reference)));
}

static enum http_outcome receipt_again(struct http_request *rq, struct db *db, int64_t id) {
    struct str reference = db_text(db, rq->arena, "select reference from cases where id = ?", DB_INT(id));
    return site_done(rq, db) ? to_receipt(rq, id, reference) : HTTP_DONE;
}

static enum http_outcome opened(struct http_request *rq) {
    struct new_case *n = visit_of(rq)->state;
    const struct answer *answer = site_answer(rq);
    /* What the page it was sent from can say is said there, not on a page of its own. */
    if (!answer->done && (answer->refusal.fields || strcmp(answer->refusal.code, "case.no-such-public") == 0)) {
        if (!filling_keep(rq, &n->filling)) return site_not_written(rq);
        const char *page = at_the_desk(rq) ? "all" : "check";
        return http_redirect(rq, arena_printf(rq->arena, "%.*s?page=%s&errors=1%.*s", STR_ARGS(base_address(rq, &n->filling)), page, STR_ARGS(n->filling.extra)));
    }
    if (!answer->done) return site_refused(rq);
    struct str reference = json_string(answer->result, "reference");
    keep_sent(rq, &n->filling, reference);
    return to_receipt(rq, json_integer(answer->result, "case", 0), reference);
}

static enum http_outcome send_new(struct http_request *rq) {
    struct new_case *n = arena_new(rq->arena, struct new_case);
    struct db *db = site_read(rq);
    int64_t before = sent_before(rq, db, new_address(rq, http_param(rq, "service")));
    if (before) return receipt_again(rq, db, before);
    if (!open_new(rq, db, n)) return not_there(rq, db, n);
    struct form_posted posted = filling_post(rq, &n->filling);
    bool send = posted.act == FORM_ACT_SEND && filling_is_good(rq, &n->filling);
    int64_t from = send && n->from.n ? viewer_find_reference(db, n->from) : 0;
    bool alike = send && at_the_desk(rq) && !http_form(rq, "_alike").n && find_alike(rq, db, n, NULL);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!send) return filling_go(rq, &n->filling, &posted);
    if (alike && !filling_keep(rq, &n->filling)) return site_not_written(rq);
    if (alike) return http_redirect(rq, arena_printf(rq->arena, "%.*s?page=all&alike=1%.*s", STR_ARGS(base_address(rq, &n->filling)), STR_ARGS(n->filling.extra)));
    visit_of(rq)->state = n;
    struct command *c = site_command(rq, "case.open");
    json_add_string(rq->arena, c->arguments, "service", n->service->id);
    filling_answers(rq, &n->filling, c);
    if (n->channel.n) c->channel = n->channel;
    if (from) json_add_integer(rq->arena, c->arguments, "linked_from", from);
    return site_submit(rq, c, opened);
}

const struct http_route fill_routes[] = {
    {"GET", "/services/{service}/new", show_new, "anyone", T_STATIC("A service's form, first page"), 0, 0},
    {"POST", "/services/{service}/new", send_new, "anyone", T_STATIC("Takes a page of the form"), 0, 24u << 20},
    {"GET", "/services/{service}/new/{draft}", show_new, "anyone", T_STATIC("A form half filled in"), HTTP_SECRET, 0},
    {"POST", "/services/{service}/new/{draft}", send_new, "anyone", T_STATIC("Takes a page of the form, or sends it"), HTTP_SECRET, 24u << 20},
    {0},
};
