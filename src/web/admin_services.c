/* admin_services.c: what is deployed, the services that ship, and a folder of one's own that comes as a .zip file: its faults
 * are all shown, in the reader's language; a folder without errors is deployed by the same command as any other.
 *
 * Out: admin_services.html. Read next: engine/deploy.c. */
#include "web/pages.h"

#include "base/crypto.h"

#include <string.h>
#include <unistd.h>
#include <zip.h>

static enum http_outcome done(struct http_request *rq) {
    if (!site_answer(rq)->done) return site_refused(rq);
    return site_redirect(rq, STR("/admin/services"), text_in(rq->language, T("The service is open.")));
}

static void add_faults(struct http_request *rq, const struct faults *faults, struct data *list) {
    for (size_t i = 0; i < faults->count; i++) {
        struct data *item = data_item(list);
        data_text(item, "text", fault_text(rq->arena, rq->language, &faults->items[i]));
        data_flag(item, "warning", faults->items[i].level == FAULT_WARNING);
    }
}

/* What the administrator has to settle before people come: before_opening: of service.yaml. */
static void add_before_opening(struct http_request *rq, struct db *db, struct str service, struct data *to) {
    const struct service *s = services_current(engine_services(site_of(rq)->engine), db, service);
    const struct json *lines = s ? json_member(s->yaml, "before_opening") : NULL;
    struct data *list = data_list(to, "before");
    for (size_t i = 0; lines && i < lines->count; i++) data_text(data_item(list), "text", pair_text(&lines->items[i], rq->language));
}

/* Whether the program brings the folder in another state than this one, or in the same. */
static void compare_with_shipped(struct http_request *rq, struct str id, struct str hash, struct data *item) {
    struct str shipped;
    struct json *files = json_new_object(rq->arena);
    if (!site_of(rq)->shipped(rq->arena, id, files) || !engine_folder_hash(rq->arena, files, &shipped)) return;
    data_flag(item, str_eq(shipped, hash) ? "same" : "newer", true);
}

static void add_deployed(struct http_request *rq, struct db *db, struct data *list) {
    struct query q = db_query(db, "select service, name, name_en, number, deployed_at, hash from service_version where current = 1 order by service");
    while (query_next(&q)) {
        struct data *item = data_item(list);
        struct str id = arena_str(rq->arena, query_text(&q, 0)), hash = arena_str(rq->arena, query_text(&q, 5));
        data_text(item, "id", id);
        data_text(item, "name", arena_str(rq->arena, query_text(&q, rq->language == LANGUAGE_EN ? 2 : 1)));
        data_number(item, "number", query_int(&q, 3));
        data_flag(item, "earlier", query_int(&q, 3) > 1);
        data_text(item, "when", say_time(rq, query_int(&q, 4)));
        data_text(item, "hash", str_sub(hash, 0, 12));
        compare_with_shipped(rq, id, hash, item);
        add_before_opening(rq, db, id, item);
    }
}

/* What comes with the program and was never opened here. */
static void add_unopened(struct http_request *rq, struct db *db, struct data *list) {
    for (const struct shipped_name *one = site_of(rq)->shipped_names; one->id; one++) {
        struct str id = str_from(one->id);
        if (db_int(db, 0, "select count(*) from service_version where service = ?", DB_TEXT(id))) continue;
        struct data *item = data_item(list);
        data_text(item, "id", id);
        data_text(item, "name", text_pair_in(one->name, rq->language));
        data_text(item, "summary", text_pair_in(one->summary, rq->language));
    }
}

static enum http_outcome services_page(struct http_request *rq, const struct faults *faults) {
    struct page p = page_begin(rq, T("Services"));
    page_crumb(&p, T("Administration"), STR("/admin"));
    page_form(&p);
    struct db *db = site_read(rq);
    add_deployed(rq, db, data_list(p.data, "deployed"));
    add_unopened(rq, db, data_list(p.data, "shipped"));
    if (!site_done(rq, db)) return HTTP_DONE;
    if (faults) {
        data_say(p.data, "wrong", T("Not opened. Faults in the folder: {0}"), arena_printf(rq->arena, "%zu", faults->errors));
        add_faults(rq, faults, data_list(p.data, "faults"));
    }
    return page_show(&p, "admin_services", faults ? 422 : 200);
}

static enum http_outcome show_services(struct http_request *rq) {
    return services_page(rq, NULL);
}

/* ---- a service folder as a .zip file */

enum { FOLDER_FILES = 200, FOLDER_BYTES = 8 << 20 };

/* The part of a file's name after the folder that service.yaml stands in; empty: not of the service. */
static struct str inside(struct str name, struct str folder) {
    if (!str_starts(name, folder) || str_ends(name, STR("/")) || str_find(name, STR("..")) >= 0) return STR("");
    return str_sub(name, folder.n, name.n);
}

