/* deploy.c: service.deploy: a checked folder becomes the version that new cases get; its files are journalled whole. */
#include "engine/commands.h"
#include "engine/engine_internal.h"
#include "engine/queries.h"

#include "base/crypto.h"

#include <stdlib.h>

/* {"path": {"text": …} or {"base64": …}}; NULL when it is nothing of the kind. */
static struct service_file *files_of(struct arena *a, const struct json *files) {
    if (!files || files->kind != JSON_OBJECT || files->count == 0 || files->count > 500) return NULL;
    struct service_file *out = arena_array(a, struct service_file, files->count);
    for (size_t i = 0; i < files->count; i++) {
        struct str text = json_string(&files->items[i], "text"), coded = json_string(&files->items[i], "base64");
        if (!text.p && !(coded.p && base64_decode(a, coded, &text))) return NULL;
        out[i] = (struct service_file){.path = files->items[i].name, .content = text};
    }
    return out;
}

bool engine_check_service(struct engine *e, struct arena *a, const struct json *files, struct faults *faults) {
    const struct service_file *list = files_of(a, files);
    return list && service_load(a, list, files->count, e->store, e->rooms, true, faults) && !faults->errors;
}

bool engine_folder_hash(struct arena *a, const struct json *files, struct str *hash) {
    const struct service_file *list = files_of(a, files);
    if (list) *hash = service_files_hash(a, list, files->count);
    return list != NULL;
}

static bool has_faults(struct decision *d, const struct faults *faults) {
    if (!faults->errors) return false;
    for (size_t i = 0; i < faults->count; i++) {
        if (faults->items[i].level != FAULT_ERROR) continue;
        struct str first = fault_text(d->arena, LANGUAGE_ZH, &faults->items[i]);
        refuse(d, 422, "service.faults", T("The folder has {0} faults. The first: {1}"), arena_printf(d->arena, "%zu", faults->errors), first);
        break;
    }
    return true;
}

static void emit_file(struct decision *d, int64_t version, const struct json *file) {
    struct str text = json_string(file, "text");
    struct json *e = event_new(d, "service.file", STR_NONE);
    json_add_integer(d->arena, e, "version", version);
    json_add_string(d->arena, e, "path", file->name);
    json_add_string(d->arena, e, "content", text.p ? text : json_string(file, "base64"));
    json_add_string(d->arena, e, "encoding", text.p ? STR("text") : STR("base64"));
    event_emit(d, e);
}

static int by_path(const void *a, const void *b) {
    const struct json *const *x = a, *const *y = b;
    return str_cmp((*x)->name, (*y)->name);
}

/* In the order of their paths, whatever order they came in: the journal keeps commands as canonical JSON, and deciding
 * anew has to give the same events. */
static void emit_files(struct decision *d, int64_t version, const struct json *given) {
    const struct json **sorted = arena_array(d->arena, const struct json *, given->count);
    for (size_t i = 0; i < given->count; i++) sorted[i] = &given->items[i];
    qsort(sorted, given->count, sizeof *sorted, by_path);
    for (size_t i = 0; i < given->count; i++) emit_file(d, version, sorted[i]);
}

bool decide_service_deploy(struct decision *d) {
    const struct json *given = command_json(d->command, "files");
    const struct service_file *files = files_of(d->arena, given);
    struct faults faults;
    faults_init(&faults, d->arena);
    if (!files) return refuse(d, 400, "service.files", T("A service needs its files: {path: {text: …}}."));
    const struct service *s = service_load(d->arena, files, given->count, d->store, d->engine->rooms, true, &faults);
    if (has_faults(d, &faults)) return false;
    if (!s) return refuse(d, 422, "service.faults", T("The folder cannot be used."));
    struct db *db = store_writer(d->store);
    int64_t before = db_int(db, 0, "select id from service_version where service = ? and current = 1", DB_TEXT(s->id));
    if (before && str_eq(db_text(db, d->arena, "select hash from service_version where id = ?", DB_INT(before)), s->hash)) {
        json_add_integer(d->arena, d->result, "version", before);
        json_add_boolean(d->arena, d->result, "unchanged", true);
        return true;
    }
    if (before) {
        struct json *e = event_new(d, "service.replaced", STR_NONE);
        json_add_integer(d->arena, e, "id", before);
        json_add_integer(d->arena, e, "current", 0);
        event_emit(d, e);
    }
    int64_t id = next_id(d, "service_version");
    struct json *e = event_new(d, "service.deployed", STR_NONE);
    json_add_integer(d->arena, e, "id", id);
    json_add_string(d->arena, e, "service", s->id);
    json_add_integer(d->arena, e, "number", 1 + db_int(db, 0, "select coalesce(max(number), 0) from service_version where service = ?", DB_TEXT(s->id)));
    json_add_string(d->arena, e, "hash", s->hash);
    json_add_string(d->arena, e, "name", s->name.zh);
    json_add_string(d->arena, e, "name_en", s->name.en);
    json_add_integer(d->arena, e, "deployed_at", d->now);
    json_add_integer(d->arena, e, "current", 1);
    event_emit(d, e);
    emit_files(d, id, given);
    json_add_string(d->arena, d->result, "service", s->id);
    json_add_integer(d->arena, d->result, "version", id);
    return true;
}
