/* merkle.c: see merkle.h. Names of variables in proofs follow RFC 9162. */
#include "store/merkle.h"

struct hash merkle_leaf(struct str entry) {
    return sha256_pieces((const struct str[]){{"\0", 1}, entry}, 2);
}

struct hash merkle_node(const struct hash *left, const struct hash *right) {
    return sha256_pieces((const struct str[]){{"\1", 1}, HASH_STR(*left), HASH_STR(*right)}, 3);
}

size_t merkle_append(struct merkle *m, struct hash leaf, struct hash *out_nodes) {
    size_t count = 0;
    unsigned level = 0;
    struct hash node = leaf;
    out_nodes[count++] = node;
    for (uint64_t size = m->size; size & 1; size >>= 1, level++) {
        node = merkle_node(&m->frontier[level], &node);
        out_nodes[count++] = node;
    }
    m->frontier[level] = node;
    m->size++;
    return count;
}

/* From the smallest complete subtree to the largest, each to the left of what is joined so far. */
struct hash merkle_root(const struct merkle *m) {
    if (m->size == 0) return sha256(STR(""));
    unsigned level = (unsigned)__builtin_ctzll(m->size);
    struct hash root = m->frontier[level];
    for (level++; level < MERKLE_LEVELS; level++)
        if (m->size >> level & 1) root = merkle_node(&m->frontier[level], &root);
    return root;
}

static uint64_t largest_power_below(uint64_t n) {
    uint64_t k = 1;
    while (k * 2 < n) k *= 2;
    return k;
}

/* Root of leaves [start, start + n), where start is a multiple of the largest complete subtree in it. n > 0. */
static bool range_root(merkle_read *read, void *context, uint64_t start, uint64_t n, struct hash *out) {
    if ((n & (n - 1)) == 0) {
        unsigned level = (unsigned)__builtin_ctzll(n);
        return read(context, level, start >> level, out);
    }
    uint64_t k = largest_power_below(n);
    struct hash left, right;
    if (!range_root(read, context, start, k, &left) || !range_root(read, context, start + k, n - k, &right)) return false;
    *out = merkle_node(&left, &right);
    return true;
}

bool merkle_root_at(merkle_read *read, void *context, uint64_t size, struct hash *out) {
    if (size > 0) return range_root(read, context, 0, size, out);
    *out = sha256(STR(""));
    return true;
}

/* RFC 9162 section 2.1.3.1, PATH(m, D_n); siblings are found going down and belong in the proof going up. */
bool merkle_inclusion(merkle_read *read, void *context, uint64_t index, uint64_t size, struct merkle_proof *out) {
    out->count = 0;
    if (index >= size) return false;
    struct hash down[MERKLE_LEVELS];
    size_t depth = 0;
    for (uint64_t start = 0, n = size; n > 1; depth++) {
        uint64_t k = largest_power_below(n);
        bool left = index - start < k;
        uint64_t sibling = left ? start + k : start, sibling_n = left ? n - k : k;
        if (!range_root(read, context, sibling, sibling_n, &down[depth])) return false;
        if (!left) start += k;
        n = left ? k : n - k;
    }
    while (depth > 0) out->hashes[out->count++] = down[--depth];
    return true;
}

/* RFC 9162 section 2.1.4.1, SUBPROOF(m, D_n, b). */
bool merkle_consistency(merkle_read *read, void *context, uint64_t from, uint64_t to, struct merkle_proof *out) {
    out->count = 0;
    if (from == 0 || from > to) return false;
    if (from == to) return true;
    struct hash down[MERKLE_LEVELS + 1];
    size_t depth = 0;
    uint64_t start = 0, m = from, n = to;
    bool whole = true; /* the subtree of the old size is the old tree itself, whose root the verifier has */
    while (m < n) {
        uint64_t k = largest_power_below(n);
        bool left = m <= k;
        uint64_t sibling = left ? start + k : start, sibling_n = left ? n - k : k;
        if (!range_root(read, context, sibling, sibling_n, &down[depth++])) return false;
        if (left) {
            n = k;
            continue;
        }
        start += k;
        m -= k;
        n -= k;
        whole = false;
    }
    if (!whole && !range_root(read, context, start, m, &down[depth++])) return false;
    while (depth > 0) out->hashes[out->count++] = down[--depth];
    return true;
}

bool merkle_verify_inclusion(struct hash leaf, uint64_t index, uint64_t size, const struct merkle_proof *proof,
                             struct hash root) {
    if (index >= size) return false;
    uint64_t fn = index, sn = size - 1;
    struct hash r = leaf;
    for (size_t i = 0; i < proof->count; i++) {
        const struct hash *p = &proof->hashes[i];
        if (sn == 0) return false;
        if ((fn & 1) || fn == sn) {
            r = merkle_node(p, &r);
            while (!(fn & 1) && fn != 0) fn >>= 1, sn >>= 1;
        } else {
            r = merkle_node(&r, p);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && hash_eq(&r, &root);
}

bool merkle_verify_consistency(uint64_t from, struct hash from_root, uint64_t to, struct hash to_root,
                               const struct merkle_proof *proof) {
    if (from == 0 || from > to) return false;
    if (from == to) return proof->count == 0 && hash_eq(&from_root, &to_root);
    bool power = (from & (from - 1)) == 0; /* then the old root itself begins the proof */
    size_t i = 0;
    if (!power && proof->count == 0) return false;
    struct hash fr = power ? from_root : proof->hashes[i++], sr = fr;
    uint64_t fn = from - 1, sn = to - 1;
    while (fn & 1) fn >>= 1, sn >>= 1;
    for (; i < proof->count; i++) {
        const struct hash *c = &proof->hashes[i];
        if (sn == 0) return false;
        if ((fn & 1) || fn == sn) {
            fr = merkle_node(c, &fr);
            sr = merkle_node(c, &sr);
            while (!(fn & 1) && fn != 0) fn >>= 1, sn >>= 1;
        } else {
            sr = merkle_node(&sr, c);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && hash_eq(&fr, &from_root) && hash_eq(&sr, &to_root);
}
