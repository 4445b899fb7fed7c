/* model.h: a BPMN file as the engine sees it.
 *
 * bpmn_read() turns the generic XML tree (base/xml.h) into one immutable model: every process, flow node, data
 * object and global task of the file is an *element*, every sequence flow a *flow*, both numbered in document order.
 * References are indexes, -1 where there is none. Expressions are compiled once, here. What the engine does not
 * execute (choreographies, conversations, pictures) stays in the tree only.
 *
 * Reading is lenient: it reports what it cannot make sense of as faults and goes on. What makes a file unfit to run
 * is the business of rules.h (another file of this room), which looks at the tree and at this model.
 *
 * Extension elements are those of Camunda 8 (http://camunda.org/schema/zeebe/1.0); lingban's own properties stand in
 * zeebe:properties under names that begin with "lingban:" (README.md lists them).
 */
#ifndef BPMN_MODEL_H
#define BPMN_MODEL_H

#include "base/map.h"
#include "base/xml.h"
#include "feel/feel.h"

#define BPMN_NS "http://www.omg.org/spec/BPMN/20100524/MODEL"
#define BPMN_DI_NS "http://www.omg.org/spec/BPMN/20100524/DI"
#define BPMN_ZEEBE_NS "http://camunda.org/schema/zeebe/1.0"

/* Text that may be an expression: "=amount > 3" (Camunda), a formalExpression in FEEL, or plain text. */
struct bpmn_expression {
    struct str text;                    /* as written, without "="; trimmed */
    const struct feel_expression *feel; /* NULL: plain text */
    bool present;
};

enum bpmn_kind {
    BPMN_PROCESS,
    BPMN_START_EVENT,
    BPMN_CATCH_EVENT, /* intermediateCatchEvent */
    BPMN_THROW_EVENT, /* intermediateThrowEvent, implicitThrowEvent */
    BPMN_BOUNDARY_EVENT,
    BPMN_END_EVENT,
    BPMN_TASK, /* undefined task */
    BPMN_USER_TASK,
    BPMN_SERVICE_TASK,
    BPMN_SEND_TASK,
    BPMN_RECEIVE_TASK,
    BPMN_SCRIPT_TASK,
    BPMN_RULE_TASK, /* businessRuleTask */
    BPMN_MANUAL_TASK,
    BPMN_SUB_PROCESS, /* embedded, or event sub-process when triggered_by_event */
    BPMN_TRANSACTION,
    BPMN_AD_HOC,
    BPMN_CALL_ACTIVITY,
    BPMN_EXCLUSIVE_GATEWAY,
    BPMN_INCLUSIVE_GATEWAY,
    BPMN_PARALLEL_GATEWAY,
    BPMN_EVENT_GATEWAY,
    BPMN_COMPLEX_GATEWAY,
    BPMN_DATA_OBJECT, /* data objects and properties: variables that their scope declares */
    BPMN_KIND_COUNT
};

enum bpmn_event_type {
    BPMN_EVENT_MESSAGE_TYPE,
    BPMN_EVENT_TIMER_TYPE,
    BPMN_EVENT_SIGNAL_TYPE,
    BPMN_EVENT_ERROR_TYPE,
    BPMN_EVENT_ESCALATION_TYPE,
    BPMN_EVENT_CONDITIONAL_TYPE,
    BPMN_EVENT_LINK_TYPE,
    BPMN_EVENT_COMPENSATE_TYPE,
    BPMN_EVENT_CANCEL_TYPE,
    BPMN_EVENT_TERMINATE_TYPE,
};

enum bpmn_timer_type { BPMN_TIMER_DATE, BPMN_TIMER_DURATION, BPMN_TIMER_CYCLE };
enum bpmn_binding { BPMN_BINDING_LATEST, BPMN_BINDING_DEPLOYMENT, BPMN_BINDING_VERSION_TAG };

