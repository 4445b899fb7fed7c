/* register_pages.c: registers: all of them, one as a table (to search, to take away), one entry with its duties and its
 * history, and what its keepers do: add, change, close, assign and end duties. Import: register_import.c.
 *
 * In: registry/view.h, which says who sees what. Out: registers.html, register.html, register_entry.html. */
#include "web/register_pages.h"
#include "web/table_file.h"

#include "base/dates.h"

enum { ENTRIES_A_PAGE = 50, ENTRIES_TO_TAKE = 20000 };

static struct str number_text(struct http_request *rq, int64_t n) {
    return arena_printf(rq->arena, "%lld", (long long)n);
}

const struct register_definition *page_register(struct http_request *rq, struct db *db) {
    const struct service *s = page_service(rq, db);
    const struct register_definition *r = s ? register_find(rq->arena, s, http_param(rq, "register")) : NULL;
    return r && register_sight(db, viewer_of(rq), r, 0) == REGISTER_HIDDEN ? NULL : r;
}

enum http_outcome no_register(struct http_request *rq, struct db *db) {
    if (!site_done(rq, db)) return HTTP_DONE;
    return http_refuse(rq, 404, T("There is no such register."));
}

struct str register_href(struct http_request *rq, const struct register_definition *r) {
    return arena_printf(rq->arena, "/registers/%.*s/%.*s", STR_ARGS(r->service), STR_ARGS(r->name));
}

/* ---- all registers */

static void add_registers(struct http_request *rq, struct db *db, const struct service *s, struct data *list) {
    const struct register_definition *all;
    size_t count = register_all(rq->arena, s, &all);
    for (size_t i = 0; i < count; i++) {
        if (register_sight(db, viewer_of(rq), &all[i], 0) == REGISTER_HIDDEN) continue;
        struct data *item = data_item(list);
        data_text(item, "name", text_pair_in(all[i].label, rq->language));
        data_text(item, "service", text_pair_in(s->name, rq->language));
        data_text(item, "href", register_href(rq, &all[i]));
        data_number(item, "entries", db_int(db, 0, "select count(*) from entity where service = ? and register = ? and closed_at is null", DB_TEXT(all[i].service), DB_TEXT(all[i].name)));
        if (register_sight(db, viewer_of(rq), &all[i], 0) < REGISTER_OFFICE) continue;
        int64_t needing = register_needing(db, rq->arena, viewer_of(rq), &all[i]);
        if (needing) data_say(item, "needing", T("{0} to be seen to"), number_text(rq, needing));
        data_text(item, "needing_href", arena_printf(rq->arena, "%.*s?needing=yes", STR_ARGS(register_href(rq, &all[i]))));
    }
}

static enum http_outcome show_registers(struct http_request *rq) {
    struct page p = page_begin(rq, T("Registers"));
    struct db *db = site_read(rq);
    struct data *list = data_list(p.data, "registers");
    const struct service_heading **all;
    size_t count = services_all(engine_services(site_of(rq)->engine), db, rq->arena, &all);
    for (size_t i = 0; i < count; i++) {
        bool has = json_member(all[i]->yaml, "registers") != NULL;
        const struct service *s = has ? services_get(engine_services(site_of(rq)->engine), db, all[i]->version) : NULL;
        if (s) add_registers(rq, db, s, list);
    }
    data_flag(p.data, "office", (viewer_of(rq)->may & MAY_STAFF) != 0);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "registers", 200);
}

/* ---- one register to take away */

struct taking {
    struct http_request *rq;
    struct db *db;
    const struct register_definition *definition;
    const int64_t *ids;
    size_t count, at;
    enum register_sight sight;
};

/* Personal fields stay in the house: a file that lies about is not asked who reads it. */
static enum register_sight to_take(enum register_sight sight) {
    return sight == REGISTER_KEEPER ? REGISTER_OFFICE : sight;
}

