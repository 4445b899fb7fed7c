/* admin_more.c: one person's roles, sessions and password; cases the engine is stuck with.
 *
 * In: plain tables of the store; out: admin_person.html, admin_incidents.html. Every change is a command. */
#include "web/pages.h"

#include "base/crypto.h"
#include "base/ids.h"

#include <string.h>
#include <unistd.h>

struct doing {
    struct str back, notice;
};

static enum http_outcome done(struct http_request *rq) {
    struct doing *d = visit_of(rq)->state;
    if (!site_answer(rq)->done) return site_refused(rq);
    return site_redirect(rq, d->back, text_in(rq->language, d->notice));
}

static enum http_outcome submit(struct http_request *rq, struct command *c, struct str back, struct str notice) {
    struct doing *d = arena_new(rq->arena, struct doing);
    *d = (struct doing){back, notice};
    visit_of(rq)->state = d;
    return site_submit(rq, c, done);
}

static int64_t number(struct str s) {
    int64_t n = 0;
    str_to_int64(s, &n);
    return n;
}

/* ---- one person */

static struct str person_address(struct http_request *rq, int64_t account) {
    return arena_printf(rq->arena, "/admin/people/%lld", (long long)account);
}

static struct str service_said(struct http_request *rq, struct db *db, struct str id) {
    const struct service *s = services_current(engine_services(site_of(rq)->engine), db, id);
    return s ? text_pair_in(s->name, rq->language) : arena_str(rq->arena, id);
}

static void add_grants(struct http_request *rq, struct db *db, int64_t account, struct data *page) {
    struct data *list = data_list(page, "grants");
    add_roles(rq, db, page);
    struct query q = db_query(db, "select g.id, g.role, coalesce(g.service, ''), coalesce(" ORGANISATION_SAID("o", "?2") ", ''), g.from_at from role_grant g left join organisation o on o.id = g.organisation"
                                  " where g.account = ?1 and g.to_at is null order by g.id", DB_INT(account), IN_ENGLISH(rq));
    while (query_next(&q)) {
        struct data *item = data_item(list);
        struct str service = query_text(&q, 2);
        data_number(item, "id", query_int(&q, 0));
        data_text(item, "role", say_roles(rq, page, query_text(&q, 1)));
        data_text(item, "service", service.n ? service_said(rq, db, service) : text_in(rq->language, T("all services")));
        data_text(item, "organisation", query_text(&q, 3).n ? arena_str(rq->arena, query_text(&q, 3)) : text_in(rq->language, T("everywhere")));
        data_text(item, "since", say_day(rq, query_int(&q, 4)));
    }
}

static void add_choices(struct http_request *rq, struct db *db, struct data *page) {
    struct data *organisations = data_list(page, "organisations"), *services = data_list(page, "services");
    struct query q = db_query(db, "select id, name from organisation where closed_at is null order by id limit 500");
    while (query_next(&q)) {
        struct data *item = data_item(organisations);
        data_number(item, "value", query_int(&q, 0));
        data_text(item, "text", arena_str(rq->arena, query_text(&q, 1)));
    }
    q = db_query(db, "select service, name from service_version where current = 1 order by service");
    while (query_next(&q)) {
        struct data *item = data_item(services);
        data_text(item, "value", arena_str(rq->arena, query_text(&q, 0)));
        data_text(item, "text", arena_str(rq->arena, query_text(&q, 1)));
    }
}

static enum http_outcome person_page(struct http_request *rq, bool short_password) {
    int64_t account = number(http_param(rq, "account"));
    struct db *db = site_read(rq);
    struct str name = db_text(db, rq->arena, "select p.name from account a join party p on p.id = a.party where a.id = ?", DB_INT(account));
    struct page p = page_begin_named(rq, name.p ? name : STR(""));
    page_crumb(&p, T("Administration"), STR("/admin"));
    page_crumb(&p, T("People"), STR("/admin/people"));
    data_text(p.data, "login", db_text(db, rq->arena, "select login from account where id = ?", DB_INT(account)));
    data_text(p.data, "address", person_address(rq, account));
    data_flag(p.data, "open", db_int(db, 0, "select count(*) from account where id = ? and closed_at is null", DB_INT(account)) > 0);
    add_grants(rq, db, account, p.data);
    add_choices(rq, db, p.data);
    struct session_row *rows;
    size_t count = session_list(db, rq->arena, account, &rows);
    data_number(p.data, "sessions", (int64_t)count);
    data_flag(p.data, "several", count > 1);
    if (count) data_text(p.data, "seen", say_time(rq, rows[0].seen_at));
    struct data *password = field_add(data_list(p.data, "fields"), "password", "password", T("New first password"));
    field_hint(password, T("At least eight characters; it has to be changed at the first sign-in."));
    data_text(password, "autocomplete", STR("new-password"));
    if (short_password) field_error(&p, password, T("The password must have at least 8 characters."));
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!name.p) return http_refuse(rq, 404, T("There is no such account."));
    return page_show(&p, "admin_person", short_password ? 422 : 200);
}

