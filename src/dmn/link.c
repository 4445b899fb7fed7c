/* link.c: joins references (hrefs, imports) to what they name, and cuts requirement cycles.
 *
 * An href is "#id" in its own file or "namespace#id" in another (DMN 1.5, 6.3.2). Imports give a namespace; the
 * files given to dmn_load are searched for it. Read next: types.c.
 */
#include "dmn/model.h"

static struct dmn_file *file_of_namespace(const struct dmn_model *m, struct str namespace) {
    for (size_t i = 0; i < m->file_count; i++)
        if (str_eq(m->files[i]->namespace, namespace)) return m->files[i];
    return NULL;
}

static struct dmn_element *by_id(const struct dmn_model *m, struct str namespace, struct str id) {
    for (size_t i = 0; i < m->file_count; i++) {
        if (!str_eq(m->files[i]->namespace, namespace)) continue;
        struct dmn_element *element = map_get(&m->files[i]->elements_by_id, id);
        if (element) return element;
    }
    return NULL;
}

static struct dmn_element *find_reference(const struct dmn_model *m, const struct dmn_file *from, struct str href) {
    ptrdiff_t hash = str_find_byte(href, '#');
    if (hash > 0) return by_id(m, str_sub(href, 0, (size_t)hash), str_sub(href, (size_t)hash + 1, href.n));
    struct str id = hash == 0 ? str_sub(href, 1, href.n) : href;
    struct dmn_element *element = map_get(&from->elements_by_id, id);
    return element ? element : by_id(m, from->namespace, id);
}

static void link_requirements(struct dmn_model *m, struct dmn_element *e, struct dmn_requirements *list) {
    for (size_t i = 0; i < list->count; i++) {
        struct dmn_requirement *requirement = &list->items[i];
        requirement->element = find_reference(m, e->file, requirement->href);
        if (!requirement->element)
            fault_error(m->faults, "dmn.no-element", requirement->place,
                        T("“{0}” refers to “{1}”, which does not exist."), e->name, requirement->href);
    }
}

static void link_element(struct dmn_model *m, struct dmn_element *e) {
    link_requirements(m, e, &e->information);
    link_requirements(m, e, &e->knowledge);
    link_requirements(m, e, &e->outputs);
    link_requirements(m, e, &e->encapsulated);
    link_requirements(m, e, &e->input_decisions);
    link_requirements(m, e, &e->input_data);
}

static bool is_model_import(const struct dmn_import *import) {
    /* PMML and XML Schema are imported too; nothing of theirs is used here. Types of old DMN files vary. */
    return str_find(import->type, STR("PMML")) < 0 && str_find(import->type, STR("XMLSchema")) < 0;
}

static void link_imports(struct dmn_model *m, struct dmn_file *file) {
    for (size_t i = 0; i < file->import_count; i++) {
        struct dmn_import *import = &file->imports[i];
        import->file = file_of_namespace(m, import->namespace);
        if (import->file || !is_model_import(import)) continue;
        fault_error(m->faults, "dmn.no-import", import->place,
                    T("The imported model “{0}” ({1}) is not among the files given."), import->name, import->namespace);
    }
}

/* ---- cycles: a walk in depth with a stack of its own, since chains may be longer than the C stack ---- */

enum { WHITE, GREY, BLACK };

struct cycle_walk {
    struct dmn_model *model;
    unsigned char *colours;
    struct {
        struct dmn_element *element;
        size_t next;
    } *stack;
    size_t depth;
};

static void visit(struct cycle_walk *w, struct dmn_element *e) {
    w->colours[e->number] = GREY;
    w->stack[w->depth].element = e;
    w->stack[w->depth++].next = 0;
}

static void step(struct cycle_walk *w) {
    struct dmn_element *e = w->stack[w->depth - 1].element;
    if (w->stack[w->depth - 1].next == e->information.count) {
        w->colours[e->number] = BLACK;
        w->depth--;
        return;
    }
    struct dmn_requirement *requirement = &e->information.items[w->stack[w->depth - 1].next++];
    if (!requirement->element || w->colours[requirement->element->number] == BLACK) return;
    if (w->colours[requirement->element->number] == WHITE) {
        visit(w, requirement->element);
        return;
    }
    fault_error(w->model->faults, "dmn.cycle", requirement->place,
                T("“{0}” needs “{1}”, which needs it in turn. The requirement is left out."), e->name,
                requirement->element->name);
    requirement->element = NULL;
}

static void cut_cycles(struct dmn_model *m) {
    struct cycle_walk w = {.model = m, .colours = arena_array(m->arena, unsigned char, m->element_count)};
    w.stack = arena_alloc_array(m->arena, m->element_count + 1, sizeof *w.stack);
    for (size_t i = 0; i < m->element_count; i++) {
        if (w.colours[i] != WHITE) continue;
        visit(&w, m->elements[i]);
        while (w.depth) step(&w);
    }
}

void dmn_link(struct dmn_model *model) {
    for (size_t i = 0; i < model->file_count; i++) link_imports(model, model->files[i]);
    for (size_t i = 0; i < model->element_count; i++) link_element(model, model->elements[i]);
    cut_cycles(model);
}
