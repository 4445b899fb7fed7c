/* attachment.c: see attachment.h. */
#include "engine/attachment.h"

#include "engine/cases.h"
#include "store/blob.h"

#define PREFIX STR("attachment:")

bool attachment_is(struct str answer) {
    return str_starts(answer, PREFIX);
}

static struct str address_of(struct str answer) {
    return attachment_is(answer) ? str_sub(answer, PREFIX.n, answer.n) : STR("");
}

/* ---- uploading */

struct upload {
    const struct blob *blob;
    struct str key;
    instant now;
};

static bool note_upload(struct db *db, void *argument) {
    const struct upload *u = argument;
    const struct blob *b = u->blob;
    return db_run(db,
                  "insert into local_upload (address, thumbnail, media_type, width, height, bytes, key, at)"
                  " values (?, ?, 'image/jpeg', ?, ?, ?, ?, ?)",
                  DB_TEXT(str_from(b->address)), DB_TEXT_OR_NULL(b->thumbnail[0] ? str_from(b->thumbnail) : STR_NONE), DB_INT(b->width),
                  DB_INT(b->height), DB_INT(b->bytes), DB_BLOB(u->key), DB_INT(u->now));
}

struct str attachment_upload(struct engine *e, struct arena *a, struct str bytes, struct faults *faults) {
    struct blob blob;
    if (!blob_put(e->store, bytes, &blob, faults)) return STR_NONE;
    struct upload u = {.blob = &blob, .key = {(const char *)blob.key, KEY_BYTES}, .now = env_now()};
    bool noted = engine_run_local(e, note_upload, &u);
    crypto_wipe(blob.key, sizeof blob.key);
    if (noted) return arena_printf(a, "attachment:%s", blob.address);
    fault_error(faults, "store.failed", (struct place){0}, T("The data could not be written. Nothing was changed. Please try again."));
    return STR_NONE;
}

bool attachment_waiting(struct engine *e, struct db *db, struct arena *a, struct str answer, struct str *out) {
    struct query q = db_query(db, "select key from local_upload where address = ?", DB_TEXT(address_of(answer)));
    bool found = query_next(&q) && blob_get(e->store, a, address_of(answer), query_blob(&q, 0), out, NULL);
    query_done(&q);
    return found;
}

void attachments_renew(struct db *db, struct str draft, instant now) {
    db_run(db, "update local_upload set at = ?2 where instr(?1, address) > 0", DB_TEXT(draft), DB_INT(now));
}

/* ---- what a command names */

static void add_waiting(struct db *db, struct arena *a, struct str address, struct json *to) {
    struct query q = db_query(db, "select thumbnail, media_type, width, height, bytes, key from local_upload where address = ?", DB_TEXT(address));
    if (query_next(&q)) {
        struct json *item = json_add(a, to, STR_NONE, (struct json){.kind = JSON_OBJECT});
        json_add_string(a, item, "address", address);
        json_add_string(a, item, "thumbnail", query_is_null(&q, 0) ? STR_NONE : arena_str(a, query_text(&q, 0)));
        json_add_string(a, item, "media_type", arena_str(a, query_text(&q, 1)));
        json_add_integer(a, item, "width", query_int(&q, 2));
        json_add_integer(a, item, "height", query_int(&q, 3));
        json_add_integer(a, item, "bytes", query_int(&q, 4));
        json_add_string(a, item, "key", hex_encode(a, query_blob(&q, 5)));
    }
    query_done(&q);
}

struct json *attachments_given(struct db *db, struct arena *a, const struct json *arguments) {
    if (!json_member(arguments, "answers") && !json_member(arguments, "attachments")) return (struct json *)arguments;
    struct json *out = json_new_object(a), found = {.kind = JSON_ARRAY};
    for (size_t i = 0; i < arguments->count; i++)
        if (!str_eqz(arguments->items[i].name, "attachments")) json_add(a, out, arguments->items[i].name, arguments->items[i]);
    const struct json *answers = json_member(arguments, "answers");
    for (size_t i = 0; answers && answers->kind == JSON_ARRAY && i < answers->count; i++) {
        struct str value = answers->items[i].kind == JSON_OBJECT ? json_string(&answers->items[i], "value") : STR_NONE;
        if (attachment_is(value)) add_waiting(db, a, address_of(value), &found);
    }
    if (found.count) json_add(a, out, STR("attachments"), found);
    return out;
}

/* ---- deciding */

static bool belongs(struct decision *d, const struct case_row *c, struct str address) {
    return db_int(store_writer(d->store), 0, "select count(*) from attachment where address = ? and subject_kind = 2 and subject_id = ?", DB_TEXT(address),
                  DB_INT(c->id)) > 0;
}

void attachment_store(struct decision *d, const struct case_row *c, struct str answer) {
    attachment_add(d, c, answer, command_json(d->command, "attachments"));
}

