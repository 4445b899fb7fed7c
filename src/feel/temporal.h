/* temporal.h: FEEL's dates, times and durations inside the room (10.3.2.3): comparing, calculating, text.
 * All functions answer false when the result lies outside of what FEEL can say. */
#ifndef FEEL_TEMPORAL_H
#define FEEL_TEMPORAL_H

#include "feel/feel.h"

#define DURATION_MAX (INT64_MAX / 2) /* seconds, either way */
enum { NANOS_A_SECOND = 1000000000, SECONDS_A_DAY = 86400, YEAR_MAX = 999999999 };

int64_t date_days(struct feel_date d); /* since 1970-01-01 */
bool date_from_days(int64_t days, struct feel_date *out);
bool date_make(int64_t year, int64_t month, int64_t day, struct feel_date *out);
int date_compare(struct feel_date a, struct feel_date b);
bool date_add_months(struct feel_date d, int64_t months, struct feel_date *out);

/* Local seconds since 1970 (with a date) or since midnight, without regard to the offset. */
int64_t clock_local_seconds(const struct feel_clock *c, bool with_date);
/* The offset in force; false for a local time. A time of day in a zone takes the zone's offset of 1970-01-01. */
bool clock_offset(const struct feel_clock *c, bool with_date, int *out);
/* Seconds since 1970 UTC, or since midnight UTC; a local time is read as UTC. */
int64_t clock_utc_seconds(const struct feel_clock *c, bool with_date);
/* False when one has an offset and the other has none. */
bool clock_compare(const struct feel_clock *a, const struct feel_clock *b, bool with_date, int *out);
bool clock_same(const struct feel_clock *a, const struct feel_clock *b, bool with_date); /* for is(): part by part */
uint64_t clock_hash(const struct feel_clock *c, bool with_date);
/* The offset or zone stays. Times of day wrap around midnight. */
bool clock_add(const struct feel_clock *c, struct feel_duration d, bool with_date, struct feel_clock *out);
struct feel_clock clock_midnight(struct feel_date d); /* UTC, as a date is read where a date and time is wanted */

int duration_compare(struct feel_duration a, struct feel_duration b);
bool duration_add(struct feel_duration a, struct feel_duration b, struct feel_duration *out);
struct feel_duration duration_negate(struct feel_duration d);
bool duration_is_negative(struct feel_duration d);
struct decimal duration_to_decimal(struct feel_duration d); /* seconds */
bool duration_from_decimal(struct decimal seconds, struct feel_duration *out); /* cut to nanoseconds */

/* Reading, the whole text. */
bool date_parse(struct str text, struct feel_date *out);
bool time_parse(struct str text, struct feel_clock *out);
bool date_time_parse(struct str text, struct feel_clock *out);  /* with the time; "T24:00:00" is the next day */
bool duration_parse(struct str text, struct feel_value *out);   /* either kind */
/* Writing. */
void date_put(struct buf *out, struct feel_date d);
void clock_put(struct buf *out, const struct feel_clock *c, bool with_date);
void duration_put(struct buf *out, struct feel_duration d);
void months_put(struct buf *out, int64_t months);

#endif
