/* pinyin.c: see pinyin.h. The transliterator takes a tenth of a second to make, so there is one, behind a lock. */
#include "base/pinyin.h"

#include <pthread.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { LONGEST = 200 }; /* UTF-16 units of a name; longer text is cut */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static UTransliterator *reading;

static UTransliterator *open_reading(void) {
    UErrorCode error = U_ZERO_ERROR;
    UChar id[64];
    u_uastrcpy(id, "Han-Latin; Latin-ASCII; Lower");
    UTransliterator *t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
    return U_SUCCESS(error) ? t : NULL;
}

/* Syllables separated by blanks, small letters. */
static struct str syllables(struct arena *a, struct str text) {
    UChar units[LONGEST * 8];
    int32_t n = 0, limit;
    UErrorCode error = U_ZERO_ERROR;
    u_strFromUTF8WithSub(units, LONGEST, &n, text.p, (int32_t)(text.n > LONGEST ? LONGEST : text.n), 0xFFFD, NULL, &error);
    if (U_FAILURE(error)) return STR("");
    limit = n;
    pthread_mutex_lock(&lock);
    if (!reading) reading = open_reading();
    if (reading) utrans_transUChars(reading, units, &n, LONGEST * 8, 0, &limit, &error);
    pthread_mutex_unlock(&lock);
    char *out = arena_alloc(a, LONGEST * 24);
    int32_t bytes = 0;
    if (U_SUCCESS(error)) u_strToUTF8(out, LONGEST * 24, &bytes, units, n, &error);
    return U_SUCCESS(error) ? (struct str){out, (size_t)bytes} : STR("");
}

struct str pinyin_letters(struct arena *a, struct str text) {
    struct buf out;
    struct str rest = syllables(a, text), one;
    buf_init(&out, a, LONGEST * 24);
    while (str_split(&rest, ' ', &one)) buf_add(&out, one);
    return out.p ? buf_str(&out) : STR("");
}

struct str pinyin_initials(struct arena *a, struct str text) {
    struct buf out;
    struct str rest = syllables(a, text), one;
    buf_init(&out, a, LONGEST);
    while (str_split(&rest, ' ', &one)) {
        uint32_t c;
        size_t at = 0;
        if (utf8_next(one, &at, &c)) buf_utf8(&out, c);
    }
    return out.p ? buf_str(&out) : STR("");
}
