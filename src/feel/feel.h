/* feel.h: FEEL, the expression language of DMN 1.5 (OMG formal/2024-01-01, chapter 10).
 *
 * Text is compiled once into an immutable form and evaluated many times:
 *
 *     struct feel_scope scope = {.names = names, .name_count = 2};          // "Applicant age", "income"
 *     const struct feel_expression *e = feel_compile(arena, text, &scope, FEEL_EXPRESSION, place, faults);
 *     struct feel_environment env;
 *     feel_environment_init(&env, request_arena, now, zone);
 *     struct feel_value v = feel_evaluate(e, &env, values);                 // values[i] belongs to names[i]
 *
 * The room is pure: no clock, file, global or thread; a compiled expression may be used by several threads at once.
 * In FEEL nothing fails: whatever is wrong is null, and the reason goes to env.reasons when there is a collector.
 * Values are immutable and borrow from the arena they were made in (constants: from the compiled expression's).
 * Memory, steps and depth are bounded: see struct feel_environment.
 *
 * Files: value.c (values, equality, order) · text.c (string()) · temporal.c (dates, times, durations) · lexer.c,
 * parser.c (text to nodes) · evaluate.c (nodes to values) · type.c (types, instance of, coercion) · builtin_*.c (the
 * functions of 10.3.4) · json.c · inspect.c (looking into unary tests) · regex.c (XPath patterns).
 */
#ifndef FEEL_FEEL_H
#define FEEL_FEEL_H

#include "base/decimal.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/zone.h"

/* ---- values ---- */

enum feel_kind {
    FEEL_NULL,
    FEEL_BOOLEAN,
    FEEL_NUMBER,
    FEEL_STRING,
    FEEL_DATE,
    FEEL_TIME,
    FEEL_DATE_TIME,  /* "date and time" */
    FEEL_YEARS_MONTHS, /* "years and months duration" */
    FEEL_DAYS_TIME,  /* "days and time duration" */
    FEEL_LIST,
    FEEL_CONTEXT,
    FEEL_RANGE,
    FEEL_FUNCTION,
    FEEL_KIND_COUNT
};

struct feel_date {
    int32_t year; /* -999,999,999 to 999,999,999; 0 is 1 BC */
    int8_t month, day;
};

/* Where a time stands against UTC. */
enum feel_offset_kind { FEEL_LOCAL, FEEL_OFFSET, FEEL_ZONE };

/* A time of day; in a date and time, the date with it. */
struct feel_clock {
    struct feel_date date; /* unused in a FEEL_TIME */
    int8_t hour, minute, second;
    int32_t nano; /* 0 … 999,999,999 */
    enum feel_offset_kind offset_kind;
    int32_t offset;          /* FEEL_OFFSET: seconds east of UTC */
    const struct zone *zone; /* FEEL_ZONE: the zone it was written with */
};

struct feel_duration {
    int64_t seconds; /* floor: -0.5 s is seconds -1, nano 500,000,000 */
    int32_t nano;
};

struct feel_value {
    enum feel_kind kind;
    union {
        bool boolean;
        struct decimal number;
        struct str string;
        struct feel_date date;
        const struct feel_clock *clock; /* FEEL_TIME, FEEL_DATE_TIME */
        int64_t months;                 /* FEEL_YEARS_MONTHS */
        struct feel_duration duration;  /* FEEL_DAYS_TIME */
        const struct feel_list *list;
        const struct feel_context *context;
        const struct feel_range *range;
        const struct feel_function *function;
    };
};

struct feel_list {
    size_t count;
    struct feel_value *items;
};

struct feel_entry {
    struct str name; /* normalised, see feel_name_normalise */
    struct feel_value value;
};

/* Entries in the order written. Names are unique. */
struct feel_context {
    size_t count, capacity;
    struct feel_entry *entries;
    uint32_t *slots; /* index of a large one: open addressing, position in entries + 1; NULL while it is small */
    size_t slot_count;
};

/* [low .. high]. A null end with `has_low`/`has_high` false is unbounded (`>= 5`). */
struct feel_range {
    struct feel_value low, high;
    bool has_low, has_high;
    bool low_open, high_open; /* the end itself is outside; an unbounded end counts as open */
};

struct feel_environment;

