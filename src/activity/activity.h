/* activity.h: activities with sessions, places, a waiting list and attendance (活动 报名).
 *
 * A sign-up is "in" while there is room and "waiting" after that; when somebody cancels, or the capacity grows, the
 * first of the waiting moves up in the same decision, and its case hears the message "signup.moved-up" (key: the number
 * of the sign-up). Nobody is moved down when the capacity shrinks.
 *
 * Commands: activity.put, activity.close, session.put, signup.make, signup.cancel, attendance.note, attendance.take.
 * Service tasks: lingban:activity.put, lingban:signup.make, lingban:signup.cancel.
 * Views for facts.sql and reports.sql: v_activities, v_sessions, v_signups. List for forms: activities.csv (open ones).
 * service.yaml, case: activity: names the answer of the form that says which activity: with it, residents sign up by that
 * form, and everything the form asks (a guardian's consent) comes before the place. Without it the desk signs people up.
 * Reading order: schema.sql, this, events.c, activity.c, signup.c, attendance.c; view.h is what pages see.
 */
#ifndef ACTIVITY_ACTIVITY_H
#define ACTIVITY_ACTIVITY_H

#include "engine/engine.h"

extern const char schema_activity[];
extern const struct engine_room activity_room;

/* ---- inside the room */

extern const struct event_kind activity_event_kinds[];

struct activity_row {
    int64_t id, organisation, capacity;
    struct str service, name;
    bool closed;
};
/* 404 when there is none. */
bool activity_load(struct decision *d, int64_t id, struct activity_row *out);
/* Staff of the office that holds it, or above; the house itself. */
bool activity_keeper(struct decision *d, struct str service, int64_t organisation);
/* The first of the waiting get the places that are free. */
bool activity_move_up(struct decision *d, const struct activity_row *a);

bool decide_activity_put(struct decision *d);
bool decide_activity_close(struct decision *d);
bool decide_session_put(struct decision *d);
bool decide_signup_make(struct decision *d);
bool decide_signup_cancel(struct decision *d);
bool decide_attendance_note(struct decision *d);
bool decide_attendance_take(struct decision *d);
bool activity_put_task(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out);
bool signup_make_task(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out);
bool signup_cancel_task(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out);
struct str activity_csv(struct arena *a, struct db *db, struct str name, enum language language);
void activity_forget(struct decision *d, int64_t party);

#endif
