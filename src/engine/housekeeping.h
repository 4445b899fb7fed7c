/* housekeeping.h: what lapses without a command: forms half filled in, uploads that no command named, files that
 * nothing names, and after a day codes, the messages that brought them, counts of failures and dead sessions.
 *
 * One thread looks about once an hour of the house's clock (whatever that is: --clock-file may jump). It changes only
 * local tables and media/; nothing it does is history.
 */
#ifndef ENGINE_HOUSEKEEPING_H
#define ENGINE_HOUSEKEEPING_H

#include "engine/engine.h"

enum { DRAFT_DAYS = 7 }; /* a draft lapses so long after it was last saved, and its uploads with it */

struct housekeeping_report {
    int64_t drafts, uploads; /* lapsed */
    int64_t files;           /* swept: nothing named them, and they had lain there for a day of the machine's clock */
};

/* One round, now, waiting for it. Never from the writer's thread. */
bool housekeeping_round(struct engine *e, struct housekeeping_report *out);

struct housekeeper;
struct housekeeper *housekeeper_start(struct engine *e); /* NULL: no thread to be had */
void housekeeper_stop(struct housekeeper *h);            /* NULL is fine */

#endif
