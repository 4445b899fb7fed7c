/* svg.c: see svg.h. */
#include "base/svg.h"

#include "base/xml.h"

#include <math.h>

void svg_begin(struct svg *s, struct buf *out) {
    *s = (struct svg){.out = out};
}

static void end_tag(struct svg *s) {
    if (s->in_tag) buf_byte(s->out, '>');
    s->in_tag = false;
}

void svg_open(struct svg *s, const char *name) {
    if (s->depth >= SVG_DEPTH) {
        s->out->full = true;
        return;
    }
    end_tag(s);
    buf_byte(s->out, '<');
    buf_addz(s->out, name);
    s->open[s->depth++] = name;
    s->in_tag = true;
}

void svg_attr(struct svg *s, const char *name, struct str value) {
    if (s->in_tag) xml_put_attr(s->out, name, value);
}

void svg_attrz(struct svg *s, const char *name, const char *value) {
    svg_attr(s, name, str_from(value));
}

/* Hundredths, without a tail of zeros; the same on every machine and in every locale. */
static void put_number(struct buf *out, double value) {
    if (!(value > -1e9 && value < 1e9)) value = 0;
    int64_t hundredths = llround(value * 100);
    if (hundredths < 0) buf_byte(out, '-');
    if (hundredths < 0) hundredths = -hundredths;
    buf_int(out, hundredths / 100);
    int rest = (int)(hundredths % 100);
    if (!rest) return;
    buf_byte(out, '.');
    buf_byte(out, (char)('0' + rest / 10));
    if (rest % 10) buf_byte(out, (char)('0' + rest % 10));
}

void svg_number(struct svg *s, const char *name, double value) {
    if (!s->in_tag) return;
    buf_byte(s->out, ' ');
    buf_addz(s->out, name);
    buf_addz(s->out, "=\"");
    put_number(s->out, value);
    buf_byte(s->out, '"');
}

void svg_text(struct svg *s, struct str text) {
    end_tag(s);
    xml_put_text(s->out, text);
}

void svg_close(struct svg *s) {
    if (s->depth == 0) return;
    const char *name = s->open[--s->depth];
    if (s->in_tag) {
        buf_addz(s->out, "/>");
    } else {
        buf_addz(s->out, "</");
        buf_addz(s->out, name);
        buf_byte(s->out, '>');
    }
    s->in_tag = false;
}

void svg_path(struct buf *d, char command, size_t count, const double *values) {
    buf_byte(d, command);
    for (size_t i = 0; i < count; i++) {
        if (i) buf_byte(d, ' ');
        put_number(d, values[i]);
    }
}

/* --- text --- */

static bool wide(uint32_t c) {
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
           (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x20000 && c <= 0x3fffd) || c == 0x2026 || c == 0x2014 ||
           c == 0x201c || c == 0x201d;
}

/* Widths of Helvetica-like faces in thousandths of an em, rounded to four groups. */
static double width_of(uint32_t c) {
    if (wide(c)) return 1;
    if (c == 'i' || c == 'l' || c == 'j' || c == '\'' || c == '.' || c == ',' || c == ':' || c == ';' ||
        c == '|' || c == 'I' || c == '!')
        return 0.27;
    if (c == ' ' || c == 'f' || c == 't' || c == 'r' || c == '(' || c == ')' || c == '-' || c == '/')
        return 0.34;
    if (c == 'm' || c == 'w' || c == 'M' || c == 'W' || c == '@' || c == '%') return 0.85;
    if (c >= 'A' && c <= 'Z') return 0.69;
    return 0.56;
}

double svg_text_width(struct str text, double size) {
    double width = 0;
    uint32_t c;
    for (size_t at = 0; utf8_next(text, &at, &c);) width += width_of(c);
    return width * size;
}

/* GB/T 15834 and common typesetting: these do not begin a line, those do not end one. */
static bool closes(uint32_t c) {
    static const uint32_t signs[] = {0x3001, 0x3002, 0xff0c, 0xff1a, 0xff1b, 0xff01, 0xff1f, 0xff09, 0x300b,
                                     0x3011, 0x300d, 0x300f, 0x201d, 0x2019, 0x2026, ')',    ',',    '.',
                                     ';',    ':',    '!',    '?',    ']',    0x00b7, '%'};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (signs[i] == c) return true;
    return false;
}

static bool opens(uint32_t c) {
    return c == 0xff08 || c == 0x300a || c == 0x3010 || c == 0x300c || c == 0x300e || c == 0x201c ||
           c == 0x2018 || c == '(' || c == '[';
}

static bool space(uint32_t c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == 0x3000;
}

/* Whether a line may end between x and y. */
static bool breaks_between(uint32_t x, uint32_t y) {
    if (space(x) || space(y)) return true;
    if (opens(x) || closes(y)) return false;
    return wide(x) || wide(y) || x == '-' || x == '/';
}

double svg_word_width(struct str text, double size) {
    double word = 0, widest = 0;
    uint32_t c, before = 0;
    for (size_t at = 0; utf8_next(text, &at, &c); before = c) {
        if (before && breaks_between(before, c)) word = 0;
        if (!space(c)) word += width_of(c) * size;
        if (word > widest) widest = word;
    }
    return widest;
}

/* End of the longest first line of `text` that fits; at least one character. *newline: it ends at a line
 * feed. */
static size_t first_line(struct str text, double size, double width) {
    double used = 0;
    size_t at = 0, good = 0, end = 0;
    uint32_t c, before = 0;
    while (utf8_next(text, &at, &c)) {
        if (before && breaks_between(before, c)) good = end;
        if (c == '\n' && before) return end;
        used += width_of(c) * size;
        if (used > width && end > 0 && !space(c)) return good ? good : end;
        end = at;
        before = c;
    }
    return text.n;
}

/* As much of the text as fits before an ellipsis. */
static struct str shortened(struct arena *a, struct str text, double size, double width) {
    double used = size;
    size_t at = 0, end = 0;
    uint32_t c;
    while (utf8_next(text, &at, &c) && (used += width_of(c) * size) <= width) end = at;
    return arena_concat(a, str_trim(str_sub(text, 0, end)), STR("…"));
}

size_t svg_wrap(struct arena *a, struct str text, double size, double width, size_t most, struct str *lines) {
    size_t n = 0;
    text = str_trim(text);
    while (text.n && n < most) {
        size_t end = first_line(text, size, width);
        struct str line = str_trim(str_sub(text, 0, end)), rest = str_trim(str_sub(text, end, text.n));
        if (rest.n && n + 1 == most) line = shortened(a, text, size, width);
        lines[n++] = line;
        text = rest;
    }
    return n;
}
