/* report.c: queries written in service folders (store.h, store_report). The authorizer of their connections lets
 * nothing be read but views named v_…, and no function be called that is not in the list below.
 *
 * SQLite tells the authorizer the innermost view a column is read through. A common table expression counts as one
 * too, so a query could give one the name of a view and read anything behind it: such names are refused first. */
#include "store/inside.h"

#include <stdlib.h>
#include <string.h>

/* Harmless: no files, no extension loading, nothing of the connection. Date functions too: :now comes as a parameter,
 * the machine's clock (date('now')) is for nobody, but it can only make a figure wrong, not leak one. */
static const char *const functions[] = { /* sorted */
    "abs", "avg", "ceil", "ceiling", "char", "coalesce", "count", "cume_dist", "date", "datetime", "dense_rank",
    "first_value", "floor", "format", "glob", "group_concat", "hex", "ifnull", "iif", "instr", "json_extract", "julianday",
    "lag", "last_value", "lead", "length", "like", "lower", "ltrim", "max", "min", "nth_value", "ntile",
    "nullif", "percent_rank", "printf", "rank", "replace", "round", "row_number", "rtrim", "sign", "sqrt", "strftime",
    "substr", "substring", "sum", "time", "total", "trim", "typeof", "unicode", "unixepoch", "upper",
};

static int by_name(const void *key, const void *item) {
    return strcmp(key, *(const char *const *)item);
}

static bool is_view(const char *name) {
    return name && strncmp(name, "v_", 2) == 0;
}

/* A query that takes no column of a view ("how many") reads, as SQLite tells it, "no column" of the table behind it, and
 * not through the view. So the number of rows of a state table can be learnt; nothing in them can. */
static bool counts_only(const char *table, const char *column) {
    static const char *const closed[] = {"sqlite_", "local_", "journal_"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (strncmp(table, closed[i], strlen(closed[i])) == 0) return false;
    return !*column;
}

static int authorize(void *context, int action, const char *first, const char *second, const char *database,
                     const char *view) {
    (void)context, (void)database;
    switch (action) {
    case SQLITE_SELECT: return SQLITE_OK;
    case SQLITE_READ: return is_view(first) || is_view(view) || counts_only(first, second) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
        return bsearch(second, functions, sizeof functions / sizeof *functions, sizeof *functions, by_name) ? SQLITE_OK
                                                                                                             : SQLITE_DENY;
    default: return SQLITE_DENY;
    }
}

static void prepare_connection(struct db *db) {
    sqlite3_set_authorizer(db_handle(db), authorize, NULL);
    sqlite3_limit(db_handle(db), SQLITE_LIMIT_LENGTH, 1 << 20);
    sqlite3_limit(db_handle(db), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200);
    sqlite3_limit(db_handle(db), SQLITE_LIMIT_COMPOUND_SELECT, 20);
}

/* The next word of SQL: a name without its quotes, or one other character; STR_NONE at the end. Literals and comments
 * are stepped over. */
static struct str skip_until(struct str s, struct str end) {
    ptrdiff_t at = str_find(s, end);
    return at < 0 ? str_sub(s, s.n, s.n) : str_sub(s, (size_t)at + end.n, s.n);
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || (c & 0x80);
}

static struct str next_word(struct str *rest) {
    for (;;) {
        while (rest->n && (rest->p[0] == ' ' || (rest->p[0] >= '\t' && rest->p[0] <= '\r'))) *rest = str_sub(*rest, 1, rest->n);
        if (str_starts(*rest, STR("--"))) *rest = skip_until(*rest, STR("\n"));
        else if (str_starts(*rest, STR("/*"))) *rest = skip_until(str_sub(*rest, 2, rest->n), STR("*/"));
        else if (str_starts(*rest, STR("'"))) *rest = skip_until(str_sub(*rest, 1, rest->n), STR("'"));
        else break;
    }
    if (!rest->n) return STR_NONE;
    struct str word;
    char c = rest->p[0];
    if (c == '"' || c == '`' || c == '[') {
        struct str after = skip_until(str_sub(*rest, 1, rest->n), (struct str){c == '[' ? "]" : c == '`' ? "`" : "\"", 1});
        word = str_sub(*rest, 1, rest->n - after.n);
        *rest = after;
        return word;
    }
    size_t n = 1;
    while (is_word(c) && n < rest->n && is_word(rest->p[n])) n++;
    word = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return word;
}

/* v_name [(columns)] AS [NOT] [MATERIALIZED] ( : a common table expression that takes a view's name. Single-quoted
 * names are names to SQLite in some places; after WITH they may stand too, hence the second test. */
static bool shadows_view(struct str sql) {
    struct str rest = sql, word;
    while ((word = next_word(&rest)).p) {
        bool view = word.n >= 2 && (word.p[0] == 'v' || word.p[0] == 'V') && word.p[1] == '_';
        if (!view) continue;
        struct str look = rest, next = next_word(&look);
        if (str_eqz(next, "(")) {
            while ((next = next_word(&look)).p && !str_eqz(next, ")")) continue;
            next = next_word(&look);
        }
        if (!str_eq_nocase(next, STR("as"))) continue;
        do next = next_word(&look);
        while (str_eq_nocase(next, STR("not")) || str_eq_nocase(next, STR("materialized")));
        if (str_eqz(next, "(")) return true;
    }
    return str_find(sql, STR("'v_")) >= 0 || str_find(sql, STR("'V_")) >= 0;
}

struct deadline {
    int64_t at;
};

static int past_deadline(void *context) {
    return env_monotonic() > ((const struct deadline *)context)->at;
}

static void refused(struct faults *faults, struct str why) {
    fault_error(faults, "report.refused", (struct place){0},
                T("A report may only read the views named v_… and use ordinary functions: {0}."), why);
}

static bool failed(struct db *db, struct faults *faults) {
    struct str words = str_from(db_failure_detail(db));
    switch (db_failure(db)) {
    case DB_FINE: return false;
    case DB_REFUSED: refused(faults, words); break;
    case DB_INTERRUPTED:
        fault_error(faults, "report.slow", (struct place){0},
                    T("This report took too long. Narrow the time or the area and try again."));
        break;
    case DB_BUG:
        /* A function that is not in the list comes as an ordinary error. */
        if (str_starts(words, STR("not authorized"))) refused(faults, words);
        else fault_error(faults, "report.wrong", (struct place){0}, T("This report is not valid SQL: {0}."), words);
        break;
    default: db_failure_fault(db, faults);
    }
    return true;
}

static bool bind_parameters(struct db *db, sqlite3_stmt *stmt, const struct report_parameter *parameters, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int place = sqlite3_bind_parameter_index(stmt, parameters[i].name);
        if (place == 0) continue; /* a report need not use all it is offered */
        const struct db_value *v = &parameters[i].value;
        int status = v->kind == DB_KIND_INTEGER ? sqlite3_bind_int64(stmt, place, v->integer)
                     : v->kind == DB_KIND_NULL  ? sqlite3_bind_null(stmt, place)
                                                : sqlite3_bind_text64(stmt, place, v->bytes.p ? v->bytes.p : "",
                                                                      v->bytes.n, SQLITE_STATIC, SQLITE_UTF8);
        if (status != SQLITE_OK) {
            db_note(db, status);
            return false;
        }
    }
    return true;
}

