/* svg.h: SVG elements and text that fits: for process pictures, charts and simple maps.
 *
 * A writer that escapes everything it is given and closes what it opened, and an estimate of how wide text
 * runs in a common sans-serif font, with line breaking for Chinese and Latin. No style attribute and no
 * script can be made with it (names are literals of the caller; values are escaped), so what it writes passes
 * a strict Content Security Policy.
 */
#ifndef BASE_SVG_H
#define BASE_SVG_H

#include "base/arena.h"

enum { SVG_DEPTH = 24 };

struct svg {
    struct buf *out;
    const char *open[SVG_DEPTH]; /* names of open elements */
    int depth;
    bool in_tag; /* the start tag still takes attributes */
};

void svg_begin(struct svg *s, struct buf *out);
void svg_open(struct svg *s, const char *name); /* more than SVG_DEPTH open ones: marks the buffer full */
void svg_attr(struct svg *s, const char *name, struct str value);
void svg_attrz(struct svg *s, const char *name, const char *value);
void svg_number(struct svg *s, const char *name, double value); /* two decimals at most */
void svg_text(struct svg *s, struct str text);
void svg_close(struct svg *s); /* the innermost */

/* Path data: svg_path(&d, 'M', 2, (double[]){x, y}) … */
void svg_path(struct buf *d, char command, size_t count, const double *values);

/* Estimated width of text at a font size, in the same unit. Wide characters count one em. */
/* The widest piece of it that no line may end within: a word of Latin letters. */
double svg_word_width(struct str text, double size);
double svg_text_width(struct str text, double size);
/* Breaks text into at most `most` lines of that width: between words, and anywhere between Chinese characters
 * but before closing and after opening punctuation. What does not fit ends in "…". Returns the number of
 * lines; they are borrowed from `text` or live in the arena. */
size_t svg_wrap(struct arena *a, struct str text, double size, double width, size_t most, struct str *lines);

#endif
