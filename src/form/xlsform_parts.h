/* xlsform_parts.h: the inside of the XLSForm reader; only xlsform*.c include it.
 *
 * workbook --xlsform_table.c--> rows of known columns --xlsform_choices.c, xlsform_survey.c, xlsform_question.c,
 * xlsform_entities.c--> a tree of elements --xlsform_itext.c, xlsform_write.c--> XForm text. xlsform_lexer.c and
 * xlsform_reference.c know ${names} and how they become paths. Faults are collected on the way; nothing is written
 * when there is an error.
 */
#ifndef FORM_XLSFORM_PARTS_H
#define FORM_XLSFORM_PARTS_H

#include "base/map.h"
#include "form/xlsform.h"

/* ---- texts and named values ---- */

struct word {
    struct str language, text;
};

/* A text, or the same text in several languages. */
struct words {
    struct word *items;
    size_t count, capacity;
    bool translated; /* false: one item, whose language is empty */
};

struct pair {
    struct str key;
    struct words value;
};

struct pairs {
    struct pair *items;
    size_t count, capacity;
};

struct words words_plain(struct arena *a, struct str text);
struct str words_first(const struct words *w);
/* Adds a text; a plain text met before or later becomes that of `default_language` when others are translated. */
void words_add(struct arena *a, struct words *w, bool translated, struct str language, struct str text,
               struct str default_language);
struct words *pairs_find(const struct pairs *p, const char *key);
struct words *pairs_at(struct arena *a, struct pairs *p, struct str key); /* found or new */
void pairs_set(struct arena *a, struct pairs *p, const char *key, struct str text);
struct str pairs_text(const struct pairs *p, const char *key); /* STR_NONE when absent */
struct pairs pairs_copy(struct arena *a, const struct pairs *p);

/* ---- sheets as tables ---- */

enum column_group { COLUMN_PLAIN, COLUMN_BIND, COLUMN_CONTROL, COLUMN_INSTANCE, COLUMN_MEDIA };

struct column {
    int number;
    struct str header; /* as written */
    enum column_group group;
    struct str key;      /* canonical: "label", "relevant" … or as written when it is none of ours */
    struct str language; /* what follows the name; p == NULL when nothing does */
    bool known;
};

struct table_cell {
    const struct column *column;
    struct str text;
};

struct table_row {
    int number;
    struct table_cell *cells;
    size_t count, capacity;
};

struct table {
    const char *name; /* "survey" … */
    bool present;
    int header_row;
    struct column *columns;
    size_t column_count;
    struct table_row *rows;
    size_t count;
};

/* ---- choices ---- */

struct choice {
    struct str name, sms_option;
    struct words label;
    struct pairs media, extra;
    int row;
};

struct choice_list {
    struct str name;
    struct choice *items;
    size_t count, capacity;
    bool needs_itext, used_by_search;
};

/* ---- the tree ---- */

enum element_kind {
    ELEMENT_SURVEY, ELEMENT_GROUP, ELEMENT_REPEAT, ELEMENT_LOOP, ELEMENT_QUESTION, ELEMENT_INSTANCE, /* csv-external … */
    ELEMENT_ENTITY, ELEMENT_ATTRIBUTE, ELEMENT_ENTITY_LABEL
};

enum question_class { CLASS_NONE, CLASS_INPUT, CLASS_SELECT, CLASS_TRIGGER, CLASS_UPLOAD, CLASS_OSM, CLASS_RANGE, CLASS_GEO };

struct question_type {
    const char *name;
    const char *tag; /* of the control; NULL when it has none */
    const char *media_type;
    const char *bind_type, *readonly, *constraint, *preload, *preload_params;
    const char *hint;
    enum question_class class;
};

struct action {
    const char *name, *event; /* "setvalue", "odk-instance-first-load" … */
    struct str value, quality;
};

struct triggered {
    struct element *target;
    struct str value;
    bool geopoint;
};

struct element {
    enum element_kind kind;
    const struct question_type *type; /* of questions */
    struct str name;
    struct words label, hint, guidance;
    struct pairs bind, control, instance, media, parameters;
    bool has_bind;
    struct str default_value, choice_filter, itemset, query;
    bool dynamic_default, bodyless, flat, is_calculate, is_search;
    bool has_loose_media; /* a column `media` without a kind: it says nothing, but stands for a label */
    struct str *triggers;
    size_t trigger_count, trigger_capacity;
    struct triggered *triggered; /* what this question's changes set */
    size_t triggered_count, triggered_capacity;
    struct action actions[4];
    size_t action_count;
    struct choice_list *choices; /* its list, or the tags of osm, or the columns of a loop */
    struct str value;            /* of an attribute */
    struct element *parent, *first, *last, *next;
    int row;
    struct str path;
};

