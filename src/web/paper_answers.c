/* paper_answers.c: what was filled in, as a paper shows it: the answers of a form as rows; the entries of a repeat, and a form
 * that was filled in several times on end, as one table with a column a question.
 *
 * In: a case as its viewer may see it. Out: submissions, filled.FORM and answer.NAME of docs/service-folder.md (Papers).
 * A table of more columns than a sheet holds stays rows. Read next: paper.c. */
#include "web/pages.h"

enum { MOST_COLUMNS = 6 }; /* an A4 sheet upright, at 10 points */

struct column {
    struct str key, label; /* key: the path, of a repeat what follows its entry */
};

struct cell {
    size_t row, column;
    struct str value;
};

struct grid {
    struct str of, caption; /* of: path of the repeat */
    struct column *columns;
    size_t column_count, column_capacity;
    struct cell *cells;
    size_t cell_count, cell_capacity;
    size_t row_count;
};

struct str answer_name(struct str path) {
    size_t cut = path.n;
    while (cut > 0 && path.p[cut - 1] != '/') cut--;
    return str_sub(path, cut, path.n);
}

/* ---- tables */

static void put_cell(struct arena *a, struct grid *g, size_t row, struct str key, const struct seen_answer *answer) {
    size_t at = 0;
    if (answer->is_photo || !answer->value.n) return;
    while (at < g->column_count && !str_eq(g->columns[at].key, key)) at++;
    if (at == g->column_count) VEC_PUSH(a, g->columns, g->column_count, g->column_capacity, ((struct column){key, answer->label}));
    VEC_PUSH(a, g->cells, g->cell_count, g->cell_capacity, ((struct cell){row, at, answer->value}));
}

static void add_grid(struct http_request *rq, const struct grid *g, struct data *tables) {
    struct data *table = data_item(tables), *columns = data_list(table, "columns"), *rows = data_list(table, "rows");
    struct str *values = arena_alloc(rq->arena, (g->row_count * g->column_count + 1) * sizeof *values);
    for (size_t i = 0; i < g->row_count * g->column_count; i++) values[i] = STR("");
    for (size_t i = 0; i < g->cell_count; i++) values[g->cells[i].row * g->column_count + g->cells[i].column] = g->cells[i].value;
    data_text(table, "caption", g->caption);
    for (size_t k = 0; k < g->column_count; k++) data_item_text(columns, g->columns[k].label);
    for (size_t i = 0; i < g->row_count; i++) {
        struct data *cells = data_list(data_item(rows), "cells");
        for (size_t k = 0; k < g->column_count; k++) data_item_text(cells, values[i * g->column_count + k]);
    }
}

/* /data/line[3]/team: the repeat /data/line, its entry 3, and /team. */
static bool in_repeat(const struct seen_answer *a, struct str *of, size_t *entry, struct str *rest) {
    size_t open = a->path.n, close;
    int64_t number = 0;
    while (open > 0 && a->path.p[open - 1] != '[') open--;
    for (close = open; close < a->path.n && a->path.p[close] != ']';) close++;
    if (!a->group.n || !open || !str_to_int64(str_sub(a->path, open, close), &number) || number < 1) return false;
    *of = str_sub(a->path, 0, open - 1);
    *entry = (size_t)number;
    *rest = close < a->path.n ? str_sub(a->path, close + 1, a->path.n) : STR("");
    return true;
}

/* "Shift 2" without its number. */
static struct str group_name(struct str group) {
    size_t n = group.n;
    while (n > 0 && group.p[n - 1] >= '0' && group.p[n - 1] <= '9') n--;
    return str_trim(str_sub(group, 0, n));
}

struct grids {
    struct grid *items;
    size_t count, capacity;
};

static struct grid *grid_of(struct arena *a, struct grids *all, struct str of, struct str group) {
    for (size_t i = 0; i < all->count; i++)
        if (str_eq(all->items[i].of, of)) return &all->items[i];
    VEC_PUSH(a, all->items, all->count, all->capacity, ((struct grid){.of = of, .caption = group_name(group)}));
    return &all->items[all->count - 1];
}

