/* regex_match.c: runs a program of regex.c over a text. Choices not yet tried lie on a stack together with the slots
 * to be put back; both its height and the number of steps have a limit. */
#include "base/regex_program.h"

#include <unicode/uchar.h>

enum { STACK_MAX = 200000 };

/* A choice (slot REGEX_UNSET: go on at pc with the position) or a slot's former value. */
struct regex_frame {
    size_t slot, value;
    uint32_t pc;
};

/* ---- sets ---- */

static bool has_category(uint32_t c, uint32_t mask) {
    return (U_MASK(u_charType((UChar32)c)) & mask) != 0;
}

static bool is_name_start(uint32_t c) {
    return c == '_' || c == ':' || has_category(c, U_GC_L_MASK | U_GC_NL_MASK);
}

static bool is_name_part(uint32_t c) {
    return is_name_start(c) || c == '-' || c == '.' || c == 0xB7 || has_category(c, U_GC_ND_MASK | U_GC_M_MASK);
}

static bool in_class(const struct regex_item *item, uint32_t c) {
    switch (item->kind) {
    case ITEM_RANGE: return c >= item->from && c <= item->to;
    case ITEM_DIGIT: return has_category(c, U_GC_ND_MASK);
    case ITEM_SPACE: return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    case ITEM_WORD: return !has_category(c, U_GC_P_MASK | U_GC_Z_MASK | U_GC_C_MASK);
    case ITEM_NAME_START: return is_name_start(c);
    case ITEM_NAME: return is_name_part(c);
    case ITEM_CATEGORY: return has_category(c, item->from);
    case ITEM_BLOCK: return (uint32_t)ublock_getCode((UChar32)c) == item->from;
    }
    return false;
}

static bool item_has(const struct regex_item *item, uint32_t c) {
    return in_class(item, c) != item->negated;
}

/* Letters besides the usual pair that differ only in case: Unicode's folding makes one of each row. */
static const uint32_t case_orbits[][2] = {
    {'k', 0x212A},  {'s', 0x17F},   {0xE5, 0x212B}, {0x3C9, 0x2126}, {0x3BC, 0xB5},  {0x3B8, 0x3D1}, {0x3C3, 0x3C2},
    {0x3B2, 0x3D0}, {0x3B5, 0x3F5}, {0x3C6, 0x3D5}, {0x3C0, 0x3D6},  {0x3BA, 0x3F0}, {0x3C1, 0x3F1}};

/* The characters that are `c` but for the case; returns how many. */
static int case_variants(uint32_t c, uint32_t out[8]) {
    uint32_t folded = (uint32_t)u_foldCase((UChar32)c, U_FOLD_CASE_DEFAULT);
    int n = 0;
    out[n++] = c;
    out[n++] = folded;
    out[n++] = (uint32_t)u_tolower((UChar32)c);
    out[n++] = (uint32_t)u_toupper((UChar32)folded);
    out[n++] = (uint32_t)u_totitle((UChar32)folded);
    for (size_t i = 0; i < sizeof case_orbits / sizeof *case_orbits; i++)
        if (case_orbits[i][0] == folded) out[n++] = case_orbits[i][1];
    return n;
}

static bool any_item_has(const struct regex_set *set, uint32_t c, bool ignore_case) {
    uint32_t variants[8] = {c};
    int n = ignore_case ? case_variants(c, variants) : 1;
    for (size_t i = 0; i < set->count; i++) {
        const struct regex_item *item = &set->items[i];
        if (item_has(item, c)) return true;
        for (int k = 1; k < n && item->kind == ITEM_RANGE; k++)
            if (item_has(item, variants[k])) return true;
    }
    return false;
}

bool regex_set_has(const struct regex_set *set, uint32_t c, bool ignore_case) {
    bool has = any_item_has(set, c, ignore_case) != set->negated;
    return has && !(set->without && regex_set_has(set->without, c, ignore_case));
}

/* ---- the machine ---- */

void regex_search_init(struct regex_search *s, const struct regex_program *p, struct str input, int64_t *steps) {
    *steps -= (int64_t)p->count;
    *s = (struct regex_search){.program = p, .input = input, .steps = steps};
    s->slots = arena_array(p->arena, size_t, p->slot_count);
}