/* A function as a value: written in FEEL, built in, or made by another room (BKMs, decision services).
 * `call` gets exactly `parameter_count` arguments, already in order and coerced to the parameters' types (missing
 * types: as they are); its result is coerced to `result` by the caller. Recursion is bounded by feel_call. */
struct feel_function {
    struct str name; /* for messages; may be empty */
    size_t parameter_count;
    const struct str *parameters;
    const struct feel_type *const *parameter_types; /* NULL, or one each (a NULL one is Any) */
    const struct feel_type *result;                 /* NULL: Any */
    struct feel_value (*call)(const struct feel_function *f, const struct feel_value *arguments,
                              struct feel_environment *env);
    const void *data; /* the maker's */
    bool built_in;    /* of this room: parameters are not listed here */
};

/* Makers. Strings, lists … are borrowed, not copied. */
static inline struct feel_value feel_null(void) {
    return (struct feel_value){.kind = FEEL_NULL};
}
static inline struct feel_value feel_boolean(bool v) {
    return (struct feel_value){.kind = FEEL_BOOLEAN, .boolean = v};
}
static inline struct feel_value feel_number(struct decimal v) {
    return (struct feel_value){.kind = FEEL_NUMBER, .number = v};
}
static inline struct feel_value feel_integer(int64_t v) {
    return feel_number(decimal_from_int(v));
}
static inline struct feel_value feel_string(struct str v) {
    return (struct feel_value){.kind = FEEL_STRING, .string = v};
}
static inline struct feel_value feel_function_value(const struct feel_function *f) {
    return (struct feel_value){.kind = FEEL_FUNCTION, .function = f};
}
struct feel_value feel_date(int64_t year, int month, int day); /* null when there is no such day */
/* An instant read in a zone (NULL: UTC) as a date and time. */
struct feel_value feel_from_instant(struct arena *a, instant t, const struct zone *zone);
/* False when v is no date and time (or date: midnight). Local times are read in `zone` (NULL: UTC). */
bool feel_to_instant(struct feel_value v, const struct zone *zone, instant *out);
/* Text of a date, time, date and time or duration, as in @"…" (2026-11-24, PT2H, P1Y …); null when it is none. */
struct feel_value feel_parse_temporal(struct arena *a, struct str text);

/* A list of `count` nulls for the maker to fill through .list->items before anyone else sees it. */
struct feel_value feel_list(struct arena *a, size_t count);
struct feel_value feel_context(struct arena *a, size_t capacity);
/* Only for the maker of `context`, before anyone else sees it. Replaces an entry of that name. */
void feel_context_put(struct arena *a, struct feel_value context, struct str name, struct feel_value value);
/* NULL when absent or when the value is no context. */
const struct feel_value *feel_member(struct feel_value context, struct str name);

static inline bool feel_is_true(struct feel_value v) {
    return v.kind == FEEL_BOOLEAN && v.boolean;
}
static inline bool feel_is_null(struct feel_value v) {
    return v.kind == FEEL_NULL;
}
/* Equality of 10.3.2.13 (`=`): boolean, or null when the kinds cannot be compared. */
struct feel_value feel_equal(struct feel_value a, struct feel_value b);
bool feel_equals(struct feel_value a, struct feel_value b); /* the above is true */
/* Order of two values of one kind. False when they have none (null, other kinds, a time with and one without
 * offset); else *out is -1, 0 or 1. */
bool feel_compare(struct feel_value a, struct feel_value b, int *out);
/* `value in test`: equality, membership of a list, or lying in a range. Boolean or null. */
struct feel_value feel_in(struct feel_value value, struct feel_value test);
/* Equal values hash equally. For indexes. */
uint64_t feel_hash(struct feel_value v);
/* The text of FEEL's string(): a string as it is, lists and contexts in FEEL's own notation. */
struct str feel_text(struct arena *a, struct feel_value v);
struct str feel_kind_name(enum feel_kind kind); /* "days and time duration" */

/* ---- types ---- */

enum feel_type_kind { FEEL_TYPE_ANY, FEEL_TYPE_SIMPLE, FEEL_TYPE_LIST, FEEL_TYPE_CONTEXT, FEEL_TYPE_RANGE, FEEL_TYPE_FUNCTION };

