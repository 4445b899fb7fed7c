/* case_page.c: one case as its viewer may see it: where it stands, what happened, the answers; its receipt and slip;
 * the secret link; and what can be done from here: withdraw, reopen, write, urge, amend, merge.
 *
 * In: viewer_case. Out: case.html, receipt.html. Read next: task_page.c. */
#include "activity/view.h"
#include "web/pages.h"

#include "base/html.h"
#include "base/ids.h"
#include "bpmn/picture.h"
#include "web/qr.h"

struct str page_case_address(struct http_request *rq, struct str reference) {
    return arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(reference));
}

/* The case of the address, read; NULL when an answer has been given. */
struct seen_case *page_case(struct http_request *rq, struct db *db) {
    struct reference reference;
    struct seen_case *c = arena_new(rq->arena, struct seen_case);
    int64_t id = 0;
    if (reference_parse(http_param(rq, "ref"), &reference) == REFERENCE_GOOD) id = viewer_find_reference(db, str_from(reference.digits));
    if (id && viewer_case(site_of(rq)->engine, db, rq->arena, viewer_of(rq), id, c)) return c;
    return NULL;
}

enum http_outcome no_case(struct http_request *rq, struct db *db) {
    if (!site_done(rq, db)) return HTTP_DONE;
    if (is_signed_in(rq)) return http_refuse(rq, 404, T("There is no case with this number, or it belongs to another office."));
    return http_refuse(rq, 404, T("There is no case with this number, or it is not public. Open it with the link of your slip, or with your telephone number under “My cases”."));
}

/* What is no number can be told apart from what is none of the viewer's; whether a good one exists cannot. */
enum http_outcome show_no_case(struct http_request *rq, struct str typed, int status) {
    static const struct {
        struct str title, sentence;
    } says[] = {
        [REFERENCE_GOOD] = {T_STATIC("No case was found under this number"), T_STATIC("There is none with it, or it is not public. Read it off the slip once more; there is also a link on it, which opens the case.")},
        [REFERENCE_NOT_DIGITS] = {T_STATIC("There is no such case number"), T_STATIC("A case number has twelve digits and nothing else.")},
        [REFERENCE_LENGTH] = {T_STATIC("There is no such case number"), T_STATIC("A case number has twelve digits: count those of yours.")},
        [REFERENCE_CHECK] = {T_STATIC("There is no such case number"), T_STATIC("A digit is wrong, or two have changed places: the last digit checks the others, and it does not fit.")}};
    struct reference reference;
    enum reference_fault fault = reference_parse(typed, &reference);
    struct page p = page_begin(rq, says[fault].title);
    data_text(p.data, "typed", typed);
    data_text(p.data, "sentence", text_in(rq->language, says[fault].sentence));
    data_text(p.data, "sign_in", is_signed_in(rq) ? STR("") : web_sign_in_address(rq));
    return page_show(&p, "no_case", status);
}

/* ---- parts of the page */

struct str filled_in(struct http_request *rq, const struct seen_submission *s) {
    struct str when = say_time(rq, s->at);
    if (!s->channel.n) return text_say(rq->arena, rq->language, T("{0}, {1}"), when, s->who);
    return text_say(rq->arena, rq->language, T("{0}, {1}, {2}"), when, s->who, say_channel(rq, s->channel));
}

/* The newest stands open, and while a case is open what it is about; all others are folded. */
static void add_answers(struct http_request *rq, const struct seen_case *c, struct data *page) {
    struct data *list = data_list(page, "submissions");
    for (size_t i = 0; i < c->submission_count; i++) {
        const struct seen_submission *s = &c->submissions[i];
        struct data *item = data_item(list);
        data_text(item, "title", s->title);
        data_text(item, "when", filled_in(rq, s));
        data_flag(item, "folded", i + 1 < c->submission_count && (i > 0 || !str_eqz(c->state, "open")));
        add_parts(rq, c, s, true, item);
    }
}

