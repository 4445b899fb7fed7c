/* builtin_temporal.c: making dates, times and durations (10.3.4.1), the calendar's functions (10.3.4.7), now and today,
 * and the properties behind a dot (Table 65). */
#include "feel/internal.h"

static struct feel_value not_temporal(const struct site *s, const char *what, struct feel_value v) {
    if (!s->env->reasons) return feel_null();
    return NULL_SITE(s, "feel.bad-literal", T("“{0}” is not a {1}."), feel_text(s->env->arena, v), str_from(what));
}

static struct feel_value clock_value(const struct site *s, enum feel_kind kind, struct feel_clock c) {
    return feel_clock_value(s->env->arena, kind, c);
}

static struct feel_value date_value(struct feel_date d) {
    return (struct feel_value){.kind = FEEL_DATE, .date = d};
}

static bool whole(struct feel_value v, int64_t *out) {
    return v.kind == FEEL_NUMBER && decimal_to_int(v.number, out);
}

static struct feel_value run_date(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_date d;
    (void)n;
    if (a[0].kind == FEEL_DATE) return a[0];
    if (a[0].kind == FEEL_DATE_TIME) return date_value(a[0].clock->date);
    return date_parse(a[0].string, &d) ? date_value(d) : not_temporal(s, "date", a[0]);
}

static struct feel_value run_date_of_parts(const struct site *s, const struct feel_value *a, size_t n) {
    int64_t year, month, day;
    struct feel_date d;
    (void)n;
    if (!whole(a[0], &year) || !whole(a[1], &month) || !whole(a[2], &day) || !date_make(year, month, day, &d))
        return NULL_SITE(s, "feel.no-date", T("There is no such day."));
    return date_value(d);
}

static struct feel_value run_date_time(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_clock c;
    struct feel_date d;
    (void)n;
    if (a[0].kind == FEEL_DATE_TIME) return a[0];
    if (a[0].kind == FEEL_DATE) return clock_value(s, FEEL_DATE_TIME, clock_midnight(a[0].date));
    if (date_time_parse(a[0].string, &c)) return clock_value(s, FEEL_DATE_TIME, c);
    if (date_parse(a[0].string, &d)) return clock_value(s, FEEL_DATE_TIME, (struct feel_clock){.date = d});
    return not_temporal(s, "date and time", a[0]);
}

static struct feel_value run_date_time_of_two(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_clock c = *a[1].clock;
    (void)n;
    c.date = a[0].kind == FEEL_DATE ? a[0].date : a[0].clock->date;
    return clock_value(s, FEEL_DATE_TIME, c);
}

/* Hour, minute and second, the last with a fraction of nine digits. */
static bool clock_of_parts(const struct feel_value *a, struct feel_clock *out) {
    int64_t hour, minute;
    struct feel_duration second;
    if (!whole(a[0], &hour) || !whole(a[1], &minute) || !duration_from_decimal(a[2].number, &second)) return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second.seconds < 0 || second.seconds > 59) return false;
    *out = (struct feel_clock){
        .hour = (int8_t)hour, .minute = (int8_t)minute, .second = (int8_t)second.seconds, .nano = second.nano};
    return true;
}

static bool set_offset(struct feel_value v, struct feel_clock *out) {
    if (v.kind == FEEL_NULL) return true;
    if (v.duration.nano || v.duration.seconds > 18 * 3600 || v.duration.seconds < -18 * 3600) return false;
    out->offset_kind = FEEL_OFFSET;
    out->offset = (int32_t)v.duration.seconds;
    return true;
}

static struct feel_value no_time(const struct site *s) {
    return NULL_SITE(s, "feel.no-time", T("There is no such time."));
}

/* year, month, day, hour, minute, second and perhaps an offset or the name of a zone. */
static struct feel_value run_date_time_of_parts(const struct site *s, const struct feel_value *a, size_t n) {
    int64_t year, month, day;
    struct feel_clock c;
    if (!clock_of_parts(a + 3, &c)) return no_time(s);
    if (!whole(a[0], &year) || !whole(a[1], &month) || !whole(a[2], &day) || !date_make(year, month, day, &c.date))
        return NULL_SITE(s, "feel.no-date", T("There is no such day."));
    if (n > 6 && a[6].kind == FEEL_STRING) {
        c.offset_kind = FEEL_ZONE;
        c.zone = zone_find(a[6].string);
        if (!c.zone) return no_time(s);
    } else if (n > 6 && !set_offset(a[6], &c)) {
        return no_time(s);
    }
    return clock_value(s, FEEL_DATE_TIME, c);
}

