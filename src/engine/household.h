/* household.h: a household (户) as an office sees it: where it lives, who belongs to it from when to when, its cases.
 *
 * Staff, supervisors and administrators of the community it belongs to (or of one above it) see and keep it; nobody else
 * learns that it is there. Whom only a restricted case has brought is kept like that case. Of its cases they see those
 * they would see anyway (viewer.h).
 * Read next: actors.c (the commands party.add, party.change, member.leave).
 */
#ifndef ENGINE_HOUSEHOLD_H
#define ENGINE_HOUSEHOLD_H

#include "engine/lists.h"

struct seen_member {
    int64_t id, person; /* id of the membership */
    struct str name, phone, relation;
    instant from_at, to_at; /* to_at 0: still there */
};

struct seen_household {
    int64_t id, organisation;
    struct str name, phone, mail, address, note, organisation_name; /* name: of the person it is called after */
    struct seen_member *members; /* those still there first */
    size_t member_count, member_capacity;
    struct case_line *cases; /* newest first */
    size_t case_count;
};

/* False when there is no such household, or not for this viewer (answer 404). Everything is in the arena. */
bool viewer_household(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t id, struct seen_household *out);
/* Does this account keep the person or household: does it hold one of the office's roles, for whatever service, where the
 * party belongs or above? */
bool party_kept_by(struct db *db, int64_t account, int64_t party, instant at);

/* Households of which nobody else is left who is not erased: they go with this person (party.erase). */
size_t households_alone(struct db *db, struct arena *a, int64_t person, int64_t **out);

#endif
