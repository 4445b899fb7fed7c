/* working_days.c: see working_days.h. */
#include "base/working_days.h"

/* yyyymmdd and whether it is a working day, in order of the date (mk/calendar.mk makes it). */
static const struct {
    int32_t date;
    bool working;
} table[] = {
#include "holidays_cn.h"
};

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

static int64_t days_of(int32_t yyyymmdd) {
    return civil_to_days((struct civil_date){yyyymmdd / 10000, yyyymmdd / 100 % 100, yyyymmdd % 100});
}

/* A notice speaks for its whole year, and for the days before New Year that it joins to it. */
int64_t working_days_table_from(void) {
    return days_of(table[0].date);
}

int64_t working_days_table_to(void) {
    return days_of(table[TABLE_ROWS - 1].date / 10000 * 10000 + 1231);
}

static int32_t date_number(struct civil_date d) {
    return (int32_t)(d.year * 10000 + d.month * 100 + d.day);
}

/* Looks a day up in the notices; false when they have no row for it. */
static bool find_in_table(int64_t day, bool *working) {
    int32_t wanted = date_number(civil_from_days(day));
    size_t low = 0, high = TABLE_ROWS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (table[middle].date < wanted) low = middle + 1;
        else high = middle;
    }
    if (low == TABLE_ROWS || table[low].date != wanted) return false;
    *working = table[low].working;
    return true;
}

static bool find_rule(const struct working_calendar *own, int64_t day, bool *working) {
    size_t low = 0, high = own ? own->count : 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (own->rules[middle].day < day) low = middle + 1;
        else high = middle;
    }
    if (!own || low == own->count || own->rules[low].day != day) return false;
    *working = own->rules[low].working;
    return true;
}

/* Statutory days with a fixed date; those of the lunar calendar are only known from the notices. */
static bool is_fixed_holiday(int64_t day) {
    struct civil_date d = civil_from_days(day);
    return (d.month == 1 && d.day == 1) || (d.month == 5 && d.day <= 2) || (d.month == 10 && d.day <= 3);
}

struct working_day working_day_at(const struct working_calendar *own, int64_t day) {
    struct working_day answer = {.working = civil_weekday(day) <= 5};
    if (find_rule(own, day, &answer.working)) return answer;
    bool settled = own && own->settled_from <= day && day <= own->settled_to && (own->settled_from || own->settled_to);
    if (settled) return answer; /* the tenant's table for these days has no row: an ordinary day */
    if (day >= working_days_table_from() && day <= working_days_table_to()) {
        find_in_table(day, &answer.working);
        return answer;
    }
    if (is_fixed_holiday(day)) answer.working = false;
    answer.provisional = true;
    return answer;
}

/* Notes that a day was looked at, and says whether it counts. */
static bool counts(const struct working_calendar *own, int64_t day, bool *provisional) {
    struct working_day d = working_day_at(own, day);
    if (provisional && d.provisional) *provisional = true;
    return d.working;
}

int64_t working_days_add(const struct working_calendar *own, int64_t day, int n, bool *provisional) {
    if (n > WORKING_DAYS_MOST) n = WORKING_DAYS_MOST;
    if (n < -WORKING_DAYS_MOST) n = -WORKING_DAYS_MOST;
    int step = n < 0 ? -1 : 1, left = n < 0 ? -n : n;
    if (provisional) *provisional = false;
    if (left == 0) {
        while (!counts(own, day, provisional)) day++;
        return day;
    }
    while (left > 0) {
        day += step;
        if (counts(own, day, provisional)) left--;
    }
    return day;
}

int working_days_between(const struct working_calendar *own, int64_t from, int64_t to, bool *provisional) {
    int count = 0, sign = to < from ? -1 : 1;
    int64_t first = to < from ? to : from + 1, last = to < from ? from - 1 : to;
    if (provisional) *provisional = false;
    for (int64_t day = first; day <= last && count < WORKING_DAYS_MOST; day++)
        if (counts(own, day, provisional)) count++;
    return sign * count;
}
