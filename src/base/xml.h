/* xml.h: untrusted XML into a plain tree, and escaping on the way out.
 *
 * libxml2 parses (no entities, no network, any DOCTYPE refused, size and depth limited); what leaves here is a tree
 * of our own in the caller's arena, with the place of every element. BPMN, DMN, XForms and the parts of a workbook
 * are all read through this door; no other file includes libxml2.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/fault.h"

enum xml_kind { XML_ELEMENT, XML_TEXT, XML_COMMENT, XML_INSTRUCTION };

struct xml_attribute {
    struct str ns, prefix, name; /* namespace URI, prefix as written, local name */
    struct str value;
};

struct xml_namespace {
    struct str prefix, uri; /* empty prefix: the default namespace */
};

struct xml_node {
    enum xml_kind kind;
    struct str ns, prefix, name; /* elements: URI, prefix as written, local name; instructions: name is the target */
    struct str text;             /* text (CDATA merged, entities resolved), comments, instructions */
    struct xml_attribute *attributes;
    size_t attribute_count;
    struct xml_namespace *namespaces; /* those declared on this very element */
    size_t namespace_count;
    struct xml_node *parent, *first, *last, *next, *previous;
    int line, column; /* from 1; column of the end of the start tag as libxml2 reports it */
};

struct xml_limits {
    size_t bytes; /* refuse larger documents */
    int depth;
    size_t nodes;        /* elements, texts and attributes together */
    bool ignore_doctype; /* conformance runner only: skip a DOCTYPE without internal subset instead of refusing */
};

/* 8 MiB, 200 levels, 1,000,000 nodes: the largest workbook sheet and BPMN file met in the suites use a tenth. */
extern const struct xml_limits xml_default_limits;

/* The document element, its `parent` being a nameless XML_ELEMENT that also holds comments and instructions beside
 * it; NULL with faults when the bytes are not well-formed or pass a limit. Text lives in the arena. */
struct xml_node *xml_parse(struct arena *a, struct str bytes, const struct xml_limits *limits, struct str file,
                           struct faults *faults);

/* Attribute in no namespace, or in `ns`; STR_NONE (p == NULL) when absent, as opposed to present and empty. */
struct str xml_attr(const struct xml_node *e, const char *name);
struct str xml_attr_ns(const struct xml_node *e, const char *ns, const char *name);
/* First child element / next sibling element with that local name in the namespace (NULL = any). */
struct xml_node *xml_child(const struct xml_node *e, const char *ns, const char *name);
struct xml_node *xml_next(const struct xml_node *e, const char *ns, const char *name);
struct xml_node *xml_first_element(const struct xml_node *e);
struct xml_node *xml_next_element(const struct xml_node *e);
/* All text below `e`, joined; borrowed when there is one piece. */
struct str xml_text(struct arena *a, const struct xml_node *e);
/* URI bound to `prefix` at `e`; STR_NONE when unbound. */
struct str xml_namespace_of(const struct xml_node *e, struct str prefix);
struct place xml_place(const struct xml_node *e, struct str file);

/* Writes text so that it reads back as itself. Characters XML cannot hold become U+FFFD. */
void xml_put_text(struct buf *out, struct str text);
void xml_put_attr(struct buf *out, const char *name, struct str value); /* ` name="value"` */
void xml_put_quoted(struct buf *out, struct str value); /* "value" with its quotes, for names made at run time */
/* Writes a tree as it was read: same prefixes, declarations, comments, white space. */
void xml_put_tree(struct buf *out, const struct xml_node *e);

#endif