static bool next_row(void *arg, struct str *cells) {
    struct taking *t = arg;
    struct seen_entity e;
    while (t->at < t->count && !register_entity(t->db, t->rq->arena, viewer_of(t->rq), t->definition, t->ids[t->at], false, &e)) t->at++;
    if (t->at == t->count) return false;
    t->at++;
    size_t n = 0;
    cells[n++] = e.key;
    cells[n++] = e.label;
    for (size_t i = 0; i < e.value_count; i++)
        if (register_field_seen(e.values[i].field, t->sight)) cells[n++] = e.values[i].raw;
    return true;
}

static enum http_outcome take(struct http_request *rq, struct db *db, const struct register_definition *r) {
    struct taking taking = {.rq = rq, .db = db, .definition = r, .sight = to_take(register_sight(db, viewer_of(rq), r, 0))};
    int64_t *ids;
    struct register_search search = {.text = http_query(rq, "q"), .most = ENTRIES_TO_TAKE};
    taking.count = register_page(db, rq->arena, viewer_of(rq), r, &search, &ids);
    taking.ids = ids;
    struct table_column *columns = arena_array(rq->arena, struct table_column, r->field_count + 2);
    size_t n = 0;
    columns[n++] = (struct table_column){STR("key"), TABLE_TEXT, 0};
    columns[n++] = (struct table_column){STR("label"), TABLE_TEXT, 0};
    for (size_t i = 0; i < r->field_count; i++)
        if (register_field_seen(&r->fields[i], taking.sight))
            columns[n++] = (struct table_column){r->fields[i].name, r->fields[i].type == FIELD_INTEGER || r->fields[i].type == FIELD_DECIMAL ? TABLE_NUMBER : TABLE_TEXT, 0};
    struct table_source table = {text_pair_in(r->label, rq->language), columns, n, next_row, &taking};
    struct table_file file;
    table_file_make(rq, &table, &file);
    if (!site_done(rq, db)) return HTTP_DONE;
    return table_file_send(rq, &file, arena_printf(rq->arena, "%.*s-%.*s", STR_ARGS(r->service), STR_ARGS(r->name)));
}

/* ---- one register as a table */

static void add_columns(struct http_request *rq, const struct register_definition *r, enum register_sight sight, struct data *list) {
    for (size_t i = 0; i < r->field_count; i++)
        if (register_field_seen(&r->fields[i], sight)) data_item_text(list, text_pair_in(r->fields[i].label, rq->language));
}

static void add_entry(struct http_request *rq, struct db *db, const struct register_definition *r, enum register_sight sight, int64_t id, struct data *list) {
    struct seen_entity e;
    if (!register_entity(db, rq->arena, viewer_of(rq), r, id, false, &e)) return;
    struct data *item = data_item(list), *cells = data_list(item, "cells");
    data_text(item, "href", arena_printf(rq->arena, "%.*s/%lld", STR_ARGS(register_href(rq, r)), (long long)id));
    data_text(item, "key", e.key);
    data_text(item, "label", e.label);
    data_flag(item, "closed", e.closed_at != 0);
    data_flag(item, "red", e.red > 0);
    data_flag(item, "due", e.due);
    for (size_t i = 0; i < e.value_count; i++) {
        if (!register_field_seen(e.values[i].field, sight)) continue;
        struct data *cell = data_item(cells);
        data_text(cell, "label", text_pair_in(e.values[i].field->label, rq->language));
        data_text(cell, "text", e.values[i].text);
        data_flag(cell, "short", e.values[i].field->type != FIELD_TEXT && e.values[i].field->type != FIELD_CHOICE);
    }
}