struct bpmn_definition { /* one event definition of an event, or of a loop's behaviour */
    enum bpmn_event_type type;
    struct bpmn_expression name; /* message or signal name, error or escalation code, link name; absent: any */
    struct bpmn_expression key;  /* messages: zeebe:subscription correlationKey, or the correlation property's path */
    enum bpmn_timer_type timer;
    struct bpmn_expression expression; /* timer body, or the condition */
    int32_t activity;            /* compensation: activityRef */
    bool wait_for_completion;    /* compensation */
    const struct xml_node *node;
};

struct bpmn_flow {
    struct str id, name;
    int32_t source, target;
    struct bpmn_expression condition;
    const struct xml_node *node;
};

struct bpmn_mapping { /* zeebe:input, zeebe:output, data associations */
    struct bpmn_expression source;
    struct str target; /* name, may hold dots: a.b */
};

struct bpmn_property {
    struct str name;
    struct bpmn_expression value;
};

struct bpmn_listener {
    struct str when; /* start, end; creating, assigning, updating, completing, canceling */
    struct bpmn_expression type, retries;
    const struct bpmn_property *headers;
    size_t header_count;
};

enum bpmn_behaviour { BPMN_BEHAVE_ALL, BPMN_BEHAVE_NONE, BPMN_BEHAVE_ONE, BPMN_BEHAVE_COMPLEX };

struct bpmn_complex_behaviour {
    struct bpmn_expression condition;
    const struct bpmn_definition *throws;
};

struct bpmn_loop {
    bool multi;      /* multi-instance; else a standard loop */
    bool sequential; /* multi-instance */
    bool test_before;
    struct bpmn_expression maximum;     /* standard: loopMaximum */
    struct bpmn_expression condition;   /* standard: loopCondition */
    struct bpmn_expression cardinality; /* multi */
    struct bpmn_expression collection;  /* zeebe inputCollection, or loopDataInputRef's name */
    struct str input_element;           /* "" none */
    struct str output_collection;
    struct bpmn_expression output_element;
    struct bpmn_expression completion;  /* completionCondition */
    enum bpmn_behaviour behaviour;
    const struct bpmn_definition *one_throws, *none_throws;
    const struct bpmn_complex_behaviour *complex;
    size_t complex_count;
};

struct bpmn_user_task {
    struct bpmn_expression assignee, candidate_groups, candidate_users;
    struct bpmn_expression due, follow_up, priority;
    struct bpmn_expression form; /* formId, else formKey, else externalReference */
};

/* A list of indexes. */
struct bpmn_indexes {
    size_t count;
    const int32_t *items;
};

struct bpmn_element {
    enum bpmn_kind kind;
    struct str id, name;
    int32_t parent;  /* the element that contains it; -1: processes and global tasks */
    int32_t process; /* the process or global task it is in; itself for those */
    const struct xml_node *node;

    struct bpmn_indexes incoming, outgoing; /* flows */
    int32_t default_flow;
    int32_t lane; /* index in model.lanes; -1 */

    /* containers: processes, sub-processes */
    struct bpmn_indexes children;        /* all elements directly inside, data objects too */
    struct bpmn_indexes starts;          /* start events, none or not */
    struct bpmn_indexes entries;         /* where a token begins when the container is entered: none start events,
                                            else activities and gateways without incoming flow */
    struct bpmn_indexes event_processes; /* event sub-processes directly inside */
    struct bpmn_indexes data;            /* data objects and properties that it declares */
    bool executable, triggered_by_event;
    struct str version_tag;

    /* events */
    const struct bpmn_definition *definitions;
    size_t definition_count;
    bool interrupting;      /* start events of event sub-processes, boundary events; else true */
    bool parallel_multiple; /* all definitions must come */
    int32_t attached_to;    /* boundary events */
    int32_t compensation;   /* compensation boundary event: its handler, by association */

