/* schema.c: the table behind schema.h, and its compilation.
 *
 * How to read a row: name, base, flags, attributes, children in order.
 *   attributes   name  name!  (required)  name:boolean :integer :double :ID :QName  name=One,Two (one of)
 *   references   name=>type|type   the run hangs on it      name~>type   it describes
 *                name?>*           only the drawing needs it
 *   children     name  name?  name*  name+  name++ (two or more)  name:type when the type has another name,
 *                name=>type the text of the child is a reference, ANY other content
 */
#include "bpmn/schema.h"

#include <string.h>

enum { ABSTRACT = 1, TEXT = 2 };

static const struct row {
    const char *name, *base;
    int flags;
    const char *attributes, *children;
} rows[] = {
    {"definitions", "", 0,
     "id:ID name targetNamespace! expressionLanguage typeLanguage exporter exporterVersion",
     "import* extension* rootElement* BPMNDiagram* relationship*"},
    {"baseElement", "", ABSTRACT, "id:ID", "documentation* extensionElements?"},
    {"Diagram", "", ABSTRACT, "name documentation resolution:double id:ID", ""},
    {"BPMNDiagram", "Diagram", 0, "", "BPMNPlane BPMNLabelStyle*"},
    {"DiagramElement", "", ABSTRACT, "id:ID", "extension:extensionElements?"},
    {"Edge", "DiagramElement", ABSTRACT, "", "waypoint:Point++"},
    {"LabeledEdge", "Edge", ABSTRACT, "", ""},
    {"BPMNEdge", "LabeledEdge", 0,
     "bpmnElement?>* sourceElement?>* targetElement?>* "
     "messageVisibleKind=initiating,non_initiating",
     "BPMNLabel?"},
    {"Node", "DiagramElement", ABSTRACT, "", ""},
    {"Label", "Node", ABSTRACT, "", "Bounds?"},
    {"BPMNLabel", "Label", 0, "labelStyle?>*", ""},
    {"Style", "", ABSTRACT, "id:ID", ""},
    {"BPMNLabelStyle", "Style", 0, "", "Font"},
    {"Plane", "Node", ABSTRACT, "", "DiagramElement*"},
    {"BPMNPlane", "Plane", 0, "bpmnElement?>*", ""},
    {"Shape", "Node", ABSTRACT, "", "Bounds"},
    {"LabeledShape", "Shape", ABSTRACT, "", ""},
    {"BPMNShape", "LabeledShape", 0,
     "bpmnElement?>* isHorizontal:boolean isExpanded:boolean isMarkerVisible:boolean "
     "isMessageVisible:boolean "
     "participantBandKind=top_initiating,middle_initiating,bottom_initiating,"
     "top_non_initiating,middle_non_initiating,bottom_non_initiating "
     "choreographyActivityShape?>*",
     "BPMNLabel?"},
    {"Bounds", "", 0, "x:double! y:double! width:double! height:double!", ""},
    {"Font", "", 0,
     "name size:double isBold:boolean isItalic:boolean isUnderline:boolean "
     "isStrikeThrough:boolean",
     ""},
    {"Point", "", 0, "x:double! y:double!", ""},
    {"flowElement", "baseElement", ABSTRACT, "name",
     "auditing? monitoring? categoryValueRef~>categoryValue*"},
    {"flowNode", "flowElement", ABSTRACT, "", "incoming=>sequenceFlow* outgoing=>sequenceFlow*"},
    {"activity", "flowNode", ABSTRACT,
     "isForCompensation:boolean startQuantity:integer completionQuantity:integer "
     "default=>sequenceFlow",
     "ioSpecification? property* dataInputAssociation* dataOutputAssociation* resourceRole* "
     "loopCharacteristics?"},
    {"subProcess", "activity", 0, "triggeredByEvent:boolean", "laneSet* flowElement* artifact*"},
    {"adHocSubProcess", "subProcess", 0, "cancelRemainingInstances:boolean ordering=Parallel,Sequential",
     "completionCondition:expression?"},
    {"artifact", "baseElement", ABSTRACT, "", ""},
    {"assignment", "baseElement", 0, "", "from:expression to:expression"},
    {"association", "artifact", 0, "sourceRef=>*! targetRef=>*! associationDirection=None,One,Both", ""},
    {"auditing", "baseElement", 0, "", ""},
    {"baseElementWithMixedContent", "", ABSTRACT | TEXT, "id:ID", "documentation* extensionElements?"},
    {"event", "flowNode", ABSTRACT, "", "property*"},
    {"catchEvent", "event", ABSTRACT, "parallelMultiple:boolean",
     "dataOutput* dataOutputAssociation* outputSet? eventDefinition* "
     "eventDefinitionRef=>eventDefinition*"},
    {"boundaryEvent", "catchEvent", 0, "cancelActivity:boolean attachedToRef=>activity!", ""},
    {"task", "activity", 0, "", ""},
    {"businessRuleTask", "task", 0, "implementation", ""},
    {"callActivity", "activity", 0, "calledElement~>callableElement", ""},
    {"choreographyActivity", "flowNode", ABSTRACT,
     "initiatingParticipantRef~>participant! "
     "loopType=None,Standard,MultiInstanceSequential,MultiInstanceParallel",
     "participantRef~>participant++ correlationKey*"},
    {"callChoreography", "choreographyActivity", 0, "calledChoreographyRef~>choreography",
     "participantAssociation*"},
    {"conversationNode", "baseElement", ABSTRACT, "name",
     "participantRef~>participant* messageFlowRef~>messageFlow* correlationKey*"},
    {"callConversation", "conversationNode", 0, "calledCollaborationRef~>collaboration",
     "participantAssociation*"},
    {"rootElement", "baseElement", ABSTRACT, "", ""},
    {"callableElement", "rootElement", 0, "name",
     "supportedInterfaceRef~>interface* ioSpecification? ioBinding*"},
    {"eventDefinition", "rootElement", ABSTRACT, "", ""},
    {"cancelEventDefinition", "eventDefinition", 0, "", ""},
    {"category", "rootElement", 0, "name", "categoryValue*"},
    {"categoryValue", "baseElement", 0, "value", ""},
    {"collaboration", "rootElement", 0, "name isClosed:boolean",
     "participant* messageFlow* artifact* conversationNode* conversationAssociation* "
     "participantAssociation* messageFlowAssociation* correlationKey* "
     "choreographyRef~>choreography* conversationLink*"},
    {"choreography", "collaboration", 0, "", "flowElement*"},
    {"choreographyTask", "choreographyActivity", 0, "", "messageFlowRef~>messageFlow+"},
    {"compensateEventDefinition", "eventDefinition", 0, "waitForCompletion:boolean activityRef=>activity",
     ""},
    {"complexBehaviorDefinition", "baseElement", 0, "",
     "condition:formalExpression event:implicitThrowEvent?"},
    {"gateway", "flowNode", ABSTRACT, "gatewayDirection=Unspecified,Converging,Diverging,Mixed", ""},
    {"complexGateway", "gateway", 0, "default=>sequenceFlow", "activationCondition:expression?"},
    {"conditionalEventDefinition", "eventDefinition", 0, "", "condition:expression"},
    {"conversation", "conversationNode", 0, "", ""},
    {"conversationAssociation", "baseElement", 0,
     "innerConversationNodeRef~>conversationNode! outerConversationNodeRef~>conversationNode!", ""},
    {"conversationLink", "baseElement", 0,
     "name sourceRef~>conversationNode|participant|activity|event! "
     "targetRef~>conversationNode|participant|activity|event!",
     ""},
    {"correlationKey", "baseElement", 0, "name", "correlationPropertyRef=>correlationProperty*"},
    {"correlationProperty", "rootElement", 0, "name type:QName", "correlationPropertyRetrievalExpression+"},
    {"correlationPropertyBinding", "baseElement", 0, "correlationPropertyRef=>correlationProperty!",
     "dataPath:formalExpression"},
    {"correlationPropertyRetrievalExpression", "baseElement", 0, "messageRef=>message!",
     "messagePath:formalExpression"},
    {"correlationSubscription", "baseElement", 0, "correlationKeyRef=>correlationKey!",
     "correlationPropertyBinding*"},
    {"dataAssociation", "baseElement", 0, "",
     "sourceRef=>itemAwareElement* targetRef=>itemAwareElement "
     "transformation:formalExpression? assignment*"},
    {"dataInput", "baseElement", 0, "name itemSubjectRef~>itemDefinition isCollection:boolean", "dataState?"},
    {"dataInputAssociation", "dataAssociation", 0, "", ""},
    {"dataObject", "flowElement", 0, "itemSubjectRef~>itemDefinition isCollection:boolean", "dataState?"},
    {"dataObjectReference", "flowElement", 0, "itemSubjectRef~>itemDefinition dataObjectRef=>dataObject",
     "dataState?"},
    {"dataOutput", "baseElement", 0, "name itemSubjectRef~>itemDefinition isCollection:boolean",
     "dataState?"},
    {"dataOutputAssociation", "dataAssociation", 0, "", ""},
    {"dataState", "baseElement", 0, "name", ""},
    {"dataStore", "rootElement", 0,
     "name capacity:integer isUnlimited:boolean itemSubjectRef~>itemDefinition", "dataState?"},
    {"dataStoreReference", "flowElement", 0, "itemSubjectRef~>itemDefinition dataStoreRef~>dataStore",
     "dataState?"},
    {"documentation", "", TEXT, "id:ID textFormat", "ANY"},
    {"throwEvent", "event", ABSTRACT, "",
     "dataInput* dataInputAssociation* inputSet? eventDefinition* "
     "eventDefinitionRef=>eventDefinition*"},
    {"endEvent", "throwEvent", 0, "", ""},
    {"endPoint", "rootElement", 0, "", ""},
    {"error", "rootElement", 0, "name errorCode structureRef~>itemDefinition", ""},
    {"errorEventDefinition", "eventDefinition", 0, "errorRef=>error", ""},
    {"escalation", "rootElement", 0, "name escalationCode structureRef~>itemDefinition", ""},
    {"escalationEventDefinition", "eventDefinition", 0, "escalationRef=>escalation", ""},
    {"eventBasedGateway", "gateway", 0, "instantiate:boolean eventGatewayType=Exclusive,Parallel", ""},
    {"exclusiveGateway", "gateway", 0, "default=>sequenceFlow", ""},
    {"expression", "baseElementWithMixedContent", 0, "", ""},
    {"extension", "", 0, "definition:QName mustUnderstand:boolean", "documentation*"},
    {"extensionElements", "", 0, "", "ANY"},
    {"formalExpression", "expression", 0, "language evaluatesToTypeRef~>itemDefinition", ""},
    {"globalTask", "callableElement", 0, "", "resourceRole*"},
    {"globalBusinessRuleTask", "globalTask", 0, "implementation", ""},
    {"globalChoreographyTask", "choreography", 0, "initiatingParticipantRef~>participant", ""},
    {"globalConversation", "collaboration", 0, "", ""},
    {"globalManualTask", "globalTask", 0, "", ""},
    {"globalScriptTask", "globalTask", 0, "scriptLanguage", "script?"},
    {"globalUserTask", "globalTask", 0, "implementation", "rendering*"},
    {"group", "artifact", 0, "categoryValueRef~>categoryValue", ""},
    {"resourceRole", "baseElement", 0, "name",
     "resourceRef~>resource? resourceParameterBinding* resourceAssignmentExpression?"},
    {"performer", "resourceRole", 0, "", ""},
    {"humanPerformer", "performer", 0, "", ""},
    {"implicitThrowEvent", "throwEvent", 0, "", ""},
    {"import", "", 0, "namespace! location! importType!", ""},
    {"inclusiveGateway", "gateway", 0, "default=>sequenceFlow", ""},
    {"ioBinding", "baseElement", 0,
     "operationRef~>operation! inputDataRef~>dataInput! outputDataRef~>dataOutput!", ""},
    {"ioSpecification", "baseElement", 0, "", "dataInput* dataOutput* inputSet+ outputSet+"},
    {"inputSet", "baseElement", 0, "name",
     "dataInputRefs=>dataInput* optionalInputRefs=>dataInput* "
     "whileExecutingInputRefs=>dataInput* outputSetRefs=>outputSet*"},
    {"interface", "rootElement", 0, "name! implementationRef:QName", "operation+"},
    {"intermediateCatchEvent", "catchEvent", 0, "", ""},
    {"intermediateThrowEvent", "throwEvent", 0, "", ""},
    {"itemDefinition", "rootElement", 0,
     "structureRef:QName isCollection:boolean itemKind=Information,Physical", ""},
    {"lane", "baseElement", 0, "name partitionElementRef~>*",
     "partitionElement:baseElement? flowNodeRef~>flowNode* childLaneSet:laneSet?"},
    {"laneSet", "baseElement", 0, "name", "lane*"},
    {"linkEventDefinition", "eventDefinition", 0, "name!",
     "source~>linkEventDefinition* target~>linkEventDefinition?"},
    {"loopCharacteristics", "baseElement", ABSTRACT, "", ""},
    {"manualTask", "task", 0, "", ""},
    {"message", "rootElement", 0, "name itemRef~>itemDefinition", ""},
    {"messageEventDefinition", "eventDefinition", 0, "messageRef=>message", "operationRef~>operation?"},
    {"messageFlow", "baseElement", 0,
     "name sourceRef=>participant|activity|event|conversationNode|choreographyActivity! "
     "targetRef=>participant|activity|event|conversationNode|choreographyActivity! messageRef~>message",
     ""},
    {"messageFlowAssociation", "baseElement", 0,
     "innerMessageFlowRef~>messageFlow! outerMessageFlowRef~>messageFlow!", ""},
    {"monitoring", "baseElement", 0, "", ""},
    {"multiInstanceLoopCharacteristics", "loopCharacteristics", 0,
     "isSequential:boolean behavior=None,One,All,Complex oneBehaviorEventRef=>eventDefinition "
     "noneBehaviorEventRef=>eventDefinition",
     "loopCardinality:expression? loopDataInputRef=>itemAwareElement? "
     "loopDataOutputRef=>itemAwareElement? inputDataItem:dataInput? "
     "outputDataItem:dataOutput? complexBehaviorDefinition* completionCondition:expression?"},
    {"operation", "baseElement", 0, "name! implementationRef:QName",
     "inMessageRef~>message outMessageRef~>message? errorRef~>error*"},
    {"outputSet", "baseElement", 0, "name",
     "dataOutputRefs=>dataOutput* optionalOutputRefs=>dataOutput* "
     "whileExecutingOutputRefs=>dataOutput* inputSetRefs=>inputSet*"},
    {"parallelGateway", "gateway", 0, "", ""},
    {"participant", "baseElement", 0, "name processRef=>process",
     "interfaceRef~>interface* endPointRef~>endPoint* participantMultiplicity?"},
    {"participantAssociation", "baseElement", 0, "",
     "innerParticipantRef~>participant outerParticipantRef~>participant"},
    {"participantMultiplicity", "baseElement", 0, "minimum:integer maximum:integer", ""},
    {"partnerEntity", "rootElement", 0, "name", "participantRef~>participant*"},
    {"partnerRole", "rootElement", 0, "name", "participantRef~>participant*"},
    {"potentialOwner", "humanPerformer", 0, "", ""},
    {"process", "callableElement", 0,
     "processType=None,Public,Private isClosed:boolean isExecutable:boolean "
     "definitionalCollaborationRef~>collaboration",
     "auditing? monitoring? property* laneSet* flowElement* artifact* resourceRole* "
     "correlationSubscription* supports~>process*"},
    {"property", "baseElement", 0, "name itemSubjectRef~>itemDefinition", "dataState?"},
    {"receiveTask", "task", 0,
     "implementation instantiate:boolean messageRef=>message operationRef~>operation", ""},
    {"relationship", "baseElement", 0, "type! direction=None,Forward,Backward,Both", "source+ target+"},
    {"rendering", "baseElement", 0, "", ""},
    {"resource", "rootElement", 0, "name!", "resourceParameter*"},
    {"resourceAssignmentExpression", "baseElement", 0, "", "expression"},
    {"resourceParameter", "baseElement", 0, "name type~>itemDefinition isRequired:boolean", ""},
    {"resourceParameterBinding", "baseElement", 0, "parameterRef~>resourceParameter!", "expression"},
    {"script", "", TEXT, "", "ANY"},
    {"scriptTask", "task", 0, "scriptFormat", "script?"},
    {"sendTask", "task", 0, "implementation messageRef=>message operationRef~>operation", ""},
    {"sequenceFlow", "flowElement", 0, "sourceRef=>flowNode! targetRef=>flowNode! isImmediate:boolean",
     "conditionExpression:expression?"},
    {"serviceTask", "task", 0, "implementation operationRef~>operation", ""},
    {"signal", "rootElement", 0, "name structureRef~>itemDefinition", ""},
    {"signalEventDefinition", "eventDefinition", 0, "signalRef=>signal", ""},
    {"standardLoopCharacteristics", "loopCharacteristics", 0, "testBefore:boolean loopMaximum:integer",
     "loopCondition:expression?"},
    {"startEvent", "catchEvent", 0, "isInterrupting:boolean", ""},
    {"subChoreography", "choreographyActivity", 0, "", "flowElement* artifact*"},
    {"subConversation", "conversationNode", 0, "", "conversationNode*"},
    {"terminateEventDefinition", "eventDefinition", 0, "", ""},
    {"text", "", TEXT, "", "ANY"},
    {"textAnnotation", "artifact", 0, "textFormat", "text?"},
    {"timerEventDefinition", "eventDefinition", 0, "",
     "timeDate:expression? timeDuration:expression? timeCycle:expression?"},
    {"transaction", "subProcess", 0, "method", ""},
    {"userTask", "task", 0, "implementation", "rendering*"},
};