struct xlsform {
    struct arena *arena;
    const struct workbook *workbook;
    struct faults *faults;
    bool for_collect, for_page; /* struct xlsform_options */

    struct table survey, choices, settings, entities, external_choices, osm;
    struct pairs set;        /* settings: canonical name -> text */
    struct pairs attributes; /* settings attribute::x */
    struct str root_name, id, title, default_language;
    bool clean_text;

    struct map lists, external_lists, osm_lists; /* name -> struct choice_list */
    struct element *root;
    struct map elements;    /* name -> struct element, or &xlsform_ambiguous */
    struct map name_counts; /* names of the survey sheet -> struct name_count */
    struct map secondary;   /* names of secondary instances */
    struct map repeat_names, question_names;
    struct map entity_lists;      /* list_name -> struct entity (xlsform_entities.c) */
    const char *entities_version; /* NULL: no entities */
    bool uses_lingban;
    struct itext *itext;
};

struct name_count {
    int count;
};

extern struct element xlsform_ambiguous;

/* ---- faults ---- */

struct place xlsform_place(const struct xlsform *x, const char *sheet, int row, int column);
/* Column number of a cell of the row by canonical key; 0 when the row has none. */
struct place xlsform_row_place(const struct xlsform *x, const struct table *t, const struct table_row *row, const char *key);

/* ---- xlsform_table.c ---- */

void xlsform_read_tables(struct xlsform *x);
struct str table_text(const struct table_row *row, const char *key); /* plain column; STR_NONE when empty */
bool table_has_column(const struct table *t, const char *key);
/* " Did you mean the sheet “…”?" candidates among the workbook's other sheets; STR_NONE when none is near. */
struct str xlsform_similar_sheet(const struct xlsform *x, const char *wanted);
bool xlsform_yes(struct str s); /* yes, true, true() in the usual cases */

/* ---- xlsform_types.c ---- */

const struct question_type *question_type_named(struct str name);
struct str question_type_canonical(struct str written); /* image -> photo … */
enum control_word { CONTROL_WORD_NONE, CONTROL_WORD_BEGIN, CONTROL_WORD_END };
/* "begin repeat", "end_group", "begin loop over LIST". */
enum control_word control_word_parse(struct str type, enum element_kind *out_kind, struct str *out_list);

struct select_words {
    struct str command;
    const char *type; /* "select one", "select all that apply", "select one external", "rank" */
    struct str list;
    bool or_other, from_file;
};
bool select_parse(struct str type, struct select_words *out);
/* A type whose spelling is near; STR_NONE when none is. */
struct str question_type_near(struct arena *a, struct str written);
size_t edit_distance(struct str a, struct str b);

/* ---- xlsform_lexer.c ---- */

enum lexeme_kind {
    LEXEME_OTHER, LEXEME_SPACE, LEXEME_NUMBER, LEXEME_MATH, LEXEME_UNION, LEXEME_PATH, LEXEME_LITERAL, LEXEME_CLOSE,
    LEXEME_REFERENCE, LEXEME_CALL, LEXEME_PREDICATE, LEXEME_PREDICATE_END, LEXEME_NAME
};

struct lexeme {
    enum lexeme_kind kind;
    size_t from, to;
};

/* The next piece of an expression at *at; false at the end. Never fails: what is unknown is LEXEME_OTHER. */
bool lexeme_next(struct str s, size_t *at, struct lexeme *out);
bool is_xml_name(struct str s);         /* NCName, or prefix:NCName */
size_t ncname_length(struct str s, size_t at); /* 0 when none starts there */
bool default_is_dynamic(struct str value, const struct question_type *type);
/* Where instance('x')/root/… expressions stand in a text. */
struct span {
    size_t from, to;
};
size_t instance_spans(struct str text, struct span *spans, size_t limit);

/* ---- xlsform_reference.c ---- */

struct reference {
    size_t from, to; /* of ${…} in the text */
    struct str name;
    bool last_saved;
};
/* The next well-formed ${name} at or after *at. */
bool reference_next(struct str s, size_t *at, struct reference *out);
bool has_reference(struct str s);
bool is_reference(struct str s); /* nothing but one ${name} */
bool has_last_saved(struct str s);
/* True unless a ${…} is malformed. */
bool references_well_formed(struct str s);
void xlsform_check_references(struct xlsform *x);
void xlsform_index_elements(struct xlsform *x);

