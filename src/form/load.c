/* load.c: an XForm's text into the model of model.h.
 *
 * Order matters: fields from the primary instance, then the body (which says what repeats), translations and lists,
 * binds, actions, and last the graph. Faults are collected with their lines; one error means no form. */
#include "form/model.h"

/* ---- faults and expressions ---- */

void form_fault(struct form *f, enum fault_level level, const char *code, const struct xml_node *at,
                const struct str *sentence, size_t count) {
    struct place place = at ? xml_place(at, f->file) : (struct place){.file = f->file};
    faults_add(f->faults, level, code, place, sentence, count);
}

static struct str prefix_at(const void *context, struct str prefix) {
    return xml_namespace_of(context, prefix);
}

const struct xpath *form_compile(struct form *f, const struct xml_node *at, struct str expression) {
    struct xpath_fault fault;
    const struct xpath *x = xpath_compile(f->arena, expression, prefix_at, at, &fault);
    const struct xpath_fault *wrong = x ? xpath_complaint(x) : &fault;
    if (wrong) {
        struct place place = xml_place(at, f->file);
        place.element = str_sub(expression, 0, 120);
        faults_add(f->faults, FAULT_ERROR, x ? "form.function" : "form.expression", place, wrong->sentence, 2);
    }
    return x;
}

struct form_field *form_resolve(struct form *f, const struct xml_node *at, struct str ref, struct form_field *context) {
    ref = str_trim(ref);
    struct form_field *direct = map_get(&f->by_path, ref);
    if (direct || ref.n == 0) return direct;
    const struct xpath *x = form_compile(f, at, ref);
    struct form_field_set set = {0};
    if (x) form_path_fields(f, x, context, &set);
    return set.count ? set.items[0] : NULL;
}

struct form_rule *form_add_rule(struct form *f, struct form_field *field, enum form_rule_kind kind,
                                const struct xpath *expression) {
    struct form_rule *rule = arena_new(f->arena, struct form_rule);
    *rule = (struct form_rule){.kind = kind, .field = field, .expression = expression};
    field->rules[kind] = rule;
    VEC_PUSH(f->arena, f->rules, f->rule_count, f->rule_capacity, rule);
    return rule;
}

/* ---- fields ---- */

static struct form_field *child_field(const struct form_field *parent, const struct form_node *node) {
    struct form_field *c = parent ? parent->first : NULL;
    while (c && !(str_eq(c->name, node->name) && str_eq(c->ns, node->ns))) c = c->next;
    return c;
}

static struct form_field *add_field(struct form *f, struct form_field *parent, const struct form_node *node) {
    struct form_field *field = arena_new(f->arena, struct form_field);
    field->form = f;
    field->name = node->name;
    field->ns = node->ns;
    field->prefix = node->prefix;
    field->parent = parent;
    field->depth = parent ? parent->depth + 1 : 0;
    field->number = (uint32_t)f->field_count;
    field->path = arena_printf(f->arena, "%.*s/%.*s%s%.*s", STR_ARGS(parent ? parent->path : STR("")),
                               STR_ARGS(node->prefix), node->prefix.n ? ":" : "", STR_ARGS(node->name));
    if (parent) {
        if (parent->last)
            parent->last->next = field;
        else
            parent->first = field;
        parent->last = field;
    }
    VEC_PUSH(f->arena, f->fields, f->field_count, f->field_capacity, field);
    map_put(&f->by_path, field->path, field);
    return field;
}

static bool is_white(struct str s) {
    return str_trim(s).n == 0;
}

/* Looking among the parent's fields for each child would be quadratic in a wide form: paths are looked up instead. */
static struct form_field *field_of(struct form *f, struct form_field *parent, const struct form_node *node) {
    if (node->previous && node->previous->kind == DOM_ELEMENT && str_eq(node->previous->name, node->name))
        return child_field(parent, node);
    struct str path = arena_printf(f->arena, "%.*s/%.*s%s%.*s", STR_ARGS(parent ? parent->path : STR("")),
                                   STR_ARGS(node->prefix), node->prefix.n ? ":" : "", STR_ARGS(node->name));
    struct form_field *known = map_get(&f->by_path, path);
    return known ? known : add_field(f, parent, node);
}

static void read_fields(struct form *f, struct form_field *parent, struct form_node *node) {
    if (f->field_count >= FORM_FIELDS) return;
    struct form_field *field = field_of(f, parent, node);
    node->field = field;
    bool has_children = dom_first_element(node) != NULL;
    if (has_children) field->type = FORM_GROUP;
    for (struct form_node *c = node->first, *next; c; c = next) {
        next = c->next;
        if (c->kind == DOM_ELEMENT && field->depth < FORM_DEPTH)
            read_fields(f, field, c);
        else if (c->kind != DOM_TEXT || (has_children && is_white(c->text)))
            dom_remove(c);
    }
}

