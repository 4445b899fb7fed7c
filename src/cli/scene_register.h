/* scene_register.h: steps about registers (registry/), and what reports say. LIST is SERVICE_REGISTER.
 *
 *   entity LIST KEY "Label" by WHO [at NAME] field=value … personal.field=value     WHO: a login, or house
 *   entity-close LIST KEY by WHO reason "…"
 *   duty LIST KEY KIND by WHO to LOGIN | of UNIT | named "Name" [phone N]  [post "…"] [from DAY]
 *   duty-end LIST KEY KIND by WHO [until DAY]
 *   duty-leave LIST KEY KIND by WHO reason retired|moved|other      whoever has that duty is no longer there
 *   expect red LIST KEY N          duties whose holder is no longer there     expect told LOGIN KIND N     notices to an account
 *   expect entities LIST N        expect entity LIST KEY FIELD VALUE        expect duties LIST KEY N
 *   expect report SERVICE NAME "cells of a row, next row"
 */
#ifndef CLI_SCENE_REGISTER_H
#define CLI_SCENE_REGISTER_H

#include "cli/scene.h"

bool scene_register_step(struct scene *s);                    /* false: no step of this file */
bool scene_expect_register(struct scene *s, struct db *db);   /* likewise */

/* Of scene.c. */
struct str scene_word(const struct scene *s, size_t i);
struct str scene_after(const struct scene *s, const char *key);
int64_t scene_named(struct scene *s, char kind, struct str text);
void scene_keep(struct scene *s, char kind, struct str text, int64_t id);
bool scene_run(struct scene *s, struct command *c);
void scene_want(struct scene *s, struct str have, struct str wanted);
struct str scene_meant(struct scene *s, struct str value); /* @today, @NAME */

#endif
