/* dom.h: the tree that answers and lists live in, and that XPath walks.
 *
 * XML (base/xml.h) comes in through dom_from_xml; a session makes its own copy of the primary instance and changes
 * it, secondary instances are read only and shared. An element's value is the text of its one text child, as XPath
 * sees it. Elements whose names have no prefix match unprefixed names, whatever their default namespace: ODK writes
 * its paths so. Read next: xpath.h.
 */
#ifndef FORM_DOM_H
#define FORM_DOM_H

#include "base/xml.h"

struct form_field;
struct form_place;

enum dom_kind { DOM_ROOT, DOM_ELEMENT, DOM_ATTRIBUTE, DOM_TEXT, DOM_COMMENT, DOM_INSTRUCTION, DOM_NAMESPACE };

struct form_node {
    enum dom_kind kind;
    bool hidden;       /* not relevant, itself or through an ancestor: node-sets leave it out */
    bool stale;        /* on a root: `order` of what is below must be counted again */
    uint32_t order;    /* document order within one root */
    uint32_t document; /* on a root: order among documents */
    uint32_t key;      /* of a repeat instance: lasts as long as the instance */
    struct str ns, prefix, name;
    struct str text; /* of texts, attributes, comments, instructions, namespaces (the URI) */
    struct form_node *parent, *first, *last, *next, *previous;
    struct form_node *attributes, *namespaces; /* chained by `next` */
    const struct form_field *field;            /* in a primary instance */
    struct form_place *place;                  /* in a session: what is known about the node */
};

struct form_node *dom_new(struct arena *a, enum dom_kind kind, struct str name);
/* A copy of the tree under `e` (which is included) below `parent`; names and texts are borrowed from it. */
struct form_node *dom_from_xml(struct arena *a, struct form_node *parent, const struct xml_node *e);
/* A root with everything beside the document element too. */
struct form_node *dom_document(struct arena *a, const struct xml_node *document_element, uint32_t number);
struct form_node *dom_copy(struct arena *a, struct form_node *parent, const struct form_node *from);

void dom_append(struct form_node *parent, struct form_node *child);
void dom_insert_after(struct form_node *parent, struct form_node *after, struct form_node *child); /* NULL: first */
void dom_remove(struct form_node *node);

struct form_node *dom_root(struct form_node *node);
struct form_node *dom_child(const struct form_node *parent, struct str name); /* first element of that name */
struct form_node *dom_first_element(const struct form_node *parent);
struct form_node *dom_next_element(const struct form_node *node);
struct form_node *dom_attribute(const struct form_node *element, const char *name);

/* The string-value of XPath 1.0, section 5; borrowed where one text holds it. */
struct str dom_text(struct arena *a, const struct form_node *node);
/* The same for an element with at most one text child: no copy. */
struct str dom_value(const struct form_node *element);
void dom_set_value(struct arena *a, struct form_node *element, struct str borrowed);

/* < 0, 0, > 0 in document order; counts the order again when the tree has changed. */
int dom_compare(struct form_node *x, struct form_node *y);

#endif
