/* xpath.c: conformance runner for XPath cases (README of the folder says how results compare). Disputed cases count
 * as skipped. The instance and text look-ups here walk the whole document, as the cases were recorded. */
#include "conformance.h"
#include "form/xpath.h"

#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* 2026-11-23T12:00 in Phoenix: cases that compare with today() name the day on which they were recorded. */
static const instant recorded_at = (instant)1795460400 * MICROS_A_SECOND;

struct setting {
    struct arena *arena;
    const struct json *test;
    struct form_node *document;
    struct xpath_environment env;
};

/* ---- addresses as the README of the cases describes them ---- */

static enum dom_kind kind_named(struct str name) {
    if (str_starts(name, STR("*"))) return DOM_ELEMENT;
    if (str_starts(name, STR("text"))) return DOM_TEXT;
    if (str_starts(name, STR("comment"))) return DOM_COMMENT;
    return DOM_INSTRUCTION;
}

static struct form_node *go(struct form_node *n, struct str step) {
    if (str_starts(step, STR("@"))) {
        ptrdiff_t quote = str_find_byte(step, '\'');
        struct str name = str_sub(step, (size_t)quote + 1, step.n - 2);
        ptrdiff_t colon = str_find_byte(name, ':');
        name = str_sub(name, (size_t)(colon + 1), name.n);
        struct form_node *at = n->attributes;
        while (at && !str_eq(at->name, name)) at = at->next;
        return at;
    }
    ptrdiff_t open = str_find_byte(step, '[');
    int64_t wanted = 0;
    str_to_int64(str_sub(step, (size_t)open + 1, step.n - 1), &wanted);
    for (struct form_node *c = n->first; c; c = c->next)
        if (c->kind == kind_named(step) && --wanted == 0) return c;
    return NULL;
}

static struct form_node *at_address(struct form_node *document, struct str address) {
    struct str rest = str_sub(address, 1, address.n), step;
    struct form_node *n = document;
    while (n && str_split(&rest, '/', &step)) n = go(n, step);
    return n;
}

static struct str address_of(struct arena *a, const struct form_node *n) {
    static const char *const names[] = {[DOM_ELEMENT] = "*", [DOM_TEXT] = "text()", [DOM_COMMENT] = "comment()",
                                        [DOM_INSTRUCTION] = "processing-instruction()", [DOM_NAMESPACE] = "namespace"};
    if (!n->parent) return STR("/");
    struct str above = n->parent->parent ? address_of(a, n->parent) : STR("");
    if (n->kind == DOM_ATTRIBUTE) {
        const char *colon = n->prefix.n ? ":" : "";
        return arena_printf(a, "%.*s/@*[name()='%.*s%s%.*s']", STR_ARGS(above), STR_ARGS(n->prefix), colon, STR_ARGS(n->name));
    }
    int place = 1;
    for (const struct form_node *p = n->previous; p; p = p->previous) place += p->kind == n->kind;
    return arena_printf(a, "%.*s/%s[%d]", STR_ARGS(above), names[n->kind], place);
}

/* ---- what the evaluator asks for ---- */

static struct form_node *find(struct form_node *n, const char *name, const char *attribute, struct str value) {
    if (n->kind == DOM_ELEMENT && str_eqz(n->name, name)) {
        const struct form_node *at = dom_attribute(n, attribute);
        if (at && str_eq(at->text, value)) return n;
    }
    for (struct form_node *c = n->first; c; c = c->next) {
        struct form_node *found = find(c, name, attribute, value);
        if (found) return found;
    }
    return NULL;
}

static struct form_node *find_instance(void *host, struct str id) {
    struct setting *s = host;
    return find(s->document, "instance", "id", id);
}

static bool find_text(void *host, struct arena *a, struct str id, struct xpath_nodes *out) {
    struct setting *s = host;
    struct form_node *translation = find(s->document, "translation", "lang", json_string(s->test, "language"));
    struct form_node *text = translation ? find(translation, "text", "id", id) : NULL;
    for (struct form_node *v = text ? dom_first_element(text) : NULL; v; v = dom_next_element(v))
        VEC_PUSH(a, out->items, out->count, out->capacity, v);
    return text != NULL;
}

static struct str find_prefix(const void *context, struct str prefix) {
    const struct json *ns = json_member(((const struct setting *)context)->test, "ns");
    for (size_t i = 0; ns && i < ns->count; i++)
        if (str_eq(ns->items[i].name, prefix)) return ns->items[i].text;
    return str_eqz(prefix, "jr") ? STR("http://openrosa.org/javarosa") : STR_NONE;
}

/* ---- comparing ---- */

static double expected_number(const struct json *expected) {
    if (str_eqz(expected->text, "NaN")) return NAN;
    return strtod(expected->text.p, NULL); /* Infinity too */
}

static bool same_number(double got, const struct json *test) {
    const struct json *factor = json_member(test, "factor");
    double wanted = expected_number(json_member(test, "expected"));
    if (factor) got = floor(got * strtod(factor->text.p, NULL) + 0.5) / strtod(factor->text.p, NULL);
    return isnan(wanted) ? isnan(got) : got == wanted;
}

