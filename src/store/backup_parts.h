/* backup_parts.h: what backup.c and restore.c share: reading an opened backup. */
#ifndef STORE_BACKUP_PARTS_H
#define STORE_BACKUP_PARTS_H

#include "store/backup.h"
#include "store/inside.h"

#define BACKUP_MANIFEST "manifest.json"
enum { BACKUP_MANIFEST_BYTES = 256 << 20 /* a million attachments */ };

struct zip;
struct backup_file {
    struct arena *a;
    const char *path;
    struct zip *zip; /* closed with the arena */
    const struct json *files; /* the manifest's: name, bytes, sha256 */
    int64_t entries;
    struct str root;
};

bool backup_open(const char *from, struct arena *a, struct backup_file *out, struct faults *faults);
/* Every hash again; counts into `out`. */
bool backup_check_open(struct backup_file *b, struct backup_report *out, struct faults *faults);
bool backup_each_piece(struct backup_file *b, struct str name, file_piece *fn, void *context);
/* The names a backup may hold: nothing that could reach outside of the folder. */
bool backup_name_good(struct str name);

#endif
