/* xpath_fn_text.c: pieces of text, patterns, digests, identifiers. */
#include "base/crypto.h"
#include "base/digest.h"
#include "form/xpath_ast.h"

#include <math.h>

/* Byte offset of the n-th code point. */
static size_t offset_of(struct str s, int64_t n) {
    size_t at = 0;
    uint32_t cp;
    while (n-- > 0 && utf8_next(s, &at, &cp)) continue;
    return at;
}

/* A place counted from 0, from the end when negative, kept within 0 .. count. */
static int64_t place_in(double n, int64_t count) {
    if (isnan(n)) return 0;
    n = trunc(n);
    if (n < 0) n += (double)count;
    return n < 0 ? 0 : n > (double)count ? count : (int64_t)n;
}

/* substr(s, from[, to]): 0-based, `to` excluded. */
static struct xpath_value fn_substr(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0);
    int64_t count = (int64_t)utf8_count(s);
    int64_t from = place_in(xpath_arg_number(c, e, 1), count);
    int64_t to = e->arg_count > 2 ? place_in(xpath_arg_number(c, e, 2), count) : count;
    if (to <= from) return xpath_of_string(STR(""));
    return xpath_of_string(str_sub(s, offset_of(s, from), offset_of(s, to)));
}

static void join_piece(struct buf *out, struct str separator, struct str piece, bool *first) {
    if (!*first) buf_add(out, separator);
    *first = false;
    buf_add(out, piece);
}

static struct xpath_value fn_join(struct xpath_context *c, const struct xpath_expr *e) {
    struct str separator = xpath_arg_string(c, e, 0);
    struct buf out;
    bool first = true;
    buf_init(&out, c->arena, 1u << 20);
    for (size_t i = 1; i < e->arg_count; i++) {
        struct xpath_value v = xpath_arg(c, e, i);
        if (v.kind != XPATH_NODES) join_piece(&out, separator, xpath_to_string(c->env, c->arena, &v), &first);
        for (size_t k = 0; v.kind == XPATH_NODES && k < v.nodes.count; k++)
            join_piece(&out, separator, dom_text(c->arena, v.nodes.items[k]), &first);
    }
    return xpath_of_string(buf_str(&out));
}

static struct xpath_value fn_regex(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0);
    return xpath_of_boolean(xpath_matches(c->env, c->arena, s, xpath_arg_string(c, e, 1)));
}

/* ---- digests and encodings ---- */

/* digest(text, algorithm[, "base64" | "hex"]) */
static struct xpath_value fn_digest(struct xpath_context *c, const struct xpath_expr *e) {
    struct str s = xpath_arg_string(c, e, 0), algorithm = xpath_arg_string(c, e, 1), raw;
    struct str encoding = e->arg_count > 2 ? xpath_arg_string(c, e, 2) : STR("base64");
    if (!digest_by_name(c->arena, algorithm, s, &raw))
        return xpath_fail(c, T("There is no digest “{0}”."), algorithm);
    if (str_eqz(encoding, "hex")) return xpath_of_string(hex_encode(c->arena, raw));
    if (str_eqz(encoding, "base64")) return xpath_of_string(base64_encode(c->arena, raw));
    return xpath_fail(c, T("A digest is written as “hex” or “base64”, not as “{0}”."), encoding);
}

static struct xpath_value fn_base64_decode(struct xpath_context *c, const struct xpath_expr *e) {
    struct str bytes;
    bool text = base64_decode(c->arena, xpath_arg_string(c, e, 0), &bytes) && utf8_valid(bytes);
    return xpath_of_string(text ? bytes : STR(""));
}

/* ---- identifiers ---- */

uint64_t xpath_random_bits(struct xpath_random *r) { /* SplitMix64, Steele et al. 2014 */
    uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* RFC 9562, version 4. */
static struct str random_uuid(struct xpath_context *c) {
    uint64_t x = xpath_random_bits(&c->env->random), y = xpath_random_bits(&c->env->random);
    return arena_printf(c->arena, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(x >> 32), (unsigned)(x >> 16 & 0xffff),
                        (unsigned)(x & 0xfff), (unsigned)(0x8000 | (y >> 48 & 0x3fff)),
                        (unsigned long long)(y & 0xffffffffffffu));
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/* uuid(n): n random letters and digits. */
static struct xpath_value fn_uuid(struct xpath_context *c, const struct xpath_expr *e) {
    if (e->arg_count == 0) return xpath_of_string(random_uuid(c));
    double length = xpath_arg_number(c, e, 0);
    if (!(length >= 0 && length <= 10000)) return xpath_fail(c, T("uuid() needs a length."), STR_NONE);
    struct buf out;
    buf_init(&out, c->arena, 10001);
    for (int i = 0; i < (int)length; i++) buf_byte(&out, letters[xpath_random_bits(&c->env->random) % 62]);
    return xpath_of_string(buf_str(&out));
}

const struct xpath_function xpath_functions_text[] = {
    {"substr", 2, 3, TRAIT_NONE, fn_substr},
    {"join", 1, XPATH_ANY_COUNT, TRAIT_NONE, fn_join},
    {"regex", 2, 2, TRAIT_NONE, fn_regex},
    {"digest", 2, 3, TRAIT_NONE, fn_digest},
    {"base64-decode", 1, 1, TRAIT_NONE, fn_base64_decode},
    {"uuid", 0, 1, TRAIT_NONE, fn_uuid},
    {0},
};
