/* scenes.c: plays *.scene files (cli/scene.h) on a store of its own with its own clock.
 *
 *     build/scenes FILE.scene …        prints a line a failed step, closes with "N passed, N failed"
 *
 * Every scene ends with a replay: evolved from the journal the state must be the same row for row, and every command
 * decided anew must give the same events. Any state written outside evolve makes the step fail (the store's guard). */
#include "base/env.h"
#include "cli/cli.h"
#include "cli/house.h"
#include "cli/scene.h"
#include "engine/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const struct cli_command cli_commands[] = {{NULL, NULL, {NULL, 0}, NULL}};


static void check_replay(struct scene *s) {
    struct faults faults;
    struct replay_report report;
    faults_init(&faults, &s->arena);
    if (replay_verify(engine_store(s->engine), cli_schema, house_rooms, true, &report, &faults) && report.recomputed + report.unreadable > 0) {
        s->passed++;
        return;
    }
    scene_fail(s, "replay: %lld entries, %lld decided anew", (long long)report.entries, (long long)report.recomputed);
    for (size_t i = 0; i < faults.count; i++) {
        struct str line = fault_text(&s->arena, LANGUAGE_EN, &faults.items[i]);
        printf("     %.*s\n", STR_ARGS(line));
    }
}

static bool open_house(struct scene *s, char *folder, struct faults *faults) {
    if (!mkdtemp(folder)) return false;
    struct str data = arena_printf(&s->arena, "%s/data", folder);
    struct store_options options = {.folder = data.p, .schema = cli_schema, .create = true, .guard = true, .origin = "scene.test/log", .test_keys = "scenes"};
    struct store *store = store_open(&options, faults);
    if (!store) return false;
    struct engine_options engine = {.store = store, .rooms = house_rooms};
    s->engine = engine_open(&engine, faults);
    return s->engine != NULL;
}

static void play(struct scene *s) {
    struct arena whole;
    struct faults faults;
    struct str text;
    char folder[] = "/tmp/lingban-scene-XXXXXX";
    arena_init(&whole, 16 << 20);
    arena_init(&s->arena, 256 << 20);
    arena_init(&s->kept, 16 << 20);
    scene_begin(s);
    faults_init(&faults, &whole);
    env_clock_set(1790557200LL * MICROS_A_SECOND); /* 2026-09-28 09:00 in Shanghai: a Monday, three days before National Day */
    env_random_seed(STR("scenes"));
    if (!file_read(&whole, s->path, 4 << 20, &text, &faults) || !open_house(s, folder, &faults)) {
        struct str why = faults.count ? fault_text(&whole, LANGUAGE_EN, &faults.items[0]) : STR("");
        scene_fail(s, "cannot begin: %.*s", STR_ARGS(why));
    } else {
        for (struct str line; str_split(&text, '\n', &line);) {
            s->line++;
            scene_line(s, str_trim(line));
            arena_clear(&s->arena);
        }
        check_replay(s);
        struct store *store = engine_store(s->engine);
        engine_close(s->engine);
        store_close(store);
    }
    folder_remove(folder, NULL);
    arena_release(&s->arena);
    arena_release(&s->kept);
    arena_release(&whole);
}

int main(int argc, char **argv) {
    int passed = 0, failed = 0;
    for (int i = 1; i < argc; i++) {
        struct scene *s = calloc(1, sizeof *s);
        s->path = argv[i];
        play(s);
        passed += s->passed;
        failed += s->failed;
        free(s);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}
