/* dmn.c: the door of the room: loading, and what a model offers (dmn.h). */
#include "dmn/model.h"

const struct dmn_model *dmn_load(struct arena *arena, const struct dmn_source *sources, size_t count,
                                 struct faults *faults) {
    struct dmn_model *model = arena_new(arena, struct dmn_model);
    model->arena = arena;
    model->faults = faults;
    for (size_t i = 0; i < count; i++) dmn_read_file(model, &sources[i]);
    if (model->file_count == 0) return NULL;
    dmn_link(model);
    dmn_resolve_types(model);
    dmn_compile(model);
    model->faults = NULL;
    return model;
}

size_t dmn_element_count(const struct dmn_model *model) {
    return model->element_count;
}

const struct dmn_element *dmn_element_at(const struct dmn_model *model, size_t i) {
    return i < model->element_count ? model->elements[i] : NULL;
}

struct dmn_about dmn_about(const struct dmn_element *e, struct arena *arena) {
    return (struct dmn_about){
        .kind = e->kind,
        .id = e->id,
        .name = e->name,
        .namespace = e->file->namespace,
        .description = e->description,
        .type = e->variable.type ? feel_type_text(arena, e->variable.type) : STR("Any"),
        .place = e->place,
        .has_logic = e->logic != NULL || e->kind == DMN_SERVICE,
        .is_table = e->logic && e->logic->kind == DMN_TABLE,
    };
}

/* ---- by name ---- */

/* Decisions win over services, those over knowledge and input data. */
static int rank(enum dmn_element_kind kind) {
    static const int ranks[] = {[DMN_DECISION] = 0, [DMN_SERVICE] = 1, [DMN_KNOWLEDGE] = 2, [DMN_INPUT_DATA] = 3};
    return ranks[kind];
}

static const struct dmn_element *find_in_file(const struct dmn_model *m, const struct dmn_file *file, struct str name) {
    const struct dmn_element *best = NULL;
    for (size_t i = 0; i < file->element_count; i++) {
        const struct dmn_element *e = m->elements[file->element_first + i];
        bool named = str_eq(e->name, name) || str_eq(e->variable.name, name);
        if (named && (!best || rank(e->kind) < rank(best->kind))) best = e;
    }
    return best ? best : map_get(&file->elements_by_id, name);
}

/* "import.name" as seen from the main model. */
static const struct dmn_element *find_imported(const struct dmn_model *m, struct str name) {
    const struct dmn_file *main = m->files[0];
    for (size_t i = 0; i < main->import_count; i++) {
        struct str import = main->imports[i].name;
        if (!main->imports[i].file || import.n == 0 || name.n <= import.n + 1) continue;
        if (!str_starts(name, import) || name.p[import.n] != '.') continue;
        const struct dmn_element *e = find_in_file(m, main->imports[i].file, str_sub(name, import.n + 1, name.n));
        if (e) return e;
    }
    return NULL;
}

const struct dmn_element *dmn_find(const struct dmn_model *model, struct str name) {
    const struct dmn_element *e = find_in_file(model, model->files[0], name);
    if (!e) e = find_imported(model, name);
    for (size_t i = 1; i < model->file_count && !e; i++) e = find_in_file(model, model->files[i], name);
    return e;
}

const struct dmn_element *dmn_find_in(const struct dmn_model *model, struct str namespace, struct str name_or_id) {
    if (namespace.n == 0) return dmn_find(model, name_or_id);
    for (size_t i = 0; i < model->file_count; i++) {
        if (!str_eq(model->files[i]->namespace, namespace)) continue;
        const struct dmn_element *e = find_in_file(model, model->files[i], name_or_id);
        if (e) return e;
    }
    return NULL;
}

/* ---- what goes in and comes out ---- */

struct worklist {
    struct arena *arena;
    struct map seen; /* by id of the element's number, as text */
    const struct dmn_element **items;
    size_t count, capacity;
};