static struct str event_title(struct http_request *rq, const struct seen_event *e) {
    static const struct word table[] = {{"opened", T_STATIC("Received")},          {"claimed", T_STATIC("Claimed: {0}")},
                                          {"given-back", T_STATIC("Given back: {0}")}, {"completed", T_STATIC("Done: {0}")},
                                          {"handed-over", T_STATIC("Handed over: {0}")}, {"amended", T_STATIC("An answer was corrected")},
                                          {"returned", T_STATIC("Returned: {0}")},   {"jumped", T_STATIC("Taken to another step: {0}")},
                                          {"taken-back", T_STATIC("Taken back: {0}")}, {"signer-added", T_STATIC("A signer was added: {0}")},
                                          {"activated", T_STATIC("A further step was begun")}, {"supervised", T_STATIC("Put under supervision")}, {"supervision-ended", T_STATIC("The supervision has ended")},
                                          {"suspended", T_STATIC("Suspended")},      {"resumed", T_STATIC("Goes on again")},
                                          {"retried", T_STATIC("Tried again after a fault")}, {"migrated", T_STATIC("Moved to another version of the service")},
                                          {"urged", T_STATIC("Urged: {0}")},         {"withdrawn", T_STATIC("Withdrawn")},
                                          {"merged", T_STATIC("Merged with another case")}, {"took-in", T_STATIC("Another case was merged into this one")},
                                          {"forgotten", T_STATIC("Who it was about is erased: its time is over")}, {"cleared", T_STATIC("An answer was taken away")}, {"reopened", T_STATIC("Opened again")},    {"closed", T_STATIC("Closed")},
                                          {"noted", T_STATIC("Remark")},             {"resident-wrote", T_STATIC("The resident wrote")},
                                          {"decided", T_STATIC("Why the rules decided so")}, {"entered", T_STATIC("Begun: {0}")},         {"timer", T_STATIC("A deadline has passed")},
                                          {"linked", T_STATIC("A linked case was opened")}, {"revealed", T_STATIC("Somebody looked at what is masked")}, {"secret-renewed", T_STATIC("The link was renewed")}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_eqz(e->kind, table[i].key)) return text_say(rq->arena, rq->language, table[i].sentence, e->element_name);
    return e->kind;
}

/* What is only offered to the applicant is nobody else's business on a public page: no task, no line of the timeline, no
 * mark, no stage. */
bool page_hides_step(const struct seen_case *c, struct str element) {
    for (size_t i = 0; c->relation == RELATION_PUBLIC && i < c->task_count; i++)
        if (c->tasks[i].of_applicant && str_eq(c->tasks[i].element, element)) return true;
    return false;
}

static bool waits_now(const struct seen_case *c, struct str element) {
    for (size_t i = 0; i < c->task_count; i++)
        if (str_eq(c->tasks[i].element, element) && (str_eqz(c->tasks[i].state, "open") || str_eqz(c->tasks[i].state, "claimed"))) return true;
    return false;
}

/* Steps that only the engine takes tell people nothing. That a person's step began is worth a line while it lasts; later
 * its end says more, which outsiders do not read. */
static bool is_told(const struct seen_case *c, const struct seen_event *e) {
    if (str_eqz(e->kind, "left") || str_starts(e->kind, STR("serial:")) || str_starts(e->kind, STR("figure:"))) return false;
    if (page_hides_step(c, e->element)) return false;
    if (!str_eqz(e->kind, "entered")) return true;
    int32_t at = e->element.n ? bpmn_find(c->service->process, e->element) : -1;
    if (at < 0 || c->service->process->elements[at].kind != BPMN_USER_TASK || !e->element_name.n) return false;
    return c->relation == RELATION_PUBLIC || waits_now(c, e->element);
}

static bool says_why(const struct seen_event *e) { return str_eqz(e->kind, "decided"); }

/* What several rules said at one moment, in the order they were asked: one line of the timeline, from the newest on back. */
static struct str why_words(struct http_request *rq, const struct seen_case *c, size_t newest) {
    size_t oldest = newest;
    while (oldest > 0 && c->events[oldest - 1].at == c->events[newest].at) oldest--;
    struct buf out;
    buf_init(&out, rq->arena, 1024);
    for (size_t i = oldest; i <= newest; i++) {
        if (!says_why(&c->events[i]) || !is_told(c, &c->events[i])) continue;
        if (buf_str(&out).n) buf_addz(&out, "\n");
        buf_add(&out, service_words(rq->arena, c->service, rq->language, c->events[i].data));
    }
    return buf_str(&out);
}

