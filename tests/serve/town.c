/* town.c: makes a data folder out of scenes, for the tests that run the whole program.
 *
 *     build/town FOLDER FILE.scene …      plays the scenes (cli/scene.h) into a new data folder; prints each failed step
 *     build/town --ask FOLDER SQL         prints the rows of a query, columns between tabs; also while it is served
 *
 * The folder is one that `lingban serve` opens: the same tables, keys of its own. */
#include "base/env.h"
#include "cli/cli.h"
#include "cli/house.h"
#include "cli/scene.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct cli_command cli_commands[] = {{NULL, NULL, {NULL, 0}, NULL}};


static void play(struct scene *s, const char *path, struct faults *faults) {
    struct str text;
    s->path = path;
    s->line = 0;
    if (!file_read(&s->kept, path, 4 << 20, &text, faults)) {
        scene_fail(s, "there is no such file");
        return;
    }
    for (struct str line; str_split(&text, '\n', &line);) {
        s->line++;
        scene_line(s, str_trim(line));
        arena_clear(&s->arena);
    }
}

static int ask(const char *folder, const char *sql) {
    char path[4096];
    sqlite3 *db;
    sqlite3_stmt *q;
    snprintf(path, sizeof path, "%s/lingban.db", folder);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK || sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        fprintf(stderr, "town: %s\n", sqlite3_errmsg(db));
        return 1;
    }
    while (sqlite3_step(q) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(q); i++) printf("%s%c", (const char *)sqlite3_column_text(q, i), i + 1 < sqlite3_column_count(q) ? '\t' : '\n');
    sqlite3_finalize(q);
    sqlite3_close(db);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "--ask") == 0) return ask(argv[2], argv[3]);
    struct scene *s = calloc(1, sizeof *s);
    struct arena whole;
    struct faults faults;
    arena_init(&whole, 16 << 20);
    faults_init(&faults, &whole);
    arena_init(&s->arena, 256 << 20);
    arena_init(&s->kept, 16 << 20);
    scene_begin(s);
    s->now = env_now();
    struct store_options options = {.folder = argc > 1 ? argv[1] : "", .schema = cli_schema, .create = true};
    struct store *store = store_open(&options, &faults);
    struct engine_options engine = {.store = store, .rooms = house_rooms};
    s->engine = store ? engine_open(&engine, &faults) : NULL;
    if (!s->engine) {
        struct str why = faults.count ? fault_text(&whole, LANGUAGE_EN, &faults.items[0]) : STR("");
        fprintf(stderr, "town: %.*s\n", STR_ARGS(why));
        return 1;
    }
    for (int i = 2; i < argc; i++) play(s, argv[i], &faults);
    engine_close(s->engine);
    store_close(store);
    int failed = s->failed;
    arena_release(&s->arena);
    arena_release(&s->kept);
    arena_release(&whole);
    free(s);
    return failed ? 1 : 0;
}
