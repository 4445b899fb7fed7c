/* temporal_text.c: dates, times and durations as text, in and out (10.3.2.3.4 to 10.3.2.3.8; XML Schema's forms with
 * years of up to nine digits, offsets with seconds and zones behind an @). */
#include "feel/internal.h"

/* ---- reading ---- */

struct cursor {
    struct str text;
    size_t at;
};

static bool take(struct cursor *c, char wanted) {
    if (c->at >= c->text.n || c->text.p[c->at] != wanted) return false;
    c->at++;
    return true;
}

static bool at_end(const struct cursor *c) {
    return c->at == c->text.n;
}

/* Between `least` and `most` digits. */
static bool take_digits(struct cursor *c, size_t least, size_t most, int64_t *out) {
    int64_t v = 0;
    size_t start = c->at;
    while (c->at < c->text.n && c->text.p[c->at] >= '0' && c->text.p[c->at] <= '9') {
        if (c->at - start >= most) return false;
        v = v * 10 + (c->text.p[c->at++] - '0');
    }
    *out = v;
    return c->at - start >= least;
}

/* Four digits, or up to nine without leading zeros; a minus before them. */
static bool take_date(struct cursor *c, struct feel_date *out) {
    int64_t year, month, day;
    bool negative = take(c, '-');
    size_t start = c->at;
    if (!take_digits(c, 4, 9, &year) || (c->at - start > 4 && c->text.p[start] == '0')) return false;
    if (!take(c, '-') || !take_digits(c, 2, 2, &month) || !take(c, '-') || !take_digits(c, 2, 2, &day)) return false;
    return date_make(negative ? -year : year, month, day, out);
}

static bool take_fraction(struct cursor *c, int32_t *nano) {
    *nano = 0;
    if (!take(c, '.')) return true;
    int32_t unit = NANOS_A_SECOND / 10;
    size_t start = c->at;
    for (; c->at < c->text.n && c->text.p[c->at] >= '0' && c->text.p[c->at] <= '9'; c->at++, unit /= 10)
        *nano += (c->text.p[c->at] - '0') * unit;
    return c->at > start;
}

/* Z, ±hh:mm, ±hh:mm:ss up to 18 hours, @Zone, or nothing. */
static bool take_offset(struct cursor *c, struct feel_clock *out) {
    if (at_end(c)) return true;
    if (take(c, 'Z') || take(c, 'z')) {
        out->offset_kind = FEEL_OFFSET;
        return true;
    }
    if (take(c, '@')) {
        out->offset_kind = FEEL_ZONE;
        out->zone = zone_find(str_sub(c->text, c->at, c->text.n));
        c->at = c->text.n;
        return out->zone != NULL;
    }
    bool negative = take(c, '-');
    if (!negative && !take(c, '+')) return false;
    int64_t hours, minutes, seconds = 0;
    if (!take_digits(c, 2, 2, &hours) || !take(c, ':') || !take_digits(c, 2, 2, &minutes)) return false;
    if (take(c, ':') && !take_digits(c, 2, 2, &seconds)) return false;
    int64_t total = hours * 3600 + minutes * 60 + seconds;
    if (minutes > 59 || seconds > 59 || total > 18 * 3600) return false;
    out->offset_kind = FEEL_OFFSET;
    out->offset = (int32_t)(negative ? -total : total);
    return true;
}

/* hh:mm:ss */
static bool take_hands(struct cursor *c, int64_t *hour, int64_t *minute, int64_t *second) {
    return take_digits(c, 2, 2, hour) && take(c, ':') && take_digits(c, 2, 2, minute) && take(c, ':') &&
           take_digits(c, 2, 2, second) && *minute <= 59 && *second <= 59 && *hour <= 24;
}

static bool take_time(struct cursor *c, struct feel_clock *out, bool *next_day) {
    int64_t hour, minute, second;
    if (!take_hands(c, &hour, &minute, &second) || !take_fraction(c, &out->nano) || !take_offset(c, out) || !at_end(c))
        return false;
    *next_day = hour == 24;
    if (*next_day && (minute || second || out->nano)) return false;
    out->hour = (int8_t)(*next_day ? 0 : hour);
    out->minute = (int8_t)minute;
    out->second = (int8_t)second;
    return true;
}

bool date_parse(struct str text, struct feel_date *out) {
    struct cursor c = {text, 0};
    return take_date(&c, out) && at_end(&c);
}

bool time_parse(struct str text, struct feel_clock *out) {
    struct cursor c = {text, 0};
    bool next_day;
    *out = (struct feel_clock){.nano = 0};
    return take_time(&c, out, &next_day);
}

bool date_time_parse(struct str text, struct feel_clock *out) {
    struct cursor c = {text, 0};
    bool next_day;
    *out = (struct feel_clock){.nano = 0};
    if (!take_date(&c, &out->date) || !take(&c, 'T') || !take_time(&c, out, &next_day)) return false;
    return !next_day || date_from_days(date_days(out->date) + 1, &out->date);
}

/* One number with its letter, if the next letter is it. 18 digits keep the sums below within 128 bits. */
static bool take_amount(struct cursor *c, char letter, int64_t *out, bool *found) {
    struct cursor ahead = *c;
    int64_t v;
    if (!take_digits(&ahead, 1, 18, &v) || !take(&ahead, letter)) return true;
    *c = ahead;
    *out = v;
    *found = true;
    return true;
}

