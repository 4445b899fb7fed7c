/* bpmn_miwg.c: conformance kind "bpmn-miwg": parse, write, parse again; nothing may be lost on the way.
 *
 * Of every file the number of elements of each kind and of diagram parts must be those of miwg/manifest.json,
 * before and after, and the ids must be the same. Without a manifest every .bpmn below DIR is only compared
 * with itself.
 */
#include "conformance.h"

#include "base/json.h"
#include "bpmn/write.h"

#include <unistd.h>

struct counts {
    struct map elements, diagram; /* local name -> size_t */
    struct buf ids;               /* all ids in document order, a line each */
};

static void count_one(struct arena *a, struct map *m, struct str name) {
    size_t *n = map_get(m, name);
    if (!n) map_put(m, name, n = arena_new(a, size_t));
    ++*n;
}

static void count_below(struct arena *a, struct counts *c, const struct xml_node *e) {
    if (str_eqz(e->ns, BPMN_NS)) count_one(a, &c->elements, e->name);
    if (str_eqz(e->ns, BPMN_DI_NS)) count_one(a, &c->diagram, e->name);
    buf_add(&c->ids, xml_attr(e, "id"));
    buf_byte(&c->ids, '\n');
    for (const struct xml_node *n = xml_first_element(e); n; n = xml_next_element(n)) count_below(a, c, n);
}

static bool read_counts(struct arena *a, struct str bytes, struct str name, struct counts *out,
                        struct str *rewritten) {
    struct bpmn_tree *tree = bpmn_tree_read(a, bytes, name, NULL);
    if (!tree) return false;
    map_init(&out->elements, a);
    map_init(&out->diagram, a);
    buf_init(&out->ids, a, 16u << 20);
    count_below(a, out, tree->definitions->node);
    struct buf written;
    buf_init(&written, a, 64u << 20);
    bpmn_write(&written, tree);
    *rewritten = buf_str(&written);
    return !written.full;
}

static bool same_counts(const struct map *x, const struct map *y) {
    for (size_t i = 0; i < x->count; i++) {
        const size_t *other = map_get(y, x->entries[i].key);
        if (!other || *other != *(size_t *)x->entries[i].value) return false;
    }
    return x->count == y->count;
}

/* The manifest leaves out what only lists others (incoming, outgoing, flowNodeRef …). */
static bool as_listed(const struct map *counted, const struct json *listed) {
    for (size_t i = 0; i < listed->count; i++) {
        const size_t *n = map_get(counted, listed->items[i].name);
        if (!n || (int64_t)*n != listed->items[i].integer) return false;
    }
    return listed->count > 0;
}

static void judge(struct tally *tally, const char *name, const char *path, const struct json *entry) {
    struct arena a;
    struct counts before, after;
    struct str written, again;
    arena_init(&a, 512u << 20);
    const struct json *elements = json_member(entry, "elements"), *diagram = json_member(entry, "diagram");
    if (!read_counts(&a, read_file(&a, path), str_from(name), &before, &written))
        tally_fail(tally, name, "cannot be read");
    else if (!read_counts(&a, written, str_from(name), &after, &again))
        tally_fail(tally, name, "what was written cannot be read");
    else if (!same_counts(&before.elements, &after.elements) || !same_counts(&before.diagram, &after.diagram))
        tally_fail(tally, name, "elements were lost or added by writing");
    else if (!str_eq(buf_str(&before.ids), buf_str(&after.ids)))
        tally_fail(tally, name, "ids changed by writing");
    else if (elements && !as_listed(&before.elements, elements))
        tally_fail(tally, name, "other elements than the manifest lists");
    else if (diagram && !as_listed(&before.diagram, diagram))
        tally_fail(tally, name, "other diagram parts than the manifest lists");
    else
        tally_pass(tally);
    arena_release(&a);
}

static void visit(const char *path, void *arg) {
    judge(arg, path, path, NULL);
}

/* DIR is the suite with miwg/ in it, or that folder itself; files are named relative to the suite. */
static struct str manifest_of(struct arena *a, const char *dir) {
    struct str path = arena_printf(a, "%s/miwg/manifest.json", dir);
    if (access(path.p, R_OK) != 0) path = arena_printf(a, "%s/manifest.json", dir);
    return path;
}

void conformance_bpmn_miwg(const char *dir, struct tally *tally) {
    struct arena a;
    arena_init(&a, 64u << 20);
    struct str path = manifest_of(&a, dir);
    struct json_limits limits = {.bytes = 16u << 20, .depth = 16};
    struct json *list =
        access(path.p, R_OK) == 0 ? json_parse(&a, read_file(&a, path.p), &limits, path, NULL) : NULL;
    if (!list || list->kind != JSON_ARRAY) walk_files(dir, ".bpmn", visit, tally);
    for (size_t i = 0; list && list->kind == JSON_ARRAY && i < list->count; i++) {
        struct str name = json_string(&list->items[i], "name"), file = json_string(&list->items[i], "file");
        struct str at = arena_printf(&a, "%s/%.*s", dir, STR_ARGS(file));
        if (access(at.p, R_OK) != 0) at = arena_printf(&a, "%s/../%.*s", dir, STR_ARGS(file));
        judge(tally, arena_cstr(&a, name), at.p, &list->items[i]);
    }
    arena_release(&a);
}
