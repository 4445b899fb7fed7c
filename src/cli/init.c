/* init.c: `lingban init`, `lingban demo`: a new data folder, the demo town. Accounts by hand: account.c. */
#include "cli/account.h"
#include "cli/scene.h"

#include "base/env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- init */

int cli_init(int argc, char **argv) {
    struct house h = {0};
    const char *admin = "admin", *name = NULL, *password_file = NULL, *organisation = NULL;
    const struct cli_option options[] = {HOUSE_OPTIONS(h), {"--admin", &admin, NULL}, {"--name", &name, NULL}, {"--password-file", &password_file, NULL},
                                         {"--organisation", &organisation, NULL}, {NULL, NULL, NULL}};
    int words;
    if (!cli_options(argc, argv, options, NULL, 0, &words)) return CLI_USAGE;
    int status = CLI_FAILED;
    struct first_password password;
    bool chosen = choose_password(password_file, &password);
    if (chosen && house_open(&h, true, true, false)) {
        struct command *c = house_command(&h, "organisation.add");
        json_add_string(&h.arena, c->arguments, "kind", STR("city"));
        json_add_string(&h.arena, c->arguments, "name", organisation ? str_from(organisation) : text_in(cli_language(), T("Our town")));
        const struct json *result = house_run(&h, c);
        int64_t city = json_integer(result, "organisation", 0);
        int64_t account = city ? add_account(&h, admin, name ? name : admin, city, "admin") : 0;
        if (account && give_password(&h, account, admin, &password)) status = CLI_DONE;
        if (status == CLI_DONE) {
            struct str line = text_say(&h.arena, cli_language(), T("{0} is ready. Next: lingban serve --data {0}"), str_from(h.folder));
            printf("%.*s\n", STR_ARGS(line));
        }
    }
    arena_release(&password.a);
    house_close(&h);
    return status;
}

/* ---- demo */

static bool shipped_folder(struct scene *s, struct str folder, struct json *files) {
    ptrdiff_t slash = str_find_byte(folder, '/');
    return shipped_service(&s->arena, str_sub(folder, (size_t)(slash + 1), folder.n), files);
}

/* A scene's lines from one `clock now-…` to the next; those before the first are its beginning. */
struct chapter {
    const struct shipped_file *file;
    struct str text;
    int line;      /* of its first line, from 0 */
    int64_t hours; /* before now */
};

enum { MOST_CHAPTERS = 20000 };

static bool begins_chapter(struct str line, int64_t *hours) {
    struct str how = str_starts(line, STR("clock now-")) ? str_trim(str_sub(line, 10, line.n)) : STR("");
    if (how.n < 2 || !str_to_int64(str_sub(how, 0, how.n - 1), hours)) return false;
    if (how.p[how.n - 1] == 'd') *hours *= 24;
    return true;
}

static size_t split_chapters(const struct shipped_file *f, struct chapter *chapters, size_t count) {
    struct str text = f->content;
    chapters[count++] = (struct chapter){.file = f, .text = text, .hours = INT64_MAX};
    int number = 0;
    for (struct str line, rest = text; str_split(&rest, '\n', &line); number++) {
        int64_t hours;
        if (count == MOST_CHAPTERS || !begins_chapter(line, &hours)) continue;
        struct chapter *before = &chapters[count - 1];
        before->text = str_sub(before->text, 0, (size_t)(line.p - before->text.p));
        chapters[count++] = (struct chapter){f, str_sub(text, (size_t)(line.p - text.p), text.n), number, hours};
    }
    return count;
}

static int earlier_first(const void *a, const void *b) {
    const struct chapter *x = a, *y = b;
    if (x->hours != y->hours) return x->hours > y->hours ? -1 : 1;
    if (x->file != y->file) return x->file < y->file ? -1 : 1;
    return x->line - y->line;
}

static void play_chapter(struct scene *s, const struct chapter *c) {
    struct str text = c->text;
    char path[200];
    snprintf(path, sizeof path, "%s/%s", c->file->service, c->file->path);
    s->path = path;
    s->line = c->line;
    for (struct str line; str_split(&text, '\n', &line);) {
        s->line++;
        scene_line(s, str_trim(line));
        arena_clear(&s->arena);
    }
}

/* The journal's time only goes forward, so the stories of all services are told together, hour by hour: the town's own
 * first, then each beginning, then chapter by chapter. */
static void play_stories(struct house *h, struct scene *s, bool town) {
    struct chapter *chapters = arena_array(&h->arena, struct chapter, MOST_CHAPTERS + 1);
    size_t count = 0;
    for (const struct shipped_file *f = shipped_files; f->path; f++)
        if (count < MOST_CHAPTERS && (strcmp(f->service, "town") == 0) == town && strcmp(f->path, "demo.scene") == 0)
            count = split_chapters(f, chapters, count);
    qsort(chapters, count, sizeof *chapters, earlier_first);
    for (size_t i = 0; i < count; i++) play_chapter(s, &chapters[i]);
}

/* The town first, then the services' stories; times are relative to today. */
static int play_town(struct house *h) {
    struct scene *s = arena_new(&h->arena, struct scene);
    instant started = env_now();
    enum { STEP_BYTES = 256 << 20 };
    s->engine = h->engine;
    s->now = started;
    s->find_folder = shipped_folder;
    arena_init(&s->arena, STEP_BYTES);
    arena_init(&s->kept, STEP_BYTES);
    scene_begin(s);
    play_stories(h, s, true);
    play_stories(h, s, false);
    env_clock_machine();
    arena_release(&s->arena);
    arena_release(&s->kept);
    printf("%d steps\n", s->passed);
    return s->failed ? CLI_FAILED : CLI_DONE;
}

int cli_demo(int argc, char **argv) {
    struct house h = {0};
    const struct cli_option options[] = {HOUSE_OPTIONS(h), {NULL, NULL, NULL}};
    int words, status = CLI_FAILED;
    if (!cli_options(argc, argv, options, NULL, 0, &words)) return CLI_USAGE;
    if (house_open(&h, true, true, false)) status = play_town(&h);
    house_close(&h);
    return status;
}