static struct grids repeats_of(struct arena *a, const struct seen_submission *s) {
    struct grids all = {0};
    struct str of, rest;
    size_t entry;
    for (size_t k = 0; k < s->count; k++) {
        if (!in_repeat(&s->answers[k], &of, &entry, &rest)) continue;
        struct grid *g = grid_of(a, &all, of, s->answers[k].group);
        if (entry > s->count) continue; /* no entry has fewer answers than one */
        if (entry > g->row_count) g->row_count = entry;
        put_cell(a, g, entry - 1, rest, &s->answers[k]);
    }
    return all;
}

static bool fits(const struct grid *g) {
    return g->column_count > 0 && g->column_count <= MOST_COLUMNS;
}

/* ---- one form that was filled in */

static bool has_table(const struct grids *all, const struct seen_answer *a) {
    struct str of, rest;
    size_t entry;
    if (!in_repeat(a, &of, &entry, &rest)) return false;
    for (size_t i = 0; i < all->count; i++)
        if (str_eq(all->items[i].of, of)) return fits(&all->items[i]);
    return false;
}

static void add_answers_by_name(struct http_request *rq, const struct seen_submission *s, struct data *answers) {
    for (size_t k = 0; k < s->count; k++)
        if (!s->answers[k].group.n) data_text(answers, arena_cstr(rq->arena, answer_name(s->answers[k].path)), s->answers[k].value);
}

static void add_one(struct http_request *rq, const struct seen_case *c, const struct seen_submission *s, struct data *item) {
    struct grids all = repeats_of(rq->arena, s);
    struct data *rows = data_list(item, "rows"), *tables = data_list(item, "tables");
    data_text(item, "title", s->title);
    data_text(item, "when", say_paper_time(rq, s->at));
    data_text(item, "form", s->form);
    add_answers_by_name(rq, s, data_child(item, "answer"));
    for (size_t k = 0; k < s->count; k++)
        if (s->answers[k].value.n && !s->answers[k].is_photo && !has_table(&all, &s->answers[k])) add_answer(rq, c, &s->answers[k], data_item(rows));
    for (size_t i = 0; i < all.count; i++)
        if (fits(&all.items[i])) add_grid(rq, &all.items[i], tables);
}

/* ---- all of them */

static bool is_plain(const struct seen_submission *s) {
    for (size_t k = 0; k < s->count; k++)
        if (s->answers[k].group.n) return false;
    return true;
}

/* How many on end are of one form and without repeats. */
static size_t run_from(const struct seen_case *c, size_t from) {
    size_t n = 0;
    while (from + n < c->submission_count && str_eq(c->submissions[from + n].form, c->submissions[from].form) && is_plain(&c->submissions[from + n])) n++;
    return n;
}

static bool add_run(struct http_request *rq, const struct seen_case *c, size_t from, size_t n, struct data *list) {
    struct grid g = {.row_count = n};
    for (size_t i = 0; i < n; i++) {
        const struct seen_submission *s = &c->submissions[from + i];
        for (size_t k = 0; k < s->count; k++) put_cell(rq->arena, &g, i, s->answers[k].path, &s->answers[k]);
    }
    if (n < 2 || !fits(&g)) return false;
    struct data *item = data_item(list);
    data_text(item, "title", c->submissions[from].title);
    data_text(item, "when", say_paper_time(rq, c->submissions[from].at));
    data_text(item, "form", c->submissions[from].form);
    data_list(item, "rows");
    add_grid(rq, &g, data_list(item, "tables"));
    return true;
}

static struct data *list_of_form(struct http_request *rq, struct data *filled, struct str form) {
    ptrdiff_t dot = str_find(form, STR("."));
    const char *name = arena_cstr(rq->arena, dot > 0 ? str_sub(form, 0, (size_t)dot) : form);
    const struct data *there = data_get(filled, str_from(name));
    return there ? (struct data *)there : data_list(filled, name);
}

void add_filled(struct http_request *rq, const struct seen_case *c, struct data *to) {
    struct data *list = data_list(to, "submissions"), *filled = data_child(to, "filled"), *answers = data_child(to, "answer");
    for (size_t i = 0; i < c->submission_count; i++) {
        add_answers_by_name(rq, &c->submissions[i], answers);
        add_one(rq, c, &c->submissions[i], data_item(list_of_form(rq, filled, c->submissions[i].form)));
    }
    for (size_t i = 0; i < c->submission_count;) {
        size_t n = run_from(c, i);
        bool together = add_run(rq, c, i, n, list);
        if (!together) add_one(rq, c, &c->submissions[i], data_item(list));
        i += together ? n : 1;
    }
}
