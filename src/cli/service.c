/* service.c: `lingban service check FOLDER` and `lingban service deploy FOLDER`; `lingban replay`. */
#include "cli/house.h"

#include "base/crypto.h"
#include "engine/replay.h"

#include <stdio.h>
#include <string.h>

/* A folder on the disk, or the name of a shipped service. */
static bool read_folder(struct arena *a, const char *path, struct json *files, struct faults *faults) {
    if (service_folder(a, path, files, faults) || shipped_service(a, str_from(path), files)) return true;
    cli_complain(T("There is no folder {0}."), str_from(path));
    return false;
}

struct check_job {
    struct arena a;
    const char *path;
    struct faults faults;
    bool found;
};

static void load(struct check_job *job, const struct json *files) {
    struct arena *a = &job->a;
    struct service_file *list = arena_array(a, struct service_file, files->count);
    for (size_t i = 0; i < files->count; i++) {
        struct str text = json_string(&files->items[i], "text");
        if (!text.p) base64_decode(a, json_string(&files->items[i], "base64"), &text);
        list[i] = (struct service_file){.path = files->items[i].name, .content = text};
    }
    struct store_options options = {.schema = cli_schema, .create = true};
    struct store *store = store_open(&options, &job->faults); /* empty: for checking SQL */
    service_load(a, list, files->count, store, house_rooms, true, &job->faults);
    if (store) store_close(store);
}

static void do_check(void *argument) {
    struct check_job *job = argument;
    struct json *files = json_new_object(&job->a);
    faults_init(&job->faults, &job->a);
    job->found = read_folder(&job->a, job->path, files, &job->faults);
    if (files->count) load(job, files);
}

static int check(const char *path) {
    struct check_job job = {.path = path};
    arena_init(&job.a, 512 << 20);
    if (!arena_run(&job.a, do_check, &job)) {
        cli_complain(T("There is not enough memory."));
    } else if (job.found) {
        cli_print_faults(&job.faults);
        struct str line = text_say(&job.a, cli_language(), T("{0} errors in {1}."), arena_printf(&job.a, "%zu", job.faults.errors), str_from(path));
        printf("%.*s\n", STR_ARGS(line));
    }
    int status = job.found && !job.faults.errors ? CLI_DONE : CLI_FAILED;
    arena_release(&job.a);
    return status;
}

static int deploy(struct house *h, const char *path) {
    struct faults faults;
    if (!house_open(h, false, true, false)) return CLI_FAILED;
    struct command *c = house_command(h, "service.deploy");
    struct json *files = json_add_empty(&h->arena, c->arguments, "files", JSON_OBJECT);
    faults_init(&faults, &h->arena);
    if (!read_folder(&h->arena, path, files, &faults)) return CLI_FAILED;
    house_say_first(&faults);
    const struct json *result = faults.errors ? NULL : house_run(h, c);
    if (!result) return CLI_FAILED;
    struct str line = json_boolean(result, "unchanged", false) ? text_in(cli_language(), T("Nothing has changed since the last time.")) : text_in(cli_language(), T("Deployed."));
    printf("%.*s\n", STR_ARGS(line));
    return CLI_DONE;
}

int cli_service(int argc, char **argv) {
    struct house h = {0};
    const char *words[2];
    const struct cli_option options[] = {HOUSE_OPTIONS(h), {NULL, NULL, NULL}};
    int count;
    if (!cli_options(argc, argv, options, words, 2, &count)) return CLI_USAGE;
    if (count == 2 && strcmp(words[0], "check") == 0) return check(words[1]);
    if (count != 2 || strcmp(words[0], "deploy") != 0) return cli_wrong_words("service");
    int status = deploy(&h, words[1]);
    house_close(&h);
    return status;
}

int cli_replay(int argc, char **argv) {
    struct house h = {0};
    bool verify = false, recompute = false;
    const struct cli_option options[] = {HOUSE_OPTIONS(h), {"--verify", NULL, &verify}, {"--recompute", NULL, &recompute}, {NULL, NULL, NULL}};
    int count, status = CLI_FAILED;
    if (!cli_options(argc, argv, options, NULL, 0, &count)) return CLI_USAGE;
    if (house_open(&h, false, false, false)) {
        struct faults faults;
        struct replay_report report;
        faults_init(&faults, &h.arena);
        status = replay_verify(h.store, cli_schema, house_rooms, recompute, &report, &faults) ? CLI_DONE : CLI_FAILED;
        cli_print_faults(&faults);
        printf("%lld entries, %lld events, %lld decided anew, %lld unreadable, %lld differing\n", (long long)report.entries, (long long)report.events,
               (long long)report.recomputed, (long long)report.unreadable, (long long)report.differing);
    }
    house_close(&h);
    return status;
}
