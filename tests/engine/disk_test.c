/* disk_test.c: the disk loses power or fills up while the engine's writer works for eight senders at once. Whatever was
 * acknowledged is there afterwards, once; whatever was refused is sent again under its key and is there once too; the
 * journal, the keys, the tables and a replay agree. The disk is tests/store/shim_vfs.h: what no sync confirmed is lost,
 * all of it or parts. Rounds: LINGBAN_DISK_ROUNDS, else 24 of each. */
#include "../store/shim_vfs.h"
#include "base/env.h"
#include "engine/engine.h"
#include "engine/replay.h"
#include "store/journal.h"
#include "store/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

extern const char schema_engine[];
static const struct store_schema schema[] = {{"store", schema_store}, {"engine", schema_engine}, {NULL, NULL}};
static struct arena arena;
static struct faults faults;
static char folder[] = "/tmp/lingban-test-XXXXXX";

enum { SENDERS = 8, MOST = 20000 };

/* One command of a sender: numbers count through all rounds, so that each makes a case with a name of its own. */
struct sent {
    int number;
    bool acknowledged;
    int64_t case_id; /* as answered */
};

struct sender {
    pthread_t thread;
    struct engine *engine;
    struct arena arena;
    struct sent sent[MOST];
    int count;
    bool recovers; /* after a refusal the disk has room again, and it goes on */
    int until;     /* recovers: how many to send */
    int refused;
    const char *wrong; /* what no answer may be */
};

static struct sender senders[SENDERS];
static pthread_mutex_t disk_lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t rounds;

/* ---- the house */

static struct store *open_store(bool create, bool shimmed) {
    struct store_options options = {.folder = arena_printf(&arena, "%s/data", folder).p, .schema = schema, .create = create, .vfs = shimmed ? SHIM_VFS : NULL};
    return store_open(&options, &faults);
}

static struct engine *open_engine(struct store *s) {
    struct engine_options options = {.store = s};
    return engine_open(&options, &faults);
}

static void must(struct engine *e, struct command *c) {
    struct answer a = engine_run(e, &arena, c);
    if (!a.done) print_message("%s: %s\n", c->name.p, a.refusal.code);
    assert_true(a.done);
}

static void deploy(struct engine *e) {
    static const char *const names[] = {"service.yaml", "request.xml", "process.bpmn", "check.xml", "done.xml"};
    struct command *c = command_new(&arena, "service.deploy", (struct actor){.system = true}, "test");
    struct json *files = json_add_empty(&arena, c->arguments, "files", JSON_OBJECT);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str text;
        assert_true(file_read(&arena, arena_printf(&arena, "tests/services/errand/%s", names[i]).p, 1 << 20, &text, &faults));
        json_add_string(&arena, json_add_empty(&arena, files, names[i], JSON_OBJECT), "text", text);
    }
    must(e, c);
}

static int build_house(void **state) {
    (void)state;
    const char *wanted = getenv("LINGBAN_DISK_ROUNDS");
    rounds = 24;
    if (wanted && !str_to_int64(str_from(wanted), &rounds)) return -1;
    arena_init(&arena, 512 << 20);
    faults_init(&faults, &arena);
    shim_install();
    if (!mkdtemp(folder)) return -1;
    struct store *s = open_store(true, false);
    struct engine *e = s ? open_engine(s) : NULL;
    if (!e) return -1;
    struct command *c = command_new(&arena, "organisation.add", (struct actor){.system = true}, "test");
    json_add_string(&arena, c->arguments, "kind", STR("community"));
    json_add_string(&arena, c->arguments, "name", STR("Nanhu"));
    must(e, c);
    deploy(e);
    engine_close(e);
    store_close(s);
    return 0;
}

static int leave_house(void **state) {
    (void)state;
    folder_remove(folder, NULL);
    arena_release(&arena);
    return 0;
}

/* ---- the senders */

static void add_answer(struct arena *a, struct json *answers, const char *path, struct str value) {
    struct json item = {.kind = JSON_OBJECT};
    json_add_string(a, &item, "path", str_from(path));
    json_add_string(a, &item, "value", value);
    json_add(a, answers, STR_NONE, item);
}

