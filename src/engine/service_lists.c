/* service_lists.c: lists of the house that forms choose from, such as the offices of the town.
 *
 * A form asks for one by attaching its address (service.h); form_open takes what is made here in place of a file. The
 * list is made when a form is opened, so that an office founded this morning can be chosen. */
#include "engine/engine_internal.h"

#include "base/table_out.h"

enum { LIST_BYTES = 4 << 20 };

static struct str offices(struct arena *a, struct db *db, int64_t of_case, enum language language) {
    struct buf out;
    (void)of_case;
    buf_init(&out, a, LIST_BYTES);
    buf_addz(&out, "name,label,kind,under,roles\n");
    if (!db) return buf_str(&out);
    struct query q = db_query(db, "select o.id, o.name, o.name_en, o.kind, coalesce(e.parent, 0), coalesce((select group_concat(role, ' ') from"
                                  " (select distinct role from role_grant where organisation = o.id and to_at is null order by role)), '') from organisation o left join organisation_edge e"
                                  " on e.child = o.id and e.to_at is null where o.closed_at is null order by o.id limit 5000");
    while (query_next(&q)) {
        struct str english = query_text(&q, 2);
        buf_printf(&out, "%lld,", (long long)query_int(&q, 0));
        table_put_csv_cell(&out, language == LANGUAGE_EN && english.n ? english : query_text(&q, 1));
        buf_byte(&out, ',');
        table_put_csv_cell(&out, query_text(&q, 3));
        buf_printf(&out, ",%lld,", (long long)query_int(&q, 4));
        table_put_csv_cell(&out, query_text(&q, 5));
        buf_byte(&out, '\n');
    }
    query_done(&q);
    return buf_str(&out);
}

/* Whom a form of the office gives something to: accounts by their login, with what they may be and where they sit. A form that
 * residents see may not ask for it (check.c). */
static struct str people(struct arena *a, struct db *db, int64_t of_case, enum language language) {
    struct buf out;
    (void)of_case;
    (void)language; /* names are as people write them */
    buf_init(&out, a, LIST_BYTES);
    buf_addz(&out, "name,label,unit,roles\n");
    if (!db) return buf_str(&out);
    struct query q = db_query(db, "select a.login, p.name, coalesce(a.organisation, 0), coalesce((select group_concat(role, ' ') from (select distinct role from role_grant"
                                  " where account = a.id and to_at is null order by role)), '') from account a join party p on p.id = a.party"
                                  " where a.closed_at is null order by a.id limit 5000");
    while (query_next(&q)) {
        table_put_csv_cell(&out, query_text(&q, 0));
        buf_byte(&out, ',');
        table_put_csv_cell(&out, query_text(&q, 1).n ? query_text(&q, 1) : query_text(&q, 0));
        buf_printf(&out, ",%lld,", (long long)query_int(&q, 2));
        table_put_csv_cell(&out, query_text(&q, 3));
        buf_byte(&out, '\n');
    }
    query_done(&q);
    return buf_str(&out);
}

/* What the case was opened with, for a step that chooses from it: which team answered, who may see to what was said. */
static struct str answers_of(struct arena *a, struct db *db, int64_t of_case, enum language language) {
    struct buf out;
    (void)language; /* values are as they were written */
    buf_init(&out, a, LIST_BYTES);
    buf_addz(&out, "name,label,question,position\n");
    if (!db || !of_case) return buf_str(&out);
    struct query q = db_query(db, "select a.path, a.value from answer a join submission s on s.id = a.submission and s.task is null where a.case_id = ?"
                                  " and a.class in ('public', 'office') and a.type <> 'group' and coalesce(a.value, '') <> '' order by a.submission, length(a.path), a.path limit 2000", DB_INT(of_case));
    while (query_next(&q)) {
        struct str path = query_text(&q, 0);
        size_t cut = path.n;
        int64_t position = 0;
        while (cut > 0 && path.p[cut - 1] != '/') cut--;
        ptrdiff_t open = str_find(path, STR("[")), close = str_find(path, STR("]"));
        if (open >= 0 && close > open) str_to_int64(str_sub(path, (size_t)open + 1, (size_t)close), &position);
        for (int twice = 0; twice < 2; twice++) {
            table_put_csv_cell(&out, query_text(&q, 1));
            buf_byte(&out, ',');
        }
        table_put_csv_cell(&out, str_sub(path, cut, path.n));
        buf_printf(&out, ",%lld\n", (long long)position);
    }
    query_done(&q);
    return buf_str(&out);
}

static const struct {
    const char *address;
    struct str (*list)(struct arena *a, struct db *db, int64_t of_case, enum language language);
} house_lists[] = {{"jr://file-csv/offices.csv", offices}, {SERVICE_PEOPLE, people}, {"jr://file-csv/case.csv", answers_of}};

enum { HOUSE_LISTS = sizeof house_lists / sizeof *house_lists };

/* "jr://file-csv/offices.csv" → "offices". */
static bool list_name(struct str uri, struct str *out) {
    struct str before = STR("jr://file-csv/"), after = STR(".csv");
    if (!str_starts(uri, before) || !str_ends(uri, after) || uri.n <= before.n + after.n) return false;
    *out = str_sub(uri, before.n, uri.n - after.n);
    return true;
}

static struct str room_list(struct engine *e, struct arena *a, struct db *db, struct str uri, enum language language) {
    struct str name, text = STR_NONE;
    if (!db || !list_name(uri, &name)) return STR_NONE;
    for (size_t i = 0; e->rooms && e->rooms[i] && !text.p; i++)
        if (e->rooms[i]->list) text = e->rooms[i]->list(a, db, name, language);
    return text;
}

struct form_attachments service_lists(struct engine *e, struct arena *a, struct db *db, const struct form *form, int64_t of_case, enum language language) {
    size_t most = (form ? form_attached_count(form) : 0) + HOUSE_LISTS, n = 0;
    struct form_attachment *items = arena_array(a, struct form_attachment, most);
    for (size_t i = 0; i < HOUSE_LISTS; i++) {
        struct str address = str_from(house_lists[i].address);
        if (form && !form_attaches(form, address)) continue;
        items[n++] = (struct form_attachment){.uri = address, .media_type = STR("text/csv"), .text = house_lists[i].list(a, db, of_case, language)};
    }
    for (size_t i = 0; e && form && n < most && i < form_attached_count(form); i++) {
        struct str text = room_list(e, a, db, form_attached_at(form, i), language);
        if (text.p) items[n++] = (struct form_attachment){.uri = form_attached_at(form, i), .media_type = STR("text/csv"), .text = text};
    }
    return (struct form_attachments){items, n};
}
