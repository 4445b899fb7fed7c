/* step.h: one event into one case, and what changes by it.
 *
 *     bpmn_step(host, event, next_id, now, arena, &changes)
 *
 * is a pure function. A case is a set of rows: scopes, tokens, variables, waits, compensations. The step finds the
 * few rows that it needs through host->lookup, lets the event take effect, runs until nothing moves without the
 * outside, and answers with a flat, ordered array of records. Whoever keeps the rows (engine: SQLite; memory.h: hash
 * tables) applies the records one after another, without judgement: a record is one row to write or to delete, or
 * something to tell (open a task, start a job, throw a message, note history).
 *
 * Cost: a step asks for the rows that it touches, by key; it never walks history. Same host, event, next_id and now
 * give the same changes, byte for byte.
 *
 * How a case lies in its rows:
 *   scope   an open process, sub-process, called process, loop (standard or multi-instance), group of added signers,
 *           or the local variables of one activity. The process is the root scope. Every scope but the root belongs
 *           to one token of its parent scope; it goes when that token goes.
 *   token   where something is going on inside a scope: at rest at a join, or in a node that waits. Only resting
 *           tokens are rows; those that move exist within a step only.
 *   wait    what may come from outside to a token (or, for the event sub-processes of a scope, to the scope): a
 *           timer's instant, a message, a signal, a condition that is checked after variables change.
 *   compensation  a finished activity that has a compensation handler, or a finished sub-process that holds such.
 * Elements and flows are numbers: their index in the model (model.h), stable for one version of a file. History and
 * tasks that outlive a version should be stored with bpmn_element_id().
 *
 * Semantics: OMG formal/2013-12-09 (BPMN 2.0.2), chapter 13. Read next: model.h, then README.md, step.c.
 */
#ifndef BPMN_STEP_H
#define BPMN_STEP_H

#include "base/time.h"
#include "bpmn/model.h"

/* ---- rows ------------------------------------------------------------------------------------------------------ */

enum bpmn_scope_kind {
    BPMN_SCOPE_PROCESS,  /* the root; element: the process */
    BPMN_SCOPE_SUB,      /* sub-process, transaction, ad-hoc, event sub-process; element: it */
    BPMN_SCOPE_CALL,     /* process or global task called within this file; element: what was called */
    BPMN_SCOPE_LOOP,     /* all passes of a loop or all instances of a multi-instance activity; element: it */
    BPMN_SCOPE_LOCAL,    /* local variables of one activity (input mappings, loopCounter); element: it */
    BPMN_SCOPE_SIGNERS,  /* a user task to which signers were added: one token a signer; element: it */
};

enum bpmn_scope_state {
    BPMN_SCOPE_OPEN,
    BPMN_SCOPE_INTERRUPTED, /* an interrupting event sub-process has taken over */
    BPMN_SCOPE_COMPENSATING, /* a transaction that was cancelled: only compensation runs in it */
    BPMN_SCOPE_FINISHED,    /* kept for compensation only */
};

struct bpmn_scope {
    int64_t id, parent; /* parent 0: the root */
    int64_t token;      /* its token in the parent scope; 0 for the root and for finished scopes */
    int32_t element;
    uint8_t kind, state; /* enum bpmn_scope_kind, enum bpmn_scope_state */
    bool suspended;      /* root only: the case stands still */
    int32_t live;        /* its tokens, without those at state BPMN_TOKEN_SPENT; at 0 it is finished */
    int32_t total, started, completed; /* loops: instances planned (-1 unknown), begun and finished so far */
};

enum bpmn_token_state {
    BPMN_TOKEN_ARRIVED, /* came in by `flow` and waits for others: a join, or startQuantity */
    BPMN_TOKEN_ACTIVE,  /* in the node: waits for its task, job, wait, call, or child scope */
    BPMN_TOKEN_QUEUED,  /* its turn has not come: sequential ad-hoc, a signer after another */
    BPMN_TOKEN_COMPENSATING, /* threw compensation (or is a cancelled transaction) and waits for the handlers */
    BPMN_TOKEN_SPENT,   /* mark of a complex gateway: `flow` was used in its running activation. No token. */
    /* Stopped by an incident (`work` is its id); the state says what a retry does again: */
    BPMN_TOKEN_STOPPED_ENTERING,
    BPMN_TOKEN_STOPPED_ACTIVE, /* a job without retries left */
    BPMN_TOKEN_STOPPED_RESULT, /* an output mapping failed; what was to be mapped is kept as local variables */
    BPMN_TOKEN_STOPPED_LEAVING,
};

