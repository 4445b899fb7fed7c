/* scene_activity.h: steps of scenes about activities (activity/activity.h); scene.h has the rest.
 *
 *   activity NAME SERVICE "Words" places N [at ORGANISATION] [place "Where"] by WHO     WHO: a login, or house
 *   activity-of NAME CASE                      what lingban:activity.put made     session-of NAME ACTIVITY N
 *   places NAME N by WHO                       changes how many
 *   session NAME ACTIVITY DAY [from 15:30] [until 16:30] [topic "…"] by WHO
 *   close-activity NAME by WHO
 *   sign-up CASE ACTIVITY "Nickname" by WHO    the applicant of a case, beside its process
 *   desk-sign-up NAME ACTIVITY named "Name" [phone N] by WHO      somebody without a case; NAME stands for CASE below
 *   cancel-sign-up CASE by WHO                 attend CASE SESSION yes|no by WHO
 *   register SESSION CASE … by WHO             the whole sheet at once: those named came, the others did not
 *   expect came SESSION N     expect activities SERVICE N
 *   expect sign-up CASE in|waiting|cancelled|none     expect places NAME TAKEN WAITING
 */
#ifndef CLI_SCENE_ACTIVITY_H
#define CLI_SCENE_ACTIVITY_H

#include "cli/scene.h"

bool scene_activity_step(struct scene *s);                      /* false: none of these */
bool scene_expect_activity(struct scene *s, struct db *db); /* likewise */

#endif
