/* alike.c: cases that look like the one under review (same household, telephone or kind of matter), beside it answer by answer, so that an
 * office sees whether it is the same wish twice before it decides.
 *
 * In: list_alike, viewer_case (each look-alike is asked for like any case). Out: "beside" of task.html. */
#include "web/pages.h"

enum { BESIDE_MOST = 3 };

static struct str value_at(const struct seen_case *c, struct str path) {
    for (size_t k = 0; c->submission_count && k < c->submissions[0].count; k++)
        if (str_eq(c->submissions[0].answers[k].path, path)) return c->submissions[0].answers[k].value;
    return STR("");
}

static bool has_row(const struct seen_answer *const *rows, size_t count, struct str path) {
    for (size_t i = 0; i < count; i++)
        if (str_eq(rows[i]->path, path)) return true;
    return false;
}

static void add_column(struct http_request *rq, const struct seen_case *c, struct data *columns) {
    struct data *column = data_item(columns);
    data_text(column, "text", grouped_reference(rq->arena, c->reference));
    data_text(column, "href", page_case_address(rq, c->reference));
    data_say(column, "note", T("{0}, {1}"), say_time(rq, c->opened_at), say_channel(rq, c->channel));
    data_text(column, "digits", c->reference);
    data_text(column, "state", c->stage_name.n ? c->stage_name : say_state(rq, c->state));
}

/* One row an answer that any of the cases has; an answer that all share is marked. */
static void add_row(struct http_request *rq, const struct seen_case *cases, size_t count, const struct seen_answer *a, struct data *rows) {
    struct data *row = data_item(rows);
    struct str first = value_at(&cases[0], a->path);
    bool same = first.n > 0;
    data_text(row, "name", a->group.n ? arena_printf(rq->arena, "%.*s · %.*s", STR_ARGS(a->group), STR_ARGS(a->label)) : a->label);
    struct data *cells = data_list(row, "cells");
    for (size_t i = 0; i < count; i++) {
        struct data *cell = data_item(cells);
        struct str value = value_at(&cases[i], a->path);
        same = same && str_eq(value, first);
        data_text(cell, "value", value);
        data_text(cell, "label", i ? grouped_reference(rq->arena, cases[i].reference) : text_in(rq->language, T("This case")));
    }
    data_flag(row, "same", same); /* then a phone shows it once */
}

static void add_rows(struct http_request *rq, const struct seen_case *cases, size_t count, struct data *beside) {
    struct data *rows = data_list(beside, "rows");
    const struct seen_answer **done = NULL;
    size_t n = 0, capacity = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; cases[i].submission_count && k < cases[i].submissions[0].count; k++) {
            const struct seen_answer *a = &cases[i].submissions[0].answers[k];
            if (a->is_photo || has_row(done, n, a->path)) continue;
            VEC_PUSH(rq->arena, done, n, capacity, a);
            add_row(rq, cases, count, a, rows);
        }
}

void add_beside(struct http_request *rq, struct db *db, const struct seen_case *c, struct data *page) {
    struct case_line *lines;
    struct seen_case cases[BESIDE_MOST + 1] = {*c};
    size_t found = list_alike(site_of(rq)->engine, db, rq->arena, viewer_of(rq), c->id, &lines), count = 1;
    for (size_t i = 0; i < found && count <= BESIDE_MOST; i++) {
        if (!str_eqz(lines[i].state, "open")) continue;
        if (viewer_case(site_of(rq)->engine, db, rq->arena, viewer_of(rq), lines[i].id, &cases[count])) count++;
    }
    if (count == 1) return;
    struct data *beside = data_child(page, "beside"), *columns = data_list(beside, "columns"), *others = data_list(beside, "others");
    for (size_t i = 0; i < count; i++) add_column(rq, &cases[i], columns);
    for (size_t i = 1; i < count; i++) add_column(rq, &cases[i], others);
    data_text(beside, "merge", arena_concat(rq->arena, page_case_address(rq, c->reference), STR("/do/merge")));
    add_rows(rq, cases, count, beside);
}
