/* tree.c: builds tree.h's view in three passes over the XML: elements and ids, references and flows, diagram.
 */
#include "bpmn/tree.h"

#include <stdlib.h>
#include <string.h>

#define XSI_NS "http://www.w3.org/2001/XMLSchema-instance"

static bool ours(struct str ns) {
    return str_eqz(ns, BPMN_NS) || str_eqz(ns, BPMN_DI_NS) || str_eqz(ns, BPMN_DD_DI_NS) ||
           str_eqz(ns, BPMN_DD_DC_NS);
}

/* "tFormalExpression" or "bpmn:tFormalExpression" names the type formalExpression. */
static const struct bpmn_type *type_named(struct arena *a, const struct bpmn_schema *schema,
                                          struct str written) {
    ptrdiff_t colon = str_find_byte(written, ':');
    if (colon >= 0) written = str_sub(written, (size_t)colon + 1, written.n);
    if (written.n < 2 || written.p[0] != 't') return NULL;
    struct str name = arena_str(a, str_sub(written, 1, written.n));
    char *first = (char *)name.p;
    if (*first >= 'A' && *first <= 'Z') *first = (char)(*first - 'A' + 'a');
    if (str_eqz(name, "inputOutputBinding")) name = STR("ioBinding");
    if (str_eqz(name, "inputOutputSpecification")) name = STR("ioSpecification");
    return bpmn_schema_type(schema, name);
}

static const struct bpmn_particle *particle_for(const struct bpmn_type *parent, struct str name,
                                                const struct bpmn_type *type) {
    const struct bpmn_particle *by_type = NULL;
    for (size_t i = 0; parent && i < parent->particle_count; i++) {
        const struct bpmn_particle *p = &parent->particles[i];
        if (str_eq(p->name, name)) return p;
        if (!by_type && p->type && type && str_eq(p->name, p->type->name) && bpmn_type_in(type, p->name))
            by_type = p;
    }
    return by_type;
}

static void settle_type(struct bpmn_tree *tree, struct bpmn_node *e) {
    const struct bpmn_type *named = bpmn_schema_type(tree->schema, e->node->name);
    e->particle = e->parent ? particle_for(e->parent->type, e->node->name, named) : NULL;
    if (e->particle) e->wanted = str_eq(e->particle->name, e->node->name) ? e->particle->type : named;
    e->type = e->particle ? e->wanted : named;
    struct str written = xml_attr_ns(e->node, XSI_NS, "type");
    if (written.p && e->type) {
        const struct bpmn_type *narrower = type_named(tree->arena, tree->schema, str_trim(written));
        if (narrower) e->type = narrower;
    }
}

static struct bpmn_node *add_element(struct bpmn_tree *tree, const struct xml_node *node,
                                     struct bpmn_node *parent) {
    struct bpmn_node *e = arena_new(tree->arena, struct bpmn_node);
    e->node = node;
    e->parent = parent;
    e->foreign = !ours(node->ns);
    if (!e->foreign) settle_type(tree, e);
    VEC_PUSH(tree->arena, tree->elements, tree->count, tree->capacity, e);
    if (parent) {
        parent->starts |= bpmn_is(e, "startEvent");
        parent->ends |= bpmn_is(e, "endEvent");
    }
    e->id = str_trim(xml_attr(node, "id"));
    if (e->id.n) {
        e->twin = map_has(&tree->ids, e->id);
        if (!e->twin) map_put(&tree->ids, e->id, e);
    }
    return e;
}

/* Foreign elements end the walk: what is below an extension is nobody's business here. */
static void add_children(struct bpmn_tree *tree, struct bpmn_node *parent) {
    struct bpmn_node **end = &parent->first;
    if (parent->type && parent->type->any) return;
    for (const struct xml_node *n = xml_first_element(parent->node); n; n = xml_next_element(n)) {
        struct bpmn_node *e = add_element(tree, n, parent);
        *end = e;
        end = &e->next;
        if (!e->foreign) add_children(tree, e);
    }
}