/* Section 10.3.1: what holds or names data. The schema has no type for it, the references of data do. */
static const char item_aware[] =
    "property|dataObject|dataInput|dataOutput|dataStore|dataStoreReference|dataObjectReference";

enum { ROWS = sizeof rows / sizeof rows[0] };

static struct str word_until(struct str *rest, const char *ends) {
    size_t n = 0;
    while (n < rest->n && !strchr(ends, rest->p[n])) n++;
    struct str word = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return word;
}

/* "=>a|b", "~>a" or "?>*" at the head of *rest: takes it off. */
static enum bpmn_reference take_reference(struct str *rest, struct str *out_types) {
    enum bpmn_reference reference = str_starts(*rest, STR("=>"))   ? BPMN_REFERENCE_RUN
                                    : str_starts(*rest, STR("~>")) ? BPMN_REFERENCE_DESCRIPTION
                                    : str_starts(*rest, STR("?>")) ? BPMN_REFERENCE_DRAWING
                                                                   : BPMN_NO_REFERENCE;
    if (reference == BPMN_NO_REFERENCE) return reference;
    *rest = str_sub(*rest, 2, rest->n);
    *out_types = str_starts(*rest, STR("*")) ? str_sub(*rest, 0, 1) : word_until(rest, "!?*+");
    if (str_starts(*rest, STR("*")) && str_eqz(*out_types, "*")) *rest = str_sub(*rest, 1, rest->n);
    return reference;
}

