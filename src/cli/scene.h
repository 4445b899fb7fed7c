/* scene.h: a story told one line a step: what the tests play, and what fills the demo town.
 *
 * Words in quotes may hold blanks; # begins a comment. Steps:
 *
 *   include FILE                                           its lines stand here (paths from the repository's root)
 *   words NAME "word" …                                    $NAME in later steps stands for these words
 *   clock TIME | clock +3d | clock +2h | clock now-20d     due timers fire
 *   deploy FOLDER
 *   organisation NAME KIND "Words" [en "Words"] [under NAME]
 *   partner UNIT COMMUNITY
 *   account LOGIN ROLE at NAME [of UNIT] [called "Name"] [mail ADDRESS] [password WORD]
 *   role LOGIN ROLE at NAME
 *   open CASE SERVICE by WHO [at NAME] [channel X] [from CASE [link "words"]] path=value …      WHO: a login, or resident
 *                                                   value @NAME: the id of that organisation, or the reference of that
 *                                                   case; @today, @today+30: the day of the clock
 *   claim CASE ELEMENT[#n] by LOGIN        n: the n-th unfinished task of that element, from 1
 *   complete CASE ELEMENT[#n] by WHO [path=value …]
 *   give-back | hand-over | urge CASE ELEMENT[#n] by WHO [to LOGIN] [reason "…"]
 *   return | jump CASE ELEMENT[#n] by WHO step ELEMENT reason "…"      take-back CASE ELEMENT by WHO
 *   add-signer CASE ELEMENT[#n] by WHO to LOGIN order before|after|parallel
 *   suspend | resume | supervise CASE by WHO reason "…"      migrate CASE by WHO version N
 *   called NAME by CASE                    the case that a call activity of CASE has open
 *   linked NAME by CASE                    the case opened last from CASE and linked to it
 *   calendar DAY off|work ["Words"]
 *   delegate LOGIN to LOGIN from DAY until DAY
 *   withdraw | reopen CASE by WHO [reason "…"]      merge CASE into CASE by LOGIN
 *   amend CASE PATH "value" by LOGIN reason "…"     note CASE by WHO "…"       erase CASE
 *   refused CODE: STEP                     the step must be refused with that code
 *   expect CASE state|stage|title|outcome|public|rating|channel|organisation VALUE
 *   expect CASE tasks ELEMENT STATE N      expect CASE history KIND N      expect CASE notices KIND N
 *   expect CASE seen-by WHO PATH VALUE     VALUE "-" means: not shown
 *   expect CASE holder ELEMENT LOGIN       expect outbox CHANNEL N
 *   expect CASE advice yes|no "text"       what the rules say to the office
 *   expect CASE item ELEMENT "text"        what the newest task of that element is about
 *   expect CASE amended PATH "old value"   expect wall SERVICE PATH VALUE N      open public cases with that answer
 *   expect CASE figure NAME VALUE          what lingban:figure.note kept last
 *   expect CASE due [ELEMENT] DAY          of the case, or of its newest task there
 *   expect CASE listed-to LOGIN yes|no     expect CASE alike LOGIN N
 *   expect CASE offered-to LOGIN ELEMENT yes|no     on that account's list of what may be claimed
 *   expect CASE said resident|LOGIN "text"          how the last notice about it ends, in Chinese
 *   expect CASE incidents N                expect CASE links WHO N      what WHO sees of linked cases
 *   scene_register.h has the steps of registers, duties and reports, scene_activity.h those of activities,
 *   scene_photo.h those of photos.
 */
#ifndef CLI_SCENE_H
#define CLI_SCENE_H

#include "base/map.h"
#include "engine/engine.h"

enum { SCENE_WORDS = 120, SCENE_NAMES = 400 };

struct scene_name {
    char text[40];
    char kind; /* o organisation, a account, c case, v activity, s session, u sign-up */
    int64_t id;
};

struct scene_words {
    struct str *items;
    size_t count;
};

struct scene {
    const char *path; /* for messages */
    int line, passed, failed;
    struct engine *engine;
    struct arena arena; /* of one step; the caller initialises and clears it */
    struct arena kept;  /* of the whole scene; likewise */
    struct map lists;   /* what `words` keeps: NAME → struct scene_words * */
    instant now;        /* what `clock now-20d` counts from */
    /* Files of a folder that is not on the disk (services in the program); NULL: the disk. */
    bool (*find_folder)(struct scene *s, struct str folder, struct json *files);
    struct scene_name names[SCENE_NAMES];
    size_t name_count;
    struct str words[SCENE_WORDS];
    size_t word_count;
    struct answer answer;
};

/* Call once when both arenas are there. */
void scene_begin(struct scene *s);
void scene_line(struct scene *s, struct str line);
void scene_fail(struct scene *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
