/* dates.c: see dates.h. */
#include "base/dates.h"

struct str date_say(struct arena *a, enum language language, struct civil_date date, enum date_detail detail) {
    static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
    long long year = date.year;
    const char *month = date.month >= 1 && date.month <= 12 ? months[date.month - 1] : "";
    bool chinese = language == LANGUAGE_ZH;
    switch (detail) {
    case DATE_SHORT_DAY: return chinese ? arena_printf(a, "%d月%d日", date.month, date.day) : arena_printf(a, "%d %s", date.day, month);
    case DATE_MONTH: return chinese ? arena_printf(a, "%lld年%d月", year, date.month) : arena_printf(a, "%s %lld", month, year);
    case DATE_YEAR: return arena_printf(a, chinese ? "%lld年" : "%lld", year);
    case DATE_DAY: break;
    }
    return chinese ? arena_printf(a, "%lld年%d月%d日", year, date.month, date.day) : arena_printf(a, "%d %s %lld", date.day, month, year);
}

struct str date_say_text(struct arena *a, enum language language, struct str text, enum date_detail detail) {
    struct civil_date date;
    bool timed = text.n >= 16 && text.p[10] == 'T';
    if ((text.n != 10 && !timed) || !civil_date_parse(str_sub(text, 0, 10), &date)) return text;
    struct str day = date_say(a, language, date, detail);
    return timed ? arena_printf(a, "%.*s %.*s", STR_ARGS(day), STR_ARGS(str_sub(text, 11, 16))) : day;
}