/* ---- xlsform_names.c ---- */

void xlsform_check_names(struct xlsform *x);
/* The next prefix="uri" of the setting `namespaces`; those that XML does not allow are passed over. */
bool xlsform_next_namespace(struct str *rest, struct str *out_prefix, struct str *out_uri);

/* ---- xlsform_expressions.c ---- */

void xlsform_check_expressions(struct xlsform *x);

enum path_mode { PATH_PLAIN = 0, PATH_CURRENT = 1, PATH_PARENT = 2 };
/* Every ${name} replaced by its path as seen from `context` (NULL: absolute). */
struct str xlsform_paths(struct xlsform *x, struct str text, struct element *context, enum path_mode mode);
/* One ${name} of `text`, likewise. */
struct str xlsform_path_of(struct xlsform *x, struct str text, const struct reference *r, struct element *context,
                           enum path_mode mode);
struct str element_path(struct xlsform *x, struct element *e);
struct element *element_named(struct xlsform *x, struct str name); /* NULL when unknown or ambiguous */

/* ---- building ---- */

void xlsform_read_settings(struct xlsform *x);
void xlsform_read_choices(struct xlsform *x);
struct choice_list *choice_list_named(const struct map *lists, struct str name);
void xlsform_read_entities(struct xlsform *x); /* declarations, before the survey */
void xlsform_read_survey(struct xlsform *x);
void xlsform_apply_entities(struct xlsform *x); /* after it */
/* save_to of a row in that container, and its being named in the entities sheet. `question` is NULL for rows that begin
 * or end a group: those cannot be saved. */
void xlsform_note_entity_use(struct xlsform *x, const struct table_row *row, struct element *container, struct element *question,
                             struct str name);

struct element *element_new(struct xlsform *x, enum element_kind kind, struct str name, int row);
void element_append(struct element *parent, struct element *child);
struct element *element_after(const struct element *e, const struct element *root); /* next in document order */
struct element *element_repeat_above(const struct element *e);
void element_use_type(struct xlsform *x, struct element *e, const struct question_type *type);
void element_act(struct element *e, const char *name, const char *event, struct str value);
/* Type-specific parameters and checks; false when the row is at fault. */
bool question_finish(struct xlsform *x, struct element *e, const struct table_row *row);
bool select_finish(struct xlsform *x, struct element *e, const struct table_row *row, const struct select_words *words);
bool parameters_read(struct xlsform *x, struct element *e, const struct table_row *row);
struct str file_extension(struct str list, struct str *out_stem); /* ".csv"; empty when none of ours */

/* ---- writing ---- */

struct itext_value {
    struct str form, text; /* form: "long", "guidance", "image" … */
    struct element *context;
};
struct itext_entry {
    struct str id;
    struct itext_value *values;
    size_t count, capacity;
};
struct itext_language {
    struct str name;
    struct map ids; /* id -> index + 1 in entries */
    struct itext_entry *entries;
    size_t count, capacity;
};
struct itext {
    struct itext_language *languages;
    size_t count, capacity;
};
struct out;
void xlsform_collect_itext(struct xlsform *x);
struct str xlsform_write(struct xlsform *x);
void xlsform_write_model(struct xlsform *x, struct out *o);
void xlsform_write_body(struct xlsform *x, struct out *o);
/* <setvalue> and its like: those for new rounds of a repeat, or all others. */
void xlsform_write_actions(struct xlsform *x, struct out *o, struct element *e, bool in_repeat);
/* Id of a translated text of an element: "/data/age:label". */
struct str itext_id(struct xlsform *x, struct element *e, const char *what);
struct str itext_ref(struct xlsform *x, struct element *e, const char *what); /* jr:itext('…') */
bool needs_itext(const struct element *e); /* for its label */
bool message_needs_itext(const struct words *w, const char *key);

/* Writer of indented XML, two spaces a level. Text and elements are not mixed but by out_text_element. */
struct out {
    struct buf buf;
    struct str open[128]; /* deeper than groups can nest (xlsform_survey.c) */
    int depth;
    bool tag_open; /* the start tag waits for its > */
};
void out_open(struct out *o, struct str name);
void out_attr(struct out *o, struct str name, struct str value);
void out_close(struct out *o);
void out_leaf(struct out *o, const char *name, struct str text); /* <name>text</name>, or <name/> */
void out_named_leaf(struct out *o, struct str name, struct str text);
/* Text with ${names} and instance() expressions as <output value="…"/>, inside the element just opened; closes it. */
void out_text_close(struct xlsform *x, struct out *o, struct str text, struct element *context);

#endif
