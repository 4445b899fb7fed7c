/* xlsform_entities.c: the entities sheet and the column save_to (ODK XForms Entities; xlsform_parts.h).
 *
 * A declaration says that a filled-in form makes or updates an entry of a list. Where in the answers its block
 * <meta><entity …/></meta> goes depends on which questions save to it and which its expressions name: the deepest
 * repeat among them is its scope, and a container holds one entity at most. The rules are those of pyxform.
 */
#include "form/xlsform_parts.h"

#include <stdlib.h>
#include <string.h>

struct use {
    struct element *container;
    int row;
    struct str property, question; /* one of them */
};

struct entity {
    struct str list;
    int row;
    struct element *element;
    struct use *uses;
    size_t use_count, use_capacity;
    struct element *scope, *wanted; /* the repeat or survey it belongs to; the container it would like */
    struct map named;               /* questions named in its expressions */
};

/* ---- declarations ---- */

static struct element *add_attribute(struct xlsform *x, struct element *entity, const char *name, struct str value) {
    struct element *e = element_new(x, ELEMENT_ATTRIBUTE, str_from(name), entity->row);
    e->value = value;
    element_append(entity, e);
    return e;
}

static void bind_calculation(struct xlsform *x, struct element *e, struct str calculation) {
    e->has_bind = true;
    if (calculation.n) pairs_set(x->arena, &e->bind, "calculate", calculation);
    pairs_set(x->arena, &e->bind, "readonly", STR("true()"));
    pairs_set(x->arena, &e->bind, "type", STR("string"));
}

static void add_update_attributes(struct xlsform *x, struct element *entity, struct str list, struct str id, struct str update_if) {
    static const char *const names[][2] = {{"baseVersion", "__version"}, {"trunkVersion", "__trunkVersion"}, {"branchId", "__branchId"}};
    struct element *update = add_attribute(x, entity, "update", STR("1"));
    if (update_if.n) bind_calculation(x, update, update_if);
    for (size_t i = 0; i < 3; i++)
        bind_calculation(x, add_attribute(x, entity, names[i][0], STR("")),
                         arena_printf(x->arena, "instance('%.*s')/root/item[name=%.*s]/%s", STR_ARGS(list), STR_ARGS(id), names[i][1]));
}

static struct element *build_entity(struct xlsform *x, const struct table_row *row, struct str list) {
    struct element *entity = element_new(x, ELEMENT_ENTITY, STR("entity"), row->number);
    struct str id = table_text(row, "entity_id"), create_if = table_text(row, "create_if"), label = table_text(row, "label");
    add_attribute(x, entity, "dataset", list);
    if (!id.n || create_if.n) {
        struct element *create = add_attribute(x, entity, "create", STR("1"));
        if (create_if.n) bind_calculation(x, create, create_if);
    }
    if (id.n) add_update_attributes(x, entity, list, id, table_text(row, "update_if"));
    struct element *key = add_attribute(x, entity, "id", STR(""));
    bind_calculation(x, key, id);
    if (!id.n) element_act(key, "setvalue", "odk-instance-first-load", STR("uuid()"));
    if (label.n) {
        struct element *e = element_new(x, ELEMENT_ENTITY_LABEL, STR("label"), row->number);
        bind_calculation(x, e, label);
        element_append(entity, e);
    }
    return entity;
}

static bool check_list_name(struct xlsform *x, const struct table_row *row, struct str list) {
    struct place place = xlsform_row_place(x, &x->entities, row, "dataset");
    if (!list.n) {
        fault_error(x->faults, "xlsform.entity-name", place, T("This entity has no list. Fill the column “list_name”."));
    } else if (str_starts(list, STR("__"))) {
        fault_error(x->faults, "xlsform.entity-underscores", place, T("“{0}” must not begin with two underscores."), list);
    } else if (str_find_byte(list, '.') >= 0) {
        fault_error(x->faults, "xlsform.entity-dot", place, T("“{0}” must not contain a dot."), list);
    } else if (!is_xml_name(list)) {
        fault_error(x->faults, "xlsform.name-form", place,
                    T("“{0}” cannot be a name. A name begins with a letter or _, then letters, digits, _, - and . may follow."), list);
    } else if (map_has(&x->entity_lists, list)) {
        fault_error(x->faults, "xlsform.entity-twice", place, T("The list “{0}” stands in the sheet “entities” twice. Keep one of the rows."), list);
    } else {
        return true;
    }
    return false;
}

/* Which of create and update is meant follows from the columns filled:
 * entity_id  create_if  update_if
 *     -          any        -      create
 *     x          -          any    update
 *     x          x          x      both, as the conditions say; all other combinations are faults */
