/* rules_local.h: the shape of one static rule, shared by the rules_*.c files only.
 *
 * A rule is a row: code, the type of element it looks at, a predicate that answers whether it is broken
 * there, its weight at the normal level, a sentence. The driver (rules.c) visits every element once and asks
 * the rules of its type and of the types it derives from.
 */
#ifndef BPMN_RULES_LOCAL_H
#define BPMN_RULES_LOCAL_H

#include "bpmn/rules.h"

struct check {
    const struct bpmn_tree *tree;
    struct arena *arena;
    enum bpmn_level level;
    struct bpmn_findings *findings;
    size_t spent;      /* steps of searches inside searches */
    struct str detail; /* a predicate may name what exactly is wrong: {1} of the sentence */
};

typedef bool broken_rule(struct check *c, const struct bpmn_node *e);

struct rule {
    const char *code, *applies; /* "bpmn.EXT021", "sequenceFlow" */
    broken_rule *broken;
    enum fault_level normal;
    struct str sentence;
};

/* Each ends with code NULL. */
extern const struct rule rules_flow[], rules_event[], rules_activity[], rules_data[], rules_collaboration[];

/* Structure and references of one element (rules_schema.c): may add several findings. */
void rules_schema_check(struct check *c, const struct bpmn_node *e);
void rules_add(struct check *c, enum fault_level level, const char *code, const struct bpmn_node *e,
               struct str sentence, struct str detail);

/* One step of a search inside a search; false when the file has used up what a file may cost (it is then
 * refused). */
bool rules_afford(struct check *c);

/* What several topics ask. */
bool rules_executable(const struct bpmn_node *e); /* inside a process with isExecutable="true" */
/* Event definitions of an event, nested and referred to, in order; the array is in the arena. */
struct triggers {
    const struct bpmn_node **items;
    size_t count;
};
struct triggers rules_triggers(struct check *c, const struct bpmn_node *event);
bool rules_has_trigger(struct check *c, const struct bpmn_node *event, const char *definition);
/* Whether every trigger is one of "messageEventDefinition|…". True when there is none. */
bool rules_only_triggers(struct check *c, const struct bpmn_node *event, struct str allowed);
bool rules_event_sub_process(const struct bpmn_node *e);
/* The same item definition, or two that describe the same structure and both (or neither) a collection. */
bool rules_same_item(const struct bpmn_node *x, const struct bpmn_node *y);
bool rules_mime_type(struct str s);
bool rules_uri(struct str s); /* absolute, RFC 3986 */

#endif
