/* answers.c: a filling in and out — rows for the store, XML for OpenRosa. */
#include "form/model.h"

/* ---- rows out ---- */

struct rows {
    struct form_session *session;
    struct arena *arena;
    struct form_answer *items;
    size_t count, capacity;
};

static struct str joined(struct arena *a, struct str above, uint64_t number) {
    return arena_printf(a, "%.*s%s%llu", STR_ARGS(above), above.n ? "." : "", (unsigned long long)number);
}

static void collect(struct rows *r, struct form_node *node, struct str position, struct str key) {
    if (node->hidden) return;
    struct str value = form_value(node);
    bool empty_instance = node->field->is_repeat;
    size_t before = r->count;
    uint64_t place = 0;
    const struct form_field *counted = NULL;
    for (struct form_node *c = dom_first_element(node); c; c = dom_next_element(c)) {
        if (!c->field->is_repeat) {
            collect(r, c, position, key);
            continue;
        }
        place = c->field == counted ? place + 1 : 1;
        counted = c->field;
        collect(r, c, joined(r->arena, position, place), joined(r->arena, key, c->key));
    }
    if (value.n || (empty_instance && r->count == before)) {
        struct form_answer row = {node->field->path, position, key, value, node->field->type, node->field->privacy, node->field};
        VEC_PUSH(r->arena, r->items, r->count, r->capacity, row);
    }
}

size_t form_answers(struct form_session *session, struct arena *arena, const struct form_answer **out) {
    struct rows r = {.session = session, .arena = arena};
    collect(&r, session->root, STR(""), STR(""));
    *out = r.items;
    return r.count;
}

struct str form_answer_reference(struct arena *arena, const struct form_answer *answer) {
    enum { MOST_LEVELS = 16 };
    const struct form_field *repeats[MOST_LEVELS]; /* innermost first */
    size_t n = 0, from = 0;
    for (const struct form_field *r = answer->field; r && n < MOST_LEVELS; r = form_field_repeat(r))
        if (form_field_control(r) == FORM_REPEAT) repeats[n++] = r;
    struct buf out;
    struct str positions = answer->position, position;
    buf_init(&out, arena, 1 << 16);
    while (n > 0 && positions.n && str_split(&positions, '.', &position)) {
        struct str path = form_field_path(repeats[--n]);
        buf_add(&out, str_sub(answer->path, from, path.n));
        buf_printf(&out, "[%.*s]", STR_ARGS(position));
        from = path.n;
    }
    buf_add(&out, str_sub(answer->path, from, answer->path.n));
    return buf_str(&out);
}

/* ---- rows in ---- */

/* A session that was just opened has the form's own instances; stored answers bring theirs, so these go. */
static void drop_instances(struct form_session *s, struct form_node *node) {
    for (struct form_node *c = dom_first_element(node), *next; c; c = next) {
        next = dom_next_element(c);
        if (c->field->is_repeat) form_drop_instance(s, c);
        else drop_instances(s, c);
    }
}

static struct form_node *instance_with_key(struct form_session *s, struct form_node *parent, const struct form_field *repeat,
                                           uint32_t key) {
    for (struct form_node *c = dom_first_element(parent); c; c = dom_next_element(c))
        if (c->field == repeat && c->key == key) return c;
    struct form_node *node = form_new_instance(s, parent, repeat);
    if (node) node->key = key, drop_instances(s, node);
    if (key > s->next_key) s->next_key = key;
    return node;
}

/* The node of a row; instances that are missing on the way are made. */
static struct form_node *place_of_row(struct form_session *s, const struct form_field *field, struct str *keys) {
    if (!field->parent) return s->root;
    struct form_node *parent = place_of_row(s, field->parent, keys);
    if (!parent) return NULL;
    if (field->is_repeat) {
        struct str piece;
        int64_t key;
        bool fine = str_split(keys, '.', &piece) && str_to_int64(piece, &key) && key > 0 && key < UINT32_MAX;
        return fine ? instance_with_key(s, parent, field, (uint32_t)key) : NULL;
    }
    for (struct form_node *c = dom_first_element(parent); c; c = dom_next_element(c))
        if (c->field == field) return c;
    return NULL;
}

static void restore_row(struct form_session *s, const struct form_answer *row, struct faults *faults) {
    const struct form_field *field = map_get(&s->form->by_path, row->path);
    struct str keys = row->key.n ? row->key : row->position;
    struct form_node *node = field ? place_of_row(s, field, &keys) : NULL;
    struct place place = {.element = row->path};
    if (!node)
        fault_warning(faults, "form.answer-nowhere", place, T("The form no longer asks “{0}”; its answer was left out."), row->path);
    else if (field->type != FORM_GROUP && row->value.n <= FORM_VALUE_BYTES)
        form_store(s, node, row->value);
}

/* Rules see the restored values only once all are in. */
static void begin_restore(struct form_session *s) {
    drop_instances(s, s->root);
    s->restoring = true;
}

static void end_restore(struct form_session *s) {
    s->restoring = false;
    form_due_subtree(s, s->root);
    form_settle(s);
}

/* An empty repeat that shows was emptied by its writer; one that does not show has left no rows, and opens with its first
 * instance as in a new filling. Only an instance can tell: it is made, and taken back when it shows. */
struct tries {
    const struct form_field *repeat;
    struct form_node **items;
    size_t count, capacity;
};

static void try_instance(struct form_session *s, struct form_node *parent, void *arg) {
    struct tries *t = arg;
    struct form_node *node = form_count(s, parent, t->repeat) ? NULL : form_new_instance(s, parent, t->repeat);
    if (node) VEC_PUSH(s->arena, t->items, t->count, t->capacity, node);
}

