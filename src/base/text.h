/* text.h: sentences for people, in Chinese and English.
 *
 * In the source a sentence is written in English inside T("…"); that English text is its key. po/zh/ holds the
 * Chinese (gettext .po files, one a room), compiled by tools/po2c into a table. The language is an argument,
 * never a process locale. Arguments stand in the sentence as {0}, {1} …, so a translator may move them.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

enum language { LANGUAGE_ZH, LANGUAGE_EN };
enum { LANGUAGE_COUNT = LANGUAGE_EN + 1 };

/* Marks a sentence for the catalogue (xgettext --keyword=T --keyword=T_STATIC). */
#define T(literal) STR(literal)
/* The same where C wants a constant: in initialisers of static tables. */
#define T_STATIC(literal) {"" literal, sizeof(literal) - 1}

/* The sentence in that language; the key itself when the catalogue has none (a test sees that it has). */
struct str text_in(enum language language, struct str key);
/* pieces[0] is the key, the others fill {0}, {1} …; a brace pair with another content stays as it is. */
struct str text_format(struct arena *a, enum language language, const struct str *pieces, size_t count);
/* text_say(arena, language, T("{0} of {1} done"), done, all) */
#define text_say(a, language, ...)                                                                               \
    text_format((a), (language), (const struct str[]){__VA_ARGS__},                                               \
                sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* The compiled catalogue, sorted by key (made by tools/po2c). */
struct text_entry {
    struct str key, text;
};
extern const struct text_entry text_catalogue_zh[];
extern const size_t text_catalogue_zh_count;

#endif
