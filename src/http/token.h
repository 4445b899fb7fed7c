/* token.h: the signed token that a form carries, so that no other site can send it in a person's name.
 *
 * Token: time of issue (8 hex digits, seconds) and the first 16 bytes of HMAC-SHA256(secret, "form" time binding) in
 * hex. The binding is the session, or for a visitor without one a random cookie. Pure but for the caller's time.
 */
#ifndef HTTP_TOKEN_H
#define HTTP_TOKEN_H

#include "base/arena.h"
#include "base/time.h"

enum { TOKEN_LENGTH = 40 };
enum token_state { TOKEN_GOOD, TOKEN_FORGED, TOKEN_OLD };

struct str token_make(struct arena *a, const uint8_t secret[32], struct str binding, instant now);
enum token_state token_check(const uint8_t secret[32], struct str binding, struct str token, instant now, int64_t seconds_valid);
/* n random bytes in hex. */
struct str random_hex(struct arena *a, size_t n);

#endif
