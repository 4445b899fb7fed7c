/* html.c: see html.h. One table says what each byte may do; runs of harmless bytes are copied at once. */
#include "base/html.h"

#include <string.h>

enum { IN_TEXT = 1, IN_ATTRIBUTE = 2, CONTROL = 4 };

/* Which bytes stop a run. Bytes from 0x80 on are looked at by utf8_valid once for the whole string. */
static unsigned char_class(unsigned char c) {
    switch (c) {
    case '&': case '<': case '>': return IN_TEXT | IN_ATTRIBUTE;
    case '"': case '\'': return IN_ATTRIBUTE;
    case '\t': case '\n': return 0;
    default: return c < 0x20 || c == 0x7f ? CONTROL : 0;
    }
}

static struct str entity(char c) {
    switch (c) {
    case '&': return STR("&amp;");
    case '<': return STR("&lt;");
    case '>': return STR("&gt;");
    case '"': return STR("&quot;");
    case '\'': return STR("&#39;");
    default: return STR(""); /* a control character: nothing a page may hold */
    }
}

static void escape_valid(struct buf *out, struct str s, unsigned stop) {
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!(char_class((unsigned char)s.p[i]) & (stop | CONTROL))) continue;
        buf_add(out, str_sub(s, from, i));
        buf_add(out, entity(s.p[i]));
        from = i + 1;
    }
    buf_add(out, str_sub(s, from, s.n));
}

static void escape(struct buf *out, struct str s, unsigned stop) {
    if (utf8_valid(s)) {
        escape_valid(out, s, stop);
        return;
    }
    char bytes[4];
    uint32_t codepoint;
    for (size_t at = 0; utf8_next(s, &at, &codepoint);)
        escape_valid(out, (struct str){bytes, utf8_encode(codepoint, bytes)}, stop);
}

void html_text(struct buf *out, struct str s) {
    escape(out, s, IN_TEXT);
}

void html_attr_value(struct buf *out, struct str s) {
    escape(out, s, IN_TEXT | IN_ATTRIBUTE);
}

void html_attr(struct buf *out, const char *name, struct str value) {
    buf_byte(out, ' ');
    buf_addz(out, name);
    buf_add(out, STR("=\""));
    html_attr_value(out, value);
    buf_byte(out, '"');
}

void url_part(struct buf *out, struct str s) {
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '.' || c == '_' || c == '~';
        if (unreserved) {
            buf_byte(out, (char)c);
        } else {
            char escaped[3] = {'%', hex[c >> 4], hex[c & 15]};
            buf_add(out, (struct str){escaped, 3});
        }
    }
}

bool url_safe(struct str url) {
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= 0x20 || url.p[i] == '\\') return false;
    if (url.n == 0) return true;
    if (url.p[0] == '?' || url.p[0] == '#') return true;
    if (url.p[0] == '/') return url.n == 1 || url.p[1] != '/'; /* "//host" would leave this site */
    static const char *const schemes[] = {"https:", "http:", "mailto:", "tel:"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        struct str scheme = str_from(schemes[i]);
        if (url.n > scheme.n && str_eq_nocase(str_sub(url, 0, scheme.n), scheme)) return true;
    }
    return false;
}

void html_url(struct buf *out, struct str url) {
    html_attr_value(out, url_safe(url) ? url : STR("#"));
}

void html_lines(struct buf *out, struct str s) {
    for (;;) {
        ptrdiff_t end = str_find_byte(s, '\n');
        struct str line = end < 0 ? s : str_sub(s, 0, (size_t)end);
        html_text(out, line);
        if (end < 0) return;
        buf_add(out, STR("<br>"));
        s = str_sub(s, (size_t)end + 1, s.n);
    }
}

void html_trusted(struct buf *out, struct str html) {
    buf_add(out, html);
}
