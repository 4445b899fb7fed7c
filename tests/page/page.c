/* page.c: the printed page counted again (make page).
 *
 *     build/page SCENE FIGURES CSV
 *
 * Plays SCENE (cli/scene.h) on a store of its own with its own clock, then asks for each row of CSV (the page's numbers
 * and claims) the question that FIGURES has for it, and prints the row as equal, different, not yet, or not countable.
 * What is printed on the page comes from CSV, what is counted from the journal; neither is written here. A line of FIGURES:
 *
 *     ID same SQL      the answer of the query over the v_… views is what the page prints
 *     ID within SQL    … stands in what the page prints
 *     ID least SQL     … is at least that; where the page prints a list, at least as many as it has
 *     ID more SQL      “more than sixty”: 61 to 69          ID nearly SQL      “nearly forty”: 36 to 39
 *     ID chain SQL     the query has an answer: what the page tells happened, step by step
 *     ID wait WORDS    not yet, and why                     ID never WORDS     not countable, and why
 *
 * 1 when a row is different, or has no line, or a step of the scene failed. */
#include "base/env.h"
#include "cli/cli.h"
#include "cli/house.h"
#include "cli/scene.h"

#include <stdio.h>
#include <stdlib.h>

const struct cli_command cli_commands[] = {{NULL, NULL, {NULL, 0}, NULL}};


enum verdict { EQUAL, DIFFERENT, NOT_YET, NOT_COUNTABLE, VERDICTS };
static const char *const verdict_words[VERDICTS] = {"equal", "different", "not yet", "not countable"};

static struct arena arena; /* of everything but the scene's steps */
static int totals[VERDICTS];

/* ---- what the page prints */

/* One cell of a line of CSV (RFC 4180, no line breaks within), and on to the next. */
static struct str next_cell(struct str *rest) {
    struct buf cell;
    size_t i = 0;
    bool quoted = false;
    buf_init(&cell, &arena, 1 << 16);
    for (; i < rest->n && (quoted || rest->p[i] != ','); i++) {
        if (rest->p[i] != '"') buf_byte(&cell, rest->p[i]);
        else if (quoted && i + 1 < rest->n && rest->p[i + 1] == '"') buf_byte(&cell, rest->p[i++]);
        else quoted = !quoted;
    }
    *rest = str_sub(*rest, i < rest->n ? i + 1 : i, rest->n);
    return cell.n ? buf_str(&cell) : STR("");
}

struct printed {
    struct str id, what, value, unit;
};

static struct printed read_printed(struct str line) {
    struct printed p;
    p.id = next_cell(&line);
    next_cell(&line); /* programme */
    next_cell(&line); /* article */
    next_cell(&line); /* quantity in Chinese */
    p.what = next_cell(&line);
    p.value = next_cell(&line);
    p.unit = next_cell(&line);
    return p;
}

/* ---- what the town has */

static bool first_cell(void *context, const struct query *row) {
    struct str *out = context;
    if (!out->p && !query_is_null(row, 0)) *out = arena_str(&arena, query_text(row, 0));
    return false;
}

static struct str counted(struct scene *s, struct str sql) {
    struct str out = STR_NONE;
    struct faults faults;
    faults_init(&faults, &arena);
    if (!store_report(engine_store(s->engine), arena_str(&arena, sql), NULL, 0, (struct report_limits){10 * MICROS_A_SECOND, 200}, first_cell, &out, &faults) && faults.count)
        scene_fail(s, "%.*s", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[0])));
    return out.p ? out : STR("nothing");
}

static bool same(struct str have, struct str printed) {
    struct decimal a, b;
    if (decimal_parse(have, &a) && decimal_parse(printed, &b)) return decimal_equal(a, b);
    return str_eq(have, printed);
}

/* A printed list ("米、面等") counts as many as it names. */
static int64_t number_of(struct str text) {
    int64_t n;
    if (str_to_int64(text, &n)) return n;
    n = 1;
    for (ptrdiff_t at; (at = str_find(text, STR("、"))) >= 0; n++) text = str_sub(text, (size_t)at + 3, text.n);
    return n;
}

