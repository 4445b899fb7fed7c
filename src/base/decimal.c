/* decimal.c: see decimal.h.
 *
 * A decimal128 in binary integer encoding is a sign, an exponent and a whole number below 10^34. What can be done
 * exactly on those three (rounding, printing, small sums and products) is done here; the rest is Intel's library.
 */
#include "base/decimal.h"

#include <bid_conf.h>
#include <bid_functions.h>
#include <string.h>

typedef unsigned __int128 wide;

enum { BIAS = 6176, EXPONENT_MAX = 6111, DIGITS = 34 };

#define SIGN      ((uint64_t)1 << 63)
#define HIGH_BITS (((uint64_t)1 << 49) - 1) /* the coefficient's part in word[1] */

struct parts {
    bool negative;
    int exponent;
    wide coefficient;
};

static const uint64_t powers64[] = {1u,
                                    10u,
                                    100u,
                                    1000u,
                                    10000u,
                                    100000u,
                                    1000000u,
                                    10000000u,
                                    100000000u,
                                    1000000000u,
                                    10000000000u,
                                    100000000000u,
                                    1000000000000u,
                                    10000000000000u,
                                    100000000000000u,
                                    1000000000000000u,
                                    10000000000000000u,
                                    100000000000000000u,
                                    1000000000000000000u,
                                    10000000000000000000u};

static wide power_of_ten(int n) { /* n up to 38 */
    return n <= 19 ? powers64[n] : (wide)powers64[19] * powers64[n - 19];
}

static struct parts take_apart(struct decimal v) {
    return (struct parts){.negative = v.word[1] & SIGN,
                          .exponent = (int)(v.word[1] >> 49 & 0x3FFF) - BIAS,
                          .coefficient = (wide)(v.word[1] & HIGH_BITS) << 64 | v.word[0]};
}

static struct decimal put_together(struct parts p) {
    return (struct decimal){{(uint64_t)p.coefficient, (p.negative ? SIGN : 0) | (uint64_t)(p.exponent + BIAS) << 49 |
                                                          (uint64_t)(p.coefficient >> 64)}};
}

static BID_UINT128 to_bid(struct decimal v) {
    BID_UINT128 b;
    memcpy(&b, &v, sizeof b);
    return b;
}

/* Infinity and NaN have the four bits after the sign set. */
static bool from_bid(BID_UINT128 b, struct decimal *out) {
    struct decimal v;
    memcpy(&v, &b, sizeof v);
    if ((v.word[1] & 0x7800000000000000) == 0x7800000000000000) return false;
    *out = v;
    return true;
}

static int digit_count(wide c) {
    int n = 1;
    while (n < 39 && c >= power_of_ten(n)) n++;
    return n;
}

struct decimal decimal_from_int(int64_t v) {
    uint64_t magnitude = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    return put_together((struct parts){v < 0, 0, magnitude});
}

/* Reads the digits of `text` from *at into `out`, at most 40 of them that count; the others only move the exponent
 * and, when one is not zero, leave a last digit that is not: so that ties round as the whole number would. */
struct digits {
    char text[48];
    int kept;
    int64_t exponent;
    bool any, point;
};

static void read_digits(struct str text, size_t *at, struct digits *d) {
    for (; *at < text.n; (*at)++) {
        char c = text.p[*at];
        if (c == '.' && !d->point) {
            d->point = true;
            continue;
        }
        if (c < '0' || c > '9') return;
        d->any = true;
        if (d->point) d->exponent--;
        if (d->kept == 0 && c == '0') continue;
        if (d->kept < 40) {
            d->text[d->kept++] = c;
            continue;
        }
        d->exponent++;
        if (c != '0' && d->text[39] == '0') d->text[39] = '1';
    }
}

