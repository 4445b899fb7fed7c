/* run.h: one step while it runs; shared by the files that make up the step function, and by nobody else.
 *
 *   rows.c        the working set: rows as they are now, over those that lookup has
 *   step.c        events in, the loop until nothing moves, changes out
 *   evaluate.c    expressions and variables
 *   flow.c        tokens along flows: leaving, gateways, joins
 *   activity.c    entering, performing and finishing activities
 *   loop.c        standard loops and multi-instance
 *   wait.c        timers, messages, signals, conditions: arming and firing
 *   throw.c       throwing: signals, messages, errors, escalations; boundary events and event sub-processes
 *   compensate.c  compensation and transactions
 *   office.c      moving, withdrawing, adding signers;  region.c  which branches a node lies in
 *   before.c      what a completed task found, for taking it back
 *   migrate.c     to another version
 */
#ifndef BPMN_RUN_H
#define BPMN_RUN_H

#include "bpmn/step.h"

enum { NONE = -1 };

/* Only within a step: on its way to `element`. Never written out. */
enum { BPMN_TOKEN_MOVING = 100 };

struct variable {
    struct variable *next_in_scope, *next_in_slot;
    struct bpmn_variable row;
    bool known; /* false: looked for and not there */
    bool dirty;
};

/* A row of the working set. Ids are unique over all kinds of rows. */
enum row_kind { ROW_SCOPE, ROW_TOKEN, ROW_WAIT, ROW_COMPENSATION };

struct row {
    enum row_kind kind;
    bool fresh, dirty, deleted;
    bool members_loaded;  /* scope: its tokens; */
    bool waits_loaded;    /* scope, token */
    bool compensations_loaded, variables_loaded; /* scope */
    bool check_joins;     /* scope: listed in run.touched */
    bool moved;           /* token: came to rest in this step */
    bool admitted;        /* token: startQuantity has been paid (retries, moves) */
    int64_t was_origin, was_visit; /* token: as it was before the step */
    struct row *next;     /* in the owner's list: tokens of a scope, waits of a token or scope, compensations */
    struct row *tokens, **tokens_end;
    struct row *waits, **waits_end;
    struct row *compensations, **compensations_end;
    struct variable *variables;
    union {
        struct bpmn_scope scope;
        struct bpmn_token token;
        struct bpmn_wait wait;
        struct bpmn_compensation compensation;
    };
};

struct row_list {
    size_t count;
    struct row **items;
};

enum { FIRST_SLOTS = 32 };

struct run {
    const struct bpmn_host *host;
    const struct bpmn_model *model;
    struct arena *arena;
    struct bpmn_changes *changes;
    instant now;
    int64_t next_id;

    /* working set */
    struct row **rows; /* in the order they were met */
    size_t row_count, row_capacity;
    struct row **slots; /* open addressing by id */
    size_t slot_count;
    struct row *first_slots[FIRST_SLOTS];
    struct variable **variable_slots;
    size_t variable_slot_count, variable_count;
    struct variable *first_variable_slots[FIRST_SLOTS];

    /* tokens on their way, first in first out */
    struct row **queue;
    size_t queue_head, queue_count, queue_capacity;
    /* scopes whose inclusive and complex joins must be looked at when nothing moves */
    struct row **touched;
    size_t touched_count, touched_capacity;

    size_t moves;
    bool variables_changed;
    int64_t completed_visit; /* of the user task whose work this event ends; 0 none */
    bool ended;   /* the case has no rows any more */
    bool refused;
};

/* ---- rows.c ------------------------------------------------------------------------------------------------------ */

