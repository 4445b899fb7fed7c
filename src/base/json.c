/* json.c: see json.h. A recursive-descent reader with a depth limit, and the writer. */
#include "base/json.h"

#include <string.h>

const struct json_limits json_default_limits = {.bytes = 1u << 20, .depth = 64};

struct reader {
    struct arena *arena;
    struct str text;
    size_t at;
    int depth;
    bool allow_zero;
    bool failed;
    struct str file;
    struct faults *faults;
};

static struct place here(const struct reader *r) {
    struct place p = {.file = r->file, .line = 1, .column = 1};
    for (size_t i = 0; i < r->at && i < r->text.n; i++) {
        if (r->text.p[i] == '\n') p.line++, p.column = 1;
        else p.column++;
    }
    return p;
}

static void fail(struct reader *r, const char *code, struct str sentence) {
    if (r->failed) return;
    r->failed = true;
    fault_error(r->faults, code, here(r), sentence);
}

static void malformed(struct reader *r) {
    fail(r, "json.malformed", T("This is not valid JSON."));
}

static void skip_space(struct reader *r) {
    while (r->at < r->text.n && strchr(" \t\r\n", r->text.p[r->at]) && r->text.p[r->at]) r->at++;
}

static char peek(const struct reader *r) {
    return r->at < r->text.n ? r->text.p[r->at] : 0;
}

/* Past what peek showed; never past the end, also after a fault. */
static void step(struct reader *r) {
    if (r->at < r->text.n) r->at++;
}

static bool take(struct reader *r, const char *word) {
    size_t n = strlen(word);
    if (r->text.n - r->at < n || memcmp(r->text.p + r->at, word, n) != 0) return false;
    r->at += n;
    return true;
}

static bool hex4(struct reader *r, uint32_t *out) {
    uint32_t v = 0;
    if (r->text.n - r->at < 4) return false;
    for (int i = 0; i < 4; i++) {
        char c = r->text.p[r->at++];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) return false;
        v = v << 4 | (uint32_t)digit;
    }
    *out = v;
    return true;
}

/* After "\u": one code point, joining a surrogate pair; a lone surrogate and U+0000 are refused. */
static bool unicode_escape(struct reader *r, struct buf *out) {
    uint32_t c, low;
    if (!hex4(r, &c) || (c == 0 && !r->allow_zero)) return false;
    if (c >= 0xD800 && c < 0xDC00) {
        if (!take(r, "\\u") || !hex4(r, &low) || low < 0xDC00 || low > 0xDFFF) return false;
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    } else if (c >= 0xDC00 && c < 0xE000) {
        return false;
    }
    buf_utf8(out, c);
    return true;
}

static bool escape(struct reader *r, struct buf *out) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = peek(r);
    step(r);
    if (c == 'u') return unicode_escape(r, out);
    const char *known = c ? strchr(from, c) : NULL;
    if (!known) return false;
    buf_byte(out, to[known - from]);
    return true;
}

static struct str read_string(struct reader *r) {
    r->at++;
    size_t start = r->at;
    while (r->at < r->text.n && r->text.p[r->at] != '"' && r->text.p[r->at] != '\\' && (unsigned char)r->text.p[r->at] >= 0x20)
        r->at++;
    struct str plain = str_sub(r->text, start, r->at);
    if (peek(r) == '"' && r->at < r->text.n) {
        r->at++;
        return arena_str(r->arena, plain);
    }
    struct buf out;
    buf_init(&out, r->arena, r->text.n + 1);
    buf_add(&out, plain);
    bool good = true;
    while (good && r->at < r->text.n && r->text.p[r->at] != '"') {
        char c = r->text.p[r->at++];
        good = (unsigned char)c >= 0x20;
        if (c == '\\') good = escape(r, &out);
        else buf_byte(&out, c);
    }
    if (!good || r->at >= r->text.n) malformed(r);
    step(r);
    return arena_str(r->arena, buf_str(&out));
}

