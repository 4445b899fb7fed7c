/* model.h: what a loaded form and a session are made of. Only the files of this room include it.
 *
 * The primary instance becomes a tree of fields (one a path; a repeat's instances share one). Binds and controls hang
 * on fields. Expressions that change values by themselves are *rules*; graph.c gives each rule a rank, and each field
 * the rules that look at it. Required, readonly, constraint, labels and choices are evaluated when somebody asks.
 * Files: load.c (XForm -> model), load_body.c (controls), load_text.c (itext, outputs), lists.c (secondary
 * instances), graph.c (what depends on what), session.c (open, change), settle.c (recalculation), state.c
 * (facts about a node), types.c (lexical values), answers.c (in and out).
 */
#ifndef FORM_MODEL_H
#define FORM_MODEL_H

#include "base/map.h"
#include "form/form.h"
#include "form/render.h"
#include "form/xpath_ast.h"

enum {
    FORM_BYTES = 4 << 20,
    FORM_FIELDS = 20000,
    FORM_DEPTH = 60,
    FORM_INSTANCES = 1000,   /* of one repeat inside one parent */
    FORM_NODES = 200000,     /* in one session */
    FORM_VALUE_BYTES = 100000,
    FORM_STEPS = 300 * 1000 * 1000 /* of one round of settling: some seconds; what is still due then is dropped */
};

#define NS_XFORMS "http://www.w3.org/2002/xforms"
#define NS_XHTML "http://www.w3.org/1999/xhtml"
#define NS_JAVAROSA "http://openrosa.org/javarosa"
#define NS_ODK "http://www.opendatakit.org/xforms"

/* ---- words with outputs ---- */

struct form_piece {
    struct str text;
    const struct xpath *output; /* NULL: `text` */
};

struct form_words {
    struct form_piece *pieces;
    size_t count, capacity;
};

/* One entry of a translation: <text id> with a <value> for each form. */
struct form_entry {
    struct form_words words, guidance;
    struct form_media media;
    const struct xml_node *values[4]; /* for jr:itext() in an expression */
    size_t value_count;
};

struct form_translation {
    struct str name;
    struct map entries; /* id -> struct form_entry */
};

/* Where a label, hint or message comes from: its own words, or a translated entry, or any expression. */
struct form_saying {
    bool present;
    struct str text_id; /* jr:itext('…') */
    struct form_words words;
    const struct xpath *expression;
    bool expression_is_id; /* the expression gives the id: jr:itext(concat(…)) */
};

/* ---- fields, rules, controls ---- */

enum form_rule_kind { RULE_RELEVANT, RULE_CALCULATE, RULE_COUNT, RULE_CHOICES, RULE_KINDS };

struct form_rule {
    enum form_rule_kind kind;
    struct form_field *field;
    const struct xpath *expression;
    uint32_t rank; /* evaluated in this order */
    bool waits;    /* graph.c: visited */
    bool in_cycle;
};

/* A rule that looks at a field: seen from `anchor`, the highest field its path climbs to. */
struct form_watch {
    struct form_rule *rule;
    const struct form_field *anchor;
};

struct form_watches {
    struct form_watch *items;
    size_t count, capacity;
};

struct form_item {
    struct str value;
    struct form_saying label;
};

struct form_list {              /* choices of a select */
    struct form_item *items;    /* written in the form */
    size_t item_count, item_capacity;
    const struct xpath *nodeset; /* or an itemset */
    const struct xpath *everything; /* the same without its filter; NULL when it has none */
    const struct xpath *value, *label; /* relative to an item */
    bool label_is_text_id;      /* label is jr:itext(…) */
    bool filtered;              /* depends on answers */
};

enum form_event {
    EVENT_INSTANCE_LOAD = 1, EVENT_FIRST_LOAD = 2, EVENT_NEW_REPEAT = 4, EVENT_VALUE_CHANGED = 8, EVENT_REVALIDATE = 16
};

struct form_action {
    unsigned events;             /* enum form_event, together */
    const struct xpath *target;  /* of a path with predicates … */
    struct form_field *field;    /* … or the field it names */
    const struct xpath *value;   /* NULL: `text` */
    struct str text;
    struct form_field *owner;    /* the field whose control or repeat it stands in; NULL in the model */
};

/* setgeopoint: the page asks the device where it is, at the first load or when `owner` is answered. */
struct form_locating {
    struct form_field *field, *owner; /* owner NULL: at the first load */
};

struct form_body {
    enum form_control control;
    struct form_field *field; /* NULL: a group without a reference */
    struct form_saying label, hint;
    const struct xml_node *element; /* attributes: appearance, mediatype … */
    struct form_list list;
    struct form_body *parent, *first, *last, *next;
};