static bool check_columns(struct xlsform *x, const struct table_row *row, struct str list) {
    bool id = table_text(row, "entity_id").n, create = table_text(row, "create_if").n, update = table_text(row, "update_if").n;
    struct place place = xlsform_row_place(x, &x->entities, row, "dataset");
    for (size_t i = 0; i < row->count; i++) {
        const struct column *c = row->cells[i].column;
        if (c->known) continue;
        fault_error(x->faults, "xlsform.entity-column", xlsform_place(x, "entities", row->number, c->number),
                    T("The sheet “entities” has no column “{0}”. It may have list_name, label, entity_id, create_if and update_if."), c->header);
        return false;
    }
    if (!id && update)
        fault_error(x->faults, "xlsform.entity-id", place, T("To update an entry of “{0}”, fill the column entity_id; to create one, use create_if instead of update_if."), list);
    else if (id && create && !update)
        fault_error(x->faults, "xlsform.entity-update-if", place, T("“{0}” has entity_id and create_if, so it needs update_if too; or remove entity_id to create only."), list);
    else if (!id && !table_text(row, "label").n)
        fault_error(x->faults, "xlsform.entity-label", place, T("To create an entry of “{0}”, fill the column “label”."), list);
    else
        return true;
    return false;
}

void xlsform_read_entities(struct xlsform *x) {
    map_init(&x->entity_lists, x->arena);
    for (size_t i = 0; i < x->entities.count; i++) {
        const struct table_row *row = &x->entities.rows[i];
        struct str list = table_text(row, "dataset");
        if (!check_list_name(x, row, list) || !check_columns(x, row, list)) continue;
        struct entity *entity = arena_new(x->arena, struct entity);
        *entity = (struct entity){.list = list, .row = row->number, .element = build_entity(x, row, list)};
        map_init(&entity->named, x->arena);
        for (size_t k = 0; k < row->count; k++) {
            struct reference r;
            if (str_eqz(row->cells[k].column->key, "dataset") || str_eqz(row->cells[k].column->key, "repeat")) continue;
            for (size_t at = 0; reference_next(row->cells[k].text, &at, &r);) map_put(&entity->named, r.name, entity);
        }
        map_put(&x->entity_lists, list, entity);
    }
}

/* ---- uses ---- */

static void add_use(struct xlsform *x, struct entity *entity, struct use use) {
    VEC_PUSH(x->arena, entity->uses, entity->use_count, entity->use_capacity, use);
}

/* "list#property" or "property"; the entity it saves to, or NULL with a fault. */
static struct entity *entity_of_save_to(struct xlsform *x, struct str save_to, struct place place, struct str *property) {
    ptrdiff_t mark = str_find_byte(save_to, '#');
    *property = save_to;
    if (!x->entity_lists.count) {
        if (!x->entities.count)
            fault_error(x->faults, "xlsform.save-to-nothing", place, T("save_to needs a sheet “entities” that names the list to save to."));
        return NULL;
    }
    if (mark < 0) {
        if (x->entity_lists.count == 1) return x->entity_lists.entries[0].value;
        fault_error(x->faults, "xlsform.save-to-which", place, T("There are several entity lists: write list_name#{0}, with the name of the list."), save_to);
        return NULL;
    }
    *property = str_sub(save_to, (size_t)mark + 1, save_to.n);
    struct str list = str_sub(save_to, 0, (size_t)mark);
    if (str_find_byte(*property, '#') >= 0) {
        fault_error(x->faults, "xlsform.save-to-form", place, T("“{0}” has more than one #. It must look like list_name#property."), save_to);
        return NULL;
    }
    struct entity *entity = map_get(&x->entity_lists, list);
    if (!entity) fault_error(x->faults, "xlsform.save-to-unknown", place, T("There is no list “{0}” in the sheet “entities”."), list);
    return entity;
}

static bool check_property(struct xlsform *x, const struct entity *entity, struct str property, struct place place) {
    if (str_eq_nocase(property, STR("name")) || str_eq_nocase(property, STR("label"))) {
        fault_error(x->faults, "xlsform.property-reserved", place, T("A property cannot be named “{0}”. Choose another name in save_to."), property);
        return false;
    }
    if (str_starts(property, STR("__"))) {
        fault_error(x->faults, "xlsform.entity-underscores", place, T("“{0}” must not begin with two underscores."), property);
        return false;
    }
    if (!is_xml_name(property)) {
        fault_error(x->faults, "xlsform.name-form", place,
                    T("“{0}” cannot be a name. A name begins with a letter or _, then letters, digits, _, - and . may follow."), property);
        return false;
    }
    for (size_t i = 0; i < entity->use_count; i++)
        if (str_eq(entity->uses[i].property, property)) {
            fault_error(x->faults, "xlsform.property-twice", place, T("The property “{0}” is saved by another row already. Keep one of them."), property);
            return false;
        }
    return true;
}

