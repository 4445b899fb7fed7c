/* file.c: files and folders, whole and synced (env.h). */
#include "base/env.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LIMIT = 4096 };

void file_fault(struct faults *faults, const char *path, int cause) {
    struct place place = {.file = str_from(path)};
    switch (cause) {
    case ENOENT:
    case ENOTDIR:
        fault_error(faults, "file.missing", place, T("There is no such file or folder."));
        return;
    case EEXIST:
        fault_error(faults, "file.exists", place, T("There is something of that name already."));
        return;
    case EACCES:
    case EPERM:
    case EROFS:
        fault_error(faults, "file.denied", place, T("This account may not read or write it."));
        return;
    case ENOSPC:
    case EDQUOT:
        fault_error(faults, "file.full", place, T("The disk is full. Nothing was lost; free some space and try again."));
        return;
    default:
        fault_error(faults, "file.failed", place, T("The machine could not read or write it: {0}."),
                    str_from(strerror(cause)));
    }
}

static bool failed(struct faults *faults, const char *path) {
    file_fault(faults, path, errno);
    return false;
}

/* One place of the right size for a file that says how long it is; what grows meanwhile (or is a pipe) moves. */
static bool read_all(int fd, size_t expected, struct arena *a, size_t limit, struct str *out) {
    size_t capacity = (expected < limit ? expected : limit) + 1, n = 0;
    char *bytes = arena_alloc_raw(a, capacity + 1);
    for (;;) {
        ssize_t got = read(fd, bytes + n, capacity - n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        if (got == 0) break;
        n += (size_t)got;
        if (n > limit) break;
        if (n < capacity) continue;
        capacity = capacity * 2 < limit ? capacity * 2 : limit + 1;
        char *moved = arena_alloc_raw(a, capacity + 1);
        memcpy(moved, bytes, n);
        bytes = moved;
    }
    bytes[n] = 0;
    *out = (struct str){bytes, n};
    return true;
}

bool file_read(struct arena *a, const char *path, size_t limit, struct str *out, struct faults *faults) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return failed(faults, path);
    struct stat about;
    bool good = fstat(fd, &about) == 0;
    if (good && S_ISDIR(about.st_mode)) {
        errno = EISDIR;
        good = false;
    }
    struct str bytes = STR_NONE;
    good = good && read_all(fd, about.st_size > 0 ? (size_t)about.st_size : 0, a, limit, &bytes);
    int cause = errno;
    close(fd);
    if (!good) {
        file_fault(faults, path, cause);
        return false;
    }
    if (bytes.n > limit) {
        fault_error(faults, "file.large", (struct place){.file = str_from(path)}, T("The file is too large."));
        return false;
    }
    *out = bytes;
    return true;
}

static bool write_all(int fd, struct str bytes) {
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
    return true;
}

bool file_each(const char *path, file_piece *fn, void *context, struct faults *faults) {
    char piece[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return failed(faults, path);
    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) failed(faults, path);
        bool more = n > 0 && fn(context, (struct str){piece, (size_t)n});
        if (more) continue;
        close(fd);
        return n == 0;
    }
}

int file_create(const char *path, unsigned mode, struct faults *faults) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) file_fault(faults, path, errno);
    return fd;
}

bool file_append(int file, const char *path, struct str piece, struct faults *faults) {
    return write_all(file, piece) || failed(faults, path);
}

bool file_finish(int file, const char *path, struct faults *faults) {
    bool good = fsync(file) == 0 || failed(faults, path);
    close(file);
    return good;
}

static void parent_of(const char *path, char out[PATH_LIMIT]) {
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (slash == path) n = 1;
    if (n >= PATH_LIMIT) n = PATH_LIMIT - 1;
    memcpy(out, path, n);
    out[n] = 0;
    if (!slash) memcpy(out, ".", 2);
}

static bool sync_parent(const char *path) {
    char parent[PATH_LIMIT];
    parent_of(path, parent);
    int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool good = fsync(fd) == 0;
    close(fd);
    return good;
}

bool file_write(const char *path, struct str bytes, unsigned mode, struct faults *faults) {
    char beside[PATH_LIMIT];
    size_t n = strlen(path);
    if (n + sizeof ".XXXXXX" > sizeof beside) {
        errno = ENAMETOOLONG;
        return failed(faults, path);
    }
    memcpy(beside, path, n);
    memcpy(beside + n, ".XXXXXX", sizeof ".XXXXXX");
    int fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0) return failed(faults, path);
    bool good = fchmod(fd, (mode_t)mode) == 0 && write_all(fd, bytes) && fsync(fd) == 0;
    int cause = errno;
    close(fd);
    if (good && (rename(beside, path) != 0 || !sync_parent(path))) {
        good = false;
        cause = errno;
    }
    if (good) return true;
    unlink(beside);
    file_fault(faults, path, cause);
    return false;
}

