/* admin_pages.c: administration: people and roles, organisations and partnerships, the journal.
 *
 * In: plain tables of the store; out: admin_*.html. Every change is a command like any other. */
#include "web/backup_page.h"
#include "web/pages.h"

#include "store/journal.h"

#include <string.h>

struct doing {
    const char *back;
    struct str notice;
    int64_t account;
    struct str password, role;
    int64_t organisation;
};

static enum http_outcome done(struct http_request *rq) {
    struct doing *d = visit_of(rq)->state;
    if (!site_answer(rq)->done) return site_refused(rq);
    return site_redirect(rq, str_from(d->back), text_in(rq->language, d->notice));
}

static enum http_outcome submit(struct http_request *rq, struct command *c, const char *back, struct str notice) {
    struct doing *d = arena_new(rq->arena, struct doing);
    *d = (struct doing){.back = back, .notice = notice};
    visit_of(rq)->state = d;
    return site_submit(rq, c, done);
}

static void add_text(struct http_request *rq, struct command *c, const char *name) {
    struct str v = str_trim(http_form(rq, name));
    if (v.n) json_add_string(rq->arena, c->arguments, name, v);
}

/* A number, or what a searching field sends: the number and a name behind it. */
static void add_number(struct http_request *rq, struct command *c, const char *name) {
    int64_t v;
    struct str rest = str_trim(http_form(rq, name)), first;
    if (str_split(&rest, ' ', &first) && str_to_int64(first, &v) && v) json_add_integer(rq->arena, c->arguments, name, v);
}

static struct page admin_page(struct http_request *rq, struct str title) {
    struct page p = page_begin(rq, title);
    page_crumb(&p, T("Administration"), STR("/admin"));
    page_form(&p);
    return p;
}

static enum http_outcome show_admin(struct http_request *rq) {
    struct page p = page_begin(rq, T("Administration"));
    return page_show(&p, "admin", 200);
}

/* ---- organisations */

static const struct word kinds[] = {{"city", T_STATIC("City")},     {"district", T_STATIC("District")}, {"street", T_STATIC("Street office")},
                                    {"community", T_STATIC("Community")}, {"unit", T_STATIC("Partner unit")},    {"bureau", T_STATIC("Bureau")},
                                    {"school", T_STATIC("School")}, {"county", T_STATIC("County")}, {"brigade", T_STATIC("Brigade")}};

/* The town itself is there before anybody adds another. */
static void add_kinds(struct http_request *rq, struct data *list) {
    for (size_t i = 1; i < sizeof kinds / sizeof *kinds; i++) {
        struct data *item = data_item(list);
        data_text(item, "value", str_from(kinds[i].key));
        data_text(item, "text", text_say(rq->arena, rq->language, kinds[i].sentence));
    }
}

static void add_organisations(struct http_request *rq, struct db *db, struct data *list) {
    struct query q = db_query(db, "select o.id, " ORGANISATION_SAID("o", "?1") ", o.kind, " ORGANISATION_SAID("p", "?1") " from organisation o left join organisation_edge e on e.child = o.id and e.to_at is null"
                                  " left join organisation p on p.id = e.parent where o.closed_at is null order by o.id limit 500",
                              IN_ENGLISH(rq));
    while (query_next(&q)) {
        struct data *item = data_item(list);
        data_text(item, "value", arena_printf(rq->arena, "%lld", (long long)query_int(&q, 0)));
        data_text(item, "text", arena_str(rq->arena, query_text(&q, 1)));
        data_text(item, "kind", arena_str(rq->arena, say_word(rq, kinds, sizeof kinds / sizeof *kinds, query_text(&q, 2))));
        data_text(item, "parent", arena_str(rq->arena, query_text(&q, 3)));
    }
}

/* More than a select is good for: the page offers a field that searches while one types. */
static void add_choices(struct http_request *rq, struct query q, struct data *page, const char *name, const char *many) {
    enum { MOST_IN_A_SELECT = 20 };
    struct data *list = data_list(page, name);
    while (query_next(&q)) {
        struct data *item = data_item(list);
        data_text(item, "value", arena_printf(rq->arena, "%lld", (long long)query_int(&q, 0)));
        data_text(item, "text", arena_str(rq->arena, query_text(&q, 1)));
    }
    data_flag(page, many, list->count > MOST_IN_A_SELECT);
}

#define IS_PLACE(o) o ".closed_at is null and " o ".kind in ('street', 'community')"
#define IS_UNIT(o) o ".closed_at is null and " o ".kind not in ('city', 'district', 'street', 'community')"
#define NOT_PARTNERS "not exists (select 1 from partnership p where p.unit = u.id and p.community = c.id and p.to_at is null)"

