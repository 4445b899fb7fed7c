/* xpath.h: XPath as ODK XForms speak it.
 *
 * XPath 1.0 (https://www.w3.org/TR/1999/REC-xpath-19991116/) with the functions and the departures of ODK XForms 1.0
 * (https://getodk.github.io/xforms-spec/#xpath-functions): text that looks like a date counts as days since
 * 1970-01-01 in arithmetic and order, a date value prints as ISO 8601 in local time, nodes that are not relevant
 * stay out of node-sets, unprefixed names match elements of any default namespace.
 *
 * text -> xpath_compile -> struct xpath (immutable) -> xpath_evaluate with a context -> struct xpath_value. Clock,
 * zone, random numbers, secondary instances and translations come in through struct xpath_environment. A function
 * that is unknown or called with a wrong number of arguments is a complaint of the compiled expression, and a
 * failure only when the call is reached. Read next: xpath_ast.h, xpath_eval.c.
 */
#ifndef FORM_XPATH_H
#define FORM_XPATH_H

#include "base/time.h"
#include "form/dom.h"

enum xpath_kind { XPATH_NODES, XPATH_NUMBER, XPATH_STRING, XPATH_BOOLEAN, XPATH_DATE };

struct xpath_nodes {
    struct form_node **items; /* in document order unless a function says otherwise */
    size_t count, capacity;
};

struct xpath_value {
    enum xpath_kind kind;
    bool boolean;
    double number;    /* of a date: days since 1970-01-01T00:00Z, with a fraction */
    struct str text;  /* of a string */
    struct xpath_nodes nodes;
};

struct xpath;

/* URI of a prefix, STR_NONE when it is not bound. */
typedef struct str xpath_prefix(const void *context, struct str prefix);

struct xpath_fault {
    size_t offset;          /* where in the expression */
    struct str sentence[2]; /* for text_format: the sentence and one argument */
};

/* NULL with the fault filled in on a syntax error. Expressions of 20,000 bytes and 100 levels at most. `text` is
 * borrowed. */
const struct xpath *xpath_compile(struct arena *a, struct str text, xpath_prefix *prefix, const void *prefix_context,
                                  struct xpath_fault *fault);
/* The first unknown function or wrong number of arguments; NULL when there is none. */
const struct xpath_fault *xpath_complaint(const struct xpath *x);

struct xpath_random {
    uint64_t state;
};
uint64_t xpath_random_bits(struct xpath_random *r);

struct xpath_patterns; /* compiled regular expressions, kept for a session */

struct xpath_environment {
    struct form_node *root; /* where absolute paths start */
    instant now;
    int offset_seconds;
    int (*offset_at)(const void *zone, instant t);
    const void *zone;
    bool skip_blanks; /* sum, min and max leave empty nodes out instead of giving NaN */
    bool chinese; /* names of months and days in format-date */
    struct xpath_random random;
    struct arena *lasting;            /* for compiled patterns */
    struct xpath_patterns *patterns;
    struct form_node **single;        /* by field number: the node of a field outside repeats */
    void *host;
    struct form_node *(*instance)(void *host, struct str id); /* root element of a secondary instance or NULL */
    /* Nodes of an itext entry in the active language; false when there is none. */
    bool (*itext)(void *host, struct arena *a, struct str id, struct xpath_nodes *out);
    bool (*choice_name)(void *host, struct arena *a, struct str value, struct str reference, struct form_node *context,
                        struct str *out);
    /* Set by evaluation. */
    uint64_t steps, step_limit;
    bool failed; /* what came back is a blank; `why` says what happened */
    struct str why[2];
};

enum { XPATH_STEPS = 20 * 1000 * 1000 }; /* nodes and operations one evaluation may touch */

/* The result lives in `a`. On failure environment->failed is set and the value is the empty string. */
struct xpath_value xpath_evaluate(const struct xpath *x, struct xpath_environment *environment, struct arena *a,
                                  struct form_node *context);

struct str xpath_to_string(struct xpath_environment *e, struct arena *a, const struct xpath_value *v);
double xpath_to_number(struct xpath_environment *e, struct arena *a, const struct xpath_value *v);
bool xpath_to_boolean(const struct xpath_value *v);

/* Number as XPath 1.0 section 4.2 writes it: no exponent, shortest digits that read back the same. */
struct str xpath_number_text(struct arena *a, double number);
/* Text as a number: XPath 1.0, or a date or date-time as days. NaN when neither. */
double xpath_text_number(const struct xpath_environment *e, struct str text);
/* "2026-11-24" or "2026-11-24T08:01:02[.fff][Z|+08:00]" as days since the epoch; without a zone, local time. */
bool xpath_parse_date(const struct xpath_environment *e, struct str text, double *out_days);
/* A date when the moment is midnight in local time, else date and time with milliseconds and offset; "Invalid Date"
 * for NaN. xpath_instant_text always writes the time. */
struct str xpath_date_text(const struct xpath_environment *e, struct arena *a, double days);
struct str xpath_instant_text(const struct xpath_environment *e, struct arena *a, double days);
/* In local time, with the offset that holds then; false for what is no moment of the years 0 to 9999. */
bool xpath_days_to_civil(const struct xpath_environment *e, double days, struct civil_time *out, int *out_offset);
/* "08:30[:00[.000]][Z|+08:00]" as the fraction of a local day. */
bool xpath_parse_time(const struct xpath_environment *e, struct str text, double *out_fraction);
double xpath_today(const struct xpath_environment *e); /* local midnight */
double xpath_now(const struct xpath_environment *e);

/* Does the regular expression (ICU syntax) match anywhere in the text? False too when it is no expression or takes
 * too long. */
bool xpath_matches(struct xpath_environment *e, struct arena *a, struct str text, struct str pattern);

#endif
