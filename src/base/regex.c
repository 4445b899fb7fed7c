/* regex.c: patterns to programs, and the three functions of regex.h. Whatever XPath does not allow is refused. */
#include "base/regex_program.h"

#include <string.h>
#include <unicode/uchar.h>

enum { PROGRAM_MAX = 20000, NEST_MAX = 100, GROUPS_MAX = 200, REPEAT_MAX = 1000 };

struct compiler {
    struct regex_program *program;
    struct str pattern;
    size_t at;
    int depth;
    bool failed;
    bool closed[GROUPS_MAX + 1]; /* groups a back-reference may name */
};

static void refuse(struct compiler *c) {
    c->failed = true;
}

static bool more(const struct compiler *c) {
    return c->at < c->pattern.n && !c->failed;
}

static char peek(const struct compiler *c) {
    return c->at < c->pattern.n ? c->pattern.p[c->at] : 0;
}

static bool take(struct compiler *c, char wanted) {
    if (!more(c) || peek(c) != wanted) return false;
    c->at++;
    return true;
}

static size_t emit(struct compiler *c, enum regex_op op, uint32_t x, uint32_t y) {
    struct regex_program *p = c->program;
    struct regex_instruction in = {op, x, y};
    if (p->count >= PROGRAM_MAX) {
        refuse(c);
        return 0;
    }
    VEC_PUSH(p->arena, p->code, p->count, p->capacity, in);
    return p->count - 1;
}

/* ---- classes ---- */

static struct regex_set *new_set(struct compiler *c) {
    struct regex_program *p = c->program;
    struct regex_set *set = arena_new(p->arena, struct regex_set);
    VEC_PUSH(p->arena, p->sets, p->set_count, p->set_capacity, set);
    return set;
}

static void add_item(struct compiler *c, struct regex_set *set, struct regex_item item) {
    VEC_PUSH(c->program->arena, set->items, set->count, set->capacity, item);
}

static bool block_number(struct str name, uint32_t *out) {
    char text[64];
    for (size_t i = 0; i < name.n; i++) /* as XML Schema writes them: without blanks and underscores */
        if (name.p[i] == ' ' || name.p[i] == '_' || (unsigned char)name.p[i] >= 0x80) return false;
    if (name.n == 0 || name.n >= sizeof text) return false;
    memcpy(text, name.p, name.n);
    text[name.n] = 0;
    const char *known = strcmp(text, "Greek") == 0 ? "GreekandCoptic" : text; /* "Greek" is the name of Unicode 3.1 */
    int32_t block = u_getPropertyValueEnum(UCHAR_BLOCK, known);
    *out = (uint32_t)block;
    return block > 0;
}

static bool category_mask(struct str name, uint32_t *out) {
    char text[3] = {0};
    static const char groups[] = "LMNPZSC";
    if (name.n == 0 || name.n > 2 || !strchr(groups, name.p[0]) || name.p[0] == 0) return false;
    memcpy(text, name.p, name.n);
    if (strcmp(text, "LC") == 0 || strcmp(text, "Cs") == 0) return false; /* surrogates are no characters here */
    int32_t mask = u_getPropertyValueEnum(UCHAR_GENERAL_CATEGORY_MASK, text);
    if (mask == UCHAR_INVALID_CODE || mask == 0) return false;
    *out = (uint32_t)mask;
    return true;
}

/* After \p or \P. */
static void property_item(struct compiler *c, struct regex_set *set, bool negated) {
    struct regex_item item = {.kind = ITEM_CATEGORY, .negated = negated};
    ptrdiff_t end = str_find_byte(str_sub(c->pattern, c->at, c->pattern.n), '}');
    if (!take(c, '{') || end < 2) {
        refuse(c);
        return;
    }
    struct str name = str_sub(c->pattern, c->at, c->at + (size_t)end - 1);
    c->at += (size_t)end;
    bool good;
    if (str_starts(name, STR("Is"))) {
        item.kind = ITEM_BLOCK;
        good = block_number(str_sub(name, 2, name.n), &item.from);
    } else {
        good = category_mask(name, &item.from);
    }
    if (good) add_item(c, set, item);
    else refuse(c);
}