/* Newest first, the older ones apart. A step that begins several times at once, an item each, is one line; why the rules
 * decided so is folded: the law, below what it came to. */
static void add_events(struct http_request *rq, const struct seen_case *c, struct data *page) {
    enum { OPEN = 6 };
    struct data *list = data_list(page, "events");
    const struct seen_event *above = NULL;
    bool first = true;
    size_t shown = 0;
    for (size_t i = c->event_count; i-- > 0;) {
        const struct seen_event *e = &c->events[i];
        if (!is_told(c, e)) continue;
        if (above && above->at == e->at && str_eq(above->kind, e->kind) && (says_why(e) || str_eq(above->element, e->element))) continue;
        above = e;
        if (shown++ == OPEN) list = data_list(page, "earlier");
        struct data *item = data_item(list);
        data_text(item, "title", event_title(rq, e));
        data_text(item, "time", e->who.n ? arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(say_time(rq, e->at)), STR_ARGS(e->who)) : say_time(rq, e->at));
        data_flag(item, "why", says_why(e));
        data_text(item, "note", says_why(e) ? why_words(rq, c, i) : str_eqz(e->kind, "linked") ? grouped_reference(rq->arena, e->data) : e->note);
        data_text(item, "state", first && str_eqz(c->state, "open") ? STR("now") : STR(""));
        first = false;
    }
}

static void add_tasks(struct http_request *rq, const struct seen_case *c, struct data *page) {
    struct data *list = data_list(page, "tasks");
    for (size_t i = 0; i < c->task_count; i++) {
        const struct seen_task *t = &c->tasks[i];
        if (!str_eqz(t->state, "open") && !str_eqz(t->state, "claimed")) continue;
        if (page_hides_step(c, t->element)) continue;
        struct data *item = data_item(list);
        bool theirs = t->may_claim || t->may_complete;
        struct str what = item_words(rq, c->service, t->item);
        data_text(item, "title", what.n ? text_say(rq->arena, rq->language, T("{0}: {1}"), t->name, what) : t->name);
        data_text(item, "href", theirs ? arena_printf(rq->arena, "/tasks/%lld", (long long)t->id) : STR(""));
        data_text(item, "note", t->holder);
        data_text(item, "tag", say_task_state(rq, t->state));
        data_text(item, "color", str_from(state_color(t->state)));
        data_text(item, "due", t->due_at ? text_say(rq->arena, rq->language, T("This step: {0}"), say_due(rq, t->due_at)) : STR(""));
        data_flag(item, "overdue", t->overdue);
        data_flag(item, "mine", theirs);
        data_number(item, "id", t->id);
        data_flag(item, "urge", c->relation == RELATION_APPLICANT || c->relation >= RELATION_HANDLER);
    }
}

static void add_alike(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page) {
    struct case_line *lines;
    size_t count = list_alike(site_of(rq)->engine, db, rq->arena, viewer_of(rq), c->id, &lines);
    struct data *list = data_list(page, "alike");
    for (size_t i = 0; i < count; i++) {
        struct data *item = data_item(list);
        data_text(item, "href", page_case_address(rq, lines[i].reference));
        data_text(item, "reference", grouped_reference(rq->arena, lines[i].reference));
        data_text(item, "digits", lines[i].reference);
        data_text(item, "title", lines[i].title);
        data_text(item, "who", lines[i].applicant);
        data_text(item, "day", say_day(rq, lines[i].opened_at));
        data_text(item, "state", say_state(rq, lines[i].state));
        data_text(item, "color", str_from(state_color(lines[i].state)));
        data_flag(item, "open", str_eqz(lines[i].state, "open"));
    }
}

