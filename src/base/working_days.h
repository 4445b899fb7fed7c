/* working_days.h: which days count as working days (工作日) in China, and counting with them.
 *
 * Within the State Council's yearly notices (src/base/holidays-cn.csv, compiled in, 2023 to 2026) a date is a working day
 * when its row says so, or when it is Monday to Friday without a row. Outside them, Monday to Friday less the statutory
 * days that have a fixed date: 1 January, 1 and 2 May, 1 to 3 October (全国年节及纪念日放假办法, 2024 revision). Those
 * answers are *provisional*: a notice may still move them, and what was worked out with them is worked out again when
 * the command calendar.put brings the year's table.
 *
 * Pure: dates are days since 1970-01-01 (time.h: civil_to_days), a tenant's own rows come in as an argument.
 * The day of receipt is not counted (民法典 art. 201): one working day after Friday is Monday.
 */
#ifndef BASE_WORKING_DAYS_H
#define BASE_WORKING_DAYS_H

#include "base/time.h"

/* A row of calendar.put: this day is (not) a working day, whatever else says. */
struct working_day_rule {
    int64_t day;
    bool working;
};

/* What calendar.put has brought; NULL stands for nothing. A zeroed struct is an empty one. */
struct working_calendar {
    const struct working_day_rule *rules; /* in order of the day, each day once */
    size_t count;
    int64_t settled_from, settled_to; /* days for which a table has been published, both included; from > to: none */
};

struct working_day {
    bool working;
    bool provisional; /* no notice is known for this day */
};

/* Days the compiled-in table speaks for. */
int64_t working_days_table_from(void);
int64_t working_days_table_to(void);

struct working_day working_day_at(const struct working_calendar *own, int64_t day);

enum { WORKING_DAYS_MOST = 10000 }; /* counts are clipped to this: forty years */

/* The n-th working day after `day` (before it, when n is negative). With n = 0: `day` itself when it is one, else the
 * next. *provisional (may be NULL) says whether a provisional day was met on the way. */
int64_t working_days_add(const struct working_calendar *own, int64_t day, int n, bool *provisional);
/* Working days after `from` up to and including `to`; negative when `to` is earlier: the reverse of add. */
int working_days_between(const struct working_calendar *own, int64_t from, int64_t to, bool *provisional);

#endif
