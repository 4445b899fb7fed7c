/* temporal.c: see temporal.h. Calendar arithmetic of years up to nine digits stands in base/time.h. */
#include "feel/temporal.h"
#include "feel/internal.h"

int64_t date_days(struct feel_date d) {
    return civil_to_days((struct civil_date){d.year, d.month, d.day});
}

bool date_make(int64_t year, int64_t month, int64_t day, struct feel_date *out) {
    if (year < -YEAR_MAX || year > YEAR_MAX || month < 1 || month > 12 || day < 1 || day > 31) return false;
    if (day > civil_days_in_month(year, (int)month)) return false;
    *out = (struct feel_date){(int32_t)year, (int8_t)month, (int8_t)day};
    return true;
}

bool date_from_days(int64_t days, struct feel_date *out) {
    if (days < -366000000000 || days > 366000000000) return false;
    struct civil_date c = civil_from_days(days);
    return date_make(c.year, c.month, c.day, out);
}

int date_compare(struct feel_date a, struct feel_date b) {
    if (a.year != b.year) return a.year < b.year ? -1 : 1;
    if (a.month != b.month) return a.month < b.month ? -1 : 1;
    return (a.day > b.day) - (a.day < b.day);
}

bool date_add_months(struct feel_date d, int64_t months, struct feel_date *out) {
    if (months < -30000000000 || months > 30000000000) return false;
    struct civil_date c = civil_add_months((struct civil_date){d.year, d.month, d.day}, months);
    return date_make(c.year, c.month, c.day, out);
}

int64_t clock_local_seconds(const struct feel_clock *c, bool with_date) {
    return (with_date ? date_days(c->date) * SECONDS_A_DAY : 0) + c->hour * 3600 + c->minute * 60 + c->second;
}

bool clock_offset(const struct feel_clock *c, bool with_date, int *out) {
    if (c->offset_kind == FEEL_LOCAL) return false;
    if (c->offset_kind == FEEL_OFFSET) *out = c->offset;
    else *out = zone_offset_local(c->zone, clock_local_seconds(c, with_date));
    return true;
}

int64_t clock_utc_seconds(const struct feel_clock *c, bool with_date) {
    int offset = 0;
    clock_offset(c, with_date, &offset);
    return clock_local_seconds(c, with_date) - offset;
}

bool clock_compare(const struct feel_clock *a, const struct feel_clock *b, bool with_date, int *out) {
    if ((a->offset_kind == FEEL_LOCAL) != (b->offset_kind == FEEL_LOCAL)) return false;
    int64_t x = clock_utc_seconds(a, with_date), y = clock_utc_seconds(b, with_date);
    *out = x != y ? (x < y ? -1 : 1) : (a->nano > b->nano) - (a->nano < b->nano);
    return true;
}

bool clock_same(const struct feel_clock *a, const struct feel_clock *b, bool with_date) {
    int x = 0, y = 0;
    if (clock_offset(a, with_date, &x) != clock_offset(b, with_date, &y) || x != y) return false;
    return clock_local_seconds(a, with_date) == clock_local_seconds(b, with_date) && a->nano == b->nano;
}

uint64_t clock_hash(const struct feel_clock *c, bool with_date) {
    return (uint64_t)clock_utc_seconds(c, with_date) * 31 + (uint64_t)c->nano + (c->offset_kind == FEEL_LOCAL ? 7 : 0);
}

static int64_t second_of_day(int64_t seconds) {
    int64_t rest = seconds % SECONDS_A_DAY;
    return rest < 0 ? rest + SECONDS_A_DAY : rest;
}

/* Puts date and time of day where `seconds` after 1970-01-01T00:00:00 on the same wall clock are. */
static bool set_clock(int64_t seconds, bool with_date, struct feel_clock *out) {
    int64_t rest = second_of_day(seconds);
    out->hour = (int8_t)(rest / 3600);
    out->minute = (int8_t)(rest / 60 % 60);
    out->second = (int8_t)(rest % 60);
    return !with_date || date_from_days(seconds / SECONDS_A_DAY - (seconds % SECONDS_A_DAY < 0), &out->date);
}

/* In a named zone it is the moment that moves, so that an hour is an hour across a change of the clock. */
bool clock_add(const struct feel_clock *c, struct feel_duration d, bool with_date, struct feel_clock *out) {
    bool zoned = with_date && c->offset_kind == FEEL_ZONE;
    int64_t seconds = zoned ? clock_utc_seconds(c, true) : clock_local_seconds(c, with_date);
    int32_t nano = c->nano + d.nano, carry = nano >= NANOS_A_SECOND;
    if (__builtin_add_overflow(seconds, d.seconds, &seconds) || __builtin_add_overflow(seconds, carry, &seconds))
        return false;
    *out = *c;
    out->nano = nano - carry * NANOS_A_SECOND;
    if (zoned && seconds / SECONDS_A_DAY < 366000000000 && seconds / SECONDS_A_DAY > -366000000000)
        seconds += zone_offset_at(c->zone, seconds);
    return set_clock(seconds, with_date, out);
}