/* Units that are not yet partners of every community, and communities likewise: what is left to choose. */
static void add_partner_choices(struct http_request *rq, struct db *db, struct data *page) {
    add_choices(rq,
                db_query(db, "select u.id, " ORGANISATION_SAID("u", "?1") " from organisation u where " IS_UNIT("u") " and exists (select 1 from organisation c where " IS_PLACE("c")
                             " and " NOT_PARTNERS ") order by u.name limit 500", IN_ENGLISH(rq)),
                page, "units", "many_units");
    add_choices(rq,
                db_query(db, "select c.id, " ORGANISATION_SAID("c", "?1") " from organisation c where " IS_PLACE("c") " and exists (select 1 from organisation u where " IS_UNIT("u")
                             " and " NOT_PARTNERS ") order by c.name limit 500", IN_ENGLISH(rq)),
                page, "communities", "many_communities");
}

static enum http_outcome show_organisations(struct http_request *rq) {
    struct page p = admin_page(rq, T("Organisations"));
    struct db *db = site_read(rq);
    add_kinds(rq, data_list(p.data, "kinds"));
    add_organisations(rq, db, data_list(p.data, "organisations"));
    add_partner_choices(rq, db, p.data);
    struct data *list = data_list(p.data, "partnerships");
    struct query q = db_query(db, "select p.id, " ORGANISATION_SAID("u", "?1") ", " ORGANISATION_SAID("c", "?1") ", p.from_at from partnership p join organisation u on u.id = p.unit join organisation c on c.id = p.community"
                                  " where p.to_at is null order by p.id", IN_ENGLISH(rq));
    while (query_next(&q)) {
        struct data *item = data_item(list);
        data_number(item, "id", query_int(&q, 0));
        data_text(item, "unit", arena_str(rq->arena, query_text(&q, 1)));
        data_text(item, "community", arena_str(rq->arena, query_text(&q, 2)));
        data_text(item, "since", say_day(rq, query_int(&q, 3)));
    }
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "admin_organisations", 200);
}

static enum http_outcome change_organisations(struct http_request *rq) {
    struct str act = http_form(rq, "act");
    const char *name = str_eqz(act, "partner") ? "partnership.begin" : str_eqz(act, "part") ? "partnership.end" : "organisation.add";
    struct command *c = site_command(rq, name);
    static const char *const texts[] = {"kind", "name", "name_en", "division"}, *const numbers[] = {"parent", "unit", "community", "partnership"};
    for (size_t i = 0; i < 4; i++) add_text(rq, c, texts[i]);
    for (size_t i = 0; i < 4; i++) add_number(rq, c, numbers[i]);
    return submit(rq, c, "/admin/organisations", T("Saved."));
}

/* ---- people */

static struct data *person_field(struct http_request *rq, struct data *fields, const char *kind, const char *name, struct str label) {
    struct data *f = field_add(fields, kind, name, label);
    struct str typed = http_form(rq, name);
    if (typed.p && strcmp(kind, "password") != 0) field_value(f, typed);
    return f;
}

static void organisation_field(struct http_request *rq, struct db *db, struct data *fields, const char *name, struct str label) {
    struct data *f = field_add(fields, "select", name, label);
    struct query q = db_query(db, "select id, " ORGANISATION_SAID("organisation", "?1") " from organisation where closed_at is null order by id limit 500", IN_ENGLISH(rq));
    while (query_next(&q)) {
        struct str id = arena_printf(rq->arena, "%lld", (long long)query_int(&q, 0));
        field_option(f, id, arena_str(rq->arena, query_text(&q, 1)), str_eq(id, http_form(rq, name)));
    }
}

/* What somebody new is asked for, with what was typed; `wrong` names the field that has a fault. */
static void add_person_fields(struct http_request *rq, struct db *db, struct page *p, const char *wrong, struct str why) {
    struct data *fields = data_list(p->data, "fields"), *name = person_field(rq, fields, "text", "name", T("Full name"));
    struct data *login = person_field(rq, fields, "text", "login", T("Login name"));
    field_hint(login, T("Small letters and digits."));
    data_text(login, "autocomplete", STR("off"));
    struct data *password = person_field(rq, fields, "password", "password", T("First password"));
    field_hint(password, T("At least eight characters; it has to be changed at the first sign-in."));
    data_text(password, "autocomplete", STR("new-password"));
    struct data *role = field_add(fields, "select", "role", T("Role"));
    const struct data *roles = data_get(p->data, STR("roles"));
    for (size_t i = 0; roles && i < roles->count; i++) {
        struct str value = data_get(roles->members[i].value, STR("value"))->text;
        field_option(role, value, data_get(roles->members[i].value, STR("text"))->text, str_eq(value, http_form(rq, "role")));
    }
    organisation_field(rq, db, fields, "organisation", T("Belongs to"));
    organisation_field(rq, db, fields, "scope", T("The role holds for"));
    data_flag(person_field(rq, fields, "email", "mail", T("Mail address")), "optional", true);
    if (wrong) field_error_named(p, strcmp(wrong, "password") == 0 ? password : strcmp(wrong, "login") == 0 ? login : name, why);
}

