/* read.c: the elements of a DMN file, from XML to model.h.
 *
 * Files of DMN 1.1 to 1.5 differ in their namespace and little else that matters here (1.1 writes typeRef as a
 * qualified name and allows the logic of a BKM beside its variable). Elements of other namespaces are vendors'
 * extensions and are skipped, wherever they stand. Nothing is resolved here. Read next: read_logic.c, link.c.
 */
#include "dmn/read.h"

#include <string.h>

/* OMG's namespaces of the model files, by version of the standard. 1.4 kept a dated one of its own. */
static const struct {
    const char *uri;
    int version;
} namespaces[] = {
    {"https://www.omg.org/spec/DMN/20230324/MODEL/", 15}, {"https://www.omg.org/spec/DMN/20211108/MODEL/", 14},
    {"https://www.omg.org/spec/DMN/20191111/MODEL/", 13}, {"http://www.omg.org/spec/DMN/20180521/MODEL/", 12},
    {"http://www.omg.org/spec/DMN/20151101/dmn.xsd", 11}, {"http://www.omg.org/spec/DMN/20151101/dmn11.xsd", 11},
};

/* A table of 100,000 rules with five inputs is 60 MB and 4 million nodes. */
static const struct xml_limits limits = {.bytes = 160u << 20, .depth = 200, .nodes = 12000000};

struct xml_node *dmn_child(const struct dmn_reader *r, const struct xml_node *e, const char *name) {
    for (struct xml_node *c = xml_first_element(e); c; c = xml_next_element(c))
        if (str_eq(c->ns, r->ns) && (!name || str_eqz(c->name, name))) return c;
    return NULL;
}

struct xml_node *dmn_next(const struct dmn_reader *r, const struct xml_node *e, const char *name) {
    for (struct xml_node *c = xml_next_element(e); c; c = xml_next_element(c))
        if (str_eq(c->ns, r->ns) && (!name || str_eqz(c->name, name))) return c;
    return NULL;
}

struct place dmn_place(const struct dmn_reader *r, const struct xml_node *e) {
    struct place place = xml_place(e, r->file->path);
    place.element = r->element;
    return place;
}

struct str dmn_attribute(const struct dmn_reader *r, const struct xml_node *e, const char *name) {
    return arena_str(r->model->arena, str_trim(xml_attr(e, name)));
}

