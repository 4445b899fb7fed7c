/* registry.h: registers: lists of things kept up over time, and who answers for each of them (责任人).
 *
 * A service folder defines its registers (service.yaml, registers:): fields with type and privacy, kinds of duty, who
 * may look. Entries are put, changed and closed by commands; every value that changed leaves a row, so that a register
 * tells its own history. Semantics of a list in forms: ODK Entity Lists (getodk.github.io/xforms-spec/entities):
 * `select_one_from_file SERVICE_REGISTER.csv` offers the open entries, `name` being the entry's key.
 * Duties are dated and belong to a person or a unit; a person with two duties is one person (v_duties.holder).
 *
 * Who has retired or moved away no longer answers: each duty they had is red until somebody else has it.
 *
 * Commands: register.put, register.import, register.close, duty.assign, duty.end, duty.leave; by the clock register.remind.
 * Service tasks: lingban:register.put, lingban:register.get.
 * Views for facts.sql and reports.sql: v_entities, v_entity_values, v_duties, v_reminders.
 * Reading order: schema.sql, this, definition.c, put.c, duty.c, remind.c, get.c, lists.c.
 */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H

#include "engine/engine.h"

extern const char schema_registry[];
extern const struct engine_room registry_room;

enum field_type { FIELD_TEXT, FIELD_INTEGER, FIELD_DECIMAL, FIELD_DATE, FIELD_CHOICE };
enum field_privacy { FIELD_PUBLIC, FIELD_OFFICE, FIELD_PERSONAL };

struct register_word { /* a choice of a field, a kind of duty */
    struct str name;
    struct text_pair label;
};

struct register_field {
    struct str name;
    struct text_pair label;
    enum field_type type;
    enum field_privacy privacy;
    bool required;
    bool reminds;    /* of a date: whoever answers for the entry is reminded … */
    int remind_days; /* … so many days after it; before it when negative */
    const struct register_word *choices;
    size_t choice_count;
};

struct register_definition {
    struct str service, name;
    struct text_pair label;
    bool is_public; /* audience: public: everybody sees the public fields */
    const struct register_field *fields;
    size_t field_count;
    const struct register_word *duties;
    size_t duty_count;
    struct str paper; /* name of a page under print/ that shows one entry; empty: none */
};

/* The register of that name; NULL when service.yaml has none. In the arena; borrows from the service. */
const struct register_definition *register_find(struct arena *a, const struct service *s, struct str name);
size_t register_all(struct arena *a, const struct service *s, const struct register_definition **out);
/* "SERVICE_REGISTER" apart; false when it is not two names. */
bool register_address(struct str text, struct str *service, struct str *name);
const struct register_field *register_field_named(const struct register_definition *r, struct str name);
struct str register_word_in(const struct register_word *words, size_t count, struct str name, enum language language);

/* Is this a value of the field's type? An empty one is, where the field may be left empty. The sentence says what is
 * wanted, with the field's label as its argument. */
bool field_value_good(const struct register_field *f, struct str value, struct str *out_sentence);

/* The event kinds (event.h); ends with a NULL name. */
extern const struct event_kind registry_event_kinds[];

/* The CSV of a register for forms: name (the key), label, and the fields that are not personal. */
struct str register_csv(struct arena *a, struct db *db, struct str name, enum language language);

/* ---- for the commands of this room (put.c, duty.c) */

struct entity_row {
    int64_t id, organisation, party;
    struct str service, name, key, label;
    bool closed;
};
bool entity_load(struct decision *d, int64_t id, struct entity_row *out); /* 404 when there is none */
/* Staff of the service at the office that keeps it (0: anywhere), or the system; else a refusal. */
bool register_keeper(struct decision *d, struct str service, int64_t organisation);
void entity_changed(struct decision *d, int64_t entity, struct str field, struct str before, struct str after);
/* The definition in the current version of the service; NULL with a refusal. */
const struct register_definition *register_wanted(struct decision *d, struct str service, struct str name);

bool decide_register_put(struct decision *d);
bool decide_register_import(struct decision *d);
bool decide_register_close(struct decision *d);
bool decide_duty_assign(struct decision *d);
bool decide_duty_end(struct decision *d);
bool decide_duty_leave(struct decision *d);
bool decide_register_remind(struct decision *d);
/* The reminder of a date that was put; `value` empty: none any more. `quiet`: a day that has come already counts as told,
 * as for an imported list of old entries. */
void register_remind_of(struct decision *d, int64_t entity, const struct register_field *f, struct str value, bool quiet);
bool register_due(struct engine *e, struct db *db, struct arena *a, instant now, size_t skip, struct command **out);
/* Whoever answers for an entry: those with a duty who are still there, else the staff of the office that keeps it. */
void register_tell(struct decision *d, const struct entity_row *row, const char *kind, const struct str *sentence, size_t count);
struct str register_today(struct arena *a, const struct zone *z, instant now);
bool register_get_task(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out);
bool register_put_task(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out);
void registry_forget(struct decision *d, int64_t party);

#endif
