/* nfc.c: see nfc.h. */
#include "base/nfc.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* Characters that are NFC in whatever company: below the first combining mark, and the unified ideographs. (The block
 * of compatibility ideographs, U+F900, is not among them.) */
static bool is_plain(uint32_t c) {
    return c < 0x300 || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3000 && c < 0x302A) || (c >= 0xFF01 && c <= 0xFF5E);
}

static bool all_plain(struct str text) {
    size_t at = 0;
    uint32_t c = 0;
    while (at < text.n && (unsigned char)text.p[at] < 0x80) at++;
    while (at < text.n)
        if (!utf8_next(text, &at, &c) || !is_plain(c)) return false;
    return true;
}

/* UTF-16 of the text and its length; NULL when it is no UTF-8 or too long for ICU's counts. */
static UChar *utf16(struct arena *a, struct str text, int32_t *n) {
    UErrorCode error = U_ZERO_ERROR;
    if (text.n > INT32_MAX / 4) return NULL;
    UChar *units = arena_alloc_raw(a, (text.n + 1) * sizeof *units);
    u_strFromUTF8(units, (int32_t)text.n + 1, n, text.p, (int32_t)text.n, &error);
    return U_SUCCESS(error) ? units : NULL;
}

struct str nfc(struct arena *a, struct str text) {
    UErrorCode error = U_ZERO_ERROR;
    int32_t n, made;
    if (all_plain(text)) return text;
    UChar *units = utf16(a, text, &n);
    const UNormalizer2 *form = unorm2_getNFCInstance(&error);
    if (!units || U_FAILURE(error) || unorm2_isNormalized(form, units, n, &error)) return text;
    int32_t room = 3 * n + 16; /* no text grows more in NFC: UAX #15, 12.4 says 3 units for one of UTF-16 */
    UChar *normal = arena_alloc_raw(a, (size_t)room * sizeof *normal);
    made = unorm2_normalize(form, units, n, normal, room, &error);
    if (U_FAILURE(error)) return text;
    char *out = arena_alloc_raw(a, (size_t)made * 3 + 1);
    int32_t bytes = 0;
    u_strToUTF8(out, made * 3 + 1, &bytes, normal, made, &error);
    return U_SUCCESS(error) ? (struct str){out, (size_t)bytes} : text;
}

bool nfc_is(struct str text) {
    struct arena a;
    if (all_plain(text)) return true;
    arena_init(&a, 8 * text.n + (1 << 16));
    bool is = str_eq(nfc(&a, text), text);
    arena_release(&a);
    return is;
}
