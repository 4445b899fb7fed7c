/* xpath_lex.c: tokens of XPath. The one subtlety is the specification's: after an operand, `*` and the names and, or,
 * div, mod are operators, so "1mod1" and "a div b" read as people mean them. */
#include "form/xpath_lex.h"

void xpath_lexer_start(struct xpath_lexer *l, struct str text) {
    *l = (struct xpath_lexer){.text = text};
    xpath_lexer_next(l);
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Every byte past ASCII counts as a letter: Chinese element names are names. */
static bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name(char c) {
    return is_name_start(c) || is_digit(c) || c == '-' || c == '.';
}

static char char_at(const struct xpath_lexer *l, size_t at) {
    return at < l->text.n ? l->text.p[at] : 0;
}

char xpath_lexer_peek(const struct xpath_lexer *l) {
    size_t at = l->at;
    while (is_space(char_at(l, at))) at++;
    return char_at(l, at);
}

static void finish(struct xpath_lexer *l, enum xpath_token token, size_t length, bool operand) {
    l->token = token;
    l->piece = str_sub(l->text, l->at, l->at + length);
    l->at += length;
    l->operand = operand;
}

static size_t name_length(const struct xpath_lexer *l, size_t from) {
    size_t at = from;
    if (!is_name_start(char_at(l, at))) return 0;
    while (is_name(char_at(l, at))) at++;
    return at - from;
}

static void lex_number(struct xpath_lexer *l) {
    size_t at = l->at;
    while (is_digit(char_at(l, at))) at++;
    if (char_at(l, at) == '.') at++;
    while (is_digit(char_at(l, at))) at++;
    finish(l, TOKEN_NUMBER, at - l->at, true);
}

static void lex_literal(struct xpath_lexer *l) {
    char quote = char_at(l, l->at);
    ptrdiff_t length = str_find_byte(str_sub(l->text, l->at + 1, l->text.n), quote);
    if (length < 0) {
        finish(l, TOKEN_BAD, l->text.n - l->at, false);
        return;
    }
    finish(l, TOKEN_LITERAL, (size_t)length + 2, true);
    l->piece = str_sub(l->piece, 1, l->piece.n - 1);
}

static void lex_name(struct xpath_lexer *l) {
    size_t length = name_length(l, l->at), at = l->at + length;
    if (char_at(l, at) == ':' && char_at(l, at + 1) == '*') {
        finish(l, TOKEN_PREFIX_STAR, length + 2, true);
        l->piece = str_sub(l->piece, 0, length);
        return;
    }
    if (char_at(l, at) == ':' && char_at(l, at + 1) != ':') {
        size_t local = name_length(l, at + 1);
        if (local) length += 1 + local;
    }
    finish(l, TOKEN_NAME, length, true);
    size_t after = l->at;
    while (is_space(char_at(l, after))) after++;
    if (char_at(l, after) == ':' && char_at(l, after + 1) == ':') {
        l->token = TOKEN_AXIS;
        l->at = after + 2;
        l->operand = false;
    }
}

static const struct {
    const char *text;
    enum xpath_token token;
    bool operand;
} signs[] = {
    {"//", TOKEN_SLASH_SLASH, false}, {"/", TOKEN_SLASH, false}, {"..", TOKEN_DOT_DOT, true}, {".", TOKEN_DOT, true},
    {"(", TOKEN_OPEN, false}, {")", TOKEN_CLOSE, true}, {"[", TOKEN_OPEN_SQUARE, false},
    {"]", TOKEN_CLOSE_SQUARE, true}, {"@", TOKEN_AT, false}, {",", TOKEN_COMMA, false}, {"!=", TOKEN_NE, false},
    {"<=", TOKEN_LE, false}, {"<", TOKEN_LT, false}, {">=", TOKEN_GE, false}, {">", TOKEN_GT, false},
    {"=", TOKEN_EQ, false}, {"+", TOKEN_PLUS, false}, {"-", TOKEN_MINUS, false}, {"|", TOKEN_PIPE, false},
};

static const struct {
    const char *text;
    enum xpath_token token;
} words[] = {{"and", TOKEN_AND}, {"or", TOKEN_OR}, {"div", TOKEN_DIV}, {"mod", TOKEN_MOD}};

static bool lex_operator_word(struct xpath_lexer *l) {
    struct str rest = str_sub(l->text, l->at, l->text.n);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_starts(rest, str_from(words[i].text))) {
            finish(l, words[i].token, str_from(words[i].text).n, false);
            return true;
        }
    return false;
}

static void lex_sign(struct xpath_lexer *l) {
    struct str rest = str_sub(l->text, l->at, l->text.n);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_starts(rest, str_from(signs[i].text))) {
            finish(l, signs[i].token, str_from(signs[i].text).n, signs[i].operand);
            return;
        }
    finish(l, TOKEN_BAD, 1, false);
}

void xpath_lexer_next(struct xpath_lexer *l) {
    while (is_space(char_at(l, l->at))) l->at++;
    l->start = l->at;
    char c = char_at(l, l->at);
    if (l->at >= l->text.n) {
        finish(l, TOKEN_END, 0, false);
    } else if (c == '*') {
        finish(l, l->operand ? TOKEN_MULTIPLY : TOKEN_STAR, 1, !l->operand);
    } else if (l->operand && lex_operator_word(l)) {
        return;
    } else if (is_digit(c) || (c == '.' && is_digit(char_at(l, l->at + 1)))) {
        lex_number(l);
    } else if (c == '"' || c == '\'') {
        lex_literal(l);
    } else if (is_name_start(c)) {
        lex_name(l);
    } else {
        lex_sign(l);
    }
}