struct bpmn_token {
    int64_t id, scope;
    int32_t element;
    int32_t flow;    /* by which it came; -1 none */
    uint8_t state;   /* enum bpmn_token_state */
    uint8_t stage;   /* how far it is in its element's listeners; the work itself counts as one */
    bool in_listener; /* `work` is a listener's job */
    bool has_waits;  /* there are waits of this token */
    int32_t together; /* how many resting tokens came from `origin` in that step, itself included */
    int64_t child;   /* the scope that belongs to it; 0 none */
    int64_t work;    /* its open task, job, call or incident; 0 none. A late answer for another one is stale. */
    int64_t visit;   /* history: the visit it is in; 0 when at rest before a node */
    int64_t origin;  /* history: the visit whose end from outside (a task, a job, a fired wait …) set it going, through
                        whatever runs by itself; 0 after a join of several */
    int64_t waiter;  /* a compensation handler: the token that threw the compensation; 0 none */
};

enum bpmn_wait_kind { BPMN_WAIT_TIMER, BPMN_WAIT_MESSAGE, BPMN_WAIT_SIGNAL, BPMN_WAIT_CONDITION };

struct bpmn_wait {
    int64_t id, scope;
    int64_t token;      /* 0: start event of an event sub-process of `scope` */
    int32_t element;    /* the event: catch event, receive task, boundary event, start event */
    int32_t definition; /* which of its event definitions */
    uint8_t kind;       /* enum bpmn_wait_kind */
    bool met;           /* parallel multiple: has come already; conditions: held when last checked */
    int32_t left;       /* timers: firings left, this one included; -1 endless */
    instant due;        /* timers */
    struct str name;    /* message or signal name; of a cycle its interval ("PT5S"; with a given end "PT5S/" and
                           the end in microseconds) or cron expression */
    struct str key;     /* messages: correlation key, "" when the model has none */
};

struct bpmn_compensation {
    int64_t id, scope; /* of the finished activity; larger ids finished later */
    int32_t element;
    int64_t child;     /* a finished sub-process: its kept scope, else 0 */
};

/* ---- what the step asks for ------------------------------------------------------------------------------------- */

struct bpmn_tokens {
    size_t count;
    const struct bpmn_token *items;
};
struct bpmn_waits {
    size_t count;
    const struct bpmn_wait *items;
};
struct bpmn_compensations {
    size_t count;
    const struct bpmn_compensation *items;
};
struct bpmn_variable {
    int64_t scope;
    struct str name;
    struct feel_value value;
};
struct bpmn_variables {
    size_t count;
    const struct bpmn_variable *items;
};

/* The rows of one case as they are before the step. Each is one indexed query; lists come in order of id (variables:
 * of name) and may be answered from the given arena or from the keeper's own memory, unchanged during the step. */
struct bpmn_lookup {
    void *context;
    bool (*scope)(void *context, int64_t id, struct bpmn_scope *out);
    bool (*token)(void *context, int64_t id, struct bpmn_token *out);
    bool (*wait)(void *context, int64_t id, struct bpmn_wait *out);
    bool (*variable)(void *context, int64_t scope, struct str name, struct arena *a, struct feel_value *out);
    struct bpmn_tokens (*tokens_of)(void *context, int64_t scope, struct arena *a);
    /* of that token; token 0: those of the scope itself */
    struct bpmn_waits (*waits_of)(void *context, int64_t scope, int64_t token, struct arena *a);
    /* of the whole case: signals of that name; conditions (name empty) */
    struct bpmn_waits (*waits_for)(void *context, enum bpmn_wait_kind kind, struct str name, struct arena *a);
    struct bpmn_variables (*variables_of)(void *context, int64_t scope, struct arena *a);
    struct bpmn_compensations (*compensations_of)(void *context, int64_t scope, struct arena *a);
};

