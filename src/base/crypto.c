/* crypto.c: see crypto.h. The text forms are in encode.c. */
#include "base/crypto.h"

#include <argon2.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    EVP_MD *sha256;
    EVP_CIPHER *aes_gcm;
    EVP_KDF *hkdf;
} fetched;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_key;

/* What a thread keeps: contexts are costly to make and cheap to use again. So is a key for signing, which is made from
 * its seed by as much work as a signature; a thread signs with one key, again and again. */
struct contexts {
    EVP_MD_CTX *digest, *signing;
    EVP_CIPHER_CTX *cipher;
    EVP_PKEY *signer;
    uint8_t signer_seed[KEY_BYTES];
};

/* Not the data's fault: the library is broken or out of memory, and nothing may go on with a made-up result. */
static _Noreturn void stop(const char *what) {
    fprintf(stderr, "lingban: OpenSSL failed in %s\n", what);
    abort();
}

static void must(int good, const char *what) {
    if (good <= 0) stop(what);
}

static void free_contexts(void *pointer) {
    struct contexts *c = pointer;
    EVP_MD_CTX_free(c->digest);
    EVP_MD_CTX_free(c->signing);
    EVP_CIPHER_CTX_free(c->cipher);
    EVP_PKEY_free(c->signer);
    OPENSSL_cleanse(c->signer_seed, KEY_BYTES);
    free(c);
}

static void start(void) {
    fetched.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    fetched.aes_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    fetched.hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    if (!fetched.sha256 || !fetched.aes_gcm || !fetched.hkdf) stop("fetching the algorithms");
    if (pthread_key_create(&thread_key, free_contexts) != 0) stop("starting");
}

static struct contexts *contexts(void) {
    static _Thread_local struct contexts *mine;
    if (mine) return mine;
    pthread_once(&once, start);
    struct contexts *c = calloc(1, sizeof *c);
    if (!c) stop("starting a thread");
    c->digest = EVP_MD_CTX_new();
    c->signing = EVP_MD_CTX_new();
    c->cipher = EVP_CIPHER_CTX_new();
    if (!c->digest || !c->signing || !c->cipher) stop("starting a thread");
    pthread_setspecific(thread_key, c);
    return mine = c;
}

bool hash_eq(const struct hash *a, const struct hash *b) {
    return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

struct hash sha256_pieces(const struct str *pieces, size_t count) {
    struct hash out;
    EVP_MD_CTX *c = contexts()->digest;
    must(EVP_DigestInit_ex2(c, fetched.sha256, NULL), "SHA-256");
    for (size_t i = 0; i < count; i++) must(EVP_DigestUpdate(c, pieces[i].p, pieces[i].n), "SHA-256");
    must(EVP_DigestFinal_ex(c, out.bytes, NULL), "SHA-256");
    return out;
}

struct hash sha256(struct str bytes) {
    return sha256_pieces(&bytes, 1);
}

struct sha256 *sha256_begin(void) {
    (void)contexts();
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    if (!c) stop("SHA-256");
    must(EVP_DigestInit_ex2(c, fetched.sha256, NULL), "SHA-256");
    return (struct sha256 *)c;
}

void sha256_more(struct sha256 *s, struct str bytes) {
    must(EVP_DigestUpdate((EVP_MD_CTX *)s, bytes.p, bytes.n), "SHA-256");
}

struct hash sha256_end(struct sha256 *s) {
    struct hash out;
    must(EVP_DigestFinal_ex((EVP_MD_CTX *)s, out.bytes, NULL), "SHA-256");
    EVP_MD_CTX_free((EVP_MD_CTX *)s);
    return out;
}

/* RFC 2104 over our SHA-256: half the cost of OpenSSL's own MAC objects for short messages. */
struct hash hmac_sha256(struct str key, const struct str *pieces, size_t count) {
    enum { BLOCK = 64 };
    uint8_t pad[BLOCK] = {0};
    struct hash short_key;
    if (key.n > BLOCK) {
        short_key = sha256(key);
        key = HASH_STR(short_key);
    }
    if (key.n) memcpy(pad, key.p, key.n);
    for (size_t i = 0; i < BLOCK; i++) pad[i] ^= 0x36;
    EVP_MD_CTX *c = contexts()->digest;
    struct hash inner, out;
    must(EVP_DigestInit_ex2(c, fetched.sha256, NULL), "HMAC");
    must(EVP_DigestUpdate(c, pad, BLOCK), "HMAC");
    for (size_t i = 0; i < count; i++) must(EVP_DigestUpdate(c, pieces[i].p, pieces[i].n), "HMAC");
    must(EVP_DigestFinal_ex(c, inner.bytes, NULL), "HMAC");
    for (size_t i = 0; i < BLOCK; i++) pad[i] ^= 0x36 ^ 0x5c;
    out = sha256_pieces((const struct str[]){{(const char *)pad, BLOCK}, HASH_STR(inner)}, 2);
    OPENSSL_cleanse(pad, BLOCK);
    return out;
}

void hkdf_sha256(struct str secret, struct str salt, struct str info, uint8_t *out, size_t n) {
    (void)contexts();
    EVP_KDF_CTX *c = EVP_KDF_CTX_new(fetched.hkdf);
    if (!c) stop("HKDF");
    char digest[] = "SHA256";
    /* OSSL_PARAM takes pointers without const but only reads them here. */
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)secret.p, secret.n),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)(salt.p ? salt.p : ""), salt.n),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)(info.p ? info.p : ""), info.n),
        OSSL_PARAM_construct_end(),
    };
    must(EVP_KDF_derive(c, out, n, parameters), "HKDF");
    EVP_KDF_CTX_free(c);
}

