/* form.h: a form and one person's answers to it (ODK XForms 1.0, https://getodk.github.io/xforms-spec/).
 *
 * XForm text -> form_load -> struct form: immutable, may be shared between threads as long as its arena lives.
 * form + clock, zone, seed, language -> form_open -> struct form_session: one filling, belongs to one thread. Every
 * change (form_set, form_add, form_remove, form_set_language) re-evaluates what depends on it and nothing else.
 * No clock, file or chance is read here: they come in as arguments (DESIGN.md section 3).
 *
 * A *path* names a question: /data/person/name. A *reference* names one place for an answer: /data/person[2]/name,
 * with a 1-based position at every repeat instance. Where ODK's own engines disagree, the choices are listed in
 * README.md. Read next: render.h (the form as pages), xpath.h (its expressions), model.h (inside).
 */
#ifndef FORM_FORM_H
#define FORM_FORM_H

#include "base/fault.h"
#include "base/time.h"

struct form;
struct form_session;
struct form_field; /* a question, group, repeat or hidden value of the form */
struct form_node;  /* a place in one session's answers */

#define FORM_NS_LINGBAN "https://lingban.org/ns/form"

/* ---- the form ---- */

/* What may be seen by whom (DESIGN.md section 5). Left out: personal for text, images, sound, files and places,
 * office for the rest. `lingban:privacy` on the bind. */
enum form_privacy { FORM_PUBLIC, FORM_OFFICE, FORM_PERSONAL, FORM_SENSITIVE };

enum form_type {
    FORM_STRING, FORM_INT, FORM_DECIMAL, FORM_BOOLEAN, FORM_DATE, FORM_TIME, FORM_DATETIME,
    FORM_GEOPOINT, FORM_GEOTRACE, FORM_GEOSHAPE, FORM_BINARY, FORM_BARCODE,
    FORM_GROUP /* holds questions, no answer of its own */
};

enum form_control {
    FORM_NO_CONTROL, /* calculated, hidden or metadata */
    FORM_INPUT, FORM_SELECT_ONE, FORM_SELECT_MANY, FORM_RANK, FORM_TRIGGER, FORM_UPLOAD, FORM_RANGE,
    FORM_GROUP_CONTROL, FORM_REPEAT
};

/* `lingban:kind` on the bind: what a text stands for, with its own check (kinds.h). */
enum form_kind { FORM_PLAIN, FORM_PHONE, FORM_CN_ID, FORM_USCC, FORM_DIVISION };

enum form_text { FORM_LABEL, FORM_HINT, FORM_GUIDANCE, FORM_PURPOSE, FORM_TEXTS };

/* One file that a form refers to: jr://file-csv/x.csv, jr://file/x.xml, jr://file/x.geojson. */
struct form_attachment {
    struct str uri, media_type, text; /* media type may be empty: the ending decides */
};

struct form_attachments {
    const struct form_attachment *items;
    size_t count;
};

/* NULL with faults when the text is no XForm or is unsafe to run; faults at level warning leave a usable form.
 * Everything lives in `arena`, including copies of what is needed from the text. 4 MiB, 20,000 fields at most. */
const struct form *form_load(struct arena *arena, struct str xform, const struct form_attachments *attachments,
                             struct str file, struct faults *faults);

/* Does it refer to a list at that address ("jr://file-csv/offices.csv")? */
bool form_attaches(const struct form *form, struct str uri);
/* All secondary instances by number; the address is empty for one that is written in the form. */
size_t form_attached_count(const struct form *form);
struct str form_attached_at(const struct form *form, size_t i);

/* Pictures, sounds and films that its texts name, by number and each once per place: "jr://images/map.png". */
size_t form_media_count(const struct form *form);
struct str form_media_at(const struct form *form, size_t i);

struct str form_title(const struct form *form);
struct str form_id(const struct form *form);      /* the id attribute of the primary instance's root */
struct str form_version(const struct form *form); /* empty when it has none */