void xlsform_note_entity_use(struct xlsform *x, const struct table_row *row, struct element *container, struct element *question,
                             struct str name) {
    struct str save_to = STR_NONE, property;
    for (size_t i = 0; i < row->count; i++)
        if (str_eqz(row->cells[i].column->key, "entities:saveto")) save_to = row->cells[i].text;
    struct place place = xlsform_row_place(x, &x->survey, row, "entities:saveto");
    struct entity *entity = save_to.n ? entity_of_save_to(x, save_to, place, &property) : NULL;
    if (entity && !question) {
        fault_error(x->faults, "xlsform.save-to-group", place, T("Groups and repeats cannot be saved. Move save_to to a question."));
    } else if (entity && check_property(x, entity, property, place)) {
        pairs_set(x->arena, &question->bind, "entities:saveto", property);
        add_use(x, entity, (struct use){.container = container, .row = row->number, .property = property});
    }
    for (size_t i = 0; name.n && i < x->entity_lists.count; i++) {
        struct entity *other = x->entity_lists.entries[i].value;
        if (map_has(&other->named, name))
            add_use(x, other, (struct use){.container = container, .row = row->number, .question = name});
    }
}

/* ---- where the block goes ---- */

/* The repeat or survey that a container is in, itself included. */
static struct element *scope_of(struct element *c) {
    while (c->kind != ELEMENT_REPEAT && c->kind != ELEMENT_SURVEY) c = c->parent;
    return c;
}

static size_t repeats_in(const struct element *c) {
    size_t n = 0;
    for (; c; c = c->parent) n += c->kind == ELEMENT_REPEAT;
    return n;
}

static size_t groups_below_scope(const struct element *c) {
    size_t n = 0;
    for (; c->kind != ELEMENT_REPEAT && c->kind != ELEMENT_SURVEY; c = c->parent) n++;
    return n;
}

static bool contains(const struct element *outer, const struct element *inner) {
    for (; inner; inner = inner->parent)
        if (inner == outer) return true;
    return false;
}

static struct element *deepest_scope(const struct entity *entity) {
    struct element *deepest = NULL;
    for (size_t i = 0; i < entity->use_count; i++) {
        struct element *scope = scope_of(entity->uses[i].container);
        if (!deepest || repeats_in(scope) > repeats_in(deepest)) deepest = scope;
    }
    return deepest;
}

/* The container deepest in the scope among the uses; of those that save when there are any. */
static struct element *deepest_container(const struct entity *entity, struct element *scope, bool saving) {
    struct element *deepest = NULL;
    for (size_t i = 0; i < entity->use_count; i++) {
        const struct use *use = &entity->uses[i];
        if (saving && !use->property.n) continue;
        if (!deepest || (scope_of(use->container) == scope &&
                         (scope_of(deepest) != scope || groups_below_scope(use->container) > groups_below_scope(deepest))))
            deepest = use->container;
    }
    return deepest;
}

/* The innermost container that holds all that is saved. */
static struct element *common_container(const struct entity *entity) {
    struct element *common = NULL;
    for (size_t i = 0; i < entity->use_count; i++) {
        if (!entity->uses[i].property.n) continue;
        if (!common) common = entity->uses[i].container;
        while (!contains(common, entity->uses[i].container)) common = common->parent;
    }
    return common;
}

static bool scopes_conflict(struct xlsform *x, const struct entity *entity) {
    struct element *wanted_scope = scope_of(entity->wanted);
    for (size_t i = 0; i < entity->use_count; i++) {
        const struct use *use = &entity->uses[i];
        struct element *scope = scope_of(use->container);
        bool outside = !contains(scope, entity->scope), saves_elsewhere = use->property.n && scope != wanted_scope;
        if (!outside && !saves_elsewhere) continue;
        if (use->property.n)
            fault_error(x->faults, "xlsform.save-to-scope", xlsform_place(x, "survey", use->row, 0),
                        T("What “{0}” saves lies in different repeats, so it is not clear which belongs together. Bring it into one repeat with a calculate."), entity->list);
        else
            fault_error(x->faults, "xlsform.entity-scope", xlsform_place(x, "entities", entity->row, 0),
                        T("“{0}” names “{1}”, which lies in another repeat than the rest. Bring it into one repeat with a calculate."), entity->list, use->question);
        return true;
    }
    return false;
}

