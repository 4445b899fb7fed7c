/* shim_vfs.h: a disk that fails on demand, for SQLite (option `vfs` of store_open: SHIM_VFS).
 *
 * Everything goes through to the real files, and what was written since a file's last sync is remembered, so that
 * shim_power_off can take it back: all of it, or any part, as a disk with a cache does. Operations that change a file
 * are counted; at the chosen one the disk fails, for ever (SHIM_DIES, as when the power goes), or until it is told to
 * recover (SHIM_FULL, SHIM_BROKEN).
 * Include it in one file of a test program. Not for threads that write to two stores at once.
 */
#ifndef TESTS_STORE_SHIM_VFS_H
#define TESTS_STORE_SHIM_VFS_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHIM_VFS "lingban-shim"
enum shim_failure { SHIM_NONE, SHIM_DIES, SHIM_FULL, SHIM_BROKEN };

struct shim_undo { /* bytes as they were before one unsynced write or cut */
    sqlite3_int64 at, old_size;
    int n;
    char *bytes;
};

struct shim_disk_file {
    char path[256];
    struct shim_undo *undo;
    size_t count, capacity;
    struct shim_disk_file *next;
};

struct shim_file {
    sqlite3_file base;
    struct shim_disk_file *disk; /* NULL for temporary files */
    sqlite3_file *real;          /* stands behind this struct */
};

static struct {
    sqlite3_vfs vfs, *real;
    pthread_mutex_t lock;
    struct shim_disk_file *files;
    enum shim_failure kind;
    int64_t operations, fail_at; /* fail_at 0: never */
    bool failing;
} shim = {.lock = PTHREAD_MUTEX_INITIALIZER};

static inline sqlite3_file *shim_real(sqlite3_file *f) {
    return ((struct shim_file *)f)->real;
}

/* Counts one operation that changes the disk; the failure it must answer, or SQLITE_OK. */
static int shim_step(int io_error) {
    if (++shim.operations == shim.fail_at) shim.failing = true;
    if (!shim.failing) return SQLITE_OK;
    return shim.kind == SHIM_FULL ? SQLITE_FULL : io_error;
}

static void shim_remember(struct shim_file *f, sqlite3_int64 at, sqlite3_int64 end) {
    struct shim_disk_file *d = f->disk;
    if (!d) return;
    if (d->count == d->capacity) {
        d->capacity = d->capacity ? d->capacity * 2 : 64;
        d->undo = realloc(d->undo, d->capacity * sizeof *d->undo);
    }
    struct shim_undo *u = &d->undo[d->count++];
    *u = (struct shim_undo){.at = at};
    f->real->pMethods->xFileSize(f->real, &u->old_size);
    if (end > u->old_size) end = u->old_size;
    if (end <= at) return;
    u->n = (int)(end - at);
    u->bytes = malloc((size_t)u->n);
    f->real->pMethods->xRead(f->real, u->bytes, u->n, at);
}

static void shim_forget(struct shim_disk_file *d) {
    for (size_t i = 0; i < d->count; i++) free(d->undo[i].bytes);
    d->count = 0;
}

static int shim_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at) {
    struct shim_file *f = (struct shim_file *)file;
    pthread_mutex_lock(&shim.lock);
    int status = shim_step(SQLITE_IOERR_WRITE);
    if (status == SQLITE_OK) shim_remember(f, at, at + n);
    pthread_mutex_unlock(&shim.lock);
    return status == SQLITE_OK ? f->real->pMethods->xWrite(f->real, bytes, n, at) : status;
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size) {
    struct shim_file *f = (struct shim_file *)file;
    pthread_mutex_lock(&shim.lock);
    int status = shim_step(SQLITE_IOERR_TRUNCATE);
    sqlite3_int64 now = 0;
    if (status == SQLITE_OK && f->real->pMethods->xFileSize(f->real, &now) == SQLITE_OK) shim_remember(f, size, now);
    pthread_mutex_unlock(&shim.lock);
    return status == SQLITE_OK ? f->real->pMethods->xTruncate(f->real, size) : status;
}

/* Synced writes are out of reach of a power cut: nothing to take back. */
static int shim_sync(sqlite3_file *file, int flags) {
    struct shim_file *f = (struct shim_file *)file;
    (void)flags;
    pthread_mutex_lock(&shim.lock);
    int status = shim_step(SQLITE_IOERR_FSYNC);
    if (status == SQLITE_OK && f->disk) shim_forget(f->disk);
    pthread_mutex_unlock(&shim.lock);
    return status;
}

