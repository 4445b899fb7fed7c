/* env.h: the one door to the machine: clock, randomness, files.
 *
 * Nothing else in src/ reads a clock, draws random bytes or opens a file (tools/doors.sh proves it and lists the few
 * exceptions, such as SQLite's own files). So a test or a demo brings its own time and its own luck: a process has one
 * clock and one source of randomness, chosen when it starts; whoever needs the time gets it as an argument, from the
 * server, the writer or the command line. May be called from any thread. What can fail answers false and adds one
 * fault that names the path.
 * Read next: crypto.h.
 */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include "base/fault.h"
#include "base/time.h"

instant env_now(void);
/* Microseconds that never go back, from an arbitrary start: for deadlines and measuring, never for records. */
int64_t env_monotonic(void);
/* The machine's clock whatever the program goes by: for the age of files only. */
instant env_machine_now(void);
/* Fills with bytes from the kernel's generator; a machine without one cannot be trusted with keys: aborts. */
void env_random(void *bytes, size_t n);

/* --clock TIME: the clock stands still at that instant (RFC 3339). False with a fault when it is no time. */
bool env_clock_at(struct str rfc3339, struct faults *faults);
void env_clock_set(instant now); /* stands still at `now`: for tests that let time pass */
/* --clock-file FILE: its first line is the time; read again when a second has passed. The path is borrowed. */
bool env_clock_file(const char *path, struct faults *faults);
void env_clock_machine(void); /* back to the machine's */
/* From now on env_random is a function of the seed: tests and golden files only. Empty: the kernel's again. */
void env_random_seed(struct str seed);

/* Files. Paths are zero-terminated; `limit` is in bytes. Codes: file.missing, file.exists, file.denied, file.full, file.large,
 * file.locked, file.failed. */
bool file_read(struct arena *a, const char *path, size_t limit, struct str *out, struct faults *faults);
/* Whole or not at all, and on the disk when it returns: written beside, synced, renamed, the folder synced. */
bool file_write(const char *path, struct str bytes, unsigned mode, struct faults *faults);
/* Long files in pieces. `fn` answers false to stop, which is then the answer. */
typedef bool file_piece(void *context, struct str piece);
bool file_each(const char *path, file_piece *fn, void *context, struct faults *faults);
/* A new file (existing is a fault) written in pieces; -1 with a fault. file_finish syncs and closes. */
int file_create(const char *path, unsigned mode, struct faults *faults);
bool file_append(int file, const char *path, struct str piece, struct faults *faults);
bool file_finish(int file, const char *path, struct faults *faults);
bool file_exists(const char *path);
/* FILE_REGULAR: also a link to one. FILE_OTHER: pipes, devices, links to folders and to nothing; opening one may wait for ever. */
enum file_kind { FILE_NONE, FILE_REGULAR, FILE_FOLDER, FILE_OTHER };
enum file_kind file_kind(const char *path);
int64_t file_size(const char *path); /* -1 when there is none */
int64_t file_age(const char *path);  /* micros since it was written, by the machine's clock; -1 when there is none */
bool file_remove(const char *path, struct faults *faults); /* one that is not there counts as removed */
bool file_rename(const char *from, const char *to, struct faults *faults); /* both folders are synced */
bool file_sync(const char *path, struct faults *faults);                   /* a file or a folder */
bool folder_make(const char *path, unsigned mode, struct faults *faults);  /* with the folders above; existing is fine */
bool folder_empty(const char *path);
/* Names in a folder, sorted by bytes, without "." and ".."; false when it cannot be read. */
bool folder_list(struct arena *a, const char *path, struct str **out_names, size_t *out_count, struct faults *faults);
/* Removes a folder with all below it. Never follows symbolic links. */
bool folder_remove(const char *path, struct faults *faults);
/* An exclusive lock on a folder, held until the answer is given to folder_unlock or the process ends; -1 when
 * somebody else holds it (fault "file.locked") or it cannot be opened. */
int folder_lock(const char *path, struct faults *faults);
/* A shared one: keeps folder_lock from succeeding meanwhile, and waits for whoever holds that. */
int folder_share(const char *path, struct faults *faults);
void folder_unlock(int lock);
/* The fault for an errno value at a path. */
void file_fault(struct faults *faults, const char *path, int cause);

#endif