/* After a backslash: a class such as \d into the set. False when it is a single character. */
static bool class_escape(struct compiler *c, struct regex_set *set) {
    static const char letters[] = "dDsSwWiIcC";
    static const enum regex_item_kind kinds[] = {ITEM_DIGIT, ITEM_SPACE, ITEM_WORD, ITEM_NAME_START, ITEM_NAME};
    char letter = peek(c);
    if (letter == 'p' || letter == 'P') {
        c->at++;
        property_item(c, set, letter == 'P');
        return true;
    }
    const char *known = letter ? strchr(letters, letter) : NULL;
    if (!known) return false;
    c->at++;
    add_item(c, set, (struct regex_item){.kind = kinds[(known - letters) / 2], .negated = (known - letters) % 2 == 1});
    return true;
}

static uint32_t single_escape(struct compiler *c) {
    static const char from[] = "nrt\\|.?*+(){}-[]^$", to[] = "\n\r\t\\|.?*+(){}-[]^$";
    const char *known = peek(c) ? strchr(from, peek(c)) : NULL;
    if (!known) {
        refuse(c);
        return 0;
    }
    c->at++;
    return (uint32_t)to[known - from];
}

/* One character of a class, after its escape if any. */
static uint32_t class_character(struct compiler *c) {
    uint32_t v = 0;
    if (peek(c) == '[' || peek(c) == ']') refuse(c);
    if (take(c, '\\')) return single_escape(c);
    if (!utf8_next(c->pattern, &c->at, &v)) refuse(c);
    return v;
}

static void parse_set(struct compiler *c, struct regex_set *set);

static void class_part(struct compiler *c, struct regex_set *set) {
    if (peek(c) == '\\') {
        c->at++;
        if (class_escape(c, set)) return;
        c->at--;
    }
    uint32_t from = class_character(c), to = from;
    bool range =
        peek(c) == '-' && c->at + 1 < c->pattern.n && c->pattern.p[c->at + 1] != ']' && c->pattern.p[c->at + 1] != '[';
    if (range) {
        c->at++;
        to = class_character(c);
    }
    if (to < from) refuse(c);
    add_item(c, set, (struct regex_item){.kind = ITEM_RANGE, .from = from, .to = to});
}

/* After "[". */
static void parse_set(struct compiler *c, struct regex_set *set) {
    if (++c->depth > NEST_MAX) refuse(c);
    set->negated = take(c, '^');
    while (more(c) && peek(c) != ']') {
        if (peek(c) == '-' && c->at + 1 < c->pattern.n && c->pattern.p[c->at + 1] == '[' && set->count) {
            c->at += 2;
            set->without = arena_new(c->program->arena, struct regex_set);
            parse_set(c, set->without);
            if (peek(c) != ']') refuse(c);
            break;
        }
        class_part(c, set);
    }
    if (!take(c, ']') || set->count == 0) refuse(c);
    c->depth--;
}

/* ---- atoms and repetition ---- */

static void parse_alternatives(struct compiler *c);

static void parse_group(struct compiler *c) {
    bool captures = true;
    if (take(c, '?')) {
        captures = false;
        if (!take(c, ':')) refuse(c);
    }
    uint32_t group = 0;
    if (captures) {
        group = ++c->program->group_count;
        if (group > GROUPS_MAX) {
            refuse(c);
            return;
        }
        emit(c, RX_SAVE, group * 2, 0);
    }
    if (++c->depth > NEST_MAX) refuse(c);
    if (!c->failed) parse_alternatives(c);
    c->depth--;
    if (!take(c, ')')) refuse(c);
    if (!captures) return;
    emit(c, RX_SAVE, group * 2 + 1, 0);
    c->closed[group] = true;
}

/* \12 is group 12 where there are as many, else group 1 followed by a 2. */
static void back_reference(struct compiler *c) {
    uint32_t group = (uint32_t)(c->pattern.p[c->at++] - '0');
    while (more(c) && peek(c) >= '0' && peek(c) <= '9' &&
           group * 10 + (uint32_t)(peek(c) - '0') <= c->program->group_count)
        group = group * 10 + (uint32_t)(c->pattern.p[c->at++] - '0');
    if (group > c->program->group_count || !c->closed[group]) refuse(c);
    emit(c, RX_SAME_AGAIN, group, 0);
}

