/* ids.h: numbers people read out, secrets that stand in links, and drawing both from a command's seed.
 *
 * A public reference is twelve digits in three groups, "4821-0937-5516": eleven drawn ones, the first not 0 (a
 * spreadsheet would drop it), and a check digit after H. Michael Damm (2004), which finds every wrong digit and every
 * swap of neighbours. Inside and in the store it is the twelve digits without dashes.
 */
#ifndef BASE_IDS_H
#define BASE_IDS_H

#include "base/crypto.h"

/* A command's seed, spent in order. The only source of luck in decide(): the same seed gives the same draws. */
struct draw {
    uint8_t seed[32];
    uint64_t counter;
};
void draw_init(struct draw *d, const uint8_t seed[32]);
void draw_bytes(struct draw *d, void *out, size_t n);
uint64_t draw_below(struct draw *d, uint64_t n); /* 0 … n-1, each equally likely; n > 0 */

enum { REFERENCE_DIGITS = 12 };
struct reference {
    char digits[REFERENCE_DIGITS + 1]; /* zero-terminated */
};
struct reference reference_draw(struct draw *d);
/* Reads what people type or dictate: spaces, dashes and dots of any kind between digits, full-width digits. */
enum reference_fault { REFERENCE_GOOD, REFERENCE_NOT_DIGITS, REFERENCE_LENGTH, REFERENCE_CHECK };
enum reference_fault reference_parse(struct str text, struct reference *out);
void reference_put(struct buf *out, struct str digits); /* grouped by four */
int damm_digit(struct str digits);                      /* 0…9; -1 when a byte is no digit */
/* Full-width digits, letters and signs (U+FF01…U+FF5E) and the wide space as ASCII; the rest is kept. */
struct str fold_full_width(struct arena *a, struct str text);

/* The secret of a case's link: 128 bits of HMAC-SHA256(server key, case id, generation) as base64url. It is never
 * stored: the store holds secret_hash() of it, and a higher generation ends the earlier link. */
enum { SECRET_CHARS = 22 };
struct secret {
    char text[SECRET_CHARS + 1];
};
struct secret secret_for_case(struct str server_key, int64_t case_id, int64_t generation);
bool secret_plausible(struct str text); /* 22 letters of base64url */
struct hash secret_hash(struct str text);
bool secret_matches(struct str text, struct str stored_hash); /* constant time */
/* A random token for sessions and forms, from env_random: 32 bytes as base64url (43 characters). */
struct str token_make(struct arena *a);

#endif
