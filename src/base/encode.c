/* encode.c: hex, base64 and base64url (RFC 4648; crypto.h). Decoders take the one canonical text of a value. */
#include "base/crypto.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct str hex_encode(struct arena *a, struct str bytes) {
    char *out = arena_alloc_raw(a, bytes.n * 2 + 1);
    for (size_t i = 0; i < bytes.n; i++) {
        out[2 * i] = hex_digits[(uint8_t)bytes.p[i] >> 4];
        out[2 * i + 1] = hex_digits[bytes.p[i] & 15];
    }
    out[bytes.n * 2] = 0;
    return (struct str){out, bytes.n * 2};
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool hex_decode(struct arena *a, struct str text, struct str *out) {
    if (text.n % 2) return false;
    char *bytes = arena_alloc_raw(a, text.n / 2 + 1);
    for (size_t i = 0; i < text.n; i += 2) {
        int high = hex_value(text.p[i]), low = hex_value(text.p[i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i / 2] = (char)(high << 4 | low);
    }
    bytes[text.n / 2] = 0;
    *out = (struct str){bytes, text.n / 2};
    return true;
}

static struct str encode(struct arena *a, struct str bytes, const char *digits, bool padded) {
    size_t full = bytes.n / 3, rest = bytes.n % 3;
    char *out = arena_alloc_raw(a, full * 4 + 5), *at = out;
    const uint8_t *in = (const uint8_t *)bytes.p;
    for (size_t i = 0; i < full; i++, in += 3) {
        uint32_t v = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        *at++ = digits[v >> 18];
        *at++ = digits[v >> 12 & 63];
        *at++ = digits[v >> 6 & 63];
        *at++ = digits[v & 63];
    }
    if (rest) {
        uint32_t v = (uint32_t)in[0] << 16 | (rest == 2 ? (uint32_t)in[1] << 8 : 0);
        *at++ = digits[v >> 18];
        *at++ = digits[v >> 12 & 63];
        if (rest == 2) *at++ = digits[v >> 6 & 63];
        if (padded) *at++ = '=';
        if (padded && rest == 1) *at++ = '=';
    }
    *at = 0;
    return (struct str){out, (size_t)(at - out)};
}

static bool decode(struct arena *a, struct str text, const char *digits, struct str *out) {
    size_t rest = text.n % 4;
    if (rest == 1) return false;
    uint8_t *bytes = arena_alloc_raw(a, text.n / 4 * 3 + 4), *at = bytes;
    uint32_t v = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *digit = text.p[i] ? strchr(digits, text.p[i]) : NULL;
        if (!digit) return false;
        v = v << 6 | (uint32_t)(digit - digits);
        if (i % 4 != 3) continue;
        *at++ = (uint8_t)(v >> 16);
        *at++ = (uint8_t)(v >> 8);
        *at++ = (uint8_t)v;
        v = 0;
    }
    if (rest == 2) {
        if (v & 15) return false;
        *at++ = (uint8_t)(v >> 4);
    } else if (rest == 3) {
        if (v & 3) return false;
        *at++ = (uint8_t)(v >> 10);
        *at++ = (uint8_t)(v >> 2);
    }
    *at = 0;
    *out = (struct str){(const char *)bytes, (size_t)(at - bytes)};
    return true;
}

struct str base64_encode(struct arena *a, struct str bytes) {
    return encode(a, bytes, base64_digits, true);
}

bool base64_decode(struct arena *a, struct str text, struct str *out) {
    if (text.n % 4) return false;
    for (int i = 0; i < 2 && text.n && text.p[text.n - 1] == '='; i++) text.n--;
    return decode(a, text, base64_digits, out);
}

struct str base64url_encode(struct arena *a, struct str bytes) {
    return encode(a, bytes, base64url_digits, false);
}

bool base64url_decode(struct arena *a, struct str text, struct str *out) {
    return decode(a, text, base64url_digits, out);
}
