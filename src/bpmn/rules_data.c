/* rules_data.c: data inputs and outputs, their sets, item definitions and bindings (chapters 10.3.1
 * and 10.4).
 *
 * The engine moves FEEL values and needs none of this, so almost all of it is a warning at the normal level.
 */
#include "bpmn/rules_local.h"

static const struct bpmn_node *item_of(struct check *c, const struct bpmn_node *e) {
    if (!e) return NULL;
    const struct bpmn_node *item = bpmn_ref(c->tree, e, "itemSubjectRef");
    if (item) return item;
    const struct bpmn_node *behind =
        bpmn_ref(c->tree, e, bpmn_is(e, "dataObjectReference") ? "dataObjectRef" : "dataStoreRef");
    return behind ? bpmn_ref(c->tree, behind, "itemSubjectRef") : NULL;
}

static bool ext020(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *item = bpmn_ref(c->tree, e, "itemSubjectRef");
    return bpmn_is(item, "itemDefinition") &&
           bpmn_flag(item, "isCollection", false) != bpmn_flag(e, "isCollection", false);
}

/* --- data of service, send and receive tasks --- */

static const struct bpmn_node *io_of(const struct bpmn_node *e) {
    return bpmn_child(e, "ioSpecification");
}

static size_t in_io(const struct bpmn_node *e, const char *what) {
    const struct bpmn_node *io = io_of(e);
    return io ? bpmn_count(io, what) : 0;
}

static const struct bpmn_node *operation_of(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *operation = bpmn_ref(c->tree, e, "operationRef");
    return bpmn_is(operation, "operation") ? operation : NULL;
}

static const struct bpmn_node *message_item(struct check *c, const struct bpmn_node *message) {
    return bpmn_is(message, "message") ? bpmn_ref(c->tree, message, "itemRef") : NULL;
}

static const struct bpmn_node *operation_item(struct check *c, const struct bpmn_node *operation,
                                              const char *way) {
    const struct bpmn_node *ref = bpmn_child(operation, way);
    return ref ? message_item(c, ref->target) : NULL;
}

/* Whether some data input (output) of the activity has another item than `item`. */
static bool other_item(struct check *c, const struct bpmn_node *e, const char *what,
                       const struct bpmn_node *item) {
    const struct bpmn_node *io = io_of(e);
    for (const struct bpmn_node *i = io ? bpmn_child(io, what) : NULL; i; i = bpmn_next(i, what))
        if (!rules_same_item(item_of(c, i), item)) return true;
    return false;
}

static bool ext042(struct check *c, const struct bpmn_node *e) {
    return operation_of(c, e) && in_io(e, "inputSet") != 1;
}

static bool ext043(struct check *c, const struct bpmn_node *e) {
    return operation_of(c, e) && in_io(e, "outputSet") > 1;
}

static bool ext044(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *operation = operation_of(c, e);
    return operation && other_item(c, e, "dataInput", operation_item(c, operation, "inMessageRef"));
}

static bool ext045(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *operation = operation_of(c, e);
    return operation && bpmn_child(operation, "outMessageRef") &&
           other_item(c, e, "dataOutput", operation_item(c, operation, "outMessageRef"));
}

static const struct bpmn_node *message_of(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *message = bpmn_ref(c->tree, e, "messageRef");
    return bpmn_is(message, "message") ? message : NULL;
}

static bool ext046(struct check *c, const struct bpmn_node *e) {
    return message_of(c, e) && in_io(e, "inputSet") > 1;
}

static bool ext047(struct check *c, const struct bpmn_node *e) {
    return message_of(c, e) && in_io(e, "dataInput") > 1;
}

static bool ext048(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *message = message_of(c, e);
    return message && other_item(c, e, "dataInput", message_item(c, message));
}

static bool ext050(struct check *c, const struct bpmn_node *e) {
    return message_of(c, e) && in_io(e, "outputSet") > 1;
}

static bool ext051(struct check *c, const struct bpmn_node *e) {
    return message_of(c, e) && in_io(e, "dataOutput") > 1;
}

