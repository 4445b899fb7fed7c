/* golden_test.c: a journal of engine events, written once and kept, still verifies, replays, and gives the state it gave.
 *
 * tests/golden/wish-day-v1.jsonl is the journal (store/golden.h: its keys are a function of a label that says what they
 * are: throw-away keys of a test). wish-day-v1.state has, for each table of state that it fills, the number of rows and
 * a digest of them. When this test fails, a later build reads old journals in another way: events need a new version
 * beside the old one, or an upcaster; the journal file is never made anew. When only a table has got a new column, its
 * line of the state file changes and no other (so it did when erasing began to blank an amendment's reason too): LINGBAN_GOLDEN=state writes that file again, and the change is read.
 * (LINGBAN_GOLDEN=write made both, of tests/golden/wish-day.scene, at their first commit.) */
#include "../store/golden.h"

#include "cli/cli.h"
#include "cli/house.h"
#include "cli/scene.h"
#include "engine/replay.h"
#include "store/sqlite.h"

#define JOURNAL "tests/golden/wish-day-v1.jsonl"
#define STATE "tests/golden/wish-day-v1.state"

const struct cli_command cli_commands[] = {{NULL, NULL, {NULL, 0}, NULL}};

static bool asked_for(const char *what) {
    const char *wish = getenv("LINGBAN_GOLDEN");
    return wish && strcmp(wish, what) == 0;
}

/* ---- writing the first */

/* What no step of a scene can ask for; ids are those that the scene makes. */
static const struct {
    const char *command, *arguments;
} more[] = {
    {"organisation.change", "{\"name\":\"南湖社区居委会\",\"organisation\":2}"},
    {"organisation.add", "{\"kind\":\"community\",\"name\":\"东湖社区\",\"parent\":1}"},
    {"organisation.move", "{\"organisation\":5,\"parent\":2}"},
    {"organisation.close", "{\"organisation\":5}"},
    {"party.add", "{\"address\":\"北湖小区\",\"kind\":\"household\",\"name\":\"郑某\"}"},
    {"account.add", "{\"login\":\"zheng\",\"name\":\"郑某\",\"phone\":\"04340000009\"}"},
    {"account.close", "{\"account\":6}"},
    {"role.grant", "{\"account\":2,\"role\":\"admin\"}"},
    {"role.end", "{\"grant\":2}"},
    {"partnership.end", "{\"partnership\":1}"},
    {"case.renew-secret", "{\"case\":2}"},
    {"outbox.result", "{\"message\":1,\"state\":\"sent\"}"},
};

static void run_more(struct engine *e) {
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        struct command *c = command_new(&arena, more[i].command, (struct actor){.system = true}, "cli");
        c->arguments = json_parse(&arena, str_from(more[i].arguments), &json_default_limits, STR("golden"), &faults);
        struct answer answer = engine_run(e, &arena, c);
        if (!answer.done) fail_msg("%s: %.*s", more[i].command, STR_ARGS(text_format(&arena, LANGUAGE_EN, answer.refusal.sentence, answer.refusal.sentence_count)));
    }
}

static void write_golden(void) {
    struct scene *s = arena_new(&arena, struct scene);
    struct str text, line;
    env_random_seed(STR("golden wish day"));
    struct store_options options = {.schema = cli_schema, .create = true, .guard = true, .origin = "golden.invalid/wish-day",
                                    .test_keys = "golden wish day: throw-away keys, never for real data"};
    struct store *store = open_with(options);
    assert_non_null(store);
    struct engine_options with = {.store = store, .rooms = house_rooms};
    s->engine = engine_open(&with, &faults);
    s->path = "tests/golden/wish-day.scene";
    arena_init(&s->arena, 256 << 20);
    arena_init(&s->kept, 16 << 20);
    scene_begin(s);
    assert_true(file_read(&arena, s->path, 1 << 20, &text, &faults));
    while (str_split(&text, '\n', &line)) {
        s->line++;
        if (str_starts(line, STR("erase "))) run_more(s->engine); /* before the last step */
        scene_line(s, str_trim(line));
    }
    assert_int_equal(s->failed, 0);
    golden_save(store, JOURNAL);
    engine_close(s->engine);
    store_close(store);
    arena_release(&s->arena);
    arena_release(&s->kept);
    assert_true(folder_remove(below("data"), &faults));
}

/* ---- the state as text */

