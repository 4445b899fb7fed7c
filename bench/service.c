/* service.c: `bench service`: the whole house, end to end.
 *
 *   service.open, service.claim    durable commands a second over HTTP, 64 connections, beside raw SQLite group commit of
 *                                  the very rows they wrote (raw.h); .cpu: of the server for one, beside that of raw SQLite
 *   service.open.writer, .claim…   the same without HTTP: 64 commands in flight in this process
 *   service.wall                   the wish wall, 64 connections, beside nginx serving the same bytes
 *   service.case                   one case with its answers, history and process, as its resident sees it
 *   service.start                  from the start of the program to its first answer
 *   service.memory…, service.size  resident memory idle, after some pages and after all of the above; the executable
 * Rounds of ours and of the limit take turns and the line has the medians (bench.h). Run it in the project's folder; its
 * data is removed at the end. */
#include "bench.h"
#include "flight.h"
#include "nginx.h"
#include "program.h"
#include "raw.h"

#include "base/env.h"
#include "cli/cli.h"
#include "cli/house.h"
#include "engine/session.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONNECTIONS = 64, ROUNDS = 7, IN_PROCESS = 1500, PAGE_ROOM = 1 << 20 };

/* ---- commands without HTTP */

static void add_answer(struct arena *a, struct json *list, const char *path, struct str value) {
    struct json item = {.kind = JSON_OBJECT};
    json_add_string(a, &item, "path", str_from(path));
    json_add_string(a, &item, "value", value);
    json_add(a, list, STR_NONE, item);
}

static void fill_open(struct flight *f, struct slot *s, int n) {
    (void)f;
    struct arena *a = &s->arena;
    struct command *c = command_new(a, "case.open", (struct actor){0}, "web");
    json_add_string(a, c->arguments, "service", STR("errand"));
    json_add_integer(a, c->arguments, "organisation", 1);
    struct json *answers = json_add_empty(a, c->arguments, "answers", JSON_ARRAY);
    add_answer(a, answers, "/data/name", arena_printf(a, "Resident %d", n));
    add_answer(a, answers, "/data/phone", arena_printf(a, "100%08d", n));
    add_answer(a, answers, "/data/address", arena_printf(a, "Building %d, room %d", n / 40, n % 40));
    add_answer(a, answers, "/data/item[1]/what", STR("ten kilograms of rice"));
    add_answer(a, answers, "/data/item[1]/cost", STR("60"));
    add_answer(a, answers, "/data/consent", STR("yes"));
    s->work.command = c;
}

/* The check tasks of the cases just opened: task ids 1 …, claimed by a member of the staff. */
static void fill_claim(struct flight *f, struct slot *s, int n) {
    struct command *c = command_new(&s->arena, "task.claim", (struct actor){.account = 1}, "web");
    json_add_integer(&s->arena, c->arguments, "task", f->bench->first_task + n);
    s->work.command = c;
}

struct measured {
    struct bench_rounds rate, cpu;
};

static void note_round(struct measured *m, double seconds, double cpu, struct raw_result limit) {
    if (!limit.commands) return;
    double commands = (double)limit.commands;
    bench_round(&m->rate, commands / seconds, commands / limit.seconds);
    bench_round(&m->cpu, cpu / commands * 1e6, limit.cpu / commands * 1e6);
}

static void print_measured(const char *name, const struct measured *m, const char *aim) {
    char cpu[60];
    snprintf(cpu, sizeof cpu, "%s.cpu", name);
    bench_rounds_line(name, &m->rate, "commands/s", false, aim);
    bench_rounds_line(cpu, &m->cpu, "us/command", true, "");
}

static bool fly_rounds(struct bench *b, struct raw *raw, void (*fill)(struct flight *, struct slot *, int), const char *name) {
    struct measured m = {0};
    int failed = 0;
    b->first_task = 1;
    for (int i = 0; i < ROUNDS; i++) {
        int refused;
        double cpu = bench_cpu_seconds(), seconds = fly(b, IN_PROCESS, fill, &refused);
        note_round(&m, seconds, bench_cpu_seconds() - cpu, raw_catch_up(raw));
        b->first_task += IN_PROCESS;
        failed += refused;
    }
    print_measured(name, &m, "");
    if (failed) fprintf(stderr, "bench: %d commands were refused\n", failed);
    return !failed;
}

/* ---- commands over HTTP */

struct client {
    char cookie[120], token[120];
    long next; /* the n-th request of all connections */
};

static size_t post(const struct client *c, const char *path, const char *body, char *out, size_t room) {
    int n = snprintf(out, room, "POST %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s", path, c->cookie, strlen(body), body);
    return n > 0 && (size_t)n < room ? (size_t)n : 0;
}

static size_t write_open(void *arg, int connection, long n, char *out, size_t room) {
    struct client *c = arg;
    (void)connection, (void)n;
    char body[600];
    long i = c->next++;
    snprintf(body, sizeof body, "_token=%s&_once=%032lx&_page=all&_go=send&name=Resident+%ld&phone=100%08ld&address=Building+%ld,+room+%ld&photo=&consent=yes&item%%5B1%%5D/what=ten+kilograms+of+rice&item%%5B1%%5D/cost=60",
             c->token, i, i, i, i / 40, i % 40);
    return post(c, "/services/errand/new?page=all", body, out, room);
}

