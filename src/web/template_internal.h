/* template_internal.h: the compiled form, shared by template.c (compiles) and render.c (runs). */
#ifndef WEB_TEMPLATE_INTERNAL_H
#define WEB_TEMPLATE_INTERNAL_H

#include "base/map.h"
#include "web/template.h"

enum { PATH_PARTS = 6, SENTENCE_ARGUMENTS = 6, PART_ARGUMENTS = 12, PART_DEPTH = 16, RENDER_STEPS = 1000000 };

/* Where a value stands decides how it is written. */
enum escape { ESCAPE_TEXT, ESCAPE_ATTRIBUTE, ESCAPE_URL_START, ESCAPE_URL_PART };

enum operand_kind { OPERAND_PATH, OPERAND_LITERAL, OPERAND_SENTENCE };

struct operand {
    enum operand_kind kind;
    struct str *parts;            /* a path, of one part at least; parts[0] "." is the current item, "@number" … of the loop */
    size_t part_count;
    struct str literal;           /* a literal, or the sentence's key */
    struct operand *arguments;    /* of a sentence */
    size_t argument_count;
};

struct argument {
    struct str name;
    struct operand value;
};

enum node_kind { NODE_LITERAL, NODE_VALUE, NODE_IF, NODE_EACH, NODE_PART, NODE_CONTENT };

struct nodes {
    struct node *items;
    size_t count, capacity;
};

struct node {
    enum node_kind kind;
    int line;
    struct str text;          /* literal; name of a part */
    enum escape escape;
    struct operand operand;   /* value, condition, list */
    bool negated, compared;   /* condition: not …, … == other (negated: !=) */
    struct str other;
    struct nodes body, otherwise;
    struct argument *arguments;
    size_t argument_count;
};

struct part {
    struct str file;
    struct nodes nodes;
};

struct templates {
    struct arena *arena;
    const struct templates *base;
    struct map parts;         /* name -> struct part */
    struct str (*words)(void *arg, enum language language, struct str key);
    void *words_arg;
};

const struct part *part_find(const struct templates *t, struct str name);

#endif
