/* compare.c: state tables row for row (store.h, store_compare), and the engine's own checks of both files.
 *
 * Rows are read from both stores in the order of the primary key (of the rowid where there is none) and compared value
 * by value with their kinds. The first difference of a table is told: the key of the row and the column. */
#include "store/inside.h"

#include <string.h>

struct table {
    struct str name, order;
    size_t keys; /* columns of the primary key come first in what is selected */
    struct str columns;
};

static void append_name(struct arena *a, struct buf *to, struct str name) {
    if (to->n) buf_addz(to, ", ");
    buf_add(to, db_quoted(a, name));
}

/* Key columns, then the others. Hidden and generated columns are what the others make them. */
static struct table describe(struct db *db, struct arena *a, struct str name) {
    struct table t = {.name = name};
    struct buf keys, others;
    buf_init(&keys, a, 1 << 16);
    buf_init(&others, a, 1 << 16);
    struct query q = db_query(db, "SELECT name, pk FROM pragma_table_info(?) ORDER BY pk, cid", DB_TEXT(name));
    while (query_next(&q)) {
        bool key = query_int(&q, 1) > 0;
        append_name(a, key ? &keys : &others, query_text(&q, 0));
        t.keys += key;
    }
    t.order = keys.n ? buf_str(&keys) : STR("rowid");
    if (keys.n && others.n) buf_addz(&keys, ", ");
    buf_add(&keys, others.n ? buf_str(&others) : STR(""));
    t.columns = buf_str(&keys);
    return t;
}

static struct query rows_of(struct db *db, struct arena *a, const struct table *t) {
    struct str name = db_quoted(a, t->name);
    return db_query_made(db, arena_printf(a, "SELECT %.*s FROM main.%.*s ORDER BY %.*s", STR_ARGS(t->columns),
                                          STR_ARGS(name), STR_ARGS(t->order)).p);
}

static bool values_equal(const struct query *x, const struct query *y, int column) {
    enum db_kind kind = query_kind(x, column);
    if (kind != query_kind(y, column)) return false;
    if (kind == DB_KIND_INTEGER) return query_int(x, column) == query_int(y, column);
    return kind == DB_KIND_NULL || str_eq(query_blob(x, column), query_blob(y, column));
}

static struct str key_of(struct arena *a, const struct query *q, const struct table *t, int64_t row) {
    if (t->keys == 0) return arena_printf(a, "%lld", (long long)row);
    struct buf out;
    buf_init(&out, a, 4096);
    for (size_t i = 0; i < t->keys; i++) {
        if (i) buf_addz(&out, ", ");
        struct str value = query_kind(q, (int)i) == DB_KIND_BLOB ? hex_encode(a, query_blob(q, (int)i)) : query_text(q, (int)i);
        buf_add(&out, str_sub(value, 0, 80));
    }
    return out.n ? buf_str(&out) : STR("");
}

static void tell_missing(struct faults *faults, const struct table *t, struct str key) {
    fault_error(faults, "store.differs", (struct place){.element = t->name},
                T("Table {0}, row {1}: it is in one store and not in the other."), t->name, key);
}

/* Whether the rows x and y stand at have the same key: if not, one of the two stores has a row more. */
static bool compare_row(struct arena *a, const struct query *x, const struct query *y, const struct table *t, int64_t row,
                        struct faults *faults) {
    for (int column = 0; column < query_columns(x); column++) {
        if (values_equal(x, y, column)) continue;
        struct str key = key_of(a, x, t, row);
        if ((size_t)column < t->keys) tell_missing(faults, t, key);
        else
            fault_error(faults, "store.differs", (struct place){.element = t->name},
                        T("Table {0}, row {1}, column {2}: the stored value differs."), t->name, key,
                        query_name(x, column));
        return false;
    }
    return true;
}

static bool compare_table(struct db *one, struct db *two, struct arena *a, struct str name, struct faults *faults) {
    struct table t = describe(one, a, name);
    struct query x = rows_of(one, a, &t), y = rows_of(two, a, &t);
    bool same = true;
    int64_t row = 1;
    for (; same; row++) {
        bool more_x = query_next(&x), more_y = query_next(&y);
        if (!more_x && !more_y) break;
        struct arena_mark mark = arena_mark(a);
        same = more_x && more_y && compare_row(a, &x, &y, &t, row, faults);
        if (more_x != more_y && db_failure(one) == DB_FINE && db_failure(two) == DB_FINE)
            tell_missing(faults, &t, key_of(a, more_x ? &x : &y, &t, row));
        arena_rewind(a, mark);
    }
    query_done(&x);
    query_done(&y);
    return same;
}

static bool failed(struct db *db, struct faults *faults) {
    if (db_failure(db) == DB_FINE) return false;
    db_failure_fault(db, faults);
    db_forget_failure(db);
    return true;
}

bool store_compare(struct store *one, struct store *two, struct faults *faults) {
    struct arena a;
    struct str *names, *others;
    arena_init(&a, 64 << 20);
    size_t count = store_state_tables(one, &a, &names), other_count = store_state_tables(two, &a, &others);
    bool same = count == other_count;
    for (size_t i = 0; same && i < count; i++) same = str_eq(names[i], others[i]);
    if (!same)
        fault_error(faults, "store.differs", (struct place){0}, T("The two stores do not have the same tables."));
    for (size_t i = 0; i < count && i < other_count && str_eq(names[i], others[i]); i++)
        if (!compare_table(one->writer, two->writer, &a, names[i], faults)) same = false;
    if (failed(one->writer, faults) || failed(two->writer, faults)) same = false;
    arena_release(&a);
    return same;
}

static bool check_db(struct db *db, const char *file, struct faults *faults) {
    struct place place = {.file = str_from(file)};
    bool good = true;
    struct query q = db_query(db, "PRAGMA integrity_check(1)");
    while (query_next(&q)) {
        if (str_eqz(query_text(&q, 0), "ok")) continue;
        fault_error(faults, "store.damaged", place, T("The database is damaged: {0}."), query_text(&q, 0));
        good = false;
    }
    q = db_query(db, "PRAGMA foreign_key_check");
    if (query_next(&q)) {
        fault_error(faults, "store.damaged", place, T("Table {0} names a row that does not exist."), query_text(&q, 0));
        good = false;
    }
    query_done(&q);
    return !failed(db, faults) && good;
}

bool store_check(struct store *s, struct faults *faults) {
    bool good = check_db(s->writer, "lingban.db", faults);
    if (!s->keys) return good;
    keys_lock(s->keys);
    good = check_db(keys_db(s->keys), "keys.db", faults) && good;
    keys_unlock(s->keys);
    return good;
}
