/* crash_test.c: kill -9 in the middle of writing, again and again on the same folder. What the child had reported as
 * committed is there; everything agrees; it can go on. Rounds: LINGBAN_CRASH_ROUNDS, else 5. */
#include "support.h"
#include "store/journal.h"
#include "store/seal.h"

#include <signal.h>
#include <sys/wait.h>

enum { COMMANDS = 8 };

static void write_batch(struct store *s, int64_t first) {
    assert_true(store_begin(s));
    for (int64_t id = first; id < first + COMMANDS; id++) {
        struct sealed sealed;
        struct arena_mark mark = arena_mark(&arena);
        put_pot(s, id, "pot");
        seal_value(s, &arena, (struct seal_subject){SEAL_PARTY, id}, STR("c"), STR("personal"), &sealed);
        journal_append(s, id, STR("pot.make"), arena_printf(&arena, "{\"sealed\":\"%.*s\"}", STR_ARGS(sealed.token)));
        if (id % 5 == 4) seal_destroy(s, (struct seal_subject){SEAL_PARTY, id - 1});
        store_keep(s);
        arena_rewind(&arena, mark);
    }
    assert_true(store_commit(s, &faults));
}

/* Writes until killed, telling the last committed id after each batch. */
static _Noreturn void child(int tell) {
    struct store *s = reopen();
    for (int64_t id = 1 + db_int(store_writer(s), 0, "SELECT max(id) FROM pot");; id += COMMANDS) {
        write_batch(s, id);
        int64_t last = id + COMMANDS - 1;
        if (write(tell, &last, sizeof last) != sizeof last) _exit(1);
    }
}

static int64_t killed_after(int micros) {
    int ends[2];
    int64_t last = 0, told;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        child(ends[1]);
    }
    close(ends[1]);
    if (read(ends[0], &last, sizeof last) != sizeof last) fail_msg("the child wrote nothing");
    usleep((useconds_t)micros);
    kill(pid, SIGKILL);
    while (read(ends[0], &told, sizeof told) == sizeof told) last = told;
    waitpid(pid, NULL, 0);
    close(ends[0]);
    return last;
}

static void nothing_confirmed_is_ever_missing(void **state) {
    (void)state;
    const char *wanted = getenv("LINGBAN_CRASH_ROUNDS");
    int64_t rounds = 5;
    if (wanted) assert_true(str_to_int64(str_from(wanted), &rounds));
    store_close(create());
    for (int64_t round = 0; round < rounds; round++) {
        int64_t last = killed_after((int)(round * 7919 % 60000));
        struct store *s = reopen();
        struct db *db = store_writer(s);
        int64_t pots = db_int(db, 0, "SELECT count(*) FROM pot"), entries;
        assert_true(pots >= last && pots % COMMANDS == 0);
        assert_true(journal_verify(db, &faults, &entries));
        assert_int_equal(entries, pots);
        assert_true(seal_verify(db, &faults, NULL));
        assert_true(store_check(s, &faults));
        assert_true(seal_destroyed(db, (struct seal_subject){SEAL_PARTY, 3}));
        store_close(s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(nothing_confirmed_is_ever_missing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
