/* scene_photo.h: steps of scenes about photos (engine/attachment.h); scene.h has the rest.
 *
 *   upload NAME FILE at PATH      a photo is uploaded; $NAME in a later step is the answer PATH=… that names it
 *   housekeep                     what lapses without a command lapses
 *   expect CASE photos N          so many photos of the case can be looked at
 *   expect uploads N              so many wait for the command that names them
 *   expect media N                so many sealed files lie in the data folder
 */
#ifndef CLI_SCENE_PHOTO_H
#define CLI_SCENE_PHOTO_H

#include "cli/scene.h"

bool scene_photo_step(struct scene *s);                  /* false: none of these */
bool scene_expect_photo(struct scene *s, struct db *db); /* likewise */

#endif