static bool ext052(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *message = message_of(c, e);
    return message && other_item(c, e, "dataOutput", message_item(c, message));
}

/* --- call activities and service bindings --- */

/* Every data of `what` in x has a partner of the same item in y. */
static bool covers(struct check *c, const struct bpmn_node *x, const struct bpmn_node *y, const char *what) {
    for (const struct bpmn_node *i = x ? bpmn_child(x, what) : NULL; i; i = bpmn_next(i, what)) {
        const struct bpmn_node *j = y ? bpmn_child(y, what) : NULL;
        while (j && rules_afford(c) && !rules_same_item(item_of(c, i), item_of(c, j))) j = bpmn_next(j, what);
        if (!j) return false;
    }
    return true;
}

static bool ext063(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *called = bpmn_ref(c->tree, e, "calledElement");
    if (!bpmn_is(called, "callableElement")) return false;
    const struct bpmn_node *here = io_of(e), *there = io_of(called);
    static const char *const kinds[] = {"dataInput", "dataOutput"};
    c->detail = bpmn_name(called);
    for (size_t k = 0; k < 2; k++) {
        size_t mine = here ? bpmn_count(here, kinds[k]) : 0, theirs = there ? bpmn_count(there, kinds[k]) : 0;
        if (mine != theirs || !covers(c, here, there, kinds[k]) || !covers(c, there, here, kinds[k]))
            return true;
    }
    return false;
}

static bool ext064(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_child(e, "supportedInterfaceRef") && !bpmn_child(e, "ioBinding");
}

static bool supports(const struct bpmn_node *callable, const struct bpmn_node *interface) {
    for (const struct bpmn_node *i = bpmn_child(callable, "supportedInterfaceRef"); i;
         i = bpmn_next(i, "supportedInterfaceRef"))
        if (i->target == interface) return true;
    return false;
}

static bool owned_by(const struct bpmn_node *data, const struct bpmn_node *callable) {
    return data->parent && data->parent->parent == callable;
}

static bool ext065(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *operation = operation_of(c, e), *input = bpmn_ref(c->tree, e, "inputDataRef"),
                           *output = bpmn_ref(c->tree, e, "outputDataRef");
    if (!operation || !input || !output || !e->parent) return false; /* REF says so */
    if (!supports(e->parent, operation->parent)) return true;
    if (!owned_by(input, e->parent) || !owned_by(output, e->parent)) return true;
    if (!rules_same_item(item_of(c, input), operation_item(c, operation, "inMessageRef"))) return true;
    return bpmn_child(operation, "outMessageRef") &&
           !rules_same_item(item_of(c, output), operation_item(c, operation, "outMessageRef"));
}

/* --- multi-instance data --- */

static bool ext068(struct check *c, const struct bpmn_node *e) {
    (void)c;
    const struct bpmn_node *ref = bpmn_child(e, "loopDataInputRef");
    if (!ref || !ref->target || !bpmn_is(e->parent, "task")) return false;
    return !bpmn_is(ref->target, "dataInput") || !owned_by(ref->target, e->parent);
}

static bool not_scalar_of(struct check *c, const struct bpmn_node *e, const char *collection,
                          const char *scalar) {
    const struct bpmn_node *ref = bpmn_child(e, collection), *one = bpmn_child(e, scalar);
    if (!ref || !one) return false;
    const struct bpmn_node *many_item = item_of(c, ref->target), *one_item = item_of(c, one);
    if (!many_item || !one_item) return false;
    return !bpmn_flag(many_item, "isCollection", false) || bpmn_flag(one_item, "isCollection", false) ||
           !str_eq(bpmn_attr(many_item, "structureRef"), bpmn_attr(one_item, "structureRef"));
}

static bool ext069(struct check *c, const struct bpmn_node *e) {
    return not_scalar_of(c, e, "loopDataOutputRef", "outputDataItem");
}

static bool ext070(struct check *c, const struct bpmn_node *e) {
    return not_scalar_of(c, e, "loopDataInputRef", "inputDataItem");
}

/* --- objects and their places --- */