static void parse_escape(struct compiler *c) {
    if (peek(c) >= '1' && peek(c) <= '9') {
        back_reference(c);
        return;
    }
    struct regex_set *set = new_set(c);
    if (class_escape(c, set)) {
        emit(c, RX_SET, (uint32_t)c->program->set_count - 1, 0);
        return;
    }
    c->program->set_count--;
    emit(c, RX_CHAR, single_escape(c), 0);
}

static void parse_atom(struct compiler *c) {
    uint32_t v;
    if (take(c, '(')) {
        parse_group(c);
    } else if (take(c, '[')) {
        struct regex_set *set = new_set(c);
        uint32_t number = (uint32_t)c->program->set_count - 1;
        parse_set(c, set);
        emit(c, RX_SET, number, 0);
    } else if (take(c, '\\')) {
        parse_escape(c);
    } else if (take(c, '.')) {
        emit(c, c->program->dot_all ? RX_ANY_AT_ALL : RX_ANY, 0, 0);
    } else if (take(c, '^')) {
        emit(c, RX_LINE_START, 0, 0);
    } else if (take(c, '$')) {
        emit(c, RX_LINE_END, 0, 0);
    } else if (strchr("?*+{}])", peek(c))) {
        refuse(c);
    } else if (utf8_next(c->pattern, &c->at, &v)) {
        emit(c, RX_CHAR, v, 0);
    }
}

static uint32_t parse_count(struct compiler *c) {
    uint32_t v = 0;
    size_t start = c->at;
    while (more(c) && peek(c) >= '0' && peek(c) <= '9') {
        v = v * 10 + (uint32_t)(c->pattern.p[c->at++] - '0');
        if (v > REPEAT_MAX) refuse(c);
    }
    if (c->at == start) refuse(c);
    return v;
}

enum { NO_LIMIT = UINT32_MAX };

static bool parse_quantifier(struct compiler *c, uint32_t *least, uint32_t *most) {
    *least = 0;
    *most = NO_LIMIT;
    if (take(c, '*')) return true;
    if (take(c, '?')) {
        *most = 1;
        return true;
    }
    if (take(c, '+')) {
        *least = 1;
        return true;
    }
    if (!take(c, '{')) return false;
    *least = *most = parse_count(c);
    if (take(c, ',')) *most = peek(c) == '}' ? NO_LIMIT : parse_count(c);
    if (!take(c, '}') || *most < *least) refuse(c);
    return true;
}

/* A copy of the instructions from..to at the end; jumps inside move along. */
static void copy_code(struct compiler *c, const struct regex_instruction *code, size_t count, size_t from) {
    size_t base = c->program->count;
    for (size_t i = 0; i < count && !c->failed; i++) {
        struct regex_instruction in = code[i];
        if (in.op == RX_SPLIT || in.op == RX_JUMP) in.x += (uint32_t)(base - from);
        if (in.op == RX_SPLIT) in.y += (uint32_t)(base - from);
        emit(c, in.op, in.x, in.y);
    }
}

static void set_split(struct compiler *c, size_t at, size_t body, size_t after, bool lazy) {
    if (c->failed) return;
    c->program->code[at].x = (uint32_t)(lazy ? after : body);
    c->program->code[at].y = (uint32_t)(lazy ? body : after);
}

/* The atom compiled at `from` becomes: least copies, then up to most - least optional ones, or a loop. */
static void repeat(struct compiler *c, size_t from, uint32_t least, uint32_t most, bool lazy) {
    struct regex_program *p = c->program;
    size_t count = p->count - from;
    struct regex_instruction *code = arena_array(p->arena, struct regex_instruction, count);
    if (count) memcpy(code, p->code + from, count * sizeof *code);
    p->count = from;
    for (uint32_t i = 0; i < least && !c->failed; i++) copy_code(c, code, count, from);
    if (most == NO_LIMIT) {
        bool takes_one = count == 1 &&
                         (code->op == RX_CHAR || code->op == RX_ANY || code->op == RX_ANY_AT_ALL || code->op == RX_SET);
        size_t split = emit(c, RX_SPLIT, 0, 0);
        uint32_t slot = takes_one ? 0 : p->slot_count++;
        if (!takes_one) emit(c, RX_SAVE, slot, 0);
        copy_code(c, code, count, from);
        if (!takes_one) emit(c, RX_PROGRESS, slot, 0);
        emit(c, RX_JUMP, (uint32_t)split, 0);
        set_split(c, split, split + 1, p->count, lazy);
        return;
    }
    for (uint32_t i = least; i < most && !c->failed; i++) {
        size_t split = emit(c, RX_SPLIT, 0, 0);
        copy_code(c, code, count, from);
        set_split(c, split, split + 1, p->count, lazy);
    }
}