/* One input a field; `e` NULL: an empty form. */
static void add_inputs(struct http_request *rq, const struct register_definition *r, const struct seen_entity *e, struct data *to) {
    struct data *list = data_list(to, "inputs");
    for (size_t i = 0; i < r->field_count; i++) {
        const struct register_field *f = &r->fields[i];
        struct str value = STR("");
        for (size_t k = 0; e && k < e->value_count; k++)
            if (e->values[k].field == f) value = e->values[k].raw;
        struct data *input = data_item(list);
        struct str id = arena_printf(rq->arena, "f-%.*s", STR_ARGS(f->name));
        data_text(input, "id", id);
        data_text(input, "name", id);
        data_text(input, "label", text_pair_in(f->label, rq->language));
        data_text(input, "value", value);
        data_flag(input, "optional", !f->required);
        data_text(input, "kind", str_from(f->type == FIELD_CHOICE ? "select" : f->type == FIELD_DATE ? "date" : "text"));
        if (f->privacy == FIELD_PERSONAL) data_text(input, "hint", text_in(rq->language, T("Personal: only the office that keeps this entry sees it.")));
        struct data *options = data_list(input, "options");
        if (f->type == FIELD_CHOICE) data_text(data_item(options), "value", STR(""));
        for (size_t k = 0; k < f->choice_count; k++) {
            struct data *option = data_item(options);
            data_text(option, "value", f->choices[k].name);
            data_text(option, "text", text_pair_in(f->choices[k].label, rq->language));
            data_flag(option, "chosen", str_eq(f->choices[k].name, value));
        }
    }
}

static bool keeps_any(struct http_request *rq, struct db *db, const struct register_definition *r) {
    int64_t own = db_int(db, 0, "select coalesce(organisation, 0) from account where id = ?", DB_INT(viewer_of(rq)->account));
    return own && register_sight(db, viewer_of(rq), r, own) == REGISTER_KEEPER;
}

static enum http_outcome show_register(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct register_definition *r = page_register(rq, db);
    struct str as = http_query(rq, "as"), text = http_query(rq, "q");
    if (!r) return no_register(rq, db);
    if (as.n) return take(rq, db, r);
    struct page p = page_begin_named(rq, text_pair_in(r->label, rq->language));
    page_crumb(&p, T("Registers"), STR("/registers"));
    enum register_sight sight = to_take(register_sight(db, viewer_of(rq), r, 0));
    struct register_search search = {.text = text, .most = ENTRIES_A_PAGE};
    int64_t *ids;
    str_to_int64(http_query(rq, "after"), &search.after);
    search.closed = str_eqz(http_query(rq, "closed"), "yes") && sight >= REGISTER_OFFICE;
    search.needing = str_eqz(http_query(rq, "needing"), "yes") && sight >= REGISTER_OFFICE;
    size_t count = register_page(db, rq->arena, viewer_of(rq), r, &search, &ids);
    if (sight >= REGISTER_OFFICE) data_number(p.data, "needing", register_needing(db, rq->arena, viewer_of(rq), r));
    data_flag(p.data, "shows_needing", search.needing);
    add_columns(rq, r, sight, data_list(p.data, "columns"));
    struct data *entries = data_list(p.data, "entries");
    for (size_t i = 0; i < count; i++) add_entry(rq, db, r, sight, ids[i], entries);
    data_text(p.data, "q", text);
    data_text(p.data, "here", register_href(rq, r));
    data_flag(p.data, "office", sight >= REGISTER_OFFICE);
    if (keeps_any(rq, db, r)) {
        data_flag(p.data, "keeper", true);
        add_inputs(rq, r, NULL, p.data);
        page_form(&p);
    }
    if (count == ENTRIES_A_PAGE) {
        data_text(p.data, "page_text", STR(" "));
        data_text(p.data, "next", arena_printf(rq->arena, "%.*s?after=%lld%s", STR_ARGS(register_href(rq, r)), (long long)ids[count - 1], search.needing ? "&needing=yes" : search.closed ? "&closed=yes" : ""));
    }
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "register", 200);
}

/* ---- one entry */

static const struct word change_words[] = {{"label", T_STATIC("Name")}, {"opened", T_STATIC("Added")}, {"closed", T_STATIC("Closed")}, {"duty", T_STATIC("Duty")}};

