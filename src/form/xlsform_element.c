/* xlsform_element.c: the tree of questions, groups and repeats (xlsform_parts.h). */
#include "form/xlsform_parts.h"

#include <string.h>

struct element *element_new(struct xlsform *x, enum element_kind kind, struct str name, int row) {
    struct element *e = arena_new(x->arena, struct element);
    e->kind = kind;
    e->name = name;
    e->row = row;
    return e;
}

void element_append(struct element *parent, struct element *child) {
    child->parent = parent;
    if (parent->last) parent->last->next = child;
    else parent->first = child;
    parent->last = child;
}

struct element *element_after(const struct element *e, const struct element *root) {
    if (e->first) return e->first;
    while (e != root && !e->next) e = e->parent;
    return e == root ? NULL : e->next;
}

void element_act(struct element *e, const char *name, const char *event, struct str value) {
    if (e->action_count < sizeof e->actions / sizeof *e->actions)
        e->actions[e->action_count++] = (struct action){.name = name, .event = event, .value = value};
}

static void set_if(struct arena *a, struct pairs *p, const char *key, const char *value) {
    if (value && !pairs_find(p, key)) pairs_set(a, p, key, str_from(value));
}

/* What the type says, where the row says nothing. */
void element_use_type(struct xlsform *x, struct element *e, const struct question_type *type) {
    struct arena *a = x->arena;
    e->type = type;
    e->is_calculate = strcmp(type->name, "calculate") == 0;
    if (type->bind_type) e->has_bind = true;
    set_if(a, &e->bind, "type", type->bind_type);
    set_if(a, &e->bind, "readonly", type->readonly);
    set_if(a, &e->bind, "constraint", type->constraint);
    set_if(a, &e->bind, "jr:preload", type->preload);
    set_if(a, &e->bind, "jr:preloadParams", type->preload_params);
    set_if(a, &e->control, "mediatype", type->media_type);
    if (type->hint && !e->hint.count) e->hint = words_plain(a, str_from(type->hint));
}
