/* service.c: `lingban service check FOLDER` and `lingban service deploy FOLDER`; `lingban replay`. */
#include "cli/house.h"
#include "cli/scene.h"

#include "base/crypto.h"
#include "engine/replay.h"

#include <stdio.h>
#include <string.h>

/* A folder on the disk, or the name of a shipped service. */
static bool read_folder(struct arena *a, const char *path, struct json *files) {
    return (scene_add_folder(a, files, path) && files->count) || shipped_service(a, str_from(path), files);
}

static int check(const char *path) {
    struct arena a;
    struct faults faults;
    arena_init(&a, 512 << 20);
    faults_init(&faults, &a);
    struct json *files = json_new_object(&a);
    int status = CLI_FAILED;
    if (!read_folder(&a, path, files)) {
        cli_complain(T("There is no folder {0}."), str_from(path));
    } else {
        struct service_file *list = arena_array(&a, struct service_file, files->count);
        for (size_t i = 0; i < files->count; i++) {
            struct str text = json_string(&files->items[i], "text");
            if (!text.p) base64_decode(&a, json_string(&files->items[i], "base64"), &text);
            list[i] = (struct service_file){.path = files->items[i].name, .content = text};
        }
        struct store_options options = {.schema = cli_schema, .create = true};
        struct store *store = store_open(&options, &faults); /* empty: for checking SQL */
        service_load(&a, list, files->count, store, house_rooms, true, &faults);
        if (store) store_close(store);
        cli_print_faults(&faults);
        struct str line = text_say(&a, cli_language(), T("{0} errors in {1}."), arena_printf(&a, "%zu", faults.errors), str_from(path));
        printf("%.*s\n", STR_ARGS(line));
        status = faults.errors ? CLI_FAILED : CLI_DONE;
    }
    arena_release(&a);
    return status;
}

static int deploy(struct house *h, const char *path) {
    if (!house_open(h, false, true, false)) return CLI_FAILED;
    struct command *c = house_command(h, "service.deploy");
    struct json *files = json_add_empty(&h->arena, c->arguments, "files", JSON_OBJECT);
    if (!read_folder(&h->arena, path, files)) {
        cli_complain(T("There is no folder {0}."), str_from(path));
        return CLI_FAILED;
    }
    const struct json *result = house_run(h, c);
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
    if (count != 2 || strcmp(words[0], "deploy") != 0) return cli_usage("service", false);
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
