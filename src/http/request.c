/* request.c: from the head of a request to struct http_request, and the small readers of it.
 *
 * In: the library's header list and the address as sent. Out: decoded path, query, headers, cookies, language.
 * Strict: what is ambiguous is refused, since a proxy in front may have read it the other way.
 */
#include "http/internal.h"

#include <arpa/inet.h>
#include <string.h>

struct str http_param(const struct http_request *rq, const char *name) {
    return fields_get(&rq->params, name);
}

struct str http_query(const struct http_request *rq, const char *name) {
    return fields_get(&rq->query, name);
}

struct str http_form(const struct http_request *rq, const char *name) {
    return fields_get(&rq->form, name);
}

struct str http_header(const struct http_request *rq, const char *name) {
    return fields_get_nocase(&rq->headers, name);
}

struct str http_cookie(const struct http_request *rq, const char *name) {
    return fields_get(&rq->cookies, name);
}

const struct http_file *http_upload(const struct http_request *rq, const char *field) {
    for (size_t i = 0; i < rq->file_count; i++)
        if (str_eqz(rq->files[i].field, field)) return &rq->files[i];
    return NULL;
}

bool http_next(const struct http_fields *fields, const char *name, size_t *at, struct str *out_value) {
    while (*at < fields->count) {
        const struct http_field *f = &fields->items[(*at)++];
        if (!str_eqz(f->name, name)) continue;
        *out_value = f->value;
        return true;
    }
    return false;
}

struct str http_here(struct http_request *rq) {
    struct str raw = rq->exchange->raw_url, query;
    ptrdiff_t mark = str_find_byte(raw, '?');
    if (mark < 0) return raw;
    struct buf out;
    buf_init(&out, rq->arena, HTTP_LIMIT_URL);
    buf_add(&out, str_sub(raw, 0, (size_t)mark));
    struct str rest = str_sub(raw, (size_t)mark + 1, raw.n);
    char before = '?';
    while (str_split(&rest, '&', &query)) {
        if (query.n == 0 || str_starts(query, STR("lang=")) || str_starts(query, STR("text="))) continue;
        buf_byte(&out, before);
        buf_add(&out, query);
        before = '&';
    }
    return buf_str(&out);
}

static struct str borrowed(const char *p, size_t n) {
    return p ? (struct str){p, n} : STR("");
}

struct collect {
    struct http_exchange *x;
    size_t bytes;
};

static enum MHD_Result collect_header(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                      const char *value, size_t value_size) {
    (void)kind;
    struct collect *c = arg;
    c->bytes += name_size + value_size + 4;
    fields_add(&c->x->arena, &c->x->rq.headers, borrowed(name, name_size), borrowed(value, value_size));
    return MHD_YES;
}

static size_t header_count(const struct http_fields *headers, const char *name) {
    size_t n = 0;
    for (size_t i = 0; i < headers->count; i++) n += str_eq_nocase(headers->items[i].name, str_from(name));
    return n;
}

/* RFC 9112, 6.3: both lengths, or one twice, is how requests are smuggled past a proxy. */
static bool ambiguous(const struct http_request *rq) {
    size_t lengths = header_count(&rq->headers, "Content-Length"), encodings = header_count(&rq->headers, "Transfer-Encoding");
    return lengths + encodings > 1 || header_count(&rq->headers, "Host") > 1 ||
           (encodings && !str_eq_nocase(http_header(rq, "Transfer-Encoding"), STR("chunked")));
}

static bool has_dot_segments(struct str path) {
    struct str segment;
    while (str_split(&path, '/', &segment))
        if (str_eqz(segment, ".") || str_eqz(segment, "..")) return true;
    return false;
}

static int read_address(struct http_exchange *x) {
    struct http_request *rq = &x->rq;
    struct str raw = x->raw_url;
    if (raw.n > HTTP_LIMIT_URL) return 414;
    ptrdiff_t mark = str_find_byte(raw, '?');
    struct str path = mark < 0 ? raw : str_sub(raw, 0, (size_t)mark);
    if (!str_starts(path, STR("/")) || !url_decode(rq->arena, path, false, &rq->path)) return 400;
    if (has_dot_segments(rq->path)) return 400;
    if (mark < 0) return 0;
    enum fields_result r = fields_urlencoded(rq->arena, str_sub(raw, (size_t)mark + 1, raw.n), &rq->query);
    return r == FIELDS_GOOD ? 0 : 400;
}

