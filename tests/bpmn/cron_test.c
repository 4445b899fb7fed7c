/* cron_test.c: when cron expressions come next; the grammar is that of Spring's CronExpression (src/bpmn/cron.h). */
#include "bpmn/cron.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct example {
    const char *cron, *after, *next; /* on the wall clock of the zone; next NULL: never */
    const char *zone;
};

static instant moment(const char *text) {
    instant at = 0;
    assert_true(instant_parse(str_from(text), &at));
    return at;
}

static void test_next(void **state) {
    (void)state;
    static const struct example examples[] = {
        {"0 0 * * * *", "2026-11-24T11:20:31Z", "2026-11-24T12:00:00Z", NULL},
        {"*/10 * * * * *", "2026-11-24T11:20:31Z", "2026-11-24T11:20:40Z", NULL},
        {"*/10 * * * * *", "2026-11-24T11:20:40Z", "2026-11-24T11:20:50Z", NULL},
        {"0 0 8-10 * * *", "2026-11-24T10:00:00Z", "2026-11-25T08:00:00Z", NULL},
        {"0 0/30 8-10 * * *", "2026-11-24T08:30:00Z", "2026-11-24T09:00:00Z", NULL},
        {"0 0 6,19 * * *", "2026-11-24T06:00:00Z", "2026-11-24T19:00:00Z", NULL},
        {"0 0 9-17 * * MON-FRI", "2026-11-27T17:00:00Z", "2026-11-30T09:00:00Z", NULL},
        {"0 0 9 * * mon-fri", "2026-11-24T01:00:00Z", "2026-11-25T01:00:00Z", "Asia/Shanghai"},
        {"0 0 0 25 12 ?", "2026-12-25T00:00:00Z", "2027-12-25T00:00:00Z", NULL},
        {"0 0 0 1 JAN *", "2026-11-24T00:00:00Z", "2027-01-01T00:00:00Z", NULL},
        {"0 0 0 L * *", "2028-02-01T00:00:00Z", "2028-02-29T00:00:00Z", NULL},
        {"0 0 0 L-3 * *", "2026-02-01T00:00:00Z", "2026-02-25T00:00:00Z", NULL},
        {"0 0 0 1W * *", "2026-07-31T00:00:00Z", "2026-08-03T00:00:00Z", NULL},  /* 1 August 2026 is a Saturday */
        {"0 0 0 15W * *", "2026-11-01T00:00:00Z", "2026-11-16T00:00:00Z", NULL}, /* the 15th is a Sunday */
        {"0 0 0 31W 5 *", "2026-01-01T00:00:00Z", "2026-05-29T00:00:00Z", NULL}, /* a Sunday at the month's end */
        {"0 0 0 LW * *", "2026-10-01T00:00:00Z", "2026-10-30T00:00:00Z", NULL},
        {"0 0 0 ? * 5L", "2026-11-01T00:00:00Z", "2026-11-27T00:00:00Z", NULL},
        {"0 0 0 ? * THUL", "2026-11-01T00:00:00Z", "2026-11-26T00:00:00Z", NULL},
        {"0 0 0 ? * 5#2", "2026-11-01T00:00:00Z", "2026-11-13T00:00:00Z", NULL},
        {"0 0 0 ? * MON#1", "2026-11-03T00:00:00Z", "2026-12-07T00:00:00Z", NULL},
        {"0 0 0 * * 7", "2026-11-24T00:00:00Z", "2026-11-29T00:00:00Z", NULL},
        {"0 0 0 * * FRI-SUN", "2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z", NULL},
        {"0 0 0 13 * FRI", "2026-11-24T00:00:00Z", "2027-08-13T00:00:00Z", NULL}, /* both must fit */
        {"0 0 0 29 2 *", "2026-11-24T00:00:00Z", "2028-02-29T00:00:00Z", NULL},
        {"@weekly", "2026-11-24T00:00:00Z", "2026-11-29T00:00:00Z", NULL},
        {"@hourly", "2026-11-24T11:59:59Z", "2026-11-24T12:00:00Z", NULL},
        {"@yearly", "2026-11-24T00:00:00Z", "2027-01-01T00:00:00Z", NULL},
        {"0 30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z", "Europe/Berlin"},  /* 02:30 does not exist: the clock says 03:30 */
        {"0 30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "Europe/Berlin"},  /* 02:30 comes twice, and counts once */
        {"0 0 0 30 2 *", "2026-11-24T00:00:00Z", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct example *x = &examples[i];
        struct cron c;
        instant next = 0;
        const struct zone *zone = x->zone ? zone_find(str_from(x->zone)) : NULL;
        if (!cron_parse(str_from(x->cron), &c)) fail_msg("%s is not read", x->cron);
        bool found = cron_next(&c, moment(x->after), zone, &next);
        if (found != (x->next != NULL) || (found && next != moment(x->next))) fail_msg("%s after %s", x->cron, x->after);
    }
}

static void test_what_is_no_cron(void **state) {
    (void)state;
    static const char *const texts[] = {"", "* * * * *", "* * * * * * *", "60 * * * * *", "* 60 * * * *", "* * 24 * * *", "* * * 0 * *", "* * * 32 * *", "* * * * 13 *",
                                        "* * * * * 8", "a * * * * *", "*/0 * * * * *", "1- * * * * *", "5-1 * * * * *", "1,,2 * * * * *", "* * * * FOO *", "* * * L-0 * *",
                                        "* * * L-31 * *", "* * * W * *", "* * * * * L", "* * * * * 5#6", "* * * * * 5#", "? * * * * *", "@never", "-1 * * * * *",
                                        "99999999999999999999 * * * * *", "*/999999999999 * * * * *", "+1 * * * * *"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct cron c;
        if (cron_parse(str_from(texts[i]), &c)) fail_msg("“%s” was read", texts[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_next), cmocka_unit_test(test_what_is_no_cron)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
