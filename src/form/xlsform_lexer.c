/* xlsform_lexer.c: just enough of an expression's words for the XLSForm reader (xlsform_parts.h).
 *
 * Two questions are answered here: is a default a plain value or something to calculate, and where do
 * instance('…')/root/… paths stand inside a label. Nothing is parsed or checked: the XPath room does that.
 */
#include "form/xlsform_parts.h"

#include <string.h>

/* ---- names (XML 1.0 and Namespaces in XML, NCName) ---- */

static bool is_name_start(uint32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7) ||
           (c >= 0x370 && c <= 0x1FFF && c != 0x37E) || c == 0x200C || c == 0x200D || (c >= 0x2070 && c <= 0x218F) ||
           (c >= 0x2C00 && c <= 0x2FEF) || (c >= 0x3001 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) ||
           (c >= 0xFDF0 && c < 0xFFFD) || (c >= 0x10000 && c <= 0xEFFFF);
}

static bool is_name_char(uint32_t c) {
    return is_name_start(c) || c == '-' || c == '.' || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) ||
           c == 0x203F || c == 0x2040;
}

size_t ncname_length(struct str s, size_t at) {
    size_t end = at, next = at;
    for (uint32_t c; utf8_next(s, &next, &c); end = next)
        if (end == at ? !is_name_start(c) : !is_name_char(c)) break;
    return end - at;
}

/* NCName, or prefix:NCName. */
static size_t name_length(struct str s, size_t at) {
    size_t n = ncname_length(s, at);
    if (n && at + n + 1 < s.n && s.p[at + n] == ':') {
        size_t local = ncname_length(s, at + n + 1);
        if (local) return n + 1 + local;
    }
    return n;
}

bool is_xml_name(struct str s) {
    return s.n && name_length(s, 0) == s.n;
}

/* ---- words of an expression ---- */

static size_t digits(struct str s, size_t at) {
    size_t n = 0;
    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9') n++;
    return n;
}

/* Digits and the given marks in turn: "4-2-2" is a date; 0 when the text does not go so. */
static size_t pattern(struct str s, size_t at, const char *shape) {
    size_t start = at;
    for (; *shape; shape++) {
        if (*shape >= '1' && *shape <= '9') {
            if (digits(s, at) < (size_t)(*shape - '0')) return 0;
            at += (size_t)(*shape - '0');
        } else {
            if (at >= s.n || s.p[at] != *shape) return 0;
            at++;
        }
    }
    return at - start;
}

static size_t time_length(struct str s, size_t at) {
    size_t n = pattern(s, at, "2:2:2");
    if (!n) return 0;
    if (at + n < s.n && s.p[at + n] == 'Z') return n + 1;
    size_t zone = pattern(s, at + n, "+2:2");
    if (!zone) zone = pattern(s, at + n, "-2:2");
    return n + zone;
}

/* A date, time, date-time or number, with its sign. */
static size_t number_length(struct str s, size_t at) {
    size_t sign = s.p[at] == '-';
    size_t date = pattern(s, at + sign, "4-2-2");
    if (date) {
        size_t end = at + sign + date;
        size_t clock = end < s.n && s.p[end] == 'T' ? time_length(s, end + 1) : 0;
        return sign + date + (clock ? clock + 1 : 0);
    }
    size_t clock = sign ? 0 : time_length(s, at);
    if (clock) return clock;
    size_t whole = digits(s, at + sign), end = at + sign + whole;
    size_t fraction = end < s.n && s.p[end] == '.' ? digits(s, end + 1) : 0;
    if (whole && end < s.n && s.p[end] == '.') return sign + whole + 1 + fraction;
    if (fraction) return sign + 1 + fraction;
    return whole ? sign + whole : 0;
}

static bool stands(struct str s, size_t at, const char *word) {
    size_t n = strlen(word);
    return s.n - at >= n && memcmp(s.p + at, word, n) == 0;
}

static enum lexeme_kind name_or_call(struct str s, size_t at, size_t *n) {
    *n = name_length(s, at);
    char after = at + *n < s.n ? s.p[at + *n] : 0;
    if (after == '(' || after == '[') {
        (*n)++;
        return after == '(' ? LEXEME_CALL : LEXEME_PREDICATE;
    }
    return LEXEME_NAME;
}

static size_t literal_length(struct str s, size_t at) {
    const char *end = at + 1 < s.n ? memchr(s.p + at + 1, s.p[at], s.n - at - 1) : NULL;
    return end ? (size_t)(end - (s.p + at)) + 1 : 0;
}

static size_t space_run(struct str s, size_t at) {
    size_t n = 0;
    while (at + n < s.n && strchr(" \t\r\n\f\v", s.p[at + n])) n++;
    return n;
}