static bool same_character(uint32_t a, uint32_t b, bool ignore_case) {
    if (a == b) return true;
    return ignore_case && u_foldCase((UChar32)a, U_FOLD_CASE_DEFAULT) == u_foldCase((UChar32)b, U_FOLD_CASE_DEFAULT);
}

/* In lines: a line end that closes the text begins no further line (F&O 5.6.1.1). */
static bool at_line_start(const struct regex_search *s, size_t at) {
    if (at == 0) return true;
    return s->program->multi_line && s->input.p[at - 1] == '\n' && at < s->input.n;
}

static bool at_line_end(const struct regex_search *s, size_t at) {
    if (!s->program->multi_line) return at == s->input.n;
    if (at == s->input.n) return at == 0 || s->input.p[at - 1] != '\n';
    return s->input.p[at] == '\n';
}

static bool same_again(const struct regex_search *s, uint32_t group, size_t *at) {
    size_t from = s->slots[group * 2], to = s->slots[group * 2 + 1];
    if (from == REGEX_UNSET || to == REGEX_UNSET) return true; /* a group that took no part matches nothing */
    size_t next = *at;
    while (from < to) {
        uint32_t a, b;
        utf8_next(s->input, &from, &a);
        if (!utf8_next(s->input, &next, &b) || !same_character(a, b, s->program->ignore_case)) return false;
    }
    *at = next;
    return true;
}

static bool push(struct regex_search *s, size_t *top, struct regex_frame frame) {
    if (*top >= STACK_MAX) return false;
    VEC_PUSH(s->program->arena, s->stack, *top, s->capacity, frame);
    return true;
}

/* Consumes or asserts; false: this way is closed. */
static bool step(struct regex_search *s, const struct regex_instruction *in, size_t *at) {
    uint32_t c;
    switch (in->op) {
    case RX_CHAR: return utf8_next(s->input, at, &c) && same_character(c, in->x, s->program->ignore_case);
    case RX_ANY: return utf8_next(s->input, at, &c) && c != '\n' && c != '\r';
    case RX_ANY_AT_ALL: return utf8_next(s->input, at, &c);
    case RX_SET:
        return utf8_next(s->input, at, &c) && regex_set_has(s->program->sets[in->x], c, s->program->ignore_case);
    case RX_PROGRESS: return *at != s->slots[in->x];
    case RX_LINE_START: return at_line_start(s, *at);
    case RX_LINE_END: return at_line_end(s, *at);
    case RX_SAME_AGAIN: return same_again(s, in->x, at);
    default: return true;
    }
}

/* Back to the latest choice: false when there is none. */
static bool go_back(struct regex_search *s, size_t *top, uint32_t *pc, size_t *at) {
    while (*top > 0) {
        struct regex_frame frame = s->stack[--*top];
        if (frame.slot == REGEX_UNSET) {
            *pc = frame.pc;
            *at = frame.value;
            return true;
        }
        s->slots[frame.slot] = frame.value;
    }
    return false;
}

static enum regex_result match_at(struct regex_search *s, size_t at, bool *found) {
    const struct regex_instruction *code = s->program->code;
    size_t top = 0;
    uint32_t pc = 0;
    *found = false;
    for (;;) {
        if (--*s->steps < 0) return REGEX_TOO_LONG;
        const struct regex_instruction *in = &code[pc++];
        bool open = true, room = true;
        switch (in->op) {
        case RX_MATCH: *found = true; return REGEX_DONE;
        case RX_JUMP: pc = in->x; break;
        case RX_SPLIT:
            room = push(s, &top, (struct regex_frame){REGEX_UNSET, at, in->y});
            pc = in->x;
            break;
        case RX_SAVE:
            room = push(s, &top, (struct regex_frame){in->x, s->slots[in->x], 0});
            s->slots[in->x] = at;
            break;
        default: open = step(s, in, &at); break;
        }
        if (!room) return REGEX_TOO_LONG;
        if (!open && !go_back(s, &top, &pc, &at)) return REGEX_DONE;
    }
}

enum regex_result regex_find(struct regex_search *s, size_t from, bool *found) {
    *found = false;
    for (uint32_t i = 0; i < s->program->slot_count; i++) s->slots[i] = REGEX_UNSET;
    for (size_t at = from;;) { /* a start that fails puts all slots back */
        enum regex_result r = match_at(s, at, found);
        if (r != REGEX_DONE || *found) return r;
        uint32_t c;
        if (!utf8_next(s->input, &at, &c)) return REGEX_DONE;
    }
}
