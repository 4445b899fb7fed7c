/* dom.c: building, changing and ordering the tree of dom.h. */
#include "form/dom.h"

struct form_node *dom_new(struct arena *a, enum dom_kind kind, struct str name) {
    struct form_node *n = arena_new(a, struct form_node);
    n->kind = kind;
    n->name = name;
    return n;
}

struct form_node *dom_root(struct form_node *node) {
    while (node->parent) node = node->parent;
    return node;
}

static void changed(struct form_node *node) {
    struct form_node *root = dom_root(node);
    root->stale = true;
}

void dom_append(struct form_node *parent, struct form_node *child) {
    child->parent = parent;
    child->previous = parent->last;
    child->next = NULL;
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    changed(parent);
}

void dom_insert_after(struct form_node *parent, struct form_node *after, struct form_node *child) {
    if (after == parent->last) {
        dom_append(parent, child);
        return;
    }
    child->parent = parent;
    child->previous = after;
    child->next = after ? after->next : parent->first;
    child->next->previous = child;
    if (after)
        after->next = child;
    else
        parent->first = child;
    changed(parent);
}

void dom_remove(struct form_node *node) {
    struct form_node *parent = node->parent;
    if (node->previous)
        node->previous->next = node->next;
    else
        parent->first = node->next;
    if (node->next)
        node->next->previous = node->previous;
    else
        parent->last = node->previous;
    node->parent = node->next = node->previous = NULL;
    changed(parent);
}

static void chain(struct form_node **head, struct form_node *owner, struct form_node *node) {
    while (*head) head = &(*head)->next;
    node->parent = owner;
    *head = node;
}

static void copy_attributes(struct arena *a, struct form_node *to, const struct xml_node *from) {
    for (size_t i = 0; i < from->attribute_count; i++) {
        const struct xml_attribute *at = &from->attributes[i];
        struct form_node *n = dom_new(a, DOM_ATTRIBUTE, at->name);
        n->ns = at->ns;
        n->prefix = at->prefix;
        n->text = at->value;
        chain(&to->attributes, to, n);
    }
    for (size_t i = 0; i < from->namespace_count; i++) {
        struct form_node *n = dom_new(a, DOM_NAMESPACE, from->namespaces[i].prefix);
        n->text = from->namespaces[i].uri;
        chain(&to->namespaces, to, n);
    }
}

static const enum dom_kind kind_of_xml[] = {
    [XML_ELEMENT] = DOM_ELEMENT, [XML_TEXT] = DOM_TEXT, [XML_COMMENT] = DOM_COMMENT, [XML_INSTRUCTION] = DOM_INSTRUCTION,
};

/* Depth is limited by the XML reader (xml_limits). */
struct form_node *dom_from_xml(struct arena *a, struct form_node *parent, const struct xml_node *e) {
    struct form_node *n = dom_new(a, kind_of_xml[e->kind], e->name);
    n->ns = e->ns;
    n->prefix = e->prefix;
    n->text = e->text;
    copy_attributes(a, n, e);
    for (const struct xml_node *c = e->first; c; c = c->next) dom_from_xml(a, n, c);
    if (parent) dom_append(parent, n);
    return n;
}

struct form_node *dom_document(struct arena *a, const struct xml_node *document_element, uint32_t number) {
    struct form_node *root = dom_new(a, DOM_ROOT, STR_NONE);
    root->document = number;
    const struct xml_node *top = document_element->parent;
    for (const struct xml_node *c = top ? top->first : document_element; c; c = c->next) dom_from_xml(a, root, c);
    return root;
}

struct form_node *dom_copy(struct arena *a, struct form_node *parent, const struct form_node *from) {
    struct form_node *n = arena_alloc_raw(a, sizeof *n);
    *n = *from;
    n->parent = n->first = n->last = n->next = n->previous = n->attributes = NULL;
    for (const struct form_node *at = from->attributes; at; at = at->next) {
        struct form_node *copy = arena_new(a, struct form_node);
        *copy = *at;
        copy->next = NULL;
        chain(&n->attributes, n, copy);
    }
    for (const struct form_node *c = from->first; c; c = c->next) {
        struct form_node *copy = dom_copy(a, NULL, c);
        copy->parent = n;
        copy->previous = n->last;
        if (n->last)
            n->last->next = copy;
        else
            n->first = copy;
        n->last = copy;
    }
    if (parent) dom_append(parent, n);
    return n;
}

struct form_node *dom_first_element(const struct form_node *parent) {
    struct form_node *c = parent->first;
    while (c && c->kind != DOM_ELEMENT) c = c->next;
    return c;
}

struct form_node *dom_next_element(const struct form_node *node) {
    struct form_node *c = node->next;
    while (c && c->kind != DOM_ELEMENT) c = c->next;
    return c;
}

struct form_node *dom_child(const struct form_node *parent, struct str name) {
    struct form_node *c = dom_first_element(parent);
    while (c && !str_eq(c->name, name)) c = dom_next_element(c);
    return c;
}

struct form_node *dom_attribute(const struct form_node *element, const char *name) {
    struct form_node *at = element->attributes;
    while (at && !(at->ns.n == 0 && str_eqz(at->name, name))) at = at->next;
    return at;
}

static void gather(const struct form_node *node, struct buf *out) {
    for (const struct form_node *c = node->first; c; c = c->next) {
        if (c->kind == DOM_TEXT)
            buf_add(out, c->text);
        else if (c->kind == DOM_ELEMENT && !c->hidden)
            gather(c, out);
    }
}

struct str dom_text(struct arena *a, const struct form_node *node) {
    if (node->kind != DOM_ELEMENT && node->kind != DOM_ROOT) return node->text;
    if (!node->first) return STR("");
    if (node->first == node->last && node->first->kind == DOM_TEXT) return node->first->text;
    struct buf out;
    buf_init(&out, a, 1u << 20);
    gather(node, &out);
    return buf_str(&out);
}

struct str dom_value(const struct form_node *element) {
    for (const struct form_node *c = element->first; c; c = c->next)
        if (c->kind == DOM_TEXT) return c->text;
    return STR("");
}

void dom_set_value(struct arena *a, struct form_node *element, struct str value) {
    struct form_node *text = element->first;
    while (text && text->kind != DOM_TEXT) text = text->next;
    if (value.n == 0) {
        if (text) dom_remove(text);
        return;
    }
    if (!text) {
        text = dom_new(a, DOM_TEXT, STR_NONE);
        dom_append(element, text);
    }
    text->text = value;
}

static uint32_t number(struct form_node *node, uint32_t next) {
    node->order = next++;
    for (struct form_node *n = node->namespaces; n; n = n->next) n->order = next++;
    for (struct form_node *at = node->attributes; at; at = at->next) at->order = next++;
    for (struct form_node *c = node->first; c; c = c->next) next = number(c, next);
    return next;
}

int dom_compare(struct form_node *x, struct form_node *y) {
    if (x == y) return 0;
    struct form_node *rx = dom_root(x), *ry = dom_root(y);
    if (rx != ry) return rx->document < ry->document ? -1 : 1;
    if (rx->stale) {
        number(rx, 0);
        rx->stale = false;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}