static enum http_outcome show_person(struct http_request *rq) {
    return person_page(rq, false);
}

static enum http_outcome change_person(struct http_request *rq) {
    int64_t account = number(http_param(rq, "account"));
    struct str act = http_form(rq, "act"), back = person_address(rq, account);
    struct db *db = site_read(rq);
    bool known = db_int(db, 0, "select count(*) from account where id = ?", DB_INT(account)) > 0;
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!known) return http_refuse(rq, 404, T("There is no such account."));
    if (str_eqz(act, "sessions")) {
        if (!session_end_all(site_of(rq)->engine, account)) return site_not_written(rq);
        return site_redirect(rq, back, text_in(rq->language, T("All sessions have ended.")));
    }
    if (str_eqz(act, "password")) {
        if (utf8_count(http_form(rq, "password")) < PASSWORD_LEAST) return person_page(rq, true);
        if (!password_set(site_of(rq)->engine, account, http_form(rq, "password"), true) || !session_end_all(site_of(rq)->engine, account)) return site_not_written(rq);
        return site_redirect(rq, back, text_in(rq->language, T("The password is changed.")));
    }
    if (str_eqz(act, "end-role")) {
        struct command *c = site_command(rq, "role.end");
        json_add_integer(rq->arena, c->arguments, "grant", number(http_form(rq, "grant")));
        return submit(rq, c, back, T("The role has ended."));
    }
    if (str_eqz(act, "close")) {
        struct command *c = site_command(rq, "account.close");
        json_add_integer(rq->arena, c->arguments, "account", account);
        return submit(rq, c, STR("/admin/people"), T("The account is closed."));
    }
    struct command *c = site_command(rq, "role.grant");
    json_add_integer(rq->arena, c->arguments, "account", account);
    json_add_string(rq->arena, c->arguments, "role", http_form(rq, "role"));
    if (http_form(rq, "service").n) json_add_string(rq->arena, c->arguments, "service", http_form(rq, "service"));
    if (number(http_form(rq, "organisation"))) json_add_integer(rq->arena, c->arguments, "organisation", number(http_form(rq, "organisation")));
    return submit(rq, c, back, T("The role is given."));
}

/* ---- one organisation */

static enum http_outcome show_organisation(struct http_request *rq) {
    int64_t id = number(http_param(rq, "organisation"));
    struct db *db = site_read(rq);
    struct str name = db_text(db, rq->arena, "select name from organisation where id = ? and closed_at is null", DB_INT(id));
    struct str english = db_text(db, rq->arena, "select name_en from organisation where id = ?", DB_INT(id));
    int64_t parent = db_int(db, 0, "select parent from organisation_edge where child = ? and to_at is null", DB_INT(id));
    struct page p = page_begin_named(rq, name.p ? name : STR(""));
    page_crumb(&p, T("Administration"), STR("/admin"));
    page_crumb(&p, T("Organisations"), STR("/admin/organisations"));
    data_text(p.data, "name", name.p ? name : STR(""));
    data_text(p.data, "name_en", english.p ? english : STR(""));
    data_text(p.data, "address", arena_printf(rq->arena, "/admin/organisations/%lld", (long long)id));
    struct data *parents = data_list(p.data, "parents");
    struct query q = db_query(db, "select id, name from organisation where closed_at is null and id <> ? and ? order by id limit 500", DB_INT(id), DB_INT(parent != 0));
    while (query_next(&q)) {
        struct data *item = data_item(parents);
        data_number(item, "value", query_int(&q, 0));
        data_text(item, "text", arena_str(rq->arena, query_text(&q, 1)));
        data_flag(item, "chosen", query_int(&q, 0) == parent);
    }
    page_form(&p);
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!name.p) return http_refuse(rq, 404, T("There is no such organisation, or it is closed."));
    return page_show(&p, "admin_organisation", 200);
}