bool lexeme_next(struct str s, size_t *at, struct lexeme *out) {
    if (*at >= s.n) return false;
    size_t from = *at, n = number_length(s, from), after = from;
    enum lexeme_kind kind = LEXEME_NUMBER;
    char c = s.p[from];
    struct reference r;
    if (n) {
        kind = LEXEME_NUMBER;
    } else if (c == '*' || c == '+' || c == '-') {
        kind = LEXEME_MATH, n = 1;
    } else if (stands(s, from, " mod ") || stands(s, from, " div ")) {
        kind = LEXEME_MATH, n = 5;
    } else if (c == '|') {
        kind = LEXEME_UNION, n = 1;
    } else if (c == '/') {
        kind = LEXEME_PATH, n = 1;
    } else if (c == ')') {
        kind = LEXEME_CLOSE, n = 1;
    } else if (c == ']') {
        kind = LEXEME_PREDICATE_END, n = 1;
    } else if ((c == '"' || c == '\'') && (n = literal_length(s, from)) > 0) {
        kind = LEXEME_LITERAL;
    } else if ((n = space_run(s, from)) > 0) {
        kind = LEXEME_SPACE;
    } else if (c == '$' && reference_next(s, &after, &r) && r.from == from) {
        kind = LEXEME_REFERENCE, n = r.to - r.from;
    } else if (name_length(s, from)) {
        kind = name_or_call(s, from, &n);
    } else {
        uint32_t code;
        utf8_next(s, &after, &code);
        kind = LEXEME_OTHER, n = after > from && c != '$' ? after - from : 1;
    }
    *out = (struct lexeme){kind, from, from + n};
    *at = from + n;
    return true;
}

/* Dates and places are often written with hyphens, which are no subtraction. */
static bool may_hold_hyphens(const struct question_type *type) {
    static const char *const names[] = {"date", "dateTime", "geopoint", "geotrace", "geoshape"};
    for (size_t i = 0; type && i < sizeof names / sizeof *names; i++)
        if (strcmp(type->name, names[i]) == 0) return true;
    return false;
}

bool default_is_dynamic(struct str value, const struct question_type *type) {
    struct lexeme l;
    bool hyphens = may_hold_hyphens(type);
    for (size_t at = 0; lexeme_next(value, &at, &l);) {
        if (hyphens && l.kind == LEXEME_MATH && value.p[l.from] == '-') return false;
        if (l.kind == LEXEME_MATH || l.kind == LEXEME_UNION || l.kind == LEXEME_REFERENCE || l.kind == LEXEME_CALL) return true;
    }
    return false;
}

/* ---- instance('…')/root/item[…]/label inside a text ---- */

enum where { OUTSIDE, IN_CALL, IN_PATH, IN_PREDICATE, AFTER_PREDICATE };

/* Whether the lexeme still belongs to the expression, and where it leads. A space ends a path; anything may stand in
 * a predicate. */
static bool belongs(struct str s, enum where *where, const struct lexeme *last, const struct lexeme *l) {
    bool literal = l->kind == LEXEME_LITERAL && last->kind == LEXEME_CALL;
    bool close = l->kind == LEXEME_CLOSE && last->kind == LEXEME_LITERAL;
    bool slash = l->kind == LEXEME_PATH && (last->kind == LEXEME_CLOSE || last->kind == LEXEME_PREDICATE_END);
    (void)s;
    if (slash && *where != IN_PREDICATE) {
        *where = IN_PATH;
        return true;
    }
    switch (*where) {
    case IN_CALL: return literal || close;
    case IN_PATH:
        if (l->kind == LEXEME_SPACE) return false;
        if (l->kind == LEXEME_PREDICATE) *where = IN_PREDICATE;
        return true;
    case IN_PREDICATE:
        if (l->kind == LEXEME_PREDICATE_END) *where = AFTER_PREDICATE;
        return true;
    default: return false;
    }
}

size_t instance_spans(struct str text, struct span *spans, size_t limit) {
    size_t count = 0;
    enum where where = OUTSIDE;
    struct lexeme l, last = {0};
    for (size_t at = 0; lexeme_next(text, &at, &l);) {
        bool opens = l.kind == LEXEME_CALL && str_eqz(str_sub(text, l.from, l.to), "instance(");
        if (where != OUTSIDE && belongs(text, &where, &last, &l)) {
            spans[count - 1].to = l.to;
            last = l;
            continue;
        }
        where = OUTSIDE;
        if (opens && count < limit) {
            spans[count++] = (struct span){l.from, l.to};
            where = IN_CALL;
            last = l;
        }
    }
    return count;
}