/* Names of the itext translations in the order written; none when the form has one language only. */
size_t form_language_count(const struct form *form);
struct str form_language(const struct form *form, size_t index);
/* The translation that serves a page in `language` ("zh", "zh-CN", "中文 (zh)", "Chinese" …), else the default. */
struct str form_language_for(const struct form *form, enum language language);

/* Everything in the primary instance in document order, groups and hidden values included. */
size_t form_field_count(const struct form *form);
const struct form_field *form_field_at(const struct form *form, size_t index);
const struct form_field *form_field_find(const struct form *form, struct str path);

struct str form_field_path(const struct form_field *field);
struct str form_field_name(const struct form_field *field);
enum form_type form_field_type(const struct form_field *field);
enum form_control form_field_control(const struct form_field *field);
enum form_kind form_field_kind(const struct form_field *field);
enum form_privacy form_field_privacy(const struct form_field *field);
const struct form_field *form_field_repeat(const struct form_field *field); /* innermost repeat around it, or NULL */
/* A value without a control that opening the form again would not give: where the device was (setgeopoint), when the form was
 * opened, by whom (preloads). Whoever sends the answers on must send it along. */
bool form_field_kept(const struct form_field *field);
/* May anything ever give it an answer beside what the form is written with: a control, a calculation, a preload, an action? */
bool form_field_answered(const struct form_field *field);
/* Value of an attribute on the body control, such as "appearance" or "mediatype"; empty when absent. */
struct str form_field_attribute(const struct form_field *field, const char *name);
/* Label, hint, guidance or purpose in that translation (empty = default), outputs left blank, without the marks of markdown.h;
 * empty when it has none. */
struct str form_field_text(struct arena *arena, const struct form *form, const struct form_field *field,
                           enum form_text which, struct str language);

/* Every text of the form that both translations have: labels, choices, hints; without those that speak of answers. */
void form_each_word(const struct form *form, struct arena *arena, struct str from, struct str to,
                    void (*each)(void *arg, struct str text, struct str translated), void *arg);

/* ---- one filling ---- */

struct form_opening {
    instant now;        /* for now(), today(), start, end; the same all through the session */
    int offset_seconds; /* local time minus UTC, unless offset_at says otherwise */
    int (*offset_at)(const void *zone, instant t); /* may be NULL: the offset is fixed */
    const void *zone;
    uint64_t seed;        /* random(), uuid(), randomize() without seed, uid preload; equal seeds give equal answers */
    struct str language;  /* an itext translation; empty = the form's default */
    struct str username, phone, email, device; /* property preloads; may be empty */
    /* Lists of this moment, such as the offices of a town or a register's entries: they stand in for the attachments
     * of the same address that the form was loaded with. Borrowed only while opening. */
    struct form_attachments lists;
};

/* A new, blank filling: defaults, preloads, first-load actions and calculations done. The session lives in `arena`
 * and borrows `form`. */
struct form_session *form_open(const struct form *form, struct arena *arena, const struct form_opening *opening);

const struct form *form_of(const struct form_session *session);
struct form_node *form_root(struct form_session *session);
/* The place a reference names; a repeat left without a position means its first instance. NULL when there is none. */
struct form_node *form_find(struct form_session *session, struct str reference);
const struct form_field *form_node_field(const struct form_node *node);
struct str form_node_reference(struct arena *arena, const struct form_node *node);
struct form_node *form_node_parent(const struct form_node *node);
struct form_node *form_node_first(const struct form_node *node); /* first child place */
struct form_node *form_node_next(const struct form_node *node);  /* next sibling place */

/* The lexical value: several choices separated by spaces, dates in ISO 8601, "OK" for a trigger, empty clears.
 * Stored even when it breaks a constraint (the state says so); what cannot be of the type at all is stored too and
 * is a FORM_NOT_OF_TYPE. False when the node takes no answer (group, readonly, calculated). */
bool form_set(struct form_session *session, struct form_node *node, struct str value);
/* Between these two, answers may come in any order: a filter takes an answer away only at the release, when those it looks
 * at are in. Everything else follows each answer at once. */
