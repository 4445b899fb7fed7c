/* load_body.c: the controls — what is shown, in which order, with which choices. */
#include "form/model.h"

static const struct {
    const char *name;
    enum form_control control;
} controls[] = {
    {"input", FORM_INPUT}, {"secret", FORM_INPUT}, {"select1", FORM_SELECT_ONE}, {"select", FORM_SELECT_MANY},
    {"rank", FORM_RANK}, {"trigger", FORM_TRIGGER}, {"upload", FORM_UPLOAD}, {"range", FORM_RANGE},
    {"group", FORM_GROUP_CONTROL}, {"repeat", FORM_REPEAT},
};

static enum form_control control_named(struct str name) {
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        if (str_eqz(name, controls[i].name)) return controls[i].control;
    return FORM_NO_CONTROL;
}

static void bind_words(struct form *f, const struct form_words *w, struct form_field *holder) {
    for (size_t i = 0; i < w->count; i++)
        if (w->pieces[i].output) form_bind_paths(f, w->pieces[i].output, holder);
}

/* Outputs are evaluated at the field that shows them; an entry belongs to the first field that uses it. */
void form_bind_saying(struct form *f, const struct form_saying *s, struct form_field *holder) {
    bind_words(f, &s->words, holder);
    if (s->expression) form_bind_paths(f, s->expression, holder);
    for (size_t i = 0; s->text_id.p && i < f->translation_count; i++) {
        const struct form_entry *entry = map_get(&f->translations[i].entries, s->text_id);
        if (!entry) continue;
        bind_words(f, &entry->words, holder);
        bind_words(f, &entry->guidance, holder);
    }
}

static void read_item(struct form *f, struct form_list *list, const struct xml_node *e) {
    const struct xml_node *value = xml_child(e, NULL, "value"), *label = xml_child(e, NULL, "label");
    struct form_item item = {.value = value ? str_trim(xml_text(f->arena, value)) : STR("")};
    if (label) item.label = form_read_saying(f, label);
    VEC_PUSH(f->arena, list->items, list->item_count, list->item_capacity, item);
}

/* randomize(instance('x')/root/item[filter], seed) -> instance('x')/root/item */
static const struct xpath *without_filter(struct form *f, const struct xpath *x) {
    const struct xpath_expr *e = x->top;
    if (e->op == XPATH_OP_CALL && str_eqz(e->text, "randomize") && e->arg_count) e = e->args[0];
    if (e->op != XPATH_OP_PATH || !e->step_count) return NULL;
    struct xpath *out = arena_new(f->arena, struct xpath);
    struct xpath_expr *path = arena_new(f->arena, struct xpath_expr);
    struct xpath_step *steps = arena_array(f->arena, struct xpath_step, e->step_count);
    bool filtered = e != x->top;
    for (size_t i = 0; i < e->step_count; i++) {
        steps[i] = e->steps[i];
        filtered = filtered || steps[i].predicate_count;
        steps[i].predicate_count = 0;
    }
    *path = *e;
    path->steps = steps;
    *out = (struct xpath){.text = x->text, .top = path};
    return filtered ? out : NULL;
}

static void read_itemset(struct form *f, struct form_body *b, const struct xml_node *e) {
    struct form_list *list = &b->list;
    const struct xml_node *value = xml_child(e, NULL, "value"), *label = xml_child(e, NULL, "label");
    if (xml_attr(e, "nodeset").n) list->nodeset = form_compile(f, e, xml_attr(e, "nodeset"));
    if (list->nodeset) list->everything = without_filter(f, list->nodeset);
    if (value) list->value = form_compile(f, value, xml_attr(value, "ref"));
    struct str ref = label ? str_trim(xml_attr(label, "ref")) : STR_NONE;
    if (!value || !xml_attr(e, "nodeset").n) form_error(f, "form.itemset", e, T("A list of choices needs a nodeset and a value."));
    if (!list->nodeset || !list->value) return;
    if (str_starts(ref, STR("jr:itext(")) && str_ends(ref, STR(")"))) {
        list->label_is_text_id = true;
        ref = str_sub(ref, STR("jr:itext(").n, ref.n - 1);
    }
    if (ref.n) list->label = form_compile(f, label, ref);
}

static void finish_list(struct form *f, struct form_body *b) {
    for (size_t i = 0; i < b->list.item_count; i++) form_bind_saying(f, &b->list.items[i].label, b->field);
    if (!b->list.nodeset) return;
    form_bind_paths(f, b->list.nodeset, b->field);
    if (b->list.everything) form_bind_paths(f, b->list.everything, b->field);
    b->list.filtered = form_depends_on_answers(f, b->list.nodeset, b->field);
    if (b->list.filtered && !b->field->rules[RULE_CHOICES]) form_add_rule(f, b->field, RULE_CHOICES, b->list.nodeset);
}

