/* init.c: `lingban init`, `lingban demo`, `lingban account …`: a new data folder, the demo town, accounts by hand. */
#include "cli/house.h"
#include "cli/scene.h"

#include "base/env.h"
#include "engine/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- passwords */

/* Readable by voice: no letters that look alike. 12 of 31 signs are 59 bits. */
static struct str make_password(struct arena *a) {
    static const char signs[] = "abcdefghjkmnpqrstuvwxyz23456789";
    char out[13] = "";
    for (size_t i = 0; i < 12;) {
        uint8_t luck;
        env_random(&luck, 1);
        if (luck < 31 * 8) out[i++] = signs[luck % 31];
    }
    return arena_str(a, str_from(out));
}

/* From a file or standard input ("-"), its first line. */
static bool read_password(struct arena *a, const char *path, struct str *out) {
    struct str text, line;
    if (!cli_read_file(a, path, 4096, &text)) return false;
    str_split(&text, '\n', &line);
    *out = str_trim(line);
    return true;
}

static int64_t add_account(struct house *h, const char *login, const char *name, int64_t organisation, const char *role) {
    struct command *c = house_command(h, "account.add");
    json_add_string(&h->arena, c->arguments, "login", str_from(login));
    json_add_string(&h->arena, c->arguments, "name", str_from(name));
    if (organisation) json_add_integer(&h->arena, c->arguments, "organisation", organisation);
    const struct json *result = house_run(h, c);
    if (!result) return 0;
    int64_t account = json_integer(result, "account", 0);
    if (!role) return account;
    c = house_command(h, "role.grant");
    json_add_integer(&h->arena, c->arguments, "account", account);
    json_add_string(&h->arena, c->arguments, "role", str_from(role));
    return house_run(h, c) ? account : 0;
}

/* A password that was made here is printed and has to be changed. */
struct first_password {
    struct arena a; /* holds the text */
    struct str text;
    bool made;
};

/* Chosen before anything is changed: a file that cannot be read leaves no account that nobody can enter. Release the
 * arena whatever it answers. */
static bool choose_password(const char *file, struct first_password *out) {
    arena_init(&out->a, 1 << 20);
    out->made = !file;
    if (out->made) out->text = make_password(&out->a);
    else if (!read_password(&out->a, file, &out->text)) return false;
    if (utf8_count(out->text) >= PASSWORD_LEAST) return true;
    cli_complain(T("The password must have at least 8 characters."));
    return false;
}

static bool give_password(struct house *h, int64_t account, const char *login, const struct first_password *password) {
    if (!password_set(h->engine, account, password->text, password->made)) {
        cli_complain(T("The data could not be written. Nothing was changed. Please try again."));
        return false;
    }
    if (password->made) {
        struct str line = text_say(&h->arena, cli_language(), T("Account {0}, first password {1} (it has to be changed at the first sign-in)."), str_from(login), password->text);
        printf("%.*s\n", STR_ARGS(line));
    }
    return true;
}

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

/* ---- accounts */

static int64_t account_named(struct house *h, const char *login) {
    struct faults none;
    faults_init(&none, &h->arena);
    struct db *db = store_read_begin(h->store);
    int64_t id = db_int(db, 0, "select id from account where login = ?", DB_TEXT(str_from(login)));
    store_read_end(h->store, db, &none);
    if (!id) cli_complain(T("There is no account “{0}”."), str_from(login));
    return id;
}

/* One account a line: login,name,role,organisation name. The first line is the header. */
static bool import_line(struct house *h, struct str line) {
    struct str fields[4] = {{0}};
    for (size_t i = 0; i < 4 && str_split(&line, ',', &fields[i]); i++) fields[i] = str_trim(fields[i]);
    struct faults none;
    faults_init(&none, &h->arena);
    struct db *db = store_read_begin(h->store);
    int64_t organisation = fields[3].n ? db_int(db, 0, "select id from organisation where name = ?", DB_TEXT(fields[3])) : 0;
    store_read_end(h->store, db, &none);
    if (fields[3].n && !organisation) {
        cli_complain(T("There is no organisation “{0}”."), fields[3]);
        return false;
    }
    const char *login = arena_cstr(&h->arena, fields[0]), *role = fields[2].n ? arena_cstr(&h->arena, fields[2]) : NULL;
    int64_t account = add_account(h, login, arena_cstr(&h->arena, fields[1].n ? fields[1] : fields[0]), organisation, role);
    struct first_password password;
    bool good = account && choose_password(NULL, &password);
    if (good) good = give_password(h, account, login, &password);
    if (account) arena_release(&password.a);
    return good;
}

static int import_accounts(struct house *h, const char *path) {
    struct str text, line;
    int failed = 0;
    if (!cli_read_file(&h->arena, path, 4 << 20, &text)) return CLI_FAILED;
    str_split(&text, '\n', &line);
    while (str_split(&text, '\n', &line))
        if (str_trim(line).n && !import_line(h, str_trim(line))) failed++;
    return failed ? CLI_FAILED : CLI_DONE;
}

int cli_account(int argc, char **argv) {
    struct house h = {0};
    const char *name = NULL, *role = NULL, *password_file = NULL, *words[2] = {NULL, NULL};
    const struct cli_option options[] = {HOUSE_OPTIONS(h), {"--name", &name, NULL}, {"--role", &role, NULL}, {"--password-file", &password_file, NULL},
                                         {NULL, NULL, NULL}};
    int count, status = CLI_USAGE;
    if (!cli_options(argc, argv, options, words, 2, &count)) return CLI_USAGE;
    if (count < 2) return cli_usage("account", false);
    struct first_password password;
    bool chosen = choose_password(password_file, &password);
    if (!chosen || !house_open(&h, false, true, false)) {
        status = CLI_FAILED;
    } else if (strcmp(words[0], "create") == 0) {
        int64_t account = add_account(&h, words[1], name ? name : words[1], 0, role);
        status = account && give_password(&h, account, words[1], &password) ? CLI_DONE : CLI_FAILED;
    } else if (strcmp(words[0], "reset") == 0) {
        int64_t account = account_named(&h, words[1]);
        status = account && give_password(&h, account, words[1], &password) ? CLI_DONE : CLI_FAILED;
        if (status == CLI_DONE) session_end_all(h.engine, account);
    } else if (strcmp(words[0], "import") == 0) {
        status = import_accounts(&h, words[1]);
    } else {
        status = cli_usage("account", false);
    }
    arena_release(&password.a);
    house_close(&h);
    return status;
}
