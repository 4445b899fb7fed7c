/* backup.h: a data folder in one zip file, and back.
 *
 * The zip holds lingban.db (a consistent snapshot taken while serving), keys.db, media/… and manifest.json with the
 * SHA-256 and size of each. lingban.db is copied first: keys and media only ever run ahead of it. A restore checks
 * every hash before it touches anything, puts an existing folder aside instead of deleting it, starts a new log whose
 * first entry states the old root, and destroys again every key that the folder put aside had destroyed
 * (seal_erasures_due tells the engine which cells to blank).
 */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store/store.h"

struct backup_report {
    int64_t files, bytes;
    int64_t entries; /* of the journal */
    struct str root; /* hex; in the arena */
    struct str set_aside; /* restore: where the former folder now is; STR_NONE when there was none */
    int64_t erasures; /* restore: keys destroyed again */
};

/* Any thread: a backup that is being written gives up soon, as failed without a fault; so do later ones. For closing. */
void backup_stop(struct store *s);
/* `to` must not exist. */
bool backup_write(struct store *s, const char *to, struct arena *a, struct backup_report *out, struct faults *faults);
/* Codes: backup.not-ours, backup.altered (names the file), and those of files and store_open. */
bool backup_check(const char *from, struct arena *a, struct backup_report *out, struct faults *faults);
/* `options->folder` is the folder to fill; create is ignored. */
bool backup_restore(const char *from, const struct store_options *options, struct arena *a, struct backup_report *out,
                    struct faults *faults);

#endif