struct feel_clock clock_midnight(struct feel_date d) {
    return (struct feel_clock){.date = d, .offset_kind = FEEL_OFFSET};
}

int duration_compare(struct feel_duration a, struct feel_duration b) {
    if (a.seconds != b.seconds) return a.seconds < b.seconds ? -1 : 1;
    return (a.nano > b.nano) - (a.nano < b.nano);
}

bool duration_add(struct feel_duration a, struct feel_duration b, struct feel_duration *out) {
    int64_t seconds;
    int32_t nano = a.nano + b.nano, carry = nano >= NANOS_A_SECOND;
    if (__builtin_add_overflow(a.seconds, b.seconds, &seconds) || __builtin_add_overflow(seconds, carry, &seconds))
        return false;
    *out = (struct feel_duration){seconds, nano - carry * NANOS_A_SECOND};
    return seconds <= DURATION_MAX && seconds >= -DURATION_MAX; /* so that any of them can be negated */
}

bool duration_is_negative(struct feel_duration d) {
    return d.seconds < 0;
}

struct feel_duration duration_negate(struct feel_duration d) {
    if (d.nano == 0) return (struct feel_duration){-d.seconds, 0};
    return (struct feel_duration){-d.seconds - 1, NANOS_A_SECOND - d.nano};
}

struct decimal duration_to_decimal(struct feel_duration d) {
    struct decimal whole = decimal_from_int(d.seconds), part = decimal_from_int(d.nano),
                   unit = decimal_from_int(NANOS_A_SECOND);
    decimal_divide(part, unit, &part);
    decimal_add(whole, part, &whole);
    return whole;
}

bool duration_from_decimal(struct decimal seconds, struct feel_duration *out) {
    struct decimal whole, part;
    int64_t s, n;
    if (!decimal_round(seconds, 9, DECIMAL_DOWN, &seconds) || !decimal_round(seconds, 0, DECIMAL_FLOOR, &whole))
        return false;
    if (!decimal_to_int(whole, &s) || s < -DURATION_MAX || s > DURATION_MAX || !decimal_subtract(seconds, whole, &part))
        return false;
    if (!decimal_multiply(part, decimal_from_int(NANOS_A_SECOND), &part) || !decimal_to_int(part, &n)) return false;
    *out = (struct feel_duration){s, (int32_t)n};
    return true;
}

struct feel_value feel_date(int64_t year, int month, int day) {
    struct feel_value v = {.kind = FEEL_DATE};
    return date_make(year, month, day, &v.date) ? v : feel_null();
}

struct feel_value feel_clock_value(struct arena *a, enum feel_kind kind, struct feel_clock clock) {
    struct feel_clock *kept = arena_alloc_raw(a, sizeof *kept);
    *kept = clock;
    return (struct feel_value){.kind = kind, .clock = kept};
}

struct feel_value feel_from_instant(struct arena *a, instant t, const struct zone *zone) {
    int64_t seconds = t >= 0 ? t / MICROS_A_SECOND : (t - (MICROS_A_SECOND - 1)) / MICROS_A_SECOND;
    struct feel_clock c = {.offset_kind = zone ? FEEL_ZONE : FEEL_OFFSET, .zone = zone};
    int offset = zone ? zone_offset_at(zone, seconds) : 0;
    struct civil_time civil = civil_from_instant(t, offset);
    if (!date_make(civil.date.year, civil.date.month, civil.date.day, &c.date)) return feel_null();
    c.hour = (int8_t)civil.hour;
    c.minute = (int8_t)civil.minute;
    c.second = (int8_t)civil.second;
    c.nano = civil.micro * 1000;
    return feel_clock_value(a, FEEL_DATE_TIME, c);
}

bool feel_to_instant(struct feel_value v, const struct zone *zone, instant *out) {
    struct feel_clock c;
    if (v.kind == FEEL_DATE) c = (struct feel_clock){.date = v.date};
    else if (v.kind == FEEL_DATE_TIME) c = *v.clock;
    else return false;
    if (c.offset_kind == FEEL_LOCAL) {
        c.offset_kind = zone ? FEEL_ZONE : FEEL_OFFSET;
        c.zone = zone;
        c.offset = 0;
    }
    int64_t micros;
    if (__builtin_mul_overflow(clock_utc_seconds(&c, true), MICROS_A_SECOND, &micros)) return false;
    return !__builtin_add_overflow(micros, c.nano / 1000, out);
}
