/* xpath_date.c: dates as ODK's XPath knows them — days since 1970-01-01T00:00Z as a number, ISO 8601 as text.
 *
 * Text without a zone is local time. Days are made by one division of whole milliseconds, so that equal moments are
 * equal numbers. */
#include "form/xpath_ast.h"

#include <math.h>

#define MILLIS_A_DAY 86400000.0

int xpath_offset(const struct xpath_environment *e, instant t) {
    return e->offset_at ? e->offset_at(e->zone, t) : e->offset_seconds;
}

static instant local_to_instant(const struct xpath_environment *e, struct civil_time t) {
    instant guess = civil_to_instant(t, xpath_offset(e, civil_to_instant(t, 0)));
    return civil_to_instant(t, xpath_offset(e, guess));
}

/* `least` to `most` digits at *at. */
static bool digits_between(struct str s, size_t *at, size_t least, size_t most, int *out) {
    size_t count = 0;
    for (*out = 0; count < most && *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; ++*at, count++)
        *out = *out * 10 + (s.p[*at] - '0');
    return count >= least;
}

static bool digits(struct str s, size_t *at, size_t width, int *out) {
    return digits_between(s, at, width, width, out);
}

static bool sign(struct str s, size_t *at, char c) {
    if (*at >= s.n || s.p[*at] != c) return false;
    ++*at;
    return true;
}

static bool date_part(struct str s, size_t *at, struct civil_date *d) {
    int year;
    /* "1970-1-2" too, as ODK's engines read it */
    if (!digits(s, at, 4, &year) || !sign(s, at, '-') || !digits_between(s, at, 1, 2, &d->month) ||
        !sign(s, at, '-') || !digits_between(s, at, 1, 2, &d->day))
        return false;
    d->year = year;
    return civil_date_valid(*d);
}

static void fraction(struct str s, size_t *at, int *micro) {
    int scale = 100000;
    *micro = 0;
    for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; ++*at, scale /= 10) *micro += (s.p[*at] - '0') * scale;
}

/* HH:MM[:SS[.fff]][Z|±HH[:]MM] */
static bool time_part(struct str s, size_t *at, struct civil_time *t, bool *zoned, int *offset) {
    *zoned = false;
    *offset = 0;
    if (!digits(s, at, 2, &t->hour) || !sign(s, at, ':') || !digits(s, at, 2, &t->minute)) return false;
    if (sign(s, at, ':')) {
        if (!digits(s, at, 2, &t->second)) return false;
        if (sign(s, at, '.')) fraction(s, at, &t->micro);
    }
    if (t->hour > 23 || t->minute > 59 || t->second > 59) return false;
    if (*at == s.n) return true;
    *zoned = true;
    if (sign(s, at, 'Z')) return *at == s.n;
    int direction = s.p[*at] == '-' ? -1 : s.p[*at] == '+' ? 1 : 0, hours, minutes = 0;
    ++*at;
    if (!direction || !digits(s, at, 2, &hours)) return false;
    if (*at < s.n) {
        sign(s, at, ':');
        if (!digits(s, at, 2, &minutes)) return false;
    }
    *offset = direction * (hours * 3600 + minutes * 60);
    return *at == s.n && hours <= 23 && minutes <= 59;
}

static double to_days(instant t) {
    return (double)(t / 1000) / MILLIS_A_DAY;
}

bool xpath_parse_date(const struct xpath_environment *e, struct str text, double *out_days) {
    struct civil_time t = {0};
    size_t at = 0;
    bool zoned = false;
    int offset = 0;
    if (!date_part(text, &at, &t.date)) return false;
    if (at < text.n && (!sign(text, &at, 'T') || !time_part(text, &at, &t, &zoned, &offset))) return false;
    *out_days = to_days(zoned ? civil_to_instant(t, offset) : local_to_instant(e, t));
    return true;
}

bool xpath_days_to_civil(const struct xpath_environment *e, double days, struct civil_time *out, int *out_offset) {
    if (isnan(days) || fabs(days) > 3.6e6) return false; /* years up to about 9999 */
    instant t = (instant)llround(days * MILLIS_A_DAY) * 1000;
    *out_offset = xpath_offset(e, t);
    *out = civil_from_instant(t, *out_offset);
    return out->date.year >= 0 && out->date.year <= 9999;
}

static void put_offset(struct buf *out, int offset) {
    int minutes = (offset < 0 ? -offset : offset) / 60;
    buf_printf(out, "%c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

struct str xpath_instant_text(const struct xpath_environment *e, struct arena *a, double days) {
    struct civil_time t;
    int offset;
    if (!xpath_days_to_civil(e, days, &t, &offset)) return STR("Invalid Date");
    struct buf out;
    buf_init(&out, a, 64);
    buf_printf(&out, "%04d-%02d-%02dT%02d:%02d:%02d.%03d", (int)t.date.year, t.date.month, t.date.day, t.hour, t.minute,
               t.second, t.micro / 1000);
    put_offset(&out, offset);
    return buf_str(&out);
}

struct str xpath_date_text(const struct xpath_environment *e, struct arena *a, double days) {
    struct civil_time t;
    int offset;
    if (!xpath_days_to_civil(e, days, &t, &offset)) return STR("Invalid Date");
    if (t.hour || t.minute || t.second || t.micro) return xpath_instant_text(e, a, days);
    return arena_printf(a, "%04d-%02d-%02d", (int)t.date.year, t.date.month, t.date.day);
}

bool xpath_parse_time(const struct xpath_environment *e, struct str text, double *out_fraction) {
    struct civil_time t = {0};
    size_t at = 0;
    bool zoned;
    int offset;
    if (!time_part(text, &at, &t, &zoned, &offset)) return false;
    int64_t millis = (t.hour * 3600 + t.minute * 60 + t.second) * (int64_t)1000 + t.micro / 1000;
    if (zoned) millis += ((int64_t)xpath_offset(e, e->now) - offset) * 1000;
    millis = ((millis % 86400000) + 86400000) % 86400000;
    *out_fraction = (double)millis / MILLIS_A_DAY;
    return true;
}

double xpath_today(const struct xpath_environment *e) {
    struct civil_time t = civil_from_instant(e->now, xpath_offset(e, e->now));
    return to_days(local_to_instant(e, (struct civil_time){.date = t.date}));
}

double xpath_now(const struct xpath_environment *e) {
    return to_days(e->now);
}
