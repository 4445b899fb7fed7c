/* blob.h: attachments, outside the database.
 *
 * A photo is decoded, turned upright, scaled to at most 2,000 pixels a side and encoded anew (so no metadata and no
 * hidden payload survives), with a thumbnail of at most 40 KB. Each file has a key of its own and is written sealed;
 * its address is the SHA-256 of the sealed bytes, so that `verify` needs no key. The engine seals the file's key
 * (blob_key_text) in the event with the key of the party or case it is about: destroying that erases the file. An
 * upload can therefore be written before anybody knows which case it will belong to; files no row of `attachment`
 * names are swept.
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

/* Every address in `attachment` (schema.sql) exists and has its hash: one fault for each that does not. */
bool blob_verify(struct store *s, struct db *db, struct faults *faults, int64_t *out_files);
/* Removes files that no row of `attachment` names and that have lain there for `age` (by the machine's clock, whatever
 * clock the program goes by: an upload must not be swept before its command comes). */
bool blob_sweep(struct store *s, struct db *db, int64_t age_micros, int64_t *out_removed, struct faults *faults);

#endif
