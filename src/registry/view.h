/* view.h: what a viewer may see of a register and of one entry, as texts in their language.
 *
 *   who                                          fields              duties               may change
 *   anybody, register with audience: public      public              post, masked name    no
 *   staff of any office                          public, office      post, masked name    no
 *   staff of the service at the entry's office   all                 name and telephone   yes
 *
 * Whoever has left no longer stands before the public; offices see the duty in red.
 * Read next: web's register_pages.c.
 */
#ifndef REGISTRY_VIEW_H
#define REGISTRY_VIEW_H

#include "engine/viewer.h"
#include "registry/registry.h"

enum register_sight { REGISTER_HIDDEN, REGISTER_PUBLIC, REGISTER_OFFICE, REGISTER_KEEPER };

/* Of the whole register; a keeper of one entry's office is REGISTER_KEEPER for that entry only. */
enum register_sight register_sight(struct db *db, const struct viewer *v, const struct register_definition *r, int64_t organisation);
bool register_field_seen(const struct register_field *f, enum register_sight sight);

struct seen_value {
    const struct register_field *field;
    struct str raw, text; /* text: a choice by its label */
};

struct seen_duty {
    int64_t id;
    struct str kind, who, post, phone, from_day, to_day;
    bool current;
    bool unit; /* not a person */
    bool gone; /* red: has the duty, and is no longer there */
};

struct seen_change {
    instant at;
    struct str field, before, after, who; /* who: empty for outsiders */
};

struct seen_entity {
    int64_t id, organisation;
    struct str key, label, organisation_name, closed_reason;
    instant changed_at, closed_at;
    enum register_sight sight;
    int64_t red;  /* duties whose holder is no longer there; for offices only */
    bool due;     /* a date of it is to be seen to (remind:); likewise */
    struct seen_value *values; /* one a field that may be seen, in the definition's order */
    size_t value_count;
    struct seen_duty *duties;
    size_t duty_count, duty_capacity;
    struct seen_change *changes; /* newest first, 100 at most */
    size_t change_count, change_capacity;
    int64_t change_number; /* of the newest change: the version of what is printed */
};

/* False when there is no such entry, or it may not be seen. `whole`: with duties and changes. */
bool register_entity(struct db *db, struct arena *a, const struct viewer *v, const struct register_definition *r, int64_t id, bool whole, struct seen_entity *out);

/* Ids of entries after the cursor, in order of number; `text` (may be empty) is looked for in key, name and the public
 * values. Open entries only, unless `closed`. */
struct register_search {
    struct str text;
    bool closed;  /* closed ones too */
    bool needing; /* only those with a red duty or a date to be seen to */
    int64_t after;
    size_t most;
};
size_t register_page(struct db *db, struct arena *a, const struct viewer *v, const struct register_definition *r, const struct register_search *s, int64_t **out);
/* How many entries need somebody (red, due); for offices. */
int64_t register_needing(struct db *db, struct arena *a, const struct viewer *v, const struct register_definition *r);

#endif