static bool digits(struct reader *r) {
    size_t start = r->at;
    while (peek(r) >= '0' && peek(r) <= '9') r->at++;
    return r->at > start;
}

static void read_number(struct reader *r, struct json *v) {
    size_t start = r->at;
    if (peek(r) == '-') r->at++;
    bool good = peek(r) == '0' ? (r->at++, true) : digits(r);
    bool whole = true;
    if (peek(r) == '.') {
        whole = false;
        r->at++;
        good = digits(r) && good;
    }
    if (peek(r) == 'e' || peek(r) == 'E') {
        whole = false;
        r->at++;
        if (peek(r) == '+' || peek(r) == '-') r->at++;
        good = digits(r) && good;
    }
    if (!good) {
        malformed(r);
        return;
    }
    v->kind = JSON_NUMBER;
    v->text = arena_str(r->arena, str_sub(r->text, start, r->at));
    v->is_integer = whole && str_to_int64(v->text, &v->integer);
}

static void read_value(struct reader *r, struct json *v);

static void check_duplicates(struct reader *r, const struct json *object);

static void read_items(struct reader *r, struct json *v, char close) {
    size_t capacity = 0;
    v->kind = close == '}' ? JSON_OBJECT : JSON_ARRAY;
    r->at++;
    if (--r->depth < 0) {
        fail(r, "json.too-deep", T("The JSON is nested too deeply."));
        return;
    }
    skip_space(r);
    bool more = peek(r) != close;
    while (more && !r->failed) {
        struct json item = {0};
        skip_space(r);
        if (close == '}') {
            if (peek(r) != '"') {
                malformed(r);
                return;
            }
            item.name = read_string(r);
            skip_space(r);
            if (!take(r, ":")) malformed(r);
        }
        if (!r->failed) read_value(r, &item);
        VEC_PUSH(r->arena, v->items, v->count, capacity, item);
        skip_space(r);
        more = take(r, ",");
    }
    if (!r->failed && peek(r) != close) malformed(r);
    r->depth++;
    if (r->failed) return; /* perhaps at the end: there is nothing to step over */
    r->at++;
    if (close == '}') check_duplicates(r, v);
}

static void read_value(struct reader *r, struct json *v) {
    skip_space(r);
    char c = peek(r);
    struct str name = v->name;
    if (c == '{') read_items(r, v, '}');
    else if (c == '[') read_items(r, v, ']');
    else if (c == '"') v->kind = JSON_STRING, v->text = read_string(r);
    else if (c == '-' || (c >= '0' && c <= '9')) read_number(r, v);
    else if (take(r, "true")) v->kind = JSON_BOOLEAN, v->boolean = true;
    else if (take(r, "false")) v->kind = JSON_BOOLEAN;
    else if (take(r, "null")) v->kind = JSON_NULL;
    else malformed(r);
    v->name = name;
}

struct json *json_parse(struct arena *a, struct str text, const struct json_limits *limits, struct str file,
                        struct faults *faults) {
    struct reader r = {.arena = a, .text = text, .depth = limits->depth, .allow_zero = limits->allow_zero,
                       .file = file, .faults = faults};
    if (text.n > limits->bytes) {
        fail(&r, "json.too-large", T("The JSON is too large."));
        return NULL;
    }
    if (!utf8_valid(text)) {
        fail(&r, "json.not-utf8", T("The JSON is not valid UTF-8 text."));
        return NULL;
    }
    struct json *v = arena_new(a, struct json);
    read_value(&r, v);
    skip_space(&r);
    if (!r.failed && r.at != text.n) malformed(&r);
    return r.failed ? NULL : v;
}

const struct json *json_member(const struct json *object, const char *name) {
    if (!object || object->kind != JSON_OBJECT) return NULL;
    for (size_t i = 0; i < object->count; i++)
        if (str_eqz(object->items[i].name, name)) return &object->items[i];
    return NULL;
}

struct str json_string(const struct json *object, const char *name) {
    const struct json *v = json_member(object, name);
    return v && v->kind == JSON_STRING ? v->text : STR_NONE;
}