static size_t write_claim(void *arg, int connection, long n, char *out, size_t room) {
    struct client *c = arg;
    (void)connection, (void)n;
    char body[300], path[60];
    long i = c->next++;
    snprintf(path, sizeof path, "/tasks/%ld/claim", i + 1);
    snprintf(body, sizeof body, "_token=%s&_once=%032lx", c->token, (1L << 40) + i);
    return post(c, path, body, out, room);
}

/* The token of a form that posts, and for a stranger the cookie it is bound to. */
static bool read_token(const struct served *s, struct client *c, const char *path) {
    static char page[PAGE_ROOM];
    char visitor[80];
    if (!fetch(s->port, path, c->cookie, page, sizeof page) || !field_value(page, "_token", c->token, sizeof c->token)) return false;
    if (cookie_value(page, "visitor", visitor, sizeof visitor)) snprintf(c->cookie, sizeof c->cookie, "visitor=%s", visitor);
    return true;
}

static bool http_rounds(const struct served *s, struct raw *raw, struct client *c, double seconds, size_t (*write)(void *, int, long, char *, size_t), const char *name, const char *aim) {
    struct measured m = {0};
    long sent = 0, kept = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct load_plan plan = {.port = s->port, .connections = CONNECTIONS, .seconds = seconds, .write = write, .arg = c};
        struct load_result r;
        double cpu = cpu_seconds_of(s->pid);
        if (!load_run(&plan, &r)) return false;
        cpu = cpu_seconds_of(s->pid) - cpu;
        struct raw_result limit = raw_catch_up(raw);
        note_round(&m, r.seconds, cpu, limit);
        sent += r.good + r.bad;
        kept += limit.commands;
    }
    print_measured(name, &m, aim);
    /* What is on its way when a round ends is committed without anybody hearing of it. */
    if (kept >= sent * 9 / 10) return true;
    fprintf(stderr, "bench: %ld requests, but %ld commands\n", sent, kept);
    return false;
}

static bool commands_over_http(const char *data, struct raw *raw, const char *session) {
    struct served s;
    struct client resident = {.cookie = ""}, clerk = {.cookie = ""};
    if (!serve_begin(&s, data)) return false;
    snprintf(clerk.cookie, sizeof clerk.cookie, "session=%s", session);
    resident.next = (long)IN_PROCESS * ROUNDS;
    clerk.next = (long)IN_PROCESS * ROUNDS; /* the tasks before are claimed */
    bool good = read_token(&s, &resident, "/services/errand/new?page=all") && read_token(&s, &clerk, "/account");
    raw_catch_up(raw); /* what starting may have journalled */
    good = good && http_rounds(&s, raw, &resident, 1.5, write_open, "service.open", ">=0.5") && http_rounds(&s, raw, &clerk, 0.2, write_claim, "service.claim", ">=0.5");
    if (good) bench_line("service.memory.writing", resident_mib(s.pid), "MiB");
    serve_end(&s);
    return good;
}

static bool commands_bench(void) {
    static const char *const lines[] = {"deploy tests/services/errand", "organisation nanhu community \"Nanhu\"", "account wang staff at nanhu"};
    struct bench b = {0};
    struct arena a;
    char data[100], copy[100];
    arena_init(&a, 1 << 20);
    bool good = bench_house_open(&b, lines, sizeof lines / sizeof *lines);
    snprintf(data, sizeof data, "%s/data", b.folder);
    snprintf(copy, sizeof copy, "%s/raw.db", b.folder);
    struct raw *raw = good ? raw_open(data, copy) : NULL;
    good = raw && fly_rounds(&b, raw, fill_open, "service.open.writer") && fly_rounds(&b, raw, fill_claim, "service.claim.writer");
    struct str session = good ? session_begin(b.engine, &a, 1, STR_NONE, 0, STR("bench")) : STR_NONE;
    bench_house_leave(&b);
    good = good && commands_over_http(data, raw, arena_cstr(&a, session));
    raw_close(raw);
    bench_house_close(&b);
    arena_release(&a);
    return good;
}

/* ---- pages */

