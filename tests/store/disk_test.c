/* disk_test.c: the n-th write fails, for every n: the disk loses power, fills up, breaks. What was confirmed is there
 * afterwards, what was not is there whole or not at all, and the journal, the keys and the tables agree. */
#include "support.h"
#include "shim_vfs.h"
#include "store/journal.h"
#include "store/seal.h"

enum { BATCHES = 12, COMMANDS = 3 };

struct outcome {
    int acknowledged; /* batches */
    int refused;
    char why[64];
};

/* One command: a row, a sealed value for a party of its own, a journal entry. */
static void command(struct store *s, int64_t id) {
    struct sealed sealed = {0};
    struct arena_mark mark = arena_mark(&arena);
    store_savepoint(s);
    store_evolving(s, true);
    db_run(store_writer(s), "INSERT INTO pot (id, name, owner) VALUES (?1, 'pot', printf('%2000d', ?1))", DB_INT(id));
    if (seal_value(s, &arena, (struct seal_subject){SEAL_PARTY, id}, STR("c"), STR("personal"), &sealed))
        journal_append(s, id, STR("pot.make"), arena_printf(&arena, "{\"id\":%lld,\"sealed\":\"%.*s\"}", (long long)id, STR_ARGS(sealed.token)));
    store_keep(s);
    arena_rewind(&arena, mark);
}

static bool batch(struct store *s, int number, struct faults *why) {
    if (!store_begin(s)) {
        db_failure_fault(store_writer(s), why);
        store_rollback(s);
        return false;
    }
    for (int i = 0; i < COMMANDS; i++) command(s, number * COMMANDS + i + 1);
    return store_commit(s, why);
}

static struct store *open_shimmed(struct faults *why) {
    struct store_options options = {.folder = below("data"), .schema = test_schema, .vfs = SHIM_VFS};
    return store_open(&options, why);
}

/* Batches until the disk has failed; `recover` frees the disk after a refusal and goes on. */
static struct outcome run(bool recover) {
    struct outcome out = {0};
    struct faults why;
    faults_init(&why, &arena);
    struct store *s = open_shimmed(&why);
    for (int number = 0; s && number < BATCHES;) {
        faults_init(&why, &arena);
        if (batch(s, number, &why)) {
            number++;
            out.acknowledged++;
            continue;
        }
        out.refused++;
        if (why.count) snprintf(out.why, sizeof out.why, "%s", why.items[0].code);
        if (!recover || out.refused > 3) break;
        shim_fail_at(0, SHIM_NONE);
    }
    store_close(s);
    return out;
}

static int64_t count_pots(struct store *s) {
    return db_int(store_writer(s), -1, "SELECT count(*) FROM pot");
}

/* All that must hold of a store that came back. */
static void sound(const struct outcome *o, int64_t n) {
    struct store *s = open_with((struct store_options){0});
    if (!s) {
        print_faults();
        fail_msg("after a failure at operation %lld the store does not open", (long long)n);
    }
    int64_t pots = count_pots(s), entries;
    if (pots < o->acknowledged * COMMANDS || pots > (o->acknowledged + 1) * COMMANDS || pots % COMMANDS)
        fail_msg("operation %lld: %d batches confirmed, %lld rows there", (long long)n, o->acknowledged, (long long)pots);
    assert_true(journal_verify(store_writer(s), &faults, &entries));
    assert_int_equal(entries, pots);
    assert_true(seal_verify(store_writer(s), &faults, NULL));
    assert_true(store_check(s, &faults));
    faults_init(&faults, &arena);
    assert_true(batch(s, 1000, &faults)); /* and it goes on */
    store_close(s);
}

static void fresh(void) {
    assert_true(folder_remove(below("data"), &faults));
    store_close(create());
}

static void power_goes_at_every_moment(void **state) {
    (void)state;
    int lost = 0;
    for (int64_t n = 1;; n += 1 + n / 24) {
        fresh();
        shim_fail_at(n, SHIM_DIES);
        struct outcome o = run(false);
        bool failed = shim_has_failed();
        shim_power_off(n % 3 == 0 ? 0 : (uint32_t)n * 2654435761u); /* all unsynced writes, or some */
        sound(&o, n);
        lost += failed;
        if (!failed) break;
    }
    assert_true(lost > 20);
}

static void full_disks_refuse_and_recover(void **state) {
    (void)state;
    int refused = 0;
    for (int64_t n = 1;; n += 1 + n / 24) {
        fresh();
        shim_fail_at(n, SHIM_FULL);
        struct outcome o = run(true);
        bool failed = shim_has_failed();
        if (o.refused) {
            refused++;
            assert_string_equal(o.why, "store.full");
            assert_int_equal(o.acknowledged, BATCHES);
        }
        bool never = shim.operations < n && !failed && !o.refused;
        shim_power_off(0);
        if (o.acknowledged) sound(&o, n);
        if (never) break;
    }
    assert_true(refused > 20);
}

static void broken_disks_refuse_and_recover(void **state) {
    (void)state;
    int refused = 0;
    for (int64_t n = 1;; n += 1 + n / 12) {
        fresh();
        shim_fail_at(n, SHIM_BROKEN);
        struct outcome o = run(true);
        bool never = shim.operations < n && !shim_has_failed() && !o.refused;
        refused += o.refused > 0;
        shim_power_off(0);
        if (o.acknowledged) sound(&o, n);
        if (never) break;
    }
    assert_true(refused > 10);
}

/* The row is in what was confirmed, but a disk that lies about syncing is beyond help: here the shim shows that it
 * does take unsynced bytes back (a test of the test). */
static void the_shim_takes_unsynced_writes_back(void **state) {
    (void)state;
    fresh();
    struct store *s = open_shimmed(&faults);
    assert_true(batch(s, 0, &faults));
    db_run(store_writer(s), "PRAGMA synchronous = OFF");
    assert_true(batch(s, 1, &faults));
    shim_fail_at(1, SHIM_DIES); /* nothing more reaches the disk, not even when closing */
    store_close(s);
    shim_power_off(0);
    s = open_with((struct store_options){0});
    assert_int_equal(count_pots(s), COMMANDS);
    store_close(s);
}

static int setup_shim(void **state) {
    shim_install();
    if (setup(state) != 0) return -1;
    /* The shim does the syncing, or not: a real disk underneath would only cost time. */
    char in_memory[] = "/dev/shm/lingban-test-XXXXXX";
    if (!mkdtemp(in_memory)) return 0;
    rmdir(folder);
    snprintf(folder, sizeof folder, "%s", in_memory);
    return 0;
}

#define SHIMMED(f) cmocka_unit_test_setup_teardown(f, setup_shim, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SHIMMED(the_shim_takes_unsynced_writes_back),
        SHIMMED(power_goes_at_every_moment),
        SHIMMED(full_disks_refuse_and_recover),
        SHIMMED(broken_disks_refuse_and_recover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
