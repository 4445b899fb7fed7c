/* route.c: see route.h. */
#include "http/route.h"
#include "http/fields.h"
#include "http/limits.h"

#include <string.h>

enum { METHODS = HTTP_UNKNOWN };

struct route_node {
    struct str segment;                    /* of a literal node */
    struct route_node **children;          /* literal ones */
    size_t child_count, child_capacity;
    struct route_node *any;                /* "{name}" */
    const struct http_route *rest[METHODS]; /* "{rest*}" ends here */
    const struct http_route *here[METHODS];
};

static const char *const method_names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

enum http_method http_method_from(const char *name) {
    for (int m = 0; m < METHODS; m++)
        if (strcmp(name, method_names[m]) == 0) return (enum http_method)m;
    return HTTP_UNKNOWN;
}

const char *http_method_name(enum http_method method) {
    return method < HTTP_UNKNOWN ? method_names[method] : "OTHER";
}

static struct route_node *literal(struct arena *a, struct route_node *n, struct str segment, bool make) {
    for (size_t i = 0; i < n->child_count; i++)
        if (str_eq(n->children[i]->segment, segment)) return n->children[i];
    if (!make) return NULL;
    struct route_node *child = arena_new(a, struct route_node);
    child->segment = segment;
    VEC_PUSH(a, n->children, n->child_count, n->child_capacity, child);
    return child;
}

static void put(const struct http_route **places, const struct http_route *r, struct faults *faults) {
    enum http_method m = http_method_from(r->method);
    struct place place = {.element = str_from(r->pattern)};
    if (m == HTTP_UNKNOWN || m == HTTP_HEAD || m == HTTP_OPTIONS)
        fault_error(faults, "http.method", place, T("A route cannot have the method {0}."), str_from(r->method));
    else if (places[m])
        fault_error(faults, "http.route-twice", place, T("Two routes take {0} for the same paths."), str_from(r->method));
    else
        places[m] = r;
}

/* The name inside "{…}"; empty when the segment is a literal. */
static struct str placeholder(struct str segment) {
    bool is = segment.n > 2 && segment.p[0] == '{' && segment.p[segment.n - 1] == '}';
    return is ? str_sub(segment, 1, segment.n - 1) : STR("");
}

static void add(struct arena *a, struct route_node *n, const struct http_route *r, struct faults *faults) {
    struct str rest = str_from(r->pattern), segment;
    if (!str_starts(rest, STR("/")) || !r->handler || !r->who) {
        fault_error(faults, "http.route", (struct place){.element = rest}, T("A route needs a path that begins with “/”, a handler and who may use it."));
        return;
    }
    rest = str_sub(rest, 1, rest.n);
    if (rest.n == 0) {
        put(n->here, r, faults);
        return;
    }
    while (str_split(&rest, '/', &segment)) {
        struct str name = placeholder(segment);
        if (str_ends(name, STR("*"))) {
            put(n->rest, r, faults);
            return;
        }
        if (name.n == 0) n = literal(a, n, segment, true);
        else n = n->any ? n->any : (n->any = arena_new(a, struct route_node));
    }
    put(n->here, r, faults);
}

struct route_node *routes_build(struct arena *a, const struct http_route *const *tables, bool demo, struct faults *faults) {
    struct faults mine;
    if (!faults) faults_init(&mine, a);
    if (!faults) faults = &mine;
    size_t before = faults->errors;
    struct route_node *root = arena_new(a, struct route_node);
    for (; tables && *tables; tables++)
        for (const struct http_route *r = *tables; r->pattern; r++)
            if (demo || !(r->flags & HTTP_DEMO_ONLY)) add(a, root, r, faults);
    return faults->errors == before ? root : NULL;
}

struct search {
    const struct http_route *const *found; /* the method places of the best node */
    struct str segments[HTTP_LIMIT_SEGMENTS];
    size_t count;
};

static bool any_method(const struct http_route *const *places) {
    for (int m = 0; m < METHODS; m++)
        if (places[m]) return true;
    return false;
}

/* Literal first, then "{name}", then "{rest*}" of this node: at most two branches a segment, few segments. */
static bool walk(struct search *s, const struct route_node *n, size_t at) {
    if (at == s->count) {
        s->found = any_method(n->here) ? n->here : any_method(n->rest) ? n->rest : NULL;
        return s->found != NULL;
    }
    const struct route_node *child = NULL;
    for (size_t i = 0; i < n->child_count && !child; i++)
        if (str_eq(n->children[i]->segment, s->segments[at])) child = n->children[i];
    if (child && walk(s, child, at + 1)) return true;
    if (n->any && s->segments[at].n && walk(s, n->any, at + 1)) return true;
    if (any_method(n->rest)) s->found = n->rest;
    return s->found != NULL;
}

/* Reads the names from the winning route's pattern and the values from the path, side by side. */
static void fill_params(struct arena *a, const struct http_route *r, struct str path, struct http_fields *params) {
    struct str pattern = str_from(r->pattern), segment, value;
    pattern = str_sub(pattern, 1, pattern.n);
    path = str_sub(path, 1, path.n);
    while (str_split(&pattern, '/', &segment)) {
        struct str name = placeholder(segment);
        if (str_ends(name, STR("*"))) {
            fields_add(a, params, str_sub(name, 0, name.n - 1), path);
            return;
        }
        if (!str_split(&path, '/', &value)) value = STR("");
        if (name.n) fields_add(a, params, name, value);
    }
}

static struct str allow_list(struct arena *a, const struct http_route *const *places) {
    struct buf out;
    buf_init(&out, a, 200);
    for (int m = 0; m < METHODS; m++) {
        if (!places[m]) continue;
        if (out.n) buf_add(&out, STR(", "));
        buf_addz(&out, m == HTTP_GET ? "GET, HEAD" : method_names[m]);
    }
    return buf_str(&out);
}

struct route_match routes_find(struct arena *a, const struct route_node *root, enum http_method method, struct str path,
                               struct http_fields *params) {
    struct search s = {0};
    struct str rest = str_sub(path, 1, path.n), segment;
    while (path.n > 1 && str_split(&rest, '/', &segment)) {
        if (s.count == HTTP_LIMIT_SEGMENTS) return (struct route_match){0};
        s.segments[s.count++] = segment;
    }
    if (!walk(&s, root, 0)) return (struct route_match){0};
    if (method == HTTP_HEAD) method = HTTP_GET;
    const struct http_route *route = method < HTTP_UNKNOWN ? s.found[method] : NULL;
    if (!route) return (struct route_match){.path_exists = true, .allow = allow_list(a, s.found)};
    fill_params(a, route, path, params);
    return (struct route_match){.route = route, .path_exists = true};
}
