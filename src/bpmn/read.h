/* read.h: what the two halves of the reader share; nobody else includes it.
 *
 * read.c walks the tree and numbers elements and flows; read_details.c fills in what one element says about itself
 * (event definitions, loops, mappings, extension elements).
 */
#ifndef BPMN_READ_H
#define BPMN_READ_H

#include "bpmn/model.h"

struct bpmn_reader {
    struct arena *arena;
    struct str file;
    struct faults *faults;
    struct bpmn_model *model;
    size_t element_capacity, flow_capacity;
    struct map nodes; /* id -> const struct xml_node *, of the whole file */
    bool feel_by_default; /* definitions@expressionLanguage is FEEL */
};

enum bpmn_text_rule {
    BPMN_TEXT_CAMUNDA, /* FEEL when it begins with "=", else plain text */
    BPMN_TEXT_FORMAL,  /* an expression whatever it begins with */
    BPMN_TEXT_TIMER,   /* FEEL with "=" or when the element says so; else an ISO 8601 literal */
};

/* `text` belongs to `node` (for places in faults and a language attribute); p NULL: absent. */
struct bpmn_expression bpmn_read_expression(struct bpmn_reader *r, const struct xml_node *node, struct str text,
                                            enum bpmn_text_rule rule);
/* The element that a reference names, with or without prefix; NULL. */
const struct xml_node *bpmn_read_node(const struct bpmn_reader *r, struct str reference);
int32_t bpmn_read_reference(const struct bpmn_reader *r, struct str reference);
bool bpmn_read_boolean(const struct xml_node *node, const char *name, bool otherwise);
/* Everything an element says about itself. Elements are numbered and known by id already. */
void bpmn_read_details(struct bpmn_reader *r, struct bpmn_element *e);
/* Child of extensionElements in Camunda's namespace, by local name; NULL. */
const struct xml_node *bpmn_read_extension(const struct xml_node *node, const char *name);

#endif