/* What surrounds a case. The step calls back for decisions only, and that function is pure too. */
struct bpmn_host {
    const struct bpmn_model *model;
    struct bpmn_lookup lookup;
    int64_t root;            /* id of the root scope; 0: 1, the first id of a case that began once. A keeper that counts
                                other things too, or lets an ended case begin again, says which */
    const struct zone *zone; /* for dates in expressions and timers; NULL: UTC */
    /* A business rule task's decision. `inputs`: a context of every visible variable. False with a sentence (in `why`:
     * pieces for text_format, at most 4) when there is no such decision or it fails; then an incident is raised. */
    bool (*evaluate_decision)(void *context, struct str decision_id, struct feel_value inputs, instant now,
                              struct arena *a, struct feel_value *out, struct str why[4], size_t *why_count);
    void *decision_context;
};

/* ---- events ------------------------------------------------------------------------------------------------------ */

enum bpmn_event_kind {
    /* element: the event that came (start event, receive task, catch event behind an instantiating gateway), or any
     * other element directly in a process, to begin there; -1: the none start events of process `name`
     * ("" when the file has one executable process). variables. wait: which of its event definitions came (from 0),
     * for a parallel multiple start event. The case must have no rows. Refused when the start event's condition does
     * not hold. */
    BPMN_EVENT_START,
    BPMN_EVENT_TASK_COMPLETED, /* token, work, variables: what the form filled in */
    BPMN_EVENT_JOB_COMPLETED,  /* token, work, variables: the result */
    BPMN_EVENT_JOB_FAILED,     /* token, work, retries left, text. 0 left: incident; else the keeper starts it again */
    BPMN_EVENT_ERROR,          /* token, work, name: error code, text, variables: a business error of a task, job, call */
    BPMN_EVENT_ESCALATION,     /* token, work, name: escalation code, variables; the work goes on unless interrupted */
    BPMN_EVENT_CALL_COMPLETED, /* token, work, variables */
    BPMN_EVENT_TIMER,          /* wait */
    BPMN_EVENT_MESSAGE,        /* wait, variables. The keeper finds the wait by name and key, over all cases. */
    BPMN_EVENT_SIGNAL,         /* name, variables: every wait of the case for it, at once */
    BPMN_EVENT_VARIABLES,      /* token (0: the root), variables: set from outside; conditions are checked */
    BPMN_EVENT_RETRY,          /* token, work: the incident; variables are set first when given */
    BPMN_EVENT_SUSPEND,
    BPMN_EVENT_RESUME,
    BPMN_EVENT_CANCEL,         /* the whole case; compensate: run the handlers of what is finished, then end */
    /* Office operations. `element` is where to go on. */
    BPMN_EVENT_MOVE,           /* 退回, jump: token (resting anywhere) to element, out of and into scopes and branches */
    BPMN_EVENT_WITHDRAW,       /* 撤回: visit, element: take back what followed the end of that visit, and the variables it
                                * set; do it again */
    BPMN_EVENT_ADD_SIGNER,     /* 加签: token, work, order, assignee, holder (who has the task now, "" nobody) */
    BPMN_EVENT_ACTIVATE,       /* ad-hoc: token of the sub-process, element: start that inner activity */
    BPMN_EVENT_MIGRATE,        /* migration; host->model is the new version */
};

enum bpmn_signer_order { BPMN_SIGN_BEFORE, BPMN_SIGN_AFTER, BPMN_SIGN_PARALLEL };

struct bpmn_migration {
    const struct bpmn_model *from;
    const int32_t *elements; /* for each element of `from` its index in the new model, or -1 */
};

struct bpmn_event {
    enum bpmn_event_kind kind;
    int64_t token, work, wait, visit;
    int32_t element;
    int32_t retries;
    bool compensate;
    enum bpmn_signer_order order;
    struct str name, text;
    struct str assignee, holder;
    struct feel_value variables; /* a context, or null */
    const struct bpmn_migration *migration;
};

/* ---- changes ----------------------------------------------------------------------------------------------------- */