enum bpmn_resolution bpmn_resolve(const struct bpmn_tree *tree, const struct bpmn_node *e,
                                  struct str reference, struct bpmn_node **out) {
    *out = map_get(&tree->ids, reference);
    if (*out) return BPMN_FOUND;
    ptrdiff_t colon = str_find_byte(reference, ':');
    if (colon < 0) return BPMN_NOWHERE;
    struct str uri = xml_namespace_of(e->node, str_sub(reference, 0, (size_t)colon));
    if (!uri.p) return BPMN_NOWHERE;
    if (str_eq(uri, tree->target_namespace)) {
        *out = map_get(&tree->ids, str_sub(reference, (size_t)colon + 1, reference.n));
        return *out ? BPMN_FOUND : BPMN_NOWHERE;
    }
    return map_has(&tree->imports, uri) ? BPMN_FOREIGN : BPMN_NOWHERE;
}

struct bpmn_node *bpmn_ref(const struct bpmn_tree *tree, const struct bpmn_node *e, const char *attribute) {
    struct str written = bpmn_attr(e, attribute);
    struct bpmn_node *found = NULL;
    if (written.p) bpmn_resolve(tree, e, str_trim(written), &found);
    return found;
}

#define PUSH(tree, owner, items, count, capacity, item)                                                      \
    VEC_PUSH((tree)->arena, (owner)->items, (owner)->count, (owner)->capacity, (item))

static void link_flow(struct bpmn_tree *tree, struct bpmn_node *e) {
    e->from = bpmn_ref(tree, e, "sourceRef");
    e->to = bpmn_ref(tree, e, "targetRef");
    if (bpmn_is(e, "association")) {
        if (e->from) PUSH(tree, e->from, associations, association_count, association_capacity, e);
        if (e->to) PUSH(tree, e->to, associations, association_count, association_capacity, e);
    }
    if (!bpmn_is(e, "sequenceFlow")) return;
    if (e->from) PUSH(tree, e->from, outgoing, outgoing_count, outgoing_capacity, e);
    if (e->to) PUSH(tree, e->to, incoming, incoming_count, incoming_capacity, e);
}

static void link_element(struct bpmn_tree *tree, struct bpmn_node *e) {
    if (e->particle && e->particle->reference != BPMN_NO_REFERENCE)
        bpmn_resolve(tree, e, bpmn_text(tree, e), &e->target);
    if (e->target && !e->target->referrer) e->target->referrer = e;
    if (bpmn_is(e, "boundaryEvent")) {
        struct bpmn_node *host = bpmn_ref(tree, e, "attachedToRef");
        if (host) PUSH(tree, host, attached, attached_count, attached_capacity, e);
    }
    if (bpmn_is(e, "sequenceFlow") || bpmn_is(e, "messageFlow") || bpmn_is(e, "association") ||
        bpmn_is(e, "conversationLink"))
        link_flow(tree, e);
    if (bpmn_is(e, "BPMNShape") || bpmn_is(e, "BPMNEdge")) {
        struct bpmn_node *drawn = bpmn_ref(tree, e, "bpmnElement");
        if (drawn && !drawn->shape) drawn->shape = e->node;
    }
}

/* After all flows are linked: which of them the nodes (of data: which the sets) list themselves. */
static void note_listed(struct bpmn_node *e) {
    if (!e->target) return;
    if (str_eqz(e->node->name, "dataInputRefs") || str_eqz(e->node->name, "dataOutputRefs"))
        e->target->listed_in = true;
    if (!bpmn_is(e->target, "sequenceFlow")) return;
    e->target->listed_in |= str_eqz(e->node->name, "incoming") && e->target->to == e->parent;
    e->target->listed_out |= str_eqz(e->node->name, "outgoing") && e->target->from == e->parent;
}

struct bpmn_tree *bpmn_tree_of(struct arena *a, const struct xml_node *root, struct str file,
                               struct faults *faults) {
    if (!root || !str_eqz(root->ns, BPMN_NS) || !str_eqz(root->name, "definitions")) {
        struct place place = root ? xml_place(root, file) : (struct place){.file = file};
        fault_error(
            faults, "bpmn.no-definitions", place,
            T("This is not a BPMN 2.0 file: its first element must be “definitions” of the BPMN namespace."));
        return NULL;
    }
    struct bpmn_tree *tree = arena_new(a, struct bpmn_tree);
    tree->arena = a;
    tree->file = file;
    tree->schema = bpmn_schema_read(a);
    tree->target_namespace = xml_attr(root, "targetNamespace");
    map_init(&tree->ids, a);
    tree->definitions = add_element(tree, root, NULL);
    add_children(tree, tree->definitions);
    map_init(&tree->imports, a);
    for (struct bpmn_node *i = bpmn_child(tree->definitions, "import"); i; i = bpmn_next(i, "import"))
        map_put(&tree->imports, bpmn_attr(i, "namespace"), i);
    for (size_t i = 0; i < tree->count; i++) link_element(tree, tree->elements[i]);
    for (size_t i = 0; i < tree->count; i++) note_listed(tree->elements[i]);
    return tree;
}

