/* markdown.h: the styling that ODK knows in labels, hints and guidance (https://docs.getodk.org/form-styling/), escaped by
 * construction: every byte of the text goes out through base/html.h.
 *
 *   # to ###### at the start of a line     a heading, as a block of larger type (labels may hold no <h1>)
 *   *em* _em_  **strong** __strong__       anywhere but inside a word for _
 *   [words](https://…)                     a link when base/html.h's url_safe says so, else the words
 *   <span style="color: …">, <p style="text-align: …">, <br>   the named colours and alignments below; other styles are left out
 *   \* \_ \# \[ …                          the character itself
 *   a line break                           a line break
 *
 * Anything else is shown as it stands. Pure; time is linear but for marks that nobody closes, which are looked for over
 * 1,000 bytes at most. */
#ifndef FORM_MARKDOWN_H
#define FORM_MARKDOWN_H

#include "base/str.h"

enum markdown_links { MARKDOWN_LINKS, MARKDOWN_NO_LINKS /* inside a <label> of a choice: only the words */ };

/* As phrasing content, fit for the inside of <label>, <legend>, <div>. */
void markdown_html(struct buf *out, struct str text, enum markdown_links links);
/* The words alone, for error summaries, tables, titles and papers. `text` itself when it has no marks. */
struct str markdown_plain(struct arena *a, struct str text);
/* Puts a backslash before every character that could be a mark: what people typed must not style or link. */
void markdown_escape(struct buf *out, struct str typed);

#endif
