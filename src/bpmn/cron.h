/* cron.h: when a cron expression comes next, as Camunda 8 reads it in a timer's timeCycle.
 *
 * Six fields with blanks between: second, minute, hour, day of month, month, day of week (0 or 7 Sunday, or MON–SUN);
 * or @yearly @annually @monthly @weekly @daily @midnight @hourly. A field is `*`, a value, a range `a-b`, either with
 * `/step`, or several with commas; months and days of the week have English names of three letters; `?` means `*` for
 * days. Days of the month also: L, L-3 (third before the last), 15W (the working day Monday–Friday nearest to the 15th
 * within the month), LW. Days of the week also: FRIL (the month's last Friday), MON#2 (its second Monday). Both kinds of
 * days must fit. This is the grammar of Spring's CronExpression, which Camunda 8 names as its own.
 *
 * BPMN itself knows ISO 8601 cycles only (timer.c). Pure.
 */
#ifndef BPMN_CRON_H
#define BPMN_CRON_H

#include "base/str.h"
#include "base/time.h"
#include "base/zone.h"

struct cron {
    uint64_t seconds, minutes, hours, days, months, weekdays; /* bit n: the value n; Sunday is 0 */
    bool last_day, last_working_day;
    int before_last;     /* with last_day: so many days before it */
    int nearest;         /* working day nearest to this day; 0 none */
    int nth, nth_weekday; /* the nth of a weekday in the month; nth 0 none, -1 the last */
};

bool cron_parse(struct str text, struct cron *out);
/* The first moment after `after` on the wall clock of the zone (NULL: UTC). False when none comes within 100 years. */
bool cron_next(const struct cron *c, instant after, const struct zone *zone, instant *out);

#endif
