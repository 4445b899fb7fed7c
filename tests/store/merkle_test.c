/* merkle_test.c: roots of the Certificate Transparency reference tree, every proof of every tree up to 64 leaves.
 * The digests over all proofs were computed apart, in Python, from the recursive definitions of RFC 9162. */
#include "store/merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { LARGEST = 64 };

/* nodes[level][index], filled from what merkle_append hands out. */
static struct hash nodes[8][LARGEST];

static bool read_node(void *context, unsigned level, uint64_t index, struct hash *out) {
    (void)context;
    *out = nodes[level][index];
    return true;
}

static struct merkle tree_of(size_t size, struct hash roots[LARGEST + 1]) {
    struct merkle m = {0};
    roots[0] = merkle_root(&m);
    for (size_t i = 0; i < size; i++) {
        char byte = (char)i;
        struct hash done[MERKLE_LEVELS + 1];
        size_t count = merkle_append(&m, merkle_leaf((struct str){&byte, 1}), done);
        for (size_t level = 0; level < count; level++) nodes[level][((i + 1) >> level) - 1] = done[level];
        roots[i + 1] = merkle_root(&m);
    }
    return m;
}

static void hash_is(struct hash h, const char *hex) {
    struct arena a;
    arena_init(&a, 4096 * 4);
    assert_string_equal(hex_encode(&a, HASH_STR(h)).p, hex);
    arena_release(&a);
}

static void reference_roots(void **state) {
    (void)state;
    static const struct str leaves[] = {STR(""), STR("\0"), STR("\x10"), STR("\x20\x21"), STR("\x30\x31"), STR("@ABC"),
                                        STR("PQRSTUVW"), STR("`abcdefghijklmno")};
    static const char *const roots[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    struct merkle m = {0};
    for (size_t i = 0; i <= 8; i++) {
        struct hash done[MERKLE_LEVELS + 1];
        hash_is(merkle_root(&m), roots[i]);
        if (i < 8) merkle_append(&m, merkle_leaf(leaves[i]), done);
    }
}

static void every_inclusion_proof(void **state) {
    (void)state;
    struct hash roots[LARGEST + 1];
    struct sha256 *all = sha256_begin();
    tree_of(LARGEST, roots);
    for (uint64_t size = 1; size <= LARGEST; size++)
        for (uint64_t index = 0; index < size; index++) {
            struct merkle_proof proof;
            assert_true(merkle_inclusion(read_node, NULL, index, size, &proof));
            for (size_t i = 0; i < proof.count; i++) sha256_more(all, HASH_STR(proof.hashes[i]));
            assert_true(merkle_verify_inclusion(nodes[0][index], index, size, &proof, roots[size]));
            assert_false(merkle_verify_inclusion(nodes[0][(index + 1) % LARGEST], index, size, &proof, roots[size]));
            assert_false(merkle_verify_inclusion(nodes[0][index], index, size, &proof, roots[size - 1]));
            if (size > 1) assert_false(merkle_verify_inclusion(nodes[0][index], (index + 1) % size, size, &proof, roots[size]));
            if (proof.count == 0) continue;
            proof.hashes[proof.count / 2].bytes[5] ^= 1;
            assert_false(merkle_verify_inclusion(nodes[0][index], index, size, &proof, roots[size]));
            proof.hashes[proof.count / 2].bytes[5] ^= 1;
            proof.count--;
            assert_false(merkle_verify_inclusion(nodes[0][index], index, size, &proof, roots[size]));
        }
    hash_is(sha256_end(all), "5601b22ed7d83190e79b81a3512e0977a7225be0e32a0fa968c9e4d20cd6b473");
}

static void every_consistency_proof(void **state) {
    (void)state;
    struct hash roots[LARGEST + 1];
    struct sha256 *all = sha256_begin();
    tree_of(LARGEST, roots);
    for (uint64_t to = 1; to <= LARGEST; to++)
        for (uint64_t from = 1; from <= to; from++) {
            struct merkle_proof proof;
            assert_true(merkle_consistency(read_node, NULL, from, to, &proof));
            for (size_t i = 0; i < proof.count; i++) sha256_more(all, HASH_STR(proof.hashes[i]));
            assert_true(merkle_verify_consistency(from, roots[from], to, roots[to], &proof));
            assert_false(merkle_verify_consistency(from, roots[from - 1], to, roots[to], &proof));
            assert_false(merkle_verify_consistency(from, roots[from], to, roots[to - 1], &proof));
            if (proof.count == 0) continue;
            proof.hashes[0].bytes[0] ^= 1;
            assert_false(merkle_verify_consistency(from, roots[from], to, roots[to], &proof));
            proof.hashes[0].bytes[0] ^= 1;
            proof.count--;
            assert_false(merkle_verify_consistency(from, roots[from], to, roots[to], &proof));
        }
    hash_is(sha256_end(all), "ca04516c086549670889a022a6b2609f0f5b74814ce936780c0951bd5ed5c2b7");
}

static void impossible_questions(void **state) {
    (void)state;
    struct hash roots[LARGEST + 1], root;
    struct merkle_proof proof = {.count = 0};
    tree_of(5, roots);
    assert_false(merkle_inclusion(read_node, NULL, 5, 5, &proof));
    assert_false(merkle_inclusion(read_node, NULL, 0, 0, &proof));
    assert_false(merkle_consistency(read_node, NULL, 0, 5, &proof));
    assert_false(merkle_consistency(read_node, NULL, 6, 5, &proof));
    assert_false(merkle_verify_inclusion(nodes[0][0], 0, 0, &proof, roots[0]));
    assert_false(merkle_verify_consistency(3, roots[3], 5, roots[5], &proof));
    for (uint64_t size = 0; size <= 5; size++) {
        assert_true(merkle_root_at(read_node, NULL, size, &root));
        assert_true(hash_eq(&root, &roots[size]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_roots),
        cmocka_unit_test(every_inclusion_proof),
        cmocka_unit_test(every_consistency_proof),
        cmocka_unit_test(impossible_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
