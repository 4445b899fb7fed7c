/* media.c: pictures, sounds and films of a service's folder, as its forms show them.
 *
 * The address names the version (?v=), so that what was fetched once is kept. Anyone may fetch them: they are part of a form,
 * not of a case. Read next: media_address in fill.c. */
#include "web/pages.h"

static const struct {
    const char *ending, *type;
} types[] = {
    {".png", "image/png"},  {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}, {".gif", "image/gif"},  {".webp", "image/webp"}, {".svg", "image/svg+xml"},
    {".mp3", "audio/mpeg"}, {".m4a", "audio/mp4"},  {".ogg", "audio/ogg"},   {".wav", "audio/wav"},  {".mp4", "video/mp4"},   {".webm", "video/webm"},
};

static const char *type_of(struct str name) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(name, str_from(types[i].ending))) return types[i].type;
    return NULL;
}

/* The version asked for when it is one of this service, so that a form opened before a new version still finds its pictures. */
static const struct service *version_asked(struct http_request *rq, struct db *db) {
    int64_t version = 0;
    if (!str_to_int64(http_query(rq, "v"), &version)) return page_service(rq, db);
    const struct service *s = services_get(engine_services(site_of(rq)->engine), db, version);
    return s && str_eq(s->id, http_param(rq, "service")) && service_shown(rq, s) ? s : page_service(rq, db);
}

static enum http_outcome show_media(struct http_request *rq) {
    struct str name = http_param(rq, "file");
    const char *type = type_of(name);
    struct db *db = site_read(rq);
    const struct service *s = type ? version_asked(rq, db) : NULL;
    const struct service_file *file = s ? service_media(s, name) : NULL;
    struct str bytes = file ? arena_str(rq->arena, file->content) : STR("");
    if (!site_done(rq, db)) return HTTP_DONE;
    if (!file) return http_refuse(rq, 404, T("There is no such picture."));
    if (http_query(rq, "v").n) http_set(rq, "Cache-Control", STR("public, max-age=31536000, immutable"));
    return http_send(rq, 200, type, bytes);
}

const struct http_route media_routes[] = {
    {"GET", "/services/{service}/media/{file}", show_media, "anyone", T_STATIC("A picture, sound or film that a service's form shows"), 0, 0},
    {0},
};