struct bpmn_tree *bpmn_tree_read(struct arena *a, struct str bytes, struct str file, struct faults *faults) {
    const struct xml_node *root = xml_parse(a, bytes, &xml_default_limits, file, faults);
    return root ? bpmn_tree_of(a, root, file, faults) : NULL;
}

bool bpmn_is(const struct bpmn_node *e, const char *type) {
    return e && bpmn_type_is(e->type, type);
}

struct str bpmn_attr(const struct bpmn_node *e, const char *name) {
    return xml_attr(e->node, name);
}

bool bpmn_flag(const struct bpmn_node *e, const char *name, bool otherwise) {
    struct str v = str_trim(bpmn_attr(e, name));
    if (str_eqz(v, "true") || str_eqz(v, "1")) return true;
    if (str_eqz(v, "false") || str_eqz(v, "0")) return false;
    return otherwise;
}

static struct bpmn_node *named_from(struct bpmn_node *e, const char *name) {
    while (e && !(str_eqz(e->node->name, name) && str_eqz(e->node->ns, BPMN_NS))) e = e->next;
    return e;
}

static struct bpmn_node *typed_from(struct bpmn_node *e, const char *type) {
    while (e && !bpmn_is(e, type)) e = e->next;
    return e;
}

struct bpmn_node *bpmn_child(const struct bpmn_node *e, const char *name) {
    return named_from(e->first, name);
}

struct bpmn_node *bpmn_next(const struct bpmn_node *e, const char *name) {
    return named_from(e->next, name);
}

struct bpmn_node *bpmn_child_is(const struct bpmn_node *e, const char *type) {
    return typed_from(e->first, type);
}

struct bpmn_node *bpmn_next_is(const struct bpmn_node *e, const char *type) {
    return typed_from(e->next, type);
}

size_t bpmn_count(const struct bpmn_node *e, const char *name) {
    size_t n = 0;
    for (const struct bpmn_node *c = bpmn_child(e, name); c; c = bpmn_next(c, name)) n++;
    return n;
}

size_t bpmn_count_is(const struct bpmn_node *e, const char *type) {
    size_t n = 0;
    for (const struct bpmn_node *c = bpmn_child_is(e, type); c; c = bpmn_next_is(c, type)) n++;
    return n;
}

struct bpmn_node *bpmn_above(const struct bpmn_node *e, const char *type) {
    struct bpmn_node *p = e->parent;
    while (p && !bpmn_is(p, type)) p = p->parent;
    return p;
}

struct str bpmn_text(const struct bpmn_tree *tree, const struct bpmn_node *e) {
    return str_trim(xml_text(tree->arena, e->node));
}

struct str bpmn_name(const struct bpmn_node *e) {
    struct str name = str_trim(bpmn_attr(e, "name"));
    return name.n ? name : e->id.n ? e->id : e->node->name;
}

bool bpmn_number(struct str text, double *out) {
    char digits[64];
    text = str_trim(text);
    if (!text.n || text.n >= sizeof digits) return false;
    for (size_t i = 0; i < text.n; i++)
        if (!strchr("0123456789+-.eE", text.p[i])) return false;
    memcpy(digits, text.p, text.n);
    digits[text.n] = 0;
    char *end;
    *out = strtod(digits, &end);
    return *end == 0 && *out > -1e9 && *out < 1e9;
}

bool bpmn_box_of(const struct bpmn_node *e, struct bpmn_box *out) {
    const struct xml_node *bounds = e->shape ? xml_child(e->shape, BPMN_DD_DC_NS, "Bounds") : NULL;
    return bounds && bpmn_number(xml_attr(bounds, "x"), &out->x) &&
           bpmn_number(xml_attr(bounds, "y"), &out->y) &&
           bpmn_number(xml_attr(bounds, "width"), &out->width) &&
           bpmn_number(xml_attr(bounds, "height"), &out->height);
}

struct bpmn_node *bpmn_process_of(const struct bpmn_node *e) {
    struct bpmn_node *p = (struct bpmn_node *)e;
    while (p && !bpmn_is(p, "process") && !bpmn_is(p, "globalTask")) p = p->parent;
    return p;
}