static struct str name_of(struct arena *a, const struct sender *s, int number) {
    return arena_printf(a, "Sender %d number %d", (int)(s - senders), number);
}

static struct answer open_case(struct sender *s, int number) {
    struct command *c = command_new(&s->arena, "case.open", (struct actor){0}, "web");
    struct str name = name_of(&s->arena, s, number);
    c->key = name;
    json_add_string(&s->arena, c->arguments, "service", STR("errand"));
    json_add_integer(&s->arena, c->arguments, "organisation", 1);
    struct json *answers = json_add_empty(&s->arena, c->arguments, "answers", JSON_ARRAY);
    add_answer(&s->arena, answers, "/data/name", name);
    add_answer(&s->arena, answers, "/data/phone", arena_printf(&s->arena, "0434%03d%04d", (int)(s - senders), number));
    add_answer(&s->arena, answers, "/data/item[1]/what", STR("rice"));
    add_answer(&s->arena, answers, "/data/consent", STR("yes"));
    return engine_run(s->engine, &s->arena, c);
}

static void *send_until_it_fails(void *argument) {
    struct sender *s = argument;
    while (s->count < MOST && (!s->recovers || s->count < s->until)) {
        struct sent *now = &s->sent[s->count];
        struct answer a = open_case(s, s->count);
        now->number = s->count;
        now->acknowledged = a.done;
        now->case_id = a.done ? json_integer(a.result, "case", 0) : 0;
        bool full = !a.done && strcmp(a.refusal.code, "store.full") == 0, broken = !a.done && strcmp(a.refusal.code, "store.failed") == 0;
        if (!a.done && !(s->recovers ? full : full || broken)) s->wrong = a.refusal.code;
        if (!a.done && (a.refusal.status != 503 || !a.refusal.sentence_count)) s->wrong = "a refusal without its sentence";
        arena_clear(&s->arena);
        if (!a.done) {
            s->refused++;
            if (!s->recovers || s->wrong) {
                s->count++;
                break;
            }
            pthread_mutex_lock(&disk_lock);
            shim_fail_at(0, SHIM_NONE); /* somebody made room; the same is sent again */
            pthread_mutex_unlock(&disk_lock);
            continue;
        }
        s->count++;
    }
    return NULL;
}

static void send_all(struct engine *e, bool recovers, int each) {
    for (int i = 0; i < SENDERS; i++) {
        struct sender *s = &senders[i];
        s->engine = e;
        s->recovers = recovers;
        s->until = s->count + each;
        s->refused = 0;
        arena_init(&s->arena, 64 << 20);
        assert_int_equal(pthread_create(&s->thread, NULL, send_until_it_fails, s), 0);
    }
    for (int i = 0; i < SENDERS; i++) {
        pthread_join(senders[i].thread, NULL);
        if (senders[i].wrong) fail_msg("sender %d was told: %s", i, senders[i].wrong);
    }
}

static void release_senders(void) {
    for (int i = 0; i < SENDERS; i++) arena_release(&senders[i].arena);
}

/* ---- afterwards */

static int64_t cases_of(struct store *s, struct str name) {
    struct db *db = store_read_begin(s);
    int64_t n = db_int(db, -1, "select count(*) from answer where path = '/data/name' and personal = ?", DB_TEXT(name));
    assert_true(store_read_end(s, db, &faults));
    return n;
}

/* All that was acknowledged is there once, with the number that was told. */
static int acknowledged_are_there(struct store *s, int64_t round) {
    int count = 0;
    struct db *db = store_read_begin(s);
    for (int i = 0; i < SENDERS; i++)
        for (int k = 0; k < senders[i].count; k++) {
            const struct sent *one = &senders[i].sent[k];
            if (!one->acknowledged) continue;
            struct arena_mark mark = arena_mark(&arena);
            struct query q = db_query(db, "select personal from answer where case_id = ? and path = '/data/name'", DB_INT(one->case_id));
            if (!query_next(&q) || !str_eq(query_text(&q, 0), name_of(&arena, &senders[i], one->number)))
                fail_msg("round %lld: an acknowledged command is missing: %.*s", (long long)round, STR_ARGS(name_of(&arena, &senders[i], one->number)));
            query_done(&q);
            arena_rewind(&arena, mark);
            count++;
        }
    assert_true(store_read_end(s, db, &faults));
    return count;
}

