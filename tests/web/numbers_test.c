/* numbers_test.c: what was counted is kept for a hundred times as long as counting took, and no longer; other numbers are
 * counted anew. */
#include "web/numbers.h"

#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
#include <cmocka.h>

static const struct store_schema schema[] = {{"store", schema_store}, {NULL, NULL}};
static int counted;
static unsigned slowness; /* microseconds */

static void count(struct http_request *rq, struct db *db, size_t n, int64_t *values) {
    (void)rq, (void)db;
    counted++;
    usleep(slowness);
    for (size_t i = 0; i < n; i++) values[i] = counted * 10 + (int64_t)i;
}

static void kept_by_what_it_took(void **state) {
    (void)state;
    struct arena a;
    struct faults faults;
    arena_init(&a, 1 << 20);
    faults_init(&faults, &a);
    struct store *s = store_open(&(struct store_options){.schema = schema}, &faults);
    struct db *db = store_writer(s);
    static struct numbers n;
    int64_t out[3];
    numbers_init(&n);
    slowness = 50000; /* kept for five seconds at least */
    numbers_take(&n, NULL, db, 2, count, out);
    assert_int_equal(out[1], 11);
    numbers_take(&n, NULL, db, 2, count, out);
    assert_int_equal(counted, 1);
    assert_int_equal(out[0], 10);
    numbers_take(&n, NULL, db, 3, count, out);
    assert_int_equal(counted, 2);
    assert_int_equal(out[2], 22);
    n.good_until = 0; /* as if they had passed */
    slowness = 0;
    numbers_take(&n, NULL, db, 3, count, out);
    assert_int_equal(counted, 3);
    usleep(300000);
    numbers_take(&n, NULL, db, 3, count, out); /* counting at once is done again nearly at once */
    assert_int_equal(counted, 4);
    store_close(s);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(kept_by_what_it_took)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
