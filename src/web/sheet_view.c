/* sheet_view.c: a service's view of kind `sheet`: open tasks of one step in the viewer's offices, grouped by an answer
 * (the building), one table a group, made to be printed and taken along.
 *
 *     deliveries: {kind: sheet, audience: office, name: {…}, task: deliver, group: /data/where/building, columns: [/data/who/name, …]}
 *
 * Its last column is empty: room to sign, or for what signed: {zh: …, en: …} says.
 *
 * In: list_tasks and viewer_case, so that it shows nothing the viewer may not see. Out: sheet.html. */
#include "web/pages.h"

#include <stdlib.h>

enum { SHEET_TASKS = 400 };

struct sheet_row {
    struct str group, reference, what, holder;
    instant due_at;
    struct str *values;
    size_t order;
};

/* /data/item[2]/what → /data/item/what */
static bool is_path(struct arena *a, struct str reference, struct str path) {
    struct buf plain;
    buf_init(&plain, a, 1000);
    for (size_t k = 0, inside = 0; k < reference.n; k++) {
        if (reference.p[k] == '[') inside = 1;
        if (!inside) buf_byte(&plain, reference.p[k]);
        if (reference.p[k] == ']') inside = 0;
    }
    return plain.p && str_eq(buf_str(&plain), path);
}

static void add_answers(struct http_request *rq, const struct seen_submission *s, struct str path, struct buf *out) {
    for (size_t i = 0; i < s->count; i++) {
        if (!is_path(rq->arena, s->answers[i].path, path)) continue;
        if (out->n) buf_add(out, text_in(rq->language, T(", ")));
        buf_add(out, s->answers[i].value);
    }
}

/* Was it sent with a task about the same item of a loop? */
static bool about_item(const struct seen_case *c, const struct seen_submission *s, struct str item) {
    for (size_t i = 0; s->task && i < c->task_count; i++)
        if (c->tasks[i].id == s->task) return str_eq(c->tasks[i].item, item);
    return false;
}

/* What was answered last for the item of this task (one hazard of several); else all instances of the path in the case,
 * joined: /data/item/what stands for every item. */
static struct str answer_of(struct http_request *rq, const struct seen_case *c, struct str path, struct str item) {
    struct buf out;
    buf_init(&out, rq->arena, 2000);
    for (size_t s = c->submission_count; item.n && s-- > 0 && !out.n;)
        if (about_item(c, &c->submissions[s], item)) add_answers(rq, &c->submissions[s], path, &out);
    for (size_t s = 0, found = out.n; !found && s < c->submission_count; s++)
        if (!item.n || !c->submissions[s].task) add_answers(rq, &c->submissions[s], path, &out);
    return out.p ? buf_str(&out) : STR("");
}

static int by_group(const void *a, const void *b) {
    const struct sheet_row *x = a, *y = b;
    int c = str_cmp(x->group, y->group);
    return c ? c : x->order < y->order ? -1 : x->order > y->order;
}

static size_t read_rows(struct http_request *rq, struct db *db, const struct service *s, const struct json *view, struct sheet_row **out) {
    const struct json *columns = json_member(view, "columns");
    struct str element = json_string(view, "task"), group = json_string(view, "group");
    struct task_line *lines;
    int64_t next;
    size_t count = list_tasks(site_of(rq)->engine, db, rq->arena, viewer_of(rq), TASKS_OF_OFFICE, s->id, 0, SHEET_TASKS, &lines, &next), n = 0;
    struct sheet_row *rows = arena_array(rq->arena, struct sheet_row, count);
    for (size_t i = 0; i < count; i++) {
        struct seen_task task;
        struct seen_case c;
        if (element.n && !str_eq(lines[i].element, element)) continue;
        if (!viewer_task(site_of(rq)->engine, db, rq->arena, viewer_of(rq), lines[i].id, &task, &c)) continue;
        struct sheet_row *row = &rows[n];
        row->order = n++;
        row->group = group.n ? answer_of(rq, &c, group, lines[i].item) : STR("");
        row->reference = grouped_reference(rq->arena, lines[i].reference);
        struct str words = item_words(rq, s, lines[i].item);
        row->what = words.n ? words : lines[i].title;
        row->holder = task.holder;
        row->due_at = lines[i].due_at;
        row->values = arena_array(rq->arena, struct str, columns ? columns->count : 0);
        for (size_t k = 0; columns && k < columns->count; k++) row->values[k] = answer_of(rq, &c, columns->items[k].text, lines[i].item);
    }
    if (n) qsort(rows, n, sizeof *rows, by_group);
    *out = rows;
    return n;
}

/* What the question is called, in whichever form of the service asks it. */
static struct str column_label(struct http_request *rq, const struct service *s, struct str path) {
    for (size_t k = 0; k < s->form_count; k++) {
        const struct form *form = s->forms[k].form;
        const struct form_field *field = form_field_find(form, path);
        struct str label = field ? form_field_text(rq->arena, form, field, FORM_LABEL, form_language_for(form, rq->language)) : STR("");
        if (label.n) return label;
    }
    return STR("");
}

enum http_outcome show_sheet(struct http_request *rq, struct db *db, const struct service *s, const struct json *view) {
    struct page p = service_view_page(rq, s, view);
    const struct json *columns = json_member(view, "columns");
    struct sheet_row *rows;
    size_t count = read_rows(rq, db, s, view, &rows);
    struct str *labels = arena_array(rq->arena, struct str, columns ? columns->count : 0);
    struct data *groups = data_list(p.data, "groups"), *heads = data_list(p.data, "columns"), *lines = NULL;
    for (size_t k = 0; columns && k < columns->count; k++) data_item_text(heads, labels[k] = column_label(rq, s, columns->items[k].text));
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !str_eq(rows[i].group, rows[i - 1].group)) {
            struct data *group = data_item(groups);
            data_text(group, "name", rows[i].group.n ? rows[i].group : text_in(rq->language, T("Without an address")));
            lines = data_list(group, "lines");
        }
        struct data *line = data_item(lines), *values = data_list(line, "values");
        data_text(line, "reference", rows[i].reference);
        data_text(line, "what", rows[i].what);
        data_text(line, "holder", rows[i].holder);
        data_text(line, "due", say_day(rq, rows[i].due_at)); /* the day: "in 3 days" is wrong on paper tomorrow */
        data_flag(line, "overdue", rows[i].due_at && rows[i].due_at < viewer_of(rq)->now);
        for (size_t k = 0; columns && k < columns->count; k++) {
            struct data *value = data_item(values);
            data_text(value, "text", rows[i].values[k]);
            data_text(value, "label", labels[k]);
            bool telephone = str_eq(columns->items[k].text, s->means.phone) && rows[i].values[k].n;
            data_text(value, "call", telephone ? arena_concat(rq->arena, STR("tel:"), rows[i].values[k]) : STR(""));
        }
    }
    struct text_pair room = text_pair_of(view, "signed");
    data_text(p.data, "room", room.zh.n ? text_pair_in(room, rq->language) : text_in(rq->language, T("Signed")));
    data_text(p.data, "day", say_paper_day(rq, viewer_of(rq)->now));
    if (!site_done(rq, db)) return HTTP_DONE;
    return page_show(&p, "sheet", 200);
}
