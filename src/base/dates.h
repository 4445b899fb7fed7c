/* dates.h: a day and a time as people read them, the one place that writes them: "24 November 2026 08:30",
 * "2026年11月24日 08:30". Pages, forms, papers and notices all ask here, so that one date is not written in three ways.
 */
#ifndef BASE_DATES_H
#define BASE_DATES_H

#include "base/text.h"
#include "base/time.h"

enum date_detail {
    DATE_DAY,       /* 24 November 2026 */
    DATE_SHORT_DAY, /* 24 November: where the year is the one everybody lives in */
    DATE_MONTH,     /* November 2026 */
    DATE_YEAR,      /* 2026 */
};

struct str date_say(struct arena *a, enum language language, struct civil_date date, enum date_detail detail);
/* The same of "2026-11-24" and, with its time as it is written, of "2026-11-24T08:30:00+08:00"; any other text stays as it is. */
struct str date_say_text(struct arena *a, enum language language, struct str text, enum date_detail detail);

#endif
