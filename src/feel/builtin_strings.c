/* builtin_strings.c: the functions on text (10.3.4.3). Positions and lengths count characters (code points). Patterns
 * are in regex.c. */
#include "feel/internal.h"
#include "base/regex.h"

#include <string.h>
#include <unicode/ucasemap.h>

void feel_text_begin(struct buf *out, struct arena *a) {
    buf_init(out, a, FEEL_MAX_STRING);
}

struct feel_value feel_text_end(const struct site *s, const struct buf *out) {
    if (out->full || out->n > FEEL_MAX_STRING) return NULL_SITE(s, "feel.too-large", T("The text is too long."));
    if (!feel_spend(s->env, (int64_t)out->n / 64)) return feel_null();
    return feel_string(buf_str(out));
}

/* Offset of the character number `count` from here. */
static size_t skip_characters(struct str s, size_t at, int64_t count) {
    uint32_t c;
    while (count-- > 0 && utf8_next(s, &at, &c)) {
    }
    return at;
}

static bool whole_number(struct decimal v, int64_t *out) {
    struct decimal whole;
    return decimal_round(v, 0, DECIMAL_DOWN, &whole) && decimal_to_int(whole, out);
}

static struct feel_value run_substring(const struct site *s, const struct feel_value *a, size_t n) {
    struct str text = a[0].string;
    int64_t start, wanted, length = (int64_t)utf8_count(text);
    if (!whole_number(a[1].number, &start) || start == 0 || start > length || start < -length)
        return NULL_SITE(s, "feel.no-position", T("There is no such position in the text."));
    start = start > 0 ? start - 1 : length + start;
    wanted = length - start;
    if (n > 2 && a[2].kind == FEEL_NUMBER && (!whole_number(a[2].number, &wanted) || wanted < 1))
        return NULL_SITE(s, "feel.bad-length", T("The length must be at least 1."));
    size_t from = skip_characters(text, 0, start);
    return feel_string(str_sub(text, from, skip_characters(text, from, wanted)));
}

static struct feel_value run_length(const struct site *s, const struct feel_value *a, size_t n) {
    (void)s, (void)n;
    return feel_integer((int64_t)utf8_count(a[0].string));
}

/* Full case mapping of Unicode, without the habits of a language. */
static struct feel_value change_case(const struct site *s, struct str text,
                                     int32_t (*map)(const UCaseMap *, char *, int32_t, const char *, int32_t,
                                                    UErrorCode *)) {
    UErrorCode status = U_ZERO_ERROR;
    if (!feel_spend(s->env, (int64_t)text.n / 64)) return feel_null();
    UCaseMap *root = ucasemap_open("", 0, &status);
    size_t room = text.n * 3 + 1;
    char *out = arena_alloc_raw(s->env->arena, room);
    int32_t n = U_SUCCESS(status) ? map(root, out, (int32_t)room, text.p ? text.p : "", (int32_t)text.n, &status) : 0;
    if (root) ucasemap_close(root);
    return U_FAILURE(status) ? feel_null() : feel_string((struct str){out, (size_t)n});
}

static struct feel_value run_upper(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    return change_case(s, a[0].string, ucasemap_utf8ToUpper);
}

static struct feel_value run_lower(const struct site *s, const struct feel_value *a, size_t n) {
    (void)n;
    return change_case(s, a[0].string, ucasemap_utf8ToLower);
}

/* memmem is linear; str_find is for short texts. */
static ptrdiff_t find(struct str text, struct str piece) {
    if (piece.n == 0) return 0;
    const char *at = text.n ? memmem(text.p, text.n, piece.p, piece.n) : NULL;
    return at ? at - text.p : -1;
}

static struct feel_value run_before(const struct site *s, const struct feel_value *a, size_t n) {
    ptrdiff_t at = find(a[0].string, a[1].string);
    (void)s, (void)n;
    return feel_string(at < 0 ? STR("") : str_sub(a[0].string, 0, (size_t)at));
}

static struct feel_value run_after(const struct site *s, const struct feel_value *a, size_t n) {
    ptrdiff_t at = find(a[0].string, a[1].string);
    (void)s, (void)n;
    return feel_string(at < 0 ? STR("") : str_sub(a[0].string, (size_t)at + a[1].string.n, a[0].string.n));
}

static struct feel_value run_contains(const struct site *s, const struct feel_value *a, size_t n) {
    (void)s, (void)n;
    return feel_boolean(find(a[0].string, a[1].string) >= 0);
}

static struct feel_value run_starts(const struct site *s, const struct feel_value *a, size_t n) {
    (void)s, (void)n;
    return feel_boolean(str_starts(a[0].string, a[1].string));
}

static struct feel_value run_ends(const struct site *s, const struct feel_value *a, size_t n) {
    (void)s, (void)n;
    return feel_boolean(str_ends(a[0].string, a[1].string));
}

static struct str flags_of(const struct feel_value *a, size_t n, size_t at) {
    return n > at && a[at].kind == FEEL_STRING ? a[at].string : STR_NONE;
}

static struct feel_value bad_pattern(const struct site *s, enum regex_result result, struct str pattern) {
    if (result == REGEX_TOO_LONG)
        return NULL_SITE(s, "feel.too-long", T("Searching for the pattern “{0}” takes too long and was stopped."),
                         pattern);
    return NULL_SITE(s, "feel.bad-pattern", T("“{0}” with these flags or this replacement is not a valid pattern."),
                     pattern);
}

