/* scene_activity.h: steps of scenes about activities (activity/activity.h); scene.h has the rest.
 *
 *   activity NAME SERVICE "Words" places N [at ORGANISATION] [place "Where"] by WHO     WHO: a login, or house
 *   places NAME N by WHO                       changes how many
 *   session NAME ACTIVITY DAY [topic "…"] by WHO
 *   close-activity NAME by WHO
 *   sign-up CASE ACTIVITY "Nickname" by WHO    the applicant of a case, beside its process
 *   cancel-sign-up CASE by WHO                 attend CASE SESSION yes|no by WHO
 *   expect sign-up CASE in|waiting|cancelled|none     expect places NAME TAKEN WAITING
 */
#ifndef CLI_SCENE_ACTIVITY_H
#define CLI_SCENE_ACTIVITY_H

#include "cli/scene.h"

bool scene_activity_step(struct scene *s);                      /* false: none of these */
bool scene_expect_activity(struct scene *s, struct db *db); /* likewise */

#endif