/* Scope and wanted container; false with a fault when its uses do not go together. */
static bool settle(struct xlsform *x, struct entity *entity) {
    entity->scope = entity->wanted = x->root;
    if (!entity->use_count) return true;
    entity->scope = deepest_scope(entity);
    struct element *saving = deepest_container(entity, entity->scope, true), *common = common_container(entity);
    entity->wanted = deepest_container(entity, entity->scope, false);
    if (common) {
        struct element *scope = scope_of(saving);
        bool common_deeper = repeats_in(common) > repeats_in(scope) ||
                             (repeats_in(common) == repeats_in(scope) && groups_below_scope(common) > groups_below_scope(scope));
        entity->wanted = common_deeper || common == saving ? common : scope;
    }
    return !scopes_conflict(x, entity);
}

struct place_taken {
    struct element *container;
    struct entity *by;
    bool allocated; /* or only kept free between a saving question and its entity */
};

struct places {
    struct arena *arena;
    struct place_taken *items;
    size_t count, capacity;
};

static struct entity *taken_by(const struct places *p, const struct element *container) {
    for (size_t i = 0; i < p->count; i++)
        if (p->items[i].container == container) return p->items[i].by;
    return NULL;
}

static void take(struct places *p, struct element *container, struct entity *by, bool allocated) {
    struct place_taken t = {container, by, allocated};
    VEC_PUSH(p->arena, p->items, p->count, p->capacity, t);
}

static struct entity *saves_where_another_is(const struct places *p, const struct entity *entity) {
    for (size_t i = 0; i < entity->use_count; i++) {
        struct entity *other = entity->uses[i].property.n ? taken_by(p, entity->uses[i].container) : NULL;
        if (other) return other;
    }
    return NULL;
}

/* The wanted container, or the nearest free one outward up to the scope. */
static void allocate(struct xlsform *x, struct places *p, struct entity *entity) {
    struct entity *conflict = NULL;
    for (struct element *c = entity->wanted; c && contains(entity->scope, c); c = c->parent) {
        conflict = taken_by(p, c);
        if (!conflict) {
            take(p, c, entity, true);
            for (size_t i = 0; i < entity->use_count; i++)
                for (struct element *up = entity->uses[i].property.n ? entity->uses[i].container : NULL; up && up != c->parent; up = up->parent)
                    if (!taken_by(p, up)) take(p, up, entity, false);
            return;
        }
        struct entity *saving = saves_where_another_is(p, entity);
        if (saving) break;
    }
    fault_error(x->faults, "xlsform.entity-place", xlsform_place(x, "entities", entity->row, 0),
                T("There is no room for “{0}”: every group it could go to already holds another entity. Put its questions in a group of their own."), entity->list);
}

static void insert(struct xlsform *x, struct element *container, struct entity *entity) {
    struct element *meta = element_new(x, ELEMENT_GROUP, STR("meta"), entity->row);
    meta->bodyless = true;
    element_append(container, meta);
    element_append(meta, entity->element);
    if (!repeats_in(container)) return;
    for (struct element *e = entity->element->first; e; e = e->next)
        if (e->action_count == 1) element_act(e, e->actions[0].name, "odk-new-repeat", e->actions[0].value);
}

static int by_row(const void *a, const void *b) {
    return (*(struct entity *const *)a)->row - (*(struct entity *const *)b)->row;
}

void xlsform_apply_entities(struct xlsform *x) {
    size_t count = x->entity_lists.count;
    if (!count) return;
    struct places places = {.arena = x->arena};
    struct entity **all = arena_array(x->arena, struct entity *, count);
    bool settled = true, in_repeat = false;
    for (size_t i = 0; i < count; i++) {
        all[i] = x->entity_lists.entries[i].value;
        settled = settle(x, all[i]) && settled;
    }
    if (!settled) return;
    qsort(all, count, sizeof *all, by_row);
    if (count == 1 && all[0]->scope == x->root) all[0]->wanted = x->root; /* as version 2024.1 has it */
    for (size_t i = 0; i < count; i++) allocate(x, &places, all[i]);
    for (size_t i = 0; i < places.count; i++) {
        if (!places.items[i].allocated) continue;
        insert(x, places.items[i].container, places.items[i].by);
        in_repeat = in_repeat || repeats_in(places.items[i].container);
    }
    x->entities_version = count > 1 || in_repeat ? "2025.1.0" : "2024.1.0";
}