static bool ext076(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *state = bpmn_child(e, "dataState");
    if (!state || !bpmn_attr(state, "name").n) return false;
    const struct bpmn_node *object = bpmn_ref(c->tree, e, "dataObjectRef");
    struct str name = str_trim(bpmn_attr(e, "name")), state_name = str_trim(bpmn_attr(state, "name"));
    struct str ending = arena_printf(c->arena, "[%.*s]", STR_ARGS(state_name));
    c->detail = ending;
    if (!str_ends(name, ending)) return true;
    struct str object_name = object ? str_trim(bpmn_attr(object, "name")) : STR("");
    struct str before = str_trim(str_sub(name, 0, name.n - ending.n));
    return object_name.n ? !str_eq(before, object_name) : !before.n;
}

static bool ext078(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return !bpmn_is(e->parent, "process") && !bpmn_is(e->parent, "activity") && !bpmn_is(e->parent, "event");
}

static bool ext079(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return io_of(e) != NULL;
}

static bool of_process(const struct bpmn_node *data) {
    return data && bpmn_is(data->parent, "ioSpecification") && bpmn_is(data->parent->parent, "process");
}

static bool ext080(struct check *c, const struct bpmn_node *e) {
    (void)c;
    const struct bpmn_node *to = bpmn_child(e, "targetRef");
    return to && bpmn_is(to->target, "dataInput") && of_process(to->target);
}

static bool ext082(struct check *c, const struct bpmn_node *e) {
    (void)c;
    for (const struct bpmn_node *i = bpmn_child(e, "sourceRef"); i; i = bpmn_next(i, "sourceRef"))
        if (bpmn_is(i->target, "dataOutput") && of_process(i->target)) return true;
    return false;
}

/* --- sets --- */

static bool ext084(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_is(e->parent, "ioSpecification") && !e->listed_in;
}

static bool ext088(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_is(e->parent, "ioSpecification") && !e->listed_in;
}

/* Something in `list` of this set that its main list does not have. */
static bool strays(struct check *c, const struct bpmn_node *e, const char *list, const char *main_list) {
    for (const struct bpmn_node *i = bpmn_child(e, list); i; i = bpmn_next(i, list)) {
        const struct bpmn_node *j = bpmn_child(e, main_list);
        while (j && rules_afford(c) && !(j->target && j->target == i->target)) j = bpmn_next(j, main_list);
        c->detail = bpmn_text(c->tree, i);
        if (!j) return true;
    }
    return false;
}

static bool ext085(struct check *c, const struct bpmn_node *e) {
    return strays(c, e, "optionalInputRefs", "dataInputRefs");
}

static bool ext086(struct check *c, const struct bpmn_node *e) {
    return strays(c, e, "whileExecutingInputRefs", "dataInputRefs");
}

static bool ext089(struct check *c, const struct bpmn_node *e) {
    return strays(c, e, "optionalOutputRefs", "dataOutputRefs");
}

static bool ext090(struct check *c, const struct bpmn_node *e) {
    return strays(c, e, "whileExecutingOutputRefs", "dataOutputRefs");
}

static bool one_sided(struct check *c, const struct bpmn_node *set, const char *list, const char *back) {
    for (const struct bpmn_node *i = bpmn_child(set, list); i; i = bpmn_next(i, list)) {
        const struct bpmn_node *j = i->target ? bpmn_child(i->target, back) : NULL;
        while (j && rules_afford(c) && j->target != set) j = bpmn_next(j, back);
        if (i->target && !j) return true;
    }
    return false;
}

static bool ext087_input(struct check *c, const struct bpmn_node *e) {
    return one_sided(c, e, "outputSetRefs", "inputSetRefs");
}

static bool ext087_output(struct check *c, const struct bpmn_node *e) {
    return one_sided(c, e, "inputSetRefs", "outputSetRefs");
}

/* --- associations and events --- */

static bool ext091(struct check *c, const struct bpmn_node *e) {
    const struct bpmn_node *from = bpmn_child(e, "sourceRef"), *to = bpmn_child(e, "targetRef");
    if (!from || !to || !from->target || !to->target || bpmn_child(e, "transformation") ||
        bpmn_child(e, "assignment"))
        return false;
    const struct bpmn_node *x = item_of(c, from->target), *y = item_of(c, to->target);
    return x && y && !rules_same_item(x, y);
}

