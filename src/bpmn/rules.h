/* rules.h: the static rules of BPMN 2.0: what is wrong with a file before anything runs.
 *
 * The rules are those of the Bamberg list of BPMN 2.0 serialisation constraints (Geiger, Wirtz: EXT.001 …),
 * which restates the standard's text, plus its XML schema ("XSD") and its references ("REF"). Two levels:
 *   strict  every broken rule is an error (conformance suites, other tools' files)
 *   normal  what could not run, or could run in two ways, is an error; what common modelers leave out and the
 *           engine does not need (operationRef, gatewayDirection, listed flows …) is a warning
 * Lingban's own rules for services are another set: rules_lingban.h. Data: a tree (tree.h) in, findings out;
 * pure. Read next: rules_schema.c, then one topic each: rules_flow.c, rules_event.c, rules_activity.c,
 * rules_data.c, rules_collaboration.c.
 */
#ifndef BPMN_RULES_H
#define BPMN_RULES_H

#include "bpmn/tree.h"

enum bpmn_level { BPMN_LEVEL_NORMAL, BPMN_LEVEL_STRICT };

struct bpmn_finding {
    enum fault_level level;
    const char *code;                /* "bpmn.EXT023", static */
    const struct bpmn_node *element; /* borrowed from the tree */
    struct str sentence, detail;     /* T("…") with {0} the element's name and {1} the detail */
    bool drawn;                      /* `box` says where in the diagram */
    struct bpmn_box box;
};

struct bpmn_findings {
    struct bpmn_finding *items;
    size_t count, capacity;
    size_t errors;
};

/* At most 500 findings are kept; `errors` counts on. */
struct bpmn_findings bpmn_check(const struct bpmn_tree *tree, enum bpmn_level level);
/* Adds them as faults: place with line and element, its place in the drawing behind the id: "pay (x 120 y
 * 80)". */
void bpmn_findings_report(const struct bpmn_tree *tree, const struct bpmn_findings *findings,
                          struct faults *faults);
/* Reads and checks one file: faults only. False when it must be refused. */
bool bpmn_check_file(struct arena *a, struct str bytes, struct str file, enum bpmn_level level,
                     struct faults *faults);

/* The rules for listing (`lingban bpmn rules`, the manual): code, type of element, sentence. NULL past the
 * end. */
struct bpmn_rule_line {
    const char *code, *applies;
    struct str sentence;
    bool refuses; /* an error at the normal level too */
};
bool bpmn_rule_at(size_t index, struct bpmn_rule_line *out);

#endif
