/* time.c: see time.h. Day arithmetic after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
#include "base/time.h"

bool civil_is_leap(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int civil_days_in_month(int64_t year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && civil_is_leap(year) ? 29 : days[month - 1];
}

bool civil_date_valid(struct civil_date d) {
    return d.year >= -999999999 && d.year <= 999999999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= civil_days_in_month(d.year, d.month);
}

/* Years are counted from March, so that the leap day is the last day of its year; an era is 400 years. */
int64_t civil_to_days(struct civil_date d) {
    int64_t y = d.month <= 2 ? d.year - 1 : d.year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil_date civil_from_days(int64_t days) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    struct civil_date d;
    d.day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    d.month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    d.year = year_of_era + era * 400 + (d.month <= 2);
    return d;
}

int civil_weekday(int64_t days) {
    int64_t from_monday = (days + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

struct civil_date civil_add_months(struct civil_date d, int64_t months) {
    int64_t total = d.year * 12 + (d.month - 1) + months;
    d.year = total >= 0 ? total / 12 : (total - 11) / 12;
    d.month = (int)(total - d.year * 12) + 1;
    int last = civil_days_in_month(d.year, d.month);
    if (d.day > last) d.day = last;
    return d;
}

instant civil_to_instant(struct civil_time t, int offset_seconds) {
    int64_t seconds = civil_to_days(t.date) * 86400 + t.hour * 3600 + t.minute * 60 + t.second - offset_seconds;
    return seconds * MICROS_A_SECOND + t.micro;
}

struct civil_time civil_from_instant(instant t, int offset_seconds) {
    t += (int64_t)offset_seconds * MICROS_A_SECOND;
    int64_t days = t / MICROS_A_DAY, rest = t % MICROS_A_DAY;
    if (rest < 0) rest += MICROS_A_DAY, days--;
    struct civil_time c = {.date = civil_from_days(days)};
    c.micro = (int)(rest % MICROS_A_SECOND);
    int second = (int)(rest / MICROS_A_SECOND);
    c.hour = second / 3600;
    c.minute = second / 60 % 60;
    c.second = second % 60;
    return c;
}

static bool number_at(struct str s, size_t at, size_t digits, int *out) {
    int v = 0;
    if (at + digits > s.n) return false;
    for (size_t i = at; i < at + digits; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return true;
}

bool civil_date_parse(struct str s, struct civil_date *out) {
    int year;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-') return false;
    if (!number_at(s, 0, 4, &year) || !number_at(s, 5, 2, &out->month) || !number_at(s, 8, 2, &out->day)) return false;
    out->year = year;
    return civil_date_valid(*out);
}

void civil_date_put(struct buf *out, struct civil_date d) {
    buf_printf(out, "%04lld-%02d-%02d", (long long)d.year, d.month, d.day);
}

/* The part after the seconds: [.f…](Z|±hh:mm) */
static bool parse_fraction_and_offset(struct str s, int *micro, int *offset) {
    size_t at = 0;
    *micro = 0;
    if (at < s.n && s.p[at] == '.') {
        int scale = 100000;
        size_t start = ++at;
        for (; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++, scale /= 10) *micro += (s.p[at] - '0') * scale;
        if (at == start) return false;
    }
    struct str zone = str_sub(s, at, s.n);
    if (str_eqz(zone, "Z") || str_eqz(zone, "z")) {
        *offset = 0;
        return true;
    }
    int hours, minutes;
    if (zone.n != 6 || (zone.p[0] != '+' && zone.p[0] != '-') || zone.p[3] != ':') return false;
    if (!number_at(zone, 1, 2, &hours) || !number_at(zone, 4, 2, &minutes) || hours > 23 || minutes > 59) return false;
    *offset = (hours * 3600 + minutes * 60) * (zone.p[0] == '-' ? -1 : 1);
    return true;
}

bool instant_parse(struct str s, instant *out) {
    struct civil_time t = {0};
    int offset;
    if (s.n < 20 || (s.p[10] != 'T' && s.p[10] != 't') || s.p[13] != ':' || s.p[16] != ':') return false;
    if (!civil_date_parse(str_sub(s, 0, 10), &t.date)) return false;
    if (!number_at(s, 11, 2, &t.hour) || !number_at(s, 14, 2, &t.minute) || !number_at(s, 17, 2, &t.second)) return false;
    if (t.hour > 23 || t.minute > 59 || t.second > 59) return false;
    if (!parse_fraction_and_offset(str_sub(s, 19, s.n), &t.micro, &offset)) return false;
    *out = civil_to_instant(t, offset);
    return true;
}

void instant_put(struct buf *out, instant t, int offset_seconds) {
    struct civil_time c = civil_from_instant(t, offset_seconds);
    civil_date_put(out, c.date);
    buf_printf(out, "T%02d:%02d:%02d", c.hour, c.minute, c.second);
    if (c.micro) buf_printf(out, ".%06d", c.micro);
    if (offset_seconds == 0) {
        buf_byte(out, 'Z');
        return;
    }
    int minutes = (offset_seconds < 0 ? -offset_seconds : offset_seconds) / 60;
    buf_printf(out, "%c%02d:%02d", offset_seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
}