static bool read_exponent(struct str text, size_t *at, int64_t *exponent) {
    if (*at >= text.n || (text.p[*at] != 'e' && text.p[*at] != 'E')) return true;
    size_t i = *at + 1;
    bool negative = i < text.n && text.p[i] == '-';
    if (i < text.n && (text.p[i] == '-' || text.p[i] == '+')) i++;
    size_t start = i;
    int64_t v = 0;
    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
        if (v < 1000000000) v = v * 10 + (text.p[i] - '0');
    if (i == start) return false;
    *exponent += negative ? -v : v;
    *at = i;
    return true;
}

bool decimal_parse(struct str text, struct decimal *out) {
    size_t at = 0;
    bool negative = text.n && text.p[0] == '-';
    if (negative) at++;
    struct digits d = {.kept = 0};
    read_digits(text, &at, &d);
    if (!d.any || !read_exponent(text, &at, &d.exponent) || at != text.n) return false;
    if (d.kept <= 19 && d.exponent >= -BIAS && d.exponent <= EXPONENT_MAX) {
        wide c = 0;
        for (int i = 0; i < d.kept; i++) c = c * 10 + (unsigned)(d.text[i] - '0');
        *out = put_together((struct parts){negative && c != 0, (int)d.exponent, c});
        return true;
    }
    if (d.kept == 0) {
        *out = decimal_from_int(0);
        return true;
    }
    if (d.exponent > 100000) return false;
    if (d.exponent < -100000) d.exponent = -100000;
    char number[80];
    struct arena *none = NULL;
    struct buf b = {.p = number, .capacity = sizeof number, .limit = sizeof number, .arena = none};
    if (negative) buf_byte(&b, '-');
    buf_add(&b, (struct str){d.text, (size_t)d.kept});
    buf_byte(&b, 'E');
    buf_int(&b, d.exponent);
    buf_byte(&b, 0);
    _IDEC_flags flags = 0;
    return from_bid(bid128_from_string(number, BID_ROUNDING_TO_NEAREST, &flags), out);
}

static int write_digits(wide c, char out[40]) {
    char reversed[40];
    int n = 0;
    do reversed[n++] = (char)('0' + (int)(c % 10));
    while ((c /= 10) != 0);
    for (int i = 0; i < n; i++) out[i] = reversed[n - 1 - i];
    return n;
}

void decimal_put(struct buf *out, struct decimal v) {
    struct parts p = take_apart(decimal_normalise(v));
    char digits[40];
    int n = write_digits(p.coefficient, digits);
    if (p.negative) buf_byte(out, '-');
    int before_point = n + p.exponent; /* digits left of the point; zero or less: leading zeros */
    if (p.exponent >= 0 && before_point <= 80) {
        buf_add(out, (struct str){digits, (size_t)n});
        for (int i = 0; i < p.exponent; i++) buf_byte(out, '0');
    } else if (p.exponent < 0 && before_point > 0) {
        buf_add(out, (struct str){digits, (size_t)before_point});
        buf_byte(out, '.');
        buf_add(out, (struct str){digits + before_point, (size_t)(n - before_point)});
    } else if (p.exponent < 0 && -p.exponent <= 80) {
        buf_addz(out, "0.");
        for (int i = before_point; i < 0; i++) buf_byte(out, '0');
        buf_add(out, (struct str){digits, (size_t)n});
    } else {
        buf_add(out, (struct str){digits, 1});
        if (n > 1) {
            buf_byte(out, '.');
            buf_add(out, (struct str){digits + 1, (size_t)(n - 1)});
        }
        buf_printf(out, "E%+d", before_point - 1);
    }
}

struct decimal decimal_normalise(struct decimal v) {
    struct parts p = take_apart(v);
    if (p.coefficient == 0) return decimal_from_int(0);
    while (p.exponent < EXPONENT_MAX && p.coefficient % 10 == 0) p.coefficient /= 10, p.exponent++;
    return put_together(p);
}

bool decimal_is_zero(struct decimal v) {
    return take_apart(v).coefficient == 0;
}

bool decimal_is_negative(struct decimal v) {
    struct parts p = take_apart(v);
    return p.negative && p.coefficient != 0;
}

