/* template.h: pages and printed papers from HTML files that escape by themselves.
 *
 *     {{ name }}  {{ case.reference }}  {{ . }}     a value, escaped for the place it stands in
 *     {{#each items}} … {{else}} … {{/each}}        also @number (from 1), @first, @last
 *     {{#if name}} … {{else if other}} … {{else}} … {{/if}}      not name, name == "text", name != "text"
 *     T{Claimed by {0} on {1} | unit | day}         a sentence of the catalogue with its arguments
 *     {{> tag text=status color="green"}}           a part, with arguments
 *     {{#> layout title=T{Wishes}}} … {{/>}}        a part with content: it shows it where it says {{> @content}}
 *     {{#part tag}} … {{/part}}                     defines a part; a file NAME.html is itself the part NAME
 *     {{! a remark }}   {{!-- one that may hold }} --}}
 *
 * The compiler follows the HTML around each value: between tags, in a quoted attribute, or in an address (href, src,
 * action), where the beginning must be a safe address and later pieces are percent-encoded. Values in tag names,
 * unquoted attributes, style, on…, scripts or comments are faults, and so is a part that does not close its tags' quotes.
 * White space with a line break in it becomes one line break. Names are looked up in the innermost object first, then
 * outward; a name nobody has is empty. Sets are read-only once loaded and may be used by many threads.
 */
#ifndef WEB_TEMPLATE_H
#define WEB_TEMPLATE_H

#include "base/fault.h"
#include "web/data.h"

struct templates;

/* `base` may be NULL: parts not found in the new set are looked for there (a service's papers use the house's parts).
 * `words` translates T{…}; NULL: the program's catalogue. */
struct templates *templates_new(struct arena *a, const struct templates *base,
                                struct str (*words)(void *arg, enum language language, struct str key), void *arg);
/* Compiles one file; `name` without ".html". Faults carry file and line. */
void templates_add(struct templates *t, struct str name, struct str text, struct faults *faults);
/* Call once after the last file: every part that is used exists. */
void templates_check(const struct templates *t, struct faults *faults);

/* Writes the part `name`. false when there is no such part, or the output's limit, 16 levels of parts or a million
 * steps were passed: papers of a service folder may be anything. Scratch comes from the data's arena. */
bool template_render(const struct templates *t, const char *name, const struct data *data, struct buf *out);

#endif
