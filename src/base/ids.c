/* ids.c: see ids.h. */
#include "base/ids.h"
#include "base/env.h"

#include <string.h>

void draw_init(struct draw *d, const uint8_t seed[32]) {
    memcpy(d->seed, seed, sizeof d->seed);
    d->counter = 0;
}

static struct hash draw_block(struct draw *d) {
    uint8_t counter[8];
    for (int i = 0; i < 8; i++) counter[i] = (uint8_t)(d->counter >> (56 - 8 * i));
    d->counter++;
    const struct str pieces[] = {STR("lingban.draw.v1"), {(const char *)counter, sizeof counter}};
    return hmac_sha256((struct str){(const char *)d->seed, sizeof d->seed}, pieces, 2);
}

void draw_bytes(struct draw *d, void *out, size_t n) {
    for (char *at = out; n > 0;) {
        struct hash block = draw_block(d);
        size_t piece = n < sizeof block.bytes ? n : sizeof block.bytes;
        memcpy(at, block.bytes, piece);
        at += piece;
        n -= piece;
    }
}

/* Draws past the largest multiple of n are thrown away, so that no value is likelier than another. */
uint64_t draw_below(struct draw *d, uint64_t n) {
    uint64_t excess = (UINT64_MAX % n + 1) % n;
    for (;;) {
        uint8_t b[8];
        draw_bytes(d, b, sizeof b);
        uint64_t v = 0;
        for (int i = 0; i < 8; i++) v = v << 8 | b[i];
        if (v <= UINT64_MAX - excess) return v % n;
    }
}

/* Damm's quasigroup of order 10: totally anti-symmetric, which is what finds swapped neighbours.
 * H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004. */
static const uint8_t damm[10][10] = {
    {0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
    {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
    {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
    {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
};

int damm_digit(struct str digits) {
    uint8_t state = 0;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9') return -1;
        state = damm[state][digits.p[i] - '0'];
    }
    return state;
}

struct reference reference_draw(struct draw *d) {
    struct reference r;
    r.digits[0] = (char)('1' + draw_below(d, 9));
    for (size_t i = 1; i < REFERENCE_DIGITS - 1; i++) r.digits[i] = (char)('0' + draw_below(d, 10));
    r.digits[REFERENCE_DIGITS - 1] = (char)('0' + damm_digit((struct str){r.digits, REFERENCE_DIGITS - 1}));
    r.digits[REFERENCE_DIGITS] = 0;
    return r;
}

/* Spaces, dashes and dots that keyboards, input methods and spreadsheets put between digits. */
static bool is_separator(uint32_t c) {
    static const uint32_t separators[] = {' ', '\t', '-', '.', '_', '/', 0xA0, 0xB7, 0xAD, 0x30FB, 0x3000, 0x3001,
                                          0x3002, 0x2212, 0xFF0D, 0xFF0E, 0xFF0F, 0xFE63, 0xFEFF};
    if (c >= 0x2000 && c <= 0x2015) return true; /* spaces, hyphens and dashes of general punctuation */
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
        if (separators[i] == c) return true;
    return false;
}

enum reference_fault reference_parse(struct str text, struct reference *out) {
    size_t n = 0, at = 0;
    for (uint32_t c; utf8_next(text, &at, &c);) {
        if (c >= 0xFF10 && c <= 0xFF19) c = c - 0xFF10 + '0';
        if (is_separator(c)) continue;
        if (c < '0' || c > '9') return REFERENCE_NOT_DIGITS;
        if (n == REFERENCE_DIGITS) return REFERENCE_LENGTH;
        out->digits[n++] = (char)c;
    }
    out->digits[n] = 0;
    if (n != REFERENCE_DIGITS) return REFERENCE_LENGTH;
    return damm_digit((struct str){out->digits, n}) == 0 ? REFERENCE_GOOD : REFERENCE_CHECK;
}

void reference_put(struct buf *out, struct str digits) {
    for (size_t i = 0; i < digits.n; i++) {
        if (i && i % 4 == 0) buf_byte(out, '-');
        buf_byte(out, digits.p[i]);
    }
}

struct str fold_full_width(struct arena *a, struct str text) {
    struct buf out;
    buf_init(&out, a, text.n * 3 + 1); /* a malformed byte becomes the three of U+FFFD */
    size_t at = 0;
    for (uint32_t c; utf8_next(text, &at, &c);) {
        if (c == 0x3000) c = ' ';
        if (c >= 0xFF01 && c <= 0xFF5E) c = c - 0xFF01 + '!';
        buf_utf8(&out, c);
    }
    return out.n ? buf_str(&out) : STR("");
}

struct secret secret_for_case(struct str server_key, int64_t case_id, int64_t generation) {
    uint8_t numbers[16];
    for (int i = 0; i < 8; i++) {
        numbers[i] = (uint8_t)((uint64_t)case_id >> (56 - 8 * i));
        numbers[8 + i] = (uint8_t)((uint64_t)generation >> (56 - 8 * i));
    }
    const struct str pieces[] = {STR("lingban.case-link.v1"), {(const char *)numbers, sizeof numbers}};
    struct hash mac = hmac_sha256(server_key, pieces, 2);
    /* 16 bytes are 128 bits; the shorter text makes a QR code that old phones read from paper. */
    struct secret out;
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0, bit = 0; i < SECRET_CHARS; i++, bit += 6) {
        unsigned pair = (unsigned)mac.bytes[bit / 8] << 8 | (bit / 8 + 1 < 16 ? mac.bytes[bit / 8 + 1] : 0u);
        out.text[i] = digits[pair >> (10 - bit % 8) & 63];
    }
    out.text[SECRET_CHARS] = 0;
    return out;
}

bool secret_plausible(struct str text) {
    if (text.n != SECRET_CHARS) return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!letter) return false;
    }
    return true;
}

struct hash secret_hash(struct str text) {
    return sha256_pieces((const struct str[]){STR("lingban.secret.v1"), text}, 2);
}

bool secret_matches(struct str text, struct str stored_hash) {
    struct hash h = secret_hash(text);
    return secret_plausible(text) && crypto_equal(HASH_STR(h), stored_hash);
}

struct str token_make(struct arena *a) {
    uint8_t bytes[32];
    env_random(bytes, sizeof bytes);
    return base64url_encode(a, (struct str){(const char *)bytes, sizeof bytes});
}