/* What nobody confirmed is sent again under its key: then it is there, and once. */
static void send_the_rest_again(struct store *s, struct engine *e) {
    for (int i = 0; i < SENDERS; i++)
        for (int k = 0; k < senders[i].count; k++) {
            struct sent *one = &senders[i].sent[k];
            if (one->acknowledged) continue;
            senders[i].engine = e;
            struct answer a = open_case(&senders[i], one->number);
            assert_true(a.done);
            one->acknowledged = true;
            one->case_id = json_integer(a.result, "case", 0);
            assert_int_equal(cases_of(s, name_of(&arena, &senders[i], one->number)), 1);
        }
}

static void sound(int64_t round, bool replay) {
    faults_init(&faults, &arena);
    struct store *s = open_store(false, false);
    if (!s) {
        fail_msg("round %lld: the store does not open: %.*s", (long long)round, STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[0])));
        return;
    }
    struct engine *e = open_engine(s);
    assert_non_null(e);
    int64_t entries;
    acknowledged_are_there(s, round);
    send_the_rest_again(s, e);
    release_senders();
    int count = acknowledged_are_there(s, round);
    struct db *db = store_read_begin(s);
    assert_int_equal(db_int(db, -1, "select count(*) from cases"), count);
    assert_true(store_read_end(s, db, &faults));
    engine_close(e);
    assert_true(journal_verify(store_writer(s), &faults, &entries));
    assert_int_equal(entries, count + 2);
    assert_true(seal_verify(store_writer(s), &faults, NULL));
    assert_true(store_check(s, &faults));
    if (replay) {
        struct replay_report report;
        bool same = replay_verify(s, schema, NULL, true, &report, &faults);
        for (size_t i = 0; i < faults.count; i++) print_message("%.*s\n", STR_ARGS(fault_text(&arena, LANGUAGE_EN, &faults.items[i])));
        assert_true(same);
    }
    store_close(s);
}

static int total(void) {
    int n = 0;
    for (int i = 0; i < SENDERS; i++) n += senders[i].count;
    return n;
}

/* ---- the tests */

static void nothing_acknowledged_is_lost_with_the_power(void **state) {
    (void)state;
    int died = 0;
    for (int64_t round = 1; round <= rounds; round++) {
        int before = total();
        faults_init(&faults, &arena);
        if (round % 6 == 0) shim_fail_at(round / 6, SHIM_DIES); /* while it opens, or with the first command */
        struct store *s = open_store(false, true);
        struct engine *e = s ? open_engine(s) : NULL;
        if (round % 6) shim_fail_at(1 + round * 7919 % 600, SHIM_DIES);
        if (e) send_all(e, false, 0);
        died += shim_has_failed();
        engine_close(e);
        store_close(s);
        shim_power_off(round % 3 == 0 ? 0 : (uint32_t)round * 2654435761u); /* all unsynced writes, or some */
        if (e) assert_true(total() > before);
        if (e) sound(round, round % 40 == 8 || round == rounds);
    }
    assert_int_equal(died, rounds);
    assert_true(total() > rounds * SENDERS);
    print_message("          %d commands in %lld power cuts\n", total(), (long long)rounds);
}

static void a_full_disk_refuses_and_goes_on(void **state) {
    (void)state;
    int refused = 0;
    for (int64_t round = 1; round <= rounds; round++) {
        int before = total();
        faults_init(&faults, &arena);
        struct store *s = open_store(false, true);
        assert_non_null(s);
        struct engine *e = open_engine(s);
        assert_non_null(e);
        shim_fail_at(1 + round * 104729 % 120, SHIM_FULL);
        send_all(e, true, 6);
        for (int i = 0; i < SENDERS; i++) refused += senders[i].refused;
        engine_close(e);
        store_close(s);
        shim_power_off(0);
        assert_int_equal(total(), before + 6 * SENDERS);
        sound(round, round % 40 == 8 || round == rounds);
    }
    assert_true(refused > rounds);
    print_message("          %d refusals of full disks\n", refused);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_acknowledged_is_lost_with_the_power), cmocka_unit_test(a_full_disk_refuses_and_goes_on)};
    return cmocka_run_group_tests(tests, build_house, leave_house);
}