    /* activities */
    struct bpmn_indexes boundaries;     /* boundary events attached to it */
    int32_t compensation_boundary;      /* the one of them with a compensation definition; -1 */
    int32_t compensation_start;         /* sub-process: its event sub-process for compensation; -1 */
    bool for_compensation;
    int32_t start_quantity, completion_quantity;
    const struct bpmn_loop *loop;       /* NULL: none */
    const struct bpmn_mapping *inputs, *outputs;
    size_t input_count, output_count;
    const struct bpmn_mapping *data_inputs, *data_outputs; /* data associations */
    size_t data_input_count, data_output_count;
    const struct bpmn_property *properties, *headers;
    size_t property_count, header_count;
    const struct bpmn_listener *execution_listeners, *task_listeners;
    size_t execution_listener_count, task_listener_count;

    const struct bpmn_user_task *user;  /* user tasks */
    struct bpmn_expression job_type, job_retries; /* zeebe:taskDefinition */
    struct bpmn_expression script;      /* script tasks: zeebe:script, or <script> in FEEL */
    struct str script_format;
    struct bpmn_expression decision;    /* zeebe:calledDecision decisionId */
    struct str result_variable;         /* of script and decision */
    struct bpmn_expression called;      /* call activities: process id */
    int32_t called_element;             /* the same when it is a process or global task of this file; -1 */
    enum bpmn_binding binding;
    struct str called_version_tag;
    bool propagate_all_parent_variables, propagate_all_child_variables;
    const struct bpmn_definition *message; /* send and receive tasks */
    bool instantiate;                   /* receive task, event gateway */
    bool event_gateway_parallel;        /* eventGatewayType */
    bool ad_hoc_sequential, cancel_remaining;
    struct bpmn_expression completion;  /* ad-hoc completionCondition */
    struct bpmn_expression active_elements; /* zeebe:adHoc activeElementsCollection */
    struct bpmn_expression activation;  /* complex gateway */
};

struct bpmn_lane {
    struct str id, name;
    struct str role; /* zeebe:property lingban:role, else the name, else the id */
    int32_t process;
};

struct bpmn_model {
    struct str file; /* as given to bpmn_read */
    const struct xml_node *root; /* definitions */
    struct bpmn_element *elements;
    size_t element_count;
    struct bpmn_flow *flows;
    size_t flow_count;
    const struct bpmn_lane *lanes;
    size_t lane_count;
    struct bpmn_indexes processes; /* every process, executable or not */
    struct map by_id;              /* id -> struct bpmn_element * */
    const struct str *names; /* of data objects that are no simple names ("my order"): bound at compile time */
    size_t name_count;
    bool has_conditions, has_inclusive, has_compensation; /* somewhere in the file: lets a step skip what is not there */
};

/* NULL with faults when the root is no BPMN definitions. The model borrows the tree; both live in the arena. */
const struct bpmn_model *bpmn_read(struct arena *a, const struct xml_node *root, struct str file, struct faults *faults);

int32_t bpmn_find(const struct bpmn_model *m, struct str id); /* -1 */
/* The process with that id; with "" the only executable one, else the first executable one, else the first; -1. */
int32_t bpmn_find_process(const struct bpmn_model *m, struct str id);
struct str bpmn_element_id(const struct bpmn_model *m, int32_t element); /* "" for -1 */
const char *bpmn_kind_name(enum bpmn_kind kind); /* the XML name: "userTask" */
bool bpmn_is_activity(enum bpmn_kind kind);
bool bpmn_is_gateway(enum bpmn_kind kind);
bool bpmn_is_event(enum bpmn_kind kind);
/* True when `inner` lies inside `outer` (at any depth); an element does not lie inside itself. */
bool bpmn_is_inside(const struct bpmn_model *m, int32_t inner, int32_t outer);
/* Text of a zeebe:property (lingban:… too) of an element; STR_NONE when absent. */
struct str bpmn_property(const struct bpmn_model *m, int32_t element, const char *name);

#endif