bool decimal_is_integer(struct decimal v) {
    struct parts p = take_apart(v);
    if (p.exponent >= 0 || p.coefficient == 0) return true;
    return -p.exponent <= DIGITS && p.coefficient % power_of_ten(-p.exponent) == 0;
}

bool decimal_to_int(struct decimal v, int64_t *out) {
    if (!decimal_is_integer(v)) return false;
    struct parts p = take_apart(v);
    if (p.coefficient == 0) {
        *out = 0;
        return true;
    }
    if (p.exponent < 0) p.coefficient /= power_of_ten(-p.exponent);
    else if (p.exponent > 18 || digit_count(p.coefficient) + p.exponent > 19) return false;
    else p.coefficient *= power_of_ten(p.exponent);
    if (p.coefficient > (wide)INT64_MAX + (p.negative ? 1 : 0)) return false;
    *out = p.negative ? (int64_t)(0 - (uint64_t)p.coefficient) : (int64_t)p.coefficient;
    return true;
}

double decimal_to_double(struct decimal v) {
    _IDEC_flags flags = 0;
    return bid128_to_binary64(to_bid(v), BID_ROUNDING_TO_NEAREST, &flags);
}

int decimal_compare(struct decimal a, struct decimal b) {
    int apart = (int)(a.word[1] >> 49 & 0x3FFF) - (int)(b.word[1] >> 49 & 0x3FFF);
    bool small = apart >= -19 && apart <= 19 && ((a.word[1] | b.word[1]) & HIGH_BITS) == 0;
    if (apart == 0 || small) {
        struct parts x = take_apart(a), y = take_apart(b);
        if (apart > 0) x.coefficient *= powers64[apart];
        if (apart < 0) y.coefficient *= powers64[-apart];
        if (x.negative != y.negative) return x.coefficient == 0 && y.coefficient == 0 ? 0 : x.negative ? -1 : 1;
        if (x.coefficient == y.coefficient) return 0;
        return (x.coefficient < y.coefficient) != x.negative ? -1 : 1;
    }
    _IDEC_flags flags = 0;
    if (bid128_quiet_equal(to_bid(a), to_bid(b), &flags)) return 0;
    return bid128_quiet_less(to_bid(a), to_bid(b), &flags) ? -1 : 1;
}

bool decimal_equal(struct decimal a, struct decimal b) {
    return decimal_compare(a, b) == 0;
}

uint64_t decimal_hash(struct decimal v) {
    v = decimal_normalise(v);
    uint64_t h = (v.word[0] ^ v.word[1] * 0x9E3779B97F4A7C15u) * 0xBF58476D1CE4E5B9u;
    return h ^ h >> 29;
}

/* Both below 2^62 and of one exponent: the sum is exact without help. */
static bool small_pair(struct decimal a, struct decimal b) {
    return ((a.word[1] ^ b.word[1]) & ~SIGN) == 0 && (a.word[1] & HIGH_BITS) == 0 &&
           ((a.word[0] | b.word[0]) >> 62) == 0;
}

