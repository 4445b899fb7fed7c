/* queries.c: see queries.h. */
#include "engine/queries.h"

static bool comment_value(struct str line, const char *name, struct str *out) {
    struct str s = str_trim(line);
    if (!str_starts(s, STR("--"))) return false;
    s = str_trim(str_sub(s, 2, s.n));
    struct str key = str_from(name);
    if (!str_starts(s, key) || s.n == key.n || s.p[key.n] != ':') return false;
    *out = str_trim(str_sub(s, key.n + 1, s.n));
    return true;
}

/* ---- words of a report's head */

static const char *const chart_words[] = {[QUERY_CHART_PLAIN] = "plain", [QUERY_CHART_STACKED] = "stacked", [QUERY_CHART_PANELS] = "panels", [QUERY_CHART_NONE] = "none"};

static bool part_is(struct str things, struct str column) {
    for (struct str thing; str_split(&things, ',', &thing);)
        if (column.n && str_eq(str_trim(thing), column)) return true;
    return false;
}

bool query_is_thing(struct str things, struct str column) {
    ptrdiff_t bar = str_find_byte(column, '|');
    if (str_eqz(things, "all") || part_is(things, column)) return true;
    return bar > 0 && (part_is(things, str_sub(column, 0, (size_t)bar)) || part_is(things, str_sub(column, (size_t)bar + 1, column.n)));
}

static void no_such_word(struct faults *faults, struct str file, const struct service_query *q, int line, const char *name, struct str words) {
    fault_error(faults, "service.unknown-word", ((struct place){.file = file, .line = line, .element = q->name}), T("“{0}:” must be one of: {1}."), str_from(name), words);
}

/* Takes what a line of the head says; false when it is none. */
static bool read_head(struct service_query *q, struct str line, int number, struct str file, struct faults *faults) {
    struct str value;
    if (comment_value(line, "zh", &value)) q->title.zh = value;
    else if (comment_value(line, "en", &value)) q->title.en = value;
    else if (comment_value(line, "audience", &value)) q->office = str_eqz(value, "office");
    else if (comment_value(line, "choices", &value)) q->choices = value;
    else if (comment_value(line, "things", &value)) q->things = value;
    else if (comment_value(line, "small", &value)) {
        q->confidential = str_eqz(value, "hidden");
        if (!q->confidential) no_such_word(faults, file, q, number, "small", STR("hidden"));
    } else if (comment_value(line, "chart", &value)) {
        size_t kind = 0, kinds = sizeof chart_words / sizeof *chart_words;
        while (kind < kinds && !str_eqz(value, chart_words[kind])) kind++;
        if (kind == kinds) no_such_word(faults, file, q, number, "chart", STR("plain stacked panels none"));
        else q->chart = (enum query_chart)kind;
    } else return false;
    return true;
}

/* Each column under things: is one of the query's. */
static void check_things(const struct service_query *q, const struct str *columns, size_t count, struct place place, struct faults *faults) {
    for (struct str thing, rest = q->things; str_split(&rest, ',', &thing);) {
        bool found = str_eqz(q->things, "all");
        for (size_t i = 0; i < count && !found; i++) found = query_is_thing(str_trim(thing), columns[i]);
        if (!found) fault_error(faults, "service.no-column", place, T("The query has no column “{0}”, which “things:” names."), str_trim(thing));
    }
}

static void finish(struct arena *a, struct service_query *q, struct buf *sql, struct str file, struct store *store,
                   struct faults *faults) {
    q->sql = arena_str(a, str_trim(buf_str(sql)));
    buf_clear(sql);
    struct place place = {.file = file, .line = q->line, .element = q->name};
    if (q->sql.n == 0) fault_error(faults, "service.empty-query", place, T("The query “{0}” is empty."), q->name);
    else if (store) {
        struct faults found;
        struct str *columns;
        size_t count;
        faults_init(&found, a);
        if (store_report_check(store, q->sql, a, &columns, &count, &found)) {
            check_things(q, columns, count, place, faults);
        } else if (found.count) {
            const struct fault *f = &found.items[0];
            faults_add(faults, FAULT_ERROR, f->code, place, f->sentence, f->sentence_count);
        }
    }
}

const struct service_query *queries_read(struct arena *a, struct str text, struct str file, struct store *store,
                                         size_t *count, struct faults *faults) {
    struct service_query *items = NULL;
    size_t capacity = 0;
    struct buf sql;
    buf_init(&sql, a, 1 << 20);
    *count = 0;
    int line_number = 0;
    for (struct str line, rest = text; str_split(&rest, '\n', &line);) {
        struct str value;
        line_number++;
        if (comment_value(line, "name", &value)) {
            if (*count) finish(a, &items[*count - 1], &sql, file, store, faults);
            buf_clear(&sql);
            struct service_query q = {.name = value, .line = line_number, .title = {value, value}};
            VEC_PUSH(a, items, *count, capacity, q);
        } else if (*count && !read_head(&items[*count - 1], line, line_number, file, faults)) {
            buf_add(&sql, line);
            buf_byte(&sql, '\n');
        }
    }
    if (*count) finish(a, &items[*count - 1], &sql, file, store, faults);
    return items;
}