struct bpmn_property_value {
    struct str name;
    struct feel_value value; /* text, or what its `=expression` gave */
};

/* A user task as it is offered; claiming and handing over are the keeper's. */
struct bpmn_task {
    int64_t work, token, scope, visit; /* work is the task's id */
    int32_t element;
    struct str assignee;               /* "" none */
    const struct str *candidate_groups, *candidate_users; /* from assignmentDefinition, else the lane's role */
    size_t candidate_group_count, candidate_user_count;
    instant due, follow_up; /* 0 none */
    int32_t priority;       /* 0 … 100; 50 unless the model says otherwise */
    struct str form;        /* formId or formKey; "" none */
    const struct bpmn_property_value *properties; /* zeebe:properties, lingban:… among them */
    size_t property_count;
    bool added_signer; /* opened by BPMN_EVENT_ADD_SIGNER */
};

enum bpmn_job_kind { BPMN_JOB_TASK, BPMN_JOB_EXECUTION_LISTENER, BPMN_JOB_TASK_LISTENER };

/* Work for a connector or outside worker. */
struct bpmn_job {
    int64_t work, token, scope, visit;
    int32_t element;
    enum bpmn_job_kind kind;
    struct str type; /* "lingban:notify", … ; "" when the model gives none */
    struct str when; /* listeners: "start", "end", "creating", "completing" …; else "" */
    int32_t retries;
    const struct bpmn_property_value *headers;
    size_t header_count;
    struct feel_value inputs; /* context: what the input mappings made (all local variables) */
};

/* A called process that is not in this file: a case of its own. */
struct bpmn_call {
    int64_t work, token, scope, visit;
    int32_t element;
    struct str process;      /* id of the process */
    struct str version_tag;  /* "" none */
    enum bpmn_binding binding;
    struct feel_value variables;
};

struct bpmn_incident {
    int64_t id, token, scope;
    int32_t element;
    const char *code;       /* "bpmn.no-flow", … */
    struct str sentence[4]; /* a key and its arguments, for bpmn_sentence */
    size_t sentence_count;
};
/* As text_format, but an argument may be a sentence of its own: a key, or a key and its arguments with U+001F between
 * them (why an expression gave nothing). So it can be shown in either language, whenever. */
struct str bpmn_sentence(struct arena *a, enum language language, const struct str *pieces, size_t count);

enum bpmn_close_reason {
    BPMN_CLOSE_COMPLETED,
    BPMN_CLOSE_INTERRUPTED, /* a boundary event, an error, the end of its scope */
    BPMN_CLOSE_MOVED,       /* 退回, 撤回, a jump, a migration */
    BPMN_CLOSE_HELD,        /* another signer comes first; the task is opened again later under another id */
    BPMN_CLOSE_CANCELLED,   /* the case was cancelled or terminated */
    BPMN_CLOSE_FAILED,      /* became an incident */
};

struct bpmn_close {
    int64_t work, token;
    int32_t element;
    enum bpmn_close_reason reason;
};

/* History. Passed: entered and left in the same instant, nothing rested there. */
struct bpmn_visit {
    int64_t id; /* 0 for passed ones */
    int64_t scope, token;
    int32_t element;
    int32_t flow;          /* by which it came; -1 none */
    enum bpmn_close_reason reason; /* BPMN_LEFT */
};

struct bpmn_thrown {
    int64_t scope;
    int32_t element;
    struct str name, key;        /* key: messages only */
    struct feel_value variables; /* a context or null */
};

enum bpmn_end_kind { BPMN_END_COMPLETED, BPMN_END_TERMINATED, BPMN_END_ERROR, BPMN_END_CANCELLED };

struct bpmn_end {
    enum bpmn_end_kind kind;
    struct str code;             /* BPMN_END_ERROR */
    int32_t element;             /* where; -1 unknown */
    struct feel_value variables; /* of the root scope, a context */
};

