/* decimal.h: exact decimal numbers, IEEE 754-2008 decimal128 (34 digits, exponents -6176 to 6111).
 *
 * FEEL's numbers and whatever else must not be a binary fraction. This is the only door to Intel's decimal
 * library (libintelrdfpmath, variant 000), whose functions must never meet the compiler's own _Decimal128 in one
 * program: both bring the same symbols with other signatures. Hence a plain struct, and no operators.
 *
 * Every result is rounded half to even unless a function says otherwise. Infinity and NaN are no values here: a
 * function whose result would be one answers false and leaves *out alone.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include "base/str.h"

struct decimal {
    uint64_t word[2]; /* binary integer encoding, little end first */
};

/* How a number is brought to a scale. */
enum decimal_rounding {
    DECIMAL_HALF_EVEN, /* FEEL decimal() */
    DECIMAL_FLOOR,
    DECIMAL_CEILING,
    DECIMAL_UP,        /* away from zero */
    DECIMAL_DOWN,      /* towards zero */
    DECIMAL_HALF_UP,   /* ties away from zero */
    DECIMAL_HALF_DOWN, /* ties towards zero */
};

struct decimal decimal_from_int(int64_t v);
/* [-]digits[.digits] with an optional exponent (1.5, .5, 5., 1e-3); more than 34 digits are rounded. False on
 * anything else, on blanks, and on what is too large. */
bool decimal_parse(struct str text, struct decimal *out);
/* Plain digits without exponent and without needless zeros: "0.1", "-12", "1000000". Numbers that would need more
 * than 80 characters so are written with an exponent: "1E+6000". */
void decimal_put(struct buf *out, struct decimal v);
/* True when v is a whole number within int64. */
bool decimal_to_int(struct decimal v, int64_t *out);
double decimal_to_double(struct decimal v); /* nearest; for drawing only, never for deciding */
bool decimal_is_integer(struct decimal v);
bool decimal_is_zero(struct decimal v);
bool decimal_is_negative(struct decimal v); /* below zero */
int decimal_compare(struct decimal a, struct decimal b); /* -1, 0, 1 by value: 1.0 equals 1 */
bool decimal_equal(struct decimal a, struct decimal b);
uint64_t decimal_hash(struct decimal v); /* equal numbers hash equally */

bool decimal_add(struct decimal a, struct decimal b, struct decimal *out);
bool decimal_subtract(struct decimal a, struct decimal b, struct decimal *out);
bool decimal_multiply(struct decimal a, struct decimal b, struct decimal *out);
bool decimal_divide(struct decimal a, struct decimal b, struct decimal *out); /* false when b is zero */
/* a - b * floor(a / b): the result has the sign of b. */
bool decimal_modulo(struct decimal a, struct decimal b, struct decimal *out);
bool decimal_power(struct decimal a, struct decimal b, struct decimal *out);
struct decimal decimal_negate(struct decimal v);
struct decimal decimal_abs(struct decimal v);
bool decimal_sqrt(struct decimal v, struct decimal *out);
bool decimal_exp(struct decimal v, struct decimal *out);
bool decimal_log(struct decimal v, struct decimal *out); /* natural; false unless v > 0 */
/* To `scale` digits after the point (negative: before it). When v has no digit beyond the scale it is the answer. */
bool decimal_round(struct decimal v, int scale, enum decimal_rounding rounding, struct decimal *out);
struct decimal decimal_normalise(struct decimal v); /* the same value without trailing zeros; -0 becomes 0 */

#endif