static void give_hidden_repeats_their_first(struct form_session *s) {
    for (size_t i = 1; i < s->form->field_count; i++) {
        const struct form_field *repeat = s->form->fields[i];
        struct tries t = {.repeat = repeat};
        if (!repeat->is_repeat || repeat->rules[RULE_COUNT] || !repeat->default_count) continue;
        s->restoring = true; /* no odk-new-repeat: nobody asked for one */
        form_each_node(s, s->root, repeat->parent, try_instance, &t);
        s->restoring = false;
        form_settle(s);
        for (size_t k = 0; k < t.count; k++)
            if (!t.items[k]->hidden) form_drop_instance(s, t.items[k]);
    }
    form_settle(s);
}

void form_restore(struct form_session *session, const struct form_answer *rows, size_t count, struct faults *faults) {
    begin_restore(session);
    for (size_t i = 0; i < count; i++) restore_row(session, &rows[i], faults);
    end_restore(session);
    give_hidden_repeats_their_first(session);
}

/* ---- XML ---- */

static void put_name(struct buf *out, const struct form_node *n) {
    if (n->prefix.n) buf_add(out, n->prefix), buf_byte(out, ':');
    buf_add(out, n->name);
}

static void put_attributes(struct buf *out, const struct form_node *n) {
    for (const struct form_node *d = n->namespaces; d; d = d->next) {
        buf_addz(out, d->name.n ? " xmlns:" : " xmlns");
        buf_add(out, d->name);
        buf_byte(out, '=');
        xml_put_quoted(out, d->text);
    }
    for (const struct form_node *at = n->attributes; at; at = at->next) {
        buf_byte(out, ' ');
        if (at->prefix.n) buf_add(out, at->prefix), buf_byte(out, ':');
        buf_add(out, at->name);
        buf_byte(out, '=');
        xml_put_quoted(out, at->text);
    }
}

/* Prefixes that the form declares further up must be declared on the answer's root. */
static void put_declarations(struct buf *out, const struct form *f, const struct form_node *root) {
    for (size_t i = 0; i < f->field_count; i++) {
        const struct form_field *field = f->fields[i];
        const struct form_node *d = root->namespaces;
        bool known = field->prefix.n == 0;
        for (; d && !known; d = d->next) known = str_eq(d->name, field->prefix);
        for (size_t k = 0; k < i && !known; k++) known = str_eq(f->fields[k]->prefix, field->prefix);
        if (known) continue;
        buf_addz(out, " xmlns:");
        buf_add(out, field->prefix);
        buf_byte(out, '=');
        xml_put_quoted(out, field->ns);
    }
}

static void put_node(struct form_session *s, struct buf *out, const struct form_node *n, bool relevant_only) {
    if (relevant_only && n->hidden) return;
    buf_byte(out, '<');
    put_name(out, n);
    put_attributes(out, n);
    if (n == s->root) put_declarations(out, s->form, n);
    if (!n->first) {
        buf_addz(out, "/>");
        return;
    }
    buf_byte(out, '>');
    for (const struct form_node *c = n->first; c; c = c->next) {
        if (c->kind == DOM_ELEMENT) put_node(s, out, c, relevant_only);
        else if (c->kind == DOM_TEXT) xml_put_text(out, c->text);
    }
    buf_addz(out, "</");
    put_name(out, n);
    buf_byte(out, '>');
}

void form_put_xml(struct form_session *session, struct buf *out, bool relevant_only) {
    put_node(session, out, session->root, relevant_only);
}

static struct form_node *target_of(struct form_session *s, struct form_node *parent, const struct form_field *field) {
    if (field->is_repeat) return form_new_instance(s, parent, field);
    for (struct form_node *c = dom_first_element(parent); c; c = dom_next_element(c))
        if (c->field == field) return c;
    return NULL;
}

static void restore_element(struct form_session *s, struct form_node *node, const struct xml_node *e, struct str file,
                            struct faults *faults) {
    for (const struct xml_node *c = xml_first_element(e); c; c = xml_next_element(c)) {
        const struct form_field *field = node->field->first;
        while (field && !str_eq(field->name, c->name)) field = field->next;
        if (xml_attr_ns(c, NS_JAVAROSA, "template").p) continue;
        struct form_node *place = field ? target_of(s, node, field) : NULL;
        if (place) restore_element(s, place, c, file, faults);
        else fault_warning(faults, "form.answer-nowhere", xml_place(c, file),
                           T("The form no longer asks “{0}”; its answer was left out."), c->name);
    }
    if (node->field->type == FORM_GROUP) return;
    struct str text = xml_text(s->arena, e);
    if (text.n <= FORM_VALUE_BYTES) form_store(s, node, text);
}

bool form_restore_xml(struct form_session *session, struct str xml, struct str file, struct faults *faults) {
    struct xml_limits limits = xml_default_limits;
    limits.bytes = FORM_BYTES;
    limits.depth = FORM_DEPTH;
    const struct xml_node *top = xml_parse(session->arena, str_trim(xml), &limits, file, faults);
    if (!top) return false;
    if (!str_eq(top->name, session->root->name)) {
        fault_error(faults, "form.other-form", xml_place(top, file), T("This is not an answer to this form: it begins with “{0}”."), top->name);
        return false;
    }
    begin_restore(session);
    restore_element(session, session->root, top, file, faults);
    end_restore(session);
    return true;
}
