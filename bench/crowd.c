/* crowd.c: `bench crowd`: what pages cost a server with 1,000 cases and with a million: the CPU of one page, of the program
 * itself, as a clerk sees it (so that no page is kept from before).
 *
 * Ten wishes of the wish service are opened by commands; their rows are copied with new ids through evolve
 * (tests/engine/crowd.h). LINGBAN_BENCH_CASES says how many instead of a million: that takes ten minutes and 8 GB below
 * /var/tmp, which go at the end. Ratio: small/large; aimed at 0.83 to 1.25. */
#include "../tests/engine/crowd.h"
#include "bench.h"
#include "flight.h"
#include "nginx.h"
#include "program.h"

#include "engine/session.h"

#include <signal.h>
#include <stdlib.h>

enum { SMALL = 1000, LARGE = 1000000, PATTERN = 10, CONNECTIONS = 4, ROUNDS = 5 };

static const struct {
    const char *name, *path;
} pages[] = {
    {"wall", "/services/wish/wall"},   {"claim", "/tasks?list=claim"},      {"mine", "/tasks?list=mine"},
    {"office", "/tasks?list=office"},  {"overdue", "/tasks?list=overdue"},  {"table", "/services/wish/table"},
    {"desk", "/desk"},                 {"search", "/search?q=%E5%AD%99"},   {"home", "/"},
    {"figures", "/figures"},
};
enum { PAGES = sizeof pages / sizeof *pages };

struct town {
    struct bench bench;
    struct crowd *crowd;
    struct served served;
    char session[80];
};

static double page_micros(const struct town *t, const char *path) {
    char request[300];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\nCookie: session=%s\r\n\r\n", path, t->session);
    double before = cpu_seconds_of(t->served.pid);
    struct load_result r = load_page(t->served.port, request, CONNECTIONS, 0.6);
    return r.good ? (cpu_seconds_of(t->served.pid) - before) / (double)r.good * 1e6 : 1e6;
}

/* The two take turns, so that noise of the machine meets both. */
static void compare(const struct town *small, const struct town *large) {
    for (size_t i = 0; i < PAGES; i++) {
        struct bench_rounds r = {0};
        char name[60];
        for (int k = 0; k < ROUNDS; k++) {
            double limit = page_micros(small, pages[i].path);
            bench_round(&r, page_micros(large, pages[i].path), limit);
        }
        snprintf(name, sizeof name, "crowd.%s", pages[i].name);
        bench_rounds_line(name, &r, "us/page", true, i < 5 ? ">=0.83" : "");
    }
}

/* Half wait to be checked; the others stand on the wall, every fifth of them claimed. */
static bool open_pattern(struct bench *b) {
    for (int i = 0; i < PATTERN; i++) {
        char open[1200], check[100], claim[100];
        const char *lines[] = {open, check, claim};
        snprintf(open, sizeof open,
                 "open w%d wish by wang /data/who/filled_by=staff /data/who/name=孙桂兰 /data/who/phone=043400000%02d /data/who/age=70s /data/who/living=alone /data/where/office=@nanhu"
                 " \"/data/where/building=南湖小区 %d 号楼\" \"/data/where/room=2 单元 301\" /data/item[1]/category=food \"/data/item[1]/what=大米\" /data/item[1]/quantity=1 /data/item[1]/unit=袋"
                 " /data/item[1]/value_yuan=60 \"/data/story/why=腿脚不便，买不动米。\" /data/agree/consent=OK /data/agree/how=spoken", i, i, i);
        snprintf(check, sizeof check, "complete w%d check by wang /data/outcome=approve", i);
        snprintf(claim, sizeof claim, "claim w%d claim#1 by li", i);
        if (!bench_house_play(b, lines, i % 2 ? 1 : i % 10 ? 2 : 3)) return false;
    }
    return true;
}

/* Rows of a million people stand all over the indexes: with SQLite's usual few megabytes filling would wait for the disk. */
static bool enlarge_cache(struct db *db, void *argument) {
    (void)argument;
    return db_run(db, "pragma cache_size = -1000000");
}

static bool fill(struct town *t, size_t cases) {
    static const char *const lines[] = {"include services/town/demo.scene", "clock +62d", "deploy services/wish"};
    struct bench *b = &t->bench;
    struct arena a;
    char data[100];
    double begun = bench_wall_seconds();
    t->crowd = calloc(1, sizeof *t->crowd);
    if (!bench_house_open(b, lines, sizeof lines / sizeof *lines)) return false;
    crowd_begin(t->crowd, b->engine);
    bool good = open_pattern(b);
    crowd_learn(t->crowd);
    engine_run_local(b->engine, enlarge_cache, NULL);
    good = good && crowd_copy(t->crowd, cases / PATTERN - 1);
    crowd_end(t->crowd);
    bench_line("crowd.fill", (double)cases / (bench_wall_seconds() - begun), "cases/s");
    arena_init(&a, 1 << 20);
    struct db *db = store_read_begin(b->store);
    int64_t clerk = db_int(db, 0, "select id from account where login = 'wang'");
    store_read_end(b->store, db, NULL);
    snprintf(t->session, sizeof t->session, "%s", arena_cstr(&a, session_begin(b->engine, &a, clerk, STR_NONE, 0, STR("bench"))));
    arena_release(&a);
    snprintf(data, sizeof data, "%s/data", b->folder);
    bench_house_leave(b);
    return good && serve_begin(&t->served, data);
}

static void clear(struct town *t) {
    if (t->served.pid) serve_end(&t->served);
    if (t->bench.scene) bench_house_close(&t->bench);
    free(t->crowd);
}

int bench_crowd(void) {
    const char *wanted = getenv("LINGBAN_BENCH_CASES");
    struct town small = {.session = ""}, large = {.session = ""};
    signal(SIGPIPE, SIG_IGN);
    bool good = fill(&small, SMALL) && fill(&large, wanted ? strtoul(wanted, NULL, 10) : LARGE);
    if (good) compare(&small, &large);
    else fputs("bench crowd: run it in the project's folder, with build/lingban made\n", stderr);
    clear(&small);
    clear(&large);
    return good ? 0 : 1;
}