static void want(struct worklist *w, const struct dmn_element *e) {
    struct str key = arena_printf(w->arena, "%u", e->number);
    if (map_has(&w->seen, key)) return;
    map_put(&w->seen, key, w);
    VEC_PUSH(w->arena, w->items, w->count, w->capacity, e);
}

static void want_all(struct worklist *w, const struct dmn_requirements *list) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].element) want(w, list->items[i].element);
}

const struct dmn_element **dmn_inputs(const struct dmn_element *element, struct arena *arena, size_t *out_count) {
    struct worklist w = {.arena = arena};
    size_t kept = 0;
    map_init(&w.seen, arena);
    if (element->kind == DMN_SERVICE)
        want_all(&w, &element->input_data);
    else
        want(&w, element);
    for (size_t i = 0; i < w.count; i++) want_all(&w, &w.items[i]->information);
    for (size_t i = 0; i < w.count; i++)
        if (w.items[i]->kind == DMN_INPUT_DATA) w.items[kept++] = w.items[i];
    *out_count = kept;
    return w.items;
}

/* The element and what it requires, itself and through others. */
static struct worklist requirements_of(const struct dmn_element *element, struct arena *arena) {
    struct worklist w = {.arena = arena};
    map_init(&w.seen, arena);
    want(&w, element);
    for (size_t i = 0; i < w.count; i++) {
        want_all(&w, &w.items[i]->information);
        want_all(&w, &w.items[i]->knowledge);
        want_all(&w, &w.items[i]->outputs);
    }
    return w;
}

struct names {
    struct arena *arena;
    struct str *items;
    size_t count, capacity;
};

static void add_name(struct names *n, struct str name) {
    if (name.n) VEC_PUSH(n->arena, n->items, n->count, n->capacity, name);
}

static void names_of_logic(struct names *n, const struct dmn_expression *x) {
    if (x && x->kind == DMN_TABLE && x->table->output_count > 1)
        for (size_t i = 0; i < x->table->output_count; i++) add_name(n, x->table->outputs[i].variable.name);
    if (!x || x->kind != DMN_CONTEXT) return;
    const struct dmn_context *c = &x->context;
    if (c->count && c->entries[c->count - 1].variable.name.n == 0) {
        names_of_logic(n, c->entries[c->count - 1].value);
        return;
    }
    for (size_t i = 0; i < c->count; i++) add_name(n, c->entries[i].variable.name);
}

struct str *dmn_output_names(const struct dmn_element *element, struct arena *arena, size_t *out_count) {
    struct names n = {.arena = arena};
    const struct feel_type *type = element->variable.type;
    if (type && type->kind == FEEL_TYPE_CONTEXT) {
        for (size_t i = 0; i < type->member_count; i++) add_name(&n, type->member_names[i]);
    } else if (element->kind == DMN_SERVICE) {
        for (size_t i = 0; i < element->outputs.count && element->outputs.count > 1; i++)
            if (element->outputs.items[i].element) add_name(&n, element->outputs.items[i].element->variable.name);
    } else if (element->kind == DMN_DECISION) {
        names_of_logic(&n, element->logic);
    }
    *out_count = n.count;
    return n.items;
}

static void add_open_names(void *arg, const struct feel_expression *text, struct place place) {
    (void)place;
    struct names *n = arg;
    size_t count;
    const struct feel_name_use *uses = feel_names_used(text, &count);
    for (size_t i = 0; i < count; i++) {
        bool known = uses[i].variable >= 0 || uses[i].in_filter;
        for (size_t k = 0; k < n->count && !known; k++) known = str_eq(n->items[k], uses[i].name);
        if (!known) add_name(n, uses[i].name);
    }
}

struct str *dmn_open_names(const struct dmn_element *element, struct arena *arena, size_t *out_count) {
    struct names n = {.arena = arena};
    struct worklist w = requirements_of(element, arena);
    for (size_t i = 0; i < w.count; i++)
        if (w.items[i]->file->open) dmn_walk_texts(w.items[i]->logic, add_open_names, &n);
    *out_count = n.count;
    return n.items;
}
