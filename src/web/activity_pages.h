/* activity_pages.h: the pages of activities (activity_pages.c, attendance_pages.c) and what they share. */
#ifndef WEB_ACTIVITY_PAGES_H
#define WEB_ACTIVITY_PAGES_H

#include "activity/view.h"
#include "web/pages.h"

extern const struct http_route activity_routes[];   /* activity_pages.c: /activities, /activities/{activity} */
extern const struct http_route attendance_routes[]; /* attendance_pages.c: /activities/{activity}/sessions/{session} */

/* The activity in the address, when the viewer may see it; else answer no_activity. */
bool page_activity(struct http_request *rq, struct db *db, struct seen_activity *out);
enum http_outcome no_activity(struct http_request *rq, struct db *db);
struct str activity_href(struct http_request *rq, int64_t activity);
/* "14 September, Monday"; "15:30–16:30", or "15:30", or empty. */
struct str say_session_day(struct http_request *rq, struct str day);
struct str say_signup_state(struct http_request *rq, struct str state);
struct str say_hours(struct http_request *rq, const struct seen_session *s);
/* Who came, as a file (attendance_pages.c). */
enum http_outcome take_attendance(struct http_request *rq, struct db *db, const struct seen_activity *a);

#endif