void aead_seal(const uint8_t key[KEY_BYTES], const uint8_t nonce[NONCE_BYTES], struct str context, struct str plain,
               uint8_t *out) {
    EVP_CIPHER_CTX *c = contexts()->cipher;
    int n = 0;
    must(EVP_EncryptInit_ex2(c, fetched.aes_gcm, key, nonce, NULL), "AES-GCM");
    if (context.n) must(EVP_EncryptUpdate(c, NULL, &n, (const uint8_t *)context.p, (int)context.n), "AES-GCM");
    if (plain.n) must(EVP_EncryptUpdate(c, out, &n, (const uint8_t *)plain.p, (int)plain.n), "AES-GCM");
    must(EVP_EncryptFinal_ex(c, out + plain.n, &n), "AES-GCM");
    must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, out + plain.n), "AES-GCM");
}

bool aead_open(const uint8_t key[KEY_BYTES], const uint8_t nonce[NONCE_BYTES], struct str context, struct str sealed,
               uint8_t *out) {
    if (sealed.n < TAG_BYTES) return false;
    size_t length = sealed.n - TAG_BYTES;
    uint8_t tag[TAG_BYTES];
    memcpy(tag, sealed.p + length, TAG_BYTES);
    EVP_CIPHER_CTX *c = contexts()->cipher;
    int n = 0;
    must(EVP_DecryptInit_ex2(c, fetched.aes_gcm, key, nonce, NULL), "AES-GCM");
    if (context.n) must(EVP_DecryptUpdate(c, NULL, &n, (const uint8_t *)context.p, (int)context.n), "AES-GCM");
    if (length) must(EVP_DecryptUpdate(c, out, &n, (const uint8_t *)sealed.p, (int)length), "AES-GCM");
    must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag), "AES-GCM");
    if (EVP_DecryptFinal_ex(c, out + length, &n) > 0) return true;
    OPENSSL_cleanse(out, length);
    return false;
}

static EVP_PKEY *private_key(const uint8_t seed[KEY_BYTES]) {
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, KEY_BYTES);
    if (!key) stop("Ed25519");
    return key;
}

void ed25519_public(const uint8_t seed[KEY_BYTES], uint8_t out[KEY_BYTES]) {
    EVP_PKEY *key = private_key(seed);
    size_t n = KEY_BYTES;
    must(EVP_PKEY_get_raw_public_key(key, out, &n), "Ed25519");
    EVP_PKEY_free(key);
}

static EVP_PKEY *signer(struct contexts *c, const uint8_t seed[KEY_BYTES]) {
    if (c->signer && CRYPTO_memcmp(c->signer_seed, seed, KEY_BYTES) == 0) return c->signer;
    EVP_PKEY_free(c->signer);
    c->signer = private_key(seed);
    memcpy(c->signer_seed, seed, KEY_BYTES);
    return c->signer;
}

void ed25519_sign(const uint8_t seed[KEY_BYTES], struct str message, uint8_t out[SIGNATURE_BYTES]) {
    struct contexts *c = contexts();
    size_t n = SIGNATURE_BYTES;
    must(EVP_MD_CTX_reset(c->signing) > 0 && EVP_DigestSignInit(c->signing, NULL, NULL, NULL, signer(c, seed)), "Ed25519");
    must(EVP_DigestSign(c->signing, out, &n, (const uint8_t *)message.p, message.n), "Ed25519");
}

bool ed25519_verify(const uint8_t public_key[KEY_BYTES], struct str message, struct str signature) {
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, KEY_BYTES);
    if (!key) return false;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    must(c != NULL, "Ed25519");
    bool good = signature.n == SIGNATURE_BYTES && EVP_DigestVerifyInit(c, NULL, NULL, NULL, key) > 0 &&
                EVP_DigestVerify(c, (const uint8_t *)signature.p, signature.n, (const uint8_t *)message.p, message.n) > 0;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(key);
    return good;
}

const struct password_cost password_default_cost = {.memory_kib = 19 * 1024, .passes = 2};
const struct password_cost password_test_cost = {.memory_kib = 64, .passes = 1};

struct str password_hash(struct arena *a, struct str password, const uint8_t salt[16], struct password_cost cost) {
    char text[160];
    int status = argon2id_hash_encoded(cost.passes, cost.memory_kib, 1, password.p ? password.p : "", password.n, salt,
                                       16, KEY_BYTES, text, sizeof text);
    if (status != ARGON2_OK) {
        fprintf(stderr, "lingban: Argon2id failed: %s\n", argon2_error_message(status));
        arena_escape(a); /* no memory for the hash: like any spent budget */
    }
    return arena_str(a, str_from(text));
}

bool password_verify(struct str hash, struct str password) {
    char text[160];
    if (hash.n >= sizeof text || !str_starts(hash, STR("$argon2id$"))) return false;
    memcpy(text, hash.p, hash.n);
    text[hash.n] = 0;
    return argon2id_verify(text, password.p ? password.p : "", password.n) == ARGON2_OK;
}

bool crypto_equal(struct str a, struct str b) {
    return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

void crypto_wipe(void *p, size_t n) {
    OPENSSL_cleanse(p, n);
}
