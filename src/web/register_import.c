/* register_import.c: a workbook or CSV file becomes entries of a register; checked first, without changing anything.
 *
 * In: an uploaded .xlsx or .csv (form/workbook.h) whose first row names columns: key, label, and fields by their name or
 * by their label in either language. Personal fields are not taken: they are entered one by one. Out: the command
 * register.import, and register_import.html with what is wrong in which row. */
#include "web/register_pages.h"

#include "form/workbook.h"
#include "web/table_file.h"

#include <unistd.h>

enum { FILE_MOST = 4 << 20, COLUMNS_MOST = 100 };

struct import {
    const struct register_definition *definition;
    struct str name; /* of the file */
    size_t rows;
    bool only_check;
};

static const struct register_field *column_field(const struct register_definition *r, struct str title) {
    for (size_t i = 0; i < r->field_count; i++) {
        const struct register_field *f = &r->fields[i];
        if (str_eq(title, f->name) || str_eq(title, f->label.zh) || str_eq(title, f->label.en)) return f;
    }
    return NULL;
}

static bool is_title(struct str title, const char *name, struct str key) {
    return str_eqz(title, name) || str_eq(title, text_in(LANGUAGE_ZH, key)) || str_eq(title, text_in(LANGUAGE_EN, key));
}

/* ---- a file to begin with: the titles, and a row that shows what goes where */

#define EXAMPLE_KEY T("EXAMPLE")

static struct str field_title(struct http_request *rq, const struct register_definition *r, size_t at) {
    const struct register_field *f = &r->fields[at];
    struct str label = text_pair_in(f->label, rq->language);
    return column_field(r, label) == f && !is_title(label, "key", T("Key")) && !is_title(label, "label", T("Name")) ? label : f->name;
}

static struct str example_of(struct http_request *rq, const struct register_field *f) {
    switch (f->type) {
    case FIELD_INTEGER: return STR("1");
    case FIELD_DECIMAL: return STR("1.5");
    case FIELD_DATE: return STR("2026-01-31");
    case FIELD_CHOICE: return f->choice_count ? text_pair_in(f->choices[0].label, rq->language) : STR("");
    case FIELD_TEXT: break;
    }
    return f->required ? text_in(rq->language, T("words")) : STR("");
}

struct example {
    const struct str *cells;
    size_t count;
    bool shown;
};

static bool next_example(void *argument, struct str *cells) {
    struct example *e = argument;
    if (e->shown) return false;
    for (size_t i = 0; i < e->count; i++) cells[i] = e->cells[i];
    return e->shown = true;
}

static enum http_outcome give_template(struct http_request *rq, const struct register_definition *r) {
    struct table_column *columns = arena_array(rq->arena, struct table_column, r->field_count + 2);
    struct str *cells = arena_array(rq->arena, struct str, r->field_count + 2);
    size_t n = 2;
    columns[0] = (struct table_column){text_in(rq->language, T("Key")), TABLE_TEXT, 12};
    columns[1] = (struct table_column){text_in(rq->language, T("Name")), TABLE_TEXT, 24};
    cells[0] = text_in(rq->language, EXAMPLE_KEY);
    cells[1] = text_in(rq->language, T("This row is left out"));
    for (size_t i = 0; i < r->field_count; i++) {
        const struct register_field *f = &r->fields[i];
        if (f->privacy == FIELD_PERSONAL) continue;
        bool number = f->type == FIELD_INTEGER || f->type == FIELD_DECIMAL;
        columns[n] = (struct table_column){field_title(rq, r, i), number ? TABLE_NUMBER : TABLE_TEXT, 16};
        cells[n++] = example_of(rq, f);
    }
    struct example example = {cells, n, false};
    struct table_source table = {text_pair_in(r->label, rq->language), columns, n, next_example, &example};
    struct table_file file;
    table_file_make(rq, &table, &file);
    return table_file_send(rq, &file, arena_printf(rq->arena, "%.*s-%.*s-import", STR_ARGS(r->service), STR_ARGS(r->name)));
}

/* ---- the page */