/* Ten steps of a pattern are one of ours; so a loop of patterns comes to an end too. */
enum { PATTERN_STEPS = 10 };

static int64_t pattern_budget(const struct site *s) {
    return s->env->steps < REGEX_STEPS / PATTERN_STEPS ? s->env->steps * PATTERN_STEPS : REGEX_STEPS;
}

static bool spend_pattern(const struct site *s, int64_t given, int64_t left) {
    return feel_spend(s->env, (given - (left < 0 ? 0 : left)) / PATTERN_STEPS);
}

static struct feel_value run_matches(const struct site *s, const struct feel_value *a, size_t n) {
    bool found;
    int64_t given = pattern_budget(s), left = given;
    enum regex_result r = regex_matches(s->env->arena, a[0].string, a[1].string, flags_of(a, n, 2), &left, &found);
    if (!spend_pattern(s, given, left)) return feel_null();
    return r == REGEX_DONE ? feel_boolean(found) : bad_pattern(s, r, a[1].string);
}

static struct feel_value run_replace(const struct site *s, const struct feel_value *a, size_t n) {
    struct buf out;
    int64_t given = pattern_budget(s), left = given;
    feel_text_begin(&out, s->env->arena);
    enum regex_result r = regex_replace(&out, a[0].string, a[1].string, a[2].string, flags_of(a, n, 3), &left);
    if (!spend_pattern(s, given, left)) return feel_null();
    return r == REGEX_DONE ? feel_text_end(s, &out) : bad_pattern(s, r, a[1].string);
}

static struct feel_value run_split(const struct site *s, const struct feel_value *a, size_t n) {
    struct str *pieces;
    size_t count;
    int64_t given = pattern_budget(s), left = given;
    (void)n;
    enum regex_result r = regex_split(s->env->arena, a[0].string, a[1].string, STR_NONE, &left, &pieces, &count);
    if (!spend_pattern(s, given, left)) return feel_null();
    if (r != REGEX_DONE) return bad_pattern(s, r, a[1].string);
    struct feel_value list = feel_list(s->env->arena, count);
    for (size_t i = 0; i < count; i++) list.list->items[i] = feel_string(pieces[i]);
    return list;
}

/* Nulls are left out; anything else that is no string makes the result null. */
static struct feel_value run_join(const struct site *s, const struct feel_value *a, size_t n) {
    struct buf out;
    struct str delimiter = n > 1 && a[1].kind == FEEL_STRING ? a[1].string : STR_NONE;
    bool first = true;
    if (!feel_spend(s->env, (int64_t)a[0].list->count)) return feel_null();
    feel_text_begin(&out, s->env->arena);
    for (size_t i = 0; i < a[0].list->count; i++) {
        struct feel_value item = a[0].list->items[i];
        if (item.kind == FEEL_NULL) continue;
        if (item.kind != FEEL_STRING)
            return NULL_SITE(s, "feel.not-strings", T("Only a list of strings can be joined."));
        if (!first) buf_add(&out, delimiter);
        buf_add(&out, item.string);
        first = false;
    }
    return feel_text_end(s, &out);
}

/* clang-format off */
#define STRING_ {STR_STATIC("string"), KIND(STRING)}
#define MATCH {STR_STATIC("match"), KIND(STRING)}
#define INPUT {STR_STATIC("input"), KIND(STRING)}
#define PATTERN {STR_STATIC("pattern"), KIND(STRING)}
#define FLAGS {STR_STATIC("flags"), KIND(STRING) | OPTIONAL | NULLABLE}

const struct builtin feel_string_functions[] = {
    {BUILTIN("substring"), run_substring, {STRING_, {STR_STATIC("start position"), KIND(NUMBER)}, {STR_STATIC("length"),
     KIND(NUMBER) | OPTIONAL | NULLABLE}}, false, false},
    {BUILTIN("string length"), run_length, {STRING_}, false, false},
    {BUILTIN("upper case"), run_upper, {STRING_}, false, false},
    {BUILTIN("lower case"), run_lower, {STRING_}, false, false},
    {BUILTIN("substring before"), run_before, {STRING_, MATCH}, false, false},
    {BUILTIN("substring after"), run_after, {STRING_, MATCH}, false, false},
    {BUILTIN("replace"), run_replace, {INPUT, PATTERN, {STR_STATIC("replacement"), KIND(STRING)}, FLAGS}, false, false},
    {BUILTIN("contains"), run_contains, {STRING_, MATCH}, false, false},
    {BUILTIN("starts with"), run_starts, {STRING_, MATCH}, false, false},
    {BUILTIN("ends with"), run_ends, {STRING_, MATCH}, false, false},
    {BUILTIN("matches"), run_matches, {INPUT, PATTERN, FLAGS}, false, false},
    {BUILTIN("split"), run_split, {STRING_, {STR_STATIC("delimiter"), KIND(STRING)}}, false, false},
    {BUILTIN("string join"), run_join, {{STR_STATIC("list"), KIND(LIST)}, {STR_STATIC("delimiter"),
     KIND(STRING) | OPTIONAL | NULLABLE}}, false, false},
    {.run = NULL},
};
/* clang-format on */
