/* store.c: lingban backup, restore, verify, upgrade: care of a data folder as a whole. */
#include "cli/house.h"

#include "engine/replay.h"
#include "store/blob.h"
#include "store/journal.h"
#include "store/seal.h"
#include "store/upgrade.h"

#include <stdio.h>
#include <string.h>

enum { MEMORY = 1 << 30 };

struct arguments {
    struct store_options options;
    const char *file; /* the one word that is no option: a backup */
};

static bool set_clock(const char *clock, const char *clock_file) {
    struct arena a;
    struct faults faults;
    arena_init(&a, 1 << 16);
    faults_init(&faults, &a);
    bool good = (!clock || env_clock_at(str_from(clock), &faults)) && (!clock_file || env_clock_file(clock_file, &faults));
    cli_print_faults(&faults);
    arena_release(&a);
    return good;
}

/* The words and options all of these take. The file may be left out when `wanted` says so. */
static bool read_arguments(int argc, char **argv, bool takes_file, bool needs_file, struct arguments *out) {
    const char *folder = "data", *master_key = NULL, *clock = NULL, *clock_file = NULL;
    const struct cli_option options[] = {{"--data", &folder, NULL},
                                         {"--master-key", &master_key, NULL},
                                         {"--clock", &clock, NULL},
                                         {"--clock-file", &clock_file, NULL},
                                         {NULL, NULL, NULL}};
    int count = 0;
    *out = (struct arguments){0};
    if (!cli_options(argc, argv, options, &out->file, takes_file, &count)) return false;
    if (needs_file && count == 0) {
        cli_complain(T("The backup's file is missing."));
        return false;
    }
    out->options = (struct store_options){.folder = folder, .schema = cli_schema, .master_key_file = master_key};
    return set_clock(clock, clock_file);
}

static void say(struct arena *a, const struct str *pieces, size_t count) {
    printf("%.*s\n", STR_ARGS(text_format(a, cli_language(), pieces, count)));
}
#define SAY(a, ...) say((a), (const struct str[]){__VA_ARGS__}, sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

static struct str number(struct arena *a, int64_t n) {
    return arena_printf(a, "%lld", (long long)n);
}

struct chore {
    struct arena a;
    struct faults faults;
    struct arguments arguments;
    bool (*does)(struct chore *);
    bool good;
};

static void do_work(void *arg) {
    struct chore *w = arg;
    w->good = w->does(w);
}

static int run(int argc, char **argv, bool takes_file, bool needs_file, bool (*does)(struct chore *)) {
    struct chore w = {.does = does};
    if (!read_arguments(argc, argv, takes_file, needs_file, &w.arguments)) return CLI_USAGE;
    arena_init(&w.a, MEMORY);
    faults_init(&w.faults, &w.a);
    if (!arena_run(&w.a, do_work, &w)) {
        cli_complain(T("There is not enough memory."));
        w.good = false;
    }
    cli_print_faults(&w.faults);
    arena_release(&w.a);
    return w.good ? CLI_DONE : CLI_FAILED;
}

static struct store *open_to_read(struct chore *w) {
    w->arguments.options.read_only = true;
    return store_open(&w->arguments.options, &w->faults);
}

static bool back_up(struct chore *w) {
    struct backup_report r;
    struct store *s = open_to_read(w);
    bool good = s && backup_write(s, w->arguments.file, &w->a, &r, &w->faults);
    store_close(s);
    if (good) SAY(&w->a, T("Saved {0} files and {1} journal entries to {2}. The file holds keys: keep it locked away."),
                  number(&w->a, r.files), number(&w->a, r.entries), str_from(w->arguments.file));
    return good;
}

int cli_backup(int argc, char **argv) {
    return run(argc, argv, true, true, back_up);
}

/* Opening the engine once blanks the cells of those who were erased after the backup. */
static bool settle(struct chore *w) {
    struct store *s = store_open(&w->arguments.options, &w->faults);
    struct engine_options options = {.store = s, .rooms = house_rooms};
    struct engine *e = s ? engine_open(&options, &w->faults) : NULL;
    if (e) engine_close(e);
    store_close(s);
    return e;
}

