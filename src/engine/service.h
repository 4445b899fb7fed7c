/* service.h: a service folder, read, checked and compiled.
 *
 * The folder's files are rows of service_file (journalled by service.deploy); what is compiled from them is kept in
 * memory a version, immutable, shared by all threads, for as long as the engine lives: a running case stays on its
 * version. service_load is also what `lingban service check` calls: it reports every fault with file and place.
 * The contract of service.yaml is docs/service-folder.md. Read next: process.c, viewer.h, web's views.
 */
#ifndef ENGINE_SERVICE_H
#define ENGINE_SERVICE_H

#include "base/json.h"
#include "bpmn/model.h"
#include "dmn/dmn.h"
#include "form/form.h"
#include "store/store.h"

struct engine_room; /* engine.h */
struct engine;

struct service_file {
    struct str path, content; /* content decoded */
};

/* A text in both languages. */
struct text_pair {
    struct str zh, en;
};
/* The member of service.yaml: {zh: …, en: …}, or one text for both; empty when there is none. */
struct text_pair text_pair_of(const struct json *in, const char *name);
struct str text_pair_in(struct text_pair t, enum language language);

struct service_form {
    struct str file; /* "request.xml" */
    const struct form *form;
};

/* "-- chart: stacked": parts of one whole; "panels": measures that share no scale; "none". Left out: bars side by side,
 * a line over months. */
enum query_chart { QUERY_CHART_PLAIN, QUERY_CHART_STACKED, QUERY_CHART_PANELS, QUERY_CHART_NONE };

/* A named query over the v_… views: a fact for decisions, or a figure (reports.sql, facts.sql). */
struct service_query {
    struct str name, sql;
    struct text_pair title;
    bool office; /* "-- audience: office": not for outsiders */
    bool confidential; /* "-- small: hidden": small numbers are not said to the offices either */
    struct str things; /* "-- things: all" or names of columns, with commas: whole numbers that count no people */
    enum query_chart chart;
    struct str choices; /* "-- choices: PATHS": a report's cells that are values of these questions are shown by their labels */
    int line; /* in its file */
};

/* Which answer of the main form means what to the house. Paths; empty where the form has none. */
struct service_meaning {
    struct str name, phone;          /* of the person the case is for */
    const struct str *address;       /* answers that make the address together: building and room */
    size_t address_count;
    struct str household;            /* id of a household chosen by staff */
    struct str organisation;         /* id of the office that is to answer */
    struct str rating;               /* name of the process variable with 1 to 5; "rating" when not said */
    const struct str *title;         /* public or office answers that make the title */
    size_t title_count;
    bool title_names_offices;        /* one of them is chosen from the list of offices */
    bool numbered;                   /* titles repeat: pages put the end of the case's number behind them */
    const struct str *item;          /* answers in a repeat that say what one item is; none: the title's */
    size_t item_count;
    bool about_things;               /* "about: things": its cases are nobody's own matter (works, questions, shifts) */
    struct str joins;                /* reference of a public case that this one is about, too ("me too") */
    struct str activity;             /* number of the activity that one signs up for */
    const struct str *alike;         /* answers that make two cases look alike when all are equal */
    size_t alike_count;
};

/* What will happen to a case, as the service's page says it (way.c). */
struct service_way {
    struct text_pair when; /* which cases go this way; empty: all */
    const int32_t *steps;  /* elements of the process, in order; each has a name */
    size_t count;
};

struct service {
    int64_t version, number;
    struct str id, hash;
    struct text_pair name, summary;
    struct json *yaml;               /* the whole service.yaml, for what views and papers say */
    const struct form *form;         /* the main form */
    struct str form_file;
    const struct service_form *forms; /* all, the main one first */
    size_t form_count;
    const struct bpmn_model *process;
    const struct bpmn_plan *picture[LANGUAGE_COUNT]; /* of it, to be marked for a case (bpmn/picture.h); NULL: nothing to draw */
    const struct service_way *ways;  /* one, or one a kind of case */
    const int32_t *sometimes;        /* steps that only some cases come by, and that are in no way */
    size_t way_count, sometimes_count;
    const struct dmn_model *rules;   /* NULL: none */
    struct service_meaning means;
    int deadline_days;               /* working days for a whole case; 0: none */
    int retention_days;              /* after the end, so long it keeps who it is about; 0: until somebody erases it */
    bool deadline_calendar;          /* calendar days instead */
    struct text_pair deadline_words; /* what the page says instead of a number of days; then no page says the day either */
    struct json *settings;           /* object: variables every case starts with */
    const struct service_query *facts, *reports;
    size_t fact_count, report_count;
    const struct service_file *files;
    size_t file_count;
    struct map words;                /* Chinese → struct str *: i18n/en.po, then what the forms say in both languages */
    struct text_pair *phrases;       /* those of i18n/en.po with {0} in them */
    size_t phrase_count;
};

