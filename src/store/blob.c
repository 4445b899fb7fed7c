/* blob.c: sealed files in media/ (blob.h). A file is "LBB1", a nonce, and the AES-256-GCM ciphertext; its name is the
 * SHA-256 of all that, in a folder of its first two letters. */
#include "store/blob.h"
#include "store/inside.h"

#include <string.h>

enum { ADDRESS_CHARS = 2 * HASH_BYTES, THUMBNAIL_SIDE = 480, HEAD_BYTES = 4 + NONCE_BYTES, BLOB_MEMORY = 512 << 20 };
#define HEAD "LBB1"
#define CONTEXT STR("lingban.blob.v1")

static const char *path_of(struct store *s, struct arena *a, struct str address) {
    return arena_printf(a, "%s/media/%.2s/%.*s", s->folder, address.p, STR_ARGS(str_sub(address, 2, address.n))).p;
}

/* Addresses come from requests too: nothing but hex may reach a path. */
static bool is_address(struct str address) {
    if (address.n != ADDRESS_CHARS) return false;
    for (size_t i = 0; i < address.n; i++)
        if (!((address.p[i] >= '0' && address.p[i] <= '9') || (address.p[i] >= 'a' && address.p[i] <= 'f'))) return false;
    return true;
}

static bool put_sealed(struct store *s, struct arena *a, const uint8_t key[KEY_BYTES], struct str plain,
                       char address[ADDRESS_CHARS + 1], struct faults *faults) {
    size_t n = HEAD_BYTES + plain.n + TAG_BYTES;
    uint8_t *bytes = arena_alloc_raw(a, n);
    memcpy(bytes, HEAD, 4);
    env_random(bytes + 4, NONCE_BYTES);
    aead_seal(key, bytes + 4, CONTEXT, plain, bytes + HEAD_BYTES);
    struct str file = {(const char *)bytes, n};
    struct hash h = sha256(file);
    struct str name = hex_encode(a, HASH_STR(h));
    memcpy(address, name.p, ADDRESS_CHARS + 1);
    struct str folder = arena_printf(a, "%s/media/%.2s", s->folder, address);
    return folder_make(folder.p, 0700, faults) && file_write(path_of(s, a, name), file, 0600, faults);
}

struct putting {
    struct store *s;
    struct arena *a;
    struct str bytes;
    bool photo;
    struct blob *out;
    struct faults *faults;
    bool good;
};

static void put_photo(struct putting *p) {
    struct str photo, thumbnail;
    int width, height;
    p->good = photo_encode(p->a, p->bytes, BLOB_LARGEST_SIDE, 0, &photo, &p->out->width, &p->out->height, p->faults) &&
              photo_encode(p->a, photo, THUMBNAIL_SIDE, BLOB_THUMBNAIL_BYTES, &thumbnail, &width, &height, p->faults) &&
              put_sealed(p->s, p->a, p->out->key, photo, p->out->address, p->faults) &&
              put_sealed(p->s, p->a, p->out->key, thumbnail, p->out->thumbnail, p->faults);
    p->out->bytes = p->good ? (int64_t)photo.n : 0;
}

static void put_any(void *arg) {
    struct putting *p = arg;
    env_random(p->out->key, KEY_BYTES);
    if (p->photo) {
        put_photo(p);
        return;
    }
    p->out->bytes = (int64_t)p->bytes.n;
    p->good = put_sealed(p->s, p->a, p->out->key, p->bytes, p->out->address, p->faults);
}

static bool put(struct store *s, struct str bytes, bool photo, struct blob *out, struct faults *faults) {
    struct arena a;
    struct putting p = {.s = s, .a = &a, .bytes = bytes, .photo = photo, .out = out, .faults = faults};
    *out = (struct blob){.width = 0};
    if (bytes.n > BLOB_LARGEST) {
        fault_error(faults, "blob.large", (struct place){0}, T("This file is larger than 20 MB. Make it smaller first."));
        return false;
    }
    arena_init(&a, BLOB_MEMORY);
    if (!arena_run(&a, put_any, &p)) {
        fault_error(faults, "blob.large", (struct place){0}, T("This photo has too many pixels. Make it smaller first."));
        p.good = false;
    }
    arena_release(&a);
    return p.good;
}

