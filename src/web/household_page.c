/* household_page.c: one household: its members with their days, its address, its cases; who moved in, who left, what changed.
 *
 * In: viewer_household. Out: household.html. Every change is a command (party.add, member.leave, party.change). */
#include "web/pages.h"

#include "engine/household.h"

static const struct word relations[] = {{"head", T_STATIC("Head of the household")}, {"spouse", T_STATIC("Husband or wife")}, {"child", T_STATIC("Child")},
                                        {"parent", T_STATIC("Parent")}, {"grandchild", T_STATIC("Grandchild")}, {"other", T_STATIC("Other member")}};
enum { RELATIONS = sizeof relations / sizeof *relations };

static int64_t asked(struct http_request *rq) {
    int64_t id = 0;
    return str_to_int64(http_param(rq, "household"), &id) ? id : 0;
}

static enum http_outcome none_such(struct http_request *rq) {
    return http_refuse(rq, 404, T("There is no such household, or it belongs to another office."));
}

static void add_members(struct http_request *rq, const struct seen_household *h, struct data *page) {
    struct data *list = data_list(page, "members"), *options = data_list(page, "relations");
    for (size_t i = 0; i < h->member_count; i++) {
        const struct seen_member *m = &h->members[i];
        struct data *item = data_item(list);
        data_number(item, "id", m->id);
        data_text(item, "name", m->name.n ? m->name : text_in(rq->language, T("(erased)")));
        data_text(item, "phone", m->phone);
        data_text(item, "relation", say_word(rq, relations, RELATIONS, m->relation));
        data_text(item, "since", say_day(rq, m->from_at));
        if (m->to_at) data_text(item, "until", say_day(rq, m->to_at));
    }
    for (size_t i = RELATIONS; i-- > 0;) {
        struct data *item = data_item(options);
        data_text(item, "value", str_from(relations[i].key));
        data_text(item, "text", text_in(rq->language, relations[i].sentence));
    }
}

static void add_cases(struct http_request *rq, const struct seen_household *h, struct data *page) {
    struct data *list = data_list(page, "tasks");
    for (size_t i = 0; i < h->case_count; i++) {
        const struct case_line *c = &h->cases[i];
        struct data *item = data_item(list);
        data_text(item, "href", page_case_address(rq, c->reference));
        data_text(item, "title", c->applicant.n ? arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(c->applicant), STR_ARGS(c->title)) : c->title);
        data_text(item, "note", arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(c->service_name), STR_ARGS(say_day(rq, c->opened_at))));
        data_text(item, "number", grouped_reference(rq->arena, c->reference));
        data_text(item, "tag", say_state(rq, c->state));
        data_text(item, "color", str_from(state_color(c->state)));
    }
}

static enum http_outcome show_household(struct http_request *rq) {
    struct seen_household h;
    struct db *db = site_read(rq);
    bool found = viewer_household(site_of(rq)->engine, db, rq->arena, viewer_of(rq), asked(rq), &h);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!found) return none_such(rq);
    struct page p = page_begin_named(rq, h.address.n ? h.address : text_in(rq->language, T("Household")));
    page_crumb(&p, T("Desk"), STR("/desk"));
    data_text(p.data, "office", h.organisation_name);
    data_text(p.data, "name", h.name);
    data_text(p.data, "where", h.address);
    data_text(p.data, "remark", h.note);
    data_text(p.data, "address", arena_printf(rq->arena, "/households/%lld", (long long)h.id));
    add_members(rq, &h, p.data);
    add_cases(rq, &h, p.data);
    page_form(&p);
    return page_show(&p, "household", 200);
}

static enum http_outcome changed(struct http_request *rq) {
    if (!site_answer(rq)->done) return site_refused(rq);
    return site_redirect(rq, arena_printf(rq->arena, "/households/%lld", (long long)asked(rq)), text_in(rq->language, T("Saved.")));
}

static void put(struct http_request *rq, struct command *c, const char *name, struct str value) {
    if (value.n) json_add_string(rq->arena, c->arguments, name, value);
}

static enum http_outcome change_household(struct http_request *rq) {
    struct seen_household h;
    struct db *db = site_read(rq);
    bool found = viewer_household(site_of(rq)->engine, db, rq->arena, viewer_of(rq), asked(rq), &h);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!found) return none_such(rq);
    struct str act = http_form(rq, "act");
    bool add = str_eqz(act, "add"), leave = str_eqz(act, "leave");
    struct command *c = site_command(rq, add ? "party.add" : leave ? "member.leave" : "party.change");
    int64_t member = 0;
    if (leave && str_to_int64(http_form(rq, "member"), &member)) json_add_integer(rq->arena, c->arguments, "member", member);
    if (add) {
        json_add_string(rq->arena, c->arguments, "kind", STR("person"));
        json_add_integer(rq->arena, c->arguments, "household", h.id);
        put(rq, c, "relation", http_form(rq, "relation"));
        put(rq, c, "phone", str_trim(http_form(rq, "phone")));
    }
    if (!add && !leave) {
        json_add_integer(rq->arena, c->arguments, "party", h.id);
        put(rq, c, "address", str_trim(http_form(rq, "where")));
        put(rq, c, "note", str_trim(http_form(rq, "remark")));
        put(rq, c, "phone", h.phone);
        put(rq, c, "mail", h.mail);
    }
    if (!leave) put(rq, c, "name", str_trim(http_form(rq, "name")));
    if (!leave && h.organisation) json_add_integer(rq->arena, c->arguments, "organisation", h.organisation);
    return site_submit(rq, c, changed);
}

const struct http_route household_routes[] = {
    {"GET", "/households/{household}", show_household, "staff", T_STATIC("One household: members, address, cases"), 0, 0},
    {"POST", "/households/{household}", change_household, "staff", T_STATIC("Somebody moves in or leaves; address or remark change"), 0, 0},
    {0},
};
