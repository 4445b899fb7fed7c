/* zone.c: see zone.h. A zone is the list of its changes, read from ICU once and kept for the life of the process.
 *
 * ICU's calendars are neither shared between threads nor defined for years of nine digits; a sorted list is both.
 */
#include "base/zone.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>

enum { NAME_MAX_BYTES = 64, CHANGES_MAX = 2000 };
/* The last 28 years read have every pair of leap day and weekday, and no century year among them. Morocco's changes
 * are listed one by one until 2087, so the repeating rule is taken from after that. */
enum { REPEAT_FROM = 2101, REPEAT_YEARS = 28, READ_FROM = 1800 };

struct change {
    int64_t at; /* seconds UTC */
    int offset; /* from then on */
};

struct zone {
    char name[NAME_MAX_BYTES];
    size_t name_length;
    int first_offset;
    size_t count;
    struct change *changes;
    struct zone *next;
};

static struct {
    pthread_mutex_t lock;
    struct zone *zones; /* at most one for each name ICU knows: a few hundred */
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t year_start(int64_t year) {
    return civil_to_days((struct civil_date){year, 1, 1}) * 86400;
}

static int current_offset(UCalendar *c, UErrorCode *status) {
    return (ucal_get(c, UCAL_ZONE_OFFSET, status) + ucal_get(c, UCAL_DST_OFFSET, status)) / 1000;
}

static bool read_changes(struct zone *z, UCalendar *c) {
    UErrorCode status = U_ZERO_ERROR;
    int64_t end = year_start(REPEAT_FROM + REPEAT_YEARS + 1);
    ucal_setMillis(c, (UDate)year_start(READ_FROM) * 1000, &status);
    z->first_offset = current_offset(c, &status);
    struct change *changes = malloc(CHANGES_MAX * sizeof *changes);
    if (!changes) return false;
    int offset = z->first_offset;
    UDate next;
    while (U_SUCCESS(status) && z->count < CHANGES_MAX &&
           ucal_getTimeZoneTransitionDate(c, UCAL_TZ_TRANSITION_NEXT, &next, &status)) {
        ucal_setMillis(c, next, &status);
        int64_t at = (int64_t)(next / 1000);
        if (at >= end) break;
        int now = current_offset(c, &status);
        if (now != offset) changes[z->count++] = (struct change){at, now};
        offset = now;
    }
    z->changes = realloc(changes, (z->count ? z->count : 1) * sizeof *changes);
    if (!z->changes) z->changes = changes;
    return U_SUCCESS(status);
}

static struct zone *read_zone(struct str name) {
    UChar id[NAME_MAX_BYTES], canonical[128];
    UBool is_known = false;
    UErrorCode status = U_ZERO_ERROR;
    for (size_t i = 0; i < name.n; i++) id[i] = (UChar)(unsigned char)name.p[i];
    ucal_getCanonicalTimeZoneID(id, (int32_t)name.n, canonical, 128, &is_known, &status);
    if (U_FAILURE(status) || !is_known) return NULL;
    UCalendar *c = ucal_open(id, (int32_t)name.n, "", UCAL_GREGORIAN, &status);
    if (U_FAILURE(status)) return NULL;
    struct zone *z = calloc(1, sizeof *z);
    bool good = z && read_changes(z, c);
    ucal_close(c);
    if (!good) {
        if (z) free(z->changes);
        free(z);
        return NULL;
    }
    memcpy(z->name, name.p, name.n);
    z->name_length = name.n;
    return z;
}

static bool plausible(struct str name) {
    if (name.n == 0 || name.n >= NAME_MAX_BYTES) return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("_-+/", c);
        if (!good || c == 0) return false;
    }
    return true;
}

const struct zone *zone_find(struct str name) {
    if (!plausible(name)) return NULL;
    pthread_mutex_lock(&known.lock);
    struct zone *z = known.zones;
    while (z && !str_eq(zone_name(z), name)) z = z->next;
    if (!z && (z = read_zone(name))) {
        z->next = known.zones;
        known.zones = z;
    }
    pthread_mutex_unlock(&known.lock);
    return z;
}

struct str zone_name(const struct zone *z) {
    return (struct str){z->name, z->name_length};
}

/* A moment of the year 2101 to 2128 with the same calendar as that of any later moment. */
static int64_t into_repeated_years(int64_t seconds) {
    int64_t days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400;
    int64_t year = civil_from_days(days).year;
    int64_t start = year_start(year);
    int weekday = civil_weekday(start / 86400);
    for (int64_t like = REPEAT_FROM; like < REPEAT_FROM + REPEAT_YEARS; like++) {
        int64_t like_start = year_start(like);
        if (civil_is_leap(like) == civil_is_leap(year) && civil_weekday(like_start / 86400) == weekday)
            return seconds - start + like_start;
    }
    return seconds;
}

int zone_offset_at(const struct zone *z, int64_t seconds) {
    if (seconds >= year_start(REPEAT_FROM)) seconds = into_repeated_years(seconds);
    size_t low = 0, high = z->count; /* the number of changes at or before `seconds` */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (z->changes[middle].at <= seconds) low = middle + 1;
        else high = middle;
    }
    return low ? z->changes[low - 1].offset : z->first_offset;
}

int zone_offset_local(const struct zone *z, int64_t local) {
    int before = zone_offset_at(z, local - 86400), after = zone_offset_at(z, local + 86400);
    if (before == after || zone_offset_at(z, local - before) == before) return before;
    if (zone_offset_at(z, local - after) == after) return after;
    return before; /* a reading the clock jumped over */
}