static enum http_outcome show_page(struct http_request *rq, const struct register_definition *r, struct str sentence, const struct json *problems, bool good) {
    struct page p = page_begin_named(rq, text_say(rq->arena, rq->language, T("Import: {0}"), text_pair_in(r->label, rq->language)));
    page_crumb(&p, T("Registers"), STR("/registers"));
    page_crumb_named(&p, text_pair_in(r->label, rq->language), register_href(rq, r));
    struct data *columns = data_list(p.data, "columns"), *rows = data_list(p.data, "problems");
    for (size_t i = 0; i < r->field_count; i++) {
        if (r->fields[i].privacy == FIELD_PERSONAL) continue;
        struct data *c = data_item(columns);
        data_text(c, "name", r->fields[i].name);
        data_text(c, "label", text_pair_in(r->fields[i].label, rq->language));
    }
    for (size_t i = 0; problems && i < problems->count && i < 100; i++) {
        struct data *row = data_item(rows);
        data_number(row, "row", json_integer(&problems->items[i], "row", 0));
        data_text(row, "problem", json_string(&problems->items[i], rq->language == LANGUAGE_EN ? "problem_en" : "problem"));
    }
    data_text(p.data, "here", arena_printf(rq->arena, "%.*s/import", STR_ARGS(register_href(rq, r))));
    data_text(p.data, "sentence", sentence);
    data_flag(p.data, "good", good);
    page_form(&p);
    return page_show(&p, "register_import", sentence.n && !good ? 422 : 200);
}

static const struct register_definition *wanted(struct http_request *rq) {
    struct db *db = site_read(rq);
    const struct register_definition *r = page_register(rq, db);
    return site_done(rq, db) ? r : NULL;
}

static enum http_outcome show_import(struct http_request *rq) {
    const struct register_definition *r = wanted(rq);
    if (r && http_query(rq, "as").n) return give_template(rq, r);
    return r ? show_page(rq, r, STR(""), NULL, true) : http_refuse(rq, 404, T("There is no such register."));
}

/* ---- reading the file */

static bool read_upload(struct http_request *rq, const struct http_file *file, struct str *out) {
    if (!file || file->size <= 0 || file->size > FILE_MOST) return false;
    char *bytes = arena_alloc(rq->arena, (size_t)file->size);
    size_t n = 0;
    while (n < (size_t)file->size) {
        ssize_t got = pread(file->fd, bytes + n, (size_t)file->size - n, (off_t)n);
        if (got <= 0) return false;
        n += (size_t)got;
    }
    *out = (struct str){bytes, n};
    return true;
}

/* A CSV file is one sheet: its rows as workbook_from_csv_files reads them. */
static const struct workbook *read_book(struct http_request *rq, const struct http_file *file, struct str bytes, struct faults *faults) {
    if (!str_ends(file->filename, STR(".csv"))) return workbook_read(rq->arena, bytes, file->filename, NULL, faults);
    struct workbook_part part = {file->filename, bytes};
    return workbook_from_csv_files(rq->arena, &part, 1, file->filename, faults);
}

struct columns {
    const struct register_field *fields[COLUMNS_MOST]; /* by column, from 1 */
    int key, label;
    struct str unknown; /* the first title nobody knows */
};

static struct columns read_columns(const struct register_definition *r, const struct sheet_row *row) {
    struct columns c = {.unknown = STR("")};
    for (size_t i = 0; i < row->count; i++) {
        int at = row->cells[i].column;
        struct str title = row->cells[i].text;
        if (at >= COLUMNS_MOST) break;
        c.fields[at] = column_field(r, title);
        if (is_title(title, "key", T("Key"))) c.key = at;
        else if (is_title(title, "label", T("Name"))) c.label = at;
        else if (!c.fields[at] && !c.unknown.n) c.unknown = title;
    }
    return c;
}