static bool is_template(const struct form_node *n) {
    for (const struct form_node *at = n->attributes; at; at = at->next)
        if (str_eqz(at->name, "template") && str_eqz(at->ns, NS_JAVAROSA)) return true;
    return false;
}

static void drop_template_mark(struct form_node *n) {
    for (struct form_node **at = &n->attributes; *at;) {
        if (str_eqz((*at)->name, "template") && str_eqz((*at)->ns, NS_JAVAROSA)) *at = (*at)->next;
        else at = &(*at)->next;
    }
}

static struct form_field *field_at(const struct form_node *n) {
    return n->field->form->fields[n->field->number];
}

/* Takes templates out of the tree, inner ones first, so that examples hold no marks. */
static void take_templates(struct form_node *node) {
    for (struct form_node *c = node->first, *next; c; c = next) {
        next = c->next;
        if (c->kind != DOM_ELEMENT) continue;
        take_templates(c);
        if (!is_template(c)) continue;
        drop_template_mark(c);
        dom_remove(c);
        if (!field_at(c)->example) field_at(c)->example = c;
    }
}

/* What a new instance of each repeat looks like, and the instances written in the form for jr:count. */
static void find_examples(struct form *f, struct form_node *node) {
    struct form_field *field = field_at(node);
    if (field->is_repeat) {
        if (!field->example) field->example = dom_copy(f->arena, NULL, node);
        struct form_node *copy = dom_copy(f->arena, NULL, node);
        VEC_PUSH(f->arena, field->defaults, field->default_count, field->default_capacity, copy);
    }
    for (struct form_node *c = dom_first_element(node); c; c = dom_next_element(c)) find_examples(f, c);
}

/* Every answer needs an instanceID (OpenRosa metadata); a form without gets one. */
static void add_meta(struct form *f, struct form_node *root) {
    static const char ns[] = "http://openrosa.org/xforms";
    for (const struct form_node *c = dom_first_element(root); c; c = dom_next_element(c))
        if (str_eqz(c->name, "meta")) return;
    struct form_node *meta = dom_new(f->arena, DOM_ELEMENT, STR("meta")), *id = dom_new(f->arena, DOM_ELEMENT, STR("instanceID"));
    meta->ns = id->ns = str_from(ns);
    meta->prefix = id->prefix = STR("orx");
    dom_append(root, meta);
    dom_append(meta, id);
    read_fields(f, f->fields[0], meta);
    f->fields[f->field_count - 1]->preload = STR("uid");
}

static void read_primary(struct form *f, const struct xml_node *model) {
    const struct xml_node *instance = xml_child(model, NULL, "instance");
    const struct xml_node *root = instance ? xml_first_element(instance) : NULL;
    if (!root) {
        form_error(f, "form.no-instance", model, T("The form has no instance, so there is nothing to answer."));
        return;
    }
    f->primary = dom_new(f->arena, DOM_ROOT, STR_NONE);
    struct form_node *node = dom_from_xml(f->arena, f->primary, root);
    read_fields(f, NULL, node);
    add_meta(f, node);
    if (f->field_count >= FORM_FIELDS)
        form_error(f, "form.too-large", root, T("The form has too many questions: 20,000 is the limit."));
    f->id = xml_attr(root, "id");
    f->version = xml_attr(root, "version");
}

/* ---- binds ---- */

static const struct {
    const char *name;
    enum form_privacy privacy;
} privacies[] = {{"public", FORM_PUBLIC}, {"office", FORM_OFFICE}, {"personal", FORM_PERSONAL}, {"sensitive", FORM_SENSITIVE}};

static const struct {
    const char *name;
    enum form_kind kind;
} kinds[] = {{"phone", FORM_PHONE}, {"cn-id", FORM_CN_ID}, {"uscc", FORM_USCC}, {"division", FORM_DIVISION}};

static void read_lingban(struct form *f, struct form_field *field, const struct xml_node *bind) {
    struct str privacy = xml_attr_ns(bind, FORM_NS_LINGBAN, "privacy"), kind = xml_attr_ns(bind, FORM_NS_LINGBAN, "kind");
    struct str purpose = xml_attr_ns(bind, FORM_NS_LINGBAN, "purpose");
    for (size_t i = 0; i < sizeof privacies / sizeof *privacies; i++)
        if (str_eqz(privacy, privacies[i].name)) field->privacy = privacies[i].privacy, field->privacy_given = true;
    if (privacy.n && !field->privacy_given)
        form_error(f, "form.privacy", bind, T("“{0}” is no privacy class: public, office, personal or sensitive."), privacy);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eqz(kind, kinds[i].name)) field->kind = kinds[i].kind;
    if (kind.n && field->kind == FORM_PLAIN)
        form_error(f, "form.kind", bind, T("“{0}” is no kind of question: phone, cn-id, uscc or division."), kind);
    if (purpose.n) field->purpose = form_saying_of(f, bind, purpose);
}

