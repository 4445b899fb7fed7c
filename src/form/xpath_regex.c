/* xpath_regex.c: regular expressions by ICU, compiled once a session and limited in time and stack, so that a
 * pattern in a form can slow down nobody but its own answer. */
#include "base/map.h"
#include "form/xpath.h"

#include <unicode/uregex.h>
#include <unicode/ustring.h>

enum { TIME_LIMIT = 200, STACK_LIMIT = 1 << 20, TEXT_LIMIT = 100000, PATTERN_LIMIT = 500 };

struct xpath_patterns {
    struct map compiled; /* pattern -> URegularExpression, or `broken` */
};

static char broken[1];

static void close_pattern(void *regex) {
    uregex_close(regex);
}

static UChar *to_utf16(struct arena *a, struct str s, int32_t *out_length) {
    UErrorCode status = U_ZERO_ERROR;
    UChar *text = arena_alloc_array(a, s.n + 1, sizeof *text);
    u_strFromUTF8(text, (int32_t)s.n + 1, out_length, s.n ? s.p : "", (int32_t)s.n, &status);
    return U_FAILURE(status) ? NULL : text;
}

static void *compile(struct xpath_environment *e, struct arena *a, struct str pattern) {
    UErrorCode status = U_ZERO_ERROR;
    int32_t length;
    UChar *text = pattern.n > PATTERN_LIMIT ? NULL : to_utf16(a, pattern, &length);
    URegularExpression *regex = text ? uregex_open(text, length, 0, NULL, &status) : NULL;
    if (!regex || U_FAILURE(status)) return broken;
    arena_on_release(e->lasting, close_pattern, regex);
    uregex_setTimeLimit(regex, TIME_LIMIT, &status);
    uregex_setStackLimit(regex, STACK_LIMIT, &status);
    return regex;
}

bool xpath_matches(struct xpath_environment *e, struct arena *a, struct str text, struct str pattern) {
    if (!e->patterns) {
        e->patterns = arena_new(e->lasting, struct xpath_patterns);
        map_init(&e->patterns->compiled, e->lasting);
    }
    void *regex = map_get(&e->patterns->compiled, pattern);
    if (!regex) {
        regex = compile(e, a, pattern);
        map_put(&e->patterns->compiled, arena_str(e->lasting, pattern), regex);
    }
    int32_t length;
    UChar *units = text.n > TEXT_LIMIT ? NULL : to_utf16(a, text, &length);
    if (regex == broken || !units) return false;
    UErrorCode status = U_ZERO_ERROR;
    uregex_setText(regex, units, length, &status);
    bool found = uregex_find(regex, 0, &status);
    return U_SUCCESS(status) && found;
}
