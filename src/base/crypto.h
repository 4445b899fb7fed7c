/* crypto.h: hashes, seals, signatures and passwords; the only door to OpenSSL and libargon2.
 *
 * Algorithms are fetched once, on first use; every function may be called from any thread. Key material is passed as
 * plain bytes and wiped by whoever holds it (crypto_wipe). A failure inside the library (never of the data) stops the
 * program: nothing may go on with a hash that was not computed.
 * Sources: FIPS 180-4 (SHA-256), RFC 2104 (HMAC), RFC 5869 (HKDF), NIST SP 800-38D (GCM), RFC 8032 (Ed25519),
 * RFC 9106 (Argon2id), RFC 4648 (base64, base64url, hex).
 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/arena.h"

enum { HASH_BYTES = 32, KEY_BYTES = 32, NONCE_BYTES = 12, TAG_BYTES = 16, SIGNATURE_BYTES = 64 };

struct hash {
    uint8_t bytes[HASH_BYTES];
};
bool hash_eq(const struct hash *a, const struct hash *b);
#define HASH_STR(h) ((struct str){(const char *)(h).bytes, HASH_BYTES})

struct hash sha256(struct str bytes);
struct hash sha256_pieces(const struct str *pieces, size_t count); /* of the pieces one after another */
struct hash hmac_sha256(struct str key, const struct str *pieces, size_t count);
/* A long input in pieces: sha256_begin, sha256_more …, sha256_end (which frees). */
struct sha256;
struct sha256 *sha256_begin(void);
void sha256_more(struct sha256 *s, struct str bytes);
struct hash sha256_end(struct sha256 *s);
/* HKDF-SHA256: n <= 8160 bytes. */
void hkdf_sha256(struct str secret, struct str salt, struct str info, uint8_t *out, size_t n);

/* AES-256-GCM: `out` takes plain.n + TAG_BYTES bytes. A nonce is used once with a key. */
void aead_seal(const uint8_t key[KEY_BYTES], const uint8_t nonce[NONCE_BYTES], struct str context, struct str plain,
               uint8_t *out);
/* `out` takes sealed.n - TAG_BYTES bytes; false (and `out` wiped) when key, nonce, context or bytes are not those. */
bool aead_open(const uint8_t key[KEY_BYTES], const uint8_t nonce[NONCE_BYTES], struct str context, struct str sealed,
               uint8_t *out);

/* Ed25519; the private key is the 32-byte seed. */
void ed25519_public(const uint8_t seed[KEY_BYTES], uint8_t out[KEY_BYTES]);
void ed25519_sign(const uint8_t seed[KEY_BYTES], struct str message, uint8_t out[SIGNATURE_BYTES]);
bool ed25519_verify(const uint8_t public_key[KEY_BYTES], struct str message, struct str signature);

/* Argon2id. The text is the usual $argon2id$v=19$m=…,t=…,p=…$salt$hash and carries its costs. */
struct password_cost {
    uint32_t memory_kib, passes;
};
extern const struct password_cost password_default_cost; /* 19 MiB, 2 passes: OWASP Password Storage Cheat Sheet */
extern const struct password_cost password_test_cost;    /* 64 KiB, 1 pass: tests only */
struct str password_hash(struct arena *a, struct str password, const uint8_t salt[16], struct password_cost cost);
bool password_verify(struct str hash, struct str password); /* constant time in the password */

bool crypto_equal(struct str a, struct str b); /* time depends on the lengths only */
void crypto_wipe(void *p, size_t n);

/* Text forms. Decoders refuse anything not canonical: other letters, bits left over, padding where there is none. */
struct str hex_encode(struct arena *a, struct str bytes);         /* lower case */
bool hex_decode(struct arena *a, struct str text, struct str *out); /* either case */
struct str base64_encode(struct arena *a, struct str bytes);      /* with padding */
bool base64_decode(struct arena *a, struct str text, struct str *out);
struct str base64url_encode(struct arena *a, struct str bytes);   /* without padding */
bool base64url_decode(struct arena *a, struct str text, struct str *out);

#endif