static struct form_body *add_body(struct form *f, struct form_body *parent, enum form_control control) {
    struct form_body *b = arena_new(f->arena, struct form_body);
    b->control = control;
    b->parent = parent;
    if (parent) {
        if (parent->last) parent->last->next = b;
        else parent->first = b;
        parent->last = b;
    }
    return b;
}

static void read_repeat(struct form *f, struct form_body *b, const struct xml_node *e) {
    if (!b->field) return;
    b->field->is_repeat = true;
    b->field->control = FORM_REPEAT;
    struct str count = xml_attr_ns(e, NS_JAVAROSA, "count");
    const struct xpath *x = count.n ? form_compile(f, e, count) : NULL;
    if (x) form_add_rule(f, b->field, RULE_COUNT, x);
}

static void read_control(struct form *f, struct form_body *parent, const struct xml_node *e, struct form_field *context,
                         int depth);

static void read_children(struct form *f, struct form_body *b, const struct xml_node *e, struct form_field *context,
                          int depth) {
    for (const struct xml_node *c = xml_first_element(e); c; c = xml_next_element(c)) {
        if (str_eqz(c->name, "label")) b->label = form_read_saying(f, c);
        else if (str_eqz(c->name, "hint")) b->hint = form_read_saying(f, c);
        else if (str_eqz(c->name, "item")) read_item(f, &b->list, c);
        else if (str_eqz(c->name, "itemset")) read_itemset(f, b, c);
        else read_control(f, b, c, context, depth + 1);
    }
}

static struct form_field *field_named(struct form *f, const struct xml_node *e, enum form_control control,
                                      struct form_field *context) {
    struct str ref = xml_attr(e, control == FORM_REPEAT ? "nodeset" : "ref"), bind = xml_attr(e, "bind");
    if (!ref.p && control == FORM_REPEAT) ref = xml_attr(e, "ref");
    if (!ref.n && !bind.n) return NULL;
    struct form_field *field = form_resolve(f, e, ref, context);
    if (!field) form_error(f, "form.question-nowhere", e, T("The question names “{0}”, which is not in the instance."), ref);
    return field;
}

static void read_control(struct form *f, struct form_body *parent, const struct xml_node *e, struct form_field *context,
                         int depth) {
    enum form_control control = control_named(e->name);
    if (control == FORM_NO_CONTROL || depth > FORM_DEPTH) return; /* actions are read once all repeats are known */
    struct form_field *field = field_named(f, e, control, context);
    if (!field && control != FORM_GROUP_CONTROL) return;
    struct form_body *b = add_body(f, parent, control);
    b->element = e;
    b->field = field;
    if (field && !field->body && control != FORM_REPEAT) field->body = b;
    if (field && field->control != FORM_REPEAT) field->control = control;
    if (control == FORM_REPEAT) {
        read_repeat(f, b, e);
        if (field) field->body = b;
    }
    read_children(f, b, e, field ? field : context, depth);
}

/* Second walk, once every repeat is known: paths in labels and lists, nested actions. */
static void finish_body(struct form *f, struct form_body *b, struct form_field *context) {
    struct form_field *holder = b->field ? b->field : context;
    form_bind_saying(f, &b->label, holder);
    form_bind_saying(f, &b->hint, holder);
    if (b->field) finish_list(f, b);
    if (b->field && b->control == FORM_REPEAT && b->field->rules[RULE_COUNT])
        form_bind_paths(f, b->field->rules[RULE_COUNT]->expression, b->field);
    for (const struct xml_node *c = b->element ? xml_first_element(b->element) : NULL; c; c = xml_next_element(c))
        if (form_is_action(c)) form_read_action(f, c, holder);
    for (struct form_body *c = b->first; c; c = c->next) finish_body(f, c, holder);
}

static void set_repeats(struct form *f) {
    for (size_t i = 1; i < f->field_count; i++) {
        struct form_field *parent = f->fields[i]->parent;
        f->fields[i]->repeat = parent->is_repeat ? parent : parent->repeat;
    }
}

void form_read_body(struct form *f, const struct xml_node *body) {
    f->body = add_body(f, NULL, FORM_GROUP_CONTROL);
    f->body->element = body;
    for (const struct xml_node *c = xml_first_element(body); c; c = xml_next_element(c))
        read_control(f, f->body, c, f->fields[0], 1);
    set_repeats(f);
    finish_body(f, f->body, f->fields[0]);
}