static bool ext092(struct check *c, const struct bpmn_node *e) {
    (void)c;
    return bpmn_count(e, "sourceRef") > 1 && !bpmn_child(e, "transformation");
}

static size_t event_data(const struct bpmn_node *e) {
    return bpmn_count(e, "dataInput") + bpmn_count(e, "dataOutput");
}

static bool ext093(struct check *c, const struct bpmn_node *e) {
    size_t data = event_data(e);
    return data > 0 && data != rules_triggers(c, e).count;
}

static const struct bpmn_node *trigger_item(struct check *c, const struct bpmn_node *definition) {
    static const char *const names[] = {"errorRef", "escalationRef", "signalRef"};
    if (bpmn_is(definition, "messageEventDefinition"))
        return message_item(c, bpmn_ref(c->tree, definition, "messageRef"));
    for (size_t i = 0; i < 3; i++) {
        const struct bpmn_node *named = bpmn_ref(c->tree, definition, names[i]);
        if (named) return bpmn_ref(c->tree, named, "structureRef");
    }
    return NULL;
}

static bool carries_data(const struct bpmn_node *definition) {
    return bpmn_type_in(definition->type, STR("messageEventDefinition|errorEventDefinition|"
                                              "escalationEventDefinition|signalEventDefinition"));
}

static bool ext094(struct check *c, const struct bpmn_node *e) {
    const char *what = bpmn_is(e, "throwEvent") ? "dataInput" : "dataOutput";
    struct triggers t = rules_triggers(c, e);
    const struct bpmn_node *data = bpmn_child(e, what);
    for (size_t i = 0; i < t.count && data; i++, data = bpmn_next(data, what))
        if (carries_data(t.items[i]) && !rules_same_item(item_of(c, data), trigger_item(c, t.items[i])))
            return true;
    return false;
}

#define COLLECTION T_STATIC("“{0}” and its item definition do not agree on whether it is a collection.")

