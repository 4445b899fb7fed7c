/* html.h: escape by type, not by memory.
 *
 * Whatever becomes part of a page goes through one of these functions, named after the place it lands in. Markup
 * that is already HTML has exactly one door, html_trusted, and tools/lint.sh lists its callers. Malformed UTF-8
 * becomes U+FFFD. Read next: src/web/template.h, which calls the right one by itself.
 */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/str.h"

/* Between tags: & < > are escaped, control characters other than tab and line feed are dropped. */
void html_text(struct buf *out, struct str s);
/* Inside a double-quoted attribute value: as html_text, and " ' as well. */
void html_attr_value(struct buf *out, struct str s);
/* A whole attribute with a space before it: ` name="value"`. `name` is ours, never a user's. */
void html_attr(struct buf *out, const char *name, struct str value);
/* One path segment, query name or query value: everything but RFC 3986's unreserved characters as %XX. */
void url_part(struct buf *out, struct str s);
/* Is it safe as the whole value of href, src or action: a path on this site, "?…", "#…", http, https, mailto, tel? */
bool url_safe(struct str url);
/* The value of href, src or action: `url` when url_safe, "#" otherwise; escaped for an attribute. */
void html_url(struct buf *out, struct str url);
/* Text with its line breaks kept: each one becomes <br>. */
void html_lines(struct buf *out, struct str s);
/* The single raw door: bytes that were made by these functions, or by a renderer built on them. */
void html_trusted(struct buf *out, struct str html);

#endif