struct form_field {
    const struct form *form;
    struct str name, path, ns, prefix;
    uint32_t number;
    int depth; /* the root is 0 */
    struct form_field *parent, *first, *last, *next;
    struct form_field *repeat; /* innermost repeat around it, itself excluded */
    bool is_repeat, read_only_type;
    bool located; /* a setgeopoint fills it: the page may send it although it has no control */
    enum form_type type;
    enum form_control control;
    enum form_kind kind;
    enum form_privacy privacy;
    bool privacy_given;
    struct form_rule *rules[RULE_KINDS];
    const struct xpath *required, *readonly, *constraint, *noted_constraint;
    struct form_saying constraint_message, required_message, purpose;
    struct str preload, preload_params;
    struct form_body *body;
    struct form_node *example; /* for a repeat: what a new instance is copied from */
    struct form_node **defaults; /* further instances written in the form, for jr:count */
    size_t default_count, default_capacity;
    struct form_watches value_watches, presence_watches;
};

struct form_secondary {
    struct str id, source; /* source: the address of an attached list, empty when written in the form */
    struct form_node *instance; /* <instance id> with the list below */
};

struct form {
    struct arena *arena;
    struct str file, title, id, version, default_language;
    const struct xml_node *html;
    struct form_field **fields; /* document order */
    size_t field_count, field_capacity;
    struct map by_path;
    struct form_node *primary; /* a root with the instance as written, without templates */
    struct form_body *body;
    struct form_translation *translations;
    size_t translation_count, translation_capacity;
    struct str *media; /* addresses of pictures, sounds and films */
    size_t media_count, media_capacity;
    struct form_secondary *secondaries;
    size_t secondary_count, secondary_capacity;
    struct form_rule **rules;
    size_t rule_count, rule_capacity;
    struct form_locating *locating;
    size_t locating_count, locating_capacity;
    struct form_action *actions;
    size_t action_count, action_capacity;
    struct faults *faults;
};

/* ---- a session ---- */

struct form_place {
    bool relevant;    /* its own rule says so; `hidden` of the node joins the ancestors */
    bool waiting[RULE_KINDS];
    bool held;        /* its choices changed while the session was held */
    uint32_t round, runs; /* evaluations in this round of settling, against endless cycles */
    uint32_t list_at;     /* change (or language change) for which `choices` holds */
    const struct form_choice *choices;
    size_t choice_count;
    uint32_t everything_at; /* likewise for the whole list, once somebody asked for a label */
    const struct form_choice *everything;
    size_t everything_count;
};

struct form_due { /* a rule to run at a node */
    uint32_t rank, order;
    struct form_rule *rule;
    struct form_node *node;
};

struct form_session {
    const struct form *form;
    struct arena *arena;
    struct arena scratch; /* wound back after each evaluation; released with `arena` */
    struct form_node *document, *root;
    struct xpath_environment env;
    struct form_opening opening;
    const struct form_translation *translation;
    struct form_node **lists; /* by secondary instance: this session's own, or NULL */
    struct form_due *due; /* binary heap */
    size_t due_count, due_capacity;
    uint32_t order;       /* makes the heap stable */
    uint32_t change;      /* counts changes; facts that are kept name the change they hold for */
    uint32_t words_since; /* the change at which the language was last chosen */
    uint32_t round;
    size_t node_count;
    uint32_t next_key;
    uint64_t spent; /* steps of all evaluations in this round of settling */
    bool settling, restoring;
    bool holding; /* form_hold: no answer is taken away yet */
};

/* load.c, load_body.c, load_text.c, lists.c */
const struct xpath *form_compile(struct form *f, const struct xml_node *at, struct str expression);
void form_fault(struct form *f, enum fault_level level, const char *code, const struct xml_node *at,
                const struct str *sentence, size_t count);