static struct bpmn_attribute read_attribute(struct str word) {
    struct bpmn_attribute attribute = {.kind = 's'};
    if (str_ends(word, STR("!"))) {
        attribute.required = true;
        word.n--;
    }
    attribute.name = word_until(&word, ":=~?");
    attribute.reference = take_reference(&word, &attribute.values);
    if (attribute.reference != BPMN_NO_REFERENCE) {
        attribute.kind = 'r';
    } else if (word.n && word.p[0] == '=') {
        attribute.kind = 'e';
        attribute.values = str_sub(word, 1, word.n);
    } else if (word.n > 1) {
        attribute.kind = word.p[1] == 'Q' ? 'q' : word.p[1]; /* :boolean :integer :double :ID :QName */
    }
    return attribute;
}

static struct bpmn_particle read_particle(struct str word, const struct bpmn_schema *schema) {
    struct bpmn_particle particle = {.least = 1, .most = 1};
    particle.name = word_until(&word, ":=~?*+");
    struct str type = particle.name;
    particle.reference = take_reference(&word, &particle.values);
    if (word.n && word.p[0] == ':') {
        word = str_sub(word, 1, word.n);
        type = word_until(&word, "?*+");
    }
    if (particle.reference == BPMN_NO_REFERENCE) particle.type = map_get(&schema->types, type);
    if (str_eqz(word, "?")) particle.least = 0;
    if (str_eqz(word, "*")) particle.least = 0, particle.most = -1;
    if (str_eqz(word, "+")) particle.most = -1;
    if (str_eqz(word, "++")) particle.least = 2, particle.most = -1;
    return particle;
}