static enum http_outcome people_page(struct http_request *rq, const char *wrong, struct str why) {
    struct page p = admin_page(rq, T("People"));
    struct db *db = site_read(rq);
    add_roles(rq, db, p.data);
    struct data *list = data_list(p.data, "people");
    struct str words = str_trim(http_query(rq, "q"));
    if (!words.n) words = STR("");
    data_text(p.data, "words", words);
    struct query q = db_query(db, "select a.id, a.login, p.name, " ORGANISATION_SAID("o", "?1") ", group_concat(distinct g.role), a.closed_at is not null from account a join party p on p.id = a.party"
                                  " left join organisation o on o.id = a.organisation left join role_grant g on g.account = a.id and g.to_at is null"
                                  " where ?2 = '' or instr(p.name, ?2) > 0 or instr(a.login, ?2) > 0 group by a.id order by a.id limit 500", IN_ENGLISH(rq), DB_TEXT(words));
    while (query_next(&q)) {
        struct data *item = data_item(list);
        data_number(item, "id", query_int(&q, 0));
        data_text(item, "login", arena_str(rq->arena, query_text(&q, 1)));
        data_text(item, "name", arena_str(rq->arena, query_text(&q, 2)));
        data_text(item, "unit", arena_str(rq->arena, query_text(&q, 3)));
        data_text(item, "roles", say_roles(rq, p.data, query_text(&q, 4)));
        data_flag(item, "closed", query_int(&q, 5) != 0);
    }
    add_person_fields(rq, db, &p, wrong, why);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "admin_people", wrong ? 422 : 200);
}

static enum http_outcome show_people(struct http_request *rq) {
    return people_page(rq, NULL, STR(""));
}

static enum http_outcome person_done(struct http_request *rq) {
    struct doing *d = visit_of(rq)->state;
    if (!site_answer(rq)->done) return site_refused(rq);
    if (!password_set(site_of(rq)->engine, d->account, d->password, true))
        return http_refuse(rq, 503, T("The account is made, but its password could not be kept. Give it a new one under “People”."));
    return site_redirect(rq, STR("/admin/people"), text_in(rq->language, T("Saved. The first password has to be changed at the first sign-in.")));
}

static enum http_outcome person_added(struct http_request *rq) {
    struct doing *d = visit_of(rq)->state;
    const struct refusal *r = &site_answer(rq)->refusal;
    if (!site_answer(rq)->done && r->status >= 500) return site_refused(rq);
    if (!site_answer(rq)->done)
        return people_page(rq, str_starts(str_from(r->code), STR("account.")) ? "login" : "name", text_format(rq->arena, rq->language, r->sentence, r->sentence_count));
    d->account = json_integer(site_answer(rq)->result, "account", 0);
    struct command *c = site_command(rq, "role.grant");
    c->key = STR("");
    json_add_integer(rq->arena, c->arguments, "account", d->account);
    json_add_string(rq->arena, c->arguments, "role", d->role);
    if (d->organisation) json_add_integer(rq->arena, c->arguments, "organisation", d->organisation);
    return site_submit(rq, c, person_done);
}

static enum http_outcome add_person(struct http_request *rq) {
    struct doing *d = arena_new(rq->arena, struct doing);
    d->password = http_form(rq, "password");
    d->role = http_form(rq, "role");
    str_to_int64(http_form(rq, "scope"), &d->organisation);
    visit_of(rq)->state = d;
    if (utf8_count(d->password) < PASSWORD_LEAST) return people_page(rq, "password", text_in(rq->language, T("The password must have at least 8 characters.")));
    struct command *c = site_command(rq, "account.add");
    static const char *const texts[] = {"login", "name", "phone", "mail"};
    for (size_t i = 0; i < 4; i++) add_text(rq, c, texts[i]);
    add_number(rq, c, "organisation");
    return site_submit(rq, c, person_added);
}

/* ---- the journal */

