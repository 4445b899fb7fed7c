/* form_token.c: see form_token.h. */
#include "http/form_token.h"
#include "base/crypto.h"
#include "base/env.h"

enum { TIME_DIGITS = 8 };

/* `time` is the token's first eight digits, signed as they stand. */
static struct str form_mac(struct arena *a, const uint8_t secret[32], struct str binding, struct str time) {
    const struct str pieces[] = {STR("form"), time, binding};
    struct hash mac = hmac_sha256((struct str){(const char *)secret, 32}, pieces, 3);
    return hex_encode(a, (struct str){(const char *)mac.bytes, 16});
}

struct str form_token_make(struct arena *a, const uint8_t secret[32], struct str binding, instant now) {
    struct str time = arena_printf(a, "%08x", (uint32_t)(now / MICROS_A_SECOND));
    return arena_concat(a, time, form_mac(a, secret, binding, time));
}

static bool read_seconds(struct str digits, int64_t *out) {
    *out = 0;
    for (size_t i = 0; i < digits.n; i++) {
        char c = digits.p[i];
        if (c >= '0' && c <= '9') *out = *out * 16 + (c - '0');
        else if (c >= 'a' && c <= 'f') *out = *out * 16 + (c - 'a' + 10);
        else return false;
    }
    return true;
}

enum form_token_state form_token_check(struct arena *a, const uint8_t secret[32], struct str binding, struct str token,
                                       instant now, int64_t seconds_valid) {
    int64_t issued;
    struct str time = str_sub(token, 0, TIME_DIGITS);
    if (binding.n == 0 || token.n != FORM_TOKEN_LENGTH || !read_seconds(time, &issued)) return FORM_TOKEN_FORGED;
    if (!crypto_equal(form_mac(a, secret, binding, time), str_sub(token, TIME_DIGITS, token.n))) return FORM_TOKEN_FORGED;
    return now / MICROS_A_SECOND - issued > seconds_valid ? FORM_TOKEN_OLD : FORM_TOKEN_GOOD;
}

struct str random_hex(struct arena *a, size_t n) {
    uint8_t bytes[64];
    if (n > sizeof bytes) n = sizeof bytes;
    env_random(bytes, n);
    return hex_encode(a, (struct str){(const char *)bytes, n});
}
