/* env_test.c: clocks that stand still or come from a file, luck that repeats, files that are whole or absent. */
#include "base/env.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena arena;
static struct faults faults;
static char folder[64];

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 64 << 20);
    faults_init(&faults, &arena);
    snprintf(folder, sizeof folder, "/tmp/lingban-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    env_clock_machine();
    env_random_seed(STR(""));
    bool gone = folder_remove(folder, NULL) && !file_exists(folder);
    arena_release(&arena);
    return gone ? 0 : -1;
}

static const char *below(const char *name) {
    return arena_printf(&arena, "%s/%s", folder, name).p;
}

static const char *only_fault(void) {
    const char *code = faults.count == 1 ? faults.items[0].code : faults.count ? "several" : "none";
    faults_init(&faults, &arena);
    return code;
}

static void clocks(void **state) {
    (void)state;
    instant expected;
    assert_true(env_now() > INT64_C(1700000000) * MICROS_A_SECOND);
    assert_true(env_clock_at(STR("2026-11-24T08:00:00+08:00"), &faults));
    assert_true(instant_parse(STR("2026-11-24T00:00:00Z"), &expected));
    assert_true(env_now() == expected && env_now() == expected);
    assert_false(env_clock_at(STR("tomorrow"), &faults));
    assert_string_equal(only_fault(), "env.clock");
    const char *path = below("clock");
    assert_false(env_clock_file(path, &faults));
    assert_string_equal(only_fault(), "env.clock");
    assert_true(file_write(path, STR("2026-11-24T08:00:00+08:00\nmore\n"), 0644, &faults));
    assert_true(env_clock_file(path, &faults));
    assert_true(env_now() == expected);
    assert_true(file_write(path, STR("2026-11-25T08:00:00+08:00"), 0644, &faults));
    for (int i = 0; i < 200 && env_now() == expected; i++) usleep(10000);
    assert_true(env_now() == expected + MICROS_A_DAY);
    assert_true(file_remove(path, &faults)); /* the clock keeps the last time it knew */
    usleep(1100000);
    assert_true(env_now() == expected + MICROS_A_DAY);
}

static void luck_repeats_when_seeded(void **state) {
    (void)state;
    uint8_t a[40], b[40], c[40];
    env_random_seed(STR("seed"));
    env_random(a, sizeof a);
    env_random_seed(STR("seed"));
    env_random(b, sizeof b);
    assert_memory_equal(a, b, sizeof a);
    env_random(b, sizeof b);
    assert_true(memcmp(a, b, sizeof a) != 0);
    env_random_seed(STR(""));
    env_random(b, sizeof b);
    env_random(c, sizeof c);
    assert_true(memcmp(b, c, sizeof b) != 0);
}

enum { DRAWS = 4000, DRAWN = 16 };

static void *draw(void *into) {
    uint8_t *at = into;
    for (int i = 0; i < DRAWS; i++) env_random(at + i * DRAWN, DRAWN);
    return NULL;
}

static int order(const void *a, const void *b) { return memcmp(a, b, DRAWN); }

/* A thread asks the kernel for many bytes at once: none is given twice, to the same thread or to another. */
static void luck_is_given_once(void **state) {
    (void)state;
    static uint8_t drawn[2 * DRAWS * DRAWN], large[1000], zero[sizeof large];
    pthread_t other;
    env_random_seed(STR(""));
    assert_int_equal(pthread_create(&other, NULL, draw, drawn), 0);
    draw(drawn + DRAWS * DRAWN);
    pthread_join(other, NULL);
    qsort(drawn, 2 * DRAWS, DRAWN, order);
    for (int i = 1; i < 2 * DRAWS; i++) assert_true(order(drawn + (i - 1) * DRAWN, drawn + i * DRAWN) != 0);
    env_random(large, sizeof large);
    assert_true(memcmp(large + sizeof large - DRAWN, zero, DRAWN) != 0); /* to its end */
}

static void files(void **state) {
    (void)state;
    struct str read;
    assert_true(folder_make(below("a/b/c"), 0700, &faults));
    assert_true(folder_make(below("a/b/c"), 0700, &faults));
    assert_true(folder_empty(below("a/b/c")));
    const char *path = below("a/b/c/file");
    assert_true(file_write(path, STR("one"), 0600, &faults));
    assert_true(file_write(path, STR("two!"), 0600, &faults));
    assert_true(file_read(&arena, path, 100, &read, &faults));
    assert_true(str_eqz(read, "two!"));
    assert_int_equal(file_size(path), 4);
    assert_false(file_read(&arena, path, 3, &read, &faults));
    assert_string_equal(only_fault(), "file.large");
    assert_false(file_read(&arena, below("none"), 100, &read, &faults));
    assert_string_equal(only_fault(), "file.missing");
    assert_false(file_read(&arena, below("a"), 100, &read, &faults));
    assert_string_equal(only_fault(), "file.failed");
    assert_false(file_write(below("no/such/file"), STR(""), 0600, &faults));
    assert_string_equal(only_fault(), "file.missing");
    assert_false(folder_make(below("a/b/c/file/x"), 0700, &faults));
    assert_string_equal(only_fault(), "file.missing");
    struct str *names;
    size_t count;
    assert_true(file_write(below("a/b/c/Z"), STR(""), 0600, &faults));
    assert_true(folder_list(&arena, below("a/b/c"), &names, &count, &faults));
    assert_int_equal(count, 2);
    assert_true(str_eqz(names[0], "Z") && str_eqz(names[1], "file")); /* nothing is left of the writing beside */
    assert_true(file_rename(path, below("moved"), &faults));
    assert_false(file_exists(path));
    assert_true(file_remove(below("moved"), &faults) && file_remove(below("moved"), &faults));
}

static void removing_follows_no_link(void **state) {
    (void)state;
    assert_true(folder_make(below("keep"), 0700, &faults));
    assert_true(file_write(below("keep/file"), STR("x"), 0600, &faults));
    assert_true(folder_make(below("gone"), 0700, &faults));
    assert_int_equal(symlink(below("keep"), below("gone/link")), 0);
    assert_true(folder_remove(below("gone"), &faults));
    assert_false(file_exists(below("gone")));
    assert_true(file_exists(below("keep/file")));
}

static void a_folder_is_locked_once(void **state) {
    (void)state;
    int lock = folder_lock(folder, &faults);
    assert_true(lock >= 0);
    assert_int_equal(folder_lock(folder, &faults), -1);
    assert_string_equal(only_fault(), "file.locked");
    folder_unlock(lock);
    lock = folder_lock(folder, &faults);
    assert_true(lock >= 0);
    folder_unlock(lock);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(clocks), TEST(luck_repeats_when_seeded), TEST(luck_is_given_once), TEST(files), TEST(removing_follows_no_link), TEST(a_folder_is_locked_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