static void add_duties(struct http_request *rq, const struct seen_entity *e, struct data *to, bool current_only) {
    struct data *list = data_list(to, "duties");
    bool phones = false, ends = false;
    for (size_t i = 0; i < e->duty_count; i++) {
        const struct seen_duty *d = &e->duties[i];
        if (current_only && (!d->current || d->gone)) continue;
        struct data *item = data_item(list);
        data_number(item, "id", d->id);
        data_text(item, "kind", d->kind);
        data_text(item, "who", d->who);
        data_text(item, "post", d->post);
        data_text(item, "phone", d->phone);
        data_text(item, "from", date_say_text(rq->arena, rq->language, d->from_day, DATE_DAY));
        data_text(item, "to", date_say_text(rq->arena, rq->language, d->to_day, DATE_DAY));
        data_flag(item, "current", d->current);
        data_flag(item, "gone", d->gone);
        data_flag(item, "may_leave", !d->to_day.n && !d->gone && !d->unit && e->sight == REGISTER_KEEPER);
        data_flag(item, "may_end", !d->to_day.n && e->sight == REGISTER_KEEPER);
        phones |= d->phone.n > 0;
        ends |= d->to_day.n > 0 || e->sight == REGISTER_KEEPER;
    }
    data_flag(to, "has_phones", phones); /* a column in which nothing stands is left out */
    data_flag(to, "has_ends", ends);
}

/* Kinds of duty that nobody who is still there has: a board says so instead of leaving them out. */
static void add_vacancies(struct http_request *rq, const struct register_definition *r, const struct seen_entity *e, struct data *to) {
    struct data *list = data_list(to, "vacant");
    for (size_t i = 0; i < r->duty_count; i++) {
        struct str kind = text_pair_in(r->duties[i].label, rq->language);
        bool held = false;
        for (size_t k = 0; k < e->duty_count; k++) held |= e->duties[k].current && !e->duties[k].gone && str_eq(e->duties[k].kind, kind);
        if (!held) data_item_text(list, kind);
    }
}

static void add_details(struct http_request *rq, const struct seen_entity *e, struct data *to) {
    struct data *rows = data_list(to, "fields"), *changes = data_list(to, "changes");
    for (size_t i = 0; i < e->value_count; i++) {
        if (!e->values[i].text.n) continue;
        struct data *row = data_item(rows);
        data_text(row, "name", text_pair_in(e->values[i].field->label, rq->language));
        data_text(row, "value", e->values[i].text);
    }
    for (size_t i = 0; i < e->change_count; i++) {
        struct data *c = data_item(changes);
        data_text(c, "when", say_time(rq, e->changes[i].at));
        data_text(c, "what", say_word(rq, change_words, sizeof change_words / sizeof *change_words, e->changes[i].field));
        data_text(c, "before", e->changes[i].before);
        data_text(c, "after", e->changes[i].after);
        data_text(c, "who", e->changes[i].who);
    }
}

static void add_keeping(struct http_request *rq, struct db *db, const struct register_definition *r, const struct seen_entity *e, struct page *p) {
    page_form(p);
    data_flag(p->data, "keeper", true);
    add_inputs(rq, r, e, p->data);
    struct data *kinds = data_list(p->data, "duty_kinds"), *people = data_list(p->data, "people");
    for (size_t i = 0; i < r->duty_count; i++) {
        struct data *kind = data_item(kinds);
        data_text(kind, "value", r->duties[i].name);
        data_text(kind, "text", text_pair_in(r->duties[i].label, rq->language));
    }
    struct query q = db_query(db, "select a.id, p.name from account a join party p on p.id = a.party where a.closed_at is null order by a.id limit 500");
    while (query_next(&q)) {
        struct data *one = data_item(people);
        data_text(one, "value", number_text(rq, query_int(&q, 0)));
        data_text(one, "text", arena_str(rq->arena, query_text(&q, 1)));
    }
}

static bool entry_of(struct http_request *rq, struct db *db, const struct register_definition *r, bool whole, struct seen_entity *e) {
    int64_t id = 0;
    return r && str_to_int64(http_param(rq, "entry"), &id) && register_entity(db, rq->arena, viewer_of(rq), r, id, whole, e);
}

