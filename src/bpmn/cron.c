/* cron.c: see cron.h. A field becomes a set of bits; the next moment is looked for day by day, then within the day. */
#include "bpmn/cron.h"

enum { DAYS_AHEAD = 366 * 100, SUNDAY = 7 };

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

struct field {
    int from, to;
    const char *names; /* of three letters each; the first is number `first_name` */
    int first_name;
};

static const char month_names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", day_names[] = "SUNMONTUEWEDTHUFRISAT";

static bool is_letter(struct str s, size_t i, char wanted) {
    return i < s.n && (s.p[i] & ~0x20) == wanted;
}

static bool number_of(struct str s, const struct field *f, int *out) {
    int64_t n;
    for (int i = 0; f->names && s.n == 3 && f->names[i]; i += 3) {
        if (!is_letter(s, 0, f->names[i]) || !is_letter(s, 1, f->names[i + 1]) || !is_letter(s, 2, f->names[i + 2])) continue;
        *out = f->first_name + i / 3;
        return true;
    }
    if (!s.n || s.n > 2 || !str_to_int64(s, &n) || n < f->from || n > f->to) return false;
    *out = (int)n;
    return true;
}

/* "*", "7", "1-5", "MON-FRI"; `single` when it is one value. */
static bool read_bounds(struct str range, const struct field *f, int *from, int *to, bool *single) {
    ptrdiff_t dash = str_find_byte(range, '-');
    *from = f->from, *to = f->to;
    *single = false;
    if (str_eqz(range, "*")) return true;
    if (dash <= 0) {
        *single = true;
        return number_of(range, f, from);
    }
    if (!number_of(str_sub(range, 0, (size_t)dash), f, from) || !number_of(str_sub(range, (size_t)dash + 1, range.n), f, to)) return false;
    if (f->to == SUNDAY && *to == 0) *to = SUNDAY; /* FRI-SUN */
    return *from <= *to;
}

/* Bounds, with "/step" or without; a value with a step goes on to the end. */
static bool read_range(struct str s, const struct field *f, uint64_t *bits) {
    ptrdiff_t slash = str_find_byte(s, '/');
    int64_t step = 1;
    int from, to;
    bool single;
    if (!read_bounds(slash < 0 ? s : str_sub(s, 0, (size_t)slash), f, &from, &to, &single)) return false;
    struct str step_text = slash < 0 ? STR("1") : str_sub(s, (size_t)slash + 1, s.n);
    if (!step_text.n || step_text.n > 2 || !str_to_int64(step_text, &step) || step < 1) return false;
    if (single && slash < 0) to = from;
    for (int v = from; v <= to; v += (int)step) *bits |= UINT64_C(1) << v;
    return true;
}

/* L, L-3, LW, 15W */
static bool read_special_day(struct str s, const struct field *f, struct cron *c) {
    int64_t n = 0;
    if (str_eqz(s, "L")) return c->last_day = true;
    if (str_eqz(s, "LW")) return c->last_working_day = true;
    if (str_starts(s, STR("L-"))) {
        if (!str_to_int64(str_sub(s, 2, s.n), &n) || n < 1 || n > 30) return false;
        c->before_last = (int)n;
        return c->last_day = true;
    }
    return s.n > 1 && s.p[s.n - 1] == 'W' && number_of(str_sub(s, 0, s.n - 1), f, &c->nearest);
}

/* FRIL, 5L, MON#2 */
static bool read_special_weekday(struct str s, const struct field *f, struct cron *c) {
    ptrdiff_t hash = str_find_byte(s, '#');
    int64_t n = -1;
    struct str day = hash > 0 ? str_sub(s, 0, (size_t)hash) : s.n > 1 && s.p[s.n - 1] == 'L' ? str_sub(s, 0, s.n - 1) : STR("");
    if (!number_of(day, f, &c->nth_weekday)) return false;
    if (hash > 0 && (!str_to_int64(str_sub(s, (size_t)hash + 1, s.n), &n) || n < 1 || n > 5)) return false;
    c->nth_weekday %= SUNDAY;
    c->nth = (int)n;
    return true;
}

static bool read_field(struct str s, const struct field *f, uint64_t *bits, bool (*special)(struct str, const struct field *, struct cron *), struct cron *c) {
    struct str rest = s, one;
    if (!s.n) return false;
    while (str_split(&rest, ',', &one)) {
        bool any = special && str_eqz(one, "?");
        if (!read_range(any ? STR("*") : one, f, bits) && !(special && special(one, f, c))) return false;
    }
    return true;
}