static void add_table(struct store *s, struct str table, struct buf *out) {
    struct sha256 *digest = sha256_begin();
    int64_t rows = 0;
    struct str name = db_quoted(&arena, table);
    struct query q = db_query_made(store_writer(s), arena_printf(&arena, "SELECT * FROM main.%.*s ORDER BY 1, 2", STR_ARGS(name)).p);
    for (; query_next(&q); rows++)
        for (int i = 0; i < query_columns(&q); i++) {
            struct str value = query_is_null(&q, i) ? STR("-") : query_text(&q, i);
            sha256_more(digest, query_name(&q, i));
            sha256_more(digest, arena_printf(&arena, "|%d|%zu|", (int)query_kind(&q, i), value.n));
            sha256_more(digest, value);
        }
    struct hash h = sha256_end(digest);
    if (rows) buf_printf(out, "%-20.*s %6lld %.16s\n", STR_ARGS(table), (long long)rows, hex_encode(&arena, HASH_STR(h)).p);
}

static struct str state_of(struct store *s) {
    struct str *tables;
    struct buf out;
    buf_init(&out, &arena, 1 << 16);
    size_t count = store_state_tables(s, &arena, &tables);
    for (size_t i = 0; i < count; i++) add_table(s, tables[i], &out);
    return buf_str(&out);
}

/* ---- the test */

static void first_difference(struct str have, struct str kept) {
    struct str one = STR(""), other = STR("");
    while (have.n || kept.n) {
        if (!str_split(&have, '\n', &one)) one = STR("");
        if (!str_split(&kept, '\n', &other)) other = STR("");
        if (!str_eq(one, other)) fail_msg("the state differs: “%.*s”, was “%.*s”", STR_ARGS(one), STR_ARGS(other));
    }
}

static struct store *open_copy(struct store *golden) {
    struct store *copy = open_with((struct store_options){.schema = cli_schema, .create = true, .keys_of = golden});
    assert_non_null(copy);
    return copy;
}

static void the_first_wish_day_still_replays(void **state) {
    (void)state;
    struct str checkpoint, kept;
    int64_t entries = 0;
    if (asked_for("write")) write_golden();
    struct store *golden = golden_load(JOURNAL, cli_schema, &checkpoint), *copy = open_copy(golden);
    assert_true(journal_verify(store_writer(golden), &faults, &entries));
    assert_true(entries > 60);
    assert_true(str_eq(journal_checkpoint(store_writer(golden), &arena, 1, entries), checkpoint)); /* same root, same signature */
    bool replayed = replay_into(golden, copy, house_rooms, &faults);
    if (!replayed) print_faults();
    assert_true(replayed);
    struct str now = state_of(copy);
    if (asked_for("write") || asked_for("state")) assert_true(file_write(STATE, now, 0644, &faults));
    assert_true(file_read(&arena, STATE, 1 << 20, &kept, &faults));
    first_difference(now, kept);
    store_close(copy);
    store_close(golden);
}

/* One letter of an event changed: neither the root nor the state stays. */
static void a_changed_event_is_seen(void **state) {
    (void)state;
    struct str text, checkpoint, kept, done = STR("\\\"outcome\\\":\\\"done\\\"");
    assert_true(file_read(&arena, JOURNAL, GOLDEN_BYTES, &text, &faults));
    size_t at = 0; /* of the last one: what comes after would put it right again */
    for (ptrdiff_t next; (next = str_find(str_sub(text, at + 1, text.n), done)) >= 0;) at += 1 + (size_t)next;
    assert_true(at > 0);
    char *bytes = (char *)(uintptr_t)arena_cstr(&arena, text);
    bytes[at + done.n - 3] = 'D';
    const char *path = below("changed.jsonl");
    assert_true(file_write(path, (struct str){bytes, text.n}, 0600, &faults));
    struct store *golden = golden_load(path, cli_schema, &checkpoint), *copy = open_copy(golden);
    assert_false(str_eq(journal_checkpoint(store_writer(golden), &arena, 1, journal_count(store_writer(golden))), checkpoint));
    assert_true(replay_into(golden, copy, house_rooms, &faults));
    assert_true(file_read(&arena, STATE, 1 << 20, &kept, &faults));
    assert_false(str_eq(state_of(copy), kept));
    store_close(copy);
    store_close(golden);
}

/* The day is a whole one: most kinds of events that the engine had when it was written stand in it. */
static void the_day_holds_most_kinds(void **state) {
    (void)state;
    struct str text;
    int there = 0;
    assert_true(file_read(&arena, JOURNAL, GOLDEN_BYTES, &text, &faults));
    for (const struct event_kind *k = engine_event_kinds; k->name; k++)
        there += str_find(text, arena_printf(&arena, "\\\"kind\\\":\\\"%s\\\"", k->name)) > 0;
    assert_true(there >= 57);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(the_first_wish_day_still_replays), TEST(a_changed_event_is_seen), TEST(the_day_holds_most_kinds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