/* What a list of services says of one, from its service.yaml alone: compiling all of them to show their names would
 * take a megabyte and ten milliseconds each. */
struct service_heading {
    int64_t version;
    struct str id;
    struct text_pair name, summary;
    const struct json *yaml;
    int64_t order;   /* place among the services of the town, from 1; 1000 when not said */
    bool for_office; /* service_for_office */
};

/* Reads and checks a folder's files. What can be used is returned even with faults (NULL when there is no usable
 * service.yaml); a folder with errors is not deployed. `rules_too`: also lingban's own rules (a wait without somebody
 * responsible …); `store` checks SQL when not NULL; `rooms` bring service tasks beside the engine's own, and know more
 * entries of service.yaml (ends with NULL; NULL: none). */
const struct service *service_load(struct arena *a, const struct service_file *files, size_t count, struct store *store,
                                   const struct engine_room *const *rooms, bool rules_too, struct faults *faults);
bool service_calls(const struct service *s, const char *job); /* is there a service task of this name in its process? */
bool service_for_office(const struct service *s); /* audience: office: neither offered to residents nor opened by them */
bool service_opened_by_office(const struct service *s); /* that, or opened_by: office: everybody reads its page, staff open its cases */
/* The way of a case from way: or the process, held against the process when `check` (way.c). */
void service_ways_load(struct arena *a, struct service *s, bool check, struct faults *faults);
const struct service_form *service_form_named(const struct service *s, struct str name); /* "visit" or "visit.xml" */
const struct form_field *service_field(const struct service *s, struct str path); /* a question of the main form, else of another; or NULL */
const struct service_file *service_file_named(const struct service *s, struct str path);
/* The picture, sound or film that a form names "jr://images/map.png": map.png in the folder, in media/ or images/ of it. */
const struct service_file *service_media(const struct service *s, struct str uri);
/* Lists of this moment that a form may attach by address; empty when it asks for none. Without `db` they have no rows.
 * Of the engine's rooms come others, such as a register's entries; `e` NULL: none of those.
 *   jr://file-csv/offices.csv   every organisation that is not closed: name (its id), label, kind, under (id of its parent),
 *                               roles (that somebody holds at it; blanks between them)
 *   jr://file-csv/people.csv    every account that is not closed: name (its login), label, unit (id of an organisation), roles
 *                               (blanks between them); only for forms that residents do not see (check.c)
 *   jr://file-csv/case.csv      of a task's form: the public and office answers the case was opened with: name and label (both the value), question
 *                               (the last part of its path), position (in a repeat, from 1; else 0). `of_case` 0: none */
#define SERVICE_PEOPLE "jr://file-csv/people.csv"
/* `form` NULL: all of them. */
struct form_attachments service_lists(struct engine *e, struct arena *a, struct db *db, const struct form *form, int64_t of_case, enum language language);
/* SHA-256 over the sorted list of path, size and hash of content, in hex. */
struct str service_files_hash(struct arena *a, const struct service_file *files, size_t count);

/* ---- its words in the language of the page (words.c) */

/* Reads i18n/en.po and what the forms, read already, say in both languages. */
void service_words_load(struct arena *a, struct service *s);
/* A name as it is: of a step, an end, a choice. */
struct str service_word(const struct service *s, enum language language, struct str zh);
/* What a rule or a message says: as a whole, as a phrase of i18n/en.po with values in it, or part by part: lines, what stands
 * between “；”, sentences. */
struct str service_words(struct arena *a, const struct service *s, enum language language, struct str zh);

/* The compiled versions of one engine. */
struct services;
struct services *services_open(struct arena *a);
void services_close(struct services *s);
/* Compiled from the store when it is not known yet; NULL when there is no such version. Any thread. */
const struct service *services_get(struct services *s, struct db *db, int64_t version);
/* The version new cases get; NULL when the service is not deployed. */
const struct service *services_current(struct services *s, struct db *db, struct str id);
/* What its service.yaml says of it, without compiling it; NULL when there is no such version. Any thread. */
const struct service_heading *services_heading(struct services *s, struct db *db, int64_t version);
/* Headings of all current versions, in the order that pages show: `order` of service.yaml, then id. The list is the arena's. */
size_t services_all(struct services *s, struct db *db, struct arena *a, const struct service_heading ***out);
/* A role of the house, or of a service that is deployed now. */
bool role_exists(struct services *s, struct db *db, struct arena *a, struct str role);
#define ROLE_UNKNOWN T("There is no role “{0}”: neither the house nor a service that is deployed has one of that name.")

#endif
