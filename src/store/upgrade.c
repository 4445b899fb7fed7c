/* upgrade.c: see upgrade.h. */
#include "store/upgrade.h"
#include "store/inside.h"

/* Columns a table has in both files, quoted and separated: names of `t` in main that are also in old. */
static struct str common_columns(struct db *db, struct arena *a, struct str table) {
    struct buf out;
    buf_init(&out, a, 1 << 16);
    struct query q = db_query(db,
                              "SELECT n.name FROM pragma_table_info(?1, 'main') n JOIN pragma_table_info(?1, 'old') o ON o.name = n.name"
                              " ORDER BY n.cid",
                              DB_TEXT(table));
    while (query_next(&q)) {
        if (out.n) buf_addz(&out, ", ");
        buf_add(&out, db_quoted(a, query_text(&q, 0)));
    }
    return out.n ? buf_str(&out) : STR("");
}

/* The rows a fresh store made for itself give way to the old ones. */
static void copy_table(struct db *db, struct arena *a, struct str table) {
    struct str name = db_quoted(a, table), columns = common_columns(db, a, table);
    if (!columns.n) return;
    db_run_made(db, arena_printf(a, "DELETE FROM main.%.*s", STR_ARGS(name)).p);
    db_run_made(db, arena_printf(a, "INSERT INTO main.%.*s (%.*s) SELECT %.*s FROM old.%.*s", STR_ARGS(name), STR_ARGS(columns),
                                 STR_ARGS(columns), STR_ARGS(name)).p);
}

/* Everything that is not state. local_schema tells how the file was made: it stays the fresh one's. */
static bool copy_rest(struct db *db, struct arena *a, const char *old_file) {
    struct str *names = NULL;
    size_t count = 0, capacity = 0;
    db_run(db, "ATTACH ? AS old", DB_TEXT(str_from(old_file)));
    db_run(db, "BEGIN IMMEDIATE");
    struct query q = db_query(db,
                              "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name <> 'local_schema'"
                              " AND (name LIKE 'journal\\_%' ESCAPE '\\' OR name LIKE 'local\\_%' ESCAPE '\\')"
                              " AND name IN (SELECT name FROM old.sqlite_schema WHERE type = 'table') ORDER BY name");
    while (query_next(&q)) VEC_PUSH(a, names, count, capacity, arena_str(a, query_text(&q, 0)));
    for (size_t i = 0; i < count; i++) copy_table(db, a, names[i]);
    return db_run(db, "COMMIT") && db_run(db, "DETACH old");
}

struct job {
    const struct store_options *options;
    const char *backup;
    upgrade_replay *replay;
    void *context;
    struct arena *a;
    struct upgrade_report *out;
    struct faults *faults;
    struct store *old, *fresh;
    bool good;
};

static bool fill(struct job *j, const char *beside, const char *old_file) {
    struct store_options o = {.folder = beside, .schema = j->options->schema, .create = true, .keys_of = j->old};
    j->fresh = store_open(&o, j->faults);
    if (!j->fresh || !j->replay(j->context, j->old, j->fresh, j->faults)) return false;
    db_forget_failure(j->fresh->writer);
    if (!copy_rest(j->fresh->writer, j->a, old_file)) {
        db_failure_fault(j->fresh->writer, j->faults);
        return false;
    }
    return store_check(j->fresh, j->faults) && journal_verify(j->fresh->writer, j->faults, NULL);
}

static void do_upgrade(void *arg) {
    struct job *j = arg;
    const char *folder = j->options->folder, *beside = arena_printf(j->a, "%s.upgrading", folder).p;
    const char *old_file = arena_printf(j->a, "%s/lingban.db", folder).p, *new_file = arena_printf(j->a, "%s/lingban.db", beside).p;
    struct store_options o = *j->options;
    o.create = o.read_only = false;
    o.any_schema = true;
    j->old = store_open(&o, j->faults);
    if (!j->old) return;
    j->out->needed = !store_schema_current(j->old, j->options->schema);
    if (!j->out->needed) {
        j->good = true;
        return;
    }
    if (!backup_write(j->old, j->backup, j->a, &j->out->backup, j->faults)) return;
    bool filled = folder_remove(beside, j->faults) && fill(j, beside, old_file);
    /* Closing moves both write-ahead logs into their files; then one rename changes everything at once. The lock on
     * the folder is let go in between: a server that starts meanwhile finds the old tables and refuses. */
    store_close(j->fresh);
    store_close(j->old);
    j->fresh = j->old = NULL;
    j->good = filled && file_sync(new_file, j->faults) && file_rename(new_file, old_file, j->faults);
    folder_remove(beside, NULL);
}

bool store_upgrade(const struct store_options *options, const char *backup, upgrade_replay *replay, void *context,
                   struct arena *a, struct upgrade_report *out, struct faults *faults) {
    struct job j = {.options = options, .backup = backup, .replay = replay, .context = context, .a = a, .out = out, .faults = faults};
    *out = (struct upgrade_report){.needed = false};
    if (!arena_run(a, do_upgrade, &j)) {
        fault_error(faults, "store.failed", (struct place){.file = str_from(options->folder)}, T("There is not enough memory."));
        j.good = false;
    }
    store_close(j.fresh);
    store_close(j.old);
    return j.good;
}
