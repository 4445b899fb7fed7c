/* me_too.c: "me too" for services that take it (case: joins:): whoever meets what stands on the public board already goes on
 * with that case instead of opening another.
 *
 * Out: the link on a card of the wall and on the page of a public case; in the form that link leads to, the case's number
 * and its public answers; on each of its pages, which case this one goes on with; on the page that checks the answers, that
 * the number is none, and open public cases like the one being written, a button each. In: list_public, viewer_public: nothing here sees more than anybody may. That the case is public, open and of the
 * service is judged once more by the command (engine/case.c, join_named). */
#include "web/pages.h"

#include "base/ids.h"

enum { NEIGHBOURS_MOST = 5 };

void me_too_link(struct http_request *rq, const struct service *s, struct str reference, struct data *to) {
    if (!s->means.joins.n) return;
    data_text(to, "me_too", arena_printf(rq->arena, "/services/%.*s/new?same=%.*s", STR_ARGS(s->id), STR_ARGS(reference)));
}

static int64_t public_case(struct db *db, const struct service *s, struct str reference) {
    return db_int(db, 0, "select id from cases where reference = ? and service = ? and state = 'open' and public = 1", DB_TEXT(reference), DB_TEXT(s->id));
}

static void set_empty(struct filling *f, struct str path, struct str value) {
    struct form_node *node = path.n && value.n ? form_find(f->session, path) : NULL;
    if (node && !form_value(node).n) form_set(f->session, node, value);
}

static struct json *public_paths(struct arena *a, const struct form *form) {
    struct json *all = arena_new(a, struct json);
    all->kind = JSON_OBJECT;
    struct json *paths = json_add_empty(a, all, "paths", JSON_ARRAY);
    for (size_t i = 0; i < form_field_count(form); i++) {
        const struct form_field *field = form_field_at(form, i);
        if (form_field_privacy(field) == FORM_PUBLIC && !form_field_repeat(field) && form_field_control(field) != FORM_NO_CONTROL)
            json_add(a, paths, STR_NONE, (struct json){.kind = JSON_STRING, .text = form_field_path(field)});
    }
    return paths;
}

void me_too_preset(struct http_request *rq, struct db *db, const struct service *s, struct filling *f) {
    struct reference reference;
    if (!s->means.joins.n || reference_parse(http_query(rq, "same"), &reference) != REFERENCE_GOOD) return;
    struct str digits = arena_str(rq->arena, str_from(reference.digits));
    int64_t id = public_case(db, s, digits);
    if (!id) return;
    f->extra = arena_printf(rq->arena, "&same=%.*s", STR_ARGS(digits));
    if (!f->fresh) return;
    struct seen_answer *answers;
    size_t count = viewer_public(site_of(rq)->engine, db, rq->arena, viewer_of(rq), id, public_paths(rq->arena, s->form), &answers);
    for (size_t i = 0; i < count; i++) set_empty(f, answers[i].path, answers[i].raw);
    set_empty(f, s->means.joins, grouped_reference(rq->arena, digits));
}

static struct str answer_at(struct filling *f, struct str path) {
    struct form_node *node = path.n ? form_find(f->session, path) : NULL;
    return node && form_relevant(node) ? str_trim(form_value(node)) : STR("");
}

/* Name of the question on the wire (form/render.h): its path without the root. */
static struct str wire_name(struct str path) {
    ptrdiff_t slash = str_find_byte(str_sub(path, 1, path.n), '/');
    return slash < 0 ? path : str_sub(path, (size_t)slash + 2, path.n);
}

/* On every page, what the number means: which case this one goes on with; and where it is sent from, that no case has it. */
static bool says(struct http_request *rq, struct db *db, const struct service *s, struct filling *f, bool sent_here, struct data *page) {
    struct str given = answer_at(f, s->means.joins);
    struct reference reference;
    if (!given.n) return true;
    struct str digits = reference_parse(given, &reference) == REFERENCE_GOOD ? arena_str(rq->arena, str_from(reference.digits)) : STR("");
    int64_t id = digits.n ? public_case(db, s, digits) : 0;
    data_text(page, "joins", wire_name(s->means.joins));
    if (id) {
        struct str title = title_in(db, rq->arena, s, rq->language, db_text(db, rq->arena, "select title from cases where id = ?", DB_INT(id)));
        data_say(page, "joined", T("It goes on together with “{0}” ({1}): you hear what comes of it."), title, grouped_reference(rq->arena, digits));
    } else if (sent_here) {
        data_say(page, "join_wrong", T("There is no open case {0} on the public board. Leave the number empty to make a case of your own."), given);
    }
    return id != 0;
}

void me_too_offer(struct http_request *rq, struct db *db, const struct service *s, struct filling *f, struct data *page) {
    if (!s->means.joins.n) return;
    bool last = str_eqz(http_query(rq, "page"), "check"), whole = str_eqz(http_query(rq, "page"), "all");
    data_flag(page, "join_last", last);
    bool settled = says(rq, db, s, f, last || whole, page) && answer_at(f, s->means.joins).n;
    if (!last || settled || !s->means.alike_count) return;
    struct str kind = answer_at(f, s->means.alike[0]);
    int64_t office = 0;
    struct case_line *lines;
    data_text(page, "joins", wire_name(s->means.joins));
    if (!kind.n || !str_to_int64(answer_at(f, s->means.organisation), &office)) return;
    size_t count = list_public(site_of(rq)->engine, db, rq->arena, viewer_of(rq), s->id, STR("open"), s->means.alike[0], kind, office, 0, NEIGHBOURS_MOST, &lines, NULL);
    struct data *list = data_list(page, "neighbours");
    for (size_t i = 0; i < count; i++) {
        struct data *item = data_item(list);
        data_text(item, "href", arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(lines[i].reference)));
        data_text(item, "title", lines[i].title);
        data_say(item, "note", T("{0}, {1}"), say_day(rq, lines[i].opened_at), lines[i].stage_name);
        data_text(item, "digits", grouped_reference(rq->arena, lines[i].reference));
    }
}
