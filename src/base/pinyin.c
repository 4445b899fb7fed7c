/* pinyin.c: see pinyin.h. A transliterator takes a tenth of a second to make, so there is one of each, behind a lock. */
#include "base/pinyin.h"

#include <pthread.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { LONGEST = 200 }; /* UTF-16 units of a name; longer text is cut */

/* Marks go, but for the two dots of ü. */
#define TONES_OFF "; NFD; [[:Mn:]-[\\u0308]] Remove; NFC; [^\\u00FC] Latin-ASCII; Lower"

static struct {
    const char *rule;
    UTransliterator *opened;
} readings[] = {{"Han-Latin" TONES_OFF, NULL}, {"Han-Latin/Names" TONES_OFF, NULL}};

enum reading { AS_WORD, AS_NAME };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static UTransliterator *open_reading(const char *rule) {
    UErrorCode error = U_ZERO_ERROR;
    UChar id[128];
    u_uastrncpy(id, rule, 128);
    UTransliterator *t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
    return U_SUCCESS(error) ? t : NULL;
}

static struct str ascii_lower(struct arena *a, struct str text) {
    struct str copy = arena_str(a, str_sub(text, 0, LONGEST));
    char *p = (char *)copy.p;
    for (size_t i = 0; i < copy.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] + 32);
    return copy;
}

/* Syllables separated by blanks, small letters. */
static struct str syllables(struct arena *a, struct str text, enum reading which) {
    size_t plain = 0;
    while (plain < text.n && (unsigned char)text.p[plain] < 0x80) plain++;
    if (plain == text.n) return ascii_lower(a, text); /* nothing to read, and ICU takes its time over it */
    UChar units[LONGEST * 8];
    int32_t n = 0, limit;
    UErrorCode error = U_ZERO_ERROR;
    u_strFromUTF8WithSub(units, LONGEST, &n, text.p, (int32_t)(text.n > LONGEST ? LONGEST : text.n), 0xFFFD, NULL, &error);
    if (U_FAILURE(error)) return STR("");
    limit = n;
    pthread_mutex_lock(&lock);
    if (!readings[which].opened) readings[which].opened = open_reading(readings[which].rule);
    if (readings[which].opened) utrans_transUChars(readings[which].opened, units, &n, LONGEST * 8, 0, &limit, &error);
    pthread_mutex_unlock(&lock);
    char *out = arena_alloc(a, LONGEST * 24);
    int32_t bytes = 0;
    if (U_SUCCESS(error)) u_strToUTF8(out, LONGEST * 24, &bytes, units, n, &error);
    return U_SUCCESS(error) ? (struct str){out, (size_t)bytes} : STR("");
}

/* The syllables joined, ü written as `for_u_umlaut`. */
static struct str join(struct arena *a, struct str rest, char for_u_umlaut) {
    struct buf out;
    size_t at = 0;
    buf_init(&out, a, LONGEST * 24);
    for (uint32_t c; utf8_next(rest, &at, &c);) {
        if (c == 0xFC) buf_byte(&out, for_u_umlaut);
        else if (c != ' ') buf_utf8(&out, c);
    }
    return out.p ? buf_str(&out) : STR("");
}

static struct str firsts(struct arena *a, struct str rest) {
    struct buf out;
    struct str one;
    buf_init(&out, a, LONGEST * 4);
    while (str_split(&rest, ' ', &one)) {
        uint32_t c;
        size_t at = 0;
        if (utf8_next(one, &at, &c)) buf_utf8(&out, c == 0xFC ? 'u' : c);
    }
    return out.p ? buf_str(&out) : STR("");
}

struct str pinyin_letters(struct arena *a, struct str text) {
    return join(a, syllables(a, text, AS_WORD), 'u');
}

struct str pinyin_initials(struct arena *a, struct str text) {
    return firsts(a, syllables(a, text, AS_WORD));
}

static size_t add_once(struct str *out, size_t count, struct str reading) {
    for (size_t i = 0; i < count; i++)
        if (str_eq(out[i], reading)) return count;
    if (reading.n) out[count++] = reading;
    return count;
}

size_t pinyin_readings(struct arena *a, struct str name, struct str out[PINYIN_READINGS_MOST]) {
    size_t count = 0;
    for (enum reading which = AS_WORD; which <= AS_NAME; which++) {
        struct str spoken = syllables(a, name, which);
        count = add_once(out, count, join(a, spoken, 'u'));
        count = add_once(out, count, firsts(a, spoken));
        count = add_once(out, count, join(a, spoken, 'v'));
    }
    return count;
}
