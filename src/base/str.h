/* str.h: text and bytes as views, and the one growing buffer.
 *
 * A `struct str` borrows: it never owns and is never freed. A `struct buf` grows inside an arena and has a
 * maximum from birth. All text is UTF-8; a `struct str` may hold any bytes, utf8_valid() says whether it is text.
 * Read next: arena.h (who owns the memory).
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Borrowed bytes. Valid as long as whatever they were taken from. `p` may be NULL only when n is 0. */
struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
/* The same where C wants a constant: in initialisers of static tables. */
#define STR_STATIC(literal) {"" literal, sizeof(literal) - 1}
#define STR_NONE ((struct str){NULL, 0})
/* For printf("%.*s", STR_ARGS(s)). */
#define STR_ARGS(s) (int)(s).n, ((s).p ? (s).p : "")

struct str str_from(const char *zero_terminated); /* NULL gives the empty string */
bool str_eq(struct str a, struct str b);
bool str_eqz(struct str a, const char *b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
int str_cmp(struct str a, struct str b);        /* by bytes, which is code point order in UTF-8 */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Offset of the first occurrence, or -1. */
ptrdiff_t str_find(struct str s, struct str piece);
ptrdiff_t str_find_byte(struct str s, char c);
struct str str_sub(struct str s, size_t from, size_t to); /* clamped to the string */
struct str str_trim(struct str s);                        /* ASCII white space at both ends */
/* Cuts the next piece off *rest at `separator`; false when nothing is left. "a,,b" gives a, empty, b. */
bool str_split(struct str *rest, char separator, struct str *out_piece);
uint64_t str_hash(struct str s);
/* Whole string as a decimal integer; false on anything else or on overflow. */
bool str_to_int64(struct str s, int64_t *out);

/* Code points. utf8_next reads one at *at and moves on; malformed bytes give U+FFFD and move one byte.
 * It returns false at the end. */
bool utf8_next(struct str s, size_t *at, uint32_t *out_codepoint);
bool utf8_valid(struct str s); /* no overlong forms, no surrogates, nothing past U+10FFFF */
size_t utf8_count(struct str s);
size_t utf8_encode(uint32_t codepoint, char out[4]); /* bytes written; 0 for what is no code point */

/* Growing bytes in an arena. When `limit` would be passed the piece is not added and `full` stays set:
 * check it once at the end. The bytes stay valid until the arena is cleared; growing may move them. */
struct buf {
    char *p;
    size_t n, capacity, limit;
    bool full;
    struct arena *arena;
};

void buf_init(struct buf *b, struct arena *arena, size_t limit);
void buf_clear(struct buf *b); /* keeps the memory */
void buf_add(struct buf *b, struct str s);
void buf_addz(struct buf *b, const char *zero_terminated);
void buf_byte(struct buf *b, char c);
void buf_utf8(struct buf *b, uint32_t codepoint);
void buf_int(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
struct str buf_str(const struct buf *b); /* borrowed until the next addition */

#endif