void attachment_add(struct decision *d, const struct case_row *c, struct str answer, const struct json *given) {
    const struct json *found = NULL;
    struct str address = address_of(answer);
    for (size_t i = 0; address.n && given && given->kind == JSON_ARRAY && i < given->count; i++)
        if (str_eq(json_string(&given->items[i], "address"), address)) found = &given->items[i];
    if (!found || belongs(d, c, address)) return;
    struct json *e = event_new(d, "attachment.added", c->of);
    json_add_string(d->arena, e, "address", address);
    json_add_integer(d->arena, e, "subject_kind", SEAL_CASE);
    json_add_integer(d->arena, e, "subject_id", c->id);
    json_add_string(d->arena, e, "thumbnail", json_string(found, "thumbnail"));
    json_add_string(d->arena, e, "media_type", json_string(found, "media_type"));
    json_add_integer(d->arena, e, "width", json_integer(found, "width", 0));
    json_add_integer(d->arena, e, "height", json_integer(found, "height", 0));
    json_add_integer(d->arena, e, "bytes", json_integer(found, "bytes", 0));
    json_add_string(d->arena, e, "sealed_key", json_string(found, "key"));
    event_emit(d, e);
    if (!d->trial) db_run(store_writer(d->store), "delete from local_upload where address = ?", DB_TEXT(address));
}

/* The files follow once the batch is durable, unless another case has them too. */
static void remove_files(struct decision *d, struct str address, struct str thumbnail) {
    if (d->trial) return;
    blob_remove_later(d->store, address);
    blob_remove_later(d->store, thumbnail);
}

struct pair {
    struct str address, thumbnail;
};

/* Living attachments of the case: all, or the one at `address`. */
static size_t attachments_of(struct decision *d, int64_t case_id, struct str address, struct pair **out) {
    size_t count = 0, capacity = 0;
    *out = NULL;
    struct query q = db_query(store_writer(d->store),
                              "select address, coalesce(thumbnail, '') from attachment where subject_kind = 2 and subject_id = ?1"
                              " and sealed_key is not null and (?2 = '' or address = ?2) order by address",
                              DB_INT(case_id), DB_TEXT(address));
    while (query_next(&q)) {
        struct pair p = {arena_str(d->arena, query_text(&q, 0)), arena_str(d->arena, query_text(&q, 1))};
        VEC_PUSH(d->arena, *out, count, capacity, p);
    }
    return count;
}

void attachments_erase(struct decision *d, int64_t case_id) {
    struct pair *gone;
    size_t count = attachments_of(d, case_id, STR(""), &gone);
    if (!count) return;
    struct json *e = event_new(d, "attachment.erased", STR_NONE);
    json_add_integer(d->arena, e, "subject_kind", SEAL_CASE);
    json_add_integer(d->arena, e, "subject_id", case_id);
    event_emit(d, e);
    for (size_t i = 0; i < count; i++) remove_files(d, gone[i].address, gone[i].thumbnail);
}

/* What stands in the answer, also where it is sealed; empty when its key is gone. */
static struct str answer_text(struct decision *d, int64_t submission, struct str path) {
    struct str clear = STR("");
    struct query q = db_query(store_writer(d->store), "select coalesce(value, personal), sensitive from answer where submission = ? and path = ?",
                              DB_INT(submission), DB_TEXT(path));
    if (query_next(&q)) {
        if (!query_is_null(&q, 0)) clear = arena_str(d->arena, query_text(&q, 0));
        else if (!query_is_null(&q, 1)) seal_open(store_writer(d->store), d->arena, query_text(&q, 1), STR("answer.sensitive"), &clear, NULL);
    }
    query_done(&q);
    return clear;
}

void attachment_clear(struct decision *d, const struct case_row *c, int64_t submission, struct str path) {
    struct pair *gone;
    struct str answer = answer_text(d, submission, path), address = address_of(answer);
    if (!address.n || !attachments_of(d, c->id, address, &gone)) return;
    if (db_int(store_writer(d->store), 0, "select count(*) from answer where case_id = ?1 and coalesce(value, personal) = ?2 and not (submission = ?3 and path = ?4)",
               DB_INT(c->id), DB_TEXT(answer), DB_INT(submission), DB_TEXT(path)))
        return;
    struct json *e = event_new(d, "attachment.removed", STR_NONE);
    json_add_string(d->arena, e, "address", address);
    json_add_integer(d->arena, e, "subject_kind", SEAL_CASE);
    json_add_integer(d->arena, e, "subject_id", c->id);
    event_emit(d, e);
    remove_files(d, gone[0].address, gone[0].thumbnail);
}

/* ---- showing */

bool attachment_open(struct engine *e, struct db *db, struct arena *a, int64_t case_id, struct str answer, bool whole, struct str *out) {
    struct str hex, key = STR_NONE, file = STR_NONE;
    struct query q = db_query(db, "select sealed_key, address, thumbnail from attachment where address = ? and subject_kind = 2 and subject_id = ?",
                              DB_TEXT(address_of(answer)), DB_INT(case_id));
    if (query_next(&q) && !query_is_null(&q, 0) && seal_open(db, a, query_text(&q, 0), BLOB_KEY_CONTEXT, &hex, NULL) == SEAL_OPEN && hex_decode(a, hex, &key))
        file = arena_str(a, query_text(&q, whole || query_is_null(&q, 2) ? 1 : 2));
    query_done(&q);
    return file.n && blob_get(e->store, a, file, key, out, NULL);
}