static const struct xpath *bind_expression(struct form *f, struct form_field *field, const struct xml_node *bind,
                                           const char *name) {
    struct str text = xml_attr(bind, name);
    if (str_trim(text).n == 0) return NULL;
    /* XForms 1.0 has readonly="1"; as an expression it means the same */
    const struct xpath *x = form_compile(f, bind, text);
    if (x) form_bind_paths(f, x, field);
    return x;
}

static void bind_rule(struct form *f, struct form_field *field, const struct xml_node *bind, const char *name,
                      enum form_rule_kind kind) {
    const struct xpath *x = bind_expression(f, field, bind, name);
    if (x) form_add_rule(f, field, kind, x);
}

static void read_bind(struct form *f, const struct xml_node *bind) {
    struct str nodeset = xml_attr(bind, "nodeset");
    if (!nodeset.p) nodeset = xml_attr(bind, "ref");
    struct form_field *field = form_resolve(f, bind, nodeset, NULL);
    if (!field) {
        form_warn(f, "form.bind-nowhere", bind, T("The bind names “{0}”, which is not in the instance."), nodeset);
        return;
    }
    struct str type = xml_attr(bind, "type");
    if (type.n && field->type != FORM_GROUP) field->type = form_type_named(type);
    field->required = bind_expression(f, field, bind, "required");
    field->readonly = bind_expression(f, field, bind, "readonly");
    field->constraint = bind_expression(f, field, bind, "constraint");
    bind_rule(f, field, bind, "relevant", RULE_RELEVANT);
    bind_rule(f, field, bind, "calculate", RULE_CALCULATE);
    struct str message = xml_attr_ns(bind, NS_JAVAROSA, "constraintMsg");
    if (message.n) field->constraint_message = form_saying_of(f, bind, message);
    message = xml_attr_ns(bind, NS_JAVAROSA, "requiredMsg");
    if (message.n) field->required_message = form_saying_of(f, bind, message);
    form_bind_saying(f, &field->constraint_message, field);
    form_bind_saying(f, &field->required_message, field);
    field->preload = xml_attr_ns(bind, NS_JAVAROSA, "preload");
    field->preload_params = xml_attr_ns(bind, NS_JAVAROSA, "preloadParams");
    read_lingban(f, field, bind);
}

/* DESIGN.md section 5: personal for text, images, sound, files and places that a person enters; office for the rest. */
static enum form_privacy default_privacy(const struct form_field *field) {
    if (str_eqz(field->preload, "property")) return FORM_PERSONAL; /* telephone number, mail, device */
    switch (field->type) {
    case FORM_STRING: case FORM_BARCODE:
        return field->control == FORM_INPUT || field->control == FORM_UPLOAD ? FORM_PERSONAL : FORM_OFFICE;
    case FORM_BINARY: case FORM_GEOPOINT: case FORM_GEOTRACE: case FORM_GEOSHAPE: return FORM_PERSONAL;
    default: return FORM_OFFICE;
    }
}

static void settle_privacy(struct form *f) {
    for (size_t i = 0; i < f->field_count; i++) {
        struct form_field *field = f->fields[i];
        if (!field->privacy_given) field->privacy = default_privacy(field);
    }
}

/* ---- actions ---- */

bool form_is_action(const struct xml_node *e) {
    return str_eqz(e->name, "setvalue") || str_eqz(e->name, "setgeopoint") || str_eqz(e->name, "recordaudio");
}

static const struct {
    const char *name;
    enum form_event event;
} events[] = {{"odk-instance-load", EVENT_INSTANCE_LOAD}, {"odk-instance-first-load", EVENT_FIRST_LOAD},
              {"xforms-ready", EVENT_FIRST_LOAD}, {"odk-new-repeat", EVENT_NEW_REPEAT},
              {"xforms-value-changed", EVENT_VALUE_CHANGED}, {"xforms-revalidate", EVENT_REVALIDATE}};

static unsigned read_events(struct str names) {
    struct str piece;
    unsigned mask = 0;
    while (str_split(&names, ' ', &piece))
        for (size_t i = 0; i < sizeof events / sizeof *events; i++)
            if (str_eqz(piece, events[i].name)) mask |= events[i].event;
    return mask;
}