static void add_row(struct http_request *rq, const struct columns *c, const struct sheet_row *row, struct json *rows) {
    struct json item = {.kind = JSON_OBJECT}, fields = {.kind = JSON_OBJECT};
    if (c->key && is_title(sheet_row_at(row, c->key), "EXAMPLE", EXAMPLE_KEY)) return;
    json_add_integer(rq->arena, &item, "row", row->number);
    json_add_string(rq->arena, &item, "key", c->key ? sheet_row_at(row, c->key) : STR(""));
    json_add_string(rq->arena, &item, "label", c->label ? sheet_row_at(row, c->label) : STR(""));
    for (size_t i = 0; i < row->count; i++) {
        int at = row->cells[i].column;
        const struct register_field *f = at < COLUMNS_MOST ? c->fields[at] : NULL;
        struct str text = row->cells[i].text;
        if (!f) continue;
        for (size_t k = 0; k < f->choice_count; k++) /* a choice may be written as people read it */
            if (str_eq(text, f->choices[k].label.zh) || str_eq(text, f->choices[k].label.en)) text = f->choices[k].name;
        json_add_string(rq->arena, &fields, arena_cstr(rq->arena, f->name), text);
    }
    json_add(rq->arena, &item, STR("fields"), fields);
    json_add(rq->arena, rows, STR_NONE, item);
}

/* ---- checking and importing */

static enum http_outcome imported(struct http_request *rq) {
    struct import *i = visit_of(rq)->state;
    const struct answer *answer = site_answer(rq);
    struct str sentence = answer->done ? STR("") : text_format(rq->arena, rq->language, answer->refusal.sentence, answer->refusal.sentence_count);
    if (!answer->done) {
        bool dry = i->only_check && answer->refusal.code && str_eqz(STR("register.dry-run"), answer->refusal.code);
        return show_page(rq, i->definition, sentence, answer->refusal.fields, dry);
    }
    struct str added = arena_printf(rq->arena, "%lld", (long long)json_integer(answer->result, "added", 0));
    struct str changed = arena_printf(rq->arena, "%lld", (long long)json_integer(answer->result, "changed", 0));
    return site_redirect(rq, register_href(rq, i->definition), text_say(rq->arena, rq->language, T("Imported: {0} new entries, {1} changed."), added, changed));
}

static enum http_outcome take_import(struct http_request *rq) {
    const struct register_definition *r = wanted(rq);
    const struct http_file *file = http_upload(rq, "file");
    struct str bytes;
    struct faults faults;
    faults_init(&faults, rq->arena);
    if (!r) return http_refuse(rq, 404, T("There is no such register."));
    if (!read_upload(rq, file, &bytes)) return show_page(rq, r, text_in(rq->language, T("Please choose a file of at most 4 MB.")), NULL, false);
    const struct workbook *book = read_book(rq, file, bytes, &faults);
    if (!book || !book->count || book->sheets[0].count < 2) return show_page(rq, r, text_in(rq->language, T("The file has no rows under its title row.")), NULL, false);
    struct columns columns = read_columns(r, &book->sheets[0].rows[0]);
    if (columns.unknown.n) return show_page(rq, r, text_say(rq->arena, rq->language, T("There is no field “{0}” here."), columns.unknown), NULL, false);
    struct import *import = arena_new(rq->arena, struct import);
    *import = (struct import){.definition = r, .only_check = !str_eqz(http_form(rq, "how"), "import")};
    visit_of(rq)->state = import;
    struct command *c = site_command(rq, "register.import");
    json_add_string(rq->arena, c->arguments, "service", r->service);
    json_add_string(rq->arena, c->arguments, "register", r->name);
    if (import->only_check) json_add_boolean(rq->arena, c->arguments, "dry_run", true);
    struct json *rows = json_add_empty(rq->arena, c->arguments, "rows", JSON_ARRAY);
    for (size_t i = 1; i < book->sheets[0].count; i++) add_row(rq, &columns, &book->sheets[0].rows[i], rows);
    if (!rows->count) return show_page(rq, r, text_in(rq->language, T("The file has no rows under its title row.")), NULL, false);
    return site_submit(rq, c, imported);
}

const struct http_route register_import_routes[] = {
    {"GET", "/registers/{service}/{register}/import", show_import, "staff", T_STATIC("Import of a register: which columns"), 0, 0},
    {"POST", "/registers/{service}/{register}/import", take_import, "staff", T_STATIC("Checks or imports a workbook"), 0, 0},
    {0},
};
