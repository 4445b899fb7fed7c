/* str.c: see str.h. */
#include "base/str.h"
#include "base/arena.h"

#include <stdio.h>
#include <string.h>

struct str str_from(const char *zero_terminated) {
    return zero_terminated ? (struct str){zero_terminated, strlen(zero_terminated)} : STR_NONE;
}

bool str_eq(struct str a, struct str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eqz(struct str a, const char *b) {
    return str_eq(a, str_from(b));
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq_nocase(struct str a, struct str b) {
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i])) return false;
    return true;
}

int str_cmp(struct str a, struct str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    if (order) return order < 0 ? -1 : 1;
    return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}

bool str_starts(struct str s, struct str prefix) {
    return s.n >= prefix.n && str_eq((struct str){s.p, prefix.n}, prefix);
}

bool str_ends(struct str s, struct str suffix) {
    return s.n >= suffix.n && str_eq((struct str){s.p + (s.n - suffix.n), suffix.n}, suffix);
}

ptrdiff_t str_find(struct str s, struct str piece) {
    if (piece.n == 0) return 0;
    if (piece.n > s.n) return -1;
    const char *hit = memmem(s.p, s.n, piece.p, piece.n);
    return hit ? hit - s.p : -1;
}

ptrdiff_t str_find_byte(struct str s, char c) {
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
    return hit ? hit - s.p : -1;
}

struct str str_sub(struct str s, size_t from, size_t to) {
    if (to > s.n) to = s.n;
    if (from >= to) return STR_NONE;
    return (struct str){s.p + from, to - from};
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

struct str str_trim(struct str s) {
    while (s.n && is_space(s.p[0])) s.p++, s.n--;
    while (s.n && is_space(s.p[s.n - 1])) s.n--;
    return s;
}

bool str_split(struct str *rest, char separator, struct str *out_piece) {
    if (!rest->p) return false;
    ptrdiff_t at = str_find_byte(*rest, separator);
    if (at < 0) {
        *out_piece = *rest;
        *rest = STR_NONE;
        return true;
    }
    *out_piece = (struct str){rest->p, (size_t)at};
    *rest = (struct str){rest->p + at + 1, rest->n - (size_t)at - 1};
    return true;
}

/* FNV-1a with a final mix: short keys of our own making, kept in tables of bounded size. */
uint64_t str_hash(struct str s) {
    uint64_t h = 14695981039346656037ull;
    for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 1099511628211ull;
    h ^= h >> 32;
    return h * 0x9E3779B97F4A7C15ull;
}

bool str_to_int64(struct str s, int64_t *out) {
    size_t i = 0;
    bool negative = s.n && s.p[0] == '-';
    if (negative) i++;
    if (i == s.n) return false;
    int64_t v = 0;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        int digit = s.p[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v)) return false;
        if (__builtin_sub_overflow(v, digit, &v)) return false; /* negative side: INT64_MIN fits */
    }
    if (!negative && __builtin_sub_overflow(0, v, &v)) return false;
    *out = v;
    return true;
}

bool utf8_next(struct str s, size_t *at, uint32_t *out_codepoint) {
    if (*at >= s.n) return false;
    const unsigned char *p = (const unsigned char *)s.p + *at;
    size_t left = s.n - *at;
    uint32_t c = p[0];
    size_t length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    *out_codepoint = 0xFFFD;
    if (length == 0 || length > left) {
        (*at)++;
        return true;
    }
    if (length > 1) c &= 0xFFu >> (length + 1);
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            (*at)++;
            return true;
        }
        c = c << 6 | (p[i] & 0x3F);
    }
    bool bad = (length == 3 && (c < 0x800 || (c >= 0xD800 && c < 0xE000))) || (length == 4 && (c < 0x10000 || c > 0x10FFFF));
    if (bad) {
        (*at)++;
        return true;
    }
    *at += length;
    *out_codepoint = c;
    return true;
}

bool utf8_valid(struct str s) {
    for (size_t at = 0; at < s.n;) {
        if ((unsigned char)s.p[at] < 0x80) {
            at++;
            continue;
        }
        size_t before = at;
        uint32_t c;
        utf8_next(s, &at, &c);
        if (at - before == 1) return false; /* every multi-byte form is longer; one byte means malformed */
    }
    return true;
}

size_t utf8_count(struct str s) {
    size_t count = 0, at = 0;
    for (uint32_t c; utf8_next(s, &at, &c);) count++;
    return count;
}

size_t utf8_encode(uint32_t c, char out[4]) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        if (c >= 0xD800 && c < 0xE000) return 0;
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    if (c > 0x10FFFF) return 0;
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

void buf_init(struct buf *b, struct arena *arena, size_t limit) {
    *b = (struct buf){.arena = arena, .limit = limit};
}

void buf_clear(struct buf *b) {
    b->n = 0;
    b->full = false;
}

/* Makes room for `more` bytes; false (and full) when the limit would be passed. */
static bool reserve(struct buf *b, size_t more) {
    if (b->full || more > b->limit - b->n) {
        b->full = true;
        return false;
    }
    if (b->n + more <= b->capacity) return true;
    size_t capacity = b->capacity ? b->capacity : 256;
    while (capacity < b->n + more) capacity *= 2;
    char *moved = arena_alloc_raw(b->arena, capacity);
    if (b->n) memcpy(moved, b->p, b->n);
    b->p = moved;
    b->capacity = capacity;
    return true;
}

void buf_add(struct buf *b, struct str s) {
    if (s.n == 0 || !reserve(b, s.n)) return;
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
}

void buf_addz(struct buf *b, const char *zero_terminated) {
    buf_add(b, str_from(zero_terminated));
}

void buf_byte(struct buf *b, char c) {
    if (!reserve(b, 1)) return;
    b->p[b->n++] = c;
}

void buf_utf8(struct buf *b, uint32_t codepoint) {
    char bytes[4];
    buf_add(b, (struct str){bytes, utf8_encode(codepoint, bytes)});
}

/* By hand: a journal entry has hundreds of numbers, and snprintf costs ten times as much. */
void buf_int(struct buf *b, int64_t v) {
    char digits[24];
    size_t at = sizeof digits;
    uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do digits[--at] = (char)('0' + left % 10);
    while (left /= 10);
    if (v < 0) digits[--at] = '-';
    buf_add(b, (struct str){digits + at, sizeof digits - at});
}

/* Short text is formatted once, into a piece on the stack; longer text a second time, into its place. */
void buf_vprintf(struct buf *b, const char *format, va_list args) {
    char piece[256];
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(piece, sizeof piece, format, args);
    if (n > 0 && reserve(b, (size_t)n + 1)) {
        if ((size_t)n < sizeof piece) memcpy(b->p + b->n, piece, (size_t)n);
        else vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void buf_printf(struct buf *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

struct str buf_str(const struct buf *b) {
    return (struct str){b->p, b->n};
}
