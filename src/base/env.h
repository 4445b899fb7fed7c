/* env.h: the one door to the machine's clock and its randomness.
 *
 * Nothing else in the program asks the machine for the time or for random bytes, so tests and demos can bring their
 * own clock: whoever needs the time gets it as an argument, from the server, the writer or the command line.
 */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include "base/time.h"

instant env_now(void);
/* Microseconds that never go back, from an arbitrary start: for deadlines and measuring, never for records. */
int64_t env_monotonic(void);
/* Fills with bytes from the kernel's generator; a machine without one cannot be trusted with keys: aborts. */
void env_random(void *bytes, size_t n);

#endif
