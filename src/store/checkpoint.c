/* checkpoint.c: signed roots as text (journal.h), after c2sp.org/tlog-checkpoint and c2sp.org/signed-note.
 *
 *     town.example/log                      origin, also the key's name
 *     42                                    leaves
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=      root
 *                                           (empty line: here the signed text has ended)
 *     — town.example/log Az3grlgt…          base64 of 4 bytes key id and 64 bytes Ed25519 signature
 *
 * Key id: the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
 */
#include "store/journal.h"

#include <string.h>

enum { KEY_ID_BYTES = 4 };
#define DASH "\xE2\x80\x94 "

static void key_id(struct str name, const uint8_t public_key[KEY_BYTES], uint8_t out[KEY_ID_BYTES]) {
    struct hash h = sha256_pieces((const struct str[]){name, STR("\n\1"), {(const char *)public_key, KEY_BYTES}}, 3);
    memcpy(out, h.bytes, KEY_ID_BYTES);
}

static struct str signed_text(struct arena *a, const struct checkpoint *c) {
    struct str root = base64_encode(a, HASH_STR(c->root));
    return arena_printf(a, "%.*s\n%lld\n%.*s\n", STR_ARGS(c->origin), (long long)c->size, STR_ARGS(root));
}

struct str checkpoint_sign(struct arena *a, const struct checkpoint *c, const uint8_t public_key[KEY_BYTES], const uint8_t seed[KEY_BYTES]) {
    uint8_t signature[KEY_ID_BYTES + SIGNATURE_BYTES];
    struct str text = signed_text(a, c);
    key_id(c->origin, public_key, signature);
    ed25519_sign(seed, text, signature + KEY_ID_BYTES);
    struct str encoded = base64_encode(a, (struct str){(const char *)signature, sizeof signature});
    return arena_printf(a, "%.*s\n" DASH "%.*s %.*s\n", STR_ARGS(text), STR_ARGS(c->origin), STR_ARGS(encoded));
}

static bool read_text(struct arena *a, struct str text, struct checkpoint *out) {
    struct str size, root_text, root;
    if (!str_split(&text, '\n', &out->origin) || !str_split(&text, '\n', &size) || !str_split(&text, '\n', &root_text))
        return false;
    bool plain = size.n > 0 && size.p[0] >= '0' && size.p[0] <= '9' && (size.n == 1 || size.p[0] != '0');
    if (!plain || !str_to_int64(size, &out->size) || !base64_decode(a, root_text, &root) || root.n != HASH_BYTES) return false;
    memcpy(out->root.bytes, root.p, HASH_BYTES);
    return out->origin.n > 0;
}

/* "— NAME BASE64" by this key. */
static bool good_signature(struct arena *a, struct str line, struct str origin, const uint8_t public_key[KEY_BYTES],
                           struct str text) {
    struct str prefix = arena_concat(a, arena_concat(a, STR(DASH), origin), STR(" "));
    struct str bytes;
    uint8_t id[KEY_ID_BYTES];
    if (!str_starts(line, prefix) || !base64_decode(a, str_sub(line, prefix.n, line.n), &bytes)) return false;
    key_id(origin, public_key, id);
    return bytes.n == KEY_ID_BYTES + SIGNATURE_BYTES && memcmp(bytes.p, id, KEY_ID_BYTES) == 0 &&
           ed25519_verify(public_key, text, str_sub(bytes, KEY_ID_BYTES, bytes.n));
}

bool checkpoint_open(struct arena *a, struct str note, const uint8_t public_key[KEY_BYTES], struct checkpoint *out) {
    ptrdiff_t end = str_find(note, STR("\n\n"));
    if (end < 0 || !utf8_valid(note) || !str_ends(note, STR("\n"))) return false;
    struct str text = str_sub(note, 0, (size_t)end + 1), rest = str_sub(note, (size_t)end + 2, note.n), line;
    if (!read_text(a, text, out)) return false;
    while (str_split(&rest, '\n', &line))
        if (good_signature(a, line, out->origin, public_key, text)) return true;
    return false;
}

struct str checkpoint_vkey(struct arena *a, struct str origin, const uint8_t public_key[KEY_BYTES]) {
    uint8_t id[KEY_ID_BYTES], typed[1 + KEY_BYTES] = {1}; /* 1: Ed25519 */
    key_id(origin, public_key, id);
    memcpy(typed + 1, public_key, KEY_BYTES);
    struct str encoded = base64_encode(a, (struct str){(const char *)typed, sizeof typed});
    struct str id_hex = hex_encode(a, (struct str){(const char *)id, sizeof id});
    return arena_printf(a, "%.*s+%.*s+%.*s", STR_ARGS(origin), STR_ARGS(id_hex), STR_ARGS(encoded));
}
