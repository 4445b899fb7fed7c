/* backup.c: writing and checking a backup (backup.h). Putting one back: restore.c. */
#include "store/backup_parts.h"

#include <errno.h>
#include <string.h>
#include <zip.h>

/* A copy of a database as it is now, while others write: SQLite's backup in one go holds a snapshot and no lock. */
static bool copy_database(struct db *from, const char *to, struct faults *faults) {
    if (!file_write(to, STR(""), 0600, faults)) return false;
    struct db *copy = db_open(to, DB_OPEN_WRITE, NULL, faults);
    if (!copy) return false;
    sqlite3_backup *b = sqlite3_backup_init(db_handle(copy), "main", db_handle(from), "main");
    if (b) {
        sqlite3_backup_step(b, -1);
        sqlite3_backup_finish(b);
    }
    db_note(copy, sqlite3_errcode(db_handle(copy)));
    bool good = db_failure(copy) == DB_FINE;
    if (!good) db_failure_fault(copy, faults);
    db_close(copy);
    return good && file_sync(to, faults);
}

static bool add_to_hash(void *context, struct str piece) {
    sha256_more(context, piece);
    return true;
}

void backup_stop(struct store *s) {
    atomic_store(&s->backups_stopped, true);
}

struct hashing {
    struct sha256 *hash;
    struct store *store;
};

static bool hash_piece(void *context, struct str piece) {
    struct hashing *h = context;
    return !atomic_load(&h->store->backups_stopped) && add_to_hash(h->hash, piece);
}

static bool hash_file(struct store *s, const char *path, struct hash *out, struct faults *faults) {
    struct hashing h = {sha256_begin(), s};
    bool good = file_each(path, hash_piece, &h, faults);
    *out = sha256_end(h.hash);
    return good;
}

static int is_stopped(zip_t *zip, void *store) {
    (void)zip;
    return atomic_load(&((struct store *)store)->backups_stopped);
}

struct writing {
    struct store *store;
    struct arena *a;
    struct faults *faults;
    zip_t *zip;
    const char *to;
    struct json_out manifest;
    struct backup_report *report;
};

static bool zip_failed(struct writing *w) {
    fault_error(w->faults, "backup.failed", (struct place){.file = str_from(w->to)}, T("The backup could not be written: {0}."),
                str_from(zip_strerror(w->zip)));
    return false;
}

static bool add_file(struct writing *w, const char *path, const char *name) {
    struct hash h;
    int64_t bytes = file_size(path);
    if (!hash_file(w->store, path, &h, w->faults)) return false;
    zip_source_t *source = zip_source_file(w->zip, path, 0, -1);
    zip_int64_t index = source ? zip_file_add(w->zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
        zip_source_free(source);
        return zip_failed(w);
    }
    /* Sealed files are noise, which does not pack; databases do, and the quickest level gets most of it. */
    bool sealed = strncmp(name, "media/", 6) == 0;
    zip_set_file_compression(w->zip, (zip_uint64_t)index, sealed ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 1);
    json_object_open(&w->manifest);
    json_member_integer(&w->manifest, "bytes", bytes);
    json_member_string(&w->manifest, "name", str_from(name));
    json_member_string(&w->manifest, "sha256", hex_encode(w->a, HASH_STR(h)));
    json_object_close(&w->manifest);
    w->report->files++;
    w->report->bytes += bytes;
    return true;
}

static bool add_media(struct writing *w, const char *folder) {
    struct str *prefixes, *names;
    size_t prefix_count, count;
    const char *media = arena_printf(w->a, "%s/media", folder).p;
    if (!folder_list(w->a, media, &prefixes, &prefix_count, w->faults)) return false;
    for (size_t i = 0; i < prefix_count; i++) {
        const char *below = arena_printf(w->a, "%s/%.*s", media, STR_ARGS(prefixes[i])).p;
        if (!folder_list(w->a, below, &names, &count, w->faults)) return false;
        for (size_t k = 0; k < count; k++) {
            const char *path = arena_printf(w->a, "%s/%.*s", below, STR_ARGS(names[k])).p;
            const char *name = arena_printf(w->a, "media/%.*s/%.*s", STR_ARGS(prefixes[i]), STR_ARGS(names[k])).p;
            if (backup_name_good(str_from(name)) && !add_file(w, path, name)) return false;
        }
    }
    return true;
}