static void choose_language(struct http_request *rq) {
    struct str wanted = http_query(rq, "lang");
    bool chosen_here = str_eqz(wanted, "zh") || str_eqz(wanted, "en");
    if (!chosen_here) wanted = http_cookie(rq, "lang");
    if (str_eqz(wanted, "zh")) rq->language = LANGUAGE_ZH;
    else if (str_eqz(wanted, "en")) rq->language = LANGUAGE_EN;
    else rq->language = accept_language(http_header(rq, "Accept-Language"), LANGUAGE_ZH);
    if (chosen_here) http_set_cookie(rq, "lang", wanted, 365 * 86400);

    struct str size = http_query(rq, "text");
    bool size_here = str_eqz(size, "large") || str_eqz(size, "normal");
    if (!size_here) size = http_cookie(rq, "text");
    rq->large_text = str_eqz(size, "large");
    if (size_here) http_set_cookie(rq, "text", size, 365 * 86400);
}

/* Where somebody sits: an address of IPv4, of IPv6 its first 64 bits. Whoever has one address of those has all of them, and
 * their device takes another every day. */
static struct str place_of(struct arena *a, int family, const void *address) {
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff}; /* ::ffff:192.0.2.1, RFC 4291, 2.5.5.2 */
    unsigned char bytes[16] = {0};
    char text[INET6_ADDRSTRLEN] = "";
    memcpy(bytes, address, family == AF_INET ? 4 : 16);
    if (family == AF_INET6 && memcmp(bytes, mapped, sizeof mapped) == 0) {
        memmove(bytes, bytes + sizeof mapped, 4);
        family = AF_INET;
    }
    if (family == AF_INET6) memset(bytes + 8, 0, 8);
    inet_ntop(family, bytes, text, sizeof text);
    return arena_printf(a, "%s%s", text, family == AF_INET6 ? "/64" : "");
}

/* As a proxy writes it, also with the port: "192.0.2.1:4711", "[2001:db8::1]:4711". Empty when it is none. */
static struct str place_named(struct arena *a, struct str text) {
    unsigned char address[16];
    ptrdiff_t colon = str_find_byte(text, ':'), end = str_find_byte(text, ']');
    if (str_starts(text, STR("[")) && end > 0) text = str_sub(text, 1, (size_t)end);
    else if (colon > 0 && str_find_byte(str_sub(text, (size_t)colon + 1, text.n), ':') < 0) text = str_sub(text, 0, (size_t)colon);
    const char *name = arena_cstr(a, text);
    if (inet_pton(AF_INET, name, address) == 1) return place_of(a, AF_INET, address);
    return inet_pton(AF_INET6, name, address) == 1 ? place_of(a, AF_INET6, address) : STR("");
}

/* What the proxy in front of us added: the last address of the last line. What stands before it, the visitor may have made up. */
static struct str forwarded_for(struct http_request *rq) {
    struct str list = STR(""), last = STR("");
    for (size_t i = 0; i < rq->headers.count; i++)
        if (str_eq_nocase(rq->headers.items[i].name, STR("X-Forwarded-For"))) list = rq->headers.items[i].value;
    while (str_split(&list, ',', &last)) {}
    return place_named(rq->arena, str_trim(last));
}

static struct str peer_of(struct http_exchange *x) {
    struct str forwarded = x->worker->server->config.behind_proxy ? forwarded_for(&x->rq) : STR("");
    if (forwarded.n) return forwarded;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *from = info ? info->client_addr : NULL;
    if (from && from->sa_family == AF_INET) return place_of(x->rq.arena, AF_INET, &((const struct sockaddr_in *)(const void *)from)->sin_addr);
    if (from && from->sa_family == AF_INET6) return place_of(x->rq.arena, AF_INET6, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr);
    return STR("");
}

int request_read_head(struct http_exchange *x, const char *method) {
    struct http_request *rq = &x->rq;
    struct collect c = {x, 0};
    rq->method = http_method_from(method);
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, collect_header, &c);
    fields_cookies(rq->arena, http_header(rq, "Cookie"), &rq->cookies);
    int status = read_address(x);
    choose_language(rq);
    rq->peer = peer_of(x);
    rq->idempotency_key = http_header(rq, "Idempotency-Key");
    if (!utf8_valid(rq->idempotency_key) || rq->idempotency_key.n > 255) return 400;
    if (status) return status;
    if (c.bytes > HTTP_LIMIT_HEAD || rq->headers.count > HTTP_LIMIT_HEADER_COUNT) return 431;
    if (ambiguous(rq)) return 400;
    return 0;
}
