/* replay.h: the journal played again, to prove that the state is what the journal says.
 *
 * replay_verify evolves every stored event into an empty store and compares it with the real one, row for row: a
 * state cell changed by hand, or written outside evolve, is found with its table and row. replay_recompute also
 * decides every stored command anew, on the state of that moment, and compares the events: it shows that the rules
 * are as they were (or, with another engine version, which cases would now go another way). Commands whose personal
 * inputs were erased cannot be decided again and are counted apart.
 */
#ifndef ENGINE_REPLAY_H
#define ENGINE_REPLAY_H

#include "engine/engine.h"

struct replay_report {
    int64_t entries, events;
    int64_t recomputed, unreadable; /* commands decided anew; those whose inputs are erased */
    int64_t differing;              /* commands that gave other events */
};

/* False with faults: journal entries that cannot be read, events of no known kind, state that differs
 * (store.differs), commands that gave other events (replay.differs). `schema` as the store was opened with. */
bool replay_verify(struct store *store, const struct store_schema *schema, const struct engine_room *const *rooms,
                   bool recompute, struct replay_report *out, struct faults *faults);
/* Evolves every event of `store` into `copy`, which is empty but for its tables (upgrade.h of the store). */
bool replay_into(struct store *store, struct store *copy, const struct engine_room *const *rooms, struct faults *faults);

#endif
