/* fields.c: see fields.h. */
#include "http/fields.h"
#include "http/limits.h"

#include "base/nfc.h"

#include <string.h>

void fields_add(struct arena *a, struct http_fields *f, struct str name, struct str value) {
    VEC_PUSH(a, f->items, f->count, f->capacity, ((struct http_field){name, value}));
}

struct str fields_get(const struct http_fields *f, const char *name) {
    for (size_t i = 0; i < f->count; i++)
        if (str_eqz(f->items[i].name, name)) return f->items[i].value;
    return STR_NONE;
}

struct str fields_get_nocase(const struct http_fields *f, const char *name) {
    for (size_t i = 0; i < f->count; i++)
        if (str_eq_nocase(f->items[i].name, str_from(name))) return f->items[i].value;
    return STR_NONE;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool needs_decoding(struct str s, bool plus_is_space) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '%' || (plus_is_space && s.p[i] == '+')) return true;
    return false;
}

bool url_decode(struct arena *a, struct str s, bool plus_is_space, struct str *out) {
    *out = s;
    if (needs_decoding(s, plus_is_space)) {
        char *p = arena_alloc_raw(a, s.n + 1);
        size_t n = 0;
        for (size_t i = 0; i < s.n; i++) {
            char c = s.p[i];
            if (c == '+' && plus_is_space) c = ' ';
            if (c == '%') {
                int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1, low = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;
                if (high < 0 || low < 0) return false;
                c = (char)(high << 4 | low);
                i += 2;
            }
            p[n++] = c;
        }
        p[n] = 0;
        *out = (struct str){p, n};
    }
    return utf8_valid(*out) && str_find_byte(*out, 0) < 0;
}

enum fields_result fields_urlencoded(struct arena *a, struct str s, struct http_fields *out) {
    struct str pair;
    while (str_split(&s, '&', &pair)) {
        if (pair.n == 0) continue;
        if (out->count >= HTTP_LIMIT_FIELDS) return FIELDS_TOO_MANY;
        ptrdiff_t equals = str_find_byte(pair, '=');
        struct str name = equals < 0 ? pair : str_sub(pair, 0, (size_t)equals);
        struct str value = equals < 0 ? STR("") : str_sub(pair, (size_t)equals + 1, pair.n);
        if (!url_decode(a, name, true, &name) || !url_decode(a, value, true, &value)) return FIELDS_MALFORMED;
        fields_add(a, out, name, nfc(a, value));
    }
    return FIELDS_GOOD;
}

void fields_cookies(struct arena *a, struct str header, struct http_fields *out) {
    struct str pair;
    while (out->count < HTTP_LIMIT_HEADER_COUNT && str_split(&header, ';', &pair)) {
        pair = str_trim(pair);
        ptrdiff_t equals = str_find_byte(pair, '=');
        if (equals <= 0) continue;
        struct str value = str_sub(pair, (size_t)equals + 1, pair.n);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') value = str_sub(value, 1, value.n - 1);
        if (utf8_valid(value)) fields_add(a, out, str_sub(pair, 0, (size_t)equals), value);
    }
}

/* Weight of "name;q=0.5" in thousandths; 1000 without one, 0 when malformed. */
static int weight_of(struct str parameters) {
    struct str piece;
    while (str_split(&parameters, ';', &piece)) {
        piece = str_trim(piece);
        if (piece.n < 3 || (piece.p[0] | 32) != 'q' || piece.p[1] != '=') continue;
        int weight = piece.p[2] == '1' ? 1000 : 0, place = 100;
        if (piece.p[2] != '0' && piece.p[2] != '1') return 0;
        for (size_t i = 4; i < piece.n && place > 0 && piece.p[3] == '.'; i++, place /= 10)
            if (piece.p[i] >= '0' && piece.p[i] <= '9') weight += (piece.p[i] - '0') * place;
        return weight > 1000 ? 1000 : weight;
    }
    return 1000;
}