/* The journal's size and root as they are in the copy: what the backup promises to hold. */
static bool describe_copy(const char *copy, struct arena *a, struct backup_report *report, struct faults *faults) {
    struct db *db = db_open(copy, DB_OPEN_WRITE, NULL, faults);
    struct journal_log log;
    struct hash root;
    if (!db) return false;
    report->entries = journal_count(db);
    bool good = journal_log_get(db, a, 0, &log) && journal_root_at(db, log.log, log.size, &root);
    if (good) report->root = hex_encode(a, HASH_STR(root));
    else fault_error(faults, "store.damaged", (struct place){.file = str_from(copy)}, T("The journal is damaged. Restore the last backup with “lingban restore”."));
    /* A copy of a write-ahead database opens as one; leave no side files beside it. */
    db_script(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    db_close(db);
    return good;
}

static bool add_manifest(struct writing *w, struct buf *text) {
    json_array_close(&w->manifest);
    json_member_integer(&w->manifest, "made_at", env_now());
    json_member_string(&w->manifest, "root", w->report->root);
    json_member_integer(&w->manifest, "v", 1);
    json_object_close(&w->manifest);
    if (text->full) arena_escape(w->a);
    zip_source_t *source = zip_source_buffer(w->zip, text->p, text->n, 0);
    if (source && zip_file_add(w->zip, BACKUP_MANIFEST, source, ZIP_FL_ENC_UTF_8) >= 0) return true;
    zip_source_free(source);
    return zip_failed(w);
}

static bool fill_zip(struct writing *w, const char *folder, const char *main_copy, const char *keys_copy) {
    struct buf text;
    buf_init(&text, w->a, BACKUP_MANIFEST_BYTES);
    json_begin(&w->manifest, &text);
    json_object_open(&w->manifest);
    json_member_integer(&w->manifest, "entries", w->report->entries);
    json_name(&w->manifest, STR("files"));
    json_array_open(&w->manifest);
    return add_file(w, main_copy, "lingban.db") && add_file(w, keys_copy, "keys.db") && add_media(w, folder) &&
           add_manifest(w, &text);
}

static bool write_zip(struct store *s, struct arena *a, const char *part, const char *main_copy, const char *keys_copy,
                      struct backup_report *out, struct faults *faults) {
    int status;
    const char *path = arena_printf(a, "%s/backup.zip", part).p;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_EXCL, &status);
    struct writing w = {.store = s, .a = a, .faults = faults, .zip = zip, .to = path, .report = out};
    if (!zip) {
        fault_error(faults, "backup.failed", (struct place){.file = str_from(path)}, T("The backup could not be written: {0}."), STR("zip"));
        return false;
    }
    zip_register_cancel_callback_with_state(zip, is_stopped, NULL, s);
    if (!fill_zip(&w, s->folder, main_copy, keys_copy)) {
        zip_discard(zip);
        return false;
    }
    if (zip_close(zip) == 0) return file_sync(path, faults);
    zip_failed(&w);
    zip_discard(zip);
    return false;
}

static bool write_into(struct store *s, const char *part, const char *to, struct arena *a, struct backup_report *out,
                       struct faults *faults) {
    const char *main_copy = arena_printf(a, "%s/lingban.db", part).p, *keys_copy = arena_printf(a, "%s/keys.db", part).p;
    /* No file goes while the rows that name it are copied (blob.h). */
    int media = folder_share(arena_printf(a, "%s/media", s->folder).p, faults);
    struct db *reader = store_connect_reader(s, faults);
    bool good = media >= 0 && reader && copy_database(reader, main_copy, faults) && describe_copy(main_copy, a, out, faults);
    db_close(reader);
    /* Only then the keys: they may run ahead of what they open, never behind. */
    if (good) {
        keys_lock(s->keys);
        good = copy_database(keys_db(s->keys), keys_copy, faults);
        keys_unlock(s->keys);
    }
    good = good && write_zip(s, a, part, main_copy, keys_copy, out, faults);
    folder_unlock(media);
    return good && file_rename(arena_printf(a, "%s/backup.zip", part).p, to, faults);
}

struct job {
    struct store *s;
    const char *to;
    struct arena *a;
    struct backup_report *out;
    struct faults *faults;
    bool good;
};

static void do_write(void *arg) {
    struct job *j = arg;
    const char *part = arena_printf(j->a, "%s.part", j->to).p;
    if (file_exists(j->to)) {
        fault_error(j->faults, "file.exists", (struct place){.file = str_from(j->to)}, T("There is something of that name already."));
        return;
    }
    /* What an interrupted backup left behind holds keys: it is taken away first. */
    j->good = folder_remove(part, j->faults) && folder_make(part, 0700, j->faults) &&
              write_into(j->s, part, j->to, j->a, j->out, j->faults);
    folder_remove(part, NULL);
}

bool backup_write(struct store *s, const char *to, struct arena *a, struct backup_report *out, struct faults *faults) {
    struct job j = {s, to, a, out, faults, false};
    *out = (struct backup_report){.files = 0};
    if (!arena_run(a, do_write, &j)) {
        fault_error(faults, "backup.failed", (struct place){.file = str_from(to)}, T("There is not enough memory."));
        j.good = false;
    }
    return j.good;
}

