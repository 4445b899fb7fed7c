/* zone.h: named time zones (IANA), for any year.
 *
 * The rules come from ICU's own data; a zone is read once in the life of the process and never changes, so that it
 * may be shared between threads. Beyond the last listed change the yearly rule goes on for ever: years are mapped
 * to an equal year (same weekdays, same leap day) of the last 28 that were read. Before the first listed change
 * local mean time holds, as in the IANA data.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/time.h"

struct zone;

/* NULL when there is no such zone. Names are IANA identifiers ("Asia/Shanghai", "Etc/UTC"), case as there. */
const struct zone *zone_find(struct str name);
struct str zone_name(const struct zone *z);
/* Seconds east of UTC at a moment, given as seconds since 1970-01-01T00:00:00Z. */
int zone_offset_at(const struct zone *z, int64_t utc_seconds);
/* The offset for a reading of the wall clock, given as if it were UTC. In a gap (spring) the offset before it; in
 * an overlap (autumn) the earlier of the two moments. */
int zone_offset_local(const struct zone *z, int64_t local_seconds);

#endif