bool file_exists(const char *path) {
    struct stat about;
    return stat(path, &about) == 0;
}

enum file_kind file_kind(const char *path) {
    struct stat about;
    if (lstat(path, &about) != 0) return FILE_NONE;
    if (S_ISDIR(about.st_mode)) return FILE_FOLDER;
    if (S_ISLNK(about.st_mode) && stat(path, &about) != 0) return FILE_OTHER;
    return S_ISREG(about.st_mode) ? FILE_REGULAR : FILE_OTHER;
}

int64_t file_size(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 ? (int64_t)about.st_size : -1;
}

int64_t file_age(const char *path) {
    struct stat about;
    if (stat(path, &about) != 0) return -1;
    return env_machine_now() - ((int64_t)about.st_mtim.tv_sec * MICROS_A_SECOND + about.st_mtim.tv_nsec / 1000);
}

bool file_remove(const char *path, struct faults *faults) {
    if (unlink(path) == 0 || errno == ENOENT) return true;
    return failed(faults, path);
}

bool file_rename(const char *from, const char *to, struct faults *faults) {
    if (rename(from, to) != 0 || !sync_parent(to) || !sync_parent(from)) return failed(faults, from);
    return true;
}

bool file_sync(const char *path, struct faults *faults) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return failed(faults, path);
    bool good = fsync(fd) == 0;
    int cause = errno;
    close(fd);
    if (!good) file_fault(faults, path, cause);
    return good;
}

/* errno says why not. */
static bool make_one(const char *path, unsigned mode) {
    if (mkdir(path, (mode_t)mode) == 0) return sync_parent(path);
    if (errno != EEXIST) return false;
    struct stat about;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) return true;
    errno = ENOTDIR;
    return false;
}

bool folder_make(const char *path, unsigned mode, struct faults *faults) {
    if (make_one(path, mode)) return true;
    if (errno != ENOENT) return failed(faults, path);
    char parent[PATH_LIMIT];
    parent_of(path, parent);
    if (strcmp(parent, path) == 0 || strcmp(parent, ".") == 0 || !*path) return failed(faults, path);
    /* Once more only: where nothing can be made (/proc), the parent is there and this one still is not. */
    return folder_make(parent, mode, faults) && (make_one(path, mode) || failed(faults, path));
}

bool folder_empty(const char *path) {
    DIR *d = opendir(path);
    if (!d) return false;
    bool empty = true;
    for (struct dirent *e; empty && (e = readdir(d));)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    closedir(d);
    return empty;
}

static int by_bytes(const void *x, const void *y) {
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static void close_folder(void *held) {
    DIR *d = *(DIR **)held;
    if (d) closedir(d);
}

bool folder_list(struct arena *a, const char *path, struct str **out_names, size_t *out_count, struct faults *faults) {
    DIR **held = arena_new(a, DIR *), *d = opendir(path);
    if (!d) return failed(faults, path);
    *held = d;
    arena_on_release(a, close_folder, held); /* the arena may be left while names are copied */
    struct str *names = NULL;
    size_t count = 0, capacity = 0;
    for (struct dirent *e; (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        VEC_PUSH(a, names, count, capacity, arena_str(a, str_from(e->d_name)));
    }
    closedir(d);
    *held = NULL;
    if (count) qsort(names, count, sizeof *names, by_bytes);
    *out_names = names;
    *out_count = count;
    return true;
}

/* Below `parent`, by descriptors, so that no symbolic link is followed. */
static bool remove_below(int parent, const char *name) {
    if (unlinkat(parent, name, 0) == 0) return true;
    if (errno != EISDIR && errno != EPERM) return false;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d) {
        if (fd >= 0) close(fd);
        return false;
    }
    bool good = true;
    for (struct dirent *e; good && (e = readdir(d));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) good = remove_below(dirfd(d), e->d_name);
    closedir(d);
    return good && unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

bool folder_remove(const char *path, struct faults *faults) {
    if (!file_exists(path)) return true;
    return remove_below(AT_FDCWD, path) || failed(faults, path);
}

int folder_lock(const char *path, struct faults *faults) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        file_fault(faults, path, errno);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    fault_error(faults, "file.locked", (struct place){.file = str_from(path)},
                T("Another program is using this folder. Stop it first."));
    close(fd);
    return -1;
}

int folder_share(const char *path, struct faults *faults) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), status = -1;
    if (fd >= 0)
        while ((status = flock(fd, LOCK_SH)) != 0 && errno == EINTR) continue;
    if (status == 0) return fd;
    file_fault(faults, path, errno);
    if (fd >= 0) close(fd);
    return -1;
}

void folder_unlock(int lock) {
    if (lock >= 0) close(lock);
}
