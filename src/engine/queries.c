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

static void finish(struct arena *a, struct service_query *q, struct buf *sql, struct str file, struct store *store,
                   struct faults *faults) {
    q->sql = arena_str(a, str_trim(buf_str(sql)));
    buf_clear(sql);
    struct place place = {.file = file, .line = q->line, .element = q->name};
    if (q->sql.n == 0) fault_error(faults, "service.empty-query", place, T("The query “{0}” is empty."), q->name);
    else if (store) {
        struct faults found;
        faults_init(&found, a);
        if (!store_report_check(store, q->sql, &found) && found.count) {
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
        } else if (*count && comment_value(line, "zh", &value)) {
            items[*count - 1].title.zh = value;
        } else if (*count && comment_value(line, "en", &value)) {
            items[*count - 1].title.en = value;
        } else if (*count && comment_value(line, "audience", &value)) {
            items[*count - 1].office = str_eqz(value, "office");
        } else if (*count && comment_value(line, "choices", &value)) {
            items[*count - 1].choices = value;
        } else if (*count) {
            buf_add(&sql, line);
            buf_byte(&sql, '\n');
        }
    }
    if (*count) finish(a, &items[*count - 1], &sql, file, store, faults);
    return items;
}