#define form_error(f, code, at, ...)                                                                                \
    form_fault((f), FAULT_ERROR, (code), (at), (const struct str[]){__VA_ARGS__},                                   \
               sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
#define form_warn(f, code, at, ...)                                                                                 \
    form_fault((f), FAULT_WARNING, (code), (at), (const struct str[]){__VA_ARGS__},                                 \
               sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
struct form_field *form_resolve(struct form *f, const struct xml_node *at, struct str ref, struct form_field *context);
struct form_saying form_read_saying(struct form *f, const struct xml_node *element);
struct form_saying form_saying_of(struct form *f, const struct xml_node *at, struct str text_or_itext);
void form_read_itext(struct form *f, const struct xml_node *model);
void form_read_lists(struct form *f, const struct xml_node *model, const struct form_attachments *attachments);
/* The <instance> of an attached file, in `a`; NULL when the file cannot be read. */
struct form_node *form_read_attached(struct arena *a, struct str id, uint32_t number, const struct form_attachment *file);
void form_read_body(struct form *f, const struct xml_node *body);
void form_bind_saying(struct form *f, const struct form_saying *s, struct form_field *holder);
void form_read_action(struct form *f, const struct xml_node *element, struct form_field *owner);
bool form_is_action(const struct xml_node *element);
struct form_rule *form_add_rule(struct form *f, struct form_field *field, enum form_rule_kind kind,
                                const struct xpath *expression);

/* graph.c: rewrites an expression's paths for the field that holds it. `holder` is the node it is evaluated at. */
void form_bind_paths(struct form *f, const struct xpath *x, struct form_field *holder);
/* Fields that a path names when it is evaluated at `context` (NULL: the document). */
struct form_field_set {
    struct form_field **items;
    size_t count, capacity;
};
void form_path_fields(struct form *f, const struct xpath *x, struct form_field *context, struct form_field_set *out);
bool form_depends_on_answers(struct form *f, const struct xpath *x, struct form_field *holder);
void form_build_graph(struct form *f);

/* session.c, settle.c */
/* The value lives in the scratch arena; wind it back with the mark taken before. */
struct xpath_value form_evaluate(struct form_session *s, const struct xpath *x, const struct form_node *at);
/* As text in the session's arena. */
struct str form_evaluate_text(struct form_session *s, const struct xpath *x, const struct form_node *at);
bool form_test(struct form_session *s, const struct xpath *x, const struct form_node *at, bool otherwise);
struct str form_say(struct form_session *s, const struct form_saying *saying, const struct form_node *at);
/* The same for markdown.h: what comes from an answer is escaped, so that it can neither style nor link. */
struct str form_say_marked(struct form_session *s, const struct form_saying *saying, const struct form_node *at);
/* The guidance that belongs to a hint, for markdown.h; empty when it has none. */
struct str form_say_guidance(struct form_session *s, const struct form_saying *hint, const struct form_node *at);
/* Picture, sound and film of a translated text; NULL when it has none. */
const struct form_media *form_media_of(struct form_session *s, const struct form_saying *saying);
bool form_store(struct form_session *s, struct form_node *node, struct str value); /* true when it changed */
/* Stores whatever a person typed, settles, runs what waits for a change. */
bool form_put(struct form_session *s, struct form_node *node, struct str value);
struct form_node *form_new_instance(struct form_session *s, struct form_node *parent, const struct form_field *repeat);
void form_adjust_count(struct form_session *s, struct form_node *parent, const struct form_rule *rule);
/* Calls `visit` for every node of `field` below (or at) `from`. */
void form_each_node(struct form_session *s, struct form_node *from, const struct form_field *field,
                    void (*visit)(struct form_session *, struct form_node *, void *), void *arg);
void form_drop_instance(struct form_session *s, struct form_node *instance);
void form_due_push(struct form_session *s, struct form_rule *rule, struct form_node *node);
void form_due_subtree(struct form_session *s, struct form_node *node);
void form_value_changed(struct form_session *s, struct form_node *node);
void form_presence_changed(struct form_session *s, struct form_node *parent, const struct form_field *field);
void form_settle(struct form_session *s);
void form_run_actions(struct form_session *s, unsigned event, struct form_node *at);

/* fields.c */
struct form_node *form_step(const struct form_node *parent, struct str step, bool by_key);

/* state.c */
bool form_is_readonly(struct form_session *s, const struct form_node *node);
/* Takes out of a node's value what is no longer among its choices. */
void form_prune_choices(struct form_session *s, struct form_node *node);
struct str form_choice_label(struct form_session *s, const struct form_node *node, struct str value);
bool form_is_choice(struct form_session *s, const struct form_node *node, struct str value);
/* The form's own text for a violation; empty when it has none. */
struct str form_own_message(struct form_session *s, const struct form_node *node, enum form_violation violation);
enum form_violation form_violation_of(struct form_session *s, const struct form_node *node);

/* pages.c: a question that has to be answered, with one choice left, which the form chose by itself: nobody is asked. */
bool form_nothing_to_choose(struct form_session *s, const struct form_body *b, const struct form_node *node);
/* pages.c: the node of a field, seen from `at`: inside the repeat instances that surround `at`. */
struct form_node *form_nearest(struct form_session *s, const struct form_field *field, struct form_node *at);
/* May the person add another entry of the repeat below `parent` now? */
bool form_offers_entry(struct form_session *s, const struct form_field *repeat, struct form_node *parent);
bool form_body_visible(struct form_session *s, const struct form_body *b, struct form_node *at);
/* Calls `visit` for every visible question of a page, in order. */
void form_each_question(struct form_session *s, const struct form_page *page,
                        void (*visit)(struct form_session *, const struct form_body *, struct form_node *, void *), void *arg);
/* "q:person:3:name", for ids and links. */
struct str form_html_id(struct arena *a, const struct form_node *node);
struct form_node *form_node_of_wire_repeat(struct form_session *s, struct str name, const struct form_field **out_repeat);

/* types.c */
enum form_type form_type_named(struct str name);
struct str form_normal(struct arena *a, const struct form_field *field, struct str value);
bool form_out_of_bounds(const struct form_field *field, struct str value);
bool form_lexical(struct form_session *s, const struct form_field *field, struct str value);
/* A computed value as this type writes it: dates cut to their day, whole numbers without fraction. */
struct str form_typed(struct form_session *s, const struct form_field *field, const struct xpath_value *v);

#endif