/* Reading. */

bool backup_name_good(struct str name) {
    if (str_eqz(name, "lingban.db") || str_eqz(name, "keys.db")) return true;
    if (!str_starts(name, STR("media/")) || name.n != sizeof "media/ab/" - 1 + 2 * HASH_BYTES - 2) return false;
    for (size_t i = 6; i < name.n; i++) {
        char c = name.p[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (i == 8 ? c != '/' : !hex) return false;
    }
    return true;
}

static void close_zip(void *zip) {
    zip_discard(zip);
}

static bool not_ours(const char *from, struct faults *faults) {
    fault_error(faults, "backup.not-ours", (struct place){.file = str_from(from)}, T("This file is no backup made by Lingban."));
    return false;
}

bool backup_each_piece(struct backup_file *b, struct str name, file_piece *fn, void *context) {
    char piece[65536];
    zip_file_t *file = zip_fopen(b->zip, arena_cstr(b->a, name), 0);
    if (!file) return false;
    zip_int64_t n;
    bool more = true;
    while (more && (n = zip_fread(file, piece, sizeof piece)) > 0) more = fn(context, (struct str){piece, (size_t)n});
    zip_fclose(file);
    return more && n == 0;
}

static bool collect(void *context, struct str piece) {
    struct buf *b = context;
    buf_add(b, piece);
    return !b->full;
}

bool backup_open(const char *from, struct arena *a, struct backup_file *out, struct faults *faults) {
    int status;
    struct buf text;
    if (!file_exists(from)) {
        file_fault(faults, from, ENOENT);
        return false;
    }
    *out = (struct backup_file){.a = a, .path = from, .zip = zip_open(from, ZIP_RDONLY, &status)};
    if (!out->zip) return not_ours(from, faults);
    arena_on_release(a, close_zip, out->zip);
    buf_init(&text, a, BACKUP_MANIFEST_BYTES);
    if (!backup_each_piece(out, STR(BACKUP_MANIFEST), collect, &text)) return not_ours(from, faults);
    static const struct json_limits limits = {.bytes = BACKUP_MANIFEST_BYTES, .depth = 8};
    struct json *manifest = json_parse(a, buf_str(&text), &limits, str_from(from), NULL);
    out->files = manifest ? json_member(manifest, "files") : NULL;
    out->entries = manifest ? json_integer(manifest, "entries", 0) : 0;
    out->root = manifest ? json_string(manifest, "root") : STR_NONE;
    if (!out->files || out->files->kind != JSON_ARRAY || json_integer(manifest, "v", 0) != 1) return not_ours(from, faults);
    return true;
}

static bool check_one(struct backup_file *b, const struct json *file, struct faults *faults) {
    struct str name = json_string(file, "name"), stated = json_string(file, "sha256");
    if (!backup_name_good(name)) return not_ours(b->path, faults);
    struct sha256 *s = sha256_begin();
    bool whole = backup_each_piece(b, name, add_to_hash, s);
    struct hash h = sha256_end(s);
    if (whole && str_eq(hex_encode(b->a, HASH_STR(h)), stated)) return true;
    struct place place = {.file = str_from(b->path), .element = name};
    fault_error(faults, "backup.altered", place,
                T("The backup is damaged: {0} is not what it was when it was saved. Take an earlier one."), name);
    return false;
}

bool backup_check_open(struct backup_file *b, struct backup_report *out, struct faults *faults) {
    bool has_main = false, has_keys = false;
    for (size_t i = 0; i < b->files->count; i++) {
        const struct json *file = &b->files->items[i];
        if (!check_one(b, file, faults)) return false;
        has_main = has_main || str_eqz(json_string(file, "name"), "lingban.db");
        has_keys = has_keys || str_eqz(json_string(file, "name"), "keys.db");
        out->files++;
        out->bytes += json_integer(file, "bytes", 0);
    }
    out->entries = b->entries;
    out->root = b->root;
    return (has_main && has_keys) || not_ours(b->path, faults);
}

struct checking {
    const char *from;
    struct arena *a;
    struct backup_report *out;
    struct faults *faults;
    bool good;
};

static void do_check(void *arg) {
    struct checking *c = arg;
    struct backup_file b;
    c->good = backup_open(c->from, c->a, &b, c->faults) && backup_check_open(&b, c->out, c->faults);
}

bool backup_check(const char *from, struct arena *a, struct backup_report *out, struct faults *faults) {
    struct checking c = {from, a, out, faults, false};
    *out = (struct backup_report){.files = 0};
    if (!arena_run(a, do_check, &c)) return not_ours(from, faults);
    return c.good;
}
