/* merkle.h: the hash tree of a log, as pure functions.
 *
 * RFC 9162 section 2.1 (as RFC 6962): leaf = SHA-256(0x00 ‖ entry), node = SHA-256(0x01 ‖ left ‖ right), the left
 * subtree being the largest complete one. The tree is kept as its frontier, the roots of its complete subtrees;
 * proofs ask for inner nodes through a function, since journal.c keeps them beside the entries.
 */
#ifndef STORE_MERKLE_H
#define STORE_MERKLE_H

#include "base/crypto.h"

enum { MERKLE_LEVELS = 63 };

struct merkle {
    uint64_t size;                     /* leaves */
    struct hash frontier[MERKLE_LEVELS]; /* [level] is set where size has that bit */
};

struct hash merkle_leaf(struct str entry);
struct hash merkle_node(const struct hash *left, const struct hash *right);
/* Adds a leaf. The leaf and the complete subtrees it finishes, lowest first, go to `out_nodes` (their count is
 * answered, at most MERKLE_LEVELS + 1): the node of level l and index i is finished by leaf (i + 1) * 2^l - 1. */
size_t merkle_append(struct merkle *m, struct hash leaf, struct hash *out_nodes);
struct hash merkle_root(const struct merkle *m); /* SHA-256 of nothing when empty */

/* The complete subtree of `level` (0 = leaf) and `index`; false when it cannot be read. */
typedef bool merkle_read(void *context, unsigned level, uint64_t index, struct hash *out);
struct merkle_proof {
    struct hash hashes[2 * MERKLE_LEVELS];
    size_t count;
};
/* Root of the first `size` leaves. */
bool merkle_root_at(merkle_read *read, void *context, uint64_t size, struct hash *out);
bool merkle_inclusion(merkle_read *read, void *context, uint64_t index, uint64_t size, struct merkle_proof *out);
bool merkle_consistency(merkle_read *read, void *context, uint64_t from, uint64_t to, struct merkle_proof *out);
/* RFC 9162 sections 2.1.3.2 and 2.1.4.2. */
bool merkle_verify_inclusion(struct hash leaf, uint64_t index, uint64_t size, const struct merkle_proof *proof,
                             struct hash root);
bool merkle_verify_consistency(uint64_t from, struct hash from_root, uint64_t to, struct hash to_root,
                               const struct merkle_proof *proof);

#endif