/* Every commit signs a root, so the newest one covers the newest entry. The log's own key is what others check it with. */
static void add_checkpoint(struct http_request *rq, struct db *db, struct data *page) {
    struct journal_log log;
    struct journal_entry last;
    struct str note = journal_checkpoint(db, rq->arena, 0, 0);
    data_text(page, "checkpoint", note.p ? note : STR(""));
    data_number(page, "entry_count", journal_count(db));
    if (!note.p || !journal_log_get(db, rq->arena, 0, &log) || !journal_get(db, rq->arena, journal_count(db), &last)) return;
    data_text(page, "signed_when", say_time(rq, last.at));
    data_text(page, "vkey", checkpoint_vkey(rq->arena, log.origin, log.public_key));
}

/* Who gave a command: canonical JSON sorts its names, so the actor stands within the first bytes. 0: no account. */
static int64_t account_in(struct str body) {
    static const struct str before = STR_STATIC("\"actor\":{\"account\":");
    ptrdiff_t at = str_find(body, before);
    int64_t account = 0;
    for (size_t i = at < 0 ? body.n : (size_t)at + before.n; i < body.n && body.p[i] >= '0' && body.p[i] <= '9'; i++) account = account * 10 + (body.p[i] - '0');
    return account;
}

struct run {
    struct str kind;
    int64_t newest, oldest, account; /* entries one after the other that say the same */
    instant at;
};

static void add_run(struct http_request *rq, struct db *db, const struct run *r, struct data *list) {
    if (!r->newest) return;
    struct data *item = data_item(list);
    const struct command_kind *known = command_find(engine_commands(site_of(rq)->engine), r->kind);
    data_text(item, "number", r->oldest == r->newest ? arena_printf(rq->arena, "%lld", (long long)r->newest)
                                                     : arena_printf(rq->arena, "%lld–%lld", (long long)r->oldest, (long long)r->newest));
    data_text(item, "when", say_time(rq, r->at));
    data_text(item, "kind", r->kind);
    data_text(item, "what", known ? text_in(rq->language, known->summary) : STR(""));
    struct str name = r->account ? db_text(db, rq->arena, "select p.name from account a join party p on p.id = a.party where a.id = ?", DB_INT(r->account)) : STR_NONE;
    data_text(item, "who", name.n ? name : STR(""));
}

/* The newest entries before `before`, equal ones that follow each other as one line. The cursor for the next page, 0: none. */
static int64_t add_entries(struct http_request *rq, struct db *db, int64_t before, struct data *list) {
    enum { LINES = 40, READ_MOST = 500 };
    struct run run = {0};
    struct query q = db_query(db, "select number, at, kind, substr(body, 1, 120) from journal_entry where number < ? order by number desc limit ?",
                              DB_INT(before ? before : INT64_MAX), DB_INT(READ_MOST));
    while (query_next(&q)) {
        int64_t number = query_int(&q, 0), account = account_in(query_text(&q, 3));
        struct str kind = query_text(&q, 2);
        if (!run.newest || !str_eq(kind, run.kind) || account != run.account) {
            if (list->count + 1 == LINES && run.newest) break;
            add_run(rq, db, &run, list);
            run = (struct run){arena_str(rq->arena, kind), number, number, account, query_int(&q, 1)};
        }
        run.oldest = number;
    }
    query_done(&q);
    add_run(rq, db, &run, list);
    return run.oldest > 1 ? run.oldest : 0;
}

static enum http_outcome show_journal(struct http_request *rq) {
    struct page p = admin_page(rq, T("Journal and backup"));
    struct db *db = site_read(rq);
    int64_t before = 0;
    str_to_int64(http_query(rq, "before"), &before);
    int64_t last = add_entries(rq, db, before, data_list(p.data, "entries"));
    add_checkpoint(rq, db, p.data);
    if (last) {
        data_text(p.data, "page_text", STR(" "));
        data_text(p.data, "next", arena_printf(rq->arena, "/admin/journal?before=%lld", (long long)last));
    }
    if (!site_done(rq, db)) return HTTP_DONE;
    if (backup_job_show(site_of(rq)->backup, rq, p.data)) http_set(rq, "Refresh", STR("3; url=/admin/journal"));
    return page_show(&p, "admin_journal", 200);
}

const struct http_route admin_routes[] = {
    {"GET", "/admin", show_admin, "admin", T_STATIC("Administration"), 0, 0},
    {"GET", "/admin/organisations", show_organisations, "admin", T_STATIC("Organisations and partnerships"), 0, 0},
    {"POST", "/admin/organisations", change_organisations, "admin", T_STATIC("Adds an organisation, begins or ends a partnership"), 0, 0},
    {"GET", "/admin/people", show_people, "admin", T_STATIC("Accounts and roles"), 0, 0},
    {"POST", "/admin/people", add_person, "admin", T_STATIC("Adds an account with a role"), 0, 0},
    {"GET", "/admin/journal", show_journal, "admin", T_STATIC("The journal's last entries and its signed root"), 0, 0},
    {0},
};