static bool restore(struct chore *w) {
    struct backup_report r;
    if (!backup_restore(w->arguments.file, &w->arguments.options, &w->a, &r, &w->faults)) return false;
    if (r.erasures && !settle(w)) return false;
    SAY(&w->a, T("Restored {0} files and {1} journal entries to {2}."), number(&w->a, r.files), number(&w->a, r.entries),
        str_from(w->arguments.options.folder));
    if (r.set_aside.n) SAY(&w->a, T("The former folder is now {0}."), r.set_aside);
    if (r.erasures) SAY(&w->a, T("{0} erasures made since the backup were made again."), number(&w->a, r.erasures));
    return true;
}

int cli_restore(int argc, char **argv) {
    return run(argc, argv, true, true, restore);
}

/* Passwords are no history: an account whose hash is gone is nothing that the journal could tell. Said, and no fault: a made-up
 * town has none, and an account may wait for its first. */
static void name_accounts_without_password(struct chore *w, struct db *db) {
    enum { NAMED = 10 };
    struct buf names;
    int64_t count = 0;
    buf_init(&names, &w->a, 4000);
    struct query q = db_query(db, "select login from account where closed_at is null and id not in (select account from local_password) order by login");
    for (; query_next(&q); count++)
        if (count < NAMED) buf_printf(&names, "%s%.*s", count ? ", " : "", STR_ARGS(query_text(&q, 0)));
    if (count) SAY(&w->a, T("Accounts without a password ({0}); they cannot sign in until “account reset” gives them one: {1}"), number(&w->a, count),
                   count > NAMED ? arena_concat(&w->a, buf_str(&names), STR(" …")) : buf_str(&names));
}

/* Everything is looked at, also after a first fault: who repairs wants to know all. */
static bool verify(struct chore *w) {
    int64_t entries = 0, keys = 0, files = 0;
    struct store *s = open_to_read(w);
    if (!s) return false;
    struct db *db = store_writer(s);
    bool good = store_check(s, &w->faults);
    good = journal_verify(db, &w->faults, &entries) && good;
    good = seal_verify(db, &w->faults, &keys) && good;
    good = blob_verify(s, db, &w->faults, &files) && good;
    name_accounts_without_password(w, db);
    store_close(s);
    if (good) SAY(&w->a, T("Everything is as it was written: {0} journal entries, {1} keys, {2} attachments."),
                  number(&w->a, entries), number(&w->a, keys), number(&w->a, files));
    return good;
}

int cli_verify(int argc, char **argv) {
    return run(argc, argv, false, false, verify);
}

static bool replay(void *context, struct store *old, struct store *fresh, struct faults *faults) {
    (void)context;
    return replay_into(old, fresh, house_rooms, faults);
}

/* Without a name the backup lies beside the folder and tells when it was made. */
static const char *backup_before(struct chore *w) {
    struct civil_time t = civil_from_instant(env_now(), 0);
    if (w->arguments.file) return w->arguments.file;
    return arena_printf(&w->a, "%s.before-upgrade-%04lld%02d%02d-%02d%02d%02d.zip", w->arguments.options.folder,
                        (long long)t.date.year, t.date.month, t.date.day, t.hour, t.minute, t.second).p;
}

/* Photos of folders older than the table `attachment` (engine/adopt.c). */
static bool adopt_photos(struct chore *w) {
    struct store *s = store_open(&w->arguments.options, &w->faults);
    struct engine_options options = {.store = s, .rooms = house_rooms};
    struct engine *e = s ? engine_open(&options, &w->faults) : NULL;
    struct answer answer = {.done = false};
    if (e) answer = engine_run(e, &w->a, command_new(&w->a, "attachment.adopt", (struct actor){.system = true}, "cli"));
    bool good = e && (answer.done || answer.refusal.status == 409); /* none of them */
    if (e && !good) cli_say_error(answer.refusal.sentence, answer.refusal.sentence_count);
    if (e) engine_close(e);
    store_close(s);
    return good;
}

static bool upgrade(struct chore *w) {
    struct upgrade_report r;
    const char *backup = backup_before(w);
    if (!store_upgrade(&w->arguments.options, backup, replay, NULL, &w->a, &r, &w->faults)) return false;
    if (r.needed && !adopt_photos(w)) return false;
    if (r.needed) SAY(&w->a, T("Upgraded: {0} journal entries were played into new tables. The backup made before is {1}."),
                      number(&w->a, r.backup.entries), str_from(backup));
    else SAY(&w->a, T("The data folder is that of this version already; nothing was done."));
    return true;
}

int cli_upgrade(int argc, char **argv) {
    return run(argc, argv, true, false, upgrade);
}