/* One statement, and one that only reads. */
static struct query compile(struct db *db, struct arena *a, struct str sql, struct faults *faults) {
    struct query none = {.db = db};
    if (shadows_view(sql)) {
        refused(faults, STR("WITH v_"));
        return none;
    }
    const char *tail = "";
    struct query q = db_query_tail(db, arena_cstr(a, sql), &tail);
    struct str rest = str_from(tail);
    if (q.statement && next_word(&rest).p) {
        query_done(&q);
        fault_error(faults, "report.wrong", (struct place){0}, T("A report is one statement."));
    }
    return q;
}

static bool give_rows(struct query *q, struct report_limits limits, report_row *row, void *context, struct faults *faults) {
    for (size_t count = 0; query_next(q); count++) {
        if (count == limits.rows) {
            query_done(q);
            fault_error(faults, "report.long", (struct place){0},
                        T("This report has too many rows. Narrow the time or the area and try again."));
            return false;
        }
        if (!row(context, q)) break;
    }
    query_done(q);
    return true;
}

static bool run(struct db *db, struct str sql, const struct report_parameter *parameters, size_t count,
                struct report_limits limits, report_row *row, void *context, struct faults *faults) {
    struct arena a;
    struct deadline deadline = {env_monotonic() + limits.micros};
    arena_init(&a, 4 << 20);
    sqlite3_progress_handler(db_handle(db), 1000, past_deadline, &deadline);
    struct query q = compile(db, &a, sql, faults);
    bool good = q.statement != NULL;
    if (good) {
        good = bind_parameters(db, db_query_statement(&q), parameters, count);
        good = give_rows(&q, limits, row, context, faults) && good;
    }
    query_done(&q);
    if (failed(db, faults)) good = false;
    sqlite3_progress_handler(db_handle(db), 0, NULL, NULL);
    db_finish_queries(db);
    db_forget_failure(db);
    arena_release(&a);
    return good;
}

bool store_report(struct store *s, struct str sql, const struct report_parameter *parameters, size_t count,
                  struct report_limits limits, report_row *row, void *context, struct faults *faults) {
    struct db *db = pool_take(s, &s->reports, prepare_connection, faults);
    if (!db) return false;
    bool good = run(db, sql, parameters, count, limits, row, context, faults);
    pool_give(&s->reports, db);
    return good;
}

bool store_report_check(struct store *s, struct str sql, struct arena *a, struct str **out_columns, size_t *out_count, struct faults *faults) {
    struct arena own;
    struct db *db = pool_take(s, &s->reports, prepare_connection, faults);
    if (!db) return false;
    arena_init(&own, 4 << 20);
    struct query q = compile(db, &own, sql, faults);
    bool good = q.statement != NULL;
    *out_count = good ? (size_t)query_columns(&q) : 0;
    *out_columns = arena_array(a, struct str, *out_count);
    for (size_t i = 0; i < *out_count; i++) (*out_columns)[i] = arena_str(a, query_name(&q, (int)i));
    query_done(&q);
    if (failed(db, faults)) good = false;
    db_finish_queries(db);
    db_forget_failure(db);
    arena_release(&own);
    pool_give(&s->reports, db);
    return good;
}