bool blob_put(struct store *s, struct str bytes, struct blob *out, struct faults *faults) {
    return put(s, bytes, true, out, faults);
}

bool blob_put_raw(struct store *s, struct str bytes, struct blob *out, struct faults *faults) {
    return put(s, bytes, false, out, faults);
}

bool blob_get(struct store *s, struct arena *a, struct str address, struct str key, struct str *out,
              struct faults *faults) {
    struct str file;
    if (!is_address(address)) {
        fault_error(faults, "file.missing", (struct place){0}, T("There is no such file or folder."));
        return false;
    }
    if (!file_read(a, path_of(s, a, address), BLOB_LARGEST + 4096, &file, faults)) return false;
    bool good = key.n == KEY_BYTES && file.n >= HEAD_BYTES + TAG_BYTES && str_starts(file, STR(HEAD));
    char *plain = arena_alloc_raw(a, file.n);
    good = good && aead_open((const uint8_t *)key.p, (const uint8_t *)file.p + 4, CONTEXT, str_sub(file, HEAD_BYTES, file.n),
                             (uint8_t *)plain);
    if (!good) {
        fault_error(faults, "blob.damaged", (struct place){.element = address}, T("This attachment is damaged."));
        return false;
    }
    *out = (struct str){plain, file.n - HEAD_BYTES - TAG_BYTES};
    return true;
}

bool blob_remove(struct store *s, struct str address, struct faults *faults) {
    struct arena a;
    arena_init(&a, 1 << 16);
    bool good = !is_address(address) || file_remove(path_of(s, &a, address), faults);
    arena_release(&a);
    return good;
}

/* Removing. */

/* Does a row of which the key can still be opened, or an upload that waits, name the file? */
static bool is_living(struct db *db, struct str address) {
    return db_int(db, 1,
                  "SELECT EXISTS (SELECT 1 FROM attachment WHERE sealed_key IS NOT NULL AND address = ?1)"
                  " OR EXISTS (SELECT 1 FROM attachment WHERE sealed_key IS NOT NULL AND thumbnail = ?1)"
                  " OR EXISTS (SELECT 1 FROM local_upload WHERE address = ?1 OR thumbnail = ?1)",
                  DB_TEXT(address)) != 0;
}

void blob_remove_later(struct store *s, struct str address) {
    if (s->keys_of || !address.n) return; /* replay has no files */
    db_run(s->writer, "INSERT OR IGNORE INTO local_blob_remove (address) VALUES (?)", DB_TEXT(address));
    s->removal_asked = true;
}

void blob_settle_later(struct store *s) {
    s->removal_asked = true;
}

static bool remove_asked(struct store *s, struct arena *a, struct faults *faults) {
    struct str *addresses = NULL;
    size_t count = 0, capacity = 0;
    bool good = true;
    struct query q = db_query(s->writer, "SELECT address FROM local_blob_remove");
    while (query_next(&q)) VEC_PUSH(a, addresses, count, capacity, arena_str(a, query_text(&q, 0)));
    for (size_t i = 0; i < count && good; i++) good = is_living(s->writer, addresses[i]) || blob_remove(s, addresses[i], faults);
    if (count == 0 || !good) return good;
    good = db_run(s->writer, "DELETE FROM local_blob_remove");
    if (!good) db_failure_fault(s->writer, faults);
    return good;
}

bool blob_settle(struct store *s, struct faults *faults) {
    struct arena a;
    arena_init(&a, 64 << 20);
    s->removal_asked = false;
    /* A backup copies the rows first and the files after: none may go in between. */
    int lock = folder_lock(arena_printf(&a, "%s/media", s->folder).p, NULL);
    bool good = lock < 0 || remove_asked(s, &a, faults);
    folder_unlock(lock);
    arena_release(&a);
    return good;
}

/* Verifying and sweeping. */