static struct str macro(struct str s) {
    static const char *const macros[][2] = {{"@yearly", "0 0 0 1 1 *"}, {"@annually", "0 0 0 1 1 *"}, {"@monthly", "0 0 0 1 * *"}, {"@weekly", "0 0 0 * * 0"},
                                            {"@daily", "0 0 0 * * *"},  {"@midnight", "0 0 0 * * *"}, {"@hourly", "0 0 * * * *"}};
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
        if (str_eqz(s, macros[i][0])) return str_from(macros[i][1]);
    return s;
}

bool cron_parse(struct str text, struct cron *out) {
    static const struct field fields[] = {{0, 59, NULL, 0}, {0, 59, NULL, 0}, {0, 23, NULL, 0}, {1, 31, NULL, 0}, {1, 12, month_names, 1}, {0, SUNDAY, day_names, 0}};
    uint64_t *const bits[] = {&out->seconds, &out->minutes, &out->hours, &out->days, &out->months, &out->weekdays};
    struct str rest = macro(str_trim(text)), one;
    size_t n = 0;
    *out = (struct cron){0};
    while (str_split(&rest, ' ', &one)) {
        if (!one.n) continue;
        if (n == 6 || !read_field(one, &fields[n], bits[n], n == 3 ? read_special_day : n == 5 ? read_special_weekday : NULL, out)) return false;
        n++;
    }
    if (out->weekdays & (1u << SUNDAY)) out->weekdays |= 1;
    return n == 6;
}

/* ---- which days ------------------------------------------------------------------------------------------------------- */

static int weekday_of(struct civil_date d) { /* 0 Sunday */
    return civil_weekday(civil_to_days(d)) % SUNDAY;
}

/* The day Monday–Friday nearest to `day`, within the month. */
static int nearest_working_day(struct civil_date d, int day) {
    int last = civil_days_in_month(d.year, d.month);
    if (day > last) return 0;
    d.day = day;
    int weekday = weekday_of(d);
    if (weekday == 6) return day > 1 ? day - 1 : day + 2;
    if (weekday == 0) return day < last ? day + 1 : day - 2;
    return day;
}

static int last_working_day(struct civil_date d) {
    d.day = civil_days_in_month(d.year, d.month);
    int weekday = weekday_of(d);
    return d.day - (weekday == 6 ? 1 : weekday == 0 ? 2 : 0);
}

static bool day_fits(const struct cron *c, struct civil_date d) {
    int last = civil_days_in_month(d.year, d.month), weekday = weekday_of(d);
    if (!(c->months >> d.month & 1)) return false;
    bool of_month = (c->days >> d.day & 1) || (c->last_day && d.day == last - c->before_last) || (c->last_working_day && d.day == last_working_day(d)) ||
                    (c->nearest && d.day == nearest_working_day(d, c->nearest));
    bool nth = c->nth && weekday == c->nth_weekday && (c->nth < 0 ? d.day + 7 > last : (d.day - 1) / 7 + 1 == c->nth);
    return of_month && ((c->weekdays >> weekday & 1) || nth);
}

/* ---- when ------------------------------------------------------------------------------------------------------------- */

/* The first time of day at or after `*second` (of the day) that fits. */
static bool time_fits(const struct cron *c, int *second) {
    for (int t = *second; t < 86400;) {
        if (!(c->hours >> t / 3600 & 1)) t = (t / 3600 + 1) * 3600;
        else if (!(c->minutes >> t / 60 % 60 & 1)) t = (t / 60 + 1) * 60;
        else if (!(c->seconds >> t % 60 & 1)) t++;
        else {
            *second = t;
            return true;
        }
    }
    return false;
}

bool cron_next(const struct cron *c, instant after, const struct zone *zone, instant *out) {
    int64_t seconds = after / MICROS_A_SECOND - (after % MICROS_A_SECOND < 0);
    struct civil_time now = civil_from_instant(after, zone ? zone_offset_at(zone, seconds) : 0);
    int64_t day = civil_to_days(now.date);
    int second = now.hour * 3600 + now.minute * 60 + now.second;
    for (int i = 0; i < DAYS_AHEAD; i++, day++, second = 0) {
        if (!day_fits(c, civil_from_days(day))) continue;
        for (; second < 86400 && time_fits(c, &second); second++) {
            int64_t local = day * 86400 + second;
            *out = (local - (zone ? zone_offset_local(zone, local) : 0)) * MICROS_A_SECOND;
            if (*out > after) return true; /* else the hour that autumn has twice */
        }
    }
    return false;
}