static bool take_seconds(struct cursor *c, int64_t *seconds, int32_t *nano, bool *found) {
    struct cursor ahead = *c;
    int64_t v;
    if (!take_digits(&ahead, 1, 18, &v)) return true;
    *nano = 0;
    if (ahead.at + 1 < ahead.text.n && ahead.text.p[ahead.at] == '.' && ahead.text.p[ahead.at + 1] == 'S')
        ahead.at++; /* "0.S" */
    else if (!take_fraction(&ahead, nano)) return false;
    if (!take(&ahead, 'S')) return true;
    *c = ahead;
    *seconds = v;
    *found = true;
    return true;
}

static bool months_parse(struct cursor c, bool negative, struct feel_value *out) {
    int64_t years = 0, months = 0, total;
    bool found = false;
    take_amount(&c, 'Y', &years, &found);
    take_amount(&c, 'M', &months, &found);
    if (!found || !at_end(&c)) return false;
    if (__builtin_mul_overflow(years, 12, &total) || __builtin_add_overflow(total, months, &total)) return false;
    *out = (struct feel_value){.kind = FEEL_YEARS_MONTHS, .months = negative ? -total : total};
    return true;
}

bool duration_parse(struct str text, struct feel_value *out) {
    struct cursor c = {text, 0};
    bool negative = take(&c, '-');
    if (!take(&c, 'P')) return false;
    if (months_parse(c, negative, out)) return true;
    int64_t days = 0, hours = 0, minutes = 0, seconds = 0;
    int32_t nano = 0;
    bool found = false, found_time = false;
    take_amount(&c, 'D', &days, &found);
    if (take(&c, 'T')) {
        take_amount(&c, 'H', &hours, &found_time);
        take_amount(&c, 'M', &minutes, &found_time);
        if (!take_seconds(&c, &seconds, &nano, &found_time) || !found_time) return false;
    }
    if ((!found && !found_time) || !at_end(&c)) return false;
    __int128 total = (__int128)days * SECONDS_A_DAY + (__int128)hours * 3600 + (__int128)minutes * 60 + seconds;
    if (total > DURATION_MAX) return false;
    struct feel_duration d = {(int64_t)total, nano};
    *out = (struct feel_value){.kind = FEEL_DAYS_TIME, .duration = negative ? duration_negate(d) : d};
    return true;
}

struct feel_value feel_parse_temporal(struct arena *a, struct str text) {
    struct feel_value v;
    struct feel_clock c;
    if (duration_parse(text, &v)) return v;
    if (date_parse(text, &v.date)) {
        v.kind = FEEL_DATE;
        return v;
    }
    if (date_time_parse(text, &c)) return feel_clock_value(a, FEEL_DATE_TIME, c);
    if (time_parse(text, &c)) return feel_clock_value(a, FEEL_TIME, c);
    return feel_null();
}

/* ---- writing ---- */

void date_put(struct buf *out, struct feel_date d) {
    int64_t year = d.year;
    buf_printf(out, "%s%04lld-%02d-%02d", year < 0 ? "-" : "", (long long)(year < 0 ? -year : year), d.month, d.day);
}

static void fraction_put(struct buf *out, int32_t nano) {
    if (nano == 0) return;
    int digits = 9;
    while (nano % 10 == 0) nano /= 10, digits--;
    buf_printf(out, ".%0*d", digits, nano);
}

void clock_put(struct buf *out, const struct feel_clock *c, bool with_date) {
    if (with_date) {
        date_put(out, c->date);
        buf_byte(out, 'T');
    }
    buf_printf(out, "%02d:%02d:%02d", c->hour, c->minute, c->second);
    fraction_put(out, c->nano);
    if (c->offset_kind == FEEL_ZONE) {
        buf_byte(out, '@');
        buf_add(out, zone_name(c->zone));
    } else if (c->offset_kind == FEEL_OFFSET && c->offset == 0) {
        buf_byte(out, 'Z');
    } else if (c->offset_kind == FEEL_OFFSET) {
        int seconds = c->offset < 0 ? -c->offset : c->offset;
        buf_printf(out, "%c%02d:%02d", c->offset < 0 ? '-' : '+', seconds / 3600, seconds / 60 % 60);
        if (seconds % 60) buf_printf(out, ":%02d", seconds % 60);
    }
}

static void amount_put(struct buf *out, int64_t amount, char letter) {
    if (amount == 0) return;
    buf_int(out, amount);
    buf_byte(out, letter);
}

void duration_put(struct buf *out, struct feel_duration d) {
    if (duration_is_negative(d)) {
        buf_byte(out, '-');
        d = duration_negate(d);
    }
    if (d.seconds == 0 && d.nano == 0) {
        buf_addz(out, "PT0S");
        return;
    }
    buf_byte(out, 'P');
    amount_put(out, d.seconds / SECONDS_A_DAY, 'D');
    int64_t rest = d.seconds % SECONDS_A_DAY;
    if (rest || d.nano) buf_byte(out, 'T');
    amount_put(out, rest / 3600, 'H');
    amount_put(out, rest / 60 % 60, 'M');
    if (rest % 60 || d.nano) {
        buf_int(out, rest % 60);
        fraction_put(out, d.nano);
        buf_byte(out, 'S');
    }
}

void months_put(struct buf *out, int64_t months) {
    if (months < 0) buf_byte(out, '-');
    if (months < 0) months = -months;
    buf_byte(out, 'P');
    if (months == 0) buf_addz(out, "0M");
    amount_put(out, months / 12, 'Y');
    amount_put(out, months % 12, 'M');
}
