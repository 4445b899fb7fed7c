/* backup_page.c: see backup_page.h. */
#include "web/backup_page.h"

#include "base/env.h"
#include "store/backup.h"
#include "web/pages.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { KEPT_SECONDS = 3600, BACKUP_MEMORY = 1 << 30 /* the manifest of a million attachments */ };

enum state { NONE, RUNNING, READY, FAILED };

struct backup_job {
    struct store *store;
    struct arena arena; /* the path */
    const char *path;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool has_thread, closing;
    enum state state;
    instant began, ended;
    int64_t files, bytes;
    struct arena fault_arena; /* the sentence of the last failure */
    struct faults faults;
};

/* ---- the thread */

static void make(struct backup_job *job) {
    struct arena a;
    struct faults faults;
    struct backup_report report;
    arena_init(&a, BACKUP_MEMORY);
    faults_init(&faults, &a);
    bool good = file_remove(job->path, &faults) && backup_write(job->store, job->path, &a, &report, &faults);
    int64_t bytes = good ? file_size(job->path) : 0;
    pthread_mutex_lock(&job->lock);
    job->state = good ? READY : FAILED;
    job->ended = env_now();
    job->files = report.files;
    job->bytes = bytes;
    arena_clear(&job->fault_arena);
    faults_init(&job->faults, &job->fault_arena);
    if (!good && faults.count) faults_add(&job->faults, FAULT_ERROR, faults.items[0].code, faults.items[0].place, faults.items[0].sentence, faults.items[0].sentence_count);
    pthread_mutex_unlock(&job->lock);
    arena_release(&a);
}

/* Waits until the file has been kept long enough, or the house closes. */
static void keep_an_hour(struct backup_job *job) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += KEPT_SECONDS;
    int status = 0;
    while (!job->closing && status == 0) status = pthread_cond_timedwait(&job->wake, &job->lock, &until);
}

static void *work(void *argument) {
    struct backup_job *job = argument;
    make(job);
    pthread_mutex_lock(&job->lock);
    if (job->state == READY) {
        keep_an_hour(job);
        file_remove(job->path, NULL);
        job->state = NONE;
    }
    pthread_mutex_unlock(&job->lock);
    return NULL;
}

/* With the lock held. A thread that still keeps the last file is let go first. */
static bool start(struct backup_job *job) {
    if (job->state == RUNNING) return true;
    if (job->has_thread) {
        job->closing = true;
        pthread_cond_broadcast(&job->wake);
        pthread_mutex_unlock(&job->lock);
        pthread_join(job->thread, NULL);
        pthread_mutex_lock(&job->lock);
        job->closing = false;
    }
    job->has_thread = pthread_create(&job->thread, NULL, work, job) == 0;
    if (!job->has_thread) return false;
    job->state = RUNNING;
    job->began = env_now();
    return true;
}

struct backup_job *backup_job_open(struct store *s) {
    struct backup_job *job = calloc(1, sizeof *job);
    if (!job) return NULL;
    job->store = s;
    arena_init(&job->arena, 1 << 16);
    arena_init(&job->fault_arena, 1 << 20);
    job->path = arena_printf(&job->arena, "%s/backup-to-take-away.zip", store_folder(s)).p;
    pthread_mutex_init(&job->lock, NULL);
    pthread_cond_init(&job->wake, NULL);
    file_remove(job->path, NULL);
    folder_remove(arena_printf(&job->arena, "%s.part", job->path).p, NULL);
    return job;
}

void backup_job_close(struct backup_job *job) {
    if (!job) return;
    pthread_mutex_lock(&job->lock);
    job->closing = true;
    backup_stop(job->store);
    pthread_cond_broadcast(&job->wake);
    pthread_mutex_unlock(&job->lock);
    if (job->has_thread) pthread_join(job->thread, NULL);
    pthread_mutex_destroy(&job->lock);
    pthread_cond_destroy(&job->wake);
    arena_release(&job->arena);
    arena_release(&job->fault_arena);
    free(job);
}

/* ---- the pages */

static struct str megabytes(struct http_request *rq, int64_t bytes) {
    return arena_printf(rq->arena, "%lld.%lld", (long long)(bytes >> 20), (long long)((bytes & ((1 << 20) - 1)) * 10 >> 20));
}

bool backup_job_show(struct backup_job *job, struct http_request *rq, struct data *page) {
    if (!job) return false;
    pthread_mutex_lock(&job->lock);
    bool running = job->state == RUNNING;
    data_flag(page, "backup_running", running);
    data_flag(page, "backup_ready", job->state == READY);
    data_flag(page, "backup_failed", job->state == FAILED);
    if (running) data_say(page, "backup_note", T("A backup has been in the making since {0}. This page looks again by itself; go on working meanwhile."), say_time(rq, job->began));
    if (job->state == READY)
        data_say(page, "backup_note", T("Made at {0}: {1} files, {2} MB. It waits here for an hour."), say_time(rq, job->ended), arena_printf(rq->arena, "%lld", (long long)job->files),
                 megabytes(rq, job->bytes));
    if (job->state == FAILED && job->faults.count)
        data_text(page, "backup_note", text_format(rq->arena, rq->language, job->faults.items[0].sentence, job->faults.items[0].sentence_count));
    pthread_mutex_unlock(&job->lock);
    return running;
}

static enum http_outcome begin_backup(struct http_request *rq) {
    struct backup_job *job = site_of(rq)->backup;
    if (!job) return http_refuse(rq, 503, T("There is not enough memory."));
    pthread_mutex_lock(&job->lock);
    bool good = start(job);
    pthread_mutex_unlock(&job->lock);
    if (!good) return http_refuse(rq, 503, T("The machine has no room for another thread."));
    return http_redirect(rq, STR("/admin/journal"));
}

static enum http_outcome take_backup(struct http_request *rq) {
    struct backup_job *job = site_of(rq)->backup;
    int fd = -1;
    int64_t size = 0;
    if (job) pthread_mutex_lock(&job->lock);
    if (job && job->state == READY) {
        fd = open(job->path, O_RDONLY | O_CLOEXEC); /* what is being sent stays, whatever becomes of the name */
        size = file_size(job->path);
    }
    if (job) pthread_mutex_unlock(&job->lock);
    if (fd < 0) return http_refuse(rq, 404, T("There is no backup to take away. Make one first."));
    http_set(rq, "Content-Disposition", STR("attachment; filename=\"lingban-backup.zip\""));
    return http_send_file(rq, "application/zip", fd, size);
}

const struct http_route backup_routes[] = {
    {"POST", "/admin/backup", begin_backup, "admin", T_STATIC("Begins a backup"), 0, 0},
    {"GET", "/admin/backup", take_backup, "admin", T_STATIC("The backup that was made, to take away"), 0, 0},
    {0},
};