static void parse_branch(struct compiler *c) {
    uint32_t least, most;
    while (more(c) && peek(c) != '|' && peek(c) != ')') {
        size_t from = c->program->count;
        parse_atom(c);
        if (!more(c) || !parse_quantifier(c, &least, &most)) continue;
        repeat(c, from, least, most, take(c, '?'));
    }
}

static void parse_alternatives(struct compiler *c) {
    struct regex_program *p = c->program;
    size_t from = p->count;
    parse_branch(c);
    while (take(c, '|')) {
        /* put a split before what there is, and a jump over the rest after it */
        size_t count = p->count - from;
        struct regex_instruction *code = arena_array(p->arena, struct regex_instruction, count);
        if (count) memcpy(code, p->code + from, count * sizeof *code);
        p->count = from;
        size_t split = emit(c, RX_SPLIT, 0, 0);
        copy_code(c, code, count, from);
        size_t jump = emit(c, RX_JUMP, 0, 0);
        set_split(c, split, split + 1, p->count, false);
        from = p->count;
        parse_alternatives(c);
        if (!c->failed) p->code[jump].x = (uint32_t)p->count;
    }
}

/* ---- the whole pattern ---- */

/* Flag x: white space outside of classes goes first, so that it may stand even inside \p{ … }. */
static struct str without_space(struct arena *a, struct str pattern) {
    struct buf out;
    int depth = 0;
    buf_init(&out, a, pattern.n + 1);
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (depth == 0 && space) continue;
        if (c == '\\' && i + 1 < pattern.n && (depth || !strchr(" \t\n\r", pattern.p[i + 1]))) {
            buf_byte(&out, c);
            c = pattern.p[++i];
        } else if (c == '[') {
            depth++;
        } else if (c == ']' && depth) {
            depth--;
        }
        buf_byte(&out, c);
    }
    return buf_str(&out);
}

static void compile_literal(struct compiler *c) {
    uint32_t v;
    while (more(c) && utf8_next(c->pattern, &c->at, &v)) emit(c, RX_CHAR, v, 0);
}

enum regex_result regex_compile(struct arena *a, struct str pattern, struct str flags, struct regex_program *out) {
    *out = (struct regex_program){.arena = a};
    bool quoted = false, spaced = false;
    for (size_t i = 0; i < flags.n; i++) {
        switch (flags.p[i]) {
        case 's': out->dot_all = true; break;
        case 'm': out->multi_line = true; break;
        case 'i': out->ignore_case = true; break;
        case 'x': spaced = true; break;
        case 'q': quoted = true; break;
        default: return REGEX_INVALID;
        }
    }
    if (pattern.n > 20000) return REGEX_INVALID;
    struct compiler c = {.program = out, .pattern = spaced && !quoted ? without_space(a, pattern) : pattern};
    out->slot_count = 2; /* those of loops lie behind those of as many groups as there can be */
    for (size_t i = 0; i < pattern.n; i++) out->slot_count += pattern.p[i] == '(' ? 2 : 0;
    emit(&c, RX_SAVE, 0, 0);
    if (quoted) compile_literal(&c);
    else parse_alternatives(&c);
    emit(&c, RX_SAVE, 1, 0);
    emit(&c, RX_MATCH, 0, 0);
    return c.failed || c.at != c.pattern.n ? REGEX_INVALID : REGEX_DONE;
}

enum regex_result regex_matches(struct arena *a, struct str input, struct str pattern, struct str flags, int64_t *steps,
                                bool *out) {
    struct regex_program p;
    struct regex_search s;
    enum regex_result r = regex_compile(a, pattern, flags, &p);
    if (r != REGEX_DONE) return r;
    regex_search_init(&s, &p, input, steps);
    return regex_find(&s, 0, out);
}