/* A type of the lattice of 10.3.2.9. Item definitions of DMN are such types too; they may refer to each other. */
struct feel_type {
    enum feel_type_kind kind;
    enum feel_kind simple;               /* FEEL_TYPE_SIMPLE: NULL, BOOLEAN, … DAYS_TIME */
    struct str name;                     /* of an item definition; for messages */
    const struct feel_type *element;     /* of a list or range (NULL: Any); result of a function */
    size_t member_count;                 /* of a context: its members; of a function: its parameters */
    const struct str *member_names;
    const struct feel_type *const *member_types;
    /* An item definition's allowed values: true when `v` (already of this type) is allowed. NULL: all are. */
    bool (*allows)(const struct feel_type *type, struct feel_value v, struct feel_environment *env);
    const void *data; /* the maker's */
};

/* "number", "date and time", "dateTime" …, "Any", also "list", "context", "function", "range"; NULL for others. */
const struct feel_type *feel_type_named(struct str name);
/* Text such as list<number>, context<a: number, b: string>, function<number> -> string. NULL with a fault. */
struct feel_scope;
const struct feel_type *feel_type_parse(struct arena *a, struct str text, const struct feel_scope *scope,
                                        struct place place, struct faults *faults);
struct str feel_type_text(struct arena *a, const struct feel_type *type);
/* `v instance of type`. null is of no type but Any and Null here (10.3.2.9, Table 47). */
bool feel_is_instance(struct feel_value v, const struct feel_type *type, struct feel_environment *env);
/* v as that type, with the implicit conversions of 10.3.2.9.4 (singleton list to its item and back, date to date
 * and time at midnight UTC); null with a reason when it does not conform. null stays null. */
struct feel_value feel_coerce(struct feel_value v, const struct feel_type *type, struct feel_environment *env);

/* ---- compiling ---- */

enum feel_mode {
    FEEL_EXPRESSION,
    FEEL_UNARY_TESTS, /* a decision table's input entry or a list of allowed values; `-` matches everything */
    FEEL_MATCH,       /* the match of a boxed filter: `item` and the members of the item are in scope */
};

/* What the text may refer to. Spaces, dots and operators inside names are no matter for the names listed here. */
struct feel_scope {
    const struct str *names; /* variables[i] of feel_evaluate belongs to names[i] */
    size_t name_count;
    /* Names that may follow a dot or stand in a filter, where they are not simple (`loan.credit score`): the
     * components of item definitions, the keys of the data. Order and doubles do not matter. */
    const struct str *members;
    size_t member_count;
    /* Unknown names are no fault: they are asked for at run time through env.lookup (BPMN). */
    bool open;
    /* A type that is not built in (`instance of tLoan`, parameters); NULL when there is none of that name. */
    const struct feel_type *(*find_type)(const void *arg, struct str name);
    const void *find_type_arg;
};

struct feel_expression; /* compiled, immutable, lives in the arena it was compiled in */

/* Never NULL: text that cannot be parsed gives a fault and an expression that is always null (its tests never match).
 * Places in faults are `place` moved by line and column inside the text. A name that is unknown in a closed scope
 * is a fault too ("feel.unknown-name"), and null at run time, and the rest works. Text and scope are copied. */
const struct feel_expression *feel_compile(struct arena *a, struct str text, const struct feel_scope *scope,
                                           enum feel_mode mode, struct place place, struct faults *faults);
bool feel_is_broken(const struct feel_expression *e); /* it could not be parsed */
struct str feel_source(const struct feel_expression *e);

/* One name the text uses and does not bind itself. Built-in functions are not listed. */
struct feel_name_use {
    struct str name;
    int variable; /* index in scope.names, or -1: unknown there */
    int line, column; /* of the first use */
    bool called;  /* name(…) */
    bool in_filter; /* used only where it may also be a member of a filtered item */
};
const struct feel_name_use *feel_names_used(const struct feel_expression *e, size_t *out_count);
/* True when the value does not depend on variables, the clock or a test's input. */
bool feel_is_constant(const struct feel_expression *e, struct feel_value *out);
/* The kind every result but null has, when that is known from the text alone. */
bool feel_result_kind(const struct feel_expression *e, enum feel_kind *out);
/* White space inside a name becomes one blank, ends are cut: how names are compared (10.3.1.2). */
struct str feel_name_normalise(struct arena *a, struct str name);

