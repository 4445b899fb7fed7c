/* upgrade.h: a data folder made by another version gets the tables of this one.
 *
 * State is what the journal says, so there are no migration scripts: a fresh database with this version's tables is filled by
 * playing the journal (the caller's part: the engine knows how), the journal and the local tables are copied as they are
 * (columns both versions have), and the new file takes the place of the old. A backup is written first; until the last
 * moment a failure leaves the folder as it was.
 */
#ifndef STORE_UPGRADE_H
#define STORE_UPGRADE_H

#include "store/backup.h"

struct upgrade_report {
    bool needed; /* false: the tables were those of this version already, and nothing was done */
    struct backup_report backup;
};

/* Evolves every event of `old`'s journal into `fresh`, between store_begin and store_commit of its own. */
typedef bool upgrade_replay(void *context, struct store *old, struct store *fresh, struct faults *faults);

/* `options`: folder, schema, master_key_file. `backup` is the zip to write; it must not exist. */
bool store_upgrade(const struct store_options *options, const char *backup, upgrade_replay *replay, void *context,
                   struct arena *a, struct upgrade_report *out, struct faults *faults);

#endif