static enum http_outcome show_entry(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct register_definition *r = page_register(rq, db);
    struct seen_entity e;
    if (!entry_of(rq, db, r, true, &e)) return no_register(rq, db);
    struct page p = page_begin_named(rq, e.label);
    page_crumb(&p, T("Registers"), STR("/registers"));
    page_crumb_named(&p, text_pair_in(r->label, rq->language), register_href(rq, r));
    data_text(p.data, "key", e.key);
    data_text(p.data, "label", e.label);
    data_text(p.data, "office", e.organisation_name);
    data_text(p.data, "here", arena_printf(rq->arena, "%.*s/%lld", STR_ARGS(register_href(rq, r)), (long long)e.id));
    data_flag(p.data, "has_duties", r->duty_count > 0);
    data_flag(p.data, "paper", r->paper.n && e.sight >= REGISTER_OFFICE);
    data_flag(p.data, "red", e.red > 0);
    data_flag(p.data, "due", e.due);
    if (e.closed_at) data_say(p.data, "closed", T("Closed: {0}"), e.closed_reason);
    add_details(rq, &e, p.data);
    add_duties(rq, &e, p.data, false);
    if (e.sight == REGISTER_KEEPER && !e.closed_at) add_keeping(rq, db, r, &e, &p);
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "register_entry", 200);
}

/* ---- the paper of an entry */

static struct str paper_words(void *arg, enum language language, struct str key) {
    return service_word(arg, language, key);
}

static enum http_outcome print_entry(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct service *s = page_service(rq, db);
    const struct register_definition *r = page_register(rq, db);
    struct seen_entity e;
    if (!entry_of(rq, db, r, true, &e) || !r->paper.n || e.sight < REGISTER_OFFICE) return no_register(rq, db);
    struct page p = page_begin_named(rq, e.label);
    page_crumb_named(&p, e.label, arena_printf(rq->arena, "%.*s/%lld", STR_ARGS(register_href(rq, r)), (long long)e.id));
    struct data *paper = data_object(rq->arena, rq->language);
    data_text(paper, "label", e.label);
    data_text(paper, "key", e.key);
    data_text(paper, "office", e.organisation_name);
    data_text(paper, "changed", say_paper_day(rq, e.change_count ? e.changes[0].at : e.changed_at)); /* duties change, too */
    data_number(paper, "version", e.change_number);
    add_vacancies(rq, r, &e, paper);
    add_details(rq, &e, paper);
    add_duties(rq, &e, paper, true);
    if (!site_done(rq, db)) return HTTP_DONE;
    const struct service_file *file = service_file_named(s, arena_printf(rq->arena, "print/%.*s.html", STR_ARGS(r->paper)));
    struct faults faults;
    struct buf out;
    faults_init(&faults, rq->arena);
    buf_init(&out, rq->arena, 1 << 20);
    struct templates *set = templates_new(rq->arena, site_of(rq)->web.templates, paper_words, (void *)s);
    if (file) templates_add(set, r->paper, file->content, &faults);
    templates_check(set, &faults);
    if (!file || faults.errors || !template_render(set, arena_cstr(rq->arena, r->paper), paper, &out))
        return http_refuse(rq, 422, T("The paper “{0}” of this service has a fault. Please tell the administrator."), r->paper);
    data_html(p.data, "paper", buf_str(&out));
    return page_show(&p, "paper", 200);
}

/* ---- changes */

static enum http_outcome changed(struct http_request *rq) {
    if (!site_answer(rq)->done) return site_refused(rq);
    struct str *back = visit_of(rq)->state;
    return site_redirect(rq, *back, text_in(rq->language, T("Saved.")));
}

static enum http_outcome submit(struct http_request *rq, struct command *c, struct str back) {
    struct str *kept = arena_new(rq->arena, struct str);
    *kept = back;
    visit_of(rq)->state = kept;
    return site_submit(rq, c, changed);
}

static void add_fields(struct http_request *rq, const struct register_definition *r, struct command *c) {
    struct json plain = {.kind = JSON_OBJECT}, personal = {.kind = JSON_OBJECT};
    for (size_t i = 0; i < r->field_count; i++) {
        const struct register_field *f = &r->fields[i];
        struct str value = str_trim(http_form(rq, arena_printf(rq->arena, "f-%.*s", STR_ARGS(f->name)).p));
        bool closed = f->privacy == FIELD_PERSONAL;
        if (closed && !value.n) continue; /* an empty one stays as it was: nobody has to see it to save the rest */
        json_add_string(rq->arena, closed ? &personal : &plain, arena_cstr(rq->arena, f->name), value.p ? value : STR(""));
    }
    json_add(rq->arena, c->arguments, STR("fields"), plain);
    if (personal.count) json_add(rq->arena, c->arguments, STR("personal"), personal);
}

