/* dmn.h: decision models of DMN 1.1 to 1.5 (OMG formal/2024-01-01), evaluated.
 *
 *     struct dmn_source source = {path, bytes};
 *     const struct dmn_model *model = dmn_load(arena, &source, 1, faults);
 *     const struct dmn_element *decision = dmn_find(model, STR("Eligibility"));
 *     struct feel_environment env;
 *     feel_environment_init(&env, request_arena, now, zone);
 *     struct feel_value v = dmn_evaluate(model, decision, inputs, &env, NULL);
 *
 * Loading reads, links, checks names and types, compiles every expression and indexes every decision table; after
 * that a model never changes, and several threads may evaluate it at once, each with its own environment.
 * The room is pure: no clock, file, global or thread. A fault in one decision is reported and leaves that decision
 * null; the others work. Whatever goes wrong while evaluating is null with a reason in env->reasons.
 * Chapters: 6 (requirements), 7 (types and boxed expressions), 8 (decision tables), 10 (FEEL). README.md tells the
 * reading order.
 */
#ifndef DMN_DMN_H
#define DMN_DMN_H

#include "feel/feel.h"

struct dmn_source {
    struct str path;  /* for faults, as the user named it */
    struct str bytes; /* XML */
};

struct dmn_model;
struct dmn_element;

/* The first source is the main model: its names win where two files have the same. Imports are found by namespace
 * among the sources. NULL only when not one source could be read; look at faults->errors for the rest. Everything is
 * kept in the arena; `sources` may go when the call is over. */
const struct dmn_model *dmn_load(struct arena *arena, const struct dmn_source *sources, size_t count,
                                 struct faults *faults);

/* ---- what a model offers -------------------------------------------------------------------------------------- */

enum dmn_element_kind {
    DMN_INPUT_DATA,
    DMN_DECISION,
    DMN_KNOWLEDGE, /* a business knowledge model */
    DMN_SERVICE    /* a decision service */
};

struct dmn_about {
    enum dmn_element_kind kind;
    struct str id, name, namespace, description;
    struct str type; /* of its value, as FEEL writes types; "Any" when none is declared */
    struct place place;
    bool has_logic;
    bool is_table; /* a decision whose logic is a decision table */
};

size_t dmn_element_count(const struct dmn_model *model);
const struct dmn_element *dmn_element_at(const struct dmn_model *model, size_t i); /* in the order of the files */
struct dmn_about dmn_about(const struct dmn_element *element, struct arena *arena);
/* By name (as feel_name_normalise gives it) or id, the main model first, "import name.name" too; NULL when there is none. Decisions win over services,
 * knowledge and input data of the same name. */
const struct dmn_element *dmn_find(const struct dmn_model *model, struct str name_or_id);
const struct dmn_element *dmn_find_in(const struct dmn_model *model, struct str namespace, struct str name_or_id);
/* The input data an element needs, itself or through what it requires. Of knowledge and services: none beyond the
 * service's own input data. */
const struct dmn_element **dmn_inputs(const struct dmn_element *element, struct arena *arena, size_t *out_count);
/* The names a decision of a model without any input data looks for among its inputs (Camunda's modeler draws such):
 * its own and those of what it requires. */
struct str *dmn_open_names(const struct dmn_element *element, struct arena *arena, size_t *out_count);
/* Names inside the result: output columns of a table with several, entries of a context, components of the type.
 * Count 0 when the result is a single value. */
struct str *dmn_output_names(const struct dmn_element *element, struct arena *arena, size_t *out_count);

/* ---- evaluating ----------------------------------------------------------------------------------------------- */

struct dmn_explanation;

/* The value of a decision, or of a service or knowledge called with the inputs of those names. `inputs` is a
 * context with the input data by name; an import's by its name ({"Model B": {"income": 3}}) or bare; what is missing
 * is null. Other entries do not matter, unless the model declares no input data at all: then a name that is unknown
 * in it is looked for among the inputs. `explanation` may be NULL. */
