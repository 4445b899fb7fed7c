/* cases.h: what the deciding functions of cases and tasks share: the row of a case, its process, its history.
 *
 * Read next: process.c (one event into a case's process), case.c, amend.c, task.c.
 */
#ifndef ENGINE_CASES_H
#define ENGINE_CASES_H

#include "bpmn/step.h"
#include "engine/engine_internal.h"

struct case_row {
    int64_t id, version, organisation, applicant, household, opened_by, generation, next_row, reopened;
    instant opened_at, due_at;
    struct str reference, service, state, stage, title;
    struct str restricted_role; /* empty: not restricted */
    int64_t restricted_at;
    bool is_public;
    struct str of; /* "case:12" */
    const struct service *of_service;
};

/* False with a refusal (404) when there is no such case, or when the account that asks may not know of it. */
bool case_load(struct decision *d, int64_t id, struct case_row *out);
/* Whoever asks: for what one case brings to another. */
bool case_load_any(struct decision *d, int64_t id, struct case_row *out);
/* As case_load for a case that must be open (409 otherwise). */
bool case_load_open(struct decision *d, int64_t id, struct case_row *out);

struct task_row {
    int64_t id, case_id, work, token, organisation, assignee, claimed_for, urged;
    struct str element, name, state, roles, form, properties;
    instant due_at;
};
bool task_load(struct decision *d, int64_t id, struct task_row *out); /* 404 when there is none */
/* Text of a property of the task ("lingban:claimable"); empty when it has none. */
struct str task_property(struct decision *d, const struct task_row *t, const char *name);

/* Staff of the case's office or above, for its service; else a refusal (403). */
bool case_handler_only(struct decision *d, const struct case_row *c);
/* What the main form's answers mean to the house (service.yaml, case:): the title, the address as one line, the answer
 * at a path (empty when there is none). In the decision's arena. */
struct str case_title(struct decision *d, const struct service *s, struct form_session *session);
struct str case_address(struct decision *d, const struct service *s, struct form_session *session);
struct str case_answer(struct decision *d, struct form_session *session, struct str path);

/* Blanks what is personal in the case, or of the person or household, and destroys the key; how many cases went along. */
void case_erase(struct decision *d, int64_t id);
int64_t party_erase(struct decision *d, int64_t id, bool with_cases);

/* Adds a line to the case's history. `note` is what somebody typed (sealed) and may be STR_NONE. */
void history_note(struct decision *d, struct case_row *c, const char *kind, struct str element, int64_t task,
                  struct str note, struct str data);
/* Writes the counter, stage and publicity back: once at the end of a command that touched them. */
void case_save(struct decision *d, struct case_row *c);

/* Brings one event to the case's process and everything that follows from it: tasks, waits, jobs of the house
 * (service_task.c), thrown messages to other cases, the end of the case. Refuses when the process does. */
bool process_event(struct decision *d, struct case_row *c, const struct bpmn_event *event);
/* One more case set going by another within this command: false with a refusal when they go round in circles. Whoever got
 * true takes one from d->depth afterwards. */
bool process_deeper(struct decision *d);
/* Opens the case that a call activity of `parent` stands for, in the current version of that service, and starts its
 * process with these variables. 0 with a refusal when there is no such service. */
int64_t case_open_called(struct decision *d, const struct case_row *parent, struct str service, struct feel_value variables);

/* case.c, for linked.c: parts of opening a case. A reference nobody has; the row's event; what its process starts with
 * (`session` NULL: no answers). */
struct str case_draw_reference(struct decision *d);
void case_emit_opened(struct decision *d, struct case_row *c, int64_t linked_from);
struct feel_value case_start_variables(struct decision *d, const struct case_row *c, struct form_session *session);

/* linked.c: a link between two cases. `kind` and `subject` are words for people, without personal data; may be empty. */
void link_note(struct decision *d, struct case_row *from, struct case_row *to, struct str kind, struct str subject);
/* The link a command case.open asks for with "linked_from"; whoever asks must be of that case's office, or its resident. */
bool link_from_command(struct decision *d, struct case_row *to);

/* The lookup of bpmn/step.h over the rows of one case. */
struct process_rows {
    struct db *db;
    int64_t case_id;
    struct arena *arena; /* of what single rows borrow */
};
struct bpmn_lookup process_lookup(struct process_rows *rows);

/* A job whose type begins with "lingban:"; the result goes to *out. False with a refusal when it cannot be done. */
bool service_task_run(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out);
/* linked.c: lingban:case.open. */
bool service_task_open_case(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out);
/* lot.c: lingban:lot.draw. */
bool service_task_draw_lots(struct decision *d, struct case_row *c, const struct bpmn_job *job, struct feel_value *out);
/* An input of the job, else its header of that name, as text; empty when there is neither. */
struct str service_task_input(struct decision *d, const struct bpmn_job *job, const char *name);
/* Brings a message to the first case that waits for it by that name and key; true also when none does. */
bool process_message(struct decision *d, struct str name, struct str key, struct feel_value variables);

/* A person is known again by name and telephone together; 0 when there is none such, or one of the two is empty. */
int64_t person_known(struct decision *d, struct str name, struct str phone);
/* A new person or household; empty texts stay unknown. The values are sealed with its own key. */
int64_t party_new(struct decision *d, const char *kind, struct str name, struct str phone, struct str address, int64_t organisation);

/* Stores what somebody filled in: one submission row and one answer row a value. `answers` is the JSON array of
 * {"path","value"} of the command. The checked session comes back for whoever needs its values. `of_case`: whose answers the form
 * may choose from (case.csv); 0 for a case that is only being opened. */
struct form_session *answers_check(struct decision *d, int64_t of_case, const struct service_form *form, const struct json *answers);
/* The same without asking whether they are good: what was taken once is not asked again. */
struct form_session *answers_fill(struct decision *d, int64_t of_case, const struct service_form *form, const struct json *answers);
/* The stored answers of a submission in the form answers_check takes; sensitive ones, which cannot be read, are left
 * out. */
struct json *answers_stored(struct decision *d, int64_t submission);
int64_t answers_store(struct decision *d, struct case_row *c, struct form_session *session, struct str form_file,
                      int64_t task);
/* Public and office answers as a context of variables, named by the last part of their path; repeats are lists. */
struct feel_value answers_variables(struct decision *d, struct form_session *session);

/* Tells the resident or an account: a notice, and by the outbox what the service's notices: say. */
void notice_resident(struct decision *d, struct case_row *c, const char *kind, const struct str *sentence, size_t count);
void notice_joined(struct decision *d, const struct case_row *c, const char *kind, const struct str *sentence, size_t count);
void notice_account(struct decision *d, int64_t case_id, int64_t account, const char *kind, const struct str *sentence,
                    size_t count);

/* Tells a person who is known without a case or an account, by mail or telephone; nothing when neither is known. */
void notice_party(struct decision *d, int64_t party, const char *kind, const struct str *sentence, size_t count);

/* Who gets a task meant for this account today: itself, or whoever it has delegated to. */
int64_t delegate_of(struct decision *d, int64_t account);
/* The day `days` working days after the day of `from`, at the end of that day in the tenant's zone. */
instant due_after(struct decision *d, instant from, int days, bool calendar_days);

#endif
