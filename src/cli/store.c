/* store.c: lingban backup, restore, verify: what can be done to a data folder without knowing what is in it. */
#include "cli/cli.h"

#include "store/backup.h"
#include "store/blob.h"
#include "store/journal.h"
#include "store/seal.h"

#include <stdio.h>
#include <string.h>

enum { MEMORY = 1 << 30 };

struct arguments {
    struct store_options options;
    const char *file; /* the one word that is no option */
};

/* --data DIR, --master-key FILE and one word, in any order. */
static bool read_arguments(int argc, char **argv, bool wants_file, struct arguments *out) {
    *out = (struct arguments){.options = {.folder = "data", .schema = cli_schema}};
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--data") == 0 && more) out->options.folder = argv[++i];
        else if (strcmp(argv[i], "--master-key") == 0 && more) out->options.master_key_file = argv[++i];
        else if (argv[i][0] != '-' && wants_file && !out->file) out->file = argv[i];
        else {
            cli_complain(T("“{0}” is not understood here."), str_from(argv[i]));
            return false;
        }
    }
    if (wants_file && !out->file) cli_complain(T("The backup's file is missing."));
    return !wants_file || out->file;
}

static void say(struct arena *a, const struct str *pieces, size_t count) {
    printf("%.*s\n", STR_ARGS(text_format(a, cli_language(), pieces, count)));
}
#define SAY(a, ...) say((a), (const struct str[]){__VA_ARGS__}, sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

static struct str number(struct arena *a, int64_t n) {
    return arena_printf(a, "%lld", (long long)n);
}

struct work {
    struct arena a;
    struct faults faults;
    struct arguments arguments;
    bool (*does)(struct work *);
    bool good;
};

static void do_work(void *arg) {
    struct work *w = arg;
    w->good = w->does(w);
}

static int run(int argc, char **argv, bool wants_file, bool (*does)(struct work *)) {
    struct work w = {.does = does};
    if (!read_arguments(argc, argv, wants_file, &w.arguments)) return CLI_USAGE;
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

static struct store *open_to_read(struct work *w) {
    w->arguments.options.read_only = true;
    return store_open(&w->arguments.options, &w->faults);
}

static bool back_up(struct work *w) {
    struct backup_report r;
    struct store *s = open_to_read(w);
    bool good = s && backup_write(s, w->arguments.file, &w->a, &r, &w->faults);
    store_close(s);
    if (good) SAY(&w->a, T("Saved {0} files and {1} journal entries to {2}. The file holds keys: keep it locked away."),
                  number(&w->a, r.files), number(&w->a, r.entries), str_from(w->arguments.file));
    return good;
}

int cli_backup(int argc, char **argv) {
    return run(argc, argv, true, back_up);
}

static bool restore(struct work *w) {
    struct backup_report r;
    if (!backup_restore(w->arguments.file, &w->arguments.options, &w->a, &r, &w->faults)) return false;
    SAY(&w->a, T("Restored {0} files and {1} journal entries to {2}."), number(&w->a, r.files), number(&w->a, r.entries),
        str_from(w->arguments.options.folder));
    if (r.set_aside.n) SAY(&w->a, T("The former folder is now {0}."), r.set_aside);
    if (r.erasures) SAY(&w->a, T("{0} erasures made since the backup were made again."), number(&w->a, r.erasures));
    return true;
}

int cli_restore(int argc, char **argv) {
    return run(argc, argv, true, restore);
}

/* Everything is looked at, also after a first fault: who repairs wants to know all. */
static bool verify(struct work *w) {
    int64_t entries = 0, keys = 0, files = 0;
    struct store *s = open_to_read(w);
    if (!s) return false;
    struct db *db = store_writer(s);
    bool good = store_check(s, &w->faults);
    good = journal_verify(db, &w->faults, &entries) && good;
    good = seal_verify(db, &w->faults, &keys) && good;
    good = blob_verify(s, db, &w->faults, &files) && good;
    store_close(s);
    if (good) SAY(&w->a, T("Everything is as it was written: {0} journal entries, {1} keys, {2} attachments."),
                  number(&w->a, entries), number(&w->a, keys), number(&w->a, files));
    return good;
}

int cli_verify(int argc, char **argv) {
    return run(argc, argv, false, verify);
}
