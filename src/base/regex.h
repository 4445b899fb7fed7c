/* regex.h: regular expressions of XPath 3.1 (XQuery and XPath Functions and Operators 3.1, 5.6.1; XML Schema Part 2,
 * appendix G), as FEEL's matches, replace and split want them.
 *
 * Flags: s (a dot takes line ends too), m (^ and $ at every line), i (letters of either case), x (white space of the
 * pattern outside of [ ] does not count), q (the pattern is plain text). The matcher goes back as such matchers do, but
 * its steps are counted: a pattern made to take for ever is stopped. Files: regex.c compiles, regex_match.c runs.
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/arena.h"

enum { REGEX_STEPS = 2000000 }; /* enough for what people write */

enum regex_result {
    REGEX_DONE,
    REGEX_INVALID,  /* pattern, flags or replacement are not what XPath allows */
    REGEX_TOO_LONG, /* stopped */
};

/* `steps` is what the work may cost, and then what is left of it: a step is about ten nanoseconds. */
enum regex_result regex_matches(struct arena *a, struct str input, struct str pattern, struct str flags, int64_t *steps,
                                bool *out);
/* $0 … $9 stand for what the groups took, \$ and \\ for themselves. A pattern that can match nothing is invalid. */
enum regex_result regex_replace(struct buf *out, struct str input, struct str pattern, struct str replacement,
                                struct str flags, int64_t *steps);
/* The pieces between the matches, borrowed from input; one piece when nothing matches. */
enum regex_result regex_split(struct arena *a, struct str input, struct str pattern, struct str flags, int64_t *steps,
                              struct str **out, size_t *out_count);

#endif