static struct command *put_command(struct http_request *rq, const struct register_definition *r, struct str key) {
    struct command *c = site_command(rq, "register.put");
    json_add_string(rq->arena, c->arguments, "service", r->service);
    json_add_string(rq->arena, c->arguments, "register", r->name);
    if (key.n) json_add_string(rq->arena, c->arguments, "key", key);
    json_add_string(rq->arena, c->arguments, "label", str_trim(http_form(rq, "label")));
    add_fields(rq, r, c);
    return c;
}

static enum http_outcome add_to_register(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct register_definition *r = page_register(rq, db);
    if (!r) return no_register(rq, db);
    if (!site_done(rq, db)) return HTTP_DONE;
    return submit(rq, put_command(rq, r, str_trim(http_form(rq, "key"))), register_href(rq, r));
}

static struct command *duty_command(struct http_request *rq, int64_t entity) {
    static const char *const texts[] = {"duty", "name", "phone", "post", "from_day"};
    struct command *c = site_command(rq, "duty.assign");
    int64_t account;
    json_add_integer(rq->arena, c->arguments, "entity", entity);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str v = str_trim(http_form(rq, texts[i]));
        if (v.n) json_add_string(rq->arena, c->arguments, texts[i], v);
    }
    if (str_to_int64(http_form(rq, "account"), &account) && account) json_add_integer(rq->arena, c->arguments, "account", account);
    return c;
}

static enum http_outcome change_entry(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct register_definition *r = page_register(rq, db);
    struct seen_entity e;
    struct str act = http_form(rq, "act");
    int64_t duty = 0;
    if (!entry_of(rq, db, r, false, &e)) return no_register(rq, db);
    if (!site_done(rq, db)) return HTTP_DONE;
    struct str back = arena_printf(rq->arena, "%.*s/%lld", STR_ARGS(register_href(rq, r)), (long long)e.id);
    if (str_eqz(act, "put")) return submit(rq, put_command(rq, r, e.key), back);
    if (str_eqz(act, "assign")) return submit(rq, duty_command(rq, e.id), back);
    bool leave = str_eqz(act, "leave"), end = str_eqz(act, "end");
    struct command *c = site_command(rq, leave ? "duty.leave" : end ? "duty.end" : "register.close");
    if (leave || end) {
        str_to_int64(http_form(rq, "id"), &duty);
        json_add_integer(rq->arena, c->arguments, "duty", duty);
        if (leave) json_add_string(rq->arena, c->arguments, "reason", http_form(rq, "reason"));
    } else {
        json_add_integer(rq->arena, c->arguments, "entity", e.id);
        json_add_string(rq->arena, c->arguments, "reason", str_trim(http_form(rq, "reason")));
    }
    return submit(rq, c, back);
}

const struct http_route register_routes[] = {
    {"GET", "/registers", show_registers, "anyone", T_STATIC("Registers that the viewer may see"), 0, 0},
    {"GET", "/registers/{service}/{register}", show_register, "anyone", T_STATIC("One register: to search, to take away"), 0, 0},
    {"POST", "/registers/{service}/{register}", add_to_register, "staff", T_STATIC("Adds an entry to a register"), 0, 0},
    {"GET", "/registers/{service}/{register}/{entry}", show_entry, "anyone", T_STATIC("One entry with its duties and history"), 0, 0},
    {"POST", "/registers/{service}/{register}/{entry}", change_entry, "staff", T_STATIC("Changes or closes an entry, assigns or ends a duty"), 0, 0},
    {"GET", "/registers/{service}/{register}/{entry}/print", print_entry, "staff", T_STATIC("The paper of an entry, to print"), 0, 0},
    {0},
};