static struct str bind_with_id(const struct xml_node *e, struct str id) {
    const struct xml_node *top = e;
    while (top->parent) top = top->parent;
    const struct xml_node *html = xml_first_element(top), *head = xml_child(html, NULL, "head");
    const struct xml_node *model = head ? xml_child(head, NULL, "model") : NULL;
    for (const struct xml_node *b = model ? xml_child(model, NULL, "bind") : NULL; b; b = xml_next(b, NULL, "bind"))
        if (str_eq(xml_attr(b, "id"), id)) return xml_attr(b, "nodeset");
    return STR_NONE;
}

static void read_locating(struct form *f, const struct xml_node *e, struct form_field *owner, unsigned wanted) {
    struct form_field *field = form_resolve(f, e, xml_attr(e, "ref"), owner);
    bool first = (wanted & (EVENT_FIRST_LOAD | EVENT_INSTANCE_LOAD)) != 0, changed = owner && (wanted & EVENT_VALUE_CHANGED);
    if (!field || (!first && !changed)) return;
    struct form_locating locating = {field, first ? NULL : owner};
    field->located = true;
    VEC_PUSH(f->arena, f->locating, f->locating_count, f->locating_capacity, locating);
}

void form_read_action(struct form *f, const struct xml_node *e, struct form_field *owner) {
    struct form_action action = {.owner = owner, .events = read_events(xml_attr(e, "event"))};
    struct str ref = xml_attr(e, "ref"), bind = xml_attr(e, "bind"), value = xml_attr(e, "value");
    if (str_eqz(e->name, "setgeopoint")) read_locating(f, e, owner, action.events);
    if (!str_eqz(e->name, "setvalue") || !action.events) return; /* a browser cannot record unheard: docs/decisions.md */
    if (bind.n) ref = bind_with_id(e, bind);
    action.field = form_resolve(f, e, ref, owner);
    if (!action.field) {
        form_error(f, "form.action-nowhere", e, T("The action names “{0}”, which is not in the instance."), ref);
        return;
    }
    if (str_find_byte(ref, '[') >= 0) {
        action.target = form_compile(f, e, ref);
        if (action.target) form_bind_paths(f, action.target, owner ? owner : f->fields[0]);
    }
    action.text = str_trim(xml_text(f->arena, e));
    if (value.n) action.value = form_compile(f, e, value);
    if (action.value) form_bind_paths(f, action.value, action.field);
    VEC_PUSH(f->arena, f->actions, f->action_count, f->action_capacity, action);
}

static void read_model_actions(struct form *f, const struct xml_node *model) {
    for (const struct xml_node *e = xml_first_element(model); e; e = xml_next_element(e))
        if (form_is_action(e)) form_read_action(f, e, NULL);
}

/* ---- the whole ---- */

static void read_binds(struct form *f, const struct xml_node *model) {
    for (const struct xml_node *b = xml_child(model, NULL, "bind"); b; b = xml_next(b, NULL, "bind")) read_bind(f, b);
}

/* `errors`: how many there were before; a fault of another file must not hide those of this one. */
static void read_form(struct form *f, const struct form_attachments *attachments, size_t errors) {
    const struct xml_node *head = xml_child(f->html, NULL, "head"), *body = xml_child(f->html, NULL, "body");
    const struct xml_node *model = head ? xml_child(head, NULL, "model") : NULL;
    const struct xml_node *title = head ? xml_child(head, NULL, "title") : NULL;
    if (!model) {
        form_error(f, "form.no-model", f->html, T("This is no XForm: it has no model."));
        return;
    }
    if (title) f->title = str_trim(xml_text(f->arena, title));
    read_primary(f, model);
    if (!f->field_count || f->faults->errors > errors) return;
    form_read_itext(f, model);
    form_read_lists(f, model, attachments);
    if (body) form_read_body(f, body);
    take_templates(f->primary);
    if (!dom_first_element(f->primary)) {
        form_error(f, "form.no-instance", model, T("The form has no instance, so there is nothing to answer."));
        return;
    }
    find_examples(f, dom_first_element(f->primary));
    read_binds(f, model);
    read_model_actions(f, model);
    settle_privacy(f);
    form_build_graph(f);
}

const struct form *form_load(struct arena *arena, struct str xform, const struct form_attachments *attachments,
                             struct str file, struct faults *faults) {
    struct form *f = arena_new(arena, struct form);
    struct xml_limits limits = xml_default_limits;
    struct faults own;
    limits.bytes = FORM_BYTES;
    if (!faults) {
        faults_init(&own, arena);
        faults = &own;
    }
    f->arena = arena;
    f->file = arena_str(arena, file);
    f->faults = faults;
    size_t errors = faults->errors;
    map_init(&f->by_path, arena);
    f->html = xml_parse(arena, str_trim(xform), &limits, file, faults);
    if (f->html) read_form(f, attachments, errors);
    f->faults = NULL;
    return f->html && faults->errors == errors ? f : NULL;
}