static void wall_bench(const struct served *s) {
    static char page[PAGE_ROOM];
    struct nginx nginx;
    struct bench_rounds rate = {0}, p99 = {0};
    fetch(s->port, "/services/wish/wall", "", page, sizeof page);
    const char *body = strstr(page, "\r\n\r\n");
    if (!body) return;
    struct str bytes = str_from(body + 4);
    bool beside = nginx_begin(&nginx, bytes);
    for (int i = 0; i < ROUNDS; i++) {
        struct load_result limit = {0}, wall;
        if (beside) limit = load_page(nginx.port, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n", CONNECTIONS, 0.7);
        wall = load_page(s->port, "GET /services/wish/wall HTTP/1.1\r\nHost: x\r\n\r\n", CONNECTIONS, 0.7);
        bench_round(&rate, load_rate(wall), load_rate(limit));
        bench_round(&p99, wall.p99, limit.p99);
    }
    if (beside) nginx_end(&nginx);
    bench_line("service.wall.bytes", (double)bytes.n, "bytes");
    bench_rounds_line("service.wall", &rate, "requests/s", false, ">=0.5");
    bench_rounds_line("service.wall.p99", &p99, "us", true, "");
}

static void case_bench(const struct served *s, const char *reference, const char *secret) {
    struct bench_rounds rate = {0}, p99 = {0}, cpu = {0};
    char request[300];
    snprintf(request, sizeof request, "GET /cases/%s HTTP/1.1\r\nHost: x\r\nCookie: case=%s.%s\r\n\r\n", reference, reference, secret);
    for (int i = 0; i < ROUNDS; i++) {
        double before = cpu_seconds_of(s->pid);
        struct load_result r = load_page(s->port, request, CONNECTIONS, 0.7);
        bench_round(&rate, load_rate(r), 0);
        bench_round(&p99, r.p99, 0);
        bench_round(&cpu, (cpu_seconds_of(s->pid) - before) / (double)(r.good + 1) * 1e6, 0);
    }
    bench_rounds_line("service.case", &rate, "requests/s", false, "");
    bench_rounds_line("service.case.p99", &p99, "us", true, "");
    bench_rounds_line("service.case.cpu", &cpu, "us/page", true, "");
}

/* The first public case of the demo town, and what its resident's cookie holds. */
static bool read_case(const char *data, char reference[40], char secret_text[80]) {
    struct arena a;
    struct faults faults;
    arena_init(&a, 64 << 20);
    faults_init(&faults, &a);
    struct store *store = store_open(&(struct store_options){.folder = data, .schema = cli_schema}, &faults);
    struct engine *engine = store ? engine_open(&(struct engine_options){.store = store, .rooms = house_rooms}, &faults) : NULL;
    bool found = false;
    if (engine) {
        struct db *db = store_read_begin(store);
        int64_t id = db_int(db, 0, "select min(id) from cases where public = 1 and service = 'wish'");
        struct str text = db_text(db, &a, "select reference from cases where id = ?", DB_INT(id));
        struct secret secret = case_secret(engine, db, id);
        found = store_read_end(store, db, &faults) && text.p;
        snprintf(reference, 40, "%.*s", STR_ARGS(text));
        snprintf(secret_text, 80, "%s", secret.text);
        engine_close(engine);
    }
    store_close(store);
    arena_release(&a);
    return found;
}

static void memory_lines(const struct served *s, const char *when, double aim) {
    char name[60];
    snprintf(name, sizeof name, "service.memory.%s", when);
    if (aim > 0) {
        struct bench_rounds r = {0};
        bench_round(&r, resident_mib(s->pid), aim);
        bench_rounds_line(name, &r, "MiB", true, ">=1");
    } else {
        bench_line(name, resident_mib(s->pid), "MiB");
    }
    snprintf(name, sizeof name, "service.memory.%s.private", when);
    bench_line(name, private_mib(s->pid), "MiB");
}

static bool start_bench(const char *data) {
    struct bench_rounds starting = {0};
    struct served s;
    for (int i = 0; i < ROUNDS; i++) {
        if (!serve_begin(&s, data)) return false;
        bench_round(&starting, s.start_seconds * 1000, 100);
        serve_end(&s);
    }
    bench_rounds_line("service.start", &starting, "ms", true, ">=1");
    return true;
}

static bool pages_bench(const char *data) {
    static char page[PAGE_ROOM];
    char reference[40], secret[80];
    struct served s;
    if (!read_case(data, reference, secret) || !start_bench(data) || !serve_begin(&s, data)) return false;
    usleep(500000); /* it answers before it has put its things away */
    memory_lines(&s, "idle", 20);
    for (const char *const *path = (const char *const[]){"/", "/services", "/services/wish", "/services/wish/wall", "/services/wish/new", NULL}; *path; path++)
        fetch(s.port, *path, "", page, sizeof page);
    memory_lines(&s, "visited", 0);
    wall_bench(&s);
    case_bench(&s, reference, secret);
    memory_lines(&s, "loaded", 0);
    serve_end(&s);
    return true;
}

static bool program_bench(void) {
    char folder[] = "/var/tmp/lingban-bench-XXXXXX", data[64];
    struct stat size;
    struct bench_rounds bytes = {0};
    if (!mkdtemp(folder)) return false;
    snprintf(data, sizeof data, "%s/data", folder);
    bool good = program_run((const char *const[]){"demo", "--data", data, NULL}) && pages_bench(data);
    if (stat(PROGRAM, &size) == 0) bench_round(&bytes, (double)size.st_size / 1e6, 10);
    bench_rounds_line("service.size", &bytes, "MB", true, ">=1");
    folder_remove(folder, NULL);
    return good;
}

int bench_service(void) {
    signal(SIGPIPE, SIG_IGN);
    bool good = commands_bench();
    if (!program_bench()) good = false;
    if (!good) fputs("bench service: run it in the project's folder, with build/lingban made\n", stderr);
    return good ? 0 : 1;
}
