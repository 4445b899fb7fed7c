/* model.h: a DMN model as the room keeps it (internal; dmn.h is the public door).
 *
 * read.c and read_logic.c fill it from XML, link.c joins the references, types.c and compile.c add the compiled
 * parts, after which nothing in it changes any more: several threads may evaluate it at once.
 * Text is borrowed from the model's arena; every piece keeps its place in the file for faults and explanations.
 * Read next: read.c.
 */
#ifndef DMN_MODEL_H
#define DMN_MODEL_H

#include "base/map.h"
#include "dmn/dmn.h"
#include "feel/feel.h"

struct dmn_expression;
struct dmn_file;
struct dmn_table_index;

/* An information item (DMN 1.5, 7.3.4): a name and a type. */
struct dmn_variable {
    struct str name; /* white space collapsed; empty when there is none */
    struct str id;
    struct str type_name;          /* typeRef as written, empty when there is none */
    const struct feel_type *type; /* NULL: any value */
    struct place place;
};

/* ---- boxed expressions (clause 10.2) ---- */

enum dmn_expression_kind {
    DMN_LITERAL,
    DMN_CONTEXT,
    DMN_INVOCATION,
    DMN_FUNCTION,
    DMN_RELATION,
    DMN_LIST,
    DMN_TABLE,
    DMN_CONDITIONAL,
    DMN_FILTER,
    DMN_FOR,
    DMN_SOME,
    DMN_EVERY
};

struct dmn_literal {
    struct str text;
    struct str language; /* expressionLanguage, empty when it is that of the file */
    bool imported;       /* importedValues: refers to a file outside the model */
    const struct feel_expression *feel; /* NULL when the text is not FEEL (a fault says so) */
};

struct dmn_entry {
    struct dmn_variable variable; /* the last entry of a context may have no name: it is the result */
    struct dmn_expression *value;
    size_t slot; /* compiled: its place in the frame */
};

struct dmn_context {
    struct dmn_entry *entries;
    size_t count, capacity;
};

struct dmn_invocation {
    struct dmn_expression *callee;
    struct dmn_entry *bindings;
    size_t count, capacity;
};

enum dmn_function_kind { DMN_FUNCTION_FEEL, DMN_FUNCTION_JAVA, DMN_FUNCTION_PMML };

struct dmn_function {
    enum dmn_function_kind kind;
    struct dmn_variable *parameters;
    size_t count, capacity;
    struct dmn_expression *body; /* NULL when there is none */
    /* Compiled: the caller's `captured` first values, then the arguments, stand first in a frame of `frame_size`. */
    const struct str *names;
    const struct feel_type *const *types;
    size_t captured, frame_size;
};

struct dmn_relation {
    struct dmn_variable *columns;
    size_t column_count, column_capacity;
    struct dmn_expression **rows; /* each a DMN_LIST with a cell a column */
    size_t row_count, row_capacity;
};

struct dmn_list {
    struct dmn_expression **items;
    size_t count, capacity;
};

struct dmn_conditional {
    struct dmn_expression *condition, *then, *otherwise;
};

/* filter, for, some, every: `in` gives the list, `body` is evaluated for each of its items. */
struct dmn_iteration {
    struct str variable; /* iteratorVariable; a filter's is always "item" */
    struct dmn_expression *in, *body;
    const struct feel_type *in_type; /* typeRef of `in` (a tTypedChildExpression) */
    struct str in_type_name;
    size_t slot; /* compiled: where the item stands in the frame; after it, in a `for`, `partial` */
};

struct dmn_expression {
    enum dmn_expression_kind kind;
    struct str id, type_name;
    const struct feel_type *type; /* NULL: any value */
    struct place place;
    union {
        struct dmn_literal literal;
        struct dmn_context context;
        struct dmn_invocation invocation;
        struct dmn_function function;
        struct dmn_relation relation;
        struct dmn_list list;
        struct dmn_table *table;
        struct dmn_conditional conditional;
        struct dmn_iteration iteration;
    };
};

/* ---- decision tables (clause 8) ---- */

enum dmn_hit_policy {
    DMN_UNIQUE,
    DMN_ANY,
    DMN_PRIORITY,
    DMN_FIRST,
    DMN_COLLECT,
    DMN_RULE_ORDER,
    DMN_OUTPUT_ORDER
};
enum dmn_aggregator { DMN_NO_AGGREGATOR, DMN_SUM, DMN_COUNT, DMN_MIN, DMN_MAX };

/* A text of unary tests: a cell, or allowed values. Equal texts of one column are compiled once. */
struct dmn_tests {
    struct str text;
    struct place place;
    const struct feel_expression *feel; /* compiled; NULL: "-", matches everything */
    const struct feel_test *shape;      /* compiled: what `feel` looks like inside; never NULL then */
};

struct dmn_input {
    struct dmn_expression *expression; /* a literal */
    struct dmn_tests *values;          /* inputValues; NULL when there are none */
    struct str label;
    struct place place;
};

