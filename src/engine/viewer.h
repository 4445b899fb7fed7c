/* viewer.h: a case as seen by somebody. One function answers; nothing else reads case data for output.
 *
 * A viewer is an account, or the resident of one case, or nobody. Their relation to a case decides which privacy
 * classes they see (DESIGN.md section 5):
 *
 *   relation    who                                             public  office  personal        sensitive
 *   public      anybody, while the case is public               yes     -       -               -
 *   offered     a role that one of its open tasks is offered to yes     yes     name masked     -
 *   accepted    has, now, a task with lingban:opensPersonal     yes     yes     yes             -
 *   applicant   the resident of the case                        yes     yes     yes             masked
 *   handler     staff of its office or above                    yes     yes     yes             masked, reveal is journalled
 *   supervisor  likewise, with names of those who acted
 *
 * A restricted case (lingban:case.restrict) is known only to holders of its role where it is kept (as supervisor), to its
 * resident, and to whoever has a task of it by name.
 *
 * Read next: lists.h (task lists, walls, search), which show rows by the same rules.
 */
#ifndef ENGINE_VIEWER_H
#define ENGINE_VIEWER_H

#include "engine/engine.h"

struct viewer {
    int64_t account;       /* 0: not signed in */
    int64_t resident_case; /* the case whose link was shown; 0: none */
    struct str phone;      /* the resident has proved to hold this number; sees all cases of it */
    unsigned may;          /* enum may, of the account, now */
    bool must_change;      /* the password is one that somebody else chose: nothing is done before there is an own one */
    enum language language;
    instant now;
};

enum relation {
    RELATION_NONE, /* must not even learn that it exists */
    RELATION_PUBLIC,
    RELATION_OFFERED,
    RELATION_ACCEPTED,
    RELATION_APPLICANT,
    RELATION_HANDLER,
    RELATION_SUPERVISOR,
};
enum relation viewer_relation(struct engine *e, struct db *db, const struct viewer *v, int64_t case_id);

struct seen_answer {
    int64_t submission;
    struct str path;  /* reference: /data/item[2]/what */
    struct str label; /* in the viewer's language */
    struct str value; /* as people read it: choices by their label; masked where `masked` */
    struct str raw;   /* as stored; empty where masked */
    struct str group; /* label of the repeat and its number, or empty */
    bool masked, personal, is_photo;
};

struct seen_submission {
    int64_t id, task;
    struct str form, title; /* the form's file and title */
    instant at;
    struct str channel, who; /* channel: how it came in; empty: staff did their own step */
    struct seen_answer *answers;
    size_t count, capacity;
};

struct seen_event {
    instant at;
    struct str kind, element, element_name, who, note, data;
    bool by_resident;
};

struct seen_task {
    int64_t id;
    struct str element, name, state, form, item, outcome, holder; /* holder: unit for outsiders, name for handlers */
    struct str properties;
    instant opened_at, due_at, claimed_at, closed_at;
    bool mine, may_claim, may_complete, overdue;
    bool of_applicant; /* offered to the applicant alone, and the case goes on without it: not for public pages */
    bool barred; /* four eyes: the viewer did an earlier step, so that somebody else has to do this one */
    bool ahead;  /* the viewer may still do it, or claim it, or holds it */
    struct str four_eyes; /* steps with commas between them */
    int64_t urged;
};

struct seen_amendment {
    struct str path, label, old_value, reason, who;
    instant at;
};

/* Another case that this one has to do with, for those who know of both. */
struct seen_link {
    struct str reference, title, service, kind, subject, state; /* title: empty where the viewer may not open the other */
    bool from_here; /* opened from this case; else this one was opened from it */
    bool may_open;
    instant at;
};

struct seen_case {
    int64_t id, version, organisation, merged_into, household; /* household: 0 but for handlers */
    enum relation relation;
    const struct service *service;
    struct str reference, state, stage, stage_name /* of an open case */, outcome, title, channel, organisation_name, merged_reference;
    instant opened_at, due_at, closed_at;
    bool is_public, overdue;
    int64_t rating, reopened, generation;
    struct seen_submission *submissions;
    size_t submission_count, submission_capacity;
    struct seen_event *events;
    size_t event_count, event_capacity;
    struct seen_task *tasks;
    size_t task_count, task_capacity;
    struct seen_amendment *amendments;
    size_t amendment_count, amendment_capacity;
    struct seen_link *links;
    size_t link_count, link_capacity;
};

/* False when the viewer may not know of it (answer 404). Everything is in the arena. */
bool viewer_case(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t case_id, struct seen_case *out);
/* A masked value in the clear, for a handler whose case.reveal has just been committed; empty when it was erased. */
struct str viewer_reveal(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t case_id, const struct seen_answer *answer);
/* Public answers at these paths, of the form that asks them, for lists that anybody sees: what viewer_case would show of them, without
 * reading the whole case. Returns how many were found. */
size_t viewer_public(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t case_id, const struct json *paths,
                     struct seen_answer **out);
int64_t viewer_find_reference(struct db *db, struct str digits); /* 0: none */

/* One task with its case, for the task page; false when the viewer may not see it. */
bool viewer_task(struct engine *e, struct db *db, struct arena *a, const struct viewer *v, int64_t task_id, struct seen_task *task, struct seen_case *of);

/* The title of a case in the language of a page: choices and offices in it by their names there, what was typed as it was
 * (title.c). title_apart: with the end of the number behind it where titles repeat, for lists. */
struct str title_in(struct db *db, struct arena *a, const struct service *s, enum language language, struct str title);
struct str title_apart(struct db *db, struct arena *a, const struct service *s, enum language language, struct str title, struct str reference);
/* Its English name on English pages, where it has one; empty for none. */
struct str organisation_name(struct db *db, struct arena *a, enum language language, int64_t id);

/* 张伟 → 张*; 欧阳娜娜 → 欧***; names in letters keep the first. Phone 13812345678 → 138****5678. Others: ***. */
struct str mask_name(struct arena *a, struct str name);
struct str mask_value(struct arena *a, struct str value);

#endif
