/* tree.h: a BPMN file as the standard sees it: elements with types, resolved references, flows, places in the
 * diagram.
 *
 * Between the plain XML (base/xml.h) and those who read it: the static rules (rules.h) and the pictures
 * (picture.h). Nothing is judged or dropped here: what is broken stays visible as a NULL target or a missing
 * type. The engine's own, executable view of the same file is model.h.
 */
#ifndef BPMN_TREE_H
#define BPMN_TREE_H

#include "base/xml.h"
#include "bpmn/schema.h"

struct bpmn_box {
    double x, y, width, height;
};

struct bpmn_node {
    const struct xml_node *node;
    const struct bpmn_type *type;         /* what it is, xsi:type included; NULL: not of BPMN, or only text */
    const struct bpmn_type *wanted;       /* what its parent's grammar says stands here; NULL: not foreseen */
    const struct bpmn_particle *particle; /* the parent's rule for it; NULL: not foreseen */
    struct bpmn_node *parent, *first, *next;
    struct str id;            /* STR_NONE when it has none */
    struct bpmn_node *target; /* child whose text is a reference: what it names */
    /* Sequence flows, message flows, associations, conversation links: both ends; NULL when not found. */
    struct bpmn_node *from, *to;
    /* Flow nodes: the sequence flows that name them as source or target. */
    struct bpmn_node **incoming, **outgoing;
    size_t incoming_count, outgoing_count, incoming_capacity, outgoing_capacity;
    /* Boundary events on an activity; associations that start or end at any element. */
    struct bpmn_node **attached, **associations;
    size_t attached_count, association_count, attached_capacity, association_capacity;
    struct bpmn_node *referrer; /* first child element anywhere whose text refers to it */
    bool starts, ends;          /* has a start event, an end event among its children */
    bool listed_in, listed_out; /* sequence flow: listed by its target as incoming, by its source as outgoing;
                                   data: listed_in a set */
    const struct xml_node *shape; /* BPMNShape or BPMNEdge that draws it; NULL */
    bool twin;                    /* another element before it has the same id */
    bool foreign;                 /* of a namespace that is not BPMN's */
};

struct bpmn_tree {
    struct arena *arena;
    struct str file;
    const struct bpmn_schema *schema;
    struct bpmn_node *definitions;
    struct bpmn_node **elements; /* all, in document order */
    size_t count, capacity;
    struct map ids; /* id -> the first element that has it */
    struct str target_namespace;
    struct map imports; /* namespaces of the imports */
};

/* Reads a file into the arena. NULL with faults ("bpmn.no-definitions", xml.*) when it is no BPMN document.
 */
struct bpmn_tree *bpmn_tree_read(struct arena *a, struct str bytes, struct str file, struct faults *faults);
/* The same over a tree already read. */
struct bpmn_tree *bpmn_tree_of(struct arena *a, const struct xml_node *root, struct str file,
                               struct faults *faults);

bool bpmn_is(const struct bpmn_node *e, const char *type);                   /* false for NULL */
struct str bpmn_attr(const struct bpmn_node *e, const char *name);           /* STR_NONE when absent */
bool bpmn_flag(const struct bpmn_node *e, const char *name, bool otherwise); /* boolean attribute */
/* First child / next sibling with that element name, or of that type. */
struct bpmn_node *bpmn_child(const struct bpmn_node *e, const char *name);
struct bpmn_node *bpmn_next(const struct bpmn_node *e, const char *name);
struct bpmn_node *bpmn_child_is(const struct bpmn_node *e, const char *type);
struct bpmn_node *bpmn_next_is(const struct bpmn_node *e, const char *type);
size_t bpmn_count(const struct bpmn_node *e, const char *name); /* children of that name */
size_t bpmn_count_is(const struct bpmn_node *e, const char *type);
/* Nearest ancestor of that type, NULL when there is none. */
struct bpmn_node *bpmn_above(const struct bpmn_node *e, const char *type);
/* What an attribute of `e` refers to; NULL when absent or not found. */
struct bpmn_node *bpmn_ref(const struct bpmn_tree *tree, const struct bpmn_node *e, const char *attribute);
/* How a reference written at `e` resolves. FOREIGN: into another file, named by an import. */
enum bpmn_resolution { BPMN_FOUND, BPMN_FOREIGN, BPMN_NOWHERE };
enum bpmn_resolution bpmn_resolve(const struct bpmn_tree *tree, const struct bpmn_node *e,
                                  struct str reference, struct bpmn_node **out);
struct str bpmn_text(const struct bpmn_tree *tree, const struct bpmn_node *e); /* its text, trimmed */
struct str bpmn_name(const struct bpmn_node *e); /* name, else id, else element name */
/* Bounds of the shape that draws it; false when it is not drawn. */
bool bpmn_box_of(const struct bpmn_node *e, struct bpmn_box *out);
/* "Process" the element runs in: the nearest process or global task above; NULL outside of one. */
struct bpmn_node *bpmn_process_of(const struct bpmn_node *e);
/* A decimal number as XML writes it; false when it is none. */
bool bpmn_number(struct str text, double *out);

#endif
