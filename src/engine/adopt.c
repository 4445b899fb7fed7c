/* adopt.c: attachment.adopt: answers of folders older than `attachment` get their rows there.
 *
 * Such an answer was "blob:ADDRESS:THUMBNAIL:KEY", the key in the clear. It becomes "attachment:ADDRESS", with an event
 * attachment.added whose key is sealed; so do the process's copies of it. `lingban upgrade` asks for it once. What the
 * journal said before cannot be unsaid: it stays in old entries. */
#include "engine/attachment.h"
#include "engine/cases.h"
#include "engine/commands.h"

enum { HEX = 64 };

struct named {
    struct str address, thumbnail, key;
};

static bool take_hex(struct str text, size_t at, struct str *out) {
    if (at + HEX > text.n) return false;
    for (size_t i = at; i < at + HEX; i++)
        if (!((text.p[i] >= '0' && text.p[i] <= '9') || (text.p[i] >= 'a' && text.p[i] <= 'f'))) return false;
    *out = str_sub(text, at, at + HEX);
    return true;
}

/* "blob:" at `at`, and what follows it. Files without a thumbnail had none between the colons. */
static bool take_named(struct str text, size_t at, struct named *out, size_t *out_end) {
    size_t next = at + 5;
    *out = (struct named){.thumbnail = STR_NONE};
    if (!take_hex(text, next, &out->address)) return false;
    next += HEX;
    if (next >= text.n || text.p[next++] != ':') return false;
    if (take_hex(text, next, &out->thumbnail)) next += HEX;
    if (next >= text.n || text.p[next++] != ':' || !take_hex(text, next, &out->key)) return false;
    *out_end = next + HEX;
    return true;
}

struct adopting {
    struct decision *d;
    struct json *given; /* of "attachments", by which attachment_store finds them */
    int64_t answers;
};

/* The text with every old name replaced; STR_NONE when it holds none. What is named is given. */
static struct str renamed(struct adopting *w, struct str text) {
    struct arena *a = w->d->arena;
    struct buf out;
    size_t from = 0;
    buf_init(&out, a, 16 << 20);
    for (size_t at = 0; at + 5 < text.n; at++) {
        struct named n;
        size_t end;
        if (!str_starts(str_sub(text, at, text.n), STR("blob:")) || !take_named(text, at, &n, &end)) continue;
        buf_add(&out, str_sub(text, from, at));
        buf_add(&out, arena_printf(a, "attachment:%.*s", STR_ARGS(n.address)));
        struct json *item = json_add(a, w->given, STR_NONE, (struct json){.kind = JSON_OBJECT});
        json_add_string(a, item, "address", arena_str(a, n.address));
        json_add_string(a, item, "thumbnail", n.thumbnail.p ? arena_str(a, n.thumbnail) : STR_NONE);
        json_add_string(a, item, "media_type", STR("image/jpeg"));
        json_add_string(a, item, "key", arena_str(a, n.key));
        from = end;
        at = end - 1;
    }
    if (!from) return STR_NONE;
    buf_add(&out, str_sub(text, from, text.n));
    return buf_str(&out);
}

struct old_row {
    int64_t case_id, id;
    struct str name, plain, personal, sensitive;
};

static struct str copied(struct decision *d, const struct query *q, int column) {
    return query_is_null(q, column) ? STR_NONE : arena_str(d->arena, query_text(q, column));
}

static size_t collect(struct decision *d, struct query q, struct old_row **out) {
    size_t count = 0, capacity = 0;
    *out = NULL;
    while (query_next(&q)) {
        struct old_row r = {.case_id = query_int(&q, 0), .id = query_int(&q, 1)};
        r.name = copied(d, &q, 2);
        r.plain = copied(d, &q, 3);
        r.personal = copied(d, &q, 4);
        r.sensitive = copied(d, &q, 5);
        VEC_PUSH(d->arena, *out, count, capacity, r);
    }
    return count;
}

static void adopt_answer(struct adopting *w, const struct old_row *r) {
    struct decision *d = w->d;
    struct case_row c = {.id = r->case_id, .of = arena_printf(d->arena, "case:%lld", (long long)r->case_id)};
    struct str old = r->plain.p ? r->plain : r->personal;
    if (!old.p && r->sensitive.p && seal_open(store_writer(d->store), d->arena, r->sensitive, STR("answer.sensitive"), &old, NULL) != SEAL_OPEN) return;
    struct str text = renamed(w, old);
    if (!text.p) return;
    struct json *e = event_new(d, "answer.amended", c.of);
    json_add_integer(d->arena, e, "submission", r->id);
    json_add_string(d->arena, e, "path", r->name);
    json_add_string(d->arena, e, "value", r->plain.p ? text : STR_NONE);
    json_add_string(d->arena, e, "personal", !r->plain.p && r->personal.p ? text : STR_NONE);
    json_add_string(d->arena, e, "sensitive", !r->plain.p && !r->personal.p ? text : STR_NONE);
    event_emit(d, e);
    attachment_add(d, &c, text, w->given);
    w->answers++;
}

static void adopt_variable(struct adopting *w, const struct old_row *r) {
    struct str text = renamed(w, r->plain);
    if (!text.p) return;
    struct json *e = event_new(w->d, "variable.put", STR_NONE);
    json_add_integer(w->d->arena, e, "case_id", r->case_id);
    json_add_integer(w->d->arena, e, "scope", r->id);
    json_add_string(w->d->arena, e, "name", r->name);
    json_add_string(w->d->arena, e, "value", text);
    event_emit(w->d, e);
}

static void adopt_task(struct adopting *w, const struct old_row *r) {
    struct str text = renamed(w, r->plain);
    if (!text.p) return;
    struct json *e = event_new(w->d, "task.about", STR_NONE);
    json_add_integer(w->d->arena, e, "id", r->id);
    json_add_string(w->d->arena, e, "item", text);
    event_emit(w->d, e);
}

bool decide_attachment_adopt(struct decision *d) {
    struct db *db = store_writer(d->store);
    struct adopting w = {.d = d, .given = json_new_array(d->arena)};
    struct old_row *rows;
    size_t count = collect(d, db_query(db, "select case_id, submission, path, value, personal, sensitive from answer where value like 'blob:%'"
                                           " or personal like 'blob:%' or (type = 'binary' and sensitive is not null) order by submission, path"), &rows);
    for (size_t i = 0; i < count; i++) adopt_answer(&w, &rows[i]);
    count = collect(d, db_query(db, "select case_id, scope, name, value, null, null from variable where value like '%blob:%' order by case_id, scope, name"), &rows);
    for (size_t i = 0; i < count; i++) adopt_variable(&w, &rows[i]);
    count = collect(d, db_query(db, "select case_id, id, null, item, null, null from task where item like '%blob:%' order by id"), &rows);
    for (size_t i = 0; i < count; i++) adopt_task(&w, &rows[i]);
    if (!w.answers) return refuse(d, 409, "attachment.none", T("There is no photo of an older version left."));
    json_add_integer(d->arena, d->result, "answers", w.answers);
    return true;
}
