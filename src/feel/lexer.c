/* lexer.c: characters, white space, comments, literals and words (10.3.1.2, grammar rules 27 to 37, 61 to 66). */
#include "feel/parser.h"

#include <string.h>

struct interval {
    uint32_t from, to;
};

static bool in_intervals(uint32_t c, const struct interval *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (c >= list[i].from && c <= list[i].to) return true;
    return false;
}

bool feel_is_space(uint32_t c) {
    static const struct interval spaces[] = {{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                                             {0x1680, 0x1680}, {0x180E, 0x180E}, {0x2000, 0x200B}, {0x2028, 0x2029},
                                             {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
    return in_intervals(c, spaces, sizeof spaces / sizeof *spaces);
}

/* Rule 28, without the question mark, which is a name of its own. */
bool feel_is_name_start(uint32_t c) {
    static const struct interval starts[] = {{'A', 'Z'},       {'_', '_'},       {'a', 'z'},        {0xC0, 0xD6},
                                             {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},    {0x37F, 0x1FFF},
                                             {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},  {0x3001, 0xD7FF},
                                             {0xF900, 0xFDCF}, {0xFDF0, 0xFFFC}, {0x10000, 0xEFFFF}};
    return in_intervals(c, starts, sizeof starts / sizeof *starts) && !feel_is_space(c);
}

bool feel_is_name_part(uint32_t c) {
    return feel_is_name_start(c) || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) ||
           (c >= 0x203F && c <= 0x2040);
}

void skip_space(struct parser *p) {
    while (p->at < p->text.n) {
        char c = p->text.p[p->at];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            p->at++;
        } else if (c == '/' && p->at + 1 < p->text.n && p->text.p[p->at + 1] == '/') {
            while (p->at < p->text.n && p->text.p[p->at] != '\n') p->at++;
        } else if (c == '/' && p->at + 1 < p->text.n && p->text.p[p->at + 1] == '*') {
            ptrdiff_t end = str_find(str_sub(p->text, p->at + 2, p->text.n), STR("*/"));
            p->at = end < 0 ? p->text.n : p->at + 2 + (size_t)end + 2;
        } else if ((unsigned char)c >= 0x80) {
            size_t next = p->at;
            uint32_t codepoint;
            utf8_next(p->text, &next, &codepoint);
            if (!feel_is_space(codepoint)) return;
            p->at = next;
        } else {
            return;
        }
    }
}

bool at_end(struct parser *p) {
    skip_space(p);
    return p->at >= p->text.n;
}

char peek_char(struct parser *p) {
    return at_end(p) ? 0 : p->text.p[p->at];
}

bool looking_at(struct parser *p, const char *symbol) {
    skip_space(p);
    size_t n = strlen(symbol);
    return p->text.n - p->at >= n && memcmp(p->text.p + p->at, symbol, n) == 0;
}

bool accept(struct parser *p, const char *symbol) {
    if (p->failed || !looking_at(p, symbol)) return false;
    p->at += strlen(symbol);
    return true;
}

bool expect(struct parser *p, const char *symbol) {
    if (accept(p, symbol)) return true;
    parse_failed(p, STR_NONE);
    return false;
}

void parse_failed(struct parser *p, struct str why) {
    if (p->failed) return;
    p->failed = true;
    p->failed_at = p->at;
    p->failure = why;
}

static bool name_part_at(struct str text, size_t at) {
    uint32_t c;
    return utf8_next(text, &at, &c) && feel_is_name_part(c);
}

/* Whether the character before `at` belongs to a name. */
static bool name_part_before(struct str text, size_t at) {
    do at--;
    while (at > 0 && ((unsigned char)text.p[at] & 0xC0) == 0x80);
    return name_part_at(text, at);
}

bool looking_at_word(struct parser *p, const char *word) {
    return looking_at(p, word) && !name_part_at(p->text, p->at + strlen(word));
}

bool accept_word(struct parser *p, const char *word) {
    if (p->failed || !looking_at_word(p, word)) return false;
    p->at += strlen(word);
    return true;
}

static size_t digit_run(struct str text, size_t at) {
    size_t start = at;
    while (at < text.n && text.p[at] >= '0' && text.p[at] <= '9') at++;
    return at - start;
}

/* 12, 1.5, .5, 1e3; the two dots of a range are not part of it. */
bool lex_number(struct parser *p, struct decimal *out) {
    size_t at = p->at;
    at += digit_run(p->text, at);
    if (at < p->text.n && p->text.p[at] == '.' && digit_run(p->text, at + 1)) at += 1 + digit_run(p->text, at + 1);
    if (at < p->text.n && (p->text.p[at] == 'e' || p->text.p[at] == 'E')) {
        size_t sign = at + 1 < p->text.n && (p->text.p[at + 1] == '+' || p->text.p[at + 1] == '-');
        size_t digits = digit_run(p->text, at + 1 + sign);
        if (digits) at += 1 + sign + digits;
    }
    bool good = decimal_parse(str_sub(p->text, p->at, at), out) && !name_part_at(p->text, at);
    if (!good) parse_failed(p, T("This number is not written correctly or is too large."));
    p->at = at;
    return good;
}

static bool hex_digits(struct parser *p, size_t count, uint32_t *out) {
    uint32_t v = 0;
    if (p->text.n - p->at < count) return false;
    for (size_t i = 0; i < count; i++) {
        char c = p->text.p[p->at + i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return false;
        v = v << 4 | (uint32_t)digit;
    }
    p->at += count;
    *out = v;
    return true;
}

/* After "\u" or "\U": joins the two halves of a pair; half a pair alone is U+FFFD. */
static bool lex_unicode(struct parser *p, size_t digits, struct buf *out) {
    uint32_t c, low;
    if (!hex_digits(p, digits, &c)) return false;
    if (c >= 0xD800 && c < 0xDC00) {
        size_t before = p->at;
        bool pair = accept(p, "\\u") && hex_digits(p, 4, &low) && low >= 0xDC00 && low < 0xE000;
        if (pair) c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        else p->at = before;
    }
    if ((c >= 0xD800 && c < 0xE000) || c > 0x10FFFF || c == 0) c = 0xFFFD;
    buf_utf8(out, c);
    return true;
}

static void lex_escape(struct parser *p, struct buf *out) {
    static const char from[] = "\"\\nrtbf'", to[] = "\"\\\n\r\t\b\f'";
    char c = p->at < p->text.n ? p->text.p[p->at] : 0;
    const char *known = c ? strchr(from, c) : NULL;
    size_t before = p->at;
    if (known) {
        p->at++;
        buf_byte(out, to[known - from]);
        return;
    }
    if (c == 'u' || c == 'U') {
        p->at++;
        if (lex_unicode(p, c == 'u' ? 4 : 6, out)) return;
        p->at = before;
    }
    buf_byte(out, '\\'); /* "\d" of a pattern: no escape of FEEL's, so it stands for itself */
}

/* At the opening quote. */
bool lex_string(struct parser *p, struct str *out) {
    size_t start = ++p->at;
    while (p->at < p->text.n && p->text.p[p->at] != '"' && p->text.p[p->at] != '\\') p->at++;
    struct str plain = str_sub(p->text, start, p->at);
    if (p->at < p->text.n && p->text.p[p->at] == '"') {
        p->at++;
        *out = plain;
        return true;
    }
    struct buf b;
    buf_init(&b, p->arena, p->text.n + 16);
    buf_add(&b, plain);
    while (p->at < p->text.n && p->text.p[p->at] != '"') {
        char c = p->text.p[p->at++];
        if (c == '\\') lex_escape(p, &b);
        else buf_byte(&b, c);
    }
    if (p->at >= p->text.n) {
        p->at = start - 1;
        parse_failed(p, T("This text has no closing quotation mark."));
        return false;
    }
    p->at++;
    *out = buf_str(&b);
    return true;
}

size_t word_length(struct str text) {
    size_t at = 0, before = 0;
    uint32_t c;
    if (!utf8_next(text, &at, &c) || !feel_is_name_start(c)) return 0;
    do before = at;
    while (utf8_next(text, &at, &c) && feel_is_name_part(c));
    return before;
}

/* A blank of the name stands for any white space. */
size_t match_known_name(struct str text, struct str name) {
    size_t at = 0;
    if (name.n == 0) return 0;
    for (size_t i = 0; i < name.n; i++) {
        if (at >= text.n) return 0;
        if (text.p[at] == name.p[i] && name.p[i] != ' ') {
            at++;
            continue;
        }
        size_t start = at;
        uint32_t c;
        if (name.p[i] != ' ') return 0;
        for (size_t next = at; utf8_next(text, &next, &c) && feel_is_space(c);) at = next;
        if (at == start) return 0;
    }
    size_t last = name.n - 1;
    while (last > 0 && ((unsigned char)name.p[last] & 0xC0) == 0x80) last--;
    bool word_end = name_part_at(name, last);
    return word_end && name_part_at(text, at) ? 0 : at;
}

/* Words that end a name of several words that is not known. */
bool is_reserved(struct str word) {
    static const char *const reserved[] = {"and",   "or",       "in",        "between", "instance", "then",
                                           "else",  "return",   "satisfies", "if",      "for",      "some",
                                           "every", "function", "true",      "false",   "null",     "external"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (str_eqz(word, reserved[i])) return true;
    return false;
}

/* An unknown name: the word here, and the words after it, since two operands never stand side by side in FEEL. */
struct str lex_words(struct parser *p) {
    size_t start = p->at, end = p->at + word_length(str_sub(p->text, p->at, p->text.n));
    for (;;) {
        p->at = end;
        skip_space(p);
        struct str rest = str_sub(p->text, p->at, p->text.n);
        size_t n = word_length(rest);
        if (n == 0) n = digit_run(p->text, p->at);
        if (n == 0 || p->at == end || is_reserved(str_sub(rest, 0, n))) break;
        end = p->at + n;
    }
    p->at = end;
    return feel_name_normalise(p->arena, str_sub(p->text, start, end));
}

/* The name of something being bound: any text up to one of the characters or the word. Empty when there is none. */
struct str lex_name_before(struct parser *p, const char *ends, const char *end_word) {
    skip_space(p);
    size_t start = p->at;
    uint32_t c;
    for (size_t next = p->at; utf8_next(p->text, &next, &c); p->at = next) {
        if (c < 0x80 && strchr(ends, (int)c)) break;
        if (end_word && p->at > start && !name_part_before(p->text, p->at) && looking_at_word(p, end_word)) break;
        if (!feel_is_name_part(c) && !feel_is_space(c) && !(c < 0x80 && strchr("./-'+*", (int)c))) {
            p->at = start;
            return STR_NONE;
        }
    }
    return feel_name_normalise(p->arena, str_sub(p->text, start, p->at));
}