/* What came of a sign-up, for whoever it is theirs or their work; NULL: nothing, or not for this viewer. */
static const struct seen_place *seat_of(struct http_request *rq, struct db *db, const struct seen_case *c) {
    struct seen_place *seat = arena_new(rq->arena, struct seen_place);
    if (c->relation != RELATION_APPLICANT && c->relation < RELATION_HANDLER) return NULL;
    return signup_of_case(db, rq->arena, c->id, seat) ? seat : NULL;
}

/* A place, or how many wait before it. */
static void add_place(struct http_request *rq, const struct seen_place *seat, struct data *page) {
    if (!seat) return;
    struct data *item = data_child(page, "seat");
    data_text(item, "name", seat->name);
    data_text(item, "href", arena_printf(rq->arena, "/activities/%lld", (long long)seat->activity));
    data_flag(item, "good", str_eqz(seat->state, "in"));
    if (str_eqz(seat->state, "in")) data_say(item, "sentence", T("There is a place."));
    else if (str_eqz(seat->state, "waiting")) data_say(item, "sentence", T("On the waiting list, {0} before this one."), arena_printf(rq->arena, "%lld", (long long)seat->ahead));
    else data_say(item, "sentence", T("The place was given back."));
}

static void add_amendments(struct http_request *rq, const struct seen_case *c, struct data *page) {
    struct data *list = data_list(page, "amendments");
    for (size_t i = 0; i < c->amendment_count; i++) {
        struct data *item = data_item(list);
        data_text(item, "label", c->amendments[i].label);
        data_text(item, "old", c->amendments[i].old_value);
        data_text(item, "reason", c->amendments[i].reason);
        data_text(item, "when", arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(say_time(rq, c->amendments[i].at)), STR_ARGS(c->amendments[i].who)));
    }
}

/* print/NAME.html of the service folder; papers: of service.yaml gives their names. */
static void add_papers(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page) {
    const struct json *names = json_member(c->service->yaml, "papers");
    struct data *list = data_list(page, "papers");
    for (size_t i = 0; i < c->service->file_count; i++) {
        struct str path = c->service->files[i].path;
        if (!str_starts(path, STR("print/")) || !str_ends(path, STR(".html"))) continue;
        struct str stem = str_sub(path, 6, path.n - 5), name;
        if (!paper_offered(rq, db, c, stem)) continue;
        name = pair_text(json_member(names, arena_cstr(rq->arena, stem)), rq->language);
        struct data *item = data_item(list);
        data_text(item, "href", arena_printf(rq->arena, "%.*s/print/%.*s", STR_ARGS(page_case_address(rq, c->reference)), STR_ARGS(stem)));
        data_text(item, "text", name.n ? name : stem);
    }
}

/* The process as a picture, with where the case is and has been. */
static void add_picture(struct http_request *rq, const struct seen_case *c, struct data *page) {
    struct str picture = process_picture(rq, c);
    if (picture.n) data_html(page, "picture", picture);
}

/* What stands on the service's wall is called as the wall calls it; false where the wall has no word of its own. */
static bool add_shown(struct http_request *rq, const struct seen_case *c, struct data *page) {
    const struct json *views = json_member(c->service->yaml, "views");
    for (size_t i = 0; c->is_public && str_eqz(c->state, "open") && views && i < views->count; i++) {
        struct str word = pair_text(json_member(json_member(&views->items[i], "words"), "under_way"), rq->language);
        if (!word.n) continue;
        data_text(page, "state", word);
        data_text(page, "color", STR("green"));
        return true;
    }
    return false;
}

/* Its state: as the wall calls it, the waiting list, else as every case's. */
static void add_state(struct http_request *rq, const struct seen_case *c, const struct seen_place *seat, struct data *page) {
    bool waiting = seat && str_eqz(seat->state, "waiting") && str_eqz(c->state, "open");
    if (add_shown(rq, c, page)) return;
    data_text(page, "state", waiting ? text_in(rq->language, T("On the waiting list")) : say_state(rq, c->state));
    data_text(page, "color", waiting ? STR("yellow") : str_from(state_color(c->state)));
}

