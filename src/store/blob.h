/* blob.h: attachments, outside the database.
 *
 * A photo is decoded, turned upright, scaled to at most 2,000 pixels a side and encoded anew (so no metadata and no
 * hidden payload survives), with a thumbnail of at most 40 KB. Each file has a key of its own and is written sealed;
 * its address is the SHA-256 of the sealed bytes, so that `verify` can tell that it is whole. The engine seals the
 * file's key in the event attachment.added with the key of the party or case it is about: destroying that erases the
 * file. An upload is written before anybody knows which case it will belong to and waits in `local_upload`; files that
 * neither that table nor a living row of `attachment` names are swept.
 */
#ifndef STORE_BLOB_H
#define STORE_BLOB_H

#include "base/crypto.h"
#include "store/store.h"

struct blob {
    char address[2 * HASH_BYTES + 1]; /* hex, zero-terminated */
    char thumbnail[2 * HASH_BYTES + 1];
    uint8_t key[KEY_BYTES]; /* opens both */
    int width, height;
    int64_t bytes; /* of the photo as encoded by us */
};

enum { BLOB_LARGEST = 20 << 20, BLOB_LARGEST_SIDE = 2000, BLOB_THUMBNAIL_BYTES = 40 << 10 };

/* Any thread; durable when it returns. Codes: blob.kind (only JPEG photographs), blob.large, blob.damaged, and those
 * of files. Two calls with the same bytes give two addresses. */
bool blob_put(struct store *s, struct str bytes, struct blob *out, struct faults *faults);
/* The JPEG bytes; SEAL_ERASED (as seal.h) is told by the caller, who could not open the key. */
bool blob_get(struct store *s, struct arena *a, struct str address, struct str key, struct str *out,
              struct faults *faults);
bool blob_remove(struct store *s, struct str address, struct faults *faults);
/* A file of another kind that must be kept as it is (a signed paper made by us): sealed, no thumbnail. */
bool blob_put_raw(struct store *s, struct str bytes, struct blob *out, struct faults *faults);

/* Pure: decodes, turns, scales, encodes. Fuzzed. */
bool photo_encode(struct arena *a, struct str jpeg, int largest_side, size_t largest_bytes, struct str *out, int *width,
                  int *height, struct faults *faults);

/* What the file's key in `attachment` is sealed under (seal.h). */
#define BLOB_KEY_CONTEXT STR("attachment.sealed_key")

/* Every file that a living row of `attachment` (schema.sql) names exists and has its hash, and its key can be opened:
 * one fault for each that does not. Rows whose key is erased, or whose subject's is, are no longer living. */
bool blob_verify(struct store *s, struct db *db, struct faults *faults, int64_t *out_files);
/* The file is removed once the running batch has committed, unless something living names it by then. Writer thread,
 * inside a batch. While a backup runs it stays until the next batch that asks, blob_settle, or the next start. */
void blob_remove_later(struct store *s, struct str address);
void blob_settle_later(struct store *s); /* as if something had been asked for: another try for what a backup held up */
/* Removes what committed batches had asked for. Writer thread, between batches. */
bool blob_settle(struct store *s, struct faults *faults);
/* Removes files that nothing living names and that have lain there for `age` (by the machine's clock, whatever clock
 * the program goes by: an upload must not be swept before its row in local_upload comes). Any thread, any connection. */
bool blob_sweep(struct store *s, struct db *db, int64_t age_micros, int64_t *out_removed, struct faults *faults);

#endif