static size_t words_in(struct str list) {
    size_t n = 0;
    for (struct str word; str_split(&list, ' ', &word);) n += word.n > 0;
    return n;
}

static void compile(struct arena *a, const struct bpmn_schema *schema, struct bpmn_type *type,
                    const struct row *row) {
    const struct bpmn_type *base = type->base;
    size_t inherited_attributes = base ? base->attribute_count : 0,
           inherited = base ? base->particle_count : 0;
    struct str attributes = str_from(row->attributes), children = str_from(row->children), word;
    type->attributes = arena_array(a, struct bpmn_attribute, inherited_attributes + words_in(attributes));
    type->particles = arena_array(a, struct bpmn_particle, inherited + words_in(children));
    if (inherited_attributes)
        memcpy(type->attributes, base->attributes, inherited_attributes * sizeof *type->attributes);
    if (inherited) memcpy(type->particles, base->particles, inherited * sizeof *type->particles);
    type->attribute_count = inherited_attributes;
    type->particle_count = inherited;
    while (str_split(&attributes, ' ', &word))
        if (word.n) type->attributes[type->attribute_count++] = read_attribute(word);
    while (str_split(&children, ' ', &word)) {
        if (str_eqz(word, "ANY"))
            type->any = true;
        else if (word.n)
            type->particles[type->particle_count++] = read_particle(word, schema);
    }
}

