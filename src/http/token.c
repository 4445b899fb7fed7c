/* token.c: see token.h. */
#include "http/token.h"
#include "base/env.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

static void put_hex(char *to, const uint8_t *bytes, size_t n) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
}

static void write_token(char out[TOKEN_LENGTH], const uint8_t secret[32], struct str binding, uint32_t seconds) {
    uint8_t time[4] = {(uint8_t)(seconds >> 24), (uint8_t)(seconds >> 16), (uint8_t)(seconds >> 8), (uint8_t)seconds};
    uint8_t message[8 + 128] = "form", mac[EVP_MAX_MD_SIZE];
    size_t n = binding.n < 128 ? binding.n : 128;
    memcpy(message + 4, time, 4);
    if (n) memcpy(message + 8, binding.p, n);
    unsigned length = 0;
    HMAC(EVP_sha256(), secret, 32, message, 8 + n, mac, &length);
    put_hex(out, time, 4);
    put_hex(out + 8, mac, 16);
}

struct str token_make(struct arena *a, const uint8_t secret[32], struct str binding, instant now) {
    char *p = arena_alloc(a, TOKEN_LENGTH + 1);
    write_token(p, secret, binding, (uint32_t)(now / MICROS_A_SECOND));
    return (struct str){p, TOKEN_LENGTH};
}

static bool read_seconds(struct str token, uint32_t *out) {
    uint32_t v = 0;
    for (int i = 0; i < 8; i++) {
        char c = token.p[i];
        if (c >= '0' && c <= '9') v = v << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f') v = v << 4 | (uint32_t)(c - 'a' + 10);
        else return false;
    }
    *out = v;
    return true;
}

enum token_state token_check(const uint8_t secret[32], struct str binding, struct str token, instant now, int64_t seconds_valid) {
    uint32_t issued;
    char expected[TOKEN_LENGTH];
    if (binding.n == 0 || token.n != TOKEN_LENGTH || !read_seconds(token, &issued)) return TOKEN_FORGED;
    write_token(expected, secret, binding, issued);
    if (CRYPTO_memcmp(expected, token.p, TOKEN_LENGTH) != 0) return TOKEN_FORGED;
    int64_t age = now / MICROS_A_SECOND - (int64_t)issued;
    return age > seconds_valid ? TOKEN_OLD : TOKEN_GOOD;
}

struct str random_hex(struct arena *a, size_t n) {
    uint8_t bytes[64];
    if (n > sizeof bytes) n = sizeof bytes;
    env_random(bytes, n);
    char *p = arena_alloc(a, 2 * n + 1);
    put_hex(p, bytes, n);
    return (struct str){p, 2 * n};
}