static void add_head(struct http_request *rq, const struct seen_case *c, const struct seen_place *seat, struct data *page) {
    data_text(page, "reference", grouped_reference(rq->arena, c->reference));
    data_text(page, "digits", c->reference);
    data_text(page, "case_title", c->title);
    data_text(page, "service", text_pair_in(c->service->name, rq->language));
    add_state(rq, c, seat, page);
    data_text(page, "stage", str_eqz(c->state, "open") && !page_hides_step(c, c->stage) ? c->stage_name : STR(""));
    data_text(page, "office", c->organisation_name);
    data_text(page, "opened", say_time(rq, c->opened_at));
    data_text(page, "channel", say_channel(rq, c->channel));
    bool mine = c->relation == RELATION_APPLICANT || c->relation >= RELATION_HANDLER, open = str_eqz(c->state, "open");
    data_text(page, "due", c->due_at && open ? text_say(rq->arena, rq->language, T("The whole case: {0}"), say_due(rq, c->due_at)) : STR(""));
    data_flag(page, "overdue", c->overdue);
    data_text(page, "closed", say_time(rq, c->closed_at));
    data_number(page, "rating", c->rating);
    data_text(page, "merged", c->merged_reference);
    data_text(page, "address", page_case_address(rq, c->reference));
    data_flag(page, "may_withdraw", mine && open);
    data_flag(page, "may_write", mine);
    data_flag(page, "may_reopen", mine && str_eqz(c->state, "closed") && c->task_count); /* of what nobody did, nothing is done again */
    data_flag(page, "may_see_receipt", mine);
    data_flag(page, "is_open", open);
    if (c->household) data_text(page, "household", arena_printf(rq->arena, "/households/%lld", (long long)c->household));
    if (open && c->is_public && !mine) me_too_link(rq, c->service, c->reference, page);
    data_flag(page, "handler", c->relation >= RELATION_HANDLER);
    data_flag(page, "supervisor", c->relation == RELATION_SUPERVISOR);
}

static enum http_outcome show_case(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct seen_case *c = page_case(rq, db);
    if (!c) return site_done(rq, db) ? show_no_case(rq, http_param(rq, "ref"), 404) : HTTP_DONE;
    const struct seen_place *seat = seat_of(rq, db, c);
    struct page p = page_begin_named(rq, c->title);
    page_crumb(&p, T("Home"), STR("/"));
    page_crumb_named(&p, text_pair_in(c->service->name, rq->language), arena_printf(rq->arena, "/services/%.*s", STR_ARGS(c->service->id)));
    add_head(rq, c, seat, p.data);
    add_answers(rq, c, p.data);
    add_events(rq, c, p.data);
    add_tasks(rq, c, p.data);
    add_amendments(rq, c, p.data);
    add_place(rq, seat, p.data);
    add_picture(rq, c, p.data);
    add_way(rq, c, seat, p.data);
    add_links(rq, c, p.data);
    add_messages(rq, db, c, p.data);
    add_take_back(rq, db, c, p.data);
    if (c->relation >= RELATION_HANDLER) add_supervision(rq, db, c->id, p.data);
    if (c->relation == RELATION_APPLICANT || c->relation >= RELATION_HANDLER) add_papers(rq, db, c, p.data);
    if (c->relation >= RELATION_HANDLER) add_alike(rq, db, c, p.data);
    if (c->relation >= RELATION_HANDLER) add_linkable(rq, db, c, p.data);
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "case", 200);
}

/* ---- receipt */

static struct str secret_link(struct http_request *rq, const struct seen_case *c, struct db *db) {
    struct secret secret = case_secret(site_of(rq)->engine, db, c->id);
    return arena_printf(rq->arena, "%.*s/c/%.*s/%s", STR_ARGS(site_of(rq)->address), STR_ARGS(c->reference), secret.text);
}

/* A receipt is looked at again later: then it says where the case stands as well. */
static void add_since(struct http_request *rq, const struct seen_case *c, struct data *page) {
    bool since = !str_eqz(c->state, "open");
    for (size_t i = 0; i < c->event_count && !since; i++) since = str_eqz(c->events[i].kind, "completed") || str_eqz(c->events[i].kind, "claimed");
    if (!since) return;
    struct str state = say_state(rq, c->state);
    data_text(page, "since", c->stage_name.n ? text_say(rq->arena, rq->language, T("{0}, {1}"), state, c->stage_name) : state);
}