const struct rule rules_data[] = {
    {"bpmn.EXT020", "dataObject", ext020, FAULT_WARNING, COLLECTION},
    {"bpmn.EXT020", "dataInput", ext020, FAULT_WARNING, COLLECTION},
    {"bpmn.EXT020", "dataOutput", ext020, FAULT_WARNING, COLLECTION},
    {"bpmn.EXT042", "serviceTask", ext042, FAULT_WARNING,
     T_STATIC("The service task “{0}” with an operation needs exactly one input set.")},
    {"bpmn.EXT043", "serviceTask", ext043, FAULT_WARNING,
     T_STATIC("The service task “{0}” with an operation may have at most one output set.")},
    {"bpmn.EXT044", "serviceTask", ext044, FAULT_WARNING,
     T_STATIC("The data input of “{0}” has not the item definition of its operation's message.")},
    {"bpmn.EXT045", "serviceTask", ext045, FAULT_WARNING,
     T_STATIC("The data output of “{0}” has not the item definition of its operation's answer.")},
    {"bpmn.EXT046", "sendTask", ext046, FAULT_WARNING,
     T_STATIC("The send task “{0}” may have at most one input set.")},
    {"bpmn.EXT047", "sendTask", ext047, FAULT_WARNING,
     T_STATIC("The send task “{0}” may have at most one data input.")},
    {"bpmn.EXT048", "sendTask", ext048, FAULT_WARNING,
     T_STATIC("The data input of “{0}” has not the item definition of its message.")},
    {"bpmn.EXT050", "receiveTask", ext050, FAULT_WARNING,
     T_STATIC("The receive task “{0}” may have at most one output set.")},
    {"bpmn.EXT051", "receiveTask", ext051, FAULT_WARNING,
     T_STATIC("The receive task “{0}” may have at most one data output.")},
    {"bpmn.EXT052", "receiveTask", ext052, FAULT_WARNING,
     T_STATIC("The data output of “{0}” has not the item definition of its message.")},
    {"bpmn.EXT063", "callActivity", ext063, FAULT_WARNING,
     T_STATIC("The data of “{0}” do not match those of “{1}”, which it calls.")},
    {"bpmn.EXT064", "callableElement", ext064, FAULT_WARNING,
     T_STATIC("“{0}” is offered as a service, so it needs an input/output binding.")},
    {"bpmn.EXT065", "ioBinding", ext065, FAULT_WARNING,
     T_STATIC("A binding must tie an input and an output to the messages of an operation of a supported "
              "interface: “{0}”.")},
    {"bpmn.EXT068", "multiInstanceLoopCharacteristics", ext068, FAULT_WARNING,
     T_STATIC("The collection of a multiple task must be one of the task's data inputs: “{0}”.")},
    {"bpmn.EXT069", "multiInstanceLoopCharacteristics", ext069, FAULT_WARNING,
     T_STATIC("The output item is not a single one of the output collection: “{0}”.")},
    {"bpmn.EXT070", "multiInstanceLoopCharacteristics", ext070, FAULT_WARNING,
     T_STATIC("The input item is not a single one of the input collection: “{0}”.")},
    {"bpmn.EXT076", "dataObjectReference", ext076, FAULT_WARNING,
     T_STATIC("The name “{0}” should be that of the data object followed by its state {1}.")},
    {"bpmn.EXT078", "property", ext078, FAULT_WARNING,
     T_STATIC("The property “{0}” may stand only in a process, an activity or an event.")},
    {"bpmn.EXT079", "subProcess", ext079, FAULT_WARNING,
     T_STATIC("The sub-process “{0}” must not have an input/output specification.")},
    {"bpmn.EXT080", "dataAssociation", ext080, FAULT_WARNING,
     T_STATIC("A data input of a process must not be written from inside the process: “{0}”.")},
    {"bpmn.EXT082", "dataAssociation", ext082, FAULT_WARNING,
     T_STATIC("A data output of a process must not be read from inside the process: “{0}”.")},
    {"bpmn.EXT084", "dataInput", ext084, FAULT_WARNING, T_STATIC("The data input “{0}” is in no input set.")},
    {"bpmn.EXT085", "inputSet", ext085, FAULT_WARNING,
     T_STATIC("The optional input {1} is not among the data inputs of its set.")},
    {"bpmn.EXT086", "inputSet", ext086, FAULT_WARNING,
     T_STATIC("The input {1}, read while executing, is not among the data inputs of its set.")},
    {"bpmn.EXT087", "inputSet", ext087_input, FAULT_WARNING,
     T_STATIC("An input set and its output sets must refer to each other: “{0}”.")},
    {"bpmn.EXT087", "outputSet", ext087_output, FAULT_WARNING,
     T_STATIC("An output set and its input sets must refer to each other: “{0}”.")},
    {"bpmn.EXT088", "dataOutput", ext088, FAULT_WARNING,
     T_STATIC("The data output “{0}” is in no output set.")},
    {"bpmn.EXT089", "outputSet", ext089, FAULT_WARNING,
     T_STATIC("The optional output {1} is not among the data outputs of its set.")},
    {"bpmn.EXT090", "outputSet", ext090, FAULT_WARNING,
     T_STATIC("The output {1}, written while executing, is not among the data outputs of its set.")},
    {"bpmn.EXT091", "dataAssociation", ext091, FAULT_WARNING,
     T_STATIC("Source and target of a data association have different item definitions: “{0}”.")},
    {"bpmn.EXT092", "dataAssociation", ext092, FAULT_WARNING,
     T_STATIC("A data association with several sources needs a transformation: “{0}”.")},
    {"bpmn.EXT093", "event", ext093, FAULT_WARNING,
     T_STATIC("The event “{0}” needs one data input or output for each of its triggers.")},
    {"bpmn.EXT094", "event", ext094, FAULT_WARNING,
     T_STATIC("The data of the event “{0}” have not the item definition of its trigger.")},
    {NULL, NULL, NULL, FAULT_ERROR, {NULL, 0}},
};