int64_t json_integer(const struct json *object, const char *name, int64_t otherwise) {
    const struct json *v = json_member(object, name);
    return v && v->kind == JSON_NUMBER && v->is_integer ? v->integer : otherwise;
}

bool json_boolean(const struct json *object, const char *name, bool otherwise) {
    const struct json *v = json_member(object, name);
    return v && v->kind == JSON_BOOLEAN ? v->boolean : otherwise;
}

void json_begin(struct json_out *j, struct buf *out) {
    *j = (struct json_out){.out = out};
}

static void separate(struct json_out *j) {
    if (j->comma) buf_byte(j->out, ',');
    j->comma = true;
}

static void open(struct json_out *j, char c) {
    separate(j);
    buf_byte(j->out, c);
    j->comma = false;
}

static void close_with(struct json_out *j, char c) {
    buf_byte(j->out, c);
    j->comma = true;
}

void json_object_open(struct json_out *j) {
    open(j, '{');
}

void json_object_close(struct json_out *j) {
    close_with(j, '}');
}

void json_array_open(struct json_out *j) {
    open(j, '[');
}

void json_array_close(struct json_out *j) {
    close_with(j, ']');
}

/* What stands for itself between quotes: all of ASCII but the quote, the backslash and the controls. */
static bool is_plain(unsigned char c) {
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void put_escaped(struct buf *out, uint32_t c) {
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *known = c ? strchr(from, (int)c) : NULL;
    if (!known) {
        buf_printf(out, "\\u%04x", c);
        return;
    }
    buf_byte(out, '\\');
    buf_byte(out, to[known - from]);
}

/* Adds runs of what stands for itself at once; malformed bytes become U+FFFD. */
static void put_quoted(struct buf *out, struct str s) {
    size_t start = 0, at = 0;
    uint32_t c;
    buf_byte(out, '"');
    while (at < s.n) {
        size_t before = at;
        if (is_plain((unsigned char)s.p[at])) {
            at++;
            continue;
        }
        utf8_next(s, &at, &c);
        if (c >= 0x80 && at - before > 1) continue;
        buf_add(out, str_sub(s, start, before));
        if (c < 0x80) put_escaped(out, c);
        else buf_utf8(out, c);
        start = at;
    }
    buf_add(out, str_sub(s, start, s.n));
    buf_byte(out, '"');
}

void json_name(struct json_out *j, struct str name) {
    separate(j);
    put_quoted(j->out, name);
    buf_byte(j->out, ':');
    j->comma = false;
}

void json_put_string(struct json_out *j, struct str s) {
    separate(j);
    put_quoted(j->out, s);
}

void json_put_integer(struct json_out *j, int64_t v) {
    separate(j);
    buf_int(j->out, v);
}

void json_put_boolean(struct json_out *j, bool v) {
    separate(j);
    buf_addz(j->out, v ? "true" : "false");
}

void json_put_null(struct json_out *j) {
    separate(j);
    buf_addz(j->out, "null");
}

void json_put_raw(struct json_out *j, struct str json) {
    separate(j);
    buf_add(j->out, json);
}

void json_member_string(struct json_out *j, const char *name, struct str s) {
    json_name(j, str_from(name));
    json_put_string(j, s);
}

void json_member_integer(struct json_out *j, const char *name, int64_t v) {
    json_name(j, str_from(name));
    json_put_integer(j, v);
}

void json_member_boolean(struct json_out *j, const char *name, bool v) {
    json_name(j, str_from(name));
    json_put_boolean(j, v);
}

/* UTF-16 order differs from code point order only between surrogate pairs and U+E000..U+FFFF. */
static uint32_t utf16_rank(uint32_t c) {
    return c >= 0x10000 ? 0xD800 + ((c - 0x10000) >> 10) : c;
}

static int compare_utf16(struct str x, struct str y) {
    size_t i = 0, k = 0;
    for (;;) {
        uint32_t a, b;
        bool more_x = utf8_next(x, &i, &a), more_y = utf8_next(y, &k, &b);
        if (!more_x || !more_y) return more_x ? 1 : more_y ? -1 : 0;
        if (a == b) continue;
        uint32_t ra = utf16_rank(a), rb = utf16_rank(b);
        if (ra != rb) return ra < rb ? -1 : 1;
        return a < b ? -1 : 1;
    }
}

/* Nearly all names are ASCII: there the first byte that differs tells. */
static int compare_names(struct str x, struct str y) {
    size_t same = 0, n = x.n < y.n ? x.n : y.n;
    while (same < n && x.p[same] == y.p[same]) same++;
    if (same == n) return x.n == y.n ? 0 : x.n < y.n ? -1 : 1;
    if ((unsigned char)(x.p[same] | y.p[same]) < 0x80) return x.p[same] < y.p[same] ? -1 : 1;
    return compare_utf16(x, y);
}

static void sort_by_name(const struct json **items, const struct json **spare, size_t n) {
    if (n <= 16) {
        for (size_t i = 1; i < n; i++) {
            const struct json *item = items[i];
            size_t k = i;
            for (; k > 0 && compare_names(items[k - 1]->name, item->name) > 0; k--) items[k] = items[k - 1];
            items[k] = item;
        }
        return;
    }
    size_t half = n / 2;
    sort_by_name(items, spare, half);
    sort_by_name(items + half, spare, n - half);
    memcpy(spare, items, n * sizeof *items);
    for (size_t i = 0, a = 0, b = half; i < n; i++) {
        bool left = b >= n || (a < half && compare_names(spare[a]->name, spare[b]->name) <= 0);
        items[i] = left ? spare[a++] : spare[b++];
    }
}

static const struct json **sorted_members(struct arena *arena, const struct json *object) {
    const struct json **items = arena_array(arena, const struct json *, object->count * 2);
    for (size_t i = 0; i < object->count; i++) items[i] = &object->items[i];
    sort_by_name(items, items + object->count, object->count);
    return items;
}

static void check_duplicates(struct reader *r, const struct json *object) {
    const struct json **items = sorted_members(r->arena, object);
    for (size_t i = 1; i < object->count; i++)
        if (str_eq(items[i - 1]->name, items[i]->name)) fail(r, "json.duplicate", T("A name stands twice in one JSON object."));
}

static bool write_canonical(struct json_out *j, const struct json *v) {
    bool good = true;
    switch (v->kind) {
    case JSON_NULL: json_put_null(j); break;
    case JSON_BOOLEAN: json_put_boolean(j, v->boolean); break;
    case JSON_NUMBER:
        json_put_integer(j, v->integer);
        good = v->is_integer;
        break;
    case JSON_STRING: json_put_string(j, v->text); break;
    case JSON_ARRAY:
        json_array_open(j);
        for (size_t i = 0; i < v->count; i++) good = write_canonical(j, &v->items[i]) && good;
        json_array_close(j);
        break;
    case JSON_OBJECT: {
        const struct json **items = sorted_members(j->out->arena, v);
        json_object_open(j);
        for (size_t i = 0; i < v->count; i++) {
            json_name(j, items[i]->name);
            good = write_canonical(j, items[i]) && good;
        }
        json_object_close(j);
        break;
    }
    }
    return good;
}

bool json_write_canonical(struct buf *out, const struct json *value) {
    struct json_out j;
    json_begin(&j, out);
    return write_canonical(&j, value);
}

struct json *json_new_object(struct arena *a) {
    struct json *v = arena_new(a, struct json);
    v->kind = JSON_OBJECT;
    return v;
}

struct json *json_new_array(struct arena *a) {
    struct json *v = arena_new(a, struct json);
    v->kind = JSON_ARRAY;
    return v;
}

struct json *json_add(struct arena *a, struct json *to, struct str name, struct json value) {
    /* The tree keeps no capacity: it grows at 8 and at every power of two beyond. */
    size_t n = to->count;
    if (n == 0 || (n >= 8 && (n & (n - 1)) == 0)) {
        struct json *moved = arena_alloc_raw(a, (n ? n * 2 : 8) * sizeof *moved); /* each is filled before it counts */
        if (n) memcpy(moved, to->items, n * sizeof *moved);
        to->items = moved;
    }
    value.name = name;
    to->items[to->count++] = value;
    return &to->items[n];
}

struct json *json_add_string(struct arena *a, struct json *to, const char *name, struct str s) {
    struct json v = {.kind = s.p ? JSON_STRING : JSON_NULL, .text = s};
    return json_add(a, to, str_from(name), v);
}

struct json *json_add_integer(struct arena *a, struct json *to, const char *name, int64_t v) {
    return json_add(a, to, str_from(name), (struct json){.kind = JSON_NUMBER, .is_integer = true, .integer = v});
}

struct json *json_add_boolean(struct arena *a, struct json *to, const char *name, bool v) {
    return json_add(a, to, str_from(name), (struct json){.kind = JSON_BOOLEAN, .boolean = v});
}

struct json *json_add_empty(struct arena *a, struct json *to, const char *name, enum json_kind kind) {
    return json_add(a, to, str_from(name), (struct json){.kind = kind});
}

struct json json_copy(struct arena *a, const struct json *v) {
    struct json copy = *v;
    if (v->text.p) copy.text = arena_str(a, v->text);
    if (v->name.p) copy.name = arena_str(a, v->name);
    copy.items = NULL;
    copy.count = 0;
    for (size_t i = 0; i < v->count; i++) {
        struct json item = json_copy(a, &v->items[i]);
        json_add(a, &copy, item.name, item);
    }
    return copy;
}

struct json json_sorted(struct arena *a, const struct json *v) {
    struct json out = *v;
    const struct json **members = v->kind == JSON_OBJECT ? sorted_members(a, v) : NULL;
    out.items = NULL;
    out.count = 0;
    for (size_t i = 0; i < v->count; i++) {
        const struct json *item = members ? members[i] : &v->items[i];
        json_add(a, &out, item->name, json_sorted(a, item));
    }
    return out;
}

bool json_equal(const struct json *x, const struct json *y) {
    if (x->kind != y->kind || x->count != y->count) return false;
    switch (x->kind) {
    case JSON_NULL: return true;
    case JSON_BOOLEAN: return x->boolean == y->boolean;
    case JSON_NUMBER: return x->is_integer && y->is_integer ? x->integer == y->integer : str_eq(x->text, y->text);
    case JSON_STRING: return str_eq(x->text, y->text);
    case JSON_ARRAY:
        for (size_t i = 0; i < x->count; i++)
            if (!json_equal(&x->items[i], &y->items[i])) return false;
        return true;
    case JSON_OBJECT:
        for (size_t i = 0; i < x->count; i++) {
            size_t k = 0;
            while (k < y->count && !str_eq(x->items[i].name, y->items[k].name)) k++;
            if (k == y->count || !json_equal(&x->items[i], &y->items[k])) return false;
        }
        return true;
    }
    return false;
}

static void write_plain(struct json_out *j, const struct json *v) {
    switch (v->kind) {
    case JSON_NULL: json_put_null(j); break;
    case JSON_BOOLEAN: json_put_boolean(j, v->boolean); break;
    case JSON_NUMBER:
        if (v->is_integer) json_put_integer(j, v->integer);
        else json_put_raw(j, v->text);
        break;
    case JSON_STRING: json_put_string(j, v->text); break;
    case JSON_ARRAY:
        json_array_open(j);
        for (size_t i = 0; i < v->count; i++) write_plain(j, &v->items[i]);
        json_array_close(j);
        break;
    case JSON_OBJECT:
        json_object_open(j);
        for (size_t i = 0; i < v->count; i++) {
            json_name(j, v->items[i].name);
            write_plain(j, &v->items[i]);
        }
        json_object_close(j);
        break;
    }
}

void json_write(struct buf *out, const struct json *value) {
    struct json_out j;
    json_begin(&j, out);
    write_plain(&j, value);
}