struct feel_value dmn_evaluate(const struct dmn_model *model, const struct dmn_element *what, struct feel_value inputs,
                               struct feel_environment *env, struct dmn_explanation *explanation);

/* The inputs of a decision out of plain JSON: as feel_from_json, but texts become dates, times and durations where the
 * input data are declared so. */
struct feel_value dmn_inputs_from_json(const struct dmn_element *what, struct arena *arena, const struct json *json);

/* A value given for an element: also for a decision, whose logic is then not run. */
struct dmn_given {
    const struct dmn_element *element;
    struct feel_value value;
};
struct feel_value dmn_evaluate_given(const struct dmn_model *model, const struct dmn_element *what,
                                     const struct dmn_given *given, size_t count, struct feel_environment *env,
                                     struct dmn_explanation *explanation);
/* For tests: decision tables are evaluated rule by rule instead of through their index. Both must agree. */
struct feel_value dmn_evaluate_plainly(const struct dmn_model *model, const struct dmn_element *what,
                                       struct feel_value inputs, struct feel_environment *env);

/* ---- explaining ----------------------------------------------------------------------------------------------- */

/* A cell that kept a rule from matching. */
struct dmn_miss {
    size_t rule, column;  /* from 0 */
    struct str cell;      /* its text */
    bool failed;          /* neither true nor false: the test gave null */
};

/* A rule that matched, with the office's words. */
struct dmn_hit {
    size_t rule;
    struct str id, description;
    bool chosen;                /* it made the result (not so for the losers of P and F) */
    size_t note_count;
    const struct str *note_names, *notes; /* annotation columns */
    struct feel_value output;
};

enum dmn_step_kind { DMN_STEP_INPUT, DMN_STEP_DECISION, DMN_STEP_TABLE, DMN_STEP_CALL };

/* One thing that was worked out. Steps stand in the order in which they began; `depth` says what belongs to what. */
struct dmn_step {
    enum dmn_step_kind kind;
    int depth;
    struct str name; /* of the element, or of what the table belongs to */
    struct place place;
    struct feel_value value;
    /* Tables. */
    struct str policy; /* "U", "C+" … */
    size_t column_count;
    const struct str *columns;         /* input expressions */
    const struct feel_value *inputs; /* their values */
    size_t rule_count;
    struct dmn_hit *hits;
    size_t hit_count, hit_capacity;
    struct dmn_miss *misses; /* the first failing cell of rules that did not match; those nearest to matching first */
    size_t miss_count, miss_capacity;
    bool by_default; /* no rule matched; the default outputs are the result */
};

struct dmn_explanation {
    struct arena *arena;
    struct dmn_step *steps;
    size_t count, capacity;
    size_t limit; /* steps beyond it are dropped and `cut` is set */
    bool cut;
    int depth; /* while evaluating */
};
void dmn_explanation_init(struct dmn_explanation *e, struct arena *arena); /* limit 1,000 steps, 100 misses each */
/* The annotations of every chosen rule, in order: why a case was declined, in the office's words. */
struct str *dmn_explanation_notes(const struct dmn_explanation *e, struct arena *arena, size_t *out_count);
void dmn_explanation_put_json(struct json_out *j, const struct dmn_explanation *e);
void dmn_explanation_put_text(struct buf *out, const struct dmn_explanation *e, enum language language);

/* ---- checking and showing ------------------------------------------------------------------------------------- */

/* What loading does not notice: gaps and overlaps of tables, rules that can never fire, inputs nobody provides, types
 * that do not meet. Warnings, but for what cannot be meant (an overlap of a UNIQUE table with different outputs). */
void dmn_check(const struct dmn_model *model, struct arena *scratch, struct faults *faults);
/* Every decision with its requirements and its logic, tables drawn for a terminal (East Asian letters two wide). */
void dmn_show(struct buf *out, const struct dmn_model *model, enum language language);

#endif
