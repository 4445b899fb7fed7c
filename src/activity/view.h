/* view.h: what a viewer may see of an activity, its sessions and who comes, as texts in their language.
 *
 *   who                                          activity, sessions, places   who comes, who came   may change
 *   anybody, unless the service is the office's  yes                          how many              no
 *   staff of any office                          yes, closed ones too         how many              no
 *   staff of the service at its office           yes                          nicknames, ticks      yes
 *
 * Whoever signed up sees their own place on the page of their case (signup_of_case). Read next: web's activity_pages.c.
 */
#ifndef ACTIVITY_VIEW_H
#define ACTIVITY_VIEW_H

#include "activity/activity.h"
#include "engine/viewer.h"

enum activity_sight { ACTIVITY_HIDDEN, ACTIVITY_PUBLIC, ACTIVITY_OFFICE, ACTIVITY_KEEPER };

struct seen_activity {
    int64_t id, organisation, capacity, taken, waiting;
    struct str name, place, organisation_name, next_day; /* next_day: of the next session from today on; empty: none */
    const struct service *service;
    bool closed;
    enum activity_sight sight;
};

struct seen_session {
    int64_t id, present, noted; /* noted: sign-ups whose coming or staying away was written down */
    struct str day, begins, ends, topic;
    bool past; /* before today */
};

struct seen_signup {
    int64_t id, attended;
    struct str nickname, state, reference; /* nickname: empty when erased; reference: of the case, empty when signed up at the desk */
    instant at;
    int present; /* at the session asked for: 1 came, 0 did not, -1 not noted */
};

struct seen_place { /* somebody's own */
    int64_t signup, activity, ahead; /* ahead: how many wait before them */
    struct str name, state;
};

enum { ACTIVITY_LIST_MOST = 200, SIGNUP_LIST_MOST = 2000 };

/* "2026-09-14" of the viewer's now, in Shanghai's zone. */
struct str activity_today(struct arena *a, const struct viewer *v);
/* False when there is none, or it may not be seen. */
bool activity_seen(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t id, struct seen_activity *out);
/* Open ones, the next session first; with `closed` the closed ones, newest first. `service` may be empty: all. */
size_t activity_list(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct str service, bool closed, struct seen_activity **out);
size_t activity_sessions(struct db *db, struct arena *a, const struct viewer *v, int64_t activity, struct seen_session **out);
/* Those who are in, then those who wait, in the order they signed up, then the cancelled; nothing for others than
 * keepers. `session`: whose ticks go into `present`; 0: none. */
size_t activity_signups(struct db *db, struct arena *a, const struct seen_activity *of, int64_t session, struct seen_signup **out);
bool signup_of_case(struct db *db, struct arena *a, int64_t case_id, struct seen_place *out);

#endif
