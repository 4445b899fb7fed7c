/* fields.h: names and values as they stand in addresses, forms, cookies and headers. Pure; used by request.c. */
#ifndef HTTP_FIELDS_H
#define HTTP_FIELDS_H

#include "http/http.h"

enum fields_result {
    FIELDS_GOOD,
    FIELDS_MALFORMED, /* a broken %XX, bytes that are no UTF-8, a zero byte */
    FIELDS_TOO_MANY,
};

void fields_add(struct arena *a, struct http_fields *f, struct str name, struct str value);
struct str fields_get(const struct http_fields *f, const char *name);
struct str fields_get_nocase(const struct http_fields *f, const char *name);
/* %XX decoded, "+" too when it stands for a space; false when malformed. Borrowed when there is nothing to decode. */
bool url_decode(struct arena *a, struct str s, bool plus_is_space, struct str *out);
/* application/x-www-form-urlencoded, and the query of an address (WHATWG URL, 5.1); values in NFC. */
enum fields_result fields_urlencoded(struct arena *a, struct str s, struct http_fields *out);
/* "a=1; b=2" (RFC 6265, 4.2.1). What is malformed is skipped: other software on the host may set odd ones. */
void fields_cookies(struct arena *a, struct str header, struct http_fields *out);
/* The better of Chinese and English by the header's weights (RFC 9110, 12.5.4); `otherwise` when it names neither. */
enum language accept_language(struct str header, enum language otherwise);
/* Does Accept-Encoding allow `coding` with a weight above 0? */
bool accepts_encoding(struct str header, const char *coding);
/* Does If-None-Match hold this entity tag, compared weakly? */
bool etag_matches(struct str header, struct str etag);
/* "text/html; charset=x" -> "text/html" in lower case. */
struct str media_type(struct arena *a, struct str content_type);
/* Parameter of a header value such as Content-Type or Content-Disposition, unquoted; STR_NONE when absent. */
struct str header_parameter(struct arena *a, struct str value, const char *name);

#endif
