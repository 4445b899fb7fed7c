/* kinds.c: see kinds.h. */
#include "form/kinds.h"

#include "base/time.h"

#include <string.h>

struct str form_fold_identifier(struct arena *arena, struct str text) {
    struct buf out;
    size_t at = 0;
    uint32_t cp;
    buf_init(&out, arena, text.n + 1);
    while (utf8_next(text, &at, &cp)) {
        if (cp >= 0xFF01 && cp <= 0xFF5E) cp -= 0xFEE0; /* full-width forms of ASCII */
        if (cp == ' ' || cp == '-' || cp == 0x3000 || cp == 0xA0 || cp == '\t') continue;
        if (cp >= 'a' && cp <= 'z') cp -= 'a' - 'A';
        buf_utf8(&out, cp);
    }
    return buf_str(&out);
}

static bool digits(struct str s, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        if (i >= s.n || s.p[i] < '0' || s.p[i] > '9') return false;
    return true;
}

static int number(struct str s, size_t from, size_t to) {
    int n = 0;
    for (size_t i = from; i < to; i++) n = n * 10 + (s.p[i] - '0');
    return n;
}

/* First two digits of GB/T 2260. */
static bool is_province(int code) {
    static const unsigned char provinces[] = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43,
                                              44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83};
    return memchr(provinces, code, sizeof provinces) != NULL;
}

bool form_is_cn_id(struct str id) {
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    if (id.n != 18 || !digits(id, 0, 17) || !is_province(number(id, 0, 2))) return false;
    struct civil_date born = {number(id, 6, 10), number(id, 10, 12), number(id, 12, 14)};
    if (born.year < 1800 || !civil_date_valid(born)) return false;
    int sum = 0;
    for (int i = 0; i < 17; i++) sum += (id.p[i] - '0') * weights[i];
    return id.p[17] == "10X98765432"[sum % 11];
}

static const char uscc_letters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static bool organisation_code_holds(struct str code) { /* GB 11714, characters 9 to 17 */
    static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 8; i++) {
        char c = code.p[8 + i];
        sum += (c >= 'A' ? c - 'A' + 10 : c - '0') * weights[i];
    }
    int check = 11 - sum % 11;
    return code.p[16] == (check == 10 ? 'X' : check == 11 ? '0' : (char)('0' + check));
}

bool form_is_uscc(struct str code) {
    static const int weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
    int sum = 0;
    if (code.n != 18 || !digits(code, 2, 8)) return false;
    for (size_t i = 0; i < 18; i++)
        if (!code.p[i] || !strchr(uscc_letters, code.p[i])) return false;
    for (size_t i = 0; i < 17; i++) sum += (int)(strchr(uscc_letters, code.p[i]) - uscc_letters) * weights[i];
    return code.p[17] == uscc_letters[(31 - sum % 31) % 31] && organisation_code_holds(code);
}

bool form_is_phone(struct str s) {
    if (!digits(s, 0, s.n)) return false;
    if (s.n == 11 && s.p[0] == '1') return s.p[1] >= '3' && s.p[1] <= '9';
    if (s.n >= 10 && s.n <= 12 && s.p[0] == '0') return true;
    return s.n == 5 && s.p[0] == '1';
}

bool form_is_division(struct str s) {
    return (s.n == 6 || s.n == 9 || s.n == 12) && digits(s, 0, s.n) && is_province(number(s, 0, 2));
}

bool form_kind_holds(struct arena *arena, enum form_kind kind, struct str value) {
    struct str folded = form_fold_identifier(arena, value);
    switch (kind) {
    case FORM_PHONE: return form_is_phone(folded);
    case FORM_CN_ID: return form_is_cn_id(folded);
    case FORM_USCC: return form_is_uscc(folded);
    case FORM_DIVISION: return form_is_division(folded);
    case FORM_PLAIN: break;
    }
    return true;
}
