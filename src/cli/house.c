/* house.c: see house.h. */
#include "cli/house.h"

#include "base/crypto.h"
#include "base/env.h"

#include <stdio.h>
#include <string.h>

/* "--data=DIR" is "--data DIR": *value is then what follows the sign. */
static const struct cli_option *find_option(const struct cli_option *options, const char *word, const char **value) {
    const char *sign = strchr(word, '=');
    size_t n = sign ? (size_t)(sign - word) : strlen(word);
    while (options->name && (strlen(options->name) != n || strncmp(options->name, word, n) != 0)) options++;
    *value = sign ? sign + 1 : NULL;
    return options;
}

bool cli_options(int argc, char **argv, const struct cli_option *options, const char **words, int most, int *count) {
    *count = 0;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0 || !argv[i][2]) {
            if (*count == most) {
                cli_complain(T("“{0}” is one word too many. --help shows how to call this."), str_from(argv[i]));
                return false;
            }
            words[(*count)++] = argv[i];
            continue;
        }
        const char *value;
        const struct cli_option *o = find_option(options, argv[i], &value);
        if (!o->name || (o->flag && value)) {
            cli_complain(T("There is no option {0}. --help shows the options."), str_from(argv[i]));
            return false;
        }
        if (o->flag) {
            *o->flag = true;
        } else if (value || i + 1 < argc) {
            *o->text = value ? value : argv[++i];
        } else {
            cli_complain(T("The option {0} needs a value."), str_from(argv[i]));
            return false;
        }
    }
    return true;
}

void house_say_first(const struct faults *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        if (faults->items[i].level != FAULT_ERROR) continue;
        struct arena a;
        arena_init(&a, 1 << 20);
        struct str line = fault_text(&a, cli_language(), &faults->items[i]); /* with the file it is about */
        fprintf(stderr, "lingban: %.*s\n", STR_ARGS(line));
        arena_release(&a);
        return;
    }
}

static bool set_clock(const struct house *h, struct faults *faults) {
    if (h->clock) return env_clock_at(str_from(h->clock), faults);
    return !h->clock_file || env_clock_file(h->clock_file, faults);
}

bool house_open(struct house *h, bool create, bool with_engine, bool timers) {
    struct faults faults;
    enum { COMMAND_LINE_BYTES = 512 << 20 };
    arena_init(&h->arena, COMMAND_LINE_BYTES);
    faults_init(&faults, &h->arena);
    if (!h->folder) h->folder = "data";
    struct store_options options = {.folder = h->folder, .schema = cli_schema, .create = create, .master_key_file = h->master_key};
    if (set_clock(h, &faults)) h->store = store_open(&options, &faults);
    struct engine_options engine = {.store = h->store, .rooms = house_rooms, .timers = timers};
    if (h->store && with_engine) h->engine = engine_open(&engine, &faults);
    if (h->store && (h->engine || !with_engine)) return true;
    house_say_first(&faults);
    return false;
}

void house_close(struct house *h) {
    if (h->engine) engine_close(h->engine);
    if (h->store) store_close(h->store);
    arena_release(&h->arena);
}

struct command *house_command(struct house *h, const char *name) {
    return command_new(&h->arena, name, (struct actor){.system = true}, "cli");
}

const struct json *house_run(struct house *h, struct command *c) {
    struct answer answer = engine_run(h->engine, &h->arena, c);
    if (answer.done) return answer.result;
    cli_say_error(answer.refusal.sentence, answer.refusal.sentence_count);
    return NULL;
}

bool shipped_service(struct arena *a, struct str service, struct json *files) {
    for (const struct shipped_file *f = shipped_files; f->path; f++)
        if (str_eqz(service, f->service) && !str_ends(str_from(f->path), STR(".scene"))) {
            struct json *file = json_add_empty(a, files, f->path, JSON_OBJECT);
            if (utf8_valid(f->content)) json_add_string(a, file, "text", f->content);
            else json_add_string(a, file, "base64", base64_encode(a, f->content));
        }
    return files->count > 0;
}