struct str dmn_name(struct arena *a, struct str text) {
    text = str_trim(text);
    bool plain = true;
    for (size_t i = 0; i < text.n && plain; i++) {
        bool space = strchr(" \t\r\n", text.p[i]) != NULL;
        plain = !space || (text.p[i] == ' ' && text.p[i + 1] != ' ');
    }
    if (plain) return arena_str(a, text);
    char *out = arena_alloc_raw(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        bool space = strchr(" \t\r\n", text.p[i]) != NULL;
        if (!space)
            out[n++] = text.p[i];
        else if (n && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return (struct str){out, n};
}

struct str dmn_child_text(const struct dmn_reader *r, const struct xml_node *e, const char *name) {
    const struct xml_node *c = dmn_child(r, e, name);
    return c ? arena_str(r->model->arena, xml_text(r->xml, c)) : STR_NONE;
}

/* "feel:number" in DMN 1.1: the prefix is that of FEEL's namespace; any other prefix is an import's. */
static struct str without_prefix(const struct xml_node *e, struct str name) {
    ptrdiff_t colon = str_find_byte(name, ':');
    if (colon <= 0) return name;
    struct str uri = xml_namespace_of(e, str_sub(name, 0, (size_t)colon));
    return uri.p ? str_sub(name, (size_t)colon + 1, name.n) : name;
}

struct str dmn_type_name(const struct dmn_reader *r, const struct xml_node *e, const char *attribute) {
    return without_prefix(e, dmn_name(r->model->arena, xml_attr(e, attribute)));
}

void dmn_read_variable(const struct dmn_reader *r, const struct xml_node *e, struct dmn_variable *out) {
    out->name = dmn_name(r->model->arena, xml_attr(e, "name"));
    out->id = dmn_attribute(r, e, "id");
    out->type_name = dmn_type_name(r, e, "typeRef");
    out->place = dmn_place(r, e);
}

struct dmn_tests *dmn_read_tests(const struct dmn_reader *r, const struct xml_node *e) {
    if (!e) return NULL;
    struct dmn_tests *tests = arena_new(r->model->arena, struct dmn_tests);
    tests->text = str_trim(dmn_child_text(r, e, "text"));
    tests->place = dmn_place(r, e);
    return tests;
}

/* ---- item definitions ---- */

static void read_item(const struct dmn_reader *r, const struct xml_node *e, struct dmn_item *out) {
    struct arena *a = r->model->arena;
    dmn_read_variable(r, e, &out->variable);
    out->place = out->variable.place;
    out->place.element = out->variable.name;
    out->file = r->file;
    out->collection = str_eqz(dmn_attribute(r, e, "isCollection"), "true");
    const struct xml_node *type = dmn_child(r, e, "typeRef");
    if (type) out->variable.type_name = without_prefix(type, dmn_name(a, xml_text(r->xml, type)));
    out->allowed = dmn_read_tests(r, dmn_child(r, e, "allowedValues"));
    out->constraint = dmn_read_tests(r, dmn_child(r, e, "typeConstraint"));
    for (const struct xml_node *c = dmn_child(r, e, "itemComponent"); c; c = dmn_next(r, c, "itemComponent")) {
        struct dmn_item component = {0};
        read_item(r, c, &component);
        out->has_components = true;
        VEC_PUSH(a, out->components, out->component_count, out->component_capacity, component);
    }
    const struct xml_node *function = dmn_child(r, e, "functionItem");
    if (!function) return;
    out->is_function = true;
    out->output_type_name = dmn_type_name(r, function, "outputTypeRef");
    for (const struct xml_node *c = dmn_child(r, function, "parameters"); c; c = dmn_next(r, c, "parameters")) {
        struct dmn_variable parameter;
        dmn_read_variable(r, c, &parameter);
        VEC_PUSH(a, out->parameters, out->parameter_count, out->parameter_capacity, parameter);
    }
}

static void read_item_definition(const struct dmn_reader *r, const struct xml_node *e) {
    struct dmn_item *item = arena_new(r->model->arena, struct dmn_item);
    read_item(r, e, item);
    if (map_has(&r->file->items_by_name, item->variable.name)) {
        fault_error(r->model->faults, "dmn.type-twice", item->place,
                    T("The type “{0}” is defined twice; the second is ignored."), item->variable.name);
        return;
    }
    map_put(&r->file->items_by_name, item->variable.name, item);
    VEC_PUSH(r->model->arena, r->file->items, r->file->item_count, r->file->item_capacity, item);
}

/* ---- elements of the requirement graph ---- */

static void add_requirement(const struct dmn_reader *r, struct dmn_requirements *to, const struct xml_node *e) {
    struct dmn_requirement requirement = {.href = dmn_attribute(r, e, "href"), .place = dmn_place(r, e)};
    VEC_PUSH(r->model->arena, to->items, to->count, to->capacity, requirement);
}

/* <informationRequirement><requiredDecision href="…"/></informationRequirement> and its like. */
static void read_requirements(const struct dmn_reader *r, const struct xml_node *e, const char *wrapper,
                              struct dmn_requirements *to) {
    for (const struct xml_node *w = dmn_child(r, e, wrapper); w; w = dmn_next(r, w, wrapper)) {
        const struct xml_node *reference = dmn_child(r, w, NULL);
        while (reference && xml_attr(reference, "href").p == NULL) reference = dmn_next(r, reference, NULL);
        if (reference) add_requirement(r, to, reference);
    }
}

static void read_references(const struct dmn_reader *r, const struct xml_node *e, const char *name,
                            struct dmn_requirements *to) {
    for (const struct xml_node *c = dmn_child(r, e, name); c; c = dmn_next(r, c, name)) add_requirement(r, to, c);
}

static void read_knowledge_logic(const struct dmn_reader *r, const struct xml_node *e, struct dmn_element *out) {
    const struct xml_node *logic = dmn_child(r, e, "encapsulatedLogic");
    if (logic) out->logic = dmn_read_function(r, logic);
}

static void read_decision_parts(const struct dmn_reader *r, const struct xml_node *e, struct dmn_element *out) {
    out->question = str_trim(dmn_child_text(r, e, "question"));
    out->allowed_answers = str_trim(dmn_child_text(r, e, "allowedAnswers"));
    out->logic = dmn_read_expression_in(r, e);
}

static void read_service_parts(const struct dmn_reader *r, const struct xml_node *e, struct dmn_element *out) {
    read_references(r, e, "outputDecision", &out->outputs);
    read_references(r, e, "encapsulatedDecision", &out->encapsulated);
    read_references(r, e, "inputDecision", &out->input_decisions);
    read_references(r, e, "inputData", &out->input_data);
}

static void register_element(const struct dmn_reader *r, struct dmn_element *element) {
    struct dmn_model *m = r->model;
    element->number = (unsigned)m->element_count;
    VEC_PUSH(m->arena, m->elements, m->element_count, m->element_capacity, element);
    r->file->element_count++;
    if (element->id.n == 0) return;
    if (map_has(&r->file->elements_by_id, element->id))
        fault_error(m->faults, "dmn.id-twice", element->place,
                    T("Two elements have the id “{0}”; references to it go to the first."), element->id);
    else
        map_put(&r->file->elements_by_id, element->id, element);
}

static void read_element(struct dmn_reader *r, const struct xml_node *e, enum dmn_element_kind kind) {
    struct arena *a = r->model->arena;
    struct dmn_element *out = arena_new(a, struct dmn_element);
    out->kind = kind;
    out->file = r->file;
    out->id = dmn_attribute(r, e, "id");
    out->name = dmn_name(a, xml_attr(e, "name"));
    r->element = out->name.n ? out->name : out->id;
    out->place = dmn_place(r, e);
    out->description = str_trim(dmn_child_text(r, e, "description"));
    const struct xml_node *variable = dmn_child(r, e, "variable");
    if (variable) dmn_read_variable(r, variable, &out->variable);
    if (out->variable.name.n == 0) out->variable.name = out->name;
    if (out->variable.place.line == 0) out->variable.place = out->place;
    if (out->name.n == 0) {
        fault_error(r->model->faults, "dmn.no-name", out->place, T("This element has no name; it is left out."));
        return;
    }
    read_requirements(r, e, "informationRequirement", &out->information);
    read_requirements(r, e, "knowledgeRequirement", &out->knowledge);
    if (kind == DMN_DECISION) read_decision_parts(r, e, out);
    if (kind == DMN_KNOWLEDGE) read_knowledge_logic(r, e, out);
    if (kind == DMN_SERVICE) read_service_parts(r, e, out);
    register_element(r, out);
    r->element = STR_NONE;
}

/* ---- the file ---- */

static void read_import(const struct dmn_reader *r, const struct xml_node *e) {
    struct dmn_import import = {.name = dmn_name(r->model->arena, xml_attr(e, "name")),
                                .namespace = dmn_attribute(r, e, "namespace"),
                                .type = dmn_attribute(r, e, "importType"),
                                .location = dmn_attribute(r, e, "locationURI"),
                                .place = dmn_place(r, e)};
    VEC_PUSH(r->model->arena, r->file->imports, r->file->import_count, r->file->import_capacity, import);
}

static const struct {
    const char *name;
    enum dmn_element_kind kind;
} element_names[] = {
    {"inputData", DMN_INPUT_DATA},
    {"decision", DMN_DECISION},
    {"businessKnowledgeModel", DMN_KNOWLEDGE},
    {"decisionService", DMN_SERVICE},
};

static void read_children(struct dmn_reader *r, const struct xml_node *root) {
    for (const struct xml_node *e = dmn_child(r, root, NULL); e; e = dmn_next(r, e, NULL)) {
        if (str_eqz(e->name, "import")) read_import(r, e);
        if (str_eqz(e->name, "itemDefinition")) read_item_definition(r, e);
        for (size_t i = 0; i < sizeof element_names / sizeof *element_names; i++)
            if (str_eqz(e->name, element_names[i].name)) read_element(r, e, element_names[i].kind);
    }
}

/* The version of the root element's namespace; 0 when it is no DMN file. */
static int version_of(const struct xml_node *root) {
    if (!str_eqz(root->name, "definitions")) return 0;
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
        if (str_eqz(root->ns, namespaces[i].uri)) return namespaces[i].version;
    return 0;
}

static struct dmn_file *new_file(struct dmn_model *m, const struct xml_node *root, struct str path) {
    struct arena *a = m->arena;
    struct dmn_file *file = arena_new(a, struct dmn_file);
    file->path = arena_str(a, path);
    file->version = version_of(root);
    file->name = dmn_name(a, xml_attr(root, "name"));
    file->id = arena_str(a, str_trim(xml_attr(root, "id")));
    file->namespace = arena_str(a, str_trim(xml_attr(root, "namespace")));
    file->language = arena_str(a, str_trim(xml_attr(root, "expressionLanguage")));
    file->element_first = m->element_count;
    map_init(&file->items_by_name, a);
    map_init(&file->elements_by_id, a);
    return file;
}

static bool read_root(struct dmn_model *model, const struct dmn_source *source, struct arena *xml) {
    struct xml_node *root = xml_parse(xml, source->bytes, &limits, source->path, model->faults);
    if (!root) return false;
    if (version_of(root) == 0) {
        fault_error(model->faults, "dmn.not-dmn", xml_place(root, source->path),
                    T("This is not a DMN model: its first element is “{0}” of “{1}”."), root->name, root->ns);
        return false;
    }
    struct dmn_file *file = new_file(model, root, source->path);
    struct dmn_reader reader = {.model = model, .file = file, .ns = root->ns, .xml = xml};
    file->open = dmn_child(&reader, root, "inputData") == NULL;
    read_children(&reader, root);
    VEC_PUSH(model->arena, model->files, model->file_count, model->file_capacity, file);
    return true;
}

/* The XML tree is many times as large as what is kept of it: it lives in an arena of its own. */
struct reading {
    struct dmn_model *model;
    const struct dmn_source *source;
    struct arena xml;
    bool good;
};

static void read_guarded(void *arg) {
    struct reading *r = arg;
    r->good = read_root(r->model, r->source, &r->xml);
}

static void release_xml(void *arena) {
    arena_release(arena);
}

bool dmn_read_file(struct dmn_model *model, const struct dmn_source *source) {
    struct reading *r = arena_new(model->arena, struct reading);
    r->model = model;
    r->source = source;
    arena_init(&r->xml, model->arena->limit - model->arena->used);
    arena_on_release(model->arena, release_xml, &r->xml); /* should the model's own budget end first */
    bool enough = arena_run(&r->xml, read_guarded, r);
    arena_release(&r->xml);
    if (!enough) arena_escape(model->arena);
    return r->good;
}