static bool add_file(struct arena *a, zip_t *zip, zip_uint64_t index, zip_uint64_t size, struct str path, struct json *files) {
    zip_file_t *f = zip_fopen_index(zip, index, 0);
    char *bytes = arena_alloc_raw(a, size + 1);
    zip_int64_t n = f ? zip_fread(f, bytes, size) : -1;
    if (f) zip_fclose(f);
    if (n < 0 || (zip_uint64_t)n != size) return false;
    struct str content = {bytes, size};
    struct json *file = json_add_empty(a, files, arena_cstr(a, path), JSON_OBJECT);
    if (utf8_valid(content)) json_add_string(a, file, "text", content);
    else json_add_string(a, file, "base64", base64_encode(a, content));
    return true;
}

static bool read_zip(struct arena *a, zip_t *zip, struct json *files) {
    zip_int64_t count = zip_get_num_entries(zip, 0);
    zip_uint64_t sum = 0;
    struct str folder = STR_NONE;
    if (count < 1 || count > FOLDER_FILES) return false;
    for (zip_int64_t i = 0; i < count && !folder.p; i++) {
        const char *raw = zip_get_name(zip, (zip_uint64_t)i, 0);
        struct str name = raw ? str_from(raw) : STR("");
        if (str_eqz(name, "service.yaml") || str_ends(name, STR("/service.yaml"))) folder = arena_str(a, str_sub(name, 0, name.n - strlen("service.yaml")));
    }
    if (!folder.p) return false;
    for (zip_int64_t i = 0; i < count; i++) {
        zip_stat_t st;
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &st) != 0 || !st.name) return false;
        struct str path = inside(arena_str(a, str_from(st.name)), folder);
        if (!path.n) continue;
        sum += st.size;
        if (sum > FOLDER_BYTES || !add_file(a, zip, (zip_uint64_t)i, st.size, path, files)) return false;
    }
    return files->count > 0;
}

/* The page again, with what is wrong above the form. */
static enum http_outcome no_folder(struct http_request *rq, struct str sentence) {
    struct faults faults;
    faults_init(&faults, rq->arena);
    fault_error(&faults, "service.file", (struct place){0}, sentence);
    return services_page(rq, &faults);
}

static enum http_outcome upload_service(struct http_request *rq) {
    const struct http_file *file = http_upload(rq, "folder");
    if (!file || file->size <= 0 || file->size > FOLDER_BYTES) return no_folder(rq, T("Please choose a .zip file of at most 8 MB with the service's folder in it."));
    char *bytes = arena_alloc_raw(rq->arena, (size_t)file->size);
    if (pread(file->fd, bytes, (size_t)file->size, 0) != file->size) return no_folder(rq, T("The file could not be read. Please send it again."));
    struct command *c = site_command(rq, "service.deploy");
    struct json *files = json_add_empty(rq->arena, c->arguments, "files", JSON_OBJECT);
    zip_source_t *source = zip_source_buffer_create(bytes, (zip_uint64_t)file->size, 0, NULL);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, NULL) : NULL;
    bool good = zip && read_zip(rq->arena, zip, files);
    if (zip) zip_discard(zip);
    else if (source) zip_source_free(source);
    if (!good) return no_folder(rq, T("This is no .zip file of a service folder: it needs a service.yaml, and at most 200 files."));
    struct faults faults;
    faults_init(&faults, rq->arena);
    if (!engine_check_service(site_of(rq)->engine, rq->arena, files, &faults)) return services_page(rq, &faults);
    return site_submit(rq, c, done);
}

static enum http_outcome deploy_shipped(struct http_request *rq, struct str service) {
    struct command *c = site_command(rq, "service.deploy");
    struct json *files = json_add_empty(rq->arena, c->arguments, "files", JSON_OBJECT);
    if (!site_of(rq)->shipped(rq->arena, service, files)) return http_refuse(rq, 404, T("There is no service “{0}”."), service);
    return site_submit(rq, c, done);
}

/* One address for both: the page with the faults is then also that of the language link. */
static enum http_outcome deploy(struct http_request *rq) {
    struct str service = http_form(rq, "service");
    return service.n ? deploy_shipped(rq, service) : upload_service(rq);
}

const struct http_route admin_service_routes[] = {
    {"GET", "/admin/services", show_services, "admin", T_STATIC("Services: deployed, and those that ship"), 0, 0},
    {"POST", "/admin/services", deploy, "admin", T_STATIC("Deploys a service that ships, or a folder that comes as a .zip file"), 0, 9u << 20},
    {0},
};