void step_rows_init(struct run *r);
int64_t step_new_id(struct run *r);
struct row *step_scope_row(struct run *r, int64_t id); /* NULL when there is none (any more) */
struct row *step_token_row(struct run *r, int64_t id);
struct row *step_wait_row(struct run *r, int64_t id);
struct row *step_new_scope(struct run *r, enum bpmn_scope_kind kind, int32_t element, const struct row *parent, struct row *token);
/* A token that moves towards `element`; the scope's live count grows. */
struct row *step_new_token(struct run *r, struct row *scope, int32_t element, int32_t flow);
struct row *step_new_wait(struct run *r, struct row *scope, struct row *token);
struct row *step_new_compensation(struct run *r, struct row *scope, int32_t element, int64_t child);
struct row_list step_tokens_of(struct run *r, struct row *scope);
struct row_list step_waits_of(struct run *r, struct row *owner); /* of a token; of a scope: those without a token */
struct row_list step_waits_for(struct run *r, enum bpmn_wait_kind kind, struct str name);
struct row_list step_compensations_of(struct run *r, struct row *scope);
/* No judgement: the row alone goes. Deleting a token lowers its scope's live count. */
void step_delete_row(struct run *r, struct row *row);
static inline void touch(struct row *row) {
    row->dirty = true;
}
/* The variable of that very scope; NULL when it has none. */
struct variable *step_own_variable(struct run *r, struct row *scope, struct str name);
void step_set_variable(struct run *r, struct row *scope, struct str name, struct feel_value value);
void step_remove_variable(struct run *r, struct row *scope, struct str name);
struct variable *step_variables_of(struct run *r, struct row *scope); /* chain by next_in_scope; skip those not known */
/* A token that stands for itself, not for what goes on in its child scope. */
bool step_is_leaf(struct run *r, const struct row *row);
void step_flush_rows(struct run *r);

struct bpmn_change *step_change(struct run *r, enum bpmn_change_kind kind);

/* ---- evaluate.c --------------------------------------------------------------------------------------------------- */

/* What an expression sees besides the variables of its scope. */
struct extra {
    struct str name;
    struct feel_value value;
    struct feel_value context; /* members seen as variables; null: none */
    const struct extra *outer;
};

struct feel_value step_evaluate(struct run *r, const struct bpmn_expression *e, struct row *scope, const struct extra *extra,
                           struct str *out_reason);
/* evaluate, as text ("" for null); plain text as it is. */
struct str step_evaluate_text(struct run *r, const struct bpmn_expression *e, struct row *scope, const struct extra *extra);
/* True or false; anything else answers false with `out_reason` set. */
bool step_evaluate_condition(struct run *r, const struct bpmn_expression *e, struct row *scope, const struct extra *extra,
                        bool *out, struct str *out_reason);
bool step_find_variable(struct run *r, struct row *scope, struct str name, struct feel_value *out);
/* Sets the variable where it is visible from `scope`, else in the outermost scope of this process. */
void step_propagate(struct run *r, struct row *scope, struct str name, struct feel_value value);
void step_propagate_all(struct run *r, struct row *scope, struct feel_value context);
/* a.b.c = value, inside a context variable of the scope itself (`local`) or where it is visible. */
void step_assign(struct run *r, struct row *scope, struct str target, struct feel_value value, bool local);
struct feel_value step_visible_variables(struct run *r, struct row *scope);
struct feel_value step_own_variables(struct run *r, struct row *scope);

/* ---- step.c ------------------------------------------------------------------------------------------------------- */

