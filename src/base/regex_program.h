/* regex_program.h: the compiled form of a pattern, between regex.c and regex_match.c. */
#ifndef BASE_REGEX_PROGRAM_H
#define BASE_REGEX_PROGRAM_H

#include "base/regex.h"

enum regex_op {
    RX_CHAR,       /* x: code point */
    RX_ANY,        /* all but line ends */
    RX_ANY_AT_ALL,
    RX_SET,        /* x: number of the set */
    RX_SPLIT,      /* try x first, then y */
    RX_JUMP,       /* x */
    RX_SAVE,       /* position into slot x */
    RX_PROGRESS,   /* fail unless the position moved since slot x was saved: a loop whose body took nothing */
    RX_LINE_START,
    RX_LINE_END,
    RX_SAME_AGAIN, /* what group x took */
    RX_MATCH,
};

struct regex_instruction {
    enum regex_op op;
    uint32_t x, y;
};

enum regex_item_kind { ITEM_RANGE, ITEM_DIGIT, ITEM_SPACE, ITEM_WORD, ITEM_NAME_START, ITEM_NAME, ITEM_CATEGORY, ITEM_BLOCK };

struct regex_item {
    enum regex_item_kind kind;
    bool negated;
    uint32_t from, to; /* of a range; categories: mask in `from`; block: its number */
};

struct regex_set {
    bool negated;
    size_t count, capacity;
    struct regex_item *items;
    struct regex_set *without; /* [a-z-[aeiou]] */
};

struct regex_program {
    struct arena *arena;
    struct regex_instruction *code;
    size_t count, capacity;
    struct regex_set **sets;
    size_t set_count, set_capacity;
    uint32_t group_count; /* without the whole */
    uint32_t slot_count;  /* 2 a group, and those of loops */
    bool dot_all, multi_line, ignore_case;
};

enum regex_result regex_compile(struct arena *a, struct str pattern, struct str flags, struct regex_program *out);

/* One search after another in the same input, with one budget. */
struct regex_search {
    const struct regex_program *program;
    struct str input;
    int64_t *steps;
    size_t *slots; /* byte offsets: 2g begins group g, 2g + 1 ends it; REGEX_UNSET */
    struct regex_frame *stack;
    size_t capacity;
};
#define REGEX_UNSET SIZE_MAX

void regex_search_init(struct regex_search *s, const struct regex_program *p, struct str input, int64_t *steps);
/* The first match at or after `from`; *found false when there is none. */
enum regex_result regex_find(struct regex_search *s, size_t from, bool *found);
bool regex_set_has(const struct regex_set *set, uint32_t c, bool ignore_case);

#endif
