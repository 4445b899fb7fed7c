/* event.c: see event.h. */
#include "engine/event.h"

#include <string.h>

static int column_count(const struct event_kind *k) {
    int n = 0;
    while (n < EVENT_MAX_COLUMNS && k->columns[n].name) n++;
    return n;
}

static void put_columns(struct buf *sql, const struct event_kind *k, int from, int to, const char *between,
                        const char *after) {
    for (int i = from; i < to; i++) {
        if (i > from) buf_addz(sql, between);
        buf_addz(sql, k->columns[i].name);
        buf_addz(sql, after);
    }
}

/* Names come from the static tables of this program only; every value is bound. */
static const char *statement(struct arena *a, const struct event_kind *k) {
    struct buf sql;
    int n = column_count(k);
    buf_init(&sql, a, 4096);
    switch (k->mode) {
    case EVENT_INSERT:
    case EVENT_REPLACE:
        buf_addz(&sql, k->mode == EVENT_INSERT ? "insert into " : "insert or replace into ");
        buf_addz(&sql, k->table);
        buf_addz(&sql, " (");
        put_columns(&sql, k, 0, n, ", ", "");
        buf_addz(&sql, ") values (");
        for (int i = 0; i < n; i++) buf_addz(&sql, i ? ", ?" : "?");
        buf_addz(&sql, ")");
        break;
    case EVENT_UPDATE:
        buf_addz(&sql, "update ");
        buf_addz(&sql, k->table);
        buf_addz(&sql, " set ");
        put_columns(&sql, k, k->key_columns, n, ", ", " = ?");
        buf_addz(&sql, " where ");
        put_columns(&sql, k, 0, k->key_columns, " and ", " = ?");
        break;
    case EVENT_DELETE:
        buf_addz(&sql, "delete from ");
        buf_addz(&sql, k->table);
        buf_addz(&sql, " where ");
        put_columns(&sql, k, 0, k->key_columns, " and ", " = ?");
        break;
    }
    return arena_cstr(a, buf_str(&sql));
}

void event_book_init(struct event_book *book, struct arena *a) {
    book->arena = a;
    map_init(&book->plans, a);
}

void event_book_add(struct event_book *book, const struct event_kind *kinds) {
    for (const struct event_kind *k = kinds; k->name; k++) {
        struct event_plan *plan = arena_new(book->arena, struct event_plan);
        plan->kind = k;
        plan->sql = statement(book->arena, k);
        map_put(&book->plans, str_from(k->name), plan);
    }
}

bool event_subject(struct str of, struct seal_subject *out) {
    if (str_starts(of, STR("case:"))) out->kind = SEAL_CASE;
    else if (str_starts(of, STR("party:"))) out->kind = SEAL_PARTY;
    else return false;
    ptrdiff_t colon = str_find_byte(of, ':');
    return str_to_int64(str_sub(of, (size_t)colon + 1, of.n), &out->id);
}

static const struct event_plan *plan_of(const struct event_book *book, const struct json *event) {
    return map_get(&book->plans, json_string(event, "kind"));
}

/* Members stand in the order of the kind's columns when the event was just made; a stored event is sorted by name. */
static struct json *member(const struct json *row, size_t guess, const char *name) {
    if (row && guess < row->count && str_eqz(row->items[guess].name, name)) return &row->items[guess];
    return (struct json *)json_member(row, name);
}

struct str event_seal_context(struct arena *a, const struct event_kind *k, const char *column) {
    return arena_printf(a, "%s.%s", k->table, column);
}

void event_seal(const struct event_book *book, struct store *s, struct arena *a, struct json *event) {
    const struct event_plan *plan = plan_of(book, event);
    struct seal_subject subject;
    if (!plan || !event_subject(json_string(event, "of"), &subject)) return;
    const struct event_kind *k = plan->kind;
    const struct json *row = json_member(event, "row");
    for (int i = 0; i < EVENT_MAX_COLUMNS && k->columns[i].name; i++) {
        if (k->columns[i].kind != COLUMN_PERSONAL && k->columns[i].kind != COLUMN_SENSITIVE) continue;
        struct json *v = member(row, (size_t)i, k->columns[i].name);
        if (!v || v->kind != JSON_STRING) continue;
        struct str name = v->name;
        struct sealed sealed;
        if (!seal_value(s, a, subject, event_seal_context(a, k, k->columns[i].name), v->text, &sealed)) {
            *v = (struct json){.kind = JSON_NULL, .name = name}; /* the subject is erased: nothing may be added */
            continue;
        }
        struct json form = {.kind = JSON_OBJECT};
        json_add_string(a, &form, "commitment", base64url_encode(a, HASH_STR(sealed.commitment)));
        json_add_string(a, &form, "sealed", sealed.token);
        form.name = name;
        form.text = v->text; /* the clear text beside it, in memory only: what evolve writes a moment later */
        *v = form;
    }
}

static struct db_value column_value(struct store *s, struct arena *a, const struct event_kind *k, int i,
                                    const struct json *v) {
    if (!v || v->kind == JSON_NULL) return DB_NULL;
    switch (k->columns[i].kind) {
    case COLUMN_INTEGER: return DB_INT(v->kind == JSON_BOOLEAN ? v->boolean : v->integer);
    case COLUMN_TEXT: return DB_TEXT(v->text);
    case COLUMN_SENSITIVE: return DB_TEXT(v->kind == JSON_STRING ? v->text : json_string(v, "sealed"));
    case COLUMN_PERSONAL: break;
    }
    if (v->text.p) return DB_TEXT(v->text); /* just sealed, or of a trial, where nothing is */
    struct str clear;
    enum seal_result opened =
        seal_open_json(store_writer(s), a, v, event_seal_context(a, k, k->columns[i].name), &clear);
    if (opened == SEAL_DAMAGED) db_fail(store_writer(s), DB_DAMAGED, "a sealed value cannot be opened");
    return opened == SEAL_OPEN ? DB_TEXT(clear) : DB_NULL;
}

const char *event_statement(const struct event_book *book, struct store *s, struct arena *a, const struct json *event,
                            struct db_value values[EVENT_MAX_COLUMNS], size_t *count) {
    const struct event_plan *plan = plan_of(book, event);
    if (!plan) return NULL;
    const struct event_kind *k = plan->kind;
    const struct json *row = json_member(event, "row");
    int columns = column_count(k);
    /* An update binds what it sets before what it is keyed by. */
    int first = k->mode == EVENT_UPDATE ? k->key_columns : 0;
    *count = 0;
    for (int round = 0; round < columns; round++) {
        int i = (first + round) % columns;
        if (k->mode == EVENT_DELETE && i >= k->key_columns) continue;
        values[(*count)++] = column_value(s, a, k, i, member(row, (size_t)i, k->columns[i].name));
    }
    return plan->sql;
}

bool event_evolve(const struct event_book *book, struct store *s, struct arena *a, const struct json *event) {
    struct db_value values[EVENT_MAX_COLUMNS];
    size_t count;
    const char *sql = event_statement(book, s, a, event, values, &count);
    if (!sql) return false;
    store_evolving(s, true);
    db_run_values(store_writer(s), sql, values, count);
    store_evolving(s, false);
    return true;
}