struct dmn_output {
    struct dmn_variable variable; /* name may be empty when the table has one output */
    struct dmn_tests *values;
    struct dmn_expression *fallback; /* defaultOutputEntry */
    const struct dmn_tests *domain;  /* compiled: `values`, else the allowed values of its type; may be NULL */
    struct feel_value priorities;    /* compiled: list of the output values in their order, for P and O; or null */
    struct place place;
};

struct dmn_rule {
    struct str id, description;
    struct place place;
    struct dmn_tests **cells;         /* one an input; NULL never */
    struct dmn_expression **outputs; /* one an output, literals */
    struct str *notes;                /* one an annotation column */
};

struct dmn_table {
    enum dmn_hit_policy policy;
    enum dmn_aggregator aggregator;
    struct str output_label;
    struct dmn_input *inputs;
    size_t input_count, input_capacity;
    struct dmn_output *outputs;
    size_t output_count, output_capacity;
    struct str *note_names;
    size_t note_count, note_capacity;
    struct dmn_rule *rules;
    size_t rule_count, rule_capacity;
    const struct dmn_table_index *index; /* compiled */
    struct place place;
};

/* ---- the requirement graph (clause 6) ---- */

struct dmn_requirement {
    struct str href;
    struct place place;
    struct dmn_element *element; /* linked; NULL when there is no such element */
};

struct dmn_requirements {
    struct dmn_requirement *items;
    size_t count, capacity;
};

struct dmn_element {
    enum dmn_element_kind kind;
    struct str id, name, description, question, allowed_answers;
    struct dmn_variable variable;
    struct place place;
    struct dmn_file *file;
    unsigned number; /* among all elements of the model: its place in an evaluation's memory */
    /* Decisions and knowledge: what the logic may refer to. */
    struct dmn_requirements information, knowledge;
    struct dmn_expression *logic; /* of knowledge: a DMN_FUNCTION; NULL when there is none */
    /* Services. */
    struct dmn_requirements outputs, encapsulated, input_decisions, input_data;
    /* Compiled: what the first places of the logic's frame are filled with. */
    const struct dmn_provider *providers;
    size_t provider_count, frame_size;
    struct feel_function function; /* of knowledge and services: a template without `data` */
};

/* A name the logic of an element may use, and where its value comes from. */
struct dmn_provider {
    struct str name;
    const struct dmn_element *element; /* NULL: a context of the elements of an import */
    const struct dmn_element **members;
    size_t member_count, member_capacity;
};

struct dmn_import {
    struct str name, namespace, type, location;
    struct place place;
    struct dmn_file *file; /* linked; NULL when no file with that namespace was given */
};

/* An item definition (clause 7.3.3) or one of its components. */
struct dmn_item {
    struct dmn_variable variable; /* name and typeRef */
    bool collection, is_function, has_components;
    struct dmn_tests *allowed, *constraint; /* allowedValues, typeConstraint */
    struct dmn_item *components;
    size_t component_count, component_capacity;
    struct dmn_variable *parameters; /* functionItem */
    size_t parameter_count, parameter_capacity;
    struct str output_type_name;
    struct place place;
    struct dmn_file *file;
    const struct feel_type *type; /* types.c; NULL until then */
    bool resolving;               /* types.c: to notice a definition that contains itself */
};

struct dmn_file {
    struct str path, name, namespace, id, language;
    int version; /* 11 … 15 */
    bool open;   /* it declares no input data at all: names unknown in it are looked for among the inputs */
    struct dmn_import *imports;
    size_t import_count, import_capacity;
    struct dmn_item **items;
    size_t item_count, item_capacity;
    struct map items_by_name;   /* of dmn_item */
    struct map elements_by_id; /* of dmn_element */
    size_t element_first, element_count; /* in the model's elements */
};

struct dmn_model {
    struct arena *arena;
    struct faults *faults; /* only while loading */
    struct dmn_file **files;
    size_t file_count, file_capacity;
    struct dmn_element **elements;
    size_t element_count, element_capacity;
    struct str *members; /* names that may follow a dot: components, entries, outputs … */
    size_t member_count, member_capacity;
};

/* read.c: one file into the model. A fault in one element leaves that element out, or without logic. */
bool dmn_read_file(struct dmn_model *model, const struct dmn_source *source);
/* link.c: references between elements and files; requirement cycles are cut with a fault. */
void dmn_link(struct dmn_model *model);
/* types.c: every type name becomes a type; one that does not exist is a fault and Any. */
void dmn_resolve_types(struct dmn_model *model);
/* The type of that name as seen from `file` (feel_scope.find_type); NULL when there is none. */
const struct feel_type *dmn_find_type(const void *file, struct str name);
/* The allowed values (or constraint) written at the type itself; NULL when there are none. */
const struct dmn_tests *dmn_allowed_values(const struct feel_type *type);
/* compile.c: FEEL, frames, table indexes. */
void dmn_compile(struct dmn_model *model);
/* walk.c: every compiled text of a boxed expression; `x` may be NULL. */
typedef void dmn_visit_text(void *arg, const struct feel_expression *text, struct place place);
void dmn_walk_texts(const struct dmn_expression *x, dmn_visit_text *visit, void *arg);
void dmn_set_tests(struct arena *a, struct dmn_tests *tests, const struct feel_expression *feel); /* `feel` may be NULL */

#endif