static enum http_outcome change_organisation(struct http_request *rq) {
    struct str act = http_form(rq, "act");
    bool move = str_eqz(act, "move"), close = str_eqz(act, "close");
    struct command *c = site_command(rq, move ? "organisation.move" : close ? "organisation.close" : "organisation.change");
    json_add_integer(rq->arena, c->arguments, "organisation", number(http_param(rq, "organisation")));
    if (move) json_add_integer(rq->arena, c->arguments, "parent", number(http_form(rq, "parent")));
    if (!move && !close) {
        json_add_string(rq->arena, c->arguments, "name", str_trim(http_form(rq, "name")));
        if (http_form(rq, "name_en").n) json_add_string(rq->arena, c->arguments, "name_en", str_trim(http_form(rq, "name_en")));
    }
    return submit(rq, c, STR("/admin/organisations"), T("Saved."));
}

/* ---- what the engine could not do */

/* Without the number or address: whom it was for stands in the case. */
static void add_lost_messages(struct http_request *rq, struct db *db, struct data *list) {
    struct query q = db_query(db, "select o.channel, o.body, o.at, coalesce(c.reference, '') from outbox o left join cases c on c.id = o.case_id where o.state = 'failed' order by o.id desc limit 100");
    while (query_next(&q)) {
        struct data *item = data_item(list);
        struct str digits = arena_str(rq->arena, query_text(&q, 3)), body = arena_str(rq->arena, query_text(&q, 1));
        data_text(item, "how", str_eqz(query_text(&q, 0), "mail") ? text_in(rq->language, T("mail")) : text_in(rq->language, T("telephone")));
        data_text(item, "text", body.n ? body : text_in(rq->language, T("Erased")));
        data_text(item, "when", say_time(rq, query_int(&q, 2)));
        if (!digits.n) continue;
        data_text(item, "href", arena_printf(rq->arena, "/cases/%.*s", STR_ARGS(digits)));
        data_text(item, "reference", grouped_reference(rq->arena, digits));
    }
}

static enum http_outcome show_incidents(struct http_request *rq) {
    struct page p = page_begin(rq, T("Cases that are stuck"));
    page_crumb(&p, T("Administration"), STR("/admin"));
    struct db *db = site_read(rq);
    struct data *list = data_list(p.data, "incidents");
    struct query q = db_query(db, "select c.reference, c.title, i.element, i.sentence, i.at, c.version from incident i join cases c on c.id = i.case_id order by i.at desc limit 200");
    while (query_next(&q)) {
        struct data *item = data_item(list);
        struct str digits = arena_str(rq->arena, query_text(&q, 0)), title = arena_str(rq->arena, query_text(&q, 1));
        const struct service *s = services_get(engine_services(site_of(rq)->engine), db, query_int(&q, 5));
        data_text(item, "href", arena_printf(rq->arena, "/cases/%.*s/manage", STR_ARGS(digits)));
        data_text(item, "reference", grouped_reference(rq->arena, digits));
        data_text(item, "title", s ? title_in(db, rq->arena, s, rq->language, title) : title);
        data_text(item, "element", say_step(rq, s, arena_str(rq->arena, query_text(&q, 2))));
        data_text(item, "sentence", say_stopped(rq, query_text(&q, 3)));
        data_text(item, "when", say_time(rq, query_int(&q, 4)));
    }
    query_done(&q);
    add_lost_messages(rq, db, data_list(p.data, "messages"));
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "admin_incidents", 200);
}

const struct http_route admin_more_routes[] = {
    {"GET", "/admin/people/{account}", show_person, "admin", T_STATIC("One person: roles, sessions, password"), 0, 0},
    {"POST", "/admin/people/{account}", change_person, "admin", T_STATIC("Gives or ends a role, ends sessions, closes an account"), 0, 0},
    {"GET", "/admin/organisations/{organisation}", show_organisation, "admin", T_STATIC("One organisation"), 0, 0},
    {"POST", "/admin/organisations/{organisation}", change_organisation, "admin", T_STATIC("Renames, moves, closes an organisation"), 0, 0},
    {"GET", "/admin/incidents", show_incidents, "admin", T_STATIC("Cases the engine is stuck with"), 0, 0},
    {0},
};