static struct feel_value run_time(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_clock c;
    (void)n;
    if (a[0].kind == FEEL_TIME) return a[0];
    if (a[0].kind == FEEL_DATE_TIME) return clock_value(s, FEEL_TIME, *a[0].clock);
    if (a[0].kind == FEEL_DATE) return clock_value(s, FEEL_TIME, clock_midnight(a[0].date));
    return time_parse(a[0].string, &c) ? clock_value(s, FEEL_TIME, c) : not_temporal(s, "time", a[0]);
}

static struct feel_value run_time_of_parts(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_clock c;
    if (!clock_of_parts(a, &c) || (n > 3 && !set_offset(a[3], &c))) return no_time(s);
    return clock_value(s, FEEL_TIME, c);
}

static struct feel_value run_duration(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_value v;
    (void)n;
    return duration_parse(a[0].string, &v) ? v : not_temporal(s, "duration", a[0]);
}

static struct feel_date date_of(struct feel_value v) {
    return v.kind == FEEL_DATE ? v.date : v.clock->date;
}

/* Whole months between two days, towards zero. */
static struct feel_value run_months_between(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_date from = date_of(a[0]), to = date_of(a[1]);
    (void)s, (void)n;
    int64_t months = ((int64_t)to.year - from.year) * 12 + to.month - from.month;
    if (months > 0 && to.day < from.day) months--;
    if (months < 0 && to.day > from.day) months++;
    return (struct feel_value){.kind = FEEL_YEARS_MONTHS, .months = months};
}

static struct feel_value run_now(const struct site *s, const struct feel_value *a, size_t n) {
    (void)a, (void)n;
    return feel_from_instant(s->env->arena, s->env->now, s->env->zone);
}

static struct feel_value run_today(const struct site *s, const struct feel_value *a, size_t n) {
    struct feel_value now = run_now(s, a, n);
    return now.kind == FEEL_DATE_TIME ? date_value(now.clock->date) : now;
}

static int64_t day_of_year(struct feel_date d) {
    return date_days(d) - date_days((struct feel_date){d.year, 1, 1}) + 1;
}

static struct feel_value run_day_of_year(const struct site *s, const struct feel_value *a, size_t n) {
    (void)s, (void)n;
    return feel_integer(day_of_year(date_of(a[0])));
}

static struct feel_value run_day_of_week(const struct site *s, const struct feel_value *a, size_t n) {
    static const char *const names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    (void)s, (void)n;
    return feel_string(str_from(names[civil_weekday(date_days(date_of(a[0]))) - 1]));
}

