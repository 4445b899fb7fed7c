/* folder.c: a service folder on the disk, as service.deploy wants it: {"path": {"text": …} or {"base64": …}}.
 *
 * In: a folder's path, from a person who may have mistyped it: it may be the whole disk, or hold a pipe that nobody writes
 * to. Out: the files, and a fault for each that is not taken. Bounded in depth, number and bytes. Read next: service.c. */
#include "cli/house.h"

#include "base/crypto.h"
#include "base/env.h"

#include <string.h>

enum { DEPTH_MOST = 4, FILES_MOST = 500, FILE_BYTES = 8 << 20, FOLDER_BYTES = 32 << 20 };

struct reading {
    struct arena *a;
    const char *root;
    struct json *files;
    struct faults *faults;
    size_t bytes;
    bool full; /* said once; nothing more is read */
};

static void tell(struct reading *r, const char *code, struct str path, struct str sentence) {
    fault_error(r->faults, code, (struct place){.file = path}, sentence);
}

static void add_file(struct reading *r, struct str path, const char *full) {
    struct str content;
    struct faults unread;
    faults_init(&unread, r->a);
    if (!file_read(r->a, full, FILE_BYTES, &content, &unread)) {
        const struct fault *f = &unread.items[0];
        if (strcmp(f->code, "file.large") == 0) tell(r, f->code, path, T("The file is larger than 8 MiB."));
        else faults_add(r->faults, FAULT_ERROR, f->code, (struct place){.file = path}, f->sentence, f->sentence_count);
        return;
    }
    r->bytes += content.n;
    if (r->files->count >= FILES_MOST || r->bytes > FOLDER_BYTES) {
        tell(r, "service.too-much", str_from(r->root), T("A service folder has at most 500 files, and 32 MiB together; this may be the wrong one."));
        r->full = true;
        return;
    }
    struct json *f = json_add_empty(r->a, r->files, path.p, JSON_OBJECT);
    if (utf8_valid(content)) json_add_string(r->a, f, "text", content);
    else json_add_string(r->a, f, "base64", base64_encode(r->a, content));
}

static void read_below(struct reading *r, struct str below, int depth) {
    struct str *names, folder = below.n ? arena_printf(r->a, "%s/%.*s", r->root, STR_ARGS(below)) : str_from(r->root);
    size_t count;
    if (!folder_list(r->a, folder.p, &names, &count, NULL)) {
        tell(r, "service.file", below, T("This account may not read or write it."));
        return;
    }
    for (size_t i = 0; i < count && !r->full; i++) {
        if (names[i].p[0] == '.' || str_ends(names[i], STR(".scene"))) continue; /* of editors and of git; stories */
        struct str path = below.n ? arena_printf(r->a, "%.*s/%.*s", STR_ARGS(below), STR_ARGS(names[i])) : names[i];
        const char *full = arena_printf(r->a, "%s/%.*s", r->root, STR_ARGS(path)).p;
        enum file_kind kind = file_kind(full);
        if (kind == FILE_FOLDER && depth < DEPTH_MOST) read_below(r, path, depth + 1);
        else if (kind == FILE_REGULAR) add_file(r, path, full);
        else tell(r, "service.file", path, kind == FILE_FOLDER ? T("Folders are four deep at most.") : T("This is no file: it is not taken."));
    }
}

bool service_folder(struct arena *a, const char *path, struct json *files, struct faults *faults) {
    struct reading r = {.a = a, .root = path, .files = files, .faults = faults};
    if (!*path || file_kind(arena_printf(a, "%s/.", path).p) != FILE_FOLDER) return false; /* the root may be a link */
    if (file_kind(arena_printf(a, "%s/service.yaml", path).p) == FILE_REGULAR) read_below(&r, STR(""), 0);
    else tell(&r, "service.no-yaml", STR("service.yaml"), T("The folder has no service.yaml. docs/service-folder.md shows what it holds."));
    return true;
}