static enum http_outcome show_receipt(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct seen_case *c = page_case(rq, db);
    if (!c || (c->relation != RELATION_APPLICANT && c->relation < RELATION_HANDLER)) return no_case(rq, db);
    struct page p = page_begin(rq, T("Receipt"));
    add_head(rq, c, seat_of(rq, db, c), p.data);
    add_since(rq, c, p.data);
    data_text(p.data, "opened", say_paper_time(rq, c->opened_at)); /* it is printed and kept */
    struct str link = secret_link(rq, c, db);
    data_text(p.data, "link", link);
    bool here = str_starts(link, STR("http://127.")) || str_starts(link, STR("http://localhost")) || str_starts(link, STR("http://[::1]"));
    data_flag(p.data, "only_here", here);
    data_flag(p.data, "admin", (viewer_of(rq)->may & MAY_ADMIN) != 0); /* who can mend it is told, nobody else */
    data_html(p.data, "qr", qr_svg(rq->arena, link, text_in(rq->language, T("QR code of the link to this case"))));
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "receipt", 200);
}

/* The link of the slip: sets the case's cookie and goes on to an address without the secret. Changes nothing. */
static enum http_outcome follow_link(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct str reference = http_param(rq, "ref"), secret = http_param(rq, "secret");
    int64_t id = case_of_secret(site_of(rq)->engine, db, reference, secret);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!id) return http_refuse(rq, 404, T("This link does not work, or no longer. Ask the office for a new slip, or use your telephone number under “My cases”."));
    http_set_cookie(rq, "case", arena_printf(rq->arena, "%.*s.%.*s", STR_ARGS(reference), STR_ARGS(secret)), 7 * 86400);
    return http_redirect(rq, page_case_address(rq, reference));
}

/* ---- doing something */

struct doing {
    struct str back, notice;
};

static enum http_outcome done(struct http_request *rq) {
    struct doing *doing = visit_of(rq)->state;
    if (!site_answer(rq)->done) return site_refused(rq);
    return site_redirect(rq, doing->back, text_in(rq->language, doing->notice));
}

static const struct {
    const char *act, *command, *text; /* text: name of the argument for what was typed */
    struct str notice;
} acts[] = {
    {"withdraw", "case.withdraw", "reason", T_STATIC("The case is withdrawn. It no longer stands on public pages.")},
    {"reopen", "case.reopen", "reason", T_STATIC("The case is open again.")},
    {"note", "case.note", "note", T_STATIC("Your words have been added.")},
    {"urge", "task.urge", "reason", T_STATIC("The person in charge has been reminded.")},
    {"merge", "case.merge", "reason", T_STATIC("The cases are merged.")},
    {"renew", "case.renew-secret", NULL, T_STATIC("There is a new link; the old one has ended.")},
};

static enum http_outcome act_on_case(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct seen_case *c = page_case(rq, db);
    if (!c) return no_case(rq, db);
    struct reference into;
    int64_t into_id = 0;
    if (reference_parse(http_form(rq, "into"), &into) == REFERENCE_GOOD) into_id = viewer_find_reference(db, str_from(into.digits));
    if (!site_done(rq, db)) return HTTP_DONE;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (!str_eqz(http_param(rq, "act"), acts[i].act)) continue;
        bool resident = c->relation == RELATION_APPLICANT;
        struct command *command = resident ? site_command_for_case(rq, acts[i].command, c->id) : site_command(rq, acts[i].command);
        int64_t task = 0;
        if (str_to_int64(http_form(rq, "task"), &task)) json_add_integer(rq->arena, command->arguments, "task", task);
        else json_add_integer(rq->arena, command->arguments, "case", c->id);
        if (into_id) json_add_integer(rq->arena, command->arguments, "into", into_id);
        struct str text = str_trim(http_form(rq, "text"));
        if (acts[i].text && text.n) json_add_string(rq->arena, command->arguments, acts[i].text, text);
        struct doing *doing = arena_new(rq->arena, struct doing);
        *doing = (struct doing){page_case_address(rq, into_id ? str_from(into.digits) : c->reference), acts[i].notice};
        visit_of(rq)->state = doing;
        return site_submit(rq, command, done);
    }
    return http_refuse(rq, 404, T("This page does not exist."));
}

