/* read.h: what the two halves of the reader share (read.c: elements; read_logic.c: boxed expressions). */
#ifndef DMN_READ_H
#define DMN_READ_H

#include "base/xml.h"
#include "dmn/model.h"

struct dmn_reader {
    struct dmn_model *model;
    struct dmn_file *file;
    struct arena *xml; /* of the tree; what the model keeps is copied into the model's arena */
    struct str ns; /* the file's DMN namespace; elements of others are vendors' and are skipped */
    struct str element; /* name of the DRG element being read, for places */
};

/* Child and sibling elements in the file's DMN namespace; `name` NULL takes any. */
struct xml_node *dmn_child(const struct dmn_reader *r, const struct xml_node *e, const char *name);
struct xml_node *dmn_next(const struct dmn_reader *r, const struct xml_node *e, const char *name);
struct place dmn_place(const struct dmn_reader *r, const struct xml_node *e);
/* Attribute with white space at both ends removed; empty when absent. */
struct str dmn_attribute(const struct dmn_reader *r, const struct xml_node *e, const char *name);
/* A FEEL name: inner white space collapsed to one space. */
struct str dmn_name(struct arena *a, struct str text);
/* Text of the first child element of that name, or empty. */
struct str dmn_child_text(const struct dmn_reader *r, const struct xml_node *e, const char *name);
/* typeRef: an attribute since DMN 1.2, of old also with a prefix (feel:number). */
struct str dmn_type_name(const struct dmn_reader *r, const struct xml_node *e, const char *attribute);
void dmn_read_variable(const struct dmn_reader *r, const struct xml_node *e, struct dmn_variable *out);
struct dmn_tests *dmn_read_tests(const struct dmn_reader *r, const struct xml_node *e);

/* The first boxed expression among the children of `e`; NULL when there is none. */
struct dmn_expression *dmn_read_expression_in(const struct dmn_reader *r, const struct xml_node *e);
/* `e` itself is tFunctionDefinition (functionDefinition, encapsulatedLogic). */
struct dmn_expression *dmn_read_function(const struct dmn_reader *r, const struct xml_node *e);

#endif