static struct feel_value run_month_of_year(const struct site *s, const struct feel_value *a, size_t n) {
    static const char *const names[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
    (void)s, (void)n;
    return feel_string(str_from(names[date_of(a[0]).month - 1]));
}

/* ISO 8601: the week belongs to the year that has its Thursday. */
static struct feel_value run_week_of_year(const struct site *s, const struct feel_value *a, size_t n) {
    int64_t days = date_days(date_of(a[0]));
    (void)s, (void)n;
    int64_t thursday = days - civil_weekday(days) + 4;
    int64_t year = civil_from_days(thursday).year;
    return feel_integer((thursday - civil_to_days((struct civil_date){year, 1, 1})) / 7 + 1);
}

/* clang-format off */
#define DATES (KIND(DATE) | KIND(DATE_TIME))
#define NUMERIC(text) {STR_STATIC(text), KIND(NUMBER)}
#define FROM(kinds) {STR_STATIC("from"), kinds}
#define DATE_ {STR_STATIC("date"), DATES}

const struct builtin feel_temporal_functions[] = {
    {BUILTIN("date"), run_date, {FROM(KIND(STRING) | DATES)}, false, false},
    {BUILTIN("date"), run_date_of_parts, {NUMERIC("year"), NUMERIC("month"), NUMERIC("day")}, false, false},
    {BUILTIN("date and time"), run_date_time, {FROM(KIND(STRING) | DATES)}, false, false},
    {BUILTIN("date and time"), run_date_time_of_two, {DATE_, {STR_STATIC("time"), KIND(TIME)}}, false, false},
    {BUILTIN("date and time"), run_date_time_of_parts,
     {NUMERIC("year"), NUMERIC("month"), NUMERIC("day"), NUMERIC("hour"), NUMERIC("minute"), NUMERIC("second"),
     {STR_STATIC("offset"), KIND(DAYS_TIME) | OPTIONAL | NULLABLE}},
     false, false},
    {BUILTIN("date and time"), run_date_time_of_parts,
     {NUMERIC("year"), NUMERIC("month"), NUMERIC("day"), NUMERIC("hour"), NUMERIC("minute"), NUMERIC("second"),
     {STR_STATIC("timezone"), KIND(STRING)}},
     false, false},
    {BUILTIN("time"), run_time, {FROM(KIND(STRING) | KIND(TIME) | DATES)}, false, false},
    {BUILTIN("time"), run_time_of_parts, {NUMERIC("hour"), NUMERIC("minute"), NUMERIC("second"),
     {STR_STATIC("offset"), KIND(DAYS_TIME) | OPTIONAL | NULLABLE}}, false, false},
    {BUILTIN("duration"), run_duration, {FROM(KIND(STRING))}, false, false},
    {BUILTIN("years and months duration"), run_months_between, {FROM(DATES), {STR_STATIC("to"), DATES}}, false, false},
    {BUILTIN("now"), run_now, {{STR_NONE, 0}}, false, true},
    {BUILTIN("today"), run_today, {{STR_NONE, 0}}, false, true},
    {BUILTIN("day of year"), run_day_of_year, {DATE_}, false, false},
    {BUILTIN("day of week"), run_day_of_week, {DATE_}, false, false},
    {BUILTIN("month of year"), run_month_of_year, {DATE_}, false, false},
    {BUILTIN("week of year"), run_week_of_year, {DATE_}, false, false},
    {.run = NULL},
};
/* clang-format on */

/* ---- properties ---- */

static bool date_property(struct feel_date d, struct str name, struct feel_value *out) {
    if (str_eqz(name, "year")) *out = feel_integer(d.year);
    else if (str_eqz(name, "month")) *out = feel_integer(d.month);
    else if (str_eqz(name, "day")) *out = feel_integer(d.day);
    else if (str_eqz(name, "weekday")) *out = feel_integer(civil_weekday(date_days(d)));
    else return false;
    return true;
}

/* The fraction belongs to the second. */
static struct feel_value seconds_of(int64_t second, int32_t nano) {
    return feel_number(duration_to_decimal((struct feel_duration){second, nano}));
}

static bool clock_property(const struct feel_clock *c, bool with_date, struct str name, struct feel_value *out) {
    int offset;
    if (str_eqz(name, "hour")) *out = feel_integer(c->hour);
    else if (str_eqz(name, "minute")) *out = feel_integer(c->minute);
    else if (str_eqz(name, "second")) *out = seconds_of(c->second, c->nano);
    else if (str_eqz(name, "time offset"))
        *out = clock_offset(c, with_date, &offset)
                   ? (struct feel_value){.kind = FEEL_DAYS_TIME, .duration = {offset, 0}}
                   : feel_null();
    else if (str_eqz(name, "timezone"))
        *out = c->offset_kind == FEEL_ZONE ? feel_string(zone_name(c->zone)) : feel_null();
    else return with_date && date_property(c->date, name, out);
    return true;
}

static bool duration_property(struct feel_duration d, struct str name, struct feel_value *out) {
    bool negative = duration_is_negative(d);
    if (negative) d = duration_negate(d);
    int64_t sign = negative ? -1 : 1;
    if (str_eqz(name, "days")) *out = feel_integer(sign * (d.seconds / SECONDS_A_DAY));
    else if (str_eqz(name, "hours")) *out = feel_integer(sign * (d.seconds % SECONDS_A_DAY / 3600));
    else if (str_eqz(name, "minutes")) *out = feel_integer(sign * (d.seconds % 3600 / 60));
    else if (str_eqz(name, "seconds")) *out = seconds_of(d.seconds % 60, d.nano);
    else return false;
    if (str_eqz(name, "seconds") && negative) out->number = decimal_negate(out->number);
    return true;
}

static bool range_property(const struct feel_range *r, struct str name, struct feel_value *out) {
    if (str_eqz(name, "start")) *out = r->low;
    else if (str_eqz(name, "end")) *out = r->high;
    else if (str_eqz(name, "start included")) *out = feel_boolean(!r->low_open);
    else if (str_eqz(name, "end included")) *out = feel_boolean(!r->high_open);
    else return false;
    return true;
}

struct feel_value feel_property(const struct site *s, struct feel_value v, struct str name) {
    struct feel_value out;
    bool found = false;
    switch (v.kind) {
    case FEEL_DATE: found = date_property(v.date, name, &out); break;
    case FEEL_TIME: found = clock_property(v.clock, false, name, &out); break;
    case FEEL_DATE_TIME: found = clock_property(v.clock, true, name, &out); break;
    case FEEL_DAYS_TIME: found = duration_property(v.duration, name, &out); break;
    case FEEL_RANGE: found = range_property(v.range, name, &out); break;
    case FEEL_YEARS_MONTHS:
        found = str_eqz(name, "years") || str_eqz(name, "months");
        if (found) out = feel_integer(str_eqz(name, "years") ? v.months / 12 : v.months % 12);
        break;
    default: break;
    }
    if (found) return out;
    return NULL_SITE(s, "feel.no-property", T("A value of type {0} has no “{1}”."), feel_kind_name(v.kind), name);
}
