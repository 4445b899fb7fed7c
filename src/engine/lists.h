/* lists.h: rows for pages that show many: tasks to claim and mine, the wall, a party's cases, the staff search.
 *
 * Every list is cut by a cursor, never by an offset, and finds its rows through an index, so that it costs the same
 * with a thousand cases and with a million. Lines hold only what the viewer may see of every case in the list.
 */
#ifndef ENGINE_LISTS_H
#define ENGINE_LISTS_H

#include "engine/viewer.h"

/* SQL: of the tasks `t` of one element about one thing, only the newest. */
#define NEWEST_OF_ITEM                                                                                            \
    " and not exists (select 1 from task n where n.case_id = t.case_id and n.element = t.element and n.item = t.item and n.id > t.id)"

struct task_line {
    int64_t id, case_id, urged;
    struct str reference, service, service_name, element, name, title, item, state, organisation_name;
    instant opened_at, due_at;
    bool overdue, supervised; /* 督办: of its case */
};

enum task_list { TASKS_TO_CLAIM, TASKS_MINE, TASKS_OVERDUE, TASKS_OF_OFFICE };

/* Tasks after the cursor (0: from the start), the most urgent first: the longest overdue, then what is due next, then without a
 * deadline (TASKS_TO_CLAIM: a page after another by age, each page by deadline); at most `limit`; returns how many. *next is the cursor
 * for the following page, 0 when this was the last. `service` empty: all. */
size_t list_tasks(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, enum task_list which, struct str service,
                  int64_t after, size_t limit, struct task_line **out, int64_t *next);
/* Counts for tabs: stops counting there; a page then says "300+". */
enum { TASKS_COUNTED = 300 };
size_t count_tasks(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, enum task_list which);

struct case_line {
    int64_t id;
    struct str reference, service, service_name, title, state, stage_name, organisation_name, channel;
    /* stage_name: of an open case only */
    struct str title_alone; /* for where the number stands beside it */
    struct str applicant; /* masked for all but handlers; empty on public lists */
    instant opened_at, due_at, closed_at;
    bool overdue, is_public;
    int64_t open_items, claimed_items, done_items; /* its claimable tasks */
    int64_t rating;
};

struct case_line case_line_of(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t id, bool with_name);

/* Public cases of a service, newest first; `path` and `value` filter by a public answer (empty: no filter). */
size_t list_public(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct str service, struct str state,
                   struct str path, struct str value, int64_t organisation, int64_t before, size_t limit, struct case_line **out,
                   int64_t *next);
/* Cases that the offices of a handler answer for, newest first. `state` empty: all. */
size_t list_office(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct str service, struct str state,
                   int64_t before, size_t limit, struct case_line **out, int64_t *next);
/* Cases of the viewer's own telephone number. */
size_t list_own(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct case_line **out);
/* Cases of a household that the viewer handles, newest first. */
size_t list_household(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t household, struct case_line **out);
/* Open or recent cases that look like this one: same household, or all answers equal that service.yaml calls alike. */
size_t list_alike(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t case_id, struct case_line **out);

/* When somebody phones: by reference or its last digits (four or more), exact telephone number, pieces of a name
 * (characters or pinyin), or words of the titles of the newest cases. Only within the offices of the viewer. The caller submits case.reveal or search.noted for the journal. */
size_t list_search(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, struct str words, struct case_line **out);
/* Keeps the local index of names; inside the writer. */
void search_index_party(struct db *db, struct arena *a, int64_t party);

struct notice_line {
    int64_t id, case_id;
    struct str kind, sentence, reference, service_name; /* of its case; empty: none */
    instant at, read_at;
    bool over; /* it told of a task that its receiver has no longer: done, handed on, lapsed */
};
/* To the viewer's account, newest first. */
size_t list_notices(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t before, size_t limit, struct notice_line **out);
/* What the resident of the case was told, newest first; for the resident and whoever handles it. */
size_t list_case_notices(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t case_id, struct notice_line **out);
size_t count_unread(struct db *db, const struct viewer *v); /* of the newest 100 not read, those that are not over */

#endif
