/* crypto_test.c: published vectors, and refusal of everything that is not exactly right. */
#include "base/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <pthread.h>
#include <string.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 64 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct str bytes_of(const char *hex) {
    struct str out = STR_NONE;
    assert_true(hex_decode(&arena, str_from(hex), &out));
    return out;
}

static void hex_is(const void *bytes, size_t n, const char *hex) {
    assert_string_equal(hex_encode(&arena, (struct str){bytes, n}).p, hex);
}

static void hashes(void **state) {
    (void)state;
    struct hash h = sha256(STR("abc")); /* FIPS 180-4 examples */
    hex_is(h.bytes, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    h = sha256(STR(""));
    hex_is(h.bytes, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    struct sha256 *s = sha256_begin();
    sha256_more(s, STR("a"));
    h = sha256_pieces((const struct str[]){STR("x"), STR("y")}, 2); /* another one in between */
    sha256_more(s, STR("bc"));
    h = sha256_end(s);
    hex_is(h.bytes, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    struct str message = STR("what do ya want for nothing?"); /* RFC 4231, case 2 */
    h = hmac_sha256(STR("Jefe"), &message, 1);
    hex_is(h.bytes, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char long_key[131];
    memset(long_key, 0xaa, sizeof long_key); /* RFC 4231, case 6 */
    message = STR("Test Using Larger Than Block-Size Key - Hash Key First");
    h = hmac_sha256((struct str){long_key, sizeof long_key}, &message, 1);
    hex_is(h.bytes, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void derives(void **state) {
    (void)state;
    uint8_t out[42]; /* RFC 5869, A.1 */
    hkdf_sha256(bytes_of("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), bytes_of("000102030405060708090a0b0c"),
                bytes_of("f0f1f2f3f4f5f6f7f8f9"), out, sizeof out);
    hex_is(out, sizeof out, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

static void seals(void **state) {
    (void)state;
    /* McGrew and Viega, The Galois/Counter Mode of Operation, test cases 13, 14 and 16. */
    uint8_t zero[32] = {0}, out[128], back[128];
    aead_seal(zero, zero, STR(""), STR(""), out);
    hex_is(out, 16, "530f8afbc74536b9a963b4f1c4cb738b");
    aead_seal(zero, zero, STR(""), (struct str){(const char *)zero, 16}, out);
    hex_is(out, 32, "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    struct str key = bytes_of("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    struct str nonce = bytes_of("cafebabefacedbaddecaf888"), context = bytes_of("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    struct str plain = bytes_of("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    aead_seal((const uint8_t *)key.p, (const uint8_t *)nonce.p, context, plain, out);
    hex_is(out, 76, "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                    "76fc6ece0f4e1768cddf8853bb2d551b");
    struct str sealed = {(const char *)out, 76};
    assert_true(aead_open((const uint8_t *)key.p, (const uint8_t *)nonce.p, context, sealed, back));
    assert_memory_equal(back, plain.p, plain.n);
    for (size_t i = 0; i < 76; i++) {
        out[i] ^= 1;
        assert_false(aead_open((const uint8_t *)key.p, (const uint8_t *)nonce.p, context, sealed, back));
        out[i] ^= 1;
    }
    assert_false(aead_open((const uint8_t *)key.p, (const uint8_t *)nonce.p, STR(""), sealed, back));
    assert_false(aead_open(zero, (const uint8_t *)nonce.p, context, sealed, back));
    assert_false(aead_open(zero, (const uint8_t *)nonce.p, context, str_sub(sealed, 0, 15), back));
}

static void signs(void **state) {
    (void)state;
    uint8_t public_key[32], signature[64]; /* RFC 8032, 7.1, test 2 */
    struct str seed = bytes_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    ed25519_public((const uint8_t *)seed.p, public_key);
    hex_is(public_key, 32, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    ed25519_sign((const uint8_t *)seed.p, STR("\x72"), signature);
    hex_is(signature, 64, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    struct str s = {(const char *)signature, 64};
    assert_true(ed25519_verify(public_key, STR("\x72"), s));
    assert_false(ed25519_verify(public_key, STR("\x73"), s));
    assert_false(ed25519_verify(public_key, STR("\x72"), str_sub(s, 0, 63)));
    signature[10] ^= 1;
    assert_false(ed25519_verify(public_key, STR("\x72"), s));
    /* A thread keeps the key it signed with last: another seed, and the first again, sign as themselves. */
    uint8_t again[64];
    struct str other = bytes_of("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    ed25519_sign((const uint8_t *)other.p, STR(""), again);
    hex_is(again, 64, "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    ed25519_sign((const uint8_t *)seed.p, STR("\x72"), again);
    signature[10] ^= 1;
    assert_memory_equal(again, signature, 64);
}

static void passwords(void **state) {
    (void)state;
    static const uint8_t salt[16] = {7};
    struct str h = password_hash(&arena, STR("密码 pass"), salt, password_test_cost);
    assert_true(str_starts(h, STR("$argon2id$v=19$m=64,t=1,p=1$")));
    assert_true(password_verify(h, STR("密码 pass")));
    assert_false(password_verify(h, STR("密码 Pass")));
    assert_false(password_verify(h, STR("")));
    assert_false(password_verify(STR(""), STR("")));
    assert_false(password_verify(STR("$argon2id$v=19$m=64"), STR("")));
    assert_false(password_verify(STR("$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA"), STR("")));
    assert_true(password_default_cost.memory_kib >= 19 * 1024);
}

static void text_forms(void **state) {
    (void)state;
    /* RFC 4648, section 10. */
    static const char *const rows[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    struct str out;
    for (size_t i = 0; i < 7; i++) {
        struct str text = base64_encode(&arena, str_from(rows[i][0]));
        assert_string_equal(text.p, rows[i][1]);
        assert_true(base64_decode(&arena, text, &out));
        assert_true(str_eqz(out, rows[i][0]));
        struct str url = base64url_encode(&arena, str_from(rows[i][0]));
        assert_null(strchr(url.p, '='));
        assert_true(base64url_decode(&arena, url, &out));
        assert_true(str_eqz(out, rows[i][0]));
    }
    assert_string_equal(base64_encode(&arena, STR("\xfb\xff")).p, "+/8=");
    assert_string_equal(base64url_encode(&arena, STR("\xfb\xff")).p, "-_8");
    static const char *const bad[] = {"A", "Zg", "Zg=", "Zh==", "Zm9=", "====", "Z===", "Zm8=Zm8=", "Zm9v\n", "-_8=", "Zg=a"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(base64_decode(&arena, str_from(bad[i]), &out));
    assert_false(base64url_decode(&arena, STR("Zh"), &out));
    assert_false(base64url_decode(&arena, STR("Zg=="), &out));
    assert_false(base64url_decode(&arena, (struct str){"Zg\0v", 4}, &out));
    assert_true(hex_decode(&arena, STR("00fF"), &out) && out.n == 2 && (uint8_t)out.p[1] == 255);
    assert_false(hex_decode(&arena, STR("0"), &out));
    assert_false(hex_decode(&arena, STR("0g"), &out));
}

static void *hash_much(void *arg) {
    struct hash *out = arg;
    *out = sha256(STR("start"));
    for (int i = 0; i < 2000; i++) *out = sha256(HASH_STR(*out));
    return NULL;
}

static void threads_do_not_mix(void **state) {
    (void)state;
    pthread_t threads[4];
    struct hash out[4];
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, hash_much, &out[i]), 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    for (int i = 1; i < 4; i++) assert_true(hash_eq(&out[0], &out[i]));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(hashes), TEST(derives), TEST(seals), TEST(signs), TEST(passwords), TEST(text_forms), TEST(threads_do_not_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