/* ---- evaluating ---- */

enum { FEEL_DEFAULT_STEPS = 2000000, FEEL_DEFAULT_DEPTH = 8000, FEEL_MAX_STRING = 1 << 22 };

/* What one evaluation is given, and what it may spend. Shared by everything it calls: a function of another room
 * evaluates its body with the same environment and its own variables. */
struct feel_environment {
    struct arena *arena; /* of results and scratch. When its budget is spent control leaves to the caller's arena_run */
    instant now;         /* the caller's clock, for now() and today() */
    const struct zone *zone; /* the caller's zone; NULL is UTC */
    struct faults *reasons;  /* why something is null, or NULL */
    /* Asked for names unknown at compile time (scope.open). False: null with a reason. */
    bool (*lookup)(void *arg, struct str name, struct feel_value *out);
    void *lookup_arg;
    /* Left to spend. A step is one node evaluated, one item made or looked at, or 64 bytes of text. At 0 everything
     * is null at once, with the reason "feel.too-long". */
    int64_t steps;
    int32_t depth; /* levels of nesting left (nodes and calls) */
    bool stopped;  /* steps or depth ran out */
};

void feel_environment_init(struct feel_environment *env, struct arena *arena, instant now, const struct zone *zone);

/* variables[i] is the value of scope.names[i]; may be NULL when the scope has no names. */
struct feel_value feel_evaluate(const struct feel_expression *e, struct feel_environment *env,
                                const struct feel_value *variables);
/* FEEL_UNARY_TESTS, FEEL_MATCH: with `?` (or `item`). True, false, or null with a reason. */
struct feel_value feel_test(const struct feel_expression *e, struct feel_environment *env,
                            const struct feel_value *variables, struct feel_value input);
/* Calls a function value. `names` NULL: positional; else one name an argument. Null with a reason when `f` is no
 * function or the arguments do not fit. */
struct feel_value feel_call(struct feel_environment *env, struct feel_value f, const struct feel_value *arguments,
                            const struct str *names, size_t count);
/* The built-in function of that name as a value (null when there is none): feel_builtin(STR("sum")). */
struct feel_value feel_builtin(struct str name);
/* A null with its reason, for functions of other rooms: return feel_fail(env, "dmn.no-logic", place, T("…"), …) */
struct feel_value feel_fail_with(struct feel_environment *env, const char *code, struct place place,
                                 const struct str *sentence, size_t count);
#define feel_fail(env, code, place, ...)                                                                          \
    feel_fail_with((env), (code), (place), (const struct str[]){__VA_ARGS__},                                     \
                   sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* ---- looking into unary tests, for indexes and table checks ---- */

enum feel_test_shape {
    FEEL_TEST_ANY,       /* `-` */
    FEEL_TEST_INTERVALS, /* the input lies in one of `intervals` */
    FEEL_TEST_OTHER,     /* has to be evaluated */
};

/* One alternative with constant ends, as a range; equality with c is [c .. c], both ends closed. Ends are of kind
 * null (equality only), boolean, number, string, date, time, date and time or duration. */
struct feel_test {
    enum feel_test_shape shape;
    bool negated; /* not(…): the input lies in none of them; inputs of another kind than the ends give null */
    size_t count;
    const struct feel_range *intervals; /* lives with the expression */
};
struct feel_test feel_test_inspect(const struct feel_expression *e);

/* ---- JSON ---- */

/* {"type":"number","value":"2"}, nested likewise: lists {"type":"list","value":[…]}, contexts
 * {"type":"context","value":{"a":…}}, null {"type":"null","value":null}, booleans {"type":"boolean","value":true}; all
 * others have a string: what string() gives. */
void feel_put_typed_json(struct json_out *j, struct feel_value v);
/* Plain, for process variables: numbers as JSON numbers with all their digits, strings, booleans, null, arrays,
 * objects; dates, times, durations and ranges as the text of string(); functions as null. */
void feel_put_json(struct json_out *j, struct feel_value v);
/* Plain JSON as values; numbers exactly. Strings stay strings. NULL gives null. */
struct feel_value feel_from_json(struct arena *a, const struct json *json);
/* The typed form; false when it is not in that form. Functions cannot be read. */
bool feel_from_typed_json(struct arena *a, const struct json *json, struct feel_value *out);

#endif