/* A pattern that matches the empty text would match everywhere: an error in XPath (FORX0003). */
static enum regex_result compile_for_cutting(struct arena *a, struct str pattern, struct str flags,
                                             int64_t *steps,
                                             struct regex_program *p) {
    struct regex_search s;
    bool found;
    enum regex_result r = regex_compile(a, pattern, flags, p);
    if (r != REGEX_DONE) return r;
    regex_search_init(&s, p, STR_NONE, steps);
    r = regex_find(&s, 0, &found);
    return r == REGEX_DONE && found ? REGEX_INVALID : r;
}

/* The replacement checked once: false when a $ or \ stands in it that means nothing. */
static bool replacement_valid(struct str r, bool quoted) {
    for (size_t i = 0; i < r.n && !quoted; i++) {
        if (r.p[i] != '\\' && r.p[i] != '$') continue;
        char next = i + 1 < r.n ? r.p[i + 1] : 0;
        if (r.p[i] == '\\' ? next != '\\' && next != '$' : next < '0' || next > '9') return false;
        i++;
    }
    return true;
}

static void put_group(struct buf *out, const struct regex_search *s, uint32_t group) {
    size_t from = s->slots[group * 2], to = s->slots[group * 2 + 1];
    if (from != REGEX_UNSET && to != REGEX_UNSET && from <= to) buf_add(out, str_sub(s->input, from, to));
}

static void put_replacement(struct buf *out, const struct regex_search *s, struct str r, bool quoted) {
    if (quoted) {
        buf_add(out, r);
        return;
    }
    for (size_t i = 0; i < r.n; i++) {
        if (r.p[i] == '\\') {
            buf_byte(out, r.p[++i]);
        } else if (r.p[i] == '$') {
            uint32_t group = (uint32_t)(r.p[++i] - '0');
            while (i + 1 < r.n && r.p[i + 1] >= '0' && r.p[i + 1] <= '9' &&
                   group * 10 + (uint32_t)(r.p[i + 1] - '0') <= s->program->group_count)
                group = group * 10 + (uint32_t)(r.p[++i] - '0');
            if (group <= s->program->group_count) put_group(out, s, group);
        } else {
            buf_byte(out, r.p[i]);
        }
    }
}

enum regex_result regex_replace(struct buf *out, struct str input, struct str pattern, struct str replacement,
                                struct str flags, int64_t *steps) {
    struct regex_program p;
    struct regex_search s;
    bool found = true, quoted = str_find_byte(flags, 'q') >= 0;
    enum regex_result r = compile_for_cutting(out->arena, pattern, flags, steps, &p);
    if (r != REGEX_DONE) return r;
    if (!replacement_valid(replacement, quoted)) return REGEX_INVALID;
    regex_search_init(&s, &p, input, steps);
    size_t at = 0, search = 0;
    while (search <= input.n && !out->full) {
        if ((r = regex_find(&s, search, &found)) != REGEX_DONE) return r;
        if (!found) break;
        size_t from = s.slots[0], to = s.slots[1];
        buf_add(out, str_sub(input, at, from));
        put_replacement(out, &s, replacement, quoted);
        at = to;
        search = to > from ? to : to + 1;
    }
    buf_add(out, str_sub(input, at, input.n));
    return REGEX_DONE;
}

enum regex_result regex_split(struct arena *a, struct str input, struct str pattern, struct str flags, int64_t *steps,
                              struct str **out, size_t *out_count) {
    struct regex_program p;
    struct regex_search s;
    bool found = true;
    size_t capacity = 0, at = 0, search = 0;
    *out = NULL;
    *out_count = 0;
    enum regex_result r = compile_for_cutting(a, pattern, flags, steps, &p);
    if (r != REGEX_DONE) return r;
    regex_search_init(&s, &p, input, steps);
    while (search <= input.n) {
        if ((r = regex_find(&s, search, &found)) != REGEX_DONE) return r;
        if (!found) break;
        VEC_PUSH(a, *out, *out_count, capacity, str_sub(input, at, s.slots[0]));
        at = s.slots[1];
        search = s.slots[1] > s.slots[0] ? at : at + 1;
    }
    VEC_PUSH(a, *out, *out_count, capacity, str_sub(input, at, input.n));
    return REGEX_DONE;
}
