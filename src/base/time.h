/* time.h: instants and civil dates, without any clock.
 *
 * An instant is int64 microseconds since 1970-01-01T00:00:00Z (no leap seconds, as POSIX). A civil date is year,
 * month and day of the proleptic Gregorian calendar (ISO 8601), kept as text "2026-11-24" in stores. Zones other
 * than fixed offsets: zone.h. The only function that reads the machine's clock is env_now() in env.h.
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/str.h"

typedef int64_t instant; /* microseconds UTC */

enum { MICROS_A_SECOND = 1000000 };
#define MICROS_A_DAY ((int64_t)86400 * MICROS_A_SECOND)

struct civil_date {
    int64_t year;
    int month, day; /* 1..12, 1..31 */
};

struct civil_time {
    struct civil_date date;
    int hour, minute, second, micro;
};

bool civil_date_valid(struct civil_date d);
bool civil_is_leap(int64_t year);
int civil_days_in_month(int64_t year, int month);
int64_t civil_to_days(struct civil_date d); /* days since 1970-01-01; |year| up to 999,999,999 */
struct civil_date civil_from_days(int64_t days);
int civil_weekday(int64_t days); /* 1 Monday … 7 Sunday (ISO 8601) */
struct civil_date civil_add_months(struct civil_date d, int64_t months); /* the day is clipped to the month's end */

instant civil_to_instant(struct civil_time t, int offset_seconds);
struct civil_time civil_from_instant(instant t, int offset_seconds);

/* "YYYY-MM-DD", exactly. */
bool civil_date_parse(struct str text, struct civil_date *out);
void civil_date_put(struct buf *out, struct civil_date d);
/* RFC 3339: 2026-11-24T08:01:02[.ffffff](Z|+08:00). */
bool instant_parse(struct str text, instant *out);
void instant_put(struct buf *out, instant t, int offset_seconds);

#endif