const struct bpmn_schema *bpmn_schema_read(struct arena *a) {
    struct bpmn_schema *schema = arena_new(a, struct bpmn_schema);
    map_init(&schema->types, a);
    schema->all = arena_array(a, struct bpmn_type, ROWS);
    schema->count = ROWS;
    for (size_t i = 0; i < ROWS; i++) {
        struct bpmn_type *type = &schema->all[i];
        type->name = str_from(rows[i].name);
        type->number = i;
        type->abstract = rows[i].flags & ABSTRACT;
        type->base = rows[i].base[0] ? map_get(&schema->types, str_from(rows[i].base)) : NULL;
        type->text = (rows[i].flags & TEXT) || (type->base && type->base->text);
        map_put(&schema->types, type->name, type);
    }
    for (size_t i = 0; i < ROWS; i++) compile(a, schema, &schema->all[i], &rows[i]);
    return schema;
}

const struct bpmn_type *bpmn_schema_type(const struct bpmn_schema *schema, struct str name) {
    return map_get(&schema->types, name);
}

bool bpmn_type_is(const struct bpmn_type *type, const char *name) {
    struct str wanted = str_from(name);
    for (; type; type = type->base)
        if (str_eq(type->name, wanted)) return true;
    return false;
}

bool bpmn_type_in(const struct bpmn_type *type, struct str names) {
    if (!type) return false;
    if (str_eqz(names, "*")) return true;
    if (str_eqz(names, "itemAwareElement")) names = str_from(item_aware);
    for (struct str name; str_split(&names, '|', &name);)
        for (const struct bpmn_type *t = type; t; t = t->base)
            if (str_eq(t->name, name)) return true;
    return false;
}

const struct bpmn_attribute *bpmn_type_attribute(const struct bpmn_type *type, struct str name) {
    for (size_t i = 0; i < type->attribute_count; i++)
        if (str_eq(type->attributes[i].name, name)) return &type->attributes[i];
    return NULL;
}
