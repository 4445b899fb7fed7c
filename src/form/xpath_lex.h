/* xpath_lex.h: an expression's characters as tokens (XPath 1.0, section 3.7). */
#ifndef FORM_XPATH_LEX_H
#define FORM_XPATH_LEX_H

#include "base/str.h"

enum xpath_token {
    TOKEN_END, TOKEN_BAD, TOKEN_NUMBER, TOKEN_LITERAL, TOKEN_NAME, /* p:name too; text holds it all */
    TOKEN_STAR, TOKEN_PREFIX_STAR,                                 /* *, p:* (text holds p) */
    TOKEN_AXIS,                                                    /* name:: (text holds the name) */
    TOKEN_OPEN, TOKEN_CLOSE, TOKEN_OPEN_SQUARE, TOKEN_CLOSE_SQUARE, TOKEN_DOT, TOKEN_DOT_DOT, TOKEN_AT, TOKEN_COMMA,
    TOKEN_SLASH, TOKEN_SLASH_SLASH,
    TOKEN_OR, TOKEN_AND, TOKEN_EQ, TOKEN_NE, TOKEN_LT, TOKEN_LE, TOKEN_GT, TOKEN_GE, TOKEN_PLUS, TOKEN_MINUS,
    TOKEN_MULTIPLY, TOKEN_DIV, TOKEN_MOD, TOKEN_PIPE
};

struct xpath_lexer {
    struct str text;
    size_t at;        /* next character */
    bool operand;     /* the last token ended an operand: names and * are operators now */
    enum xpath_token token;
    struct str piece; /* the token's text: a name, a literal without quotes, a number's digits */
    size_t start;
};

void xpath_lexer_start(struct xpath_lexer *l, struct str text);
void xpath_lexer_next(struct xpath_lexer *l);
/* The next character that is no white space, without moving: tells a call from a name. 0 at the end. */
char xpath_lexer_peek(const struct xpath_lexer *l);

#endif