/* ---- mending an answer */

static const struct seen_answer *answer_asked(struct http_request *rq, const struct seen_case *c) {
    int64_t submission = 0;
    struct str path = rq->method == HTTP_POST ? http_form(rq, "p") : http_query(rq, "p");
    str_to_int64(rq->method == HTTP_POST ? http_form(rq, "s") : http_query(rq, "s"), &submission);
    for (size_t i = 0; i < c->submission_count; i++)
        for (size_t k = 0; c->submissions[i].id == submission && k < c->submissions[i].count; k++)
            if (str_eq(c->submissions[i].answers[k].path, path)) return &c->submissions[i].answers[k];
    return NULL;
}

static enum http_outcome show_amend(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct seen_case *c = page_case(rq, db);
    const struct seen_answer *a = c && c->relation >= RELATION_HANDLER ? answer_asked(rq, c) : NULL;
    if (!a || a->masked) return no_case(rq, db);
    if (!site_done(rq, db)) return HTTP_DONE;
    struct page p = page_begin(rq, T("Correct an answer"));
    page_crumb_named(&p, grouped_reference(rq->arena, c->reference), page_case_address(rq, c->reference));
    struct data *fields = data_list(p.data, "fields");
    struct data *f = field_add_named(fields, "text", STR("value"), a->label);
    field_value(f, a->raw);
    f = field_add(fields, "text", "reason", T("Why is it corrected?"));
    field_hint(f, T("For example: a slip of the pen. The old value is kept."));
    data_text(p.data, "action", arena_printf(rq->arena, "%.*s/amend", STR_ARGS(page_case_address(rq, c->reference))));
    data_number(p.data, "submission", a->submission);
    data_text(p.data, "path", a->path);
    page_form(&p);
    return page_show(&p, "amend", 200);
}

static enum http_outcome amend(struct http_request *rq) {
    struct db *db = site_read(rq);
    struct seen_case *c = page_case(rq, db);
    const struct seen_answer *a = c ? answer_asked(rq, c) : NULL;
    if (!a) return no_case(rq, db);
    if (!site_done(rq, db)) return HTTP_DONE;
    struct command *command = site_command(rq, "case.amend");
    json_add_integer(rq->arena, command->arguments, "case", c->id);
    json_add_integer(rq->arena, command->arguments, "submission", a->submission);
    json_add_string(rq->arena, command->arguments, "path", a->path);
    json_add_string(rq->arena, command->arguments, "value", str_trim(http_form(rq, "value")));
    json_add_string(rq->arena, command->arguments, "reason", str_trim(http_form(rq, "reason")));
    struct doing *doing = arena_new(rq->arena, struct doing);
    *doing = (struct doing){page_case_address(rq, c->reference), T("The answer is corrected; the old one is kept.")};
    visit_of(rq)->state = doing;
    return site_submit(rq, command, done);
}

const struct http_route case_routes[] = {
    {"GET", "/cases/{ref}", show_case, "anyone", T_STATIC("One case, as its viewer may see it"), 0, 0},
    {"GET", "/cases/{ref}/receipt", show_receipt, "anyone", T_STATIC("The receipt, with the link and its QR code, to print"), HTTP_SECRET, 0},
    {"GET", "/cases/{ref}/amend", show_amend, "staff", T_STATIC("Corrects an answer"), 0, 0},
    {"POST", "/cases/{ref}/amend", amend, "staff", T_STATIC("Corrects an answer"), 0, 0},
    {"POST", "/cases/{ref}/do/{act}", act_on_case, "anyone", T_STATIC("Withdraws, reopens, writes, urges, merges, renews the link"), 0, 0},
    {"GET", "/c/{ref}/{secret}", follow_link, "anyone", T_STATIC("The link of a slip: forwards to the case"), HTTP_SECRET, 0},
    {0},
};