static bool check_file(struct store *s, struct str address, struct faults *faults) {
    struct arena a;
    struct str file = STR_NONE;
    struct place place = {.file = STR("media"), .element = address};
    arena_init(&a, 256 << 20);
    bool good = is_address(address) && file_read(&a, path_of(s, &a, address), BLOB_LARGEST + 4096, &file, NULL);
    if (!good) {
        fault_error(faults, "blob.missing", place, T("The attachment {0} is missing."), address);
    } else {
        struct hash h = sha256(file);
        good = str_eq(hex_encode(&a, HASH_STR(h)), address);
        if (!good) fault_error(faults, "blob.altered", place, T("The attachment {0} was altered."), address);
    }
    arena_release(&a);
    return good;
}

/* SEAL_ERASED: the subject's key is gone, and the file may be. */
static enum seal_result check_key(struct db *db, struct str address, struct str sealed, struct faults *faults) {
    struct arena a;
    struct str hex, key;
    arena_init(&a, 1 << 16);
    enum seal_result result = seal_open(db, &a, sealed, BLOB_KEY_CONTEXT, &hex, NULL);
    if (result == SEAL_OPEN && !(hex_decode(&a, hex, &key) && key.n == KEY_BYTES)) result = SEAL_DAMAGED;
    struct place place = {.file = STR("lingban.db"), .element = address};
    if (result == SEAL_DAMAGED) fault_error(faults, "blob.key", place, T("The key of the attachment {0} cannot be read."), address);
    arena_release(&a);
    return result;
}

bool blob_verify(struct store *s, struct db *db, struct faults *faults, int64_t *out_files) {
    struct arena a;
    struct str last = STR("");
    bool good = true;
    int64_t count = 0;
    arena_init(&a, 16 << 20);
    struct query q = db_query(db, "SELECT address, thumbnail, sealed_key FROM attachment WHERE sealed_key IS NOT NULL ORDER BY address");
    while (query_next(&q)) {
        struct str address = query_text(&q, 0);
        enum seal_result key = check_key(db, address, query_text(&q, 2), faults);
        good = good && key != SEAL_DAMAGED;
        if (key != SEAL_OPEN || str_eq(address, last)) continue; /* a file that several subjects share is looked at once */
        good = check_file(s, address, faults) && good;
        good = (query_is_null(&q, 1) || check_file(s, query_text(&q, 1), faults)) && good;
        count += query_is_null(&q, 1) ? 1 : 2;
        arena_clear(&a);
        last = arena_str(&a, address);
    }
    arena_release(&a);
    if (out_files) *out_files = count;
    return good && db_failure(db) == DB_FINE;
}

static bool sweep_folder(struct store *s, struct db *db, struct arena *a, struct str prefix, int64_t age_micros,
                         int64_t *removed, struct faults *faults) {
    struct str *names;
    size_t count;
    const char *folder = arena_printf(a, "%s/media/%.*s", s->folder, STR_ARGS(prefix)).p;
    if (!folder_list(a, folder, &names, &count, faults)) return false;
    for (size_t i = 0; i < count; i++) {
        struct str address = arena_concat(a, prefix, names[i]);
        const char *path = arena_printf(a, "%s/%.*s", folder, STR_ARGS(names[i])).p;
        if (file_age(path) < age_micros) continue;
        if (is_living(db, address)) continue;
        if (!file_remove(path, faults)) return false;
        ++*removed;
    }
    return true;
}

bool blob_sweep(struct store *s, struct db *db, int64_t age_micros, int64_t *out_removed, struct faults *faults) {
    struct arena a;
    struct str *prefixes;
    size_t count;
    *out_removed = 0;
    arena_init(&a, 256 << 20);
    const char *media = arena_printf(&a, "%s/media", s->folder).p;
    int lock = folder_lock(media, NULL); /* a backup runs: another time */
    bool good = lock < 0 || folder_list(&a, media, &prefixes, &count, faults);
    for (size_t i = 0; lock >= 0 && good && i < count; i++) good = sweep_folder(s, db, &a, prefixes[i], age_micros, out_removed, faults);
    folder_unlock(lock);
    arena_release(&a);
    return good;
}
