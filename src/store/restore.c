/* restore.c: a backup becomes a data folder again (backup.h).
 *
 * It is filled beside the old folder, opened, given its new log and the erasures it has not heard of; only then do the
 * two change places. Until that moment a failure leaves everything as it was. */
#include "store/backup_parts.h"

#include <stdio.h>

struct target {
    int file;
    const char *path;
    struct faults *faults;
};

static bool append_piece(void *context, struct str piece) {
    struct target *t = context;
    return file_append(t->file, t->path, piece, t->faults);
}

static bool extract_one(struct backup_file *b, const char *folder, struct str name, struct faults *faults) {
    struct target t = {.path = arena_printf(b->a, "%s/%.*s", folder, STR_ARGS(name)).p, .faults = faults};
    if (str_starts(name, STR("media/")) &&
        !folder_make(arena_printf(b->a, "%s/%.8s", folder, name.p).p, 0700, faults)) return false;
    t.file = file_create(t.path, 0600, faults);
    if (t.file < 0) return false;
    bool good = backup_each_piece(b, name, append_piece, &t);
    return file_finish(t.file, t.path, faults) && good;
}

static bool extract(struct backup_file *b, const char *folder, struct faults *faults) {
    if (!folder_make(arena_printf(b->a, "%s/media", folder).p, 0700, faults)) return false;
    for (size_t i = 0; i < b->files->count; i++)
        if (!extract_one(b, folder, json_string(&b->files->items[i], "name"), faults)) return false;
    return true;
}

/* The subjects erased in the folder that is put aside. */
static size_t erased_before(const char *old_folder, struct arena *a, struct seal_subject **out, struct faults *faults) {
    size_t count = 0, capacity = 0;
    const char *path = arena_printf(a, "%s/keys.db", old_folder).p;
    *out = NULL;
    if (!file_exists(path)) return 0;
    struct faults unread;
    faults_init(&unread, a);
    struct db *db = db_open(path, DB_OPEN_WRITE, NULL, &unread);
    if (db) {
        struct query q = db_query(db, "SELECT subject_kind, subject_id FROM data_key WHERE wrapped IS NULL");
        while (query_next(&q)) {
            struct seal_subject subject = {.kind = (int)query_int(&q, 0), .id = query_int(&q, 1)};
            VEC_PUSH(a, *out, count, capacity, subject);
        }
        if (db_failure(db) != DB_FINE) db_failure_fault(db, &unread);
        db_close(db);
    }
    if (unread.errors)
        fault_warning(faults, "backup.erasures-unknown", (struct place){.file = str_from(path)},
                      T("The keys of the old folder cannot be read: erasures made since the backup must be repeated by hand."));
    return count;
}

static bool start_anew(struct store *s, const struct seal_subject *erased, size_t count, struct backup_report *out,
                       struct faults *faults) {
    store_begin(s);
    store_savepoint(s);
    for (size_t i = 0; i < count; i++) {
        if (seal_destroyed(s->writer, erased[i])) continue;
        db_run(s->writer, "INSERT OR IGNORE INTO local_erasure_due (subject_kind, subject_id) VALUES (?, ?)",
               DB_INT(erased[i].kind), DB_INT(erased[i].id));
        seal_destroy(s, erased[i]);
        out->erasures++;
    }
    journal_start_log(s, NULL, env_now());
    store_keep(s);
    return store_commit(s, faults);
}

static bool open_and_start(const struct store_options *options, const char *folder, struct arena *a, const char *old_folder,
                           struct backup_report *out, struct faults *faults) {
    struct seal_subject *erased;
    size_t count = erased_before(old_folder, a, &erased, faults);
    struct store_options o = *options;
    o.folder = folder;
    o.create = o.read_only = false;
    struct store *s = store_open(&o, faults);
    if (!s) return false;
    bool good = journal_verify(s->writer, faults, NULL) && start_anew(s, erased, count, out, faults);
    store_close(s);
    return good;
}

static const char *name_for_old(struct arena *a, const char *folder) {
    struct civil_time t = civil_from_instant(env_now(), 0);
    for (int i = 0; i < 1000; i++) {
        const char *name = arena_printf(a, "%s.before-restore-%04lld%02d%02d-%02d%02d%02d%s%.0d", folder, (long long)t.date.year,
                                        t.date.month, t.date.day, t.hour, t.minute, t.second, i ? "-" : "", i).p;
        if (!file_exists(name)) return name;
    }
    return NULL;
}

struct job {
    const char *from;
    const struct store_options *options;
    struct arena *a;
    struct backup_report *out;
    struct faults *faults;
    int lock;
    bool good;
};

static bool change_places(struct job *j, const char *filled) {
    const char *folder = j->options->folder;
    if (file_exists(folder) && !folder_empty(folder)) {
        const char *aside = name_for_old(j->a, folder);
        if (!aside || !file_rename(folder, aside, j->faults)) return false;
        j->out->set_aside = str_from(aside);
    } else if (file_exists(folder) && !folder_remove(folder, j->faults)) {
        return false;
    }
    return file_rename(filled, folder, j->faults);
}

static void do_restore(void *arg) {
    struct job *j = arg;
    struct backup_file b;
    const char *folder = j->options->folder, *filled = arena_printf(j->a, "%s.restoring", folder).p;
    if (!backup_open(j->from, j->a, &b, j->faults) || !backup_check_open(&b, j->out, j->faults)) return;
    if (file_exists(folder)) {
        j->lock = folder_lock(folder, j->faults);
        if (j->lock < 0) return;
    }
    j->good = folder_remove(filled, j->faults) && folder_make(filled, 0700, j->faults) && extract(&b, filled, j->faults) &&
              open_and_start(j->options, filled, j->a, folder, j->out, j->faults) && change_places(j, filled);
    if (!j->good) folder_remove(filled, NULL);
}

bool backup_restore(const char *from, const struct store_options *options, struct arena *a, struct backup_report *out,
                    struct faults *faults) {
    struct job j = {from, options, a, out, faults, -1, false};
    *out = (struct backup_report){.files = 0};
    if (!arena_run(a, do_restore, &j)) {
        fault_error(faults, "backup.failed", (struct place){.file = str_from(from)}, T("There is not enough memory."));
        j.good = false;
    }
    folder_unlock(j.lock);
    return j.good;
}
