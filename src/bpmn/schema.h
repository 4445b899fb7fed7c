/* schema.h: the elements of BPMN 2.0 as a grammar: what each may hold, which attributes, what a reference may
 * name.
 *
 * Compiled from one table (schema.c) that restates BPMN20.xsd, Semantic.xsd, BPMNDI.xsd, DI.xsd and DC.xsd of
 * OMG formal/2013-12-09 together with the classes its text allows for each reference. Types are named as the
 * elements of the standard (the schema's tUserTask is "userTask" here). Read next: tree.h, which lays it over
 * a file.
 */
#ifndef BPMN_SCHEMA_H
#define BPMN_SCHEMA_H

#include "base/map.h"

#define BPMN_NS       "http://www.omg.org/spec/BPMN/20100524/MODEL"
#define BPMN_DI_NS    "http://www.omg.org/spec/BPMN/20100524/DI"
#define BPMN_DD_DI_NS "http://www.omg.org/spec/DD/20100524/DI"
#define BPMN_DD_DC_NS "http://www.omg.org/spec/DD/20100524/DC"
#define BPMN_ZEEBE_NS "http://camunda.org/schema/zeebe/1.0"

/* How much hangs on a reference: the run itself, a description of it, or only the drawing. */
enum bpmn_reference {
    BPMN_NO_REFERENCE,
    BPMN_REFERENCE_RUN,
    BPMN_REFERENCE_DESCRIPTION,
    BPMN_REFERENCE_DRAWING
};

struct bpmn_attribute {
    struct str name;
    char kind; /* s text, b boolean, i integer, d number, I id, q qualified name, e one of `values`, r
                  reference */
    bool required;
    enum bpmn_reference reference;
    struct str values; /* e: "None,One,Both"; r: permitted types, "participant|activity", "*" for any */
};

struct bpmn_particle {
    struct str name; /* of the element, or of an abstract type any derived element of which fits */
    const struct bpmn_type *type;  /* NULL: holds only text */
    int least, most;               /* most < 0: any number */
    enum bpmn_reference reference; /* its text is a reference to one of `values` */
    struct str values;
};

struct bpmn_type {
    struct str name;
    const struct bpmn_type *base;
    size_t number;                     /* 0 … bpmn_schema.count - 1 */
    bool abstract, text;               /* text: may hold character data */
    bool any;                          /* may hold elements of other namespaces (or any, for text types) */
    struct bpmn_attribute *attributes; /* the inherited ones first */
    size_t attribute_count;
    struct bpmn_particle *particles; /* in the order the standard wants, the inherited ones first */
    size_t particle_count;
};

struct bpmn_schema {
    struct map types; /* name -> struct bpmn_type */
    struct bpmn_type *all;
    size_t count;
};

/* Compiles the table into the arena (about a tenth of a millisecond). */
const struct bpmn_schema *bpmn_schema_read(struct arena *a);
const struct bpmn_type *bpmn_schema_type(const struct bpmn_schema *schema,
                                         struct str name); /* NULL: no such element */
bool bpmn_type_is(const struct bpmn_type *type,
                  const char *name); /* the type itself or one it derives from */
/* Whether `type` is one of "participant|activity|…"; "*" is any. NULL is none. */
bool bpmn_type_in(const struct bpmn_type *type, struct str names);
const struct bpmn_attribute *bpmn_type_attribute(const struct bpmn_type *type, struct str name);

#endif
