/* digest.h: message digests by name, for formulas in forms and for what other systems expect (OpenRosa's md5).
 * MD5 and SHA-1 are here because those formats name them; nothing of ours rests on them (use crypto.h). */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/arena.h"

/* Raw bytes of the digest; false when `name` is none of MD5, SHA-1, SHA-256, SHA-384, SHA-512. */
bool digest_by_name(struct arena *a, struct str name, struct str bytes, struct str *out);

#endif