static inline const struct bpmn_element *element_of(const struct run *r, int32_t element) {
    return &r->model->elements[element];
}
static inline struct row *scope_of(struct run *r, const struct row *token) {
    return step_scope_row(r, token->token.scope);
}
struct row *step_root(struct run *r); /* NULL when the case has none */
/* Puts a token on its way to its element. */
void step_enqueue(struct run *r, struct row *token);
void step_touch_joins(struct run *r, struct row *scope);
void step_refuse_with(struct run *r, const char *code, int32_t element, const struct str *sentence, size_t count);
#define refuse(r, code, element, ...)                                                                             \
    step_refuse_with((r), (code), (element), (const struct str[]){__VA_ARGS__},                                         \
                sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* The token stops; `state` says what a retry does again. */
void step_incident_with(struct run *r, struct row *token, enum bpmn_token_state state, const char *code,
                   const struct str *sentence, size_t count);
#define incident(r, token, state, code, ...)                                                                       \
    step_incident_with((r), (token), (state), (code), (const struct str[]){__VA_ARGS__},                                \
                  sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
void step_close_incident(struct run *r, struct row *token);
static inline bool is_stopped(const struct row *token) {
    return token->token.state >= BPMN_TOKEN_STOPPED_ENTERING && token->token.state <= BPMN_TOKEN_STOPPED_LEAVING;
}
struct str step_element_name(const struct run *r, int32_t element); /* for sentences: name, else id */

void step_tell_entered(struct run *r, struct row *token);
void step_tell_left(struct run *r, struct row *token, enum bpmn_close_reason reason);
void step_tell_passed(struct run *r, struct row *token);
void step_close_work(struct run *r, struct row *token, enum bpmn_close_reason reason);
/* The token and all that hangs on it are gone; nobody is asked whether the scope is finished now. */
void step_cancel_token(struct run *r, struct row *token, enum bpmn_close_reason reason);
void step_cancel_tokens(struct run *r, struct row *scope, struct row *but, enum bpmn_close_reason reason);
void step_cancel_waits(struct run *r, struct row *owner);
/* The scope's tokens, waits, kept scopes and variables are gone, and it itself. */
void step_delete_scope(struct run *r, struct row *scope, enum bpmn_close_reason reason);
void step_end_case(struct run *r, enum bpmn_end_kind kind, struct str code, int32_t element);

/* ---- flow.c ------------------------------------------------------------------------------------------------------- */

void step_arrive(struct run *r, struct row *token); /* a moving token has reached its element */
void step_leave(struct run *r, struct row *token);  /* takes the outgoing flows; without any, the token ends */
void step_end_token(struct run *r, struct row *token);
void step_finish_if_empty(struct run *r, struct row *scope);
void step_check_inclusive_joins(struct run *r, struct row *scope);
/* The catch event (or link, start event …) has happened: on its way behind it. */
void step_pass(struct run *r, struct row *token);

/* ---- activity.c --------------------------------------------------------------------------------------------------- */

void step_start_activity(struct run *r, struct row *token);
/* After entering (listeners first): opens the task, the job, the scope … */
void step_perform(struct run *r, struct row *token);
/* The activity's own work is done; `result` is a context or null. */
void step_work_done(struct run *r, struct row *token, struct feel_value result);
void step_finish_activity(struct run *r, struct row *token);
void step_listener_done(struct run *r, struct row *token, struct feel_value result);
bool step_is_inner(struct run *r, const struct row *token); /* one pass of a loop, an added signer */
struct row *step_local_scope(struct run *r, struct row *token, enum bpmn_scope_kind kind); /* opens it when it has none */
struct row *step_child_of(struct run *r, const struct row *token);                         /* or NULL */
/* Result and output mappings of an activity or catch event, seen from the token's scope. False: incident raised. */
bool step_apply_result(struct run *r, struct row *token, const struct bpmn_element *e, struct feel_value result);
/* Opens a container's scope; `entries`: with tokens at its beginnings. */
struct row *step_open_container(struct run *r, struct row *token, bool entries);
void step_start_entries(struct run *r, struct row *scope, int32_t container);
void step_scope_finished(struct run *r, struct row *scope);
void step_open_task(struct run *r, struct row *token, struct str assignee, bool added);
void step_declare_data(struct run *r, struct row *scope);
bool step_check_ad_hoc(struct run *r, struct row *scope, struct row *token); /* true: it was completed */
void step_next_ad_hoc(struct run *r, struct row *scope);

/* ---- loop.c ------------------------------------------------------------------------------------------------------- */

void step_loop_start(struct run *r, struct row *token);
void step_loop_instance_done(struct run *r, struct row *token);

/* ---- wait.c ------------------------------------------------------------------------------------------------------- */

/* Arms every definition of the event `element` for a token (or, token NULL, for the scope). False with a reason. */
bool step_arm(struct run *r, struct row *scope, struct row *token, int32_t element, struct str *out_reason);
bool step_arm_boundaries(struct run *r, struct row *token, struct str *out_reason);
bool step_arm_event_processes(struct run *r, struct row *scope, struct str *out_reason);
void step_fire(struct run *r, struct row *wait, struct feel_value variables);
/* Conditions that came true. `only`: those of that owner, just armed; NULL: all of the case. */
void step_check_conditions(struct run *r, struct row *only);
const struct bpmn_definition *step_definition_of(const struct run *r, int32_t element, int32_t definition);

/* ---- throw.c ------------------------------------------------------------------------------------------------------ */

/* All that a throw or end event throws. The token may be gone afterwards. False: it waits (compensation). */
bool step_throw_event(struct run *r, struct row *token);
void step_throw_definition(struct run *r, struct row *from, const struct bpmn_definition *d, int32_t element);
void step_throw_signal(struct run *r, struct str name, struct feel_value variables);
/* From a token (its boundary events first) or from inside a scope. False: nobody caught it. */
bool step_throw_error(struct run *r, struct row *scope, struct row *token, struct str code, struct feel_value variables);
bool step_throw_escalation(struct run *r, struct row *scope, struct row *token, struct str code, struct feel_value variables);
void step_trigger_boundary(struct run *r, struct row *token, int32_t boundary, struct feel_value variables);
void step_trigger_event_process(struct run *r, struct row *scope, int32_t start, struct feel_value variables, int64_t waiter);

/* ---- compensate.c ------------------------------------------------------------------------------------------------- */

void step_remember_compensation(struct run *r, struct row *token, struct row *child);
void step_move_compensations(struct run *r, struct row *from, struct row *into);
/* An instance of a loop is finished; `token` owns the loop. True when its scope is kept to be undone. */
bool step_keep_instance(struct run *r, struct row *token, struct row *loop, struct row *child);
/* The loop ends, or is cancelled: what its finished instances left goes to `into`. */
void step_remember_instances(struct run *r, struct row *token, struct row *loop, struct row *into);
/* The token waits until what it threw compensation for is compensated. */
void step_compensate(struct run *r, struct row *token, const struct bpmn_definition *d);
void step_compensate_scope(struct run *r, struct row *token, struct row *scope);
void step_compensate_next(struct run *r, struct row *token);
void step_handler_done(struct run *r, struct row *handler);
void step_cancel_transaction(struct run *r, struct row *token);
void step_transaction_cancelled(struct run *r, struct row *token); /* all in it is undone: on by its cancel boundary event */
void step_cancel_case(struct run *r, bool compensating);

/* A container opened for a token that is put inside it: no listeners, no beginning. NULL when that failed. */
struct row *step_enter_container(struct run *r, struct row *token);
/* The activity's own work is done and its result is applied: added signers, listeners, and on. */
void step_after_work(struct run *r, struct row *token);

/* ---- region.c ----------------------------------------------------------------------------------------------------- */

/* What lies between a node that sends several tokens on and the node where all their ways meet again. */
struct region {
    int32_t split, join; /* join NONE: the ways do not meet */
    size_t branch_count;
    bool **branches;     /* [outgoing flow of split][element]: lies on that way */
    bool *inside;        /* [element]: on any of them */
    size_t size;
};
struct regions {
    size_t count;
    struct region *items;
};
struct regions step_regions(struct run *r, int32_t container);
/* The branch in which a token rests (waiting at the join counts as in the branch it came by); -1 outside. */
ptrdiff_t step_branch_of(const struct run *r, const struct region *g, const struct row *token);
ptrdiff_t step_branch_of_element(const struct region *g, int32_t element);
/* Elements that are reached only behind a boundary event that does not interrupt: beside the main flow. */
bool *step_beside(struct run *r, int32_t container);

/* ---- before.c ----------------------------------------------------------------------------------------------------- */

void step_keep_before(struct run *r);   /* when the step has come to rest, before rows are written */
void step_forget_before(struct run *r); /* what can be taken back no longer */
/* Taking back: first the variables of scopes that are still there, then (entered again) those of scopes that went. */
bool step_is_final(struct run *r, int64_t visit); /* it reached others: not to be taken back */
void step_put_variables_back(struct run *r, int64_t visit);
void step_put_scopes_back(struct run *r, int64_t visit);

/* ---- office.c, migrate.c -------------------------------------------------------------------------------- */

void step_office_move(struct run *r, const struct bpmn_event *event);
void step_office_withdraw(struct run *r, const struct bpmn_event *event);
void step_office_add_signer(struct run *r, const struct bpmn_event *event);
void step_office_activate(struct run *r, const struct bpmn_event *event);
void step_signers_changed(struct run *r, struct row *token); /* an added signer or the own task is done */
void step_migrate(struct run *r, const struct bpmn_event *event);

/* timer.c */
bool step_timer_first(struct run *r, const struct bpmn_definition *d, struct row *scope, struct bpmn_wait *out, struct str *out_reason);

#endif