bool decimal_add(struct decimal a, struct decimal b, struct decimal *out) {
    if (small_pair(a, b)) {
        int64_t x = (int64_t)a.word[0], y = (int64_t)b.word[0];
        int64_t sum = (a.word[1] & SIGN ? -x : x) + (b.word[1] & SIGN ? -y : y);
        out->word[0] = sum < 0 ? 0 - (uint64_t)sum : (uint64_t)sum;
        out->word[1] = (a.word[1] & ~SIGN) | (sum < 0 ? SIGN : 0);
        return true;
    }
    _IDEC_flags flags = 0;
    return from_bid(bid128_add(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool decimal_subtract(struct decimal a, struct decimal b, struct decimal *out) {
    b.word[1] ^= SIGN;
    return decimal_add(a, b, out);
}

bool decimal_multiply(struct decimal a, struct decimal b, struct decimal *out) {
    if (((a.word[1] | b.word[1]) & HIGH_BITS) == 0 && ((a.word[0] | b.word[0]) >> 32) == 0) {
        int exponent = (int)(a.word[1] >> 49 & 0x3FFF) + (int)(b.word[1] >> 49 & 0x3FFF) - 2 * BIAS;
        if (exponent >= -BIAS && exponent <= EXPONENT_MAX) {
            uint64_t product = a.word[0] * b.word[0];
            out->word[1] = product ? (a.word[1] ^ b.word[1]) & SIGN : 0;
            out->word[1] |= (uint64_t)(exponent + BIAS) << 49;
            out->word[0] = product;
            return true;
        }
    }
    _IDEC_flags flags = 0;
    return from_bid(bid128_mul(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

/* Exact quotients of small numbers with at most four more digits, such as x / 100: a tenth of the library's time. The
 * exponent comes as near to that of the operands' difference as the digits allow, as IEEE 754 wants it. */
static bool divide_small(struct decimal a, struct decimal b, struct decimal *out) {
    enum { MORE_DIGITS = 4, MORE = 10000 };
    int ideal = (int)(a.word[1] >> 49 & 0x3FFF) - (int)(b.word[1] >> 49 & 0x3FFF), exponent = ideal - MORE_DIGITS;
    if (((a.word[1] | b.word[1]) & HIGH_BITS) || a.word[0] > INT64_MAX / MORE || exponent < -BIAS ||
        ideal > EXPONENT_MAX)
        return false;
    uint64_t dividend = a.word[0] * MORE, quotient = dividend / b.word[0];
    if (quotient * b.word[0] != dividend) return false;
    while (exponent < ideal && quotient % 10 == 0) quotient /= 10, exponent++;
    *out = put_together((struct parts){((a.word[1] ^ b.word[1]) & SIGN) && quotient, exponent, quotient});
    return true;
}

bool decimal_divide(struct decimal a, struct decimal b, struct decimal *out) {
    if (decimal_is_zero(b)) return false;
    if (divide_small(a, b, out)) return true;
    _IDEC_flags flags = 0;
    return from_bid(bid128_div(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool decimal_modulo(struct decimal a, struct decimal b, struct decimal *out) {
    if (decimal_is_zero(b)) return false;
    struct decimal rest;
    _IDEC_flags flags = 0;
    if (!from_bid(bid128_fmod(to_bid(a), to_bid(b), &flags), &rest)) return false; /* exact; has the sign of a */
    if (!decimal_is_zero(rest) && decimal_is_negative(rest) != decimal_is_negative(b)) return decimal_add(rest, b, out);
    *out = decimal_is_zero(rest) ? decimal_from_int(0) : rest;
    return true;
}

struct decimal decimal_negate(struct decimal v) {
    if (!decimal_is_zero(v)) v.word[1] ^= SIGN;
    return v;
}

struct decimal decimal_abs(struct decimal v) {
    v.word[1] &= ~SIGN;
    return v;
}

bool decimal_sqrt(struct decimal v, struct decimal *out) {
    if (decimal_is_negative(v)) return false;
    _IDEC_flags flags = 0;
    return from_bid(bid128_sqrt(to_bid(v), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool decimal_exp(struct decimal v, struct decimal *out) {
    _IDEC_flags flags = 0;
    return from_bid(bid128_exp(to_bid(v), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool decimal_log(struct decimal v, struct decimal *out) {
    if (decimal_is_zero(v) || decimal_is_negative(v)) return false;
    _IDEC_flags flags = 0;
    return from_bid(bid128_log(to_bid(v), BID_ROUNDING_TO_NEAREST, &flags), out);
}

/* A number as the sum of two, to carry twice the digits through a chain of products (Dekker's method). */
struct pair {
    struct decimal high, low;
};

static bool multiply_pairs(struct pair a, struct pair b, struct pair *out) {
    _IDEC_flags flags = 0;
    struct decimal product, rest, cross1, cross2;
    if (!decimal_multiply(a.high, b.high, &product)) return false;
    if (!from_bid(bid128_fma(to_bid(a.high), to_bid(b.high), to_bid(decimal_negate(product)), BID_ROUNDING_TO_NEAREST,
                             &flags),
                  &rest))
        return false;
    if (!decimal_multiply(a.high, b.low, &cross1) || !decimal_multiply(a.low, b.high, &cross2)) return false;
    if (!decimal_add(rest, cross1, &rest) || !decimal_add(rest, cross2, &rest)) return false;
    if (!decimal_add(product, rest, &out->high)) return false;
    struct decimal taken; /* what the sum above rounded away */
    if (!decimal_subtract(out->high, product, &taken)) return false;
    return decimal_subtract(rest, taken, &out->low);
}

/* Whole exponents by repeated squaring in pairs: the library's pow is up to 16 units in the last place off there. */
static bool whole_power(struct decimal base, uint64_t n, struct pair *out) {
    struct pair square = {base, decimal_from_int(0)}, result = {decimal_from_int(1), decimal_from_int(0)};
    for (;; n >>= 1) {
        if (n & 1 && !multiply_pairs(result, square, &result)) return false;
        if (n <= 1) break;
        if (!multiply_pairs(square, square, &square)) return false;
    }
    *out = result;
    return true;
}

static bool invert(struct pair p, struct decimal *out) {
    _IDEC_flags flags = 0;
    struct decimal r, error, low, one = decimal_from_int(1);
    if (!decimal_divide(one, p.high, &r)) return false;
    if (!from_bid(bid128_fma(to_bid(decimal_negate(p.high)), to_bid(r), to_bid(one), BID_ROUNDING_TO_NEAREST, &flags),
                  &error))
        return false;
    if (!decimal_multiply(p.low, r, &low) || !decimal_subtract(error, low, &error)) return false;
    return from_bid(bid128_fma(to_bid(r), to_bid(error), to_bid(r), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool decimal_power(struct decimal a, struct decimal b, struct decimal *out) {
    int64_t n;
    if (decimal_is_zero(a) && decimal_is_negative(b)) return false;
    if (decimal_to_int(b, &n) && n >= -100000 && n <= 100000) {
        struct pair p;
        if (whole_power(a, (uint64_t)(n < 0 ? -n : n), &p)) {
            if (n >= 0) *out = p.high;
            else if (!invert(p, out)) return false;
            return true;
        }
        if (n >= 0) return false;
    }
    struct decimal half;
    if (decimal_parse(STR("0.5"), &half) && decimal_equal(b, half)) return decimal_sqrt(a, out);
    _IDEC_flags flags = 0;
    return from_bid(bid128_pow(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

/* Whether a cut at `rest` of `unit` goes away from zero. */
static bool away_from_zero(enum decimal_rounding rounding, bool negative, wide kept, wide rest, wide unit) {
    if (rest == 0) return false;
    wide twice = rest * 2;
    switch (rounding) {
    case DECIMAL_HALF_EVEN: return twice > unit || (twice == unit && kept % 2 == 1);
    case DECIMAL_FLOOR: return negative;
    case DECIMAL_CEILING: return !negative;
    case DECIMAL_UP: return true;
    case DECIMAL_DOWN: return false;
    case DECIMAL_HALF_UP: return twice >= unit;
    case DECIMAL_HALF_DOWN: return twice > unit;
    }
    return false;
}

bool decimal_round(struct decimal v, int scale, enum decimal_rounding rounding, struct decimal *out) {
    if (scale < -EXPONENT_MAX || scale > BIAS) return false;
    struct parts p = take_apart(v);
    int drop = -scale - p.exponent;
    if (drop <= 0) {
        *out = v;
        return true;
    }
    wide unit = power_of_ten(drop > 37 ? 37 : drop); /* beyond 34 digits everything is less than half a unit */
    wide kept = p.coefficient / unit, rest = p.coefficient % unit;
    if (away_from_zero(rounding, p.negative, kept, rest, unit)) kept++;
    p = (struct parts){p.negative && kept != 0, -scale, kept};
    *out = put_together(p);
    return true;
}