static int shim_close(sqlite3_file *f) {
    return shim_real(f)->pMethods ? shim_real(f)->pMethods->xClose(shim_real(f)) : SQLITE_OK;
}
static int shim_read(sqlite3_file *f, void *bytes, int n, sqlite3_int64 at) {
    return shim_real(f)->pMethods->xRead(shim_real(f), bytes, n, at);
}
static int shim_size(sqlite3_file *f, sqlite3_int64 *size) {
    return shim_real(f)->pMethods->xFileSize(shim_real(f), size);
}
static int shim_lock(sqlite3_file *f, int level) {
    return shim_real(f)->pMethods->xLock(shim_real(f), level);
}
static int shim_unlock(sqlite3_file *f, int level) {
    return shim_real(f)->pMethods->xUnlock(shim_real(f), level);
}
static int shim_reserved(sqlite3_file *f, int *out) {
    return shim_real(f)->pMethods->xCheckReservedLock(shim_real(f), out);
}
static int shim_control(sqlite3_file *f, int operation, void *argument) {
    return shim_real(f)->pMethods->xFileControl(shim_real(f), operation, argument);
}
static int shim_sector(sqlite3_file *f) {
    return shim_real(f)->pMethods->xSectorSize(shim_real(f));
}
static int shim_traits(sqlite3_file *f) {
    (void)f;
    return 0; /* no promises: not atomic, not in order */
}
static int shim_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out) {
    return shim_real(f)->pMethods->xShmMap(shim_real(f), page, size, extend, out);
}
static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags) {
    return shim_real(f)->pMethods->xShmLock(shim_real(f), offset, n, flags);
}
static void shim_shm_barrier(sqlite3_file *f) {
    shim_real(f)->pMethods->xShmBarrier(shim_real(f));
}
static int shim_shm_unmap(sqlite3_file *f, int remove) {
    return shim_real(f)->pMethods->xShmUnmap(shim_real(f), remove);
}

static const sqlite3_io_methods shim_methods = {
    .iVersion = 2, /* no memory mapping: every change passes by here */
    .xClose = shim_close, .xRead = shim_read, .xWrite = shim_write, .xTruncate = shim_truncate, .xSync = shim_sync,
    .xFileSize = shim_size, .xLock = shim_lock, .xUnlock = shim_unlock, .xCheckReservedLock = shim_reserved,
    .xFileControl = shim_control, .xSectorSize = shim_sector, .xDeviceCharacteristics = shim_traits,
    .xShmMap = shim_shm_map, .xShmLock = shim_shm_lock, .xShmBarrier = shim_shm_barrier, .xShmUnmap = shim_shm_unmap,
};

static struct shim_disk_file *shim_disk(const char *path) {
    struct shim_disk_file *d = shim.files;
    while (d && strcmp(d->path, path) != 0) d = d->next;
    if (d) return d;
    d = calloc(1, sizeof *d);
    snprintf(d->path, sizeof d->path, "%s", path);
    d->next = shim.files;
    return shim.files = d;
}

static int shim_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
    struct shim_file *f = (struct shim_file *)file;
    (void)vfs;
    f->real = (sqlite3_file *)(f + 1);
    f->disk = NULL;
    f->base.pMethods = NULL;
    int status = shim.real->xOpen(shim.real, path, f->real, flags, out_flags);
    if (status != SQLITE_OK) return status;
    pthread_mutex_lock(&shim.lock);
    if (path) f->disk = shim_disk(path);
    pthread_mutex_unlock(&shim.lock);
    f->base.pMethods = &shim_methods;
    return SQLITE_OK;
}

static int shim_delete(sqlite3_vfs *vfs, const char *path, int sync_folder) {
    (void)vfs;
    pthread_mutex_lock(&shim.lock);
    int status = shim_step(SQLITE_IOERR_DELETE);
    pthread_mutex_unlock(&shim.lock);
    return status == SQLITE_OK ? shim.real->xDelete(shim.real, path, sync_folder) : status;
}

static inline void shim_install(void) {
    if (shim.real) return;
    shim.real = sqlite3_vfs_find(NULL);
    shim.vfs = *shim.real;
    shim.vfs.zName = SHIM_VFS;
    shim.vfs.szOsFile = (int)sizeof(struct shim_file) + shim.real->szOsFile;
    shim.vfs.xOpen = shim_open;
    shim.vfs.xDelete = shim_delete;
    sqlite3_vfs_register(&shim.vfs, 0);
}

/* The disk fails at the n-th operation from now; 0: never. */
static inline void shim_fail_at(int64_t n, enum shim_failure kind) {
    shim.operations = 0;
    shim.fail_at = n;
    shim.kind = kind;
    shim.failing = false;
}

static inline bool shim_has_failed(void) {
    return shim.failing;
}

/* Takes unsynced changes back, the newest first, each page-sized one by the toss of a coin when `luck` is not 0: the
 * disk had written some of them. Call it with the files closed; it forgets them. */
static inline void shim_power_off(uint32_t luck) {
    for (struct shim_disk_file *d = shim.files; d; d = d->next) {
        FILE *f = d->count ? fopen(d->path, "r+b") : NULL;
        for (size_t i = d->count; f && i > 0; i--) {
            const struct shim_undo *u = &d->undo[i - 1];
            luck = luck ? luck * 1664525 + 1013904223 : 0;
            if (luck >> 31) continue;
            fseek(f, (long)u->at, SEEK_SET);
            if (u->n) fwrite(u->bytes, 1, (size_t)u->n, f);
            fflush(f);
            if (ftruncate(fileno(f), u->old_size) != 0) perror(d->path);
        }
        if (f) fclose(f);
    }
    while (shim.files) {
        struct shim_disk_file *d = shim.files;
        shim.files = d->next;
        shim_forget(d);
        free(d->undo);
        free(d);
    }
    shim_fail_at(0, SHIM_NONE);
}

#endif