void form_hold(struct form_session *session);
void form_release(struct form_session *session);
/* One more instance at the end of that repeat, inside the group `parent` instance it stands in. NULL when the
 * repeat's count is computed or the limit (1,000 instances) is reached. */
struct form_node *form_add(struct form_session *session, struct form_node *parent, const struct form_field *repeat);
bool form_remove(struct form_session *session, struct form_node *instance);
/* Number of instances of `repeat` inside `parent`. */
size_t form_count(const struct form_session *session, const struct form_node *parent, const struct form_field *repeat);
bool form_set_language(struct form_session *session, struct str language); /* false: no such translation */

enum form_violation { FORM_NO_VIOLATION, FORM_REQUIRED, FORM_NOT_OF_TYPE, FORM_CONSTRAINT, FORM_NOT_A_CHOICE };

/* Addresses as written in the form, "jr://images/map.png"; empty without. */
struct form_media {
    struct str image, big_image, audio, video;
};

struct form_choice {
    struct str value, label;
    struct form_media media;
};

/* Borrowed until the next change of the session. A node that is not relevant has no other facts. */
struct form_state {
    bool relevant, required, readonly, valid;
    enum form_violation violation;
    struct str value;
    struct str message; /* the form's own text for the violation; empty when it has none */
    struct str label, hint, purpose; /* in the session's language, outputs filled in */
};

struct form_state form_state(struct form_session *session, const struct form_node *node);
bool form_relevant(const struct form_node *node);
struct str form_value(const struct form_node *node); /* the raw stored value, even when not relevant */
/* The choices open to this node now, filtered and in order. *out is borrowed until the next change. */
size_t form_choices(struct form_session *session, const struct form_node *node, const struct form_choice **out);
/* The question's list as a whole, also what its filter leaves out now: what stored answers may be. Borrowed likewise. */
size_t form_all_choices(struct form_session *session, const struct form_node *node, const struct form_choice **out);
/* The label of a value in the question's list as a whole, also when its filter leaves it out now: for stored answers, which are
 * read without the others. Plain words; empty when the list has no such value. */
struct str form_value_label(struct form_session *session, const struct form_node *node, struct str value);
/* The form's own words for a violation, else ours in `language` (a complete sentence). Empty when valid. */
struct str form_explain(struct form_session *session, const struct form_node *node, enum language language);

/* Runs what belongs to the end of a filling (odk-instance-… and xforms-revalidate, preload "end") and counts the
 * relevant nodes that are not valid. 0: it may be submitted. */
size_t form_finish(struct form_session *session);

/* ---- answers in and out ---- */

/* One typed row an answer (DESIGN.md section 7). */
struct form_answer {
    struct str path;     /* /data/person/name */
    struct str position; /* of the repeat instances around it, outermost first: "", "2", "1.3" */
    struct str key;      /* the same with the instances' lasting keys: removing one does not rename the others */
    struct str value;
    enum form_type type;
    enum form_privacy privacy;
    const struct form_field *field;
};

/* Relevant, non-empty answers in document order; `*out` lives in `arena`. An empty repeat instance has a row of
 * its own (path of the repeat, empty value, FORM_GROUP), so that it comes back. */
size_t form_answers(struct form_session *session, struct arena *arena, const struct form_answer **out);
/* Where an answer stands, with a position at every repeat instance: /data/person[2]/name. */
struct str form_answer_reference(struct arena *arena, const struct form_answer *answer);
/* Puts stored rows into a session that was just opened; rows of unknown paths are warnings. Only path, value and
 * key (or position, when key is empty) are read. Calculations run once, after the last row. */
void form_restore(struct form_session *session, const struct form_answer *rows, size_t count, struct faults *faults);

/* The answer document: relevant nodes only when `relevant_only`, as it is submitted. */
void form_put_xml(struct form_session *session, struct buf *out, bool relevant_only);
/* The reverse, into a session that was just opened (a submission that came in through OpenRosa). False with faults
 * when it is not an answer to this form. */
bool form_restore_xml(struct form_session *session, struct str xml, struct str file, struct faults *faults);

#endif