static void cut_weight(struct str item, struct str *name, int *weight) {
    item = str_trim(item);
    ptrdiff_t semicolon = str_find_byte(item, ';');
    *name = semicolon < 0 ? item : str_trim(str_sub(item, 0, (size_t)semicolon));
    *weight = semicolon < 0 ? 1000 : weight_of(str_sub(item, (size_t)semicolon + 1, item.n));
}

enum language accept_language(struct str header, enum language otherwise) {
    int best = 0;
    enum language chosen = otherwise;
    struct str item, name;
    while (str_split(&header, ',', &item)) {
        int weight;
        cut_weight(item, &name, &weight);
        struct str prefix = str_sub(name, 0, 2);
        bool primary = name.n == 2 || (name.n > 2 && name.p[2] == '-');
        bool chinese = primary && str_eq_nocase(prefix, STR("zh")), english = primary && str_eq_nocase(prefix, STR("en"));
        if ((!chinese && !english) || weight <= best) continue;
        best = weight;
        chosen = chinese ? LANGUAGE_ZH : LANGUAGE_EN;
    }
    return chosen;
}

bool accepts_encoding(struct str header, const char *coding) {
    struct str item, name;
    while (str_split(&header, ',', &item)) {
        int weight;
        cut_weight(item, &name, &weight);
        if (str_eq_nocase(name, str_from(coding))) return weight > 0;
    }
    return false;
}

bool etag_matches(struct str header, struct str etag) {
    if (str_starts(etag, STR("W/"))) etag = str_sub(etag, 2, etag.n);
    struct str item;
    while (str_split(&header, ',', &item)) {
        item = str_trim(item);
        if (str_eqz(item, "*")) return true;
        if (str_starts(item, STR("W/"))) item = str_sub(item, 2, item.n);
        if (str_eq(item, etag)) return true;
    }
    return false;
}

struct str media_type(struct arena *a, struct str content_type) {
    ptrdiff_t semicolon = str_find_byte(content_type, ';');
    struct str s = arena_str(a, str_trim(semicolon < 0 ? content_type : str_sub(content_type, 0, (size_t)semicolon)));
    char *p = (char *)s.p;
    for (size_t i = 0; i < s.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z') p[i] |= 32;
    return s;
}

/* The value after "name=": a token, or a quoted string in which only \" is an escape — browsers send Windows paths
 * with their backslashes, and write a quotation mark as %22 (WHATWG HTML, multipart/form-data encoding). */
static struct str parameter_value(struct arena *a, struct str rest) {
    if (rest.n == 0 || rest.p[0] != '"') {
        size_t n = 0;
        while (n < rest.n && rest.p[n] != ';' && rest.p[n] != ' ' && rest.p[n] != '\t') n++;
        return str_sub(rest, 0, n);
    }
    char *p = arena_alloc_raw(a, rest.n + 1);
    size_t n = 0;
    for (size_t i = 1; i < rest.n && rest.p[i] != '"'; i++) {
        if (rest.p[i] == '\\' && i + 1 < rest.n && rest.p[i + 1] == '"') i++;
        p[n++] = rest.p[i];
    }
    p[n] = 0;
    return (struct str){p, n};
}

struct str header_parameter(struct arena *a, struct str value, const char *name) {
    size_t name_length = strlen(name);
    bool quoted = false;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"' && (i == 0 || value.p[i - 1] != '\\')) quoted = !quoted;
        if (quoted || value.p[i] != ';') continue;
        struct str rest = str_trim(str_sub(value, i + 1, value.n));
        if (rest.n <= name_length || rest.p[name_length] != '=') continue;
        if (!str_eq_nocase(str_sub(rest, 0, name_length), (struct str){name, name_length})) continue;
        return parameter_value(a, str_sub(rest, name_length + 1, rest.n));
    }
    return STR_NONE;
}