static bool listed(struct setting *s, const struct json *list, const struct form_node *n) {
    struct str address = address_of(s->arena, n);
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i].text, address)) return true;
    return false;
}

static bool same_nodes(struct setting *s, const struct xpath_nodes *got) {
    const struct json *wanted = json_member(s->test, "expected");
    if (got->count != wanted->count) return false;
    bool unordered = json_boolean(s->test, "unordered", false);
    for (size_t i = 0; i < got->count; i++) {
        if (unordered ? !listed(s, wanted, got->items[i])
                      : !str_eq(wanted->items[i].text, address_of(s->arena, got->items[i])))
            return false;
    }
    return true;
}

static bool same_first(struct setting *s, const struct xpath_nodes *got) {
    const struct json *wanted = json_member(s->test, "expected");
    if (wanted->kind == JSON_NULL) return got->count == 0;
    return got->count > 0 && str_eq(wanted->text, address_of(s->arena, got->items[0]));
}

static bool same_string(struct setting *s, struct str got) {
    const struct json *match = json_member(s->test, "match"), *length = json_member(s->test, "expectedLength");
    if (match) return xpath_matches(&s->env, s->arena, got, match->text);
    if (length) return (int64_t)got.n == length->integer;
    return str_eq(got, json_string(s->test, "expected"));
}

static bool same(struct setting *s, struct xpath_value *v) {
    struct str type = json_string(s->test, "resultType");
    const struct json *expected = json_member(s->test, "expected");
    if (str_eqz(type, "error")) return s->env.failed;
    if (s->env.failed) return false;
    if (str_eqz(type, "string")) return same_string(s, xpath_to_string(&s->env, s->arena, v));
    if (str_eqz(type, "number")) return same_number(xpath_to_number(&s->env, s->arena, v), s->test);
    if (str_eqz(type, "boolean")) return xpath_to_boolean(v) == expected->boolean;
    if (v->kind != XPATH_NODES) return false;
    if (str_eqz(type, "nodeset")) return same_nodes(s, &v->nodes);
    if (str_eqz(type, "nodeset-count")) return (int64_t)v->nodes.count == expected->integer;
    return same_first(s, &v->nodes);
}

/* ---- running ---- */

static struct form_node *load_document(struct arena *a, const struct json *docs, struct str key) {
    struct xml_limits limits = xml_default_limits;
    struct str text = key.n ? json_string(docs, arena_cstr(a, key)) : STR("<root/>");
    limits.ignore_doctype = true;
    struct xml_node *top = xml_parse(a, str_trim(text), &limits, STR(""), NULL);
    return top ? dom_document(a, top, 0) : NULL;
}

static void run_case(struct tally *tally, struct arena *a, const struct json *file, const struct json *test) {
    struct setting s = {.arena = a, .test = test};
    struct str name = json_string(test, "name"), expr = json_string(test, "expr"), root = json_string(test, "root");
    const char *label = arena_cstr(a, name);
    struct str context = json_string(test, "context");
    s.document = load_document(a, json_member(file, "docs"), json_string(test, "doc"));
    if (!s.document) {
        tally_fail(tally, label, "the document cannot be read");
        return;
    }
    s.env = (struct xpath_environment){.root = s.document, .now = recorded_at,
                                       .offset_seconds = -7 * 3600, .lasting = a, .host = &s,
                                       .instance = find_instance, .itext = find_text, .random = {12345}};
    if (root.n) s.env.root = at_address(s.document, root);
    struct form_node *node = at_address(s.document, context);
    struct xpath_fault fault;
    const struct xpath *x = xpath_compile(a, expr, find_prefix, &s, &fault);
    struct xpath_value v = {0};
    struct arena scratch;
    arena_init(&scratch, 64u << 20);
    if (x)
        v = xpath_evaluate(x, &s.env, &scratch, node ? node : s.document);
    else
        s.env.failed = true;
    if (node && same(&s, &v)) tally_pass(tally);
    else
        tally_fail(tally, label, "%.*s gives %.*s", STR_ARGS(expr),
                   STR_ARGS(s.env.failed ? STR("a failure") : xpath_to_string(&s.env, a, &v)));
    arena_release(&scratch);
}

static void run_file(const char *path, void *arg) {
    struct tally *tally = arg;
    struct arena a;
    arena_init(&a, 512u << 20);
    struct json_limits limits = {.bytes = 64u << 20, .depth = 64, .allow_zero = true};
    const struct json *file = json_parse(&a, read_file(&a, path), &limits, str_from(path), NULL);
    const struct json *cases = file ? json_member(file, "cases") : NULL;
    if (!cases) tally_fail(tally, path, "is no file of cases");
    for (size_t i = 0; cases && i < cases->count; i++) {
        if (json_boolean(&cases->items[i], "disputed", false)) tally_skip(tally);
        else run_case(tally, &a, file, &cases->items[i]);
    }
    arena_release(&a);
}

void conformance_xpath(const char *dir, struct tally *tally) {
    walk_files(dir, ".json", run_file, tally);
}