static bool agrees(struct str how, struct str have, struct str printed) {
    int64_t n = 0, base = number_of(printed);
    bool whole = str_to_int64(have, &n);
    if (str_eqz(how, "same")) return same(have, printed);
    if (str_eqz(how, "within")) return have.n && str_find(printed, have) >= 0;
    if (str_eqz(how, "least")) return whole && n >= base;
    if (str_eqz(how, "more")) return whole && n > base && n < base + 10;
    if (str_eqz(how, "nearly")) return whole && n < base && n * 10 >= base * 9;
    if (str_eqz(how, "chain")) return !str_eqz(have, "nothing");
    return false;
}

/* ---- row by row */

static struct str line_of(struct str figures, struct str id) {
    for (struct str line; str_split(&figures, '\n', &line);)
        if (str_starts(line, id) && line.n > id.n && line.p[id.n] == ' ') return str_sub(line, id.n + 1, line.n);
    return STR("none it has no line in the file of figures");
}

static void judge(struct scene *s, const struct printed *p, struct str figures) {
    struct str rest = line_of(figures, p->id), how, have = STR("");
    enum verdict verdict = DIFFERENT;
    str_split(&rest, ' ', &how);
    if (str_eqz(how, "wait")) verdict = NOT_YET;
    else if (str_eqz(how, "never")) verdict = NOT_COUNTABLE;
    else if (!str_eqz(how, "none")) {
        have = counted(s, rest);
        verdict = agrees(how, have, p->value) ? EQUAL : DIFFERENT;
    }
    totals[verdict]++;
    printf("%.*s %-13s %.*s: ", STR_ARGS(p->id), verdict_words[verdict], STR_ARGS(p->what));
    if (have.n) printf("the page %.*s %.*s, counted %.*s\n", STR_ARGS(p->value), STR_ARGS(p->unit), STR_ARGS(have));
    else printf("%.*s\n", STR_ARGS(rest));
}

static void play(struct scene *s, struct str story) {
    for (struct str line; str_split(&story, '\n', &line);) {
        s->line++;
        scene_line(s, str_trim(line));
        arena_clear(&s->arena);
    }
}

static bool open_house(struct scene *s, struct store **store, char *folder, struct faults *faults) {
    if (!mkdtemp(folder)) return false;
    struct str data = arena_printf(&arena, "%s/data", folder);
    struct store_options options = {.folder = data.p, .schema = cli_schema, .create = true, .guard = true, .origin = "page.test/log", .test_keys = "page"};
    *store = store_open(&options, faults);
    struct engine_options engine = {.store = *store, .rooms = house_rooms};
    s->engine = *store ? engine_open(&engine, faults) : NULL;
    return s->engine != NULL;
}

int main(int argc, char **argv) {
    struct scene *s = calloc(1, sizeof *s);
    struct store *store = NULL;
    struct faults faults;
    struct str story, figures, csv, line;
    char folder[] = "/tmp/lingban-page-XXXXXX";
    if (argc != 4 || !s) return 2;
    s->path = argv[1];
    arena_init(&arena, 64 << 20);
    arena_init(&s->arena, 256 << 20);
    arena_init(&s->kept, 16 << 20);
    faults_init(&faults, &arena);
    scene_begin(s);
    env_clock_set(1680483600LL * MICROS_A_SECOND); /* 2023-04-03 09:00 in Shanghai */
    env_random_seed(STR("page"));
    if (!file_read(&arena, argv[1], 4 << 20, &story, &faults) || !file_read(&arena, argv[2], 1 << 20, &figures, &faults) ||
        !file_read(&arena, argv[3], 1 << 20, &csv, &faults) || !open_house(s, &store, folder, &faults)) {
        scene_fail(s, "%.*s", STR_ARGS(faults.count ? fault_text(&arena, LANGUAGE_EN, &faults.items[0]) : STR("cannot begin")));
    } else {
        play(s, story);
        str_split(&csv, '\n', &line); /* the heading */
        while (str_split(&csv, '\n', &line)) {
            if (!str_trim(line).n) continue;
            struct printed p = read_printed(str_trim(line));
            judge(s, &p, figures);
        }
        engine_close(s->engine);
        store_close(store);
    }
    folder_remove(folder, NULL);
    printf("%d equal, %d different, %d not yet, %d not countable\n", totals[EQUAL], totals[DIFFERENT], totals[NOT_YET], totals[NOT_COUNTABLE]);
    bool good = s->failed == 0 && totals[DIFFERENT] == 0;
    arena_release(&s->arena);
    arena_release(&s->kept);
    arena_release(&arena);
    free(s);
    return good ? 0 : 1;
}