enum bpmn_change_kind {
    /* rows: `put` writes the whole row, known or new. Deleting a scope also deletes its variables. */
    BPMN_PUT_SCOPE,
    BPMN_DELETE_SCOPE,
    BPMN_PUT_TOKEN,
    BPMN_DELETE_TOKEN,
    BPMN_PUT_VARIABLE, /* `scope` may be the number of a completed visit: what taking it back needs (before.c) */
    BPMN_DELETE_VARIABLE,
    BPMN_PUT_WAIT,
    BPMN_DELETE_WAIT,
    BPMN_PUT_COMPENSATION,
    BPMN_DELETE_COMPENSATION,
    /* work */
    BPMN_OPEN_TASK,
    BPMN_CLOSE_TASK,
    BPMN_OPEN_JOB,
    BPMN_CLOSE_JOB, /* also when the answer has just come */
    BPMN_OPEN_CALL,
    BPMN_CLOSE_CALL,
    BPMN_OPEN_INCIDENT,
    BPMN_CLOSE_INCIDENT,
    /* to tell */
    BPMN_ENTERED,
    BPMN_LEFT,
    BPMN_PASSED,
    BPMN_MESSAGE_THROWN, /* to one waiting case or message start event, this case's waits included */
    BPMN_SIGNAL_THROWN,  /* to all other cases and signal start events; this case has reacted already */
    BPMN_ESCALATED,      /* an escalation that nobody caught; for information */
    BPMN_RESULT,         /* what a script or decision gave; for traces */
    BPMN_CASE_ENDED,
};

struct bpmn_change {
    enum bpmn_change_kind kind;
    union {
        const struct bpmn_scope *scope;
        const struct bpmn_token *token;
        const struct bpmn_wait *wait;
        const struct bpmn_variable *variable;
        const struct bpmn_compensation *compensation;
        const struct bpmn_task *task;
        const struct bpmn_job *job;
        const struct bpmn_call *call;
        const struct bpmn_incident *incident; /* both open and close */
        const struct bpmn_close *close;       /* task, job, call */
        const struct bpmn_visit *visit;
        const struct bpmn_thrown *thrown; /* messages, signals, escalations; results: variables is the result */
        const struct bpmn_end *end;
    };
};

enum bpmn_outcome {
    BPMN_STEP_DONE,
    BPMN_STEP_STALE,     /* the task, job, wait or incident is no longer there: nothing changes */
    BPMN_STEP_SUSPENDED, /* the case stands still: keep the event and bring it again after BPMN_EVENT_RESUME */
    BPMN_STEP_REFUSED,   /* not legal from this state: nothing changes; `refusal` says why */
};

struct bpmn_changes {
    enum bpmn_outcome outcome;
    struct bpmn_change *items;
    size_t count, capacity;
    int64_t next_id;        /* the first id not used */
    struct fault refusal;   /* BPMN_STEP_REFUSED */
};

/* Runs one event. `next_id`: the case's own counter, 1 for a new case (so the root scope is always 1); all ids come
 * from it. Changes live in the arena. Work inside a step is bounded: a case that does not come to rest within BPMN_MOVES moves gets an
 * incident on the token that is moving ("bpmn.endless"). When the arena's budget is spent control leaves to the
 * caller's arena_run, and nothing has changed. */
enum { BPMN_MOVES = 250000 };
void bpmn_step(const struct bpmn_host *host, const struct bpmn_event *event, int64_t next_id, instant now,
               struct arena *arena, struct bpmn_changes *changes);

/* Every variable visible in a scope, inner ones first, as one context: for the keeper's forms and connectors. */
struct feel_value bpmn_visible_variables(const struct bpmn_lookup *lookup, int64_t scope, struct arena *arena);

/* When a timer definition first fires (start events at deployment). False with a fault when its text is no timer.
 * `out` gets due, left and name (interval). */
bool bpmn_timer_first(const struct bpmn_host *host, const struct bpmn_definition *definition, instant now,
                      struct arena *arena, struct bpmn_wait *out, struct faults *faults);
/* Moves a cycle on after a firing: the next due past `now`, so that missed firings are not made up one by one.
 * False when it was the last. */
bool bpmn_timer_next(struct bpmn_wait *timer, instant now, const struct zone *zone, struct arena *arena);
/* Whether a literal cycle can be set at all: once at least, an interval longer than nothing, a start before its end. */
bool bpmn_cycle_runs(struct str text, struct arena *arena);

#endif
