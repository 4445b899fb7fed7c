/* form_token.h: the signed token that a form carries, so that no other site can send it in a person's name.
 *
 * Token: time of issue (8 hex digits, seconds) and the first 16 bytes of HMAC-SHA256(secret, "form" time binding) in
 * hex. The binding is the session, or for a visitor without one a random cookie. Pure but for random_hex.
 */
#ifndef HTTP_FORM_TOKEN_H
#define HTTP_FORM_TOKEN_H

#include "base/arena.h"
#include "base/time.h"

enum { FORM_TOKEN_LENGTH = 40 };
enum form_token_state { FORM_TOKEN_GOOD, FORM_TOKEN_FORGED, FORM_TOKEN_OLD };

struct str form_token_make(struct arena *a, const uint8_t secret[32], struct str binding, instant now);
enum form_token_state form_token_check(struct arena *a, const uint8_t secret[32], struct str binding, struct str token,
                                       instant now, int64_t seconds_valid);
/* n random bytes in hex, n at most 64. */
struct str random_hex(struct arena *a, size_t n);

#endif
